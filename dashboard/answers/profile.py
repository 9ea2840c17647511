"""Answers about one area: its figures beside England's, and where the figures are that it has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers.age import FRESH, Age
from dashboard.answers.comparison import GroupRate, Word
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.notes import why_not_summed

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the areas of a type lie in one period: percentiles in the unit of the indicator, None where too few."""

    area_type: str
    minimum: float | None
    p5: float | None
    p25: float | None
    p75: float | None
    p95: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Reference:
    """What a figure of an area stands beside, whichever area of its type it is.

    england               England's figure of the same period and group, None without one
    is_illustrative       of England's figure
    spread                of the areas of the type, None where nothing is known of them
    scale                 places on a spine for one unit of the indicator, below 0 where low is good; None without a spine
    low5 … high95         ends of the bars on the spine from left to right, None where there are too few areas
    """

    england: float | None
    is_illustrative: bool = False
    spread: Spread | None = None
    scale: float | None = None
    low5: float | None = None
    low25: float | None = None
    high75: float | None = None
    high95: float | None = None


@dataclass(frozen=True, slots=True)
class Spine:
    """Places along one spine: 0 is England, 1 the distance of the area that lies furthest from it.

    ``lower`` and ``upper`` are the ends of the area's interval in drawing order (left, right), or None;
    ``low5 low25 high75 high95`` the ends of the bars of the other areas, or None where there are too few.
    """

    value: float
    lower: float | None
    upper: float | None
    low5: float | None
    low25: float | None
    high75: float | None
    high95: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of an area: the observation, what it stands beside, how they compare, and its spine.

    row        an observation with ``indicator_id`` (``Store.newest``)
    england    England's figure of the same period and group; None for England and the United Kingdom themselves
    trend      the recent trend of the series, None where the store has none
    is_main    whether it is shown first: the figure for everyone, else of each sex, of each group, of each age
    many_ages  whether the area has the indicator for several ages
    grade      of a sample survey, A to D; empty for others and where none can be given
    age        how old the figure is
    at_odds    the group's rate, where a gap is not compared because the two point different ways
    """

    indicator: Indicator
    row: Row
    england: float | None
    compared: Word
    spine: Spine | None
    is_main: bool
    many_ages: bool = False
    grade: str = ""
    spread: Spread | None = None
    trend: Row | None = None
    age: Age = FRESH
    at_odds: GroupRate | None = None

    @property
    def illustrative(self) -> bool:
        return bool(self.row["status"] == "illustrative")

    @property
    def not_summed(self) -> str:
        """Why a group of areas has no figure of this kind, without a full stop; empty for any other line."""
        return why_not_summed(self.row["note"])

    @property
    def distance(self) -> float:
        """How far from England, as a share of the furthest area's distance; 0 where that is not known."""
        return abs(self.spine.value) if self.spine else 0.0


@dataclass(frozen=True, slots=True)
class LinesToShow:
    """The main lines of an area in kinds: beside England, counts (they grow with the place), illustrative ones, and
    those of a group of areas that cannot be put together."""

    shown: tuple[Line, ...]
    counts: tuple[Line, ...]
    illustrative: tuple[Line, ...]
    not_summed: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Covering:
    """A figure that an area has not, of an area that covers it: ``share`` of the area asked about lies there.

    ``more`` is how many districts lie there besides those of the area asked about, ``kind`` its type in words.
    """

    area: Area
    line: Line
    share: float
    more: int
    kind: str


@dataclass(frozen=True, slots=True)
class OneLand:
    """Figures that an area has not, of another area with nearly the same people.

    share  the smaller share of the two areas' people that lives in the other
    parts  of how many districts both are made, where they are exactly the same; else 0
    """

    area: Area
    lines: tuple[Line, ...]
    share: float
    parts: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where figures are that an area has not; every list is of indicators.

    nearest   (nearest area with a figure, as which type, indicators), the nearest first
    inside    by type of the areas inside it that have them
    nowhere   with figures only for areas that have nothing to do with it
    unloaded  with no figures loaded at all
    newer     (an area it lies in, indicators) whose series goes on where that of the area ended
    """

    nearest: tuple[tuple[Area, str, tuple[Indicator, ...]], ...]
    inside: Mapping[str, tuple[Indicator, ...]]
    nowhere: tuple[Indicator, ...]
    unloaded: tuple[Indicator, ...]
    newer: tuple[tuple[Area, tuple[Indicator, ...]], ...] = ()
