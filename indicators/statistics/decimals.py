"""Numbers as the decimals that they mean: binary arithmetic leaves tails such as 6.199999999999999 for 6.2."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics.inputs import FloatArray, numbers, single

MOST_DECIMALS: Final = 6
"""Decimals that a number with a tail may mean: no publisher rounds to more."""
SIGNIFICANT: Final = 12
"""Digits that a number with a tail may mean, of the 15 to 17 that a binary number holds."""
_ULPS: Final = 4 * float(np.finfo(np.float64).eps)
_SCALE: Final = 100.0
"""Percentages are sums and differences of numbers up to this, and carry its rounding error."""


def meant(values: ArrayLike) -> FloatArray:
    """Numbers without the tails of binary arithmetic, of the same shape and in the same unit.

    A number that lies within a few rounding errors of a decimal with at most ``MOST_DECIMALS`` decimals and
    ``SIGNIFICANT`` digits becomes that decimal; the one with the fewest decimals is taken. Every other number, and
    what is missing or infinite, stays as it is, so that no digit which a publisher wrote is lost. IEEE 754.
    """
    array = numbers("values", values).astype(np.float64)
    flat = array.reshape(-1)
    finite = np.isfinite(flat) & (np.abs(flat) < 10.0**SIGNIFICANT)
    # most numbers are short decimals already: only the others are looked at
    places = np.flatnonzero(finite)
    places = places[flat[places] != np.round(flat[places], MOST_DECIMALS)]
    left = flat[places]
    size = np.abs(left)
    tolerance = np.minimum(_ULPS * np.maximum(size, _SCALE), 1e-12 * size)
    digits = np.floor(np.log10(size)) + 1
    found = left.copy()
    open_ = np.ones(len(left), dtype=np.bool_)
    for decimals in range(MOST_DECIMALS + 1):
        rounded = np.round(left, decimals)
        near = open_ & (digits + decimals <= SIGNIFICANT) & (np.abs(left - rounded) <= tolerance)
        found[near] = rounded[near]
        open_ &= ~near
    flat = flat.copy()
    flat[places] = found
    answer: FloatArray = single(flat.reshape(array.shape))
    return answer
