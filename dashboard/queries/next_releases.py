"""When the next releases of figures are expected, by their publishers' calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard.answers.profile import Line
from dashboard.answers.releases import NextRelease

if TYPE_CHECKING:
    from dashboard.address.context import Context


def sources_known(context: Context) -> Mapping[str, Mapping[str, Any]]:
    """What the jobs know of each source, by its id; cached until the next publication."""
    return context.cached("sources known", lambda: {row["source_id"]: row for row in context.store.sources()})


def next_on(context: Context, source_id: str) -> date | None:
    """The day on which new figures of a source are expected next; None where its publisher gives no dates."""
    source = sources_known(context).get(source_id)
    return source["calendar"].next_after(context.today()) if source and source["calendar"] else None


def next_releases(context: Context, lines: Iterable[Line]) -> tuple[NextRelease, ...]:
    """When new figures are expected in the place of those of some lines, the nearest day first.

    A figure that is calculated here from others changes with the first of them. Left out are illustrative figures,
    measures that have ended, and sources whose publisher gives no dates.
    """
    titles: dict[date, dict[str, None]] = {}
    for line in lines:
        if line.indicator.ended is not None or line.illustrative:
            continue
        days = [next_on(context, source_id) for source_id in _sources_behind(context, line.row["release"])]
        if known := [day for day in days if day is not None]:
            titles.setdefault(min(known), {})[line.indicator.short_title] = None
    return tuple(NextRelease(day, tuple(names)) for day, names in sorted(titles.items()))


def _sources_behind(context: Context, release_id: str) -> list[str]:
    """The source of a release; of one that is calculated here those of the releases that it rests on."""
    releases = context.releases()
    release = releases.get(release_id)
    if release is None:
        return []
    if release["origin"] != "derived":
        return [release["source_id"]]
    whole = context.cached(("release", release_id), lambda: context.store.release(release_id))
    return list(
        dict.fromkeys(
            source_id
            for behind in whole["inputs"]
            if behind["release_id"] != release_id
            for source_id in _sources_behind(context, behind["release_id"])
        )
    )
