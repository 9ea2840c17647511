"""How long the web process waits for PostgreSQL: bounds for connecting and for each statement, kept even where the server hangs.

A server that is stopped answers nothing and closes nothing, so its own time limits do not run. A thread of ours then cuts
the connection, which ends the wait with an error. After that, questions are refused at once for a moment, so that waiting
ones do not hold every thread of the process.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from indicators.store.faults import StoreNotAnswering

_LOOKS_EVERY_S = 0.25
_REFUSES_FOR_S = 2.0
_GRACE_S = 1.0
"""How much longer a connection is left than the server's own limit: a statement that the server ends is no server that hangs."""


class Patience:
    """Bounds the waits of one engine.

    seconds  longest wait for an answer to one statement, and to connect
    where    the database as it is named in errors, without a password
    """

    def __init__(self, seconds: float, where: str) -> None:
        self.seconds = seconds
        self._where = where
        self._waits: dict[int, tuple[int, float]] = {}  # by thread: file descriptor, deadline (monotonic s)
        self._guard = threading.Lock()
        self._watching = 0  # process whose thread watches: a fork has none
        self._refuses_until = 0.0

    def connect_arguments(self) -> dict[str, Any]:
        """For libpq: how long to connect, and what the server and the network bound by themselves."""
        whole = max(2, round(self.seconds))  # libpq takes less than two seconds for two
        return {
            "connect_timeout": whole,
            "tcp_user_timeout": round(self.seconds * 1000),
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "options": f"-c statement_timeout={round(self.seconds * 1000)}",
        }

    def refuse_where_down(self) -> None:
        """Raises StoreNotAnswering at once for a moment after the database did not answer."""
        if time.monotonic() < self._refuses_until:
            raise StoreNotAnswering(self._where, "it did not answer a moment ago")

    def did_not_answer(self) -> None:
        """The database was asked and did not answer: the next questions are refused for a moment."""
        self._refuses_until = time.monotonic() + _REFUSES_FOR_S

    @contextmanager
    def waiting(self, connection: Any) -> Iterator[None]:
        """Cut a psycopg connection where the block takes longer than ``seconds``, and a moment of grace."""
        self.begin(connection)
        try:
            yield
        finally:
            self.end()

    def begin(self, connection: Any) -> None:
        self._watch()
        with self._guard:
            self._waits[threading.get_ident()] = (
                connection.fileno(),
                time.monotonic() + self.seconds + _GRACE_S,
            )

    def end(self) -> None:
        with self._guard:
            self._waits.pop(threading.get_ident(), None)

    def _watch(self) -> None:
        if self._watching == os.getpid():
            return
        with self._guard:
            if self._watching != os.getpid():
                self._watching = os.getpid()
                threading.Thread(target=self._cut_late, name="store-patience", daemon=True).start()

    def _cut_late(self) -> None:
        while True:
            time.sleep(_LOOKS_EVERY_S)
            now = time.monotonic()
            with self._guard:
                late = [thread for thread, (_, deadline) in self._waits.items() if now > deadline]
                for thread in late:
                    descriptor, _ = self._waits.pop(thread)
                    _shut(descriptor)


def _shut(descriptor: int) -> None:
    """End both directions of a connection, so that whoever waits for it gets an error; the descriptor itself stays open."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as same:
            same.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended by itself
