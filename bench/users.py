"""Readers as they come: each opens a page, reads for a while, and opens another, over TLS and a connection kept open.

A reader is one task of this process with a loopback address of its own (127.1.x.y), since nginx bounds what one address
may ask for. Two pages in three are those that everyone opens, the third is one that was never asked for; one visit in ten
is a program's, which asks the API. The first page of a reader comes with its scripts, styles and shapes, as into an empty
browser.
"""

from __future__ import annotations

import asyncio
import random
import re
import ssl
import statistics
import time
from asyncio import Task
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from bench import addresses
from bench.addresses import SEED, loaded_series

THINK_S = 8.0
"""Mean seconds between two pages of one reader."""
_LONGEST_THINK_S = 40.0
_NEW, _PROGRAM = 1 / 3, 0.1  # shares of the visits
_PATIENCE_S = 30.0
_FILES = re.compile(rb'(?:src|href)="(/(?:assets/|scripts-|vocabulary-|_dash-component-suites/)[^"]+)"')
_POPULAR = (
    "/", "/map", "/map?indicator=employment-rate&area_type=ltla", "/areas", "/areas/E06000018", "/areas/E08000035",
    "/compare?area_type=ltla", "/trends?area=E06000018", "/overview?area=E06000018,E08000025", "/indicators",
    "/conditions?area=E06000018", "/evidence", "/goal", "/data", "/about", "/glossary",
)  # fmt: skip


class Asked(NamedTuple):
    """One request: what for, when it was sent (perf_counter), milliseconds to the last byte, what went wrong."""

    kind: str
    path: str
    at: float
    milliseconds: float
    error: str


@dataclass
class Visits:
    """Every request of a time."""

    seconds: float
    asked: list[Asked] = field(default_factory=list)

    def times(self, kinds: Sequence[str] = ("page", "api")) -> list[float]:
        """Milliseconds of the answers of some kinds, the quickest first."""
        return sorted(
            request.milliseconds for request in self.asked if request.kind in kinds and not request.error
        )

    @property
    def errors(self) -> list[Asked]:
        return [request for request in self.asked if request.error]

    def percentile(self, share: float, kinds: Sequence[str] = ("page", "api")) -> float:
        """Milliseconds within which a share of the answers came; NaN where there was none."""
        times = self.times(kinds)
        return times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")

    def figures(self) -> dict[str, float]:
        """Answers a second, median, p95 and p99 in ms of pages and API answers, and how many requests failed."""
        times = self.times()
        return {
            "per_second": round(len(self.asked) / self.seconds, 1),
            "pages_per_second": round(len(times) / self.seconds, 1),
            "p50_ms": round(statistics.median(times), 1) if times else float("nan"),
            "p95_ms": round(self.percentile(0.95), 1),
            "p99_ms": round(self.percentile(0.99), 1),
            "failed": len(self.errors),
        }


class Supply:
    """Which address comes next: the popular ones by chance, the others each once."""

    def __init__(self, web_address: str) -> None:
        self._draw = random.Random(f"{SEED} readers")
        self._pages = [
            addresses.maps(web_address), addresses.comparisons(web_address), addresses.trends(web_address),
            addresses.areas(web_address), addresses.overviews(web_address), addresses.conditions(web_address),
        ]  # fmt: skip
        self._programs = _programs(web_address)

    def next(self) -> tuple[str, str]:
        """Kind and path."""
        if self._draw.random() < _PROGRAM:
            return "api", next(self._programs)
        if self._draw.random() >= _NEW:
            return "page", self._draw.choice(_POPULAR)
        found = next(self._draw.choice(self._pages), None)
        return "page", found or self._draw.choice(_POPULAR)

    def think(self) -> float:
        """Seconds that a reader looks at a page."""
        return min(_LONGEST_THINK_S, self._draw.expovariate(1 / THINK_S))

    def start(self, spread_s: float) -> float:
        """Seconds after which a reader comes."""
        return self._draw.uniform(0, spread_s)


def _programs(web_address: str) -> Iterator[str]:
    series = loaded_series(web_address)
    for limit in range(400, 9_000):
        for loaded in series:
            yield f"/api/v1/observations?indicator={loaded.indicator}&area_type={loaded.area_type}&limit={limit}"


class _Reader:
    """One reader: one connection, kept open while the server keeps it."""

    def __init__(self, port: int, number: int, visits: Visits) -> None:
        self._port, self._visits = port, visits
        self._source = (f"127.1.{number // 250}.{number % 250 + 1}", 0)
        self._tls = ssl.create_default_context()
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, kind: str, path: str, accept: str = "br") -> bytes:
        """The body of an answer, empty where it failed; what it took is noted."""
        started, error, body = time.perf_counter(), "", b""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                status, body = await self._exchange(path, accept)
            if status >= 400:
                error = f"status {status}"
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as fault:
            error = f"{type(fault).__name__} {fault}".strip()
            await self.leave()
        took = 1e3 * (time.perf_counter() - started)
        self._visits.asked.append(Asked(kind, path, started, took, error))
        return body

    async def _exchange(self, path: str, accept: str) -> tuple[int, bytes]:
        is_kept = self._streams is not None
        try:
            return await self._once(path, accept)
        except (ConnectionError, asyncio.IncompleteReadError):
            if not is_kept:
                raise
            # the server closed a connection that was idle, which a browser answers with another one
            await self.leave()
            return await self._once(path, accept)

    async def _once(self, path: str, accept: str) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                "127.0.0.1", self._port, ssl=self._tls, local_addr=self._source
            )
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {accept}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split(b" ", 2)[1])
        if b"transfer-encoding: chunked" in head:
            pieces = []
            while size := int(await reader.readuntil(b"\r\n"), 16):
                pieces.append(await reader.readexactly(size))
                await reader.readexactly(2)
            await reader.readexactly(2)
            body = b"".join(pieces)
        else:
            found = re.search(rb"content-length: (\d+)", head)
            body = await reader.readexactly(int(found[1]) if found else 0)
        if b"connection: close" in head:
            await self.leave()
        return status, body

    async def leave(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _stay(
    port: int,
    number: int,
    supply: Supply,
    until: float,
    spread_s: float,
    visits: Visits,
    others: Sequence[Task[None]],
) -> None:
    reader = _Reader(port, number, visits)
    await asyncio.sleep(supply.start(spread_s))
    is_first = True
    while time.perf_counter() < until or not all(other.done() for other in others):
        kind, path = supply.next()
        body = await reader.ask(kind, path, "identity" if is_first else "br")
        if is_first and kind == "page":
            is_first = False
            for file in dict.fromkeys(_FILES.findall(body)):
                await reader.ask("file", file.decode())
        await asyncio.sleep(min(supply.think(), max(1.0, until - time.perf_counter())))
    await reader.leave()


def visit(
    port: int,
    supply: Supply,
    readers: int,
    seconds: float,
    *,
    others: Sequence[Coroutine[Any, Any, None]] = (),
) -> Visits:
    """``readers`` come one by one within a third of ``seconds`` and stay to its end; gives every request.

    ``others`` are coroutines that run beside them, such as a refresh; readers stay until these have ended.
    """
    visits = Visits(seconds)
    until = time.perf_counter() + seconds

    async def run() -> None:
        spread_s = seconds / 3
        beside = [asyncio.create_task(other) for other in others]
        stays = (_stay(port, number, supply, until, spread_s, visits, beside) for number in range(readers))
        await asyncio.gather(*chain(stays, beside))

    started = time.perf_counter()
    asyncio.run(run())
    visits.seconds = time.perf_counter() - started
    return visits
