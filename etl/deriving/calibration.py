"""Intervals of rates of survey counts, widened or narrowed so that those of councils equal the publisher's own.

They are those of sums of districts, and of LEPs and combined authorities, whose counts come from the same table. An
interval worked out from published half-widths leaves out what the publisher knows of its sample's design. How much is measured on councils, for which both are known: ours from the counts of the same table, and the publisher's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from etl.frames.observations import ILLUSTRATIVE, INTERVAL_METHODS, KEY
from etl.sources.reading import ENGLAND
from indicators.catalogue import Indicator
from indicators.notes import not_compared
from indicators.statistics.decimals import meant
from indicators.sums import FEWEST, NOT_MEASURED, SUM_NOT_MEASURED, calibration_words

MEASURED_ON = "survey, of parts: measures the intervals of sums and is never shown"
"""``interval_method`` of a figure of a part that is derived only to be held against the publisher's own."""
CALIBRATED = ("combined_authority", "lep")
"""Types of area whose own published counts make a rate with such an interval."""
_LINE = ["indicator_id", "period", "sex", "age", "breakdown"]
_PAIRS = (("lower_ci_95", "upper_ci_95"), ("lower_ci_998", "upper_ci_998"))


def split(observations: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(figures to be shown, figures of parts that are there to measure intervals by)."""
    measured = (observations["interval_method"] == MEASURED_ON).to_numpy()
    if not measured.any():
        return observations, observations.iloc[:0]
    return observations[~measured].reset_index(drop=True), observations[measured]


def calibrated(
    winners: pd.DataFrame,
    parts: pd.DataFrame,
    release_ids: Collection[str],
    catalogue: Mapping[str, Indicator],
) -> pd.DataFrame:
    """``winners`` with the limits of the releases being loaded calibrated, and the factor in their notes.

    Those of sums of districts and of the types of area ``CALIBRATED``. England's, the benchmark, stays as it is.

    The factor is the median, over the councils of a line, of the publisher's half-width by ours (``parts``). Whole lines
    only. A line with fewer than ``FEWEST`` councils that have both keeps its limits, and the note says so: sums of districts
    are then compared with nothing.
    """
    sums = _to_calibrate(winners, release_ids, catalogue)
    if not sums.any():
        return winners
    factors = _factors(winners, parts)
    changed = winners.copy()
    lines = changed.loc[sums, _LINE].agg("|".join, axis=1)
    of_parts = {
        (indicator.id, place)
        for indicator in catalogue.values()
        for place, route in enumerate(indicator.routes)
        if route.parts is not None
    }
    is_sum = {
        row: (str(name), int(place)) in of_parts
        for row, name, place in zip(
            lines.index, changed.loc[sums, "indicator_id"], changed.loc[sums, "route"], strict=True
        )
    }
    for line, at in lines.groupby(lines).groups.items():
        if line not in factors.index:
            changed.loc[at, "note"] = [
                _unmeasured(note, is_sum[row]) for row, note in changed.loc[at, "note"].items()
            ]
            continue
        factor, councils = float(factors.at[line, "factor"]), int(factors.at[line, "councils"])
        low, high = catalogue[str(line).partition("|")[0]].bounds
        value = changed.loc[at, "value"]
        for lower, upper in _PAIRS:
            changed.loc[at, lower] = meant(
                (value - factor * (value - changed.loc[at, lower])).clip(lower=low)
            )
            changed.loc[at, upper] = meant(
                (value + factor * (changed.loc[at, upper] - value)).clip(upper=high)
            )
        changed.loc[at, "note"] = _with(
            changed.loc[at, "note"],
            calibration_words(factor, councils),
        )
    return changed


def _unmeasured(note: str, is_sum: bool) -> str:
    """A note that says that the limits are not calibrated; of a sum also that it is therefore not compared."""
    if is_sum and not_compared(note):
        is_sum = False
    words = SUM_NOT_MEASURED if is_sum else NOT_MEASURED
    return f"{note.rstrip('.')}. {words}" if note else words


def _with(notes: pd.Series, sentence: str) -> pd.Series:
    """Notes, with or without a full stop at their end, followed by a sentence."""
    ended = notes.str.rstrip(".") + "."
    return (ended.where(notes != "", "") + f" {sentence}").str.strip()


def _to_calibrate(
    winners: pd.DataFrame, release_ids: Collection[str], catalogue: Mapping[str, Indicator]
) -> np.ndarray:
    """Which figures of the releases being loaded have limits from survey counts that are to be calibrated (bool)."""
    routes = {
        (indicator.id, place)
        for indicator in catalogue.values()
        for place, route in enumerate(indicator.routes)
        if route.method == "survey_proportion"
        and (route.parts is not None or not set(CALIBRATED).isdisjoint(route.area_types))
    }
    concerned = (
        winners["indicator_id"].isin({name for name, _ in routes})
        & winners["release_id"].isin(list(release_ids))
        & (winners["status"] != ILLUSTRATIVE)
        & (winners["area_code"] != ENGLAND)
    )
    answer = (concerned & winners["lower_ci_95"].notna()).to_numpy(copy=True)
    pairs = zip(winners.loc[answer, "indicator_id"], winners.loc[answer, "route"], strict=True)
    answer[answer] = [(str(name), int(place)) in routes for name, place in pairs]
    return answer


def _factors(winners: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """``factor`` and number of ``councils`` by line."""
    published = winners[winners["interval_method"] == INTERVAL_METHODS["published"]]
    columns = [*KEY, "lower_ci_95", "upper_ci_95"]
    both = parts[columns].merge(published[columns], on=KEY, suffixes=("", "_own"), validate="one_to_one")
    if both.empty:  # the publisher's own intervals come from another source, which may not be loaded
        return pd.DataFrame({"factor": [], "councils": []})
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (both["upper_ci_95_own"] - both["lower_ci_95_own"]) / (
            both["upper_ci_95"] - both["lower_ci_95"]
        )
    both = both.assign(ratio=ratio)[np.isfinite(ratio) & (ratio > 0)]
    # with no council that has both, joining by rows would give a table and no column
    lines = both[_LINE[0]].str.cat([both[name] for name in _LINE[1:]], sep="|")
    found = both.groupby(lines)["ratio"].agg(["median", "size"])
    found.columns = pd.Index(["factor", "councils"])
    return found[found["councils"] >= FEWEST]
