"""Measurements side by side: sums with signs, combined half-widths, and how many decimals figures have."""

from __future__ import annotations

import numpy as np
import pytest
from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Y2021
from hypothesis import given
from hypothesis import strategies as st

from etl.deriving.grid import Grid, _decimals, quadrature
from etl.frames import measurements
from etl.frames.observations import RANK_OF

NAN = float("nan")


def grid_of(rows: list[dict], register) -> Grid:
    return Grid(
        measurements.from_rows([{"area_code": LEEDS, "period": Y2021, **row} for row in rows]), register
    )


def test_a_measure_has_a_place_for_each_area_and_nothing_where_it_has_no_row(register) -> None:
    rows = [
        {"measure": "a", "value": 3.0, "lower_ci_95": 2.0, "upper_ci_95": 5.0, "row": 7, "note": "Rounded."},
        {"measure": "b", "value": 4.0, "area_code": NOTTINGHAM, "half_width_95": 0.5, "status": "unreliable"},
    ]
    grid = grid_of(rows, register)
    cells = grid.measure("a")
    assert cells.there.tolist() == [True, False]
    np.testing.assert_array_equal(cells.value, [3.0, NAN])
    np.testing.assert_array_equal((cells.lower, cells.upper), [[2.0, NAN], [5.0, NAN]])
    np.testing.assert_array_equal(cells.row, [7.0, NAN])
    assert cells.note.tolist() == ["Rounded.", ""]
    assert cells.rank.tolist() == [RANK_OF["ok"], RANK_OF["not_available"]]
    other = grid.measure("b")
    np.testing.assert_array_equal(other.half, [NAN, 0.5])
    assert other.rank.tolist() == [RANK_OF["not_available"], RANK_OF["unreliable"]]
    none = grid.measure("absent")
    assert not none.there.any() and np.isnan(none.value).all()
    assert none.rank.tolist() == [RANK_OF["not_available"]] * 2


def test_a_sum_takes_off_what_has_a_minus_and_keeps_the_worst_status(register) -> None:
    rows = [
        {"measure": "a", "value": 30.0, "half_width_95": 3.0, "lower_ci_95": 27.0, "upper_ci_95": 33.0},
        {"measure": "b", "value": 10.0, "half_width_95": 4.0, "status": "unreliable"},
        {"measure": "c", "value": 5.0, "half_width_95": 12.0},
    ]
    grid = grid_of(rows, register)
    total = grid.total(["a", "-b", "c"])
    assert (total.value[0], total.half[0], total.rank[0]) == (25.0, 13.0, RANK_OF["unreliable"])
    # limits of one measure say nothing of the sum
    assert np.isnan(total.lower[0]) and np.isnan(total.upper[0])
    single = grid.total(["a"])
    assert (single.value[0], single.lower[0], single.upper[0]) == (30.0, 27.0, 33.0)
    negative = grid.total(["-a"])
    assert (negative.value[0], negative.lower[0], negative.upper[0]) == (-30.0, -33.0, -27.0)
    assert np.isnan(grid.total(["a", "absent"]).value[0])


def test_half_widths_combine_where_all_are_there() -> None:
    found = quadrature([np.array([3.0, NAN, 3.0]), np.array([4.0, 4.0, NAN])])
    np.testing.assert_array_equal(found, [5.0, NAN, NAN])
    np.testing.assert_array_equal(quadrature([np.array([NAN]), np.array([1.0])]), [NAN])


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=5))
def test_a_combined_half_width_is_the_root_of_the_squares(halves: list[float]) -> None:
    [found] = quadrature([np.array([half]) for half in halves])
    assert found == pytest.approx(np.sqrt(sum(half**2 for half in halves)), abs=1e-9)


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([12.0, 0.0], 0),
        ([100_000.5], 1),
        ([0.5, 3.0], 1),
        ([0.25], 2),
        ([1.125, 0.5], 3),
        ([0.1234], 4),
        ([0.12345], 5),
        ([0.123456], 6),
        ([0.1234567], 6),
        # what a binary number loses is no decimal
        ([12.0 + 9e-10], 0),
        ([12.0 + 3e-9], 6),
        ([-0.5], 1),
    ],
)
def test_decimals_of_published_figures(values: list[float], decimals: int) -> None:
    assert _decimals(np.array(values)) == decimals


def test_each_kind_of_area_and_period_has_its_own_decimals(register) -> None:
    rows = [
        {"measure": "own", "value": 12.5},
        {"measure": "own", "value": 13.0, "area_code": NOTTINGHAM},
        {"measure": "own", "value": 12.0, "area_code": ENGLAND},
        {"measure": "own", "value": 12.25, "period": "2020-01-01/P1Y"},
        {"measure": "own", "value": 12.125, "area_code": "E06000014"},
    ]
    grid = grid_of(rows, register)
    figures = grid.measure("own").value
    where = np.array([True, True, True, True, False])
    assert grid.precision(figures, where).tolist() == [1.0, 1.0, 0.0, 2.0, 0.0]


def test_types_of_areas_are_those_of_each_place(register) -> None:
    # in an order that is not that of the codes
    rows = [
        {"measure": "a", "value": 1.0, "area_code": ENGLAND},
        {"measure": "a", "value": 1.0, "area_code": LEEDS},
        {"measure": "a", "value": 1.0, "area_code": ENGLAND, "sex": "male"},
        {"measure": "a", "value": 1.0, "area_code": "E12000004"},
    ]
    grid = grid_of(rows, register)
    assert grid.of_types(["england"]).tolist() == [True, False, True, False]
    assert grid.of_types(["ltla", "region"]).tolist() == [False, True, False, True]
    empty = Grid(measurements.empty(), register)
    assert empty.of_types(["england"]).tolist() == []
