"""Recent trends of whole lines, and the newest period of each series."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from deriving_toolkit import NAN, rates
from etl_toolkit import LEEDS, Y2019, Y2020, Y2021, YORK, indicator, route

from etl.deriving.recent_trends import _with_counts_of_values, trend_rows
from indicators.statistics import trends


def test_trends_of_all_series_are_those_of_the_statistics(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    years = [f"{year}-01-01/P1Y" for year in range(2016, 2022)]
    rising = {(LEEDS, period): 60.0 + 4 * place for place, period in enumerate(years)}
    short = {(YORK, period): 60.0 for period in years[-3:]} | {(YORK, years[2]): NAN}
    rows = trend_rows(rates(rising | short, register), {"rate": entry}).to_dict("records")
    found = {row["area_code"]: row for row in rows}
    values = np.array([rising[LEEDS, period] for period in years])
    alone = trends.recent_trend(years, values, values - 2, values + 2, polarity="high_is_good")
    assert found[LEEDS]["direction"] == alone.direction == "increasing"
    assert found[LEEDS]["chi_square"] == pytest.approx(alone.chi_square)
    assert found[LEEDS]["latest_period"] == years[-1]
    assert found[YORK]["direction"] == "not_calculated"
    assert found[YORK]["reason"].startswith("fewer than five periods")


def test_a_series_that_ends_in_a_missing_figure_has_its_latest_where_a_value_is(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    frame = rates(
        {(LEEDS, Y2019): 70.0, (LEEDS, Y2020): 71.0, (LEEDS, Y2021): NAN, (YORK, Y2019): NAN}, register
    )
    rows = trend_rows(frame, {"rate": entry}).to_dict("records")
    found = {row["area_code"]: row["latest_period"] for row in rows}
    assert found == {LEEDS: Y2020, YORK: Y2019}


@pytest.mark.parametrize(("apart", "is_other"), [(5e-7, False), (2e-6, True)])
def test_a_numerator_is_another_where_it_is_apart_by_more_than_the_arithmetic(
    apart: float, is_other: bool, register
) -> None:
    """A value that is the ratio of its counts may miss it by the last digits, of 1,000 people by a millionth."""
    entry = indicator(
        "rate", route("alpha", "proportion", "wilson", numerator=("part",), denominator=("whole",))
    )
    given = rates({(LEEDS, Y2021): 40.0}, register).assign(numerator=400.0 - apart, denominator=1000.0)
    found = _with_counts_of_values(given, entry)
    assert found["numerator"].tolist() == [400.0 if is_other else 400.0 - apart]
    assert (found is given) is not is_other


def test_a_trend_of_counts_uses_those_of_people_only(register) -> None:
    years = [f"{year}-01-01/P1Y" for year in range(2017, 2022)]
    entry = indicator(
        "rate",
        route("alpha", "proportion", "wilson", numerator=("part",), denominator=("whole",)),
        route("beta", "published", "published", value=("rate",)),
    )
    frame = rates({(LEEDS, period): 40.0 + place for place, period in enumerate(years)}, register)
    counts = frame.assign(numerator=[400.0, 410.0, 420.0, 430.0, 440.0], denominator=1000.0)
    [of_counts] = trend_rows(counts.assign(route=0), {"rate": entry}).to_dict("records")
    [of_limits] = trend_rows(counts.assign(route=1), {"rate": entry}).to_dict("records")
    values = np.array([40.0, 41.0, 42.0, 43.0, 44.0])
    by_count = trends.recent_trend(
        years, values, values - 2, values + 2, 10 * values, np.full(5, 1000.0), polarity="high_is_good"
    )
    by_limits = trends.recent_trend(years, values, values - 2, values + 2, polarity="high_is_good")
    assert of_counts["chi_square"] == pytest.approx(by_count.chi_square)
    assert of_limits["chi_square"] == pytest.approx(by_limits.chi_square)
    assert by_count.chi_square != pytest.approx(by_limits.chi_square)
    # nobody in the denominator is no count
    [none] = trend_rows(counts.assign(route=0, numerator=0.0, denominator=0.0), {"rate": entry}).to_dict(
        "records"
    )
    assert none["chi_square"] == pytest.approx(by_limits.chi_square)


def test_rows_of_trends_stand_by_indicator_and_say_which_periods_they_use(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    years = [f"{year}-01-01/P1Y" for year in range(2017, 2022)]
    later = rates({(YORK, period): 60.0 for period in years[:2]}, register, "zeta")
    rising = {(YORK, period): 60.0 for period in years} | {(LEEDS, period): 50.0 for period in years}
    first = rates(rising, register)
    first.loc[first["area_code"] == LEEDS, "status"] = "illustrative"
    table = trend_rows(pd.concat([later, first], ignore_index=True), {"rate": entry, "zeta": entry})
    assert table.index.tolist() == [0, 1, 2]
    assert table["indicator_id"].tolist() == ["rate", "rate", "zeta"]
    found = table.set_index(["indicator_id", "area_code"])
    assert json.loads(found.loc[("rate", YORK), "periods_used"]) == years
    assert found.loc[("zeta", YORK), "latest_period"] == years[1]
    assert found["illustrative"].to_dict() == {
        ("rate", LEEDS): True,
        ("rate", YORK): False,
        ("zeta", YORK): False,
    }
    assert trend_rows(first.iloc[:0], {"rate": entry}).empty


# ---- what is never judged ------------------------------------------------------------------------------

SIX = [f"{year}-01-01/P1Y" for year in range(2016, 2022)]
RISING = {(LEEDS, period): 60.0 + 4 * place for place, period in enumerate(SIX)}


def one_trend(frame: pd.DataFrame, entry) -> dict:
    [found] = trend_rows(frame, {"rate": entry}).to_dict("records")
    return found


def of_unit(**changes):
    return indicator("rate", route("alpha", "published", "published", value=("rate",))).model_copy(
        update=changes
    )


def test_money_in_the_pounds_of_each_year_and_counts_have_no_trend(register) -> None:
    frame = rates(RISING, register)
    assert one_trend(frame, of_unit())["direction"] == "increasing"
    assert one_trend(frame, of_unit(unit="pounds_per_week", prices="real"))["direction"] == "increasing"
    cash = one_trend(frame, of_unit(unit="pounds_per_week", prices="cash"))
    assert (cash["direction"], cash["judgement"], cash["periods_used"]) == ("not_calculated", "none", "[]")
    assert cash["reason"] == "these are the pounds of each year, and prices rise too"
    assert np.isnan([cash["chi_square"], cash["p_value"], cash["slope"]]).all()
    assert cash["latest_period"] == SIX[-1]
    for unit in ("people", "count"):
        found = one_trend(frame, of_unit(unit=unit, comparable=False))
        assert found["reason"] == "a count grows with the number of people"
        assert found["direction"] == "not_calculated"


def test_a_trend_does_not_rest_on_a_figure_that_is_compared_with_nothing(register) -> None:
    note = "Summed from 3 of 4 districts. Not compared: its counts are rounded. Provisional."
    plain = one_trend(rates(RISING, register), of_unit())
    assert json.loads(plain["periods_used"]) == SIX[1:]
    for place in range(1, 6):
        frame = rates(RISING, register)
        frame.loc[frame["period"].isin([SIX[place], SIX[1]]), "note"] = note
        found = one_trend(frame, of_unit())
        assert (found["direction"], found["judgement"], found["periods_used"]) == (
            "not_calculated",
            "none",
            "[]",
        )
        # the newest of those that it would rest on
        year = 2016 + place
        assert found["reason"] == f"the figure for {year} is not compared, because its counts are rounded"
        assert found["latest_period"] == SIX[-1]
    # one that it does not rest on changes nothing, nor does a note that says something else
    frame = rates(RISING, register)
    frame.loc[frame["period"] == SIX[0], "note"] = note
    frame.loc[frame["period"] == SIX[5], "note"] = "Provisional."
    assert one_trend(frame, of_unit()) == plain
    # nor does the note of another series
    other = {(YORK, period): 60.0 + 4 * place for place, period in enumerate(SIX)}
    frame = rates(RISING | other, register)
    frame.loc[frame["area_code"] == YORK, "note"] = note
    found = {row["area_code"]: row for row in trend_rows(frame, {"rate": of_unit()}).to_dict("records")}
    assert found[LEEDS] == plain and found[YORK]["direction"] == "not_calculated"


def test_figures_of_an_indicator_that_is_compared_with_nothing_have_no_trend(register) -> None:
    found = one_trend(
        rates(RISING, register), of_unit(comparable=False, not_compared="The data are not whole.")
    )
    assert found["reason"] == "these figures are compared with nothing"
    assert found["direction"] == "not_calculated"


def two_definitions():
    return indicator(
        "rate",
        route("alpha", "published", "published", value=("rate",), definition="The few"),
        route("beta", "published", "published", value=("rate",), definition="Everyone"),
    )


def test_a_change_of_definition_breaks_a_trend(register) -> None:
    frame = rates(RISING, register)
    same, other = one_trend(frame, two_definitions()), one_trend(frame.assign(route=1), two_definitions())
    assert same["direction"] == other["direction"] == "increasing"
    last = frame["period"] == SIX[-1]
    changed = one_trend(frame.assign(route=np.where(last, 1, 0)), two_definitions())
    assert changed["direction"] == "not_calculated" and changed["periods_used"] == "[]"
    assert changed["reason"] == (
        "what is counted changed after 2020, and fewer than five periods since then can be tested"
    )
    # five periods since the change are enough, and only they are tested
    first = frame["period"] == SIX[0]
    since = one_trend(frame.assign(route=np.where(first, 0, 1)), two_definitions())
    assert since["direction"] == "increasing" and json.loads(since["periods_used"]) == SIX[1:]
    # what is missing has no definition
    hidden = frame.assign(route=np.where(last, 1, 0))
    hidden.loc[last, ["value", "lower_ci_95", "upper_ci_95"]] = NAN
    assert json.loads(one_trend(hidden, two_definitions())["periods_used"]) == SIX[:5]
    # routes that count the same change nothing
    plain = of_unit(routes=(two_definitions().routes[0].model_copy(update={"definition": None}),) * 2)
    assert one_trend(frame.assign(route=np.where(last, 1, 0)), plain)["direction"] == "increasing"


def test_a_trend_ends_in_the_newest_figure_or_says_why_there_is_none(register) -> None:
    frame = rates(RISING, register)
    last = frame["period"] == SIX[-1]
    frame.loc[last, ["lower_ci_95", "upper_ci_95"]] = NAN
    found = one_trend(frame, of_unit())
    assert found["latest_period"] == SIX[-1]
    assert (found["direction"], found["periods_used"]) == ("not_calculated", "[]")
    assert found["reason"] == "the figure for 2021 has neither an interval nor counts"
    # a period without a value is no newer figure
    frame.loc[last, "value"] = NAN
    found = one_trend(frame, of_unit())
    assert found["latest_period"] == SIX[4] and json.loads(found["periods_used"]) == SIX[:5]


def test_a_real_row_without_a_value_goes_before_an_illustrative_figure(register) -> None:
    """Real wins: what is hidden is said, and nothing invented stands in its place."""
    frame = rates({(LEEDS, Y2019): 70.0, (LEEDS, Y2020): 71.0, (LEEDS, Y2021): 72.0}, register)
    first = frame["period"] == Y2019
    frame.loc[~first, "status"] = "illustrative"
    found = one_trend(frame, of_unit())
    assert (found["latest_period"], found["illustrative"]) == (Y2019, False)
    frame.loc[first, ["value", "lower_ci_95", "upper_ci_95"]] = NAN
    frame.loc[first, "status"] = "suppressed"
    found = one_trend(frame, of_unit())
    assert (found["latest_period"], found["illustrative"]) == (Y2019, False)
    frame.loc[first, "status"] = "illustrative"
    found = one_trend(frame, of_unit())
    assert (found["latest_period"], found["illustrative"]) == (Y2021, True)
