"""The server under load: twenty clients on two workers, each asking again as soon as it is answered; and the same
clients asking a thousand times a second between them, timed from the instant at which each question was due.

The clients are one process of this machine, so that it takes a share of the cores that the workers would have on their
own. Times are the clients'. Prints, for each kind of request, how many a second, the median and the 95th percentile,
then the resident memory of each worker. The last line is one JSON object; its figures are those of a map's change.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from bench.serving import WORKERS, Server, serving, starter_store

CLIENTS = 20
SECONDS = 6.0
WANTED_PER_SECOND = 1000.0
_WARMING_S = 1.5
_INDICATORS = ("employment-rate", "economic-inactivity-rate", "unemployment-rate")
_YEARS = range(2014, 2024)


class Load(NamedTuple):
    """What a kind of request was answered like: answers a second, times in milliseconds, bytes of an answer."""

    words: str
    per_second: float
    median_ms: float
    p95_ms: float
    slowest_ms: float
    size: int


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\r\n".encode()


def _post(path: str, content: object) -> bytes:
    body = json.dumps(content).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def map_changes(server: Server) -> list[bytes]:
    """A period after another, of three indicators: what the map asks when someone moves through time."""
    requests = []
    for indicator in _INDICATORS:
        search = f"?indicator={indicator}&area_type=ltla&period="
        for year in _YEARS:
            shown, wanted = (quote(f"{search}{one}-01-01/P1Y") for one in (year - 1, year))
            with urllib.request.urlopen(f"{server.address}/map/change?to={shown}") as answer:
                key = json.load(answer)["parts"]["map"]["key"]
            requests.append(_get(f"/map/change?key={key}&from={shown}&to={wanted}"))
    return requests


def page_openings() -> list[bytes]:
    """The router's callback for a page, as the browser asks for it."""
    requests = []
    for pathname, search in (
        ("/trends", "?area=E06000018"),
        ("/compare", "?area_type=region"),
        ("/indicators", ""),
    ):
        outputs = [{"id": "page", "property": "children"}, {"id": "shown", "property": "data"}]
        content = {
            "output": "..page.children...shown.data..",
            "outputs": outputs,
            "inputs": [
                {"id": "address", "property": "data", "value": {"pathname": pathname, "search": search}}
            ],
            "changedPropIds": ["address.data"],
        }
        requests.append(_post("/_dash-update-component", content))
    return requests


async def _client(
    host: str,
    port: int,
    requests: Sequence[bytes],
    place: int,
    until: float,
    seen: list[tuple[float, int]],
    per_second: float | None,
) -> None:
    reader = writer = None
    turn = place
    due = time.perf_counter() + (place / per_second if per_second else 0.0)
    while due < until and time.perf_counter() < until:
        if per_second:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            # a question that had to wait for the answer before it is late, and its time says so
            started = due
            due += CLIENTS / per_second
        else:
            started = time.perf_counter()
        if writer is None:
            reader, writer = await asyncio.open_connection(host, port)
        assert reader is not None
        writer.write(requests[turn % len(requests)])
        turn += 7  # clients ask for different things at once
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the server answered {head.splitlines()[0].decode()}")
        fields = head.lower().split(b"\r\n")
        length = next(int(one.split(b":")[1]) for one in fields if one.startswith(b"content-length:"))
        await reader.readexactly(length)
        if b"connection: close" in fields:
            writer.close()
            writer = None
        seen.append((1e3 * (time.perf_counter() - started), len(head) + length))
    if writer is not None:
        writer.close()


def load(
    server: Server,
    words: str,
    requests: Sequence[bytes],
    seconds: float = SECONDS,
    per_second: float | None = None,
) -> Load:
    """Ask with all clients for a while, as fast as they can or ``per_second`` times between them; what the answers
    were like, without the first moments."""
    host = urlsplit(server.address)

    async def run(length: float) -> list[tuple[float, int]]:
        seen: list[tuple[float, int]] = []
        until = time.perf_counter() + length
        await asyncio.gather(
            *(
                _client(host.hostname or "", host.port or 0, requests, place, until, seen, per_second)
                for place in range(CLIENTS)
            )
        )
        return seen

    asyncio.run(run(_WARMING_S))
    seen = asyncio.run(run(seconds))
    times = sorted(one[0] for one in seen)
    return Load(
        words,
        len(times) / seconds,
        statistics.median(times),
        times[int(0.95 * len(times))],
        times[-1],
        round(statistics.median(one[1] for one in seen)),
    )


def resident_mb(process_id: int) -> list[float]:
    """Resident memory in MB of each child of a process."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    sizes = []
    for child in children:
        lines = Path(f"/proc/{child}/status").read_text(encoding="ascii").splitlines()
        sizes.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024)
    return sizes


def main() -> None:
    """Load the server, print what was measured."""
    with serving(starter_store()) as server:
        changes = load(server, "map: change of period", map_changes(server))
        paced = load(
            server, "map: the same, 1,000 a second", map_changes(server), per_second=WANTED_PER_SECOND
        )
        map_mb = max(resident_mb(server.process_id))
        openings = load(server, "dash: opening a page", page_openings())
        sizes = resident_mb(server.process_id)
    print(
        f"{CLIENTS} clients, {WORKERS} workers, {SECONDS:g} s each; "
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    for one in (changes, paced, openings):
        print(
            f"  {one.words:<30} {one.per_second:8,.0f} a second   median {one.median_ms:6.1f} ms   "
            f"p95 {one.p95_ms:6.1f} ms   slowest {one.slowest_ms:6.0f} ms   {one.size:,} bytes"
        )
    print(f"  resident memory of a worker: {map_mb:.0f} MB after maps, {max(sizes):.0f} MB after pages")
    figures = {
        "requests_per_second": changes.per_second,
        "p95_ms": changes.p95_ms,
        "p95_at_1000_ms": paced.p95_ms,
        "page_p95_ms": openings.p95_ms,
        "rss_mb": max(sizes),
    }
    print(json.dumps({name: round(figure, 1) for name, figure in figures.items()}))
