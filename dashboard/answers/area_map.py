"""The answer to the question of a map: the figures of one type of area, how they compare, where they are heading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dashboard.answers.age import Age
from dashboard.answers.comparison import Compared, GroupRate, Word
from dashboard.answers.geography import Inside, ParentGroup
from dashboard.answers.releases import Release
from dashboard.answers.shapes import Shapes
from dashboard.answers.unknown_areas import UnknownCode
from geodata.register import Area, AreaType
from indicators.catalogue import Indicator

if TYPE_CHECKING:
    from dashboard.address.view import View

Row = Mapping[str, Any]
Shading = Literal["benchmark", "quintile", "continuous", "trend", "change"]
WhyNoCourse = Literal[
    "",
    "ends_elsewhere",
    "not_calculated",
    "new_area",
    "no_figure",
    "other_definition",
    "other_method",
    "no_interval",
    "not_judged",
]
WhyFifths = Literal["", "no_start", "count", "never", "no_benchmark", "no_interval"]


@dataclass(frozen=True, slots=True)
class Course:
    """Where an area's figures are heading: its recent trend, or its change since a period.

    category    a word of the comparison (``better`` … or ``higher`` …, ``similar`` where nothing clear can be said),
                or ``not_compared`` where ``why`` says why there is none
    recorded    the reason in words: of the store where ``why`` is ``not_calculated``, of ``Indicator.no_course`` where it
                is ``not_judged``
    difference  of a change, with its 95% limits: in the unit of the indicator
    """

    category: Word
    why: WhyNoCourse = ""
    recorded: str = ""
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class AreaMap:
    """Everything one map shows. Without a period (nothing is loaded for the view) there are no rows and no shapes.

    rows        of all areas of the type; ``inside`` says which of them lie in the parent that the map is zoomed to
    parent      that parent
    places      places of the areas inside it in ``shapes.area_codes``; None for all of England
    words       how each of the rows compares
    at_odds     of the rows the group's rate, where a gap is not compared because the two point different ways
    compared    the rows in view beside their benchmarks, with their counts
    shading     as drawn; ``why_fifths`` says why it is not the one asked for
    since       the period that a change is counted from; None where the map shows none
    courses     of the areas that have a figure, for a trend or a change
    available   what is loaded of the indicator (``Context.available``)
    age         how old the figures of the period are
    expected    how many areas of the type there were when the figures were published, inside the parent where there is one
    lands       the code that is drawn by each other code of its land
    beside      rows of chosen groups, which are not among the areas drawn; ``words`` and ``at_odds`` hold theirs too
    unknown     codes of the publisher that are in no list of areas, and whose figures of the indicator are missing
    """

    publication_id: str
    view: View
    indicator: Indicator
    area_type: AreaType
    rows: tuple[Row, ...]
    shapes: Shapes | None
    parent: Area | None
    inside: Inside | None
    places: tuple[int, ...] | None
    words: Mapping[str, Word]
    at_odds: Mapping[str, GroupRate]
    compared: Compared
    shading: Shading
    why_fifths: WhyFifths
    since: str | None
    courses: Mapping[str, Course]
    releases: tuple[Release, ...]
    available: tuple[Row, ...]
    age: Age
    expected: int = 0
    unknown: tuple[UnknownCode, ...] = ()
    lands: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[Row, ...] = ()

    @property
    def is_illustrative(self) -> bool:
        return any(row["status"] == "illustrative" for row in self.rows)

    @property
    def is_all_illustrative(self) -> bool:
        """Whether no area has a real figure, and some have an illustrative one."""
        return self.is_illustrative and all(
            row["status"] == "illustrative" for row in self.rows if row["value"] is not None
        )

    @property
    def rows_in_view(self) -> tuple[Row, ...]:
        """The rows of the areas inside the parent, or all."""
        if self.inside is None:
            return self.rows
        held = set(self.inside.area_codes)
        return tuple(row for row in self.rows if row["area_code"] in held)

    @property
    def has_outline(self) -> bool:
        """Whether the borders that the address asks for can be drawn over this map."""
        return self.shapes is not None and self.view.outline in self.area_type.outlines


@dataclass(frozen=True, slots=True)
class ChosenCourse:
    """The figures of a chosen area over time, and England's beside them: one value a period (ISO), oldest first.

    None where there is no figure.
    """

    periods: tuple[str, ...]
    own: tuple[float | None, ...]
    beside: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class MapChoices:
    """What the controls of a map offer.

    parents     that the map can be zoomed to
    benchmarks  values of the key ``benchmark``
    starts      periods that a change may be counted from, oldest first
    kinds       of shapes, values of the key ``view``
    default_kind the kind that is drawn where the address names none
    outlines    types of parents whose borders can be drawn over the map
    """

    parents: tuple[ParentGroup, ...]
    benchmarks: tuple[str, ...]
    starts: tuple[str, ...]
    kinds: tuple[str, ...]
    default_kind: str
    outlines: tuple[str, ...]
