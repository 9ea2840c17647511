"""What was worked out from many figures: an area beside England, recent trends, the spread of a type of area."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from indicators.store.reading import ENGLAND, FIGURE_COLUMNS, VALUE_COLUMNS, Reader, Row, shown
from indicators.store.schema import LINE_COLUMNS, distribution, observation, trend

_SPREAD = tuple(distribution.c.keys())
_TREND = tuple(trend.c.keys())
# where the parts of a row of _profile_statement begin
_NATIONAL_AT = 1 + len(FIGURE_COLUMNS)
_SPREAD_AT = _NATIONAL_AT + len(VALUE_COLUMNS)
_TREND_AT = _SPREAD_AT + len(_SPREAD)


class SummaryReader(Reader):
    """Questions about trends and spreads, and about an area as a whole."""

    def profile(self, area_code: str) -> list[Row]:
        """Every indicator an area has: its newest figure beside England's, the spread, and the trend.

        A row per indicator, sex, age and breakdown, in the order of the catalogue: the keys of
        ``observations`` with ``indicator_id``, ``england`` (the values of England in the same period, or
        None), ``distribution`` (of its area type, or None) and ``trend`` (or None).
        Raises UnknownArea.
        """
        self.register.area(area_code)
        kinds = self.register.types_of(area_code)
        with self.connections.reading() as connection:
            found = connection.execute(
                _profile_statement(self.include_illustrative), {"code": area_code, "kinds": kinds}
            ).all()
        # a code may stand for several types, each with a spread: the primary one is shown
        best: dict[tuple[str, ...], tuple[int, Sequence[Any]]] = {}
        for cells in found:
            kind = cells[_SPREAD_AT + _SPREAD.index("area_type")]
            place = kinds.index(kind) if kind is not None else len(kinds)
            key = (cells[0], *cells[3:6])
            if key not in best or place < best[key][0]:
                best[key] = (place, cells)
        rows = [self._profile_row(cells) for _, cells in best.values()]
        places = {name: place for place, name in enumerate(self.catalogue)}
        rows.sort(
            key=lambda row: (
                places.get(row["indicator_id"], len(places)),
                row["breakdown"] != "all",
                row["breakdown"],
                row["sex"] != "persons",
                row["sex"],
                row["age"],
            )
        )
        return rows

    def _profile_row(self, cells: Sequence[Any]) -> Row:
        national = dict(zip(VALUE_COLUMNS, cells[_NATIONAL_AT:_SPREAD_AT], strict=True))
        spread = dict(zip(_SPREAD, cells[_SPREAD_AT:_TREND_AT], strict=True))
        return {
            "indicator_id": cells[0],
            **self._figure(*cells[1:_NATIONAL_AT], area_type=spread["area_type"]),
            "england": None if national["status"] is None else national,
            "distribution": None if spread["area_type"] is None else _spread(spread),
            "trend": _trend(dict(zip(_TREND, cells[_TREND_AT:], strict=True))),
        }

    def trends(
        self,
        *,
        indicator_id: str,
        sex: str,
        age: str,
        breakdown: str = "all",
        area_codes: Sequence[str] | None = None,
    ) -> dict[str, Row]:
        """Recent trend by area code: direction, judgement, chi_square, p_value, slope, periods_used, reason."""
        wanted = self._matching(trend, indicator_id, sex, age, breakdown)
        if area_codes is not None:
            wanted.append(trend.c.area_code.in_(sorted(set(area_codes))))
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(trend).where(*wanted)).all()
        rows = (_trend(dict(zip(_TREND, cells, strict=True))) for cells in found)
        return {row["area_code"]: row for row in rows}

    def distribution(
        self, *, indicator_id: str, area_type: str, period: str, sex: str, age: str, breakdown: str = "all"
    ) -> Row | None:
        """Spread of the values of one area type in one period: minimum, percentiles, maximum, counts, vintage."""
        wanted = self._matching(distribution, indicator_id, sex, age, breakdown)
        wanted += [distribution.c.area_type == area_type, distribution.c.period == period]
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(distribution).where(*wanted)).mappings().first()
        return None if found is None else _spread(dict(found))

    def distributions(self, indicator_ids: Iterable[str]) -> list[Row]:
        """Every spread of some indicators, in order of keys: columns of the table ``distribution``."""
        statement = (
            sa.select(distribution)
            .where(distribution.c.indicator_id.in_(sorted(set(indicator_ids))))
            .order_by(*distribution.primary_key.columns)
        )
        with self.connections.reading() as connection:
            return [_spread(dict(row)) for row in connection.execute(statement).mappings()]


@cache
def _profile_statement(include_illustrative: bool) -> sa.Select[Any]:
    """The question behind ``profile``, with the parameters ``code`` and ``kinds``: made once, since that takes long.

    A row has the indicator's id, the cells of FIGURE_COLUMNS, England's VALUE_COLUMNS, and the columns of
    ``distribution`` and ``trend``.
    """
    own, national, spread = (
        observation.alias("own"),
        observation.alias("national"),
        distribution.alias("spread"),
    )

    def same_line(table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        return [table.c[name] == trend.c[name] for name in LINE_COLUMNS]

    return (
        sa.select(
            own.c.indicator_id,
            *(own.c[column.name] for column in FIGURE_COLUMNS),
            *(national.c[name] for name in VALUE_COLUMNS),
            *spread.c,
            *trend.c,
        )
        .select_from(
            trend.join(
                own,
                sa.and_(
                    *same_line(own),
                    own.c.area_code == trend.c.area_code,
                    own.c.period == trend.c.latest_period,
                ),
            )
            .outerjoin(
                national,
                sa.and_(
                    *same_line(national),
                    national.c.period == trend.c.latest_period,
                    national.c.area_code == ENGLAND,
                    *shown(national, include_illustrative),
                ),
            )
            .outerjoin(
                spread,
                sa.and_(
                    *same_line(spread),
                    spread.c.period == trend.c.latest_period,
                    spread.c.area_type.in_(sa.bindparam("kinds", expanding=True)),
                ),
            )
        )
        .where(trend.c.area_code == sa.bindparam("code"), *shown(trend, include_illustrative))
    )


def _spread(row: Row) -> Row:
    row["is_latest"] = bool(row["is_latest"])
    row["illustrative"] = bool(row["illustrative"])
    return row


def _trend(row: Row) -> Row:
    row["periods_used"] = json.loads(row["periods_used"])
    row["illustrative"] = bool(row["illustrative"])
    return row
