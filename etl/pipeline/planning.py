"""From the observations of a source's editions to the one transaction that shows them.

``plan`` works everything out beside the store (who wins a key, gaps, diff, spread, trend); ``apply`` writes it.
Between the two nothing is written, so that a dry run and a quarantine are a plan that was not applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from etl.deriving.cross_check import Report, compare
from etl.deriving.derive import DERIVE_VERSION
from etl.deriving.gaps import gaps
from etl.deriving.recent_trends import trend_rows
from etl.deriving.spread import distributions
from etl.deriving.sums import aggregates
from etl.deriving.totals import SumsOfParts, warnings
from etl.frames.buffer import Part, Shelf, Spool, Workroom
from etl.frames.keys import coded, dictionary, looked_up, positions, repeated
from etl.frames.observations import COLUMNS, KEY, typed
from etl.frames.routes import DERIVED, IndicatorRoute, aggregates_on, gap_digest, gaps_on, routes_of
from etl.pipeline.additions import Additions
from etl.pipeline.diff import Changed, Diff
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import Store
from indicators.store.writing import (
    ALTERNATE_COLUMNS,
    DISTRIBUTION_COLUMNS,
    LINE_COLUMNS,
    OBSERVATION_COLUMNS,
    RENAMED_COLUMNS,
    REVISION_COLUMNS,
    TREND_COLUMNS,
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
    and ``rows``; ``files`` those of snapshot with ``role``; ``observations`` those of ``etl.frames.observations.COLUMNS``.
    """

    release: Row
    files: list[Row]
    observations: Shelf


@dataclass
class Plan:
    """All that a publication would write, and what it would change.

    Its rows are kept in the workroom in which it was made, and can be read while that is open.
    """

    changes: Changes
    diff: Diff
    report: Report
    overlaps: list[Row] = field(default_factory=list)


_WITH_RELEASE = typed(pd.DataFrame({name: [] for name in OBSERVATION_COLUMNS}))
_WITH_SOURCE = typed(pd.DataFrame({name: [] for name in ALTERNATE_COLUMNS}))


def frame_of(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Rows of the store as a typed frame of observations."""
    cells = zip(*rows, strict=True) if rows else ([] for _ in columns)
    return typed(pd.DataFrame({name: list(column) for name, column in zip(columns, cells, strict=True)}))


def tuples_of(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """A frame as rows for the database: missing is None, never NaN; row numbers are whole."""
    return zip(*(_cells(name, frame[name]) for name in columns), strict=True)


def _cells(name: str, column: pd.Series) -> list[Any]:
    if column.dtype == "float64":
        cells = column.to_numpy()
        missing = np.isnan(cells)
        whole = name in ("source_row", "route")
        if not missing.any():
            return cells.astype("int64").tolist() if whole else cells.tolist()
        made = cells.astype(object)
        made[~missing] = cells[~missing].astype("int64" if whole else "float64")
        made[missing] = None
        return made.tolist()
    if column.dtype in ("int64", "bool"):
        return column.tolist()
    places, texts = dictionary([column])
    return np.array([*texts, None], dtype=object)[places].tolist()


class _Stored:
    """The rows of a spool, made into tuples as they are asked for."""

    def __init__(self, spool: Spool, columns: Sequence[str]) -> None:
        self._spool = spool
        self._columns = columns

    def __len__(self) -> int:
        return self._spool.rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return chain.from_iterable(tuples_of(frame, self._columns) for frame in self._spool)


def resolve(loaded: Sequence[tuple[Row, pd.DataFrame]]) -> tuple[pd.DataFrame, list[Row]]:
    """The observations of several editions of a source, each key once, with ``release_id``.

    Each edition is its release's row and its observations. The edition of the highest precedence wins, then the one
    published last. Also returns, for each pair that overlaps, how many figures are shared and how many of them
    differ.
    """
    ranked = sorted(
        loaded,
        key=lambda one: (one[0]["precedence"], one[0]["published_on"] or "", one[0]["edition"]),
        reverse=True,
    )
    full = [frame.assign(release_id=release["release_id"]) for release, frame in ranked if len(frame)]
    if not full:
        return _WITH_RELEASE, []
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


def plan(
    *,
    store: Store,
    source_id: str,
    loaded: Sequence[LoadedEdition],
    run: Row,
    register: Register,
    catalogue: Mapping[str, Indicator],
    room: Workroom,
) -> Plan:
    """Work out what publishing these editions (all that the source shall rest on) would change.

    Everything is worked out on parts that are whole lines. Figures that hang on others (sums, gaps) need the
    releases that all parts rest on before they have a release of their own; hence two rounds.
    """
    planning = _Planning(store, source_id, loaded, run, register, catalogue, room)
    for part in planning.parts:
        planning.settle(part)
    planning.release_what_was_made()
    for place, part in enumerate(planning.parts):
        planning.compare(place, part)
    return planning.plan()


class _Made:
    """One sum or gap over all parts: what it rests on, and the release it gets."""

    def __init__(self, one: IndicatorRoute) -> None:
        self.one = one
        # stands for the release until that is known
        self.placeholder = f"made:{one.indicator.id}:{one.place}"
        self.rows = 0
        self.areas: set[str] = set()
        self._rests_on: set[str] = set()
        self._of_areas: set[tuple[str, str]] = set()

    def rest_on(self, frame: pd.DataFrame) -> None:
        """Note releases that it rests on whatever its areas are."""
        self._rests_on.update(frame["release_id"].unique())

    def rest_on_own_areas(self, frame: pd.DataFrame) -> None:
        """Note releases that it rests on where it has the area of the figure."""
        pairs = frame[["area_code", "release_id"]].drop_duplicates()
        self._of_areas.update(pairs.itertuples(index=False, name=None))

    def release(self, made: pd.DataFrame) -> pd.DataFrame:
        """What was made of one part, under the placeholder."""
        self.rows += len(made)
        self.areas.update(made["area_code"].unique())
        return made.assign(release_id=self.placeholder)

    @property
    def input_ids(self) -> list[str]:
        """The releases it rests on; [] where nothing could be made."""
        if not self.rows:
            return []
        return sorted(self._rests_on | {name for code, name in self._of_areas if code in self.areas})


class _Planning:
    """A publication while it is worked out, part by part."""

    def __init__(
        self,
        store: Store,
        source_id: str,
        loaded: Sequence[LoadedEdition],
        run: Row,
        register: Register,
        catalogue: Mapping[str, Indicator],
        room: Workroom,
    ) -> None:
        self._run = run
        self._source_id = source_id
        self._loaded = loaded
        self._register = register
        self._catalogue = catalogue
        own_ids = {one.indicator.id for one in routes_of(catalogue, source_id)} | set(
            store.indicators_of(source_id)
        )
        gap_routes = gaps_on(catalogue, own_ids)
        inputs = {name for one in gap_routes for name in (one.route.minuend, one.route.subtrahend) if name}
        self._gap_ids = [one.indicator.id for one in gap_routes]
        self._ids = sorted({*own_ids, *self._gap_ids})
        self._sums = [_Made(one) for one in aggregates_on(catalogue, own_ids)]
        self._gaps = [_Made(one) for one in gap_routes]
        self._overall: dict[str, pd.DataFrame] = {}

        self._releases = {one["release_id"]: one for one in store.releases(current_only=False, hidden=True)}
        self._final: dict[str, str] = {}
        self._new_releases = [
            _release_row(one.release, run) for one in loaded if not _is_current(one.release, self._releases)
        ]
        self._retired = _retired(source_id, {one.release["release_id"] for one in loaded}, self._releases)
        self._release_inputs: list[Row] = []

        self._current = room.shelf(_WITH_RELEASE)
        for rows in store.current_batches({*self._ids, *inputs}):
            self._current.put(frame_of(OBSERVATION_COLUMNS, rows))
        self._alternates = room.shelf(_WITH_SOURCE)
        for rows in store.current_batches(self._ids, alternates=True):
            self._alternates.put(frame_of(ALTERNATE_COLUMNS, rows))
        self.parts = room.parts([*(one.observations for one in loaded), self._current, self._alternates])

        self._report = Report()
        self._overlaps: dict[tuple[str, str], Row] = {}
        self._after = room.spool(_WITH_RELEASE)
        self._losers = room.spool(_WITH_SOURCE)
        self._periods: dict[str, set[str]] = {}

        self._diff = Diff(register, catalogue)
        self._additions = Additions(register)
        self._own_ids = own_ids
        self._sums_of_parts = SumsOfParts(register, catalogue)
        self._row_changes: dict[str, int] = {}
        self._touched: set[str] = set()
        self._put = room.spool(_WITH_RELEASE)
        self._renamed = room.spool(_WITH_RELEASE)
        self._removed = room.spool(_WITH_RELEASE)
        self._alternates_removed = room.spool(_WITH_SOURCE)
        self._alternates_put = room.spool(_WITH_SOURCE)
        self._lines = room.spool(_WITH_RELEASE)
        self._distributions = room.spool(_WITH_RELEASE)
        self._trends = room.spool(_WITH_RELEASE)
        self._revisions = room.spool(_WITH_RELEASE)

    # ---- the first round: who gives each figure --------------------------------------------------------

    def settle(self, part: Part) -> None:
        """Find the winner of each key of a part, and make the sums and gaps that hang on the winners."""
        new, overlaps = resolve([(one.release, one.observations.take(part)) for one in self._loaded])
        self._note_overlaps(overlaps)
        current = self._current.take(part)
        alternates = self._alternates.take(part)
        is_own = current["indicator_id"].isin(self._ids)
        of_release = {name: release["source_id"] for name, release in self._releases.items()}
        source_of = pd.Series(looked_up(current["release_id"], of_release, ""), dtype="str")
        # sums and gaps are made anew from what the publishers give
        made_anew = [self._source_id, DERIVED]
        published = [
            new.assign(source_id=self._source_id),
            current.assign(source_id=source_of)[is_own & ~source_of.isin(made_anew)],
            alternates[~alternates["source_id"].isin(made_anew)],
        ]
        # a publisher's own gap is settled below, against the one worked out here
        winners, losers = _settle(
            [_of(frame, self._gap_ids, among=False) for frame in published], self._report
        )
        after = [winners]
        for made in self._sums:
            made.rest_on(winners[winners["indicator_id"] == made.one.indicator.id])
            after.append(made.release(aggregates(made.one, winners, self._register)))
        others = current[~is_own & (source_of != DERIVED)]
        pool = pd.concat([winners, others], ignore_index=True) if len(others) else winners
        gap_winners, gap_losers = _settle(
            [*(_of(frame, self._gap_ids) for frame in published), *self._made_gaps(pool)], self._report
        )
        after = [frame for frame in (*after, gap_winners) if len(frame)] or [winners]
        whole = pd.concat(after, ignore_index=True)[list(OBSERVATION_COLUMNS)]
        for name, periods in whole.groupby("indicator_id")["period"].unique().items():
            self._periods.setdefault(str(name), set()).update(map(str, periods))
        self._after.put(whole)
        self._losers.put(pd.concat([losers, gap_losers], ignore_index=True) if len(gap_losers) else losers)

    def _made_gaps(self, pool: pd.DataFrame) -> Iterator[pd.DataFrame]:
        for made in self._gaps:
            minuend = str(made.one.route.minuend)
            overall = pool[pool["indicator_id"] == minuend]
            group = pool[pool["indicator_id"] == made.one.route.subtrahend]
            made.rest_on(group)
            made.rest_on_own_areas(overall)
            # everyone's rate is in the first part, and other parts have groups that are held against it
            if minuend not in self._overall:
                self._overall[minuend] = overall[overall["breakdown"] == "all"]
            found = gaps(made.one, self._overall[minuend], group, self._register)
            yield made.release(found).assign(source_id=DERIVED)

    def _note_overlaps(self, overlaps: Sequence[Row]) -> None:
        for one in overlaps:
            known = self._overlaps.setdefault((one["left"], one["kept"]), {**one, "figures": 0, "differ": 0})
            known["figures"] += one["figures"]
            known["differ"] += one["differ"]

    # ---- between the rounds ----------------------------------------------------------------------------

    def release_what_was_made(self) -> None:
        """Put what hangs on other figures under releases of their own, which name what they rest on."""
        for made in (*self._sums, *self._gaps):
            input_ids = made.input_ids
            release_id, row = _made_release(made.one, input_ids, self._run, self._releases, self._loaded)
            self._final[made.placeholder] = release_id
            if input_ids:
                if not _is_current(row, self._releases):
                    self._new_releases.append(row)
                self._release_inputs.extend(
                    {"release_id": release_id, "input_release_id": name} for name in input_ids
                )
            self._retired.extend(
                name
                for name, release in self._releases.items()
                if release["source_id"] == DERIVED
                and release["edition"] == row["edition"]
                and release["is_current"]
                and (name != release_id or not input_ids)
            )

    def _released(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame with the releases themselves in the place of what stood for them."""
        places, names = dictionary([frame["release_id"]])
        final = np.array([self._final.get(str(name), name) for name in names], dtype=object)
        if not len(final):
            return frame
        return frame.assign(release_id=pd.array(final, dtype="str").take(places))

    # ---- the second round: what it changes -------------------------------------------------------------

    def compare(self, place: int, part: Part) -> None:
        """Set a part against what is shown now, and keep what is to be written."""
        after = self._released(self._after.frame(place))
        before = _of(self._current.take(part), self._ids).reset_index(drop=True)
        changed = self._diff.compare(before, after)
        for frame, sign in ((after, 1), (before, -1)):
            for name, count in frame["release_id"].value_counts(sort=False).items():
                self._row_changes[str(name)] = self._row_changes.get(str(name), 0) + sign * int(count)
        put = [one for one in (changed.added, changed.revised, changed.moved) if len(one)]
        if put:
            self._put.put(_in_key_order(pd.concat(put, ignore_index=True) if len(put) > 1 else put[0]))
        self._renamed.put(changed.renamed)
        self._removed.put(changed.removed[KEY])
        self._revisions.put(_revisions(changed, self._run["finished_at"]))
        self._additions.see(changed, after)
        self._sums_of_parts.see(_of(after, sorted(self._own_ids)))
        self._compare_alternates(self._released(self._losers.frame(place)), self._alternates.take(part))
        touched = changed.indicators
        self._touched.update(touched)
        known = after[after["indicator_id"].isin(touched)]
        lines = [frame[list(LINE_COLUMNS)].drop_duplicates() for frame in (known, changed.removed)]
        self._lines.put(pd.concat(lines, ignore_index=True).drop_duplicates())
        if len(known):
            self._distributions.put(distributions(known, self._register, self._catalogue))
            self._trends.put(trend_rows(known, self._catalogue, self._periods))

    def _compare_alternates(self, now: pd.DataFrame, was: pd.DataFrame) -> None:
        key = [*KEY, "source_id"]
        old, new = coded([was, now], key)
        gone = positions(old, new) < 0
        self._alternates_removed.put(_in_key_order(was.loc[gone, key], key))
        self._alternates_put.put(_in_key_order(now, key))

    def plan(self) -> Plan:
        """The plan, once every part was compared."""
        self._diff.judge()
        sums = self._sums_of_parts.rows()
        self._report.cross_checks += sums
        self._report.warnings += warnings(sums)
        published_ids = {row["release_id"] for row in self._new_releases}
        new_rows = {row["release_id"]: row for row in self._new_releases}
        changes = Changes(
            run=self._run,
            snapshots=[_snapshot_row(file) for one in self._loaded for file in one.files],
            releases=self._new_releases,
            release_files=[
                {
                    "release_id": one.release["release_id"],
                    "sha256": file["sha256"],
                    "role": file["role"],
                    "file_name": file["file_name"],
                }
                for one in self._loaded
                if one.release["release_id"] in published_ids
                for file in one.files
            ],
            release_inputs=[row for row in self._release_inputs if row["release_id"] in published_ids],
            retired=self._retired,
            removed=_Stored(self._removed, KEY),
            renamed=_Stored(self._renamed, RENAMED_COLUMNS),
            put=_Stored(self._put, OBSERVATION_COLUMNS),
            alternates_removed=_Stored(self._alternates_removed, [*KEY, "source_id"]),
            alternates_put=_Stored(self._alternates_put, ALTERNATE_COLUMNS),
            series_of=sorted(self._touched),
            lines=_Stored(self._lines, LINE_COLUMNS),
            distributions=_Stored(self._distributions, DISTRIBUTION_COLUMNS),
            trends=_Stored(self._trends, TREND_COLUMNS),
            revisions=_Stored(self._revisions, REVISION_COLUMNS),
            additions=self._additions.rows({**self._releases, **new_rows}, self._run["finished_at"]),
            row_changes={name: count for name, count in self._row_changes.items() if count},
        )
        return Plan(changes, self._diff, self._report, list(self._overlaps.values()))


def _in_key_order(frame: pd.DataFrame, key: Sequence[str] = KEY) -> pd.DataFrame:
    """Rows in the order of the table's key: a b-tree grows fastest at its end."""
    [codes] = coded([frame], key)
    return frame.take(np.argsort(codes))


def apply(store: Store, plan: Plan, on_step: OnStep = no_step) -> str:
    """Write a plan in one transaction and let the database count anew. Gives the publication id."""
    publication_id = publish(store, plan.changes, on_step)
    analyse(store)
    return publication_id


def _of(frame: pd.DataFrame, indicator_ids: Sequence[str], *, among: bool = True) -> pd.DataFrame:
    """The rows of these indicators, or (``among=False``) of all others."""
    return frame[frame["indicator_id"].isin(indicator_ids) == among]


def _settle(frames: Sequence[pd.DataFrame], report: Report) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give each key to the first route that has it: (winners, losers), the losers with ``source_id``."""
    full = [frame for frame in frames if len(frame)]
    if not full:
        return _WITH_RELEASE, _WITH_SOURCE
    if len(full) == 1 and not repeated(coded(full, KEY)[0]).any():
        return full[0][list(OBSERVATION_COLUMNS)].reset_index(drop=True), _WITH_SOURCE
    everything = pd.concat(full, ignore_index=True).sort_values("route", kind="stable")
    again = repeated(coded([everything], KEY)[0])
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


def _revisions(changed: Changed, changed_at: str) -> pd.DataFrame:
    """What figures were and became; what was made up, and rounding in the last place, are no revision."""
    was = changed.was[changed.was["status"] != "illustrative"]
    columns = [*KEY, "value", "status", "release_id"]
    both = was[columns].merge(changed.revised[columns], on=KEY, how="left", suffixes=("", "_new"))
    withdrawn = both["release_id_new"].isna()
    same_value = (both["value"] == both["value_new"]) | (both["value"].isna() & both["value_new"].isna())
    both = both[withdrawn | (both["status"] != both["status_new"]) | ~same_value]
    return both.rename(
        columns={
            "value": "old_value",
            "status": "old_status",
            "release_id": "old_release_id",
            "value_new": "new_value",
            "status_new": "new_status",
            "release_id_new": "new_release_id",
        }
    ).assign(changed_at=changed_at, new_status=lambda frame: frame["new_status"].fillna("withdrawn"))


assert set(COLUMNS) | {"release_id"} == set(OBSERVATION_COLUMNS)
