"""Which areas are most like each other: by hand, against a slow twin, and what is refused."""

from __future__ import annotations

import math
from statistics import pstdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.statistics.likeness import nearest


def test_measures_of_any_size_count_alike() -> None:
    # both columns are 0, 1 and 2 times a step of their own
    values = np.array([[0.0, 0.0], [1.0, 100.0], [2.0, 200.0]])
    places, distances = nearest(values, 2)
    assert places.tolist() == [[1, 2], [0, 2], [1, 0]]
    step = math.sqrt(2 * (1 / pstdev([0, 1, 2])) ** 2)
    assert distances == pytest.approx(np.array([[step, 2 * step], [step, step], [step, 2 * step]]))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-50, 50)), min_size=4, max_size=9))
def test_as_the_slow_twin(rows: list[tuple[int, int]]) -> None:
    spreads = [pstdev(column) for column in zip(*rows, strict=True)]
    if 0 in spreads:
        with pytest.raises(ValueError, match="expected more than 3 and none 0"):
            nearest(np.array(rows, dtype=float), 3)
        return
    places, distances = nearest(np.array(rows, dtype=float), 3)
    for own, (others, far) in enumerate(zip(places.tolist(), distances.tolist(), strict=True)):
        assert own not in others
        away = sorted(
            math.hypot(*((a - b) / spread for a, b, spread in zip(rows[own], row, spreads, strict=True)))
            for place, row in enumerate(rows)
            if place != own
        )
        assert far == pytest.approx(away[:3])


def test_of_two_as_near_the_first_is_taken() -> None:
    assert nearest(np.array([[1.0], [0.0], [2.0], [5.0]]), 1)[0].tolist() == [[1], [0], [0], [2]]


@pytest.mark.parametrize(("rows", "count"), [([[1.0], [2.0]], 2), ([[1.0, 3.0], [2.0, 3.0], [3.0, 3.0]], 1)])
def test_what_cannot_be_told_is_refused(rows: list[list[float]], count: int) -> None:
    with pytest.raises(ValueError, match=f"{len(rows)} areas with standard deviations"):
        nearest(np.array(rows), count)


def test_as_many_as_there_are_others() -> None:
    assert nearest(np.array([[1.0], [2.0]]), 1)[0].tolist() == [[1], [0]]
