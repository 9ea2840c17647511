"""The borders of a place: every area that shares people with it, and how much of each lies in the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.answers.areas import Border, Borders
from dashboard.answers.profile import Line
from dashboard.components import html
from dashboard.components.html import escape
from dashboard.components.text import details, link, section
from geodata.register import AreaType

Component = Any


Figures = Mapping[str, Sequence[Line]]


def borders_section(
    area_code: str, place: str, found: Borders, types: Mapping[str, AreaType], figures: Figures
) -> Component:
    """A compact table; nothing for a place that shares people with no other area.

    ``figures`` are those that the place has not, by code of an area that is partly the same land (``queries.place.partly``).
    """
    if not found.listed and not found.inside:
        return None
    standing = [border for border in found.listed if border.ended_on is None]
    ended = [border for border in found.listed if border.ended_on is not None]
    caption = f"Areas that share people with {place}, on {sentences.date_words(found.on)}"
    return section(
        f"{place[:1].upper()}{place[1:]} and its borders",
        _table(caption, standing, place, types, figures),
        _wholly_inside(area_code, found, types),
        details(
            sentences.counted(len(ended), "area that has ended", "areas that have ended"),
            _table(f"Areas that have ended and shared people with {place}", ended, place, types, figures),
        )
        if ended
        else None,
        details(
            "What the shares mean",
            html.p(
                f"Borders are those of {sentences.date_words(found.on)}. Of the people who live in one area, the share who live in "
                "the other too. Shares are approximate: residents of councils are those of the 2021 Census. Where a border "
                "divides a council, its small areas are counted instead."
            ),
            html.p(
                f"An area in which at least half of the people of {place} live is partly the same land. Its figures are "
                f"approximate for {place} and are not compared here."
            )
            if figures
            else None,
        ),
        id="borders",
    )


def _wholly_inside(area_code: str, found: Borders, types: Mapping[str, AreaType]) -> Component:
    """The types of which too many areas lie in it to be listed, with a link to all of them."""
    if not found.inside:
        return None
    named = [
        sentences.counted(
            count, sentences.lower_first(types[kind].name), sentences.lower_first(types[kind].plural)
        )
        for kind, count in found.inside.items()
    ]
    return html.p(
        ["Wholly inside: ", link(sentences.listed(named), f"/areas/{area_code}/similar#where"), "."]
    )


def _table(
    caption: str, borders: Sequence[Border], place: str, types: Mapping[str, AreaType], figures: Figures
) -> Component:
    if not borders:
        return None
    rows = "".join([_row(border, place, types, figures.get(border.area.area_code, ())) for border in borders])
    return html.trusted(
        f'<table class="wh-covering wh-borders"><caption class="wh-visually-hidden">{escape(caption)}</caption>'
        '<thead><tr><th scope="col">Area</th><th scope="col" class="wh-number">People here who live there</th>'
        '<th scope="col" class="wh-number">People there who live here</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(border: Border, place: str, types: Mapping[str, AreaType], lines: Sequence[Line]) -> str:
    kind = sentences.kind_words(border.area, types[border.area_type])
    ended = f", until {sentences.date_words(border.ended_on)}" if border.ended_on else ""
    land = ""
    if border.is_one_land:
        near = min(border.of_area or 0.0, border.of_border or 0.0)
        land = f", {sentences.same_area_words(near, 0, place)}"
    elif lines:
        land = f", {sentences.partly_words(border.of_area or 0.0)}"
    name = f'<a class="wh-link" href="{at_root(f"/areas/{border.area.area_code}")}">{escape(border.area.name)}</a>'
    return (
        f'<tr><th scope="row">{name}<span class="wh-who">{escape(kind + ended + land)}</span></th>'
        f'<td class="wh-number">{sentences.people_share_words(border.of_area)}</td>'
        f'<td class="wh-number">{sentences.people_share_words(border.of_border)}</td></tr>{_figures(lines, place)}'
    )


def _figures(lines: Sequence[Line], place: str) -> str:
    """Figures of an area that is partly the same land, as a row below its own; without a comparison."""
    if not lines:
        return ""
    listed = "".join([f"<li>{_figure(line)}</li>" for line in lines])
    return (
        f'<tr class="wh-partly"><td colspan="3"><span class="wh-who">{escape(sentences.approximate_words(place))}:</span>'
        f'<ul class="wh-ways wh-who">{listed}</ul></td></tr>'
    )


def _figure(line: Line) -> str:
    value, interval = sentences.value_cell(line)
    period, age = sentences.age_badge_words(line)
    told = ", ".join([f"{value} ({interval})" if interval else value, period, *([age] if age else [])])
    return (
        f'<a class="wh-link" href="{at_root(f"/indicators/{line.indicator.id}")}">{escape(sentences.line_name(line))}</a> '
        f"{escape(told)}"
    )
