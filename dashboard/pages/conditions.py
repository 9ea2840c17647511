"""By condition: who is in work by health condition in an area, how wide the gaps are, what helps, and who recovers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Sheet
from dashboard.answers.conditions import ConditionFigure, Conditions, RecoveryOf
from dashboard.components import html
from dashboard.exports.conditions import TABLES, table_figures
from dashboard.figures.sheets import Frame, framed_picture, gap_sheet
from dashboard.queries.areas import asked_area, setting
from dashboard.queries.conditions import conditions, what_helps
from dashboard.queries.geography import ENGLAND
from dashboard.queries.profile import is_compared
from dashboard.queries.recovery import recovery_by_group
from dashboard.queries.releases import named_releases, releases_of
from geodata.register import Area
from indicators.catalogue import holds, the

Component = Any


def chosen_area(context: Context, asked: Asked) -> Area:
    """The first area of the address; England where it names none."""
    codes = asked.view.area_codes
    return asked_area(context, codes[0] if codes else ENGLAND) or context.register.area(ENGLAND)


def title(context: Context, asked: Asked) -> str:
    """Of the document."""
    return f"Work by health condition: {chosen_area(context, asked).name}"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """A tab of the area: rates and gaps by group of people, what helps, services beside need, recovery, sources."""
    area = chosen_area(context, asked)
    place = sentences.in_words(area)
    found = conditions(context, area)
    return [
        ui.area_heading(setting(context, area), "conditions", "work by health condition"),
        # assets/recent.js remembers it for the home page
        html.div(hidden=True, data_area_visited=area.area_code, data_area_name=area.name),
        *[html.p(words, class_="wh-lead") for words in sentences.rates_lead(found, place)],
        ui.inset(html.p("This page shows one area. The address names several: the first of them is shown."))
        if len(asked.view.area_codes) > 1
        else None,
        ui.illustrative_notice(found.figures),
        _work_section(context, found, place),
        _help_section(context, found),
        html.div([_services_section(found, place)], id="answers"),
        ui.recovery_section(area, _recovery_parts(context, found.recovery)),
        _sources(context, found.figures),
    ]  # fmt: skip


# ---- rates and gaps ------------------------------------------------------------------------------------


def _work_section(context: Context, found: Conditions, place: str) -> Component:
    area = found.area
    return ui.section(
        "Who is in work, and the gap",
        None if found.rates else ui.inset(html.p("No employment rates are loaded yet.")),
        ui.dumbbells(found, place),
        html.p(sentences.OVERLAP, class_="wh-hint"),
        *_everyone(context, found),
        ui.picture_files(ui.WORK, area) if any(group.drawn for group in found.groups) else None,
        ui.details("Show as tables", *_tables(found)) if found.rates or found.gaps else None,
        html.p(sentences.NO_REASON_TO_PUSH, class_="wh-hint"),
        id="rates",
    )


def _everyone(context: Context, found: Conditions) -> list[Component]:
    """The newest employment rate of everyone, and whose figures stand in for the area."""
    overall = the(context.catalogue, "overall_rate").id
    told = [
        sentences.line_sentence(figure.line, sentences.in_words(figure.area))
        for figure in found.rates
        if figure.line.indicator.id == overall and not figure.line.illustrative
    ]
    parts = [html.p(f"Everyone, newest figure: {words}", class_="wh-hint") for words in told]
    return [*parts, ui.stand_ins(found.rates, found.area)]


def _tables(found: Conditions) -> list[Component]:
    area = found.area
    compared = is_compared(area.area_code)
    parts: list[Component] = []
    if found.rates:
        caption = f"In paid work, {area.name}: newest figures"
        parts.append(
            ui.people_table(area, found.rates, caption, ui.WORK, table="rates", compared=compared)
        )  # fmt: skip
    if found.gaps:
        caption = f"Gaps in employment, {area.name}: percentage points"
        parts.append(ui.people_table(area, found.gaps, caption, "gaps", table="gaps", compared=compared))
        notes = dict.fromkeys(
            f"{sentences.people_words(figure)}: {figure.row['note']}"
            for figure in found.gaps
            if figure.row.get("note")
        )
        parts.append(ui.bullets(notes) if notes else None)
    return parts


def work_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The rates and gaps as one picture; None where no group has a figure."""
    area = chosen_area(context, asked)
    found = conditions(context, area)
    if not any(group.drawn for group in found.groups):
        return None
    drawn = [figure for group in found.groups for figure in (group.rate, group.gap) if figure and group.drawn]
    rows = [figure.row for figure in drawn]
    name = sentences.in_words(area)
    key = f"Filled dot: the group. Ring: everyone in the same year. Line: 95% CI. Upper row: {name}; lower row: England."
    frame = Frame(
        f"Who is in work by health condition, and the gap: {area.name}",
        [key, sentences.OVERLAP],
        sentences.whole_picture_source(releases_of(context, rows)),
    )
    groups = [ui.gap_row(group, area) for group in found.groups]
    pictures = [
        sentences.picture_words(group, sentences.in_words(group.rate.area))
        for group in found.groups
        if group.drawn and group.rate
    ]
    return Sheet(
        f"{ui.WORK}-{area.area_code}",
        gap_sheet(frame, groups, ui.gap_scale(found)),
        " ".join(pictures),
        sentences.OVERLAP,
        rows,
    )


# ---- what helps, and services beside need --------------------------------------------------------------


def _help_section(context: Context, found: Conditions) -> Component:
    pieces = what_helps(context)
    if not pieces:
        return None
    return ui.section(
        "What helps people into work",
        ui.help_cards(found, pieces, context.evidence().papers),
        html.p(
            [
                ui.link("All evidence of what helps", "/evidence"),
                ". Grades: A tested in trials, B results that were counted, C in trial, D in use, E proposed.",
            ],
            class_="wh-hint",
        ),
        id="evidence",
    )


def _services_section(found: Conditions, place: str) -> Component:
    area, needs, services = found.area, found.needs, found.services
    parts: list[Component] = [html.p(_need_words(found, place), class_="wh-body")]
    if needs:
        parts.append(ui.served_table(area, needs, "Need", f"Need in {place}", "need"))
    if not services:
        parts.append(ui.inset(html.p("No figures about services are loaded yet.")))
    else:
        if area.area_code != ENGLAND and all(figure.area.area_code == ENGLAND for figure in services):
            parts.append(ui.paragraph(f"No NHS area with these figures holds {place}. England’s are shown."))
        parts.append(ui.served_table(area, services, "Service", f"Services that serve {place}", "services"))
        movement = next(
            (figure for figure in services if holds(figure.line.indicator, "net_movement")), None
        )  # fmt: skip
        if movement and not movement.line.illustrative:
            parts.append(html.p(sentences.movement_words(movement), class_="wh-hint"))
    parts.append(_terms())
    return ui.section("Support and need", *parts, id="services")


@html.cached
def _terms() -> Component:
    terms = [ui.term(name) for name in ("disabled", "fit-note", "esa", "ips", "talking-therapies")]
    return html.p(
        [
            "Glossary terms: ",
            *[[", ", explained] if place else explained for place, explained in enumerate(terms)],
            ". Rates of access are not adjusted for need: a place with more illness may need more access.",
        ],
        class_="wh-hint",
    )


def _need_words(found: Conditions, place: str) -> str:
    share = next(
        (
            figure
            for figure in found.needs
            if holds(figure.line.indicator, "need_share")
            and figure.area.area_code == found.area.area_code
            and figure.row["value"] is not None
        ),
        None,
    )
    if share is None:
        return f"How many people are disabled is not loaded for {place}. It is counted for local authorities and regions."
    return sentences.need_share_words(share, place)


# ---- recovery, method and source -----------------------------------------------------------------------


def _recovery_parts(context: Context, recovery: RecoveryOf | None) -> ui.RecoveryParts | None:
    """Cached by the area they are of, and compressed: the districts of an NHS area have them in common."""
    if recovery is None:
        return None
    made: list[ui.RecoveryParts] = []

    def build() -> bytes:
        made.append(ui.recovery_parts(recovery_by_group(context, recovery)))
        return made[0].packed()

    packed = context.cached(("recovery in HTML", recovery.area.area_code), build)
    return made[0] if made else ui.RecoveryParts.unpacked(packed)


def recovery_sheet(context: Context, asked: Asked) -> Sheet | None:
    """Who recovers, as one picture; None where no figure by group is loaded."""
    area = chosen_area(context, asked)
    of = conditions(context, area).recovery
    if of is None:
        return None
    recovery = recovery_by_group(context, of)
    parts = ui.recovery_parts(recovery)
    rows = [row for group in recovery.groups for row in group.rows]
    frame = Frame(
        sentences.titled(f"Who recovers after talking therapies: {of.area.name}", ui.is_illustrative(rows)),
        [parts.caption],
        sentences.whole_picture_source(releases_of(context, rows)),
    )
    svg = framed_picture(frame, parts.svg)
    return Sheet(f"recovery-{area.area_code}", svg, parts.label, parts.caption, rows)


def _sources(context: Context, figures: Sequence[ConditionFigure]) -> Component:
    named = named_releases(
        context, [(figure.line.indicator.short_title, figure.row) for figure in figures]
    )  # fmt: skip
    methods = sorted(
        {figure.row["interval_method"] for figure in figures if figure.row["lower_ci_95"] is not None}
    )
    return ui.section(
        "Method and sources",
        ui.paragraph(
            "A figure is better or worse than England only where its whole 95% confidence interval (CI) lies on one side of "
            "England’s figure for the same period. ",
            ui.link("How to read the figures", "/about"),
            ".",
        ),
        ui.details(
            "How intervals and the slope are calculated",
            ui.bullets(sentences.interval_method_words([method]) for method in methods),
            html.p(sentences.SLOPE_METHOD),
        ),
        ui.release_list(named),
        id="sources",
    )


def export(context: Context, asked: Asked) -> Export:
    """The rates, gaps, need and services of the page, each for the area it is given for, then recovery by group."""
    area = chosen_area(context, asked)
    found = conditions(context, area)
    shown = [figure for name in TABLES[:-1] for figure in table_figures(context, found, name)]
    return Export(f"conditions-{area.area_code}", shown)


def _table_export(name: str) -> Callable[[Context, Asked], Export]:
    def table_export(context: Context, asked: Asked) -> Export:
        area = chosen_area(context, asked)
        return Export(f"{name}-{area.area_code}", table_figures(context, conditions(context, area), name))

    return table_export


PAGE = Page(
    path="/conditions",
    name="conditions",
    title=title,
    layout=layout,
    door="/areas",
    takes_view=False,
    order=20,
    description="Who is in work by health condition in an area and in England, the gaps, what helps, and who recovers.",
    export=export,
    tables={name: _table_export(name) for name in TABLES},
    # the picture of the gaps was one of its own once: its address still gives them
    sheets={ui.WORK: work_sheet, "employment-gaps": work_sheet, "recovery": recovery_sheet},
)
