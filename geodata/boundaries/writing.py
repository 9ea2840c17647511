"""Writing: GeoJSON in longitude and latitude, each file whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.boundaries.files import (
    BOUNDARY_FILES,
    DEGREES,
    FETCH_AGAIN,
    BoundaryFile,
    BoundaryProblem,
    Files,
)
from geodata.boundaries.reading import read_boundaries
from geodata.boundaries.simplifying import TOLERANCE_M, simplify

DECIMALS = 4
Progress = Callable[[str, int, int], None]


def feature_collection(areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """GeoJSON in degrees to 4 decimals: feature ``id`` = area code, ``properties.name``, clockwise exterior."""
    degrees = areas.to_crs(DEGREES)
    features = [
        {
            "type": "Feature",
            "id": area_code,
            "properties": {"name": name},
            "geometry": _geometry_json(geometry),
        }
        for area_code, name, geometry in zip(
            degrees["area_code"], degrees["name"], degrees.geometry, strict=True
        )
    ]
    return {"type": "FeatureCollection", "features": features}


def _geometry_json(geometry: BaseGeometry) -> dict[str, Any]:
    # plotly fills the whole map behind a counter-clockwise exterior ring
    polygons = [
        _rings(shapely.orient_polygons(part, exterior_cw=True)) for part in shapely.get_parts(geometry)
    ]
    polygons = [rings for rings in polygons if rings]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _rings(polygon: shapely.Polygon) -> list[list[list[float]]]:
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        points = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]
        points = [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]
        if len(points) >= 4:
            rings.append(points)
        elif ring is polygon.exterior:
            return []
    return rings


def write_boundaries(areas: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a GeoJSON beside its place and rename it there: a reader sees the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(
            json.dumps(feature_collection(areas), ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
        )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def available_boundaries(folder: Path) -> list[BoundaryFile]:
    """Entries whose files are all in ``folder``."""
    return [
        entry
        for entry in BOUNDARY_FILES
        if all((folder / file_name).is_file() for file_name in entry.file_names)
    ]


def _official_names(entry: BoundaryFile, codes: Iterable[str], known: Mapping[str, str]) -> list[str]:
    unknown = sorted(set(codes) - known.keys())
    if unknown:
        raise BoundaryProblem(
            entry.file_name,
            found=f"codes {', '.join(unknown[:5])}",
            expected=f"codes of {entry.area_type} {entry.vintage}",
            fix=f"it is of another year: {FETCH_AGAIN}, or add the areas to the register if they are new",
        )
    return [known[code] for code in codes]


def build_boundaries(
    files: Files,
    out_folder: Path,
    entries: Iterable[BoundaryFile] = BOUNDARY_FILES,
    *,
    names: Callable[[BoundaryFile], Mapping[str, str]] | None = None,
    progress: Progress | None = None,
    tolerance_m: float = TOLERANCE_M,
) -> list[Path]:
    """Read, simplify and write each entry. All are read and simplified before the first is written.

    ``names`` may give area code → name of an entry's areas, in place of the file's own spelling; they are then the
    codes that the file must have. Returns the paths written, ``<out_folder>/<area_type>-<vintage>.geojson``. Raises BoundaryProblem, nothing written.
    """
    chosen = list(entries)
    ready = []
    for number, entry in enumerate(chosen):
        if progress is not None:
            progress(f"boundaries of {entry.area_type} {entry.vintage}", number, len(chosen))
        areas = simplify(read_boundaries(files, entry), tolerance_m)
        if names is not None:
            areas["name"] = _official_names(entry, areas["area_code"], names(entry))
        ready.append((areas, out_folder / entry.output_name))
    written = [write_boundaries(areas, path) for areas, path in ready]
    if progress is not None:
        progress("boundaries written", len(chosen), len(chosen))
    return written
