"""Which figures a group of areas has not, because they cannot be put together, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.profile import Line
from dashboard.components import html
from dashboard.components.text import link, section

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
        html.p("Figures of a group of areas are calculated from counts. These have none that add up."),
        html.ul(items, class_="wh-list"),
        id="not-summed",
    )
