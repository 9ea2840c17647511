"""Parts of the map's page: its controls, the words of chosen areas, the table of the first paint."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.answers.area_map import AreaMap, MapChoices
from dashboard.components import html
from dashboard.components.benchmarks import benchmark_select
from dashboard.components.forms import (
    area_type_select,
    by_theme,
    indicator_select,
    people_select,
    period_select,
    select,
)
from dashboard.components.geography import parent_select
from dashboard.components.tables import real_value, table
from dashboard.components.text import details, heading, illustrative_banner, link
from dashboard.sentences import area_map as words
from dashboard.sentences.unknown_areas import unknown_words

Component = Any
Field = tuple[Hashable, Callable[[], Component]]

_SHADINGS = {
    "benchmark": "Compared with a benchmark",
    "quintile": "Fifths, lowest to highest",
    "continuous": "Shades of the value",
    "trend": "Recent trend",
    "change": "Change since a period",
}
_KINDS = {
    "official": "Official boundaries",
    "approximate": "Outlines (approximate)",
    "hex": "Hexagons of equal size",
}


# ---- controls ----------------------------------------------------------------------------------------


def map_fields(context: Context, shown: AreaMap, choices: MapChoices) -> dict[str, Field]:
    """The controls by key: what each depends on besides the choice made (the browser knows that), and the control."""
    view = shown.view
    has_shapes = shown.shapes is not None
    url = shown.shapes.url if shown.shapes else ""
    offered = tuple(parent.area_code for group in choices.parents for parent in group.parents)
    types = frozenset(row["area_type"] for row in shown.available)
    return {
        "indicator": ("", lambda: indicator_select(context, view)),
        "area_type": ((types, view.area_type), lambda: area_type_select(context, view)),
        "period": ((view.periods, view.latest, shown.indicator.ended), lambda: period_select(context, view)),
        "people": ((view.key, view.area_type), lambda: people_select(context, view)),
        "shading": ((shown.indicator.comparable, has_shapes), lambda: _shading_select(shown)),
        "benchmark": (
            (choices.benchmarks, has_shapes),
            lambda: benchmark_select(context, view, choices.benchmarks) if has_shapes else None,
        ),
        "since": (
            (view.shading, view.periods, view.period, shown.since),
            lambda: _since_select(shown, choices),
        ),
        "parent": ((url, offered, view.parent in offered), lambda: _zoom_select(context, shown, choices)),
        "area": (has_shapes, lambda: _area_picker() if has_shapes else None),
    }


def more_fields(context: Context, shown: AreaMap, choices: MapChoices) -> dict[str, Field]:
    """The controls that stand apart, as ``map_fields``."""
    area_type, has_shapes = shown.view.area_type, shown.shapes is not None
    return {
        "with": (has_shapes, lambda: _second_select(context, shown)),
        "outline": ((has_shapes, area_type), lambda: _outline_select(context, shown, choices)),
        "view": (
            (area_type, choices.kinds, shown.shapes.view if shown.shapes else ""),
            lambda: _kind_select(shown, choices),
        ),
    }


def map_controls(context: Context, shown: AreaMap, choices: MapChoices) -> Component:
    def place(fields: Mapping[str, Field]) -> list[Component]:
        return [field_place(key, build()) for key, (_, build) in fields.items()]

    return html.form(
        [
            html.div(
                [
                    *place(map_fields(context, shown, choices)),
                    details(
                        "More: a second indicator, outlines, shapes",
                        html.div(place(more_fields(context, shown, choices)), class_="wh-controls-row"),
                        open=bool(shown.view.with_id or shown.view.outline),
                    ),
                ],
                class_="wh-controls-row",
            ),
            html.button("Show", type="submit", class_="wh-button wh-needs-no-script"),
        ],
        class_="wh-controls wh-map-controls",
        method="get",
        **{"aria-label": "Choose what is shown", "data-state-form": "yes"},
    )


def field_place(key: str, control: Component) -> Component:
    """Where a control of the map stands: ``assets/map`` replaces what is in it."""
    return html.div([control] if control else [], id=f"field-{key}", class_="wh-field-place")


def _shading_select(shown: AreaMap) -> Component:
    if not shown.shapes:
        return None
    comparable, view = shown.indicator.comparable, shown.view
    options = [(key, name) for key, name in _SHADINGS.items() if key != "benchmark" or comparable]
    default = "benchmark" if comparable else "quintile"
    chosen = view.shading if comparable or "shading" in view.asked else "quintile"
    return select("shading", "Shading", options, chosen, default=default)


def _since_select(shown: AreaMap, choices: MapChoices) -> Component:
    if shown.view.shading != "change" or not choices.starts or not shown.shapes:
        return None
    options = [(iso, sentences.period_words(iso)) for iso in reversed(choices.starts)]
    chosen = shown.since or choices.starts[-1]
    return select("since", "Change since", options, chosen, default=chosen)


def _area_picker() -> Component:
    return html.div(
        [
            html.label("Area on the map", for_="choose-map-area", class_="wh-label"),
            html.select(id="choose-map-area", class_="wh-select", name="area", **{"data-state-key": "area"}),
        ],
        class_="wh-field wh-needs-script",
    )


def _second_select(context: Context, shown: AreaMap) -> Component:
    if shown.shapes is None:
        return None
    loaded = context.all_available()
    groups = by_theme(
        (indicator, True, context.is_only_illustrative(indicator.id))
        for indicator in context.catalogue.values()
        if indicator.id in loaded
    )
    options = [("", "No second map"), *groups]
    return select("with", "Second map beside it", options, shown.view.with_id or "", default="")


def _outline_select(context: Context, shown: AreaMap, choices: MapChoices) -> Component:
    if not shown.shapes or len(choices.outlines) < 2:
        return None
    types = context.register.area_types
    options = [("", "As usual"), *((kind, types[kind].plural) for kind in choices.outlines)]
    return select("outline", "Draw outlines of", options, shown.view.outline or "", default="")


def _zoom_select(context: Context, shown: AreaMap, choices: MapChoices) -> Component:
    if not shown.shapes:
        return None
    return parent_select(context, shown.view, choices.parents, "Zoom to", nothing="All of England")


def _kind_select(shown: AreaMap, choices: MapChoices) -> Component:
    if len(choices.kinds) < 2:
        return None
    options = [(kind, _KINDS[kind]) for kind in choices.kinds]
    drawn = shown.shapes.view if shown.shapes else choices.default_kind
    return select("view", "Shape", options, drawn, default=choices.default_kind)


# ---- words -------------------------------------------------------------------------------------------


def map_heading(shown: AreaMap) -> list[Component]:
    """The h1, the answer, a banner where figures are illustrative."""
    lead = [words.map_summary(shown)] if shown.view.period else []
    if missing := unknown_words(shown.unknown):
        lead.append(missing)
    return [
        heading(words.map_title(shown), *lead, caption=f"Map · {shown.area_type.plural}"),
        *([illustrative_banner()] if shown.is_illustrative else []),
    ]


def chosen_paragraphs(context: Context, shown: AreaMap) -> list[Component]:
    """A paragraph for each chosen area: value, interval, comparison, and ways on; and a way to compare them all."""
    register, view = context.register, shown.view
    there = {row["area_code"] for row in shown.rows} if view.area_codes else set()
    paragraphs = []
    for code in view.area_codes:
        area = register.area(code)
        if code in there:
            name, link_words = words.chosen_words(shown, code)
            said = [html.strong(name), link_words]
        else:
            name = register.area_types[area.area_type].name
            is_of_type = view.area_type in register.types_of(code)
            said = [html.strong(words.without_row_words(shown, area, name, is_of_type=is_of_type))]
        onward = [
            " ",
            link(f"Profile of {area.name}", f"/areas/{code}"),
            " · ",
            link("Over time", f"/trends{view.search(area=[code], period=None)}"),
        ]
        paragraphs.append(html.p([*said, *onward], class_="wh-selected"))
    chosen = [code for code in view.area_codes if code in there]
    if len(chosen) > 1:
        search = view.search(area=chosen, zoom=None, outline=None, since=None, shading=None)
        link_words = f"Compare the {len(chosen)} chosen areas"
        paragraphs.append(html.p(link(link_words, f"/compare{search}"), class_="wh-selected"))
    return paragraphs


def map_table(shown: AreaMap, csv: str) -> Component:
    """The table of the first paint; ``assets/map`` draws the same one from the values. ``csv`` is its address."""
    indicator = shown.indicator
    columns: list[Any] = [
        "Area",
        {"label": "Value", "kind": "number"},
        {"label": "95% confidence interval", "kind": "number"},
        f"Compared with {benchmark}" if (benchmark := words.map_benchmark(shown)) else "Comparison",
        {"label": "Code", "hide": True},
    ]
    rows = []
    for row in shown.rows:
        code, value = row["area_code"], row["value"]
        rows.append(
            [
                {"t": row["area_name"], "h": f"/areas/{code}"},
                sentences.value_words(None, indicator, row["status"])
                if value is None
                else {"t": sentences.short_value_words(value, indicator), "s": real_value(row)},
                sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator),
                "" if value is None or row["status"] == "illustrative" else words.compared_cell(shown, code),
                code,
            ]
        )
    caption = f"{words.map_title(shown)}: {sentences.lower_first(shown.area_type.plural)}"
    return table(caption, columns, rows, id="map-first-table", csv=csv)
