"""What is new and what changed of an area or an indicator, and the feeds that tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Feed:
    """Address and title of an Atom feed."""

    href: str
    title: str


def area_feed(area_code: str) -> Feed:
    return Feed(f"/feeds/areas/{quote(area_code)}.atom", "What is new for this area")


def indicator_feed(indicator_id: str) -> Feed:
    return Feed(f"/feeds/indicators/{quote(indicator_id)}.atom", "What is new for this indicator")


def feed_of(path: str, parts: Sequence[str]) -> Feed | None:
    """The feed of a page: an area's and an indicator's have one."""
    if len(parts) != 1:
        return None
    if path == "/areas":
        return area_feed(parts[0].upper())
    return indicator_feed(parts[0]) if path == "/indicators" else None
