"""A load client: many clients in one process, each asking again as soon as it is answered.

Times are the clients' own, in milliseconds. With ``per_second`` the clients ask at fixed instants instead, and a
request that had to wait for the answer before it is timed from the instant at which it was due.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

CLIENTS = 20
SECONDS = 6.0
WARMING_SECONDS = 1.5


class RepeatedAddress(Exception):
    """An address that should have been asked once was offered again."""


class Answered(NamedTuple):
    """One answer: milliseconds from request to last byte, bytes on the wire, checksum of the body."""

    milliseconds: float
    size: int
    checksum: int


@dataclass(frozen=True)
class Load:
    """How one kind of request was answered.

    ``per_second`` answers a second; times in milliseconds; ``size`` the median bytes of an answer on the wire;
    ``different`` the share of answers whose body no earlier answer of the same measurement had, from 0 to 1.
    """

    words: str
    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    slowest_ms: float
    size: int
    answers: int
    different: float

    def line(self) -> str:
        """The figures in one line of text."""
        return (
            f"  {self.words:<34} {self.per_second:8,.0f} a second   median {self.median_ms:6.1f} ms   "
            f"p95 {self.p95_ms:6.1f}   p99 {self.p99_ms:6.1f}   slowest {self.slowest_ms:6.0f}   {self.size:,} bytes"
        )


class OnceOnly:
    """Requests for addresses, each of which may come once in the life of this object.

    Raises RepeatedAddress when an address comes again, whichever supply it came from: a repeated address would be
    answered from the cache and flatter the figures.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def addresses(self, supply: Iterable[str]) -> Iterator[str]:
        """The addresses of ``supply``, checked as they are taken."""
        for address in supply:
            if address in self._seen:
                raise RepeatedAddress(address)
            self._seen.add(address)
            yield address

    def requests(self, supply: Iterable[str]) -> Iterator[bytes]:
        """The same as GET requests."""
        return (get(address) for address in self.addresses(supply))


def get(path: str) -> bytes:
    """An HTTP/1.1 GET request that accepts Brotli, as browsers do."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\r\n".encode()


def post(path: str, content: object) -> bytes:
    """An HTTP/1.1 POST request with a JSON body."""
    body = json.dumps(content).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def load(
    address: str,
    words: str,
    requests: Iterator[bytes],
    seconds: float = SECONDS,
    per_second: float | None = None,
    warming: float = WARMING_SECONDS,
) -> Load:
    """Ask the server at ``address`` with all clients for ``seconds``, as fast as they can or ``per_second`` times in all.

    Clients share ``requests`` and ask for different things at once; what the first ``warming`` seconds took is not
    counted. The rate is that of the time until the last answer, also where ``requests`` ends early. Raises RuntimeError for an answer
    other than 200 and where nothing was left to measure.
    """
    if warming:
        asyncio.run(_ask(address, requests, warming, per_second))
    started = time.perf_counter()
    answers = asyncio.run(_ask(address, requests, seconds, per_second))
    took = time.perf_counter() - started  # the last answers come after ``seconds``, and count
    if not answers:
        raise RuntimeError(f"{words}: no request was left to measure")
    times = sorted(answer.milliseconds for answer in answers)
    return Load(
        words=words,
        per_second=len(times) / took,
        median_ms=statistics.median(times),
        p95_ms=times[int(0.95 * len(times))],
        p99_ms=times[int(0.99 * len(times))],
        slowest_ms=times[-1],
        size=round(statistics.median(answer.size for answer in answers)),
        answers=len(answers),
        different=len({answer.checksum for answer in answers}) / len(answers),
    )


async def _ask(
    address: str, requests: Iterator[bytes], seconds: float, per_second: float | None
) -> list[Answered]:
    parts = urlsplit(address)
    answers: list[Answered] = []
    until = time.perf_counter() + seconds
    clients = (
        _client(parts.hostname or "", parts.port or 0, requests, place, until, answers, per_second)
        for place in range(CLIENTS)
    )
    await asyncio.gather(*clients)
    return answers


async def _client(
    host: str,
    port: int,
    requests: Iterator[bytes],
    place: int,
    until: float,
    answers: list[Answered],
    per_second: float | None,
) -> None:
    reader = writer = None
    due = time.perf_counter() + (place / per_second if per_second else 0.0)
    while due < until and time.perf_counter() < until:
        if per_second:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            # a request that waited for the answer before it is late, and its time says so
            started = due
            due += CLIENTS / per_second
        else:
            started = time.perf_counter()
        request = next(requests, None)
        if request is None:
            break
        if writer is None:
            reader, writer = await asyncio.open_connection(host, port)
        assert reader is not None
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            asked = request.split(b" ", 2)[1].decode()
            raise RuntimeError(f"{asked} was answered {head.splitlines()[0].decode()}")
        fields = head.lower().split(b"\r\n")
        length = next(int(field.split(b":")[1]) for field in fields if field.startswith(b"content-length:"))
        body = await reader.readexactly(length)
        if b"connection: close" in fields:
            writer.close()
            writer = None
        took = 1e3 * (time.perf_counter() - started)
        answers.append(Answered(took, len(head) + length, zlib.crc32(body)))
    if writer is not None:
        writer.close()
