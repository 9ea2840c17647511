"""Words on a page: headings, sections, links, lists, passages set apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.components import html
from dashboard.sentences import instead

Component = Any


def heading(words: str, *lead: Component, caption: str | None = None) -> Component:
    """The page's one h1 (it takes the focus on navigation), a caption above and lead paragraphs below."""
    return html.header(
        [
            *([html.p(caption, class_="wh-caption")] if caption else []),
            html.h1(words, class_="wh-h1", tabindex="-1"),
            *[part if isinstance(part, html.Html) else html.p(part, class_="wh-lead") for part in lead],
        ],
        class_="wh-page-heading",
    )


def skip_link(words: str, target: str) -> Component:
    """A link past a long part to what has the id ``target``, shown while it has the focus."""
    return html.p(link(words, f"#{target}", class_="wh-link wh-skip-part"), class_="wh-skip-place")


def section(words: str, *children: Component, id: str | None = None, level: int = 2) -> Component:
    """A section under an h2 (or h3 with ``level=3``); with an id it can be linked to."""
    title = (html.h2 if level == 2 else html.h3)(words, class_=f"wh-h{level}")
    attributes = {"id": id} if id else {}
    return html.section([title, *children], class_="wh-section", **attributes)


def paragraph(*children: Component, muted: bool = False) -> Component:
    return html.p(list(children), class_="wh-hint" if muted else "wh-body")


def link(words: Component, href: str, **attributes: Any) -> Component:
    """A link; ``assets/page.js`` opens those that stay inside the app without loading the document anew."""
    attributes.setdefault("class_", "wh-link")
    return html.a(words, href=href, **attributes)


def bullets(items: Iterable[Component]) -> Component:
    return html.ul([html.li(item) for item in items], class_="wh-list")


def tag(words: str, kind: str) -> Component:
    """A word with its colour: kind is a comparison (better, similar, …) or ``illustrative``, ``plain``."""
    return html.strong(words, class_=f"wh-tag wh-tag-{kind.replace('_', '-')}")


def inset(*children: Component) -> Component:
    """A passage set apart, for something to know before reading on."""
    return html.div(list(children), class_="wh-inset")


def warning(*children: Component) -> Component:
    """A warning in words, with its sign hidden from screen readers."""
    return html.div(
        [
            html.span("!", class_="wh-warning-icon", aria_hidden="true"),
            html.div(
                [html.span("Warning: ", class_="wh-visually-hidden"), *children],
                class_="wh-warning-text",
            ),
        ],
        class_="wh-warning",
    )


def illustrative_banner() -> Component:
    """Stands wherever an illustrative figure is shown."""
    return warning(
        html.strong("Illustrative figures. "),
        "These numbers were invented to show how the page works. They are not real and describe no area. They will be "
        "replaced when real data is loaded.",
    )


def is_illustrative(rows: Iterable[Mapping[str, Any]]) -> bool:
    return any(row.get("status") == "illustrative" for row in rows)


def details(summary: str, *children: Component, open: bool = False) -> Component:
    """A part that opens on request."""
    return html.details(
        [
            html.summary(summary, class_="wh-details-summary"),
            html.div(list(children), class_="wh-details-text"),
        ],
        class_="wh-details",
        **({"open": True} if open else {}),
    )


def facts(pairs: Iterable[tuple[Component, Component]]) -> Component:
    """Name and value pairs as a description list; values may be text, a component or a list of them."""
    rows = [
        html.div([html.dt(name), html.dd(value)], class_="wh-facts-row")
        for name, value in pairs
        if value is not None
    ]
    return html.dl(rows, class_="wh-facts")


def notes(context: Context, view: View) -> list[Component]:
    """What was not taken as the address asked; and another type of area than it names, with the way back."""
    told = [inset(html.p(words)) for words in view.notes]
    if view.instead is None:
        return told
    back = view.instead.back
    way = [" ", link(instead.way_back(context.catalogue), back)] if back else []
    said = [
        html.strong(instead.lacks(context.register, context.catalogue, view)),
        " ",
        instead.stands_in(context.register, view),
    ]
    return [*told, inset(html.p([*said, *way]))]


def illustrative_warning(names: Sequence[str]) -> Component:
    """Stands where some indicators of a page are illustrative and others are real: says which, folded where many."""
    if len(names) > _MOST_NAMED:
        return warning(
            html.strong(f"{len(names)} of the indicators on this page are illustrative. "),
            "Their figures were invented to show how the page works, and describe no area. They will be replaced when real "
            "data is loaded.",
            details("Which indicators", bullets(names)),
        )
    return warning(
        # some titles hold a comma
        html.strong(f"Illustrative figures: {'; '.join(names)}. "),
        "These were invented to show how the page works, and describe no area. The other figures are real. They will be "
        "replaced when real data is loaded.",
    )


_MOST_NAMED = 2  # indicators in the warning itself: a longer list pushes the figures out of sight
