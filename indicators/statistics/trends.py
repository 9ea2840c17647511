"""The recent trend: whether the last five unbroken, non-overlapping periods rise or fall beyond chance.

``recent_trend`` takes one series, ``recent_trends`` many on one axis of periods, ``trends_by_series`` many given row
by row; all three do the same arithmetic. Needs numpy alone. Source: OHID, Fingertips technical guidance, recent
trends; Armitage (1955). See ``docs/methods.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.periods import Period
from indicators.statistics.inputs import (
    CHUNK,
    BoolArray,
    FloatArray,
    located,
    normal_quantile,
    numbers,
    polarity_rows,
)

POINTS: Final = 5
"""Periods that a recent trend is made of."""

THRESHOLD: Final = normal_quantile(0.998) ** 2
"""χ² on one degree of freedom that is exceeded with probability 0.002: 9.5495."""

# The publisher's rule is 3.92, twice 1.96, not twice the full quantile.
_LIMITS_TO_SE: Final = 3.92

Direction: TypeAlias = Literal["increasing", "decreasing", "no_change", "not_calculated"]
Judgement: TypeAlias = Literal["getting_better", "getting_worse", "none"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("not_calculated", "decreasing", "no_change", "increasing")
JUDGEMENTS: Final[tuple[Judgement, ...]] = ("none", "getting_better", "getting_worse")
_NOT_CALCULATED, _DECREASING, _NO_CHANGE, _INCREASING = range(4)
_NONE, _GETTING_BETTER, _GETTING_WORSE = range(3)

# Why a trend cannot be calculated: the places of the words in _REASONS.
_FINE, _FEW, _NO_TEST, _OVERLAPPING, _BROKEN, _NO_WIDTH = range(6)
_REASONS: Final = (
    "",
    "fewer than five periods have a figure ({found} found)",
    "the figures have neither a confidence interval nor counts to test with",
    "fewer than five periods do not overlap each other",
    "the last five periods are broken: no usable figure for {missing}",
    "a confidence interval in the last five periods has no width",
)

_IN_WORDS: Final = ("none", "one", "two", "three", "four", "five")


@dataclass(frozen=True, slots=True)
class Trend:
    """The recent trend of one series.

    ``slope`` is per step between periods: on the logit scale for counts, in the unit of the values otherwise.
    ``periods_used`` are ISO periods, oldest first. Where nothing could be calculated ``direction`` is
    ``not_calculated``, the numbers are None, and ``reason`` says why; otherwise ``reason`` is empty.
    """

    direction: Direction
    judgement: Judgement
    chi_square: float | None
    p_value: float | None
    slope: float | None
    periods_used: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Trends:
    """The recent trends of n series, column by column; ``trends[i]`` is one of them as a ``Trend``.

    ``direction`` and ``judgement`` (n,) index ``DIRECTIONS`` and ``JUDGEMENTS``; ``chi_square``, ``p_value`` and
    ``slope`` (n,) are nan where not calculated; ``columns_used`` (n, 5) indexes ``periods`` (−1 where none).
    """

    periods: tuple[str, ...]
    direction: NDArray[np.int8]
    judgement: NDArray[np.int8]
    chi_square: FloatArray
    p_value: FloatArray
    slope: FloatArray
    columns_used: NDArray[np.intp]
    cause: NDArray[np.int8]
    figures: NDArray[np.intp]
    missing_on: tuple[str, ...]
    missing: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.direction)

    def __getitem__(self, index: int) -> Trend:
        row = range(len(self))[index]
        cause = int(self.cause[row])
        if cause != _FINE:
            return Trend("not_calculated", "none", None, None, None, (), self._reason(row, cause))
        return Trend(
            DIRECTIONS[int(self.direction[row])],
            JUDGEMENTS[int(self.judgement[row])],
            float(self.chi_square[row]),
            float(self.p_value[row]),
            float(self.slope[row]),
            tuple(self.periods[column] for column in self.columns_used[row].tolist()),
            "",
        )

    def columns(self) -> dict[str, NDArray[Any]]:
        """The fields of all trends but ``periods_used``, column by column (n,): texts as objects, numbers nan where
        not calculated."""
        fine = self.cause == _FINE
        reasons = np.full(len(self), "", dtype=object)
        known: dict[tuple[int, int, int], str] = {}
        for row in np.flatnonzero(~fine).tolist():
            why = (int(self.cause[row]), int(self.figures[row]), int(self.missing[row]))
            if why not in known:
                known[why] = self._reason(row, why[0])
            reasons[row] = known[why]
        return {
            "direction": np.where(fine, np.array(DIRECTIONS, dtype=object)[self.direction], "not_calculated"),
            "judgement": np.where(fine, np.array(JUDGEMENTS, dtype=object)[self.judgement], "none"),
            **{
                name: np.where(fine, getattr(self, name), np.nan)
                for name in ("chi_square", "p_value", "slope")
            },
            "reason": reasons,
        }

    def _reason(self, row: int, cause: int) -> str:
        figures = int(self.figures[row])
        return _REASONS[cause].format(
            found=_IN_WORDS[figures] if figures < len(_IN_WORDS) else figures,
            missing=self.missing_on[self.missing[row]] if cause == _BROKEN else "",
        )


def recent_trend(
    periods: Sequence[str],
    values: ArrayLike,
    lower: ArrayLike | None,
    upper: ArrayLike | None,
    numerators: ArrayLike | None = None,
    denominators: ArrayLike | None = None,
    polarity: str = "",
) -> Trend:
    """The recent trend of one series of n periods (ISO, in any order), with figures of shape (n,).

    With ``numerators`` and ``denominators`` (true counts of people or events, never weighted survey estimates) the
    test is χ² for linear trend in proportions; without them a regression weighted by the 95% limits. The trend is
    significant where χ² > 9.5495 (p < 0.002) and the slope keeps its sign whichever of the five is left out.
    Missing figures are nan. ``polarity`` must be given. Raises ValueError for a period given twice or not ISO, a
    numerator below 0 or above its denominator, a lower limit above its upper, an unknown polarity.
    """
    given = {
        "values": values,
        "lower": lower,
        "upper": upper,
        "numerators": numerators,
        "denominators": denominators,
    }
    figures = _figures(given, (len(periods),), "periods")
    axis = _read_axis(periods)
    one_row = {name: array.reshape(1, -1) for name, array in figures.items()}
    return _Batch(axis, one_row, polarity_rows(polarity)).trends()[0]


def _figures(
    given: dict[str, ArrayLike | None], shape: tuple[int, ...], beside: str
) -> dict[str, NDArray[Any]]:
    """The arguments that were given, as arrays of the shape that goes with ``beside``, each number possible."""
    figures = {}
    for name, values in given.items():
        if values is None:
            continue
        figures[name] = numbers(name, values)
        if figures[name].shape != shape:
            raise ValueError(f"shapes do not match: {name} {figures[name].shape}, {beside} {shape}")
    _check_figures(figures)
    return figures


def recent_trends(
    periods: Sequence[str],
    values: ArrayLike,
    lower: ArrayLike | None,
    upper: ArrayLike | None,
    numerators: ArrayLike | None = None,
    denominators: ArrayLike | None = None,
    polarity: ArrayLike = "",
) -> Trends:
    """The recent trends of n series on one axis of periods: figures of shape (n, periods), polarity one or (n,).

    The axis holds every period that the publisher issued, so that an area's own gap is seen as one: the step
    between periods is the shortest the axis allows without overlap. Missing figures are nan. Errors and method as
    ``recent_trend``.
    """
    axis = _read_axis(periods)
    first = numbers("values", values)
    if first.ndim != 2 or first.shape[1] != len(axis):
        raise ValueError(f"shapes do not match: values {first.shape}, periods ({len(axis)},)")
    given: dict[str, ArrayLike | None] = {
        "values": first,
        "lower": lower,
        "upper": upper,
        "numerators": numerators,
        "denominators": denominators,
    }
    figures = _figures(given, first.shape, "values")
    rows = polarity_rows(polarity)
    if rows.shape not in ((), (len(first),)):
        raise ValueError(f"shapes do not match: polarity {rows.shape}, values {first.shape}")
    return _Batch(axis, figures, rows).trends()


def trends_by_series(
    series: ArrayLike,
    periods: Sequence[str],
    values: ArrayLike,
    lower: ArrayLike | None,
    upper: ArrayLike | None,
    numerators: ArrayLike | None = None,
    denominators: ArrayLike | None = None,
    polarity: str = "",
) -> tuple[NDArray[Any], Trends]:
    """The recent trends of series given row by row: a label, a period and figures in each row, in any order.

    Returns (labels, trends), in the order of the sorted labels. The axis of periods is all those that occur, so
    give one indicator at a time. Errors as ``recent_trend``, and ValueError for a period twice in one series.
    """
    labels, row_of = np.unique(np.asarray(series), return_inverse=True)
    names = sorted(set(periods))
    column = {name: place for place, name in enumerate(names)}
    column_of = np.fromiter((column[name] for name in periods), dtype=np.intp, count=len(periods))
    if row_of.shape != column_of.shape:
        raise ValueError(f"shapes do not match: series {row_of.shape}, periods {column_of.shape}")
    cell = row_of * len(names) + column_of
    times = np.bincount(cell)
    if times.size and times.max() > 1:
        twice = int(np.flatnonzero(cell == int(times.argmax()))[1])
        raise ValueError(
            f"periods[{twice}] is {periods[twice]!r}, given before for {labels[row_of[twice]].item()!r}; "
            f"expected each period once in a series"
        )

    given: dict[str, ArrayLike | None] = {
        "values": values,
        "lower": lower,
        "upper": upper,
        "numerators": numerators,
        "denominators": denominators,
    }
    tables = {}
    for name, figures in _figures(given, row_of.shape, "series").items():
        tables[name] = np.full((len(labels), len(names)), np.nan)
        tables[name].ravel()[cell] = figures
    return labels, _Batch(_read_axis(names), tables, polarity_rows(polarity)).trends()


def _read_axis(periods: Sequence[str]) -> list[Period]:
    axis = [Period.parse(text) for text in periods]
    seen: set[Period] = set()
    for position, period in enumerate(axis):
        if period in seen:
            raise ValueError(f"periods[{position}] is {period.iso!r} again; expected each period once")
        seen.add(period)
    return axis


def _check_figures(figures: dict[str, NDArray[Any]]) -> None:
    """Refuse what no figure can be; a missing one is never refused."""

    def refuse(name: str, bad: BoolArray, expected: str, other: str = "") -> None:
        if bad.any():
            first = int(bad.ravel().argmax())
            place = located(name, bad.shape, first)
            beside = f", {float(figures[other].ravel()[first])}" if other else ""
            raise ValueError(f"{place} is {float(figures[name].ravel()[first])}; expected {expected}{beside}")

    for name, array in figures.items():
        refuse(name, np.isinf(array), "a finite number")
    if "numerators" in figures:
        refuse("numerators", figures["numerators"] < 0, "0 or more")
    if "denominators" in figures:
        refuse("denominators", figures["denominators"] <= 0, "a number above 0")
    if "numerators" in figures and "denominators" in figures:
        over = figures["numerators"] > figures["denominators"]
        refuse("numerators", over, "at most the denominator", "denominators")
    if "lower" in figures and "upper" in figures:
        refuse("lower", figures["lower"] > figures["upper"], "at most the upper limit", "upper")


class _Axis:
    """The periods of one length among those given, and which four stand before each at the publisher's step."""

    def __init__(self, axis: list[Period], columns: list[int], first_name: int) -> None:
        self.first_name = first_name
        self.columns = np.array(sorted(columns, key=lambda column: axis[column].sort_key), dtype=np.intp)
        ordered = [axis[column] for column in self.columns]
        length, self.by_month = _length(ordered)
        places = [_place(period.start_on, self.by_month) for period in ordered]
        gaps = {
            later - earlier
            for i, earlier in enumerate(places)
            for later in places[i + 1 :]
            if later - earlier >= length
        }
        self.step = min(gaps, default=length)
        found = dict(zip(places, self.columns.tolist(), strict=True))
        # Row of an anchor: its five columns, latest first; −1 where the publisher has no such period.
        self.five = np.array(
            [[found.get(place - back * self.step, -1) for back in range(POINTS)] for place in places],
            dtype=np.intp,
        )
        self.reaches_back = np.array([place - (POINTS - 1) * self.step >= places[0] for place in places])
        # What to call each of the five when it is not there: row by row, as ``five``.
        self.names = [
            _moved(period, -back * self.step, self.by_month).label
            for period in ordered
            for back in range(POINTS)
        ]


def _length(ordered: list[Period]) -> tuple[int, bool]:
    """Length of the periods in months, or in days for those that do not follow the calendar."""
    if ordered[0].months:
        return ordered[0].months, True
    starts = [period.start_on for period in ordered]
    months = [_place(day, True) for day in starts]
    if ordered[0].days <= 28 and len(set(months)) == len(months):
        # Days taken once a month or year, such as 31 March: the calendar sets the step, not the count of days.
        return 1, True
    return ordered[0].days, False


def _place(day: date, by_month: bool) -> int:
    return day.year * 12 + day.month - 1 if by_month else day.toordinal()


def _moved(period: Period, by: int, by_month: bool) -> Period:
    if not by_month:
        return Period(date.fromordinal(period.start_on.toordinal() + by), period.months, period.days)
    year, month = divmod(_place(period.start_on, True) + by, 12)
    day = period.start_on.day
    while True:
        try:
            return Period(date(year, month + 1, day), period.months, period.days)
        except ValueError:  # 31 March back to February
            day -= 1


class _Batch:
    """The work for n series: chunks of them at once, five columns at a time."""

    def __init__(
        self, axis: list[Period], figures: dict[str, NDArray[Any]], polarity: NDArray[np.intp]
    ) -> None:
        self.axis = axis
        self.figures = figures
        self.polarity = polarity
        self.n = figures["values"].shape[0]
        self.cause = np.full(self.n, _FEW, dtype=np.int8)
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
        self.cause[(figures == 0) & (np.count_nonzero(valued, axis=1) > 0)] = _NO_TEST
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
            own = _Axis(self.axis, columns, first_name=len(self.missing_on))
            self.missing_on.extend(own.names)
            for start in range(0, rows.size, CHUNK):
                some = rows[start : start + CHUNK]
                self._choose_five(own, some, latest[some], counts, limits)

    def _choose_five(
        self,
        axis: _Axis,
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
        self.cause[lost] = np.where(broken, _BROKEN, _OVERLAPPING)
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
        self.cause[rows[none]] = _NO_WIDTH
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
            _, column = _slope(value, weight, kept)
            agree &= column == sign
        self.agree[rows] = agree
        self.cause[rows] = _FINE
        self.columns_used[rows] = five

    def _answer(self, figures: NDArray[np.intp]) -> Trends:
        significant = self.agree & (self.chi_square > THRESHOLD)
        direction = np.full(self.n, _NO_CHANGE, dtype=np.int8)
        direction[significant & (self.slope > 0)] = _INCREASING
        direction[significant & (self.slope < 0)] = _DECREASING
        lost = self.cause != _FINE
        direction[lost] = _NOT_CALCULATED
        good = np.where(self.polarity == 0, _INCREASING, _DECREASING)
        moved = (direction == _INCREASING) | (direction == _DECREASING)
        judgement = np.where(direction == good, _GETTING_BETTER, _GETTING_WORSE).astype(np.int8)
        judgement[~moved | np.broadcast_to(self.polarity == 2, moved.shape)] = _NONE
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


def describe_trend(trend: Trend) -> str:
    """The trend in plain words, with the periods, χ² and p; or why there is none.

    ``Increasing and getting better: five years 2019–2023, χ² = 14.2, p < 0.001``.
    """
    if trend.direction == "not_calculated" or trend.chi_square is None or trend.p_value is None:
        return f"No recent trend: {trend.reason}"
    match trend.direction:
        case "increasing":
            words = "Increasing"
        case "decreasing":
            words = "Decreasing"
        case "no_change":
            words = "No significant change"
    match trend.judgement:
        case "getting_better":
            words += " and getting better"
        case "getting_worse":
            words += " and getting worse"
        case "none":
            pass
    return f"{words}: {describe_periods(trend.periods_used)}, χ² = {trend.chi_square:.1f}, {_p_words(trend.p_value)}"


def describe_periods(periods_used: Sequence[str]) -> str:
    """``five years 2019–2023``, ``five quarters Q1 2022/23 – Q1 2023/24``; the first and the last period's labels."""
    used = [Period.parse(text) for text in periods_used]
    first, last = used[0].label, used[-1].label
    joined = all(
        earlier.end_on.toordinal() + 1 == later.start_on.toordinal() for earlier, later in pairwise(used)
    )
    names = {12: "years", 3: "quarters", 1: "months"}
    unit = names.get(used[0].months, "periods") if joined else "periods"
    count = _IN_WORDS[len(used)] if len(used) < len(_IN_WORDS) else str(len(used))
    dash = "–" if " " not in first + last else (" to " if "–" in first + last else " – ")
    return f"{count} {unit} {first}{dash}{last}"


def _p_words(p_value: float) -> str:
    return (
        "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}" if p_value < 0.01 else f"p = {p_value:.2f}"
    )
