"""Weighted Voronoi cells: the land that is nearest to each centre, counted from a circle around it."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, cKDTree

from geodata.boundaries.files import Geometries

Floats = NDArray[np.float64]

WEIGHT = 0.7
NEIGHBOUR = 3
# far enough that the cells of the coast are closed well out at sea
_FAR_M = 2.0e6


def radii(points: Floats) -> Floats:
    """0.7 × the distance to the third nearest other centre, in the unit of ``points`` (n, 2): small in towns, large in dales.

    Raises ValueError for fewer than four points, or where two are the same.
    """
    if len(points) <= NEIGHBOUR:
        raise ValueError(f"{len(points)} centres; at least {NEIGHBOUR + 1} expected")
    distances = np.asarray(cKDTree(points).query(points, k=NEIGHBOUR + 1)[0])
    if (distances[:, 1] <= 0).any():
        twice = points[int(np.argmin(distances[:, 1]))]
        raise ValueError(f"two centres lie at {twice.tolist()}; each once expected")
    return np.asarray(WEIGHT * distances[:, NEIGHBOUR], dtype=np.float64)


def weighted_cells(points: Floats, radius: Floats) -> Geometries:
    """The cell of each centre (n, 2) in the power diagram of circles with these radii (n,); None for a centre without one.

    A place belongs to the centre for which distance² − radius² is least (Aurenhammer 1987). The diagram is read off the
    lower hull of the centres lifted to x² + y² − r². Neighbouring cells share their corners exactly. Cells at the rim
    reach far out; they are to be clipped.
    """
    middle = points.mean(axis=0)
    frame = np.array([[x, y] for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y], dtype=np.float64) * _FAR_M
    sites = np.vstack([points - middle, frame]) / 1000.0  # kilometres: the squares keep their last digits
    weights = np.concatenate([radius / 1000.0, np.zeros(len(frame))]) ** 2
    lifted = np.column_stack([sites, (sites**2).sum(axis=1) - weights])
    hull = ConvexHull(lifted)
    lower = hull.equations[:, 2] < 0
    triangles = hull.simplices[lower]
    normals = hull.equations[lower]
    # the plane through three lifted centres is z = 2ax + 2by + c, and (a, b) the corner where their cells meet
    corners = -normals[:, :2] / normals[:, 2:3] / 2
    site = triangles.ravel()
    corner = np.repeat(np.arange(len(triangles)), 3)
    heart = np.column_stack(
        [
            np.bincount(site, weights=corners[corner, axis], minlength=len(sites))
            / np.maximum(np.bincount(site, minlength=len(sites)), 1)
            for axis in (0, 1)
        ]
    )
    angle = np.arctan2(*(corners[corner] - heart[site]).T[::-1])
    order = np.lexsort((angle, site))
    site, corner = site[order], corner[order]
    real = site < len(points)
    site, corner = site[real], corner[real]
    # to whole decimetres, once for each corner, so that neighbours still share it
    places = np.round(corners * 1000.0 + middle, 1)
    cells: Geometries = np.full(len(points), None, dtype=object)
    owners, count = np.unique(site, return_counts=True)
    enough = count >= 3
    kept = np.isin(site, owners[enough])
    rings = shapely.linearrings(
        places[corner[kept]], indices=np.repeat(np.arange(enough.sum()), count[enough])
    )
    cells[owners[enough]] = shapely.polygons(rings)
    return cells
