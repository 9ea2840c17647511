"""The table of successions: which areas became which, with what share and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

from geodata.register import Succession, normalise
from geodata.tools.tables.areas import Directory
from geodata.tools.tables.facts import (
    BOARD_CHANGE,
    FRIMLEY_BOARD,
    FRIMLEY_LOCATION,
    HAMPSHIRE_BOARD_2026,
    HAMPSHIRE_LOCATION,
    HAMPSHIRE_LOCATION_2026,
    ICB_START,
    LSOA_2022,
    LSOA_2024,
    NHS_REGIONS,
    NORTH_EAST_2014,
    NORTH_EAST_2018,
    NORTH_OF_TYNE,
    SUB_ICB_CHANGE,
)
from geodata.tools.tables.material import Material
from geodata.tools.tables.shares import Share, april, day_before, land_shares, largest, named, only, shares
from geodata.tools.tables.sources import Shapes, SourceMissing, Sources


def north_east_members(sources: Sources) -> list[tuple[str, str]]:
    """Districts of the two combined authorities that the North East was parted into from 2018 to 2024."""
    rows = sources.rows("ons_area_changes_2018-2025.csv", "oldcd", "newcd")
    return [(old, new) for old, new in rows if new in (NORTH_EAST_2018, NORTH_OF_TYNE)]


def nhs_region_names(material: Material, shapes: Shapes) -> dict[str, str]:
    """Code of the shape → name of the NHS region of 2024 that holds most of its land."""
    names = named(material.nhs_region_shapes)
    held = largest(land_shares(shapes, material.nhs_region_shapes))
    return {code: names[region] for code, region in held.items()}


def authority_successions(
    sources: Sources, material: Material, directory: Directory, counties: Mapping[str, str]
) -> list[Succession]:
    """Mergers and new codes of LTLA, UTLA and combined authorities."""
    rows: list[Succession] = []
    columns = [f"ltla{year}_code" for year in range(16, 25)]
    lookup = [row for row in sources.rows("lookup_ltla_ltla.csv", *columns) if row[0].startswith("E")]
    for place, (_, column) in enumerate(pairwise(columns)):
        changed_on = april(2000 + int(column.removeprefix("ltla").removesuffix("_code")))
        changed = {(row[place], row[place + 1]) for row in lookup if row[place] != row[place + 1]}
        rows += [Succession("ltla", old, new, changed_on, 1.0) for old, new in changed]
    listed = sources.rows("ons_area_changes_2018-2025.csv", "oldcd", "newcd", "type", "start")
    for old, new, kind, year in listed:
        if kind == "new_code" and (old, "ltla") in directory:
            rows.append(Succession("ltla", old, new, april(int(year)), 1.0))

    # an upper-tier authority goes where the LSOAs of its districts go
    lsoas = _lsoas_of_districts(material, directory)
    went: dict[tuple[date, str, str], float] = defaultdict(float)
    for row in rows:
        county = directory[counties[row.predecessor_code], "utla"]
        if county.end_on == day_before(row.changed_on):
            went[row.changed_on, county.area_code, row.successor_code] += lsoas[row.predecessor_code]
    for changed_on in {day for day, _, _ in went}:
        weights = {(old, new): count for (day, old, new), count in went.items() if day == changed_on}
        rows += [
            Succession("utla", old, new, changed_on, round(share, 4))
            for old, new, share in shares((), weights)
        ]

    parted: dict[tuple[str, str], float] = defaultdict(float)
    for district, authority in north_east_members(sources):
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
        add("ccg", april(year), land_shares(only(before, ended), after), ended)
    merged = [(old, new, 1.0) for old, new in material.ccg_of_2020.items()]
    add("ccg", april(2020), merged, ccg[2019] - ccg[2020])
    add("ccg", ICB_START, shares((row.ccg, row.sub_icb) for row in material.lsoas), ccg[2021])

    ended = stp[2017] - stp[2018]
    add(
        "stp",
        april(2018),
        land_shares(only(material.stp_shapes[2017], ended), material.stp_shapes[2018]),
        ended,
    )
    add("stp", april(2020), _people_shares_2020(sources, material), stp[2019] - stp[2020])
    add("stp", ICB_START, shares((row.stp, row.icb) for row in material.lsoas), stp[2021])

    kept = material.kept_lsoas()
    ended = {row.sub_icb for row in material.lsoas} - {row.sub_icb for row in material.later_lsoas}
    add("sub_icb", SUB_ICB_CHANGE, shares((old.sub_icb, new.sub_icb) for old, new in kept), ended)
    ended = {row.icb for row in material.lsoas} - {row.icb for row in material.later_lsoas}
    add("icb", SUB_ICB_CHANGE, shares((old.icb, new.icb) for old, new in kept), ended)

    # by residents, whose number is known for each part
    people = material.boards_2026.people
    ended = {old for old, _ in people} - {new for _, new in people}
    add("icb", BOARD_CHANGE, shares((), people), ended)
    # Frimley's location: only the part whose new code is known, so its shares add up to less than 1
    add("sub_icb", BOARD_CHANGE, [(HAMPSHIRE_LOCATION, HAMPSHIRE_LOCATION_2026, 1.0)], {HAMPSHIRE_LOCATION})
    frimley = {new: share for old, new, share in shares((), people) if old == FRIMLEY_BOARD}
    part = (FRIMLEY_LOCATION, HAMPSHIRE_LOCATION_2026, frimley[HAMPSHIRE_BOARD_2026])
    add("sub_icb", BOARD_CHANGE, [part], {FRIMLEY_LOCATION})
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
        ods_2024[code]: name for code, name in nhs_region_names(material, material.icb_shapes).items()
    }
    code_2022 = {
        name: code
        for code, name, _, start, end in NHS_REGIONS
        if (start is None or start <= ICB_START) and (end is None or end >= ICB_START)
    }
    moved = shares((of_stp[row.stp], code_2022[name_of_ods[ods[row.icb]]]) for row in material.lsoas)
    ended = {code for code, _, _, _, end in NHS_REGIONS if end == day_before(ICB_START)}
    rows = [
        Succession("nhs_region", old, new, ICB_START, round(share, 4))
        for old, new, share in moved
        if old in ended
    ]
    for code, name, _, start, _ in NHS_REGIONS:
        if start and start > ICB_START:
            rows.append(Succession("nhs_region", code_2022[name], code, start, 1.0))
    return rows
