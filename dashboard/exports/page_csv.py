"""The CSV of what a page shows: each figure as ``rows_csv`` writes it, and what the page says beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dashboard import sentences
from dashboard.address.page import Export, Shown
from dashboard.answers.observations import Observation
from dashboard.exports.figures import (
    BOM,
    CHANGE_COLUMNS,
    COMPARED_COLUMNS,
    QUALITY_COLUMN,
    Cell,
    change_cells,
    compared_cells,
    safe,
)
from dashboard.exports.rows_csv import PARENT_COLUMNS, FigureRows, ParentOf, columns, quoted
from dashboard.queries.geography import region_of
from dashboard.queries.grades import grades
from indicators.periods import Period
from indicators.store.selection import CELL_NAMES

if TYPE_CHECKING:
    from dashboard.address.context import Context

REGION = "that the area lies in by at least half: of an NHS area its NHS region; empty for a region"
_REGION_COLUMNS = {
    "parent_code": f"Code of the region {REGION}",
    "parent_name": f"Name of the region {REGION}",
}
assert set(_REGION_COLUMNS) == {name for name, *_ in PARENT_COLUMNS}


def file_columns() -> tuple[tuple[str, str, str], ...]:
    """The columns that every file of figures opens with: name, type, what each holds."""
    return tuple((name, kind, _REGION_COLUMNS.get(name, words)) for name, kind, words in columns(True))


def region_in(context: Context) -> ParentOf:
    """Gives the code of the region that the area of a figure lies in at the end of its period; None for none."""
    known: dict[tuple[str, str, str], str | None] = {}

    def region(figure: Observation) -> str | None:
        key = (figure.cells[0], figure.cells[1], figure.area_type)
        if key not in known:
            code, period, area_type = key
            is_one = area_type in context.register.types_of(code)
            known[key] = (
                region_of(
                    context.register,
                    code,
                    Period.parse(period).end_on,
                    area_type=area_type if is_one else None,
                )
                if code in context.register
                else None
            )
        return known[key]

    return region


def export_csv(context: Context, export: Export, *, for_excel: bool = False) -> str:
    """The CSV of what a page shows (RFC 4180). Columns of a change stand there only where a figure has one.

    ``for_excel`` begins it with the mark by which Excel knows UTF-8. Raises the store's errors.
    """
    has_change = any(figure.change for figure in export.figures)
    heading = [QUALITY_COLUMN, *COMPARED_COLUMNS, *(CHANGE_COLUMNS if has_change else ())]
    rows = FigureRows(context, region_in(context))
    names = ",".join([rows.heading, *(name for name, *_ in heading)])
    lines = [names, *_lines(rows, export, has_change)]
    return (BOM if for_excel else "") + "".join(f"{line}\r\n" for line in lines)


def _lines(rows: FigureRows, export: Export, has_change: bool) -> Iterator[str]:
    graded = grades([(figure.indicator, figure.row) for figure in export.figures])
    for figure, grade in zip(export.figures, graded, strict=True):
        beside: list[Cell] = [sentences.grade_words(grade), *compared_cells(figure)]
        if has_change:
            beside += change_cells(figure.change)
        yield ",".join(
            [
                rows.line(observation(figure)),
                *(quoted(cell) if isinstance(cell, str) else safe(cell) for cell in beside),
            ]
        )


def observation(figure: Shown) -> Observation:
    """A figure of a page as the store gives it."""
    row = {**figure.row, "release_id": figure.row.get("release") or ""}
    return Observation(figure.indicator.id, row["area_type"], [row.get(name) for name in CELL_NAMES])
