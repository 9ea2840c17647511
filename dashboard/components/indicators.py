"""The list of indicators, and the parts of a definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.view import search_of
from dashboard.answers.catalogue import Held, RouteState
from dashboard.components import html
from dashboard.components.tables import table
from dashboard.components.text import bullets, facts, link, tag
from dashboard.sentences import catalogue as words
from geodata.register import Register
from indicators.catalogue import Indicator

Component = Any


def filter_form(sought: str, shown: int, of: int) -> Component:
    """Find an indicator by a word: ``assets/filter.js`` narrows the list as you type, the server does for ``?q=``."""
    return html.form(
        [
            html.label("Find an indicator", for_="filter-list", class_="wh-label"),
            html.span(
                "One or more words, such as fit note, mental health or gap",
                id="filter-hint",
                class_="wh-hint",
            ),
            html.div(
                html.input_(
                    id="filter-list",
                    type="search",
                    name="q",
                    autocomplete="off",
                    class_="wh-input",
                    aria_describedby="filter-hint",
                    value=sought,
                )
            ),
            html.button("Find", type="submit", class_="wh-button wh-needs-no-script"),
            html.p(
                f"{shown} of {of} shown." if sought else "",
                role="status",
                class_="wh-hint wh-status",
                data_filter_status="yes",
            ),
        ],
        method="get",
        action="/indicators",
        role="search",
        class_="wh-filter",
        aria_label="Indicators",
    )


def indicator_entry(
    indicator: Indicator, facts_words: str, searched: str, *, is_illustrative: bool, is_hidden: bool
) -> Component:
    """One entry of the list; ``searched`` is the text that ``assets/filter.js`` looks for words in."""
    return html.div(
        [
            html.h3(link(indicator.title, f"/indicators/{indicator.id}"), class_="wh-h3"),
            html.p(tag("Illustrative figures", "illustrative")) if is_illustrative else None,
            html.p(indicator.definition),
            html.p(facts_words, class_="wh-hint wh-close"),
        ],
        class_="wh-entry",
        data_filter_entry=searched,
        hidden=True if is_hidden else None,
    )


def definition_facts(indicator: Indicator, name_of: Callable[[str], Component]) -> Component:
    """What an indicator means and how it is made. ``name_of`` gives a link to another indicator by its id."""
    methods = words.methods_of(indicator)
    pairs: list[tuple[str, Component]] = [
        ("Why it matters", indicator.rationale),
        ("Counted (numerator)", indicator.numerator),
        ("Out of (denominator)", indicator.denominator),
        ("Unit", words.whole_unit_words(indicator)),
        ("Which way is good", words.POLARITIES[indicator.polarity]),
        ("Compared with England", words.comparison_rule(indicator)),
        ("How the figure is made", methods[0] if len(methods) == 1 else bullets(methods)),
        ("How the interval is made", words.intervals_of(indicator)),
    ]
    made_from = next(
        (
            [name_of(route.minuend), " minus ", name_of(route.subtrahend)]
            for route in indicator.routes
            if route.minuend and route.subtrahend
        ),
        None,
    )
    if made_from:
        pairs.append(("Made from", made_from))
    if indicator.breakdowns:
        pairs.append(("Also by", sentences.listed(indicator.breakdowns)))
    pairs.append(("Name in addresses and in the API", html.code(indicator.id)))
    if indicator.fingertips_id is not None:
        pairs.append(("In Fingertips", f"Like Fingertips indicator {indicator.fingertips_id}"))
    return facts(pairs)


def held_table(register: Register, indicator: Indicator, held: Sequence[Held]) -> Component:
    """What is loaded of an indicator, a row a type of area."""
    types = register.area_types
    rows = [
        [
            {
                "t": types[kind.area_type].plural,
                "s": types[kind.area_type].order,
                "h": f"/compare{search_of({'indicator': indicator.id, 'area_type': kind.area_type})}",
            },
            words.held_people(kind),
            _period(kind.periods[0]),
            _period(kind.periods[-1]),
            {"t": sentences.number(len(kind.periods)), "s": len(kind.periods)},
            {"t": sentences.number(kind.n_areas), "s": kind.n_areas},
            sentences.listed(kind.also_by) or "–",
        ]
        for kind in held
    ]
    return table(
        f"{indicator.short_title}: areas and periods that are loaded",
        [
            "Type of area",
            "People",
            "First period",
            "Latest period",
            {"label": "Periods", "kind": "number"},
            {"label": "Areas in the latest", "kind": "number"},
            "Also by",
        ],
        rows,
        id="loaded-table",
        hide_caption=True,
    )


def _period(iso: str) -> Mapping[str, str]:
    return {"t": sentences.period_words(iso), "s": iso}


def route_entry(register: Register, state: RouteState) -> Component:
    """A publication that an indicator may come from: for which areas, and the releases that are used of it."""
    kinds = sentences.area_types_words(register.area_types[key].plural for key in state.route.area_types)
    nothing = "No figure is taken from it now." if state.is_loaded else "No release of it is loaded."
    return html.div(
        [
            html.h3(state.route.publication, class_="wh-h3"),
            html.p(f"For {kinds}."),
            _release_table(state) if state.releases else html.p(nothing),
        ],
        class_="wh-entry",
    )


def _release_table(state: RouteState) -> Component:
    rows = [
        [
            release.publication + (" (illustrative)" if release.is_illustrative else ""),
            release.publisher,
            release.edition,
            {"t": sentences.date_words(release.published_on), "s": release.published_on or ""},
            {"t": sentences.date_words(release.loaded_at), "s": release.loaded_at},
            release.licence,
        ]
        for release in state.releases
    ]
    return table(
        f"Releases loaded: {state.route.publication}",
        ["Publication", "Publisher", "Edition", "Published", "Loaded", "Licence"],
        rows,
        id=f"releases-{state.route.source}",
        hide_caption=True,
        sort=False,
    )
