"""The recent trend of every series: rows of the store's table ``trend``."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.frames.keys import coded, dictionary, repeated
from etl.frames.observations import ILLUSTRATIVE, SERIES, end_of
from indicators.catalogue import Indicator
from indicators.statistics import trends
from indicators.store.writing import TREND_COLUMNS

_NO_TREND = "the figures are illustrative"


def trend_rows(
    observations: pd.DataFrame,
    catalogue: Mapping[str, Indicator],
    periods: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Rows of the table ``trend`` for whole lines: the recent trend of every series, and its newest period.

    Illustrative figures are no part of a trend; a series of which the newest figure is illustrative is marked. Counts are used where they count people (routes by ``proportion``), else the published or worked-out limits.
    ``periods`` are those of each indicator, where other lines of it have more than are here: a series that lacks
    one of them is broken there.
    """
    frames = []
    for indicator_id, own in observations.groupby("indicator_id", sort=True):
        every = sorted({*own["period"].unique(), *((periods or {}).get(str(indicator_id), ()))})
        indicator = catalogue[str(indicator_id)]
        frames.append(_trends(_with_counts_of_values(own, indicator), indicator, every))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=TREND_COLUMNS)


def _with_counts_of_values(own: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Figures whose numerator is that of the value shown, where the value is closer than the ratio of rounded counts."""
    counted = own["value"] / indicator.multiplier * own["denominator"]
    is_other = (counted - own["numerator"]).abs() > 1e-9 * (1 + own["denominator"])
    return own.assign(numerator=counted.where(is_other, own["numerator"])) if is_other.any() else own


def _trends(own: pd.DataFrame, indicator: Indicator, periods: list[str]) -> pd.DataFrame:
    label, found = pd.factorize(coded([own], SERIES)[0], sort=True)
    many = len(found)
    counted = [place for place, route in enumerate(indicator.routes) if route.method == "proportion"]
    is_illustrative = (own["status"] == ILLUSTRATIVE).to_numpy()
    is_count = own["route"].isin(counted).to_numpy() & (own["denominator"] > 0).to_numpy()
    # a series more, without figures, so that the axis has every period of the indicator
    blank = np.full(len(periods), np.nan)
    figures = [
        np.append(column, blank)
        for column in (
            *(
                np.where(is_illustrative, np.nan, own[name].to_numpy())
                for name in ("value", "lower_ci_95", "upper_ci_95")
            ),
            *(
                np.where(is_count & ~is_illustrative, own[name].to_numpy(), np.nan)
                for name in ("numerator", "denominator")
            ),
        )
    ]
    labels = np.append(label, np.full(len(periods), many))
    recent = trends.trends_by_series(
        labels, [*own["period"].tolist(), *periods], *figures, indicator.polarity
    )[1]
    columns = recent.columns()
    used: dict[bytes, str] = {}
    for row in np.unique(recent.columns_used, axis=0):
        used[row.tobytes()] = json.dumps([recent.periods[column] for column in row if column >= 0])
    first = np.flatnonzero(~repeated(label))
    heads = own[SERIES].take(first[np.argsort(label[first])]).reset_index(drop=True)
    newest, newest_is_real = _newest(own, label, many)
    every_illustrative = np.bincount(label, weights=~is_illustrative, minlength=many) == 0
    columns["reason"][:many][every_illustrative] = _NO_TREND
    return heads.assign(
        **{name: column[:many] for name, column in columns.items()},
        periods_used=[used[row.tobytes()] for row in recent.columns_used[:many]],
        latest_period=newest,
        illustrative=~newest_is_real,
    )[list(TREND_COLUMNS)]


def _newest(own: pd.DataFrame, label: NDArray[Any], many: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(the newest period of each series with a real value, whether it is real).

    Where a series has no real value, the newest with an illustrative one, and where it has none either the newest of
    all; that is real where any of its figures is.
    """
    at, texts = dictionary([own["period"]])
    in_order = sorted(range(len(texts)), key=lambda place: (end_of(str(texts[place])), texts[place]))
    rank = np.empty(len(texts), dtype=np.int64)
    rank[in_order] = np.arange(len(texts))
    is_real = (own["status"] != ILLUSTRATIVE).to_numpy()
    has_value = own["value"].notna().to_numpy()
    newest = np.full(many, -1, dtype=np.int64)
    np.maximum.at(newest, label, rank[at] + len(texts) * (has_value.astype(np.int64) + (has_value & is_real)))
    kind = newest // len(texts)
    any_real = np.bincount(label, weights=is_real, minlength=many) > 0
    return (
        np.array(texts, dtype=object)[np.array(in_order)[newest % len(texts)]],
        (kind == 2) | ((kind == 0) & any_real),
    )
