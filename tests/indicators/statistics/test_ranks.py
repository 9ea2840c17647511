"""Rank intervals: a slow twin on the same draws, and what must hold whatever is drawn."""

from __future__ import annotations

import inspect
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from indicators.statistics import ranks
from indicators.statistics.ranks import rank_interval

MISSING = math.nan
areas = st.lists(
    st.tuples(st.integers(-40, 40).map(float), st.integers(0, 20).map(float), st.integers(0, 20).map(float)),
    min_size=1,
    max_size=12,
).map(lambda rows: [(value, value - below, value + above) for value, below, above in rows])


def test_twin_on_the_same_draws() -> None:
    rows = [
        (50.0, 47.0, 52.0),
        (51.0, 50.0, 54.0),
        (45.0, 40.0, 51.0),
        (60.0, 59.0, 61.0),
        (49.5, 44.0, 55.0),
    ]
    draws, seed = 400, 9
    found = rank_interval(*zip(*rows, strict=True), draws, seed)
    z = float(stats.norm.ppf(0.975))
    generator = random.Random(seed)
    ordered = sorted(rows)
    seen: dict[tuple[float, float, float], list[int]] = {row: [] for row in rows}
    # One block of draws at a time, as the areas stand in order of their figures.
    for block in (256, 144):
        moves_of_block = _normal(generator, block * len(rows))
        for first in range(0, block * len(rows), len(rows)):
            moves = moves_of_block[first : first + len(rows)]
            drawn = {
                row: row[0] + move * ((row[0] - row[1]) if move < 0 else (row[2] - row[0])) / z
                for row, move in zip(ordered, moves, strict=True)
            }
            for row in rows:
                seen[row].append(1 + sum(other > drawn[row] for other in drawn.values()))
    for place, row in enumerate(rows):
        ranks = sorted(seen[row])
        own = 1 + sum(other[0] > row[0] for other in rows)
        assert found.rank[place] == own
        assert found.lower[place] == min(own, ranks[math.floor(0.025 * (draws - 1))])
        assert found.upper[place] == max(own, ranks[math.ceil(0.975 * (draws - 1))])


def _normal(generator: random.Random, count: int) -> list[float]:
    """Normal draws by Box & Muller's formula, one at a time."""
    data = generator.randbytes(8 * ((count + 1) // 2))
    drawn = []
    for place in range(0, len(data), 8):
        first, second = (
            (int.from_bytes(data[at : at + 4], "little") + 0.5) / 2**32 for at in (place, place + 4)
        )
        distance = math.sqrt(-2 * math.log(first))
        drawn += [distance * math.cos(2 * math.pi * second), distance * math.sin(2 * math.pi * second)]
    return drawn[:count]


@pytest.mark.parametrize("count", [1, 20_000, 20_001])
def test_draws_are_normal(count: int) -> None:
    drawn = ranks._normal(random.Random(1), count)
    assert drawn.shape == (count,)
    assert drawn == pytest.approx(_normal(random.Random(1), count))
    if count > 1:
        assert stats.kstest(drawn, "norm").pvalue > 0.05
        assert abs(np.corrcoef(drawn[: count - 1], drawn[1:])[0, 1]) < 0.03


def test_limits_leave_out_a_fortieth_of_the_draws_on_each_side() -> None:
    # of 200 areas that are certain, one stands at each half; the last may lie anywhere from 60 to 140 in 95% of draws
    certain = [place + 0.5 for place in range(200)]
    found = rank_interval([*certain, 100.0], [*certain, 60.0], [*certain, 140.0])
    assert found.rank[-1] == 101
    assert abs(found.lower[-1] - 61) <= 2
    assert abs(found.upper[-1] - 141) <= 2
    wide = rank_interval([*certain, 100.0], [*certain, 60.0], [*certain, 140.0], confidence=0.8)
    # 100 ± 1.281552 × 40 / 1.959964
    assert abs(wide.lower[-1] - 75) <= 2
    assert abs(wide.upper[-1] - 127) <= 2


@settings(max_examples=40)
@given(areas, st.randoms(use_true_random=False))
def test_permuting_areas_permutes_ranks(rows: list[Any], draw: Any) -> None:
    order = list(range(len(rows)))
    draw.shuffle(order)
    straight = rank_interval(*zip(*rows, strict=True), 300)
    shuffled = rank_interval(*zip(*[rows[place] for place in order], strict=True), 300)
    for before, other in zip(straight, shuffled, strict=True):
        np.testing.assert_array_equal(np.asarray(before)[order], other)
    rank, low, high = straight
    assert (low >= 1).all()
    assert (low <= rank).all()
    assert (rank <= high).all()
    assert (high <= len(rows)).all()
    wide = rank_interval(*zip(*rows, strict=True), 300, confidence=0.998)
    assert (wide.lower <= low).all()
    assert (wide.upper >= high).all()
    for row, own in enumerate(rows):
        for other, theirs in enumerate(rows):
            if own == theirs:
                assert (low[row], high[row]) == (low[other], high[other])


def test_certain_and_uncertain_areas() -> None:
    certain = rank_interval([3, 9, 6], [3, 9, 6], [3, 9, 6], 100)
    assert [part.tolist() for part in certain] == [[3, 1, 2]] * 3
    vague = rank_interval([50.0] * 20, [10.0] * 20, [90.0] * 20)
    assert set(vague.rank) == {1}
    assert vague.upper[0] == 20
    # Few draws, in which two areas with the same figures fare differently: they share the wider limits.
    twins = rank_interval([5, 5, 6, 4.5], [2, 2, 3, 1], [8, 8, 9, 8], 4, 28)
    assert [part.tolist() for part in twins] == [[2, 2, 1, 4], [1, 1, 1, 2], [4, 4, 2, 4]]
    missing = rank_interval([1, MISSING, 3], [0, 1, MISSING], [2, 3, 4], 50)
    np.testing.assert_array_equal(missing.rank, [1, MISSING, MISSING])
    assert rank_interval([], [], []).rank.shape == (0,)
    assert np.isnan(rank_interval([MISSING], [MISSING], [MISSING]).rank).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: rank_interval([1, 2], [0, 3], [2, 4]),
            r"lower\[1\] is 3\.0; expected a finite number at most its",
        ),
        (lambda: rank_interval([1, 2], [0, 1], [2, 1]), r"upper\[1\] is 1\.0"),
        (lambda: rank_interval([1, 2], [0, 1], [2]), r"values \(2,\), lower \(2,\), upper \(1,\)"),
        (lambda: rank_interval([1], [0], [2], 0), "draws is 0; expected a whole number, 1 or more"),
        (lambda: rank_interval([1], [0], [2], 10, confidence=1.2), "confidence is 1.2"),
    ],
)
def test_bad_input_is_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_draws_do_not_depend_on_how_many_are_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(50.0, 47.0, 52.0), (51.0, 50.0, 54.0), (45.0, 40.0, 51.0), (49.5, 44.0, 55.0)]
    values = list(zip(*rows, strict=True))
    at_once = ranks._simulated_ranks(np.array(rows), 100, 3)
    monkeypatch.setattr(ranks, "_BLOCK", 7)
    np.testing.assert_array_equal(ranks._simulated_ranks(np.array(rows), 100, 3), at_once)
    # ten thousand unless asked otherwise
    assert inspect.signature(rank_interval).parameters["draws"].default == 10_000
    assert rank_interval(*values)[0].tolist() == [2.0, 1.0, 4.0, 3.0]
