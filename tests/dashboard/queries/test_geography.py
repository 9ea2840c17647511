"""Where areas lie: each threshold on both sides, two vintages, parents that came later, partnerships that overlap."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from dashboard.address.context import Context
from dashboard.answers.geography import Inside, Nearby, Parent, ParentGroup, Share
from dashboard.queries import geography
from geodata.faults import UnknownAreaType
from geodata.register import Membership, Register, Succession, UnknownArea, load_register

from .conftest import (
    BARNSLEY,
    BARNSLEY_NOW,
    BEFORE_ICB,
    CCG,
    COUNTY,
    ENGLAND,
    HALF,
    ICB,
    LATER,
    LATER_ON,
    LATER_SUB_ICB,
    LEP,
    MERGED,
    NHS_REGION,
    NHS_REGION_NOW,
    NORTH,
    OLD_EAST,
    OLD_WEST,
    OTHER_ICB,
    OTHER_LEP,
    OUTSIDE,
    SIMILAR,
    SOUTH,
    STP,
    SUB_ICB,
    UNDER,
    WHOLE,
    area,
    areas,
    memberships,
    successions,
    view,
)

END_OF_2023 = date(2023, 12, 31)
REAL = load_register()


# ---- inside ------------------------------------------------------------------------------------------


def test_half_of_an_area_is_inside_and_a_ten_thousandth_less_is_partly_there(small: Register) -> None:
    found = geography.inside(small, ICB, "ltla", END_OF_2023, [UNDER, HALF, OUTSIDE, WHOLE])
    assert found == Inside(
        ICB, "ltla", END_OF_2023, END_OF_2023, (HALF, WHOLE), (Share(UNDER, 0.4999),)
    )  # fmt: skip
    assert not found.is_another_day


def test_an_area_that_is_cut_in_half_lies_in_both(small: Register) -> None:
    assert HALF in geography.inside(small, OTHER_ICB, "ltla", END_OF_2023)
    assert HALF in geography.inside(small, ICB, "ltla", END_OF_2023)


def test_without_codes_the_areas_of_the_day_are_asked_about_by_name(small: Register) -> None:
    before = geography.inside(small, NORTH, "ltla", date(2022, 12, 31)).area_codes
    after = geography.inside(small, NORTH, "ltla", END_OF_2023).area_codes
    assert before == (WHOLE, HALF, UNDER, OLD_EAST, OLD_WEST, BARNSLEY)
    assert after == (MERGED, WHOLE, HALF, UNDER, BARNSLEY)


def test_the_members_of_a_group_lie_in_it_also_where_no_codes_are_given(small: Register) -> None:
    group = f"custom:{HALF}+{WHOLE}"
    assert set(geography.inside(small, group, "ltla", END_OF_2023).area_codes) == {WHOLE, HALF}
    assert geography.inside(small, group, "ltla", END_OF_2023, [HALF, UNDER]).area_codes == (HALF,)
    # what lies in none of them is not partly there either
    assert geography.inside(small, group, "ltla", END_OF_2023).partly == ()


def test_a_type_that_is_not_known_is_an_error_and_not_an_empty_answer(small: Register) -> None:
    with pytest.raises(UnknownAreaType, match="parish"):
        geography.holders(small, WHOLE, "region", END_OF_2023, area_type="parish")


def test_a_parent_that_came_later_is_taken_on_its_first_day(small: Register) -> None:
    found = geography.inside(small, LATER, "ltla", END_OF_2023)
    assert found.area_codes == (MERGED, WHOLE)
    assert (found.asked_on, found.on, found.is_another_day) == (END_OF_2023, LATER_ON, True)
    assert not geography.inside(small, LATER, "ltla", LATER_ON).is_another_day


def test_a_parent_that_has_ended_is_taken_on_its_last_day(small: Register) -> None:
    found = geography.inside(small, STP, "ccg", END_OF_2023, [CCG])
    assert (found.area_codes, found.on) == ((CCG,), BEFORE_ICB)


def test_districts_that_were_gone_when_the_parent_came_count_as_what_they_became(small: Register) -> None:
    on = date(2022, 12, 31)
    found = geography.inside(small, LATER, "ltla", on, [OLD_EAST, OLD_WEST, OUTSIDE, WHOLE])
    assert (found.area_codes, found.on) == ((OLD_EAST, OLD_WEST, WHOLE), LATER_ON)


def test_a_district_made_after_the_day_lies_where_it_did_on_its_first_day(small: Register) -> None:
    """Figures of 2020 on the areas of 2023."""
    on = date(2020, 12, 31)
    assert geography.inside(small, NORTH, "ltla", on, [MERGED, OUTSIDE]).area_codes == (MERGED,)
    assert geography.inside(small, SOUTH, "ltla", on, [MERGED, OUTSIDE]).area_codes == (OUTSIDE,)


def test_a_district_made_from_two_lies_in_a_parent_that_had_ended_only_with_both(small: Register) -> None:
    """The county ended on the day before the merger: the new district lies in it as those did that it was made from."""
    ended = [
        replace(area, end_on=date(2023, 3, 31)) if area.area_code == COUNTY else area for area in areas()
    ]
    links = [
        replace(link, end_on=date(2023, 3, 31)) if COUNTY in (link.parent_code, link.child_code) else link
        for link in memberships()
    ]

    def inside(*held: str) -> tuple[str, ...]:
        more = [
            Membership(code, "ltla", COUNTY, "utla", None, date(2023, 3, 31), 1.0) for code in held
        ]  # fmt: skip
        register = Register(small.area_types, ended, [*links, *more], successions())
        return geography.inside(register, COUNTY, "ltla", END_OF_2023, [MERGED]).area_codes

    assert inside(OLD_EAST, OLD_WEST) == (MERGED,)
    assert inside(OLD_EAST) == ()


def test_two_codes_of_one_land_are_one_area(small: Register) -> None:
    for on in (date(2020, 12, 31), date(2026, 1, 1)):
        found = geography.inside(small, NORTH, "ltla", on, [BARNSLEY, BARNSLEY_NOW])
        assert found.area_codes == (BARNSLEY, BARNSLEY_NOW), on
        assert found.on == on


def test_two_codes_of_one_land_are_one_parent(small: Register) -> None:
    """No day has to be named: the NHS region is there on both, under one code or the other."""
    found = geography.inside(small, NHS_REGION, "icb", END_OF_2023)
    assert (found.area_codes, found.on) == ((ICB, OTHER_ICB), END_OF_2023)
    found = geography.inside(small, NHS_REGION_NOW, "ccg", date(2021, 3, 31))
    assert (found.area_codes, found.on) == ((CCG,), date(2021, 3, 31))


def test_areas_are_reached_through_what_lies_between(small: Register) -> None:
    on = date(2021, 3, 31)
    assert geography.inside(small, NHS_REGION, "ccg", on).area_codes == (CCG,)
    assert geography.inside(small, NHS_REGION_NOW, "ltla", END_OF_2023).area_codes == (
        WHOLE,
        HALF,
        UNDER,
        OUTSIDE,
    )


def test_shares_of_what_lies_between_are_added_up(small: Register) -> None:
    """HALF lies by one half in each of two ICBs of one NHS region, so it lies there whole and not by halves."""
    [share] = geography.holders(small, HALF, "nhs_region", END_OF_2023)
    assert share == Share(NHS_REGION_NOW, pytest.approx(1.0))
    assert HALF in geography.inside(small, NHS_REGION_NOW, "ltla", END_OF_2023)


def test_overlapping_partnerships_each_count_in_full(small: Register) -> None:
    assert geography.inside(small, LEP, "ltla", END_OF_2023).area_codes == (WHOLE, HALF)
    assert geography.inside(small, OTHER_LEP, "ltla", END_OF_2023).area_codes == (WHOLE,)
    assert geography.holders(small, WHOLE, "lep", END_OF_2023) == (Share(LEP, 1.0), Share(OTHER_LEP, 1.0))


def test_a_county_lies_where_its_districts_lie(small: Register) -> None:
    """Of its three districts one lies in the ICB whole, one by one half and one by 0.4999."""
    found = geography.inside(small, ICB, "utla", END_OF_2023, [COUNTY])
    assert found.area_codes == (COUNTY,)
    [share] = geography.inside(small, OTHER_ICB, "utla", END_OF_2023, [COUNTY]).partly
    assert share == Share(COUNTY, pytest.approx((0.5 + 0.5001) / 3))


def test_a_code_that_was_another_type_then_lies_where_that_did(small: Register) -> None:
    """Figures for sub-ICB locations of 2023 beside the STP of 2022, whose part was a CCG under the same code."""
    found = geography.inside(small, STP, "sub_icb", END_OF_2023, [SUB_ICB])
    assert (found.area_codes, found.on) == ((SUB_ICB,), BEFORE_ICB)


def test_an_area_of_which_most_went_to_another_lies_where_that_lies(small: Register) -> None:
    assert geography.inside(small, STP, "sub_icb", END_OF_2023, [LATER_SUB_ICB]).area_codes == (
        LATER_SUB_ICB,
    )


def test_an_unknown_parent_is_an_error_and_not_an_empty_answer(small: Register) -> None:
    with pytest.raises(UnknownArea):
        geography.inside(small, "E99999999", "ltla", END_OF_2023)


def test_a_parent_that_holds_none_of_them_holds_none(small: Register) -> None:
    assert geography.inside(small, ICB, "region", END_OF_2023).area_codes == ()


def test_the_country_holds_every_area(small: Register) -> None:
    on = date(2025, 12, 31)
    for area_type in ("ltla", "utla", "region", "combined_authority"):
        codes = geography.standing(small, area_type, on)
        assert geography.inside(small, ENGLAND, area_type, on).area_codes == codes, area_type


def test_the_real_east_midlands_authority_has_17_districts_in_every_year() -> None:
    for year in (2016, 2022, 2023, 2024, 2025):
        found = geography.inside(REAL, "E47000013", "ltla", date(year, 12, 31))
        modern = [code for code in found.area_codes if REAL.area(code).is_live]
        assert len(modern) == 17, year
    assert geography.inside(REAL, "E47000013", "ltla", END_OF_2023).on == date(2024, 2, 27)


def test_the_real_frimley_has_six_districts_and_three_that_lie_partly_there() -> None:
    found = geography.inside(REAL, "E54000034", "ltla", END_OF_2023)
    assert len(found.area_codes) == 6
    assert [share.area_code for share in found.partly] == ["E07000216", "E07000209", "E07000212"]


def test_every_real_district_lies_in_one_region_on_every_day() -> None:
    for year in range(2016, 2026):
        on = date(year, 12, 31)
        codes = geography.standing(REAL, "ltla", on)
        counts = [
            len(geography.inside(REAL, region, "ltla", on, codes).area_codes)
            for region in geography.standing(REAL, "region", on)
        ]
        assert sum(counts) == len(codes), year


def test_a_request_for_all_districts_takes_a_step_or_two_for_each() -> None:
    codes = geography.standing(REAL, "ltla", END_OF_2023)
    geography.inside(REAL, "E54000034", "ltla", END_OF_2023, codes)  # the first one makes the index
    calls = []
    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_name) if event == "call" else None)
    try:
        geography.inside(REAL, "E54000034", "ltla", END_OF_2023, codes)
    finally:
        sys.setprofile(None)
    assert len(codes) > 290 and len(calls) < 2 * len(codes), calls[:20]


# ---- regions and what lies around --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area_code", "on", "region"),
    [
        (WHOLE, END_OF_2023, NORTH),
        (OUTSIDE, END_OF_2023, SOUTH),
        (COUNTY, END_OF_2023, NORTH),
        (LEP, END_OF_2023, NORTH),
        (CCG, date(2021, 3, 31), NHS_REGION),
        (ICB, END_OF_2023, NHS_REGION_NOW),
        (NORTH, END_OF_2023, None),
        (ENGLAND, END_OF_2023, None),
    ],
)
def test_the_region_of_an_area(area_code: str, on: date, region: str | None, small: Register) -> None:
    kind = "ccg" if on < BEFORE_ICB else None
    assert geography.region_of(small, area_code, on, area_type=kind) == region


def test_regions_are_the_types_that_some_type_calls_its_own(small: Register) -> None:
    assert geography.region_types(small) == ("region", "nhs_region")


def test_a_region_without_a_figure_gives_way_to_the_other_code_of_its_land(small: Register) -> None:
    """A publisher went on with the old code of the NHS region after the day on which it changed."""
    assert geography.region_of(small, ICB, END_OF_2023, among=[NHS_REGION]) == NHS_REGION
    assert geography.region_of(small, ICB, END_OF_2023, among=[NHS_REGION, NHS_REGION_NOW]) == NHS_REGION_NOW
    assert geography.region_of(small, ICB, END_OF_2023, among=[]) is None


def test_less_than_half_is_not_around(small: Register) -> None:
    assert geography.holder(small, UNDER, "icb", END_OF_2023) == OTHER_ICB
    assert geography.holder(small, UNDER, "icb", END_OF_2023, among=[ICB]) is None
    assert geography.holder(small, HALF, "icb", END_OF_2023, among=[ICB]) == ICB


def test_an_authority_is_not_its_own_parent(small: Register) -> None:
    assert geography.holder(small, MERGED, "utla", END_OF_2023) is None
    found = geography.around(
        small, MERGED, END_OF_2023, {"utla": [MERGED, COUNTY], "region": [NORTH]}
    )  # fmt: skip
    assert found == NORTH


def test_around_is_the_first_type_that_has_a_figure(small: Register) -> None:
    figures = {"utla": [COUNTY], "region": [NORTH, SOUTH]}
    assert geography.around(small, WHOLE, END_OF_2023, figures) == COUNTY
    assert geography.around(small, WHOLE, END_OF_2023, {**figures, "utla": []}) == NORTH
    assert geography.around(small, OUTSIDE, END_OF_2023, figures) == SOUTH
    assert geography.around(small, WHOLE, END_OF_2023, {}) is None


def test_a_parent_of_another_day_may_be_around_where_it_has_a_figure(small: Register) -> None:
    """The combined authority of 2024 has a figure for 2023, summed from what lies in it."""
    figures = {"combined_authority": [LATER], "region": [NORTH]}
    assert geography.around(small, MERGED, END_OF_2023, figures, area_type="utla") == LATER


# ---- lists -------------------------------------------------------------------------------------------


def test_parents_that_hold_at_least_two_of_the_areas_are_offered(small: Register) -> None:
    codes = geography.standing(small, "ltla", END_OF_2023)
    groups = geography.parents_of_list(small, codes, "ltla", END_OF_2023)
    assert [group.area_type for group in groups] == ["region", "combined_authority", "icb", "utla", "lep"]
    by_type = {group.area_type: group.parents for group in groups}
    # SOUTH and OTHER_LEP hold one area each
    assert by_type["region"] == (Parent(NORTH, "region 001", 5, True),)
    assert by_type["lep"] == (Parent(LEP, "lep 001", 2, True),)
    assert by_type["icb"] == (Parent(ICB, "icb 011", 2, True), Parent(OTHER_ICB, "icb 012", 3, True))
    # it did not stand on the day and stands now
    assert by_type["combined_authority"] == (Parent(LATER, "combined_authority 001", 2, False),)


def test_of_two_codes_of_one_land_the_one_of_the_day_is_offered(small: Register) -> None:
    for on, code in ((END_OF_2023, NHS_REGION_NOW), (date(2021, 3, 31), NHS_REGION)):
        codes = [ICB, OTHER_ICB] if on == END_OF_2023 else [CCG, LATER_SUB_ICB]
        kind = "icb" if on == END_OF_2023 else "ccg"
        groups = geography.parents_of_list(small, codes, kind, on)
        nhs = [group for group in groups if group.area_type == "nhs_region"]
        assert nhs == [ParentGroup("nhs_region", (Parent(code, f"nhs_region {code[-3:]}", 2, True),))]


def test_what_is_offered_is_what_is_shown() -> None:
    """The number beside a choice is the number of areas that the choice leads to."""
    for area_type, on in (("ltla", END_OF_2023), ("ccg", date(2021, 3, 31)), ("sub_icb", date(2024, 3, 31))):
        codes = geography.standing(REAL, area_type, on)
        for group in geography.parents_of_list(REAL, codes, area_type, on):
            for parent in group.parents:
                assert REAL.area(parent.area_code, group.area_type).name == parent.name
                shown = geography.inside(REAL, parent.area_code, area_type, on, codes).area_codes
                assert len(shown) == parent.count >= 2


@pytest.mark.parametrize(
    ("parent", "area_type"),
    [(None, "ltla"), (ENGLAND, "region"), (NORTH, "ltla"), (NHS_REGION_NOW, "icb"), (ICB, "sub_icb"), (WHOLE, "ltla")],
)  # fmt: skip
def test_the_type_listed_in_a_parent(parent: str | None, area_type: str, small: Register) -> None:
    assert geography.listed_type(small, parent) == area_type


def test_types_that_have_ended_are_listed_as_on_their_last_day(small: Register) -> None:
    today = date(2026, 11, 22)
    assert geography.last_day(small, "ccg", today) == BEFORE_ICB
    assert geography.last_day(small, "ltla", today) == today
    assert geography.standing(small, "ccg", today) == (CCG,)
    assert geography.standing(small, "icb", date(2016, 1, 1)) == (ICB, OTHER_ICB)


@pytest.mark.parametrize(("n_areas", "covered"), [(9, True), (8, False), (10, True), (0, False)])
def test_nine_of_ten_areas_cover_a_type(n_areas: int, covered: bool, small: Register) -> None:
    ten = Register(small.area_types, [area(f"E0700000{place}", "ltla") for place in range(10)])
    assert ten.covers_most("ltla", 2023, n_areas) is covered


def test_a_vintage_that_is_not_held_is_never_covered(small: Register) -> None:
    assert not small.covers_most("ltla", 1999, 500)


def test_the_day_of_a_view_is_the_last_of_its_period(asking: Callable[..., Context]) -> None:
    context = asking([])
    assert geography.day_of(context, view()) == END_OF_2023
    assert geography.day_of(context, view(period="2022-04-01/P1Y")) == date(2023, 3, 31)
    assert geography.day_of(context, view(period="2021-03-21/P1D")) == date(2021, 3, 21)
    # figures of old years on today's areas are still of old years
    assert geography.day_of(context, view(period="2013-01-01/P1Y", vintage=2023)) == date(2013, 12, 31)
    assert geography.day_of(context, view(period=None)) == date(2026, 11, 22)


# ---- similar and nearest -----------------------------------------------------------------------------


def test_similar_areas_of_either_code_of_a_land(small: Register) -> None:
    assert geography.similar(small, WHOLE) == (HALF, UNDER, OUTSIDE)
    assert geography.similar(small, BARNSLEY) == geography.similar(small, BARNSLEY_NOW) == (WHOLE,)
    assert geography.similar(small, OUTSIDE) == ()
    assert geography.same_land(small, BARNSLEY) == (BARNSLEY_NOW,)
    assert geography.same_land(small, MERGED) == ()


def test_a_code_is_taken_as_a_list_has_it(small: Register) -> None:
    assert geography.as_listed(small, [BARNSLEY_NOW, WHOLE, "E99999999"], {BARNSLEY, WHOLE}) == (
        BARNSLEY,
        WHOLE,
        "E99999999",
    )
    # both codes of one land are one area of the list; a list that has both keeps both
    assert geography.as_listed(small, [BARNSLEY, BARNSLEY_NOW], {BARNSLEY_NOW}) == (BARNSLEY_NOW,)
    assert geography.as_listed(small, [BARNSLEY, BARNSLEY_NOW], {BARNSLEY, BARNSLEY_NOW}) == (
        BARNSLEY,
        BARNSLEY_NOW,
    )


def test_two_codes_of_a_land_are_one_area(small: Register) -> None:
    assert geography.once_a_land(small, [WHOLE, BARNSLEY_NOW, BARNSLEY, WHOLE]) == (WHOLE, BARNSLEY_NOW)


@pytest.mark.parametrize(
    ("code", "on", "found"),
    [
        (BARNSLEY, date(2025, 3, 31), BARNSLEY),
        (BARNSLEY, date(2025, 4, 1), BARNSLEY_NOW),
        (BARNSLEY_NOW, date(2025, 3, 31), BARNSLEY),
        (OLD_EAST, date(2025, 4, 1), OLD_EAST),
    ],
)
def test_the_code_under_which_a_land_stands(code: str, on: date, found: str, small: Register) -> None:
    assert geography.standing_code(small, code, on) == found


def test_a_merger_of_two_is_not_the_same_land(small: Register) -> None:
    assert geography.same_land(small, OLD_EAST) == ()


def test_an_area_that_took_in_another_and_kept_its_code_is_not_the_same_land(small: Register) -> None:
    changes = [*successions(), Succession("ltla", OLD_EAST, WHOLE, date(2023, 4, 1), 1.0)]
    register = Register(
        small.area_types,
        areas(),
        memberships(),
        [change for change in changes if change.successor_code != MERGED],
    )
    assert geography.same_land(register, WHOLE) == ()
    assert geography.same_land(register, BARNSLEY) == (BARNSLEY_NOW,)


def test_the_nearest_area_is_the_smallest_that_stands(small: Register) -> None:
    found = [nearby.area_code for nearby in geography.nearest(small, UNDER, date(2026, 11, 22))]
    # both ICBs hold more than a quarter of it, the larger share first; the country comes last
    assert found == [COUNTY, OTHER_ICB, ICB, NORTH, NHS_REGION_NOW, ENGLAND, "K02000001"]


@pytest.mark.parametrize(("share", "near"), [(0.25, True), (0.2499, False)])
def test_a_quarter_is_near_and_less_is_not(share: float, near: bool, small: Register) -> None:
    links = [
        replace(link, share=share) if (link.child_code, link.parent_code) == (UNDER, ICB) else link
        for link in memberships()
    ]
    register = Register(small.area_types, areas(), links, successions(), (), SIMILAR)
    found = [nearby.area_code for nearby in geography.nearest(register, UNDER, date(2026, 11, 22))]
    assert (ICB in found) is near


@pytest.mark.parametrize(("share", "near"), [(0.5, True), (0.4999, False)])
def test_what_an_area_was_made_from_by_half_is_near(share: float, near: bool, small: Register) -> None:
    changes = [
        replace(change, share=share) if change.area_type == "sub_icb" else change for change in successions()
    ]
    register = Register(small.area_types, areas(), memberships(), changes)
    found = [nearby.area_code for nearby in geography.nearest(register, LATER_SUB_ICB, date(2026, 11, 22))]
    assert (SUB_ICB in found) is near


def test_of_areas_of_one_type_the_one_that_is_fewer_steps_away_goes_first() -> None:
    """What a district became, lies in itself, lies in through its county, and lay in before: all of one type."""
    became, own, beyond, before = "E47000001", "E47000002", "E47000003", "E47000004"
    ended = date(2023, 3, 31)
    register = Register(
        load_register().area_types,
        [
            area(OLD_EAST, "ltla", None, ended),
            area(COUNTY, "utla"),
            *(area(code, "combined_authority") for code in (became, own, beyond, before)),
        ],
        [
            Membership(OLD_EAST, "ltla", own, "combined_authority", date(2022, 7, 1), ended, 0.3),
            Membership(OLD_EAST, "ltla", COUNTY, "utla", None, ended, 1.0),
            Membership(COUNTY, "utla", beyond, "combined_authority", None, None, 0.9),
            Membership(OLD_EAST, "ltla", before, "combined_authority", None, date(2023, 3, 30), 1.0),
        ],
        [Succession("combined_authority", OLD_EAST, became, date(2023, 4, 1), 1.0)],
    )
    found = [nearby.area_code for nearby in geography.nearest(register, OLD_EAST, date(2026, 11, 22))]
    assert [code for code in found if code.startswith("E47")] == [became, own, beyond, before]


def test_what_an_ended_area_became_is_nearest(small: Register) -> None:
    found = geography.nearest(small, OLD_EAST, date(2026, 11, 22))
    assert found[0] == Nearby(MERGED, "ltla", 1.0)


def test_the_newest_figure_of_the_nearest_area_speaks(small: Register) -> None:
    near, far, country = (
        Nearby(COUNTY, "utla", 1.0),
        Nearby(NORTH, "region", 1.0),
        Nearby(ENGLAND, "england", 1.0),
    )
    old, new = date(2022, 12, 31), date(2023, 12, 31)
    candidates = (near, far, country)
    assert geography.nearest_with(candidates, {COUNTY: new, NORTH: new, ENGLAND: new}) == near
    assert geography.nearest_with(candidates, {COUNTY: old, NORTH: new, ENGLAND: new}) == far
    # the country only where no other has one, be its figure ever so new
    assert geography.nearest_with(candidates, {COUNTY: old, ENGLAND: new}) == near
    assert geography.nearest_with(candidates, {ENGLAND: old}) == country
    assert geography.nearest_with(candidates, {}) is None


def test_the_real_order_of_nearness_goes_from_districts_to_the_kingdom() -> None:
    found = [nearby.area_type for nearby in geography.nearest(REAL, "E07000032", date(2026, 11, 22))]
    places = [REAL.area_types[kind].nearness for kind in found if kind not in ("ccg", "stp", "england", "uk")]
    assert places == sorted(places)
    assert found[-2:] == ["england", "uk"]


def test_of_two_days_as_near_the_later_is_taken(small: Register) -> None:
    """A parent that ended and came back: four days before and four days after the day asked for."""
    on, last, first = date(2023, 6, 15), date(2023, 6, 11), date(2023, 6, 19)
    links = [
        Membership(WHOLE, "ltla", COUNTY, "utla", None, last, 1.0),
        Membership(HALF, "ltla", COUNTY, "utla", first, None, 1.0),
    ]
    found = geography.inside(Register(small.area_types, areas(), links), COUNTY, "ltla", on, [WHOLE, HALF])
    assert (found.on, found.area_codes) == (first, (HALF,))
    day_before = on.replace(day=14)
    register = Register(small.area_types, areas(), links)
    found = geography.inside(register, COUNTY, "ltla", day_before, [WHOLE, HALF])
    assert (found.on, found.area_codes) == (last, (WHOLE,))


def test_an_area_that_has_little_of_what_one_lies_in_is_not_near() -> None:
    def register(share: float) -> Register:
        return Register(
            load_register().area_types,
            [area(WHOLE, "ltla"), area(ICB, "icb"), area(NHS_REGION, "nhs_region"), area(ENGLAND, "england")],
            [
                Membership(WHOLE, "ltla", ICB, "icb", None, None, 1.0),
                Membership(ICB, "icb", NHS_REGION, "nhs_region", None, None, share),
            ],
        )

    def near(share: float) -> list[str]:
        return [nearby.area_code for nearby in geography.nearest(register(share), WHOLE, date(2026, 11, 22))]

    assert near(geography.NEAR_SHARE) == [ICB, NHS_REGION, ENGLAND]
    assert near(geography.NEAR_SHARE - 0.001) == [ICB, ENGLAND]


def test_what_an_area_lay_in_goes_before_what_its_heir_lies_in() -> None:
    register = Register(
        load_register().area_types,
        [
            area(OLD_EAST, "ltla", None, date(2023, 3, 31)),
            area(MERGED, "ltla", date(2023, 4, 1)),
            area(NORTH, "region"),
            area(SOUTH, "region"),
            area(CCG, "ccg", None, BEFORE_ICB),
        ],
        [
            Membership(OLD_EAST, "ltla", NORTH, "region", None, BEFORE_ICB, 0.5),
            Membership(MERGED, "ltla", SOUTH, "region", date(2023, 4, 1), None, 1.0),
        ],
        [Succession("ltla", OLD_EAST, MERGED, date(2023, 4, 1), 1.0)],
    )
    found = geography.nearest(register, OLD_EAST, date(2026, 11, 22))
    assert [nearby.area_code for nearby in found] == [MERGED, NORTH, SOUTH]
