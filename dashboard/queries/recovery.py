"""Who recovers after treatment, by group; and the slope over tenths by deprivation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from dashboard.answers.conditions import Recovery, RecoveryBy, RecoveryGroup, RecoveryOf, Slope
from dashboard.answers.profile import Line
from indicators.statistics.inequality import slope_index, standard_errors

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = Mapping[str, Any]

# the group, and how its breakdowns begin
_CATEGORIES: tuple[tuple[RecoveryBy, str], ...] = (
    ("sex", ""),
    ("age", ""),
    ("deprivation", "deprivation decile: "),
    ("ethnic_group", "ethnic group: "),
    ("condition", "long-term condition: "),
)
TENTHS = 10


def has_groups(context: Context, overall: Line) -> bool:
    """Whether there is a figure by group beside the one for everybody; which areas have some is cached."""
    name = overall.indicator.id
    openings = [opening for _, opening in _CATEGORIES if opening]

    def build() -> frozenset[tuple[str, str]]:
        return frozenset(context.store.areas_by_group(name, openings))

    key = overall.row["area_code"], overall.row["period"]
    return key in context.cached(("areas by group", name), build, pinned=True)


def recovery_by_group(context: Context, of: RecoveryOf) -> Recovery:
    """Recovery in an area by group, of the period of its figure for everybody."""
    area, overall = of.area, of.overall
    every = context.store.newest([area.area_code], indicator_ids=[overall.indicator.id])
    rows = [row for row in every if row["period"] == overall.row["period"]]
    earlier = [row for row in every if row["period"] != overall.row["period"]]
    groups: list[RecoveryGroup] = []
    finer: list[Row] = []
    for by, opening in _CATEGORIES:
        found = _of_group(rows, by, opening)
        without = _of_group(earlier, by, opening)
        if by == "ethnic_group":
            finer = [row for row in found if "," in row["breakdown"]]
            found, without = (
                [row for row in some if "," not in row["breakdown"]] for some in (found, without)
            )
        if any(row["value"] is not None for row in found):
            groups.append(RecoveryGroup(by, tuple(found), tuple(without)))
    deciles = [row for row in rows if row["breakdown"].startswith("deprivation decile: ")]
    return Recovery(area, overall, tuple(groups), tuple(finer), deprivation_slope(deciles))


def _of_group(rows: Sequence[Row], by: RecoveryBy, opening: str) -> list[Row]:
    """The rows of one characteristic in the order they are listed."""
    everyone = [row for row in rows if row["breakdown"] == "all"]
    if by == "sex":
        return sorted((row for row in everyone if row["sex"] != "persons"), key=lambda row: str(row["sex"]))
    if by == "age":
        of_age = [row for row in everyone if row["sex"] == "persons" and row["age"] != "all"]
        return sorted(of_age, key=_youngest)
    found = sorted(
        (row for row in rows if row["breakdown"].startswith(opening)),
        key=lambda row: (row["breakdown"].endswith("not stated"), row["breakdown"]),
    )
    return _most_deprived_first(found) if by == "deprivation" else found


def _most_deprived_first(rows: Sequence[Row]) -> list[Row]:
    """Rows by deprivation with the most deprived tenth first and what is no tenth last, however they are numbered."""
    ranks = deprivation_ranks([row["breakdown"] for row in rows])
    ranked = sorted(zip(ranks, range(len(rows)), strict=True), key=lambda pair: (pair[0] is None, pair))
    return [rows[place] for _, place in ranked] if any(rank is not None for rank in ranks) else list(rows)


def _youngest(row: Row) -> int:
    digits = "".join(character for character in row["age"].split("-")[0] if character.isdigit())
    return int(digits or 0)


def deprivation_ranks(breakdowns: Sequence[str]) -> list[int | None]:
    """The rank of each ``deprivation decile: NN words`` with 1 the most deprived; None for other groups.

    Publishers number either way: the words of the first and the last group say which. All None where they do not.
    """
    numbers = [_decile(breakdown) for breakdown in breakdowns]
    words = {
        number: breakdown.casefold()
        for number, breakdown in zip(numbers, breakdowns, strict=True)
        if number is not None
    }
    first, last = words.get(1, ""), words.get(TENTHS, "")
    if "least" in first and "most" in last:
        return [None if number is None else TENTHS + 1 - number for number in numbers]
    if "most" in first and "least" in last:
        return list(numbers)
    return [None] * len(numbers)


def _decile(breakdown: str) -> int | None:
    found = re.match(r"^deprivation decile: 0?(\d+)\b", breakdown)
    number = int(found[1]) if found else 0
    return number if 1 <= number <= TENTHS else None


def deprivation_slope(rows: Sequence[Row]) -> Slope:
    """The slope index of inequality over the ten groups, from observations with counts and intervals.

    Each group's standard error is taken from the width of its 95% interval; its weight in the population is its
    denominator. Without all ten groups, or without the counts of one, there is no index.
    """
    ranked = [
        (rank, row)
        for rank, row in zip(deprivation_ranks([row["breakdown"] for row in rows]), rows, strict=True)
        if rank is not None
    ]
    if len({rank for rank, _ in ranked}) < TENTHS or len(ranked) != TENTHS:
        return Slope(None, "groups")
    needed = ("value", "denominator", "lower_ci_95", "upper_ci_95")
    lacking = sum(
        any(row[key] is None for key in needed)
        or row["denominator"] <= 0
        or row["upper_ci_95"] <= row["lower_ci_95"]
        for _, row in ranked
    )
    if lacking:
        return Slope(None, "counts", lacking)
    index = slope_index(
        [row["value"] for _, row in ranked],
        [row["denominator"] for _, row in ranked],
        [rank for rank, _ in ranked],
        standard_errors([row["lower_ci_95"] for _, row in ranked], [row["upper_ci_95"] for _, row in ranked]),
    )
    return Slope(index) if isfinite(index.value) else Slope(None, "line")
