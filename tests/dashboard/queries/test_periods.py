"""The nearest period of a second indicator, and the periods that a change may be counted from."""

from __future__ import annotations

import pytest

from dashboard.queries.periods import nearest_period, start_of_change, starts_of_change


@pytest.mark.parametrize(
    ("period", "periods", "nearest"),
    [
        # the same period, however near others are
        ("2023-01-01/P1Y", ["2022-01-01/P1Y", "2023-01-01/P1Y", "2023-01-01/P3M"], "2023-01-01/P1Y"),
        # three years go with the year in their middle, not with the one they end in
        ("2022-01-01/P1Y", ["2020-01-01/P3Y", "2021-01-01/P3Y"], "2021-01-01/P3Y"),
        ("2023-01-01/P1Y", ["2021-01-01/P3Y", "2022-01-01/P3Y"], "2022-01-01/P3Y"),
        # a day, a quarter, a year of account
        ("2023-01-01/P1Y", ["2011-03-27/P1D", "2021-03-21/P1D"], "2021-03-21/P1D"),
        ("2022-04-01/P1Y", ["2022-01-01/P3M", "2022-07-01/P3M", "2023-04-01/P3M"], "2022-07-01/P3M"),
        # two as near: the later
        ("2022-01-01/P1Y", ["2021-01-01/P1Y", "2023-01-01/P1Y"], "2023-01-01/P1Y"),
        ("2022-01-01/P1Y", ["2023-01-01/P1Y", "2021-01-01/P1Y"], "2023-01-01/P1Y"),
        # half a day nearer: 2024 has a day more
        ("2023-01-01/P1Y", ["2022-01-01/P1Y", "2024-01-01/P1Y"], "2022-01-01/P1Y"),
        # the same middle: the one as long, more or less
        ("2022-01-01/P1Y", ["2020-01-01/P5Y", "2021-01-01/P3Y"], "2021-01-01/P3Y"),
        ("2023-01-01/P1Y", [], None),
    ],
)
def test_the_period_whose_middle_is_nearest(period: str, periods: list[str], nearest: str | None) -> None:
    assert nearest_period(period, periods) == nearest


def test_a_period_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="not ISO 8601"):
        nearest_period("2023", ["2023-01-01/P1Y"])


YEARS = [f"{year}-01-01/P1Y" for year in range(2015, 2024)]


def test_a_change_is_counted_from_an_earlier_period_as_long() -> None:
    quarters = ["2022-10-01/P3M", "2023-01-01/P3M"]
    assert starts_of_change("2023-01-01/P1Y", [*YEARS, *quarters]) == tuple(YEARS[:-1])
    assert starts_of_change("2023-01-01/P3M", [*YEARS, *quarters]) == ("2022-10-01/P3M",)
    assert starts_of_change(None, YEARS) == ()


def test_periods_that_overlap_are_no_start() -> None:
    rolling = ["2022-01-01/P1Y", "2022-04-01/P1Y", "2023-01-01/P1Y"]
    assert starts_of_change("2023-01-01/P1Y", rolling) == ("2022-01-01/P1Y",)
    # the day after is no overlap, the day itself is
    assert starts_of_change("2023-01-01/P1D", ["2022-12-31/P1D", "2023-01-01/P1D"]) == ("2022-12-31/P1D",)


def test_a_change_is_counted_over_five_periods_where_nothing_is_named() -> None:
    assert start_of_change("2023-01-01/P1Y", YEARS) == "2018-01-01/P1Y"
    assert start_of_change("2018-01-01/P1Y", YEARS) == "2015-01-01/P1Y"
    assert start_of_change("2015-01-01/P1Y", YEARS) is None
    assert start_of_change("2023-01-01/P1Y", YEARS, "2021-01-01/P1Y") == "2021-01-01/P1Y"
