"""Figures by any choice of indicators, periods, groups and areas, one after the other in the order of their keys.

What the API and whole files are made from: rows are tuples, since making a dict of each costs more than reading it, and
they come while they are read, so that memory stays small whatever is asked for.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from indicators.store.reading import FIGURE_COLUMNS, Reader
from indicators.store.schema import distribution, observation

_AT_ONCE = 1000  # rows
_MANY = 500  # more codes than this are filtered by who asks, and not in the database
Cells = Sequence[Any]
"""A figure: area_code, period, sex, age, breakdown, the value columns, release_id, interval_method, note, route."""
CELL_NAMES = tuple(column.name for column in FIGURE_COLUMNS)
# without their types: cells come as the database driver gives them, in half the time
_COLUMNS: tuple[sa.ColumnClause[Any], ...] = tuple(
    sa.literal_column(f"observation.{name}") for name in CELL_NAMES
)
Key = tuple[str, str, str, str, str]
"""period, sex, age, breakdown, area_code: the order of the figures of one indicator."""
_KEY = ("period", "sex", "age", "breakdown", "area_code")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which figures of one indicator: None stands for every one.

    ``after`` leaves out every figure up to and including that key.
    """

    indicator_id: str
    periods: tuple[str, ...] | None = None
    sexes: tuple[str, ...] | None = None
    ages: tuple[str, ...] | None = None
    breakdowns: tuple[str, ...] | None = None
    area_codes: tuple[str, ...] | None = None
    after: Key | None = None


class SelectionReader(Reader):
    """Questions that give many figures."""

    def select(self, selections: Sequence[Selection]) -> Generator[tuple[str, Cells]]:
        """(indicator_id, cells) of some choices, one after the other, each in the order of its keys, in one view of the
        store. Raises UnknownIndicator.
        """
        with self.connections.reading() as connection:
            for selection in selections:
                indicator_id = selection.indicator_id
                statement = (
                    sa.select(*_COLUMNS)
                    .select_from(observation)
                    .where(*self._selected(selection))
                    .order_by(*(observation.c[name] for name in _KEY))
                    .execution_options(yield_per=_AT_ONCE)
                )
                for cells in connection.execute(statement):
                    yield indicator_id, cells

    def _selected(self, selection: Selection) -> list[sa.ColumnElement[bool]]:
        wanted = self._matching(observation, selection.indicator_id)
        for name, texts in (
            ("period", selection.periods),
            ("sex", selection.sexes),
            ("age", selection.ages),
            ("breakdown", selection.breakdowns),
        ):
            if texts is not None:
                wanted.append(observation.c[name].in_(texts))
        if selection.area_codes is not None and len(selection.area_codes) <= _MANY:
            wanted.append(observation.c.area_code.in_(selection.area_codes))
        if selection.after is not None:
            key = sa.tuple_(*(observation.c[name] for name in _KEY))
            wanted.append(key > sa.tuple_(*(sa.literal(text) for text in selection.after)))
        return wanted

    def vintages(self, indicator_id: str) -> dict[tuple[str, str, str, str, str], int]:
        """The year whose areas the publisher used, by (area type, period, sex, age, breakdown)."""
        statement = sa.select(
            distribution.c.area_type,
            distribution.c.period,
            distribution.c.sex,
            distribution.c.age,
            distribution.c.breakdown,
            distribution.c.vintage,
        ).where(*self._matching(distribution, indicator_id))
        with self.connections.reading() as connection:
            return {
                (kind, period, sex, age, breakdown): vintage
                for kind, period, sex, age, breakdown, vintage in connection.execute(statement)
            }
