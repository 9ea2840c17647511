"""The figures of an area as a file: every one of them beside England's, the same from every tab of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import sentences
from dashboard.address.page import Asked, Export, Shown
from dashboard.queries.profile import lines_of

if TYPE_CHECKING:
    from dashboard.address.context import Context


def area_export(context: Context, asked: Asked) -> Export:
    """Every figure of the area in the path. Raises UnknownArea, and the store's errors."""
    area_code = context.register.area(asked.parts[0].strip().upper()).area_code
    shown = [
        Shown(
            line.indicator,
            line.row,
            "England" if line.england is not None else "",
            line.england,
            line.compared,
            sentences.trend_words(line.trend) if line.trend else "",
            not_compared=sentences.at_odds_words(line.at_odds, "England"),
        )
        for line in lines_of(context, area_code)
    ]
    return Export(f"work-and-health-{area_code}", shown)
