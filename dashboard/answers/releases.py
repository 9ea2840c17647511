"""Answers about where figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self


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
    """Whether its figures are sums calculated here."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """A row of the store's table of releases."""
        return cls(
            release_id=row["release_id"],
            source_id=row["source_id"],
            publisher=row["publisher"],
            publication=row["publication"],
            edition=row["edition"],
            published_on=row["published_on"],
            loaded_at=row["loaded_at"],
            licence=row["licence"],
            url=row["url"],
            is_illustrative=bool(row["illustrative"]),
            is_derived=row["origin"] == "derived",
        )


@dataclass(frozen=True, slots=True)
class NamedRelease:
    """A release and the short titles of the indicators whose figures rest on it, in the order of the figures."""

    release: Release
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextRelease:
    """A day on which new figures are expected, and the short titles of the indicators that they are of."""

    on: date
    titles: tuple[str, ...]
