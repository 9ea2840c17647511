"""How old figures are today, and which newer ones are hidden or not available, so that an older one is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.answers.age import FRESH, Age, age_of, age_of_period
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View
    from indicators.catalogue import Indicator

Row = Mapping[str, Any]
SeriesOfArea = tuple[str, str, str, str, str]
"""A series of one area: indicator_id, sex, age, breakdown, area_code."""


def ages_in(context: Context) -> Callable[[Indicator, Row], Age]:
    """What tells the age of figures today, and whether a newer one of the series is hidden or not available.

    The one question for pages, files and the API; what it rests on is looked up once. Only the newest figure of a series
    stands for a newer one that is withheld: an older figure that is asked for is what was asked for. Raises the store's
    errors.
    """
    withheld, today = withheld_after(context), context.today()

    def age_in(indicator: Indicator, row: Row) -> Age:
        later = withheld.get(series_of(indicator, row))
        stands_for = later is not None and later.shown == row["period"]
        return age_of(indicator, row, today, (later.period, later.status) if later and stands_for else None)

    return age_in


def age_of_view(context: Context, view: View) -> Age:
    """The age of the figures of a view's period; of a view without a period nothing is to be said."""
    if view.period is None:
        return FRESH
    return age_of_period(context.catalogue[view.indicator_id], view.period, context.today())


class Later(NamedTuple):
    """The newest period in which a series has a row without a value, with its status; ``shown`` is the period of its
    newest figure.
    """

    period: str
    status: str
    shown: str


def withheld_after(context: Context) -> Mapping[SeriesOfArea, Later]:
    """Series whose newest period has a row without a value, with that period; looked up once a publication, since few series have a later row without a value."""
    return context.cached("withheld", lambda: _withheld(context), pinned=True)


def lines_withheld(context: Context) -> Mapping[tuple[str, str, str, str], frozenset[str]]:
    """The areas of those series by (indicator_id, sex, age, breakdown): no other figure stands for a newer one."""

    def build() -> dict[tuple[str, str, str, str], frozenset[str]]:
        found: dict[tuple[str, str, str, str], set[str]] = {}
        for *line, code in withheld_after(context):
            found.setdefault((line[0], line[1], line[2], line[3]), set()).add(code)
        return {line: frozenset(codes) for line, codes in found.items()}

    return context.cached("lines withheld", build, pinned=True)


def _withheld(context: Context) -> dict[SeriesOfArea, Later]:
    found: dict[SeriesOfArea, Later] = {}
    for *key, shown, period, status in context.store.withheld():
        series: SeriesOfArea = (key[0], key[1], key[2], key[3], key[4])
        known = found.get(series)
        if known is None or Period.parse(period).sort_key > Period.parse(known.period).sort_key:
            found[series] = Later(period, status, shown)
    return found


def series_of(indicator: Indicator, row: Row) -> SeriesOfArea:
    return (indicator.id, row["sex"], row["age"], row["breakdown"], row["area_code"])
