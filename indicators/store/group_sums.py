"""The rows of groups that readers make: each a sum of the published figures of its members, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geodata.groups import CUSTOM, parse_group
from indicators import sums
from indicators.catalogue import Indicator
from indicators.limits import INTERVAL_METHODS, NO_INTERVAL
from indicators.merged_areas import MERGED
from indicators.notes import NOT_SUMMED
from indicators.recent_trends import FIGURES as TREND_FIGURES
from indicators.recent_trends import Figures, recent_trends
from indicators.statistics.comparison import percentiles
from indicators.statistics.decimals import meant
from indicators.store import schema
from indicators.store.group_cells import (
    FIGURES,
    KEY,
    Asked,
    Cells,
    Key,
    Known,
    Members,
    Question,
    refused_rows,
)
from indicators.store.reading import VALUE_COLUMNS, Reader, Row, sort_keys
from indicators.store.schema import observation, part

MOST_NAMED = 5
"""Members without a figure that the note of a sum names."""
OF_ALL = Asked(breakdown="all")
_NO_COUNTS = "no area of the group has a figure with its counts"

_Kept = TypeVar("_Kept")


class GroupSums(Reader):
    """The figures of a group, worked out from those of its members."""

    _of_publication: tuple[str, dict[str, Any]] | None = None
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
        return by_line(self.rows_of_group(code, asked, with_refused=False))

    def trends_of_lines(self, lines: Sequence[Sequence[Row]]) -> list[Row | None]:
        """The recent trend of each series of sums, by the rule of every other area; None where no sum has a value."""
        by_indicator: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            if any(row["value"] is not None for row in line):
                by_indicator.setdefault(line[0]["indicator_id"], []).append(place)
        found: list[Row | None] = [None] * len(lines)
        every = self._periods() if by_indicator else {}
        for name, places in by_indicator.items():
            figures = _figures_of([lines[place] for place in places])
            columns = recent_trends(figures, self.catalogue[name], every.get(name, ()))
            table = zip(*(columns[column].tolist() for column in _TREND), strict=True)
            for place, cells in zip(places, table, strict=True):
                trend = dict(zip(_TREND, cells, strict=True))
                for column in ("chi_square", "p_value", "slope"):
                    trend[column] = _cell(trend[column])
                found[place] = {**trend, "periods_used": list(trend["periods_used"])}
        return found

    def rows_of_group(self, code: str, asked: Asked, *, with_refused: bool = True) -> list[Row]:
        """Every figure of a group, oldest first: sums, and where there is none a row that says why."""
        members = self.members_of_group(code)
        rows, _ = self.summed(members, asked)
        if with_refused:
            known = {key_of(row) for row in rows}
            rows += [row for row in self.refused_of_group(members, asked) if key_of(row) not in known]
        ends = sort_keys(rows)
        rows.sort(key=lambda row: ends[row["period"]])
        return rows

    def summed(self, members: Members, asked: Asked) -> tuple[list[Row], list[tuple[Key, int, str]]]:
        """The sums of a group, and of each series of a member the newest period of any, with its route and release."""
        with self.connections.reading() as connection:
            # what a page of a group asks for is kept; any other question is narrow
            known = self._kept(connection, "cells", lambda _: Known()) if asked == OF_ALL else Known()
            cells, newest = known.of_members(connection, members, self._question(asked))
        rows: list[Row] = []
        for (name, route), lines, own in self._by_route(known, cells):
            rows += self._sums_of(members, self.catalogue[name], route, lines, own, known.releases)
        return rows, newest

    def _question(self, asked: Asked) -> Question:
        ways = {
            name: {sums.way_of(indicator, route) for route in indicator.routes} - {""}
            for name, indicator in self.catalogue.items()
            if asked.indicator_ids is None or name in asked.indicator_ids
        }
        return Question(
            asked,
            tuple(name for name, own in ways.items() if own),
            tuple(name for name, own in ways.items() if "values" in own),
            any("surveys" in own for own in ways.values()) and self._holds_parts(),
        )

    def _by_route(
        self, known: Known, cells: Cells
    ) -> Iterator[tuple[tuple[str, int], list[tuple[Key, bool]], Cells]]:
        """(indicator and route, lines, their cells) of the route of each line that gives the most members a figure that
        can be summed, of equals the first of the catalogue: no two are mixed.

        A line is a series and period, and whether its figures are those of parts; ``line`` of a cell is its place there.
        """
        numbers, line = np.unique(cells["line"], return_inverse=True)
        keys = [known.lines[number] for number in numbers.tolist()]
        names = list(dict.fromkeys(key[0] for key in keys))
        ways = [
            [sums.way_of(indicator, route) for route in indicator.routes]
            for indicator in (self.catalogue[name] for name in names)
        ]
        most = max((len(own) for own in ways), default=0)
        table = np.array([own + [""] * (most - len(own)) for own in ways]).reshape(len(names), most)
        of_name = np.array([names.index(key[0]) for key in keys], dtype=np.intp)
        at = np.flatnonzero(cells["route"] < most)
        way = table[of_name[line[at]], cells["route"][at]]
        at = at[(way == "values") | ((way != "") & ~np.isnan(cells["numerator"][at]))]
        cells, line = cells[at], line[at]
        counts = np.bincount(line * most + cells["route"], minlength=len(keys) * most).reshape(
            len(keys), most
        )
        best = counts.argmax(axis=1) if most else np.zeros(0, dtype=np.intp)
        is_best = cells["route"] == best[line]
        cells, line = cells[is_best], line[is_best]
        is_part = np.zeros(len(keys), dtype=np.bool_)
        is_part[line] = cells["is_part"]
        of_route: dict[tuple[str, int], list[int]] = {}
        for place in sorted(np.unique(line).tolist(), key=keys.__getitem__):
            of_route.setdefault((keys[place][0], int(best[place])), []).append(place)
        for route, places in of_route.items():
            row_of = np.full(len(keys), -1, dtype=np.int32)
            row_of[places] = np.arange(len(places))
            own = cells[row_of[line] >= 0]
            own["line"] = row_of[line][row_of[line] >= 0]
            yield route, [(keys[place], bool(is_part[place])) for place in places], own

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
        lines: Sequence[tuple[Key, bool]],
        cells: Cells,
        release_ids: Sequence[str],
    ) -> list[Row]:
        """The sums of some series and periods that one route gives: rows in the order of ``lines``."""
        route = indicator.routes[place]
        size = (len(lines), len(members.names))
        line = cells["line"]
        at = line, cells["place"]
        tables = [np.full(size, np.nan) for _ in FIGURES]
        for table, name in zip(tables, FIGURES, strict=True):
            table[at] = cells[name]
        value, above, below, lower, upper, *count_halves = tables
        people = sums.people_of(_people_codes(self.register, members), below)
        match sums.way_of(indicator, route):
            case "values":
                widths = (upper - lower) / 2
                found = sums.summed_values(indicator, value, widths, people, members.words)
                used = sums.values_used(indicator, value, widths)
            case "surveys":
                half = np.fmax(upper - value, value - lower)
                surveys = sums.Surveys(above, below, people, half, count_halves[0], count_halves[1])
                factors, told = self._calibration(lines, surveys.has_count_halves)
                found = sums.summed_surveys(indicator, surveys, factors, members.words)
                used = surveys.used
                known = found.known
                for row in range(len(lines)):
                    if told[row] and known[row]:
                        found.note[row] = f"{found.note[row]} {told[row]}"
            case _:
                is_widened = np.bincount(line[cells["is_widened"]], minlength=len(lines)) > 0
                halves = [
                    _halves(counts, route.rounded_to, route.rounded_cells[which], is_widened)
                    for which, counts in enumerate((above, below))
                ]
                parts = sums.Parts(above, below, people, *halves)
                found = sums.summed_counts(
                    indicator, route, parts, [len(members.names)] * len(lines), members.words
                )
                used = parts.used
        counted = used[at]
        doubtful = np.bincount(line[counted & cells["is_doubtful"]], minlength=len(lines)) > 0
        releases = _releases(cells, counted, release_ids, len(lines))
        figures = meant(np.array([found.figures[name] for name in VALUE_COLUMNS[:-1]])).T.tolist()
        rows = []
        for row, (key, _) in enumerate(lines):
            own = dict(zip(VALUE_COLUMNS[:-1], map(_cell, figures[row]), strict=True))
            status = "not_available" if own["value"] is None else "unreliable" if doubtful[row] else "ok"
            rows.append(
                _row(
                    members,
                    key,
                    own,
                    status,
                    releases[row],
                    NO_INTERVAL if own["lower_ci_95"] is None else str(found.method[row]),
                    f"{found.note[row]}{_missing_words(members.names, used[row])}",
                    place,
                )
            )
        return rows

    def _calibration(
        self, lines: Sequence[tuple[Key, bool]], is_of_counts: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], list[str]]:
        """The factor of each line, and what the note says of it.

        Limits of shown figures are calibrated already; those made of the counts' half-widths (``is_of_counts``) are not.
        """
        factors, told = np.ones(len(lines)), [""] * len(lines)
        is_open = [is_part or bool(is_of_counts[place]) for place, (_, is_part) in enumerate(lines)]
        known = self._factors() if any(is_open) else {}
        for place, (key, _) in enumerate(lines):
            if is_open[place]:
                factor, councils = known.get(key, (1.0, 0))
                factors[place] = factor
                told[place] = sums.calibration_words(factor, councils) if councils else sums.SUM_NOT_MEASURED
        return factors, told

    def _kept(
        self, connection: sa.Connection, name: str, work_out: Callable[[sa.Connection], _Kept]
    ) -> _Kept:
        """What is worked out once a publication; ``connection`` has begun to read it."""
        facts = schema.store_fact
        publication = str(connection.scalar(sa.select(facts.c.value).where(facts.c.name == "publication_id")))
        kept = self._of_publication
        if kept is None or kept[0] != publication:
            kept = self._of_publication = (publication, {})
        if name not in kept[1]:
            kept[1][name] = work_out(connection)
        found: _Kept = kept[1][name]
        return found

    def _factors(self) -> dict[Key, tuple[float, int]]:
        """The factor of each line of a survey and the councils it is measured on."""
        with self.connections.reading() as connection:
            return self._kept(connection, "factors", _factors)

    def _periods(self) -> dict[str, list[str]]:
        """The periods of each indicator in which any area has a value."""
        with self.connections.reading() as connection:
            return self._kept(connection, "periods", _periods)

    def refused_of_group(self, members: Members, asked: Asked) -> list[Row]:
        """A row without a value, with the reason, for each series and period that some member has a figure of."""
        with self.connections.reading() as connection:
            found = refused_rows(connection, members, asked)
        return self.told_refused(members, found)

    def told_refused(self, members: Members, found: Sequence[Any]) -> list[Row]:
        """A row without a value, with the reason, of each of some (KEY, route, release_id)."""
        rows = []
        for name, sex, age, breakdown, period, route, release_id in found:
            indicator = self.catalogue.get(name)
            if indicator is None or route >= len(indicator.routes):
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


def key_of(row: Mapping[str, Any]) -> Key:
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"])


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


def _releases(cells: Cells, counted: NDArray[np.bool_], release_ids: Sequence[str], many: int) -> list[str]:
    """The release that most figures of each line rest on, of equals the last by its id; of those that count, or of all."""
    numbers, code = np.unique(cells["release"], return_inverse=True)
    names = sorted(release_ids[number] for number in numbers.tolist())
    rank = np.array([names.index(release_ids[number]) for number in numbers.tolist()], dtype=np.intp)
    at = cells["line"] * len(names) + rank[code]
    of_all, of_counted = (
        np.bincount(at, weights=weights, minlength=many * len(names)).reshape(many, len(names))
        for weights in (None, counted)
    )
    own = np.where((of_counted.sum(axis=1) > 0)[:, None], of_counted, of_all)
    return [names[place] for place in (len(names) - 1 - own[:, ::-1].argmax(axis=1)).tolist()]


def _missing_words(names: Sequence[str], used: NDArray[np.bool_]) -> str:
    missing = np.flatnonzero(~used)
    if not len(missing):
        return ""
    more = len(missing) - MOST_NAMED
    words = ", ".join(names[place] for place in missing[:MOST_NAMED]) + (
        f" and {more} more" if more > 0 else ""
    )
    return f" Without a figure: {words}."


def _row(
    members: Members,
    key: Key,
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


def by_line(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows by series, the oldest first."""
    ends = sort_keys(rows)
    lines: dict[tuple[str, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: ends[row["period"]]):
        lines.setdefault(key_of(row)[:4], []).append(row)
    return list(lines.values())


_TREND = (
    "direction",
    "judgement",
    "chi_square",
    "p_value",
    "slope",
    "periods_used",
    "reason",
    "latest_period",
)


def _figures_of(lines: Sequence[Sequence[Row]]) -> Figures:
    """Series of sums of one indicator, for their recent trends."""
    rows = [row for line in lines for row in line]
    names = sorted({row["period"] for row in rows})
    place = {name: number for number, name in enumerate(names)}
    return Figures(
        np.repeat(np.arange(len(lines)), [len(line) for line in lines]),
        np.array([place[row["period"]] for row in rows], dtype=np.intp),
        names,
        {name: np.array([row[name] for row in rows], dtype=np.float64) for name in TREND_FIGURES},
        np.array([row["route"] for row in rows], dtype=np.intp),
        np.array([row["note"] for row in rows], dtype=object),
        np.zeros(len(rows), dtype=np.bool_),
    )


def _factors(connection: sa.Connection) -> dict[Key, tuple[float, int]]:
    ratios: dict[Key, list[float]] = {}
    found = connection.execute(_factors_statement(), {"method": INTERVAL_METHODS["published"]}).all()
    for *key, width, own_width in found:
        if width and own_width and own_width > 0 and width > 0:
            ratios.setdefault((key[0], key[1], key[2], key[3], key[4]), []).append(own_width / width)
    return {
        key: (float(percentiles(own, 0.5)[0]), len(own))
        for key, own in ratios.items()
        if len(own) >= sums.FEWEST
    }


def _periods(connection: sa.Connection) -> dict[str, list[str]]:
    """From the spreads: there is one wherever some area has a value."""
    spread = schema.distribution
    periods: dict[str, list[str]] = {}
    for name, period in connection.execute(sa.select(spread.c.indicator_id, spread.c.period).distinct()):
        periods.setdefault(name, []).append(period)
    return periods


@lru_cache(maxsize=1)
def _factors_statement() -> sa.Select[Any]:
    """Widths of the limits of parts and of the publisher's own, of each council that has both."""
    own = observation.alias("own")
    same = sa.and_(*(own.c[name] == part.c[name] for name in (*KEY, "area_code")))
    return (
        sa.select(
            *(part.c[name] for name in KEY),
            part.c.upper_ci_95 - part.c.lower_ci_95,
            own.c.upper_ci_95 - own.c.lower_ci_95,
        )
        .select_from(part.join(own, same))
        .where(
            own.c.interval_method == sa.bindparam("method"),
            own.c.lower_ci_95.is_not(None),
            # the jobs measure on districts alone
            ~part.c.note.startswith(MERGED, autoescape=True),
        )
    )
