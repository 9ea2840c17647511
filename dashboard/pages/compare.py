"""Compare: areas of one type beside a benchmark, each with its interval; all of them as a pile below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import KEYS, NEAR_BENCHMARKS
from dashboard.address.page import Asked, Export, Page, Sheet, Shown
from dashboard.address.view import View
from dashboard.answers.compared_areas import ComparedAreas, NamedAreas, Row
from dashboard.components import compared_areas as parts
from dashboard.components import html
from dashboard.components import list_controls as around
from dashboard.figures import compared_areas as figures
from dashboard.figures.ranks import Rank
from dashboard.queries import benchmarks, geography
from dashboard.queries.absence import absence_of
from dashboard.queries.compared_areas import MOST_SELECTED, compared_areas, named_areas, trends_of
from dashboard.queries.grades import grades
from dashboard.queries.lineage import lineages_of
from dashboard.sentences import compared_areas as words
from dashboard.sentences.benchmarks import against_name

Component = Any
T = TypeVar("T")

_CHART = around.CHART
_ROWS = "rows"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    view = asked.view
    listed = compared_areas(context, view)
    if view.period is None or not listed.rows:
        return [
            *heading(context, listed, None),
            *_controls(context, listed),
            ui.no_figures(view, "/compare", absence_of(context, view, "/compare")),
        ]
    named = named_areas(context, listed)
    start = [*heading(context, listed, named), *_controls(context, listed)]
    if len(listed.rows) == 1:
        return [*start, *around.alone(listed), table(context, listed, named, ()), *_ends(context, listed)]
    return [
        *start,
        *chart(context, listed, named),
        *_all_areas(context, listed, named),
        *around.highlighted(context, listed, _trends(context, listed, named)),
        *_ends(context, listed),
    ]


def _same(context: Context, listed: ComparedAreas, name: Any, build: Callable[[], T]) -> T:
    """What is the same whichever areas are chosen, made once for each publication, and again where areas are compared."""
    if listed.beside:
        return build()
    return context.cached(("compare page", name, _plain(listed.view)), build)


def _same_named(
    context: Context,
    listed: ComparedAreas,
    named: NamedAreas,
    name: str,
    build: Callable[[], T],
    *,
    with_pinned: bool = False,
) -> T:
    """What is the same for all who see the areas of one region, or all areas, made once for each publication.

    with_pinned  whether it holds the pinned areas too, so that one from elsewhere changes it
    """
    if named.kind == "similar" or (with_pinned and named.outside):
        return build()
    region = named.region.area_code if named.region is not None and named.kind == "region" else ""
    return _same(context, listed, (name, named.kind, region, listed.view.sort), build)


def _plain(view: View) -> View:
    """The view without what only the words of chosen areas and links need."""
    return replace(view, area_codes=(), notes=(), show=None, sort=KEYS["sort"].default, asked=frozenset())


def _figures_alone(view: View) -> View:
    """The view whatever its figures are compared with and drawn as."""
    return replace(_plain(view), benchmark="england", chart="values")


def _chart_of(context: Context, listed: ComparedAreas) -> tuple[str, tuple[str, ...]]:
    """The picture shown, the one asked for where it can be drawn, and all that the figures allow."""
    charts = _same(context, listed, "charts", lambda: figures.charts_of(listed))
    return listed.view.chart if listed.view.chart in charts else "values", charts


# ---- words and controls ------------------------------------------------------------------------------


def heading(context: Context, listed: ComparedAreas, named: NamedAreas | None) -> list[Component]:
    """The h1, the answer in one line, and the tabs of the pages that share these controls."""
    view = listed.view
    if named is not None and named.own:
        lead = [words.own_lead(listed, named, ui.area_name(context, view, named.own))]
        if why := words.why_not_compared(listed):
            lead.append(why)
        title = words.page_heading(listed)
    else:
        title, lead = _same(context, listed, "heading", lambda: _answer(listed))
    return [ui.heading(title, *lead), ui.explore_tabs(view, "/compare")]


def _answer(listed: ComparedAreas) -> tuple[str, list[str]]:
    lead = [text for text in (words.list_summary(listed), words.why_not_compared(listed)) if text]
    return words.page_heading(listed), lead


def _controls(context: Context, listed: ComparedAreas) -> list[Component]:
    view = listed.view

    def build() -> tuple[html.Html, html.Html]:
        codes = [row["area_code"] for row in listed.all_rows]
        on = geography.day_of_choices(context, view)
        groups = geography.parents_of_list(context.register, codes, view.area_type, on)
        return around.steady_fields(context, view, groups)

    fields = context.cached(("compare controls", _figures_alone(view)), build)
    return around.controls(context, listed, fields, benchmarks.choices(context, view))


# ---- pictures ----------------------------------------------------------------------------------------


def chart(context: Context, listed: ComparedAreas, named: NamedAreas) -> list[Component]:
    """The named areas as rows, or the funnel; how to read it, what to download, and the same as a table."""
    view = listed.view
    shown, charts = _chart_of(context, listed)
    why = words.why_another_chart(listed, view.chart, shown)
    if shown == "funnel":
        named = named_areas(context, listed, everyone=True)  # as the picture has them, so table and files too
    ranked = _ranked(context, listed) if shown == "ranks" else ()
    drawn = parts.funnel(listed, _CHART) if shown == "funnel" else _rows(context, listed, named, ranked)
    is_rows = shown == "values"
    query = view.search(period=view.period, area_type=view.area_type, show=around.show_key(named))
    notes = [
        words.why_other_areas(listed, named),
        *words.list_notes(listed),
        words.too_many(len(view.area_codes), MOST_SELECTED),
    ]
    return [
        html.section(
            [
                html.h2(words.rows_title(listed, named), class_="wh-visually-hidden"),
                around.choices(listed, named, shown, charts),
                ui.inset(html.p(why)) if why and not listed.is_illustrative else None,
                *drawn,
                html.p(
                    [
                        words.chart_source(listed),
                        " ",
                        ui.link("Definition and limitations", "#about-figures"),
                    ],
                    class_="wh-source",
                ),
                *(ui.paragraph(note, muted=True) for note in notes if note),
                ui.take_away(
                    _CHART,
                    around.file_name(view),
                    csv=f"/csv/compare{query}",
                    embed=f"/compare{view.search()}",
                    drawn=f"/picture/compare/{_ROWS}.svg{query}" if is_rows else None,
                    note=words.file_words(listed, named),
                    pictures=shown != "ranks",
                ),
                ui.details("Show as table", table(context, listed, named, ranked)),
            ],
            class_="wh-chart-section",
            id="chart",
        )
    ]


def _rows(
    context: Context, listed: ComparedAreas, named: NamedAreas, ranked: Sequence[Rank]
) -> list[Component]:
    is_ranks = bool(ranked)
    cells = parts.rank_cells(listed, ranked) if is_ranks else parts.value_cells(listed, named)

    def build() -> tuple[figures.RowPictures, dict[str, str]]:
        pictures = figures.rank_rows(named, ranked) if is_ranks else figures.value_rows(listed, named)
        everyone: list[Row] = [*named.rows, *named.outside]
        return pictures, parts.row_texts(everyone, cells, pictures)

    pictures, texts = _same_named(context, listed, named, "rows", build, with_pinned=True)
    counts = figures.counted(
        pictures.marks[row["area_code"]] for row in named.rows if row["area_code"] in pictures.marks
    )
    reading = (
        words.reading_of_ranks(figures.widest(ranked), len(ranked), len(listed.present) - len(ranked))
        if is_ranks
        else words.reading_of_rows(listed)
    )
    said = [] if is_ranks else [words.overlap_words(named)]
    return [
        html.div(parts.counts_key(listed, counts) if not is_ranks else None, id="compare-key"),
        parts.rows_table(listed, named, cells, pictures, texts, id=_CHART),
        html.p(
            " ".join(text for text in (words.order_words(listed, named), *said, reading) if text),
            class_="wh-reading",
        ),
    ]


def _ranked(context: Context, listed: ComparedAreas) -> list[Rank]:
    """Ranks by simulation, which takes a moment."""
    return _same(context, listed, "ranks", lambda: figures.ranks_of(listed))


def _all_areas(context: Context, listed: ComparedAreas, named: NamedAreas) -> list[Component]:
    """Where the chosen areas stand among all of them, where they are too many for rows."""
    if not figures.has_pile(listed):
        return []
    found = _same(context, listed, "piles", lambda: figures.piles_of(listed))
    view = listed.view
    whole = f"/csv/compare{view.search(period=view.period, area_type=view.area_type, show=None)}"
    return [
        ui.section(
            words.pile_heading(listed, named),
            html.div(
                [
                    html.trusted(figures.pile_symbols(listed)),
                    html.trusted(figures.pile(listed, named, found)),
                ],
                id="all-areas-frame",
                class_="wh-pile-frame",
            ),
            html.p(words.reading_of_pile(listed, found.step), class_="wh-reading"),
            html.p(
                [
                    ui.link("Show all areas by name", f"/compare{view.search(show='all')}#chart"),
                    " · ",
                    ui.file_link(whole, f"Download all {len(listed.rows)} areas (CSV)", plain=True),
                ]
            ),
            id="all-areas",
        )
    ]


def table(context: Context, listed: ComparedAreas, named: NamedAreas, ranked: Sequence[Rank]) -> Component:
    """The figures of the named areas with everything that is known of them."""

    def build() -> Component:
        trends = parts.trend_words_of(listed, named.rows, _named_trends(context, listed, named))
        graded = grades([(listed.indicator, row) for row in named.rows])
        return parts.list_table(listed, named, trends, ranked, graded)

    return _same_named(context, listed, named, "table", build)


def _named_trends(context: Context, listed: ComparedAreas, named: NamedAreas) -> Mapping[str, Row]:
    codes = [row["area_code"] for row in named.rows]
    return _same_named(context, listed, named, "trends", lambda: trends_of(context, listed.view, codes))


def _trends(context: Context, listed: ComparedAreas, named: NamedAreas) -> Mapping[str, Row]:
    """The recent trends of the named areas and of the pinned ones."""
    others = [row["area_code"] for row in named.outside]
    return {**_named_trends(context, listed, named), **trends_of(context, listed.view, others)}


def _ends(context: Context, listed: ComparedAreas) -> list[Component]:
    chosen_rows = [row for row in listed.ordered if row["area_code"] in listed.selected]
    return [
        ui.lineage_section(lineages_of(context, listed.view.indicator_id, chosen_rows)),
        html.div(id="about-figures"),
        _same(context, listed, "below", lambda: html.joined(_below(context, listed))),
    ]


def _below(context: Context, listed: ComparedAreas) -> list[Component]:
    terms = ["benchmark", "funnel"] if _chart_of(context, listed)[0] == "funnel" else ["benchmark"]
    if listed.view.benchmark == "similar":
        terms.append("similar-areas")
    return [ui.provenance(context, listed.indicator, listed.present or listed.rows, *terms)]


# ---- figures to download -----------------------------------------------------------------------------


def export(context: Context, asked: Asked) -> Export:
    """Every area that is compared, as the pile shows them; the named ones where the address says which (``show``)."""
    listed = compared_areas(context, asked.view)
    known: ComparedAreas | NamedAreas = listed
    rows: Sequence[Row] = listed.ordered
    if asked.view.show not in (None, "all") and listed.rows:
        known = named = named_areas(context, listed)
        rows = named.rows
    found = trends_of(context, listed.view, [row["area_code"] for row in rows])
    trends = parts.trend_words_of(listed, rows, found)
    kind = listed.compared.benchmarks.kind
    shown = []
    for row in rows:
        code = row["area_code"]
        against = known.against[code]
        name = against_name(against, kind)
        # an area beside itself is compared with nothing
        value = against.value if against.area_code != code else None
        odds = sentences.at_odds_words(known.at_odds.get(code), name)
        shown.append(
            Shown(listed.indicator, row, name, value, known.by_area[code], trends[code], not_compared=odds)
        )
    return Export(around.file_name(asked.view), shown)


def rows_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The rows as one picture, with title, source, date and licence; None where there is nothing to draw."""
    listed = compared_areas(context, asked.view)
    if asked.view.period is None or len(listed.present) < 2:
        return None
    named = named_areas(context, listed)
    title = words.rows_title(listed, named)
    label = words.chart_label(listed, title, "Each area is a mark with a line for its interval")
    svg = figures.sheet(listed, named, words.chart_source(listed))
    return Sheet(around.file_name(asked.view), svg, label, words.reading_of_rows(listed), named.present)


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
    description="English areas compared with each other and with England: every figure with its confidence interval.",
    export=export,
    sheets={_ROWS: rows_sheet},
    frames={_CHART: ("compare-key", f"{_CHART}-frame")},
)
