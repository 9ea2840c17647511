"""The recent trend of every series: rows of the store's table ``trend``, by the rule of ``indicators.recent_trends``."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from etl.frames.keys import coded, dictionary, repeated
from etl.frames.observations import ILLUSTRATIVE, SERIES
from indicators.catalogue import Indicator
from indicators.recent_trends import FIGURES, Figures, recent_trends
from indicators.store.writing import TREND_COLUMNS


def trend_rows(
    observations: pd.DataFrame,
    catalogue: Mapping[str, Indicator],
    periods: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Rows of the table ``trend`` for whole lines: the recent trend of every series, and its newest period.

    ``recent_trends`` says what is judged; a series of which the newest figure is illustrative is marked. ``periods`` are
    those of each indicator, where other lines of it have more than are here: a series that lacks one of them is broken
    there.
    """
    frames = []
    for indicator_id, own in observations.groupby("indicator_id", sort=True):
        indicator = catalogue[str(indicator_id)]
        every = sorted((periods or {}).get(str(indicator_id), ()))
        frames.append(_trends(_with_counts_of_values(own, indicator), indicator, every))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=TREND_COLUMNS)


def _with_counts_of_values(own: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Figures whose numerator is that of the value shown, where the value is closer than the ratio of rounded counts."""
    counted = own["value"] / indicator.multiplier * own["denominator"]
    is_other = (counted - own["numerator"]).abs() > 1e-9 * (1 + own["denominator"])
    return own.assign(numerator=counted.where(is_other, own["numerator"])) if is_other.any() else own


def _trends(own: pd.DataFrame, indicator: Indicator, every: list[str]) -> pd.DataFrame:
    series, _ = pd.factorize(coded([own], SERIES)[0], sort=True)
    places, names = dictionary([own["period"]])
    columns = recent_trends(
        Figures(
            series,
            places.astype(np.intp),
            [str(name) for name in names],
            {name: own[name].to_numpy(dtype=np.float64) for name in FIGURES},
            own["route"].to_numpy().astype(np.intp),
            own["note"].to_numpy(),
            (own["status"] == ILLUSTRATIVE).to_numpy(),
        ),
        indicator,
        every,
    )
    first = np.flatnonzero(~repeated(series))
    heads = own[SERIES].take(first[np.argsort(series[first])]).reset_index(drop=True)
    texts = {used: json.dumps(used) for used in set(columns["periods_used"])}
    columns["periods_used"] = np.array([texts[used] for used in columns["periods_used"]], dtype=object)
    return heads.assign(**columns)[list(TREND_COLUMNS)]
