"""From the measurements of one edition (the publisher's) to observations (ours), by the routes of the catalogue.

No statistic is calculated here: intervals, percentiles and trends come from ``indicators.statistics``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from etl.deriving.calibration import MEASURED_ON
from etl.deriving.cross_check import Report, against_own_figure, compare
from etl.deriving.grid import Grid
from etl.deriving.methods import METHODS, RouteFigures
from etl.deriving.survey_sums import survey_sums
from etl.frames.observations import KEY, NOT_AVAILABLE, RANK_OF, STATUSES, empty, observations
from etl.frames.routes import IndicatorRoute, routes_of
from etl.sources.base import Problems
from geodata.register import Register
from indicators.catalogue import Indicator

DERIVE_VERSION = 7
"""Goes up whenever the same measurements would become other observations."""

_EXAMPLES = 5


def derive(
    measurements: pd.DataFrame,
    *,
    source_id: str,
    file: str,
    illustrative: bool,
    register: Register,
    catalogue: Mapping[str, Indicator],
) -> tuple[pd.DataFrame, Report]:
    """Observations of one edition, or of some whole lines of it. Raises Problems where counts contradict each other, naming the row.

    An area is taken by a route when it is one of the route's area types on the last day of the period. Where
    two routes of this source give the same key the first of the catalogue wins; differences are reported.
    """
    indicator_routes = routes_of(catalogue, source_id)
    names = {name for indicator_route in indicator_routes for name in indicator_route.measures}
    grid = Grid(measurements[measurements["measure"].isin(names)].reset_index(drop=True), register)
    report = Report()
    problems: list[str] = []
    frames = []
    for indicator_route in indicator_routes:
        places = grid
        if indicator_route.route.parts is not None:
            places = Grid(survey_sums(measurements, indicator_route, register), register)
            if indicator_route.route.method == "survey_proportion":
                frames.append(_parts(grid, indicator_route, illustrative))
        figures = METHODS[indicator_route.route.method](places, indicator_route)
        problems += _contradictions(places, indicator_route, figures, file)
        figures.there &= places.of_types(indicator_route.route.area_types, indicator_route.route.areas_of)
        against_own_figure(places, indicator_route, figures, report)
        frames.append(_observations(places, indicator_route, figures, illustrative))
    report.warn()
    if problems:
        raise Problems(problems)
    full = [frame for frame in frames if len(frame)]
    if not full:
        return empty(), report
    found = pd.concat(full, ignore_index=True)
    again = found.duplicated(KEY, keep="first")
    if again.any():
        compare(found[~again], found[again], f"another route of {source_id}", report)
        found = found[~again].reset_index(drop=True)
    return found, report


def _parts(grid: Grid, indicator_route: IndicatorRoute, illustrative: bool) -> pd.DataFrame:
    """Figures of the parts of sums that have an interval: never shown, they measure the intervals of the sums."""
    figures = METHODS[indicator_route.route.method](grid, indicator_route)
    figures.there &= grid.of_types((str(indicator_route.route.parts),))
    figures.there &= ~np.isnan(figures.values["lower_ci_95"])
    figures.method[:] = MEASURED_ON
    return _observations(grid, indicator_route, figures, illustrative)


def _contradictions(
    grid: Grid, indicator_route: IndicatorRoute, figures: RouteFigures, file: str
) -> list[str]:
    """Counts above their whole in words, the first few in full."""
    route, indicator_id = indicator_route.route, indicator_route.indicator.id
    problems = []
    for wrong in figures.contradictions[:_EXAMPLES]:
        row = "" if np.isnan(wrong.row) else f": row {int(wrong.row)}"
        where = grid.places.iloc[wrong.place]
        problems.append(
            f"{file}{row}: column {route.numerator or route.moved_in}: {wrong.count:g} for {indicator_id}, "
            f"{where['area_code']}, {where['period']}: expected at most the denominator, {wrong.whole:g}"
        )
    more = len(figures.contradictions) - len(problems)
    if more > 0:
        problems.append(f"… and {more:,} more such counts of {indicator_id}")
    return problems


def _observations(
    grid: Grid, indicator_route: IndicatorRoute, figures: RouteFigures, illustrative: bool
) -> pd.DataFrame:
    """The places that have a figure (or a reason for none), as observations."""
    at = np.flatnonzero(figures.there)
    rank = figures.rank[at].copy()
    missing = np.isnan(figures.values["value"][at])
    # a figure without a value needs a reason, and one with a value cannot be hidden
    rank[missing & (rank < RANK_OF["suppressed"])] = NOT_AVAILABLE
    rank[~missing & (rank >= RANK_OF["suppressed"])] = RANK_OF["ok"]
    status = STATUSES[rank].astype(object)
    note = figures.note[at]
    if illustrative:
        hidden = missing & (note == "")
        note = np.where(hidden, np.char.add("Missing here: ", STATUSES[rank]).astype(object), note)
        status = np.full(len(at), "illustrative", dtype=object)
    return observations(
        indicator_route,
        grid.places.iloc[at],
        {name: column[at] for name, column in figures.values.items()},
        status=status,
        method=figures.method[at],
        note=note,
        source_row=figures.row[at],
    )
