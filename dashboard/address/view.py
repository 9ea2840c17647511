"""The state of a page, read from its address: every value checked, every default one that has figures.

``read_view`` answers with a ``View`` or with a ``Problem``: words, a status of 400 or 404 and ways on. The keys it reads
are described in ``dashboard.address.keys``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from dashboard.address.context import Context
from dashboard.address.keys import KEYS, NEAR_BENCHMARKS, VIEW_KEYS
from dashboard.address.problems import Problem, area_code_of, clipped, unknown_area, unknown_choice
from dashboard.address.writing import search_of
from geodata import groups
from indicators.catalogue import Indicator, the
from indicators.periods import Period

__all__ = [
    "LONGEST_SEARCH",
    "LONGEST_VALUE",
    "Instead",
    "Problem",
    "View",
    "clipped",
    "read_view",
    "search_of",
    "unknown_area",
]

LONGEST_VALUE = 1500
"""Characters of one value of an address: two groups of sixty areas, or twenty areas."""
LONGEST_SEARCH = 6000
"""Characters of an address after the question mark."""


@dataclass(frozen=True, slots=True)
class Instead:
    """Another type of area than the one that the address names, because that has no figures of the indicator.

    area_type  the type asked for
    moved      (chosen area, the areas of the type shown that cover it or lie in it), where they are not the same
    back       query of the headline indicator for what the address asked; empty where that has no figures either
    """

    area_type: str
    moved: tuple[tuple[str, tuple[str, ...]], ...] = ()
    back: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """The checked state of a page.

    ``period`` is an ISO period, or None where the store holds nothing for this indicator, area
    type and sex: the page then says which area types have figures (``ui.no_figures``).
    ``periods`` are the choices, oldest first; ``latest`` is the newest with a value. ``vintage`` is the year whose areas the latest
    figures are for. ``area_codes`` are known areas, of any type, in the order asked.
    ``with_id`` is the indicator that the first is set against, None where the address names none.
    ``show`` says which of many areas a list names, None where that is left to the page; ``sort`` is their order.
    ``since`` is the ISO period that a change is counted from; ``outline`` an area type whose borders are drawn over
    the map; ``zoom`` is ``chosen`` where the map shows the chosen areas only.
    ``asked`` names the keys that the address gave; ``notes`` are words on what was not taken as asked.
    ``instead`` says what stands in for a type of area that the address names and that has no figures of the indicator.
    """

    indicator_id: str
    area_type: str
    sex: str = KEYS["sex"].default
    age: str = KEYS["age"].default
    breakdown: str = KEYS["breakdown"].default
    period: str | None = None
    periods: tuple[str, ...] = ()
    latest: str | None = None
    vintage: int | None = None
    area_codes: tuple[str, ...] = ()
    parent: str | None = None
    benchmark: str = KEYS["benchmark"].default
    view: str = KEYS["view"].default
    shading: str = KEYS["shading"].default
    chart: str = KEYS["chart"].default
    show: str | None = None
    sort: str = KEYS["sort"].default
    with_id: str | None = None
    since: str | None = None
    outline: str | None = None
    zoom: str | None = None
    asked: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    instead: Instead | None = None

    @property
    def key(self) -> dict[str, str]:
        """``indicator_id, sex, age, breakdown``: what the store's queries take."""
        return {
            "indicator_id": self.indicator_id,
            "sex": self.sex,
            "age": self.age,
            "breakdown": self.breakdown,
        }

    def search(self, **changes: str | Iterable[str] | None) -> str:
        """``?indicator=…`` for a link to this view with some keys changed (None leaves a key out).

        Keys that the address did not give stay out, so links keep following the latest figures. A key that is changed
        takes out those that it makes meaningless (``Key.forgets``), unless they are given as well.
        """
        now: dict[str, str | Iterable[str] | None] = {
            "indicator": self.indicator_id,
            "area_type": self.area_type,
            "area": self.area_codes,
            "parent": self.parent,
            "period": self.period,
            "benchmark": self.benchmark,
            "view": self.view,
            "shading": self.shading,
            "chart": self.chart,
            "show": self.show,
            "sort": self.sort,
            "sex": self.sex,
            "age": self.age,
            "breakdown": self.breakdown,
            "with": self.with_id,
            "since": self.since,
            "outline": self.outline,
            "zoom": self.zoom,
        }
        kept = {key: value for key, value in now.items() if key in self.asked or key == "indicator"}
        for name, value in changes.items():
            if value != now[name]:
                for key in KEYS[name].forgets:
                    kept.pop(key, None)
        return search_of({**kept, **changes})


def read_view(context: Context, search: str | None, *, may_change_type: bool = False) -> View | Problem:
    """The state that a query string (with or without ``?``) asks for.

    may_change_type  for a page that shows one indicator: another type of area stands in for one that the address names
                     and that the indicator has no figures for (``View.instead``).

    Unknown keys are left alone; a key given twice counts once, with a note. An unknown indicator,
    period or choice is a Problem of status 400; an unknown area code one of status 404.
    """
    values, notes, problem = _values(search)
    if problem:
        return problem
    asked = frozenset(values)
    loaded = context.all_available()

    indicator = _indicator(context, values.get("indicator"), loaded)
    if isinstance(indicator, Problem):
        return indicator
    other = _indicator(context, values["with"], loaded) if "with" in values else None
    if isinstance(other, Problem):
        return replace(other, parameter="with")
    codes = _area_codes(context, values, notes)
    if isinstance(codes, Problem):
        return codes
    parent = values.get("parent")
    if parent:
        known_parent = area_code_of(context.register, parent, values, notes, "parent")
        if isinstance(known_parent, Problem):
            return known_parent
        parent = known_parent
    for name, value in values.items():
        if KEYS[name].choices and value not in KEYS[name].choices:
            return unknown_choice(name, value, KEYS[name].choices)

    def chosen(name: str) -> str:
        return values.get(name, KEYS[name].default)

    benchmark = chosen("benchmark")
    if benchmark not in ("england", *NEAR_BENCHMARKS):
        known_benchmark = area_code_of(context.register, benchmark, values, notes, "benchmark")
        if isinstance(known_benchmark, Problem) and not groups.is_group(benchmark):
            known_benchmarks = ("england", *NEAR_BENCHMARKS, "the code of an area")
            return unknown_choice("benchmark", benchmark, known_benchmarks)
        if isinstance(known_benchmark, Problem):
            return known_benchmark
        benchmark = known_benchmark
    outline = values.get("outline")
    if outline and outline not in context.register.area_types:
        return unknown_choice("outline", outline, context.register.area_types)

    rows = loaded.get(indicator.id, [])
    area_type = _area_type(context, indicator, values.get("area_type"), codes, rows)
    if isinstance(area_type, Problem):
        return area_type
    instead = None
    if may_change_type:
        area_type, codes, instead = _nearest_with_figures(context, area_type, codes, rows, loaded)
    given_period = values.get("period")
    if instead is not None and _is_period_of_another_type(given_period, area_type, rows):
        given_period = None
    view = View(
        indicator_id=indicator.id,
        area_type=area_type,
        sex=chosen("sex"),
        age=chosen("age"),
        breakdown=chosen("breakdown"),
        area_codes=codes,
        parent=parent,
        benchmark=benchmark,
        view=chosen("view"),
        shading=chosen("shading"),
        chart=chosen("chart"),
        show=values.get("show"),
        sort=chosen("sort"),
        with_id=other.id if other else None,
        outline=outline,
        zoom=values.get("zoom"),
        asked=asked,
        notes=tuple(notes),
        instead=instead,
    )
    found = _with_period(context, view, given_period, rows)
    if isinstance(found, Problem):
        return found
    return _with_since(found, None if instead else values.get("since"))


def _values(search: str | None) -> tuple[dict[str, str], list[str], Problem | None]:
    text = (search or "").removeprefix("?")
    if len(text) > LONGEST_SEARCH:
        return {}, [], Problem(
            400,
            "This address is too long",
            f"The address holds {len(text):,} characters after the question mark; "
            f"at most {LONGEST_SEARCH:,} can be read.",
            (("Start from the map", "/map"),),
        )  # fmt: skip
    values: dict[str, str] = {}
    notes: list[str] = []
    for key, value in parse_qsl(text, max_num_fields=None, errors="replace"):
        value = value.strip()
        if key not in VIEW_KEYS or not value:
            continue
        if len(value) > LONGEST_VALUE:
            return {}, [], Problem(
                400,
                f"The {KEYS[key].label} in this address is too long",
                f"{clipped(value)!r} has {len(value):,} characters. Choose a value from the lists on the page.",
                (("Start from the map", "/map"),),
                key,
                clipped(value),
            )  # fmt: skip
        if key in values:
            if KEYS[key].most > 1:
                values[key] = f"{values[key]},{value}"
            elif values[key] != value:
                notes.append(f"The address gave {KEYS[key].label} more than once; the first one is shown.")
            continue
        values[key] = value
    return values, notes, None


def _indicator(context: Context, given: str | None, loaded: dict[str, Any]) -> Indicator | Problem:
    if given:
        if given in context.catalogue:
            return context.catalogue[given]
        return Problem(
            400,
            "There is no such indicator",
            f"No indicator is called “{clipped(given)}”. It may have been renamed, or the link was cut short.",
            (("See the list of indicators", "/indicators"), ("Go to the map", "/map")),
            "indicator",
            clipped(given),
            tuple(context.catalogue),
        )
    headline = the(context.catalogue, "headline")
    if headline.id in loaded or not loaded:
        return headline
    return next((context.catalogue[key] for key in context.catalogue if key in loaded), headline)


def _area_codes(context: Context, values: Mapping[str, str], notes: list[str]) -> tuple[str, ...] | Problem:
    found: dict[str, None] = {}
    for given in values.get("area", "").split(","):
        if given.strip():
            code = area_code_of(context.register, given.strip(), values, notes, "area")
            if isinstance(code, Problem):
                return code
            found[code] = None
    codes = tuple(found)
    most = KEYS["area"].most
    if len(codes) > most:
        return Problem(
            400,
            "Too many areas at once",
            f"The address names {len(codes)} areas; at most {most} can be shown together.",
            (("Go to the map", "/map"),),
            "area",
        )
    return codes


def _area_type(
    context: Context,
    indicator: Indicator,
    given: str | None,
    codes: tuple[str, ...],
    rows: list[dict[str, Any]],
) -> str | Problem:
    if given:
        types = [kind.area_type for kind in context.register.area_types.values() if kind.vintages]
        return given if given in types else unknown_choice("area_type", given, types)
    register = context.register
    loaded = {row["area_type"] for row in rows}
    for code in codes:
        for area_type in register.land_types(code):
            if area_type in loaded and area_type in register.preferred_types:
                return area_type
    whole = {
        row["area_type"]
        for row in rows
        if register.covers_most(row["area_type"], row["vintage"], row["n_areas"] or 0)
    }
    for area_type in (
        *(kind for kind in register.preferred_types if kind in whole),
        *register.preferred_types,
    ):
        if area_type in loaded:
            return area_type
    if loaded:
        return min(loaded, key=lambda area_type: register.area_types[area_type].order)
    return next(
        (kind for kind in register.preferred_types if kind in indicator.area_types), indicator.area_types[0]
    )


_HALF = 0.5
"""Share of an area from which on another speaks for it."""
_WHOLE_COUNTRY = ("england", "uk")


def _nearest_with_figures(
    context: Context,
    area_type: str,
    codes: tuple[str, ...],
    rows: list[dict[str, Any]],
    loaded: dict[str, list[dict[str, Any]]],
) -> tuple[str, tuple[str, ...], Instead | None]:
    """The type of area that is shown, and its areas in place of the chosen ones.

    That asked for where the indicator has figures for it, or for none. Otherwise the nearest type, with the areas that
    cover the chosen ones: of the types with the newest figures that of the smallest areas, a whole country last.
    """
    if not rows or any(row["area_type"] == area_type for row in rows):
        return area_type, codes, None
    types = context.register.area_types
    newest: dict[str, Any] = {}
    for row in rows:
        if row["latest"]:
            end_on = Period.parse(row["latest"]).end_on
            newest[row["area_type"]] = max(newest.get(row["area_type"], end_on), end_on)
    offered = sorted(
        newest,
        key=lambda kind: (kind in _WHOLE_COUNTRY, -newest[kind].toordinal(), types[kind].nearness),
    )
    if not offered:
        return area_type, codes, None
    found = next(
        ((kind, moved) for kind in offered if (moved := _moved(context, codes, kind)) or not codes),
        (offered[0], {}),
    )
    kind, moved = found
    most = KEYS["area"].most
    shown = tuple(dict.fromkeys(code for covering in moved.values() for code in covering))[:most]
    headline = the(context.catalogue, "headline").id
    has_headline = any(row["area_type"] == area_type for row in loaded.get(headline, []))
    back = search_of({"indicator": headline, "area_type": area_type, "area": codes}) if has_headline else ""
    others = tuple((code, covering) for code, covering in moved.items() if covering != (code,))
    return kind, shown, Instead(area_type, others, back)


def _is_period_of_another_type(given: str | None, area_type: str, rows: list[dict[str, Any]]) -> bool:
    """Whether a period is one, and is not among those that a type has figures for."""
    periods = {iso for row in rows if row["area_type"] == area_type for iso in row["periods"]}
    return given is not None and _is_period(given) and given not in periods


def _moved(context: Context, codes: tuple[str, ...], area_type: str) -> dict[str, tuple[str, ...]]:
    """By chosen area those of a type that stand for it; areas that none stands for are left out."""
    found = {code: _covering(context, code, area_type) for code in codes}
    return {code: covering for code, covering in found.items() if covering}


def _covering(context: Context, area_code: str, area_type: str) -> tuple[str, ...]:
    """The area of a type that holds at least half of an area, or else those that lie in it by at least half."""
    register = context.register
    if area_type in register.land_types(area_code):
        return (area_code,)
    around = [row for row in register.parents(area_code, area_type) if row.share >= _HALF]
    if around:
        # of several that held it one after the other the last
        last = max(around, key=lambda row: (row.end_on or date.max, row.share))
        return (last.parent_code,)
    inside = [row for row in register.children(area_code, area_type) if row.share >= _HALF]
    ends = max((row.end_on or date.max for row in inside), default=date.max)
    return tuple(dict.fromkeys(row.child_code for row in inside if (row.end_on or date.max) == ends))


def _with_period(
    context: Context, view: View, given: str | None, rows: list[dict[str, Any]]
) -> View | Problem:
    here = [row for row in rows if row["area_type"] == view.area_type]
    if not here:
        if given and given != "latest" and not _is_period(given):
            return _bad_period(given, ())
        return view
    row = _series(here, view)
    if row is None:
        for key, given_value in (("age", view.age), ("breakdown", view.breakdown)):
            known = list(dict.fromkeys(row[key] for row in here))
            if key in view.asked and given_value not in known:
                return unknown_choice(key, given_value, known)
        return view
    periods = tuple(row["periods"])
    if given and given != "latest" and given not in periods:
        return _bad_period(given, periods)
    latest = row["latest"] if periods else None
    period = given if given and given != "latest" else latest
    return replace(
        view,
        sex=row["sex"],
        age=row["age"],
        breakdown=row["breakdown"],
        period=period,
        periods=periods,
        latest=latest,
        vintage=row.get("vintage"),
    )


def _with_since(view: View, given: str | None) -> View | Problem:
    """The view with the period that a change is counted from; a period that is not before the one shown gives way."""
    if not given or not view.periods:
        return view
    if given not in view.periods:
        return replace(_bad_period(given, view.periods), parameter="since")
    if view.period is None or view.periods.index(given) >= view.periods.index(view.period):
        words = f"A change since {Period.parse(given).label} needs a later period, so another start is shown."
        return replace(view, asked=view.asked - {"since"}, notes=(*view.notes, words))
    return replace(view, since=given)


def _series(rows: list[dict[str, Any]], view: View) -> dict[str, Any] | None:
    """The series of an area type that fits the sex and breakdown asked; a choice not asked for may give way."""
    fitting = [
        row
        for row in rows
        if ("sex" not in view.asked or row["sex"] == view.sex)
        and ("age" not in view.asked or row["age"] == view.age)
        and ("breakdown" not in view.asked or row["breakdown"] == view.breakdown)
    ]
    return max(
        fitting,
        key=lambda row: (
            row["breakdown"] == "all",
            row["sex"] == "persons",
            row["sex"] == "female",
            row["age"] == "all",
            row["n_areas"] or 0,
            row["age"],
        ),
        default=None,
    )


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


def _bad_period(given: str, known: tuple[str, ...]) -> Problem:
    if _is_period(given):
        words = f"There are no figures for {Period.parse(given).label}."
    else:
        words = f"“{clipped(given)}” is not a period. Periods are written like 2022-04-01/P1Y, for 2022/23."
    if known:
        words += f" There are figures for {Period.parse(known[0]).label} to {Period.parse(known[-1]).label}."
    return Problem(
        400,
        "We have no such period",
        words,
        (("Start from the map", "/map"),),
        "period",
        clipped(given),
        known,
    )
