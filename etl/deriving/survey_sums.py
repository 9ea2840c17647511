"""Survey counts of areas that the publisher gives none for: sums of districts, half-widths in quadrature.

What comes out are measurements again, so that a sum goes the same way as a published count from there.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from etl.deriving.sums import wholes_of
from etl.frames import measurements
from etl.frames.observations import end_of
from etl.frames.routes import IndicatorRoute
from geodata.register import Register
from indicators.statistics.aggregation import MINIMUM_COVERAGE, combine_half_widths

_GROUP = ["period", "sex", "age", "breakdown"]


def survey_sums(measured: pd.DataFrame, indicator_route: IndicatorRoute, register: Register) -> pd.DataFrame:
    """Measurements of the areas of a route that consist of whole parts and that ``measured`` has no count for.

    A part counts where each measure of the route has a value and a half-width there; with fewer than nine tenths of
    the parts there is no sum, and the note says so. Half-widths are combined as if districts were drawn independently.
    """
    route = indicator_route.route
    names, part_type = indicator_route.measures, str(route.parts)
    words = register.area_type(part_type).plural.lower()
    rows = measured[measured["measure"].isin(names)]
    records: list[dict[str, Any]] = []
    for group, own in rows.groupby(_GROUP, sort=True):
        period = str(group[0])
        on = end_of(period)
        codes = frozenset(own["area_code"])
        vintage = register.best_vintage(part_type, codes, on.year)
        by_area = own.pivot(
            index="area_code", columns="measure", values=["value", "half_width_95", "status"]
        ).reindex(columns=[(kind, name) for kind in ("value", "half_width_95", "status") for name in names])
        known = by_area[by_area[["value", "half_width_95"]].notna().all(axis=1)]
        common = dict(zip(_GROUP, map(str, group), strict=True))
        for area_type in route.area_types:
            for whole, parts in wholes_of(register, area_type, part_type, vintage, codes, on):
                found = known.reindex([part for part in parts if part in known.index])
                coverage = len(found) / len(parts)
                note = f"Summed from {len(found)} of {len(parts)} {words}; coverage {100 * coverage:.0f}%."
                enough = coverage >= MINIMUM_COVERAGE
                if not enough:
                    note += f" Fewer than {MINIMUM_COVERAGE:.0%} of them have figures."
                doubtful = enough and bool((found["status"] == "unreliable").to_numpy().any())
                for name in names:
                    value = half = float("nan")
                    if enough:
                        value = float(found["value", name].astype(float).sum())
                        half = float(
                            combine_half_widths(found["half_width_95", name].astype(float).to_numpy())
                        )
                    records.append(
                        {
                            **common,
                            "measure": name,
                            "area_code": whole,
                            "value": value,
                            "half_width_95": half,
                            "status": "not_available" if not enough else "unreliable" if doubtful else "ok",
                            "note": note,
                        }
                    )
    return measurements.from_rows(records)
