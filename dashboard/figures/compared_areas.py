"""The picture of a list of areas: values with intervals, a funnel or ranks, as far as the figures allow.

Pure: the answer in; a plotly dict with its words out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard.answers.compared_areas import ComparedAreas, Row
from dashboard.figures import compare, funnel, ranks
from dashboard.figures.compare import Dots
from dashboard.figures.marks import Benchmark, Mark, counted
from dashboard.sentences import compared_areas as words
from dashboard.sentences import short_name
from dashboard.sentences.benchmarks import against_name, benchmark_name

MOST_NAMED = 45
"""Areas that get a line each in the chart; above that each is a dot."""
FEWEST = 3
"""Areas below which neither a funnel nor ranks say anything."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, its title, what each area is in it, and how to read it."""

    figure: dict[str, Any]
    title: str
    drawn: str
    reading: str


def has_names(listed: ComparedAreas) -> bool:
    """Whether the chart has a line for each area."""
    return len(listed.present) <= MOST_NAMED


def charts_of(listed: ComparedAreas) -> tuple[str, ...]:
    """The pictures that the figures allow, values of the key ``chart``."""
    found = ["values"]
    if len(listed.present) >= FEWEST and not listed.is_illustrative:
        if listed.level is not None and len(funnel.drawable(listed.present, listed.indicator)) >= FEWEST:
            found.append("funnel")
        if listed.indicator.comparable and any(row["lower_ci_95"] is not None for row in listed.present):
            found.append("ranks")
    return tuple(found)


def benchmark_of(listed: ComparedAreas) -> Benchmark:
    """What all areas are compared with; without a value where each has its own."""
    return Benchmark(benchmark_name(listed.compared.benchmarks), listed.level)


def marks_of(listed: ComparedAreas, rows: Iterable[Row]) -> list[Mark]:
    """The rows that have a value, for a chart."""
    chosen = set(listed.selected)
    kind = listed.compared.benchmarks.kind
    marks = []
    for row in rows:
        if row["value"] is not None:
            code = row["area_code"]
            against = listed.against[code]
            marks.append(
                Mark(
                    code,
                    short_name(row["area_name"]),
                    row["value"],
                    row["lower_ci_95"],
                    row["upper_ci_95"],
                    "illustrative" if row["status"] == "illustrative" else listed.by_area[code],
                    against.value if row["status"] != "illustrative" else None,
                    against_name(against, kind),
                    code in chosen,
                    row["status"] == "illustrative",
                )
            )
    return marks


def picture(listed: ComparedAreas, chart: str, ranked: Sequence[ranks.Rank] = ()) -> Picture:
    """A picture of the list; ``ranked`` is needed where it is one of ranks (``ranks_of``)."""
    title = words.chart_title(listed, chart)
    marks = marks_of(listed, listed.rows)
    match chart:
        case "funnel":
            return _funnel(listed, title)
        case "ranks":
            return _ranks(listed, ranked, title)
        case _ if has_names(listed):
            figure = compare.intervals(
                marks, beside=marks_of(listed, listed.beside), **_shared(listed, title)
            )
            drawn = "Each area is a mark with a line for its 95% interval"
            return Picture(figure, title, drawn, words.reading_of_lines(listed))
        case _:
            return strip(listed, dots_of(listed), title)


def dots_of(listed: ComparedAreas) -> Dots:
    """The dots of a strip: the same whichever areas are chosen."""
    marks = marks_of(replace(listed, selected=()), listed.rows)
    return compare.strip_dots(
        marks, indicator=listed.indicator, period=listed.view.period or "", benchmark=benchmark_of(listed)
    )


def strip(listed: ComparedAreas, dots: Dots, title: str) -> Picture:
    """The picture of many areas, from dots that are known already."""
    codes = set(listed.selected)
    chosen = [*listed.beside, *(row for row in listed.rows if row["area_code"] in codes)]
    figure = compare.strip_of(dots, marks_of(listed, chosen), **_shared(listed, title))
    step = compare.strip_step([row["value"] for row in listed.present])
    return Picture(figure, title, "Each area is a dot", words.reading_of_dots(listed, step))


def ranks_of(listed: ComparedAreas) -> list[ranks.Rank]:
    """Ranks with their intervals, of the areas that have an interval: the same whichever areas are chosen."""
    return ranks.ranked(marks_of(replace(listed, selected=()), listed.rows))


def _shared(listed: ComparedAreas, title: str) -> dict[str, Any]:
    return {
        "indicator": listed.indicator,
        "period": listed.view.period or "",
        "benchmark": benchmark_of(listed),
        "title": title,
        "source": words.chart_source(listed),
    }


def _funnel(listed: ComparedAreas, title: str) -> Picture:
    drawn = funnel.drawable(listed.present, listed.indicator)
    marks, sizes = marks_of(listed, drawn), [float(row["denominator"]) for row in drawn]
    codes = {row["area_code"] for row in drawn}
    left_out = [row["area_name"] for row in listed.present if row["area_code"] not in codes]
    judged = funnel.judged(marks, sizes, listed.level or 0.0, listed.indicator)
    figure = funnel.funnel_plot(judged, sizes, **_shared(listed, title))
    reading = words.reading_of_funnel(listed, counted(judged), left_out)
    return Picture(figure, title, "Each area is a mark between curved limits", reading)


def _ranks(listed: ComparedAreas, ranked: Sequence[ranks.Rank], title: str) -> Picture:
    chosen = set(listed.selected)
    marked = [
        replace(rank, mark=replace(rank.mark, selected=rank.mark.area_code in chosen)) for rank in ranked
    ]
    figure = ranks.rank_chart(
        marked,
        indicator=listed.indicator,
        named=has_names(listed),
        title=title,
        source=words.chart_source(listed),
    )
    widest = max(rank.upper - rank.lower + 1 for rank in marked)
    reading = words.reading_of_ranks(widest, len(marked), len(listed.present) - len(marked))
    return Picture(figure, title, "Each area is a line over the ranks it could have", reading)
