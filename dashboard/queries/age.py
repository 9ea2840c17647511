"""Which newer figures of a series are hidden or not available, so that an older one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = Mapping[str, Any]
SeriesOfArea = tuple[str, str, str, str, str]
"""A series of one area: indicator_id, sex, age, breakdown, area_code."""


def withheld_after(context: Context, rows: Sequence[Row]) -> dict[SeriesOfArea, tuple[str, str]]:
    """The newest period after that of each row in which its series has a row without a value, with the status.

    ``rows`` are those of ``Store.newest``. Raises the store's errors.
    """
    codes = sorted({row["area_code"] for row in rows})
    if not codes:
        return {}
    found: dict[SeriesOfArea, tuple[str, str]] = {}
    for *key, period, status in context.store.withheld(codes):
        series: SeriesOfArea = (key[0], key[1], key[2], key[3], key[4])
        known = found.get(series)
        if known is None or Period.parse(period).sort_key > Period.parse(known[0]).sort_key:
            found[series] = (period, status)
    return found


def series_of(row: Row) -> SeriesOfArea:
    """The key of a row in ``withheld_after``."""
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["area_code"])
