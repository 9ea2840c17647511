"""The question of a map: one indicator, one type of area, one period; and the second map beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.address.view import Problem, read_view, search_of
from dashboard.answers.area_map import AreaMap, ChosenCourse, Course, MapChoices, Shading, WhyFifths
from dashboard.answers.comparison import Compared
from dashboard.queries import benchmarks, geography
from dashboard.queries.age import age_of_view
from dashboard.queries.comparison import compare, compare_all, narrowed
from dashboard.queries.courses import change_courses, trend_courses
from dashboard.queries.periods import nearest_period, start_of_change, starts_of_change
from dashboard.queries.releases import releases_of
from dashboard.queries.rows import Row, row_of, rows_of, vintage_of
from dashboard.queries.shapes import default_kind, drawn_for, kinds_of, other_codes, shapes_of
from dashboard.queries.time_series import time_series
from dashboard.queries.unknown_areas import unknown_codes
from geodata.groups import is_group
from geodata.register import UnknownVintage

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

MOST_LIKE = 5
"""Areas like a chosen one that are added to it at once: more cannot be distinguished on a chart."""


def area_map(context: Context, view: View) -> AreaMap:
    """Everything that the map of a view shows. Raises the store's errors."""
    rows = rows_of(context, view, view.area_type)
    listed = {row["area_code"] for row in rows}
    view = replace(view, area_codes=geography.as_listed(context.register, view.area_codes, listed))
    shapes = shapes_of(context, view, rows) if view.period else None
    lands = other_codes(context.register, shapes.area_codes) if shapes else {}
    shapes = shapes and drawn_for(context.register, shapes, listed)
    compared = compare_all(context, view, rows)
    since = (
        start_of_change(view.period, view.periods, view.since)
        if view.shading == "change" and view.period
        else None
    )
    words, at_odds = compared.by_area, compared.at_odds
    groups = [code for code in view.area_codes if is_group(code)]
    beside = [row for code in groups if (row := row_of(context, view, code)) is not None]
    if beside:
        others = compare(context, view, beside)
        words, at_odds = {**words, **others.by_area}, {**at_odds, **others.at_odds}
    why = _why_fifths(context, view, rows, compared, since)
    shading: Shading = "quintile" if why else view.shading  # type: ignore[assignment]
    inside, places = None, None
    if view.parent:
        register, on = context.register, geography.day_of(context, view)
        codes = [row["area_code"] for row in rows]
        inside = geography.inside(register, view.parent, view.area_type, on, codes)
        if shapes:
            held = set(
                geography.inside(
                    register, view.parent, view.area_type, on, (*shapes.area_codes, *codes)
                ).area_codes
            )
            places = tuple(place for place, code in enumerate(shapes.area_codes) if code in held)
        compared = narrowed(compared, [row for row in rows if row["area_code"] in set(inside.area_codes)])
    return AreaMap(
        context.publication_id(),
        view,
        context.catalogue[view.indicator_id],
        context.register.area_types[view.area_type],
        tuple(rows),
        shapes,
        context.register.area(view.parent) if view.parent else None,
        inside,
        places,
        words,
        at_odds,
        compared,
        shading,
        why,
        since,
        _courses(context, view, rows, shading, since),
        releases_of(context, rows),
        tuple(context.available(view.indicator_id)),
        age_of_view(context, view),
        _expected(context, view),
        unknown_codes(context, view.indicator_id),
        lands,
        tuple(beside),
    )


def _expected(context: Context, view: View) -> int:
    """How many areas of the view's type there were when its figures were published: those in its parent, or all."""
    if view.period is None:
        return 0
    register = context.register

    def count() -> int:
        try:
            codes = register.codes(view.area_type, vintage_of(context, view))
        except UnknownVintage:
            return 0
        if not view.parent:
            return len(codes)
        on = geography.day_of(context, view)
        return len(geography.inside(register, view.parent, view.area_type, on, codes).area_codes)

    key = ("expected areas", *view.key.values(), view.area_type, view.period, view.parent)
    return context.cached(key, count)


def map_choices(context: Context, asked: AreaMap) -> MapChoices:
    """What the controls of a map offer."""
    view = asked.view
    on = geography.day_of_choices(context, view)
    codes = asked.shapes.area_codes if asked.shapes else ()
    return MapChoices(
        geography.parents_of_list(context.register, codes, view.area_type, on),
        benchmarks.choices(context, view),
        starts_of_change(view.period, view.periods),
        kinds_of(context, view.area_type),
        default_kind(context, view, asked.rows),
        asked.area_type.outlines,
    )


def chosen_course(context: Context, shown: AreaMap, area_code: str) -> ChosenCourse | None:
    """The real figures of a chosen area over time beside England's; None where it has none.

    Cached until the next publication.
    """
    view = replace(shown.view, area_codes=(area_code,), parent=None, benchmark="england", with_id=None)

    def build() -> ChosenCourse | None:
        found = time_series(context, view)
        real = {area.area_code: {row["period"]: row["value"] for row in area.real} for area in found.series}
        own = real.get(area_code, {})
        beside = real.get(found.benchmark_code or "", {}) if found.benchmark_code != area_code else {}
        periods = [period for period in found.periods if period in own or period in beside]
        # from the first figure of the area: what England had before says nothing about it
        first = next((place for place, period in enumerate(periods) if period in own), None)
        if first is None:
            return None
        kept = tuple(periods[first:])
        return ChosenCourse(
            kept, tuple(own.get(period) for period in kept), tuple(beside.get(period) for period in kept)
        )

    return context.cached(("chosen course", *view.key.values(), view.area_type, area_code), build)


def newest_map(context: Context, shown: AreaMap, area_code: str) -> AreaMap | None:
    """The map of the newest period of which a chosen group has a figure; None where it has that of the period shown,
    or none at all.
    """
    row = next((row for row in shown.beside if row["area_code"] == area_code), None)
    if row is None or row["value"] is not None:
        return None
    course = chosen_course(context, shown, area_code)
    held = (
        [period for period, value in zip(course.periods, course.own, strict=True) if value is not None]
        if course
        else []
    )
    if not held:
        return None
    view = shown.view
    return area_map(
        context, replace(view, area_codes=(area_code,), period=held[-1], shading="benchmark", since=None)
    )


def areas_like(context: Context, shown: AreaMap, area_code: str) -> tuple[str, ...]:
    """The codes of the areas with a figure that are most like a chosen one, the nearest first, at most ``MOST_LIKE``."""
    listed = {row["area_code"] for row in shown.rows}
    similar = geography.as_listed(context.register, geography.similar(context.register, area_code), listed)
    return tuple(code for code in similar if code in listed)[:MOST_LIKE]


def second_view(context: Context, view: View) -> View | None:
    """The view of the second map: the other indicator for the same areas, in the period nearest to the first's.

    None where the address names no second indicator, or names the first one twice. Raises ValueError where it names
    one that is not known.
    """
    if view.with_id is None or view.with_id == view.indicator_id:
        return None
    asked = {
        "indicator": view.with_id,
        "area_type": view.area_type,
        "area": view.area_codes,
        "parent": view.parent,
        "benchmark": view.benchmark if "benchmark" in view.asked else None,
        "view": view.view if "view" in view.asked else None,
        "shading": view.shading if "shading" in view.asked else None,
        "outline": view.outline,
    }
    other = read_view(context, search_of(asked))
    if isinstance(other, Problem):
        raise ValueError(f"{view.with_id}: a second map needs a known indicator; found: {other.words}")
    if view.period and other.periods:
        other = replace(other, period=nearest_period(view.period, other.periods))
    return other


def _why_fifths(
    context: Context, view: View, rows: Sequence[Row], compared: Compared, since: str | None
) -> WhyFifths:
    """Why a map is shaded in fifths instead of as asked: one that is white all over says nothing. Empty where it is not."""
    if not any(row["status"] != "illustrative" for row in rows):
        return ""
    if view.shading == "change" and since is None:
        return "no_start"
    if view.shading != "benchmark" or compared.is_any_judged:
        return ""
    if not (indicator := context.catalogue[view.indicator_id]).comparable:
        return "never" if indicator.not_compared else "count"
    return "no_interval" if compared.benchmarks.has_values else "no_benchmark"


def _courses(
    context: Context, view: View, rows: Sequence[Row], shading: Shading, since: str | None
) -> dict[str, Course]:
    key = ("courses", *view.key.values(), view.area_type, view.period, shading, since)
    match shading:
        case "trend":
            return context.cached(key, lambda: trend_courses(context, view, rows))
        case "change":
            return context.cached(key, lambda: change_courses(context, view, rows, since))
        case _:
            return {}
