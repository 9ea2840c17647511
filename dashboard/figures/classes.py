"""Classes of areas: compared with a benchmark, and in fifths. Rows and lists in, lists out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.catalogue import Indicator
from indicators.statistics.comparison import quantile_bands, to_benchmark, to_benchmark_two_levels


def compare_rows(
    rows: Sequence[Mapping[str, Any]],
    benchmarks: Sequence[float | None] | float | None,
    indicator: Indicator,
    *,
    two_levels: bool = False,
) -> list[str]:
    """A category for each row against its benchmark (one for all, or one each).

    ``better``/``similar``/``worse`` (polarity ``none``: ``higher``/``similar``/``lower``), with
    ``two_levels`` also ``much_better`` …; ``not_compared`` where a number is missing, where the
    interval is, or where the indicator is a plain count, which is never compared.
    """
    if not indicator.comparable or not rows:
        return ["not_compared"] * len(rows)
    given = list(benchmarks) if isinstance(benchmarks, Sequence) else [benchmarks] * len(rows)

    def column(key: str) -> list[float]:
        return [_float(row[key]) for row in rows]

    against = [_float(one) for one in given]
    if two_levels:
        words = to_benchmark_two_levels(
            column("value"),
            column("lower_ci_95"),
            column("upper_ci_95"),
            column("lower_ci_998"),
            column("upper_ci_998"),
            against,
            indicator.polarity,
        )
    else:
        words = to_benchmark(
            column("value"), column("lower_ci_95"), column("upper_ci_95"), against, indicator.polarity
        )
    return [str(word) for word in words]


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
