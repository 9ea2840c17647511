"""Hex layouts: one hexagon an area, placed so that England is still England.

The algorithm is our own; ``docs/layouts.md`` describes it and gives its measures. In short:

1. **Spread.** A density-equalising map (flow-based: Gastner, Seguy and More 2018) moves sample points of every
   area until each area covers the same space. London swells, the dales shrink, the coast keeps its bends.
2. **Shape.** A hexagonal lattice is laid over it, one cell's space an area; the cells best covered by land
   make the mask, in one piece and without holes.
3. **Assign.** Areas go to cells by minimum-cost assignment (squared distance from the spread centroid).
4. **Improve.** Simulated annealing with a fixed seed swaps areas and moves coastal ones, for neighbours kept
   together, true directions, regions in one piece, little displacement and the mask's outline.
5. **Islands** (areas that border none) are set off the coast with water round them.

``python -m geodata.hexes --from ../shared/geography [--only ltla-2024]`` rebuilds ``geodata/layouts/``. The same
input gives the same tables. Lengths are metres on the British National Grid unless said otherwise.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.fft import dctn, idctn
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from geodata.boundaries import (
    BoundaryFile,
    BoundaryProblem,
    boundary_file,
    read_boundaries,
    shared_borders,
)
from geodata.layouts import DRAWN_YEARS, FOLDER, NEIGHBOURS, Cell, read_layout

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

SEED = 1
ROOT3 = math.sqrt(3.0)

GROUPED_BY: dict[str, tuple[str, int]] = {
    "ltla": ("region", 2023),
    "utla": ("region", 2023),
    "ccg": ("nhs_region", 2024),
    "stp": ("nhs_region", 2024),
    "sub_icb": ("nhs_region", 2024),
    "icb": ("nhs_region", 2024),
}
"""Area type → the larger areas whose parts are kept in one piece."""


# --- the areas --------------------------------------------------------------------------------------------


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


def read_areas(folder: Path, entry: BoundaryFile) -> Areas:
    """The areas of one boundary file with all the search needs. Raises BoundaryProblem."""
    frame = read_boundaries(folder, entry)
    grouping = GROUPED_BY.get(entry.area_type)
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


# --- 1. spread --------------------------------------------------------------------------------------------


GRID_CELLS = 384
SPREAD_PASSES = (10.0, 6.0, 4.0, 3.0, 2.0, 1.6, 1.6)
FLOW_STEPS = 24


def spread(points: Floats, passes: Sequence[float] = SPREAD_PASSES) -> Floats:
    """Move the areas' sample points until every area has the same density of them as the sea around.

    Each pass solves ∇²ψ = ρ − ρ̄ (cosine transform, no flow over the edge) and carries all points along
    v = ∇ψ / ((1 − t)ρ + tρ̄) from t = 0 to 1; ``passes`` are the blurs of ρ in grid steps. Takes metres, gives
    units in which one area covers 1, the space of a cell; (areas, samples, 2) both.
    """
    areas, samples, _ = points.shape
    land = points.reshape(-1, 2)
    west, south = land.min(axis=0)
    east, north = land.max(axis=0)
    side = 1.5 * max(east - west, north - south)
    corner = np.array([(west + east - side) / 2, (south + north - side) / 2])
    step = side / GRID_CELLS
    land = (land - corner) / step
    sea, land_space = _sea_points(land, areas)
    # mean density: the land's points over the land's space, so that the country keeps its size
    mass = np.concatenate([np.full(len(land), 1.0 / samples), np.full(len(sea), areas / land_space)])
    moving = np.concatenate([land, sea])
    for blur in passes:
        density = _deposit(moving, mass)
        density = gaussian_filter(density, blur, mode="reflect")
        moving = _flow(moving, density)
    cell_space = land_space / areas
    moved = moving[: len(land)] / math.sqrt(cell_space)
    return moved.reshape(areas, samples, 2)


def _sea_points(land: Floats, areas: int) -> tuple[Floats, float]:
    """Grid points with no land near (sea, Wales, Scotland), and the land's space in grid steps squared."""
    axis = np.arange(GRID_CELLS) + 0.5
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    away: NDArray[np.bool_] = np.asarray(cKDTree(land).query(grid)[0]) > 1.6
    return grid[away], float((~away).sum())


def _deposit(points: Floats, mass: Floats) -> Floats:
    """Mass of points on the grid, shared between the four nearest cells."""
    density = np.zeros((GRID_CELLS, GRID_CELLS))
    place = np.clip(points - 0.5, 0, GRID_CELLS - 1.001)
    low = place.astype(np.int64)
    part = place - low
    for dx in (0, 1):
        for dy in (0, 1):
            weight = (part[:, 0] if dx else 1 - part[:, 0]) * (part[:, 1] if dy else 1 - part[:, 1])
            np.add.at(density, (low[:, 0] + dx, low[:, 1] + dy), mass * weight)
    return density


def _flow(points: Floats, density: Floats) -> Floats:
    mean = density.mean()
    waves = np.pi * np.arange(GRID_CELLS) / GRID_CELLS
    # eigenvalues of the five-point Laplacian under the cosine transform
    eigen = 2 * (np.cos(waves)[:, None] - 1) + 2 * (np.cos(waves)[None, :] - 1)
    eigen[0, 0] = 1.0
    wave = dctn(density - mean, type=2) / eigen
    wave[0, 0] = 0.0
    potential = idctn(wave, type=2)
    flux = np.gradient(potential)
    dt = 1.0 / FLOW_STEPS

    def velocity(at: Floats, t: float) -> Floats:
        where = (at - 0.5).T
        local = (1 - t) * map_coordinates(density, where, order=1, mode="nearest") + t * mean
        return np.stack(
            [map_coordinates(part, where, order=1, mode="nearest") / local for part in flux], axis=-1
        )

    for n in range(FLOW_STEPS):
        middle = points + 0.5 * dt * velocity(points, n * dt)
        points = points + dt * velocity(middle, (n + 0.5) * dt)
    return np.clip(points, 0.0, GRID_CELLS)


# --- 2. shape ---------------------------------------------------------------------------------------------

RADIUS = math.sqrt(2 / (3 * ROOT3))  # of a hexagon that covers 1
ACROSS = ROOT3 * RADIUS  # from one centre to the next
MARGIN = 4
OFFSETS = 6


class Lattice:
    """Cells over the spread country. Cells are numbered row by row; a number's neighbours differ by ``steps``.

    ``centres`` (cells, 2); ``inner`` (cells,): not at the rim of the table; ``own`` (areas, cells): share of the area that lies in the cell; ``land`` (cells,):
    their sum, 1 where all is land.
    """

    def __init__(self, points: Floats, offset: tuple[float, float]) -> None:
        flat = points.reshape(-1, 2)
        west, south = flat.min(axis=0)
        east, north = flat.max(axis=0)
        self.x0 = west + offset[0] * ACROSS
        self.y0 = north - offset[1] * 1.5 * RADIUS
        rows = int((north - south) / (1.5 * RADIUS)) + 3 + 2 * MARGIN
        columns = int((east - west) / ACROSS + rows / 2) + 3 + 2 * MARGIN
        self.q0, self.r0 = -(rows // 2) - MARGIN, -MARGIN
        self.columns, self.rows = columns, rows
        r, q = np.divmod(np.arange(rows * columns), columns)
        self.q, self.r = q + self.q0, r + self.r0
        self.centres = np.stack(
            [self.x0 + ACROSS * (self.q + self.r / 2), self.y0 - 1.5 * RADIUS * self.r], axis=1
        )
        self.steps = [dr * columns + dq for dq, dr in NEIGHBOURS]
        # the nearest centre's cell is the one a point lies in
        _, cell = cKDTree(self.centres).query(flat)
        areas, samples, _ = points.shape
        flat_own = np.bincount(
            np.repeat(np.arange(areas), samples) * len(self.centres) + cell,
            minlength=areas * len(self.centres),
        )
        self.own = flat_own.reshape(areas, -1) / samples
        self.land = self.own.sum(axis=0)
        row, column = np.divmod(np.arange(len(self.centres)), columns)
        # a cell of the rim has neighbours outside the table: nobody goes there
        self.inner = (row >= 2) & (row < rows - 2) & (column >= 2) & (column < columns - 2)

    def cell(self, number: int) -> Cell:
        return int(self.q[number]), int(self.r[number])


def _arcs(taken: Sequence[bool]) -> int:
    """Number of separate runs of taken cells among six neighbours in ring order (0 when all or none)."""
    return sum(taken[k] and not taken[k - 1] for k in range(6))


def mask_cells(lattice: Lattice, count: int) -> set[int]:
    """``count`` cells, best land first, in one piece and without holes."""
    land = lattice.land
    start = int(np.argmax(gaussian_filter(land.reshape(lattice.rows, lattice.columns), 2.0)))
    chosen = {start}
    waiting = {start + step for step in lattice.steps}
    while len(chosen) < count:
        fits = []
        for cell in waiting:
            taken = [cell + step in chosen for step in lattice.steps]
            if _arcs(taken) == 1 or all(taken):
                fits.append((land[cell] + 0.02 * sum(taken), -cell))
        best = -max(fits)[1]
        chosen.add(best)
        waiting.discard(best)
        waiting.update(n for step in lattice.steps if (n := best + step) not in chosen)
    return chosen


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


# --- 3. assign --------------------------------------------------------------------------------------------


def assign(centroids: Floats, centres: Floats) -> Whole:
    """Row of ``centres`` for each centroid: least sum of squared distances, one area a cell."""
    cost = ((centroids[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(linear_sum_assignment(cost)[1], dtype=np.int64)


# --- 4. improve -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weights:
    """What the search pays for. Every border kept whole is worth the same, in town and in the country."""

    parted: float = 2.0
    """two areas that share a border, not side by side"""
    far: float = 0.25
    """… for each cell between them"""
    direction: float = 1.8
    """1 − cos of the angle between their true and their drawn direction"""
    near_direction: float = 0.3
    """the same for two areas that are near, but share no border"""
    near_far: float = 0.08
    real_bearing: float = 4.0
    """how much more the real bearing counts than the one after the spread"""
    displacement: float = 0.08
    """squared distance, in cells, from the place after the spread; far more for an outlier"""
    region_border: float = 0.10
    """each side between cells of different groups"""
    region_pieces: float = 15.0
    """each piece of a group beyond the first"""
    coast: float = 0.4
    """each side open to the water"""
    inland_coast: float = 0.7
    """… more, where the area has no coast or land border in truth"""
    water: float = 2.2
    """a cell that is all water after the spread"""
    corner: float = 2.4
    """pull of the corners of the country (Cornwall, Northumberland, Kent), for each cell and radian"""


ANGLES = 48
UNGROUPED = 1000
OUTLIER_CELLS = 3.0


class Search:
    """Simulated annealing over who stands where; the cells stay in one piece without holes."""

    def __init__(
        self,
        lattice: Lattice,
        start: Sequence[int],
        areas: Areas,
        centroids: Floats,
        links: Iterable[tuple[int, int, float]],
        recipe: Recipe,
    ) -> None:
        self.random = random.Random(recipe.seed)
        self.weights = weights = recipe.weights
        self.scattered = recipe.scattered
        self.steps = lattice.steps
        self.position = list(start)
        cells = len(lattice.centres)
        self.area_at = [-1] * cells
        for area, cell in enumerate(start):
            self.area_at[cell] = area
        self.open = lattice.inner.tolist()
        squared = ((centroids[:, None, :] - lattice.centres[None, :, :]) ** 2).sum(axis=2)
        # sparse land costs less to the area that lies there: Cornwall may be the toe it is
        water = weights.water * (1 - np.minimum(lattice.land, 1.0)) * (1 - np.minimum(2.5 * lattice.own, 1.0))
        away = squared / ACROSS**2
        outward = areas.corners @ lattice.centres.T / ACROSS
        self.place_cost = (
            weights.displacement * away * (1 + away / OUTLIER_CELLS**2)
            + water
            # a few large cells have corners enough
            - weights.corner * min(1.0, len(start) / 40) * outward
        ).tolist()
        self.coast = [weights.coast + (0.0 if here else weights.inland_coast) for here in areas.coastal]
        numbers = {group: n for n, group in enumerate(sorted(set(areas.groups) - {""}))}
        # areas without a group are each their own
        self.group = [numbers.get(group, UNGROUPED + n) for n, group in enumerate(areas.groups)]
        self.bias = cells
        self.tables: list[list[float]] = []
        self.links: list[list[tuple[int, list[float]]]] = [[] for _ in start]
        self._link(lattice, centroids, areas.centroids, links)
        self.mates = [[j for j, _ in links] for links in self.links]
        self.members: dict[int, list[int]] = {}
        for area, group in enumerate(self.group):
            if group < UNGROUPED:
                self.members.setdefault(group, []).append(area)
        self.pieces = {group: self._pieces(group) for group in self.members}

    def _link(
        self,
        lattice: Lattice,
        centroids: Floats,
        real_centroids: Floats,
        links: Iterable[tuple[int, int, float]],
    ) -> None:
        """A table for each pair of areas: cost by the difference of their cell numbers."""
        weights = self.weights
        cells = len(lattice.centres)
        difference = np.arange(-cells, cells + 1)
        dr = np.round(difference / lattice.columns).astype(np.int64)
        dq = difference - dr * lattice.columns
        distance = (np.abs(dq) + np.abs(dr) + np.abs(dq + dr)) / 2
        angle = np.arctan2(-1.5 * RADIUS * dr, ACROSS * (dq + dr / 2))
        shared: dict[tuple[int, int, float], list[float]] = {}

        def table(bearing: float, firmness: int, strength: float) -> list[float]:
            key = (round(bearing / (2 * math.pi) * ANGLES) % ANGLES, firmness, strength)
            if key not in shared:
                turn = 1 - np.cos(angle - key[0] * 2 * math.pi / ANGLES)
                turn *= firmness / 4
                if strength:
                    cost = weights.parted * (distance > 1) + weights.far * np.clip(distance - 1, 0, 6)
                    cost = strength * (cost + weights.direction * turn)
                else:
                    cost = weights.near_direction * turn + weights.near_far * np.clip(distance - 2, 0, 6)
                shared[key] = cost.tolist()
            return shared[key]

        for i, j, strength in links:
            spread_way = centroids[j] - centroids[i]
            real_way = real_centroids[j] - real_centroids[i]
            way = spread_way / np.hypot(*spread_way) + weights.real_bearing * real_way / np.hypot(*real_way)
            # a city inside its ring of country has no direction from it
            firmness = round(4 * min(1.0, float(np.hypot(*spread_way)) / (0.8 * ACROSS)))
            bearing = math.atan2(way[1], way[0])
            self.links[i].append((j, table(bearing, firmness, strength)))
            self.links[j].append((i, table(bearing + math.pi, firmness, strength)))

    def _cost(self, areas: Sequence[int], moved: frozenset[int] | set[int], cells: Sequence[int]) -> float:
        """The part of the objective that these areas and these cells take part in."""
        position, bias = self.position, self.bias
        total = 0.0
        for area in areas:
            place = position[area]
            total += self.place_cost[area][place]
            offset = bias - place
            for other, table in self.links[area]:
                cost = table[position[other] + offset]
                total += cost / 2 if other in moved else cost
        area_at, group = self.area_at, self.group
        border, coast = self.weights.region_border, self.coast
        seen: list[int] = []
        for cell in cells:
            here = area_at[cell]
            for step in self.steps:
                beyond = cell + step
                if beyond in seen:
                    continue
                there = area_at[beyond]
                if here < 0:
                    if there >= 0:
                        total += coast[there]
                elif there < 0:
                    total += coast[here]
                elif group[here] != group[there]:
                    total += border
            seen.append(cell)
        return total

    def _apply(self, areas: Sequence[int], cells: Sequence[int]) -> None:
        for area in areas:
            self.area_at[self.position[area]] = -1
        for area, cell in zip(areas, cells, strict=True):
            self.position[area] = cell
            self.area_at[cell] = area

    def _pieces(self, group: int) -> int:
        left = {self.position[area] for area in self.members[group]}
        pieces = 0
        while left:
            pieces += 1
            stack = [left.pop()]
            while stack:
                cell = stack.pop()
                for step in self.steps:
                    beyond = cell + step
                    if beyond in left:
                        left.discard(beyond)
                        stack.append(beyond)
        return pieces

    def _proposal(self) -> tuple[list[int], list[int]] | None:
        """Areas and the cells they would go to; None when the throw is no move."""
        choose = self.random.random()
        area = int(self.random.random() * len(self.position))
        place = self.position[area]
        if choose < 0.5 and self.mates[area]:
            mates = self.mates[area]
            target = self.position[mates[int(self.random.random() * len(mates))]]
            target += self.steps[int(self.random.random() * 6)]
        elif choose < 0.8:
            target = place + self.steps[int(self.random.random() * 6)]
        else:
            return self._shift(area, place)
        if target == place or not self.open[target]:
            return None
        other = self.area_at[target]
        return ([area], [target]) if other < 0 else ([area, other], [target, place])

    def _shift(self, area: int, place: int) -> tuple[list[int], list[int]] | None:
        """Push a line of areas one cell along, out over the coast; the first cell is left empty."""
        step = self.steps[int(self.random.random() * 6)]
        turn = self.steps[int(self.random.random() * 6)]
        areas, cells = [area], []
        for _ in range(6):
            target = place + (step if self.random.random() < 0.75 else turn)
            if not self.open[target] or target in cells:
                return None
            cells.append(target)
            other = self.area_at[target]
            if other < 0:
                return areas, cells
            if other in areas:
                return None
            areas.append(other)
            place = target
        return None

    def _whole(self, left: int, entered: int) -> bool:
        """Whether leaving one coastal cell for another keeps the cells in one piece and without holes."""
        area_at = self.area_at
        for cell, without in ((left, -1), (entered, left)):
            around = [
                area_at[cell + step] >= 0 and cell + step != without and cell + step != entered
                for step in self.steps
            ]
            if _arcs(around) != 1:
                return False
        return True

    def step(self, temperature: float) -> None:
        """Try one move; keep it when it helps, or by chance when it costs little."""
        proposal = self._proposal()
        if proposal is None:
            return
        areas, cells = proposal
        before_cells = [self.position[area] for area in areas]
        left = [cell for cell in before_cells if cell not in cells]
        entered = [cell for cell in cells if cell not in before_cells]
        if entered and not self.scattered and not self._whole(left[0], entered[0]):
            return
        touched = [*before_cells, *entered]
        moved = frozenset(areas)
        groups = {self.group[area] for area in areas}
        before = self._cost(areas, moved, touched)
        self._apply(areas, cells)
        change = self._cost(areas, moved, touched) - before
        threshold = -temperature * math.log(self.random.random() + 1e-300)
        if len(groups) > 1 or entered:
            # pieces are dear to count: only where the move could pass
            mends = self.weights.region_pieces * sum(
                self.pieces[group] - 1 for group in groups if group in self.pieces
            )
            if change - mends <= threshold:
                counted = {group: self._pieces(group) for group in groups if group in self.pieces}
                change += self.weights.region_pieces * sum(
                    n - self.pieces[group] for group, n in counted.items()
                )
                if change <= threshold:
                    self.pieces.update(counted)
        if change > threshold:
            self._apply(areas, before_cells)

    def run(self, moves: int, hot: float, cold: float, progress: Callable[[int], None] | None = None) -> None:
        """``moves`` tries while the temperature falls from ``hot`` to ``cold`` by equal factors."""
        factor = (cold / hot) ** (1 / max(moves, 1))
        temperature = hot
        for n in range(moves):
            self.step(temperature)
            temperature *= factor
            if progress is not None and n % 5000 == 0:
                progress(n)

    def total(self) -> float:
        """The whole objective."""
        everyone = range(len(self.position))
        cells = [c for c, here in enumerate(self.area_at) if here >= 0]
        pieces = self.weights.region_pieces * sum(n - 1 for n in self.pieces.values())
        return self._cost(everyone, frozenset(everyone), cells) + pieces


# --- the whole --------------------------------------------------------------------------------------------

OFF_SHORE = 2  # cells from an island to the shore it belongs to
NEAR_CELLS = 1.9


@dataclass(frozen=True)
class Recipe:
    """How one area type is searched. ``hot`` and ``cold`` are the temperatures, in units of the objective;
    the ``following_`` ones are for a layout that keeps to the places of another and mends round what changed.
    """

    weights: Weights = field(default_factory=Weights)
    moves_per_area: int = 14_000
    hot: float = 3.0
    cold: float = 0.02
    seed: int = SEED
    scattered: bool = False
    following_hot: float = 0.8
    following_displacement: float = 0.25
    following_moves_share: float = 0.5


# small layouts cost little: search them long
_SMALL = Recipe(moves_per_area=30_000)
# of a handful of seeds, the one with the best objective and the truest look
RECIPES: dict[str, Recipe] = {
    "ltla": Recipe(seed=3),
    # London is a fifth of these: the outline has to give way to keep Kent and Sussex joined round it
    "utla": Recipe(
        Weights(displacement=0.03, water=1.4),
        moves_per_area=26_000,
        hot=6.0,
        seed=2,
        following_hot=2.5,
        following_displacement=0.25,
    ),
    "region": replace(_SMALL, seed=2),
    "ccg": Recipe(seed=4),
    "combined_authority": Recipe(
        Weights(displacement=0.5, coast=0.0, inland_coast=0.0, water=0.0, corner=0.0),
        moves_per_area=30_000,
        scattered=True,
    ),
}


def following(recipe: Recipe) -> Recipe:
    """The recipe for a vintage that keeps to the places of another."""
    return replace(
        recipe,
        weights=replace(recipe.weights, displacement=recipe.following_displacement),
        hot=recipe.following_hot,
        moves_per_area=int(recipe.moves_per_area * recipe.following_moves_share),
    )


@dataclass(frozen=True)
class Drift:
    """How far the search carried areas from their places after the spread; area code → (x, y) in cells' units."""

    by_code: dict[str, tuple[float, float]]

    @classmethod
    def of(cls, areas: Areas, layout: Mapping[str, Cell]) -> Drift:
        """The drift of a finished layout, less its mean."""
        spread_places = spread(areas.points).mean(axis=1)
        drawn = np.array([plane(layout[code]) for code in areas.codes])
        drift = drawn - spread_places
        drift -= drift.mean(axis=0)
        return cls({code: (float(x), float(y)) for code, (x, y) in zip(areas.codes, drift, strict=True)})

    def carry(self, codes: Sequence[str], spread_points: Floats) -> Floats:
        """Sample points moved by the drift of their area; areas unknown to it by the mean of five near."""
        places = spread_points.mean(axis=1)
        known = [row for row, code in enumerate(codes) if code in self.by_code]
        if not known:
            return spread_points
        drift = np.array([self.by_code[codes[row]] for row in known])
        near = cKDTree(places[known]).query(places, k=min(5, len(known)))[1].reshape(len(codes), -1)
        carried = drift[near].mean(axis=1)
        carried[known] = drift
        return np.asarray(spread_points + carried[:, None, :])


def build_layout(
    areas: Areas,
    recipe: Recipe | None = None,
    *,
    drift: Drift | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Cell]:
    """Area code → cell. Deterministic for equal arguments; ``progress(done, of)`` counts the search's moves.

    With ``drift`` (of another vintage's layout) areas start from where they stood there.
    """
    recipe = recipe or Recipe()
    touching = set(areas.pairs.ravel().tolist())
    islands = [row for row in range(len(areas.codes)) if row not in touching and not recipe.scattered]
    mainland = [row for row in range(len(areas.codes)) if row not in islands]
    main = areas.part(mainland)
    spread_points = spread(main.points)
    if drift is not None:
        spread_points = drift.carry(main.codes, spread_points)
    centroids = spread_points.mean(axis=1)
    lattice, start = _start(spread_points, recipe.scattered)
    search = Search(lattice, start, main, centroids, _links(main, centroids), recipe)
    moves = recipe.moves_per_area * len(mainland)
    search.run(
        moves, recipe.hot, recipe.cold, None if progress is None else lambda done: progress(done, moves)
    )
    cells = {row: lattice.cell(search.position[n]) for n, row in enumerate(mainland)}
    for row in islands:
        cells[row] = _island_cell(areas, row, cells)
    return _from_zero({areas.codes[row]: cells[row] for row in range(len(areas.codes))})


def _start(spread_points: Floats, scattered: bool) -> tuple[Lattice, list[int]]:
    """The lattice whose offset suits the areas best, and the cell of each."""
    centroids = spread_points.mean(axis=1)
    best: tuple[float, Lattice, list[int]] | None = None
    for n in range(OFFSETS * OFFSETS):
        lattice = Lattice(spread_points, (n // OFFSETS / OFFSETS, n % OFFSETS / OFFSETS))
        if scattered:
            chosen = np.flatnonzero(lattice.inner)
        else:
            chosen = np.array(sorted(mask_cells(lattice, len(centroids))))
        seat = assign(centroids, lattice.centres[chosen])
        cost = float(((centroids - lattice.centres[chosen][seat]) ** 2).sum())
        if not scattered:
            cost += 2 * float((1 - np.minimum(lattice.land[chosen], 1)).sum())
        if best is None or cost < best[0]:
            best = cost, lattice, chosen[seat].tolist()
    assert best is not None
    return best[1], best[2]


def _links(areas: Areas, centroids: Floats) -> list[tuple[int, int, float]]:
    """Pairs the search cares for: 1 for a shared border, the strength over water, 0 for merely near."""
    links: dict[tuple[int, int], float] = {}
    for i, j in areas.pairs.tolist():
        links[i, j] = 1.0
    for i, j, strength in areas.water_pairs:
        links.setdefault((i, j), strength)
    for i, j in sorted(cKDTree(centroids).query_pairs(NEAR_CELLS)):
        links.setdefault((i, j), 0.0)
    return [(i, j, strength) for (i, j), strength in links.items()]


def plane(cell: Cell) -> tuple[float, float]:
    """Centre of a cell, y upwards, hexagons that cover 1."""
    q, r = cell
    return ACROSS * (q + r / 2), -1.5 * RADIUS * r


def _island_cell(areas: Areas, row: int, cells: Mapping[int, Cell]) -> Cell:
    """A free cell with water all round, off the areas that are nearest in truth and on their true side."""
    offsets = {other: areas.centroids[row] - areas.centroids[other] for other in cells}
    nearest = sorted(offsets, key=lambda other: (float(np.hypot(*offsets[other])), other))[:4]
    target = np.zeros(2)
    total = 0.0
    for other in nearest:
        away = float(np.hypot(*offsets[other]))
        target += (np.array(plane(cells[other])) + OFF_SHORE * ACROSS * offsets[other] / away) / away**2
        total += 1 / away**2
    target /= total
    taken = set(cells.values())
    shores = {(q + dq, r + dr) for q, r in taken for dq, dr in NEIGHBOURS}
    waters = {(q + dq, r + dr) for q, r in shores for dq, dr in NEIGHBOURS} - shores - taken
    return min(waters, key=lambda cell: (round(math.dist(plane(cell), target.tolist()), 6), cell))


def _from_zero(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The same picture with r from 0 and the least 2q + r (the left edge) at 0 or 1."""
    top = min(r for _, r in cells.values())
    left = min(2 * q + r - top for q, r in cells.values()) // 2
    return {code: (q - left, r - top) for code, (q, r) in sorted(cells.items())}


# --- measures ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measures:
    """How true a layout is; see ``docs/layouts.md``."""

    areas: int
    mean_displacement_km: float
    adjacent_pairs: int
    adjacent_pairs_kept: int
    pieces: int
    islands: int
    groups: int
    groups_in_one_piece: int

    @property
    def kept_share(self) -> float:
        return self.adjacent_pairs_kept / self.adjacent_pairs if self.adjacent_pairs else math.nan


def measure(layout: Mapping[str, Cell], areas: Areas) -> Measures:
    """Displacement after the layout is scaled and shifted (not turned) to fit the real centroids best;
    pairs that share a border in truth, and those of them side by side; pieces of the whole without islands.
    """
    cells = [layout[code] for code in areas.codes]
    drawn = np.array([plane(cell) for cell in cells])
    moved, true = drawn - drawn.mean(axis=0), areas.centroids - areas.centroids.mean(axis=0)
    scale = float((moved * true).sum() / (moved * moved).sum())
    displacement = np.hypot(*(scale * moved - true).T).mean() / 1000
    beside = {
        (min(i, j), max(i, j))
        for i, (q, r) in enumerate(cells)
        for dq, dr in NEIGHBOURS
        if (j := _row_at(cells).get((q + dq, r + dr))) is not None
    }
    kept = sum((i, j) in beside for i, j in areas.pairs.tolist())
    touching = set(areas.pairs.ravel().tolist())
    mainland = [cells[row] for row in range(len(cells)) if row in touching]
    by_group: dict[str, list[Cell]] = {}
    for row, group in enumerate(areas.groups):
        if group and row in touching:
            by_group.setdefault(group, []).append(cells[row])
    return Measures(
        areas=len(cells),
        mean_displacement_km=float(displacement),
        adjacent_pairs=len(areas.pairs),
        adjacent_pairs_kept=kept,
        pieces=pieces(mainland),
        islands=len(cells) - len(mainland),
        groups=len(by_group),
        groups_in_one_piece=sum(pieces(group) == 1 for group in by_group.values()),
    )


def _row_at(cells: Sequence[Cell]) -> dict[Cell, int]:
    return {cell: row for row, cell in enumerate(cells)}


def pieces(cells: Iterable[Cell]) -> int:
    """Number of connected pieces that cells make."""
    left = set(cells)
    count = 0
    while left:
        count += 1
        stack = [left.pop()]
        while stack:
            q, r = stack.pop()
            for dq, dr in NEIGHBOURS:
                beyond = q + dq, r + dr
                if beyond in left:
                    left.discard(beyond)
                    stack.append(beyond)
    return count


# --- every layout -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """Where a layout comes from: its own search, one that follows another layout, or another one renamed."""

    area_type: str
    vintage: int
    after: tuple[str, int] | None = None
    renamed: bool = False
    recipe: Recipe | None = None

    @property
    def name(self) -> str:
        return f"{self.area_type}-{self.vintage}"


def _after(area_type: str, base: int, *vintages: int) -> list[Plan]:
    return [Plan(area_type, vintage, after=(area_type, base)) for vintage in vintages]


PLANS: tuple[Plan, ...] = (
    Plan("ltla", 2024),
    *_after("ltla", 2024, 2021),
    *_after("ltla", 2021, 2020, 2019, 2017),
    Plan("ltla", 2025, after=("ltla", 2024), renamed=True),
    Plan("utla", 2023),
    *_after("utla", 2023, 2021),
    *_after("utla", 2021, 2020, 2019, 2017),
    Plan("utla", 2025, after=("utla", 2023), renamed=True),
    Plan("region", 2023),
    *(Plan("combined_authority", vintage) for vintage in (2023, 2024, 2025)),
    Plan("lep", 2021),
    Plan("ccg", 2021),
    # London had 18 CCGs in 2020 and 5 in 2021: no small mend
    Plan("ccg", 2020, ("ccg", 2021), recipe=Recipe(seed=4, following_hot=3.0, following_displacement=0.1)),
    # 191 in 2019 became 135: too much to follow
    Plan("ccg", 2017, recipe=Recipe(seed=1)),
    *_after("ccg", 2017, 2018, 2019),
    Plan("sub_icb", 2023, after=("ccg", 2021)),
    Plan("sub_icb", 2022, after=("sub_icb", 2023), renamed=True),
    Plan("stp", 2021),
    *_after("stp", 2021, 2018, 2017),
    Plan("icb", 2023, after=("stp", 2021)),
    Plan("icb", 2022, after=("icb", 2023), renamed=True),
    Plan("nhs_region", 2024),
    Plan("nhs_region", 2023, after=("nhs_region", 2024), renamed=True),
    Plan("nhs_region", 2021, after=("nhs_region", 2024), renamed=True),
)
"""Every layout, in the order in which they are built."""

REPORT_COLUMNS = (
    "area_type",
    "vintage",
    "first_year",
    "last_year",
    "areas",
    "mean_displacement_km",
    "adjacent_pairs",
    "adjacent_pairs_kept",
    "adjacent_pairs_kept_share",
    "contiguous",
    "islands",
    "groups",
    "groups_in_one_piece",
)


class NotBuilt(LookupError):
    """A layout that was asked for cannot be built; the message says why."""


@dataclass
class Builder:
    """Builds layouts from a folder of boundaries into a folder of tables."""

    source: Path
    out: Path = FOLDER
    show: Callable[[str, int, int], None] = lambda words, done, of: None
    _areas: dict[tuple[str, int], Areas] = field(default_factory=dict)

    def build(self, names: Sequence[str] = ()) -> list[Path]:
        """Build the layouts of these names (``ltla-2024``; all when none) and the report; returns the tables."""
        unknown = sorted(set(names) - {plan.name for plan in PLANS})
        if unknown:
            raise NotBuilt(f"no layout {', '.join(unknown)}; layouts: {', '.join(p.name for p in PLANS)}")
        chosen = [plan for plan in PLANS if not names or plan.name in names]
        written = []
        for number, plan in enumerate(chosen, start=1):
            self.show(f"{number}/{len(chosen)} {plan.name}", 0, 1)
            layout = self._layout(plan, f"{number}/{len(chosen)} {plan.name}")
            written.append(write_layout(layout, self.out / f"{plan.name}.csv"))
            self._report(plan, layout)
        return written

    def areas(self, area_type: str, vintage: int) -> Areas:
        """Areas of one boundary file, read once."""
        key = area_type, vintage
        if key not in self._areas:
            self._areas[key] = read_areas(self.source, boundary_file(area_type, vintage))
        return self._areas[key]

    def _layout(self, plan: Plan, words: str) -> dict[str, Cell]:
        if plan.after is None:
            base: dict[str, Cell] = {}
        else:
            path = self.out / f"{plan.after[0]}-{plan.after[1]}.csv"
            if not path.is_file():
                raise NotBuilt(f"{plan.name} follows {path.stem}, which is not there: build that first")
            base = read_layout(path)
        if plan.after is not None and plan.renamed:
            return _renamed(base, plan)
        areas = self.areas(plan.area_type, plan.vintage)
        recipe = RECIPES.get(plan.area_type, _SMALL if len(areas.codes) < 60 else Recipe())
        if plan.recipe is not None:
            recipe = plan.recipe
        drift = None
        if plan.after is not None:
            drift = Drift.of(self.areas(*plan.after), base)
            recipe = following(recipe)
        return build_layout(areas, recipe, drift=drift, progress=lambda done, of: self.show(words, done, of))

    def _report(self, plan: Plan, layout: Mapping[str, Cell]) -> None:
        """Write this layout's row of ``report.csv``, the others as they stand."""
        measured = plan.after if plan.renamed and plan.after is not None else (plan.area_type, plan.vintage)
        areas = self.areas(*measured)
        if plan.renamed:
            layout = read_layout(self.out / f"{measured[0]}-{measured[1]}.csv")
        path = self.out / "report.csv"
        rows: dict[tuple[str, str], dict[str, str]] = {}
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as lines:
                rows = {(row["area_type"], row["vintage"]): row for row in csv.DictReader(lines)}
        row = report_row(plan.area_type, plan.vintage, measure(layout, areas))
        rows[row["area_type"], row["vintage"]] = row
        order = {(p.area_type, str(p.vintage)): n for n, p in enumerate(PLANS)}
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, REPORT_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[key] for key in sorted(rows.keys() & order.keys(), key=order.__getitem__))


def report_row(area_type: str, vintage: int, measures: Measures) -> dict[str, str]:
    """One row of ``report.csv``: the columns of REPORT_COLUMNS as text."""
    first, last = DRAWN_YEARS[area_type][vintage]
    scattered = area_type in RECIPES and RECIPES[area_type].scattered
    cells = (
        area_type,
        vintage,
        first,
        last,
        measures.areas,
        f"{measures.mean_displacement_km:.1f}",
        measures.adjacent_pairs,
        measures.adjacent_pairs_kept,
        f"{measures.kept_share:.3f}",
        "-" if scattered else "yes" if measures.pieces == 1 else "no",
        "-" if scattered else measures.islands,
        measures.groups,
        measures.groups_in_one_piece,
    )
    return dict(zip(REPORT_COLUMNS, map(str, cells), strict=True))


def _renamed(base: Mapping[str, Cell], plan: Plan) -> dict[str, Cell]:
    """The base layout under the codes of another year: same code, or else same name in the register."""
    from geodata.register import load_register

    assert plan.after is not None
    register = load_register()
    names = {register.area(code, plan.after[0]).name: cell for code, cell in base.items()}
    layout = {}
    for area in register.vintage(plan.area_type, plan.vintage):
        cell = base.get(area.area_code) or names.get(area.name)
        if cell is None:
            raise NotBuilt(
                f"{plan.name}: {area.area_code} {area.name} is neither by code nor by name in {plan.after}"
            )
        layout[area.area_code] = cell
    if len(set(layout.values())) != len(base):
        raise NotBuilt(f"{plan.name}: names do not pair one to one with {plan.after}")
    return dict(sorted(layout.items()))


def write_layout(layout: Mapping[str, Cell], path: Path) -> Path:
    """Write a table of layout: area_code, q, r in code order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("area_code", "q", "r"))
        writer.writerows((code, q, r) for code, (q, r) in sorted(layout.items()))
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when every layout asked for was built, 1 with a plain message when not."""
    parser = argparse.ArgumentParser(prog="python -m geodata.hexes", description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder of boundary files")
    parser.add_argument("--only", action="append", default=[], help="a layout, such as ltla-2024; repeatable")
    parser.add_argument(
        "--out", type=Path, default=FOLDER, help="folder of the tables (default: the package's)"
    )
    chosen = parser.parse_args(arguments)

    def show(words: str, done: int, of: int) -> None:
        sys.stderr.write(f"\r{words} {100 * done // max(of, 1):3d} % ")
        sys.stderr.flush()

    try:
        written = Builder(chosen.source, chosen.out, show).build(chosen.only)
    except (BoundaryProblem, NotBuilt) as problem:
        sys.stderr.write(f"\nnot built: {problem}\n")
        return 1
    sys.stderr.write(f"\n{len(written)} layouts and report.csv in {chosen.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
