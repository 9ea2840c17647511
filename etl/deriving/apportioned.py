"""Figures of before a change of boundary that moved a small part of an area: estimated by the share that moved.

NHS Derby and Derbyshire ICB is the partnership of before July 2022 and Glossop, which was 1.24% of Greater Manchester.
Such a figure is the sum of the counts of the areas it was made of, each by the share that went into it
(``geodata.succession``). It is made only where little is estimated, says that it is estimated, and is compared with
nothing. What is divided otherwise stays apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from etl.deriving.lands import figures_of_sums, rounding_bound, step_of, with_made
from etl.frames.observations import GROUP, NO_INTERVAL, end_of
from geodata.lands import WHOLE
from geodata.reading import CHANGED_TYPES
from geodata.register import Register
from geodata.succession import standing_for
from indicators.catalogue import Indicator
from indicators.merged_areas import ESTIMATED, ESTIMATED_METHOD
from indicators.notes import with_reason
from indicators.statistics.comparison import percentiles

LARGEST_PART = 0.25
"""Share of the sum that may stand in parts which moved; the smaller side of each divided area is what moved."""
LARGEST_OF_COUNT = 0.1
"""Share of a count, and of a rate per head, that the moved parts may add or take away."""
FEWEST_PEERS = 10
"""Areas with a figure from which on it can be told how far areas of a type lie apart."""
WHY = "a part of its land moved, and the figure of that part is estimated"


@dataclass(frozen=True, slots=True)
class Made:
    """An area that stands later, and the areas of a day it was made of, with the share of each that went into it."""

    area_code: str
    area_type: str
    parts: tuple[tuple[str, float], ...]


def estimated(figures: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]) -> pd.DataFrame:
    """Estimates for areas whose boundary moved, under their codes, for periods before the change.

    Of counts and of proportions and rates that have both counts; means, medians and published rates have none. All of the
    areas must have their counts in the same release, none of them hidden or illustrative. A figure that is there, also a
    sum of areas that merged whole, stays. Of a proportion the interval is widened by what the moved parts may differ from
    their areas: as far as the middle nine tenths of the areas of that type lie from it. Of a count, and of a rate, by the
    whole of what moved. Beyond 2 points of a proportion, or a tenth of a count or rate, there is no estimate.
    """
    return with_made(figures, catalogue, register, _estimates)


def is_estimated(figures: pd.DataFrame) -> np.ndarray:
    """Whether each figure is an estimate from the areas that its area was made of."""
    return figures["note"].str.startswith(ESTIMATED).to_numpy(dtype=bool)


def _estimates(
    indicator: Indicator, place: int, rows: pd.DataFrame, columns: Sequence[str], register: Register
) -> Iterator[pd.DataFrame]:
    usable = rows[rows[list(columns)].notna().all(axis=1) & (rows["status"] != "suppressed")]
    for period, of_period in usable.groupby("period", sort=True):
        codes = frozenset(of_period["area_code"])
        wholes = [
            whole
            for whole in _moved(register, end_of(str(period)))
            if whole.area_type in indicator.area_types
            and whole.area_code not in codes
            and all(code in codes for code, _ in whole.parts)
        ]
        if not wholes:
            continue
        steps = {name: step_of(of_period[name].to_numpy()) for name in columns}
        made = _sums(of_period, wholes, columns, register)
        made["method"] = NO_INTERVAL if indicator.routes[place].interval == "none" else ESTIMATED_METHOD
        made["bound"] = made["moved"] + rounding_bound(made, made["size"], columns, steps)
        is_ratio = tuple(columns) != ("value",)
        amount = made["numerator"] / made["denominator"] if is_ratio else made["value"]
        fits = (made["size"] == made["needed"]) & (made["part"] <= LARGEST_PART * made["whole_size"])
        if indicator.routes[place].method != "proportion":
            fits &= made["bound"] <= LARGEST_OF_COUNT * amount
        made = made[fits & made["bound"].notna()].reset_index(drop=True)
        if len(made):
            yield figures_of_sums(indicator, place, made, columns)


def _sums(
    of_period: pd.DataFrame, wholes: Sequence[Made], columns: Sequence[str], register: Register
) -> pd.DataFrame:
    """Each group of people and area: the weighted sums, ``moved`` (how far off they may be) and ``part`` of ``whole_size``."""
    table = pd.DataFrame(
        [
            (code, whole.area_code, share, len(whole.parts), words, _kinds(whole.area_type))
            for whole in wholes
            for words in [_words(register, whole)]
            for code, share in whole.parts
        ],
        columns=["area_code", "whole", "share", "needed", "words", "kinds"],
    )
    parts = of_period.merge(table, on="area_code")
    share = parts["share"].to_numpy()
    smaller = np.where(share >= WHOLE, 0.0, np.minimum(share, 1 - share))
    if tuple(columns) == ("value",):
        parts["part"] = smaller * parts["value"]
        parts["moved"] = parts["part"]
        parts["size_of"] = share * parts["value"]
    else:
        parts["part"] = smaller * parts["denominator"]
        parts["moved"] = parts["part"] * _furthest(parts, of_period, register)
        parts["size_of"] = share * parts["denominator"]
    parts["is_unknown"] = parts["moved"].isna()
    for name in columns:
        parts[name] = parts[name] * share
    parts["is_doubtful"] = parts["status"] == "unreliable"
    key = [*GROUP, "release_id", "whole"]
    made = (
        parts.groupby(key, sort=True)
        .agg(
            **{name: (name, "sum") for name in columns},
            size=("area_code", "size"),
            needed=("needed", "first"),
            words=("words", "first"),
            part=("part", "sum"),
            moved=("moved", "sum"),
            is_unknown=("is_unknown", "max"),
            whole_size=("size_of", "sum"),
            is_doubtful=("is_doubtful", "max"),
        )
        .reset_index()
    )
    for name in columns:
        # a part of a person would say more than is known
        made[name] = made[name].round()
    if tuple(columns) != ("value",):
        made["moved"] /= made["whole_size"]
    made["moved"] = made["moved"].mask(made["is_unknown"])
    made["note"] = [with_reason(f"{ESTIMATED}{words}.", WHY) for words in made["words"]]
    return made


def _furthest(parts: pd.DataFrame, of_period: pd.DataFrame, register: Register) -> np.ndarray:
    """How far the ratio of a moved part may lie from that of its area: to the 5th or 95th percentile of the areas of that
    type and group, whichever is further; nan where fewer than ``FEWEST_PEERS`` have a figure."""
    on = end_of(str(of_period["period"].iloc[0]))
    peers = of_period.assign(
        ratio=of_period["numerator"] / of_period["denominator"].where(of_period["denominator"] > 0)
    )
    peers = peers[peers["ratio"].notna()].merge(parts[GROUP].drop_duplicates(), on=GROUP)
    spread: dict[tuple[object, ...], tuple[float, float]] = {}
    for kinds in parts["kinds"].unique():
        alive = [area.area_code for area in register if area.area_type in kinds and area.alive(on)]
        ratios = peers[peers["area_code"].isin(alive)].groupby(GROUP, sort=False)["ratio"]
        for group, known in ratios:
            if len(known) >= FEWEST_PEERS:
                low, high = percentiles(known.to_numpy(), [0.05, 0.95])
                spread[kinds, *group] = (float(low), float(high))
    nothing = (np.nan, np.nan)
    keys = zip(parts["kinds"], *(parts[name] for name in GROUP), strict=True)
    ends = np.array([spread.get(key, nothing) for key in keys], dtype=np.float64).reshape(-1, 2)
    own = (parts["numerator"] / parts["denominator"].where(parts["denominator"] > 0)).to_numpy()
    far: np.ndarray = np.maximum(np.abs(ends[:, 1] - own), np.abs(own - ends[:, 0]))
    return far


def _kinds(area_type: str) -> tuple[str, ...]:
    """The type and the one that it took the place of."""
    return (area_type, *(earlier for earlier, later in CHANGED_TYPES.items() if later == area_type))


def _words(register: Register, whole: Made) -> str:
    """The whole areas by name, then each share with the areas it was taken of: those of one share are one area later."""
    names = {code: register.area(code).name for code, _ in whole.parts}
    by_share: dict[float, list[str]] = {}
    for code, share in whole.parts:
        if share < WHOLE:
            by_share.setdefault(share, []).append(names[code])
    found = [names[code] for code, share in whole.parts if share >= WHOLE]
    for share, taken in sorted(by_share.items(), reverse=True):
        together = " together" if len(taken) > 1 else ""
        found.append(f"{100 * share:.1f}% of {' and '.join(taken)}{together}")
    return ", ".join(found)


@lru_cache(maxsize=512)
def _moved(register: Register, on: date) -> tuple[Made, ...]:
    """Every area that came after a day and was made of the areas of that day, of at least one of them in part."""
    found = []
    for area in register:
        if area.start_on is None or area.start_on <= on:
            continue
        kinds = _kinds(area.area_type)
        parts = tuple(
            sorted(
                (standing.area_code, standing.share)
                for standing in standing_for(register, area.area_code, on)
                if standing.area_type in kinds
            )
        )
        if parts and any(share < WHOLE for _, share in parts) and area.area_code not in dict(parts):
            found.append(Made(area.area_code, area.area_type, parts))
    return tuple(found)
