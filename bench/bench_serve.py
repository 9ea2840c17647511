"""The server under load: twenty clients on two workers, each asking again as soon as it is answered; and the same
clients asking a thousand times a second between them, timed from the instant at which each question was due.

The clients are one process of this machine, so that it takes a share of the cores that the workers would have on their
own. Times are the clients'. Prints, for each kind of request, how many a second, the median and the 95th percentile,
then the resident memory (VmRSS) of the larger worker. The last line is one JSON object.

Finished answers are kept (``dashboard/answers.py``). *Kept* asks the same few addresses again and again, as when many
people look at what is new; *never asked before* uses each address once, so that every answer is made. Real use lies
between. Memory is read at the end, after every page was opened both ways in both workers, a map was moved through
time, and packs were made.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
import urllib.request
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from bench.serving import WORKERS, Server, serving, starter_store
from geodata.register import load_register

CLIENTS = 20
SECONDS = 6.0
WANTED_PER_SECOND = 1000.0
_WARMING_S = 1.5
_INDICATORS = ("employment-rate", "economic-inactivity-rate", "unemployment-rate")
_YEARS = range(2014, 2024)  # and from the year before
_NOTTINGHAM = "E06000018"
_OPENED = ("/trends?area=E06000018", "/compare?area_type=region", "/indicators")
_EVERY_PAGE = (
    "/", "/areas", f"/areas/{_NOTTINGHAM}", "/areas/E54000008", f"/conditions?area={_NOTTINGHAM}", "/map",
    "/map?indicator=employment-rate&area_type=ltla&shading=change", "/map?shading=trend&view=hex",
    "/compare?area_type=ltla", "/compare?indicator=talking-therapies-recovery-rate&area_type=sub_icb&chart=funnel",
    "/compare?area_type=ltla&chart=ranks", "/trends?area=E06000018&area=E08000025", "/overview",
    f"/overview?area={_NOTTINGHAM}&area=E08000025", "/relate", "/goal", "/indicators", "/indicators/employment-rate",
    "/data", "/refresh", "/about", "/accessibility", "/glossary", "/embed/trends/trends-chart?area=E06000018",
)  # fmt: skip
_TIMES_EACH = 8  # enough for both workers to have had each
_PACKS = (f"/areas/{_NOTTINGHAM}/pack.pdf", f"/areas/{_NOTTINGHAM}/pack.xlsx")


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


def map_changes(keys: dict[str, str], area_code: str = "") -> list[bytes]:
    """A period after another, of three indicators: what the map asks when someone moves through time.

    ``keys`` are those of ``map_keys``. With an area selected the answers are others, the figures the same.
    """
    chosen = f"&area={area_code}" if area_code else ""
    requests = []
    for indicator in _INDICATORS:
        for year in _YEARS:
            before, wanted = (_map_address(indicator, one) for one in (year - 1, year))
            requests.append(
                _get(
                    f"/map/change?key={keys[before]}&from={quote(before + chosen)}&to={quote(wanted + chosen)}"
                )
            )
    return requests


def map_keys(server: Server) -> dict[str, str]:
    """The key of each map of ``map_changes``, as a browser that shows it holds it."""
    keys = {}
    for indicator in _INDICATORS:
        for year in (_YEARS[0] - 1, *_YEARS):
            shown = _map_address(indicator, year)
            with urllib.request.urlopen(f"{server.address}/map/change?to={quote(shown)}") as answer:
                keys[shown] = json.load(answer)["parts"]["map"]["key"]
    return keys


def _map_address(indicator: str, year: int) -> str:
    return f"?indicator={indicator}&area_type=ltla&period={year}-01-01/P1Y"


def page_opening(address: str) -> bytes:
    """The router's callback for a page, as the browser asks for it."""
    pathname, mark, search = address.partition("?")
    return _post(
        "/_dash-update-component",
        {
            "output": "..page.children...shown.data..",
            "outputs": [{"id": "page", "property": "children"}, {"id": "shown", "property": "data"}],
            "inputs": [
                {
                    "id": "address",
                    "property": "data",
                    "value": {"pathname": pathname, "search": mark + search},
                }
            ],
            "changedPropIds": ["address.data"],
        },
    )


def new_addresses() -> Iterator[str]:
    """Pages that were not opened before, in the kinds of ``_OPENED``, and area profiles: each address once."""
    codes = [area.area_code for area in load_register().vintage("ltla", 2023)]
    for step in range(1, len(codes)):
        for place, code in enumerate(codes):
            other = codes[(place + step) % len(codes)]
            yield f"/trends?{urlencode([('area', code), ('area', other)])}"
            yield f"/compare?{urlencode([('area_type', 'region'), ('area', code), ('area', other)])}"
            yield f"/indicators?{urlencode([('area', code), ('area', other)])}"
            if step == 1:
                yield f"/areas/{code}"


def open_everything(server: Server) -> None:
    """Every page as a first visit and through dash, and packs, often enough that each worker has made each."""
    for address in (*_EVERY_PAGE, *_PACKS):
        for _ in range(_TIMES_EACH if address in _EVERY_PAGE else WORKERS):
            with urllib.request.urlopen(server.address + address) as answer:
                answer.read()
    openings = [page_opening(address) for address in _EVERY_PAGE]
    load(server, "", cycle(openings), seconds=3.0)


async def _client(
    host: str,
    port: int,
    requests: Iterator[bytes],
    place: int,
    until: float,
    seen: list[tuple[float, int]],
    per_second: float | None,
) -> None:
    reader = writer = None
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
        writer.write(next(requests))
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
    requests: Iterator[bytes],
    seconds: float = SECONDS,
    per_second: float | None = None,
) -> Load:
    """Ask with all clients for a while, as fast as they can or ``per_second`` times between them; what the answers
    were like, without the first moments. Clients share ``requests`` and ask for different things at once."""
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
        keys = map_keys(server)
        changes = map_changes(keys)
        kept = load(server, "map: change of period, kept", cycle(changes))
        paced = load(server, "map: the same, 1,000 a second", cycle(changes), per_second=WANTED_PER_SECOND)
        codes = [area.area_code for area in load_register().vintage("ltla", 2023)]
        new_changes = load(
            server,
            "map: change, never asked before",
            (one for code in codes for one in map_changes(keys, code)),
        )
        map_mb = max(resident_mb(server.process_id))
        openings = [page_opening(address) for address in _OPENED]
        opened = load(server, "dash: opening a page, kept", cycle(openings))
        opened_paced = load(
            server, "dash: the same, 1,000 a second", cycle(openings), per_second=WANTED_PER_SECOND
        )
        new = load(server, "dash: page never asked before", (page_opening(one) for one in new_addresses()))
        open_everything(server)
        all_mb = max(resident_mb(server.process_id))
    print(
        f"{CLIENTS} clients, {WORKERS} workers, {SECONDS:g} s each; "
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    for one in (kept, paced, new_changes, opened, opened_paced, new):
        print(
            f"  {one.words:<32} {one.per_second:8,.0f} a second   median {one.median_ms:6.1f} ms   "
            f"p95 {one.p95_ms:6.1f} ms   slowest {one.slowest_ms:6.0f} ms   {one.size:,} bytes"
        )
    print(
        f"  resident memory of a worker: {map_mb:.0f} MB after maps, {all_mb:.0f} MB after every page and packs"
    )
    figures = {
        "requests_per_second": kept.per_second,
        "p95_ms": kept.p95_ms,
        "p95_at_1000_ms": paced.p95_ms,
        "new_changes_per_second": new_changes.per_second,
        "pages_per_second": opened.per_second,
        "page_p95_ms": opened.p95_ms,
        "page_p95_at_1000_ms": opened_paced.p95_ms,
        "new_pages_per_second": new.per_second,
        "new_page_p95_ms": new.p95_ms,
        "rss_mb": all_mb,
    }
    print(json.dumps({name: round(figure, 1) for name, figure in figures.items()}))
