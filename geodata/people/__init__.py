"""How many people live in each council, and which NHS areas are most like each other.

The three tables beside this file are made by ``python -m etl similar-areas``; ``docs/geography.md`` says how. Residents are
those of the 2021 Census. The similar NHS areas are ours, and not NHS England's.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Mapping
from functools import cache
from pathlib import Path

__all__ = ["COLUMNS", "FOLDER", "BadPeople", "read_similar", "residents"]

FOLDER = Path(__file__).resolve().parent
COLUMNS: dict[str, tuple[str, ...]] = {
    "residents.csv": ("area_code", "residents"),
    "similar_nhs.csv": ("area_code", "rank", "similar_code", "distance"),
}


class BadPeople(ValueError):
    """A table of this folder cannot be used; the message names the file, the row and what was expected."""


def _rows(folder: Path, name: str) -> list[list[str]]:
    path = folder / name
    if not path.is_file():
        raise BadPeople(
            f"{name}: the file is absent from {folder}; make it with `python -m etl similar-areas`"
        )
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    if tuple(header) != COLUMNS[name]:
        raise BadPeople(f"{name} row 1: columns {header}; expected {list(COLUMNS[name])}")
    return rows


@cache
def residents(folder: Path = FOLDER) -> Mapping[str, int]:
    """Residents on 21 March 2021 of each lower-tier authority that stands, by its code. Raises BadPeople."""
    found: dict[str, int] = {}
    for place, cells in enumerate(_rows(folder, "residents.csv"), start=2):
        if len(cells) != 2 or not cells[1].isdecimal() or int(cells[1]) == 0 or cells[0] in found:
            raise BadPeople(
                f"residents.csv row {place}: {','.join(cells)}; expected a new code and a number above 0"
            )
        found[cells[0]] = int(cells[1])
    return found


def read_similar(known: Container[str], folder: Path = FOLDER) -> list[tuple[str, int, str]]:
    """(area_code, rank, similar_code) of NHS areas, as the register takes them. Raises BadPeople for an unknown code."""
    found = []
    for place, cells in enumerate(_rows(folder, "similar_nhs.csv"), start=2):
        if len(cells) != 4 or not cells[1].isdecimal():
            raise BadPeople(
                f"similar_nhs.csv row {place}: {','.join(cells)}; expected a code, a rank, a code, a distance"
            )
        area_code, rank, similar_code, _ = cells
        for code in (area_code, similar_code):
            if code not in known:
                raise BadPeople(f"similar_nhs.csv row {place}: area_code {code!r} is not in the register")
        found.append((area_code, int(rank), similar_code))
    return found
