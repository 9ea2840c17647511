"""The areas of one layout with all that the search needs: borders, coasts, corners, points that fill each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.boundaries import boundary_file, read_boundaries, repair, shared_borders
from geodata.tools.tables.boards_2026 import shapes_2026
from geodata.tools.tables.sources import Sources

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


GROUPED_BY: dict[str, tuple[str, int]] = {
    "ltla": ("region", 2023),
    "utla": ("region", 2023),
    "ccg": ("nhs_region", 2024),
    "stp": ("nhs_region", 2024),
    "sub_icb": ("nhs_region", 2024),
    "icb": ("nhs_region", 2024),
}
"""Area type → the larger areas whose parts are kept in one piece."""


@dataclass
class Areas:
    """The areas of one layout, in code order; a row is an area.

    ``centroids`` (areas, 2) and ``points`` (areas, samples, 2): metres; the points fill each area evenly.
    ``pairs`` (pairs, 2): rows that share a border. ``water_pairs``: rows that do not but lie close, over a river
    or corner to corner, with a strength. ``coastal``: whether the area lies on the sea or on Wales or Scotland.
    ``corners`` (areas, 2): see ``corners``. ``groups``: the group to keep in one piece, "" for none.
    """

    codes: list[str]
    names: list[str]
    centroids: Floats
    points: Floats
    pairs: Whole
    water_pairs: list[tuple[int, int, float]]
    coastal: list[bool]
    corners: Floats
    groups: list[str]

    def part(self, rows: Sequence[int]) -> Areas:
        """These rows only, in this order."""
        new = {row: n for n, row in enumerate(rows)}
        pairs = [(new[i], new[j]) for i, j in self.pairs.tolist() if i in new and j in new]
        return Areas(
            codes=[self.codes[row] for row in rows],
            names=[self.names[row] for row in rows],
            centroids=self.centroids[rows],
            points=self.points[rows],
            pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2),
            water_pairs=[(new[i], new[j], s) for i, j, s in self.water_pairs if i in new and j in new],
            coastal=[self.coastal[row] for row in rows],
            corners=self.corners[rows],
            groups=[self.groups[row] for row in rows],
        )


# a country of few areas needs more points in each
SAMPLES, SAMPLES_IN_ALL, SAMPLES_AT_MOST = 192, 30_000, 2_000


# over the Thames at Westminster 300 m, over the Mersey 1,200 m
OVER_RIVER_M, OVER_WATER_M = 600.0, 1_500.0
OVER_RIVER, OVER_WATER = 1.2, 0.4
COAST_M = 500.0


def read_areas(folder: Path, area_type: str, vintage: int) -> Areas:
    """The areas of one type and year with all the search needs. Raises BoundaryProblem, SourceMissing.

    The ICBs of 2026, of which no boundary file is at hand, are put together from their sub-ICB locations.
    """
    if (area_type, vintage) == ("icb", 2026):
        frame = shapes_2026(Sources(folder, folder))[0].rename(columns={"code": "area_code"})
        frame = frame.sort_values("area_code", ignore_index=True)
        frame["geometry"] = repair(frame.geometry.to_numpy())
    else:
        frame = read_boundaries(folder, boundary_file(area_type, vintage))
    grouping = GROUPED_BY.get(area_type)
    groups = [""] * len(frame)
    if grouping is not None:
        whole = read_boundaries(folder, boundary_file(*grouping))
        inside = frame.geometry.representative_point()
        groups = [whole["area_code"][n] for n in whole.sindex.nearest(inside, return_all=False)[1]]
    return measure_areas(frame, groups)


def measure_areas(frame: gpd.GeoDataFrame, groups: Sequence[str]) -> Areas:
    """``frame`` has columns area_code, name, geometry (metres), in code order."""
    geometries = frame.geometry.to_numpy()
    samples = min(max(SAMPLES, SAMPLES_IN_ALL // len(frame)), SAMPLES_AT_MOST)
    pairs = shared_borders(frame)
    known = set(map(tuple, pairs.tolist()))
    first, second = shapely.STRtree(geometries).query(geometries, predicate="dwithin", distance=OVER_WATER_M)
    gaps = shapely.distance(geometries[first], geometries[second])
    water_pairs = [
        (int(i), int(j), OVER_RIVER if gap < OVER_RIVER_M else OVER_WATER)
        for i, j, gap in sorted(zip(first.tolist(), second.tolist(), gaps.tolist(), strict=True))
        if i < j and (i, j) not in known
    ]
    land = shapely.union_all(geometries)
    # rivers are not coast: close the land over them before its outline is taken
    closed = shapely.buffer(shapely.buffer(land, OVER_WATER_M), -OVER_WATER_M)
    outline = shapely.union_all([part.exterior for part in shapely.get_parts(closed)])
    return Areas(
        codes=frame["area_code"].tolist(),
        names=frame["name"].tolist(),
        centroids=np.stack([shapely.get_x(c := shapely.centroid(geometries)), shapely.get_y(c)], axis=1),
        points=np.stack([sample_points(geometry, samples) for geometry in geometries]),
        pairs=pairs,
        water_pairs=water_pairs,
        coastal=(shapely.distance(outline, geometries) < COAST_M).tolist(),
        corners=corners(geometries),
        groups=list(groups),
    )


def sample_points(polygon: shapely.Geometry, samples: int) -> Floats:
    """``samples`` points spread evenly inside a polygon, by the additive golden-ratio sequence; (samples, 2)."""
    shapely.prepare(polygon)
    west, south, east, north = polygon.bounds
    # Roberts' R2 sequence: x fills the box evenly at any length
    plastic = 1.324717957244746
    share = polygon.area / max((east - west) * (north - south), 1e-9)
    count = int(samples / share * 1.3) + 64
    found: list[Floats] = []
    total = 0
    start = 1
    while total < samples:
        n = np.arange(start, start + count)[:, None]
        unit = (0.5 + n * np.array([1 / plastic, 1 / plastic**2])) % 1.0
        candidates = np.array([west, south]) + unit * np.array([east - west, north - south])
        inside = candidates[shapely.contains_xy(polygon, candidates)]
        found.append(inside)
        total += len(inside)
        start += count
    return np.concatenate(found)[:samples]


def corners(geometries: Sequence[shapely.Geometry] | NDArray[np.object_]) -> Floats:
    """Outward pull of areas at the corners of the country; (areas, 2).

    For each corner of the convex hull: the direction that halves it, as long as the turn made there (radians),
    given to the area that holds the corner.
    """
    pull = np.zeros((len(geometries), 2))
    hull = np.asarray(shapely.convex_hull(shapely.union_all(geometries)).exterior.coords)[:-1]
    tree = shapely.STRtree(geometries)
    for k, here in enumerate(hull):
        before, after = here - hull[k - 1], hull[(k + 1) % len(hull)] - here
        before, after = before / np.hypot(*before), after / np.hypot(*after)
        turn = math.acos(float(np.clip(before @ after, -1, 1)))
        outward = before - after
        length = float(np.hypot(*outward))
        if length > 0:
            pull[tree.nearest(shapely.Point(here))] += turn * outward / length
    return pull
