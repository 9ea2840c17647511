"""Groups of areas that a reader makes: how a code is read, what is counted once, and what is refused."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import groups
from geodata.groups import CUSTOM, BadGroup, code_of, group_code, is_group, parse_group, plain_code
from geodata.register import UnknownArea, load_register

REGISTER = load_register()
DERBY, NOTTINGHAM, CANTERBURY, KENT = "E06000015", "E06000018", "E07000106", "E10000016"
BARNSLEY_BEFORE, BARNSLEY = "E08000016", "E08000038"
COUNCILS = sorted(REGISTER.codes("ltla", 2024))


@pytest.mark.parametrize(
    "text",
    [
        "custom:E06000018+E06000015",
        "custom:E06000018 E06000015",  # as the query of an address gives a plus sign
        "CUSTOM:e06000015+e06000018+E06000015",
        "custom:E06000018%2BE06000015",
    ],
)
def test_a_group_has_one_code_however_it_is_written(text: str) -> None:
    assert is_group(text)
    assert code_of(text, REGISTER) == ("custom:E06000015+E06000018", ())


def test_a_name_is_carried_by_the_code_and_survives_every_character() -> None:
    name = "Derby, Notts & 50% + “more” ~ #1?"
    code, _ = code_of("custom:E06000018+E06000015", REGISTER, name)
    assert REGISTER.area(code).name == name
    assert groups.name_in(code) == name
    assert plain_code(code) == "custom:E06000015+E06000018"
    assert not set(code) & set(" ,#?&%") - {"%"}
    assert code_of(code, REGISTER, "another") == (code, ())


def test_without_a_name_a_group_is_called_by_its_members() -> None:
    assert REGISTER.area("custom:E06000018+E06000015").name == "Derby and Nottingham"
    assert REGISTER.area("custom:E06000018+E06000015+E07000106").name == "Canterbury and 2 other areas"


def test_the_register_answers_for_a_group() -> None:
    code = "custom:E06000015+E06000018"
    area = REGISTER.area(code)
    assert (area.area_code, area.area_type, area.is_live) == (code, CUSTOM, True)
    assert REGISTER.types_of(code) == (CUSTOM,)
    assert REGISTER.land_types(code) == (CUSTOM, "ltla", "utla")
    assert REGISTER.land_types(f"custom:{CANTERBURY}+{NOTTINGHAM}") == (CUSTOM, "ltla")
    assert code in REGISTER and "custom:E06000015+X" not in REGISTER
    assert REGISTER.area(code, CUSTOM) == area
    with pytest.raises(UnknownArea, match="not of type ltla"):
        REGISTER.area(code, "ltla")
    members = REGISTER.children(code, "ltla")
    assert [(member.child_code, member.share) for member in members] == [(DERBY, 1.0), (NOTTINGHAM, 1.0)]
    assert REGISTER.children(code, "icb") == ()


def test_two_codes_of_one_land_count_once_and_it_is_said() -> None:
    code, notes = code_of(f"custom:{BARNSLEY_BEFORE}+{BARNSLEY}+{DERBY}", REGISTER)
    assert code == f"custom:{DERBY}+{BARNSLEY}"
    assert notes == ("Barnsley was given under two codes, and counts once.",)


def test_a_member_inside_another_counts_once_and_it_is_said() -> None:
    code, notes = code_of(f"custom:{CANTERBURY}+{KENT}+{NOTTINGHAM}", REGISTER)
    assert code == f"custom:{NOTTINGHAM}+{KENT}"
    assert notes == ("Canterbury lies in Kent, and counts once.",)
    assert parse_group(code, REGISTER).area_type == "utla"


def test_a_group_of_one_area_is_that_area() -> None:
    code, notes = code_of("custom:e06000018", REGISTER, "Mine")
    assert (code, notes) == (NOTTINGHAM, ("A group of one area is that area: Nottingham.",))
    assert code_of(f"custom:{CANTERBURY}+{KENT}", REGISTER)[0] == KENT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("custom:", "names no area"),
        (f"custom:{NOTTINGHAM}+{DERBY}+E12000001", r"North East \(E12000001\) is not of the same type"),
        (f"custom:E07000026+E06000063+{NOTTINGHAM}", r"Allerdale \(E07000026\) did not stand in 2025"),
        (f"custom:{'+'.join(COUNCILS[:61])}", "names 61 areas; at most 60"),
        (f"custom:{DERBY}+{NOTTINGHAM}~{'x' * 81}", "81 characters; at most 80"),
        ("custom:E37000012+E37000032", "Birmingham and Solihull and Stoke.* both hold .*, which would count"),
    ],
)
def test_what_cannot_be_put_together_is_refused_with_the_odd_one(text: str, words: str) -> None:
    with pytest.raises(BadGroup, match=words):
        code_of(text, REGISTER)
    assert REGISTER.types_of(text) == ()


def test_a_member_that_is_not_known_is_named() -> None:
    for text in (f"custom:{DERBY}+E06999999", f"custom:{DERBY}+custom:{NOTTINGHAM}"):
        with pytest.raises(UnknownArea) as caught:
            code_of(text, REGISTER)
        assert not isinstance(caught.value, BadGroup)
    with pytest.raises(UnknownArea, match=r"^E06999999$"):
        code_of(f"custom:{DERBY}+E06999999", REGISTER)


def test_districts_of_a_past_year_may_be_put_together() -> None:
    assert parse_group("custom:E07000026+E07000028+E07000029", REGISTER).area_type == "ltla"


def test_what_is_no_group_stays_as_it_is() -> None:
    assert code_of(" e06000018 ", REGISTER) == (NOTTINGHAM, ())
    assert plain_code(NOTTINGHAM) == NOTTINGHAM and groups.name_in(NOTTINGHAM) == ""
    with pytest.raises(UnknownArea):
        code_of("E06999999", REGISTER)


def test_a_file_is_named_in_plain_letters() -> None:
    assert groups.file_code("custom:E06000015+E06000018~A%2BB") == "group-of-2-areas"
    assert groups.file_code(NOTTINGHAM) == NOTTINGHAM


@settings(deadline=None)
@given(st.lists(st.sampled_from(COUNCILS), min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(codes: list[str], chance: random.Random) -> None:
    code, notes = code_of(f"custom:{'+'.join(codes)}", REGISTER)
    chance.shuffle(codes)
    assert code_of(f"custom:{' '.join([*codes, codes[0]])}", REGISTER) == (code, notes)
    if is_group(code):
        assert group_code(parse_group(code, REGISTER)) == code
        assert set(parse_group(code, REGISTER).codes) == set(codes)
