"""Trends: one indicator for several areas over time, with intervals and the recent trend in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import NEAR_BENCHMARKS
from dashboard.address.page import Asked, Export, Page, Sheet, Shown
from dashboard.address.view import View
from dashboard.answers.time_series import TimeSeries
from dashboard.components import html
from dashboard.components.area_history import folded_changes
from dashboard.components.benchmarks import benchmark_select
from dashboard.components.charts import choice_links
from dashboard.components.downloads import to_downloads
from dashboard.components.time_series import (
    area_panels,
    breaks,
    has_panels,
    lines_key,
    recent_trends,
    series_table,
)
from dashboard.figures import multiples, sheets
from dashboard.figures import trends as figures
from dashboard.figures.axes import starts_above_zero
from dashboard.queries import benchmarks, geography
from dashboard.queries.absence import absence_of
from dashboard.queries.area_history import area_history
from dashboard.queries.lineage import lineages_of
from dashboard.queries.time_series import MOST_AREAS, area_types_beside, time_series
from dashboard.sentences import time_series as words

Component = Any

_CHART, _PANELS = "trends-chart", "area-panels"
MOST_ALIKE = 5
"""Of the areas most like one those that are offered beside it."""
_BENCHMARKS = ("region",)
"""Of the benchmarks with a figure for each area those that are drawn: the region of the first area."""


def heading(series: TimeSeries) -> list[Component]:
    lead = words.summary(series)
    return [
        ui.heading(words.heading_words(series), *([lead] if lead else [])),
        ui.explore_tabs(series.view, "/trends"),
    ]


def _offered(context: Context, view: View) -> list[tuple[str, list[tuple[str, str]]]]:
    """Areas that may be added, by type: those of the view's type with figures, then wider ones."""
    register = context.register
    loaded = {row["area_type"]: row for row in context.available(view.indicator_id)}

    def build(area_type: str, year: int) -> list[tuple[str, str]]:
        return [(area.area_code, area.name) for area in register.vintage(area_type, year)]

    groups = []
    for area_type in area_types_beside(register, view.area_type):
        if area_type in loaded:
            kind = register.area_types[area_type]
            year = loaded[area_type].get("vintage") or kind.default_vintage
            pairs = context.cached_for_good(
                ("areas to add", area_type, year),
                lambda area_type=area_type, year=year: build(area_type, year),
            )
            groups.append((kind.plural, pairs))
    return groups


def controls(context: Context, series: TimeSeries) -> list[Component]:
    view = series.view
    is_full = len(series.area_codes) >= MOST_AREAS
    shown = [area.area_code for area in series.series]
    add = None if is_full else ui.add_area_select("Add an area", _offered(context, view), shown)
    offered = [
        choice
        for choice in benchmarks.choices(context, view)
        if choice not in NEAR_BENCHMARKS or choice in _BENCHMARKS
    ]
    asked = len(view.area_codes)
    notes = [
        words.too_many_areas(asked, MOST_AREAS) if asked > MOST_AREAS else "",
        f"Up to {MOST_AREAS} areas can be shown. Remove one to add another." if is_full else "",
        "Add areas to see them beside each other." if add is not None and not asked else "",
    ]
    return [
        ui.controls(
            ui.indicator_select(context, view),
            ui.area_type_select(context, view),
            add,
            more=[ui.people_select(context, view), benchmark_select(context, view, offered)],
            download=to_downloads(_CHART) if series.present else None,
        ),
        ui.illustrative_banner() if series.is_illustrative else None,
        html.div(
            [
                _choices(context, series),
                ui.chosen_areas(context, view, "/trends", series.area_codes if asked else ()),
                *(ui.paragraph(note, muted=True) for note in notes if note),
            ],
            class_="wh-choices-row",
        ),
    ]


def _choices(context: Context, series: TimeSeries) -> Component:
    """The first area alone, or with the areas most like it; None where none are known."""
    view = series.view
    if not view.area_codes:
        return None
    own = view.area_codes[0]
    alike = geography.similar(context.register, own)[:MOST_ALIKE]
    if not alike:
        return None
    now = set(view.area_codes)
    offered = [
        (f"{ui.area_name(context, view, own)} alone", (own,)),
        (f"With {len(alike)} similar areas", (own, *alike)),
    ]
    return choice_links(
        "Show",
        [(said, f"/trends{view.search(area=codes)}", set(codes) == now) for said, codes in offered],
    )


def chart(series: TimeSeries) -> Component:
    own = series.area_codes[0] if series.view.area_codes and series.area_codes else ""
    figure = figures.lines(
        series.lines,
        indicator=series.indicator,
        targets=series.targets,
        title=words.chart_title(series),
        source=words.source_words(series),
        own=own,
    )
    above_zero = starts_above_zero(figure["layout"]["yaxis"]["range"][0])
    targets = words.target_words(series)
    return html.section(
        [
            html.h2(words.chart_title(series), class_="wh-visually-hidden"),
            html.div(lines_key(series), id="trends-key"),
            ui.chart(_CHART, figure, words.chart_label(series), height=figure["layout"]["height"]),
            html.p(words.reading_words(series, starts_above_zero=above_zero), class_="wh-reading"),
            html.p(
                [words.source_words(series), " ", html.a("How change is judged", href="#recent-trend")],
                class_="wh-source",
            ),
            ui.bullets(targets) if targets else None,
            breaks(series),
            ui.take_away(
                _CHART,
                file_name(series),
                csv=csv_address(series.view),
                embed=f"/trends{series.view.search()}",
            ),
            area_panels(series, _panel_files(series)),
        ],
        class_="wh-chart-section",
        id="chart",
    )


def _panel_files(series: TimeSeries) -> Component:
    search = series.view.search()
    return ui.take_away(
        _PANELS,
        f"{file_name(series)}-{_PANELS}",
        csv=csv_address(series.view),
        embed=f"/trends{search}",
        drawn=f"/picture/trends/{_PANELS}.svg{search}",
    )


def file_name(series: TimeSeries) -> str:
    """``trends-employment-rate-E06000018``."""
    return "-".join(["trends", series.view.indicator_id, *series.area_codes[:3]])


def csv_address(view: View) -> str:
    """Where the CSV of every figure of the lines is."""
    return f"/csv/trends{view.search(area_type=view.area_type)}"


def export(context: Context, asked: Asked) -> Export:
    """Every figure of every line, as the table has them."""
    series = time_series(context, asked.view)
    rows = [row for area in series.series for row in reversed(area.rows)]
    return Export(file_name(series), [Shown(series.indicator, row) for row in rows])


def panels_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The panel of each area in one picture, with title, source, date and licence; None for few areas."""
    series = time_series(context, asked.view)
    if not has_panels(series):
        return None
    own = series.area_codes[0] if series.view.area_codes else ""
    found = multiples.panel_pictures(series.lines, indicator=series.indicator, own=own)
    pictures = [
        (words.panel_name(area, series.indicator), found.panels[area.area_code])
        for area in series.series
        if area.area_code in found.panels
    ]
    title = words.panels_title(series)
    key = words.panels_key(series, starts_above_zero=starts_above_zero(found.low))
    frame = sheets.Frame(title, [key], words.source_words(series))
    return Sheet(
        f"{file_name(series)}-{_PANELS}",
        sheets.multiples_sheet(frame, pictures, height=multiples.PANEL_HEIGHT),
        f"{title}. {sentences.counted(len(pictures), 'area')}, each in a chart of its own.",
        key,
        [row for area in series.series for row in area.held],
    )


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    view = asked.view
    series = time_series(context, view)
    if not series.present or (view.period is None and not view.area_codes):
        return [*heading(series), *controls(context, series), _nothing(context, series), breaks(series)]
    newest = [area.held[-1] for area in series.series if area.held]
    return [
        *heading(series),
        *controls(context, series),
        chart(series),
        recent_trends(series),
        _changed(context, series),
        series_table(series, csv=csv_address(view)),
        ui.lineage_section(lineages_of(context, series.indicator.id, newest)),
        ui.provenance(context, series.indicator, series.present, "recent-trend", "benchmark"),
    ]


def _changed(context: Context, series: TimeSeries) -> Component:
    """How the first chosen area changed; None where none is chosen or it never did."""
    if not series.view.area_codes or not series.area_codes:
        return None
    own = series.area_codes[0]
    return folded_changes(area_history(context, own), sentences.in_words(context.register.area(own)))


def _nothing(context: Context, series: TimeSeries) -> Component:
    """Why there is no line: the chosen areas have no figures here, or the indicator has none by this type of area."""
    return ui.no_figures(series.view, "/trends", absence_of(context, series.view, "/trends", of_areas=True))


def _title(context: Context, asked: Asked) -> str:
    indicator = context.catalogue[asked.view.indicator_id]
    return f"Trends: {sentences.titled(indicator.short_title, context.is_only_illustrative(indicator.id))}"


PAGE = Page(
    path="/trends",
    name="trends",
    title=_title,
    layout=layout,
    door="/map",
    order=50,
    may_change_type=True,
    description="One indicator for several English areas over time, with intervals and the recent trend.",
    near_benchmarks=_BENCHMARKS,
    export=export,
    sheets={_PANELS: panels_sheet},
    frames={_CHART: ("trends-key", f"{_CHART}-frame")},
)
