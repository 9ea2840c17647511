"""One place under all its borders: the areas that share people with an area, and the figures of those that are one land with it.

A council, its sub-ICB location, its integrated care board, its combined authority and its partnership have figures of their
own. Whoever asks for one of them asks for the place. What is one land is the rule of ``queries.overlaps``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.answers.areas import Border, Borders
from dashboard.answers.profile import Line, OneLand
from dashboard.queries.areas import last_day_of, stands
from dashboard.queries.elsewhere import lines_around, looked_for
from dashboard.queries.geography import ENGLAND, UNITED_KINGDOM, region_types, standing_code
from dashboard.queries.memberships import index_of, is_inside, is_standing
from dashboard.queries.overlaps import (
    is_same,
    overlap,
    parts_of,
)
from dashboard.queries.profile import Row, main_lines
from geodata.lands import WHOLE
from geodata.register import Area, Register
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_PARTLY = 5
"""Figures of an area that is partly the same land, which are shown beside it."""
MOST_INSIDE = 6
"""Areas of one type that lie wholly in a place and are listed one by one."""
_COUNTRIES = (ENGLAND, UNITED_KINGDOM)


def borders(context: Context, area: Area) -> Borders:
    """The areas of every type that share people with an area, today or on its last day; of a country none.

    Those that have ended but had the newest figures of their type (the 42 boards until March 2026, clinical commissioning
    groups) are among them for an area that stands. Raises UnknownArea.
    """
    code = standing_code(context.register, area.area_code, context.today())
    day = last_day_of(context, context.register.area(code))
    return _borders(context.register, code, day, stands(context, code))


# a page asks for its own area twice; all areas of the register would be a megabyte
@lru_cache(maxsize=64)
def _borders(register: Register, area_code: str, day: date, stands_today: bool) -> Borders:
    if area_code in _COUNTRIES:
        return Borders(day, (), {})
    found: list[Border] = []
    inside: dict[str, int] = {}
    seen = {area_code, *register.same_land(area_code)}
    for kind, on, code in _candidates(register, area_code, day, stands_today):
        if code in seen:
            continue
        shared = overlap(register, area_code, code, on)
        if shared.of_first == 0 or shared.of_second == 0:
            continue
        seen.add(code)
        there = register.area(code, kind)
        ended_on = there.end_on if there.end_on and there.end_on < day else None
        found.append(Border(there, kind, shared.of_first, shared.of_second, shared.is_one_land, ended_on))
    for kind in register.area_types:
        within = [border for border in found if border.area_type == kind and _is_within(border)]
        if len(within) > MOST_INSIDE:
            inside[kind] = len(within)
            found = [border for border in found if border not in within]
    order = {name: kind.order for name, kind in register.area_types.items()}
    found.sort(
        key=lambda border: (
            not border.is_one_land,
            order[border.area_type],
            border.ended_on is not None,
            -(border.of_area or 0.0),
            border.area.name,
        )
    )
    return Borders(day, tuple(found), inside)


def _is_within(border: Border) -> bool:
    return (border.of_border or 0.0) >= WHOLE and not border.is_one_land and border.ended_on is None


def _candidates(
    register: Register, area_code: str, day: date, stands_today: bool
) -> list[tuple[str, date, str]]:
    """(type, day, code) of the areas that share a district with an area; those that stand come before those that ended."""
    found: list[tuple[str, date, str]] = []
    index = index_of(register)
    for kind in register.area_types.values():
        if kind.area_type in ("england", "uk") or not kind.vintages:
            continue
        # areas of one stretch of days share an answer
        last = index.first_of_alike(index.day_of_type(kind.area_type, day) if stands_today else day)
        days: list[tuple[date, date | None]] = [(last, None)]
        before = index.first_of_alike(date(kind.default_vintage, 12, 31))
        if stands_today and before < last:
            days.append((before, last))
        for on, ended_by in days:
            holding = _by_district(register, kind.area_type, on, ended_by)
            if holding:
                parts = parts_of(register, area_code, on)
                codes = dict.fromkeys(code for part in parts for code in holding.get(part, ()))
                found += [(kind.area_type, on, code) for code in codes]
    return found


@lru_cache(maxsize=256)
def _by_district(
    register: Register, area_type: str, on: date, ended_by: date | None
) -> Mapping[str, tuple[str, ...]]:
    """Of each district the areas of a type that it lies in on a day, wholly or partly; none where there were none.

    With ``ended_by`` only those that no longer stood on that day, under any code of their land.
    """
    found: dict[str, list[str]] = {}
    for code in index_of(register).standing(area_type, on):
        has_ended = ended_by is None or not is_standing(
            register, standing_code(register, code, ended_by), ended_by
        )
        if register.area(code, area_type).alive(on) and has_ended:
            for part in parts_of(register, code, on):
                found.setdefault(part, []).append(code)
    return {part: tuple(codes) for part, codes in found.items()}


def lands_of(context: Context, area: Area) -> tuple[Border, ...]:
    """The areas that are one land with an area: those that stand before those that ended, the smallest type first."""
    types = context.register.area_types
    found = [border for border in borders(context, area).listed if border.is_one_land]
    found.sort(key=lambda border: (border.ended_on is not None, types[border.area_type].nearness))
    return tuple(found)


def one_land(
    context: Context,
    area: Area,
    lines: Sequence[Line],
    others: Sequence[Border],
    rows: Mapping[str, Sequence[Row]],
) -> tuple[OneLand, ...]:
    """The main figures that an area has not, of the areas that are one land with it, by area.

    lines   the main lines of the area
    others  what ``lands_of`` gave; where several of them have a figure the newest is taken, then that of the first
    rows    their newest rows (``queries.profile.newest_main_each``)
    """
    have = {line.indicator.id for line in lines if line.row["value"] is not None}
    best: dict[str, tuple[date, str]] = {}
    real: dict[str, list[Row]] = {}
    for border in others:
        code = border.area.area_code
        real[code] = [
            row
            for row in rows[code]
            if row["indicator_id"] not in have
            and row["status"] != "illustrative"
            and row["value"] is not None
        ]
        for row in real[code]:
            end_on = Period.parse(row["period"]).end_on
            known = best.get(row["indicator_id"])
            if known is None or known[0] < end_on:
                best[row["indicator_id"]] = (end_on, code)
    found = []
    for border in others:
        code = border.area.area_code
        own = [row for row in real[code] if best[row["indicator_id"]][1] == code]
        if own:
            found.append(_land(context, area, border, main_lines(context, own)))
    return tuple(found)


def partly(context: Context, found: Borders, have: Collection[str]) -> dict[str, tuple[Line, ...]]:
    """The main figures that a place has not, by code of an area where at least half of its people live, and not all.

    Such an area is partly the same land, so that its figures are approximate for the place and are compared with nothing
    there. Each figure is shown once: one that is not old goes first, then that of the area with most of the people, then that
    of the smallest type. Regions cover too much, and of areas that have ended none is shown.

    found  what ``borders`` gave of the place
    have   ids of the indicators that its page shows already
    """
    types = context.register.area_types
    wide = region_types(context.register)
    near = [
        border
        for border in found.listed
        if is_inside(border.of_area or 0.0)
        and (border.of_area or 0.0) < WHOLE
        and not border.is_one_land
        and border.ended_on is None
        and border.area_type not in wide
    ]
    near.sort(key=lambda border: (-(border.of_area or 0.0), types[border.area_type].nearness))
    lines = lines_around(context, [border.area.area_code for border in near])
    chosen: dict[str, tuple[Line, ...]] = {border.area.area_code: () for border in near}
    for indicator in looked_for(context):
        held = [code for code in chosen if indicator.id in lines.get(code, {})]
        if indicator.id in have or not held:
            continue
        code = min(held, key=lambda code: lines[code][indicator.id].age.is_old)
        chosen[code] = (*chosen[code], lines[code][indicator.id])[:MOST_PARTLY]
    return {code: own for code, own in chosen.items() if own}


def last_days(lines: Sequence[Line]) -> dict[str, date]:
    """The last day of the figure of each indicator among some lines."""
    return {line.indicator.id: Period.parse(line.row["period"]).end_on for line in lines}


def _land(context: Context, area: Area, border: Border, lines: Sequence[Line]) -> OneLand:
    day = last_day_of(context, area)
    parts = parts_of(context.register, area.area_code, day)
    if is_same(parts, parts_of(context.register, border.area.area_code, day)):
        return OneLand(border.area, tuple(lines), 1.0, len(parts))
    return OneLand(border.area, tuple(lines), min(border.of_area or 0.0, border.of_border or 0.0), 0)
