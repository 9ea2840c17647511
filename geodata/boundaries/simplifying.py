"""Simplifying: borders are cut into arcs and thinned once each, so that a shared border stays shared."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.boundaries.files import FETCH_AGAIN, BoundaryProblem, Geometries

TOLERANCE_M = 750.0


# the side of a small area shrinks the tolerance around it, so that the City of London keeps its shape
TOLERANCE_SHARE_OF_SIDE = 0.05


# Public Health England's copies are given to 3 decimals: about 100 m, so neighbours miss each other by as much
GAP_WIDTH_M = 300.0


# an islet is left out below this size, unless it is a fair part of its area (Scilly)
ISLET_M2 = 1.0e6
ISLET_SHARE = 0.02


def simplify(areas: gpd.GeoDataFrame, tolerance_m: float = TOLERANCE_M) -> gpd.GeoDataFrame:
    """The same areas with fewer points; a border shared by two areas is simplified once, so it stays shared.

    Borders are cut into arcs where three areas (or two and the sea) meet and each arc is thinned by Douglas
    and Peucker (1973); no point moves further than ``tolerance_m``, and less round small areas. Arcs that would
    cross are thinned less. Areas that overlap (LEPs) are first cut into pieces that do not, simplified as
    those, and joined again. Takes and returns metres; raises BoundaryProblem when an area would be lost.
    """
    geometries = shapely.set_precision(areas.geometry.to_numpy(), 1.0)
    _refuse_empty(areas, geometries, "is no polygon of at least a square metre", FETCH_AGAIN)
    geometries = _without_islets(geometries)
    overlap = shapely.area(geometries).sum() - shapely.union_all(geometries).area
    if overlap > 10 * ISLET_M2:
        pieces, owners = _overlay(geometries)
        thinned = _simplify_coverage(pieces, tolerance_m)
        result = np.array(
            [shapely.union_all(thinned[owners == i]) for i in range(len(geometries))], dtype=object
        )
    else:
        result = _simplify_coverage(_clean(geometries), tolerance_m)
    _refuse_empty(areas, result, f"vanished when simplified to {tolerance_m:g} m", "use a finer tolerance")
    simple = areas.copy()
    simple["geometry"] = result
    return simple


def _refuse_empty(areas: gpd.GeoDataFrame, geometries: Geometries, found: str, fix: str) -> None:
    empty = shapely.is_empty(geometries) | (shapely.area(geometries) <= 0)
    if empty.any():
        raise BoundaryProblem(
            ", ".join(areas["area_code"][empty]), found=found, expected="a polygon for each area", fix=fix
        )


def _clean(geometries: Geometries) -> Geometries:
    """A coverage: neighbours share their points, no slivers between them. Others pass unchanged."""
    geometries = shapely.set_precision(geometries, 1.0)
    if shapely.coverage_is_valid(geometries):
        return geometries
    return np.asarray(shapely.coverage_clean(geometries, gap_width=GAP_WIDTH_M), dtype=object)


def _without_islets(geometries: Geometries) -> Geometries:
    kept = []
    for geometry in geometries:
        parts = shapely.get_parts(geometry)
        sizes = shapely.area(parts)
        stays = (sizes >= ISLET_M2) | (sizes >= ISLET_SHARE * sizes.sum()) | (sizes == sizes.max())
        kept.append(shapely.MultiPolygon(list(parts[stays])) if stays.sum() > 1 else parts[stays][0])
    return np.array(kept, dtype=object)


def _overlay(geometries: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    """Overlapping areas → pieces that do not overlap and, for each, the row of its area.

    A piece that lies in two areas is returned twice, with equal geometry.
    """
    faces = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.union_all(shapely.boundary(geometries))))
    )
    inside = shapely.point_on_surface(faces)
    tree = shapely.STRtree(inside)
    owner, face = tree.query(geometries, predicate="contains")
    return faces[face], owner


def _simplify_coverage(geometries: Geometries, tolerance_m: float) -> Geometries:
    """Polygons that do not partly overlap (equal ones may repeat) with their common arcs thinned."""
    boundaries = shapely.boundary(geometries)
    arcs = shapely.get_parts(shapely.line_merge(shapely.union_all(boundaries)))
    owner, arc = shapely.STRtree(arcs).query(boundaries, predicate="covers")
    sizes = np.full(len(arcs), np.inf)
    np.minimum.at(sizes, arc, shapely.area(geometries)[owner])
    tolerances = np.minimum(tolerance_m, TOLERANCE_SHARE_OF_SIDE * np.sqrt(sizes))
    for _ in range(12):
        thinned = shapely.simplify(arcs, tolerances, preserve_topology=True)
        result = np.array(
            [_polygon_of(thinned[arc[owner == i]]) for i in range(len(geometries))],
            dtype=object,
        )
        bad = _crossed(result, geometries)
        if not bad.any():
            return result
        # arcs of areas that came out crossed, emptied or overlapping are thinned less, the others stay
        tolerances[np.unique(arc[bad[owner]])] /= 2
    return geometries


def _polygon_of(arcs: Geometries) -> BaseGeometry:
    return shapely.build_area(shapely.union_all(arcs))


def _crossed(result: Geometries, before: Geometries) -> NDArray[np.bool_]:
    distinct = np.unique(shapely.to_wkb(before), return_index=True)[1]
    bad = ~shapely.is_valid(result) | shapely.is_empty(result)
    bad |= shapely.get_num_geometries(result) != shapely.get_num_geometries(before)
    edges = shapely.coverage_invalid_edges(result[distinct])
    bad[distinct] |= ~shapely.is_empty(edges)
    return np.asarray(bad, dtype=bool)


def shared_borders(areas: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Pairs of rows (i < j) that share a border of positive length, or overlap; shape (pairs, 2)."""
    geometries = shapely.set_precision(areas.geometry.to_numpy(), 1.0)
    overlap = shapely.area(geometries).sum() - shapely.union_all(geometries).area
    if overlap <= 10 * ISLET_M2:
        geometries = _clean(geometries)
    first, second = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    common = shapely.intersection(geometries[first], geometries[second])
    touching = (shapely.length(common) > 0) | (shapely.area(common) > 0)
    return np.unique(np.stack([first[touching], second[touching]], axis=1), axis=0)
