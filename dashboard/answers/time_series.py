"""Answers about one indicator over time: lines, where their figures do not join, what became of the areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from dashboard.answers.age import FRESH, Age
from dashboard.answers.releases import Release
from indicators.catalogue import Indicator

if TYPE_CHECKING:
    from dashboard.address.view import View

Row = Mapping[str, Any]
BreakKind = Literal[
    "no_figure", "other_length", "unpublished", "other_definition", "estimated", "other_method"
]


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a line; ``value`` is None where the figure is missing, ``status`` says why.

    ``is_estimated`` marks a figure of before a boundary moved, a part of which was taken by share.
    """

    period: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    status: str = "ok"
    method: str = ""
    definition: str = ""
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """Two neighbouring figures of one line that are not joined: the periods ``after`` and ``before`` the break (ISO).

    no_figure     the periods ``missing`` have no figure; ``is_hidden`` where the publisher hides all of them
    other_length  the two periods are not equally long
    unpublished   nothing is published for the time between
    other_definition  the two figures count something else (``Route.definition`` of the catalogue)
    estimated     the boundary moved between them, and the figures on one side are estimated
    other_method  the intervals are worked out in two ways
    """

    after: str
    before: str
    kind: BreakKind
    missing: tuple[str, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One area over time, oldest period first, with the places where its figures do not join."""

    area_code: str
    name: str
    points: tuple[Point, ...]
    is_benchmark: bool = False
    breaks: tuple[Break, ...] = ()

    @property
    def held(self) -> tuple[Point, ...]:
        """The points that have a value."""
        return tuple(point for point in self.points if point.value is not None)


@dataclass(frozen=True, slots=True)
class Target:
    """A level to draw across; ``by`` is the ISO period by which it was to be met, where one was set, and ``since``
    the period from whose figure the straight way to it starts.
    """

    label: str
    value: float
    by: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class AreaHistory:
    """What became of an area, and what it was made of, where that bears on its figures.

    ended_on     its last day; None where it stands
    heirs        (code, name) of the areas that stand in its place
    formed_on    the day from which it has stood in its present form; None where that does not bear on the figures
    made_of      names of the areas whose place it took on that day
    is_restated  whether the publisher gives earlier years on its present boundaries, so that the series goes further back
    shares       of each of them the share that went into it on that day
    is_joined    whether its figures of before that day are sums of theirs, made here
    is_estimated whether some of those figures are estimated, since a part of an area went into it
    divided      (code, name) of areas with earlier figures that were divided on that day, so that they cannot be joined
    """

    area_code: str
    name: str
    ended_on: date | None = None
    heirs: tuple[tuple[str, str], ...] = ()
    formed_on: date | None = None
    made_of: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    is_restated: bool = False
    is_joined: bool = False
    is_estimated: bool = False
    divided: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AreaSeries:
    """Every figure of one area, oldest period first, with its recent trend (a row of ``Store.trends``).

    ``age`` is that of its newest real figure.
    """

    area_code: str
    name: str
    rows: tuple[Row, ...]
    trend: Row | None
    history: AreaHistory
    age: Age = FRESH

    @property
    def held(self) -> tuple[Row, ...]:
        """The rows that have a value."""
        return tuple(row for row in self.rows if row["value"] is not None)

    @property
    def real(self) -> tuple[Row, ...]:
        """The rows that have a real value."""
        return tuple(row for row in self.held if row["status"] != "illustrative")


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """One indicator for several areas over time.

    area_codes      the areas that are shown for their own sake, at most as many as there are lines
    benchmark_code  the area drawn as a benchmark; None where it has no figures
    series          of each area, the benchmark last where it is not one of them
    lines           the same to draw; areas without any row have no line
    periods         every period that any area has a row for, oldest first
    available       what is loaded of the indicator (``Context.available``)
    releases        those that the figures with a value rest on
    """

    view: View
    indicator: Indicator
    area_codes: tuple[str, ...]
    benchmark_code: str | None
    series: tuple[AreaSeries, ...]
    lines: tuple[Line, ...]
    periods: tuple[str, ...]
    targets: tuple[Target, ...]
    available: tuple[Row, ...]
    releases: tuple[Release, ...]

    @property
    def rows(self) -> list[Row]:
        """Every row of every area."""
        return [row for area in self.series for row in area.rows]

    @property
    def present(self) -> list[Row]:
        """The rows that have a value."""
        return [row for row in self.rows if row["value"] is not None]

    @property
    def is_illustrative(self) -> bool:
        """Whether any figure shown is illustrative."""
        return any(row["status"] == "illustrative" for row in self.rows)

    @property
    def is_all_illustrative(self) -> bool:
        """Whether no area has a real figure, and some have an illustrative one."""
        return self.is_illustrative and not any(area.real for area in self.series)

    def name(self, area_code: str) -> str:
        """Raises KeyError for an area that is not shown."""
        for area in self.series:
            if area.area_code == area_code:
                return area.name
        raise KeyError(area_code)
