"""The table of memberships: which areas lie in which, with what share and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from geodata.register import Area, Membership, Succession
from geodata.tools.tables.areas import Directory
from geodata.tools.tables.facts import (
    BOARD_CHANGE,
    CCG_END,
    CCG_FIRST_YEAR,
    ENGLAND_CODE,
    ICB_START,
    LEP_VINTAGE_START,
    NHS_REGIONS_FROM,
    NORTH_EAST_2014,
    SUB_ICB_CHANGE,
    TOPOLOGY,
    UK_CODE,
)
from geodata.tools.tables.material import Material
from geodata.tools.tables.shares import april, day_before, land_shares, largest, link, shares
from geodata.tools.tables.sources import SourceMissing, Sources
from geodata.tools.tables.successions import nhs_region_names, north_east_members


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
                raise SourceMissing(
                    f"{code}: its successors and predecessors lie in {sorted(parents)}; expected one area"
                )
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
    for district, authority in north_east_members(sources):
        members |= {(district, authority), (district, NORTH_EAST_2014)}
    upper = {(counties[district], authority) for district, authority in members}
    return [
        link(directory[code, area_type], directory[authority, "combined_authority"])
        for area_type, pairs in (("ltla", members), ("utla", upper))
        for code, authority in pairs
    ]


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
        if float(share) >= 0.5:  # less is an overlap of two generalised borders, not membership
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

    first_end = day_before(SUB_ICB_CHANGE)
    add("ltla", "ccg", april(2021), CCG_END, ((row.ltla, row.ccg) for row in material.lsoas))
    add("ltla", "stp", april(2021), CCG_END, ((row.ltla, row.stp) for row in material.lsoas))
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
    later_end = day_before(BOARD_CHANGE)
    add("ltla", "sub_icb", SUB_ICB_CHANGE, later_end, ((row.ltla, row.sub_icb) for row in later))
    add("ltla", "icb", SUB_ICB_CHANGE, later_end, ((row.ltla, row.icb) for row in later))
    add("sub_icb", "icb", SUB_ICB_CHANGE, later_end, ((row.sub_icb, row.icb) for row in material.later_lsoas))
    add("ltla", "icb", BOARD_CHANGE, None, ((row.ltla, row.icb_2026) for row in later))
    located = [row for row in material.later_lsoas if row.sub_icb_2026]
    add("sub_icb", "icb", BOARD_CHANGE, None, ((str(row.sub_icb_2026), row.icb_2026) for row in located))
    for code, other, share in shares((row.ltla, row.sub_icb_2026 or "") for row in later):
        if other:  # the share in a location without a known code is left out, not given to another
            rows.append(link(directory[code, "ltla"], directory[other, "sub_icb"], share, BOARD_CHANGE, None))

    for year, partnership in material.stp_of.items():
        start_on = None if year == CCG_FIRST_YEAR else april(year)
        end_on = CCG_END if year == max(material.stp_of) else day_before(april(year + 1))
        for code, parent in partnership.items():
            rows.append(link(directory[code, "ccg"], directory[parent, "stp"], 1.0, start_on, end_on))
    return rows + nhs_region_links(sources, material, directory)


def nhs_region_links(sources: Sources, material: Material, directory: Directory) -> list[Membership | None]:
    """STP (since April 2019) and ICB → NHS region, by name: regions keep their names when their codes change."""
    partnerships_2020 = sources.pairs("stp20_nhser20_lookup.csv", "stp20cd", "nhser20nm")
    by_land = nhs_region_names(material, material.stp_shapes[2018])
    boards = nhs_region_names(material, material.icb_shapes)
    ods_regions = {
        area.ods_code: boards[area.area_code] for area in directory.of("icb") if area.area_code in boards
    }
    # an ICB of 2026 lies where those that it was made of lay
    made_of: dict[str, set[str]] = defaultdict(set)
    for old, new in material.boards_2026.people:
        made_of[new].add(boards[old])
    for code, found in made_of.items():
        if len(found) != 1:
            raise SourceMissing(
                f"{code}: what it was made of lies in {sorted(found)}; expected one NHS region"
            )
        ods_regions.setdefault(material.boards_2026.named[code][1], found.pop())
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
