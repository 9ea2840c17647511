"""The records of the register: area types, areas, memberships and successions.

Dates are inclusive: an area whose ``end_on`` is 2020-03-31 stood on that day and not on the next. A ``start_on`` of
None means "stood already when the register begins"; an ``end_on`` of None means "stands".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_APOSTROPHES = re.compile(r"['’`]")


_SEPARATORS = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class AreaType:
    """A kind of area. ``vintages`` are the years held whole, oldest first.

    The fields after ``code_prefixes`` say what the type has to do with others, as ``area_types.toml`` explains;
    they hold ids of types, None or nothing where the type has no such relation.
    """

    area_type: str
    name: str
    plural: str
    order: int
    default_vintage: int
    vintages: tuple[int, ...]
    code_prefixes: tuple[str, ...] = ()
    nearness: int = 0
    preferred: int | None = None
    region: str | None = None
    named_with: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    zoom_to: tuple[str, ...] = ()
    outlined_by: tuple[str, ...] = ()
    outlines: tuple[str, ...] = ()
    grouped_by: str | None = None
    made_of: str | None = None
    lists: str | None = None
    has_similar: bool = False
    similar_here: bool = False
    stands_by: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """An area as one type of area: a unitary authority is one Area as ``ltla`` and another as ``utla``.

    ``name`` is the one that people see everywhere, ``official_name`` the publisher's where that is another one.
    ``latitude`` and ``longitude`` are degrees (WGS 84) of a point inside the area near its middle.
    """

    area_code: str
    area_type: str
    name: str
    ods_code: str | None
    start_on: date | None
    end_on: date | None
    latitude: float | None
    longitude: float | None
    official_name: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether no end is known."""
        return self.end_on is None

    def alive(self, on: date) -> bool:
        """Whether the area stood on that day."""
        return _covers(self.start_on, self.end_on, on)


@dataclass(frozen=True, slots=True)
class Membership:
    """``share`` (0 < share ≤ 1) of the child lies in the parent, from ``start_on`` to ``end_on`` inclusive."""

    child_code: str
    child_type: str
    parent_code: str
    parent_type: str
    start_on: date | None
    end_on: date | None
    share: float

    def holds(self, on: date) -> bool:
        """Whether the membership held on that day."""
        return _covers(self.start_on, self.end_on, on)


@dataclass(frozen=True, slots=True)
class Succession:
    """``share`` (0 < share ≤ 1) of the predecessor went to the successor on ``changed_on``.

    ``area_type`` is the predecessor's; the successor has the same type, or the one that replaced it
    (CCG → sub-ICB location, STP → ICB, both on 2022-07-01).
    """

    area_type: str
    predecessor_code: str
    successor_code: str
    changed_on: date
    share: float


def _covers(start_on: date | None, end_on: date | None, on: date) -> bool:
    return (start_on is None or start_on <= on) and (end_on is None or on <= end_on)


def normalise(name: str) -> str:
    """A name with case, punctuation, apostrophes and ``&`` against ``and`` taken out of the comparison."""
    folded = _APOSTROPHES.sub("", name.casefold()).replace("&", " and ")
    return _SEPARATORS.sub(" ", folded).strip()
