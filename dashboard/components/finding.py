"""What a search found, as a list of links: for readers without scripts, and for more than a box can hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.answers.finding import Found, Option
from dashboard.components import html
from dashboard.components.text import link
from dashboard.sentences import finding as words
from geodata.register import AreaType

Component = Any


def found_places(found: Found, types: Mapping[str, AreaType], level: int = 2) -> Component:
    """The options of a search with what each of them is, and whom to credit, under a heading of a level that says how many
    there are, or that they are only near matches.
    """
    heading = html.h2 if level == 2 else html.h3
    parts: list[Component] = [heading(words.heading_words(found).rstrip(":"), class_=f"wh-h{level}")]
    if found.options:
        parts.append(html.ul([_item(option, types) for option in found.options], class_="wh-found"))
        if found.more:
            parts.append(html.p(f"{found.more:,} more. Type more of the name.", class_="wh-hint"))
    else:
        parts.append(html.p(words.ADVICE, class_="wh-hint"))
    if found.credits:
        parts.append(html.p(" ".join(found.credits), class_="wh-credit"))
    return html.section(parts, class_="wh-section wh-found-places", id="found")


def _item(option: Option, types: Mapping[str, AreaType]) -> Component:
    area = option.described.area
    name, detail = words.name_words(option), words.detail_words(option, types[area.area_type])
    # many places bear one name: read on its own, a link says which it is
    label = {"aria_label": f"{name}: {detail}"} if option.place else {}
    return html.li(
        [
            link(name, f"/areas/{area.area_code}", **label),
            html.span(detail, class_="wh-found-detail"),
        ]
    )
