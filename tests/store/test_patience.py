"""The web process waits for PostgreSQL no longer than its limit, also where the server hangs, and recovers by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
import store_servers

from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import Store, StoreNotAnswering
from indicators.store.engine import Connections

PATIENCE_S = 2.0
LONGEST_S = 8.0  # far below a hang, far above the patience: the machine of the tests may be busy


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A server of each test's own: one that was stopped must not hang another test. ``postgres_server`` says where none can be."""
    with store_servers.server() as url:
        yield url


def processes(url: str) -> list[int]:
    """The server of an address and its children."""
    folder = sa.engine.make_url(url).query["host"]
    assert isinstance(folder, str)
    first = int((Path(folder) / "cluster" / "postmaster.pid").read_text().splitlines()[0])
    found = [first]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == first:
            found.append(int(status.parent.name))
    return found


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """A server that hangs: it keeps its connections and answers nothing."""
    pids = processes(url)
    signalled(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        signalled(pids, signal.SIGCONT)


def signalled(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # a process that serves a connection may have ended with it
            os.kill(pid, number)


def answers(connections: Connections) -> bool:
    with connections.reading() as connection:
        return bool(connection.scalar(sa.text("SELECT 1")))


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_that_hangs_is_given_up_and_used_again_when_it_answers(postgres_url: str) -> None:
    connections = Connections(postgres_url, patience_s=PATIENCE_S)
    assert answers(connections)
    with stopped(postgres_url):
        began = time.monotonic()
        with pytest.raises(StoreNotAnswering, match="does not answer"):
            answers(connections)
        assert time.monotonic() - began < 3 * LONGEST_S
        # for a moment nothing is asked at all
        began = time.monotonic()
        with pytest.raises(StoreNotAnswering, match="a moment ago"):
            answers(connections)
        assert time.monotonic() - began < 1
    deadline = time.monotonic() + LONGEST_S
    while True:
        try:
            assert answers(connections)
            break
        except StoreNotAnswering:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    connections.close()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_that_hangs_in_the_middle_of_an_answer_is_given_up(postgres_url: str) -> None:
    connections = Connections(postgres_url, patience_s=PATIENCE_S)
    with pytest.raises(StoreNotAnswering), connections.reading() as connection:
        connection.scalar(sa.text("SELECT 1"))
        with stopped(postgres_url):
            connection.scalar(sa.text("SELECT 2"))
    connections.close()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_statement_that_takes_too_long_ends_alone(postgres_url: str) -> None:
    connections = Connections(postgres_url, patience_s=PATIENCE_S)
    with pytest.raises(StoreNotAnswering, match="statement timeout"), connections.reading() as connection:
        connection.execute(sa.text("SELECT pg_sleep(60)"))
    assert answers(connections)  # other questions are not refused
    connections.close()


@pytest.mark.postgres
def test_jobs_wait_as_long_as_it_takes(postgres_url: str) -> None:
    connections = Connections(postgres_url)
    with connections.reading() as connection:
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "0"
    connections.close()


@pytest.mark.postgres
def test_a_server_that_restarts_is_used_again_without_an_error(postgres_url: str) -> None:
    connections = Connections(postgres_url, patience_s=PATIENCE_S)
    assert answers(connections)
    with Connections(postgres_url).engine.connect() as other:
        other.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"
            )
        )
    assert answers(connections)
    connections.close()


def test_a_server_that_is_not_there_is_named_without_its_password(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    store = Store(
        "postgresql+psycopg://reader:a-secret@127.0.0.1:1/figures",
        register=register,
        catalogue=catalogue,
        patience_s=PATIENCE_S,
    )
    with pytest.raises(StoreNotAnswering) as caught:
        store.exists()
    assert "127.0.0.1:1/figures does not answer" in str(caught.value)
    assert "a-secret" not in str(caught.value)
