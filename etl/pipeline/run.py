"""One source at a time from its files to the store: snapshot, parse, contract, derive, contract, diff, publish.

What stops a source is written in the log of runs and stops no other. Nothing is written to the figures before
everything that can fail has been done; then one transaction shows the new release whole.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from etl.fetching.downloads import FolderDownloads
from etl.fetching.snapshots import Snapshots
from etl.frames.buffer import ROWS_AT_ONCE
from etl.pipeline import Row, corrections, starter
from etl.pipeline.boundaries import BoundaryPublisher
from etl.pipeline.candidates import Candidates, real_and_illustrative, with_addresses
from etl.pipeline.context import Context
from etl.pipeline.log import RunLog, RunResult, with_notes
from etl.pipeline.publishing import ILLUSTRATIVE, Order, Publisher, with_warnings
from etl.pipeline.recognition import seen_words, wanted_words
from etl.pipeline.release import loggable_facts, source_row
from etl.pipeline.rollback import editions_before, without_illustrative
from etl.sources.base import (
    BoundarySource,
    Edition,
    LiveSource,
    Problems,
    Progress,
    Source,
    SourceProblem,
    no_progress,
)
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import Store, StoreDamaged
from indicators.store.locks import refresh_lock
from indicators.store.schema import SCHEMA_VERSION
from indicators.store.writing import OnStep, no_step, note_sources, replace_content

Report = Callable[[RunResult], None]

log = logging.getLogger(__name__)

STARTER_REASON = "the project's own starter edition, reviewed with the project"


class NothingFound(SourceProblem):
    """A source was named and the folder holds none of its files."""


def _no_report(result: RunResult) -> None:
    """Report nothing."""


class Pipeline:
    """What a person can do with the figures: refresh, roll back, load the starter edition, rebuild.

    The arguments are those of ``etl.pipeline.context.Context``; ``now`` gives the present instant (UTC).
    """

    def __init__(
        self,
        *,
        store: Store,
        snapshots: Snapshots,
        sources: Mapping[str, Source | BoundarySource],
        register: Register,
        catalogue: Mapping[str, Indicator],
        now: Callable[[], datetime],
        boundaries_dir: Path,
        starter_folder: Path = starter.FOLDER,
        corrections_folder: Path = corrections.FOLDER,
        downloads: Callable[[Path], FolderDownloads] | None = None,
        progress: Progress = no_progress,
        on_step: OnStep = no_step,
        rows_at_once: int = ROWS_AT_ONCE,
    ) -> None:
        self.store = store
        self.snapshots = snapshots
        self.sources = sources
        self.log = RunLog(store, now)
        self.context = Context(
            store=store,
            snapshots=snapshots,
            sources=sources,
            register=register,
            catalogue=catalogue,
            log=self.log,
            boundaries_dir=boundaries_dir,
            starter_folder=starter_folder,
            corrections_folder=corrections_folder,
            downloads=downloads,
            progress=progress,
            on_step=on_step,
            rows_at_once=rows_at_once,
        )
        self._candidates = Candidates(self.context)
        self._figures = Publisher(self.context, self._candidates)
        self._boundaries = BoundaryPublisher(self.context, self._candidates)

    def now(self) -> datetime:
        """The present instant, later than every one in the log."""
        return self.log.now()

    # ---- what a person asks for --------------------------------------------------------------------

    def refresh(
        self,
        source_ids: Sequence[str] = (),
        *,
        folder: Path | None = None,
        dry_run: bool = False,
        accept: str | None = None,
        report: Report = _no_report,
    ) -> list[RunResult]:
        """Refresh some sources (all when none is named) from a folder of publishers' files.

        Without ``folder`` each source that can be is fetched from its publisher; with ``accept`` and no folder, what
        a source has waiting in quarantine is published instead.
        Raises Busy when another process writes to the store, ValueError for a source that does not exist.
        """
        self._refuse_unknown(source_ids)
        if folder is not None and not folder.is_dir():
            raise ValueError(f"{folder}: no such folder; give the one that holds the publishers' files")
        order = Order(dry_run, accept)
        works = {
            source_id: partial(self._refresh, source_id, folder, bool(source_ids), order)
            for source_id in source_ids or self.sources
        }
        with refresh_lock(self.store.connections, "refresh", self.now()):
            self._open()
            self.snapshots.tidy()
            for left in self._incoming.parent.glob(f"{self._incoming.name}*"):
                shutil.rmtree(left, ignore_errors=True)
            removed = [] if dry_run else self._without_illustrative(report)
            return [*removed, *self._each(works, report)]

    def rollback(self, source_id: str, reason: str) -> RunResult:
        """Put a source back on the editions it rested on before, and keep out those it leaves until accepted again.

        Raises Busy, and ValueError for a source that does not exist.
        """
        self._refuse_unknown([source_id])
        with refresh_lock(self.store.connections, "rollback", self.now()):
            self._open()
            self._without_illustrative(_no_report)
            return self.log.guarded(source_id, partial(self._rollback, source_id, reason))

    def load_starter(self, report: Report = _no_report) -> list[RunResult]:
        """Load the starter edition and the illustrative releases where nothing better is there.

        Sources that were refreshed from a publisher's file keep what they have. Raises Busy and BadStarter.
        """
        works = {
            source_id: partial(self._load_starter, source)
            for source_id, source in self.sources.items()
            if isinstance(source, Source)
        }
        with refresh_lock(self.store.connections, "starter load", self.now()):
            self._open()
            return [*self._without_illustrative(report), *self._each(works, report)]

    def rebuild(self) -> tuple[str, str, list[RunResult]]:
        """Make the whole store again from the snapshots (and the starter): (digest before, after, results).

        The figures are derived in a store beside it and put in its place in one transaction; where both
        are the same nothing is written. Runs and revisions stay. Raises Busy.
        """
        with refresh_lock(self.store.connections, "rebuild", self.now()):
            rests_on, before = self._what_stands()
            with tempfile.TemporaryDirectory(prefix="workhealth-rebuild-") as folder:
                beside = Store(
                    f"sqlite:///{folder}/rebuilt.sqlite",
                    register=self.context.register,
                    catalogue=self.context.catalogue,
                    include_illustrative=self.store.include_illustrative,
                )
                beside.create()
                results = self._beside(beside)._publish_again(rests_on)
                after = beside.digest()
                if after != before and not any(result.outcome == "failed" for result in results):
                    run = self.log.row("rebuild", self.now(), "published", "rebuilt")
                    replace_content(self.store, beside, run)
                beside.close()
        return before, after, results

    # ---- the store ---------------------------------------------------------------------------------

    def _refuse_unknown(self, source_ids: Sequence[str]) -> None:
        unknown = [name for name in source_ids if name not in self.sources]
        if unknown:
            raise ValueError(f"no source {', '.join(unknown)}; expected of {', '.join(self.sources)}")

    def _open(self) -> None:
        """Make the tables where they are not there, and tell the store which sources there are."""
        self.store.create()
        self.log.catch_up()
        note_sources(
            self.store,
            [source_row(place, source) for place, source in enumerate(self.sources.values())],
        )

    def _each(self, works: Mapping[str, Callable[[], RunResult]], report: Report) -> list[RunResult]:
        """Do the work of each source, one after another, and report each as it ends."""
        results = []
        for source_id, work in works.items():
            result = self.log.guarded(source_id, work)
            report(result)
            results.append(result)
        return results

    def _without_illustrative(self, report: Report) -> list[RunResult]:
        """Remove the illustrative releases of a store that is not to show them; [] where there is nothing to remove."""
        if self.store.include_illustrative:
            return []
        result = self.log.guarded(ILLUSTRATIVE, self._figures.remove_illustrative)
        if result.outcome == "unchanged":
            return []
        report(result)
        return [result]

    def _beside(self, store: Store) -> Pipeline:
        """The same pipeline on another store; nothing is fetched."""
        context = self.context
        return Pipeline(
            store=store,
            snapshots=context.snapshots,
            sources=context.sources,
            register=context.register,
            catalogue=context.catalogue,
            now=self.log.clock,
            boundaries_dir=context.boundaries_dir,
            starter_folder=context.starter_folder,
            corrections_folder=context.corrections_folder,
            progress=context.progress,
            rows_at_once=context.rows_at_once,
        )

    def _what_stands(self) -> tuple[dict[str, list[Row]], str]:
        """The editions that the store rests on, by source, and its digest.

        A database that this program cannot use is put aside: what it rested on is then known from the snapshots alone.
        """
        try:
            damage = self.store.connections.damage()
            if damage is not None:
                raise StoreDamaged(str(self.store.connections.sqlite_path), damage)
            version = self.store.version()
            if version is not None and version <= SCHEMA_VERSION:
                self._open()
                return self._rests_on(), self.store.digest()
        except StoreDamaged as error:
            log.warning("%s; it is made again", error.where)
        self._put_aside()
        self._open()
        return self.snapshots.published(), self.store.digest()

    def _put_aside(self) -> None:
        """Put aside a database that this program cannot use, under a name of its own each time."""
        path = self.store.connections.sqlite_path
        if path is None:
            self.store.reset()
            return
        self.store.close()
        aside = path.with_name(f"{path.stem}-before-rebuild-{self.now():%Y%m%dT%H%M%S}{path.suffix}")
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                file.replace(aside.with_name(aside.name + suffix))
        if aside.exists():
            log.warning(
                "the database that stood here is now %s; its runs and revisions are in it alone", aside
            )

    def _rests_on(self) -> dict[str, list[Row]]:
        return {source_id: facts for source_id in self.sources if (facts := self.context.current(source_id))}

    @property
    def _incoming(self) -> Path:
        """Where fetched files land before they are kept: beside the snapshots, under a name of each run's own."""
        return self.snapshots.folder.parent / ".incoming-"

    # ---- one source --------------------------------------------------------------------------------

    def _refresh(self, source_id: str, folder: Path | None, named: bool, order: Order) -> RunResult:
        source = self.sources[source_id]
        if folder is not None:
            editions = source.discover(folder)
            if editions:
                return self._publish_editions(source, editions, order)
            words = f"no file of {source.info.title} below {folder.name}/"
            if named:
                seen = seen_words(folder, self.sources)
                raise NothingFound(f"{words}; {wanted_words(source_id)}; {seen}")
            return RunResult(source_id, "not_here", words)
        if order.accept is not None:
            return self._publish_waiting(source, named, order)
        if isinstance(source, LiveSource) and self.context.downloads is not None:
            return self._fetch(source, self.context.downloads, order)
        words = "cannot be fetched from its publisher; give the folder of its files with --from"
        if named:
            raise NothingFound(f"{source_id}: {words}")
        return RunResult(source_id, "not_here", words)

    def _publish_editions(
        self, source: Source | BoundarySource, editions: list[Edition], order: Order
    ) -> RunResult:
        if isinstance(source, Source):
            return self._figures.publish_found(source, editions, order)
        return self._boundaries.publish(source, editions, dry_run=order.dry_run, accept=order.accept)

    def _publish_waiting(self, source: Source | BoundarySource, named: bool, order: Order) -> RunResult:
        """Publish what the last run that found anything left in quarantine, or found refused."""
        source_id = source.info.source_id
        words = "boundaries are accepted from the folder of their files, with --from"
        if isinstance(source, Source):
            words = "nothing waits in quarantine"
            if waiting := self._figures.waiting(source):
                return self._figures.publish_beside_current(source, waiting, order)
        if named:
            raise NothingFound(f"{source_id}: {words}")
        return RunResult(source_id, "not_here", words)

    def _fetch(
        self, source: LiveSource, downloads: Callable[[Path], FolderDownloads], order: Order
    ) -> RunResult:
        """Fetch a source's files into a folder of their own, which then is as good as one that was given."""
        source_id = source.info.source_id
        self._incoming.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=self._incoming.name, dir=self._incoming.parent) as name:
            folder = Path(name)
            through = downloads(folder)
            self.context.progress(f"{source_id}: fetching", 0, 0)
            source.fetch(through, self.log.clock().date())
            known = self.sources[source_id]
            editions = known.discover(folder)
            if not editions:
                raise NothingFound(
                    f"{source_id}: {len(through.facts)} files were fetched and none is of {source.info.title}; "
                    f"{wanted_words(source_id)}; {seen_words(folder, self.sources)}"
                )
            order = with_warnings(order, through.notes)
            if isinstance(known, Source):
                try:
                    return self._publish_fetched(known, folder, editions, through, order)
                except SourceProblem as error:
                    if not through.notes:
                        raise
                    raise Problems([error, *through.notes]) from error
            copied = self._candidates.copy_not_fetched(source_id, folder)
            addresses = {**copied, **through.facts}
            whole = [with_addresses(edition, addresses) for edition in known.discover(folder)]
            result = self._boundaries.publish(
                known,
                whole,
                dry_run=order.dry_run,
                accept=None,
                more=order.more,
                not_fetched=sorted(copied),
            )
            return result if result.outcome == "published" else with_notes(result, order.more)

    def _publish_fetched(
        self,
        source: Source,
        folder: Path,
        editions: list[Edition],
        through: FolderDownloads,
        order: Order,
    ) -> RunResult:
        """Publish what was fetched; of an edition that is there already, what was missed stays as it was."""
        addresses = dict(through.facts)
        if through.notes:
            names = {edition.edition for edition in editions}
            copied = self._candidates.copy_not_fetched(source.info.source_id, folder, names)
            if copied:
                addresses = {**copied, **addresses}
                editions = source.discover(folder)
                kept = f"not fetched and kept as they were: {', '.join(sorted(copied))}"
                order = with_warnings(order, [kept])
        fetched = [with_addresses(edition, addresses) for edition in editions]
        return self._figures.publish_found(source, fetched, order)

    def _rollback(self, source_id: str, reason: str) -> RunResult:
        source, current = self.sources[source_id], self.context.current(source_id)
        published = self.store.history(source_id, None, "published")
        if not self.store.include_illustrative:
            published = [without_illustrative(run) for run in published]
        back, left = editions_before(published, current, source_id)
        more = {
            "rolled_back": {"reason": reason, "editions": [loggable_facts(facts) for facts in left]},
        }
        return self._publish_facts(source, back, current, Order(accept=reason, more=more))

    def _publish_again(self, rests_on: Mapping[str, list[Row]]) -> list[RunResult]:
        """Publish, into an empty store, the editions that each source rests on."""
        works = {
            source_id: partial(self._publish_facts, source, rests_on[source_id], [], Order(accept="rebuild"))
            for source_id, source in self.sources.items()
            if source_id in rests_on
        }
        return self._each(works, _no_report)

    def _publish_facts(
        self, source: Source | BoundarySource, facts: Sequence[Row], current: list[Row], order: Order
    ) -> RunResult:
        """Publish editions that are known from the log or the store, and no others."""
        if not isinstance(source, Source):
            editions = [self._candidates.edition_of(edition)[0] for edition in facts]
            return self._boundaries.publish(
                source, editions, dry_run=False, accept=order.accept, more=order.more
            )
        candidates = [self._candidates.resting(source, edition) for edition in facts]
        real, illustrative = real_and_illustrative(candidates)
        return self._figures.publish(source, real, illustrative, current, order)

    def _load_starter(self, source: Source) -> RunResult:
        current = self.context.current(source.info.source_id)
        bundled, illustrative = real_and_illustrative(self._candidates.bundled(source))
        if any(facts["origin"] == "publisher" for facts in current):
            real = [
                self._candidates.resting(source, facts)
                for facts in current
                if facts["origin"] != "illustrative"
            ]
        else:
            real = [*self._candidates.starter(source), *bundled]
        return self._figures.publish(source, real, illustrative, current, Order(accept=STARTER_REASON))
