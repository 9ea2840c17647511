"""What an area lies in, what lies in it, what it was made from, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from dashboard.address.context import Context
from dashboard.queries.areas import (
    areas_like,
    areas_of_type,
    codes_of_land,
    described,
    ended_on,
    fate_of,
    former_forms,
    group_of,
    last_day_of,
    stands,
    surroundings,
)
from geodata.register import Area, Membership, Register, load_register

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
    SIMILAR,
    SOUTH,
    STP,
    SUB_ICB,
    UNDER,
    WHOLE,
    areas,
    memberships,
    successions,
)

Asking = Callable[..., Context]
TODAY = date(2026, 11, 22)


def test_an_area_stands_under_any_of_its_types(asking: Asking) -> None:
    context = asking([])
    assert stands(context, WHOLE) and stands(context, MERGED)
    assert not stands(context, OLD_EAST) and not stands(context, CCG)
    assert ended_on(context, WHOLE) is None
    assert ended_on(context, OLD_EAST) == date(2023, 3, 31)
    # a CCG until 2022, and a sub-ICB location until 2023
    assert ended_on(context, CCG) == date(2023, 3, 31)
    register = context.register
    assert last_day_of(context, register.area(OLD_EAST)) == date(2023, 3, 31)
    assert last_day_of(context, register.area(WHOLE)) == TODAY
    assert [form.area_type for form in former_forms(context, register.area(CCG, "ccg"))] == ["sub_icb", "ccg"]


def test_an_area_is_described_by_its_region_and_its_end(asking: Asking) -> None:
    context = asking([])
    whole = described(context, context.register.area(WHOLE))
    assert (whole.region.area_code if whole.region else None, whole.ended_on) == (NORTH, None)
    old = described(context, context.register.area(OLD_EAST))
    assert (old.region.area_code if old.region else None, old.ended_on) == (NORTH, date(2023, 3, 31))
    assert described(context, context.register.area(ENGLAND)).region is None


def test_a_code_that_changed_without_a_change_of_land_has_not_ended(asking: Asking) -> None:
    context = asking([])
    register = context.register
    for code in (BARNSLEY, BARNSLEY_NOW):
        area = register.area(code)
        assert stands(context, code)
        assert fate_of(context, area) is None
        assert described(context, area).ended_on is None
        assert surroundings(context, area) == surroundings(context, register.area(BARNSLEY_NOW))
        assert surroundings(context, area).made_from == ()
        assert [(used.area_code, used.start_on, used.end_on) for used in codes_of_land(context, area)] == [
            (BARNSLEY_NOW, date(2025, 4, 1), None),
            (BARNSLEY, None, date(2025, 3, 31)),
        ]
    assert codes_of_land(context, register.area(WHOLE)) == ()


def test_what_became_of_an_area(asking: Asking) -> None:
    context = asking([])
    register = context.register
    assert fate_of(context, register.area(WHOLE)) is None
    fate = fate_of(context, register.area(OLD_EAST))
    assert fate is not None and fate.ended_on == date(2023, 3, 31)
    [(day, [successor])] = fate.became
    assert (day, successor.area.area_code, successor.share) == (MERGER, MERGED, 1.0)
    assert fate.today == ()
    part = fate_of(context, register.area(SUB_ICB, "sub_icb"))
    assert part is not None and [found.share for _, [found] in part.became] == [0.6]


def codes(found: object) -> list[tuple[str, list[tuple[str, float]]]]:
    return [
        (members.area_type, [(member.area.area_code, member.share) for member in members.members])
        for members in found  # type: ignore[attr-defined]
    ]


def test_what_a_district_lies_in(asking: Asking) -> None:
    context = asking([])
    found = surroundings(context, context.register.area(WHOLE))
    assert dict(codes(found.parents)) == {
        "utla": [(COUNTY, 1.0)],
        "region": [(NORTH, 1.0)],
        "combined_authority": [(LATER, 1.0)],
        "lep": [(LEP, 1.0), (OTHER_LEP, 1.0)],
        "icb": [(ICB, 1.0)],
    }
    # two partnerships that each hold all of it overlap
    assert [members.area_type for members in found.parents if members.overlap] == ["lep"]
    assert found.children == () and found.made_from == () and found.former_parents == ()
    assert [area.area_code for area in found.similar] == [HALF, UNDER, OUTSIDE]
    assert not found.has_shares and not found.is_empty
    half = surroundings(context, context.register.area(HALF))
    assert [members.overlap for members in half.parents] == [False] * len(half.parents)
    assert half.has_shares


def test_what_lies_in_an_area_by_name_and_only_what_stood_on_its_day(asking: Asking) -> None:
    context = asking([])
    county = surroundings(context, context.register.area(COUNTY))
    assert codes(county.children) == [("ltla", [(WHOLE, 1.0), (HALF, 1.0), (UNDER, 1.0)])]
    board = surroundings(context, context.register.area(ICB))
    assert dict(codes(board.children)) == {
        "ltla": [(WHOLE, 1.0), (HALF, 0.5), (UNDER, 0.4999)],
        "sub_icb": [(LATER_SUB_ICB, 1.0)],
    }
    assert board.has_shares
    # the last day of an area that ended counts
    plan = surroundings(context, context.register.area(STP))
    assert codes(plan.children) == [("ccg", [(CCG, 1.0)])]
    assert codes(plan.parents) == [("nhs_region", [(NHS_REGION, 1.0)])]
    # a unitary authority is no district of itself
    merged = surroundings(context, context.register.area(MERGED, "utla"))
    assert merged.children == ()
    assert [(day, [member.area.area_code for member in made]) for day, made in merged.made_from] == [
        (MERGER, [OLD_EAST, OLD_WEST])
    ]
    # the country and the regions are not named as parents
    assert surroundings(context, context.register.area(SOUTH)).parents == ()


def test_what_an_area_lay_in_before(asking: Asking) -> None:
    context = asking([])
    # the code of a clinical commissioning group, which is a place of the board's no longer
    found = surroundings(context, context.register.area(NHS_REGION_NOW))
    assert found.former_parents == ()
    old = surroundings(context, context.register.area(CCG, "sub_icb"))
    assert [
        (former.member.area.area_code, former.area_type, former.ended_on) for former in old.former_parents
    ] == [(STP, "stp", BEFORE_ICB)]
    assert codes(old.parents) == [("icb", [(ICB, 1.0)])]


def in_country(asking: Asking, country: list[Area], links: list[Membership]) -> Context:
    """A context of another small country."""
    register = Register(load_register().area_types, country, links, successions(), (), SIMILAR)
    return replace(asking([]), register=register)


def test_what_an_area_left_and_came_back_to_or_comes_to_later_is_nothing_of_before(asking: Asking) -> None:
    left = Membership(WHOLE, "ltla", LEP, "lep", None, date(2021, 3, 31), 1.0)
    later = Membership(WHOLE, "ltla", STP, "stp", date(2027, 4, 1), None, 1.0)
    context = in_country(asking, areas(), [*memberships(), left, later])
    assert surroundings(context, context.register.area(WHOLE)).former_parents == ()
    # on its last day it is still there
    last = Membership(UNDER, "ltla", LEP, "lep", None, TODAY, 1.0)
    gone = Membership(HALF, "ltla", OTHER_LEP, "lep", None, TODAY - timedelta(days=1), 1.0)
    context = in_country(asking, areas(), [*memberships(), last, gone])
    before = {
        code: [
            former.member.area.area_code
            for former in surroundings(context, context.register.area(code)).former_parents
        ]
        for code in (UNDER, HALF)
    }
    assert before == {UNDER: [], HALF: [OTHER_LEP]}


def test_what_lies_in_an_area_is_in_the_order_of_names(asking: Asking) -> None:
    named = {WHOLE: "Zennor", HALF: "Alston", UNDER: "Matlock"}
    country = [replace(area, name=named.get(area.area_code, area.name)) for area in areas()]
    context = in_country(asking, country, memberships())
    [districts] = surroundings(context, context.register.area(COUNTY)).children
    assert [member.area.name for member in districts.members] == ["Alston", "Matlock", "Zennor"]


def test_a_form_that_goes_on_or_has_not_begun_is_no_former_one(asking: Asking) -> None:
    context = replace(asking([]), today=lambda: date(2022, 8, 1))
    # a sub-ICB location from July 2022 until March 2023, and a CCG before
    assert [form.area_type for form in former_forms(context, context.register.area(CCG, "sub_icb"))] == [
        "ccg"
    ]
    before = replace(asking([]), today=lambda: date(2023, 3, 1))
    assert former_forms(before, before.register.area(MERGED, "ltla")) == []


def test_five_areas_are_offered_for_a_name_that_is_no_code(asking: Asking) -> None:
    found = areas_like(asking([]), "ltla")
    assert len(found) == 5
    # what is beyond sixty letters is not looked at
    assert len(areas_like(asking([]), f"{' ' * 53}ltla 00")) == 5
    assert areas_like(asking([]), f"{' ' * 53}ltla 001") == areas_like(asking([]), "ltla 00")
    assert areas_like(asking([]), "ltla 001") != areas_like(asking([]), "ltla 00")


def test_areas_of_a_type_by_their_region(asking: Asking) -> None:
    context = asking([])
    assert context.register.area_type("ltla").grouped_by == "region"
    found = areas_of_type(context, "ltla")
    by_group = {
        group.group.area_code if group.group else None: [area.area_code for area in group.areas]
        for group in found.groups
    }
    assert by_group == {NORTH: [MERGED, WHOLE, HALF, UNDER, BARNSLEY_NOW], SOUTH: [OUTSIDE]}
    assert (found.count, found.until) == (6, None)
    assert BARNSLEY not in by_group[NORTH]
    south = areas_of_type(context, "ltla", SOUTH)
    assert [[area.area_code for area in group.areas] for group in south.groups] == [[OUTSIDE]]
    # a type that has ended says when
    plans = areas_of_type(context, "stp")
    assert (plans.count, plans.until) == (1, BEFORE_ICB)
    assert OTHER_ICB in {
        area.area_code for group in areas_of_type(context, "icb").groups for area in group.areas
    }


def test_similar_areas_are_one_group_where_they_can_be_put_together(register: Register) -> None:
    similar = register.similar("E08000035")[:10]
    code = group_of(register, similar)
    assert code == f"custom:{'+'.join(sorted(similar))}"
    # fewer than two, the same land twice, areas of two types, an unknown code
    for codes in (
        (),
        similar[:1],
        ("E08000016", "E08000038"),
        ("E08000035", "E37000001"),
        ("E08000035", "X99"),
    ):
        assert group_of(register, codes) == ""
