"""Which measures of which source the catalogue asks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.register import Register
from indicators.catalogue import Indicator, Route
from indicators.periods import Period
from indicators.store import types_on

DERIVED = "derived"
"""Source id of what is derived from other indicators."""

_ROLES = ("value", "numerator", "denominator", "moved_in", "moved_out", "published")


@dataclass(frozen=True)
class IndicatorRoute:
    """One route of one indicator; ``place`` is its rank among the indicator's routes (0 wins)."""

    indicator: Indicator
    place: int
    route: Route

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure the route names, without signs, each once."""
        named = (name.removeprefix("-") for role in _ROLES for name in getattr(self.route, role))
        return tuple(dict.fromkeys((*named, *self._cells)))

    @property
    def counts(self) -> tuple[str, ...]:
        """The measures that count people or events, and so cannot be negative."""
        roles = ("numerator", "denominator", "moved_in", "moved_out")
        named = (name.removeprefix("-") for role in roles for name in getattr(self.route, role))
        own = self.route.value if self.route.method == "count" else ()
        return tuple(dict.fromkeys((*named, *own, *self._cells)))

    @property
    def _cells(self) -> tuple[str, ...]:
        """The measures that hold how many rounded numbers its counts are made of."""
        return tuple(cells for cells in self.route.rounded_cells if isinstance(cells, str))


def indicator_routes(catalogue: Mapping[str, Indicator]) -> Iterator[IndicatorRoute]:
    """Every route of every indicator, in the order of the catalogue."""
    for indicator in catalogue.values():
        for place, route in enumerate(indicator.routes):
            yield IndicatorRoute(indicator, place, route)


def routes_of(catalogue: Mapping[str, Indicator], source_id: str) -> list[IndicatorRoute]:
    """The routes that start at one source."""
    return [route for route in indicator_routes(catalogue) if route.route.source == source_id]


def measures_of(catalogue: Mapping[str, Indicator], source_id: str) -> frozenset[str]:
    """The measures of a source that any route uses."""
    return frozenset(name for route in routes_of(catalogue, source_id) for name in route.measures)


def takes(route: Route, register: Register, area_code: str, period: str) -> bool:
    """Whether figures of an area in a period (ISO 8601) are used by a route, as ``etl.deriving.grid`` decides it.

    The area has to be of one of the route's types on the last day of the period, or of the year ``areas_of``; parts of a
    sum are of the type ``parts``.
    """
    on = Period.parse(period).end_on if route.areas_of is None else date(route.areas_of, 12, 31)
    wanted = {*route.area_types, *((route.parts,) if route.parts else ())}
    return not wanted.isdisjoint(types_on(register, area_code, on))


def taken(
    measurements: pd.DataFrame, source_id: str, register: Register, catalogue: Mapping[str, Indicator]
) -> NDArray[np.bool_]:
    """Whether any route of a source uses each measurement: its measure, of an area of its types in the period."""
    pairs = measurements[["area_code", "period"]].drop_duplicates()
    pair_of = measurements.groupby(["area_code", "period"], sort=False).ngroup().to_numpy()
    wanted = np.zeros(len(measurements), dtype=bool)
    in_types: dict[tuple[object, ...], NDArray[np.bool_]] = {}
    for own in routes_of(catalogue, source_id):
        route = own.route
        key = (route.area_types, route.parts, route.areas_of)
        if key not in in_types:
            in_types[key] = np.array(
                [
                    takes(route, register, code, period)
                    for code, period in zip(pairs["area_code"], pairs["period"], strict=True)
                ],
                dtype=bool,
            )
        wanted |= in_types[key][pair_of] & measurements["measure"].isin(own.measures).to_numpy()
    return wanted


def bounds_of(catalogue: Mapping[str, Indicator], source_id: str) -> dict[str, tuple[float, float, str]]:
    """For each measure of a source (lowest, highest, words) that the catalogue allows it to be."""
    infinity = float("inf")
    allowed: dict[str, tuple[float, float, str]] = {}

    def narrow(name: str, lowest: float, highest: float, words: str) -> None:
        before = allowed.get(name, (-infinity, infinity, ""))
        if lowest > before[0] or highest < before[1]:
            allowed[name] = (max(lowest, before[0]), min(highest, before[1]), words)

    for own in routes_of(catalogue, source_id):
        for name in own.counts:
            narrow(name, 0.0, infinity, "a count of 0 or more")
        low, high = own.indicator.bounds
        scale = own.route.scale
        lowest = -infinity if low is None else low / scale
        highest = infinity if high is None else high / scale
        words = range_words(
            own.indicator.unit, None if low is None else lowest, None if high is None else highest
        )
        for role in ("value", "published"):
            named = getattr(own.route, role)
            if len(named) == 1 and not named[0].startswith("-"):
                narrow(named[0], lowest, highest, words)
    return allowed


def range_words(unit: str, lowest: float | None, highest: float | None) -> str:
    """What values of a unit may be, for "expected …": ``percent from 0 to 100``, ``people, 0 or more``."""
    name = unit.replace("_", " ")
    if lowest is not None and highest is not None:
        return f"{name} from {lowest:g} to {highest:g}"
    if lowest is not None:
        return f"{name}, {lowest:g} or more"
    return f"{name}, {highest:g} or less" if highest is not None else f"{name}, any number"


def gaps_on(catalogue: Mapping[str, Indicator], indicator_ids: Collection[str]) -> list[IndicatorRoute]:
    """The differences that are taken from any of these indicators, or that give one of them."""
    return [
        difference
        for difference in indicator_routes(catalogue)
        if difference.route.method == "difference"
        and not {difference.route.minuend, difference.route.subtrahend, difference.indicator.id}.isdisjoint(
            indicator_ids
        )
    ]


def aggregates_on(catalogue: Mapping[str, Indicator], indicator_ids: Collection[str]) -> list[IndicatorRoute]:
    """The sums over parts that any of these indicators asks for."""
    return [
        aggregate
        for aggregate in indicator_routes(catalogue)
        if aggregate.route.method == "aggregate" and aggregate.indicator.id in indicator_ids
    ]


def _digest(described: object) -> str:
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def route_facts(indicator_route: IndicatorRoute) -> dict[str, object]:
    """All of a route that decides what its observations are, their spread and their trend."""
    return {
        "indicator": indicator_route.indicator.id,
        "unit": indicator_route.indicator.unit,
        "multiplier": indicator_route.indicator.multiplier,
        "polarity": indicator_route.indicator.polarity,
        "area_types": indicator_route.indicator.area_types,
        "place": indicator_route.place,
        "route": indicator_route.route.model_dump(mode="json", exclude={"publication"}),
    }


def routes_digest(catalogue: Mapping[str, Indicator], source_id: str) -> str:
    """Changes whenever the same measurements of a source would become other observations.

    The gaps and sums taken from its indicators count too: a new one is derived at the next refresh.
    """
    own = routes_of(catalogue, source_id)
    own_ids = {route.indicator.id for route in own}
    hanging = (*aggregates_on(catalogue, own_ids), *gaps_on(catalogue, own_ids))
    return _digest([route_facts(route) for route in (*own, *hanging)])


def gap_digest(indicator_route: IndicatorRoute, version: int, input_release_ids: Collection[str]) -> str:
    """Identity of the release of indicator_route difference or sum."""
    return _digest([version, route_facts(indicator_route), sorted(input_release_ids)])
