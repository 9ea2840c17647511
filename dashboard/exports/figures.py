"""Figures as rows of a spreadsheet: the same columns in every CSV, in the bundle and in the workbook.

A row stands alone: it names its area, period, people, unit, interval, status, source and dates, and says in
words where a figure is illustrative.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.page import Change, Export, Shown
from dashboard.answers.age import Age
from dashboard.queries.grades import grades
from geodata.groups import plain_code
from indicators.catalogue import Indicator

Row = Mapping[str, Any]
Cell = str | float | int | None
AgeOf = Callable[[Indicator, Row], Age]

BOM = "\ufeff"  # by which Excel knows that a CSV is UTF-8
_PIECE = 500  # rows
# a cell that begins so could be run by a spreadsheet as a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")

# name, type (of the Table Schema and CSVW), what it holds
BASE_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("indicator_id", "string", "Id of the indicator, as in addresses and in the API"),
    ("indicator", "string", "Title of the indicator"),
    ("area_code", "string", "GSS code of the area"),
    ("area_name", "string", "Name of the area"),
    ("area_type", "string", "Kind of area: ltla, utla, region, england, icb …"),
    ("period", "string", "ISO 8601 start and duration, such as 2022-04-01/P1Y"),
    ("period_label", "string", "Label of the period, such as 2022/23"),
    ("sex", "string", "persons, female or male"),
    ("age", "string", "Age band, or all"),
    ("breakdown", "string", "Group of people other than by sex and age, or all"),
    ("value", "number", "The figure; empty where there is none"),
    ("unit", "string", "Unit of value and limits"),
    ("lower_ci_95", "number", "Lower end of the 95% confidence interval"),
    ("upper_ci_95", "number", "Upper end of the 95% confidence interval"),
    ("numerator", "number", "Numerator: the count that the figure is made of"),
    ("denominator", "number", "Denominator: the count that it is divided by"),
    ("status", "string", "ok, suppressed, unreliable, not_available, not_collected or illustrative"),
    ("status_words", "string", "What the status means; says where a figure is illustrative and not real"),
    ("survey_quality", "string", "For sample surveys: A precise, B reasonably precise, C acceptable, D unreliable"),
    ("interval_method", "string", "How the interval was made"),
    ("note", "string", "Limitations of this figure"),
    ("publisher", "string", "Who published it"),
    ("publication", "string", "What it was published in"),
    ("edition", "string", "Which issue of the publication"),
    ("published_on", "string", "Day of publication, where known"),
    ("loaded_at", "string", "When it was loaded here (UTC)"),
    ("licence", "string", "Licence of the figure"),
    ("release_id", "string", "Id of the release, for lineage"),
    ("age_note", "string", "Where the figure is over two years old, a newer one is withheld, or its measure has ended"),
)  # fmt: skip
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


def base_rows(
    figures: Sequence[tuple[Indicator, Row]], releases: Mapping[str, Row], age: AgeOf
) -> Iterator[list[Cell]]:
    """The cells of ``BASE_COLUMNS`` for rows of the store; ``releases`` by release id. Grades come from one call.

    ``age`` gives the age of a figure (``queries.age.ages_in``).
    """
    for (indicator, row), grade in zip(figures, grades(figures), strict=True):
        release = releases.get(row["release"], {})
        yield [
            indicator.id,
            indicator.title,
            plain_code(row["area_code"]),
            row["area_name"],
            row["area_type"],
            row["period"],
            sentences.period_words(row["period"]),
            row["sex"],
            row["age"],
            row["breakdown"],
            row["value"],
            sentences.unit_words(indicator),
            row["lower_ci_95"],
            row["upper_ci_95"],
            row["numerator"],
            row["denominator"],
            row["status"],
            sentences.STATUS_WORDS[row["status"]],
            sentences.grade_words(grade),
            row["interval_method"],
            row["note"] or "",
            release.get("publisher", ""),
            release.get("publication", ""),
            release.get("edition", ""),
            release.get("published_on") or "",
            release.get("loaded_at", ""),
            release.get("licence", ""),
            row["release"],
            sentences.age_note(age(indicator, row), row["period"]),
        ]


def shown_rows(figures: Sequence[Shown], releases: Mapping[str, Row], age: AgeOf) -> Iterator[list[Cell]]:
    """The cells of ``BASE_COLUMNS`` and ``COMPARED_COLUMNS`` for the figures of a page.

    Nothing is said beside an illustrative figure: it is compared with nothing and has no trend.
    """
    base = base_rows([(figure.indicator, figure.row) for figure in figures], releases, age)
    for figure, cells in zip(figures, base, strict=True):
        if figure.row["status"] == "illustrative":
            yield [*cells, "", None, "", "", ""]
            continue
        words = sentences.compare_words(figure.compared) if figure.compared else ""
        yield [
            *cells, figure.benchmark_name, figure.benchmark, words, figure.trend, figure.not_compared,
        ]  # fmt: skip


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


def export_csv(export: Export, releases: Mapping[str, Row], age: AgeOf) -> str:
    """The CSV of what a page shows, with the mark by which Excel knows UTF-8.

    Columns of a change stand there only where a figure has one.
    """
    columns = [*BASE_COLUMNS, *COMPARED_COLUMNS]
    rows = shown_rows(export.figures, releases, age)
    if any(figure.change for figure in export.figures):
        columns += CHANGE_COLUMNS
        rows = (
            [*cells, *change_cells(figure.change)] for figure, cells in zip(export.figures, rows, strict=True)
        )
    return BOM + "".join(csv_pieces([name for name, *_ in columns], rows))


def file_slug(*parts: str | None) -> str:
    """Parts of a file name: ``employment-rate``, ``E06000018``, ``2022/23`` → ``employment-rate-E06000018-2022-23``."""
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts if part)
