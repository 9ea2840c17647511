"""The recent trend of series of one indicator: the one rule of what is judged, for the jobs and for groups of readers.

``indicators.statistics.trends`` has the arithmetic; which figures of a series it may rest on is decided here. Needs
numpy alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.catalogue import Indicator
from indicators.notes import NO_LIMITS, not_compared
from indicators.periods import Period
from indicators.statistics import trends

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

FIGURES: Final = ("value", "lower_ci_95", "upper_ci_95", "numerator", "denominator")
ILLUSTRATIVE: Final = "the figures are illustrative"
"""Why a series has no trend that has illustrative figures alone."""
_REDEFINED: Final = (
    "what is counted changed after {period}, and fewer than five periods since then can be tested"
)
_NOTHING: Final = {
    "direction": "not_calculated",
    "judgement": "none",
    "chi_square": np.nan,
    "p_value": np.nan,
    "slope": np.nan,
}
"""The columns of a trend that is not judged."""


@dataclass(frozen=True)
class Figures:
    """n figures of some series of one indicator, in any order; each series has a period once.

    ``series`` (n,) are numbers from 0, each of which occurs; ``periods`` (n,) index ``names``, ISO periods of which each
    is there once. ``columns`` has FIGURES (n,), nan where missing, ``route`` and ``note`` (n,) are those of the figure.
    """

    series: Places
    periods: Places
    names: Sequence[str]
    columns: Mapping[str, Floats]
    route: Places
    note: NDArray[Any]
    is_illustrative: NDArray[np.bool_]


def recent_trends(
    figures: Figures, indicator: Indicator, every: Sequence[str] = ()
) -> dict[str, NDArray[Any]]:
    """Columns of m series, in the order of their numbers: ``direction``, ``judgement``, ``chi_square``, ``p_value``,
    ``slope`` (nan where there is none), ``reason``, ``periods_used`` (tuples of ISO periods), ``latest_period``,
    ``illustrative``.

    A trend ends in the newest real figure, or there is none and ``reason`` says why. None is judged where the indicator
    or the note of a figure that it rests on says so (``Indicator.no_course``), nor across a change of definition: of a
    series with two (``Route.definition``) the figures of the newest definition count. Illustrative figures are no part
    of a trend. Counts are used where they count people (routes by ``proportion``), else the limits. ``every`` are the
    periods of the indicator: a series that lacks one of them is broken there. Raises ValueError for figures that
    cannot be (``indicators.statistics.trends``).
    """
    many = int(figures.series.max(initial=-1)) + 1
    newest, is_real = _newest(figures, many)
    of_before = _of_older_definition(figures, indicator, many)
    columns, recent = _tested(figures, indicator, every, figures.is_illustrative | of_before)
    columns = {name: column[:many] for name, column in columns.items()}
    if of_before.any():
        _say_redefined(columns, figures, of_before)
    names = np.array(figures.names, dtype=object)[newest]
    _end_with_the_newest(columns, recent, names)
    if indicator.no_trend:
        _withhold(columns, np.arange(many), indicator.no_trend)
    else:
        _withhold_noted(columns, figures, recent, indicator)
    every_illustrative = np.bincount(figures.series, weights=~figures.is_illustrative, minlength=many) == 0
    columns["reason"][every_illustrative] = ILLUSTRATIVE
    used: dict[bytes, tuple[str, ...]] = {}
    for row in np.unique(recent.columns_used, axis=0):
        used[row.tobytes()] = tuple(recent.periods[column] for column in row if column >= 0)
    rests_on = np.empty(many, dtype=object)
    for series, row in enumerate(recent.columns_used[:many]):
        is_withheld = columns["direction"][series] == "not_calculated"
        rests_on[series] = () if is_withheld else used[row.tobytes()]
    return {**columns, "periods_used": rests_on, "latest_period": names, "illustrative": ~is_real}


def _tested(
    figures: Figures, indicator: Indicator, every: Sequence[str], left_out: NDArray[np.bool_]
) -> tuple[dict[str, NDArray[Any]], trends.Trends]:
    """What the tests say of each series, those ``left_out`` being missing: as columns, and as they are.

    A series without figures comes last, so that the axis has every period of the indicator.
    """
    axis = sorted({*figures.names, *every})
    counted = [place for place, route in enumerate(indicator.routes) if route.method == "proportion"]
    is_count = np.isin(figures.route, counted) & (figures.columns["denominator"] > 0)
    blank = np.full(len(axis), np.nan)
    shown, lower, upper, above, below = (
        np.append(
            np.where(left_out if place < 3 else left_out | ~is_count, np.nan, figures.columns[name]), blank
        )
        for place, name in enumerate(FIGURES)
    )
    many = int(figures.series.max(initial=-1)) + 1
    recent = trends.trends_by_series(
        np.append(figures.series, np.full(len(axis), many)),
        [*np.array(figures.names, dtype=object)[figures.periods].tolist(), *axis],
        shown,
        lower,
        upper,
        above,
        below,
        indicator.polarity,
    )[1]
    return recent.columns(), recent


def _ranks(names: Sequence[str]) -> tuple[Places, Places]:
    """(places of the names from the oldest to the newest, rank of each name)."""
    in_order = sorted(range(len(names)), key=lambda place: (_end_of(names[place]), names[place]))
    rank = np.empty(len(names), dtype=np.intp)
    rank[in_order] = np.arange(len(names))
    return np.array(in_order, dtype=np.intp), rank


@lru_cache(maxsize=4096)
def _end_of(iso: str) -> int:
    return Period.parse(iso).end_on.toordinal()


def _newest(figures: Figures, many: int) -> tuple[Places, NDArray[np.bool_]]:
    """(place of the name of the newest period of each series with a real value, whether it is real).

    Where a series has no real value, the newest with a real row that says why; only where it has no real row at all,
    the newest with an illustrative value, and where it has none either the newest of all.
    """
    in_order, rank = _ranks(figures.names)
    has_value = ~np.isnan(figures.columns["value"])
    kind = 2 * (~figures.is_illustrative).astype(np.intp) + has_value
    newest = np.full(many, -1, dtype=np.intp)
    np.maximum.at(newest, figures.series, rank[figures.periods] + len(rank) * kind)
    return in_order[newest % max(1, len(rank))], newest // max(1, len(rank)) >= 2


def _of_older_definition(figures: Figures, indicator: Indicator, many: int) -> NDArray[np.bool_]:
    """Which real figures count something else than the newest real figure of their series."""
    names = [indicator.definition_of(place) for place in range(len(indicator.routes))]
    known = sorted(set(names))
    if len(known) < 2:
        return np.zeros(len(figures.series), dtype=np.bool_)
    definition = np.array([known.index(name) for name in names])[figures.route]
    _, rank = _ranks(figures.names)
    counts = ~figures.is_illustrative & ~np.isnan(figures.columns["value"])
    # a series has one figure a period, so that rank and definition in one number tell those of the newest
    latest = np.full(many, -1, dtype=np.intp)
    np.maximum.at(latest, figures.series[counts], (rank[figures.periods] * len(known) + definition)[counts])
    is_before: NDArray[np.bool_] = counts & (definition != latest[figures.series] % len(known))
    return is_before


def _withhold(columns: Mapping[str, NDArray[Any]], rows: Places, reason: object) -> None:
    for name, nothing in _NOTHING.items():
        columns[name][rows] = nothing
    columns["reason"][rows] = reason


def _withhold_noted(
    columns: Mapping[str, NDArray[Any]], figures: Figures, recent: trends.Trends, indicator: Indicator
) -> None:
    """No trend where a figure that it rests on is compared with nothing, as its note says."""
    notes: dict[int, dict[str, str]] = {}
    for row in np.flatnonzero(columns["direction"][figures.series] != "not_calculated").tolist():
        if not_compared(figures.note[row]):
            own = notes.setdefault(int(figures.series[row]), {})
            own[figures.names[figures.periods[row]]] = figures.note[row]
    for series, found in notes.items():
        used = [recent.periods[column] for column in reversed(recent.columns_used[series].tolist())]
        if reason := indicator.no_course({period: found.get(period) for period in used}):
            _withhold(columns, np.array([series]), reason)


def _say_redefined(
    columns: Mapping[str, NDArray[Any]], figures: Figures, of_before: NDArray[np.bool_]
) -> None:
    """Give the change of definition as the reason where a series has no trend because of it."""
    in_order, rank = _ranks(figures.names)
    last = np.full(len(columns["reason"]), -1, dtype=np.intp)
    np.maximum.at(last, figures.series[of_before], rank[figures.periods[of_before]])
    for series in np.flatnonzero((last >= 0) & (columns["direction"] == "not_calculated")).tolist():
        period = Period.parse(figures.names[in_order[last[series]]])
        columns["reason"][series] = _REDEFINED.format(period=period.label)


def _end_with_the_newest(
    columns: Mapping[str, NDArray[Any]], recent: trends.Trends, newest: NDArray[Any]
) -> None:
    """No trend where the newest figure of a series cannot be tested, so that the last five that can be are older."""
    last = recent.columns_used[: len(newest), -1]
    ends = np.array([*recent.periods, ""], dtype=object)[last]
    judged = columns["direction"] != "not_calculated"
    for row in np.flatnonzero(judged & (ends != newest)).tolist():
        _withhold(columns, np.array([row]), NO_LIMITS.format(period=Period.parse(str(newest[row])).label))
