"""Funnel limits against a twin that counts up from nothing, and the words for areas outside."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from indicators.statistics import funnel

levels = st.sampled_from([0.8, 0.95, 0.998])


def slow_quantile(law: object, chance: float) -> float:
    """Least count with F ≥ chance by counting up, then the interpolation of Spiegelhalter (2005)."""
    count = 0
    while law.cdf(count) < chance:  # type: ignore[attr-defined]
        count += 1
    at, before = law.cdf(count), law.cdf(count - 1)  # type: ignore[attr-defined]
    return count - (at - chance) / (at - before)


@given(st.integers(1, 300), st.floats(0.01, 0.99), levels)
def test_proportion_limits_are_their_twin(n: int, p: float, level: float) -> None:
    tail = (1 - level) / 2
    law = stats.binom(n, p)
    low, high = funnel.proportion_limits(p, n, confidence=level)
    assert low == pytest.approx(max(0.0, slow_quantile(law, tail) / n), rel=1e-9, abs=1e-9)
    assert high == pytest.approx(min(1.0, max(0.0, slow_quantile(law, 1 - tail)) / n), rel=1e-9, abs=1e-9)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.floats(0, 1))
def test_limits_hold_the_benchmark_and_nest(sizes: list[int], p: float) -> None:
    low, high = funnel.proportion_limits(p, sizes)
    far_low, far_high = funnel.proportion_limits(p, sizes, confidence=0.998)
    slack = 1e-9
    assert (far_low >= 0).all()
    assert (far_high <= 1).all()
    assert (far_low <= low + slack).all()
    assert (high <= far_high + slack).all()
    # A small area's limits may both lie under a rare benchmark's next whole count, never on one far side of it.
    step = 1 / np.array(sizes, dtype=float)
    assert (low <= p + step).all()
    assert (high >= p - step).all()
    turned = funnel.proportion_limits(p, sizes[::-1])
    np.testing.assert_array_equal(turned[0][::-1], low)


def test_large_areas_meet_the_normal_limits() -> None:
    low, high = funnel.proportion_limits(0.3, 10**8)
    half = 1.959964 * math.sqrt(0.3 * 0.7 / 10**8)
    assert (low, high) == pytest.approx((0.3 - half, 0.3 + half), abs=2e-8)


@given(st.integers(1, 200), st.floats(0.02, 0.98), levels, st.floats(0, 200), st.floats(0, 50))
def test_limits_do_not_depend_on_where_they_are_first_looked_for(
    n: int, p: float, level: float, middle: float, spread: float
) -> None:
    law = stats.binom(n, p)

    def cumulative(count: np.ndarray) -> np.ndarray:
        return np.where(count < 0, 0.0, law.cdf(count))

    def found(middle: float, spread: float) -> np.ndarray:
        return funnel._limits(cumulative, np.array([middle]), np.array([spread]), np.array([float(n)]), level)

    near = found(n * p, math.sqrt(n * p * (1 - p)))
    np.testing.assert_allclose(found(min(middle, n), spread), near, rtol=1e-9, atol=1e-9)


def test_limits_are_found_from_either_end_for_each_area_by_itself() -> None:
    # 100 areas of 200 people around a half: some are looked for at 0, some at 200, in steps that double
    law = stats.binom(200, 0.5)
    calls = []

    def cumulative(count: np.ndarray) -> np.ndarray:
        calls.append(count)
        return np.where(count < 0, 0.0, law.cdf(count))

    middle = np.linspace(0, 200, 100)
    found = funnel._limits(cumulative, middle, np.zeros(100), np.full(100, 200.0), 0.95)
    tails = [slow_quantile(law, 0.025), slow_quantile(law, 0.975)]
    np.testing.assert_allclose(found, np.repeat(np.array(tails)[:, None], 100, axis=1), rtol=1e-9)
    # a reach that doubles from 2 is at 114 counts after five times: then halving takes seven more
    assert len(calls) <= 16


def test_edges() -> None:
    np.testing.assert_array_equal(
        funnel.proportion_limits([0, 1, math.nan, 0.5], [5, 5, 5, math.nan])[0][2:], [math.nan] * 2
    )
    assert funnel.proportion_limits(0, 50) == (0, 0)
    assert funnel.proportion_limits(1, 50) == (1, 1)
    assert funnel.proportion_limits([], [])[0].shape == (0,)


def test_outside() -> None:
    near, far = funnel.proportion_limits(0.2, 500), funnel.proportion_limits(0.2, 500, confidence=0.998)
    values = [0.1, 0.16, 0.2, 0.24, 0.3, near[0], far[1], math.nan]
    assert funnel.outside(values, *near, *far).tolist() == [
        "below_998",
        "below_95",
        "within",
        "above_95",
        "above_998",
        "within",
        "above_95",
        "not_compared",
    ]
    assert funnel.outside(0.2, *near, *far) == "within"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: funnel.proportion_limits(1.5, 10), r"benchmark is 1\.5; expected a proportion from 0 to 1"),
        (lambda: funnel.proportion_limits(0.5, [10, 0]), r"denominator\[1\] is 0\.0"),
        (lambda: funnel.proportion_limits(-0.1, 10), r"benchmark is -0\.1"),
        (lambda: funnel.proportion_limits(0.5, 10, confidence=2), "confidence is 2"),
        (lambda: funnel.outside([1, 2], [1, 2, 3], 1, 1, 1), r"value \(2,\), lower95 \(3,\)"),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
