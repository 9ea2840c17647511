"""Tiny invented areas: squares on the British National Grid, written as the publishers write theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

WEST, SOUTH = 400_000.0, 300_000.0


def square(column: float, row: float, side_m: float = 10_000.0, steps: int = 20) -> shapely.Polygon:
    """A square with points all along its sides, as a simplifier needs something to thin."""
    x, y = WEST + column * side_m, SOUTH + row * side_m
    return shapely.segmentize(shapely.box(x, y, x + side_m, y + side_m), side_m / steps)


def frame(polygons: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Areas as ``read_boundaries`` gives them; the name of ``E1`` is ``Area E1``."""
    return gpd.GeoDataFrame(
        {"area_code": list(polygons), "name": [f"Area {code}" for code in polygons]},
        geometry=list(polygons.values()),
        crs="EPSG:27700",
    )


def grid(columns: int, rows: int) -> gpd.GeoDataFrame:
    """``columns`` × ``rows`` squares that fill a rectangle; code ``E0102`` is column 1, row 2."""
    return frame({f"E{c:02d}{r:02d}": square(c, r) for c in range(columns) for r in range(rows)})


def write_geojson(areas: gpd.GeoDataFrame, path: Path, code_field: str, name_field: str) -> Path:
    """Write areas in degrees, as Open Geography does."""
    degrees = areas.to_crs("EPSG:4326")
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {code_field: code, name_field: name},
            "geometry": json.loads(shapely.to_geojson(geometry)),
        }
        for code, name, geometry in zip(degrees["area_code"], degrees["name"], degrees.geometry, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path
