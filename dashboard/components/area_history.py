"""How an area changed: a small timeline with its table."""

from __future__ import annotations

from typing import Any

from dashboard.answers.area_history import AreaStep, AreaTimeline, ShareOf
from dashboard.components import html
from dashboard.components.tables import table
from dashboard.components.text import details, link, paragraph
from dashboard.figures.timeline import timeline_svg
from dashboard.sentences import area_history as words
from dashboard.sentences import date_words

Component = Any


def area_changes(timeline: AreaTimeline | None) -> list[Component]:
    """The picture of an area's history and the table of its steps, oldest first; [] for one that never changed."""
    if timeline is None:
        return []
    drawn = timeline_svg(timeline, words.timeline_label(timeline))
    steps = timeline.steps
    has_shares = any(found.share < 1 for step in steps for found in (*step.before, *step.after))
    return [
        paragraph(words.timeline_summary(timeline)),
        html.trusted(drawn) if drawn else None,
        table(
            f"Changes of {timeline.area.name}",
            ["Date", "Change", "Before", "After"],
            [_row(step) for step in steps],
            id="area-changes",
            sort=False,
            hide_caption=True,
        ),
        paragraph(words.SHARES, muted=True) if has_shares else None,
    ]


def folded_changes(timeline: AreaTimeline | None, place: str) -> Component:
    """The same to open on request, named after the ``place``; None for an area that never changed."""
    parts = area_changes(timeline)
    return details(f"How {place} changed", *parts) if parts else None


def _row(step: AreaStep) -> list[Any]:
    unplaced = words.unplaced_words(step)
    return [
        date_words(step.changed_on),
        words.step_words(step),
        html.span(_links(step.before)),
        html.span([*_links(step.after), f"; {unplaced}" if unplaced else ""]),
    ]


def _links(areas: tuple[ShareOf, ...]) -> list[Component]:
    items: list[Component] = []
    for place, (found, said) in enumerate(zip(areas, words.areas_words(areas), strict=True)):
        share = said.removeprefix(found.area.name)
        items += ["; " if place else "", link(found.area.name, f"/areas/{found.area.area_code}"), share]
    return items
