"""What of one's own figures must be hidden with what is: small tables by hand, one rule each."""

from __future__ import annotations

import numpy as np
import pytest

from etl.deriving import own_disclosure
from etl.deriving.own_disclosure import OwnTable, Sum, _levels, more_to_hide

HIDDEN = float("nan")


def sums(*totals: tuple[int, tuple[int, ...]], name: str = "value") -> list[Sum]:
    return [((whole, name), tuple((part, name) for part in parts)) for whole, parts in totals]


def counted(
    values: list[float], totals: list[Sum], *, primary: list[int] | None = None, missing: tuple[int, ...] = ()
) -> OwnTable:
    """A table of one count; nan is hidden (by the rule, if not said otherwise) but for the places ``missing``."""
    column = np.array(values)
    is_hidden = np.isnan(column)
    is_hidden[list(missing)] = False
    is_primary = is_hidden.copy() if primary is None else np.isin(np.arange(len(column)), primary)
    return OwnTable({"value": column}, is_hidden, is_primary, totals, is_part=False)


@pytest.mark.parametrize(
    ("total", "more"),
    [
        (2, [2]),  # 1 and 1
        (3, []),  # 1 and 2, whichever
        (7, []),  # 3 and 4, whichever
        (8, [2]),  # 4 and 4: the rule hides nothing larger
        (9, []),  # the rule cannot have hidden both, so that nothing is known of its bound
    ],
)
def test_counts_of_the_rule_have_a_least_and_a_most(total: float, more: list[int]) -> None:
    table = counted([total + 20, HIDDEN, 20, HIDDEN], sums((0, (1, 2, 3))))
    assert more_to_hide(table) == (more, 0)


def test_a_count_that_is_hidden_for_another_has_no_most() -> None:
    # 5 is left of 25: 1 and 4 or 4 and 1, or, of one that the rule did not hide, any
    totals = sums((0, (1, 2, 3)))
    assert more_to_hide(counted([28, HIDDEN, 20, HIDDEN], totals, primary=[1])) == ([], 0)
    assert more_to_hide(counted([28, HIDDEN, 20, HIDDEN], totals, primary=[1, 3])) == ([2], 0)


def test_parts_go_before_wholes_and_the_smallest_first() -> None:
    two_levels = sums((0, (1, 2)), (1, (3, 4, 5)))
    table = counted([100, 60, 40, HIDDEN, 30, 28], two_levels)
    assert more_to_hide(table) == ([5], 0)
    # zeros last, and the whole after all its parts
    assert more_to_hide(counted([31, HIDDEN, 0, 30], sums((0, (1, 2, 3))))) == ([3], 0)
    assert more_to_hide(counted([1, HIDDEN, 0], sums((0, (1, 2)))))[0][0] == 0


def test_levels_are_counted_from_below_in_whatever_order_sums_are_given() -> None:
    upper, middle, lower = sums((0, (1, 2)), (1, (3, 4)), (3, (5, 6)))
    for totals in ([upper, middle, lower], [lower, middle, upper], [middle, upper, lower]):
        assert _levels(totals, 7).tolist() == [3, 2, 0, 1, 0, 0, 0]


def test_a_count_that_is_not_hidden_may_be_none() -> None:
    # 2 are left for a hidden count and one that is only missing: 1 and 1, or 2 and none
    table = counted([22, HIDDEN, 20, HIDDEN], sums((0, (1, 2, 3))), missing=(3,))
    assert more_to_hide(table) == ([], 0)


def test_a_count_that_is_not_there_is_nobodys_secret_and_tells_of_others() -> None:
    # place 1 is found from the first sum though nobody gave it, and then place 3 from the second
    table = counted([50, HIDDEN, 20, HIDDEN, 33], sums((0, (1, 2)), (4, (1, 3))), missing=(1,))
    assert more_to_hide(table) == ([4], 0)
    assert more_to_hide(counted([50, HIDDEN, 20], sums((0, (1, 2))), missing=(1,))) == ([], 0)


def test_sums_over_two_ways_are_taken_together() -> None:
    """Two areas by two sexes: over areas alone and over sexes alone each hidden count has company."""
    # women of A, men of A, women of B, men of B; A, B; women, men
    by_area, by_sex = sums((4, (0, 1)), (5, (2, 3))), sums((6, (0, 2)), (7, (1, 3)))
    counts = [HIDDEN, HIDDEN, HIDDEN, HIDDEN, 5.0, 2.0, 2.0, 5.0]
    table = counted(counts, [*by_area, *by_sex], primary=[0, 1, 2, 3])
    # B's 2 are 1 and 1, and so A's are 1 and 4
    added, _ = more_to_hide(table)
    assert added
    for totals in (by_area, by_sex):
        assert set(more_to_hide(counted(counts, totals, primary=[0, 1, 2, 3]))[0]) <= {4, 5, 6, 7}
    apart = counted(
        [HIDDEN, HIDDEN, HIDDEN, HIDDEN, 30.0, 29.0, 31.0, 28.0], [*by_area, *by_sex], primary=[0]
    )
    assert more_to_hide(apart) == ([], 0)


def test_sums_that_contradict_each_other_are_looked_at_one_by_one() -> None:
    table = counted([10, HIDDEN, HIDDEN, 2], sums((0, (1, 2)), (3, (1, 2))))
    # 2 are 1 and 1; and once the 2 is hidden it is the 10 of the same two
    assert more_to_hide(table) == ([3, 0], 0)
    # nothing is left of the whole for the part: they do not add up, and give nothing away
    assert more_to_hide(counted([10, HIDDEN, 12], sums((0, (1, 2))))) == ([], 0)
    # a hidden 0: the rule cannot have hidden it, and it is found all the same
    assert more_to_hide(counted([10, HIDDEN, 10], sums((0, (1, 2))))) == ([2], 0)


def shares(
    numerator: list[float], denominator: list[float], totals: list[tuple[int, tuple[int, ...]]], **more: bool
) -> OwnTable:
    counts = {
        "numerator": np.array(numerator, dtype=float),
        "denominator": np.array(denominator, dtype=float),
    }
    is_hidden = np.isnan(counts["numerator"])
    both = [*sums(*totals, name="numerator"), *sums(*totals, name="denominator")]
    return OwnTable(counts, is_hidden, is_hidden.copy(), both, **{"is_part": True, **more})


def test_neither_part_of_a_denominator_is_nothing() -> None:
    total = [(0, (1, 2, 3))]
    # 148 of 150 are 59 of 60 and 89 of 90
    numerator, denominator = [160, HIDDEN, HIDDEN, 12], [180, 60, 90, 30]
    assert more_to_hide(shares(numerator, denominator, total)) == ([3], 0)
    # 147 are 58 and 89, or 59 and 88
    assert more_to_hide(shares([159, *numerator[1:]], denominator, total)) == ([], 0)
    # of events, which people may have several of, there are no others
    assert more_to_hide(shares(numerator, denominator, total, is_part=False)) == ([], 0)


def test_a_denominator_is_a_secret_where_the_rule_hid_it() -> None:
    total = [(0, (1, 2, 3))]
    numerator, denominator = [20, HIDDEN, HIDDEN, 12], [63, HIDDEN, 30, 30]
    assert more_to_hide(shares(numerator, denominator, total))[0] == [2]
    table = shares(numerator, denominator, total)
    table.is_primary[1] = False
    assert more_to_hide(table) == ([], 0)


def test_more_than_can_be_solved_are_counted_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    table = counted([2, HIDDEN, HIDDEN, 30, HIDDEN, 20], sums((0, (1, 2)), (3, (4, 5))))
    monkeypatch.setattr(own_disclosure, "LARGEST", 1)
    # the other sum stands by itself and is solved
    assert more_to_hide(table) == ([5], 2)
    monkeypatch.setattr(own_disclosure, "LARGEST", 3)
    assert more_to_hide(table)[1] == 0
