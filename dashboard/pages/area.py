"""The summary of one area (``/areas/<area_code>``): its key figures, and every figure beside England."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page, Sheet, not_found
from dashboard.address.view import Problem
from dashboard.answers.profile import Covering, Line, OneLand
from dashboard.components import html
from dashboard.components.groups import group_members
from dashboard.exports.area import area_export
from dashboard.exports.area_tab import check_area, layout_of_tab, title_of_tab
from dashboard.figures import sheets
from dashboard.figures.sheets import SpineRow
from dashboard.queries.areas import (
    asked_area,
    codes_of_land,
    fate_of,
    former_forms,
    setting,
    similar_to,
)
from dashboard.queries.chosen_group import members_of
from dashboard.queries.elsewhere import covering
from dashboard.queries.geography import ENGLAND
from dashboard.queries.place import borders, lands_of, last_days, one_land, partly
from dashboard.queries.profile import (
    cards_of,
    headline,
    is_compared,
    lines_of,
    main_lines,
    main_of,
    newest_main_each,
    newest_published,
    told_apart,
)
from dashboard.queries.releases import named_releases, release_of, releases_of
from dashboard.queries.sparklines import sparklines
from geodata.groups import code_of
from geodata.register import Area

Component = Any
TABS = ("figures", "trends", "similar", "sources")
"""Last parts of the paths of the other tabs, each a page of its own."""


def check(context: Context, asked: Asked) -> Problem | None:
    """A 404 for a code that the register does not know, and for a tab that there is not."""
    area = asked_area(context, asked.parts[0])
    if area is None:
        return check_area(context, asked)
    if len(asked.parts) == 1:
        return None
    path = f"/areas/{area.area_code}"
    return replace(
        not_found(asked.pathname),
        links=(
            (f"Summary of {sentences.in_words(area)}", path),
            ("All figures", f"{path}/figures"),
            ("Sources", f"{path}/sources"),
        ),
    )


def area_page(context: Context, area: Area) -> list[Component]:
    """Key figures, the spine chart, figures of areas that cover it, areas like it, and the newest figures."""
    area_code = area.area_code
    lands = lands_of(context, area)
    codes = [area_code, *(border.area.area_code for border in lands)]
    held = newest_main_each(context, codes)
    rows = held[area_code]
    lines = main_lines(context, rows)
    place = sentences.in_words(area)
    compared = is_compared(area_code)
    kinds = told_apart(lines, compared)
    shown = kinds.shown
    counts = sentences.counts_words(lines, place)
    others = one_land(context, area, lines, lands, held)
    # of counts nothing is drawn, on whichever border they are
    others = tuple(replace(other, lines=told_apart(other.lines, compared).shown) for other in others)
    elsewhere = [line for other in others for line in other.lines]
    whose = {other.area.area_code: _whose(other, place) for other in others}
    cards = cards_of(context, [*lines, *elsewhere])
    england = [ENGLAND] if compared else []
    courses = sparklines(context, [ui.key_of(line) for line in shown], [area_code, *england])
    for other in others:
        keys = [ui.key_of(line) for line in other.lines]
        for key, course in sparklines(context, keys, [other.area.area_code, *england]).items():
            courses[key] = {**courses.get(key, {}), **course}
    around = _covering(context, area, lines, elsewhere)
    all_borders = borders(context, area)
    shown_already = {
        line.indicator.id
        for line in (*lines, *elsewhere, *(other.line for other in around))
        if line.row["value"] is not None
    }
    newest = newest_published(context, lines)
    releases = context.releases()
    kind = context.register.area_types[area.area_type]
    return [
        ui.area_heading(setting(context, area), "", has_pack=bool(lines)),
        group_members(area, members_of(context, area)),
        # assets/recent.js remembers it for the home page
        html.div(hidden=True, data_area_visited=area_code, data_area_name=area.name),
        *_what_became(context, area, bool(lines)),
        None if lines or others else ui.no_figures_inset(area_code, place, bool(context.all_available())),
        html.p(counts, class_="wh-lead") if counts else None,
        ui.key_figures(area_code, cards, courses, whose),
        ui.spine_section(
            area_code,
            place,
            shown,
            courses,
            context.cached_for_good("plurals of types", lambda: _plurals(context)),
            _sources(context, [*shown, *elsewhere]),
            compared=compared,
            others=[other for other in others if other.lines],
            whose=whose,
        ),
        _not_shown(area, lines, [*shown, *kinds.not_summed]),
        ui.how_summed_section(area, place, lines),
        ui.not_summed_section(place, kinds.not_summed),
        html.div(
            [
                ui.covering_section(area_code, place, around),
                html.div(
                    [
                        ui.similar_summary(
                            area,
                            place,
                            similar_to(context, area),
                            headline(context).id,
                            is_ours=kind.similar_here,
                        ),
                        ui.newest_section(
                            area_code,
                            place,
                            newest,
                            release_of(releases[newest[0].row["release"]]) if newest else None,
                        ),
                        ui.borders_section(
                            area_code,
                            place,
                            all_borders,
                            context.register.area_types,
                            partly(context, all_borders, shown_already),
                        ),
                    ]
                ),
            ],
            class_="wh-halves",
        ),
        ui.more_section(area_code, place),
    ]


def _whose(other: OneLand, place: str) -> str:
    same = sentences.same_area_words(other.share, other.parts, place)
    return f"{sentences.in_words(other.area)}: {same}"


def _covering(
    context: Context, area: Area, lines: Sequence[Line], elsewhere: Sequence[Line]
) -> Sequence[Covering]:
    have = {line.indicator.id for line in lines if line.row["value"] is not None}
    # a figure of an area on the same land leaves room for a newer one of an area around
    return covering(context, area, have, last_days(elsewhere))


def _not_shown(area: Area, lines: Sequence[Line], shown: Sequence[Line]) -> Component:
    """Says how many figures stand on the next tab alone: counts, and illustrative figures."""
    more = len(lines) - len(shown)
    if not more:
        return None
    words = sentences.counted(more, "figure")
    illustrative = sum(line.illustrative for line in lines)
    what = "counts and illustrative figures" if illustrative else "counts, which are not compared"
    return html.p(
        [
            f"{words} more: {what}. ",
            ui.link("All figures", f"/areas/{area.area_code}/figures"),
        ],
        class_="wh-source",
    )


def _plurals(context: Context) -> dict[str, str]:
    types = context.register.area_types
    return {key: sentences.lower_first(kind.plural) for key, kind in types.items()}


def _sources(context: Context, lines: Sequence[Line]) -> str:
    named = named_releases(context, [(line.indicator.short_title, line.row) for line in lines])
    return sentences.publishers_words(named)


def _what_became(context: Context, area: Area, has_figures: bool) -> list[Component]:
    fate = fate_of(context, area)
    codes = () if fate else codes_of_land(context, area)
    former = [] if fate or codes else former_forms(context, area)
    return ui.what_became(area, fate, codes, former, context.register.area_types, has_figures=has_figures)


def spine_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The spine chart as one picture. None where no spine is drawn."""
    area = context.register.area(code_of(asked.parts[0], context.register)[0])
    main = main_of(lines_of(context, area.area_code))
    if not any(line.spine for line in main):
        return None
    groups = told_apart(main, compared=True)
    lines = groups.shown or groups.counts
    themes: dict[str, list[SpineRow]] = {}
    for line in lines:
        themes.setdefault(line.indicator.theme, []).append(_spine_row(line))
    lead = [
        "England is in the middle. Further right is better; where neither way is good or bad, further right is higher. "
        "Each row has its own scale: its edge is the area that lies furthest from England."
    ]
    rows = [line.row for line in lines]
    frame = sheets.Frame(
        f"{area.name} compared with England: newest figure of each indicator, with its 95% confidence interval",
        lead,
        sentences.whole_picture_source(releases_of(context, rows)),
    )
    return Sheet(
        ui.spine_file(area.area_code),
        sheets.spine_sheet(frame, area.name, list(themes.items())),
        f"Spine chart of {area.name}: {sentences.counted(len(lines), 'indicator')} compared with England. The page of the "
        "area has every figure in a table.",
        "Each symbol is the area’s figure and each line its 95% confidence interval; the upright line is England.",
        rows,
    )


def _spine_row(line: Line) -> SpineRow:
    value, interval = sentences.value_cell(line)
    return SpineRow(
        sentences.line_name(line),
        value,
        interval,
        sentences.england_cell(line),
        line.spine,
        line.compared,
        sentences.compare_words(line.compared),
        sentences.period_cell(line),
        sentences.why_no_spine(line),
    )


PAGE = Page(
    path="/areas",
    name="areas",
    title=title_of_tab("summary"),
    layout=layout_of_tab(area_page),
    door="/areas",
    description="The work and health figures of one council, region or NHS area.",
    most_parts=2,
    check=check,
    export=area_export,
    sheets={ui.SPINE: spine_sheet},
)
