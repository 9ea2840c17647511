"""The overview in words: its heading, what it says at a glance, and what stands in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.answers.grid import Grid, GridAreas, GridLine, Row
from dashboard.answers.time_series import Line as Course
from dashboard.sentences import (
    COMPARE_WORDS,
    ILLUSTRATIVE,
    aged_period,
    area_types_words,
    compare_words,
    counted,
    in_period,
    in_words,
    listed,
    lower_first,
    number,
    sex_words,
    short_name,
    short_value_words,
    trend_words,
    unit_words,
)
from dashboard.sentences.geography import inside_notes
from geodata.register import AreaType

ARROWS = {"increasing": "↑", "decreasing": "↓", "no_change": "→"}
"""The sign of a recent trend by its direction, in a picture to download."""
ARROWS_KEY = "Arrows show the recent trend: ↑ rising, ↓ falling, → no clear change"
METHOD = (
    "Each figure is compared with England’s for the same period. It is better or worse where its whole 95% confidence "
    "interval lies on one side of England’s figure. Where neither is good or bad, it is higher or lower. Without an "
    "interval, or without a figure for England, it is not compared. About one comparison in 20 differs by chance alone."
)
PERIODS = (
    "Each row shows the newest period published for areas of this type. The name of an indicator leads to its definition, "
    "and to a way to report a problem with its figures."
)
SOME_ILLUSTRATIVE = "Some of these figures are illustrative, not real."
HOW_COMPARED = "Each figure is compared with England’s for the same period, by its 95% confidence interval."
ILLUSTRATIVE_WORD = "Illustrative"
"""Stands in the cell of an illustrative figure, in the place of a comparison."""
OWN_SCALE = "Each chart has its own scale, which does not start at zero."
TOO_FEW = "Too few years"
NOTHING = "–"
"""Stands in a cell without a figure."""
MORE_RIGHT = "More areas to the right"
_ROLES = {"": "", "region": "Region", "similar": "Similar area"}
# short enough for a cell
_MISSING = {
    "suppressed": "Hidden: small numbers",
    "unreliable": "Too uncertain",
    "not_collected": "Not collected",
}
NO_FIGURE = "No figure"
_SAID_BY_VALUES = ("%", "£ a week", "Count", "People")
_STYLES = ("a thick purple line", "a blue dashed line", "a brown dotted line")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One area of the grid in words: its name, where its name leads, and what it is to the reader."""

    area_code: str
    name: str
    href: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure in words. ``compared`` is a word of ``answers.comparison``, empty where there is no figure or nothing
    to compare (England itself); ``word`` says the same, or why there is no figure.
    """

    value: str
    word: str = ""
    compared: str = ""
    direction: str = ""
    trend: str = ""
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator in words: its name, where its definition is, its period with its age, a cell for each column.

    unit    where no value says it
    is_old  whether the period is an old one
    place   of the line in the grid
    """

    name: str
    href: str
    period: str
    cells: tuple[Cell, ...]
    unit: str = ""
    is_old: bool = False
    place: int = 0

    @property
    def detail(self) -> str:
        """Period and unit."""
        return f"{self.period}, {self.unit}" if self.unit else self.period


@dataclass(frozen=True, slots=True)
class GridText:
    """The whole grid in words; lines are listed under their theme."""

    caption: str
    columns: tuple[Column, ...]
    themes: tuple[tuple[str, tuple[Line, ...]], ...]


# ---- what the page says ----------------------------------------------------------------------------


def heading_words(areas: GridAreas) -> str:
    """``Nottingham``, ``East Midlands, local authorities (lower tier)``, ``regions``: which areas are shown."""
    if areas.parent is not None:
        return f"{short_name(areas.parent.name)}, {lower_first(areas.area_type.plural)}"
    if areas.focus:
        return short_name(areas.name(areas.focus))
    if areas.whole is not None:
        return lower_first(areas.whole.plural)
    names = [short_name(column.name) for column in areas.columns[1:]]
    return listed(names) if len(names) <= _MOST_NAMED else counted(len(names), "area")


def title_words(areas: GridAreas) -> str:
    """``All indicators: Nottingham``."""
    return f"All indicators: {heading_words(areas)}"


def area_notes(areas: GridAreas, *, most_areas: int, most_inside: int) -> list[str]:
    """Areas that were asked for and are not shown, and what is to know of those inside a parent."""
    parts = []
    plural = lower_first(areas.area_type.plural)
    if len(areas.chosen) > most_areas:
        parts.append(f"The address names {len(areas.chosen)} areas; the first {most_areas} are shown.")
    if areas.parent is not None and areas.inside is not None:
        where = in_words(areas.parent)
        count = len(areas.inside.area_codes)
        if count > most_inside:
            parts.append(f"{where} has {count} {plural}; the first {most_inside} by name are shown.")
        if not count:
            parts.append(f"No {plural} lie in {where}.")
        parts += inside_notes(areas.inside, areas.parent, plural)
    if areas.too_many is not None:
        many = lower_first(areas.too_many.plural)
        parts.append(f"There are too many {many} for one grid. Choose a part of England, or add areas.")
    return parts


def counted_words(grid: Grid, area_code: str | None = None) -> str:
    """``3 better, 5 similar and 4 worse``, of one area or of all; empty where none could be compared."""
    return listed(
        f"{number(count)} {COMPARE_WORDS[word].lower()}" for word, count in grid.counts(area_code).items()
    )


def summary(grid: Grid) -> list[str]:
    """What the grid says, in one line; illustrative figures are not counted."""
    if not grid.lines:
        return []
    shown = counted(len({line.indicator.id for line in grid.lines}), "indicator")
    areas = grid.areas
    if areas.focus and areas.parent is None:
        total = sum(grid.counts(areas.focus).values())
        rest = counted_words(grid, areas.focus)
        opening = shown
    else:
        total = sum(grid.counts().values())
        rest = counted_words(grid)
        opening = f"{shown} in {counted(len(areas.columns) - 1, 'area')}"
    if not total:
        return [f"{opening}. No figure can be compared with England’s."]
    return [f"{opening}. Of {counted(total, 'figure')} compared with England’s: {rest}."]


def beside_words(areas: GridAreas) -> str:
    """``Shown with its region and 8 similar areas.``; empty where the areas were chosen."""
    if not areas.focus or areas.parent is not None or len(areas.columns) <= 2:
        return ""
    roles = [column.role for column in areas.columns[1:] if column.area_code != areas.focus]
    has_region = "region" in roles
    similar = roles.count("similar")
    others = len(roles) - has_region - similar
    parts = [
        *(["its region"] if has_region else []),
        *([counted(similar, "similar area")] if similar else []),
        *([counted(others, "other area of the same type", "other areas of the same type")] if others else []),
    ]
    return f"Shown with {listed(parts)}. Add an area to choose your own."


def where_published(area_types: Sequence[AreaType]) -> str:
    """``: published for regions and England``, or that nothing is loaded: what stands after an indicator's name."""
    if not area_types:
        return ": nothing loaded yet"
    return f": published for {area_types_words(kind.plural for kind in area_types)}"


# ---- what stands in the grid -----------------------------------------------------------------------


def line_name(line: GridLine) -> str:
    """The short title, with the sex where there is no figure for everyone."""
    sex = f" ({lower_first(sex_words(line.sex))})" if line.has_sexes else ""
    return line.indicator.short_title + sex


def grid_text(grid: Grid) -> GridText:
    """The grid with its caption, its columns and its lines by theme."""
    areas = grid.areas
    columns = tuple(
        Column(column.area_code, short_name(column.name), f"/areas/{column.area_code}", _ROLES[column.role])
        for column in areas.columns
    )
    themes: dict[str, list[Line]] = {}
    for place, line in enumerate(grid.lines):
        cells = tuple(_cell(grid, place, code) for code in areas.codes)
        themes.setdefault(line.indicator.theme, []).append(
            Line(
                line_name(line),
                f"/indicators/{line.indicator.id}",
                aged_period(line.figure_age, line.period),
                cells,
                _unit(line),
                line.figure_age.is_old,
                place,
            )
        )
    return GridText(
        f"{title_words(areas)}, latest figures compared with England"
        + (f" ({SOME_ILLUSTRATIVE.removesuffix('.')})" if grid.is_illustrative else ""),
        columns,
        tuple((theme, tuple(lines)) for theme, lines in themes.items()),
    )


def _unit(line: GridLine) -> str:
    """The unit where no value says it."""
    unit = unit_words(line.indicator)
    return "" if unit in _SAID_BY_VALUES else lower_first(unit)


def _cell(grid: Grid, place: int, area_code: str) -> Cell:
    row = grid.figures.get((place, area_code))
    if row is None:
        return Cell("", NO_FIGURE)
    is_illustrative = row["status"] == "illustrative"
    if row["value"] is None:
        return Cell("", _MISSING.get(row["status"], NO_FIGURE), illustrative=is_illustrative)
    is_england = area_code == grid.areas.codes[0]
    value = short_value_words(row["value"], grid.lines[place].indicator)
    if is_illustrative:
        return Cell(value, ILLUSTRATIVE_WORD, "illustrative", illustrative=True)
    compared = "" if is_england else grid.words.get((place, area_code), "not_compared")
    trend = row["trend"]
    return Cell(
        value,
        compare_words(compared) if compared else "",
        compared,
        trend["direction"] if trend else "",
        lower_first(trend_words(trend)) if trend else "",
    )


def row_trend(row: Row) -> str:
    """The recent trend of a figure for a table; an illustrative one has none."""
    if row["status"] == "illustrative":
        return ""
    return trend_words(row["trend"]) if row["trend"] else "Not calculated"


# ---- small charts --------------------------------------------------------------------------------


def course_label(grid: Grid, place: int, lines: Sequence[Course], chosen: Sequence[str]) -> str:
    """``Employment rate over time: Nottingham 60.3% in 2004, 66.1% in 2023; England …``"""
    line = grid.lines[place]
    parts = []
    for course in lines:
        if course.area_code not in chosen and not course.is_benchmark:
            continue
        held = course.held
        ends = [held[0], held[-1]] if len(held) > 1 else held
        values = ", ".join(
            f"{short_value_words(point.value, line.indicator)} {in_period(point.period)}" for point in ends
        )
        parts.append(f"{short_name(course.name)} {values}")
    return f"{course_name(grid, place)} over time: {'; '.join(parts) or 'each area a line'}."


def course_name(grid: Grid, place: int) -> str:
    """The name of a small picture, said to be illustrative where it is."""
    illustrative = ILLUSTRATIVE if grid.is_line_illustrative(place) else ""
    return line_name(grid.lines[place]) + illustrative


def courses_key(areas: GridAreas, chosen: Sequence[str]) -> str:
    """How to read the small charts."""
    names = [short_name(areas.name(code)) for code in chosen]
    coloured = [f"{name} is {style}" for name, style in zip(names, _STYLES, strict=False)]
    between = f", {listed(coloured)}," if coloured else ""
    return (
        f"England is the black line{between} and the other areas are grey. {OWN_SCALE} Lines are broken where figures do "
        "not join."
    )


def courses_title(areas: GridAreas) -> str:
    """The title of all small charts as one."""
    return f"{title_words(areas)}, over time"
