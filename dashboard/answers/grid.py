"""Answers of the overview: every indicator for a few areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dashboard.answers.age import FRESH, Age
from dashboard.answers.comparison import GroupRate, Word
from dashboard.answers.geography import Inside, ParentGroup
from dashboard.answers.releases import Release
from geodata.register import Area, AreaType
from indicators.catalogue import Indicator

if TYPE_CHECKING:
    from dashboard.address.view import View

Row = Mapping[str, Any]
Role = Literal["", "region", "similar"]
JUDGED: tuple[Word, ...] = ("better", "similar", "worse", "lower", "higher")
"""Words of figures that could be compared, in the order in which the overview tells them."""


@dataclass(frozen=True, slots=True)
class GridLine:
    """One line of the grid: an indicator for one group of people, in one period (ISO).

    has_sexes   whether there is no figure for everyone, but one line for each sex
    figure_age  how old the figures of the period are
    """

    indicator: Indicator
    area_type: str
    sex: str
    age: str
    breakdown: str
    period: str
    has_sexes: bool
    figure_age: Age = FRESH


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One area of the grid; ``role`` says how it came beside the area looked at."""

    area_code: str
    name: str
    role: Role = ""


@dataclass(frozen=True, slots=True)
class GridAreas:
    """Which areas stand across the grid.

    area_type    the type that lists of areas are for
    columns      England first
    focus        the area looked at; None where all areas weigh the same
    chosen       areas beside England that the address names; those beyond the first few are not shown
    parent       the area whose parts are shown
    inside       which areas lie in it
    too_many     the type of which the address asks for more areas than one grid holds
    listed       (code, name) of all areas of the type, by name
    narrowed_by  parents that they may be narrowed to
    whole        the type that is shown whole; None where areas are chosen or lie in a parent
    """

    view: View
    area_type: AreaType
    columns: tuple[GridColumn, ...]
    focus: str | None
    chosen: tuple[str, ...]
    parent: Area | None
    inside: Inside | None
    too_many: AreaType | None
    listed: Sequence[tuple[str, str]]
    narrowed_by: Sequence[ParentGroup]
    whole: AreaType | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(column.area_code for column in self.columns)

    def name(self, area_code: str) -> str:
        """Raises KeyError for an area that is not shown."""
        for column in self.columns:
            if column.area_code == area_code:
                return column.name
        raise KeyError(area_code)


@dataclass(frozen=True, slots=True)
class Grid:
    """The figures of the areas: ``figures`` and ``words`` by (place of the line, area code).

    lines     those with a figure for at least one area beside England
    figures   rows of the store with the recent trend where it ends in that period
    words     how each real figure compares with England's; England itself and illustrative figures have no word
    without   indicators without a figure for any of the areas, with the types of area that have some
    releases  those behind the figures, in the order in which the grid shows them
    at_odds   the group's rate of each gap that is not compared because the two point different ways
    """

    areas: GridAreas
    lines: tuple[GridLine, ...]
    figures: Mapping[tuple[int, str], Row]
    words: Mapping[tuple[int, str], Word]
    without: tuple[tuple[Indicator, tuple[AreaType, ...]], ...]
    releases: tuple[Release, ...]
    at_odds: Mapping[tuple[int, str], GroupRate] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        """Every figure shown."""
        return list(self.figures.values())

    @property
    def is_illustrative(self) -> bool:
        """Whether any figure shown is illustrative."""
        return any(row["status"] == "illustrative" for row in self.figures.values())

    def is_line_illustrative(self, place: int) -> bool:
        """Whether a line has an illustrative figure."""
        return any(
            row["status"] == "illustrative" for (found, _), row in self.figures.items() if found == place
        )

    def counts(self, area_code: str | None = None) -> Mapping[Word, int]:
        """How many real figures are better, similar, worse …; of one area, or of all. None of them is zero."""
        found: dict[Word, int] = dict.fromkeys(JUDGED, 0)
        for (_, code), word in self.words.items():
            if word in found and (area_code is None or code == area_code):
                found[word] += 1
        return {word: count for word, count in found.items() if count}
