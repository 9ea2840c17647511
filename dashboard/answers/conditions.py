"""Answers about work by health condition in one area: rates, gaps, need, services, and who recovers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.answers.profile import Line
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.catalogue.shown import Condition
from indicators.statistics.inequality import Index

Row = Mapping[str, Any]
RecoveryBy = Literal["sex", "age", "deprivation", "ethnic_group", "condition"]


@dataclass(frozen=True, slots=True)
class LoadedGroup:
    """A group of people with its indicator; None where the catalogue has none for it."""

    people: str
    indicator: Indicator | None
    loaded: bool
    condition: Condition | None = None


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
class Ends:
    """The employment rate of a group, that of everyone, and the gap between them, of one area and period.

    ``everyone`` and ``gap`` are None where no gap is known for that area and period.
    """

    group: float
    everyone: float | None = None
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group of people by health condition: its employment rate and its gap, or the reason that it has none.

    rate_of, gap_of  the group's indicators; ``gap_of`` is None where the catalogue has no gap for it
    rate, gap        the figures that are shown, None where none is loaded
    by_sex           the rate of women and of men, of the same area and period
    """

    rate_of: LoadedGroup
    gap_of: LoadedGroup | None
    rate: ConditionFigure | None
    gap: ConditionFigure | None
    by_sex: tuple[Row, ...] = ()

    @property
    def condition(self) -> Condition | None:
        return self.rate_of.condition

    @property
    def drawn(self) -> Ends | None:
        """The figures of the area that they are given for; None without a real rate.

        The gap is everyone’s rate less that of the group, so the two give everyone’s rate of the same year.
        """
        if self.rate is None or self.rate.row["value"] is None or self.rate.line.illustrative:
            return None
        rate = float(self.rate.row["value"])
        if not self.gap_fits:
            return Ends(rate)
        gap = float(self.gap.row["value"])  # type: ignore[union-attr]  # gap_fits has looked
        return Ends(rate, rate + gap, gap)

    @property
    def england(self) -> Ends | None:
        """The same of England, where the figures are of another area."""
        if self.rate is None or self.drawn is None or self.rate.line.england is None:
            return None
        rate = self.rate.line.england
        gap = self.gap.line.england if self.gap is not None and self.gap_fits else None
        return Ends(rate) if gap is None else Ends(rate, rate + gap, gap)

    @property
    def gap_fits(self) -> bool:
        """Whether a real gap is of the same area and period as the rate."""
        if (
            self.rate is None
            or self.gap is None
            or self.gap.row["value"] is None
            or self.gap.line.illustrative
        ):
            return False
        same = self.gap.row["period"] == self.rate.row["period"]
        return same and self.gap.area.area_code == self.rate.area.area_code


@dataclass(frozen=True, slots=True)
class RecoveryGroup:
    """Recovery by one characteristic, all of one period, in the order they are listed.

    ``earlier`` are rows of groups whose newest figure is of an earlier period: none is published for this one.
    """

    by: RecoveryBy
    rows: tuple[Row, ...]
    earlier: tuple[Row, ...] = ()


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
    groups: tuple[GroupFigures, ...] = ()

    @property
    def figures(self) -> tuple[ConditionFigure, ...]:
        """All but those by group, in the order of the page."""
        return (*self.rates, *self.gaps, *self.needs, *self.services)
