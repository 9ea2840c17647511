"""Where the figures of a line do not join: the rule that the pictures and the words of a series share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from dashboard.answers.time_series import Break, BreakKind, Line, Point
from indicators.periods import Period

_DAY = timedelta(days=1)
LONGEST_STEP = 1.5
"""Steps between the starts of two periods above which nothing was published for the time between."""


def with_breaks(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of one chart, each with the places where its figures must not be joined.

    A period that any line of the chart has (with or without a figure) and in which a line has no figure breaks it; so
    does a change in the length of periods, in what is counted, in the way in which intervals are made, a gap longer than usual,
    and the day from which figures are no longer estimated for a boundary that moved.
    """
    known, places, unlike = _timeline(frozenset(point.period for line in lines for point in line.points))
    return tuple(
        replace(line, breaks=found) if (found := _breaks(line, known, places, unlike)) else line
        for line in lines
    )


@lru_cache(maxsize=1024)
def _timeline(
    isos: frozenset[str],
) -> tuple[tuple[str, ...], Mapping[str, int], tuple[BreakKind | None, ...]]:
    """Periods in order, the place of each, and of each but the last why the next one does not join it.

    The same for all lines of a chart, of which there may be seventy, and for the charts of most areas.
    """
    periods = {iso: Period.parse(iso) for iso in isos}
    known = tuple(sorted(periods, key=lambda iso: periods[iso].sort_key))
    step = usual_step(periods.values())
    unlike = tuple(_unlike(periods[first], periods[second], step) for first, second in pairwise(known))
    return known, {iso: place for place, iso in enumerate(known)}, unlike


def usual_step(periods: Iterable[Period]) -> int:
    """Months between one period's start and the next, as is most common; 0 where there are fewer than two."""
    starts = sorted({period.start_on for period in periods})
    steps = Counter(_months(before, after) for before, after in pairwise(starts))
    return min(steps, key=lambda step: (-steps[step], step), default=0)


def _breaks(
    line: Line, known: Sequence[str], places: Mapping[str, int], unlike: Sequence[BreakKind | None]
) -> tuple[Break, ...]:
    """``unlike`` says of each period but the last why the next one does not join it."""
    found = []
    for before, after in pairwise(line.held):
        first, second = places[before.period], places[after.period]
        if second > first + 1:
            found.append(_no_figure(line, before, after, known[first + 1 : second]))
            continue
        is_other_method = before.method and after.method and before.method != after.method
        is_other_definition = before.definition != after.definition
        is_moved = before.is_estimated != after.is_estimated
        kind = unlike[first] or (
            "other_definition"
            if is_other_definition
            else "estimated"
            if is_moved
            else "other_method"
            if is_other_method
            else None
        )
        if kind is not None:
            found.append(Break(before.period, after.period, kind))
    return tuple(found)


def _no_figure(line: Line, before: Point, after: Point, between: Sequence[str]) -> Break:
    statuses = {point.status for point in line.points if point.period in between}
    return Break(before.period, after.period, "no_figure", tuple(between), statuses == {"suppressed"})


def _unlike(first: Period, second: Period, step: int) -> BreakKind | None:
    """Why the figures of two neighbouring periods do not join, whatever they are; None where they do."""
    if (first.months, first.days) != (second.months, second.days):
        return "other_length"
    is_adjacent = second.start_on <= first.end_on + _DAY
    if step and not is_adjacent and _months(first.start_on, second.start_on) > LONGEST_STEP * step:
        return "unpublished"
    return None


def _months(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month
