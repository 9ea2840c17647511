"""What is new and what changed, in words: for the area page, and for the feeds that report it."""

from __future__ import annotations

from dashboard.answers.changes import Cause, ChangeGroup
from dashboard.sentences.counts import counted
from dashboard.sentences.figure import value_words
from dashboard.sentences.periods import date_words, period_words
from dashboard.sentences.places import in_words
from geodata.register import Area
from indicators.catalogue import Indicator


def change_words(group: ChangeGroup, indicator: Indicator | None) -> str:
    """``Employment rate: 3 figures revised, for 2019 to 2021``. ``indicator`` is None for one that left the catalogue.

    A change that was not the publisher's says whose it was, with the reason.
    """
    words = _what_changed(group, indicator)
    return f"{words}. {cause_words(group.cause)}" if group.cause else words


def additions_lead(group: ChangeGroup, indicator: Indicator | None) -> str:
    """What stands before the indicators that one publication added to: ``New figures from Local indicators``.

    ``Updated`` where they are calculated here, whose publication is no one's.
    """
    if group.cause is not None:
        return "Figures shown again"
    made_here = ("difference", "aggregate")
    routes = () if indicator is None else indicator.routes
    if any(route.publication == group.publication and route.method in made_here for route in routes):
        return "Updated"
    return f"New figures from {group.publication}"


def cause_words(cause: Cause) -> str:
    """``Rolled back here: the file had last year’s figures.``"""
    reason = "" if cause.reason is None else cause.reason.strip().removesuffix(".")
    match cause.kind:
        case "rollback":
            return f"Rolled back here to the release before: {reason}."
        case "correction":
            return f"Corrected here: {reason}."
        case "correction_ended":
            return f"A correction made here was taken out, which had said: {reason}."
        case "recalculated":
            return "Recalculated here from the same files."


def _what_changed(group: ChangeGroup, indicator: Indicator | None) -> str:
    name = group.indicator_id if indicator is None else indicator.short_title
    first, last = period_words(group.first_period), period_words(group.last_period)
    when = first if first == last else f"{first} to {last}"
    ours = group.cause is not None
    if group.kind == "added":
        return f"{name}: {'figures shown again' if ours else 'new figures'}, for {when}"
    if group.figures > 1 or indicator is None:
        withdrawn = "no longer shown" if ours else "withdrawn by the publisher"
        verb = {None: "revised", "correction": "corrected"}.get(group.cause and group.cause.kind, "changed")
        return f"{name}: {counted(group.figures, 'figure')} {withdrawn if group.kind == 'withdrawn' else verb}, for {when}"
    was = _value(group.old_value, indicator)
    if group.kind == "withdrawn":
        gone = "is no longer shown" if ours else "the publisher no longer gives it"
        return f"{name}: the figure for {when} was {was}, and {gone}"
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
