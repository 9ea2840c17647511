"""Recovery by group, and the slope over tenths by deprivation whichever way the publisher numbers them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.answers.conditions import RecoveryOf
from dashboard.queries.grades import grades
from dashboard.queries.recovery import deprivation_ranks, deprivation_slope, recovery_by_group

DECILE = "deprivation decile: "
LEAST_LAST = [
    f"{DECILE}{number:02d}{words}"
    for number, words in zip(range(1, 11), (" most deprived", *[""] * 8, " least deprived"), strict=True)
]
LEAST_FIRST = [
    f"{DECILE}{number:02d}{words}"
    for number, words in zip(range(1, 11), (" Least deprived", *[""] * 8, " Most deprived"), strict=True)
]


def row(breakdown: str = "all", value: float | None = 50.0, **more: Any) -> dict[str, Any]:
    plain = {
        "breakdown": breakdown,
        "sex": "persons",
        "age": "all",
        "period": "2023",
        "value": value,
        "denominator": 100.0,
        "lower_ci_95": None if value is None else value - 2,
        "upper_ci_95": None if value is None else value + 2,
    }
    return {**plain, **more}


def test_ranks_follow_the_words_of_the_first_and_the_last_group() -> None:
    assert deprivation_ranks(LEAST_LAST) == list(range(1, 11))
    assert deprivation_ranks(LEAST_FIRST) == list(range(10, 0, -1))
    assert deprivation_ranks([*LEAST_FIRST[:2], f"{DECILE}not stated", LEAST_FIRST[9]]) == [10, 9, None, 1]
    # 0 and 11 are no tenths
    assert deprivation_ranks([LEAST_LAST[0], f"{DECILE}00", f"{DECILE}11", LEAST_LAST[9]]) == [
        1,
        None,
        None,
        10,
    ]
    # nothing says which way
    assert deprivation_ranks([f"{DECILE}01", f"{DECILE}10"]) == [None, None]
    assert deprivation_ranks([LEAST_LAST[0], f"{DECILE}10"]) == [None, None]
    assert deprivation_ranks([f"{DECILE}01", LEAST_LAST[9]]) == [None, None]
    assert deprivation_ranks([f"{DECILE}01", LEAST_FIRST[9]]) == [None, None]
    assert deprivation_ranks([]) == []


def test_the_slope_goes_from_the_most_to_the_least_deprived() -> None:
    rising = [row(breakdown, 40.0 + place) for place, breakdown in enumerate(LEAST_LAST)]
    found = deprivation_slope(rising)
    assert found.index is not None and found.index.value == pytest.approx(10.0)
    turned = deprivation_slope([row(breakdown, 40.0 + place) for place, breakdown in enumerate(LEAST_FIRST)])
    assert turned.index is not None and turned.index.value == pytest.approx(-10.0)


@pytest.mark.parametrize(
    ("changes", "problem", "lacking"),
    [
        ({"value": None}, "counts", 1),
        ({"denominator": None}, "counts", 1),
        ({"denominator": 0.0}, "counts", 1),
        ({"lower_ci_95": None}, "counts", 1),
        ({"upper_ci_95": None}, "counts", 1),
        ({"lower_ci_95": 50.0, "upper_ci_95": 50.0}, "counts", 1),
        ({"breakdown": LEAST_LAST[4]}, "groups", 0),
        ({"breakdown": f"{DECILE}not stated"}, "groups", 0),
    ],
)
def test_there_is_no_slope_without_all_ten_groups_and_their_counts(
    changes: dict[str, Any], problem: str, lacking: int
) -> None:
    rows = [row(breakdown) for breakdown in LEAST_LAST]
    rows[5] |= changes
    found = deprivation_slope(rows)
    assert (found.index, found.problem, found.lacking) == (None, problem, lacking)
    # a group that is not stated besides the ten is no tenth
    assert deprivation_slope([*map(row, LEAST_LAST), row(f"{DECILE}not stated")]).index is not None
    assert deprivation_slope([*map(row, LEAST_LAST), row(LEAST_LAST[3])]).problem == "groups"
    least = [row(breakdown, denominator=1.0, lower_ci_95=49.9, upper_ci_95=50.1) for breakdown in LEAST_LAST]
    assert deprivation_slope(least).index is not None


def test_groups_stand_in_their_order_and_those_without_figures_are_left_out() -> None:
    rows = [
        row(),
        row(sex="male"),
        row(sex="female"),
        row(age="65+"),
        row(age="not stated"),
        row(age="0-15"),
        row(age="16-25"),
        row(age="26-64", value=None),
        row(age="under 16", sex="male"),
        row("ethnic group: white"),
        row("ethnic group: not stated"),
        row("ethnic group: asian"),
        row("ethnic group: asian, indian"),
        row("long-term condition: yes", value=None),
        row("ethnic group: mixed", period="2022"),
        *(row(breakdown, 40.0 + place) for place, breakdown in enumerate(LEAST_LAST)),
    ]
    asked = []

    def newest(codes: list[str], indicator_ids: list[str]) -> list[dict[str, Any]]:
        asked.append((codes, indicator_ids))
        return rows

    context: Any = SimpleNamespace(store=SimpleNamespace(newest=newest))
    area: Any = SimpleNamespace(area_code="E54000008")
    overall: Any = SimpleNamespace(indicator=SimpleNamespace(id="recovery"), row=row())
    found = recovery_by_group(context, RecoveryOf(area, overall))
    assert asked == [(["E54000008"], ["recovery"])]
    shown = {group.by: [own["breakdown"] for own in group.rows] for group in found.groups}
    assert list(shown) == ["sex", "age", "deprivation", "ethnic_group"]
    assert [own["sex"] for own in found.groups[0].rows] == ["female", "male", "male"]
    assert [own["age"] for own in found.groups[1].rows] == [
        "not stated",
        "0-15",
        "16-25",
        "26-64",
        "65+",
    ]
    assert shown["deprivation"] == LEAST_LAST
    assert shown["ethnic_group"] == ["ethnic group: asian", "ethnic group: white", "ethnic group: not stated"]
    assert [own["breakdown"] for own in found.finer] == ["ethnic group: asian, indian"]
    assert found.slope.index is not None and found.slope.index.value == pytest.approx(10.0)


# ---- grades ------------------------------------------------------------------------------------------------


def test_grades_are_for_real_figures_of_surveys() -> None:
    survey, other = SimpleNamespace(survey=True), SimpleNamespace(survey=False)

    def figure(value: float | None, half: float, status: str = "ok") -> dict[str, Any]:
        known = value is not None
        return {
            "value": value,
            "lower_ci_95": value - half if known and half else None,
            "upper_ci_95": value + half if known and half else None,
            "status": status,
        }

    figures: Any = [
        (other, figure(70.0, 1.0)),
        (survey, figure(70.0, 1.0)),
        (survey, figure(70.0, 1.0, "illustrative")),
        (survey, figure(None, 1.0, "suppressed")),
        (survey, figure(70.0, 0.0)),
        (survey, figure(70.0, 1.0, "unreliable")),
        (survey, figure(10.0, 9.0)),
    ]
    assert grades(figures) == ["", "A", "", "", "", "D", "D"]
    assert grades(figures[:1]) == [""]
    assert grades([]) == []
