"""The axis of a chart over time: a tick at the middle of each period, named where its words fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dashboard.answers.time_series import Target
from dashboard.figures import colours
from dashboard.figures.axes import TICK_SIZE
from dashboard.sentences import period_words
from indicators.periods import Period

WIDE, NARROW = 700, 280
"""px of plot in which the names of the ticks must fit: on a desktop, and on a mobile phone."""


# the same few hundred periods stand under every chart
@lru_cache(maxsize=2048)
def middle(iso: str) -> str:
    """The day in the middle of a period, where its figures stand (ISO)."""
    return Period.parse(iso).midpoint.isoformat()


@lru_cache(maxsize=2048)
def tick_words(iso: str) -> str:
    """A period under the axis, as short as it can be: ``2022–24``, ``Apr 2025``; on two lines where it is long."""
    period = Period.parse(iso)
    first, last = period.start_on, period.end_on
    if period.days == 1:
        return period_words(iso).split(" ", 1)[1]
    if (first.month, first.day, last.month) == (1, 1, 12) and last.year > first.year:
        return f"{first.year}–{last.year % 100:02d}"
    start, dash, end = period_words(iso).partition(" – ")
    return f"{start} –<br>{end}" if dash else start


def _named_ticks(words: dict[str, str], wanted: Sequence[str], room: int) -> set[str]:
    """Places whose words fit beside those of the places wanted before them, in ``room`` px.

    Where periods are evenly apart, so are the names.
    """
    days = {place: date.fromisoformat(place).toordinal() for place in words}
    span = (max(days.values(), default=1) - min(days.values(), default=0)) or 1

    def width(place: str) -> float:
        return max(len(part) for part in words[place].split("<br>")) * 7.5 + 12

    named: list[str] = []
    for place in wanted:
        if place and all(
            abs(days[place] - days[other]) / span * room >= (width(place) + width(other)) / 2
            for other in named
        ):
            named.append(place)
    return set(named)


def time_axis(periods: Sequence[str], targets: Sequence[Target], room: int = WIDE) -> dict[str, Any]:
    """Ticks at the middle of each period; the last and the first are named, others where their words fit in ``room`` px."""
    words = {middle(iso): tick_words(iso) for iso in periods}
    last = middle(periods[-1]) if periods else ""
    words |= {
        middle(target.by): tick_words(target.by)
        for target in targets
        if target.by and middle(target.by) not in words
    }
    places = sorted(words)
    ends = dict.fromkeys([last, *places[:1]])
    named = _named_ticks(words, [*ends, *(place for place in reversed(places) if place not in ends)], room)
    shown = [words[place] if place in named else "" for place in places]
    axis: dict[str, Any] = {
        "type": "date",
        "tickvals": places,
        "ticktext": shown,
        "tickangle": 0,
        "tickfont": {"size": TICK_SIZE, "color": colours.MUTED},
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": colours.LINE,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": colours.INK,
        "fixedrange": True,
        "automargin": False,
    }
    if places:
        days = [date.fromisoformat(place) for place in places]
        margin = max((max(days) - min(days)).days * 0.03, 40 if len(places) == 1 else 4)
        axis["range"] = [
            (min(days) - timedelta(days=margin)).isoformat(),
            (max(days) + timedelta(days=margin)).isoformat(),
        ]
    return axis
