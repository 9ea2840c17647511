"""Everything published of an indicator for one type of area, each figure beside England and beside a parent.

Illustrative figures are never among the rows: the table is taken away, and a mark on them would be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.answers.comparison import Against, Word
from dashboard.answers.long_table import LongRow
from dashboard.queries.comparison import Figure, verdicts
from dashboard.queries.geography import ENGLAND, holder
from dashboard.queries.rows import Row, age_there
from indicators.periods import Period, in_order

if TYPE_CHECKING:
    from dashboard.address.context import Context

WHOLE = "england"
"""The type of area that is England alone."""
_NOTHING = Against(None, "", None)
_EMPTY: Mapping[str, Row] = {}


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
    """England's figures, those of the areas of ``parent_type``, and those of the areas of ``area_type``; period by period.

    The oldest period comes first; each part is by sex, age and group, then by name. England stands in each table where it
    has figures. An area is listed under the parent that holds the largest share of it, at least half, on the last day of
    the figure's period (``geography.holder``). One period is in memory at a time. Raises the store's errors.
    """
    kinds = dict.fromkeys((WHOLE, parent_type, area_type) if area_type != WHOLE else (WHOLE,))
    loaded = [row for row in context.available(indicator_id) if row["area_type"] in kinds]
    trends = _trends(context, indicator_id, loaded)
    parents = _Parents(context, area_type, parent_type)
    listed = _Parents(context, parent_type, WHOLE)
    for iso in in_order([iso for row in loaded for iso in row["periods"]]):
        figures = {kind: _rows(context, indicator_id, kind, iso) for kind in kinds}
        england = _Part(context, indicator_id, figures[WHOLE], WHOLE)
        for row in england.rows:
            yield LongRow(row, None, "not_compared", "not_compared", _trend_of(trends, row))
        if area_type == WHOLE:
            continue
        above = england
        if parent_type not in (WHOLE, area_type):
            above = _Part(context, indicator_id, figures[parent_type], parent_type)
            words = above.beside(england, [ENGLAND] * len(above.rows))
            for row, parent, word in zip(above.rows, listed.of(above, england), words, strict=True):
                # it stands under England, and the comparison with a parent is for what stands under it
                yield LongRow(row, parent, word, "not_compared", _trend_of(trends, row))
        own = _Part(context, indicator_id, figures[area_type], area_type)
        placed = parents.of(own, above)
        to_england = own.beside(england, [ENGLAND] * len(own.rows))
        to_parent = to_england if parent_type == WHOLE else own.beside(above, placed)
        for row, parent, word, other in zip(own.rows, placed, to_england, to_parent, strict=True):
            yield LongRow(row, parent, word, other, _trend_of(trends, row))


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


def _rows(context: Context, indicator_id: str, area_type: str, iso: str) -> list[Row]:
    codes = [ENGLAND] if area_type == WHOLE else None
    found = context.store.observations(
        indicator_id=indicator_id, area_type=area_type, period=iso, area_codes=codes
    )
    return [row for row in found if row["status"] != "illustrative"]


class _Part:
    """The figures of one type of area in one period, found by series and code."""

    def __init__(self, context: Context, indicator_id: str, rows: list[Row], area_type: str) -> None:
        self.rows = rows
        self.area_type = area_type
        self._context = context
        self._indicator = context.catalogue[indicator_id]
        self._there: dict[str, dict[_Line, _Line]] = {}
        self._by_line: dict[_Line, dict[str, Row]] = {}
        for row in rows:
            if row["value"] is not None:
                self._by_line.setdefault(_line_of(row), {})[row["area_code"]] = row

    def beside(self, other: _Part, area_codes: Sequence[str | None]) -> list[Word]:
        """How each figure compares with that of an area of another part; None is compared with nothing."""
        figures: list[Figure] = []
        for row, area_code in zip(self.rows, area_codes, strict=True):
            found = other.along(self, row).get(area_code) if area_code else None
            against = _NOTHING if found is None else Against(area_code, found["area_name"], found["value"])
            figures.append((self._indicator, row, against))
        return [verdict.word for verdict in verdicts(self._context, figures)]

    def along(self, other: _Part, row: Row) -> Mapping[str, Row]:
        """The figures of this part by code, of the series that a figure of another part is compared with."""
        line = other._lines_here(self).get(_line_of(row))
        return _EMPTY if line is None else self._by_line.get(line, _EMPTY)

    def _lines_here(self, there: _Part) -> dict[_Line, _Line]:
        """For each series of this part the one of another: in the age band that it has there (``rows.age_there``)."""
        if there.area_type not in self._there:
            self._there[there.area_type] = {
                line: line._replace(
                    age=age_there(self._context, self._indicator.id, *line, self.area_type, there.area_type)
                )
                for line in dict.fromkeys(_line_of(row) for row in self.rows)
            }
        return self._there[there.area_type]


def _line_of(row: Mapping[str, Any]) -> _Line:
    return _Line(row["sex"], row["age"], row["breakdown"])


class _Parents:
    """Under which area of a type each area of another one is listed; the same question is asked once."""

    def __init__(self, context: Context, area_type: str, parent_type: str) -> None:
        self._register = context.register
        self._area_type = area_type
        self._parent_type = parent_type
        self._found: dict[tuple[str, date, frozenset[str]], str | None] = {}

    def of(self, part: _Part, above: _Part) -> list[str | None]:
        """The code of each figure's parent: of those with a figure in its series first, as for the benchmark "region"."""
        if self._parent_type == WHOLE:
            # the United Kingdom does not lie in England
            return [ENGLAND if row["area_code"].startswith("E") else None for row in part.rows]
        among: dict[_Line, frozenset[str]] = {}
        placed = []
        for row in part.rows:
            line = _line_of(row)
            if line not in among:
                among[line] = frozenset(above.along(part, row))
            placed.append(self._holder(row["area_code"], Period.parse(row["period"]).end_on, among[line]))
        return placed

    def _holder(self, area_code: str, on: date, among: frozenset[str]) -> str | None:
        key = (area_code, on, among)
        if key not in self._found:
            asked = self._register, area_code, self._parent_type, on
            self._found[key] = holder(*asked, area_type=self._area_type, among=among) or holder(
                *asked, area_type=self._area_type
            )
        return self._found[key]


_Trends = Mapping[tuple[_Line, str], tuple[str, tuple[str, str]]]
"""By series and area: the newest period, and direction and judgement."""


def _trends(context: Context, indicator_id: str, loaded: Iterable[Mapping[str, Any]]) -> _Trends:
    found = {}
    for line in dict.fromkeys(_line_of(row) for row in loaded):
        for area_code, trend in context.store.trends(indicator_id=indicator_id, **line._asdict()).items():
            if not trend["illustrative"]:
                words = trend["direction"] or "not_calculated", trend["judgement"] or "none"
                found[line, area_code] = trend["latest_period"], words
    return found


def _trend_of(trends: _Trends, row: Row) -> tuple[str, str] | None:
    """The trend of a series beside its newest figure."""
    latest, words = trends.get((_line_of(row), row["area_code"]), ("", None))
    return words if latest == row["period"] else None
