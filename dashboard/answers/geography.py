"""Answers about where areas lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Share:
    """The share (0 < share ≤ 1) of one area that lies in another; ``area_code`` is whichever the question left open."""

    area_code: str
    share: float


@dataclass(frozen=True, slots=True)
class Inside:
    """Which areas of one type lie in a parent.

    asked_on    the day the question was for
    on          the day whose memberships answer it: another one where the parent did not exist on ``asked_on``
    area_codes  areas of which at least half lies in the parent, in the order given (else by name)
    partly      areas of which less than half lies there, with their shares, the largest first
    """

    parent_code: str
    area_type: str
    asked_on: date
    on: date
    area_codes: tuple[str, ...]
    partly: tuple[Share, ...] = ()

    @property
    def is_another_day(self) -> bool:
        """Whether a page has to say as on which day the parent is shown."""
        return self.on != self.asked_on

    def __contains__(self, area_code: object) -> bool:
        return area_code in self.area_codes


@dataclass(frozen=True, slots=True)
class Parent:
    """An area that a list may be narrowed to.

    count  how many of the listed areas lie in it by at least half
    stood  whether it existed on the day asked for: two that follow each other may have the same name
    """

    area_code: str
    name: str
    count: int
    stood: bool


@dataclass(frozen=True, slots=True)
class ParentGroup:
    """The parents of one type, by name."""

    area_type: str
    parents: tuple[Parent, ...]


@dataclass(frozen=True, slots=True)
class Nearby:
    """An area that another lies in, or came from, or became, as one type of area; ``share`` is how much of it."""

    area_code: str
    area_type: str
    share: float
