"""Slope and relative index: a matrix twin, worked figures and invariants."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg, stats

from indicators.statistics import inequality

MISSING = math.nan
rows = st.lists(
    st.tuples(st.floats(-100, 100), st.integers(1, 10**6), st.integers(1, 10), st.floats(0.01, 50)),
    min_size=3,
    max_size=40,
)


def slow_ridits(people: list[float], rank: list[float]) -> list[float]:
    everyone = sum(people)
    return [
        (
            sum(p for p, r in zip(people, rank, strict=True) if r < own)
            + sum(p for p, r in zip(people, rank, strict=True) if r == own) / 2
        )
        / everyone
        for own in rank
    ]


def slow_fit(
    values: list[float], people: list[float], rank: list[float], errors: list[float], weights: str
) -> tuple[Any, Any]:
    """Coefficients of the line, and their covariance when each value has the variance SE²: (X'WX)⁻¹X'W."""
    x = np.column_stack([np.ones(len(values)), slow_ridits(people, rank)])
    w = np.diag(people if weights == "population" else 1 / np.square(errors)).astype(float)
    of_values = linalg.inv(x.T @ w @ x) @ x.T @ w
    return of_values @ np.array(values), of_values @ np.diag(np.square(errors)) @ of_values.T


WEIGHTS = ["population", "inverse_variance"]


@given(rows, st.sampled_from([0.95, 0.998]), st.sampled_from(WEIGHTS))
def test_indices_are_their_twin(drawn: list[Any], level: float, weights: Any) -> None:
    values, people, rank, errors = ([row[place] for row in drawn] for place in range(4))
    found = inequality.slope_index(values, people, rank, errors, confidence=level, weights=weights)
    if len(set(rank)) == 1:
        assert all(map(math.isnan, found))
        return
    spread = np.ptp(slow_ridits(people, rank))
    if spread < 1e-2 or max(errors) / min(errors) > 500 or max(people) / min(people) > 1000:
        return  # a line through one point, to all purposes: the twin's matrix is singular
    line, variance = slow_fit(values, people, rank, errors, weights)
    half = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(variance[1, 1])
    scale = max(1.0, half)
    assert found == pytest.approx((line[1], line[1] - half, line[1] + half), rel=1e-7, abs=1e-7 * scale)
    most, least = line[0], line[0] + line[1]
    relative = inequality.relative_index(values, people, rank, errors, confidence=level, weights=weights)
    if min(most, least) <= 1e-3:
        return
    towards = np.array([1 / least - 1 / most, 1 / least])
    spread_of_log = math.sqrt(towards @ variance @ towards) * float(stats.norm.ppf((1 + level) / 2))
    if spread_of_log < 20:
        expected = [least / most * math.exp(sign * spread_of_log) for sign in (0, -1, 1)]
        assert relative == pytest.approx(expected, rel=1e-5)


def test_deciles_of_equal_people() -> None:
    """A perfect line from 80 to 71 over ten equal tenths: the slope is 10, from 80.5 to 70.5 at the ends."""
    values = [80.0 - tenth for tenth in range(10)]
    found = inequality.slope_index(values, [1000] * 10, list(range(1, 11)), [0.5] * 10)
    assert found.value == pytest.approx(-10)
    assert found.upper - found.lower == pytest.approx(2 * 1.959964 * 0.5 / math.sqrt(0.825), rel=1e-6)
    relative = inequality.relative_index(values, [1000] * 10, list(range(1, 11)), [0.5] * 10)
    assert relative.value == pytest.approx(70.5 / 80.5)
    assert relative.lower < relative.value < relative.upper


# people, value and standard error of ten tenths, from the most to the least deprived
TENTHS = (
    [5200, 4800, 5100, 3900, 4500, 6100, 2500, 3300, 7000, 4100],
    [41.2, 43.0, 44.8, 44.1, 47.3, 49.0, 46.2, 52.9, 51.0, 56.4],
    [1.1, 0.9, 1.3, 1.6, 0.8, 1.0, 2.4, 1.2, 0.7, 1.9],
)


def test_population_weights_are_those_of_the_field() -> None:
    """As PHEindicatormethods does it: value·√a on √a and b·√a without a constant, a the share of the people, b the place
    in the middle of it; the limits are percentiles of the slopes of values drawn around their own."""
    people, values, errors = (np.array(column, dtype=float) for column in TENTHS)
    a = people / people.sum()
    b = np.cumsum(a) - a / 2
    design = np.column_stack([np.sqrt(a), b * np.sqrt(a)])
    (most, slope), *_ = linalg.lstsq(design, values * np.sqrt(a))
    found = inequality.slope_index(values, people, range(1, 11), errors)
    assert found.value == pytest.approx(slope, rel=1e-12)
    relative = inequality.relative_index(values, people, range(1, 11), errors)
    assert relative.value == pytest.approx((most + slope) / most, rel=1e-12)
    drawn = values + errors * np.random.default_rng(20).standard_normal((40_000, 10))
    lines, *_ = linalg.lstsq(design, (drawn * np.sqrt(a)).T)
    assert (found.lower, found.upper) == pytest.approx(np.percentile(lines[1], [2.5, 97.5]), abs=0.06)
    ratios = (lines[0] + lines[1]) / lines[0]
    assert (relative.lower, relative.upper) == pytest.approx(np.percentile(ratios, [2.5, 97.5]), abs=0.004)


def test_the_weights_are_another_line_and_are_named() -> None:
    people, values, errors = TENTHS
    by_people = inequality.slope_index(values, people, range(1, 11), errors)
    by_precision = inequality.slope_index(values, people, range(1, 11), errors, weights="inverse_variance")
    assert by_people == inequality.slope_index(values, people, range(1, 11), errors, weights="population")
    assert by_people.value != pytest.approx(by_precision.value, abs=0.05)
    # the line of least variance has the narrower interval
    assert by_precision.upper - by_precision.lower < by_people.upper - by_people.lower
    with pytest.raises(ValueError, match="weights is 'people'; expected 'population' or 'inverse_variance'"):
        inequality.slope_index(values, people, range(1, 11), errors, weights="people")  # type: ignore[arg-type]


def test_order_and_ties() -> None:
    np.testing.assert_allclose(inequality.ridits([10, 20, 30, 40], [4, 2, 2, 1]), [0.95, 0.65, 0.65, 0.2])
    np.testing.assert_allclose(inequality.ridits([10, MISSING, 30], [1, 2, 3]), [0.125, MISSING, 0.625])
    table = np.array([[3.0, 5, 4, 9], [10, 20, 30, 40], [4, 2, 2, 1], [1, 1, 2, 1]])
    straight = inequality.slope_index(*table)
    turned = inequality.slope_index(*table[:, [2, 0, 3, 1]])
    assert straight == pytest.approx(turned, rel=1e-12)


def test_what_cannot_be_calculated() -> None:
    assert all(map(math.isnan, inequality.slope_index([1, 2], [1, 1], [1, 2], [1, 1])))
    assert all(map(math.isnan, inequality.slope_index([1, 2, MISSING], [1] * 3, [1, 2, 3], [1] * 3)))
    assert all(map(math.isnan, inequality.relative_index([-1, -2, -3], [1] * 3, [1, 2, 3], [1] * 3)))
    # an area with anything missing is left out, and counts for nothing
    table = [[1.0, 3, 5, 7], [1.0, 2, 3, 4], [1.0, 2, 3, 4], [1.0, 2, 1, 2]]
    without = inequality.slope_index(*(column[:3] for column in table))
    for row in range(4):
        with_gap = [[*column[:3], MISSING if place == row else 9.0] for place, column in enumerate(table)]
        assert inequality.slope_index(*with_gap) == without
    # four equal parts on a line through 0 at an end: no ratio to nothing, nor of nothing
    for values in ([1, 3, 5, 7], [7, 5, 3, 1]):
        assert inequality.slope_index(values, [1] * 4, [1, 2, 3, 4], [1] * 4).value in (8.0, -8.0)
        assert all(map(math.isnan, inequality.relative_index(values, [1] * 4, [1, 2, 3, 4], [1] * 4)))
    assert inequality.relative_index([2, 4, 6, 8], [1] * 4, [1, 2, 3, 4], [1] * 4).value == pytest.approx(9)
    assert not math.isnan(inequality.slope_index([-1, -2, -3], [1] * 3, [1, 2, 3], [1] * 3).value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: inequality.slope_index([1, 2, 3], [1, 0, 1], [1, 2, 3], [1] * 3),
            r"populations\[1\] is 0\.0",
        ),
        (
            lambda: inequality.slope_index([1, 2, 3], [1] * 3, [1, 2, 3], [1, 1, 0]),
            r"standard_errors\[2\] is 0\.0",
        ),
        (lambda: inequality.slope_index([1, 2, 3], [1] * 3, [1, 2], [1] * 3), r"deprivation_rank \(2,\)"),
        (
            lambda: inequality.slope_index([1, math.inf, 3], [1] * 3, [1, 2, 3], [1] * 3),
            r"values\[1\] is inf",
        ),
        (
            lambda: inequality.relative_index([1] * 3, [1] * 3, [1, 2, 3], [1] * 3, confidence=0),
            "confidence is 0",
        ),
    ],
)
def test_bad_input_is_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_standard_errors_are_the_half_width_over_z() -> None:
    found = inequality.standard_errors([62.0, np.nan, 10.0], [70.2, 5.0, 10.0])
    assert found == pytest.approx([8.2 / (2 * 1.959963984540054), np.nan, 0.0], nan_ok=True, rel=1e-12)
    wider = inequality.standard_errors([62.0], [70.2], confidence=0.998)
    assert wider[0] == pytest.approx(8.2 / (2 * 3.090232306167813), rel=1e-9)


def test_limits_the_wrong_way_round_are_named() -> None:
    with pytest.raises(ValueError, match=r"upper.*1.*4"):
        inequality.standard_errors([1.0, 5.0], [2.0, 4.0])
