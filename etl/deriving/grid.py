"""Measurements side by side: arrays with one place for each area, period, sex, age and breakdown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.frames.keys import looked_up
from etl.frames.observations import NOT_AVAILABLE, PLACE, RANK_OF, end_of
from geodata.register import Register
from indicators.statistics import aggregation, rounding
from indicators.store import types_on

NEVER_ROUNDED = ("england", "uk")
"""Types of area whose counts publishers give to the last one."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass
class Cells:
    """One measure (or a sum of several) over every place of a grid."""

    there: Flags
    value: Floats
    lower: Floats
    upper: Floats
    half: Floats
    rank: NDArray[np.int8]
    row: Floats
    note: NDArray[Any]


class Grid:
    """Measurements side by side: one place for each area, period, sex, age and breakdown."""

    def __init__(self, measurements: pd.DataFrame, register: Register) -> None:
        self._frame = measurements
        self._place = measurements.groupby(PLACE, sort=False).ngroup().to_numpy()
        self.places = measurements[PLACE].drop_duplicates().reset_index(drop=True)
        self.size = len(self.places)
        self._rows_of = measurements.groupby("measure", sort=False).indices
        unique = self.places[["area_code", "period"]].drop_duplicates()
        self._pair = self.places.groupby(["area_code", "period"], sort=False).ngroup().to_numpy()
        self._register, self._codes = register, unique["area_code"].tolist()
        self._types = [
            frozenset(types_on(register, code, end_of(period)))
            for code, period in zip(unique["area_code"], unique["period"], strict=True)
        ]

    def of_types(self, area_types: Sequence[str], areas_of: int | None = None) -> Flags:
        """Whether each place's area is one of these types, on the last day of its period or of the year ``areas_of``."""
        wanted = frozenset(area_types)
        of_pair: Sequence[Collection[str]] = self._types
        if areas_of is not None:
            on = date(areas_of, 12, 31)
            of_pair = [types_on(self._register, code, on) for code in self._codes]
        answer = np.array([not wanted.isdisjoint(kinds) for kinds in of_pair], dtype=bool)
        return answer[self._pair] if len(answer) else np.zeros(0, dtype=bool)

    def precision(self, values: Floats, where: Flags) -> Floats:
        """How many decimals the figures of each place's kind of area and period have: publishers differ in it."""
        group = self._kind_and_period()
        answer = np.zeros(self.size)
        for places in pd.Series(group[where]).groupby(group[where]).indices.values():
            at = np.flatnonzero(where)[places]
            answer[at] = _decimals(values[at])
        return answer

    def rounded(self, values: Floats, unit: float) -> Flags:
        """Which counts were rounded to a multiple of ``unit``: those below England that are one, in each period and kind of
        area of which more than half are. Others are exact, as a year is that the publisher did not round."""
        known = np.flatnonzero(~np.isnan(values) & ~self.of_types(NEVER_ROUNDED))
        answer = np.zeros(self.size, dtype=bool)
        group = pd.Series(self._kind_and_period()[known])
        for places in group.groupby(group).indices.values():
            at = known[places]
            answer[at] = rounding.rounded(values[at], unit)
        return answer

    def _kind_and_period(self) -> NDArray[Any]:
        kinds = [min(kinds, default="") for kinds in self._types]
        return pd.Series(kinds, dtype="str").to_numpy()[self._pair] + self.places["period"].to_numpy()

    def measure(self, name: str) -> Cells:
        """One measure; a place without a row is ``there = False`` and not available."""
        cells = Cells(
            there=np.zeros(self.size, dtype=bool),
            value=np.full(self.size, np.nan),
            lower=np.full(self.size, np.nan),
            upper=np.full(self.size, np.nan),
            half=np.full(self.size, np.nan),
            rank=np.full(self.size, NOT_AVAILABLE, dtype=np.int8),
            row=np.full(self.size, np.nan),
            note=np.full(self.size, "", dtype=object),
        )
        rows = self._rows_of.get(name)
        if rows is None:
            return cells
        part = self._frame.iloc[rows]
        at = self._place[rows]
        cells.there[at] = True
        cells.value[at] = part["value"].to_numpy()
        cells.lower[at] = part["lower_ci_95"].to_numpy()
        cells.upper[at] = part["upper_ci_95"].to_numpy()
        cells.half[at] = part["half_width_95"].to_numpy()
        cells.rank[at] = looked_up(part["status"], RANK_OF, NOT_AVAILABLE)
        cells.row[at] = part["row"].to_numpy(dtype="float64", na_value=np.nan)
        cells.note[at] = part["note"].to_numpy(dtype=object)
        return cells

    def total(self, names: Sequence[str]) -> Cells:
        """The sum of some measures, those with a leading ``-`` subtracted; missing where any of them is."""
        first, *others = names
        cells = self._signed(first)
        if not others:
            return cells
        halves = [cells.half]
        for name in others:
            other = self._signed(name)
            cells.value = cells.value + other.value
            cells.rank = np.maximum(cells.rank, other.rank)
            halves.append(other.half)
        cells.half = quadrature(halves)
        cells.lower = np.full(self.size, np.nan)
        cells.upper = np.full(self.size, np.nan)
        return cells

    def _signed(self, name: str) -> Cells:
        cells = self.measure(name.removeprefix("-"))
        if name.startswith("-"):
            cells.value, cells.lower, cells.upper = -cells.value, -cells.upper, -cells.lower
        return cells


def quadrature(halves: list[Floats]) -> Floats:
    """Half-width of a sum of independent estimates; nan where any has none."""
    table = np.vstack(halves)
    answer = np.full(table.shape[1], np.nan)
    whole = ~np.isnan(table).any(axis=0)
    if whole.any():
        answer[whole] = aggregation.combine_half_widths(table[:, whole].T)
    return answer


def _decimals(values: Floats) -> int:
    """How many decimals a column of published figures has (0 to 6)."""
    for places in range(6):
        if np.allclose(values, np.round(values, places), rtol=0, atol=1e-9):
            return places
    return 6
