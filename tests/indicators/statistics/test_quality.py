"""Survey grades: the bands of the coefficient of variation, its edges, and what has no grade."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.statistics.quality import coefficient_of_variation, survey_grades

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("value", "lower", "upper", "variation", "grade"),
    [
        # Nottingham, employment rate, 2023: half an interval of 4.1 points
        (66.1, 62.0, 70.2, 0.031647, "A"),
        (5.0, 4.0, 6.0, 0.102043, "C"),
        (5.0, 4.1, 5.9, 0.091838, "B"),
        (2.0, 0.5, 3.5, 0.382660, "D"),
        (-5.0, -6.0, -4.0, 0.102043, "C"),
    ],
)
def test_worked_examples(value: float, lower: float, upper: float, variation: float, grade: str) -> None:
    assert float(coefficient_of_variation(value, lower, upper)) == pytest.approx(variation, abs=5e-7)
    assert str(survey_grades(value, lower, upper, False)) == grade


def test_a_variation_on_a_bound_takes_the_poorer_grade() -> None:
    halves = np.array([0.05, 0.10, 0.20]) * Z * 1024
    bounds = coefficient_of_variation(1024, 1024 - halves, 1024 + halves)
    assert bounds.tolist() == pytest.approx([0.05, 0.10, 0.20])
    assert survey_grades(1024, 1024 - halves * 1.001, 1024 + halves * 1.001, False).tolist() == [
        "B",
        "C",
        "D",
    ]
    assert survey_grades(1024, 1024 - halves * 0.999, 1024 + halves * 0.999, False).tolist() == [
        "A",
        "B",
        "C",
    ]


def test_no_interval_no_grade_and_a_flagged_sample_is_always_unreliable() -> None:
    assert survey_grades([1.0, None, None], [None, None, None], [None, None, None], [False, False, True]).tolist() == [
        "",
        "",
        "D",
    ]  # fmt: skip
    assert str(survey_grades(66.1, 62.0, 70.2, True)) == "D"


def test_a_gap_whose_interval_holds_nothing_has_no_grade() -> None:
    assert math.isnan(coefficient_of_variation(0.1, -2.0, 2.2))
    assert survey_grades([0.1, 0.0], [-2.0, 0.0], [2.2, 1.0], False).tolist() == ["", ""]
    # from nothing to something holds nothing too, on either side of it; just beside it does not
    touching = coefficient_of_variation([1.0, -1.0, 0.5, -0.5], [0.0, -2.0, -0.5, -1.5], [2.0, 0.0, 1.5, 0.5])
    assert np.isnan(touching).all()
    assert np.isfinite(coefficient_of_variation([1.0, -1.0], [0.01, -1.99], [1.99, -0.01])).all()


@given(st.floats(0.1, 1e6), st.floats(0.001, 0.45), st.floats(0.01, 100))
def test_the_unit_makes_no_difference(value: float, share: float, scale: float) -> None:
    half = value * share
    here = coefficient_of_variation(value, value - half, value + half)
    there = coefficient_of_variation(value * scale, (value - half) * scale, (value + half) * scale)
    assert float(there) == pytest.approx(float(here), rel=1e-6)
