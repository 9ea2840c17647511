"""Suppression, and the proof that no hidden cell can be found by subtraction.

The proof plays a reader who knows every figure shown, every sum, and that a hidden count is not 0: it looks for a
second table that fits all of it, for each hidden cell, by trying every table (small ones) or by linear
programming (larger ones). It shares no code with the suppression.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from indicators.statistics import disclosure
from indicators.statistics.disclosure import (
    SmallNumbers,
    Suppressed,
    determined,
    found_by_subtraction,
    primary,
    suppress,
)

ONE_TO_FOUR = SmallNumbers(1, 4)


def published(table: Suppressed) -> list[float]:
    """Every figure of a table as published, in one row; the order of ``sums``."""
    blocks = [table.children, table.parents, np.atleast_1d(table.overall)]
    if table.child_totals is not None:
        assert table.parent_totals is not None
        assert table.overall_total is not None
        blocks += [table.child_totals, table.parent_totals, np.atleast_1d(table.overall_total)]
    return [float(value) for block in blocks for value in np.ravel(block)]


def sums(parents: list[str], columns: int) -> np.ndarray:
    """Each published figure (rows) as a sum of the children's counts (columns of the matrix)."""
    children = len(parents)
    cells = np.eye(children * columns).reshape(children, columns, -1)
    by_parent = np.array(
        [cells[[own == label for own in parents]].sum(axis=0) for label in sorted(set(parents))]
    )
    blocks = [cells, by_parent, cells.sum(axis=0)[None]]
    if columns > 1:
        blocks += [block.sum(axis=1, keepdims=True) for block in blocks]
    return np.concatenate([block.reshape(-1, children * columns) for block in blocks])


def hidden_and_certain(shown: list[float], matrix: np.ndarray, least: int) -> list[int]:
    """Hidden figures that have one value only among all tables that fit (linear programmes)."""
    known = [place for place, value in enumerate(shown) if not np.isnan(value)]
    hidden_children = [place for place in range(matrix.shape[1]) if np.isnan(shown[place])]
    bounds = [(least if place in hidden_children else 0, None) for place in range(matrix.shape[1])]
    certain = []
    for place, value in enumerate(shown):
        if not np.isnan(value):
            continue
        ends = []
        for sign in (1, -1):
            answer = linprog(
                sign * matrix[place], A_eq=matrix[known], b_eq=[shown[cell] for cell in known], bounds=bounds
            )
            ends.append(sign * answer.fun if answer.fun is not None else np.inf)
        if ends[1] - ends[0] < 1 - 1e-6:
            certain.append(place)
    return certain


def test_every_small_table() -> None:
    """All 441 tables of two parents with two children each and counts 0 to 5 (children in order of size), against
    all 6,561 readings of each."""
    parents = ["north", "north", "south", "south"]
    matrix = sums(parents, 1)
    readings = np.array(list(itertools.product(range(9), repeat=4))) @ matrix.T
    pairs = list(itertools.combinations_with_replacement(range(6), 2))
    for counts in (north + south for north, south in itertools.product(pairs, repeat=2)):
        shown = np.array(published(suppress(counts, parents, ONE_TO_FOUR)))
        known = ~np.isnan(shown)
        zero_hidden = any(count == 0 and not seen for count, seen in zip(counts, known, strict=False))
        fits = readings[(readings[:, known] == shown[known]).all(axis=1)]
        if not zero_hidden:  # a reader knows then that what is hidden is not 0
            fits = fits[(fits[:, ~known] >= 1).all(axis=1)]
        assert len(fits), counts
        alike = fits.min(axis=0) == fits.max(axis=0)
        assert not alike[~known].any(), (counts, shown)
        small = np.isin(np.array(counts) @ matrix.T, [1, 2, 3, 4])
        assert not known[small].any(), counts


def gives_away(truth: np.ndarray, known: np.ndarray, readings: np.ndarray) -> bool:
    """Whether any hidden figure has one value only among all readings that fit, found by trying each of them."""
    fits = readings[(readings[:, known] == truth[known]).all(axis=1)]
    if not (truth[~known] == 0).any():  # a reader knows then that what is hidden is not 0
        fits = fits[(fits[:, ~known] >= 1).all(axis=1)]
    return bool((fits.min(axis=0) == fits.max(axis=0))[~known].any())


@pytest.mark.parametrize(
    ("parents", "columns", "rule", "top"),
    [(["north", "north", "south", "south"], 1, ONE_TO_FOUR, 6), (["a", "a"], 2, SmallNumbers(1, 2), 5)],
)
def test_nothing_is_hidden_that_need_not_be(
    parents: list[str], columns: int, rule: SmallNumbers, top: int
) -> None:
    """Every table of four small counts: with any one figure shown again that only protects, another is given away."""
    matrix = sums(parents, columns)
    readings = np.array(list(itertools.product(range(top + 3), repeat=4))) @ matrix.T
    for counts in itertools.product(range(top), repeat=4):
        if columns == 1 and (counts[0] > counts[1] or counts[2] > counts[3] or counts[:2] > counts[2:]):
            continue  # the same table in another order
        if columns == 2 and (counts[0] > min(counts) or counts[1] > counts[2]):
            continue
        table = suppress(
            np.reshape(counts, (len(parents), columns) if columns > 1 else len(parents)), parents, rule
        )
        truth = np.array(counts) @ matrix.T
        known = ~np.isnan(published(table))
        assert not gives_away(truth, known, readings), counts
        is_small = (truth >= rule.lowest) & (truth <= rule.highest)
        for figure in np.flatnonzero(~known & ~is_small):
            again = known.copy()
            again[figure] = True
            assert gives_away(truth, again, readings), (counts, published(table), figure)


def test_company_is_looked_for_where_the_cell_is_alone() -> None:
    """Cell 0 is alone in its first sum and not in its second: the smallest of the second is no help."""
    cells = [3, 20, 30, 4, 2, 53, 9]
    equations = [(5, (0, 1, 2)), (6, (0, 3, 4))]
    hidden = disclosure.secondary(cells, equations, [True, False, False, True, False, False, False], 1)
    assert hidden.tolist() == [True, True, False, True, False, False, False]


def test_what_was_hidden_early_is_shown_where_it_is_needed_no_more() -> None:
    # the 5 beside the 2 was hidden before their total was, which alone protects the 2
    table = suppress([0, 1, 2, 5], ["north", "north", "south", "south"], ONE_TO_FOUR)
    np.testing.assert_array_equal(table.children, [0, np.nan, np.nan, 5])
    np.testing.assert_array_equal(table.parents, [np.nan, np.nan])
    assert table.overall == 8


@settings(max_examples=60)
@given(
    st.integers(1, 3).flatmap(
        lambda columns: st.lists(
            st.tuples(
                st.sampled_from(["a", "b", "c"]),
                st.lists(st.integers(0, 12), min_size=columns, max_size=columns),
            ),
            min_size=1,
            max_size=7,
        )
    )
)
def test_no_hidden_figure_of_a_drawn_table_is_certain(rows: list[Any]) -> None:
    parents = [row[0] for row in rows]
    counts = np.array([row[1] for row in rows])
    columns = counts.shape[1]
    table = suppress(counts[:, 0] if columns == 1 else counts, parents, ONE_TO_FOUR)
    shown = published(table)
    truth = sums(parents, columns) @ counts.ravel()
    assert all(np.isnan(value) or value == true for value, true in zip(shown, truth, strict=True))
    assert all(np.isnan(value) for value, true in zip(shown, truth, strict=True) if 1 <= true <= 4)
    zero_hidden = bool((truth[np.isnan(shown)] == 0).any())
    assert hidden_and_certain(shown, sums(parents, columns), 0 if zero_hidden else 1) == []


@pytest.mark.parametrize(
    ("counts", "parents"),
    [
        ([[1, 1], [1, 1], [1, 0]], ["a", "a", "a"]),
        ([[12, 1], [9, 9], [1, 0]], ["b", "b", "a"]),
        ([[3, 12], [1, 1], [1, 0]], ["a", "a", "a"]),
        ([[9, 9], [1, 1], [1, 1]], ["b", "b", "b"]),
    ],
)
def test_rows_and_columns_together_give_nothing_away(counts: list[list[int]], parents: list[str]) -> None:
    """Each sum alone leaves a choice here; all of them, and knowing that no hidden count is 0, must as well."""
    shown = published(suppress(counts, parents, ONE_TO_FOUR))
    matrix = sums(parents, 2)
    zero_hidden = bool(((matrix @ np.ravel(counts))[np.isnan(shown)] == 0).any())
    assert hidden_and_certain(shown, matrix, 0 if zero_hidden else 1) == []


def test_a_lone_small_count_takes_the_next_smallest_with_it() -> None:
    table = suppress([3, 40, 7, 20, 60, 50], ["a", "a", "a", "a", "b", "b"], ONE_TO_FOUR)
    np.testing.assert_array_equal(table.children, [np.nan, 40, np.nan, 20, 60, 50])
    assert table.primary.tolist() == [True, False, False, False, False, False]
    assert table.secondary.tolist() == [False, False, True, False, False, False]
    np.testing.assert_array_equal(table.parents, [70, 110])
    assert table.parent_labels.tolist() == ["a", "b"]
    assert table.overall == 180


def test_two_ones_that_add_to_two_are_found_without_a_third() -> None:
    """The parent's 12 less 10 leaves 2 for two hidden counts that are not 0: each is 1."""
    table = suppress([1, 1, 10, 30], ["a", "a", "a", "b"], ONE_TO_FOUR)
    np.testing.assert_array_equal(table.children, [np.nan, np.nan, np.nan, 30])
    equations = [(4, (0, 1, 2))]
    hidden = [True, True, False, False, False]
    assert found_by_subtraction([1, 1, 10, 30, 12], equations, hidden, lowest=1).tolist() == hidden
    assert not found_by_subtraction([1, 1, 10, 30, 12], equations, hidden, lowest=0).any()


def test_an_only_child_hides_its_parent_and_another() -> None:
    table = suppress([3, 20, 30, 40, 50], ["a", "b", "b", "c", "c"], ONE_TO_FOUR)
    np.testing.assert_array_equal(table.parents, [np.nan, np.nan, 90])
    assert np.isnan(table.children[0])
    # b's total is hidden, so both of b's children may be shown only if they do not add up to it
    assert np.isnan(table.children[1:3]).any()
    assert table.overall == 143


def test_columns_and_their_totals() -> None:
    counts = [[2, 30, 40], [25, 35, 45], [50, 60, 70]]
    table = suppress(counts, ["a", "a", "b"], ONE_TO_FOUR)
    assert table.children.shape == (3, 3)
    assert table.primary.sum() == 1
    # a hidden cell needs company in its row and in its column
    assert np.isnan(table.children[0]).sum() >= 2
    assert np.isnan(table.children[:2, 0]).sum() == 2
    assert table.child_totals is not None
    np.testing.assert_array_equal(table.child_totals, [72, 105, 180])
    assert table.overall_total == 357


def test_nothing_to_hide() -> None:
    table = suppress([30, 20, 3], ["a", "a", "b"], None)
    np.testing.assert_array_equal(table.children, [30, 20, 3])
    assert not table.secondary.any()
    none = suppress([], [], ONE_TO_FOUR)
    assert none.children.shape == (0,)
    zeros = suppress([0, 0, 9], ["a", "a", "b"], ONE_TO_FOUR)
    np.testing.assert_array_equal(zeros.children, [0, 0, 9])


def test_permuting_children_permutes_what_is_hidden() -> None:
    generator = np.random.default_rng(2)
    counts = generator.permutation(60)[:24] + 1  # all different, so that no choice is a toss-up
    parents = np.repeat(["a", "b", "c"], 8)
    order = generator.permutation(24)
    straight = suppress(counts, parents, SmallNumbers(1, 6))
    shuffled = suppress(counts[order], parents[order], SmallNumbers(1, 6))
    np.testing.assert_array_equal(straight.children[order], shuffled.children)


def test_a_hidden_count_may_be_none_unless_it_is_said_to_be_more() -> None:
    cells, equations, hidden = [22, 1, 1, 20], [(0, (1, 2, 3))], [False, True, True, False]
    assert disclosure.secondary(cells, equations, hidden).tolist() == hidden
    # two counts of 1 or more that come to 2 are 1 each
    assert disclosure.secondary(cells, equations, hidden, 1).tolist() == [False, True, True, True]


def test_other_tables() -> None:
    """Any set of equations: here two overlapping totals that give a cell away only when taken together."""
    cells = [5, 6, 7, 11, 13]  # 0 + 1 = 3, 1 + 2 = 4
    equations = [(3, (0, 1)), (4, (1, 2))]
    hidden = disclosure.secondary(cells, equations, [False, True, False, False, False])
    assert hidden.tolist() == [True, True, True, False, False]
    assert not found_by_subtraction(cells, equations, hidden).any()
    # the difference of the two sums leaves cell 0 alone: 0 = 3 − 4 + 2
    tied = found_by_subtraction(cells, equations, [True, True, False, False, False])
    assert tied.tolist() == [True, True, False, False, False]


def test_a_total_of_totals_is_hidden_later_than_one_of_parts() -> None:
    # a and b in the north, c in the south, and both in all: the hidden north takes the south with it
    cells = [5, 6, 11, 20, 20, 31]
    equations = [(2, (0, 1)), (4, (3,)), (5, (2, 4))]
    hidden = disclosure.secondary(cells, equations, [True, False, True, False, False, False])
    # b may be shown: the north is hidden, so that a and b add up to nothing that is known
    assert hidden.tolist() == [True, False, True, True, True, False]


def test_levels_of_a_table_with_columns() -> None:
    table = disclosure._Table(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 0]), 1)
    # children, their parent, all; then the totals across the columns of each
    assert table.cells.tolist() == [1, 2, 3, 4, 4, 6, 4, 6, 3, 7, 10, 10]
    assert table.level.tolist() == [0, 0, 0, 0, 1, 1, 2, 2, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("matrix", "true", "is_one"),
    [
        # two counts of at least 1 that sum to 2 are each 1; to 3, they may be 1 and 2
        ([[1.0, 1.0]], [1.0, 1.0], True),
        ([[1.0, 1.0]], [1.0, 2.0], False),
        # a difference says nothing of how large both are
        ([[1.0, -1.0]], [3.0, 2.0], False),
        ([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]], [1.0, 1.0, 4.0], True),
    ],
)
def test_whether_a_count_can_be_one_number_only(
    matrix: list[list[float]], true: list[float], is_one: bool
) -> None:
    assert disclosure._only_one(np.array(matrix), np.array(true), 0, 1) is is_one


def test_primary() -> None:
    assert primary([0, 1, 4, 5, np.nan], ONE_TO_FOUR).tolist() == [False, True, True, False, False]
    assert not primary([1, 2], None).any()
    assert primary(3, ONE_TO_FOUR) == np.True_


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: primary([1, -1], ONE_TO_FOUR), r"counts\[1\] is -1\.0; expected a finite number, 0 or more"),
        (
            lambda: suppress([1, 2.5], ["a", "a"], ONE_TO_FOUR),
            r"counts\[1\] is 2\.5; expected a whole number",
        ),
        (lambda: suppress([1, np.nan], ["a", "a"], ONE_TO_FOUR), r"counts\[1\] is nan"),
        (lambda: suppress([1, 2], ["a"], ONE_TO_FOUR), r"counts \(2,\), parents \(1,\)"),
        (
            lambda: disclosure.secondary([1, 2, 4], [(2, (0, 1))], [True, False, False]),
            r"equations\[0\]: cell 2 is 4\.0",
        ),
        (
            lambda: found_by_subtraction([1, 2, 4], [(2, (0, 1))], [True, False, False]),
            r"equations\[0\]: cell 2 is 4\.0, its parts sum to 3\.0",
        ),
        (
            lambda: found_by_subtraction([-1, 2, 1], [(2, (0, 1))], [True, False, False]),
            r"counts\[0\] is -1\.0; expected a whole number, 0 or more",
        ),
        (lambda: found_by_subtraction([1, np.inf], [], [True, False]), r"counts\[1\] is inf"),
        (lambda: disclosure.secondary([1, 2], [], [True]), r"cells \(2,\), hidden \(1,\)"),
    ],
)
def test_bad_input_is_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


ANY = [np.inf, np.inf]


@pytest.mark.parametrize(
    ("matrix", "sums", "lowest", "highest", "found"),
    [
        # two that add up to 5: neither, or both where each is at its least or its most
        ([[1, 1]], [5], [0, 0], ANY, [False, False]),
        ([[1, 1]], [2], [1, 1], ANY, [True, True]),
        ([[1, 1]], [8], [1, 1], [4, 4], [True, True]),
        ([[1, 1]], [7], [1, 1], [4, 4], [False, False]),
        # by subtraction alone, whatever the bounds
        ([[1, 1], [1, 0]], [9, 3], [-np.inf, -np.inf], ANY, [True, True]),
        # 2a + b = 4 and b of 3 or 4: b is 4, since a is a whole number
        ([[2, 1]], [4], [0, 3], [np.inf, 4], [True, False]),
        # nothing fits
        ([[1, 1]], [1], [1, 1], ANY, None),
        # without an end on either side
        ([[1, -1]], [0], [-np.inf, -np.inf], ANY, [False, False]),
        # no sum at all: only the bounds
        (np.zeros((0, 2)), [], [1, 1], [1, 2], [True, False]),
    ],
)
def test_what_a_system_of_sums_leaves_one_value(
    matrix: Any, sums: list[float], lowest: list[float], highest: list[float], found: list[bool] | None
) -> None:
    answer = determined(matrix, sums, lowest, highest)
    assert (None if answer is None else answer.tolist()) == found


def test_a_system_of_other_shapes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shapes do not match: matrix \(1, 2\), sums \(2,\)"):
        determined([[1, 1]], [1, 2], [0, 0], ANY)
    with pytest.raises(ValueError, match=r"lowest \(1,\)"):
        determined([[1, 1]], [1], [0], ANY)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 1), min_size=4, max_size=4), min_size=1, max_size=3), st.data())
def test_what_has_one_value_is_what_trying_every_table_finds(
    matrix: list[list[int]], data: st.DataObject
) -> None:
    true = data.draw(st.lists(st.integers(1, 4), min_size=4, max_size=4))
    sums = (np.array(matrix) @ true).tolist()
    fitting = [
        table
        for table in itertools.product(range(1, 5), repeat=4)
        if (np.array(matrix) @ table).tolist() == sums
    ]
    answer = determined(matrix, sums, [1] * 4, [4] * 4)
    assert answer is not None
    # the ends of real numbers are rounded to whole ones, which may leave one open that is not
    for place in range(4):
        if answer[place]:
            assert len({table[place] for table in fitting}) == 1
    if len(matrix) == 1:
        assert answer.tolist() == [len({table[place] for table in fitting}) == 1 for place in range(4)]
