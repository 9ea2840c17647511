"""Survey figures of parts of sums under the codes of areas that they merged into whole, for periods before the merger.

They are never shown: a group of today's areas is summed from them (``indicators.store.group_cells``).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from etl.deriving.calibration import MEASURED_ON
from etl.deriving.lands import merged_wholes
from etl.frames.observations import GROUP, HALF_WIDTHS, KEY, end_of, typed
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.merged_areas import MERGED
from indicators.statistics import intervals
from indicators.statistics.aggregation import combine_half_widths
from indicators.store.writing import OBSERVATION_COLUMNS

_COUNTS = ("numerator", "denominator")


def with_merged(parts: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]) -> pd.DataFrame:
    """Figures of parts, and those of the areas that are made wholly of some: counts added, half-widths in quadrature.

    ``parts`` have the columns of the store's table. All of the areas must have both counts with their half-widths in the
    same release; a figure that is there stays.
    """
    frames = [parts]
    usable = parts[parts[[*_COUNTS, *HALF_WIDTHS]].notna().all(axis=1)]
    for (indicator_id, place, period), rows in usable.groupby(["indicator_id", "route", "period"], sort=True):
        indicator = catalogue[str(indicator_id)]
        part_type = str(indicator.routes[int(str(place))].parts)
        wholes = merged_wholes(register, (part_type,), frozenset(rows["area_code"]), end_of(str(period)))
        if wholes is not None:
            frames.append(_sums(rows, wholes, indicator, int(str(place))))
    if len(frames) == 1:
        return parts
    found = pd.concat(frames, ignore_index=True)
    return found[~found.duplicated(KEY, keep="first")].reset_index(drop=True)


def _combined(half_widths: pd.Series) -> float:
    return float(combine_half_widths(half_widths.to_numpy(dtype=np.float64)))


def _sums(rows: pd.DataFrame, wholes: pd.DataFrame, indicator: Indicator, place: int) -> pd.DataFrame:
    own = rows.merge(wholes, on="area_code")
    own["is_doubtful"] = (own["status"] == "unreliable").to_numpy(dtype=bool)
    made = (
        own.groupby([*GROUP, "release_id", "whole"], sort=True)
        .agg(
            **{name: (name, "sum") for name in _COUNTS},
            **{name: (name, _combined) for name in HALF_WIDTHS},
            size=("area_code", "size"),
            needed=("needed", "first"),
            words=("words", "first"),
            is_doubtful=("is_doubtful", "max"),
        )
        .reset_index()
    )
    made = made[made["size"] == made["needed"]].reset_index(drop=True)
    given = [
        made[name].to_numpy()
        for name in ("numerator", "numerator_half_width", "denominator", "denominator_half_width")
    ]
    for confidence, suffix in ((0.95, "95"), (0.998, "998")):
        value, lower, upper = intervals.survey_proportion(*given, confidence=confidence)
        made["value"] = value * indicator.multiplier
        made[f"lower_ci_{suffix}"] = lower * indicator.multiplier
        made[f"upper_ci_{suffix}"] = upper * indicator.multiplier
    made = made.assign(
        area_code=made["whole"],
        status=np.where(made["is_doubtful"], "unreliable", "ok"),
        interval_method=MEASURED_ON,
        note=MERGED + made["words"] + ".",
        route=place,
        source_row=np.nan,
        basis_period=None,
    )
    return typed(made[list(OBSERVATION_COLUMNS)].copy())
