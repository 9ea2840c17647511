"""How long the pack of an area takes as PDF and as workbook (each in a process of its own), on the starter edition.

And how much memory a worker of the web app holds before and after it has answered with both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.bench_serve import resident_mb
from bench.serving import WORKERS, serving

AREAS = ("E06000018", "E92000001", "E54000060")  # a council, England, an ICB with many groups
RUNS = 5
MOST_RSS_MB = 110


def main() -> None:
    """Prints medians for each area and, last, one JSON object."""
    from app import create_app
    from dashboard.exports.apart import pdf_of, xlsx_of
    from dashboard.exports.pack import gather
    from dashboard.exports.pack_html import pack_html
    from indicators.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        settings = {"WORKHEALTH_DATA_DIR": folder, "WORKHEALTH_DATABASE_URL": ""}
        load = [sys.executable, "-m", "etl", "starter", "load"]
        subprocess.run(load, env={**os.environ, **settings}, check=True, capture_output=True)
        context = create_app(load_settings(data_dir=Path(folder), database_url="")).context
        slowest = {"pdf_s": 0.0, "xlsx_s": 0.0}
        for code in AREAS:
            area = context.register.area(code)

            def whole(make: Callable[[Any], bytes], area: Any = area) -> tuple[float, int]:
                took, size = [], 0
                for _ in range(RUNS):
                    start = time.perf_counter()
                    size = len(make(gather(context, area, "http://localhost")))
                    took.append(time.perf_counter() - start)
                return statistics.median(took), size

            pdf, pdf_size = whole(lambda pack: pdf_of(pack_html(pack)))
            xlsx, xlsx_size = whole(xlsx_of)
            slowest = {"pdf_s": max(slowest["pdf_s"], pdf), "xlsx_s": max(slowest["xlsx_s"], xlsx)}
            print(
                f"{area.name:<40} PDF {pdf:5.2f} s, {pdf_size / 1024:4.0f} KB   "
                f"XLSX {xlsx:5.2f} s, {xlsx_size / 1024:4.0f} KB   (at most 3 s each, medians of {RUNS})"
            )
        before, after = _worker_memory(Path(folder))
        print(
            f"RSS of a worker (the larger of two): {before:.0f} MB before, {after:.0f} MB after {RUNS} PDFs and {RUNS} "
            f"workbooks of each area (at most {MOST_RSS_MB} MB)"
        )
        figures = {**slowest, "rss_before_mb": before, "rss_after_mb": after}
        print(json.dumps({key: round(value, 3) for key, value in figures.items()}))


def _worker_memory(folder: Path) -> tuple[float, float]:
    """The most resident memory (MB) of a worker that has shown a page of each area, and after packs of them."""
    with serving(folder) as server:
        for code in AREAS:
            _fetch(f"{server.address}/areas/{code}", 2 * WORKERS)
        before = max(resident_mb(server.process_id))
        for code in AREAS:
            for kind in ("pdf", "xlsx"):
                _fetch(f"{server.address}/areas/{code}/pack.{kind}", RUNS)
        return before, max(resident_mb(server.process_id))


def _fetch(address: str, times: int) -> None:
    for _ in range(times):
        with urllib.request.urlopen(address, timeout=60) as answer:
            answer.read()
