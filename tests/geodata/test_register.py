"""The register: its counts, its history, its lookups, and what it refuses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.register import (
    FOLDER,
    TABLES,
    Area,
    AreaType,
    BadRegister,
    Membership,
    Register,
    Succession,
    UnknownArea,
    UnknownAreaType,
    UnknownVintage,
    load_register,
    normalise,
    read_register,
)

REGISTER = load_register()

OFFICIAL_COUNTS = [
    *(("ltla", year, 326) for year in (2016, 2017, 2018)),
    ("ltla", 2019, 317),
    ("ltla", 2020, 314),
    ("ltla", 2021, 309),
    ("ltla", 2022, 309),
    *(("ltla", year, 296) for year in (2023, 2024, 2025)),
    *(("utla", year, 152) for year in (2016, 2017, 2018)),
    ("utla", 2019, 151),
    ("utla", 2020, 151),
    ("utla", 2021, 152),
    ("utla", 2022, 152),
    *(("utla", year, 153) for year in (2023, 2024, 2025)),
    ("ccg", 2017, 207),
    ("ccg", 2018, 195),
    ("ccg", 2019, 191),
    ("ccg", 2020, 135),
    ("ccg", 2021, 106),
    ("stp", 2017, 44),
    *(("stp", year, 42) for year in (2018, 2019, 2020, 2021)),
    *(("icb", year, 42) for year in (2022, 2023, 2024, 2025)),
    ("icb", 2026, 36),
    *(("sub_icb", year, 106) for year in (2022, 2023, 2024, 2025)),
    ("lep", 2021, 38),
    *(("combined_authority", year, 10) for year in range(2018, 2024)),
    ("combined_authority", 2024, 11),
    ("combined_authority", 2025, 15),
    *(("nhs_region", year, 7) for year in range(2019, 2025)),
    *(("region", year, 9) for year in range(2016, 2026)),
    ("england", 2024, 1),
    ("uk", 2024, 1),
]


@pytest.mark.parametrize(("area_type", "year", "count"), OFFICIAL_COUNTS)
def test_counts_are_the_official_ones(area_type: str, year: int, count: int) -> None:
    assert len(REGISTER.vintage(area_type, year)) == count
    assert year in REGISTER.area_types[area_type].vintages


def test_every_vintage_has_its_count_tested() -> None:
    untested = {
        (area_type, year)
        for area_type, kind in REGISTER.area_types.items()
        for year in kind.vintages
        if area_type not in ("england", "uk")
    } - {(area_type, year) for area_type, year, _ in OFFICIAL_COUNTS}
    assert untested == set()


def test_area_types_come_in_display_order() -> None:
    assert tuple(REGISTER.area_types) == (
        "ltla",
        "utla",
        "region",
        "england",
        "combined_authority",
        "lep",
        "sub_icb",
        "icb",
        "nhs_region",
        "ccg",
        "stp",
        "uk",
        "custom",
    )


# ---- history -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "name", "last_day", "new", "changed_on"),
    [
        ("E07000004", "Aylesbury Vale", date(2020, 3, 31), "E06000060", date(2020, 4, 1)),
        ("E07000026", "Allerdale", date(2023, 3, 31), "E06000063", date(2023, 4, 1)),
        ("E07000048", "Christchurch", date(2019, 3, 31), "E06000058", date(2019, 4, 1)),
        ("E07000154", "Northampton", date(2021, 3, 31), "E06000062", date(2021, 4, 1)),
        ("E07000246", "Somerset West and Taunton", date(2023, 3, 31), "E06000066", date(2023, 4, 1)),
        ("E08000016", "Barnsley", date(2025, 3, 31), "E08000038", date(2025, 4, 1)),
    ],
)
def test_merged_district_keeps_its_history(
    old: str, name: str, last_day: date, new: str, changed_on: date
) -> None:
    area = REGISTER.area(old, "ltla")
    assert (area.name, area.end_on) == (name, last_day)
    assert REGISTER.successors(old, "ltla") == (Succession("ltla", old, new, changed_on, 1.0),)
    assert REGISTER.area(new, "ltla").start_on == changed_on
    assert old in REGISTER.codes("ltla", changed_on.year - 1)
    assert old not in REGISTER.codes("ltla", changed_on.year)
    assert new in REGISTER.codes("ltla", changed_on.year)


def test_buckinghamshire_is_made_of_four_districts() -> None:
    day = date(2020, 4, 1)
    assert REGISTER.predecessors("E06000060", "ltla") == (
        Succession("ltla", "E07000004", "E06000060", day, 1.0),
        Succession("ltla", "E07000005", "E06000060", day, 1.0),
        Succession("ltla", "E07000006", "E06000060", day, 1.0),
        Succession("ltla", "E07000007", "E06000060", day, 1.0),
    )


def test_county_split_in_two_has_the_shares_of_its_lsoas() -> None:
    assert REGISTER.successors("E10000009") == (
        Succession("utla", "E10000009", "E06000059", date(2019, 4, 1), 0.8795),
        Succession("utla", "E10000009", "E06000058", date(2019, 4, 1), 0.1205),
    )


def test_boundary_change_of_2022_splits_glossop_from_tameside() -> None:
    assert REGISTER.successors("E38000182") == (
        Succession("ccg", "E38000182", "E38000263", date(2022, 7, 1), 0.8704),
        Succession("ccg", "E38000182", "E38000261", date(2022, 7, 1), 0.1296),
    )


def test_nottingham_ccgs_merged_into_one_in_2020() -> None:
    assert [change.predecessor_code for change in REGISTER.predecessors("E38000243")] == [
        "E38000103",
        "E38000109",
        "E38000132",
        "E38000133",
        "E38000134",
        "E38000142",
    ]


def test_eight_codes_of_2021_are_not_the_codes_of_their_sub_icb_locations() -> None:
    ccgs = {area.ods_code: area.area_code for area in REGISTER.vintage("ccg", 2021)}
    now = {area.ods_code: area.area_code for area in REGISTER.vintage("sub_icb", 2024)}
    assert ccgs.keys() == now.keys()
    assert {ods: (code, now[ods]) for ods, code in ccgs.items() if code != now[ods]} == {
        "01Y": ("E38000182", "E38000263"),
        "06H": ("E38000026", "E38000260"),
        "15E": ("E38000220", "E38000258"),
        "15M": ("E38000229", "E38000261"),
        "70F": ("E38000248", "E38000265"),
        "78H": ("E38000242", "E38000262"),
        "92A": ("E38000246", "E38000264"),
        "D2P2L": ("E38000250", "E38000259"),
    }


def test_live_successors_follow_two_changes() -> None:
    # Taunton Deane → Somerset West and Taunton (2019) → Somerset (2023)
    assert [area.area_code for area in REGISTER.live_successors("E07000190")] == ["E06000066"]


@pytest.mark.parametrize("area_type", ["ltla", "utla", "ccg", "stp", "sub_icb", "icb", "nhs_region"])
def test_every_ended_area_has_successors_with_all_of_it(area_type: str) -> None:
    totals: dict[str, float] = {}
    for area in REGISTER:
        rows = REGISTER.successors(area.area_code, area_type)
        kept_its_code = len(REGISTER.types_of(area.area_code)) > 1 and not rows
        if area.area_type == area_type and area.end_on and not kept_its_code:
            totals[area.area_code] = sum(row.share for row in rows)
    assert totals
    lost = {code: total for code, total in totals.items() if abs(total - 1) > 0.0005}
    # two locations of April 2026, to which most of Frimley's and all of Surrey's went, have no GSS code yet
    assert lost == ({"E38000252": 0.228, "E38000264": 0} if area_type == "sub_icb" else {})


CHANGED_2026 = date(2026, 4, 1)


def test_twelve_icbs_and_hampshires_code_ended_in_march_2026() -> None:
    ended = {
        area.ods_code for area in REGISTER if area.area_type == "icb" and area.end_on == date(2026, 3, 31)
    }
    assert ended == {
        *("QHG", "QUE", "QM7", "QH8", "QJG", "QMM", "QU9", "QNQ", "QXU", "QNX", "QMJ", "QRV"),
        "QRL",  # the same ODS code and name as its successor, which has more land
    }
    new = {
        area.area_code: area.ods_code
        for area in REGISTER
        if area.start_on == CHANGED_2026 and area.area_type == "icb"
    }
    assert new == {
        "E54000065": "S1Y5D",
        "E54000066": "D7T5G",
        "E54000067": "QRL",
        "E54000068": "T6Y0W",
        "E54000069": "S9B9J",
        "E54000070": "S0E4D",
        "E54000071": "Z9B2Z",
    }  # fmt: skip


def test_frimley_was_divided_by_residents() -> None:
    assert {row.successor_code: row.share for row in REGISTER.successors("E54000034", "icb")} == {
        "E54000070": 0.5712,
        "E54000067": 0.228,
        "E54000069": 0.2008,
    }
    assert [(row.predecessor_code, row.share) for row in REGISTER.predecessors("E54000067", "icb")] == [
        ("E54000034", 0.228),
        ("E54000042", 1.0),
    ]


def test_districts_of_frimley_lie_in_three_icbs_since_april_2026() -> None:
    def boards(code: str, on: date) -> dict[str, float]:
        return {row.parent_code: row.share for row in REGISTER.parents(code, "icb", on, "ltla")}

    slough, surrey_heath, rushmoor = "E06000039", "E07000214", "E07000092"
    assert boards(slough, date(2026, 3, 31)) == {"E54000034": 1.0}
    assert boards(slough, CHANGED_2026) == {"E54000070": 1.0}
    assert boards(surrey_heath, CHANGED_2026) == {"E54000069": 1.0}
    assert boards(rushmoor, CHANGED_2026) == {"E54000067": 1.0}


def test_of_the_sub_icb_locations_of_2026_only_the_known_code_is_there() -> None:
    def location(code: str) -> dict[str, float]:
        return {row.parent_code: row.share for row in REGISTER.parents(code, "sub_icb", CHANGED_2026, "ltla")}

    assert location("E07000092") == {"E38000266": 1.0}  # Rushmoor
    assert location("E06000039") == {}  # Slough: its location has no code that is known
    assert location("E07000209") == {}  # Guildford
    assert REGISTER.by_ods("D9Y0V", "sub_icb", CHANGED_2026) == REGISTER.area("E38000266")
    assert REGISTER.by_ods("92A", "sub_icb", CHANGED_2026) is None
    assert {row.parent_code for row in REGISTER.parents("E38000266", "icb")} == {"E54000067"}


# ---- areas of two types ------------------------------------------------------------------------


def test_a_unitary_authority_is_both_and_first_an_ltla() -> None:
    assert REGISTER.types_of("E06000018") == ("ltla", "utla")
    assert REGISTER.area("E06000018").area_type == "ltla"
    assert REGISTER.area("E06000018", "utla").name == "Nottingham"


def test_a_code_that_was_ccg_and_is_sub_icb_is_first_the_one_that_stands() -> None:
    assert REGISTER.types_of("E38000243") == ("sub_icb", "ccg")
    assert REGISTER.area("E38000243", "ccg").name == "NHS Nottingham and Nottinghamshire CCG"
    assert REGISTER.area("E38000243").name == (
        "NHS Nottingham and Nottinghamshire ICB – Nottingham and Nottinghamshire (52R)"
    )


def test_unknown_areas_and_types_are_errors_that_name_them() -> None:
    with pytest.raises(UnknownArea, match="area_code 'E99999999' is not in the register"):
        REGISTER.area("E99999999")
    with pytest.raises(UnknownArea, match="'E10000024' is not of type ltla; it is utla"):
        REGISTER.area("E10000024", "ltla")
    with pytest.raises(UnknownAreaType, match="area type 'county' is not one of ltla, utla"):
        REGISTER.area("E06000018", "county")
    with pytest.raises(UnknownAreaType):
        REGISTER.vintage("county", 2021)
    assert REGISTER.types_of("E99999999") == ()
    assert "E99999999" not in REGISTER and "E06000018" in REGISTER


def test_a_vintage_before_the_register_begins_is_refused_not_guessed() -> None:
    with pytest.raises(
        UnknownVintage, match="Local enterprise partnerships are held from 2021, not for 2020"
    ):
        REGISTER.vintage("lep", 2020)


def test_after_the_last_vintage_what_stands_stands() -> None:
    assert REGISTER.codes("region", 2030) == REGISTER.codes("region", 2025)
    assert REGISTER.codes("ccg", 2022) == frozenset()


def test_a_vintage_is_sorted_by_name() -> None:
    names = [area.name for area in REGISTER.vintage("region", 2023)]
    assert names == [
        "East Midlands",
        "East of England",
        "London",
        "North East",
        "North West",
        "South East",
        "South West",
        "West Midlands",
        "Yorkshire and The Humber",
    ]


# ---- best vintage --------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2019, 2020])
def test_best_vintage_finds_the_vintage_of_a_whole_set(year: int) -> None:
    assert REGISTER.best_vintage("ltla", REGISTER.codes("ltla", year), near_year=2024) == year


@pytest.mark.parametrize(("near_year", "expected"), [(2010, 2016), (2017, 2017), (2020, 2018)])
def test_best_vintage_of_equals_takes_the_nearest(near_year: int, expected: int) -> None:
    assert REGISTER.best_vintage("ltla", REGISTER.codes("ltla", 2017), near_year) == expected


def test_best_vintage_of_equally_near_takes_the_later() -> None:
    kind = AreaType("ltla", "Authority", "Authorities", 1, 2018, (2016, 2018), ("E06",))
    area = Area("E06000018", "ltla", "Nottingham", None, None, None, None, None)
    small = Register({"ltla": kind}, [area])
    assert small.best_vintage("ltla", ["E06000018"], near_year=2017) == 2018


def test_best_vintage_bears_a_few_missing_and_foreign_codes() -> None:
    codes = set(REGISTER.codes("ltla", 2023)) - {"E06000053", "E09000001"} | {"W06000015", "S12000036"}
    assert REGISTER.best_vintage("ltla", codes, near_year=2021) == 2023


def test_best_vintage_with_old_and_new_codes_of_barnsley_side_by_side() -> None:
    codes = REGISTER.codes("ltla", 2023) | {"E08000038", "E08000039"}
    assert REGISTER.best_vintage("ltla", codes, near_year=2023) == 2023
    assert REGISTER.best_vintage("ltla", codes, near_year=2025) == 2025


# ---- ODS codes and names -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ods_code", "area_type", "on", "area_code"),
    [
        ("52R", "ccg", date(2021, 3, 31), "E38000243"),
        ("52R", "sub_icb", date(2024, 3, 31), "E38000243"),
        ("52R", "ccg", date(2020, 3, 31), None),
        ("04K", "ccg", date(2020, 3, 31), "E38000132"),
        ("01K", "ccg", date(2018, 3, 31), "E38000216"),
        ("01K", "ccg", date(2019, 3, 31), "E38000228"),
        ("06H", "ccg", date(2022, 3, 31), "E38000026"),
        ("06H", "sub_icb", date(2022, 12, 31), "E38000260"),
        ("92A", "sub_icb", date(2023, 3, 31), "E38000246"),
        ("92A", "sub_icb", date(2023, 4, 1), "E38000264"),
        ("A3A8R", "ccg", date(2022, 3, 31), "E38000255"),
        ("10Y", "ccg", date(2018, 3, 31), "E38000003"),
        ("QT1", "stp", date(2021, 3, 31), "E54000014"),
        ("QT1", "icb", date(2023, 3, 31), "E54000060"),
        ("qxu", "icb", date(2024, 3, 31), "E54000063"),
        ("QRL", "icb", date(2026, 3, 31), "E54000042"),
        ("QRL", "icb", date(2026, 4, 1), "E54000067"),
        ("QNQ", "icb", date(2026, 4, 1), None),
        ("E54000049", "stp", date(2019, 3, 31), "E54000049"),
        ("E54000049", "stp", date(2021, 3, 31), None),
        ("Y60", "nhs_region", date(2021, 3, 31), "E40000008"),
        ("Y60", "nhs_region", date(2023, 3, 31), "E40000011"),
        ("Y56", "nhs_region", date(2018, 3, 31), "E40000003"),
        ("Y59", "nhs_region", date(2019, 3, 31), "E40000005"),
        ("Y54", "nhs_region", date(2018, 3, 31), None),
        ("UNKNOWN", "ccg", date(2021, 3, 31), None),
    ],
)
def test_by_ods_is_dated(ods_code: str, area_type: str, on: date, area_code: str | None) -> None:
    area = REGISTER.by_ods(ods_code, area_type, on)
    assert (area.area_code if area else None) == area_code


@pytest.mark.parametrize("area_type", ["ccg", "stp", "sub_icb", "icb", "nhs_region"])
def test_ods_codes_are_unique_in_a_vintage(area_type: str) -> None:
    for year in REGISTER.area_types[area_type].vintages:
        ods = [area.ods_code for area in REGISTER.vintage(area_type, year) if area.ods_code]
        assert len(ods) == len(set(ods))
        if area_type != "stp" or year >= 2020:
            assert len(ods) == len(REGISTER.vintage(area_type, year))


@pytest.mark.parametrize(
    ("name", "area_type", "area_code"),
    [
        ("Nottingham", "ltla", "E06000018"),
        ("NOTTINGHAM", "utla", "E06000018"),
        ("St Helens", "ltla", "E08000013"),
        ("Kings Lynn & West Norfolk", "ltla", "E07000146"),
        ("Bristol", "ltla", "E06000023"),
        ("Kingston upon Hull, City of", "ltla", "E06000010"),
        ("Aylesbury Vale", "ltla", "E07000004"),
        ("Buckinghamshire", "utla", "E06000060"),
        ("Barnsley", "ltla", "E08000038"),
        ("East", "region", "E12000006"),
        ("Yorkshire and the Humber", "region", "E12000003"),
        ("Derby, Derbyshire, Nottingham and Nottinghamshire", "lep", "E37000045"),
        ("Leeds City Region", "lep", "E37000062"),
        ("Buckinghamshire Thames Valley", "lep", "E37000043"),
        ("Hull and East Riding", "lep", "E37000061"),
        ("North East", "lep", "E37000025"),
        ("North East", "region", "E12000001"),
        ("North East", "combined_authority", "E47000014"),
        ("North East-MCA - from dn81838", "combined_authority", "E47000010"),
        ("Greater Manchester-MCA", "combined_authority", "E47000001"),
        ("Telford and the Wrekin", "utla", "E06000020"),
        ("Medway Towns", "utla", "E06000035"),
        ("NHS NOTTINGHAM AND NOTTINGHAMSHIRE CCG", "ccg", "E38000243"),
        ("NHS Kent and Medway", "icb", "E54000032"),
        ("England", "england", "E92000001"),
        ("Cardiff", "ltla", None),
        ("Greater Manchester-LSIP - from dn81838", "combined_authority", None),
    ],
)
def test_by_name_knows_the_publishers_spellings(name: str, area_type: str, area_code: str | None) -> None:
    area = REGISTER.by_name(name, area_type)
    assert (area.area_code if area else None) == area_code


@pytest.mark.parametrize(
    ("name", "on", "area_code"),
    [
        ("Buckinghamshire", date(2019, 12, 31), "E10000002"),
        ("Buckinghamshire", date(2020, 4, 1), "E06000060"),
        ("Dorset", date(2019, 3, 31), "E10000009"),
        ("Cumberland", date(2022, 12, 31), None),
    ],
)
def test_by_name_on_a_day(name: str, on: date, area_code: str | None) -> None:
    area = REGISTER.by_name(name, "utla", on)
    assert (area.area_code if area else None) == area_code


# ---- memberships -----------------------------------------------------------------------------------

IN_TWO_LEPS = {
    "E07000192": ("Cannock Chase", {"E37000012", "E37000032"}),
    "E07000193": ("East Staffordshire", {"E37000012", "E37000032"}),
    "E07000194": ("Lichfield", {"E37000012", "E37000032"}),
    "E07000199": ("Tamworth", {"E37000012", "E37000032"}),
    "E07000234": ("Bromsgrove", {"E37000012", "E37000038"}),
    "E07000236": ("Redditch", {"E37000012", "E37000038"}),
    "E07000239": ("Wyre Forest", {"E37000012", "E37000038"}),
}


def test_seven_districts_lie_wholly_in_two_leps() -> None:
    found = {}
    for area in REGISTER.vintage("ltla", 2021):
        rows = REGISTER.parents(area.area_code, "lep", date(2021, 12, 31))
        assert rows and {row.share for row in rows} == {1.0}
        if len(rows) > 1:
            found[area.area_code] = (area.name, {row.parent_code for row in rows})
    assert found == IN_TWO_LEPS


def test_parents_of_nottingham_today() -> None:
    rows = REGISTER.parents("E06000018", on=date(2024, 12, 31))
    assert [(row.parent_type, row.parent_code, row.share) for row in rows] == [
        ("utla", "E06000018", 1.0),
        ("region", "E12000004", 1.0),
        ("combined_authority", "E47000013", 1.0),
        ("lep", "E37000045", 1.0),
        ("sub_icb", "E38000243", 1.0),
        ("icb", "E54000060", 1.0),
    ]
    assert {row.child_type for row in rows} == {"ltla"}


def test_a_district_in_two_icbs_has_the_shares_of_its_lsoas() -> None:
    # High Peak: Glossop and the rest were in two ICBs until July 2022, in one since
    assert {row.parent_code: row.share for row in REGISTER.parents("E07000037", "ccg", date(2022, 1, 1))} == {
        "E38000182": 0.3559,
        "E38000229": 0.6441,
    }
    assert REGISTER.parents("E07000037", "icb", date(2022, 7, 1)) == (
        Membership("E07000037", "ltla", "E54000058", "icb", date(2022, 7, 1), None, 1.0),
    )


def test_children_of_a_combined_authority_follow_its_dates() -> None:
    def districts(on: date) -> set[str]:
        return {row.child_code for row in REGISTER.children("E47000002", "ltla", on)}

    assert districts(date(2025, 3, 31)) == {"E08000016", "E08000017", "E08000018", "E08000019"}
    assert districts(date(2025, 4, 1)) == {"E08000017", "E08000018", "E08000038", "E08000039"}
    assert len(REGISTER.children("E47000013", "ltla", date(2024, 2, 26))) == 0
    assert len(REGISTER.children("E47000013", "ltla", date(2024, 2, 27))) == 17


def test_children_tells_the_stp_from_the_icb_of_the_same_code() -> None:
    stp = REGISTER.children("E54000008", "ltla", parent_type="stp")
    icb = REGISTER.children("E54000008", "ltla", parent_type="icb")
    assert {row.end_on for row in stp} == {date(2022, 6, 30)}
    assert {row.start_on for row in icb} <= {date(2022, 7, 1), date(2023, 4, 1), CHANGED_2026}


def test_aylesbury_vale_lay_in_its_county_until_it_ended() -> None:
    assert REGISTER.parents("E07000004") == (
        Membership("E07000004", "ltla", "E10000002", "utla", None, date(2020, 3, 31), 1.0),
        Membership("E07000004", "ltla", "E12000008", "region", None, date(2020, 3, 31), 1.0),
    )


def test_forest_heath_was_in_suffolk() -> None:
    # the register of mySociety puts it in Surrey
    (row,) = REGISTER.parents("E07000201", "utla")
    assert row.parent_code == "E10000029"


AREAS = sorted(REGISTER, key=lambda area: (area.area_type, area.area_code))
DAYS = st.dates(date(2016, 12, 31), date(2026, 12, 31))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(AREAS), DAYS)
def test_shares_of_a_child_into_one_type_add_up_to_one(area: Area, on: date) -> None:
    totals: dict[str, float] = defaultdict(float)
    for row in REGISTER.parents(area.area_code, on=on):
        if row.child_type == area.area_type and row.parent_type != "lep":
            totals[row.parent_type] += row.share
    if on >= CHANGED_2026:
        totals.pop("sub_icb", None)  # two locations of 2026 are not in the register
    assert all(total == pytest.approx(1, abs=0.0005) for total in totals.values()), totals


@settings(max_examples=100, deadline=None)
@given(DAYS)
def test_every_district_has_one_county_and_one_region_on_any_day(on: date) -> None:
    for area in REGISTER:
        if area.area_type == "ltla" and area.alive(on):
            assert len(REGISTER.parents(area.area_code, "utla", on)) == 1
            assert len(REGISTER.parents(area.area_code, "region", on)) == 1


@pytest.mark.parametrize(
    ("child", "parent", "years"),
    [
        ("ltla", "ccg", [2021]),
        ("ltla", "stp", [2021]),
        ("ltla", "sub_icb", [2022, 2023, 2024, 2025]),
        ("ltla", "icb", [2022, 2023, 2024, 2025, 2026]),
        ("ltla", "lep", [2021, 2022, 2023, 2024, 2025]),
        ("utla", "region", range(2016, 2026)),
        ("ccg", "stp", range(2017, 2022)),
        ("sub_icb", "icb", [2022, 2023, 2024, 2025]),
        ("stp", "nhs_region", [2019, 2020, 2021]),
        ("icb", "nhs_region", [2022, 2023, 2024, 2025, 2026]),
        ("nhs_region", "england", range(2019, 2025)),
        ("lep", "england", [2021]),
        ("combined_authority", "england", range(2018, 2026)),
        ("region", "england", range(2016, 2026)),
        ("england", "uk", range(2016, 2026)),
    ],
)
def test_a_vintage_is_wholly_inside_its_parents_and_fills_them(
    child: str, parent: str, years: list[int]
) -> None:
    for year in years:
        on = date(year, 12, 31)
        reached = set()
        for area in REGISTER.vintage(child, year):
            rows = REGISTER.parents(area.area_code, parent, on, child_type=child)
            assert rows, f"{area.area_code} {area.name} has no {parent} on {on}"
            reached |= {row.parent_code for row in rows}
        assert reached == REGISTER.codes(parent, year)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(AREAS))
def test_a_point_is_given_and_in_the_kingdom(area: Area) -> None:
    assert area.latitude is not None and area.longitude is not None
    assert 49.8 < area.latitude < 59 and -6.5 < area.longitude < 1.8


# ---- neighbours and search -----------------------------------------------------------------------


def test_neighbours_are_english_and_nearest_first() -> None:
    assert REGISTER.similar("E06000001")[:5] == (
        "E08000018",
        "E06000003",
        "E07000171",
        "E08000008",
        "E07000038",
    )
    assert all(code.startswith("E") for area in REGISTER for code in REGISTER.similar(area.area_code))
    assert REGISTER.similar("E12000001") == ()


def found(text: str, limit: int = 20) -> list[tuple[str, str]]:
    return [(area.area_code, area.name) for area in REGISTER.search(text, limit)]


def test_search_finds_nottingham_first() -> None:
    assert found("notting", 3) == [
        ("E06000018", "Nottingham"),
        ("E10000024", "Nottinghamshire"),
        ("E37000045", "Derby, Derbyshire, Nottingham and Nottinghamshire"),
    ]


def test_an_old_name_leads_to_the_area_that_stands_there() -> None:
    assert found("aylesbury", 4) == [
        ("E06000060", "Buckinghamshire"),
        ("E38000223", "NHS Buckinghamshire, Oxfordshire and Berkshire West ICB – Buckinghamshire (14Y)"),
        ("E07000004", "Aylesbury Vale"),
        ("E38000003", "NHS Aylesbury Vale CCG"),
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("E06000018", "E06000018"),
        ("e0600001", "E06000015"),
        ("E07000004", "E07000004"),
        ("52r", "E38000243"),
        ("QT1", "E54000060"),
        ("st. hel", "E08000013"),
        ("hull", "E06000010"),
        ("d2n2", "E37000045"),
        ("city bristol", "E06000023"),
        ("north gloucestershire", "E07000083"),
        ("north east", "E12000001"),
    ],
)
def test_search_by_code_alias_and_words(text: str, first: str) -> None:
    assert found(text, 1)[0][0] == first


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(AREAS))
def test_every_area_is_found_by_its_code_and_its_name(area: Area) -> None:
    assert found(area.area_code, 1)[0][0] == area.area_code
    # one land is found once: under the code that stands
    code = next(
        (code for code in REGISTER.land(area.area_code) if REGISTER.area(code).is_live), area.area_code
    )
    assert code in {code for code, _ in found(area.name, 500)}


@pytest.mark.parametrize("text", ["", "   ", "-", "zzzz", "(*[?"])
def test_search_for_nothing_finds_nothing(text: str) -> None:
    assert found(text) == []
    assert found("nottingham", 0) == []


@given(st.text(max_size=40))
def test_any_text_can_be_searched_for_and_normalising_is_stable(text: str) -> None:
    assert len(REGISTER.search(text, 5)) <= 5
    assert normalise(normalise(text)) == normalise(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([area for area in AREAS if area.is_live]))
def test_a_live_area_is_found_by_its_own_name(area: Area) -> None:
    assert REGISTER.by_name(area.name.upper(), area.area_type) == area


# ---- reading ---------------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    shutil.copytree(TABLES, folder)
    return folder


def append(path: Path, *lines: str) -> int:
    """Adds rows to a table; returns the row number of the first, the header counted as row 1."""
    rows = len(path.read_text(encoding="utf-8").splitlines())
    with path.open("a", encoding="utf-8") as table:
        table.writelines(f"{line}\n" for line in lines)
    return rows + 1


def test_every_problem_is_reported_at_once(broken: Path) -> None:
    area = append(
        broken / "areas.csv",
        "E06000018,ltla,Nottingham again,,,,52.9,-1.1",
        "E06999999,county,Nowhere,,,,,",
        "E12999999,ltla,Misplaced,,2020-01-01,2019-01-01,52.9,",
        "E07999999,ltla,At sea,,,,12.5,3.9",
        "E07999998,ltla,Undated,,yesterday,,,",
    )
    member = append(
        broken / "memberships.csv",
        "E06000018,ltla,E12999998,region,,,1",
        "E06000018,ltla,E12000004,region,2020-01-01,,1.5",
        "E07000004,ltla,E12000008,region,2021-01-01,,1",
    )
    succession = append(broken / "successions.csv", "ltla,E07000004,E07000026,2020-04-01,0.5")
    alias = append(broken / "aliases.csv", "E99999999,Nowhere,short")
    neighbour = append(broken / "similar.csv", "E06000018,one,E06000019", "E06000018,21")
    with pytest.raises(BadRegister) as caught:
        read_register(broken)
    message = str(caught.value)
    for expected in (
        f"areas.csv row {area}: E06000018 ltla is already in row",
        f"areas.csv row {area + 1}: area_type 'county' is not one of ltla, utla",
        f"areas.csv row {area + 2}: area_code 'E12999999' of ltla; expected nine characters that begin with "
        "E06 or E07 or E08 or E09",
        f"areas.csv row {area + 2}: end_on 2019-01-01 is before start_on 2020-01-01",
        f"areas.csv row {area + 2}: latitude and longitude: expected both or neither",
        f"areas.csv row {area + 3}: (12.5, 3.9) is outside the United Kingdom",
        f"areas.csv row {area + 4}: E07999998,ltla,Undated,,yesterday,,,: Invalid isoformat string",
        f"memberships.csv row {member}: parent E12999998 region is not in areas.csv",
        f"memberships.csv row {member + 1}: share 1.5; expected more than 0 and at most 1",
        f"memberships.csv row {member + 2}: 2021-01-01 to None is longer than the life of E07000004",
        f"successions.csv row {succession}: shares of E07000004 add up to 1.5",
        f"aliases.csv row {alias}: area_code 'E99999999' is not in areas.csv",
        f"similar.csv row {neighbour}: E06000018,one,E06000019: invalid literal for int()",
        f"similar.csv row {neighbour + 1}: 2 cells; expected 3",
    ):
        assert expected in message
    assert isinstance(caught.value, ValueError)


def test_an_absent_table_and_a_renamed_column_are_reported(broken: Path) -> None:
    (broken / "similar.csv").unlink()
    aliases = broken / "aliases.csv"
    aliases.write_text(
        aliases.read_text(encoding="utf-8").replace("area_code,alias,kind", "code,alias,kind", 1),
        encoding="utf-8",
    )
    with pytest.raises(BadRegister) as caught:
        read_register(broken)
    assert str(caught.value).splitlines() == [
        "aliases.csv row 1: columns ['code', 'alias', 'kind']; expected ['area_code', 'alias', 'kind']",
        "similar.csv: the file is absent; make it with `python -m geodata build`",
    ]


def test_area_types_are_checked_too(tmp_path: Path) -> None:
    text = (FOLDER / "area_types.toml").read_text(encoding="utf-8")
    toml = tmp_path / "area_types.toml"
    toml.write_text(
        text.replace("default_vintage = 2024", 'default_vintage = "2024"', 1).replace(
            "[utla]", "[utla]\ncolour = 1"
        ),
        encoding="utf-8",
    )
    with pytest.raises(BadRegister) as caught:
        read_register(TABLES, toml)
    assert "area_types.toml: ltla.default_vintage: '2024'; expected int" in str(caught.value)
    assert "area_types.toml: utla.colour: unknown key" in str(caught.value)


def test_the_committed_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in TABLES.glob("*.csv")) < 1_200_000


def test_the_web_process_needs_no_pandas_to_read_it() -> None:
    code = (
        "import sys; from geodata.register import load_register; load_register(); "
        "print([name for name in ('pandas', 'numpy', 'geopandas', 'shapely') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_load_register_reads_once() -> None:
    assert load_register() is REGISTER
    assert isinstance(REGISTER, Register)
