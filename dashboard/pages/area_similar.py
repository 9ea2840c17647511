"""Areas like one area (``/areas/<area_code>/similar``), where it lies, and how it has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Page
from dashboard.answers.profile import Line
from dashboard.components.area_history import area_changes
from dashboard.exports.area import area_export
from dashboard.exports.area_tab import check_area, layout_of_tab, title_of_tab
from dashboard.queries.area_history import area_history
from dashboard.queries.areas import (
    codes_of_land,
    fate_of,
    former_forms,
    group_of,
    setting,
    surroundings,
)
from dashboard.queries.profile import cards_of, headline, lines_from, main_lines, newest_main
from geodata.register import Area

Component = Any


def similar_tab(context: Context, area: Area) -> list[Component]:
    """Who the similar areas are with the key figures for them; geography; how the area has changed."""
    rows = newest_main(context, area.area_code)
    place = sentences.in_words(area)
    types = context.register.area_types
    around = surroundings(context, area)
    cards = cards_of(context, main_lines(context, rows))
    figures = _figures(context, cards, [area.area_code, *(other.area_code for other in around.similar)])
    return [
        ui.area_heading(setting(context, area), "similar", "similar areas", has_pack=bool(rows)),
        ui.similar_section(
            area,
            place,
            around.similar,
            cards,
            figures,
            headline(context).id,
            is_ours=types[area.area_type].similar_here,
            together=group_of(context.register, [other.area_code for other in around.similar]),
        ),
        ui.where_section(area, around, types),
        _history(context, area, bool(rows)),
    ]


def _figures(
    context: Context, cards: Sequence[Line], area_codes: Sequence[str]
) -> dict[ui.Key, dict[str, Line]]:
    """The newest figures of the areas in the series of the cards, beside England's; one question to the store."""
    if not cards:
        return {}
    keys = [ui.key_of(line) for line in cards]
    ids = list(dict.fromkeys(key[0] for key in keys))
    found: dict[ui.Key, dict[str, Line]] = {key: {} for key in keys}
    for line in lines_from(context, context.store.newest(area_codes, indicator_ids=ids)):
        key = ui.key_of(line)
        if key in found and not line.illustrative:
            found[key][line.row["area_code"]] = line
    return found


def _history(context: Context, area: Area, has_figures: bool) -> Component:
    fate = fate_of(context, area)
    codes = () if fate else codes_of_land(context, area)
    former = [] if fate or codes else former_forms(context, area)
    parts = ui.what_became(area, fate, codes, former, context.register.area_types, has_figures=has_figures)
    parts += area_changes(area_history(context, area.area_code))
    return ui.section("How this area changed", *parts, id="history") if parts else None


PAGE = Page(
    path="/areas",
    name="areas",
    title=title_of_tab("similar areas"),
    layout=layout_of_tab(similar_tab),
    door="/areas",
    description="Areas most like one area with its key figures for them, its geography and its history.",
    most_parts=2,
    tab="similar",
    check=check_area,
    export=area_export,
)
