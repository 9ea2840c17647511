"""Recent trends of whole lines, and the newest period of each series."""

from __future__ import annotations

import numpy as np
import pytest
from deriving_toolkit import NAN, rates
from etl_toolkit import LEEDS, Y2019, Y2020, Y2021, YORK, indicator, route

from etl.deriving.recent_trends import trend_rows
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
