"""What lies in what, by stretch of days: shares down and up, for areas of other days, and days that are looked for."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.queries.memberships import MembershipIndex, forms_of, index_of, is_inside, is_standing
from geodata.register import Membership, Register, load_register

from .conftest import (
    BARNSLEY,
    BARNSLEY_NOW,
    BEFORE_ICB,
    CCG,
    COUNTY,
    ENGLAND,
    HALF,
    ICB,
    ICB_ON,
    LATER,
    LATER_ON,
    LATER_SUB_ICB,
    LEP,
    MERGED,
    MERGER,
    NHS_REGION,
    NHS_REGION_NOW,
    NORTH,
    OLD_EAST,
    OLD_WEST,
    OTHER_ICB,
    OTHER_LEP,
    OUTSIDE,
    RECODED,
    SOUTH,
    STP,
    SUB_ICB,
    UNDER,
    WHOLE,
    area,
)

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def index(small: Register) -> MembershipIndex:
    return MembershipIndex(small)


def share(index: MembershipIndex, parent: str, area_type: str, on: date, code: str) -> float:
    return index.shares(parent, area_type, on, (code,))[code]


@pytest.mark.parametrize(
    ("of", "inside"), [(1.0, True), (0.5, True), (0.5 - 5e-10, True), (0.5 - 2e-9, False), (0.4999, False)]
)
def test_half_an_area_is_enough_to_lie_inside(of: float, inside: bool) -> None:
    assert is_inside(of) is inside


def test_an_area_stands_in_any_of_its_forms(small: Register) -> None:
    assert [form.area_type for form in forms_of(small, MERGED)] == ["ltla", "utla"]
    assert is_standing(small, MERGED, MERGER)
    assert not is_standing(small, MERGED, date(2023, 3, 31))
    # one code, two types: a CCG before, a sub-ICB location after
    assert is_standing(small, CCG, BEFORE_ICB) and is_standing(small, CCG, ICB_ON)
    assert not is_standing(small, CCG, MERGER)
    assert index_of(small) is index_of(small)


# ---- days ------------------------------------------------------------------------------------------------


def test_stretches_begin_where_something_changes(index: MembershipIndex) -> None:
    starts = [date.min, date(2019, 4, 1), date(2021, 4, 1), ICB_ON, MERGER, LATER_ON, RECODED]
    days = [index._first_day(stretch) for stretch in range(len(starts))]
    assert days == starts
    assert [index._stretch(day) for day in starts] == [0, 1, 2, 3, 4, 5, 6]
    assert index._stretch(BEFORE_ICB) == 2
    assert index._last_day(2) == BEFORE_ICB
    assert index._last_day(5) == date(2025, 3, 31)
    assert index._last_day(6) == date.max
    assert index.last_day_of_ended_types == BEFORE_ICB


@pytest.mark.parametrize(
    ("on", "stretches", "found"),
    [
        (date(2020, 1, 1), [], None),
        (date(2020, 1, 1), [1], date(2020, 1, 1)),
        (date(2020, 1, 1), [2], date(2021, 4, 1)),
        (date(2025, 1, 1), [2, 3], date(2023, 3, 31)),
        (date(2025, 1, 1), [3, 2], date(2023, 3, 31)),
        # the last day of stretch 4 and the first of stretch 6 are as near to the middle of stretch 5
        (date(2024, 9, 13), [4, 6], RECODED),
        (date(2024, 9, 13), [6, 4], RECODED),
        (date(2024, 9, 12), [4, 6], date(2024, 2, 26)),
    ],
)
def test_the_nearest_stretch_and_of_two_as_near_the_later(
    on: date, stretches: list[int], found: date | None, index: MembershipIndex
) -> None:
    looked_at: list[int] = []

    def holds(stretch: int) -> bool:
        looked_at.append(stretch)
        return stretch in stretches

    assert index._nearest_stretch_where(on, holds) == found
    # those further away are not looked at
    assert found is None or looked_at[-1] in stretches
    assert len(looked_at) == len(set(looked_at))


def test_areas_of_a_type_on_the_nearest_day_that_has_any(index: MembershipIndex) -> None:
    assert index.standing("icb", ICB_ON) == (ICB, OTHER_ICB)
    assert index.standing("icb", date(2015, 1, 1)) == (ICB, OTHER_ICB)
    assert index.standing("stp", TODAY) == (STP,)
    assert index.day_of_type("stp", TODAY) == BEFORE_ICB
    assert index.day_of_type("icb", date(2015, 1, 1)) == ICB_ON
    assert index.day_of_type("icb", MERGER) == MERGER
    # a type that never had an area has no better day
    lone = MembershipIndex(Register(load_register().area_types, [area(ENGLAND, "england")]))
    assert lone.day_of_type("lep", TODAY) == TODAY
    assert lone.standing("lep", TODAY) == ()
    assert lone.last_day_of_ended_types is None


def test_areas_stand_by_name(index: MembershipIndex) -> None:
    # named by the end of their codes here, and by code where names are alike
    assert index.standing("ltla", date(2022, 1, 1)) == (
        WHOLE,
        HALF,
        UNDER,
        OLD_EAST,
        OLD_WEST,
        OUTSIDE,
        BARNSLEY,
    )
    assert index.standing("ltla", MERGER) == (MERGED, WHOLE, HALF, UNDER, OUTSIDE, BARNSLEY)
    assert index.standing("ltla", RECODED)[-1] == BARNSLEY_NOW


# ---- down ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parent", "area_type", "on", "shares"),
    [
        (ICB, "ltla", ICB_ON, {WHOLE: 1.0, HALF: 0.5, UNDER: 0.4999, OUTSIDE: 0.0}),
        (OTHER_ICB, "ltla", ICB_ON, {WHOLE: 0.0, HALF: 0.5, UNDER: 0.5001, OUTSIDE: 1.0}),
        (NORTH, "utla", MERGER, {COUNTY: 1.0, MERGED: 1.0}),
        # through what lies between: districts of the region's county, boards of the NHS region
        (ENGLAND, "ltla", MERGER, {WHOLE: 1.0, OUTSIDE: 1.0, MERGED: 1.0}),
        (NHS_REGION_NOW, "ltla", ICB_ON, {WHOLE: 1.0, HALF: 1.0, UNDER: 1.0}),
        (NHS_REGION, "sub_icb", MERGER, {LATER_SUB_ICB: 1.0, SUB_ICB: 1.0}),
        # a unitary authority is the only district of itself
        (MERGED, "ltla", MERGER, {MERGED: 1.0, WHOLE: 0.0}),
        # by what partnerships and boards are made of: the mean of their districts
        (NORTH, "lep", ICB_ON, {LEP: 1.0, OTHER_LEP: 1.0}),
        (ICB, "lep", ICB_ON, {LEP: 0.75, OTHER_LEP: 1.0}),
        (OTHER_ICB, "lep", ICB_ON, {LEP: 0.25, OTHER_LEP: 0.0}),
        (SOUTH, "lep", ICB_ON, {LEP: 0.0}),
        # a code of the same land
        (NORTH, "ltla", RECODED, {BARNSLEY: 1.0, BARNSLEY_NOW: 1.0}),
        # nothing of the kind
        (ICB, "region", ICB_ON, {NORTH: 0.0}),
    ],
)
def test_shares_of_areas_in_a_parent(
    parent: str, area_type: str, on: date, shares: dict[str, float], index: MembershipIndex
) -> None:
    assert index.shares(parent, area_type, on, list(shares)) == pytest.approx(shares)
    # the second answer comes from what was kept
    assert index.shares(parent, area_type, on, list(shares)) == pytest.approx(shares)


def test_what_has_nothing_in_a_parent_is_not_within_it(index: MembershipIndex) -> None:
    stretch = index._stretch(ICB_ON)
    assert index.within(OTHER_ICB, "lep", stretch) == {LEP: 0.25}
    assert index.within(SOUTH, "lep", stretch) == {}
    assert index.nearest_day(SOUTH, "lep", ICB_ON) == ICB_ON


def test_shares_multiply_on_the_way_and_add_up_over_several_ways() -> None:
    def link(child: str, child_type: str, parent: str, parent_type: str, of: float) -> Membership:
        return Membership(child, child_type, parent, parent_type, None, None, of)

    index = MembershipIndex(
        Register(
            load_register().area_types,
            [
                area(WHOLE, "ltla"),
                area(HALF, "ltla"),
                *(area(code, "icb") for code in (ICB, OTHER_ICB)),
                area(NHS_REGION, "nhs_region"),
            ],
            [
                link(ICB, "icb", NHS_REGION, "nhs_region", 0.5),
                link(OTHER_ICB, "icb", NHS_REGION, "nhs_region", 1.0),
                link(WHOLE, "ltla", ICB, "icb", 0.8),
                link(HALF, "ltla", ICB, "icb", 0.5),
                link(HALF, "ltla", OTHER_ICB, "icb", 0.5),
            ],
        )
    )
    assert index.within(NHS_REGION, "ltla", 0) == {WHOLE: pytest.approx(0.4), HALF: pytest.approx(0.75)}


def test_an_area_of_another_day_lies_where_it_lay_or_where_its_land_went(index: MembershipIndex) -> None:
    # ended, and lay in the region while it stood
    assert share(index, NORTH, "ltla", TODAY, OLD_EAST) == 1.0
    assert share(index, SOUTH, "ltla", TODAY, OLD_EAST) == 0.0
    # ended before the authority was made: what became of it lies there
    assert share(index, LATER, "ltla", TODAY, OLD_EAST) == 1.0
    # made later, from two that lay there both; and not in what held neither
    assert share(index, NORTH, "ltla", BEFORE_ICB, MERGED) == 1.0
    assert share(index, COUNTY, "ltla", BEFORE_ICB, MERGED) == 0.0
    # a CCG was of another type on the day
    assert share(index, STP, "sub_icb", BEFORE_ICB, SUB_ICB) == 1.0
    assert share(index, ICB, "ccg", ICB_ON, CCG) == 1.0
    # more than half of an earlier one went into it
    assert share(index, STP, "sub_icb", BEFORE_ICB, LATER_SUB_ICB) == 1.0
    assert share(index, NORTH, "ltla", TODAY, "E99999999") == 0.0


@pytest.mark.parametrize(
    ("parent", "area_type", "on", "day"),
    [
        (ICB, "ltla", MERGER, MERGER),
        (ICB, "ltla", date(2015, 1, 1), ICB_ON),
        (STP, "ccg", TODAY, BEFORE_ICB),
        (LATER, "ltla", ICB_ON, LATER_ON),
        # by its other code the land had boards before
        (NHS_REGION, "icb", date(2015, 1, 1), ICB_ON),
        # the two never stood together: the nearest day on which the parent existed
        (STP, "icb", TODAY, BEFORE_ICB),
        (LATER, "region", date(2015, 1, 1), LATER_ON),
    ],
)
def test_the_nearest_day_on_which_the_parent_has_such_areas(
    parent: str, area_type: str, on: date, day: date, index: MembershipIndex
) -> None:
    assert index.nearest_day(parent, area_type, on) == day
    assert index.nearest_day(parent, area_type, on) == day


# ---- up --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "area_type", "parent_type", "on", "holders"),
    [
        (WHOLE, "ltla", "icb", ICB_ON, [(ICB, 1.0)]),
        # the largest share first, then by code
        (UNDER, "ltla", "icb", ICB_ON, [(OTHER_ICB, 0.5001), (ICB, 0.4999)]),
        (HALF, "ltla", "icb", ICB_ON, [(ICB, 0.5), (OTHER_ICB, 0.5)]),
        (WHOLE, "ltla", "lep", TODAY, [(LEP, 1.0), (OTHER_LEP, 1.0)]),
        # it stood on the day and lies in none
        (OUTSIDE, "ltla", "lep", TODAY, []),
        (OUTSIDE, "ltla", "combined_authority", TODAY, []),
        # on the nearest day with such parents
        (WHOLE, "ltla", "icb", date(2015, 1, 1), [(ICB, 1.0)]),
        # an area that ended, in parents of today
        (OLD_EAST, "ltla", "region", TODAY, [(NORTH, 1.0)]),
        (OLD_WEST, "ltla", "combined_authority", TODAY, [(LATER, 1.0)]),
        (LEP, "lep", "icb", ICB_ON, [(ICB, 0.75), (OTHER_ICB, 0.25)]),
    ],
)
def test_parents_of_an_area(
    code: str,
    area_type: str,
    parent_type: str,
    on: date,
    holders: list[tuple[str, float]],
    index: MembershipIndex,
) -> None:
    found = index.holders(code, area_type, parent_type, on, None)
    assert [parent for parent, _ in found] == [parent for parent, _ in holders]
    assert [of for _, of in found] == pytest.approx([of for _, of in holders])


def test_parents_of_other_days_are_looked_at_where_none_of_those_asked_for_holds(
    index: MembershipIndex,
) -> None:
    # the NHS region has another code today, and only the old one is asked for
    found = index.holders(ICB, "icb", "nhs_region", TODAY, (NHS_REGION,))
    assert found == ((NHS_REGION_NOW, 1.0), (NHS_REGION, 1.0))
    assert index.holders(ICB, "icb", "nhs_region", TODAY, (NHS_REGION_NOW,)) == ((NHS_REGION_NOW, 1.0),)
    assert index.holders(ICB, "icb", "nhs_region", TODAY, ()) == ((NHS_REGION_NOW, 1.0),)
    # a holder that has less than half of it does not count as one
    found = index.holders(UNDER, "ltla", "icb", ICB_ON, (ICB,))
    assert [code for code, _ in found] == [OTHER_ICB, ICB]


def test_parents_offered_are_those_of_the_day_and_those_of_today(index: MembershipIndex) -> None:
    def codes(parent_type: str, area_type: str, on: date) -> list[str]:
        return [area.area_code for area in index.offered(parent_type, area_type, on)]

    assert codes("combined_authority", "ltla", TODAY) == [LATER]
    # made later: offered on earlier days too
    assert codes("combined_authority", "ltla", BEFORE_ICB) == [LATER]
    # of codes of the same land the one of the day
    assert codes("nhs_region", "ccg", BEFORE_ICB) == [NHS_REGION]
    assert codes("nhs_region", "icb", TODAY) == [NHS_REGION_NOW]
    # the day is one on which there were areas of the type
    assert codes("stp", "ccg", TODAY) == [STP]
    assert codes("stp", "ltla", TODAY) == []
