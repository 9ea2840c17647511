"""What every question to the store shares: the connection, what a reader may see, and the rows of answers.

Rows are plain dicts. A figure (an observation) has the keys ``area_code, area_name, area_type, period, sex, age,
breakdown``, the value columns, ``release, interval_method, note, route``, in that order, which is the order of the API
in as far as it gives them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from sys import intern
from typing import Any

import sqlalchemy as sa

from geodata.register import Area, Register
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.store.engine import Connections
from indicators.store.faults import StoreDamaged
from indicators.store.schema import observation

Row = dict[str, Any]

ENGLAND = "E92000001"
NOTHING = ""
_AT_ONCE = 500  # rows of a long answer in memory at a time

VALUE_COLUMNS = (
    "value",
    "numerator",
    "denominator",
    "lower_ci_95",
    "upper_ci_95",
    "lower_ci_998",
    "upper_ci_998",
    "status",
)
# the cells that Reader._figure takes, in its order
_CELLS = (
    "area_code",
    "period",
    "sex",
    "age",
    "breakdown",
    *VALUE_COLUMNS,
    "release_id",
    "interval_method",
    "note",
    "route",
)
FIGURE_COLUMNS: tuple[sa.Column[Any], ...] = tuple(observation.c[name] for name in _CELLS)
"""The columns to select where rows become figures: those alone, since each cell more costs time."""


class UnknownIndicator(LookupError):
    """No indicator of the catalogue has that id."""


def size_asked(count: int) -> int:
    """How many texts a statement is made for that asks for some: 1, 2, 4, 8, 16, 24, …

    Each number would have a statement of its own, which takes a millisecond to make and 50 kB to keep: hundreds of them
    in an hour. Those that are left over are ``NOTHING``, which is no code and no name.
    """
    return 1 << max(0, count - 1).bit_length() if count <= 8 else -(-count // 8) * 8


def types_on(register: Register, area_code: str, on: date) -> tuple[str, ...]:
    """Area types that a code stands for on a day, primary first.

    Codes outlive types: ``E54000008`` was an STP until June 2022 and is an ICB since. A code that stood for
    no type on that day (a publisher shows old years on the areas of a later day) stands for the type nearest in time.
    """
    kinds = register.types_of(area_code)
    if len(kinds) < 2:
        return kinds
    away = {kind: _days_away(register.area(area_code, kind), on) for kind in kinds}
    least = min(away.values())
    return tuple(kind for kind in kinds if away[kind] == least)


def _days_away(area: Area, on: date) -> int:
    """Days between a day and the nearest one on which the area stood; 0 where it stood then."""
    if area.start_on is not None and on < area.start_on:
        return (area.start_on - on).days
    if area.end_on is not None and on > area.end_on:
        return (on - area.end_on).days
    return 0


class Reader:
    """A connection with the register and the catalogue; the questions stand in the classes that extend it.

    ``include_illustrative=False`` leaves out every illustrative figure and all that rests on one.
    ``patience_s`` bounds every wait for a database server, for the web process.
    The connection is made at the first question, so that a server may fork after making the store.
    """

    def __init__(
        self,
        url: str,
        *,
        register: Register,
        catalogue: Mapping[str, Indicator],
        include_illustrative: bool = True,
        patience_s: float | None = None,
    ) -> None:
        self.connections = Connections(url, patience_s=patience_s)
        self.register = register
        self.catalogue = catalogue
        self.include_illustrative = include_illustrative
        # (area type, name) of an area by its code and the type that was asked for
        self._areas: dict[tuple[str, str | None], tuple[str, str]] = {}

    def _in_blocks(self, statement: sa.Select[Any]) -> Iterator[Any]:
        """The rows of a long answer that is read once: a block of them in memory at a time, never all."""
        with self.connections.reading() as connection:
            yield from connection.execution_options(yield_per=_AT_ONCE).execute(statement)

    def _json(self, text: str) -> Any:
        """What a column of JSON holds. Raises StoreDamaged where it is none, since only this program writes it."""
        try:
            return json.loads(text)
        except ValueError as error:
            where = self.connections.sqlite_path or self.connections.url.database or "the database"
            raise StoreDamaged(where, f"a cell that is no JSON: {text[:40]!r}") from error

    def _known(self, indicator_id: str) -> str:
        """The id itself. Raises UnknownIndicator where the catalogue has no such indicator."""
        if indicator_id not in self.catalogue:
            raise UnknownIndicator(f"indicator {indicator_id!r} is not in the catalogue")
        return indicator_id

    def _matching(
        self,
        table: sa.Table,
        indicator_id: str,
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
    ) -> list[sa.ColumnElement[bool]]:
        """Conditions for the rows of an indicator that a reader may see; a group left out matches every one."""
        conditions = [table.c.indicator_id == self._known(indicator_id)]
        for name, text in (("sex", sex), ("age", age), ("breakdown", breakdown)):
            if text is not None:
                conditions.append(table.c[name] == text)
        return conditions + self._shown(table)

    def _shown(self, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        """The condition that leaves out illustrative rows where this store does."""
        return shown(table, self.include_illustrative)

    def _area(self, area_code: str, area_type: str | None) -> tuple[str, str]:
        """Type and name of an area: of the type given, else of its primary one; the code where it is unknown."""
        found = self._areas.get((area_code, area_type))
        if found is None:
            kinds = self.register.types_of(area_code)
            kind = area_type or next(iter(kinds), "")
            # a code whose land is of that type under another code has its own name
            named_as = kind if kind in kinds else next(iter(kinds), "")
            name = self.register.area(area_code, named_as).name if named_as else area_code
            found = self._areas[area_code, area_type] = (kind, name)
        return found

    def _figure(
        self,
        code: str,
        period: str,
        sex: str,
        age: str,
        breakdown: str,
        value: float | None,
        numerator: float | None,
        denominator: float | None,
        lower_ci_95: float | None,
        upper_ci_95: float | None,
        lower_ci_998: float | None,
        upper_ci_998: float | None,
        status: str,
        release_id: str,
        interval_method: str,
        note: str,
        route: int,
        *,
        area_type: str | None = None,
    ) -> Row:
        """A figure from the cells of FIGURE_COLUMNS, with the name of its area.

        The database gives each cell a text of its own; the few different ones are shared here, since pages keep rows.
        """
        kind, name = self._area(code, area_type)
        return {
            "area_code": intern(code),
            "area_name": name,
            "area_type": kind,
            "period": intern(period),
            "sex": intern(sex),
            "age": intern(age),
            "breakdown": intern(breakdown),
            "value": value,
            "numerator": numerator,
            "denominator": denominator,
            "lower_ci_95": lower_ci_95,
            "upper_ci_95": upper_ci_95,
            "lower_ci_998": lower_ci_998,
            "upper_ci_998": upper_ci_998,
            "status": intern(status),
            "release": intern(release_id),
            "interval_method": intern(interval_method),
            "note": intern(note),
            "route": route,
        }


def shown(table: sa.FromClause, include_illustrative: bool) -> list[sa.ColumnElement[bool]]:
    """The condition for the rows that a reader may see: none where illustrative ones are included."""
    if include_illustrative:
        return []
    if "illustrative" in table.c:
        return [table.c.illustrative.is_(False)]
    return [table.c.status != "illustrative"]


def sort_keys(rows: Iterable[Row]) -> dict[str, tuple[date, date]]:
    """The sort key of each ISO period that some rows have: worked out once a period, not once a row."""
    return {period: Period.parse(period).sort_key for period in {row["period"] for row in rows}}
