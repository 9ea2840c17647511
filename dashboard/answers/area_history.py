"""Answers about how one area changed: its steps, and who stood when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geodata.register import Area
from geodata.succession import Kind


@dataclass(frozen=True, slots=True)
class ShareOf:
    """An area as it was called then, and the share of the earlier area that went to the later one."""

    area: Area
    share: float


@dataclass(frozen=True, slots=True)
class AreaStep:
    """One change: the areas before it and after it, one of which is ``area``.

    before    what ``area`` was made of, or itself where it ended
    after     what it became, or itself where it came to be
    unplaced  share of ``area`` for which no area after it is known
    """

    changed_on: date
    kind: Kind
    area: Area
    before: tuple[ShareOf, ...]
    after: tuple[ShareOf, ...]
    unplaced: float = 0.0


@dataclass(frozen=True, slots=True)
class Life:
    """The time for which a code stood: ``start_on`` None where it stood already when the register begins, ``end_on`` None
    where it stands. ``is_own`` marks the codes of the area that is asked for."""

    area_code: str
    name: str
    start_on: date | None
    end_on: date | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class AreaTimeline:
    """How an area changed: steps and lives, each oldest first, ``today`` the end of the picture."""

    area: Area
    steps: tuple[AreaStep, ...]
    lives: tuple[Life, ...]
    today: date
