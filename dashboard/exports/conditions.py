"""The figures of the conditions page, table by table, as its files hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.address.page import Shown
from dashboard.answers.conditions import ConditionFigure, Conditions
from dashboard.queries.recovery import recovery_by_group
from dashboard.sentences import at_odds_words

if TYPE_CHECKING:
    from dashboard.address.context import Context

TABLES = ("rates", "gaps", "need", "services", "recovery", "recovery-by-ethnic-group")
"""The tables of the page, in its order: their names in addresses below ``/csv/conditions``."""


def table_figures(context: Context, found: Conditions, name: str) -> list[Shown]:
    """The figures of one of ``TABLES``; none where the page has no such table for the area. KeyError for other names."""
    if name not in TABLES:
        raise KeyError(name)
    if not name.startswith("recovery"):
        figures = {"rates": found.rates, "gaps": found.gaps, "need": found.needs, "services": found.services}
        return [_shown(figure) for figure in figures[name]]
    if found.recovery is None:
        return []
    recovery = recovery_by_group(context, found.recovery)
    whole = name == "recovery"
    rows = [row for group in recovery.groups for row in group.rows] if whole else recovery.finer
    return [Shown(recovery.overall.indicator, row) for row in rows]


def _shown(figure: ConditionFigure) -> Shown:
    line = figure.line
    if line.england is None:
        return Shown(line.indicator, figure.row)
    return Shown(
        line.indicator, figure.row, "England", line.england, line.compared,
        not_compared=at_odds_words(line.at_odds, "England"),
    )  # fmt: skip
