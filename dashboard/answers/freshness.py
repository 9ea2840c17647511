"""Answers about what is loaded, how old it is, and what came last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.answers.releases import Release
from indicators.catalogue import Indicator


@dataclass(frozen=True, slots=True)
class News:
    """What one publication brought on one day.

    day         ISO day on which it was loaded
    indicators  those it has figures of, in the order of the catalogue
    period      ISO period of its newest figure
    revised     figures that it changed or withdrew
    """

    day: str
    release: Release
    indicators: tuple[Indicator, ...]
    period: str
    revised: int


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """The publications of one source, and the newest of them by its publisher's date."""

    publications: tuple[str, ...]
    newest: Release


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is loaded in all: sources in the order of their releases, and numbers of what they hold.

    publications  those of publishers; sums calculated here are not counted
    illustrative  indicators of which every figure is illustrative
    """

    sources: tuple[LoadedSource, ...]
    publications: int
    indicators: int
    illustrative: int


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the jobs know it. ``is_live`` where it can be fetched from its publisher."""

    title: str
    publisher: str
    cadence: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source stands: what the catalogue takes from it, what is loaded of it, and how its last run ended.

    source            None where the jobs do not know it
    publications      as the catalogue names them
    releases          rows of ``Store.releases``
    rows              figures loaded
    published_on      ISO day of its newest publication
    outcome           of the last run; None where there was none
    message           what that run left to say
    finished_at       its end (ISO, UTC), and ``published_at`` that of the last one that published
    totals            figures that it added, revised, removed and left alone; None where it published nothing
    is_kept_out       whether it refused an edition that someone had rolled back
    last_expected_on  when figures were due last, and ``next_expected_on`` when they are due next; None where not known
    """

    source_id: str
    source: Source | None
    indicators: tuple[Indicator, ...]
    publications: tuple[str, ...]
    releases: tuple[Mapping[str, Any], ...]
    rows: int
    published_on: str | None
    is_illustrative: bool
    outcome: str | None
    message: str
    finished_at: str | None
    published_at: str | None
    totals: Mapping[str, int] | None
    is_kept_out: bool
    last_expected_on: date | None
    next_expected_on: date | None

    @property
    def is_broken(self) -> bool:
        """Whether its last run needs someone's attention."""
        return self.outcome in ("failed", "quarantined")

    @property
    def is_derived(self) -> bool:
        """Whether its figures are calculated here from those of other sources."""
        return self.source_id == DERIVED

    @property
    def loaded_at(self) -> str | None:
        """When its figures last changed (ISO, UTC)."""
        return max((release["loaded_at"] for release in self.releases), default=None)


DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """The last run of a source that published.

    finished_at   its end (ISO, UTC)
    rolled_back   why someone went back to the release before; None where nobody did
    totals        figures by kind of change; None where it compared nothing
    changes       (indicator's name, figures by kind of change)
    cross_checks  what figures were held against, those with differences first
    warnings      and ``corrections``, ``set_aside``, ``rows`` (what became of those of each file) as the run noted them
    """

    finished_at: str
    rolled_back: str | None
    totals: Mapping[str, int] | None
    changes: tuple[tuple[str, Mapping[str, int]], ...]
    cross_checks: tuple[CrossCheck, ...]
    warnings: tuple[str, ...]
    corrections: tuple[Mapping[str, Any], ...]
    set_aside: tuple[Mapping[str, Any], ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Figures of an indicator held against others: how many, how many differ beyond rounding, and one of those."""

    name: str
    against: str
    compared: int
    apart: int
    example: Difference | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure here and elsewhere, in the unit of the check."""

    area_name: str
    period: str
    ours: float
    theirs: float


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a release was made from, or another release. Facts that are not known are None.

    edition          of the release that was made
    release_edition  of the other release; None for a file
    """

    name: str
    edition: str
    release_edition: str | None = None
    sha256: str | None = None
    size: int | None = None
    retrieved_at: str | None = None
    url: str | None = None
