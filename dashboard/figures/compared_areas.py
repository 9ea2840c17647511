"""The pictures of a list of areas: rows with values or ranks, a funnel, all areas as a pile, as far as the figures allow.

Pure: the answer in; markup, or a plotly dict with its words, out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard.answers.compared_areas import MOST_NAMED, ComparedAreas, NamedAreas, Row
from dashboard.figures import compare, funnel, ranks
from dashboard.figures.axes import tick_words
from dashboard.figures.compare import Piles, Scale, SheetRow
from dashboard.figures.marks import Benchmark, Mark, counted
from dashboard.sentences import compare_words, interval_words, number, short_name, short_value_words
from dashboard.sentences import compared_areas as words
from dashboard.sentences.benchmarks import against_name, benchmark_name

FEWEST = 3
"""Areas below which neither a funnel nor ranks say anything."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, its title, what each area is in it, how to read it, and how many areas compare how."""

    figure: dict[str, Any]
    title: str
    drawn: str
    reading: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class RowPictures:
    """What rows of areas are drawn with: the axis, its head, the lines behind every row, and the picture of each area.

    marks      by area, of those that have a picture
    own_level  whether each area has a benchmark of its own to draw
    """

    scale: Scale
    head: str
    lines: str
    marks: dict[str, Mark]
    own_level: bool

    def picture(self, area_code: str) -> str:
        """The picture of an area's row; empty where it has none."""
        mark = self.marks.get(area_code)
        return compare.row_picture(mark, self.scale, own_level=self.own_level) if mark else ""


def has_pile(listed: ComparedAreas) -> bool:
    """Whether there are so many areas that a picture of all of them says more than their rows."""
    return len(listed.real) > MOST_NAMED


def charts_of(listed: ComparedAreas) -> tuple[str, ...]:
    """The pictures that the figures allow, values of the key ``chart``."""
    found = ["values"]
    if len(listed.present) >= FEWEST and not listed.is_illustrative:
        if listed.indicator.comparable and any(row["lower_ci_95"] is not None for row in listed.present):
            found.append("ranks")
        if listed.level is not None and len(funnel.drawable(listed.present, listed.indicator)) >= FEWEST:
            found.append("funnel")
    return tuple(found)


def benchmark_of(listed: ComparedAreas) -> Benchmark:
    """What all areas are compared with; without a value where each has its own."""
    return Benchmark(benchmark_name(listed.compared.benchmarks), listed.level)


def second_of(listed: ComparedAreas, named: NamedAreas) -> Benchmark | None:
    """The region that the named areas lie in, where that is not what they are compared with."""
    shared = listed.compared.benchmarks.shared
    if named.region is None or named.level is None:
        return None
    if shared is not None and shared.area_code == named.region.area_code:
        return None
    return Benchmark(named.region.name, named.level)


def marks_of(listed: ComparedAreas, rows: Iterable[Row], named: NamedAreas | None = None) -> list[Mark]:
    """The rows that have a value, for a chart; ``named`` knows how rows that are not of the list compare."""
    known = named or listed
    chosen = set(listed.selected)
    kind = listed.compared.benchmarks.kind
    marks = []
    for row in rows:
        if row["value"] is not None:
            code = row["area_code"]
            against = known.against[code]
            is_illustrative = row["status"] == "illustrative"
            marks.append(
                Mark(
                    code,
                    short_name(row["area_name"]),
                    row["value"],
                    row["lower_ci_95"],
                    row["upper_ci_95"],
                    "illustrative" if is_illustrative else known.by_area[code],
                    against.value if not is_illustrative else None,
                    against_name(against, kind),
                    code in chosen,
                    is_illustrative,
                )
            )
    return marks


# ---- rows --------------------------------------------------------------------------------------------


def value_rows(listed: ComparedAreas, named: NamedAreas) -> RowPictures:
    """Each named area's value with its interval, on the axis of all that are named."""
    marks = marks_of(listed, _drawn(named), named)
    level, second = benchmark_of(listed), second_of(listed, named)
    own_level = level.value is None and listed.has_own_levels and listed.indicator.comparable
    if own_level:
        second = None
        owns = {(mark.benchmark_name, mark.benchmark) for mark in marks if not mark.illustrative}
        if len(owns) == 1:
            level, own_level = Benchmark(*owns.pop()), False
    levels = [level.value, second.value if second else None, *(mark.benchmark for mark in marks if own_level)]
    scale = compare.scale_of(marks, levels, listed.indicator.bounds)
    lines = [
        (line.value, f"{line.name} {short_value_words(line.value, listed.indicator)}")
        for line in (level, second)
        if line is not None and line.value is not None
    ]
    head = compare.axis_head(scale, lambda tick: tick_words(tick, scale.step, listed.indicator), lines)
    behind = compare.shared_lines(scale, level.value, second.value if second else None)
    return RowPictures(scale, head, behind, {mark.area_code: mark for mark in marks}, own_level)


def rank_rows(named: NamedAreas, ranked: Sequence[ranks.Rank]) -> RowPictures:
    """Each named area's range of ranks among all the areas of the list."""
    scale = ranks.rank_scale(len(ranked))
    codes = {row["area_code"] for row in _drawn(named)}
    marks = {rank.mark.area_code: ranks.rank_mark(rank) for rank in ranked if rank.mark.area_code in codes}
    head = compare.axis_head(scale, lambda tick: number(tick), ())
    return RowPictures(scale, head, compare.shared_lines(scale, None, None), marks, own_level=False)


def _drawn(named: NamedAreas) -> list[Row]:
    """Every row once: those named, and the chosen areas that stand above them."""
    return list({row["area_code"]: row for row in (*named.rows, *named.pinned)}.values())


def sheet(listed: ComparedAreas, named: NamedAreas, source: str) -> str:
    """The rows of values as one picture that stands alone."""
    rows = value_rows(listed, named)
    pinned = [row for row in named.pinned if row not in named.rows]
    return compare.sheet(
        [
            SheetRow(
                mark,
                short_value_words(row["value"], listed.indicator),
                interval_words(row["lower_ci_95"], row["upper_ci_95"], listed.indicator),
                compare_words(mark.compared) if listed.is_compared else "",
                row["area_code"] == named.own,
            )
            for row in (*pinned, *named.rows)
            if (mark := rows.marks.get(row["area_code"])) is not None
        ],
        rows.scale,
        indicator=listed.indicator,
        level=benchmark_of(listed),
        second=second_of(listed, named),
        title=words.rows_title(listed, named),
        notes=[words.order_words(listed, named, are_pinned=False), source],
    )


# ---- all areas ---------------------------------------------------------------------------------------


def piles_of(listed: ComparedAreas) -> Piles:
    """The dots of every area that has a real value: the same whichever areas are chosen."""
    marks = marks_of(replace(listed, selected=()), listed.real)
    return compare.piles(marks, listed.level, listed.indicator)


def pile(listed: ComparedAreas, named: NamedAreas, found: Piles) -> str:
    """The picture of all areas, the chosen ones marked."""
    chosen = marks_of(listed, [row for row in named.pinned if row["status"] != "illustrative"], named)
    return compare.pile_picture(
        found,
        chosen,
        indicator=listed.indicator,
        benchmark=benchmark_of(listed),
        label=words.chart_label(listed, words.chart_title(listed, "values"), "Each area is a dot"),
    )


def pile_symbols(listed: ComparedAreas) -> str:
    """The marks that the pile names; those of the rows may be drawn in another place of the page."""
    return compare.pile_definitions({listed.by_area[row["area_code"]] for row in listed.real})


def widest(ranked: Sequence[ranks.Rank]) -> int:
    """The most ranks that one area could have."""
    return max(rank.upper - rank.lower + 1 for rank in ranked)


def ranks_of(listed: ComparedAreas) -> list[ranks.Rank]:
    """Ranks with their intervals, of the areas that have an interval: the same whichever areas are chosen."""
    return ranks.ranked(marks_of(replace(listed, selected=()), listed.rows))


def funnel_of(listed: ComparedAreas) -> Picture:
    """Every area by its size, between the limits of chance."""
    drawn = funnel.drawable(listed.present, listed.indicator)
    marks, sizes = marks_of(listed, drawn), [float(row["denominator"]) for row in drawn]
    codes = {row["area_code"] for row in drawn}
    left_out = [row["area_name"] for row in listed.present if row["area_code"] not in codes]
    judged = funnel.judged(marks, sizes, listed.level or 0.0, listed.indicator)
    title = words.chart_title(listed, "funnel")
    counts = counted(judged)
    figure = funnel.funnel_plot(
        judged,
        sizes,
        indicator=listed.indicator,
        period=listed.view.period or "",
        benchmark=benchmark_of(listed),
        title=title,
        source=words.chart_source(listed),
        note=words.counts_note(counts, benchmark_name(listed.compared.benchmarks)),
    )
    reading = words.reading_of_funnel(listed, counts, left_out)
    return Picture(figure, title, "Each area is a mark between curved limits", reading, dict(counts))
