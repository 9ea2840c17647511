"""Which NHS areas are most like each other: standardised distance over a few open measures of the people who live there.

ONS names the nearest neighbours of councils and of no NHS area. These are ours: five measures that every area has, each
divided by its standard deviation over the areas of the type, and the plain distance between areas. ``docs/geography.md``
says what each measure is and what the method does not see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from geodata.reading import CHANGED_TYPES
from geodata.register import Register
from indicators.statistics.likeness import nearest
from indicators.store import Store

CENSUS, CENSUS_DAY = "disability-prevalence", "2021-03-21/P1D"
WORKING_AGE, WORKING_AGE_YEAR = "population-16-64", "2021-01-01/P1Y"
DEPRESSION, DEPRESSION_YEAR = "depression-prevalence", "2020-04-01/P1Y"
OF_COUNCILS = {
    "employment_deprivation": ("employment-deprivation", "2025-01-01/P1Y"),
    "children_in_low_income": ("children-in-low-income", "2024-04-01/P1Y"),
}
"""Percentages of councils by column: the mean of an NHS area's councils, each by its residents who live there."""
MEASURES = ("aged_16_to_64", "disability", "depression", *OF_COUNCILS)
NEAREST = {"sub_icb": 10, "icb": 5}
"""How many similar areas an area of each type has."""
LEAST_COVERED = 0.95
"""Share of an area's people whose councils must have a figure."""
_DISTRICT = "ltla"


class NotEnough(ValueError):
    """An area lacks a figure that the distance is worked out from; the message names both."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The measures of one area in per cent, in the order of ``MEASURES``."""

    area_code: str
    area_type: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """``similar_code`` is the ``rank``-th nearest of an area; ``distance`` in standard deviations."""

    area_code: str
    rank: int
    similar_code: str
    distance: float


def alike(profiles: Sequence[Profile], count: int) -> list[Alike]:
    """The nearest areas of each of some areas of one type."""
    order, distance = nearest(np.array([profile.values for profile in profiles]), count)
    return [
        Alike(profile.area_code, rank, profiles[other].area_code, round(float(far), 3))
        for profile, others, distances in zip(profiles, order, distance, strict=True)
        for rank, (other, far) in enumerate(zip(others, distances, strict=True), start=1)
    ]


def residents(store: Store, register: Register, on: date) -> dict[str, int]:
    """Residents on Census day of each council (lower tier) that stands on a day. Raises NotEnough."""
    rows = store.observations(
        indicator_id=CENSUS, area_type=_DISTRICT, period=CENSUS_DAY, sex="persons", age="all", breakdown="all"
    )
    held = {row["area_code"]: row["denominator"] for row in rows if row["denominator"]}
    found = {}
    for area in register.vintage(_DISTRICT, on.year):
        count = _of_land(register, area.area_code, held)
        if count is None:
            raise NotEnough(f"{area.area_code} {area.name}: no figure of {CENSUS} for {CENSUS_DAY}")
        found[area.area_code] = round(count)
    return found


def profiles(store: Store, register: Register, area_type: str, on: date) -> list[Profile]:
    """The measures of every area of an NHS type that stands on a day, by name. Raises NotEnough."""
    people = residents(store, register, on)
    of_councils = _of_councils(store, register, people)
    depressed = _registered(store, register)
    found = []
    for area in register.vintage(area_type, on.year):
        shares = {
            link.child_code: link.share
            for link in register.children(area.area_code, _DISTRICT, on, parent_type=area_type)
        }
        weights = {code: people[code] * share for code, share in shares.items()}
        if not weights:
            raise NotEnough(f"{area.area_code} {area.name}: no council is known in it on {on}")
        means = {
            column: _mean(of_council, weights, f"{area.area_code} {area.name}: {column}")
            for column, of_council in of_councils.items()
        }
        means["depression"] = depressed(area.area_code, area_type, on)
        found.append(
            Profile(area.area_code, area_type, tuple(round(means[column], 3) for column in MEASURES))
        )
    return found


def _mean(of_council: Mapping[str, float | None], weights: Mapping[str, float], what: str) -> float:
    """The mean of councils by the residents of each. One without a figure is left out where it has few of all people."""
    held = [(value, weight) for code, weight in weights.items() if (value := of_council[code]) is not None]
    covered = sum(weight for _, weight in held)
    if covered < LEAST_COVERED * sum(weights.values()):
        raise NotEnough(f"{what}: figures for fewer than {LEAST_COVERED:.0%} of its people")
    return sum(value * weight for value, weight in held) / covered


def _of_councils(
    store: Store, register: Register, people: Mapping[str, int]
) -> dict[str, dict[str, float | None]]:
    """By column the percentage of each council; None where it has no figure (the Isles of Scilly)."""

    def held(indicator_id: str, period: str, column: str) -> dict[str, float]:
        rows = store.observations(
            indicator_id=indicator_id, area_type=_DISTRICT, period=period, sex="persons", breakdown="all"
        )
        return {row["area_code"]: row[column] for row in rows if row[column] is not None}

    of_working_age = held(WORKING_AGE, WORKING_AGE_YEAR, "value")
    disabled = held(CENSUS, CENSUS_DAY, "value")
    working = {code: _of_land(register, code, of_working_age) for code in people}
    found: dict[str, dict[str, float | None]] = {
        "aged_16_to_64": {
            code: None if count is None else 100 * count / people[code] for code, count in working.items()
        },
        "disability": {code: _of_land(register, code, disabled) for code in people},
    }
    for column, (indicator_id, period) in OF_COUNCILS.items():
        values = held(indicator_id, period, "value")
        found[column] = {code: _of_land(register, code, values) for code in people}
    return found


def _of_land(register: Register, area_code: str, held: Mapping[str, float]) -> float | None:
    """The figure of a council under any of its codes, or the sum of the councils that merged into it; None without."""
    for code in register.land(area_code):
        if code in held:
            return held[code]
    before = register.whole_forerunners(area_code, _DISTRICT, date(2021, 12, 31))
    if before and all(code in held for code in before):
        return sum(held[code] for code in before)
    return None


def _registered(store: Store, register: Register) -> Callable[[str, str, date], float]:
    """The percentage with depression among those registered with practices: of a sub-ICB location that of its CCG, of an ICB
    the sum of its locations."""
    rows = store.observations(
        indicator_id=DEPRESSION, area_type="ccg", period=DEPRESSION_YEAR, sex="persons", breakdown="all"
    )
    held = {row["area_code"]: (row["numerator"], row["denominator"]) for row in rows if row["denominator"]}

    def of_location(code: str) -> tuple[float, float]:
        seen = {code}
        while code not in held:
            before = [
                change
                for kind in ("sub_icb", *CHANGED_TYPES)
                for change in register.predecessors(code, kind)
                if change.predecessor_code not in seen
            ]
            if not before:
                raise NotEnough(f"{code} {register.area(code).name}: no figure of {DEPRESSION}")
            code = max(before, key=lambda change: change.share).predecessor_code
            seen.add(code)
        return held[code]

    def percentage(code: str, area_type: str, on: date) -> float:
        if area_type == "sub_icb":
            counts = [of_location(code)]
        else:
            links = register.children(code, "sub_icb", on, parent_type=area_type)
            counts = [of_location(link.child_code) for link in links]
            if not counts:
                raise NotEnough(f"{code} {register.area(code).name}: no location is known in it on {on}")
        return 100 * sum(part for part, _ in counts) / sum(whole for _, whole in counts)

    return percentage
