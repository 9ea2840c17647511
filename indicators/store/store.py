"""Questions the store answers: rows as plain dicts, each answer from one consistent view."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from sys import intern
from typing import Any

import sqlalchemy as sa

from geodata.register import Register
from indicators.calendar import Calendar
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.store import schema
from indicators.store.engine import Connections
from indicators.store.schema import distribution, observation, release, release_file, run, snapshot, trend

Row = dict[str, Any]

ENGLAND = "E92000001"

_VALUES = (
    "value",
    "numerator",
    "denominator",
    "lower_ci_95",
    "upper_ci_95",
    "lower_ci_998",
    "upper_ci_998",
    "status",
)
_BOUNDS = ("minimum", "p5", "p25", "p50", "p75", "p95", "maximum")
_MANY = 500  # more codes than this are filtered here and not in the database


class UnknownIndicator(LookupError):
    """No indicator of the catalogue has that id."""


class NoStore(RuntimeError):
    """The database has no tables, or tables of another version of this program."""


def types_on(register: Register, area_code: str, on: date) -> tuple[str, ...]:
    """Area types that a code stands for on a day, primary first.

    Codes outlive types: ``E54000008`` was an STP until June 2022 and is an ICB since. A code that stood for
    no type on that day (a publisher shows old years on today's areas) stands for all of its types.
    """
    kinds = register.types_of(area_code)
    if len(kinds) < 2:
        return kinds
    alive = tuple(kind for kind in kinds if register.area(area_code, kind).alive(on))
    return alive or kinds


class Store:
    """The figures, where they come from, and what happened to them.

    ``include_illustrative=False`` leaves out every illustrative figure and all that rests on one.
    The connection is made at the first question, so that a server may fork after making the store.
    """

    def __init__(
        self,
        url: str,
        *,
        register: Register,
        catalogue: Mapping[str, Indicator],
        include_illustrative: bool = True,
    ) -> None:
        self.connections = Connections(url)
        self.register = register
        self.catalogue = catalogue
        self.include_illustrative = include_illustrative
        self._names: dict[tuple[str, str], str] = {}

    # ---- the database itself -----------------------------------------------------------------------

    def create(self) -> None:
        """Make the tables where they are not there yet.

        Raises NoStore when the tables are of another version of the program.
        """
        path = self.connections.sqlite_path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self.connections.disk_errors_named(), self.connections.engine.connect() as connection:
                connection.connection.driver_connection.execute(  # type: ignore[union-attr]
                    "PRAGMA journal_mode = WAL"
                )
        with self.connections.writing() as connection:
            if not self.connections.is_sqlite:
                # two processes that start together must not both make the tables
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7402531)"))
            schema.metadata.create_all(connection)
            facts = schema.store_fact
            found = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema_version"))
            if found is None:
                connection.execute(
                    facts.insert(),
                    [
                        {"name": "schema_version", "value": str(schema.SCHEMA_VERSION)},
                        {"name": "publication_id", "value": "0"},
                    ],
                )
            elif found != str(schema.SCHEMA_VERSION):
                raise NoStore(
                    f"the store has version {found} of the tables, this program needs "
                    f"{schema.SCHEMA_VERSION}; run: python -m etl rebuild"
                )

    def exists(self) -> bool:
        """Whether the tables are there, in this program's version."""
        path = self.connections.sqlite_path
        if path is not None and not path.is_file():
            return False
        facts = schema.store_fact
        try:
            with self.connections.reading() as connection:
                found = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema_version"))
        except (sa.exc.OperationalError, sa.exc.ProgrammingError):
            return False
        return found == str(schema.SCHEMA_VERSION)

    def reset(self) -> None:
        """Drop every table, of whatever version, and make them anew: all figures and all history go."""
        with self.connections.writing() as connection:
            found = sa.MetaData()
            found.reflect(connection)
            found.drop_all(connection)
        self.create()

    def close(self) -> None:
        """Close idle connections."""
        self.connections.close()

    def publication_id(self) -> str:
        """Changes with each publication: what a cache of answers is keyed by.

        Raises NoStore where nothing was ever loaded.
        """
        facts = schema.store_fact
        empty = "the store is empty; run: python -m etl starter load"
        path = self.connections.sqlite_path
        if path is not None and not path.is_file():
            raise NoStore(empty)
        try:
            with self.connections.reading() as connection:
                found = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "publication_id"))
        except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
            raise NoStore(f"{empty} ({error.orig})") from error
        return str(found)

    def digest(self) -> str:
        """sha256 over everything a reader sees, in order of keys: equal digests are equal stores.

        Instants of loading, runs and revisions (how the store came to be so) are not part of it.
        """
        summary = hashlib.sha256()
        tables: list[tuple[sa.Table, tuple[str, ...]]] = [
            (observation, ()),
            (schema.alternate, ()),
            (distribution, ()),
            (trend, ()),
            (schema.boundary, ()),
            (release_file, ()),
            (schema.release_input, ()),
            (release, ("loaded_at", "replaced_at", "accepted")),
        ]
        with self.connections.reading() as connection:
            current = {
                row[0]
                for row in connection.execute(sa.select(release.c.release_id).where(release.c.is_current))
            }
            for table, left_out in tables:
                columns = [column for column in table.c if column.name not in left_out]
                asked = sa.select(*columns).order_by(*table.primary_key.columns)
                summary.update(f"\n{table.name}\n".encode())
                released = (
                    [column.name for column in columns].index("release_id")
                    if (table.name.startswith("release"))
                    else None
                )
                answer = connection.execution_options(yield_per=10_000).execute(asked)
                for row in answer:
                    # retired releases are history
                    if released is None or row[released] in current:
                        summary.update(repr(tuple(row)).encode())
        return summary.hexdigest()

    # ---- figures -----------------------------------------------------------------------------------

    def _asked(
        self, table: sa.Table, indicator_id: str, sex: str | None, age: str | None, breakdown: str | None
    ) -> list[sa.ColumnElement[bool]]:
        if indicator_id not in self.catalogue:
            raise UnknownIndicator(f"indicator {indicator_id!r} is not in the catalogue")
        wanted = [table.c.indicator_id == indicator_id]
        for name, text in (("sex", sex), ("age", age), ("breakdown", breakdown)):
            if text is not None:
                wanted.append(table.c[name] == text)
        return wanted + self._shown(table)

    def _shown(self, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        if self.include_illustrative:
            return []
        if "illustrative" in table.c:
            return [table.c.illustrative.is_(False)]
        return [table.c.status != "illustrative"]

    def _name(self, area_code: str, area_type: str) -> str:
        key = (area_code, area_type)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = (
                self.register.area(area_code, area_type).name if area_type else area_code
            )
        return name

    def _named(self, row: Mapping[Any, Any], area_type: str | None = None) -> Row:
        """A row of observations with the name of its area, in the order of the API.

        The database gives each cell a text of its own; the few different ones are shared here, since pages keep rows.
        """
        code = intern(row["area_code"])
        kind = area_type or next(iter(self.register.types_of(code)), "")
        return {
            "area_code": code,
            "area_name": self._name(code, kind),
            "area_type": kind,
            "period": intern(row["period"]),
            "sex": intern(row["sex"]),
            "age": intern(row["age"]),
            "breakdown": intern(row["breakdown"]),
            **{name: row[name] for name in _VALUES},
            "status": intern(row["status"]),
            "release": intern(row["release_id"]),
            "interval_method": intern(row["interval_method"]),
            "note": intern(row["note"]),
        }

    def latest_period(
        self,
        *,
        indicator_id: str,
        area_type: str,
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
    ) -> str | None:
        """The newest ISO period in which any area of that type has a value; None where there is none."""
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
                *self._asked(distribution, indicator_id, sex, age, breakdown),
                distribution.c.area_type == area_type,
                distribution.c.n_values > 0,
            )
            .order_by(distribution.c.period_end.desc(), distribution.c.period.desc())
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
        wanted = self._asked(observation, indicator_id, sex, age, breakdown)
        with self.connections.reading() as connection:
            if period == "latest":
                newest = self._latest(connection, indicator_id, area_type, sex, age, breakdown)
                if newest is None:
                    return []
                period = newest
            groups = self._asked(distribution, indicator_id, sex, age, breakdown)
            groups.append(distribution.c.area_type == area_type)
            if period != "all":
                wanted.append(observation.c.period == period)
                groups.append(distribution.c.period == period)
            codes = None if area_codes is None else frozenset(area_codes)
            if codes is not None and len(codes) <= _MANY:
                wanted.append(observation.c.area_code.in_(sorted(codes)))
            vintages = {
                (row.period, row.sex, row.age, row.breakdown): row.vintage
                for row in connection.execute(
                    sa.select(
                        distribution.c.period,
                        distribution.c.sex,
                        distribution.c.age,
                        distribution.c.breakdown,
                        distribution.c.vintage,
                    ).where(*groups)
                )
            }
            found = connection.execute(sa.select(observation).where(*wanted)).mappings().all()
        members: dict[int, frozenset[str]] = {
            vintage: self.register.codes(area_type, vintage) for vintage in set(vintages.values())
        }
        rows = []
        for row in found:
            vintage = vintages.get((row["period"], row["sex"], row["age"], row["breakdown"]))
            if vintage is None:
                continue
            code = row["area_code"]
            if codes is None:
                if code not in members[vintage]:
                    continue
            elif code not in codes or area_type not in self.register.types_of(code):
                continue
            rows.append(self._named(row, area_type))
        ends = {iso: Period.parse(iso).sort_key for iso in {row["period"] for row in rows}}
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
        with a value, else the newest), ``vintage`` and ``n_areas`` of that period, ``illustrative``.
        """
        wanted = self._shown(distribution)
        if indicator_id is not None:
            wanted = self._asked(distribution, indicator_id, None, None, None)
        asked = (
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
        with self.connections.reading() as connection:
            for found in connection.execute(asked):
                key = (found.indicator_id, found.area_type, found.sex, found.age, found.breakdown)
                group = groups.get(key)
                if group is None:
                    group = groups[key] = {
                        "indicator_id": found.indicator_id,
                        "area_type": found.area_type,
                        "sex": found.sex,
                        "age": found.age,
                        "breakdown": found.breakdown,
                        "periods": [],
                        "latest": found.period,
                        "vintage": found.vintage,
                        "n_areas": found.n_areas,
                        "illustrative": bool(found.illustrative),
                    }
                group["periods"].append(found.period)
                if found.n_values > 0:
                    group.update(latest=found.period, vintage=found.vintage, n_areas=found.n_areas)
                    group["illustrative"] = bool(found.illustrative)
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
        wanted = self._asked(observation, indicator_id, sex, age, breakdown)
        wanted.append(observation.c.area_code.in_(list(places)))
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(observation).where(*wanted)).mappings().all()
        rows = [self._named(row) for row in found]
        rows.sort(key=lambda row: (places[row["area_code"]], Period.parse(row["period"]).sort_key))
        return rows

    def area_series(self, area_codes: Sequence[str]) -> list[Row]:
        """Everything held of some areas: each indicator, group and period, with ``indicator_id``.

        In the order of the catalogue, then by group (everyone first), then by the place of the area in
        ``area_codes``, oldest period first.
        """
        wanted = [observation.c.area_code.in_(sorted(set(area_codes))), *self._shown(observation)]
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(observation).where(*wanted)).mappings().all()
        order = {name: place for place, name in enumerate(self.catalogue)}
        places = {code: place for place, code in enumerate(area_codes)}
        rows = [
            {"indicator_id": row["indicator_id"], **self._named(row)}
            for row in found
            if row["indicator_id"] in order
        ]
        rows.sort(
            key=lambda row: (
                order[row["indicator_id"]],
                row["breakdown"] != "all",
                row["breakdown"],
                row["sex"] != "persons",
                row["sex"],
                row["age"],
                places[row["area_code"]],
                Period.parse(row["period"]).sort_key,
            )
        )
        return rows

    def stream(self, indicator_ids: Iterable[str]) -> Generator[Row]:
        """Every figure of some indicators, one indicator after the other, with ``indicator_id``, in order of keys.

        Read a few hundred at a time in one view of the store, so that memory stays small whatever is held.
        """
        with self.connections.reading() as connection:
            for indicator_id in indicator_ids:
                asked = (
                    sa.select(observation)
                    .where(*self._asked(observation, indicator_id, None, None, None))
                    .order_by(*observation.primary_key.columns)
                    .execution_options(yield_per=500)
                )
                for row in connection.execute(asked).mappings():
                    yield {"indicator_id": indicator_id, **self._named(row)}

    def profile(self, area_code: str) -> list[Row]:
        """Every indicator an area has: its newest figure beside England's, the spread, and the trend.

        A row per indicator, sex, age and breakdown, in the order of the catalogue: the keys of
        ``observations`` with ``indicator_id``, ``england`` (the values of England in the same period, or
        None), ``distribution`` (of its area type, or None) and ``trend`` (or None).
        Raises UnknownArea.
        """
        self.register.area(area_code)
        kinds = self.register.types_of(area_code)
        own = observation.alias("own")
        national = observation.alias("national")
        spread = distribution.alias("spread")
        same = ("indicator_id", "sex", "age", "breakdown")
        own_is = [own.c[name] == trend.c[name] for name in (*same, "area_code")]
        national_is = [national.c[name] == trend.c[name] for name in same]
        spread_is = [spread.c[name] == trend.c[name] for name in same]
        hidden = self._shown(national)
        asked = (
            sa.select(
                *(column.label(f"own_{column.name}") for column in own.c),
                *(national.c[name].label(f"national_{name}") for name in _VALUES),
                *(column.label(f"spread_{column.name}") for column in spread.c),
                *(column.label(f"trend_{column.name}") for column in trend.c),
            )
            .select_from(
                trend.join(own, sa.and_(*own_is, own.c.period == trend.c.latest_period))
                .outerjoin(
                    national,
                    sa.and_(
                        *national_is,
                        national.c.period == trend.c.latest_period,
                        national.c.area_code == ENGLAND,
                        *hidden,
                    ),
                )
                .outerjoin(
                    spread,
                    sa.and_(
                        *spread_is,
                        spread.c.period == trend.c.latest_period,
                        spread.c.area_type.in_(kinds),
                    ),
                )
            )
            .where(trend.c.area_code == area_code, *self._shown(trend))
        )
        with self.connections.reading() as connection:
            found = connection.execute(asked).mappings().all()
        best: dict[tuple[str, ...], tuple[int, Row]] = {}
        for joined in found:
            kind = joined["spread_area_type"]
            place = kinds.index(kind) if kind is not None else len(kinds)
            key = tuple(joined[f"own_{name}"] for name in same)
            if key not in best or place < best[key][0]:
                best[key] = (place, dict(joined))
        places = {name: place for place, name in enumerate(self.catalogue)}
        rows = []
        for _, row in best.values():
            figures = self._named(
                {name.removeprefix("own_"): cell for name, cell in row.items() if name.startswith("own_")},
                row["spread_area_type"],
            )
            rows.append(
                {
                    "indicator_id": row["own_indicator_id"],
                    **figures,
                    "england": None
                    if row["national_status"] is None
                    else {name: row[f"national_{name}"] for name in _VALUES},
                    "distribution": None
                    if row["spread_area_type"] is None
                    else _spread({name: row[f"spread_{name}"] for name in spread.c.keys()}),  # noqa: SIM118
                    "trend": _trend({name: row[f"trend_{name}"] for name in trend.c.keys()}),  # noqa: SIM118
                }
            )
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

    def grid(self, *, groups: Sequence[tuple[str, str, str, str]], area_codes: Sequence[str]) -> list[Row]:
        """Figures of several indicators for several areas, of any type, in one question.

        ``groups`` are (indicator_id, ISO period, sex, breakdown), at most a few dozen. A row per figure, for every
        age: the keys of ``observations`` with ``indicator_id`` and ``trend`` (direction and judgement where the
        area's recent trend ends in that period, else None), by area code, indicator and age.
        Raises UnknownIndicator.
        """
        if not groups or not area_codes:
            return []
        for indicator_id, *_ in groups:
            if indicator_id not in self.catalogue:
                raise UnknownIndicator(f"indicator {indicator_id!r} is not in the catalogue")
        columns = ("indicator_id", "period", "sex", "breakdown")
        same = ("indicator_id", "sex", "age", "breakdown", "area_code")
        asked = (
            sa.select(observation, trend.c.direction.label("direction"), trend.c.judgement.label("judgement"))
            .select_from(
                observation.outerjoin(
                    trend,
                    sa.and_(
                        *(observation.c[name] == trend.c[name] for name in same),
                        observation.c.period == trend.c.latest_period,
                        *self._shown(trend),
                    ),
                )
            )
            .where(
                observation.c.area_code.in_(sorted(set(area_codes))),
                sa.or_(
                    *(
                        sa.and_(
                            *(observation.c[name] == text for name, text in zip(columns, group, strict=True))
                        )
                        for group in dict.fromkeys(groups)
                    )
                ),
                *self._shown(observation),
            )
            .order_by(observation.c.area_code, observation.c.indicator_id, observation.c.age)
        )
        with self.connections.reading() as connection:
            found = connection.execute(asked).mappings().all()
        return [
            {
                "indicator_id": row["indicator_id"],
                **self._named(row),
                "trend": None
                if row["direction"] is None
                else {"direction": row["direction"], "judgement": row["judgement"]},
            }
            for row in found
        ]

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
        wanted = self._asked(trend, indicator_id, sex, age, breakdown)
        if area_codes is not None:
            wanted.append(trend.c.area_code.in_(sorted(set(area_codes))))
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(trend).where(*wanted)).mappings().all()
        return {row["area_code"]: _trend(dict(row)) for row in found}

    def distribution(
        self, *, indicator_id: str, area_type: str, period: str, sex: str, age: str, breakdown: str = "all"
    ) -> Row | None:
        """Spread of the values of one area type in one period: minimum, percentiles, maximum, counts, vintage."""
        wanted = self._asked(distribution, indicator_id, sex, age, breakdown)
        wanted += [distribution.c.area_type == area_type, distribution.c.period == period]
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(distribution).where(*wanted)).mappings().first()
        return None if found is None else _spread(dict(found))

    # ---- where figures come from -------------------------------------------------------------------

    def releases(self, current_only: bool = True, *, hidden: bool = False) -> list[Row]:
        """Releases by source and edition, the newest loading last.

        ``hidden`` gives the illustrative ones even where this store leaves them out: for the jobs.
        """
        wanted: list[sa.ColumnElement[bool]] = []
        if not (self.include_illustrative or hidden):
            wanted.append(release.c.illustrative.is_(False))
        if current_only:
            wanted.append(release.c.is_current.is_(True))
        asked = (
            sa.select(release)
            .where(*wanted)
            .order_by(release.c.source_id, release.c.edition, release.c.loaded_at, release.c.release_id)
        )
        with self.connections.reading() as connection:
            return [_release(row) for row in connection.execute(asked).mappings()]

    def release(self, release_id: str) -> Row:
        """One release with ``files`` (name, sha256, size, url, dates, licence) and ``inputs`` (releases it is
        worked out from, each with its files). Raises LookupError.
        """
        with self.connections.reading() as connection:
            return self._release(connection, release_id)

    def _release(self, connection: sa.Connection, release_id: str) -> Row:
        found = (
            connection.execute(sa.select(release).where(release.c.release_id == release_id))
            .mappings()
            .first()
        )
        if found is None:
            raise LookupError(f"release {release_id!r} is not in the store")
        files = connection.execute(
            sa.select(
                release_file.c.role,
                release_file.c.file_name,
                release_file.c.sha256,
                snapshot.c.size,
                snapshot.c.url,
                snapshot.c.retrieved_at,
                snapshot.c.published_on,
                snapshot.c.licence,
                snapshot.c.stored,
            )
            .join(snapshot, snapshot.c.sha256 == release_file.c.sha256)
            .where(release_file.c.release_id == release_id)
            .order_by(release_file.c.role, release_file.c.file_name)
        ).mappings()
        inputs = schema.release_input
        input_ids = connection.scalars(
            sa.select(inputs.c.input_release_id)
            .where(inputs.c.release_id == release_id)
            .order_by(inputs.c.input_release_id)
        ).all()
        return {
            **_release(found),
            "files": [{**row, "stored": bool(row["stored"])} for row in files],
            "inputs": [self._release(connection, input_id) for input_id in input_ids],
        }

    def source_status(self) -> list[Row]:
        """A row per source that ever ran: its last run, its last success, its current releases.

        Keys ``source_id, outcome, message, started_at, finished_at, details`` (of the last run),
        ``published_at`` (end of the last run that published, or None), ``releases`` (current ones), ``rows``,
        ``published_on`` (newest of its publications), ``illustrative``.
        """
        with self.connections.reading() as connection:
            runs = connection.execute(
                sa.select(run).order_by(run.c.source_id, run.c.started_at, run.c.run_id)
            ).mappings()
            states: dict[str, Row] = {}
            for found in runs:
                state = states.setdefault(found["source_id"], {"published_at": None})
                state.update(found)
                if found["outcome"] == "published":
                    state["published_at"] = found["finished_at"]
        releases = self.releases()
        for one in releases:
            states.setdefault(one["source_id"], {"source_id": one["source_id"], "published_at": None})
        answer = []
        for source_id, state in sorted(states.items()):
            own = [one for one in releases if one["source_id"] == source_id]
            dates = [one["published_on"] for one in own if one["published_on"]]
            answer.append(
                {
                    "source_id": source_id,
                    "outcome": state.get("outcome"),
                    "message": state.get("message", ""),
                    "started_at": state.get("started_at"),
                    "finished_at": state.get("finished_at"),
                    "details": json.loads(state.get("details") or "{}"),
                    "published_at": state["published_at"],
                    "releases": own,
                    "rows": sum(one["rows"] for one in own),
                    "published_on": max(dates) if dates else None,
                    "illustrative": any(one["illustrative"] for one in own),
                }
            )
        return answer

    def sources(self) -> list[Row]:
        """Every source that the jobs know, in load order, whether it ever ran or not.

        Keys ``source_id, title, publisher, licence, url, cadence, live`` and ``calendar`` (a Calendar, None where
        nothing more is expected).
        """
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(schema.source).order_by(schema.source.c.place)).mappings()
            return [
                {
                    **{
                        name: row[name]
                        for name in ("source_id", "title", "publisher", "licence", "url", "cadence")
                    },
                    "live": bool(row["live"]),
                    "calendar": None
                    if row["months"] is None
                    else Calendar(tuple(json.loads(row["months"])), row["day"]),
                }
                for row in found
            ]

    def last_instant(self) -> str | None:
        """The latest instant (UTC) at which a run in the log ended, None when there is no run."""
        with self.connections.reading() as connection:
            answer: str | None = connection.scalar(sa.select(sa.func.max(run.c.finished_at)))
        return answer

    def history(self, source_id: str, limit: int | None = 100, outcome: str | None = None) -> list[Row]:
        """Runs of one source, newest first, with their details; of one outcome where one is given."""
        asked = (
            sa.select(run)
            .where(run.c.source_id == source_id, *([] if outcome is None else [run.c.outcome == outcome]))
            .order_by(run.c.started_at.desc(), run.c.run_id.desc())
            .limit(limit)
        )
        with self.connections.reading() as connection:
            return [
                {**row, "details": json.loads(row["details"])} for row in connection.execute(asked).mappings()
            ]

    def revisions(
        self,
        *,
        since: str | None = None,
        area_code: str | None = None,
        indicator_id: str | None = None,
        limit: int = 1000,
    ) -> list[Row]:
        """What figures were and became, newest change first. ``since`` is a day or an instant (UTC)."""
        table = schema.revision
        wanted: list[sa.ColumnElement[bool]] = []
        if since is not None:
            wanted.append(table.c.changed_at >= since)
        if area_code is not None:
            wanted.append(table.c.area_code == area_code)
        if indicator_id is not None:
            wanted.append(table.c.indicator_id == indicator_id)
        asked = (
            sa.select(table)
            .where(*wanted)
            .order_by(table.c.changed_at.desc(), *(table.c[name] for name in schema.KEY_COLUMNS))
            .limit(limit)
        )
        with self.connections.reading() as connection:
            return [dict(row) for row in connection.execute(asked).mappings()]

    def changes(
        self,
        *,
        since: str | None = None,
        area_code: str | None = None,
        indicator_id: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Row]:
        """What is new and what changed, newest first: figures added, revised and withdrawn.

        ``since`` is a day or an instant (UTC). A row of kind ``added`` is a group of figures (indicator, period, area
        type): ``figures`` says how many, or how many the area has in that period where one is asked for. A row of kind
        ``revised`` or ``withdrawn`` is a single figure. Keys ``changed_at, kind, indicator_id, period, area_type,
        area_code, sex, age, breakdown, figures, old_value, old_status, new_value, new_status, publication,
        release_id``, None where the kind has none.
        Raises UnknownIndicator and UnknownArea.
        """
        both = self._changes(since, area_code, indicator_id)
        asked = (
            sa.select(both)
            .order_by(
                both.c.changed_at.desc(),
                *(both.c[name] for name in ("kind", "indicator_id")),
                both.c.period.desc(),
                *(both.c[name] for name in ("area_type", "area_code", "sex", "age", "breakdown")),
            )
            .limit(limit)
            .offset(offset)
        )
        with self.connections.reading() as connection:
            rows = [dict(row) for row in connection.execute(asked).mappings()]
        for row in rows:
            if row["area_code"] is not None:
                row["area_type"] = next(iter(self.register.types_of(row["area_code"])), None)
        return rows

    def change_groups(
        self, *, area_code: str | None = None, indicator_id: str | None = None, limit: int = 50
    ) -> list[Row]:
        """``changes`` brought together by publication and indicator, newest first.

        Keys ``changed_at, kind, indicator_id, figures`` (how many), ``periods`` (how many), ``first_period`` and
        ``last_period`` (ISO), ``publication`` (one of ``publications``, how many), and ``old_value`` and ``new_value``, which tell something where
        ``figures`` is 1. Raises UnknownIndicator and UnknownArea.
        """
        both = self._changes(None, area_code, indicator_id)
        asked = (
            sa.select(
                both.c.changed_at,
                both.c.kind,
                both.c.indicator_id,
                sa.func.sum(both.c.figures).label("figures"),
                sa.func.count(both.c.period.distinct()).label("periods"),
                sa.func.min(both.c.period).label("first_period"),
                sa.func.max(both.c.period).label("last_period"),
                sa.func.max(both.c.publication).label("publication"),
                sa.func.count(both.c.publication.distinct()).label("publications"),
                sa.func.max(both.c.old_value).label("old_value"),
                sa.func.max(both.c.new_value).label("new_value"),
            )
            .group_by(both.c.changed_at, both.c.kind, both.c.indicator_id)
            .order_by(both.c.changed_at.desc(), both.c.kind, both.c.indicator_id)
            .limit(limit)
        )
        with self.connections.reading() as connection:
            return [{**row, "figures": int(row["figures"])} for row in connection.execute(asked).mappings()]

    def _changes(self, since: str | None, area_code: str | None, indicator_id: str | None) -> sa.Subquery:
        if indicator_id is not None and indicator_id not in self.catalogue:
            raise UnknownIndicator(f"indicator {indicator_id!r} is not in the catalogue")
        return sa.union_all(
            self._added(since, area_code, indicator_id), self._revised(since, area_code, indicator_id)
        ).subquery("both")

    def _added(self, since: str | None, area_code: str | None, indicator_id: str | None) -> sa.Select[Any]:
        table = schema.addition
        wanted: list[sa.ColumnElement[bool]] = []
        figures: sa.ColumnElement[Any] = table.c.figures
        if since is not None:
            wanted.append(table.c.changed_at >= since)
        if indicator_id is not None:
            wanted.append(table.c.indicator_id == indicator_id)
        if area_code is not None:
            self.register.area(area_code)
            there = sa.select(sa.func.count()).where(
                observation.c.area_code == area_code,
                observation.c.indicator_id == table.c.indicator_id,
                observation.c.period == table.c.period,
            )
            figures = there.scalar_subquery()
            # an area that came to a period later is named there, and was not among all the areas before
            later = table.alias("later")
            named_later = sa.exists().where(
                later.c.indicator_id == table.c.indicator_id,
                later.c.period == table.c.period,
                later.c.area_codes.contains(f" {area_code} "),
            )
            wanted += [
                table.c.area_type.in_(self.register.types_of(area_code)),
                sa.or_(
                    table.c.area_codes.contains(f" {area_code} "),
                    sa.and_(table.c.area_codes.is_(None), ~named_later),
                ),
                there.correlate(table).scalar_subquery() > 0,
            ]
        nothing = sa.cast(sa.null(), sa.Text)
        return sa.select(
            table.c.changed_at,
            sa.literal("added").label("kind"),
            table.c.indicator_id,
            table.c.period,
            table.c.area_type,
            nothing.label("area_code"),
            nothing.label("sex"),
            nothing.label("age"),
            nothing.label("breakdown"),
            figures.label("figures"),
            sa.cast(sa.null(), sa.Double).label("old_value"),
            nothing.label("old_status"),
            sa.cast(sa.null(), sa.Double).label("new_value"),
            nothing.label("new_status"),
            table.c.publication,
            table.c.release_id,
        ).where(*wanted)

    def _revised(self, since: str | None, area_code: str | None, indicator_id: str | None) -> sa.Select[Any]:
        table = schema.revision
        wanted: list[sa.ColumnElement[bool]] = []
        for column, word in ((table.c.area_code, area_code), (table.c.indicator_id, indicator_id)):
            if word is not None:
                wanted.append(column == word)
        if since is not None:
            wanted.append(table.c.changed_at >= since)
        kind = sa.case((table.c.new_status == "withdrawn", "withdrawn"), else_="revised")
        of = sa.func.coalesce(table.c.new_release_id, table.c.old_release_id)
        return (
            sa.select(
                table.c.changed_at,
                kind.label("kind"),
                table.c.indicator_id,
                table.c.period,
                sa.cast(sa.null(), sa.Text).label("area_type"),
                table.c.area_code,
                table.c.sex,
                table.c.age,
                table.c.breakdown,
                sa.literal(1).label("figures"),
                table.c.old_value,
                table.c.old_status,
                table.c.new_value,
                table.c.new_status,
                release.c.publication,
                of.label("release_id"),
            )
            .select_from(table.outerjoin(release, release.c.release_id == of))
            .where(*wanted)
        )

    def lineage(
        self,
        *,
        indicator_id: str,
        area_code: str,
        period: str,
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
    ) -> list[Row]:
        """From figures back to files: each observation with ``source_row``, ``release`` (with its files) and,
        for a gap, ``inputs``: the lineage of the two rates it was taken from.

        ``source_row`` is the row in the publisher's file of the value or its numerator, None where not known.
        """
        wanted = self._asked(observation, indicator_id, sex, age, breakdown)
        wanted += [observation.c.area_code == area_code, observation.c.period == period]
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(observation).where(*wanted)).mappings().all()
            answer = [
                {
                    "indicator_id": indicator_id,
                    **self._named(dict(row)),
                    "source_row": row["source_row"],
                    "basis_period": row["basis_period"],
                    "release": self._release(connection, row["release_id"]),
                }
                for row in found
            ]
        for row in answer:
            row["inputs"] = self._inputs(row)
        return answer

    def _inputs(self, row: Row) -> list[Row]:
        route = next(
            (one for one in self.catalogue[row["indicator_id"]].routes if one.method == "difference"), None
        )
        if route is None or row["basis_period"] is None or not route.minuend or not route.subtrahend:
            return []
        area_code = row["area_code"]
        overall = self.lineage(indicator_id=route.minuend, area_code=area_code, period=row["basis_period"])
        group = self.lineage(
            indicator_id=route.subtrahend,
            area_code=area_code,
            period=row["period"],
            sex=row["sex"],
            age=row["age"],
            breakdown=row["breakdown"],
        )
        same_sex = [one for one in overall if one["sex"] == row["sex"]]
        return (same_sex or overall) + group

    def boundaries(self) -> list[Row]:
        """Boundary files that are loaded: area_type, vintage, file_name, sha256, release_id."""
        table = schema.boundary
        with self.connections.reading() as connection:
            asked = sa.select(table).order_by(table.c.area_type, table.c.vintage)
            return [dict(row) for row in connection.execute(asked).mappings()]

    # ---- for the jobs ------------------------------------------------------------------------------

    def current_rows(
        self, indicator_ids: Iterable[str], *, alternates: bool = False
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """(column names, rows) of the observations of some indicators, in order of keys, as tuples.

        ``alternates`` gives the other table: what later routes say about keys that an earlier one gives.
        """
        table = schema.alternate if alternates else observation
        batches = self.current_batches(indicator_ids, alternates=alternates)
        return [column.name for column in table.c], [tuple(row) for batch in batches for row in batch]

    def current_batches(
        self, indicator_ids: Iterable[str], *, alternates: bool = False, size: int = 50_000
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """The rows of ``current_rows``, at most ``size`` of them in memory at a time."""
        table = schema.alternate if alternates else observation
        with self.connections.reading() as connection:
            reading = connection.execution_options(yield_per=size)
            for indicator_id in sorted(set(indicator_ids)):
                asked = (
                    sa.select(table)
                    .where(table.c.indicator_id == indicator_id)
                    .order_by(*table.primary_key.columns)
                )
                yield from reading.execute(asked).partitions()

    def distributions(self, indicator_ids: Iterable[str]) -> list[Row]:
        """Every spread of some indicators, in order of keys: columns of the table ``distribution``."""
        asked = (
            sa.select(distribution)
            .where(distribution.c.indicator_id.in_(sorted(set(indicator_ids))))
            .order_by(*distribution.primary_key.columns)
        )
        with self.connections.reading() as connection:
            return [_spread(dict(row)) for row in connection.execute(asked).mappings()]

    def releases_of(self, indicator_id: str) -> list[str]:
        """Ids of the releases that the figures of an indicator are taken from. Raises UnknownIndicator."""
        asked = (
            sa.select(observation.c.release_id)
            .where(*self._asked(observation, indicator_id, None, None, None))
            .distinct()
            .order_by(observation.c.release_id)
        )
        with self.connections.reading() as connection:
            return list(connection.scalars(asked))

    def indicators_of(self, source_id: str) -> list[str]:
        """Ids of the indicators that have observations of this source."""
        asked = (
            sa.select(observation.c.indicator_id)
            .join(release, release.c.release_id == observation.c.release_id)
            .where(release.c.source_id == source_id)
            .distinct()
            .order_by(observation.c.indicator_id)
        )
        with self.connections.reading() as connection:
            return list(connection.scalars(asked))

    def problems(self) -> list[str]:
        """What is wrong inside the store, in words; [] when it hangs together."""
        checks: list[tuple[str, sa.Select[Any]]] = [
            (
                "{} observations whose release is not in the store",
                sa.select(sa.func.count())
                .select_from(observation.outerjoin(release, release.c.release_id == observation.c.release_id))
                .where(release.c.release_id.is_(None)),
            ),
            (
                "{} observations of a release that is not current",
                sa.select(sa.func.count())
                .select_from(observation.join(release, release.c.release_id == observation.c.release_id))
                .where(release.c.is_current.is_(False)),
            ),
            (
                "{} current releases with neither a file nor an input",
                sa.select(sa.func.count()).where(
                    release.c.is_current,
                    ~sa.exists().where(release_file.c.release_id == release.c.release_id),
                    ~sa.exists().where(schema.release_input.c.release_id == release.c.release_id),
                ),
            ),
            (
                "{} observations below their lower or above their upper limit",
                sa.select(sa.func.count()).where(
                    sa.or_(
                        observation.c.value < observation.c.lower_ci_95 - 1e-9,
                        observation.c.value > observation.c.upper_ci_95 + 1e-9,
                    )
                ),
            ),
            (
                "{} observations without a value and with status ok",
                sa.select(sa.func.count()).where(observation.c.value.is_(None), observation.c.status == "ok"),
            ),
            (
                "{} illustrative marks that do not agree between an observation and its release",
                sa.select(sa.func.count())
                .select_from(observation.join(release, release.c.release_id == observation.c.release_id))
                .where(
                    release.c.origin != "derived",
                    (observation.c.status == "illustrative") != release.c.illustrative,
                ),
            ),
        ]
        if not self.include_illustrative:
            checks.append(
                (
                    "{} illustrative observations although WORKHEALTH_ILLUSTRATIVE is off; "
                    "run: python -m etl starter load",
                    sa.select(sa.func.count()).where(observation.c.status == "illustrative"),
                )
            )
        answer = []
        with self.connections.reading() as connection:
            for words, asked in checks:
                count = connection.scalar(asked) or 0
                if count:
                    answer.append(words.format(f"{count:,}"))
            known = set(connection.scalars(sa.select(observation.c.indicator_id).distinct()))
        unknown = sorted(known - set(self.catalogue))
        if unknown:
            answer.append(f"figures of indicators that are not in the catalogue: {', '.join(unknown)}")
        return answer


def _spread(row: Row) -> Row:
    row["is_latest"] = bool(row["is_latest"])
    row["illustrative"] = bool(row["illustrative"])
    return row


def _trend(row: Row) -> Row:
    row["periods_used"] = json.loads(row["periods_used"])
    row["illustrative"] = bool(row["illustrative"])
    return row


def _release(row: Mapping[Any, Any]) -> Row:
    return {**row, "is_current": bool(row["is_current"]), "illustrative": bool(row["illustrative"])}
