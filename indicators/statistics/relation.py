"""How two indicators go together over areas: Pearson's correlation, and a straight line with its interval.

Every area counts once, whatever its size. What holds between areas need not hold between people, and neither
says what causes what. Fisher (1921); Draper & Smith (1998).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics.inputs import (
    FloatArray,
    Rule,
    check,
    check_confidence,
    normal_quantile,
    numbers,
)

# From here on the expansion in 1/ν is exact to the last digits, and the sums would only grow longer.
_MANY: Final = 20_000


class Estimate(NamedTuple):
    """A value with its interval; all nan where it cannot be calculated."""

    value: float
    lower: float
    upper: float


class Band(NamedTuple):
    """The line at some places, and the interval of the mean there: three arrays of one shape."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


def correlation(x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """Pearson's correlation of two values over areas, r in [−1, 1], with the interval of Fisher's z.

    Arrays of shape (n,); areas with either value missing are left out. r is nan with fewer than two areas left
    or where either value is the same everywhere; the limits are nan with fewer than four. Raises ValueError for
    shapes that differ or an infinite value. tanh(artanh r ± z/√(n − 3)), Fisher (1921).
    """
    z = normal_quantile(confidence)
    across, up = _present(x, y)
    fit = _sums(across, up)
    if fit is None or fit.yy == 0:
        return Estimate(np.nan, np.nan, np.nan)
    r = min(1.0, max(-1.0, fit.xy / float(np.sqrt(fit.xx * fit.yy))))
    if len(across) < 4:
        return Estimate(r, np.nan, np.nan)
    if abs(r) == 1:
        return Estimate(r, r, r)
    middle, half = float(np.arctanh(r)), z / float(np.sqrt(len(across) - 3))
    return Estimate(r, float(np.tanh(middle - half)), float(np.tanh(middle + half)))


def slope(x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """The slope of the line: how much y differs, on average, between areas one unit of x apart.

    Arrays of shape (n,); areas with either value missing are left out. nan with fewer than two areas left or where x
    is the same everywhere; the limits are nan with fewer than three areas. Raises ValueError for shapes that differ
    or an infinite value. b ± t·s/√Σ(x − x̄)² with n − 2 degrees of freedom. Draper & Smith (1998), ch. 1.
    """
    check_confidence(confidence)
    fit = _sums(*_present(x, y))
    if fit is None:
        return Estimate(np.nan, np.nan, np.nan)
    if fit.n < 3:
        return Estimate(fit.slope, np.nan, np.nan)
    error = _residual(fit) / (float(np.sqrt(fit.xx)) * fit.unit_x)
    half = student_quantile(fit.n - 2, confidence=confidence) * error
    return Estimate(fit.slope, fit.slope - half, fit.slope + half)


def mean_band(x: ArrayLike, y: ArrayLike, places: ArrayLike, *, confidence: float = 0.95) -> Band:
    """The line at ``places`` (any shape, in the unit of x) with the interval of the mean of y there.

    The interval is for the line, the average of areas with that x, not for a single area. Arguments and errors
    as ``slope``; the limits are nan with fewer than three areas, everything with no line.
    a + b·x₀ ± t·s·√(1/n + (x₀ − x̄)²/Σ(x − x̄)²) with n − 2 degrees of freedom. Draper & Smith (1998), ch. 3.
    """
    check_confidence(confidence)
    at = numbers("places", places).astype(np.float64)
    fit = _sums(*_present(x, y))
    if fit is None:
        nothing = np.full(at.shape, np.nan)
        return Band(nothing, nothing.copy(), nothing.copy())
    away = at - fit.mean_x
    value: FloatArray = np.asarray(fit.mean_y + fit.slope * away)
    if fit.n < 3:
        return Band(value, np.full(at.shape, np.nan), np.full(at.shape, np.nan))
    t = student_quantile(fit.n - 2, confidence=confidence)
    half = t * _residual(fit) * np.sqrt(1 / fit.n + (away / fit.unit_x) ** 2 / fit.xx)
    return Band(value, np.asarray(value - half), np.asarray(value + half))


def student_quantile(degrees: int, *, confidence: float = 0.95) -> float:
    """Two-sided quantile t of Student's distribution: 8 degrees of freedom and 0.95 → 2.306004.

    Raises ValueError for degrees that are not a whole number of at least 1, or a level outside (0, 1).
    Abramowitz & Stegun (1964), 26.7.3 to 26.7.5.
    """
    level = check_confidence(confidence)
    if isinstance(degrees, bool) or not isinstance(degrees, int | np.integer) or degrees < 1:
        raise ValueError(f"degrees is {degrees!r}; expected a whole number, 1 or more")
    return _student(int(degrees), level)


@lru_cache(maxsize=1024)
def _student(degrees: int, level: float) -> float:
    if degrees > _MANY:
        z = normal_quantile(level)
        first = (z**3 + z) / 4
        second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
        return z + first / degrees + second / degrees**2
    # P(|T| ≤ t) is a finite sum in the angle θ with t = √ν·tan θ, and grows with it: halve the bracket
    odd = degrees % 2
    steps = np.arange(1, (degrees - odd) // 2)
    ratios = (2 * steps) / (2 * steps + 1) if odd else (2 * steps - 1) / (2 * steps)
    terms = np.concatenate(([1.0], np.cumprod(ratios)))
    powers = 2 * np.arange(len(terms)) + odd

    def inside(angle: float) -> float:
        if degrees == 1:
            return 2 * angle / np.pi
        total = float(np.sin(angle)) * float(terms @ np.cos(angle) ** powers)
        return 2 * (angle + total) / np.pi if odd else total

    low, high = 0.0, float(np.pi / 2)
    for _ in range(80):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if inside(middle) < level:
            low = middle
        else:
            high = middle
    return float(np.sqrt(degrees) * np.tan((low + high) / 2))


class _Sums(NamedTuple):
    """Means, and sums of squares and products about them in units of the largest distance from the mean."""

    n: int
    mean_x: float
    mean_y: float
    unit_x: float
    unit_y: float
    xx: float
    xy: float
    yy: float
    slope: float


def _present(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both arrays without the areas that lack either value."""
    across = numbers("x", x).astype(np.float64)
    up = numbers("y", y).astype(np.float64)
    if across.shape != up.shape or across.ndim != 1:
        raise ValueError(f"shapes do not match: x {across.shape}, y {up.shape}; expected both of (n,)")
    finite = "a finite number"
    check({"x": across}, [Rule("x", lambda chunk: np.isinf(chunk), finite)])
    check({"y": up}, [Rule("y", lambda chunk: np.isinf(chunk), finite)])
    kept = ~(np.isnan(across) | np.isnan(up))
    return across[kept], up[kept]


def _sums(across: FloatArray, up: FloatArray) -> _Sums | None:
    """None with fewer than two areas, or where x is the same everywhere."""
    if len(across) < 2 or _same(across):
        return None
    mean_x, mean_y = float(across.mean()), float(up.mean())
    away_x, away_y = across - mean_x, up - mean_y
    unit_x = float(np.abs(away_x).max())
    # a y that is the same everywhere has no distances, only the rounding of its mean
    unit_y = 1.0 if _same(up) else float(np.abs(away_y).max())
    away_x = away_x / unit_x
    away_y = np.zeros_like(away_y) if _same(up) else away_y / unit_y
    xx, xy, yy = float(away_x @ away_x), float(away_x @ away_y), float(away_y @ away_y)
    return _Sums(len(across), mean_x, mean_y, unit_x, unit_y, xx, xy, yy, xy / xx * (unit_y / unit_x))


def _same(values: FloatArray) -> bool:
    return bool(values.max() - values.min() <= 1e-14 * np.abs(values).max())


def _residual(fit: _Sums) -> float:
    if fit.n < 3:
        return float("nan")
    about = max(fit.yy - fit.xy**2 / fit.xx, 0.0)
    return fit.unit_y * float(np.sqrt(about / (fit.n - 2)))
