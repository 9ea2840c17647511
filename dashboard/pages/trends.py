"""Trends: one indicator for several areas over time, with intervals and the recent trend in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from dashboard import comparing, sentences
from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.address.view import View
from dashboard.components import html
from dashboard.figures import trends as figures
from dashboard.figures.axes import starts_above_zero
from dashboard.queries.releases import releases_of
from indicators.catalogue import Indicator
from indicators.periods import Period

Component = Any
Row = dict[str, Any]

MOST_AREAS = figures.MOST_LINES
_ALSO = ("region", "nhs_region", "combined_authority", "england")  # kinds offered beside the view's own

_MOST_NAMED = 12  # predecessors that a sentence can hold
_SOON = timedelta(days=366)  # a series that begins within a year of a change begins because of it


class Course:
    """Everything one page of lines says, worked out once and used by the words, the chart and the table."""

    def __init__(self, context: Context, view: View) -> None:
        self.context = context
        self.view = view
        self.indicator: Indicator = context.catalogue[view.indicator_id]
        self.area_type = context.register.area_types[view.area_type]
        self.benchmark_code = self._benchmark_code()
        chosen = list(view.area_codes[:MOST_AREAS])
        if not chosen and self.benchmark_code is None and view.period is not None:
            # figures for the United Kingdom only, say: the one area there is
            chosen = [row["area_code"] for row in comparing.rows_of(context, view, view.area_type)[:1]]
        self.area_codes: tuple[str, ...] = tuple(chosen)
        wanted = dict.fromkeys([*chosen, *([self.benchmark_code] if self.benchmark_code else [])])
        self.rows: dict[str, list[Row]] = {code: self._series(code) for code in wanted}

    def _benchmark_code(self) -> str | None:
        """The area drawn as a benchmark; None where it has no figures at all."""
        context, view = self.context, self.view
        if view.area_codes and not self.indicator.comparable:
            return None  # a count of the whole country would squash the areas' lines
        code: str | None = comparing.ENGLAND if view.benchmark == "england" else view.benchmark
        if view.benchmark == "region":
            code = (
                comparing.region_of(context.register, view.area_codes[0], context.today())
                if view.area_codes
                else comparing.ENGLAND
            )
        if code is None or not self._series(code):
            return None
        return code

    def _series(self, area_code: str) -> list[Row]:
        """Every period of one area, oldest first, in the age band that its type of area has."""
        context, view = self.context, self.view
        ages = dict.fromkeys(
            [
                view.age,
                *(comparing.age_of(context, view, kind) for kind in context.register.types_of(area_code)),
            ]
        )

        def build() -> list[Row]:
            for age in ages:
                rows = context.store.series(**{**view.key, "age": age}, area_codes=[area_code])
                if rows:
                    return rows
            return []

        return context.cached(("series", *view.key.values(), tuple(ages), area_code), build)

    @property
    def codes(self) -> list[str]:
        """Chosen areas, then the benchmark where it is not one of them."""
        return list(self.rows)

    @cached_property
    def all_rows(self) -> list[Row]:
        return [row for rows in self.rows.values() for row in rows]

    @cached_property
    def present(self) -> list[Row]:
        return [row for row in self.all_rows if row["value"] is not None]

    @property
    def illustrative(self) -> bool:
        return ui.is_illustrative(self.all_rows)

    @cached_property
    def trends(self) -> dict[str, Row]:
        """Recent trends of the areas shown."""
        view = self.view
        found: dict[str, Row] = {}
        for age in dict.fromkeys(rows[0]["age"] for rows in self.rows.values() if rows):
            found |= self.context.store.trends(**{**view.key, "age": age}, area_codes=self.codes)
        return found

    def name(self, area_code: str) -> str:
        return ui.area_name(self.context, self.view, area_code)

    @cached_property
    def lines(self) -> list[figures.Line]:
        """What is drawn: the chosen areas, then the benchmark in black."""
        return [
            figures.Line(
                area_code=code,
                name=sentences.short_name(self.name(code)),
                points=tuple(
                    figures.Point(
                        row["period"],
                        row["value"],
                        row["lower_ci_95"],
                        row["upper_ci_95"],
                        row["status"],
                        row["interval_method"],
                    )
                    for row in rows
                ),
                is_benchmark=code == self.benchmark_code
                and code not in self.area_codes
                and bool(self.area_codes),
            )
            for code, rows in self.rows.items()
        ]

    @cached_property
    def periods(self) -> list[str]:
        """Every period that any line has a row for, oldest first."""
        return sorted({row["period"] for row in self.all_rows}, key=lambda iso: Period.parse(iso).sort_key)

    @property
    def targets(self) -> list[figures.Target]:
        return [
            figures.Target(one.label, one.value, _iso(one.period), one.since)
            for one in self.indicator.targets
        ]

    @property
    def title(self) -> str:
        return sentences.figure_title(
            self.indicator, self.context.available(self.view.indicator_id), self.view
        )


def _iso(period: str | None) -> str | None:
    """A target's year or ISO period as an ISO period."""
    if period is None:
        return None
    return f"{period}-01-01/P1Y" if period.isdigit() and len(period) == 4 else period


# ---- words -----------------------------------------------------------------------------------------


def latest_words(course: Course, area_code: str) -> str:
    """``66.1% (62.0% to 70.2%) in 2023``, or that there is no figure."""
    held = [row for row in course.rows.get(area_code, ()) if row["value"] is not None]
    if not held:
        return "no figure"
    row = held[-1]
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], course.indicator)
    value = sentences.value_words(row["value"], course.indicator)
    return f"{value}{f' ({between})' if between else ''} {sentences.in_period(row['period'])}"


def summary(course: Course) -> str:
    """The first area's newest figure beside its oldest, and the benchmark's, in one sentence."""
    if not course.present:
        return ""
    first = next(code for code in course.codes if any(row["value"] is not None for row in course.rows[code]))
    held = [row for row in course.rows[first] if row["value"] is not None]
    oldest = held[0]
    words = f"{course.name(first)}: {latest_words(course, first)}"
    if len(held) > 1:
        value = sentences.value_words(oldest["value"], course.indicator)
        words += f", and {value} {sentences.in_period(oldest['period'])} when the series begins"
    benchmark = course.benchmark_code
    if benchmark and benchmark != first:
        same = next((row for row in course.rows[benchmark] if row["period"] == held[-1]["period"]), None)
        if same and same["value"] is not None:
            words += f". {course.name(benchmark)}: {sentences.value_words(same['value'], course.indicator)} in the same period"
    return f"{words}."


def recent(course: Course) -> list[Component]:
    """The recent trend of each area in words, with links."""
    items = []
    for code in course.codes:
        has = any(row["value"] is not None for row in course.rows[code])
        words = sentences.trend_sentence(course.trends.get(code)) if has else "no figure for this indicator"
        items.append([html.strong(f"{course.name(code)}: "), f"{sentences.lower_first(words)}."])
    if not items:
        return []
    return [
        html.div(
            [
                html.h2("Recent trend", class_="wh-h3"),
                ui.bullets(html.span(one) for one in items),
                ui.details(
                    "How the recent trend is worked out",
                    ui.paragraph(
                        "We test whether the last five periods that do not overlap rise or fall by more than chance: "
                        "a chi-square (χ²) test for trend on the counts, or, for survey figures, a line through the "
                        "five figures weighted by their intervals. A trend is named only where χ² is above 9.55 "
                        "(p below 0.002) and leaving out any one period would not turn it round. “Better” and “worse” "
                        "follow from which way is good for this indicator; where neither is, only the direction is named."
                    ),
                ),
            ],
            class_="wh-section",
            id="recent-trend",
        )
    ]


def _changes_of(course: Course, area_code: str) -> list[Component]:
    """What became of an area that ended, and what a newer one was made of, where the series shows it."""
    register = course.context.register
    kind = course.view.area_type if course.view.area_type in register.types_of(area_code) else None
    area = register.area(area_code, kind)
    told: list[Component] = []
    if area.end_on is not None:
        words: list[Component] = [
            f"{area.name} ended on {sentences.date_words(area.end_on)}. Its figures are not joined to those of what "
            "took its place"
        ]
        for place, heir in enumerate(register.live_successors(area_code)):
            words += ["; " if place else ": ", ui.link(heir.name, f"/areas/{heir.area_code}")]
        told.append(html.span([*words, "."]))
    changes = [one for one in register.predecessors(area_code) if one.predecessor_code != area_code]
    held = [row for row in course.rows[area_code] if row["value"] is not None]
    if not changes or not held:
        return told
    made_on = max(one.changed_on for one in changes)
    before = dict.fromkeys(one.predecessor_code for one in changes if one.changed_on == made_on)
    names = "; ".join(register.area(code).name for code in before)
    first = Period.parse(held[0]["period"])
    if len(before) > _MOST_NAMED or Period.parse(held[-1]["period"]).end_on < made_on:
        return told
    day = sentences.date_words(made_on)
    if first.end_on <= made_on:
        told.append(
            f"{area.name} has stood in its present form since {day} (before: {names}); the publisher shows earlier "
            "years on today’s boundaries."
        )
    elif first.start_on <= made_on + _SOON:
        told.append(
            f"{area.name} has stood in its present form since {day}, when it took the place of: {names}. Earlier "
            "figures, of those areas, are not joined to its own."
        )
    return told


def breaks(course: Course) -> list[Component]:
    """Why lines are broken, in words."""
    periods = course.periods
    items: list[Component] = []
    for line in course.lines:
        found = figures.breaks_of(line, periods)
        if not found:
            continue
        told = [
            f"between {sentences.period_words(one.after)} and {sentences.period_words(one.before)}, because {one.reason}"
            for one in found[:3]
        ]
        more = f"; and {len(found) - 3} times more" if len(found) > 3 else ""
        items.append(f"{line.name}: the line is broken {'; '.join(told)}{more}.")
    for code in course.codes:
        items.extend(_changes_of(course, code))
    if not items:
        return []
    return [html.div([html.h3("Breaks and boundaries", class_="wh-h3"), ui.bullets(items)], id="breaks")]


def heading(course: Course) -> list[Component]:
    view = course.view
    words = ", ".join(
        [
            f"{course.indicator.short_title} over time",
            *sentences.group_words(course.context.available(view.indicator_id), view),
        ]
    )
    lead = [text for text in (sentences.made_up_first(summary(course), course.illustrative),) if text]
    more = []
    if len(view.area_codes) > MOST_AREAS:
        left_out = len(view.area_codes) - MOST_AREAS
        more.append(
            ui.inset(
                html.p(
                    f"The address names {len(view.area_codes)} areas. A chart of more than {MOST_AREAS} lines cannot be "
                    f"read, so the first {MOST_AREAS} are shown and {left_out} left out. Remove some to see others."
                )
            )
        )
    return [
        ui.heading(words, *lead, caption="Trends"),
        *([ui.illustrative_banner()] if course.illustrative else []),
        *more,
    ]


# ---- parts -----------------------------------------------------------------------------------------


def _choices(course: Course) -> list[tuple[str, list[tuple[str, str]]]]:
    """Areas that may be added: those of the view's type with figures, then wider ones."""
    context, view = course.context, course.view
    register = context.register
    loaded = {row["area_type"]: row for row in context.available(view.indicator_id)}
    groups = []
    for kind in dict.fromkeys((view.area_type, *_ALSO)):
        row = loaded.get(kind)
        if row is None:
            continue
        year = row.get("vintage") or register.area_types[kind].default_vintage
        pairs = [(area.area_code, area.name) for area in register.vintage(kind, year)]
        groups.append((register.area_types[kind].plural, pairs))
    return groups


def controls(course: Course) -> list[Component]:
    context, view = course.context, course.view
    full = len(course.area_codes) >= MOST_AREAS
    add = None if full else ui.add_area_select("Add an area", _choices(course), course.codes)
    return [
        ui.controls(
            ui.indicator_select(context, view),
            ui.area_type_select(context, view),
            ui.people_select(context, view),
            comparing.benchmark_select(context, view),
            add,
        ),
        ui.chosen_areas(context, view, "/trends", course.area_codes if view.area_codes else ()) or html.div(),
        *(
            []
            if view.area_codes or add is None
            else [ui.paragraph("Add areas to see them beside each other.", muted=True)]
        ),
        *(
            [ui.paragraph(f"Up to {MOST_AREAS} areas can be shown. Remove one to add another.", muted=True)]
            if full
            else []
        ),
    ]


def chart(course: Course) -> list[Component]:
    names = sentences.listed(sentences.short_name(course.name(code)) for code in course.codes)
    periods = course.periods
    span = sentences.period_words(periods[0])
    if len(periods) > 1:
        span = f"{span} to {sentences.period_words(periods[-1])}"
    title = f"{course.title}, {span}"
    figure = figures.lines(
        course.lines,
        indicator=course.indicator,
        targets=course.targets,
        title=title,
        source=sentences.source_line(releases_of(course.context, course.present)),
    )
    has_bands = any(row["lower_ci_95"] is not None for row in course.present)
    reading = [
        "Shaded bands are 95% intervals."
        if has_bands
        else "The publisher gives no intervals, so none are drawn.",
        "Each figure stands at the middle of its period.",
    ]
    if starts_above_zero(figure["layout"]["yaxis"]["range"][0]):
        reading.append("The axis of values does not start at zero.")
    if course.targets:
        reading.append("A dotted line across is a target that a programme set itself.")
    reading += [
        f"The dashed line is the straight way to it from the figure for {sentences.period_words(one.since)}; it is drawn "
        "to read the chart by, no programme planned it so."
        for one in course.targets
        if one.since in periods
    ]
    label = (
        f"Line chart. {title}: {names}. "
        + ("With 95% intervals. " if has_bands else "")
        + "Every figure is in the table below."
    )
    return [
        ui.section(
            "Over time",
            ui.chart("trends-chart", figure, label, height=figure["layout"]["height"]),
            ui.paragraph(" ".join(reading), muted=True),
            *_target_words(course),
            ui.take_away(
                "trends-chart",
                file_name(course),
                csv=csv_address(course),
                embed=f"/trends{course.view.search()}",
            ),
            *breaks(course),
            id="chart",
        )
    ]


def _target_words(course: Course) -> list[Component]:
    if not course.indicator.targets:
        return []
    return [ui.bullets(f"Target: {one.label}. Source: {one.source}." for one in course.indicator.targets)]


def table(course: Course) -> Component:
    """Every figure of every line, newest first within each area."""
    indicator = course.indicator
    rows_shown = course.all_rows
    has = {
        key: any(row[key] is not None for row in rows_shown)
        for key in ("lower_ci_95", "numerator", "denominator")
    }
    with_note = any(row["note"] or row["status"] == "illustrative" for row in rows_shown)
    columns: list[Any] = ["Area", "Period", {"label": "Value", "kind": "number"}]
    if has["lower_ci_95"]:
        columns.append({"label": "95% confidence interval", "kind": "number"})
    if has["numerator"]:
        columns.append({"label": "Count", "kind": "number"})
    if has["denominator"]:
        columns.append({"label": "Out of", "kind": "number"})
    if with_note:
        columns.append("Note")
    columns.append("Code")
    cells_of = []
    for code in course.codes:
        for row in reversed(course.rows[code]):
            cells: list[Any] = [
                {"t": course.name(code), "h": f"/areas/{code}"},
                {
                    "t": sentences.period_words(row["period"]),
                    "s": "/".join(map(str, Period.parse(row["period"]).sort_key)),
                },
                {"t": sentences.short_value_words(row["value"], indicator), "s": row["value"]}
                if row["value"] is not None
                else {
                    "t": sentences.value_words(None, indicator, row["status"]),
                    "s": None,
                    "c": "wh-missing",
                },
            ]
            if has["lower_ci_95"]:
                between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
                cells.append({"t": between, "s": row["lower_ci_95"]} if between else "")
            for key in ("numerator", "denominator"):
                if has[key]:
                    cells.append(
                        {"t": sentences.number(row[key]), "s": row[key]} if row[key] is not None else ""
                    )
            if with_note:
                words = [sentences.STATUS_WORDS["illustrative"]] if row["status"] == "illustrative" else []
                cells.append(
                    {"t": "; ".join([*words, *([row["note"]] if row["note"] else [])]), "c": "wh-note"}
                )
            cells.append(code)
            cells_of.append(cells)
    return ui.section(
        "All figures",
        ui.table(
            f"{course.title}, by area and period",
            columns,
            cells_of,
            id="trends-table",
            hide_caption=True,
            csv=csv_address(course),
        ),
        id="figures",
    )


def file_name(course: Course) -> str:
    """``trends-employment-rate-E06000018``."""
    return "-".join(["trends", course.view.indicator_id, *course.area_codes[:3]])


def csv_address(course: Course) -> str:
    """Where the CSV of every figure of the lines is."""
    return f"/csv/trends{course.view.search(area_type=course.view.area_type)}"


def export(context: Context, asked: Asked) -> Export:
    """Every figure of every line, as the table has them."""
    course = Course(context, asked.view)
    rows = [row for code in course.codes for row in reversed(course.rows[code])]
    return Export(file_name(course), [Shown(course.indicator, row) for row in rows])


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    view = asked.view
    course = Course(context, view)
    if not course.present or (view.period is None and not view.area_codes):
        return [*heading(course), *controls(course), _nothing(course)]
    return [
        *heading(course),
        *recent(course),
        *controls(course),
        *chart(course),
        table(course),
        ui.provenance(context, course.indicator, course.present, "recent-trend", "benchmark"),
    ]


def _nothing(course: Course) -> Component:
    """Why there is no line: the chosen areas have no figures here, or the indicator has none by this type of area."""
    context, view = course.context, course.view
    if view.area_codes and view.period is not None:
        names = sentences.listed((course.name(code) for code in course.area_codes), "or")
        return ui.inset(
            html.p(f"There are no figures of “{course.indicator.short_title}” for {names}."),
            html.p(ui.link("Start again without these areas", f"/trends{view.search(area=None)}")),
        )
    return ui.no_figures(context, view, "/trends")


def _title(context: Context, asked: Asked) -> str:
    view = replace(asked.view, area_codes=())
    return f"Trends: {context.catalogue[view.indicator_id].short_title}"


PAGE = Page(
    path="/trends",
    name="trends",
    title=_title,
    layout=layout,
    nav="Trends",
    order=50,
    description="One indicator for several English areas over time, with intervals and the recent trend in words.",
    export=export,
)
