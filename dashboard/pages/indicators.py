"""Definitions: every indicator by theme (``/indicators``), and all that is known of one (``/indicators/<id>``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.address.view import Problem, clipped, search_of
from dashboard.components import html
from indicators.catalogue import Indicator
from indicators.catalogue.model import THEMES, Polarity, Route
from indicators.periods import Period

Component = Any

MOST_SUGGESTED = 6

_POLARITY: dict[Polarity, str] = {
    "high_is_good": "Higher is better.",
    "low_is_good": "Lower is better.",
    "none": "Neither way is good or bad in itself: areas are shown as lower, similar or higher.",
}
_METHODS = {
    "published": "The publisher’s own figure.",
    "proportion": "Worked out here from the publisher’s counts: numerator ÷ denominator.",
    "rate": "A rate by the publisher, or worked out here from its count and population.",
    "count": "A count as published.",
    "survey_proportion": "Worked out here from the survey’s estimates of both counts.",
    "difference": "Worked out here: one rate minus another, for the same area and the nearest period.",
    "paired_movement": "Worked out here from counts of people before and after: those who moved in minus those who moved out.",
    "combined": "Worked out here: one published rate minus another, of the same area and period.",
    "aggregate": "For areas that the publisher gives no figure for: summed here from the counts of the areas inside them.",
}


def check(context: Context, asked: Asked) -> Problem | None:
    """A 404 for an id that the catalogue does not have, with those that are like it."""
    if not asked.parts or asked.parts[0] in context.catalogue:
        return None
    given = asked.parts[0]
    near = suggestions(context.catalogue, given)
    links = tuple((context.catalogue[one].title, f"/indicators/{one}") for one in near)
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


def suggestions(catalogue: dict[str, Indicator], given: str) -> list[str]:
    """Ids of the indicators whose id or title is like what was given, the closest first."""
    wanted = given[:80].lower().replace("_", "-").replace(" ", "-")
    names = {one: one for one in catalogue}
    for one, indicator in catalogue.items():
        names.setdefault(indicator.short_title.lower().replace(" ", "-"), one)
    found = [names[name] for name in get_close_matches(wanted, names, n=MOST_SUGGESTED, cutoff=0.5)]
    words = {word for word in wanted.split("-") if len(word) > 2 and word != "rate"}
    found += [one for one in catalogue if words & set(one.split("-"))]
    return list(dict.fromkeys(found))[:MOST_SUGGESTED]


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
    with_figures = sum(one in loaded for one in context.catalogue)
    lead = f"{sentences.counted(len(context.catalogue), 'indicator')} of work and health, with their definitions."
    if with_figures < len(context.catalogue):
        lead += f" Figures are loaded for {sentences.number(with_figures)} of them."
    parts: list[Component] = [ui.heading("Indicators", lead)]
    if not loaded:
        parts.append(
            ui.inset(
                html.p("No figures are loaded yet."),
                html.p(["See ", ui.link("how to load them", "/refresh"), "."]),
            )
        )
    wanted = _plain_words(sought)
    found = {
        one.id: all(f" {word}" in _text_of(one) for word in wanted) for one in context.catalogue.values()
    }
    parts.append(_filter_form(sought, sum(found.values()), len(found)))
    themes = [theme for theme in THEMES if any(one.theme == theme for one in context.catalogue.values())]
    parts.append(
        html.nav(
            html.ul(
                [html.li(ui.link(theme, f"#{_theme_id(theme)}")) for theme in themes], class_="wh-onward"
            ),
            aria_label="Themes",
        )
    )
    for theme in themes:
        of_theme = [one for one in context.catalogue.values() if one.theme == theme]
        entries = [_entry(context, one, hidden=not found[one.id]) for one in of_theme]
        parts.append(
            html.div(
                ui.section(theme, html.div(entries, class_="wh-entries"), id=_theme_id(theme)),
                data_filter_group="yes",
                **({} if any(found[one.id] for one in of_theme) else {"hidden": True}),
            )
        )
    return parts


def _theme_id(theme: str) -> str:
    return f"theme-{theme.lower().replace(' ', '-')}"


def _plain_words(text: str) -> list[str]:
    """Words in small letters without signs, as ``assets/filter.js`` makes them too."""
    return re.findall(r"[a-z0-9]+", text.lower())


def _text_of(indicator: Indicator) -> str:
    """What the beginning of a word is looked for in; each word has a space before it."""
    texts = (indicator.id, indicator.title, indicator.short_title, indicator.definition)
    return f" {' '.join(_plain_words(' '.join(texts)))}"


def _filter_form(sought: str, shown: int, of: int) -> Component:
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


def _entry(context: Context, indicator: Indicator, *, hidden: bool = False) -> Component:
    rows = context.available(indicator.id)
    illustrative = any(row.get("illustrative") for row in rows)
    return html.div(
        [
            html.h3(ui.link(indicator.title, f"/indicators/{indicator.id}"), class_="wh-h3"),
            *([html.p(ui.tag("Illustrative figures", "illustrative"))] if illustrative else []),
            html.p(indicator.definition),
            html.p(_entry_facts(context, indicator, rows), class_="wh-hint wh-close"),
        ],
        class_="wh-entry",
        data_filter_entry=_text_of(indicator),
        **({"hidden": True} if hidden else {}),
    )


def _entry_facts(context: Context, indicator: Indicator, rows: Sequence[dict[str, Any]]) -> str:
    types = context.register.area_types
    here = list(dict.fromkeys(row["area_type"] for row in rows)) or list(indicator.area_types)
    by = sentences.area_types_words(types[key].name for key in sorted(here, key=lambda key: types[key].order))
    latest = _newest_period(rows)
    newest = f"Latest period {sentences.period_words(latest)}." if latest else "No figures are loaded."
    publishers = _publishers(context, indicator)
    source = (
        f" Source: {sentences.listed(publishers)}."
        if publishers
        else f" Source: {indicator.routes[0].publication}."
    )
    return f"By {by}. {newest}{source}"


def _newest_period(rows: Sequence[dict[str, Any]]) -> str | None:
    periods = [row.get("latest") or row["periods"][-1] for row in rows if row["periods"]]
    return max(periods, key=lambda iso: Period.parse(iso).sort_key, default=None)


def _releases_of(context: Context, indicator: Indicator) -> list[dict[str, Any]]:
    """Current releases of the sources that an indicator comes from."""
    sources = {route.source for route in indicator.routes}
    return [release for release in context.releases().values() if release["source_id"] in sources]


def _publishers(context: Context, indicator: Indicator) -> list[str]:
    derived_from = [
        context.catalogue[one]
        for route in indicator.routes
        for one in (route.minuend, route.subtrahend)
        if one in context.catalogue
    ]
    found = [
        release["publisher"]
        for one in (indicator, *derived_from)
        for release in _releases_of(context, one)
        if release["origin"] != "derived"  # its words name all that it was made from
    ]
    return list(dict.fromkeys(found))


# ---- one indicator -----------------------------------------------------------------------------------


def definition_page(context: Context, indicator: Indicator) -> list[Component]:
    """All that the catalogue says, what is loaded, and where it is from."""
    rows = context.available(indicator.id)
    parts: list[Component] = [
        ui.heading(indicator.title, indicator.definition, caption=f"Definition · {indicator.theme}")
    ]
    if any(row.get("illustrative") for row in rows):
        parts.append(ui.illustrative_banner())
    parts.append(_see_it(indicator, rows))
    parts.append(_meaning(context, indicator))
    if indicator.caveats:
        parts.append(ui.section("Take care", ui.bullets(indicator.caveats), id="caveats"))
    if indicator.targets:
        parts.append(_targets(indicator))
    parts.append(_loaded(context, indicator, rows))
    parts.append(_sources(context, indicator))
    parts.append(ui.paragraph(ui.link("All indicators", "/indicators")))
    return parts


def _see_it(indicator: Indicator, rows: Sequence[dict[str, Any]]) -> Component:
    if not rows:
        return ui.inset(
            html.p("No figures are loaded for this indicator yet."),
            html.p(["See ", ui.link("what is loaded and how to load it", "/refresh"), "."]),
        )
    query = search_of({"indicator": indicator.id})
    ways: list[tuple[str, str]] = []
    if any(row["area_type"] not in ("england", "uk") for row in rows):
        ways += [("See it on the map", f"/map{query}"), ("Compare areas", f"/compare{query}")]
    ways.append(("Follow it over time", f"/trends{query}"))
    return html.nav(
        ui.bullets(ui.link(words, href) for words, href in ways),
        **{"aria-label": f"{indicator.short_title}: figures"},
    )


def _meaning(context: Context, indicator: Indicator) -> Component:
    made = ("combined" if route.interval == "combined" else route.method for route in indicator.routes)
    methods = [_METHODS[method] for method in dict.fromkeys(made)]
    intervals = sentences.interval_method_words(dict.fromkeys(route.interval for route in indicator.routes))
    pairs: list[tuple[str, Component]] = [
        ("Why it matters", indicator.rationale),
        ("Counted (numerator)", indicator.numerator),
        ("Out of (denominator)", indicator.denominator),
        ("Unit", "Percentage (%)" if indicator.unit == "percent" else sentences.unit_words(indicator)),
        ("Which way is good", _POLARITY[indicator.polarity]),
        (
            "Compared with England",
            "By its interval: better or worse only where the whole interval lies on one side of England’s figure."
            if indicator.comparable and any(route.interval != "none" for route in indicator.routes)
            else "Not compared: a count grows with the size of the place."
            if not indicator.comparable
            else "Not compared: no interval is known, so chance cannot be told from a difference.",
        ),
        ("How the figure is made", methods[0] if len(methods) == 1 else ui.bullets(methods)),
        ("How the interval is made", intervals),
    ]
    differences = [route for route in indicator.routes if route.minuend and route.subtrahend]
    if differences:
        pairs.append(("Made from", _made_from(context, differences[0])))
    if indicator.breakdowns:
        pairs.append(("Also by", sentences.listed(indicator.breakdowns)))
    pairs.append(("Name in addresses and in the API", html.code(indicator.id)))
    if indicator.fingertips_id is not None:
        pairs.append(("In Fingertips", f"Like Fingertips indicator {indicator.fingertips_id}"))
    return ui.section("What it means", ui.facts(pairs), id="definition")


def _made_from(context: Context, route: Route) -> Component:
    def named(indicator_id: str | None) -> Component:
        found = context.catalogue.get(indicator_id or "")
        return ui.link(found.short_title, f"/indicators/{found.id}") if found else str(indicator_id)

    return [named(route.minuend), " minus ", named(route.subtrahend)]


def _targets(indicator: Indicator) -> Component:
    items = []
    for target in indicator.targets:
        words = f"{target.label}: {sentences.value_words(target.value, indicator)}"
        if target.period:
            words += (
                f", by {sentences.period_words(target.period) if '/' in target.period else target.period}"
            )
        items.append([html.strong(words), f". {target.source}"])
    return ui.section("Targets", ui.bullets(items), id="targets")


def _loaded(context: Context, indicator: Indicator, rows: Sequence[dict[str, Any]]) -> Component:
    types = context.register.area_types
    published = sentences.area_types_words(types[key].plural for key in indicator.area_types)
    words = ui.paragraph(f"Published for: {published}.")
    if not rows:
        return ui.section("What is loaded", words, ui.paragraph("No figures are loaded yet."), id="loaded")
    cells = []
    for kind in dict.fromkeys(row["area_type"] for row in rows):
        of_kind = [row for row in rows if row["area_type"] == kind]
        main = max(
            of_kind, key=lambda row: (row["breakdown"] == "all", row["sex"] == "persons", row["age"] == "all")
        )
        periods = main["periods"]
        search = search_of({"indicator": indicator.id, "area_type": kind})
        cells.append(
            [
                {"t": types[kind].plural, "s": types[kind].order, "h": f"/compare{search}"},
                _people_words(main) + (" (illustrative)" if main.get("illustrative") else ""),
                {"t": sentences.period_words(periods[0]), "s": periods[0]},
                {"t": sentences.period_words(periods[-1]), "s": periods[-1]},
                {"t": sentences.number(len(periods)), "s": len(periods)},
                {"t": sentences.number(main["n_areas"] or 0), "s": main["n_areas"] or 0},
                _groups_words(of_kind),
            ]
        )
    return ui.section(
        "What is loaded",
        words,
        ui.table(
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
            cells,
            id="loaded-table",
            hide_caption=True,
        ),
        id="loaded",
    )


def _people_words(row: dict[str, Any]) -> str:
    """``All people, aged 16 to 64``."""
    words = [sentences.sex_words(row["sex"])]
    if row["age"] != "all":
        words.append(sentences.age_words(row["age"]))
    if row["breakdown"] != "all":
        words.append(row["breakdown"])
    return ", ".join(words)


def _groups_words(rows: Sequence[dict[str, Any]]) -> str:
    """What else an indicator is given by: ``sex, age, deprivation decile and ethnic group``."""
    kinds = []
    if len({row["sex"] for row in rows}) > 1:
        kinds.append("sex")
    if len({row["age"] for row in rows}) > 1:
        kinds.append("age")
    kinds += sorted({row["breakdown"].split(":")[0] for row in rows if row["breakdown"] != "all"})
    return sentences.listed(kinds) or "–"


def _sources(context: Context, indicator: Indicator) -> Component:
    types = context.register.area_types
    blocks: list[Component] = []
    taken = context.cached(("releases of", indicator.id), lambda: context.store.releases_of(indicator.id))
    if len(indicator.routes) > 1:
        blocks.append(
            ui.paragraph(
                "Listed in the order in which they are used: where two of them give a figure for the same place, people and "
                "period, the figure of the first is shown."
            )
        )
    for route in indicator.routes:
        releases = [one for one in context.releases().values() if one["source_id"] == route.source]
        used = [one for one in releases if one["release_id"] in taken]
        kinds = sentences.area_types_words(types[key].plural for key in route.area_types)
        nothing = "No figure is taken from it now." if releases else "No release of it is loaded."
        blocks.append(
            html.div(
                [
                    html.h3(route.publication, class_="wh-h3"),
                    html.p(f"For {kinds}."),
                    _release_table(route, used) if used else html.p(nothing),
                ],
                class_="wh-entry",
            )
        )
    return ui.section(
        "Sources",
        *blocks,
        ui.paragraph(
            "The files behind each release, with their checksums, are on ",
            ui.link("the page of what is loaded", "/refresh"),
            ".",
        ),
        id="sources-and-licence",
    )


def _release_table(route: Route, releases: Sequence[dict[str, Any]]) -> Component:
    cells = [
        [
            release["publication"] + (" (illustrative)" if release["illustrative"] else ""),
            release["publisher"],
            release["edition"],
            {"t": sentences.date_words(release["published_on"]), "s": release["published_on"] or ""},
            {"t": sentences.date_words(release["loaded_at"]), "s": release["loaded_at"]},
            release["licence"],
        ]
        for release in releases
    ]
    return ui.table(
        f"Releases loaded: {route.publication}",
        ["Publication", "Publisher", "Edition", "Published", "Loaded", "Licence"],
        cells,
        id=f"releases-{route.source}",
        hide_caption=True,
        sort=False,
    )


PAGE = Page(
    path="/indicators",
    name="indicators",
    title=title,
    layout=layout,
    nav="Indicators",
    takes_view=False,
    order=90,
    description="What each work and health indicator means, how it is made, and where it comes from.",
    most_parts=1,
    check=check,
)
