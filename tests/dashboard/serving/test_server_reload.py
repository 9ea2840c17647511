"""The server as it is run: workers that end and settings that are read again leave it answering and counting."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


class Running(NamedTuple):
    """A gunicorn with two workers: its process, its address, the folder of its temporary files and its log."""

    process: subprocess.Popen[bytes]
    address: str
    temporary: Path
    log: Path

    def workers(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(child) for child in children.read_text().split()}

    def counted(self) -> float:
        """The answers counted so far, by all workers."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("workhealth_requests_total"))


def until(holds: Callable[[], bool], log: Path) -> None:
    for _ in range(300):
        try:
            if holds():
                return
        except (urllib.error.URLError, OSError):
            pass  # not yet
        time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    temporary, log = tmp_path / "temporary", tmp_path / "log"
    temporary.mkdir()
    environment = {name: text for name, text in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    environment |= {
        "WORKHEALTH_DATA_DIR": str(tmp_path),
        "WORKHEALTH_DATABASE_URL": "",
        "TMPDIR": str(temporary),
    }
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "app:server"],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )

    def listening() -> re.Match[str] | None:
        return re.search(r"Listening at: (http://\S+)", log.read_text(encoding="utf-8"))

    try:
        until(lambda: listening() is not None, log)
        found = listening()
        assert found is not None
        server = Running(process, found[1], temporary, log)
        until(lambda: server.counted() >= 0 and len(server.workers()) == 2, log)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_a_server_goes_on_counting_after_a_worker_ended_and_after_a_reload(running: Running) -> None:
    for how in ("one worker ends", "the settings are read again"):
        before, counted = running.workers(), running.counted()
        if how == "one worker ends":
            os.kill(min(before), signal.SIGTERM)
        else:
            running.process.send_signal(signal.SIGHUP)
        until(lambda before=before: len(running.workers() - before) > 0, running.log)  # type: ignore[misc]
        # each of the new workers is asked, too
        for _ in range(20):
            with urllib.request.urlopen(f"{running.address}/healthz", timeout=20) as answer:
                assert answer.status == 200, how
        assert running.counted() >= counted + 20, how
    assert "Error" not in running.log.read_text(encoding="utf-8")


def test_the_folder_of_counts_goes_with_the_server(running: Running) -> None:
    assert len(list(running.temporary.glob("workhealth-counts-*"))) == 1
    running.process.send_signal(signal.SIGHUP)
    time.sleep(1)
    assert len(list(running.temporary.glob("workhealth-counts-*"))) == 1
    running.process.terminate()
    running.process.wait(timeout=30)
    assert not list(running.temporary.glob("workhealth-counts-*"))
