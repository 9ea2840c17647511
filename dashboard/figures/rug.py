"""The overview grid: indicators down, areas across, each cell a value, a word, a colour and a trend arrow.

Pure: lines in, the HTML of one real table out (every text escaped). A grid may have a thousand cells, which is
far quicker to send and to draw as text than as components.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# (arrow, direction) of a recent trend
ARROWS = {"increasing": "↑", "decreasing": "↓", "no_change": "→"}


@dataclass(frozen=True, slots=True)
class Column:
    """One area: its name, where its name leads, and what it is to the reader (``Region``, ``Similar area``)."""

    area_code: str
    name: str
    href: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. ``compared`` is a category of ``indicators.statistics.comparison``, empty where there is no
    figure or nothing to compare (England itself); ``word`` says the same, or why there is no figure.
    """

    value: str
    word: str = ""
    compared: str = ""
    direction: str = ""
    trend: str = ""
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: its name, where its definition is, the period and unit in words, and a cell for each column."""

    name: str
    href: str
    detail: str
    cells: tuple[Cell, ...]


def table_html(caption: str, columns: Sequence[Column], themes: Sequence[tuple[str, Sequence[Line]]]) -> str:
    """The grid as HTML: a table with row and column headings in a region that scrolls and takes the focus."""
    width = len(columns) + 1
    head = "".join(
        f'<th scope="col"{_code_class(place)}><a class="wh-link" href="{_text(column.href)}">{_text(column.name)}</a>'
        + (f'<span class="wh-rug-role">{_text(column.role)}</span>' if column.role else "")
        + "</th>"
        for place, column in enumerate(columns)
    )
    bodies = []
    for theme, lines in themes:
        rows = "".join(_line(line) for line in lines)
        bodies.append(
            f'<tbody><tr class="wh-rug-theme"><th scope="rowgroup" colspan="{width}"><span>{_text(theme)}</span></th>'
            f"</tr>{rows}</tbody>"
        )
    return (
        f'<div class="wh-table-scroll wh-rug-scroll" tabindex="0" role="region" aria-label="{_text(f"Grid: {caption}")}">'
        f'<table><caption class="wh-visually-hidden">{_text(caption)}</caption>'
        f'<thead><tr><th scope="col" class="wh-rug-corner">Indicator</th>{head}</tr></thead>{"".join(bodies)}'
        "</table></div>"
    )


def _code_class(place: int) -> str:
    return ' class="wh-rug-first"' if place == 0 else ""


def _line(line: Line) -> str:
    cells = "".join(_cell(cell) for cell in line.cells)
    return (
        f'<tr><th scope="row"><a class="wh-link" href="{_text(line.href)}">{_text(line.name)}</a>'
        f'<span class="wh-rug-detail">{_text(line.detail)}</span></th>{cells}</tr>'
    )


def _cell(cell: Cell) -> str:
    kind = cell.compared.replace("_", "-") if cell.compared else "plain"
    parts = []
    if cell.value:
        parts.append(f'<span class="wh-rug-value">{_text(cell.value)}</span>')
    arrow = ARROWS.get(cell.direction)
    if arrow:
        parts.append(
            f' <span class="wh-rug-arrow" aria-hidden="true">{arrow}</span>'
            f'<span class="wh-visually-hidden">, recent trend: {_text(cell.trend)}; </span>'
        )
    if cell.word:
        parts.append(f' <span class="wh-rug-word">{_text(cell.word)}</span>')
    if cell.illustrative:
        parts.append(' <span class="wh-rug-word">Illustrative</span>')
    return f'<td class="wh-rug-{kind}">{"".join(parts)}</td>'


def _text(text: str) -> str:
    return escape(text, quote=True)
