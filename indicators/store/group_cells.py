"""The published figures of the members of a group, as columns: what its sums are made of.

Sixty areas have ten thousand figures. They are read in the order in which the store keeps them (by series and period,
not by area), and a text that is the same for all members is read once a line, so that a group is as quick as one area.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.ma  # np.unique loads it at its first use, in 15 ms
import sqlalchemy as sa
from numpy.typing import NDArray

from geodata.groups import Group
from indicators.limits import WIDENED
from indicators.merged_areas import ESTIMATED
from indicators.store.schema import LINE_COLUMNS, observation, part, trend

Key = tuple[str, str, str, str, str]
"""indicator_id, sex, age, breakdown, ISO period"""
KEY = (*LINE_COLUMNS, "period")
FIGURES = (
    "value",
    "numerator",
    "denominator",
    "lower_ci_95",
    "upper_ci_95",
    "numerator_half_width",
    "denominator_half_width",
)
_BETWEEN = "\x1f"  # no key holds the unit separator
_GROUPS = ("sex", "age", "breakdown", "period")
_FILTERS = ("indicator_ids", *_GROUPS)


@dataclass(frozen=True)
class Asked:
    """Which figures: None stands for every one."""

    indicator_ids: tuple[str, ...] | None = None
    sex: str | None = None
    age: str | None = None
    breakdown: str | None = None
    period: str | None = None


@dataclass(frozen=True)
class Members:
    """A group with what its members are called, and the place of each code of a member's land among them."""

    code: str
    name: str
    group: Group
    names: tuple[str, ...]
    places: Mapping[str, int]
    kinds: frozenset[str]
    words: str


Cells = NDArray[np.void]
"""Figures of areas, one a record: ``line`` and ``release`` are numbers of ``Known``, ``place`` that of the member."""
CELL = np.dtype(
    [
        ("line", np.int32),
        ("place", np.int32),
        *((name, np.float64) for name in FIGURES),
        ("is_doubtful", np.bool_),
        ("is_widened", np.bool_),
        ("route", np.int16),
        ("release", np.int32),
        ("is_part", np.bool_),
    ]
)
NEWEST = np.dtype([("line", np.int32), ("route", np.int16), ("release", np.int32)])
"""The newest period of a series of an area, with what gives its figure."""
_FROM_ROW = ("line", "place", *FIGURES, "is_doubtful", "is_widened", "route", "release")
MOST_KEPT = 800
"""Areas whose figures are kept in memory, about 8 kB each: those of any two types together."""


class Known:
    """Figures of areas as they were read from one publication, with the series, periods and releases in them."""

    def __init__(self) -> None:
        self.lines: list[Key] = []
        self.releases: list[str] = []
        self._line_of: dict[str, int] = {}
        self._release_of: dict[str, int] = {}
        self._guard = threading.Lock()
        self._of_area: dict[str, tuple[Cells, NDArray[np.void]]] = {}

    def read(
        self, connection: sa.Connection, codes: Collection[str], question: Question
    ) -> list[tuple[Cells, NDArray[np.void]]]:
        """(figures, newest periods of the series) of some areas in their order, from memory where they were read before."""
        with self._guard:
            found = {code: self._of_area.pop(code) for code in codes if code in self._of_area}
            missing = [code for code in codes if code not in found]
            if missing:
                found.update(zip(missing, self._read(connection, missing, question), strict=True))
            # those asked for last go last
            self._of_area.update(found)
            while len(self._of_area) > MOST_KEPT:
                del self._of_area[next(iter(self._of_area))]
        return [found[code] for code in codes]

    def _read(
        self, connection: sa.Connection, codes: Sequence[str], question: Question
    ) -> list[tuple[Cells, NDArray[np.void]]]:
        given = {"codes": list(codes), **question.given}
        shape = _shape(question.asked)
        tables = [self._cells(connection.execute(_shown_statement(shape), given).all(), codes)]
        if question.with_parts:
            tables.append(self._cells(connection.execute(_parts_statement(shape), given).all(), codes))
            tables[-1]["is_part"] = True
        cells = np.concatenate(tables)
        newest: dict[str, list[tuple[int, int, int]]] = {}
        for text, code, route, release_id in connection.execute(_newest_statement(shape), given):
            if route is not None:
                newest.setdefault(code, []).append((self._line(text), route, self._release(release_id)))
        ends = np.cumsum(np.bincount(cells["place"], minlength=len(codes)))
        by_area = np.split(cells[np.argsort(cells["place"], kind="stable")], ends[:-1])
        return [
            (own.copy(), np.array(newest.get(code, []), dtype=NEWEST))
            for code, own in zip(codes, by_area, strict=True)
        ]

    def of_members(
        self, connection: sa.Connection, members: Members, question: Question
    ) -> tuple[Cells, list[tuple[Key, int, str]]]:
        """The figures of members, and of each of their series the newest period of any, its first route and last release.

        Figures of the table of parts take the place of those shown. A land under two codes counts once.
        """
        own = [
            (place, *found)
            for place, found in zip(
                members.places.values(), self.read(connection, members.places, question), strict=True
            )
        ]
        cells = np.concatenate([table for _, table, _ in own])
        cells["place"] = np.repeat([place for place, *_ in own], [len(table) for _, table, _ in own])
        of_parts = np.zeros(len(self.lines), dtype=np.bool_)
        of_parts[cells["line"][cells["is_part"]]] = True
        cells = cells[cells["is_part"] | ~of_parts[cells["line"]]]
        _, first = np.unique(cells["line"] * np.int64(len(members.names)) + cells["place"], return_index=True)
        newest: dict[tuple[str, ...], tuple[Key, int, str]] = {}
        for line, route, release in np.unique(np.concatenate([records for *_, records in own])).tolist():
            key, release_id = self.lines[line], self.releases[release]
            known = newest.get(key[:4])
            if known is None or key > known[0]:
                newest[key[:4]] = (key, route, release_id)
            elif key == known[0]:
                newest[key[:4]] = (key, min(route, known[1]), max(release_id, known[2]))
        return cells[first], list(newest.values())

    def _cells(self, rows: Sequence[Any], codes: Sequence[str]) -> Cells:
        """Rows of ``_shown_statement`` as records, with the place of the code for that of a member; those of lines
        without a figure are passed over."""
        found = [row for row in rows if row[1] is not None]
        cells: Cells = np.zeros(len(found), dtype=CELL)
        if found:
            place = {code: number for number, code in enumerate(codes)}
            texts, areas, *numbers, releases = zip(*found, strict=True)
            lines = {text: self._line(text) for text in set(texts)}
            known = {name: self._release(name) for name in set(releases)}
            columns = [
                [lines[text] for text in texts],
                [place[code] for code in areas],
                *numbers,
                [known[name] for name in releases],
            ]
            for name, column in zip(_FROM_ROW, columns, strict=True):
                cells[name] = np.array(column, dtype=np.float64 if name in FIGURES else np.int32)
        return cells

    def _line(self, text: str) -> int:
        if text not in self._line_of:
            self._line_of[text] = len(self.lines)
            self.lines.append(_key(text))
        return self._line_of[text]

    def _release(self, release_id: str) -> int:
        if release_id not in self._release_of:
            self._release_of[release_id] = len(self.releases)
            self.releases.append(release_id)
        return self._release_of[release_id]


@dataclass(frozen=True)
class Question:
    """What is asked of areas: indicators ``wanted`` with counts, those of ``values`` without; parts where there are any."""

    asked: Asked
    wanted: tuple[str, ...]
    values: tuple[str, ...]
    with_parts: bool

    @property
    def given(self) -> dict[str, Any]:
        """The parameters of the statements, without the areas."""
        return {"wanted": list(self.wanted), "counts": list(self.values), **_named(self.asked)}


def _key(text: str) -> Key:
    name, sex, age, breakdown, period = text.split(_BETWEEN)
    return name, sex, age, breakdown, period


def refused_rows(connection: sa.Connection, members: Members, asked: Asked) -> list[Any]:
    """Series and periods that members have a row of (KEY), with the first route and the last release that give it."""
    given = {"codes": list(members.places), **_named(asked)}
    return list(connection.execute(_refused_statement(_shape(asked)), given).all())


# ---- questions to the database, made once ----


def _shape(asked: Asked) -> tuple[bool, ...]:
    return tuple(getattr(asked, name) is not None for name in _FILTERS)


def _named(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in _FILTERS if getattr(asked, name) is not None}


def _text(table: sa.FromClause, period: str = "period") -> sa.ColumnElement[str]:
    """The key of a row in one text."""
    text: sa.ColumnElement[str] = table.c[LINE_COLUMNS[0]]
    for name in (*LINE_COLUMNS[1:], period):
        text = text + sa.literal_column(f"'{_BETWEEN}'") + table.c[name]
    return text


def _columns(table: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    columns = [
        table.c.area_code,
        *(table.c[name] for name in FIGURES),
        table.c.status == "unreliable",
        table.c.interval_method.endswith(WIDENED, autoescape=True),
        table.c.route,
        table.c.release_id,
    ]
    # without their types: cells come as the database driver gives them, in half the time
    return [sa.type_coerce(column, sa.types.NULLTYPE) for column in columns]


def _can_be_summed(table: sa.FromClause, indicator_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.status != "illustrative",
        table.c.value.is_not(None),
        # nothing is summed from estimates across a change of boundary
        ~table.c.note.startswith(ESTIMATED, autoescape=True),
        sa.or_(table.c.numerator.is_not(None), indicator_id.in_(sa.bindparam("counts", expanding=True))),
    )


@lru_cache(maxsize=64)
def _shown_statement(shape: tuple[bool, ...]) -> sa.Select[Any]:
    """Every line of members with its figures, or none: the lines come from the index by area alone, and the left join
    makes a database take the figures of a line together, where they lie beside each other."""
    keys = [observation.c[name] for name in KEY]
    lines = (
        sa.select(*keys, _text(observation).label("line"))
        .where(
            _of_members(observation),
            # not the bare column: SQLite would then search by indicator, through the rows of every area
            (observation.c.indicator_id + sa.literal_column("''")).in_(
                sa.bindparam("wanted", expanding=True)
            ),
            *_filters(observation, shape),
        )
        .distinct()
        .cte("lines")
    )
    own = observation.alias("own")
    joined = sa.and_(
        *(own.c[name] == lines.c[name] for name in KEY),
        _of_members(own),
        _can_be_summed(own, lines.c.indicator_id),
    )
    return sa.select(sa.type_coerce(lines.c.line, sa.types.NULLTYPE), *_columns(own)).select_from(
        lines.outerjoin(own, joined)
    )


@lru_cache(maxsize=64)
def _parts_statement(shape: tuple[bool, ...]) -> sa.Select[Any]:
    return sa.select(sa.type_coerce(_text(part), sa.types.NULLTYPE), *_columns(part)).where(
        _of_members(part),
        part.c.indicator_id.in_(sa.bindparam("wanted", expanding=True)),
        _can_be_summed(part, part.c.indicator_id),
        *_filters(part, shape),
    )


@lru_cache(maxsize=64)
def _refused_statement(shape: tuple[bool, ...]) -> sa.Select[Any]:
    own = observation
    keys = [own.c[name] for name in KEY]
    return (
        sa.select(*keys, sa.func.min(own.c.route), sa.func.max(own.c.release_id))
        .where(_of_members(own), *_filters(own, shape), own.c.status != "illustrative")
        .group_by(*keys)
    )


@lru_cache(maxsize=64)
def _newest_statement(shape: tuple[bool, ...]) -> sa.Select[Any]:
    """The newest period of each series of some areas, with the route and the release of its figure, if it is a real one."""
    own = observation.alias("own")
    joined = sa.and_(
        *(own.c[name] == trend.c[name] for name in (*LINE_COLUMNS, "area_code")),
        own.c.period == trend.c.latest_period,
        own.c.status != "illustrative",
    )
    columns: list[sa.ColumnElement[Any]] = [
        sa.type_coerce(column, sa.types.NULLTYPE)
        for column in (_text(trend, "latest_period"), trend.c.area_code, own.c.route, own.c.release_id)
    ]
    return (
        sa.select(*columns)
        .select_from(trend.outerjoin(own, joined))
        .where(_of_members(trend), *_filters(trend, shape), trend.c.illustrative.is_(False))
    )


def _of_members(table: sa.FromClause) -> sa.ColumnElement[bool]:
    return table.c.area_code.in_(sa.bindparam("codes", expanding=True))


def _filters(table: sa.FromClause, shape: tuple[bool, ...]) -> list[sa.ColumnElement[bool]]:
    by_indicator, *by_group = shape
    own = [
        table.c[name] == sa.bindparam(name)
        for name, used in zip(_GROUPS, by_group, strict=True)
        if used and name in table.c
    ]
    if by_indicator:
        own.append(table.c.indicator_id.in_(sa.bindparam("indicator_ids", expanding=True)))
    return own
