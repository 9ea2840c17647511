"""Areas like an area: who they are, and its key figures for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.address.view import search_of
from dashboard.answers.profile import Line
from dashboard.components import html
from dashboard.components.areas import area_link
from dashboard.components.cards import status
from dashboard.components.html import escape
from dashboard.components.profile import Key, key_of
from dashboard.components.text import link, paragraph, section
from geodata.register import Area

Component = Any


def similar_section(
    area: Area,
    place: str,
    similar: Sequence[Area],
    chosen: Sequence[Line],
    figures: Mapping[Key, Mapping[str, Line]],
    headline: str,
    *,
    is_ours: bool,
    together: str = "",
) -> Component:
    """The areas most like an area with its key figures for each of them; says so where none are known.

    is_ours  whether they were calculated here, and not by ONS
    chosen   the key figures of the area itself
    figures  the figures of the others (and of the area) by series and area
    together the code of the group of them, without a name; empty where they cannot be put together
    """
    if not similar:
        return section(
            f"Areas similar to {place}",
            html.p(
                "Similar areas are known for councils (Office for National Statistics), and for sub-ICB locations and "
                "integrated care boards of 2023 to 2026 (calculated here)."
            ),
            id="like",
        )
    alike, by_whom = sentences.likeness_words(is_ours)
    codes = [other.area_code for other in similar]
    beside = search_of({"indicator": headline, "area": [area.area_code, *codes]})
    ways = [
        link(f"Compare {place} with these areas", f"/compare{beside}"),
        " · ",
        link("All indicators for them", f"/overview?area={area.area_code}"),
    ]
    if together:
        named = search_of({"name": f"Areas similar to {area.name}"})
        ways += [" · ", link(f"The {len(similar)} areas as one group", f"/areas/{together}{named}")]
    return section(
        f"Areas similar to {place}",
        paragraph(f"{alike[:1].upper()}{alike[1:]}, in this order. {by_whom}"),
        html.p(ways),
        _table(area, similar, chosen, figures) if chosen else None,
        id="like",
    )


def _table(
    area: Area, similar: Sequence[Area], chosen: Sequence[Line], figures: Mapping[Key, Mapping[str, Line]]
) -> Component:
    head = "".join(
        [
            f'<th scope="col"><a class="wh-link" href="{at_root(f"/indicators/{line.indicator.id}")}">'
            f'{escape(sentences.card_title(line))}</a><span class="wh-ci">{_period(line)}</span></th>'
            for line in chosen
        ]
    )
    england = "".join([f"<td>{sentences.england_cell(line)}</td>" for line in chosen])
    rows = [
        _row(other, chosen, figures, is_own=other.area_code == area.area_code) for other in (area, *similar)
    ]
    caption = f"Key figures of {area.name} and similar areas"
    return html.trusted(
        f'<div class="wh-table wh-similar" id="similar-table"><div class="wh-table-scroll" tabindex="0" role="region" '
        f'aria-label="Table: {escape(caption)}"><table><caption class="wh-visually-hidden">{escape(caption)}</caption>'
        f'<thead><tr><th scope="col">Area</th>{head}</tr></thead><tbody>{"".join(rows)}'
        f'<tr><th scope="row">England</th>{england}</tr></tbody></table></div></div>'
    )


def _row(
    area: Area, chosen: Sequence[Line], figures: Mapping[Key, Mapping[str, Line]], *, is_own: bool
) -> str:  # fmt: skip
    cells = "".join([_cell(figures.get(key_of(line), {}).get(area.area_code), line) for line in chosen])
    own = ' class="wh-own-row"' if is_own else ""
    return f'<tr{own}><th scope="row">{area.name if is_own else area_link(area)}</th>{cells}</tr>'


def _cell(line: Line | None, of_area: Line) -> str:
    """A figure with its interval and comparison; its period where that is another one than the area's own."""
    if line is None:
        return '<td class="wh-missing">No figure</td>'
    value, interval = sentences.value_cell(line)
    period = "" if line.row["period"] == of_area.row["period"] else _period(line)
    return (
        f"<td><b>{escape(value)}</b> "
        f"{status(line.compared, sentences.compare_words(line.compared))}"
        f'<span class="wh-ci">{interval or "no interval"}</span>{f"<span class=wh-ci>{period}</span>" if period else ""}</td>'
    )


def _period(line: Line) -> str:
    return escape(sentences.period_cell(line))
