"""Both sides of every threshold, on figures as untidy as published ones: asymmetric, one-sided, on a limit.

Each table has the last case on one side of a rule, the case on the rule itself, and the first on the other side.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from indicators.statistics import (
    aggregation,
    comparison,
    disclosure,
    funnel,
    inequality,
    intervals,
    quality,
    ranks,
    relation,
    spine,
    trends,
)
from indicators.statistics.inputs import check_confidence, check_multiplier, normal_quantile, numbers

MISSING = math.nan
POLARITIES = ["high_is_good", "low_is_good", "none"]


# ---- comparison: limits are inclusive ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        # the whole interval above the benchmark of 50, by the least there is
        (50.1, 60.0, ["better", "worse", "higher"]),
        # a limit on the benchmark holds it, however lopsided the interval
        (50.0, 60.0, ["similar", "similar", "similar"]),
        (49.9, 60.0, ["similar", "similar", "similar"]),
        (20.0, 50.1, ["similar", "similar", "similar"]),
        (20.0, 50.0, ["similar", "similar", "similar"]),
        (20.0, 49.9, ["worse", "better", "lower"]),
        # an interval without width is above, on or below
        (50.1, 50.1, ["better", "worse", "higher"]),
        (50.0, 50.0, ["similar", "similar", "similar"]),
        (49.9, 49.9, ["worse", "better", "lower"]),
        # one limit alone compares nothing
        (MISSING, 60.0, ["not_compared"] * 3),
        (50.1, MISSING, ["not_compared"] * 3),
    ],
)
def test_a_limit_on_the_benchmark_is_similar(lower: float, upper: float, words: list[str]) -> None:
    value = lower if math.isnan(upper) else upper
    assert comparison.to_benchmark(value, lower, upper, 50.0, POLARITIES).tolist() == words


@pytest.mark.parametrize(
    ("value", "lower", "upper", "by_value", "by_interval"),
    [
        (49.9, 45.0, 49.9, ["worse", "better"], ["worse", "better"]),
        (50.0, 45.0, 50.0, ["better", "better"], ["similar", "similar"]),
        (50.1, 49.9, 55.0, ["better", "worse"], ["similar", "similar"]),
        (50.1, 50.0, 55.0, ["better", "worse"], ["better", "worse"]),
    ],
)
def test_a_target_is_met_on_it(
    value: float, lower: float, upper: float, by_value: list[str], by_interval: list[str]
) -> None:
    both = ["high_is_good", "low_is_good"]
    assert comparison.to_target(value, lower, upper, 50.0, both, False).tolist() == by_value
    assert comparison.to_target(value, lower, upper, 50.0, both, True).tolist() == by_interval


def test_a_target_without_polarity_is_not_judged() -> None:
    assert comparison.to_target(60, 55, 65, 50, "none", False) == "not_compared"
    assert comparison.to_target(60, 55, 65, 50, "none", True) == "not_compared"


# ---- bands and percentiles -----------------------------------------------------------------------------


def test_as_many_values_as_bands_are_banded_and_one_fewer_not() -> None:
    assert comparison.quantile_bands([30, 10, 20], 3, "low_is_good").tolist() == [3, 1, 2]
    assert comparison.quantile_bands([30, 10, 20], 3, "none").tolist() == [3, 1, 2]
    assert comparison.quantile_bands([30, 10, 20], 3, "high_is_good").tolist() == [1, 3, 2]
    assert comparison.quantile_bands([30, 10], 3, "low_is_good").tolist() == [0, 0]
    assert comparison.quantile_bands([30, 10, MISSING], 3, "low_is_good").tolist() == [0, 0, 0]
    assert comparison.quantile_bands([30, 10, MISSING, 20], 3, "low_is_good").tolist() == [3, 1, 0, 2]


def test_a_value_on_a_bound_takes_the_lower_band_and_ties_stay_together() -> None:
    # the bound between two bands of 1, 2, 3 is 2
    assert comparison.quantile_bands([1, 2, 3], 2, "low_is_good").tolist() == [1, 1, 2]
    assert comparison.quantile_bands([1, 2, 2.000001, 3], 2, "low_is_good").tolist() == [1, 1, 2, 2]
    assert comparison.quantile_bands([5, 5, 5, 5, 9], 5, "low_is_good").tolist() == [1, 1, 1, 1, 5]
    assert comparison.quantile_bands([5, 5, 5, 5, 9], 5, "high_is_good").tolist() == [5, 5, 5, 5, 1]


def test_groups_of_just_enough_and_too_few_values() -> None:
    values = [30, 10, 20, 7, 5]
    assert comparison.quantile_bands(values, 3, "none", [1, 1, 1, 0, 0]).tolist() == [3, 1, 2, 0, 0]
    assert np.isnan(comparison.percentiles(values, 0.5, [1, 1, 1, 0, 0])).all()


def test_four_values_have_percentiles_and_three_have_not() -> None:
    assert comparison.percentiles([4, 1, 3, 2], [0, 0.5, 1]).tolist() == [1, 2.5, 4]
    assert np.isnan(comparison.percentiles([4, 1, 3], [0.5])).all()
    assert np.isnan(comparison.percentiles([4, 1, 3, MISSING], [0.5])).all()
    assert comparison.percentiles([4, 1, 3, 2, MISSING], 0.5).tolist() == [2.5]
    for chance in (-0.000001, 1.000001):
        with pytest.raises(ValueError, match="expected a number from 0 to 1"):
            comparison.percentiles([1, 2, 3, 4], chance)


def test_one_value_has_both_extremes_and_none_has_neither() -> None:
    assert comparison.extremes([7, MISSING]) == (7, 7)
    assert np.isnan(comparison.extremes([MISSING])).all()


# ---- counts, proportions and their limits ----------------------------------------------------------------


def test_nine_events_take_exact_limits_and_ten_byars() -> None:
    for events, method in ((9, intervals.poisson), (9.999, intervals.poisson), (10, intervals.byar)):
        other = intervals.byar if method is intervals.poisson else intervals.poisson
        found = intervals.rate(events, 1000, 1000)
        assert found[1:] == pytest.approx(method(events), rel=1e-12)
        assert found[1:] != pytest.approx(other(events), rel=1e-6)
        assert found[0] == pytest.approx(events)


def test_a_rate_is_per_hundred_thousand_unless_said() -> None:
    assert intervals.rate(7, 1000)[0] == pytest.approx(700)
    assert aggregation.sum_rate([7], [1000]).value == pytest.approx(700)


def test_limits_are_clamped_and_never_cross_the_value() -> None:
    assert intervals.wilson(0, 10)[0] == 0
    assert intervals.wilson(10, 10)[1] == 1
    assert 0 < intervals.wilson(1, 10)[0] < 0.1
    assert 0.9 < intervals.wilson(9, 10)[1] < 1
    assert intervals.byar(3)[0] > 0
    # under z²/9 + … events Byar's bracket is below 0 and is held there
    assert intervals.byar(0.3)[0] == 0
    low, high = intervals.survey_proportion(2, 5, 100, 1)[1:]
    assert low == 0 and high < 1
    low, high = intervals.survey_proportion(98, 5, 100, 1)[1:]
    assert low > 0 and high == 1
    assert intervals.paired_movement(1, 0, 1)[2] == 1
    assert intervals.paired_movement(0, 1, 1)[1] == -1


@pytest.mark.parametrize(
    ("x_half", "y_half", "inside"),
    [
        # SE(x)² − p²·SE(y)², with p a half: 0.36 − 0.0625
        (0.6, 0.5, 0.2975),
        # on the edge, nothing is left
        (0.5, 1.0, 0.0),
        # beyond it, the sum in place of the difference
        (0.5, 1.2, 0.25 + 0.36),
    ],
)
def test_the_rule_of_survey_proportions_changes_sign_below_nothing(
    x_half: float, y_half: float, inside: float
) -> None:
    value, low, high = intervals.survey_proportion(50, x_half, 100, y_half)
    assert value == 0.5
    assert (high - value, value - low) == pytest.approx((math.sqrt(inside) / 100,) * 2, rel=1e-12)


def test_an_asymmetric_published_interval_grows_on_each_side_by_itself() -> None:
    growth = normal_quantile(0.998) / normal_quantile(0.95)
    low, high = intervals.published_to_998(10.0, 9.0, 14.0)
    assert (low, high) == pytest.approx((10 - growth, 10 + 4 * growth))
    # one side only
    assert intervals.published_to_998(10.0, 10.0, 14.0)[0] == 10
    assert intervals.published_to_998(10.0, 9.0, 10.0)[1] == 10
    # held at the ends of the scale, on them and not before
    assert intervals.published_to_998(10.0, 9.0, 14.0, 9.5, 12.0) == (9.0, 14.0)
    assert intervals.published_to_998(10.0, 9.0, 14.0, 0.0, 100.0) == pytest.approx((low, high))
    assert np.isnan(intervals.published_to_998(10.0, MISSING, 14.0)[0])


def test_a_gap_takes_the_near_and_the_far_half_of_each_interval() -> None:
    gap, low, high = intervals.difference(70.0, 69.0, 74.0, 60.0, 57.0, 62.0)
    assert (gap, low, high) == pytest.approx((10, 10 - math.hypot(1, 2), 10 + math.hypot(4, 3)))


@pytest.mark.parametrize("wrong", [-math.inf, math.inf])
def test_no_limit_is_without_end(wrong: float) -> None:
    with pytest.raises(ValueError, match="lower1 is -inf" if wrong < 0 else "upper1 is inf"):
        intervals.difference(1, min(wrong, 0), max(wrong, 2), 1, 0, 2)
    with pytest.raises(ValueError, match="p1 is"):
        intervals.difference(wrong, 0, 2, 1, 0, 2)


# ---- settings -------------------------------------------------------------------------------------------


def test_a_level_lies_strictly_between_nothing_and_all() -> None:
    for level in (1e-9, 0.5, 1 - 1e-9):
        assert check_confidence(level) == level
    for level in (0, 1, -0.1, 1.1, True, None):
        with pytest.raises(ValueError, match="expected a number between 0 and 1"):
            check_confidence(level)  # type: ignore[arg-type]


def test_a_multiplier_is_above_nothing_and_has_an_end() -> None:
    assert check_multiplier(1e-9) == 1e-9
    for multiplier in (0, -1, math.inf, MISSING):
        with pytest.raises(ValueError, match="expected a number above 0"):
            check_multiplier(multiplier)


# ---- groups of areas --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "is_shown", "is_judged"),
    [
        ([900, 100], True, True),
        ([899, 101], True, False),
        ([9, 1], True, True),
        ([8, 1], True, False),
        ([500, 500], True, False),
        ([499, 501], False, False),
    ],
)
def test_half_of_the_people_give_a_figure_and_nine_tenths_a_verdict(
    people: list[int], is_shown: bool, is_judged: bool
) -> None:
    found = aggregation.sum_proportion([30, MISSING], [100, MISSING], people)
    assert found.coverage == pytest.approx(people[0] / sum(people))
    assert np.isnan(found.value) != is_shown
    assert found.is_judged == is_judged
    assert found.reason == ("" if is_shown else "areas with figures hold less than 50% of the population")
    assert aggregation.enough_to_show(found.coverage) == is_shown
    assert aggregation.enough_to_judge(found.coverage) == is_judged


def test_a_group_without_a_figure_is_not_judged_whatever_its_coverage() -> None:
    found = aggregation.sum_proportion([[0, 0]], [[0, 0]], [[1, 1]])
    assert found.coverage == 1 and np.isnan(found.value) and not found.is_judged[0]
    assert not aggregation.enough_to_judge(MISSING) and not aggregation.enough_to_show(MISSING)


def test_a_threshold_of_coverage_is_a_share() -> None:
    for share in (0, 1):
        aggregation.sum_proportion([1], [2], minimum_coverage=share)
    for share in (-0.01, 1.01):
        with pytest.raises(ValueError, match="expected a share from 0 to 1"):
            aggregation.sum_proportion([1], [2], minimum_coverage=share)


def test_as_many_areas_as_are_asked_for_are_enough() -> None:
    for summed in (aggregation.sum_proportion, aggregation.sum_rate):
        assert summed([1, 2], [10, 10], minimum_areas=2).reason == ""
        assert summed([1], [10], minimum_areas=2).reason == "fewer than 2 areas of the group have figures"
        assert summed([1], [10]).reason == ""
        assert summed([MISSING], [10]).reason == "no area of the group has figures"
    survey = aggregation.sum_survey_proportion([1], [0.1], [10], [0.1])
    assert survey.reason == ""


def test_a_part_may_be_all_of_its_base_and_no_more() -> None:
    assert aggregation.sum_proportion([10], [10]).value == 1
    with pytest.raises(ValueError, match="at most the denominator"):
        aggregation.sum_proportion([10.001], [10])
    assert aggregation.sum_rate([11], [10], multiplier=1).value == pytest.approx(1.1)
    assert aggregation.sum_proportion([0, 0], [10, 20]).value == 0


# ---- survey quality ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "lower", "upper", "graded"),
    [
        (0.5, 0.4, 0.6, True),
        (0.5, 0.001, 0.9, True),
        (0.5, 0.0, 1.0, False),
        (0.5, -0.001, 1.0, False),
        (-0.5, -0.6, -0.4, True),
        (-0.5, -1.0, -0.001, True),
        (-0.5, -1.0, 0.0, False),
        (-0.5, -1.0, 0.001, False),
        (0.0, 0.0, 0.0, False),
    ],
)
def test_an_interval_that_touches_nothing_has_no_grade(
    value: float, lower: float, upper: float, graded: bool
) -> None:
    variation = quality.coefficient_of_variation(value, lower, upper)
    assert math.isnan(variation) != graded
    if graded:
        assert float(variation) == pytest.approx((upper - lower) / (2 * 1.959963984540054 * abs(value)))
    assert (str(quality.survey_grades(value, lower, upper, False)) == "") != graded


def test_a_variation_exactly_on_a_bound_takes_the_poorer_grade(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = np.array([0.05, 0.10, 0.20])
    monkeypatch.setattr(quality, "coefficient_of_variation", lambda *_: exact)
    assert quality.survey_grades(1, 1, 1, False).tolist() == ["B", "C", "D"]
    monkeypatch.setattr(quality, "coefficient_of_variation", lambda *_: exact - 1e-12)
    assert quality.survey_grades(1, 1, 1, False).tolist() == ["A", "B", "C"]


# ---- funnel, ranks, spine -----------------------------------------------------------------------------------


def test_a_value_on_a_funnel_limit_is_inside_it() -> None:
    values = [9.9, 10, 19.9, 20, 80, 80.1, 90, 90.1]
    assert funnel.outside(values, 20, 80, 10, 90).tolist() == [
        "below_998",
        "below_95",
        "below_95",
        "within",
        "within",
        "above_95",
        "above_95",
        "above_998",
    ]
    for place in range(5):
        numbers: list[float] = [50, 20, 80, 10, 90]
        numbers[place] = MISSING
        assert funnel.outside(*numbers) == "not_compared"


def test_areas_that_overlap_nobody_have_a_sure_rank() -> None:
    found = ranks.rank_interval([10, 30, 20], [9, 29, 19], [11, 31, 21], draws=200)
    assert found.rank.tolist() == found.lower.tolist() == found.upper.tolist() == [3, 1, 2]
    # a certain figure among certain figures, equal ones sharing the better rank
    equal = ranks.rank_interval([5, 5, 1], [5, 5, 1], [5, 5, 1], draws=1)
    assert equal.rank.tolist() == [1, 1, 3]
    assert equal.lower[0] == 1 and equal.upper[2] == 3


def test_a_one_sided_interval_moves_an_area_to_that_side_only() -> None:
    """The first area may only be higher than its value, the second only lower: they never meet."""
    found = ranks.rank_interval([50, 49], [50, 40], [60, 49], draws=500)
    assert found.lower.tolist() == found.upper.tolist() == [1, 2]
    # turned about, they often do
    met = ranks.rank_interval([50, 49], [40, 49], [50, 60], draws=500)
    assert met.lower.tolist() == [1, 1] and met.upper.tolist() == [2, 2]


def test_draws_and_limits_that_cannot_be_are_refused() -> None:
    ranks.rank_interval([1], [1], [1], draws=1)
    for draws in (0, True, 1.5):
        with pytest.raises(ValueError, match="expected a whole number, 1 or more"):
            ranks.rank_interval([1], [1], [1], draws=draws)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"lower\[0\] is 1\.1"):
        ranks.rank_interval([1], [1.1], [2])
    with pytest.raises(ValueError, match=r"upper\[0\] is 0\.9"):
        ranks.rank_interval([1], [0], [0.9])


def test_the_far_end_of_a_type_sets_the_scale_of_its_spine() -> None:
    """A benchmark of 40 in a type from 10 to 50: the low end is further, so it stands at −1."""
    found = spine.positions(30, 40, 12, 20, 45, 48, 10, 50, "high_is_good")
    assert [float(place) for place in found] == pytest.approx(
        [-1 / 3, -28 / 30, -2 / 3, 1 / 6, 8 / 30, -1, 1 / 3]
    )
    mirrored = spine.positions(30, 40, 12, 20, 45, 48, 10, 50, "low_is_good")
    assert [float(place) for place in mirrored] == pytest.approx([-float(place) for place in found])
    high = spine.positions(30, 20, 12, 15, 45, 48, 10, 60, "none")
    assert float(high.value) == pytest.approx(0.25) and float(high.maximum) == 1
    level = spine.positions(5, 5, 5, 5, 5, 5, 5, 5, "low_is_good")
    assert [float(place) for place in level] == [0.0] * 7
    spine.positions(1, 1, 1, 1, 1, 1, 2, 2, "none")
    with pytest.raises(ValueError, match=r"minimum is 2\.1; expected at most maximum, 2\.0"):
        spine.positions(1, 1, 1, 1, 1, 1, 2.1, 2, "none")


def test_ranks_are_from_ten_thousand_draws_of_the_first_seed_unless_said() -> None:
    figures = ([50.0, 52, 51, 49], [48.0, 49, 50, 45], [53.0, 54, 52, 50])
    said = ranks.rank_interval(*figures, draws=10_000, seed=1)
    for mine, named in zip(ranks.rank_interval(*figures), said, strict=True):
        assert mine.tolist() == named.tolist()


# ---- relation of two indicators -------------------------------------------------------------------------------


def test_three_areas_have_a_slope_with_limits_and_four_a_correlation_with_limits() -> None:
    assert math.isnan(relation.slope([1, 2], [1, 3]).lower)
    three = relation.slope([1, 2, 3], [1, 3, 4])
    assert three.value == pytest.approx(1.5)
    # one degree of freedom, t = 12.706; the residuals are −1/6, 1/3, −1/6
    assert three.upper - three.value == pytest.approx(
        12.706204736 * math.sqrt(1 / 6) / math.sqrt(2), rel=1e-8
    )
    assert np.isfinite(relation.mean_band([1, 2, 3], [1, 3, 4], 2.0).lower)
    assert math.isnan(relation.correlation([1, 2, 3], [1, 3, 4]).lower)
    four = relation.correlation([1, 2, 3, 4], [1, 3, 4, 4])
    r = four.value
    assert (four.lower, four.upper) == pytest.approx(
        (math.tanh(math.atanh(r) - 1.959963984540054), math.tanh(math.atanh(r) + 1.959963984540054))
    )


def test_one_area_has_no_line_and_two_have_one_without_limits() -> None:
    assert math.isnan(relation.slope([1], [1]).value)
    assert relation.slope([1, 2], [1, 3]).value == pytest.approx(2)
    assert relation.correlation([1, 2], [3, 1]).value == -1


@pytest.mark.parametrize("confidence", [0.95, 0.998, 0.9999])
def test_the_expansion_takes_over_where_it_is_as_good(confidence: float) -> None:
    for degrees in (20_000, 20_001, 25_000):
        expected = float(stats.t.ppf((1 + confidence) / 2, degrees))
        assert relation.student_quantile(degrees, confidence=confidence) == pytest.approx(expected, rel=3e-11)


# ---- inequality ------------------------------------------------------------------------------------------------


def test_three_areas_have_an_index_and_two_have_none() -> None:
    three = ([10.0, 12, 14], [100] * 3, [1, 2, 3], [1.0] * 3)
    assert inequality.slope_index(*three).value == pytest.approx(6)
    assert math.isnan(inequality.slope_index(*(part[:2] for part in three)).value)
    assert math.isnan(inequality.slope_index([10, 12, 14], [100] * 3, [2, 2, 2], [1] * 3).value)


@pytest.mark.parametrize("lift", [1.0, 0.01])
def test_a_relative_index_needs_both_ends_above_nothing(lift: float) -> None:
    """Values 1, 2, 3 in thirds: the line runs from 0.5 to 3.5."""
    table = ([1.0, 2, 3], [100] * 3, [1, 2, 3], [1.0] * 3)
    moved = [value - 0.5 + lift for value in table[0]]
    assert inequality.relative_index(moved, *table[1:]).value == pytest.approx((3 + lift) / lift)
    under = [value - 0.5 - lift for value in table[0]]
    assert math.isnan(inequality.relative_index(under, *table[1:]).value)
    falling = [3.0 - value + lift for value in (0.5, 1.5, 2.5)]
    assert inequality.relative_index(falling, *table[1:]).value == pytest.approx(lift / (3 + lift))
    assert math.isnan(inequality.relative_index([value - 2 * lift for value in falling], *table[1:]).value)


# ---- recent trend -------------------------------------------------------------------------------------------------

FIVE = [f"{year}-01-01/P1Y" for year in range(2019, 2024)]


def test_flat_figures_of_uneven_precision_have_no_slope_at_all() -> None:
    """Rounding alone must not make a slope: five times 0.1 with limits of different widths."""
    lower, upper = [0.05, 0.03, 0.09, 0.01, 0.07], [0.2, 0.11, 0.31, 0.17, 0.13]
    found = trends.recent_trend(FIVE, [0.1] * 5, lower, upper, polarity="high_is_good")
    assert (found.direction, found.judgement, found.slope, found.chi_square) == (
        "no_change",
        "none",
        0.0,
        0.0,
    )
    assert found.p_value == 1.0


@pytest.mark.parametrize(
    ("rise", "polarity", "judgement"),
    [
        (1, "high_is_good", "getting_better"),
        (-1, "high_is_good", "getting_worse"),
        (1, "low_is_good", "getting_worse"),
        (-1, "low_is_good", "getting_better"),
        (1, "none", "none"),
        (-1, "none", "none"),
    ],
)
def test_which_way_is_good_decides_what_a_trend_is_worth(rise: int, polarity: str, judgement: str) -> None:
    values = [50.0 + rise * year for year in range(5)]
    found = trends.recent_trend(
        FIVE, values, [v - 0.1 for v in values], [v + 0.9 for v in values], polarity=polarity
    )
    assert found.direction == ("increasing" if rise > 0 else "decreasing")
    assert found.judgement == judgement
    assert found.slope == pytest.approx(rise)


def test_counts_a_hair_either_side_of_two_in_a_thousand() -> None:
    """A rise of one event a year among ever fewer people is significant at some size and not above it."""
    answers = []
    for size in range(2000, 200, -1):
        cases = [100, 110, 120, 130, 140]
        found = trends.recent_trend(FIVE, [MISSING] * 5, None, None, cases, [size] * 5, "none")
        assert found.chi_square is not None and found.p_value is not None
        assert (found.direction == "increasing") == (found.chi_square > trends.THRESHOLD)
        assert (found.direction == "increasing") == (found.p_value < 0.002)
        answers.append(found.direction)
    assert set(answers) == {"no_change", "increasing"}


def test_p_values_have_the_digits_that_matter() -> None:
    def told(p_value: float) -> str:
        trend = trends.Trend("no_change", "none", 1.0, p_value, 0.0, tuple(FIVE), "")
        return trends.describe_trend(trend).rsplit(", ", 1)[1].split(" (")[0]

    assert [told(p) for p in (0.000999, 0.001, 0.00996, 0.01, 0.994)] == [
        "p < 0.001",
        "p = 0.001",
        "p = 0.01",
        "p = 0.01",
        "p = 0.99",
    ]
    assert told(0.0017) == "p = 0.0017"


def test_an_interval_too_narrow_for_a_weight_has_no_width() -> None:
    values = [0.0, 1, 2, 3, 4]

    def reason(width: float) -> str:
        """The last period's interval is the narrow one, and holds 0 so that it can be narrow at all."""
        limits = [(v - 1, v + 1) for v in values[:4]]
        turned = [4 - v for v in values]
        lower, upper = [low for low, _ in limits], [high for _, high in limits]
        return trends.recent_trend(
            FIVE, turned, [*lower, -width / 2], [*upper, width / 2], polarity="none"
        ).reason

    assert reason(1e-149) == ""
    assert reason(1e-151) == "a confidence interval in the last five periods has no width"


def test_which_periods_stand_for_a_month_and_which_are_counted_in_days() -> None:
    """28 days fit into any month, so periods of up to 28 days once a month follow the calendar; 29 days do not."""

    def told(days: int) -> trends.Trend:
        periods = [f"2023-{month:02d}-01/P{days}D" for month in range(1, 6)]
        values = [1.0, 2, 3, 4, 5]
        return trends.recent_trend(
            periods, values, [v - 0.1 for v in values], [v + 0.1 for v in values], polarity="none"
        )

    assert told(28).direction == "increasing"
    assert told(29).direction == "not_calculated"


def test_a_series_that_just_reaches_back_is_broken_and_not_too_short() -> None:
    """The fifth year is the first there is; the third is missing, and half-years between make up the number."""
    periods = [
        f"{start}-01/P1Y" for start in ("2019-01", "2019-07", "2020-01", "2020-07", "2022-01", "2023-01")
    ]
    values = [float(place) for place in range(6)]

    def reason(chosen: list[str], figures: list[float]) -> str:
        low, high = [v - 0.1 for v in figures], [v + 0.1 for v in figures]
        return trends.recent_trend(chosen, figures, low, high, polarity="none").reason

    assert reason(periods, values) == "the last five periods are broken: no usable figure for 2021"
    # without the first year the five do not reach back at all
    later = [*periods[1:], "2021-07-01/P1Y"]
    assert reason(later, values) == "fewer than five periods do not overlap each other"


def test_one_figure_without_an_interval_says_so() -> None:
    single = [1.0, *[MISSING] * 4]
    reason = "the figures have neither a confidence interval nor counts to test with"
    assert trends.recent_trend(FIVE, single, None, None, polarity="none").reason == reason
    none = trends.recent_trend(FIVE, [MISSING] * 5, None, None, polarity="none").reason
    assert none == "fewer than five periods have a figure with an interval or counts (none found)"


def test_half_of_a_pair_of_figures_is_no_figure() -> None:
    values = [1.0, 2, 3, 4, 5]
    low, high = [v - 0.1 for v in values], [v + 0.1 for v in values]
    with_limits = trends.recent_trend(FIVE, values, low, high, polarity="none")
    counts = [10.0, 20, 30, 40, 50]
    assert trends.recent_trend(FIVE, values, low, high, counts, None, "none") == with_limits
    assert trends.recent_trend(FIVE, values, low, high, None, counts, "none") == with_limits
    assert trends.recent_trend(FIVE, values, low, None, polarity="none").direction == "not_calculated"
    assert trends.recent_trend(FIVE, values, None, high, polarity="none").direction == "not_calculated"


def test_columns_say_what_each_trend_says() -> None:
    values = np.array(
        [[1.0, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1, 2, MISSING, 4, 5], [MISSING] * 5, [MISSING] * 5]
    )
    found = trends.recent_trends(FIVE, values, values - 0.1, values + 0.1, polarity="high_is_good")
    columns = found.columns()
    assert columns["direction"].tolist() == ["increasing", "decreasing", *["not_calculated"] * 3]
    assert columns["judgement"].tolist() == ["getting_better", "getting_worse", *["none"] * 3]
    for row in range(5):
        for name in ("chi_square", "p_value", "slope"):
            value = getattr(found[row], name)
            assert math.isnan(columns[name][row]) if value is None else columns[name][row] == value
        assert columns["reason"][row] == found[row].reason
    assert (
        columns["reason"][2]
        == "fewer than five periods have a figure with an interval or counts (four found)"
    )
    assert (
        columns["reason"][4]
        == "fewer than five periods have a figure with an interval or counts (none found)"
    )


# ---- disclosure ---------------------------------------------------------------------------------------------------


def test_counts_of_one_to_four_are_small_unless_a_publisher_says_otherwise() -> None:
    counts = [0, 1, 4, 5]
    assert disclosure.primary(counts, disclosure.SmallNumbers()).tolist() == [False, True, True, False]
    assert disclosure.primary(counts, disclosure.SmallNumbers(0, 4)).tolist() == [True, True, True, False]
    assert disclosure.primary(counts, None).tolist() == [False] * 4


def test_a_zero_is_hidden_last_whatever_else_there_is() -> None:
    cells, equation = [5, 0, 1, 6], [(3, (0, 1, 2))]
    assert disclosure.secondary(cells, equation, [True, False, False, False]).tolist() == [
        True,
        False,
        True,
        False,
    ]
    # where nothing but a zero and the sum are left, the sum goes first
    assert disclosure.secondary([6, 0, 6], [(2, (0, 1))], [True, False, False]).tolist() == [
        True,
        False,
        True,
    ]


def test_one_hidden_part_is_found_and_two_are_not() -> None:
    cells, equation = [3, 4, 5, 12], [(3, (0, 1, 2))]
    assert disclosure.found_by_subtraction(cells, equation, [True, False, False, False]).tolist() == [
        True,
        False,
        False,
        False,
    ]
    assert not disclosure.found_by_subtraction(cells, equation, [True, True, False, False]).any()
    assert not disclosure.found_by_subtraction(cells, equation, [False] * 4).any()


# ---- what is refused, by the name of its argument -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: intervals.survey_proportion(1, 1, 2, -1), "denominator_half_width is -1"),
        (lambda: intervals.survey_proportion(1, 1, 0, 1), "denominator is 0"),
        (lambda: intervals.survey_proportion(-1, 1, 2, 1), "numerator is -1"),
        (lambda: intervals.paired_movement(1, -1, 5), "moved_out is -1"),
        (lambda: intervals.paired_movement(-1, 1, 5), "moved_in is -1"),
        (lambda: intervals.paired_movement(0, 0, 0), "n is 0"),
        (lambda: intervals.difference(1, 0, 2, 5, 6, 7), "lower2 is 6"),
        (lambda: intervals.difference(1, 0, 2, 5, 4, 4.5), "upper2 is 4.5"),
        (lambda: spine.positions([1, 1], 1, 1, 1, 1, 1, [0, 3], 2, "none"), r"minimum\[1\] is 3\.0"),
        (
            lambda: inequality.slope_index([1, 2, 3], [1, -1, 1], [1, 2, 3], [1] * 3),
            r"populations\[1\] is -1",
        ),
        (
            lambda: inequality.slope_index([1, 2, 3], [1] * 3, [1, 2, 3], [1, math.inf, 1]),
            r"standard_errors\[1\]",
        ),
    ],
)
def test_each_bad_argument_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_as_many_may_move_as_there_are() -> None:
    assert intervals.paired_movement(3, 2, 5)[0] == pytest.approx(0.2)
    with pytest.raises(ValueError, match="at most n"):
        intervals.paired_movement(3, 2.001, 5)


@pytest.mark.parametrize("kind", [np.int64, np.float64, np.int8, np.uint32, np.float32])
def test_numbers_that_are_an_array_already_are_not_copied(kind: type) -> None:
    array = np.array([1, 2, 3], dtype=kind)
    assert numbers("values", array) is array


def test_other_numbers_become_floats() -> None:
    found = numbers("values", [1, None, 2.5])
    assert found.dtype == np.float64 and found[2] == 2.5 and np.isnan(found[1])
    assert numbers("values", [True, False]).dtype == np.float64
    assert numbers("values", np.array([1.5], dtype=np.longdouble)).dtype == np.float64
