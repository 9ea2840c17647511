"""One source at a time from its files to the store: snapshot, parse, contract, derive, contract, diff, publish.

What stops a source is written in the log of runs and stops no other. Nothing is written to the figures before
everything that can fail has been done; then one transaction shows the new release whole.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

from etl.deriving.cross_check import joined
from etl.deriving.derive import DERIVE_VERSION, derive
from etl.fetching.downloads import FetchedFile, FolderDownloads
from etl.fetching.snapshots import LostSnapshot, Snapshots, file_sha256
from etl.frames import measurements
from etl.frames.buffer import ROWS_AT_ONCE, Workroom
from etl.frames.observations import empty
from etl.frames.routes import measures_of, routes_digest
from etl.pipeline import corrections, starter
from etl.pipeline.contract import MeasurementChecks, check_observations, check_supply, file_names
from etl.pipeline.medians import median_shifts
from etl.pipeline.planning import LoadedEdition, apply, plan
from etl.pipeline.rollback import editions_before, key_of, refused
from etl.sources.base import (
    BoundarySource,
    Edition,
    FoundFile,
    LiveSource,
    Parsed,
    ParsedInChunks,
    Progress,
    Source,
    SourceProblem,
    no_progress,
)
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import Store
from indicators.store.locks import refresh_lock
from indicators.store.writing import (
    Changes,
    OnStep,
    no_step,
    note_sources,
    publish,
    record_run,
    replace_content,
)

Row = dict[str, Any]
Outcome = Literal["published", "unchanged", "failed", "quarantined", "dry_run", "not_here"]

_TICK = timedelta(milliseconds=1)
"""The smallest step of an instant in the log."""

STARTER_REASON = "the project's own starter edition, reviewed with the project"


@dataclass(frozen=True)
class RunResult:
    """What came of one source. ``not_here`` (no file of it in the folder) is told and not written in the log.

    ``finished_at`` is an instant (UTC).
    """

    source_id: str
    outcome: Outcome
    message: str
    details: Row = field(default_factory=dict)
    run_id: str = ""
    seconds: float = 0.0
    finished_at: str = ""


@dataclass
class _Candidate:
    """An edition that a source may rest on, before it is read."""

    edition: Edition
    origin: str
    files: list[Row]
    release: Row
    read: Callable[[], Parsed | ParsedInChunks]
    corrections: tuple[corrections.Correction, ...] = ()

    @property
    def release_id(self) -> str:
        return str(self.release["release_id"])


class NothingFound(SourceProblem):
    """A source was asked for by name and the folder holds none of its files."""


class Pipeline:
    """Everything a refresh needs, handed in: no clock, folder or store of its own.

    ``downloads(folder)`` gives what a source fetches through into that folder; without it nothing is fetched.
    ``progress(words, done, of)`` is called on long work, ``on_step`` inside the transaction. ``rows_at_once`` bounds
    the memory that a large release takes (``etl.frames.buffer``).
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
        self.register = register
        self.catalogue = catalogue
        self._clock = now
        self._latest = datetime.min.replace(tzinfo=UTC)
        self.boundaries_dir = boundaries_dir
        self.starter_folder = starter_folder
        self.corrections_folder = corrections_folder
        self.downloads = downloads
        self.progress = progress
        self.on_step = on_step
        self.rows_at_once = rows_at_once
        self._register_digest = _digest(
            sorted(
                (area.area_code, area.area_type, str(area.start_on), str(area.end_on)) for area in register
            )
        )

    # ---- what a person asks for --------------------------------------------------------------------

    def refresh(
        self,
        source_ids: Sequence[str] = (),
        *,
        folder: Path | None = None,
        dry_run: bool = False,
        accept: str | None = None,
        told: Callable[[RunResult], None] = lambda result: None,
    ) -> list[RunResult]:
        """Refresh some sources (all when none is named) from a folder of publishers' files.

        Without ``folder`` each source that can be is fetched from its publisher; with ``accept`` and no folder, what
        a source has waiting in quarantine is published instead.
        Raises Busy when another process writes to the store, ValueError for a source that does not exist.
        """
        unknown = [name for name in source_ids if name not in self.sources]
        if unknown:
            raise ValueError(f"no source {', '.join(unknown)}; expected of {', '.join(self.sources)}")
        if folder is not None and not folder.is_dir():
            raise ValueError(f"{folder}: no such folder; give the one that holds the publishers' files")
        named = bool(source_ids)
        results = []
        with refresh_lock(self.store.connections, "refresh", self.now()):
            self._open()
            self.snapshots.tidy()
            for left in self._incoming.parent.glob(f"{self._incoming.name}*"):
                shutil.rmtree(left, ignore_errors=True)
            for source_id in source_ids or self.sources:
                result = self._guarded(
                    source_id,
                    partial(self._refresh, source_id, folder, named, dry_run, accept),
                )
                told(result)
                results.append(result)
        return results

    def rollback(self, source_id: str, reason: str) -> RunResult:
        """Put a source back on the editions it rested on before, and keep out those it leaves until accepted again.

        Raises Busy, and ValueError for a source that does not exist.
        """
        if source_id not in self.sources:
            raise ValueError(f"no source {source_id}; expected of {', '.join(self.sources)}")
        with refresh_lock(self.store.connections, "rollback", self.now()):
            self._open()
            return self._guarded(source_id, partial(self._rollback, source_id, reason))

    def load_starter(self, told: Callable[[RunResult], None] = lambda result: None) -> list[RunResult]:
        """Load the starter edition and the illustrative releases where nothing better is there.

        Sources that were refreshed from a publisher's file keep what they have. Raises Busy and BadStarter.
        """
        results = []
        with refresh_lock(self.store.connections, "starter load", self.now()):
            self._open()
            for source_id, source in self.sources.items():
                if not isinstance(source, Source):
                    continue
                result = self._guarded(source_id, partial(self._starter, source))
                told(result)
                results.append(result)
        return results

    def rebuild(self) -> tuple[str, str, list[RunResult]]:
        """Make the whole store again from the snapshots (and the starter): (digest before, after, results).

        The figures are worked out in a store beside it and put in its place in one transaction; where both
        are the same nothing is written. Runs and revisions stay. Raises Busy.
        """
        with refresh_lock(self.store.connections, "rebuild", self.now()):
            usable = self.store.exists()
            rests_on = self._rests_on() if usable else self.snapshots.published()
            if not usable:
                self._make_way()
            self._open()
            before = self.store.digest()
            with tempfile.TemporaryDirectory(prefix="workhealth-rebuild-") as folder:
                beside = Store(
                    f"sqlite:///{folder}/rebuilt.sqlite",
                    register=self.register,
                    catalogue=self.catalogue,
                    include_illustrative=self.store.include_illustrative,
                )
                beside.create()
                other = Pipeline(
                    store=beside,
                    snapshots=self.snapshots,
                    sources=self.sources,
                    register=self.register,
                    catalogue=self.catalogue,
                    now=self._clock,
                    boundaries_dir=self.boundaries_dir,
                    starter_folder=self.starter_folder,
                    corrections_folder=self.corrections_folder,
                    progress=self.progress,
                    rows_at_once=self.rows_at_once,
                )
                results = [
                    other._guarded(source_id, partial(other._again, source_id, rests_on[source_id]))
                    for source_id in self.sources
                    if source_id in rests_on
                ]
                after = beside.digest()
                failed = [result for result in results if result.outcome == "failed"]
                if not failed and after != before:
                    replace_content(
                        self.store, beside, self._run_row("rebuild", self.now(), "published", "rebuilt")
                    )
                beside.close()
        return before, after, results

    # ---- one source --------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The present instant, but later than every one before it and in the log.

        The order of the log is what history, quarantine and rollback go by: a clock that was put back must not
        change it.
        """
        self._latest = max(self._clock(), self._latest + _TICK)
        return self._latest

    def _open(self) -> None:
        """Make the tables where they are not there, and tell the store which sources there are."""
        self.store.create()
        if (last := self.store.last_instant()) is not None:
            self._latest = max(self._latest, datetime.fromisoformat(last))
        note_sources(
            self.store,
            [_source_row(place, source) for place, source in enumerate(self.sources.values())],
        )

    def _guarded(self, source_id: str, work: Callable[[], RunResult]) -> RunResult:
        """Do the work of one source; whatever stops it becomes a failed run in the log, and no other stops."""
        started, clock = self.now(), time.perf_counter()
        try:
            result = work()
        except Exception as error:
            expected = isinstance(
                error, SourceProblem | LostSnapshot | starter.BadStarter | ValueError | OSError
            )
            message = str(error) if expected else f"unexpected {type(error).__name__}: {error}"
            details = {} if expected else {"trace": traceback.format_exc(limit=-6)}
            result = RunResult(source_id, "failed", message, details)
        seconds = time.perf_counter() - clock
        result = dataclasses.replace(result, seconds=seconds, finished_at=_instant(self.now()))
        if result.outcome in ("published", "not_here") or (
            result.outcome == "unchanged" and not result.run_id
        ):
            return result
        row = self._run_row(source_id, started, result.outcome, result.message, result.details)
        try:
            record_run(self.store, row)
        except OSError as error:
            # what stopped the source is what matters: that it cannot be logged comes after it
            words = f"{result.message}\nthis run could not be written in the log: {error}"
            return dataclasses.replace(result, outcome="failed", message=words)
        return dataclasses.replace(result, run_id=row["run_id"], finished_at=row["finished_at"])

    def _run_row(
        self, source_id: str, started: datetime, outcome: str, message: str, details: Row | None = None
    ) -> Row:
        return {
            "run_id": f"{started:%Y%m%dT%H%M%S}-{source_id}-{secrets.token_hex(4)}",
            "source_id": source_id,
            "started_at": _instant(started),
            "finished_at": _instant(self.now()),
            "outcome": outcome,
            "message": message,
            "details": json.dumps(details or {}, ensure_ascii=False),
        }

    @property
    def _incoming(self) -> Path:
        """Where fetched files land before they are kept: beside the snapshots, under a name of each run's own."""
        return self.snapshots.folder.parent / ".incoming-"

    def _refresh(
        self, source_id: str, folder: Path | None, named: bool, dry_run: bool, accept: str | None
    ) -> RunResult:
        source = self.sources[source_id]
        if folder is not None:
            editions = source.discover(folder)
            if editions:
                return self._of_editions(source, editions, dry_run=dry_run, accept=accept)
            words = f"no file of {source.info.title} below {folder.name}/"
            if named:
                raise NothingFound(f"{words}; expected files as docs/sources/{source_id}.md describes")
            return RunResult(source_id, "not_here", words)
        if accept is not None:
            return self._waiting(source, named, dry_run, accept)
        if isinstance(source, LiveSource) and self.downloads is not None:
            return self._live(source, self.downloads, dry_run)
        words = "cannot be fetched from its publisher; give the folder of its files with --from"
        if named:
            raise NothingFound(f"{source_id}: {words}")
        return RunResult(source_id, "not_here", words)

    def _live(
        self, source: LiveSource, downloads: Callable[[Path], FolderDownloads], dry_run: bool
    ) -> RunResult:
        """Fetch a source's files into a folder of their own, which then is as good as one that was given."""
        source_id = source.info.source_id
        self._incoming.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=self._incoming.name, dir=self._incoming.parent) as name:
            folder = Path(name)
            through = downloads(folder)
            self.progress(f"{source_id}: fetching", 0, 0)
            source.fetch(through, self._clock().date())
            known = self.sources[source_id]
            editions = known.discover(folder)
            if not editions:
                raise NothingFound(
                    f"{source_id}: {len(through.facts)} files were fetched and none is of {source.info.title}; "
                    f"expected files as docs/sources/{source_id}.md describes"
                )
            if isinstance(known, Source):
                fetched = [_with_facts(one, through.facts) for one in editions]
                return self._of_editions(known, fetched, dry_run=dry_run, accept=None)
            kept = self._not_fetched(source_id, folder)
            whole = [_with_facts(one, {**kept, **through.facts}) for one in known.discover(folder)]
            return self._boundaries(known, whole, dry_run=dry_run, accept=None, kept=sorted(kept))

    def _not_fetched(self, source_id: str, folder: Path) -> dict[str, FetchedFile]:
        """Put the files of boundaries that a source rests on beside those fetched into ``folder``, by their names.

        A publisher's services have fewer vintages than a folder may: what was never asked for stays as it is.
        """
        kept = {}
        for facts in self._current(source_id):
            for file in facts["files"]:
                name = file["file_name"]
                if not (folder / name).exists():
                    shutil.copyfile(self.snapshots.find(file["sha256"], name), folder / name)
                    kept[name] = FetchedFile(name, file["url"], _day(file["published_on"]))
        return kept

    def _of_editions(
        self,
        source: Source | BoundarySource,
        editions: list[Edition],
        *,
        dry_run: bool,
        accept: str | None,
    ) -> RunResult:
        if not isinstance(source, Source):
            return self._boundaries(source, editions, dry_run=dry_run, accept=accept)
        found = [self._from_publisher(source, edition, keep=not dry_run) for edition in editions]
        more: Row = {}
        if accept is None:
            found, more = self._without_refused(source, found)
            if not found:
                return RunResult(
                    source.info.source_id, "unchanged", "\n".join(more["warnings"]), more, "logged"
                )
        return self._beside_current(source, found, dry_run=dry_run, accept=accept, more=more)

    def _without_refused(self, source: Source, found: list[_Candidate]) -> tuple[list[_Candidate], Row]:
        """What was found but for editions that were rolled back; those are told, and wait for --accept."""
        source_id = source.info.source_id
        away = refused(self.store.history(source_id, None, "published"))
        kept, waiting, warnings = [], [], []
        for one in found:
            refusal = away.get(key_of(one.edition.edition, one.files))
            if refusal is None:
                kept.append(one)
                continue
            waiting.append(_facts(one.edition, one.origin, one.files, one.release_id))
            warnings.append(
                f"{one.edition.edition}: left out, since it was {refusal.words}; to publish it all the same: "
                f'refresh {source_id} --accept "reason"'
            )
        return kept, {"refused": waiting, "warnings": warnings} if waiting else {}

    def _beside_current(
        self, source: Source, found: list[_Candidate], *, dry_run: bool, accept: str | None, more: Row
    ) -> RunResult:
        """Publish what was found beside the editions that the source rests on already."""
        current = self._current(source.info.source_id)
        names = {one.edition.edition for one in found if not one.edition.illustrative}
        kept = [one for one in current if one["origin"] != "illustrative" and one["edition"] not in names]
        real = [one for one in found if not one.edition.illustrative]
        real += [self._from_facts(source, facts) for facts in kept]
        made_up = [one for one in found if one.edition.illustrative]
        made_up += [
            self._from_facts(source, facts)
            for facts in current
            if facts["origin"] == "illustrative"
            and facts["edition"] not in {one.edition.edition for one in made_up}
        ]
        return self._publish(source, real, made_up, current, dry_run=dry_run, accept=accept, more=more)

    def _waiting(self, source: Source | BoundarySource, named: bool, dry_run: bool, accept: str) -> RunResult:
        """Publish what the last run that found anything left in quarantine, or found refused."""
        source_id = source.info.source_id
        waiting = self._quarantined(source) if isinstance(source, Source) else []
        if isinstance(source, Source) and waiting:
            return self._beside_current(source, waiting, dry_run=dry_run, accept=accept, more={})
        words = "nothing waits in quarantine"
        if not isinstance(source, Source):
            words = "boundaries are accepted from the folder of their files, with --from"
        if named:
            raise NothingFound(f"{source_id}: {words}")
        return RunResult(source_id, "not_here", words)

    def _rollback(self, source_id: str, reason: str) -> RunResult:
        source = self.sources[source_id]
        current = self._current(source_id)
        published = self.store.history(source_id, None, "published")
        back, left = editions_before(published, current, source_id)
        more = {"rolled_back": {"reason": reason, "editions": [_bare(facts) for facts in left]}}
        if not isinstance(source, Source):
            editions = [self._edition_of(facts)[0] for facts in back]
            return self._boundaries(source, editions, dry_run=False, accept=reason, more=more)
        candidates = [self._from_facts(source, facts) for facts in back]
        return self._publish(
            source,
            [one for one in candidates if not one.edition.illustrative],
            [one for one in candidates if one.edition.illustrative],
            current,
            dry_run=False,
            accept=reason,
            more=more,
        )

    def _starter(self, source: Source) -> RunResult:
        source_id = source.info.source_id
        current = self._current(source_id)
        releases = [one for one in starter.manifest(self.starter_folder) if one.source_id == source_id]
        bundled = getattr(source, "bundled", None)
        editions = [] if bundled is None or not bundled.is_dir() else source.discover(bundled)
        if any(one["origin"] == "publisher" for one in current):
            real = [self._from_facts(source, facts) for facts in current if facts["origin"] != "illustrative"]
        else:
            real = [self._from_starter(source, one) for one in releases]
            real += [self._from_bundle(source, one) for one in editions if not one.illustrative]
        made_up = [self._from_bundle(source, one) for one in editions if one.illustrative]
        return self._publish(source, real, made_up, current, dry_run=False, accept=STARTER_REASON)

    def _again(self, source_id: str, facts: list[Row]) -> RunResult:
        source = self.sources[source_id]
        if not isinstance(source, Source):
            editions = [self._edition_of(one)[0] for one in facts]
            return self._boundaries(source, editions, dry_run=False, accept="rebuild")
        candidates = [self._from_facts(source, one) for one in facts]
        real = [one for one in candidates if one.origin != "illustrative"]
        made_up = [one for one in candidates if one.origin == "illustrative"]
        return self._publish(source, real, made_up, [], dry_run=False, accept="rebuild")

    def _publish(
        self,
        source: Source,
        real: list[_Candidate],
        made_up: list[_Candidate],
        current: list[Row],
        *,
        dry_run: bool,
        accept: str | None,
        more: Row | None = None,
    ) -> RunResult:
        """Read, check, derive and publish the editions a source shall rest on; ``more`` goes to the log's details."""
        source_id = source.info.source_id
        started = self.now()
        more = more or {}
        here = {one["release_id"] for one in current}
        if not self.store.include_illustrative:
            made_up = []
        known = self._without_figures(source_id)
        left_out = {one.release_id: known[one.release_id] for one in real if one.release_id in known}
        shown = [one for one in real if one.release_id not in left_out] or made_up
        if here == {one.release_id for one in shown}:
            result = _noted(self._unchanged(source_id, shown, real, started), more)
            if not left_out:
                return result
            told = {"warnings": [*more.get("warnings", ()), *left_out.values()], "without_figures": left_out}
            return dataclasses.replace(
                result, message="; ".join(left_out.values()), details={**more, **told}, run_id="logged"
            )
        with Workroom(self.snapshots.folder.parent, self.rows_at_once) as room:
            return self._work_out(
                source, real, made_up, current, started, room, dry_run=dry_run, accept=accept, more=more
            )

    def _work_out(
        self,
        source: Source,
        real: list[_Candidate],
        made_up: list[_Candidate],
        current: list[Row],
        started: datetime,
        room: Workroom,
        *,
        dry_run: bool,
        accept: str | None,
        more: Row,
    ) -> RunResult:
        source_id = source.info.source_id
        here = {one["release_id"] for one in current}
        details: Row = {"editions": [], "set_aside": [], "corrections": [], "cross_checks": [], **more}
        details["warnings"] = list(more.get("warnings", ()))
        measures: set[str] = set()

        def load(candidates: list[_Candidate]) -> list[LoadedEdition]:
            editions = (self._load(source, one, details, measures, room) for one in candidates)
            return [edition for edition in editions if edition is not None]

        loaded = load(real)
        if loaded:
            before = [one for one in current if one["origin"] != "illustrative"]
            warnings = check_supply(
                frozenset(measures),
                source_id,
                self.catalogue,
                frozenset(one.edition.publication for one in real),
                frozenset(self.store.indicators_of(source_id)) if before else frozenset(),
            )
            details["warnings"] += warnings
        else:
            loaded = load(made_up)
        kept = {edition.release["release_id"] for edition in loaded}
        if here == kept:
            unused = "; ".join(details.get("without_figures", {}).values()) or "nothing new"
            result = self._unchanged(
                source_id, [one for one in real + made_up if one.release_id in kept], real, started
            )
            return dataclasses.replace(result, message=unused, details=details, run_id="logged")
        details["editions"] = [
            _facts(one.edition, one.origin, one.files, one.release_id)
            for one in real + made_up
            if one.release_id in kept
        ]
        run = self._run_row(source_id, started, "published", "")
        planned = plan(
            store=self.store,
            source_id=source_id,
            loaded=loaded,
            run=run,
            register=self.register,
            catalogue=self.catalogue,
            room=room,
        )
        difference = planned.diff
        details["diff"] = difference.summary()
        details["overlaps"] = planned.overlaps
        details["cross_checks"] += planned.report.cross_checks
        details["warnings"] += planned.report.warnings
        words = _in_words(difference.totals())
        if dry_run:
            details["median_shifts"] = median_shifts(
                self.store.distributions(planned.changes.series_of), planned.changes.distributions
            )
            note = f"; would wait in quarantine: {difference.reasons[0]}" if difference.reasons else ""
            return RunResult(source_id, "dry_run", f"would publish: {words}{note}", details)
        if difference.reasons and accept is None:
            return RunResult(
                source_id,
                "quarantined",
                "\n".join(difference.reasons[:20])
                + f'\nnothing was published; to publish it all the same: refresh {source_id} --accept "reason"',
                details,
            )
        if accept is not None and (difference.reasons or "rolled_back" in more):
            details["accepted"] = accept
            for row in planned.changes.releases:
                row["accepted"] = accept
        run["finished_at"] = _instant(self.now())
        run["message"] = words
        run["details"] = json.dumps(details, ensure_ascii=False)
        apply(self.store, planned, self.on_step)
        self.snapshots.note_published(source_id, run["finished_at"], details["editions"])
        return RunResult(source_id, "published", words, details, run["run_id"])

    def _without_figures(self, source_id: str) -> dict[str, str]:
        """Releases that the last run read and found nothing in that the catalogue asks for, with what it said of each.

        They need not be read again to know: a release's id changes with its bytes, parser, routes and register.
        """
        return dict(
            entry
            for one in self.store.history(source_id, 1)
            for entry in one["details"].get("without_figures", {}).items()
        )

    def _unchanged(
        self, source_id: str, shown: list[_Candidate], real: list[_Candidate], started: datetime
    ) -> RunResult:
        facts = [_facts(one.edition, one.origin, one.files, one.release_id) for one in shown]
        if facts:
            # a process that ended right after its transaction may have left this unwritten
            self.snapshots.note_published(source_id, _instant(started), facts)
        # only what a publisher's file was held against is worth a line in the log
        logged = "logged" if any(one.origin == "publisher" for one in real) else ""
        return RunResult(source_id, "unchanged", "nothing new", {}, logged)

    def _load(
        self,
        source: Source,
        candidate: _Candidate,
        details: Row,
        measures: set[str],
        room: Workroom,
    ) -> LoadedEdition | None:
        """Read, check and derive one edition; None where it holds nothing that the catalogue asks for."""
        edition, source_id = candidate.edition, source.info.source_id
        self.progress(f"{source_id} {edition.edition}: reading", 0, 0)
        parsed = candidate.read()
        checks = MeasurementChecks(edition, source_id, self.register, self.catalogue)
        correcting = corrections.Correcting(candidate.corrections)
        read = room.shelf(measurements.empty())
        for given in parsed.chunks:
            chunk = correcting.corrected(given)
            checks.rows(chunk)
            measures |= set(chunk["measure"].unique())
            read.put(chunk)
        correcting.end()
        details["corrections"] += corrections.facts(candidate.corrections)
        self.progress(f"{source_id} {edition.edition}: deriving", 0, 0)
        observations, reports = room.shelf(empty()), []
        for part in room.parts([read]):
            lines = read.take(part)
            checks.keys(lines)
            checks.stop()
            made, noticed = derive(
                lines,
                source_id=source_id,
                file=file_names(edition),
                illustrative=edition.illustrative,
                register=self.register,
                catalogue=self.catalogue,
            )
            check_observations(made, self.catalogue, file_names(edition))
            observations.put(correcting.noted(made, self.catalogue, source_id))
            reports.append(noticed)
        read.clear()
        report = joined(reports)
        details["warnings"] += [f"{edition.edition}: {one}" for one in (*parsed.warnings, *report.warnings)]
        details["cross_checks"] += [{"edition": edition.edition, **one} for one in report.cross_checks]
        details["set_aside"] += [
            {
                "edition": edition.edition,
                "reason": one.reason,
                "rows": one.rows,
                "examples": list(one.examples),
            }
            for one in parsed.set_aside
        ]
        if not observations.rows:
            asked = ", ".join(sorted(measures_of(self.catalogue, source_id)))
            left_out = (
                f"{file_names(edition)}: holds no figure that the catalogue asks for ({asked}); left out"
            )
            details.setdefault("without_figures", {})[candidate.release_id] = left_out
            details["warnings"].append(left_out)
            return None
        return LoadedEdition(candidate.release, candidate.files, observations)

    # ---- editions, wherever they come from -----------------------------------------------------------

    def _from_publisher(self, source: Source, edition: Edition, *, keep: bool) -> _Candidate:
        """Keep the bytes first; the parser then reads the kept copy."""
        files, rows = [], []
        for file in edition.files:
            url, published_on = file.url or source.info.url, file.published_on or edition.published_on
            if keep:
                kept = self.snapshots.keep(
                    file.path, url=url, published_on=published_on, licence=source.info.licence, now=self.now()
                )
                rows.append(
                    {
                        "sha256": kept.sha256,
                        "file_name": kept.file_name,
                        "url": kept.url,
                        "size": kept.size,
                        "retrieved_at": kept.retrieved_at,
                        "published_on": kept.published_on,
                        "licence": kept.licence,
                        "stored": True,
                        "role": file.role,
                    }
                )
                files.append(dataclasses.replace(file, path=kept.path))
            else:
                rows.append(self._file_row(source, file, published_on, stored=True))
                files.append(file)
        whole = dataclasses.replace(edition, files=tuple(files))
        origin = "illustrative" if edition.illustrative else "publisher"
        return self._candidate(
            source, whole, origin, rows, lambda: source.parse(whole, self.register, self.progress)
        )

    def _from_bundle(self, source: Source, edition: Edition) -> _Candidate:
        """Files that are kept with the project: facts carried over by hand, or illustrative ones."""
        rows = [
            self._file_row(source, file, file.published_on or edition.published_on, stored=False)
            for file in edition.files
        ]
        origin = "illustrative" if edition.illustrative else "starter"
        return self._candidate(
            source, edition, origin, rows, lambda: source.parse(edition, self.register, self.progress)
        )

    def _from_starter(self, source: Source, release: starter.StarterRelease) -> _Candidate:
        rows = [
            {
                "sha256": file["sha256"],
                "file_name": file["file_name"],
                "url": file["url"],
                "size": file["size"],
                "retrieved_at": file["retrieved_at"],
                "published_on": file["published_on"],
                "licence": source.info.licence,
                "stored": False,
                "role": file["role"],
            }
            for file in release.files
        ]
        return self._candidate(
            source, release.as_edition(), "starter", rows, lambda: starter.read(release), release.sha256
        )

    def _from_facts(self, source: Source, facts: Row) -> _Candidate:
        """An edition that the source rests on already. Raises LostSnapshot where its bytes are gone."""
        made_up_here = facts["origin"] == "illustrative" and all(
            self.snapshots.has(file["sha256"], file["file_name"]) for file in facts["files"]
        )
        if facts["origin"] == "publisher" or made_up_here:
            edition, rows = self._edition_of(facts)
            return self._candidate(
                source,
                edition,
                facts["origin"],
                rows,
                lambda: source.parse(edition, self.register, self.progress),
            )
        for release in starter.manifest(self.starter_folder):
            if release.source_id == source.info.source_id and release.edition == facts["edition"]:
                return self._from_starter(source, release)
        bundled = getattr(source, "bundled", None)
        for edition in source.discover(bundled) if bundled is not None and bundled.is_dir() else []:
            if edition.edition == facts["edition"]:
                return self._from_bundle(source, edition)
        raise LostSnapshot(
            f"edition {facts['edition']} of {source.info.source_id} came with the project and is no longer part "
            "of it; give the publisher's files with --from"
        )

    def _edition_of(self, facts: Row) -> tuple[Edition, list[Row]]:
        files, rows = [], []
        for file in facts["files"]:
            path = self.snapshots.find(file["sha256"], file["file_name"])
            files.append(FoundFile(path, file["role"], file["url"], _day(file["published_on"])))
            record = self.snapshots.record(file["sha256"])
            arrival = next(one for one in record["arrivals"] if one["file_name"] == file["file_name"])
            rows.append(
                {
                    "sha256": file["sha256"],
                    "file_name": file["file_name"],
                    "url": file["url"],
                    "size": record["size"],
                    "retrieved_at": arrival["retrieved_at"],
                    "published_on": file["published_on"],
                    "licence": arrival["licence"],
                    "stored": True,
                    "role": file["role"],
                }
            )
        edition = Edition(
            facts["edition"],
            facts["publication"],
            tuple(files),
            _day(facts["published_on"]),
            facts["precedence"],
            bool(facts["illustrative"]),
        )
        return edition, rows

    def _file_row(
        self, source: Source | BoundarySource, file: FoundFile, published_on: date | None, *, stored: bool
    ) -> Row:
        return {
            "sha256": file_sha256(file.path),
            "file_name": file.path.name,
            "url": file.url or source.info.url,
            "size": file.path.stat().st_size,
            "retrieved_at": None,
            "published_on": None if published_on is None else published_on.isoformat(),
            "licence": source.info.licence,
            "stored": stored,
            "role": file.role,
        }

    def _candidate(
        self,
        source: Source,
        edition: Edition,
        origin: str,
        files: list[Row],
        read: Callable[[], Parsed | ParsedInChunks],
        content: str = "",
    ) -> _Candidate:
        source_id = source.info.source_id
        rests_on = [routes_digest(self.catalogue, source_id), content]
        mends: tuple[corrections.Correction, ...] = ()
        if not edition.illustrative:
            known = corrections.read_corrections(source_id, self.corrections_folder)
            mends = tuple(one for one in known if one.edition == edition.edition)
        if mends:
            rests_on.append(corrections.digest(mends))
        release = self._release(source, edition, origin, files, rests_on)
        return _Candidate(edition, origin, files, release, read, mends)

    def _release(
        self,
        source: Source | BoundarySource,
        edition: Edition,
        origin: str,
        files: list[Row],
        rests_on: list[str],
    ) -> Row:
        """The release row of an edition; its identity changes with anything that could change a figure."""
        info = source.info
        identity = _digest(
            [
                info.source_id,
                edition.edition,
                origin,
                edition.precedence,
                source.parser_version,
                DERIVE_VERSION,
                sorted((file["role"], file["sha256"]) for file in files),
                self._register_digest,
                *rests_on,
            ]
        )
        return {
            "release_id": f"{info.source_id}:{edition.edition}:{identity[:8]}",
            "source_id": info.source_id,
            "edition": edition.edition,
            "publication": edition.publication,
            "publisher": info.publisher,
            "licence": info.licence,
            "url": next((file["url"] for file in files if file["url"]), info.url),
            "attribution": info.attribution,
            "published_on": None if edition.published_on is None else edition.published_on.isoformat(),
            "origin": origin,
            "illustrative": edition.illustrative,
            "identity": identity,
            "parser_version": source.parser_version,
            "precedence": edition.precedence,
            "accepted": None,
        }

    def _current(self, source_id: str) -> list[Row]:
        """Facts of the editions that a source rests on now."""
        return [
            {**one, "files": self.store.release(one["release_id"])["files"]}
            for one in self.store.releases(hidden=True)
            if one["source_id"] == source_id
        ]

    def _rests_on(self) -> dict[str, list[Row]]:
        return {source_id: facts for source_id in self.sources if (facts := self._current(source_id))}

    def _quarantined(self, source: Source) -> list[_Candidate]:
        """What the last run that read any file left waiting; [] when it left nothing.

        A run that failed, and one that only looked, leave what waits as it is.
        """
        for one in self.store.history(source.info.source_id):
            if one["outcome"] in ("failed", "dry_run"):
                continue
            waiting = "editions" if one["outcome"] == "quarantined" else "refused"
            return [self._from_facts(source, facts) for facts in one["details"].get(waiting, [])]
        return []

    def _make_way(self) -> None:
        """Put aside a database that this program cannot use."""
        path = self.store.connections.sqlite_path
        if path is None:
            self.store.reset()
            return
        self.store.close()
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                file.replace(file.with_name(f"{path.stem}-before-rebuild{path.suffix}{suffix}"))

    # ---- boundaries ----------------------------------------------------------------------------------

    def _boundaries(
        self,
        source: BoundarySource,
        editions: Iterable[Edition],
        *,
        dry_run: bool,
        accept: str | None,
        more: Row | None = None,
        kept: Sequence[str] = (),
    ) -> RunResult:
        """Draw boundaries into a folder beside, move them into place, then tell the store.

        ``kept`` names files that were there before and were not fetched, which the result tells.
        """
        source_id, started = source.info.source_id, self.now()
        current = {
            one["release_id"] for one in self.store.releases(hidden=True) if one["source_id"] == source_id
        }
        releases, snapshots, files, rows = [], [], [], []
        drawn_files: list[tuple[Path, str]] = []
        details: Row = {"editions": [], "warnings": [], **(more or {})}
        away = refused(self.store.history(source_id, None, "published")) if accept is None else {}
        chosen = []
        for edition in editions:
            whole, file_rows = self._keep(source, edition, keep=not dry_run)
            if refusal := away.get(key_of(edition.edition, file_rows)):
                return RunResult(
                    source_id,
                    "unchanged",
                    f"{edition.edition}: left out, since it was {refusal.words}; to publish it all the same: "
                    f'refresh {source_id} --from DIR --accept "reason"',
                    {},
                    "logged",
                )
            chosen.append((whole, file_rows, self._release(source, whole, "publisher", file_rows, [])))
        before = self.store.boundaries()
        there = all((self.boundaries_dir / one["file_name"]).is_file() for one in before)
        if {release["release_id"] for _, _, release in chosen} == current and there:
            return RunResult(source_id, "unchanged", "nothing new", {}, "logged")
        self.boundaries_dir.mkdir(parents=True, exist_ok=True)
        for left in self.boundaries_dir.glob(".drawing-*"):
            shutil.rmtree(left, ignore_errors=True)
        beside = Path(tempfile.mkdtemp(prefix=".drawing-", dir=self.boundaries_dir))
        try:
            run = self._run_row(source_id, started, "published", "")
            for edition, file_rows, release in chosen:
                drawn = source.draw(edition, self.register, beside, self.progress)
                releases.append(
                    {
                        **release,
                        "loaded_at": run["finished_at"],
                        "replaced_at": None,
                        "is_current": True,
                        "rows": 0,
                    }
                )
                snapshots += [
                    {name: cell for name, cell in file.items() if name != "role"} for file in file_rows
                ]
                files += [
                    {
                        "release_id": release["release_id"],
                        **{name: file[name] for name in ("sha256", "role", "file_name")},
                    }
                    for file in file_rows
                ]
                details["editions"].append(_facts(edition, "publisher", file_rows, release["release_id"]))
                for one in drawn:
                    details["warnings"] += list(one.warnings)
                    drawn_files.append((one.path, one.path.name))
                    rows.append(
                        {
                            "area_type": one.area_type,
                            "vintage": one.vintage,
                            "file_name": one.path.name,
                            "sha256": file_sha256(one.path),
                            "release_id": release["release_id"],
                        }
                    )
            words = f"{len(rows)} files of boundaries"
            if kept:
                words += f"; not fetched and kept as they were: {', '.join(kept)}"
            drawn_now = {(row["area_type"], row["vintage"]) for row in rows}
            lost = [old for old in before if (old["area_type"], old["vintage"]) not in drawn_now]
            names = ", ".join(f"{old['area_type']} {old['vintage']}" for old in lost)
            if dry_run:
                waits = f"; would wait in quarantine: boundaries would be lost: {names}"
                note = waits if lost and accept is None else ""
                return RunResult(source_id, "dry_run", f"would publish: {words}{note}", details)
            if lost and accept is None:
                return RunResult(
                    source_id,
                    "quarantined",
                    f"boundaries would be lost: {names}\nnothing was published; give a folder that has them too, or "
                    f'refresh {source_id} --from DIR --accept "reason"',
                    details,
                )
            for path, name in drawn_files:
                path.replace(self.boundaries_dir / name)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        run |= {"message": words, "details": json.dumps(details), "finished_at": _instant(self.now())}
        retired = sorted(current - {release["release_id"] for release in releases})
        publish(
            self.store,
            Changes(
                run=run,
                snapshots=snapshots,
                releases=releases,
                release_files=files,
                retired=retired,
                boundaries=rows,
            ),
            self.on_step,
        )
        for old in lost:
            (self.boundaries_dir / old["file_name"]).unlink(missing_ok=True)
        self.snapshots.note_published(source_id, run["finished_at"], details["editions"])
        return RunResult(source_id, "published", words, details, run["run_id"])

    def _keep(self, source: BoundarySource, edition: Edition, *, keep: bool) -> tuple[Edition, list[Row]]:
        files, rows = [], []
        for file in edition.files:
            row = self._file_row(source, file, file.published_on or edition.published_on, stored=True)
            if keep:
                kept = self.snapshots.keep(
                    file.path,
                    url=row["url"],
                    published_on=file.published_on or edition.published_on,
                    licence=source.info.licence,
                    now=self.now(),
                )
                row["retrieved_at"] = kept.retrieved_at
                file = dataclasses.replace(file, path=kept.path)
            files.append(file)
            rows.append(row)
        return dataclasses.replace(edition, files=tuple(files)), rows


def _source_row(place: int, source: Source | BoundarySource) -> Row:
    """A row of the store's table of sources."""
    info = source.info
    return {
        **{
            name: getattr(info, name)
            for name in ("source_id", "title", "publisher", "licence", "url", "cadence")
        },
        "place": place,
        "live": isinstance(source, LiveSource),
        "months": None if info.calendar is None else json.dumps(sorted(info.calendar.months)),
        "day": None if info.calendar is None else info.calendar.day,
    }


def _with_facts(edition: Edition, facts: Mapping[str, FetchedFile]) -> Edition:
    """An edition whose files know the address they were fetched from, and their date where it is known."""
    files = []
    for file in edition.files:
        fact = facts.get(file.path.name)
        if fact is not None:
            day = fact.published_on or file.published_on
            file = dataclasses.replace(file, url=fact.url, published_on=day)
        files.append(file)
    days = [file.published_on for file in files if file.published_on]
    published_on = edition.published_on or (max(days) if days else None)
    return dataclasses.replace(edition, files=tuple(files), published_on=published_on)


def _noted(result: RunResult, more: Row) -> RunResult:
    """A result that changed nothing, with what there is to say all the same."""
    if not more:
        return result
    return dataclasses.replace(
        result, message="\n".join([result.message, *more.get("warnings", ())]), details=more, run_id="logged"
    )


def _bare(facts: Row) -> Row:
    """What the log keeps of an edition that is current: what it takes to know and to read it again."""
    return {
        **{
            name: facts[name]
            for name in ("release_id", "edition", "publication", "origin", "precedence", "published_on")
        },
        "illustrative": facts["illustrative"],
        "files": [
            {name: file[name] for name in ("file_name", "role", "sha256", "url", "published_on")}
            for file in facts["files"]
        ],
    }


def _facts(edition: Edition, origin: str, files: list[Row], release_id: str) -> Row:
    """What must be known to read an edition again from the snapshots."""
    return {
        "release_id": release_id,
        "edition": edition.edition,
        "publication": edition.publication,
        "origin": origin,
        "precedence": edition.precedence,
        "published_on": None if edition.published_on is None else edition.published_on.isoformat(),
        "illustrative": edition.illustrative,
        "files": [
            {name: file[name] for name in ("file_name", "role", "sha256", "url", "published_on")}
            for file in files
        ],
    }


def _in_words(totals: Mapping[str, int]) -> str:
    words = {
        "added": "added",
        "revised": "revised",
        "removed": "removed",
        "moved": "the same from another release",
    }
    parts = [f"{totals[kind]:,} {word}" for kind, word in words.items() if totals[kind]]
    return "figures: " + (", ".join(parts) or "none changed")


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
