"""The ledger of gaps: which figures an area has, and which it has not."""

from __future__ import annotations

from dashboard.answers.ledger import Entry, Ledger, State
from dashboard.sentences.age import aged_period
from dashboard.sentences.catalogue import command_of
from dashboard.sentences.counts import counted, listed
from dashboard.sentences.headlines import answer_name, place_words, unsaid_sentence
from dashboard.sentences.periods import period_words
from geodata.register import Area

HEADING = "Available and missing figures"
STATES: dict[State, str] = {
    "real": "Real figure",
    "old": "Old figure",
    "hidden": "Hidden by the publisher",
    "not_published": "Not published for this area",
    "not_loaded": "Not loaded",
}
"""What an area has of an indicator, in words."""
EXPLAINED = (
    "Each row is a figure that answers one of the main questions. It gives the latest period for this area, the area used "
    "instead, and the publisher. No figure is estimated."
)
COLUMNS = ("Figure", "Status", "Latest period", "Used instead", "Published by", "To load it")


def ledger_summary(ledger: Ledger) -> str:
    """``Of 15 figures, 1 is real, 2 are old and 4 are not loaded here.``"""
    counts = [
        (sum(entry.state == state for entry in ledger.entries), words)
        for state, words in (
            ("real", "real"),
            ("old", "old"),
            ("hidden", "hidden by the publisher"),
            ("not_published", "not published for this area"),
            ("not_loaded", "not loaded"),
        )
    ]
    parts = [f"{count} {'is' if count == 1 else 'are'} {words}" for count, words in counts if count]
    return f"Of {counted(len(ledger.entries), 'figure')}, {listed(parts)}."


def entry_name(entry: Entry) -> str:
    """What the figure is called."""
    return answer_name(entry.told.indicator, entry.told.to)


def since_words(entry: Entry) -> str:
    """The period of the newest row of the area, with its age; why there is no value, as the publisher puts it."""
    if entry.period is None:
        return "No figure"
    note = f". {entry.note}" if entry.note else ""
    return (aged_period(entry.age, entry.period) if not entry.note else period_words(entry.period)) + note


def instead_words(entry: Entry, area: Area) -> str:
    """Whose figure is shown in its place, and what a nearer area has instead of one; ``Nothing`` where none is."""
    if entry.state in ("real", "old"):
        return "Its own"
    told = entry.instead
    if told is None:
        return "Nothing"
    words = f"{place_words(told.place, area)}, {aged_period(told.line.age, told.line.row['period'])}"
    nearer = told.unsaid
    if nearer is not None and nearer.place.relation != "own":
        words += f". {unsaid_sentence(nearer)}"
    return words


def publisher_words(entry: Entry) -> str:
    """Who publishes it, and in what: ``NHS England, NHS Mental Health Dashboard``."""
    return "; ".join(
        f"{source.publisher}, {listed(source.publications)}"
        if source.publisher
        else listed(source.publications)
        for source in entry.sources
    )


def commands(entry: Entry) -> list[str]:
    """The commands that load it, one a source."""
    return [command_of(source) for source in entry.sources]


def row_words(entry: Entry, area: Area) -> list[str]:
    """The cells of ``COLUMNS``."""
    return [
        entry_name(entry),
        STATES[entry.state],
        since_words(entry),
        instead_words(entry, area),
        publisher_words(entry),
        "; ".join(commands(entry)),
    ]
