"""The line through the dots: from how many areas on, over which stretch, and where it passes the marked ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.queries.relation import FEWEST, STEPS, _line


def dots(many: int, *, level: bool = False) -> Any:
    """Areas on y = 2x + 1, from x = 10 on, a little off it in turn."""
    return [
        SimpleNamespace(
            area_code=f"E{place}",
            x=10.0 if level else 10.0 + place,
            y=2 * (10.0 + place) + 1 + (0.5 if place % 2 else -0.5),
        )
        for place in range(many)
    ]


def test_eight_areas_make_a_line_and_seven_do_not() -> None:
    assert (FEWEST, STEPS) == (8, 40)
    assert _line(dots(7), []) == (None, None, None, {})
    found, tilt, fit, marked = _line(dots(8), [])
    assert found is not None and tilt is not None and fit is not None
    assert found.value == pytest.approx(0.994, abs=1e-3)
    assert tilt.value == pytest.approx(2.0476, abs=1e-4)
    assert marked == {}


def test_areas_that_are_all_in_one_place_have_no_line() -> None:
    assert _line(dots(9, level=True), ["E1"]) == (None, None, None, {})


def test_the_line_goes_from_the_lowest_to_the_highest_and_through_the_marked() -> None:
    _, tilt, fit, marked = _line(dots(9), ["E8", "E0"])
    assert tilt is not None and fit is not None
    x, value, lower, upper = fit.places, fit.value, fit.lower, fit.upper
    assert [len(part) for part in (x, value, lower, upper)] == [41] * 4
    assert (x[0], x[20], x[40]) == (10.0, 14.0, 18.0)
    assert value[40] - value[0] == pytest.approx(8 * tilt.value)
    assert all(low < middle < high for low, middle, high in zip(lower, value, upper, strict=True))
    assert marked == {"E8": pytest.approx(value[40]), "E0": pytest.approx(value[0])}
