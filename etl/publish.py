"""From the observations of a source's editions to the one transaction that shows them.

``plan`` works everything out beside the store (who wins a key, gaps, diff, spread, trend); ``apply`` writes it.
Between the two nothing is written, so that a dry run and a quarantine are a plan that was not applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from etl.additions import additions
from etl.crosscheck import SumsOfParts, warnings
from etl.derive import (
    COLUMNS,
    DERIVE_VERSION,
    KEY,
    Report,
    aggregates,
    compare,
    distributions,
    empty,
    gaps,
    trend_rows,
    typed,
)
from etl.diff import Diff, diff
from etl.routes import DERIVED, IndicatorRoute, aggregates_on, gap_digest, gaps_on, routes_of
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import Store
from indicators.store.writing import (
    ALTERNATE_COLUMNS,
    OBSERVATION_COLUMNS,
    Changes,
    OnStep,
    analyse,
    no_step,
    publish,
)

Row = dict[str, Any]


@dataclass
class LoadedEdition:
    """One edition, read and derived.

    ``release`` has the columns of the store's release table but ``loaded_at``, ``replaced_at``, ``is_current``
    and ``rows``; ``files`` those of snapshot with ``role``; ``observations`` those of ``etl.derive.COLUMNS``.
    """

    release: Row
    files: list[Row]
    observations: pd.DataFrame


@dataclass
class Plan:
    """All that a publication would write, and what it would change."""

    changes: Changes
    diff: Diff
    report: Report
    overlaps: list[Row] = field(default_factory=list)


def frame_of(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of the store as a typed frame of observations."""
    return typed(pd.DataFrame.from_records(list(rows), columns=list(columns)))


def tuples_of(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """A frame as rows for the database: missing is None, never NaN; row numbers are whole."""
    cells: list[list[Any]] = []
    for name in columns:
        series = frame[name]
        if name in ("source_row", "route"):
            cells.append([None if one != one else int(one) for one in series.astype("float64").tolist()])
        elif series.dtype == "float64":
            # nan is the one number that differs from itself
            cells.append([None if one != one else one for one in series.tolist()])
        elif series.dtype == object:
            cells.append([None if pd.isna(one) else one for one in series.tolist()])
        else:
            cells.append(series.tolist())
    return list(zip(*cells, strict=True))


def resolve(loaded: Sequence[LoadedEdition]) -> tuple[pd.DataFrame, list[Row]]:
    """The observations of several editions of a source, each key once, with ``release_id``.

    The edition of the highest precedence wins, then the one published last. Also returns, for each pair that
    overlaps, how many figures are shared and how many of them differ.
    """
    ranked = sorted(
        loaded,
        key=lambda one: (
            one.release["precedence"],
            one.release["published_on"] or "",
            one.release["edition"],
        ),
        reverse=True,
    )
    frames = [one.observations.assign(release_id=one.release["release_id"]) for one in ranked]
    full = [frame for frame in frames if len(frame)]
    if not full:
        return empty().assign(release_id=pd.Series([], dtype="str")), []
    stacked = pd.concat(full, ignore_index=True)
    again = stacked.duplicated(KEY, keep="first")
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


def plan(
    *,
    store: Store,
    source_id: str,
    loaded: Sequence[LoadedEdition],
    run: Row,
    register: Register,
    catalogue: Mapping[str, Indicator],
) -> Plan:
    """Work out what publishing these editions (all that the source shall rest on) would change."""
    report = Report()
    new, overlaps = resolve(loaded)
    own_ids = sorted(
        {one.indicator.id for one in routes_of(catalogue, source_id)} | set(store.indicators_of(source_id))
    )
    gap_routes = gaps_on(catalogue, set(own_ids))
    inputs = {name for one in gap_routes for name in (one.route.minuend, one.route.subtrahend) if name}
    gap_ids = [one.indicator.id for one in gap_routes]
    ids = sorted({*own_ids, *gap_ids})

    releases = {one["release_id"]: one for one in store.releases(current_only=False, hidden=True)}
    current = frame_of(*store.current_rows({*ids, *inputs}))
    alternates = frame_of(*store.current_rows(ids, alternates=True))
    is_own = current["indicator_id"].isin(ids)
    source_of = current["release_id"].map(lambda one: releases[one]["source_id"])
    # sums and gaps are made anew from what the publishers give
    made_anew = [source_id, DERIVED]
    published = [
        new.assign(source_id=source_id),
        _with_source(current[is_own & ~source_of.isin(made_anew)], releases),
        alternates[~alternates["source_id"].isin(made_anew)],
    ]
    # a publisher's own gap is settled below, against the one worked out here
    winners, losers = _settle([_of(frame, gap_ids, among=False) for frame in published], report)
    new_releases = [
        _release_row(one.release, run) for one in loaded if not _is_current(one.release, releases)
    ]
    release_inputs: list[Row] = []
    retired = _retired(source_id, {one.release["release_id"] for one in loaded}, releases)

    def add(one: IndicatorRoute, made: pd.DataFrame, input_ids: list[str]) -> pd.DataFrame:
        """Put what hangs on other figures under a release of its own, which names what it rests on."""
        release_id, row = _made_release(one, input_ids, run, releases, loaded)
        made = made.assign(release_id=release_id)
        if input_ids:
            if not _is_current(row, releases):
                new_releases.append(row)
            release_inputs.extend({"release_id": release_id, "input_release_id": name} for name in input_ids)
        retired.extend(
            name
            for name, release in releases.items()
            if release["source_id"] == DERIVED
            and release["edition"] == row["edition"]
            and release["is_current"]
            and (name != release_id or not input_ids)
        )
        return made

    sums = []
    for one in aggregates_on(catalogue, set(own_ids)):
        made = aggregates(one, winners, register)
        of_indicator = winners[winners["indicator_id"] == one.indicator.id]
        sums.append(add(one, made, sorted(set(of_indicator["release_id"])) if len(made) else []))
    others = current[~is_own & (source_of != DERIVED).astype(bool)]
    pool = pd.concat([winners, others], ignore_index=True) if len(current) else winners
    differences = [_of(frame, gap_ids) for frame in published]
    for one in gap_routes:
        overall = pool[pool["indicator_id"] == one.route.minuend]
        group = pool[pool["indicator_id"] == one.route.subtrahend]
        made = gaps(one, overall, group, register)
        own_places = overall[overall["area_code"].isin(made["area_code"])]
        input_ids = sorted({*group["release_id"], *own_places["release_id"]}) if len(made) else []
        differences.append(add(one, made, input_ids).assign(source_id=DERIVED))
    gap_winners, gap_losers = _settle(differences, report)
    losers = pd.concat([losers, gap_losers], ignore_index=True)
    after = pd.concat([winners, *sums, gap_winners], ignore_index=True)[list(OBSERVATION_COLUMNS)]
    before = current[is_own].reset_index(drop=True)
    difference = diff(before, after, register, catalogue)
    sums = SumsOfParts(register, catalogue)
    sums.see(after[after["indicator_id"].isin(own_ids)])
    report.cross_checks += sums.rows()
    report.warnings += warnings(sums.rows())

    put = pd.concat([difference.added, difference.revised, difference.moved], ignore_index=True)
    touched = sorted({*put["indicator_id"], *difference.removed["indicator_id"]})
    known = after[after["indicator_id"].isin(touched)]
    old_losers = {tuple(row) for row in alternates[[*KEY, "source_id"]].itertuples(index=False)}
    new_losers = {tuple(row) for row in losers[[*KEY, "source_id"]].itertuples(index=False)}
    published_ids = {row["release_id"] for row in new_releases}
    changes = Changes(
        run=run,
        snapshots=[_snapshot_row(file) for one in loaded for file in one.files],
        releases=new_releases,
        release_files=[
            {
                "release_id": one.release["release_id"],
                "sha256": file["sha256"],
                "role": file["role"],
                "file_name": file["file_name"],
            }
            for one in loaded
            if one.release["release_id"] in published_ids
            for file in one.files
        ],
        release_inputs=[row for row in release_inputs if row["release_id"] in published_ids],
        retired=retired,
        removed=tuples_of(difference.removed, KEY),
        put=tuples_of(put, OBSERVATION_COLUMNS),
        alternates_removed=sorted(old_losers - new_losers),
        alternates_put=tuples_of(losers, ALTERNATE_COLUMNS),
        series_of=touched,
        distributions=distributions(known, register, catalogue) if len(known) else [],
        trends=trend_rows(known, catalogue) if len(known) else [],
        revisions=_revisions(difference, run["finished_at"]),
        additions=additions(
            difference,
            after,
            {**releases, **{row["release_id"]: row for row in new_releases}},
            register,
            run["finished_at"],
        ),
        row_changes=_row_changes(before, after),
    )
    return Plan(changes, difference, report, overlaps)


def apply(store: Store, plan: Plan, on_step: OnStep = no_step) -> str:
    """Write a plan in one transaction and let the database count anew. Gives the publication id."""
    publication_id = publish(store, plan.changes, on_step)
    analyse(store)
    return publication_id


def _with_source(frame: pd.DataFrame, releases: Mapping[str, Row]) -> pd.DataFrame:
    return frame.assign(
        source_id=frame["release_id"].map(lambda one: releases[one]["source_id"]).astype("str")
    )


def _of(frame: pd.DataFrame, indicator_ids: Sequence[str], *, among: bool = True) -> pd.DataFrame:
    """The rows of these indicators, or (``among=False``) of all others."""
    return frame[frame["indicator_id"].isin(indicator_ids) == among]


def _settle(frames: Sequence[pd.DataFrame], report: Report) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give each key to the first route that has it: (winners, losers), the losers with ``source_id``."""
    full = [frame for frame in frames if len(frame)] or [empty().assign(release_id="", source_id="")]
    everything = pd.concat(full, ignore_index=True).sort_values("route", kind="stable")
    again = everything.duplicated(KEY, keep="first")
    winners, losers = everything[~again], everything[again]
    for source_id, part in losers.groupby("source_id", sort=True):
        whose = "the difference worked out here" if source_id == DERIVED else f"source {source_id}"
        compare(winners, part, whose, report)
    return (
        winners[list(OBSERVATION_COLUMNS)].reset_index(drop=True),
        losers[list(ALTERNATE_COLUMNS)].reset_index(drop=True),
    )


def _is_current(release: Row, releases: Mapping[str, Row]) -> bool:
    known = releases.get(release["release_id"])
    return bool(known and known["is_current"])


def _release_row(release: Row, run: Row) -> Row:
    return {**release, "loaded_at": run["finished_at"], "replaced_at": None, "is_current": True, "rows": 0}


def _row_changes(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    more = after["release_id"].value_counts().sub(before["release_id"].value_counts(), fill_value=0)
    return {str(name): int(count) for name, count in more.items() if count}


def _snapshot_row(file: Row) -> Row:
    return {name: cell for name, cell in file.items() if name != "role"}


def _retired(source_id: str, kept: set[str], releases: Mapping[str, Row]) -> list[str]:
    return [
        name
        for name, release in releases.items()
        if release["source_id"] == source_id and release["is_current"] and name not in kept
    ]


def _made_release(
    one: IndicatorRoute,
    input_ids: list[str],
    run: Row,
    releases: Mapping[str, Row],
    loaded: Iterable[LoadedEdition],
) -> tuple[str, Row]:
    identity = gap_digest(one, DERIVE_VERSION, input_ids)
    # an indicator may have several sums; a difference has one release
    edition = f"{one.indicator.id}-{one.place}" if one.route.method == "aggregate" else one.indicator.id
    release_id = f"{DERIVED}:{edition}:{identity[:8]}"
    known = {**releases, **{one.release["release_id"]: one.release for one in loaded}}
    rests_on = [known[name] for name in input_ids]
    publishers = sorted({release["publisher"] for release in rests_on})
    dates = [release["published_on"] for release in rests_on if release["published_on"]]
    row = _release_row(
        {
            "release_id": release_id,
            "source_id": DERIVED,
            "edition": edition,
            "publication": one.route.publication,
            "publisher": "Worked out here from figures of " + ", ".join(publishers),
            "licence": "; ".join(sorted({release["licence"] for release in rests_on})),
            "url": None,
            "attribution": " ".join(sorted({release["attribution"] for release in rests_on})),
            "published_on": max(dates) if dates else None,
            "origin": "derived",
            "illustrative": any(release["illustrative"] for release in rests_on),
            "identity": identity,
            "parser_version": DERIVE_VERSION,
            "precedence": 0,
            "accepted": None,
        },
        run,
    )
    return release_id, row


def _revisions(difference: Diff, changed_at: str) -> list[tuple[Any, ...]]:
    """What figures were and became; what was made up, and rounding in the last place, are no revision."""
    was = difference.was[difference.was["status"] != "illustrative"]
    columns = [*KEY, "value", "status", "release_id"]
    both = was[columns].merge(difference.revised[columns], on=KEY, how="left", suffixes=("", "_new"))
    rows = []
    for row in both.to_dict("records"):
        old_value, new_value = (None if pd.isna(row[name]) else row[name] for name in ("value", "value_new"))
        withdrawn = pd.isna(row["release_id_new"])
        if not withdrawn and row["status"] == row["status_new"] and old_value == new_value:
            continue
        rows.append(
            (
                *(row[name] for name in KEY),
                changed_at,
                old_value,
                row["status"],
                new_value,
                "withdrawn" if withdrawn else row["status_new"],
                row["release_id"],
                None if withdrawn else row["release_id_new"],
            )
        )
    return rows


assert set(COLUMNS) | {"release_id"} == set(OBSERVATION_COLUMNS)
