"""A small country with untidy borders, and a store with a handful of figures, for the tests of queries.

Two vintages, shares of exactly one half and just under, partnerships that overlap, a combined authority that came
later, a code that changed without a change of land, districts that became one authority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from dashboard.address.context import Context
from dashboard.address.view import View
from geodata.register import Area, Membership, Register, Succession, load_register
from indicators import merged_areas
from indicators.catalogue import catalogue
from indicators.settings import load_settings
from indicators.store import Store

ENGLAND = "E92000001"
NORTH, SOUTH = "E12000001", "E12000002"
WHOLE, HALF, UNDER, OUTSIDE = "E07000001", "E07000002", "E07000003", "E07000009"
OLD_EAST, OLD_WEST, MERGED = "E07000004", "E07000005", "E06000001"  # two districts became one in April 2023
BARNSLEY, BARNSLEY_NOW = "E08000016", "E08000038"  # one land, two codes
COUNTY = "E10000001"
LATER = "E47000001"  # a combined authority made on 27 February 2024
LEP, OTHER_LEP = "E37000001", "E37000002"
ICB, OTHER_ICB = "E54000011", "E54000012"
STP = "E54000001"
CCG, SUB_ICB, LATER_SUB_ICB = "E38000001", "E38000001", "E38000002"
NHS_REGION, NHS_REGION_NOW = "E40000001", "E40000002"  # one land, two codes

BEFORE_ICB, ICB_ON = date(2022, 6, 30), date(2022, 7, 1)
MERGER = date(2023, 4, 1)
LATER_ON = date(2024, 2, 27)
RECODED = date(2025, 4, 1)


def area(code: str, area_type: str, start_on: date | None = None, end_on: date | None = None) -> Area:
    return Area(code, area_type, f"{area_type} {code[-3:]}", None, start_on, end_on, None, None)


def areas() -> list[Area]:
    day_before_merger, day_before_recoding = date(2023, 3, 31), date(2025, 3, 31)
    return [
        area(ENGLAND, "england"),
        area("K02000001", "uk"),
        area(NORTH, "region"),
        area(SOUTH, "region"),
        *(area(code, "ltla") for code in (WHOLE, HALF, UNDER, OUTSIDE)),
        area(OLD_EAST, "ltla", None, day_before_merger),
        area(OLD_WEST, "ltla", None, day_before_merger),
        area(MERGED, "ltla", MERGER),
        area(MERGED, "utla", MERGER),
        area(BARNSLEY, "ltla", None, day_before_recoding),
        area(BARNSLEY_NOW, "ltla", RECODED),
        area(COUNTY, "utla"),
        area(LATER, "combined_authority", LATER_ON),
        area(LEP, "lep"),
        area(OTHER_LEP, "lep"),
        area(STP, "stp", None, BEFORE_ICB),
        area(ICB, "icb", ICB_ON),
        area(OTHER_ICB, "icb", ICB_ON),
        area(CCG, "ccg", None, BEFORE_ICB),
        area(SUB_ICB, "sub_icb", ICB_ON, day_before_merger),
        area(LATER_SUB_ICB, "sub_icb", MERGER),
        area(NHS_REGION, "nhs_region", None, BEFORE_ICB),
        area(NHS_REGION_NOW, "nhs_region", ICB_ON),
    ]


def memberships() -> list[Membership]:
    day_before_merger, day_before_recoding = date(2023, 3, 31), date(2025, 3, 31)

    def link(
        child: str, child_type: str, parent: str, parent_type: str, share: float = 1.0,
        start_on: date | None = None, end_on: date | None = None,
    ) -> Membership:  # fmt: skip
        return Membership(child, child_type, parent, parent_type, start_on, end_on, share)

    return [
        link(NORTH, "region", ENGLAND, "england"),
        link(SOUTH, "region", ENGLAND, "england"),
        *(link(code, "ltla", NORTH, "region") for code in (WHOLE, HALF, UNDER)),
        link(OUTSIDE, "ltla", SOUTH, "region"),
        link(OLD_EAST, "ltla", NORTH, "region", end_on=day_before_merger),
        link(OLD_WEST, "ltla", NORTH, "region", end_on=day_before_merger),
        link(MERGED, "ltla", NORTH, "region", start_on=MERGER),
        link(MERGED, "ltla", MERGED, "utla", start_on=MERGER),
        link(MERGED, "utla", NORTH, "region", start_on=MERGER),
        link(BARNSLEY, "ltla", NORTH, "region", end_on=day_before_recoding),
        link(BARNSLEY_NOW, "ltla", NORTH, "region", start_on=RECODED),
        *(link(code, "ltla", COUNTY, "utla") for code in (WHOLE, HALF, UNDER)),
        link(COUNTY, "utla", NORTH, "region"),
        # the later authority holds the merged district, and never held the two it was made from
        link(WHOLE, "ltla", LATER, "combined_authority", start_on=LATER_ON),
        link(MERGED, "ltla", LATER, "combined_authority", start_on=LATER_ON),
        link(MERGED, "utla", LATER, "combined_authority", start_on=LATER_ON),
        # partnerships that overlap: WHOLE is whole in both
        link(WHOLE, "ltla", LEP, "lep", start_on=date(2021, 4, 1)),
        link(HALF, "ltla", LEP, "lep", start_on=date(2021, 4, 1)),
        link(WHOLE, "ltla", OTHER_LEP, "lep", start_on=date(2021, 4, 1)),
        # ICBs share districts
        link(WHOLE, "ltla", ICB, "icb", start_on=ICB_ON),
        link(HALF, "ltla", ICB, "icb", 0.5, ICB_ON),
        link(HALF, "ltla", OTHER_ICB, "icb", 0.5, ICB_ON),
        link(UNDER, "ltla", ICB, "icb", 0.4999, ICB_ON),
        link(UNDER, "ltla", OTHER_ICB, "icb", 0.5001, ICB_ON),
        link(OUTSIDE, "ltla", OTHER_ICB, "icb", 1.0, ICB_ON),
        link(CCG, "ccg", STP, "stp", end_on=BEFORE_ICB),
        link(STP, "stp", NHS_REGION, "nhs_region", start_on=date(2019, 4, 1), end_on=BEFORE_ICB),
        link(SUB_ICB, "sub_icb", ICB, "icb", 1.0, ICB_ON, day_before_merger),
        link(LATER_SUB_ICB, "sub_icb", ICB, "icb", 1.0, MERGER),
        link(ICB, "icb", NHS_REGION_NOW, "nhs_region", 1.0, ICB_ON),
        link(OTHER_ICB, "icb", NHS_REGION_NOW, "nhs_region", 1.0, ICB_ON),
    ]


def successions() -> list[Succession]:
    return [
        Succession("ltla", OLD_EAST, MERGED, MERGER, 1.0),
        Succession("ltla", OLD_WEST, MERGED, MERGER, 1.0),
        Succession("ltla", BARNSLEY, BARNSLEY_NOW, RECODED, 1.0),
        Succession("nhs_region", NHS_REGION, NHS_REGION_NOW, ICB_ON, 1.0),
        Succession("sub_icb", SUB_ICB, LATER_SUB_ICB, MERGER, 0.6),
    ]


SIMILAR = [
    *((WHOLE, rank, code) for rank, code in enumerate((HALF, UNDER, OUTSIDE), 1)),
    *((HALF, rank, code) for rank, code in enumerate((WHOLE, UNDER), 1)),
    (BARNSLEY_NOW, 1, WHOLE),
]


@pytest.fixture(scope="module")
def small() -> Register:
    return Register(
        load_register().area_types, areas(), memberships(), successions(), (), SIMILAR
    )  # fmt: skip


class FewFigures:
    """As much of a store as queries ask for. ``rows`` are observations, ``releases`` current releases."""

    include_illustrative = True

    def __init__(self, rows: Iterable[dict[str, Any]], releases: Iterable[dict[str, Any]] = ()) -> None:
        self.rows = list(rows)
        self.current = list(releases)
        self.asked: list[dict[str, str]] = []

    def publication_id(self) -> str:
        return "1"

    def releases(self) -> list[dict[str, Any]]:
        return self.current

    def observations(
        self, *, area_type: str, period: str, area_codes: Sequence[str] | None = None, **group: str
    ) -> list[dict[str, Any]]:
        """Those of the areas of the period, or, by their codes, sums of areas that merged too."""
        self.asked.append({"area_type": area_type, "period": period, **group})
        wanted = {"area_type": area_type, "period": period, **group}
        found = [row for row in self.rows if all(row[key] == text for key, text in wanted.items())]
        if area_codes is None:
            return [row for row in found if not row["note"].startswith(merged_areas.MERGED)]
        return [row for row in found if row["area_code"] in area_codes]

    def grid(
        self, *, groups: Sequence[tuple[str, str, str, str, str]], area_codes: Sequence[str]
    ) -> list[dict[str, Any]]:
        keys = ("indicator_id", "period", "sex", "age", "breakdown")
        return [
            row
            for row in self.rows
            if tuple(row[key] for key in keys) in groups and row["area_code"] in area_codes
        ]

    def withheld(self) -> list[tuple[str, ...]]:
        return []

    def available(self) -> list[dict[str, Any]]:
        keys = ("indicator_id", "area_type", "sex", "age", "breakdown")
        groups = dict.fromkeys(tuple(row[key] for key in keys) for row in self.rows)
        return [dict(zip(keys, group, strict=True)) for group in groups]


PERIOD = "2023-01-01/P1Y"


def row(
    area_code: str, area_type: str, value: float | None, lower: float | None = None, upper: float | None = None, **more: Any
) -> dict[str, Any]:  # fmt: skip
    """An observation of the employment rate in 2023."""
    return {
        "indicator_id": "employment-rate",
        "area_code": area_code,
        "area_name": f"{area_type} {area_code[-3:]}",
        "area_type": area_type,
        "period": PERIOD,
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "value": value,
        "lower_ci_95": lower,
        "upper_ci_95": upper,
        "status": "ok" if value is not None else "suppressed",
        "release": "ons:1",
        "note": "",
        "route": 0,
        **more,
    }


@pytest.fixture
def asking(small: Register, tmp_path: Path) -> Callable[..., Context]:
    """Makes a context of the small country whose store holds the rows given."""

    def make(rows: Iterable[dict[str, Any]], releases: Iterable[dict[str, Any]] = ()) -> Context:
        settings = load_settings(data_dir=tmp_path, database_url="")
        store = cast(Store, FewFigures(rows, releases))
        return Context(settings, small, catalogue(), store, lambda: date(2026, 11, 22))

    return make


def view(**changes: Any) -> View:
    """Employment of districts in 2023, compared with England."""
    plain = View("employment-rate", "ltla", age="16-64", period=PERIOD, periods=(PERIOD,), latest=PERIOD)
    return replace(plain, **changes)
