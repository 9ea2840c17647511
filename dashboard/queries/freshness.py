"""What is loaded, how old it is, and what came last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.answers.freshness import Loaded, LoadedSource, News
from dashboard.answers.releases import Release
from dashboard.queries.releases import current_releases
from indicators.periods import latest

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_NEWS = 6
"""Publications that are told of."""
_MOST_CHANGES = 3000  # of the newest changes that are looked through


def news(context: Context) -> tuple[News, ...]:
    """What came last, by day and publication, the newest first; cached until the next publication.

    What was published last comes first, also where all was loaded on one day. Changes of releases and indicators that
    are no more are left out, as are sums worked out here.
    """
    return context.cached("what is new", lambda: _news(context))


def _news(context: Context) -> tuple[News, ...]:
    releases = {release.release_id: release for release in current_releases(context)}
    indicator_ids: dict[tuple[str, str], set[str]] = {}
    periods: dict[tuple[str, str], set[str]] = {}
    revised: dict[tuple[str, str], int] = {}
    for change in context.store.changes(limit=_MOST_CHANGES):
        release = releases.get(change["release_id"])
        if release is None or release.is_derived or change["indicator_id"] not in context.catalogue:
            continue
        key = (change["changed_at"][:10], release.release_id)
        indicator_ids.setdefault(key, set()).add(change["indicator_id"])
        periods.setdefault(key, set()).add(change["period"])
        revised[key] = revised.get(key, 0) + (change["kind"] != "added")
    newest = sorted(
        indicator_ids, key=lambda key: (key[0], releases[key[1]].published_on or ""), reverse=True
    )
    return tuple(
        News(
            day,
            releases[release_id],
            tuple(
                indicator
                for indicator in context.catalogue.values()
                if indicator.id in indicator_ids[day, release_id]
            ),
            latest(list(periods[day, release_id])),
            revised[day, release_id],
        )
        for day, release_id in newest[:MOST_NEWS]
    )


def loaded(context: Context) -> Loaded:
    """What is loaded, by publisher and source."""
    publications = [release for release in current_releases(context) if not release.is_derived]
    by_source: dict[tuple[str, str], list[Release]] = {}
    for release in publications:
        by_source.setdefault((release.publisher, release.source_id), []).append(release)
    available = context.all_available()
    return Loaded(
        tuple(
            LoadedSource(
                tuple(release.publication for release in releases),
                max(releases, key=lambda release: release.published_on or ""),
            )
            for releases in by_source.values()
        ),
        len(publications),
        len(available),
        sum(all(row.get("illustrative") for row in rows) for rows in available.values()),
    )
