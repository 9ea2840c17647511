"""The IPS sheets of a workbook: headings found by name, organisations as areas, quarters that agree with each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from etl.sources import reading
from etl.sources.base import BadFile, ReleaseChanged
from geodata.register import Register
from indicators.periods import Period

SHEET = "ES(i)_FINAL CALC"
EXPECTED_SHEET = "ES(i)_Target"
CODE, NAME, KIND, REGION, STP = "Org code", "Org name", "Org Type", "Region Code", "STP Code"
HEADINGS = (REGION, STP, CODE, NAME, KIND)
CUMULATIVE = "Cumulative YTD"
_KINDS = {"national": "england", "region": "commissioning region", "stp": "stp", "ccg": "ccg"}
_NONE = {"": "not_available", "#N/A": "not_available"}
_HEADER_WITHIN = 30
QUARTER = re.compile(r"^Q([1-4]) (20\d{2}/\d{2})$")
YEAR = re.compile(r"^20\d{2}/\d{1,2}$")
_NAMED = re.compile(
    r"q([1-4])[-_ ]?(?:20)?(\d{2})[-_ ](?:20)?(\d{2})(?!\d)(?:.*?v(\d+(?:\.\d+)*))?", re.IGNORECASE
)


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows of organisations: (row, cells by heading), and what stands above the headings by its label."""

    above: Mapping[str, str]
    columns: tuple[str, ...]
    """Headings above figures, in their order."""
    rows: tuple[tuple[int, Mapping[str, object]], ...]


@dataclass
class Place:
    """An organisation with its area, and the CCGs that it is the total of (none of a CCG)."""

    row: int
    code: str
    name: str
    kind: str
    area_code: str
    people: Mapping[str, float] = field(default_factory=dict)
    """By quarter, in the publisher's words; nan where the cell has none."""
    members: tuple[Place, ...] = ()


def quarter_of_name(name: str) -> tuple[str, int, str] | None:
    """``nhsmh-dashboard-q4-21-22-v3.2.xlsm`` → (``2021/22``, 4, ``3.2``); None where no quarter is named."""
    found = _NAMED.search(name)
    if not found or int(found[3]) != (int(found[2]) + 1) % 100:
        return None
    return f"20{found[2]}/{found[3]}", int(found[1]), found[4] or ""


def _rank(year: str, quarter: int, version: str) -> int:
    """Later quarters, then later versions, have a higher number."""
    major, minor = ([min(int(part), 99) for part in version.split(".") if part] + [0, 0])[:2]
    return ((int(year[:4]) * 4 + quarter) * 100 + major) * 100 + minor


def _quarter(path: Path, text: str, where: str) -> tuple[str, int]:
    """``Q4 2021/22`` → (``2021/22``, 4). Raises BadFile."""
    found = QUARTER.match(text)
    if found and int(found[2][-2:]) == (int(found[2][:4]) + 1) % 100:
        return found[2], int(found[1])
    raise BadFile(path, column=where, value=text, expected="a quarter of a financial year such as Q4 2021/22")


def months_from_april(quarter: str, months: int) -> str:
    year = QUARTER.match(quarter)[2]  # type: ignore[index]
    return reading.span((int(year[:4]), 4), (int(year[:4]) + (months > 9), (3 + months - 1) % 12 + 1))


def read_sheet(path: Path, name: str, cells: list[list[Any]]) -> Sheet:
    """A sheet of an indicator. Raises ReleaseChanged where its headings are gone, BadFile for a cell out of place."""
    lines = [[text_of(cell) for cell in line] for line in cells]
    at = next(
        (
            row
            for row, line in enumerate(lines[:_HEADER_WITHIN])
            if len({*HEADINGS} & {*line}) > len(HEADINGS) / 2
        ),
        None,
    )
    if at is None:
        told = [text for line in lines[:_HEADER_WITHIN] for text in line if text]
        raise ReleaseChanged(
            f"{path.name}: sheet {name!r}: no row with the headings {', '.join(HEADINGS)}; found {told[:20]}"
        )
    header = lines[at]
    reading.check_columns(f"{path.name}: sheet {name!r}: row {at + 1}", header, HEADINGS)
    twice = next((text for text in header if text and header.count(text) > 1), None)
    if twice is not None:
        raise BadFile(path, row=at + 1, column=f"{name}, {twice}", expected="each heading once")
    rows = []
    for number, line in enumerate(cells[at + 1 :], start=at + 2):
        stray = next(
            (cell for text, cell in zip(header, line, strict=False) if not text and text_of(cell)), None
        )
        if stray is not None:
            raise BadFile(path, row=number, column=name, value=stray, expected="a heading above each cell")
        found = {text: cell for text, cell in zip(header, line, strict=False) if text}
        if not any(text_of(cell) for cell in found.values()):
            continue
        if not text_of(found[CODE]) or not text_of(found[KIND]):
            raise BadFile(
                path, row=number, column=f"{name}, {CODE}", value=text_of(found[CODE]),
                expected="the code and the type of an organisation in each row of figures",
            )  # fmt: skip
        rows.append((number, found))
    if not rows:
        raise BadFile(path, row=at + 1, column=name, expected="rows of organisations below the headings")
    above: dict[str, str] = {}
    for texts in ([text for text in line if text] for line in lines[:at]):
        label = next((text for text in texts if text.endswith(":")), None)
        if label is not None:
            above[label] = next((text for text in texts if text != label), "")
    columns = tuple(text for text in header if text and text not in HEADINGS)
    return Sheet(above, columns, tuple(rows))


def text_of(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def check_quarters(path: Path, people: Sheet) -> str:
    """The latest quarter, which the sheet, its last column and the name of the file must agree on.

    Raises ReleaseChanged where figures are no longer counted from April on, BadFile where the three differ.
    """
    covered, latest = people.above.get("Period Covered:", ""), people.above.get("Latest Period:", "")
    if covered != CUMULATIVE:
        raise ReleaseChanged(
            f"{path.name}: sheet {SHEET!r}: 'Period Covered:' is {covered!r}; expected {CUMULATIVE!r}: figures that are "
            "not counted from April on cannot be read as years"
        )
    said = _quarter(path, latest, f"{SHEET}, Latest Period:")
    quarters = [_quarter(path, text, f"{SHEET}, headings") for text in people.columns if text.startswith("Q")]
    if not quarters or max(quarters) != said:
        raise BadFile(
            path, column=f"{SHEET}, Latest Period:", value=latest,
            expected=f"the last quarter of the headings, {people.columns[-1] if people.columns else 'none'}",
            fix="the sheet was cut or its words were not brought up to date: look at it by hand",
        )  # fmt: skip
    named = quarter_of_name(path.name)
    if named and named[:2] != said:
        raise BadFile(
            path, column=f"{SHEET}, Latest Period:", value=latest,
            expected=f"Q{named[1]} {named[0]}, as the name of the file says",
            fix="give the file its publisher's name again, or fetch it again",
        )  # fmt: skip
    return latest


def places_of(
    path: Path, sheet_name: str, sheet: Sheet, latest: str, register: Register, tally: reading.Tally
) -> list[Place]:
    """The organisations of a sheet that are areas; the others are set aside by name."""
    period = Period.parse(months_from_april(latest, 12))
    places = []
    for row, cells in sheet.rows:
        code, name, kind = text_of(cells[CODE]), text_of(cells[NAME]), text_of(cells[KIND])
        known = _KINDS.get(kind.casefold())
        if known is None:
            reason = f"{sheet_name}: organisation type {kind!r} is not read (cells)"
            tally.leave(reason, len(sheet.columns), [f"{code} {name}"])
            continue
        area_code = reading.nhs_area_code(known, code, period, register)
        if area_code is None:
            reason = f"{sheet_name}: {kind}: code of no area of the register in {period.label} (cells)"
            tally.leave_unknown(
                reason, pd.Series([code] * len(sheet.columns), dtype="str"), names=[f"{code} {name}"]
            )
            continue
        places.append(Place(row, code, name, known, area_code))
    if not any(place.kind == "england" for place in places):
        raise BadFile(path, column=f"{sheet_name}, {KIND}", expected="a row of type 'National' for England")
    return places


def count(path: Path, sheet_name: str, row: int, heading: str, cell: object) -> float:
    """A count of people, nan where the cell has none. Raises BadFile for a text and for what is no count."""
    column = f"{sheet_name}, {heading}"
    value, _ = reading.number(cell, file=path, row=row, column=column, markers=_NONE)
    if value < 0 or (value == value and sheet_name == SHEET and value != int(value)):
        raise BadFile(
            path, row=row, column=column, value=cell, expected="a whole number of people, 0 or more"
        )
    return value


def give_members(places: list[Place], people: Sheet) -> None:
    """Say of each total which CCGs lie in it, by the columns of the sheet."""
    cells_of = dict(people.rows)
    ccgs = [place for place in places if place.kind == "ccg"]
    for place in places:
        match place.kind:
            case "england":
                place.members = tuple(ccgs)
            case "commissioning region":
                place.members = tuple(ccg for ccg in ccgs if text_of(cells_of[ccg.row][REGION]) == place.code)
            case "stp":
                place.members = tuple(ccg for ccg in ccgs if text_of(cells_of[ccg.row][STP]) == place.code)
