"""Intervals against slow twins (textbook formula, one number at a time), their invariants, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from indicators.statistics import intervals

MISSING = math.nan
BIG = 10**12

levels = st.sampled_from([0.5, 0.8, 0.95, 0.998, 0.9999])
counts = st.one_of(
    st.integers(0, 30), st.integers(0, BIG), st.floats(0, 1e6).map(lambda x: round(x, 3)), st.just(MISSING)
)
bases = st.one_of(st.integers(1, 30), st.integers(1, BIG), st.floats(0.5, 1e6), st.just(MISSING))
within = st.one_of(
    st.integers(1, BIG).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, BIG).map(lambda n: (n, n)),
    st.just((MISSING, 5)),
    st.just((3, MISSING)),
)


def lists(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.tuples(*parts) if len(parts) > 1 else parts[0], max_size=20)


def normal(confidence: float) -> float:
    return float(stats.norm.ppf(1 - (1 - confidence) / 2))


def each(
    twin: Callable[..., Sequence[float]], rows: Sequence[Sequence[float]], answers: int
) -> list[np.ndarray]:
    """The twin's answers, one row at a time; all missing for a row with something missing."""
    table = [
        [MISSING] * answers if any(math.isnan(part) for part in row) else list(twin(*row)) for row in rows
    ]
    return [np.array([line[place] for line in table], dtype=float) for place in range(answers)]


def agree(found: Sequence[Any], expected: Sequence[np.ndarray], floor: float = 1e-13) -> None:
    for mine, twin in zip(found, expected, strict=True):
        assert np.shape(mine) == np.shape(twin)
        np.testing.assert_allclose(mine, twin, rtol=1e-9, atol=floor)


def columns(rows: Sequence[Sequence[float]], count: int) -> list[np.ndarray]:
    return [np.array([row[place] for row in rows], dtype=float) for place in range(count)]


# Slow twins


def slow_wilson(x: float, n: float, confidence: float) -> tuple[float, float]:
    """The textbook quotient in fifty digits."""
    with localcontext() as context:
        context.prec = 50
        z, x_, n_ = Decimal(normal(confidence)), Decimal(x), Decimal(n)
        p = x_ / n_
        root = (p * (1 - p) / n_ + z * z / (4 * n_ * n_)).sqrt()
        centre, scale = p + z * z / (2 * n_), 1 + z * z / n_
        low, high = (centre - z * root) / scale, (centre + z * root) / scale
        return max(0.0, float(low)), min(1.0, float(high))


def slow_poisson(x: float, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = 0.0 if x == 0 else float(stats.chi2.ppf(tail, 2 * x)) / 2
    return low, float(stats.chi2.isf(tail, 2 * x + 2)) / 2


def slow_byar(x: float, confidence: float) -> tuple[float, float]:
    z = normal(confidence)
    low = 0.0 if x == 0 else x * max(0.0, 1 - 1 / (9 * x) - z / (3 * math.sqrt(x))) ** 3
    return low, (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * math.sqrt(x + 1))) ** 3


def slow_count(x: float, confidence: float) -> tuple[float, float]:
    return slow_poisson(x, confidence) if x < 10 else slow_byar(x, confidence)


def slow_rate(x: float, n: float, multiplier: float, confidence: float) -> tuple[float, float, float]:
    low, high = slow_count(x, confidence)
    return x / n * multiplier, low / n * multiplier, high / n * multiplier


def slow_difference(
    a: float, a_low: float, a_high: float, b: float, b_low: float, b_high: float
) -> tuple[float, float, float]:
    gap = a - b
    return (
        gap,
        gap - math.sqrt((a - a_low) ** 2 + (b_high - b) ** 2),
        gap + math.sqrt((a_high - a) ** 2 + (b - b_low) ** 2),
    )


def slow_survey(x: float, xh: float, y: float, yh: float, confidence: float) -> tuple[float, float, float]:
    p, sx, sy = x / y, xh / normal(0.95), yh / normal(0.95)
    inside = sx**2 - p**2 * sy**2
    if inside < 0:
        inside = sx**2 + p**2 * sy**2
    half = normal(confidence) * math.sqrt(inside) / y
    return p, max(0.0, p - half), min(1.0, p + half)


def slow_movement(gained: float, lost: float, n: float, confidence: float) -> tuple[float, float, float]:
    p12, p21 = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    centre = (gained - lost) / (n + 2)
    half = normal(confidence) * math.sqrt((p12 + p21 - (p12 - p21) ** 2) / (n + 2))
    value = (gained - lost) / n
    return value, max(-1.0, min(centre - half, value)), min(1.0, max(centre + half, value))


# Twins agree


@given(lists(within), levels)
def test_wilson_is_its_twin(rows: list[Any], level: float) -> None:
    twin = each(lambda x, n: slow_wilson(x, n, level), rows, 2)
    for mine, slow in zip(intervals.wilson(*columns(rows, 2), confidence=level), twin, strict=True):
        np.testing.assert_allclose(mine, slow, rtol=1e-12, atol=1e-40)


@given(lists(within), st.sampled_from([1, 100, 1000.0]), levels)
def test_proportion_is_its_twin(rows: list[Any], multiplier: float, level: float) -> None:
    def twin(x: float, n: float) -> list[float]:
        return [multiplier * part for part in (x / n, *slow_wilson(x, n, level))]

    agree(intervals.proportion(*columns(rows, 2), multiplier, confidence=level), each(twin, rows, 3))


@given(lists(counts), levels)
def test_poisson_is_its_twin(x: list[float], level: float) -> None:
    twin = each(lambda count: slow_poisson(count, level), [(count,) for count in x], 2)
    agree(intervals.poisson(np.array(x, dtype=float), confidence=level), twin)


@given(lists(counts), levels)
def test_byar_is_its_twin(x: list[float], level: float) -> None:
    twin = each(lambda count: slow_byar(count, level), [(count,) for count in x], 2)
    agree(intervals.byar(np.array(x, dtype=float), confidence=level), twin, floor=1e-11)


@given(lists(counts, bases), st.sampled_from([1.0, 1000.0, 100_000.0]), levels)
def test_rate_is_its_twin(rows: list[Any], multiplier: float, level: float) -> None:
    twin = each(lambda x, n: slow_rate(x, n, multiplier, level), rows, 3)
    agree(intervals.rate(*columns(rows, 2), multiplier, confidence=level), twin)


ends = st.tuples(st.floats(-100, 100), st.floats(0, 50), st.floats(0, 50)).map(
    lambda drawn: (drawn[0], drawn[0] - drawn[1], drawn[0] + drawn[2])
)


@given(st.lists(st.tuples(ends, ends).map(lambda pair: (*pair[0], *pair[1])), max_size=20))
def test_difference_is_its_twin(rows: list[Any]) -> None:
    found = intervals.difference(*columns(rows, 6))
    agree(found, each(slow_difference, rows, 3), floor=1e-12)


@given(
    lists(
        st.floats(1, 1e7).flatmap(
            lambda y: st.tuples(
                st.floats(0, 1).map(lambda p: p * y), st.floats(0, 1e5), st.just(y), st.floats(0, 1e5)
            )
        )
    ),
    levels,
)
def test_survey_proportion_is_its_twin(rows: list[Any], level: float) -> None:
    # On the very edge of the rule a rounding error decides between minus and plus.
    rows = [row for row in rows if abs(row[1] ** 2 - (row[0] / row[2] * row[3]) ** 2) > 1e-6 * row[1] ** 2]
    twin = each(lambda *row: slow_survey(*row, level), rows, 3)
    agree(intervals.survey_proportion(*columns(rows, 4), confidence=level), twin, floor=1e-9)


@given(
    lists(
        st.integers(1, 10**6).flatmap(
            lambda n: st.integers(0, n).flatmap(
                lambda gained: st.tuples(st.just(gained), st.integers(0, n - gained), st.just(n))
            )
        )
    ),
    levels,
)
def test_paired_movement_is_its_twin(rows: list[Any], level: float) -> None:
    twin = each(lambda *row: slow_movement(*row, level), rows, 3)
    agree(intervals.paired_movement(*columns(rows, 3), confidence=level), twin)


@given(st.lists(ends, max_size=20))
def test_published_to_998_is_its_twin(rows: list[Any]) -> None:
    growth = float(stats.norm.ppf(0.999) / stats.norm.ppf(0.975))
    twin = each(lambda v, low, high: (v - (v - low) * growth, v + (high - v) * growth), rows, 2)
    agree(intervals.published_to_998(*columns(rows, 3)), twin, floor=1e-11)


# Figures worked out elsewhere


def test_published_figures() -> None:
    """Newcombe (1998) tables I and II; the publisher's learning-disability figures; a rate of Garwood (1936)."""
    low, high = intervals.wilson([81, 15, 0, 1], [263, 148, 20, 29])
    np.testing.assert_allclose(low, [0.2553, 0.0624, 0.0, 0.0061], atol=5e-5)
    np.testing.assert_allclose(high, [0.3662, 0.1605, 0.1611, 0.1718], atol=5e-5)
    value, low, high = intervals.proportion([6871, 11], [133658, 908], 100)
    np.testing.assert_allclose(value, [5.14073, 1.21145], atol=5e-6)
    np.testing.assert_allclose(low, [5.02363, 0.67778], atol=5e-6)
    np.testing.assert_allclose(high, [5.26041, 2.15620], atol=5e-6)
    low, high = intervals.poisson([0, 1, 5])
    np.testing.assert_allclose(low, [0, 0.0253, 1.6235], atol=5e-5)
    np.testing.assert_allclose(high, [3.6889, 5.5716, 11.6683], atol=5e-5)
    first, second = intervals.proportion(56, 70), intervals.proportion(48, 80)
    gap = intervals.difference(*first, *second)
    np.testing.assert_allclose(gap, [0.2, 0.0524, 0.3339], atol=5e-5)


def test_levels_are_full_quantiles() -> None:
    from indicators.statistics.inputs import normal_quantile

    assert normal_quantile(0.95) == pytest.approx(1.959963984540054, rel=1e-15)
    assert normal_quantile(0.998) == pytest.approx(3.090232306167813, rel=1e-15)


# Invariants


@given(lists(within), levels, levels)
def test_wilson_stays_inside_and_widens(rows: list[Any], one: float, other: float) -> None:
    narrow, wide = sorted((one, other))
    x, n = columns(rows, 2)
    value, low, high = intervals.proportion(x, n, confidence=narrow)
    wide_low, wide_high = intervals.wilson(x, n, confidence=wide)
    known = ~np.isnan(value)
    assert (wide_low[known] >= 0).all()
    assert (wide_low <= low)[known].all()
    assert (low <= value)[known].all()
    assert (value <= high)[known].all()
    assert (high <= wide_high)[known].all()
    assert (wide_high[known] <= 1).all()
    assert (np.isnan(low) == (np.isnan(x) | np.isnan(n))).all()


@given(lists(counts, bases), levels, levels)
def test_rate_holds_its_value_and_widens(rows: list[Any], one: float, other: float) -> None:
    narrow, wide = sorted((one, other))
    value, low, high = intervals.rate(*columns(rows, 2), confidence=narrow)
    _, wide_low, wide_high = intervals.rate(*columns(rows, 2), confidence=wide)
    known = ~np.isnan(value)
    slack = 1 + 1e-12
    assert (wide_low[known] >= 0).all()
    assert (wide_low <= low * slack)[known].all()
    assert (low <= value * slack)[known].all()
    assert (value <= high * slack)[known].all()
    assert (high <= wide_high * slack)[known].all()


@given(
    lists(within).filter(bool),
    st.randoms(use_true_random=False),
    st.sampled_from(["proportion", "rate"]),
)
def test_permuting_areas_permutes_answers(rows: list[Any], random: Any, name: str) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    function = getattr(intervals, name)
    straight = function(*columns(rows, 2))
    shuffled = function(*columns([rows[place] for place in order], 2))
    for first, other in zip(straight, shuffled, strict=True):
        np.testing.assert_array_equal(first[order], other)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), levels)
def test_movement_stays_inside(gained: int, lost: int, n: int, level: float) -> None:
    assume(gained + lost <= n)
    value, low, high = intervals.paired_movement(gained, lost, n, confidence=level)
    assert -1 <= low <= value <= high <= 1
    turned = intervals.paired_movement(lost, gained, n, confidence=level)
    np.testing.assert_allclose([value, low, high], [-turned[0], -turned[2], -turned[1]], atol=1e-15)


def test_published_limits_are_held_inside_the_scale() -> None:
    low, high = intervals.published_to_998([1.0, 99.5], [0.2, 98.0], [2.0, 99.9], 0, 100)
    np.testing.assert_allclose(low, [0.0, 97.134985], atol=1e-6)
    np.testing.assert_allclose(high, [2.576678, 100.0], atol=1e-6)
    # never inside what was published, even where the publisher went beyond the scale
    assert intervals.published_to_998(1.0, -0.1, 2.0, 0, 100)[0] == -0.1


# Shapes, missing values, what is refused


def test_arrays_broadcast_and_single_values_stay_single() -> None:
    low, high = intervals.wilson([[1], [2]], [10, 20, 30])
    assert low.shape == high.shape == (2, 3)
    assert low[1, 2] == intervals.wilson(2, 30)[0]
    assert isinstance(intervals.wilson(2, 30)[0], float)
    assert intervals.rate([], 100)[0].shape == (0,)
    assert intervals.wilson(np.zeros((0, 3)), np.ones(3))[0].shape == (0, 3)
    transposed = np.arange(6.0).reshape(2, 3).T
    np.testing.assert_array_equal(intervals.byar(transposed)[1], intervals.byar(transposed.copy())[1])


def test_missing_stays_missing_and_inputs_are_left_alone() -> None:
    x, n = np.array([1.0, MISSING, 3.0]), np.array([10.0, 10.0, MISSING])
    kept = x.copy(), n.copy()
    assert np.isnan(intervals.rate(x, n)).tolist() == [[False, True, True]] * 3
    assert np.isnan(intervals.proportion([1, None], [2, 2])[0]).tolist() == [False, True]
    np.testing.assert_array_equal((x, n), kept)


def test_whole_numbers_of_any_width_give_the_same_answer() -> None:
    for kind in (np.int8, np.uint16, np.int32, np.int64, np.float32):
        assert intervals.wilson(kind(7), kind(90)) == intervals.wilson(7.0, 90.0)
    many = np.arange(50_000)
    low, _ = intervals.wilson(many, 50_000)
    np.testing.assert_array_equal(low, intervals.wilson(many.astype(float), 50_000.0)[0])


LONG = np.ones(40_000)
LONG[33_333] = -2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: intervals.wilson([1, -1], 5),
            r"numerator\[1\] is -1\.0; expected a finite number, 0 or more",
        ),
        (
            lambda: intervals.wilson([1, 6], 5),
            r"numerator\[1\] is 6\.0; expected at most the denominator, 5\.0",
        ),
        (lambda: intervals.wilson(1, [3, 0]), r"denominator\[1\] is 0\.0; expected a finite number above 0"),
        (lambda: intervals.wilson([[1, 2], [9, 2]], [3, 4]), r"numerator\[1, 0\] is 9\.0"),
        (lambda: intervals.wilson(6, 5), r"^numerator is 6\.0"),
        (lambda: intervals.wilson(math.inf, 5), "numerator is inf"),
        (lambda: intervals.wilson(1, math.inf), "denominator is inf"),
        (lambda: intervals.wilson("many", 5), "numerator is 'many'; expected a number"),
        (lambda: intervals.wilson([1, "x"], 5), r"numerator\[1\] is 'x'; expected a number"),
        (
            lambda: intervals.wilson([1, 2], [1, 2, 3]),
            r"shapes do not broadcast: numerator \(2,\), denominator \(3,\)",
        ),
        (lambda: intervals.wilson(LONG, 5), r"numerator\[33333\] is -2\.0"),
        (
            lambda: intervals.wilson(1, 2, confidence=1),
            "confidence is 1.0; expected a number between 0 and 1",
        ),
        (lambda: intervals.poisson(1, confidence=0), "confidence is 0"),
        (lambda: intervals.byar(1, confidence=MISSING), "confidence is nan"),
        (lambda: intervals.rate(1, 2, confidence=95), "confidence is 95"),
        (lambda: intervals.rate(1, 2, confidence="0.95"), "confidence is '0.95'"),  # type: ignore[arg-type]
        (lambda: intervals.rate(1, 2, 0), "multiplier is 0; expected a number above 0"),
        (lambda: intervals.rate([3, -0.5], 10), r"count\[1\] is -0\.5"),
        (lambda: intervals.rate(3, [10, -1]), r"denominator\[1\] is -1\.0"),
        (
            lambda: intervals.difference([1, 5], 0, 4, 1, 0, 2),
            r"upper1\[1\] is 4\.0; expected a finite number at or above p1, 5\.0",
        ),
        (lambda: intervals.difference(1, 0, 4, 1, 2, 3), r"lower2 is 2\.0"),
        (
            lambda: intervals.survey_proportion(3, 1, 2, 1),
            r"numerator is 3\.0; expected at most the denominator, 2\.0",
        ),
        (lambda: intervals.survey_proportion(1, -1, 2, 1), r"numerator_half_width is -1\.0"),
        (
            lambda: intervals.published_to_998(5, 6, 7),
            r"lower95 is 6\.0; expected a finite number at or below value, 5\.0",
        ),
        (
            lambda: intervals.paired_movement(3, 3, 5),
            r"moved_in is 3\.0; expected with moved_out, 3\.0, at most n, 5\.0",
        ),
    ],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
