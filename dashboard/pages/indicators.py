"""Indicators: the list of all by theme (``/indicators``), and all that is known of one (``/indicators/<id>``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import KEYS
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.address.view import Problem, clipped, search_of
from dashboard.answers.catalogue import Entry, Sought
from dashboard.components import html
from dashboard.components.indicators import (
    corrections_section,
    definition_facts,
    filter_chips,
    filter_form,
    filter_status,
    held_table,
    indicator_list,
    map_figure,
    national_card,
    route_entry,
)
from dashboard.figures import small_map as figures
from dashboard.queries import catalogue as queries
from dashboard.queries.changes import indicator_change_groups, indicator_feed
from dashboard.queries.evidence import evidence_list
from dashboard.queries.national import national_figures
from dashboard.queries.releases import releases_of
from dashboard.queries.small_map import small_map
from dashboard.queries.unknown_areas import unknown_codes
from dashboard.sentences import catalogue as words
from dashboard.sentences.unknown_areas import unknown_words
from indicators.catalogue import Indicator, themes_of

Component = Any

MOST_REVISIONS = 50
"""Publications whose revisions of an indicator are listed."""
_WHOLE_COUNTRIES = ("england", "uk")


def _given(asked: Asked, key: str) -> str:
    return " ".join(parse_qs(asked.search.removeprefix("?"), errors="replace").get(key, [""])[0].split())


def check(context: Context, asked: Asked) -> Problem | None:
    """A 404 for an id that the catalogue does not have, with those that are like it; a 400 for a theme that there is not."""
    if not asked.parts:
        return _unknown_choice(context, asked)
    if asked.parts[0] in context.catalogue:
        return None
    given = asked.parts[0]
    near = queries.suggestions(context.catalogue, given)
    links = tuple((indicator.title, f"/indicators/{indicator.id}") for indicator in near)
    return Problem(
        404,
        "There is no such indicator",
        f"No indicator is called “{clipped(given)}”. It may have been renamed, or the link was cut short."
        + (" Did you mean one of these?" if near else ""),
        (*links, ("See the list of all indicators", "/indicators"), ("Go to the map", "/map")),
        "indicator",
        clipped(given),
        tuple(context.catalogue),
    )


def _unknown_choice(context: Context, asked: Asked) -> Problem | None:
    themes = tuple(queries.theme_id(theme) for theme in themes_of(context.catalogue.values()))
    for key, known in (("theme", themes), ("figures", KEYS["figures"].choices)):
        given = _given(asked, key)
        if given and given not in known:
            return Problem(
                400,
                f"We do not know this {KEYS[key].label}",
                f"“{clipped(given)}” is not one of: {', '.join(known)}.",
                (("See the list of all indicators", "/indicators"),),
                key,
                clipped(given),
                known,
            )
    return None


def title(context: Context, asked: Asked) -> str:
    """Of the document."""
    return context.catalogue[asked.parts[0]].short_title if asked.parts else "Indicators"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The list, or the page of the indicator in the path."""
    if asked.parts:
        return indicator_page(context, context.catalogue[asked.parts[0]])
    return list_page(context, _sought(asked))


def export(context: Context, asked: Asked) -> Export:
    """The newest national figure of each indicator, or of the one in the path."""
    found = national_figures(context)
    if asked.parts:
        shown = [found[asked.parts[0]]] if asked.parts[0] in found else []
        name = f"indicator-{asked.parts[0]}"
    else:
        shown, name = list(found.values()), "indicators"
    return Export(name, [Shown(figure.indicator, figure.row) for figure in shown])


# ---- the list ----------------------------------------------------------------------------------------


def _sought(asked: Asked) -> Sought:
    return Sought(
        _given(asked, "q")[:100],
        _given(asked, "theme"),
        asked.view.area_type if "area_type" in asked.view.asked else "",
        bool(_given(asked, "figures")),
    )


def list_page(context: Context, sought: Sought) -> list[Component]:
    """Every indicator of the catalogue by theme, a row each; those that are not ``sought`` are hidden."""
    entries = queries.entries(context)
    shown = {entry.indicator.id for entry in entries if queries.is_listed(entry, sought)}
    with_figures = sum(entry.has_figures for entry in entries)
    everything = words.shown_words(len(entries), len(entries), with_figures, Sought())
    return [
        ui.heading(
            "Indicators", "Measures of work and health. Open one for its definition, map and figures."
        ),
        _nothing_loaded() if not with_figures else None,
        filter_form(sought, _area_types(context, entries)),
        filter_chips(sought, _themes(entries), with_figures),
        filter_status(words.shown_words(len(shown), len(entries), with_figures, sought), everything),
        indicator_list(_groups(entries), shown, lambda entry: queries.searched_text(entry.indicator)),
        html.p(ui.file_link("/csv/indicators", "Download this list (CSV)")) if with_figures else None,
    ]


def _nothing_loaded() -> Component:
    return ui.inset(html.p(["No figures are loaded yet. See ", ui.link("how to load them", "/refresh"), "."]))


def _area_types(context: Context, entries: Sequence[Entry]) -> list[tuple[str, str, int]]:
    """The types of area for which some indicator has figures, with how many do."""
    counts: dict[str, int] = {}
    for entry in entries:
        for kind in entry.area_types if entry.has_figures else ():
            counts[kind.area_type] = counts.get(kind.area_type, 0) + 1
    types = context.register.area_types.values()
    return [
        (kind.area_type, kind.plural, counts[kind.area_type]) for kind in types if kind.area_type in counts
    ]


def _themes(entries: Sequence[Entry]) -> list[tuple[str, str, int]]:
    names = {entry.theme_id: entry.indicator.theme for entry in entries}
    ordered = {queries.theme_id(theme): theme for theme in themes_of(entry.indicator for entry in entries)}
    return [
        (key, name, sum(entry.theme_id == key for entry in entries))
        for key, name in ordered.items()
        if key in names
    ]


def _groups(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Those with figures by theme, then all those without."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.indicator.theme if entry.has_figures else words.WITHOUT_FIGURES, []).append(
            entry
        )
    return list(groups.items())


# ---- one indicator -----------------------------------------------------------------------------------


def indicator_page(context: Context, indicator: Indicator) -> list[Component]:
    """England's figure and a map, then all that the catalogue says, what is loaded, and where it is from."""
    rows = context.available(indicator.id)

    def name_of(indicator_id: str) -> Component:
        known = context.catalogue.get(indicator_id)
        return ui.link(known.short_title, f"/indicators/{known.id}") if known else indicator_id

    return [
        ui.heading(
            sentences.titled(indicator.title, context.is_only_illustrative(indicator.id)),
            indicator.definition,
            caption=ui.link(indicator.theme, f"/indicators?theme={queries.theme_id(indicator.theme)}"),
        ),
        ui.illustrative_banner() if any(row.get("illustrative") for row in rows) else None,
        *(
            [_first(context, indicator, rows)]
            if rows
            else [ui.what_is_missing(queries.missing(context, indicator.id, "/map"), is_own_page=True)]
        ),
        ui.section("Definition", definition_facts(indicator, name_of), id="definition"),
        ui.section("Limitations", ui.bullets(indicator.caveats), id="caveats") if indicator.caveats else None,
        _targets(indicator) if indicator.targets else None,
        ui.indicator_evidence_section(indicator, evidence_list(context, indicator_id=indicator.id)),
        _held(context, indicator),
        _sources(context, indicator),
        _corrections(context, indicator),
        ui.paragraph(ui.link("All indicators", "/indicators")),
    ]


def _first(context: Context, indicator: Indicator, rows: Sequence[dict[str, Any]]) -> Component:
    """The national figure as a card beside a small map of the areas, and the ways on to the charts."""
    figure = national_figures(context).get(indicator.id)
    card = (
        national_card(figure, sentences.source_line(releases_of(context, [figure.row]))) if figure else None
    )
    return html.div(
        [html.div([card, _ways_on(indicator, rows)]), _map(context, indicator)],
        class_="wh-indicator-top",
        id="summary",
    )


def _map(context: Context, indicator: Indicator) -> Component:
    """A small map of the areas that ``/map`` opens on; None where there is none to draw."""
    found = small_map(context, indicator.id)
    if found is None:
        return None
    classes = figures.classes_of(found)
    return map_figure(
        figures.svg(found, words.map_label(found.shown, classes)),
        [(kind["key"], kind["colour"], kind["words"], len(places)) for kind, places in classes],
        words.map_caption(found.shown),
        f"/map{search_of({'indicator': indicator.id})}",
    )


def _ways_on(indicator: Indicator, rows: Sequence[dict[str, Any]]) -> Component:
    query = search_of({"indicator": indicator.id})
    ways: list[tuple[str, str]] = []
    if any(row["area_type"] not in _WHOLE_COUNTRIES for row in rows):
        ways += [("Map", f"/map{query}"), ("Compare areas", f"/compare{query}")]
    ways.append(("Trends", f"/trends{query}"))
    links = [ui.link(name, href, class_="wh-button wh-button-secondary") for name, href in ways]
    file = ui.file_link(f"/data/{indicator.id}.csv", "All figures (CSV)")
    return html.nav([*links, file], aria_label=f"{indicator.short_title}: figures", class_="wh-ways-on")


def _targets(indicator: Indicator) -> Component:
    return ui.section(
        "Targets",
        ui.bullets(
            [html.strong(words.target_level(target, indicator)), f". {target.source}"]
            for target in indicator.targets
        ),
        id="targets",
    )


def _held(context: Context, indicator: Indicator) -> Component:
    types = context.register.area_types
    published = sentences.area_types_words(types[key].plural for key in indicator.area_types)
    held = queries.held(context, indicator)
    return ui.section(
        "Areas and periods",
        ui.paragraph(f"Published for: {published}."),
        held_table(context.register, indicator, held) if held else ui.paragraph("There are no figures yet."),
        ui.inset(html.p(unknown))
        if (unknown := unknown_words(unknown_codes(context, indicator.id)))
        else None,
        id="loaded",
    )


def _sources(context: Context, indicator: Indicator) -> Component:
    states = queries.route_states(context, indicator)
    order = ui.paragraph(
        "Listed in order of use. Where two give a figure for the same place, people and period, the first is shown."
    )
    return ui.section(
        "Sources",
        order if len(states) > 1 else None,
        *[route_entry(context.register, state) for state in states],
        id="sources-and-licence",
    )


def _corrections(context: Context, indicator: Indicator) -> Component:
    rows = indicator_change_groups(context, indicator.id, MOST_REVISIONS)
    figure = national_figures(context).get(indicator.id)
    releases = releases_of(context, [figure.row]) if figure else ()
    report = ui.report_problem(
        context.settings.contact,
        indicator,
        area=context.register.area(figure.area_code) if figure else None,
        period=figure.row["period"] if figure else None,
        release=next(iter(releases), None),
    )
    return corrections_section(
        indicator,
        queries.revisions(rows),
        indicator_feed(indicator.id),
        report,
        is_cut=len(rows) == MOST_REVISIONS,
    )


PAGE = Page(
    path="/indicators",
    name="indicators",
    title=title,
    layout=layout,
    nav="Indicators",
    takes_view=False,
    order=40,
    description="What each work and health indicator means, how it is made, and where it comes from.",
    most_parts=1,
    check=check,
    export=export,
)
