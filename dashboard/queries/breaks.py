"""Where the figures of a line do not join: the rule that the pictures and the words of a series share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from dashboard.answers.time_series import Break, Line, Point
from indicators.periods import Period

_DAY = timedelta(days=1)
LONGEST_STEP = 1.5
"""Steps between the starts of two periods above which nothing was published for the time between."""


def with_breaks(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of one chart, each with the places where its figures must not be joined.

    A period that any line of the chart has (with or without a figure) and in which a line has no figure breaks it; so
    does a change in the length of periods, in the way in which intervals are made, and a gap longer than usual.
    """
    periods = {point.period: Period.parse(point.period) for line in lines for point in line.points}
    known = sorted(periods, key=lambda iso: periods[iso].sort_key)
    places = {iso: place for place, iso in enumerate(known)}
    step = usual_step(periods.values())
    return tuple(
        replace(line, breaks=found) if (found := _breaks(line, periods, known, places, step)) else line
        for line in lines
    )


def usual_step(periods: Iterable[Period]) -> int:
    """Months between one period's start and the next, as is most common; 0 where there are fewer than two."""
    starts = sorted({period.start_on for period in periods})
    steps = Counter(_months(before, after) for before, after in pairwise(starts))
    return min(steps, key=lambda step: (-steps[step], step), default=0)


def _breaks(
    line: Line, periods: Mapping[str, Period], known: Sequence[str], places: Mapping[str, int], step: int
) -> tuple[Break, ...]:
    own = {point.period: point for point in line.points}
    found = []
    for before, after in pairwise(line.held):
        between = known[places[before.period] + 1 : places[after.period]]
        reason = (
            _no_figure(before, after, between, own)
            if between
            else _not_alike(before, after, periods[before.period], periods[after.period], step)
        )
        if reason is not None:
            found.append(reason)
    return tuple(found)


def _no_figure(before: Point, after: Point, between: Sequence[str], own: Mapping[str, Point]) -> Break:
    statuses = {own[iso].status for iso in between if iso in own}
    return Break(before.period, after.period, "no_figure", tuple(between), statuses == {"suppressed"})


def _not_alike(before: Point, after: Point, first: Period, second: Period, step: int) -> Break | None:
    """Why two figures with no period between them do not join; None where they do."""
    if (first.months, first.days) != (second.months, second.days):
        return Break(before.period, after.period, "other_length")
    is_adjacent = second.start_on <= first.end_on + _DAY
    if step and not is_adjacent and _months(first.start_on, second.start_on) > LONGEST_STEP * step:
        return Break(before.period, after.period, "unpublished")
    if before.method and after.method and before.method != after.method:
        return Break(before.period, after.period, "other_method")
    return None


def _months(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month
