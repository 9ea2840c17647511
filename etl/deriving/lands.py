"""Figures across a change of codes: one land under each of its codes, and sums of areas that merged whole.

Both are made of one publication of a source, before anything is compared or shown, so that maps, lists, trends, gaps,
files and the API all find them and no page asks for more than it did. ``geodata.lands`` says what is one land.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.deriving.totals import rounding
from etl.frames.observations import FIGURES, GROUP, HALF_WIDTHS, INTERVAL_METHODS, KEY, end_of, real, typed
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.merged_areas import ESTIMATED, MERGED
from indicators.statistics import intervals
from indicators.statistics.rounding import LARGEST_BOUND
from indicators.store.writing import OBSERVATION_COLUMNS

Floats = NDArray[np.float64]
Make = Callable[[Indicator, int, pd.DataFrame, Sequence[str], Register], Iterable[pd.DataFrame]]
"""Figures made from those of an indicator (with the place of its route, and the columns that add up), one frame a period."""

FEWEST_ROUNDED = 10
"""Counts from which on it can be told that a publisher rounds them."""
_COUNTED = ("count", "people")


def same_land(figures: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Observations of one source with each figure of a land under each of its codes (Barnsley: E08000016 and E08000038).

    ``figures`` have the columns of the store's table, each key once, those of the edition that wins first. Where several
    codes have a figure one of them counts for all: that of the edition that wins, then one that is not merely missing,
    then that of the newest code. The release and the row of the publisher's file stay those of the figure itself.
    """
    is_land = figures["area_code"].isin(list(register.lands)).to_numpy()
    if not is_land.any():
        return figures
    own = figures[is_land]
    newest = own["area_code"].map({code: codes[0] for code, codes in register.lands.items()})
    ranked = own.assign(
        land=newest,
        edition=pd.factorize(own["release_id"])[0],
        is_missing=own["value"].isna() & (own["status"] != "suppressed"),
        is_older=newest != own["area_code"],
    ).sort_values(["edition", "is_missing", "is_older"], kind="stable")
    codes = pd.DataFrame(
        [(known[0], code) for code, known in sorted(register.lands.items())], columns=["land", "target"]
    )
    spread = ranked.drop_duplicates([*GROUP, "land"]).merge(codes, on="land")
    spread = spread.assign(area_code=spread["target"])
    # a code that the publisher gives the same figure keeps its own row of the file
    facts = ["value", "status", "source_row"]
    both = spread.merge(own[[*KEY, *facts]], on=KEY, how="left", suffixes=("", "_own"))
    alike = (both["status"] == both["status_own"]) & (
        (both["value"] == both["value_own"]) | (both["value"].isna() & both["value_own"].isna())
    )
    both["source_row"] = both["source_row_own"].where(alike, both["source_row"])
    found = both[list(figures.columns)].astype(figures.dtypes.to_dict())
    return pd.concat([figures[~is_land], found], ignore_index=True)


def differing(figures: pd.DataFrame, register: Register) -> list[str]:
    """In words, where one edition gives the codes of a land different values for the same figure: one line a land.

    ``figures`` as ``same_land`` takes them.
    """
    own = figures[figures["area_code"].isin(list(register.lands)) & figures["value"].notna()]
    if own.empty:
        return []
    newest = own["area_code"].map({code: codes[0] for code, codes in register.lands.items()})
    values = own.assign(land=newest).groupby([*GROUP, "land", "release_id"], sort=True)["value"]
    apart = (values.max() - values.min()) > 1e-9 * (1 + values.max().abs())
    counts = apart[apart].groupby(level="land").size()
    return [
        f"{' and '.join(register.land(str(land)))} are both {register.area(str(land)).name}, and "
        f"{int(count):,} of their figures differ; those of {land} are shown for both"
        for land, count in counts.items()
    ]


def joined(figures: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]) -> pd.DataFrame:
    """Sums of areas that merged whole, under the code of what they became, for periods before the merger.

    Of counts (Σ value), and of proportions and rates that have both counts (Σ numerator / Σ denominator, with the
    interval of the sums). All of the areas must have the counts in the same release; nothing is summed from hidden or
    illustrative figures, none where the publisher gives the new area a figure itself. Where counts are rounded the
    interval is widened by what rounding may do, and beyond ``LARGEST_BOUND`` of a proportion there is no figure.
    """
    return with_made(figures, catalogue, register, _joined)


def with_made(
    figures: pd.DataFrame, catalogue: Mapping[str, Indicator], register: Register, make: Make
) -> pd.DataFrame:
    """Figures with those that ``make`` gives for each indicator and route that has counts; one that is there stays."""
    frames = [figures]
    own = real(figures)
    for indicator_id, rows in own.groupby("indicator_id", sort=True):
        indicator = catalogue.get(str(indicator_id))
        if indicator is None or indicator.on_areas_of is not None:
            continue
        for place, of_route in rows.groupby("route", sort=True):
            columns = counts_of(indicator, int(str(place)), of_route)
            if columns:
                frames += make(indicator, int(str(place)), of_route, columns, register)
    if len(frames) == 1:
        return figures
    found = pd.concat(frames, ignore_index=True)
    return found[~found.duplicated(KEY, keep="first")].reset_index(drop=True)


def is_joined(figures: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each figure is a sum of areas that merged, or an estimate from the areas that it was made of."""
    return figures["note"].str.startswith((MERGED, ESTIMATED)).to_numpy(dtype=bool)


def counts_of(indicator: Indicator, place: int, rows: pd.DataFrame) -> tuple[str, ...]:
    """The columns that add up in a route's figures; () where they cannot be summed."""
    route = indicator.routes[place]
    if route.method in ("proportion", "rate") and route.denominator:
        return ("numerator", "denominator")
    is_count = route.method == "count" or (route.method == "published" and indicator.unit in _COUNTED)
    has_interval = rows["lower_ci_95"].notna().any()
    if is_count and (route.interval == "byar" or not has_interval):
        return ("value",)
    return ()


def _joined(
    indicator: Indicator, place: int, rows: pd.DataFrame, columns: Sequence[str], register: Register
) -> Iterator[pd.DataFrame]:
    usable = rows[rows[list(columns)].notna().all(axis=1) & (rows["status"] != "suppressed")]
    for period, of_period in usable.groupby("period", sort=True):
        codes = frozenset(of_period["area_code"])
        wholes = merged_wholes(register, indicator.area_types, codes, end_of(str(period)))
        if wholes is None:
            continue
        parts = of_period.merge(wholes, on="area_code")
        parts["is_doubtful"] = (parts["status"] == "unreliable").to_numpy(dtype=bool)
        # of the parts alone: national counts are exact where local ones are rounded
        steps = {name: step_of(parts[name].to_numpy()) for name in columns}
        key = [*GROUP, "release_id", "whole"]
        sums = parts.groupby(key, sort=True)[list(columns)].sum().reset_index()
        heads = (
            parts.groupby(key, sort=True)
            .agg(
                size=("area_code", "size"),
                needed=("needed", "first"),
                words=("words", "first"),
                method=("interval_method", "first"),
                methods=("interval_method", "nunique"),
                is_doubtful=("is_doubtful", "max"),
            )
            .reset_index(drop=True)
        )
        made = pd.concat([sums, heads], axis=1)
        made = made[made["size"] == made["needed"]].reset_index(drop=True)
        # the line goes on where the parts were all made in one way
        usual = INTERVAL_METHODS[indicator.routes[place].interval]
        made["method"] = made["method"].where(made["methods"] == 1, usual)
        made["note"] = MERGED + made["words"] + "."
        made["bound"] = rounding_bound(made, made["size"], columns, steps)
        if len(made):
            yield figures_of_sums(indicator, place, made, columns)


def merged_wholes(
    register: Register, area_types: Sequence[str], codes: frozenset[str], on: date
) -> pd.DataFrame | None:
    """(part, whole, number of parts, names of the parts) of areas made wholly of some that have figures."""
    found = {
        whole: parts
        for whole, area_type, parts in _mergers(register, on)
        if area_type in area_types and whole not in codes and codes.issuperset(parts)
    }
    if not found:
        return None
    return pd.DataFrame(
        [
            (part, whole, len(parts), ", ".join(register.area(code).name for code in parts))
            for whole, parts in found.items()
            for part in parts
        ],
        columns=["area_code", "whole", "needed", "words"],
    )


@lru_cache(maxsize=512)
def _mergers(register: Register, on: date) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(code, area type, codes of the areas of a day that merged into it) of every area that came later."""
    later = (area for area in register if area.start_on is not None and area.start_on > on)
    made = (
        (area.area_code, area.area_type, register.whole_forerunners(area.area_code, area.area_type, on))
        for area in later
    )
    return tuple(merger for merger in made if len(merger[2]) > 1)


def step_of(counts: Floats) -> float:
    """What the publisher rounds these counts to: 5 or more, or 0 where they are exact."""
    step = rounding(counts) if len(counts) >= FEWEST_ROUNDED else 0.0
    return step if step >= 5 else 0.0


def rounding_bound(
    made: pd.DataFrame, size: pd.Series, columns: Sequence[str], steps: Mapping[str, float]
) -> pd.Series:
    """How far rounded counts of ``size`` areas may move each sum: of a count in its unit, of a ratio as a share."""
    if tuple(columns) == ("value",):
        return size * steps["value"] / 2
    share = made["numerator"] / made["denominator"].where(made["denominator"] > 0)
    return size / 2 * (steps["numerator"] + steps["denominator"] * share) / made["denominator"]


def figures_of_sums(
    indicator: Indicator, place: int, made: pd.DataFrame, columns: Sequence[str]
) -> pd.DataFrame:
    """Observations, under the code of the ``whole``, of sums with their counts in ``columns``.

    ``bound`` of each is how far it may lie off besides chance, which widens its interval. A ratio that may lie off by
    more than ``LARGEST_BOUND``, and one of a part above its whole, is left out.
    """
    route = indicator.routes[place]
    if tuple(columns) == ("value",):
        bound = made["bound"].to_numpy(dtype=np.float64)
        figures = {name: np.full(len(made), np.nan) for name in FIGURES}
        figures["value"] = made["value"].to_numpy()
        statistic = partial(intervals.rate, figures["value"], np.ones(len(made)), 1)
    else:
        share = made["numerator"] / made["denominator"].where(made["denominator"] > 0)
        # rounded counts may add up to a part that is larger than its whole
        is_part = (share <= 1) | (route.method == "rate")
        fits = (share.notna() & is_part & (made["bound"] <= LARGEST_BOUND)).to_numpy()
        made = made[fits].reset_index(drop=True)
        bound = made["bound"].to_numpy(dtype=np.float64) * indicator.multiplier
        figures = {name: np.full(len(made), np.nan) for name in FIGURES}
        for name in columns:
            figures[name] = made[name].to_numpy()
        figures["value"] = figures["numerator"] / figures["denominator"] * indicator.multiplier
        method = intervals.rate if route.method == "rate" else intervals.proportion
        statistic = partial(method, figures["numerator"], figures["denominator"], indicator.multiplier)
    lowest, highest = indicator.bounds
    if route.interval != "none" and len(made):
        for confidence, suffix in ((0.95, "95"), (0.998, "998")):
            _, lower, upper = statistic(confidence=confidence)
            figures[f"lower_ci_{suffix}"] = np.clip(lower - bound, lowest, None)
            figures[f"upper_ci_{suffix}"] = np.clip(upper + bound, None, highest)
    table = {
        "indicator_id": indicator.id,
        **{name: made[name].array for name in GROUP if name != "indicator_id"},
        "area_code": made["whole"].array,
        **figures,
        "status": np.where(made["is_doubtful"], "unreliable", "ok"),
        "interval_method": made["method"].array,
        "note": made["note"].array,
        "route": place,
        "source_row": np.nan,
        "basis_period": None,
        **dict.fromkeys(HALF_WIDTHS, np.nan),
        "release_id": made["release_id"].array,
    }
    return typed(pd.DataFrame(table)[list(OBSERVATION_COLUMNS)])
