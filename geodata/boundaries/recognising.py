"""What a boundary file or lookup of Open Geography is, by what stands in it: people keep the portal's own file names.

Standard library only. A GeoJSON is known by the first field of its features that holds codes (``ICB26CD``), a lookup by
its columns. Files that no field tells apart (the generalised copies with ``code`` and ``name``) are known by name alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from geodata.boundaries.files import BOUNDARY_FILES, CHECKED, INSTEAD, SERVICES_ONLY, BoundaryFile

LOOKUP_2026 = "lsoa21_sicbl26_icb26_lad26_en_lu.csv"
"""The lookup of April 2026: LSOA of 2021 → sub-ICB location, ICB, local authority."""
LOOKUP_COLUMNS = ("LSOA21CD", "SICBL26CD", "SICBL26NM", "ICB26CD", "ICB26NM", "LAD26CD")
_LISTS: Mapping[str, tuple[str, ...]] = {
    LOOKUP_2026: LOOKUP_COLUMNS,
    "ccg19_names_codes_and_ccg20_successor.csv": ("CCG19CD", "ccg20cdh"),
}
"""Columns that a list must have, by the name under which it is known."""

_CODE_FIELD = re.compile(rb'"([A-Z]{2,8}\d{2}CD|stp21_code)"\s*:')
_CHUNK, _MOST = 1 << 20, 16 << 20  # bytes read at once, and at most: some files have the geometry first
_OVERLAP = 64


def recognised(paths: Iterable[Path], known: Iterable[str] = ()) -> dict[str, Path]:
    """Name under which a file is known → its path, for the files of ``paths`` that are recognised by content.

    Names in ``known`` are taken already. Of several files with the same field the smallest counts, which is the most
    generalised: all of them are simplified further.
    """
    taken = set(known)
    found: dict[str, Path] = {}
    for path in sorted(paths, key=lambda path: (path.stat().st_size, str(path))):
        name = _name_of(path)
        if name is not None and name not in taken:
            taken.add(name)
            found[name] = path
    return found


def _name_of(path: Path) -> str | None:
    match path.suffix.lower():
        case ".geojson" | ".json":
            field = _first_code_field(path)
            return None if field is None else _by_field().get(field)
        case ".csv":
            columns = set(_columns(path))
            return next((name for name, wanted in _LISTS.items() if columns.issuperset(wanted)), None)
        case _:
            return None


def _by_field() -> dict[str, str]:
    entries: tuple[BoundaryFile, ...] = (*BOUNDARY_FILES, *SERVICES_ONLY, *INSTEAD, *CHECKED)
    return {
        entry.code_field: entry.file_name
        for entry in entries
        if _CODE_FIELD.fullmatch(f'"{entry.code_field}":'.encode())
    }


def _first_code_field(path: Path) -> str | None:
    read, before = 0, b""
    with path.open("rb") as file:
        while read < _MOST and (chunk := file.read(_CHUNK)):
            found = _CODE_FIELD.search(before + chunk)
            if found is not None:
                return found[1].decode()
            read, before = read + len(chunk), chunk[-_OVERLAP:]
    return None


def _columns(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [column.strip() for column in next(csv.reader(file), [])]
    except (UnicodeDecodeError, csv.Error):
        # another publisher's file: it is none of ours
        return []
