"""Exact Poisson limits of a few events: scipy's to the last digits, for any level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from indicators.statistics.few_events import exact_limits


@given(st.integers(1, 12), st.floats(0.5, 0.9999))
def test_limits_are_those_of_scipy(below: int, confidence: float) -> None:
    lower, upper = exact_limits(below, confidence)
    counts, tail = np.arange(below, dtype=np.float64), (1 - confidence) / 2
    assert lower[0] == 0
    assert lower[1:] == pytest.approx(special.gammaincinv(counts[1:], tail), rel=1e-13)
    assert upper == pytest.approx(special.gammainccinv(counts + 1, tail), rel=1e-13)


def test_no_event_and_one_event_by_hand() -> None:
    """P(X ≤ 0) = e^-U, and P(X ≥ 1) = 1 − e^-L."""
    lower, upper = exact_limits(2, 0.95)
    assert upper[0] == pytest.approx(-math.log(0.025), rel=1e-15)
    assert lower[1] == pytest.approx(-math.log(0.975), rel=1e-14)
