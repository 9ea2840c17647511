"""Finding a place: how long an answer takes for what people type, letter by letter, and what the index costs."""

from __future__ import annotations

import gc
import gzip
import json
import os
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from dashboard.address.context import Context
from dashboard.api.finding import found_keys, said_of
from dashboard.queries.finding import find
from geodata.places import Places
from geodata.places.tables import COLUMNS, FOLDER
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.settings import load_settings
from indicators.store import Store

BAR_MS = 30
MOST_BYTES = 1_000_000
MOST_MEMORY_MB = 5
RIGHT = (
    "Nottingham", "Beeston", "Newcastle upon Tyne", "St Helens", "Hebden Bridge", "Kingston upon Hull",
    "West Yorkshire ICB", "Aylesbury Vale", "Castle", "Chester-le-Street", "North East", "NG7 2RD", "ng92ab", "SW1A 1AA",
    "EC1", "15F", "E06000018",
)  # fmt: skip
WRONG = {
    "nottingam": "Nottingham", "Burmingham": "Birmingham", "upon tyne newcastle": "Newcastle upon Tyne",
    "saint helens": "St. Helens", "aylesbry": "Aylesbury", "sherwsbury": "Shrewsbury", "cheltnham": "Cheltenham",
    "middlesborough": "Middlesbrough", "beaston": "Beeston", "ledes": "Leeds", "hebdon bridge": "Hebden Bridge",
    "todmordon": "Todmorden", "lester": "Leicester", "glouster": "Gloucester", "wolverhamton": "Wolverhampton",
    "penzanse": "Penzance", "newcaslte": "Newcastle upon Tyne", "yrok": "York", "barow in furnes": "Barrow-in-Furness",
    "harogate": "Harrogate", "peterbrough": "Peterborough", "bexly": "Bexley", "scarbrough": "Scarborough",
    "kingston hull": "Kingston upon Hull, City of", "bath north somerset": "Bath and North East Somerset",
}  # fmt: skip
"""What is typed wrongly, and what is meant."""


def _memory_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _typed() -> list[str]:
    """Every text on the way to what is meant, as the box sends it: from two letters on."""
    whole = [*RIGHT, *WRONG]
    return [text[:end] for text in whole for end in range(2, len(text) + 1)]


def _answer(context: Context, text: str) -> str:
    """What ``/api/v1/areas?q=`` sends, about."""
    found = find(context, text)
    types = context.register.area_types
    rows = [found_keys(option, types[option.described.area.area_type]) for option in found.options]
    return json.dumps({"areas": rows, **said_of(found)})


def main() -> None:
    """Print size of the tables and the index, memory, percentiles of an answer, and how many slips are forgiven."""
    register = load_register()
    size = sum(len(gzip.compress((FOLDER / name).read_bytes(), 9)) for name in COLUMNS)
    print(f"tables: {size / 1000:.0f} kB after gzip; bar {MOST_BYTES / 1000:.0f} kB")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = load_settings(data_dir=folder, database_url="")
        started = time.perf_counter()
        Places(register, folder / "places").find("made at the first question")
        made_s = time.perf_counter() - started
        (index,) = (folder / "places").iterdir()
        print(f"index: made once in {made_s:.2f} s, {index.stat().st_size / 1e6:.1f} MB on disk")
        store = Store(settings.store_url, register=register, catalogue=catalogue())  # never asked
        context = Context(settings, register, catalogue(), store, lambda: date(2026, 11, 22))
        gc.collect()
        before = _memory_mb()
        took, used = [], []
        for text in _typed():
            started, processor = time.perf_counter(), time.process_time()
            _answer(context, text)
            took.append(1000 * (time.perf_counter() - started))
            used.append(1000 * (time.process_time() - processor))
        gc.collect()
        print(
            f"memory of a process that only reads it: +{_memory_mb() - before:.1f} MB; bar {MOST_MEMORY_MB} MB"
        )
        # a machine that others use too makes the clock say more than the work took
        for what, times in (("by the clock", took), ("of processor time", used)):
            p50, p95, p99 = np.percentile(times, (50, 95, 99))
            print(
                f"{len(times)} texts, {what}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, "
                f"most {max(times):.1f} ms; bar {BAR_MS} ms"
            )
        places = [[option.described.area.name for option in find(context, text).options] for text in WRONG]
        names = [[option.name for option in find(context, text).options] for text in WRONG]
        ranks = [
            min((found.index(meant) for found in both if meant in found), default=99)
            for *both, meant in zip(places, names, WRONG.values(), strict=True)
        ]
        print(
            f"typed wrongly: {sum(rank == 0 for rank in ranks)} of {len(ranks)} first, "
            f"{sum(rank < 5 for rank in ranks)} among the first five"
        )
