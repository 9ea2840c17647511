"""Rates from rounded counts: which value is taken, how far it may be off, and where no verdict is given."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from deriving_toolkit import cell, made
from etl_toolkit import LEEDS, NOTTINGHAM, YORK, indicator, route
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.answers.comparison import Against
from dashboard.queries.comparison import _may_be_compared
from etl.deriving.derive import derive
from etl.deriving.methods import OWN_PERCENTAGE
from etl.deriving.recent_trends import trend_rows
from etl.frames import measurements
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.limits import TOO_ROUNDED
from indicators.notes import not_compared
from indicators.statistics import intervals, trends

ENGLAND = "E92000001"
Y2021 = "2021-01-01/P1Y"
WIDENED = "Wilson score, widened for rounded counts"
RECOVERY = catalogue()["talking-therapies-recovery-rate"]


def share(**more: object):
    return indicator(
        "share",
        route(
            "alpha",
            "proportion",
            "wilson",
            ("ltla", "utla", "england"),
            numerator=("part",),
            denominator=("whole",),
            **{"published": ("own",), "rounded_to": 5, **more},
        ),
    )


def rows(area: str, part: float, whole: float, own: float | None = None) -> list[dict]:
    counts = [cell("part", area, part), cell("whole", area, whole)]
    return counts if own is None else [*counts, cell("own", area, own)]


def figure(part: float, whole: float, own: float | None, register, **more: object) -> pd.Series:
    entry = share(**({} if own is not None else {"published": ()}), **more)
    return made(entry, rows(LEEDS, part, whole, own), register)[0].loc[LEEDS]


def test_the_published_percentage_is_taken_where_it_is_closer(register) -> None:
    row = figure(10, 15, 60, register)
    assert (row["value"], row["numerator"], row["denominator"]) == (60, 10, 15)
    assert (row["note"], row["interval_method"]) == (OWN_PERCENTAGE, WIDENED)
    # Wilson for 60% of 15, each limit half a point further out
    _, lower, upper = intervals.proportion(9, 15, 100)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx((lower - 0.5, upper + 0.5))
    _, lower, upper = intervals.proportion(9, 15, 100, confidence=0.998)
    assert (row["lower_ci_998"], row["upper_ci_998"]) == pytest.approx((lower - 0.5, upper + 0.5))


@pytest.mark.parametrize(
    ("part", "whole", "value"),
    [
        (500, 1000, 50.0),  # ± 2.5 in each of 500 of 1,000: up to 0.376 points, less than half a point
        (500, 750, 67),  # 66.67 ± 0.557: the published 67 ± 0.5 is closer
        (505, 1000, 50.5),
    ],
)
def test_the_ratio_keeps_its_precision_where_it_is_closer(
    part: float, whole: float, value: float, register
) -> None:
    own = round(100 * part / whole + 1e-9)
    assert figure(part, whole, own, register)["value"] == pytest.approx(value)


def test_a_ratio_is_widened_by_what_the_counts_leave_open(register) -> None:
    row = figure(500, 1000, 50, register)
    bound = 100 * (502.5 / 997.5 - 0.5)
    _, lower, upper = intervals.proportion(500, 1000, 100)
    assert row["lower_ci_95"] == pytest.approx(lower - bound)
    assert row["upper_ci_95"] == pytest.approx(upper + bound)
    assert (row["note"], row["interval_method"]) == ("", WIDENED)


@pytest.mark.parametrize(("own", "scale"), [(50.2, 1.0), (0.502, 100.0)])
def test_a_percentage_with_decimals_is_closer_by_as_many(own: float, scale: float, register) -> None:
    # ± 0.05 is less than the 0.376 points of the counts, whatever the publisher's unit
    row = figure(500, 1000, own, register, scale=scale)
    assert (row["value"], row["note"]) == (pytest.approx(50.2), OWN_PERCENTAGE)
    _, lower, upper = intervals.proportion(502, 1000, 100)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx((lower - 0.05, upper + 0.05))


def test_an_area_without_a_percentage_keeps_its_ratio_and_others_keep_their_decimals(register) -> None:
    frame, _ = made(share(), [*rows(LEEDS, 500, 1000, 50), *rows(YORK, 10, 15)], register)
    assert (frame.at[LEEDS, "value"], frame.at[LEEDS, "note"]) == (50, "")
    assert frame.at[LEEDS, "upper_ci_95"] == pytest.approx(figure(500, 1000, None, register)["upper_ci_95"])
    assert frame.at[YORK, "value"] == pytest.approx(100 * 10 / 15)


def test_limits_stay_between_0_and_100(register) -> None:
    low, high = figure(0, 10, 0, register), figure(10, 10, 100, register)
    assert (low["lower_ci_95"], high["upper_ci_95"]) == (0, 100)
    assert (low["lower_ci_998"], high["upper_ci_998"]) == (0, 100)


def test_a_proportion_is_of_everybody_at_most(register) -> None:
    # 7.5 of 12.5 at the least; 12.5 of 7.5 cannot be
    row = figure(25, 25, None, register)
    assert row["lower_ci_95"] == pytest.approx(intervals.proportion(25, 25, 100)[1] - 100 * (1 - 22.5 / 27.5))


@pytest.mark.parametrize(
    ("whole", "is_judged"),
    # 12.5 of (whole − 2.5) less 10 of whole: 2.0045 points at 160, 1.9864 at 165 … by (2.5 + 2.5 p) / (n − 2.5)
    [(135, False), (140, True)],
)
def test_no_verdict_where_rounding_alone_may_move_it_by_more_than_2_points(
    whole: float, is_judged: bool, register
) -> None:
    row = figure(10, whole, None, register)
    bound = 100 * (12.5 / (whole - 2.5) - 10 / whole)
    assert (bound <= 2) == is_judged
    assert not_compared(row["note"]) != is_judged
    assert row["note"] == ("" if is_judged else f"Not compared: {TOO_ROUNDED}.")
    assert row["upper_ci_95"] == pytest.approx(intervals.proportion(10, whole, 100)[2] + bound)
    as_shown = {**row, "area_code": LEEDS}
    assert _may_be_compared(share(), as_shown, Against(ENGLAND, "England", 50.0)) == is_judged


def test_with_the_published_percentage_the_same_counts_are_judged(register) -> None:
    assert not not_compared(figure(10, 50, 21, register)["note"])


def test_england_and_counts_that_are_no_multiples_are_exact(register) -> None:
    entry = share(published=())
    frame, _ = made(entry, [*rows(ENGLAND, 10, 50), *rows(LEEDS, 11, 51)], register)
    for area, part, whole in ((ENGLAND, 10, 50), (LEEDS, 11, 51)):
        assert frame.at[area, "interval_method"] == "Wilson score"
        assert frame.at[area, "upper_ci_95"] == pytest.approx(intervals.proportion(part, whole, 100)[2])


def test_a_year_that_was_not_rounded_is_exact(register) -> None:
    # of three councils one has multiples of 5 by chance
    exact = [*rows(LEEDS, 10, 50), *rows(YORK, 11, 51), *rows(NOTTINGHAM, 13, 52)]
    frame, _ = made(share(published=()), exact, register)
    assert set(frame["interval_method"]) == {"Wilson score"}
    rounded = [*rows(LEEDS, 10, 50), *rows(YORK, 10, 45), *rows(NOTTINGHAM, 13, 52)]
    frame, _ = made(share(published=()), rounded, register)
    assert frame["interval_method"].to_dict() == {LEEDS: WIDENED, YORK: WIDENED, NOTTINGHAM: "Wilson score"}


def test_exact_counts_give_what_they_gave(register) -> None:
    row = figure(10, 50, 21, register, rounded_to=None)
    assert (row["value"], row["note"], row["interval_method"]) == (20, "", "Wilson score")


def test_figures_further_apart_than_both_bounds_are_told_whichever_is_shown(register) -> None:
    # 10 of 15 may be 33.3 points off (12.5 of 12.5): 32% is out of reach, 67% and 34% are not
    frame, report = made(share(), rows(LEEDS, 10, 15, 32), register)
    assert frame.at[LEEDS, "value"] == 32
    [warning] = report.warnings
    assert "1 of 1 figures differ from the publisher's own beyond rounding" in warning
    assert [made(share(), rows(LEEDS, 10, 15, own), register)[1].warnings for own in (34, 67)] == [[], []]


def test_a_rate_is_widened_too(register) -> None:
    entry = indicator(
        "rate",
        route("alpha", "rate", "byar", numerator=("part",), denominator=("people",), rounded_to=5),
        unit="per_100000",
        multiplier=100_000.0,
    )
    cells = [cell("part", LEEDS, 50), cell("people", LEEDS, 100_001)]
    row = made(entry, cells, register)[0].loc[LEEDS]
    _, lower, upper = intervals.rate(50, 100_001, 100_000)
    bound = 2.5 / 100_001 * 100_000
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx((lower - bound, upper + bound))
    assert row["interval_method"] == "Byar's; exact Poisson below 10, widened for rounded counts"
    assert not not_compared(row["note"])


def test_a_published_rate_is_off_by_half_of_its_last_digit(register) -> None:
    entry = indicator(
        "rate",
        route("alpha", "rate", "byar", numerator=("part",), value=("own",), rounded_to=5),
        unit="per_100000",
        multiplier=100_000.0,
    )
    row = made(entry, [cell("part", LEEDS, 50), cell("own", LEEDS, 20.4)], register)[0].loc[LEEDS]
    _, lower, upper = intervals.rate(50, 50 * 100_000 / 20.4, 100_000)
    assert row["value"] == 20.4
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx((lower - 0.05, upper + 0.05))
    assert not not_compared(row["note"])


def test_the_last_digit_of_a_published_rate_is_in_the_publishers_unit(register) -> None:
    entry = indicator(
        "rate",
        route("alpha", "rate", "byar", numerator=("part",), value=("own",), rounded_to=5, scale=10.0),
        unit="per_100000",
        multiplier=100_000.0,
    )
    row = made(entry, [cell("part", LEEDS, 50), cell("own", LEEDS, 20.4)], register)[0].loc[LEEDS]
    _, lower, upper = intervals.rate(50, 50 * 100_000 / 204, 100_000)
    assert row["value"] == pytest.approx(204)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx((lower - 0.5, upper + 0.5))


def test_a_net_movement_is_widened_by_both_movements(register) -> None:
    entry = indicator(
        "net",
        route(
            "alpha", "paired_movement", "paired", moved_in=("in",), moved_out=("out",), denominator=("n",),
            rounded_to=5, rounded_cells=(2, 4),
        ),
        unit="percentage_points",
    )  # fmt: skip

    def of(n: float) -> pd.Series:
        cells = [cell("in", LEEDS, 45), cell("out", LEEDS, 30), cell("n", LEEDS, n)]
        return made(entry, cells, register)[0].loc[LEEDS]

    # two movements of two rounded numbers each, and four in the whole: 10 off, and 10 off
    bound = 100 * (25 / 990 - 15 / 1000)
    _, lower, _ = intervals.paired_movement(45, 30, 1000)
    assert of(1000)["lower_ci_95"] == pytest.approx(100 * lower - bound)
    assert not not_compared(of(1000)["note"]) and not_compared(of(400)["note"])


def test_a_net_movement_is_of_everybody_at_most(register) -> None:
    entry = indicator(
        "net",
        route(
            "alpha", "paired_movement", "paired", moved_in=("in",), moved_out=("out",), denominator=("n",), rounded_to=5
        ),
        unit="percentage_points",
    )  # fmt: skip
    cells = [cell("in", LEEDS, 200), cell("out", LEEDS, 0), cell("n", LEEDS, 200)]
    row = made(entry, cells, register)[0].loc[LEEDS]
    # 195 of 202.5 at the least; 205 of 197.5 cannot be
    _, lower, _ = intervals.paired_movement(200, 0, 200)
    assert row["lower_ci_95"] == pytest.approx(100 * lower - 100 * (1 - 195 / 202.5))


def test_the_number_of_rounded_cells_may_be_a_measure(register) -> None:
    entry = share(published=(), rounded_cells=("part.cells", "whole.cells"))
    cells = [cell("part.cells", LEEDS, 3), cell("whole.cells", LEEDS, 4), cell("part.cells", YORK, 1)]
    frame, _ = made(entry, [*rows(LEEDS, 500, 1000), *rows(YORK, 500, 1000), *cells], register)
    bound = 100 * ((500 + 3 * 2.5) / (1000 - 4 * 2.5) - 0.5)
    _, lower, upper = intervals.proportion(500, 1000, 100)
    assert (frame.at[LEEDS, "lower_ci_95"], frame.at[LEEDS, "upper_ci_95"]) == pytest.approx(
        (lower - bound, upper + bound)
    )
    assert not not_compared(frame.at[LEEDS, "note"])
    # nobody says of how many numbers the whole is made: nothing is known but that it is a share
    assert (frame.at[YORK, "lower_ci_95"], frame.at[YORK, "upper_ci_95"]) == (0.0, 100.0)
    assert not_compared(frame.at[YORK, "note"])


@settings(deadline=None, max_examples=25)
@given(st.integers(3, 60), st.integers(0, 60))
def test_the_interval_holds_the_truth_behind_the_rounding(whole: int, part: int) -> None:
    """Whatever true counts stand behind the rounded ones, the interval reaches as far as their ratio."""
    part = min(part, whole)
    shown = [5 * round(count / 5) for count in (part, whole)]
    if not shown[1] or shown[0] > shown[1]:
        return
    row = figure(*map(float, shown), None, load_register())
    assert row["lower_ci_95"] - 1e-9 <= 100 * part / whole <= row["upper_ci_95"] + 1e-9


def test_a_trend_is_that_of_the_values_shown(register) -> None:
    years = [f"{year}-01-01/P1Y" for year in range(2017, 2022)]
    percents = [60, 62, 64, 66, 68]
    cells = [
        {**part, "period": year}
        for year, percent in zip(years, percents, strict=True)
        for part in rows(LEEDS, 60, 100, percent)
    ]
    frame, _ = derive(
        measurements.from_rows(cells),
        source_id="alpha",
        file="alpha.csv",
        illustrative=False,
        register=register,
        catalogue={"share": share()},
    )
    assert frame["value"].tolist() == percents and set(frame["numerator"]) == {60}
    [row] = trend_rows(frame, {"share": share()}).to_dict("records")
    limits = (frame[name].to_numpy() for name in ("value", "lower_ci_95", "upper_ci_95"))
    same = trends.recent_trend(years, *limits, percents, [100] * 5, "high_is_good")
    assert row["chi_square"] == pytest.approx(same.chi_square) and row["chi_square"] > 1


# ---- the real figures ------------------------------------------------------------------------------------


def recovery(cases: list[dict[str, object]]) -> pd.DataFrame:
    """Observations of the recovery rate from (area, period, group, recovered, base, published percentage)."""
    cells = []
    for case in cases:
        place = {name: case[name] for name in ("area_code", "period", "sex", "age", "breakdown")}
        cells += [
            {**place, "measure": "recovery.count", "value": float(case["numerator"])},
            {**place, "measure": "finished_course_treatment.count", "value": float(case["denominator"]) + 5},
            {**place, "measure": "not_at_caseness.count", "value": 5.0},
            {**place, "measure": "recovery.percentage", "value": float(case["published_percent"])},
        ]
    return derive(
        measurements.from_rows(cells),
        source_id="nhs_talking_therapies",
        file="annual.csv",
        illustrative=False,
        register=load_register(),
        catalogue={RECOVERY.id: RECOVERY},
    )[0]


@pytest.mark.shared
def test_recovery_of_small_groups_is_nhs_englands_own_percentage(shared: Path) -> None:
    with (shared / "cases/figures/recovery_rate_from_rounded_counts.csv").open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 263
    key = ["area_code", "period", "sex", "age", "breakdown"]
    found = recovery(cases).set_index(key)
    assert len(found) == 263
    for case in cases:
        row = found.loc[tuple(case[name] for name in key)]
        published, base = float(case["published_percent"]), float(case["denominator"])
        assert row["value"] == published
        _, lower, upper = intervals.proportion(published / 100 * base, base, 100)
        assert row["lower_ci_95"] == pytest.approx(max(lower - 0.5, 0))
        assert row["upper_ci_95"] == pytest.approx(min(upper + 0.5, 100))
        assert not not_compared(row["note"])
    worst = found.loc[
        ("E38000127", "2017-04-01/P1Y", "persons", "all", "ethnic group: Mixed, White and Black Caribbean")
    ]
    assert worst["value"] == 67 and worst["lower_ci_95"] < 50.8 < worst["upper_ci_95"]


@pytest.mark.shared
@pytest.mark.slow
def test_headline_totals_keep_their_precision(shared: Path) -> None:
    path = shared / "publications/nhs_talking_therapies/measures_annual.parquet"
    table = pd.read_parquet(
        path,
        filters=[
            ("reporting_period", "==", "2020-21"),
            ("org_code", "==", "52R"),
            ("variable_type", "==", "Total"),
        ],
    )
    cells = {
        (row.measure_name, row.measure_statistic): float(row.value)
        for row in table.itertuples()
        if row.value not in ("*", "NULL")
    }
    base = cells["finished_course_treatment", "count"] - cells["not_at_caseness", "count"]
    [row] = recovery(
        [
            {
                "area_code": "E38000243", "period": "2020-04-01/P1Y", "sex": "persons", "age": "all", "breakdown": "all",
                "numerator": cells["recovery", "count"], "denominator": base,
                "published_percent": cells["recovery", "percentage"],
            }
        ]
    ).to_dict("records")  # fmt: skip
    assert round(row["value"], 1) == 53.9 and cells["recovery", "percentage"] == 54
