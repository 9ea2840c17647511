"""Hiding small counts, and as many others as it takes that none can be found by subtraction from a total.

A table is a set of cells, totals among them, and the equations "this total is the sum of those cells" that every
reader knows. Cells hidden by the publisher's rule are primary; cells hidden to protect them are secondary.
Hundepool et al. (2012), Statistical Disclosure Control, chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.statistics.inputs import BoolArray, FloatArray, Rule, check, located, numbers, single

Equation: TypeAlias = tuple[int, tuple[int, ...]]
"""(total, parts): the cell that is the sum of the others, by their places."""

_TINY: Final = 1e-9
_NEAR: Final = 1e-6
"""How near to a whole number an end of a linear programme is taken for one."""


@dataclass(frozen=True, slots=True)
class SmallNumbers:
    """A publisher's rule: counts from ``lowest`` to ``highest``, both included, are hidden."""

    lowest: int = 1
    highest: int = 4


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A child × parent table as it may be published: nan where hidden.

    ``children`` has the shape of the counts given, (children,) or (children, columns); ``parents`` (parents,) or
    (parents, columns) their sums by parent, in the order of the sorted ``parent_labels``; ``overall`` the sum of
    all, () or (columns,). With columns, ``child_totals``, ``parent_totals`` and ``overall_total`` are the sums
    across them; without, None. The ``primary`` and ``secondary`` masks have the shape of ``children``.
    """

    children: FloatArray
    parents: FloatArray
    overall: FloatArray
    parent_labels: NDArray[np.str_] | NDArray[np.int64]
    primary: BoolArray
    secondary: BoolArray
    child_totals: FloatArray | None = None
    parent_totals: FloatArray | None = None
    overall_total: FloatArray | None = None


def primary(counts: ArrayLike, rule: SmallNumbers | None) -> BoolArray:
    """Whether each count is hidden by the publisher's rule; with no rule (None) none is, nor a missing count.

    Raises ValueError for a count below 0.
    """
    array = numbers("counts", counts)
    check(
        {"counts": array},
        [Rule("counts", lambda chunk: (chunk < 0) | np.isinf(chunk), "a finite number, 0 or more")],
    )
    if rule is None:
        small = np.zeros(array.shape, dtype=np.bool_)
    else:
        small = np.asarray((array >= rule.lowest) & (array <= rule.highest))
    answer: BoolArray = single(small)
    return answer


def suppress(counts: ArrayLike, parents: ArrayLike, rule: SmallNumbers | None) -> Suppressed:
    """Hide small counts of a child × parent table, and what would give them away.

    ``counts`` are whole numbers of shape (children,) or (children, columns), none missing; ``parents`` (children,)
    names each child's parent. Published with them, and so protected with them, are the sums by parent, the sums
    across columns, and the sums over all. Small sums are hidden too. Other children are hidden before any sum
    is, the smallest first, and zeros only when nothing else is left. Raises ValueError for a count below 0, not
    whole or missing, or shapes that do not match.
    """
    array = _whole(counts)
    labels, parent_of = np.unique(np.asarray(parents), return_inverse=True)
    if array.ndim not in (1, 2) or parent_of.shape != array.shape[:1]:
        raise ValueError(
            f"shapes do not match: counts {array.shape}, parents {np.shape(parents)}; "
            f"expected (children,) or (children, columns), and (children,)"
        )
    table = _Table(array[:, None] if array.ndim == 1 else array, parent_of, len(labels))
    small = primary(table.cells, rule)
    hidden = _protected(table.cells, table.equations, small, table.level, rule.lowest if rule else 0)
    shown = np.where(hidden, np.nan, table.cells)
    one_column = array.ndim == 1

    def part(of: NDArray[np.intp], values: NDArray[np.float64]) -> FloatArray:
        taken = values[of]
        return taken[..., 0] if one_column else taken

    mine = table.child
    return Suppressed(
        children=part(mine, shown),
        parents=part(table.parent, shown),
        overall=single(np.asarray(part(table.overall, shown))),
        parent_labels=labels,
        primary=small[mine].reshape(array.shape),
        secondary=(hidden & ~small)[mine].reshape(array.shape),
        child_totals=None if one_column else shown[table.child_total],
        parent_totals=None if one_column else shown[table.parent_total],
        overall_total=None if one_column else single(np.asarray(shown[table.overall_total])),
    )


def secondary(
    cells: ArrayLike, equations: Sequence[Equation], hidden: ArrayLike, lowest: int = 0
) -> BoolArray:
    """Which cells of any table must be hidden with those that already are (returned among them).

    ``cells`` (n,) are whole numbers, each equation (total, parts) holds among them, ``hidden`` (n,) says which are
    hidden already. ``lowest`` is the least that a reader may take a hidden cell to be: 1 where zeros are shown.
    Cells that are no total are hidden first. Raises ValueError for an equation that does not add up.
    """
    counts = _whole(cells)
    start = np.asarray(hidden, dtype=np.bool_)
    if counts.ndim != 1 or start.shape != counts.shape:
        raise ValueError(
            f"shapes do not match: cells {counts.shape}, hidden {start.shape}; expected two of (n,)"
        )
    _check_equations(counts, equations)
    level = np.zeros(len(counts), dtype=np.intp)
    for total, parts in equations:
        level[total] = max(level[total], 1 + max((int(level[part]) for part in parts), default=0))
    return _protected(counts, equations, start, level, lowest)


def found_by_subtraction(
    cells: ArrayLike, equations: Sequence[Equation], hidden: ArrayLike, lowest: int = 0
) -> BoolArray:
    """Which hidden cells a reader could work out exactly, from the cells shown and the equations.

    Both by adding and subtracting equations, and by knowing that no hidden cell is below ``lowest``. Shape (n,);
    False for every cell that is shown.
    """
    counts = _whole(cells)
    given = np.asarray(hidden, dtype=np.bool_)
    _check_equations(counts, equations)
    found = np.zeros(len(counts), dtype=np.bool_)
    for group in _components([equation for equation in equations if equation[1]], given):
        found[_exposed(counts, group, given, lowest)] = True
    return found


def determined(matrix: ArrayLike, sums: ArrayLike, lowest: ArrayLike, highest: ArrayLike) -> BoolArray | None:
    """Which unknown whole numbers have one value in every solution of a system of sums; None where it has no solution.

    ``matrix`` (m, n) times the unknowns (n,) is ``sums`` (m,); each unknown lies between ``lowest`` and ``highest`` (n,),
    which may be infinite. Shape (n,). Raises ValueError for shapes that do not match. By linear programmes: Hundepool
    et al. (2012), section 4.3.
    """
    table, totals = numbers("matrix", matrix), numbers("sums", sums)
    low, high = numbers("lowest", lowest), numbers("highest", highest)
    if table.ndim != 2 or totals.shape != table.shape[:1] or not low.shape == high.shape == table.shape[1:]:
        raise ValueError(
            f"shapes do not match: matrix {table.shape}, sums {totals.shape}, lowest {low.shape}, highest "
            f"{high.shape}; expected (m, n), (m,), (n,), (n,)"
        )
    solve = _solver(table, totals, low, high)
    least = solve(np.zeros(len(low)))
    if least is None:
        return None
    found: BoolArray = np.zeros(len(low), dtype=np.bool_)
    most = least.copy()
    for place in range(len(low)):
        for sign in (1.0, -1.0):
            # every solution says something of every unknown: two of them a whole number apart are enough
            if _has_two(least[place], most[place]):
                break
            goal = np.zeros(len(low))
            goal[place] = sign
            solution = solve(goal)
            if solution is None:  # without an end on this side
                least[place], most[place] = -np.inf, np.inf
                break
            least, most = np.minimum(least, solution), np.maximum(most, solution)
        found[place] = not _has_two(least[place], most[place])
    return found


def _has_two(least: float, most: float) -> bool:
    """Whether two whole numbers lie between two ends."""
    return bool(np.isinf(least) or np.floor(most + _NEAR) - np.ceil(least - _NEAR) >= 1)


def _solver(
    matrix: FloatArray, sums: FloatArray, lowest: FloatArray, highest: FloatArray
) -> Callable[[FloatArray], FloatArray | None]:
    """Finds the solution with the least of a goal (n,); None where there is none, or no least."""
    from scipy.optimize import linprog  # slow to import, and only a table with hidden cells needs it

    bounds = list(zip(lowest.tolist(), highest.tolist(), strict=True))

    def solve(goal: FloatArray) -> FloatArray | None:
        answer = linprog(goal, A_eq=matrix, b_eq=sums, bounds=bounds, method="highs")
        return None if answer.x is None else np.asarray(answer.x, dtype=np.float64)

    return solve


def _whole(counts: ArrayLike) -> FloatArray:
    array = numbers("counts", counts).astype(np.float64)
    bad = (array < 0) | ~np.isfinite(array) | (array != np.round(array))
    if bad.any():
        first = int(bad.ravel().argmax())
        place = located("counts", array.shape, first)
        raise ValueError(f"{place} is {float(array.ravel()[first])}; expected a whole number, 0 or more")
    return array


def _check_equations(counts: FloatArray, equations: Sequence[Equation]) -> None:
    for place, (total, parts) in enumerate(equations):
        summed = float(counts[list(parts)].sum())
        if summed != counts[total]:
            raise ValueError(
                f"equations[{place}]: cell {total} is {float(counts[total])}, its parts sum to {summed}; "
                f"expected them to be equal"
            )


class _Table:
    """The cells of a child × parent table in one row, where each kind stands, and its equations."""

    def __init__(self, counts: FloatArray, parent_of: NDArray[np.intp], n_parents: int) -> None:
        columns = counts.shape[1]
        by_parent = np.zeros((n_parents, columns))
        np.add.at(by_parent, parent_of, counts)
        overall = counts.sum(axis=0, keepdims=True)
        blocks = [counts, by_parent, overall]
        levels = [0, 1, 2]
        if columns > 1:
            blocks += [block.sum(axis=1, keepdims=True) for block in blocks]
            levels += [1, 2, 3]
        starts = np.cumsum([0, *(block.size for block in blocks)])
        places = [
            (start + np.arange(block.size)).reshape(block.shape)
            for start, block in zip(starts[:-1], blocks, strict=True)
        ]
        self.cells: FloatArray = np.concatenate([block.ravel() for block in blocks])
        self.level = np.concatenate(
            [np.full(block.size, level, dtype=np.intp) for block, level in zip(blocks, levels, strict=True)]
        )
        self.child, self.parent, self.overall = places[0], places[1], places[2][0]
        if columns > 1:
            self.child_total, self.parent_total = places[3][:, 0], places[4][:, 0]
            self.overall_total = places[5][0, 0]
        self.equations = list(self._sums(places, parent_of, n_parents, columns))

    @staticmethod
    def _sums(
        places: list[NDArray[np.intp]], parent_of: NDArray[np.intp], n_parents: int, columns: int
    ) -> Iterator[Equation]:
        tables = [places[:3]]
        if columns > 1:
            tables.append(places[3:])
        for child, parent, overall in tables:
            for column in range(child.shape[1]):
                for label in range(n_parents):
                    yield int(parent[label, column]), tuple(child[parent_of == label, column].tolist())
                yield int(overall[0, column]), tuple(parent[:, column].tolist())
        if columns > 1:
            for inner, across in zip(places[:3], places[3:], strict=True):
                for row, total in zip(inner, across, strict=True):
                    yield int(total[0]), tuple(row.tolist())


def _protected(
    counts: FloatArray,
    equations: Sequence[Equation],
    start: BoolArray,
    level: NDArray[np.intp],
    lowest: int,
) -> BoolArray:
    """Hide one more cell at a time, until none that is hidden can be found; then show again what need not be hidden.

    This ends: once all cells of a component are hidden, any multiple of the true table fits its equations.
    """
    hidden = np.array(start, dtype=np.bool_)
    # A total of no parts is 0 to anyone who looks, and describes nobody.
    equations = [equation for equation in equations if equation[1]]

    def cost(cell: int) -> tuple[bool, int, float, int]:
        # Zeros last: hiding one tells a reader that hidden cells may be zero, and protects nothing beside a zero.
        return bool(counts[cell] == 0), int(level[cell]), float(counts[cell]), cell

    def given_away() -> tuple[list[int], list[Equation]]:
        """Hidden cells that can be only one number, and the equations to find company for them in; empty if none can."""
        # The plain case first, by counting: an equation with one hidden cell gives it away. Company in another equation
        # of the same cell would not help.
        lone = next(_alone(equations, hidden), None)
        if lone is not None:
            return [lone[0]], [lone[1]]
        floor = 0 if (counts[hidden] == 0).any() else lowest
        for group in _components(equations, hidden):
            found = _exposed(counts, group, hidden, floor)
            if found:
                return found, [
                    (total, parts) for total, parts in group if not {total, *parts}.isdisjoint(found)
                ]
        return [], []

    while True:
        exposed, around = given_away()
        if not exposed:
            break
        near = {cell for total, parts in around for cell in (total, *parts) if not hidden[cell]}
        if not near:
            cell = exposed[0]
            raise ValueError(f"cells[{cell}] is {counts[cell]}; expected a cell that others can hide")
        hidden[min(near, key=cost)] = True

    # A cell hidden early may be needed no more once others are: the dearest is shown first. Showing one may free another.
    is_changed = True
    while is_changed:
        is_changed = False
        for cell in sorted(np.flatnonzero(hidden & ~start).tolist(), key=cost, reverse=True):
            hidden[cell] = False
            if given_away()[0]:
                hidden[cell] = True
            else:
                is_changed = True
    return hidden


def _alone(equations: Sequence[Equation], hidden: BoolArray) -> Iterator[tuple[int, Equation]]:
    """The hidden cell of each equation that has one only, and the equation."""
    for total, parts in equations:
        unknown = [cell for cell in (total, *parts) if hidden[cell]]
        if len(unknown) == 1:
            yield unknown[0], (total, parts)


def _components(equations: Sequence[Equation], hidden: BoolArray) -> list[list[Equation]]:
    """Equations with something hidden, put together where they share a hidden cell."""
    group_of: dict[int, int] = {}
    groups: dict[int, list[Equation]] = {}
    for place, equation in enumerate(equations):
        unknown = [cell for cell in (equation[0], *equation[1]) if hidden[cell]]
        if not unknown:
            continue
        joined = {group_of[cell] for cell in unknown if cell in group_of}
        merged = [equation]
        for group in joined:
            merged.extend(groups.pop(group))
        groups[place] = merged
        for total, parts in merged:
            for cell in (total, *parts):
                if hidden[cell]:
                    group_of[cell] = place
    return list(groups.values())


def _exposed(counts: FloatArray, group: list[Equation], hidden: BoolArray, lowest: int) -> list[int]:
    """Hidden cells of one component that can be only one number."""
    unknown = sorted({cell for total, parts in group for cell in (total, *parts) if hidden[cell]})
    if len(group) == 1:
        total, parts = group[0]
        if len(unknown) == 1:
            return unknown
        if hidden[total]:
            return []
        # Two or more parts that sum to their least possible sum are each at their least.
        return unknown if counts[unknown].sum() == lowest * len(unknown) else []
    column = {cell: place for place, cell in enumerate(unknown)}
    matrix = np.zeros((len(group), len(unknown)))
    for row, (total, parts) in enumerate(group):
        for cell in parts:
            if hidden[cell]:
                matrix[row, column[cell]] += 1
        if hidden[total]:
            matrix[row, column[total]] -= 1
    _, sizes, directions = np.linalg.svd(matrix)
    rank = int((sizes > _TINY * max(1.0, sizes[0])).sum())
    free = directions[rank:]
    fixed = np.abs(free).max(axis=0, initial=0.0) < _TINY
    if fixed.any():
        return [cell for cell, known in zip(unknown, fixed, strict=True) if known]
    true = counts[unknown]
    if (true > lowest).all():
        return []  # every cell can move a little either way along a free direction
    return [cell for cell in unknown if _only_one(matrix, true, column[cell], lowest)]


def _only_one(matrix: FloatArray, true: FloatArray, place: int, lowest: int) -> bool:
    """Whether a cell has one value among all solutions with no cell below ``lowest`` (a linear programme)."""
    from scipy.optimize import linprog  # only this rare case needs it, and it is slow to import

    goal = np.zeros(len(true))
    goal[place] = 1
    ends = []
    for sign in (1, -1):
        found = linprog(sign * goal, A_eq=matrix, b_eq=matrix @ true, bounds=(lowest, None), method="highs")
        if found.fun is None:  # without bound: as many values as you like
            return False
        ends.append(sign * float(found.fun))
    return ends[1] - ends[0] < 0.5
