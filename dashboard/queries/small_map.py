"""A small map that the server draws: how the areas of an indicator's default type compare, without names or choices."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import brotli

from dashboard.address.view import View, read_view, search_of
from dashboard.answers.shapes import Shapes
from dashboard.answers.small_map import Small, SmallMap
from dashboard.queries.area_map import area_map

if TYPE_CHECKING:
    from dashboard.address.context import Context

HEIGHT = 420
"""Units of the drawing from north to south."""
_NUMBER = re.compile(r"-?\d+")


def small_map(context: Context, indicator_id: str) -> SmallMap | None:
    """The map that ``/map`` opens on for an indicator, in a small drawing.

    None where nothing can be drawn, where there is one area alone, and where the figures are illustrative.
    """
    view = read_view(context, search_of({"indicator": indicator_id}))
    if not isinstance(view, View) or not view.period:
        return None
    found = area_map(context, view)
    if found.shapes is None or found.is_illustrative or len(found.rows) < 2:
        return None
    return SmallMap(found, found.shapes, small_drawing(context, found.shapes))


def small_drawing(context: Context, shapes: Shapes) -> Small:
    """The drawing of some shapes with fewer points, made once a process for each set of shapes."""
    key = ("small drawing", shapes.view, shapes.area_type, shapes.vintage, shapes.etag)
    return context.cached_for_good(key, lambda: _coarse(json.loads(brotli.decompress(shapes.compressed))))


def _coarse(drawing: Mapping[str, Any]) -> Small:
    scale = HEIGHT / drawing["height"]
    return Small(
        round(drawing["width"] * scale),
        HEIGHT,
        tuple(coarse_path(area[2], scale) for area in drawing["areas"]),
    )


def coarse_path(path: str, scale: float) -> str:
    """A path of ``geodata.drawing`` (rings ``M x y l dx dy …z``) in another scale, in whole numbers.

    Points that fall on the one before are left out; a ring that shrinks to nothing is a dot of one unit.
    """
    parts = []
    for ring in path.split("z"):
        if not ring:
            continue
        numbers = [int(number) for number in _NUMBER.findall(_spelt_out(ring))]
        x, y = numbers[0], numbers[1]
        points = [(round(x * scale), round(y * scale))]
        for across, down in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + across, y + down
            point = (round(x * scale), round(y * scale))
            if point != points[-1]:
                points.append(point)
        if points[0] == points[-1]:
            points.pop()
        if len(points) < 3:
            left, top = points[0] if points else (round(x * scale), round(y * scale))
            parts.append(f"M{left} {top}h1v1h-1z")
            continue
        steps = " ".join(f"{bx - ax} {by - ay}" for (ax, ay), (bx, by) in pairwise(points))
        parts.append(f"M{points[0][0]} {points[0][1]}l{steps}z".replace(" -", "-"))
    return "".join(parts)


def _spelt_out(ring: str) -> str:
    """The dot of an islet, ``M x y h2v2h-2``, as the lines that it stands for."""
    return re.sub(r"h(-?\d+)", r"l\1 0 ", re.sub(r"v(-?\d+)", r"l0 \1 ", ring))
