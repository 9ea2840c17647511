"""How the figures of a group of areas are made: what is summed, what is missing, and what cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.profile import Line
from dashboard.components import html
from dashboard.components.text import link, section
from geodata.groups import is_group
from geodata.register import Area

Component = Any


def not_summed_section(place: str, lines: Sequence[Line]) -> Component:
    """Each reason with the indicators that it keeps from being summed; nothing where there are none."""
    if not lines:
        return None
    by_reason: dict[str, dict[str, str]] = {}
    for line in lines:
        by_reason.setdefault(line.not_summed, {})[line.indicator.short_title] = line.indicator.id
    items = [
        html.li(
            [
                sentences.sentence_of_reason(reason),
                " ",
                *(
                    part
                    for place_in_list, (title, indicator_id) in enumerate(named.items())
                    for part in (", " if place_in_list else "", link(title, f"/indicators/{indicator_id}"))
                ),
                ".",
            ]
        )
        for reason, named in by_reason.items()
    ]
    return section(
        f"Figures that cannot be put together for {place}",
        html.p("The figures of a group are calculated from counts. These have none that add up."),
        html.ul(items, class_="wh-list"),
        id="not-summed",
    )


def how_summed_section(area: Area, place: str, lines: Sequence[Line]) -> Component:
    """What the figures of a group rest on: each note with the indicators that it stands for; nothing for other areas."""
    by_note: dict[str, list[str]] = {}
    for line in lines:
        if line.row["value"] is not None and line.row["note"]:
            by_note.setdefault(line.row["note"], []).append(line.indicator.short_title)
    if not is_group(area.area_code) or not by_note:
        return None
    items = [
        html.li(f"{sentences.listed(list(dict.fromkeys(titles)))}: {note}")
        for note, titles in by_note.items()
    ]
    return section(
        f"How the figures for {place} are put together", html.ul(items, class_="wh-list"), id="summed"
    )
