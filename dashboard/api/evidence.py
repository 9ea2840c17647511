"""``/api/v1/evidence``: interventions and local programmes, by indicator, health condition or area (JSON)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import flask

from dashboard.address.view import clipped
from dashboard.answers.evidence import LocalProgramme
from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import known_area, known_indicator
from dashboard.api.problems import BadRequest
from dashboard.queries.evidence import evidence_list
from dashboard.sentences.evidence import AGE, NONE_FITS, STRENGTHS
from indicators.catalogue.shown import PEOPLE
from indicators.evidence import Intervention, Paper, Piece

if TYPE_CHECKING:
    from dashboard.address.context import Context


def register(server: flask.Flask, context: Context) -> None:
    """Add the route to a server."""

    @answering(server, context)("/api/v1/evidence", questions.Evidence)
    def evidence(question: questions.Evidence) -> dict[str, Any]:
        indicator_id = known_indicator(context, question.indicator) if question.indicator else None
        condition = question.condition
        if condition is not None and condition not in PEOPLE:
            raise BadRequest(
                400, "condition", condition, f"no health condition {clipped(condition)!r}", PEOPLE
            )
        area = known_area(context, question.area) if question.area else None
        found = evidence_list(context, condition=condition, indicator_id=indicator_id, area=area)
        return {
            "note": AGE,
            "strengths": {
                name: {"label": label, "meaning": meaning} for name, (label, meaning) in STRENGTHS.items()
            },
            "interventions": [_intervention(piece, found.papers) for piece in found.interventions],
            "programmes": [_programme(local, found.papers) for local in found.programmes],
            "reason": NONE_FITS if found.is_empty else None,
        }


def _piece(piece: Piece, papers: Mapping[str, Paper]) -> dict[str, Any]:
    return {
        "id": piece.id,
        "title": piece.title,
        "what": piece.what,
        "people": piece.people,
        "found": piece.found,
        "strength": piece.strength,
        "scale": piece.scale,
        "cost": piece.cost,
        "conditions": list(piece.conditions),
        "indicators": list(piece.indicators),
        "sources": [
            {
                "title": papers[source.paper].title,
                "publisher": papers[source.paper].publisher,
                "published": papers[source.paper].published,
                "place": source.place,
            }
            for source in piece.sources
        ],
    }


def _intervention(piece: Intervention, papers: Mapping[str, Paper]) -> dict[str, Any]:
    return {**_piece(piece, papers), "design": piece.design, "trials": piece.trials}


def _programme(local: LocalProgramme, papers: Mapping[str, Paper]) -> dict[str, Any]:
    """``areas`` are those by which it has to do with the area asked for, or all of its own; see ``relation``."""
    programme = local.programme
    return {
        **_piece(programme, papers),
        "place": programme.place,
        "relation": local.relation,
        "areas": [{"area_code": area.area_code, "area_name": area.name} for area in local.places],
        "intervention": programme.intervention,
    }
