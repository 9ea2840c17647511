"""What is new and what changed, in words: for the area page, and for the feeds that report it."""

from __future__ import annotations

from dashboard.answers.changes import ChangeGroup
from dashboard.sentences.counts import counted
from dashboard.sentences.figure import value_words
from dashboard.sentences.periods import date_words, period_words
from dashboard.sentences.places import in_words
from geodata.register import Area
from indicators.catalogue import Indicator


def change_words(group: ChangeGroup, indicator: Indicator | None) -> str:
    """``Employment rate: 3 figures revised, for 2019 to 2021``. ``indicator`` is None for one that left the catalogue."""
    name = group.indicator_id if indicator is None else indicator.short_title
    first, last = period_words(group.first_period), period_words(group.last_period)
    when = first if first == last else f"{first} to {last}"
    if group.kind == "added":
        return f"{name}: new figures, for {when}"
    if group.figures > 1 or indicator is None:
        verb = "revised" if group.kind == "revised" else "withdrawn by the publisher"
        return f"{name}: {counted(group.figures, 'figure')} {verb}, for {when}"
    was = _value(group.old_value, indicator)
    if group.kind == "withdrawn":
        return f"{name}: the figure for {when} was {was}, and the publisher no longer gives it"
    return f"{name}: the figure for {when} was {was} and is now {_value(group.new_value, indicator)}"


def no_changes_words(
    area: Area | None = None, indicator: Indicator | None = None, since: str | None = None
) -> str:
    """Why nothing is listed: ``No figure of Leeds has been added or revised since this service began to keep count.``

    ``since`` is an ISO day or instant; without it the count began with the service.
    """
    what = f" of “{indicator.short_title}”" if indicator else ""
    where = f" for {in_words(area)}" if area else ""
    start = f"{date_words(since[:10])}" if since else "this service began to keep count"
    return f"No figure{what}{where} has been added or revised since {start}."


def _value(value: float | None, indicator: Indicator) -> str:
    return "missing" if value is None else value_words(value, indicator)
