"""Compare: areas of one type beside a benchmark, with intervals; a rank only on request and never without its own
interval; the answer in words first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import NEAR_BENCHMARKS
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.address.view import View
from dashboard.answers.compared_areas import ComparedAreas
from dashboard.components import html
from dashboard.components.compared_areas import list_table, marked_first
from dashboard.figures import compared_areas as figures
from dashboard.figures.compare import Dots
from dashboard.figures.ranks import Rank
from dashboard.queries import benchmarks, geography
from dashboard.queries.absence import absence_of
from dashboard.queries.compared_areas import MOST_SELECTED, compared_areas, trends_of
from dashboard.queries.grades import grades
from dashboard.queries.lineage import lineages_of
from dashboard.sentences import compared_areas as words
from dashboard.sentences.benchmarks import against_name

Component = Any
T = TypeVar("T")

_CHARTS = {
    "values": "Values with confidence intervals",
    "funnel": "Funnel plot",
    "ranks": "Rank ranges",
}


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    view = asked.view
    listed = compared_areas(context, view)
    start = [*heading(context, listed), *controls(context, listed)]
    if view.period is None or not listed.rows:
        return [*start, ui.no_figures(view, "/compare", absence_of(context, view, "/compare"))]
    return [
        *start,
        *(_alone(listed) if len(listed.rows) == 1 else chart(context, listed)),
        ui.section("All figures", table(context, listed), id="figures"),
        ui.lineage_section(
            lineages_of(
                context,
                view.indicator_id,
                [row for row in listed.ordered if row["area_code"] in listed.selected],
            )
        ),
        _same(context, listed, "below", lambda: html.joined(_below(context, listed))),
    ]


def _same(context: Context, listed: ComparedAreas, name: str, build: Callable[[], T]) -> T:
    """What is the same whichever areas are chosen, made once for each publication, and again where areas are compared."""
    if listed.beside:
        return build()
    return context.cached(("compare page", name, _plain(listed.view)), build)


def _plain(view: View) -> View:
    """The view without what only the words of chosen areas and links need."""
    return replace(view, area_codes=(), notes=(), asked=frozenset())


def _figures_alone(view: View) -> View:
    """The view whatever its figures are compared with and drawn as."""
    return replace(_plain(view), benchmark="england", chart="values")


def _chart_of(context: Context, listed: ComparedAreas) -> tuple[str, tuple[str, ...]]:
    """The picture shown, the one asked for where it can be drawn, and all that the figures allow."""
    charts = _same(context, listed, "charts", lambda: figures.charts_of(listed))
    return listed.view.chart if listed.view.chart in charts else "values", charts


# ---- words and controls ------------------------------------------------------------------------------


def heading(context: Context, listed: ComparedAreas) -> list[Component]:
    """The h1, the answer, a paragraph for each chosen area; a banner where figures are illustrative."""
    view = listed.view
    return [
        _same(context, listed, "heading", lambda: html.joined(_answer(listed))),
        *(_chosen(context, listed) if view.period else []),
        ui.paragraph(
            f"The address names {len(view.area_codes)} areas; the first {MOST_SELECTED} are marked.",
            muted=True,
        )
        if len(view.area_codes) > MOST_SELECTED
        else None,
    ]


def _answer(listed: ComparedAreas) -> list[Component]:
    lead = [text for text in (words.list_summary(listed), words.why_not_compared(listed)) if text]
    caption = f"Compare · {listed.area_type.plural}{words.where_words(listed)}"
    return [
        ui.heading(words.list_title(listed), *lead, caption=caption),
        *(ui.paragraph(note, muted=True) for note in words.list_notes(listed)),
        *([ui.illustrative_banner()] if listed.is_illustrative else []),
    ]


def _chosen(context: Context, listed: ComparedAreas) -> list[Component]:
    """What each chosen area's figure is, how it compares, where it is heading, and ways on."""
    view = listed.view
    trends = trends_of(context, view, listed.selected)
    return [
        html.p(
            [
                html.strong(words.chosen_sentence(listed, code, ui.area_name(context, view, code))),
                f" {sentences.trend_told(trends.get(code))} " if code not in listed.without_trend else " ",
                ui.link("Over time", f"/trends{view.search(area=[code], period=None, parent=None)}"),
                " · ",
                ui.link("Profile", f"/areas/{code}"),
            ],
            class_="wh-selected",
        )
        for code in listed.selected
    ]


def controls(context: Context, listed: ComparedAreas) -> list[Component]:
    view = listed.view
    key = ("compare controls", _figures_alone(view))
    first = context.cached(key, lambda: html.joined(_first_controls(context, listed)))
    shown, charts = _chart_of(context, listed)
    names = [(row["area_code"], row["area_name"]) for row in listed.rows]
    return [
        ui.controls(
            first,
            ui.benchmark_select(context, view, benchmarks.choices(context, view)),
            ui.select("chart", "Chart type", [(key, _CHARTS[key]) for key in charts], shown)
            if len(charts) > 1
            else None,
            ui.add_area_select("Mark an area", [(listed.area_type.plural, names)], view.area_codes)
            if len(names) > 1
            else None,
        ),
        ui.chosen_areas(context, view, "/compare", listed.selected) or html.div(),
    ]


def _first_controls(context: Context, listed: ComparedAreas) -> list[Component]:
    view = listed.view
    codes = [row["area_code"] for row in listed.all_rows]
    on = geography.day_of_choices(context, view)
    groups = geography.parents_of_list(context.register, codes, view.area_type, on)
    return [
        ui.indicator_select(context, view),
        ui.area_type_select(context, view),
        ui.period_select(context, view),
        ui.people_select(context, view),
        ui.parent_select(context, view, groups, "Only areas in", nothing="All of England"),
    ]


# ---- picture and table -------------------------------------------------------------------------------


def _alone(listed: ComparedAreas) -> list[Component]:
    return [
        ui.inset(
            html.p("There is only one area of this type, so there is nothing to compare."),
            html.p(ui.link("See how it changed over time", f"/trends{listed.view.search(period=None)}")),
        )
    ]


def chart(context: Context, listed: ComparedAreas) -> list[Component]:
    """The picture, how to read it in words, and its downloads."""
    view = listed.view
    if len(listed.present) < 2:
        return []
    shown, _ = _chart_of(context, listed)
    picture, traces = _picture(context, listed, shown)
    why = words.why_another_chart(listed, view.chart, shown)
    return [
        ui.section(
            "How areas compare"
            if not (words.why_not_compared(listed) or listed.is_all_illustrative)
            else "Areas beside each other",
            ui.inset(html.p(why)) if why and not listed.is_illustrative else None,
            ui.chart(
                "compare-chart",
                picture.figure,
                words.chart_label(listed, picture.title, picture.drawn),
                height=picture.figure["layout"]["height"],
                traces=traces,
            ),
            ui.paragraph(picture.reading, muted=True),
            ui.take_away(
                "compare-chart", file_name(view), csv=csv_address(view), embed=f"/compare{view.search()}"
            ),
            id="chart",
        )
    ]


def _picture(context: Context, listed: ComparedAreas, shown: str) -> tuple[figures.Picture, str]:
    """The picture, and the traces in front of its own: those of many dots are written once a publication."""
    if shown != "values" or figures.has_names(listed):
        return figures.picture(listed, shown, _ranked(context, listed) if shown == "ranks" else ()), ""

    def build() -> tuple[Dots, str]:
        dots = figures.dots_of(listed)
        return replace(dots, traces=()), ui.traces_text(dots.traces)

    dots, traces = _same(context, listed, "dots", build)
    return figures.strip(listed, dots, words.chart_title(listed, shown)), traces


def _ranked(context: Context, listed: ComparedAreas) -> list[Rank]:
    """Ranks by simulation, which takes a moment."""
    return _same(context, listed, "ranks", lambda: figures.ranks_of(listed))


def table(context: Context, listed: ComparedAreas) -> Component:
    """The figures, the chosen areas first."""
    csv = csv_address(listed.view)
    shown, _ = _chart_of(context, listed)

    def build(whole: ComparedAreas, address: str) -> html.Html:
        trends = _trend_words(context, whole)
        ranked = _ranked(context, whole) if shown == "ranks" else ()
        graded = grades([(whole.indicator, row) for row in whole.ordered])
        return list_table(whole, trends, ranked, graded, address, has_bars=not figures.has_names(whole))

    if listed.beside:
        return build(listed, csv)
    plain = replace(listed, selected=())
    written = _same(context, listed, "table", lambda: build(plain, _CSV))
    return marked_first(html.trusted(written.replace(_CSV, html.escape(csv), 1)), listed.selected)


_CSV = "/csv/compare?this"  # stands for the address of the view in what is cached


def _trend_words(context: Context, listed: ComparedAreas) -> dict[str, str]:
    """The recent trend of every area in words, whatever it is compared with."""

    def build() -> dict[str, str]:
        trends = trends_of(context, listed.view, [row["area_code"] for row in listed.ordered])
        return {
            row["area_code"]: sentences.trend_words(trends.get(row["area_code"]))
            if row["area_code"] not in listed.without_trend
            else ""
            for row in listed.ordered
        }

    if listed.beside:
        return build()
    return context.cached(("trend words", _figures_alone(listed.view)), build)


def _below(context: Context, listed: ComparedAreas) -> list[Component]:
    terms = ["benchmark", "funnel"] if _chart_of(context, listed)[0] == "funnel" else ["benchmark"]
    if listed.view.benchmark == "similar":
        terms.append("similar-areas")
    return [ui.provenance(context, listed.indicator, listed.present or listed.rows, *terms)]


# ---- figures to download -----------------------------------------------------------------------------


def csv_address(view: View) -> str:
    """Where the CSV of what is shown is: this very period and type of area, whatever is published later."""
    return f"/csv/compare{view.search(period=view.period, area_type=view.area_type)}"


def file_name(view: View) -> str:
    """``compare-employment-rate-ltla-2023-01-01``."""
    start = (view.period or "").split("/")[0]
    return "-".join(["compare", view.indicator_id, view.area_type, start]).strip("-")


def export(context: Context, asked: Asked) -> Export:
    """The figures of the chart and the table, in the order of the table."""
    listed = compared_areas(context, asked.view)
    trends = _trend_words(context, listed)
    kind = listed.compared.benchmarks.kind
    shown = []
    for row in listed.ordered:
        code = row["area_code"]
        against = listed.against[code]
        name = against_name(against, kind)
        # an area beside itself is compared with nothing
        value = against.value if against.area_code != code else None
        odds = sentences.at_odds_words(listed.at_odds.get(code), name)
        shown.append(
            Shown(listed.indicator, row, name, value, listed.by_area[code], trends[code], not_compared=odds)
        )
    return Export(file_name(asked.view), shown)


def _title(context: Context, asked: Asked) -> str:
    name = context.catalogue[asked.view.indicator_id].short_title
    named = [sentences.titled(name, context.is_only_illustrative(asked.view.indicator_id))]
    if asked.view.period:
        named.append(sentences.period_words(asked.view.period))
    return f"Compare: {', '.join(named)}"


PAGE = Page(
    path="/compare",
    name="compare",
    title=_title,
    layout=layout,
    door="/map",
    order=40,
    near_benchmarks=NEAR_BENCHMARKS,
    may_change_type=True,
    description="English areas beside each other and beside England: every figure with its interval, and what is more than chance.",
    export=export,
)
