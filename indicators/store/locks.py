"""One refresh at a time: a lock that dies with the process that holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from indicators.store.engine import Connections
from indicators.store.faults import StoreNotWritable

_NUMBER = 7402530


class Busy(RuntimeError):
    """Another process is writing to the store; the message says which."""


@contextmanager
def refresh_lock(connections: Connections, purpose: str, now: datetime) -> Iterator[None]:
    """Hold the right to write until the block ends. Raises Busy at once when another process holds it, and
    StoreNotWritable where there is no room for the lock.

    SQLite: ``flock`` on a file beside the database. PostgreSQL: a session advisory lock.
    """
    if connections.is_sqlite:
        path = connections.sqlite_path
        if path is None:
            yield
            return
        with _file_lock(path.with_name(path.name + ".lock"), purpose, now):
            yield
    else:
        with _advisory_lock(connections, purpose):
            yield


@contextmanager
def _file_lock(path: Path, purpose: str, now: datetime) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # unbuffered: nothing is left to be written when the file is closed on a full disk
        opened = path.open("a+b", buffering=0)
    except OSError as error:
        raise StoreNotWritable(str(path.parent), str(error.strerror)) from error
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Busy(_held_by(file.read().decode(errors="replace"))) from None
        holder = {
            "process": os.getpid(),
            "host": socket.gethostname(),
            "since": now.isoformat(timespec="seconds"),
            "purpose": purpose,
        }
        try:
            file.truncate(0)
            file.write(json.dumps(holder).encode())
        except OSError as error:
            raise StoreNotWritable(str(path.parent), str(error.strerror)) from error
        try:
            yield
        finally:
            # the lock goes with the descriptor; what is written in the file says nothing without it
            file.truncate(0)


def _held_by(text: str) -> str:
    try:
        holder = json.loads(text)
        words = (
            f"process {holder['process']} on {holder['host']}, since {holder['since']} ({holder['purpose']})"
        )
    except (ValueError, KeyError, TypeError):
        words = "another process that is just starting"
    return f"the store is being written by {words}; wait until it ends, then run this again"


@contextmanager
def _advisory_lock(connections: Connections, purpose: str) -> Iterator[None]:
    name = f"workhealth {purpose} {os.getpid()}@{socket.gethostname()}"[:63]
    with connections.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        before = connection.scalar(sa.text("SHOW application_name"))
        connection.execute(sa.text("SELECT set_config('application_name', :name, false)"), {"name": name})
        try:
            if not connection.scalar(sa.text("SELECT pg_try_advisory_lock(:number)"), {"number": _NUMBER}):
                raise Busy(_held_in(connection))
            try:
                yield
            finally:
                connection.execute(sa.text("SELECT pg_advisory_unlock(:number)"), {"number": _NUMBER})
        finally:
            # the connection goes back to the pool under its own name
            connection.execute(
                sa.text("SELECT set_config('application_name', :name, false)"), {"name": before or ""}
            )


def _held_in(connection: sa.Connection) -> str:
    holder = connection.execute(
        sa.text(
            "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a "
            "ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.objid = :number AND l.granted"
        ),
        {"number": _NUMBER},
    ).first()
    words = (
        "another process" if holder is None else f"{holder[0]}, connected since {holder[1]:%Y-%m-%d %H:%M:%S}"
    )
    return f"the store is being written by {words}; wait until it ends, then run this again"
