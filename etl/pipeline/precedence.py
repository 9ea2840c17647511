"""Who gives a figure, where several editions, routes or sources have it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from etl.deriving.cross_check import Report, compare
from etl.deriving.lands import is_joined
from etl.frames.keys import coded, repeated
from etl.frames.observations import ILLUSTRATIVE, KEY, real
from etl.frames.routes import DERIVED
from etl.pipeline import Row
from etl.pipeline.rows import NO_ALTERNATES, NO_OBSERVATIONS
from indicators.store.writing import (
    ALTERNATE_COLUMNS,
    OBSERVATION_COLUMNS,
)


def resolve(loaded: Sequence[tuple[Row, pd.DataFrame]]) -> tuple[pd.DataFrame, list[Row]]:
    """The observations of several editions of a source, each key once, with ``release_id``.

    Each edition is its release's row and its observations. A real edition wins over an illustrative one, then that of
    the highest precedence, then the one published last. Also returns, for each pair that overlaps, how many figures are shared and how many of them
    differ.
    """
    ranked = sorted(
        loaded,
        key=lambda edition: _rank(edition[0]),
        reverse=True,
    )
    full = [frame.assign(release_id=release["release_id"]) for release, frame in ranked if len(frame)]
    if not full:
        return NO_OBSERVATIONS, []
    if len(full) == 1:
        return full[0], []
    stacked = pd.concat(full, ignore_index=True)
    again = repeated(coded([stacked], KEY)[0])
    overlaps: list[Row] = []
    if again.any():
        both = stacked[again].merge(
            stacked.loc[~again, [*KEY, "value", "release_id"]],
            on=KEY,
            suffixes=("", "_kept"),
            validate="many_to_one",
        )
        for (left, kept), part in both.groupby(["release_id", "release_id_kept"], sort=True):
            apart = (part["value"] - part["value_kept"]).abs() > 1e-9 * (1 + part["value_kept"].abs())
            overlaps.append(
                {"kept": str(kept), "left": str(left), "figures": len(part), "differ": int(apart.sum())}
            )
    return stacked[~again].reset_index(drop=True), overlaps


def _rank(release: Row) -> tuple[bool, int, str, str]:
    return (
        not release["illustrative"],
        release["precedence"],
        release["published_on"] or "",
        release["edition"],
    )


def winners_and_losers(frames: Sequence[pd.DataFrame], report: Report) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give each key to the first route that has it: (winners, losers), the losers with ``source_id``.

    An illustrative figure loses to a real one of any route, and is held against nothing. A sum of areas that merged loses
    to a figure that a publisher gives of the area itself.
    """
    full = [frame for frame in frames if len(frame)]
    if not full:
        return NO_OBSERVATIONS, NO_ALTERNATES
    if len(full) == 1 and not repeated(coded(full, KEY)[0]).any():
        return full[0][list(OBSERVATION_COLUMNS)].reset_index(drop=True), NO_ALTERNATES
    everything = pd.concat(full, ignore_index=True)
    everything = everything.assign(
        is_illustrative=everything["status"] == ILLUSTRATIVE, is_joined=is_joined(everything)
    ).sort_values(["is_illustrative", "is_joined", "route"], kind="stable")
    again = repeated(coded([everything], KEY)[0])
    winners, losers = everything[~again], everything[again]
    for source_id, part in real(losers).groupby("source_id", sort=True):
        whose = "the difference calculated here" if source_id == DERIVED else f"source {source_id}"
        compare(winners, part, whose, report)
    return (
        winners[list(OBSERVATION_COLUMNS)].reset_index(drop=True),
        losers[list(ALTERNATE_COLUMNS)].reset_index(drop=True),
    )
