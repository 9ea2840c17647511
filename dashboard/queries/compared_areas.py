"""The question of a list: areas of one type beside a benchmark, all or those inside a parent, and some beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.answers.compared_areas import ComparedAreas
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
