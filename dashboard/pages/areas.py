"""Find an area: by name, code or old name, or in the lists by type and region (``/areas``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page
from dashboard.address.view import LONGEST_VALUE, clipped, search_of
from dashboard.components import html
from dashboard.queries.areas import areas_of_type
from dashboard.queries.finding import find
from dashboard.queries.geography import ENGLAND, UNITED_KINGDOM

Component = Any

_WHOLE_COUNTRY = ("england", "uk")


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """Search by name, code or old name; or browse by type and region."""
    name = _name_looked_for(asked.search)
    area_type = asked.view.area_type if "area_type" in asked.view.asked else None
    return [
        ui.heading(
            "Find an area",
            "Look for a place by its postcode or name, or for a council, region or NHS area by name or code.",
        ),
        ui.find_area_form(
            "Postcode, town, council or NHS area",
            "Such as NG7 2RD, Beeston, E06000018 or Aylesbury Vale",
            clipped(name, 100),
            "/areas",
            aria_label="Find an area",
        ),
        ui.found_places(find(context, name), context.register.area_types) if name else None,
        ui.paragraph(
            "Does your partnership cover several areas? ", ui.link("Make a group of areas", "/groups"), "."
        ),
        _browse(context, asked, area_type),
    ]


def _name_looked_for(search: str) -> str:
    values = parse_qs(search.removeprefix("?"), errors="replace").get("q", [""])
    printable = "".join(character if character.isprintable() else " " for character in values[0])
    return " ".join(printable.split())[:LONGEST_VALUE]


def _browse(context: Context, asked: Asked, area_type: str | None) -> Component:
    types = context.register.area_types
    options = [("", "Choose a type")]
    options += [
        (key, kind.plural) for key, kind in types.items() if kind.vintages and key not in _WHOLE_COUNTRY
    ]
    fields = [ui.select("area_type", "Type of area", options, area_type or "")]
    group_type = types[area_type].grouped_by if area_type else None
    if area_type and group_type:
        groups = areas_of_type(context, area_type).groups
        choices = [("", f"All {sentences.lower_first(types[group_type].plural)}")]
        choices += [(found.group.area_code, found.group.name) for found in groups if found.group]
        fields.append(ui.select("parent", types[group_type].name, choices, asked.view.parent or ""))
    chosen = ui.controls(*fields, label="Choose a list of areas")
    if area_type:
        listed: list[Component] = [_list_of_type(context, area_type, asked.view.parent)]
    else:
        listed = _types(context)
    return ui.section("Browse by type and region", chosen, *listed, id="browse")


def _types(context: Context) -> list[Component]:
    """A card for each type of area, and links to the two countries."""
    cards = [
        html.li(
            [
                ui.link(kind.plural, f"/areas{search_of({'area_type': key})}", class_="wh-link wh-card-link"),
                html.p(
                    ". ".join(
                        words
                        for words in (
                            sentences.kinds_words(kind),
                            sentences.list_words(areas_of_type(context, key)),
                        )
                        if words
                    )
                ),
            ]
        )
        for key, kind in context.register.area_types.items()
        if kind.vintages and key not in _WHOLE_COUNTRY
    ]
    return [
        html.ul(cards, class_="wh-cards"),
        ui.paragraph(
            "There are also pages for ",
            ui.link("England", f"/areas/{ENGLAND}"),
            " and for the ",
            ui.link("United Kingdom", f"/areas/{UNITED_KINGDOM}"),
            ".",
        ),
    ]


def _list_of_type(context: Context, area_type: str, parent: str | None) -> Component:
    plural = sentences.lower_first(context.register.area_types[area_type].plural)
    areas = areas_of_type(context, area_type, parent)
    if not areas.groups:
        place = sentences.in_words(context.register.area(parent or ENGLAND))
        return ui.inset(
            html.p(f"No {plural} lie in {place}."),
            html.p(ui.link(f"Show all {plural}", f"/areas{search_of({'area_type': area_type})}")),
        )
    blocks: list[Component] = []
    for found in areas.groups:
        if len(areas.groups) > 1 or found.group:
            blocks.append(html.h3(found.group.name if found.group else "Elsewhere", class_="wh-h3"))
        links = [html.li(ui.area_link(area)) for area in found.areas]
        blocks.append(html.ul(links, class_="wh-list wh-columns"))
    return html.div([html.p(sentences.list_words(areas), class_="wh-hint"), *blocks])


def export(context: Context, asked: Asked) -> Export:
    """No figures: the page of an area has them."""
    return Export("areas", [])


PAGE = Page(
    path="/areas",
    name="areas",
    title="Areas",
    layout=layout,
    nav="Your area",
    takes_view=False,
    order=10,
    description="Find a council, region or NHS area, and read its work and health figures on one page.",
    export=export,
)
