"""How much of the people of one area live in another, for areas of any two types.

Areas are compared by the districts that they are made of, each with the share of it that lies there (the register's, by small
areas) and with its residents on Census day (``geodata.people``). Where the register has a membership of the one in the other,
its share is taken. Two areas are one land where nearly all people of each live in the other (``NEARLY``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dashboard.queries.memberships import index_of, is_inside
from geodata.lands import WHOLE
from geodata.people import residents
from geodata.register import Register

NEARLY = 0.975
"""Share of the people of each of two areas that must live in the other for the two to be shown as one land."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Of two areas the share of the first's people who live in the second, and of the second's who live in the first.

    None where the residents of a district are not known: of districts that have ended.
    """

    of_first: float | None
    of_second: float | None

    @property
    def is_one_land(self) -> bool:
        return min(self.of_first or 0.0, self.of_second or 0.0) >= NEARLY


@lru_cache(maxsize=4)
def part_type(register: Register) -> str:
    """The type of the parts that areas are compared by: the smallest."""
    return min(register.area_types.values(), key=lambda kind: kind.nearness).area_type


def parts_of(register: Register, area_code: str, on: date) -> dict[str, float]:
    """The districts of an area on a day (or on the nearest day on which it had any), each with its share that lies there."""
    return _parts_of(register, area_code, index_of(register).first_of_alike(on))


# a page asks for the parts of the same few dozen areas again and again
@lru_cache(maxsize=2048)
def _parts_of(register: Register, area_code: str, on: date) -> dict[str, float]:
    base = part_type(register)
    if base in register.types_of(area_code):
        return {area_code: 1.0}
    index = index_of(register)
    return index.parts(area_code, base, index.nearest_day(area_code, base, on))


def is_same(parts: Mapping[str, float], others: Mapping[str, float]) -> bool:
    """Whether two areas are made of the same districts, all of them whole."""
    whole = all(share >= WHOLE for share in (*parts.values(), *others.values()))
    return bool(parts) and whole and parts.keys() == others.keys()


def others_in(register: Register, whole: str, area_code: str, on: date) -> int:
    """How many districts lie in an area by at least half, besides those that another area touches."""
    own = parts_of(register, area_code, on)
    return sum(is_inside(share) for code, share in parts_of(register, whole, on).items() if code not in own)


@lru_cache(maxsize=2048)
def people_of(register: Register, area_code: str, on: date) -> float | None:
    """Residents of an area on Census day, in its borders of another day; None where those of a district are not known."""
    return people_in(register, parts_of(register, area_code, on))


def people_in(register: Register, parts: Mapping[str, float]) -> float | None:
    """Residents of some districts, each counted by its share; None for no districts and where one is not known."""
    known = residents()
    total = 0.0
    for code, share in parts.items():
        count = next((known[own] for own in register.land(code) if own in known), None)
        if count is None:
            return None
        total += count * share
    return total or None


@lru_cache(maxsize=2048)
def overlap(register: Register, first: str, second: str, on: date) -> Overlap:
    """The overlap of two areas on a day. Raises UnknownArea."""
    parts, others = parts_of(register, first, on), parts_of(register, second, on)
    if is_same(parts, others):
        return Overlap(1.0, 1.0)
    people, other_people = people_of(register, first, on), people_of(register, second, on)
    of_first = _direct(register, first, second, on)
    of_second = _direct(register, second, first, on)
    if of_first is None and of_second is None:
        return _by_parts(register, first, second, on)
    if of_first is None:
        shared = None if other_people is None or of_second is None else other_people * of_second
        return Overlap(_share(shared, people), of_second)
    if of_second is None:
        shared = None if people is None else people * of_first
        return Overlap(of_first, _share(shared, other_people))
    return Overlap(of_first, of_second)


def _by_parts(register: Register, first: str, second: str, on: date) -> Overlap:
    """By districts. One that lies partly in both counts for neither where areas of their type do not overlap."""
    parts, others = parts_of(register, first, on), parts_of(register, second, on)
    both = {code: share * others[code] for code, share in parts.items() if code in others}
    if type_on(register, first, on) == type_on(register, second, on):
        both = {code: share for code, share in both.items() if share >= WHOLE}
    if not both:
        return Overlap(0.0, 0.0)
    shared = people_in(register, both)
    return Overlap(_share(shared, people_in(register, parts)), _share(shared, people_in(register, others)))


def _direct(register: Register, child: str, parent: str, on: date) -> float | None:
    """The share of an area in another that the register itself has on a day; None where it has none.

    Areas that are made of whole districts are always compared by the people of these.
    """
    kind, parent_kind = type_on(register, child, on), type_on(register, parent, on)
    if kind == parent_kind or register.area_types[kind].made_of is not None:
        return None
    return index_of(register).known_share(child, kind, parent, parent_kind, on)


def type_on(register: Register, area_code: str, on: date) -> str:
    """The type that a code stood for on a day: a sub-ICB location was a clinical commissioning group before July 2022."""
    kinds = register.types_of(area_code)
    return next((kind for kind in kinds if register.area(area_code, kind).alive(on)), kinds[0])


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or whole is None else min(1.0, part / whole)
