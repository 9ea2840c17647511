"""Funnel limits: how far from the benchmark an area of a given size may lie by chance alone.

Exact binomial limits, interpolated between whole counts so that the curve is smooth.
Spiegelhalter (2005).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics import binomial
from indicators.statistics.inputs import (
    FloatArray,
    Rule,
    TextArray,
    calculate,
    check_confidence,
    common_shape,
    normal_quantile,
    numbers,
    single,
)

WORDS: Final = ("below_998", "below_95", "within", "above_95", "above_998", "not_compared")

_Pair = tuple[FloatArray, FloatArray]
_INFINITE = float("inf")


def _limits(
    cumulative: Callable[[FloatArray], FloatArray],
    middle: FloatArray,
    spread: FloatArray,
    top: FloatArray,
    confidence: float,
) -> FloatArray:
    """The two interpolated quantiles r − (F(r) − chance) / (F(r) − F(r − 1)), r the least count with F(r) ≥ chance.

    ``cumulative`` is F of whole counts, of any number of areas in its last dimension, 0 below 0 and 1 from ``top`` on;
    ``middle`` and ``spread`` only say where to look first.
    Returns an array (2, areas).
    """
    tail = (1 - confidence) / 2
    chance = np.array([[tail], [1 - tail]])
    z = normal_quantile(confidence) * np.array([[-1.0], [1.0]])
    # The normal quantile is within a few counts; the bracket widens until it surely holds r.
    guess = np.floor(middle + z * spread)
    reach = np.full_like(guess, 2.0)
    low = np.clip(guess - reach, -1.0, top)
    high = np.clip(guess + reach, 0.0, top)
    before, at = cumulative(np.stack((low, high)))
    while True:
        too_high = (before >= chance) & (low > -1)
        too_low = (at < chance) & (high < top)
        if not (too_high.any() or too_low.any()):
            break
        reach = np.where(too_high | too_low, reach * 2, reach)
        low = np.where(too_high, np.maximum(low - reach, -1.0), low)
        high = np.where(too_low, np.minimum(high + reach, top), high)
        before, at = cumulative(np.stack((low, high)))
    while (inside := high - low > 1).any():
        between = np.floor((low + high) / 2)
        found = cumulative(between)
        enough, too_few = inside & (found >= chance), inside & (found < chance)
        high, at = np.where(enough, between, high), np.where(enough, found, at)
        low, before = np.where(too_few, between, low), np.where(too_few, found, before)
    limits: FloatArray = high - (at - chance) / (at - before)
    return limits


def _above_zero(name: str, place: int) -> Rule:
    return Rule(name, lambda *c: (c[place] <= 0) | (c[place] == _INFINITE), "a finite number above 0")


def proportion_limits(benchmark: ArrayLike, denominator: ArrayLike, *, confidence: float = 0.95) -> _Pair:
    """Limits within which the proportion of an area of that denominator lies by chance around the benchmark.

    ``benchmark`` is a proportion in [0, 1]. Returns (lower, upper) in [0, 1]. Raises ValueError for a benchmark
    outside that or a denominator not above 0. Spiegelhalter (2005), exact binomial.
    """
    level = check_confidence(confidence)

    def kernel(p: FloatArray, n: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        real = np.isfinite(p) & np.isfinite(n)
        theta, size = np.where(real, p, 0.5), np.where(real, n, 1.0)
        top = np.ceil(size)

        def cumulative(count: FloatArray) -> FloatArray:
            inside = (count >= 0) & (count < size)
            found = binomial.distribution_function(np.where(inside, count, 0.0), size, theta)
            return np.where(inside, found, np.where(count < 0, 0.0, 1.0))

        spread = np.sqrt(size * theta * (1 - theta))
        found = _limits(cumulative, size * theta, spread, top, level) / size
        # Around 0 or 1 nothing is left to chance, and interpolation would mean nothing.
        found = np.where((theta == 0) | (theta == 1), theta, found)
        lower[:], upper[:] = np.where(real, np.clip(found, 0.0, 1.0), np.nan)

    rules = (
        Rule("benchmark", lambda p, _: (p < 0) | (p > 1), "a proportion from 0 to 1"),
        _above_zero("denominator", 1),
    )
    lower, upper = calculate({"benchmark": benchmark, "denominator": denominator}, rules, kernel, 2)
    return lower, upper


def outside(
    value: ArrayLike, lower95: ArrayLike, upper95: ArrayLike, lower998: ArrayLike, upper998: ArrayLike
) -> TextArray:
    """Where each area stands: ``below_998``, ``below_95``, ``within``, ``above_95`` or ``above_998``.

    A value on a limit is inside it; ``not_compared`` where a number is missing. Raises ValueError for shapes.
    """
    arrays = {
        "value": numbers("value", value),
        "lower95": numbers("lower95", lower95),
        "upper95": numbers("upper95", upper95),
        "lower998": numbers("lower998", lower998),
        "upper998": numbers("upper998", upper998),
    }
    shape = common_shape(arrays)
    v, low95, high95, low998, high998 = (np.broadcast_to(array, shape) for array in arrays.values())
    place = np.full(shape, 2, dtype=np.int8)
    place[v < low95] = 1
    place[v > high95] = 3
    place[v < low998] = 0
    place[v > high998] = 4
    for array in arrays.values():
        place[np.broadcast_to(np.isnan(array), shape)] = 5
    words: TextArray = single(np.asarray(np.array(WORDS)[place]))
    return words
