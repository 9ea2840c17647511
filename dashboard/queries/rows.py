"""The observations of a view: for a type of area and a period, in the age band that type has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dashboard.queries.geography import day_of, same_land
from geodata.groups import is_group

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View
    from geodata.register import Register

Row = dict[str, Any]
"""An observation as the store gives it (``Store.observations``)."""


def rows_of(context: Context, view: View, area_type: str, period: str | None = None) -> list[Row]:
    """Observations of the view's indicator and group for one type of area, by name; cached until the next publication.

    ``period`` is ISO, by default the view's own; where that has none either there are no rows. The age band is that of
    ``age_of``. Raises the store's errors.
    """
    wanted = period or view.period
    if wanted is None:
        return []
    age = age_of(context, view, area_type)
    return context.cached(
        ("rows", view.indicator_id, view.sex, age, view.breakdown, area_type, wanted),
        lambda: context.store.observations(
            **{**view.key, "age": age}, area_type=area_type, period=wanted
        ),
    )  # fmt: skip


def age_of(context: Context, view: View, area_type: str) -> str:
    """The age band in which a type of area has the view's indicator and group.

    The view's own where the type has it. A publisher may give everyone under another band for another type of area
    (16 to 64 here, 16 and over there): where each of the two types has a single band, the one there is stands in.
    A band chosen out of several is never replaced: a figure of the young is not set against one of all.
    """
    if area_type == view.area_type:
        return view.age
    return age_there(
        context, view.indicator_id, view.sex, view.age, view.breakdown, view.area_type, area_type
    )


def age_there(
    context: Context,
    indicator_id: str,
    sex: str,
    age: str,
    breakdown: str,
    area_type: str,
    other_type: str,
) -> str:
    """The age band in which another type of area has the group that a type has in ``age``: the rule of ``age_of``."""
    there = _ages(context, indicator_id, sex, breakdown, other_type)
    if age in there or len(there) != 1:
        return age
    own = _ages(context, indicator_id, sex, breakdown, area_type)
    return age if len(own) > 1 else next(iter(there))


def _ages(context: Context, indicator_id: str, sex: str, breakdown: str, area_type: str) -> frozenset[str]:
    return frozenset(
        row["age"]
        for row in context.available(indicator_id)
        if row["area_type"] == area_type and row["sex"] == sex and row["breakdown"] == breakdown
    )


def by_land(register: Register, rows: Iterable[Row]) -> dict[str, Row]:
    """Rows of one list by the code of their area, and by each other code of its land that the list has no row for."""
    found = {row["area_code"]: row for row in rows}
    for code in register.lands.keys() & found.keys():
        for other in register.same_land(code):
            found.setdefault(other, found[code])
    return found


def rows_before(context: Context, view: View, area_codes: Iterable[str], period: str) -> dict[str, Row]:
    """Figures of an earlier period by the codes of areas of the view's type: the figure of the area itself, of another
    code of its land, or the sum of the areas that merged into it (``etl.deriving.lands`` makes those, and the page of
    trends draws them); an area that has none is left out. Raises the store's errors.
    """
    found = by_land(context.register, rows_of(context, view, view.area_type, period))
    later = [code for code in area_codes if code not in found]
    if later:
        # a map has the areas of its own day only: what came later is asked for by name
        rows = context.store.observations(
            **view.key, area_type=view.area_type, period=period, area_codes=later
        )
        found.update((row["area_code"], row) for row in rows)
    return found


def vintage_of(context: Context, view: View) -> int:
    """The year at whose end the publisher took the areas of the view's figures; that of the period where it is not known."""
    spread = None
    if view.period is not None:
        spread = context.cached(
            ("spread", *view.key.values(), view.area_type, view.period),
            lambda: context.store.distribution(**view.key, area_type=view.area_type, period=view.period or ""),
        )  # fmt: skip
    if spread is not None:
        return int(spread["vintage"])
    return view.vintage or day_of(context, view).year


def row_of(context: Context, view: View, area_code: str, period: str | None = None) -> Row | None:
    """The observation of one area, of whatever type, in the view's period or another; None where there is none.

    Of two codes of the same land the one that has a figure counts. The view's own type of area goes first.
    """
    if is_group(area_code):
        return _row_of_group(context, view, area_code, period or view.period)
    for code in (area_code, *same_land(context.register, area_code)):
        kinds = context.register.types_of(code)
        for area_type in sorted(kinds, key=lambda kind: kind != view.area_type):
            for row in rows_of(context, view, area_type, period):
                if row["area_code"] == code:
                    return row
    return None


def _row_of_group(context: Context, view: View, area_code: str, period: str | None) -> Row | None:
    if period is None:
        return None
    kinds = context.register.land_types(area_code)
    area_type = view.area_type if view.area_type in kinds else kinds[1]
    age = age_of(context, view, area_type)
    rows = context.cached(
        ("rows of a group", area_code, view.indicator_id, view.sex, age, view.breakdown, period),
        lambda: context.store.observations(
            **{**view.key, "age": age}, area_type=area_type, period=period, area_codes=[area_code]
        ),
    )
    return rows[0] if rows else None
