"""``/api/v1/areas/<code>`` and below it, and ``/api/v1/areas/at``: one area, its history, what it shares land with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask

from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import known_area, known_day, known_type
from dashboard.api.listing import area_record
from dashboard.queries.areas import stands
from dashboard.queries.geography import holders
from dashboard.queries.look_ups import areas_at, overlaps
from geodata.succession import Step, history

if TYPE_CHECKING:
    from datetime import date

    from dashboard.address.context import Context
    from dashboard.answers.overlaps import Overlap
    from geodata.register import Area

_SHARES = (
    "Shares are of residents where they are known, else of small areas counted alike. They are approximate."
)
_NEAREST = (
    "The place is the named one whose centre lies nearest to the point. Centres of places are held to about a kilometre, "
    "and centres of small areas are not held, so near a border the council may be the neighbouring one."
)
_DECIMALS = 4


def register(server: flask.Flask, context: Context) -> None:
    """Add the routes to a server."""
    route = answering(server, context)

    @route("/api/v1/areas/at", questions.At)
    def at(question: questions.At) -> dict[str, Any]:
        found = areas_at(context, question.lat, question.lon)
        if found is None:
            reason = "No place in England lies within 60 kilometres of this point."
            return {"place": None, "area": None, "lies_in": [], "note": _NEAREST, "reason": reason}
        place = found.place
        return {
            "place": {
                "name": place.name,
                "kind": place.kind,
                "latitude": place.latitude,
                "longitude": place.longitude,
                "kilometres": round(place.kilometres, 1),
            },
            "area": area_record(context, found.council),
            "lies_in": [_overlap(context, part) for part in found.lies_in],
            "note": f"{_NEAREST} {_SHARES}",
            "reason": None,
        }

    @route("/api/v1/areas/<area_code>", questions.Area)
    def one_area(question: questions.Area, area_code: str) -> dict[str, Any]:
        area = known_area(context, area_code, "area_code")
        on = known_day(question.on, context.today())
        return {
            "area": area_record(context, area),
            "stands": stands(context, area.area_code),
            "same_land": [code for code in context.register.land(area.area_code) if code != area.area_code],
            "stands_today": [
                area_record(context, heir) for heir in context.register.live_successors(area.area_code)
            ],
            "on": on.isoformat(),
            "lies_in": _lies_in(context, area, on),
            "note": _SHARES,
        }

    @route("/api/v1/areas/<area_code>/history", questions.History)
    def history_of_area(question: questions.History, area_code: str) -> dict[str, Any]:
        area = known_area(context, area_code, "area_code")
        on = known_day(question.on, context.today())
        found = history(context.register, area.area_code, on)
        return {
            "area": area_record(context, area),
            "before": [_step(context, step) for step in found.before],
            "after": [_step(context, step) for step in found.after],
            "on": on.isoformat(),
            "standing": [
                {
                    **area_record(context, context.register.area(part.area_code)),
                    "share": round(part.share, _DECIMALS),
                }
                for part in found.standing
            ],
            "note": _SHARES,
        }

    @route("/api/v1/areas/<area_code>/overlaps", questions.Overlaps, "overlaps")
    def overlaps_of_area(question: questions.Overlaps, area_code: str) -> dict[str, Any]:
        area = known_area(context, area_code, "area_code")
        kind = known_type(context, question.area_type)
        on = known_day(question.on, context.today())
        found = overlaps(context.register, area, kind, on)
        plural = context.register.area_types[kind].plural
        reason = None if found else f"None of these shares land with {area.name} on that day: {plural}."
        return {
            "area": area_record(context, area),
            "on": on.isoformat(),
            "overlaps": [_overlap(context, part) for part in found],
            "note": _SHARES,
            "reason": reason,
        }


def _lies_in(context: Context, area: Area, on: date) -> list[dict[str, Any]]:
    """What an area lies in on a day, wholly or in part, by type."""
    register = context.register
    rows = []
    for kind in register.area_types:
        for share in holders(register, area.area_code, kind, on, area_type=area.area_type):
            if share.area_code != area.area_code:
                record = area_record(context, register.area(share.area_code, kind))
                rows.append({**record, "share_of_area": round(share.share, _DECIMALS)})
    return rows


def _overlap(context: Context, part: Overlap) -> dict[str, Any]:
    """An area with the share of the area asked about that lies in it, and the share of it that lies there."""
    return {
        **area_record(context, part.area),
        "share_of_area": None if part.of_area is None else round(part.of_area, _DECIMALS),
        "share_of_other": None if part.of_other is None else round(part.of_other, _DECIMALS),
    }


def _step(context: Context, step: Step) -> dict[str, Any]:
    def named(code: str, area_type: str) -> str:
        known = code in context.register
        kind = area_type if known and area_type in context.register.types_of(code) else None
        return context.register.area(code, kind).name if known else code

    return {
        "changed_on": step.changed_on.isoformat(),
        "kind": step.kind,
        "area_code": step.area_code,
        "area_type": step.area_type,
        "unplaced": round(step.unplaced, _DECIMALS),
        "changes": [
            {
                "predecessor_code": change.predecessor_code,
                "predecessor_name": named(change.predecessor_code, change.predecessor_type),
                "predecessor_type": change.predecessor_type,
                "successor_code": change.successor_code,
                "successor_name": named(change.successor_code, change.successor_type),
                "successor_type": change.successor_type,
                "share": round(change.share, _DECIMALS),
            }
            for change in step.changes
        ],
    }
