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
from dashboard.address.keys import NEAR_BENCHMARKS
from dashboard.address.page import Asked, Export, Found, Page, resolve
from dashboard.address.view import View
from dashboard.answers.area_map import AreaMap
from dashboard.components import area_map as parts
from dashboard.components import html
from dashboard.components.map_card import chosen_card
from dashboard.components.text import skip_link
from dashboard.exports.area_map import map_figures
from dashboard.exports.figures import file_slug
from dashboard.figures import map as figures
from dashboard.queries import benchmarks
from dashboard.queries.absence import absence_of
from dashboard.queries.area_map import (
    area_map,
    areas_like,
    chosen_course,
    map_choices,
    newest_map,
    second_view,
)
from dashboard.sentences import area_map as words

Component = Any
Part = tuple[Hashable, Callable[[], Any]]


# ---- the page ----------------------------------------------------------------------------------------


def layout(context: Context, asked: Asked) -> list[Component]:
    """Words, controls, the chosen areas and the table; ``assets/map`` draws the map, and then the table anew."""
    view = asked.view
    shown = area_map(context, view)
    has_map = shown.shapes is not None
    table = html.div(
        _table(context, shown) if has_map else None, id="map-table", class_="wh-map-table wh-few"
    )
    return [
        html.div(id="map-notes"),
        html.div(_same(context, shown, "heading", _heading), id="map-words"),
        ui.explore_tabs(view, PAGE.path),
        html.div(_controls(context, shown), id="map-controls"),
        html.div(instead(context, shown), id="map-instead"),
        parts.map_view(shown, _same(context, shown, "under", _under), _card(context, shown)),
        skip_link("Skip the table", "map-below") if has_map else None,
        table,
        html.div(_same(context, shown, "below", below), id="map-below", tabindex="-1"),
    ]


def _under(context: Context, shown: AreaMap) -> Component:
    _, build = parts.under_field(shown, map_choices(context, shown))
    return parts.field_place("view", build())


def _card(context: Context, shown: AreaMap) -> Component:
    return chosen_card(
        context,
        shown,
        lambda code: chosen_course(context, shown, code),
        lambda code: areas_like(context, shown, code),
        lambda code: newest_map(context, shown, code),
    )


def _same(
    context: Context, shown: AreaMap, name: str, build: Callable[[Context, AreaMap], Component]
) -> Component:
    """A piece that is the same whichever areas are chosen: written once a publication."""
    view = shown.view
    asked = view.asked - {"area", "zoom"}
    plain = replace(view, area_codes=(), notes=(), instead=None, zoom=None, asked=asked)
    return context.cached(
        ("map page", name, plain), lambda: html.joined(build(context, replace(shown, view=plain)))
    )


def _heading(context: Context, shown: AreaMap) -> list[Component]:
    return parts.map_heading(shown)


def _controls(context: Context, shown: AreaMap) -> Component:
    """The controls; of them only the benchmarks depend on the areas chosen."""
    any_benchmark = replace(shown, view=replace(shown.view, benchmark="england"))
    own = _same(context, any_benchmark, "controls", _controls_of_all)
    offered = benchmarks.choices(context, shown.view) if shown.shapes else ()
    field = parts.field_place("benchmark", ui.benchmark_select(context, shown.view, offered))
    return html.trusted(own.replace(parts.field_place("benchmark", None), field, 1))


def _controls_of_all(context: Context, shown: AreaMap) -> Component:
    return parts.map_controls(context, shown, replace(map_choices(context, shown), benchmarks=()))


def _table(context: Context, shown: AreaMap) -> Component:
    own = _same(context, shown, "table", lambda _, plain: parts.map_table(plain, _CSV))
    return html.trusted(own.replace(_CSV, html.escape(f"/csv/map{shown.view.search()}"), 1))


_CSV = "/csv/map?this"  # stands for the address of the view in what is cached


def below(context: Context, shown: AreaMap) -> list[Component]:
    """What follows the table: method, source and dates."""
    if shown.view.period is None:
        return []
    terms = ["benchmark"] if shown.shading == "benchmark" else []
    if shown.view.benchmark == "similar":
        terms.append("similar-areas")
    if shown.shading == "trend":
        terms.append("recent-trend")
    return [ui.provenance(context, shown.indicator, shown.rows, *terms)]


def instead(context: Context, shown: AreaMap) -> list[Component]:
    """What stands in the map's place where there is nothing to draw."""
    if shown.view.period is None:
        return [ui.no_figures(shown.view, "/map", absence_of(context, shown.view, "/map"))]
    if shown.shapes is not None:
        return []
    said = parts.no_shapes(shown)
    return [said] if len(shown.rows) == 1 else [said, _table(context, shown)]


# ---- what the script asks for ------------------------------------------------------------------------


def payload(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, Any]:
    """What ``assets/map`` draws on a page that has just been opened."""
    view = asked.view
    other = second_view(context, view)
    return {
        "search": asked.search,
        "map": parts.drawn(area_map(context, view)),
        "second": parts.drawn(area_map(context, other)) if other else None,
        "map-second-words": html.text_of(_second_words(context, view, other)),
    }


def _second_words(context: Context, view: View, other: View | None) -> list[Component]:
    """What the second map says in words, or why it is empty."""
    if other is None:
        return []
    shown = area_map(context, replace(other, area_codes=other.area_codes[:1]))
    is_drawn = shown.view.period is not None and shown.shapes is not None
    return parts.second_words(shown, () if is_drawn else instead(context, shown))


def parts_of(context: Context, view: View) -> dict[str, Part]:
    """The pieces of the page by the id of the element they fill: what each depends on, and how it is made.

    Pieces are HTML text; ``map`` and ``second`` are what is drawn.
    """
    shown = area_map(context, view)
    choices = map_choices(context, shown)
    other = second_view(context, view)
    second = area_map(context, other) if other else None

    def as_html(build: Callable[[], Any]) -> Callable[[], str]:
        return lambda: html.text_of(build())

    releases = tuple(dict.fromkeys((row["release"], row["interval_method"]) for row in shown.rows))
    tag = figures.drawing_tag(shown)
    second_tag = figures.drawing_tag(second) if second else None
    pieces: dict[str, Part] = {
        "map-words": (tag, as_html(lambda: parts.map_heading(shown))),
        "map-chosen": (view.area_codes and (tag, view.area_codes), as_html(lambda: _card(context, shown))),
        "map-instead": (
            ("" if shown.shapes else tag, view.area_codes if not shown.shapes else ()),
            as_html(lambda: instead(context, shown)),
        ),
        "map-below": ((view.indicator_id, releases), as_html(lambda: below(context, shown))),
        "map-second-words": (
            second and second_tag,
            as_html(lambda: _second_words(context, view, other)),
        ),
    }
    fields = {
        **parts.main_fields(context, shown),
        **parts.more_fields(context, shown, choices),
        "view": parts.under_field(shown, choices),
    }
    for key, (depends, build) in fields.items():
        pieces[f"field-{key}"] = (depends, as_html(build))
    # last, because words compress better where no numbers stand between them
    pieces["map"] = (tag, lambda: parts.drawn(shown))
    pieces["second"] = (second_tag, lambda: parts.drawn(second) if second else None)
    return pieces


# asked for when the reader comes near them: most changes are looked at and not read to the end, and most readers keep the
# drawer closed, whose areas to zoom to alone are more bytes than all else of a change
_BELOW, _MORE = "map-below", "more"
_FIELDS_OF_MORE = tuple(f"field-{key}" for key in parts.CHANGING_FIELDS)
_DRAWN = ("map", "second")


def changes(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, Any]:
    """What differs between the view of the query ``from`` and the one asked for.

    ``key`` is that of the map that the browser holds: where it is another than the query leads to now, because the
    figures were published anew, everything is sent.
    """
    before_search, key = given.get("from", ""), given.get("key", "")
    before = resolve(context, (PAGE,), PAGE.path, before_search) if before_search else None
    old = _held(context, before.asked.view) if isinstance(before, Found) else _NOTHING
    drawn = old.drawn.get("map")
    if drawn is None or drawn["key"] != key:
        old = _NOTHING
    view = asked.view
    wanted = parts_of(context, view)
    new = _held(context, view, wanted)
    changed = {
        name: build
        for name, (depends, build) in wanted.items()
        if name not in old.depends or old.depends[name] != depends
    }
    later = [_BELOW] if changed.pop(_BELOW, None) else []
    if [name for name in _FIELDS_OF_MORE if changed.pop(name, None)]:
        later.append(_MORE)
    pieces = {name: new.drawn[name] if name in _DRAWN else build() for name, build in changed.items()}
    for name in _DRAWN:
        if pieces.get(name) and (there := old.drawn.get(name)):
            pieces[name] = _difference(there, pieces[name])
    notes = html.text_of(ui.notes(context, view))
    return {
        "title": PAGE.title_of(context, asked),
        "parts": pieces,
        **({"later": later} if later else {}),
        **({"notes": notes} if notes else {}),
    }


class _Held(NamedTuple):
    """What a browser holds of a view: what each piece of the page depends on, and what is drawn (None without)."""

    depends: dict[str, Any]
    drawn: dict[str, dict[str, Any] | None]


_NOTHING = _Held({}, {})


def _held(context: Context, view: View, pieces: Mapping[str, Part] | None = None) -> _Held:
    """Cached, since the next change begins where this one ends; it is small beside the figures that it is made from.

    ``pieces`` are those of the view, where they are at hand.
    """

    def build() -> _Held:
        found = pieces if pieces is not None else parts_of(context, view)
        depends = {name: depends for name, (depends, _) in found.items()}
        return _Held(depends, {name: found[name][1]() for name in _DRAWN})

    return context.cached(("map held", view), build)


def _difference(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """``{"change": …}``: the keys of ``wanted`` that are not as they are ``there``; None for one that is gone."""
    gone = dict.fromkeys(there.keys() - wanted.keys())
    changed = {key: value for key, value in wanted.items() if there.get(key) != value}
    return {"change": {**gone, **changed}}


def periods(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, Any]:
    """Every period of the series at once: what the map of one period has, and how each other one differs from it."""
    base: dict[str, Any] | None = None
    others = []
    for iso in asked.view.periods:
        shown = area_map(context, replace(asked.view, period=iso, since=None))
        drawn = parts.drawn(shown)
        if drawn is None:
            continue
        base = base or drawn
        own_words = {
            "title": words.map_title(shown),
            "words": words.map_summary(shown),
            "age": words.map_age(shown),
        }
        others.append({"period": iso, **own_words, **_difference(base, drawn)})
    return {"base": base, "periods": others}


def later(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, str]:
    """Method and source, fetched when the reader comes near them."""
    return {_BELOW: html.text_of(below(context, area_map(context, asked.view)))}


def more(context: Context, asked: Asked, given: Mapping[str, str]) -> dict[str, str]:
    """The controls of the drawer, fetched when the reader opens it after a change."""
    pieces = parts_of(context, asked.view)
    return {name: pieces[name][1]() for name in _FIELDS_OF_MORE}


# ---- figures to download -----------------------------------------------------------------------------


def export(context: Context, asked: Asked) -> Export:
    """The figures of the map and of the second beside it; only those inside the parent where there is one."""
    view = asked.view
    shown = area_map(context, view)
    rows = map_figures(shown)
    name = [view.indicator_id, view.area_type, view.parent, view.period]
    if shown.rows and shown.shading == "change":
        name.append(f"since {shown.since}")
    if other := second_view(context, view):
        rows += map_figures(area_map(context, other))
        name.append(f"with {other.indicator_id}")
    return Export(file_slug(*name), rows)


def _title(context: Context, asked: Asked) -> str:
    name = context.catalogue[asked.view.indicator_id].short_title
    named = [sentences.titled(name, context.is_only_illustrative(asked.view.indicator_id))]
    if asked.view.period:
        named.append(sentences.period_words(asked.view.period))
    return f"Map: {', '.join(named)}"


PAGE = Page(
    path="/map",
    name="map",
    title=_title,
    layout=layout,
    fetches={"drawing": payload, "change": changes, "below": later, "more": more, "periods": periods},
    nav="Explore",
    order=30,
    own_search=True,
    near_benchmarks=NEAR_BENCHMARKS,
    frames={"map": ("map-view", "map-table")},  # what assets/map draws into and from
    may_change_type=True,
    description="Work and health indicators for English areas on a map, compared with England, with intervals.",
    export=export,
)
