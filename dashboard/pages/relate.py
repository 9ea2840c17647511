"""Relate: two indicators for areas of one type, area by area; and what that does and does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.answers.relation import Relation, Side
from dashboard.components import html
from dashboard.components.downloads import to_downloads
from dashboard.components.geography import parent_select
from dashboard.components.relation import fallacy, no_pairs, pairs_table, relation_method, second_select
from dashboard.figures.relate import Axis, scatter
from dashboard.queries.absence import absence_of
from dashboard.queries.catalogue import missing
from dashboard.queries.relation import MOST_MARKED, relation, second_indicator, second_indicators
from dashboard.sentences import relation as words

Component = Any

_CHART = "relate-chart"


def heading(found: Relation) -> list[Component]:
    return [
        ui.heading(words.heading_words(found), *words.summary(found)),
        ui.explore_tabs(found.view, "/relate"),
    ]


def _notes(found: Relation) -> list[Component]:
    """What is to know before the chart is read."""
    made = words.by_construction(found)
    return [
        *[ui.inset(html.p(note)) for note in words.notes(found)],
        ui.inset(html.p(made)) if made else None,
    ]


def _chosen(context: Context, found: Relation) -> list[Component]:
    """A paragraph for each chosen area."""
    codes = found.view.area_codes
    notes: list[Component] = []
    for code in codes[:MOST_MARKED] if found.dots else ():
        text = words.marked_area(found, code, ui.area_name(context, found.view, code))
        notes.append(
            html.p([html.strong(text), " ", ui.link("Profile", f"/areas/{code}")], class_="wh-selected")
        )
    if len(codes) > MOST_MARKED:
        notes.append(ui.paragraph(words.too_many_marked(len(codes), MOST_MARKED), muted=True))
    return notes


def _illustrative(found: Relation) -> Component:
    """The banner; where one of the two is real, it names the other; None where both are."""
    names = [side.indicator.short_title for side in found.sides if side.is_illustrative]
    if len(names) == 1 and found.across is not None:
        return ui.illustrative_warning(names)
    return ui.illustrative_banner() if names else None


def controls(context: Context, found: Relation) -> list[Component]:
    view = found.view
    second = found.across.indicator.id if found.across is not None else ""
    names = [(up["area_code"], up["area_name"]) for up, _ in found.pairs]
    mark = ui.add_area_select("Highlight an area", [(found.area_type.plural, names)], view.area_codes)
    return [
        ui.controls(
            ui.indicator_select(context, view),
            second_select(context, second_indicators(context, view), second),
            ui.area_type_select(context, view),
            more=[
                ui.period_select(context, view),
                ui.people_select(context, view),
                parent_select(context, view, found.narrowed_by, "Filter by", nothing="All of England"),
                mark if len(names) > 1 else None,
            ],
            download=to_downloads(_CHART) if found.dots else None,
        ),
        _illustrative(found),
    ]


def chart(context: Context, found: Relation) -> Component:
    """The scatter with how to read it; None where there is nothing to draw."""
    if len(found.dots) < 2 or found.not_related is not None or found.across is None:
        return None
    source = words.source_words(found)
    figure = scatter(
        found.dots,
        across=_axis(found.across),
        up=_axis(found.up),
        marked=found.marked,
        fit=found.fit,
        title=words.chart_title(found),
        source=source,
    )
    names = [ui.area_name(context, found.view, code) for code in found.marked]
    return html.section(
        [
            html.h2(words.chart_title(found), class_="wh-visually-hidden"),
            ui.chart(_CHART, figure, words.chart_label(found), height=figure["layout"]["height"]),
            html.p(words.reading_words(found, names), class_="wh-reading"),
            html.p(words.matching_words(found), class_="wh-reading"),
            html.p(source, class_="wh-source"),
            fallacy() if found.correlation is not None else None,
            ui.take_away(
                _CHART,
                file_name(found),
                csv=csv_address(found),
                embed=f"/relate{found.view.search()}",
            ),
        ],
        class_="wh-chart-section",
        id="chart",
    )


def highlighted(context: Context, found: Relation) -> Component:
    """What both figures of each chosen area are; None where none is chosen."""
    notes = _chosen(context, found)
    if not notes:
        return None
    codes = found.view.area_codes[:MOST_MARKED]
    return ui.section(
        "Highlighted areas",
        *notes,
        ui.chosen_areas(context, found.view, "/relate", codes),
        id="highlighted",
    )


def _axis(side: Side) -> Axis:
    return Axis(side.indicator, words.axis_words(side), side.england)


def file_name(found: Relation) -> str:
    """``relate-employment-rate-disability-prevalence-ltla``."""
    other = found.across.view.indicator_id if found.across is not None else ""
    return f"relate-{found.view.indicator_id}-{other}-{found.view.area_type}"


def csv_address(found: Relation) -> str:
    """Where the CSV of both figures of every area is."""
    view = found.view
    other = found.across.view.indicator_id if found.across is not None else None
    return f"/csv/relate{view.search(**{'with': other, 'period': view.period, 'area_type': view.area_type})}"


def export(context: Context, asked: Asked) -> Export:
    """Both figures of every area that has them: a row for each, one after the other."""
    found = relation(context, asked.view)
    shown = [
        Shown(side.indicator, row)
        for pair in found.pairs
        for side, row in zip(found.sides, pair, strict=True)
    ]
    return Export(file_name(found), shown)


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    found = relation(context, asked.view)
    top = [*heading(found), *controls(context, found), *_notes(found)]
    if not found.pairs:
        return [*top, _nothing(context, found)]
    return [
        *top,
        chart(context, found),
        highlighted(context, found),
        pairs_table(found, csv=csv_address(found)),
        relation_method() if found.correlation is not None else None,
        ui.section(
            "About these figures",
            *(
                ui.provenance(
                    context, side.indicator, side.rows, title=side.indicator.short_title, level=3
                )
                for side in found.sides
            ),
        ),
    ]  # fmt: skip


def _nothing(context: Context, found: Relation) -> Component:
    """Why there is nothing to set side by side, and where there is."""
    view = found.view
    if view.period is None or (not found.up.rows and not view.parent):
        return ui.no_figures(view, "/relate", absence_of(context, view, "/relate"))
    if found.across is not None and not context.available(found.across.indicator.id):
        return ui.what_is_missing(missing(context, found.across.indicator.id, "/relate"))
    return no_pairs(found)


def _title(context: Context, asked: Asked) -> str:
    name = context.catalogue[asked.view.indicator_id].short_title
    second = second_indicator(context, asked.view)
    shown = [asked.view.indicator_id]
    if second is not None:
        name += f" and {sentences.lower_first(second.short_title)}"
        shown.append(second.id)
    is_illustrative = any(context.is_only_illustrative(indicator_id) for indicator_id in shown)
    return f"Relate: {sentences.titled(name, is_illustrative)}"


PAGE = Page(
    path="/relate",
    name="relate",
    title=_title,
    layout=layout,
    door="/map",
    order=70,
    may_change_type=True,
    description="Two work and health indicators compared, area by area, with their correlation.",
    export=export,
)
