"""What every tab of an area's page shares: which area is asked for, what is said where there is none, and its title."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import components as ui
from dashboard.address.page import Asked
from dashboard.address.view import Problem
from dashboard.queries.areas import areas_like, asked_area
from geodata.register import Area

if TYPE_CHECKING:
    from dashboard.address.context import Context

Component = Any


def check_area(context: Context, asked: Asked) -> Problem | None:
    """A 404 for a code that the register does not know, with areas whose name is like what was given."""
    given = asked.parts[0]
    if asked_area(context, given):
        return None
    return ui.unknown_area_problem(given, areas_like(context, given), context.register.area_types)


def title_of_tab(words: str) -> Callable[[Context, Asked], str]:
    """The title of the document of a tab: ``Nottingham: similar areas``; empty for an area that is not known."""

    def title(context: Context, asked: Asked) -> str:
        area = asked_area(context, asked.parts[0])
        return f"{area.name}: {words}" if area else ""

    return title


def layout_of_tab(
    build: Callable[[Context, Area], Sequence[Component]],
) -> Callable[[Context, Asked], Sequence[Component]]:
    """The layout of a tab: what ``build`` makes of the area in the path."""

    def layout(context: Context, asked: Asked) -> Sequence[Component]:
        area = asked_area(context, asked.parts[0])
        return build(context, area) if area else []

    return layout
