"""By condition: who is in work by health condition in an area beside England, the gaps, services and inequalities."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.components import html
from dashboard.figures import profile
from dashboard.figures.conditions import Dot, deprivation_slope, grouped_svg, nice_ends, stacked_svg
from dashboard.figures.profile import Line, place_words, share_words
from dashboard.pages import areas
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.periods import Period

Component = Any
Row = dict[str, Any]

ENGLAND = "E92000001"
UNITED_KINGDOM = "K02000001"
OVERALL = "employment-rate"
RECOVERY = "talking-therapies-recovery-rate"
NEED = "disability-prevalence"
NET_MOVEMENT = "talking-therapies-net-movement-into-employment"
# how many people may need support
NEEDS = (
    NEED,
    "long-term-condition-prevalence",
    "long-term-musculoskeletal",
    "depression-prevalence",
    "inactive-long-term-sick",
    "fit-notes-rate",
    "fit-notes-mental-health",
    "fit-notes-musculoskeletal",
    "esa-claimants",
    "esa-claimants-mental-health",
    "esa-claimants-musculoskeletal",
    "uc-health-claimants",
    "pip-claimants",
)
# the support that there is
SERVICES = (
    "ips-access-rate",
    "ips-access",
    "talking-therapies-referrals",
    RECOVERY,
    "talking-therapies-wait-6-weeks",
    "talking-therapies-wait-18-weeks",
    "talking-therapies-employment-support",
    NET_MOVEMENT,
    "talking-therapies-employment-status-unknown",
)

# the end of an indicator's id, and the people it is about; an indicator counts as soon as figures of it are loaded
_PEOPLE = (
    ("disabled", "Disabled people"),
    ("long-term-condition", "People with a long-term health condition"),
    ("musculoskeletal", "People with a bone, joint or muscle condition"),
    ("mental-health", "People with a mental health condition"),
    ("learning-disability", "Adults with a learning disability known to their council"),
    ("secondary-mental-health", "Adults in contact with secondary mental health services"),
)
# a gap that is called by the name it has in government documents
_OTHER_NAMES = {"employment-gap-disabled": "disability-employment-gap"}
_GROUPS = (
    ("Sex", ""),
    ("Age", ""),
    ("Deprivation", "deprivation decile"),
    ("Ethnic group", "ethnic group"),
    ("Long-term condition", "long-term condition"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people with its indicator; ``indicator`` is None where the catalogue has none."""

    people: str
    indicator: Indicator | None
    loaded: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the page: of whom, for which area, beside England."""

    people: str
    area: Area
    line: Line

    @property
    def row(self) -> Any:
        return self.line.row

    @property
    def value(self) -> str:
        words = sentences.short_value_words(self.row["value"], self.line.indicator)
        if self.row["value"] is None:
            words = sentences.value_words(None, self.line.indicator, self.row["status"])
        return words

    @property
    def interval(self) -> str:
        return sentences.interval_words(self.row["lower_ci_95"], self.row["upper_ci_95"], self.line.indicator)


# ---- what is asked for, and where it is ---------------------------------------------------------------


def groups_of(context: Context, kind: str) -> list[Group]:
    """The groups of people with an ``employment-rate-…`` or an ``employment-gap-…`` (``kind``), loaded or not.

    An indicator of the catalogue that nobody foresaw comes last under its own short title. One that is published
    for the United Kingdom alone has its place on the page of the goal.
    """
    loaded = context.all_available()
    others = {_OTHER_NAMES[one]: one for one in _OTHER_NAMES if one.startswith(f"{kind}-")}
    known = {
        others.get(one, one): indicator
        for one, indicator in context.catalogue.items()
        if (one.startswith(f"{kind}-") or one in others) and tuple(indicator.area_types) != ("uk",)
    }
    found = []
    for ending, people in _PEOPLE:
        stem = f"{kind}-{ending}"
        indicator = next(
            (known[one] for one in sorted(known) if one == stem or one.startswith(f"{stem}-")), None
        )
        if indicator:
            del known[next(one for one in known if known[one] is indicator)]
        found.append(Group(people, indicator, indicator is not None and indicator.id in loaded))
    return found + [Group(one.short_title, one, one.id in loaded) for one in known.values()]


def chosen_area(context: Context, asked: Asked) -> Area:
    """The first area of the address; England where it names none."""
    codes = asked.view.area_codes
    return context.register.area(codes[0] if codes else ENGLAND)


def main_line(context: Context, area: Area, indicator_id: str) -> Line | None:
    """The newest figure of an area for everybody; None where nothing is published for it."""
    return _main_lines(context, area).get(indicator_id)


def _main_lines(context: Context, area: Area) -> dict[str, Line]:
    """``main_line`` of every indicator that an area has."""

    def build() -> dict[str, Line]:
        newest: dict[str, tuple[date, Line]] = {}
        for line in areas.made_lines(context, area):
            if line.is_main and line.row["sex"] == "persons" and line.row["breakdown"] == "all":
                end_on = Period.parse(line.row["period"]).end_on
                if line.indicator.id not in newest or end_on > newest[line.indicator.id][0]:
                    newest[line.indicator.id] = (end_on, line)
        return {indicator_id: line for indicator_id, (_, line) in newest.items()}

    return context.cached(("main lines", area.area_code), build)


def council_areas(context: Context, area: Area) -> list[Area]:
    """The area, the county that a district lies in (social care figures are for counties and unitaries), and England."""
    on = _day(context, area)
    parents = context.register.parents(area.area_code, "utla", on)
    found = [area] + [
        context.register.area(one.parent_code, "utla")
        for one in parents
        if one.parent_code != area.area_code and one.share >= 0.5
    ]
    return found if area.area_code == ENGLAND else [*found, context.register.area(ENGLAND)]


def health_areas(context: Context, area: Area) -> list[tuple[Area, str]]:
    """The area and the NHS areas that serve it, the nearest first, each with the share of the area in words."""
    register = context.register
    on = _day(context, area)
    found: dict[tuple[str, str], tuple[Area, str]] = {(area.area_code, area.area_type): (area, "")}

    def offer(code: str, kind: str, words: str) -> None:
        found.setdefault((code, kind), (register.area(code, kind), words))

    # what an area that is no more has become lies in the NHS areas of today
    beginnings = {heir.area_code: context.today() for heir in register.live_successors(area.area_code)}
    for code, day in {area.area_code: on, **beginnings}.items():
        if code != area.area_code:
            offer(code, register.types_of(code)[0], "")
        for kind in ("sub_icb", "icb", "ccg", "stp"):
            parents = [one for one in register.parents(code, kind, day) if one.parent_code != code]
            if parents:
                largest = max(parents, key=lambda one: one.share)
                offer(
                    largest.parent_code,
                    kind,
                    "" if largest.share >= 0.995 else f"serves {share_words(largest.share)}",
                )
    if area.area_type == "utla" and not register.parents(area.area_code, "icb", on):
        # a county is made of districts, and they are what lies in an NHS area
        districts = [one.child_code for one in register.children(area.area_code, "ltla", on)]
        served = Counter(
            max(parents, key=lambda one: one.share).parent_code
            for code in districts
            if (parents := register.parents(code, "icb", on))
        )
        if served:
            code, n = served.most_common(1)[0]
            offer(code, "icb", "" if n == len(districts) else f"serves {n} of its {len(districts)} districts")
    return list(found.values())


def _day(context: Context, area: Area) -> date:
    return area.end_on or context.today()


def rate_figures(context: Context, area: Area) -> list[Figure]:
    """The employment rates that are loaded, everyone's first: the area's, else its county's, else England's."""
    wanted = [("Everyone of working age", OVERALL)]
    wanted += [
        (one.people, one.indicator.id)
        for one in groups_of(context, "employment-rate")
        if one.loaded and one.indicator
    ]
    return list(_nearest(context, wanted, council_areas(context, area)))


def gap_figures(context: Context, area: Area) -> list[Figure]:
    """The gaps that are loaded: the area's, else its county's, else England's."""
    wanted = [
        (one.people, one.indicator.id)
        for one in groups_of(context, "employment-gap")
        if one.loaded and one.indicator
    ]
    return list(_nearest(context, wanted, council_areas(context, area)))


def _nearest(
    context: Context, wanted: Iterable[tuple[str, str]], candidates: Sequence[Area]
) -> Iterator[Figure]:
    for people, indicator_id in wanted:
        for one in candidates:
            line = main_line(context, one, indicator_id)
            if line:
                age = line.row["age"]
                # who is past working age must be told: many of them have retired
                yield Figure(
                    f"{people}, {sentences.age_words(age)}" if age.endswith("+") else people, one, line
                )
                break


def need_figures(context: Context, area: Area) -> list[tuple[Figure, str]]:
    """How many people may need support: from the area, its county, or the NHS areas that serve it; else England's."""
    councils = [(one, "") for one in council_areas(context, area) if one.area_code != ENGLAND]
    served = [
        one for one in health_areas(context, area) if one[0] not in {council for council, _ in councils}
    ]
    return _served(context, area, NEEDS, [*councils, *served])


def service_figures(context: Context, area: Area) -> list[tuple[Figure, str]]:
    """Services for an area, from the NHS areas that serve it; else England's."""
    return _served(context, area, SERVICES, health_areas(context, area))


def _served(
    context: Context, area: Area, wanted: Sequence[str], candidates: Sequence[tuple[Area, str]]
) -> list[tuple[Figure, str]]:
    """Each indicator from the candidate with the newest figure, the nearest of several; else England's.

    England's count would say nothing about another area, so none stands in its place.
    """
    found = []
    for indicator_id in wanted:
        offered = [
            (one, words, line)
            for one, words in candidates
            if (line := main_line(context, one, indicator_id)) and line.row["value"] is not None
        ]
        if not offered and context.catalogue[indicator_id].comparable:
            england = context.register.area(ENGLAND)
            line = main_line(context, england, indicator_id)
            offered = [(england, "", line)] if line else []
        if offered:
            newest = max(Period.parse(line.row["period"]).end_on for _, _, line in offered)
            one, words, line = next(
                item for item in offered if Period.parse(item[2].row["period"]).end_on == newest
            )
            found.append((Figure(line.indicator.short_title, one, line), words))
    return found


# ---- the page ----------------------------------------------------------------------------------------


def title(context: Context, asked: Asked) -> str:
    return f"Work by health condition: {chosen_area(context, asked).name}"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    area = chosen_area(context, asked)
    place = place_words(area)
    rates, gaps = rate_figures(context, area), gap_figures(context, area)
    needs, services = need_figures(context, area), service_figures(context, area)
    groups = recovery_groups(context, services)
    parts: list[Component] = [
        ui.heading(f"Work and health conditions in {place}", *_lead(rates, place, area)),
        ui.controls(area_select(context, area), label="Choose an area"),
        ui.paragraph(
            ui.link("Find an area by name, code or old name", "/areas"),
            " · ",
            ui.link(f"All figures for {place}", f"/areas/{area.area_code}"),
        ),
    ]
    if len(asked.view.area_codes) > 1:
        parts.append(
            ui.inset(
                html.p("This page shows one area. The address names several: the first of them is shown.")
            )
        )
    served = [one for one, _ in (*needs, *services)]
    parts += _made_up([*rates, *gaps, *served])
    parts.append(_rates_section(context, area, rates))
    parts.append(_gaps_section(context, area, gaps))
    parts.append(_services_section(area, services, needs))
    parts.append(_inequalities_section(context, area, groups))
    parts.append(_sources(context, [one.line for one in (*rates, *gaps, *served)]))
    return parts


def _made_up(shown: Sequence[Figure]) -> list[Component]:
    """One warning for the page, which names what is illustrative; each such row says so too."""
    names = dict.fromkeys(one.line.indicator.short_title for one in shown if one.line.illustrative)
    if not names:
        return []
    if all(one.line.illustrative for one in shown):
        return [ui.illustrative_banner()]
    return [ui.illustrative_warning(list(names))]


def _lead(rates: Sequence[Figure], place: str, area: Area) -> list[str]:
    real = [one for one in rates if not one.line.illustrative]
    said = [one for one in real if one.row["value"] is not None]
    words = []
    for one in real:
        if one.line.indicator.id == OVERALL:
            sentence = profile.sentence(one.line, place_words(one.area))
            if one.area.area_code != area.area_code:
                sentence = f"No employment rate is published for {place}. {sentence}"
            words.append(sentence)
    others = [one for one in said if one.line.indicator.id != OVERALL]
    if others:
        whole = sentences.listed(
            f"{one.value} of {sentences.lower_first(one.people)}{_of_other(one.area, area)} "
            f"({sentences.period_words(one.row['period'])})"
            for one in others
        )
        words.append(f"In paid work by group: {whole}.")
    return words or [f"No employment rates are loaded for {place} yet."]


def _of_other(found: Area, area: Area) -> str:
    return f" in {place_words(found)}" if found.area_code != area.area_code else ""


def area_select(context: Context, area: Area) -> Component:
    """England, regions, councils, NHS areas: one select. An area that is not in the list stands on top of it."""
    register = context.register

    def build() -> list[tuple[str, list[tuple[str, str]]]]:
        groups = []
        seen: set[str] = set()
        for kind in ("region", "utla", "ltla", "combined_authority", "icb"):
            newest = register.vintage(kind, register.area_types[kind].vintages[-1])
            pairs = [(one.area_code, one.name) for one in newest if one.area_code not in seen]
            seen.update(code for code, _ in pairs)
            words = "Districts" if kind == "ltla" else register.area_types[kind].plural
            groups.append((words, pairs))
        return groups

    groups = context.cached_for_good(("conditions areas",), build)
    listed = {code for _, pairs in groups for code, _ in pairs}
    options: list[Any] = [(ENGLAND, register.area(ENGLAND).name)]
    if area.area_code not in listed | {ENGLAND}:
        options.append((area.area_code, area.name))
    return ui.select("area", "Area", [*options, *groups], area.area_code)


# ---- rates and gaps ----------------------------------------------------------------------------------


def _dots(shown: Sequence[Figure], area: Area) -> list[Dot]:
    return [
        Dot(
            name=one.people
            + (sentences.ILLUSTRATIVE if one.line.illustrative else "")
            + _in_other(one.area, area),
            value=one.row["value"],
            text=one.value,
            lower=one.row["lower_ci_95"],
            upper=one.row["upper_ci_95"],
            benchmark=one.line.england,
            compared="not_compared" if one.line.illustrative else one.line.compared,
        )
        for one in shown
        if one.row["value"] is not None
    ]


def _in_other(found: Area, area: Area) -> str:
    return f", {found.name}" if found.area_code != area.area_code else ""


def _spoken(dots: Sequence[Dot], unit: str) -> str:
    """The text alternative of a picture: every figure in words."""
    parts = []
    for dot in dots:
        words = f"{dot.name}: {dot.text}{unit}"
        if dot.lower is not None and dot.upper is not None:
            words += f", interval {dot.lower:.1f} to {dot.upper:.1f}"
        if dot.benchmark is not None:
            words += f", England {dot.benchmark:.1f}"
        parts.append(words)
    return "; ".join(parts).replace("-", "−")


def _drawn(svg: str, label: str, caption: str, id: str, area: Area) -> Component:
    """A picture of this page with what can be taken away of it. ``area`` is the one the page is asked for."""
    address = f"/conditions?area={area.area_code}"
    return html.div(
        [
            ui.picture(svg, label, caption, id=id),
            ui.take_away(id, f"{id}-{area.area_code}", csv=f"/csv{address}", embed=address),
        ]
    )


def _table(context: Context, area: Area, shown: Sequence[Figure], caption: str, id: str) -> Component:
    compared = area.area_code not in (ENGLAND, UNITED_KINGDOM)
    columns: list[Any] = [
        "People",
        "Figure for",
        {"label": "Figure", "kind": "number"},
        "95% interval",
    ]
    if compared:
        columns += [{"label": "England", "kind": "number"}, "Compared with England"]
    columns.append("Period")
    rows = []
    for one in shown:
        cells: list[Any] = [
            {
                "t": one.people + (sentences.ILLUSTRATIVE if one.line.illustrative else ""),
                "h": f"/indicators/{one.line.indicator.id}",
            },
            one.area.name,
            {"t": one.value, "s": one.row["value"]},
            one.interval or "None",
        ]
        if compared:
            cells += _beside_england(one)
        cells.append(sentences.period_words(one.row["period"]))
        rows.append(cells)
    return ui.table(caption, columns, rows, id=id, sort=False, file_name=f"{id}-{area.area_code}")


def _beside_england(one: Figure) -> list[Any]:
    """Two cells: England's figure, and how this one compares with it."""
    if one.area.area_code == ENGLAND:
        return [{"t": one.value, "s": one.row["value"]}, "England itself"]
    england = one.line.england
    words = sentences.short_value_words(england, one.line.indicator) if england is not None else "No figure"
    return [{"t": words, "s": england}, _judged(one.line)]


def _judged(line: Line) -> str:
    """How a figure compares with England's; an invented one is never judged."""
    return "Not judged: illustrative" if line.illustrative else sentences.compare_words(line.compared)


def _not_loaded(groups: Sequence[Group], what: str) -> Component | None:
    """Which groups have no figure: those that can be loaded, and those that no publication read here gives."""
    waiting = [sentences.lower_first(one.people) for one in groups if one.indicator and not one.loaded]
    unknown = [sentences.lower_first(one.people) for one in groups if one.indicator is None]
    parts: list[Component] = []
    if waiting:
        parts += [
            f"Not loaded yet: {sentences.listed(waiting)}. They will stand here as soon as their figures are loaded. ",
            ui.link("What is loaded", "/refresh"),
            ". ",
        ]
    if unknown:
        parts.append(
            f"Not published for councils by any source that is read here: {what} of {sentences.listed(unknown)}."
        )
    return ui.paragraph(*parts, muted=True) if parts else None


def _rates_section(context: Context, area: Area, rates: Sequence[Figure]) -> Component:
    parts: list[Component] = []
    if not rates:
        parts.append(ui.inset(html.p("No employment rates are loaded yet.")))
    elif area.area_code != ENGLAND and all(one.area.area_code == ENGLAND for one in rates):
        parts.append(
            ui.inset(
                html.p(
                    f"No employment rates are published for {place_words(area)}: they are published for councils. "
                    "England’s are shown."
                ),
                html.p(ui.link("The councils in it", f"/areas/{area.area_code}#where")),
            )
        )
    else:
        parts += _stand_ins(rates, area)
    different = {one.row["period"] for one in rates}
    if len(different) > 1:
        parts.append(
            ui.paragraph(
                "The figures are of different years and of people of different ages, so a difference between two "
                "rows is only a rough guide. The gaps below take years that fit."
            )
        )
    dots = _dots(rates, area)
    if dots:
        compared = any(dot.benchmark is not None for dot in dots)
        label = f"In paid work in {place_words(area)}. {_spoken(dots, '')}."
        svg = stacked_svg(
            dots,
            ends=(0.0, 100.0),
            suffix="%",
            label=label,
            shown=area.name,
            benchmark="England" if compared else None,
        )
        parts.append(
            _drawn(
                svg,
                label,
                "Share in paid work, from 0 to 100%. Better than England is a diamond, worse a square, similar or not "
                "compared a circle."
                if compared
                else "Share in paid work, from 0 to 100%. The line through a mark is its 95% interval.",
                "work-by-condition",
                area,
            )
        )
        parts.append(
            _table(context, area, rates, f"In paid work, {area.name}: newest figures", "work-by-condition")
        )
        parts.append(
            ui.paragraph(
                "The right work can be good for health; the wrong work can harm it. These figures say how many people "
                "have paid work. They do not say why, and they are no reason to push anyone into a job that does not "
                "suit them."
            )
        )
    parts.append(_not_loaded(groups_of(context, "employment-rate"), "an employment rate"))
    return ui.section("Who is in work", *[part for part in parts if part is not None], id="rates")


def _stand_ins(shown: Sequence[Figure], area: Area) -> list[Component]:
    """Words on the figures that are not the area's own: its county's, or England's."""
    place = place_words(area)
    counties = sorted({one.area.name for one in shown if one.area.area_code not in (area.area_code, ENGLAND)})
    parts: list[Component] = []
    if counties:
        parts.append(
            ui.paragraph(
                "Councils with social care duties publish the figures by condition: those of "
                f"{sentences.listed(counties)} stand for {place}."
            )
        )
    national = [
        sentences.lower_first(one.people)
        for one in shown
        if one.area.area_code == ENGLAND and area.area_code != ENGLAND
    ]
    if national:
        parts.append(
            ui.paragraph(
                f"Not published for {place}: {sentences.listed(national)}. England’s figure is shown in their place."
            )
        )
    return parts


def _gaps_section(context: Context, area: Area, gaps: Sequence[Figure]) -> Component:
    parts: list[Component] = [
        ui.paragraph(
            "A gap is the employment rate of everyone less that of the group, in percentage points; for disabled "
            "people, the rate of people who are not disabled less theirs. The smaller the gap, the more alike their "
            "share in paid work. Everyone is of working age (16 to 64) where no other age is named."
        )
    ]
    if gaps:
        parts += _stand_ins(gaps, area)
    else:
        parts.append(ui.inset(html.p("No gaps are loaded yet.")))
    said = [one for one in gaps if one.row["value"] is not None and not one.line.illustrative]
    if said:
        parts.append(ui.bullets(profile.sentence(one.line, place_words(one.area)) for one in said))
    dots = _dots(gaps, area)
    if dots:
        compared = any(dot.benchmark is not None for dot in dots)
        label = f"Gaps in employment in {place_words(area)}, in percentage points. {_spoken(dots, '')}."
        svg = stacked_svg(
            dots,
            ends=nice_ends(dots, from_zero=True),
            suffix="",
            label=label,
            shown=area.name,
            benchmark="England" if compared else None,
        )
        parts.append(
            _drawn(svg, label, "Percentage points below the rate of others.", "employment-gaps", area)
        )
    if gaps:
        parts.append(
            _table(context, area, gaps, f"Gaps in employment, {area.name}: percentage points", "gaps")
        )
        notes = dict.fromkeys(f"{one.people}: {one.row['note']}" for one in gaps if one.row.get("note"))
        if notes:
            parts.append(ui.details("Which years each gap is made from", ui.bullets(notes)))
    parts.append(_not_loaded(groups_of(context, "employment-gap"), "a gap"))
    return ui.section(
        "How wide the gaps are", *[part for part in parts if part is not None], id="gaps-section"
    )


# ---- services beside need ----------------------------------------------------------------------------


def _services_section(
    area: Area,
    services: Sequence[tuple[Figure, str]],
    needs: Sequence[tuple[Figure, str]],
) -> Component:
    return ui.section(
        "Services beside need", _need_part(area, needs), _service_part(area, services), id="services"
    )


def _need_part(area: Area, needs: Sequence[tuple[Figure, str]]) -> Component:
    place = place_words(area)
    disabled = next((one for one, _ in needs if one.line.indicator.id == NEED), None)
    if disabled and disabled.area.area_code == area.area_code and disabled.row["value"] is not None:
        england = disabled.line.england
        beside = (
            f"; England {sentences.value_words(england, disabled.line.indicator)}"
            if england is not None
            else ""
        )
        words = (
            f"{sentences.value_words(disabled.row['value'], disabled.line.indicator)} of the people who live in {place} "
            f"are disabled ({_when(disabled.row['period'])}{beside}). That is what services have to be planned for; it "
            "says nothing about how good a place is."
        )
    else:
        words = (
            f"How many people are disabled is not loaded for {place}: it is counted for councils and regions."
        )
    parts: list[Component] = [ui.paragraph(words)]
    if needs:
        parts.append(_served_table(area, needs, "Need", f"Need in {place}", "need-table"))
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


def _service_part(area: Area, services: Sequence[tuple[Figure, str]]) -> Component:
    heading = "What support there is"
    if not services:
        return ui.section(heading, ui.inset(html.p("No figures about services are loaded yet.")), level=3)
    place = place_words(area)
    parts: list[Component] = []
    if area.area_code != ENGLAND and all(one.area.area_code == ENGLAND for one, _ in services):
        parts.append(
            ui.paragraph(
                f"These figures are published for areas of the NHS, which {place} is not. England’s are shown."
            )
        )
    parts.append(
        ui.bullets(
            profile.sentence(one.line, place_words(one.area))
            for one, _ in services
            if one.line.indicator.comparable
            and not one.line.illustrative
            and one.line.indicator.id != NET_MOVEMENT
        )
    )
    parts.append(_served_table(area, services, "Service", f"Services that serve {place}", "services-table"))
    movement = next((one for one, _ in services if one.line.indicator.id == NET_MOVEMENT), None)
    if movement:
        known = "" if movement.line.illustrative else f"{movement.row['note']} "
        parts.append(
            ui.paragraph(
                "Net movement into work is the share of people in work at the end of treatment less the share at its "
                f"start. {known}The more of them nobody knows this of, the less the figure says."
            )
        )
    parts.append(
        ui.paragraph(
            "What these services are: ",
            ui.term("ips"),
            ", ",
            ui.term("talking-therapies"),
            ". Rates of access are not adjusted for need: a place with more illness may need more access than another.",
            muted=True,
        )
    )
    return ui.section(heading, *parts, level=3)


def _served_table(
    area: Area, figures: Sequence[tuple[Figure, str]], heading: str, caption: str, id: str
) -> Component:
    """Figures of the areas that serve a place, beside England's where one of them is not England's."""
    compared = any(one.area.area_code != ENGLAND for one, _ in figures)
    rows = [
        [
            {
                "t": one.people + (sentences.ILLUSTRATIVE if one.line.illustrative else ""),
                "h": f"/indicators/{one.line.indicator.id}",
            },
            one.area.name + (f" ({words})" if words else ""),
            {
                "t": sentences.value_words(one.row["value"], one.line.indicator, one.row["status"]),
                "s": one.row["value"],
            },
            one.interval or "None",
            *(_beside_england(one) if compared else []),
            sentences.period_words(one.row["period"]),
        ]
        for one, words in figures
    ]
    beside: list[Any] = [{"label": "England", "kind": "number"}, "Compared with England"] if compared else []
    return ui.table(
        caption,
        [heading, "Figure for", {"label": "Figure", "kind": "number"}, "95% interval", *beside, "Period"],
        rows,
        id=id,
        sort=False,
        file_name=f"{id.removesuffix('-table')}-{area.area_code}",
    )


def _when(iso: str) -> str:
    return f"{'on' if Period.parse(iso).days == 1 else 'in'} {sentences.period_words(iso)}"


# ---- inequalities in recovery ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovery in one area by group, all of one period: (heading, [(name, row), …]), main groups only.

    ``finer`` are the parts of ethnic groups; ``overall`` the line of everybody.
    """

    area: Area
    overall: Line
    groups: list[tuple[str, list[tuple[str, Row]]]]
    finer: list[tuple[str, Row]]
    deciles: list[Row]


def recovery_groups(context: Context, services: Sequence[tuple[Figure, str]]) -> Recovery | None:
    """Recovery by group in the area that the services section gives; England where it has no groups."""
    own = next((one for one, _ in services if one.line.indicator.id == RECOVERY), None)
    tried = [own.area] if own else []
    tried.append(context.register.area(ENGLAND))
    for area in tried:
        overall = main_line(context, area, RECOVERY)
        if overall is None or overall.row["value"] is None:
            continue
        found = context.cached(
            ("recovery by group", area.area_code),
            lambda: _by_group(context, area, overall),  # noqa: B023
        )
        if found.groups:
            return found
    return None


def _by_group(context: Context, area: Area, overall: Line) -> Recovery:
    rows = [
        dict(line.row)
        for line in areas.made_lines(context, area)
        if line.indicator.id == RECOVERY and line.row["period"] == overall.row["period"]
    ]
    everyone = [row for row in rows if row["breakdown"] == "all"]
    groups: list[tuple[str, list[tuple[str, Row]]]] = []
    finer: list[tuple[str, Row]] = []
    for heading, category in _GROUPS:
        if heading == "Sex":
            found = [
                (sentences.sex_words(row["sex"]), row)
                for row in sorted(everyone, key=lambda row: row["sex"])
                if row["sex"] != "persons"
            ]
        elif heading == "Age":
            of_age = [row for row in everyone if row["sex"] == "persons" and row["age"] != "all"]
            found = [(_age_words(row["age"]), row) for row in sorted(of_age, key=_age_order)]
        else:
            of_kind = sorted(
                (row for row in rows if row["breakdown"].startswith(f"{category}: ")),
                key=lambda row: (row["breakdown"].endswith("not stated"), row["breakdown"]),
            )
            found = [(_group_name(row["breakdown"]), row) for row in of_kind]
            if heading == "Ethnic group":
                finer = [(name, row) for name, row in found if "," in name]
                found = [(name, row) for name, row in found if "," not in name]
        if any(row["value"] is not None for _, row in found):
            groups.append((heading, found))
    return Recovery(
        area,
        overall,
        groups,
        finer,
        [row for row in rows if row["breakdown"].startswith("deprivation decile: ")],
    )


def _group_name(breakdown: str) -> str:
    words = sentences.breakdown_group_words(breakdown)
    return f"{words[:1].upper()}{words[1:]}"


def _age_words(age: str) -> str:
    words = sentences.age_words(age)
    return f"{words[:1].upper()}{words[1:]}"


def _age_order(row: Row) -> int:
    digits = "".join(character for character in row["age"].split("-")[0] if character.isdigit())
    return int(digits or 0)


def _inequalities_section(context: Context, area: Area, recovery: Recovery | None) -> Component:
    heading = "Who recovers after talking therapies"
    if recovery is None:
        return ui.section(
            heading,
            ui.inset(
                html.p("Recovery by sex, age, deprivation and ethnic group is not loaded yet."),
                html.p(ui.link("What is loaded", "/refresh")),
            ),
            id="inequalities",
        )
    indicator = recovery.overall.indicator
    place = place_words(recovery.area)
    period = sentences.period_words(recovery.overall.row["period"])
    parts: list[Component] = [
        ui.paragraph(
            f"Of people who finished a course of talking therapies in {place} in {period}, "
            f"{sentences.value_with_interval(dict(recovery.overall.row), indicator)} recovered. Recovery does not mean a "
            "job, and a job is not the only sign of getting better."
        )
    ]
    words = [_group_sentence(name, found, indicator) for name, found in recovery.groups]
    parts.append(ui.bullets([*(one for one in words if one), _slope_words(recovery)]))
    parts.append(
        ui.paragraph(
            "These figures show where people fare differently, not why. Where the intervals of two groups overlap, the "
            "difference may be chance.",
        )
    )
    present = [
        (name, [(group, row) for group, row in found if row["value"] is not None])
        for name, found in recovery.groups
    ]
    drawn = [
        (
            name,
            [
                Dot(
                    group,
                    row["value"],
                    sentences.short_value_words(row["value"], indicator),
                    row["lower_ci_95"],
                    row["upper_ci_95"],
                    recovery.overall.row["value"],
                )
                for group, row in found
            ],
        )
        for name, found in present
    ]
    every = [dot for _, dots in drawn for dot in dots]
    ends = nice_ends(every, from_zero=False)
    label = f"Recovery after talking therapies in {place} by group, {period}. " + " ".join(
        f"{name}: {', '.join(f'{dot.name} {dot.text}' for dot in dots)}." for name, dots in drawn
    )
    svg = grouped_svg(drawn, ends=ends, suffix="%", label=label, shown="Group", benchmark="Everyone")
    caption = f"Share who recovered, {recovery.area.name}, {period}. The upright line is everyone there."
    if ends[0] > 0:
        caption += f" The scale starts at {ends[0]:.0f}%, not at zero."
    if ui.is_illustrative([dict(recovery.overall.row)]):
        parts.insert(0, ui.illustrative_banner())
    parts.append(_drawn(svg, label, caption, "recovery", area))
    parts.append(
        ui.details(
            "The figures as a table",
            _group_table(
                f"Recovery after talking therapies, {recovery.area.name}, {period}",
                [(name, group, row) for name, found in recovery.groups for group, row in found],
                indicator,
                "recovery-by-group",
            ),
        )
    )
    if recovery.finer:
        parts.append(
            ui.details(
                "Ethnic groups in more detail",
                _group_table(
                    f"Recovery by ethnic group in detail, {recovery.area.name}, {period}",
                    [("Ethnic group", group, row) for group, row in recovery.finer],
                    indicator,
                    "recovery-by-ethnic-group",
                ),
            )
        )
    return ui.section(heading, *parts, id="inequalities")


def _group_sentence(name: str, found: Sequence[tuple[str, Row]], indicator: Indicator) -> str:
    stated = [
        (group, row)
        for group, row in found
        if row["value"] is not None
        and row["lower_ci_95"] is not None
        and not row["breakdown"].endswith("not stated")
    ]
    if len(stated) < 2:
        return ""
    if len(stated) == 2:
        pair = " and ".join(
            f"{group if name == 'Ethnic group' else sentences.lower_first(group)} "
            f"{sentences.value_words(row['value'], indicator)}"
            for group, row in stated
        )
        return f"{name}: {pair}."
    ordered = sorted(stated, key=lambda one: one[1]["value"])
    (low_name, low), (high_name, high) = ordered[0], ordered[-1]
    return (
        f"{name}: from {sentences.value_with_interval(low, indicator)} ({_lower_words(low_name)}) to "
        f"{sentences.value_with_interval(high, indicator)} ({_lower_words(high_name)})."
    ).replace(") (", "; ")


def _lower_words(group: str) -> str:
    """The name of a group inside a sentence: ``aged 18 to 25``, ``group 10, most deprived``, ``Mixed``."""
    tenth = re.fullmatch(r"(\d+) \((.+)\)", group)
    if tenth:
        return f"group {tenth[1]}, {tenth[2]}"
    return sentences.lower_first(group) if group.startswith("Aged") else group


def _slope_words(recovery: Recovery) -> str:
    slope = deprivation_slope(recovery.deciles)
    if slope.index is None:
        return f"A slope over deprivation cannot be worked out here: {slope.reason}."
    value = slope.index.value
    opening = (
        "Slope index of inequality: a line drawn through the ten groups, from the most to the least deprived,"
    )
    low, high = slope.index.lower, slope.index.upper
    if low <= 0 <= high:
        interval = f"{sentences.number(low, 1)} to {sentences.number(high, 1)}"
        return (
            f"{opening} changes by {sentences.number(value, 1)} percentage points (95% interval {interval}), which may "
            "be chance."
        )
    verb, more = ("rises", "more") if value > 0 else ("falls", "fewer")
    near, far = sorted((abs(low), abs(high)))
    people = dict.fromkeys((sentences.number(near), sentences.number(far)))
    return (
        f"{opening} {verb} by {sentences.number(abs(value), 1)} percentage points (95% interval "
        f"{sentences.number(near, 1)} to {sentences.number(far, 1)}). Of 100 people who finish treatment, about "
        f"{' to '.join(people)} {more} recover at the least deprived end than at the most deprived end."
    )


def _group_table(
    caption: str, rows: Sequence[tuple[str, str, Row]], indicator: Indicator, id: str
) -> Component:
    return ui.table(
        caption,
        [
            "Group",
            "By",
            {"label": "Recovered", "kind": "number"},
            "95% interval",
            {"label": "People who finished", "kind": "number", "hide": True},
        ],
        [
            [
                group,
                name,
                {
                    "t": sentences.value_words(row["value"], indicator, row["status"])
                    if row["value"] is None
                    else sentences.short_value_words(row["value"], indicator),
                    "s": row["value"],
                },
                sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator) or "None",
                {
                    "t": sentences.number(row["denominator"])
                    if row["denominator"] is not None
                    else "Not published",
                    "s": row["denominator"],
                },
            ]
            for name, group, row in rows
        ],
        id=id,
        sort=False,
        file_name=id,
    )


# ---- method and source -------------------------------------------------------------------------------


def source_items(context: Context, used: dict[str, list[str]]) -> list[Component]:
    """One entry a release: what it is for, publisher, publication, dates and licence. ``used`` is titles by release."""
    releases = context.releases()
    items: list[Component] = []
    for release_id, names in used.items():
        release = releases.get(release_id)
        if release is None:
            continue
        publisher = release["publisher"] + (sentences.ILLUSTRATIVE if release["illustrative"] else "")
        day = release["published_on"]
        published = sentences.published_words(day)
        items.append(
            [
                html.strong("; ".join(names)),
                f": {publisher}, {release['publication']}. {published}, loaded "
                f"{sentences.date_words(release['loaded_at'])}. {release['licence']}.",
            ]
        )
    return items


def _sources(context: Context, lines: Sequence[Line]) -> Component:
    used: dict[str, list[str]] = {}
    for line in lines:
        names = used.setdefault(line.row["release"], [])
        if line.indicator.short_title not in names:
            names.append(line.indicator.short_title)
    methods = sorted({line.row["interval_method"] for line in lines if line.row["lower_ci_95"] is not None})
    return ui.section(
        "Method and sources",
        ui.paragraph(
            "A figure is better or worse than England only where its whole 95% interval lies on one side of England’s figure "
            "for the same period. The intervals shown are of these kinds:"
        ),
        ui.bullets(sentences.interval_method_words([method]) for method in methods),
        ui.paragraph(
            "The slope index of inequality places the ten groups by their share of the people who finished treatment and draws "
            "the weighted line that fits them best; each weighs by the width of its interval. Local counts are rounded to the "
            "nearest 5 by the publisher."
        ),
        _release_list(source_items(context, used)),
        ui.paragraph(ui.link("How to read the figures", "/about")),
        id="sources",
    )


def _release_list(items: Sequence[Component]) -> Component:
    if not items:
        return html.p("No release is loaded.")
    return ui.details(
        f"Source, dates and licence of each figure ({sentences.counted(len(items), 'publication')})",
        ui.bullets(items),
    )


def export(context: Context, asked: Asked) -> Export:
    """The rates, gaps, need and services of the page, each for the area it is given for, then recovery by group."""
    area = chosen_area(context, asked)
    services = service_figures(context, area)
    served = [one for one, _ in (*need_figures(context, area), *services)]
    figures = [*rate_figures(context, area), *gap_figures(context, area), *served]
    shown = [
        Shown(one.line.indicator, one.row, "England", one.line.england, one.line.compared)
        if one.line.england is not None
        else Shown(one.line.indicator, one.row)
        for one in figures
    ]
    recovery = recovery_groups(context, services)
    if recovery is not None:
        shown += [Shown(recovery.overall.indicator, row) for _, rows in recovery.groups for _, row in rows]
    return Export(f"conditions-{area.area_code}", shown)


PAGE = Page(
    path="/conditions",
    name="conditions",
    title=title,
    layout=layout,
    nav="Conditions",
    takes_view=False,
    order=20,
    description="Who is in work by health condition in an area beside England, the gaps, the services, and who recovers.",
    export=export,
)
