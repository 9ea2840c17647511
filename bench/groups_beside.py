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

REPORTED = (("lep", "ltla"), ("region", "ltla"), ("region", "utla"))
"""What is reported area by area: the South East has more districts than a group may have members, but 19 councils."""
SHARE_POINTS = 0.06
"""Bound of a survey share whose districts all have counts, in points: ONS rounds counts to 100."""
PEOPLE = 300
"""Bound of people aged 16 to 64 of such an area: half of 100 for each district and for the whole."""
PARTLY = 0.07
"""Bound where districts with a figure hold 90% to 99% of the people, as a share of the publisher's figure."""
WHOLLY = 100
"""Coverage of a sum in which every part has a figure."""
LEAST = 90
"""Coverage below which a sum is compared with nothing."""
EXACTLY = 1e-9
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


@dataclass
class Agreement:
    """How the groups that are one area agree with what is published of it.

    ``exact`` are shares whose counts the publisher gives unrounded, ``shares`` those of a survey, ``people`` counts of
    people, each fully covered; ``partly`` all with a coverage of 90% to 99%. ``too_little`` counts figures below that,
    which are compared with nothing.
    """

    area_code: str
    name: str
    exact: Beside
    shares: Beside
    people: Beside
    partly: Beside
    too_little: int = 0

    @property
    def figures(self) -> int:
        return sum(kind.figures for kind in (self.exact, self.shares, self.people, self.partly))

    @property
    def is_within(self) -> bool:
        """Whether every figure is within the stated bounds."""
        return (
            self.exact.value <= EXACTLY
            and self.shares.value <= SHARE_POINTS
            and self.people.value <= PEOPLE
            and self.partly.share <= PARTLY
        )


def agreements(store: Store, register: Register) -> list[Agreement]:
    """The 38 LEPs and the 9 regions, each beside the groups of its districts and councils."""
    found: dict[str, Agreement] = {}
    for whole_type, part_type in REPORTED:
        for whole in codes_of(register, whole_type):
            kinds = (Beside(set()) for _ in range(4))
            own = found.setdefault(whole, Agreement(whole, register.area(whole).name, *kinds))
            for row, ours in pairs(store, register, whole, whole_type, part_type):
                indicator = store.catalogue[row["indicator_id"]]
                coverage = coverage_of(ours)
                if coverage < LEAST:
                    own.too_little += 1
                elif coverage < WHOLLY:
                    own.partly.add(whole, row, ours)
                elif indicator.is_count:
                    own.people.add(whole, row, ours)
                else:
                    (own.shares if indicator.survey else own.exact).add(whole, row, ours)
    return list(found.values())


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
