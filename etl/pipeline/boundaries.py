"""The boundaries of one source: drawn into a folder beside, moved into place, then recorded in the store."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from etl.fetching.snapshots import file_sha256
from etl.pipeline import Row
from etl.pipeline.candidates import Candidates
from etl.pipeline.context import Context
from etl.pipeline.log import RunResult, instant
from etl.pipeline.release import edition_facts, release_row
from etl.pipeline.rollback import key_of, left_out_words, refused
from etl.sources.base import BoundarySource, Edition
from indicators.store.writing import Changes, publish


@dataclass
class _Chosen:
    """An edition of boundaries with the rows of its files and of its release."""

    edition: Edition
    files: list[Row]
    release: Row


@dataclass
class _Drawn:
    """What was drawn: files beside their place, rows of the store's tables, and words for the log."""

    paths: list[Path] = field(default_factory=list)
    boundaries: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def keys(self) -> set[tuple[str, int]]:
        return {(row["area_type"], row["vintage"]) for row in self.boundaries}


class BoundaryPublisher:
    """Publishes the editions of sources of boundaries."""

    def __init__(self, context: Context, candidates: Candidates) -> None:
        self._context = context
        self._candidates = candidates

    def publish(
        self,
        source: BoundarySource,
        editions: Iterable[Edition],
        *,
        dry_run: bool,
        accept: str | None,
        more: Row | None = None,
        not_fetched: Sequence[str] = (),
    ) -> RunResult:
        """Draw and publish all that a source shall rest on; ``more`` goes to the log's details.

        ``not_fetched`` names files that were there before and were not fetched, which the result tells.
        """
        context, source_id = self._context, source.info.source_id
        started = context.log.now()
        refusals = {}
        if accept is None:
            refusals = refused(context.store.history(source_id, None, "published"))
        chosen = []
        for edition in editions:
            whole, files = self._candidates.kept(source, edition, keep=not dry_run)
            if refusal := refusals.get(key_of(edition.edition, files)):
                words = left_out_words(edition.edition, refusal, f"refresh {source_id} --from DIR")
                return RunResult(source_id, "unchanged", words)
            release = release_row(source, whole, "publisher", files, register_digest=context.register_digest)
            chosen.append(_Chosen(whole, files, release))
        current = {
            release["release_id"]
            for release in context.store.releases(hidden=True)
            if release["source_id"] == source_id
        }
        before = context.store.boundaries()
        in_place = all((context.boundaries_dir / row["file_name"]).is_file() for row in before)
        if {choice.release["release_id"] for choice in chosen} == current and in_place:
            return RunResult(source_id, "unchanged", "nothing new")
        with self._beside() as beside:
            run = context.log.row(source_id, started, "published", "")
            drawn = self._draw(source, chosen, beside)
            details: Row = {
                "editions": [
                    edition_facts(choice.edition, "publisher", choice.files, choice.release["release_id"])
                    for choice in chosen
                ],
                **(more or {}),
                "warnings": [*(more or {}).get("warnings", ()), *drawn.warnings],
            }
            words = f"{len(drawn.boundaries)} files of boundaries"
            if not_fetched:
                words += f"; not fetched and kept as they were: {', '.join(not_fetched)}"
            lost = [row for row in before if (row["area_type"], row["vintage"]) not in drawn.keys]
            names = ", ".join(f"{row['area_type']} {row['vintage']}" for row in lost)
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
            for path in drawn.paths:
                path.replace(context.boundaries_dir / path.name)
        run |= {
            "message": words,
            "details": json.dumps(details),
            "finished_at": instant(context.log.now()),
        }
        publish(context.store, _changes(chosen, drawn, current, run), context.on_step)
        for row in lost:
            (context.boundaries_dir / row["file_name"]).unlink(missing_ok=True)
        context.snapshots.note_published(source_id, run["finished_at"], details["editions"])
        return RunResult(source_id, "published", words, details, run["run_id"])

    @contextmanager
    def _beside(self) -> Iterator[Path]:
        """A folder to draw into, on the disk of the boundaries; what a killed process left there is removed first."""
        folder = self._context.boundaries_dir
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".drawing-*"):
            shutil.rmtree(left, ignore_errors=True)
        beside = Path(tempfile.mkdtemp(prefix=".drawing-", dir=folder))
        try:
            yield beside
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _draw(self, source: BoundarySource, chosen: Sequence[_Chosen], beside: Path) -> _Drawn:
        drawn = _Drawn()
        for choice in chosen:
            for boundary in source.draw(
                choice.edition, self._context.register, beside, self._context.progress
            ):
                drawn.warnings += list(boundary.warnings)
                drawn.paths.append(boundary.path)
                drawn.boundaries.append(
                    {
                        "area_type": boundary.area_type,
                        "vintage": boundary.vintage,
                        "file_name": boundary.path.name,
                        "sha256": file_sha256(boundary.path),
                        "release_id": choice.release["release_id"],
                    }
                )
        return drawn


def _changes(chosen: Sequence[_Chosen], drawn: _Drawn, current: set[str], run: Row) -> Changes:
    """What is written to the store in one transaction."""
    releases = [
        {
            **choice.release,
            "loaded_at": run["finished_at"],
            "replaced_at": None,
            "is_current": True,
            "rows": 0,
        }
        for choice in chosen
    ]
    files = [(choice.release["release_id"], file) for choice in chosen for file in choice.files]
    return Changes(
        run=run,
        snapshots=[{name: cell for name, cell in file.items() if name != "role"} for _, file in files],
        releases=releases,
        release_files=[
            {"release_id": release_id, **{name: file[name] for name in ("sha256", "role", "file_name")}}
            for release_id, file in files
        ],
        retired=sorted(current - {release["release_id"] for release in releases}),
        boundaries=drawn.boundaries,
    )
