"""What every step of a refresh works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from etl.fetching.downloads import FolderDownloads
from etl.fetching.snapshots import Snapshots
from etl.pipeline import Row
from etl.pipeline.log import RunLog
from etl.pipeline.release import digest
from etl.sources.base import BoundarySource, Progress, Source
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import Store
from indicators.store.writing import OnStep


@dataclass(frozen=True)
class Context:
    """Everything a refresh needs, handed in: no clock, folder or store of its own.

    ``downloads(folder)`` gives what a source fetches through into that folder; without it nothing is fetched.
    ``progress(words, done, of)`` is called on long work, ``on_step`` inside the transaction. ``rows_at_once`` bounds
    the memory that a large release takes (``etl.frames.buffer``).
    """

    store: Store
    snapshots: Snapshots
    sources: Mapping[str, Source | BoundarySource]
    register: Register
    catalogue: Mapping[str, Indicator]
    log: RunLog
    boundaries_dir: Path
    starter_folder: Path
    corrections_folder: Path
    downloads: Callable[[Path], FolderDownloads] | None
    progress: Progress
    on_step: OnStep
    rows_at_once: int

    @cached_property
    def register_digest(self) -> str:
        """Changes with the codes, types and days of any area."""
        return digest(
            sorted(
                (area.area_code, area.area_type, str(area.start_on), str(area.end_on))
                for area in self.register
            )
        )

    def current(self, source_id: str) -> list[Row]:
        """Facts of the editions that a source rests on now."""
        return [
            {**release, "files": self.store.release(release["release_id"])["files"]}
            for release in self.store.releases(hidden=True)
            if release["source_id"] == source_id
        ]
