"""Labour market status of disabled people, table A08: people aged 16 to 64, United Kingdom, by quarter.

Source: Office for National Statistics, Labour Force Survey, not seasonally adjusted. A workbook (.xls, .xlsx or
.ods) with a sheet of levels and one of rates for people by the GSS harmonised definition of disability. Measures:
``disabled.in_employment``, ``not_disabled.in_employment`` (people), ``disabled.employment_rate`` and
``not_disabled.employment_rate`` (per cent). The table gives no interval.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

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
from geodata.register import Register

PAGE = (
    "https://www.ons.gov.uk/employmentandlabourmarket/peopleinwork/employmentandemployeetypes/datasets/"
    "labourmarketstatusofdisabledpeoplea08"
)
_FILES = ("a08*.xls", "a08*.xlsx", "a08*.ods")
_NAME = re.compile(r"a08[ _-]?([a-z]{3})[a-z]*[ _-]?(20\d{2})", re.IGNORECASE)
_QUARTER = re.compile(r"([A-Za-z]{3})[a-z]*\s*[-–to ]+\s*([A-Za-z]{3})[a-z]*\s+(20\d{2})")
_MARKERS = {"..": "not_available", "": "not_available", "*": "unreliable"}
_HEADER_ROWS = 15


@dataclass(frozen=True)
class Sheet:
    """One kind of sheet: how its name and its columns are known, and how large its figures can be."""

    words: str
    """In the sheet's name, beside ``GSS`` and ``People``."""
    column: str
    measure: str
    lowest: float
    highest: float


SHEETS = (
    Sheet("levels", r"in employment|^employment( level)?\b|^employed", "in_employment", 1e6, 40e6),
    Sheet("rates", r"employment rate|in employment|^employment\b", "employment_rate", 10.0, 100.0),
)
GROUPS = (
    ("not_disabled", r"do not meet|does not meet|^not disabled|^non-disabled"),
    ("disabled", r"\bdisabled\b"),
)


class DisabledEmployment:
    """Reads table A08."""

    info = SourceInfo(
        source_id="disabled_employment",
        publisher="Office for National Statistics",
        title="A08: labour market status of disabled people",
        licence="Open Government Licence v3.0",
        url=PAGE,
        cadence="quarterly: February, May, August and November",
        attribution=(
            "Source: Office for National Statistics, Labour Force Survey, licensed under the Open Government "
            "Licence v3.0."
        ),
        calendar=Calendar((2, 5, 8, 11), 20),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for each workbook of A08, oldest first by the month in its name."""
        editions = []
        for path in reading.files_below(folder, *_FILES):
            found = _NAME.search(path.stem)
            try:
                order = 0 if found is None else int(found[2]) * 100 + reading.month_number(found[1])
            except ValueError:
                order = 0
            editions.append(
                Edition(
                    edition=path.stem,
                    publication="A08: Labour market status of disabled people",
                    files=(FoundFile(path, "figures"),),
                    precedence=order,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the sheets of levels and rates; counts their rows below the column names.

        Rows that are no quarter (footnotes, changes on the year) are set aside. Raises ReleaseChanged where a
        sheet or a column is gone, BadFile for a cell that cannot be.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        sheets = reading.sheets_of(path)
        records: list[dict[str, Any]] = []
        aside: list[str] = []
        rows_in = used = 0
        for kind in SHEETS:
            name = _sheet_name(path, list(sheets), kind)
            rows = sheets[name]
            columns, first = _columns(path, name, rows, kind)
            for number, cells in enumerate(rows[first:], start=first + 1):
                if not any(str(cell).strip() for cell in cells):
                    continue
                rows_in += 1
                quarter = _quarter(path, number, str(cells[0]))
                if quarter is None:
                    aside.append(str(cells[0]).strip() or "a row without a quarter")
                    continue
                used += 1
                for group, column in columns.items():
                    records.append(
                        {
                            "measure": f"{group}.{kind.measure}",
                            "area_code": reading.UNITED_KINGDOM,
                            "period": quarter,
                            "age": "16-64",
                            "row": number,
                            **_figure(path, name, number, group, cells[column], kind),
                        }
                    )
        measured = measurements.from_rows(records)
        reading.refuse_duplicates(measured, path)
        found = [SetAside("not a quarter", len(aside), reading.unmatched(aside))] if aside else []
        return Parsed(measured, rows_in=rows_in, set_aside=found, used=used)

    def fetch(self, downloads: Downloads, today: date) -> None:
        """The workbook that the dataset's page offers as current. Raises ReleaseChanged where it offers none."""
        page = downloads.read(PAGE, content_types=("text/html",)).decode("utf-8", errors="replace")
        found = re.search(r'href="(/file\?uri=[^"]*/(a08[^"/]*\.(?:xlsx?|ods)))"', page, re.IGNORECASE)
        if found is None:
            raise ReleaseChanged(f"{PAGE}: no link to a workbook a08….xls or .xlsx; look at the page")
        downloads.save(found[2].casefold(), f"https://www.ons.gov.uk{found[1]}")


def _sheet_name(path: Path, names: Sequence[str], kind: Sheet) -> str:
    """The sheet of people by the harmonised definition: ``GSS_Standard_Levels_People`` in the files known."""
    for name in names:
        plain = name.casefold().replace(" ", "_")
        if "gss" in plain and kind.words in plain and plain.endswith("people"):
            return name
    raise ReleaseChanged(
        f"{path.name}: sheet GSS_Standard_{kind.words.title()}_People gone; found {list(names)}"
    )


def _columns(
    path: Path, sheet: str, rows: Sequence[Sequence[object]], kind: Sheet
) -> tuple[dict[str, int], int]:
    """(column of each group, first row below the headings as an offset). Names of groups run over several columns;
    those of the figures stand in one of the two rows below."""
    heading = [_groups(cells) for cells in rows[:_HEADER_ROWS]]
    at = next(
        (row for row, groups in enumerate(heading) if {"disabled", "not_disabled"} <= set(groups)), None
    )
    if at is None:
        texts = [
            cell for cells in rows[:_HEADER_ROWS] for cell in cells[1:] if isinstance(cell, str) and cell
        ]
        raise ReleaseChanged(
            f"{path.name}: sheet {sheet}: no row names disabled people and people who are not; found {texts}"
        )
    groups = heading[at]
    for below in (at + 1, at + 2):
        titles = [_words(cell) for cell in rows[below]] if below < len(rows) else []
        chosen = {
            group: [
                place
                for place, title in enumerate(titles)
                if groups[place] == group
                and re.search(kind.column, title)
                and not re.search(r"unemploy|not in employment", title)
            ]
            for group, _ in GROUPS
        }
        if all(len(places) == 1 for places in chosen.values()):
            return {group: places[0] for group, places in chosen.items()}, below + 1
    named = [_words(cell) for cells in rows[at + 1 : at + 3] for cell in cells if cell]
    raise ReleaseChanged(
        f"{path.name}: sheet {sheet}: no single column of employment for each group; found {named}"
    )


def _groups(cells: Sequence[object]) -> list[str]:
    """The group that each column belongs to, "" for others."""
    current, found = "", []
    for cell in cells:
        if words := _words(cell):
            current = next((group for group, pattern in GROUPS if re.search(pattern, words)), "")
        found.append(current)
    return found


def _words(cell: object) -> str:
    return " ".join(str(cell).split()).casefold()


def _quarter(path: Path, row: int, text: str) -> str | None:
    """``Apr-Jun 2013`` → ``2013-04-01/P3M``; None for a text that is no span of months."""
    found = _QUARTER.match(text.strip())
    if found is None:
        return None
    try:
        first, last = reading.month_number(found[1]), reading.month_number(found[2])
        year = int(found[3])
        period = reading.span((year if first <= last else year - 1, first), (year, last))
    except ValueError:
        return None
    if not period.endswith("P3M"):
        raise BadFile(path, row=row, column="A", value=text, expected="a quarter, such as Apr-Jun 2013")
    return period


def _figure(path: Path, sheet: str, row: int, group: str, cell: object, kind: Sheet) -> dict[str, Any]:
    """Value and status of one cell; people in thousands become people.

    Nobody knows from the number formats alone which unit a sheet is in; millions of people cannot be mistaken.
    """
    column = f"{sheet}, {group}"
    value, status = reading.number(cell, file=path, row=row, column=column, markers=_MARKERS)
    if status == "ok":
        if kind.lowest >= 1e6 and kind.lowest / 1000 <= value <= kind.highest / 1000:
            value *= 1000
        if not kind.lowest <= value <= kind.highest:
            raise BadFile(
                path,
                row=row,
                column=column,
                value=cell,
                expected="millions of people, or thousands of thousands"
                if kind.lowest >= 1e6
                else "a per cent",
            )
    return {"value": value, "status": status}


source = DisabledEmployment()
