"""The tests themselves, for many series at once: five columns of figures, χ² and slopes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.periods import Period
from indicators.statistics.inputs import CHUNK, BoolArray, FloatArray, normal_quantile
from indicators.statistics.trends.answers import (
    BROKEN,
    DECREASING,
    FEW,
    FINE,
    GETTING_BETTER,
    GETTING_WORSE,
    INCREASING,
    NO_CHANGE,
    NO_TEST,
    NO_WIDTH,
    NONE,
    NOT_CALCULATED,
    OVERLAPPING,
    Trends,
)
from indicators.statistics.trends.axis import POINTS, Axis

THRESHOLD: Final = normal_quantile(0.998) ** 2
"""χ² on one degree of freedom that is exceeded with probability 0.002: 9.5495."""

# The publisher's rule is 3.92, twice 1.96, not twice the full quantile.
_LIMITS_TO_SE: Final = 3.92


class Batch:
    """The work for n series: chunks of them at once, five columns at a time."""

    def __init__(
        self, axis: list[Period], figures: dict[str, NDArray[Any]], polarity: NDArray[np.intp]
    ) -> None:
        self.axis = axis
        self.figures = figures
        self.polarity = polarity
        self.n = figures["values"].shape[0]
        self.cause = np.full(self.n, FEW, dtype=np.int8)
        self.columns_used = np.full((self.n, POINTS), -1, dtype=np.intp)
        self.chi_square = np.full(self.n, np.nan)
        self.slope = np.full(self.n, np.nan)
        self.agree = np.zeros(self.n, dtype=np.bool_)
        self.missing = np.full(self.n, -1, dtype=np.intp)
        self.missing_on: list[str] = []

    def _has(self, *names: str) -> BoolArray | None:
        if not all(name in self.figures for name in names):
            return None
        present: BoolArray = ~np.isnan(self.figures[names[0]])
        for name in names[1:]:
            present &= ~np.isnan(self.figures[name])
        return present

    def trends(self) -> Trends:
        absent = np.zeros((self.n, len(self.axis)), dtype=np.bool_)
        counts = self._has("numerators", "denominators")
        limits = self._has("values", "lower", "upper")
        counts = absent if counts is None else counts
        limits = absent if limits is None else limits
        usable = counts | limits
        valued = ~np.isnan(self.figures["values"])
        figures = np.count_nonzero(usable, axis=1)
        self.cause[(figures == 0) & (np.count_nonzero(valued, axis=1) > 0)] = NO_TEST
        if self.axis and self.n:
            self._choose(counts, limits, usable, figures >= POINTS)
        return self._answer(figures)

    def _choose(self, counts: BoolArray, limits: BoolArray, usable: BoolArray, enough: BoolArray) -> None:
        order = np.array(sorted(range(len(self.axis)), key=lambda column: self.axis[column].sort_key))
        latest = order[len(order) - 1 - usable[:, order[::-1]].argmax(axis=1)]
        lengths: dict[tuple[int, int], list[int]] = {}
        for column, period in enumerate(self.axis):
            lengths.setdefault((period.months, period.days), []).append(column)
        for columns in lengths.values():
            rows = np.flatnonzero(enough & np.isin(latest, columns))
            if not rows.size:
                continue
            own = Axis(self.axis, columns, first_name=len(self.missing_on))
            self.missing_on.extend(own.names)
            for start in range(0, rows.size, CHUNK):
                chunk = rows[start : start + CHUNK]
                self._choose_five(own, chunk, latest[chunk], counts, limits)

    def _choose_five(
        self,
        axis: Axis,
        rows: NDArray[np.intp],
        latest: NDArray[np.intp],
        counts: BoolArray,
        limits: BoolArray,
    ) -> None:
        row_of_column = np.full(len(self.axis), -1, dtype=np.intp)
        row_of_column[axis.columns] = np.arange(len(axis.columns))
        anchor = row_of_column[latest]
        five = axis.five[anchor]
        listed = five >= 0
        at = rows[:, None]
        by_counts = counts[at, five] & listed
        by_limits = limits[at, five] & listed
        all_counts = by_counts.all(axis=1)
        all_limits = by_limits.all(axis=1) & ~all_counts

        self._test_counts(rows[all_counts], five[all_counts][:, ::-1])
        self._test_limits(rows[all_limits], five[all_limits][:, ::-1])

        neither = ~(all_counts | all_limits)
        lost = rows[neither]
        broken = axis.reaches_back[anchor[neither]]
        self.cause[lost] = np.where(broken, BROKEN, OVERLAPPING)
        # Name the latest gap, under whichever test the latest period allows.
        found = np.where(by_counts[neither, :1], by_counts[neither], by_limits[neither])
        self.missing[lost] = axis.first_name + anchor[neither] * POINTS + found.argmin(axis=1)

    def _five(self, name: str, rows: NDArray[np.intp], five: NDArray[np.intp]) -> list[FloatArray]:
        array = self.figures[name]
        return [array[rows, five[:, place]].astype(np.float64) for place in range(POINTS)]

    def _test_counts(self, rows: NDArray[np.intp], five: NDArray[np.intp]) -> None:
        """χ² for linear trend in proportions (Armitage), and the unweighted slope of their logits."""
        if not rows.size:
            return
        x, n = self._five("numerators", rows, five), self._five("denominators", rows, five)
        all_n, all_x = sum(n), sum(x)
        # Times −2 … 2: χ² does not change with the origin, and small times lose no digits.
        n_t = sum(size * (t - 2) for t, size in enumerate(n))
        n_tt = sum(size * (t - 2) ** 2 for t, size in enumerate(n))
        # x − n·p, with p the proportion of all five, is summed instead of a difference of two huge products.
        share = all_x / all_n
        covariance = sum(
            (count - size * share) * (t - 2) for t, (count, size) in enumerate(zip(x, n, strict=True))
        )
        spread = share * (1 - share) * (n_tt - n_t * n_t / all_n)
        flat = (all_x == 0) | (all_x == all_n)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.chi_square[rows] = np.where(flat, 0.0, covariance * covariance / spread)
            # A proportion of 0 or 1 has no logit: that series takes the empirical one, with ½ added to both sides.
            half = np.zeros(rows.size)
            for count, size in zip(x, n, strict=True):
                half[(count == 0) | (count == size)] = 0.5
            logit = [np.log((count + half) / (size - count + half)) for count, size in zip(x, n, strict=True)]
        ones = [np.ones(rows.size)] * POINTS
        self._slopes(rows, five, logit, ones)
        self.slope[rows[flat]] = 0.0

    def _test_limits(self, rows: NDArray[np.intp], five: NDArray[np.intp]) -> None:
        """Regression weighted by 1/SE², SE = (upper − lower) / 3.92; χ² is (slope / its standard error)²."""
        if not rows.size:
            return
        value = self._five("values", rows, five)
        lower, upper = self._five("lower", rows, five), self._five("upper", rows, five)
        errors = [(high - low) / _LIMITS_TO_SE for low, high in zip(lower, upper, strict=True)]
        # An interval too narrow for 1/SE² to be a number has, for this purpose, no width.
        smallest = np.minimum.reduce(errors)
        none = smallest < 1e-150
        self.cause[rows[none]] = NO_WIDTH
        keep = ~none
        rows, five = rows[keep], five[keep]
        value = [column[keep] for column in value]
        smallest = smallest[keep]
        # Weights relative to the largest: the slope is the same, and nothing overflows.
        weight = [(smallest / column[keep]) ** 2 for column in errors]
        self._slopes(rows, five, value, weight)
        spread = _spread_of_times(weight)
        self.chi_square[rows] = (self.slope[rows] / smallest) ** 2 * spread

    def _slopes(
        self,
        rows: NDArray[np.intp],
        five: NDArray[np.intp],
        value: list[FloatArray],
        weight: list[FloatArray],
    ) -> None:
        """Slope of all five, and whether it and the five leave-one-out slopes are all above or all below 0."""
        slope, sign = _slope(value, weight)
        self.slope[rows] = slope
        agree = sign != 0
        for left_out in range(POINTS):
            kept = [place for place in range(POINTS) if place != left_out]
            _, sign_without = _slope(value, weight, kept)
            agree &= sign_without == sign
        self.agree[rows] = agree
        self.cause[rows] = FINE
        self.columns_used[rows] = five

    def _answer(self, figures: NDArray[np.intp]) -> Trends:
        significant = self.agree & (self.chi_square > THRESHOLD)
        direction = np.full(self.n, NO_CHANGE, dtype=np.int8)
        direction[significant & (self.slope > 0)] = INCREASING
        direction[significant & (self.slope < 0)] = DECREASING
        lost = self.cause != FINE
        direction[lost] = NOT_CALCULATED
        good = np.where(self.polarity == 0, INCREASING, DECREASING)
        moved = (direction == INCREASING) | (direction == DECREASING)
        judgement = np.where(direction == good, GETTING_BETTER, GETTING_WORSE).astype(np.int8)
        judgement[~moved | np.broadcast_to(self.polarity == 2, moved.shape)] = NONE
        p_value = np.full(self.n, np.nan)
        tested = np.flatnonzero(~lost)
        roots = np.sqrt(self.chi_square[tested] / 2)
        p_value[tested] = np.fromiter(map(math.erfc, roots), dtype=np.float64, count=tested.size)
        return Trends(
            tuple(period.iso for period in self.axis),
            direction,
            judgement,
            self.chi_square,
            p_value,
            self.slope,
            self.columns_used,
            self.cause,
            figures,
            tuple(self.missing_on),
            self.missing,
        )


def _slope(
    value: list[FloatArray], weight: list[FloatArray], kept: Sequence[int] = range(POINTS)
) -> tuple[FloatArray, FloatArray]:
    """Weighted least-squares slope on times 0, 1, … and its sign; 0 where it is 0 but for rounding."""
    all_weight = sum(weight[i] for i in kept)
    mean_time = sum(weight[i] * i for i in kept) / all_weight
    mean_value = sum(weight[i] * value[i] for i in kept) / all_weight
    product = np.zeros_like(mean_time)
    spread = np.zeros_like(mean_time)
    size = np.zeros_like(mean_time)
    for i in kept:
        away = weight[i] * (i - mean_time)
        product += away * (value[i] - mean_value)
        spread += away * (i - mean_time)
        size += np.abs(away) * (np.abs(value[i]) + np.abs(mean_value))
    sign = np.where(np.abs(product) <= 1e-14 * size, 0.0, np.sign(product))
    slope = np.where(sign == 0, 0.0, product / spread)
    return slope, sign


def _spread_of_times(weight: list[FloatArray]) -> FloatArray:
    """Σw(t − t̄)², with t̄ the weighted mean of the times."""
    mean_time = sum(w * i for i, w in enumerate(weight)) / sum(weight)
    spread = np.zeros_like(weight[0])
    for i, w in enumerate(weight):
        spread += w * (i - mean_time) ** 2
    return spread
