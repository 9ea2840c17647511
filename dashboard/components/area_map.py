"""Parts of the map's page: its controls, its words, the table of the first paint; the card is ``map_card``."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.root import at_root
from dashboard.answers.area_map import AreaMap, MapChoices
from dashboard.components import html
from dashboard.components.benchmarks import benchmark_select
from dashboard.components.cards import age_badge
from dashboard.components.downloads import file_link, for_excel
from dashboard.components.forms import (
    area_type_select,
    by_theme,
    controls,
    indicator_select,
    people_select,
    period_select,
    select,
)
from dashboard.components.geography import parent_select
from dashboard.components.tables import real_value, table
from dashboard.components.text import heading, illustrative_banner, inset, link
from dashboard.figures import map as figures
from dashboard.sentences import area_map as words
from dashboard.sentences.unknown_areas import unknown_words

Component = Any
Field = tuple[Hashable, Callable[[], Component]]

_SHADINGS = {
    "benchmark": "Compared with a benchmark",
    "quintile": "Quintiles",
    "continuous": "Continuous scale",
    "trend": "Recent trend",
    "change": "Change since a period",
}
_KINDS = {"official": "Boundaries", "approximate": "Outlines", "hex": "Hexagons"}
_UNDER = {
    "official": "",
    "approximate": "Approximate outlines, not official boundaries.",
    "hex": "Each hexagon is one area. Positions are approximate.",
}


CHANGING_FIELDS = ("benchmark", "shading", "since", "parent", "people", "outline")
"""Controls of the drawer that differ from one view to another."""


# ---- controls ----------------------------------------------------------------------------------------


def main_fields(context: Context, shown: AreaMap) -> dict[str, Field]:
    """The three controls of the row by key: what each depends on besides the choice made (the browser knows that), and
    the control.
    """
    view = shown.view
    types = frozenset(row["area_type"] for row in shown.available)
    return {
        "indicator": ("", lambda: indicator_select(context, view)),
        "area_type": ((types, view.area_type), lambda: area_type_select(context, view)),
        "period": ((view.periods, view.latest, shown.indicator.ended), lambda: period_select(context, view)),
    }


def drawn(shown: AreaMap) -> dict[str, Any] | None:
    """What the script draws (``figures.map.payload``), with the addresses of the shapes as it is to ask for them."""
    found = figures.payload(shown)
    return found and {**found, **{name: at_root(found[name]) for name in ("shapes", "outline")}}


def more_fields(context: Context, shown: AreaMap, choices: MapChoices) -> dict[str, Field]:
    """The controls of the drawer, as ``main_fields``."""
    view = shown.view
    has_shapes = shown.shapes is not None
    url = shown.shapes.url if shown.shapes else ""
    offered = tuple(parent.area_code for group in choices.parents for parent in group.parents)
    return {
        "benchmark": (
            (choices.benchmarks, has_shapes),
            lambda: benchmark_select(context, view, choices.benchmarks) if has_shapes else None,
        ),
        "shading": ((shown.indicator.comparable, has_shapes), lambda: _shading_select(shown)),
        "since": (
            (view.periods, view.period, shown.since) if view.shading == "change" else "",
            lambda: _since_select(shown, choices),
        ),
        "parent": ((url, offered, view.parent in offered), lambda: _zoom_select(context, shown, choices)),
        "people": ((view.key, view.area_type), lambda: people_select(context, view)),
        "with": (has_shapes, lambda: _second_select(context, shown)),
        "area": (has_shapes, lambda: _area_picker() if has_shapes else None),
        "outline": ((has_shapes, view.area_type), lambda: _outline_select(context, shown, choices)),
    }


def under_field(shown: AreaMap, choices: MapChoices) -> Field:
    """What stands right under the map: chips for the kinds of shapes, and what those shown are."""
    kind = shown.shapes.view if shown.shapes else ""
    return (shown.view.area_type, choices.kinds, kind), lambda: _kind_chips(kind, choices)


def map_controls(context: Context, shown: AreaMap, choices: MapChoices) -> Component:
    def place(fields: Mapping[str, Field]) -> list[Component]:
        return [field_place(key, build()) for key, (_, build) in fields.items()]

    return html.div(
        controls(
            *place(main_fields(context, shown)),
            more=place(more_fields(context, shown, choices)),
            download=_download_menu() if shown.shapes else None,
        ),
        class_="wh-map-controls",
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
            html.label("Highlight an area", for_="choose-map-area", class_="wh-label"),
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
    return select("with", "Second indicator", [("", "None"), *groups], shown.view.with_id or "", default="")


def _outline_select(context: Context, shown: AreaMap, choices: MapChoices) -> Component:
    if not shown.shapes or len(choices.outlines) < 2:
        return None
    types = context.register.area_types
    options = [("", "As usual"), *((kind, types[kind].plural) for kind in choices.outlines)]
    return select("outline", "Outline", options, shown.view.outline or "", default="")


def _zoom_select(context: Context, shown: AreaMap, choices: MapChoices) -> Component:
    if not shown.shapes:
        return None
    return parent_select(context, shown.view, choices.parents, "Zoom to", nothing="All of England")


def _kind_chips(kind: str, choices: MapChoices) -> Component:
    if not kind:
        return None
    chips = [
        html.button(
            _KINDS[other],
            type="button",
            class_="wh-map-chip",
            aria_pressed="true" if other == kind else "false",
            data_map_view="" if other == choices.default_kind else other,
        )
        for other in choices.kinds
    ]
    return html.div(
        [
            html.div(chips, role="group", class_="wh-map-chips", aria_label="Shapes")
            if len(chips) > 1
            else None,
            html.p(_UNDER[kind], class_="wh-hint") if _UNDER[kind] else None,
        ],
        class_="wh-map-under-row wh-needs-script",
    )


def _download_menu() -> Component:
    """Pictures made in the browser, the figures, a link, and code for another site; ``assets/map`` makes it work."""

    def button(label: str, **attributes: str) -> Component:
        return html.button(
            label, type="button", class_="wh-button wh-button-secondary wh-needs-script", **attributes
        )

    return html.details(
        [
            html.summary("Download", class_="wh-button wh-button-secondary"),
            html.div(
                [
                    button("Map (PNG)", data_map_download="png"),
                    button("Map (SVG)", data_map_download="svg"),
                    file_link("/csv/map", "Figures (CSV)"),
                    file_link(for_excel("/csv/map"), "CSV for Excel"),
                    button("Copy link", data_copy="link"),
                    html.details(
                        [
                            html.summary("Embed this map in a web page", class_="wh-details-summary"),
                            html.pre(
                                html.code("", data_embed="/embed/map/map"),
                                class_="wh-code",
                                tabindex="0",
                                aria_label="Code to embed this map",
                            ),
                            button("Copy code", data_copy="code"),
                        ],
                        class_="wh-needs-script",
                    ),
                    html.p(role="status", class_="wh-hint wh-status"),
                ],
                role="group",
                aria_label="Download",
                class_="wh-downloads wh-map-download-list",
            ),
        ],
        class_="wh-map-download",
    )


def map_view(shown: AreaMap, under: Component, card: Component) -> Component:
    """The places that ``assets/map`` draws into: the map with what stands under it, and the chosen areas and the key beside it.

    The browser fetches the shapes while it still loads the scripts that draw them.
    """
    shapes = shown.shapes
    preload = shapes and html.void(
        "link", rel="preload", as_="fetch", crossorigin="anonymous", href=shapes.url
    )
    drawing = html.div(
        [html.div(preload, id="map-drawing", class_="wh-map"), under, html.div(id="map-tools")]
    )
    side = html.div([html.div(card, id="map-chosen"), html.div(id="map-key")], class_="wh-map-side")
    name = "wh-map-view" if shapes else "wh-map-view wh-map-none"
    return html.div([drawing, side], id="map-view", class_=name)


# ---- words -------------------------------------------------------------------------------------------


def map_heading(shown: AreaMap) -> list[Component]:
    """The h1, the answer in one line with the age of the figures, a banner where figures are illustrative."""
    summary = words.map_summary(shown) if shown.view.period else ""
    age, missing = words.map_age(shown), unknown_words(shown.unknown)
    lead = [
        html.p(summary, id="map-lead", class_="wh-lead"),
        " ",
        html.span(age_badge(age, is_old=True), id="map-age", hidden=None if age else "hidden"),
    ]
    return [
        heading(
            words.map_title(shown),
            *([html.joined(*lead)] if summary else []),
            *([missing] if missing else []),
        ),
        *([illustrative_banner()] if shown.is_illustrative else []),
    ]


def second_words(shown: AreaMap, instead: Sequence[Component]) -> list[Component]:
    """What the second map says: its title with its answer, or with what stands in its place."""
    title = html.h2(words.map_title(shown), class_="wh-h2")
    if instead:
        return [title, *instead]
    return [
        title,
        html.p(words.map_summary(shown), class_="wh-body"),
        *([illustrative_banner()] if shown.is_illustrative else []),
    ]


def no_shapes(shown: AreaMap) -> Component:
    """What stands in the place of a map that cannot be drawn."""
    plural = sentences.lower_first(shown.area_type.plural)
    why = (
        f"These figures are for one place ({shown.area_type.name}), so there is nothing to compare on a map. "
        if len(shown.rows) == 1
        else f"There is no map of {plural}: their shapes are not loaded. The table has every figure. "
    )
    return inset(
        html.p([why, link("See how it changed over time", f"/trends{shown.view.search(period=None)}")])
    )


def map_table(shown: AreaMap, csv: str) -> Component:
    """The table of the first paint; ``assets/map`` draws the same one from the values. ``csv`` is its address."""
    indicator = shown.indicator
    regions = shown.shapes.regions if shown.shapes else {}
    region_words = shown.shapes.region_words if shown.shapes else ""
    unit = sentences.unit_beside(indicator)
    columns: list[Any] = [
        "Area",
        *([{"label": region_words, "hide": True}] if region_words else []),
        {"label": f"Value ({sentences.lower_first(unit)})" if unit else "Value", "kind": "number"},
        {"label": "95% CI", "kind": "number"},
        f"Compared with {benchmark}" if (benchmark := words.map_benchmark(shown)) else "Comparison",
    ]
    rows = []
    for row in sorted(shown.rows_in_view, key=_from_highest):
        code, value = row["area_code"], row["value"]
        rows.append(
            [
                {"t": row["area_name"], "h": f"/areas/{code}"},
                *([regions.get(code, "")] if region_words else []),
                {"t": sentences.value_words(None, indicator, row["status"]), "c": "wh-missing"}
                if value is None
                else {"t": sentences.short_value_words(value, indicator), "s": real_value(row)},
                sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator),
                ""
                if value is None or row["status"] == "illustrative"
                else {"t": words.compared_cell(shown, code), "c": _compared_class(shown.words[code])},
            ]
        )
    caption = words.map_caption(shown)
    return html.joined(
        html.h2(words.table_title(shown), class_="wh-h2"),
        table(caption, columns, rows, id="map-first-table", csv=csv, sort=False, hide_caption=True),
    )


def _compared_class(word: str) -> str:
    return f"wh-compared wh-compared-{word.replace('_', '-')}"


def _from_highest(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Highest first; areas without a figure last, as illustrative ones, which are never sorted by their value."""
    value = real_value(row)
    return (value is None, -(value or 0.0), row["area_name"])
