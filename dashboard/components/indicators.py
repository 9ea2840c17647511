"""The list of indicators, and the parts of a definition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.address.view import search_of
from dashboard.answers.catalogue import Entry, Held, RouteState, Sought
from dashboard.answers.changes import ChangeGroup, Feed
from dashboard.answers.national import NationalFigure
from dashboard.components import html
from dashboard.components.cards import age_badge, number_card
from dashboard.components.html import escape
from dashboard.components.tables import table
from dashboard.components.text import bullets, facts, link, paragraph, section
from dashboard.figures import small_map, sparkline
from dashboard.sentences import catalogue as words
from geodata.register import Register
from indicators.catalogue import Indicator

Component = Any


# ---- the list ------------------------------------------------------------------------------------------

Choice = tuple[str, str, int]
"""A value, its words, and how many indicators have it."""


def filter_form(sought: Sought, area_types: Sequence[Choice]) -> Component:
    """Words and the type of area: ``assets/filter.js`` narrows the list at once, the server does for the address."""
    hidden = [("theme", sought.theme), ("figures", "yes" if sought.with_figures else "")]
    options = [("", "All types of area", 0), *area_types]
    return html.form(
        [
            html.div(
                [
                    html.label("Search indicators", for_="filter-list", class_="wh-label"),
                    html.input_(
                        id="filter-list",
                        type="search",
                        name="q",
                        autocomplete="off",
                        class_="wh-input",
                        placeholder="For example: recovery, pay, IPS",
                        value=sought.words,
                    ),
                ],
                class_="wh-field",
            ),
            html.div(
                [
                    html.label("Areas", for_="filter-areas", class_="wh-label"),
                    html.select(
                        [
                            html.option(
                                f"{name} ({count})" if count else name,
                                value=value,
                                selected=True if value == sought.area_type else None,
                            )
                            for value, name, count in options
                        ],
                        id="filter-areas",
                        name="area_type",
                        class_="wh-select",
                    ),
                ],
                class_="wh-field",
            ),
            *[html.input_(type="hidden", name=name, value=value) for name, value in hidden if value],
            html.button("Find", type="submit", class_="wh-button wh-needs-no-script"),
        ],
        method="get",
        action="/indicators",
        role="search",
        class_="wh-list-filter",
        aria_label="Indicators",
    )


def filter_chips(sought: Sought, themes: Sequence[Choice], with_figures: int) -> Component:
    """The other ways to narrow the list, as links: one choice of theme, and those with figures alone."""
    figures = _chip("figures", "yes", f"With figures ({with_figures})", sought.with_figures, sought)
    chips = [
        _chip("theme", value, f"{name} ({count})", value == sought.theme, sought)
        for value, name, count in themes
    ]
    return html.nav(
        html.ul([html.li(chip) for chip in (figures, *chips)], class_="wh-filter-chips"),
        aria_label="Narrow the list",
    )


def _chip(key: str, value: str, words: str, is_chosen: bool, sought: Sought) -> Component:
    return html.a(
        words,
        href=list_address(sought, **{key: "" if is_chosen else value}),
        class_="wh-filter-chip",
        aria_current="true" if is_chosen else None,
        data_filter_key=key,
        data_filter_value=value,
    )


def list_address(sought: Sought, **changes: str) -> str:
    """Address of the list narrowed as it is, with some choices changed; an empty one is left out."""
    now = {
        "q": sought.words,
        "area_type": sought.area_type,
        "theme": sought.theme,
        "figures": "yes" if sought.with_figures else "",
    }
    kept = {key: value for key, value in (now | changes).items() if value}
    return f"/indicators?{urlencode(kept)}" if kept else "/indicators"


def filter_status(now: str, everything: str) -> Component:
    """How many are shown; ``everything`` is what is said of the whole list."""
    return html.p(now, role="status", class_="wh-hint wh-list-status", data_filter_status=everything)


def indicator_list(
    groups: Sequence[tuple[str, Sequence[Entry]]], shown: Collection[str], searched: Callable[[Entry], str]
) -> Component:
    """A row an indicator, under the heading of its group; those not ``shown`` (ids) are hidden.

    searched  gives the text that ``assets/filter.js`` looks for words in
    """
    bodies = []
    for heading, entries in groups:
        count = sum(entry.indicator.id in shown for entry in entries)
        rows = "".join([_list_row(entry, entry.indicator.id in shown, searched(entry)) for entry in entries])
        bodies.append(
            f'<tbody data-filter-group="yes"{"" if count else " hidden"}><tr class="wh-lines-group"><th scope="rowgroup" '
            f'colspan="5">{escape(heading)} <span class="wh-lines-count">(<span data-filter-count="yes">{count}</span>)'
            f"</span></th></tr>{rows}</tbody>"
        )
    heads = (
        ("Indicator", ""),
        ("England", "wh-number"),
        ("Over time", "wh-wide-only"),
        ("Newest", ""),
        ("Published for", "wh-wide-only"),
    )
    head = "".join(
        f'<th scope="col"{f" class={chr(34)}{name}{chr(34)}" if name else ""}>{words}</th>'
        for words, name in heads
    )
    return html.trusted(
        '<div id="indicators" class="wh-table wh-lines"><table><caption class="wh-visually-hidden">Indicators by theme: '
        "newest figure for England, and the areas with figures</caption>"
        f"<thead><tr>{head}</tr></thead>{''.join(bodies)}</table></div>"
    )


def _list_row(entry: Entry, is_shown: bool, searched: str) -> str:
    indicator, national = entry.indicator, entry.national
    kinds = " ".join(kind.area_type for kind in entry.area_types)
    value, drawn = words.NOTHING, ""
    if national is not None and not national.is_illustrative:
        value = escape(words.national_value(national))
        if unit := sentences.unit_beside(indicator):
            value += f' <span class="wh-lines-unit">{escape(sentences.lower_first(unit))}</span>'
        drawn = sparkline.of_lines(national.line, None, is_england=True, width=96, height=26)
    tag = '<span class="wh-tag wh-tag-illustrative">Illustrative</span> ' if entry.is_illustrative else ""
    if entry.newest is None:
        newest = f'<span class="wh-age">{words.NO_FIGURES_YET.capitalize()}</span>'
    else:
        period, age = entry.newest
        old = " wh-age-old" if age.is_old else ""
        newest = f'{tag}<span class="wh-age{old}">{escape(words.newest_in_short(age, period))}</span>'
    return (
        f'<tr id="row-{indicator.id}" data-filter-entry="{escape(searched)}" data-theme="{entry.theme_id}" '
        f'data-areas="{kinds}"{" data-figures=yes" if entry.has_figures else ""}{"" if is_shown else " hidden"}>'
        f'<th scope="row"><a class="wh-link" href="{at_root(f"/indicators/{indicator.id}")}">{escape(indicator.short_title)}</a></th>'
        f'<td class="wh-number wh-lines-value">{value}</td><td class="wh-wide-only wh-lines-spark">{drawn}</td>'
        f'<td>{newest}</td><td class="wh-wide-only wh-lines-areas">{escape(words.areas_in_short(entry.area_types))}</td></tr>'
    )


# ---- one indicator -------------------------------------------------------------------------------------


def national_card(figure: NationalFigure, source: str) -> Component:
    """The newest national figure as a card, with its line over time, its age and its source."""
    indicator, row, line = figure.indicator, figure.row, figure.line
    label = words.line_label(figure)
    spark = sparkline.of_lines(line, None, label, width=320, height=64, is_england=True)
    ends = sparkline.ends_of(line) if spark and line is not None else None
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    href = f"/trends{search_of({'indicator': indicator.id, 'area_type': figure.area_type})}"
    card = number_card(
        words.national_title(figure),
        href,
        sentences.value_words(row["value"], indicator),
        unit=sentences.lower_first(sentences.unit_beside(indicator)) if indicator.unit_format.short else "",
        interval=f"95% CI {between}" if between else words.NO_INTERVAL,
        spark=html.trusted(spark) if spark else None,
        spark_ends=(
            sentences.period_words(ends[0]),
            sentences.lower_first(sentences.trend_words(row["trend"])) if _has_trend(row) else "",
            sentences.period_words(ends[1]),
        )
        if ends
        else None,
        foot=[
            age_badge(f"Period: {sentences.aged_period(figure.age, row['period'])}", figure.age.is_old),
            html.span(source, class_="wh-hint"),
        ],
    )
    return html.ul(card, class_="wh-card-row wh-national")


def _has_trend(row: Mapping[str, Any]) -> bool:
    return bool(row["trend"]) and row["trend"]["direction"] not in (None, "not_calculated")


def map_figure(svg: str, classes: Sequence[tuple[str, str, str, int]], caption: str, href: str) -> Component:
    """A small map with its key and a link to the large one.

    classes  (key, colour, words, how many areas) of each class that is drawn
    """
    key = html.ul(
        [
            html.li(
                [
                    html.trusted(small_map.swatch(name, colour)),
                    html.span(text),
                    html.span(sentences.number(count), class_="wh-small-map-count"),
                ]
            )
            for name, colour, text, count in classes
        ],
        class_="wh-small-map-key",
        aria_label="What the colours mean, and how many areas",
    )
    return html.figure(
        [
            html.a(html.trusted(svg), href=href, class_="wh-small-map-link"),
            html.figcaption([html.p(caption), key, html.p(link("Open the map", href))]),
        ],
        class_="wh-small-map-figure",
    )


def corrections_section(
    indicator: Indicator, groups: Sequence[ChangeGroup], feed: Feed, report: Component = None, *, is_cut: bool
) -> Component:
    """Figures that were revised, withdrawn or corrected after they had been shown, the newest first."""
    items = [
        [html.strong(sentences.date_words(group.day)), " ", sentences.change_words(group, indicator)]
        for group in groups
    ]
    return section(
        "Revisions and corrections",
        bullets(items) if items else paragraph(words.NO_REVISIONS),
        paragraph("Earlier changes are in the feed and the API.") if is_cut else None,
        paragraph(report) if report is not None else None,
        paragraph(
            "Get updates: ",
            link("Atom feed for this indicator", feed.href),
            ". Every change: ",
            link("API", f"/api/v1/changes?indicator={indicator.id}"),
            ".",
        ),
        id="corrections",
    )


def definition_facts(indicator: Indicator, name_of: Callable[[str], Component]) -> Component:
    """What an indicator means and how it is made. ``name_of`` gives a link to another indicator by its id."""
    methods = words.methods_of(indicator)
    pairs: list[tuple[str, Component]] = [
        ("Why it matters", indicator.rationale),
        ("Numerator", indicator.numerator),
        ("Denominator", indicator.denominator),
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
    pairs.append(("ID in addresses and the API", html.code(indicator.id)))
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
            html.p(f"Next release expected: {sentences.date_words(state.next_on)}.")
            if state.next_on
            else None,
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
