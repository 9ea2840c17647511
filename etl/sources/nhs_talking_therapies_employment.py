"""NHS Talking Therapies annual reports: employment status at the start and the end of treatment.

Source: NHS England (to January 2023 NHS Digital), the ``employment-status`` CSV of a year: for each
organisation a table of status at the start (rows) by status at the end (columns) of finished courses.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SetAside,
    SourceInfo,
)
from etl.sources.reading import nhs_publications
from geodata.register import Register
from indicators.periods import Period

KEYS = ("OrgType", "OrgCode", "OrgName", "VariableType", "VariableA", "VariableB")
END_STATUSES = (
    "Employed",
    "UnemployedAndSeekingWork",
    "Students",
    "LongTermSick",
    "Homemaker",
    "NotReceivingBenefits",
    "UnPaidVoluntaryWork",
    "Retired",
    "NotStated_Unknown_Invalid",
)
FINISHED = "Count_FinishedCourseTreatment"
END = "Count_EmploymentStatusEndTreatment_"
SERIES = f"{nhs_publications.SERIES}nhs-talking-therapies-for-anxiety-and-depression-annual-reports"
VARIABLE = "Employment status at start of treatment"
ILLUSTRATIVE_FOLDER = Path(__file__).parents[1] / "illustrative" / "nhs_talking_therapies_employment"

# how the words of a starting status begin, in the spellings of all years
_STARTS = {
    "total": ("total", "all"),
    "employed": ("employed",),
    "unknown": ("not stated", "not known", "unknown", "invalid", "null"),
    "other": (
        "unemployed",
        "student",
        "long term sick",
        "long-term sick",
        "homemaker",
        "not receiving benefits",
        "unpaid voluntary",
        "retired",
    ),
}
_MARKERS = {"*": "suppressed", "NULL": "not_collected", "-": "not_available", "N/A": "not_available"}


class NhsTalkingTherapiesEmployment:
    """Reads the employment-status CSVs of the annual reports."""

    info = SourceInfo(
        source_id="nhs_talking_therapies_employment",
        publisher="NHS England (to January 2023 NHS Digital)",
        title="NHS Talking Therapies annual reports: employment status at start and end of treatment",
        licence="Open Government Licence v3.0",
        url=SERIES,
        cadence="once a year, for April to March",
        attribution=(
            "Source: NHS England, NHS Talking Therapies annual reports, licensed under the Open Government "
            "Licence v3.0."
        ),
        calendar=Calendar((11,), 28),
    )
    parser_version = 2
    bundled = ILLUSTRATIVE_FOLDER

    def discover(self, folder: Path) -> list[Edition]:
        """One edition an employment-status CSV; a name that starts with ``illustrative`` makes it so."""
        editions = []
        for path in reading.files_below(folder, "*.csv"):
            columns = {_plain(name) for name in reading.header_of(path)}
            if (
                not re.search(r"psych-ther-ann.*employment", path.name, re.IGNORECASE)
                and _plain(END + "Employed") not in columns
            ):
                continue
            year = reading.year_in_name(path)
            illustrative = path.name.casefold().startswith("illustrative")
            editions.append(
                Edition(
                    edition=f"{year or path.stem}{'-illustrative' if illustrative else ''}",
                    publication=(
                        "Illustrative figures in the layout of the annual report's employment-status CSV, "
                        if illustrative
                        else "NHS Talking Therapies annual report, employment status, "
                    )
                    + (year or "year not known"),
                    files=(FoundFile(path, "employment_status"),),
                    precedence=-1 if illustrative else int((year or "0000")[:4]),
                    illustrative=illustrative,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the newest annual report, a zip that holds the CSV of employment status. Raises ReleaseChanged, FetchFailed."""
        nhs_publications.save_newest(downloads, SERIES, r"^psych-ther-ann-.*csvs?.*\.zip$")

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one year; counts its rows (one organisation and one starting status each).

        Made from the large cells of each organisation's table (with both statuses known): employed at start
        and at end, moved into and out of employment. A hidden cell among those that are needed hides the
        figure. Raises BadFile and ReleaseChanged.
        """
        path = edition.files[0].path
        year = reading.year_in_name(path)
        if year is None:
            raise BadFile(
                path,
                value=path.stem,
                expected="the year in the name of the file, such as 2021-22 (it has no column for it)",
                fix="give the file its publisher's name again",
            )
        period = Period.parse(reading.financial_year(year))
        progress(f"{path.name}: reading", 0, 0)
        rows = _rows(path)
        aside: list[SetAside] = []
        rows_in = len(rows)
        variables = sorted(rows["VariableType"].unique())
        rows = _areas_only(rows, period, register, aside)
        other = rows["VariableType"].str.casefold() != VARIABLE.casefold()
        for words, group in rows[other].groupby("VariableType"):
            aside.append(SetAside(f"variable {words!r} is not used", len(group)))
        rows = rows[~other]
        if rows.empty:
            raise ReleaseChanged(
                f"{path.name}: no row of an area with VariableType {VARIABLE!r}; found {variables}"
            )
        records: list[dict[str, Any]] = []
        problems = []
        in_total: list[str] = []
        for area_code, table in rows.groupby("area_code", sort=False):
            cells = _table(path, table)
            starts = [_start(path, *line) for line in table[["row", "VariableA"]].itertuples(index=False)]
            if "total" in starts:
                in_total += [
                    words for words, start in zip(table["VariableA"], starts, strict=True) if start == "other"
                ]
            if area_code == reading.ENGLAND:
                problems = _adds_up(path, table, cells)
            records.extend(
                {"area_code": area_code, "period": period.iso, "row": int(table["row"].iloc[0]), **figure}
                for figure in _figures(cells)
            )
        if in_total:
            reason = "starting status that the row of the total holds already"
            aside.append(SetAside(reason, len(in_total), reading.unmatched(in_total, limit=12)))
        measured = measurements.from_rows(records)
        reading.refuse_duplicates(measured, path)
        warnings = [
            f"{path.name}: counts below England are rounded to the nearest 5 by the publisher, so that a "
            "difference of two of them may be 5 off",
            *problems,
        ]
        return Parsed(
            measured, rows_in=rows_in, set_aside=aside, warnings=warnings, used=len(rows) - len(in_total)
        )


def _plain(name: str) -> str:
    """Column names without underscores and case: the files of the years mix their spellings."""
    return re.sub(r"[\W_]", "", name).casefold()


def _rows(path: Path) -> pd.DataFrame:
    """The file with its columns in one spelling. Raises ReleaseChanged for those that are gone."""
    needed = (*KEYS, FINISHED, *(END + status for status in END_STATUSES))
    spelling = {_plain(name): name for name in reversed(reading.header_of(path))}
    found = {spelling.get(_plain(name), name): name for name in needed}
    return reading.read_csv(path, needed=tuple(found), keep=tuple(found)).rename(columns=found)


def _areas_only(
    rows: pd.DataFrame, period: Period, register: Register, aside: list[SetAside]
) -> pd.DataFrame:
    kinds = rows["OrgType"].str.casefold().map(reading.NHS_ORGANISATIONS)
    for words, group in rows[kinds.isna()].groupby("OrgType"):
        aside.append(SetAside(f"organisation type {words!r} is not an area", len(group)))
    rows = rows[kinds.notna()].copy()
    codes = {
        (kind, code): reading.nhs_area_code(kind, code, period, register)
        for kind, code in set(zip(rows["OrgType"], rows["OrgCode"], strict=True))
    }
    rows["area_code"] = [codes[pair] or "" for pair in zip(rows["OrgType"], rows["OrgCode"], strict=True)]
    for words, group in rows[rows["area_code"] == ""].groupby("OrgType"):
        aside.append(
            SetAside(
                f"{words}: code of no area of the register in the year",
                len(group),
                reading.unmatched(group["OrgCode"] + " " + group["OrgName"], limit=12),
                reading.unknown_areas(group["OrgCode"]),
            )
        )
    return rows[rows["area_code"] != ""]


Cell = tuple[float, str]
"""(value, status)"""


def _table(path: Path, rows: pd.DataFrame) -> dict[tuple[str, str], Cell]:
    """(start, end) → cell, with start one of total, employed, unknown, and end one of finished, employed, unknown."""
    wanted = {
        "finished": FINISHED,
        "employed": END + "Employed",
        "unknown": END + "NotStated_Unknown_Invalid",
    }
    cells: dict[tuple[str, str], Cell] = {}
    others: dict[str, list[Cell]] = {end: [] for end in wanted}
    seen: dict[str, int] = {}
    for row, words, *texts in rows[["row", "VariableA", *wanted.values()]].itertuples(index=False):
        start = _start(path, int(row), words)
        if words.casefold() in seen:
            raise BadFile(
                path,
                row=int(row),
                column="VariableA",
                value=words,
                expected=f"each starting status once, and row {seen[words.casefold()]} has it already",
            )
        seen[words.casefold()] = int(row)
        for end, text in zip(wanted, texts, strict=True):
            cell = reading.number(text, file=path, row=int(row), column=wanted[end], markers=_MARKERS)
            if start == "other":
                others[end].append(cell)
            else:
                cells[start, end] = cell
    lost = [start for start in ("employed", "unknown") if (start, "finished") not in cells]
    if lost:
        raise BadFile(
            path,
            row=int(rows["row"].iloc[0]),
            column="VariableA",
            value=f"no row for status {lost[0]} of {rows['OrgCode'].iloc[0]}",
            expected="rows for employed and for not stated at the start",
        )
    for end in wanted:
        # the total row is documented from 2023-24 on; without it the rows are summed
        if ("total", end) not in cells:
            cells["total", end] = _sum([*others[end], cells["employed", end], cells["unknown", end]])
    return cells


def _start(path: Path, row: int, words: str) -> str:
    text = words.casefold().strip()
    for start, beginnings in _STARTS.items():
        if text.startswith(beginnings):
            return start
    raise BadFile(
        path,
        row=row,
        column="VariableA",
        value=words,
        expected="a known starting status, such as Employed, Retired or Not stated",
    )


def _sum(cells: list[Cell], signs: tuple[int, ...] | None = None) -> Cell:
    """A sum with signs; a cell that is missing makes the sum missing with its status."""
    for value, status in cells:
        if value != value:
            return float("nan"), status
    return sum(sign * cell[0] for sign, cell in zip(signs or (1,) * len(cells), cells, strict=True)), "ok"


def _figures(cells: dict[tuple[str, str], Cell]) -> list[dict[str, Any]]:
    total, employed, unknown = (
        {end: cells[start, end] for end in ("finished", "employed", "unknown")}
        for start in ("total", "employed", "unknown")
    )
    both = _sum(
        [total["finished"], unknown["finished"], total["unknown"], unknown["unknown"]], (1, -1, -1, 1)
    )
    at_start = _sum([employed["finished"], employed["unknown"]], (1, -1))
    at_end = _sum([total["employed"], unknown["employed"]], (1, -1))
    figures = {
        "finished_course_treatment.count": total["finished"],
        "finished_known_both.count": both,
        "status_unknown.count": _sum([total["finished"], both], (1, -1)),
        "employed_at_start.count": at_start,
        "not_employed_at_start.count": _sum([both, at_start], (1, -1)),
        "employed_at_end.count": at_end,
        "stayed_in_employment.count": employed["employed"],
        "moved_into_employment.count": _sum([at_end, employed["employed"]], (1, -1)),
        "moved_out_of_employment.count": _sum([at_start, employed["employed"]], (1, -1)),
    }
    base = figures["not_employed_at_start.count"][0]
    records = []
    for measure, (value, status) in figures.items():
        # who looks at people who moved must see how many others are not known
        note = _unknown(total["finished"], both) if measure.startswith("moved_") else ""
        if status == "suppressed":
            note = "A cell that is needed is hidden by the publisher"
        elif value < 0:
            value, status = float("nan"), "unreliable"
            note = "Too few people: the publisher's rounding makes the difference negative"
        elif measure == "moved_into_employment.count" and value > base:
            value, status = float("nan"), "unreliable"
            note = "Too few people: the publisher's rounding makes more move than there were"
        records.append({"measure": measure, "value": value, "status": status, "note": note})
    return records


def _unknown(finished: Cell, both: Cell) -> str:
    """The share of courses without a status at both ends, in words; empty where it is not known."""
    if not finished[0] > 0 or both[0] != both[0]:
        return ""
    share = 100 * (finished[0] - both[0]) / finished[0]
    return f"Employment status not known at start or end for {share:.0f}% of finished courses."


def _adds_up(path: Path, rows: pd.DataFrame, cells: dict[tuple[str, str], Cell]) -> list[str]:
    """England is not rounded: its starting statuses must add up to its total."""
    parts = 0.0
    for row, words, text in rows[["row", "VariableA", FINISHED]].itertuples(index=False):
        if _start(path, int(row), words) != "total":
            parts += reading.number(text, file=path, row=int(row), column=FINISHED, markers=_MARKERS)[0]
    whole = cells["total", "finished"][0]
    if parts == parts and whole == whole and parts != whole:
        return [
            f"{path.name}: England: starting statuses add up to {parts:,.0f}, the total says {whole:,.0f}"
        ]
    return []


source = NhsTalkingTherapiesEmployment()
