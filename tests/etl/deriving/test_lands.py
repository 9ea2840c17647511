"""One land under each of its codes, and areas that merged whole: literal figures, and both sides of each rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from etl.deriving.cross_check import Report
from etl.deriving.lands import (
    counts_of,
    differing,
    is_joined,
    joined,
    merged_wholes,
    rounding_bound,
    same_land,
    step_of,
)
from etl.frames.observations import typed
from etl.pipeline.precedence import winners_and_losers
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.statistics import intervals
from indicators.store.writing import OBSERVATION_COLUMNS

REGISTER, CATALOGUE = load_register(), catalogue()
BARNSLEY, BARNSLEY_NOW = "E08000016", "E08000038"
LEEDS = "E38000225"
NORTH, SOUTH_AND_EAST, WEST = LEEDS_BEFORE = "E38000094", "E38000095", "E38000096"
RECOVERY = "talking-therapies-recovery-rate"


def figure(area_code: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A row of the store's table: the employment rate of 2023 where nothing else is said."""
    return {
        **dict.fromkeys(OBSERVATION_COLUMNS),
        "indicator_id": "employment-rate",
        "period": "2023-01-01/P1Y",
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "area_code": area_code,
        "value": value,
        "status": "ok" if value is not None else "not_available",
        "interval_method": "none",
        "note": "",
        "route": 0,
        "release_id": "first",
        **more,
    }


def recovery(
    area_code: str, numerator: float | None, denominator: float | None, **more: Any
) -> dict[str, Any]:
    known = numerator is not None and denominator is not None
    given = {
        "indicator_id": RECOVERY,
        "period": "2017-04-01/P1Y",
        "age": "all",
        "numerator": numerator,
        "denominator": denominator,
        "status": "ok" if known else "suppressed",
        "interval_method": "Wilson score" if known else "none",
    }
    value = 100 * numerator / denominator if known else None  # type: ignore[operator]
    return figure(area_code, value, **{**given, **more})


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return typed(pd.DataFrame(list(rows))[list(OBSERVATION_COLUMNS)])


def lands(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = same_land(frame(*rows), REGISTER)
    assert not found["area_code"].duplicated().any()
    return found.set_index("area_code").to_dict("index")  # type: ignore[return-value]


def merged(*rows: dict[str, Any]) -> pd.DataFrame:
    return joined(frame(*rows), REGISTER, CATALOGUE)


# ---- one land, two codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "other"), [(BARNSLEY, BARNSLEY_NOW), (BARNSLEY_NOW, BARNSLEY)])
def test_a_figure_under_either_code_stands_under_both(given: str, other: str) -> None:
    found = lands(figure(given, 71.2, lower_ci_95=68.0, source_row=7), figure("E08000035", 74.0))
    assert found[given]["value"] == found[other]["value"] == 71.2
    assert found[other]["lower_ci_95"] == 68.0
    # the row of the publisher's file and the release go with it
    assert (found[other]["source_row"], found[other]["release_id"]) == (7, "first")
    assert found["E08000035"]["value"] == 74.0


def test_a_county_and_the_unitary_authority_on_its_land() -> None:
    found = lands(figure("E10000027", 3.1, note="Estimated."))
    assert found["E06000066"]["value"] == 3.1
    assert found["E06000066"]["note"] == "Estimated."


def test_areas_of_one_code_stay_as_they_are() -> None:
    given = frame(figure("E06000018", 66.1), figure("E10000006", 70.0))
    assert same_land(given, REGISTER) is given


def test_of_two_codes_in_one_edition_the_newest_counts_for_both() -> None:
    found = lands(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, 71.3))
    assert found[BARNSLEY]["value"] == found[BARNSLEY_NOW]["value"] == 71.3


def test_where_two_codes_of_one_land_differ_the_run_says_so() -> None:
    given = frame(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, 71.3))
    assert differing(given, REGISTER) == [
        "E08000038 and E08000016 are both Barnsley, and 1 of their figures differ; those of E08000038 are shown for both"
    ]
    assert differing(frame(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, 71.2)), REGISTER) == []
    # an older edition may differ: that is a revision
    assert differing(frame(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, 1, release_id="b")), REGISTER) == []


def test_a_code_that_the_publisher_gives_the_same_figure_keeps_its_own_row() -> None:
    found = lands(figure(BARNSLEY, 71.2, source_row=3), figure(BARNSLEY_NOW, 71.2, source_row=9))
    assert (found[BARNSLEY]["source_row"], found[BARNSLEY_NOW]["source_row"]) == (3, 9)


def test_a_code_that_the_publisher_gives_another_figure_has_the_row_of_the_one_shown() -> None:
    for newest in ({"value": 71.3}, {"value": 71.2, "status": "unreliable"}):
        found = lands(
            figure(BARNSLEY, 71.2, source_row=3), figure(BARNSLEY_NOW, **{"source_row": 9, **newest})
        )
        assert (found[BARNSLEY]["source_row"], found[BARNSLEY_NOW]["source_row"]) == (9, 9)


def test_a_value_goes_before_a_blank_but_not_before_a_hidden_one() -> None:
    found = lands(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, None))
    assert found[BARNSLEY_NOW]["value"] == 71.2
    hidden = lands(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, None, status="suppressed"))
    assert hidden[BARNSLEY]["status"] == "suppressed"
    assert pd.isna(hidden[BARNSLEY]["value"])


def test_the_edition_that_wins_gives_both_codes() -> None:
    found = lands(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, 70.0, release_id="second"))
    assert found[BARNSLEY_NOW]["value"] == 71.2


def test_groups_do_not_mix() -> None:
    given = frame(figure(BARNSLEY, 71.2), figure(BARNSLEY_NOW, 68.0, sex="female"))
    found = same_land(given, REGISTER)
    values = {(row.area_code, row.sex): row.value for row in found.itertuples()}
    assert values == {
        (BARNSLEY, "persons"): 71.2,
        (BARNSLEY_NOW, "persons"): 71.2,
        (BARNSLEY, "female"): 68.0,
        (BARNSLEY_NOW, "female"): 68.0,
    }


# ---- areas that merged whole -----------------------------------------------------------------------------


def test_leeds_before_its_three_groups_merged_is_their_sum() -> None:
    # NHS Talking Therapies 2017/18, persons of all ages
    counts = ((740, 1365), (775, 1545), (1455, 2770))
    rows = [recovery(code, *pair) for code, pair in zip(LEEDS_BEFORE, counts, strict=True)]
    found = merged(*rows).set_index("area_code").loc[LEEDS]
    assert (found["numerator"], found["denominator"]) == (2970, 5680)
    assert found["value"] == pytest.approx(52.28873239)
    # Wilson for 2,970 of 5,680 by hand; three areas are too few to tell that counts are rounded
    assert found["lower_ci_95"] == pytest.approx(50.98869, abs=1e-4)
    assert found["upper_ci_95"] == pytest.approx(53.58569, abs=1e-4)
    assert found["release_id"] == "first"
    assert found["interval_method"] == "Wilson score"
    assert found["note"] == (
        "Sum of the areas that merged into it: NHS Leeds North CCG, NHS Leeds South and East CCG, NHS Leeds West CCG."
    )


def rounded(numerator: float, denominator: float) -> pd.DataFrame:
    """Leeds in one group of people with these counts in each part, beside three more groups: all multiples of 5."""
    groups = {"a": (numerator, denominator), "b": (505, 1005), "c": (510, 1010), "d": (995, 2005)}
    found = merged(
        *(
            recovery(code, *counts, breakdown=f"group: {group}")
            for code in LEEDS_BEFORE
            for group, counts in groups.items()
        )
    )
    return found[(found["area_code"] == LEEDS) & (found["breakdown"] == "group: a")]


def test_rounded_counts_widen_the_interval() -> None:
    [row] = rounded(500, 1000).to_dict("records")
    # 1,500 of 3,000: Wilson 48.2119 to 51.7881; 2.5 each in three counts may move it by 7.5 × 1.5 / 3,000 = 0.375 points
    assert row["value"] == 50
    assert row["lower_ci_95"] == pytest.approx(48.2119 - 0.375, abs=1e-3)
    assert row["upper_ci_95"] == pytest.approx(51.7881 + 0.375, abs=1e-3)


@pytest.mark.parametrize(("numerator", "denominator", "many"), [(95, 190, 1), (95, 185, 0)])
def test_beyond_two_points_of_rounding_there_is_no_joined_rate(
    numerator: float, denominator: float, many: int
) -> None:
    # 7.5 × (1 + 95 / 190) / 570 is 1.97 points, 7.5 × (1 + 95 / 185) / 555 is 2.05
    assert len(rounded(numerator, denominator)) == many


def test_a_hidden_part_is_never_summed() -> None:
    found = merged(
        recovery(NORTH, 740, 1365), recovery(SOUTH_AND_EAST, None, None), recovery(WEST, 1455, 2770)
    )
    assert LEEDS not in set(found["area_code"])
    # nor one whose counts the publisher gives though it hides the rate
    rows = [recovery(code, 500, 1000) for code in (NORTH, WEST)]
    found = merged(*rows, recovery(SOUTH_AND_EAST, 3, 1000, status="suppressed"))
    assert LEEDS not in set(found["area_code"])


def test_parts_of_two_releases_are_not_summed() -> None:
    rows = [recovery(code, 500, 1000) for code in (NORTH, WEST)]
    found = merged(*rows, recovery(SOUTH_AND_EAST, 500, 1000, release_id="second"))
    assert LEEDS not in set(found["area_code"])


def test_the_publishers_own_figure_stays() -> None:
    rows = [recovery(code, 500, 1000) for code in LEEDS_BEFORE]
    found = merged(*rows, recovery(LEEDS, 100, 1000))
    assert found.loc[found["area_code"] == LEEDS, "value"].tolist() == [10.0]


def test_a_period_after_the_merger_is_not_joined() -> None:
    rows = [recovery(code, 500, 1000, period="2018-04-01/P1Y") for code in LEEDS_BEFORE]
    assert LEEDS not in set(merged(*rows)["area_code"])


def test_parts_made_in_several_ways_have_the_interval_of_the_sums() -> None:
    rows = [recovery(code, 500, 1000) for code in (NORTH, WEST)]
    found = merged(*rows, recovery(SOUTH_AND_EAST, 500, 1000, interval_method="widened"))
    assert found.set_index("area_code").loc[LEEDS, "interval_method"] == "Wilson score"


@pytest.mark.parametrize(("numerator", "is_shown"), [(500, True), (505, False)])
def test_all_of_a_whole_are_a_proportion_and_more_than_all_are_none(numerator: float, is_shown: bool) -> None:
    found = merged(*(recovery(code, numerator, 500) for code in LEEDS_BEFORE))
    assert found.loc[found["area_code"] == LEEDS, "value"].tolist() == ([100.0] if is_shown else [])


def test_wholes_are_of_a_type_asked_for_and_have_all_their_parts_and_no_figure() -> None:
    on = date(2018, 3, 31)

    def wholes(area_types: tuple[str, ...], *codes: str) -> set[str]:
        found = merged_wholes(REGISTER, area_types, frozenset(codes), on)
        return set() if found is None else set(found["whole"])

    assert wholes(("ccg",), *LEEDS_BEFORE) == {LEEDS}
    assert wholes(("ltla",), *LEEDS_BEFORE) == set()
    assert wholes(("ccg",), NORTH, WEST) == set()
    assert wholes(("ccg",), *LEEDS_BEFORE, LEEDS) == set()
    # a new code for the same land is no merger
    assert REGISTER.whole_forerunners(BARNSLEY_NOW, "ltla", on) == (BARNSLEY,)
    assert wholes(("ltla",), BARNSLEY) == set()


def test_counts_are_added_up_with_the_interval_of_their_sum() -> None:
    referrals = CATALOGUE["talking-therapies-referrals"]
    counted = referrals.routes[0].model_copy(update={"interval": "byar"})
    entry = referrals.model_copy(update={"routes": (counted, *referrals.routes[1:])})
    rows = [
        figure(code, value, indicator_id=entry.id, period="2017-04-01/P1Y", age="all")
        for code, value in zip(LEEDS_BEFORE, (10, 20, 34), strict=True)
    ]
    found = joined(frame(*rows), REGISTER, {entry.id: entry}).set_index("area_code").loc[LEEDS]
    _, lower, upper = intervals.rate(64, 1, 1)
    assert (found["value"], found["lower_ci_95"], found["upper_ci_95"]) == pytest.approx((64, lower, upper))


def test_figures_without_counts_have_no_columns_that_add_up() -> None:
    rate = CATALOGUE["employment-rate"]
    published = next(place for place, route in enumerate(rate.routes) if route.method == "published")
    assert counts_of(rate, published, frame(figure(LEEDS, 70.0))) == ()


def test_counts_are_added_up() -> None:
    rows = [
        figure(code, value, indicator_id="talking-therapies-referrals", period="2017-04-01/P1Y", age="all")
        for code, value in zip(LEEDS_BEFORE, (1000, 2000, 3000), strict=True)
    ]
    found = merged(*rows).set_index("area_code").loc[LEEDS]
    assert found["value"] == 6000


def test_published_rates_and_medians_are_not_joined() -> None:
    districts = ("E07000026", "E07000028", "E07000029")
    assert len(merged(*(figure(code, 70.0) for code in districts))) == 3
    pay = [figure(code, 500, indicator_id="median-weekly-pay", age="all") for code in districts]
    assert len(merged(*pay)) == 3


def test_a_divided_county_is_not_joined_to_what_it_became() -> None:
    """Cumbria, of 2021: neither Cumberland nor Westmorland and Furness gets a figure of it."""
    given = frame(
        figure(
            "E10000006", 5.0, indicator_id="employment-rate-learning-disability", period="2021-04-01/P1Y",
            numerator=50, denominator=1000,
        )
    )  # fmt: skip
    assert joined(same_land(given, REGISTER), REGISTER, CATALOGUE) is given


def test_parts_all_made_in_one_other_way_have_that_interval() -> None:
    rows = [recovery(code, 500, 1000, interval_method="widened") for code in LEEDS_BEFORE]
    assert merged(*rows).set_index("area_code").loc[LEEDS, "interval_method"] == "widened"


def test_illustrative_figures_are_not_joined() -> None:
    rows = [recovery(code, 500, 1000, status="illustrative") for code in LEEDS_BEFORE]
    assert len(merged(*rows)) == 3


def test_joined_figures_are_known_by_their_note() -> None:
    rows = [recovery(code, 500, 1000) for code in LEEDS_BEFORE]
    found = merged(*rows)
    assert is_joined(found).tolist() == [False, False, False, True]


@pytest.mark.parametrize("first", ["sum", "own"])
def test_a_publishers_own_figure_of_a_later_route_goes_before_a_sum_made_here(first: str) -> None:
    rows = [recovery(code, 500, 1000) for code in LEEDS_BEFORE]
    summed = merged(*rows)
    own = frame(recovery(LEEDS, 600, 1000, route=1, release_id="second"))
    frames = [summed.assign(source_id="alpha"), own.assign(source_id="beta")]
    winners, losers = winners_and_losers(frames if first == "sum" else frames[::-1], Report())
    assert winners.loc[winners["area_code"] == LEEDS, "value"].tolist() == [60.0]
    assert losers.loc[losers["area_code"] == LEEDS, "value"].tolist() == [50.0]


@pytest.mark.parametrize(
    ("counts", "step"),
    [
        ([5.0 * place for place in range(10)], 5),
        # fewer may be multiples of five by chance
        ([5.0 * place for place in range(9)], 0),
        ([100.0 * place for place in range(10)], 100),
        ([5.0 * place for place in range(10)] + [7.0], 0),
    ],
)
def test_counts_are_rounded_where_ten_or_more_are_multiples_of_five(counts: list[float], step: float) -> None:
    assert step_of(np.array(counts)) == step


def test_each_rounded_count_may_move_a_sum_by_half_a_step() -> None:
    size = pd.Series([3.0])
    assert rounding_bound(pd.DataFrame({"value": [100.0]}), size, ("value",), {"value": 5.0}).tolist() == [
        7.5
    ]
    counts = pd.DataFrame({"numerator": [50.0], "denominator": [200.0]})
    steps = {"numerator": 5.0, "denominator": 10.0}
    # of nobody there is no ratio
    nobody = rounding_bound(counts.assign(denominator=0.0), size, ("numerator", "denominator"), steps)
    assert nobody.isna().all()
    # 3 × (2.5 + 5 × 50/200) of 200
    assert rounding_bound(counts, size, ("numerator", "denominator"), steps).tolist() == [0.05625]
