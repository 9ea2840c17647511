"""The figures of one area over time (``/areas/<area_code>/trends``): a small chart each, England beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Page
from dashboard.address.view import search_of
from dashboard.answers.profile import Line
from dashboard.answers.time_series import Line as TimeLine
from dashboard.components import html
from dashboard.exports.area import area_export
from dashboard.exports.area_tab import check_area, layout_of_tab, title_of_tab
from dashboard.figures import multiples
from dashboard.queries.areas import setting
from dashboard.queries.geography import ENGLAND
from dashboard.queries.profile import is_compared, main_lines, newest_main
from dashboard.queries.sparklines import sparklines
from geodata.register import Area

Component = Any


def trends_tab(context: Context, area: Area) -> list[Component]:
    """By theme a small chart of each indicator that has figures of several periods."""
    rows = newest_main(context, area.area_code)
    lines = [line for line in main_lines(context, rows) if not line.illustrative]
    place = sentences.in_words(area)
    codes = [area.area_code, ENGLAND] if is_compared(area.area_code) else [area.area_code]
    courses = sparklines(context, [ui.key_of(line) for line in lines], codes)
    themes: dict[str, list[tuple[str, str, str, str]]] = {}
    for line in lines:
        svg = _drawn(line, courses[ui.key_of(line)], area.area_code)
        if svg:
            chart = (sentences.line_name(line), _said(line), _address(area.area_code, line), svg)
            themes.setdefault(line.indicator.theme, []).append(chart)
    counts = sentences.trends_words(lines, place)
    return [
        ui.area_heading(setting(context, area), "trends", "trends over time", has_pack=bool(rows)),
        html.p(counts, class_="wh-lead") if counts else None,
        ui.small_multiples(place, list(themes.items()))
        or html.p(f"No indicator has figures of several periods for {place}."),
    ]


def _drawn(line: Line, courses: Mapping[str, TimeLine], area_code: str) -> str:
    own = courses.get(area_code)
    if own is None or not own.held:
        return ""
    label = f"{sentences.line_name(line)}: {sentences.course_words(line, own)}."
    england = courses.get(ENGLAND)
    if england is not None and england.held and area_code != ENGLAND:
        label += f" England: {sentences.course_words(replace(line, trend=None), england)}."
    return multiples.small_svg(
        list(courses.values()), indicator=line.indicator, chosen=[area_code], label=label
    )


def _said(line: Line) -> str:
    """The trend, where one can be worked out."""
    return sentences.trend_words(line.trend) if sentences.has_trend(line.trend) else ""


def _address(area_code: str, line: Line) -> str:
    row = line.row
    return "/trends" + search_of(
        {
            "indicator": line.indicator.id,
            "area": area_code,
            "area_type": row["area_type"],
            "sex": row["sex"] if row["sex"] != "persons" else None,
            "breakdown": row["breakdown"] if row["breakdown"] != "all" else None,
        }
    )


PAGE = Page(
    path="/areas",
    name="areas",
    title=title_of_tab("trends over time"),
    layout=layout_of_tab(trends_tab),
    door="/areas",
    description="How the work and health figures of one area have changed, with England beside them.",
    most_parts=2,
    tab="trends",
    check=check_area,
    export=area_export,
)
