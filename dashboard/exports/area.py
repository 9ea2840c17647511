"""The figures of an area as a file: every one of them beside England's, the same from every tab of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import sentences
from dashboard.address.page import Asked, Export, Shown
from dashboard.queries.profile import lines_of
from geodata.groups import code_of, file_code

if TYPE_CHECKING:
    from dashboard.address.context import Context


def area_export(context: Context, asked: Asked) -> Export:
    """Every figure of the area in the path. Raises UnknownArea, and the store's errors."""
    area_code = code_of(asked.parts[0], context.register)[0]
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
    return Export(f"work-and-health-{file_code(area_code)}", shown)
