"""Names of sub-ICB locations: by their place, from the register's own facts, and the publisher's name still finds them."""

from __future__ import annotations

from datetime import date

import pytest

from geodata.locations import named_by_place
from geodata.records import Area, Membership, Succession
from geodata.register import load_register

REGISTER = load_register()
START = date(2022, 7, 1)


@pytest.mark.parametrize(
    ("area_code", "name", "official"),
    [
        # the clinical commissioning group whose code it kept
        ("E38000225", "NHS West Yorkshire ICB – Leeds (15F)", "NHS West Yorkshire ICB - 15F"),
        # the district that it is: Tameside and Glossop was divided
        ("E38000263", "NHS Greater Manchester ICB – Tameside (01Y)", "NHS Greater Manchester ICB - 01Y"),
        # the location that it took over from
        ("E38000265", "NHS Sussex ICB – West Sussex (70F)", "NHS Sussex ICB - 70F"),
        # a board's only location
        ("E38000045", "NHS Dorset ICB (11J)", "NHS Dorset ICB - 11J"),
        ("E38000259", "NHS Black Country ICB (D2P2L)", "NHS Black Country ICB - D2P2L"),
        # a large part of a board keeps the group's name
        (
            "E38000243",
            "NHS Nottingham and Nottinghamshire ICB – Nottingham and Nottinghamshire (52R)",
            "NHS Nottingham and Nottinghamshire ICB - 52R",
        ),
    ],
)
def test_a_location_is_named_by_its_place_and_keeps_the_publishers_name(
    area_code: str, name: str, official: str
) -> None:
    area = REGISTER.area(area_code, "sub_icb")
    assert (area.name, area.official_name) == (name, official)


def test_every_location_of_every_vintage_has_a_name_of_its_own_with_its_code_behind_it() -> None:
    for year in (2022, 2023, 2024, 2025):
        areas = REGISTER.vintage("sub_icb", year)
        assert len({area.name for area in areas}) == len(areas) == 106
        assert all(area.name.endswith(f" ({area.ods_code})") for area in areas)
        assert all(
            area.official_name and area.official_name.endswith(f" ICB - {area.ods_code}") for area in areas
        )


def test_the_publishers_name_still_finds_the_location() -> None:
    # of two codes with one name the one that stands, where no day is asked for
    for year in (2022, 2025):
        day = date(year, 12, 31)
        for area in REGISTER.vintage("sub_icb", year):
            assert REGISTER.by_name(area.official_name or "", "sub_icb", day) == area
            assert REGISTER.by_name(area.name, "sub_icb", day) == area


def test_no_other_type_of_area_is_renamed() -> None:
    assert {area.area_type for area in REGISTER if area.official_name} == {"sub_icb"}
    assert REGISTER.area("E38000225", "ccg").name == "NHS Leeds CCG"


def location(code: str, board: str, ods_code: str) -> Area:
    return Area(code, "sub_icb", f"NHS {board} ICB - {ods_code}", ods_code, START, None, None, None)


def test_without_a_fact_that_names_the_place_the_publishers_name_is_kept() -> None:
    areas = [
        location("E38000001", "North", "01A"),
        location("E38000002", "North", "01B"),
        Area("E38000009", "ccg", "NHS Two Towns CCG", "09A", None, date(2022, 6, 30), None, None),
        Area("E07000001", "ltla", "Oneham", None, None, None, None, None),
    ]
    # most of the group went elsewhere, and the location is only part of the district
    halves = [Succession("ccg", "E38000009", "E38000001", START, 0.89)]
    part = [Membership("E07000001", "ltla", "E38000001", "sub_icb", START, None, 0.9)]
    assert [area.name for area in named_by_place(areas, part, halves)][:2] == [
        "NHS North ICB - 01A",
        "NHS North ICB - 01B",
    ]
    nearly = [Succession("ccg", "E38000009", "E38000001", START, 0.9)]
    assert named_by_place(areas, part, nearly)[0].name == "NHS North ICB – Two Towns (01A)"
    whole = [Membership("E07000001", "ltla", "E38000001", "sub_icb", START, None, 0.995)]
    assert named_by_place(areas, whole, halves)[0].name == "NHS North ICB – Oneham (01A)"
