"""What is new and what changed, in words: for the area page, and for the feeds that report it."""

from __future__ import annotations

from dashboard.answers.changes import ChangeGroup
from dashboard.sentences.counts import counted
from dashboard.sentences.figure import value_words
from dashboard.sentences.periods import period_words
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


def _value(value: float | None, indicator: Indicator) -> str:
    return "missing" if value is None else value_words(value, indicator)
