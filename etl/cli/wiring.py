"""What the commands work with, made from the settings: store, catalogue, sources, pipeline."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from etl import sources as known_sources
from etl.fetching.downloads import FolderDownloads
from etl.fetching.snapshots import FetchedOnce, Snapshots
from etl.pipeline.run import Pipeline
from geodata.register import Register, load_register
from indicators.catalogue import Indicator, load_catalogue
from indicators.settings import Settings
from indicators.store import Store

if TYPE_CHECKING:
    from etl.fetching.http import Fetcher


KEYS = ("STATXPLORE_API_KEY",)
"""Variables of the environment that hold publishers' keys."""


def sources(settings: Settings | None = None) -> dict[str, Any]:
    """Every source by id, in load order: of figures, then of boundaries; ``settings`` say where the user's own folder
    and the services of boundaries are."""
    if settings is None:
        return {**known_sources.SOURCES, **known_sources.BOUNDARY_SOURCES}
    return {
        **known_sources.with_local(settings.local_dir),
        **known_sources.boundary_sources(settings.geography_url),
    }


def catalogue_of(settings: Settings) -> dict[str, Indicator]:
    """The project's indicators and the user's own."""
    return load_catalogue(local=settings.local_dir)


def store_of(settings: Settings, register: Register, catalogue: dict[str, Indicator]) -> Store:
    """The store of these settings."""
    return Store(
        settings.store_url,
        register=register,
        catalogue=catalogue,
        include_illustrative=settings.include_illustrative,
    )


def fetcher_for(
    settings: Settings, from_folder: Path | None = None
) -> AbstractContextManager[Fetcher | None]:
    """What fetches from the publishers; None where a folder is read, which needs no client of theirs.

    The one address that the settings name may be inside the own network.
    """
    if from_folder is not None:
        return nullcontext()
    from etl.fetching.http import Fetcher  # slow to import

    own = urlsplit(settings.geography_url).hostname
    return Fetcher(private_hosts=(own,) if own else ())


def pipeline_of(
    settings: Settings,
    progress: Callable[[str, int, int], None],
    fetcher: Fetcher | None = None,
) -> Pipeline:
    """The pipeline of these settings; it can fetch where it is given a fetcher."""
    register, catalogue = load_register(), catalogue_of(settings)
    snapshots, now = Snapshots(settings.snapshots_dir), lambda: datetime.now(UTC)
    once = FetchedOnce(snapshots, now)
    secrets = {name: os.environ[name] for name in KEYS if os.environ.get(name)}
    return Pipeline(
        store=store_of(settings, register, catalogue),
        snapshots=snapshots,
        sources=sources(settings),
        register=register,
        catalogue=catalogue,
        now=now,
        boundaries_dir=settings.boundaries_dir,
        downloads=None if fetcher is None else lambda folder: FolderDownloads(folder, fetcher, secrets, once),
        progress=progress,
        on_step=progress,
    )
