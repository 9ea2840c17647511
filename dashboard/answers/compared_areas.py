"""The answer to the question of a list: areas of one type beside a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from dashboard.answers.age import Age
from dashboard.answers.comparison import Against, Compared, GroupRate, Word
from dashboard.answers.geography import Inside
from dashboard.answers.releases import Release
from geodata.register import Area, AreaType
from indicators.catalogue import Indicator

if TYPE_CHECKING:
    from dashboard.address.view import View

Row = Mapping[str, Any]

NamedKind = Literal["all", "region", "similar", "regions"]
MOST_NAMED = 40
"""Areas that are named where the address does not ask for all: about what can be read."""


@dataclass(frozen=True)
class ComparedAreas:
    """Everything one list of areas says.

    all_rows   of all areas of the type, by name; ``rows`` those inside the parent that the list is narrowed to, or all
    beside     a row for each chosen area that is not one of those (a region, or a place outside the parent)
    selected   the chosen areas that are marked, at most ``queries.compared_areas.MOST_SELECTED``
    compared   the rows beside their benchmarks, with their counts; ``by_area``, ``against`` and ``at_odds`` know ``beside`` too
    available  what is loaded of the indicator (``Context.available``)
    age        how old the figures of the period are
    """

    view: View
    indicator: Indicator
    area_type: AreaType
    all_rows: tuple[Row, ...]
    rows: tuple[Row, ...]
    beside: tuple[Row, ...]
    selected: tuple[str, ...]
    parent: Area | None
    inside: Inside | None
    compared: Compared
    by_area: Mapping[str, Word]
    against: Mapping[str, Against]
    at_odds: Mapping[str, GroupRate]
    releases: tuple[Release, ...]
    available: tuple[Row, ...]
    age: Age

    @cached_property
    def present(self) -> list[Row]:
        """The rows that have a value."""
        return [row for row in self.rows if row["value"] is not None]

    @cached_property
    def ordered(self) -> list[Row]:
        """In the order of the table: those for comparison, the chosen ones, then the others by name."""
        chosen = set(self.selected)
        return [
            *self.beside,
            *(row for row in self.rows if row["area_code"] in chosen),
            *(row for row in self.rows if row["area_code"] not in chosen),
        ]

    @cached_property
    def is_illustrative(self) -> bool:
        return any(row["status"] == "illustrative" for row in (*self.rows, *self.beside))

    @cached_property
    def is_all_illustrative(self) -> bool:
        """Whether no area has a real figure, and some have an illustrative one."""
        held = [row for row in (*self.rows, *self.beside) if row["value"] is not None]
        return self.is_illustrative and all(row["status"] == "illustrative" for row in held)

    @cached_property
    def without_trend(self) -> frozenset[str]:
        """Areas whose figure is illustrative: nothing is said of where it is heading."""
        rows = (*self.rows, *self.beside)
        return frozenset(row["area_code"] for row in rows if row["status"] == "illustrative")

    @cached_property
    def real(self) -> list[Row]:
        """The rows that have a real value."""
        return [row for row in self.present if row["status"] != "illustrative"]

    @property
    def is_compared(self) -> bool:
        """Whether any area, listed or beside, could be compared."""
        return any(word != "not_compared" for word in self.by_area.values())

    @property
    def level(self) -> float | None:
        """The value of the one benchmark of all areas: a line across a chart. None where each area has its own, and for
        counts, since that of the whole country would squash every area into a corner.
        """
        shared = self.compared.benchmarks.shared
        if self.is_all_illustrative:
            return None
        return shared.value if shared is not None and self.indicator.comparable else None

    @property
    def has_own_levels(self) -> bool:
        """Whether areas have benchmarks of their own, so that each has to be named."""
        return self.compared.benchmarks.kind != "area" and self.compared.benchmarks.shared is None


@dataclass(frozen=True)
class NamedAreas:
    """Which areas of a list have a row with their name, and what that row says.

    kind      all of the list; those of the ``region`` of the first chosen area, or most like it (``similar``); or, with
              none chosen, the ``regions`` themselves in place of a long list
    rows      in the order asked for (``View.sort``)
    pinned    the chosen areas, which stand above the others too
    region    the region of the first chosen area, or the parent where that is a region
    level     the figure of that region where all the areas lie in it; None otherwise
    offered   the kinds that there are for this list, with how many areas each names
    by_area, against, at_odds  as of ``ComparedAreas``, for every row here
    """

    kind: NamedKind
    rows: tuple[Row, ...]
    pinned: tuple[Row, ...]
    region: Area | None
    level: float | None
    offered: Mapping[NamedKind, int]
    by_area: Mapping[str, Word]
    against: Mapping[str, Against]
    at_odds: Mapping[str, GroupRate]

    @cached_property
    def present(self) -> list[Row]:
        """The rows that have a value."""
        return [row for row in self.rows if row["value"] is not None]

    @cached_property
    def outside(self) -> list[Row]:
        """The pinned areas that are not among the named ones."""
        codes = {row["area_code"] for row in self.rows}
        return [row for row in self.pinned if row["area_code"] not in codes]

    @property
    def own(self) -> str:
        """The reader's own area: the first of the chosen ones; empty without."""
        return self.pinned[0]["area_code"] if self.pinned else ""
