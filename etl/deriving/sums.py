"""Figures of areas that the publisher gives none for: Σ numerator / Σ denominator of their parts.

Only published cells are summed. A hidden part counts as without a figure, so that no total gives it away.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from math import floor
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.deriving.methods import widened
from etl.frames.observations import INTERVAL_METHODS, RANK_OF, STATUSES, empty, end_of, observations, real
from etl.frames.routes import IndicatorRoute
from geodata.parts import parts_of
from geodata.register import Area, Register
from indicators.notes import with_reason
from indicators.statistics import aggregation
from indicators.statistics.rounding import ratio_bound, rounded
from indicators.store import types_on

_GROUP = ["period", "sex", "age", "breakdown"]
_COUNTS = ("numerator", "denominator")
POPULATION = Path(__file__).parents[1] / "facts" / "population_councils.csv"
TOO_LITTLE = f"areas with figures hold less than {aggregation.COVERAGE_TO_JUDGE:.0%} of the people"
Whole = tuple[str, list[str]]
"""(code of an area, codes of its parts)"""


def aggregates(indicator_route: IndicatorRoute, published: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Observations of areas that the publisher gives no figure for: Σ numerator / Σ denominator of their parts.

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
        counts = _counts(rows)
        if counts.dropna(subset=list(_COUNTS)).index.isin(list(register.codes(part_type, vintage))).any():
            for area_type in indicator_route.route.area_types:
                wholes = wholes_of(register, area_type, part_type, vintage, codes, end_of(period))
                if wholes:
                    places = pd.DataFrame(
                        {
                            **dict(zip(_GROUP, map(str, group), strict=True)),
                            "area_code": [code for code, _ in wholes],
                        }
                    )
                    frames.append(_summed(indicator_route, places, wholes, counts, words))
    return pd.concat(frames, ignore_index=True) if frames else empty()


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Status, ``people`` and both counts of each area; counts are nan where the figure is hidden, even if the publisher
    gives one of them. ``people`` is the denominator that it gives."""
    counts = rows.set_index("area_code")[[*_COUNTS, "status"]]
    hidden = counts["status"] == "suppressed"
    people = counts["denominator"]
    return counts.assign(people=people, **{name: counts[name].mask(hidden) for name in _COUNTS})


def wholes_of(
    register: Register, area_type: str, part_type: str, vintage: int, published: frozenset[str], on: date
) -> list[Whole]:
    """The areas of a type that have no figure of the publisher's, each with the parts that it is made of.

    Areas that were gone ``on`` the period's last day are left out, and a code that stood for two types of area is of the
    one that it stood for then.
    """
    vintages = register.area_type(area_type).vintages
    near = min(vintages, key=lambda year: (abs(year - vintage), year))
    # areas formed later are summed too: people ask for today's combined authorities
    later = {
        area.area_code for year in vintages if year >= near for area in register.vintage(area_type, year)
    }
    return [
        (code, sorted(parts))
        for code in sorted(later - published)
        if area_type in types_on(register, code, on)
        and _not_gone(register.area(code, area_type), on)
        and (parts := parts_of(register, code, area_type, part_type, vintage))
    ]


def _not_gone(area: Area, on: date) -> bool:
    return area.end_on is None or area.end_on >= on


def _summed(
    indicator_route: IndicatorRoute,
    places: pd.DataFrame,
    wholes: Sequence[Whole],
    counts: pd.DataFrame,
    words: str,
) -> pd.DataFrame:
    """The sums of some areas in one group; ``counts`` are of the parts by their codes, ``words`` says what they are."""
    most = max(len(parts) for _, parts in wholes)
    tables = {name: np.full((len(wholes), most), np.nan) for name in _COUNTS}
    # a place in the row that is no part weighs nothing
    weights = np.zeros((len(wholes), most))
    halves = {name: np.zeros((len(wholes), most)) for name in _COUNTS}
    half_of = {name: _halves(indicator_route, name, counts[name]) for name in _COUNTS}
    doubtful = np.zeros(len(wholes), dtype=np.int64)
    for place, (_, parts) in enumerate(wholes):
        found = counts.reindex(parts)
        weights[place, : len(parts)] = people_of(parts, found["people"].to_numpy(dtype=np.float64))
        for name, cells in tables.items():
            cells[place, : len(parts)] = found[name].to_numpy(dtype=np.float64)
            halves[name][place, : len(parts)] = half_of[name].reindex(parts).to_numpy(dtype=np.float64)
        ranks = [RANK_OF[status] for status in found["status"].dropna() if status == "unreliable"]
        doubtful[place] = max(ranks, default=0)
    total, wide = (
        aggregation.sum_proportion(
            tables["numerator"],
            tables["denominator"],
            weights,
            indicator_route.indicator.multiplier,
            confidence=confidence,
        )
        for confidence in (0.95, 0.998)
    )
    known = ~np.isnan(total.value)
    used = ~np.isnan(tables["numerator"]) & ~np.isnan(tables["denominator"])
    notes = []
    for (_, parts), own, coverage, reason, is_judged in zip(
        wholes, used, total.coverage, total.reason, total.is_judged, strict=True
    ):
        note = f"{coverage_words(int(own.sum()), len(parts), words, float(coverage))} {reason}".strip()
        notes.append(note if is_judged or reason else with_reason(note, TOO_LITTLE))
    figures = {
        "value": total.value,
        "numerator": np.where(known, total.numerator, np.nan),
        "denominator": np.where(known, total.denominator, np.nan),
        "lower_ci_95": total.lower,
        "upper_ci_95": total.upper,
        "lower_ci_998": wide.lower,
        "upper_ci_998": wide.upper,
    }
    method = np.full(
        len(wholes), INTERVAL_METHODS[indicator_route.route.interval] + " of the sums", dtype=object
    )
    above_half, below_half = (np.sum(halves[name], axis=1, where=used) for name in _COUNTS)
    bound = np.zeros(len(wholes))
    bound[known] = indicator_route.indicator.multiplier * ratio_bound(
        total.numerator[known], total.denominator[known], above_half[known], below_half[known]
    )
    note = widened(figures, bound, method, np.array(notes, dtype=object), indicator_route)
    return observations(
        indicator_route,
        places,
        figures,
        status=np.where(known, STATUSES[doubtful], "not_available"),
        method=method,
        note=note,
    )


def _halves(indicator_route: IndicatorRoute, name: str, counts: pd.Series) -> pd.Series:
    """Half of the rounding unit of each part's count, 0 where it is exact."""
    route = indicator_route.route
    if route.rounded_to is None:
        return pd.Series(0.0, index=counts.index)
    # a number: the catalogue takes no name of a measure for sums
    half = route.rounded_to / 2 * int(route.rounded_cells[_COUNTS.index(name)])
    return pd.Series(np.where(rounded(counts.to_numpy(), route.rounded_to), half, 0.0), index=counts.index)


def people_of(codes: Sequence[str], published: NDArray[np.float64]) -> NDArray[np.float64]:
    """The people in each part (n,), by their codes: of the middle of 2020, or the ``published`` denominators (n,) where
    the table has none of the parts. A part without a number counts as the mean of the others, all as 1 where none has."""
    table = populations()
    people = np.array([table.get(code, np.nan) for code in codes], dtype=np.float64)
    if np.isnan(people).all():
        people = np.where(published > 0, published, np.nan)
    known = ~np.isnan(people)
    return np.where(known, people, people[known].mean() if known.any() else 1.0)


@cache
def populations() -> Mapping[str, float]:
    """People of all ages by code of council, of every vintage from 2019 on and most before; see the file's ``source``."""
    with POPULATION.open(encoding="utf-8", newline="") as file:
        return {row["area_code"]: float(row["people"]) for row in csv.DictReader(file)}


def coverage_words(with_figure: int, parts: int, words: str, coverage: float) -> str:
    """``Summed from 3 of 4 local authorities (lower tier); coverage 75%.``, for the note; ``words`` name the parts.

    The percentage is of people and rounded down, so that 89.9% does not read as the 90% from which a sum is judged.
    """
    return f"Summed from {with_figure} of {parts} {words}; coverage {floor(100 * coverage + 1e-9)}%."
