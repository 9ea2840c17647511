"""What the pages that set areas beside each other share: chosen areas, parents to narrow to, benchmarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.view import View
from geodata.register import Register
from indicators.periods import Period

Component = Any
Row = dict[str, Any]

ENGLAND = "E92000001"
REGIONS = ("region", "nhs_region")
# the kinds of area that a list is narrowed to, in the order of the choices
PARENT_TYPES = ("region", "nhs_region", "combined_authority", "icb", "stp", "utla", "lep")
MOSTLY = 0.5  # an area counts to a parent where at least this share of it lies there


@dataclass(frozen=True, slots=True)
class Against:
    """What one area is compared with: name and value (None where there is no figure)."""

    area_code: str | None
    name: str
    value: float | None


def rows_of(context: Context, view: View, area_type: str) -> list[Row]:
    """Observations of the view's indicator, group and period for one type of area.

    A publisher may give another age band for another type of area; the one there is stands in for it.
    """
    if view.period is None:
        return []
    age = age_of(context, view, area_type)
    return context.cached(
        ("compare rows", *view.key.values(), age, area_type, view.period),
        lambda: context.store.observations(
            **{**view.key, "age": age}, area_type=area_type, period=view.period or "latest"
        ),
    )


def age_of(context: Context, view: View, area_type: str) -> str:
    """The age band in which a type of area has this indicator: the view's own, or the only one there is."""
    ages = {
        row["age"]
        for row in context.available(view.indicator_id)
        if row["area_type"] == area_type and row["sex"] == view.sex and row["breakdown"] == view.breakdown
    }
    return next(iter(ages)) if len(ages) == 1 else view.age


def day_of(context: Context, view: View) -> date:
    """The day whose memberships fit the view's figures: the end of the year whose areas the publisher used."""
    if view.period is None:
        return context.today()
    spread = context.cached(
        ("spread", *view.key.values(), view.area_type, view.period),
        lambda: context.store.distribution(**view.key, area_type=view.area_type, period=view.period or ""),
    )
    year = spread["vintage"] if spread else view.vintage or Period.parse(view.period).end_on.year
    return date(year, 12, 31)


def row_of(context: Context, view: View, area_code: str) -> Row | None:
    """The observation of one area, of whatever type, in the view's period; None where there is none."""
    for area_type in context.register.types_of(area_code):
        for row in rows_of(context, view, area_type):
            if row["area_code"] == area_code:
                return row
    return None


# ---- parents and benchmarks ------------------------------------------------------------------------


def inside(register: Register, parent_code: str, area_codes: Iterable[str], on: date) -> list[str]:
    """Those of the areas that lie wholly or mostly in a parent on a day, in the order given."""
    return [
        code
        for code in area_codes
        if any(
            one.parent_code == parent_code and one.share >= MOSTLY for one in register.parents(code, on=on)
        )
    ]


def parent_options(
    context: Context, area_codes: Sequence[str], on: date
) -> list[tuple[str, list[tuple[str, str]]]]:
    """(kind's words, [(code, name), …]) of the parents that hold at least two of these areas."""
    register = context.register

    def build() -> list[tuple[str, list[tuple[str, str]]]]:
        held: dict[tuple[str, str], int] = {}
        for code in area_codes:
            for one in register.parents(code, on=on):
                if one.parent_type in PARENT_TYPES and one.share >= MOSTLY and one.parent_code != code:
                    key = (one.parent_type, one.parent_code)
                    held[key] = held.get(key, 0) + 1
        groups = []
        for kind in PARENT_TYPES:
            names = sorted(
                (register.area(code, kind).name, code)
                for (parent_type, code), n in held.items()
                if parent_type == kind and n > 1
            )
            if names:
                groups.append((register.area_types[kind].plural, [(code, name) for name, code in names]))
        return groups

    return context.cached_for_good(("parents", tuple(area_codes), on), build)


def region_of(register: Register, area_code: str, on: date) -> str | None:
    """The region an area lies in (an NHS area: its NHS region), directly or through what it lies in."""
    for kind in REGIONS:
        found = register.parents(area_code, kind, on)
        if found:
            return found[0].parent_code
    for one in register.parents(area_code, on=on):
        for kind in REGIONS:
            found = register.parents(one.parent_code, kind, on)
            if found:
                return found[0].parent_code
    return None


def against(context: Context, view: View, area_codes: Iterable[str], on: date) -> dict[str, Against]:
    """What each area is compared with, as the view's benchmark says."""
    if view.benchmark != "region":
        code = ENGLAND if view.benchmark == "england" else view.benchmark
        row = row_of(context, view, code)
        one = Against(code, context.register.area(code).name, row["value"] if row else None)
        return dict.fromkeys(area_codes, one)
    held = {row["area_code"]: row for kind in REGIONS for row in rows_of(context, view, kind)}
    answer = {}
    for code in area_codes:
        region = region_of(context.register, code, on)
        row = held.get(region or "")
        name = context.register.area(region).name if region else "its region"
        answer[code] = Against(region, name, row["value"] if row else None)
    return answer


def benchmark_select(context: Context, view: View) -> Component | None:
    """Choose what areas are compared with: England, their own region, the parent, or a chosen area."""
    if not context.catalogue[view.indicator_id].comparable or view.period is None:
        return None
    names = {"england": "England"}
    kinds = {row["area_type"] for row in context.available(view.indicator_id)}
    if view.area_type not in (*REGIONS, "england", "uk") and kinds & set(REGIONS):
        names["region"] = "Their own region"
    for code in (view.benchmark, view.parent, *view.area_codes):
        if code and code not in names and code != ENGLAND:
            names[code] = ui.area_name(context, view, code) if code != "region" else "Their own region"
    if len(names) == 1 and "england" not in kinds:
        return None
    return ui.select("benchmark", "Compare with", list(names.items()), view.benchmark, default="england")


# ---- chosen areas ----------------------------------------------------------------------------------


# ---- recent trends ---------------------------------------------------------------------------------
