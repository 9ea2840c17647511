"""Spread: a density-equalising map, so that each area covers the same space."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.spatial import cKDTree

from geodata.tools.hexes.areas import Floats

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
