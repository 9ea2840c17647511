"""How far rounding may move a ratio, against every true count behind the rounded ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.statistics.rounding import LARGEST_BOUND, ratio_bound, rounded


def slow_twin(above: float, below: float, above_half: float, below_half: float) -> float:
    """The furthest ratio over a fine grid of the true counts, those above their whole left out."""
    furthest = 0.0
    for part in np.linspace(above - above_half, above + above_half, 21):
        for whole in np.linspace(below - below_half, below + below_half, 21):
            if whole > 0 and 0 <= part <= whole:
                furthest = max(furthest, abs(part / whole - above / below))
    return furthest


def test_the_worst_case_of_the_held_figures() -> None:
    # 10 of 10, each to the nearest 5, and a base of two counts: from 7.5 of 15 to 12.5 of 12.5
    assert ratio_bound(10, 10, 2.5, 5) == pytest.approx(0.5)
    assert ratio_bound(10, 15, 2.5, 2.5) == pytest.approx(1 / 3)
    assert ratio_bound(500, 1000, 2.5, 2.5) == pytest.approx(502.5 / 997.5 - 0.5)
    assert LARGEST_BOUND == 0.02


def test_exact_counts_have_no_bound_and_missing_ones_none() -> None:
    assert ratio_bound([3, 3], [10, 10], [0, 0], [0, 2.5]).tolist() == [0, pytest.approx(0.1)]
    assert np.isnan(ratio_bound([np.nan, 3], [10, np.nan], 0, 0)).all()


def test_a_rate_may_pass_1_and_a_movement_fall_below_0() -> None:
    assert ratio_bound(20, 10, 2.5, 0, highest=np.inf) == pytest.approx(0.25)
    assert ratio_bound(-10, 100, 5, 0, lowest=-1) == pytest.approx(0.05)
    # a whole that may be nothing leaves the ratio open
    assert ratio_bound(2, 2, 1, 2, highest=np.inf) == np.inf
    assert ratio_bound(1, 2, 1, 2) == pytest.approx(0.5)
    # nobody of a whole that may be nothing is nobody
    assert ratio_bound(0, 2, 0, 2) == 0
    # exact counts have no bound, wherever their ratio lies; rounded ones have that to the nearest that may be true
    assert ratio_bound(12, 10, 0, 0) == 0
    assert ratio_bound(12, 10, 1, 0) == pytest.approx(0.2)
    assert ratio_bound(12, 10, 0, 1) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1, 0, 0, 0), "denominator is 0.0; expected a number above 0"),
        ((1, 2, -1, 0), "numerator_half is -1.0; expected 0 or more"),
        ((1, 2, 0, [-1]), r"denominator_half\[0\] is -1.0; expected 0 or more"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ratio_bound(*arguments)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 40), st.integers(1, 60), st.sampled_from([0, 2.5, 5, 7.5]), st.sampled_from([0, 2.5, 5])
)
def test_no_true_ratio_is_further_away(above: int, below: int, above_half: float, below_half: float) -> None:
    above = min(above, below)
    bound = float(ratio_bound(above, below, above_half, below_half))
    twin = slow_twin(above, below, above_half, below_half)
    assert bound >= twin - 1e-12
    if below > below_half and above >= above_half and above + above_half <= below - below_half:
        # where no end is cut off the bound is reached
        assert bound == pytest.approx(twin)


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([10, 15, 21], [True, True, False]),  # two of three are multiples
        ([10, 15, 21, 22], [False] * 4),  # half is no more than chance allows for
        ([10, 15, np.nan, 21], [True, True, False, False]),  # a missing count says nothing
        ([0, 5], [True, True]),
        ([7], [False]),
        ([], []),
    ],
)
def test_multiples_were_rounded_where_more_than_half_are(counts: list[float], found: list[bool]) -> None:
    assert rounded(counts, 5).tolist() == found


def test_the_unit_is_the_publishers_own_and_above_0() -> None:
    assert rounded([100, 250, 310], 10).tolist() == [True, True, True]
    assert rounded([100, 250, 310], 100).tolist() == [False] * 3
    for unit in (0, -5, np.inf):
        with pytest.raises(ValueError, match="expected a finite number above 0, such as 5"):
            rounded([5], unit)
