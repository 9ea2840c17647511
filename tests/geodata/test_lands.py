"""One land under two codes, and areas that merged whole: what the successions say, on both sides of each rule."""

from __future__ import annotations

from datetime import date

import pytest

from geodata.lands import WHOLE
from geodata.register import Area, Register, Succession, UnknownArea, load_register

REGISTER = load_register()
MERGER, BEFORE = date(2020, 4, 1), date(2020, 3, 31)
TWO_CODES = [
    ("E08000016", "E08000038", "Barnsley"),
    ("E08000019", "E08000039", "Sheffield"),
    ("E10000002", "E06000060", "Buckinghamshire"),
    ("E10000023", "E06000065", "North Yorkshire"),
    ("E10000027", "E06000066", "Somerset"),
    ("E40000007", "E40000013", "East of England"),
    ("E40000010", "E40000014", "North West"),
]


def area(code: str, area_type: str, start_on: date | None = None, end_on: date | None = None) -> Area:
    return Area(code, area_type, code, None, start_on, end_on, None, None)


def register(*changes: Succession, **more: list[Area]) -> Register:
    """Two districts until March 2020 and two from April; a county and its unitary authority."""
    return Register(
        REGISTER.area_types,
        [
            area("E07000001", "ltla", None, BEFORE),
            area("E07000002", "ltla", None, BEFORE),
            area("E06000001", "ltla", MERGER),
            area("E06000002", "ltla", MERGER),
            *more.get("areas", []),
        ],
        successions=changes,
    )


def change(earlier: str, later: str, share: float = 1.0, area_type: str = "ltla") -> Succession:
    return Succession(area_type, earlier, later, MERGER, share)


# ---- one land, two codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("earlier", "later", "name"), TWO_CODES)
def test_either_code_knows_the_other(earlier: str, later: str, name: str) -> None:
    assert REGISTER.same_land(earlier) == (later,)
    assert REGISTER.same_land(later) == (earlier,)
    assert REGISTER.area(earlier).name == REGISTER.area(later).name == name


@pytest.mark.parametrize(("earlier", "later", "name"), TWO_CODES)
def test_a_search_finds_one_land_once(earlier: str, later: str, name: str) -> None:
    codes = [area.area_code for area in REGISTER.search(name, 50) if area.area_code in (earlier, later)]
    assert codes == [later]
    for code in (earlier, later):
        assert [area.area_code for area in REGISTER.search(code)] == [code]


def test_no_other_code_has_a_second_one() -> None:
    assert set(REGISTER.lands) == {code for earlier, later, _ in TWO_CODES for code in (earlier, later)}
    assert REGISTER.land("E08000016") == ("E08000038", "E08000016")
    assert REGISTER.land("E06000018") == ("E06000018",)
    assert REGISTER.same_land("E06000018") == REGISTER.same_land("nowhere") == ()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("E10000006", "Cumbria was divided in two"),
        ("E06000063", "Cumberland is a part of Cumbria, and three districts"),
        ("E38000225", "three groups became NHS Leeds CCG"),
        ("E54000067", "Hampshire and Isle of Wight took in a part of Frimley"),
        ("E40000011", "Midlands took in Glossop"),
    ],
)
def test_mergers_and_divisions_are_other_land(code: str, why: str) -> None:
    assert REGISTER.same_land(code) == (), why


def test_a_little_less_than_the_whole_is_not_the_same_land() -> None:
    assert register(change("E07000001", "E06000001", WHOLE)).same_land("E07000001") == ("E06000001",)
    assert register(change("E07000001", "E06000001", WHOLE - 0.0001)).same_land("E07000001") == ()


def test_what_was_made_of_two_is_the_same_land_as_neither() -> None:
    made = register(change("E07000001", "E06000001"), change("E07000002", "E06000001"))
    assert not made.lands


def test_an_area_that_kept_its_code_when_it_took_another_in_is_not_the_same_land() -> None:
    made = register(change("E07000001", "E06000009"), areas=[area("E06000009", "ltla")])
    assert not made.lands


def test_three_codes_in_a_row_are_one_land_and_the_newest_comes_first() -> None:
    later = Succession("ltla", "E06000001", "E06000008", date(2024, 4, 1), 1.0)
    made = register(
        change("E07000001", "E06000001"), later, areas=[area("E06000008", "ltla", date(2024, 4, 1))]
    )
    assert made.same_land("E07000001") == ("E06000008", "E06000001")
    assert made.same_land("E06000008") == ("E06000001", "E07000001")


# ---- areas that merged whole -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "area_type", "on", "found"),
    [
        ("E38000225", "ccg", date(2018, 3, 31), ("E38000094", "E38000095", "E38000096")),
        ("E38000225", "ccg", date(2018, 4, 1), ("E38000225",)),
        # Cumberland is three whole districts, but a part of the county
        ("E06000063", "ltla", date(2022, 12, 31), ("E07000026", "E07000028", "E07000029")),
        ("E06000063", "utla", date(2022, 12, 31), ()),
        ("E06000066", "utla", date(2022, 12, 31), ("E10000027",)),
        # the code of a CCG that went on as that of a sub-ICB location
        ("E38000225", "sub_icb", date(2018, 3, 31), ("E38000094", "E38000095", "E38000096")),
        # a county that had ended
        ("E10000006", "utla", date(2024, 1, 1), ()),
    ],
)
def test_forerunners_of_a_day(code: str, area_type: str, on: date, found: tuple[str, ...]) -> None:
    assert REGISTER.whole_forerunners(code, area_type, on) == found


def test_forerunners_through_two_mergers() -> None:
    # East Berkshire was made of three in 2018 and went into NHS Frimley CCG in 2021
    found = [REGISTER.whole_forerunners("E38000252", "ccg", date(year, 1, 1)) for year in (2018, 2020)]
    assert found == [
        ("E38000017", "E38000118", "E38000148", "E38000178", "E38000207"),
        ("E38000118", "E38000178", "E38000224"),
    ]


def test_a_part_from_elsewhere_breaks_the_line() -> None:
    whole = register(change("E07000001", "E06000001"), change("E07000002", "E06000001", WHOLE))
    assert whole.whole_forerunners("E06000001", "ltla", BEFORE) == ("E07000001", "E07000002")
    part = register(change("E07000001", "E06000001"), change("E07000002", "E06000001", WHOLE - 0.0001))
    assert part.whole_forerunners("E06000001", "ltla", BEFORE) == ()


def test_forerunners_of_what_is_not_in_the_register_are_an_error() -> None:
    with pytest.raises(UnknownArea, match="E99999999"):
        REGISTER.whole_forerunners("E99999999", "ltla", BEFORE)
    # no predecessor is known
    assert register().whole_forerunners("E06000001", "ltla", BEFORE) == ()
