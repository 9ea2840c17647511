"""Answers about two indicators set against each other, area by area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.answers.geography import Inside, ParentGroup
from dashboard.answers.releases import Release
from geodata.register import Area, AreaType
from indicators.catalogue import Indicator
from indicators.statistics.relation import Estimate

if TYPE_CHECKING:
    from dashboard.address.view import View

Row = Mapping[str, Any]
Limits = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Dot:
    """One area with both values and their 95% limits (None where there is no interval)."""

    area_code: str
    name: str
    x: float
    y: float
    x_limits: Limits = (None, None)
    y_limits: Limits = (None, None)


@dataclass(frozen=True, slots=True)
class Fit:
    """The line at the two ends of the dots and between them, with the limits of the mean."""

    places: Sequence[float]
    value: Sequence[float]
    lower: Sequence[float]
    upper: Sequence[float]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two indicators: its view and its figures.

    rows       of the areas looked at, by name
    england    England's value; None where there is none, and for counts, which would press the areas flat
    available  what is loaded of the indicator (``Context.available``)
    year       at whose end the areas are taken
    """

    view: View
    indicator: Indicator
    rows: Sequence[Row]
    england: float | None
    available: Sequence[Row]
    year: int

    @property
    def is_illustrative(self) -> bool:
        return any(row["status"] == "illustrative" for row in self.rows)


@dataclass(frozen=True, slots=True)
class Relation:
    """Two indicators for the areas of one type, matched by code.

    up, across         the first and the second indicator; ``across`` is None where there is no second one
    is_against_itself  whether the address sets the indicator against itself, so that another one is shown
    parent, inside     the area that the list is narrowed to, and which areas lie in it
    pairs              both rows of each area that both publications have, with or without values, by name
    dots               the areas that have both values; none where any figure is illustrative
    marked             the chosen areas among them, in the order asked
    correlation        None where there are too few areas, or where one value is the same everywhere
    slope              how much the first changes with the second; None without a correlation
    fit                the line of best fit over the dots; None without a correlation
    expected           of each marked area what the line gives at its value of the second indicator
    complement         why the two are parts of one whole, in a sentence, so that nothing is worked out; or empty
    made_from          (whole, part) where one of the two is worked out from the other
    shared_types       types of area, besides this one, that have figures of both
    narrowed_by        parents that the list may be narrowed to
    releases           those behind the pairs
    """

    area_type: AreaType
    up: Side
    across: Side | None
    is_against_itself: bool
    parent: Area | None
    inside: Inside | None
    pairs: tuple[tuple[Row, Row], ...]
    dots: tuple[Dot, ...]
    marked: tuple[str, ...]
    correlation: Estimate | None
    slope: Estimate | None
    fit: Fit | None
    expected: Mapping[str, float]
    complement: str
    made_from: tuple[Indicator, Indicator] | None
    shared_types: tuple[AreaType, ...]
    narrowed_by: Sequence[ParentGroup]
    releases: tuple[Release, ...]

    @property
    def view(self) -> View:
        return self.up.view

    @property
    def sides(self) -> tuple[Side, ...]:
        return (self.up,) if self.across is None else (self.up, self.across)

    @property
    def not_related(self) -> Indicator | None:
        """One of the two that is compared with nothing, so that no relation is worked out; None where neither is."""
        return next((side.indicator for side in self.sides if not side.indicator.comparable), None)

    @property
    def is_illustrative(self) -> bool:
        """Whether any figure is illustrative: nothing is then set against anything."""
        return any(side.is_illustrative for side in self.sides)

    @property
    def in_one_only(self) -> int:
        """Areas that only one of the two publications has."""
        return sum(len(side.rows) - len(self.pairs) for side in self.sides)

    @property
    def lacking(self) -> int:
        """Areas that both publications have and that lack one of the values."""
        return len(self.pairs) - len(self.dots)

    def dot(self, area_code: str) -> Dot | None:
        return next((dot for dot in self.dots if dot.area_code == area_code), None)
