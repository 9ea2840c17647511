"""Improve: simulated annealing over who stands where."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from geodata.tools.hexes.areas import Areas, Floats
from geodata.tools.hexes.lattice import ACROSS, RADIUS, Lattice, runs_of
from geodata.tools.hexes.recipes import Recipe

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
            if runs_of(around) != 1:
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
            # pieces are slow to count: only where the move could pass
            joined = self.weights.region_pieces * sum(
                self.pieces[group] - 1 for group in groups if group in self.pieces
            )
            if change - joined <= threshold:
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
