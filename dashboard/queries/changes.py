"""What is new and what changed of an area or an indicator, and the feeds that report it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dashboard.answers.changes import AreaChanges, Cause, ChangeGroup, Feed
from geodata.groups import is_group, parse_group, plain_code

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_READ = 60
"""Groups of changes that the page of an area brings together."""


def area_feed(area_code: str) -> Feed:
    return Feed(f"/feeds/areas/{quote(area_code)}.atom", "What is new for this area")


def indicator_feed(indicator_id: str) -> Feed:
    return Feed(f"/feeds/indicators/{quote(indicator_id)}.atom", "What is new for this indicator")


def group_feed(group_code: str) -> Feed:
    return Feed(
        f"/feeds/groups/{quote(plain_code(group_code), safe=':+')}.atom", "What is new for these areas"
    )


ALL_FEED = Feed("/feeds/all.atom", "What is new")


def feed_of(path: str, parts: Sequence[str]) -> Feed | None:
    """The feed of a page: an area's and an indicator's have one."""
    if len(parts) != 1:
        return None
    if path == "/areas":
        return group_feed(parts[0]) if is_group(parts[0]) else area_feed(parts[0].upper())
    return indicator_feed(parts[0]) if path == "/indicators" else None


def group_of(row: Mapping[str, Any]) -> ChangeGroup:
    """A row of ``Store.change_groups``."""
    return ChangeGroup(
        row["changed_at"],
        row["kind"],
        row["indicator_id"],
        row["figures"],
        row["first_period"],
        row["last_period"],
        row["publication"],
        row["old_value"],
        row["new_value"],
        cause_in(row.get("cause")),
    )


def cause_in(found: Any) -> Cause | None:
    """A cause as the store gives it (``indicators.store.causes.Cause``)."""
    return None if found is None else Cause(found.kind, found.reason)


def causes(context: Context) -> Any:
    """Why figures changed where it was not their publisher (``Store.causes``); read once a publication."""
    return context.cached("causes", context.store.causes, pinned=True)


def area_change_groups(context: Context, area_code: str, limit: int) -> list[dict[str, Any]]:
    """Rows of ``Store.area_change_groups`` with ``cause``. Raises UnknownArea, and the store's errors."""
    additions = context.cached("additions", context.store.additions, pinned=True)
    groups = context.store.area_change_groups(area_code, additions, limit=limit)
    return context.store.groups_by_cause(groups, causes(context), area_code=area_code)


def indicator_change_groups(context: Context, indicator_id: str, limit: int) -> list[dict[str, Any]]:
    """Rows of ``Store.change_groups`` with ``cause``. Raises UnknownIndicator, and the store's errors."""
    groups = context.store.change_groups(indicator_id=indicator_id, limit=limit)
    return context.store.groups_by_cause(groups, causes(context))


def all_change_groups(context: Context, limit: int) -> list[dict[str, Any]]:
    """Rows of ``Store.change_groups`` of every indicator, with ``cause``. Raises the store's errors."""
    return context.store.groups_by_cause(context.store.change_groups(limit=limit), causes(context))


def members_change_groups(context: Context, group_code: str, limit: int) -> list[dict[str, Any]]:
    """What is new for any member of a group of areas, as ``area_change_groups``; what happened to several at once is one
    row with all their figures. Raises UnknownArea, BadGroup, and the store's errors.
    """
    together: dict[tuple[Any, ...], dict[str, Any]] = {}
    for code in parse_group(group_code, context.register).codes:
        for row in area_change_groups(context, code, limit):
            cause = row["cause"]
            key = (row["changed_at"], row["kind"], row["indicator_id"], cause and (cause.kind, cause.reason))
            known = together.get(key)
            if known is None:
                together[key] = dict(row)
                continue
            known["figures"] += row["figures"]
            known["first_period"] = min(known["first_period"], row["first_period"])
            known["last_period"] = max(known["last_period"], row["last_period"])
            # what one figure was and became says nothing of several
            known["old_value"] = known["new_value"] = None
    rows = sorted(together.values(), key=lambda row: (row["kind"], row["indicator_id"]))
    return sorted(rows, key=lambda row: row["changed_at"], reverse=True)[:limit]


def change_rows(context: Context, **asked: Any) -> list[dict[str, Any]]:
    """Rows of ``Store.changes`` with ``cause``, a Cause or None."""
    known = causes(context)
    return [{**row, "cause": cause_in(known.of_figure(row))} for row in context.store.changes(**asked)]


def area_changes(context: Context, area_code: str) -> AreaChanges:
    """The newest changes of an area's figures. Raises UnknownArea, and the store's errors."""
    rows = area_change_groups(context, area_code, MOST_READ + 1)
    groups = [group_of(row) for row in rows[:MOST_READ]]
    return AreaChanges(tuple(by_publication(groups)), len(rows) > MOST_READ)


def by_publication(groups: Sequence[ChangeGroup]) -> list[tuple[ChangeGroup, ...]]:
    """Groups of changes that make one item, newest first: what a publication added on a day stands together.

    After the first loading there would be an item for each indicator otherwise. Revisions stand before additions of
    the same day.
    """
    together: dict[tuple[str | None, ...], list[ChangeGroup]] = {}
    for group in groups:
        own = (group.publication,) if group.kind == "added" else (group.kind, group.indicator_id)
        why = None if group.cause is None else f"{group.cause.kind} {group.cause.reason}"
        together.setdefault((group.day, why, *own), []).append(group)
    found = sorted(together.values(), key=lambda item: item[0].kind == "added")
    return [tuple(item) for item in sorted(found, key=lambda item: item[0].day, reverse=True)]
