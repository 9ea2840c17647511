"""Definitions: every indicator by theme (``/indicators``), and all that is known of one (``/indicators/<id>``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.address.view import Problem, clipped, search_of
from dashboard.components import html
from dashboard.components.indicators import (
    definition_facts,
    filter_form,
    held_table,
    indicator_entry,
    route_entry,
)
from dashboard.queries import catalogue as queries
from dashboard.queries.evidence import evidence_list
from dashboard.queries.unknown_areas import unknown_codes
from dashboard.sentences.catalogue import entry_words, target_level
from dashboard.sentences.unknown_areas import unknown_words
from indicators.catalogue import Indicator, themes_of

Component = Any


def check(context: Context, asked: Asked) -> Problem | None:
    """A 404 for an id that the catalogue does not have, with those that are like it."""
    if not asked.parts or asked.parts[0] in context.catalogue:
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


def title(context: Context, asked: Asked) -> str:
    """Of the document."""
    return f"{context.catalogue[asked.parts[0]].short_title}: definition" if asked.parts else "Indicators"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The list, or the definition of the indicator in the path."""
    if asked.parts:
        return definition_page(context, context.catalogue[asked.parts[0]])
    return list_page(context, _words_looked_for(asked.search))


# ---- the list ----------------------------------------------------------------------------------------


def _words_looked_for(search: str) -> str:
    return " ".join(parse_qs(search.removeprefix("?"), errors="replace").get("q", [""])[0].split())[:100]


def list_page(context: Context, sought: str = "") -> list[Component]:
    """Every indicator of the catalogue by theme; those without all the words ``sought`` are hidden."""
    loaded = context.all_available()
    with_figures = sum(indicator_id in loaded for indicator_id in context.catalogue)
    lead = f"{sentences.counted(len(context.catalogue), 'indicator')} of work and health, with their definitions."
    if with_figures < len(context.catalogue):
        lead += f" Figures are loaded for {sentences.number(with_figures)} of them."
    indicators = context.catalogue.values()
    found = {indicator.id for indicator in indicators if queries.is_found(indicator, sought)}
    themes = themes_of(indicators)
    return [
        ui.heading("Indicators", lead),
        None if loaded else _nothing("No figures are loaded yet.", "how to load them"),
        filter_form(sought, len(found), len(context.catalogue)),
        html.nav(
            html.ul(
                [html.li(ui.link(theme, f"#{_theme_id(theme)}")) for theme in themes], class_="wh-onward"
            ),
            aria_label="Themes",
        ),
        *[
            _theme(context, theme, [indicator for indicator in indicators if indicator.theme == theme], found)
            for theme in themes
        ],
    ]


def _nothing(words: str, how: str) -> Component:
    return ui.inset(html.p(words), html.p(["See ", ui.link(how, "/refresh"), "."]))


def _theme_id(theme: str) -> str:
    return f"theme-{theme.lower().replace(' ', '-')}"


def _theme(context: Context, theme: str, indicators: Sequence[Indicator], found: set[str]) -> Component:
    entries = [_entry(context, indicator, indicator.id not in found) for indicator in indicators]
    return html.div(
        ui.section(theme, html.div(entries, class_="wh-entries"), id=_theme_id(theme)),
        data_filter_group="yes",
        hidden=None if any(indicator.id in found for indicator in indicators) else True,
    )


def _entry(context: Context, indicator: Indicator, is_hidden: bool) -> Component:
    types = context.register.area_types
    rows = context.available(indicator.id)
    here = {row["area_type"] for row in rows} or set(indicator.area_types)
    names = [types[key].name for key in sorted(here, key=lambda key: types[key].order)]
    newest = queries.newest_period(context, indicator)
    return indicator_entry(
        indicator,
        entry_words(names, newest, queries.publishers(context, indicator), indicator),
        queries.searched_text(indicator),
        is_illustrative=any(row.get("illustrative") for row in rows),
        is_hidden=is_hidden,
    )


# ---- one indicator -----------------------------------------------------------------------------------


def definition_page(context: Context, indicator: Indicator) -> list[Component]:
    """All that the catalogue says, what is loaded, and where it is from."""
    rows = context.available(indicator.id)

    def name_of(indicator_id: str) -> Component:
        known = context.catalogue.get(indicator_id)
        return ui.link(known.short_title, f"/indicators/{known.id}") if known else indicator_id

    return [
        ui.heading(
            sentences.titled(indicator.title, context.is_only_illustrative(indicator.id)),
            indicator.definition,
            caption=f"Definition · {indicator.theme}",
        ),
        ui.illustrative_banner() if any(row.get("illustrative") for row in rows) else None,
        _see_it(indicator, rows)
        if rows
        else ui.what_is_missing(queries.missing(context, indicator.id, "/map")),
        ui.section("What it means", definition_facts(indicator, name_of), id="definition"),
        ui.section("Take care", ui.bullets(indicator.caveats), id="caveats") if indicator.caveats else None,
        _targets(indicator) if indicator.targets else None,
        ui.indicator_evidence_section(indicator, evidence_list(context, indicator_id=indicator.id)),
        _loaded(context, indicator),
        _sources(context, indicator),
        ui.paragraph(ui.link("All indicators", "/indicators")),
    ]


def _see_it(indicator: Indicator, rows: Sequence[dict[str, Any]]) -> Component:
    query = search_of({"indicator": indicator.id})
    ways: list[tuple[str, str]] = []
    if any(row["area_type"] not in ("england", "uk") for row in rows):
        ways += [("See it on the map", f"/map{query}"), ("Compare areas", f"/compare{query}")]
    ways.append(("Follow it over time", f"/trends{query}"))
    return html.nav(
        ui.bullets(ui.link(words, href) for words, href in ways),
        aria_label=f"{indicator.short_title}: figures",
    )


def _targets(indicator: Indicator) -> Component:
    return ui.section(
        "Targets",
        ui.bullets(
            [html.strong(target_level(target, indicator)), f". {target.source}"]
            for target in indicator.targets
        ),
        id="targets",
    )


def _loaded(context: Context, indicator: Indicator) -> Component:
    types = context.register.area_types
    published = sentences.area_types_words(types[key].plural for key in indicator.area_types)
    held = queries.held(context, indicator)
    return ui.section(
        "What is loaded",
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
        "Listed in the order in which they are used: where two of them give a figure for the same place, people and "
        "period, the figure of the first is shown."
    )
    return ui.section(
        "Sources",
        order if len(states) > 1 else None,
        *[route_entry(context.register, state) for state in states],
        ui.paragraph(
            "The files behind each release, with their checksums, are on ",
            ui.link("the page of what is loaded", "/refresh"),
            ".",
        ),
        id="sources-and-licence",
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
)
