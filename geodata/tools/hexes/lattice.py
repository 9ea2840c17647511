"""Shape and assign: a hexagonal lattice over the spread country, the cells that make it, and who takes which."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from geodata.layouts import NEIGHBOURS, Cell
from geodata.tools.hexes.areas import Floats, Whole

ROOT3 = math.sqrt(3.0)
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


def runs_of(taken: Sequence[bool]) -> int:
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
            if runs_of(taken) == 1 or all(taken):
                fits.append((land[cell] + 0.02 * sum(taken), -cell))
        best = -max(fits)[1]
        chosen.add(best)
        waiting.discard(best)
        waiting.update(n for step in lattice.steps if (n := best + step) not in chosen)
    return chosen


def assign(centroids: Floats, centres: Floats) -> Whole:
    """Row of ``centres`` for each centroid: least sum of squared distances, one area a cell."""
    cost = ((centroids[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(linear_sum_assignment(cost)[1], dtype=np.int64)


def best_lattice(spread_points: Floats, scattered: bool) -> tuple[Lattice, list[int]]:
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


def plane(cell: Cell) -> tuple[float, float]:
    """Centre of a cell, y upwards, hexagons that cover 1."""
    q, r = cell
    return ACROSS * (q + r / 2), -1.5 * RADIUS * r
