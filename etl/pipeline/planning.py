"""From the observations of a source's editions to the one transaction that shows them.

``plan`` calculates everything beside the store (who wins a key, sums, gaps, diff, spread, trend); ``apply`` writes it.
Between the two nothing is written, so that a dry run and a quarantine are a plan that was not applied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from etl.deriving import calibration
from etl.deriving.apportioned import estimated, is_estimated
from etl.deriving.cross_check import Report
from etl.deriving.disclosure import Disclosure
from etl.deriving.gaps import gaps
from etl.deriving.lands import differing, is_joined, joined, same_land
from etl.deriving.merged_parts import with_merged
from etl.deriving.recent_trends import trend_rows
from etl.deriving.spread import distributions
from etl.deriving.sums import aggregates
from etl.deriving.totals import SumsOfParts, warnings
from etl.frames.buffer import Part, Shelf, Workroom
from etl.frames.keys import coded, dictionary, looked_up, positions
from etl.frames.observations import KEY, real
from etl.frames.routes import DERIVED, aggregates_on, gaps_on, routes_of
from etl.pipeline import Row
from etl.pipeline.additions import Additions
from etl.pipeline.derived import DerivedFigures, derived_release, is_current, new_release_row
from etl.pipeline.diff import Changed, Diff
from etl.pipeline.precedence import resolve, winners_and_losers
from etl.pipeline.rows import NO_ALTERNATES, NO_OBSERVATIONS, SpooledRows, frame_of, in_key_order
from geodata.register import Register
from indicators.catalogue import LOCAL_SOURCE, Indicator
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


def plan(
    *,
    store: Store,
    source_id: str,
    loaded: Sequence[LoadedEdition],
    run: Row,
    register: Register,
    catalogue: Mapping[str, Indicator],
    room: Workroom,
    removed: Collection[str] = (),
) -> Plan:
    """What publishing these editions (all that the source shall rest on) would change.

    ``removed`` are current releases, of whatever source, that nothing shall rest on any more.

    Everything is calculated on parts that are whole lines. Figures that hang on others (sums, gaps) need the
    releases that all parts rest on before they have a release of their own; hence two rounds.
    """
    planning = _Planning(store, source_id, loaded, run, register, catalogue, room, frozenset(removed))
    for part in planning.parts:
        planning.settle(part)
    planning.release_derived()
    for place, part in enumerate(planning.parts):
        planning.compare(place, part)
    return planning.plan()


class _Planning:
    """A publication while it is planned, part by part."""

    def __init__(
        self,
        store: Store,
        source_id: str,
        loaded: Sequence[LoadedEdition],
        run: Row,
        register: Register,
        catalogue: Mapping[str, Indicator],
        room: Workroom,
        removed: frozenset[str],
    ) -> None:
        self._run = run
        self._removed_releases = removed
        self._source_id = source_id
        self._loaded = loaded
        self._register = register
        self._catalogue = catalogue
        routes = routes_of(catalogue, source_id)
        own_ids = (
            {route.indicator.id for route in routes}
            | set(store.indicators_of(source_id))
            | set(store.indicators_from(removed))
        )
        gap_routes = gaps_on(catalogue, own_ids)
        inputs = {name for gap in gap_routes for name in (gap.route.minuend, gap.route.subtrahend) if name}
        self._gap_ids = [gap.indicator.id for gap in gap_routes]
        self._ids = sorted({*own_ids, *self._gap_ids})
        self._sums = [DerivedFigures(route) for route in aggregates_on(catalogue, own_ids)]
        self._gaps = [DerivedFigures(route) for route in gap_routes]
        self._overall: dict[str, pd.DataFrame] = {}

        self._releases = {
            release["release_id"]: release for release in store.releases(current_only=False, hidden=True)
        }
        self._final: dict[str, str] = {}
        self._new_releases = [
            new_release_row(edition.release, run)
            for edition in loaded
            if not is_current(edition.release, self._releases)
        ]
        self._retired = _retired(
            source_id, {edition.release["release_id"] for edition in loaded}, self._releases
        ) + sorted(removed)
        self._release_inputs: list[Row] = []

        self._current = room.shelf(NO_OBSERVATIONS)
        for rows in store.current_batches({*self._ids, *inputs}):
            self._current.put(frame_of(OBSERVATION_COLUMNS, rows))
        self._alternates = room.shelf(NO_ALTERNATES)
        for rows in store.current_batches(self._ids, alternates=True):
            self._alternates.put(frame_of(ALTERNATE_COLUMNS, rows))
        self.parts = room.parts(
            [*(edition.observations for edition in loaded), self._current, self._alternates]
        )

        self._report = Report()
        self._overlaps: dict[tuple[str, str], Row] = {}
        self._after = room.spool(NO_OBSERVATIONS)
        self._losers = room.spool(NO_ALTERNATES)
        self._periods: dict[str, set[str]] = {}

        self._diff = Diff(register, catalogue)
        self._additions = Additions(register)
        self._own_ids = own_ids
        self._sums_of_parts = SumsOfParts(register, catalogue)
        self._disclosure = Disclosure(register, catalogue)
        self._row_changes: dict[str, int] = {}
        self._touched: set[str] = set()
        self._put = room.spool(NO_OBSERVATIONS)
        self._parts_of_sums = room.spool(NO_OBSERVATIONS)
        self._renamed = room.spool(NO_OBSERVATIONS)
        self._removed = room.spool(NO_OBSERVATIONS)
        self._alternates_removed = room.spool(NO_ALTERNATES)
        self._alternates_put = room.spool(NO_ALTERNATES)
        self._lines = room.spool(NO_OBSERVATIONS)
        self._distributions = room.spool(NO_OBSERVATIONS)
        self._trends = room.spool(NO_OBSERVATIONS)
        self._revisions = room.spool(NO_OBSERVATIONS)

    # ---- the first round: who gives each figure --------------------------------------------------------

    def settle(self, part: Part) -> None:
        """Find the winner of each key of a part, and make the sums and gaps that hang on the winners."""
        new, overlaps = resolve(
            [(edition.release, edition.observations.take(part)) for edition in self._loaded]
        )
        self._note_overlaps(overlaps)
        if self._source_id != LOCAL_SOURCE:
            # figures of the user's own were protected when they were loaded, all of an indicator at once
            new = self._disclosure.protected(new)
        new, measured_on = calibration.split(new)
        self._report.warnings += differing(new, self._register)
        new = joined(same_land(new, self._register), self._register, self._catalogue)
        new = estimated(new, self._register, self._catalogue)
        current = self._current.take(part)
        alternates = self._alternates.take(part)
        is_own = current["indicator_id"].isin(self._ids)
        of_release = {name: release["source_id"] for name, release in self._releases.items()}
        source_of = pd.Series(looked_up(current["release_id"], of_release, ""), dtype="str")
        # sums and gaps are derived anew from what the publishers give
        derived_anew = [self._source_id, DERIVED]
        published = [
            new.assign(source_id=self._source_id),
            current.assign(source_id=source_of)[
                is_own & ~source_of.isin(derived_anew) & ~current["release_id"].isin(self._removed_releases)
            ],
            alternates[
                ~alternates["source_id"].isin(derived_anew)
                & ~alternates["release_id"].isin(self._removed_releases)
            ],
        ]
        # a publisher's own gap is settled below, against the one derived here
        winners, losers = winners_and_losers(
            [of_indicators(frame, self._gap_ids, among=False) for frame in published], self._report
        )
        own = {edition.release["release_id"] for edition in self._loaded}
        winners = calibration.calibrated(winners, measured_on, own, self._catalogue)
        # a merged part measures nothing: the districts that it was made of do already
        parts = with_merged(measured_on[list(OBSERVATION_COLUMNS)], self._register, self._catalogue)
        self._parts_of_sums.put(in_key_order(parts))
        after = [winners]
        # nothing is summed or subtracted from illustrative figures, nor from estimates across a change of boundary
        summed = real(winners[~is_estimated(winners)])
        for derived in self._sums:
            derived.rest_on(summed[summed["indicator_id"] == derived.indicator_route.indicator.id])
            after.append(derived.add(aggregates(derived.indicator_route, summed, self._register)))
        others = real(current[~is_own & (source_of != DERIVED)])
        pool = pd.concat([summed, others], ignore_index=True) if len(others) else summed
        gap_winners, gap_losers = winners_and_losers(
            [*(of_indicators(frame, self._gap_ids) for frame in published), *self._derived_gaps(pool)],
            self._report,
        )
        after = [frame for frame in (*after, gap_winners) if len(frame)] or [winners]
        whole = pd.concat(after, ignore_index=True)[list(OBSERVATION_COLUMNS)]
        for name, periods in whole.groupby("indicator_id")["period"].unique().items():
            self._periods.setdefault(str(name), set()).update(map(str, periods))
        self._after.put(whole)
        self._losers.put(pd.concat([losers, gap_losers], ignore_index=True) if len(gap_losers) else losers)

    def _derived_gaps(self, pool: pd.DataFrame) -> Iterator[pd.DataFrame]:
        for derived in self._gaps:
            minuend = str(derived.indicator_route.route.minuend)
            overall = pool[pool["indicator_id"] == minuend]
            group = pool[pool["indicator_id"] == derived.indicator_route.route.subtrahend]
            derived.rest_on(group)
            derived.rest_on_own_areas(overall)
            # everyone's rate is in the first part, and other parts have groups that are held against it
            if minuend not in self._overall:
                self._overall[minuend] = overall[overall["breakdown"] == "all"]
            found = gaps(derived.indicator_route, self._overall[minuend], group, self._register)
            yield derived.add(found).assign(source_id=DERIVED)

    def _note_overlaps(self, overlaps: Sequence[Row]) -> None:
        for overlap in overlaps:
            pair = (overlap["left"], overlap["kept"])
            known = self._overlaps.setdefault(pair, {**overlap, "figures": 0, "differ": 0})
            known["figures"] += overlap["figures"]
            known["differ"] += overlap["differ"]

    # ---- between the rounds ----------------------------------------------------------------------------

    def release_derived(self) -> None:
        """Put what hangs on other figures under releases of their own, which name what they rest on."""
        loaded = [edition.release for edition in self._loaded]
        for derived in (*self._sums, *self._gaps):
            input_ids = derived.input_ids
            release_id, row = derived_release(
                derived.indicator_route, input_ids, self._run, self._releases, loaded
            )
            self._final[derived.placeholder] = release_id
            if input_ids:
                if not is_current(row, self._releases):
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
        before = of_indicators(self._current.take(part), self._ids).reset_index(drop=True)
        changed = self._diff.compare(before, after)
        for frame, sign in ((after, 1), (before, -1)):
            for name, count in frame["release_id"].value_counts(sort=False).items():
                self._row_changes[str(name)] = self._row_changes.get(str(name), 0) + sign * int(count)
        put = [frame for frame in (changed.added, changed.revised, changed.moved) if len(frame)]
        if put:
            self._put.put(in_key_order(pd.concat(put, ignore_index=True) if len(put) > 1 else put[0]))
        self._renamed.put(changed.renamed)
        self._removed.put(changed.removed[KEY])
        self._revisions.put(_revisions(changed, self._run["finished_at"]))
        self._additions.see(changed, after)
        self._sums_of_parts.see(of_indicators(after, sorted(self._own_ids)))
        self._compare_alternates(self._released(self._losers.frame(place)), self._alternates.take(part))
        touched = changed.indicators
        self._touched.update(touched)
        known = after[after["indicator_id"].isin(touched)]
        lines = [frame[list(LINE_COLUMNS)].drop_duplicates() for frame in (known, changed.removed)]
        self._lines.put(pd.concat(lines, ignore_index=True).drop_duplicates())
        if len(known):
            # a sum of areas that merged is older than the areas that it would stand among
            listed = known[~is_joined(known)]
            self._distributions.put(distributions(listed, self._register, self._catalogue))
            self._trends.put(trend_rows(known, self._catalogue, self._periods))

    def _compare_alternates(self, now: pd.DataFrame, was: pd.DataFrame) -> None:
        key = [*KEY, "source_id"]
        old, new = coded([was, now], key)
        gone = positions(old, new) < 0
        self._alternates_removed.put(in_key_order(was.loc[gone, key], key))
        self._alternates_put.put(in_key_order(now, key))

    def plan(self) -> Plan:
        """The plan, once every part was compared."""
        self._diff.judge()
        sums = self._sums_of_parts.rows()
        self._report.cross_checks += sums
        self._report.warnings += [*warnings(sums), *self._disclosure.warnings()]
        published_ids = {row["release_id"] for row in self._new_releases}
        new_rows = {row["release_id"]: row for row in self._new_releases}
        changes = Changes(
            run=self._run,
            snapshots=[_snapshot_row(file) for edition in self._loaded for file in edition.files],
            releases=self._new_releases,
            release_files=[
                {
                    "release_id": edition.release["release_id"],
                    "sha256": file["sha256"],
                    "role": file["role"],
                    "file_name": file["file_name"],
                }
                for edition in self._loaded
                if edition.release["release_id"] in published_ids
                for file in edition.files
            ],
            release_inputs=[row for row in self._release_inputs if row["release_id"] in published_ids],
            retired=self._retired,
            removed=SpooledRows(self._removed, KEY),
            renamed=SpooledRows(self._renamed, RENAMED_COLUMNS),
            put=SpooledRows(self._put, OBSERVATION_COLUMNS),
            parts=SpooledRows(self._parts_of_sums, OBSERVATION_COLUMNS),
            alternates_removed=SpooledRows(self._alternates_removed, [*KEY, "source_id"]),
            alternates_put=SpooledRows(self._alternates_put, ALTERNATE_COLUMNS),
            series_of=sorted(self._touched),
            lines=SpooledRows(self._lines, LINE_COLUMNS),
            distributions=SpooledRows(self._distributions, DISTRIBUTION_COLUMNS),
            trends=SpooledRows(self._trends, TREND_COLUMNS),
            revisions=SpooledRows(self._revisions, REVISION_COLUMNS),
            additions=self._additions.rows({**self._releases, **new_rows}, self._run["finished_at"]),
            row_changes={name: count for name, count in self._row_changes.items() if count},
        )
        return Plan(changes, self._diff, self._report, list(self._overlaps.values()))


def apply(store: Store, plan: Plan, on_step: OnStep = no_step) -> str:
    """Write a plan in one transaction and let the database count anew. Gives the publication id."""
    publication_id = publish(store, plan.changes, on_step)
    analyse(store)
    return publication_id


def of_indicators(frame: pd.DataFrame, indicator_ids: Sequence[str], *, among: bool = True) -> pd.DataFrame:
    """The rows of these indicators, or (``among=False``) of all others."""
    return frame[frame["indicator_id"].isin(indicator_ids) == among]


def _snapshot_row(file: Row) -> Row:
    return {name: cell for name, cell in file.items() if name != "role"}


def _retired(source_id: str, kept: set[str], releases: Mapping[str, Row]) -> list[str]:
    return [
        name
        for name, release in releases.items()
        if release["source_id"] == source_id and release["is_current"] and name not in kept
    ]


def _revisions(changed: Changed, changed_at: str) -> pd.DataFrame:
    """What figures were and became; illustrative figures, and rounding in the last place, are no revision."""
    was = real(changed.was)
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
