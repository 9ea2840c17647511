"""TopoJSON: polygons on the plane's grid as arcs in whole steps, a border that is shared written once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.tools.outlines.plane import METRES, STEP_M, steps

Place = tuple[int, int]
Ring = tuple[Place, ...]
Arc = tuple[Place, ...]


def topology(layers: Mapping[str, Mapping[str, BaseGeometry]]) -> dict[str, Any]:
    """Layers (name → code → polygon in metres of the plane, corners on its grid) as a TopoJSON, an object a layer.

    Geometries have their code as ``id``. Exterior rings run clockwise. Arcs are differences of whole steps (quantised),
    in the order in which the layers, as given, and their areas, by code, first need them, so that equal areas give equal
    files. An arc that is the same in several layers is written once.
    """
    drawn = {name: _rings_by_code(areas) for name, areas in layers.items()}
    corners = [place for rings in drawn.values() for ring in _flat(rings) for place in ring]
    west, south = min(x for x, _ in corners), min(y for _, y in corners)
    arcs: list[Arc] = []
    number_of: dict[Arc, int] = {}

    def number(arc: Arc) -> int:
        if arc[::-1] in number_of:
            return ~number_of[arc[::-1]]
        if arc not in number_of:
            number_of[arc] = len(arcs)
            arcs.append(arc)
        return number_of[arc]

    def geometries(rings: Mapping[str, Sequence[Sequence[Ring]]]) -> list[dict[str, Any]]:
        # borders meet in other places in another layer
        nodes = _nodes(list(_flat(rings)))
        found = []
        for code, parts in rings.items():
            polygons = [[[number(arc) for arc in _arcs(ring, nodes)] for ring in part] for part in parts]
            found.append(
                {"type": "Polygon", "id": code, "arcs": polygons[0]}
                if len(polygons) == 1
                else {"type": "MultiPolygon", "id": code, "arcs": polygons}
            )
        return found

    objects = {
        name: {"type": "GeometryCollection", "geometries": geometries(rings)} for name, rings in drawn.items()
    }
    # beyond 9 decimals of a degree is less than a millimetre
    scale = [round(float(STEP_M / metres), 12) for metres in METRES]
    return {
        "type": "Topology",
        "transform": {"scale": scale, "translate": [round(west * scale[0], 9), round(south * scale[1], 9)]},
        "arcs": [_differences(arc, west, south) for arc in arcs],
        "objects": objects,
    }


def written(content: Mapping[str, Any]) -> bytes:
    """The bytes of a TopoJSON: no spaces, plain ASCII, a line end."""
    return json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n"


def _rings_by_code(areas: Mapping[str, BaseGeometry]) -> dict[str, list[list[Ring]]]:
    """Of each area, by code, its polygons, each as its rings."""
    return {code: [_rings_of(part) for part in shapely.get_parts(areas[code])] for code in sorted(areas)}


def _flat(rings: Mapping[str, Sequence[Sequence[Ring]]]) -> Iterator[Ring]:
    return (ring for parts in rings.values() for part in parts for ring in part)


def _rings_of(polygon: BaseGeometry) -> list[Ring]:
    """Whole steps of the exterior, clockwise, and of the holes; each starts at its least corner, first not repeated."""
    turned = shapely.orient_polygons(polygon, exterior_cw=True)
    found = []
    for ring in (turned.exterior, *turned.interiors):
        places = [(int(x), int(y)) for x, y in steps(shapely.get_coordinates(ring))[:-1]]
        start = places.index(min(places))
        found.append(tuple(places[start:] + places[:start]))
    return found


def _nodes(rings: Sequence[Ring]) -> set[Place]:
    """Places where borders meet: those that have more than two different places beside them."""
    beside: dict[Place, set[Place]] = defaultdict(set)
    for ring in rings:
        for here, there in pairwise((*ring, ring[0])):
            beside[here].add(there)
            beside[there].add(here)
    return {place for place, others in beside.items() if len(others) > 2}


def _arcs(ring: Ring, nodes: set[Place]) -> list[Arc]:
    """The ring cut at its nodes; one closed arc where it has none."""
    cuts = [place for place, corner in enumerate(ring) if corner in nodes]
    if not cuts:
        # the hole around an enclave and the enclave itself start alike, so they are one arc
        return [(*ring, ring[0])]
    turned = ring[cuts[0] :] + ring[: cuts[0]]
    cuts = [cut - cuts[0] for cut in cuts] + [len(ring)]
    closed = (*turned, turned[0])
    return [closed[first : last + 1] for first, last in pairwise(cuts)]


def _differences(arc: Arc, west: int, south: int) -> list[list[int]]:
    start = [arc[0][0] - west, arc[0][1] - south]
    return [start, *([x - px, y - py] for (px, py), (x, y) in pairwise(arc))]
