"""Compare: areas of one type beside a benchmark, with intervals; a rank only on request and never without its own
interval; the answer in words first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from dashboard import comparing, sentences
from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.address.view import View
from dashboard.comparing import Against
from dashboard.components import html
from dashboard.figures import compare as figures
from dashboard.figures import funnel, ranks
from dashboard.figures.classes import compare_rows
from dashboard.queries.grades import grades
from dashboard.queries.releases import releases_of
from dashboard.sentences import grade_words
from indicators.catalogue import Indicator

Component = Any
Row = dict[str, Any]

MOST_NAMED = 45  # areas that get a line each in the chart; above that each is a dot
MOST_SELECTED = 8
_JUDGED = ("better", "higher", "similar", "lower", "worse")
_CHARTS = {
    "values": "Values and intervals",
    "funnel": "Funnel: which differ more than chance",
    "ranks": "Ranks: where each area could stand",
}
_FEWEST = 3  # areas below which neither a funnel nor ranks say anything


class Comparison:
    """Everything one page of areas says, worked out once and used by the words, the chart and the table."""

    def __init__(self, context: Context, view: View) -> None:
        self.context = context
        self.view = view
        self.indicator: Indicator = context.catalogue[view.indicator_id]
        self.area_type = context.register.area_types[view.area_type]
        self.all_rows: list[Row] = comparing.rows_of(context, view, view.area_type)
        self.on = comparing.day_of(context, view)
        self.rows = self.all_rows
        if view.parent:
            held = set(
                comparing.inside(
                    context.register, view.parent, [row["area_code"] for row in self.all_rows], self.on
                )
            )
            self.rows = [row for row in self.all_rows if row["area_code"] in held]
        there = {row["area_code"] for row in self.rows}
        # a chosen area that is not one of those compared (a region, or a place outside the parent) stands beside them
        self.beside: list[Row] = [
            row
            for code in self.selected
            if code not in there and (row := comparing.row_of(context, view, code)) is not None
        ]
        everyone = [*self.beside, *self.rows]
        self.against: dict[str, Against] = comparing.against(
            context, view, [row["area_code"] for row in everyone], self.on
        )
        # one vectorised call for all rows
        words = compare_rows(
            everyone, [self.against[row["area_code"]].value for row in everyone], self.indicator
        )
        self.compared: dict[str, str] = {
            row["area_code"]: "not_compared"
            if self.against[row["area_code"]].area_code == row["area_code"]
            else word
            for row, word in zip(everyone, words, strict=True)
        }

    @property
    def selected(self) -> tuple[str, ...]:
        """The chosen areas that are marked."""
        return self.view.area_codes[:MOST_SELECTED]

    @cached_property
    def ordered(self) -> list[Row]:
        """The rows as the table has them: those that stand beside, the chosen ones, then the others by name."""
        chosen = set(self.selected)
        return [
            *self.beside,
            *(row for row in self.rows if row["area_code"] in chosen),
            *(row for row in self.rows if row["area_code"] not in chosen),
        ]

    @cached_property
    def present(self) -> list[Row]:
        """The rows compared that have a value."""
        return [row for row in self.rows if row["value"] is not None]

    @property
    def period(self) -> str:
        return sentences.period_words(self.view.period)

    @property
    def plural(self) -> str:
        return sentences.lower_first(self.area_type.plural)

    @property
    def where(self) -> str:
        """`` in the East Midlands`` where the list is narrowed to a parent."""
        return (
            f" in {sentences.in_words(self.context.register.area(self.view.parent))}"
            if self.view.parent
            else ""
        )

    @cached_property
    def benchmark(self) -> figures.Benchmark:
        """What all areas are compared with; without a value where each has its own."""
        if self.view.benchmark == "region":
            ones = {self.against[row["area_code"]] for row in self.rows}
            if len(ones) == 1 and (only := next(iter(ones))).area_code:
                return figures.Benchmark(only.name, only.value)
            return figures.Benchmark("their own region", None)
        code = comparing.ENGLAND if self.view.benchmark == "england" else self.view.benchmark
        name = ui.area_name(self.context, self.view, code)
        # a count of the whole country would squash every area into a corner
        value = (
            next((one.value for one in self.against.values()), None) if self.indicator.comparable else None
        )
        return figures.Benchmark(name, value)

    @property
    def benchmark_words(self) -> str:
        """``England (76.0%)``."""
        one = self.benchmark
        level = (
            f" ({sentences.short_value_words(one.value, self.indicator)})" if one.value is not None else ""
        )
        return one.name + level

    @cached_property
    def why_not_compared(self) -> str:
        """Why no area is compared; empty where at least one is."""
        if any(word != "not_compared" for word in self.compared.values()) or len(self.present) < 2:
            return ""
        if not self.indicator.comparable:
            return (
                "These figures are counts. A larger place has more of everything, so areas are shown beside "
                "each other but not compared."
            )
        if all(self.against[row["area_code"]].value is None for row in self.rows):
            return f"There is no figure for {self.benchmark.name} in {self.period}, so there is nothing to compare with."
        if all(row["lower_ci_95"] is None for row in self.present):
            return (
                "The publisher gives neither intervals nor the counts to work them out, so a real difference from "
                f"{self.benchmark.name} cannot be told from chance: areas are not compared."
            )
        return ""

    @property
    def illustrative(self) -> bool:
        return ui.is_illustrative([*self.rows, *self.beside])

    @property
    def named(self) -> bool:
        """Whether the chart has a line for each area."""
        return len(self.present) <= MOST_NAMED

    @cached_property
    def charts(self) -> tuple[str, ...]:
        """The pictures that these figures allow."""
        found = ["values"]
        if len(self.present) >= _FEWEST:
            if self.benchmark.value is not None and funnel.possible(self.present, self.indicator):
                found.append("funnel")
            if self.indicator.comparable and any(row["lower_ci_95"] is not None for row in self.present):
                found.append("ranks")
        return tuple(found)

    @property
    def chart(self) -> str:
        """The picture shown: the one asked for where it can be drawn."""
        return self.view.chart if self.view.chart in self.charts else "values"

    @cached_property
    def ranked(self) -> list[ranks.Rank]:
        """Ranks with their intervals, of the areas that have an interval; simulated once a publication."""
        return self.context.cached(
            ("compare ranks", *self.view.key.values(), self.view.area_type, self.view.period, self.view.parent,
             self.view.benchmark, self.selected),
            lambda: ranks.ranked(self.marks(self.rows)),
        )  # fmt: skip

    @cached_property
    def trends(self) -> dict[str, Row]:
        """Recent trends by area."""
        view = self.view
        return self.context.cached(
            ("compare trends", *view.key.values(), view.area_type, view.period, view.parent, self.selected),
            lambda: self.context.store.trends(
                **view.key, area_codes=[row["area_code"] for row in [*self.beside, *self.rows]]
            ),
        )

    def marks(self, rows: Sequence[Row]) -> list[figures.Mark]:
        """The rows that have a value, for a chart."""
        chosen = set(self.selected)
        return [
            figures.Mark(
                area_code=row["area_code"],
                name=sentences.short_name(row["area_name"]),
                value=row["value"],
                lower=row["lower_ci_95"],
                upper=row["upper_ci_95"],
                compared=self.compared[row["area_code"]],
                benchmark=self.against[row["area_code"]].value,
                benchmark_name=self.against[row["area_code"]].name,
                selected=row["area_code"] in chosen,
                illustrative=row["status"] == "illustrative",
            )
            for row in rows
            if row["value"] is not None
        ]


# ---- words -----------------------------------------------------------------------------------------


def summary(comparison: Comparison) -> str:
    """The answer in one sentence: how many areas are better, similar and worse, and how many have no figure."""
    indicator, rows = comparison.indicator, comparison.rows
    present = comparison.present
    if not rows:
        return ""
    if not present:
        return f"No {sentences.lower_first(comparison.area_type.name)}{comparison.where} has a figure."
    total = sentences.counted(len(rows), sentences.lower_first(comparison.area_type.name), comparison.plural)
    counts = Counter(comparison.compared[row["area_code"]] for row in present)
    judged = [key for key in _JUDGED if counts[key]]
    low, high = (
        sentences.short_value_words(end(row["value"] for row in present), indicator) for end in (min, max)
    )
    spread = f"values run from {low} to {high}" if low != high else f"the value is {low}"
    without = _without_words(rows)
    if not judged:
        return (
            f"Of {total}{comparison.where}, {spread}.{without}"
            if len(rows) > 1
            else (f"{present[0]['area_name']}: {sentences.value_with_interval(present[0], indicator)}.")
        )
    parts = []
    for key in judged:
        verb = "is" if counts[key] == 1 else "are"
        tail = ""
        if not parts:
            joiner = "to" if key == "similar" else "than"
            tail = f" {joiner} {comparison.benchmark_words}"
        parts.append(f"{sentences.number(counts[key])} {verb} {key}{tail}")
    if counts["not_compared"]:
        parts.append(f"{sentences.number(counts['not_compared'])} cannot be compared")
    return f"Of {total}{comparison.where}, {sentences.listed(parts)}.{without}"


def _without_words(rows: Sequence[Row]) -> str:
    """`` 2 have no figure: too uncertain to publish.``; an empty text where none is missing."""
    missing = Counter(row["status"] for row in rows if row["value"] is None)
    if not missing:
        return ""
    reasons = [
        (
            sentences.lower_first(sentences.STATUS_WORDS.get(status, status))
            if status not in ("ok", "illustrative")
            else "not given",
            n,
        )
        for status, n in missing.most_common()
    ]
    if len(reasons) == 1:
        return f" {sentences.counted(reasons[0][1], 'has', 'have')} no figure: {reasons[0][0]}."
    told = sentences.listed(f"{sentences.number(n)} {words}" for words, n in reasons)
    return f" {sentences.counted(missing.total(), 'has', 'have')} no figure: {told}."


def sentence(comparison: Comparison, area_code: str) -> str:
    """What a chosen area's figure is and how it compares; or that it has none, and why."""
    row = next(
        (row for row in (*comparison.beside, *comparison.all_rows) if row["area_code"] == area_code), None
    )
    name = ui.area_name(comparison.context, comparison.view, area_code)
    if row is None:
        return f"{name} has no figure {sentences.in_period(comparison.view.period)}."
    indicator = comparison.indicator
    if row["value"] is None:
        status = sentences.lower_first(sentences.value_words(None, indicator, row["status"]))
        return f"{name} has no figure {sentences.in_period(comparison.view.period)}: {status}."
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    value = sentences.value_words(row["value"], indicator)
    words = f"{name}, {value} ({between})" if between else f"{name}, {value}"
    one = comparison.against[area_code]
    level = f" ({sentences.short_value_words(one.value, indicator)})" if one.value is not None else ""
    side = "lower" if one.value is not None and row["value"] < one.value else "higher"
    match comparison.compared[area_code]:
        case "similar":
            return f"{words}, is similar to {one.name}{level}: its interval holds that figure."
        case "better" | "worse" as judged:
            return f"{words}, is {side} than {one.name}{level}, which is {judged}."
        case "lower" | "higher" as plain:
            return f"{words}, is {plain} than {one.name}{level}."
        case _:
            return f"{words}."


def heading(comparison: Comparison) -> list[Component]:
    """The h1, the answer, a paragraph for each chosen area; a banner where figures are illustrative."""
    view = comparison.view
    words = ", ".join(
        [
            comparison.indicator.short_title,
            *sentences.group_words(comparison.context.available(view.indicator_id), view),
        ]
        + ([comparison.period] if view.period else [])
    )
    told = sentences.made_up_first(summary(comparison), comparison.illustrative)
    lead = [text for text in (told, comparison.why_not_compared) if text]
    chosen = [
        html.p(
            [
                html.strong(sentence(comparison, code)),
                f" Recent trend: {sentences.trend_sentence(comparison.trends.get(code))}. ",
                ui.link("Over time", f"/trends{view.search(area=[code], period=None, parent=None)}"),
                " · ",
                ui.link("Profile", f"/areas/{code}"),
            ],
            class_="wh-selected",
        )
        for code in (comparison.selected if view.period else ())
    ]
    if len(view.area_codes) > MOST_SELECTED:
        chosen.append(
            ui.paragraph(
                f"The address names {len(view.area_codes)} areas; the first {MOST_SELECTED} are marked.",
                muted=True,
            )
        )
    return [
        ui.heading(words, *lead, caption=f"Compare · {comparison.area_type.plural}{comparison.where}"),
        *([ui.illustrative_banner()] if comparison.illustrative else []),
        *chosen,
    ]


# ---- parts -----------------------------------------------------------------------------------------


def controls(comparison: Comparison) -> list[Component]:
    context, view = comparison.context, comparison.view
    groups = comparing.parent_options(
        context, [row["area_code"] for row in comparison.all_rows], comparison.on
    )
    known = {code for _, pairs in groups for code, _ in pairs}
    if view.parent and view.parent not in known:
        area = context.register.area(view.parent)
        groups = [("In the address", [(view.parent, area.name)]), *groups]
    names = [(row["area_code"], row["area_name"]) for row in comparison.rows]
    return [
        ui.controls(
            ui.indicator_select(context, view),
            ui.area_type_select(context, view),
            ui.period_select(view),
            ui.people_select(context, view),
            ui.select(
                "parent", "Only areas in", [("", "All of England"), *groups], view.parent or "", default=""
            )
            if groups
            else None,
            comparing.benchmark_select(context, view),
            ui.select(
                "chart", "Picture", [(key, _CHARTS[key]) for key in comparison.charts], comparison.chart
            )
            if len(comparison.charts) > 1
            else None,
            ui.add_area_select("Mark an area", [(comparison.area_type.plural, names)], view.area_codes)
            if len(names) > 1
            else None,
        ),
        ui.chosen_areas(context, view, "/compare", comparison.selected) or html.div(),
    ]


def chart(comparison: Comparison) -> list[Component]:
    """The picture, how to read it in words, and its downloads."""
    view = comparison.view
    if len(comparison.present) < 2:
        return []
    benchmark = comparison.benchmark
    compared = benchmark.name if not comparison.why_not_compared else ""
    title = (
        f"{sentences.figure_title(comparison.indicator, comparison.context.available(view.indicator_id), view)}: {comparison.plural}{comparison.where}, "
        f"{comparison.period}"
        + (f", compared with {compared}" if compared and comparison.chart != "ranks" else "")
    )
    source = sentences.source_line(releases_of(comparison.context, comparison.rows))
    match comparison.chart:
        case "funnel":
            figure, drawn, reading = _funnel(comparison, title, source)
        case "ranks":
            figure, drawn, reading = _ranks(comparison, title, source)
        case _:
            figure, drawn, reading = _values(comparison, title, source, compared)
    low, high = (
        sentences.short_value_words(end(row["value"] for row in comparison.present), comparison.indicator)
        for end in (min, max)
    )
    label = (
        f"Chart. {title}. {drawn}; values run from {low} to {high}"
        + (f"; {comparison.benchmark_words}" if benchmark.value is not None else "")
        + ". Every figure is in the table below."
    )
    return [
        ui.section(
            "How areas compare" if not comparison.why_not_compared else "Areas beside each other",
            *_why_another_chart(comparison),
            ui.chart("compare-chart", figure, label, height=figure["layout"]["height"]),
            ui.paragraph(reading, muted=True),
            ui.take_away(
                "compare-chart", file_name(view), csv=csv_address(view), embed=f"/compare{view.search()}"
            ),
            id="chart",
        )
    ]


def _why_another_chart(comparison: Comparison) -> list[Component]:
    """Why the picture that the address asks for is not the one shown."""
    match comparison.view.chart:
        case asked if asked == comparison.chart:
            return []
        case "funnel":
            words = (
                "A funnel plot needs the counts behind each figure and one benchmark with a figure. These figures do "
                "not have both, so each area is shown with its own interval instead."
            )
        case _:
            words = (
                "Ranks are shown only with the interval that uncertainty leaves them. These figures have no intervals, "
                "so no ranks are shown."
            )
    return [ui.inset(html.p(words))]


def _values(
    comparison: Comparison, title: str, source: str, compared: str
) -> tuple[dict[str, Any], str, str]:
    """A line for each of a few areas, a dot for each of many: (figure, what is drawn, how to read it)."""
    marks, benchmark = comparison.marks(comparison.rows), comparison.benchmark
    shared = {
        "indicator": comparison.indicator,
        "period": comparison.view.period or "",
        "benchmark": benchmark,
        "title": title,
        "source": source,
    }
    beside = comparison.marks(comparison.beside)
    if comparison.named:
        reading = (
            "The line through each mark is its 95% interval: where it holds the dashed line, the area is similar to "
            f"{benchmark.name}. Areas whose lines overlap much may not differ at all, so their order means little."
            if compared and benchmark.value is not None
            else "Areas stand in the order of their values; where intervals overlap much, that order means little."
        )
        figure = figures.intervals(marks, beside=beside, **shared)
        return figure, "Each area is a mark with a line for its 95% interval", reading
    reading = (
        f"Each area is one mark, at its value to the nearest {_step_words(comparison, marks)}; marks are piled up, "
        "so a tall pile means that many areas have about that value."
        + (" Intervals are drawn in the table." if any(mark.lower is not None for mark in marks) else "")
    )
    return figures.strip(marks, beside=beside, **shared), "Each area is a dot", reading


def _funnel(comparison: Comparison, title: str, source: str) -> tuple[dict[str, Any], str, str]:
    """Areas by size between the limits of chance: (figure, what is drawn, how to read it)."""
    benchmark = comparison.benchmark
    sizes = [float(row["denominator"]) for row in comparison.present]
    marks = funnel.judged(
        comparison.marks(comparison.rows), sizes, benchmark.value or 0.0, comparison.indicator
    )
    figure = funnel.funnel_plot(
        marks,
        sizes,
        indicator=comparison.indicator,
        period=comparison.view.period or "",
        benchmark=benchmark,
        title=title,
        source=source,
    )
    beyond = Counter(mark.compared for mark in marks)
    far = sum(count for word, count in beyond.items() if word.startswith("much_"))
    near = len(marks) - far - beyond["similar"]
    reading = (
        f"Small areas vary more by chance, so the limits around {benchmark.name} are wide on the left and narrow on the "
        f"right. {sentences.counted(far, 'area lies', 'areas lie')} beyond the 99.8% limits, which chance alone would do to "
        f"about {sentences.number(0.002 * len(marks), 1)} of {len(marks)}; {sentences.number(near)} more beyond the 95% "
        "limits. Where very many lie outside, areas differ for reasons other than chance, such as who lives there, and "
        "the limits are too narrow to single any of them out. The table compares each area by its own interval."
    )
    return figure, "Each area is a mark between curved limits", reading


def _ranks(comparison: Comparison, title: str, source: str) -> tuple[dict[str, Any], str, str]:
    """Where each area could rank: (figure, what is drawn, how to read it)."""
    figure = ranks.rank_chart(
        comparison.ranked,
        indicator=comparison.indicator,
        named=comparison.named,
        title=title,
        source=source,
    )
    widest = max(one.upper - one.lower + 1 for one in comparison.ranked)
    without = len(comparison.present) - len(comparison.ranked)
    reading = (
        "Each line runs from the best to the worst rank that an area could have, given how sure its figure is (95% of "
        f"10,000 simulations). The longest covers {widest} of {len(comparison.ranked)} ranks. Where lines overlap, do not "
        "say that one area ranks above another. A high rank is not always good: see what the indicator means."
        + (
            f" {sentences.counted(without, 'area has', 'areas have')} no interval and no rank."
            if without
            else ""
        )
    )
    return figure, "Each area is a line over the ranks it could have", reading


def _step_words(comparison: Comparison, marks: Sequence[figures.Mark]) -> str:
    """``1 percentage point``, ``£20``: what the values of the strip are rounded to."""
    step = figures.strip_step([mark.value for mark in marks])
    places = 0 if step >= 1 else 1 if step >= 0.1 else 2
    number = sentences.number(step, places)
    match comparison.indicator.unit:
        case "percent" | "percentage_points":
            return f"{number} percentage {'point' if step == 1 else 'points'}"
        case "pounds_per_week":
            return f"£{number}"
        case "years":
            return f"{number} {'year' if step == 1 else 'years'}"
        case _:
            return number


def table(comparison: Comparison) -> Component:
    """Every area with value, interval, comparison and recent trend; chosen areas first, then by name."""
    view, indicator = comparison.view, comparison.indicator
    chosen = set(comparison.selected)
    everyone = comparison.ordered
    has = {
        key: any(row[key] is not None for row in everyone)
        for key in ("lower_ci_95", "numerator", "denominator")
    }
    compares = any(word != "not_compared" for word in comparison.compared.values())
    with_note = any(row["note"] or row["status"] == "illustrative" for row in everyone)
    own_regions = view.benchmark == "region" and comparison.benchmark.value is None
    columns: list[Any] = [
        "Area",
        {"label": f"Value ({unit})" if (unit := _unit(indicator)) else "Value", "kind": "number"},
    ]
    if has["lower_ci_95"]:
        column: dict[str, Any] = {"label": "95% confidence interval", "kind": "number"}
        if not comparison.named:
            column = {"label": "95% confidence interval", "bar": _bar(comparison, everyone)}
        columns.append(column)
    graded = dict(
        zip(
            [row["area_code"] for row in everyone],
            grades([(indicator, row) for row in everyone]),
            strict=True,
        )
    )
    with_grade = has["lower_ci_95"] and any(graded.values())
    if with_grade:
        columns.append("Survey quality")
    if compares:
        columns.append(f"Compared with {comparison.benchmark_words}")
        if own_regions:
            columns.append("Its region")
    could_rank = {one.mark.area_code: one for one in comparison.ranked} if comparison.chart == "ranks" else {}
    if could_rank:
        columns.append({"label": f"Could rank, of {len(could_rank)} (95%)", "kind": "number"})
    columns.append(_trend_heading(view))
    if has["numerator"]:
        columns.append({"label": "Count", "kind": "number"})
    if has["denominator"]:
        columns.append({"label": "Out of", "kind": "number"})
    if with_note:
        columns.append("Note")
    columns.append("Code")

    rows = []
    for row in everyone:
        code = row["area_code"]
        cells: list[Any] = [
            {"t": row["area_name"], "h": f"/areas/{code}", **({"c": "wh-marked"} if code in chosen else {})},
            _value_cell(row, indicator),
        ]
        if has["lower_ci_95"]:
            cells.append(_interval_cell(comparison, row, own_regions))
        if with_grade:
            cells.append(grade_words(graded[code]))
        if compares:
            word = comparison.compared[code]
            name = f"wh-compared wh-compared-{word.replace('_', '-')}" if row["value"] is not None else ""
            words = sentences.compare_words(word) if row["value"] is not None else ""
            cells.append({"t": words, "c": name} if name else words)
            if own_regions:
                one = comparison.against[code]
                level = (
                    f" ({sentences.short_value_words(one.value, indicator)})" if one.value is not None else ""
                )
                cells.append(one.name + level if one.area_code else "")
        if could_rank:
            one_rank = could_rank.get(code)
            cells.append({"t": one_rank.words, "s": one_rank.rank} if one_rank else "")
        cells.append(sentences.trend_words(comparison.trends.get(code)))
        for key in ("numerator", "denominator"):
            if has[key]:
                cells.append({"t": sentences.number(row[key]), "s": row[key]} if row[key] is not None else "")
        if with_note:
            words = [sentences.STATUS_WORDS["illustrative"]] if row["status"] == "illustrative" else []
            cells.append({"t": "; ".join([*words, *([row["note"]] if row["note"] else [])]), "c": "wh-note"})
        cells.append(code)
        rows.append(cells)
    caption = (
        f"{sentences.figure_title(comparison.indicator, comparison.context.available(view.indicator_id), view)}, {comparison.period}: "
        f"{comparison.plural}{comparison.where}"
    )
    return ui.section(
        "All figures",
        ui.table(caption, columns, rows, id="compare-table", csv=csv_address(view), hide_caption=True),
        id="figures",
    )


def _trend_heading(view: View) -> str:
    """The trend is that of the newest periods, which the reader of older figures must know."""
    if view.periods and view.period != view.periods[-1]:
        return f"Recent trend (to {sentences.period_words(view.periods[-1])})"
    return "Recent trend"


def _unit(indicator: Indicator) -> str:
    """The unit where the cells do not give it."""
    match indicator.unit:
        case "percent" | "pounds_per_week" | "count" | "people":
            return ""
        case _:
            return sentences.lower_first(sentences.unit_words(indicator))


def _value_cell(row: Row, indicator: Indicator) -> Any:
    if row["value"] is None:
        return {"t": sentences.value_words(None, indicator, row["status"]), "s": None, "c": "wh-missing"}
    return {"t": sentences.short_value_words(row["value"], indicator), "s": row["value"]}


def _interval_cell(comparison: Comparison, row: Row, own_regions: bool) -> Any:
    if row["value"] is None or row["lower_ci_95"] is None or row["upper_ci_95"] is None:
        return ""
    indicator = comparison.indicator
    cell: dict[str, Any] = {
        "t": sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator),
        "s": row["lower_ci_95"],
    }
    if not comparison.named:
        places = indicator.decimal_places + 1
        bar = [round(row[key], places) for key in ("lower_ci_95", "value", "upper_ci_95")]
        own = comparison.against[row["area_code"]].value
        if own_regions and own is not None:
            bar.append(round(own, places))
        cell["b"] = bar
        cell["c"] = "wh-has-bar"
        cell["k"] = comparison.compared[row["area_code"]]
    return cell


def _bar(comparison: Comparison, rows: Sequence[Row]) -> dict[str, Any]:
    """Ends of the scale that intervals are drawn on in the rows, and where the benchmark stands."""
    ends = [
        row[key]
        for row in rows
        if row["value"] is not None
        for key in ("value", "lower_ci_95", "upper_ci_95")
    ]
    ends = [end for end in ends if end is not None]
    benchmark = comparison.benchmark.value
    if benchmark is not None:
        ends.append(benchmark)
    return {"from": min(ends), "to": max(ends), "mark": benchmark}


def file_name(view: View) -> str:
    """``compare-employment-rate-ltla-2023-01-01``."""
    return "-".join(["compare", view.indicator_id, view.area_type, (view.period or "").split("/")[0]]).strip(
        "-"
    )


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    view = asked.view
    comparison = Comparison(context, view)
    if view.period is None or not comparison.all_rows:
        return [*heading(comparison), *controls(comparison), ui.no_figures(context, view, "/compare")]
    if not comparison.rows:
        name = sentences.in_words(context.register.area(view.parent or ""))
        return [
            *heading(comparison),
            *controls(comparison),
            ui.inset(
                html.p(f"None of these {comparison.plural} lies in {name}."),
                html.p(ui.link(f"Show all {comparison.plural}", f"/compare{view.search(parent=None)}")),
            ),
        ]
    alone = len(comparison.rows) == 1
    return [
        *heading(comparison),
        *controls(comparison),
        *(
            [
                ui.inset(
                    html.p("There is only one area of this type, so there is nothing to compare."),
                    html.p(ui.link("See how it changed over time", f"/trends{view.search(period=None)}")),
                )
            ]
            if alone
            else chart(comparison)
        ),
        table(comparison),
        ui.provenance(
            context, comparison.indicator, comparison.present or comparison.rows, *_terms(comparison)
        ),
    ]


def _terms(comparison: Comparison) -> list[str]:
    """Keys of the glossary for what the picture and the benchmark bring with them."""
    return ["benchmark", "funnel"] if comparison.chart == "funnel" else ["benchmark"]


def csv_address(view: View) -> str:
    """Where the CSV of what is shown is: this very period and type of area, whatever is published later."""
    return f"/csv/compare{view.search(period=view.period, area_type=view.area_type)}"


def export(context: Context, asked: Asked) -> Export:
    """The figures of the chart and the table, in the order of the table."""
    comparison = Comparison(context, asked.view)
    shown = []
    for row in comparison.ordered:
        code = row["area_code"]
        one = comparison.against[code]
        trend = sentences.trend_words(comparison.trends.get(code))
        shown.append(Shown(comparison.indicator, row, one.name, one.value, comparison.compared[code], trend))
    return Export(file_name(asked.view), shown)


def _title(context: Context, asked: Asked) -> str:
    view = replace(asked.view, area_codes=())
    words = [context.catalogue[view.indicator_id].short_title]
    if view.period:
        words.append(sentences.period_words(view.period))
    return f"Compare: {', '.join(words)}"


PAGE = Page(
    path="/compare",
    name="compare",
    title=_title,
    layout=layout,
    nav="Compare",
    order=40,
    description="English areas beside each other and beside England: every figure with its interval, and what is more than chance.",
    export=export,
)
