"""The figures themselves: one indicator on a map, lines of a chart, everything of an area, what is loaded."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from functools import lru_cache
from sys import intern

import sqlalchemy as sa

from indicators.periods import Period
from indicators.store.reading import FIGURE_COLUMNS, NOTHING, Reader, Row, size_asked, sort_keys
from indicators.store.schema import LINE_COLUMNS, distribution, observation

_GRID_KEY = ("indicator_id", "period", "sex", "age", "breakdown")
_MANY = 500  # more codes than this are filtered here and not in the database


class FigureReader(Reader):
    """Questions about figures."""

    def latest_period(
        self,
        *,
        indicator_id: str,
        area_type: str,
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
    ) -> str | None:
        """The newest ISO period in which any area of that type has a value (a real one, where there is any); None where
        there is none."""
        with self.connections.reading() as connection:
            return self._latest(connection, indicator_id, area_type, sex, age, breakdown)

    def _latest(
        self,
        connection: sa.Connection,
        indicator_id: str,
        area_type: str,
        sex: str | None,
        age: str | None,
        breakdown: str | None,
    ) -> str | None:
        newest = connection.execute(
            sa.select(distribution.c.period)
            .where(
                *self._matching(distribution, indicator_id, sex, age, breakdown),
                distribution.c.area_type == area_type,
                distribution.c.n_values > 0,
            )
            .order_by(
                # a real figure goes before an illustrative one, however old it is
                distribution.c.illustrative,
                distribution.c.period_end.desc(),
                distribution.c.period.desc(),
            )
            .limit(1)
        ).scalar()
        return None if newest is None else str(newest)

    def observations(
        self,
        *,
        indicator_id: str,
        area_type: str,
        period: str = "latest",
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
        area_codes: Sequence[str] | None = None,
    ) -> list[Row]:
        """Figures of one indicator for areas of one type, by period (oldest first), then by area name.

        ``period`` is ISO, ``latest`` (the newest period with a value for these areas) or ``all``. ``sex``,
        ``age`` and ``breakdown`` left out give every one. Without ``area_codes`` the areas are those of the
        vintage that the publisher used in that period, so that a map has each place once.
        Raises UnknownIndicator, UnknownAreaType, and ValueError for a period that is not one.
        """
        self.register.area_type(area_type)
        if period not in ("latest", "all"):
            Period.parse(period)
        wanted = self._matching(observation, indicator_id, sex, age, breakdown)
        codes = None if area_codes is None else frozenset(area_codes)
        with self.connections.reading() as connection:
            if period == "latest":
                newest = self._latest(connection, indicator_id, area_type, sex, age, breakdown)
                if newest is None:
                    return []
                period = newest
            groups = self._matching(distribution, indicator_id, sex, age, breakdown)
            groups.append(distribution.c.area_type == area_type)
            if period != "all":
                wanted.append(observation.c.period == period)
                groups.append(distribution.c.period == period)
            if codes is not None and len(codes) <= _MANY:
                wanted.append(observation.c.area_code.in_(sorted(codes)))
            vintages = {
                (iso, sex_word, age_word, group): vintage
                for iso, sex_word, age_word, group, vintage in connection.execute(
                    sa.select(
                        distribution.c.period,
                        distribution.c.sex,
                        distribution.c.age,
                        distribution.c.breakdown,
                        distribution.c.vintage,
                    ).where(*groups)
                )
            }
            found = connection.execute(sa.select(*FIGURE_COLUMNS).where(*wanted)).all()
        # the codes that may stand in the answer, by (period, sex, age, breakdown)
        if codes is None:
            members = {vintage: self.register.codes(area_type, vintage) for vintage in set(vintages.values())}
            allowed = {group: members[vintage] for group, vintage in vintages.items()}
        else:
            held = frozenset(
                code
                for code in codes
                # a county whose land is a unitary authority today has the figures of the district too
                if area_type in self.register.land_types(code)
            )
            allowed = dict.fromkeys(vintages, held)
        no_code: frozenset[str] = frozenset()
        rows = [
            self._figure(*cells, area_type=area_type)
            for cells in found
            if cells[0] in allowed.get(cells[1:5], no_code)
        ]
        ends = sort_keys(rows)
        rows.sort(
            key=lambda row: (
                ends[row["period"]],
                row["sex"],
                row["age"],
                row["breakdown"],
                row["area_name"],
                row["area_code"],
            )
        )
        return rows

    def available(self, indicator_id: str | None = None) -> list[Row]:
        """What is loaded: a row per indicator, area type, sex, age and breakdown.

        Keys ``indicator_id, area_type, sex, age, breakdown, periods`` (ISO, oldest first), ``latest`` (newest
        with a real value, else with an illustrative one, else the newest), ``vintage``, ``n_areas`` and ``illustrative``
        of that period.
        """
        wanted = self._shown(distribution)
        if indicator_id is not None:
            wanted = self._matching(distribution, indicator_id)
        statement = (
            sa.select(
                distribution.c.indicator_id,
                distribution.c.area_type,
                distribution.c.sex,
                distribution.c.age,
                distribution.c.breakdown,
                distribution.c.period,
                distribution.c.vintage,
                distribution.c.n_areas,
                distribution.c.n_values,
                distribution.c.illustrative,
            )
            .where(*wanted)
            .order_by(
                distribution.c.indicator_id,
                distribution.c.area_type,
                distribution.c.sex,
                distribution.c.age,
                distribution.c.breakdown,
                distribution.c.period_end,
                distribution.c.period,
            )
        )
        groups: dict[tuple[str, ...], Row] = {}
        with_real: set[tuple[str, ...]] = set()
        for (
            known_id,
            area_type,
            sex,
            age,
            breakdown,
            period,
            vintage,
            n_areas,
            n_values,
            illustrative,
        ) in self._in_blocks(statement):
            # the database gives each row texts of its own, and a few hundred different ones stand in all of them
            period = intern(period)
            key = (known_id, area_type, sex, age, breakdown)
            group = groups.get(key)
            if group is None:
                group = groups[key] = {
                    "indicator_id": known_id,
                    "area_type": area_type,
                    "sex": sex,
                    "age": age,
                    "breakdown": breakdown,
                    "periods": [],
                    "latest": period,
                    "vintage": vintage,
                    "n_areas": n_areas,
                    "illustrative": bool(illustrative),
                }
            group["periods"].append(period)
            if n_values > 0 and not (illustrative and key in with_real):
                if not illustrative:
                    with_real.add(key)
                group["latest"], group["vintage"], group["n_areas"] = period, vintage, n_areas
                group["illustrative"] = bool(illustrative)
        order = {name: place for place, name in enumerate(self.register.area_types)}
        places = {name: place for place, name in enumerate(self.catalogue)}
        return sorted(
            groups.values(),
            key=lambda group: (
                places.get(group["indicator_id"], len(places)),
                order.get(group["area_type"], len(order)),
                group["sex"] != "persons",
                group["sex"],
                group["age"],
                group["breakdown"] != "all",
                group["breakdown"],
            ),
        )

    def notes(self) -> list[tuple[str, str]]:
        """The different notes of figures, each as (status, note), by status and then by note; an empty note is one too."""
        statement = (
            sa.select(observation.c.status, observation.c.note)
            .where(*self._shown(observation))
            .distinct()
            .order_by(observation.c.status, observation.c.note)
        )
        with self.connections.reading() as connection:
            return [(status, note) for status, note in connection.execute(statement)]

    def series(
        self,
        *,
        indicator_id: str,
        area_codes: Sequence[str],
        sex: str,
        age: str,
        breakdown: str = "all",
    ) -> list[Row]:
        """One line a chart: every period of these areas, in the order of ``area_codes``, oldest first."""
        places = {code: place for place, code in enumerate(area_codes)}
        if not places:
            return []
        wanted = self._matching(observation, indicator_id, sex, age, breakdown)
        wanted.append(observation.c.area_code.in_(list(places)))
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(*FIGURE_COLUMNS).where(*wanted)).all()
        rows = [self._figure(*cells) for cells in found]
        ends = sort_keys(rows)
        rows.sort(key=lambda row: (places[row["area_code"]], ends[row["period"]]))
        return rows

    def area_series(self, area_codes: Sequence[str]) -> list[Row]:
        """Everything held of some areas: each indicator, group and period, with ``indicator_id``.

        In the order of the catalogue, then by group (everyone first), then by the place of the area in
        ``area_codes``, oldest period first.
        """
        wanted = [observation.c.area_code.in_(sorted(set(area_codes))), *self._shown(observation)]
        statement = sa.select(observation.c.indicator_id, *FIGURE_COLUMNS).where(*wanted)
        with self.connections.reading() as connection:
            found = connection.execute(statement).all()
        order = {name: place for place, name in enumerate(self.catalogue)}
        places = {code: place for place, code in enumerate(area_codes)}
        rows = [
            {"indicator_id": indicator_id, **self._figure(*cells)}
            for indicator_id, *cells in found
            if indicator_id in order
        ]
        ends = sort_keys(rows)
        rows.sort(
            key=lambda row: (
                order[row["indicator_id"]],
                row["breakdown"] != "all",
                row["breakdown"],
                row["sex"] != "persons",
                row["sex"],
                row["age"],
                places[row["area_code"]],
                ends[row["period"]],
            )
        )
        return rows

    def stream(self, indicator_ids: Iterable[str]) -> Generator[Row]:
        """Every figure of some indicators, one indicator after the other, with ``indicator_id``, in order of keys.

        Read a few hundred at a time in one view of the store, so that memory stays small whatever is held.
        """
        with self.connections.reading() as connection:
            for indicator_id in indicator_ids:
                statement = (
                    sa.select(*FIGURE_COLUMNS)
                    .where(*self._matching(observation, indicator_id))
                    .order_by(*observation.primary_key.columns)
                    .execution_options(yield_per=500)
                )
                for cells in connection.execute(statement):
                    yield {"indicator_id": indicator_id, **self._figure(*cells)}

    def grid(
        self, *, groups: Sequence[tuple[str, str, str, str, str]], area_codes: Sequence[str]
    ) -> list[Row]:
        """Figures of several indicators for several areas, of any type, in one question.

        ``groups`` are (indicator_id, ISO period, sex, age, breakdown), at most a few dozen. A row per figure: the keys of
        ``observations`` with ``indicator_id`` and ``trend`` (direction and judgement where the area's recent trend ends
        in that period, else None), by area code, indicator and age. Raises UnknownIndicator.
        """
        wanted, codes = list(dict.fromkeys(groups)), sorted(set(area_codes))
        if not wanted or not codes:
            return []
        for indicator_id, *_ in wanted:
            self._known(indicator_id)
        sizes, cells = _cells(wanted, codes)
        statement = _grid_statement(*sizes, self.include_illustrative)
        with self.connections.reading() as connection:
            found = connection.execute(statement, cells).all()
        return [
            {
                "indicator_id": indicator_id,
                **self._figure(*figure),
                "trend": None if direction is None else {"direction": direction, "judgement": judgement},
            }
            for indicator_id, direction, judgement, *figure in found
        ]

    def courses(
        self, *, groups: Sequence[tuple[str, str, str, str]], area_codes: Sequence[str]
    ) -> list[tuple[str, str, str, str, str, str, float | None, str, str, int]]:
        """Every period of several indicators for several areas, in one question: what small pictures draw.

        ``groups`` are (indicator_id, sex, age, breakdown). Tuples of group, area code, ISO period, value, status,
        interval method and the indicator's route; oldest period first within a group and area. Raises UnknownIndicator.
        """
        if not groups or not area_codes:
            return []
        for indicator_id, *_ in groups:
            self._known(indicator_id)
        wanted, codes = list(dict.fromkeys(groups)), sorted(set(area_codes))
        sizes, cells = _cells(wanted, codes)
        statement = _courses_statement(*sizes, self.include_illustrative)
        with self.connections.reading() as connection:
            found = connection.execute(statement, cells).all()
        rows: list[tuple[str, str, str, str, str, str, float | None, str, str, int]] = [
            tuple(row) for row in found
        ]
        ends = {iso: Period.parse(iso).sort_key for iso in {cells[5] for cells in rows}}
        rows.sort(key=lambda cells: ends[cells[5]])
        return rows


@lru_cache(maxsize=64)
def _grid_statement(n_groups: int, n_areas: int, include_illustrative: bool) -> sa.TextClause:
    """The question behind ``grid``, with the parameters of ``_keys``."""
    figures = ", ".join(f"observation.{column.name}" for column in FIGURE_COLUMNS)
    line = " AND ".join(f"trend.{name} = observation.{name}" for name in (*LINE_COLUMNS, "area_code"))
    real_trend = "" if include_illustrative else " AND NOT trend.illustrative"
    keys, matching = _keys(_GRID_KEY, n_groups, n_areas, include_illustrative)
    return sa.text(
        f"{keys} SELECT observation.indicator_id, trend.direction, trend.judgement, {figures}"
        " FROM wanted CROSS JOIN area CROSS JOIN observation"
        f" LEFT JOIN trend ON {line} AND trend.latest_period = observation.period{real_trend}"
        f" WHERE {matching} ORDER BY observation.area_code, observation.indicator_id, observation.age"
    )


@lru_cache(maxsize=64)
def _courses_statement(n_groups: int, n_areas: int, include_illustrative: bool) -> sa.TextClause:
    """The question behind ``courses``, with the parameters of ``_keys``."""
    keys, matching = _keys(LINE_COLUMNS, n_groups, n_areas, include_illustrative)
    columns = (*LINE_COLUMNS, "area_code", "period", "value", "status", "interval_method", "route")
    names = ", ".join(f"observation.{name}" for name in columns)
    return sa.text(
        f"{keys} SELECT {names} FROM wanted CROSS JOIN area CROSS JOIN observation WHERE {matching}"
    )


def _cells(
    groups: Sequence[tuple[str, ...]], area_codes: Sequence[str]
) -> tuple[tuple[int, int], dict[str, str]]:
    """How many groups and areas a statement of ``_keys`` is made for, at least these, and its parameters."""
    n_groups, n_areas = size_asked(len(groups)), size_asked(len(area_codes))
    cells = [text for group in groups for text in group] + [NOTHING] * (n_groups - len(groups)) * len(
        groups[0]
    )
    cells += [*area_codes, *[NOTHING] * (n_areas - len(area_codes))]
    return (n_groups, n_areas), {f"cell{place}": text for place, text in enumerate(cells)}


def _keys(key: Sequence[str], n_groups: int, n_areas: int, include_illustrative: bool) -> tuple[str, str]:
    """The tables ``wanted`` (columns ``key``) and ``area``, and the condition that figures are of both.

    Their cells are the parameters ``cell0``, ``cell1``, …: the groups one after the other, then the areas. Written as
    text: figures are looked up one by one by their key, which takes a tenth of the time of looking through all that the
    areas have; and a statement of a given size is compiled once. CROSS JOIN keeps SQLite from starting with the figures.
    """
    places = iter(range(n_groups * len(key) + n_areas))

    def rows(count: int, width: int) -> str:
        cells = ([f":cell{next(places)}" for _ in range(width)] for _ in range(count))
        return ", ".join(f"({', '.join(row)})" for row in cells)

    groups, areas = rows(n_groups, len(key)), rows(n_areas, 1)
    tables = f"WITH wanted ({', '.join(key)}) AS (VALUES {groups}), area (area_code) AS (VALUES {areas})"
    same = " AND ".join(f"observation.{name} = wanted.{name}" for name in key)
    real = "" if include_illustrative else " AND observation.status <> 'illustrative'"
    return tables, f"{same} AND observation.area_code = area.area_code{real}"
