"""The profile of one area (``/areas/<area_code>``): what a director can read in a minute, then everything behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Sheet, Shown, not_found
from dashboard.address.view import Problem, unknown_area
from dashboard.answers.profile import Line
from dashboard.components import html
from dashboard.figures import sheets
from dashboard.figures.sheets import SpineRow
from dashboard.queries.areas import codes_of_land, described, fate_of, former_forms, surroundings
from dashboard.queries.changes import area_changes, area_feed
from dashboard.queries.elsewhere import elsewhere
from dashboard.queries.evidence import area_evidence
from dashboard.queries.geography import ENGLAND, standing_code
from dashboard.queries.headlines import headlines
from dashboard.queries.ledger import ledger
from dashboard.queries.profile import (
    by_group,
    differs,
    has_groups,
    headline,
    headline_of,
    is_compared,
    lines_of,
    main_lines,
    main_of,
    needs_a_look,
    spoken_of,
    stands_out,
    told_apart,
)
from dashboard.queries.releases import named_releases, releases_of
from geodata.register import Area

Component = Any
_FIGURES = "figures"
"""The second part of the path of an area's figures by sex, age and group."""


def _given_code(asked: Asked) -> str:
    return asked.parts[0].strip().upper()


def _words(context: Context, area: Area) -> str:
    kind = context.register.area_type(area.area_type)
    return sentences.area_words(described(context, area), kind)


def check(context: Context, asked: Asked) -> Problem | None:
    """A 404 for a code that the register does not know, with areas whose name is like what was given."""
    given = asked.parts[0]
    if _given_code(asked) in context.register:
        return None if _tab(asked) in ("", _FIGURES) else _no_such_tab(context, asked)
    found = context.register.search(given[:60], limit=5)
    links = tuple((f"{area.name}: {_words(context, area)}", f"/areas/{area.area_code}") for area in found)
    problem = unknown_area(given)
    return replace(problem, links=(*links, ("Find an area by name", "/areas"), ("Go to the map", "/map")))


def _tab(asked: Asked) -> str:
    return asked.parts[1] if len(asked.parts) > 1 else ""


def _no_such_tab(context: Context, asked: Asked) -> Problem:
    area = context.register.area(_given_code(asked))
    return replace(
        not_found(asked.pathname),
        links=(
            (f"All figures for {sentences.in_words(area)}", f"/areas/{area.area_code}"),
            ("Figures by sex, age and group", ui.figures_page(area.area_code)),
        ),
    )


def title(context: Context, asked: Asked) -> str:
    """Of the document."""
    name = context.register.area(_given_code(asked)).name
    return f"{name}: figures by sex, age and group" if _tab(asked) else f"{name}: area profile"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The profile of the area in the path, or its figures by sex, age and group."""
    # a land that has had two codes has one page, whichever of them is asked for
    area = context.register.area(standing_code(context.register, _given_code(asked), context.today()))
    return figures_page(context, area) if _tab(asked) else area_page(context, area)


def figures_page(context: Context, area: Area) -> list[Component]:
    """The newest figures of an area by sex, age and group, beside those of England."""
    lines = lines_of(context, area.area_code)
    others = by_group(lines)
    place = sentences.in_words(area)
    parts: list[Component] = [
        ui.heading(
            f"{area.name}: figures by sex, age and group",
            *([] if others else [f"No figures by sex, age or group are loaded for {place}."]),
            caption=_words(context, area),
        ),
        ui.paragraph(ui.link(f"All about {place}", f"/areas/{area.area_code}")),
    ]
    return [*parts, ui.groups_table(area, others), _sources(context, others)] if others else parts


def area_page(context: Context, area: Area) -> list[Component]:
    """Summary, figures, where the area lies, what changed, where else to look, sources."""
    rows = context.store.newest([area.area_code])
    lines = main_lines(context, rows)
    place = sentences.in_words(area)
    types = context.register.area_types
    compared = is_compared(area.area_code)
    counts = sentences.counts_words(lines)
    answers = headlines(context, area, rows)
    parts: list[Component] = [
        ui.heading(
            area.name,
            *[sentences.line_sentence(line, place) for line in spoken_of(context, lines)],
            caption=_words(context, area),
        ),
        # assets/recent.js remembers it for the home page
        html.div(hidden=True, data_area_visited=area.area_code, data_area_name=area.name),
        *_what_became(context, area, bool(lines)),
        None if lines else _no_figures(context, place),
        ui.paragraph(counts, muted=True) if counts else None,
        ui.onward(area, headline_of(context, lines)),
        ui.headlines_section(area, answers),
        *ui.standouts(needs_a_look(lines), stands_out(lines), differs(lines), place),
    ]
    if lines:
        parts.append(
            ui.spine_section(
                area.area_code,
                area.name,
                place,
                told_apart(lines, compared),
                context.cached_for_good("plurals of types", lambda: _plurals(context)),
                compared=compared,
                has_groups=has_groups(rows),
            )
        )
    parts += [
        ui.ledger_section(ledger(context, area, answers)),
        ui.area_evidence_section(area_evidence(context, area)),
        ui.where_section(area, surroundings(context, area), types, headline(context).id),
        ui.changes_section(
            area,
            area_changes(context, area.area_code),
            area_feed(area.area_code),
            context.catalogue,
        ),
        ui.elsewhere_section(
            elsewhere(context, area, lines), context.register.area(ENGLAND), types, _illustrative(context)
        ),
    ]
    if lines:
        parts += [_sources(context, lines), ui.take_area_away(area)]
    return parts


def _plurals(context: Context) -> dict[str, str]:
    types = context.register.area_types
    return {key: sentences.lower_first(kind.plural) for key, kind in types.items()}


def _illustrative(context: Context) -> frozenset[str]:
    """Ids of the indicators that illustrative figures are loaded of."""

    def build() -> frozenset[str]:
        return frozenset(
            name
            for name, series in context.all_available().items()
            if any(row.get("illustrative") for row in series)
        )

    return context.cached("illustrative indicators", build, pinned=True)


def _what_became(context: Context, area: Area, has_figures: bool) -> list[Component]:
    fate = fate_of(context, area)
    if fate:
        return [ui.fate_inset(area, fate, has_figures)]
    codes = codes_of_land(context, area)
    if codes:
        return [ui.paragraph(sentences.land_words(area.name, codes), muted=True)]
    types = context.register.area_types
    return [ui.former_form(form, types[form.area_type]) for form in former_forms(context, area)]


def _no_figures(context: Context, place: str) -> Component:
    if not context.all_available():
        return ui.inset(
            html.p("No figures are loaded yet, for any area."),
            html.p(["See ", ui.link("what is loaded and how to load it", "/refresh"), "."]),
        )
    return ui.inset(
        html.p(f"No figures are loaded for {place}."),
        html.p("What is published for the areas round it is listed further down."),
    )


def _sources(context: Context, lines: Sequence[Line]) -> Component:
    named = named_releases(context, [(line.indicator.short_title, line.row) for line in lines])
    from_whom = sentences.publishers_words(named)
    return ui.section(
        "Sources and method",
        ui.paragraph(from_whom) if from_whom else html.div(),
        ui.paragraph(
            "Intervals are 95% confidence intervals, as published or worked out here from the counts; the page of each indicator "
            "says which. An area is better or worse than England only where its whole interval lies on one side of England’s "
            "figure. ",
            ui.link("How to read the figures", "/about"),
        ),
        ui.release_list(named),
        id="sources-and-method",
    )


def export(context: Context, asked: Asked) -> Export:
    """Every figure of the area beside England's."""
    area_code = context.register.area(_given_code(asked)).area_code
    shown = [
        Shown(
            line.indicator,
            line.row,
            "England" if line.england is not None else "",
            line.england,
            line.compared,
            sentences.trend_words(line.trend) if line.trend else "",
            not_compared=sentences.at_odds_words(line.at_odds, "England"),
        )
        for line in lines_of(context, area_code)
    ]
    return Export(f"work-and-health-{area_code}", shown)


def spine_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The spine chart as one picture: the table that stands open on the page. None where no spine is drawn."""
    area = context.register.area(_given_code(asked))
    main = main_of(lines_of(context, area.area_code))
    if not any(line.spine for line in main):
        return None
    groups = told_apart(main, compared=True)
    lines = groups.shown or groups.counts
    themes: dict[str, list[SpineRow]] = {}
    for line in lines:
        themes.setdefault(line.indicator.theme, []).append(_spine_row(line))
    lead = [
        "England is in the middle. Further right is better; where neither way is good or bad, further right is higher. "
        "Each row has its own scale: its edge is the area that lies furthest from England."
    ]
    rows = [line.row for line in lines]
    frame = sheets.Frame(
        f"{area.name} beside England: newest figure of each indicator, with its 95% interval",
        lead,
        sentences.sources_words(releases_of(context, rows)),
    )
    return Sheet(
        ui.spine_file(area.area_code),
        sheets.spine_sheet(frame, area.name, list(themes.items())),
        f"Spine chart of {area.name}: {sentences.counted(len(lines), 'indicator')} beside England. The page of the area has "
        "every figure in a table.",
        "Each dot is the area’s figure and each line its 95% interval; the upright line is England.",
        rows,
    )


def _spine_row(line: Line) -> SpineRow:
    value, interval = sentences.value_cell(line)
    return SpineRow(
        sentences.line_name(line),
        value,
        interval,
        sentences.england_cell(line),
        line.spine,
        line.compared,
        sentences.compare_words(line.compared),
        sentences.period_cell(line),
        sentences.why_no_spine(line),
    )


PAGE = Page(
    path="/areas",
    name="areas",
    title=title,
    layout=layout,
    door="/areas",
    description="The work and health figures of one council, region or NHS area.",
    most_parts=2,
    check=check,
    export=export,
    sheets={ui.SPINE: spine_sheet},
)
