"""The three main questions: whose figure answers for an area, in which order, and the sentences of five places."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.answers.headlines import StandIn
from dashboard.queries.headlines import _is_newer, headlines, waiting_sources
from dashboard.queries.overlaps import is_same, parts_of
from dashboard.queries.stand_ins import first_with, stand_ins
from dashboard.sentences import headlines as words
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store, schema
from tests.dashboard.conftest import ILLUSTRATIVE, RELEASE, _release, row

TODAY = date(2026, 11, 30)
ENGLAND = "E92000001"
NOTTINGHAM, LEEDS, BABERGH, BASILDON = "E06000018", "E08000035", "E07000200", "E07000066"
LEEDS_CCG, NOTTINGHAM_CCG, BLACK_COUNTRY_CCG, IPSWICH_CCG = "E38000225", "E38000243", "E38000250", "E38000086"
WEST_YORKSHIRE_ICB, NOTTINGHAM_ICB, BLACK_COUNTRY_ICB = "E54000054", "E54000060", "E54000062"
BLACK_COUNTRY_LEP, DORSET_LEP = "E37000001", "E37000009"
WEST_YORKSHIRE, WEST_MIDLANDS, WEST_MIDLANDS_REGION = "E47000003", "E47000007", "E12000005"
SUFFOLK_STP = "E54000023"
LEARNING = "employment-rate-learning-disability"
MENTAL = "employment-rate-secondary-mental-health"
ACCESS, EXPECTED = "ips-people-accessing-rate", "ips-access-of-expected"
FIRST, LAST = "talking-therapies-work-impairment-first", "talking-therapies-work-impairment-last"
SUPPORT, SICK_PAY = "talking-therapies-employment-support-rate", "talking-therapies-off-sick-pay-annual"
NET = "talking-therapies-net-movement-into-employment"
Y2020, Y2021, NINE, Y2025 = "2020-04-01/P1Y", "2021-04-01/P1Y", "2021-04-01/P9M", "2025-04-01/P1Y"
NOTHING = "Nothing submitted to the data set, or fewer than 5 people: not a count of none."

# indicator, period, area, value, lower and upper limit: real figures of the starter edition
FIGURES: tuple[tuple[str, str, str, float | None, float | None, float | None], ...] = (
    (LEARNING, Y2020, NOTTINGHAM, 1.2115, 0.6778, 2.1562),
    (LEARNING, Y2020, LEEDS, 8.5864, 7.4116, 9.9274),
    (LEARNING, Y2020, WEST_YORKSHIRE, 7.1354, 6.4973, 7.8309),
    (LEARNING, Y2020, WEST_MIDLANDS, 2.5986, 2.234, 3.0209),
    (LEARNING, Y2020, ENGLAND, 5.1407, 5.0236, 5.2604),
    (MENTAL, Y2020, NOTTINGHAM, 5.0, None, None),
    (MENTAL, Y2020, WEST_MIDLANDS_REGION, 7.0, None, None),
    (MENTAL, Y2020, ENGLAND, 9.0, None, None),
    (ACCESS, Y2020, LEEDS_CCG, 10.2326, 7.7081, 13.3194),
    (ACCESS, Y2020, NOTTINGHAM_CCG, 52.04, 46.8375, 57.6625),
    (ACCESS, Y2020, BLACK_COUNTRY_CCG, 73.5112, 67.9677, 79.3863),
    (ACCESS, Y2020, WEST_YORKSHIRE_ICB, 15.0734, 13.2076, 17.1289),
    (ACCESS, Y2020, IPSWICH_CCG, None, None, None),
    (ACCESS, Y2020, SUFFOLK_STP, 31.5, 27.2, 36.2),
    (ACCESS, Y2020, ENGLAND, 30.3585, 29.798, 30.927),
    (EXPECTED, NINE, LEEDS_CCG, 45.7327, 38.9206, 53.3939),
    (EXPECTED, NINE, ENGLAND, 62.8958, 61.8964, 63.9073),
    (FIRST, Y2025, WEST_YORKSHIRE_ICB, 4.0579, None, None),
    (LAST, Y2025, WEST_YORKSHIRE_ICB, 3.0404, None, None),
    (FIRST, Y2025, NOTTINGHAM_ICB, 3.8385, None, None),
    (LAST, Y2025, NOTTINGHAM_ICB, 3.0229, None, None),
    (FIRST, Y2025, ENGLAND, 3.7987, None, None),
    (LAST, Y2025, ENGLAND, 2.9057, None, None),
    (SUPPORT, Y2025, BLACK_COUNTRY_ICB, 29.2822, None, None),
    (SUPPORT, Y2025, ENGLAND, 47.4593, None, None),
    (SICK_PAY, Y2021, NOTTINGHAM_ICB, 6.2576, 5.8444, 6.6978),
    (SICK_PAY, Y2021, ENGLAND, 3.837, 3.7911, 3.8835),
)
# a spread by which a code is known to be of a type in a period
TYPES = {
    ACCESS: ("ccg", "stp"),
    EXPECTED: ("ccg",),
    FIRST: ("icb",),
    LAST: ("icb",),
    SUPPORT: ("icb",),
    SICK_PAY: ("icb",),
}
PERIODS = {ACCESS: Y2020, EXPECTED: NINE, FIRST: Y2025, LAST: Y2025, SUPPORT: Y2025, SICK_PAY: Y2021}


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    """The figures above, and illustrative ones of net movement and of learning disability in the Black Country LEP."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("headlines"), database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    store.create()
    observations = [
        {
            **row(indicator, code, period, value, None, age="all"),
            "lower_ci_95": lower,
            "upper_ci_95": upper,
            "status": "ok" if value is not None else "not_available",
            "note": "" if value is not None else NOTHING,
        }
        for indicator, period, code, value, lower, upper in FIGURES
    ]
    invented = {"age": "all", "status": "illustrative", "release_id": ILLUSTRATIVE}
    observations += [
        row(NET, LEEDS, Y2025, 3.0, None, **invented),
        row(LEARNING, BLACK_COUNTRY_LEP, Y2025, 50.0, None, **invented),
    ]
    trends = [
        {
            **{key: found[key] for key in ("indicator_id", "sex", "age", "breakdown", "area_code")},
            "periods_used": "[]",
            "latest_period": found["period"],
            "illustrative": found["status"] == "illustrative",
        }
        for found in observations
    ]
    spreads = [
        {
            "indicator_id": indicator, "period": PERIODS[indicator], "sex": "persons", "age": "all", "breakdown": "all",
            "area_type": kind, "period_end": "2025-01-01", "vintage": 2021, "n_values": 9, "n_areas": 9,
            "is_latest": True, "illustrative": False,
        }
        for indicator, kinds in TYPES.items()
        for kind in kinds
    ]  # fmt: skip
    with store.connections.writing() as connection:
        connection.execute(schema.release.insert(), [_release(RELEASE), _release(ILLUSTRATIVE)])
        connection.execute(schema.observation.insert(), observations)
        connection.execute(schema.trend.insert(), trends)
        connection.execute(schema.distribution.insert(), spreads)
    return Context(settings, register, indicators, store, lambda: TODAY)


def told(context: Context, area_code: str) -> list[str]:
    area = context.register.area(area_code)
    return [
        words.answer_sentence(answer, area) for found in headlines(context, area) for answer in found.answers
    ]


LEARNING_WORDS = "Adults with a learning disability known to their council in paid work, "
MENTAL_WORDS = "Adults in contact with secondary mental health services in paid work, "
ACCESS_WORDS = "People aged 18 to 69 who accessed Individual Placement and Support (IPS), "
EXPECTED_WORDS = "People who accessed IPS from April to December, of the number expected, "
SCORES = "Impairment at work, first score then last (0 is none, 8 is very severe), "
SUPPORT_WORDS = "Employment support appointments for finished courses of treatment, "
SICK_PAY_WORDS = "Courses that ended with the person no longer on sick pay, "
OVER_5 = "This figure is over 5 years old."
OVER_4 = "This figure is over 4 years old."
ENDED = f"{OVER_5} The measure ended in 2023/24."
NINE_MONTHS = "April to December 2021"


def test_nottingham(filled: Context) -> None:
    around = "(covers Nottingham)"
    assert told(filled, NOTTINGHAM) == [
        f"{LEARNING_WORDS}Nottingham, 2020/21: 1.2% (95% CI 0.7% to 2.2%), compared with 5.1% in England. {ENDED}",
        f"{MENTAL_WORDS}Nottingham, 2020/21: 5%. England: 9%. {ENDED}",
        f"{ACCESS_WORDS}NHS Nottingham and Nottinghamshire CCG {around}, 2020/21: 52.0 per 100,000 (95% CI 46.8 to 57.7). "
        f"{OVER_5}",
        f"{EXPECTED_WORDS}England, {NINE_MONTHS}: 62.9% (95% CI 61.9% to 63.9%). {OVER_4}",
        f"{SCORES}NHS Nottingham and Nottinghamshire ICB {around}, 2025/26: 3.84, then 3.02 points.",
        f"{SUPPORT_WORDS}England, 2025/26: 47.5 per 100.",
        f"{SICK_PAY_WORDS}NHS Nottingham and Nottinghamshire ICB {around}, 2021/22: 6.3% (95% CI 5.8% to 6.7%). {OVER_4}",
    ]


def test_leeds_has_the_figures_of_the_ccg_that_it_is(filled: Context) -> None:
    found = told(filled, LEEDS)
    assert found[0] == (
        f"{LEARNING_WORDS}Leeds, 2020/21: 8.6% (95% CI 7.4% to 9.9%), compared with 5.1% in England. {ENDED}"
    )
    assert found[2:5] == [
        f"{ACCESS_WORDS}NHS Leeds CCG (the same area as Leeds), 2020/21: 10.2 per 100,000 (95% CI 7.7 to 13.3). {OVER_5}",
        f"{EXPECTED_WORDS}NHS Leeds CCG (the same area as Leeds), {NINE_MONTHS}: 45.7% (95% CI 38.9% to 53.4%). {OVER_4}",
        f"{SCORES}NHS West Yorkshire ICB (covers Leeds), 2025/26: 4.06, then 3.04 points.",
    ]


def test_nhs_leeds_ccg_has_the_figures_of_the_council_that_it_is(filled: Context) -> None:
    found = told(filled, LEEDS_CCG)
    assert found[0] == (
        f"{LEARNING_WORDS}Leeds (the same area as NHS West Yorkshire ICB – Leeds (15F)), 2020/21: 8.6% (95% CI 7.4% to 9.9%), "
        f"compared with 5.1% in England. {ENDED}"
    )
    assert found[2] == (
        f"{ACCESS_WORDS}NHS Leeds CCG (its name then), 2020/21: 10.2 per 100,000 (95% CI 7.7 to 13.3). {OVER_5}"
    )


def test_west_yorkshire_icb(filled: Context) -> None:
    found = told(filled, WEST_YORKSHIRE_ICB)
    assert found[0] == (
        f"{LEARNING_WORDS}West Yorkshire combined authority (nearly the same area as NHS West Yorkshire ICB), 2020/21: 7.1% "
        f"(95% CI 6.5% to 7.8%), compared with 5.1% in England. {ENDED}"
    )
    assert found[2] == (
        f"{ACCESS_WORDS}West Yorkshire and Harrogate (Health and Care Partnership) (its name then), 2020/21: "
        f"15.1 per 100,000 (95% CI 13.2 to 17.1). {OVER_5}"
    )
    assert found[4] == f"{SCORES}NHS West Yorkshire ICB, 2025/26: 4.06, then 3.04 points."


def test_the_black_country_partnership_is_four_districts(filled: Context) -> None:
    around = "(covers the Black Country)"
    assert told(filled, BLACK_COUNTRY_LEP) == [
        f"{LEARNING_WORDS}the West Midlands combined authority {around}, 2020/21: 2.6% (95% CI 2.2% to 3.0%), compared with "
        f"5.1% in England. {ENDED}",
        f"{MENTAL_WORDS}the West Midlands region {around}, 2020/21: 7%. England: 9%. {ENDED}",
        f"{ACCESS_WORDS}NHS Black Country and West Birmingham CCG {around}, 2020/21: 73.5 per 100,000 (95% CI 68.0 to "
        f"79.4). {OVER_5}",
        f"{EXPECTED_WORDS}England, {NINE_MONTHS}: 62.9% (95% CI 61.9% to 63.9%). {OVER_4}",
        f"{SCORES}England, 2025/26: 3.80, then 2.91 points.",
        f"{SUPPORT_WORDS}NHS Black Country ICB (the same four districts), 2025/26: 29.3 per 100.",
        f"{SICK_PAY_WORDS}England, 2021/22: 3.8% (95% CI 3.8% to 3.9%). {OVER_4}",
    ]


def test_england(filled: Context) -> None:
    assert told(filled, ENGLAND)[:3] == [
        f"{LEARNING_WORDS}England, 2020/21: 5.1% (95% CI 5.0% to 5.3%). {ENDED}",
        f"{MENTAL_WORDS}England, 2020/21: 9%. {ENDED}",
        f"{ACCESS_WORDS}England, 2020/21: 30.4 per 100,000 (95% CI 29.8 to 30.9). {OVER_5}",
    ]


def test_where_nothing_was_submitted_the_next_area_speaks_and_it_is_said(filled: Context) -> None:
    area = filled.register.area(BABERGH)
    (access, *_) = headlines(filled, area)[1].answers
    assert words.answer_sentence(access, area).startswith(
        f"{ACCESS_WORDS}Suffolk and North East Essex sustainability and transformation partnership (covers Babergh), 2020/21: "
    )
    assert access.unsaid is not None
    assert words.unsaid_sentence(access.unsaid) == f"NHS Ipswich and East Suffolk CCG, 2020/21: {NOTHING}"


def test_illustrative_figures_never_count(filled: Context) -> None:
    for code in (LEEDS, BLACK_COUNTRY_LEP):
        area = filled.register.area(code)
        for found in headlines(filled, area):
            assert all(answer.line.row["status"] == "ok" for answer in found.answers)
        lacking = [lack.indicator.id for lack in headlines(filled, area)[2].lacking]
        assert lacking == [NET]
    assert (
        words.lacking_sentence(headlines(filled, area)[2])
        == "Not loaded: net movement into work during treatment."
    )


# ---- whose figure, in which order ----------------------------------------------------------------------


def offered(register: Register, code: str, among: dict[str, set[str]]) -> list[tuple[str, str]]:
    return [(place.area_code, place.relation) for place in stand_ins(register, code, TODAY, among)]


def test_what_waits_is_a_source_with_figures_for_this_kind_of_area_and_none_loaded(filled: Context) -> None:
    register, catalogue = filled.register, filled.catalogue
    waiting = waiting_sources(filled, register.area(NOTTINGHAM), catalogue[LEARNING])
    assert waiting and not any(source.is_loaded for source in waiting)
    of_councils = {
        route.publication for route in catalogue[LEARNING].routes if {"ltla", "utla"} & set(route.area_types)
    }
    assert all(of_councils.intersection(source.publications) for source in waiting)
    # access to IPS is loaded, and not published by council
    assert waiting_sources(filled, register.area(NOTTINGHAM), catalogue[ACCESS]) == ()


def test_of_two_figures_for_everybody_the_newer_counts_and_a_value_before_none() -> None:
    def row(period: str, value: float | None) -> dict[str, Any]:
        return {
            "indicator_id": ACCESS, "area_code": NOTTINGHAM, "period": period, "sex": "persons", "age": "all",
            "breakdown": "all", "value": value, "status": "ok" if value is not None else "suppressed",
        }  # fmt: skip

    old, new, none = row(Y2020, 1.0), row(Y2021, 2.0), row(Y2025, None)
    assert _is_newer(new, old) and not _is_newer(old, new) and not _is_newer(old, dict(old))
    assert _is_newer(old, none) and not _is_newer(none, new)


def test_the_order_is_own_same_around_country(register: Register) -> None:
    among = {
        "sub_icb": {LEEDS_CCG}, "ccg": {LEEDS_CCG}, "icb": {WEST_YORKSHIRE_ICB}, "combined_authority": {WEST_YORKSHIRE},
        "region": {"E12000003"}, "nhs_region": {"E40000012"}, "england": {ENGLAND}, "uk": {"K02000001"},
    }  # fmt: skip
    assert offered(register, LEEDS, among) == [
        (LEEDS, "own"),
        (LEEDS_CCG, "same"),
        (WEST_YORKSHIRE_ICB, "around"),
        (WEST_YORKSHIRE, "around"),
        ("E12000003", "around"),
        ("E40000012", "around"),
        (ENGLAND, "country"),
        ("K02000001", "country"),
    ]
    assert offered(register, LEEDS, {"nhs_region": {"E40000012"}}) == [
        (LEEDS, "own"),
        ("E40000012", "around"),
    ]


def test_a_country_is_held_by_nothing_but_the_kingdom(register: Register) -> None:
    among = {"region": {"E12000003"}, "england": {ENGLAND}, "uk": {"K02000001"}}
    assert offered(register, ENGLAND, among) == [(ENGLAND, "own"), ("K02000001", "country")]


def test_a_district_speaks_for_its_nhs_area_where_it_has_figures(register: Register) -> None:
    assert offered(register, LEEDS_CCG, {"ltla": {LEEDS}}) == [(LEEDS_CCG, "own"), (LEEDS, "same")]
    assert offered(register, LEEDS_CCG, {"ltla": {BABERGH}}) == [(LEEDS_CCG, "own")]


def test_of_two_that_hold_one_half_each_neither_speaks(register: Register) -> None:
    """The Dorset partnership is two councils, each of which is one of its two parts."""
    halves = parts_of(register, DORSET_LEP, TODAY)
    assert len(halves) == 2
    assert offered(register, DORSET_LEP, {"utla": set(halves)}) == [(DORSET_LEP, "own")]


def test_a_district_is_held_by_its_nhs_area_before_its_county(register: Register) -> None:
    among = {"utla": {"E10000012"}, "ccg": {"E38000007"}}
    assert offered(register, BASILDON, among)[1:] == [("E38000007", "around"), ("E10000012", "around")]


def test_an_area_by_both_codes_is_itself(register: Register) -> None:
    assert offered(register, "E08000016", {}) == [("E08000016", "own"), ("E08000038", "own")]


OWN, SAME, AROUND, COUNTRY = (
    StandIn("own", "ltla", "own"),
    StandIn("same", "ccg", "same"),
    StandIn("around", "icb", "around"),
    StandIn("country", "england", "country"),
)
ORDER = (OWN, SAME, AROUND, COUNTRY)


@pytest.mark.parametrize(
    ("held", "old", "first"),
    [
        ({"own", "same", "around", "country"}, {"own"}, OWN),  # its own goes first, old or not
        ({"same", "around"}, set(), SAME),
        ({"same", "around"}, {"same"}, AROUND),  # an old figure gives way to a newer one around it
        ({"same", "around"}, {"same", "around"}, SAME),
        ({"around", "country"}, {"around"}, AROUND),  # and never to England's
        ({"country"}, {"country"}, COUNTRY),
        (set(), set(), None),
    ],
)
def test_the_first_with_a_figure_speaks(held: set[str], old: set[str], first: StandIn | None) -> None:
    assert first_with(ORDER, held, old) == first


_CODES = st.sampled_from(["own", "same", "around", "country"])


@given(st.sets(_CODES), st.sets(_CODES))
def test_whoever_speaks_has_a_figure_and_nobody_of_the_area_itself_is_passed_over(
    held: set[str], old: set[str]
) -> None:
    found = first_with(ORDER, held, old & held)
    assert (found is None) == (not held)
    if found is not None:
        assert found.area_code in held
        assert found == OWN or "own" not in held
        assert found.relation != "country" or held == {"country"}


_SHARES = st.dictionaries(st.sampled_from("abc"), st.sampled_from([0.4, 0.9994, 0.9995, 1.0]))


@given(_SHARES, _SHARES)
def test_only_the_same_whole_districts_are_the_same(parts: dict[str, float], others: dict[str, Any]) -> None:
    whole = min((*parts.values(), *others.values()), default=0) >= 0.9995
    assert is_same(parts, others) == (whole and set(parts) == set(others))
    assert is_same(parts, others) == is_same(others, parts)
