"""Connections: SQLite so that readers never wait for a writer, PostgreSQL as it comes.

An engine is made where it is first used and made again after a fork, since connections cannot be shared
between processes.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from indicators.store.faults import (
    StoreDamaged,
    StoreNotAnswering,
    StoreNotWritable,
    damage_of,
    is_of_damage,
    is_of_the_disk,
)
from indicators.store.patience import Patience

_WRITES = "workhealth_writes"
# of pages of the file, for a connection of SQLite: the system keeps the file in memory anyway, once for everyone
_CACHE_KB = 500
_WRITING_CACHE_KB = 256_000
FileMark = tuple[tuple[int, int, int], ...]
"""Inode, size in bytes and time of the last write (ns) of the database file and of its write-ahead log."""
_TICK_NS = 1_000_000_000  # far longer than any file system's clock takes to tick


class Connections:
    """Gives read and write connections of one database, from any thread, also after a fork."""

    def __init__(self, url: str, *, patience_s: float | None = None) -> None:
        """``patience_s`` bounds every wait for a database server; None waits as long as it takes (jobs)."""
        self.url = sa.engine.make_url(url)
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError(f"database {self.named!r}: only sqlite and postgresql are supported")
        is_bounded = patience_s is not None and not self.is_sqlite
        self._patience = Patience(patience_s or 0.0, self.named) if is_bounded else None
        self._engine: sa.Engine | None = None
        self._made_in = 0
        self._guard = threading.Lock()

    @property
    def named(self) -> str:
        """The address of the database without its password."""
        return str(self.url.render_as_string(hide_password=True))

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, None for PostgreSQL or a database in memory."""
        if not self.is_sqlite or not self.url.database or self.url.database == ":memory:":
            return None
        return Path(self.url.database)

    def file_mark(self) -> FileMark | None:
        """A mark of the state of a SQLite database that differs from a later one's, from its files alone; None where there is none.

        Every commit writes to the database file or to its write-ahead log. Files written within the last second, which
        may change again before their clock ticks, and a server's database cannot tell.
        """
        path = self.sqlite_path
        if path is None:
            return None
        marks = []
        for file in (path, path.with_name(f"{path.name}-wal")):
            try:
                found = file.stat()
            except OSError:
                marks.append((0, 0, 0))
                continue
            if time.time_ns() - found.st_mtime_ns < _TICK_NS:
                return None
            marks.append((found.st_ino, found.st_size, found.st_mtime_ns))
        return tuple(marks)

    @property
    def engine(self) -> sa.Engine:
        """The engine of this process."""
        if self._engine is None or self._made_in != os.getpid():
            with self._guard:
                if self._engine is None or self._made_in != os.getpid():
                    if self._engine is not None:
                        # the parent still uses these connections: forget them, do not close them
                        self._engine.dispose(close=False)
                    self._engine = self._make_engine()
                    self._made_in = os.getpid()
        return self._engine

    def _make_engine(self) -> sa.Engine:
        if not self.is_sqlite:
            return self._make_bounded_engine() if self._patience else self._make_server_engine()
        # the connection used last goes out first: those that a busy moment has opened do not all fill their cache
        pool: dict[str, Any] = {} if self.sqlite_path is None else {"pool_use_lifo": True}
        engine = sa.create_engine(self.url, connect_args={"timeout": 30}, **pool)

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            # without this, sqlite3 would not open a transaction before the first write
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA busy_timeout = 30000")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")

        @event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            if connection.get_execution_options().get(_WRITES, False):
                # a transaction that begins by reading cannot become a writer once another has written
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            # says nothing to the file yet, so it cannot fail; a tenth of the time of a statement through sqlalchemy
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN")

        return engine

    def _make_server_engine(self) -> sa.Engine:
        return sa.create_engine(self.url, pool_pre_ping=True, isolation_level="REPEATABLE READ")

    def _make_bounded_engine(self) -> sa.Engine:
        """An engine that waits for nothing longer than its patience: not for a connection, an answer or a free place."""
        patience = self._patience
        assert patience is not None
        engine = sa.create_engine(
            self.url,
            isolation_level="REPEATABLE READ",
            connect_args=patience.connect_arguments(),
            pool_timeout=patience.seconds,
        )

        @event.listens_for(engine, "checkout")
        def _still_there(connection: Any, _record: Any, _proxy: Any) -> None:
            # as pre_ping does, which has no bound of its own
            try:
                with patience.waiting(connection):
                    connection.execute("SELECT 1")
                    connection.rollback()
            except Exception as error:
                raise sa.exc.DisconnectionError(str(error)) from error

        @event.listens_for(engine, "before_cursor_execute")
        def _begin(connection: sa.Connection, *_: Any) -> None:
            patience.begin(connection.connection.driver_connection)

        @event.listens_for(engine, "after_cursor_execute")
        def _end(*_: Any) -> None:
            patience.end()

        @event.listens_for(engine, "handle_error")
        def _end_of_error(_: Any) -> None:
            patience.end()

        return engine

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view of the store for as many queries as are made inside. Raises StoreDamaged and StoreNotAnswering."""
        if self._patience:
            self._patience.refuse_where_down()
        with self.silence_named(), self.damage_named(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def reading_one(self) -> Iterator[sqlite3.Connection]:
        """The driver's own connection to a SQLite database, for one question: a fifth of a millisecond less than ``reading``.

        Raises StoreDamaged, and other errors of the database as sqlalchemy does.
        """
        with self.damage_named():
            lent = self.engine.raw_connection()
            try:
                driver: Any = lent.driver_connection
                yield driver
            except sqlite3.Error as error:
                raise sa.exc.DBAPIError.instance(None, None, error, sqlite3.Error) from error
            finally:
                lent.close()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: committed whole at the end, rolled back on any error.

        Raises StoreNotWritable, StoreDamaged and StoreNotAnswering.
        """
        with (
            self.silence_named(),
            self.disk_errors_named(),
            self.damage_named(),
            self.engine.connect() as connection,
        ):
            options: dict[str, Any] = {_WRITES: True}
            if not self.is_sqlite:
                # writers are kept apart by a lock; each must see what the one before it left
                options["isolation_level"] = "READ COMMITTED"
            connection = connection.execution_options(**options)
            with connection.begin():
                if self.is_sqlite:
                    # a large publication comes back to pages of the index by area until it is through
                    connection.exec_driver_sql(f"PRAGMA cache_size = -{_WRITING_CACHE_KB}")
                yield connection

    @contextmanager
    def disk_errors_named(self) -> Iterator[None]:
        """Raises StoreNotWritable where the database says that its disk is full or read-only."""
        try:
            yield
        except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
            words = str(getattr(error, "orig", error)).strip()
            if is_of_the_disk(words):
                raise StoreNotWritable(str(self.sqlite_path or self.url.database), words) from error
            raise

    @contextmanager
    def silence_named(self) -> Iterator[None]:
        """Raises StoreNotAnswering where a database server cannot be reached, is lost, or takes too long."""
        try:
            yield
        except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            if self.is_sqlite or not _is_silence(error):
                raise
            if self._patience and not _is_cancelled(error):
                self._patience.did_not_answer()
            reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            raise StoreNotAnswering(self.named, reason) from error

    @contextmanager
    def damage_named(self) -> Iterator[None]:
        """Raises StoreDamaged where SQLite cannot read its own file."""
        try:
            yield
        except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
            words = str(getattr(error, "orig", error)).strip()
            if self.sqlite_path is not None and is_of_damage(words):
                raise StoreDamaged(self.sqlite_path, words) from error
            raise

    def damage(self) -> str | None:
        """What is wrong in the file of a SQLite database, every page of it read; None where nothing is."""
        return None if self.sqlite_path is None else damage_of(self.sqlite_path)

    def close(self) -> None:
        """Close every idle connection of this process."""
        if self._engine is not None and self._made_in == os.getpid():
            self._engine.dispose()
        self._engine = None


def _is_silence(error: Exception) -> bool:
    """Whether an error of PostgreSQL is of the connection, and not of one statement."""
    if isinstance(error, sa.exc.TimeoutError):
        return True  # no connection became free
    if isinstance(error, sa.exc.DBAPIError):
        has_no_answer = error.statement is None or error.connection_invalidated
        return has_no_answer or _is_cancelled(error)
    return False


def _is_cancelled(error: Exception) -> bool:
    """Whether the server itself ended one statement, because it took too long."""
    return type(getattr(error, "orig", None)).__name__ == "QueryCanceled"
