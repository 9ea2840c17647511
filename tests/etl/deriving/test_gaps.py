"""Gaps: which rate of everyone a rate of a group is set against."""

from __future__ import annotations

import numpy as np
from deriving_toolkit import NAN, rates
from etl_toolkit import LEEDS, Y2019, Y2020, Y2021, indicator, route

from etl.deriving.gaps import gaps
from etl.frames.routes import IndicatorRoute


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
