"""The figures of an area over time, each in a small chart of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.components import html
from dashboard.components.html import escape
from dashboard.components.text import link, section

Component = Any


def small_multiples(
    place: str, themes: Sequence[tuple[str, Sequence[tuple[str, str, str, str]]]]
) -> Component:
    """By theme the small charts of an area as (name, what it says, address of its chart, SVG); nothing without charts."""
    if not themes:
        return None
    parts: list[Component] = [
        html.p(
            "Thick line: this area. Dashed line: England. Each chart has its own scale, which need not start at 0. Open "
            "a chart for its confidence intervals and its table.",
            class_="wh-hint",
        )
    ]
    for theme, charts in themes:
        items = [
            html.li(
                [
                    html.h3(link(name, href), class_="wh-multiple-name"),
                    html.trusted(svg),
                    html.p(escape(words), class_="wh-who") if words else None,
                ]
            )
            for name, words, href, svg in charts
        ]
        parts.append(
            html.section(
                [html.h3(theme, class_="wh-theme-title"), html.ul(items, class_="wh-area-multiples")],
            )
        )
    return section(f"How {place} has changed", *parts, id="multiples")
