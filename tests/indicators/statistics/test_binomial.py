"""The binomial distribution function: counted out by hand, beside scipy's, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from indicators.statistics.binomial import distribution_function


def one(events: float, size: float, chance: float) -> float:
    return float(distribution_function(np.array([events]), np.array([size]), np.array([chance]))[0])


@pytest.mark.parametrize(
    ("events", "size", "chance", "expected"),
    [
        (0, 3, 0.1, 0.729),
        (2, 10, 0.5, 56 / 1024),
        (9, 10, 0.5, 1023 / 1024),
        (3, 5, 0.2, 0.99328),
        (0, 1, 0.25, 0.75),
        (50, 101, 0.5, 0.5),
    ],
)
def test_it_is_what_is_counted_out(events: float, size: float, chance: float, expected: float) -> None:
    assert one(events, size, chance) == pytest.approx(expected, rel=1e-13)


@given(st.floats(1, 1e6), st.floats(1e-3, 1 - 1e-3), st.floats(-8, 8))
def test_it_is_scipys(size: float, chance: float, away: float) -> None:
    middle = size * chance + away * np.sqrt(size * chance * (1 - chance))
    events = np.clip(np.floor(middle), 0, np.ceil(size) - 1)
    expected = special.betainc(size - events, events + 1, 1 - chance)
    assert one(events, size, chance) == pytest.approx(float(expected), rel=1e-10, abs=1e-15)


@given(st.integers(1, 10**9), st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_it_falls_as_the_chance_rises(size: int, chances: list[float]) -> None:
    ordered = np.sort(chances)
    found = distribution_function(
        np.full_like(ordered, size // 2 if size > 1 else 0), np.full_like(ordered, size), ordered
    )
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) <= 1e-8).all()


def test_nothing_or_all_left_to_chance() -> None:
    assert [one(0, 5, 0.0), one(4, 5, 0.0), one(0, 5, 1.0), one(4, 5, 1.0)] == [1, 1, 0, 0]


def test_shapes_broadcast() -> None:
    found = distribution_function(np.array([[0.0], [1.0]]), np.array([2.0, 3.0]), np.array([0.5, 0.5]))
    np.testing.assert_allclose(found, [[0.25, 0.125], [0.75, 0.5]], rtol=1e-14)
