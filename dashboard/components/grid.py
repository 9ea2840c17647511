"""Parts of the overview: the grid with its key, the small pictures, the table of every figure, the sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.grid import Grid
from dashboard.components import html
from dashboard.components.charts import drawing
from dashboard.components.glossary import words_used
from dashboard.components.html import escape
from dashboard.components.tables import figure_cell, grouped_table, table
from dashboard.components.text import bullets, details, link, paragraph, section, tag
from dashboard.sentences import grid as words
from dashboard.sentences.grid import ARROWS, Cell, Column, GridText, Line

Component = Any

_KEY = (
    ("better", "Better"),
    ("similar", "Similar"),
    ("worse", "Worse"),
    ("lower", "Lower"),
    ("higher", "Higher"),
    ("plain", "Not compared"),
)
_TERMS = ("confidence-interval", "benchmark", "recent-trend", "similar-areas", "suppressed")


def grid_key() -> Component:
    """What the words, colours and arrows of the grid mean."""
    return html.div(
        [
            html.ul(
                [html.li(tag(name, kind)) for kind, name in _KEY],
                class_="wh-rug-key",
                aria_label="What the words and colours are",
            ),
            paragraph(words.KEY_WORDS, muted=True),
        ]
    )


def grid_table(text: GridText) -> Component:
    """The picture: a real table, so that it is read out, copied and printed like one."""
    return grouped_table(
        text.caption,
        [
            {"t": "Indicator", "c": "wh-rug-corner"},
            *(_column(column, place) for place, column in enumerate(text.columns)),
        ],
        [
            (theme, [[_line(line), *(_cell(cell) for cell in line.cells)] for line in lines])
            for theme, lines in text.themes
        ],
        id="overview-grid",
        label=f"Grid: {text.caption}",
        look="wh-rug",
    )


def _column(column: Column, place: int) -> dict[str, Any]:
    role = html.span(column.role, class_="wh-rug-role") if column.role else None
    first = {"c": "wh-rug-first"} if place == 0 else {}
    return {"t": column.name, "h": column.href, "after": role, **first}


def _line(line: Line) -> dict[str, Any]:
    return {"t": line.name, "h": line.href, "after": html.span(line.detail, class_="wh-rug-detail")}


def _cell(cell: Cell) -> dict[str, Any]:
    # a grid has up to 4,000 of them
    kind = cell.compared.replace("_", "-") if cell.compared else "plain"
    text = f'<span class="wh-rug-value">{escape(cell.value)}</span>' if cell.value else ""
    if arrow := ARROWS.get(cell.direction):
        text += (
            f' <span class="wh-rug-arrow" aria-hidden="true">{arrow}</span>'
            f'<span class="wh-visually-hidden">, recent trend: {escape(cell.trend)}; </span>'
        )
    if cell.word:
        text += f' <span class="wh-rug-word">{escape(cell.word)}</span>'
    return {"t": html.trusted(text), "c": f"wh-rug-{kind}"}


def small_pictures(pictures: Sequence[tuple[str, str, str]], key: str, taking_away: Component) -> Component:
    """Each indicator over time in a small picture of its own, as (name, href, SVG); None where there is none."""
    if not pictures:
        return None
    items = [
        html.li([html.h3(_linked_name(name, href), class_="wh-multiple-name"), drawing(svg)])
        for name, href, svg in pictures
    ]
    return section(
        "How they changed",
        paragraph(f"{key} Open one for its intervals and its table.", muted=True),
        html.ul(items, class_="wh-multiples"),
        taking_away,
        id="multiples",
    )


def _linked_name(name: str, href: str) -> list[Component]:
    """The name as a link; what tells that it is illustrative stands behind."""
    plain = name.removesuffix(sentences.ILLUSTRATIVE)
    return [link(plain, href), name[len(plain) :]]


def figures_table(grid: Grid, *, csv: str) -> Component:
    """Every figure of the grid on a line of its own, with interval, comparison and trend: what the CSV holds."""
    has_note = grid.is_illustrative
    columns: list[Any] = [
        "Indicator",
        "Area",
        "Period",
        {"label": "Value", "kind": "number"},
        {"label": "95% confidence interval", "kind": "number"},
        "Compared with England",
        "Recent trend",
        *(["Note"] if has_note else []),
        "Code",
    ]
    names = {
        column.area_code: {"t": column.name, "h": f"/areas/{column.area_code}"}
        for column in grid.areas.columns
    }
    starts = [(words.line_name(line), sentences.period_words(line.period)) for line in grid.lines]
    rows = []
    for (place, code), row in grid.figures.items():
        indicator = grid.lines[place].indicator
        name, period = starts[place]
        note = sentences.STATUS_WORDS["illustrative"] if row["status"] == "illustrative" else ""
        rows.append(
            [
                name,
                names[code],
                period,
                figure_cell(row, indicator),
                sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator),
                _compared(grid, place, code),
                words.row_trend(row),
                *([note] if has_note else []),
                code,
            ]
        )
    return section(
        "All figures",
        table(
            f"{words.heading_words(grid.areas)}: every figure with its interval",
            columns,
            rows,
            id="overview-table",
            csv=csv,
            hide_caption=True,
        ),
        id="figures",
    )


def _compared(grid: Grid, place: int, area_code: str) -> Any:
    word = grid.words.get((place, area_code))
    if word is None:
        return ""
    odds = sentences.at_odds_words(grid.at_odds.get((place, area_code)), "England")
    text = f"{sentences.compare_words(word)}: {odds}" if odds else sentences.compare_words(word)
    return {"t": text, "c": f"wh-compared wh-compared-{word.replace('_', '-')}"}


def by_area(grid: Grid) -> Component:
    """The grid in words, area by area and by name; None where fewer than two areas can be compared."""
    items: list[Component] = []
    for column in grid.areas.columns[1:]:
        summary = words.counted_words(grid, column.area_code)
        if summary:
            items.append(
                [link(sentences.short_name(column.name), f"/areas/{column.area_code}"), f": {summary}"]
            )
    return details("The grid in words, area by area", bullets(items)) if len(items) > 1 else None


def not_shown(grid: Grid) -> Component:
    """Indicators without a figure for any of the areas, and where they have some; None where every one has."""
    items: list[Component] = [
        [link(indicator.short_title, f"/indicators/{indicator.id}"), words.where_published(area_types)]
        for indicator, area_types in grid.without
    ]
    if not items:
        return None
    return details(
        f"{sentences.counted(len(items), 'indicator')} without a figure for these areas", bullets(items)
    )


def grid_sources(grid: Grid) -> Component:
    """How the figures are made, and publisher, publication and dates of each of them, by release."""
    used: dict[str, dict[str, None]] = {}
    for (place, _), row in grid.figures.items():
        used.setdefault(row["release"], {})[grid.lines[place].indicator.short_title] = None
    items: list[Component] = [
        [html.strong("; ".join(used[release.release_id])), f": {sentences.release_words(release)}"]
        for release in grid.releases
    ]
    return section(
        "Sources and method",
        paragraph(words.METHOD, " ", link("How to read the figures", "/about#comparison")),
        paragraph("Words used here: ", *words_used(_TERMS, place="grid")),
        details(
            f"Source, dates and licence of each figure ({sentences.counted(len(items), 'publication')})",
            bullets(items),
        ),
        id="sources",
    )
