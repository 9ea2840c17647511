"""From measurements (the publisher's) to observations (ours), by the routes of the catalogue.

No statistic is worked out here: intervals, percentiles and trends come from ``indicators.statistics``.
Frames of observations have the columns of the store's table without ``release_id``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.frames.keys import coded, dictionary, looked_up, repeated
from etl.frames.routes import IndicatorRoute, routes_of
from etl.sources.base import Problems
from geodata.register import Register
from indicators.catalogue import Indicator, Route
from indicators.periods import Period
from indicators.statistics import aggregation, comparison, intervals, trends
from indicators.store import types_on
from indicators.store.writing import DISTRIBUTION_COLUMNS, OBSERVATION_COLUMNS, TREND_COLUMNS

DERIVE_VERSION = 1
"""Goes up whenever the same measurements would become other observations."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

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

# from the best to the worst: a figure made of several takes the worst of them
_RANKS = np.array(["ok", "illustrative", "unreliable", "suppressed", "not_available", "not_collected"])
_NOT_AVAILABLE = 4
_RANK_OF = {str(status): rank for rank, status in enumerate(_RANKS)}

NO_INTERVAL = "none"
_METHODS = {
    "published": "published 95%; 99.8% widened from it",
    "combined": "published half-widths, combined; 99.8% widened from it",
    "wilson": "Wilson score",
    "byar": "Byar's; exact Poisson below 10",
    "survey": "approximate, from the survey's half-widths",
    "newcombe": "Newcombe's hybrid score",
    "paired": "adjusted Wald for paired proportions",
    "none": NO_INTERVAL,
}
_EXAMPLES = 5
_OWN = "the publisher's own figure"
_FAR = 366  # days between the middles of two periods beyond which they are not compared


@dataclass
class Report:
    """What was noticed on the way: ``warnings`` for people, ``cross_checks`` as facts."""

    warnings: list[str] = field(default_factory=list)
    cross_checks: list[dict[str, Any]] = field(default_factory=list)

    def check(self, found: dict[str, Any]) -> None:
        """Add a comparison to the one of the same indicator and publisher in another part, or beside the others."""
        for known in self.cross_checks:
            if (known["indicator_id"], known["against"]) == (found["indicator_id"], found["against"]):
                known["compared"] += found["compared"]
                known["apart"] += found["apart"]
                known["examples"] = (known["examples"] + found["examples"])[:_EXAMPLES]
                if "largest" in found:
                    sizes = [one for one in (known["largest"], found["largest"]) if one is not None]
                    known["largest"] = max(sizes, default=None)
                return
        self.cross_checks.append(found)

    def warn(self) -> None:
        """Put into words where a publisher's own figures differ from ours, once every part was looked at."""
        for one in self.cross_checks:
            if one["against"] == _OWN and one["apart"]:
                first = one["examples"][0]
                self.warnings.append(
                    f"{one['indicator_id']}: {one['apart']:,} of {one['compared']:,} figures differ from the "
                    f"publisher's own beyond rounding, such as {first['area_code']} {first['period']}: ours "
                    f"{first['ours']:g}, theirs {first['theirs']:g}"
                )


def joined(reports: Iterable[Report]) -> Report:
    """What was noticed on several parts, as if they had been one."""
    answer = Report()
    for report in reports:
        for found in report.cross_checks:
            answer.check(found)
    answer.warn()
    return answer


@lru_cache(maxsize=4096)
def _end(iso: str) -> date:
    return Period.parse(iso).end_on


@dataclass
class _Cells:
    """One measure (or a sum of several) over every place of a grid."""

    there: Flags
    value: Floats
    lower: Floats
    upper: Floats
    half: Floats
    rank: NDArray[np.int8]
    row: Floats
    note: NDArray[Any]


class _Grid:
    """Measurements side by side: one place for each area, period, sex, age and breakdown."""

    def __init__(self, measurements: pd.DataFrame, register: Register) -> None:
        self._frame = measurements
        self._place = measurements.groupby(PLACE, sort=False).ngroup().to_numpy()
        self.places = measurements[PLACE].drop_duplicates().reset_index(drop=True)
        self.size = len(self.places)
        self._rows_of = measurements.groupby("measure", sort=False).indices
        unique = self.places[["area_code", "period"]].drop_duplicates()
        self._pair = self.places.groupby(["area_code", "period"], sort=False).ngroup().to_numpy()
        self._types = [
            frozenset(types_on(register, code, _end(period)))
            for code, period in zip(unique["area_code"], unique["period"], strict=True)
        ]

    def of_types(self, area_types: Sequence[str]) -> Flags:
        """Whether each place's area is one of these types, on the last day of its period."""
        wanted = frozenset(area_types)
        answer = np.array([not wanted.isdisjoint(kinds) for kinds in self._types], dtype=bool)
        return answer[self._pair] if len(answer) else np.zeros(0, dtype=bool)

    def precision(self, values: Floats, where: Flags) -> Floats:
        """How many decimals the figures of each place's kind of area and period have: publishers differ in it."""
        kinds = [min(kinds, default="") for kinds in self._types]
        group = pd.Series(kinds, dtype="str").to_numpy()[self._pair] + self.places["period"].to_numpy()
        answer = np.zeros(self.size)
        for places in pd.Series(group[where]).groupby(group[where]).indices.values():
            at = np.flatnonzero(where)[places]
            answer[at] = _decimals(values[at])
        return answer

    def measure(self, name: str) -> _Cells:
        """One measure; a place without a row is ``there = False`` and not available."""
        cells = _Cells(
            there=np.zeros(self.size, dtype=bool),
            value=np.full(self.size, np.nan),
            lower=np.full(self.size, np.nan),
            upper=np.full(self.size, np.nan),
            half=np.full(self.size, np.nan),
            rank=np.full(self.size, _NOT_AVAILABLE, dtype=np.int8),
            row=np.full(self.size, np.nan),
            note=np.full(self.size, "", dtype=object),
        )
        rows = self._rows_of.get(name)
        if rows is None:
            return cells
        part = self._frame.iloc[rows]
        at = self._place[rows]
        cells.there[at] = True
        cells.value[at] = part["value"].to_numpy()
        cells.lower[at] = part["lower_ci_95"].to_numpy()
        cells.upper[at] = part["upper_ci_95"].to_numpy()
        cells.half[at] = part["half_width_95"].to_numpy()
        cells.rank[at] = looked_up(part["status"], _RANK_OF, _NOT_AVAILABLE)
        cells.row[at] = part["row"].to_numpy(dtype="float64", na_value=np.nan)
        cells.note[at] = part["note"].to_numpy(dtype=object)
        return cells

    def total(self, names: Sequence[str]) -> _Cells:
        """The sum of some measures, those with a leading ``-`` taken off; missing where any of them is."""
        first, *others = names
        cells = self._signed(first)
        if not others:
            return cells
        halves = [cells.half]
        for name in others:
            other = self._signed(name)
            cells.value = cells.value + other.value
            cells.rank = np.maximum(cells.rank, other.rank)
            halves.append(other.half)
        cells.half = _quadrature(halves)
        cells.lower = np.full(self.size, np.nan)
        cells.upper = np.full(self.size, np.nan)
        return cells

    def _signed(self, name: str) -> _Cells:
        cells = self.measure(name.removeprefix("-"))
        if name.startswith("-"):
            cells.value, cells.lower, cells.upper = -cells.value, -cells.upper, -cells.lower
        return cells


def _quadrature(halves: list[Floats]) -> Floats:
    """Half-width of a sum of independent estimates; nan where any has none."""
    from indicators.statistics import aggregation

    table = np.vstack(halves)
    answer = np.full(table.shape[1], np.nan)
    whole = ~np.isnan(table).any(axis=0)
    if whole.any():
        answer[whole] = aggregation.combine_half_widths(table[:, whole].T)
    return answer


class _Made:
    """Observations of one route over every place of a grid, before those not wanted are left out."""

    def __init__(self, size: int) -> None:
        self.figures: dict[str, Floats] = {name: np.full(size, np.nan) for name in FIGURES}
        self.rank = np.zeros(size, dtype=np.int8)
        self.there = np.zeros(size, dtype=bool)
        self.row = np.full(size, np.nan)
        self.note = np.full(size, "", dtype=object)
        self.method = np.full(size, NO_INTERVAL, dtype=object)

    def limits(
        self,
        where: Flags,
        statistic: Callable[..., tuple[Any, Any, Any]],
        *arguments: Floats,
        times: float = 1.0,
    ) -> None:
        """Value and both pairs of limits at some places, from a function of ``indicators.statistics``."""
        chosen = [array[where] for array in arguments]
        for confidence, suffix in ((0.95, "95"), (0.998, "998")):
            value, lower, upper = statistic(*chosen, confidence=confidence)
            self.figures["value"][where] = value * times
            self.figures[f"lower_ci_{suffix}"][where] = lower * times
            self.figures[f"upper_ci_{suffix}"][where] = upper * times


def derive(
    measurements: pd.DataFrame,
    *,
    source_id: str,
    file: str,
    illustrative: bool,
    register: Register,
    catalogue: Mapping[str, Indicator],
) -> tuple[pd.DataFrame, Report]:
    """Observations of one edition, or of some whole lines of it. Raises Problems where counts contradict each other, naming the row.

    An area is taken by a route when it is one of the route's area types on the last day of the period. Where
    two routes of this source give the same key the first of the catalogue wins; differences are reported.
    """
    wanted = routes_of(catalogue, source_id)
    names = {name for one in wanted for name in one.measures}
    grid = _Grid(measurements[measurements["measure"].isin(names)].reset_index(drop=True), register)
    report = Report()
    problems: list[str] = []
    frames = []
    for one in wanted:
        made = _made(grid, one, file, problems)
        made.there &= grid.of_types(one.route.area_types)
        _cross_check(grid, one, made, report)
        frames.append(_frame(grid, one, made, illustrative))
    report.warn()
    if problems:
        raise Problems(problems)
    full = [frame for frame in frames if len(frame)]
    if not full:
        return empty(), report
    observations = pd.concat(full, ignore_index=True)
    again = observations.duplicated(KEY, keep="first")
    if again.any():
        compare(observations[~again], observations[again], f"another route of {source_id}", report)
        observations = observations[~again].reset_index(drop=True)
    return observations, report


def empty() -> pd.DataFrame:
    """A frame of no observations."""
    return typed(pd.DataFrame({name: [] for name in COLUMNS}))


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of observations in their types (``release_id`` too where it is there)."""
    for name in frame.columns:
        if name in FIGURES:
            frame[name] = frame[name].astype("float64")
        elif name == "route":
            frame[name] = frame[name].astype("int64")
        elif name == "source_row":
            frame[name] = frame[name].astype("float64")
        else:
            frame[name] = frame[name].astype("str")
    return frame


def _frame(grid: _Grid, one: IndicatorRoute, made: _Made, illustrative: bool) -> pd.DataFrame:
    at = np.flatnonzero(made.there)
    value = made.figures["value"][at]
    rank = made.rank[at].copy()
    missing = np.isnan(value)
    # a figure without a value needs a reason, and one with a value cannot be hidden
    rank[missing & (rank < _RANK_OF["suppressed"])] = _NOT_AVAILABLE
    rank[~missing & (rank >= _RANK_OF["suppressed"])] = _RANK_OF["ok"]
    status = _RANKS[rank].astype(object)
    note = made.note[at]
    if illustrative:
        hidden = missing & (note == "")
        note = np.where(hidden, np.char.add("Missing here: ", _RANKS[rank]).astype(object), note)
        status = np.full(len(at), "illustrative", dtype=object)
    method = np.where(np.isnan(made.figures["lower_ci_95"][at]), NO_INTERVAL, made.method[at])
    places = grid.places.iloc[at]
    return typed(
        pd.DataFrame(
            {
                "indicator_id": one.indicator.id,
                **{name: places[name].array for name in ("period", "sex", "age", "breakdown", "area_code")},
                **{name: made.figures[name][at] for name in FIGURES},
                "status": status,
                "interval_method": method,
                "note": note,
                "route": one.place,
                "source_row": made.row[at],
                "basis_period": None,
            }
        )[COLUMNS]
    )


def _made(grid: _Grid, one: IndicatorRoute, file: str, problems: list[str]) -> _Made:
    match one.route.method:
        case "published":
            return _published(grid, one)
        case "proportion":
            return _proportion(grid, one, file, problems)
        case "survey_proportion":
            return _survey_proportion(grid, one, file, problems)
        case "rate":
            return _rate(grid, one)
        case "count":
            return _count(grid, one)
        case "paired_movement":
            return _paired_movement(grid, one, file, problems)
        case "difference" | "aggregate":
            raise ValueError(
                f"{one.indicator.id}: a {one.route.method} is worked out from indicators, not from a source"
            )


def _start(cells: _Cells, route: Route) -> _Made:
    made = _Made(len(cells.there))
    made.there = cells.there.copy()
    made.rank = cells.rank.copy()
    made.row = cells.row.copy()
    made.note = cells.note.copy()
    made.method[:] = _METHODS[route.interval]
    return made


def _published(grid: _Grid, one: IndicatorRoute) -> _Made:
    route = one.route
    cells = grid.total(route.value)
    made = _start(cells, route)
    value = cells.value * route.scale
    made.figures["value"] = value
    for name in ("numerator", "denominator"):
        if getattr(route, name):
            made.figures[name] = grid.total(getattr(route, name)).value
    if route.interval == "none":
        return made
    low, high = one.indicator.bounds
    lower, upper = cells.lower * route.scale, cells.upper * route.scale
    from_half = np.isnan(lower) & ~np.isnan(cells.half)
    lower = np.where(from_half, value - cells.half * route.scale, lower)
    upper = np.where(from_half, value + cells.half * route.scale, upper)
    if low is not None:
        lower = np.where(from_half, np.maximum(lower, low), lower)
    if high is not None:
        upper = np.where(from_half, np.minimum(upper, high), upper)
    # the contract has let through differences of rounding only
    lower, upper = np.fmin(lower, value), np.fmax(upper, value)
    whole = ~np.isnan(value) & ~np.isnan(cells.lower * 1.0 + cells.upper) | (from_half & ~np.isnan(value))
    lower, upper = np.where(whole, lower, np.nan), np.where(whole, upper, np.nan)
    made.figures["lower_ci_95"], made.figures["upper_ci_95"] = lower, upper
    wide_lower, wide_upper = intervals.published_to_998(value, lower, upper, low, high)
    made.figures["lower_ci_998"] = np.where(whole, wide_lower, np.nan)
    made.figures["upper_ci_998"] = np.where(whole, wide_upper, np.nan)
    return made


def _contradictions(
    grid: _Grid,
    one: IndicatorRoute,
    wrong: Flags,
    part: _Cells,
    whole: _Cells,
    file: str,
    problems: list[str],
) -> None:
    places = np.flatnonzero(wrong)
    for at in places[:5]:
        row = "" if np.isnan(part.row[at]) else f": row {int(part.row[at])}"
        where = grid.places.iloc[at]
        problems.append(
            f"{file}{row}: column {one.route.numerator or one.route.moved_in}: {part.value[at]:g} for "
            f"{one.indicator.id}, {where['area_code']}, {where['period']}: expected at most the denominator, "
            f"{whole.value[at]:g}"
        )
    if len(places) > 5:
        problems.append(f"… and {len(places) - 5:,} more such counts of {one.indicator.id}")


def _proportion(grid: _Grid, one: IndicatorRoute, file: str, problems: list[str]) -> _Made:
    route = one.route
    part, whole = grid.total(route.numerator), grid.total(route.denominator)
    made = _start(part, route)
    made.rank = np.maximum(part.rank, whole.rank)
    made.figures["numerator"], made.figures["denominator"] = part.value, whole.value
    known = ~np.isnan(part.value) & ~np.isnan(whole.value)
    wrong = known & ((part.value > whole.value) | (part.value < 0))
    _contradictions(grid, one, wrong, part, whole, file, problems)
    nobody = known & (whole.value == 0)
    made.note[nobody] = "Nobody in the denominator."
    usable = known & ~wrong & ~nobody
    made.limits(usable, intervals.proportion, part.value, whole.value, times=one.indicator.multiplier)
    _own_figure(grid, one, made, usable | nobody)
    return made


def _own_figure(grid: _Grid, one: IndicatorRoute, made: _Made, counted: Flags) -> None:
    """Where there are no counts, the publisher's own figure, without an interval."""
    own_names = one.route.value or one.route.published
    if not own_names:
        return
    own = grid.total(own_names)
    made.there |= own.there
    taken = own.there & ~counted
    given = taken & ~np.isnan(own.value)
    made.figures["value"][given] = own.value[given] * one.route.scale
    made.rank[given] = own.rank[given]
    made.note[given] = "The publisher's own figure: its counts are not published, so there is no interval."
    made.row[taken & np.isnan(made.row)] = own.row[taken & np.isnan(made.row)]


def _survey_proportion(grid: _Grid, one: IndicatorRoute, file: str, problems: list[str]) -> _Made:
    route = one.route
    part, whole = grid.total(route.numerator), grid.total(route.denominator)
    made = _start(part, route)
    made.rank = np.maximum(part.rank, whole.rank)
    made.figures["numerator"], made.figures["denominator"] = part.value, whole.value
    known = ~np.isnan(part.value) & ~np.isnan(whole.value) & (whole.value > 0)
    wrong = known & ((part.value > whole.value) | (part.value < 0))
    _contradictions(grid, one, wrong, part, whole, file, problems)
    known &= ~wrong
    measured = known & ~np.isnan(part.half) & ~np.isnan(whole.half)
    times = one.indicator.multiplier
    statistic = intervals.survey_proportion
    made.limits(measured, statistic, part.value, part.half, whole.value, whole.half, times=times)
    bare = known & ~measured
    if bare.any():
        nought = np.zeros(int(bare.sum()))
        value, _, _ = statistic(part.value[bare], nought, whole.value[bare], nought)
        made.figures["value"][bare] = value * times
        made.note[bare] = "The publisher gives no half-width here, so there is no interval."
    return made


def _rate(grid: _Grid, one: IndicatorRoute) -> _Made:
    route, times = one.route, one.indicator.multiplier
    part = grid.total(route.numerator)
    made = _start(part, route)
    made.figures["numerator"] = part.value

    def statistic(count: Floats, base: Floats, *, confidence: float) -> tuple[Any, Any, Any]:
        return intervals.rate(count, base, times, confidence=confidence)

    if route.denominator:
        whole = grid.total(route.denominator)
        made.rank = np.maximum(part.rank, whole.rank)
        made.figures["denominator"] = whole.value
        usable = ~np.isnan(part.value) & ~np.isnan(whole.value) & (whole.value > 0)
        made.limits(usable, statistic, part.value, whole.value)
        _own_figure(grid, one, made, usable)
        return made
    # the rate is published, its population is not: the count gives the interval
    own = grid.total(route.value)
    value = own.value * route.scale
    made.there |= own.there
    made.rank = own.rank.copy()
    made.row = np.where(np.isnan(part.row), own.row, part.row)
    usable = ~np.isnan(part.value) & ~np.isnan(value) & (part.value > 0) & (value > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        base = part.value * times / value
    made.limits(usable, statistic, part.value, base)
    made.figures["value"] = value
    bare = ~usable & ~np.isnan(value)
    made.note[bare & (made.note == "")] = "The publisher's own rate, without an interval."
    return made


def _count(grid: _Grid, one: IndicatorRoute) -> _Made:
    cells = grid.total(one.route.value)
    made = _start(cells, one.route)
    made.figures["value"] = cells.value * one.route.scale
    if one.route.interval == "byar":
        usable = ~np.isnan(cells.value)

        def statistic(count: Floats, *, confidence: float) -> tuple[Any, Any, Any]:
            return intervals.rate(count, np.ones_like(count), 1, confidence=confidence)

        made.limits(usable, statistic, cells.value, times=one.route.scale)
    return made


def _paired_movement(grid: _Grid, one: IndicatorRoute, file: str, problems: list[str]) -> _Made:
    route = one.route
    gained, lost, whole = (
        grid.total(route.moved_in),
        grid.total(route.moved_out),
        grid.total(route.denominator),
    )
    made = _start(gained, route)
    made.rank = np.maximum(np.maximum(gained.rank, lost.rank), whole.rank)
    made.figures["numerator"], made.figures["denominator"] = gained.value - lost.value, whole.value
    known = ~np.isnan(gained.value) & ~np.isnan(lost.value) & ~np.isnan(whole.value)
    wrong = known & (gained.value + lost.value > whole.value)
    _contradictions(grid, one, wrong, gained, whole, file, problems)
    usable = known & ~wrong & (whole.value > 0)
    times = one.indicator.multiplier
    made.limits(usable, intervals.paired_movement, gained.value, lost.value, whole.value, times=times)
    return made


# ---- checks against the publisher's own figures --------------------------------------------------------------


def _decimals(values: Floats) -> int:
    """How many decimals a column of published figures has (0 to 6)."""
    for places in range(6):
        if np.allclose(values, np.round(values, places), rtol=0, atol=1e-9):
            return places
    return 6


def _cross_check(grid: _Grid, one: IndicatorRoute, made: _Made, report: Report) -> None:
    """Our figure against the publisher's rounded one, allowing for its rounding and that of its counts."""
    if not one.route.published:
        return
    own = grid.total(one.route.published)
    ours, part, whole = (made.figures[name] for name in ("value", "numerator", "denominator"))
    theirs = own.value * one.route.scale
    both = made.there & ~np.isnan(theirs) & ~np.isnan(ours) & ~np.isnan(part) & ~np.isnan(whole) & (whole > 0)
    if not both.any():
        return
    tolerance = 0.5 * 10.0 ** -grid.precision(own.value, both) * one.route.scale + 1e-6
    fives = both & (part % 5 == 0) & (whole % 5 == 0)
    if fives.sum() > 0.5 * both.sum():
        # counts to the nearest 5: each of them may be 2.5 off
        spare = 2.5 * max(len(one.route.numerator), 1), 2.5 * max(len(one.route.denominator), 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            highest = (part + spare[0]) / np.maximum(whole - spare[1], 1e-9)
            lowest = np.maximum(part - spare[0], 0) / (whole + spare[1])
            reach = np.maximum(highest - part / whole, part / whole - lowest) * one.indicator.multiplier
        tolerance = np.where(fives, tolerance + reach, tolerance)
    apart = both & (np.abs(ours - theirs) > tolerance)
    examples = [
        {
            "area_code": str(grid.places["area_code"].iloc[at]),
            "period": str(grid.places["period"].iloc[at]),
            "ours": round(float(ours[at]), 4),
            "theirs": float(theirs[at]),
        }
        for at in np.flatnonzero(apart)[:_EXAMPLES]
    ]
    report.check(
        {
            "indicator_id": one.indicator.id,
            "against": _OWN,
            "compared": int(both.sum()),
            "apart": int(apart.sum()),
            "examples": examples,
        }
    )


def compare(taken: pd.DataFrame, left: pd.DataFrame, whose: str, report: Report) -> None:
    """Note how far figures that were left (``whose``) differ from those taken for the same keys."""
    both = left.merge(
        taken[[*KEY, "value"]], on=KEY, how="inner", suffixes=("", "_taken"), validate="many_to_one"
    )
    for indicator_id, part in both.groupby("indicator_id", sort=True):
        apart = (part["value"] - part["value_taken"]).abs()
        report.check(
            {
                "indicator_id": str(indicator_id),
                "against": whose,
                "compared": int(apart.notna().sum()),
                "apart": int((apart > 1e-9 * (1 + part["value"].abs())).sum()),
                "largest": None if apart.isna().all() else float(apart.max()),
                "examples": [
                    {
                        "area_code": row["area_code"],
                        "period": row["period"],
                        "ours": row["value_taken"],
                        "theirs": row["value"],
                    }
                    for row in part[apart > 1e-9].head(_EXAMPLES).to_dict("records")
                ],
            }
        )


# ---- gaps ------------------------------------------------------------------------------------------------


def gaps(one: IndicatorRoute, overall: pd.DataFrame, group: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Observations of a difference: the overall rate minus the group's, in percentage points.

    Both frames are observations of the two indicators. For the same area and sex the overall rate (breakdown
    ``all``) whose middle day is nearest to the group's is taken (the later of two as near), at most a year
    away; ``basis_period`` and the note say which. Newcombe's interval where both rates have one.
    """
    wanted = frozenset(one.route.area_types)
    in_type = [
        not wanted.isdisjoint(types_on(register, code, _end(period)))
        for code, period in zip(group["area_code"], group["period"], strict=True)
    ]
    overall = overall[(overall["breakdown"] == "all") & overall["value"].notna()]
    # a rate for men alone is not set against one for everybody
    group = group[np.array(in_type, dtype=bool) & group["sex"].isin(overall["sex"].unique()).to_numpy()]
    group = group.reset_index(drop=True)
    if group.empty:
        return empty()
    if overall["age"].nunique() > 1:
        raise Problems(
            [
                f"{one.indicator.id}: {one.route.minuend} has several ages {sorted(overall['age'].unique())}; "
                "expected one, or the gap would mix them"
            ]
        )
    middle = {iso: Period.parse(iso).midpoint.toordinal() for iso in {*group["period"], *overall["period"]}}
    group["place"] = np.arange(len(group))
    pairs = group[["place", "area_code", "sex", "period"]].merge(
        overall[["area_code", "sex", "period", *FIGURES, "status"]],
        on=["area_code", "sex"],
        how="inner",
        suffixes=("", "_overall"),
    )
    pairs["later"] = pairs["period_overall"].map(middle).astype("float64")
    pairs["far"] = (pairs["later"] - pairs["period"].map(middle).astype("float64")).abs()
    pairs = pairs[pairs["far"] <= _FAR].sort_values(["place", "far", "later"], ascending=[True, True, False])
    nearest = pairs.drop_duplicates("place").set_index("place").reindex(group["place"])

    made = {name: np.full(len(group), np.nan) for name in FIGURES}
    value = group["value"].to_numpy()
    basis = nearest["value"].to_numpy()
    for suffix in ("95", "998"):
        own = [value, group[f"lower_ci_{suffix}"].to_numpy(), group[f"upper_ci_{suffix}"].to_numpy()]
        base = [basis, nearest[f"lower_ci_{suffix}"].to_numpy(), nearest[f"upper_ci_{suffix}"].to_numpy()]
        whole = ~np.isnan(np.array([*own, *base])).any(axis=0)
        _, lower, upper = intervals.difference(*(array[whole] for array in (*base, *own)))
        made[f"lower_ci_{suffix}"][whole], made[f"upper_ci_{suffix}"][whole] = lower, upper
    made["value"] = basis - value
    status = group["status"].to_numpy(dtype=object)
    basis_status = nearest["status"].to_numpy(dtype=object)
    without = nearest["period_overall"].isna().to_numpy()
    doubtful = ~without & np.isin(basis_status.astype(str), ["unreliable", "illustrative"]) & (status == "ok")
    status = np.where(doubtful, basis_status, status)
    status = np.where(without & np.isin(status.astype(str), ["ok", "unreliable"]), "not_available", status)
    labels = {iso: Period.parse(iso).label for iso in middle}
    notes = [
        "No overall rate within a year of this period."
        if pd.isna(period)
        else f"Overall rate of {labels[period]}; rate of the group of {labels[own_period]}."
        for period, own_period in zip(nearest["period_overall"], group["period"], strict=True)
    ]
    return typed(
        pd.DataFrame(
            {
                "indicator_id": one.indicator.id,
                **{
                    name: group[name].to_numpy()
                    for name in ("period", "sex", "age", "breakdown", "area_code")
                },
                **made,
                "status": status,
                "interval_method": np.where(
                    np.isnan(made["lower_ci_95"]), NO_INTERVAL, _METHODS[one.route.interval]
                ),
                "note": notes,
                "route": one.place,
                "source_row": np.nan,
                "basis_period": [None if pd.isna(period) else period for period in nearest["period_overall"]],
            }
        )[COLUMNS]
    )


# ---- sums over parts ---------------------------------------------------------------------------------------


def _standing(register: Register, area_code: str, standing: frozenset[str]) -> frozenset[str]:
    """What of ``standing`` an area is: itself, or what it became or was made of, however many changes away."""
    if area_code in standing:
        return frozenset({area_code})
    for step in (
        lambda code: [one.successor_code for one in register.successors(code)],
        lambda code: [one.predecessor_code for one in register.predecessors(code)],
    ):
        seen, front = {area_code}, [area_code]
        while front:
            front = [code for before in front for code in step(before) if code not in seen]
            seen.update(front)
            found = standing & seen
            if found:
                return frozenset(found)
    return frozenset()


def parts_of(register: Register, whole: str, area_type: str, part_type: str, year: int) -> frozenset[str]:
    """Codes of ``part_type``, of the vintage ``year``, that make up an area; empty where it cannot be made up.

    Membership is the one that held in the nearest vintage in which the area stood. A part that was merged since then counts
    where everything that went into it was a member; otherwise the area cannot be made up from these parts.
    """
    area = register.area(whole, area_type)
    standing_years = [one for one in register.area_type(area_type).vintages if area.alive(date(one, 12, 31))]
    near = min(standing_years, key=lambda one: (abs(one - year), one))
    on = date(near, 12, 31)
    members = {
        one.child_code
        for one in register.children(whole, part_type, on=on, parent_type=area_type)
        # a sliver along a border is no membership
        if one.share > 0.5
    }
    standing = register.codes(part_type, year)
    parts: set[str] = set()
    for member in members:
        now = _standing(register, member, standing)
        if not now:
            return frozenset()
        parts |= now
    known = register.codes(part_type, near) if near in register.area_type(part_type).vintages else frozenset()
    for part in parts - members:
        # all that a merged part was made of must belong, or the sum would take in land from outside
        if not _standing(register, part, known) <= members:
            return frozenset()
    return frozenset(parts)


def aggregates(one: IndicatorRoute, observations: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Observations of areas that the publisher gives no figure for: Σ numerator / Σ denominator of their parts.

    ``observations`` are the indicator's own, of the publisher. The parts are those of the vintage that its codes
    fit best in each period. The note says how many parts there are and what share of them has a figure; where
    less than nine tenths do, there is no figure and the note says so. Areas may overlap (two LEPs may share a
    district): each is a sum of its own, and nothing is ever summed over both.
    """
    part_type = str(one.route.parts)
    words = register.area_type(part_type).plural.lower()
    frames: list[pd.DataFrame] = []
    own = observations[(observations["indicator_id"] == one.indicator.id)]
    for (period, sex, age, breakdown), group in own.groupby(["period", "sex", "age", "breakdown"], sort=True):
        codes = frozenset(group["area_code"])
        end_year = _end(str(period)).year
        vintage = register.best_vintage(part_type, codes, end_year)
        rows = group.set_index("area_code")
        given = rows[rows["numerator"].notna() & rows["denominator"].notna()]
        if given.index.intersection(list(register.codes(part_type, vintage))).empty:
            continue
        for area_type in one.route.area_types:
            vintages = register.area_type(area_type).vintages
            near = min(vintages, key=lambda year: (abs(year - vintage), year))
            # areas formed later are summed too: people ask for today's combined authorities
            later = {
                area.area_code
                for year in vintages
                if year >= near
                for area in register.vintage(area_type, year)
            }
            wholes = [
                (code, sorted(parts))
                for code in sorted(later - codes)
                if (parts := parts_of(register, code, area_type, part_type, vintage))
            ]
            if wholes:
                frames.append(
                    _summed(one, wholes, rows, (str(period), str(sex), str(age), str(breakdown)), words)
                )
    return pd.concat(frames, ignore_index=True) if frames else empty()


def _summed(
    one: IndicatorRoute,
    wholes: Sequence[tuple[str, list[str]]],
    rows: pd.DataFrame,
    group: tuple[str, str, str, str],
    words: str,
) -> pd.DataFrame:
    most = max(len(parts) for _, parts in wholes)
    counts = {name: np.full((len(wholes), most), np.nan) for name in ("numerator", "denominator")}
    # a place in the row that is no part weighs nothing
    weights = np.zeros((len(wholes), most))
    doubtful = np.zeros(len(wholes), dtype=np.int64)
    for place, (_, parts) in enumerate(wholes):
        weights[place, : len(parts)] = 1.0
        found = rows.reindex(parts)
        for name, cells in counts.items():
            cells[place, : len(parts)] = found[name].to_numpy(dtype=np.float64)
        ranks = [
            _RANK_OF[status]
            for status in found["status"].dropna()
            if status in ("unreliable", "illustrative")
        ]
        doubtful[place] = max(ranks, default=0)
    made: dict[str, Any] = {}
    for suffix, confidence in (("95", 0.95), ("998", 0.998)):
        total = aggregation.sum_proportion(
            counts["numerator"],
            counts["denominator"],
            weights,
            one.indicator.multiplier,
            confidence=confidence,
        )
        made[f"lower_ci_{suffix}"], made[f"upper_ci_{suffix}"] = total.lower, total.upper
    known = ~np.isnan(total.value)
    notes = []
    for (_, parts), coverage, reason in zip(wholes, total.coverage, total.reason, strict=True):
        with_figure = round(float(coverage) * len(parts))
        note = f"Summed from {with_figure} of {len(parts)} {words}; coverage {100 * float(coverage):.0f}%."
        notes.append(f"{note} {reason}".strip())
    period, sex, age, breakdown = group
    return typed(
        pd.DataFrame(
            {
                "indicator_id": one.indicator.id,
                "period": period,
                "sex": sex,
                "age": age,
                "breakdown": breakdown,
                "area_code": [code for code, _ in wholes],
                "value": total.value,
                "numerator": np.where(known, total.numerator, np.nan),
                "denominator": np.where(known, total.denominator, np.nan),
                **made,
                "status": np.where(known, _RANKS[doubtful], "not_available"),
                "interval_method": np.where(
                    known, _METHODS[one.route.interval] + " of the sums", NO_INTERVAL
                ),
                "note": notes,
                "route": one.place,
                "source_row": np.nan,
                "basis_period": None,
            }
        )[COLUMNS]
    )


# ---- what hangs on observations: spread and trend ---------------------------------------------------------------

_PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
_PERCENTILES = ("p5", "p25", "p50", "p75", "p95")
GROUP = ["indicator_id", "period", "sex", "age", "breakdown"]


def distributions(
    observations: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]
) -> pd.DataFrame:
    """Rows of the table ``distribution`` for whole lines: spread by area type and period.

    The areas of a group are those of the vintage that its codes fit best, so that an old and a new district
    of the same place are not both counted.
    """
    kinds, pair = _kinds(observations, register)
    areas, _ = dictionary([observations["area_code"]])
    is_of = {
        kind: np.array([kind in one for one in kinds], dtype=bool)[pair]
        for kind in {kind for one in kinds for kind in one}
    }
    vintages = _Vintages(register)
    frames = []
    for indicator_id, places in observations.groupby("indicator_id", sort=True).indices.items():
        for area_type in catalogue[str(indicator_id)].area_types:
            if area_type not in is_of:
                continue
            at = places[is_of[area_type][places]]
            if len(at):
                frames.append(_spread(observations.take(at), areas[at], area_type, vintages))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=DISTRIBUTION_COLUMNS)
    return _mark_latest(table)


def _kinds(observations: pd.DataFrame, register: Register) -> tuple[list[frozenset[str]], NDArray[np.intp]]:
    """(area types of each pair of area and period that occurs, the pair of each row)."""
    [codes] = coded([observations], ["area_code", "period"])
    pair, _ = pd.factorize(codes)
    heads = observations[["area_code", "period"]].take(np.flatnonzero(~repeated(codes)))
    kinds = [
        frozenset(types_on(register, code, _end(period)))
        for code, period in heads.itertuples(index=False, name=None)
    ]
    return kinds, pair


class _Vintages:
    """Which vintage of a type a set of areas fits best, and which of them belong to it; each worked out once."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._found: dict[tuple[str, bytes, int], tuple[int, Flags]] = {}

    def of(
        self, area_type: str, numbers: NDArray[np.int32], codes: NDArray[Any], year: int
    ) -> tuple[int, Flags]:
        """(vintage, whether each area is of it) for areas given as numbers and as codes."""
        near = (area_type, numbers.tobytes(), year)
        if near not in self._found:
            vintage = self._register.best_vintage(area_type, frozenset(codes), year)
            inside = self._register.codes(area_type, vintage)
            self._found[near] = vintage, np.array([code in inside for code in codes], dtype=bool)
        return self._found[near]


def _spread(
    part: pd.DataFrame, areas: NDArray[np.int32], area_type: str, vintages: _Vintages
) -> pd.DataFrame:
    """The spread of each group of one indicator over the areas of one type."""
    [groups] = coded([part], GROUP)
    label, found = pd.factorize(groups, sort=True)
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label, minlength=len(found)))
    codes = part["area_code"].to_numpy(dtype=object)
    heads = part[GROUP].take(order[ends - 1]).reset_index(drop=True)
    period_ends = [_end(str(period)) for period in heads["period"]]
    vintage = np.zeros(len(found), dtype=np.int64)
    kept = np.zeros(len(part), dtype=bool)
    for number, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        rows = order[start:end]
        vintage[number], inside = vintages.of(area_type, areas[rows], codes[rows], period_ends[number].year)
        kept[rows] = inside
    values, of_group = part["value"].to_numpy()[kept], label[kept]
    many = len(found)
    # one value more in a group of its own, so that every label up to the last is there
    padded, labels = np.append(values, np.nan), np.append(of_group, many)
    bounds = comparison.percentiles(padded, _PROBABILITIES, labels)
    lowest, highest = comparison.extremes(padded, labels)
    sizes = np.bincount(of_group, minlength=many)
    made_up = (part["status"] == "illustrative").to_numpy()[kept]
    # a group none of whose areas is of the vintage has no label of its own
    present = np.flatnonzero(sizes)
    at = np.searchsorted(np.append(present, many), present)
    return heads.take(present).assign(
        area_type=area_type,
        period_end=[period_ends[number].isoformat() for number in present],
        vintage=vintage[present],
        n_values=np.bincount(of_group, weights=~np.isnan(values), minlength=many)[present].astype(np.int64),
        n_areas=sizes[present],
        minimum=lowest[at],
        **{name: bounds[at, place] for place, name in enumerate(_PERCENTILES)},
        maximum=highest[at],
        is_latest=False,
        illustrative=np.bincount(of_group, weights=made_up, minlength=many)[present] > 0,
    )[list(DISTRIBUTION_COLUMNS)]


def _mark_latest(table: pd.DataFrame) -> pd.DataFrame:
    """Mark the newest period with a value (or the newest of all) of each line and area type."""
    line = ["indicator_id", "sex", "age", "breakdown", "area_type"]
    ranked = table.assign(has_value=table["n_values"] > 0).sort_values(["has_value", "period_end", "period"])
    newest = ranked.index[~ranked.duplicated(line, keep="last")]
    return table.assign(is_latest=table.index.isin(newest))


def trend_rows(
    observations: pd.DataFrame,
    catalogue: Mapping[str, Indicator],
    periods: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Rows of the table ``trend`` for whole lines: the recent trend of every series, and its newest period.

    Counts are used where they count people (routes by ``proportion``), else the published or worked-out limits.
    ``periods`` are those of each indicator, where other lines of it have more than are here: a series that lacks
    one of them is broken there.
    """
    frames = []
    for indicator_id, own in observations.groupby("indicator_id", sort=True):
        every = sorted({*own["period"].unique(), *((periods or {}).get(str(indicator_id), ()))})
        frames.append(_trends(own, catalogue[str(indicator_id)], every))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=TREND_COLUMNS)


def _trends(own: pd.DataFrame, indicator: Indicator, periods: list[str]) -> pd.DataFrame:
    label, found = pd.factorize(coded([own], SERIES)[0], sort=True)
    many = len(found)
    counted = [place for place, route in enumerate(indicator.routes) if route.method == "proportion"]
    is_count = own["route"].isin(counted).to_numpy() & (own["denominator"].fillna(0) > 0).to_numpy()
    # a series more, without figures, so that the axis has every period of the indicator
    blank = np.full(len(periods), np.nan)
    figures = [
        np.append(column, blank)
        for column in (
            *(own[name].to_numpy() for name in ("value", "lower_ci_95", "upper_ci_95")),
            *(np.where(is_count, own[name].to_numpy(), np.nan) for name in ("numerator", "denominator")),
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
    return heads.assign(
        **{name: column[:many] for name, column in columns.items()},
        periods_used=[used[row.tobytes()] for row in recent.columns_used[:many]],
        latest_period=_newest(own, label, many),
        illustrative=np.bincount(label, weights=own["status"] == "illustrative", minlength=many) > 0,
    )[list(TREND_COLUMNS)]


def _newest(own: pd.DataFrame, label: NDArray[Any], many: int) -> NDArray[Any]:
    """The newest period of each series with a value, or the newest of all where none has one."""
    at, texts = dictionary([own["period"]])
    in_order = sorted(range(len(texts)), key=lambda place: (_end(str(texts[place])), texts[place]))
    rank = np.empty(len(texts), dtype=np.int64)
    rank[in_order] = np.arange(len(texts))
    newest = np.full(many, -1, dtype=np.int64)
    np.maximum.at(newest, label, rank[at] + len(texts) * own["value"].notna().to_numpy())
    return np.array(texts, dtype=object)[np.array(in_order)[newest % len(texts)]]
