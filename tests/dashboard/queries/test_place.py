"""One place under all its borders: what shares people with it, what is one land with it, and whose figures its page has."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.answers.age import FRESH, Age
from dashboard.components.borders import borders_section
from dashboard.queries import place
from dashboard.queries.elsewhere import looked_for
from dashboard.queries.overlaps import NEARLY, Overlap, overlap, parts_of
from dashboard.queries.place import borders, lands_of, last_days, one_land, partly
from dashboard.queries.profile import main_lines, newest_main_each
from dashboard.serving.application import build_app
from geodata.people import residents
from geodata.register import Register
from tests.dashboard.queries.test_headlines import filled  # noqa: F401
from tests.dashboard.reading import main_of, words_of

SUPPORT = "talking-therapies-employment-support-rate"
TODAY, BEFORE = date(2026, 11, 30), date(2025, 12, 31)
LEEDS, LEEDS_15F, WEST_YORKSHIRE_ICB = "E08000035", "E38000225", "E54000054"
BLACK_COUNTRY_LEP, BLACK_COUNTRY_ICB = "E37000001", "E54000062"
FRIMLEY, BIRMINGHAM_LEP = "E54000034", "E37000012"
BARNSLEY = ("E08000016", "E08000038")
GEOGRAPHY = Path(__file__).resolve().parents[3] / "docs/geography.md"


def told(context: Context, code: str, *kinds: str) -> list[str]:
    """``Name: how much of the people here live there / how much of the people there live here``."""
    found = borders(context, context.register.area(code)).listed
    return [
        f"{border.area.name}: {sentences.people_share_words(border.of_area)} / "
        f"{sentences.people_share_words(border.of_border)}"
        for border in found
        if not kinds or border.area_type in kinds
    ]


@pytest.fixture
def today(context: Context) -> Context:
    return Context(context.settings, context.register, context.catalogue, context.store, lambda: TODAY)


def test_leeds(today: Context) -> None:
    assert told(today, LEEDS) == [
        "NHS West Yorkshire ICB – Leeds (15F): all / all",
        "Yorkshire and The Humber: all / about 15%",
        "West Yorkshire: all / about 35%",
        "Leeds City Region: all / about 35%",
        "NHS West Yorkshire Integrated Care Board: all / about 34%",
        "North East and Yorkshire: all / about 10%",
    ]


def test_the_black_country_is_a_partnership_a_board_and_its_one_location(today: Context) -> None:
    register = today.register
    for code, others in (
        (BLACK_COUNTRY_LEP, ["NHS Black Country ICB (D2P2L)", "NHS Black Country Integrated Care Board"]),
        (BLACK_COUNTRY_ICB, ["NHS Black Country ICB (D2P2L)", "Black Country"]),
    ):
        assert [border.area.name for border in lands_of(today, register.area(code))] == others
        assert told(today, code, "ltla", "combined_authority") == [
            "Sandwell: about 28% / all",
            "Dudley: about 27% / all",
            "Walsall: about 23% / all",
            "Wolverhampton: about 22% / all",
            "West Midlands: all / about 42%",
        ]
    # the group before it took in West Birmingham, and ended
    [group] = [
        border
        for border in borders(today, register.area(BLACK_COUNTRY_LEP)).listed
        if border.area_type == "ccg"
    ]
    assert (group.ended_on, round(group.of_border or 0, 2)) == (date(2022, 6, 30), 0.88)


def test_frimley_has_the_borders_of_its_last_day(today: Context) -> None:
    found = borders(today, today.register.area(FRIMLEY))
    assert found.on == date(2026, 3, 31)
    assert told(today, FRIMLEY, "utla", "lep") == [
        "Hampshire: about 23% / about 13%",
        "Surrey: about 20% / about 13%",
        "Thames Valley Berkshire: about 57% / about 46%",
        "Enterprise M3: about 43% / about 21%",
    ]
    assert told(today, FRIMLEY, "ltla")[3:6] == [
        "Rushmoor: about 13% / all",
        "Surrey Heath: about 10% / about 85%",
        "Hart: about 10% / about 76%",
    ]


def test_a_partnership_names_those_that_it_overlaps_with(today: Context) -> None:
    assert told(today, BIRMINGHAM_LEP, "lep") == [
        "Stoke-on-Trent and Staffordshire: about 20% / about 36%",
        "Worcestershire: about 14% / about 48%",
    ]
    assert borders(today, today.register.area(BIRMINGHAM_LEP)).inside == {"ltla": 9}


def test_barnsley_has_the_same_borders_under_both_codes(today: Context) -> None:
    old, new = (told(today, code) for code in BARNSLEY)
    assert old == new
    assert new[0] == "NHS South Yorkshire ICB – Barnsley (02P): all / all"


def test_boards_that_ended_are_named_after_those_that_stand(today: Context) -> None:
    """Waverley lay in two boards until March 2026."""
    assert told(today, "E07000216", "icb") == [
        "NHS Surrey and Sussex Integrated Care Board: all / about 4%",
        "NHS Surrey Heartlands Integrated Care Board: about 65% / about 8%",
        "NHS Frimley Integrated Care Board: about 35% / about 6%",
    ]


PARTNERSHIPS_THAT_ARE_A_BOARD = {
    "Black Country": 1.0,
    "Cornwall and Isles of Scilly": 1.0,
    "Coventry and Warwickshire": 1.0,
    "Dorset": 1.0,
    "Gloucestershire": 1.0,
    "Greater Cambridge and Greater Peterborough": 0.98,
    "Greater Manchester": 1.0,
    "Leeds City Region": 0.98,
    "Sheffield City Region": 1.0,
    "Stoke-on-Trent and Staffordshire": 1.0,
}
AUTHORITIES_THAT_ARE_A_BOARD = {
    "Cambridgeshire and Peterborough": 0.98,
    "Greater Manchester": 1.0,
    "South Yorkshire": 1.0,
    "West Yorkshire": 0.98,
}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("lep", PARTNERSHIPS_THAT_ARE_A_BOARD), ("combined_authority", AUTHORITIES_THAT_ARE_A_BOARD)],
)
def test_ten_partnerships_and_four_authorities_are_a_board(
    register: Register, kind: str, expected: dict[str, float]
) -> None:
    found = {}
    for area in register.vintage(kind, 2025):
        for board in register.vintage("icb", 2025):
            shared = overlap(register, area.area_code, board.area_code, BEFORE)
            if shared.is_one_land:
                found[area.name] = round(min(shared.of_first or 0, shared.of_second or 0), 2)
    assert found == expected


def test_just_below_the_limit_two_areas_are_not_one_land(register: Register) -> None:
    """Leicester and Leicestershire is the board without Rutland."""
    shared = overlap(register, "E37000021", "E54000015", BEFORE)
    assert shared.of_first == 1.0
    assert 0.96 < (shared.of_second or 0) < NEARLY and not shared.is_one_land


def test_the_overlap_of_a_partnership_and_a_board_is_that_of_their_councils(register: Register) -> None:
    """The slow way: people by council, from the memberships themselves."""
    people = residents()
    boards: dict[str, dict[str, float]] = {}
    for code in people:
        for link in register.parents(code, "icb", BEFORE, child_type="ltla"):
            boards.setdefault(link.parent_code, {})[code] = link.share
    for partnership in register.vintage("lep", 2025):
        members = [
            link.child_code
            for link in register.children(partnership.area_code, "ltla", BEFORE, parent_type="lep")
        ]
        whole = sum(people[code] for code in members)
        total = 0.0
        for board, shares in boards.items():
            shared = sum(people[code] * shares.get(code, 0.0) for code in members)
            found = overlap(register, partnership.area_code, board, BEFORE)
            swapped = overlap(register, board, partnership.area_code, BEFORE)
            assert found.of_first == pytest.approx(shared / whole, abs=1e-3)
            assert (found.of_first, found.of_second) == (swapped.of_second, swapped.of_first)
            total += found.of_first or 0.0
        assert total == pytest.approx(1.0, abs=1e-3)


def test_an_area_lies_in_its_own_parent_alone_whatever_councils_both_divide(register: Register) -> None:
    """A location lies in one board, though its neighbour in another board has a part of the same council."""
    for location in register.vintage("sub_icb", 2025):
        held = [
            board.name
            for board in register.vintage("icb", 2025)
            if overlap(register, location.area_code, board.area_code, BEFORE).of_first != 0
        ]
        assert len(held) == 1, (location.name, held)


def test_boards_that_divide_a_council_do_not_overlap(register: Register) -> None:
    boards = register.vintage("icb", 2025)
    assert len(boards) == 42
    for first in boards:
        for second in boards:
            if first != second:
                shared = overlap(register, first.area_code, second.area_code, BEFORE)
                assert (shared.of_first, shared.of_second) == (0.0, 0.0), (first.name, second.name)


def test_residents_that_are_not_known_are_no_share(register: Register) -> None:
    """Aylesbury Vale ended in 2020, a year before the Census."""
    day = date(2020, 3, 31)
    assert parts_of(register, "E07000004", day) == {"E07000004": 1.0}
    assert overlap(register, "E07000004", "E12000008", day).of_second is None
    assert sentences.people_share_words(None) == "not known"
    assert not Overlap(1.0, None).is_one_land and not Overlap(None, 1.0).is_one_land
    assert Overlap(1.0, NEARLY).is_one_land and not Overlap(NEARLY - 0.001, 1.0).is_one_land


def test_of_two_areas_on_the_same_land_the_newest_figure_is_taken(filled: Context) -> None:  # noqa: F811
    area = filled.register.area(BLACK_COUNTRY_ICB)
    lands = lands_of(filled, area)
    location, partnership = (border.area.area_code for border in lands)
    [known] = [
        row
        for row in newest_main_each(filled, [BLACK_COUNTRY_ICB])[BLACK_COUNTRY_ICB]
        if row["indicator_id"] == "talking-therapies-employment-support-rate"
    ]
    older = {**known, "area_code": location, "period": "2023-04-01/P1Y"}
    newer = {**known, "area_code": partnership, "period": "2024-04-01/P1Y"}
    [found] = one_land(filled, area, [], lands, {location: [older], partnership: [newer]})
    assert (found.area.area_code, found.parts, found.share) == (partnership, 4, 1.0)
    assert [line.row["period"] for line in found.lines] == ["2024-04-01/P1Y"]
    assert last_days(found.lines) == {known["indicator_id"]: date(2025, 3, 31)}
    # of two as new the smaller type
    same = {**older, "period": newer["period"]}
    [found] = one_land(filled, area, [], lands, {location: [same], partnership: [newer]})
    assert found.area.area_code == location
    # an illustrative or a missing one is none, and what the area has itself stays its own
    nothing = [
        {**newer, "status": "illustrative"},
        {**newer, "indicator_id": "employment-rate", "value": None},
    ]
    assert one_land(filled, area, [], lands, {location: [], partnership: nothing}) == ()
    own = main_lines(filled, [known])
    assert one_land(filled, area, own, lands, {location: [], partnership: [newer]}) == ()


BIRMINGHAM_ICB, BIRMINGHAM_15E, WEST_MIDLANDS_CA = "E54000055", "E38000258", "E47000007"


@pytest.fixture
def around(filled: Context, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:  # noqa: F811
    """What the areas around have figures of, by code and indicator; each test fills it."""
    found: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(
        place, "lines_around", lambda context, codes: {code: found.get(code, {}) for code in codes}
    )
    return found


def figure(context: Context, *, is_old: bool = False) -> Any:
    """A figure of the employment support rate."""
    row = next(
        row
        for row in newest_main_each(context, [BLACK_COUNTRY_ICB])[BLACK_COUNTRY_ICB]
        if row["indicator_id"] == SUPPORT
    )
    [line] = main_lines(context, [row])
    return replace(line, age=Age(years=4) if is_old else FRESH)


def test_a_board_with_two_thirds_of_the_people_lends_its_figures_and_says_so(
    filled: Context,  # noqa: F811
    around: dict[str, dict[str, Any]],
) -> None:
    found = borders(filled, filled.register.area(BIRMINGHAM_LEP))
    line = figure(filled)
    around |= {BIRMINGHAM_ICB: {SUPPORT: line}, "E54000063": {SUPPORT: line}}
    # the other board has 14% of the people
    assert partly(filled, found, set()) == {BIRMINGHAM_ICB: (line,)}
    assert partly(filled, found, {SUPPORT}) == {}
    drawn = words_of(
        str(
            borders_section(
                BIRMINGHAM_LEP,
                "the partnership",
                found,
                filled.register.area_types,
                {BIRMINGHAM_ICB: (line,)},
            )
        )
    )
    assert (
        "Integrated care board, partly the same land (66%) about 66% all Approximate for the partnership:"
        in drawn
    )
    assert "Employment support per 100 courses 29.3, 2025/26" in drawn
    assert "are approximate for the partnership and are not compared here." in drawn
    plain = words_of(
        str(borders_section(BIRMINGHAM_LEP, "the partnership", found, filled.register.area_types, {}))
    )
    assert "partly" not in plain and "pproximate for" not in plain


def test_a_figure_that_is_not_old_goes_before_that_of_a_smaller_area(
    filled: Context,  # noqa: F811
    around: dict[str, dict[str, Any]],
) -> None:
    found = borders(filled, filled.register.area(BIRMINGHAM_LEP))
    new, old = figure(filled), figure(filled, is_old=True)
    location = next(border.area.area_code for border in found.listed if border.area.name.endswith("(15E)"))
    around |= {BIRMINGHAM_ICB: {SUPPORT: new}, location: {SUPPORT: old}}
    assert partly(filled, found, set()) == {BIRMINGHAM_ICB: (new,)}
    around |= {BIRMINGHAM_ICB: {SUPPORT: new}, location: {SUPPORT: new}}
    assert partly(filled, found, set()) == {location: (new,)}


def test_five_figures_of_one_board_are_shown(
    filled: Context,  # noqa: F811
    around: dict[str, dict[str, Any]],
) -> None:
    found = borders(filled, filled.register.area(BIRMINGHAM_LEP))
    six = looked_for(filled)[:6]
    around |= {BIRMINGHAM_ICB: {entry.id: replace(figure(filled), indicator=entry) for entry in six}}
    [lines] = partly(filled, found, set()).values()
    assert [line.indicator.id for line in lines] == [entry.id for entry in six[:5]]


@pytest.mark.parametrize(("county", "listed", "counted"), [("E10000013", 6, None), ("E10000024", 0, 7)])
def test_six_districts_are_listed_and_seven_are_counted(
    county: str,
    listed: int,
    counted: int | None,
    filled: Context,  # noqa: F811
) -> None:
    """Gloucestershire has six, Nottinghamshire seven."""
    found = borders(filled, filled.register.area(county))
    districts = [border for border in found.listed if border.area_type == "ltla" and border.of_border == 1.0]
    assert (len(districts), found.inside.get("ltla")) == (listed, counted)


def test_what_holds_a_place_whole_and_what_has_ended_is_not_partly_the_same_land(
    filled: Context,  # noqa: F811
    around: dict[str, dict[str, Any]],
) -> None:
    found = borders(filled, filled.register.area(LEEDS))
    around |= {border.area.area_code: {SUPPORT: figure(filled)} for border in found.listed}
    assert partly(filled, found, set()) == {}
    # the West Midlands region holds the partnership whole, its partnership of before July 2022 58%
    found = borders(filled, filled.register.area(BIRMINGHAM_LEP))
    around |= {border.area.area_code: {SUPPORT: figure(filled)} for border in found.listed if border.ended_on}
    assert partly(filled, found, set()) == {}


# ---- pages -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(filled: Context) -> Any:  # noqa: F811
    return build_app(filled).server.test_client()


def section_of(pages: Any, code: str, name: str) -> str:
    page = main_of(pages.get(f"/areas/{code}").get_data(as_text=True))
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', page, re.DOTALL)
    return words_of(found[0]) if found else ""


def test_leeds_finds_the_figures_of_its_location_and_its_board(pages: Any) -> None:
    spine = section_of(pages, LEEDS, "figures")
    own, _, other = spine.partition("NHS West Yorkshire ICB – Leeds (15F): the same area as Leeds")
    assert "Employment, learning disability" in own and "Access to IPS" not in own
    assert "Access to IPS Per 100,000 10.2" in other
    around = section_of(pages, LEEDS, "elsewhere")
    assert (
        "Impairment at work, first score NHS West Yorkshire ICB (covers all of Leeds and 4 more districts), 2025/26 4.06"
        in around
    )
    # the board's figure is as old as that of the location
    assert "Access to IPS" not in around


def test_the_location_finds_the_figures_of_the_council(pages: Any) -> None:
    spine = section_of(pages, LEEDS_15F, "figures")
    assert "Leeds: the same area as NHS West Yorkshire ICB – Leeds (15F)" in spine
    assert "8.6%" in spine
    cards = section_of(pages, LEEDS_15F, "key-figures")
    assert "8.6%" in cards and "Leeds: the same area as NHS West Yorkshire ICB – Leeds (15F)" in cards


def test_the_black_country_partnership_finds_the_figures_of_its_board(pages: Any) -> None:
    spine = section_of(pages, BLACK_COUNTRY_LEP, "figures")
    assert "NHS Black Country ICB: the same four districts" in spine
    assert "Employment support per 100 courses" in spine and "29.3" in spine
    # an illustrative figure is nobody's
    assert "50.0%" not in section_of(pages, BLACK_COUNTRY_ICB, "figures")


def test_the_page_has_the_table_of_borders(pages: Any) -> None:
    words = section_of(pages, LEEDS, "borders")
    assert words.startswith("Leeds and its borders")
    assert "Sub-ICB location, the same area as Leeds all all" in words
    assert "West Yorkshire Combined authority all about 35%" in words
    black_country = section_of(pages, BLACK_COUNTRY_LEP, "borders")
    assert "2 areas that have ended" in black_country and "until 30 June 2022" in black_country
    assert "Borders are those of 30 November 2026." in words
    assert "Borders are those of 31 March 2026." in section_of(pages, FRIMLEY, "borders")
    assert section_of(pages, "E92000001", "borders") == ""


def test_the_example_of_the_documentation_is_true(today: Context) -> None:
    part = GEOGRAPHY.read_text(encoding="utf-8").split("## One place under all its borders")[1]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", part.split("\n## ")[0], re.MULTILINE)
    assert [f"{name}: {here} / {there}" for name, here, there in rows[1:]] == told(today, LEEDS)
