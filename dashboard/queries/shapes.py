"""The shapes that a map is drawn with: which kind, of which year, and whose borders lie over them.

``official`` shapes come from the boundaries that the ETL wrote. ``approximate`` outlines and ``hex`` layouts ship with
the project. Each is drawn once (``geodata.drawing``) and sent by URL.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import brotli

from dashboard.address.keys import KEYS
from dashboard.answers.shapes import Shapes
from dashboard.queries import geography
from geodata.drawing import drawing
from geodata.labels import CITIES, REGIONS, Label, degrees_of
from geodata.layouts import available_layouts, layout_geojson
from geodata.outlines import available_outlines, outlines_geojson
from geodata.register import COVERS_MOST, AreaType, Register

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

KINDS = ("official", "approximate", "hex")
"""The kinds of shapes, as choices of the key ``view``, in the order in which they are offered."""

INSTEAD_OF_OFFICIAL = ("approximate", "hex")
"""What is drawn where official boundaries are the default and are not loaded; the first is the default then."""

_LONDON = "London"
"""The region that is enlarged beside the map."""

_BOUNDARY = re.compile(r"^([a-z_]+)-(\d{4})\.geojson$")


def shapes_of(context: Context, view: View, rows: Sequence[Mapping[str, Any]]) -> Shapes | None:
    """The shapes for the rows of a view: of the kind asked for, or else of another, of the year that fits them best.

    None where the areas of the type cannot be drawn.
    """
    chosen = _chosen(context, view, rows)
    return shapes(context, chosen[0], view.area_type, chosen[1]) if chosen else None


def default_kind(context: Context, view: View, rows: Sequence[Mapping[str, Any]]) -> str:
    """The kind of shapes that is drawn for the rows of a view where its address names none; empty where there is none."""
    plain = replace(view, view=KEYS["view"].default, asked=view.asked - {"view"})
    chosen = _chosen(context, plain, rows)
    return chosen[0] if chosen else ""


def _chosen(context: Context, view: View, rows: Sequence[Mapping[str, Any]]) -> tuple[str, int] | None:
    """The kind of shapes and the year that are drawn for the rows of a view."""
    near = view.vintage if view.vintage is not None or view.period is None else int(view.period[:4])

    def choose(kind: str) -> int | None:
        years = vintages(context, kind, view.area_type)
        codes = [row["area_code"] for row in rows]
        return best_vintage(context.register, view.area_type, years, codes, near or 0)

    drawn: list[tuple[str, int]] = []
    for kind in _in_order(view):
        key = ("map year", *view.key.values(), view.area_type, view.period, kind)
        year = context.cached(key, lambda kind=kind: choose(kind))  # type: ignore[misc]
        if year is not None:
            drawn.append((kind, year))
    # shapes of other areas than those with figures are passed over: ICBs of 2026 have hexagons, no boundaries yet
    fitting = (found for found in drawn if _holds_most(context.register, view.area_type, found[1], rows))
    return next(fitting, drawn[0] if drawn else None)


def _in_order(view: View) -> tuple[str, ...]:
    """The kinds of shapes to try for a view, the best first."""
    if view.view == "official" and "view" not in view.asked:
        return ("official", *INSTEAD_OF_OFFICIAL)
    # outlines come nearest to boundaries that were asked for by name
    return (view.view, *(kind for kind in KINDS if kind != view.view))


def other_codes(register: Register, area_codes: Sequence[str]) -> dict[str, str]:
    """The code that is drawn, by each other code of its land."""
    drawn = register.lands.keys() & set(area_codes)
    return {other: code for code in sorted(drawn) for other in register.same_land(code) if other not in drawn}


def drawn_for(register: Register, shapes: Shapes, listed: Collection[str]) -> Shapes:
    """Shapes whose areas have the codes under which figures stand: of another vintage the same land has another code."""
    if register.lands.keys().isdisjoint(shapes.area_codes):
        return shapes
    codes = {
        code: next((other for other in register.same_land(code) if other in listed), code)
        for code in register.lands.keys() & set(shapes.area_codes)
        if code not in listed
    }
    if all(code == other for code, other in codes.items()):
        return shapes
    return replace(
        shapes,
        area_codes=tuple(codes.get(code, code) for code in shapes.area_codes),
        names={codes.get(code, code): name for code, name in shapes.names.items()},
        regions={codes.get(code, code): name for code, name in shapes.regions.items()},
    )


def _holds_most(register: Register, area_type: str, year: int, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the areas of a year are nearly all of those that have figures."""
    wanted = {row["area_code"] for row in rows}
    try:
        codes = register.codes(area_type, year)
    except LookupError:
        return False
    return len(wanted & codes) >= COVERS_MOST * len(wanted)


def kinds_of(context: Context, area_type: str) -> tuple[str, ...]:
    """The kinds of shapes in which areas of a type can be drawn."""
    return tuple(kind for kind in KINDS if vintages(context, kind, area_type))


def vintages(context: Context, view: str, area_type: str) -> tuple[int, ...]:
    """The years whose shapes of a type can be drawn in a view; looked up once a publication."""
    return context.cached(("vintages", view, area_type), lambda: _vintages(context, view, area_type))


def _vintages(context: Context, view: str, area_type: str) -> tuple[int, ...]:
    if view == "hex":
        return available_layouts(area_type)
    if view == "approximate":
        return available_outlines(area_type)
    folder = context.settings.boundaries_dir
    found = (_BOUNDARY.match(path.name) for path in folder.glob("*.geojson")) if folder.is_dir() else ()
    return tuple(sorted(int(match[2]) for match in found if match and match[1] == area_type))


def best_vintage(
    register: Register, area_type: str, years: Iterable[int], area_codes: Iterable[str], near: int
) -> int | None:
    """Of the years that can be drawn, the one whose areas fit the figures best; ties go to the year nearest to ``near``.

    None without a year.
    """
    wanted = frozenset(area_codes)

    def fit(year: int) -> tuple[int, int, int]:
        try:
            codes = register.codes(area_type, year)
        except LookupError:
            return (-1_000_000, -abs(year - near), year)
        return (2 * len(wanted & codes) - len(codes), -abs(year - near), year)

    return max(years, key=fit, default=None)


def shapes(context: Context, view: str, area_type: str, vintage: int) -> Shapes | None:
    """The drawing of a view, type and year, made once; None where there is none."""
    if vintage not in vintages(context, view, area_type):
        return None
    key = ("shapes", view, area_type, vintage)
    if view != "official":
        return context.cached_for_good(key, lambda: _shapes(context, view, area_type, vintage))
    return context.cached(key, lambda: _shapes(context, view, area_type, vintage), pinned=True)


def outlines(context: Context, view: str, area_type: str, vintage: int, parent_type: str) -> bytes | None:
    """``{"outlines": path}`` as JSON: the borders between parents of one type, in the drawing of ``shapes``.

    None where there is no such drawing, or where these borders cannot be drawn over it.
    """
    allowed = context.register.area_types[area_type].outlines
    if parent_type not in allowed or vintage not in vintages(context, view, area_type):
        return None

    def build() -> bytes:
        collection = _collection(context, view, area_type, vintage)
        codes = [feature["id"] for feature in collection["features"]]
        # what lies in no parent of the type makes a group of its own, so that the parents are closed
        groups = dict.fromkeys(codes, "") | _groups(
            context.register, area_type, codes, vintage, (parent_type,)
        )
        drawn = drawing(collection, geographic=view != "hex", groups=groups)
        return json.dumps({"outlines": drawn["outlines"]}, separators=(",", ":")).encode()

    return context.cached(("outlines", view, area_type, vintage, parent_type), build)


def _collection(context: Context, view: str, area_type: str, vintage: int) -> dict[str, Any]:
    if view != "official":
        names = {area.area_code: area.name for area in context.register if area.area_type == area_type}
        read = layout_geojson if view == "hex" else outlines_geojson
        return read(area_type, vintage, names)
    path = context.settings.boundaries_dir / f"{area_type}-{vintage}.geojson"
    collection: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return collection


def _shapes(context: Context, view: str, area_type: str, vintage: int) -> Shapes:
    register = context.register
    collection = _collection(context, view, area_type, vintage)
    codes = [feature["id"] for feature in collection["features"]]
    kind = register.area_types[area_type]
    groups = _groups(register, area_type, codes, vintage, kind.outlined_by)
    named = {code: register.area(parent).name for code, parent in groups.items()}
    labels = _labels(kind) if view != "hex" else []
    drawn = drawing(
        collection,
        geographic=view != "hex",
        groups=groups,
        points=[degrees_of(label.easting, label.northing) for _, label in labels],
        london={code for code, name in named.items() if name == _LONDON},
    )
    points = drawn.pop("points")
    names = sorted(set(named.values()))
    words = register.area_types[kind.outlined_by[0]].name if kind.outlined_by else ""
    drawn["labels"] = [
        [what, list(label.lines), x, y, label.anchor]
        for (what, label), (x, y) in zip(labels, points, strict=bool(drawn["areas"]))
    ]
    drawn["regions"] = {
        "words": words,
        "names": names,
        "of": [names.index(named[area[0]]) if area[0] in named else -1 for area in drawn["areas"]],
    }
    body = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
    return Shapes(
        view,
        area_type,
        vintage,
        brotli.compress(body, quality=5, lgwin=18),
        hashlib.sha256(body).hexdigest()[:12],
        tuple(area[0] for area in drawn["areas"]),
        {area[0]: area[1] for area in drawn["areas"]},
        named,
        words,
    )


def _labels(kind: AreaType) -> list[tuple[str, Label]]:
    """Names on a map of a type of area, each a ``city`` or a ``region``, the most important first."""
    parent = next((parent for parent in kind.outlined_by if parent in REGIONS), "region")
    regions = REGIONS[kind.area_type if kind.area_type in REGIONS else parent]
    return [*(("city", label) for label in CITIES), *(("region", label) for label in regions)]


def _groups(
    register: Register, area_type: str, area_codes: Iterable[str], vintage: int, parent_types: Sequence[str]
) -> dict[str, str]:
    """Of each area the parent that holds most of it, of the first of the types in which it lies at all."""
    on = date(vintage, 12, 31)
    groups = {}
    for code in area_codes:
        for parent_type in parent_types:
            held = geography.holders(register, code, parent_type, on, area_type=area_type)
            if held:
                groups[code] = held[0].area_code
                break
    return groups
