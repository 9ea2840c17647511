"""What is new and what changed, in words: for the area page, and for the feeds that tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.components import html
from dashboard.queries.changes import area_feed
from geodata.register import Area

Component = Any
MOST_SHOWN = 5
MOST_READ = 60  # rows of the store that are brought together


def group_words(context: Context, group: dict[str, Any]) -> str:
    """A row of ``Store.change_groups`` in words: ``Employment rate: 3 figures revised, for 2019 to 2021``."""
    indicator = context.catalogue.get(group["indicator_id"])
    name = group["indicator_id"] if indicator is None else indicator.short_title
    first, last = sentences.period_words(group["first_period"]), sentences.period_words(group["last_period"])
    when = first if first == last else f"{first} to {last}"
    if group["kind"] == "added":
        return f"{name}: new figures, for {when}"
    if group["figures"] > 1 or indicator is None:
        verb = "revised" if group["kind"] == "revised" else "withdrawn by the publisher"
        return f"{name}: {sentences.counted(group['figures'], 'figure')} {verb}, for {when}"
    was = _value(group["old_value"], indicator)
    if group["kind"] == "withdrawn":
        return f"{name}: the figure for {when} was {was}, and the publisher no longer gives it"
    return f"{name}: the figure for {when} was {was} and is now {_value(group['new_value'], indicator)}"


def _value(value: float | None, indicator: Any) -> str:
    return "missing" if value is None else sentences.value_words(value, indicator)


def section(context: Context, area: Area) -> Component:
    """The newest changes to an area's figures, and where to be told of the next.

    What a publication added is one item whatever the number of its indicators: after the first loading there would
    be one for each of them otherwise. Revisions stand before additions of the same day.
    """
    groups = context.cached(
        ("what changed", area.area_code),
        lambda: context.store.change_groups(area_code=area.area_code, limit=MOST_READ + 1),
    )
    feed = area_feed(area.area_code)
    follow = html.p(
        [
            "Be told of the next change: ",
            ui.link("feed of this area (Atom)", feed.href),
            ", for a reader of feeds or for a program. Every change, figure by figure: ",
            ui.link("API", f"/api/v1/changes?area={area.area_code}"),
            ".",
        ]
    )
    if not groups:
        return ui.section(
            "What changed",
            ui.paragraph(
                "No figure of this area has been added or revised since this service began to keep count."
            ),
            follow,
            id="what-changed",
        )
    items = [_item(context, area, together) for together in by_publication(groups[:MOST_READ])]
    more: list[Component] = []
    if len(items) > MOST_SHOWN:
        older = len(items) - MOST_SHOWN
        more.append(
            ui.details(f"{sentences.counted(older, 'other change')} before", ui.bullets(items[MOST_SHOWN:]))
        )
    if len(groups) > MOST_READ:
        more.append(ui.paragraph("Older changes are in the feed and the API."))
    return ui.section("What changed", ui.bullets(items[:MOST_SHOWN]), *more, follow, id="what-changed")


def by_publication(groups: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows of ``Store.change_groups`` that make one item, newest first: additions of a day and publication together."""
    together: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for group in groups:
        day = group["changed_at"][:10]
        added = group["kind"] == "added"
        key = (day, group["publication"]) if added else (day, group["kind"], group["indicator_id"])
        together.setdefault(key, []).append(group)
    found = sorted(together.values(), key=lambda some: some[0]["kind"] == "added")
    return sorted(found, key=lambda some: some[0]["changed_at"][:10], reverse=True)


def _item(context: Context, area: Area, together: Sequence[dict[str, Any]]) -> list[Component]:
    def linked(group: dict[str, Any], words: str) -> Component:
        if group["indicator_id"] not in context.catalogue:
            return words
        return ui.link(words, f"/trends?indicator={group['indicator_id']}&area={area.area_code}")

    first = together[0]
    day = html.strong(sentences.date_words(first["changed_at"][:10]))
    if len(together) == 1:
        return [day, " ", linked(first, group_words(context, first))]
    named = (
        linked(group, context.catalogue[group["indicator_id"]].short_title)
        for group in together
        if group["indicator_id"] in context.catalogue
    )
    parts = [part for one in named for part in ("; ", one)][1:]
    return [day, f" New figures from {first['publication']}: ", *parts, "."]
