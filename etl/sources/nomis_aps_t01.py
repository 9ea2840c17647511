"""Annual Population Survey, table T01, as workbooks that Nomis writes: economic activity of people aged 16–64.

Source: Office for National Statistics, through Nomis. A workbook stacks one table a year: lines about it, a
header of table cells, a second header ``number | Flags | conf`` for each, and one row an area, by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine as calamine

from etl.fetching import archives
from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Calendar,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SetAside,
    SourceInfo,
)
from geodata.register import Area, Register
from indicators.periods import Period

# measures that every table must have: what the indicators stand on, and what adds up to the whole
NEEDED = (
    "all-16-64",
    "economically-active-16-64",
    "in-employment-16-64",
    "employees-16-64",
    "self-employed-16-64",
    "unemployed-16-64",
    "inactive-16-64",
)
_AREA_TYPES = {"country": "england", "ladu": "ltla", "lep": "lep", "gor": "region"}
_USER_DEFINED = "User Defined Geography"
_DOWNLOADED = re.compile(r"\[from Nomis on (\d{1,2} \w+ \d{4})\]")
_SPAN = re.compile(r"^(\w+) (\d{4})-(\w+) (\d{4})$")
_CELL = re.compile(r"^T01:\d+ \(Aged (\d+)-(\d+) - (.+?) : (.+?) \)$")
_PEOPLE = {"all people": "persons", "males": "male", "females": "female"}
_MARKERS = {
    "!": ("suppressed", "Not available: the survey group is of 0 to 2 people"),
    "~": ("not_available", "Estimate is less than 500"),
    "-": ("not_available", "Missing in the publication"),
    "*": ("unreliable", "Unreliable: the survey group is of 3 to 9 people"),
}


@dataclass(frozen=True)
class _Measure:
    measure: str
    sex: str
    age: str
    column: int


@dataclass(frozen=True)
class _Table:
    period: str
    header_row: int
    measures: tuple[_Measure, ...]
    areas: tuple[tuple[int, tuple[Any, ...]], ...]


class NomisApsT01:
    """Reads table T01 of the Annual Population Survey from workbooks of Nomis."""

    info = SourceInfo(
        source_id="nomis_aps_t01",
        publisher="Office for National Statistics, through Nomis",
        title="Annual Population Survey, table T01: economic activity by age",
        licence="Open Government Licence v3.0",
        url="https://www.nomisweb.co.uk/datasets/aps168",
        cadence="every three months, each release covering the last twelve months",
        attribution=(
            "Source: Office for National Statistics (Annual Population Survey, Nomis), licensed under the "
            "Open Government Licence v3.0."
        ),
        calendar=Calendar(months=(1, 4, 7, 10), day=25),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a workbook called ``nomis_*.xlsx``, the one downloaded first first."""
        editions = []
        for path in reading.files_below(folder, "nomis_*.xlsx"):
            downloaded_on = _downloaded_on(path)
            day = f"{downloaded_on.day} {downloaded_on:%B %Y}" if downloaded_on else None
            editions.append(
                Edition(
                    edition=downloaded_on.isoformat() if downloaded_on else path.stem,
                    publication="Annual Population Survey, table T01"
                    + (f" (from Nomis on {day})" if day else ""),
                    files=(FoundFile(path, "workbook", published_on=downloaded_on),),
                    published_on=downloaded_on,
                    # a later download has the survey's revised weights
                    precedence=downloaded_on.toordinal() if downloaded_on else 0,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one workbook; counts its cells of figures (areas × measures), not its rows.

        Names become codes as they stood in the table's own period, or at the first later date that knows the
        name (Nomis gives old years on new boundaries; the note says so). Names that cannot be matched are set
        aside and listed. Raises BadFile and ReleaseChanged.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        with reading.open_workbook(path) as workbook:
            sheet = reading.sheet(path, workbook, "Data")
            rows = list(enumerate(reading.sheet_cells(path, sheet), start=1))
        tables = list(_tables(path, rows))
        if not tables:
            raise ReleaseChanged(
                f"{path.name}: no table found in sheet 'Data'; expected a line 'date', a line 'Area' with the "
                "cells of table T01 and rows of areas"
            )
        records: list[dict[str, Any]] = []
        cells = 0
        unmatched: dict[str, list[str]] = {}
        later: set[str] = set()
        for number, table in enumerate(tables, start=1):
            progress(f"{path.name}: {Period.parse(table.period).label}", number, len(tables))
            for row, values in table.areas:
                label = str(values[0])
                cells += len(table.measures)
                area, on_later_boundaries, reason = _area(label, table.period, edition.published_on, register)
                if area is None:
                    unmatched.setdefault(reason, []).extend([label] * len(table.measures))
                    continue
                if on_later_boundaries:
                    later.add(label.partition(":")[2])
                for measure in table.measures:
                    records.append(
                        {
                            "measure": measure.measure,
                            "area_code": area.area_code,
                            "period": table.period,
                            "sex": measure.sex,
                            "age": measure.age,
                            "row": row,
                            **_figure(path, row, measure, values, on_later_boundaries),
                        }
                    )
        measured = measurements.from_rows(records)
        reading.refuse_duplicates(measured, path)
        aside = [
            # every name is listed: an area that is missed must be seen
            SetAside(reason, len(labels), reading.unmatched(labels, limit=len(labels)))
            for reason, labels in sorted(unmatched.items())
        ]
        warnings = []
        if later:
            warnings.append(
                f"{path.name}: figures for years before the area existed, on its later boundaries: "
                + "; ".join(sorted(later))
            )
        return Parsed(measured, rows_in=cells, set_aside=aside, warnings=warnings)


def _downloaded_on(path: Path) -> date | None:
    """The day in the workbook's second line; None where it cannot be read, which parse then says."""
    try:
        archives.check_size(path)
        # openpyxl would take ten times as long to import as this takes to read
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            lines = workbook.get_sheet_by_index(0).iter_rows()
            for _, line in zip(range(5), lines, strict=False):
                if line and (found := _DOWNLOADED.search(str(line[0]))):
                    return datetime.strptime(found[1], "%d %B %Y").date()  # noqa: DTZ007 (a day)
    except (calamine.CalamineError, OSError, ValueError, IndexError, RuntimeError):
        return None
    return None


def _tables(path: Path, rows: list[tuple[int, tuple[Any, ...]]]) -> Iterator[_Table]:
    """The tables of a sheet. Raises ReleaseChanged where a table lacks one of its lines."""
    starts = [place for place, (_, line) in enumerate(rows) if line and line[0] == "date"]
    ends = [*starts[1:], len(rows)] if starts else []
    _words_alone(path, rows[: starts[0]] if starts else [])
    for place, after in zip(starts, ends, strict=True):
        period = _period(path, *rows[place])
        lines = rows[place:after]
        _confidence(path, rows[place][0], lines)
        header = next((n for n, (_, line) in enumerate(lines) if line and line[0] == "Area"), None)
        if header is None or header + 1 >= len(lines):
            raise ReleaseChanged(
                f"{path.name}: row {rows[place][0]}: the table has no line 'Area' with its columns"
            )
        for row, line in lines[1:header]:
            if any(cell is not None for cell in line[2:]):
                raise BadFile(
                    path,
                    row=row,
                    value=line[0],
                    expected="lines about the table alone, such as 'confidence', before the line 'Area'",
                    fix="a row of figures stands above its header: fetch the file again",
                )
        header_row, names = lines[header]
        measures = _measures(path, header_row, names, lines[header + 1][1])
        areas: list[tuple[int, tuple[Any, ...]]] = []
        for row, line in lines[header + 2 :]:
            if not line or line[0] is None:
                break
            if ":" not in str(line[0]):
                raise BadFile(
                    path,
                    row=row,
                    column="Area",
                    value=line[0],
                    expected="an area such as ladu:Darlington",
                )
            areas.append((row, line))
        else:
            raise BadFile(
                path,
                row=lines[-1][0],
                expected="an empty row and the publisher's notes below the areas",
                fix="the workbook may be cut short: fetch it again",
            )
        if not areas:
            raise BadFile(path, row=header_row, expected="rows of areas below the header")
        _words_alone(path, lines[header + 2 + len(areas) :])
        yield _Table(period, header_row, measures, tuple(areas))


def _words_alone(path: Path, lines: list[tuple[int, tuple[Any, ...]]]) -> None:
    """Raises BadFile for a row that is in no table and yet holds more than words in its first cell."""
    for row, line in lines:
        if any(cell is not None for cell in line[1:]):
            raise BadFile(
                path,
                row=row,
                value=next(cell for cell in line[1:] if cell is not None),
                expected="notes of the publisher alone outside the tables",
                fix="a row that begins or divides a table was changed: fetch the file again",
            )


def _period(path: Path, row: int, line: tuple[Any, ...]) -> str:
    text = str(line[1]) if len(line) > 1 else ""
    try:
        found = _SPAN.match(text)
        if not found:
            raise ValueError(f"{text!r} is not a span of months")
        first, last = reading.month_number(found[1]), reading.month_number(found[3])
        return reading.span((int(found[2]), first), (int(found[4]), last))
    except ValueError as error:
        raise BadFile(
            path, row=row, column="date", value=text, expected="a span such as Jan 2022-Dec 2022"
        ) from error


def _confidence(path: Path, row: int, lines: list[tuple[int, tuple[Any, ...]]]) -> None:
    line = next((line for _, line in lines[:5] if line and line[0] == "confidence"), ())
    if len(line) < 2 or "95%" not in str(line[1]):
        raise ReleaseChanged(
            f"{path.name}: row {row}: the table does not say '95% confidence interval (+/-)'; found {line}; "
            "choose 95% confidence in Nomis"
        )


def _measures(path: Path, row: int, names: tuple[Any, ...], triple: tuple[Any, ...]) -> tuple[_Measure, ...]:
    measures: list[_Measure] = []
    for column, name in enumerate(names):
        if column == 0 or name is None:
            continue
        found = _CELL.match(str(name))
        if not found:
            raise ReleaseChanged(
                f"{path.name}: row {row}: column {name!r} is not a cell of table T01 such as "
                "'T01:28 (Aged 16-64 - In employment : All People )'"
            )
        people = _PEOPLE.get(found[4].strip().casefold())
        if people is None:
            raise ReleaseChanged(
                f"{path.name}: row {row}: column {name!r}: {found[4]!r} is not one of {sorted(_PEOPLE)}"
            )
        below = tuple(str(cell).casefold() for cell in triple[column : column + 3])
        if below != ("number", "flags", "conf"):
            raise ReleaseChanged.columns(
                path.name,
                [f"{name}: {part}" for part in ("number", "Flags", "conf")],
                list(below),
                f"row {row + 1}: choose numbers with flags and confidence in Nomis",
            )
        age = f"{found[1]}-{found[2]}"
        measures.append(_Measure(f"{reading.slug(found[3])}-{age}", people, age, column))
    lost = [name for name in NEEDED if name not in {column.measure for column in measures}]
    if lost:
        raise ReleaseChanged.columns(path.name, lost, [str(name) for name in names if name], f"row {row}")
    return tuple(measures)


def _area(
    label: str, period: str, downloaded_on: date | None, register: Register
) -> tuple[Area | None, bool, str]:
    """(area, whether it is on later boundaries, why there is none) of a label such as ``ladu:Darlington``."""
    kind, _, name = label.partition(":")
    name = name.strip()
    if kind == _USER_DEFINED:
        # a user's own group of districts: the mayoral combined authorities among them are areas of ours
        stem, marker, _ = name.partition("-MCA")
        if not marker:
            return None, False, "areas that users of Nomis defined, such as LSIPs (cells)"
        name, area_type = stem.strip(), "combined_authority"
    elif kind in _AREA_TYPES:
        area_type = _AREA_TYPES[kind]
    else:
        return None, False, f"kind of area {kind!r} is not known (cells)"
    span = Period.parse(period)
    last = downloaded_on or span.end_on
    days = [span.end_on]
    days += [date(year, 12, 31) for year in range(span.end_on.year + 1, last.year)]
    days += [last] if last > days[-1] else []
    for place, day in enumerate(days):
        area = register.by_name(name, area_type, day)
        if area is not None:
            return area, place > 0, ""
    return None, False, f"no {register.area_type(area_type).name.lower()} of England has that name (cells)"


def _figure(
    path: Path, row: int, measure: _Measure, values: tuple[Any, ...], on_later_boundaries: bool
) -> dict[str, Any]:
    """value, half width, status and note of one triple of cells."""
    cells = [*values[measure.column : measure.column + 3], None, None, None][:3]
    markers = {marker: marker for marker in _MARKERS}
    value, found = reading.number(
        cells[0], file=path, row=row, column=f"{measure.measure} number", markers=markers
    )
    half_width, doubt = reading.number(
        cells[2], file=path, row=row, column=f"{measure.measure} conf", markers=markers
    )
    flag = str(cells[1] or "").strip()
    if flag and flag not in _MARKERS:
        raise BadFile(
            path,
            row=row,
            column=f"{measure.measure} Flags",
            value=flag,
            expected=f"one of {sorted(_MARKERS)} or nothing",
        )
    marker = next((sign for sign in (found, flag, doubt) if sign in _MARKERS), "")
    status, note = _MARKERS.get(marker, ("ok", ""))
    if found == "*":
        status = "not_available"
    if on_later_boundaries:
        words = "On boundaries that came after the period"
        note = f"{note}; {words}" if note else words
    return {
        "value": value,
        "half_width_95": half_width if value == value else float("nan"),
        "status": status,
        "note": note,
    }


source = NomisApsT01()
