"""Why a question about one indicator finds no figures: the one rule for pages, files and the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.answers.absence import Absence, Why
from dashboard.queries.areas import fate_of
from dashboard.queries.catalogue import missing
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

GROUP = ("sex", "age", "breakdown")


def absence(
    context: Context,
    indicator_id: str,
    *,
    page: str = "/map",
    area_type: str | None = None,
    area_codes: Sequence[str] = (),
    parent: str | None = None,
    period: str | None = None,
    group: Mapping[str, str | None] | None = None,
) -> Absence:
    """Why there are no figures of an indicator for what was asked; the caller has found that there are none.

    ``period`` is ISO, None for the newest or all. ``group`` holds ``sex``, ``age`` and ``breakdown``, None for every one.
    ``page`` is the path that links to other evidence lead to. Raises the store's errors.
    """
    register, group = context.register, group or {}
    rows = context.available(indicator_id)
    here = [row for row in rows if area_type in (None, row["area_type"])]
    fitting = [row for row in here if all(group.get(name) in (None, row[name]) for name in GROUP)]
    areas = tuple(register.area(code) for code in area_codes)
    is_of_type = area_type is None or any(area_type in register.types_of(code) for code in area_codes)
    why: Why
    if not rows:
        why = "indicator"
    elif not here:
        why = "area_type"
    elif not fitting:
        why = "group"
    elif areas and not is_of_type:
        why = "kind"
    elif areas and parent is None:
        why = "areas"
    elif parent is not None and any(period in (None, *row["periods"]) for row in fitting):
        why = "parent"
    else:
        why = "period"
    periods = _periods_of(context, indicator_id, area_codes, group) if why == "areas" else _periods(fitting)
    held = {row["area_type"] for row in rows}
    return Absence(
        context.catalogue[indicator_id],
        why,
        missing(context, indicator_id, page),
        None if area_type is None else register.area_types[area_type],
        tuple(kind for kind in register.area_types.values() if kind.area_type in held),
        areas,
        tuple((area, fate) for area in areas if (fate := fate_of(context, area)) is not None),
        None if parent is None else register.area(parent),
        period,
        periods[0] if periods else None,
        periods[-1] if periods else None,
    )


def absence_of(context: Context, view: View, page: str, *, of_areas: bool = False) -> Absence:
    """Why a page shows no figures for its view; ``of_areas`` where it shows the chosen areas, of whatever type, alone.

    Raises the store's errors.
    """
    codes = view.area_codes if of_areas else ()
    chosen = {name: getattr(view, name) if name in view.asked else None for name in GROUP}
    return absence(
        context,
        view.indicator_id,
        page=page,
        area_type=None if codes else view.area_type,
        area_codes=codes,
        parent=None if codes else view.parent,
        period=None if codes else view.period,  # a page of chosen areas shows every period
        group=chosen,
    )


def _periods(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return _in_order(iso for row in rows for iso in row["periods"])


def _periods_of(
    context: Context, indicator_id: str, area_codes: Sequence[str], group: Mapping[str, str | None]
) -> list[str]:
    """Periods in which any of some areas has a value."""
    kinds = {kind for code in area_codes for kind in context.register.types_of(code)}
    return _in_order(
        row["period"]
        for kind in kinds
        for row in context.store.observations(
            indicator_id=indicator_id, area_type=kind, period="all", area_codes=area_codes, **group
        )
        if row["value"] is not None
    )


def _in_order(periods: Iterable[str]) -> list[str]:
    return sorted(set(periods), key=lambda iso: Period.parse(iso).sort_key)
