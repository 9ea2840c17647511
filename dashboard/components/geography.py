"""Controls about areas: the ones chosen, and what they are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.answers.geography import Parent, ParentGroup
from dashboard.components import html
from dashboard.components.forms import select
from dashboard.components.text import link
from geodata.register import Register

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
        rest = [other for other in view.area_codes if other != code]
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
    options = _parent_options(context, groups, view.parent)
    if not options:
        return None
    return select("parent", label, [("", nothing), *options], view.parent or "", default="")


def _parent_options(
    context: Context, groups: Sequence[ParentGroup], chosen: str | None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The parents that a list may be narrowed to, for ``select``; one that the address names is always among them.

    Of two with the same name the one that came later than the figures says since when it has stood.
    """
    register = context.register
    options = [
        (
            register.area_types[group.area_type].plural,
            [(parent.area_code, _parent_name(register, parent, group)) for parent in group.parents],
        )
        for group in groups
    ]
    offered = {code for _, pairs in options for code, _ in pairs}
    if chosen and chosen not in offered:
        return [("In the address", [(chosen, register.area(chosen).name)]), *options]
    return options


def _parent_name(register: Register, parent: Parent, group: ParentGroup) -> str:
    has_double = sum(other.name == parent.name for other in group.parents) > 1
    start_on = register.area(parent.area_code, group.area_type).start_on
    if parent.stood or not has_double or start_on is None:
        return parent.name
    return f"{parent.name} (since {start_on.year})"
