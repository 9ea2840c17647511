"""The parts pages are built of. Plain dash html: no Bootstrap, no dcc control with an axe fault.

A page reads, top to bottom: ``heading`` (the question answered in words), ``controls``, the picture
with its ``table``, then ``provenance`` (method, source, dates, caveats).

Controls carry ``data-state-key``; ``assets/state.js`` writes what is chosen into the address, which
is the state: no callback is needed for a control.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from dashboard import wording
from dashboard.context import Context
from dashboard.glossary import glossary, terms_of
from dashboard.view import DEFAULT_INDICATOR, View
from indicators.catalogue import Indicator

Component = Any
Options = Iterable[tuple[str, str] | tuple[str, Sequence[tuple[str, str]]]]

# addresses of this server that are no pages of the app
_NOT_PAGES = ("/api", "/assets", "/csv", "/data/", "/embed", "/geometry", "/healthz", "/picture")

GRAPH_CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "displayModeBar": False,
}


def heading(words: str, *lead: Component, caption: str | None = None) -> Component:
    """The page's one h1 (it takes the focus on navigation), a caption above and lead paragraphs below."""
    return html.Header(
        [
            *([html.P(caption, className="wh-caption")] if caption else []),
            html.H1(words, className="wh-h1", tabIndex="-1"),
            *[html.P(part, className="wh-lead") if isinstance(part, str) else part for part in lead],
        ],
        className="wh-page-heading",
    )


def section(words: str, *children: Component, id: str | None = None, level: int = 2) -> Component:
    """A section under an h2 (or h3 with ``level=3``); with an id it can be linked to."""
    title = (html.H2 if level == 2 else html.H3)(words, className=f"wh-h{level}")
    attributes = {"id": id} if id else {}
    return html.Section([title, *children], className="wh-section", **attributes)


def paragraph(*children: Component, muted: bool = False) -> Component:
    return html.P(list(children), className="wh-hint" if muted else "wh-body")


def link(words: Component, href: str, **attributes: Any) -> Component:
    """A link inside the app (no page load); addresses that leave the app become plain links."""
    class_name = attributes.pop("className", "wh-link")
    if href.startswith("/") and not href.startswith(_NOT_PAGES):
        return dcc.Link(words, href=href, className=class_name, **attributes)
    return html.A(words, href=href, className=class_name, **attributes)


def find_area_form(label: str, hint: str, text: str, action: str, **attributes: str) -> Component:
    """Find an area by name: ``assets/find.js`` shows matches as you type; without scripts ``action`` gives a list."""
    return html.Form(
        html.Div(
            [
                html.Label(label, htmlFor="find-area", className="wh-label"),
                html.Span(hint, id="find-area-hint", className="wh-hint"),
                html.Div(
                    [
                        # plain HTML: React's own input puts letters in the wrong order when they are typed fast
                        html.Div(
                            className="wh-find-box-frame",
                            **{
                                "data-html": '<input id="find-area" type="text" name="q" autocomplete="off" '
                                f'class="wh-find-box" aria-describedby="find-area-hint" value="{escape(text, quote=True)}">'
                            },
                        ),
                        html.Button("Find", type="submit", className="wh-button"),
                    ],
                    className="wh-find-row",
                ),
            ],
            className="wh-find",
        ),
        method="get",
        action=action,
        role="search",
        **{"data-find-form": "yes", **attributes},
    )


def term(key: str, words: str | None = None, *, place: str = "") -> Component:
    """A term of art with its explanation (``dashboard/glossary.toml``) on request: a native popover, by keyboard too.

    words  what stands in the text, where that is not the term itself
    place  told apart the places of a term that a page explains twice
    """
    one = glossary()[key]
    name = f"term-{key}-{place}" if place else f"term-{key}"
    return html.Span(
        [
            html.Button(
                [words or one.term, html.Span(": what is this?", className="wh-visually-hidden")],
                type="button",
                className="wh-term",
                # assets/terms.js and the first paint make of these the attributes that dash does not know
                **{"data-popover-target": name},
            ),
            html.Span(
                [html.Strong(one.term), html.Span(f" {one.words} "), link("All terms", f"/glossary#{key}")],
                id=name,
                className="wh-term-words",
                **{"data-popover": "auto"},
            ),
        ]
    )


def words_used(keys: Iterable[str], *, place: str) -> list[Component]:
    """Terms of the glossary in a row, each with its explanation on request; ``place`` as for ``term``."""
    return [
        piece
        for i, key in enumerate(dict.fromkeys(keys))
        for piece in ([" · "] if i else []) + [term(key, place=place)]
    ]


def bullets(items: Iterable[Component]) -> Component:
    return html.Ul([html.Li(item) for item in items], className="wh-list")


def select(
    key: str,
    label: str,
    options: Options,
    value: str | None,
    hint: str | None = None,
    disabled: bool = False,
    default: str | None = None,
) -> Component:
    """A labelled select whose choice is written into the address under ``key``.

    ``options`` are (value, words), or (group's words, [(value, words), …]) for a group.
    ``key`` may also be ``add-area``: the choice is then added to the list under ``area``.
    ``default`` is what holds when the address leaves the key out; give it on pages with ``own_search``,
    so that the control follows Back without being sent again.
    """
    name = f"choose-{key}"
    children: list[Component] = []
    for option in options:
        if isinstance(option[1], str):
            children.append(_option(option[0], option[1], value))
        else:
            children.append(
                html.Optgroup([_option(one, words, value) for one, words in option[1]], label=option[0])
            )
    described = {"aria-describedby": f"{name}-hint"} if hint else {}
    return html.Div(
        [
            html.Label(label, htmlFor=name, className="wh-label"),
            *([html.Span(hint, id=f"{name}-hint", className="wh-hint")] if hint else []),
            html.Select(
                children,
                id=name,
                className="wh-select",
                name=key,
                **({"disabled": "disabled"} if disabled else {}),
                **{"data-state-key": key},
                **({"data-default": default} if default is not None else {}),
                **described,
            ),
        ],
        className="wh-field",
    )


def _option(value: str, words: str, chosen: str | None) -> Component:
    return html.Option(words, value=value, **({"selected": "selected"} if value == chosen else {}))


def controls(*fields: Component, label: str = "Choose what is shown") -> Component:
    """The fields of a page, side by side where there is room. Works as a plain form before scripts run."""
    return html.Form(
        [
            html.Div([field for field in fields if field is not None], className="wh-controls-row"),
            html.Button("Show", type="submit", className="wh-button wh-needs-no-script"),
        ],
        className="wh-controls",
        method="get",
        **{"aria-label": label, "data-state-form": "yes"},
    )


def indicator_select(context: Context, view: View) -> Component:
    """Choose an indicator: grouped by theme; those with nothing loaded come last and say so."""
    loaded = context.all_available()
    themes: dict[str, list[tuple[str, str]]] = {}
    waiting: list[tuple[str, str]] = []
    for one in context.catalogue.values():
        if one.id in loaded:
            themes.setdefault(one.theme, []).append((one.id, one.short_title))
        else:
            waiting.append((one.id, f"{one.short_title} (no figures loaded)"))
    groups = [*themes.items(), *([("No figures loaded yet", waiting)] if waiting else [])]
    return select("indicator", "Indicator", groups, view.indicator_id, default=DEFAULT_INDICATOR)


def area_type_select(context: Context, view: View) -> Component:
    """Choose a type of area: those this indicator has figures for (and the one in the address)."""
    types = context.register.area_types
    here = {row["area_type"] for row in context.available(view.indicator_id)} | {view.area_type}
    return select(
        "area_type",
        "Type of area",
        [(key, types[key].plural) for key in types if key in here],
        view.area_type,
    )


def period_select(view: View) -> Component:
    """Choose a period, newest first."""
    options = [(iso, wording.period_words(iso)) for iso in reversed(view.periods)] or [("", "No figures")]
    newest = view.latest or (view.periods[-1] if view.periods else "")
    return select("period", "Period", options, view.period or "", disabled=not view.periods, default=newest)


def people_select(context: Context, view: View) -> Component | None:
    """Choose the people: everyone, women or men, an age, a group. None where there is only one choice.

    Sex, age and group are one choice because publishers give one at a time.
    """
    here = [row for row in context.available(view.indicator_id) if row["area_type"] == view.area_type]
    if len(here) < 2:
        return None
    groups: dict[str, list[tuple[str, str]]] = {"": [], "Sex": [], "Age": []}
    ages = {row["age"] for row in here}
    for row in sorted(here, key=lambda row: (row["breakdown"], _age_order(row["age"]), row["sex"])):
        value = "~".join((row["sex"], row["age"], row["breakdown"]))
        if row["breakdown"] != "all":
            category = row["breakdown"].partition(": ")[0]
            heading_words = f"{category[:1].upper()}{category[1:]}"
            groups.setdefault(heading_words, []).append(
                (value, wording.breakdown_group_words(row["breakdown"]))
            )
        elif row["sex"] != "persons":
            groups["Sex"].append((value, wording.sex_words(row["sex"])))
        elif len(ages) > 1 and row["age"] != "all":
            words = wording.age_words(row["age"])
            groups["Age"].append((value, f"{words[:1].upper()}{words[1:]}"))
        else:
            groups[""].append((value, wording.sex_words("persons")))
    options: list[Any] = [*groups.pop(""), *((words, some) for words, some in groups.items() if some)]
    return select("people", "People", options, "~".join((view.sex, view.age, view.breakdown)))


def _age_order(age: str) -> tuple[bool, int, str]:
    digits = "".join(character for character in age.split("-")[0] if character.isdigit())
    return (age != "all", int(digits or 0), age)


def group_words(context: Context, view: View) -> list[str]:
    """Words for the people described, where the indicator is given for several groups of them."""
    rows = [row for row in context.available(view.indicator_id) if row["area_type"] == view.area_type]
    words = []
    if view.sex != "persons" or (
        len({row["sex"] for row in rows}) > 1 and view.breakdown == view.age == "all"
    ):
        words.append(wording.lower_first(wording.sex_words(view.sex)))
    if len({row["age"] for row in rows}) > 1 and view.age != "all":
        words.append(wording.age_words(view.age))
    if view.breakdown != "all":
        words.append(wording.lower_first(wording.breakdown_words(view.breakdown)))
    return words


def table(
    caption: str,
    columns: Sequence[str | dict[str, Any]],
    rows: Sequence[Sequence[Any]],
    *,
    id: str,
    sort: bool = True,
    file_name: str | None = None,
    csv: str | None = None,
    hide_caption: bool = False,
) -> Component:
    """A real HTML table of any length, drawn by ``assets/table.js`` from one compact attribute.

    columns   a heading, or {"label": …, "kind": "text"|"number", "hide": True on narrow screens}.
    rows      cells: text, or a number for a number column, or
              {"t": words, "s": value to sort by, "h": href, "c": css class}. The first cell of a row is
              its heading.
    sort      gives every heading a button that sorts (aria-sort says which way).
    file_name offers "Download these figures (CSV)" under this name: the cells as they stand here.
    csv       offers it from this address instead: unrounded, with codes, limits, sources and dates.

    One component whatever the number of rows: hundreds of dash cells would take longer than the map.
    """
    spec = {
        "caption": caption,
        "columns": [{"label": one} if isinstance(one, str) else one for one in columns],
        "rows": [list(row) for row in rows],
        "sort": sort,
        "file": file_name,
        "csv_address": csv,
        "hideCaption": hide_caption,
    }
    return html.Div(
        id=id,
        className="wh-table",
        **{"data-table": json.dumps(spec, ensure_ascii=False, separators=(",", ":"))},
    )


def chart(id: str, figure: dict[str, Any], label: str, *, height: int = 420) -> Component:
    """A plotly figure (plain dict) under a name that is read out; its table must stand beside it."""
    return html.Div(
        dcc.Graph(id=id, figure=figure, config=GRAPH_CONFIG, style={"height": f"{height}px"}),
        id=f"{id}-frame",
        role="img",
        className="wh-chart",
        **{"aria-label": label},
    )


def picture(svg: str, label: str, caption: str, *, id: str) -> Component:
    """Our own SVG under its text alternative, with a caption; ``take_away`` with the same id follows it."""
    return html.Figure(
        [
            html.Img(src=f"data:image/svg+xml;charset=utf-8,{quote(svg)}", alt=label),
            html.Figcaption(caption, className="wh-hint"),
        ],
        id=f"{id}-frame",
        className="wh-figure",
    )


def take_away(
    chart_id: str, file_name: str, *, csv: str, embed: str | None = None, drawn: str | None = None
) -> Component:
    """What stands under a chart: PNG and SVG made in the browser, the CSV behind it, a link to it, code to embed it.

    chart_id  id given to ``chart`` or ``picture``
    csv       address of the figures, ``/csv/…``
    embed     address of the page that holds the chart; the chart alone is at ``/embed`` before it
    drawn     address of the SVG, where the server draws the whole picture (``Page.sheets``)
    """
    name = f"{chart_id}-take"
    from_server = {"data-download-address": drawn} if drawn else {}
    saving: list[Component] = [
        html.Button(
            f"Download {kind.upper()}",
            type="button",
            className="wh-button wh-button-secondary wh-needs-script",
            **{
                "data-download-chart": chart_id,
                "data-download-kind": kind,
                "data-download-name": file_name,
                **from_server,
            },
        )
        for kind in (("png",) if drawn else ("png", "svg"))
    ]
    if drawn:
        saving.append(file_link(drawn, "Download SVG"))
    return html.Div(
        [
            html.P("Take this chart away", id=name, className="wh-label"),
            html.Div(
                [
                    *saving,
                    file_link(csv, "Download CSV"),
                    html.Button(
                        "Copy link",
                        type="button",
                        className="wh-button wh-button-secondary wh-needs-script",
                        **{"data-copy": "link"},
                    ),
                ]
            ),
            *([_embed_code(chart_id, embed)] if embed else []),
            html.P(role="status", className="wh-hint wh-status"),
        ],
        role="group",
        className="wh-downloads",
        **{"aria-labelledby": name},
    )


def file_link(address: str, words: str) -> Component:
    """A link that saves a file that the server makes: a CSV, or a whole picture."""
    return html.A(
        words,
        href=address,
        download="",
        className="wh-button wh-button-secondary",
    )


def _embed_code(chart_id: str, page: str) -> Component:
    path, _, query = page.partition("?")
    address = f"/embed{path}/{chart_id}" + (f"?{query}" if query else "")
    return html.Div(
        details(
            "Embed this chart in a web page",
            html.P("The frame always shows the newest figures, with their source and a link back."),
            html.Pre(
                # assets/takeaway.js writes the code, since only the browser knows the address of this service
                html.Code("", **{"data-embed": address}),
                className="wh-code",
                tabIndex="0",
                **{"aria-label": "Code to embed this chart"},
            ),
            html.Button(
                "Copy code",
                type="button",
                className="wh-button wh-button-secondary",
                **{"data-copy": "code"},
            ),
        ),
        className="wh-needs-script",
    )


def tag(words: str, kind: str) -> Component:
    """A word with its colour: kind is a comparison (better, similar, …) or ``illustrative``, ``plain``."""
    return html.Strong(words, className=f"wh-tag wh-tag-{kind.replace('_', '-')}")


def inset(*children: Component) -> Component:
    """A passage set apart, for something to know before reading on."""
    return html.Div(list(children), className="wh-inset")


def warning(*children: Component) -> Component:
    """A warning in words, with its sign hidden from screen readers."""
    return html.Div(
        [
            html.Span("!", className="wh-warning-icon", **{"aria-hidden": "true"}),
            html.Div(
                [html.Span("Warning: ", className="wh-visually-hidden"), *children],
                className="wh-warning-text",
            ),
        ],
        className="wh-warning",
    )


def illustrative_banner() -> Component:
    """Stands wherever an illustrative figure is shown."""
    return warning(
        html.Strong("Illustrative figures. "),
        "These numbers are made up to show how the page works. They are not real and say nothing about any place. "
        "They go as soon as the first real release is loaded.",
    )


def is_illustrative(rows: Iterable[Mapping[str, Any]]) -> bool:
    return any(row.get("status") == "illustrative" for row in rows)


def details(summary: str, *children: Component, open: bool = False) -> Component:
    """A part that opens on request."""
    return html.Details(
        [
            html.Summary(summary, className="wh-details-summary"),
            html.Div(list(children), className="wh-details-text"),
        ],
        className="wh-details",
        **({"open": True} if open else {}),
    )


def facts(pairs: Iterable[tuple[Component, Component]]) -> Component:
    """Name and value pairs as a description list; values may be text, a component or a list of them."""
    rows = [
        html.Div([html.Dt(name), html.Dd(value)], className="wh-facts-row")
        for name, value in pairs
        if value is not None
    ]
    return html.Dl(rows, className="wh-facts")


def notes(view: View) -> list[Component]:
    """What was not taken as the address asked."""
    return [inset(html.P(words)) for words in view.notes]


def no_figures(context: Context, view: View, path: str) -> Component:
    """Why the view is empty, and links to where this indicator does have figures. ``path`` is the page's."""
    indicator = context.catalogue[view.indicator_id]
    types = context.register.area_types
    rows = context.available(indicator.id)
    here = [key for key in types if any(row["area_type"] == key for row in rows)]
    if not here:
        return inset(
            html.P(f"No figures are loaded for “{indicator.short_title}” yet."),
            html.P(["See ", link("what is loaded and how fresh it is", "/refresh"), "."]),
        )
    if view.area_type in here:
        return inset(
            html.P(
                f"“{indicator.short_title}” has no figures for this group of people by {types[view.area_type].name}."
            ),
            html.P(
                link(
                    "Show the figures there are",
                    f"{path}?indicator={indicator.id}&area_type={view.area_type}",
                )
            ),
        )
    return inset(
        html.P(
            f"“{indicator.short_title}” is not published by {wording.lower_first(types[view.area_type].name)}. "
            "It has figures for:"
        ),
        bullets(
            link(
                types[key].plural,
                f"{path}{view.search(area_type=key, period=None, sex=None, breakdown=None)}",
            )
            for key in here
        ),
    )


def provenance(
    context: Context, indicator: Indicator, rows: Sequence[dict[str, Any]], *terms: str
) -> Component:
    """Method, source, release dates and caveats of the rows that are shown (each row names its ``release``).

    ``terms`` are keys of the glossary that the page uses besides those of the indicator and of its areas.
    """
    used = [*terms, *terms_of(indicator.id, {row["area_type"] for row in rows})]
    releases = context.releases()
    shown = [releases[one] for one in dict.fromkeys(row["release"] for row in rows) if one in releases]
    sources = [
        html.Li(
            [
                f"{release['publisher']}, {release['publication']}",
                f" (edition {release['edition']})" if release.get("edition") else "",
                f". {wording.published_words(release.get('published_on'))}, loaded ",
                wording.date_words(release.get("loaded_at")),
                f". {release['licence']}." if release.get("licence") else ".",
            ]
        )
        for release in shown
    ]
    # rows without a value or an interval say nothing about how intervals are made
    methods = sorted({row["interval_method"] for row in rows if row["lower_ci_95"] is not None})
    return section(
        "About these figures",
        paragraph(indicator.definition),
        facts(
            [
                ("Counted (numerator)", indicator.numerator),
                ("Out of (denominator)", indicator.denominator),
                (
                    term("confidence-interval", "Interval", place=f"method-{indicator.id}"),
                    wording.interval_method_words(methods),
                ),
                ("Source", html.Ul(sources, className="wh-list") if sources else "No release is loaded"),
                ("Words used here", words_used(used, place=f"used-{indicator.id}") or None),
                ("Take care", html.Ul([html.Li(one) for one in indicator.caveats], className="wh-list"))
                if indicator.caveats
                else ("Take care", None),
            ]
        ),
        paragraph(link(f"Definition of “{indicator.short_title}” in full", f"/indicators/{indicator.id}")),
    )
