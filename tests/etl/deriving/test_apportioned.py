"""Estimates of before a boundary moved: literal figures, a slow twin, and both sides of each rule."""

from __future__ import annotations

from datetime import date
from statistics import quantiles
from typing import Any

import pandas as pd
import pytest

from etl.deriving.apportioned import estimated, is_estimated
from etl.deriving.lands import is_joined, joined, same_land
from etl.deriving.recent_trends import trend_rows
from etl.frames.observations import typed
from geodata.register import load_register
from geodata.succession import standing_for
from indicators.catalogue import catalogue
from indicators.merged_areas import ESTIMATED_METHOD
from indicators.notes import not_compared
from indicators.statistics import intervals
from indicators.store.writing import OBSERVATION_COLUMNS

REGISTER, CATALOGUE = load_register(), catalogue()
RECOVERY, REFERRALS = "talking-therapies-recovery-rate", "talking-therapies-referrals"
BEFORE = "2020-04-01/P1Y"
MANCHESTER, DERBYSHIRE = "E54000007", "E54000012"
MANCHESTER_NOW, DERBYSHIRE_NOW = "E54000057", "E54000058"
WHY = "Not compared: a part of its land moved, and the figure of that part is estimated."


def row(area_code: str, numerator: float | None, denominator: float | None, **more: Any) -> dict[str, Any]:
    known = numerator is not None and denominator is not None
    return {
        **dict.fromkeys(OBSERVATION_COLUMNS),
        "indicator_id": RECOVERY,
        "period": BEFORE,
        "sex": "persons",
        "age": "all",
        "breakdown": "all",
        "area_code": area_code,
        "numerator": numerator,
        "denominator": denominator,
        "value": 100 * numerator / denominator if known else None,  # type: ignore[operator]
        "status": "ok" if known else "suppressed",
        "interval_method": "Wilson score" if known else "none",
        "note": "",
        "route": 0,
        "release_id": "first",
        **more,
    }


def count(area_code: str, value: float, **more: Any) -> dict[str, Any]:
    return {**row(area_code, None, None), "indicator_id": REFERRALS, "value": value, "status": "ok", **more}


def partnerships(*own: dict[str, Any], rate: float = 0.5, spread: float = 0.04) -> list[dict[str, Any]]:
    """The 42 partnerships of 2020, odd counts of 10,001 people each, half ``spread`` below ``rate`` and half above it."""
    given = {found["area_code"] for found in own}
    others = sorted(REGISTER.codes("stp", 2020) - given)
    rows = [
        row(code, round(10_001 * (rate + (spread if place % 2 else -spread))), 10_001)
        for place, code in enumerate(others)
    ]
    return [*own, *rows]


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return typed(pd.DataFrame(list(rows))[list(OBSERVATION_COLUMNS)])


def estimates(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = estimated(frame(*rows), REGISTER, CATALOGUE)
    return found[is_estimated(found)].set_index("area_code").to_dict("index")  # type: ignore[return-value]


# ---- literal figures -------------------------------------------------------------------------------------


def test_glossop_moved_from_greater_manchester_to_derbyshire() -> None:
    found = estimates(*partnerships(row(MANCHESTER, 17_001, 34_003), row(DERBYSHIRE, 10_501, 19_501)))
    derbyshire, manchester = found[DERBYSHIRE_NOW], found[MANCHESTER_NOW]
    # 10,501 + 0.0124 × 17,001 and 19,501 + 0.0124 × 34,003, in whole people
    assert (derbyshire["numerator"], derbyshire["denominator"]) == (10_712, 19_923)
    assert derbyshire["value"] == pytest.approx(100 * 10_712 / 19_923)
    assert (manchester["numerator"], manchester["denominator"]) == (16_790, 33_581)
    # the ends of the middle nine tenths are 46% and 54%; 0.0124 × 34,003 people may differ by 4 points
    bound = 100 * 0.0124 * 34_003 * 0.04 / (19_501 + 0.0124 * 34_003)
    _, lower, upper = intervals.proportion(10_712, 19_923, 100, confidence=0.95)
    assert derbyshire["lower_ci_95"] == pytest.approx(float(lower) - bound, abs=0.003)
    assert derbyshire["upper_ci_95"] == pytest.approx(float(upper) + bound, abs=0.003)
    assert bound == pytest.approx(0.0847, abs=1e-4)
    assert derbyshire["interval_method"] == ESTIMATED_METHOD
    assert derbyshire["note"] == (
        "Estimated from the areas it was made of: Joined Up Care Derbyshire, 1.2% of Greater Manchester Health and Social "
        f"Care Partnership. {WHY}"
    )
    assert not_compared(derbyshire["note"])


def test_the_other_boards_of_2022_and_those_of_2026() -> None:
    found = estimates(*partnerships())
    made = {code: found[code]["denominator"] for code in found}
    assert {
        # Nottingham and Nottinghamshire with Bassetlaw, and South Yorkshire without it
        "E54000060": round(10_001 * 1.0758),
        "E54000061": round(10_001 * 0.9242),
        # Birmingham and Solihull with West Birmingham, and the Black Country without it
        "E54000055": round(10_001 * 1.1144),
        "E54000062": round(10_001 * 0.8856),
        # Hampshire and Isle of Wight, and Surrey and Sussex, with their parts of Frimley
        "E54000067": round(10_001 * 1.228),
        "E54000069": round(10_001 * 2.2008),
    }.items() <= made.items()
    # of Essex, and of Thames Valley where all are of one size, more than a quarter stands in parts that moved
    assert not {"E54000066", "E54000070"} & set(made)
    larger = estimates(*partnerships(row("E54000044", 9_001, 18_001)))
    assert larger["E54000070"]["denominator"] == round(18_001 + 0.5712 * 10_001)


def test_before_a_location_the_shares_of_several_steps_are_taken_together() -> None:
    ccgs = sorted(REGISTER.codes("ccg", 2018))
    found = estimates(
        *(row(code, 5_001 + place % 2, 10_001, period="2018-04-01/P1Y") for place, code in enumerate(ccgs))
    )
    # NHS Surrey Heartlands was made of four groups in 2020, and gave 0.66% to West Sussex in 2023
    assert found["E38000264"]["note"].startswith(
        "Estimated from the areas it was made of: 99.3% of NHS East Surrey CCG and NHS North West Surrey CCG and NHS Surrey "
        "Downs CCG and NHS Guildford and Waverley CCG together."
    )


def test_the_note_names_the_largest_share_first() -> None:
    assert estimates(*partnerships())["E54000065"]["note"].startswith(
        "Estimated from the areas it was made of: NHS Bedfordshire, Luton and Milton Keynes Integrated Care Board, 98.2% of "
        "Cambridgeshire and Peterborough, 78.7% of "
    )


def test_a_divided_county_is_not_estimated() -> None:
    """Cumbria, of 2021: more than half of each heir's land is not the county's other part."""
    others = sorted(REGISTER.codes("utla", 2021) - {"E10000006"})
    learning = "employment-rate-learning-disability"
    rows = [
        row(code, 51, 1_001, indicator_id=learning, age="18-64", period="2021-04-01/P1Y")
        for code in ["E10000006", *others]
    ]
    assert estimates(*rows) == {}


def test_counts_are_taken_by_share_with_the_part_as_the_bound() -> None:
    others = sorted(REGISTER.codes("stp", 2020) - {MANCHESTER, DERBYSHIRE})
    rows = [count(MANCHESTER, 100_001), count(DERBYSHIRE, 30_001), *(count(code, 20_001) for code in others)]
    found = estimates(*rows)
    assert found[DERBYSHIRE_NOW]["value"] == 31_241
    assert pd.isna(found[DERBYSHIRE_NOW]["lower_ci_95"])
    assert found[DERBYSHIRE_NOW]["interval_method"] == "none"
    # South Yorkshire lost 7.58%, which is 8.2% of what it keeps; the Black Country 11.44%, which is 12.9%
    assert found["E54000061"]["value"] == round(20_001 * 0.9242)
    assert "E54000062" not in found


# ---- a slow twin, over every area ------------------------------------------------------------------------


def slowly(rows: list[dict[str, Any]], on: date) -> dict[str, tuple[float, float, float]]:
    """(numerator, denominator, bound in points) of each area that may be estimated, written out one by one."""
    given = {found["area_code"]: (found["numerator"], found["denominator"]) for found in rows}
    ratios = sorted(numerator / denominator for numerator, denominator in given.values())
    cuts = quantiles(ratios, n=20, method="inclusive")
    low, high = cuts[0], cuts[-1]
    found = {}
    for area in REGISTER:
        if area.area_type != "icb" or area.start_on is None or area.start_on <= on:
            continue
        parts = [
            part for part in standing_for(REGISTER, area.area_code, on) if part.area_type in ("stp", "icb")
        ]
        if not any(part.share < 0.9995 for part in parts) or any(
            part.area_code == area.area_code for part in parts
        ):
            continue
        numerator = denominator = little = moved = 0.0
        for part in parts:
            cases, people = given[part.area_code]
            numerator += part.share * cases
            denominator += part.share * people
            smaller = min(part.share, 1 - part.share) if part.share < 0.9995 else 0.0
            little += smaller * people
            moved += smaller * people * max(abs(high - cases / people), abs(cases / people - low))
        if little <= 0.25 * denominator and moved / denominator <= 0.02:
            found[area.area_code] = (round(numerator), round(denominator), 100 * moved / denominator)
    return found


@pytest.mark.parametrize(("rate", "spread"), [(0.5, 0.04), (0.3, 0.09), (0.5, 0.14), (0.06, 0.02)])
def test_against_the_slow_twin(rate: float, spread: float) -> None:
    rows = partnerships(rate=rate, spread=spread)
    rows = [{**found, "numerator": found["numerator"] + place * 7} for place, found in enumerate(rows)]
    found = estimates(*rows)
    twin = slowly(rows, date(2021, 3, 31))
    assert set(found) == set(twin)
    for code, (numerator, denominator, bound) in twin.items():
        assert (found[code]["numerator"], found[code]["denominator"]) == (numerator, denominator)
        _, lower, upper = intervals.proportion(numerator, denominator, 100, confidence=0.95)
        assert found[code]["lower_ci_95"] == pytest.approx(max(float(lower) - bound, 0), abs=1e-6)
        assert found[code]["upper_ci_95"] == pytest.approx(min(float(upper) + bound, 100), abs=1e-6)


# ---- both sides of each rule -----------------------------------------------------------------------------


def test_beyond_two_points_there_is_no_estimate() -> None:
    # 11.44% of the Black Country among 1.1144 times as many people, from one end of the range to the other
    assert 0.1144 / 1.1144 * 2 * 0.097 < 0.02 < 0.1144 / 1.1144 * 2 * 0.098
    assert "E54000055" in estimates(*partnerships(spread=0.097))
    assert "E54000055" not in estimates(*partnerships(spread=0.098))


@pytest.mark.parametrize("many", [9, 10])
def test_too_few_areas_do_not_tell_how_far_areas_lie_apart(many: int) -> None:
    rows = partnerships(row(MANCHESTER, 17_001, 34_003), row(DERBYSHIRE, 10_501, 19_501))[:many]
    assert (DERBYSHIRE_NOW in estimates(*rows)) is (many == 10)


def test_how_far_areas_lie_apart_is_told_by_those_of_its_type_that_stood_then() -> None:
    own = partnerships(row(MANCHESTER, 17_001, 34_003), row(DERBYSHIRE, 10_501, 19_501))
    # clinical groups of then and a board of later lie much further apart
    others = [row(code, 1, 10_001) for code in sorted(REGISTER.codes("ccg", 2020))]
    later = [row(code, 1, 10_001) for code in ("E54000050", "E54000051")]
    alone, among_others = (
        found[DERBYSHIRE_NOW] for found in (estimates(*own), estimates(*own, *others, *later))
    )
    limits = ["lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"]
    assert [among_others[name] for name in limits] == [alone[name] for name in limits]


@pytest.mark.parametrize(("people", "is_told"), [(0.0, False), (1.0, True)])
def test_an_area_with_one_person_has_a_ratio_and_one_with_nobody_has_none(
    people: float, is_told: bool
) -> None:
    ten = partnerships(row(MANCHESTER, 17_001, 34_003), row(DERBYSHIRE, 10_501, 19_501))[:9]
    last = sorted(REGISTER.codes("stp", 2020))[-1]
    rows = [*ten, {**row(last, 1, 1), "denominator": people}]
    assert (DERBYSHIRE_NOW in estimates(*rows)) is is_told


def test_a_hidden_or_illustrative_or_missing_part_gives_no_estimate() -> None:
    for part in (
        row(MANCHESTER, None, None),
        row(MANCHESTER, 5_000, 10_001, status="suppressed"),
        row(MANCHESTER, 17_001, 34_003, status="illustrative"),
        row(MANCHESTER, 17_001, 34_003, release_id="second"),
    ):
        assert DERBYSHIRE_NOW not in estimates(*partnerships(part))
    without = [found for found in partnerships() if found["area_code"] != MANCHESTER]
    assert DERBYSHIRE_NOW not in estimates(*without)


def test_the_publishers_own_figure_and_a_whole_sum_stay() -> None:
    own = row(DERBYSHIRE_NOW, 100, 1_000)
    found = estimated(frame(own, *partnerships()), REGISTER, CATALOGUE)
    assert found.loc[found["area_code"] == DERBYSHIRE_NOW, "value"].tolist() == [10.0]
    # what merged whole is summed, not estimated
    assert not set(estimates(*partnerships())) & {"E54000071"}


def test_a_period_after_the_change_is_not_estimated() -> None:
    rows = [{**found, "period": "2022-07-01/P1Y"} for found in partnerships()]
    assert DERBYSHIRE_NOW not in estimates(*rows)


def test_means_and_published_rates_are_not_estimated() -> None:
    rows = [{**found, "indicator_id": "employment-rate"} for found in partnerships()]
    given = frame(*rows)
    assert estimated(given, REGISTER, CATALOGUE) is given


def test_a_doubtful_part_makes_a_doubtful_estimate() -> None:
    found = estimates(*partnerships(row(MANCHESTER, 17_001, 34_003, status="unreliable")))
    assert found[DERBYSHIRE_NOW]["status"] == "unreliable"
    assert found["E54000061"]["status"] == "ok"


def test_estimates_are_joined_figures_that_no_trend_is_judged_from() -> None:
    years = [f"{year}-04-01/P1Y" for year in range(2017, 2022)]
    rows = [
        {**found, "period": year, "value": 40.0 + place, "numerator": 4_003.0 + 501 * place}
        for place, year in enumerate(years)
        for found in partnerships()
    ]
    whole = joined(same_land(frame(*rows), REGISTER), REGISTER, CATALOGUE)
    found = estimated(whole, REGISTER, CATALOGUE)
    assert is_joined(found)[is_estimated(found)].all()
    trends = trend_rows(found[found["area_code"].isin([DERBYSHIRE_NOW, DERBYSHIRE])], CATALOGUE)
    by_area = trends.set_index("area_code")
    assert by_area.loc[DERBYSHIRE, "direction"] == "increasing"
    assert by_area.loc[DERBYSHIRE_NOW, "direction"] == "not_calculated"
    assert "estimated" in by_area.loc[DERBYSHIRE_NOW, "reason"]
