"""The register of areas held against the official lookup and boundaries of April 2026, which came after its tables."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from etl.sources.base import BadFile, ReleaseChanged
from geodata.register import Register

LOCATIONS, LOOKUP = "sicbl_2026-04_en_bsc.geojson", "lsoa21_sicbl26_icb26_lad26_en_lu.csv"
ON = date(2026, 4, 1)
FEWEST_ROWS = 33_000
"""Rows of the lookup from which on it is whole: it has 33,755."""
LARGEST_DIFFERENCE = 0.005
"""Share of a district that may lie in another board than the register says."""
_COLUMNS = {"sub_icb": ("SICBL26CD", "SICBL26NM"), "icb": ("ICB26CD", "ICB26NM")}
_MOST_NAMED = 10


def against_register(files: Mapping[str, Path], register: Register) -> list[str]:
    """In words, a line each, where the files of 2026 know what the register does not; [] without the files.

    ``files`` are paths by the name under which each is known. Raises BadFile and ReleaseChanged for one that cannot be read.
    """
    words: list[str] = []
    if LOCATIONS in files:
        words += _unknown(register, LOCATIONS, "sub_icb", dict(_locations(files[LOCATIONS])))
    if LOOKUP in files:
        try:
            rows = list(_rows(files[LOOKUP]))
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadFile(
                LOOKUP, value=str(error), expected="CSV in UTF-8", fix="fetch the file again"
            ) from error
        for area_type, (code, name) in _COLUMNS.items():
            words += _unknown(register, LOOKUP, area_type, {row[code]: row[name] for row in rows})
        words += _shares(register, rows)
    return words


def _locations(path: Path) -> Iterator[tuple[str, str]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        for feature in features:
            properties = feature["properties"]
            yield str(properties["SICBL26CD"]), str(properties["SICBL26NM"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(
            LOCATIONS,
            value=f"{type(error).__name__}: {error}",
            expected="GeoJSON with the properties SICBL26CD and SICBL26NM",
            fix="fetch the file again",
        ) from error


def _rows(path: Path) -> Iterator[dict[str, str]]:
    wanted = ["LSOA21CD", "LAD26CD", *(name for pair in _COLUMNS.values() for name in pair)]
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        lost = [name for name in wanted if name not in columns]
        if lost:
            raise ReleaseChanged.columns(LOOKUP, lost, columns)
        for row in reader:
            if None in row or None in row.values():
                raise BadFile(
                    LOOKUP,
                    row=reader.line_num,
                    value="more or fewer cells than columns",
                    expected=f"{len(columns)} cells",
                    fix="it may be cut short: fetch the file again",
                )
            yield row


def _unknown(register: Register, file_name: str, area_type: str, names: Mapping[str, str]) -> list[str]:
    """Official areas that the register does not have, and those it has that the file does not."""
    here = {area.area_code: area.name for area in register if area.area_type == area_type and area.alive(ON)}
    words = []
    if new := sorted(code for code in names if code.startswith("E") and code not in here):
        listed = ", ".join(f"{code} {names[code]}" for code in new[:_MOST_NAMED])
        more = f" and {len(new) - _MOST_NAMED} more" if len(new) > _MOST_NAMED else ""
        words.append(
            f"{file_name}: not in the register: {area_type} {listed}{more}; add them to geodata/tables "
            "(docs/geography.md, “To add a vintage”)"
        )
    if gone := sorted(here.keys() - names.keys()):
        words.append(
            f"{file_name}: lacks {area_type} {', '.join(gone[:_MOST_NAMED])}, which the register has"
        )
    return words


def _shares(register: Register, rows: list[dict[str, str]]) -> list[str]:
    """Districts of which another share lies in a board than the register says."""
    if len(rows) < FEWEST_ROWS:
        return [f"{LOOKUP}: {len(rows):,} rows; shares are held against 33,755 only"]
    all_of = Counter(row["LAD26CD"] for row in rows)
    inside = Counter((row["LAD26CD"], row["ICB26CD"]) for row in rows)
    differ = []
    for area_code, many in sorted(all_of.items()):
        if area_code not in register or not many:
            continue
        known = {
            link.parent_code: link.share for link in register.parents(area_code, "icb", ON, child_type="ltla")
        }
        found = {board: count / many for (district, board), count in inside.items() if district == area_code}
        apart = max(
            abs(found.get(board, 0.0) - known.get(board, 0.0)) for board in found.keys() | known.keys()
        )
        if apart > LARGEST_DIFFERENCE:
            differ.append(f"{register.area(area_code).name} ({apart:.1%})")
    if not differ:
        return []
    more = f" and {len(differ) - _MOST_NAMED} more" if len(differ) > _MOST_NAMED else ""
    return [
        f"{LOOKUP}: other shares of districts in ICBs than in the register: {', '.join(differ[:_MOST_NAMED])}{more}"
    ]
