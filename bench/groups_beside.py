"""Groups that are a published area under another name, beside the publisher's own figures of it."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.groups import MOST_MEMBERS, Group, group_code
from geodata.parts import parts_of
from geodata.register import Register
from indicators.periods import Period
from indicators.store import Store, types_on

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

    ``value`` and ``limit`` are in the indicator's unit: of the values, and of either 95% limit.
    """

    areas: set[str]
    figures: int = 0
    value: float = 0.0
    limit: float = 0.0


def compared(store: Store, register: Register, whole_type: str, part_type: str) -> dict[str, Beside]:
    """By indicator the sums of whole parts against what is published of the whole; full coverage only."""
    found: dict[str, Beside] = {}
    codes = {
        area.area_code
        for year in register.area_type(whole_type).vintages
        for area in register.vintage(whole_type, year)
    }
    for whole in sorted(codes):
        rows = [row for row in store.area_series([whole]) if row["value"] is not None]
        by_year: dict[int, list[dict]] = {}
        for row in rows:
            on = Period.parse(row["period"]).end_on
            if whole_type in types_on(register, whole, on) and row["status"] == "ok":
                by_year.setdefault(on.year, []).append(row)
        for year, own in by_year.items():
            vintages = register.area_type(part_type).vintages
            near = min(vintages, key=lambda vintage: (abs(vintage - year), vintage))
            parts = parts_of(register, whole, whole_type, part_type, near)
            if not 2 <= len(parts) <= MOST_MEMBERS:
                continue
            code = group_code(Group(tuple(sorted(parts)), "", part_type))
            sums = {
                (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"]): row
                for row in store.area_series([code])
            }
            for row in own:
                key = (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"])
                ours = sums.get(key)
                if ours is None or ours["value"] is None or "coverage 100%" not in ours["note"]:
                    continue
                beside = found.setdefault(row["indicator_id"], Beside(set()))
                beside.areas.add(whole)
                beside.figures += 1
                beside.value = max(beside.value, abs(ours["value"] - row["value"]))
                if ours["lower_ci_95"] is not None and row["lower_ci_95"] is not None:
                    beside.limit = max(
                        beside.limit,
                        abs(ours["lower_ci_95"] - row["lower_ci_95"]),
                        abs(ours["upper_ci_95"] - row["upper_ci_95"]),
                    )
    return found
