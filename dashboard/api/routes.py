"""``/api/v1/observations``, ``/api/v1/indicators`` and ``/api/v1/areas``, all JSON.

``changes``, ``evidence`` and ``ledger`` have modules of their own. What each address takes is ``parameters.PARAMETERS``.

An answer without rows has status 200 and a ``reason`` in words, which is null where there are rows. Errors are ``{"error": {"parameter", "value", "message", "known"}}`` with status 400 (a value that cannot be
understood, or a parameter that the
address does not take), 404 (something that does not exist) or 503 (the store cannot be read).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.address.cache import Cache
from dashboard.address.context import Context
from dashboard.address.keys import KEYS
from dashboard.address.view import LONGEST_VALUE, clipped
from dashboard.answers.finding import Found
from dashboard.api.finding import found_keys, said_of
from dashboard.api.parameters import PARAMETERS
from dashboard.queries.absence import absence
from dashboard.queries.age import ages_in
from dashboard.queries.finding import find
from dashboard.queries.geography import inside
from dashboard.sentences import absence as absence_words
from dashboard.sentences import age_note, in_words, listed, lower_first
from geodata.groups import BadGroup, code_of, is_group, plain_code
from geodata.places.index import NoIndex
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
_MOST_BYTES_OF_TAGS, _BYTES_OF_TAG = 200_000, 200
MOST_AREAS = 500
MOST_FOUND, MOST_SENT = 200, 50


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


def _held(tag: str | None) -> str | None:
    """The tag by which the client holds an answer already, also of its compressed form (``tag:br``); None otherwise."""
    held = flask.request.if_none_match.as_set() if tag else ()
    return next((sent for sent in held if sent.partition(":")[0] == tag), None)


def refuse_unknown(path: str) -> None:
    """Raises BadRequest for a parameter that an address of the API does not take; other addresses take any."""
    if path not in PARAMETERS:
        return
    known = PARAMETERS[path]
    for name in flask.request.args:
        if name not in known:
            takes = f"it takes {listed(known)}" if known else "it takes none"
            words = f"{path} has no parameter {clipped(name)!r}; {takes}"
            raise BadRequest(400, clipped(name), flask.request.args[name], words, known)


def _json(content: Any, status: int = 200) -> flask.Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return flask.Response(text, status=status, mimetype="application/json")


def _unavailable(words: str) -> flask.Response:
    return _json({"error": {"parameter": "", "value": "", "message": words, "known": []}}, 503)


Answer = Callable[..., Any]


def answering(server: flask.Flask, context: Context) -> Callable[[str], Callable[[Answer], Answer]]:
    """A decorator that adds a route: its answer as JSON (or the response it gives), with an ETag of its content, and
    errors as this module says them.

    The tag is a digest of what is sent. Publication and address alone do not decide an answer: it also depends on the
    day (the age of a figure), on settings (illustrative figures, indicators of one's own) and on the version of the code.
    Tags are remembered for the publication and the day, since the rest is fixed for a process: a client that holds
    the answer gets a 304, and nothing is made again.
    """
    tags: Cache[str] = Cache(_MOST_BYTES_OF_TAGS, lambda url, _: _BYTES_OF_TAG + len(str(url)))

    def route(path: str) -> Callable[[Answer], Answer]:
        def add(answer: Answer) -> Answer:
            @server.get(path, endpoint=f"api {path}")
            @wraps(answer)
            def respond(**parts: str) -> flask.Response:
                try:
                    refuse_unknown(path)
                    moment = context.moment()
                    if held := _held(tags.get(flask.request.url, moment)):
                        return flask.Response(status=304, headers={"ETag": f'"{held}"'})
                    content = answer(**parts)
                    response = content if isinstance(content, flask.Response) else _json(content)
                    tag = hashlib.sha256(response.get_data()).hexdigest()[:20]
                    tags.put(flask.request.url, tag, moment)
                    response.set_etag(tag)
                    response.headers["Cache-Control"] = "no-cache"
                    # a tag with the name of a compression is compared once the answer is compressed
                    response.make_conditional(flask.request)
                    return response
                except BadRequest as error:
                    return _json({"error": error.content}, error.status)
                except (SQLAlchemyError, NoStore, OSError) as error:
                    server.logger.error("the store cannot be read: %s", error)
                    return _unavailable("The store of figures cannot be read just now.")
                except NoIndex as error:
                    server.logger.error("%s", error)
                    return _unavailable("The index of places cannot be read just now.")

            return respond

        return add

    return route


def register(server: flask.Flask, context: Context) -> None:
    """Add the API routes to a server."""
    route = answering(server, context)

    @route("/api/v1/observations")
    def observations() -> dict[str, Any]:
        rows, reason = _observations(context)
        return {"observations": rows, "reason": reason}

    @route("/api/v1/indicators")
    def indicators() -> dict[str, Any]:
        return {"indicators": [_indicator(context, indicator_id) for indicator_id in context.catalogue]}

    @route("/api/v1/areas")
    def areas() -> dict[str, Any]:
        text = argument("q")
        found = None if text is None else find(context, text, MOST_FOUND)
        rows = _areas(context, found)
        answer = {"areas": rows, "reason": None if rows else _no_areas(context)}
        return answer if found is None else {**answer, **said_of(found)}

    @server.get("/api/", defaults={"rest": ""})
    @server.get("/api/<path:rest>")
    def unknown_route(rest: str) -> flask.Response:
        return _json(
            {
                "error": {
                    "parameter": "path",
                    "value": clipped(rest, 200),
                    "message": "No such API.",
                    "known": list(PARAMETERS),
                }
            },
            404,
        )


def needed_indicator(context: Context) -> str:
    """The indicator asked for. Raises BadRequest where none is given or none has that id."""
    indicator_id = known_indicator(context)
    if indicator_id is None:
        raise BadRequest(400, "indicator", "", "indicator is missing; give the id of one", context.catalogue)
    return indicator_id


def known_indicator(context: Context) -> str | None:
    """The indicator asked for, None where none is. Raises BadRequest where none has that id."""
    indicator_id = argument("indicator")
    if indicator_id is not None and indicator_id not in context.catalogue:
        raise BadRequest(
            404, "indicator", indicator_id, f"no indicator {clipped(indicator_id)!r}", context.catalogue
        )
    return indicator_id


def known_groups(context: Context, indicator_id: str) -> dict[str, str | None]:
    """Sex, age and breakdown asked for, None for each that is not. Raises BadRequest for one that is not loaded."""
    groups = {key: argument(key) for key in ("sex", "age", "breakdown")}
    loaded = context.available(indicator_id)
    for key, text in groups.items():
        # of an indicator that is not loaded only the words for sexes are known
        known = sorted({row[key] for row in loaded}) if loaded else KEYS[key].choices
        if text is not None and known and text not in known:
            raise BadRequest(400, key, text, f"{indicator_id} has no {key} {clipped(text)!r}", known)
    return groups


def _observations(context: Context) -> tuple[list[dict[str, Any]], str | None]:
    """The observations asked for, and why there are none where that is so."""
    indicator_id = needed_indicator(context)
    area_type = _known_type(context)
    codes = known_codes(context)
    parent = known_area(context, "parent")
    period = argument("period") or "latest"
    if period not in ("latest", "all"):
        try:
            Period.parse(period)
        except ValueError as error:
            raise BadRequest(400, "period", period, clipped(str(error), 200), ("latest", "all")) from error
    loaded = context.available(indicator_id)
    asked = known_groups(context, indicator_id)
    if argument("groups") not in (None, "all"):
        raise BadRequest(400, "groups", argument("groups") or "", "groups can only be: all", ("all",))
    groups = headline_groups(asked, loaded) if argument("groups") is None else asked
    types = [area_type] if area_type else list(dict.fromkeys(row["area_type"] for row in loaded))
    own_types = {kind for code in codes or () for kind in context.register.types_of(code)}
    types.sort(key=lambda kind: kind not in own_types if codes else False)
    rows: list[dict[str, Any]] = []
    age_in = ages_in(context)
    seen: set[tuple[Any, ...]] = set()
    for kind in types:
        found = context.store.observations(
            indicator_id=indicator_id, area_type=kind, period=period, area_codes=codes, **groups
        )
        for row in found if parent is None else _inside(context, parent, kind, found):
            # a unitary authority is in two types: once is enough
            identity = (row["area_code"], row["period"], row["sex"], row["age"], row["breakdown"])
            if identity not in seen:
                seen.add(identity)
                age = age_in(context.catalogue[indicator_id], row)
                told = {
                    **row,
                    "area_code": plain_code(row["area_code"]),
                    "age_note": age_note(age, row["period"]),
                }
                rows.append({name: told[name] for name in OBSERVATION_KEYS})
    if rows:
        return rows, None
    single = None if period in ("latest", "all") else period
    known = sorted({iso for row in loaded for iso in row["periods"]})
    if single is not None and known and single not in known:
        raise BadRequest(404, "period", single, f"{indicator_id} has no figures for {single}", known)
    why = absence(
        context,
        indicator_id,
        area_type=area_type,
        area_codes=codes or (),
        parent=parent,
        period=single,
        group=asked,
    )
    return rows, absence_words.reason(why)


def _inside(
    context: Context, parent: str, area_type: str, rows: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The rows of areas that lie in a parent on the last day of their period, as on the map."""
    codes_of: dict[str, list[str]] = {}
    for row in rows:
        codes_of.setdefault(row["period"], []).append(row["area_code"])
    held = {
        period: set(
            inside(context.register, parent, area_type, Period.parse(period).end_on, codes).area_codes
        )
        for period, codes in codes_of.items()
    }
    for row in rows:
        if row["area_code"] in held[row["period"]]:
            yield row


def headline_groups(groups: dict[str, str | None], loaded: list[dict[str, Any]]) -> dict[str, str | None]:
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


def known_codes(context: Context, name: str = "area") -> list[str] | None:
    """The areas asked for by a parameter, None where none is. Raises BadRequest."""
    given = argument(name)
    if given is None:
        return None
    texts = list(dict.fromkeys(code.strip() for code in given.split(",") if code.strip()))
    if len(texts) > MOST_AREAS:
        raise BadRequest(400, name, given, f"{name} names {len(texts)} areas; at most {MOST_AREAS} at once")
    codes: dict[str, None] = {}
    for text in texts:
        try:
            code, _ = code_of(text, context.register, argument("name") or "")
        except BadGroup as error:
            raise BadRequest(400, name, text, str(error)) from error
        except UnknownArea as error:
            unknown = str(error) if is_group(text) else text.upper()
            raise BadRequest(404, name, unknown, f"no area has the code {clipped(unknown)!r}") from error
        codes[code] = None
    return list(codes)


def known_area(context: Context, name: str = "area") -> str | None:
    """The one area asked for by a parameter, None where none is. Raises BadRequest."""
    codes = known_codes(context, name) or []
    if len(codes) > 1:
        raise BadRequest(400, name, ",".join(codes), f"{name} names {len(codes)} areas; give one")
    return codes[0] if codes else None


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


def _areas(context: Context, searched: Found | None) -> list[dict[str, Any]]:
    found = _areas_asked(context, searched)
    parent = known_area(context, "parent")
    if parent is None:
        return found
    held = {
        (kind, code)
        for kind in {area["area_type"] for area in found}
        for code in inside(
            context.register,
            parent,
            kind,
            context.today(),
            [area["area_code"] for area in found if area["area_type"] == kind],
        ).area_codes
    }
    return [area for area in found if (area["area_type"], area["area_code"]) in held]


def _no_areas(context: Context) -> str:
    """Why no area was found, in words."""
    text, parent, area_type = argument("q"), known_area(context, "parent"), _known_type(context)
    kinds = lower_first(context.register.area_types[area_type].plural) if area_type else "areas"
    words = f"No {kinds} were found"
    words += f" by the words “{clipped(text)}”" if text else ""
    return words + (f" in {in_words(context.register.area(parent))}." if parent else ".")


def _areas_asked(context: Context, searched: Found | None) -> list[dict[str, Any]]:
    area_type = _known_type(context)
    register = context.register
    if searched is not None:
        rows = []
        for option in searched.options:
            area = option.described.area
            if area_type is None or area_type in register.types_of(area.area_code):
                form = register.area(area.area_code, area_type) if area_type else area
                kind = register.area_type(area.area_type)
                rows.append({**_area(context, form), **found_keys(option, kind)})
        return rows[:MOST_SENT]
    codes = known_codes(context)
    if codes is not None:
        return [_area(context, register.area(code)) for code in codes]
    types = [
        kind.area_type
        for kind in register.area_types.values()
        if kind.vintages and area_type in (None, kind.area_type)
    ]
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
        "area_code": plain_code(area.area_code),
        "area_name": area.name,
        "area_type": area.area_type,
        "area_types": types,
        "ods_code": area.ods_code,
        "start_on": area.start_on.isoformat() if area.start_on else None,
        "end_on": area.end_on.isoformat() if area.end_on else None,
    }
