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
from indicators.notes import NO_LIMITS, not_compared
from indicators.periods import Period
from indicators.statistics import trends
from indicators.store.writing import TREND_COLUMNS

_NO_TREND = "the figures are illustrative"
_REDEFINED = "what is counted changed after {period}, and fewer than five periods since then can be tested"
_NOTHING = {
    "direction": "not_calculated",
    "judgement": "none",
    "chi_square": np.nan,
    "p_value": np.nan,
    "slope": np.nan,
}
"""The columns of a trend that is not judged."""


def trend_rows(
    observations: pd.DataFrame,
    catalogue: Mapping[str, Indicator],
    periods: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Rows of the table ``trend`` for whole lines: the recent trend of every series, and its newest period.

    A trend ends in the newest real figure, or there is none and ``reason`` says why. None is judged where the indicator
    or the note of a figure that it rests on says so (``Indicator.no_course``: counts, money in the pounds of each year,
    figures that are compared with nothing), nor across a change of definition: of a series with two
    (``Route.definition``) the figures of the newest definition count. Illustrative figures are no part of
    a trend; a series of which the newest figure is illustrative is marked. Counts are used where they count people (routes by ``proportion``), else the published or worked-out limits.
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
    newest, newest_is_real = _newest(own, label, many)
    of_before = _of_older_definition(own, indicator, label, many)
    left_out = is_illustrative | of_before
    is_count = own["route"].isin(counted).to_numpy() & (own["denominator"] > 0).to_numpy()
    # a series more, without figures, so that the axis has every period of the indicator
    blank = np.full(len(periods), np.nan)
    figures = [
        np.append(column, blank)
        for column in (
            *(
                np.where(left_out, np.nan, own[name].to_numpy())
                for name in ("value", "lower_ci_95", "upper_ci_95")
            ),
            *(
                np.where(is_count & ~left_out, own[name].to_numpy(), np.nan)
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
    if of_before.any():
        _say_redefined(columns, own, label, of_before, many)
    _end_with_the_newest(columns, recent, newest)
    if indicator.no_trend:
        _withhold(columns, np.arange(len(columns["reason"])), indicator.no_trend)
    else:
        _withhold_noted(columns, own, label, recent, indicator)
    withheld = columns["direction"][:many] == "not_calculated"
    every_illustrative = np.bincount(label, weights=~is_illustrative, minlength=many) == 0
    columns["reason"][:many][every_illustrative] = _NO_TREND
    return heads.assign(
        **{name: column[:many] for name, column in columns.items()},
        periods_used=[
            "[]" if is_withheld else used[row.tobytes()]
            for row, is_withheld in zip(recent.columns_used[:many], withheld, strict=True)
        ],
        latest_period=newest,
        illustrative=~newest_is_real,
    )[list(TREND_COLUMNS)]


def _of_older_definition(
    own: pd.DataFrame, indicator: Indicator, label: NDArray[Any], many: int
) -> NDArray[np.bool_]:
    """Which real figures count something else than the newest real figure of their series."""
    names = [indicator.definition_of(place) for place in range(len(indicator.routes))]
    if len(set(names)) < 2:
        return np.zeros(len(own), dtype=np.bool_)
    known = sorted(set(names))
    definition = np.array([known.index(name) for name in names])[own["route"].to_numpy()]
    at, texts = dictionary([own["period"]])
    in_order = sorted(range(len(texts)), key=lambda place: (end_of(str(texts[place])), texts[place]))
    rank = np.empty(len(texts), dtype=np.int64)
    rank[in_order] = np.arange(len(texts))
    counts = (own["status"] != ILLUSTRATIVE).to_numpy() & own["value"].notna().to_numpy()
    # a series has one figure a period, so that rank and definition in one number tell those of the newest
    latest = np.full(many, -1, dtype=np.int64)
    np.maximum.at(latest, label[counts], (rank[at] * len(known) + definition)[counts])
    is_before: NDArray[np.bool_] = counts & (definition != latest[label] % len(known))
    return is_before


def _withhold(columns: dict[str, NDArray[Any]], rows: NDArray[Any], reason: object) -> None:
    for name, nothing in _NOTHING.items():
        columns[name][rows] = nothing
    columns["reason"][rows] = reason


def _withhold_noted(
    columns: dict[str, NDArray[Any]],
    own: pd.DataFrame,
    label: NDArray[Any],
    recent: trends.Trends,
    indicator: Indicator,
) -> None:
    """No trend where a figure that it rests on is compared with nothing, as its note says."""
    judged = columns["direction"][label] != "not_calculated"
    noted = own["note"].map(not_compared).to_numpy(dtype=np.bool_)
    notes: dict[int, dict[str, str]] = {}
    for row in np.flatnonzero(judged & noted).tolist():
        notes.setdefault(int(label[row]), {})[own["period"].iloc[row]] = own["note"].iloc[row]
    for series, found in notes.items():
        used = [recent.periods[column] for column in reversed(recent.columns_used[series].tolist())]
        if reason := indicator.no_course({period: found.get(period) for period in used}):
            _withhold(columns, np.array([series]), reason)


def _say_redefined(
    columns: dict[str, NDArray[Any]],
    own: pd.DataFrame,
    label: NDArray[Any],
    of_before: NDArray[np.bool_],
    many: int,
) -> None:
    """Give the change of definition as the reason where a series has no trend because of it."""
    last: dict[int, str] = {}
    for series, period in zip(label[of_before].tolist(), own["period"][of_before].tolist(), strict=True):
        if series not in last or end_of(period) > end_of(last[series]):
            last[series] = period
    for series, period in last.items():
        if series < many and columns["direction"][series] == "not_calculated":
            columns["reason"][series] = _REDEFINED.format(period=Period.parse(period).label)


def _end_with_the_newest(
    columns: dict[str, NDArray[Any]], recent: trends.Trends, newest: NDArray[Any]
) -> None:
    """No trend where the newest figure of a series cannot be tested, so that the last five that can be are older."""
    last = recent.columns_used[: len(newest), -1]
    ends = np.array([*recent.periods, ""], dtype=object)[last]
    judged = columns["direction"][: len(newest)] != "not_calculated"
    for row in np.flatnonzero(judged & (ends != newest)).tolist():
        _withhold(columns, np.array([row]), NO_LIMITS.format(period=Period.parse(str(newest[row])).label))


def _newest(own: pd.DataFrame, label: NDArray[Any], many: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(the newest period of each series with a real value, whether it is real).

    Where a series has no real value, the newest with a real row that says why; only where it has no real row at all,
    the newest with an illustrative value, and where it has none either the newest of all.
    """
    at, texts = dictionary([own["period"]])
    in_order = sorted(range(len(texts)), key=lambda place: (end_of(str(texts[place])), texts[place]))
    rank = np.empty(len(texts), dtype=np.int64)
    rank[in_order] = np.arange(len(texts))
    is_real = (own["status"] != ILLUSTRATIVE).to_numpy()
    has_value = own["value"].notna().to_numpy()
    kind = 2 * is_real.astype(np.int64) + has_value
    newest = np.full(many, -1, dtype=np.int64)
    np.maximum.at(newest, label, rank[at] + len(texts) * kind)
    return np.array(texts, dtype=object)[np.array(in_order)[newest % len(texts)]], newest // len(texts) >= 2
