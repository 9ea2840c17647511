"""Figures of areas that the publisher gives none for: Σ numerator / Σ denominator of their parts, or Σ count.

Only published cells are summed. A hidden part counts as without a figure, so that no total gives it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.frames.observations import RANK_OF, STATUSES, empty, end_of, observations, real
from etl.frames.routes import IndicatorRoute
from geodata.parts import parts_of
from geodata.register import Area, Register
from indicators.statistics.rounding import rounded
from indicators.store import types_on
from indicators.sums import Parts, people_of, summed_counts, summed_values

_GROUP = ["period", "sex", "age", "breakdown"]
_COUNTS = ("numerator", "denominator")
Floats = NDArray[np.float64]
Whole = tuple[str, list[str]]
"""(code of an area, codes of its parts)"""


def aggregates(indicator_route: IndicatorRoute, published: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Observations of areas that the publisher gives no figure for: Σ numerator / Σ denominator of their parts; of an
    indicator that is a count Σ count, without an interval.

    ``published`` are observations of the publisher (others than the indicator's own, and illustrative ones, are passed
    over). The parts are those of the vintage that its codes fit best in each period. The note says how many parts there
    are and what share of the people is in those that have a figure (``people_of``). Below nine tenths it says that the
    figure is not compared, below half there is none. Where counts are rounded (``rounded_to``) the limits are widened by
    what that leaves open. Areas may overlap (two LEPs may share a district): each is a sum of its own, and nothing is ever
    summed over both.
    """
    part_type = str(indicator_route.route.parts)
    words = register.area_type(part_type).plural.lower()
    frames: list[pd.DataFrame] = []
    own = real(published[published["indicator_id"] == indicator_route.indicator.id])
    for group, rows in own.groupby(_GROUP, sort=True):
        period = str(rows["period"].iloc[0])
        codes = frozenset(rows["area_code"])
        vintage = register.best_vintage(part_type, codes, end_of(period).year)
        is_count = indicator_route.indicator.is_count
        if register.codes(part_type, vintage).isdisjoint(codes):
            continue
        counts = _counts(rows)
        needed = ["value"] if is_count else list(_COUNTS)
        if counts.dropna(subset=needed).index.isin(list(register.codes(part_type, vintage))).any():
            for area_type in indicator_route.route.area_types:
                wholes = wholes_of(register, area_type, part_type, vintage, codes, end_of(period))
                if wholes:
                    places = pd.DataFrame(
                        {
                            **dict(zip(_GROUP, map(str, group), strict=True)),
                            "area_code": [code for code, _ in wholes],
                        }
                    )
                    made = _summed_values if is_count else _summed
                    frames.append(made(indicator_route, places, wholes, counts, words))
    return pd.concat(frames, ignore_index=True) if frames else empty()


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Status, ``people``, value and both counts of each area; counts are nan where the figure is hidden, even if the
    publisher gives one of them. ``people`` is the denominator that it gives."""
    counts = rows.set_index("area_code")[["value", *_COUNTS, "status"]]
    hidden = counts["status"] == "suppressed"
    people = counts["denominator"]
    return counts.assign(people=people, **{name: counts[name].mask(hidden) for name in ("value", *_COUNTS)})


def wholes_of(
    register: Register, area_type: str, part_type: str, vintage: int, published: frozenset[str], on: date
) -> list[Whole]:
    """The areas of a type that have no figure of the publisher's, each with the parts that it is made of.

    Areas that were gone ``on`` the period's last day are left out, and a code that stood for two types of area is of the
    one that it stood for then. A unitary authority is no sum of districts: it is one.
    """
    return [
        (code, list(parts))
        for code, parts in _every_whole(register, area_type, part_type, vintage, on)
        if code not in published
    ]


# the routes of a source ask for the same areas in the same periods
@lru_cache(maxsize=1024)
def _every_whole(
    register: Register, area_type: str, part_type: str, vintage: int, on: date
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """As ``wholes_of``, whether or not the publisher has figures of them."""
    vintages = register.area_type(area_type).vintages
    near = min(vintages, key=lambda year: (abs(year - vintage), year))
    # areas formed later are summed too: people ask for today's combined authorities
    later = {
        area.area_code for year in vintages if year >= near for area in register.vintage(area_type, year)
    }
    return tuple(
        (code, tuple(sorted(parts)))
        for code in sorted(later)
        if part_type not in register.types_of(code)
        and area_type in types_on(register, code, on)
        and _not_gone(register.area(code, area_type), on)
        and (parts := parts_of(register, code, area_type, part_type, vintage))
    )


def _not_gone(area: Area, on: date) -> bool:
    return area.end_on is None or area.end_on >= on


def _by_part(
    wholes: Sequence[Whole], counts: pd.DataFrame, names: Sequence[str]
) -> tuple[dict[str, Floats], Floats, NDArray[np.int64]]:
    """(columns of ``counts`` as tables, people, rank of doubt): a row a whole, a column a part.

    A place in a row that is no part is nan, and its people are 0, so that it weighs nothing.
    """
    most = max(len(parts) for _, parts in wholes)
    tables = {name: np.full((len(wholes), most), np.nan) for name in names}
    weights = np.zeros((len(wholes), most))
    doubtful = np.zeros(len(wholes), dtype=np.int64)
    place_of = {code: place for place, code in enumerate(counts.index)}
    # one more of each for a part without a row
    columns = {
        name: np.append(counts[name].to_numpy(dtype=np.float64), np.nan) for name in ("people", *names)
    }
    is_doubtful = np.append((counts["status"] == "unreliable").to_numpy(dtype=np.bool_), False)
    for place, (_, parts) in enumerate(wholes):
        found = [place_of.get(part, -1) for part in parts]
        weights[place, : len(parts)] = people_of(parts, columns["people"][found])
        for name, cells in tables.items():
            cells[place, : len(parts)] = columns[name][found]
        if is_doubtful[found].any():
            doubtful[place] = RANK_OF["unreliable"]
    return tables, weights, doubtful


def _summed(
    indicator_route: IndicatorRoute,
    places: pd.DataFrame,
    wholes: Sequence[Whole],
    counts: pd.DataFrame,
    words: str,
) -> pd.DataFrame:
    """The sums of some areas in one group; ``counts`` are of the parts by their codes, ``words`` says what they are."""
    halves = {f"{name} half": _halves(indicator_route, name, counts[name]) for name in _COUNTS}
    tables, weights, doubtful = _by_part(wholes, counts.assign(**halves), (*_COUNTS, *halves))
    above_half, below_half = (np.nan_to_num(tables[name]) for name in halves)
    found = summed_counts(
        indicator_route.indicator,
        indicator_route.route,
        Parts(tables["numerator"], tables["denominator"], weights, above_half, below_half),
        [len(parts) for _, parts in wholes],
        words,
    )
    return observations(
        indicator_route,
        places,
        found.figures,
        status=np.where(found.known, STATUSES[doubtful], "not_available"),
        method=found.method,
        note=found.note,
    )


def _summed_values(
    indicator_route: IndicatorRoute,
    places: pd.DataFrame,
    wholes: Sequence[Whole],
    counts: pd.DataFrame,
    words: str,
) -> pd.DataFrame:
    """As ``_summed``, of plain counts."""
    tables, weights, doubtful = _by_part(wholes, counts, ("value",))
    values = tables["value"]
    sums = summed_values(indicator_route.indicator, values, np.full(values.shape, np.nan), weights, words)
    return observations(
        indicator_route,
        places,
        sums.figures,
        status=np.where(sums.known, STATUSES[doubtful], "not_available"),
        method=sums.method,
        note=sums.note,
    )


def _halves(indicator_route: IndicatorRoute, name: str, counts: pd.Series) -> pd.Series:
    """Half of the rounding unit of each part's count, 0 where it is exact."""
    route = indicator_route.route
    if route.rounded_to is None:
        return pd.Series(0.0, index=counts.index)
    # a number: the catalogue takes no name of a measure for sums
    half = route.rounded_to / 2 * int(route.rounded_cells[_COUNTS.index(name)])
    return pd.Series(np.where(rounded(counts.to_numpy(), route.rounded_to), half, 0.0), index=counts.index)
