"""Figures of areas that the publisher gives none for: Σ numerator / Σ denominator of their parts.

Only published cells are summed. A hidden part counts as without a figure, so that no total gives it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from etl.frames.observations import INTERVAL_METHODS, RANK_OF, STATUSES, empty, end_of, observations, real
from etl.frames.routes import IndicatorRoute
from geodata.parts import parts_of
from geodata.register import Area, Register
from indicators.statistics import aggregation
from indicators.store import types_on

_GROUP = ["period", "sex", "age", "breakdown"]
_COUNTS = ("numerator", "denominator")
Whole = tuple[str, list[str]]
"""(code of an area, codes of its parts)"""


def aggregates(indicator_route: IndicatorRoute, published: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Observations of areas that the publisher gives no figure for: Σ numerator / Σ denominator of their parts.

    ``published`` are observations of the publisher (others than the indicator's own, and illustrative ones, are passed
    over). The parts are
    those of the vintage that its codes fit best in each period. The note says how many parts there are and what
    share of them has a figure; where less than nine tenths do, there is no figure and the note says so. Areas may
    overlap (two LEPs may share a district): each is a sum of its own, and nothing is ever summed over both.
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
    """Status and both counts of each area; nan where the figure is hidden, even if the publisher gives a count of it."""
    counts = rows.set_index("area_code")[[*_COUNTS, "status"]]
    hidden = counts["status"] == "suppressed"
    return counts.assign(**{name: counts[name].mask(hidden) for name in _COUNTS})


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
    doubtful = np.zeros(len(wholes), dtype=np.int64)
    for place, (_, parts) in enumerate(wholes):
        weights[place, : len(parts)] = 1.0
        found = counts.reindex(parts)
        for name, cells in tables.items():
            cells[place, : len(parts)] = found[name].to_numpy(dtype=np.float64)
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
    notes = []
    for (_, parts), coverage, reason in zip(wholes, total.coverage, total.reason, strict=True):
        with_figure = round(float(coverage) * len(parts))
        note = f"Summed from {with_figure} of {len(parts)} {words}; coverage {100 * float(coverage):.0f}%."
        notes.append(f"{note} {reason}".strip())
    return observations(
        indicator_route,
        places,
        {
            "value": total.value,
            "numerator": np.where(known, total.numerator, np.nan),
            "denominator": np.where(known, total.denominator, np.nan),
            "lower_ci_95": total.lower,
            "upper_ci_95": total.upper,
            "lower_ci_998": wide.lower,
            "upper_ci_998": wide.upper,
        },
        status=np.where(known, STATUSES[doubtful], "not_available"),
        method=INTERVAL_METHODS[indicator_route.route.interval] + " of the sums",
        note=notes,
    )
