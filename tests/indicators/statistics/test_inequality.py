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
    values: list[float], people: list[float], rank: list[float], errors: list[float]
) -> tuple[Any, Any]:
    x = np.column_stack([np.ones(len(values)), slow_ridits(people, rank)])
    w = np.diag(1 / np.square(errors))
    variance = linalg.inv(x.T @ w @ x)
    return variance @ x.T @ w @ np.array(values), variance


@given(rows, st.sampled_from([0.95, 0.998]))
def test_indices_are_their_twin(drawn: list[Any], level: float) -> None:
    values, people, rank, errors = ([row[place] for row in drawn] for place in range(4))
    found = inequality.slope_index(values, people, rank, errors, confidence=level)
    if len(set(rank)) == 1:
        assert all(map(math.isnan, found))
        return
    spread = np.ptp(slow_ridits(people, rank))
    if spread < 1e-4 or max(errors) / min(errors) > 500:
        return  # a line through one point, to all purposes: the twin's matrix is singular
    line, variance = slow_fit(values, people, rank, errors)
    half = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(variance[1, 1])
    scale = max(1.0, half)
    assert found == pytest.approx((line[1], line[1] - half, line[1] + half), rel=1e-7, abs=1e-7 * scale)
    most, least = line[0], line[0] + line[1]
    relative = inequality.relative_index(values, people, rank, errors, confidence=level)
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
