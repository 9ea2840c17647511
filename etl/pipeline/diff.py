"""What a publication would change, and whether it may: counted, listed, and stopped where it looks wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.frames.keys import Codes, coded, positions, repeated
from etl.frames.observations import FIGURES, GROUP, HALF_WIDTHS, KEY
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
    "per_100": 5.0,
    "per_100000": 5.0,
    "points": 0.2,
    "count": 10.0,
    "people": 10.0,
}
VALUES_LOST = 0.10  # share of a period's figures that may become missing without a person's word
_CLOSE = 1e-9
_BESIDE = ["route", "note", "interval_method", "basis_period", "source_row", *HALF_WIDTHS]
_EXAMPLES = 10

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Changed:
    """Old and new observations of some whole lines (sex, age, breakdown) set against each other.

    ``added``, ``revised``, ``moved`` (same figures, but a note or another release) are rows of the new frame,
    ``removed`` those of the old one; ``was`` the old figures of what was revised or removed. ``renamed`` has the
    groups (columns GROUP) of which every figure that rested on ``old_release_id`` and stays the same now rests
    on ``release_id`` and differs in nothing else; their ``figures`` are not in ``moved``.
    Each frame is in order of keys.
    """

    added: pd.DataFrame
    revised: pd.DataFrame
    moved: pd.DataFrame
    renamed: pd.DataFrame
    removed: pd.DataFrame
    was: pd.DataFrame
    unchanged: int

    @property
    def indicators(self) -> list[str]:
        """Indicators of which anything is written."""
        frames = (self.added, self.revised, self.moved, self.renamed, self.removed)
        return sorted(
            {str(indicator_id) for frame in frames for indicator_id in frame["indicator_id"].unique()}
        )


@dataclass(frozen=True)
class Concern:
    """What a reason to wait is about: an indicator in a period, and the group (sex, age, breakdown) where it is about one."""

    indicator_id: str
    period: str
    group: tuple[str, str, str] | None = None


class Diff:
    """What a publication would change, gathered over parts that are whole lines.

    ``indicators`` has for each indicator what was added, revised, removed and unchanged; ``reasons`` say why the
    publication must wait for a person; empty when it may go ahead; ``concerns`` what each reason is about. All are whole
    after ``judge``.
    """

    def __init__(self, register: Register, catalogue: Mapping[str, Indicator]) -> None:
        self.indicators: dict[str, dict[str, Any]] = {}
        self.reasons: list[str] = []
        self.concerns: list[Concern] = []
        self._register = register
        self._catalogue = catalogue
        self._totals = dict.fromkeys(("added", "revised", "removed", "moved", "unchanged"), 0)
        self._kept: list[pd.DataFrame] = []
        self._lost: list[pd.DataFrame] = []
        self._counts: list[pd.DataFrame] = []
        self._medians: list[tuple[tuple[str, ...], dict[str, Any], str]] = []

    def totals(self) -> dict[str, int]:
        """Rows added, revised, removed, moved and unchanged."""
        return dict(self._totals)

    def summary(self) -> dict[str, Any]:
        """The whole diff as facts for the log: totals, by indicator, and the reasons to wait."""
        return {"totals": self.totals(), "indicators": self.indicators, "reasons": self.reasons}

    def compare(self, old: pd.DataFrame, new: pd.DataFrame) -> Changed:
        """Compare two frames of observations (columns of the store's table) of the same lines, and remember what
        ``judge`` needs."""
        old_keys, new_keys = coded([old, new], KEY)
        to_new = positions(old_keys, new_keys)
        in_old = np.flatnonzero(to_new >= 0)
        in_new = to_new[in_old]
        same = _same_figures(old, new, in_old, in_new)
        release = _equal(old, new, ["release_id"], in_old, in_new)
        rest = _equal(old, new, _BESIDE, in_old, in_new)
        still = same & release & rest
        renamed, by_name = _renamed(old, new, in_old, in_new, same & rest & ~release, still)
        fresh = np.ones(len(new), dtype=bool)
        fresh[in_new] = False
        gone = to_new < 0
        revised_old = np.zeros(len(old), dtype=bool)
        revised_old[in_old[~same]] = True

        def of_new(places: np.ndarray) -> pd.DataFrame:
            return new.take(places[np.argsort(new_keys[places])]).reset_index(drop=True)

        def of_old(where: np.ndarray) -> pd.DataFrame:
            places = np.flatnonzero(where)
            return old.take(places[np.argsort(old_keys[places])]).reset_index(drop=True)

        answer = Changed(
            added=of_new(np.flatnonzero(fresh)),
            revised=of_new(in_new[~same]),
            moved=of_new(in_new[same & ~still & ~by_name]),
            renamed=renamed,
            removed=of_old(gone),
            was=of_old(gone | revised_old),
            unchanged=int(still.sum()),
        )
        self._totals["moved"] += int(by_name.sum())
        for kind in ("added", "revised", "removed", "moved"):
            self._totals[kind] += len(getattr(answer, kind))
        self._totals["unchanged"] += answer.unchanged
        self._count("unchanged", old["indicator_id"].iloc[in_old[same]])
        for kind in ("added", "revised", "removed"):
            self._count(kind, getattr(answer, kind)["indicator_id"])
        self._remember(old, new, to_new)
        return answer

    def _count(self, kind: str, indicator_ids: pd.Series) -> None:
        for name, count in indicator_ids.value_counts(sort=False).items():
            counts = self.indicators.setdefault(
                str(name), dict.fromkeys(("added", "revised", "removed", "unchanged"), 0)
            )
            counts[kind] += int(count)

    def _remember(self, old: pd.DataFrame, new: pd.DataFrame, to_new: np.ndarray) -> None:
        """What must be known of all parts before areas, periods and values can be called lost."""
        # illustrative figures may go unasked, and what the catalogue no longer asks for goes because it says so
        real = (old["status"] != "illustrative") & old["indicator_id"].isin(list(self._catalogue))
        places = np.flatnonzero(real.to_numpy())
        before = old[[*KEY, "value"]].take(places)
        lost = to_new[places] < 0
        value = np.where(lost, np.nan, new["value"].to_numpy()[to_new[places]]) if len(new) else np.nan
        had = before["value"].notna().to_numpy() & ~lost
        before = before.assign(lost=lost, had=had, value_new=value)
        before["emptied"] = had & before["value_new"].isna().to_numpy()
        line = before.groupby(["indicator_id", "period"], sort=False)
        self._counts.append(line[["lost", "had", "emptied"]].sum().assign(rows=line.size()).reset_index())
        for columns in (["area_code"], ["sex", "age", "breakdown"]):
            wanted = ["indicator_id", "period", *columns]
            self._kept.append(before.loc[~lost, wanted].drop_duplicates())
        self._lost.append(before.loc[lost, KEY])
        self._medians += moved_medians(before[had & ~before["emptied"]], self._register, self._catalogue)

    def judge(self) -> None:
        """Look for areas, periods and values lost and for medians moved, among what was there before."""
        self.indicators = dict(sorted(self.indicators.items()))
        counts = pd.concat(self._counts).groupby(["indicator_id", "period"], sort=True).sum()
        counts = counts[(counts["lost"] > 0) | (counts["emptied"] > VALUES_LOST * counts["had"])]
        lost = pd.concat(self._lost)
        kept = [pd.concat(self._kept[place::2]) for place in (0, 1)]
        for hashed, count in counts.iterrows():
            indicator_id, period = (str(part) for part in tuple(hashed))  # type: ignore[arg-type]
            gone, areas, lines = (
                frame[(frame["indicator_id"] == indicator_id) & (frame["period"] == period)]
                for frame in (lost, *kept)
            )
            if count["lost"] == count["rows"]:
                self._note(indicator_id, "periods_lost", period)
                places = gone["area_code"].nunique()
                self._wait(
                    Concern(indicator_id, period),
                    f"{indicator_id}, {period}: the whole period is gone ({places} areas)",
                )
                continue
            self._judge_lost(indicator_id, period, gone, areas, lines)
            if count["emptied"] > VALUES_LOST * count["had"]:
                self._wait(
                    Concern(indicator_id, period),
                    f"{indicator_id}, {period}: {count['emptied']:,} of {count['had']:,} figures become missing",
                )
        for key, facts, words in sorted(self._medians, key=lambda moved: moved[0]):
            self._note(key[0], "medians_moved", facts)
            self._wait(Concern(key[0], key[2], (key[3], key[4], key[5])), words)

    def _judge_lost(
        self, indicator_id: str, period: str, gone: pd.DataFrame, areas: pd.DataFrame, lines: pd.DataFrame
    ) -> None:
        codes = sorted(set(gone["area_code"]) - set(areas["area_code"]))
        if codes:
            self._note(indicator_id, "areas_lost", {"period": period, "areas": codes})
            named = ", ".join(f"{code} {self._register.area(code).name}" for code in codes[:3])
            more = f" and {len(codes) - 3} more" if len(codes) > 3 else ""
            self._wait(
                Concern(indicator_id, period), f"{indicator_id}, {period}: areas are gone: {named}{more}"
            )
        series = sorted(_lines(gone) - _lines(lines))
        if series:
            more = f" and {len(series) - 1} more" if len(series) > 1 else ""
            self._wait(
                Concern(indicator_id, period, series[0]),
                f"{indicator_id}, {period}: breakdowns are gone: {' · '.join(series[0])}{more}",
            )

    def _wait(self, concern: Concern, words: str) -> None:
        self.reasons.append(words)
        self.concerns.append(concern)

    def _note(self, indicator_id: str, what: str, value: object) -> None:
        listed = self.indicators.setdefault(indicator_id, {}).setdefault(what, [])
        if len(listed) < _EXAMPLES:
            listed.append(value)


def _lines(frame: pd.DataFrame) -> set[tuple[str, str, str]]:
    return set(zip(frame["sex"], frame["age"], frame["breakdown"], strict=True))


def _same_figures(old: pd.DataFrame, new: pd.DataFrame, in_old: Codes, in_new: Codes) -> Flags:
    same = _equal(old, new, ["status"], in_old, in_new)
    for name in FIGURES:
        before, after = old[name].to_numpy()[in_old], new[name].to_numpy()[in_new]
        with np.errstate(invalid="ignore"):
            close = np.abs(before - after) <= _CLOSE * np.maximum(1.0, np.abs(before))
        same &= close | (np.isnan(before) & np.isnan(after))
    return same


def _equal(
    old: pd.DataFrame, new: pd.DataFrame, columns: Sequence[str], in_old: Codes, in_new: Codes
) -> Flags:
    """Whether pairs of rows have the same in these columns; missing is the same as missing."""
    same = np.ones(len(in_old), dtype=bool)
    for name in columns:
        if name in ("route", "source_row", *HALF_WIDTHS):
            before, after = old[name].to_numpy()[in_old], new[name].to_numpy()[in_new]
            same &= (before == after) | (np.isnan(before) & np.isnan(after))
        else:
            was, now = coded([old, new], [name])
            same &= was[in_old] == now[in_new]
    return same


def _renamed(
    old: pd.DataFrame, new: pd.DataFrame, in_old: Codes, in_new: Codes, only_release: Flags, still: Flags
) -> tuple[pd.DataFrame, Flags]:
    """The groups that a change of release moves whole, and which pairs of rows they have.

    Changing the release of all that a group has of another one is far cheaper than writing each row again. It can
    be done where nothing stays on the old release, and where the new one has nothing in the store yet that a
    second change could take along.
    """
    heads = old[[*GROUP, "release_id"]].rename(columns={"release_id": "old_release_id"})
    if not only_release.any():
        return heads.iloc[:0].assign(release_id=pd.Series(dtype="str")), only_release
    [group] = coded([heads], list(heads.columns))
    old_release, new_release = coded([old, new], ["release_id"])
    goes_to = new_release[in_new[only_release]]
    label, groups = pd.factorize(group[in_old[only_release]])
    first = np.flatnonzero(~repeated(label))
    alone = np.bincount(label, weights=goes_to != goes_to[first][label]) == 0
    free = ~np.isin(groups, group[in_old[still]]) & ~np.isin(goes_to[first], old_release)
    whole = alone & free
    by_name = only_release.copy()
    by_name[only_release] = whole[label]
    pairs = np.flatnonzero(only_release)[first[whole]]
    answer = heads.take(in_old[pairs]).reset_index(drop=True)
    return answer.assign(release_id=new["release_id"].take(in_new[pairs]).to_numpy()), by_name


def moved_medians(
    before: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]
) -> list[tuple[tuple[str, ...], dict[str, Any], str]]:
    """Medians beyond tolerance, each as (group, facts, words), of rows with ``value`` (old) and ``value_new``."""
    changed = before[(before["value"] - before["value_new"]).abs() > 0]
    if changed.empty:
        return []
    # only the groups in which anything moved, but those whole
    whole = before.merge(changed[GROUP].drop_duplicates(), how="inner")
    kinds = {code: next(iter(register.types_of(code)), "") for code in whole["area_code"].unique()}
    whole["area_type"] = whole["area_code"].map(kinds)
    group = ["indicator_id", "area_type", "period", "sex", "age", "breakdown"]
    lines = whole.groupby(group, sort=True)
    label = lines.ngroup().to_numpy()
    medians = [
        comparison.percentiles(whole[name].to_numpy(), [0.5], label)[:, 0] for name in ("value", "value_new")
    ]
    heads = whole.drop_duplicates(group).assign(
        label=lambda frame: label[whole.index.get_indexer(frame.index)]
    )
    answer = []
    for head in heads.sort_values("label").to_dict("records"):
        indicator = catalogue.get(head["indicator_id"])
        unit = "percent" if indicator is None else indicator.unit
        was, now = (float(side[head["label"]]) for side in medians)
        what = "median"
        if np.isnan(was) or np.isnan(now):
            # too few for a median: the figure that moved most speaks
            part = whole[label == head["label"]]
            furthest = (part["value"] - part["value_new"]).abs().to_numpy().argmax()
            was, now = float(part["value"].iloc[furthest]), float(part["value_new"].iloc[furthest])
            what = f"figure of {part['area_code'].iloc[furthest]}"
        tolerance = max(RELATIVE_TOLERANCE * abs(was), ABSOLUTE_TOLERANCE.get(unit, 0.0))
        if abs(now - was) > tolerance:
            key = tuple(str(head[name]) for name in group)
            facts = {name: head[name] for name in group[1:]} | {"was": was, "now": now}
            answer.append(
                (
                    key,
                    facts,
                    f"{key[0]}, {key[1]}, {key[2]} ({' · '.join(key[3:])}): the {what} moves from {was:g} to {now:g}, "
                    f"more than {tolerance:g}",
                )
            )
    return answer
