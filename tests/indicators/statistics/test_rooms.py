"""Statistics are worked out in their own room, and pages may import it without the weight of scipy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# Signs of a statistic worked out by hand: a normal quantile, a standard error, a percentile, a spread.
BY_HAND = re.compile(
    r"\bscipy\b|NormalDist|\bstatistics\.(stdev|quantiles|median|fmean|mean)\b|\b1\.96\d*\b|\b3\.92\b|\b3\.09\d*\b"
    r"|\.quantile\(|\bpercentile\(|\.std\(|\.median\(|\.sem\(|\bmath\.sqrt\b|\bnp\.sqrt\b|\bhypot\("
)
# Draws the invented figures of the illustrative releases; no figure of a publisher passes through it.
NO_STATISTIC = {Path("etl/build_illustrative/chance.py")}


@pytest.mark.parametrize("module", ["comparison", "spine", "trends", "intervals", "funnel"])
def test_pages_import_no_scipy(module: str) -> None:
    code = (
        f"import sys, indicators.statistics.{module}; "
        "sys.exit(any(name in sys.modules for name in ('scipy', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_what_pages_work_out_loads_no_scipy() -> None:
    code = (
        "import sys; from indicators.statistics import funnel, intervals; "
        "funnel.proportion_limits(0.7, [1000, 20000]); intervals.proportion(7, 10); "
        "intervals.difference(70, 66, 74, 68, 64, 72); intervals.rate([3, 20], 1000); sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_page_or_job_works_out_a_statistic_itself() -> None:
    files = [ROOT / "app.py"]
    for room in ("dashboard", "etl", "indicators/store", "indicators/catalogue"):
        files += sorted((ROOT / room).rglob("*.py"))
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        if file.exists() and file.relative_to(ROOT) not in NO_STATISTIC
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if BY_HAND.search(line.split("#")[0])
    ]
    assert not found, "worked out outside indicators/statistics:\n" + "\n".join(found)
