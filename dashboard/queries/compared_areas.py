"""The question of a list: areas of one type beside a benchmark, all or those inside a parent, and some beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.answers.compared_areas import MOST_NAMED, ComparedAreas, NamedAreas, NamedKind
from dashboard.queries import geography
from dashboard.queries.age import age_of_view
from dashboard.queries.comparison import compare, compare_all, narrowed
from dashboard.queries.releases import releases_of
from dashboard.queries.rows import Row, row_of, rows_of

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

MOST_SELECTED = 8
"""Chosen areas that are marked; an address may name more."""


def compared_areas(context: Context, view: View) -> ComparedAreas:
    """Everything that the list of a view says. Raises the store's errors."""
    register = context.register
    all_rows = rows_of(context, view, view.area_type)
    listed = {row["area_code"] for row in all_rows}
    view = replace(view, area_codes=geography.as_listed(register, view.area_codes, listed))
    rows: list[Row] = all_rows
    compared = compare_all(context, view, all_rows)
    inside = None
    if view.parent:
        on = geography.day_of(context, view)
        codes = [row["area_code"] for row in all_rows]
        inside = geography.inside(register, view.parent, view.area_type, on, codes)
        held = set(inside.area_codes)
        rows = [row for row in all_rows if row["area_code"] in held]
        compared = narrowed(compared, rows)
    selected = view.area_codes[:MOST_SELECTED]
    beside = [
        row
        for code in selected
        if code not in compared.by_area and (row := row_of(context, view, code)) is not None
    ]
    by_area, against, at_odds = compared.by_area, compared.benchmarks.by_area, compared.at_odds
    if beside:
        others = compare(context, view, beside)
        by_area = {**by_area, **others.by_area}
        against = {**against, **others.benchmarks.by_area}
        at_odds = {**at_odds, **others.at_odds}
    return ComparedAreas(
        view,
        context.catalogue[view.indicator_id],
        register.area_types[view.area_type],
        tuple(all_rows),
        tuple(rows),
        tuple(beside),
        selected,
        register.area(view.parent) if view.parent else None,
        inside,
        compared,
        by_area,
        against,
        at_odds,
        releases_of(context, rows),
        tuple(context.available(view.indicator_id)),
        age_of_view(context, view),
    )


def trends_of(context: Context, view: View, area_codes: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """The recent trends of some areas; an area that has none is not in the answer."""
    codes = list(area_codes)
    return context.store.trends(**view.key, area_codes=codes) if codes else {}


# ---- which of them are named ------------------------------------------------------------------------


def named_areas(context: Context, listed: ComparedAreas, *, everyone: bool = False) -> NamedAreas:
    """The areas of a list that are named: as many as can be read, or those that the address asks for (``View.show``).

    Of a list that is too long those of the first chosen area's region, else those most like it; with no area chosen the
    regions. All where there is nothing of the kind, and with ``everyone``. Raises the store's errors.
    """
    choices = _choices(context, listed)
    kind = "all" if everyone else _kind(listed, choices)
    region_code = _region_code(context, listed)
    rows: Sequence[Row] = choices[kind]
    pinned = [row for row in listed.ordered if row["area_code"] in listed.selected]
    pinned.sort(key=lambda row: listed.selected.index(row["area_code"]))
    by_area, against, at_odds = listed.by_area, listed.against, listed.at_odds
    if kind == "regions":
        others = compare(context, listed.view, rows)
        by_area = {**by_area, **others.by_area}
        against = {**against, **others.benchmarks.by_area}
        at_odds = {**at_odds, **others.at_odds}
    lie_in_it = kind == "region" or bool(listed.view.parent)
    region = row_of(context, listed.view, region_code) if region_code and lie_in_it else None
    has_level = region is not None and region["status"] != "illustrative" and listed.indicator.comparable
    return NamedAreas(
        kind,
        tuple(in_order(rows, listed.view.sort)),
        tuple(pinned),
        context.register.area(region_code) if region_code else None,
        region["value"] if region is not None and has_level else None,
        {name: len(found) for name, found in choices.items()},
        by_area,
        against,
        at_odds,
    )


def in_order(rows: Iterable[Row], sort: str) -> list[Row]:
    """Rows by value or by name (``View.sort``); those without a real value last, by name."""
    listed = sorted(rows, key=lambda row: row["area_name"], reverse=sort == "z-a")
    if sort in ("a-z", "z-a"):
        return listed
    real = [row for row in listed if _has_place(row)]
    real.sort(key=lambda row: row["value"], reverse=sort == "highest")
    return [*real, *(row for row in listed if not _has_place(row))]


def _has_place(row: Row) -> bool:
    """Whether a figure may be sorted by its value: an illustrative one may not."""
    return row["value"] is not None and row["status"] != "illustrative"


def _choices(context: Context, listed: ComparedAreas) -> dict[NamedKind, Sequence[Row]]:
    """The rows of each kind of choice that this list has, the nearest first."""
    found: dict[NamedKind, Sequence[Row]] = {}
    own = next((code for code in listed.selected if code in listed.compared.by_area), None)
    if not listed.view.parent:
        if own is not None:
            found["region"] = _in_region(context, listed)
            alike = {own, *geography.similar(context.register, own)}
            found["similar"] = [row for row in listed.rows if row["area_code"] in alike]
        elif len(listed.rows) > MOST_NAMED:
            found["regions"] = _regions(context, listed)
    choices = {name: rows for name, rows in found.items() if 1 < len(rows) < len(listed.rows)}
    return {**choices, "all": listed.rows}


def _kind(listed: ComparedAreas, choices: Mapping[NamedKind, Sequence[Row]]) -> NamedKind:
    asked: NamedKind | None = next((kind for kind in choices if kind == listed.view.show), None)
    if asked is not None:
        return asked
    if listed.view.show == "region" and "regions" in choices:
        return "regions"
    if len(listed.rows) <= MOST_NAMED:
        return "all"
    return next((kind for kind, rows in choices.items() if len(rows) <= MOST_NAMED), "all")


def _in_region(context: Context, listed: ComparedAreas) -> Sequence[Row]:
    code = _region_code(context, listed)
    if code is None:
        return ()
    view = listed.view

    def build() -> list[Row]:
        on = geography.day_of(context, view)
        codes = [row["area_code"] for row in listed.rows]
        held = set(geography.inside(context.register, code, view.area_type, on, codes).area_codes)
        return [row for row in listed.rows if row["area_code"] in held]

    key = ("rows in a region", code, *view.key.values(), view.area_type, view.period)
    return context.cached(key, build)


def _region_code(context: Context, listed: ComparedAreas) -> str | None:
    """The region of the first chosen area of the list; the parent where that is a region; None without."""
    view = listed.view
    if view.parent:
        regions = geography.region_types(context.register)
        is_region = any(kind in regions for kind in context.register.types_of(view.parent))
        return view.parent if is_region else None
    own = next((code for code in listed.selected if code in listed.compared.by_area), None)
    if own is None:
        return None
    return geography.region_of(
        context.register, own, geography.day_of(context, view), area_type=view.area_type
    )


def _regions(context: Context, listed: ComparedAreas) -> Sequence[Row]:
    """The figures of the regions that areas of this type lie in; none where nothing is published for them."""
    kind = listed.area_type.region
    return rows_of(context, listed.view, kind) if kind else ()
