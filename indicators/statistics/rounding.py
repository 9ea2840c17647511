"""How far rates may lie from the truth because the counts or percentages behind them were rounded."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics.inputs import (
    BoolArray,
    FloatArray,
    Rule,
    check,
    common_shape,
    numbers,
    single,
)

LARGEST_BOUND: Final = 0.02
"""Share (2 percentage points) beyond which a rate is too uncertain from rounding alone to be judged."""


def rounded(counts: ArrayLike, unit: float) -> BoolArray:
    """Which of some counts of one publication were rounded to a multiple of ``unit``.

    Where more than half of the counts that are there are multiples, each multiple was; else none was, since a few of any
    counts are multiples by chance. Shape (n,), False where a count is missing. Raises ValueError for a unit not above 0.
    """
    if not 0 < unit < np.inf:
        raise ValueError(f"unit is {unit}; expected a finite number above 0, such as 5")
    array = numbers("counts", counts)
    is_multiple: BoolArray = np.round(array / unit) * unit == array
    most = int(is_multiple.sum()) > 0.5 * int((~np.isnan(array)).sum())
    return is_multiple if most else np.zeros_like(is_multiple)


def ratio_bound(
    numerator: ArrayLike,
    denominator: ArrayLike,
    numerator_half: ArrayLike,
    denominator_half: ArrayLike,
    *,
    lowest: float = 0.0,
    highest: float = 1.0,
) -> FloatArray:
    """The furthest that the ratio of two true counts can lie from the ratio of the counts as rounded.

    Each true count is at most its half-width (half the rounding unit for each rounded number in it) from the count
    given, and the true ratio lies between ``lowest`` and ``highest`` (0 and 1: a proportion; ``inf``: no limit). Arrays
    broadcast. Returns the bound in the ratio's own unit, 0 or more; 0 where both half-widths are 0, nan where a number
    is missing. Raises ValueError for a half-width below 0 or a denominator not above 0. Interval arithmetic.
    """
    arrays = {
        "numerator": numbers("numerator", numerator),
        "denominator": numbers("denominator", denominator),
        "numerator_half": numbers("numerator_half", numerator_half),
        "denominator_half": numbers("denominator_half", denominator_half),
    }
    for name in ("numerator_half", "denominator_half"):
        check({name: arrays[name]}, [Rule(name, lambda chunk: chunk < 0, "0 or more")])
    check(
        {"denominator": arrays["denominator"]},
        [Rule("denominator", lambda chunk: chunk <= 0, "a number above 0")],
    )
    shape = common_shape(arrays)
    above, below, above_half, below_half = (
        np.broadcast_to(array, shape).astype(np.float64) for array in arrays.values()
    )
    ratio = above / below
    ends = []
    for far in (above - above_half, above + above_half):
        for near in (below - below_half, below + below_half):
            with np.errstate(divide="ignore", invalid="ignore"):
                # a denominator that may be nothing leaves the ratio open on the side of its numerator
                end = np.where(near > 0, far / near, np.where(far == 0, 0.0, np.copysign(np.inf, far)))
            ends.append(np.clip(end, lowest, highest))
    missing = np.isnan(above) | np.isnan(below) | np.isnan(above_half) | np.isnan(below_half)
    furthest = np.max([np.abs(end - ratio) for end in ends], axis=0)
    exact = (above_half == 0) & (below_half == 0)
    bound: FloatArray = single(np.where(missing, np.nan, np.where(exact, 0.0, furthest)))
    return bound
