"""Hex layouts as the app reads them: one hexagon an area, from the committed tables in ``geodata/layouts/``.

Standard library only. A table ``<area_type>-<vintage>.csv`` has columns ``area_code, q, r``: axial coordinates
of a lattice of pointy-top hexagons, ``q`` growing eastwards and ``r`` southwards (and half a cell eastwards).
The tables are made by ``python -m geodata.hexes``; ``docs/layouts.md`` says how.

Plane coordinates given here have y upwards (north), no unit, and lie within ±15 of (0, 0): small enough for a
plotly ``geo`` to treat them as degrees, plain enough for an SVG. The hexagons of every layout cover the same
area in all, so that two layouts drawn in one frame are of one size.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "layouts"

DRAWN_YEARS: dict[str, dict[int, tuple[int, int]]] = {
    "ltla": {
        2017: (2016, 2018),
        2019: (2019, 2019),
        2020: (2020, 2020),
        2021: (2021, 2022),
        2024: (2023, 2024),
        2025: (2025, 2025),
    },
    "utla": {
        2017: (2016, 2018),
        2019: (2019, 2019),
        2020: (2020, 2020),
        2021: (2021, 2022),
        2023: (2023, 2024),
        2025: (2025, 2025),
    },
    "region": {2023: (2016, 2025)},
    "combined_authority": {2023: (2018, 2023), 2024: (2024, 2024), 2025: (2025, 2025)},
    "lep": {2021: (2021, 2021)},
    "sub_icb": {2022: (2022, 2022), 2023: (2023, 2025)},
    "icb": {2022: (2022, 2022), 2023: (2023, 2025), 2026: (2026, 2026)},
    "nhs_region": {2021: (2019, 2021), 2023: (2022, 2023), 2024: (2024, 2024)},
    "ccg": {
        2017: (2017, 2017),
        2018: (2018, 2018),
        2019: (2019, 2019),
        2020: (2020, 2020),
        2021: (2021, 2021),
    },
    "stp": {2017: (2017, 2017), 2018: (2018, 2019), 2021: (2020, 2021)},
}
"""Drawn vintage → first and last year (on 31 December) whose areas it shows exactly, by area type."""

_DRAWN_AREA = 90.0
_DECIMALS = 4

Point = tuple[float, float]
Cell = tuple[int, int]


class UnknownLayout(LookupError):
    """There is no layout of that area type and vintage."""


class BadLayout(ValueError):
    """A layout table cannot be used; the message names file, row, column, value and expectation."""


def available_layouts(area_type: str) -> tuple[int, ...]:
    """Vintages of that area type that have a layout, oldest first; () when none."""
    vintages = []
    for path in FOLDER.glob(f"{area_type}-*.csv"):
        vintage = path.stem.removeprefix(f"{area_type}-")
        if vintage.isdigit():
            vintages.append(int(vintage))
    return tuple(sorted(vintages))


@cache
def load_layout(area_type: str, vintage: int) -> Mapping[str, Cell]:
    """Area code → its cell (q, r). Raises UnknownLayout when there is none, BadLayout when it is spoilt."""
    path = FOLDER / f"{area_type}-{vintage}.csv"
    if not path.is_file():
        known = ", ".join(map(str, available_layouts(area_type))) or "none"
        raise UnknownLayout(
            f"no layout of {area_type!r} for {vintage}; layouts of that type: {known}; "
            f"build one with: python -m geodata.hexes --only {area_type}-{vintage}"
        )
    return read_layout(path)


def read_layout(path: Path) -> dict[str, Cell]:
    """Read one layout table. Every problem at once in one BadLayout; rows counted with the header as 1."""
    problems: list[str] = []
    cells: dict[str, Cell] = {}
    taken: dict[Cell, str] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != ["area_code", "q", "r"]:
            raise BadLayout(f"{path.name}: columns area_code, q, r expected; found {reader.fieldnames}")
        for row in reader:
            place = f"{path.name}: row {reader.line_num}"
            try:
                cell = int(row["q"]), int(row["r"])
            except (TypeError, ValueError):
                problems.append(f"{place}: columns q, r: {row['q']!r}, {row['r']!r}: whole numbers expected")
                continue
            area_code = row["area_code"]
            if area_code in cells:
                problems.append(f"{place}: column area_code: {area_code!r} stands twice")
            if cell in taken:
                problems.append(f"{place}: {area_code!r} shares the cell {cell} with {taken[cell]!r}")
            cells[area_code] = cell
            taken[cell] = area_code
    if not cells and not problems:
        problems.append(f"{path.name}: no rows; one for each area expected")
    if problems:
        raise BadLayout("\n".join(problems))
    return cells


def layout_geojson(area_type: str, vintage: int, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of hexagons: feature ``id`` = area code, one clockwise exterior ring each.

    ``properties.name`` is taken from ``names`` (area code → name) where given, else it is the code. Corners
    shared by two hexagons have equal coordinates. Raises UnknownLayout, BadLayout.
    """
    frame = _frame(area_type, vintage)
    features = []
    for area_code, cell in sorted(load_layout(area_type, vintage).items()):
        corners = [frame.point(corner) for corner in _corners(cell)]
        features.append(
            {
                "type": "Feature",
                "id": area_code,
                "properties": {"name": names.get(area_code, area_code) if names else area_code},
                "geometry": {"type": "Polygon", "coordinates": [[list(p) for p in [*corners, corners[0]]]]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


NEIGHBOURS: tuple[Cell, ...] = ((1, -1), (1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1))
"""Steps to the six neighbours, clockwise from north-east; side k of a hexagon faces neighbour k."""


class _Frame:
    """Lattice to plane: scale and shift that give the layout its size and put its middle at (0, 0)."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        corners = [corner for cell in cells for corner in _corners(cell)]
        self.radius = math.sqrt(_DRAWN_AREA / (len(corners) / 6) / (1.5 * math.sqrt(3)))
        columns = [corner[0] for corner in corners]
        rows = [corner[1] for corner in corners]
        self.middle = (min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2

    def point(self, half_steps: tuple[int, int]) -> Point:
        x = (half_steps[0] - self.middle[0]) * self.radius * math.sqrt(3) / 2
        y = (self.middle[1] - half_steps[1]) * self.radius / 2
        return round(x, _DECIMALS) + 0.0, round(y, _DECIMALS) + 0.0


def _middle(cell: Cell) -> tuple[int, int]:
    # whole half-steps (half a width across, half a radius down), so that shared corners are equal exactly
    q, r = cell
    return 2 * q + r, 3 * r


def _corners(cell: Cell) -> list[tuple[int, int]]:
    column, row = _middle(cell)
    around = ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1))  # clockwise from the top, y downwards
    return [(column + dx, row + dy) for dx, dy in around]


@cache
def _frame(area_type: str, vintage: int) -> _Frame:
    return _Frame(load_layout(area_type, vintage).values())
