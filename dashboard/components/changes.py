"""What is new and what changed of an area, and where to get updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.changes import AreaChanges, ChangeGroup, Feed
from dashboard.components import html
from dashboard.components.text import bullets, details, link, paragraph, section
from geodata.register import Area
from indicators.catalogue import Indicator

Component = Any
MOST_SHOWN = 5


def changes_section(
    area: Area, changes: AreaChanges, feed: Feed, catalogue: Mapping[str, Indicator]
) -> Component:
    """The newest changes to an area's figures; where there are many, the older ones folded away."""
    area_code = area.area_code
    follow = html.p(
        [
            "Get updates: ",
            link("feed of this area (Atom)", feed.href),
            ". Every change, figure by figure: ",
            link("API", f"/api/v1/changes?area={area_code}"),
            ".",
        ]
    )
    items = [_item(area_code, groups, catalogue) for groups in changes.items]
    if not items:
        return section(
            "What changed",
            paragraph(sentences.no_changes_words(area)),
            follow,
            id="what-changed",
        )
    older = items[MOST_SHOWN:]
    return section(
        "What changed",
        bullets(items[:MOST_SHOWN]),
        details(f"{sentences.counted(len(older), 'other change')} before", bullets(older)) if older else None,
        paragraph("Older changes are in the feed and the API.") if changes.is_cut else None,
        follow,
        id="what-changed",
    )


def _item(
    area_code: str, groups: Sequence[ChangeGroup], catalogue: Mapping[str, Indicator]
) -> list[Component]:
    def linked(group: ChangeGroup, words: str) -> Component:
        if group.indicator_id not in catalogue:
            return words
        return link(words, f"/trends?indicator={group.indicator_id}&area={area_code}")

    first = groups[0]
    day = html.strong(sentences.date_words(first.day))
    if len(groups) == 1:
        return [day, " ", linked(first, sentences.change_words(first, catalogue.get(first.indicator_id)))]
    named = [
        linked(group, catalogue[group.indicator_id].short_title)
        for group in groups
        if group.indicator_id in catalogue
    ]
    parts = [part for name in named for part in ("; ", name)][1:]
    why = f" {sentences.cause_words(first.cause)}" if first.cause else ""
    return [
        day,
        f" {sentences.additions_lead(first, catalogue.get(first.indicator_id))}: ",
        *parts,
        f".{why}",
    ]
