"""Answers about where figures come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """One publication as it was loaded. ``published_on`` is an ISO day, None where it is not known."""

    release_id: str
    source_id: str
    publisher: str
    publication: str
    edition: str
    published_on: str | None
    loaded_at: str
    licence: str
    url: str | None
    is_illustrative: bool
    is_derived: bool = False
    """Whether its figures are sums worked out here."""


@dataclass(frozen=True, slots=True)
class NamedRelease:
    """A release and the short titles of the indicators whose figures rest on it, in the order of the figures."""

    release: Release
    titles: tuple[str, ...]
