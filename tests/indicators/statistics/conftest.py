"""What the tests of the statistics share: the input → expected output pairs beside the checkout."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "statistics", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("statistics")

Pairs = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="session")
def pairs(shared: Path) -> Pairs:
    """Rows of one file of ``shared/vectors``, by name; skipped, with the reason, where the folder is absent."""

    def read(name: str) -> list[dict[str, str]]:
        with (shared / "vectors" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert rows, f"vectors/{name}.csv has no rows"
        return rows

    return read
