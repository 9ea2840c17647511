"""In which area each centre lies, for every layer: by lookup, by what became of areas, or by the official outline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.boundaries import boundary_file, read_boundaries
from geodata.boundaries.files import DEGREES, GRID, BoundaryProblem
from geodata.layouts import DRAWN_YEARS
from geodata.register import Register
from geodata.tools.tables.facts import LSOA_2021, LSOA_2022, LSOA_2024, LSOA_2026, WARDS
from geodata.tools.tables.sources import Sources

CENTRES_FILE = "small_areas/lsoa_latlong.csv"
ENGLISH = "E"

Areas = Mapping[str, frozenset[str]]
"""Centre → the areas that it lies in: one, two where partnerships overlap, none outside combined authorities."""


@dataclass(frozen=True)
class Layer:
    """A layer of outlines: the areas of ``area_type`` alive on 31 December of the years from ``first`` to ``last``.

    ``lsoas`` is the year of the small areas whose centres it is drawn from.
    """

    area_type: str
    vintage: int
    first: int
    last: int
    lsoas: int

    @property
    def name(self) -> str:
        return f"{self.area_type}-{self.vintage}"

    @property
    def day(self) -> date:
        return date(self.last, 12, 31)


_OF_2011 = {
    ("ltla", 2017), ("ltla", 2019), ("ltla", 2020), ("ltla", 2021),
    ("utla", 2017), ("utla", 2019), ("utla", 2020), ("utla", 2021),
    ("lep", 2021), ("sub_icb", 2022), ("icb", 2022), ("nhs_region", 2021),
    *(("ccg", year) for year in DRAWN_YEARS["ccg"]),
    *(("stp", year) for year in DRAWN_YEARS["stp"]),
}  # fmt: skip

LAYERS: tuple[Layer, ...] = tuple(
    Layer(area_type, vintage, first, last, 2011 if (area_type, vintage) in _OF_2011 else 2021)
    for area_type, vintages in DRAWN_YEARS.items()
    for vintage, (first, last) in vintages.items()
)
"""Every layer: the vintages that are drawn as hexagons too."""


@dataclass(frozen=True)
class Centres:
    """Centres of small areas: ``codes`` and ``points`` (n, 2), metres on the British National Grid."""

    codes: tuple[str, ...]
    points: NDArray[np.float64]

    @property
    def english(self) -> NDArray[np.bool_]:
        return np.array([code.startswith(ENGLISH) for code in self.codes])


class Assigning:
    """What lies where, from the lookups in a folder and the register. Raises SourceMissing and BoundaryProblem."""

    def __init__(self, folder: Path, register: Register) -> None:
        self.folder = folder
        self.register = register
        self.sources = Sources(folder, folder)

    @cached_property
    def _lookups(self) -> dict[tuple[str, int], dict[str, str]]:
        pairs = self.sources.pairs
        return {
            ("ltla", 2021): pairs(LSOA_2021, "lsoa11_code", "ltla21_code"),
            ("ccg", 2021): pairs(LSOA_2021, "lsoa11_code", "ccg21_code"),
            ("stp", 2021): pairs(LSOA_2021, "lsoa11_code", "stp21_code"),
            ("sub_icb", 2022): pairs(LSOA_2022, "lsoa11_code", "sicbl22_code"),
            ("icb", 2022): pairs(LSOA_2022, "lsoa11_code", "icb22_code"),
            ("ltla", 2024): _english(pairs(WARDS, "lsoa21_code", "ltla24_code")),
            ("sub_icb", 2023): pairs(LSOA_2024, "lsoa21_code", "sicbl24_code"),
            ("icb", 2023): pairs(LSOA_2024, "lsoa21_code", "icb24_code"),
            ("icb", 2026): pairs(LSOA_2026, "lsoa21_code", "icb26_code"),
        }

    @cached_property
    def _places(self) -> dict[str, tuple[float, float]]:
        """Longitude and latitude of every centre of Great Britain."""
        places = {}
        rows = self.sources.rows(CENTRES_FILE, "LSOACD", "longitude", "latitude")
        for number, (code, longitude, latitude) in enumerate(rows, start=2):
            try:
                places[code] = float(longitude), float(latitude)
            except ValueError:
                raise BoundaryProblem(
                    CENTRES_FILE,
                    found=f"row {number}: longitude {longitude!r}, latitude {latitude!r} of {code}",
                    expected="degrees",
                    fix="fetch the file again",
                ) from None
        return places

    def centres(self, lsoas: int) -> Centres:
        """The centres of the small areas of 2011 or 2021 in England, and of those beyond its borders."""
        english = self._lookups["ltla", 2021 if lsoas == 2011 else 2024]
        # one set for both beyond the border, where only the border matters
        abroad = {
            code for code, _ in self.sources.rows(WARDS, "lsoa21_code", "ltla24_code") if code[0] == "W"
        }
        lost = sorted(english.keys() - self._places.keys())
        if lost:
            raise BoundaryProblem(
                CENTRES_FILE,
                found=f"no row for {', '.join(lost[:5])}"
                + (f" and {len(lost) - 5} more" if len(lost) > 5 else ""),
                expected=f"a centre for each small area of {lsoas}",
                fix="fetch the file again",
            )
        codes = tuple(
            sorted(code for code in self._places if code in english or code in abroad or code[0] == "S")
        )
        degrees = np.array([self._places[code] for code in codes])
        points = gpd.GeoSeries(gpd.points_from_xy(degrees[:, 0], degrees[:, 1]), crs=DEGREES).to_crs(GRID)
        return Centres(codes, np.column_stack([points.x, points.y]))

    def areas_of(self, layer: Layer) -> Areas:
        """The areas of a layer that each English centre lies in."""
        match layer.area_type:
            case "ltla":
                found = _alone(self._districts(layer))
            case "utla" | "region" | "combined_authority" | "lep":
                found = self._parents(self._districts(layer), "ltla", layer)
            case "nhs_region":
                boards = ("stp", 2021) if layer.lsoas == 2011 else ("icb", 2023)
                found = self._parents(self._lookups[boards], boards[0], layer)
            case _ if (layer.area_type, layer.vintage) in self._lookups:
                found = _alone(self._lookups[layer.area_type, layer.vintage])
            case _:
                found = _alone(self._placed(layer))
        expected = self.register.codes(layer.area_type, layer.last)
        drawn = frozenset().union(*found.values())
        if drawn != expected:
            raise BoundaryProblem(
                layer.name,
                found=f"no centre in {sorted(expected - drawn)}, centres in unknown {sorted(drawn - expected)}",
                expected="a centre in each area of the register",
                fix="give the lookups and boundaries of that year",
            )
        return found

    def _districts(self, layer: Layer) -> dict[str, str]:
        """The district of each centre on the layer's day; by outline only where districts were joined since."""
        base = self._lookups["ltla", 2021 if layer.lsoas == 2011 else 2024]
        then = self.register.codes("ltla", layer.last)
        candidates = {code: self._kin(code, then) for code in sorted(set(base.values()))}
        open_choice = {centre for centre, code in base.items() if len(candidates[code]) > 1}
        placed = self._inside(
            "ltla", layer, candidates, {centre: base[centre] for centre in sorted(open_choice)}
        )
        return {centre: placed.get(centre) or candidates[code][0] for centre, code in base.items()}

    def _kin(self, code: str, then: frozenset[str]) -> list[str]:
        """Which of those areas the land of ``code`` belongs to: itself, what it was made of, or what became of it."""
        for step in (self._before, self._after):
            seen, waiting, found = {code}, [code], set()
            while waiting:
                here = waiting.pop()
                if here in then:
                    found.add(here)
                    continue
                waiting += [other for other in step(here) if other not in seen]
                seen.update(step(here))
            if found:
                return sorted(found)
        raise BoundaryProblem(
            "geodata/tables/successions.csv",
            found=f"nothing links {code} to the districts of the year",
            expected="its predecessors or successors",
            fix="build the register again: python -m geodata build",
        )

    def _before(self, code: str) -> list[str]:
        return [change.predecessor_code for change in self.register.predecessors(code, "ltla")]

    def _after(self, code: str) -> list[str]:
        return [change.successor_code for change in self.register.successors(code, "ltla")]

    def _parents(self, of_centre: Mapping[str, str], child_type: str, layer: Layer) -> Areas:
        """By membership on the layer's day. Every one counts, so that districts in two partnerships lie in both."""
        parents = {
            code: frozenset(
                row.parent_code
                for row in self.register.parents(code, layer.area_type, layer.day, child_type=child_type)
            )
            for code in sorted(set(of_centre.values()))
        }
        return {centre: parents[code] for centre, code in of_centre.items()}

    def _placed(self, layer: Layer) -> dict[str, str]:
        """By the official outline of the vintage that a centre lies in or is nearest to."""
        centres = self.centres(layer.lsoas)
        points = shapely.points(centres.points[centres.english])
        official = read_boundaries(self.folder, boundary_file(layer.area_type, layer.vintage))
        area = shapely.STRtree(official.geometry.to_numpy()).query_nearest(points, all_matches=False)[1]
        codes = [code for code in centres.codes if code.startswith(ENGLISH)]
        return dict(zip(codes, official["area_code"].to_numpy()[area].tolist(), strict=True))

    def _inside(
        self, area_type: str, layer: Layer, candidates: Mapping[str, list[str]], base: Mapping[str, str]
    ) -> dict[str, str]:
        """The nearest of the candidates to each centre of ``base`` (centre → the area that has candidates)."""
        if not base:
            return {}
        # districts have years of their own: those of the UTLAs of 2023 are drawn as 2024
        vintage = layer.vintage if layer.area_type == area_type else _drawn(area_type, layer.last)
        official = (
            read_boundaries(self.folder, boundary_file(area_type, vintage)).set_index("area_code").geometry
        )
        places = gpd.GeoSeries(
            gpd.points_from_xy(*np.array([self._places[centre] for centre in base]).T), crs=DEGREES
        ).to_crs(GRID)
        found = {}
        for (centre, code), point in zip(base.items(), places, strict=True):
            found[centre] = min(candidates[code], key=lambda other: (official[other].distance(point), other))
        return found


def _english(lookup: Mapping[str, str]) -> dict[str, str]:
    return {centre: code for centre, code in lookup.items() if centre.startswith(ENGLISH)}


def _alone(found: Mapping[str, str]) -> Areas:
    known: dict[str, frozenset[str]] = {}
    return {centre: known.setdefault(code, frozenset((code,))) for centre, code in found.items()}


def _drawn(area_type: str, year: int) -> int:
    """The drawn vintage that stands for a year. Raises LookupError."""
    for vintage, (first, last) in DRAWN_YEARS[area_type].items():
        if first <= year <= last:
            return vintage
    raise LookupError(f"no vintage of {area_type} is drawn for {year}")
