"""How a publication gets into the store: everything in one transaction, or nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import sqlalchemy as sa

from indicators.store import schema
from indicators.store.schema import LINE_COLUMNS
from indicators.store.store import Store

Row = dict[str, Any]
Cells = tuple[Any, ...]
OnStep = Callable[[str, int, int], None]

OBSERVATION_COLUMNS = tuple(column.name for column in schema.observation.c)
ALTERNATE_COLUMNS = tuple(column.name for column in schema.alternate.c)
DISTRIBUTION_COLUMNS = tuple(column.name for column in schema.distribution.c)
TREND_COLUMNS = tuple(column.name for column in schema.trend.c)
REVISION_COLUMNS = tuple(column.name for column in schema.revision.c)
ADDITION_COLUMNS = tuple(column.name for column in schema.addition.c)

RENAMED_COLUMNS = ("indicator_id", "period", "sex", "age", "breakdown", "old_release_id", "release_id")

_MANY = 50_000  # rows from which an index is better made at the end
_CHUNK = 20_000


def no_step(words: str, done: int, of: int) -> None:
    """A step that nobody watches."""


class Rows(Protocol):
    """Rows to write: a list, or something that reads them from a file as they are asked for.

    Each row is a tuple of cells; rows that come in the order of the table's key are written fastest.
    """

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Cells]: ...


@dataclass
class Changes:
    """All that one publication writes. Tuples are in the order of the ``*_COLUMNS`` above.

    ``removed`` and ``alternates_removed`` are keys (an alternate's ends with its source_id). ``renamed`` has tuples of
    RENAMED_COLUMNS: groups of which every observation of one release goes to another. ``parts`` (tuples of
    OBSERVATION_COLUMNS) take the place of all parts that rest on the source's releases. ``series_of`` names the
    indicators, and ``lines`` (tuples of LINE_COLUMNS) the lines of them, whose distributions and trends are replaced by
    those given here; ``row_changes`` is how many more observations (or fewer) rest on each release after it.
    """

    run: Row
    snapshots: list[Row] = field(default_factory=list)
    releases: list[Row] = field(default_factory=list)
    release_files: list[Row] = field(default_factory=list)
    release_inputs: list[Row] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    removed: Rows = ()
    renamed: Rows = ()
    put: Rows = ()
    parts: Rows = ()
    alternates_removed: Rows = ()
    alternates_put: Rows = ()
    series_of: list[str] = field(default_factory=list)
    lines: Rows = ()
    distributions: Rows = ()
    trends: Rows = ()
    revisions: Rows = ()
    additions: Rows = ()
    row_changes: dict[str, int] = field(default_factory=dict)
    boundaries: list[Row] | None = None


def publish(store: Store, changes: Changes, on_step: OnStep = no_step) -> str:
    """Write a publication whole and give the new publication id.

    ``on_step(words, done, of)`` is called before and between the parts, all inside the transaction but the
    last (``published``). An error, or the end of the process, at any of them leaves the store as it was.
    """
    at = changes.run["finished_at"]
    publication_id = secrets.token_hex(8)
    with store.connections.writing() as connection:
        on_step("releases", 0, 0)
        for snapshot in changes.snapshots:
            _put_snapshot(store, connection, snapshot)
        for release in changes.releases:
            _upsert(store, connection, schema.release, release)
        ids = [release["release_id"] for release in changes.releases]
        if ids:
            for table in (schema.release_file, schema.release_input):
                connection.execute(table.delete().where(table.c.release_id.in_(ids)))
        if changes.retired:
            connection.execute(
                schema.release.update()
                .where(schema.release.c.release_id.in_(changes.retired))
                .values(is_current=False, replaced_at=at)
            )
        if changes.release_files:
            connection.execute(schema.release_file.insert(), changes.release_files)
        if changes.release_inputs:
            connection.execute(schema.release_input.insert(), changes.release_inputs)
        load = _load_sqlite if store.connections.is_sqlite else _load_postgresql
        remove = _remove_sqlite if store.connections.is_sqlite else _remove_postgresql
        remove(connection, schema.observation, changes.removed, on_step)
        _rename(connection, changes.renamed, on_step)
        with _index_made_last(connection, len(changes.put)):
            load(connection, schema.observation, changes.put, on_step)
        # every edition that the source rests on was read again, so its parts are whole
        own = sa.select(schema.release.c.release_id).where(
            sa.or_(
                schema.release.c.source_id == changes.run["source_id"],
                schema.release.c.release_id.in_(changes.retired),
            )
        )
        connection.execute(schema.part.delete().where(schema.part.c.release_id.in_(own)))
        load(connection, schema.part, changes.parts, on_step)
        remove(connection, schema.alternate, changes.alternates_removed, on_step)
        load(connection, schema.alternate, changes.alternates_put, on_step)
        _clear_lines(connection, changes.lines, load, on_step)
        load(connection, schema.distribution, changes.distributions, on_step)
        load(connection, schema.trend, changes.trends, on_step)
        load(connection, schema.revision, changes.revisions, on_step)
        load(connection, schema.addition, changes.additions, on_step)
        if changes.boundaries is not None:
            connection.execute(schema.boundary.delete())
            if changes.boundaries:
                connection.execute(schema.boundary.insert(), changes.boundaries)
        for release_id, more in changes.row_changes.items():
            connection.execute(
                schema.release.update()
                .where(schema.release.c.release_id == release_id)
                .values(rows=schema.release.c.rows + more)
            )
        connection.execute(schema.run.insert(), changes.run)
        _forget_held(connection, changes.run["source_id"])
        facts = schema.store_fact
        connection.execute(
            facts.update().where(facts.c.name == "publication_id").values(value=publication_id)
        )
        on_step("commit", 0, 0)
    on_step("published", 0, 0)
    return publication_id


def record_run(store: Store, row: Row, held: Row | None = None) -> None:
    """Write one run that changed nothing (unchanged, failed, quarantined or dry_run) to the log.

    ``held`` are figures of what waits in quarantine, kept until the source is published or something else of it waits.
    """
    with store.connections.writing() as connection:
        connection.execute(schema.run.insert(), row)
        if held is not None:
            _forget_held(connection, row["source_id"])
            text = json.dumps({"run_id": row["run_id"], **held}, ensure_ascii=False)
            name = schema.HELD + row["source_id"]
            connection.execute(schema.store_fact.insert(), {"name": name, "value": text})


def _forget_held(connection: sa.Connection, source_id: str) -> None:
    facts = schema.store_fact
    connection.execute(facts.delete().where(facts.c.name == schema.HELD + source_id))


def note_sources(store: Store, rows: Sequence[Row]) -> None:
    """Write down what the jobs know of each source (columns of ``source``); nothing where it stands so already."""
    with store.connections.writing() as connection:
        asked = sa.select(schema.source).order_by(schema.source.c.source_id)
        known = [{**row, "live": bool(row["live"])} for row in connection.execute(asked).mappings()]
        if known != sorted(rows, key=lambda row: row["source_id"]):
            connection.execute(schema.source.delete())
            connection.execute(schema.source.insert(), list(rows))


def replace_content(store: Store, rebuilt: Store, run: Row) -> str:
    """Put the content of another store in the place of this one's, in one transaction; gives the publication id.

    Runs, revisions and retired releases (history) stay; a release that was here keeps its instant of loading.
    """
    content = (
        schema.observation,
        schema.alternate,
        schema.part,
        schema.distribution,
        schema.trend,
        schema.boundary,
    )
    publication_id = secrets.token_hex(8)
    with rebuilt.connections.reading() as source, store.connections.writing() as target:
        for table in content:
            target.execute(table.delete())
        target.execute(
            schema.release.update()
            .where(schema.release.c.is_current)
            .values(is_current=False, replaced_at=run["finished_at"])
        )
        for kept in source.execute(sa.select(schema.snapshot)).mappings():
            _put_snapshot(store, target, dict(kept))
        known = target.execute(sa.select(schema.release.c.release_id, schema.release.c.loaded_at))
        loaded: dict[str, str] = {row.release_id: row.loaded_at for row in known}
        for found in source.execute(sa.select(schema.release)).mappings().all():
            row = {**found, "is_current": bool(found["is_current"])}
            row["illustrative"] = bool(row["illustrative"])
            row["loaded_at"] = loaded.get(row["release_id"], row["loaded_at"])
            _upsert(store, target, schema.release, row)
            for table in (schema.release_file, schema.release_input):
                target.execute(table.delete().where(table.c.release_id == row["release_id"]))
        load = _load_sqlite if store.connections.is_sqlite else _load_postgresql
        for table in (schema.release_file, schema.release_input, *content):
            load(target, table, _Selected(source, table), no_step)
        target.execute(schema.run.insert(), run)
        facts = schema.store_fact
        target.execute(facts.update().where(facts.c.name == "publication_id").values(value=publication_id))
    return publication_id


class _Selected:
    """All rows of a table of another store, in order of keys, read as they are asked for."""

    def __init__(self, connection: sa.Connection, table: sa.Table) -> None:
        self._connection = connection.execution_options(yield_per=_CHUNK)
        self._table = table

    def __len__(self) -> int:
        return int(self._connection.scalar(sa.select(sa.func.count()).select_from(self._table)) or 0)

    def __iter__(self) -> Iterator[Cells]:
        asked = sa.select(self._table).order_by(*self._table.primary_key.columns)
        return (tuple(row) for row in self._connection.execute(asked))


def analyse(store: Store) -> None:
    """Let the database count its rows again, so that it picks the right indexes; after each loading."""
    if store.connections.is_sqlite:
        with store.connections.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            # a sample is enough to choose an index, and takes a tenth of the time
            driver.execute("PRAGMA analysis_limit = 1000")
            driver.execute("ANALYZE")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with store.connections.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in (schema.observation, schema.distribution, schema.trend, schema.release):
            connection.execute(sa.text(f'ANALYZE "{table.name}"'))


def _put_snapshot(store: Store, connection: sa.Connection, row: Row) -> None:
    """Bytes once stored stay recorded as stored, whatever a starter edition says of the same file."""
    table = schema.snapshot
    kept = connection.scalar(sa.select(table.c.stored).where(table.c.sha256 == row["sha256"]))
    if kept and not row["stored"]:
        return
    _upsert(store, connection, table, row)


def _upsert(store: Store, connection: sa.Connection, table: sa.Table, row: Row) -> None:
    key = [column.name for column in table.primary_key.columns]
    if store.connections.is_sqlite:
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite

        lite = insert_sqlite(table).values(row)
        others = {name: lite.excluded[name] for name in row if name not in key}
        connection.execute(lite.on_conflict_do_update(index_elements=key, set_=others))
    else:
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        full = insert_postgresql(table).values(row)
        others = {name: full.excluded[name] for name in row if name not in key}
        connection.execute(full.on_conflict_do_update(index_elements=key, set_=others))


_Load = Callable[[sa.Connection, sa.Table, Rows, OnStep], None]


def _conflict(table: sa.Table) -> str:
    key = [column.name for column in table.primary_key.columns]
    others = [column.name for column in table.c if column.name not in key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    action = f"UPDATE SET {changes}" if others else "NOTHING"
    return f"ON CONFLICT ({', '.join(key)}) DO {action}"


def _batches(rows: Rows) -> Iterator[tuple[int, list[Cells]]]:
    """Rows in batches, each with how many came before it."""
    source, done = iter(rows), 0
    while batch := list(islice(source, _CHUNK)):
        yield done, batch
        done += len(batch)


def _load_sqlite(connection: sa.Connection, table: sa.Table, rows: Rows, on_step: OnStep) -> None:
    if not len(rows):
        return
    names = [column.name for column in table.c]
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"{_conflict(table)}"
    )
    for done, batch in _batches(rows):
        on_step(table.name, done, len(rows))
        connection.exec_driver_sql(statement, batch)
    on_step(table.name, len(rows), len(rows))


@contextmanager
def _index_made_last(connection: sa.Connection, coming: int) -> Iterator[None]:
    """Where more rows come than stand there, SQLite makes the second index once at the end: sorted, in a third less time.

    Readers see none of it before the transaction ends. PostgreSQL would let them wait for it, so it is left alone there.
    """
    (index,) = schema.observation.indexes
    there = sa.select(sa.func.count()).select_from(schema.observation)
    if connection.dialect.name != "sqlite" or coming < _MANY or coming < (connection.scalar(there) or 0):
        yield
        return
    index.drop(connection)
    yield
    index.create(connection)


def _remove_sqlite(connection: sa.Connection, table: sa.Table, keys: Rows, on_step: OnStep) -> None:
    names = [column.name for column in table.primary_key.columns]
    statement = f"DELETE FROM {table.name} WHERE {' AND '.join(f'{name} = ?' for name in names)}"
    for done, batch in _batches(keys):
        on_step(f"{table.name} removed", done, len(keys))
        connection.exec_driver_sql(statement, batch)


def _rename(connection: sa.Connection, groups: Rows, on_step: OnStep) -> None:
    """Let whole groups rest on another release: no row is written again, and no index is touched."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    where = " AND ".join(f"{name} = {mark}" for name in RENAMED_COLUMNS[:5])
    statement = f"UPDATE observation SET release_id = {mark} WHERE {where} AND release_id = {mark}"
    for done, batch in _batches(groups):
        on_step("observation renamed", done, len(groups))
        connection.exec_driver_sql(statement, [(new, *group, old) for *group, old, new in batch])


def _clear_lines(connection: sa.Connection, lines: Rows, load: _Load, on_step: OnStep) -> None:
    """Remove the distributions and trends of whole lines."""
    if not len(lines):
        return
    columns = ", ".join(LINE_COLUMNS)
    cleared = sa.Table("cleared_line", sa.MetaData(), *(sa.Column(name, sa.Text) for name in LINE_COLUMNS))
    # made from the table itself, so that its texts compare as those do
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE cleared_line AS SELECT {columns} FROM trend LIMIT 0")
    for _, batch in _batches(lines):
        connection.execute(cleared.insert(), [dict(zip(LINE_COLUMNS, row, strict=True)) for row in batch])
    for name in ("distribution", "trend"):
        on_step(name, 0, 0)
        connection.exec_driver_sql(
            f"DELETE FROM {name} WHERE ({columns}) IN (SELECT {columns} FROM cleared_line)"
        )
    connection.exec_driver_sql("DROP TABLE cleared_line")


def _copy(connection: sa.Connection, name: str, columns: Sequence[str], rows: Rows, on_step: OnStep) -> None:
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for done, batch in _batches(rows):
            on_step(name, done, len(rows))
            for row in batch:
                copy.write_row(row)


def _load_postgresql(connection: sa.Connection, table: sa.Table, rows: Rows, on_step: OnStep) -> None:
    if not len(rows):
        return
    names = [column.name for column in table.c]
    incoming = f"incoming_{table.name}"
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {incoming} (LIKE {table.name}) ON COMMIT DROP")
    _copy(connection, incoming, names, rows, on_step)
    columns = ", ".join(names)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {incoming} {_conflict(table)}"
    )
    connection.exec_driver_sql(f"DROP TABLE {incoming}")
    on_step(table.name, len(rows), len(rows))


def _remove_postgresql(connection: sa.Connection, table: sa.Table, keys: Rows, on_step: OnStep) -> None:
    if not len(keys):
        return
    names = [column.name for column in table.primary_key.columns]
    gone = f"gone_{table.name}"
    kinds = ", ".join(f"{name} text" for name in names)
    on_step(f"{table.name} removed", 0, len(keys))
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {gone} ({kinds}) ON COMMIT DROP")
    _copy(connection, gone, names, keys, on_step)
    same = " AND ".join(f"{table.name}.{name} = {gone}.{name}" for name in names)
    connection.exec_driver_sql(f"DELETE FROM {table.name} USING {gone} WHERE {same}")
    connection.exec_driver_sql(f"DROP TABLE {gone}")
