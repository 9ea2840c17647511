"""Two hosts on one PostgreSQL, each with caches of its own: a publication shows on both with the very next request."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy as sa
import store_servers

from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import Store, schema
from indicators.store.writing import OBSERVATION_COLUMNS, Changes, publish

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

PROJECT = Path(__file__).resolve().parents[3]
AREA, PERIOD = "E06000018", "2023-01-01/P1Y"
PAGE = f"/compare?indicator=employment-rate&area={AREA}"
API = f"/api/v1/observations?indicator=employment-rate&area={AREA}&period={PERIOD}"


@pytest.fixture
def store(
    register: Register, indicators: dict[str, Indicator], seed_store: Callable[[Store], None]
) -> Iterator[Store]:
    """The small store of the pages on a PostgreSQL of its own."""
    reason = store_servers.why_not()
    if reason and "postgres" in os.environ.get("WORKHEALTH_REQUIRE", "").split(","):
        pytest.fail(f"WORKHEALTH_REQUIRE asks for PostgreSQL: {reason}")
    if reason:
        pytest.skip(reason)
    with store_servers.server() as url:
        made = Store(url, register=register, catalogue=indicators)
        seed_store(made)
        yield made
        made.close()


@contextmanager
def host(store: Store, folder: Path) -> Iterator[str]:
    """A web process as on a machine of its own: its data folder, its caches; the address."""
    folder.mkdir()
    environment = {
        **os.environ,
        "WORKHEALTH_DATA_DIR": str(folder),
        "WORKHEALTH_DATABASE_URL": store.connections.url.render_as_string(hide_password=False),
        "WORKHEALTH_PUBLIC_URL": "",
    }
    log = (folder / "log").open("w", encoding="utf-8")
    server, address = started(environment, log)
    try:
        for _ in range(600):
            try:
                ask(address, "/readyz")
                break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None and "in use" in (folder / "log").read_text(encoding="utf-8"):
                    # another test took the port between its choice and its use
                    server, address = started(environment, log)
                assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def started(environment: dict[str, str], log: IO[str]) -> tuple[subprocess.Popen[bytes], str]:
    """A web process on a port that was free a moment ago, and its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "app:server"]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    return server, f"http://127.0.0.1:{port}"


def ask(address: str, path: str, tag: str = "") -> tuple[str, str]:
    """(text, tag) of an answer. Raises HTTPError 304 where ``tag`` is still that of the answer."""
    request = urllib.request.Request(address + path, headers={"If-None-Match": tag} if tag else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode(), answer.headers.get("ETag", "")


def is_as_before(address: str, path: str, tag: str) -> bool:
    try:
        ask(address, path, tag)
    except urllib.error.HTTPError as error:
        assert error.code == 304
        return True
    return False


def publish_value(store: Store, value: float) -> None:
    """Publish another value of one figure, as a job on a third machine does."""
    table = schema.observation
    with store.connections.reading() as connection:
        found = connection.execute(
            sa.select(table).where(
                table.c.indicator_id == "employment-rate", table.c.area_code == AREA, table.c.period == PERIOD
            )
        ).one()
    new = {**found._mapping, "value": value, "lower_ci_95": value - 4, "upper_ci_95": value + 4}
    at = f"2026-11-21T10:00:{int(value) % 60:02}Z"
    run = {
        "run_id": f"run-{value}",
        "source_id": "ons_local_indicators",
        "started_at": at,
        "finished_at": at,
        "outcome": "published",
        "message": "",
        "details": "{}",
    }
    key = [column.name for column in table.primary_key.columns]
    put = tuple(new[name] for name in OBSERVATION_COLUMNS)
    publish(store, Changes(run, removed=[tuple(new[name] for name in key)], put=[put]))


def test_a_publication_shows_on_both_at_once(store: Store, tmp_path: Path) -> None:
    with ExitStack() as stack:
        hosts = [stack.enter_context(host(store, tmp_path / name)) for name in ("one", "two")]
        for value in (66.1, 55.5, 44.4):
            if value != 66.1:
                publish_value(store, value)
            for address in hosts:
                assert json.loads(ask(address, API)[0])["observations"][0]["value"] == value
                page, tag = ask(address, PAGE)
                assert f"{value}%" in page
                # from here on the page is cached on this host
                assert ask(address, PAGE) == (page, tag)
                assert is_as_before(address, PAGE, tag)
        _, tag = ask(hosts[0], PAGE)
        publish_value(store, 33.3)
        assert not any(is_as_before(address, PAGE, tag) for address in hosts)
        ready = {json.loads(ask(address, "/readyz")[0])["publication_id"] for address in hosts}
        assert ready == {store.publication_id()}
