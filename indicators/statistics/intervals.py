"""Confidence intervals of counts, rates, proportions, gaps and movements.

Every function takes arrays that broadcast together and a keyword ``confidence`` (0.95, 0.998 or any level in
(0, 1)). A function named for a method of limits (``wilson``, ``poisson``, ``byar``) answers ``(lower, upper)``;
one named for a statistic answers ``(value, lower, upper)``. Missing values (nan) stay missing. Bad input raises
ValueError naming the argument, the first offending index and the value. Sources: ``docs/methods.md``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics import few_events
from indicators.statistics.inputs import (
    FloatArray,
    Rule,
    calculate,
    check_confidence,
    check_multiplier,
    normal_quantile,
)

EXACT_BELOW: Final = 10
"""Counts below this take exact Poisson limits in a rate; from it on Byar's (APHO Technical Briefing 3)."""

_INFINITE = float("inf")

_Pair = tuple[FloatArray, FloatArray]
_Triple = tuple[FloatArray, FloatArray, FloatArray]


def _not_below_zero(name: str, place: int) -> Rule:
    return Rule(
        name,
        lambda *chunks: (chunks[place] < 0) | (chunks[place] == _INFINITE),
        "a finite number, 0 or more",
    )


def _above_zero(name: str, place: int) -> Rule:
    return Rule(
        name,
        lambda *chunks: (chunks[place] <= 0) | (chunks[place] == _INFINITE),
        "a finite number above 0",
    )


def _finite(name: str, place: int) -> Rule:
    return Rule(name, lambda *chunks: np.isinf(chunks[place]), "a finite number")


def _around(
    name: str, place: int, lower: str, lower_place: int, upper: str, upper_place: int
) -> tuple[Rule, ...]:
    """A value lies within its own limits, and all are finite."""
    return (
        _finite(name, place),
        Rule(
            lower,
            lambda *chunks: (chunks[lower_place] > chunks[place]) | (chunks[lower_place] == -_INFINITE),
            f"a finite number at or below {name}, {{{name}}}",
        ),
        Rule(
            upper,
            lambda *chunks: (chunks[upper_place] < chunks[place]) | (chunks[upper_place] == _INFINITE),
            f"a finite number at or above {name}, {{{name}}}",
        ),
    )


_PROPORTION_RULES: Final = (
    _not_below_zero("numerator", 0),
    _above_zero("denominator", 1),
    Rule("numerator", lambda x, n, *_: x > n, "at most the denominator, {denominator}"),
)


def _wilson_limits(
    x: FloatArray, n: FloatArray, p: FloatArray, z: float, lower: FloatArray, upper: FloatArray
) -> None:
    """Fill lower and upper for chunks of numerator x, denominator n and proportion p = x / n.

    Multiplying the lower limit out by its conjugate, 2xp / (2x + z² + z√(z² + 4p(n − x))), keeps every digit
    when x is small, where the textbook form subtracts two nearly equal numbers.
    """
    root = np.subtract(n, x)
    root *= p
    root *= 4.0
    root += z * z
    np.sqrt(root, out=root)
    root *= z
    np.multiply(x, 2.0, out=upper)
    np.multiply(upper, p, out=lower)
    upper += z * z
    upper += root
    lower /= upper
    np.add(n, z * z, out=root)
    root *= 2.0
    upper /= root
    # Rounding alone may put a limit a hair the wrong side of the proportion, or of 1.
    np.minimum(lower, p, out=lower)
    np.maximum(upper, p, out=upper)
    np.minimum(upper, 1.0, out=upper)


def wilson(numerator: ArrayLike, denominator: ArrayLike, *, confidence: float = 0.95) -> _Pair:
    """Wilson score interval of a proportion. Returns (lower, upper) in [0, 1], of the broadcast shape.

    ``numerator`` counts those of ``denominator`` that have the property. Raises ValueError for a numerator below
    0 or above its denominator, or a denominator not above 0. Wilson (1927).
    """
    z = normal_quantile(confidence)

    def kernel(x: FloatArray, n: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        _wilson_limits(x, n, x / n, z, lower, upper)

    lower, upper = calculate(
        {"numerator": numerator, "denominator": denominator}, _PROPORTION_RULES, kernel, 2
    )
    return lower, upper


def proportion(
    numerator: ArrayLike, denominator: ArrayLike, multiplier: float = 1, *, confidence: float = 0.95
) -> _Triple:
    """A proportion and its Wilson interval, times ``multiplier`` (100 for per cent).

    Returns (value, lower, upper), each in [0, multiplier]. Errors as ``wilson``. Wilson (1927).
    """
    z = normal_quantile(confidence)
    scale = check_multiplier(multiplier)

    def kernel(x: FloatArray, n: FloatArray, value: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        np.divide(x, n, out=value)
        _wilson_limits(x, n, value, z, lower, upper)
        if scale != 1:
            value *= scale
            lower *= scale
            upper *= scale

    value, lower, upper = calculate(
        {"numerator": numerator, "denominator": denominator}, _PROPORTION_RULES, kernel, 3
    )
    return value, lower, upper


def _exact_limits(x: FloatArray, confidence: float) -> _Pair:
    """Exact Poisson limits of counts x (1-D): half the chi-square quantiles on 2x and 2x + 2 degrees."""
    from scipy import special  # 20 MB that the other intervals do without

    tail = (1 - confidence) / 2
    lower = np.zeros_like(x)
    some = ~(x == 0)  # nan takes the general way too, and stays nan
    lower[some] = special.gammaincinv(x[some], tail)
    upper = np.asarray(special.gammainccinv(x + 1, tail), dtype=np.float64)
    return lower, upper


def _byar_limits(x: FloatArray, z: float, lower: FloatArray, upper: FloatArray) -> None:
    """Fill lower and upper with Byar's limits of a chunk of counts x.

    With u = 1 / (3√x) the lower limit is x(1 − u² − zu)³; the upper is the same on x + 1 with + zu.
    """
    root = np.sqrt(x)
    root *= 3.0
    np.divide(1.0, root, out=root)
    np.multiply(root, root, out=lower)
    root *= z
    lower += root
    np.subtract(1.0, lower, out=lower)
    # Below about four events the bracket falls under 0 and the limit is 0; so it is for no event (u infinite).
    np.maximum(lower, 0.0, out=lower)
    np.multiply(lower, lower, out=root)
    lower *= root
    lower *= x

    np.add(x, 1.0, out=upper)
    np.sqrt(upper, out=root)
    root *= 3.0
    np.divide(1.0, root, out=root)
    bracket = root * root
    root *= z
    root -= bracket
    root += 1.0
    np.multiply(root, root, out=bracket)
    bracket *= root
    upper *= bracket


class _CountLimits:
    """Limits of counts: exact below ten, Byar's from ten on. The ten exact pairs are worked out once."""

    def __init__(self, confidence: float) -> None:
        self.z = normal_quantile(confidence)
        self.confidence = check_confidence(confidence)
        self.table = tuple(map(np.array, few_events.exact_limits(EXACT_BELOW, self.confidence)))

    def fill(self, x: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        _byar_limits(x, self.z, lower, upper)
        few = np.flatnonzero(x < EXACT_BELOW)
        if not few.size:
            return
        counts = x[few]
        whole = counts.astype(np.intp)
        if (whole == counts).all():
            lower[few] = self.table[0][whole]
            upper[few] = self.table[1][whole]
        else:
            lower[few], upper[few] = _exact_limits(counts, self.confidence)


def poisson(count: ArrayLike, *, confidence: float = 0.95) -> _Pair:
    """Exact Poisson interval of a count, chi-square form. Returns (lower, upper), in events.

    A count may be fractional (weighted or apportioned). Raises ValueError below 0. Garwood (1936).
    """
    level = check_confidence(confidence)

    def kernel(x: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        lower[:], upper[:] = _exact_limits(x, level)

    lower, upper = calculate({"count": count}, (_not_below_zero("count", 0),), kernel, 2)
    return lower, upper


def byar(count: ArrayLike, *, confidence: float = 0.95) -> _Pair:
    """Byar's approximation to the exact Poisson interval of a count. Returns (lower, upper), in events.

    Good from 10 events on; the lower limit is never below 0. Raises ValueError for a count below 0.
    Breslow & Day (1987); APHO Technical Briefing 3 (2008).
    """
    z = normal_quantile(confidence)

    def kernel(x: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        _byar_limits(x, z, lower, upper)

    lower, upper = calculate({"count": count}, (_not_below_zero("count", 0),), kernel, 2)
    return lower, upper


def _scaled_count(
    name: str, count: ArrayLike, base_name: str, base: ArrayLike, multiplier: float, confidence: float
) -> _Triple:
    limits = _CountLimits(confidence)
    scale = check_multiplier(multiplier)

    def kernel(x: FloatArray, n: FloatArray, value: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        limits.fill(x, lower, upper)
        per = np.divide(scale, n)
        np.multiply(x, per, out=value)
        lower *= per
        upper *= per

    rules = (_not_below_zero(name, 0), _above_zero(base_name, 1))
    value, lower, upper = calculate({name: count, base_name: base}, rules, kernel, 3)
    return value, lower, upper


def rate(
    count: ArrayLike, denominator: ArrayLike, multiplier: float = 100_000, *, confidence: float = 0.95
) -> _Triple:
    """A crude rate per ``multiplier`` and its interval: exact Poisson below 10 events, Byar's from 10 on.

    Returns (value, lower, upper). Raises ValueError for a count below 0 or a denominator not above 0.
    APHO Technical Briefing 3 (2008).
    """
    return _scaled_count("count", count, "denominator", denominator, multiplier, confidence)


def difference(
    p1: ArrayLike, lower1: ArrayLike, upper1: ArrayLike, p2: ArrayLike, lower2: ArrayLike, upper2: ArrayLike
) -> _Triple:
    """The gap p1 − p2 and its interval from the two intervals (MOVER; on Wilson limits, Newcombe's hybrid score).

    All six in the same unit; the level is that of the limits given. Gaps may be negative. Returns
    (difference, lower, upper). Raises ValueError where a value lies outside its own limits.
    Newcombe (1998), method 10; Zou & Donner (2008).
    """

    def kernel(
        a: FloatArray,
        a_low: FloatArray,
        a_high: FloatArray,
        b: FloatArray,
        b_low: FloatArray,
        b_high: FloatArray,
        gap: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
    ) -> None:
        np.subtract(a, b, out=gap)
        np.hypot(a - a_low, b_high - b, out=lower)
        np.subtract(gap, lower, out=lower)
        np.hypot(a_high - a, b - b_low, out=upper)
        upper += gap

    rules = (
        *_around("p1", 0, "lower1", 1, "upper1", 2),
        *_around("p2", 3, "lower2", 4, "upper2", 5),
    )
    arguments = {"p1": p1, "lower1": lower1, "upper1": upper1, "p2": p2, "lower2": lower2, "upper2": upper2}
    gap, lower, upper = calculate(arguments, rules, kernel, 3)
    return gap, lower, upper


def survey_proportion(
    numerator: ArrayLike,
    numerator_half_width: ArrayLike,
    denominator: ArrayLike,
    denominator_half_width: ArrayLike,
    *,
    confidence: float = 0.95,
) -> _Triple:
    """A proportion of two survey estimates published with half-widths of their 95% intervals. Approximate.

    SE(p) = √(SE(x)² − p²·SE(y)²) / y, with plus where the root would be negative, and SE = half-width / 1.959964.
    Returns (value, lower, upper) in [0, 1]. Raises ValueError for a numerator or half-width below 0, a numerator
    above its denominator, or a denominator not above 0. U.S. Census Bureau, ACS handbook (2020), chapter 8.
    """
    z = normal_quantile(confidence)
    per_half_width = z / normal_quantile(0.95)

    def kernel(
        x: FloatArray,
        x_half: FloatArray,
        y: FloatArray,
        y_half: FloatArray,
        value: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
    ) -> None:
        np.divide(x, y, out=value)
        own = x_half * x_half
        base = value * y_half
        base *= base
        half = own - base
        np.copyto(half, own + base, where=half < 0)
        np.sqrt(half, out=half)
        half *= per_half_width
        half /= y
        np.subtract(value, half, out=lower)
        np.maximum(lower, 0.0, out=lower)
        np.add(value, half, out=upper)
        np.minimum(upper, 1.0, out=upper)

    rules = (
        _not_below_zero("numerator", 0),
        _not_below_zero("numerator_half_width", 1),
        _above_zero("denominator", 2),
        _not_below_zero("denominator_half_width", 3),
        Rule("numerator", lambda x, _, y, *__: x > y, "at most the denominator, {denominator}"),
    )
    arguments = {
        "numerator": numerator,
        "numerator_half_width": numerator_half_width,
        "denominator": denominator,
        "denominator_half_width": denominator_half_width,
    }
    value, lower, upper = calculate(arguments, rules, kernel, 3)
    return value, lower, upper


def published_to_998(
    value: ArrayLike,
    lower95: ArrayLike,
    upper95: ArrayLike,
    floor: float | None = None,
    ceiling: float | None = None,
) -> _Pair:
    """An approximate 99.8% interval from a published 95% one: each half grows by 3.090232 / 1.959964.

    Returns (lower, upper) in the unit given, held within ``floor`` and ``ceiling`` where given, and never inside
    the published limits. Raises ValueError where a value lies outside its published limits. Normal approximation.
    """
    growth = normal_quantile(0.998) / normal_quantile(0.95)

    def kernel(
        v: FloatArray, low: FloatArray, high: FloatArray, lower: FloatArray, upper: FloatArray
    ) -> None:
        np.subtract(low, v, out=lower)
        lower *= growth
        lower += v
        if floor is not None:
            np.maximum(lower, floor, out=lower)
        np.minimum(lower, low, out=lower)
        np.subtract(high, v, out=upper)
        upper *= growth
        upper += v
        if ceiling is not None:
            np.minimum(upper, ceiling, out=upper)
        np.maximum(upper, high, out=upper)

    rules = _around("value", 0, "lower95", 1, "upper95", 2)
    lower, upper = calculate({"value": value, "lower95": lower95, "upper95": upper95}, rules, kernel, 2)
    return lower, upper


def paired_movement(
    moved_in: ArrayLike, moved_out: ArrayLike, n: ArrayLike, *, confidence: float = 0.95
) -> _Triple:
    """Net movement (moved_in − moved_out) / n of n people seen twice, with the adjusted Wald interval.

    With one added to each of the two movements and two to n: d̃ = (in − out) / (n + 2),
    SE² = (p̃in + p̃out − d̃²) / (n + 2). Returns (difference, lower, upper) in [−1, 1]. Raises ValueError for a
    movement below 0, n not above 0, or more people moved than there are. Bonett & Price (2012).
    """
    z = normal_quantile(confidence)

    def kernel(
        gained: FloatArray,
        lost: FloatArray,
        n: FloatArray,
        movement: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
    ) -> None:
        np.subtract(gained, lost, out=movement)
        size = n + 2
        centre = movement / size
        movement /= n
        half = (gained + lost + 2) / size
        half -= centre * centre
        np.maximum(half, 0.0, out=half)
        half /= size
        np.sqrt(half, out=half)
        half *= z
        np.subtract(centre, half, out=lower)
        np.clip(np.minimum(lower, movement), -1.0, 1.0, out=lower)
        np.add(centre, half, out=upper)
        np.clip(np.maximum(upper, movement), -1.0, 1.0, out=upper)

    rules = (
        _not_below_zero("moved_in", 0),
        _not_below_zero("moved_out", 1),
        _above_zero("n", 2),
        Rule(
            "moved_in",
            lambda gained, lost, n, *_: gained + lost > n,
            "with moved_out, {moved_out}, at most n, {n}",
        ),
    )
    movement, lower, upper = calculate(
        {"moved_in": moved_in, "moved_out": moved_out, "n": n}, rules, kernel, 3
    )
    return movement, lower, upper
