"""The overview in words: its heading, what it says at a glance, and what stands in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.answers.grid import JUDGED, Grid, GridAreas, GridLine, Row
from dashboard.answers.time_series import Line as Course
from dashboard.sentences import (
    COMPARED_WITH,
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
"""The sign of a recent trend by its direction."""
ARROWS_KEY = "Arrows show the recent trend: ↑ rising, ↓ falling, → no clear change"
KEY_WORDS = (
    "Each figure is set beside England’s of the same period. It is better or worse only where its whole 95% interval "
    "lies on one side of England’s figure; lower or higher where neither is good or bad; not compared where there is no "
    f"interval or no figure for England. {ARROWS_KEY}; none where it cannot be worked out."
)
METHOD = (
    "Each line shows the newest period that is published for areas of this kind. Intervals are 95% confidence intervals, "
    "as published or worked out here from the counts. Of many comparisons a few differ by chance alone: about one in "
    "twenty."
)
BESIDE = "Areas beside it are chosen for you: its region, and areas like it. Add an area to choose your own."
SOME_ILLUSTRATIVE = "Some of these figures are illustrative, not real."
HOW_COMPARED = (
    "Each figure is set beside England’s of the same period; the word in its cell says how it compares."
)
ILLUSTRATIVE_WORD = "Illustrative"
"""Stands in the cell of an illustrative figure, in the place of a comparison."""
OWN_SCALE = "Each picture has its own scale, which does not start at zero."
_JOINED = {word: lower_first(COMPARED_WITH[word].removesuffix(" {benchmark}")) for word in JUDGED}
_ROLES = {"": "", "region": "Region", "similar": "Similar area"}
# short enough for a cell
_MISSING = {
    "suppressed": "Hidden: small numbers",
    "unreliable": "Too uncertain",
    "not_collected": "Not collected",
}
_NO_FIGURE = "No figure"
_SAID_BY_VALUES = ("%", "£ a week", "Count", "People")
_STYLES = ("a thick blue line", "a red dashed line", "a green dotted line")


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
    """One indicator in words: its name, where its definition is, period and unit, and a cell for each column."""

    name: str
    href: str
    detail: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GridText:
    """The whole grid in words; lines are listed under their theme."""

    caption: str
    columns: tuple[Column, ...]
    themes: tuple[tuple[str, tuple[Line, ...]], ...]


# ---- what the page says ----------------------------------------------------------------------------


def heading_words(areas: GridAreas) -> str:
    """``Nottingham at a glance``, ``Lower-tier local authorities in the East Midlands at a glance``."""
    if areas.parent is not None:
        return f"{areas.area_type.plural} in {in_words(areas.parent)} at a glance"
    if areas.focus:
        return f"{areas.name(areas.focus)} at a glance"
    return "All indicators at a glance"


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


def counted_words(grid: Grid, area_code: str) -> str:
    """``better than England on 3, similar to England on 5 and worse than England on 4``; empty without any."""
    counts = grid.counts(area_code)
    return listed(f"{_JOINED[word]} England on {count}" for word, count in counts.items())


def summary(grid: Grid) -> list[str]:
    """What the grid says, in a sentence or two; illustrative figures are not counted."""
    if not grid.lines:
        return []
    shown = len({line.indicator.id for line in grid.lines})
    areas = grid.areas
    if areas.focus and areas.parent is None:
        name = short_name(areas.name(areas.focus))
        total = sum(grid.counts(areas.focus).values())
        rest = (
            f"Of {total} figures that can be compared, {name} is {counted_words(grid, areas.focus)}."
            if total
            else "None of its figures can be compared with England’s."
        )
        return [f"{counted(shown, 'indicator')} for {name}, beside {listed(_beside(areas))}.", rest]
    first = f"{counted(shown, 'indicator')} for {counted(len(areas.columns) - 1, 'area')}, beside England."
    counts = grid.counts()
    if not counts:
        return [first]
    parts = listed(
        f"{number(count)} {'is' if count == 1 else 'are'} {_JOINED[word]} England’s"
        for word, count in counts.items()
    )
    return [first, f"Of {number(sum(counts.values()))} figures that can be compared, {parts}."]


def _beside(areas: GridAreas) -> list[str]:
    """England, its region, and how many areas of which kind stand beside the one looked at."""
    roles = [column.role for column in areas.columns[1:] if column.area_code != areas.focus]
    has_region = "region" in roles
    similar = roles.count("similar")
    parts = ["England", *(["its region"] if has_region else [])]
    others = len(roles) - has_region
    if similar:
        parts.append(counted(similar, "similar area"))
    elif others:
        parts.append(counted(others, "other area of the same kind", "other areas of the same kind"))
    return parts


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
            Line(line_name(line), f"/indicators/{line.indicator.id}", _detail(line), cells)
        )
    return GridText(
        f"{heading_words(areas)}: latest figures, compared with England"
        + (f" ({SOME_ILLUSTRATIVE.removesuffix('.')})" if grid.is_illustrative else ""),
        columns,
        tuple((theme, tuple(lines)) for theme, lines in themes.items()),
    )


def _detail(line: GridLine) -> str:
    """Period, and the unit where no value says it."""
    unit = unit_words(line.indicator)
    units = "" if unit in _SAID_BY_VALUES else f", {lower_first(unit)}"
    return aged_period(line.figure_age, line.period) + units


def _cell(grid: Grid, place: int, area_code: str) -> Cell:
    row = grid.figures.get((place, area_code))
    if row is None:
        return Cell("", _NO_FIGURE)
    is_illustrative = row["status"] == "illustrative"
    if row["value"] is None:
        return Cell("", _MISSING.get(row["status"], _NO_FIGURE), illustrative=is_illustrative)
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


# ---- small pictures --------------------------------------------------------------------------------


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
    """How to read the small pictures."""
    names = [short_name(areas.name(code)) for code in chosen]
    coloured = [f"{name} is {style}" for name, style in zip(names, _STYLES, strict=False)]
    between = f", {listed(coloured)}," if coloured else ""
    return (
        f"England is the black line{between} and the other areas of the grid are grey. {OWN_SCALE} Lines are broken "
        "where figures do not join."
    )


def courses_title(areas: GridAreas) -> str:
    """The title of all small pictures as one."""
    return f"{heading_words(areas)}: how the figures changed"
