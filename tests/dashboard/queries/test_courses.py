"""Where areas are heading: trends that end in the period shown, and changes that may be stated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.queries.courses import _is_newer, change_courses, trend_courses
from dashboard.sentences.area_map import why_no_course
from indicators.catalogue import catalogue
from indicators.merged_areas import MERGED

from .conftest import HALF, PERIOD, UNDER, WHOLE, row, view

Asking = Callable[..., Context]
BEFORE = "2020-01-01/P1Y"
RELEASES = [
    {"release_id": "ons:1", "source_id": "ons"},
    {"release_id": "ons:2", "source_id": "ons"},
    {"release_id": "nhs:1", "source_id": "nhs"},
]


def figure(
    value: float | None, half: float | None = 1.0, period: str = PERIOD, **more: Any
) -> dict[str, Any]:
    limits = (None, None) if value is None or half is None else (value - half, value + half)
    return row(
        more.pop("code", WHOLE),
        "ltla",
        value,
        *limits,
        period=period,
        **{"interval_method": "published", **more},
    )


def change(asking: Asking, now: dict[str, Any], then: dict[str, Any] | None, **indicator: Any) -> Any:
    """The course of the one area of ``now`` since ``BEFORE``."""
    context = asking([now, *([then] if then else [])], RELEASES)
    plain = catalogue()["employment-rate"]
    context.catalogue = {**context.catalogue, plain.id: plain.model_copy(update=indicator)}
    return change_courses(context, view(), [now], BEFORE).get(now["area_code"])


@pytest.mark.parametrize(
    ("now", "high", "low", "neither"),
    [
        (72.0, "better", "worse", "higher"),
        (71.5, "better", "worse", "higher"),  # 1.5 ± 1.414
        (71.4, "similar", "similar", "similar"),  # 1.4 ± 1.414
        (68.6, "similar", "similar", "similar"),
        (68.5, "worse", "better", "lower"),
        (68.0, "worse", "better", "lower"),
    ],
)
def test_a_change_is_reported_where_its_interval_leaves_zero_out(
    asking: Asking, now: float, high: str, low: str, neither: str
) -> None:
    for polarity, word in (("high_is_good", high), ("low_is_good", low), ("none", neither)):
        found = change(asking, figure(now), figure(70.0, period=BEFORE), polarity=polarity)
        assert found.category == word
        assert found.difference == pytest.approx(now - 70.0)
        assert found.why == ""


def test_a_change_of_a_count_is_shown_and_not_judged(asking: Asking) -> None:
    found = change(asking, figure(90.0), figure(70.0, period=BEFORE), comparable=False)
    assert (found.category, found.why, found.difference) == ("not_compared", "not_judged", 20.0)
    assert found.recorded == "these figures are compared with nothing"


def test_a_change_across_two_releases_of_a_source_is_reported_and_across_two_sources_is_not(
    asking: Asking,
) -> None:
    same = change(asking, figure(90.0, release="ons:2"), figure(70.0, period=BEFORE, release="ons:1"))
    assert (same.category, same.why) == ("better", "")
    other = change(asking, figure(90.0, release="nhs:1"), figure(70.0, period=BEFORE, release="ons:1"))
    assert (other.category, other.why, other.difference) == ("not_compared", "other_method", None)


def test_a_change_across_two_methods_is_not_reported(asking: Asking) -> None:
    found = change(asking, figure(90.0), figure(70.0, period=BEFORE, interval_method="Wilson score"))
    assert (found.category, found.why) == ("not_compared", "other_method")


@pytest.mark.parametrize(("half_now", "half_then"), [(None, 1.0), (1.0, None)])
def test_a_change_without_an_interval_is_shown_and_not_judged(
    asking: Asking, half_now: float | None, half_then: float | None
) -> None:
    found = change(asking, figure(90.0, half_now), figure(70.0, half_then, BEFORE))
    assert (found.category, found.why, found.difference) == ("not_compared", "no_interval", 20.0)


def test_without_an_earlier_figure_there_is_no_change(asking: Asking) -> None:
    assert change(asking, figure(90.0), figure(None, period=BEFORE)).why == "no_figure"
    assert change(asking, figure(90.0), None).why == "no_figure"
    # a district that was made in April 2023 has no figure of 2020
    assert change(asking, figure(90.0, code="E06000001"), None).why == "new_area"
    # nothing is known of when an area came that is not in the register
    assert change(asking, figure(90.0, code="E99999999"), None).why == "no_figure"
    assert _is_newer(asking([]), "E99999999", BEFORE) is False
    assert change(asking, figure(None), figure(70.0, period=BEFORE)) is None


def test_a_change_is_counted_from_the_sum_of_the_areas_that_merged(asking: Asking) -> None:
    """The page of trends draws one line: the map counts the change along it."""
    merged = figure(70.0, period=BEFORE, code="E06000001", note=f"{MERGED}A, B.")
    found = change(asking, figure(90.0, code="E06000001"), merged)
    assert (found.category, found.why, found.difference) == ("better", "", 20.0)


def test_the_sum_of_other_areas_is_no_earlier_figure(asking: Asking) -> None:
    merged = figure(70.0, period=BEFORE, code="E06000001", note=f"{MERGED}A, B.")
    assert change(asking, figure(90.0), merged).why == "no_figure"


def trend(direction: str, judgement: str = "none", latest: str = PERIOD, reason: str = "") -> dict[str, Any]:
    return {"direction": direction, "judgement": judgement, "latest_period": latest, "reason": reason}


def test_a_trend_counts_where_it_ends_in_the_period(asking: Asking) -> None:
    context = asking([])
    found = {
        WHOLE: trend("increasing", "getting_better"),
        HALF: trend("decreasing", "getting_worse", BEFORE),
        UNDER: trend("not_calculated", reason="fewer than five periods"),
    }
    context.store.trends = lambda **group: found  # type: ignore[method-assign]
    courses = trend_courses(
        context, view(), [{"area_code": code, "status": "ok"} for code in (WHOLE, HALF, UNDER, "E07000009")]
    )
    assert courses[WHOLE].category == "better"
    assert (courses[HALF].category, courses[HALF].why) == ("not_compared", "ends_elsewhere")
    assert (courses[UNDER].why, courses[UNDER].recorded) == ("not_calculated", "fewer than five periods")
    assert courses["E07000009"].why == "ends_elsewhere"
    assert trend_courses(context, view(), [{"area_code": WHOLE, "status": "illustrative"}]) == {}


def test_a_change_of_money_in_the_pounds_of_each_year_is_shown_and_not_judged(asking: Asking) -> None:
    """Pay rose nearly everywhere from 2019 to 2024, and so did prices."""
    now, then = figure(90.0), figure(70.0, period=BEFORE)
    found = change(asking, now, then, unit="pounds_per_week", prices="cash")
    assert (found.category, found.why, found.difference) == ("not_compared", "not_judged", 20.0)
    assert found.recorded == "these are the pounds of each year, and prices rise too"
    assert change(asking, now, then, unit="pounds_per_week", prices="real").category == "better"


@pytest.mark.parametrize("noted", ["now", "then", "neither"])
def test_a_change_of_a_figure_that_is_compared_with_nothing_is_shown_and_not_judged(
    asking: Asking, noted: str
) -> None:
    """Its note keeps it from being judged beside a benchmark; it is judged over time no more than that."""
    note = "Summed from 3 of 4 districts. Not compared: its counts are rounded. Provisional."
    now = figure(90.0, note=note if noted == "now" else "Provisional.")
    then = figure(70.0, period=BEFORE, note=note if noted == "then" else "")
    found = change(asking, now, then)
    assert found.difference == 20.0
    if noted == "neither":
        assert (found.category, found.why, found.recorded) == ("better", "", "")
        return
    assert (found.category, found.why) == ("not_compared", "not_judged")
    year = {"now": 2023, "then": 2020}[noted]
    assert found.recorded == f"the figure for {year} is not compared, because its counts are rounded"
    assert why_no_course(found, BEFORE) == found.recorded


def test_a_change_across_a_change_of_definition_is_not_reported(asking: Asking) -> None:
    [plain, *_] = catalogue()["employment-rate"].routes
    routes = tuple(plain.model_copy(update={"definition": words}) for words in ("The few", "Everyone"))
    now, then = figure(90.0, route=1), figure(70.0, period=BEFORE, route=0)
    found = change(asking, now, then, routes=routes)
    assert (found.category, found.why, found.difference) == ("not_compared", "other_definition", None)
    assert change(asking, now, then | {"route": 1}, routes=routes).category == "better"
    assert change(asking, now, then).category == "better"
