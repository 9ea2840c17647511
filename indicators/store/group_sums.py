"""The rows of groups that readers make: each a sum of the published figures of its members, or why there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from geodata.groups import CUSTOM, Group, parse_group
from indicators import sums
from indicators.catalogue import Indicator
from indicators.limits import INTERVAL_METHODS, NO_INTERVAL, WIDENED
from indicators.merged_areas import ESTIMATED
from indicators.notes import NOT_SUMMED
from indicators.statistics.comparison import percentiles
from indicators.statistics.decimals import meant
from indicators.store import schema
from indicators.store.reading import VALUE_COLUMNS, Reader, Row, sort_keys
from indicators.store.schema import LINE_COLUMNS, observation, part, trend

MOST_NAMED = 5
"""Members without a figure that the note of a sum names."""
_NO_COUNTS = "no area of the group has a figure with its counts"
_KEY = (*LINE_COLUMNS, "period")
_CELLS = (
    *_KEY,
    "area_code",
    "value",
    "numerator",
    "denominator",
    "lower_ci_95",
    "upper_ci_95",
    "status",
    "interval_method",
    "route",
    "release_id",
)
_ROUTE, _RELEASE = _CELLS.index("route"), _CELLS.index("release_id")
_Key = tuple[str, str, str, str, str]


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


class GroupSums(Reader):
    """The figures of a group, worked out from those of its members."""

    _factors_of: tuple[str, dict[_Key, tuple[float, int]]] | None = None
    _parts_known: bool = False

    def members_of_group(self, code: str) -> Members:
        group = parse_group(code, self.register)
        register = self.register
        plural = register.area_type(group.area_type).plural
        return Members(
            code,
            register.area(code).name,
            group,
            tuple(_name(register, member, group.area_type) for member in group.codes),
            {own: place for place, member in enumerate(group.codes) for own in register.land(member)},
            frozenset(kind for member in group.codes for kind in register.land_types(member)),
            plural[:1].lower() + plural[1:],
        )

    def lines_of_group(self, code: str, asked: Asked) -> list[list[Row]]:
        """The sums of a group by series, oldest first; what cannot be summed is left out."""
        lines: dict[tuple[str, ...], list[Row]] = {}
        for row in self.rows_of_group(code, asked, with_refused=False):
            lines.setdefault(key_of(row)[:4], []).append(row)
        return list(lines.values())

    def rows_of_group(self, code: str, asked: Asked, *, with_refused: bool = True) -> list[Row]:
        """Every figure of a group, oldest first: sums, and where there is none a row that says why."""
        members = self.members_of_group(code)
        rows = self._summed(members, asked)
        if with_refused:
            known = {key_of(row) for row in rows}
            rows += [row for row in self.refused_of_group(members, asked) if key_of(row) not in known]
        ends = sort_keys(rows)
        rows.sort(key=lambda row: ends[row["period"]])
        return rows

    def _summed(self, members: Members, asked: Asked) -> list[Row]:
        ways = {
            name: {
                way
                for route in indicator.routes
                if not members.kinds.isdisjoint((*route.area_types, route.parts))
                and (way := sums.way_of(indicator, route))
            }
            for name, indicator in self.catalogue.items()
            if asked.indicator_ids is None or name in asked.indicator_ids
        }
        wanted = [name for name, own in ways.items() if own]
        if not wanted:
            return []
        values = [name for name in wanted if "values" in ways[name]]
        given: dict[str, Any] = {"codes": list(members.places), "ids": wanted, "values": values}
        found: dict[tuple[_Key, bool], dict[int, Any]] = {}
        parts_of_lines: set[_Key] = set()
        with self.connections.reading() as connection:
            for table in (part, observation):
                if table is part and not ("surveys" in set().union(*ways.values()) and self._holds_parts()):
                    continue
                statement, named = _cells_statement(table.name, _shape(asked))
                for cells in connection.execute(statement, {**given, **named(asked)}).all():
                    key = (cells[0], cells[1], cells[2], cells[3], cells[4])
                    is_part = table is part
                    if is_part:
                        parts_of_lines.add(key)
                    place = members.places[cells[5]]
                    # a land under two codes counts once
                    found.setdefault((key, is_part), {}).setdefault(place, cells)
        chosen: dict[tuple[str, int], list[tuple[_Key, dict[int, Any]]]] = {}
        for (key, is_part), cells_of in found.items():
            if not is_part and key in parts_of_lines:
                continue
            route, own = _of_one_route(self.catalogue[key[0]], cells_of)
            if own:
                chosen.setdefault((key[0], route), []).append((key, own))
        rows: list[Row] = []
        for (name, route), lines in chosen.items():
            rows += self._sums_of(members, self.catalogue[name], route, lines, parts_of_lines)
        return rows

    def _holds_parts(self) -> bool:
        """Whether the store has the table of parts, asked until it has: one of an earlier version gets it later."""
        if not self._parts_known:
            with self.connections.reading() as connection:
                self._parts_known = sa.inspect(connection).has_table(part.name)
        return self._parts_known

    def _sums_of(
        self,
        members: Members,
        indicator: Indicator,
        place: int,
        lines: Sequence[tuple[_Key, Mapping[int, Any]]],
        parts_of_lines: set[_Key],
    ) -> list[Row]:
        """The sums of some series and periods that one route gives: rows in the order of ``lines``."""
        route = indicator.routes[place]
        size = (len(lines), len(members.names))
        value, above, below, lower, upper = (np.full(size, np.nan) for _ in range(5))
        is_widened = np.zeros(len(lines), dtype=np.bool_)
        for row, (_, cells_of) in enumerate(lines):
            for column, cells in cells_of.items():
                for table, cell in zip((value, above, below, lower, upper), cells[6:11], strict=True):
                    if cell is not None:
                        table[row, column] = cell
                is_widened[row] |= cells[12].endswith(WIDENED)
        hidden = np.isnan(value)
        above[hidden] = np.nan
        people = sums.people_of(_people_codes(self.register, members), below)
        match sums.way_of(indicator, route):
            case "values":
                found = sums.summed_values(indicator, value, (upper - lower) / 2, people, members.words)
                used = ~hidden
            case "surveys":
                half = np.fmax(upper - value, value - lower)
                factors, told = self._calibration([key for key, _ in lines], parts_of_lines)
                parts = sums.Parts(above, below, people, np.zeros(size), np.zeros(size))
                found = sums.summed_surveys(indicator, parts, half, factors, members.words)
                used = parts.used & ~np.isnan(half)
                known = found.known
                for row in range(len(lines)):
                    if told[row] and known[row]:
                        found.note[row] = f"{found.note[row]} {told[row]}"
            case _:
                halves = [
                    _halves(counts, route.rounded_to, route.rounded_cells[at], is_widened)
                    for at, counts in enumerate((above, below))
                ]
                parts = sums.Parts(above, below, people, *halves)
                found = sums.summed_counts(
                    indicator, route, parts, [len(members.names)] * len(lines), members.words
                )
                used = parts.used
        figures = {name: meant(column).tolist() for name, column in found.figures.items()}
        rows = []
        for row, (key, cells_of) in enumerate(lines):
            own = {name: _cell(figures[name][row]) for name in VALUE_COLUMNS[:-1]}
            counted = [cells for column, cells in cells_of.items() if used[row, column]]
            doubtful = any(cells[11] == "unreliable" for cells in counted)
            status = "not_available" if own["value"] is None else "unreliable" if doubtful else "ok"
            rows.append(
                _row(
                    members,
                    key,
                    own,
                    status,
                    _release_of(counted or list(cells_of.values())),
                    NO_INTERVAL if own["lower_ci_95"] is None else str(found.method[row]),
                    f"{found.note[row]}{_missing_words(members.names, used[row].tolist())}",
                    place,
                )
            )
        return rows

    def _calibration(
        self, keys: Sequence[_Key], parts_of_lines: set[_Key]
    ) -> tuple[np.ndarray[Any, np.dtype[np.float64]], list[str]]:
        """The factor of each line, and what the note says of it; limits of shown figures are calibrated already."""
        factors, told = np.ones(len(keys)), [""] * len(keys)
        known = self._factors() if any(key in parts_of_lines for key in keys) else {}
        for place, key in enumerate(keys):
            if key in parts_of_lines:
                factor, councils = known.get(key, (1.0, 0))
                factors[place] = factor
                told[place] = sums.calibration_words(factor, councils) if councils else sums.SUM_NOT_MEASURED
        return factors, told

    def _factors(self) -> dict[_Key, tuple[float, int]]:
        """The factor of each line of a survey and the councils it is measured on; worked out once a publication."""
        facts = schema.store_fact
        with self.connections.reading() as connection:
            publication = str(
                connection.scalar(sa.select(facts.c.value).where(facts.c.name == "publication_id"))
            )
            if self._factors_of is not None and self._factors_of[0] == publication:
                return self._factors_of[1]
            found = connection.execute(_factors_statement(), {"method": INTERVAL_METHODS["published"]}).all()
        ratios: dict[_Key, list[float]] = {}
        for *key, width, own_width in found:
            if width and own_width and own_width > 0 and width > 0:
                ratios.setdefault((key[0], key[1], key[2], key[3], key[4]), []).append(own_width / width)
        factors = {
            key: (float(percentiles(own, 0.5)[0]), len(own))
            for key, own in ratios.items()
            if len(own) >= sums.FEWEST
        }
        self._factors_of = (publication, factors)
        return factors

    def refused_of_group(self, members: Members, asked: Asked) -> list[Row]:
        """A row without a value, with the reason, for each series and period that some member has a figure of."""
        ids = [name for name in self.catalogue if asked.indicator_ids is None or name in asked.indicator_ids]
        statement, named = _refused_statement(_shape(asked))
        given = {"codes": list(members.places), "ids": ids, **named(asked)}
        with self.connections.reading() as connection:
            found = connection.execute(statement, given).all()
        return self._told_refused(members, found)

    def newest_refused(self, members: Members, asked: Asked, known: Collection[tuple[str, ...]]) -> list[Row]:
        """As ``refused_of_group``, in the newest period of each series that is not ``known`` (LINE_COLUMNS)."""
        ids = [name for name in self.catalogue if asked.indicator_ids is None or name in asked.indicator_ids]
        codes = list(members.places)
        statement, named = _newest_statement(_shape(asked))
        with self.connections.reading() as connection:
            newest = connection.execute(statement, {"codes": codes, "ids": ids, **named(asked)}).all()
            keys = [tuple(row) for row in newest if tuple(row[:4]) not in known]
            found: list[Any] = []
            if keys:
                given = {"codes": codes, "ids": sorted({key[0] for key in keys}), "keys": keys}
                found = list(connection.execute(_keys_statement(), given).all())
        return self._told_refused(members, found)

    def _told_refused(self, members: Members, found: Sequence[Any]) -> list[Row]:
        rows = []
        for name, sex, age, breakdown, period, route, release_id in found:
            indicator = self.catalogue[name]
            if route >= len(indicator.routes):
                continue
            reason = sums.refusal_of(indicator, indicator.routes[route]) or _NO_COUNTS
            rows.append(
                _row(
                    members,
                    (name, sex, age, breakdown, period),
                    dict.fromkeys(VALUE_COLUMNS[:-1]),
                    "not_available",
                    release_id,
                    NO_INTERVAL,
                    f"{NOT_SUMMED} {reason}.",
                    route,
                )
            )
        return rows


def _name(register: Any, area_code: str, area_type: str) -> str:
    kinds = register.types_of(area_code)
    return str(register.area(area_code, area_type if area_type in kinds else None).name)


def _people_codes(register: Any, members: Members) -> list[str]:
    """Of each member the code of its land that a number of people is known for, else its own."""
    table = sums.populations()
    return [next((own for own in register.land(code) if own in table), code) for code in members.group.codes]


def key_of(row: Mapping[str, Any]) -> _Key:
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"])


def _of_one_route(indicator: Indicator, cells_of: Mapping[int, Any]) -> tuple[int, dict[int, Any]]:
    """The route that gives the most members a figure that can be summed, and those figures: no two are mixed."""
    by_route: dict[int, dict[int, Any]] = {}
    for column, cells in cells_of.items():
        route = cells[_ROUTE]
        if route < len(indicator.routes) and sums.way_of(indicator, indicator.routes[route]):
            by_route.setdefault(route, {})[column] = cells
    if not by_route:
        return 0, {}
    best = max(by_route, key=lambda route: (len(by_route[route]), -route))
    return best, by_route[best]


def _halves(
    counts: np.ndarray[Any, np.dtype[np.float64]],
    unit: float | None,
    cells: int | str,
    is_widened: np.ndarray[Any, np.dtype[np.bool_]],
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Half of the rounding unit of each count (n, m), 0 where the publication of its line has exact ones."""
    if unit is None or isinstance(cells, str):
        return np.zeros(counts.shape)
    is_multiple = np.round(counts / unit) * unit == counts
    return np.where(is_multiple & is_widened[:, None], unit / 2 * cells, 0.0)


def _cell(number: float) -> float | None:
    return None if np.isnan(number) else number


def _release_of(cells: Sequence[Any]) -> str:
    """The release that most of some figures rest on; of equals the last by its id."""
    counts: dict[str, int] = {}
    for row in cells:
        counts[row[_RELEASE]] = counts.get(row[_RELEASE], 0) + 1
    return max(counts, key=lambda release_id: (counts[release_id], release_id))


def _missing_words(names: Sequence[str], used: Sequence[bool]) -> str:
    missing = [name for name, is_used in zip(names, used, strict=True) if not is_used]
    if not missing:
        return ""
    more = len(missing) - MOST_NAMED
    words = ", ".join(missing[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f" Without a figure: {words}."


def _row(
    members: Members,
    key: _Key,
    figures: Mapping[str, float | None],
    status: str,
    release_id: str,
    method: str,
    note: str,
    route: int,
) -> Row:
    name, sex, age, breakdown, period = key
    return {
        "indicator_id": name,
        "area_code": members.code,
        "area_name": members.name,
        "area_type": CUSTOM,
        "period": period,
        "sex": sex,
        "age": age,
        "breakdown": breakdown,
        **figures,
        "status": status,
        "release": release_id,
        "interval_method": method,
        "note": note,
        "route": route,
    }


# ---- questions to the database, made once ----

_FILTERS = ("sex", "age", "breakdown", "period")


def _shape(asked: Asked) -> tuple[bool, ...]:
    return tuple(getattr(asked, name) is not None for name in _FILTERS)


def _given(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in _FILTERS if getattr(asked, name) is not None}


@lru_cache(maxsize=64)
def _cells_statement(table_name: str, shape: tuple[bool, ...]) -> tuple[sa.Select[Any], Any]:
    table = schema.metadata.tables[table_name]
    wanted = [
        *_of_members(table),
        *_filters(table, shape),
        table.c.status != "illustrative",
        table.c.value.is_not(None),
        # nothing is summed from estimates across a change of boundary
        ~table.c.note.startswith(ESTIMATED, autoescape=True),
        sa.or_(
            table.c.numerator.is_not(None),
            table.c.indicator_id.in_(sa.bindparam("values", expanding=True)),
        ),
    ]
    return sa.select(*(table.c[name] for name in _CELLS)).where(*wanted), _given


@lru_cache(maxsize=64)
def _refused_statement(shape: tuple[bool, ...]) -> tuple[sa.Select[Any], Any]:
    """Series and periods that members have a figure of, with the first route and the last release that give it."""
    own = observation
    keys = [own.c[name] for name in _KEY]
    return (
        sa.select(*keys, sa.func.min(own.c.route), sa.func.max(own.c.release_id))
        .where(*_of_members(own), *_filters(own, shape), own.c.status != "illustrative")
        .group_by(*keys),
        _given,
    )


@lru_cache(maxsize=1)
def _keys_statement() -> sa.Select[Any]:
    """As ``_refused_statement``, for some series and periods."""
    own = observation
    columns = [own.c[name] for name in _KEY]
    wanted = sa.tuple_(*columns).in_(sa.bindparam("keys", expanding=True))
    return (
        sa.select(*columns, sa.func.min(own.c.route), sa.func.max(own.c.release_id))
        .where(*_of_members(own), wanted, own.c.status != "illustrative")
        .group_by(*columns)
    )


@lru_cache(maxsize=64)
def _newest_statement(shape: tuple[bool, ...]) -> tuple[sa.Select[Any], Any]:
    """The series that members have, each with the newest period of any of them."""
    keys = [trend.c[name] for name in LINE_COLUMNS]
    return (
        sa.select(*keys, sa.func.max(trend.c.latest_period))
        .where(*_of_members(trend), *_filters(trend, shape), trend.c.illustrative.is_(False))
        .group_by(*keys),
        _given,
    )


def _of_members(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [
        table.c.area_code.in_(sa.bindparam("codes", expanding=True)),
        table.c.indicator_id.in_(sa.bindparam("ids", expanding=True)),
    ]


def _filters(table: sa.Table, shape: tuple[bool, ...]) -> list[sa.ColumnElement[bool]]:
    return [
        table.c[name] == sa.bindparam(name)
        for name, used in zip(_FILTERS, shape, strict=True)
        if used and name in table.c
    ]


@lru_cache(maxsize=1)
def _factors_statement() -> sa.Select[Any]:
    """Widths of the limits of parts and of the publisher's own, of each council that has both."""
    own = observation.alias("own")
    same = sa.and_(*(own.c[name] == part.c[name] for name in (*_KEY, "area_code")))
    return (
        sa.select(
            *(part.c[name] for name in _KEY),
            part.c.upper_ci_95 - part.c.lower_ci_95,
            own.c.upper_ci_95 - own.c.lower_ci_95,
        )
        .select_from(part.join(own, same))
        .where(own.c.interval_method == sa.bindparam("method"), own.c.lower_ci_95.is_not(None))
    )
