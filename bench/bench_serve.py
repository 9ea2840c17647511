"""The server under load: twenty clients on two workers, each asking again as soon as it is answered.

Three parts, each with its figures printed:

- *Pages*: the HTML document of each kind of page, at addresses never asked before (``bench/addresses.py``; that none
  comes twice is checked) and at a few addresses asked again and again, beside a bare route that reads the same figures
  from the store and gives the same bytes (``bench/bare.py``) in the same run.
- *Moves*: changes of the map and pages opened through dash, as a browser asks for them once its scripts run.
- *Memory*: resident memory (VmRSS) of the larger worker: of a fresh server after every page was opened both ways in both
  workers and packs were made, and of the measured one after its maps and after all its addresses.

The clients are one process of this machine and take a share of the cores that the workers would otherwise have. A verdict
for each bar is printed, and the last line is one JSON object, also written to ``build/bench-serve.json``. Keep that file
and name it in ``BASELINE`` to hold the cached answers of a later run against it.
"""

from __future__ import annotations

import json
import os
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote, urlencode

from bench import addresses
from bench.bare import ADDRESSES, BODIES_VARIABLE
from bench.load import CLIENTS, SECONDS, Load, OnceOnly, get, load, post
from bench.serving import ROOT, WORKERS, Server, serving, starter_store
from geodata.register import load_register

WANTED_PER_SECOND = 1000.0
MOST_P99_MS = 250.0
LEAST_SHARE_OF_BARE = 0.45
MOST_WORKER_MB = 110.0
# two runs of the same code differ by up to a tenth here
SLOWER_BY_CHANCE = 0.9
_SHORT_S = 3.0
_AGAIN = 5  # addresses that are asked again and again, and bodies of the bare route
_INDICATORS = addresses.MOST_OPENED
_YEARS = range(2014, 2024)  # and from the year before
_NOTTINGHAM = "E06000018"
_OPENED = ("/trends?area=E06000018", "/compare?area_type=region", "/indicators")
_EVERY_PAGE = (
    "/", "/areas", f"/areas/{_NOTTINGHAM}", "/areas/E54000008", f"/conditions?area={_NOTTINGHAM}", "/map",
    "/map?indicator=employment-rate&area_type=ltla&shading=change", "/map?shading=trend&view=hex",
    "/compare?area_type=ltla", "/compare?indicator=talking-therapies-recovery-rate&area_type=sub_icb&chart=funnel",
    "/compare?area_type=ltla&chart=ranks", "/trends?area=E06000018&area=E08000025", "/overview",
    f"/overview?area={_NOTTINGHAM}&area=E08000025", "/relate", "/goal", "/indicators", "/indicators/employment-rate",
    "/data", "/evidence", "/refresh", "/about", "/accessibility", "/glossary", "/embed/trends/trends-chart?area=E06000018",
)  # fmt: skip
_TIMES_EACH = 8  # enough for both workers to have had each
_PACKS = (f"/areas/{_NOTTINGHAM}/pack.pdf", f"/areas/{_NOTTINGHAM}/pack.xlsx")


@dataclass(frozen=True)
class Kind:
    """A kind of page: its addresses by the server's address, and the least answers a second, None for no bar."""

    name: str
    supply: Callable[[str], Iterator[str]]
    least_per_second: float | None = None


KINDS = (
    Kind("map", addresses.chosen_on_maps, 350.0),
    Kind("compare", addresses.chosen_on_comparisons, 300.0),
    Kind("area", addresses.areas, 200.0),
    Kind("conditions", addresses.conditions, 150.0),
    Kind("trends", addresses.trends),
    Kind("overview", addresses.overviews),
    # nothing in common with the address before: another series, period, benchmark and shading each time
    Kind("map-anything", addresses.maps),
    Kind("compare-anything", addresses.comparisons),
)


@dataclass(frozen=True)
class Measured:
    """A kind of page at addresses never asked before, at addresses asked before, and beside the bare routes.

    ``bare`` reads its figures and gives its bytes, ``sent`` gives the bytes alone.
    """

    kind: Kind
    new: Load
    again: Load
    bare: Load
    sent: Load

    @property
    def share_of_bare(self) -> float:
        """Answers a second at new addresses as a share of the bare route's."""
        return self.new.per_second / self.bare.per_second


@dataclass(frozen=True)
class Verdict:
    """Whether a bar was met: what was measured, and the least or the most it may be."""

    words: str
    measured: float
    bar: float
    is_most: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the measured figure stands on the right side of the bar, the bar included."""
        return self.measured <= self.bar if self.is_most else self.measured >= self.bar

    def line(self) -> str:
        """The verdict in one line: ``not met  map: answers a second  120, at least 350 (66% short)``."""
        limit = "at most" if self.is_most else "at least"
        away = abs(self.measured / self.bar - 1)
        by = "" if self.met else f" ({away:.0%} {'over' if self.is_most else 'short'})"
        state = "met    " if self.met else "NOT MET"
        return f"  {state}  {self.words}: {self.measured:,.0f}{self.unit}, {limit} {self.bar:,.0f}{self.unit}{by}"


# ---- pages at new addresses, at old ones, and the bare route ---------------------------------------------------


def measure_pages(server: Server, folder: Path, kinds: tuple[Kind, ...] = KINDS) -> list[Measured]:
    """Measure each kind of page; the bare server runs beside the app, idle while the app is asked."""
    once = OnceOnly()
    supplies = {kind.name: once.addresses(kind.supply(server.address)) for kind in kinds}
    again = {name: list(islice(supply, _AGAIN)) for name, supply in supplies.items()}
    with tempfile.TemporaryDirectory() as bodies:
        named = {
            f"{name}-{place}": address for name, asked in again.items() for place, address in enumerate(asked)
        }
        for name, address in named.items():
            (Path(bodies) / name).write_bytes(_body(server, address))
        (Path(bodies) / ADDRESSES).write_text(json.dumps(named), encoding="utf-8")
        with serving(folder, "bench.bare:server", **{BODIES_VARIABLE: bodies}) as bare:
            return [
                _measure(server, bare, kind, map(get, supplies[kind.name]), again[kind.name])
                for kind in kinds
            ]


def _measure(server: Server, bare: Server, kind: Kind, new: Iterator[bytes], again: list[str]) -> Measured:
    names = [f"{kind.name}-{place}" for place in range(len(again))]
    reading, sending = (cycle([get(f"{path}{name}") for name in names]) for path in ("/", "/bytes/"))
    return Measured(
        kind,
        load(server.address, f"{kind.name}: never asked before", new, warming=0.5),
        load(server.address, f"{kind.name}: asked before", cycle(map(get, again)), _SHORT_S, warming=0.5),
        load(bare.address, f"{kind.name}: bare route", reading, _SHORT_S, warming=0.5),
        load(bare.address, f"{kind.name}: bytes alone", sending, _SHORT_S, warming=0.5),
    )


def _body(server: Server, address: str) -> bytes:
    """The uncompressed bytes of a page."""
    with urllib.request.urlopen(server.address + address) as answer:
        content: bytes = answer.read()
    return content


def page_verdicts(pages: list[Measured]) -> list[Verdict]:
    """The bars of pages at new addresses: rate, 99th percentile and share of the bare route."""
    verdicts = []
    for page in pages:
        if page.kind.least_per_second is None:
            continue
        name = page.kind.name
        verdicts += [
            Verdict(f"{name}: new pages a second", page.new.per_second, page.kind.least_per_second),
            Verdict(f"{name}: p99 of a new page", page.new.p99_ms, MOST_P99_MS, is_most=True, unit=" ms"),
            Verdict(
                f"{name}: share of the bare route",
                100 * page.share_of_bare,
                100 * LEAST_SHARE_OF_BARE,
                unit="%",
            ),
        ]
    return verdicts


def baseline_verdicts(figures: dict[str, float], baseline: dict[str, float]) -> list[Verdict]:
    """Cached answers of this run against those of an earlier one: no slower, but for chance."""
    return [
        Verdict(f"{name} against the baseline", figures[name], SLOWER_BY_CHANCE * before)
        for name, before in sorted(baseline.items())
        if name in figures and name.endswith("_again_per_second")
    ]


# ---- moves on the map and pages opened through dash ------------------------------------------------------------


def map_changes(keys: dict[str, str], area_code: str = "") -> list[bytes]:
    """A period after another, of three indicators: what the map asks when someone moves through time.

    ``keys`` are those of ``map_keys``. With an area selected the answers are others, the figures the same.
    """
    chosen = f"&area={area_code}" if area_code else ""
    requests = []
    for indicator in _INDICATORS:
        for year in _YEARS:
            before, wanted = (_map_address(indicator, shown) for shown in (year - 1, year))
            requests.append(
                get(
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
    return post(
        "/_dash-update-component",
        {
            "output": "content.data",
            "outputs": {"id": "content", "property": "data"},
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


def new_openings() -> Iterator[str]:
    """Pages that were not opened through dash before, in the kinds of ``_OPENED``, and area profiles."""
    codes = [area.area_code for area in load_register().vintage("ltla", 2023)]
    for step in range(1, len(codes)):
        for place, code in enumerate(codes):
            other = codes[(place + step) % len(codes)]
            yield f"/trends?{urlencode([('area', code), ('area', other)])}"
            yield f"/compare?{urlencode([('area_type', 'region'), ('area', code), ('area', other)])}"
            yield f"/indicators?{urlencode([('area', code), ('area', other)])}"
            if step == 1:
                yield f"/areas/{code}"


def measure_changes(server: Server) -> dict[str, Load]:
    """Changes of the map: asked before, asked before at a fixed rate, never asked before."""
    keys = map_keys(server)
    changes = map_changes(keys)
    codes = [area.area_code for area in load_register().vintage("ltla", 2023)]
    never = (request for code in codes for request in map_changes(keys, code))
    return {
        "map_change_again": load(server.address, "map change: asked before", cycle(changes)),
        "map_change_paced": load(
            server.address, "map change: 1,000 a second", cycle(changes), per_second=WANTED_PER_SECOND
        ),
        "map_change_new": load(server.address, "map change: never asked before", never),
    }


def measure_openings(server: Server) -> dict[str, Load]:
    """Pages opened through dash: asked before, asked before at a fixed rate, never asked before."""
    openings = [page_opening(address) for address in _OPENED]
    never = map(page_opening, OnceOnly().addresses(new_openings()))
    return {
        "opening_again": load(server.address, "opened by dash: asked before", cycle(openings)),
        "opening_paced": load(
            server.address, "opened by dash: 1,000 a second", cycle(openings), per_second=WANTED_PER_SECOND
        ),
        "opening_new": load(server.address, "opened by dash: never asked before", never),
    }


# ---- memory ----------------------------------------------------------------------------------------------------


def open_everything(server: Server) -> None:
    """Every page as a first visit and through dash, and packs, often enough that each worker has made each."""
    for address in (*_EVERY_PAGE, *_PACKS):
        for _ in range(_TIMES_EACH if address in _EVERY_PAGE else WORKERS):
            _body(server, address)
    openings = [page_opening(address) for address in _EVERY_PAGE]
    load(server.address, "", cycle(openings), seconds=3.0)


def resident_mb(process_id: int) -> list[float]:
    """Resident memory in MB of each child of a process."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    sizes = []
    for child in children:
        lines = Path(f"/proc/{child}/status").read_text(encoding="ascii").splitlines()
        sizes.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024)
    return sizes


# ---- what is printed -------------------------------------------------------------------------------------------


def print_pages(pages: list[Measured]) -> None:
    """Each kind of page: its three measurements and how they compare."""
    for page in pages:
        for measured in (page.new, page.again, page.bare, page.sent):
            print(measured.line())
        print(
            f"    {page.share_of_bare:.0%} of the bare route, {page.new.per_second / page.sent.per_second:.0%} of bytes alone, "
            f"{page.new.per_second / page.again.per_second:.0%} of asked before; {page.new.answers:,} new addresses, "
            f"{page.new.different:.0%} of their answers different"
        )


def figures_of(pages: list[Measured], moves: dict[str, Load]) -> dict[str, float]:
    """The figures by name, for the line of JSON."""
    figures: dict[str, float] = {}
    for page in pages:
        name = page.kind.name
        figures[f"{name}_share_of_bare"] = round(page.share_of_bare, 3)
        states = (("new", page.new), ("again", page.again), ("bare", page.bare), ("sent", page.sent))
        for state, measured in states:
            figures |= _figures(f"{name}_{state}", measured)
    for name, measured in moves.items():
        figures |= _figures(name, measured)
    return figures


def _figures(name: str, measured: Load) -> dict[str, float]:
    return {
        f"{name}_per_second": round(measured.per_second, 1),
        f"{name}_p95_ms": round(measured.p95_ms, 1),
        f"{name}_p99_ms": round(measured.p99_ms, 1),
    }


def main() -> None:
    """Load the server, print what was measured and how it stands against the bars."""
    folder = starter_store()
    with serving(folder) as server:
        open_everything(server)
        all_mb = max(resident_mb(server.process_id))
    with serving(folder) as server:
        moves = measure_changes(server)
        map_mb = max(resident_mb(server.process_id))
        moves |= measure_openings(server)
        pages = measure_pages(server, folder)
        open_everything(server)
        most_mb = max(resident_mb(server.process_id))
    print(
        f"{CLIENTS} clients, {WORKERS} workers, {SECONDS:g} s each; "
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print_pages(pages)
    for measured in moves.values():
        print(measured.line())
    print(
        f"  worker memory: {map_mb:.0f} MB after maps, {all_mb:.0f} MB after every page and packs, "
        f"{most_mb:.0f} MB after all addresses of this run"
    )
    figures = figures_of(pages, moves) | {"worker_mb": round(all_mb, 1), "worker_most_mb": round(most_mb, 1)}
    verdicts = page_verdicts(pages)
    verdicts.append(
        Verdict("worker memory after every page", all_mb, MOST_WORKER_MB, is_most=True, unit=" MB")
    )
    if baseline := os.environ.get("BASELINE"):
        verdicts += baseline_verdicts(figures, json.loads(Path(baseline).read_text(encoding="utf-8")))
    for verdict in verdicts:
        print(verdict.line())
    kept = ROOT / "build" / "bench-serve.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures))
