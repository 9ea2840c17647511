"""Two indicators set against each other for areas of one type: matched by code, with their correlation and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Any

from dashboard.address.view import View, read_view, search_of
from dashboard.answers.geography import Inside, ParentGroup
from dashboard.answers.relation import Dot, Fit, Relation, Row, Side
from dashboard.queries import geography
from dashboard.queries.periods import nearest_period
from dashboard.queries.releases import releases_of
from dashboard.queries.rows import by_land, row_of, rows_of, vintage_of
from geodata.register import AreaType
from indicators.catalogue import Indicator, complement, in_role
from indicators.statistics.relation import Estimate, correlation, mean_band, slope

if TYPE_CHECKING:
    from dashboard.address.context import Context

FEWEST = 8
"""Areas below which a line would say more than they do."""
MOST_MARKED = 8
"""Chosen areas that have a mark of their own."""
STEPS = 40
"""Parts of the line between whose ends the band is worked out."""
COUNTRIES = ("england", "uk")
"""Types of one area, over which nothing can be related."""


def relation(context: Context, view: View) -> Relation:
    """The view's indicator and its second one (``with``, or the first that people set others against).

    The second is for the same type of area, and in the period nearest to the first one's. Raises the store's errors.
    """
    area_type = context.register.area_types[view.area_type]
    indicator = context.catalogue[view.indicator_id]
    other = _other_view(context, view)
    second = context.catalogue[other.indicator_id] if other is not None else None
    is_comparable = indicator.comparable and (second is None or second.comparable)
    all_rows = rows_of(context, view, view.area_type)
    listed = {row["area_code"] for row in all_rows}
    view = replace(view, area_codes=geography.as_listed(context.register, view.area_codes, listed))
    day = geography.day_of(context, view)
    inside = _inside(context, view, day, all_rows, other)
    up = _side(context, view, inside, is_comparable)
    across = _side(context, other, inside, is_comparable) if other is not None else None
    theirs = by_land(context.register, across.rows) if across is not None else {}
    pairs = tuple((row, theirs[row["area_code"]]) for row in up.rows if row["area_code"] in theirs)
    is_illustrative = any(row["status"] == "illustrative" for pair in pairs for row in pair)
    dots = () if is_illustrative else _dots(pairs)
    there = {dot.area_code for dot in dots}
    marked = tuple(code for code in view.area_codes if code in there)[:MOST_MARKED]
    parts_of_one = complement(indicator, second) if second is not None else None
    is_related = is_comparable and parts_of_one is None
    found, tilt, fit, expected = _line(dots, marked) if is_related else _NO_LINE
    return Relation(
        area_type=area_type,
        up=up,
        across=across,
        is_against_itself=view.with_id == view.indicator_id,
        parent=context.register.area(view.parent) if view.parent else None,
        inside=inside,
        pairs=pairs,
        dots=dots,
        marked=marked,
        correlation=found,
        slope=tilt,
        fit=fit,
        expected=expected,
        complement=parts_of_one.why if parts_of_one is not None else "",
        made_from=_made_from(indicator, second),
        shared_types=_shared_types(context, view, second),
        narrowed_by=_narrowed_by(context, view, all_rows),
        releases=releases_of(context, (row for pair in pairs for row in pair)),
    )


# ---- the second indicator --------------------------------------------------------------------------


def second_indicators(context: Context, view: View) -> list[tuple[Indicator, bool]]:
    """The indicators that the first may be set against, counts left out; and whether each has figures by its areas."""
    return [
        (indicator, has_figures(context, indicator.id, view.area_type))
        for indicator in context.catalogue.values()
        if indicator.id != view.indicator_id and indicator.comparable
    ]


def second_indicator(context: Context, view: View) -> Indicator | None:
    """The one the address names, or else the first with figures here; None where no other has any."""
    if view.with_id is not None and view.with_id != view.indicator_id:
        return context.catalogue[view.with_id]
    with_figures = [indicator for indicator, has in second_indicators(context, view) if has]
    real = [indicator for indicator in with_figures if _has_real(context, indicator.id, view.area_type)]
    fitting = [
        found
        for found in real or with_figures
        if complement(context.catalogue[view.indicator_id], found) is None
    ]
    usual = [indicator for indicator in in_role(context.catalogue, "set_against") if indicator in fitting]
    return next(iter([*usual, *fitting]), None)


def has_figures(context: Context, indicator_id: str, area_type: str) -> bool:
    """Whether anything of an indicator is loaded by a type of area."""
    return any(row["area_type"] == area_type for row in context.available(indicator_id))


def _has_real(context: Context, indicator_id: str, area_type: str) -> bool:
    rows = context.available(indicator_id)
    return any(row["area_type"] == area_type and not row.get("illustrative") for row in rows)


def _other_view(context: Context, view: View) -> View | None:
    chosen = second_indicator(context, view)
    if chosen is None:
        return None
    sexes = {row["sex"] for row in context.available(chosen.id) if row["area_type"] == view.area_type}
    asked = {"indicator": chosen.id, "area_type": view.area_type}
    if view.sex in sexes:
        asked["sex"] = view.sex
    found = read_view(context, search_of(asked))
    if not isinstance(found, View):
        return None
    if view.period is None or found.period is None:
        return found
    return replace(found, period=nearest_period(view.period, found.periods))


def _shared_types(context: Context, view: View, second: Indicator | None) -> tuple[AreaType, ...]:
    if second is None:
        return ()
    return tuple(
        kind
        for kind in context.register.area_types.values()
        if kind.area_type not in (view.area_type, *COUNTRIES)
        and all(has_figures(context, id, kind.area_type) for id in (view.indicator_id, second.id))
    )


def _made_from(one: Indicator, other: Indicator | None) -> tuple[Indicator, Indicator] | None:
    if other is None:
        return None
    return next((pair for pair in ((one, other), (other, one)) if is_made_from(*pair)), None)


def is_made_from(whole: Indicator, part: Indicator) -> bool:
    """Whether a route takes the difference of an indicator, or of a measure that the other shows."""
    shown = {(route.source, name) for route in part.routes for name in route.value}
    return any(
        part.id in (route.minuend, route.subtrahend)
        or (
            len(route.value) > 1
            and not shown.isdisjoint((route.source, name.lstrip("-")) for name in route.value)
        )
        for route in whole.routes
    )


# ---- areas and figures -----------------------------------------------------------------------------


def _inside(context: Context, view: View, day: Any, rows: Sequence[Row], other: View | None) -> Inside | None:
    """Which of the areas that have figures of either indicator lie in the parent on the last day of the period."""
    if not view.parent:
        return None
    theirs = rows_of(context, other, view.area_type) if other is not None else []
    codes = dict.fromkeys(row["area_code"] for row in [*rows, *theirs])
    return geography.inside(context.register, view.parent, view.area_type, day, codes)


def _side(context: Context, view: View, inside: Inside | None, is_comparable: bool) -> Side:
    rows: Sequence[Row] = rows_of(context, view, view.area_type)
    if inside is not None:
        held = frozenset(inside.area_codes)
        rows = [row for row in rows if row["area_code"] in held]
    england = row_of(context, view, geography.ENGLAND) if is_comparable else None
    return Side(
        view,
        context.catalogue[view.indicator_id],
        rows,
        england["value"] if england and england["status"] != "illustrative" else None,
        context.available(view.indicator_id),
        vintage_of(context, view),
    )


def _narrowed_by(context: Context, view: View, rows: Sequence[Row]) -> Sequence[ParentGroup]:
    codes = tuple(row["area_code"] for row in rows)
    day = geography.day_of(context, view)
    return context.cached(
        ("relation parents", codes, view.area_type, day),
        lambda: geography.parents_of_list(context.register, codes, view.area_type, day),
    )


def _dots(pairs: Sequence[tuple[Row, Row]]) -> tuple[Dot, ...]:
    return tuple(
        Dot(
            up["area_code"],
            up["area_name"],
            across["value"],
            up["value"],
            (across["lower_ci_95"], across["upper_ci_95"]),
            (up["lower_ci_95"], up["upper_ci_95"]),
        )
        for up, across in pairs
        if up["value"] is not None and across["value"] is not None
    )


# ---- the relation ----------------------------------------------------------------------------------

_Found = tuple[Estimate | None, Estimate | None, Fit | None, Mapping[str, float]]
_NO_LINE: _Found = (None, None, None, {})


def _line(dots: Sequence[Dot], marked: Sequence[str]) -> _Found:
    """Correlation, slope, line with its band, and the line's value at the marked areas."""
    if len(dots) < FEWEST:
        return _NO_LINE
    x, y = [dot.x for dot in dots], [dot.y for dot in dots]
    found = correlation(x, y)
    if isnan(found.value):
        return _NO_LINE
    low, high = min(x), max(x)
    places = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    at = {dot.area_code: dot.x for dot in dots}
    # one call for the line and for the marked areas
    band = mean_band(x, y, [*places, *(at[code] for code in marked)])
    value, lower, upper = (limit.tolist() for limit in band)
    fit = Fit(places, value[: STEPS + 1], lower[: STEPS + 1], upper[: STEPS + 1])
    return found, slope(x, y), fit, dict(zip(marked, value[STEPS + 1 :], strict=True))
