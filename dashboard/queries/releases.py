"""The releases behind a set of figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.answers.releases import NamedRelease, Release

if TYPE_CHECKING:
    from dashboard.address.context import Context


def releases_of(context: Context, rows: Iterable[Mapping[str, Any]]) -> tuple[Release, ...]:
    """The releases behind rows of the store (``Context.releases_behind``) as answers."""
    return tuple(release_of(release) for release in context.releases_behind(rows))


def named_releases(
    context: Context, figures: Iterable[tuple[str, Mapping[str, Any]]]
) -> tuple[NamedRelease, ...]:
    """The releases behind (short title, row) pairs as ``releases_of`` gives them, each with the titles it gives."""
    titles: dict[str, dict[str, None]] = {}
    for title, row in figures:
        titles.setdefault(row["release"], {})[title] = None
    current = context.releases()
    return tuple(
        NamedRelease(release_of(current[release_id]), tuple(names))
        for release_id, names in titles.items()
        if release_id in current
    )


def release_of(row: Mapping[str, Any]) -> Release:
    """A row of the store's table of releases as an answer."""
    return Release.of(row)


def current_releases(context: Context) -> tuple[Release, ...]:
    """Every release that figures rest on now, in the store's order; cached until the next publication."""
    return context.cached(
        "current releases", lambda: tuple(release_of(row) for row in context.releases().values()), pinned=True
    )
