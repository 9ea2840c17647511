"""All figures of one area (``/areas/<area_code>/figures``): tables, the main questions, what is missing, other areas."""

from __future__ import annotations

from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Page
from dashboard.components import html
from dashboard.exports.area import area_export
from dashboard.exports.area_tab import check_area, layout_of_tab, title_of_tab
from dashboard.queries.areas import setting
from dashboard.queries.elsewhere import elsewhere
from dashboard.queries.evidence import area_evidence
from dashboard.queries.geography import ENGLAND
from dashboard.queries.headlines import headlines
from dashboard.queries.ledger import ledger
from dashboard.queries.profile import (
    by_group,
    differs,
    is_compared,
    lines_from,
    main_of,
    needs_a_look,
    stands_out,
    told_apart,
)
from geodata.register import Area

Component = Any


def figures_tab(context: Context, area: Area) -> list[Component]:
    """Every indicator as a table, in words, by sex, age and group; the main questions; what is missing and where it is."""
    rows = context.store.newest([area.area_code])
    lines = lines_from(context, rows)
    main, others = main_of(lines), by_group(lines)
    place = sentences.in_words(area)
    compared = is_compared(area.area_code)
    counts = sentences.counts_words(lines, place)
    answers = headlines(context, area, rows)
    england = context.register.area(ENGLAND)
    return [
        ui.area_heading(setting(context, area), "figures", "all figures", has_pack=bool(lines)),
        html.p(counts, class_="wh-lead") if counts else None,
        ui.main_figures(area, place, told_apart(main, compared), compared=compared)
        if main
        else ui.no_figures_inset(area.area_code, place, bool(context.all_available())),
        ui.not_summed_section(place, told_apart(main, compared).not_summed),
        ui.in_words(needs_a_look(lines), stands_out(lines), differs(lines), place),
        ui.groups_table(area, others) if others else None,
        ui.headlines_section(area, answers),
        ui.ledger_section(ledger(context, area, answers)),
        ui.elsewhere_section(
            area.area_code,
            elsewhere(context, area, lines),
            england,
            context.register.area_types,
            _illustrative(context),
        ),
        ui.area_evidence_section(area_evidence(context, area)),
    ]


def _illustrative(context: Context) -> frozenset[str]:
    """Ids of the indicators that illustrative figures are loaded of."""

    def build() -> frozenset[str]:
        return frozenset(
            name
            for name, series in context.all_available().items()
            if any(row.get("illustrative") for row in series)
        )

    return context.cached("illustrative indicators", build, pinned=True)


PAGE = Page(
    path="/areas",
    name="areas",
    title=title_of_tab("all figures"),
    layout=layout_of_tab(figures_tab),
    door="/areas",
    description="Every work and health figure of one area, by sex, age and group, with what is missing.",
    most_parts=2,
    tab="figures",
    check=check_area,
    export=area_export,
)
