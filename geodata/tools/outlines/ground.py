"""The ground that outlines are joined from: pieces of land, each with its centre, that fit together without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from geodata.boundaries.files import Geometries
from geodata.boundaries.simplifying import ISLET_M2
from geodata.tools.outlines.cells import radii, weighted_cells
from geodata.tools.outlines.land import land_of
from geodata.tools.outlines.plane import STEP_M, to_plane

Whole = NDArray[np.int64]

# pieces of this many passes at most: each gives stranded land to a neighbour, which may be stranded itself
_PASSES = 6
# how far beyond the outermost centres land is looked for
_RIM_M = 15_000.0


@dataclass(frozen=True)
class Ground:
    """Pieces of land in the plane, on its grid.

    codes    codes of the centres; ``owner`` is the place of each piece's centre among them
    pieces   polygons that share their borders and do not overlap
    home     whether a piece holds its centre, or is the nearest to it of those that it has
    beside   pairs of pieces with a border in common (m, 2), each pair once, and its ``length`` in metres (m,)
    """

    codes: Sequence[str]
    pieces: Geometries
    owner: Whole
    home: NDArray[np.bool_]
    beside: Whole
    length: NDArray[np.float64]


def read_ground(
    codes: Sequence[str], points: NDArray[np.float64], inside: NDArray[np.bool_], coast: BaseGeometry
) -> Ground:
    """The ground of the centres at ``points`` (n, 2), metres on the British National Grid, that are ``inside`` (n,).

    The other centres only bound it: those of Wales and Scotland make the border of England.
    """
    radius = radii(points)
    cells = weighted_cells(points, radius)
    there = np.array([cell is not None for cell in cells]) & inside
    window = shapely.box(*shapely.total_bounds(shapely.points(points[inside]))).buffer(_RIM_M)
    land = shapely.intersection(land_of(coast, points[inside], radius[inside]), window)
    placed = shapely.intersection(cells[there], window)
    return cut(
        codes,
        to_plane(shapely.points(points)),
        to_plane(placed),
        np.flatnonzero(there),
        to_plane(np.array([land], dtype=object))[0],
    )


def cut(
    codes: Sequence[str], centres: Geometries, cells: Geometries, owner_of_cell: Whole, land: BaseGeometry
) -> Ground:
    """Cells and land in the plane → the pieces of cells that are land, all corners on its grid."""
    lines = np.concatenate([shapely.boundary(cells), shapely.get_parts(shapely.boundary(land))])
    noded = shapely.union_all(lines, grid_size=STEP_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    places = shapely.point_on_surface(faces)
    shapely.prepare(land)
    on_land = shapely.contains(land, places)
    faces, places = faces[on_land], places[on_land]
    face, cell = shapely.STRtree(cells).query(places, predicate="intersects")
    # land in none of the cells is another country's
    held, first = np.unique(face, return_index=True)
    pieces, owner = faces[held], owner_of_cell[cell[first]]
    return Ground(codes, pieces, owner, _homes(pieces, owner, centres), *_borders(pieces))


def _homes(pieces: Geometries, owner: Whole, centres: Geometries) -> NDArray[np.bool_]:
    """Of the pieces of each centre the one nearest to it."""
    away = shapely.distance(pieces, centres[owner])
    order = np.lexsort((away, owner))
    first = np.unique(owner[order], return_index=True)[1]
    home = np.zeros(len(pieces), dtype=bool)
    home[order[first]] = True
    return home


def _borders(pieces: Geometries) -> tuple[Whole, NDArray[np.float64]]:
    """Pairs of pieces that share edges, and how long these are. Edges are shared whole: the pieces were noded."""
    rings, piece = shapely.get_rings(pieces, return_index=True)
    places, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.stack([places[:-1][same], places[1:][same]], axis=1)
    owner = piece[ring[1:][same]]
    swap = (ends[:, 0, 0] > ends[:, 1, 0]) | (
        (ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1])
    )
    ends[swap] = ends[swap][:, ::-1]
    flat = ends.reshape(len(ends), 4)
    order = np.lexsort(flat.T[::-1])
    flat, owner = flat[order], owner[order]
    twin = (flat[1:] == flat[:-1]).all(axis=1)
    first, second = owner[:-1][twin], owner[1:][twin]
    length = np.hypot(*(flat[1:][twin][:, 2:] - flat[1:][twin][:, :2]).T)
    different = first != second
    pairs = np.sort(np.stack([first, second], axis=1)[different], axis=1)
    found, where = np.unique(pairs, axis=0, return_inverse=True)
    total = np.bincount(where.ravel(), weights=length[different], minlength=len(found))
    return found.astype(np.int64), total.astype(np.float64)


def settled(ground: Ground, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels of the pieces (n,), with stranded land given to the area that it borders most.

    Land is stranded where it hangs together with no centre of its own area (the far bank of a river), or is below
    1 km² and not the most of its area (one cell behind another district's). What borders nothing stays.
    """
    labels = labels.copy()
    sizes = shapely.area(ground.pieces)
    for _ in range(_PASSES):
        group, n_groups = _together(ground.beside, labels)
        size = np.bincount(group, weights=sizes, minlength=n_groups)
        homes = np.bincount(group, weights=ground.home, minlength=n_groups)
        label_of = np.zeros(n_groups, dtype=np.int64)
        label_of[group] = labels
        most = np.zeros(labels.max() + 1)
        np.maximum.at(most, label_of, np.where(homes > 0, size, 0.0))
        stranded = ((homes == 0) | (size < ISLET_M2)) & (size < most[label_of])
        to = _most_bordered(ground, group, n_groups, stranded)
        moved = to >= 0
        if not moved.any():
            break
        label_of[moved] = label_of[to[moved]]
        labels = label_of[group]
    return labels


def _together(beside: Whole, labels: Whole) -> tuple[Whole, int]:
    """The number of the connected group of each piece, and how many groups there are."""
    same = beside[labels[beside[:, 0]] == labels[beside[:, 1]]]
    graph = coo_array((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(len(labels), len(labels)))
    count, group = connected_components(graph, directed=False)
    return group.astype(np.int64), int(count)


def _most_bordered(ground: Ground, group: Whole, n_groups: int, stranded: NDArray[np.bool_]) -> Whole:
    """For each stranded group the neighbour that is not stranded with which it shares most border; -1 for all others."""
    ends = group[ground.beside]
    both = np.concatenate([ends, ends[:, ::-1]])
    length = np.concatenate([ground.length, ground.length])
    useful = stranded[both[:, 0]] & ~stranded[both[:, 1]]
    pairs, where = np.unique(both[useful], axis=0, return_inverse=True)
    total = np.bincount(where.ravel(), weights=length[useful], minlength=len(pairs))
    to = np.full(n_groups, -1, dtype=np.int64)
    order = np.lexsort((-pairs[:, 1], total)) if len(pairs) else np.zeros(0, dtype=np.int64)
    to[pairs[order, 0]] = pairs[order, 1]  # the longest comes last and stays
    return to


def joined(ground: Ground, inside: NDArray[np.bool_]) -> BaseGeometry:
    """The land of some of the pieces (n,) in one polygon or several."""
    return shapely.coverage_union_all(ground.pieces[inside])
