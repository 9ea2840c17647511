"""Controls about areas: the ones chosen, and what they are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.answers.geography import ParentGroup
from dashboard.components import html
from dashboard.components.forms import select
from dashboard.components.text import link

Component = Any


def area_name(context: Context, view: View, area_code: str) -> str:
    """The name of an area as the view's type of area, where it is one: codes outlive types and names."""
    if view.area_type in context.register.types_of(area_code):
        return context.register.area(area_code, view.area_type).name
    return context.register.area(area_code).name


def add_area_select(
    label: str, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], chosen: Iterable[str]
) -> Component | None:
    """Add an area to those in the address; the ones already there are left out. None where none is left."""
    there = set(chosen)
    if all(code in there for _, pairs in groups for code, _ in pairs):
        return None
    return select("add-area", label, [("", "Choose an area"), *groups], "", without=there)


def chosen_areas(context: Context, view: View, path: str, shown: Sequence[str]) -> Component | None:
    """The chosen areas, each with a link to its page and one that takes it away; None where none is chosen."""
    if not shown:
        return None
    items = []
    for code in shown:
        name = area_name(context, view, code)
        rest = [one for one in view.area_codes if one != code]
        items.append(
            html.li(
                [
                    link(name, f"/areas/{code}"),
                    link(
                        [html.span("×", aria_hidden="true"), html.span(f"Remove {name}", class_="wh-visually-hidden")],
                        f"{path}{view.search(area=rest)}",
                        class_="wh-chip-remove",
                        title=f"Remove {name}",
                    ),
                ],
                class_="wh-chip",
            )
        )  # fmt: skip
    return html.ul(items, class_="wh-chips", aria_label="Chosen areas")


def parent_select(
    context: Context, view: View, groups: Sequence[ParentGroup], label: str, *, nothing: str
) -> Component:
    """Narrow a list to the areas inside a parent: those of ``groups``, and the one in the address; None without any.

    ``nothing`` is the choice of no parent.
    """
    types = context.register.area_types
    options = [
        (types[group.area_type].plural, [(parent.area_code, parent.name) for parent in group.parents])
        for group in groups
    ]
    if view.parent and not any(code == view.parent for _, pairs in options for code, _ in pairs):
        options = [("In the address", [(view.parent, context.register.area(view.parent).name)]), *options]
    return select("parent", label, [("", nothing), *options], view.parent or "") if options else None
