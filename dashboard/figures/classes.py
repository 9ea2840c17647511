"""Classes of areas: in fifths. Lists in, lists out."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.statistics.comparison import quantile_bands


def quintiles(values: Sequence[float | None]) -> list[int | None]:
    """The fifth of each value, 0 the lowest to 4 the highest; None for a missing value, or where there are
    fewer than five values. Equal values share a fifth.
    """
    if not values:
        return []
    bands = quantile_bands([_float(value) for value in values], 5, "none")
    return [int(band) - 1 if band else None for band in bands]


def _float(value: float | None) -> float:
    return float("nan") if value is None else float(value)
