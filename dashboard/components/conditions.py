"""Pictures and tables of work by health condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.conditions import ConditionFigure, LoadedGroup
from dashboard.components import html, tables
from dashboard.components.charts import picture
from dashboard.components.downloads import take_away
from dashboard.components.tables import real_value
from dashboard.components.text import illustrative_banner, illustrative_warning, link, paragraph
from dashboard.figures.conditions import Dot
from geodata.register import Area

Component = Any


def illustrative_notice(shown: Sequence[ConditionFigure]) -> Component:
    """One warning for the page, which names what is illustrative; each such row says so too."""
    names = dict.fromkeys(
        figure.line.indicator.short_title for figure in shown if figure.line.illustrative
    )  # fmt: skip
    if not names:
        return None
    if all(figure.line.illustrative for figure in shown):
        return illustrative_banner()
    return illustrative_warning(list(names))


def dots_of(shown: Sequence[ConditionFigure], area: Area) -> list[Dot]:
    """The figures that have a real value as marks of a picture, each named with its people (and its area, if another)."""
    return [
        Dot(
            name=sentences.marked(sentences.people_words(figure), figure.line)
            + (f", {figure.area.name}" if figure.area.area_code != area.area_code else ""),
            value=figure.row["value"],
            text=sentences.figure_words(figure),
            lower=figure.row["lower_ci_95"],
            upper=figure.row["upper_ci_95"],
            benchmark=figure.line.england,
            compared=figure.line.compared,
        )
        for figure in shown
        if figure.row["value"] is not None and not figure.line.illustrative
    ]


def dots_words(dots: Sequence[Dot]) -> str:
    """The text alternative of a picture: every figure in words."""
    parts = []
    for dot in dots:
        words = f"{dot.name}: {dot.text}"
        if dot.lower is not None and dot.upper is not None:
            words += f", interval {dot.lower:.1f} to {dot.upper:.1f}"
        if dot.benchmark is not None:
            words += f", England {dot.benchmark:.1f}"
        parts.append(words)
    return "; ".join(parts).replace("-", "−")


def condition_picture(svg: str, label: str, caption: str, id: str, area: Area) -> Component:
    """A picture with its downloads. ``area`` is the one the page is asked for."""
    address = f"/conditions?area={area.area_code}"
    return html.div(
        [
            picture(svg, label, caption, id=id),
            take_away(id, f"{id}-{area.area_code}", csv=f"/csv{address}", embed=address),
        ]
    )


def people_table(
    area: Area, shown: Sequence[ConditionFigure], caption: str, id: str, *, table: str, compared: bool
) -> Component:
    """Figures by group of people; ``compared`` adds England's beside them."""
    rows = [
        [
            {
                "t": sentences.marked(sentences.people_words(figure), figure.line),
                "h": f"/indicators/{figure.line.indicator.id}",
            },
            figure.area.name,
            {"t": sentences.figure_words(figure), "s": real_value(figure.row)},
            sentences.interval_of(figure),
            *(_beside_england(figure) if compared else ()),
            sentences.period_cell(figure.line),
        ]
        for figure in shown
    ]
    return _table(caption, "People", rows, id, table_csv(table, area), compared)


def served_table(
    area: Area, shown: Sequence[ConditionFigure], heading: str, caption: str, table: str
) -> Component:
    """Figures of the areas that serve a place, beside England's where one of them is not England's."""
    compared = any(figure.area.area_type != "england" for figure in shown)
    rows = [
        [
            {
                "t": sentences.marked(figure.people, figure.line),
                "h": f"/indicators/{figure.line.indicator.id}",
            },
            sentences.source_area_words(figure),
            {
                "t": sentences.value_words(
                    figure.row["value"], figure.line.indicator, figure.row["status"]
                ),
                "s": real_value(figure.row),
            },
            sentences.interval_of(figure),
            *(_beside_england(figure) if compared else ()),
            sentences.period_cell(figure.line),
        ]
        for figure in shown
    ]  # fmt: skip
    return _table(caption, heading, rows, f"{table}-table", table_csv(table, area), compared)


def table_csv(table: str, area: Area) -> str:
    """Address of the figures of one table of the conditions page of an area."""
    return f"/csv/conditions/{table}.csv?area={area.area_code}"


def _table(
    caption: str, heading: str, rows: Sequence[Sequence[Any]], id: str, csv: str, compared: bool
) -> Component:
    beside: list[Any] = [{"label": "England", "kind": "number"}, "Compared with England"] if compared else []
    columns = [
        heading,
        "Figure for",
        {"label": "Figure", "kind": "number"},
        "95% interval",
        *beside,
        "Period",
    ]
    return tables.table(caption, columns, rows, id=id, sort=False, csv=csv)


def _beside_england(figure: ConditionFigure) -> list[Any]:
    """Two cells: England's figure, and how this one compares with it."""
    if figure.area.area_type == "england":
        return [{"t": sentences.figure_words(figure), "s": figure.row["value"]}, "England itself"]
    england: Mapping[str, Any] = {"t": sentences.england_cell(figure.line), "s": figure.line.england}
    return [england, sentences.judged_words(figure.line)]


def stand_ins(shown: Sequence[ConditionFigure], area: Area) -> list[Component]:
    """Words on the figures that are not the area's own: its county's, or England's."""
    place = sentences.in_words(area)
    others = [figure for figure in shown if figure.area.area_code != area.area_code]
    local = [figure.area for figure in others if figure.area.area_type not in ("england", "uk")]
    names = sorted({found.name for found in local})
    are_counties = all(found.area_type in ("utla", "ltla") for found in local)
    in_place = sentences.counties_words if are_counties else sentences.around_words
    national = [
        sentences.lower_first(sentences.people_words(figure))
        for figure in others
        if figure.area.area_type == "england"
    ]
    return [
        paragraph(in_place(names, place)) if names else None,
        paragraph(sentences.national_words(national, place)) if national else None,
    ]


def not_loaded(groups: Sequence[LoadedGroup], what: str) -> Component:
    """Which groups have no figure: those that can be loaded, and those that no publication read here gives."""
    waiting, unknown = sentences.waiting_words(groups), sentences.unpublished_words(groups, what)
    if not (waiting or unknown):
        return None
    more = [waiting, link("What is loaded", "/refresh"), ". "] if waiting else []
    return paragraph(*more, unknown, muted=True)
