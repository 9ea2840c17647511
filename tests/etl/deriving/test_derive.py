"""Observations from measurements: each method of the catalogue, and what is done where something is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deriving_toolkit import NAN, cell, made
from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, YORK, indicator, route

from etl.deriving.spread import distributions
from etl.frames.routes import IndicatorRoute
from etl.sources.base import Problems
from indicators.statistics import intervals

SHARE = indicator(
    "share",
    route(
        "alpha", "proportion", "wilson", numerator=("part",), denominator=("whole", "-out"), value=("own",)
    ),
)


def test_a_proportion_of_a_sum_with_signs(register) -> None:
    rows = [cell("part", LEEDS, 30.0, row=2), cell("whole", LEEDS, 120.0), cell("out", LEEDS, 20.0)]
    frame, _ = made(SHARE, rows, register)
    row = frame.loc[LEEDS]
    assert (row["value"], row["numerator"], row["denominator"]) == (30.0, 30.0, 100.0)
    assert row["lower_ci_95"] == pytest.approx(100 * intervals.wilson(30, 100)[0])
    assert row["upper_ci_998"] == pytest.approx(100 * intervals.wilson(30, 100, confidence=0.998)[1])
    assert row["source_row"] == 2


@pytest.mark.parametrize("lost", ["part", "whole", "out"])
def test_a_missing_count_is_missing_with_its_reason(register, lost) -> None:
    counts = {"part": 30.0, "whole": 100.0, "out": 5.0, lost: NAN}
    rows = [cell(name, LEEDS, count, status="not_collected") for name, count in counts.items()]
    frame, _ = made(SHARE, rows, register)
    row = frame.loc[LEEDS]
    assert np.isnan(row["value"]) and row["status"] == "not_collected"
    assert np.isnan(row["lower_ci_95"]) and row["interval_method"] == "none"


def test_without_counts_the_publishers_own_figure_stands_without_interval(register) -> None:
    rows = [
        cell("part", LEEDS, NAN),
        cell("whole", LEEDS, 100.0),
        cell("out", LEEDS, 0.0),
        cell("own", LEEDS, 12.0, row=9),
    ]
    frame, _ = made(SHARE, rows, register)
    row = frame.loc[LEEDS]
    assert (row["value"], row["status"]) == (12.0, "ok")
    assert np.isnan(row["lower_ci_95"]) and row["interval_method"] == "none"
    assert row["note"].startswith("The publisher's own figure")


def test_nobody_in_the_denominator_is_no_zero(register) -> None:
    rows = [
        cell("part", LEEDS, 0.0),
        cell("whole", LEEDS, 20.0),
        cell("out", LEEDS, 20.0),
        cell("own", LEEDS, 0.0),
    ]
    frame, _ = made(SHARE, rows, register)
    row = frame.loc[LEEDS]
    assert np.isnan(row["value"])
    assert (row["status"], row["note"]) == ("not_available", "Nobody in the denominator.")


def test_a_numerator_above_its_denominator_stops_with_the_row(register) -> None:
    rows = [cell("part", LEEDS, 90.0, row=7), cell("whole", LEEDS, 100.0), cell("out", LEEDS, 20.0)]
    with pytest.raises(
        Problems, match=r"alpha\.csv: row 7: .*90 for share, E08000035.*at most the denominator, 80"
    ):
        made(SHARE, rows, register)


def test_a_status_of_doubt_stays_with_the_value(register) -> None:
    rows = [
        {**cell("part", LEEDS, 30.0), "status": "unreliable"},
        cell("whole", LEEDS, 120.0),
        cell("out", LEEDS, 20.0),
    ]
    frame, _ = made(SHARE, rows, register)
    assert (frame.loc[LEEDS, "value"], frame.loc[LEEDS, "status"]) == (30.0, "unreliable")


def test_published_limits_are_kept_and_widened_to_998(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    rows = [
        cell("rate", LEEDS, 99.0, lower_ci_95=97.5, upper_ci_95=99.8),
        cell("rate", YORK, 50.0, half_width_95=3.0),
        cell("rate", NOTTINGHAM, 60.0),
        cell("rate", ENGLAND, 98.5, half_width_95=3.0),
    ]
    frame, _ = made(entry, rows, register)
    assert tuple(frame.loc[LEEDS, ["lower_ci_95", "upper_ci_95"]]) == (97.5, 99.8)
    assert frame.loc[LEEDS, "upper_ci_998"] == 100.0
    assert tuple(frame.loc[YORK, ["lower_ci_95", "upper_ci_95"]]) == (47.0, 53.0)
    assert np.isnan(frame.loc[NOTTINGHAM, "lower_ci_95"])
    assert frame.loc[ENGLAND, "upper_ci_95"] == 100.0
    assert list(frame["interval_method"]) == ["published 95%; 99.8% widened from it"] * 2 + ["none"] + [
        "published 95%; 99.8% widened from it"
    ]


def test_a_gap_of_two_published_rates_combines_their_half_widths(register) -> None:
    entry = indicator(
        "gap",
        route("alpha", "published", "combined", value=("whole", "-group")),
        unit="percentage_points",
        multiplier=1.0,
    )
    rows, _ = made(
        entry,
        [
            cell("whole", NOTTINGHAM, 70.0, half_width_95=3.0),
            cell("group", NOTTINGHAM, 45.0, half_width_95=4.0),
            cell("whole", LEEDS, 70.0, half_width_95=3.0),
            cell("group", LEEDS, np.nan, status="suppressed"),
            cell("whole", YORK, 60.0),
            cell("group", YORK, 65.0, half_width_95=4.0),
        ],
        register,
    )
    nottingham = rows.loc[NOTTINGHAM]
    assert (nottingham["value"], nottingham["lower_ci_95"], nottingham["upper_ci_95"]) == (25.0, 20.0, 30.0)
    assert nottingham["interval_method"] == "published half-widths, combined; 99.8% widened from it"
    # Newcombe's limits of the same two rates are the same, since theirs lie evenly around them
    _, lower, upper = intervals.difference(70.0, 67.0, 73.0, 45.0, 41.0, 49.0)
    assert (lower, upper) == (pytest.approx(20.0), pytest.approx(30.0))
    assert (rows.loc[LEEDS, "status"], np.isnan(rows.loc[LEEDS, "value"])) == ("suppressed", True)
    assert (rows.loc[YORK, "value"], rows.loc[YORK, "interval_method"]) == (-5.0, "none")


def test_a_scale_turns_shares_into_percent(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", value=("rate",), scale=100.0))
    frame, _ = made(entry, [cell("rate", LEEDS, 0.125)], register)
    assert frame.loc[LEEDS, "value"] == 12.5


def test_survey_counts_use_their_half_widths(register) -> None:
    entry = indicator(
        "survey",
        route("alpha", "survey_proportion", "survey", ("lep",), numerator=("in-work",), denominator=("all",)),
    )
    black_country = "E37000001"
    rows = [
        cell("in-work", black_country, 512700.0, half_width_95=17000.0),
        cell("all", black_country, 734800.0, half_width_95=4000.0),
        cell("in-work", "E37000003", 5000.0),
        cell("all", "E37000003", 8000.0, half_width_95=10.0),
    ]
    frame, _ = made(entry, rows, register)
    value, lower, upper = intervals.survey_proportion(512700, 17000, 734800, 4000)
    row = frame.loc[black_country]
    assert row["value"] == pytest.approx(100 * value)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (
        pytest.approx(100 * lower),
        pytest.approx(100 * upper),
    )
    assert frame.loc["E37000003", "value"] == 62.5
    assert np.isnan(frame.loc["E37000003", "lower_ci_95"])


def test_a_published_rate_takes_its_interval_from_its_count(register) -> None:
    entry = indicator(
        "ips",
        route("alpha", "rate", "byar", ("icb",), numerator=("count",), value=("rate",)),
        unit="per_100000",
        multiplier=100000.0,
    )
    code, other = "E54000008", "E54000010"
    rows = [
        cell("count", code, 400.0),
        cell("rate", code, 80.0),
        cell("count", other, NAN),
        cell("rate", other, 55.0),
    ]
    frame, _ = made(entry, [{**row, "period": "2023-04-01/P1Y"} for row in rows], register)
    _, lower, upper = intervals.rate(400, 500_000, 100_000)
    row = frame.loc[code]
    assert (row["value"], row["numerator"]) == (80.0, 400.0)
    assert np.isnan(row["denominator"])
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (pytest.approx(lower), pytest.approx(upper))
    assert (frame.loc[other, "value"], frame.loc[other, "interval_method"]) == (55.0, "none")


def test_a_rate_with_its_population(register) -> None:
    entry = indicator(
        "cases",
        route("alpha", "rate", "byar", numerator=("count",), denominator=("people",)),
        unit="per_100000",
        multiplier=100000.0,
    )
    frame, _ = made(entry, [cell("count", LEEDS, 5.0), cell("people", LEEDS, 1000.0)], register)
    value, lower, upper = intervals.rate(5, 1000, 100_000)
    assert tuple(frame.loc[LEEDS, ["value", "lower_ci_95", "upper_ci_95"]]) == pytest.approx(
        (value, lower, upper)
    )


def test_a_rate_of_what_is_no_count_of_people_has_no_interval(register) -> None:
    entry = indicator(
        "appointments",
        route("alpha", "rate", "none", numerator=("attended",), denominator=("courses",)),
        unit="per_100",
        multiplier=100.0,
    )
    rows = [
        cell("attended", LEEDS, 150.0),
        cell("courses", LEEDS, 120.0),
        cell("attended", "E08000036", NAN, status="not_available", note="None was published."),
        cell("courses", "E08000036", 60.0),
        cell("attended", "E08000034", 5.0),
        cell("courses", "E08000034", 0.0),
    ]
    frame, _ = made(entry, rows, register)
    row = frame.loc[LEEDS]
    assert (row["value"], row["numerator"], row["denominator"]) == (125.0, 150.0, 120.0)
    assert np.isnan(row["lower_ci_95"]) and np.isnan(row["upper_ci_998"]) and row["interval_method"] == "none"
    missing = frame.loc["E08000036"]
    assert np.isnan(missing["value"])
    assert (missing["status"], missing["note"]) == ("not_available", "None was published.")
    assert np.isnan(frame.loc["E08000034", "value"])  # not infinite


def test_figures_may_be_on_the_areas_of_a_later_year(register) -> None:
    """E54000008 was an STP in March 2022; a publisher, or a rule of ours, may give that year on the ICBs of 2026."""
    cells = [{**cell("count", "E54000008", 40.0), "period": "2021-04-01/P1Y"}]
    on_its_day = indicator("alpha", route("alpha", "count", "none", ("icb",), value=("count",)), unit="count")
    assert made(on_its_day, cells, register)[0].empty
    later = route("alpha", "count", "none", ("icb",), value=("count",)).model_copy(update={"areas_of": 2026})
    on_later_areas = indicator("alpha", later, unit="count")
    frame, _ = made(on_later_areas, cells, register)
    assert frame.loc["E54000008", "value"] == 40.0
    (row,) = distributions(frame.reset_index(), register, {"alpha": on_later_areas}).to_dict("records")
    assert (row["area_type"], row["vintage"], row["n_areas"]) == ("icb", 2026, 1)


def test_a_count_has_no_interval_unless_asked(register) -> None:
    entry = indicator(
        "claims", route("alpha", "count", "none", value=("claims",)), unit="count", multiplier=1.0
    )
    frame, _ = made(entry, [cell("claims", LEEDS, 9.0)], register)
    assert (frame.loc[LEEDS, "value"], frame.loc[LEEDS, "interval_method"]) == (9.0, "none")
    entry = indicator(
        "claims", route("alpha", "count", "byar", value=("claims",)), unit="count", multiplier=1.0
    )
    frame, _ = made(entry, [cell("claims", LEEDS, 9.0)], register)
    assert tuple(frame.loc[LEEDS, ["lower_ci_95", "upper_ci_95"]]) == pytest.approx(intervals.poisson(9))


def test_net_movement_is_in_less_out_over_all(register) -> None:
    entry = indicator(
        "net",
        route("alpha", "paired_movement", "paired", moved_in=("in",), moved_out=("out",), denominator=("n",)),
        unit="percentage_points",
    )
    rows = [cell("in", LEEDS, 30.0), cell("out", LEEDS, 45.0), cell("n", LEEDS, 1000.0)]
    frame, _ = made(entry, rows, register)
    value, lower, upper = intervals.paired_movement(30, 45, 1000)
    assert tuple(frame.loc[LEEDS, ["value", "lower_ci_95", "upper_ci_95"]]) == pytest.approx(
        (100 * value, 100 * lower, 100 * upper)
    )
    assert tuple(frame.loc[LEEDS, ["numerator", "denominator"]]) == (-15.0, 1000.0)


def test_a_route_takes_only_its_area_types_of_the_day(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", ("stp", "utla"), value=("rate",)))
    code = "E54000008"
    rows = [
        {**cell("rate", code, 1.0), "period": "2020-04-01/P1Y"},
        {**cell("rate", code, 2.0), "period": "2023-04-01/P1Y"},
        cell("rate", NOTTINGHAM, 3.0),
        cell("rate", ENGLAND, 4.0),
    ]
    frame, _ = made(entry, rows, register)
    # the code was an STP in 2020 and is an ICB since 2022; a unitary authority is an upper-tier one
    assert sorted(frame["value"]) == [1.0, 3.0]


def test_illustrative_editions_are_illustrative_throughout(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", value=("rate",)))
    rows = [cell("rate", LEEDS, 1.0), cell("rate", YORK, NAN), cell("rate", NOTTINGHAM, NAN, note="Too few.")]
    frame, _ = made(entry, rows, register, illustrative=True)
    assert set(frame["status"]) == {"illustrative"}
    assert frame["note"].to_dict() == {LEEDS: "", YORK: "Missing here: suppressed", NOTTINGHAM: "Too few."}


def test_counts_to_the_nearest_five_are_given_room_in_the_cross_check(register) -> None:
    entry = indicator(
        "share",
        route(
            "alpha",
            "proportion",
            "wilson",
            numerator=("part",),
            denominator=("whole",),
            published=("own",),
            rounded_to=5,
        ),
    )
    # 12 / 41 = 29%; published as 10 / 40 = 25%
    rows = [cell("part", LEEDS, 10.0), cell("whole", LEEDS, 40.0), cell("own", LEEDS, 29.0)]
    _, report = made(entry, rows, register)
    assert report.warnings == []
    rows = [cell("part", LEEDS, 10.0), cell("whole", LEEDS, 40.0), cell("own", LEEDS, 39.0)]
    _, report = made(entry, rows, register)
    assert "1 of 1 figures differ" in report.warnings[0]


def test_routes_of_one_source_that_give_the_same_key_are_compared(register) -> None:
    entry = indicator(
        "rate",
        route("alpha", "published", "none", value=("first",)),
        route("alpha", "published", "none", value=("second",)),
    )
    frame, report = made(
        entry, [cell("first", LEEDS, 10.0), cell("second", LEEDS, 11.0), cell("second", YORK, 5.0)], register
    )
    assert dict(frame["value"]) == {LEEDS: 10.0, YORK: 5.0}
    [check] = report.cross_checks
    assert (check["compared"], check["apart"], check["largest"]) == (1, 1, 1.0)


def test_a_difference_is_not_a_route_of_a_source() -> None:
    gap = indicator("gap", route("derived", "difference", "newcombe", minuend="rate", subtrahend="group"))
    first = IndicatorRoute(gap, 0, gap.routes[0])
    assert replace(first).measures == ()
