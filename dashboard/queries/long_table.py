"""Everything published of an indicator for one type of area, each figure beside England and beside a parent.

Illustrative figures are never among the rows: the table is taken away, and a mark on them would be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from dashboard.answers.comparison import Against, Word
from dashboard.answers.long_table import LongRow
from dashboard.queries.comparison import Figure, verdicts
from dashboard.queries.geography import ENGLAND, holder
from dashboard.queries.rows import Row, age_there
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

WHOLE = "england"
"""The type of area that is England alone."""
_NOTHING = Against(None, "", None)


class _Line(NamedTuple):
    """A series of a type of area, without its area and period."""

    sex: str
    age: str
    breakdown: str


def parent_types(context: Context, area_type: str) -> tuple[str, ...]:
    """The types under which areas of a type can be listed: England, its region, and what a map of it can be narrowed to.

    Raises UnknownAreaType.
    """
    kind = context.register.area_type(area_type)
    own = (kind.region, *kind.zoom_to)
    return tuple(dict.fromkeys(parent for parent in (WHOLE, *own) if parent is not None))


def long_table(context: Context, indicator_id: str, area_type: str, parent_type: str) -> Iterator[LongRow]:
    """England's figures, those of the areas of ``parent_type``, and those of the areas of ``area_type``; every period.

    Each part is in the order of ``Context.available``, then by period, oldest first, then by name. England stands in each
    table where it has figures. An area is listed under the parent that holds the largest share of it, at least half, on
    the last day of the figure's period (``geography.holder``). One series is in memory at a time. Raises the store's errors.
    """
    england = {
        line: _rows(context, indicator_id, WHOLE, line) for line in _lines(context, indicator_id, WHOLE)
    }
    for line, rows in england.items():
        yield from _england_rows(context, indicator_id, line, rows)
    if area_type == WHOLE:
        return
    if parent_type not in (WHOLE, area_type):
        for parent in _part(context, indicator_id, parent_type, WHOLE, england):
            # it stands under England, and the comparison with a parent is for what stands under it
            yield replace(parent, to_parent="not_compared")
    yield from _part(context, indicator_id, area_type, parent_type, england)


def has_long_table(context: Context, indicator_id: str, area_type: str) -> bool:
    """Whether any figure that is not illustrative is loaded of an indicator for a type of area."""
    return any(
        row["area_type"] == area_type and not row["illustrative"] for row in context.available(indicator_id)
    )


def notes_of_figures(context: Context) -> tuple[tuple[str, str], ...]:
    """The notes that figures have, each as (status, note); illustrative figures do not count."""
    return context.cached(
        "notes of figures",
        lambda: tuple(pair for pair in context.store.notes() if pair[0] != "illustrative"),
    )


def releases_by_indicator(context: Context) -> dict[str, tuple[Mapping[str, object], ...]]:
    """The current releases behind the real figures of each indicator, the newest loading last."""

    def build() -> dict[str, tuple[Mapping[str, object], ...]]:
        current = context.releases()
        return {
            indicator_id: tuple(
                current[release_id]
                for release_id in context.store.releases_of(indicator_id)
                if release_id in current and not current[release_id]["illustrative"]
            )
            for indicator_id in context.all_available()
        }

    return context.cached("releases by indicator", build)


def _lines(context: Context, indicator_id: str, area_type: str) -> list[_Line]:
    return [
        _Line(row["sex"], row["age"], row["breakdown"])
        for row in context.available(indicator_id)
        if row["area_type"] == area_type
    ]


def _rows(context: Context, indicator_id: str, area_type: str, line: _Line) -> list[Row]:
    found = context.store.observations(
        indicator_id=indicator_id, area_type=area_type, period="all", **line._asdict()
    )
    return [row for row in found if row["status"] != "illustrative"]


def _there(context: Context, indicator_id: str, area_type: str, line: _Line, other_type: str) -> _Line:
    """The series of another type of area that one is compared with: in the age band that it has there."""
    age = age_there(
        context, indicator_id, line.sex, line.age, line.breakdown, area_type, other_type
    )  # fmt: skip
    return line._replace(age=age)


def _england_rows(context: Context, indicator_id: str, line: _Line, rows: list[Row]) -> Iterator[LongRow]:
    trends = _trends(context, indicator_id, line)
    for row in rows:
        yield LongRow(row, None, "not_compared", "not_compared", _trend_of(trends, row))


def _part(
    context: Context,
    indicator_id: str,
    area_type: str,
    parent_type: str,
    england: Mapping[_Line, list[Row]],
) -> Iterator[LongRow]:
    """The figures of the areas of one type, one series after another."""
    indicator = context.catalogue[indicator_id]
    parents = _Parents(context, area_type, parent_type)
    for line in _lines(context, indicator_id, area_type):
        rows = _rows(context, indicator_id, area_type, line)
        whole = _by_place(england.get(_there(context, indicator_id, area_type, line, WHOLE), ()))
        if parent_type == WHOLE:
            held = whole
        else:
            there = _there(context, indicator_id, area_type, line, parent_type)
            held = _by_place(_rows(context, indicator_id, parent_type, there))
        placed = parents.of(rows, held)
        to_england: list[Figure] = [(indicator, row, _against(whole, row, ENGLAND)) for row in rows]
        to_parent: list[Figure] = [
            (indicator, row, _against(held, row, parent)) for row, parent in zip(rows, placed, strict=True)
        ]
        words = _words(context, to_england)
        others = words if parent_type == WHOLE else _words(context, to_parent)
        trends = _trends(context, indicator_id, line)
        for row, parent, word, other in zip(rows, placed, words, others, strict=True):
            yield LongRow(row, parent, word, other, _trend_of(trends, row))


_Place = tuple[str, str]  # ISO period, area code


def _by_place(rows: Iterable[Row]) -> dict[_Place, Row]:
    return {(row["period"], row["area_code"]): row for row in rows if row["value"] is not None}


def _against(figures: Mapping[_Place, Row], row: Row, area_code: str | None) -> Against:
    found = None if area_code is None else figures.get((row["period"], area_code))
    return _NOTHING if found is None else Against(area_code, found["area_name"], found["value"])


def _words(context: Context, figures: list[Figure]) -> list[Word]:
    return [verdict.word for verdict in verdicts(context, figures)]


class _Parents:
    """Under which area of a type each area of another one is listed; the same question is asked once."""

    def __init__(self, context: Context, area_type: str, parent_type: str) -> None:
        self._register = context.register
        self._area_type = area_type
        self._parent_type = parent_type
        self._found: dict[tuple[str, date, frozenset[str]], str | None] = {}

    def of(self, rows: list[Row], held: Mapping[_Place, Row]) -> list[str | None]:
        """The code of each row's parent: of those with a figure in its period first, as for the benchmark "region"."""
        if self._parent_type == WHOLE:
            # the United Kingdom does not lie in England
            return [ENGLAND if row["area_code"].startswith("E") else None for row in rows]
        having: dict[str, set[str]] = {}
        for period, area_code in held:
            having.setdefault(period, set()).add(area_code)
        codes = {period: frozenset(area_codes) for period, area_codes in having.items()}
        none: frozenset[str] = frozenset()
        return [
            self._holder(row["area_code"], Period.parse(row["period"]).end_on, codes.get(row["period"], none))
            for row in rows
        ]

    def _holder(self, area_code: str, on: date, among: frozenset[str]) -> str | None:
        key = (area_code, on, among)
        if key not in self._found:
            kinds = self._register, area_code, self._parent_type, on
            self._found[key] = holder(*kinds, area_type=self._area_type, among=among) or holder(
                *kinds, area_type=self._area_type
            )
        return self._found[key]


def _trends(context: Context, indicator_id: str, line: _Line) -> Mapping[str, Row]:
    return context.store.trends(indicator_id=indicator_id, **line._asdict())


def _trend_of(trends: Mapping[str, Row], row: Row) -> Row | None:
    """The trend of a series beside its newest figure."""
    found = trends.get(row["area_code"])
    is_newest = found is not None and found["latest_period"] == row["period"] and not found["illustrative"]
    return found if is_newest else None
