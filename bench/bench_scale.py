"""The service as it is used, through nginx: many readers, a refresh among them, an hour of it, millions of figures.

``make bench BENCH=scale`` takes three quarters of an hour or more, so it runs where it is named. Settings in the environment:

USERS      readers at once, one after the other (``50,200,500``)
SECONDS    of each of those (60)
MINUTES    of the endurance at a hundred readers (30)
ROWS       observations of the large stores (10,000,000)
READERS    readers at once of the endurance and of the refresh (100)
PARTS      which parts to run (``readers,refresh,endurance,rows``)

Each part prints its figures and a verdict for each bar; the last line is one JSON object, also written to
``build/bench-scale.json``. The readers are a process of this machine and take a share of its cores.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

from bench import addresses, large_store
from bench.bench_api import Bar
from bench.front import front, why_not
from bench.serving import ROOT, Server, serving, starter_store
from bench.users import THINK_S, Supply, Visits, visit

USERS = tuple(int(text) for text in os.environ.get("USERS", "50,200,500").split(","))
SECONDS = float(os.environ.get("SECONDS", "60"))
MINUTES = float(os.environ.get("MINUTES", "30"))
ROWS = int(os.environ.get("ROWS", "10000000"))
PARTS = os.environ.get("PARTS", "readers,refresh,endurance,rows").split(",")
SHARED = Path(os.environ.get("WORKHEALTH_SHARED", ROOT.parent / "shared"))
_ENDURANCE_READERS = int(os.environ.get("READERS", "100"))
_WARMING_SHARE = 0.2  # of the endurance; what caches take until then is no growth
_SOURCE = "ons_local_indicators"  # refreshed while readers come
_WATCHED = (
    "/map?indicator=employment-rate&area_type=ltla",
    "/areas/E06000018",
    "/api/v1/observations?indicator=employment-rate,claimant-count,median-weekly-pay&period=2019..&area_type=region",
    "/csv/compare?indicator=employment-rate&area_type=ltla",
)
# dash lists its libraries in an order of each worker's own
_DASH_CONFIG = re.compile(rb'<script id="_dash-config".*?</script>', re.DOTALL)
_MOST_P95_MS, _MOST_GROWTH, _MOST_LAG_S, _MOST_SLOWER = 50.0, 1.02, 1.0, 2.0
_ASKED_OF_EACH = 40


def main() -> dict[str, Any]:
    """Measure, print and give the figures by name."""
    cores = os.cpu_count()
    others = os.getloadavg()[0]
    print(
        f"scale: {cores} cores, which readers and servers share; mean think time {THINK_S:.0f} s; "
        f"{others:.1f} other processes want a core"
    )
    found: dict[str, Any] = {"cores": cores, "others": others}
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory(prefix="workhealth-scale-") as name:
        folder = Path(name)
        if reason := why_not():
            print(f"no figures through nginx: {reason}")
        else:
            if "readers" in PARTS:
                found["readers"] = _readers(folder / "readers", bars)
            if "refresh" in PARTS:
                found["refresh"] = _refresh(folder / "refresh", bars)
            if "endurance" in PARTS:
                found["endurance"] = _endurance(folder / "endurance", bars)
        if "rows" in PARTS:
            found["rows"] = _rows(folder / "rows", bars)
    for bar in bars:
        print(bar.line())
    text = json.dumps(found)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench-scale.json").write_text(text, encoding="utf-8")
    print(text)
    return found


# ---- readers ---------------------------------------------------------------------------------------------


@contextmanager
def _service(folder: Path) -> Iterator[tuple[Server, int]]:
    """The starter edition served from a copy of its store, with nginx before it; gives the web process and nginx's port."""
    shutil.copytree(starter_store(), folder, ignore=shutil.ignore_patterns("cache", "*.log"))
    with ExitStack() as both:
        server = both.enter_context(serving(folder))
        yield server, both.enter_context(front(server.address, folder / "nginx"))


def _readers(folder: Path, bars: list[Bar]) -> dict[str, Any]:
    found = {}
    with _service(folder) as (server, port):
        supply = Supply(server.address)
        for readers in USERS:
            before = _processor_s(server)
            visits = visit(port, supply, readers, SECONDS)
            spent = _processor_s(server) - before
            figures = {
                **visits.figures(),
                "worker_mb": round(max(_resident(server)), 1),
                # says on a busy machine, too, what an idle one could bear
                "processor_ms_per_page": round(1e3 * spent / max(1, len(visits.times())), 1),
            }
            found[str(readers)] = figures
            _say(f"{readers} readers", figures)
            _say_errors(visits)
            bars.append(Bar(f"failed requests of {readers} readers", figures["failed"], 0, is_most=True))
    return found


def _refresh(folder: Path, bars: list[Bar]) -> dict[str, Any]:
    """A hundred readers for a while, then as many while a refresh publishes."""
    source = SHARED / "publications" / _SOURCE
    if not source.is_dir():
        print(f"no refresh: there is no {source}")
        return {}
    with _service(folder) as (server, port):
        supply = Supply(server.address)
        visit(port, supply, _ENDURANCE_READERS, SECONDS / 2)
        before = visit(port, supply, _ENDURANCE_READERS, SECONDS)
        watch = _Watch(server)
        visits = visit(
            port, supply, _ENDURANCE_READERS, SECONDS, others=(watch.look(), _publish(folder, source, watch))
        )
        figures = {"quiet_p99_ms": round(before.percentile(0.99), 1), **visits.figures(), **watch.figures()}
    _say(f"{_ENDURANCE_READERS} readers and a refresh", figures)
    _say_errors(visits)
    slower = figures["p99_ms"] / figures["quiet_p99_ms"]
    bars += [
        Bar("failed requests while a refresh publishes", figures["failed"], 0, is_most=True),
        Bar("mixed answers while a refresh publishes", figures["mixed"], 0, is_most=True),
        Bar("publications seen", figures["publications"], 2),
        Bar("p99 with a refresh, times that without", slower, _MOST_SLOWER, is_most=True),
    ]
    return figures


async def _publish(folder: Path, source: Path, watch: _Watch) -> None:
    """One refresh of one source in a process of its own, as the scheduler does it. Raises RuntimeError where it fails."""
    await asyncio.sleep(5)
    process = await asyncio.create_subprocess_exec(
        "nice", sys.executable, "-m", "etl", "refresh", _SOURCE, "--from", str(source), "--accept", "measured",
        cwd=ROOT,
        env={**os.environ, "WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": ""},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the refresh failed:\n{said.decode()}")
    print("\n".join(f"    {line}" for line in said.decode().splitlines()[-3:]))
    await asyncio.sleep(10)  # what is shown after it is looked at too
    watch.is_over = True


class _Watch:
    """Asks the web process for the same answers again and again: each must be that of one publication, whole."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.seen: dict[str, list[str]] = {path: [] for path in _WATCHED}
        self.publications: list[str] = []
        self.is_over = False

    async def look(self) -> None:
        """Ask until the refresh is over."""
        while not self.is_over:
            for path, seen in self.seen.items():
                before = await asyncio.to_thread(self._publication)
                body = await asyncio.to_thread(_fetch, self._server, path)
                if before == await asyncio.to_thread(self._publication):
                    seen.append(f"{before} {hashlib.sha256(_DASH_CONFIG.sub(b'', body)).hexdigest()}")
                if before not in self.publications:
                    self.publications.append(before)
            await asyncio.sleep(0.2)

    def _publication(self) -> str:
        return str(json.loads(_fetch(self._server, "/readyz"))["publication_id"])

    def figures(self) -> dict[str, int]:
        """Answers that are looked at, publications, and answers that differ from another of the same publication."""
        mixed = 0
        for path, seen in self.seen.items():
            digests: dict[str, set[str]] = {}
            for text in seen:
                publication, digest = text.split()
                digests.setdefault(publication, set()).add(digest)
            several = [publication for publication, found in digests.items() if len(found) > 1]
            mixed += sum(len(digests[publication]) - 1 for publication in several)
            for publication in several:
                print(
                    f"    {len(digests[publication])} different answers of publication {publication}: {path}"
                )
        looked = sum(len(seen) for seen in self.seen.values())
        return {"looked_at": looked, "publications": len(self.publications), "mixed": mixed}


def _endurance(folder: Path, bars: list[Bar]) -> dict[str, Any]:
    """A hundred readers for a long time: what workers hold at its end, against what they held once warm."""
    with _service(folder) as (server, port):
        supply = Supply(server.address)
        # every page once, so that libraries and cached rows are there
        visit(port, supply, _ENDURANCE_READERS, max(20.0, 60 * MINUTES * _WARMING_SHARE))
        early, early_files = _resident(server), _descriptors(server)
        with _sampled(server) as samples:
            visits = visit(port, supply, _ENDURANCE_READERS, 60 * MINUTES * (1 - _WARMING_SHARE))
        time.sleep(20)  # connections that are idle are closed by then
        late, late_files = _resident(server), _descriptors(server)
    figures = {
        "minutes": MINUTES,
        **visits.figures(),
        "warm_mb": round(sum(early), 1),
        "end_mb": round(sum(late), 1),
        "each_minute_mb": samples,
        "descriptors_warm": early_files,
        "descriptors_end": late_files,
    }
    _say(f"{MINUTES:g} minutes at {_ENDURANCE_READERS} readers", figures)
    _say_errors(visits)
    bars += [
        Bar("failed requests in the endurance", figures["failed"], 0, is_most=True),
        Bar("memory at the end, times that once warm", sum(late) / sum(early), _MOST_GROWTH, is_most=True),
        Bar("descriptors at the end", late_files, early_files, is_most=True),
    ]
    return figures


# ---- millions of figures ---------------------------------------------------------------------------------


def _rows(folder: Path, bars: list[Bar]) -> dict[str, Any]:
    from tests.store import store_servers

    found = {"sqlite": _large(folder / "sqlite", f"sqlite:///{folder}/sqlite/workhealth.sqlite", bars)}
    if reason := store_servers.why_not():
        print(f"no figures of PostgreSQL: {reason}")
        return found
    with store_servers.server() as url:
        found["postgresql"] = _large(folder / "postgresql", url, bars)
        found["two hosts"] = _two_hosts(folder / "postgresql", url, bars)
    return found


def _large(folder: Path, url: str, bars: list[Bar]) -> dict[str, Any]:
    """Pages and API answers that were never asked for, one after the other, over a large store; and the plans."""
    folder.mkdir(parents=True)
    kind = url.partition(":")[0].partition("+")[0]
    rows = large_store.make(folder, url, ROWS)
    with serving(folder, WORKHEALTH_DATABASE_URL=url) as server:
        started = time.perf_counter()
        _fetch(server, "/map")
        first_s = time.perf_counter() - started
        times: dict[str, list[float]] = {"page": [], "api": []}
        for path in _pages(server, warming=True):
            _fetch(server, path)
        for path in _pages(server):
            started = time.perf_counter()
            _fetch(server, path)
            times["api" if path.startswith("/api") else "page"].append(1e3 * (time.perf_counter() - started))
        resident = max(_resident(server))
    scans = _scans(folder, url)
    figures: dict[str, Any] = {
        "rows": rows,
        "first_page_s": round(first_s, 2),
        "worker_mb": round(resident, 1),
    }
    for name, taken in times.items():
        taken.sort()
        figures[f"{name}_p50_ms"] = round(statistics.median(taken), 1)
        figures[f"{name}_p95_ms"] = round(taken[int(0.95 * len(taken))], 1)
        bars.append(
            Bar(f"{kind}, {rows:,} rows, {name} p95, ms", figures[f"{name}_p95_ms"], _MOST_P95_MS, True)
        )
    figures["full_scans"] = len(scans)
    bars.append(Bar(f"{kind}, questions that read a whole table", len(scans), 0, is_most=True))
    _say(f"{kind}, {rows:,} observations", figures)
    for scan in scans:
        print(f"    reads a whole table: {scan}")
    return figures


def _pages(server: Server, *, warming: bool = False) -> list[str]:
    """Addresses of each kind; those to warm up with are others than those that are measured."""
    supplies = (
        addresses.maps, addresses.comparisons, addresses.trends, addresses.areas, addresses.overviews,
        addresses.conditions, _api,
    )  # fmt: skip
    first, last = (0, 8) if warming else (8, 8 + _ASKED_OF_EACH)
    return [path for supply in supplies for path in islice(supply(server.address), first, last)]


def _api(server_address: str) -> Iterator[str]:
    for loaded in addresses.loaded_series(server_address):
        for period in reversed(loaded.periods):
            yield (
                f"/api/v1/observations?indicator={loaded.indicator}&area_type={loaded.area_type}&period={period}"
                "&breakdown=all"
            )


def _scans(folder: Path, url: str) -> list[str]:
    """Statements of pages and API answers that would read a whole table of figures, each with its plan."""
    from app import create_app
    from indicators.settings import load_settings
    from tests.store import plans

    app = create_app(load_settings(data_dir=folder, database_url=url))
    engine = app.context.store.connections.engine
    client = app.server.test_client()
    with plans.recorded(engine) as sent:
        for path in plans.ADDRESSES:
            answer = client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} was answered {answer.status}")
    return plans.full_scans(engine, sent)


def _two_hosts(folder: Path, url: str, bars: list[Bar]) -> dict[str, Any]:
    """Two web processes with caches of their own on one database: seconds from one showing a publication to both."""
    import sqlalchemy as sa

    other = folder.with_name("other host")
    other.mkdir()
    with ExitStack() as both:
        servers = [
            both.enter_context(serving(place, WORKHEALTH_DATABASE_URL=url)) for place in (folder, other)
        ]
        path = "/api/v1/observations?indicator=employment-rate&area_type=region"
        for server in servers:
            _fetch(server, path)
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            statement = "UPDATE store_fact SET value = 'measured' WHERE name = 'publication_id'"
            connection.execute(sa.text(statement))
        engine.dispose()
        started, lags = time.perf_counter(), []
        for server in servers:
            while json.loads(_fetch(server, path))["metadata"]["publication"] != "measured":
                time.sleep(0.01)
            lags.append(time.perf_counter() - started)
    figures = {"lag_s": round(max(lags), 2)}
    bars.append(Bar("a publication shows on two hosts within, s", max(lags), _MOST_LAG_S, is_most=True))
    _say("two hosts on one PostgreSQL", figures)
    return figures


# ---- what the machine says -------------------------------------------------------------------------------


def _fetch(server: Server, path: str) -> bytes:
    with urllib.request.urlopen(server.address + path, timeout=120) as answer:
        body: bytes = answer.read()
    return body


def _workers(server: Server) -> list[str]:
    return Path(f"/proc/{server.process_id}/task/{server.process_id}/children").read_text().split()


def _resident(server: Server) -> list[float]:
    """Megabytes of resident memory of each worker."""
    texts = [Path(f"/proc/{worker}/status").read_text() for worker in _workers(server)]
    return [int(text.split("VmRSS:")[1].split()[0]) / 1024 for text in texts]


@contextmanager
def _sampled(server: Server) -> Iterator[list[float]]:
    """Megabytes of all workers once a minute while something goes on: caches that fill level out, a leak does not."""
    samples: list[float] = []
    over = Event()

    def sample() -> None:
        while not over.wait(60):
            samples.append(round(sum(_resident(server)), 1))

    thread = Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def _processor_s(server: Server) -> float:
    """Processor seconds that the workers have taken."""
    ticks = 0
    for worker in _workers(server):
        cells = Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(cells[11]) + int(cells[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _descriptors(server: Server) -> int:
    """Files and connections that the workers have open."""
    return sum(len(list(Path(f"/proc/{worker}/fd").iterdir())) for worker in _workers(server))


def _say(words: str, figures: dict[str, Any]) -> None:
    print(f"  {words}: " + ", ".join(f"{name} {value}" for name, value in figures.items()), flush=True)


def _say_errors(visits: Visits) -> None:
    for request in visits.errors[:5]:
        print(f"    failed after {request.milliseconds:.0f} ms: {request.path}: {request.error}")


if __name__ == "__main__":
    main()
