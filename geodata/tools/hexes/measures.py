"""How true a layout is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.layouts import NEIGHBOURS, Cell
from geodata.tools.hexes.areas import Areas
from geodata.tools.hexes.lattice import plane


@dataclass(frozen=True)
class Measures:
    """How faithful a layout is; see ``docs/layouts.md``."""

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
