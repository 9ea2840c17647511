"""How sure a figure of a sample survey is: a grade from its coefficient of variation and the sample's flag.

The Office for National Statistics says beside its survey estimates what a coefficient of variation means: below 5%
precise, 5% to 10% reasonably precise, 10% to 20% acceptable, more than 20% unreliable for practical purposes (ONS,
Annual Survey of Hours and Earnings, guide to the quality of estimates; the same bands serve the Annual Population
Survey). This room takes nothing but the standard library and numpy, so that pages may import it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics.inputs import FloatArray, TextArray, normal_quantile, numbers

# below the first bound precise (A), below the second reasonably precise (B), below the third acceptable (C), else D
BOUNDS: Final = (0.05, 0.10, 0.20)
_GRADES: Final = np.array(["A", "B", "C", "D"])


def coefficient_of_variation(
    value: ArrayLike, lower: ArrayLike, upper: ArrayLike, confidence: float = 0.95
) -> FloatArray:
    """Standard error as a share of the estimate, from the width of its interval: (upper − lower) / (2z·|value|).

    Arrays that broadcast; a share (0.05 for 5%). nan where a number is missing, and where the estimate is 0 or
    the interval holds 0: for a gap near nothing a share of the estimate has no meaning.
    Raises ValueError for a confidence that is not between 0 and 1. ONS, Annual Survey of Hours and Earnings, guide
    to the quality of estimates.
    """
    estimate, low, high = (
        np.asarray(numbers(name, given), dtype=np.float64)
        for name, given in (("value", value), ("lower", lower), ("upper", upper))
    )
    estimate, low, high = np.broadcast_arrays(estimate, low, high)
    answer = np.full(estimate.shape, np.nan)
    known = (low > 0) & (estimate > 0) | (high < 0) & (estimate < 0)
    answer[known] = (high[known] - low[known]) / (2 * normal_quantile(confidence) * np.abs(estimate[known]))
    return answer


def survey_grades(value: ArrayLike, lower: ArrayLike, upper: ArrayLike, flagged: ArrayLike) -> TextArray:
    """Grade of survey estimates with 95% intervals: ``A`` precise, ``B`` reasonably precise, ``C`` acceptable,
    ``D`` unreliable for practical purposes, and an empty text where none can be given.

    flagged  True where the publisher says that the sample is too small: that is D, with a value or without one.

    Arrays that broadcast. A coefficient of variation equal to a bound takes the poorer grade. ONS, Annual Survey of
    Hours and Earnings, guide to the quality of estimates.
    """
    variation = coefficient_of_variation(value, lower, upper)
    marks, variation = np.broadcast_arrays(np.asarray(flagged, dtype=bool), variation)
    known = np.isfinite(variation)
    answer = np.full(variation.shape, "", dtype="<U1")
    answer[known] = _GRADES[np.searchsorted(BOUNDS, variation[known], side="right")]
    answer[marks] = "D"
    return answer
