"""The methods by which a route makes figures of measures: one function a method, a grid in and figures out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from etl.deriving.grid import Cells, Flags, Floats, Grid
from etl.frames.observations import FIGURES, HALF_WIDTHS, INTERVAL_METHODS, NO_INTERVAL
from etl.frames.routes import IndicatorRoute
from indicators.catalogue import Route
from indicators.limits import widened
from indicators.statistics import intervals
from indicators.statistics.rounding import ratio_bound

OWN_PERCENTAGE = "The publisher's own percentage, which is closer than the ratio of its rounded counts."


@dataclass(frozen=True)
class Contradiction:
    """A count above the whole that it is a part of (or below 0), at a place of the grid; ``row`` is nan where unknown."""

    place: int
    row: float
    count: float
    whole: float


class RouteFigures:
    """Observations of one route over every place of a grid, before those not wanted are left out."""

    def __init__(self, size: int) -> None:
        self.values: dict[str, Floats] = {name: np.full(size, np.nan) for name in (*FIGURES, *HALF_WIDTHS)}
        self.rank = np.zeros(size, dtype=np.int8)
        self.there = np.zeros(size, dtype=bool)
        self.row = np.full(size, np.nan)
        self.note = np.full(size, "", dtype=object)
        self.method = np.full(size, NO_INTERVAL, dtype=object)
        self.contradictions: list[Contradiction] = []
        self.ratio = np.full(size, np.nan)
        """Of the counts, in the indicator's unit: the value too, unless the publisher's own percentage is closer."""
        self.ratio_bound = np.zeros(size)
        """How far the ratio may be off because its counts are rounded, in the indicator's unit."""

    def widen(self, bound: Floats, indicator_route: IndicatorRoute) -> None:
        """Widen both pairs of limits by ``bound`` (over the grid, in the indicator's unit): ``widened``."""
        self.note = widened(self.values, bound, self.method, self.note, indicator_route.indicator)

    def limits(
        self,
        where: Flags,
        statistic: Callable[..., tuple[Any, Any, Any]],
        *arguments: Floats,
        times: float = 1.0,
    ) -> None:
        """Value and both pairs of limits at some places, from a function of ``indicators.statistics``.

        ``arguments`` are arrays over the grid; ``times`` multiplies what the function gives.
        """
        chosen = [array[where] for array in arguments]
        for confidence, suffix in ((0.95, "95"), (0.998, "998")):
            value, lower, upper = statistic(*chosen, confidence=confidence)
            self.values["value"][where] = value * times
            self.values[f"lower_ci_{suffix}"][where] = lower * times
            self.values[f"upper_ci_{suffix}"][where] = upper * times


def _start(cells: Cells, route: Route) -> RouteFigures:
    figures = RouteFigures(len(cells.there))
    figures.there = cells.there.copy()
    figures.rank = cells.rank.copy()
    figures.row = cells.row.copy()
    figures.note = cells.note.copy()
    figures.method[:] = INTERVAL_METHODS[route.interval]
    return figures


def published(grid: Grid, indicator_route: IndicatorRoute) -> RouteFigures:
    """The publisher's own figure, with its own limits or those of its half-width, clamped to the indicator's bounds.

    99.8% limits are widened from the 95% ones.
    """
    route = indicator_route.route
    cells = grid.total(route.value)
    figures = _start(cells, route)
    value = cells.value * route.scale
    figures.values["value"] = value
    for name in ("numerator", "denominator"):
        if getattr(route, name):
            figures.values[name] = grid.total(getattr(route, name)).value
    if route.interval == "none":
        return figures
    low, high = indicator_route.indicator.bounds
    lower, upper = cells.lower * route.scale, cells.upper * route.scale
    from_half = np.isnan(lower) & ~np.isnan(cells.half)
    lower = np.where(from_half, value - cells.half * route.scale, lower)
    upper = np.where(from_half, value + cells.half * route.scale, upper)
    if low is not None:
        lower = np.where(from_half, np.maximum(lower, low), lower)
    if high is not None:
        upper = np.where(from_half, np.minimum(upper, high), upper)
    whole = ~(np.isnan(value) | np.isnan(lower) | np.isnan(upper))
    # the contract has let through differences of rounding only
    lower, upper = np.fmin(lower, value), np.fmax(upper, value)
    lower, upper = np.where(whole, lower, np.nan), np.where(whole, upper, np.nan)
    figures.values["lower_ci_95"], figures.values["upper_ci_95"] = lower, upper
    wide_lower, wide_upper = intervals.published_to_998(value, lower, upper, low, high)
    figures.values["lower_ci_998"] = np.where(whole, wide_lower, np.nan)
    figures.values["upper_ci_998"] = np.where(whole, wide_upper, np.nan)
    return figures


def _contradict(figures: RouteFigures, wrong: Flags, part: Cells, whole: Cells) -> None:
    """Note the places where a part is above its whole, or below 0."""
    figures.contradictions += [
        Contradiction(int(place), part.row[place], part.value[place], whole.value[place])
        for place in np.flatnonzero(wrong)
    ]


def proportion(grid: Grid, indicator_route: IndicatorRoute) -> RouteFigures:
    """Numerator ÷ denominator with Wilson's interval; the publisher's own figure where a count is missing."""
    route = indicator_route.route
    part, whole = grid.total(route.numerator), grid.total(route.denominator)
    figures = _start(part, route)
    figures.rank = np.maximum(part.rank, whole.rank)
    figures.values["numerator"], figures.values["denominator"] = part.value, whole.value
    known = ~np.isnan(part.value) & ~np.isnan(whole.value)
    wrong = known & ((part.value > whole.value) | (part.value < 0))
    _contradict(figures, wrong, part, whole)
    nobody = known & (whole.value == 0)
    figures.note[nobody] = "Nobody in the denominator."
    usable = known & ~wrong & ~nobody
    counted, bound = _closest(grid, indicator_route, figures, usable, part.value, whole.value)
    figures.limits(
        usable, intervals.proportion, counted, whole.value, times=indicator_route.indicator.multiplier
    )
    figures.widen(bound, indicator_route)
    _own_figure(grid, indicator_route, figures, usable | nobody)
    return figures


def _ratio_bound(
    grid: Grid,
    indicator_route: IndicatorRoute,
    figures: RouteFigures,
    usable: Flags,
    counts: tuple[tuple[Floats, int], tuple[Floats, int]],
    limits: tuple[float, float] = (0.0, 1.0),
) -> Floats:
    """Note the ratio of two counts, and return how far rounding may have moved it: both in the indicator's unit.

    ``counts`` are numerator and denominator, each over the grid with the number of measures that it is a sum of;
    ``limits`` the lowest and the highest ratio that are possible.
    """
    route, times = indicator_route.route, indicator_route.indicator.multiplier
    (above, _), (below, _) = counts
    figures.ratio[usable] = above[usable] / below[usable] * times
    if route.rounded_to is not None and usable.any():
        # half a unit for each rounded number in a count that was rounded
        halves = [
            np.where(
                grid.rounded(count, route.rounded_to),
                route.rounded_to / 2 * _cells(grid, cells, measures),
                0.0,
            )[usable]
            for (count, measures), cells in zip(counts, route.rounded_cells, strict=True)
        ]
        bound = ratio_bound(above[usable], below[usable], *halves, lowest=limits[0], highest=limits[1])
        # where nobody says how many numbers were rounded, the ratio may be anything that is possible
        anything = np.maximum(
            figures.ratio[usable] / times - limits[0], limits[1] - figures.ratio[usable] / times
        )
        figures.ratio_bound[usable] = times * np.where(np.isnan(bound), anything, bound)
    return figures.ratio_bound


def _cells(grid: Grid, cells: int | str, measures: int) -> Floats:
    """How many rounded numbers a count is made of at each place, nan where that is not known: so many in each of its
    measures, or as the measure says that ``cells`` names."""
    if isinstance(cells, str):
        return grid.measure(cells).value
    return np.full(grid.size, float(cells * measures))


def _closest(
    grid: Grid,
    indicator_route: IndicatorRoute,
    figures: RouteFigures,
    usable: Flags,
    part: Floats,
    whole: Floats,
) -> tuple[Floats, Floats]:
    """(count for the value, how far the value may be off in the indicator's unit).

    The counts themselves, or the publisher's own percentage of the whole where half of its last digit is less than
    what the rounding of the counts leaves open.
    """
    route = indicator_route.route
    counts = ((part, len(route.numerator)), (whole, len(route.denominator)))
    bound = _ratio_bound(grid, indicator_route, figures, usable, counts)
    if not route.published or not bound.any():
        return part, bound
    own = grid.total(route.published).value
    both = usable & ~np.isnan(own)
    last_digit = 0.5 * 10.0 ** -grid.precision(own, both) * route.scale
    closer = both & (last_digit < bound)
    for place in np.flatnonzero(closer):
        figures.note[place] = f"{figures.note[place]} {OWN_PERCENTAGE}".strip()
    share = own * route.scale / indicator_route.indicator.multiplier
    return np.where(closer, np.clip(share * whole, 0, whole), part), np.where(closer, last_digit, bound)


def _own_figure(grid: Grid, indicator_route: IndicatorRoute, figures: RouteFigures, counted: Flags) -> None:
    """Take the publisher's own figure, without an interval, where there are no counts."""
    own_names = indicator_route.route.value or indicator_route.route.published
    if not own_names:
        return
    own = grid.total(own_names)
    figures.there |= own.there
    taken = own.there & ~counted
    given = taken & ~np.isnan(own.value)
    figures.values["value"][given] = own.value[given] * indicator_route.route.scale
    figures.rank[given] = own.rank[given]
    figures.note[given] = "The publisher's own figure: its counts are not published, so there is no interval."
    figures.row[taken & np.isnan(figures.row)] = own.row[taken & np.isnan(figures.row)]


def survey_proportion(grid: Grid, indicator_route: IndicatorRoute) -> RouteFigures:
    """Numerator ÷ denominator of survey estimates, the interval from their half-widths (approximate)."""
    route = indicator_route.route
    part, whole = grid.total(route.numerator), grid.total(route.denominator)
    figures = _start(part, route)
    figures.rank = np.maximum(part.rank, whole.rank)
    figures.values["numerator"], figures.values["denominator"] = part.value, whole.value
    known = ~np.isnan(part.value) & ~np.isnan(whole.value) & (whole.value > 0)
    wrong = known & ((part.value > whole.value) | (part.value < 0))
    _contradict(figures, wrong, part, whole)
    known &= ~wrong
    measured = known & ~np.isnan(part.half) & ~np.isnan(whole.half)
    for name, cells in zip(HALF_WIDTHS, (part, whole), strict=True):
        figures.values[name] = np.where(measured, cells.half, np.nan)
    times = indicator_route.indicator.multiplier
    statistic = intervals.survey_proportion
    figures.limits(measured, statistic, part.value, part.half, whole.value, whole.half, times=times)
    bare = known & ~measured
    if bare.any():
        zero = np.zeros(int(bare.sum()))
        value, _, _ = statistic(part.value[bare], zero, whole.value[bare], zero)
        figures.values["value"][bare] = value * times
        figures.note[bare] = "The publisher gives no half-width here, so there is no interval."
    return figures


def rate(grid: Grid, indicator_route: IndicatorRoute) -> RouteFigures:
    """Count ÷ population × multiplier, with the Poisson interval of the count unless the route asks for none.

    Without a denominator the rate is the publisher's, and its population is what count and rate imply.
    """
    route, times = indicator_route.route, indicator_route.indicator.multiplier
    part = grid.total(route.numerator)
    figures = _start(part, route)
    figures.values["numerator"] = part.value

    def statistic(count: Floats, base: Floats, *, confidence: float) -> tuple[Any, Any, Any]:
        return intervals.rate(count, base, times, confidence=confidence)

    if route.denominator:
        whole = grid.total(route.denominator)
        figures.rank = np.maximum(part.rank, whole.rank)
        figures.values["denominator"] = whole.value
        usable = ~np.isnan(part.value) & ~np.isnan(whole.value) & (whole.value > 0)
        if route.interval == "none":
            figures.values["value"][usable] = part.value[usable] / whole.value[usable] * times
        else:
            figures.limits(usable, statistic, part.value, whole.value)
            counts = ((part.value, len(route.numerator)), (whole.value, len(route.denominator)))
            bound = _ratio_bound(grid, indicator_route, figures, usable, counts, (0.0, np.inf))
            figures.widen(bound, indicator_route)
        _own_figure(grid, indicator_route, figures, usable)
        return figures
    # the rate is published, its population is not: the count gives the interval
    own = grid.total(route.value)
    value = own.value * route.scale
    figures.there |= own.there
    figures.rank = own.rank.copy()
    figures.row = np.where(np.isnan(part.row), own.row, part.row)
    usable = ~np.isnan(part.value) & ~np.isnan(value) & (part.value > 0) & (value > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        base = part.value * times / value
    figures.limits(usable, statistic, part.value, base)
    figures.values["value"] = value
    if route.rounded_to is not None:
        last_digit = 0.5 * 10.0 ** -grid.precision(own.value, usable) * route.scale
        figures.widen(np.where(usable, last_digit, 0.0), indicator_route)
    bare = ~usable & ~np.isnan(value)
    figures.note[bare & (figures.note == "")] = "The publisher's own rate, without an interval."
    return figures


def count(grid: Grid, indicator_route: IndicatorRoute) -> RouteFigures:
    """A count as published, with its Poisson interval where the route asks for one."""
    cells = grid.total(indicator_route.route.value)
    figures = _start(cells, indicator_route.route)
    figures.values["value"] = cells.value * indicator_route.route.scale
    if indicator_route.route.interval == "byar":
        usable = ~np.isnan(cells.value)

        def statistic(count: Floats, *, confidence: float) -> tuple[Any, Any, Any]:
            return intervals.rate(count, np.ones_like(count), 1, confidence=confidence)

        figures.limits(usable, statistic, cells.value, times=indicator_route.route.scale)
    return figures


def paired_movement(grid: Grid, indicator_route: IndicatorRoute) -> RouteFigures:
    """The net movement of the same people, in minus out, ÷ all of them; adjusted Wald interval for paired proportions."""
    route = indicator_route.route
    gained, lost, whole = (
        grid.total(route.moved_in),
        grid.total(route.moved_out),
        grid.total(route.denominator),
    )
    figures = _start(gained, route)
    figures.rank = np.maximum(np.maximum(gained.rank, lost.rank), whole.rank)
    figures.values["numerator"], figures.values["denominator"] = gained.value - lost.value, whole.value
    known = ~np.isnan(gained.value) & ~np.isnan(lost.value) & ~np.isnan(whole.value)
    wrong = known & (gained.value + lost.value > whole.value)
    _contradict(figures, wrong, gained, whole)
    usable = known & ~wrong & (whole.value > 0)
    times = indicator_route.indicator.multiplier
    figures.limits(usable, intervals.paired_movement, gained.value, lost.value, whole.value, times=times)
    net = (gained.value - lost.value, len(route.moved_in) + len(route.moved_out))
    counts = (net, (whole.value, len(route.denominator)))
    figures.widen(_ratio_bound(grid, indicator_route, figures, usable, counts, (-1.0, 1.0)), indicator_route)
    return figures


METHODS: dict[str, Callable[[Grid, IndicatorRoute], RouteFigures]] = {
    "published": published,
    "proportion": proportion,
    "survey_proportion": survey_proportion,
    "rate": rate,
    "count": count,
    "paired_movement": paired_movement,
}
"""The methods that start at a source; ``difference`` and ``aggregate`` are made from indicators."""
