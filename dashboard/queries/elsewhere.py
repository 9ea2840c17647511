"""Other areas that have figures which this one lacks, or has older ones of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard.answers.age import age_of_period
from dashboard.answers.geography import Nearby
from dashboard.answers.profile import Covering, Elsewhere, Line
from dashboard.queries import geography
from dashboard.queries.areas import last_day_of
from dashboard.queries.profile import key_indicators, lines_from, main_rows
from dashboard.queries.stand_ins import Among, areas_with, first_with, stand_ins
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_COVERING = 4
"""Figures of other areas that the summary of an area shows."""
NEWER_DAYS = 360
"""A series that goes on for more days than these after that of the area is pointed to."""
_WHOLE_COUNTRY = ("england", "uk")
_NONE: Mapping[str, date] = {}


def covering(context: Context, area: Area, have: Collection[str]) -> tuple[Covering, ...]:
    """Key figures that an area has not, of the nearest area that covers it: a few, and none that is old.

    ``have`` are ids of the indicators that the area has. Key figures are those in the role ``cards``. Whose figure is shown
    is the order of ``queries.stand_ins``, as on every page; regions and whole countries cover too much and are left out.
    Raises the store's errors.
    """
    wanted = tuple(indicator for indicator in key_indicators(context) if indicator.id not in have)
    if not wanted:
        return ()
    ids = tuple(indicator.id for indicator in wanted)
    offered = [
        place
        for place in stand_ins(context.register, area.area_code, context.today(), _with_any(context, ids))
        if place.relation in ("same", "around")
    ]
    # those around are few, and the same for the areas in them
    lines = context.cached_each(
        "lines of key figures",
        [place.area_code for place in offered],
        lambda codes: _lines_of(context, codes),
    )
    found = []
    for indicator in wanted:
        held = {code: of_area[indicator.id] for code, of_area in lines.items() if indicator.id in of_area}
        place = first_with(offered, held, ())
        if place:
            line = held[place.area_code]
            there = context.register.area(place.area_code, line.row["area_type"])
            found.append(Covering(there, line, place.share))
    return tuple(found[:MOST_COVERING])


def _with_any(context: Context, indicator_ids: tuple[str, ...]) -> Among:
    """The areas of a type that has new figures of any of some indicators: one set, so that areas are looked up once."""
    today, wide = context.today(), {*geography.region_types(context.register), *_WHOLE_COUNTRY}

    def is_new(indicator_id: str, kind: str) -> bool:
        indicator = context.catalogue[indicator_id]
        return any(
            not age_of_period(indicator, row["latest"], today).is_old
            for row in context.available(indicator_id)
            if row["area_type"] == kind
        )

    def build() -> dict[str, frozenset[str]]:
        codes: dict[str, set[str]] = {}
        for (indicator_id, _), among in areas_with(context, indicator_ids).items():
            for kind, held in among.items():
                if kind not in wide and is_new(indicator_id, kind):
                    codes.setdefault(kind, set()).update(held)
        return {kind: frozenset(held) for kind, held in codes.items()}

    # areas of a type lack the same ones
    return context.cached(("areas with any", indicator_ids, today), build)


def _lines_of(context: Context, area_codes: Sequence[str]) -> dict[str, dict[str, Line]]:
    """By area and indicator the newest real figure for everyone, beside England's, where it is not old."""
    ids = [indicator.id for indicator in key_indicators(context)]
    rows = context.store.newest(area_codes, indicator_ids=ids, breakdown="all")
    real = [
        row
        for row in main_rows([row for row in rows if row["status"] != "illustrative"])
        if row["value"] is not None and row["sex"] == "persons"
    ]
    found: dict[str, dict[str, Line]] = {code: {} for code in area_codes}
    for line in lines_from(context, real):
        if not line.age.is_old:
            found[line.row["area_code"]].setdefault(line.indicator.id, line)
    return found


def elsewhere(context: Context, area: Area, lines: Sequence[Line]) -> Elsewhere:
    """The nearest area with a figure for each indicator that an area has none of, and who has newer ones."""
    loaded = context.all_available()
    have = {line.indicator.id for line in lines}
    lacking = [indicator for name, indicator in context.catalogue.items() if name not in have]
    wanted = [indicator for indicator in lacking if indicator.id in loaded]
    candidates = geography.nearest(context.register, area.area_code, context.today())
    newest = _newest_by_indicator(context, candidates)
    kinds_inside = _kinds_inside(context, area)
    found: dict[str, tuple[Area, str, list[Indicator]]] = {}
    inside: dict[str, list[Indicator]] = {}
    nowhere = []
    for indicator in wanted:
        nearest = geography.nearest_with(candidates, newest.get(indicator.id, _NONE))
        kinds = {row["area_type"] for row in loaded[indicator.id]}
        within = next((kind for kind in kinds_inside if kind in kinds), None)
        if within and (nearest is None or nearest.area_type in _WHOLE_COUNTRY):
            inside.setdefault(within, []).append(indicator)
        elif nearest is None:
            nowhere.append(indicator)
        else:
            there = context.register.area(nearest.area_code, nearest.area_type)
            found.setdefault(nearest.area_code, (there, nearest.area_type, []))[2].append(indicator)
    order = [nearby.area_code for nearby in candidates]
    return Elsewhere(
        tuple(
            (there, kind, tuple(indicators))
            for there, kind, indicators in sorted(found.values(), key=lambda item: order.index(item[0].area_code))
        ),
        {kind: tuple(indicators) for kind, indicators in inside.items()},
        tuple(nowhere),
        tuple(indicator for indicator in lacking if indicator.id not in loaded),
        _newer(context, lines, candidates, newest),
    )  # fmt: skip


def _newer(
    context: Context,
    lines: Sequence[Line],
    candidates: Sequence[Nearby],
    newest: Mapping[str, Mapping[str, date]],
) -> tuple[tuple[Area, tuple[Indicator, ...]], ...]:
    """Indicators whose series ended a year or more before that of an area it lies in (a CCG and its ICB)."""
    own: dict[str, date] = {}
    for line in lines:
        if line.is_main and line.row["value"] is not None:
            end_on = Period.parse(line.row["period"]).end_on
            own[line.indicator.id] = max(end_on, own.get(line.indicator.id, end_on))
    local = [nearby for nearby in candidates if nearby.area_type not in _WHOLE_COUNTRY]
    found: dict[str, list[Indicator]] = {}
    for indicator_id, end_on in own.items():
        days = newest.get(indicator_id, _NONE)
        nearest = geography.nearest_with(local, days)
        if nearest and (days[nearest.area_code] - end_on).days > NEWER_DAYS:
            found.setdefault(nearest.area_code, []).append(context.catalogue[indicator_id])
    return tuple((context.register.area(code), tuple(indicators)) for code, indicators in found.items())


def _kinds_inside(context: Context, area: Area) -> list[str]:
    """Types of the areas that lie in an area, wholly or partly."""
    register = context.register
    day = last_day_of(context, area)
    return [
        kind
        for kind in register.area_types
        if any(link.child_code != area.area_code for link in register.children(area.area_code, kind, day))
    ]


def _newest_by_indicator(
    context: Context, candidates: Sequence[Nearby]
) -> dict[str, dict[str, date]]:  # fmt: skip
    """Last days of the newest figures by indicator, then by area, of some areas."""
    days = newest_days(context)
    found: dict[str, dict[str, date]] = {}
    for nearby in candidates:
        for indicator_id, end_on in days.get(nearby.area_code, _NONE).items():
            found.setdefault(indicator_id, {})[nearby.area_code] = end_on
    return found


def newest_days(context: Context) -> Mapping[str, Mapping[str, date]]:
    """The last day of the newest period with a figure, by area and indicator: worked out once a publication.

    Most areas of a type have the same indicators of the same periods, and share one table of days.
    """

    def build() -> dict[str, Mapping[str, date]]:
        days: dict[str, dict[str, date]] = {}
        for area_code, indicator_id, period in context.store.newest_periods():
            if indicator_id in context.catalogue:
                end_on = Period.parse(period).end_on
                known = days.setdefault(area_code, {})
                known[indicator_id] = max(end_on, known.get(indicator_id, end_on))
        shared: dict[frozenset[tuple[str, date]], Mapping[str, date]] = {}
        return {
            code: shared.setdefault(frozenset(of_area.items()), of_area) for code, of_area in days.items()
        }

    return context.cached("newest days", build, pinned=True)
