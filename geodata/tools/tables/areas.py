"""The table of areas: code, type, name, life and one point of every area since 2014."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from geodata.register import Area, normalise
from geodata.tools.tables.facts import (
    BOARD_CHANGE,
    CCG_END,
    COMBINED_AUTHORITY_DATES,
    DISTRICTS,
    ENGLAND_CODE,
    HAMPSHIRE_LOCATION,
    HAMPSHIRE_LOCATION_2026,
    ICB_START,
    LOCATIONS,
    LSOA_2022,
    LSOA_2024,
    NHS_REGIONS,
    SUB_ICB_CHANGE,
    TOPOLOGY,
    UK_CODE,
)
from geodata.tools.tables.material import Material
from geodata.tools.tables.shares import Point, april, day_before, largest, named, points, shares
from geodata.tools.tables.sources import Sources


def _area(
    code: str,
    area_type: str,
    name: str,
    life: tuple[date | None, date | None],
    point: Point,
    ods_code: str | None = None,
) -> Area:
    return Area(code, area_type, name, ods_code, *life, *point)


STANDS: tuple[None, None] = (None, None)


def local_authorities(sources: Sources) -> list[Area]:
    """LTLA and UTLA of every vintage since 2014."""
    areas = []
    for area_type, newest in (
        ("ltla", sources.shapes(*DISTRICTS)),
        ("utla", sources.shapes("ctyua_2023-12_uk_bsc.geojson", "CTYUA23CD", "CTYUA23NM")),
    ):
        every = sources.shapes(TOPOLOGY, "areacd", "areanm", layer=area_type, extra=("start", "end"))
        names = named(every) | named(newest)
        places = points(every) | points(newest)
        for code, start, end in zip(every["code"], every["start"], every["end"], strict=True):
            life = (
                None if pd.isna(start) else april(int(start)),
                None if pd.isna(end) else day_before(april(int(end) + 1)),
            )
            areas.append(_area(code, area_type, names[code], life, places[code]))
    return areas


def nations_and_regions(sources: Sources) -> list[Area]:
    """The nine regions, England and the United Kingdom."""
    regions = sources.shapes("rgn_2023-12_en_buc.geojson", "RGN23CD", "RGN23NM")
    england = regions.dissolve().assign(code=ENGLAND_CODE)
    kingdom = sources.shapes(TOPOLOGY, "areacd", "areanm", layer="uk", prefix="K")
    places = points(regions) | points(england) | points(kingdom)
    return [
        *(_area(code, "region", name, STANDS, places[code]) for code, name in named(regions).items()),
        _area(ENGLAND_CODE, "england", "England", STANDS, places[ENGLAND_CODE]),
        _area(UK_CODE, "uk", "United Kingdom", STANDS, places[UK_CODE]),
    ]


def combined_authorities(sources: Sources) -> list[Area]:
    """Combined authorities since 2014."""
    every = sources.shapes(TOPOLOGY, "areacd", "areanm", layer="cauth")
    newest = sources.shapes("cauth_2024-05_en_buc.geojson", "CAUTH24CD", "CAUTH24NM")
    places = points(every) | points(newest)
    return [
        _area(code, "combined_authority", name, COMBINED_AUTHORITY_DATES.get(code, STANDS), places[code])
        for code, name in (named(every) | named(newest)).items()
    ]


def enterprise_partnerships(sources: Sources) -> list[Area]:
    """The 38 LEPs of 2021."""
    shapes = sources.shapes("lep_2021-05_en_buc.geojson", "LEP21CD", "LEP21NM")
    prefix = "local_enterprise_partnership_code"
    introduced = {
        code: date.fromisoformat(day)
        for code, day, status in sources.rows("dfe_leps_codes.csv", prefix, "date_of_introduction", "status")
        if day and status == "live"
    }
    places = points(shapes)
    return [
        _area(code, "lep", name, (introduced.get(code), None), places[code])
        for code, name in named(shapes).items()
    ]


def nhs_regions(material: Material) -> list[Area]:
    """NHS regions since 2019. An older code has the point of the region that has its name in 2024."""
    names = named(material.nhs_region_shapes)
    places = {names[code]: point for code, point in points(material.nhs_region_shapes).items()}
    return [
        _area(code, "nhs_region", name, (start_on, end_on), places[name], ods_code)
        for code, name, ods_code, start_on, end_on in NHS_REGIONS
    ]


def _life(vintages: Mapping[int, set[str]], code: str) -> tuple[date | None, date | None]:
    """First and last day of a CCG or STP, from the vintages (each begins in April) that have it."""
    held = [year for year, codes in sorted(vintages.items()) if code in codes]
    start_on = None if held[0] == min(vintages) else april(held[0])
    end_on = CCG_END if held[-1] == max(vintages) else day_before(april(held[-1] + 1))
    return start_on, end_on


def commissioning_groups(material: Material) -> list[Area]:
    """CCGs of April 2017 to June 2022. ODS codes that no boundary file gives come by name from the therapies file."""
    names: dict[str, str] = {}
    places: dict[str, Point] = {}
    ods: dict[str, str] = {}
    spelled = {normalise(name): code for _, kind, code, name in material.organisations if kind == "CCG"}
    for year in (2017, 2018, 2019, 2021):
        shapes = material.ccg_shapes[year]
        names |= named(shapes)
        places |= points(shapes)
        if "ods" in shapes.columns:
            for code, name, ods_code in zip(shapes["code"], shapes["name"], shapes["ods"], strict=True):
                found = ods_code if isinstance(ods_code, str) else spelled.get(normalise(name))
                if found:
                    ods[code] = found
    ods |= material.ccg_ods_2021
    return [
        _area(code, "ccg", name, _life(material.ccg_codes, code), places[code], ods.get(code))
        for code, name in names.items()
    ]


def partnerships(sources: Sources, material: Material) -> list[Area]:
    """STPs of April 2017 to June 2022; an STP of 2020 or after has the ODS code of the ICB that took its place."""
    names: dict[str, str] = {}
    places: dict[str, Point] = {}
    for _, shapes in sorted(material.stp_shapes.items()):
        names |= named(shapes)
        places |= points(shapes)
    ods = sources.pairs(LSOA_2022, "icb22_code", "icb22_code_h")
    became = largest(shares((row.stp, row.icb) for row in material.lsoas))
    return [
        _area(code, "stp", name, _life(material.stp_codes, code), places[code], ods.get(became.get(code, "")))
        for code, name in names.items()
    ]


def care_boards(sources: Sources, material: Material) -> list[Area]:
    """Sub-ICB locations and ICBs since July 2022; those of April 2026 as ``boards_2026`` has them."""
    areas = []
    locations = sources.shapes(*LOCATIONS)
    for area_type, stem, shapes in (("sub_icb", "sicbl", locations), ("icb", "icb", material.icb_shapes)):
        columns = (f"{stem}22_code", f"{stem}22_name", f"{stem}22_code_h")
        first = {code: (name, ods) for code, name, ods in sources.rows(LSOA_2022, *columns)}
        columns = (f"{stem}24_code", f"{stem}24_name", f"{stem}24_code_nhs")
        last = {code: (name, ods) for code, name, ods in sources.rows(LSOA_2024, *columns)}
        places = points(shapes)
        # a code that ended in 2023 passed nearly all its land to the code that has its ODS code now
        place_of_ods = {ods: places[code] for code, (_, ods) in last.items()}
        newest = _boards_of_2026(material, area_type, last)
        for code, (name, ods_code) in (first | last).items():
            end_on = None if code in newest else day_before(BOARD_CHANGE)
            life = (
                ICB_START if code in first else SUB_ICB_CHANGE,
                end_on if code in last else day_before(SUB_ICB_CHANGE),
            )
            areas.append(_area(code, area_type, name, life, place_of_ods[ods_code], ods_code))
        places = points(material.shapes_2026[0 if area_type == "icb" else 1])
        for code in newest.keys() - last.keys():
            name, ods_code = newest[code]
            areas.append(_area(code, area_type, name, (BOARD_CHANGE, None), places[code], ods_code))
    return areas


def _boards_of_2026(
    material: Material, area_type: str, last: Mapping[str, tuple[str, str]]
) -> Mapping[str, tuple[str, str]]:
    """Code → (name, ODS code) of the ICBs, or of the sub-ICB locations whose code is known, since April 2026."""
    if area_type == "icb":
        return material.boards_2026.named
    standing = {row.sub_icb_2026 for row in material.later_lsoas}
    # the location kept its name and its ODS code when the code of its larger land was new
    names = {**last, HAMPSHIRE_LOCATION_2026: last[HAMPSHIRE_LOCATION]}
    return {code: words for code, words in names.items() if code in standing}


class Directory:
    """Areas by (code, type), for making memberships and successions."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = {(area.area_code, area.area_type): area for area in areas}

    def __getitem__(self, key: tuple[str, str]) -> Area:
        return self.areas[key]

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self.areas

    def of(self, area_type: str) -> list[Area]:
        return [area for area in self.areas.values() if area.area_type == area_type]
