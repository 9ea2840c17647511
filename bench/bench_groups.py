"""Groups of areas: how long the figures of sixty areas together take, and a map that is compared with a group.

Each group is asked for once (cold), on the starter edition; processor time beside the clock, for a machine that others
use too. The map is what the server does for a change of benchmark: the values and words that the page fetches.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from app import create_app
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


def _timed(ask: Callable[[str], Any], codes: list[str]) -> tuple[float, float]:
    """Median milliseconds by the clock and of processor time, the first left out: it makes the statements."""
    took, used = [], []
    for code in codes:
        started, processor = time.perf_counter(), time.process_time()
        ask(code)
        took.append(1000 * (time.perf_counter() - started))
        used.append(1000 * (time.process_time() - processor))
    return statistics.median(took[1:]), statistics.median(used[1:])


def main() -> None:
    """Print the time of all newest figures of a group by type of area, and of a map compared with one."""
    app = create_app(load_settings(data_dir=starter_store(), database_url=""))
    store: Store = app.context.store
    for area_type in ("ltla", "utla", "sub_icb", "icb"):
        codes = large_groups(store.register, area_type, RUNS)
        rows = store.newest([codes[0]], breakdown="all")
        took, used = _timed(lambda code: store.newest([code], breakdown="all"), codes)
        print(
            f"{area_type}: every indicator of {codes[0].count('+') + 1} areas ({len(rows)} figures): "
            f"{took:.0f} ms by the clock, {used:.0f} ms of processor time; bar {BAR_MS} ms"
        )
    client = app.server.test_client()

    def repaint(code: str) -> None:
        query = f"?indicator=disability-prevalence&area_type=ltla&benchmark={code}"
        answer = client.get("/map/change", query_string={"to": query, "drawing": "1"})
        assert answer.status_code == 200, answer.text

    took, used = _timed(repaint, large_groups(store.register, "ltla", RUNS))
    print(
        f"map compared with a group: {took:.0f} ms by the clock, {used:.0f} ms of processor time; "
        f"bar {BAR_MAP_MS} ms"
    )
