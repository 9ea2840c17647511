"""Spine positions: twin, mirror and edges. The pairs are in test_vectors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.statistics import spine

numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


def slow(point: float, benchmark: float, minimum: float, maximum: float, polarity: str) -> float:
    reach = max(abs(benchmark - minimum), abs(benchmark - maximum))
    place = 0.0 if point == benchmark else (point - benchmark) / reach
    return -place if polarity == "low_is_good" else place


@given(
    st.lists(numbers, min_size=6, max_size=6).map(sorted),
    numbers,
    numbers,
    st.sampled_from(["high_is_good", "low_is_good", "none"]),
)
def test_positions_are_their_twin(ends: list[float], value: float, benchmark: float, polarity: str) -> None:
    minimum, p5, p25, p75, p95, maximum = ends
    found = spine.positions(value, benchmark, p5, p25, p75, p95, minimum, maximum, polarity)
    if minimum == maximum == benchmark != value:
        return
    points = {
        "value": value,
        "p5": p5,
        "p25": p25,
        "p75": p75,
        "p95": p95,
        "minimum": minimum,
        "maximum": maximum,
    }
    for name, point in points.items():
        expected = slow(point, benchmark, minimum, maximum, polarity)
        assert float(getattr(found, name)) == pytest.approx(expected, rel=1e-9, abs=1e-15), name
    own = [float(part) for part in found[1:]]
    assert all(-1 <= part <= 1 for part in own)
    assert max(abs(float(found.minimum)), abs(float(found.maximum))) == pytest.approx(1) or minimum == maximum
    rising = [float(found.minimum), *own[:4], float(found.maximum)]
    assert rising == sorted(rising, reverse=polarity == "low_is_good")


def test_a_gap_below_zero() -> None:
    """A benchmark of −2 and an area at +2: far on the wrong side, never on top of the benchmark."""
    found = spine.positions([2.0, -5.0], -2, -8, -4, 1, 2, -9, 3, "low_is_good")
    np.testing.assert_allclose(found.value, [-4 / 7, 3 / 7])
    np.testing.assert_allclose(found.p25, [2 / 7, 2 / 7])


def test_equal_and_missing_points() -> None:
    same = spine.positions([5.0, math.nan], 5, 5, 5, 5, 5, 5, 5, "none")
    np.testing.assert_array_equal(same.value, [0, math.nan])
    assert (same.p5 == 0).all()
    assert np.isnan(spine.positions(5, math.nan, 1, 2, 3, 4, 0, 9, "none").p25)
    part = spine.positions(5, 4, 1, math.nan, 3, 4, 0, 9, "none")
    assert np.isnan(part.p25)
    assert part.value == pytest.approx(0.2)


def test_many_indicators_at_once() -> None:
    found = spine.positions([60, 60], 50, 20, 30, 70, 80, 20, 80, ["high_is_good", "low_is_good"])
    np.testing.assert_allclose(found.value, [1 / 3, -1 / 3])
    assert found.maximum.shape == (2,)
    with pytest.raises(ValueError, match=r"minimum\[1\] is 9\.0; expected at most maximum, 8\.0"):
        spine.positions([1, 1], 5, 1, 2, 3, 4, [0, 9], 8, "none")
    with pytest.raises(ValueError, match="polarity is 'high'"):
        spine.positions(1, 5, 1, 2, 3, 4, 0, 8, "high")
    with pytest.raises(ValueError, match="shapes do not broadcast: value"):
        spine.positions([1, 2, 3], [5, 6], 1, 2, 3, 4, 0, 8, "none")
