"""Relate: two indicators for areas of one type, area by area; and what that does and does not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from math import isnan
from typing import Any

from dashboard import comparing, sentences
from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.address.view import View, read_view, search_of
from dashboard.comparing import ENGLAND
from dashboard.components import html
from dashboard.figures import relate as figures
from dashboard.figures.relate import MOST_MARKED, SHAPES, Axis, Dot, Fit
from dashboard.queries.releases import releases_of
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.statistics.relation import Estimate, correlation, mean_band, slope

Component = Any
Row = dict[str, Any]

FEWEST = 8  # with fewer areas a line would say more than they do
_STEPS = 40  # places at which the band is drawn
# what people set other figures against, the first that fits
_SET_AGAINST = (
    "disability-prevalence",
    "no-qualifications",
    "employment-rate",
    "healthy-life-expectancy",
    "talking-therapies-recovery-rate",
)


class Relation:
    """Both indicators for the areas that have both, matched by code; worked out once for words, chart and table."""

    def __init__(self, context: Context, view: View) -> None:
        self.context = context
        self.notes: list[str] = []
        self.view = view
        self.indicator: Indicator = context.catalogue[view.indicator_id]
        self.area_type = context.register.area_types[view.area_type]
        self.other: View | None = self._other_view()
        self.with_indicator: Indicator | None = (
            context.catalogue[self.other.indicator_id] if self.other else None
        )
        self.on = comparing.day_of(context, view)

    # ---- the second indicator ------------------------------------------------------------------------

    def _other_view(self) -> View | None:
        """The second indicator for the same type of area, in the period nearest to the first one's."""
        view = self.view
        chosen = view.with_id
        if chosen == view.indicator_id:
            self.notes.append("An indicator cannot be set against itself, so another one is shown beside it.")
            chosen = None
        chosen = chosen or self._default()
        if chosen is None:
            return None
        sexes = {row["sex"] for row in self.context.available(chosen) if row["area_type"] == view.area_type}
        asked = {"indicator": chosen, "area_type": view.area_type}
        if view.sex in sexes:
            asked["sex"] = view.sex
        found = read_view(self.context, search_of(asked))
        if not isinstance(found, View):
            return None
        if view.period is None or found.period is None:
            return found
        return replace(found, period=nearest_period(view.period, found.periods))

    def _default(self) -> str | None:
        fitting = [
            indicator.id
            for indicator in self.context.catalogue.values()
            if indicator.id != self.view.indicator_id
            and indicator.comparable
            and self._has_figures(indicator.id)
        ]
        return next((one for one in _SET_AGAINST if one in fitting), next(iter(fitting), None))

    def _has_figures(self, indicator_id: str) -> bool:
        return any(row["area_type"] == self.view.area_type for row in self.context.available(indicator_id))

    # ---- figures -------------------------------------------------------------------------------------

    @cached_property
    def up_rows(self) -> list[Row]:
        return self._narrowed(comparing.rows_of(self.context, self.view, self.view.area_type))

    @cached_property
    def across_rows(self) -> list[Row]:
        if self.other is None:
            return []
        return self._narrowed(comparing.rows_of(self.context, self.other, self.view.area_type))

    def _narrowed(self, rows: list[Row]) -> list[Row]:
        if not self.view.parent:
            return rows
        codes = [row["area_code"] for row in rows]
        held = set(comparing.inside(self.context.register, self.view.parent, codes, self.on))
        return [row for row in rows if row["area_code"] in held]

    @cached_property
    def pairs(self) -> list[tuple[Row, Row]]:
        """(first, second) of the areas that both publications have, whether or not with a value; by name."""
        across = {row["area_code"]: row for row in self.across_rows}
        return [(row, across[row["area_code"]]) for row in self.up_rows if row["area_code"] in across]

    @cached_property
    def dots(self) -> list[Dot]:
        """The areas that have both values."""
        return [
            Dot(
                up["area_code"],
                sentences.short_name(up["area_name"]),
                across["value"],
                up["value"],
                (across["lower_ci_95"], across["upper_ci_95"]),
                (up["lower_ci_95"], up["upper_ci_95"]),
                "illustrative" in (up["status"], across["status"]),
            )
            for up, across in self.pairs
            if up["value"] is not None and across["value"] is not None
        ]

    @property
    def comparable(self) -> bool:
        return self.indicator.comparable and (self.with_indicator is None or self.with_indicator.comparable)

    @cached_property
    def correlation(self) -> Estimate | None:
        """None where there are too few areas, or where one value is the same everywhere."""
        if len(self.dots) < FEWEST or not self.comparable:
            return None
        found = correlation([dot.x for dot in self.dots], [dot.y for dot in self.dots])
        return None if isnan(found.value) else found

    @cached_property
    def slope(self) -> Estimate:
        return slope([dot.x for dot in self.dots], [dot.y for dot in self.dots])

    @cached_property
    def fit(self) -> Fit | None:
        if self.correlation is None:
            return None
        across = [dot.x for dot in self.dots]
        low, high = min(across), max(across)
        places = [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]
        band = mean_band(across, [dot.y for dot in self.dots], places)
        return Fit(places, band.value.tolist(), band.lower.tolist(), band.upper.tolist())

    def expected(self, dot: Dot) -> float:
        """What the line gives at an area's value of the second indicator."""
        band = mean_band([one.x for one in self.dots], [one.y for one in self.dots], dot.x)
        return float(band.value)

    @cached_property
    def marked(self) -> list[str]:
        """The chosen areas that have both values, in the order asked."""
        there = {dot.area_code for dot in self.dots}
        return [code for code in self.view.area_codes if code in there][:MOST_MARKED]

    @property
    def illustrative(self) -> bool:
        return any(dot.illustrative for dot in self.dots)

    # ---- words ---------------------------------------------------------------------------------------

    @property
    def plural(self) -> str:
        return sentences.lower_first(self.area_type.plural)

    @property
    def where(self) -> str:
        return (
            f" in {sentences.in_words(self.context.register.area(self.view.parent))}"
            if self.view.parent
            else ""
        )

    @property
    def up_name(self) -> str:
        """``Employment rate``, ``Healthy life expectancy, women``."""
        return _name(self.context, self.view)

    @property
    def across_name(self) -> str:
        return _name(self.context, self.other) if self.other else ""

    @property
    def up_axis(self) -> Axis:
        period = sentences.period_words(self.view.period)
        words = figures.axis_words(self.up_name, self.indicator, period)
        return Axis(self.indicator, words, self._england(self.view))

    @property
    def across_axis(self) -> Axis:
        assert self.other is not None and self.with_indicator is not None
        period = sentences.period_words(self.other.period)
        words = figures.axis_words(self.across_name, self.with_indicator, period)
        return Axis(self.with_indicator, words, self._england(self.other))

    def _england(self, view: View) -> float | None:
        """None too for counts: the country's would squash every area into a corner."""
        row = comparing.row_of(self.context, view, ENGLAND)
        return row["value"] if row and self.comparable else None


def _name(context: Context, view: View) -> str:
    """An indicator with the group of people, where that is not everyone."""
    groups = [
        words
        for words in sentences.group_words(context.available(view.indicator_id), view)
        if words != "all people"
    ]
    return ", ".join([context.catalogue[view.indicator_id].short_title, *groups])


def said(name: str) -> str:
    """A name inside a sentence: in quotes where it has a comma of its own."""
    return f"“{name}”" if "," in name else sentences.lower_first(name)


def nearest_period(period: str, periods: Sequence[str]) -> str | None:
    """The one of ``periods`` that ends nearest to the end of ``period``; of two as near, the later."""
    end_on = Period.parse(period).end_on
    return min(
        periods,
        key=lambda one: (
            abs((Period.parse(one).end_on - end_on).days),
            -Period.parse(one).end_on.toordinal(),
        ),
        default=None,
    )


# ---- words -----------------------------------------------------------------------------------------


def strength_words(r: float) -> str:
    """``weak``, ``moderate`` or ``strong``, from the size of a correlation alone."""
    size = abs(r)
    return "weak" if size < 0.3 else "moderate" if size < 0.6 else "strong"


def _number(value: float) -> str:
    return sentences.number(value, 2)


def summary(relation: Relation) -> list[str]:
    """Whether the two go together over these areas, in words; then the number with its interval."""
    if relation.with_indicator is None or not relation.pairs:
        return []
    n = len(relation.dots)
    areas = (
        sentences.counted(n, sentences.lower_first(relation.area_type.name), relation.plural)
        + relation.where
        + (" that has both figures" if n == 1 else " that have both figures")
    )
    if not relation.comparable:
        count = relation.with_indicator if relation.indicator.comparable else relation.indicator
        return [
            f"“{count.short_title}” is a count. A larger place has more of everything, so no relation is worked out."
        ]
    found = relation.correlation
    if found is None:
        return [f"{areas[:1].upper()}{areas[1:]}: too few, or too alike, to say whether the two go together."]
    up, across = said(relation.up_name), said(relation.across_name)
    between = f"{_number(found.lower)} to {_number(found.upper)}"
    number = f"correlation {_number(found.value)}, 95% interval {between}, over {areas}"
    if found.lower <= 0 <= found.upper:
        return [
            sentences.made_up_first(
                f"Over these areas there is no clear relation between {up} and {across}.",
                relation.illustrative,
            ),
            f"The interval holds 0, which is none ({number}).",
        ]
    side = "higher" if found.value > 0 else "lower"
    return [
        sentences.made_up_first(f"Where {across} is higher, {up} tends to be {side}.", relation.illustrative),
        f"The relation over areas is {strength_words(found.value)} ({number}). 0 is no relation, "
        f"{'1' if found.value > 0 else '−1'} a straight line.",
    ]


def sentence(relation: Relation, code: str) -> str:
    """Both figures of a marked area, its shape, and what areas like it have on average; or what it lacks."""
    name = ui.area_name(relation.context, relation.view, code)
    dot = next((dot for dot in relation.dots if dot.area_code == code), None)
    if dot is None:
        return f"{name} does not have both figures, or is not one of these {relation.plural}{relation.where}."
    assert relation.with_indicator is not None
    parts = []
    for words, indicator, value, limits in (
        (relation.up_name, relation.indicator, dot.y, dot.y_limits),
        (relation.across_name, relation.with_indicator, dot.x, dot.x_limits),
    ):
        between = sentences.interval_words(*limits, indicator)
        interval = f" ({between})" if between else ""
        parts.append(f"{said(words)} {sentences.value_words(value, indicator)}{interval}")
    text = f"{name}: {sentences.listed(parts)}."
    if code in relation.marked and relation.fit is not None:
        shape = SHAPES[relation.marked.index(code)][1]
        level = sentences.short_value_words(relation.expected(dot), relation.indicator)
        text += (
            f" On the chart it is the {shape}. The line stands at {level} where {said(relation.across_name)} "
            f"is {sentences.short_value_words(dot.x, relation.with_indicator)}."
        )
    return text


def by_construction(relation: Relation) -> str:
    """Words where one indicator is worked out from the other, so that they must go together."""
    one, other = relation.indicator, relation.with_indicator
    if other is None:
        return ""
    for whole, part in ((one, other), (other, one)):
        if _is_made_from(whole, part):
            return (
                f"“{whole.short_title}” is worked out from “{part.short_title}”, so the two go together by the way "
                "they are made. The chart says nothing more than that."
            )
    return ""


def _is_made_from(whole: Indicator, part: Indicator) -> bool:
    """Whether a route takes the difference of an indicator, or of a measure that the other shows."""
    shown = {(route.source, name) for route in part.routes for name in route.value}
    return any(
        part.id in (route.minuend, route.subtrahend)
        or (
            len(route.value) > 1
            and not shown.isdisjoint((route.source, name.removeprefix("-")) for name in route.value)
        )
        for route in whole.routes
    )


def heading(relation: Relation) -> list[Component]:
    view = relation.view
    words = relation.up_name
    if relation.across_name:
        words += f" and {said(relation.across_name)}"
    made = by_construction(relation)
    shown = view.area_codes[:MOST_MARKED]
    chosen = [
        html.p(
            [html.strong(sentence(relation, code)), " ", ui.link("Profile", f"/areas/{code}")],
            class_="wh-selected",
        )
        for code in (shown if relation.dots else ())
    ]
    if len(view.area_codes) > MOST_MARKED:
        chosen.append(
            ui.paragraph(
                f"The address names {len(view.area_codes)} areas; the first {MOST_MARKED} are marked.",
                muted=True,
            )
        )
    return [
        ui.heading(
            words, *summary(relation), caption=f"Relate · {relation.area_type.plural}{relation.where}"
        ),
        *[ui.inset(html.p(one)) for one in relation.notes],
        *illustrative(relation),
        *([fallacy()] if relation.correlation is not None else []),
        *([ui.inset(html.p(made))] if made else []),
        *chosen,
    ]


def illustrative(relation: Relation) -> list[Component]:
    """The banner; where one of the two is real, it names the other."""
    made_up = [
        indicator.short_title
        for rows, indicator in (
            (relation.up_rows, relation.indicator),
            (relation.across_rows, relation.with_indicator),
        )
        if indicator is not None and ui.is_illustrative(rows)
    ]
    if len(made_up) == 1 and relation.with_indicator is not None:
        return [ui.illustrative_warning(made_up)]
    return [ui.illustrative_banner()] if made_up else []


def fallacy() -> Component:
    """What a scatter of areas does not say: the ecological fallacy, in plain words."""
    return ui.warning(
        html.strong("These are areas, not people, and going together is not cause. "),
        "What holds between areas need not hold for the people in them (the ecological fallacy): areas with more "
        "disabled people may have fewer people in work without it being the disabled people who are out of work. "
        "And something else, such as age, industry or rents, may lie behind both figures.",
    )


# ---- parts -----------------------------------------------------------------------------------------


def with_select(relation: Relation) -> Component:
    """Choose the second indicator: by theme, counts left out; those without figures by this type of area say so."""
    themes: dict[str, list[tuple[str, str]]] = {}
    for one in relation.context.catalogue.values():
        if one.id == relation.indicator.id or not one.comparable:
            continue
        words = one.short_title
        if not relation._has_figures(one.id):
            words += " (not by this type of area)"
        themes.setdefault(one.theme, []).append((one.id, words))
    value = relation.with_indicator.id if relation.with_indicator else ""
    return ui.select("with", "Set against", list(themes.items()), value)


def controls(relation: Relation) -> list[Component]:
    context, view = relation.context, relation.view
    rows = comparing.rows_of(context, view, view.area_type)
    groups = comparing.parent_options(context, [row["area_code"] for row in rows], relation.on)
    if view.parent and view.parent not in {code for _, pairs in groups for code, _ in pairs}:
        groups = [("In the address", [(view.parent, context.register.area(view.parent).name)]), *groups]
    names = [(up["area_code"], up["area_name"]) for up, _ in relation.pairs]
    return [
        ui.controls(
            ui.indicator_select(context, view),
            with_select(relation),
            ui.area_type_select(context, view),
            ui.period_select(view),
            ui.people_select(context, view),
            ui.select("parent", "Only areas in", [("", "All of England"), *groups], view.parent or "")
            if groups
            else None,
            ui.add_area_select("Mark an area", [(relation.area_type.plural, names)], view.area_codes)
            if len(names) > 1
            else None,
        ),
        ui.chosen_areas(context, view, "/relate", view.area_codes[:MOST_MARKED]) or html.div(),
    ]


def period_words(relation: Relation) -> str:
    """Which periods and which areas are set against each other, and how many areas are left out."""
    assert relation.other is not None
    first, second = (sentences.period_words(one) for one in (relation.view.period, relation.other.period))
    if first == second:
        words = f"Both figures are for {first}."
    else:
        words = (
            f"{relation.up_name} is for {first}; {said(relation.across_name)} for {second}, "
            "the nearest period there is."
        )
    only_up = len(relation.up_rows) - len(relation.pairs)
    only_across = len(relation.across_rows) - len(relation.pairs)
    years = {relation.on.year, comparing.day_of(relation.context, relation.other).year}
    words += " Areas are matched by their code."
    if only_up or only_across:
        made = sentences.listed(str(year) for year in sorted(years))
        words += (
            f" The figures are for the areas as they were at the end of {made}; "
            f"{sentences.counted(only_up + only_across, 'area is', 'areas are')} in one publication only and left out."
        )
    lacking = len(relation.pairs) - len(relation.dots)
    if lacking:
        words += f" {sentences.counted(lacking, 'area lacks', 'areas lack')} one of the figures."
    return words


def chart(relation: Relation) -> list[Component]:
    if len(relation.dots) < 2 or not relation.comparable:
        return []
    across, up = relation.across_axis, relation.up_axis
    assert relation.other is not None
    title = f"{relation.up_name} and {said(relation.across_name)}: {relation.plural}{relation.where}"
    rows = [row for pair in relation.pairs for row in pair]
    figure = figures.scatter(
        relation.dots,
        across=across,
        up=up,
        marked=relation.marked,
        fit=relation.fit,
        title=title,
        source=sentences.source_line(releases_of(relation.context, rows)),
    )
    reading = ["Each dot is an area. Dashed lines are England’s figures."]
    if relation.fit is not None:
        reading.append(
            "The black line is the straight line that fits the areas best; the grey band is its 95% interval: where the "
            "average of areas lies, not where a single area does."
        )
        reading.append(slope_words(relation))
    if relation.marked:
        shapes = [
            f"{ui.area_name(relation.context, relation.view, code)} ({SHAPES[place][1]})"
            for place, code in enumerate(relation.marked)
        ]
        reading.append(f"Marked, with the intervals of both figures: {sentences.listed(shapes)}.")
    label = (
        f"Scatter chart. {title}. {sentences.counted(len(relation.dots), 'area')}. "
        + " ".join(summary(relation))
        + " Every figure is in the table below."
    )
    return [
        ui.section(
            "Area by area",
            ui.chart("relate-chart", figure, label, height=figure["layout"]["height"]),
            ui.paragraph(" ".join(reading), muted=True),
            ui.paragraph(period_words(relation), muted=True),
            ui.take_away(
                "relate-chart",
                file_name(relation),
                csv=csv_address(relation),
                embed=f"/relate{relation.view.search()}",
            ),
            id="chart",
        )
    ]


def slope_words(relation: Relation) -> str:
    """How much the first differs, on average, between areas a step apart in the second."""
    assert relation.with_indicator is not None
    steps = {
        "percent": (1, "1 percentage point"),
        "percentage_points": (1, "1 percentage point"),
        "pounds_per_week": (10, "£10 a week"),
        "years": (1, "1 year"),
        "per_100000": (10, "10 per 100,000"),
    }
    step, words = steps.get(relation.with_indicator.unit, (1, "1"))
    found = Estimate(*(part * step for part in relation.slope))
    units = {
        "percent": " percentage points",
        "percentage_points": " percentage points",
        "pounds_per_week": " pounds a week",
        "years": " years",
        "per_100000": " per 100,000",
    }.get(relation.indicator.unit, "")
    return (
        f"Areas that are {words} apart in {said(relation.across_name)} differ on average by "
        f"{_number(found.value)}{units} in {said(relation.up_name)} "
        f"(95% interval {_number(found.lower)} to {_number(found.upper)})."
    )


def _cells(row: Row, indicator: Indicator) -> list[Any]:
    if row["value"] is None:
        value: Any = {
            "t": sentences.value_words(None, indicator, row["status"]),
            "s": None,
            "c": "wh-missing",
        }
    else:
        value = {"t": sentences.short_value_words(row["value"], indicator), "s": row["value"]}
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    return [value, {"t": between, "s": row["lower_ci_95"]}]


def table(relation: Relation) -> Component:
    """Every area with both figures and their intervals; marked areas first, then by name."""
    assert relation.with_indicator is not None
    chosen = list(relation.marked)
    pairs = sorted(
        relation.pairs,
        key=lambda pair: (
            chosen.index(pair[0]["area_code"]) if pair[0]["area_code"] in chosen else len(chosen),
            pair[0]["area_name"],
        ),
    )
    noted = any("illustrative" in (up["status"], across["status"]) for up, across in pairs)
    rows = []
    for up, across in pairs:
        made_up = [
            f"{indicator.short_title}: {sentences.lower_first(sentences.STATUS_WORDS['illustrative'])}"
            for row, indicator in ((up, relation.indicator), (across, relation.with_indicator))
            if row["status"] == "illustrative"
        ]
        rows.append(
            [
                {
                    "t": up["area_name"],
                    "h": f"/areas/{up['area_code']}",
                    **({"c": "wh-marked"} if up["area_code"] in chosen else {}),
                },
                *_cells(up, relation.indicator),
                *_cells(across, relation.with_indicator),
                *(["; ".join(made_up)] if noted else []),
                up["area_code"],
            ]
        )
    columns: list[Any] = ["Area"]
    for axis in (relation.up_axis, relation.across_axis):
        columns.append({"label": axis.words, "kind": "number"})
        columns.append({"label": f"{axis.indicator.short_title}: 95% interval", "kind": "number"})
    columns += [*(["Note"] if noted else []), "Code"]
    return ui.section(
        "All figures",
        ui.table(
            f"{relation.up_axis.words}, and {sentences.lower_first(relation.across_axis.words)}: {relation.plural}"
            f"{relation.where}",
            columns,
            rows,
            id="relate-table",
            csv=csv_address(relation),
            hide_caption=True,
        ),
        id="figures",
    )


def method(relation: Relation) -> Component:
    return ui.section(
        "How this is worked out",
        ui.paragraph(
            "The correlation is Pearson’s, with the interval of Fisher’s z; the line is that of least squares. Every area "
            "counts once, whatever its size. The uncertainty of each area’s own figure is not taken off: where figures "
            "come from a small survey, the relation looks weaker than it is."
        ),
        ui.paragraph(
            "Words used here: ", *ui.words_used(("correlation", "ecological-fallacy"), place="method")
        ),
        id="method",
    )


def about(relation: Relation, indicator: Indicator, rows: Sequence[Row]) -> Component:
    """The provenance of one of the two, under a heading of its own."""
    return ui.provenance(relation.context, indicator, rows, title=indicator.short_title, level=3)


def file_name(relation: Relation) -> str:
    """``relate-employment-rate-disability-prevalence-ltla``."""
    other = relation.other.indicator_id if relation.other else ""
    return f"relate-{relation.view.indicator_id}-{other}-{relation.view.area_type}"


def csv_address(relation: Relation) -> str:
    """Where the CSV of both figures of every area is."""
    view = relation.view
    other = relation.other.indicator_id if relation.other else None
    return f"/csv/relate{view.search(**{'with': other, 'period': view.period, 'area_type': view.area_type})}"


def export(context: Context, asked: Asked) -> Export:
    """Both figures of every area that has them: a row for each, one after the other."""
    relation = Relation(context, asked.view)
    shown = []
    if relation.with_indicator is not None:
        for up, across in relation.pairs:
            shown += [Shown(relation.indicator, up), Shown(relation.with_indicator, across)]
    return Export(file_name(relation), shown)


def nothing(relation: Relation) -> Component:
    """Why there is nothing to set side by side, and where there is."""
    context, view = relation.context, relation.view
    if view.period is None or (not relation.up_rows and not view.parent):
        return ui.no_figures(context, view, "/relate")
    types = context.register.area_types
    if relation.with_indicator is None:
        return ui.inset(
            html.p(f"No second indicator has figures by {sentences.lower_first(relation.area_type.name)}.")
        )
    other = relation.with_indicator
    theirs = {row["area_type"] for row in context.available(other.id)}
    shared = [
        kind
        for kind in types
        if kind in theirs
        and kind != view.area_type
        and any(row["area_type"] == kind for row in context.available(view.indicator_id))
        and kind not in ("england", "uk")
    ]
    if relation.across_rows or relation.other is None or relation.other.period is not None:
        return ui.inset(
            html.p(f"No {relation.plural}{relation.where} have both figures."),
            html.p(ui.link(f"Show all {relation.plural}", f"/relate{view.search(parent=None)}")),
        )
    parts: list[Component] = [
        html.p(
            f"“{other.short_title}” has no figures by {sentences.lower_first(relation.area_type.name)}"
            + (
                ". Both have figures for:"
                if shared
                else f", and no type of area has both it and “{relation.indicator.short_title}”."
            )
        )
    ]
    if shared:
        parts.append(
            ui.bullets(
                ui.link(
                    types[kind].plural,
                    f"/relate{search_of({'indicator': view.indicator_id, 'area_type': kind, 'with': other.id})}",
                )
                for kind in shared
            )
        )
    return ui.inset(*parts)


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    relation = Relation(context, asked.view)
    top = [*heading(relation), *controls(relation)]
    if not relation.pairs or relation.with_indicator is None:
        return [*top, nothing(relation)]
    return [
        *top,
        *chart(relation),
        table(relation),
        *([method(relation)] if relation.correlation is not None else []),
        ui.section(
            "About these figures",
            about(relation, relation.indicator, relation.up_rows),
            about(relation, relation.with_indicator, relation.across_rows),
        ),
    ]


def _title(context: Context, asked: Asked) -> str:
    relation = Relation(context, asked.view)
    words = relation.indicator.short_title
    if relation.with_indicator is not None:
        words += f" and {sentences.lower_first(relation.with_indicator.short_title)}"
    return f"Relate: {words}"


PAGE = Page(
    path="/relate",
    name="relate",
    title=_title,
    layout=layout,
    nav="Relate",
    order=70,
    description="Two work and health indicators set against each other, area by area, with a plain word on what it says.",
    export=export,
)
