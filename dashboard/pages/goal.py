"""The goal of a million more disabled people in work: where it stands, what it does not mean, the moves behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.components import html
from dashboard.figures.flows import Flow, flow_words, flows_svg, range_words
from dashboard.figures.goal import goal_svg
from dashboard.queries.releases import named_releases
from indicators.catalogue import Indicator, Target
from indicators.periods import Period

Component = Any
Row = dict[str, Any]

GOAL_INDICATOR = "disabled-people-in-employment"
OUT_OF_WORK = "moving-out-of-work"
INTO_WORK = "moving-into-work"
# what the count in work leaves out: how large a share of disabled people that is
CHANCES = ("employment-rate-disabled-uk", "disability-employment-gap-uk", "unemployment-rate-disabled")
UNITED_KINGDOM = "K02000001"
ENGLAND = "E92000001"
_BASE = "2017-01-01/P3M"  # the quarter that the government counted from
_DAYS_A_YEAR = 365.25
_FLOW_GROUPS = (
    ("Disabled people", "disability: disabled"),
    ("People who are not disabled", "disability: not disabled"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A target that stands in a document without a level that a loaded figure can be set beside.

    ``indicator_id`` is the figure nearest to it, where one is loaded."""

    label: str
    source: str
    indicator_id: str | None
    why: str


# not in the catalogue: none of them is a level of one of its indicators
_WRITTEN = (
    Written(
        "Double access to Individual Placement and Support (IPS) by 2020/21",
        "Five Year Forward View for Mental Health; Improving Lives (Cm 9526), paragraphs 157 and 163",
        "ips-access-rate",
        "Cannot be judged: how many people IPS reached in the years counted from is not loaded",
    ),
    Written(
        "One employment adviser to eight therapists in talking therapies",
        "Improving Lives (Cm 9526), on employment advisers in talking therapies",
        None,
        "No figure is loaded: the number of advisers is not in the publications read here",
    ),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts, the goal and the straight way to it, in people; ``last`` and ``passed`` are rows of the store."""

    series: list[Row]
    start: Row
    last: Row
    passed: Row | None
    goal: float
    by: date
    indicator: Indicator

    @property
    def years(self) -> float:
        return (_middle(self.last) - _middle(self.start)).days / _DAYS_A_YEAR

    @property
    def needed_a_year(self) -> float:
        """People more a year that the straight way needs."""
        span = (self.by - _middle(self.start)).days / _DAYS_A_YEAR
        return float((self.goal - self.start["value"]) / span)

    @property
    def found_a_year(self) -> float:
        """People more a year from the start to the newest figure."""
        return float((self.last["value"] - self.start["value"]) / self.years)

    def path_at(self, day: date) -> float:
        """People on the straight way on a day."""
        return float(
            self.start["value"] + self.needed_a_year * (day - _middle(self.start)).days / _DAYS_A_YEAR
        )


def _middle(row: Row) -> date:
    return Period.parse(row["period"]).midpoint


def progress(context: Context) -> Progress | None:
    """What is loaded of the goal; None without its first quarter, a later figure, or a target in the catalogue."""
    indicator = context.catalogue.get(GOAL_INDICATOR)
    available = context.available(GOAL_INDICATOR)
    target = next((one for one in indicator.targets if one.period), None) if indicator else None
    if indicator is None or target is None or not available:
        return None
    one = available[0]
    series = [
        row
        for row in context.store.series(
            indicator_id=GOAL_INDICATOR,
            area_codes=[UNITED_KINGDOM],
            sex=one["sex"],
            age=one["age"],
            breakdown=one["breakdown"],
        )
        if row["value"] is not None
    ]
    start = next((row for row in series if row["period"] == _BASE), None)
    if start is None or series[-1]["period"] == _BASE:
        return None
    passed = next((row for row in series if row["value"] >= target.value), None)
    by = Period.parse(target.period or "").start_on
    return Progress(series, start, series[-1], passed, target.value, by, indicator)


# ---- the page ----------------------------------------------------------------------------------------


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    stands = progress(context)
    flows, flow_rows = flow_figures(context)
    targets, target_rows = target_cells(context)
    parts: list[Component] = [
        ui.heading("A million more disabled people in work by 2027", *_lead(stands)),
    ]
    if stands is None:
        parts.append(
            ui.inset(
                html.p("The figures of the goal are not loaded yet."),
                html.p(ui.link("What is loaded and how fresh it is", "/refresh")),
            )
        )
    else:
        parts.append(_path_section(stands))
        parts.append(_meaning_section(context))
    parts.append(_flows_section(flows))
    parts.append(_targets_section(targets, target_rows))
    chance_rows = [row for _, some in chance_series(context) for row in some]
    rows = [*(stands.series if stands else []), *chance_rows, *flow_rows, *target_rows]
    parts.append(_sources_section(context, stands, rows))
    return parts


def _lead(stands: Progress | None) -> list[str]:
    if stands is None:
        return [
            "In 2017 the government set a goal: a million more disabled people in work in ten years. This page says "
            "how far that has come."
        ]
    words = (
        f"In {sentences.span_words(stands.start['period'])}, {sentences.millions(stands.start['value'])} disabled people were in "
        f"work in the United Kingdom. The government’s goal was {sentences.millions(stands.goal)} by {stands.by.year}. In "
        f"{sentences.span_words(stands.last['period'])} there were {sentences.millions(stands.last['value'])}."
    )
    if stands.passed is None:
        return [words, "None of the figures loaded has reached the goal yet."]
    return [
        words,
        f"The first of the figures loaded to pass the goal is for {sentences.span_words(stands.passed['period'])}: "
        f"{sentences.millions(stands.passed['value'])}. That does not mean that a disabled person’s chance of work rose as "
        "fast: more people now say that they are disabled.",
    ]


def _meaning_section(context: Context) -> Component:
    chances = chance_series(context)
    share: list[Component] = [
        "It does not say what share of disabled people are in work, nor how far that is from others."
    ]
    if chances:
        share.append(ui.bullets(_chance_words(context.catalogue[one], rows) for one, rows in chances))
    waiting = [one for one in CHANCES[:2] if not context.available(one) and one in context.catalogue]
    if waiting:
        names = sentences.listed(context.catalogue[one].short_title for one in waiting)
        share.append(f" Not loaded yet: {names}.")
    return ui.section(
        "What passing the goal does not mean",
        ui.bullets(
            [
                "It does not mean that a disabled person’s chance of work rose as fast as the number. Many of those who now "
                "say that they are disabled already had a job, and the number in work rises with them.",
                share,
                "It does not show that any one programme brought it about. A count cannot tell what caused it.",
                "It does not say whether the jobs suit the people in them. Only work that suits a person can be good for "
                "their health.",
            ]
        ),
        ui.paragraph(
            ui.link("Who is in work by health condition, for your area", "/conditions"),
            " · ",
            ui.link("What is counted", f"/indicators/{GOAL_INDICATOR}"),
        ),
    )


def chance_series(context: Context) -> list[tuple[str, list[Row]]]:
    """What is loaded on disabled people's chances of work in the United Kingdom: indicator id and its real rows by period."""
    found = []
    for indicator_id in CHANCES:
        one = next(
            (
                row
                for row in context.available(indicator_id)
                if row["sex"] == "persons" and row["breakdown"] == "all" and not row.get("illustrative")
            ),
            None,
        )
        if one is None:
            continue
        rows = context.store.series(
            indicator_id=indicator_id,
            area_codes=[UNITED_KINGDOM],
            sex="persons",
            age=one["age"],
            breakdown="all",
        )
        held = [{**row, "indicator_id": indicator_id} for row in rows if row["value"] is not None]
        if held:
            found.append((indicator_id, held))
    return found


def _chance_words(indicator: Indicator, rows: Sequence[Row]) -> list[Component]:
    """The newest figure beside that of the same quarter in the first year of the goal: the series follow the seasons."""
    last = rows[-1]
    season = last["period"][4:]
    first = next((row for row in rows if row["period"] >= _BASE and row["period"][4:] == season), last)
    words = f": {sentences.value_words(last['value'], indicator)} in {sentences.span_words(last['period'])}"
    if first is not last:
        was = sentences.value_words(first["value"], indicator)
        words += f", and {was} in {sentences.span_words(first['period'])}"
    return [ui.link(indicator.short_title, f"/trends?indicator={indicator.id}"), f"{words}."]


def _path_section(stands: Progress) -> Component:
    hundreds = round(stands.needed_a_year, -3)
    found = round(stands.found_a_year, -3)
    on_path = stands.path_at(_middle(stands.last))
    label = (
        f"Disabled people in work, United Kingdom: {sentences.millions(stands.start['value'])} in "
        f"{sentences.span_words(stands.start['period'])}, {sentences.millions(stands.last['value'])} in "
        f"{sentences.span_words(stands.last['period'])}; goal {sentences.millions(stands.goal)} by {stands.by.year}."
    )
    svg = goal_svg(
        [(_middle(row), row["value"]) for row in stands.series],
        start=(_middle(stands.start), stands.start["value"]),
        goal=(stands.by, stands.goal),
        label=label,
    )
    notes = list(dict.fromkeys(row["note"] for row in stands.series if row.get("note")))
    source = f"Source: {'; '.join(notes)}." if notes else "Source: see the foot of the page."
    table = ui.table(
        "Disabled people in employment, United Kingdom, beside the straight way to the goal",
        [
            "Period",
            {"label": "People", "kind": "number"},
            {"label": "On the straight way", "kind": "number"},
            {"label": "Taken from", "hide": True},
        ],
        [
            [
                sentences.span_words(row["period"]),
                {"t": sentences.number(row["value"]), "s": row["value"]},
                _path_cell(stands, row),
                row.get("note") or "",
            ]
            for row in stands.series
        ],
        id="goal-table",
        sort=False,
        file_name="disabled-people-in-employment",
    )
    return ui.section(
        "The path to the goal",
        html.div(
            [
                html.div(
                    [
                        ui.paragraph(
                            "A straight way to the goal needs about "
                            f"{sentences.number(hundreds)} more people each year. It would have been at "
                            f"{sentences.millions(on_path)} in {sentences.span_words(stands.last['period'])}; the figure was "
                            f"{sentences.millions(stands.last['value'])}, a rise of about {sentences.number(found)} a year."
                        ),
                        ui.paragraph(
                            "The straight way is drawn here only to read the chart by: the goal names an end and no steps."
                        ),
                        ui.paragraph(
                            "The figures are rounded to 100,000 in the documents they are taken from, and no interval is "
                            "given there.",
                            muted=True,
                        ),
                    ]
                ),
                html.div(
                    [
                        ui.picture(svg, label, source, id="million-more"),
                        ui.take_away(
                            "million-more",
                            "million-more-disabled-people-in-work",
                            csv="/csv/goal",
                            embed="/goal",
                        ),
                    ]
                ),
            ],
            class_="wh-two wh-two-turned",
        ),
        ui.details("The figures as a table", table),
    )


def _path_cell(stands: Progress, row: Row) -> dict[str, Any]:
    day = _middle(row)
    if day < _middle(stands.start):
        return {"t": "Before the goal", "s": None}
    value = round(stands.path_at(day), -4)
    return {"t": sentences.number(value), "s": value}


# ---- moves into and out of work ----------------------------------------------------------------------


def flow_figures(context: Context) -> tuple[list[Flow], list[Row]]:
    """The moves of disabled and other people over the years loaded, and the rows they come from."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    rows: list[Row] = []
    for indicator_id in (OUT_OF_WORK, INTO_WORK):
        for one in context.available(indicator_id):
            series = [
                row
                for row in context.store.series(
                    indicator_id=indicator_id,
                    area_codes=[UNITED_KINGDOM],
                    sex=one["sex"],
                    age=one["age"],
                    breakdown=one["breakdown"],
                )
                if row["value"] is not None
            ]
            rows += [{**row, "indicator_id": indicator_id} for row in series]
            if series:
                values = [row["value"] for row in series]
                found[indicator_id, one["breakdown"]] = (min(values), max(values))
    flows = [
        Flow(name, found.get((OUT_OF_WORK, group)), found.get((INTO_WORK, group)))
        for name, group in _FLOW_GROUPS
        if (OUT_OF_WORK, group) in found or (INTO_WORK, group) in found
    ]
    return flows, rows


def _flows_section(flows: Sequence[Flow]) -> Component:
    heading = "Into work and out of it"
    if not flows:
        return ui.section(
            heading,
            ui.inset(html.p("How many people move into work and out of it is not loaded yet.")),
        )
    return ui.section(heading, *_flow_parts(flows))


def _flow_parts(flows: Sequence[Flow]) -> list[Component]:
    words = [flow_words(flow) for flow in flows]
    label = "Moves between work and no work within a year. " + " ".join(words)
    return [
        ui.bullets(words),
        ui.paragraph(
            "So the number in work depends on people staying in work as well as on people finding it. The figures are of "
            "the same people asked twice, a year apart. They do not say why people moved, or whether they wished to."
        ),
        ui.picture(
            flows_svg(flows, label=label),
            label,
            "An arrow is as thick as the share of people in its first box who moved within a year.",
            id="moves",
        ),
        ui.take_away("moves", "into-work-and-out-of-it", csv="/csv/goal", embed="/goal"),
        ui.table(
            "Moves within a year, United Kingdom, people aged 16 to 64",
            [
                "People",
                {"label": "Moved out of work, of those in work", "kind": "number"},
                {"label": "Moved into work, of those out of work", "kind": "number"},
            ],
            [[flow.name, range_words(flow.out), range_words(flow.into)] for flow in flows],
            id="flows-table",
            sort=False,
            file_name="into-work-and-out-of-it",
        ),
    ]


# ---- targets -----------------------------------------------------------------------------------------


def newest(context: Context, indicator_id: str) -> Row | None:
    """England's newest figure for everybody, or the United Kingdom's; None where none is loaded."""
    for area_code, area_type in ((ENGLAND, "england"), (UNITED_KINGDOM, "uk")):
        rows = [
            row
            for row in context.available(indicator_id)
            if row["area_type"] == area_type and row["sex"] == "persons" and row["breakdown"] == "all"
        ]
        if not rows:
            continue
        one = max(rows, key=lambda row: (Period.parse(row["latest"]).end_on, row["age"] == "all"))
        found = context.store.observations(
            indicator_id=indicator_id,
            area_type=area_type,
            period=one["latest"],
            sex="persons",
            age=one["age"],
            breakdown="all",
            area_codes=[area_code],
        )
        if found and found[0]["value"] is not None:
            return {**found[0], "indicator_id": indicator_id}
    return None


def verdict(row: Row | None, target: Target, indicator: Indicator) -> str:
    """Whether a figure reaches its target, in words; its interval must not hold the target."""
    if row is None:
        return "No figure is loaded"
    if row["status"] == "illustrative":
        return "Not judged: the figure is illustrative"
    if indicator.polarity == "none":
        return "Not judged"
    lower, upper = row["lower_ci_95"], row["upper_ci_95"]
    if lower is not None and upper is not None and lower < target.value < upper:
        return "Too close to tell"
    over = row["value"] - target.value
    reached = over >= 0 if indicator.polarity == "high_is_good" else over <= 0
    return "Reached" if reached else "Not reached"


def target_cells(context: Context) -> tuple[list[list[Any]], list[Row]]:
    """The rows of the table of targets, and the store's rows behind them."""
    cells: list[list[Any]] = []
    shown: list[Row] = []
    for indicator in context.catalogue.values():
        for target in indicator.targets:
            row = newest(context, indicator.id)
            if row:
                shown.append(row)
            cells.append(
                [
                    f"{indicator.short_title}: {sentences.lower_first(target.label)}",
                    *_figure_cells(row, indicator),
                    verdict(row, target, indicator),
                    target.source,
                ]
            )
    for one in _WRITTEN:
        known = context.catalogue.get(one.indicator_id) if one.indicator_id else None
        if known and known.targets:
            continue
        row = newest(context, known.id) if known else None
        if row:
            shown.append(row)
        cells.append([one.label, *_figure_cells(row, known), one.why, one.source])
    return cells, shown


def _figure_cells(row: Row | None, indicator: Indicator | None) -> list[Any]:
    if row is None or indicator is None:
        return [{"t": "No figure loaded", "s": None}, "–", "–"]
    words = sentences.value_words(row["value"], indicator, row["status"])
    if indicator.unit == "people":
        words = sentences.millions(row["value"])
    if row["status"] == "illustrative":
        words += sentences.ILLUSTRATIVE
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    where = f"{row['area_name']}, {sentences.span_words(row['period'])}"
    return [{"t": words, "s": row["value"], "h": f"/indicators/{indicator.id}"}, between or "None", where]


def _target_words(cells: Sequence[Any]) -> Component:
    """One target in a sentence: ``…: at least 50% recover: reached. 50.5% (England, 2024/25).``"""
    label, figure, _, where, judged, _ = cells
    # an invented figure is never part of a sentence; the table marks it
    said = figure["s"] is not None and not figure["t"].endswith(sentences.ILLUSTRATIVE)
    beside = f" {figure['t']} ({where})." if said else ""
    return [html.strong(label), f": {sentences.lower_first(judged)}.{beside}"]


def _targets_section(cells: Sequence[Sequence[Any]], rows: Sequence[Row]) -> Component:
    parts: list[Component] = [
        ui.paragraph(
            "These are levels that government and the NHS set themselves. England’s newest figure stands beside each, where "
            "one is loaded. A figure whose 95% interval holds the target is too close to tell."
        )
    ]
    if ui.is_illustrative(rows):
        parts.append(ui.illustrative_banner())
    parts.append(ui.bullets(_target_words(one) for one in cells))
    table = ui.table(
        "Targets and the newest figures",
        [
            "Target",
            {"label": "Newest figure", "kind": "number"},
            {"label": "95% interval", "hide": True},
            "Where and when",
            "Reached?",
            {"label": "Where it is written", "hide": True},
        ],
        cells,
        id="targets-table",
        sort=False,
        file_name="targets",
    )
    # the whole table stands on the page: it must not scroll within itself
    parts.append(html.div(table, class_="wh-entry"))
    return ui.section("Targets along the way", *parts)


# ---- method and source -------------------------------------------------------------------------------


def _sources_section(context: Context, stands: Progress | None, rows: Sequence[Row]) -> Component:
    named = named_releases(
        context,
        [(context.catalogue[row.get("indicator_id", GOAL_INDICATOR)].short_title, row) for row in rows],
    )
    caveats = list(
        dict.fromkeys(
            caveat
            for one in (GOAL_INDICATOR, OUT_OF_WORK, INTO_WORK)
            if one in context.catalogue
            for caveat in context.catalogue[one].caveats
        )
    )
    notes = list(
        dict.fromkeys(
            row["note"]
            for row in rows
            if row.get("note") and row.get("indicator_id") in (OUT_OF_WORK, INTO_WORK)
        )
    )
    return ui.section(
        "Method and sources",
        *([ui.paragraph(stands.indicator.definition)] if stands else []),
        ui.bullets(caveats),
        *([ui.details("Where the moves into and out of work are taken from", ui.bullets(notes))] if notes else []),
        ui.bullets(ui.release_items(named)) if named else html.p("No release is loaded."),
        ui.paragraph(
            "Words used here: ",
            *ui.words_used(
                ("disabled", "percentage-point", "confidence-interval", "ips", "talking-therapies"), place="goal"
            ),
        ),
        ui.paragraph(ui.link("How to read the figures", "/about")),
        id="sources",
    )  # fmt: skip


def export(context: Context, asked: Asked) -> Export:
    """The counts of the goal and the moves into and out of work, as drawn."""
    stands = progress(context)
    _, moves = flow_figures(context)
    counts = [Shown(stands.indicator, row) for row in stands.series] if stands else []
    return Export(
        "disabled-people-in-employment-and-moves",
        [*counts, *(Shown(context.catalogue[row["indicator_id"]], row) for row in moves)],
    )


PAGE = Page(
    path="/goal",
    name="goal",
    title="A million more disabled people in work by 2027",
    layout=layout,
    nav="Goal",
    order=80,
    description="How far the goal of a million more disabled people in work has come, and what that does not mean.",
    export=export,
)
