"""Secondary suppression of figures of the user's own, over areas, groups, periods and both parts of each whole at once.

A publisher has protected its tables; of figures of one's own nobody has. A reader may add and subtract over all of them
together, and knows of each hidden count that it is neither 0 nor all of its denominator. What can then be only one number
takes the smallest figure beside it into hiding, until nothing can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.statistics.disclosure import SmallNumbers, determined

LARGEST = 600
"""Unknown numbers that hang together, above which they are not solved together: a linear programme for each takes too long."""
RULE = SmallNumbers()
"""The rule for figures of the user's own, which whoever reads them knows."""
OTHERS = "others"
"""The column of those in the denominator who are not in the numerator: published by the other two."""

Cell = tuple[int, str]
"""(place of the figure, column)."""
Sum = tuple[Cell, tuple[Cell, ...]]
"""A cell, and the cells that add up to it."""


@dataclass(frozen=True)
class OwnTable:
    """The counts of one indicator of the user's own.

    ``counts`` has a column (n,) for each kind of count, nan where none is shown; ``is_hidden`` (n,) says of which figures
    a count is hidden, ``is_primary`` (n,) which of those the rule hid, and not the care for others. ``sums`` hold among
    them; ``is_part`` says that the numerator is part of the denominator.
    """

    counts: Mapping[str, NDArray[np.float64]]
    is_hidden: NDArray[np.bool_]
    is_primary: NDArray[np.bool_]
    sums: Sequence[Sum]
    is_part: bool

    def is_secret(self, cell: Cell, is_hidden: NDArray[np.bool_]) -> bool:
        """Whether nobody must find out what is unknown of a figure. How many people there are in a figure that is hidden for
        another's sake is none: that is hidden only because a figure is hidden whole."""
        place, name = cell
        if name == "denominator":
            return bool(self.is_primary[place] and np.isnan(self.counts[name][place]))
        return bool(is_hidden[place])


def more_to_hide(table: OwnTable) -> tuple[list[int], int]:
    """(places of the figures to hide with those that are, the most unknown numbers that hang together and were not solved).

    The second is 0 where everything was looked at. A figure is hidden whole: all of its counts.
    """
    counts = {name: column.copy() for name, column in table.counts.items()}
    is_hidden = table.is_hidden.copy()
    added: list[int] = []
    level = _levels(table.sums, len(is_hidden))
    sums_at: dict[int, list[int]] = {}
    for number, (whole, parts) in enumerate(table.sums):
        for place, _ in (whole, *parts):
            sums_at.setdefault(place, []).append(number)
    safe: set[tuple[Cell, ...]] = set()
    while True:
        unsolved, chosen = 0, set[int]()
        for group in _components(_system(table, counts, is_hidden, sums_at), counts):
            cells = {cell for whole, parts in group for cell in (whole, *parts)}
            unknown = sorted(cell for cell in cells if _is_unknown(counts, cell))
            if len(unknown) > LARGEST:
                unsolved = max(unsolved, len(unknown))
                continue
            # the same unknown cells stand in the same sums: what gave nothing away gives nothing away later
            if tuple(unknown) in safe:
                continue
            found = _found(table, counts, is_hidden, group, unknown)
            if not found:
                safe.add(tuple(unknown))
                continue
            # company in a sum of the cell itself, or in one that hangs together with it
            beside = [(whole, parts) for whole, parts in group if not found.isdisjoint((whole, *parts))]
            near = _shown_in(counts, beside) or _shown_in(counts, group)
            if near:
                # zeros last: hiding one protects nothing beside a zero; else where it asks for no more company
                chosen.add(
                    min(
                        near,
                        key=lambda place: (
                            near[place] == 0,
                            level[place],
                            _whole_sums(table, counts, sums_at, place),
                            near[place],
                            place,
                        ),
                    )
                )
        if not chosen:
            return added, unsolved
        for place in sorted(chosen):
            is_hidden[place] = True
            for column in counts.values():
                column[place] = np.nan
        added += sorted(chosen)


def _whole_sums(
    table: OwnTable,
    counts: Mapping[str, NDArray[np.float64]],
    sums_at: Mapping[int, Sequence[int]],
    place: int,
) -> int:
    """How many sums of a figure have nothing unknown: each would give it away if it were hidden, and ask for company."""
    return sum(
        not any(_is_unknown(counts, cell) for cell in (whole, *parts))
        for whole, parts in (table.sums[number] for number in sums_at.get(place, ()))
    )


def _shown_in(counts: Mapping[str, NDArray[np.float64]], sums: Sequence[Sum]) -> dict[int, float]:
    """The counts that are shown in some sums, by place."""
    return {
        place: float(counts[name][place])
        for whole, parts in sums
        for place, name in (whole, *parts)
        if not _is_unknown(counts, (place, name))
    }


def _levels(sums: Sequence[Sum], n: int) -> NDArray[np.intp]:
    """How many levels of sums stand below each figure: parts are hidden before wholes."""
    level = np.zeros(n, dtype=np.intp)
    is_changed = True
    while is_changed:
        is_changed = False
        for (whole, _), parts in sums:
            deepest = 1 + max(int(level[place]) for place, _ in parts)
            if level[whole] < deepest <= n:
                level[whole], is_changed = deepest, True
    return level


def _system(
    table: OwnTable,
    counts: Mapping[str, NDArray[np.float64]],
    is_hidden: NDArray[np.bool_],
    sums_at: Mapping[int, Sequence[int]],
) -> list[Sum]:
    """The sums with something unknown in them, and those of numerator and others of each figure that is hidden.

    ``sums_at`` are the numbers of the sums by the places in them. What cannot add up is no sum: each sector of an area may
    be given with the people of all sectors as its denominator.
    """
    without = np.isnan(np.vstack(list(counts.values()))).any(axis=0)
    near = sorted({number for place in np.flatnonzero(without).tolist() for number in sums_at.get(place, ())})
    found = [
        (whole, parts)
        for whole, parts in (table.sums[number] for number in near)
        if any(_is_unknown(counts, cell) for cell in (whole, *parts)) and _may_add_up(counts, whole, parts)
    ]
    if table.is_part:
        found += [
            ((place, "denominator"), ((place, "numerator"), (place, OTHERS)))
            for place in np.flatnonzero(is_hidden).tolist()
        ]
    return found


def _may_add_up(counts: Mapping[str, NDArray[np.float64]], whole: Cell, parts: Sequence[Cell]) -> bool:
    """Whether the parts that are shown leave 0 or more of the whole, if that is shown."""
    known = sum(float(counts[name][place]) for place, name in parts if not np.isnan(counts[name][place]))
    total = counts[whole[1]][whole[0]]
    return bool(np.isnan(total) or known <= total)


def _is_unknown(counts: Mapping[str, NDArray[np.float64]], cell: Cell) -> bool:
    place, name = cell
    return name == OTHERS or bool(np.isnan(counts[name][place]))


def _components(sums: Sequence[Sum], counts: Mapping[str, NDArray[np.float64]]) -> Iterator[list[Sum]]:
    """Sums that share unknown cells, put together."""
    root: dict[Cell, Cell] = {}

    def top(cell: Cell) -> Cell:
        while root.setdefault(cell, cell) != cell:
            root[cell] = root[root[cell]]
            cell = root[cell]
        return cell

    first: list[Cell] = []
    for whole, parts in sums:
        unknown = [cell for cell in (whole, *parts) if _is_unknown(counts, cell)]
        first.append(unknown[0])
        for cell in unknown[1:]:
            root[top(cell)] = top(unknown[0])
    groups: dict[Cell, list[Sum]] = {}
    for cell, equation in zip(first, sums, strict=True):
        groups.setdefault(top(cell), []).append(equation)
    yield from groups.values()


def _found(
    table: OwnTable,
    counts: Mapping[str, NDArray[np.float64]],
    is_hidden: NDArray[np.bool_],
    group: Sequence[Sum],
    unknown: Sequence[Cell],
) -> set[Cell]:
    """The hidden cells of one component that can be only one number."""
    matrix, right = _equations(counts, group, unknown)
    secret = np.array([table.is_secret(cell, is_hidden) for cell in unknown], dtype=np.bool_)
    small = np.array([table.is_primary[place] and not table.is_part for place, _ in unknown], dtype=np.bool_)
    endless = np.full(len(unknown), np.inf)
    no_zero = np.where(secret, float(RULE.lowest), 0.0)
    # what a reader believes of a hidden count, as far as it fits: that the rule hid it, that it is no 0, that it is a count
    for lowest, highest in (
        (no_zero, np.where(small, float(RULE.highest), np.inf)),
        (no_zero, endless),
        (np.zeros(len(unknown)), endless),
    ):
        found = determined(matrix, right, lowest, highest)
        if found is not None:
            return {cell for cell, is_found in zip(unknown, found & secret, strict=True) if is_found}
    # not all of it adds up: a reader looks at each sum by itself
    return set().union(
        *(
            _found(table, counts, is_hidden, [equation], _of(counts, equation))
            for equation in group
            if len(group) > 1
        )
    )


def _of(counts: Mapping[str, NDArray[np.float64]], equation: Sum) -> list[Cell]:
    """The unknown cells of a sum."""
    return sorted({cell for cell in (equation[0], *equation[1]) if _is_unknown(counts, cell)})


def _equations(
    counts: Mapping[str, NDArray[np.float64]], group: Sequence[Sum], unknown: Sequence[Cell]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(matrix, right side): the unknown cells of some sums, and what those that are shown leave of each."""
    column_of = {cell: column for column, cell in enumerate(unknown)}
    matrix, right = np.zeros((len(group), len(unknown))), np.zeros(len(group))
    for row, (whole, parts) in enumerate(group):
        for cell, sign in ((whole, -1.0), *((part, 1.0) for part in parts)):
            if cell in column_of:
                matrix[row, column_of[cell]] += sign
            else:
                right[row] -= sign * counts[cell[1]][cell[0]]
    return matrix, right
