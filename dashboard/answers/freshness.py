"""Answers about what is loaded, how old it is, and what came last."""

from __future__ import annotations

from dataclasses import dataclass

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

    publications  those of publishers; sums worked out here are not counted
    illustrative  indicators of which every figure is illustrative
    """

    sources: tuple[LoadedSource, ...]
    publications: int
    indicators: int
    illustrative: int
