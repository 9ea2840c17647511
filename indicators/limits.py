"""How limits of figures are called, and how they are widened for the rounding of counts: for the jobs and for groups."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators import notes
from indicators.catalogue import Indicator
from indicators.statistics.rounding import LARGEST_BOUND

NO_INTERVAL: Final = "none"
WIDENED: Final = ", widened for rounded counts"
"""How ``interval_method`` ends where the limits allow for the rounding of the counts."""
OF_SUMS: Final = " of the sums"
"""How it ends where the counts are sums of those of other areas."""
INTERVAL_METHODS: Final = {
    "published": "published 95%; 99.8% widened from it",
    "combined": "published half-widths, combined; 99.8% widened from it",
    "wilson": "Wilson score",
    "byar": "Byar's; exact Poisson below 10",
    "survey": "approximate, from the survey's half-widths",
    "newcombe": "Newcombe's hybrid score",
    "paired": "adjusted Wald for paired proportions",
    "none": NO_INTERVAL,
}
TOO_ROUNDED: Final = (
    f"its counts are rounded, which alone may move it by more than {100 * LARGEST_BOUND:g} percentage points"
)


def widened(
    values: dict[str, NDArray[np.float64]],
    bound: NDArray[np.float64],
    method: NDArray[Any],
    note: NDArray[Any],
    indicator: Indicator,
) -> NDArray[Any]:
    """Move the limits of ``values`` outwards by what rounding may have moved them, within the indicator's bounds.

    ``bound`` is in the indicator's unit; all arrays are (n,). ``values`` and ``method`` change in place where the bound is
    above 0. Returns the notes: where the bound is above ``LARGEST_BOUND`` they say that the figure is not compared.
    """
    at = ~np.isnan(values["lower_ci_95"]) & (bound > 0)
    lowest, highest = indicator.bounds
    for suffix in ("95", "998"):
        lower, upper = values[f"lower_ci_{suffix}"], values[f"upper_ci_{suffix}"]
        lower[at] = np.maximum(lower[at] - bound[at], -np.inf if lowest is None else lowest)
        upper[at] = np.minimum(upper[at] + bound[at], np.inf if highest is None else highest)
    method[at] = np.char.add(method[at].astype(str), WIDENED).astype(object)
    noted = note.copy()
    for place in np.flatnonzero(at & (bound > LARGEST_BOUND * indicator.multiplier + 1e-9)):
        noted[place] = notes.with_reason(noted[place], TOO_ROUNDED)
    return noted
