"""The best real figures for an area on each of the three main questions, whose they are, and what is lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.answers.profile import Line
from dashboard.answers.releases import Release
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.catalogue.shown import AnswerTo, Headline

Row = Mapping[str, Any]

Relation = Literal["own", "same", "around", "country"]
"""What the area of a figure is to the area asked about.

own      the area itself, under any of its codes
same     another area that is made of exactly the same parts
around   one in which at least half of it lies
country  England or the United Kingdom
"""
WhyLacking = Literal["not_loaded", "not_published"]


@dataclass(frozen=True, slots=True)
class StandIn:
    """An area that may speak for another, as one type of area.

    share  how much of the area asked about lies in it (0.5 to 1)
    parts  of how many parts both are made, for ``same`` where they are exactly the same; else 0
    """

    area_code: str
    area_type: str
    relation: Relation
    share: float = 1.0
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The area that a figure is of, in the form it had in the period of the figure, and what it is to the area asked about.

    kind  of area in words; ``parts_kind`` that of its parts, in the plural
    """

    area: Area
    relation: Relation
    kind: str
    share: float = 1.0
    parts: int = 0
    parts_kind: str = ""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A nearer place that has a row without a value: hidden, or nothing was submitted. ``row`` says which and of when."""

    place: Place
    row: Row


@dataclass(frozen=True, slots=True)
class Answer:
    """The best real figure of one indicator for an area.

    then    the figure that is shown after it, of the same area and period; None where there is none
    unsaid  the nearest place that has a row and no value, where that is nearer than the place of the figure
    england       England's row of the same period, also where nothing is compared with it; None for whole countries
    england_then  likewise of the figure that is shown after it
    """

    indicator: Indicator
    to: AnswerTo
    place: Place
    line: Line
    then: Line | None = None
    unsaid: Unsaid | None = None
    release: Release | None = None
    england: Row | None = None
    england_then: Row | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """An indicator that would answer and has no real figure for the area nor for any that may speak for it.

    why  ``not_loaded`` where no real figure is loaded for any area, else ``not_published`` for these areas
    """

    indicator: Indicator
    to: AnswerTo
    why: WhyLacking
    unsaid: Unsaid | None = None


Told = Answer | Lacking


@dataclass(frozen=True, slots=True)
class HeadlineAnswers:
    """One of the three main questions, and what is shown of it for an area in the order of the catalogue."""

    area: Area
    headline: Headline
    told: tuple[Told, ...]

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(found for found in self.told if isinstance(found, Answer))

    @property
    def lacking(self) -> tuple[Lacking, ...]:
        return tuple(found for found in self.told if isinstance(found, Lacking))
