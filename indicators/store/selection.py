"""Figures by any choice of indicators, periods, groups and areas, one after the other in the order of their keys.

What the API and whole files are made from: rows are tuples, since making a dict of each costs more than reading it, and
they come while they are read, so that memory stays small whatever is asked for.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from indicators.store.reading import FIGURE_COLUMNS, Reader
from indicators.store.schema import distribution

_AT_ONCE = 1000  # rows
_MANY = 500  # more codes than this are filtered by who asks, and not in the database
Cells = Sequence[Any]
"""A figure: area_code, period, sex, age, breakdown, the value columns, release_id, interval_method, note, route."""
CELL_NAMES = tuple(column.name for column in FIGURE_COLUMNS)
_OF_GROUP = ("period", "sex", "age", "breakdown")
NARROW = tuple(place for place, name in enumerate(CELL_NAMES) if name not in (*_OF_GROUP, "route"))
"""Places of the cells of a row that has neither its group nor its route."""
_NARROW_NAMES = tuple(CELL_NAMES[place] for place in NARROW)
Group = tuple[str, str, str, str]
"""period, sex, age, breakdown."""
Key = tuple[str, str, str, str, str]
"""period, sex, age, breakdown, area_code: the order of the figures of one indicator."""
Parameters = dict[str, str | list[str]]
Shape = tuple[tuple[str, bool], ...]
Asked = tuple[tuple[str, ...], Shape, tuple[bool, bool], bool]
_KEY = ("period", "sex", "age", "breakdown", "area_code")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which figures of one indicator: None stands for every one.

    between  the first and the last code that may be wanted: nothing outside is read, and who asks leaves out the others
    after    leaves out every figure up to and including that key
    """

    indicator_id: str
    periods: tuple[str, ...] | None = None
    sexes: tuple[str, ...] | None = None
    ages: tuple[str, ...] | None = None
    breakdowns: tuple[str, ...] | None = None
    area_codes: tuple[str, ...] | None = None
    after: Key | None = None
    between: tuple[str, str] | None = None

    @property
    def group(self) -> Group | None:
        """The one group that is chosen; None where there may be several."""
        chosen = (self.periods, self.sexes, self.ages, self.breakdowns)
        texts = tuple(texts[0] for texts in chosen if texts is not None and len(texts) == 1)
        return (texts[0], texts[1], texts[2], texts[3]) if len(texts) == len(chosen) else None


class SelectionReader(Reader):
    """Questions that give many figures."""

    def select(self, selections: Sequence[Selection]) -> Generator[tuple[str, Cells]]:
        """(indicator_id, cells) of some choices, one after the other, each in the order of its keys, in one view of the
        store. Raises UnknownIndicator.
        """
        for indicator_id, _, rows in self.select_parts(selections):
            for cells in rows:
                yield indicator_id, cells

    def select_parts(
        self, selections: Sequence[Selection], *, narrow: bool = False
    ) -> Generator[tuple[str, Group | None, Sequence[Cells]]]:
        """The same as (indicator_id, group, rows) of up to a thousand rows, never of none.

        With ``narrow`` the rows of a choice of one group have the cells of ``NARROW`` alone, since each cell more costs
        time, and the group is given once; otherwise it is None.
        """
        if len(selections) == 1 and self.connections.is_sqlite and not _has_lists(selections[0]):
            yield from self._select_directly(selections[0], narrow=narrow)
            return
        with self.connections.reading() as connection:
            for selection in selections:
                indicator_id = self._known(selection.indicator_id)
                parameters = _parameters(selection)
                group = selection.group if narrow else None
                statement = _statement(*self._asked(selection, parameters, group))
                found = connection.execute(
                    statement, {**parameters, **_after(selection), **_between(selection)}
                )
                for rows in found.partitions(_AT_ONCE):
                    yield indicator_id, group, rows

    def _select_directly(
        self, selection: Selection, *, narrow: bool
    ) -> Generator[tuple[str, Group | None, Sequence[Cells]]]:
        """``select_parts`` of one choice without lists in SQLite, by the driver itself."""
        indicator_id = self._known(selection.indicator_id)
        parameters = _parameters(selection)
        group = selection.group if narrow else None
        text = _text(*self._asked(selection, parameters, group))
        with self.connections.reading_one() as connection:
            cursor = connection.execute(text, {**parameters, **_after(selection), **_between(selection)})
            try:
                while rows := cursor.fetchmany(_AT_ONCE):
                    yield indicator_id, group, rows
            finally:
                cursor.close()

    def _asked(self, selection: Selection, parameters: Parameters, group: Group | None) -> Asked:
        """What the text of the statement for a choice is decided by."""
        shape = tuple((name, isinstance(value, str)) for name, value in parameters.items())
        names = CELL_NAMES if group is None else _NARROW_NAMES
        bounds = (selection.after is not None, selection.between is not None)
        return names, shape, bounds, self.include_illustrative

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


def _parameters(selection: Selection) -> Parameters:
    """What the columns of a choice hold, by column: a text, or a list of several."""
    chosen: dict[str, tuple[str, ...] | None] = {
        "period": selection.periods,
        "sex": selection.sexes,
        "age": selection.ages,
        "breakdown": selection.breakdowns,
        "area_code": selection.area_codes,
    }
    if selection.area_codes is not None and len(selection.area_codes) > _MANY:
        del chosen["area_code"]
    found: Parameters = {"indicator_id": selection.indicator_id}
    for name, texts in chosen.items():
        if texts is not None:
            found[name] = texts[0] if len(texts) == 1 else list(texts)
    return found


def _has_lists(selection: Selection) -> bool:
    return not all(isinstance(value, str) for value in _parameters(selection).values())


def _after(selection: Selection) -> dict[str, str]:
    return {f"after_{name}": text for name, text in zip(_KEY, selection.after or (), strict=False)}


def _between(selection: Selection) -> dict[str, str]:
    return dict(zip(("first_code", "last_code"), selection.between or (), strict=False))


@lru_cache(maxsize=256)
def _statement(
    names: tuple[str, ...], shape: Shape, bounds: tuple[bool, bool], include_illustrative: bool
) -> sa.TextClause:
    """``_text`` for sqlalchemy, which writes lists out. Cells come as the database driver gives them."""
    several: list[sa.BindParameter[str]] = [
        sa.bindparam(name, expanding=True) for name, is_single in shape if not is_single
    ]
    text = _text(names, shape, bounds, include_illustrative)
    return sa.text(text).bindparams(*several).execution_options(yield_per=_AT_ONCE)


@lru_cache(maxsize=256)
def _text(names: tuple[str, ...], shape: Shape, bounds: tuple[bool, bool], include_illustrative: bool) -> str:
    """The question for a choice of some columns, each with whether it holds one text.

    ``bounds`` say whether figures begin after a key, and whether their codes lie between two.

    Written as text and kept by its shape: putting it together from expressions took a quarter as long as reading the
    figures.
    """
    wanted = [f"{name} = :{name}" if is_single else f"{name} IN :{name}" for name, is_single in shape]
    if not include_illustrative:
        wanted.append("status <> 'illustrative'")
    key = ", ".join(_KEY)
    has_after, has_between = bounds
    if has_between:
        wanted.append("area_code >= :first_code AND area_code <= :last_code")
    if has_after:
        wanted.append(f"({key}) > ({', '.join(f':after_{name}' for name in _KEY)})")
    return f"SELECT {', '.join(names)} FROM observation WHERE {' AND '.join(wanted)} ORDER BY {key}"
