"""The ledger of gaps as a table."""

from __future__ import annotations

from typing import Any

from dashboard.answers.ledger import Entry, Ledger
from dashboard.components.tables import table
from dashboard.components.text import paragraph, section
from dashboard.sentences import headlines
from dashboard.sentences import ledger as words

Component = Any


def ledger_section(ledger: Ledger) -> Component:
    """What an area has of each figure that answers a main question; one row a figure."""
    area = headlines.in_words(ledger.area)
    rows = [[headlines.QUESTIONS[entry.headline], *_cells(ledger, entry)] for entry in ledger.entries]
    caption = f"{words.HEADING}, {area}"
    return section(
        f"{words.HEADING}: {area}",
        paragraph(f"{words.ledger_summary(ledger)} {words.EXPLAINED}"),
        table(
            caption, ["Question", *words.COLUMNS[:-1]], rows, id="ledger-table", sort=False, hide_caption=True
        ),
        id="ledger",
    )


def _cells(ledger: Ledger, entry: Entry) -> list[Any]:
    """The figure, its state and whose stands in; the publisher leads to what loads it, for whoever runs the service."""
    name, *rest = words.row_words(entry, ledger.area)
    state, since, instead, publisher, _ = rest
    source = next(iter(entry.sources), None)
    return [
        {"t": name, "h": f"/indicators/{entry.told.indicator.id}"},
        state,
        since,
        instead,
        publisher if source is None else {"t": publisher, "h": f"/refresh#{source.source_id}"},
    ]
