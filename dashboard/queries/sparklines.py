"""Series over time as small charts draw them: the same lines on the grid, on an area's page and beside an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.answers.time_series import Line, Point
from dashboard.queries import geography
from dashboard.queries.breaks import with_breaks
from dashboard.queries.geography import ENGLAND

if TYPE_CHECKING:
    from dashboard.address.context import Context

Key = tuple[str, str, str, str]
"""A series: indicator_id, sex, age, breakdown."""
Points = Mapping[str, Point]
"""Of one area, by ISO period, oldest first."""


def sparklines(
    context: Context, keys: Sequence[Key], area_codes: Sequence[str], *, area_type: str | None = None
) -> dict[Key, dict[str, Line]]:
    """By series and area every figure over time, with the places where the figures must not be joined.

    area_codes  in the order in which the lines are wanted; an area without real figures of a series has no line
    area_type   codes that an area's land had as another type are left out; None takes every code of its land

    Illustrative figures are never drawn. England is the benchmark, and has no line beside others where its figure is a
    count: it would press them flat. One question to the store, besides one for England's figures once a publication.
    Raises UnknownIndicator, UnknownArea, and the store's errors.
    """
    wanted = list(dict.fromkeys(keys))
    others = [code for code in dict.fromkeys(area_codes) if code != ENGLAND]
    points = _points(context, wanted, others, area_type)
    if ENGLAND in area_codes:
        # every page of an area has England's lines
        found = context.cached_each(
            "sparklines of England", wanted, lambda missing: _points_of_england(context, missing)
        )
        points |= {(key, ENGLAND): own for key, own in found.items()}
    names = {code: _name(context, code, area_type) for code in area_codes}
    lines: dict[Key, dict[str, Line]] = {}
    for key in wanted:
        is_comparable = context.catalogue[key[0]].comparable
        drawn = [
            Line(code, name, tuple(own.values()), code == ENGLAND)
            for code, name in names.items()
            if (own := points.get((key, code))) and (code != ENGLAND or is_comparable or not others)
        ]
        lines[key] = {line.area_code: line for line in with_breaks(drawn)}
    return lines


def land_codes(
    context: Context, area_codes: Sequence[str], area_type: str | None = None
) -> dict[str, tuple[str, ...]]:
    """Each area's code with the other codes of the same land after it.

    Only codes that were of ``area_type`` where one is given (a county is no district of itself), and that are not asked
    for themselves.
    """
    register, asked = context.register, set(area_codes)
    return {
        code: (
            code,
            *(
                other
                for other in geography.same_land(register, code)
                if other not in asked and (area_type is None or area_type in register.types_of(other))
            ),
        )
        for code in area_codes
    }


def _points_of_england(context: Context, keys: Sequence[Key]) -> dict[Key, Points]:
    found = _points(context, keys, [ENGLAND], None)
    return {key: found.get((key, ENGLAND), {}) for key in keys}


def _points(
    context: Context, keys: Sequence[Key], area_codes: Sequence[str], area_type: str | None
) -> dict[tuple[Key, str], Points]:
    asked_as = {
        own: code for code, land in land_codes(context, area_codes, area_type).items() for own in land
    }
    # the store gives the oldest period first
    found: dict[tuple[Key, str], dict[str, Point]] = {}
    definitions: dict[tuple[str, int], str] = {}
    rows = context.store.courses(groups=keys, area_codes=list(asked_as))
    for indicator_id, sex, age, breakdown, area_code, period, value, status, method, route in rows:
        if status == "illustrative":
            continue
        definition = definitions.get((indicator_id, route))
        if definition is None:
            definition = context.catalogue[indicator_id].definition_of(route)
            definitions[indicator_id, route] = definition
        code = asked_as[area_code]
        by_period = found.setdefault(((indicator_id, sex, age, breakdown), code), {})
        # where both codes of one land have a period, today's is taken
        if area_code == code or period not in by_period:
            by_period[period] = Point(period, value, status=status, method=method, definition=definition)
    return dict(found)


def _name(context: Context, area_code: str, area_type: str | None) -> str:
    """The name as the type of area that is looked at, where the code is one."""
    register = context.register
    return register.area(area_code, area_type if area_type in register.types_of(area_code) else None).name
