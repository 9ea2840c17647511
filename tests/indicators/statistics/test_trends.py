"""Recent trends: exact twins, which five periods are taken, and the words. The pairs are in test_vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from indicators.periods import Period
from indicators.statistics import trends
from indicators.statistics.trends import describe_trend, kernel, recent_trend, recent_trends, trends_by_series

MISSING = math.nan
THRESHOLD = float(stats.chi2.isf(0.002, 1))


def years(first: int, last: int, month: int = 1) -> list[str]:
    return [f"{year}-{month:02d}-01/P1Y" for year in range(first, last + 1)]


FIVE = years(2019, 2023)


def slow_slope(values: list[Fraction], weights: list[Fraction], kept: list[int]) -> Fraction:
    s = sum(weights[t] for t in kept)
    st_ = sum(weights[t] * t for t in kept)
    sv = sum(weights[t] * values[t] for t in kept)
    stv = sum(weights[t] * t * values[t] for t in kept)
    stt = sum(weights[t] * t * t for t in kept)
    return (s * stv - st_ * sv) / (s * stt - st_ * st_)


def slow_regression(values: list[float], lower: list[float], upper: list[float]) -> tuple[float, float, bool]:
    """Slope, χ² and whether all six slopes share a sign, in exact fractions."""
    errors = [
        (Fraction(high) - Fraction(low)) / Fraction("3.92") for low, high in zip(lower, upper, strict=True)
    ]
    weights = [1 / (error * error) for error in errors]
    exact = [Fraction(value) for value in values]
    slope = slow_slope(exact, weights, [0, 1, 2, 3, 4])
    s, st_ = sum(weights), sum(w * t for t, w in enumerate(weights))
    variance = s / (s * sum(w * t * t for t, w in enumerate(weights)) - st_ * st_)
    signs = {
        (found > 0) - (found < 0)
        for found in (
            slope,
            *(slow_slope(exact, weights, [t for t in range(5) if t != out]) for out in range(5)),
        )
    }
    return float(slope), float(slope * slope / variance), len(signs) == 1 and 0 not in signs


def slow_proportions(x: list[int], n: list[int]) -> tuple[float, float, bool]:
    all_n, all_x = sum(n), sum(x)
    nt, ntt = sum(m * t for t, m in enumerate(n)), sum(m * t * t for t, m in enumerate(n))
    xt = sum(c * t for t, c in enumerate(x))
    if all_x in (0, all_n):
        return 0.0, 0.0, False
    chi = Fraction(all_n * (all_n * xt - all_x * nt) ** 2, all_x * (all_n - all_x) * (all_n * ntt - nt * nt))
    half = 0.5 if any(c in (0, m) for c, m in zip(x, n, strict=True)) else 0.0
    logits = [math.log((c + half) / (m - c + half)) for c, m in zip(x, n, strict=True)]
    slopes = [float(stats.linregress(range(5), logits).slope)]
    for out in range(5):
        kept = [t for t in range(5) if t != out]
        slopes.append(float(stats.linregress(kept, [logits[t] for t in kept]).slope))
    return slopes[0], float(chi), all(s > 1e-12 for s in slopes) or all(s < -1e-12 for s in slopes)


def judged(slope: float, chi: float, agree: bool) -> str:
    if not agree or chi <= THRESHOLD:
        return "no_change"
    return "increasing" if slope > 0 else "decreasing"


points = st.tuples(st.integers(-400, 400).map(lambda k: k / 8), st.integers(1, 200), st.integers(1, 200))


@given(st.lists(points, min_size=5, max_size=5))
def test_regression_is_its_twin(drawn: list[Any]) -> None:
    values = [point[0] for point in drawn]
    lower = [point[0] - point[1] / 64 for point in drawn]
    upper = [point[0] + point[2] / 64 for point in drawn]
    found = recent_trend(FIVE, values, lower, upper, polarity="none")
    slope, chi, agree = slow_regression(values, lower, upper)
    assert found.slope == pytest.approx(slope, rel=1e-9, abs=1e-12)
    assert found.chi_square == pytest.approx(chi, rel=1e-9, abs=1e-9)
    assert found.p_value == pytest.approx(float(stats.chi2.sf(found.chi_square, 1)), rel=1e-9, abs=1e-300)
    assert found.direction == judged(slope, chi, agree)


@given(
    st.lists(
        st.one_of(st.integers(1, 60), st.integers(1, 10**8)).flatmap(
            lambda n: st.tuples(st.integers(0, n), st.just(n))
        ),
        min_size=5,
        max_size=5,
    )
)
def test_proportions_are_their_twin(drawn: list[Any]) -> None:
    x, n = [pair[0] for pair in drawn], [pair[1] for pair in drawn]
    values = [a / b for a, b in drawn]
    found = recent_trend(FIVE, values, None, None, x, n, "low_is_good")
    slope, chi, agree = slow_proportions(x, n)
    assert found.slope == pytest.approx(slope, rel=1e-9, abs=1e-12)
    assert found.chi_square == pytest.approx(chi, rel=1e-9, abs=1e-9)
    assert found.direction == judged(slope, chi, agree)


@given(st.lists(points, min_size=5, max_size=5), st.sampled_from(["high_is_good", "low_is_good", "none"]))
def test_mirrored_values_mirror_the_trend(drawn: list[Any], polarity: str) -> None:
    values = [point[0] for point in drawn]
    lower = [point[0] - point[1] / 64 for point in drawn]
    upper = [point[0] + point[2] / 64 for point in drawn]
    found = recent_trend(FIVE, values, lower, upper, polarity=polarity)
    turned = recent_trend(
        FIVE, [-v for v in values], [-u for u in upper], [-low for low in lower], polarity=polarity
    )
    swap = {"increasing": "decreasing", "decreasing": "increasing", "no_change": "no_change"}
    assert turned.direction == swap[found.direction]
    judgement = {"getting_better": "getting_worse", "getting_worse": "getting_better", "none": "none"}
    assert turned.judgement == judgement[found.judgement]
    # and the order in which the periods are given says nothing
    backwards = recent_trend(FIVE[::-1], values[::-1], lower[::-1], upper[::-1], polarity=polarity)
    assert (backwards.direction, backwards.slope, backwards.periods_used) == (
        found.direction,
        found.slope,
        tuple(FIVE),
    )


def steady(periods: list[str], missing: tuple[str, ...] = ()) -> trends.Trend:
    """A rise of one a period with narrow limits, in the order of the periods; some figures missing."""
    ordered = sorted(periods, key=lambda iso: Period.parse(iso).sort_key)
    values = [MISSING if iso in missing else float(ordered.index(iso)) for iso in periods]
    low, high = [v - 0.1 for v in values], [v + 0.1 for v in values]
    return recent_trend(periods, values, low, high, polarity="high_is_good")


def test_rising_years() -> None:
    found = steady(years(2012, 2023))
    assert found.periods_used == tuple(years(2019, 2023))
    assert (found.direction, found.judgement) == ("increasing", "getting_better")
    assert describe_trend(found).startswith("Increasing and getting better: five years 2019–2023, χ² = ")


def test_rolling_surveys_take_periods_that_do_not_overlap() -> None:
    rolling = [f"{year}-{month:02d}-01/P1Y" for year in range(2016, 2023) for month in (1, 4, 7, 10)]
    found = steady(rolling)
    assert found.periods_used == tuple(years(2018, 2022, 10))
    assert "five years Oct 2018 – Sep 2019 to Oct 2022 – Sep 2023" in describe_trend(found)
    assert steady(rolling[:19]).periods_used == tuple(years(2016, 2020, 7))
    few = steady(rolling[:16])
    assert few.reason == "fewer than five periods do not overlap each other"
    three_years = [f"{year}-01-01/P3Y" for year in range(2001, 2016)]
    assert steady(three_years).periods_used == tuple(
        f"{year}-01-01/P3Y" for year in (2003, 2006, 2009, 2012, 2015)
    )
    assert steady(three_years[3:]).direction == "not_calculated"


def test_a_gap_breaks_the_series() -> None:
    broken = steady(years(2012, 2023), missing=("2021-01-01/P1Y",))
    assert broken.reason == "the last five periods are broken: no usable figure for 2021"
    assert broken.periods_used == ()
    assert describe_trend(broken) == f"No recent trend: {broken.reason}"
    absent = [iso for iso in years(2012, 2023) if iso[:4] != "2020"]
    assert steady(absent).reason == "the last five periods are broken: no usable figure for 2020"
    # a gap before the last five is no matter, and a series that ended early has its own last five
    assert steady(years(2012, 2023), missing=("2018-01-01/P1Y",)).periods_used == tuple(years(2019, 2023))
    early = steady(years(2012, 2023), missing=("2022-01-01/P1Y", "2023-01-01/P1Y"))
    assert early.periods_used == tuple(years(2017, 2021))
    no_august = [f"2023-{month:02d}-01/P1M" for month in range(1, 13) if month != 10]
    assert steady(no_august).reason.endswith("no usable figure for Oct 2023")


def test_the_step_is_the_least_that_lies_between_any_two_periods() -> None:
    # 2010 and 2011 are a year apart, and the others two: five periods that are a year apart do not exist
    uneven = [f"{year}-01-01/P1Y" for year in (2010, 2011, 2013, 2015, 2017, 2019)]
    assert steady(uneven).reason == "the last five periods are broken: no usable figure for 2018"
    assert steady(uneven[1:]).periods_used == tuple(uneven[1:])


def test_too_few_figures() -> None:
    assert (
        steady(years(2020, 2023)).reason
        == "fewer than five periods have a figure with an interval or counts (four found)"
    )
    assert (
        steady([]).reason == "fewer than five periods have a figure with an interval or counts (none found)"
    )
    assert (
        steady(years(2012, 2023), missing=tuple(years(2012, 2020))).reason
        == "fewer than five periods have a figure with an interval or counts (three found)"
    )


def test_other_lengths_of_period() -> None:
    months = [f"2023-{month:02d}-01/P1M" for month in range(1, 13)]
    assert (
        describe_trend(steady(months)).split(",")[0]
        == "Increasing and getting better: five months Aug 2023 – Dec 2023"
    )
    quarters = [f"{year}-{month:02d}-01/P3M" for year in (2021, 2022) for month in (1, 4, 7, 10)]
    assert "five quarters Q3 2021/22 – Q3 2022/23" in describe_trend(steady(quarters))
    assert "five years 2018/19–2022/23" in describe_trend(steady(years(2018, 2022, 4)))
    marches = [f"{year}-03-31/P1D" for year in range(2016, 2024)]
    assert steady(marches).periods_used == tuple(marches[-5:])
    assert "five periods 31 Mar 2019 – 31 Mar 2023" in describe_trend(steady(marches))
    assert steady([iso for iso in marches if iso[:4] != "2021"]).reason.endswith(
        "no usable figure for 31 Mar 2021"
    )
    april_pay = ["2019-04-17/P1D", "2020-04-22/P1D", "2021-04-21/P1D", "2022-04-27/P1D", "2023-04-26/P1D"]
    assert steady(april_pay).periods_used == tuple(april_pay)
    weeks = ["2024-01-01/P7D", "2024-01-08/P7D", "2024-01-15/P7D", "2024-01-22/P7D", "2024-01-29/P7D"]
    assert steady(weeks).periods_used == tuple(weeks)
    assert steady([*weeks[:2], *weeks[3:], "2024-02-05/P7D"]).direction == "not_calculated"
    every_other = [f"{year}-01-01/P1Y" for year in range(2010, 2020, 2)]
    assert steady(every_other).periods_used == tuple(every_other)
    assert "five periods 2010–2018" in describe_trend(steady(every_other))
    month_ends = ["2023-03-31/P1D", "2022-12-31/P1D", "2022-09-30/P1D", "2022-03-31/P1D", "2021-12-31/P1D"]
    assert steady(month_ends).reason.endswith("no usable figure for 30 Jun 2022")


def test_periods_of_another_length_stand_apart() -> None:
    """A year that follows months: the last five of the latest figure's own kind."""
    mixed = [*years(2015, 2022), "2023-01-01/P3M"]
    assert steady(mixed).direction == "not_calculated"
    assert steady([*years(2015, 2022), "2021-01-01/P3M"]).periods_used == tuple(years(2018, 2022))


def test_the_threshold_is_two_in_a_thousand() -> None:
    """A straight line of slope 1 has χ² = 10 / SE²: a hair either side of 9.5495."""
    assert pytest.approx(9.54953570608324, rel=1e-14) == trends.THRESHOLD
    values = [1.0, 2, 3, 4, 5]
    for chi, direction in ((9.5494, "no_change"), (9.5497, "increasing")):
        half = 1.96 * math.sqrt(10 / chi)
        found = recent_trend(
            FIVE, values, [v - half for v in values], [v + half for v in values], polarity="none"
        )
        assert found.chi_square == pytest.approx(chi, rel=1e-9)
        assert found.direction == direction


def test_one_point_does_not_make_a_trend() -> None:
    """χ² is far beyond the threshold, but without the last year nothing moves: no sign is shared."""
    found = recent_trend(FIVE, [5, 5, 5, 5, 9], [4.9] * 4 + [8.9], [5.1] * 4 + [9.1], polarity="none")
    assert found.chi_square is not None
    assert found.chi_square > THRESHOLD
    assert found.direction == "no_change"
    flat = recent_trend(FIVE, [0.1] * 5, [0.05] * 5, [0.2] * 5, polarity="none")
    assert (flat.direction, flat.chi_square, flat.p_value, flat.slope) == ("no_change", 0.0, 1.0, 0.0)
    assert describe_trend(flat) == "No significant change: five years 2019–2023, χ² = 0.0, p = 1.00"


def test_counts_of_none_and_all() -> None:
    for x in ([0] * 5, [50] * 5):
        found = recent_trend(FIVE, [MISSING] * 5, None, None, x, [50] * 5, "low_is_good")
        assert (found.direction, found.chi_square, found.slope) == ("no_change", 0.0, 0.0)
    rising = recent_trend(FIVE, [MISSING] * 5, None, None, [0, 4, 9, 15, 22], [50] * 5, "low_is_good")
    assert (rising.direction, rising.judgement) == ("increasing", "getting_worse")


def test_counts_are_preferred_and_limits_stand_in() -> None:
    values = [10.0, 12, 14, 16, 18]
    low, high = [v - 50 for v in values], [v + 50 for v in values]
    x, n = [1000, 1200, 1400, 1600, 1800], [10_000] * 5
    assert recent_trend(FIVE, values, low, high, polarity="none").direction == "no_change"
    assert recent_trend(FIVE, values, low, high, x, n, "none").direction == "increasing"
    partly = [MISSING, *x[1:]]
    assert recent_trend(FIVE, values, low, high, partly, n, "none").direction == "no_change"
    assert recent_trend(FIVE, values, None, None, partly, n, "none").direction == "not_calculated"


def test_an_interval_without_width() -> None:
    values = [1.0, 2, 3, 4, 5]
    found = recent_trend(FIVE, values, values, [2.0, 3, 4, 5, 5], polarity="none")
    assert found.reason == "a confidence interval in the last five periods has no width"
    assert found.periods_used == ()


def test_many_series_are_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "indicators.statistics.trends.kernel.CHUNK", 64
    )  # so that 400 series are worked on in several chunks
    generator = np.random.default_rng(11)
    periods = years(2013, 2023)
    periods.reverse()
    values = generator.normal(50, 3, (400, 11)) + np.linspace(3, -3, 11)
    values[generator.random(values.shape) < 0.04] = MISSING
    low, high = values - generator.random(values.shape) - 0.5, values + generator.random(values.shape) + 0.5
    n = generator.integers(20, 500, values.shape).astype(float)
    x = np.floor(n * generator.random(values.shape))
    x[generator.random(values.shape) < 0.04] = MISSING
    x[:100] = MISSING
    polarity = np.array(["high_is_good", "low_is_good", "none", "none"])[generator.integers(0, 4, 400)]
    together = recent_trends(periods, values, low, high, x, n, polarity)
    assert len(together) == 400
    seen = set()
    for row in range(400):
        alone = recent_trend(periods, values[row], low[row], high[row], x[row], n[row], str(polarity[row]))
        assert together[row] == alone
        seen.add(alone.direction)
    assert seen == {"increasing", "decreasing", "no_change", "not_calculated"}
    order = generator.permutation(400)
    shuffled = recent_trends(
        periods, values[order], low[order], high[order], x[order], n[order], polarity[order]
    )
    assert [shuffled[row] for row in range(400)] == [together[int(row)] for row in order]
    assert together[-1] == together[399]


def test_series_row_by_row() -> None:
    """Areas whose periods differ, given in any order, each with its own last five."""
    rows = [("N", iso, float(i)) for i, iso in enumerate(years(2015, 2023))]
    rows += [("B", iso, -float(i)) for i, iso in enumerate(years(2015, 2021))]
    rows += [("C", iso, 5.0) for iso in years(2021, 2023)]
    rows = rows[::2] + rows[1::2]
    values = np.array([row[2] for row in rows])
    labels, found = trends_by_series(
        [row[0] for row in rows],
        [row[1] for row in rows],
        values,
        values - 0.1,
        values + 0.1,
        polarity="low_is_good",
    )
    assert labels.tolist() == ["B", "C", "N"]
    assert [found[i].judgement for i in range(3)] == ["getting_better", "none", "getting_worse"]
    assert found[0].periods_used == tuple(years(2017, 2021))
    assert found[1].reason == "fewer than five periods have a figure with an interval or counts (three found)"
    assert found[2].periods_used == tuple(years(2019, 2023))
    none, empty = trends_by_series([], [], [], [], [], polarity="none")
    assert (len(none), len(empty)) == (0, 0)


@given(
    st.lists(st.integers(0, 60), unique=True, max_size=25),
    st.sampled_from([1, 3, 12]),
    st.sampled_from([1, 3, 12]),
)
def test_periods_used_never_overlap_and_are_evenly_spaced(starts: list[int], length: int, every: int) -> None:
    periods = [
        f"{2000 + start * every // 12}-{start * every % 12 + 1:02d}-01/P{length}M".replace("P12M", "P1Y")
        for start in starts
    ]
    found = steady(periods)
    if found.direction == "not_calculated":
        assert found.reason
        return
    used = [Period.parse(iso) for iso in found.periods_used]
    latest = max((Period.parse(iso) for iso in periods), key=lambda period: period.sort_key)
    assert used[-1] == latest
    assert all(not earlier.overlaps(other) for earlier, other in pairwise(used))
    months = [period.start_on.year * 12 + period.start_on.month for period in used]
    assert len({later - earlier for earlier, later in pairwise(months)}) == 1


def test_words() -> None:
    def told(direction: Any, judgement: Any, chi: float, p: float) -> str:
        return describe_trend(trends.Trend(direction, judgement, chi, p, 1.0, tuple(FIVE), ""))

    assert told("increasing", "getting_better", 14.2, 0.00016) == (
        "Increasing and getting better: five years 2019–2023, χ² = 14.2, p < 0.001"
    )
    assert told("decreasing", "getting_worse", 9.8, 0.0017) == (
        "Decreasing and getting worse: five years 2019–2023, χ² = 9.8, p = 0.0017"
    )
    assert told("decreasing", "none", 9.8, 0.0017).startswith("Decreasing: five years")
    assert told("no_change", "none", 3.06, 0.08).endswith("χ² = 3.1, p = 0.08")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: recent_trend(FIVE, [1] * 5, [0] * 5, [2] * 5),
            "polarity is ''; expected one of high_is_good",
        ),
        (lambda: recent_trend(FIVE, [1] * 5, [0] * 5, [2] * 5, polarity="up"), "polarity is 'up'"),
        (
            lambda: recent_trend(["2019"] * 5, [1] * 5, None, None, polarity="none"),
            "period '2019' is not ISO 8601",
        ),
        (
            lambda: recent_trend([*FIVE[:4], FIVE[0]], [1] * 5, None, None, polarity="none"),
            r"periods\[4\] is '2019-01-01/P1Y' again",
        ),
        (lambda: recent_trend(FIVE, [1] * 4, None, None, polarity="none"), r"values \(4,\), periods \(5,\)"),
        (
            lambda: recent_trend(FIVE, [1] * 5, [0] * 4, None, polarity="none"),
            r"lower \(4,\), periods \(5,\)",
        ),
        (
            lambda: recent_trend(FIVE, [1] * 5, [0, 0, 3, 0, 0], [2] * 5, polarity="none"),
            r"lower\[2\] is 3\.0; expected at most the upper limit, 2\.0",
        ),
        (
            lambda: recent_trend(FIVE, [1] * 5, None, None, [1, 2, -3, 1, 1], [9] * 5, "none"),
            r"numerators\[2\] is -3\.0",
        ),
        (
            lambda: recent_trend(FIVE, [1] * 5, None, None, [1, 20, 3, 1, 1], [9] * 5, "none"),
            r"numerators\[1\] is 20\.0; expected at most the denominator, 9\.0",
        ),
        (
            lambda: recent_trend(FIVE, [1] * 5, None, None, [0] * 5, [0] * 5, "none"),
            r"denominators\[0\] is 0",
        ),
        (lambda: recent_trend(FIVE, [math.inf] * 5, None, None, polarity="none"), r"values\[0\] is inf"),
        (
            lambda: recent_trends(FIVE, [[1] * 4], None, None, polarity="none"),
            r"values \(1, 4\), periods \(5,\)",
        ),
        (
            lambda: recent_trends(FIVE, [[1] * 5] * 2, None, None, polarity=["none"] * 3),
            r"polarity \(3,\), values \(2, 5\)",
        ),
        (
            lambda: trends_by_series(["a", "a"], [FIVE[0], FIVE[0]], [1, 2], None, None, polarity="none"),
            r"periods\[1\] is '2019-01-01/P1Y', given before for 'a'",
        ),
        (
            lambda: trends_by_series(["a"], FIVE[:2], [1, 2], None, None, polarity="none"),
            r"series \(1,\), periods \(2,\)",
        ),
    ],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@given(st.floats(-1e6, 1e6), st.integers(0, 10**6))
def test_figures_that_are_all_the_same_have_no_slope_whatever_rounding_leaves(
    value: float, seed: int
) -> None:
    weights = list(np.random.default_rng(seed).uniform(0.1, 9.0, (5, 1000)))
    slope, sign = kernel._slope([np.full(1000, value)] * 5, weights)
    assert not sign.any() and not slope.any()
    # and one that rises by a millionth of its size does
    rising = [np.full(1000, 1000.0 + place / 1000) for place in range(5)]
    slope, sign = kernel._slope(rising, weights)
    assert (sign == 1).all()
    np.testing.assert_allclose(slope, 0.001, rtol=1e-6)


def test_a_trend_that_fails_says_which_part_of_the_rule_failed() -> None:
    """Never "No significant change … p < 0.001": 188 series said so."""
    last_year = recent_trend(
        FIVE, [10.0] * 4 + [16], [9.5] * 4 + [15.5], [10.5] * 4 + [16.5], polarity="none"
    )
    assert (last_year.direction, trends.is_decided_by_one(last_year.chi_square)) == ("no_change", True)
    assert describe_trend(last_year).startswith(
        "Up overall, but one period decides it, so it is not counted as a trend: five years 2019–2023, χ² = "
    )
    down = recent_trend(FIVE, [16.0] + [10.0] * 4, [15.5] + [9.5] * 4, [16.5] + [10.5] * 4, polarity="none")
    assert describe_trend(down).startswith("Down overall, but one period decides it")
    # two in a hundred are not two in a thousand
    weak = recent_trend(
        FIVE, [10.0, 11, 12, 13, 14], [6.0, 7, 8, 9, 10], [14.0, 15, 16, 17, 18], polarity="none"
    )
    assert weak.p_value is not None and 0.002 < weak.p_value < 0.2
    assert not trends.is_decided_by_one(weak.chi_square)
    near = recent_trend(
        FIVE,
        [10.0, 11, 12, 13, 14],
        [7.3, 8.3, 9.3, 10.3, 11.3],
        [12.7, 13.7, 14.7, 15.7, 16.7],
        polarity="none",
    )
    assert describe_trend(near) == (
        "No significant change: five years 2019–2023, χ² = 5.3, p = 0.02 (a trend needs p below 0.002)"
    )
    assert not trends.is_decided_by_one(None) and not trends.is_decided_by_one(trends.THRESHOLD)
