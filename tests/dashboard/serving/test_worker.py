"""Workers share new connections: the one that holds fewer goes first."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.workers.gthread import ThreadWorker

from dashboard.serving import worker

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def own_folder_of_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings name a folder in the environment, which must not reach other tests."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))


@pytest.mark.parametrize(
    ("held", "waits"), [(0, []), (1, [0.0001]), (12, [0.0012]), (20, [0.002]), (500, [0.002])]
)
def test_a_worker_waits_longer_the_more_connections_it_holds(
    monkeypatch: pytest.MonkeyPatch, held: int, waits: list[float]
) -> None:
    waited: list[float] = []
    taken: list[Any] = []
    monkeypatch.setattr(worker.time, "sleep", waited.append)
    monkeypatch.setattr(ThreadWorker, "accept", lambda self, listener: taken.append(listener))
    fair = worker.FairThreads.__new__(worker.FairThreads)
    fair.nr_conns = held
    fair.accept("the socket")
    assert waited == pytest.approx(waits)
    assert taken == ["the socket"]


def test_the_server_is_set_to_use_it() -> None:
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    module, _, name = settings["worker_class"].rpartition(".")
    assert (module, name) == (worker.__name__, worker.FairThreads.__name__)


@pytest.mark.parametrize(
    ("addresses", "warned"),
    [
        ([("127.0.0.1", 8050)], []),
        ([("::1", 8050), ("localhost", 8050), "/run/workhealth.sock"], []),
        ([("0.0.0.0", 8050)], ["0.0.0.0"]),
        (
            [("127.0.0.1", 8050), ("::", 8050), ("10.1.2.3", 80), ("example.org", 80)],
            ["::", "10.1.2.3", "example.org"],
        ),
    ],
)
def test_a_server_that_others_can_reach_says_so(addresses: list[Any], warned: list[str]) -> None:
    said: list[str] = []
    log = SimpleNamespace(warning=lambda text, host: said.append(host) or text % host)
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    settings["on_starting"](SimpleNamespace(cfg=SimpleNamespace(address=addresses), log=log))
    assert said == warned
