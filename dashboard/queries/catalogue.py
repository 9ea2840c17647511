"""The indicators that there are: those that words find, what is loaded of each, and where its figures come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from dashboard.answers.age import age_of_period
from dashboard.answers.catalogue import (
    AnsweredQuestion,
    Entry,
    Held,
    Missing,
    MissingSource,
    RouteState,
    Sought,
)
from dashboard.answers.changes import ChangeGroup
from dashboard.queries.changes import group_of
from dashboard.queries.national import national_figures
from dashboard.queries.next_releases import next_on, sources_known
from dashboard.queries.releases import current_releases
from indicators.catalogue import Indicator, Route, questions, themes_of
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_SUGGESTED = 6
_FEWEST_LETTERS = 3  # of a word that suggests an indicator by itself
_TOO_COMMON = frozenset({"rate"})


def answered_questions(context: Context) -> tuple[AnsweredQuestion, ...]:
    """The questions of the home page that figures loaded can answer: by real figures first, then by illustrative ones."""
    answered = []
    for indicator, question in questions(context.catalogue):
        rows = context.available(indicator.id)
        if rows:
            answered.append(AnsweredQuestion(indicator, question, context.is_only_illustrative(indicator.id)))
    return tuple(sorted(answered, key=lambda found: found.is_illustrative))


# ---- what is missing -------------------------------------------------------------------------------

_WHOLE_COUNTRIES = frozenset({"england", "uk"})


def has_real_figures(context: Context, indicator_id: str) -> bool:
    """Whether any real figure of an indicator is loaded."""
    return any(not row.get("illustrative") for row in context.available(indicator_id))


def missing(context: Context, indicator_id: str, page: str) -> Missing:
    """What is missing of an indicator without figures, what loads it, and the evidence nearest to its question.

    ``page`` is the path of the page that shows evidence by area; figures of a whole country are shown over time. The same
    for every area, so worked out once a publication.
    """
    return context.cached(("missing", indicator_id, page), lambda: _missing(context, indicator_id, page))


def sources_of(context: Context, indicator_id: str) -> tuple[MissingSource, ...]:
    """The sources that give an indicator, or would, each with whether it is loaded; worked out once a publication."""
    return context.cached(("sources of", indicator_id), lambda: _sources_of(context, indicator_id))


def _sources_of(context: Context, indicator_id: str) -> tuple[MissingSource, ...]:
    indicator = context.catalogue[indicator_id]
    known = sources_known(context)
    loaded = {release.source_id for release in current_releases(context) if not release.is_illustrative}
    publications: dict[str, list[str]] = {}
    for route in _own_routes(context, indicator):
        publications.setdefault(route.source, []).append(route.publication)
    sources = []
    for source_id, named in publications.items():
        source = known.get(source_id)
        sources.append(
            MissingSource(
                source_id,
                tuple(dict.fromkeys(named)),
                source["publisher"] if source else None,
                f"python -m etl refresh {source_id}",
                source is not None and not source["live"],
                source_id in loaded,
            )
        )
    return tuple(sources)


def _missing(context: Context, indicator_id: str, page: str) -> Missing:
    indicator = context.catalogue[indicator_id]
    nearest = [
        (context.catalogue[name], _address_of(context, name, page))
        for name in indicator.nearest_evidence
        if name in context.catalogue and has_real_figures(context, name)
    ]
    return Missing(indicator, sources_of(context, indicator_id), tuple(nearest))


def _own_routes(context: Context, indicator: Indicator) -> list[Route]:
    """The routes that begin at a publication; those of the rates where all that there is, is a difference of them."""
    own = [route for route in indicator.routes if route.method not in ("difference", "aggregate")]
    if own:
        return own
    made_from = [name for route in indicator.routes for name in (route.minuend, route.subtrahend)]
    return [
        route
        for name in made_from
        if name in context.catalogue
        for route in context.catalogue[name].routes
        if route.method not in ("difference", "aggregate")
    ]


def _address_of(context: Context, indicator_id: str, page: str) -> str:
    kinds = {row["area_type"] for row in context.available(indicator_id) if not row.get("illustrative")}
    path = "/trends" if kinds <= _WHOLE_COUNTRIES else page
    return f"{path}?indicator={indicator_id}"


# ---- finding ---------------------------------------------------------------------------------------


def suggestions(catalogue: Mapping[str, Indicator], given: str) -> list[Indicator]:
    """The indicators whose id or title is like what was given, the closest first."""
    wanted = given[:80].lower().replace("_", "-").replace(" ", "-")
    names = {indicator_id: indicator_id for indicator_id in catalogue}
    for indicator in catalogue.values():
        names.setdefault(indicator.short_title.lower().replace(" ", "-"), indicator.id)
    found = [names[name] for name in get_close_matches(wanted, names, n=MOST_SUGGESTED, cutoff=0.5)]
    words = {word for word in wanted.split("-") if len(word) >= _FEWEST_LETTERS} - _TOO_COMMON
    found += [indicator_id for indicator_id in catalogue if words & set(indicator_id.split("-"))]
    return [catalogue[indicator_id] for indicator_id in dict.fromkeys(found)][:MOST_SUGGESTED]


def words_in(text: str) -> list[str]:
    """Words in small letters without signs, as ``assets/filter.js`` makes them too."""
    return re.findall(r"[a-z0-9]+", text.lower())


def searched_text(indicator: Indicator) -> str:
    """What the beginning of a word is looked for in; each word has a space before it."""
    texts = (indicator.id, indicator.title, indicator.short_title, indicator.definition)
    return f" {' '.join(words_in(' '.join(texts)))}"


def is_found(indicator: Indicator, sought: str) -> bool:
    """Whether each word of ``sought`` begins a word of the indicator; without words every one is found."""
    text = searched_text(indicator)
    return all(f" {word}" in text for word in words_in(sought))


def theme_id(theme: str) -> str:
    """A theme as it stands in an address: ``benefits-and-fit-notes``."""
    return "-".join(words_in(theme))


def entries(context: Context) -> tuple[Entry, ...]:
    """Every indicator of the catalogue for the list of all: by theme, those without figures last. Once a publication and day."""
    return context.cached(("list of indicators", context.today()), lambda: _entries(context))


def _entries(context: Context) -> tuple[Entry, ...]:
    types, national = context.register.area_types, national_figures(context)
    places = {theme: place for place, theme in enumerate(themes_of(context.catalogue.values()))}
    found = []
    for indicator in context.catalogue.values():
        rows = context.available(indicator.id)
        kinds = {row["area_type"] for row in rows} or set(indicator.area_types)
        newest = newest_period(context, indicator)
        found.append(
            Entry(
                indicator,
                national.get(indicator.id),
                tuple(types[kind] for kind in sorted(kinds, key=lambda kind: types[kind].order)),
                (newest, age_of_period(indicator, newest, context.today())) if newest else None,
                context.is_only_illustrative(indicator.id),
                theme_id(indicator.theme),
            )
        )
    return tuple(sorted(found, key=lambda entry: (not entry.has_figures, places[entry.indicator.theme])))


def is_listed(entry: Entry, sought: Sought) -> bool:
    """Whether an indicator is among those that a list is narrowed to; ``assets/filter.js`` asks the same."""
    return (
        is_found(entry.indicator, sought.words)
        and sought.theme in ("", entry.theme_id)
        and (not sought.area_type or any(kind.area_type == sought.area_type for kind in entry.area_types))
        and (entry.has_figures or not sought.with_figures)
    )


# ---- what is loaded --------------------------------------------------------------------------------


def newest_period(context: Context, indicator: Indicator) -> str | None:
    """ISO period of the newest figure of any type of area; None with nothing loaded."""
    periods = [
        row.get("latest") or row["periods"][-1] for row in context.available(indicator.id) if row["periods"]
    ]
    return max(periods, key=lambda iso: Period.parse(iso).sort_key, default=None)


def held(context: Context, indicator: Indicator) -> list[Held]:
    """What is loaded by type of area, in the order of the store."""
    rows = context.available(indicator.id)
    found = []
    for area_type in dict.fromkeys(row["area_type"] for row in rows):
        of_type = [row for row in rows if row["area_type"] == area_type]
        main = max(
            of_type, key=lambda row: (row["breakdown"] == "all", row["sex"] == "persons", row["age"] == "all")
        )
        also_by = [name for name in ("sex", "age") if len({row[name] for row in of_type}) > 1]
        also_by += sorted({row["breakdown"].split(":")[0] for row in of_type if row["breakdown"] != "all"})
        found.append(
            Held(
                area_type,
                main["sex"],
                main["age"],
                main["breakdown"],
                tuple(main["periods"]),
                main["n_areas"] or 0,
                tuple(also_by),
                bool(main.get("illustrative")),
            )
        )
    return found


def publishers(context: Context, indicator: Indicator) -> list[str]:
    """Publishers of the current releases that an indicator may come from, also through what it is derived from."""
    made_from = [
        context.catalogue[indicator_id]
        for route in indicator.routes
        for indicator_id in (route.minuend, route.subtrahend)
        if indicator_id in context.catalogue
    ]
    releases = [release for release in current_releases(context) if not release.is_derived]
    found: dict[str, None] = {}
    for part in (indicator, *made_from):
        sources = {route.source for route in part.routes}
        found.update((release.publisher, None) for release in releases if release.source_id in sources)
    return list(found)


def revisions(rows: Iterable[Mapping[str, Any]]) -> list[ChangeGroup]:
    """Of rows of ``indicator_change_groups`` those that changed or took back a figure that was shown."""
    return [group_of(row) for row in rows if row["kind"] != "added"]


def route_states(context: Context, indicator: Indicator) -> list[RouteState]:
    """The routes of an indicator in the order in which they are used, with the releases that figures are taken from."""
    taken = context.cached(("releases of", indicator.id), lambda: context.store.releases_of(indicator.id))
    current = current_releases(context)
    states = []
    for route in indicator.routes:
        of_source = [release for release in current if release.source_id == route.source]
        used = tuple(release for release in of_source if release.release_id in taken)
        states.append(
            RouteState(
                route,
                used,
                bool(of_source),
                next_on(context, route.source) if used else None,
            )
        )
    return states
