"""The ledger of gaps of an area: what takes the place of invented figures as the answer to "why is this empty"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.answers.age import FRESH
from dashboard.answers.catalogue import MissingSource
from dashboard.answers.headlines import Answer, HeadlineAnswers, Told
from dashboard.answers.ledger import Entry, Ledger, State
from dashboard.queries.catalogue import sources_of
from dashboard.queries.headlines import waiting_sources
from geodata.register import Area
from indicators.catalogue.shown import Headline

if TYPE_CHECKING:
    from dashboard.address.context import Context

_HIDDEN = ("suppressed", "unreliable")


def ledger(context: Context, area: Area, answers: Sequence[HeadlineAnswers]) -> Ledger:
    """The ledger of an area from its answers (``queries.headlines``). Raises the store's errors."""
    return Ledger(
        area,
        tuple(_entry(context, area, found.headline, told) for found in answers for told in found.told),
    )


def _entry(context: Context, area: Area, headline: Headline, told: Told) -> Entry:
    sources = sources_of(context, told.indicator.id)
    if isinstance(told, Answer) and told.place.relation == "own":
        line = told.line
        state: State = "old" if line.age.is_old else "real"
        return Entry(headline, state, told, line.row["period"], line.age, "", _used(told, sources))
    if told.unsaid is not None and told.unsaid.place.relation == "own":
        row = told.unsaid.row
        state = "hidden" if row["status"] in _HIDDEN else "not_published"
        return Entry(headline, state, told, row["period"], FRESH, str(row["note"] or ""), sources)
    waiting = waiting_sources(context, area, told.indicator)
    if waiting:
        return Entry(headline, "not_loaded", told, None, sources=waiting)
    if isinstance(told, Answer):
        return Entry(headline, "not_published", told, None, sources=_used(told, sources))
    return Entry(headline, told.why, told, None, sources=sources)


def _used(told: Answer, sources: Sequence[MissingSource]) -> tuple[MissingSource, ...]:
    """The source that the figure is of; all that could give it where that is not one of them (a sum made here)."""
    release = told.release
    used = tuple(source for source in sources if release and source.source_id == release.source_id)
    return used or tuple(sources)
