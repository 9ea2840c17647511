"""One layout from its areas: spread, shape, assign, improve, and the islands off the coast."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from geodata.layouts import NEIGHBOURS, Cell
from geodata.tools.hexes.areas import Areas, Floats
from geodata.tools.hexes.lattice import ACROSS, best_lattice, plane
from geodata.tools.hexes.recipes import Recipe
from geodata.tools.hexes.search import Search
from geodata.tools.hexes.spread import spread

OFF_SHORE = 2  # cells from an island to the shore it belongs to
NEAR_CELLS = 1.9


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
    lattice, start = best_lattice(spread_points, recipe.scattered)
    search = Search(lattice, start, main, centroids, near_pairs(main, centroids), recipe)
    moves = recipe.moves_per_area * len(mainland)
    search.run(
        moves, recipe.hot, recipe.cold, None if progress is None else lambda done: progress(done, moves)
    )
    cells = {row: lattice.cell(search.position[n]) for n, row in enumerate(mainland)}
    for row in islands:
        cells[row] = _island_cell(areas, row, cells)
    return _from_zero({areas.codes[row]: cells[row] for row in range(len(areas.codes))})


def near_pairs(areas: Areas, centroids: Floats) -> list[tuple[int, int, float]]:
    """Pairs the search cares for: 1 for a shared border, the strength over water, 0 for merely near."""
    links: dict[tuple[int, int], float] = {}
    for i, j in areas.pairs.tolist():
        links[i, j] = 1.0
    for i, j, strength in areas.water_pairs:
        links.setdefault((i, j), strength)
    for i, j in sorted(cKDTree(centroids).query_pairs(NEAR_CELLS)):
        links.setdefault((i, j), 0.0)
    return [(i, j, strength) for (i, j), strength in links.items()]


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
