"""The API under load: twenty clients on two workers, at addresses asked before and at addresses never asked.

Beside each the same bytes from a bare Flask route in the same run (``bench/bare.py``), compressed at every request and
cached nowhere; one of them reads its figures from the store as well, which tells what this machine can do at most. Then
answers that the client holds already (304), the whole store as one CSV with the memory of the worker that sends it, and the
health check while eight clients ask for the largest answer. The last line is one JSON object.

The clients are one process of this machine and take a share of the cores that the workers would otherwise have: on a machine
that has other work only the ratios mean anything.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from itertools import cycle, islice, product
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from bench.bare import ADDRESSES, BODIES_VARIABLE
from bench.load import CLIENTS, SECONDS, Load, OnceOnly, get, load
from bench.serving import ROOT, WORKERS, Server, serving, starter_store

_OBSERVATIONS = "/api/v1/observations"
_AGAIN = 5  # addresses that are asked again and again
_MOST_HEALTH_S = 0.5
_LARGE_CLIENTS = 8
_LARGE_SECONDS = 10.0
_WHOLE = f"{_OBSERVATIONS}?indicator={{every}}&period=all&groups=all&format=csv"


class Bar(NamedTuple):
    """What was measured and the least (or most) that it may be."""

    words: str
    measured: float
    wanted: float
    is_most: bool = False

    @property
    def met(self) -> bool:
        return self.measured <= self.wanted if self.is_most else self.measured >= self.wanted

    def line(self) -> str:
        """The verdict in one line."""
        limit = "at most" if self.is_most else "at least"
        return f"{'met    ' if self.met else 'NOT MET'} {self.words}: {self.measured:,.1f}, {limit} {self.wanted:,.1f}"


def main() -> dict[str, float]:
    """Measure, print and give the figures by name."""
    folder = Path(os.environ["STORE"]) if "STORE" in os.environ else starter_store()
    print(
        f"API: {CLIENTS} clients, {WORKERS} workers, {SECONDS:.0f} s each. A loaded machine gives ratios only."
    )
    found: dict[str, float] = {}
    with serving(folder) as server:
        ids = _ids(server)
        once = OnceOnly()
        latest = list(islice(_latest_addresses(server), 400))
        series = [f"{_OBSERVATIONS}?indicator={name}&period=all&format=csv" for name in ids]
        measured = {
            "latest_new": load(
                server.address,
                "latest JSON, never asked",
                once.requests(_never_asked(server)),
                warming=0.5,
            ),
            "latest_kept": load(
                server.address, "latest JSON, asked before", (get(path) for path in cycle(latest[:_AGAIN]))
            ),
            "series_new": _each_once(server, series),
            "series_kept": load(
                server.address,
                "all periods CSV, asked before",
                (get(path) for path in cycle(series[:_AGAIN])),
            ),
        }
        for taken in measured.values():
            print(taken.line())
        found |= {name: taken.per_second for name, taken in measured.items()}
        found["not_modified"] = _not_modified(server, latest[0])
        print(f"  {'not modified':<34} {found['not_modified']:8,.0f} a second")
        _whole_store(server, ids)  # what a worker holds once it has been asked is no growth
        rate, grown = _whole_store(server, ids)
        found |= {"rows_per_second": rate, "grown_mb": grown}
        print(f"  {'whole store as CSV':<34} {rate:8,.0f} rows a second   worker grew by {grown:.1f} MB")
        found["health_s"] = _health_under_load(server, ids)
        print(f"  {'slowest health check':<34} {found['health_s']:8.2f} s")
        bodies = {"latest": latest[0], "series": series[0]}
        texts = {name: _fetch(server, path) for name, path in bodies.items()}
    found |= _bare(folder, bodies, texts)
    for verdict in _bars(found):
        print(verdict.line())
    text = json.dumps(found)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench-api.json").write_text(text, encoding="utf-8")
    print(text)
    return found


def _bars(found: dict[str, float]) -> list[Bar]:
    return [
        Bar("latest JSON, asked before, a second", found["latest_kept"], 3000),
        Bar("latest JSON, never asked, a second", found["latest_new"], 600),
        Bar("all periods CSV, asked before, a second", found["series_kept"], 400),
        Bar("all periods CSV, first, a second", found["series_new"], 20),
        Bar("not modified, a second", found["not_modified"], 3500),
        Bar("whole store as CSV, rows a second", found["rows_per_second"], 90_000),
        Bar("worker grows while it sends it, MB", found["grown_mb"], 10, is_most=True),
        Bar("slowest health check, s", found["health_s"], _MOST_HEALTH_S, is_most=True),
    ]


def _fetch(server: Server, path: str) -> bytes:
    with urllib.request.urlopen(server.address + path) as answer:
        body: bytes = answer.read()
    return body


def _ids(server: Server) -> list[str]:
    """Indicators that have figures."""
    told = json.loads(_fetch(server, "/api/v1/indicators"))
    return [row["id"] for row in told["indicators"] if row["loaded"]]


def _latest_addresses(server: Server) -> Iterator[str]:
    """One indicator for all districts, in each of its periods."""
    told = json.loads(_fetch(server, "/api/v1/indicators"))
    for row in told["indicators"]:
        for series in row["loaded"]:
            if series["area_type"] == "ltla" and series["breakdown"] == "all":
                for period in reversed(series["periods"]):
                    asked = {"indicator": row["id"], "area_type": "ltla", "period": period}
                    group = {"sex": series["sex"], "age": series["age"]}
                    yield f"{_OBSERVATIONS}?{urlencode({**asked, **group})}"


def _never_asked(server: Server) -> Iterator[str]:
    """The same without end: ``limit`` above the number of districts makes addresses that differ and answers that do not."""
    for limit, address in product(range(400, 10_000), list(_latest_addresses(server))):
        yield f"{address}&limit={limit}"


def _each_once(server: Server, paths: list[str]) -> Load:
    """Every indicator's CSV once, from the first row to the last, with nothing warmed before."""
    return load(server.address, "all periods CSV, first", iter([get(path) for path in paths]), warming=0)


def _not_modified(server: Server, path: str) -> float:
    """Answers a second to clients that hold the answer."""
    request = urllib.request.Request(server.address + path, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        tag = answer.headers["ETag"]
    asked = get(path)[:-2] + f"If-None-Match: {tag}\r\n\r\n".encode()
    counts = asyncio.run(_ask_held(server, asked, SECONDS))
    return sum(counts) / SECONDS


async def _ask_held(server: Server, asked: bytes, seconds: float) -> list[int]:
    parts = urlsplit(server.address)
    until = time.perf_counter() + seconds

    async def client() -> int:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        count = 0
        while time.perf_counter() < until:
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 304"):
                raise RuntimeError(f"expected 304, got {head.splitlines()[0].decode()}")
            count += 1
            if b"connection: close" in head.lower():
                writer.close()
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.close()
        return count

    return await asyncio.gather(*[client() for _ in range(CLIENTS)])


def _whole(ids: list[str]) -> str:
    return _WHOLE.format(every=",".join(ids))


def _whole_store(server: Server, ids: list[str]) -> tuple[float, float]:
    """Rows a second of the whole store as one CSV, and megabytes by which the largest worker grew meanwhile."""
    before = _largest_worker_mb(server)
    started, rows, largest = time.perf_counter(), 0, before
    with urllib.request.urlopen(server.address + _whole(ids)) as answer:
        while piece := answer.read(1 << 18):
            rows += piece.count(b"\n")
            largest = max(largest, _largest_worker_mb(server)) if rows % 7 == 0 else largest
    took = time.perf_counter() - started
    return rows / took, max(largest, _largest_worker_mb(server)) - before


def _largest_worker_mb(server: Server) -> float:
    children = Path(f"/proc/{server.process_id}/task/{server.process_id}/children").read_text().split()
    sizes = []
    for child in children:
        status = Path(f"/proc/{child}/status").read_text()
        sizes.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
    return max(sizes)


def _health_under_load(server: Server, ids: list[str]) -> float:
    """Seconds of the slowest health check while clients ask for the largest answer, again and again."""
    over = Event()

    def ask() -> None:
        while not over.is_set():
            try:
                with urllib.request.urlopen(server.address + _whole(ids), timeout=60) as answer:
                    while answer.read(1 << 18) and not over.is_set():
                        pass
            except OSError:
                time.sleep(0.2)  # too many at once: refused with 503

    clients = [Thread(target=ask, daemon=True) for _ in range(_LARGE_CLIENTS)]
    for client in clients:
        client.start()
    times = []
    until = time.perf_counter() + _LARGE_SECONDS
    while time.perf_counter() < until:
        started = time.perf_counter()
        with urllib.request.urlopen(f"{server.address}/healthz", timeout=60) as answer:
            answer.read()
        times.append(time.perf_counter() - started)
        time.sleep(0.05)
    over.set()
    for client in clients:
        client.join(timeout=30)
    print(f"  {'median health check':<34} {statistics.median(times):8.3f} s")
    return max(times)


def _bare(folder: Path, bodies: dict[str, str], texts: dict[str, bytes]) -> dict[str, float]:
    """The same bytes from a route that makes nothing, and for one answer from a route that reads its figures as well."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for body, text in texts.items():
            (Path(name) / body).write_bytes(text)
        (Path(name) / ADDRESSES).write_text(json.dumps(bodies), encoding="utf-8")
        with serving(folder, "bench.bare:server", **{BODIES_VARIABLE: name}) as server:
            for body, path, words in (
                ("latest", "/bytes/latest", "bare route, latest"),
                ("latest_read", "/latest", "bare route that reads it, latest"),
                ("series", "/bytes/series", "bare route, series"),
            ):
                taken = load(server.address, words, (get(asked) for asked in cycle([path])), seconds=3)
                print(taken.line())
                found[f"bare_{body}"] = taken.per_second
    return found


if __name__ == "__main__":
    main()
