"""How long the pack of an area takes: gathering, PDF (in a process of its own) and workbook, on the starter edition."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

AREAS = ("E06000018", "E92000001", "E54000060")  # a council, England, an ICB with many groups
RUNS = 5


def main() -> None:
    """Prints medians for each area and, last, one JSON object."""
    from app import create_app
    from dashboard.exports.pack import gather
    from dashboard.exports.pack_html import pack_html
    from dashboard.exports.pdf import pdf_of
    from dashboard.exports.workbook import workbook
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
            xlsx, xlsx_size = whole(workbook)
            slowest = {"pdf_s": max(slowest["pdf_s"], pdf), "xlsx_s": max(slowest["xlsx_s"], xlsx)}
            print(
                f"{area.name:<40} PDF {pdf:5.2f} s, {pdf_size / 1024:4.0f} KB   "
                f"XLSX {xlsx:5.2f} s, {xlsx_size / 1024:4.0f} KB   (at most 3 s each, medians of {RUNS})"
            )
        print(json.dumps({key: round(value, 3) for key, value in slowest.items()}))
