"""``/api/v1/ledger``: what an area has of each figure that answers one of the three main questions (JSON)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask

from dashboard.answers.ledger import Entry
from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import known_area
from dashboard.queries.geography import ENGLAND
from dashboard.queries.headlines import headlines
from dashboard.queries.ledger import ledger
from dashboard.sentences import age_note
from dashboard.sentences import headlines as headline_words
from dashboard.sentences import ledger as words
from geodata.register import Area

if TYPE_CHECKING:
    from dashboard.address.context import Context


def register(server: flask.Flask, context: Context) -> None:
    """Add the route to a server."""

    @answering(server, context)("/api/v1/ledger", questions.Ledger)
    def ledger_of_area(question: questions.Ledger) -> dict[str, Any]:
        area = known_area(context, question.area or ENGLAND)
        found = ledger(context, area, headlines(context, area))
        return {
            "area_code": area.area_code,
            "area_name": area.name,
            "states": dict(words.STATES),
            "ledger": [_entry(entry, area) for entry in found.entries],
        }


def _entry(entry: Entry, area: Area) -> dict[str, Any]:
    """``instead`` is the figure of another area that is shown; null where the area has its own or nothing is shown."""
    told = entry.instead
    return {
        "question": entry.headline,
        "indicator": entry.told.indicator.id,
        "breakdown": entry.told.to.breakdown,
        "state": entry.state,
        "period": entry.period,
        "age_note": age_note(entry.age, entry.period) if entry.period else "",
        "note": entry.note,
        "instead": {
            "area_code": told.place.area.area_code,
            "area_name": told.place.area.name,
            "relation": told.place.relation,
            "share": round(told.place.share, 4),
            "period": told.line.row["period"],
            "value": told.line.row["value"],
            "age_note": age_note(told.line.age, told.line.row["period"]),
            "sentence": headline_words.answer_sentence(told, area),
        }
        if told
        else None,
        "sources": [
            {
                "source": source.source_id,
                "publisher": source.publisher,
                "publications": list(source.publications),
                "command": command,
                "is_loaded": source.is_loaded,
            }
            for source, command in zip(entry.sources, words.commands(entry), strict=True)
        ],
    }
