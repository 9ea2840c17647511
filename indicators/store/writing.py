"""How a publication gets into the store: everything in one transaction, or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from indicators.store import schema
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

_CHUNK = 20_000


def no_step(words: str, done: int, of: int) -> None:
    """A step that nobody watches."""


@dataclass
class Changes:
    """All that one publication writes. Tuples are in the order of the ``*_COLUMNS`` above.

    ``removed`` and ``alternates_removed`` are keys (an alternate's ends with its source_id); ``series_of``
    names the indicators whose distributions and trends are replaced by those given here; ``row_changes`` is how
    many more observations (or fewer) rest on each release after it.
    """

    run: Row
    snapshots: list[Row] = field(default_factory=list)
    releases: list[Row] = field(default_factory=list)
    release_files: list[Row] = field(default_factory=list)
    release_inputs: list[Row] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    removed: list[Cells] = field(default_factory=list)
    put: list[Cells] = field(default_factory=list)
    alternates_removed: list[Cells] = field(default_factory=list)
    alternates_put: list[Cells] = field(default_factory=list)
    series_of: list[str] = field(default_factory=list)
    distributions: list[Cells] = field(default_factory=list)
    trends: list[Cells] = field(default_factory=list)
    revisions: list[Cells] = field(default_factory=list)
    additions: list[Cells] = field(default_factory=list)
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
        for one in changes.snapshots:
            _put_snapshot(store, connection, one)
        for one in changes.releases:
            _upsert(store, connection, schema.release, one)
        ids = [one["release_id"] for one in changes.releases]
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
        load(connection, schema.observation, changes.put, on_step)
        remove(connection, schema.alternate, changes.alternates_removed, on_step)
        load(connection, schema.alternate, changes.alternates_put, on_step)
        for table, rows in (
            (schema.distribution, changes.distributions),
            (schema.trend, changes.trends),
        ):
            on_step(table.name, 0, len(rows))
            for indicator_id in changes.series_of:
                connection.execute(table.delete().where(table.c.indicator_id == indicator_id))
            load(connection, table, rows, on_step)
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
        facts = schema.store_fact
        connection.execute(
            facts.update().where(facts.c.name == "publication_id").values(value=publication_id)
        )
        on_step("commit", 0, 0)
    on_step("published", 0, 0)
    return publication_id


def record_run(store: Store, row: Row) -> None:
    """Write one run that changed nothing (unchanged, failed, quarantined or dry_run) to the log."""
    with store.connections.writing() as connection:
        connection.execute(schema.run.insert(), row)


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
        loaded: dict[str, str] = {one.release_id: one.loaded_at for one in known}
        for found in source.execute(sa.select(schema.release)).mappings().all():
            row = {**found, "is_current": bool(found["is_current"])}
            row["illustrative"] = bool(row["illustrative"])
            row["loaded_at"] = loaded.get(row["release_id"], row["loaded_at"])
            _upsert(store, target, schema.release, row)
            for table in (schema.release_file, schema.release_input):
                target.execute(table.delete().where(table.c.release_id == row["release_id"]))
        load = _load_sqlite if store.connections.is_sqlite else _load_postgresql
        for table in (schema.release_file, schema.release_input, *content):
            rows = [tuple(cells) for cells in source.execute(sa.select(table))]
            load(target, table, rows, no_step)
        target.execute(schema.run.insert(), run)
        facts = schema.store_fact
        target.execute(facts.update().where(facts.c.name == "publication_id").values(value=publication_id))
    return publication_id


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
    """Bytes once kept stay known as kept, whatever a starter edition says of the same file."""
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


def _conflict(table: sa.Table) -> str:
    key = [column.name for column in table.primary_key.columns]
    others = [column.name for column in table.c if column.name not in key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    action = f"UPDATE SET {changes}" if others else "NOTHING"
    return f"ON CONFLICT ({', '.join(key)}) DO {action}"


def _in_key_order(table: sa.Table, rows: Iterable[Cells]) -> list[Cells]:
    """Rows in the order of the primary key: a b-tree grows fastest at its end."""
    names = [column.name for column in table.c]
    places = [names.index(column.name) for column in table.primary_key.columns]
    return sorted(rows, key=lambda row: tuple(row[place] for place in places))


def _load_sqlite(connection: sa.Connection, table: sa.Table, rows: Sequence[Cells], on_step: OnStep) -> None:
    if not rows:
        return
    names = [column.name for column in table.c]
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"{_conflict(table)}"
    )
    ordered = _in_key_order(table, rows)
    for first in range(0, len(ordered), _CHUNK):
        on_step(table.name, first, len(ordered))
        connection.exec_driver_sql(statement, ordered[first : first + _CHUNK])
    on_step(table.name, len(ordered), len(ordered))


def _remove_sqlite(
    connection: sa.Connection, table: sa.Table, keys: Sequence[Cells], on_step: OnStep
) -> None:
    if not keys:
        return
    names = [column.name for column in table.primary_key.columns]
    statement = f"DELETE FROM {table.name} WHERE {' AND '.join(f'{name} = ?' for name in names)}"
    on_step(f"{table.name} removed", 0, len(keys))
    connection.exec_driver_sql(statement, sorted(keys))


def _copy(
    connection: sa.Connection, name: str, columns: Sequence[str], rows: Sequence[Cells], on_step: OnStep
) -> None:
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for number, row in enumerate(rows):
            if number % _CHUNK == 0:
                on_step(name, number, len(rows))
            copy.write_row(row)


def _load_postgresql(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Cells], on_step: OnStep
) -> None:
    if not rows:
        return
    names = [column.name for column in table.c]
    incoming = f"incoming_{table.name}"
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {incoming} (LIKE {table.name}) ON COMMIT DROP")
    _copy(connection, incoming, names, _in_key_order(table, rows), on_step)
    columns = ", ".join(names)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {incoming} {_conflict(table)}"
    )
    connection.exec_driver_sql(f"DROP TABLE {incoming}")
    on_step(table.name, len(rows), len(rows))


def _remove_postgresql(
    connection: sa.Connection, table: sa.Table, keys: Sequence[Cells], on_step: OnStep
) -> None:
    if not keys:
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
