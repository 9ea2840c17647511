"""Shapes as SVG paths: projected, scaled to whole numbers, with region outlines and an inset for London.

Pure and without geometry libraries: the web process draws maps from rings of coordinates alone.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import cos, inf, radians
from typing import Any

Point = tuple[int, int]
Ring = list[Point]

HEIGHT = 2000  # units of the drawing; one is about 330 m on the official shapes
MARGIN = 12
_MIDDLE_LATITUDE = 52.8
_LONDON = (-0.53, 51.27, 0.36, 51.71)  # west, south, east, north, in degrees
_FEWEST_INSET = 5


def drawing(
    collection: Mapping[str, Any],
    *,
    geographic: bool,
    groups: Mapping[str, str] | None = None,
    points: Sequence[tuple[float, float]] = (),
    london: Collection[str] = (),
) -> dict[str, Any]:
    """A GeoJSON FeatureCollection (feature ``id`` = area code, property ``name``) as a drawing.

    geographic  True for longitude and latitude (drawn equirectangular, true to scale at 52.8° north);
                False for planar coordinates, drawn as they are.
    groups      area code → group; borders between two groups become ``outlines``.
    points      coordinates that are to be found in the drawing again.
    london      codes of the areas of London; without any, those whose middle lies in a box around it.

    Gives ``width, height, areas`` (``[code, name, path, x, y, w, h]``, by name; the last four are its box),
    ``outlines`` (one path), ``points`` (``[x, y]`` of each) and, for geographic drawings with many areas in London,
    ``inset``: the box in the drawing that is enlarged (``from``), and the places of its areas in ``areas``.
    """
    scale_x = cos(radians(_MIDDLE_LATITUDE)) if geographic else 1.0
    bounds = _bounds(collection)
    if bounds is None:
        return {"width": HEIGHT, "height": HEIGHT, "areas": [], "outlines": "", "points": []}
    west, east = bounds[0] * scale_x, bounds[2] * scale_x
    top, bottom = -bounds[3], -bounds[1]
    scale = (HEIGHT - 2 * MARGIN) / max(bottom - top, (east - west) * 0.8, 1e-9)

    def place(x: float, y: float) -> Point:
        return (MARGIN + round((x - west) * scale), MARGIN + round((y - top) * scale))

    placed = {
        feature["id"]: (
            feature["properties"]["name"],
            [[place(x * scale_x, -y) for x, y, *_ in ring] for ring in _rings(feature["geometry"])],
        )
        for feature in collection["features"]
    }
    areas = []
    for code, (name, rings) in sorted(placed.items(), key=lambda item: (item[1][0], item[0])):
        flat = [point for ring in rings for point in ring]
        x0, y0 = min(x for x, _ in flat), min(y for _, y in flat)
        x1, y1 = max(x for x, _ in flat), max(y for _, y in flat)
        areas.append([code, name, _path(rings), x0, y0, x1 - x0, y1 - y0])
    width = 2 * MARGIN + round((east - west) * scale)
    height = 2 * MARGIN + round((bottom - top) * scale)
    answer: dict[str, Any] = {
        "width": width,
        "height": height,
        "areas": areas,
        "outlines": _outlines({code: rings for code, (_, rings) in placed.items()}, groups or {}),
        "points": [place(x * scale_x, -y) for x, y in points],
    }
    if geographic:
        inside = _in_london(areas, place, scale_x, london)
        if len(inside) >= _FEWEST_INSET:
            answer["inset"] = {"from": _box_of([areas[i] for i in inside]), "areas": inside}
    return answer


def _bounds(collection: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    """West, south, east and north of all coordinates; None where there are none."""
    west = south = inf
    east = north = -inf
    for feature in collection["features"]:
        for ring in _rings(feature["geometry"]):
            for x, y, *_ in ring:
                west, south = min(west, x), min(south, y)
                east, north = max(east, x), max(north, y)
    return None if west > east else (west, south, east, north)


def _rings(geometry: Mapping[str, Any]) -> Iterable[Sequence[Sequence[float]]]:
    match geometry["type"]:
        case "Polygon":
            return list(geometry["coordinates"])
        case "MultiPolygon":
            return [ring for polygon in geometry["coordinates"] for ring in polygon]
        case other:
            raise ValueError(f"a {other} cannot be drawn as an area; expected Polygon or MultiPolygon")


def _path(rings: Iterable[Ring]) -> str:
    """Relative path of whole numbers; rings that shrink to nothing are left out unless all do."""
    parts = []
    spare = ""
    for ring in rings:
        points = [point for i, point in enumerate(ring) if i == 0 or point != ring[i - 1]]
        if len(points) > 1 and points[0] == points[-1]:
            points.pop()
        text = f"M{points[0][0]} {points[0][1]}l" + " ".join(
            f"{x - px} {y - py}" for (px, py), (x, y) in itertools.pairwise(points)
        )
        if len(points) >= 3:
            parts.append(text.replace(" -", "-") + "z")
        else:
            spare = f"M{points[0][0] - 1} {points[0][1]}h2v2h-2z"  # an islet still deserves a dot
    return "".join(parts) or spare


def _outlines(rings: Mapping[str, Iterable[Ring]], groups: Mapping[str, str]) -> str:
    """The path of all edges that lie between two groups (an edge on the coast has one side only)."""
    # a group where all sides of an edge are of that one; None where they are of several
    sides: dict[tuple[Point, Point], str | None] = {}
    for code, of_area in rings.items():
        group = groups.get(code)
        if group is None:
            continue
        for ring in of_area:
            for a, b in itertools.pairwise(ring):
                if a != b:
                    edge = (a, b) if a < b else (b, a)
                    sides[edge] = group if sides.get(edge, group) == group else None
    neighbours: dict[Point, list[Point]] = defaultdict(list)
    for (a, b), found in sides.items():
        if found is None:
            neighbours[a].append(b)
            neighbours[b].append(a)
    parts = []
    # start where lines end or fork, so that few pieces are needed; what is left then are closed loops
    for start in sorted(neighbours, key=lambda point: (len(neighbours[point]) == 2, point)):
        while neighbours[start]:
            line = [start]
            while neighbours[line[-1]]:
                here = line[-1]
                following = neighbours[here].pop()
                neighbours[following].remove(here)
                line.append(following)
            steps = " ".join(f"{x - px} {y - py}" for (px, py), (x, y) in itertools.pairwise(line))
            parts.append(f"M{line[0][0]} {line[0][1]}l{steps}".replace(" -", "-"))
    return "".join(parts)


def _in_london(
    areas: Sequence[Sequence[Any]], place: Any, scale_x: float, london: Collection[str]
) -> list[int]:
    """The places of the areas of London."""
    if london:
        return [i for i, area in enumerate(areas) if area[0] in london]
    west, south, east, north = _LONDON
    x0, y0 = place(west * scale_x, -north)
    x1, y1 = place(east * scale_x, -south)
    return [
        i
        for i, area in enumerate(areas)
        if x0 <= area[3] + area[5] / 2 <= x1 and y0 <= area[4] + area[6] / 2 <= y1
    ]


def _box_of(areas: Sequence[Sequence[Any]]) -> list[int]:
    """``[x, y, width, height]`` of some areas together."""
    x0, y0 = min(area[3] for area in areas), min(area[4] for area in areas)
    x1, y1 = max(area[3] + area[5] for area in areas), max(area[4] + area[6] for area in areas)
    return [x0, y0, x1 - x0, y1 - y0]
