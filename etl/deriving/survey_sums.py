"""Survey counts of areas that the publisher gives none for: sums of districts, half-widths in quadrature.

What comes out are measurements again, so that a sum goes the same way as a published count from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.deriving.sums import wholes_of
from etl.frames import measurements
from etl.frames.observations import end_of
from etl.frames.routes import IndicatorRoute
from geodata.register import Register
from indicators.statistics.aggregation import combine_half_widths
from indicators.sums import people_of, told_survey_coverage

Floats = NDArray[np.float64]
_GROUP = ["period", "sex", "age", "breakdown"]


def survey_sums(measured: pd.DataFrame, indicator_route: IndicatorRoute, register: Register) -> pd.DataFrame:
    """Measurements of the areas of a route that consist of whole parts and that ``measured`` has no count for.

    A part counts where each measure of the route has a value and a half-width there. Where such parts hold less than nine
    tenths of the people there is no sum, and the note says so (``sums.told_survey_coverage``). Half-widths are combined as if
    districts were drawn independently.
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
        areas, values, halves, doubts = _tables(own, names)
        place_of = {code: place for place, code in enumerate(areas)}
        known = ~np.isnan(values).any(axis=1) & ~np.isnan(halves).any(axis=1)
        usable = frozenset(code for code, is_known in zip(areas, known, strict=True) if is_known)
        base = names.index((route.denominator or route.value)[0].removeprefix("-"))
        people = dict(zip(areas, values[:, base].tolist(), strict=True))
        common = dict(zip(_GROUP, map(str, group), strict=True))
        for area_type in route.area_types:
            for whole, parts in wholes_of(register, area_type, part_type, vintage, codes, on):
                found = [place_of[part] for part in parts if part in usable]
                weights = people_of(parts, np.array([people.get(part, np.nan) for part in parts]))
                note, enough = told_survey_coverage(
                    [part in usable for part in parts], weights, len(parts), words
                )
                status = "not_available" if not enough else "unreliable" if doubts[found].any() else "ok"
                nothing = [float("nan")] * len(names)
                sums = values[found].sum(axis=0).tolist() if enough else nothing
                sums_halves = combine_half_widths(halves[found].T).tolist() if enough else nothing
                for number, name in enumerate(names):
                    records.append(
                        {
                            **common,
                            "measure": name,
                            "area_code": whole,
                            "value": sums[number],
                            "half_width_95": sums_halves[number],
                            "status": status,
                            "note": note,
                        }
                    )
    return measurements.from_rows(records)


def _tables(own: pd.DataFrame, names: Sequence[str]) -> tuple[list[str], Floats, Floats, NDArray[np.bool_]]:
    """The areas in order, and of each (n,) the values and half-widths of every measure (n, m), nan where it has none, and
    whether any of them is unreliable."""
    place, areas = pd.factorize(own["area_code"], sort=True)
    column = own["measure"].map({name: number for number, name in enumerate(names)}).to_numpy()
    values, halves = (np.full((len(areas), len(names)), np.nan) for _ in range(2))
    values[place, column] = own["value"].to_numpy(dtype=np.float64)
    halves[place, column] = own["half_width_95"].to_numpy(dtype=np.float64)
    doubtful = np.zeros(len(areas), dtype=np.bool_)
    doubtful[place[(own["status"] == "unreliable").to_numpy()]] = True
    return [str(code) for code in areas], values, halves, doubtful
