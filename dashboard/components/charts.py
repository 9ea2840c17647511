"""Charts and pictures, each under a text alternative; the table of its figures must stand beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dashboard.components import html
from dashboard.components.text import link

Component = Any


def chart(id: str, figure: dict[str, Any], label: str, *, height: int = 420) -> Component:
    """A plotly figure (plain dict) under a name that is read out; ``assets/charts.js`` draws it.

    id      of the plot; its frame has the id ``<id>-frame``
    height  in px
    """
    text = _json(figure)
    return html.div(
        [
            html.div(id=id, class_="wh-plot", style=f"height:{height}px"),
            html.script(html.trusted(text), type="application/json", data_figure=id),
        ],
        id=f"{id}-frame",
        role="img",
        class_="wh-chart",
        aria_label=label,
    )


def image(svg: str, label: str) -> Component:
    """A whole SVG as a picture under its text alternative.

    Only what an address cannot hold is written in per cent: the rest is shorter as it stands, and quicker to write.
    """
    address = svg.replace("%", "%25").replace("#", "%23").replace('"', "'")
    return html.img(src=f"data:image/svg+xml;charset=utf-8,{address}", alt=label)


def picture(svg: str, label: str, caption: str, *, id: str) -> Component:
    """Our own SVG under its text alternative, with a caption; ``take_away`` with the same id follows it."""
    return html.figure(
        [
            image(svg, label),
            html.figcaption(caption, class_="wh-hint"),
        ],
        id=f"{id}-frame",
        class_="wh-figure",
    )


def choice_links(label: str, offered: Iterable[tuple[str, str, bool]]) -> Component:
    """Choices of one thing as links in a row: (words, address, whether it is the one shown)."""
    return html.div(
        [
            html.span(label, class_="wh-choices-label"),
            html.ul(
                [
                    html.li(link(words, href, class_="wh-choice", aria_current="true" if is_shown else None))
                    for words, href, is_shown in offered
                ],
                class_="wh-choices-list",
            ),
        ],
        class_="wh-choices",
        role="group",
        aria_label=label,
    )


def key(items: Iterable[tuple[str, str]]) -> Component:
    """What the marks of a chart mean, above it: (markup of the mark, words)."""
    return html.ul(
        [html.li([html.trusted(drawn), html.span(words)], class_="wh-key-entry") for drawn, words in items],
        class_="wh-key",
    )


def _json(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # "</script>" inside a text would end the element
    return text.replace("<", "\\u003c")
