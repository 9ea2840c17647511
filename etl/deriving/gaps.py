"""Differences of two indicators: the rate of everyone minus the rate of a group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.frames.observations import FIGURES, INTERVAL_METHODS, empty, end_of, observations, real
from etl.frames.routes import IndicatorRoute
from etl.sources.base import Problems
from geodata.register import Register
from indicators.notes import not_compared, with_reason
from indicators.periods import Period
from indicators.statistics import intervals
from indicators.store import types_on

FURTHEST_DAYS = 366
"""Days between the middles of two periods beyond which their rates are not compared."""

NOT_JUDGED = "one of its two rates is not compared with anything"


def gaps(
    indicator_route: IndicatorRoute, overall: pd.DataFrame, group: pd.DataFrame, register: Register
) -> pd.DataFrame:
    """Observations of a difference: the overall rate minus the group's, in percentage points.

    Both frames are observations of the two indicators; illustrative ones are passed over. For the same area and sex the overall rate (breakdown
    ``all``) whose middle day is nearest to the group's is taken (the later of two as near), at most a year
    away; ``basis_period`` and the note say which. Newcombe's interval where both rates have one.
    Raises Problems where the overall rate has several ages.
    """
    overall = real(overall[(overall["breakdown"] == "all") & overall["value"].notna()])
    group = real(group)
    # a rate for men alone is not set against one for everybody
    comparable = group["sex"].isin(overall["sex"].unique()).to_numpy()
    group = group[_in_types(group, indicator_route, register) & comparable].reset_index(drop=True)
    if group.empty:
        return empty()
    ages = sorted(overall["age"].unique())
    if len(ages) > 1:
        raise Problems(
            [
                f"{indicator_route.indicator.id}: {indicator_route.route.minuend} has several ages {ages}; "
                "expected one, or the gap would mix them"
            ]
        )
    nearest = _nearest(group, overall)
    unjudged = _not_judged(nearest, group)
    basis_periods = [None if pd.isna(period) else str(period) for period in nearest["period_overall"]]
    return observations(
        indicator_route,
        group,
        _differences(nearest, group),
        status=_statuses(nearest, group),
        method=INTERVAL_METHODS[indicator_route.route.interval],
        note=[
            "No overall rate within a year of this period."
            if basis is None
            else with_reason(words, NOT_JUDGED)
            if is_unjudged
            else words
            for basis, words, is_unjudged in zip(
                basis_periods, _basis_words(basis_periods, group["period"]), unjudged, strict=True
            )
        ],
        basis_period=basis_periods,
    )


def _basis_words(basis_periods: list[str | None], periods: pd.Series) -> list[str]:
    return [
        "" if basis is None else f"Overall rate of {_label(basis)}; rate of the group of {_label(period)}."
        for basis, period in zip(basis_periods, periods, strict=True)
    ]


def _not_judged(nearest: pd.DataFrame, group: pd.DataFrame) -> list[bool]:
    """Whether the note of either rate says that it is not compared."""
    return [
        any(not_compared(note) for note in pair if isinstance(note, str))
        for pair in zip(nearest["note"], group["note"], strict=True)
    ]


def _in_types(group: pd.DataFrame, indicator_route: IndicatorRoute, register: Register) -> np.ndarray:
    """Whether the area of each row is of one of the route's types, on the last day of its period."""
    wanted = frozenset(indicator_route.route.area_types)
    in_type = [
        not wanted.isdisjoint(types_on(register, code, end_of(period)))
        for code, period in zip(group["area_code"], group["period"], strict=True)
    ]
    return np.array(in_type, dtype=bool)


def _nearest(group: pd.DataFrame, overall: pd.DataFrame) -> pd.DataFrame:
    """For each row of the group the overall rate nearest in time (``period_overall`` its period), nan where none is."""
    middle = {iso: Period.parse(iso).midpoint.toordinal() for iso in {*group["period"], *overall["period"]}}
    pairs = (
        group[["area_code", "sex", "period"]]
        .assign(place=np.arange(len(group)))
        .merge(
            overall[["area_code", "sex", "period", *FIGURES, "status", "note"]],
            on=["area_code", "sex"],
            how="inner",
            suffixes=("", "_overall"),
        )
    )
    pairs["later"] = pairs["period_overall"].map(middle).astype("float64")
    pairs["far"] = (pairs["later"] - pairs["period"].map(middle).astype("float64")).abs()
    pairs = pairs[pairs["far"] <= FURTHEST_DAYS]
    pairs = pairs.sort_values(["far", "later"], ascending=[True, False])
    return pairs.drop_duplicates("place").set_index("place").reindex(np.arange(len(group)))


def _differences(nearest: pd.DataFrame, group: pd.DataFrame) -> dict[str, np.ndarray]:
    """Value and limits of each gap; the limits are nan where either rate has none."""
    figures = {name: np.full(len(group), np.nan) for name in FIGURES}
    figures["value"] = nearest["value"].to_numpy() - group["value"].to_numpy()
    for suffix in ("95", "998"):
        names = ["value", f"lower_ci_{suffix}", f"upper_ci_{suffix}"]
        sides = [frame[name].to_numpy() for frame in (nearest, group) for name in names]
        whole = ~np.isnan(np.array(sides)).any(axis=0)
        _, lower, upper = intervals.difference(*(array[whole] for array in sides))
        figures[f"lower_ci_{suffix}"][whole], figures[f"upper_ci_{suffix}"][whole] = lower, upper
    return figures


def _statuses(nearest: pd.DataFrame, group: pd.DataFrame) -> np.ndarray:
    """The group's status, but that of the overall rate where only that is doubtful, or missing where there is none."""
    status = group["status"].to_numpy(dtype=object)
    basis_status = nearest["status"].to_numpy(dtype=object)
    without = nearest["period_overall"].isna().to_numpy()
    doubtful = ~without & (basis_status.astype(str) == "unreliable") & (status == "ok")
    status = np.where(doubtful, basis_status, status)
    return np.where(without & np.isin(status.astype(str), ["ok", "unreliable"]), "not_available", status)


def _label(iso: str) -> str:
    return Period.parse(iso).label
