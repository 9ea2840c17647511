"""Groups of areas: how long the figures of sixty areas together take, and a map that is compared with a group.

Each group is asked for once, on the starter edition; processor time beside the clock, for a machine that others use too. The
first group of a process reads the figures of its members and is printed apart: each type has a process of its own. The map is what the server does for a change of benchmark: the values and words that the page fetches.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from app import create_app
from bench import children
from bench.serving import starter_store
from geodata.groups import MOST_MEMBERS
from geodata.register import Register
from indicators.settings import load_settings
from indicators.store import Store

BAR_MS = 50
BAR_MAP_MS = 120
RUNS = 7


def large_groups(register: Register, area_type: str, count: int) -> list[str]:
    """Codes of that many groups of sixty areas of a type, or of all but one of them; no two alike."""
    codes = sorted(register.codes(area_type, register.area_type(area_type).default_vintage))
    most = min(MOST_MEMBERS, len(codes) - 1)
    # as many areas each time, beginning one further on
    return [f"custom:{'+'.join(sorted((codes * 2)[at : at + most]))}" for at in range(count)]


def _timed(ask: Callable[[str], Any], codes: list[str]) -> tuple[float, float, float]:
    """Median milliseconds by the clock and of processor time, the first left out, and the processor time of the first."""
    took, used = [], []
    for code in codes:
        started, processor = time.perf_counter(), time.process_time()
        ask(code)
        took.append(1000 * (time.perf_counter() - started))
        used.append(1000 * (time.process_time() - processor))
    return statistics.median(took[1:]), statistics.median(used[1:]), used[0]


def child(area_type: str) -> None:
    """Print the times of groups of one type, in a process that has asked for none before, as gunicorn starts it."""
    app = create_app(load_settings(data_dir=starter_store(), database_url=""))
    gc.collect()
    gc.freeze()
    store: Store = app.context.store
    codes = large_groups(store.register, area_type, RUNS)
    took, used, first = _timed(lambda code: store.newest([code], breakdown="all"), codes)
    figures = len(store.newest([codes[0]], breakdown="all"))
    print(
        f"{area_type}: every indicator of {codes[0].count('+') + 1} areas ({figures} figures): {took:.0f} ms by the clock, "
        f"{used:.0f} ms of processor time, the first {first:.0f} ms; bar {BAR_MS} ms"
    )


def main() -> None:
    """Print the time of all newest figures of a group by type of area, and of a map compared with one."""
    for area_type in ("ltla", "utla", "sub_icb", "icb"):
        print(children.run(["-OO", "-m", "bench.bench_groups", area_type], {}).output.strip())
    app = create_app(load_settings(data_dir=starter_store(), database_url=""))
    store: Store = app.context.store
    client = app.server.test_client()

    def repaint(code: str) -> None:
        query = f"?indicator=disability-prevalence&area_type=ltla&benchmark={code}"
        answer = client.get("/map/change", query_string={"to": query, "drawing": "1"})
        assert answer.status_code == 200, answer.text

    took, used, _ = _timed(repaint, large_groups(store.register, "ltla", RUNS))
    print(
        f"map compared with a group: {took:.0f} ms by the clock, {used:.0f} ms of processor time; "
        f"bar {BAR_MAP_MS} ms"
    )


if __name__ == "__main__":
    child(sys.argv[1])
