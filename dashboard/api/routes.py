"""``/api/v1/observations``, ``/api/v1/indicators``, ``/api/v1/areas`` and ``/healthz``, all JSON.

``changes``, ``evidence`` and ``ledger`` have modules of their own.

Errors are ``{"error": {"parameter", "value", "message", "known"}}`` with status 400 (a value that cannot be
understood), 404 (something that does not exist) or 503 (the store cannot be read).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.address.context import Context
from dashboard.address.view import LONGEST_VALUE, clipped
from dashboard.queries.age import ages_in
from dashboard.sentences import age_note
from geodata.register import Area, UnknownArea
from indicators.periods import Period
from indicators.store import NoStore

OBSERVATION_KEYS = (
    "area_code",
    "area_name",
    "area_type",
    "period",
    "sex",
    "age",
    "breakdown",
    "value",
    "numerator",
    "denominator",
    "lower_ci_95",
    "upper_ci_95",
    "lower_ci_998",
    "upper_ci_998",
    "status",
    "release",
    "age_note",
)
MOST_AREAS = 500
MOST_FOUND = 1000


class BadRequest(Exception):
    """A request that cannot be answered; carries what the JSON says."""

    def __init__(
        self, status: int, parameter: str, value: str, message: str, known: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.content = {
            "parameter": parameter,
            "value": clipped(value, 200),
            "message": message,
            "known": list(known),
        }


def argument(name: str) -> str | None:
    """A parameter of the query, None where it is not given. Raises BadRequest where it is given twice or too long."""
    given = [text.strip() for text in flask.request.args.getlist(name) if text.strip()]
    if len(given) > 1 and name != "area":
        raise BadRequest(400, name, ", ".join(given), f"{name} is given {len(given)} times; give it once")
    text = ",".join(given)
    if len(text) > (LONGEST_VALUE if name != "area" else 10 * MOST_AREAS):
        raise BadRequest(400, name, text, f"{name} has {len(text):,} characters; that is too long")
    return text or None


def _json(content: Any, status: int = 200) -> flask.Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return flask.Response(text, status=status, mimetype="application/json")


Answer = Callable[..., Any]


def answering(server: flask.Flask, context: Context) -> Callable[[str], Callable[[Answer], Answer]]:
    """A decorator that adds a route: its answer as JSON (or the response it gives), with an ETag of the publication,
    and errors as this module says them."""

    def route(path: str) -> Callable[[Answer], Answer]:
        def add(answer: Answer) -> Answer:
            @server.get(path, endpoint=f"api {path}")
            @wraps(answer)
            def respond(**parts: str) -> flask.Response:
                try:
                    publication = context.store.publication_id()
                    tag = hashlib.sha256(f"{publication} {flask.request.url}".encode()).hexdigest()[:20]
                    if tag in flask.request.if_none_match:
                        return flask.Response(status=304, headers={"ETag": f'"{tag}"'})
                    content = answer(**parts)
                    response = content if isinstance(content, flask.Response) else _json(content)
                    response.set_etag(tag)
                    response.headers["Cache-Control"] = "no-cache"
                    return response
                except BadRequest as error:
                    return _json({"error": error.content}, error.status)
                except (SQLAlchemyError, NoStore, OSError) as error:
                    server.logger.error("the store cannot be read: %s", error)
                    return _json(
                        {
                            "error": {
                                "parameter": "",
                                "value": "",
                                "message": "The store of figures cannot be read just now.",
                                "known": [],
                            }
                        },
                        503,
                    )

            return respond

        return add

    return route


def register(server: flask.Flask, context: Context) -> None:
    """Add the API routes to a server."""
    route = answering(server, context)

    @route("/api/v1/observations")
    def observations() -> dict[str, Any]:
        return {"observations": _observations(context)}

    @route("/api/v1/indicators")
    def indicators() -> dict[str, Any]:
        return {"indicators": [_indicator(context, indicator_id) for indicator_id in context.catalogue]}

    @route("/api/v1/areas")
    def areas() -> dict[str, Any]:
        return {"areas": _areas(context)}

    @server.get("/api/", defaults={"rest": ""})
    @server.get("/api/<path:rest>")
    def unknown_route(rest: str) -> flask.Response:
        known = [
            "/api/v1/observations",
            "/api/v1/indicators",
            "/api/v1/areas",
            "/api/v1/changes",
            "/api/v1/evidence",
            "/api/v1/ledger",
        ]
        return _json(
            {
                "error": {
                    "parameter": "path",
                    "value": clipped(rest, 200),
                    "message": "No such API.",
                    "known": known,
                }
            },
            404,
        )

    @server.get("/healthz")
    def health() -> flask.Response:
        try:
            if not context.store.exists():
                words = "The store has no tables of this version yet; run: python -m etl starter load"
                return _json({"status": "unavailable", "message": words}, 503)
            return _json({"status": "ok", "publication_id": context.store.publication_id()})
        except (SQLAlchemyError, NoStore, OSError) as error:
            words = f"The store cannot be read ({type(error).__name__})."
            return _json({"status": "unavailable", "message": words}, 503)


def _observations(context: Context) -> list[dict[str, Any]]:
    indicator_id = argument("indicator")
    if indicator_id is None:
        raise BadRequest(400, "indicator", "", "indicator is missing; give the id of one", context.catalogue)
    if indicator_id not in context.catalogue:
        raise BadRequest(
            404, "indicator", indicator_id, f"no indicator {clipped(indicator_id)!r}", context.catalogue
        )
    area_type = _known_type(context)
    codes = known_codes(context)
    period = argument("period") or "latest"
    if period not in ("latest", "all"):
        try:
            Period.parse(period)
        except ValueError as error:
            raise BadRequest(400, "period", period, clipped(str(error), 200), ("latest", "all")) from error
    groups = {key: argument(key) for key in ("sex", "age", "breakdown")}
    loaded = context.available(indicator_id)
    for key, text in groups.items():
        known = sorted({row[key] for row in loaded})
        if text is not None and text not in known:
            raise BadRequest(400, key, text, f"{indicator_id} has no {key} {clipped(text)!r}", known)
    if argument("groups") not in (None, "all"):
        raise BadRequest(400, "groups", argument("groups") or "", "groups can only be: all", ("all",))
    if argument("groups") is None:
        groups = _headline(groups, loaded)
    types = [area_type] if area_type else list(dict.fromkeys(row["area_type"] for row in loaded))
    rows: list[dict[str, Any]] = []
    age_in = ages_in(context)
    seen: set[tuple[Any, ...]] = set()
    for kind in types:
        for row in context.store.observations(
            indicator_id=indicator_id, area_type=kind, period=period, area_codes=codes, **groups
        ):
            # a unitary authority is in two types: once is enough
            identity = (row["area_code"], row["period"], row["sex"], row["age"], row["breakdown"])
            if identity not in seen:
                seen.add(identity)
                age = age_in(context.catalogue[indicator_id], row)
                told = {**row, "age_note": age_note(age, row["period"])}
                rows.append({name: told[name] for name in OBSERVATION_KEYS})
    if not rows and period not in ("latest", "all"):
        known = sorted({iso for row in loaded if row["area_type"] in types for iso in row["periods"]})
        if period not in known:
            raise BadRequest(404, "period", period, f"{indicator_id} has no figures for {period}", known)
    return rows


def _headline(groups: dict[str, str | None], loaded: list[dict[str, Any]]) -> dict[str, str | None]:
    """The groups asked for, and everyone of every age where a group is not named and that is published.

    An indicator that is only published by sex, or only by disability, gives each of those groups.
    """
    whole = {"sex": "persons", "age": "all", "breakdown": "all"}
    chosen = dict(groups)
    for key, everyone in whole.items():
        here = {
            row[key]
            for row in loaded
            if all(chosen[other] in (None, row[other]) for other in whole if other != key)
        }
        if chosen[key] is None and everyone in here:
            chosen[key] = everyone
    return chosen


def _known_type(context: Context) -> str | None:
    area_type = argument("area_type")
    if area_type is not None and area_type not in context.register.area_types:
        raise BadRequest(
            400, "area_type", area_type, f"no area type {clipped(area_type)!r}", context.register.area_types
        )
    return area_type


def known_codes(context: Context) -> list[str] | None:
    """The areas asked for, None where none is. Raises BadRequest."""
    given = argument("area")
    if given is None:
        return None
    codes = list(dict.fromkeys(code.strip().upper() for code in given.split(",") if code.strip()))
    if len(codes) > MOST_AREAS:
        raise BadRequest(400, "area", given, f"area names {len(codes)} areas; at most {MOST_AREAS} at once")
    for code in codes:
        if code not in context.register:
            raise BadRequest(404, "area", code, f"no area has the code {clipped(code)!r}")
    return codes


def _indicator(context: Context, indicator_id: str) -> dict[str, Any]:
    indicator = context.catalogue[indicator_id]
    rows = context.available(indicator_id)
    return {
        "id": indicator.id,
        "title": indicator.title,
        "short_title": indicator.short_title,
        "theme": indicator.theme,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "decimal_places": indicator.decimal_places,
        "polarity": indicator.polarity,
        "comparable": indicator.comparable,
        "not_compared": indicator.not_compared,
        "fingertips_id": indicator.fingertips_id,
        "targets": [target.model_dump() for target in indicator.targets],
        "loaded": [
            {
                "area_type": row["area_type"],
                "sex": row["sex"],
                "age": row["age"],
                "breakdown": row["breakdown"],
                "periods": row["periods"],
                "latest": row["latest"],
                "illustrative": row["illustrative"],
            }
            for row in rows
        ],
    }


def _areas(context: Context) -> list[dict[str, Any]]:
    area_type = _known_type(context)
    text = argument("q")
    register = context.register
    if text is not None:
        found = register.search(clipped(text, 100), limit=MOST_FOUND if area_type else 50)
        if area_type:
            found = [
                register.area(area.area_code, area_type)
                for area in found
                if area_type in register.types_of(area.area_code)
            ]
        return [_area(context, area) for area in found[:50]]
    codes = known_codes(context)
    if codes is not None:
        return [_area(context, register.area(code)) for code in codes]
    types = [area_type] if area_type else list(register.area_types)
    answer = []
    for kind in types:
        year = register.area_types[kind].default_vintage
        answer += [_area(context, area) for area in register.vintage(kind, year)]
    return answer


def _area(context: Context, area: Area) -> dict[str, Any]:
    try:
        types = list(context.register.types_of(area.area_code))
    except UnknownArea:
        types = [area.area_type]
    return {
        "area_code": area.area_code,
        "area_name": area.name,
        "area_type": area.area_type,
        "area_types": types,
        "ods_code": area.ods_code,
        "start_on": area.start_on.isoformat() if area.start_on else None,
        "end_on": area.end_on.isoformat() if area.end_on else None,
    }
