"""All indicators, a tab of Explore: every indicator for a few areas, as a grid of values and symbols grouped by theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Sheet, Shown
from dashboard.address.view import search_of
from dashboard.answers.grid import Grid, GridAreas
from dashboard.components import html
from dashboard.components.downloads import to_downloads
from dashboard.components.geography import parent_select
from dashboard.components.grid import (
    by_area,
    figures_table,
    grid_key,
    grid_sources,
    grid_table,
    not_shown,
)
from dashboard.figures import multiples, sheets, sparkline
from dashboard.figures.sheets import Frame
from dashboard.queries.grid import (
    ENGLAND,
    MOST_AREAS,
    MOST_INSIDE,
    WHOLE_COUNTRIES,
    courses,
    grid,
    grid_areas,
)
from dashboard.sentences import grid as words

Component = Any

GRID, MULTIPLES = "grid", "small-multiples"


# ---- top -------------------------------------------------------------------------------------------


def heading(found: Grid) -> list[Component]:
    notes = words.area_notes(found.areas, most_areas=MOST_AREAS, most_inside=MOST_INSIDE)
    return [
        ui.heading(words.title_words(found.areas), *words.summary(found)),
        ui.explore_tabs(found.areas.view, "/overview"),
        *[ui.inset(html.p(note)) for note in notes],
        _illustrative(found),
    ]


def _illustrative(found: Grid) -> Component:
    """The banner; where some indicators are real, it names those that are not; None where all are."""
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for (place, _), row in found.figures.items():
        names[row["status"] == "illustrative"].add(found.lines[place].indicator.short_title)
    if not names[True]:
        return None
    return ui.illustrative_warning(sorted(names[True])) if names[False] else ui.illustrative_banner()


def controls(context: Context, found: Grid) -> list[Component]:
    areas, view = found.areas, found.areas.view
    types = [
        (kind.area_type, kind.plural)
        for kind in context.register.area_types.values()
        if kind.vintages and kind.area_type not in WHOLE_COUNTRIES
    ]
    return [
        ui.controls(
            ui.select("area_type", "Type of area", types, areas.area_type.area_type),
            parent_select(
                context, view, areas.narrowed_by, "All areas in", nothing="Choose a part of England"
            ),
            ui.add_area_select("Add an area", [(areas.area_type.plural, areas.listed)], view.area_codes),
            download=to_downloads(GRID) if found.lines else None,
            label="Choose areas",
        ),
        ui.chosen_areas(context, view, "/overview", view.area_codes[:MOST_AREAS]) or html.div(),
    ]


def _downloads(areas: GridAreas) -> list[Component]:
    """The grid as a file, and the small charts of all areas."""
    charts = ui.details("Each indicator over time as small charts", _take_away(areas, MULTIPLES))
    return [_take_away(areas, GRID), html.div(charts, class_="wh-downloads")]


def _take_away(areas: GridAreas, name: str) -> Component:
    search = areas.view.search()
    return ui.take_away(
        name,
        f"{file_name(areas)}-{name}",
        csv=f"/csv/overview{search}",
        embed=f"/overview{search}",
        drawn=f"/picture/overview/{name}.svg{search}",
    )


# ---- pictures --------------------------------------------------------------------------------------


def grid_section(context: Context, found: Grid) -> Component:
    """The grid under its key; what stands beside the area looked at is said below it."""
    areas = found.areas
    own = areas.focus
    beside = words.beside_words(areas)
    return html.section(
        [
            html.h2("The grid", class_="wh-visually-hidden"),
            grid_key(sentences.short_name(areas.name(own)) if own else None),
            grid_table(words.grid_text(found), _sparklines(context, found), own),
            ui.paragraph(beside, muted=True) if beside else None,
            ui.paragraph(words.HOW_COMPARED, muted=True),
            *_downloads(areas),
        ],
        id="grid",
    )


def _sparklines(context: Context, found: Grid) -> dict[int, str]:
    """By the place of the line: the area looked at over time beside England, or England alone; as a link to its chart."""
    own = found.areas.focus
    codes = [own, ENGLAND] if own else [ENGLAND]
    drawn = {}
    for place, lines in enumerate(courses(context, found, codes)):
        by_area = {line.area_code: line for line in lines}
        first, beside = (by_area.get(own), by_area.get(ENGLAND)) if own else (by_area.get(ENGLAND), None)
        label = words.course_label(found, place, lines, codes)
        svg = sparkline.of_lines(first, beside, label, is_england=own is None)
        if svg:
            drawn[place] = html.a(html.trusted(svg), href=_trends_href(found, place, codes[:1]))
    return drawn


def _trends_href(found: Grid, place: int, area_codes: Sequence[str]) -> str:
    line = found.lines[place]
    key = {"indicator": line.indicator.id, "area": area_codes, "sex": line.sex if line.has_sexes else None}
    return f"/trends{search_of(key)}"


def _coloured(areas: GridAreas) -> list[str]:
    """The areas that have a colour of their own in the small pictures."""
    codes = dict.fromkeys([areas.focus] if areas.focus else [])
    codes |= dict.fromkeys(code for code in areas.view.area_codes if code != ENGLAND)
    return list(codes)[: multiples.MOST_CHOSEN]


def _pictures(context: Context, found: Grid) -> list[tuple[int, str, str]]:
    """(place of the line, name, SVG) of each line of the grid that has a course over time."""
    coloured = _coloured(found.areas)
    drawn = []
    for place, lines in enumerate(courses(context, found)):
        label = words.course_label(found, place, lines, coloured)
        svg = multiples.small_svg(lines, indicator=found.lines[place].indicator, chosen=coloured, label=label)
        if svg:
            drawn.append((place, words.course_name(found, place), svg))
    return drawn


# ---- downloads -------------------------------------------------------------------------------------


def _frame(found: Grid, title: str, *lead: str) -> Frame:
    return Frame(title, [*_some_illustrative(found), *lead], sentences.whole_picture_source(found.releases))


def _some_illustrative(found: Grid) -> list[str]:
    return [words.SOME_ILLUSTRATIVE] if found.is_illustrative else []


def grid_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The grid as one picture; None where no figures are loaded for the areas."""
    found = grid(context, asked.view)
    if not found.lines:
        return None
    text = words.grid_text(found)
    summary = words.summary(found)
    return Sheet(
        f"{file_name(found.areas)}-{GRID}",
        sheets.grid_sheet(_frame(found, text.caption, *summary), text.columns, text.themes),
        f"{text.caption}. {' '.join(summary)}",
        " ".join([*_some_illustrative(found), words.HOW_COMPARED]),
        found.rows,
    )


def multiples_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The small pictures as one; None where no line has a course over time."""
    found = grid(context, asked.view)
    pictures = [(name, svg) for _, name, svg in _pictures(context, found)]
    if not pictures:
        return None
    title = words.courses_title(found.areas)
    key = words.courses_key(found.areas, _coloured(found.areas))
    return Sheet(
        f"{file_name(found.areas)}-{MULTIPLES}",
        sheets.multiples_sheet(_frame(found, title, key), pictures),
        f"{title}: {sentences.counted(len(pictures), 'indicator')} over time, each in a picture of its own.",
        " ".join([*_some_illustrative(found), words.OWN_SCALE]),
        found.rows,
    )


def file_name(areas: GridAreas) -> str:
    """``overview-E06000018``, ``overview-ltla-in-E12000004``, ``overview``."""
    if areas.parent is not None:
        return f"overview-{areas.area_type.area_type}-in-{areas.view.parent}"
    return f"overview-{areas.focus}" if areas.focus else "overview"


def export(context: Context, asked: Asked) -> Export:
    """Every figure of the grid beside England's, but for those that are compared with nothing."""
    found = grid(context, asked.view)
    shown = []
    for (place, code), row in found.figures.items():
        word = found.words.get((place, code), "not_compared")
        indicator = found.lines[place].indicator
        england = None if indicator.not_compared else found.figures.get((place, ENGLAND))
        shown.append(
            Shown(
                indicator,
                row,
                "" if indicator.not_compared else "England",
                england["value"] if england else None,
                word,
                sentences.trend_words(row["trend"]) if row["trend"] else "",
                not_compared=sentences.at_odds_words(found.at_odds.get((place, code)), "England"),
            )
        )
    return Export(file_name(found.areas), shown)


# ---- page ------------------------------------------------------------------------------------------


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    found = grid(context, asked.view)
    top = [*heading(found), *controls(context, found)]
    if not found.lines:
        return [*top, _nothing()]
    return [
        *top,
        grid_section(context, found),
        by_area(found),
        figures_table(found, csv=f"/csv/overview{asked.view.search()}"),
        not_shown(found),
        grid_sources(found),
    ]


def _nothing() -> Component:
    ways_on = [
        ui.link("Show the regions of England", "/overview"),
        ", or see ",
        ui.link("which figures are loaded", "/refresh"),
        ".",
    ]
    return ui.inset(html.p("No figures are loaded for these areas."), html.p(ways_on))


def _title(context: Context, asked: Asked) -> str:
    return words.title_words(grid_areas(context, asked.view))


PAGE = Page(
    path="/overview",
    name="overview",
    title=_title,
    layout=layout,
    door="/map",
    order=60,
    description="All work and health indicators for a few areas on one grid: values, comparison with England, trends.",
    export=export,
    sheets={GRID: grid_sheet, MULTIPLES: multiples_sheet},
)
