"""What a page says beside a figure, as cells of a CSV, and how any cell is written; ``rows_csv`` writes the figure itself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from dashboard import sentences
from dashboard.address.page import Change, Shown

Cell = str | float | int | None

BOM = "\ufeff"  # by which Excel knows that a CSV is UTF-8
_PIECE = 500  # rows
# a cell that begins so could be run by a spreadsheet as a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")

# name, type (of the Table Schema and CSVW), what it holds
QUALITY_COLUMN = (
    "survey_quality",
    "string",
    "For sample surveys: A precise, B reasonably precise, C acceptable, D unreliable",
)
COMPARED_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("compared_with", "string", "What the figure is compared with"),
    ("benchmark_value", "number", "The figure of that benchmark"),
    ("comparison", "string", "Better, similar, worse, lower, higher or not compared"),
    ("recent_trend", "string", "The recent trend, such as Increasing (better)"),
    (
        "comparison_note",
        "string",
        "Why a gap is not compared: the rate of the group itself points the other way",
    ),
)

CHANGE_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("change_since", "string", "Period that the change is counted from, ISO 8601 start and duration"),
    ("change_since_label", "string", "Label of that period"),
    (
        "change",
        "number",
        "value less the value of that period: in its unit, or percentage points of a percentage",
    ),
    ("change_lower_ci_95", "number", "Lower end of the 95% interval of the change"),
    ("change_upper_ci_95", "number", "Upper end of the 95% interval of the change"),
    ("change_words", "string", "The change as the map words it"),
    ("change_note", "string", "Why the change cannot be calculated or judged, where that is so"),
)


def compared_cells(figure: Shown) -> list[Cell]:
    """The cells of ``COMPARED_COLUMNS``. Nothing is said beside an illustrative figure: it is compared with nothing and
    has no trend.
    """
    if figure.row["status"] == "illustrative":
        return ["", None, "", "", ""]
    words = sentences.compare_words(figure.compared) if figure.compared else ""
    return [figure.benchmark_name, figure.benchmark, words, figure.trend, figure.not_compared]


def change_cells(change: Change | None) -> list[Cell]:
    """The cells of ``CHANGE_COLUMNS``."""
    if change is None:
        return [None] * len(CHANGE_COLUMNS)
    return [
        change.since,
        sentences.period_words(change.since),
        change.difference,
        change.lower,
        change.upper,
        change.words,
        change.reason,
    ]


def safe(cell: Cell) -> str:
    """A cell as text for a CSV. A number has no rounding noise; a text that could run as a formula gets an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return f"{cell:.10g}"


def csv_pieces(names: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """A CSV (RFC 4180: the heading first, lines end in CR LF) in pieces of a few hundred rows."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for place, row in enumerate(rows, 1):
        writer.writerow([safe(cell) for cell in row])
        if place % _PIECE == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def file_slug(*parts: str | None) -> str:
    """Parts of a file name: ``employment-rate``, ``E06000018``, ``2022/23`` → ``employment-rate-E06000018-2022-23``."""
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts if part)
