"""Groups of areas put together from counts: sums, coverage, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.statistics import aggregation, intervals

MISSING = math.nan

parts = st.lists(
    st.tuples(
        st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        st.booleans(),
        st.integers(1, 100_000),
    ),
    min_size=1,
    max_size=15,
)


@given(parts, st.sampled_from([0.0, 0.5, 0.9, 1.0]), st.sampled_from([0.95, 0.998]))
def test_sum_proportion_is_its_twin(rows: list[Any], least: float, level: float) -> None:
    x = [pair[0] if known else MISSING for pair, known, _ in rows]
    n = [pair[1] for pair, _, _ in rows]
    people = [size for _, _, size in rows]
    found = aggregation.sum_proportion(x, n, people, 100, confidence=level, minimum_coverage=least)
    inside = [place for place, row in enumerate(rows) if row[1]]
    coverage = sum(people[place] for place in inside) / sum(people)
    assert found.coverage == pytest.approx(coverage, rel=1e-12)
    if not inside or coverage < least:
        assert np.isnan([found.value, found.lower, found.upper, found.numerator]).all()
        assert found.reason
        return
    above, below = sum(x[place] for place in inside), sum(n[place] for place in inside)
    assert (found.numerator, found.denominator, found.reason) == (above, below, "")
    expected = intervals.proportion(above, below, 100, confidence=level)
    np.testing.assert_array_equal((found.value, found.lower, found.upper), expected)


def test_many_groups_at_once() -> None:
    """Groups of different size: a place that is no part has no count and no people. A district may be in two."""
    x = [[10.0, 20, 30], [20, 5, MISSING], [MISSING, 1, 1], [MISSING] * 3]
    n = [[100.0, 100, 100], [100, 100, MISSING], [100, 100, 100], [MISSING] * 3]
    people = [[500.0, 500, 500], [500, 500, 0], [400, 300, 300], [0, 0, 0]]
    found = aggregation.sum_proportion(x, n, people)
    np.testing.assert_allclose(found.value, [0.2, 0.125, 0.01, MISSING])
    np.testing.assert_allclose(found.coverage, [1, 1, 0.6, MISSING])
    assert found.is_judged.tolist() == [True, True, False, False]
    assert found.reason.tolist() == ["", "", "", "no area of the group has figures"]
    strict = aggregation.sum_proportion(x, n, people, minimum_coverage=0.9)
    np.testing.assert_allclose(strict.value, [0.2, 0.125, MISSING, MISSING])
    assert strict.reason[2] == "areas with figures hold less than 90% of the population"
    order = [2, 0, 1]
    turned = aggregation.sum_proportion(*(np.array(table)[:, order] for table in (x, n, people)))
    np.testing.assert_allclose(turned.value, found.value)


def test_never_an_average_of_averages() -> None:
    found = aggregation.sum_proportion([90, 10], [100, 1000], multiplier=100)
    assert found.value == pytest.approx(100 / 11)
    assert found.coverage == 1


def test_black_country_employment() -> None:
    """512,700 of 734,800 (Annual Population Survey, 2022) from parts whose half-widths add in quadrature."""
    found = aggregation.sum_survey_proportion(
        [200_000, 312_700], [9_000, 12_000], [290_000, 444_800], [2_000, 3_000]
    )
    assert (found.numerator, found.denominator) == (512_700, 734_800)
    expected = intervals.survey_proportion(512_700, 15_000, 734_800, math.hypot(2_000, 3_000))
    np.testing.assert_allclose((found.value, found.lower, found.upper), expected, rtol=1e-12)


def test_rates() -> None:
    found = aggregation.sum_rate([3, 4], [1000, 1000], multiplier=1000)
    np.testing.assert_array_equal(found[:3], intervals.rate(7, 2000, 1000))
    assert aggregation.sum_rate([30, 40], [10, 10], multiplier=1).value == 3.5


def test_reasons() -> None:
    unknown = aggregation.sum_proportion([1, 2], [10, 10], [5, MISSING])
    assert unknown.reason == "the population of an area of the group is not known"
    assert np.isnan(unknown.value)
    nobody = aggregation.sum_proportion([0, 0], [0, 0])
    assert nobody.reason == "the denominators of the group sum to 0"
    assert (
        aggregation.sum_proportion([1], [2], minimum_areas=2).reason
        == "fewer than 2 areas of the group have figures"
    )
    for statistic in ("median", "mean", "standardised_rate", "ratio", "difference", "published", "rank"):
        assert aggregation.refusal(statistic)
    for statistic in ("proportion", "rate", "count", "survey_proportion", "paired_movement"):
        assert aggregation.refusal(statistic) == ""


@given(st.lists(st.one_of(st.floats(0, 1e8), st.just(MISSING)), max_size=10))
def test_half_widths_combine_in_quadrature(halves: list[float]) -> None:
    expected = math.sqrt(math.fsum(half * half for half in halves)) if halves else MISSING
    assert float(aggregation.combine_half_widths(halves)) == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_half_widths_along_the_last_axis() -> None:
    assert aggregation.combine_half_widths([1.0]) == 1.0
    assert aggregation.combine_half_widths([1.0, 0.0]) == 1.0
    assert aggregation.combine_half_widths([0.0]) == 0.0
    np.testing.assert_allclose(aggregation.combine_half_widths([[3, 4], [0, 0], [5, 12]]), [5, 0, 13])
    assert aggregation.combine_half_widths(np.zeros((2, 0))).tolist() == pytest.approx(
        [MISSING] * 2, nan_ok=True
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: aggregation.sum_proportion([1, -1], [2, 2]),
            r"numerators\[1\] is -1\.0; expected a finite number",
        ),
        (
            lambda: aggregation.sum_proportion([1, 3], [2, 2]),
            r"numerators\[1\] is 3\.0; expected at most the denom",
        ),
        (lambda: aggregation.sum_proportion([1], [2], [-3]), r"populations\[0\] is -3\.0"),
        (lambda: aggregation.sum_proportion([1, 2], [2, 2, 2]), r"numerators \(2,\), denominators \(3,\)"),
        (lambda: aggregation.sum_proportion(1, 2), "numerators is a single value"),
        (lambda: aggregation.sum_rate([1], [2], minimum_coverage=1.5), "minimum_coverage is 1.5"),
        (
            lambda: aggregation.sum_survey_proportion([1, 3], [1, 1], [4, 2], [1, 1]),
            r"numerators\[1\] is 3\.0; expected at most the denom",
        ),
        (lambda: aggregation.combine_half_widths([1, -1]), r"half_widths\[1\] is -1\.0"),
        (lambda: aggregation.combine_half_widths(3), "half_widths is a single value"),
        (lambda: aggregation.refusal("mode"), "statistic is 'mode'; expected one of proportion, rate"),
    ],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
