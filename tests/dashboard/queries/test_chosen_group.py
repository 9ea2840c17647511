"""Which areas a pasted list means: nothing is dropped, and a group has two to sixty areas of one type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.queries.chosen_group import chosen_group, kinds_of_members
from geodata.groups import MOST_MEMBERS

NOTTINGHAM, DERBY, BRISTOL, RUSHCLIFFE, BROXTOWE = (
    "E06000018", "E06000015", "E06000023", "E07000176", "E07000172",
)  # fmt: skip
BARNSLEY_BEFORE, BARNSLEY, SHEFFIELD = "E08000016", "E08000038", "E08000039"
EAST_MIDLANDS, KENT = "E12000004", "E10000016"


def members(context: Context, *texts: str, area_type: str | None = None) -> list[str]:
    return [area.area_code for area in chosen_group(context, texts, area_type=area_type).members]


@pytest.mark.parametrize(
    "text",
    [
        "Nottingham\nDerby",
        "derby, NOTTINGHAM",
        "E06000018,E06000015",
        "e06000018 E06000015",
        "custom:E06000015+E06000018",
        "E06000018,Nottingham\r\nE06000015,Derby",
        '"Nottingham";"Derby"',
        "Nottingham\tDerby\n\n",
    ],
)
def test_codes_and_names_are_read_however_they_are_separated(context: Context, text: str) -> None:
    assert members(context, text) == [DERBY, NOTTINGHAM]


def test_a_name_may_hold_commas_of_its_own(context: Context) -> None:
    found = chosen_group(context, ["Bristol, City of, Bournemouth, Christchurch and Poole, Derby"])
    assert [area.area_code for area in found.members] == ["E06000058", BRISTOL, DERBY]
    assert not found.unmatched


def test_a_group_of_two_has_a_code_with_its_members_sorted(context: Context) -> None:
    found = chosen_group(context, ["Nottingham, Derby"], "  Two \n cities ")
    assert found.title == "Two cities"
    assert chosen_group(context, ["Nottingham, Derby"]).title == "Derby and Nottingham"
    assert (found.code, found.name, found.problem) == (f"custom:{DERBY}+{NOTTINGHAM}", "Two cities", "")


def test_what_names_no_area_is_named_with_areas_like_it(context: Context) -> None:
    found = chosen_group(context, ["Nottinghm\nDerby\nBeeston\nzzzzzz"], area_type="ltla")
    like = {piece.text: [area.area_code for area in piece.like] for piece in found.unmatched}
    assert list(like) == ["Nottinghm", "Beeston", "zzzzzz"]
    assert NOTTINGHAM in like["Nottinghm"]
    assert BROXTOWE in like["Beeston"]  # the town lies there
    assert like["zzzzzz"] == []
    assert (found.problem, found.code) == ("few", "")


def test_an_area_of_another_type_is_no_member(context: Context) -> None:
    found = chosen_group(context, ["Rushcliffe", "Broxtowe", EAST_MIDLANDS])
    assert found.area_type == "ltla"
    assert [area.area_code for area in found.other_type] == [EAST_MIDLANDS]
    assert [area.area_code for area in found.members] == [BROXTOWE, RUSHCLIFFE]


def test_the_type_is_the_one_that_most_areas_are_of(context: Context) -> None:
    assert chosen_group(context, ["Nottingham, Derby, Kent"]).area_type == "utla"
    assert chosen_group(context, ["Nottingham, Derby"]).area_type == "ltla"
    assert chosen_group(context, ["East Midlands, London"]).area_type == "region"


def test_two_codes_of_one_land_are_one_member(context: Context) -> None:
    found = chosen_group(context, [BARNSLEY_BEFORE, BARNSLEY, "Barnsley", SHEFFIELD], area_type="ltla")
    assert [area.area_code for area in found.members] == [BARNSLEY, SHEFFIELD]
    assert [area.area_code for area in found.repeated] == [BARNSLEY]


def test_a_group_has_at_most_sixty_areas(context: Context) -> None:
    codes = sorted(context.register.codes("ltla", 2024))
    assert chosen_group(context, codes[:MOST_MEMBERS]).code
    over = chosen_group(context, codes[: MOST_MEMBERS + 1])
    assert (over.problem, over.code, len(over.members)) == ("many", "", MOST_MEMBERS + 1)


def test_areas_that_overlap_are_refused_with_what_would_count_twice(context: Context) -> None:
    # Greater Birmingham and Solihull, and Stoke-on-Trent and Staffordshire
    found = chosen_group(context, ["E37000012", "E37000032"], area_type="lep")
    assert (found.problem, found.code) == ("refused", "")
    assert found.reason == (
        "Greater Birmingham and Solihull and Stoke-on-Trent and Staffordshire both hold Cannock Chase, which would count "
        "twice. Choose areas that do not overlap."
    )


def test_at_most_three_areas_are_offered_for_a_text(context: Context) -> None:
    [piece] = chosen_group(context, ["Northampton\nDerby", "Sout"], area_type="ltla").unmatched[-1:]
    assert len(piece.like) == 3


def test_nothing_given_is_no_mistake(context: Context) -> None:
    found = chosen_group(context, ["", " \n, ;"])
    assert (found.is_asked, found.problem, found.code) == (False, "", "")


def test_members_are_of_types_with_areas_of_their_own(context: Context) -> None:
    kinds = kinds_of_members(context.register)
    assert kinds[:2] == ("ltla", "utla")
    assert not {"england", "uk", "custom"} & set(kinds)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_piece_is_a_member_repeated_of_another_type_or_unmatched(
    context: Context, data: st.DataObject
) -> None:
    names = [area.name for area in context.register.vintage("ltla", 2024)]
    some = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=12))
    strange = data.draw(st.lists(st.from_regex(r"qx[a-z]{4}", fullmatch=True), unique=True, max_size=3))
    order = data.draw(st.permutations(some + strange))
    separator = data.draw(st.sampled_from(["\n", ", ", ";", "\t"]))
    found = chosen_group(context, [separator.join(order)], area_type="ltla")
    assert sorted(area.name for area in found.members) == sorted(some)
    assert sorted(piece.text for piece in found.unmatched) == sorted(strange)
    again = chosen_group(context, [separator.join(order), *order[:3]], area_type="ltla")
    assert (again.members, again.code) == (found.members, found.code)
