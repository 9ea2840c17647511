"""Reading the committed tables of the register: every problem of every table is found before one error is raised."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from geodata.records import Area, AreaType, Membership, Succession

FOLDER = Path(__file__).resolve().parent


TABLES = FOLDER / "tables"


COLUMNS: dict[str, tuple[str, ...]] = {
    "areas.csv": (
        "area_code",
        "area_type",
        "name",
        "ods_code",
        "start_on",
        "end_on",
        "latitude",
        "longitude",
    ),
    "memberships.csv": (
        "child_code",
        "child_type",
        "parent_code",
        "parent_type",
        "start_on",
        "end_on",
        "share",
    ),
    "successions.csv": ("area_type", "predecessor_code", "successor_code", "changed_on", "share"),
    "aliases.csv": ("area_code", "alias", "kind"),
    "similar.csv": ("area_code", "rank", "similar_code"),
}


# an area type turned into another on a day that kept most codes: the successor's type may differ there
CHANGED_TYPES = {"ccg": "sub_icb", "stp": "icb"}


_CODE = re.compile(r"[EKWSN]\d{8}")


T = TypeVar("T")


class Problems(list[str]):
    """What is wrong with the tables; every problem is collected before one error is raised."""

    def add(self, file_name: str, row: int, message: str) -> None:
        self.append(f"{file_name} row {row}: {message}")


@cache
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(folder: Path, file_name: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of a table, the header counted as row 1."""
    expected = list(COLUMNS[file_name])
    path = folder / file_name
    if not path.is_file():
        problems.append(f"{file_name}: the file is absent; make it with `python -m geodata build`")
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problems.append(f"{file_name}: {error}; expected UTF-8")
        return
    reader = csv.reader(text.splitlines())
    header = next(reader, [])
    if header != expected:
        problems.append(f"{file_name} row 1: columns {header}; expected {expected}")
        return
    for row, cells in enumerate(reader, start=2):
        if len(cells) == len(expected):
            yield row, cells
        else:
            problems.add(file_name, row, f"{len(cells)} cells; expected {len(expected)}")


def _read(
    folder: Path, file_name: str, problems: Problems, record: Callable[[list[str]], T]
) -> list[tuple[int, T]]:
    """Records of a table with their row numbers; a row that cannot be read is a problem, not a record."""
    records = []
    for row, cells in _rows(folder, file_name, problems):
        try:
            records.append((row, record(cells)))
        except ValueError as error:
            problems.add(file_name, row, f"{','.join(cells)}: {error}")
    return records


def _number(text: str) -> float | None:
    return float(text) if text else None


def _changed_on(text: str) -> date:
    day = _day(text)
    if day is None:
        raise ValueError("changed_on is empty; expected a day such as 2023-04-01")
    return day


def _area(cells: list[str]) -> Area:
    code, area_type, name, ods_code, start_on, end_on, latitude, longitude = cells
    return Area(
        code,
        area_type,
        name,
        ods_code or None,
        _day(start_on),
        _day(end_on),
        _number(latitude),
        _number(longitude),
    )


def _membership(cells: list[str]) -> Membership:
    child_code, child_type, parent_code, parent_type, start_on, end_on, share = cells
    return Membership(
        child_code, child_type, parent_code, parent_type, _day(start_on), _day(end_on), float(share)
    )


def _succession(cells: list[str]) -> Succession:
    area_type, predecessor_code, successor_code, changed_on, share = cells
    return Succession(area_type, predecessor_code, successor_code, _changed_on(changed_on), float(share))


def _alias(cells: list[str]) -> tuple[str, str, str]:
    return (cells[0], cells[1], cells[2])


def _neighbour(cells: list[str]) -> tuple[str, int, str]:
    return (cells[0], int(cells[1]), cells[2])


def _in_the_kingdom(latitude: float, longitude: float | None) -> bool:
    return 49 <= latitude <= 61 and longitude is not None and -9 <= longitude <= 2.5


def _check_areas(
    rows: Sequence[tuple[int, Area]], area_types: Mapping[str, AreaType], problems: Problems
) -> list[Area]:
    seen: dict[tuple[str, str], int] = {}
    sound = []
    for row, area in rows:
        kind = area_types.get(area.area_type)
        before = seen.setdefault((area.area_code, area.area_type), row)
        if kind is None:
            problems.add(
                "areas.csv", row, f"area_type {area.area_type!r} is not one of {', '.join(area_types)}"
            )
            continue
        if not _CODE.fullmatch(area.area_code) or not area.area_code.startswith(kind.code_prefixes):
            problems.add(
                "areas.csv",
                row,
                f"area_code {area.area_code!r} of {area.area_type}; expected nine characters that begin with "
                f"{' or '.join(kind.code_prefixes)}",
            )
        if before != row:
            problems.add("areas.csv", row, f"{area.area_code} {area.area_type} is already in row {before}")
            continue
        if not area.name.strip():
            problems.add("areas.csv", row, f"name of {area.area_code} is empty")
        if area.start_on and area.end_on and area.end_on < area.start_on:
            problems.add("areas.csv", row, f"end_on {area.end_on} is before start_on {area.start_on}")
        if (area.latitude is None) != (area.longitude is None):
            problems.add("areas.csv", row, "latitude and longitude: expected both or neither")
        elif area.latitude is not None and not _in_the_kingdom(area.latitude, area.longitude):
            problems.add(
                "areas.csv", row, f"({area.latitude}, {area.longitude}) is outside the United Kingdom"
            )
        sound.append(area)
    return sound


def _check_memberships(
    rows: Sequence[tuple[int, Membership]], areas: Mapping[tuple[str, str], Area], problems: Problems
) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for row, link in rows:
        child = areas.get((link.child_code, link.child_type))
        parent = areas.get((link.parent_code, link.parent_type))
        for role, code, kind, area in (
            ("child", link.child_code, link.child_type, child),
            ("parent", link.parent_code, link.parent_type, parent),
        ):
            if area is None:
                problems.add("memberships.csv", row, f"{role} {code} {kind} is not in areas.csv")
        if not 0 < link.share <= 1:
            problems.add("memberships.csv", row, f"share {link.share}; expected more than 0 and at most 1")
        if link.start_on and link.end_on and link.end_on < link.start_on:
            problems.add("memberships.csv", row, f"end_on {link.end_on} is before start_on {link.start_on}")
        for area in (child, parent):
            if area is not None and not _within(link, area):
                problems.add(
                    "memberships.csv",
                    row,
                    f"{link.start_on} to {link.end_on} is longer than the life of {area.area_code} "
                    f"{area.area_type} ({area.start_on} to {area.end_on})",
                )
        key = (link.child_code, link.child_type, link.parent_code, link.parent_type, link.start_on)
        before = seen.setdefault(key, row)
        if before != row:
            problems.add("memberships.csv", row, f"the membership is already in row {before}")


def _within(link: Membership, area: Area) -> bool:
    starts = area.start_on is None or (link.start_on is not None and link.start_on >= area.start_on)
    ends = area.end_on is None or (link.end_on is not None and link.end_on <= area.end_on)
    return starts and ends


def _check_successions(
    rows: Sequence[tuple[int, Succession]], areas: Mapping[tuple[str, str], Area], problems: Problems
) -> None:
    totals: dict[tuple[str, str, date], float] = defaultdict(float)
    for row, change in rows:
        later = CHANGED_TYPES.get(change.area_type, change.area_type)
        if (change.predecessor_code, change.area_type) not in areas:
            problems.add(
                "successions.csv",
                row,
                f"predecessor {change.predecessor_code} {change.area_type} is not in areas.csv",
            )
        if not {(change.successor_code, change.area_type), (change.successor_code, later)} & areas.keys():
            problems.add(
                "successions.csv",
                row,
                f"successor {change.successor_code} {change.area_type} is not in areas.csv",
            )
        if not 0 < change.share <= 1:
            problems.add("successions.csv", row, f"share {change.share}; expected more than 0 and at most 1")
        key = (change.area_type, change.predecessor_code, change.changed_on)
        totals[key] += change.share
        if totals[key] > 1.001:
            problems.add(
                "successions.csv", row, f"shares of {change.predecessor_code} add up to {totals[key]:.4f}"
            )


def _check_codes(
    aliases: Sequence[tuple[int, tuple[str, str, str]]],
    similar: Sequence[tuple[int, tuple[str, int, str]]],
    codes: Container[str],
    problems: Problems,
) -> None:
    for row, (area_code, alias, _) in aliases:
        if area_code not in codes:
            problems.add("aliases.csv", row, f"area_code {area_code!r} is not in areas.csv")
        if not alias.strip():
            problems.add("aliases.csv", row, f"alias of {area_code} is empty")
    for row, (area_code, _, similar_code) in similar:
        for code in (area_code, similar_code):
            if code not in codes:
                problems.add("similar.csv", row, f"area_code {code!r} is not in areas.csv")


@dataclass(frozen=True, slots=True)
class Tables:
    """The records of the five tables; aliases are (area_code, alias, kind), similar are (area_code, rank, code)."""

    areas: list[Area]
    memberships: list[Membership]
    successions: list[Succession]
    aliases: list[tuple[str, str, str]]
    similar: list[tuple[str, int, str]]


def read_tables(folder: Path, area_types: Mapping[str, AreaType], problems: Problems) -> Tables:
    """The records of a folder of tables; what contradicts itself or other rows is added to ``problems``."""
    area_rows = _read(folder, "areas.csv", problems, _area)
    membership_rows = _read(folder, "memberships.csv", problems, _membership)
    succession_rows = _read(folder, "successions.csv", problems, _succession)
    alias_rows = _read(folder, "aliases.csv", problems, _alias)
    similar_rows = _read(folder, "similar.csv", problems, _neighbour)
    sound = _check_areas(area_rows, area_types, problems)
    areas = {(area.area_code, area.area_type): area for area in sound}
    _check_memberships(membership_rows, areas, problems)
    _check_successions(succession_rows, areas, problems)
    _check_codes(alias_rows, similar_rows, {area.area_code for area in sound}, problems)
    return Tables(
        sound,
        [link for _, link in membership_rows],
        [change for _, change in succession_rows],
        [alias for _, alias in alias_rows],
        [pair for _, pair in similar_rows],
    )
