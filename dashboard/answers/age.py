"""How old a figure is, and whether a newer one was withheld: the one rule for pages, tables, sentences, files and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from indicators.catalogue import Indicator
from indicators.periods import Period

Row = Mapping[str, Any]

OLD_YEARS = 2
"""A figure whose period ended longer ago than this is old."""


@dataclass(frozen=True, slots=True)
class Age:
    """The age of one figure on a day.

    years     whole years since its period ended, where those are two or more; None for a newer figure
    ended     ISO period of the year in which the publisher dropped the measure, where the figure is of before; or None
    withheld  (ISO period, status) of the newest later period that has a row without a value; or None
    """

    years: int | None = None
    ended: str | None = None
    withheld: tuple[str, str] | None = None

    @property
    def is_old(self) -> bool:
        """Whether a reader must be told before taking the figure for today's."""
        return self.years is not None or self.ended is not None


FRESH = Age()
"""Of a figure with nothing to say about its age."""


def age_of(indicator: Indicator, row: Row, today: date, withheld: tuple[str, str] | None = None) -> Age:
    """The age of a figure on a day; a row without a value has none.

    Its period counts from its last day: it is old from the day after that day comes round for the second time.
    ``withheld`` is the newest later period without a value, with its status (``queries.age.withheld_after``).
    """
    if row["value"] is None:
        return FRESH
    return age_of_period(indicator, row["period"], today, withheld)


def age_of_period(
    indicator: Indicator, period: str, today: date, withheld: tuple[str, str] | None = None
) -> Age:
    """The age of the figures of an ISO period."""
    return _age(indicator.ended, period, today, withheld)


# a page asks for the ages of dozens of figures, of a few periods
@lru_cache(maxsize=1024)
def _age(ended: str | None, period: str, today: date, withheld: tuple[str, str] | None) -> Age:
    end_on = Period.parse(period).end_on
    has_ended = ended is not None and end_on < Period.parse(ended).end_on
    return Age(_old_years(end_on, today), ended if has_ended else None, withheld)


def _old_years(end_on: date, today: date) -> int | None:
    """Whole years that lie between two days, where they are ``OLD_YEARS`` or more; None otherwise."""
    is_past_the_day = (today.month, today.day) > (end_on.month, end_on.day)
    years = today.year - end_on.year - (not is_past_the_day)
    return years if years >= OLD_YEARS else None
