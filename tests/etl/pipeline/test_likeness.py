"""The distance between NHS areas: the numbers of a small example, and what never changes it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.pipeline.likeness import Profile, alike
from indicators.statistics.likeness import nearest

PROFILES = [
    Profile("E54000001", "icb", (60.0, 10.0)),
    Profile("E54000002", "icb", (62.0, 10.0)),
    Profile("E54000003", "icb", (60.0, 14.0)),
    Profile("E54000004", "icb", (66.0, 18.0)),
]


def test_the_nearest_of_a_worked_example() -> None:
    """Standard deviations are √6 and √11: the second is 2/√6 = 0.816 away, the third 4/√11 = 1.206."""
    found = [pair for pair in alike(PROFILES, 2) if pair.area_code == "E54000001"]
    assert [(pair.rank, pair.similar_code, pair.distance) for pair in found] == [
        (1, "E54000002", 0.816),
        (2, "E54000003", 1.206),
    ]


def test_a_column_without_differences_and_too_few_areas_are_refused() -> None:
    with pytest.raises(ValueError, match="none 0"):
        nearest(np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]]), 1)
    with pytest.raises(ValueError, match="expected more than 2"):
        nearest(np.array([[1.0], [2.0]]), 2)


@given(
    st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=4, max_size=12, unique=True),
    st.integers(2, 50),
    st.integers(-100, 100),
)
def test_another_unit_changes_no_distance(rows: list[tuple[int, ...]], factor: int, shift: int) -> None:
    values = np.array(rows, dtype=float)
    if (values.std(axis=0) == 0).any():
        return
    _, distance = nearest(values, 3)
    _, other = nearest(values * factor + shift, 3)
    assert other == pytest.approx(distance, abs=1e-9)
    assert (np.diff(distance, axis=1) >= 0).all()
    # one at a time
    spread = [
        np.sqrt(sum((x - sum(column) / len(column)) ** 2 for x in column) / len(column))
        for column in values.T
    ]
    for place, here in enumerate(values):
        slow = sorted(
            float(np.sqrt(sum(((a - b) / s) ** 2 for a, b, s in zip(here, there, spread, strict=True))))
            for position, there in enumerate(values)
            if position != place
        )
        assert distance[place] == pytest.approx(slow[:3])
