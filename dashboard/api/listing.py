"""``/api/v1/indicators``, ``catalogue``, ``areas``, ``releases`` and ``boundaries``: what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.address.view import clipped
from dashboard.answers.finding import Found
from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import known_area, known_codes, known_indicator, known_type
from dashboard.api.finding import found_keys, said_of
from dashboard.queries.finding import find
from dashboard.queries.geography import inside
from dashboard.queries.shapes import KINDS, shapes, vintages
from dashboard.sentences import in_words, lower_first
from geodata.groups import plain_code
from geodata.register import Area, UnknownArea

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_FOUND, MOST_SENT = 200, 50


def register(server: flask.Flask, context: Context) -> None:
    """Add the routes to a server."""
    route = answering(server, context)

    @route("/api/v1/indicators", questions.Indicators, "indicators")
    def indicators(question: questions.Indicators) -> dict[str, Any]:
        ids = [known_indicator(context, name) for name in question.indicator] or list(context.catalogue)
        return {"indicators": [_indicator(context, indicator_id) for indicator_id in ids]}

    @route("/api/v1/catalogue", questions.Catalogue)
    def catalogue(question: questions.Catalogue) -> dict[str, Any]:
        ids = [known_indicator(context, name) for name in question.indicator] or list(context.catalogue)
        return {"catalogue": [context.catalogue[name].model_dump(mode="json") for name in ids]}

    @route("/api/v1/areas", questions.Areas, "areas")
    def areas(question: questions.Areas) -> dict[str, Any]:
        if question.area_type is not None:
            known_type(context, question.area_type)
        found = None if question.q is None else find(context, question.q, MOST_FOUND)
        rows = _inside(context, question, _areas(context, question, found))
        answer = {"areas": rows, "reason": None if rows else _no_areas(context, question)}
        return answer if found is None else {**answer, **said_of(found)}

    @route("/api/v1/releases", questions.Releases, "releases")
    def releases(question: questions.Releases) -> dict[str, Any]:
        known = context.releases().values()
        rows = [_release(row) for row in known if not question.source or row["source_id"] in question.source]
        reason = None if rows else "No publication of these sources is loaded."
        return {"releases": rows, "reason": reason}

    @route("/api/v1/boundaries", questions.Boundaries, "boundaries")
    def boundaries(question: questions.Boundaries) -> dict[str, Any]:
        kinds = (
            [known_type(context, question.area_type)] if question.area_type else context.register.area_types
        )
        rows = [
            {
                "view": view,
                "area_type": kind,
                "vintage": year,
                "areas": len(drawn.area_codes),
                "url": at_root(drawn.url),
            }
            for view in sorted(KINDS)
            for kind in kinds
            for year in vintages(context, view, kind)
            if (drawn := shapes(context, view, kind, year)) is not None
        ]
        return {
            "boundaries": rows,
            "reason": None if rows else "No shapes of this type of area can be drawn.",
        }


def _indicator(context: Context, indicator_id: str) -> dict[str, Any]:
    indicator = context.catalogue[indicator_id]
    return {
        "id": indicator.id,
        "title": indicator.title,
        "short_title": indicator.short_title,
        "theme": indicator.theme,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "unit_words": sentences.unit_words(indicator),
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
            for row in context.available(indicator_id)
        ],
    }


def _release(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: row[name]
        for name in (
            "release_id", "source_id", "publisher", "publication", "edition", "published_on", "loaded_at", "licence",
            "attribution", "url", "illustrative",
        )
    }  # fmt: skip


# ---- areas ---------------------------------------------------------------------------------------------


def area_record(context: Context, area: Area) -> dict[str, Any]:
    """An area as every answer gives it."""
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


def _areas(context: Context, question: questions.Areas, searched: Found | None) -> list[dict[str, Any]]:
    area_type, register = question.area_type, context.register
    if searched is not None:
        rows = []
        for option in searched.options:
            area = option.described.area
            if area_type is None or area_type in register.types_of(area.area_code):
                form = register.area(area.area_code, area_type) if area_type else area
                kind = register.area_type(area.area_type)
                rows.append({**area_record(context, form), **found_keys(option, kind)})
        return rows[:MOST_SENT]
    if question.area:
        return [
            area_record(context, register.area(code))
            for code in known_codes(context, question.area, "area", question.name)
        ]
    return [
        area_record(context, area)
        for kind in register.area_types.values()
        if kind.vintages and area_type in (None, kind.area_type)
        for area in register.vintage(kind.area_type, kind.default_vintage)
    ]


def _inside(context: Context, question: questions.Areas, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of some areas that lie in the parent asked for today."""
    if question.parent is None:
        return found
    parent = known_area(context, question.parent, "parent", question.name).area_code
    held: set[tuple[str, str]] = set()
    for kind in {area["area_type"] for area in found}:
        codes = [area["area_code"] for area in found if area["area_type"] == kind]
        within = inside(context.register, parent, kind, context.today(), codes)
        held.update((kind, code) for code in within.area_codes)
    return [area for area in found if (area["area_type"], area["area_code"]) in held]


def _no_areas(context: Context, question: questions.Areas) -> str:
    """Why no area was found, in words."""
    kind = question.area_type
    kinds = lower_first(context.register.area_types[kind].plural) if kind else "areas"
    words = f"No {kinds} were found"
    words += f" by the words “{clipped(question.q)}”" if question.q else ""
    if question.parent is None:
        return f"{words}."
    return f"{words} in {in_words(known_area(context, question.parent, 'parent', question.name))}."
