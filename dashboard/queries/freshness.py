"""What is loaded, how old it is, and what came last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.answers.freshness import (
    CrossCheck,
    Difference,
    Loaded,
    LoadedSource,
    News,
    PublishedRun,
    Source,
    SourceFile,
    SourceState,
)
from dashboard.answers.releases import Release
from dashboard.queries.releases import current_releases
from indicators.periods import latest

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_NEWS = 6
"""Publications that are listed."""
_MOST_CHANGES = 3000  # of the newest changes that are looked through


def news(context: Context) -> tuple[News, ...]:
    """What came last, by day and publication, the newest first; cached until the next publication.

    What was published last comes first, also where all was loaded on one day. Changes of releases and indicators that
    are no more are left out, as are sums calculated here.
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


# ---- source by source ------------------------------------------------------------------------------


def source_states(context: Context) -> tuple[SourceState, ...]:
    """Every source that the jobs know, in load order, then any other that is loaded, run or named by the catalogue.

    Not cached: a failed run changes the answer without a new publication.
    """
    indicators: dict[str, dict[str, None]] = {}
    publications: dict[str, dict[str, None]] = {}
    for indicator in context.catalogue.values():
        for route in indicator.routes:
            indicators.setdefault(route.source, {})[indicator.id] = None
            publications.setdefault(route.source, {})[route.publication] = None
    known = {row["source_id"]: row for row in context.store.sources()}
    ran = {row["source_id"]: row for row in context.store.source_status()}
    today = context.today()
    states = []
    for source_id in dict.fromkeys((*known, *ran, *indicators)):
        source, status = known.get(source_id), ran.get(source_id, _NEVER_RAN)
        calendar = source["calendar"] if source else None
        difference = status["details"].get("diff") if status["outcome"] == "published" else None
        states.append(
            SourceState(
                source_id,
                Source(source["title"], source["publisher"], source["cadence"], source["live"])
                if source
                else None,
                tuple(context.catalogue[indicator] for indicator in indicators.get(source_id, ())),
                tuple(publications.get(source_id, ())),
                tuple(status["releases"]),
                status["rows"],
                status["published_on"],
                bool(status["illustrative"]),
                status["outcome"],
                status["message"] or "",
                status["finished_at"],
                status["published_at"],
                difference["totals"] if difference else None,
                bool(status["details"].get("refused")),
                calendar.last_until(today) if calendar else None,
                calendar.next_after(today) if calendar else None,
            )
        )
    return tuple(states)


_NEVER_RAN: dict[str, Any] = {
    "outcome": None,
    "message": "",
    "finished_at": None,
    "details": {},
    "published_at": None,
    "releases": [],
    "rows": 0,
    "published_on": None,
    "illustrative": False,
}


def published_run(context: Context, source_id: str) -> PublishedRun | None:
    """The last run of a source that published, with what it noted; None where none did."""
    run = next(iter(context.store.history(source_id, 1, "published")), None)
    if run is None:
        return None
    details = run["details"]
    difference = details.get("diff") or None
    checks = [
        _cross_check(context, check) for check in details.get("cross_checks") or () if check["compared"]
    ]
    back = details.get("rolled_back")
    return PublishedRun(
        run["finished_at"],
        back["reason"] if back else None,
        difference["totals"] if difference else None,
        tuple(
            (_name_of(context, indicator_id), counts)
            for indicator_id, counts in (difference["indicators"] if difference else {}).items()
        ),
        tuple(sorted(checks, key=lambda check: -check.apart)),
        tuple(str(warning) for warning in details.get("warnings") or ()),
        tuple(details.get("corrections") or ()),
        tuple(details.get("set_aside") or ()),
        tuple(details.get("rows") or ()),
    )


def _cross_check(context: Context, check: Mapping[str, Any]) -> CrossCheck:
    example = next(iter(check["examples"]), None)
    return CrossCheck(
        _name_of(context, check["indicator_id"]),
        check["against"],
        check["compared"],
        check["apart"],
        None if example is None else _difference(context, example),
    )


def _difference(context: Context, example: Mapping[str, Any]) -> Difference:
    code = example["area_code"]
    name = context.register.area(code).name if code in context.register else code
    return Difference(name, example["period"], example["ours"], example["theirs"])


def _name_of(context: Context, indicator_id: str) -> str:
    """The short title of an indicator; the id of one that is no more."""
    known = context.catalogue.get(indicator_id)
    return indicator_id if known is None else known.short_title


def source_files(context: Context, state: SourceState) -> tuple[SourceFile, ...]:
    """The publisher's files and the other releases that a source's releases were made from; cached by publication."""

    def build() -> tuple[SourceFile, ...]:
        found = []
        for release in state.releases:
            whole = context.store.release(release["release_id"])
            for file in whole["files"]:
                found.append(
                    SourceFile(
                        file["file_name"],
                        release["edition"],
                        sha256=file["sha256"],
                        size=file["size"],
                        retrieved_at=file["retrieved_at"],
                        url=file["url"],
                    )
                )
            for behind in whole["inputs"]:
                found.append(
                    SourceFile(behind["publication"], release["edition"], release_edition=behind["edition"])
                )
        return tuple(found)

    return context.cached(("files", state.source_id), build)
