"""The data page: what a choice gives as a file and through the API, the API and its feeds, the columns of the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.freshness import News, SourceState
from dashboard.components import html
from dashboard.components.tables import table
from dashboard.components.text import details, link, paragraph, section
from dashboard.sentences import freshness as words

Component = Any
Pairs = Sequence[tuple[str, str]]
_MOST_NAMED = 4  # indicators of one publication


# ---- what is chosen ------------------------------------------------------------------------------------


def chosen_addresses(what: str, rows: Iterable[tuple[str, str, str, bool]]) -> Component:
    """What is chosen, and each way to take it: its name, what it holds, its address, and whether it is a file."""
    return html.div(
        [
            html.h2(what, class_="wh-h3", id="chosen"),
            *[_way(name, holds, address, is_file) for name, holds, address, is_file in rows],
            html.p(role="status", class_="wh-hint wh-status"),
        ],
        class_="wh-built wh-downloads",
        role="group",
        aria_labelledby="chosen",
    )


def _way(name: str, holds: str, address: str, is_file: bool) -> Component:
    return html.div(
        [
            html.p([html.strong(name), html.span(holds, class_="wh-hint wh-close")]),
            html.p(
                html.code(address), class_="wh-built-address", tabindex="0", aria_label=f"Address, {name}"
            ),
            html.p(
                [
                    html.a(
                        [
                            "Download" if is_file else "Open",
                            html.span(f" {name}", class_="wh-visually-hidden"),
                        ],
                        href=address,
                        download="" if is_file else None,
                        class_="wh-button" if is_file else "wh-button wh-button-secondary",
                    ),
                    html.button(
                        ["Copy address", html.span(f" of {name}", class_="wh-visually-hidden")],
                        type="button",
                        class_="wh-button wh-button-secondary wh-needs-script",
                        data_copy="address",
                        data_address=address,
                    ),
                ]
            ),
        ],
        class_="wh-built-way",
    )


# ---- releases ------------------------------------------------------------------------------------------


def releases_section(states: Sequence[SourceState], news: Sequence[News]) -> Component:
    """What is loaded and how fresh it is, and what came last."""
    loaded = [state for state in states if state.releases]
    items = [html.li(_news_item(found)) for found in news]
    return section(
        "Releases",
        paragraph(words.releases_lead(states)),
        _releases_table(loaded) if loaded else None,
        html.div([html.h3("What is new", class_="wh-h3"), html.ul(items, class_="wh-list")], id="new")
        if items
        else None,
        html.p(
            [
                "Licences: ",
                link("the words to show for each publisher", "/about#licence"),
                ". Files, checks and runs of each source: ",
                link("for whoever runs this service", "/refresh"),
                ".",
            ],
            class_="wh-hint",
        ),
        id="releases",
    )


def _releases_table(loaded: Sequence[SourceState]) -> Component:
    rows = [
        [
            sentences.titled(words.source_name(state), state.is_illustrative),
            state.source.publisher if state.source else str(state.releases[0]["publisher"]),
            {
                "t": sentences.date_words(state.published_on) if state.published_on else "Not known",
                "s": state.published_on or "",
            },
            {"t": sentences.date_words(state.loaded_at), "s": state.loaded_at or ""},
            {
                "t": sentences.date_words(state.next_expected_on) if state.next_expected_on else "Not known",
                "s": state.next_expected_on.isoformat() if state.next_expected_on else "",
            },
            {"t": sentences.number(state.rows), "s": state.rows},
        ]
        for state in loaded
    ]
    columns: list[str | dict[str, Any]] = [
        "Source",
        {"label": "Publisher", "hide": True},
        "Published",
        {"label": "Loaded", "hide": True},
        "Next expected",
        {"label": "Figures", "kind": "number"},
    ]
    return table(
        "Sources that are loaded, with the newest date of each",
        columns,
        rows,
        id="loaded-table",
        hide_caption=True,
    )


def _news_item(news: News) -> list[Component]:
    parts: list[Component] = []
    for indicator in news.indicators[:_MOST_NAMED]:
        parts += [", " if parts else "", link(indicator.short_title, f"/indicators/{indicator.id}")]
    more = len(news.indicators) - _MOST_NAMED
    return [*parts, f" and {more} more" if more > 0 else "", words.news_words(news)]


# ---- the API -------------------------------------------------------------------------------------------


def _address(path: str) -> Component:
    return html.a(html.code(path), href=path, class_="wh-link wh-address")


def api_section(examples: Pairs) -> Component:
    """Addresses of the API to try, and where it is described."""
    return section(
        "For programs: the API",
        paragraph(
            "Addresses under /api/v1 answer with JSON, CSV or a workbook and need no key. These work as they stand. ",
            link("Every address, with examples for Python, R, Excel and Power BI", "/api"),
            ".",
        ),
        html.ul(
            [
                html.li([_address(path), html.span(told, class_="wh-hint wh-close")])
                for path, told in examples
            ],
            class_="wh-list wh-addresses",
        ),
        id="api",
    )


def feeds_section(feeds: Pairs) -> Component:
    return section(
        "Feeds",
        paragraph("Atom feeds tell a feed reader when figures change. Put the code of your area or the id of an indicator in:"),
        html.ul(
            [
                html.li([_address(path), html.span(told, class_="wh-hint wh-close")])
                for path, told in feeds
            ],
            class_="wh-list wh-addresses",
        ),
        id="feeds",
    )  # fmt: skip


def columns_section(columns: Iterable[tuple[str, str, str]]) -> Component:
    return section(
        "What the columns hold",
        details(
            "Every column",
            table(
                "Columns of every CSV",
                ["Column", "Type", "What it holds"],
                [[name, kind, told] for name, kind, told in columns],
                id="columns",
                sort=False,
                hide_caption=True,
            ),
        ),
        paragraph(
            "Files are UTF-8. Numbers have a full stop for the decimal point and no thousands separator. A text that a spreadsheet "
            "could run as a formula has an apostrophe in front."
        ),
        id="columns-section",
    )
