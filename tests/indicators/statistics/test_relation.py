"""Correlation and line: beside scipy, beside matrix algebra, and at the edges."""

from __future__ import annotations

import subprocess
import sys
from math import inf, isnan, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from indicators.statistics.relation import (
    _same,
    correlation,
    mean_band,
    slope,
    student_quantile,
)

ROOT = Path(__file__).resolve().parents[3]

# Anscombe (1973), the first of his four sets
X = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


def close(one: float) -> object:
    return pytest.approx(one, rel=1e-9, abs=1e-12)


def test_anscombes_first_set_has_his_own_figures() -> None:
    assert round(float(mean_band(X, Y, 0.0).value), 2) == 3.0
    assert round(slope(X, Y).value, 3) == 0.5
    assert round(correlation(X, Y).value, 3) == 0.816


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 8, 9, 30, 149, 294, 1000, 19_999, 20_000, 20_001, 10**7])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.998, 0.9999])
def test_students_quantile_is_scipys(degrees: int, confidence: float) -> None:
    expected = stats.t.ppf((1 + confidence) / 2, degrees)
    assert student_quantile(degrees, confidence=confidence) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("n", [4, 5, 9, 30, 296])
@pytest.mark.parametrize("strength", [-3.0, 0.0, 0.4, 20.0])
@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_everything_is_what_scipy_answers(n: int, strength: float, confidence: float) -> None:
    draw = np.random.default_rng(n)
    x = draw.normal(70, 6, n)
    y = 12 + strength * x + draw.normal(0, 9, n)
    theirs = stats.linregress(x, y)
    assert slope(x, y).value == close(theirs.slope)
    assert float(mean_band(x, y, 0.0).value) == pytest.approx(theirs.intercept, rel=1e-9, abs=1e-9)
    t = stats.t.ppf((1 + confidence) / 2, n - 2)
    estimate = slope(x, y, confidence=confidence)
    assert estimate.lower == pytest.approx(theirs.slope - t * theirs.stderr, rel=1e-8, abs=1e-9)
    assert estimate.upper == pytest.approx(theirs.slope + t * theirs.stderr, rel=1e-8, abs=1e-9)
    pearson = stats.pearsonr(x, y)
    limits = pearson.confidence_interval(confidence)
    assert correlation(x, y, confidence=confidence) == tuple(
        pytest.approx(part, rel=1e-9, abs=1e-12) for part in (pearson.statistic, limits.low, limits.high)
    )


@pytest.mark.parametrize("n", [3, 11, 296])
def test_the_band_is_that_of_the_design_matrix(n: int) -> None:
    draw = np.random.default_rng(n)
    x = draw.uniform(2, 30, n)
    y = 4 - 0.7 * x + draw.normal(0, 2, n)
    places = np.linspace(-5, 40, 7)
    design = np.column_stack([np.ones(n), x])
    weights, residuals, *_ = np.linalg.lstsq(design, y, rcond=None)
    inverse = np.linalg.inv(design.T @ design)
    at = np.column_stack([np.ones(7), places])
    spread = np.sqrt(np.einsum("ij,jk,ik->i", at, inverse, at) * residuals[0] / (n - 2))
    half = stats.t.ppf(0.975, n - 2) * spread
    band = mean_band(x, y, places)
    np.testing.assert_allclose(band.value, at @ weights, rtol=1e-8)
    np.testing.assert_allclose(band.lower, at @ weights - half, rtol=1e-7)
    np.testing.assert_allclose(band.upper, at @ weights + half, rtol=1e-7)


def test_the_band_is_narrowest_at_the_mean_and_the_line_goes_through_it() -> None:
    band = mean_band(X, Y, [4.0, 9.0, 14.0])
    width = band.upper - band.lower
    assert width[1] < width[0]
    assert width[0] == close(float(width[2]))
    assert band.value[1] == close(float(np.mean(Y)))


def test_areas_with_either_value_missing_are_left_out() -> None:
    with_gaps = ([*X, nan, 3.0], [*Y, 2.0, nan])
    assert slope(*with_gaps) == slope(X, Y)
    assert correlation(*with_gaps) == correlation(X, Y)
    assert slope([None, *X], [1.0, *Y]) == slope(X, Y)


def test_values_that_do_not_relate_have_limits_like_others() -> None:
    none = correlation([1, 2, 1, 2], [1, 1, 2, 2])
    assert none.value == 0
    # tanh(1.959964 / √(4 − 3))
    assert (none.lower, none.upper) == (pytest.approx(-0.961087, abs=1e-6), pytest.approx(0.961087, abs=1e-6))


def test_too_few_areas_have_no_limits() -> None:
    assert isnan(correlation([1], [2]).value)
    two = correlation([1, 2], [2, 4])
    assert two.value == close(1)
    assert isnan(two.lower)
    assert isnan(correlation([1, 2, 3], [2, 4, 5]).lower)
    assert isnan(slope([1, 2], [2, 4]).lower)
    assert slope([1, 2], [2, 4]).value == close(2)
    assert np.isnan(mean_band([1, 2], [2, 4], [1.5]).lower).all()
    assert isnan(slope([], []).value)
    assert np.isnan(mean_band([], [], [1.0, 2.0]).value).all()


def test_a_value_that_is_the_same_everywhere_relates_to_nothing() -> None:
    assert isnan(correlation([3, 3, 3, 3], [1, 2, 3, 4]).value)
    assert isnan(correlation([1, 2, 3, 4], [0.1, 0.1, 0.1, 0.1]).value)
    assert isnan(slope([0.1] * 5, [1, 2, 3, 4, 5]).value)
    flat = slope([1, 2, 3, 4], [0.1] * 4)
    assert flat == (0.0, 0.0, 0.0)
    assert mean_band([1, 2, 3, 4], [0.1] * 4, 9.0).upper == close(0.1)


def test_a_straight_row_of_areas_has_no_spread() -> None:
    exact = correlation([1, 2, 3, 4, 5], [3, 5, 7, 9, 11])
    assert exact == (1.0, 1.0, 1.0)
    assert slope([1, 2, 3, 4, 5], [3, 5, 7, 9, 11]) == (close(2), close(2), close(2))


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=0, max_size=30),
    st.floats(0.1, 50),
)
def test_limits_hold_the_value_and_r_stays_within_one(pairs: list[tuple[float, float]], unit: float) -> None:
    x = [round(number, 3) for number, _ in pairs]
    y = [round(number, 3) for _, number in pairs]
    found = correlation(x, y)
    if not isnan(found.value):
        assert -1 <= found.value <= 1
        # another unit of measurement says the same
        assert correlation([number * unit for number in x], y).value == pytest.approx(found.value, abs=1e-6)
    if not isnan(found.lower):
        assert -1 <= found.lower <= found.value <= found.upper <= 1
    estimate = slope(x, y)
    if not isnan(estimate.lower):
        assert estimate.lower <= estimate.value <= estimate.upper


def test_what_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"shapes do not match: x \(2,\), y \(3,\)"):
        correlation([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match=r"expected both of \(n,\)"):
        slope([[1, 2]], [[1, 2]])
    with pytest.raises(ValueError, match=r"y\[1\] is inf; expected a finite number"):
        correlation([1, 2], [1, inf])
    with pytest.raises(ValueError, match="x\\[0\\] is 'many'; expected a number"):
        correlation(["many"], [1])
    with pytest.raises(ValueError, match="confidence is 95"):
        mean_band(X, Y, [1.0], confidence=95)
    with pytest.raises(ValueError, match="confidence is 0"):
        slope([1, 2], [1, 2], confidence=0)
    for degrees in (0, 1.5, True):
        with pytest.raises(ValueError, match="expected a whole number, 1 or more"):
            student_quantile(degrees)  # type: ignore[arg-type]


def test_a_page_may_import_it_without_scipy() -> None:
    code = (
        "import sys, indicators.statistics.relation; "
        "sys.exit(any(name in sys.modules for name in ('scipy', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("values", "is_same"),
    [
        ([1e6, 1e6 + 1e-9], True),
        ([1e6, 1e6 + 1e-7], False),
        ([1e-6, 1e-6 + 1e-21], True),
        ([1e-6, 1e-6 + 1e-19], False),
        ([0.0, 0.0], True),
        ([-1.0, 1.0], False),
    ],
)
def test_figures_are_the_same_up_to_the_rounding_of_their_size(values: list[float], is_same: bool) -> None:
    assert _same(np.array(values)) is is_same
