"""Parts of the page of all indicators: the grid with its key, the table of every figure, the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.answers.grid import Grid
from dashboard.components import html
from dashboard.components.glossary import words_used
from dashboard.components.html import escape
from dashboard.components.tables import figure_cell, table
from dashboard.components.text import bullets, details, link, paragraph, section, tag
from dashboard.figures import colours
from dashboard.sentences import grid as words
from dashboard.sentences.grid import Cell, Column, GridText, Line
from geodata.groups import short_code

Component = Any

_KEY = (
    ("better", "Better than England"),
    ("similar", "Similar"),
    ("worse", "Worse"),
    ("higher", "Higher"),
    ("lower", "Lower"),
)
_FEW_COLUMNS, _MORE_COLUMNS = 12, 16
"""Columns of figures that fit beside each other at 1366 px and at 1920 px."""
_LONG = 8  # characters of a value that is written smaller
_TERMS = ("confidence-interval", "benchmark", "recent-trend", "similar-areas", "suppressed")
_TOO_FEW = f'<span class="wh-rug-few">{words.TOO_FEW}</span>'
_NOTHING = f'<span aria-hidden="true">{words.NOTHING}</span><span class="wh-visually-hidden">'


def grid_key(own: str | None) -> Component:
    """What symbols and lines of the grid mean; ``own`` is the name of the area whose line is purple."""
    line, dashed = '<path d="M1 10L9 4L17 9L27 3"', ' stroke-dasharray="3 2.5"'
    lines = [(own, f'{line} stroke="{colours.OWN}" stroke-width="2.2"')] if own else []
    if own:
        lines.append(("England", f'{line} stroke="{colours.MUTED}" stroke-width="1.5"{dashed}'))
    else:
        lines.append(("England", f'{line} stroke="{colours.INK}" stroke-width="2.2"'))
    drawn = [
        html.li(
            [html.trusted(f'<svg width="28" height="13" aria-hidden="true">{path} fill="none"/></svg>'), name]
        )
        for name, path in lines
    ]
    return html.ul(
        [
            *(html.li(tag(name, kind)) for kind, name in _KEY),
            html.li("No symbol: not compared", class_="wh-rug-quiet"),
            *drawn,
            html.li([words.MORE_RIGHT, " →"], class_="wh-rug-more", aria_hidden="true"),
        ],
        class_="wh-rug-key",
        aria_label="What the symbols and lines mean",
    )


def grid_table(text: GridText, drawn: Mapping[int, str], own: str | None = None) -> Component:
    """The picture: a real table, so that it is read out, copied and printed like one.

    drawn  markup of the small chart of each line that has one, by the line's place in the grid
    own    code of the area that the grid is about

    Written from one template a row: a grid has up to 4,000 cells. On a phone each row is a block of its own that opens
    (``assets/overview.js``).
    """
    codes = [column.area_code for column in text.columns]
    kinds = ["wh-rug-england", *("wh-rug-own" if code == own else "" for code in codes[1:])]
    starts = [
        (f'<td data-a="{escape(column.name)}" class="{kind}{" " if kind else ""}wh-rug-')
        for column, kind in zip(text.columns, kinds, strict=True)
    ]
    heads = "".join([_head(column, kind) for column, kind in zip(text.columns, kinds, strict=True)])
    others = len(codes) - 1 - (own in codes)
    opener = f"{others} other areas" if own else f"{others} areas"
    is_first, bodies = True, []
    for theme, lines in text.themes:
        rows = []
        for line in lines:
            rows.append(
                _row(line, starts, drawn.get(line.place, _TOO_FEW), opener if others else "", is_first)
            )
            is_first = False
        bodies.append(
            f'<tbody><tr class="wh-rug-theme"><th scope="rowgroup" colspan="{len(codes) + 2}"><span>{escape(theme)}</span>'
            f"</th></tr>{''.join(rows)}</tbody>"
        )
    fits = (
        " wh-rug-fits"
        if len(codes) <= _FEW_COLUMNS
        else " wh-rug-fits-wide"
        if len(codes) <= _MORE_COLUMNS
        else ""
    )
    return html.trusted(
        f'<div id="overview-grid" class="wh-table wh-wide wh-rug{fits}" style="--n:{len(codes)}"><div '
        f'class="wh-table-scroll wh-rug-scroll" tabindex="0" role="region" aria-label="{escape(text.caption)}">'
        f'<table><caption class="wh-visually-hidden">{escape(text.caption)}</caption><thead><tr>'
        f'<th scope="col" class="wh-rug-corner">Indicator</th><th scope="col" class="wh-rug-spark">Over time</th>{heads}'
        f"</tr></thead>{''.join(bodies)}</table></div></div>"
    )


def _head(column: Column, kind: str) -> str:
    role = f'<span class="wh-rug-role">{escape(column.role)}</span>' if column.role else ""
    return f'<th scope="col" class="{kind}"><a class="wh-link" href="{escape(at_root(column.href))}">{escape(column.name)}</a>{role}</th>'


def _row(line: Line, starts: Sequence[str], drawn: str, opener: str, is_open: bool) -> str:
    name = escape(line.name)
    button = (
        f'<td class="wh-rug-opening"><button type="button" class="wh-rug-opener" aria-expanded="'
        f'{"true" if is_open else "false"}"><span class="wh-visually-hidden">{opener}: {name}</span></button></td>'
        if opener
        else ""
    )
    unit = f' <span class="wh-rug-unit">{escape(line.unit)}</span>' if line.unit else ""
    cells = [start + _cell(cell) for start, cell in zip(starts, line.cells, strict=True)]
    return (
        f'<tr{" class=wh-open" if is_open else ""}><th scope="row"><a class="wh-link" href="{escape(at_root(line.href))}">{name}</a>'
        f'{unit}<span class="wh-rug-detail"><span class="wh-age{" wh-age-old" if line.is_old else ""}">'
        f'{escape(line.period)}</span></span></th><td class="wh-rug-spark">{drawn}</td>{"".join(cells)}{button}</tr>'
    )


def _cell(cell: Cell) -> str:
    """What follows the opening of a cell's class: its kind, its value, and its word for those who do not see the symbol."""
    if cell.compared == "illustrative":
        return f'illustrative">{escape(cell.value)}<span class="wh-rug-word">{escape(cell.word)}</span></td>'
    if cell.value:
        value = escape(cell.value)
        if len(value) > _LONG:
            value = f"<small>{value}</small>"
        if not cell.compared:
            return f'plain">{value}</td>'
        kind = cell.compared.replace("_", "-")
        return (
            f'{kind}">{escape(cell.value)}<span class="wh-visually-hidden"> {escape(cell.word)}</span></td>'
        )
    if cell.word == words.NO_FIGURE:
        return f'plain">{_NOTHING}{words.NO_FIGURE}</span></td>'
    return f'plain"><span class="wh-rug-word">{escape(cell.word)}</span></td>'


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
                short_code(code),
            ]
        )
    return html.div(
        details(
            f"All figures with their intervals ({sentences.number(len(rows))})",
            table(
                f"{words.title_words(grid.areas)}, every figure with its interval",
                columns,
                rows,
                id="overview-table",
                csv=csv,
                hide_caption=True,
                skip=True,
            ),
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
    return details("Summary for each area", bullets(items)) if len(items) > 1 else None


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
        paragraph(words.METHOD),
        paragraph(words.PERIODS, " ", link("How to read the figures", "/about#comparison")),
        paragraph("Glossary terms: ", *words_used(_TERMS, place="grid")),
        details(
            f"Source, dates and licence of each figure ({sentences.counted(len(items), 'publication')})",
            bullets(items),
        ),
        id="sources",
    )
