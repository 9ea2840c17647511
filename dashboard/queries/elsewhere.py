"""Other areas that have figures which this one lacks, or has older ones of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard.answers.geography import Nearby
from dashboard.answers.headlines import StandIn
from dashboard.answers.profile import Covering, Elsewhere, Line
from dashboard.queries import geography
from dashboard.queries.areas import last_day_of
from dashboard.queries.overlaps import others_in
from dashboard.queries.profile import key_indicators, lines_from, main_rows
from dashboard.queries.stand_ins import Among, areas_with, first_with, stand_ins
from geodata.register import Area
from indicators.catalogue import Indicator, answering
from indicators.catalogue.shown import HEADLINES
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_ANSWERS, MOST_COVERING = 5, 4
"""Figures of other areas that the summary of an area shows: of the main questions, and other key figures."""
NEWER_DAYS = 360
"""A series that goes on for more days than these after that of the area is pointed to."""
_WHOLE_COUNTRY = ("england", "uk")
_NONE: Mapping[str, date] = {}


def covering(
    context: Context, area: Area, have: Collection[str], on_same_land: Mapping[str, date] = _NONE
) -> tuple[Covering, ...]:
    """Figures that an area has not, of the nearest area that covers it: of the main questions, then other key figures.

    have          ids of the indicators that the area has
    on_same_land  last days of the figures, by indicator, that areas of the same land have: only newer ones are shown

    Figures that answer one of the three main questions are shown
    however old they are, others (those in the role ``cards``) only where they are not. Whose figure is shown is the order of
    ``queries.stand_ins``, as on every page; regions and whole countries cover too much and are left out. Raises the store's
    errors.
    """
    answers = tuple(indicator for indicator in _answering(context) if indicator.id not in have)
    known = {*have, *(indicator.id for indicator in answers)}
    keys = tuple(indicator for indicator in key_indicators(context) if indicator.id not in known)
    if not answers and not keys:
        return ()
    among = _with_any(context)
    offered = [
        place
        for place in stand_ins(context.register, area.area_code, context.today(), among)
        if place.relation in ("same", "around")
    ]
    lines = lines_around(context, [place.area_code for place in offered])
    found = [
        _nearest_line(offered, lines, indicator, on_same_land, is_old_shown=True) for indicator in answers
    ]
    others = [
        _nearest_line(offered, lines, indicator, on_same_land, is_old_shown=False) for indicator in keys
    ]
    chosen = [pair for pair in found if pair][:MOST_ANSWERS] + [pair for pair in others if pair][
        :MOST_COVERING
    ]
    return tuple(
        Covering(
            context.register.area(place.area_code, line.row["area_type"]),
            line,
            place.share,
            others_in(context.register, place.area_code, area.area_code, context.today()),
            context.register.area_types[line.row["area_type"]].name,
        )
        for place, line in chosen
    )


def _nearest_line(
    offered: Sequence[StandIn],
    lines: Mapping[str, Mapping[str, Line]],
    indicator: Indicator,
    on_same_land: Mapping[str, date],
    *,
    is_old_shown: bool,
) -> tuple[StandIn, Line] | None:
    held = {code: of_area[indicator.id] for code, of_area in lines.items() if indicator.id in of_area}
    old = {code for code, line in held.items() if line.age.is_old}
    if not is_old_shown:
        held = {code: line for code, line in held.items() if code not in old}
    if indicator.id in on_same_land:
        held = {
            code: line
            for code, line in held.items()
            if Period.parse(line.row["period"]).end_on > on_same_land[indicator.id]
        }
    place = first_with(offered, held, old)
    return (place, held[place.area_code]) if place else None


def _answering(context: Context) -> tuple[Indicator, ...]:
    """The indicators that answer one of the three main questions for everybody, in the order of the questions."""
    return context.cached_for_good(
        "answering for everybody",
        lambda: tuple(
            {
                indicator.id: indicator
                for question in HEADLINES
                for indicator, to in answering(context.catalogue, question)
                if to.breakdown == "all"
            }.values()
        ),
    )


def _with_any(context: Context) -> Among:
    """The areas of a type that have figures of any of these indicators: one set, so that areas are looked up once."""
    wide = {*geography.region_types(context.register), *_WHOLE_COUNTRY}

    def build() -> dict[str, frozenset[str]]:
        codes: dict[str, set[str]] = {}
        for among in areas_with(context, _covering_ids(context)).values():
            for kind, held in among.items():
                if kind not in wide:
                    codes.setdefault(kind, set()).update(held)
        return {kind: frozenset(held) for kind, held in codes.items()}

    return context.cached("areas with any", build, pinned=True)


def _covering_ids(context: Context) -> tuple[str, ...]:
    """Ids of the indicators of which figures of other areas are shown."""
    both = (*_answering(context), *key_indicators(context))
    return tuple(dict.fromkeys(indicator.id for indicator in both))


def looked_for(context: Context) -> tuple[Indicator, ...]:
    """The indicators of which figures of other areas are shown: of the main questions, then other key figures."""
    return tuple(context.catalogue[name] for name in _covering_ids(context))


def lines_around(context: Context, area_codes: Sequence[str]) -> Mapping[str, Mapping[str, Line]]:
    """By area and indicator (``looked_for``) the newest real figure for everyone, beside England's; cached by area."""
    # those around are few, and the same for the areas in them
    return context.cached_each("lines of areas around", area_codes, lambda codes: _lines_of(context, codes))


def _lines_of(context: Context, area_codes: Sequence[str]) -> dict[str, dict[str, Line]]:
    rows = context.store.newest(area_codes, indicator_ids=_covering_ids(context), breakdown="all")
    real = [
        row
        for row in main_rows([row for row in rows if row["status"] != "illustrative"])
        if row["value"] is not None and row["sex"] == "persons"
    ]
    found: dict[str, dict[str, Line]] = {code: {} for code in area_codes}
    for line in lines_from(context, real):
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
