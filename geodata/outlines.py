"""Our own approximate outlines as the app reads them: one TopoJSON a layer in ``geodata/outlines/``.

Standard library only. A file ``<area_type>-<vintage>.topojson`` holds the areas of that type alive on 31 December of
the vintage, drawn from the centres of small areas; geometries have their code as ``id``, coordinates are longitude and
latitude. The files are made by ``python -m geodata outlines``; ``docs/outlines.md`` says how, and how true they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "outlines"

Position = tuple[float, float]
Ring = list[Position]

_DECIMALS = 6


class UnknownOutlines(LookupError):
    """There are no outlines of that area type and vintage."""


class BadOutlines(ValueError):
    """A file of outlines cannot be used; the message says which, what was found and what to do."""


def available_outlines(area_type: str, folder: Path = FOLDER) -> tuple[int, ...]:
    """Vintages of that area type that have outlines, oldest first; () when none."""
    vintages = []
    for path in folder.glob(f"{area_type}-*.topojson"):
        vintage = path.stem.removeprefix(f"{area_type}-")
        if vintage.isdigit():
            vintages.append(int(vintage))
    return tuple(sorted(vintages))


def outlines_geojson(
    area_type: str, vintage: int, names: Mapping[str, str] | None = None, folder: Path = FOLDER
) -> dict[str, Any]:
    """A GeoJSON FeatureCollection in longitude and latitude: feature ``id`` = area code, exterior rings clockwise.

    ``properties.name`` is taken from ``names`` (area code → name) where given, else it is the code. Corners that areas
    share have equal coordinates. Raises UnknownOutlines, and BadOutlines where the file is not as it was written.
    """
    path = folder / f"{area_type}-{vintage}.topojson"
    if not path.is_file():
        known = ", ".join(map(str, available_outlines(area_type, folder))) or "none"
        raise UnknownOutlines(
            f"no outlines of {area_type!r} for {vintage}; outlines of that type: {known}; "
            "build them with: python -m geodata outlines"
        )
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
        arcs = _arcs(topology)
        geometries = topology["objects"][f"{area_type}-{vintage}"]["geometries"]
        features = [_feature(geometry, arcs, names) for geometry in geometries]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadOutlines(
            f"{path.name}: {type(error).__name__}: {error}; a TopoJSON with an object {path.stem!r} expected; "
            "build it again with: python -m geodata outlines"
        ) from error
    return {"type": "FeatureCollection", "features": features}


def _arcs(topology: Mapping[str, Any]) -> list[Ring]:
    """Arcs in degrees: in the file each is a start and differences, in whole steps."""
    scale_x, scale_y = topology["transform"]["scale"]
    west, south = topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        xs, ys = accumulate(x for x, _ in arc), accumulate(y for _, y in arc)
        found.append(
            [
                (round(west + x * scale_x, _DECIMALS), round(south + y * scale_y, _DECIMALS))
                for x, y in zip(xs, ys, strict=True)
            ]
        )
    return found


def _feature(
    geometry: Mapping[str, Any], arcs: list[Ring], names: Mapping[str, str] | None
) -> dict[str, Any]:
    code, kind, drawn = geometry["id"], geometry["type"], geometry["arcs"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"{code} is a {kind}")
    coordinates = (
        [_ring(ring, arcs) for ring in drawn]
        if kind == "Polygon"
        else [[_ring(ring, arcs) for ring in polygon] for polygon in drawn]
    )
    return {
        "type": "Feature",
        "id": code,
        "properties": {"name": names.get(code, code) if names else code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def _ring(numbers: Iterable[int], arcs: list[Ring]) -> Ring:
    """Arcs one after the other; a negative number means the arc ~number backwards."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring
