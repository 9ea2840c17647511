"""Make a group of areas (``/groups``): choose or paste them, name the group, and go to the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.answers.chosen_group import ChosenGroup
from dashboard.components import groups as parts
from dashboard.queries.areas import areas_of_type
from dashboard.queries.chosen_group import (
    FEWEST_MEMBERS,
    chosen_group,
    kinds_of_members,
)
from geodata.groups import MOST_MEMBERS, name_in, plain_code

Component = Any


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The group, where there is one; what is wrong with it; the form; the groups of this browser."""
    found = _chosen(context, asked)
    types = context.register.area_types
    kinds = [types[kind] for kind in kinds_of_members(context.register)]
    problems = (
        parts.group_problems(found, types, FEWEST_MEMBERS, MOST_MEMBERS) if found.is_asked else None
    )  # fmt: skip
    listed = areas_of_type(context, found.area_type).groups
    return [
        ui.heading(
            "Make a group of areas",
            "See figures for several areas added up, such as the councils of a partnership.",
        ),
        problems,
        parts.made_group(found, types[found.area_type]) if found.code else None,
        ui.section(
            "Change this group" if found.code else "Choose areas",
            parts.group_form(
                found,
                kinds,
                listed,
                MOST_MEMBERS,
                has_type=found.is_asked or "area_type" in asked.view.asked,
            ),
            id="choose",
        ),
        parts.kept_groups(),
        parts.group_method(),
    ]


def _chosen(context: Context, asked: Asked) -> ChosenGroup:
    given = parse_qs(asked.search.removeprefix("?"), errors="replace")
    view = asked.view
    area_type = view.area_type if "area_type" in view.asked else None
    texts = [*(plain_code(code) for code in view.area_codes), *given.get("members", [])]
    carried = next((name for code in view.area_codes if (name := name_in(code))), "")
    name = _printable(given.get("name", [carried])[0])
    return chosen_group(context, texts, name, area_type)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


PAGE = Page(
    path=parts.PATH,
    name="groups",
    title="Make a group of areas",
    layout=layout,
    door="/areas",
    order=110,
    takes_view=False,
    description="Add up the work and health figures of several councils or NHS areas, with intervals and coverage.",
)
