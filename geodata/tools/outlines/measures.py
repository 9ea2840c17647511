"""How true outlines are, held against official boundaries."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geodata.boundaries import shared_borders
from geodata.boundaries.files import Geometries

_STEP_M = 250.0


@dataclass(frozen=True)
class Measures:
    """How faithful a layer is.

    areas                  how many areas both have
    symmetric_difference   land that lies in one of the two only, summed over areas, as a share of official land
    within_1km, within_2km share of the official borders (coasts too) that have a border of ours as near as that
    pairs, pairs_kept      pairs of areas with an official border in common, and those of them that share one here
    """

    areas: int
    symmetric_difference: float
    within_1km: float
    within_2km: float
    pairs: int
    pairs_kept: int


def measure(ours: gpd.GeoDataFrame, official: gpd.GeoDataFrame) -> Measures:
    """``ours`` held against ``official``; columns ``area_code, geometry``, metres, each area in both.

    Raises ValueError where the two have other areas.
    """
    ours = ours.sort_values("area_code", ignore_index=True)
    official = official.sort_values("area_code", ignore_index=True)
    codes, expected = set(ours["area_code"]), set(official["area_code"])
    if codes != expected:
        raise ValueError(
            f"outlines lack {sorted(expected - codes)} of the official areas and have {sorted(codes - expected)} "
            "besides; the same areas expected"
        )
    mine, true = ours.geometry.to_numpy(), official.geometry.to_numpy()
    apart = shapely.area(shapely.symmetric_difference(mine, true)).sum() / shapely.area(true).sum()
    near = _distances(true, mine)
    pairs = {tuple(pair) for pair in shared_borders(official).tolist()}
    kept = {tuple(pair) for pair in shared_borders(ours).tolist()}
    return Measures(
        len(codes),
        float(apart),
        float((near <= 1000).mean()),
        float((near <= 2000).mean()),
        len(pairs),
        len(pairs & kept),
    )


def _distances(official: Geometries, ours: Geometries) -> np.ndarray:
    """Metres from places all along the official borders, one every 250 m, to the nearest border of ours."""
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(official)))
    places = np.concatenate(
        [
            shapely.line_interpolate_point(line, np.arange(_STEP_M / 2, line.length, _STEP_M))
            for line in shapely.get_parts(lines)
        ]
    )
    edges = shapely.get_parts(shapely.boundary(ours))
    found = shapely.STRtree(_segments(edges)).query_nearest(places, return_distance=True, all_matches=False)
    return np.asarray(found[1])


def _segments(lines: Geometries) -> Geometries:
    places, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    same = line[1:] == line[:-1]
    ends = np.stack([places[:-1][same], places[1:][same]], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=object)
