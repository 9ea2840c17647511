"""One indicator for several areas over time: figures, lines and their breaks, recent trends, what became of the areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dashboard.answers.time_series import AreaHistory, AreaSeries, Line, Point, Row, Target, TimeSeries
from dashboard.queries import geography
from dashboard.queries.age import ages_in
from dashboard.queries.breaks import with_breaks
from dashboard.queries.memberships import is_standing
from dashboard.queries.releases import releases_of
from dashboard.queries.rows import age_of, rows_of
from geodata.lands import WHOLE
from geodata.reading import CHANGED_TYPES
from geodata.register import Area, Register, Succession
from indicators.catalogue import Indicator
from indicators.merged_areas import MERGED, is_estimated
from indicators.periods import Period, in_order

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

MOST_AREAS = 8
"""Chosen areas beyond these are left out: more lines cannot be distinguished."""
MOST_NAMED = 12
"""An area made of more others than these is not described as made of them: a sentence cannot hold more."""
SOON = timedelta(days=366)
"""A series that begins within this time of a change of boundaries begins because of it."""


def time_series(context: Context, view: View) -> TimeSeries:
    """The view's indicator for its chosen areas and its benchmark; without areas for the benchmark alone.

    Where there is neither (figures for the United Kingdom only), the first area of the view's type is shown. A count has
    no benchmark beside chosen areas: the country's would press them flat. Raises the store's errors.
    """
    indicator = context.catalogue[view.indicator_id]
    chosen = list(geography.once_a_land(context.register, view.area_codes)[:MOST_AREAS])
    benchmark = _benchmark(context, view, indicator)
    wanted = list(dict.fromkeys([*chosen, *([benchmark] if benchmark else [])]))
    rows = _rows_by_area(context, view, wanted)
    if benchmark is not None and not rows[benchmark]:
        if benchmark not in chosen:
            del rows[benchmark]
        benchmark = None
    if not chosen and benchmark is None and view.period is not None:
        chosen = [row["area_code"] for row in rows_of(context, view, view.area_type)[:1]]
        rows = _rows_by_area(context, view, chosen)
    trends = _trends(context, view, rows)
    series = tuple(_area_series(context, view, code, rows[code], trends.get(code)) for code in rows)
    lines = [
        _line(indicator, area, area.area_code == benchmark and bool(chosen) and benchmark not in chosen)
        for area in series
    ]
    return TimeSeries(
        view=view,
        indicator=indicator,
        area_codes=tuple(chosen),
        benchmark_code=benchmark,
        series=series,
        lines=with_breaks(lines),
        periods=tuple(in_order([row["period"] for area in series for row in area.rows])),
        targets=_targets(indicator, [area.area_code for area in series]),
        available=tuple(context.available(view.indicator_id)),
        releases=releases_of(context, [row for area in series for row in area.held]),
    )  # fmt: skip


def area_types_beside(register: Register, area_type: str) -> tuple[str, ...]:
    """The types of area that are offered for a chart of one type: itself, then those that stand by any other."""
    beside = (kind.area_type for kind in register.area_types.values() if kind.stands_by)
    return tuple(dict.fromkeys((area_type, *beside)))


def _benchmark(context: Context, view: View, indicator: Indicator) -> str | None:
    if view.area_codes and not indicator.comparable:
        return None
    if view.benchmark == "england" or (view.benchmark == "region" and not view.area_codes):
        return geography.ENGLAND
    if view.benchmark != "region":
        return view.benchmark
    first = view.area_codes[0]
    return geography.region_of(
        context.register,
        first,
        geography.day_of(context, view),
        area_type=_type_of(context.register, view, first),
    )


def _rows_by_area(context: Context, view: View, area_codes: Sequence[str]) -> dict[str, tuple[Row, ...]]:
    """Every period of each area, oldest first, in the age band that its type of area has."""
    waiting = dict.fromkeys(area_codes)
    found: dict[str, list[Row]] = {code: [] for code in area_codes}
    ages = {code: _ages(context, view, code) for code in area_codes}
    while waiting:
        asked: dict[str, list[str]] = {}
        for code in waiting:
            if ages[code]:
                asked.setdefault(ages[code].pop(0), []).append(code)
        for age, codes in asked.items():
            for row in context.store.series(**{**view.key, "age": age}, area_codes=codes):
                found[row["area_code"]].append(row)
        waiting = dict.fromkeys(code for code in waiting if ages[code] and not found[code])
    return {code: tuple(rows) for code, rows in found.items()}


def _ages(context: Context, view: View, area_code: str) -> list[str]:
    kinds = context.register.land_types(area_code)
    return list(dict.fromkeys([view.age, *(age_of(context, view, kind) for kind in kinds)]))


def _trends(context: Context, view: View, rows: dict[str, tuple[Row, ...]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for age in dict.fromkeys(held[0]["age"] for held in rows.values() if held):
        found |= context.store.trends(**{**view.key, "age": age}, area_codes=list(rows))
    return found


def _area_series(
    context: Context, view: View, area_code: str, rows: tuple[Row, ...], trend: Row | None
) -> AreaSeries:
    register = context.register
    # a land that has had two codes has one history, whichever of them is asked for
    current = geography.standing_code(register, area_code, context.today())
    area = register.area(current, _type_of(register, view, current))
    held = [row["period"] for row in rows if row["value"] is not None]
    history = history_of(
        register,
        area,
        held,
        is_joined=any(row["note"].startswith(MERGED) for row in rows if row["value"] is not None),
        is_estimated=any(is_estimated(row["note"]) for row in rows if row["value"] is not None),
        divided=_divided(context, view, area, rows),
        today=context.today(),
    )
    series = AreaSeries(area_code, area.name, rows, trend, history)
    if not series.real:
        return series
    return replace(series, age=ages_in(context)(context.catalogue[view.indicator_id], series.real[-1]))


def _divided(context: Context, view: View, area: Area, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Codes of areas with figures of before an area was made of parts of them, where it has none of its own so early."""
    own = context.register.same_land(area.area_code)
    # as any type: a council may have been made of whole districts, and of a part of a county
    changes = [
        change
        for change in context.register.predecessors(area.area_code)
        if change.share < WHOLE and change.predecessor_code not in own
    ]
    if not changes:
        return ()
    codes = [change.predecessor_code for change in changes]
    formed_on = max(change.changed_on for change in changes)
    if any(row["value"] is not None and Period.parse(row["period"]).end_on < formed_on for row in rows):
        return ()
    found = _rows_by_area(context, view, list(dict.fromkeys(codes)))
    return tuple(code for code, earlier in found.items() if any(row["value"] is not None for row in earlier))


def _changes_into(register: Register, area: Area) -> list[Succession]:
    """The changes that made an area what it is, as its type: changes of code alone, and of its own land, left out."""
    earlier = [old for old, new in CHANGED_TYPES.items() if new == area.area_type]
    own = {area.area_code, *register.same_land(area.area_code)}
    return [
        change
        for kind in (area.area_type, *earlier)
        for change in register.predecessors(area.area_code, kind)
        if change.predecessor_code not in own
    ]


def _type_of(register: Register, view: View, area_code: str) -> str | None:
    """As which type an area is meant: the view's where it is one of that type; None for its primary type."""
    return view.area_type if view.area_type in register.types_of(area_code) else None


def history_of(
    register: Register,
    area: Area,
    periods: Sequence[str],
    *,
    is_joined: bool = False,
    is_estimated: bool = False,
    divided: Sequence[str] = (),
    today: date = date.max,
) -> AreaHistory:
    """What became of an area that ended, and what it was made of where its figures show it.

    ``periods`` are those in which it has a figure, oldest first. A change bears on a series that runs across it (the
    publisher then gives earlier years on the present boundaries, or earlier figures are sums made here, ``is_joined``, or
    estimates, ``is_estimated``), or that begins within ``SOON`` of it. ``divided`` are codes of areas with earlier figures that cannot be joined. An area
    whose land stands under another code has not ended.
    """
    code = area.area_code
    current = geography.standing_code(register, code, today)
    has_ended = area.end_on is not None and not is_standing(register, current, today)
    heirs = register.live_successors(code) if has_ended else ()
    history = AreaHistory(
        code,
        area.name,
        area.end_on if has_ended else None,
        tuple((heir.area_code, heir.name) for heir in heirs),
    )
    if divided:
        days = [
            change.changed_on for change in register.predecessors(code) if change.predecessor_code in divided
        ]
        return replace(
            history,
            formed_on=max(days),
            divided=tuple((earlier, register.area(earlier).name) for earlier in divided),
        )
    changes = _changes_into(register, area)
    if not changes or not periods:
        return history
    formed_on = max(change.changed_on for change in changes)
    on_that_day = [change for change in changes if change.changed_on == formed_on]
    # what went into it whole comes first
    on_that_day.sort(key=lambda change: -change.share)
    before = {change.predecessor_code: change.share for change in on_that_day}
    first, last = Period.parse(periods[0]), Period.parse(periods[-1])
    is_restated = first.end_on <= formed_on
    is_made_here = is_joined or is_estimated
    bears = is_made_here or (last.end_on >= formed_on and (is_restated or first.start_on <= formed_on + SOON))
    if not bears or len(before) > MOST_NAMED:
        return history
    return replace(
        history,
        formed_on=formed_on,
        made_of=tuple(register.area(predecessor).name for predecessor in before),
        shares=tuple(before.values()),
        is_restated=is_restated and not is_made_here,
        is_joined=is_joined,
        is_estimated=is_estimated,
    )


def _line(indicator: Indicator, area: AreaSeries, is_benchmark: bool) -> Line:
    return Line(area.area_code, area.name, tuple(points_of(indicator, area.rows)), is_benchmark)


def points_of(indicator: Indicator, rows: Iterable[Row]) -> Iterable[Point]:
    """Rows of one area as the points of its line."""
    for row in rows:
        yield Point(
            row["period"],
            row["value"],
            row["lower_ci_95"],
            row["upper_ci_95"],
            row["status"],
            row["interval_method"],
            indicator.definition_of(row["route"]),
            is_estimated(row["note"]),
        )


def _targets(indicator: Indicator, area_codes: Sequence[str]) -> tuple[Target, ...]:
    """The targets to draw: one for a count is the country's, and says nothing about a smaller area."""
    if indicator.is_count and not set(area_codes) <= {geography.ENGLAND, geography.UNITED_KINGDOM}:
        return ()
    return tuple(
        Target(target.label, target.value, _iso(target.period), target.since) for target in indicator.targets
    )


def _iso(period: str | None) -> str | None:
    """A target's year or ISO period as an ISO period."""
    if period is None:
        return None
    return f"{period}-01-01/P1Y" if period.isdigit() and len(period) == 4 else period
