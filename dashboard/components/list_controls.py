"""What stands around the picture of a list of areas: its controls, the choices in rows, the chosen areas in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.answers.compared_areas import ComparedAreas, NamedAreas, Row
from dashboard.answers.geography import ParentGroup
from dashboard.components import forms, html
from dashboard.components.benchmarks import benchmark_select
from dashboard.components.charts import choice_links
from dashboard.components.downloads import to_downloads
from dashboard.components.geography import add_area_select, area_name, chosen_areas, parent_select
from dashboard.components.text import illustrative_banner, inset, link, section
from dashboard.sentences import compared_areas as words

Component = Any

CHART = "compare-chart"
"""The id of the picture."""
CHARTS = {
    "values": "Values with confidence intervals",
    "ranks": "Rank ranges",
    "funnel": "Funnel plot",
}
"""The pictures, by the values of the key ``chart``."""


def steady_fields(context: Context, view: View, groups: Sequence[ParentGroup]) -> tuple[html.Html, html.Html]:
    """The three main fields, and those of the drawer that do not depend on the areas chosen.

    groups  the parents that the list may be narrowed to
    """
    return (
        html.joined(
            forms.indicator_select(context, view),
            forms.area_type_select(context, view),
            forms.period_select(context, view),
        ),
        html.joined(
            forms.people_select(context, view),
            parent_select(context, view, groups, "Filter by", nothing="All of England"),
        ),
    )


def controls(
    context: Context,
    listed: ComparedAreas,
    fields: tuple[html.Html, html.Html],
    benchmarks: Sequence[str],
) -> list[Component]:
    """The control row; below it the banner where figures are illustrative.

    fields      of ``steady_fields``
    benchmarks  what the areas may be compared with (values of the key ``benchmark``)
    """
    view = listed.view
    names = [(row["area_code"], row["area_name"]) for row in listed.rows]
    by_area: list[Component] = []
    if len(names) > 1:
        groups = [(listed.area_type.plural, names)]
        by_area = [
            add_area_select("Highlight an area", groups, view.area_codes),
            forms.select("sort", "Sort by", words.ORDER_CHOICES, view.sort),
        ]
    return [
        forms.controls(
            fields[0],
            more=[fields[1], benchmark_select(context, view, benchmarks), *by_area],
            download=to_downloads(CHART) if len(listed.present) > 1 else None,
        ),
        illustrative_banner() if listed.is_illustrative else None,
    ]


def choices(listed: ComparedAreas, named: NamedAreas, shown: str, charts: Sequence[str]) -> Component:
    """Which areas are named, and how they are drawn: links in one row.

    shown   the chart that is shown, of the ``charts`` that the figures allow
    """
    view = listed.view
    offered = [
        (
            words.choice_words(listed, named, kind),
            f"/compare{view.search(show='region' if kind == 'regions' else kind)}",
            kind == named.kind,
        )
        for kind in named.offered
    ]
    if view.parent:
        everyone = f"/compare{view.search(parent=None, show='all')}"
        offered.append((f"All {len(listed.all_rows)}", everyone, False))
    pictures = [
        (CHARTS[chart], f"/compare{view.search(chart=chart if chart != 'values' else None)}", chart == shown)
        for chart in charts
    ]
    return html.div(
        [
            choice_links("Show", offered) if len(offered) > 1 and shown != "funnel" else None,
            choice_links("Chart type", pictures) if len(pictures) > 1 else None,
        ],
        class_="wh-choices-row",
    )


def alone(listed: ComparedAreas) -> list[Component]:
    """What stands in place of a picture where there is one area."""
    return [
        inset(
            html.p("There is only one area of this type, so there is nothing to compare."),
            html.p(link("See how it changed over time", f"/trends{listed.view.search(period=None)}")),
        )
    ]


def highlighted(context: Context, listed: ComparedAreas, trends: Mapping[str, Row]) -> list[Component]:
    """What each chosen area's figure is, how it compares, where it is heading, and ways on.

    trends  the recent trends by area
    """
    view = listed.view
    if not listed.selected:
        return []
    paragraphs = []
    for code in listed.selected:
        trend = "" if code in listed.without_trend else sentences.trend_told(trends.get(code))
        paragraphs.append(
            html.p(
                [
                    html.strong(words.chosen_sentence(listed, code, area_name(context, view, code))),
                    f" {trend} ",
                    link("Over time", f"/trends{view.search(area=[code], period=None, parent=None)}"),
                    " · ",
                    link("Profile", f"/areas/{code}"),
                ],
                class_="wh-selected",
            )
        )
    return [
        section(
            "Highlighted areas",
            *paragraphs,
            chosen_areas(context, view, "/compare", listed.selected),
            id="highlighted",
        )
    ]


def show_key(named: NamedAreas) -> str | None:
    """The key ``show`` of an address that names these areas; None for all of them."""
    return {"all": None, "regions": "region"}.get(named.kind, named.kind)


def file_name(view: View) -> str:
    """``compare-employment-rate-ltla-2023-01-01``."""
    start = (view.period or "").split("/")[0]
    return "-".join(["compare", view.indicator_id, view.area_type, start]).strip("-")
