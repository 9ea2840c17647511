"""Which newer figures of a series are hidden or not available, so that an older one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = Mapping[str, Any]
SeriesOfArea = tuple[str, str, str, str, str]
"""A series of one area: indicator_id, sex, age, breakdown, area_code."""


def withheld_after(context: Context) -> Mapping[SeriesOfArea, tuple[str, str]]:
    """The newest period after that of its newest figure in which a series has a row without a value, with the status.

    Looked up once a publication, since few series have one. Raises the store's errors.
    """
    return context.cached("withheld", lambda: _withheld(context), pinned=True)


def _withheld(context: Context) -> dict[SeriesOfArea, tuple[str, str]]:
    found: dict[SeriesOfArea, tuple[str, str]] = {}
    for *key, period, status in context.store.withheld():
        series: SeriesOfArea = (key[0], key[1], key[2], key[3], key[4])
        known = found.get(series)
        if known is None or Period.parse(period).sort_key > Period.parse(known[0]).sort_key:
            found[series] = (period, status)
    return found


def series_of(row: Row) -> SeriesOfArea:
    """The key of a row in ``withheld_after``."""
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["area_code"])
