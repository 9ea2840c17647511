"""The map: one indicator, one type of area, one period; the answer in words first.

The page is words, controls and table as HTML that the server writes, and drawings that ``assets/map`` makes. A
changed address asks ``/map/change`` what differs between the view that is shown and the one that is wanted, so
that a change costs values and the few words that changed, and no control is made anew while it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Found, Page, resolve
from dashboard.address.view import NEAR_BENCHMARKS, View
from dashboard.api import geometry
from dashboard.components import html
from dashboard.exports.figures import Change, Export, Shown, file_slug
from dashboard.figures.map import Course
from dashboard.picture import AROUND, Picture, second_view, starts_of_change

Component = Any
Row = Mapping[str, Any]
Part = tuple[Hashable, Callable[[], Any]]

# what a map may be zoomed to
_ZOOMS = {
    "ltla": ("region", "combined_authority", "icb"),
    "utla": ("region", "combined_authority"),
    "ccg": ("stp", "nhs_region"),
    "stp": ("nhs_region",),
    "sub_icb": ("icb", "nhs_region"),
    "icb": ("nhs_region",),
}
_SHADINGS = {
    "benchmark": "Compared with a benchmark",
    "quintile": "Fifths, lowest to highest",
    "continuous": "Shades of the value",
    "trend": "Recent trend",
    "change": "Change since a period",
}
_WITH_SIMILAR = ("ltla", "utla")


# ---- words -----------------------------------------------------------------------------------------


def summary(picture: Picture) -> str:
    """The answer in one sentence, for all areas of the type (or those the map is zoomed to)."""
    return sentences.made_up_first(_answer(picture), picture.illustrative)


def _answer(picture: Picture) -> str:
    values = picture.values
    if values is None:
        return ""
    plural = sentences.lower_first(picture.area_type.plural)
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
        return f"No {sentences.lower_first(picture.area_type.name)}{where} has a figure for {sentences.period_words(picture.view.period)}."
    if len(picture.rows) == 1:
        row = picture.rows[0]
        return f"{row['area_name']}: {sentences.value_with_interval(row, picture.indicator)}."
    if values["shading"] in ("trend", "change") and picture.shapes:
        return _course_summary(picture, where)
    counts = {key: categories.count(key) for key in dict.fromkeys(categories)}
    found = [key for key in ("better", "higher", "similar", "lower", "worse") if counts.get(key)]
    if not found:
        scale = 10 ** values["decimals"]
        low, high = (
            sentences.value_words(one / scale, picture.indicator) for one in (min(present), max(present))
        )
        return (
            f"Figures for {sentences.counted(len(present), picture.area_type.name.lower(), plural)}{where} "
            f"run from {low} to {high}."
        )
    benchmark = picture.benchmark_words
    parts = []
    for key in found:
        n = sentences.number(counts[key])
        verb = "is" if counts[key] == 1 else "are"
        if not parts:
            tail = f"similar to {benchmark}" if key == "similar" else f"{key} than {benchmark}"
            parts.append(f"{n} {verb} {tail}")
        else:
            parts.append(f"{n} {verb} {key}")
    if counts.get("not_compared"):
        n = counts["not_compared"]
        parts.append(f"{sentences.number(n)} cannot be compared")
    total = sentences.counted(len(present), sentences.lower_first(picture.area_type.name), plural)
    return f"Of {total}{where} with a figure, {sentences.listed(parts)}."


def _course_summary(picture: Picture, where: str) -> str:
    """How many areas are heading which way, in one sentence."""
    values = picture.values or {}
    digits = [int(digit) for digit in values["k"] or values["c"]]
    if picture.only is not None:
        digits = [digits[i] for i in picture.only]
    told = [
        f"{sentences.number(n)} {_heading_words(kind['key'], kind['words'], values['shading'], n)}"
        for i, kind in enumerate(values["classes"])
        if (n := digits.count(i)) and kind["key"] != "missing"
    ]
    total = sentences.counted(
        sum(values["classes"][digit]["key"] != "missing" for digit in digits),
        sentences.lower_first(picture.area_type.name),
        sentences.lower_first(picture.area_type.plural),
    )
    since = f" since {sentences.period_words(picture.since)}" if picture.since else ""
    return f"Of {total}{where} with a figure, {sentences.listed(told)}{since}."


def _heading_words(category: str, words: str, shading: str, n: int) -> str:
    """``are getting better (rising)``, ``got worse (down)``, ``shows no clear change``: after a number of areas."""
    match category:
        case "similar":
            return "shows no clear change" if n == 1 else "show no clear change"
        case "not_compared":
            return "cannot be worked out"
        case "higher" | "lower" if shading == "change":
            return f"went {sentences.lower_first(words)}"
    verb = ("is " if n == 1 else "are ") if shading == "trend" else ""
    return verb + sentences.lower_first(words)


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
            ui.link(f"Profile of {area.name}", f"/areas/{code}"),
            " · ",
            ui.link("Over time", f"/trends{picture.view.search(area=[code], period=None)}"),
        ]
        if row is None:
            kind = sentences.lower_first(picture.context.register.area_types[area.area_type].name)
            if picture.view.area_type in picture.context.register.types_of(code):
                words = (
                    f"{area.name} has no figure in this publication for "
                    f"{sentences.period_words(picture.view.period)}."
                )
            elif area.area_type in ("england", "uk"):
                words = f"{area.name} is the whole country, so it is not one of the areas on this map."
            else:
                words = (
                    f"{area.name} is {sentences.with_article(kind)}, so it is not on a map of "
                    f"{sentences.lower_first(picture.area_type.plural)}."
                )
            paragraphs.append(html.p([html.strong(words), *onward], class_="wh-selected"))
            continue
        words = sentences.value_with_interval(row, picture.indicator)
        category = compared.get(code, "missing")
        tail = ""
        if category == "similar":
            tail = f", similar to {picture.benchmark_words}"
        elif category not in ("missing", "not_compared"):
            tail = f", {category} than {picture.benchmark_words}"
        note = f" {row['note']}." if row.get("note") else ""
        paragraphs.append(
            html.p(
                [
                    html.strong(f"{row['area_name']}: "),
                    f"{words}{tail}.{_course_words(picture, code)}{note}",
                    *onward,
                ],
                class_="wh-selected",
            )
        )
    shown = [code for code in picture.view.area_codes if code in by_code]
    if len(shown) > 1:
        search = picture.view.search(area=shown, zoom=None, outline=None, since=None, shading=None)
        words = f"Compare the {len(shown)} chosen areas"
        paragraphs.append(html.p(ui.link(words, f"/compare{search}"), class_="wh-selected"))
    return paragraphs


def _course_words(picture: Picture, area_code: str) -> str:
    """Where one area is heading, as a sentence after its value: only where the map shows it."""
    values, shapes = picture.values, picture.shapes
    if values is None or shapes is None or values["shading"] not in ("trend", "change"):
        return ""
    if area_code not in shapes.area_codes:
        return ""
    place = shapes.area_codes.index(area_code)
    words = sentences.lower_first(values["classes"][int((values["k"] or values["c"])[place])]["words"])
    if values["shading"] == "trend":
        return f" Recent trend: {words}."
    change = values["d"][place]
    if change is None:
        return f" Change since {sentences.period_words(picture.since)}: {words}."
    below, skew = values["dlo"][place], values["dskew"][place]
    told = _signed(change, values)
    if below is not None:
        told += (
            f" (95% interval {_signed(change - below, values)} to {_signed(change + below + skew, values)})"
        )
    unit = " percentage points" if picture.indicator.unit == "percent" else ""
    return f" Change since {sentences.period_words(picture.since)}: {told}{unit}, {words}."


def _signed(scaled: int, values: Mapping[str, Any]) -> str:
    text = sentences.number(scaled / 10 ** values["decimals"], values["decimals"])
    return f"+{text}" if scaled > 0 else text


def heading_words(picture: Picture) -> list[Component]:
    """The h1, the sentence, the selected area; a banner where figures are illustrative."""
    lead = [summary(picture)] if picture.values is not None else []
    return [
        ui.heading(picture.title, *lead, caption=f"Map · {picture.area_type.plural}"),
        *([ui.illustrative_banner()] if picture.illustrative else []),
        *selected_words(picture),
    ]


# ---- parts -----------------------------------------------------------------------------------------


def map_fields(picture: Picture) -> dict[str, tuple[Hashable, Callable[[], Component | None]]]:
    """The controls by key: what each depends on besides the choice made (the browser knows that), and the control."""
    context, view = picture.context, picture.view
    has_shapes = picture.shapes is not None
    url = picture.shapes.url if picture.shapes else ""
    comparable = picture.indicator.comparable
    return {
        "indicator": ("", lambda: ui.indicator_select(context, view)),
        "area_type": ((_types(context, view), view.area_type), lambda: ui.area_type_select(context, view)),
        "period": ((view.periods, view.latest), lambda: ui.period_select(view)),
        "people": ((view.key, view.area_type), lambda: ui.people_select(context, view)),
        "shading": ((comparable, has_shapes), lambda: _shading_select(picture)),
        "benchmark": (
            (comparable, has_shapes, view.area_type, view.area_codes, view.benchmark),
            lambda: _benchmark_select(picture),
        ),
        "since": (
            (view.shading, view.periods, view.period, picture.since),
            lambda: _since_select(picture),
        ),
        "parent": ((url, view.area_type), lambda: _zoom_select(context, view, picture)),
        "area": (has_shapes, lambda: _area_picker() if has_shapes else None),
    }


def _types(context: Context, view: View) -> frozenset[str]:
    return frozenset(row["area_type"] for row in context.available(view.indicator_id))


def more_fields(picture: Picture) -> dict[str, tuple[Hashable, Callable[[], Component | None]]]:
    """The controls that stand apart, as ``map_fields``."""
    view = picture.view
    has_shapes = picture.shapes is not None
    return {
        "with": (has_shapes, lambda: _second_select(picture)),
        "outline": ((has_shapes, view.area_type), lambda: _outline_select(picture)),
        "view": ((view.area_type, has_shapes), lambda: _view_select(picture)),
    }


def map_controls(picture: Picture) -> list[Component]:
    def place(fields: Mapping[str, tuple[Hashable, Callable[[], Component | None]]]) -> list[Component]:
        return [
            html.div([control] if (control := build()) else [], id=f"field-{key}", class_="wh-field-place")
            for key, (_, build) in fields.items()
        ]

    return [
        html.form(
            [
                html.div(
                    [
                        *place(map_fields(picture)),
                        ui.details(
                            "More: a second indicator, outlines, shapes",
                            html.div(place(more_fields(picture)), class_="wh-controls-row"),
                            open=bool(picture.view.with_id or picture.view.outline),
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
    ]


def _shading_select(picture: Picture) -> Component | None:
    comparable = picture.indicator.comparable
    options = [(key, words) for key, words in _SHADINGS.items() if key != "benchmark" or comparable]
    default = "benchmark" if comparable else "quintile"
    chosen = picture.view.shading if comparable or "shading" in picture.view.asked else "quintile"
    return ui.select("shading", "Shading", options, chosen, default=default) if picture.shapes else None


def _benchmark_select(picture: Picture) -> Component | None:
    if not (picture.indicator.comparable and picture.shapes):
        return None
    context, view = picture.context, picture.view
    options = [("england", "England")]
    if view.area_type in _ZOOMS:
        options.append(("region", "Its own region"))
    if view.area_type in AROUND and AROUND[view.area_type][0] != "nhs_region":
        kinds = [context.register.area_types[kind].name for kind in AROUND[view.area_type]]
        options.append(("parent", f"The area around it ({sentences.lower_first(kinds[0])})"))
    if view.area_type in _WITH_SIMILAR:
        options.append(("similar", "The areas most like it (ONS)"))
    named = {key for key, _ in options}
    for code in dict.fromkeys((view.benchmark, *view.area_codes)):
        if code not in named:
            options.append((code, _benchmark_name(context, code)))
    return ui.select("benchmark", "Compare with", options, view.benchmark, default="england")


def _benchmark_name(context: Context, benchmark: str) -> str:
    """The name of a benchmark that is an area, or that this type of area does not offer."""
    others = {
        "region": "Its own region",
        "parent": "The area around it",
        "similar": "The areas most like it (ONS)",
    }
    return others.get(benchmark) or context.register.area(benchmark).name


def _since_select(picture: Picture) -> Component | None:
    starts = starts_of_change(picture.view)
    if picture.view.shading != "change" or not starts or not picture.shapes:
        return None
    options = [(iso, sentences.period_words(iso)) for iso in reversed(starts)]
    chosen = picture.since or starts[-1]
    return ui.select("since", "Change since", options, chosen, default=chosen)


def _area_picker() -> Component:
    return html.div(
        [
            html.label("Area on the map", for_="choose-map-area", class_="wh-label"),
            html.select(id="choose-map-area", class_="wh-select", name="area", **{"data-state-key": "area"}),
        ],
        class_="wh-field wh-needs-script",
    )


def _second_select(picture: Picture) -> Component | None:
    if picture.shapes is None:
        return None
    loaded = picture.context.all_available()
    themes: dict[str, list[tuple[str, str]]] = {}
    for one in picture.context.catalogue.values():
        if one.id in loaded:
            themes.setdefault(one.theme, []).append((one.id, one.short_title))
    options = [("", "No second map"), *themes.items()]
    return ui.select("with", "Second map beside it", options, picture.view.with_id or "", default="")


def _outline_select(picture: Picture) -> Component | None:
    types = picture.context.register.area_types
    kinds = geometry.outline_types(picture.view.area_type)
    if not picture.shapes or len(kinds) < 2:
        return None
    options = [("", "As usual"), *((kind, types[kind].plural) for kind in kinds)]
    return ui.select("outline", "Draw outlines of", options, picture.view.outline or "", default="")


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

    groups = context.cached_for_good(key, build)
    if not groups:
        return None
    return ui.select("parent", "Zoom to", [("", "All of England"), *groups], view.parent or "", default="")


def _view_select(picture: Picture) -> Component | None:
    context, view = picture.context, picture.view
    kinds = [kind for kind in ("official", "hex") if geometry.vintages(context, kind, view.area_type)]
    if len(kinds) < 2:
        return None
    words = {"official": "Official boundaries", "hex": "Hexagons of equal size"}
    return ui.select("view", "Shape", [(kind, words[kind]) for kind in kinds], view.view, default="official")


def first_table(picture: Picture) -> Component | None:
    """The table of the first paint; ``assets/map/table.js`` draws the same one from the values."""
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
            sentences.short_value_words(row["value"], picture.indicator)
            if row["value"] is not None
            else sentences.value_words(None, picture.indicator, row["status"]),
            sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], picture.indicator),
            compared.get(row["area_code"], ""),
            row["area_code"],
        ]
        for row in picture.rows
    ]
    caption = f"{picture.title}: {sentences.lower_first(picture.area_type.plural)}"
    return ui.table(caption, columns, rows, id="map-first-table", csv=f"/csv/map{picture.view.search()}")


def below(picture: Picture) -> list[Component]:
    """What follows the table: why there is nothing to draw, or method, source and dates."""
    if picture.view.period is None:
        return []
    view = picture.view
    terms = ["benchmark"] if picture.shading == "benchmark" else []
    if view.benchmark == "similar":
        terms.append("similar-areas")
    if picture.shading == "trend":
        terms.append("recent-trend")
    return [ui.provenance(picture.context, picture.indicator, picture.rows, *terms)]


def instead(picture: Picture) -> list[Component]:
    """What stands in the map's place where there is nothing to draw."""
    if picture.view.period is None:
        return [ui.no_figures(picture.context, picture.view, "/map")]
    if picture.shapes is None:
        name, plural = picture.area_type.name, sentences.lower_first(picture.area_type.plural)
        row = picture.rows[0] if len(picture.rows) == 1 else None
        table = first_table(picture)
        return [
            ui.inset(
                html.p(
                    [
                        f"These figures are for one place ({name}), so there is nothing to compare on a map. "
                        if row
                        else f"There is no map of {plural}: their shapes are not loaded. The table has every figure. ",
                        ui.link("See how it changed over time", f"/trends{picture.view.search(period=None)}"),
                    ]
                ),
            ),
            *([] if row or table is None else [table]),
        ]
    return []


def second_words(picture: Picture | None) -> list[Component]:
    """What the second map says in words, or why it is empty."""
    if picture is None:
        return []
    heading = html.h2(picture.title, class_="wh-h2")
    if picture.view.period is None or picture.shapes is None:
        return [heading, *instead(picture)]
    chosen = replace(picture.view, area_codes=picture.view.area_codes[:1])
    return [
        heading,
        html.p(summary(picture), class_="wh-body"),
        *([ui.illustrative_banner()] if picture.illustrative else []),
        *selected_words(Picture(picture.context, chosen)),
    ]


def parts_of(context: Context, view: View) -> dict[str, Part]:
    """The pieces of the page by the id of the element they fill: what each depends on, and how it is made.

    Pieces are HTML text; ``map`` and ``second`` are what is drawn.
    """
    picture = Picture(context, view)
    other = second_view(context, view)
    second = Picture(context, other) if other else None

    def as_html(build: Callable[[], Any]) -> Callable[[], str]:
        return lambda: html.text_of(build())

    releases = tuple(dict.fromkeys((row["release"], row["interval_method"]) for row in picture.rows))
    second_key = second.key if second else None
    parts: dict[str, Part] = {
        "map-words": ((picture.key, view.area_codes), as_html(lambda: heading_words(picture))),
        "map-instead": (
            ("" if picture.shapes else picture.key, view.area_codes if not picture.shapes else ()),
            as_html(lambda: instead(picture)),
        ),
        "map-below": ((view.indicator_id, releases), as_html(lambda: below(picture))),
        "map-second-words": (
            second and (second_key, view.area_codes[:1]),
            as_html(lambda: second_words(second)),
        ),
        "map": (picture.key, picture.payload),
        "second": (second_key, second.payload if second else lambda: None),
    }
    for key, (depends, build) in {**map_fields(picture), **more_fields(picture)}.items():
        parts[f"field-{key}"] = (depends, as_html(build))
    return parts


def layout(context: Context, asked: Asked) -> list[Component]:
    """Words, controls and table; ``assets/map`` draws the map, and then the table from the same values."""
    picture = Picture(context, asked.view)
    table = first_table(picture)
    return [
        html.div(id="map-notes"),
        html.div(heading_words(picture), id="map-words"),
        html.div(map_controls(picture), id="map-controls"),
        html.div(instead(picture), id="map-instead"),
        html.div(_preload(picture), id="map-drawing", class_="wh-map"),
        html.div(table if picture.shapes else None, id="map-table", class_="wh-table"),
        html.div(below(picture), id="map-below"),
    ]


def _preload(picture: Picture) -> Component | None:
    """Lets the browser fetch the shapes while it still loads the scripts that draw them."""
    if picture.shapes is None:
        return None
    return html.void("link", rel="preload", as_="fetch", crossorigin="anonymous", href=picture.shapes.url)


def payload(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, Any]:
    """What ``assets/map`` draws on a page that has just been opened."""
    picture = Picture(context, asked.view)
    other = second_view(context, asked.view)
    second = Picture(context, other) if other else None
    return {
        "search": asked.search,
        "map": picture.payload(),
        "second": second.payload() if second else None,
        "map-second-words": html.text_of(second_words(second)),
    }


# ---- what the script asks for ----------------------------------------------------------------------


# asked for when the reader comes near it: most changes are looked at and not read to the end
_LATER = "map-below"


def changes(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, Any]:
    """What differs between the view of the query ``from`` and the one asked for.

    ``key`` is that of the map that the browser holds: where it is another than the query leads to now, because the
    figures were published anew, everything is sent.
    """
    shown, key = given.get("from", ""), given.get("key", "")
    before = resolve(context, (PAGE,), PAGE.path, shown) if shown else None
    old = _held(context, before.asked.view) if isinstance(before, Found) else _NOTHING
    if old.drawn.get("map") is None or old.drawn["map"]["key"] != key:
        old = _NOTHING
    view = asked.view
    wanted = parts_of(context, view)
    new = _held(context, view, wanted)
    changed = {
        name: build
        for name, (depends, build) in wanted.items()
        if name not in old.depends or old.depends[name] != depends
    }
    later = changed.pop(_LATER, None)
    parts = {name: new.drawn[name] if name in _DRAWN else build() for name, build in changed.items()}
    for name in _DRAWN:
        if parts.get(name) and (there := old.drawn.get(name)):
            parts[name] = _difference(there, parts[name])
    notes = html.text_of(ui.notes(view))
    return {
        "title": PAGE.title_of(context, asked),
        "parts": parts,
        **({"later": True} if later else {}),
        **({"notes": notes} if notes else {}),
    }


_DRAWN = ("map", "second")


class _Held(NamedTuple):
    """What a browser holds of a view: what each piece of the page depends on, and what is drawn (None without)."""

    depends: dict[str, Any]
    drawn: dict[str, dict[str, Any] | None]


_NOTHING = _Held({}, {})


def _held(context: Context, view: View, parts: Mapping[str, Part] | None = None) -> _Held:
    """Kept, since the next change begins where this one ends; it is small beside the figures that it is made from.

    ``parts`` are those of the view, where they are at hand.
    """

    def build() -> _Held:
        pieces = parts if parts is not None else parts_of(context, view)
        depends = {name: depends for name, (depends, _) in pieces.items()}
        return _Held(depends, {name: pieces[name][1]() for name in _DRAWN})

    return context.cached(("map held", view), build)


def _difference(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """``{"change": …}``: the keys of ``wanted`` that are not as they are ``there``; None for one that is gone."""
    gone = dict.fromkeys(there.keys() - wanted.keys())
    return {"change": {**gone, **{key: one for key, one in wanted.items() if there.get(key) != one}}}


def periods(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, Any]:
    """Every period of the series at once: what the map of one period has, and how each other one differs from it."""
    base: dict[str, Any] | None = None
    others = []
    for iso in asked.view.periods:
        picture = Picture(context, replace(asked.view, period=iso, since=None))
        payload = picture.payload()
        if payload is None:
            continue
        base = base or payload
        words = {"title": picture.title, "words": summary(picture)}
        others.append({"period": iso, **words, **_difference(base, payload)})
    return {"base": base, "periods": others}


def later(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, str]:
    """Method and source, fetched when the reader comes near them."""
    return {_LATER: html.text_of(below(Picture(context, asked.view)))}


def export(context: Context, asked: Asked) -> Export:
    """The figures of the map and of the second beside it; only those inside the parent where there is one."""
    view = asked.view
    picture = Picture(context, view)
    shown = _shown(picture)
    parts = [view.indicator_id, view.area_type, view.parent, view.period]
    if picture.values is not None and picture.shading == "change":
        parts.append(f"since {picture.since}")
    if other := second_view(context, view):
        shown += _shown(Picture(context, other))
        parts.append(f"with {other.indicator_id}")
    return Export(file_slug(*parts), shown)


def _shown(picture: Picture) -> list[Shown]:
    """The figures of one map, each with what it is compared with."""
    if picture.values is None:
        return []
    codes = picture.shapes.area_codes if picture.shapes else ()
    digits = dict(zip(codes, (int(digit) for digit in picture.values["c"]), strict=True))
    digits.update({one[0]: one[5] for one in picture.values["extra"]})
    inside = None if picture.only is None else {codes[place] for place in picture.only}
    return [
        Shown(
            picture.indicator,
            row,
            picture.benchmark_words,
            picture.benchmarks.get(row["area_code"]),
            picture.values["compared"][digits[row["area_code"]]]["key"] if row["area_code"] in digits else "",
            _course(picture, row)[0] if picture.shading == "trend" else "",
            _change(picture, row),
        )
        for row in picture.rows
        if inside is None or row["area_code"] in inside
    ]


def _course(picture: Picture, row: Row) -> tuple[str, Course]:
    """Where the area of a row is heading, in the words of the legend and as worked out."""
    assert picture.values is not None
    words = {one["key"]: one["words"] for one in picture.values["classes"]}
    missing = Course("missing")
    course = picture.courses.get(row["area_code"], missing) if row["value"] is not None else missing
    return words[course.category], course


def _change(picture: Picture, row: Row) -> Change | None:
    if picture.shading != "change" or picture.since is None:
        return None
    words, course = _course(picture, row)
    return Change(picture.since, course.difference, course.lower, course.upper, words, course.reason)


def _title(context: Context, asked: Asked) -> str:
    view = replace(asked.view, area_codes=())
    words = [context.catalogue[view.indicator_id].short_title]
    if view.period:
        words.append(sentences.period_words(view.period))
    return f"Map: {', '.join(words)}"


PAGE = Page(
    path="/map",
    name="map",
    title=_title,
    layout=layout,
    fetches={"drawing": payload, "change": changes, "below": later, "periods": periods},
    nav="Map",
    order=30,
    own_search=True,
    near_benchmarks=NEAR_BENCHMARKS,
    frames={"map": ("map-drawing", "map-table")},  # what assets/map draws into and from
    description="Work and health indicators for English areas on a map, compared with England, with intervals.",
    export=export,
)
