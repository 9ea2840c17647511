"""Invented numbers that depend on words alone, and how they are written as a publisher writes them."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from statistics import NormalDist

from geodata.register import Area, Register

_NORMAL = NormalDist()


def chance(*words: object) -> float:
    """A number between 0 and 1 that depends on the words alone."""
    digest = hashlib.sha256("|".join(str(word) for word in words).encode()).digest()
    return (int.from_bytes(digest[:7], "big") + 0.5) / 2**56


def deviate(*words: object) -> float:
    """A draw of the standard normal distribution that depends on the words alone."""
    return _NORMAL.inv_cdf(chance(*words))


def half_width_95(percentage: float, people: float) -> float:
    """Half-width, in percentage points, of the 95% interval of a percentage of so many people asked."""
    return 196 * math.sqrt(percentage / 100 * (1 - percentage / 100) / people)


def spread(size: float, *words: object) -> float:
    """A factor around 1, log-normal with standard deviation ``size`` of its logarithm."""
    return math.exp(size * deviate(*words))


def about(expected: float, *words: object) -> int:
    """A whole number around ``expected`` (≥ 0), about as spread as a count is."""
    return max(0, round(expected + math.sqrt(max(expected, 0.0)) * deviate(*words)))


def shown(count: float) -> str:
    """As the publisher shows counts below England: to the nearest 5, below 5 hidden."""
    return "*" if count < 5 else str(5 * math.floor(count / 5 + 0.5))


def size_of(area: Area, day: date, register: Register) -> float:
    """An invented size: the number of districts in the area, spread by chance."""
    districts = sum(row.share for row in register.children(area.area_code, "ltla", day))
    return max(districts, 0.2) * spread(0.3, area.ods_code, "size")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a CSV as the publishers do, and give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
