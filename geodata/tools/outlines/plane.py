"""The plane in which outlines are drawn: longitude and latitude stretched to metres, on a grid of whole steps.

Equirectangular, true to scale at 52.8° north, as maps are drawn (``geodata.drawing``). A TopoJSON counts its steps
along longitude and latitude apart, so what is sound on this grid is sound in the file too, without rounding again.
"""

from __future__ import annotations

from math import cos, pi, radians

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.boundaries.files import DEGREES, GRID, Geometries

STEP_M = 25.0
_MIDDLE_LATITUDE = 52.8
_METRES_OF_DEGREE = pi * 6_371_000.0 / 180.0
METRES = np.array([_METRES_OF_DEGREE * cos(radians(_MIDDLE_LATITUDE)), _METRES_OF_DEGREE])
"""Metres of one degree of longitude and of latitude in the plane."""


def to_plane(geometries: Geometries) -> Geometries:
    """Geometries in metres of the British National Grid → metres of the plane, not rounded."""
    degrees = gpd.GeoSeries(list(geometries), crs=GRID).to_crs(DEGREES)
    return degrees_to_plane(np.asarray(degrees, dtype=object))


def degrees_to_plane(geometries: Geometries) -> Geometries:
    """Geometries in longitude and latitude (WGS 84) → metres of the plane, not rounded."""
    return np.asarray(shapely.transform(geometries, lambda places: places * METRES), dtype=object)


def to_grid(geometries: Geometries) -> Geometries:
    """The inverse of ``to_plane``: metres of the plane → metres of the British National Grid."""
    degrees = shapely.transform(geometries, lambda places: places / METRES)
    return np.asarray(gpd.GeoSeries(list(degrees), crs=DEGREES).to_crs(GRID), dtype=object)


def steps(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """Metres of the plane (n, 2) → whole steps of the grid."""
    return np.rint(places / STEP_M).astype(np.int64)
