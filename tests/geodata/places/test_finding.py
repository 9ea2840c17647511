"""Finding a place in the real tables: names, codes and postcodes as people type them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geodata.places import CODE, NEAR, SAME_WORDS, WHOLE_NAME, Match, Places
from geodata.places.spelling import spelled
from geodata.register import Area, load_register

REGISTER = load_register()
NOTTINGHAM, BROXTOWE, CITY_OF_LONDON = "E06000018", "E07000172", "E09000001"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    yield Places(REGISTER, tmp_path_factory.mktemp("places"))


def first(places: Places, text: str) -> Match:
    return places.find(text, 50)[0]


def led_to(matches: list[Match]) -> list[str]:
    """The codes of the areas that matches lead to, in order, each once."""
    return list(dict.fromkeys(share.area_code for match in matches for share in match.areas))


# ---- names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "area_code"),
    [
        ("Nottingham", NOTTINGHAM),
        ("  NOTTINGHAM ", NOTTINGHAM),
        # the order of words, and little words
        ("Upon Tyne Newcastle", "E08000021"),
        ("newcastle tyne", "E08000021"),
        ("the city of bristol", "E06000023"),
        # saint, with and without a full stop
        ("St Helens", "E08000013"),
        ("Saint Helens", "E08000013"),
        ("st. helens", "E08000013"),
        ("Kingston upon Hull", "E06000010"),
        ("Hull", "E06000010"),
        # what a council is called beside its name
        ("Leeds City Council", "E08000035"),
        ("Broxtowe Borough Council", BROXTOWE),
        # old names
        ("Aylesbury Vale", "E06000060"),
        ("NHS Leeds CCG", "E38000225"),
        ("Allerdale", "E06000063"),
        # the name and the publisher's name of a sub-ICB location
        ("NHS West Yorkshire ICB – Leeds (15F)", "E38000225"),
        ("NHS West Yorkshire ICB - 15F", "E38000225"),
        ("NHS West Yorkshire ICB", "E54000054"),
        # towns, villages and wards
        ("Beeston", BROXTOWE),
        ("Hebden Bridge", "E08000033"),
        ("Chester-le-Street", "E06000047"),
        ("Keswick", "E06000063"),
    ],
)
def test_what_people_call_a_place_finds_its_area_first(places: Places, text: str, area_code: str) -> None:
    found = first(places, text)
    assert found.areas[0].area_code == area_code
    assert found.how in (WHOLE_NAME, SAME_WORDS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nottingam", "Nottingham"),
        ("Burmingham", "Birmingham"),
        ("middlesborough", "Middlesbrough"),
        ("sherwsbury", "Shrewsbury"),
        ("beaston", "Beeston"),
        ("ledes", "Leeds"),
        ("yrok", "York"),
        ("hebdon bridge", "Hebden Bridge"),
        ("barow in furnes", "Barrow-in-Furness"),
        ("todmordon", "Todmorden"),
        ("penzanse", "Penzance"),
        ("chesterlestreet", "Chester-le-Street"),
    ],
)
def test_a_slip_of_the_keyboard_is_forgiven_and_told(places: Places, text: str, name: str) -> None:
    found = places.find(text)
    assert name in [match.name for match in found[:3]]
    assert all(match.how == NEAR for match in found)


def test_a_name_in_several_councils_is_found_in_each_of_them(places: Places) -> None:
    castle = [match for match in places.find("Castle", 200) if match.name == "Castle"]
    assert {match.kind for match in castle} == {"ward"}
    assert len(led_to(castle)) == len(castle) == 18
    beeston = [match for match in places.find("beeston", 50) if match.name == "Beeston"]
    assert [(match.areas[0].area_code, match.kind, match.residents) for match in beeston] == [
        (BROXTOWE, "built_up_area", 51278),
        ("E06000056", "built_up_area", 804),
        ("E06000050", "parish", None),
        ("E07000143", "built_up_area", 590),
    ]


def test_a_place_that_lies_in_several_councils_names_the_main_one_first(places: Places) -> None:
    place = next(match for match in places.find("Hull", 20) if match.kind == "post_town")
    assert [(share.area_code, share.share) for share in place.areas] == [
        ("E06000010", 0.809),
        ("E06000011", None),
    ]
    assert place.point is not None and 53 < place.point[0] < 54


def test_the_beginning_of_a_name_finds_councils_before_villages(places: Places) -> None:
    names = [match.name for match in places.find("notting", 5)]
    assert names[:2] == ["Nottingham", "Nottinghamshire"]


def test_a_place_that_bears_its_councils_name_is_not_found_beside_it(places: Places) -> None:
    leeds = [match for match in places.find("Leeds", 50) if match.how == WHOLE_NAME]
    # the other is the parish in Kent
    assert led_to(leeds) == ["E08000035", "E07000110"]


def test_an_area_that_has_ended_comes_after_what_stands_there(places: Places) -> None:
    found = [match for match in places.find("Aylesbury Vale") if match.how == WHOLE_NAME]
    assert [(match.areas[0].area_code, match.via) for match in found] == [
        ("E06000060", "former"),
        ("E07000004", "own"),
    ]


def test_a_land_with_two_codes_is_found_under_the_one_that_stands(places: Places) -> None:
    assert led_to([first(places, "Barnsley")]) == ["E08000038"]
    postcode = places.postcode("S70 1AA")
    assert postcode and [share.area_code for share in postcode.areas] == ["E08000038"]


@settings(max_examples=300, deadline=None)
@given(area=st.sampled_from(list(REGISTER)))
def test_every_area_is_found_by_its_own_name_first_or_tied(places: Places, area: Area) -> None:
    found = places.find(area.name, 200)
    tied = [match for match in found if match.how in (CODE, WHOLE_NAME, SAME_WORDS)]
    code = next(
        (code for code in REGISTER.land(area.area_code) if REGISTER.area(code).is_live), area.area_code
    )
    assert code in led_to(tied)


@pytest.mark.parametrize("year", [2017, 2021, 2024])
def test_every_council_of_a_vintage_is_found_by_its_own_name(places: Places, year: int) -> None:
    for area in REGISTER.vintage("ltla", year):
        closest = [match for match in places.find(area.name, 50) if spelled(match.name) == spelled(area.name)]
        codes = set(led_to(closest))
        assert codes & set(REGISTER.land(area.area_code)), area


# ---- codes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "area_code"),
    [
        ("E06000018", NOTTINGHAM),
        ("e06000018", NOTTINGHAM),
        ("15F", "E38000225"),
        ("15f", "E38000225"),
        ("QWO", "E54000054"),
        ("52R", "E38000243"),
        ("E07000004", "E07000004"),
    ],
)
def test_a_code_finds_its_area(places: Places, text: str, area_code: str) -> None:
    assert [(match.how, match.areas[0].area_code) for match in places.find(text)] == [(CODE, area_code)]


def test_the_beginning_of_a_code_finds_those_that_begin_with_it(places: Places) -> None:
    codes = led_to(places.find("e0600001", 50))
    assert all(code.startswith("E0600001") for code in codes) and NOTTINGHAM in codes


# ---- postcodes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written", "known", "shares"),
    [
        ("NG7 2RD", "NG7 2RD", "NG7 2", [(NOTTINGHAM, 1.0)]),
        ("ng72rd", "NG7 2RD", "NG7 2", [(NOTTINGHAM, 1.0)]),
        (" nG7  2rd ", "NG7 2RD", "NG7 2", [(NOTTINGHAM, 1.0)]),
        ("N G 7 2 R D", "NG7 2RD", "NG7 2", [(NOTTINGHAM, 1.0)]),
        ("ng7-2rd", "NG7 2RD", "NG7 2", [(NOTTINGHAM, 1.0)]),
        ("NG7 2R", "NG7 2R", "NG7 2", [(NOTTINGHAM, 1.0)]),
        ("NG7 2", "NG7 2", "NG7 2", [(NOTTINGHAM, 1.0)]),
        ("NG72", "NG7 2", "NG7 2", [(NOTTINGHAM, 1.0)]),
        ("ng9 2", "NG9 2", "NG9 2", [(BROXTOWE, 0.7684), (NOTTINGHAM, 0.2316)]),
        ("NG9", "NG9", "NG9", [(BROXTOWE, 0.9563), (NOTTINGHAM, 0.0437)]),
        # nobody lives in the sector: its district
        ("EC1A 1BB", "EC1A 1BB", "EC1A", [(CITY_OF_LONDON, 1.0)]),
        ("e1", "E1", "E1", [("E09000030", 0.9896), (CITY_OF_LONDON, 0.0104)]),
    ],
)
def test_a_postcode_or_its_beginning(
    places: Places, text: str, written: str, known: str, shares: list[tuple[str, float]]
) -> None:
    found = places.postcode(text)
    assert found is not None
    assert (found.asked.written, found.known) == (written, known)
    assert [(share.area_code, share.share) for share in found.areas] == shares


def test_a_postcode_that_is_not_known_names_those_that_begin_alike(places: Places) -> None:
    beginning = places.postcode("EC1")
    assert beginning and [name for name, _ in beginning.near] == [
        "EC1A",
        "EC1M",
        "EC1N",
        "EC1R",
        "EC1V",
        "EC1Y",
    ]
    merged = places.postcode("EC2N 1AA")
    assert (
        merged
        and merged.areas == ()
        and {name for name, _ in merged.near} == {"EC2A", "EC2M", "EC2V", "EC2Y"}
    )
    abroad = places.postcode("CF10 1AA")
    assert abroad and (abroad.known, abroad.areas, abroad.near) == ("", (), ())


@pytest.mark.parametrize("text", ["Nottingham", "15F", "QWO", "E06000018", "", "12345678", "NG", "ZZ99"])
def test_what_is_no_postcode_is_not_taken_for_one(places: Places, text: str) -> None:
    assert places.postcode(text) is None


# ---- any text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "-", "(*[?", "北京", "xyzzyqk", "s"])
def test_text_like_no_name_finds_nothing(places: Places, text: str) -> None:
    assert places.find(text) == []
    assert places.find("nottingham", 0) == []


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE name; --",
        '" OR "1"="1',
        "NEAR(a b)",
        "%%__",
        "\x00\x1f",
        "a" * 200,
        "leeds " * 60,
        "{",
        "~" * 9,
    ],
)
def test_hostile_text_is_only_text(places: Places, text: str) -> None:
    assert len(places.find(text, 10)) <= 10
    places.postcode(text)
    # nothing was changed
    assert first(places, "Leeds").areas[0].area_code == "E08000035"


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(max_size=60) | st.from_regex(r"[A-Za-z]{1,2}[0-9]{1,2} ?[0-9]?[A-Za-z]{0,2}", fullmatch=True)
)
def test_any_text_gives_an_answer_without_an_error(places: Places, text: str) -> None:
    for match in places.find(text, 10):
        assert match.areas and all(share.area_code in REGISTER for share in match.areas)
    postcode = places.postcode(text)
    if postcode is not None and postcode.areas:
        assert abs(sum(share.share or 0 for share in postcode.areas) - 1) < 1e-9


@settings(max_examples=150, deadline=None)
@given(
    area=st.sampled_from(REGISTER.vintage("ltla", 2024)), at=st.integers(1, 60), how=st.sampled_from("ods")
)
def test_a_council_is_found_in_spite_of_one_slip(places: Places, area: Area, at: int, how: str) -> None:
    """A letter left out, doubled or swapped with the next, not the first of the name; unless that begins another name."""
    name = spelled(area.name)
    at = 1 + at % (len(name) - 1)
    slips = {"o": name[:at] + name[at + 1 :], "d": name[:at] + name[at] + name[at:]}
    slips["s"] = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    matches = places.find(slips[how], 12)
    found = led_to(matches)
    assume(all(match.how == NEAR for match in matches))
    assert matches and set(found) & set(REGISTER.land(area.area_code)), (slips[how], found)


def test_today_does_not_matter_to_the_index(places: Places) -> None:
    standing = {area.area_code for area in REGISTER if area.alive(date(2026, 11, 22))}
    assert led_to([first(places, "Sheffield")])[0] in standing
