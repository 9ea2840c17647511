"""Periods: the words of DESIGN section 3, order, overlap, and every bad form named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period, in_order, latest, named


@pytest.mark.parametrize(
    ("iso", "label", "end_on"),
    [
        ("2023-01-01/P1Y", "2023", date(2023, 12, 31)),
        ("2022-04-01/P1Y", "2022/23", date(2023, 3, 31)),
        ("1999-04-01/P1Y", "1999/00", date(2000, 3, 31)),
        ("2021-10-01/P1Y", "Oct 2021 – Sep 2022", date(2022, 9, 30)),
        ("2022-04-01/P3M", "Q1 2022/23", date(2022, 6, 30)),
        ("2017-01-01/P3M", "Q4 2016/17", date(2017, 3, 31)),
        ("2026-03-01/P1M", "Mar 2026", date(2026, 3, 31)),
        ("2011-01-01/P3Y", "2011 to 2013", date(2013, 12, 31)),
        ("2021-03-21/P1D", "21 Mar 2021", date(2021, 3, 21)),
    ],
)
def test_period_has_the_words_of_its_kind(iso: str, label: str, end_on: date) -> None:
    period = Period.parse(iso)
    assert (period.label, period.end_on, period.iso) == (label, end_on, iso)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2023", "not ISO 8601"),
        ("2023-01-01/P", "not ISO 8601"),
        ("2023-02-30/P1D", "does not exist"),
        ("2023-01-31/P1M", "day 1 to 28"),
        ("2023-01-01/P0Y", "no length"),
        ("2023-01-01/P1Y2D", "mixes"),
        ("", "not ISO 8601"),
    ],
)
def test_bad_period_is_named_with_what_was_expected(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part) as caught:
        Period.parse(text)
    assert repr(text) in str(caught.value)


def test_latest_goes_by_the_end_not_by_the_text() -> None:
    assert latest(["2022-01-01/P3Y", "2023-01-01/P1Y"]) == "2022-01-01/P3Y"
    assert in_order(["2023-01-01/P1Y", "2022-01-01/P3Y", "2023-01-01/P1Y"]) == [
        "2023-01-01/P1Y",
        "2022-01-01/P3Y",
    ]


def test_latest_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected at least one"):
        latest([])


def test_rolling_periods_overlap_and_neighbours_do_not() -> None:
    first, second, third = (Period.parse(f"{year}-01-01/P3Y") for year in (2011, 2012, 2014))
    assert first.overlaps(second) and second.overlaps(first)
    assert not first.overlaps(third) and not third.overlaps(first)


months = st.builds(
    lambda year, month, length: f"{year}-{month:02d}-01/P{length}M",
    st.integers(1990, 2060),
    st.integers(1, 12),
    st.integers(1, 60),
)


@given(months)
def test_iso_round_trip_and_ends_the_day_before_its_follower(iso: str) -> None:
    period = Period.parse(iso)
    assert Period.parse(period.iso) == period
    follower = period.end_on + timedelta(days=1)
    assert follower.day == 1
    assert (
        follower.year - period.start_on.year
    ) * 12 + follower.month - period.start_on.month == period.months
    assert period.start_on <= period.midpoint <= period.end_on


@given(months, months)
def test_overlap_is_the_same_both_ways_and_agrees_with_days(one: str, two: str) -> None:
    first, second = Period.parse(one), Period.parse(two)
    assert first.overlaps(second) == second.overlaps(first)
    assert first.overlaps(second) == (
        max(first.start_on, second.start_on) <= min(first.end_on, second.end_on)
    )


YEARS = ("2019-04-01/P1Y", "2020-04-01/P1Y", "2023-01-01/P1Y", "2026-03-01/P1M", "2021-10-01/P1Y")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023", "2023-01-01/P1Y"),
        (" 2023-01-01/P1Y ", "2023-01-01/P1Y"),
        ("2020/21", "2020-04-01/P1Y"),
        ("2020-21", "2020-04-01/P1Y"),
        ("2020–2021", "2020-04-01/P1Y"),
        ("2019 / 20", "2019-04-01/P1Y"),
        ("mar 2026", "2026-03-01/P1M"),
        ("2026", "2026-03-01/P1M"),  # the only period that any part of the year lies in
        ("oct 2021 - sep 2022", "2021-10-01/P1Y"),
        ("2022", "2021-10-01/P1Y"),
    ],
)
def test_a_period_is_found_by_what_people_call_it(text: str, iso: str) -> None:
    assert named(text, YEARS) == iso


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "2020",
            r"'2020' may be any of these periods: 2019/20 \(2019-04-01/P1Y\), 2020/21 \(2020-04-01/P1Y\); give one",
        ),
        ("1999", "'1999' is none of the periods there are: 2019/20"),
        ("soon", "'soon' is none of the periods there are"),
        ("2023-01-01/P1M", "is none of the periods there are"),
    ],
)
def test_what_no_one_period_is_called_is_said(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        named(text, YEARS)
