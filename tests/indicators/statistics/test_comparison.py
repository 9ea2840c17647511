"""Comparison, bands and percentiles: twins, invariants, and what is refused. The pairs are in test_vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.statistics import comparison

MISSING = math.nan
POLARITIES = ("high_is_good", "low_is_good", "none")

# Values on a grid of eighths: sums and differences are exact, and ties and touching limits are common.
figures = st.one_of(st.integers(-80, 80).map(lambda k: k / 8), st.just(MISSING))
polarities = st.sampled_from(POLARITIES)
sets = st.lists(figures, max_size=40)


def slow_word(below: bool, above: bool, polarity: str, much: bool = False) -> str:
    if not below and not above:
        return "similar"
    word = {
        "high_is_good": "worse" if below else "better",
        "low_is_good": "better" if below else "worse",
        "none": "lower" if below else "higher",
    }[polarity]
    return f"much_{word}" if much else word


@given(st.lists(st.tuples(figures, figures, figures, figures, polarities), max_size=30))
def test_to_benchmark_is_its_twin(rows: list[Any]) -> None:
    columns = [[row[place] for row in rows] for place in range(5)]
    expected = [
        "not_compared"
        if any(map(math.isnan, row[:4]))
        else slow_word(row[2] < row[3], row[2] >= row[3] and row[1] > row[3], row[4])
        for row in rows
    ]
    assert comparison.to_benchmark(*columns).tolist() == expected


@given(figures, figures, figures, polarities)
def test_mirrored_figures_mirror_the_judgement(
    value: float, half: float, benchmark: float, polarity: str
) -> None:
    half = abs(half)
    mirrored = {"high_is_good": "low_is_good", "low_is_good": "high_is_good", "none": "none"}
    swap = {"lower": "higher", "higher": "lower"}
    here = str(comparison.to_benchmark(value, value - half, value + half, benchmark, polarity))
    there = str(comparison.to_benchmark(-value, -value - half, -value + half, -benchmark, mirrored[polarity]))
    assert there == swap.get(here, here)


@given(figures, figures, figures, figures, polarities, st.booleans())
def test_to_target_is_its_twin(
    value: float, low: float, high: float, target: float, polarity: str, use_interval: bool
) -> None:
    needed = (low, high, target) if use_interval else (value, target)
    if polarity == "none" or any(map(math.isnan, needed)):
        expected = "not_compared"
    elif use_interval:
        expected = slow_word(low < target and high < target, low >= target, polarity)
    else:
        met = value >= target if polarity == "high_is_good" else value <= target
        expected = "better" if met else "worse"
    assert comparison.to_target(value, low, high, target, polarity, use_interval) == expected


def slow_bound(ordered: list[float], part: int, parts: int) -> Fraction:
    position = Fraction((len(ordered) - 1) * part, parts)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    low, high = Fraction(ordered[below]), Fraction(ordered[above])
    return low + (position - below) * (high - low)


def slow_bands(values: list[float], bands: int, polarity: str) -> list[int]:
    ordered = sorted(value for value in values if not math.isnan(value))
    if len(ordered) < bands:
        return [0] * len(values)
    bounds = [slow_bound(ordered, part, bands) for part in range(1, bands)]
    answer = []
    for value in values:
        if math.isnan(value):
            answer.append(0)
            continue
        band = 1 + sum(Fraction(value) > bound for bound in bounds)
        answer.append(bands + 1 - band if polarity == "high_is_good" else band)
    return answer


@given(sets, st.integers(2, 10), polarities)
def test_bands_are_their_twin(values: list[float], bands: int, polarity: str) -> None:
    found = comparison.quantile_bands(values, bands, polarity)
    assert found.tolist() == slow_bands(values, bands, polarity)
    shared: dict[float, set[int]] = {}
    for value, band in zip(values, found.tolist(), strict=True):
        if not math.isnan(value):
            shared.setdefault(value, set()).add(band)
    assert all(len(seen) == 1 for seen in shared.values())


@given(
    st.lists(st.tuples(figures, st.integers(0, 5)), max_size=60), st.integers(2, 6), polarities, st.randoms()
)
def test_bands_of_many_groups_are_each_group_alone(
    rows: list[Any], bands: int, polarity: str, random: Any
) -> None:
    values, groups = [row[0] for row in rows], [row[1] for row in rows]
    found = comparison.quantile_bands(values, bands, polarity, np.array(groups, dtype=int))
    for group in set(groups):
        inside = [place for place, own in enumerate(groups) if own == group]
        alone = comparison.quantile_bands([values[place] for place in inside], bands, polarity)
        assert found[inside].tolist() == alone.tolist()
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = comparison.quantile_bands(
        [values[place] for place in order],
        bands,
        polarity,
        np.array([groups[place] for place in order], dtype=int),
    )
    assert shuffled.tolist() == found[order].tolist()


@given(sets, st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_percentiles_are_numpy_s_inclusive_ones(values: list[float], chances: list[float]) -> None:
    found = comparison.percentiles(values, chances)
    known = [value for value in values if not math.isnan(value)]
    if len(known) < 4:
        assert np.isnan(found).all()
        return
    np.testing.assert_allclose(found, np.percentile(known, np.array(chances) * 100), rtol=1e-9, atol=1e-12)


def test_groups_and_last_axis_agree() -> None:
    generator = np.random.default_rng(3)
    values = generator.normal(size=(7, 30)).round(1)
    values[2, 5:] = MISSING
    values[3] = MISSING
    values[4, 3:] = MISSING
    groups = np.repeat(np.arange(7), 30)
    chances = [0, 0.05, 0.5, 0.95, 1]
    by_row = comparison.percentiles(values, chances)
    assert by_row.shape == (7, 5)
    np.testing.assert_array_equal(comparison.percentiles(values.ravel(), chances, groups), by_row)
    assert np.isnan(by_row[[3, 4]]).all()
    np.testing.assert_array_equal(comparison.extremes(values), comparison.extremes(values.ravel(), groups))
    np.testing.assert_array_equal(comparison.extremes(values)[0][[0, 3]], [values[0].min(), MISSING])
    np.testing.assert_array_equal(
        comparison.quantile_bands(values, 5, "none").ravel(),
        comparison.quantile_bands(values.ravel(), 5, "none", groups),
    )
    np.testing.assert_array_equal(comparison.percentiles(values.reshape(7, 5, 6), 0.5).shape, (7, 5, 1))


def test_a_group_without_values_is_still_there() -> None:
    found = comparison.percentiles([1, 2, 3, 4, 5, MISSING], [0.5], [0, 0, 0, 0, 0, 2])
    np.testing.assert_array_equal(found, [[3], [MISSING], [MISSING]])
    assert comparison.quantile_bands([], 5, "none").tolist() == []
    assert comparison.percentiles([], [0.5]).tolist() == pytest.approx([MISSING], nan_ok=True)


def test_polarity_may_differ_by_area() -> None:
    found = comparison.to_benchmark([[5.0], [1.0]], [[4.0], [0.0]], [[6.0], [2.0]], 3, list(POLARITIES))
    assert found.tolist() == [["better", "worse", "higher"], ["worse", "better", "lower"]]
    own = comparison.to_benchmark(5, 4, 6, 3, "none")
    assert own == "higher"
    assert isinstance(own, str)
    assert comparison.to_target([1, 2, 3], 0, 9, 2, list(POLARITIES), False).tolist() == [
        "worse",
        "better",
        "not_compared",
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: comparison.to_benchmark(1, 0, 2, 1, "lower"),
            "polarity is 'lower'; expected one of high_is_good, low_is_good, none",
        ),
        (lambda: comparison.to_benchmark([1, 1], 0, 2, 1, ["none", "up"]), r"polarity\[1\] is 'up'"),
        (lambda: comparison.to_benchmark(1, 0, 2, 1, ""), "polarity is ''"),
        (
            lambda: comparison.to_benchmark([1, 2], [1, 2, 3], 2, 1, "none"),
            r"shapes do not broadcast: value \(2,\), lower \(3,\)",
        ),
        (
            lambda: comparison.to_benchmark([1, 2], 1, 2, 1, ["none"] * 3),
            r"shapes do not broadcast: polarity \(3,\)",
        ),
        (lambda: comparison.to_benchmark("?", 1, 2, 1, "none"), "value is '\\?'; expected a number"),
        (
            lambda: comparison.quantile_bands([1, 2], 1, "none"),
            "bands is 1; expected a whole number, 2 or more",
        ),
        (lambda: comparison.quantile_bands([1, math.inf], 2, "none"), r"values\[1\] is inf"),
        (lambda: comparison.quantile_bands(3, 2, "none"), "values is a single value"),
        (lambda: comparison.quantile_bands([1, 2], 2, "none", [0]), r"values \(2,\), groups \(1,\)"),
        (lambda: comparison.quantile_bands([1, 2], 2, "none", [0, -1]), "groups holds something other"),
        (lambda: comparison.quantile_bands([1, 2], 2, "good"), "polarity is 'good'"),
        (lambda: comparison.percentiles([1, 2], [0.5, 1.5]), r"probabilities\[1\] is 1\.5"),
        (lambda: comparison.percentiles([1, 2], [MISSING]), r"probabilities\[0\] is nan"),
    ],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
