"""The tabs of Explore and of an area: links in a row, the open one marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.address.view import View
from dashboard.components import html
from dashboard.components.text import link

Component = Any

EXPLORE = (
    ("/map", "Map"),
    ("/compare", "Compare"),
    ("/trends", "Trends"),
    ("/relate", "Relate"),
    ("/overview", "All indicators"),
)
"""The pages that share one set of controls, by path."""


def tabs(label: str, current: str, offered: Iterable[tuple[str, str, str]], **attributes: Any) -> Component:
    """Links in a row under a heading.

    offered  (key, words, address); the one whose key is ``current`` is marked as the open one
    """
    return html.nav(
        html.ul(
            [
                html.li(
                    link(
                        words,
                        href,
                        class_="wh-tab",
                        aria_current="page" if key == current else None,
                        **attributes,
                    )
                )
                for key, words, href in offered
            ],
            class_="wh-tabs-list",
        ),
        class_="wh-tabs",
        aria_label=label,
    )


ABOUT = (
    ("/about", "About the figures"),
    ("/glossary", "Glossary"),
    ("/goal", "National goal"),
    ("/evidence", "Evidence"),
    ("/accessibility", "Accessibility"),
)
"""The pages behind the door About, by path."""


def about_tabs(current: str) -> Component:
    """The tabs of About; ``current`` is the path of the open page."""
    return tabs("About", current, [(path, words, path) for path, words in ABOUT])


def explore_tabs(view: View, current: str) -> Component:
    """The tabs of Explore: each keeps the view, and ``assets/page.js`` keeps them true while the view changes."""
    query = view.search()
    return tabs(
        "Explore",
        current,
        [(path, words, f"{path}{query}") for path, words in EXPLORE],
        data_keeps_view="yes",
    )


def area_tabs(area_code: str, current: str) -> Component:
    """The tabs of an area; ``current`` is the last part of the path, empty for the summary."""
    path = f"/areas/{area_code}"
    return tabs(
        "This area",
        current,
        [
            ("", "Summary", path),
            ("figures", "All figures", f"{path}/figures"),
            ("conditions", "By condition", f"/conditions?area={area_code}"),
            ("trends", "Trends", f"{path}/trends"),
            ("similar", "Similar areas", f"{path}/similar"),
            ("sources", "Sources", f"{path}/sources"),
        ],
    )
