"""A limit that a publisher writes with a binary tail, and that is the benchmark's own number, is similar."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from etl.deriving.derive import derive
from etl.frames import measurements
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.statistics.comparison import to_benchmark

REGISTER = load_register()
ENGLAND = "E92000001"
SOURCE = "ons_local_indicators"


def judged(rows: list[dict[str, str]]) -> list[str]:
    """The verdict of each row of ONS's numbers, from measurement to word."""
    found = []
    for row in rows:
        indicator = catalogue()[row["indicator"]]
        [route] = [route for route in indicator.routes if route.source == SOURCE]
        common = {"measure": route.value[0], "period": row["period"]}
        figures, _ = derive(
            measurements.from_rows(
                [
                    {
                        **common,
                        "area_code": row["area_code"],
                        "value": float(row["value"]),
                        "lower_ci_95": float(row["lower_ci_95"]),
                        "upper_ci_95": float(row["upper_ci_95"]),
                    },
                    {**common, "area_code": ENGLAND, "value": float(row["england"])},
                ]
            ),
            source_id=SOURCE,
            file="employment.csv",
            illustrative=False,
            register=REGISTER,
            catalogue={indicator.id: indicator},
        )
        by_area = figures.set_index("area_code")
        area = by_area.loc[row["area_code"]]
        limits = (area[name] for name in ("value", "lower_ci_95", "upper_ci_95"))
        found.append(str(to_benchmark(*limits, by_area.at[ENGLAND, "value"], indicator.polarity)))
    return found


@pytest.mark.shared
def test_limits_that_touch_the_benchmark_are_similar(shared: Path) -> None:
    with (shared / "cases/figures/touching_limits_misjudged.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 23
    assert judged(rows) == ["similar"] * 23


@pytest.mark.parametrize(
    ("lower", "upper", "verdict"),
    [
        ("1.9", "6.199999999999999", "similar"),
        ("6.2", "7.1", "similar"),
        ("6.200000000000001", "7.1", "similar"),
        ("1.9", "6.1", "better"),
        ("6.3", "7.1", "worse"),
    ],
)
def test_either_side_of_the_benchmark(lower: str, upper: str, verdict: str) -> None:
    row = {
        "indicator": "no-qualifications",
        "area_code": "E06000031",
        "period": "2023-01-01/P1Y",
        "value": "6.2" if verdict == "similar" else str((float(lower) + float(upper)) / 2),
        "lower_ci_95": lower,
        "upper_ci_95": upper,
        "england": "6.2",
    }
    assert judged([row]) == [verdict]


def test_measurements_have_no_tails() -> None:
    row = {"measure": "rate", "area_code": ENGLAND, "period": "2023-01-01/P1Y"}
    read = measurements.from_rows(
        [{**row, "value": 6.199999999999999, "lower_ci_95": 1 / 3, "half_width_95": 0.30000000000000004}]
    )
    assert read[["value", "lower_ci_95", "half_width_95"]].iloc[0].tolist() == [6.2, 1 / 3, 0.3]
