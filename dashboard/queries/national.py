"""The newest figure of each indicator for the whole country: what lists of indicators and their pages show first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.address.view import View, read_view, search_of
from dashboard.answers.age import age_of
from dashboard.answers.national import NationalFigure
from dashboard.queries.geography import ENGLAND
from dashboard.queries.sparklines import sparklines

if TYPE_CHECKING:
    from dashboard.address.context import Context

UNITED_KINGDOM = "K02000001"
_COUNTRIES = (("england", ENGLAND), ("uk", UNITED_KINGDOM))


def national_figures(context: Context) -> Mapping[str, NationalFigure]:
    """By indicator: England's newest figure with a value, or the United Kingdom's. An indicator without either is left out.

    Of the people and the period that the page over time opens on for that country. Two questions to the store for each
    country, once a publication and day. Raises the store's errors.
    """
    return context.cached(("national figures", context.today()), lambda: _national_figures(context))


def _national_figures(context: Context) -> dict[str, NationalFigure]:
    found: dict[str, NationalFigure] = {}
    for area_type, area_code in _COUNTRIES:
        views = [
            view
            for indicator_id in context.all_available()
            if indicator_id in context.catalogue
            and indicator_id not in found
            and (view := _view(context, indicator_id, area_type)) is not None
        ]
        found |= _figures(context, views, area_type, area_code)
    return {name: found[name] for name in context.catalogue if name in found}


def _view(context: Context, indicator_id: str, area_type: str) -> View | None:
    """What is looked at by default of an indicator for a country; None where it has no figure."""
    if not any(row["area_type"] == area_type for row in context.available(indicator_id)):
        return None
    view = read_view(context, search_of({"indicator": indicator_id, "area_type": area_type}))
    return view if isinstance(view, View) and view.period else None


def _figures(
    context: Context, views: Sequence[View], area_type: str, area_code: str
) -> dict[str, NationalFigure]:
    groups = [
        (view.indicator_id, view.period, view.sex, view.age, view.breakdown) for view in views if view.period
    ]
    rows = {row["indicator_id"]: row for row in context.store.grid(groups=groups, area_codes=[area_code])}
    keys = [(view.indicator_id, view.sex, view.age, view.breakdown) for view in views]
    lines = sparklines(context, keys, [area_code])
    name = context.register.area(area_code).name
    found = {}
    for view, key in zip(views, keys, strict=True):
        row = rows.get(view.indicator_id)
        if row is None or row["value"] is None:
            continue
        indicator = context.catalogue[view.indicator_id]
        found[indicator.id] = NationalFigure(
            indicator,
            area_type,
            area_code,
            name,
            row,
            age_of(indicator, row, context.today()),
            view.sex != "persons",
            lines[key].get(area_code),
        )
    return found
