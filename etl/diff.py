"""What a publication would change, and whether it may: counted, told, and stopped where it smells wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from etl.derive import FIGURES, KEY
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.statistics import comparison

# how far a median (or, of fewer than four areas, a single figure) may move without a person's word
RELATIVE_TOLERANCE = 0.10
ABSOLUTE_TOLERANCE = {
    "percent": 1.0,
    "percentage_points": 1.0,
    "years": 0.5,
    "pounds_per_week": 10.0,
    "per_100000": 5.0,
    "count": 10.0,
    "people": 10.0,
}
VALUES_LOST = 0.10  # share of a period's figures that may become missing without a person's word
_CLOSE = 1e-9
_EXAMPLES = 10


@dataclass
class Diff:
    """Old and new observations set against each other.

    ``added``, ``revised``, ``moved`` (same figures, another release or note) are rows of the new frame,
    ``removed`` keys of the old one, ``was`` the old figures of what was revised or removed.
    ``reasons`` say why the publication must wait for a person; empty when it may go ahead.
    """

    added: pd.DataFrame
    revised: pd.DataFrame
    moved: pd.DataFrame
    removed: pd.DataFrame
    was: pd.DataFrame
    unchanged: int
    indicators: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    @property
    def changed_indicators(self) -> list[str]:
        """Indicators of which any figure was added, revised or removed."""
        frames = (self.added, self.revised, self.removed)
        return sorted({str(one) for frame in frames for one in frame["indicator_id"].unique()})

    @property
    def is_empty(self) -> bool:
        return not (len(self.added) or len(self.revised) or len(self.moved) or len(self.removed))

    def totals(self) -> dict[str, int]:
        """Rows added, revised, removed, moved and unchanged."""
        return {
            "added": len(self.added),
            "revised": len(self.revised),
            "removed": len(self.removed),
            "moved": len(self.moved),
            "unchanged": self.unchanged,
        }

    def summary(self) -> dict[str, Any]:
        """The whole diff as facts for the log: totals, by indicator, and the reasons to wait."""
        return {"totals": self.totals(), "indicators": self.indicators, "reasons": self.reasons}


def diff(
    old: pd.DataFrame, new: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]
) -> Diff:
    """Compare two frames of observations (columns of the store's table) of the same indicators."""
    if old.empty:
        return _all_new(old, new)
    merged = old.merge(new, on=KEY, how="outer", suffixes=("_old", "_new"), indicator="side")
    side = merged["side"].astype("str")
    both = (side == "both").to_numpy()
    same = both.copy()
    for name in FIGURES:
        before, after = merged[f"{name}_old"].to_numpy(), merged[f"{name}_new"].to_numpy()
        with np.errstate(invalid="ignore"):
            close = np.abs(before - after) <= _CLOSE * np.maximum(1.0, np.abs(before))
        same &= close | (np.isnan(before) & np.isnan(after))
    same &= (merged["status_old"] == merged["status_new"]).to_numpy()
    still = same.copy()
    for name in ("release_id", "route", "note", "interval_method", "basis_period", "source_row"):
        was, now = merged[f"{name}_old"], merged[f"{name}_new"]
        still &= ((was == now) | (was.isna() & now.isna())).to_numpy()
    answer = Diff(
        added=_part(merged, (side == "right_only").to_numpy(), "new"),
        revised=_part(merged, both & ~same, "new"),
        moved=_part(merged, same & ~still, "new"),
        removed=_part(merged, (side == "left_only").to_numpy(), "old"),
        was=_part(merged, (both & ~same) | (side == "left_only").to_numpy(), "old"),
        unchanged=int(still.sum()),
    )
    _count(answer, merged, same)
    # what is made up may go without a word
    real = (merged["status_old"] != "illustrative").to_numpy() & (side != "right_only").to_numpy()
    _judge(answer, merged[real], register, catalogue)
    return answer


def _all_new(old: pd.DataFrame, new: pd.DataFrame) -> Diff:
    """The diff against nothing: a first publication has nothing to lose."""
    counts = new["indicator_id"].value_counts(sort=False)
    return Diff(
        added=new.reset_index(drop=True),
        revised=new.iloc[:0],
        moved=new.iloc[:0],
        removed=old,
        was=old,
        unchanged=0,
        indicators={
            str(name): {"added": int(count), "revised": 0, "removed": 0, "unchanged": 0}
            for name, count in sorted(counts.items())
        },
    )


def _part(merged: pd.DataFrame, where: np.ndarray, which: str) -> pd.DataFrame:
    columns = {
        column: column.removesuffix(f"_{which}") for column in merged.columns if column.endswith(f"_{which}")
    }
    return merged.loc[where, [*KEY, *columns]].rename(columns=columns).reset_index(drop=True)


def _count(answer: Diff, merged: pd.DataFrame, same: np.ndarray) -> None:
    kinds = np.select(
        [(merged["side"] == "right_only").to_numpy(), (merged["side"] == "left_only").to_numpy(), ~same],
        ["added", "removed", "revised"],
        "unchanged",
    )
    table = pd.crosstab(merged["indicator_id"], kinds)
    for indicator_id, counts in table.to_dict("index").items():
        answer.indicators[str(indicator_id)] = {
            kind: int(counts.get(kind, 0)) for kind in ("added", "revised", "removed", "unchanged")
        }


def _judge(
    answer: Diff, before: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]
) -> None:
    """Look for areas, periods and values lost and for medians moved, among what was there before."""
    # what the catalogue no longer asks for goes by the catalogue's word
    before = before[before["indicator_id"].isin(list(catalogue))].reset_index(drop=True)
    if before.empty:
        return
    gone = (before["side"] == "left_only").to_numpy()
    line = before.groupby(["indicator_id", "period"], sort=True)
    for hashed, places in line.indices.items():
        indicator_id, period = (str(part) for part in tuple(hashed))  # type: ignore[arg-type]
        lost = gone[places]
        part = before.iloc[places]
        if lost.all():
            areas = sorted(part["area_code"].unique())
            _note(answer, str(indicator_id), "periods_lost", str(period))
            answer.reasons.append(f"{indicator_id}, {period}: the whole period is gone ({len(areas)} areas)")
            continue
        if lost.any():
            left = set(part["area_code"][~lost])
            areas = sorted(set(part["area_code"][lost]) - left)
            if areas:
                _note(answer, str(indicator_id), "areas_lost", {"period": str(period), "areas": areas})
                named = ", ".join(f"{code} {register.area(code).name}" for code in areas[:3])
                more = f" and {len(areas) - 3} more" if len(areas) > 3 else ""
                answer.reasons.append(f"{indicator_id}, {period}: areas are gone: {named}{more}")
            series = sorted(
                set(zip(*(part[name][lost] for name in ("sex", "age", "breakdown")), strict=True))
                - set(zip(*(part[name][~lost] for name in ("sex", "age", "breakdown")), strict=True))
            )
            if series:
                words = " · ".join(series[0])
                answer.reasons.append(
                    f"{indicator_id}, {period}: breakdowns are gone: {words}"
                    + (f" and {len(series) - 1} more" if len(series) > 1 else "")
                )
        had = part["value_old"].notna().to_numpy() & ~lost
        emptied = had & part["value_new"].isna().to_numpy()
        if emptied.sum() > VALUES_LOST * had.sum():
            answer.reasons.append(
                f"{indicator_id}, {period}: {int(emptied.sum()):,} of {int(had.sum()):,} figures become missing"
            )
    _judge_medians(answer, before, register, catalogue)


def _note(answer: Diff, indicator_id: str, what: str, value: object) -> None:
    listed = answer.indicators.setdefault(indicator_id, {}).setdefault(what, [])
    if len(listed) < _EXAMPLES:
        listed.append(value)


def _judge_medians(
    answer: Diff, before: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]
) -> None:
    valued = before[before["value_old"].notna() & before["value_new"].notna()]
    valued = valued[(valued["value_old"] - valued["value_new"]).abs() > 0]
    if valued.empty:
        return
    # only the groups in which anything moved, but those whole
    touched = valued[["indicator_id", "period", "sex", "age", "breakdown"]].drop_duplicates()
    whole = before[before["value_old"].notna() & before["value_new"].notna()].merge(touched, how="inner")
    kinds = {code: next(iter(register.types_of(code)), "") for code in whole["area_code"].unique()}
    whole["area_type"] = whole["area_code"].map(kinds)
    group = ["indicator_id", "area_type", "period", "sex", "age", "breakdown"]
    lines = whole.groupby(group, sort=True)
    label = lines.ngroup().to_numpy()
    medians = [
        comparison.percentiles(whole[name].to_numpy(), [0.5], label)[:, 0]
        for name in ("value_old", "value_new")
    ]
    heads = whole.drop_duplicates(group).assign(
        label=lambda frame: label[whole.index.get_indexer(frame.index)]
    )
    for head in heads.sort_values("label").to_dict("records"):
        indicator = catalogue.get(head["indicator_id"])
        unit = "percent" if indicator is None else indicator.unit
        was, now = (float(side[head["label"]]) for side in medians)
        what = "median"
        if np.isnan(was) or np.isnan(now):
            # too few for a median: the figure that moved most speaks
            part = whole[label == head["label"]]
            furthest = (part["value_old"] - part["value_new"]).abs().to_numpy().argmax()
            was, now = float(part["value_old"].iloc[furthest]), float(part["value_new"].iloc[furthest])
            what = f"figure of {part['area_code'].iloc[furthest]}"
        tolerance = max(RELATIVE_TOLERANCE * abs(was), ABSOLUTE_TOLERANCE[unit])
        if abs(now - was) > tolerance:
            words = " · ".join(str(head[name]) for name in ("sex", "age", "breakdown"))
            _note(
                answer,
                head["indicator_id"],
                "medians_moved",
                {name: head[name] for name in group[1:]} | {"was": was, "now": now},
            )
            answer.reasons.append(
                f"{head['indicator_id']}, {head['area_type']}, {head['period']} ({words}): the {what} moves from "
                f"{was:g} to {now:g}, more than {tolerance:g}"
            )
