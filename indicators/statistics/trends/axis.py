"""The periods of the series, and which five of them a trend ending with each is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from indicators.periods import Period

POINTS: Final = 5
"""Periods that a recent trend is made of."""


def read_axis(periods: Sequence[str]) -> list[Period]:
    axis = [Period.parse(text) for text in periods]
    seen: set[Period] = set()
    for position, period in enumerate(axis):
        if period in seen:
            raise ValueError(f"periods[{position}] is {period.iso!r} again; expected each period once")
        seen.add(period)
    return axis


class Axis:
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
