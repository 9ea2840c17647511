"""The publishers' boundary files: what each holds, and what is said of one that cannot be used."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geodata.layouts import DRAWN_YEARS

GRID = "EPSG:27700"
DEGREES = "EPSG:4326"
FETCH_AGAIN = "fetch the file again"
Geometries = NDArray[np.object_]


class BoundaryProblem(ValueError):
    """A boundary file cannot be used; the message says which, what was found, what was expected, and how to fix it."""

    def __init__(self, file: str, *, found: str, expected: str, fix: str) -> None:
        self.file, self.found, self.expected, self.fix = file, found, expected, fix
        super().__init__(f"{file}: {found}; {expected} expected; {fix}")


class BoundaryChanged(BoundaryProblem):
    """The layout of a boundary file is not the one known: a property or a layer is gone."""


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """Where the boundaries of one area type and vintage come from.

    ``areas`` is the official number of English areas. A TopoJSON has a ``layer`` and areas with start and end
    years; ``year`` picks those that stood on 31 December. ``joins`` names the file and columns that say which
    areas to join into one (area code → ODS code of the successor).
    """

    area_type: str
    vintage: int
    areas: int
    file_name: str
    code_field: str
    name_field: str
    layer: str | None = None
    year: int | None = None
    overlapping: bool = False
    joins: tuple[str, str, str] | None = None

    @property
    def file_names(self) -> tuple[str, ...]:
        """Files that must be in the folder."""
        return (self.file_name,) if self.joins is None else (self.file_name, self.joins[0])

    @property
    def output_name(self) -> str:
        """``<area_type>-<vintage>.geojson``."""
        return f"{self.area_type}-{self.vintage}.geojson"


_LA_FILE = "ons_uk_topo_2014-2025.topojson"


def _authorities(area_type: str, layer: str, counts: Mapping[int, int]) -> list[BoundaryFile]:
    # the last year a set stood: in 2014-2025 file the code of an area can be older than its set
    return [
        BoundaryFile(
            area_type,
            vintage,
            areas,
            _LA_FILE,
            "areacd",
            "areanm",
            layer=layer,
            year=DRAWN_YEARS[area_type][vintage][1],
        )
        for vintage, areas in counts.items()
    ]


BOUNDARY_FILES: tuple[BoundaryFile, ...] = (
    *_authorities("ltla", "ltla", {2017: 326, 2019: 317, 2020: 314, 2021: 309, 2024: 296, 2025: 296}),
    *_authorities("utla", "utla", {2017: 152, 2019: 151, 2020: 151, 2021: 152, 2023: 153, 2025: 153}),
    BoundaryFile("region", 2023, 9, "rgn_2023-12_en_buc.geojson", "RGN23CD", "RGN23NM"),
    *_authorities("combined_authority", "cauth", {2023: 10}),
    BoundaryFile("combined_authority", 2024, 11, "cauth_2024-05_en_buc.geojson", "CAUTH24CD", "CAUTH24NM"),
    *_authorities("combined_authority", "cauth", {2025: 15}),
    BoundaryFile("lep", 2021, 38, "lep_2021-05_en_buc.geojson", "LEP21CD", "LEP21NM", overlapping=True),
    BoundaryFile("sub_icb", 2023, 106, "sicbl_2023-04_en_bsc.geojson", "SICBL23CD", "SICBL23NM"),
    BoundaryFile("icb", 2023, 42, "icb_2023-04_en_bsc.geojson", "ICB23CD", "ICB23NM"),
    BoundaryFile("nhs_region", 2024, 7, "nhser_2024-01_en_bsc.geojson", "NHSER24CD", "NHSER24NM"),
    BoundaryFile("ccg", 2017, 207, "ccg2017_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("ccg", 2018, 195, "ccg2018_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("ccg", 2019, 191, "ccg2019_fingertips_clean.geojson", "code", "name"),
    BoundaryFile(
        "ccg",
        2020,
        135,
        "ccg2019_fingertips_clean.geojson",
        "code",
        "name",
        joins=("ccg19_names_codes_and_ccg20_successor.csv", "CCG19CD", "ccg20cdh"),
    ),
    BoundaryFile("ccg", 2021, 106, "ccg_2021-04_en_buc.geojson", "CCG21CD", "CCG21NM"),
    BoundaryFile("stp", 2017, 44, "stp2017_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("stp", 2018, 42, "stp2018_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("stp", 2021, 42, "geographr_stp21.geojson", "stp21_code", "stp21_name"),
)
"""Every boundary that can be had; ICBs of 2022, sub-ICB locations of 2022 and of 2026, whose codes are not all known,
and older NHS regions cannot."""

SERVICES_ONLY: tuple[BoundaryFile, ...] = (
    BoundaryFile("icb", 2026, 36, "icb_2026-04_en_bsc.geojson", "ICB26CD", "ICB26NM"),
)
"""Boundaries of which no file came with the project's own set: they are fetched, or given."""

INSTEAD: tuple[BoundaryFile, ...] = (
    BoundaryFile("ltla", 2025, 296, "lad_2025-12_uk_bsc.geojson", "LAD25CD", "LAD25NM"),
    BoundaryFile("utla", 2025, 153, "ctyua_2025-12_uk_bsc.geojson", "CTYUA25CD", "CTYUA25NM"),
    BoundaryFile("combined_authority", 2025, 15, "cauth_2025-12_en_bsc.geojson", "CAUTH25CD", "CAUTH25NM"),
    # no local authority or region changed after these years
    BoundaryFile("ltla", 2025, 296, "lad_2026-05_uk_bsc.geojson", "LAD26CD", "LAD26NM"),
    BoundaryFile("region", 2023, 9, "rgn_2025-12_en_bgc.geojson", "RGN25CD", "RGN25NM"),
)
"""Files that stand in where another of the same vintage cannot be had, the first of a vintage before the next."""

CHECKED: tuple[BoundaryFile, ...] = (
    BoundaryFile("sub_icb", 2026, 106, "sicbl_2026-04_en_bsc.geojson", "SICBL26CD", "SICBL26NM"),
)
"""Boundaries that are kept and held against the register, which does not have all of their codes: they are not drawn."""


def drawable(names: Collection[str]) -> list[BoundaryFile]:
    """The boundaries that can be drawn from the files of these names, each vintage from one file."""
    chosen = []
    for entry in (*BOUNDARY_FILES, *SERVICES_ONLY):
        others = [
            other for other in INSTEAD if (other.area_type, other.vintage) == (entry.area_type, entry.vintage)
        ]
        found = next((known for known in (entry, *others) if set(known.file_names) <= set(names)), None)
        chosen += [] if found is None else [found]
    return chosen


def boundary_file(area_type: str, vintage: int) -> BoundaryFile:
    """The entry for one area type and vintage. Raises LookupError when it cannot be had."""
    for entry in BOUNDARY_FILES:
        if (entry.area_type, entry.vintage) == (area_type, vintage):
            return entry
    known = ", ".join(str(entry.vintage) for entry in BOUNDARY_FILES if entry.area_type == area_type)
    raise LookupError(
        f"no boundaries of {area_type!r} for {vintage}; vintages of that type: {known or 'none'}"
    )


Files = Path | Mapping[str, Path]
"""A folder, or the publishers' file names → where each is kept."""


def place_of(files: Files, file_name: str) -> Path:
    if isinstance(files, Path):
        return files / file_name
    if file_name not in files:
        raise BoundaryProblem(
            file_name,
            found="not among the files given",
            expected="the publisher's file",
            fix="add it to them",
        )
    return files[file_name]
