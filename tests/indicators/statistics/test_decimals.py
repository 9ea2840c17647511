"""Tails of binary arithmetic are taken off; digits that a publisher wrote are not."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.statistics.decimals import MOST_DECIMALS, SIGNIFICANT, meant


@pytest.mark.parametrize(
    ("given_number", "right"),
    [
        (6.199999999999999, 6.2),
        (23.400000000000002, 23.4),
        (22.599999999999998, 22.6),
        (-0.30000000000000004, -0.3),
        (100 - 99.9, 0.1),
        (512.3000000000001, 512.3),
        (57 / 100 * 100, 57.0),
        (4_700_000.0000000009, 4_700_000.0),
        (123_456.12345600002, 123_456.123456),  # twelve digits
    ],
)
def test_a_tail_is_taken_off(given_number: float, right: float) -> None:
    assert given_number != right
    assert meant(given_number) == right


@pytest.mark.parametrize(
    "number",
    [
        0.0,
        6.2,
        33.33333333333333,  # ten of thirty
        52.49275362318841,
        0.0123456789012,
        6.19999999,
        6.2000001,
        1e-13,  # not 0
        0.5234567890123456,
        1_234_567_890.1234567,
        1_234_567.1234560003,  # thirteen digits and a tail
        1e15 + 0.5,
        float("inf"),
    ],
)
def test_what_was_written_stays(number: float) -> None:
    assert meant(number) == number


def test_missing_stays_missing_and_the_shape_stays() -> None:
    found = meant([[np.nan, 6.199999999999999], [1.5, -np.inf]])
    assert found.shape == (2, 2)
    assert np.isnan(found[0, 0]) and found[0, 1] == 6.2 and found[1].tolist() == [1.5, -np.inf]
    assert meant([]).shape == (0,)


def slow_twin(number: float) -> float:
    """The decimal with the fewest places within the tolerance, written out with exact decimals."""
    exact = Decimal(number)
    if exact == 0 or abs(exact) >= 10**SIGNIFICANT:
        return number
    eps = Decimal(2) ** -52
    tolerance = min(4 * eps * max(abs(exact), Decimal(100)), Decimal("1e-12") * abs(exact))
    digits = len(str(int(abs(exact)))) if abs(exact) >= 1 else exact.adjusted() + 1
    for places in range(MOST_DECIMALS + 1):
        rounded = round(exact, places)
        if digits + places <= SIGNIFICANT and abs(exact - rounded) <= tolerance:
            return float(rounded)
    return number


@settings(deadline=None)
@given(
    st.one_of(
        st.floats(-1e9, 1e9),
        st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(1, 4)).map(
            lambda parts: parts[0] / 10 ** parts[2] - parts[1] / 10 ** parts[2]
        ),
    )
)
def test_as_the_slow_twin(number: float) -> None:
    assert float(meant(number)) == slow_twin(number)


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_a_short_decimal_is_itself_and_twice_is_once(whole: int, places: int) -> None:
    number = whole / 10**places
    assert meant(number) == number
    shaken = np.nextafter(number, np.inf)
    assert meant(meant(shaken)) == meant(shaken)
