"""By condition: who is in work by health condition in an area beside England, the gaps, services and inequalities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page
from dashboard.answers.conditions import ConditionFigure, Conditions, RecoveryOf
from dashboard.components import html
from dashboard.exports.conditions import TABLES, table_figures
from dashboard.figures.conditions import nice_ends, stacked_svg
from dashboard.queries.areas import newest_areas
from dashboard.queries.conditions import conditions
from dashboard.queries.geography import ENGLAND
from dashboard.queries.headlines import headlines
from dashboard.queries.profile import is_compared
from dashboard.queries.recovery import recovery_by_group
from dashboard.queries.releases import named_releases
from geodata.register import Area
from indicators.catalogue import holds, the

Component = Any
_LISTED = ("region", "utla", "ltla", "combined_authority", "icb")


def chosen_area(context: Context, asked: Asked) -> Area:
    """The first area of the address; England where it names none."""
    codes = asked.view.area_codes
    return context.register.area(codes[0] if codes else ENGLAND)


def title(context: Context, asked: Asked) -> str:
    """Of the document."""
    return f"Work by health condition: {chosen_area(context, asked).name}"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """What is said of the area, its select, then rates, gaps, services beside need, recovery, sources."""
    area = chosen_area(context, asked)
    place = sentences.in_words(area)
    own_rows = context.store.newest([area.area_code])
    found = conditions(context, area, own_rows)
    overall = the(context.catalogue, "overall_rate").id
    return [
        ui.heading(
            f"Work and health conditions in {place}",
            *sentences.rates_lead(found.rates, overall, place, area),
        ),
        ui.controls(area_select(context, area), label="Choose an area"),
        ui.paragraph(
            ui.link("Find an area by name, code or old name", "/areas"),
            " · ",
            ui.link(f"All figures for {place}", f"/areas/{area.area_code}"),
        ),
        ui.inset(html.p("This page shows one area. The address names several: the first of them is shown."))
        if len(asked.view.area_codes) > 1
        else None,
        ui.headlines_section(area, headlines(context, area, own_rows)),
        ui.illustrative_notice(found.figures),
        _rates_section(found, place),
        _gaps_section(found, place),
        ui.section("Services beside need", _need_part(found, place), _service_part(found, place), id="services"),
        ui.recovery_section(area, _recovery_parts(context, found.recovery)),
        _sources(context, found.figures),
    ]  # fmt: skip


def area_select(context: Context, area: Area) -> Component:
    """England, regions, councils, NHS areas: one select. An area that is not in the list stands on top of it."""

    def build() -> tuple[frozenset[str], list[tuple[str, tuple[tuple[str, str], ...]]]]:
        groups = []
        seen = {ENGLAND}
        for kind in _LISTED:
            areas = [listed for listed in newest_areas(context, kind) if listed.area_code not in seen]
            seen.update(listed.area_code for listed in areas)
            words = "Districts" if kind == "ltla" else context.register.area_types[kind].plural
            groups.append((words, tuple((listed.area_code, listed.name) for listed in areas)))
        return frozenset(seen), groups

    known, groups = context.cached_for_good("areas of conditions", build)
    options: list[Any] = [(ENGLAND, context.register.area(ENGLAND).name)]
    if area.area_code not in known:
        options.append((area.area_code, area.name))
    return ui.select("area", "Area", [*options, *groups], area.area_code)


# ---- rates and gaps ------------------------------------------------------------------------------------


def _rates_section(found: Conditions, place: str) -> Component:
    area, rates = found.area, found.rates
    parts: list[Component] = []
    if not rates:
        parts.append(ui.inset(html.p("No employment rates are loaded yet.")))
    elif area.area_code != ENGLAND and all(figure.area.area_code == ENGLAND for figure in rates):
        parts.append(
            ui.inset(
                html.p(
                    f"No employment rates are published for {place}: they are published for councils. "
                    "England’s are shown."
                ),
                html.p(ui.link("The councils in it", f"/areas/{area.area_code}#where")),
            )
        )
    else:
        parts += ui.stand_ins(rates, area)
    if len({figure.row["period"] for figure in rates}) > 1:
        parts.append(
            ui.paragraph(
                "The figures are of different years and of people of different ages, so a difference between two "
                "rows is only a rough guide. The gaps below take years that fit."
            )
        )
    dots = ui.dots_of(rates, area)
    if dots:
        compared = any(dot.benchmark is not None for dot in dots)
        label = f"In paid work in {place}. {ui.dots_words(dots)}."
        svg = stacked_svg(
            dots,
            ends=(0.0, 100.0),
            suffix="%",
            label=label,
            shown=area.name,
            benchmark="England" if compared else None,
        )
        caption = (
            "Better than England is a diamond, worse a square, similar or not compared a circle."
            if compared
            else "The line through a mark is its 95% interval."
        )
        parts += [
            ui.condition_picture(
                svg, label, f"Share in paid work, from 0 to 100%. {caption}", "work-by-condition", area
            ),
            ui.people_table(
                area,
                rates,
                f"In paid work, {area.name}: newest figures",
                "work-by-condition",
                table="rates",
                compared=is_compared(area.area_code),
            ),
            ui.paragraph(
                "The right work can be good for health; the wrong work can harm it. These figures say how many people "
                "have paid work. They do not say why, and they are no reason to push anyone into a job that does not "
                "suit them."
            ),
        ]
    parts.append(ui.not_loaded(found.rate_groups, "an employment rate"))
    return ui.section("Who is in work", *parts, id="rates")


def _gaps_section(found: Conditions, place: str) -> Component:
    area, gaps = found.area, found.gaps
    parts: list[Component] = [
        ui.paragraph(
            "A gap is the employment rate of everyone less that of the group, in percentage points; for disabled "
            "people, the rate of people who are not disabled less theirs. The smaller the gap, the more alike their "
            "share in paid work. Everyone is of working age (16 to 64) where no other age is named."
        )
    ]
    parts += ui.stand_ins(gaps, area) if gaps else [ui.inset(html.p("No gaps are loaded yet."))]
    stated = [figure for figure in gaps if figure.row["value"] is not None and not figure.line.illustrative]
    if stated:
        parts.append(
            ui.bullets(
                sentences.line_sentence(figure.line, sentences.in_words(figure.area)) for figure in stated
            )
        )
    dots = ui.dots_of(gaps, area)
    if dots:
        label = f"Gaps in employment in {place}, in percentage points. {ui.dots_words(dots)}."
        svg = stacked_svg(
            dots,
            ends=nice_ends(dots, from_zero=True),
            suffix="",
            label=label,
            shown=area.name,
            benchmark="England" if any(dot.benchmark is not None for dot in dots) else None,
        )
        caption = "Percentage points below the rate of others."
        parts.append(ui.condition_picture(svg, label, caption, "employment-gaps", area))
    if gaps:
        caption = f"Gaps in employment, {area.name}: percentage points"
        compared = is_compared(area.area_code)
        parts.append(ui.people_table(area, gaps, caption, "gaps", table="gaps", compared=compared))
        notes = dict.fromkeys(
            f"{sentences.people_words(figure)}: {figure.row['note']}"
            for figure in gaps
            if figure.row.get("note")
        )
        if notes:
            parts.append(ui.details("Which years each gap is made from", ui.bullets(notes)))
    parts.append(ui.not_loaded(found.gap_groups, "a gap"))
    return ui.section("How wide the gaps are", *parts, id="gaps-section")


# ---- services beside need ------------------------------------------------------------------------------


def _need_part(found: Conditions, place: str) -> Component:
    area, needs = found.area, found.needs
    share = next(
        (
            figure
            for figure in needs
            if holds(figure.line.indicator, "need_share") and figure.area.area_code == area.area_code
        ),
        None,
    )
    if share and share.row["value"] is not None:
        indicator, england = share.line.indicator, share.line.england
        beside = f"; England {sentences.value_words(england, indicator)}" if england is not None else ""
        words = (
            f"{sentences.value_words(share.row['value'], indicator)} of the people who live in {place} "
            f"are disabled ({sentences.in_period(share.row['period'])}{beside}). That is what services have to be planned "
            "for; it says nothing about how good a place is."
        )
    else:
        words = (
            f"How many people are disabled is not loaded for {place}: it is counted for councils and regions."
        )
    parts: list[Component] = [ui.paragraph(words)]
    if needs:
        parts.append(ui.served_table(area, needs, "Need", f"Need in {place}", "need"))
        parts.append(
            ui.paragraph(
                "Words used here: ",
                ui.term("disabled"),
                ", ",
                ui.term("fit-note"),
                ", ",
                ui.term("esa"),
                ". Numbers of people grow with the size of the place, so they are not compared.",
                muted=True,
            )
        )
    return ui.section("How many people may need support", *parts, level=3)


def _service_part(found: Conditions, place: str) -> Component:
    area, services = found.area, found.services
    heading = "What support there is"
    if not services:
        return ui.section(heading, ui.inset(html.p("No figures about services are loaded yet.")), level=3)
    is_national = area.area_code != ENGLAND and all(figure.area.area_code == ENGLAND for figure in services)
    movement = next((figure for figure in services if holds(figure.line.indicator, "net_movement")), None)
    stated = [
        sentences.line_sentence(figure.line, sentences.in_words(figure.area))
        for figure in services
        if not figure.line.indicator.is_count and not figure.line.illustrative and figure is not movement
    ]
    known = f"{movement.row['note']} " if movement and not movement.line.illustrative else ""
    return ui.section(
        heading,
        ui.paragraph(
            f"These figures are published for areas of the NHS, which {place} is not. England’s are shown."
        )
        if is_national
        else None,
        ui.bullets(stated),
        ui.served_table(area, services, "Service", f"Services that serve {place}", "services"),
        ui.paragraph(
            "Net movement into work is the share of people in work at the end of treatment less the share at its "
            f"start. {known}The more of them nobody knows this of, the less the figure says."
        )
        if movement
        else None,
        ui.paragraph(
            "What these services are: ",
            ui.term("ips"),
            ", ",
            ui.term("talking-therapies"),
            ". Rates of access are not adjusted for need: a place with more illness may need more access than another.",
            muted=True,
        ),
        level=3,
    )


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


# ---- method and source ---------------------------------------------------------------------------------


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
            "A figure is better or worse than England only where its whole 95% interval lies on one side of England’s figure "
            "for the same period. The intervals shown are of these kinds:"
        ),
        ui.bullets(sentences.interval_method_words([method]) for method in methods),
        ui.paragraph(
            "The slope index of inequality places the ten groups by their share of the people who finished treatment and were "
            "at caseness at the start, and draws the line that fits them best. Each group weighs by its number of people. "
            "Local counts are rounded to the nearest 5 by the publisher. The intervals allow for that."
        ),
        ui.release_list(named),
        ui.paragraph(ui.link("How to read the figures", "/about")),
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
    description="Who is in work by health condition in an area beside England, the gaps, the services, and who recovers.",
    export=export,
    tables={name: _table_export(name) for name in TABLES},
)
