"""Builds the committed tables of the register from a folder of official boundaries, lookups and code lists.

``python -m geodata build --from ../shared/geography`` writes ``geodata/tables/*.csv``. Only facts are written:
codes, names, dates, shares, and one point an area. Sources, rules and gaps: ``docs/geography.md``.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import geopandas
import pandas as pd
from shapely import make_valid

from geodata.register import COLUMNS, TABLES, Area, Membership, Succession, normalise

Progress: TypeAlias = Callable[[str], None]
Shapes: TypeAlias = geopandas.GeoDataFrame  # columns code, name, geometry in metres (British grid)
Point: TypeAlias = tuple[float, float]  # latitude, longitude
Share: TypeAlias = tuple[str, str, float]  # child or predecessor, parent or successor, share of the first

ENGLAND_CODE = "E92000001"
UK_CODE = "K02000001"
BRITISH_GRID = 27700
DEGREES = 4326

TOPOLOGY = "ons_uk_topo_2014-2025.topojson"
LSOA_2021 = "lookup_lsoa11_ccg21_stp21_ltla21.csv"
LSOA_2022 = "lookup_lsoa11_sicbl22_icb22_ltla22.csv"
LSOA_2024 = "lookup_lsoa21_icb24.csv"

# Two polygons of different generalisation rub along their common border: less than this share of the land is that
# rubbing, not a transfer. Among areas that ended, 3.4% is the most that rubbing comes to, and 4.2% the least that
# truly moved (Greater Preston to Fylde and Wyre, 2018).
SLIVER_SHARE = 0.04

CCG_FIRST_YEAR = 2017
CCG_END = date(2022, 6, 30)
ICB_START = date(2022, 7, 1)
SUB_ICB_CHANGE = date(2023, 4, 1)
LEP_VINTAGE_START = date(2021, 4, 1)

# (code, name, ODS code, start, end): the lookup of 2020 has 7–10, the boundaries of January 2024 have 11–14
NHS_REGIONS: tuple[tuple[str, str, str, date | None, date | None], ...] = (
    ("E40000003", "London", "Y56", None, None),
    ("E40000005", "South East", "Y59", date(2018, 4, 1), None),
    ("E40000006", "South West", "Y58", date(2018, 4, 1), None),
    ("E40000007", "East of England", "Y61", date(2019, 4, 1), date(2023, 12, 31)),
    ("E40000008", "Midlands", "Y60", date(2019, 4, 1), date(2022, 6, 30)),
    ("E40000009", "North East and Yorkshire", "Y63", date(2019, 4, 1), date(2022, 6, 30)),
    ("E40000010", "North West", "Y62", date(2019, 4, 1), date(2023, 12, 31)),
    ("E40000011", "Midlands", "Y60", date(2022, 7, 1), None),
    ("E40000012", "North East and Yorkshire", "Y63", date(2022, 7, 1), None),
    ("E40000013", "East of England", "Y61", date(2024, 1, 1), None),
    ("E40000014", "North West", "Y62", date(2024, 1, 1), None),
)
NHS_REGIONS_FROM = date(2019, 4, 1)

# days on which combined authorities began or ended; those not named stood before 2018 and still stand
NORTH_EAST_2014, NORTH_EAST_2018, NORTH_OF_TYNE = "E47000005", "E47000010", "E47000011"
COMBINED_AUTHORITY_DATES: dict[str, tuple[date | None, date | None]] = {
    NORTH_EAST_2014: (None, date(2018, 11, 1)),
    NORTH_EAST_2018: (date(2018, 11, 2), date(2024, 5, 6)),
    NORTH_OF_TYNE: (date(2018, 11, 2), date(2024, 5, 6)),
    "E47000012": (date(2024, 2, 1), None),
    "E47000013": (date(2024, 2, 27), None),
    "E47000014": (date(2024, 5, 7), None),
    # in the lookup of May 2025 and not in that of May 2024; the day itself is not in the sources
    "E47000015": (date(2025, 5, 1), None),
    "E47000016": (date(2025, 5, 1), None),
    "E47000017": (date(2025, 5, 1), None),
    "E47000018": (date(2025, 5, 1), None),
}

# spellings of publishers and everyday short names that normalising cannot reach: (code, alias, kind)
PUBLISHERS_NAMES: tuple[tuple[str, str, str], ...] = (
    ("E12000006", "East", "nomis"),
    ("E37000043", "Buckinghamshire Thames Valley", "nomis"),
    ("E37000061", "Hull and East Riding", "nomis"),
    ("E06000020", "Telford and the Wrekin", "ascof"),
    ("E06000035", "Medway Towns", "ascof"),
    ("E12000006", "Eastern", "ascof"),
    ("E37000045", "D2N2", "short"),
    ("E06000010", "Hull", "short"),
    ("E06000010", "Kingston upon Hull", "short"),
    ("E06000019", "Herefordshire", "short"),
    ("E06000023", "Bristol", "short"),
    ("E06000047", "Durham", "short"),
    ("E07000083", "North Gloucestershire", "other"),
    ("E47000009", "West of England Combined Authority", "other"),
    ("K02000001", "UK", "short"),
)
# the Nomis workbook of April 2023 names combined authorities so; its North East is the one of that day
NOMIS_COMBINED_AUTHORITIES = ("{name}-MCA", "{name}-MCA - from dn81838")
NOMIS_COMBINED_AUTHORITIES_ON = date(2022, 12, 31)


class SourceMissing(Exception):
    """A file of the sources is absent, has lost a column, or contradicts another."""


@dataclass(frozen=True)
class Sources:
    """The folder of boundaries and lookups, and the publications beside it (for names and ODS codes)."""

    folder: Path
    publications: Path

    def path(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise SourceMissing(f"{name} is not in {self.folder}; give the folder that holds it with --from")
        return path

    def rows(self, name: str, *columns: str) -> list[tuple[str, ...]]:
        """Those columns of a CSV, a tuple a row. Raises SourceMissing naming columns lost and those found."""
        with self.path(name).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header = next(reader, [])
            lost = [column for column in columns if column not in header]
            if lost:
                raise SourceMissing(f"{name}: columns {lost} gone; found {header}")
            places = [header.index(column) for column in columns]
            return [tuple(cells[place] for place in places) for cells in reader]

    def pairs(self, name: str, key: str, value: str) -> dict[str, str]:
        """Two columns of a CSV as a mapping."""
        return {row[0]: row[1] for row in self.rows(name, key, value)}

    def shapes(
        self,
        name: str,
        code: str,
        label: str,
        layer: str | None = None,
        extra: Sequence[str] = (),
        prefix: str = "E",
    ) -> Shapes:
        """Areas of a boundary file whose code has the ``prefix`` (English ones), with ``extra`` columns."""
        path = self.path(name)
        shapes = geopandas.read_file(path, layer=layer) if layer else geopandas.read_file(path)
        lost = [column for column in (code, label, *extra) if column not in shapes.columns]
        if lost:
            raise SourceMissing(f"{name}: columns {lost} gone; found {list(shapes.columns)}")
        if shapes.crs is None:  # TopoJSON says nothing of its coordinates: they are degrees
            shapes = shapes.set_crs(DEGREES)
        shapes = shapes.rename(columns={code: "code", label: "name"})
        shapes = shapes[shapes["code"].str.startswith(prefix)][["code", "name", *extra, "geometry"]]
        shapes["geometry"] = [make_valid(shape) for shape in shapes.geometry]
        return shapes.to_crs(BRITISH_GRID).reset_index(drop=True)

    def organisations(self) -> list[tuple[str, str, str, str]]:
        """(reporting period, type, code, name) of the organisations in NHS England's annual therapies file."""
        path = self.publications / "nhs_talking_therapies" / "measures_annual.parquet"
        if not path.is_file():
            raise SourceMissing(f"{path.name} is not in {path.parent}; give its folder with --publications")
        columns = ["reporting_period", "org_type", "org_code", "org_name"]
        return list(
            pd.read_parquet(path, columns=columns).drop_duplicates().itertuples(index=False, name=None)
        )


@dataclass
class Tables:
    """The five tables as records."""

    areas: list[Area]
    memberships: list[Membership]
    successions: list[Succession]
    aliases: list[tuple[str, str, str]]
    similar: list[tuple[str, int, str]]


# ---- days, shares and land ---------------------------------------------------------------------------


def _april(year: int) -> date:
    return date(year, 4, 1)


def _before(day: date) -> date:
    return day - timedelta(days=1)


def link(
    child: Area,
    parent: Area,
    share: float = 1.0,
    start_on: date | None = None,
    end_on: date | None = None,
) -> Membership | None:
    """Membership over the days when both areas stood, within ``start_on`` to ``end_on``; None if no such day."""
    starts = [day for day in (child.start_on, parent.start_on, start_on) if day]
    ends = [day for day in (child.end_on, parent.end_on, end_on) if day]
    start, end = max(starts, default=None), min(ends, default=None)
    if start and end and end < start:
        return None
    return Membership(
        child.area_code, child.area_type, parent.area_code, parent.area_type, start, end, round(share, 4)
    )


def joined(memberships: Iterable[Membership]) -> list[Membership]:
    """Memberships in order; those that follow one another without a gap and with the same share made one."""
    groups: dict[tuple[str, ...], list[Membership]] = defaultdict(list)
    for row in memberships:
        groups[row.child_type, row.parent_type, row.child_code, row.parent_code].append(row)
    result: list[Membership] = []
    for _, rows in sorted(groups.items()):
        rows.sort(key=lambda row: row.start_on or date.min)
        current = rows[0]
        for row in rows[1:]:
            follows = current.end_on is not None and row.start_on == current.end_on + timedelta(days=1)
            if follows and row.share == current.share:
                current = replace(current, end_on=row.end_on)
            else:
                result.append(current)
                current = row
        result.append(current)
    return result


def shares(
    pairs: Iterable[tuple[str, str]], weights: Mapping[tuple[str, str], float] | None = None
) -> list[Share]:
    """Share of each child's pairs that it has with each parent: one pair an LSOA, or weighted counts."""
    counts: Mapping[tuple[str, str], float] = weights if weights is not None else Counter(pairs)
    totals: dict[str, float] = defaultdict(float)
    for (child, _), count in counts.items():
        totals[child] += count
    return [(child, parent, count / totals[child]) for (child, parent), count in sorted(counts.items())]


def largest(rows: Iterable[Share]) -> dict[str, str]:
    """For each child the parent that holds most of it."""
    best: dict[str, tuple[float, str]] = {}
    for child, parent, share in rows:
        best[child] = max(best.get(child, (0.0, "")), (share, parent))
    return {child: parent for child, (_, parent) in best.items()}


def points(shapes: Shapes) -> dict[str, Point]:
    """Code → (latitude, longitude), degrees to 4 decimals, of a point inside the area.

    The centroid where it lies in the area, else that of its largest part, else any point of that part.
    """
    inside = []
    for shape in shapes.geometry:
        part = max(getattr(shape, "geoms", [shape]), key=lambda piece: piece.area)
        tries = (shape.centroid, part.centroid, part.representative_point())
        inside.append(next(point for point in tries if shape.contains(point)))
    degrees = geopandas.GeoSeries(inside, crs=BRITISH_GRID).to_crs(DEGREES)
    return {
        code: (round(point.y, 4), round(point.x, 4))
        for code, point in zip(shapes["code"], degrees, strict=True)
    }


def named(shapes: Shapes) -> dict[str, str]:
    """Code → name."""
    return dict(zip(shapes["code"], shapes["name"], strict=True))


def land_shares(predecessors: Shapes, successors: Shapes) -> list[Share]:
    """Share of each predecessor's land in each successor; border slivers dropped and the rest made whole."""
    pieces = geopandas.overlay(
        predecessors[["code", "geometry"]],
        successors[["code", "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    land: dict[tuple[str, str], float] = defaultdict(float)
    for old, new, area in zip(pieces["code_1"], pieces["code_2"], pieces.geometry.area, strict=True):
        land[old, new] += float(area)
    kept = {(old, new): share for old, new, share in shares((), land) if share >= SLIVER_SHARE}
    return shares((), kept)


def only(shapes: Shapes, codes: Iterable[str]) -> Shapes:
    """The shapes with those codes."""
    return shapes[shapes["code"].isin(list(codes))]


# ---- what several tables are made from -----------------------------------------------------------------


class Lsoa(NamedTuple):
    """A small area of 2011 and what it lay in, in 2021 and after July 2022."""

    lsoa_code: str
    lsoa_name: str
    ccg: str
    stp: str
    ltla: str
    sub_icb: str
    icb: str


class LaterLsoa(NamedTuple):
    """A small area of 2021 and what it lies in, in 2024."""

    lsoa_code: str
    sub_icb: str
    icb: str
    ltla: str


@dataclass
class Material:
    """Files and conclusions that more than one table needs. Keys of the mappings are years."""

    lsoas: list[Lsoa]
    later_lsoas: list[LaterLsoa]
    ccg_shapes: dict[int, Shapes]
    ccg_codes: dict[int, set[str]]
    ccg_of_2020: dict[str, str]  # CCG of 2019 → CCG of 2020
    ccg_ods_2021: dict[str, str]
    stp_shapes: dict[int, Shapes]
    stp_codes: dict[int, set[str]]
    stp_of: dict[int, dict[str, str]]  # year → CCG → STP
    icb_shapes: Shapes
    nhs_region_shapes: Shapes
    organisations: list[tuple[str, str, str, str]]

    def kept_lsoas(self) -> list[tuple[Lsoa, LaterLsoa]]:
        """LSOAs that have the same code in 2011 and 2021."""
        later = {lsoa.lsoa_code: lsoa for lsoa in self.later_lsoas}
        return [(lsoa, later[lsoa.lsoa_code]) for lsoa in self.lsoas if lsoa.lsoa_code in later]


def _read_lsoas(sources: Sources) -> list[Lsoa]:
    after = {
        code: (sub_icb, icb)
        for code, sub_icb, icb in sources.rows(LSOA_2022, "lsoa11_code", "sicbl22_code", "icb22_code")
    }
    columns = ("lsoa11_code", "lsoa11_name", "ccg21_code", "stp21_code", "ltla21_code")
    before = sources.rows(LSOA_2021, *columns)
    if {row[0] for row in before} != after.keys() or len(before) != len(after):
        raise SourceMissing(f"{LSOA_2021} and {LSOA_2022} do not list the same LSOAs; fetch both again")
    return [Lsoa._make((*row, *after[row[0]])) for row in before]


def _read_later_lsoas(sources: Sources) -> list[LaterLsoa]:
    wards = "lookup_lsoa21_ward24_ltla24.csv"
    authorities = sources.pairs(wards, "lsoa21_code", "ltla24_code")
    rows = sources.rows(LSOA_2024, "lsoa21_code", "sicbl24_code", "icb24_code")
    lost = [row[0] for row in rows if row[0] not in authorities]
    if lost:
        raise SourceMissing(f"{wards} lacks {len(lost)} LSOAs of {LSOA_2024}, such as {lost[0]}")
    return [LaterLsoa(code, sub_icb, icb, authorities[code]) for code, sub_icb, icb in rows]


def read_material(sources: Sources) -> Material:
    """Reads every file that more than one table needs and settles the CCGs of 2020."""
    lsoas = _read_lsoas(sources)
    ccg_shapes = {
        year: sources.shapes(f"ccg{year}_fingertips_clean.geojson", "code", "name", extra=("ods",))
        for year in (2017, 2018, 2019)
    }
    ccg_shapes[2021] = sources.shapes("ccg_2021-04_en_buc.geojson", "CCG21CD", "CCG21NM")
    ccg_codes = {year: set(shapes["code"]) for year, shapes in ccg_shapes.items()}

    # a sub-ICB location kept the ODS code of the CCG it was
    ods = sources.pairs(LSOA_2022, "sicbl22_code", "sicbl22_code_h")
    ccg_ods_2021 = {
        ccg: ods[sub_icb] for ccg, sub_icb in largest(shares((row.ccg, row.sub_icb) for row in lsoas)).items()
    }
    # No list of the GSS codes of 2020 is at hand. A CCG that kept its ODS code in 2020 kept its GSS code; one that
    # was made by merger has the GSS code that its ODS code has in 2021.
    code_2021 = {ods_code: code for code, ods_code in ccg_ods_2021.items()}
    ccg_of_2020 = {
        code: code if ods_2019 == ods_2020 else code_2021[ods_2020]
        for code, ods_2019, ods_2020 in sources.rows(
            "ccg19_names_codes_and_ccg20_successor.csv", "CCG19CD", "CCG19CDH", "ccg20cdh"
        )
    }
    ccg_codes[2020] = set(ccg_of_2020.values())

    stp_shapes = {
        2017: sources.shapes("stp2017_fingertips_clean.geojson", "code", "name"),
        2018: sources.shapes("stp2018_fingertips_clean.geojson", "code", "name"),
        2021: sources.shapes("geographr_stp21.geojson", "stp21_code", "stp21_name"),
    }
    stp_codes = {year: set(shapes["code"]) for year, shapes in stp_shapes.items()}
    stp_codes[2019] = stp_codes[2018]
    stp_codes[2020] = set(sources.pairs("stp20_nhser20_lookup.csv", "stp20cd", "nhser20cd"))

    merged = ccg_shapes[2019][["code", "geometry"]].copy()
    merged["code"] = merged["code"].map(ccg_of_2020)
    ccg_shapes[2020] = merged.dissolve(by="code").reset_index()
    return Material(
        lsoas=lsoas,
        later_lsoas=_read_later_lsoas(sources),
        ccg_shapes=ccg_shapes,
        ccg_codes=ccg_codes,
        ccg_of_2020=ccg_of_2020,
        ccg_ods_2021=ccg_ods_2021,
        stp_shapes=stp_shapes,
        stp_codes=stp_codes,
        stp_of=_partnership_of(sources, lsoas, ccg_shapes, stp_shapes, stp_codes),
        icb_shapes=sources.shapes("icb_2023-04_en_bsc.geojson", "ICB23CD", "ICB23NM"),
        nhs_region_shapes=sources.shapes("nhser_2024-01_en_bsc.geojson", "NHSER24CD", "NHSER24NM"),
        organisations=sources.organisations(),
    )


def _partnership_of(
    sources: Sources,
    lsoas: Sequence[Lsoa],
    ccg_shapes: Mapping[int, Shapes],
    stp_shapes: Mapping[int, Shapes],
    stp_codes: Mapping[int, set[str]],
) -> dict[int, dict[str, str]]:
    """Year → CCG → STP: by the list of 2018 and the LSOAs of 2021, and by land where neither has the CCG."""
    listed = sources.pairs("ccg18_population_mid2018_syoa.csv", "ccg18cd", "stp18cd")
    of_2017 = {
        code: listed[code] if listed.get(code) in stp_codes[2017] else parent
        for code, parent in largest(land_shares(ccg_shapes[2017], stp_shapes[2017])).items()
    }
    of_2019 = {
        code: listed.get(code, parent)
        for code, parent in largest(land_shares(ccg_shapes[2019], stp_shapes[2018])).items()
    }
    of_2021 = largest(shares((row.ccg, row.stp) for row in lsoas))
    # the mergers of 2021 were each inside one STP: a CCG of 2020 lay in the STP of its successor
    later = largest(land_shares(ccg_shapes[2020], ccg_shapes[2021]))
    of_2020 = {code: of_2021[successor] for code, successor in later.items()}
    return {2017: of_2017, 2018: listed, 2019: of_2019, 2020: of_2020, 2021: of_2021}


# ---- areas ---------------------------------------------------------------------------------------------


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
        ("ltla", sources.shapes("lad_2024-05_uk_bsc.geojson", "LAD24CD", "LAD24NM")),
        ("utla", sources.shapes("ctyua_2023-12_uk_bsc.geojson", "CTYUA23CD", "CTYUA23NM")),
    ):
        every = sources.shapes(TOPOLOGY, "areacd", "areanm", layer=area_type, extra=("start", "end"))
        names = named(every) | named(newest)
        places = points(every) | points(newest)
        for code, start, end in zip(every["code"], every["start"], every["end"], strict=True):
            life = (
                None if pd.isna(start) else _april(int(start)),
                None if pd.isna(end) else _before(_april(int(end) + 1)),
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
    start_on = None if held[0] == min(vintages) else _april(held[0])
    end_on = CCG_END if held[-1] == max(vintages) else _before(_april(held[-1] + 1))
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
    """Sub-ICB locations and ICBs since July 2022."""
    areas = []
    locations = sources.shapes("sicbl_2023-04_en_bsc.geojson", "SICBL23CD", "SICBL23NM")
    for area_type, stem, shapes in (("sub_icb", "sicbl", locations), ("icb", "icb", material.icb_shapes)):
        columns = (f"{stem}22_code", f"{stem}22_name", f"{stem}22_code_h")
        first = {code: (name, ods) for code, name, ods in sources.rows(LSOA_2022, *columns)}
        columns = (f"{stem}24_code", f"{stem}24_name", f"{stem}24_code_nhs")
        last = {code: (name, ods) for code, name, ods in sources.rows(LSOA_2024, *columns)}
        places = points(shapes)
        # a code that ended in 2023 passed nearly all its land to the code that has its ODS code now
        place_of_ods = {ods: places[code] for code, (_, ods) in last.items()}
        for code, (name, ods_code) in (first | last).items():
            life = (
                ICB_START if code in first else SUB_ICB_CHANGE,
                None if code in last else _before(SUB_ICB_CHANGE),
            )
            areas.append(_area(code, area_type, name, life, place_of_ods[ods_code], ods_code))
    return areas


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


# ---- memberships ---------------------------------------------------------------------------------------


def county_of(sources: Sources, directory: Directory) -> dict[str, str]:
    """LTLA → UTLA for every LTLA of the register; a unitary or metropolitan district is its own UTLA."""
    counties: dict[str, str] = {}
    for year in (19, 21, 23):
        counties |= sources.pairs(f"lookup_ltla{year}_utla{year}.csv", f"ltla{year}_code", f"utla{year}_code")
    # Districts that ended before the first of these lookups: by land, since the register of mySociety, which
    # names their counties, puts Forest Heath in Surrey.
    districts = sources.shapes(TOPOLOGY, "areacd", "areanm", layer="ltla")
    upper = sources.shapes(TOPOLOGY, "areacd", "areanm", layer="utla")
    early = districts[districts["code"].str.startswith("E07") & ~districts["code"].isin(list(counties))]
    counties |= largest(land_shares(early, upper[upper["code"].str.startswith("E10")]))
    return {
        area.area_code: area.area_code if (area.area_code, "utla") in directory else counties[area.area_code]
        for area in directory.of("ltla")
    }


def inherited(
    known: Mapping[str, str], changes: Iterable[Succession], codes: Iterable[str]
) -> dict[str, str]:
    """``known`` (child → parent) filled out for ``codes`` from their successors or predecessors."""
    linked: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        linked[change.predecessor_code].add(change.successor_code)
        linked[change.successor_code].add(change.predecessor_code)
    filled = dict(known)
    for code in codes:
        if code not in filled:
            parents = {filled[other] for other in linked[code] if other in filled}
            if len(parents) != 1:
                raise SourceMissing(f"{code}: its kin lie in {sorted(parents)}; expected one area")
            filled[code] = parents.pop()
    return filled


def region_of(
    sources: Sources, directory: Directory, changes: Iterable[Succession], counties: Mapping[str, str]
) -> dict[str, str]:
    """LTLA and UTLA → region. Raises SourceMissing where the districts of a county lie in two regions."""
    regions: dict[str, str] = {}
    for year in (19, 24):
        regions |= sources.pairs(
            f"lookup_ltla{year}_region{year}.csv", f"ltla{year}_code", f"region{year}_code"
        )
    districts = [area.area_code for area in directory.of("ltla")]
    regions = inherited(regions, changes, districts)
    found: dict[str, set[str]] = defaultdict(set)
    for district in districts:
        found[counties[district]].add(regions[district])
    for county, parents in found.items():
        if len(parents) != 1:
            raise SourceMissing(f"{county}: its districts lie in {sorted(parents)}; expected one region")
        regions[county] = parents.pop()
    return regions


def authority_links(
    sources: Sources, directory: Directory, changes: Sequence[Succession], counties: Mapping[str, str]
) -> list[Membership | None]:
    """LTLA → UTLA; LTLA and UTLA → region; region, LEP, combined authority, NHS region → England → UK."""
    ltla_changes = [change for change in changes if change.area_type == "ltla"]
    regions = region_of(sources, directory, ltla_changes, counties)
    rows = [link(area, directory[counties[area.area_code], "utla"]) for area in directory.of("ltla")]
    for area_type in ("ltla", "utla"):
        rows += [link(area, directory[regions[area.area_code], "region"]) for area in directory.of(area_type)]
    england = directory[ENGLAND_CODE, "england"]
    for area_type in ("region", "combined_authority", "lep", "nhs_region"):
        rows += [link(area, england) for area in directory.of(area_type)]
    return [*rows, link(england, directory[UK_CODE, "uk"])]


def combined_authority_links(
    sources: Sources, directory: Directory, counties: Mapping[str, str]
) -> list[Membership | None]:
    """LTLA and UTLA → combined authority, wholly: every one is made of whole upper-tier authorities."""
    members: set[tuple[str, str]] = set()
    for year in (24, 25):
        lookup = sources.pairs(f"lad{year}_cauth{year}_lookup.csv", f"LAD{year}CD", f"CAUTH{year}CD")
        members |= set(lookup.items())
    for district, authority in _north_east_members(sources):
        members |= {(district, authority), (district, NORTH_EAST_2014)}
    upper = {(counties[district], authority) for district, authority in members}
    return [
        link(directory[code, area_type], directory[authority, "combined_authority"])
        for area_type, pairs in (("ltla", members), ("utla", upper))
        for code, authority in pairs
    ]


def _north_east_members(sources: Sources) -> list[tuple[str, str]]:
    """Districts of the two combined authorities that the North East was parted into from 2018 to 2024."""
    rows = sources.rows("ons_area_changes_2018-2025.csv", "oldcd", "newcd")
    return [(old, new) for old, new in rows if new in (NORTH_EAST_2018, NORTH_OF_TYNE)]


def enterprise_partnership_links(
    sources: Sources, directory: Directory, changes: Iterable[Succession]
) -> list[Membership | None]:
    """LTLA → LEP since April 2021; a district in two LEPs belongs wholly to both.

    Districts made or renumbered since 2021 take the LEPs of the districts they were made from.
    """
    members: dict[str, set[str]] = defaultdict(set)
    for district, partnership, share in sources.rows(
        "derived_lad21_lep21_overlaps.csv", "LAD21CD", "LEP21CD", "share"
    ):
        if float(share) >= 0.5:  # less is the rubbing of two generalised borders, not membership
            members[district].add(partnership)
    for change in changes:
        if change.area_type == "ltla" and change.changed_on > LEP_VINTAGE_START:
            members[change.successor_code] |= members[change.predecessor_code]
    return [
        link(directory[code, "ltla"], directory[parent, "lep"], start_on=LEP_VINTAGE_START)
        for code, parents in members.items()
        for parent in parents
    ]


def health_links(
    sources: Sources, material: Material, directory: Directory, changes: Iterable[Succession]
) -> list[Membership | None]:
    """LTLA → CCG, STP, sub-ICB location, ICB by share of LSOAs; CCG → STP; sub-ICB → ICB; STP, ICB → NHS region."""
    rows: list[Membership | None] = []

    def add(
        child: str, parent: str, start_on: date, end_on: date | None, pairs: Iterable[tuple[str, str]]
    ) -> None:
        for code, other, share in shares(pairs):
            rows.append(link(directory[code, child], directory[other, parent], share, start_on, end_on))

    first_end = _before(SUB_ICB_CHANGE)
    add("ltla", "ccg", _april(2021), CCG_END, ((row.ltla, row.ccg) for row in material.lsoas))
    add("ltla", "stp", _april(2021), CCG_END, ((row.ltla, row.stp) for row in material.lsoas))
    add("ltla", "sub_icb", ICB_START, first_end, ((row.ltla, row.sub_icb) for row in material.lsoas))
    add("ltla", "icb", ICB_START, first_end, ((row.ltla, row.icb) for row in material.lsoas))
    add("sub_icb", "icb", ICB_START, first_end, ((row.sub_icb, row.icb) for row in material.lsoas))
    # an authority renumbered after 2024 has the shares that its former code had
    renumbered = {
        change.predecessor_code: change.successor_code
        for change in changes
        if change.area_type == "ltla" and change.changed_on.year > 2024 and change.share == 1
    }
    later = material.later_lsoas
    later = later + [row._replace(ltla=renumbered[row.ltla]) for row in later if row.ltla in renumbered]
    add("ltla", "sub_icb", SUB_ICB_CHANGE, None, ((row.ltla, row.sub_icb) for row in later))
    add("ltla", "icb", SUB_ICB_CHANGE, None, ((row.ltla, row.icb) for row in later))
    add("sub_icb", "icb", SUB_ICB_CHANGE, None, ((row.sub_icb, row.icb) for row in material.later_lsoas))

    for year, partnership in material.stp_of.items():
        start_on = None if year == CCG_FIRST_YEAR else _april(year)
        end_on = CCG_END if year == max(material.stp_of) else _before(_april(year + 1))
        for code, parent in partnership.items():
            rows.append(link(directory[code, "ccg"], directory[parent, "stp"], 1.0, start_on, end_on))
    return rows + nhs_region_links(sources, material, directory)


def nhs_region_links(sources: Sources, material: Material, directory: Directory) -> list[Membership | None]:
    """STP (since April 2019) and ICB → NHS region, by name: regions keep their names when their codes change."""
    partnerships_2020 = sources.pairs("stp20_nhser20_lookup.csv", "stp20cd", "nhser20nm")
    by_land = _nhs_region_names(material, material.stp_shapes[2018])
    boards = _nhs_region_names(material, material.icb_shapes)
    ods_regions = {
        area.ods_code: boards[area.area_code] for area in directory.of("icb") if area.area_code in boards
    }
    regions: dict[str | None, list[Area]] = defaultdict(list)
    for area in directory.of("nhs_region"):
        regions[area.name].append(area)
    rows = []
    for area in directory.of("stp"):
        name = partnerships_2020.get(area.area_code) or by_land.get(area.area_code)
        rows += [link(area, region, start_on=NHS_REGIONS_FROM) for region in regions[name]]
    for area in directory.of("icb"):
        rows += [link(area, region) for region in regions[ods_regions[area.ods_code]]]
    return rows


def _nhs_region_names(material: Material, shapes: Shapes) -> dict[str, str]:
    """Code of the shape → name of the NHS region of 2024 that holds most of its land."""
    names = named(material.nhs_region_shapes)
    held = largest(land_shares(shapes, material.nhs_region_shapes))
    return {code: names[region] for code, region in held.items()}


# ---- successions ---------------------------------------------------------------------------------------


def authority_successions(
    sources: Sources, material: Material, directory: Directory, counties: Mapping[str, str]
) -> list[Succession]:
    """Mergers and new codes of LTLA, UTLA and combined authorities."""
    rows: list[Succession] = []
    columns = [f"ltla{year}_code" for year in range(16, 25)]
    lookup = [row for row in sources.rows("lookup_ltla_ltla.csv", *columns) if row[0].startswith("E")]
    for place, (_, column) in enumerate(pairwise(columns)):
        changed_on = _april(2000 + int(column.removeprefix("ltla").removesuffix("_code")))
        changed = {(row[place], row[place + 1]) for row in lookup if row[place] != row[place + 1]}
        rows += [Succession("ltla", old, new, changed_on, 1.0) for old, new in changed]
    listed = sources.rows("ons_area_changes_2018-2025.csv", "oldcd", "newcd", "type", "start")
    for old, new, kind, year in listed:
        if kind == "new_code" and (old, "ltla") in directory:
            rows.append(Succession("ltla", old, new, _april(int(year)), 1.0))

    # an upper-tier authority goes where the LSOAs of its districts go
    lsoas = _lsoas_of_districts(material, directory)
    went: dict[tuple[date, str, str], float] = defaultdict(float)
    for row in rows:
        county = directory[counties[row.predecessor_code], "utla"]
        if county.end_on == _before(row.changed_on):
            went[row.changed_on, county.area_code, row.successor_code] += lsoas[row.predecessor_code]
    for changed_on in {day for day, _, _ in went}:
        weights = {(old, new): count for (day, old, new), count in went.items() if day == changed_on}
        rows += [
            Succession("utla", old, new, changed_on, round(share, 4))
            for old, new, share in shares((), weights)
        ]

    parted: dict[tuple[str, str], float] = defaultdict(float)
    for district, authority in _north_east_members(sources):
        parted[NORTH_EAST_2014, authority] += lsoas[district]
    changes = [
        *shares((), parted),
        *((old, new, 1.0) for old, new, _, _ in listed if new and old[:3] == "E47"),
    ]
    for old, new, share in changes:
        began = directory[new, "combined_authority"].start_on
        if began is None:
            raise SourceMissing(f"{new} follows {old} but has no start; add it to COMBINED_AUTHORITY_DATES")
        rows.append(Succession("combined_authority", old, new, began, round(share, 4)))
    return rows


def _lsoas_of_districts(material: Material, directory: Directory) -> dict[str, int]:
    """LSOAs of 2011 in every LTLA since 2016; the name of an LSOA begins with the district it lay in in 2011."""
    counts = dict(Counter(row.ltla for row in material.lsoas))
    by_name = Counter(normalise(row.lsoa_name.rpartition(" ")[0]) for row in material.lsoas)
    for area in directory.of("ltla"):
        counts.setdefault(area.area_code, by_name[normalise(area.name)])
    return counts


def health_successions(sources: Sources, material: Material) -> list[Succession]:
    """Mergers and new codes of CCGs, STPs, sub-ICB locations, ICBs and NHS regions."""
    rows: list[Succession] = []
    ccg, stp = material.ccg_codes, material.stp_codes

    def add(area_type: str, changed_on: date, changes: Iterable[Share], ended: set[str]) -> None:
        for old, new, share in changes:
            unchanged = old == new and round(share, 4) == 1
            if old in ended and not unchanged:
                rows.append(Succession(area_type, old, new, changed_on, round(share, 4)))

    for year in (2018, 2019, 2021):
        before, after = material.ccg_shapes[year - 1], material.ccg_shapes[year]
        ended = ccg[year - 1] - ccg[year]
        add("ccg", _april(year), land_shares(only(before, ended), after), ended)
    merged = [(old, new, 1.0) for old, new in material.ccg_of_2020.items()]
    add("ccg", _april(2020), merged, ccg[2019] - ccg[2020])
    add("ccg", ICB_START, shares((row.ccg, row.sub_icb) for row in material.lsoas), ccg[2021])

    ended = stp[2017] - stp[2018]
    add(
        "stp",
        _april(2018),
        land_shares(only(material.stp_shapes[2017], ended), material.stp_shapes[2018]),
        ended,
    )
    add("stp", _april(2020), _people_shares_2020(sources, material), stp[2019] - stp[2020])
    add("stp", ICB_START, shares((row.stp, row.icb) for row in material.lsoas), stp[2021])

    kept = material.kept_lsoas()
    ended = {row.sub_icb for row in material.lsoas} - {row.sub_icb for row in material.later_lsoas}
    add("sub_icb", SUB_ICB_CHANGE, shares((old.sub_icb, new.sub_icb) for old, new in kept), ended)
    ended = {row.icb for row in material.lsoas} - {row.icb for row in material.later_lsoas}
    add("icb", SUB_ICB_CHANGE, shares((old.icb, new.icb) for old, new in kept), ended)
    return rows + _nhs_region_successions(sources, material)


def _people_shares_2020(sources: Sources, material: Material) -> list[Share]:
    """STP of 2019 → STP of 2020, by the people (mid-2018) of the CCGs that went each way."""
    merged = material.ccg_codes[2018] - material.ccg_codes[2019]
    of_2019 = largest(land_shares(only(material.ccg_shapes[2018], merged), material.ccg_shapes[2019]))
    people: dict[tuple[str, str], float] = defaultdict(float)
    groups = set(sources.rows("ccg18_population_mid2018_syoa.csv", "ccg18cd", "stp18cd", "all_ages"))
    for group, partnership, count in groups:
        group_2020 = material.ccg_of_2020[of_2019.get(group, group)]
        people[partnership, material.stp_of[2020][group_2020]] += int(count)
    return shares((), people)


def _nhs_region_successions(sources: Sources, material: Material) -> list[Succession]:
    """Region codes that ended in July 2022, by the LSOAs of their STPs and ICBs; and those of 2024, one to one."""
    of_stp = sources.pairs("stp20_nhser20_lookup.csv", "stp20cd", "nhser20cd")
    ods = sources.pairs(LSOA_2022, "icb22_code", "icb22_code_h")
    ods_2024 = sources.pairs(LSOA_2024, "icb24_code", "icb24_code_nhs")
    name_of_ods = {
        ods_2024[code]: name for code, name in _nhs_region_names(material, material.icb_shapes).items()
    }
    code_2022 = {
        name: code
        for code, name, _, start, end in NHS_REGIONS
        if (start is None or start <= ICB_START) and (end is None or end >= ICB_START)
    }
    moved = shares((of_stp[row.stp], code_2022[name_of_ods[ods[row.icb]]]) for row in material.lsoas)
    ended = {code for code, _, _, _, end in NHS_REGIONS if end == _before(ICB_START)}
    rows = [
        Succession("nhs_region", old, new, ICB_START, round(share, 4))
        for old, new, share in moved
        if old in ended
    ]
    for code, name, _, start, _ in NHS_REGIONS:
        if start and start > ICB_START:
            rows.append(Succession("nhs_region", code_2022[name], code, start, 1.0))
    return rows


# ---- other names and neighbours --------------------------------------------------------------------------


def other_names(sources: Sources, material: Material, directory: Directory) -> list[tuple[str, str, str]]:
    """Former names, publishers' spellings and short names that differ from the name kept once normalised."""
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for area in directory.areas.values():
        names[area.area_code].add(normalise(area.name))

    def add(code: str, alias: str, kind: str) -> None:
        spelling = normalise(alias)
        if spelling and code in names and spelling not in names[code]:
            found.setdefault((code, spelling), (code, alias.strip(), kind))

    for code, alias, kind in PUBLISHERS_NAMES:
        add(code, alias, kind)
    for area in directory.of("combined_authority"):
        if area.alive(NOMIS_COMBINED_AUTHORITIES_ON):
            for form in NOMIS_COMBINED_AUTHORITIES:
                add(area.area_code, form.format(name=area.name), "nomis")
    for area in directory.of("icb"):
        stem = area.name.removesuffix(" Integrated Care Board")
        add(area.area_code, f"{stem} ICB", "short")
        add(area.area_code, stem, "short")
    for year in (2017, 2018, 2019, 2021):
        for shapes in (material.ccg_shapes[year], material.stp_shapes.get(year)):
            if shapes is not None:
                for code, name in named(shapes).items():
                    add(code, name, "former")
    for code, name in sources.pairs("stp20_nhser20_lookup.csv", "stp20cd", "stp20nm").items():
        add(code, name, "former")
    for code, name in sources.rows("mysociety_uk_local_authorities.csv", "gss-code", "nice-name"):
        if (code, "ltla") in directory:
            add(code, name, "other")
    for period, kind, org_code, name in material.organisations:
        if kind in ("CCG", "STP", "ICB"):
            year_end = date(int(period[:4]) + 1, 3, 31)
            for area in directory.of(kind.lower()):
                if org_code in (area.ods_code, area.area_code) and area.alive(year_end):
                    add(area.area_code, name, "nhs_england")
    return sorted(found.values())


def neighbours(sources: Sources, directory: Directory) -> list[tuple[str, int, str]]:
    """ONS nearest neighbours over all indicators: English authorities only, at the rank ONS gives them."""
    text = sources.path("ons_areas_similar.json").read_text(encoding="utf-8")
    listed: dict[str, dict[str, Any]] = json.loads(text)
    known = {area.area_code for area_type in ("ltla", "utla") for area in directory.of(area_type)}
    return [
        (code, rank, other)
        for code, kinds in sorted(listed.items())
        if code in known
        for rank, other in enumerate(kinds.get("global", [])[:20], start=1)
        if other in known
    ]


# ---- all of it -------------------------------------------------------------------------------------------


def build_tables(
    folder: Path, publications: Path | None = None, progress: Progress = lambda step: None
) -> Tables:
    """The tables, from the folder of boundaries and lookups and the publications beside it.

    ``progress`` is told each step. Raises SourceMissing naming the file or column that is absent.
    """
    sources = Sources(folder, publications or folder.parent / "publications")
    progress("boundaries and lookups")
    material = read_material(sources)
    progress("areas and their points")
    areas = [
        *local_authorities(sources),
        *nations_and_regions(sources),
        *combined_authorities(sources),
        *enterprise_partnerships(sources),
        *care_boards(sources, material),
        *nhs_regions(material),
        *commissioning_groups(material),
        *partnerships(sources, material),
    ]
    directory = Directory(areas)
    progress("successions")
    counties = county_of(sources, directory)
    changes = authority_successions(sources, material, directory, counties)
    changes += health_successions(sources, material)
    progress("memberships")
    links = [
        *authority_links(sources, directory, changes, counties),
        *combined_authority_links(sources, directory, counties),
        *enterprise_partnership_links(sources, directory, changes),
        *health_links(sources, material, directory, changes),
    ]
    progress("other names and neighbours")
    return Tables(
        areas=sorted(areas, key=lambda area: (area.area_type, area.area_code)),
        memberships=joined(row for row in links if row is not None),
        successions=sorted(
            changes, key=lambda row: (row.area_type, row.changed_on, row.predecessor_code, row.successor_code)
        ),
        aliases=other_names(sources, material, directory),
        similar=neighbours(sources, directory),
    )


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".")
        case _:
            return str(value)  # a date as ISO 8601


def write_tables(tables: Tables, folder: Path = TABLES) -> dict[str, int]:
    """Writes the five CSV files; returns rows by file name."""
    records: dict[str, Sequence[object]] = {
        "areas.csv": tables.areas,
        "memberships.csv": tables.memberships,
        "successions.csv": tables.successions,
        "aliases.csv": tables.aliases,
        "similar.csv": tables.similar,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, rows in records.items():
        columns = COLUMNS[file_name]
        with (folder / file_name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(columns)
            for row in rows:
                cells = row if isinstance(row, tuple) else [getattr(row, column) for column in columns]
                writer.writerow([_cell(cell) for cell in cells])
    return {file_name: len(rows) for file_name, rows in records.items()}
