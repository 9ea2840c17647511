"""Figures of districts that merged into a unitary authority, for groups that hold the authority."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from etl.deriving.calibration import MEASURED_ON
from etl.deriving.merged_parts import with_merged
from etl.frames.observations import typed
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.store.writing import OBSERVATION_COLUMNS

REGISTER = load_register()
INDICATOR = catalogue()["employment-rate"]
PLACE = next(place for place, route in enumerate(INDICATOR.routes) if route.parts == "ltla")
CUMBERLAND = "E06000063"
FORERUNNERS = {"E07000026": (60.0, 3.0), "E07000028": (70.0, 4.0), "E07000029": (80.0, 12.0)}
"""Allerdale, Carlisle and Copeland: people in work of 100, and the half-width."""


def part(
    code: str, in_work: float, half: float, period: str = "2021-01-01/P1Y", **more: Any
) -> dict[str, Any]:
    return {
        **dict.fromkeys(OBSERVATION_COLUMNS),
        "indicator_id": "employment-rate",
        "period": period,
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "area_code": code,
        "value": in_work,
        "numerator": in_work,
        "denominator": 100.0,
        "numerator_half_width": half,
        "denominator_half_width": 6.0,
        "lower_ci_95": in_work - 5,
        "upper_ci_95": in_work + 5,
        "status": "ok",
        "interval_method": MEASURED_ON,
        "note": "",
        "release_id": "t01",
        "route": PLACE,
        **more,
    }


def merged(rows: list[dict[str, Any]]) -> pd.DataFrame:
    found = with_merged(typed(pd.DataFrame(rows)), REGISTER, {"employment-rate": INDICATOR})
    assert list(found.columns) == list(OBSERVATION_COLUMNS)
    return found.set_index("area_code")


def test_the_districts_of_a_unitary_are_added_with_half_widths_in_quadrature() -> None:
    found = merged([part(code, *counts) for code, counts in FORERUNNERS.items()])
    row = found.loc[CUMBERLAND]
    assert (row["numerator"], row["denominator"], row["value"]) == (210, 300, pytest.approx(70))
    assert row["numerator_half_width"] == pytest.approx(13)
    assert row["denominator_half_width"] == pytest.approx(math.sqrt(108))
    half = 100 * math.sqrt(13**2 - 0.7**2 * 108) / 300
    assert row["upper_ci_95"] - row["value"] == pytest.approx(half)
    assert row["value"] - row["lower_ci_95"] == pytest.approx(half)
    assert row["upper_ci_998"] - row["value"] == pytest.approx(half * 3.0902 / 1.96, abs=1e-3)
    assert row["note"] == "Sum of the areas that merged into it: Allerdale, Carlisle, Copeland."
    assert len(found) == 4 and row["interval_method"] == MEASURED_ON


def test_nothing_is_made_where_a_district_is_missing_or_the_unitary_stood() -> None:
    rows = [part(code, *counts) for code, counts in FORERUNNERS.items()]
    assert CUMBERLAND not in merged(rows[:2]).index
    assert CUMBERLAND not in merged([{**row, "period": "2023-04-01/P1Y"} for row in rows]).index
    assert CUMBERLAND not in merged([*rows[:2], {**rows[2], "numerator_half_width": None}]).index
    mixed = [*rows[:2], {**rows[2], "release_id": "other"}]
    assert CUMBERLAND not in merged(mixed).index


def test_a_figure_that_is_there_stays() -> None:
    rows = [part(code, *counts) for code, counts in FORERUNNERS.items()] + [part(CUMBERLAND, 55.0, 2.0)]
    assert merged(rows).loc[CUMBERLAND, "value"] == 55.0
