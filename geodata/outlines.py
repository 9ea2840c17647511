"""Our own approximate outlines as the app reads them: one TopoJSON an area type in ``geodata/outlines/``.

Standard library only. A file ``<area_type>.topojson`` holds a layer a vintage, an object ``<area_type>-<vintage>``: the
areas of that type alive on 31 December of the vintage, drawn from the centres of small areas. A border that is the same
in several vintages is in the file once. Geometries have their code as ``id``, coordinates are longitude and latitude.
The files are made by ``python -m geodata outlines``; ``docs/outlines.md`` says how, and how true they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "outlines"

Position = tuple[float, float]
Ring = list[Position]

_DECIMALS = 6
_SPOILT = (KeyError, TypeError, ValueError, IndexError, AttributeError)


class UnknownOutlines(LookupError):
    """There are no outlines of that area type and vintage."""


class BadOutlines(ValueError):
    """A file of outlines cannot be used; the message says which, what was found and what to do."""


def available_outlines(area_type: str, folder: Path = FOLDER) -> tuple[int, ...]:
    """Vintages of that area type that have outlines, oldest first; () when none. Raises BadOutlines."""
    path = _path(area_type, folder)
    return tuple(sorted(_layers(path))) if path.is_file() else ()


def outlines_geojson(
    area_type: str, vintage: int, names: Mapping[str, str] | None = None, folder: Path = FOLDER
) -> dict[str, Any]:
    """A GeoJSON FeatureCollection in longitude and latitude: feature ``id`` = area code, exterior rings clockwise.

    ``properties.name`` is taken from ``names`` (area code → name) where given, else it is the code. Corners that areas
    share have equal coordinates. Raises UnknownOutlines, and BadOutlines where the file is not as it was written.
    """
    path = _path(area_type, folder)
    layers = _layers(path) if path.is_file() else {}
    if vintage not in layers:
        known = ", ".join(map(str, sorted(layers))) or "none"
        raise UnknownOutlines(
            f"no outlines of {area_type!r} for {vintage}; outlines of that type: {known}; "
            "build them with: python -m geodata outlines"
        )
    try:
        topology, geometries = layers[vintage]
        arcs = _Arcs(topology)
        features = [_feature(geometry, arcs, names) for geometry in geometries]
    except _SPOILT as error:
        raise _bad(path, error) from error
    return {"type": "FeatureCollection", "features": features}


def _path(area_type: str, folder: Path) -> Path:
    return folder / f"{area_type}.topojson"


def _layers(path: Path) -> dict[int, tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    """Of each vintage the topology that it is in, and its geometries."""
    try:
        topology = json.loads(path.read_text(encoding="utf-8"))
        return {
            int(name.removeprefix(f"{path.stem}-")): (topology, layer["geometries"])
            for name, layer in topology["objects"].items()
        }
    except _SPOILT as error:
        raise _bad(path, error) from error


def _bad(path: Path, error: Exception) -> BadOutlines:
    return BadOutlines(
        f"{path.name}: {type(error).__name__}: {error}; a TopoJSON with objects '{path.stem}-<vintage>' expected; "
        "build it again with: python -m geodata outlines"
    )


class _Arcs:
    """Arcs in degrees, each worked out when a layer first needs it: in the file a start and differences, in whole steps."""

    def __init__(self, topology: Mapping[str, Any]) -> None:
        self._written = topology["arcs"]
        self._scale_x, self._scale_y = topology["transform"]["scale"]
        self._west, self._south = topology["transform"]["translate"]
        self._found: dict[int, Ring] = {}

    def __getitem__(self, number: int) -> Ring:
        if number not in self._found:
            arc = self._written[number]
            xs, ys = accumulate(x for x, _ in arc), accumulate(y for _, y in arc)
            self._found[number] = [
                (
                    round(self._west + x * self._scale_x, _DECIMALS),
                    round(self._south + y * self._scale_y, _DECIMALS),
                )
                for x, y in zip(xs, ys, strict=True)
            ]
        return self._found[number]


def _feature(geometry: Mapping[str, Any], arcs: _Arcs, names: Mapping[str, str] | None) -> dict[str, Any]:
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


def _ring(numbers: Iterable[int], arcs: _Arcs) -> Ring:
    """Arcs one after the other; a negative number means the arc ~number backwards."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring
