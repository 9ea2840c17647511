"""Land: the coast of Natural Earth, widened round the centres beside it, with three tidal waters kept open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.boundaries.files import FETCH_AGAIN, GRID, BoundaryProblem, Geometries
from geodata.boundaries.reading import read_json, repair

COAST_FILE = "coast/ne10m_united_kingdom.geojson"
# a centre this near to the coast, or beyond it, brings land of half the distance to its third neighbour with it
NEAR_COAST_M = 1500.0
WIDENED_SHARE = 0.5
LEAST_M, MOST_M = 200.0, 800.0
# notches between the circles of two centres that are narrower than twice this are closed
NOTCH_M = 250.0

# Along the middle of the water: degrees east, degrees north, metres across. Placed by hand, to some 100 m.
WATERS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "Thames": (
        (-0.178, 51.473, 220),
        (-0.172, 51.481, 220),
        (-0.150, 51.4845, 220),
        (-0.127, 51.487, 220),
        (-0.1235, 51.495, 220),
        (-0.1215, 51.501, 240),
        (-0.1165, 51.508, 240),
        (-0.104, 51.5095, 240),
        (-0.088, 51.508, 240),
        (-0.075, 51.5052, 240),
        (-0.058, 51.5025, 260),
        (-0.048, 51.5065, 300),
        (-0.036, 51.508, 300),
        (-0.030, 51.500, 300),
        (-0.027, 51.490, 320),
        (-0.020, 51.4855, 320),
        (-0.008, 51.4855, 320),
        (-0.001, 51.492, 330),
        (-0.005, 51.500, 350),
        (0.004, 51.507, 380),
        (0.015, 51.500, 400),
        (0.037, 51.4975, 450),
        (0.064, 51.497, 450),
        (0.080, 51.503, 500),
        (0.096, 51.5125, 550),
        (0.128, 51.5155, 600),
        (0.160, 51.508, 650),
        (0.180, 51.489, 700),
        (0.222, 51.480, 750),
        (0.258, 51.465, 700),
        (0.285, 51.457, 700),
        (0.323, 51.464, 850),
        (0.354, 51.449, 750),
        (0.385, 51.447, 750),
        (0.440, 51.460, 950),
        (0.462, 51.485, 1100),
        (0.500, 51.500, 1500),
        (0.600, 51.497, 2600),
        (0.700, 51.500, 4000),
        (0.800, 51.500, 5000),
    ),
    "Mersey": (
        (-3.060, 53.455, 2000),
        (-3.025, 53.430, 1000),
        (-3.008, 53.407, 1000),
        (-2.995, 53.388, 1000),
        (-2.970, 53.368, 1500),
        (-2.930, 53.345, 2500),
        (-2.885, 53.320, 3000),
        (-2.828, 53.318, 2300),
        (-2.785, 53.322, 1200),
        (-2.766, 53.338, 1000),
        (-2.738, 53.3465, 400),
    ),
    "Southampton Water": (
        (-1.290, 50.805, 2600),
        (-1.320, 50.836, 1800),
        (-1.359, 50.859, 1700),
        (-1.386, 50.876, 1600),
        (-1.408, 50.888, 900),
        (-1.430, 50.902, 700),
        (-1.470, 50.911, 500),
    ),
}


def read_coast(folder: Path) -> BaseGeometry:
    """The land of the United Kingdom in metres (EPSG:27700). Raises BoundaryProblem."""
    content = read_json(folder / COAST_FILE, COAST_FILE)
    try:
        shapes = gpd.GeoSeries(gpd.GeoDataFrame.from_features(_features(content), crs="EPSG:4326").geometry)
        return shapely.union_all(repair(np.asarray(shapes.to_crs(GRID), dtype=object)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BoundaryProblem(
            COAST_FILE, found=str(error), expected="GeoJSON of polygons", fix=FETCH_AGAIN
        ) from error


def _features(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a collection or of a single feature."""
    features: list[dict[str, Any]] = content.get("features", [content | {"properties": {}}])
    return features


def water() -> Geometries:
    """The tidal waters in metres (EPSG:27700): a chain of circles along the middle of each, joined."""
    chains = []
    for line in WATERS.values():
        middles = gpd.GeoSeries(
            gpd.points_from_xy([x for x, _, _ in line], [y for _, y, _ in line]), crs="EPSG:4326"
        )
        circles = shapely.buffer(
            np.asarray(middles.to_crs(GRID), dtype=object),
            np.array([across / 2 for _, _, across in line]),
            quad_segs=4,
        )
        links = [shapely.union_all(circles[i : i + 2]).convex_hull for i in range(len(circles) - 1)]
        chains.append(shapely.union_all(links))
    return np.array(chains, dtype=object)


def land_of(coast: BaseGeometry, points: NDArray[np.float64], radius: NDArray[np.float64]) -> BaseGeometry:
    """Land in metres: the coast, widened round the centres (n, 2) at it, less the tidal waters.

    ``radius`` (n,) in metres is how far each centre's land reaches. The least of it stays land in the waters too, so
    that no centre is under water.
    """
    shapely.prepare(coast)
    centres = shapely.points(points)
    near = ~shapely.contains_properly(coast, centres)
    near |= shapely.dwithin(shapely.boundary(coast), centres, NEAR_COAST_M)
    reach = np.clip(WIDENED_SHARE * radius, LEAST_M, MOST_M)
    grown = shapely.buffer(centres[near], reach[near], quad_segs=2)
    open_water = shapely.union_all(water())
    shapely.prepare(open_water)
    wet = shapely.intersects(open_water, centres)
    kept = shapely.buffer(centres[wet], LEAST_M, quad_segs=2)
    widened = shapely.union_all([coast, *grown])
    # only beside the circles: the creeks of the coast itself stay as they are
    beside = shapely.buffer(shapely.union_all(grown), 2 * NOTCH_M, quad_segs=2)
    closed = shapely.intersection(widened, beside).buffer(NOTCH_M, quad_segs=2).buffer(-NOTCH_M, quad_segs=2)
    return shapely.union_all([shapely.union_all([widened, closed]).difference(open_water), *kept])
