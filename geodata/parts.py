"""Which smaller areas make up a larger one, in a vintage of the smaller ones: the rule of every sum over areas.

Figures are summed by it (``etl.deriving``), and the lineage of a sum names its members by it (``indicators.store``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from geodata.register import Register

SLIVER = 0.005
"""Share of a part that may lie on the other side of a border, which two makers of boundaries drew differently."""


def _current_codes(register: Register, area_code: str, standing: frozenset[str]) -> frozenset[str]:
    """Which of ``standing`` an area is: itself, or what it became or was made of, however many changes away."""
    if area_code in standing:
        return frozenset({area_code})
    for step in (_heirs, _forebears):
        seen, front = {area_code}, [area_code]
        while front:
            front = [code for before in front for code in step(register, before) if code not in seen]
            seen.update(front)
            found = standing & seen
            if found:
                return frozenset(found)
    return frozenset()


def _heirs(register: Register, area_code: str) -> list[str]:
    """Codes that all of an area went to; none where those known hold only a part of it (one of several heirs)."""
    links = register.successors(area_code)
    by_day: dict[date, float] = {}
    for link in links:
        by_day[link.changed_on] = by_day.get(link.changed_on, 0.0) + link.share
    whole = {day for day, share in by_day.items() if share >= 1 - SLIVER}
    return [link.successor_code for link in links if link.changed_on in whole]


def _forebears(register: Register, area_code: str) -> list[str]:
    """Codes of all that went into an area."""
    return [link.predecessor_code for link in register.predecessors(area_code)]


def parts_of(register: Register, whole: str, area_type: str, part_type: str, year: int) -> frozenset[str]:
    """Codes of ``part_type``, of the vintage ``year``, that make up an area; empty where it cannot be made up.

    Membership is the one that is known for the vintage nearest in time in which the area stood. An area that holds some
    of a part and not the rest (an integrated care board whose border cuts through a district) is not made up of such
    parts. Where no membership of that type is known, an area has the parts of those that lie in it (an NHS region those of
    its boards: a district that two of its boards divide is whole in it). Where these have none either, the parts are those made of the members of a smaller type: a
    partnership of districts is made of councils where it holds all districts of each. A part that was merged since then
    counts where everything that went into it was a member; otherwise the area cannot be made up from these parts.
    """
    members, near = _members(register, whole, area_type, part_type, year)
    if not members:
        members, near = _members_through(register, whole, area_type, part_type, year)
    if not members:
        return _made_of(register, whole, area_type, part_type, year)
    if any(SLIVER < share < 1 - SLIVER for share in members.values()):
        return frozenset()
    inside = {code for code, share in members.items() if share >= 1 - SLIVER}
    standing = register.codes(part_type, year)
    parts: set[str] = set()
    for member in inside:
        now = _current_codes(register, member, standing)
        if not now:
            return frozenset()
        parts |= now
    others = parts - inside
    known = _standing(register, part_type, near) if others else frozenset()
    for part in others:
        # all that a merged part was made of must belong, or the sum would take in land from outside
        then = _current_codes(register, part, known)
        if not then or not then <= inside:
            return frozenset()
    if not _divides_no_part(register, whole, area_type, part_type, year, parts):
        return frozenset()
    return frozenset(parts)


def _divides_no_part(
    register: Register, whole: str, area_type: str, part_type: str, year: int, parts: set[str]
) -> bool:
    """Whether an area that is younger than the parts took whole parts of each area that was divided for it.

    Where it took some of an area it must have some of its parts, and not all of them. Frimley was one sub-ICB location,
    divided among three boards in 2026: none of the three is made of locations of before.
    """
    shared = [
        link
        for link in register.predecessors(whole)
        if SLIVER < link.share < 1 - SLIVER and area_type in register.types_of(link.predecessor_code)
    ]
    if not shared or register.area(whole, area_type).alive(date(year, 12, 31)):
        return True
    for link in shared:
        own = parts_of(register, link.predecessor_code, area_type, part_type, year)
        if own and (own <= parts or own.isdisjoint(parts)):
            return False
    return True


def _standing(register: Register, part_type: str, year: int) -> frozenset[str]:
    """Codes of a type on the last day of a year, of a vintage that is held or not."""
    if year in register.area_type(part_type).vintages:
        return register.codes(part_type, year)
    on = date(year, 12, 31)
    return frozenset(area.area_code for area in register if area.area_type == part_type and area.alive(on))


def _members(
    register: Register, whole: str, area_type: str, part_type: str, year: int
) -> tuple[dict[str, float], int]:
    """(share of each member by its code, vintage of the area) of the nearest vintage with members; ({}, year) without."""
    for near, day in _vintages_near(register, whole, area_type, year):
        found = register.children(whole, part_type, on=day, parent_type=area_type)
        if found:
            return {membership.child_code: membership.share for membership in found}, near
    return {}, year


def _vintages_near(
    register: Register, area_code: str, area_type: str, year: int
) -> Iterator[tuple[int, date]]:
    """The vintages in which an area stood, the nearest to a year first, each with its day."""
    area = register.area(area_code, area_type)
    for vintage in sorted(register.area_type(area_type).vintages, key=lambda near: (abs(near - year), near)):
        day = date(vintage, 12, 31)
        if area.alive(day):
            yield vintage, day


def _members_through(
    register: Register, whole: str, area_type: str, part_type: str, year: int
) -> tuple[dict[str, float], int]:
    """As ``_members``, of the areas of one other type that lie in an area: the shares of each part in them, added up."""
    for near, day in _vintages_near(register, whole, area_type, year):
        for between in register.area_types:
            shares: dict[str, float] = {}
            for inner in register.children(whole, between, on=day, parent_type=area_type):
                for part in register.children(inner.child_code, part_type, on=day, parent_type=between):
                    shares[part.child_code] = shares.get(part.child_code, 0.0) + inner.share * part.share
            if shares:
                return shares, near
    return {}, year


def _made_of(register: Register, whole: str, area_type: str, part_type: str, year: int) -> frozenset[str]:
    """Codes of ``part_type`` of which an area holds all the smaller areas they are made of; empty unless they are all
    that it holds."""
    smaller = register.area_type(part_type).made_of
    if smaller is None or smaller == area_type:
        return frozenset()
    inside = parts_of(register, whole, area_type, smaller, year)
    parts: set[str] = set()
    held: set[str] = set()
    standing = register.codes(part_type, year) if inside else frozenset()
    around = {
        membership.parent_code
        for code in inside
        for membership in register.parents(code, part_type, child_type=smaller)
    }
    for part in sorted(around & standing):
        own = parts_of(register, part, part_type, smaller, year)
        if own and own <= inside:
            parts.add(part)
            held |= own
    return frozenset(parts) if held == inside else frozenset()
