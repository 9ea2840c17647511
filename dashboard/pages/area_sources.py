"""Where the figures of one area come from (``/areas/<area_code>/sources``), what changed, and whom to tell."""

from __future__ import annotations

from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Page
from dashboard.exports.area import area_export
from dashboard.exports.area_tab import check_area, layout_of_tab, title_of_tab
from dashboard.queries.areas import setting
from dashboard.queries.changes import area_changes, area_feed
from dashboard.queries.lineage import lineages_of
from dashboard.queries.next_releases import next_releases
from dashboard.queries.profile import cards_of, main_lines, newest_main
from dashboard.queries.releases import named_releases
from geodata.register import Area

Component = Any


def sources_tab(context: Context, area: Area) -> list[Component]:
    """Each figure with its release, the way of the key figures to the publisher's file, what changed, method."""
    rows = newest_main(context, area.area_code)
    lines = main_lines(context, rows)
    place = sentences.in_words(area)
    named = named_releases(context, [(line.indicator.short_title, line.row) for line in lines])
    cards = cards_of(context, lines)
    lineages = [found for line in cards for found in lineages_of(context, line.indicator.id, [line.row])]
    return [
        ui.area_heading(setting(context, area), "sources", "sources", has_pack=bool(rows)),
        ui.sources_section(area, lines, named, context.settings.contact, next_releases(context, cards))
        if lines
        else ui.no_figures_inset(area.area_code, place, bool(context.all_available())),
        ui.lineage_section(lineages),
        ui.changes_section(
            area, area_changes(context, area.area_code), area_feed(area.area_code), context.catalogue
        ),
        ui.method_section(area.area_code),
    ]


PAGE = Page(
    path="/areas",
    name="areas",
    title=title_of_tab("sources"),
    layout=layout_of_tab(sources_tab),
    door="/areas",
    description="Publisher, release date and licence of each figure of one area, and what changed.",
    most_parts=2,
    tab="sources",
    check=check_area,
    export=area_export,
)
