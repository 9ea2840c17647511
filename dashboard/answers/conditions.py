"""Answers about work by health condition in one area: rates, gaps, need, services, and who recovers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.answers.profile import Line
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.statistics.inequality import Index

Row = Mapping[str, Any]
RecoveryBy = Literal["sex", "age", "deprivation", "ethnic_group", "condition"]


@dataclass(frozen=True, slots=True)
class LoadedGroup:
    """A group of people with its indicator; None where the catalogue has none for it."""

    people: str
    indicator: Indicator | None
    loaded: bool


@dataclass(frozen=True, slots=True)
class ConditionFigure:
    """One figure of the page: of whom, from which area, beside England.

    share  how much of the area asked about lies in the area it is from: 1 for its own
    """

    people: str
    area: Area
    line: Line
    share: float = 1.0

    @property
    def row(self) -> Row:
        return self.line.row


@dataclass(frozen=True, slots=True)
class RecoveryGroup:
    """Recovery by one characteristic, all of one period, in the order they are listed."""

    by: RecoveryBy
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope over tenths by deprivation, in the unit of the values, or why there is none.

    problem  ``groups`` where not each of the ten has a figure, ``counts`` where ``lacking`` of them have no count or
             interval, ``line`` where no line can be drawn through them
    """

    index: Index | None
    problem: Literal["", "groups", "counts", "line"] = ""
    lacking: int = 0


@dataclass(frozen=True, slots=True)
class RecoveryOf:
    """Whose recovery is shown by group, with its figure for everybody."""

    area: Area
    overall: Line


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovery after treatment in one area by group; ``finer`` are the parts of ethnic groups, ``overall`` is everybody."""

    area: Area
    overall: Line
    groups: tuple[RecoveryGroup, ...]
    finer: tuple[Row, ...]
    slope: Slope


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything of the page of one area; ``recovery`` is None where no figure by group is loaded."""

    area: Area
    rates: tuple[ConditionFigure, ...]
    gaps: tuple[ConditionFigure, ...]
    needs: tuple[ConditionFigure, ...]
    services: tuple[ConditionFigure, ...]
    recovery: RecoveryOf | None
    rate_groups: tuple[LoadedGroup, ...]
    gap_groups: tuple[LoadedGroup, ...]

    @property
    def figures(self) -> tuple[ConditionFigure, ...]:
        """All but those by group, in the order of the page."""
        return (*self.rates, *self.gaps, *self.needs, *self.services)
