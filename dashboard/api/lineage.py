"""``/api/v1/lineage``: where a figure comes from, back to the publisher's file and row (JSON)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask

from dashboard.address.view import clipped
from dashboard.answers.lineage import Lineage
from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import GROUPS, known_groups, known_indicator
from dashboard.api.problems import BadRequest
from dashboard.queries.absence import absence
from dashboard.queries.lineage import lineages
from dashboard.queries.observations import headline_groups
from dashboard.sentences import absence as absence_words
from indicators.store import UnknownFigure

if TYPE_CHECKING:
    from dashboard.address.context import Context


def register(server: flask.Flask, context: Context) -> None:
    """Add the route to a server."""

    @answering(server, context)("/api/v1/lineage", questions.Lineage)
    def lineage(question: questions.Lineage) -> dict[str, Any]:
        indicator_id = known_indicator(context, question.indicator)
        area, period = question.area, question.period
        asked = {name: getattr(question, name) for name in GROUPS}
        for name, text in asked.items():
            known_groups(context, (indicator_id,), name, (text,) if text else ())
        loaded = context.available(indicator_id)
        if not loaded:
            return {"lineage": [], "reason": absence_words.reason(absence(context, indicator_id))}
        try:
            area_code, iso_period = context.store.named_figure(indicator_id, area, period)
        except UnknownFigure as error:
            value = {"area": area, "period": period}.get(error.parameter, "")
            raise BadRequest(404, error.parameter, value, clipped(str(error), 2000)) from error
        here = [row for row in loaded if iso_period in row["periods"]] or loaded
        chosen = headline_groups({name: (text,) if text else None for name, text in asked.items()}, here)
        groups = {name: texts[0] if texts else None for name, texts in chosen.items()}
        found = lineages(context, indicator_id, area_code=area_code, period=iso_period, **groups)
        reason = None
        if not found:
            why = absence(context, indicator_id, area_codes=(area_code,), period=iso_period, group=asked)
            reason = absence_words.reason(why)
        return {"lineage": [_entry(entry) for entry in found], "reason": reason}


def _entry(lineage: Lineage) -> dict[str, Any]:
    """A figure with its release, files and members, and what it was made from as entries of the same form."""
    row, release = lineage.row, lineage.release
    return {
        "indicator": lineage.indicator.id,
        **{name: row[name] for name in ("area_code", "area_name", "period", "sex", "age", "breakdown")},
        **{name: row[name] for name in ("value", "numerator", "denominator", "status", "note")},
        "release": {
            "id": release.release_id,
            "publisher": release.publisher,
            "publication": release.publication,
            "edition": release.edition,
            "published_on": release.published_on,
            "loaded_at": release.loaded_at,
            "licence": release.licence,
            "derived": release.is_derived,
        },
        "files": [
            {
                "file_name": file.file_name,
                "role": file.role,
                "row": file.row,
                "sha256": file.sha256,
                "url": file.url,
                "published_on": file.published_on,
                "retrieved_at": file.retrieved_at,
            }
            for file in lineage.files
        ],
        "members": [
            {"area_code": member.area_code, "area_name": member.name, "status": member.status}
            for member in lineage.members
        ],
        "inputs": [_entry(part) for part in lineage.inputs],
    }
