"""Rows and facts of releases: what identifies an edition, and what it takes to read it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from etl.deriving.derive import DERIVE_VERSION
from etl.fetching.snapshots import file_sha256
from etl.pipeline import Row
from etl.sources.base import BoundarySource, Edition, FoundFile, LiveSource, Source
from indicators.plain_text import without_control_characters

_FILE_FACTS = ("file_name", "role", "sha256", "url", "published_on")


def digest(parts: object) -> str:
    """sha256 of anything that JSON can write, as hexadecimal text."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def release_row(
    source: Source | BoundarySource,
    edition: Edition,
    origin: str,
    files: Sequence[Row],
    *,
    register_digest: str,
    rests_on: Sequence[str] = (),
) -> Row:
    """The release row of an edition; its identity changes with anything that could change a figure.

    ``files`` are rows as ``file_row`` gives them; ``rests_on`` are digests of what else decides its figures.
    """
    info = source.info
    identity = digest(
        [
            info.source_id,
            edition.edition,
            origin,
            edition.precedence,
            source.parser_version,
            DERIVE_VERSION,
            sorted((file["role"], file["sha256"]) for file in files),
            register_digest,
            *rests_on,
        ]
    )
    return {
        "release_id": f"{info.source_id}:{edition.edition}:{identity[:8]}",
        "source_id": info.source_id,
        "edition": edition.edition,
        "publication": without_control_characters(edition.publication),
        "publisher": info.publisher,
        "licence": info.licence,
        "url": next((file["url"] for file in files if file["url"]), info.url),
        "attribution": info.attribution,
        "published_on": iso_day(edition.published_on),
        "origin": origin,
        "illustrative": edition.illustrative,
        "identity": identity,
        "parser_version": source.parser_version,
        "precedence": edition.precedence,
        "accepted": None,
    }


def file_row(
    source: Source | BoundarySource, file: FoundFile, published_on: date | None, *, stored: bool
) -> Row:
    """A row of the store's table of snapshots, with ``role``, for a file where it lies."""
    return {
        "sha256": file_sha256(file.path),
        "file_name": file.path.name,
        "url": file.url or source.info.url,
        "size": file.path.stat().st_size,
        "retrieved_at": None,
        "published_on": iso_day(published_on),
        "licence": source.info.licence,
        "stored": stored,
        "role": file.role,
    }


def source_row(place: int, source: Source | BoundarySource) -> Row:
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


def edition_facts(edition: Edition, origin: str, files: Sequence[Row], release_id: str) -> Row:
    """What must be known to read an edition again from the snapshots."""
    return {
        "release_id": release_id,
        "edition": edition.edition,
        "publication": edition.publication,
        "origin": origin,
        "precedence": edition.precedence,
        "published_on": iso_day(edition.published_on),
        "illustrative": edition.illustrative,
        "files": _file_facts(files),
    }


def loggable_facts(facts: Row) -> Row:
    """Facts of a current edition without what only the store's rows have."""
    names = ("release_id", "edition", "publication", "origin", "precedence", "published_on", "illustrative")
    return {**{name: facts[name] for name in names}, "files": _file_facts(facts["files"])}


def _file_facts(files: Sequence[Row]) -> list[Row]:
    return [{name: file[name] for name in _FILE_FACTS} for file in files]


def iso_day(day: date | None) -> str | None:
    """A day as ISO 8601 text."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    """The day of an ISO 8601 text."""
    return None if text is None else date.fromisoformat(text)
