"""What each area is compared with: England, a chosen area, its own region, what lies around it, or areas like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from dashboard.answers.comparison import Against, BenchmarkKind, Benchmarks
from dashboard.queries import geography
from dashboard.queries.rows import Row, by_land, row_of, rows_of
from indicators.statistics.decimals import meant

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

FEWEST_SIMILAR = 3
"""Areas with a figure below which the middle of similar areas is no benchmark."""
_NOTHING = Against(None, "", None)


def benchmarks(context: Context, view: View, rows: Sequence[Row]) -> Benchmarks:
    """What the areas of some rows are compared with, as the view's benchmark says.

    region   of each area its region (of an NHS area its NHS region): ``geography.region_of``
    parent   of each area the first area around it that has a figure: ``geography.around``
    similar  of each area the middle of the areas most like it, where at least ``FEWEST_SIMILAR`` have a figure
    england, or the code of an area: the same for all

    The figures are of the view's period; their age band is that of ``rows.age_of``. Rows may be of several types of
    area. An area whose region (or area around it) has no figure keeps the region's name, without a value. Figures that
    are compared with nothing, and are no plain counts, have no benchmark at all.
    """
    if context.catalogue[view.indicator_id].not_compared:
        return Benchmarks("area", {row["area_code"]: _NOTHING for row in rows})
    match view.benchmark:
        case "region" | "parent" as kind:
            return _around(context, view, rows, kind)
        case "similar":
            return _similar(context, view, rows)
        case _:
            code = geography.ENGLAND if view.benchmark == "england" else view.benchmark
            row = row_of(context, view, code)
            # the list may have the area under another code of its land: an area is not compared with itself
            first = _against(context, row["area_code"] if row else code, row, view.area_type)
            return Benchmarks("area", {row["area_code"]: first for row in rows}, first)


def choices(context: Context, view: View) -> tuple[str, ...]:
    """The benchmarks that a page offers for a view: values of the key ``benchmark``, the usual one first.

    Nothing where the indicator is a count or has no figures here; a kind of benchmark is offered where the figures have
    it. The view's own benchmark, its parent and the chosen areas are always among them.
    """
    if not context.catalogue[view.indicator_id].comparable or view.period is None:
        return ()
    register = context.register
    kind = register.area_type(view.area_type)
    loaded = {row["area_type"] for row in context.available(view.indicator_id)}
    found = {"england": None}
    if kind.region in loaded:
        found["region"] = None
    if any(parent_type in loaded and parent_type != kind.region for parent_type in kind.around):
        found["parent"] = None
    if kind.has_similar:
        found["similar"] = None
    for code in (view.benchmark, view.parent, *view.area_codes):
        if code and code != geography.ENGLAND:
            found[code] = None
    return () if len(found) == 1 and "england" not in loaded else tuple(found)


def _around(context: Context, view: View, rows: Sequence[Row], kind: BenchmarkKind) -> Benchmarks:
    register = context.register
    on = geography.day_of(context, view)
    area_types = {row["area_type"]: register.area_type(row["area_type"]) for row in rows}
    held: dict[str, dict[str, Row]] = {}
    for area_type in area_types.values():
        for parent_type in (area_type.region,) if kind == "region" else area_type.around:
            if parent_type is not None and parent_type not in held:
                held[parent_type] = {
                    row["area_code"]: row
                    for row in rows_of(context, view, parent_type)
                    if row["value"] is not None and row["status"] != "illustrative"
                }
    by_area = {}
    for row in rows:
        code, area_type = row["area_code"], area_types[row["area_type"]]
        if kind == "region":
            among = held.get(area_type.region or "", {})
            found = geography.region_of(register, code, on, area_type=area_type.area_type, among=among)
            found = found or geography.region_of(register, code, on, area_type=area_type.area_type)
        else:
            found = geography.around(register, code, on, held, area_type=area_type.area_type)
        there = next((figures[found] for figures in held.values() if found in figures), None)
        by_area[code] = _against(context, found, there) if found else _NOTHING
    return with_shared(kind, by_area)


def _similar(context: Context, view: View, rows: Sequence[Row]) -> Benchmarks:
    # of all areas of the type, also where the rows are those of one region only
    values: dict[str, float] = {}
    for area_type in {row["area_type"] for row in rows}:
        for code, row in by_land(context.register, rows_of(context, view, area_type)).items():
            if row["value"] is not None and row["status"] != "illustrative":
                values[code] = row["value"]
    by_area = {}
    for row in rows:
        alike = tuple(
            code for code in geography.similar(context.register, row["area_code"]) if code in values
        )
        by_area[row["area_code"]] = Against(
            None, "", middle_of(values, alike), count=len(alike), made_of=alike
        )
    return Benchmarks("similar", by_area)


def middle_of(values: Mapping[str, float], area_codes: Sequence[str]) -> float | None:
    """The median of the values of some areas; None where fewer than ``FEWEST_SIMILAR`` of them have one."""
    held = [values[code] for code in area_codes if code in values]
    return float(meant(median(held))) if len(held) >= FEWEST_SIMILAR else None


def with_shared(
    kind: BenchmarkKind, by_area: Mapping[str, Against], shared: Against | None = None
) -> Benchmarks:
    """Benchmarks whose one area for all of them (the region of its districts) is named once.

    ``shared`` is what is named where there are no areas at all.
    """
    different = set(by_area.values())
    only = next(iter(different)) if len(different) == 1 else None if different else shared
    return Benchmarks(kind, by_area, only if only is not None and only.area_code else None)


def _against(context: Context, area_code: str, row: Row | None, area_type: str | None = None) -> Against:
    register = context.register
    if row is not None:
        is_illustrative = row["status"] == "illustrative"
        return Against(
            area_code, row["area_name"], None if is_illustrative else row["value"], is_illustrative
        )
    named_as = area_type if area_type in register.types_of(area_code) else None
    return Against(area_code, register.area(area_code, named_as).name, None)
