"""The ICBs of 1 April 2026: which small areas each has, its name and codes, and shapes put together for it.

No official lookup of them is at hand. An LSOA goes with its sub-ICB location, and in Frimley, which was divided, with
its county; ``docs/geography.md`` says what that rests on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas
import pandas as pd

from geodata.tools.tables.facts import (
    DISTRICTS,
    FRIMLEY_LOCATION,
    HAMPSHIRE_BOARD_2026,
    HAMPSHIRE_LOCATION,
    HAMPSHIRE_LOCATION_2026,
    LOCATIONS,
    LSOA_2024,
    LSOA_2026,
    SUCCESSION_2026,
    SURREY_LOCATION,
    WARDS,
)
from geodata.tools.tables.shares import largest, shares
from geodata.tools.tables.sources import Shapes, SourceMissing, Sources


@dataclass(frozen=True)
class Boards2026:
    """``of_lsoa``: LSOA of 2021 → ICB. ``named``: code → (name, ODS code). ``people``: (ICB of 2024, ICB) → residents."""

    of_lsoa: dict[str, str]
    named: dict[str, tuple[str, str]]
    people: dict[tuple[str, str], float]


def read_boards_2026(sources: Sources) -> Boards2026:
    """Raises SourceMissing where a file is absent, or where the two name different ICBs."""
    of_lsoa = sources.pairs(LSOA_2026, "lsoa21_code", "icb26_code")
    columns = ("icb24_code", "icb26_code", "icb26_name", "icb26_code_nhs", "population_2021")
    rows = sources.rows(SUCCESSION_2026, *columns)
    if {row[1] for row in rows} != set(of_lsoa.values()):
        raise SourceMissing(f"{SUCCESSION_2026} and {LSOA_2026} do not name the same ICBs; fetch both again")
    return Boards2026(
        of_lsoa,
        {code: (name, ods_code) for _, code, name, ods_code, _ in rows},
        {(old, new): float(people) for old, new, _, _, people in rows},
    )


def location_2026(sub_icb: str, icb_2026: str) -> str | None:
    """The sub-ICB location of 2026 of land that lay in ``sub_icb`` in 2024; None where its GSS code is not known."""
    if sub_icb == HAMPSHIRE_LOCATION or (sub_icb == FRIMLEY_LOCATION and icb_2026 == HAMPSHIRE_BOARD_2026):
        return HAMPSHIRE_LOCATION_2026
    return None if sub_icb in (FRIMLEY_LOCATION, SURREY_LOCATION) else sub_icb


def shapes_2026(sources: Sources, boards: Boards2026 | None = None) -> tuple[Shapes, Shapes]:
    """(ICBs, the sub-ICB locations that have a known code): the official locations of 2023, Frimley cut by its districts."""
    boards = boards or read_boards_2026(sources)
    board_of: dict[str, set[str]] = defaultdict(set)
    in_frimley = []
    districts = sources.pairs(WARDS, "lsoa21_code", "ltla24_code")
    for lsoa, location in sources.rows(LSOA_2024, "lsoa21_code", "sicbl24_code"):
        if lsoa not in boards.of_lsoa:
            raise SourceMissing(f"{LSOA_2026} lacks {lsoa} of {LSOA_2024}; fetch both again")
        board_of[location].add(boards.of_lsoa[lsoa])
        if location == FRIMLEY_LOCATION:
            in_frimley.append((districts[lsoa], boards.of_lsoa[lsoa]))
    divided = {location for location, found in board_of.items() if len(found) > 1}
    if divided != {FRIMLEY_LOCATION}:
        raise SourceMissing(
            f"{LSOA_2026} divides the locations {sorted(divided)}; expected {FRIMLEY_LOCATION} only"
        )
    locations = sources.shapes(*LOCATIONS)
    frimley = locations[locations["code"] == FRIMLEY_LOCATION]
    whole = locations[locations["code"] != FRIMLEY_LOCATION]
    pieces = pd.concat(
        [
            whole.assign(board=[next(iter(board_of[code])) for code in whole["code"]]),
            _cut(sources, frimley, largest(shares(in_frimley))),
        ],
        ignore_index=True,
    )
    pieces["location"] = [
        location_2026(code, board) for code, board in zip(pieces["code"], pieces["board"], strict=True)
    ]
    joined = pieces[["board", "geometry"]].dissolve(by="board").reset_index(names="code")
    joined["name"] = [boards.named[code][0] for code in joined["code"]]
    parts = pieces.dropna(subset=["location"])[["location", "geometry"]]
    return joined, parts.dissolve(by="location").reset_index(names="code")


def _cut(sources: Sources, frimley: Shapes, board_of: dict[str, str]) -> Shapes:
    """Frimley in one piece a board: the land of its districts, what the borders leave over with the largest piece."""
    districts = sources.shapes(*DISTRICTS)
    districts = districts[districts["code"].isin(list(board_of))]
    boards: Sequence[str] = [board_of[code] for code in districts["code"]]
    land = districts.assign(board=boards)[["board", "geometry"]].dissolve(by="board").geometry
    shape = frimley.geometry.iloc[0]
    cut = {board: shape.intersection(geometry) for board, geometry in land.items()}
    most = max(cut, key=lambda board: cut[board].area)
    for board, piece in cut.items():
        if board != most:
            shape = shape.difference(piece)
    cut[most] = shape
    return geopandas.GeoDataFrame(
        {"code": [FRIMLEY_LOCATION] * len(cut), "name": list(frimley["name"]) * len(cut), "board": list(cut)},
        geometry=list(cut.values()),
        crs=frimley.crs,
    )
