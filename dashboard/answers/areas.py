"""Answers about an area itself: where it lies, what lies in it, what it was and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from geodata.register import Area, AreaType


@dataclass(frozen=True, slots=True)
class Description:
    """An area in a list: the region it lies in (of an NHS area its NHS region), and when it ended, if it did."""

    area: Area
    region: Area | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands above the name of an area: where it lies, and ``lies_in`` the areas that it is named with.

    ``kind`` is the name of its type.
    """

    description: Description
    kind: AreaType
    lies_in: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class CodeOfLand:
    """A code of an area's land; ``start_on`` is None where it stood already when the register begins, ``end_on`` where it
    is in use.
    """

    area_code: str
    start_on: date | None
    end_on: date | None


@dataclass(frozen=True, slots=True)
class Member:
    """An area that lies in another, or that another lies in, or became, or was made from: ``share`` of it."""

    area: Area
    share: float


@dataclass(frozen=True, slots=True)
class Members:
    """Areas of one type. ``overlap`` is True where several of them each hold the whole of the area asked about."""

    area_type: str
    members: tuple[Member, ...]
    overlap: bool = False


@dataclass(frozen=True, slots=True)
class FormerParent:
    """What an area lay in until a day, as which type."""

    member: Member
    area_type: str
    ended_on: date


@dataclass(frozen=True, slots=True)
class Successor:
    """What an area became: by the name it had then, and its name today where that is another one."""

    area: Area
    share: float
    name_today: str | None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an area that no longer stands: (day, successors) in order, and where it lies today besides."""

    ended_on: date | None
    became: tuple[tuple[date, tuple[Successor, ...]], ...]
    today: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around an area, in it and beside it.

    made_from    (day, areas that it was made from), the newest day first
    similar      the areas most like it, nearest first: of councils ONS's, of NHS areas ours
    has_shares   whether a part of any area lies somewhere else
    """

    parents: tuple[Members, ...]
    children: tuple[Members, ...]
    made_from: tuple[tuple[date, tuple[Member, ...]], ...]
    former_parents: tuple[FormerParent, ...]
    similar: tuple[Area, ...]
    has_shares: bool

    @property
    def is_empty(self) -> bool:
        return not (self.parents or self.children or self.made_from or self.former_parents or self.similar)


@dataclass(frozen=True, slots=True)
class Border:
    """An area of another kind that an area shares people with, as one type.

    of_area    share of the people of the area asked about who live in it; None where residents are not known
    of_border  share of its people who live in the area asked about
    is_one_land  whether nearly all people of each live in the other
    ended_on   its last day, where it no longer stands
    """

    area: Area
    area_type: str
    of_area: float | None
    of_border: float | None
    is_one_land: bool
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Borders:
    """All borders of a place on a day, in the order of the types and then by share.

    inside  how many areas of a type lie wholly in it, where they are too many to be listed one by one
    """

    on: date
    listed: tuple[Border, ...]
    inside: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """Areas of one type that lie in the same area (None: in none of them), by name."""

    group: Area | None
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class AreaList:
    """All areas of a type, or those of one group; ``until`` is the last day of a type that has ended."""

    area_type: str
    groups: tuple[AreaGroup, ...]
    count: int
    until: date | None
