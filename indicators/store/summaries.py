"""What was worked out from many figures: an area beside England, recent trends, the spread of a type of area."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from sys import intern
from typing import Any

import sqlalchemy as sa

from indicators.store.reading import ENGLAND, FIGURE_COLUMNS, NOTHING, Reader, Row, shown, size_asked
from indicators.store.schema import LINE_COLUMNS, distribution, observation, trend

SeriesKey = tuple[str, str, str, str, str]
"""A series in one period: indicator_id, sex, age, breakdown, ISO period."""
SERIES_COLUMNS = (*LINE_COLUMNS, "period")
_TREND = tuple(trend.c.keys())
RECENT_COLUMNS = ("direction", "judgement", "chi_square", "p_value", "slope", "periods_used", "reason")
"""What a recent trend says, besides which series it is of."""
_TREND_AT = 1 + len(FIGURE_COLUMNS)  # where the trend begins in a row of _newest_statement


class SummaryReader(Reader):
    """Questions about trends and spreads, and about an area as a whole."""

    def newest(
        self,
        area_codes: Sequence[str],
        *,
        indicator_ids: Sequence[str] | None = None,
        breakdown: str | None = None,
    ) -> list[Row]:
        """The newest figure of every series that some areas have, with its recent trend; two tables, joined by key.

        A row per area, indicator, sex, age and breakdown, in the order of the codes, then of the catalogue: the keys
        of ``observations`` (as the area's primary type) with ``indicator_id`` and ``trend`` (RECENT_COLUMNS). ``indicator_ids`` and
        ``breakdown`` narrow the answer; indicators that left the catalogue are left out. Raises UnknownArea.
        """
        for area_code in area_codes:
            self.register.area(area_code)
        wanted_ids = () if indicator_ids is None else tuple(indicator_ids)
        if not area_codes or (indicator_ids is not None and not wanted_ids):
            return []
        n_areas = size_asked(len(area_codes))
        n_indicators = size_asked(len(wanted_ids)) if wanted_ids else 0
        given: dict[str, Any] = _filled("code", area_codes, n_areas) | _filled("id", wanted_ids, n_indicators)
        if breakdown is not None:
            given["group"] = breakdown
        statement = _newest_statement(self.include_illustrative, n_areas, n_indicators, breakdown is not None)
        with self.connections.reading() as connection:
            found = connection.execute(statement, given).all()
        places = {code: place for place, code in enumerate(area_codes)}
        order = {name: place for place, name in enumerate(self.catalogue)}
        rows = [
            {
                "indicator_id": cells[0],
                **self._figure(*cells[1:_TREND_AT]),
                "trend": _recent(*cells[_TREND_AT:]),
            }
            for cells in found
            if cells[0] in order
        ]
        rows.sort(
            key=lambda row: (
                places[row["area_code"]],
                order[row["indicator_id"]],
                row["breakdown"] != "all",
                row["breakdown"],
                row["sex"] != "persons",
                row["sex"],
                row["age"],
            )
        )
        return rows

    def newest_periods(self) -> list[tuple[str, str, str]]:
        """Of every area and indicator the periods (ISO) in which a series of it has its newest figure with a value.

        Tuples (area_code, indicator_id, period), each once: what a search for the nearest area with a figure needs.
        """
        own = observation.alias("own")
        statement = (
            sa.select(trend.c.area_code, trend.c.indicator_id, trend.c.latest_period)
            .select_from(trend.join(own, _newest_of_line(own)))
            .where(own.c.value.is_not(None), *self._shown(trend))
            .distinct()
        )
        return [
            (intern(code), intern(name), intern(period)) for code, name, period in self._in_blocks(statement)
        ]

    def withheld(self) -> list[tuple[str, str, str, str, str, str, str, str]]:
        """Rows without a value that are later than the newest figure of their series: a few thousand.

        Tuples (indicator_id, sex, age, breakdown, area_code, ISO period of the newest figure, ISO period, status): what a reader has to know of an older
        figure that is shown because the newest one is hidden or not available.
        """
        later = observation.alias("later")
        names = (*LINE_COLUMNS, "area_code")
        statement: sa.Select[Any] = (
            sa.select(
                *(later.c[name] for name in names), trend.c.latest_period, later.c.period, later.c.status
            )
            .select_from(trend.join(later, sa.and_(*(later.c[name] == trend.c[name] for name in names))))
            .where(
                later.c.value.is_(None),
                later.c.period > trend.c.latest_period,
                *self._shown(trend),
            )
        )
        found: list[tuple[str, str, str, str, str, str, str, str]] = []
        for cells in self._in_blocks(statement):
            # a few hundred different texts stand in thousands of rows, which pages keep
            name, sex, age, breakdown, code, shown, period, status = map(intern, cells)
            found.append((name, sex, age, breakdown, code, shown, period, status))
        return found

    def areas_with(
        self, indicator_ids: Sequence[str], breakdowns: Sequence[str]
    ) -> list[tuple[str, str, str, bool]]:
        """The areas that have a row of some indicators for some breakdowns, with or without a value.

        Tuples (indicator_id, breakdown, area_code, whether its newest figure is illustrative), each once.
        """
        statement = (
            sa.select(trend.c.indicator_id, trend.c.breakdown, trend.c.area_code, trend.c.illustrative)
            .where(
                trend.c.indicator_id.in_(sorted(set(indicator_ids))),
                trend.c.breakdown.in_(sorted(set(breakdowns))),
                *self._shown(trend),
            )
            .distinct()
        )
        return [
            (intern(name), intern(breakdown), intern(code), bool(illustrative))
            for name, breakdown, code, illustrative in self._in_blocks(statement)
        ]

    def areas_by_group(self, indicator_id: str, openings: Sequence[str]) -> list[tuple[str, str]]:
        """Areas and ISO periods with a value of an indicator for some group: a sex, an age, or a breakdown by its opening.

        ``openings`` are how the breakdowns that count begin. Tuples (area_code, period), each once. Raises UnknownIndicator.
        """
        groups = sa.or_(
            sa.and_(observation.c.breakdown == "all", observation.c.sex != "persons"),
            sa.and_(observation.c.breakdown == "all", observation.c.age != "all"),
            *(observation.c.breakdown.startswith(opening, autoescape=True) for opening in openings),
        )
        statement = (
            sa.select(observation.c.area_code, observation.c.period)
            .where(*self._matching(observation, indicator_id), observation.c.value.is_not(None), groups)
            .distinct()
        )
        with self.connections.reading() as connection:
            return [(code, period) for code, period in connection.execute(statement)]

    def newest_spreads(self, area_type: str) -> list[Row]:
        """The newest spread of every series of a type of area: columns of the table ``distribution``."""
        statement = sa.select(distribution).where(
            distribution.c.area_type == area_type, distribution.c.is_latest, *self._shown(distribution)
        )
        with self.connections.reading() as connection:
            return [_spread(dict(row)) for row in connection.execute(statement).mappings()]

    def spreads_of(self, keys: Sequence[SeriesKey], area_types: Sequence[str]) -> list[Row]:
        """The spreads of some series and periods for some types of area: columns of the table ``distribution``."""
        wanted = [*_these(distribution, keys), distribution.c.area_type.in_(area_types)]
        with self.connections.reading() as connection:
            found = connection.execute(
                sa.select(distribution).where(*wanted, *self._shown(distribution))
            ).mappings()
            return [_spread(dict(row)) for row in found]

    def national(self, keys: Sequence[SeriesKey]) -> dict[SeriesKey, tuple[float | None, str]]:
        """England's value and status in some series and periods; those it has no figure for are left out."""
        names = (*SERIES_COLUMNS, "value", "status")
        statement = sa.select(*(observation.c[name] for name in names)).where(
            observation.c.area_code == ENGLAND, *_these(observation, keys), *self._shown(observation)
        )
        with self.connections.reading() as connection:
            return {
                (name, sex, age, breakdown, period): (value, status)
                for name, sex, age, breakdown, period, value, status in connection.execute(statement)
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


def _these(table: sa.Table, keys: Sequence[SeriesKey]) -> list[sa.ColumnElement[bool]]:
    """The rows of some series and periods; the indicators are named by themselves, since an index begins with them."""
    return [
        table.c.indicator_id.in_(sorted({name for name, *_ in keys})),
        sa.tuple_(*(table.c[name] for name in SERIES_COLUMNS)).in_(keys),
    ]


def _newest_of_line(own: sa.FromClause) -> sa.ColumnElement[bool]:
    """The join of a trend with the newest figure of its series."""
    return sa.and_(
        *(own.c[name] == trend.c[name] for name in (*LINE_COLUMNS, "area_code")),
        own.c.period == trend.c.latest_period,
    )


def _filled(name: str, texts: Sequence[str], count: int) -> dict[str, str]:
    """The parameters ``name0``, ``name1``, … with some texts, and with nothing up to a number of them."""
    filled = (*texts, *[NOTHING] * (count - len(texts)))
    return {f"{name}{place}": text for place, text in enumerate(filled)}


def _parameters(name: str, count: int) -> list[sa.BindParameter[str]]:
    return [sa.bindparam(f"{name}{place}", type_=sa.Text()) for place in range(count)]


@lru_cache(maxsize=64)
def _newest_statement(
    include_illustrative: bool, n_areas: int, n_indicators: int, by_group: bool
) -> sa.Select[Any]:
    """The question behind ``newest``, with the parameters ``code0``, …, ``id0``, … and ``group``.

    Made once for each number of areas and indicators: a list that is written out anew at each question takes as long as
    finding the rows. A row has the indicator's id, the cells of FIGURE_COLUMNS, and those of RECENT_COLUMNS.
    """
    own = observation.alias("own")
    wanted: list[sa.ColumnElement[bool]] = [trend.c.area_code.in_(_parameters("code", n_areas))]
    if n_indicators:
        wanted.append(trend.c.indicator_id.in_(_parameters("id", n_indicators)))
    if by_group:
        wanted.append(trend.c.breakdown == sa.bindparam("group"))
    return (
        sa.select(
            own.c.indicator_id,
            *(own.c[column.name] for column in FIGURE_COLUMNS),
            *(trend.c[name] for name in RECENT_COLUMNS),
        )
        .select_from(trend.join(own, _newest_of_line(own)))
        .where(*wanted, *shown(trend, include_illustrative))
    )


def _recent(
    direction: str | None,
    judgement: str | None,
    chi_square: float | None,
    p_value: float | None,
    slope: float | None,
    periods_used: str,
    reason: str | None,
) -> Row:
    """A recent trend from the cells of RECENT_COLUMNS."""
    return {
        "direction": direction,
        "judgement": judgement,
        "chi_square": chi_square,
        "p_value": p_value,
        "slope": slope,
        "periods_used": list(_periods_used(periods_used)),
        "reason": reason,
    }


@lru_cache(maxsize=2048)
def _periods_used(text: str) -> tuple[str, ...]:
    """The periods of a trend: a few hundred different lists stand in tens of thousands of rows."""
    return tuple(intern(period) for period in json.loads(text))


def _spread(row: Row) -> Row:
    row["is_latest"] = bool(row["is_latest"])
    row["illustrative"] = bool(row["illustrative"])
    return row


def _trend(row: Row) -> Row:
    row["periods_used"] = list(_periods_used(row["periods_used"]))
    row["illustrative"] = bool(row["illustrative"])
    return row
