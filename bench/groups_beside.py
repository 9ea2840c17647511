"""Groups that are a published area under another name, beside the publisher's own figures of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geodata.groups import MOST_MEMBERS, Group, group_code
from geodata.parts import parts_of
from geodata.register import Register
from indicators.periods import Period
from indicators.store import Store, types_on

WHOLLY = 100
"""Coverage of a sum in which every part has a figure."""
_COVERAGE = re.compile(r"coverage (\d+)%")
LEVELS = (
    ("lep", "ltla"),
    ("lep", "utla"),
    ("region", "ltla"),
    ("region", "utla"),
    ("icb", "sub_icb"),
    ("nhs_region", "icb"),
)


@dataclass
class Beside:
    """Of one indicator at one level: how many areas and figures were compared, and the largest differences.

    ``value`` and ``limit`` are in the indicator's unit: of the values, and of either 95% limit. ``share`` is the largest
    difference of two values as a share of the publisher's.
    """

    areas: set[str]
    figures: int = 0
    value: float = 0.0
    limit: float = 0.0
    share: float = 0.0

    def add(self, area_code: str, published: dict[str, Any], ours: dict[str, Any]) -> None:
        """Take a figure of the publisher and the sum of the same area in the same period."""
        self.areas.add(area_code)
        self.figures += 1
        apart = abs(ours["value"] - published["value"])
        self.value = max(self.value, apart)
        self.share = max(self.share, apart / abs(published["value"]) if published["value"] else 0.0)
        if ours["lower_ci_95"] is not None and published["lower_ci_95"] is not None:
            for limit in ("lower_ci_95", "upper_ci_95"):
                self.limit = max(self.limit, abs(ours[limit] - published[limit]))


def codes_of(register: Register, whole_type: str) -> list[str]:
    """Every area of a type, of whatever vintage."""
    years = register.area_type(whole_type).vintages
    return sorted({area.area_code for year in years for area in register.vintage(whole_type, year)})


def compared(store: Store, register: Register, whole_type: str, part_type: str) -> dict[str, Beside]:
    """By indicator the sums of whole parts against what is published of the whole; full coverage only."""
    found: dict[str, Beside] = {}
    for whole in codes_of(register, whole_type):
        for row, ours in pairs(store, register, whole, whole_type, part_type):
            if coverage_of(ours) == WHOLLY:
                found.setdefault(row["indicator_id"], Beside(set())).add(whole, row, ours)
    return found


def coverage_of(row: dict[str, Any]) -> int:
    """The share of the people that a sum covers, in per cent, rounded down as in its note."""
    found = _COVERAGE.search(row["note"])
    return int(found.group(1)) if found else 0


def pairs(
    store: Store, register: Register, whole: str, whole_type: str, part_type: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(figure of an area, the group of its parts) of each figure of it that a group of its parts has a sum of."""
    by_year: dict[int, list[dict[str, Any]]] = {}
    for row in store.area_series([whole]):
        on = Period.parse(row["period"]).end_on
        if row["value"] is not None and row["status"] == "ok" and whole_type in types_on(register, whole, on):
            by_year.setdefault(on.year, []).append(row)
    for year, own in by_year.items():
        vintages = register.area_type(part_type).vintages
        near = min(vintages, key=lambda vintage: (abs(vintage - year), vintage))
        parts = parts_of(register, whole, whole_type, part_type, near)
        if not 2 <= len(parts) <= MOST_MEMBERS:
            continue
        code = group_code(Group(tuple(sorted(parts)), "", part_type))
        sums = {_key(row): row for row in store.area_series([code])}
        for row in own:
            ours = sums.get(_key(row))
            if ours is not None and ours["value"] is not None:
                yield row, ours


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator_id", "sex", "age", "breakdown", "period"))
