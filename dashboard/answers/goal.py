"""Answers about the national goal, and about targets and the figures nearest to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from indicators.catalogue import Indicator, Target
from indicators.catalogue.shown import Pledge
from indicators.periods import Period

Row = Mapping[str, Any]
Verdict = Literal["reached", "not_reached", "too_close", "illustrative", "not_judged", "no_figure"]
_DAYS_A_YEAR = 365.25


def middle_of(row: Row) -> date:
    """The day that a figure of a period stands for."""
    return Period.parse(row["period"]).midpoint


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts on the way to a target, oldest first; values are in the unit of the indicator (people).

    start   the figure that the target counts from (``Target.since``)
    passed  the first figure that reaches the target; None where none does
    by      the day on which it was to be met
    """

    indicator: Indicator
    target: Target
    series: tuple[Row, ...]
    start: Row
    passed: Row | None
    by: date

    @property
    def goal(self) -> float:
        return self.target.value

    @property
    def last(self) -> Row:
        return self.series[-1]

    @property
    def needed_a_year(self) -> float:
        """How much more each year the straight way needs."""
        years = (self.by - middle_of(self.start)).days / _DAYS_A_YEAR
        return float((self.goal - self.start["value"]) / years)

    @property
    def found_a_year(self) -> float:
        """How much more each year it became, from the start to the newest figure."""
        years = (middle_of(self.last) - middle_of(self.start)).days / _DAYS_A_YEAR
        return float((self.last["value"] - self.start["value"]) / years)

    def path_at(self, day: date) -> float:
        """The straight way on a day."""
        years = (day - middle_of(self.start)).days / _DAYS_A_YEAR
        return float(self.start["value"] + self.needed_a_year * years)


@dataclass(frozen=True, slots=True)
class Chance:
    """A real series that says how large a share of people is in work, oldest first.

    ``first`` is the figure of the newest one's season in the first year of the goal, since the series follow the
    seasons; None where there is none.
    """

    indicator: Indicator
    series: tuple[Row, ...]
    first: Row | None

    @property
    def last(self) -> Row:
        return self.series[-1]


@dataclass(frozen=True, slots=True)
class Flow:
    """The moves of one group of people, in per cent of those who began in the box, lowest to highest of the years.

    ``out`` is from work to no work, ``into`` from no work to work; None where there is no figure.
    """

    name: str
    out: tuple[float, float] | None
    into: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves within a year of each group of people, and the (indicator, row) pairs behind them."""

    flows: tuple[Flow, ...]
    figures: tuple[tuple[Indicator, Row], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A target with the newest figure beside it (None where none is loaded) and whether that reaches it."""

    indicator: Indicator
    target: Target
    row: Row | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Pledged:
    """A target that no loaded figure can be judged by, with the figure nearest to it. Both may be None."""

    pledge: Pledge
    indicator: Indicator | None
    row: Row | None
