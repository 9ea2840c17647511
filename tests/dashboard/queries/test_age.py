"""The age of a figure: over two years, a measure that has ended, and an older figure where the newest is withheld."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.answers.age import FRESH, Age, age_of
from dashboard.queries.age import ages_in
from dashboard.queries.profile import lines_of, spoken_of
from dashboard.queries.time_series import time_series
from dashboard.sentences import age_note, aged_period, line_sentence
from dashboard.sentences.age import age_sentence
from dashboard.sentences.time_series import summary
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.catalogue.model import Indicator as Model
from indicators.periods import Period
from indicators.settings import load_settings
from indicators.store import Store, schema
from tests.dashboard.conftest import NOTTINGHAM, RELEASE, _release, row

LEARNING = "employment-rate-learning-disability"
YEAR = "2020-04-01/P1Y"  # ends on 31 March 2021


def _row(period: str, value: float | None = 1.0) -> dict[str, Any]:
    return {"period": period, "value": value}


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2023, 3, 30), None),
        (date(2023, 3, 31), None),  # two years to the day
        (date(2023, 4, 1), 2),
        (date(2024, 3, 31), 2),
        (date(2024, 4, 1), 3),
        (date(2026, 11, 30), 5),
    ],
)
def test_a_figure_is_old_from_the_day_after_two_years(
    indicators: dict[str, Indicator], today: date, years: int | None
) -> None:
    assert age_of(indicators["employment-rate"], _row(YEAR), today) == Age(years)


@pytest.mark.parametrize(
    ("period", "ended"),
    [
        ("2022-04-01/P1Y", "2023-04-01/P1Y"),
        ("2024-03-01/P1M", None),  # the last month of the year it ended in
        ("2024-02-01/P1M", "2023-04-01/P1Y"),
        ("2024-04-01/P1Y", None),
    ],
)
def test_only_figures_of_before_a_measure_ended_are_its_last(
    indicators: dict[str, Indicator], period: str, ended: str | None
) -> None:
    assert age_of(indicators[LEARNING], _row(period), date(2024, 6, 1)).ended == ended


def test_a_row_without_a_value_has_no_age(indicators: dict[str, Indicator]) -> None:
    assert age_of(indicators[LEARNING], _row(YEAR, None), date(2026, 11, 30)) is FRESH


@given(st.dates(date(2000, 1, 1), date(2026, 1, 1)), st.integers(0, 4000))
def test_years_are_those_that_have_passed(end: date, days: int) -> None:
    period = Period(end, days=1).iso
    today = end + timedelta(days=days)
    found = age_of(_INDICATOR, _row(period), today).years
    assert (found is not None) == (today > _later(end, 2))
    if found is not None:
        assert _later(end, found) < today <= _later(end, found + 1)


def _later(day: date, years: int) -> date:
    """The day some years on; of 29 February the last of the month."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


_INDICATOR = Model.model_construct(ended=None)


def test_it_is_said_in_words() -> None:
    assert age_note(FRESH, YEAR) == ""
    assert aged_period(FRESH, YEAR) == "2020/21"
    assert aged_period(Age(5), YEAR) == "2020/21 (over 5 years old)"
    assert age_note(Age(5, "2023-04-01/P1Y"), YEAR) == "over 5 years old; the measure ended in 2023/24"
    later = ("2023-01-01/P1Y", "not_available")
    assert age_note(Age(None, None, later), "2022-01-01/P1Y") == "2023 is not available, this is 2022"
    hidden = ("2023-01-01/P1Y", "suppressed")
    assert age_note(Age(3, None, hidden), "2022-01-01/P1Y") == (
        "2023 is hidden by the publisher, this is 2022; over 3 years old"
    )


@pytest.mark.parametrize("ended", ["2023", "2023-24", "2023-04-01"])
def test_the_end_of_a_measure_is_a_period(ended: str, indicators: dict[str, Indicator]) -> None:
    given = {**indicators[LEARNING].model_dump(), "ended": ended}
    with pytest.raises(ValueError, match="is not ISO 8601 start/duration"):
        Model.model_validate(given)


@pytest.fixture(scope="module")
def withheld(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    """Nottingham without qualifications: a figure of 2022, none of 2023; and a learning disability rate of 2020/21."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("withheld"), database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    store.create()
    observations = [
        row("no-qualifications", NOTTINGHAM, "2022-01-01/P1Y", 6.1, None),
        row("no-qualifications", NOTTINGHAM, "2023-01-01/P1Y", None, None, status="not_available"),
        row(LEARNING, NOTTINGHAM, YEAR, 1.2, None),
    ]  # fmt: skip
    trends = [
        {
            **{key: found[key] for key in ("indicator_id", "sex", "age", "breakdown", "area_code")},
            "periods_used": "[]",
            "latest_period": found["period"],
            "illustrative": False,
        }
        for found in (observations[0], observations[2])
    ]
    with store.connections.writing() as connection:
        connection.execute(schema.release.insert(), [_release(RELEASE)])
        connection.execute(schema.observation.insert(), observations)
        connection.execute(schema.trend.insert(), trends)
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 30))


def test_the_age_of_a_figure_is_one_question(withheld: Context) -> None:
    """An older figure that stands for a withheld one says so wherever it is shown: files, API, leads."""
    book = withheld.catalogue["no-qualifications"]
    rows = withheld.store.series(
        indicator_id=book.id, sex="persons", age="16-64", breakdown="all", area_codes=[NOTTINGHAM]
    )
    by_period = {row["period"]: ages_in(withheld)(book, row) for row in rows}
    assert by_period["2022-01-01/P1Y"] == Age(3, None, ("2023-01-01/P1Y", "not_available"))
    assert by_period["2023-01-01/P1Y"] is FRESH  # no value
    # a figure before the newest stands for nothing: it was asked for
    older = {**rows[0], "period": "2021-01-01/P1Y"}
    assert ages_in(withheld)(book, older) == Age(4)


def test_leads_carry_the_age_of_a_figure(withheld: Context) -> None:
    """City of London: its newest pay was of 2018, and the lead of the trends page did not say so."""
    period = "2022-01-01/P1Y"
    asked = View(
        "no-qualifications",
        "ltla",
        area_codes=(NOTTINGHAM,),
        age="16-64",
        period=period,
        periods=(period,),
        latest=period,
    )
    assert summary(time_series(withheld, asked)) == (
        "Nottingham: 6.1% in 2022 (2023 is not available, this is 2022; over 3 years old)."
    )


def test_the_age_of_a_whole_page_is_a_sentence() -> None:
    assert age_sentence(FRESH) == ""
    assert age_sentence(Age(5, "2023-04-01/P1Y")) == (
        " These figures are over 5 years old. The measure ended in 2023/24."
    )


def test_an_older_figure_says_that_the_newest_is_withheld(withheld: Context) -> None:
    lines = {line.indicator.id: line for line in lines_of(withheld, NOTTINGHAM)}
    assert lines["no-qualifications"].age == Age(3, None, ("2023-01-01/P1Y", "not_available"))
    assert line_sentence(lines["no-qualifications"], "Nottingham").endswith(
        " The figure for 2023 is not available. This figure is over 3 years old."
    )
    assert lines[LEARNING].age == Age(5, "2023-04-01/P1Y")


def test_a_measure_that_ended_is_never_spoken_of_without_saying_so(withheld: Context) -> None:
    lines = lines_of(withheld, NOTTINGHAM)
    said = [line_sentence(line, "Nottingham") for line in spoken_of(withheld, lines)]
    told = [words for words in said if "learning disability" in words]
    assert told and all("The measure ended in 2023/24." in words for words in told)
