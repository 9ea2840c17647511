"""The map: one indicator, one type of area, one period; the answer in words first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboard import kit, wording
from dashboard.api import geometry
from dashboard.context import Context
from dashboard.exports.figures import Export, Shown, file_slug
from dashboard.figures.map import map_values
from dashboard.routing import Asked, Page, answers_search
from dashboard.view import View
from indicators.catalogue import Indicator

Component = Any
Row = dict[str, Any]

# what a map may be zoomed to
_ZOOMS = {
    "ltla": ("region", "combined_authority", "icb"),
    "utla": ("region", "combined_authority"),
    "ccg": ("stp", "nhs_region"),
    "stp": ("nhs_region",),
    "sub_icb": ("icb", "nhs_region"),
    "icb": ("nhs_region",),
}
_REGIONAL = ("region", "nhs_region")
_SHADINGS = {
    "benchmark": "Compared with a benchmark",
    "quintile": "Fifths, lowest to highest",
    "continuous": "Shades of the value",
}


class Picture:
    """Everything one map shows, worked out once and used by the words, the drawing and the table."""

    def __init__(self, context: Context, view: View) -> None:
        self.context = context
        self.view = view
        self.indicator: Indicator = context.catalogue[view.indicator_id]
        self.area_type = context.register.area_types[view.area_type]
        self.rows: list[Row] = []
        self.shapes: geometry.Shapes | None = None
        self.values: dict[str, Any] | None = None
        if view.period is None:
            return
        self.rows = _rows(context, view, view.area_type)
        near = int(view.period[:4]) if view.vintage is None else view.vintage
        self.shapes = _shapes(context, view, self.rows, near)
        # who is selected changes nothing but the words
        self.benchmarks, self.benchmark_words, self.shading, self.values = context.cached(
            (
                "map values",
                replace(view, area_codes=(), notes=(), asked=frozenset()),
                self.shapes and self.shapes.url,
            ),
            self._values,
        )

    def _values(self) -> tuple[dict[str, float | None], str, Any, dict[str, Any]]:
        benchmarks, words = _benchmarks(self.context, self.view, self.indicator, self.rows)

        def values(shading: Any) -> dict[str, Any]:
            return map_values(
                indicator=self.indicator,
                area_codes=self.shapes.area_codes if self.shapes else [],
                rows={row["area_code"]: row for row in self.rows},
                names={row["area_code"]: row["area_name"] for row in self.rows},
                benchmarks=benchmarks,
                shading=shading,
            )

        shading: Any = self.view.shading
        made = values(shading)
        if shading == "benchmark" and not _judged(made):
            # a map that is white all over says nothing
            shading = "quintile"
            made = values(shading)
        return benchmarks, words, shading, made

    @cached_property
    def illustrative(self) -> bool:
        return kit.is_illustrative(self.rows)

    @property
    def title(self) -> str:
        """``Employment rate, 2023``, with the people or group where the indicator has several."""
        parts = [self.indicator.short_title, *kit.group_words(self.context, self.view)]
        return (
            f"{', '.join(parts)}, {wording.period_words(self.view.period)}"
            if self.view.period
            else ", ".join(parts)
        )

    @cached_property
    def only(self) -> list[int] | None:
        """Places of the areas inside the parent that the map is zoomed to; None for all of England."""
        if not self.view.parent or not self.shapes:
            return None
        inside = {
            one.child_code for one in self.context.register.children(self.view.parent, self.view.area_type)
        }
        return [i for i, code in enumerate(self.shapes.area_codes) if code in inside]

    def payload(self) -> dict[str, Any] | None:
        """What ``assets/map.js`` draws; None where there is no shape to draw."""
        if self.values is None or self.shapes is None:
            return None
        view = self.view
        plural = wording.lower_first(self.area_type.plural)
        inside = f" in {self.context.register.area(view.parent).name}" if view.parent else " in England"
        caption = f"{self.title}: {plural}{inside}"
        return {
            **self.values,
            "shapes": self.shapes.url,
            "key": _short(self.key),
            "only": self.only,
            "caption": caption,
            "label": f"Map. {caption}. {len(self.shapes.area_codes)} areas, each a button.",
            "benchmark": self.benchmark_words,
            "illustrative": self.illustrative,
            "all_not_compared": not _judged(self.values),
            "note": self.note,
            "source": self.source,
            "indicator": view.indicator_id,
            "period": view.period,
            "file": f"{view.indicator_id}-{view.area_type}-{(view.period or '').replace('/', '-')}",
        }

    @property
    def key(self) -> str:
        """Two maps of the same key look the same, whichever area is selected."""
        view = self.view
        parts = (
            self.context.publication_id(),
            view.indicator_id,
            view.area_type,
            view.sex,
            view.age,
            view.breakdown,
            view.period,
            view.parent,
            view.benchmark,
            view.view,
            view.shading,
        )
        return "|".join(str(part) for part in parts)

    @property
    def note(self) -> str:
        """What the reader must know of this drawing."""
        notes = []
        view = self.view
        if self.shapes and "view" in view.asked and self.shapes.view != view.view:
            wanted = "Official boundaries" if view.view == "official" else "Hexagons"
            notes.append(f"{wanted} of these areas are not loaded here, so another shape is shown.")
        if self.shapes and self.shapes.view == "hex":
            notes.append("Every area has one hexagon of the same size, near where it lies.")
        if self.values and self.values["extra"]:
            extra = wording.counted(len(self.values["extra"]), "area has a figure", "areas have figures")
            notes.append(f"{extra} but no shape on this map; the table has them.")
        not_compared = (
            [one["count"] for one in self.values["compared"] if one["key"] == "not_compared"]
            if self.values
            else []
        )
        if self.shading == "benchmark" and any(not_compared):
            notes.append("Areas that are not compared have a figure without an interval.")
        if self.shading != view.shading:
            if not self.indicator.comparable:
                why = "it is a count, and large places have more of everything"
            elif all(one is None for one in self.benchmarks.values()):
                why = f"there is no figure for {self.benchmark_words} to compare with"
            else:
                why = "these figures have no interval, so a difference could be chance"
            notes.append(f"Areas are shaded in fifths and not compared, because {why}.")
        return " ".join(notes)

    @cached_property
    def source(self) -> str:
        releases = self.context.releases()
        shown = [
            releases[one] for one in dict.fromkeys(row["release"] for row in self.rows) if one in releases
        ]
        words = [
            f"{one['publisher']}, {one['publication']}, published {wording.date_words(one['published_on'])}"
            for one in shown
        ]
        return f"Source: {'; '.join(words)}." if words else ""


def _judged(values: Mapping[str, Any]) -> bool:
    """Whether any area could be compared."""
    return any(one["count"] for one in values["compared"] if one["key"] not in ("missing", "not_compared"))


def _rows(context: Context, view: View, area_type: str) -> list[Row]:
    return context.cached(
        ("map rows", *view.key.values(), area_type, view.period),
        lambda: context.store.observations(**view.key, area_type=area_type, period=view.period or "latest"),
    )


def _shapes(context: Context, view: View, rows: Sequence[Row], near: int) -> geometry.Shapes | None:
    """The shapes asked for, or else the other kind, of the year whose areas fit the figures best."""

    def choose(kind: str) -> int | None:
        years = geometry.vintages(context, kind, view.area_type)
        return geometry.best_vintage(
            context.register, view.area_type, years, [row["area_code"] for row in rows], near
        )

    for kind in (view.view, *(one for one in ("official", "hex") if one != view.view)):
        year = context.cached(
            ("map year", *view.key.values(), view.area_type, view.period, kind), lambda k=kind: choose(k)
        )
        if year is not None:
            return geometry.shapes(context, kind, view.area_type, year)
    return None


def _benchmarks(
    context: Context, view: View, indicator: Indicator, rows: Sequence[Row]
) -> tuple[dict[str, float | None], str]:
    """What each area is compared with, and its name with its value: ``England (76.0%)``."""
    if view.benchmark == "region":
        values = {row["area_code"]: row["value"] for kind in _REGIONAL for row in _rows(context, view, kind)}
        against: dict[str, float | None] = {}
        for row in rows:
            against[row["area_code"]] = None
            for kind in _REGIONAL:
                found = [
                    one
                    for one in context.register.parents(row["area_code"], kind)
                    if one.parent_code in values
                ]
                if found:
                    against[row["area_code"]] = values[found[0].parent_code]
                    break
        return against, "its region"
    if view.benchmark == "england":
        name, found_rows = "England", _rows(context, view, "england")
    else:
        area = context.register.area(view.benchmark)
        name = area.name
        kinds = context.register.types_of(view.benchmark)
        found_rows = [
            row for kind in kinds for row in _rows(context, view, kind) if row["area_code"] == view.benchmark
        ]
    value = found_rows[0]["value"] if found_rows else None
    words = f"{name} ({wording.short_value_words(value, indicator)})" if value is not None else name
    return {row["area_code"]: value for row in rows}, words


# ---- words -----------------------------------------------------------------------------------------


def summary(picture: Picture) -> str:
    """The answer in one sentence, for all areas of the type (or those the map is zoomed to)."""
    values = picture.values
    if values is None:
        return ""
    plural = wording.lower_first(picture.area_type.plural)
    digits = [*(int(c) for c in values["c"]), *(one[5] for one in values["extra"])]
    categories = [values["compared"][digit]["key"] for digit in digits]
    scaled = [*values["v"], *(one[2] for one in values["extra"])]
    only = picture.only
    where = ""
    if only is not None:
        categories = [categories[i] for i in only]
        scaled = [scaled[i] for i in only]
        where = f" in {picture.context.register.area(picture.view.parent or '').name}"
    present = [one for one in scaled if one is not None]
    if not present:
        return f"No {wording.lower_first(picture.area_type.name)}{where} has a figure for {wording.period_words(picture.view.period)}."
    if len(picture.rows) == 1:
        row = picture.rows[0]
        return f"{row['area_name']}: {wording.value_with_interval(row, picture.indicator)}."
    counts = {key: categories.count(key) for key in dict.fromkeys(categories)}
    judged = [key for key in ("better", "higher", "similar", "lower", "worse") if counts.get(key)]
    if not judged:
        scale = 10 ** values["decimals"]
        low, high = (
            wording.value_words(one / scale, picture.indicator) for one in (min(present), max(present))
        )
        return (
            f"Figures for {wording.counted(len(present), picture.area_type.name.lower(), plural)}{where} "
            f"run from {low} to {high}."
        )
    benchmark = picture.benchmark_words
    parts = []
    for key in judged:
        n = wording.number(counts[key])
        verb = "is" if counts[key] == 1 else "are"
        if not parts:
            tail = f"similar to {benchmark}" if key == "similar" else f"{key} than {benchmark}"
            parts.append(f"{n} {verb} {tail}")
        else:
            parts.append(f"{n} {verb} {key}")
    if counts.get("not_compared"):
        n = counts["not_compared"]
        parts.append(f"{wording.number(n)} cannot be compared")
    total = wording.counted(len(present), wording.lower_first(picture.area_type.name), plural)
    return f"Of {total}{where} with a figure, {wording.listed(parts)}."


def selected_words(picture: Picture) -> list[Component]:
    """A paragraph for each selected area: value, interval, comparison, and ways on."""
    paragraphs: list[Component] = []
    if not picture.view.area_codes:
        return paragraphs
    by_code = {row["area_code"]: row for row in picture.rows}
    values = picture.values
    compared: Mapping[str, str] = {}
    if values is not None:
        codes = picture.shapes.area_codes if picture.shapes else ()
        compared = {
            code: values["compared"][int(c)]["key"] for code, c in zip(codes, values["c"], strict=True)
        }
        compared |= {one[0]: values["compared"][one[5]]["key"] for one in values["extra"]}
    for code in picture.view.area_codes:
        area = picture.context.register.area(code)
        row = by_code.get(code)
        onward = [
            " ",
            kit.link(f"Profile of {area.name}", f"/areas/{code}"),
            " · ",
            kit.link("Over time", f"/trends{picture.view.search(area=[code], period=None)}"),
        ]
        if row is None:
            kind = wording.lower_first(picture.context.register.area_types[area.area_type].name)
            if picture.view.area_type in picture.context.register.types_of(code):
                words = (
                    f"{area.name} has no figure in this publication for "
                    f"{wording.period_words(picture.view.period)}."
                )
            elif area.area_type in ("england", "uk"):
                words = f"{area.name} is the whole country, so it is not one of the areas on this map."
            else:
                words = (
                    f"{area.name} is {wording.with_article(kind)}, so it is not on a map of "
                    f"{wording.lower_first(picture.area_type.plural)}."
                )
            paragraphs.append(html.P([html.Strong(words), *onward], className="wh-selected"))
            continue
        words = wording.value_with_interval(row, picture.indicator)
        category = compared.get(code, "missing")
        tail = ""
        if category == "similar":
            tail = f", similar to {picture.benchmark_words}"
        elif category not in ("missing", "not_compared"):
            tail = f", {category} than {picture.benchmark_words}"
        note = f" {row['note']}." if row.get("note") else ""
        paragraphs.append(
            html.P(
                [html.Strong(f"{row['area_name']}: "), f"{words}{tail}.{note}", *onward],
                className="wh-selected",
            )
        )
    return paragraphs


def heading_words(picture: Picture) -> list[Component]:
    """The h1, the sentence, the selected area; a banner where figures are illustrative."""
    lead = [summary(picture)] if picture.values is not None else []
    return [
        kit.heading(picture.title, *lead, caption=f"Map · {picture.area_type.plural}"),
        *([kit.illustrative_banner()] if picture.illustrative else []),
        *selected_words(picture),
    ]


# ---- parts -----------------------------------------------------------------------------------------


def map_controls(picture: Picture) -> list[Component]:
    context, view = picture.context, picture.view
    choices = [
        kit.indicator_select(context, view),
        kit.area_type_select(context, view),
        kit.period_select(view),
        kit.people_select(context, view),
        kit.select(
            "benchmark",
            "Compare with",
            _benchmark_options(context, view),
            view.benchmark,
            default="england",
        )
        if picture.indicator.comparable and picture.shapes
        else None,
        kit.select(
            "shading",
            "Shading",
            [
                (key, words)
                for key, words in _SHADINGS.items()
                if key != "benchmark" or picture.indicator.comparable
            ],
            picture.shading if view.period else view.shading,
            default="benchmark" if picture.indicator.comparable else "quintile",
        )
        if picture.shapes
        else None,
        _zoom_select(context, view, picture),
        _view_select(picture),
        html.Div(
            [
                html.Label("Area on the map", htmlFor="choose-map-area", className="wh-label"),
                html.Select(
                    id="choose-map-area", className="wh-select", name="area", **{"data-state-key": "area"}
                ),
            ],
            className="wh-field wh-needs-script",
        )
        if picture.shapes
        else None,
    ]
    return [kit.controls(*choices)]


def _benchmark_options(context: Context, view: View) -> list[tuple[str, str]]:
    options = [("england", "England")]
    if view.area_type in _ZOOMS:
        options.append(("region", "Its own region"))
    if view.benchmark not in ("england", "region"):
        options.append((view.benchmark, context.register.area(view.benchmark).name))
    options += [
        (code, context.register.area(code).name) for code in view.area_codes if code != view.benchmark
    ]
    return options


def _zoom_select(context: Context, view: View, picture: Picture) -> Component | None:
    kinds = _ZOOMS.get(view.area_type, ())
    if not picture.shapes or not kinds:
        return None
    codes = picture.shapes.area_codes
    key = ("zooms", view.area_type, codes)

    def build() -> list[tuple[str, list[tuple[str, str]]]]:
        groups = []
        for kind in kinds:
            parents = {
                one.parent_code: context.register.area(one.parent_code, kind)
                for code in codes
                for one in context.register.parents(code, kind)
            }
            names = sorted(
                ((area.area_code, area.name) for area in parents.values() if area.is_live or kind == "stp"),
                key=lambda pair: pair[1],
            )
            if names:
                groups.append((context.register.area_types[kind].plural, names))
        return groups

    groups = context.kept_for_good(key, build)
    if not groups:
        return None
    return kit.select("parent", "Zoom to", [("", "All of England"), *groups], view.parent or "", default="")


def _view_select(picture: Picture) -> Component | None:
    context, view = picture.context, picture.view
    kinds = [kind for kind in ("official", "hex") if geometry.vintages(context, kind, view.area_type)]
    if len(kinds) < 2:
        return None
    words = {"official": "Official boundaries", "hex": "Hexagons of equal size"}
    return kit.select("view", "Shape", [(kind, words[kind]) for kind in kinds], view.view, default="official")


def first_table(picture: Picture) -> Component | None:
    """The table of the first paint; ``assets/map.js`` draws the same one from the values."""
    values = picture.values
    if values is None:
        return None
    columns: list[Any] = [
        "Area",
        {"label": "Value", "kind": "number"},
        {"label": "95% confidence interval", "kind": "number"},
        f"Compared with {picture.benchmark_words}",
        {"label": "Code", "hide": True},
    ]
    codes = [*(picture.shapes.area_codes if picture.shapes else ()), *(one[0] for one in values["extra"])]
    digits = [*(int(c) for c in values["c"]), *(one[5] for one in values["extra"])]
    compared = {code: values["compared"][digit]["words"] for code, digit in zip(codes, digits, strict=True)}
    rows = [
        [
            {"t": row["area_name"], "h": f"/areas/{row['area_code']}"},
            wording.short_value_words(row["value"], picture.indicator)
            if row["value"] is not None
            else wording.value_words(None, picture.indicator, row["status"]),
            wording.interval_words(row["lower_ci_95"], row["upper_ci_95"], picture.indicator),
            compared.get(row["area_code"], ""),
            row["area_code"],
        ]
        for row in picture.rows
    ]
    caption = f"{picture.title}: {wording.lower_first(picture.area_type.plural)}"
    file_name = f"{picture.view.indicator_id}-{picture.view.area_type}"
    return kit.table(caption, columns, rows, id="map-first-table", file_name=file_name)


def below(picture: Picture) -> list[Component]:
    """What follows the table: why there is nothing to draw, or method, source and dates."""
    if picture.view.period is None:
        return []
    return [kit.provenance(picture.context, picture.indicator, picture.rows)]


def instead(picture: Picture) -> list[Component]:
    """What stands in the map's place where there is nothing to draw."""
    if picture.view.period is None:
        return [kit.no_figures(picture.context, picture.view, "/map")]
    if picture.shapes is None:
        name, plural = picture.area_type.name, wording.lower_first(picture.area_type.plural)
        row = picture.rows[0] if len(picture.rows) == 1 else None
        table = first_table(picture)
        return [
            kit.inset(
                html.P(
                    [
                        f"These figures are for one place ({name}), so there is nothing to compare on a map. "
                        if row
                        else f"There is no map of {plural}: their shapes are not loaded. The table has every figure. ",
                        kit.link(
                            "See how it changed over time", f"/trends{picture.view.search(period=None)}"
                        ),
                    ]
                ),
            ),
            *([] if row or table is None else [table]),
        ]
    return []


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    picture = Picture(context, asked.view)
    return [
        html.Div(heading_words(picture), id="map-words"),
        html.Div(map_controls(picture), id="map-controls"),
        html.Div(instead(picture), id="map-instead"),
        html.Div(id="map-drawing", className="wh-map"),
        html.Div(id="map-table", className="wh-table"),
        html.Div(below(picture), id="map-below"),
        dcc.Store(id="map-values", data=picture.payload()),
        dcc.Store(id="map-last", data=_last(picture)),
    ]


def first_paint(context: Context, asked: Asked) -> Sequence[Component]:
    """The page before scripts: words, controls as a form, the table."""
    picture = Picture(context, asked.view)
    table = first_table(picture)
    return [
        *heading_words(picture),
        *map_controls(picture),
        *instead(picture),
        html.Div(className="wh-map wh-map-waiting"),
        *([table] if table is not None and picture.shapes else []),
        *below(picture),
    ]


def _last(picture: Picture) -> dict[str, str]:
    """What the browser tells back with the next change, so that only what changed is sent: short digests."""
    view = picture.view
    controls = (
        view.indicator_id,
        view.area_type,
        view.sex,
        view.age,
        view.breakdown,
        view.periods,
        picture.shapes.url if picture.shapes else "",
        view.area_codes if picture.indicator.comparable else (),
        view.benchmark if view.benchmark not in ("england", "region") else "",
    )
    below = (
        view.indicator_id,
        *dict.fromkeys((row["release"], row["interval_method"]) for row in picture.rows),
    )
    return {"key": _short(picture.key), "controls": _short(controls), "below": _short(below)}


def _short(content: object) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:12]


def register(app: Dash, context: Context) -> None:
    def answer(context: Context, asked: Asked, last: dict[str, str] | None) -> list[Any]:
        from dash import no_update

        picture = Picture(context, asked.view)
        now = _last(picture)
        before = last or {}
        same = before.get("key") == now["key"]
        return [
            heading_words(picture),
            no_update if before.get("controls") == now["controls"] else map_controls(picture),
            no_update if same else instead(picture),
            no_update if same else picture.payload() or {"shapes": None},
            no_update if before.get("below") == now["below"] else below(picture),
            now,
        ]

    answers_search(
        app,
        context,
        PAGE,
        [
            Output("map-words", "children"),
            Output("map-controls", "children"),
            Output("map-instead", "children"),
            Output("map-values", "data"),
            Output("map-below", "children"),
            Output("map-last", "data"),
        ],
        answer,
        State("map-last", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("workhealth", "drawMap"),
        Output("map-drawing", "title"),
        Input("map-values", "data"),
    )


def export(context: Context, asked: Asked) -> Export:
    """The figures of the map, with what each is compared with; only those inside the parent where there is one."""
    picture = Picture(context, asked.view)
    view = asked.view
    shown = []
    if picture.values is not None:
        codes = picture.shapes.area_codes if picture.shapes else ()
        digits = dict(zip(codes, (int(digit) for digit in picture.values["c"]), strict=True))
        digits.update({one[0]: one[5] for one in picture.values["extra"]})
        inside = None if picture.only is None else {codes[place] for place in picture.only}
        for row in picture.rows:
            code = row["area_code"]
            if inside is not None and code not in inside:
                continue
            word = picture.values["compared"][digits[code]]["key"] if code in digits else ""
            shown.append(
                Shown(picture.indicator, row, picture.benchmark_words, picture.benchmarks.get(code), word)
            )
    return Export(file_slug(view.indicator_id, view.area_type, view.parent, view.period), shown)


def _title(context: Context, asked: Asked) -> str:
    view = replace(asked.view, area_codes=())
    words = [context.catalogue[view.indicator_id].short_title]
    if view.period:
        words.append(wording.period_words(view.period))
    return f"Map: {', '.join(words)}"


PAGE = Page(
    path="/map",
    name="map",
    title=_title,
    layout=layout,
    first_paint=first_paint,
    nav="Map",
    register=register,
    own_search=True,
    description="Work and health indicators for English areas on a map, compared with England, with intervals.",
    export=export,
)
