"""The binomial distribution function, with numpy alone: a page that draws a funnel must not load scipy's 20 MB."""

from __future__ import annotations

from itertools import count
from typing import Final

import numpy as np

from indicators.statistics.inputs import FloatArray

_NEAR: Final = 1e-14  # a factor of the continued fraction that is this near to 1 ends it
_SERIES_FROM: Final = 10.0


def distribution_function(events: FloatArray, size: FloatArray, chance: FloatArray) -> FloatArray:
    """P(X ≤ events) of X from Binomial(size, chance), for arrays that broadcast, with 0 ≤ events < size.

    ``size`` may be fractional, as weighted denominators are: the regularised incomplete beta function
    I(1 − chance; size − events, events + 1) carries the law over. Agrees with scipy's to 1e-10 of the
    value for sizes up to a million. DiDonato & Morris (1992); Loader (2000).
    """
    without = np.subtract(size, events, dtype=np.float64)
    with np.errstate(all="ignore"):
        return _incomplete_beta(without, np.add(events, 1, dtype=np.float64), 1 - chance, chance)


def _incomplete_beta(a: FloatArray, b: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """I(x; a, b), where y = 1 − x is given as well so that none of its digits are lost."""
    # the fraction converges fast on one side of the middle; the other is I(x; a, b) = 1 − I(y; b, a)
    turned = x > (a + 1) / (a + b + 2)
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    x, y = np.where(turned, y, x), np.where(turned, x, y)
    found = _leading(a, b, x, y) * _fraction(a, b, x, y)
    return np.where(turned, 1 - found, found)


def _leading(a: FloatArray, b: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """x^a y^b / B(a, b), without the difference of large logarithms that would cost its digits."""
    n = a + b
    away = a * y - b * x
    exponent = -(a * _log_ratio(a, n * x, away) + b * _log_ratio(b, n * y, -away))
    exponent += np.log(a / n * b / (2 * np.pi)) / 2
    exponent += _stirling_error(n) - _stirling_error(a) - _stirling_error(b)
    leading: FloatArray = np.exp(exponent)
    return leading


def _log_ratio(part: FloatArray, expected: FloatArray, away: FloatArray) -> FloatArray:
    """log(part / expected), where ``away`` is their difference."""
    share = away / expected
    return np.where(np.abs(share) < 0.5, np.log1p(share), np.log(part) - np.log(expected))


def _stirling_error(z: FloatArray) -> FloatArray:
    """log Γ(z) − [(z − ½) log z − z + ½ log 2π], for z above 0."""
    z = z.copy()
    error = np.zeros_like(z)
    while (few := z < _SERIES_FROM).any():
        error[few] += (z[few] + 0.5) * np.log1p(1 / z[few]) - 1
        z[few] += 1
    w = 1 / (z * z)
    series = 1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * 691 / 360360))))
    error += series / z
    return error


def _fraction(a: FloatArray, b: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """B(x; a, b) / (x^a y^b) by DiDonato & Morris's continued fraction, whose terms do not cancel."""
    away = a * y - b * x
    fraction = a * (away + 1) / (a + 1)
    above, below = fraction.copy(), np.zeros_like(a)
    for m in count(1):
        odd = a + 2 * m - 1
        numerator = (a + m - 1) * (a + b + m - 1) / odd * m * (b - m) / odd * x * x
        term = m + m * (b - m) * x / odd + (a + m) * (away + 1 + m * (1 + y)) / (odd + 2)
        below = 1 / (term + numerator * below)
        above = term + numerator / above
        factor = above * below
        fraction *= factor
        if not (np.abs(factor - 1) > _NEAR).any():
            break
    return 1 / fraction
