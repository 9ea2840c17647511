"""Gaps: which rate of everyone a rate of a group is set against."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from deriving_toolkit import NAN, rates
from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Y2019, Y2020, Y2021, YORK, indicator, route

from etl.deriving.gaps import gaps
from etl.frames.routes import IndicatorRoute
from etl.sources.base import Problems


def test_a_gap_takes_the_nearest_period_and_the_later_of_two(register) -> None:
    gap = indicator("gap", route("derived", "difference", "newcombe", minuend="rate", subtrahend="group"))
    gap_route = IndicatorRoute(gap, 0, gap.routes[0])
    overall = rates({(LEEDS, Y2019): 70.0, (LEEDS, Y2020): 72.0, (LEEDS, Y2021): 74.0}, register)
    group = rates({(LEEDS, "2020-04-01/P1Y"): 10.0, (LEEDS, "2010-04-01/P1Y"): 9.0}, register, "group")
    frame = gaps(gap_route, overall, group, register).set_index("period")
    assert frame.loc["2020-04-01/P1Y", "value"] == 62.0
    assert frame.loc["2020-04-01/P1Y", "basis_period"] == Y2020
    far = frame.loc["2010-04-01/P1Y"]
    assert np.isnan(far["value"]) and far["status"] == "not_available"
    assert far["note"] == "No overall rate within a year of this period."


def test_a_rate_for_men_is_not_set_against_one_for_everybody(register) -> None:
    gap = indicator("gap", route("derived", "difference", "newcombe", minuend="rate", subtrahend="group"))
    gap_route = IndicatorRoute(gap, 0, gap.routes[0])
    overall = rates({(LEEDS, Y2020): 72.0}, register)
    group = rates({(LEEDS, Y2020): 10.0}, register, "group", sex="male")
    assert gaps(gap_route, overall, group, register).empty


def test_a_gap_of_a_suppressed_rate_is_suppressed(register) -> None:
    gap = indicator("gap", route("derived", "difference", "newcombe", minuend="rate", subtrahend="group"))
    gap_route = IndicatorRoute(gap, 0, gap.routes[0])
    frame = gaps(
        gap_route,
        rates({(LEEDS, Y2020): 72.0}, register),
        rates({(LEEDS, Y2020): NAN}, register, "group"),
        register,
    )
    assert np.isnan(frame.loc[0, "value"]) and frame.loc[0, "status"] == "suppressed"


GAP = indicator("gap", route("derived", "difference", "newcombe", minuend="rate", subtrahend="group"))
ROUTE = IndicatorRoute(GAP, 0, GAP.routes[0])


@pytest.mark.parametrize(
    ("overall_status", "group_status", "status"),
    [
        ("ok", "ok", "ok"),
        ("unreliable", "ok", "unreliable"),
        ("ok", "unreliable", "unreliable"),
    ],
)
def test_a_gap_is_as_doubtful_as_the_group_or_else_the_overall_rate(
    overall_status: str, group_status: str, status: str, register
) -> None:
    overall = rates({(LEEDS, Y2020): 72.0}, register).assign(status=overall_status)
    group = rates({(LEEDS, Y2020): 10.0}, register, "group").assign(status=group_status)
    [row] = gaps(ROUTE, overall, group, register).to_dict("records")
    assert (row["value"], row["status"]) == (62.0, status)
    assert row["note"] == "Overall rate of 2020; rate of the group of 2020."


@pytest.mark.parametrize(
    ("group_status", "status"),
    [("ok", "not_available"), ("unreliable", "not_available"), ("not_collected", "not_collected")],
)
def test_a_gap_without_an_overall_rate_is_not_available(group_status: str, status: str, register) -> None:
    overall = rates({(YORK, Y2020): 72.0}, register)
    group = rates({(LEEDS, Y2020): 10.0}, register, "group").assign(status=group_status)
    [row] = gaps(ROUTE, overall, group, register).to_dict("records")
    assert np.isnan(row["value"]) and row["status"] == status
    assert np.isnan(row["lower_ci_95"]) and np.isnan(row["upper_ci_998"])


def test_an_overall_rate_of_several_ages_is_not_mixed(register) -> None:
    overall = rates({(LEEDS, Y2020): 72.0}, register)
    older = overall.assign(age="65+")
    group = rates({(LEEDS, Y2020): 10.0}, register, "group")
    with pytest.raises(Problems, match=r"gap: rate has several ages \['65\+', 'all'\]; expected one"):
        gaps(ROUTE, pd.concat([overall, older], ignore_index=True), group, register)
    # an age without a figure, or of a part of the people, mixes nothing
    for other in (older.assign(value=np.nan), older.assign(breakdown="ethnic group: white")):
        [row] = gaps(ROUTE, pd.concat([overall, other], ignore_index=True), group, register).to_dict(
            "records"
        )
        assert row["value"] == 62.0


def test_gaps_stand_in_the_order_of_the_group_each_with_its_own_nearest(register) -> None:
    y2017, y2018, y2019 = (f"{year}-01-01/P1Y" for year in (2017, 2018, 2019))
    overall = rates(
        {(LEEDS, y2017): 70.0, (LEEDS, y2019): 74.0, (NOTTINGHAM, y2018): 80.0, (ENGLAND, y2018): 75.0},
        register,
    )
    group = rates(
        {(NOTTINGHAM, y2018): 10.0, (LEEDS, y2019): 12.0, (LEEDS, y2018): 11.0, (YORK, y2018): 9.0},
        register,
        "group",
    )
    found = gaps(ROUTE, overall, group, register)
    assert found["area_code"].tolist() == [NOTTINGHAM, LEEDS, LEEDS, YORK]
    # of two as near the later
    np.testing.assert_array_equal(found["value"], [70.0, 62.0, 63.0, NAN])
    assert found["basis_period"].tolist()[:3] == [y2018, y2019, y2019]
    assert found["lower_ci_95"].iloc[0] == pytest.approx(70.0 - np.hypot(2, 2))


def test_a_gap_is_made_for_the_areas_of_its_route_only(register) -> None:
    narrow = indicator(
        "gap", route("derived", "difference", "newcombe", ("england",), minuend="rate", subtrahend="group")
    )
    overall = rates({(LEEDS, Y2020): 72.0, (ENGLAND, Y2020): 75.0}, register)
    group = rates({(LEEDS, Y2020): 10.0, (ENGLAND, Y2020): 11.0}, register, "group")
    found = gaps(IndicatorRoute(narrow, 0, narrow.routes[0]), overall, group, register)
    assert found[["area_code", "value"]].to_numpy().tolist() == [[ENGLAND, 64.0]]


@pytest.mark.parametrize("side", ["overall", "group"])
def test_a_gap_of_a_rate_that_is_not_compared_is_not_compared(side: str, register) -> None:
    frames = {
        "overall": rates({(LEEDS, Y2020): 72.0, (YORK, Y2020): 70.0}, register),
        "group": rates({(LEEDS, Y2020): 10.0, (YORK, Y2020): 11.0}, register, "group"),
    }
    at = frames[side]["area_code"] == LEEDS
    frames[side].loc[at, "note"] = "Not compared: areas with figures hold less than 90% of the people."
    made = gaps(ROUTE, frames["overall"], frames["group"], register).set_index("area_code")
    words = "Overall rate of 2020; rate of the group of 2020."
    assert made["note"].to_dict() == {
        LEEDS: f"{words} Not compared: one of its two rates is not compared with anything.",
        YORK: words,
    }
