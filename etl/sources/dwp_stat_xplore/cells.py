"""The cells of a cube as measurements, each with the reason where it is set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from etl.sources import reading
from etl.sources.base import (
    BadFile,
    ReleaseChanged,
)
from etl.sources.dwp_stat_xplore.cubes import Cube, Field, Item, month_of
from etl.sources.dwp_stat_xplore.tables import AREA_FIELD, REGIONS, TABLE_OF, Category, Split, Table

_NOT_PLACES = ("XXZZZZZZZ", "ZZXXXXXXX")
_NIL = 'Nil or negligible (".."), as the publisher shows it'


def measured_cells(path: Path, cube: Cube) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Every cell of a cube: a record of a measurement, or None with the reason for setting it aside and its label."""
    table = TABLE_OF.get(cube.database)
    if table is None:
        raise BadFile(path, column="database", value=cube.database, expected=f"one of {list(TABLE_OF)}")
    area_axis, month_axis, split_axis, split = axes_of(path, cube, table)
    whole_england = _covers(cube.fields[area_axis], REGIONS)
    areas = [_area(item, whole_england) for item in cube.fields[area_axis].items]
    months = [
        None if item.is_total else month_of(path, cube.fields[month_axis], item)
        for item in cube.fields[month_axis].items
    ]
    kinds = _kinds(table, split, None if split_axis is None else cube.fields[split_axis])
    for uri, array in cube.values.items():
        for place in product(*(range(size) for size in array.shape)):
            area, reason = areas[place[area_axis]]
            label = cube.fields[area_axis].items[place[area_axis]].label
            month = months[place[month_axis]]
            kind = kinds[0 if split_axis is None else place[split_axis]]
            if uri != table.count:
                yield "another measure", uri, None
            elif area is None:
                yield reason, label, None
            elif month is None:
                yield "a total over months", "Total", None
            elif isinstance(kind, str):
                yield "a category that is not shown, or a total of some of them", kind, None
            else:
                missing = np.isnan(array[place])
                yield (
                    "",
                    label,
                    {
                        "measure": kind.measure,
                        "area_code": area,
                        "period": month,
                        "breakdown": kind.breakdown,
                        "value": float(array[place]),
                        "status": "suppressed" if missing else "ok",
                        "note": _NIL if missing else "",
                    },
                )


def axes_of(path: Path, cube: Cube, table: Table) -> tuple[int, int, int | None, Split | None]:
    """Places of the fields of areas, months and categories, and the split of the categories (None where there are
    none). Raises ReleaseChanged for other fields than these."""

    def axis(name: str) -> int | None:
        return next((place for place, field in enumerate(cube.fields) if field.has(name)), None)

    area, month = axis(AREA_FIELD), axis(table.month_field.split(":")[-1])
    place, split = next(
        ((place, split) for split in table.splits if (place := axis(split.field)) is not None), (None, None)
    )
    known = {found for found in (area, month, place) if found is not None}
    strange = [field.label for at, field in enumerate(cube.fields) if at not in known]
    if area is None or month is None or strange or (split is None and table.measure is None):
        wanted = [AREA_FIELD, table.month_field]
        if table.splits:
            fields = " or ".join(split.field for split in table.splits)
            wanted.append(fields if table.measure is None else f"{fields} (may be left out)")
        raise ReleaseChanged(
            f"{path.name}: fields {[field.label for field in cube.fields]} found; expected those of {wanted} and no "
            "other; make the table again as docs/sources/dwp_stat_xplore.md describes"
        )
    return area, month, place, split


def _covers(field: Field, codes: Sequence[str]) -> bool:
    """Whether the items that are no totals are exactly these codes, one each."""
    return sorted(item.codes for item in field.items if not item.is_total) == sorted(
        (code,) for code in codes
    )


def _area(item: Item, whole_england: bool) -> tuple[str | None, str]:
    """(GSS code, "") of an item, or (None, why it is set aside)."""
    if item.is_total:
        return (reading.ENGLAND, "") if whole_england else (None, "a total over areas")
    code = item.codes[0]
    if len(item.codes) > 1 or code in _NOT_PLACES or not re.fullmatch(r"[EWSNK]\d{8}", code):
        return None, "not an area: unknown, abroad or a group of areas"
    if code.startswith("E"):
        return code, ""
    return None, "outside England"


def _kinds(table: Table, split: Split | None, field: Field | None) -> list[Category | str]:
    """For each item of the category field what it measures, or the label of one that is set aside."""
    if field is None or split is None:
        return [Category(table.measure or "")]
    found: list[Category | str] = []
    complete = split.whole_measure is not None and _covers(field, split.asked_codes)
    for item in field.items:
        if item.is_total:
            found.append(Category(str(split.whole_measure)) if complete else item.label)
        elif len(item.codes) > 1:
            found.append(item.label)
        else:
            found.append(
                next((category for category in split.categories if category.is_item(item)), item.label)
            )
    return found
