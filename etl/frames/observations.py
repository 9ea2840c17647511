"""The shape of observations: figures of ours, one a row, with intervals, a status and what they rest on.

Frames have the columns of the store's table without ``release_id`` (``COLUMNS``); a figure is known by ``KEY``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.frames.routes import IndicatorRoute
from indicators.limits import INTERVAL_METHODS, NO_INTERVAL, WIDENED
from indicators.periods import Period
from indicators.statistics.decimals import meant
from indicators.store.writing import OBSERVATION_COLUMNS

__all__ = [
    "COLUMNS",
    "FIGURES",
    "GROUP",
    "HALF_WIDTHS",
    "ILLUSTRATIVE",
    "INTERVAL_METHODS",
    "KEY",
    "NOT_AVAILABLE",
    "NO_INTERVAL",
    "PLACE",
    "RANK_OF",
    "SERIES",
    "STATUSES",
    "WIDENED",
    "empty",
    "end_of",
    "observations",
    "real",
    "typed",
]

KEY = ["indicator_id", "period", "sex", "age", "breakdown", "area_code"]
PLACE = ["area_code", "period", "sex", "age", "breakdown"]
SERIES = ["indicator_id", "sex", "age", "breakdown", "area_code"]
COLUMNS = [name for name in OBSERVATION_COLUMNS if name != "release_id"]
FIGURES = [
    "value",
    "numerator",
    "denominator",
    "lower_ci_95",
    "upper_ci_95",
    "lower_ci_998",
    "upper_ci_998",
]
HALF_WIDTHS = ["numerator_half_width", "denominator_half_width"]
"""Of survey estimates the half-widths of the 95% intervals of both counts; missing for all others."""
# from the best to the worst: a figure made of several takes the worst of them
STATUSES = np.array(["ok", "illustrative", "unreliable", "suppressed", "not_available", "not_collected"])
NOT_AVAILABLE = 4
ILLUSTRATIVE = "illustrative"
RANK_OF = {str(status): rank for rank, status in enumerate(STATUSES)}


@lru_cache(maxsize=4096)
def end_of(iso: str) -> date:
    """The last day of a period (ISO 8601 start/duration)."""
    return Period.parse(iso).end_on


def real(observations: pd.DataFrame) -> pd.DataFrame:
    """The rows of a publisher's figures: all but the illustrative ones."""
    return observations[observations["status"] != ILLUSTRATIVE]


def empty() -> pd.DataFrame:
    """A frame of no observations."""
    return typed(pd.DataFrame({name: [] for name in COLUMNS}))


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of observations in their types (``release_id`` too where it is there)."""
    for name in frame.columns:
        if name in FIGURES or name in HALF_WIDTHS:
            frame[name] = frame[name].astype("float64")
        elif name == "route":
            frame[name] = frame[name].astype("int64")
        elif name == "source_row":
            frame[name] = frame[name].astype("float64")
        else:
            frame[name] = frame[name].astype("str")
    return frame


GROUP = ["indicator_id", "period", "sex", "age", "breakdown"]


def observations(
    indicator_route: IndicatorRoute,
    places: pd.DataFrame,
    figures: Mapping[str, NDArray[np.float64]],
    *,
    status: NDArray[Any],
    method: NDArray[Any] | str,
    note: Sequence[str] | NDArray[Any],
    source_row: NDArray[np.float64] | float = float("nan"),
    basis_period: Sequence[str | None] | None = None,
) -> pd.DataFrame:
    """A frame of observations (``COLUMNS``) of one route.

    ``places`` has the columns period, sex, age, breakdown and area_code; ``figures`` an array (n,) for each of
    ``FIGURES``, whose tails of binary arithmetic are taken off (``meant``), and for those of ``HALF_WIDTHS`` that are known.
    Where there is no interval, the method is ``NO_INTERVAL``.
    """
    without = np.isnan(figures["lower_ci_95"])
    columns = {
        "indicator_id": indicator_route.indicator.id,
        **{name: places[name].array for name in KEY if name != "indicator_id"},
        **{name: meant(figures[name]) for name in FIGURES},
        "status": status,
        "interval_method": np.where(without, NO_INTERVAL, method),
        "note": note,
        "route": indicator_route.place,
        "source_row": source_row,
        "basis_period": basis_period,
        **{name: figures.get(name, np.nan) for name in HALF_WIDTHS},
    }
    return typed(pd.DataFrame(columns)[COLUMNS])
