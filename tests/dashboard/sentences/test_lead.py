"""The lead of a figure, letter by letter: every kind of unit, what is missing, what is not compared, and every indicator."""

from __future__ import annotations

from typing import Any

import pytest

from bench.bench_words import names_masked
from bench.readability import Mask, measure
from dashboard.answers.age import Age
from dashboard.answers.comparison import GroupRate
from dashboard.answers.profile import Line
from dashboard.components.profile import below_name
from dashboard.sentences.lead import lead_sentence
from indicators.catalogue import Indicator, catalogue

YEAR = "2023-01-01/P1Y"


def line(
    indicator_id: str,
    value: float | None,
    half: float | None = None,
    *,
    england: float | None = None,
    compared: Any = "worse",
    age_of: Age = Age(),
    many_ages: bool = False,
    at_odds: GroupRate | None = None,
    **row: Any,
) -> Line:
    """A line of an area; ``half`` is half the width of the interval."""
    limits = (None, None) if value is None or half is None else (value - half, value + half)
    return Line(
        indicator=catalogue()[indicator_id],
        row={
            "area_code": "E06000018", "period": YEAR, "sex": "persons", "age": "16-64", "breakdown": "all", "value": value,
            "status": "ok", "note": "", "lower_ci_95": limits[0], "upper_ci_95": limits[1], **row,
        },
        england=england,
        compared=compared,
        spread=None,
        spine=None,
        trend=None,
        is_main=True,
        many_ages=many_ages,
        age=age_of,
        at_odds=at_odds,
    )  # fmt: skip


def said(found: Line, place: str = "Nottingham") -> str:
    return lead_sentence(found, place)


def test_the_lead_gives_year_value_people_place_interval_and_england() -> None:
    assert said(line("employment-rate", 66.1, 4.1, england=76.0)) == (
        "In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (95% CI 62.0% to 70.2%), compared with 76.0% in "
        "England."
    )


def test_a_similar_figure_is_called_similar() -> None:
    assert said(line("employment-rate", 75.0, 4.0, england=76.0, compared="similar")) == (
        "In 2023, 75.0% of people aged 16 to 64 in Nottingham were in work (95% CI 71.0% to 79.0%), similar to 76.0% in "
        "England."
    )


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("suppressed", "was hidden by the publisher because the numbers are small"),
        ("unreliable", "was too uncertain to publish"),
        ("not_available", "was not available"),
        ("not_collected", "was not collected"),
    ],
)
def test_a_missing_figure_says_why(status: str, why: str) -> None:
    assert said(line("employment-rate", None, status=status)) == (
        f"In 2023, the figure for employment rate in Nottingham {why}."
    )


def test_a_missing_figure_of_a_group_names_the_group() -> None:
    assert said(line("employment-rate-learning-disability", None, status="suppressed", sex="female")) == (
        "In 2023, the figure for “Employment, learning disability” in Nottingham (women) was hidden by the publisher because "
        "the numbers are small."
    )


def test_without_an_interval_englands_figure_stands_apart() -> None:
    found = line(
        "employment-rate-secondary-mental-health", 5.0, england=9.0, compared="not_compared", age="18-69"
    )
    assert said(found) == (
        "In 2023, 5% of people aged 18 to 69 in contact with secondary mental health services in Nottingham were in paid work. "
        "England’s figure is 9%."
    )


def test_a_missing_figure_of_england_is_said() -> None:
    assert said(line("children-in-low-income", 33.7, compared="not_compared", age="0-15")) == (
        "In 2023, 33.7% of children under 16 in Nottingham lived in low-income families. England’s figure is not available."
    )


@pytest.mark.parametrize(
    ("area_code", "place"), [("E92000001", "England"), ("K02000001", "the United Kingdom")]
)
def test_a_country_is_compared_with_nothing(area_code: str, place: str) -> None:
    found = line("employment-rate", 76.0, 0.4, compared="not_compared", area_code=area_code)
    assert (
        said(found, place)
        == f"In 2023, 76.0% of people aged 16 to 64 in {place} were in work (95% CI 75.6% to 76.4%)."
    )


def test_a_count_stands_alone() -> None:
    found = line("esa-claimants", 12_345.0, england=1_500_000.0, compared="not_compared", age="all")
    assert said(found) == "In 2023, 12,345 people in Nottingham were on Employment and Support Allowance."


def test_money_and_a_month() -> None:
    found = line("median-weekly-pay", 531.0, 25.0, england=648.0, age="all", period="2025-04-01/P1M")
    assert said(found) == (
        "In April 2025, the median weekly pay of employees living in Nottingham was £531 (95% CI £506 to £556), compared with "
        "£648 in England."
    )


def test_years_of_women_over_three_years() -> None:
    found = line(
        "healthy-life-expectancy",
        55.3,
        3.4,
        england=61.3,
        sex="female",
        age="at birth",
        period="2022-01-01/P3Y",
    )
    assert said(found) == (
        "From 2022 to 2024, healthy life expectancy at birth in Nottingham was 55.3 years for women (95% CI 51.9 to 58.7), "
        "compared with 61.3 years in England."
    )


def test_a_gap_is_in_percentage_points() -> None:
    found = line(
        "employment-gap-learning-disability", 70.5, 3.4, england=70.1, compared="similar", age="18-64"
    )
    assert said(found) == (
        "In 2023, the employment gap for people with a learning disability in Nottingham was 70.5 percentage points "
        "(95% CI 67.1 to 73.9), similar to 70.1 percentage points in England."
    )


def test_a_gap_that_its_rate_speaks_against_gives_both_rates() -> None:
    rate = GroupRate(catalogue()["employment-rate-learning-disability"], 1.3, 5.1)
    found = line(
        "employment-gap-learning-disability",
        60.0,
        3.0,
        england=70.5,
        compared="not_compared",
        age="18-64",
        at_odds=rate,
    )
    assert said(found) == (
        "In 2023, the employment gap for people with a learning disability in Nottingham was 60.0 percentage points "
        "(95% CI 57.0 to 63.0). England’s figure is 70.5 percentage points. Not compared: the gap and the group’s own rate "
        "point different ways (Employment, learning disability: 1.3%, compared with 5.1% in England)."
    )


def test_a_rate_has_its_unit_once() -> None:
    found = line("fit-notes-rate", 2345.0, 45.0, england=2100.0, compared="higher", age="all")
    assert said(found) == (
        "In 2023, GP practices in Nottingham issued 2,345 fit notes per 100,000 patients (95% CI 2,300 to 2,390), compared "
        "with 2,100 in England."
    )


def test_groups_by_sex_age_and_breakdown() -> None:
    recovery = "talking-therapies-recovery-rate"
    assert said(line(recovery, 50.0, 2.0, england=49.0, compared="similar", sex="male", age="18-25")) == (
        "In 2023, 50.0% of men aged 18 to 25 with clinical symptoms who finished NHS Talking Therapies in Nottingham recovered "
        "(95% CI 48.0% to 52.0%), similar to 49.0% in England."
    )
    group = line(
        recovery, 50.0, 2.0, england=49.0, age="all", breakdown="deprivation decile: 10 Most deprived"
    )
    assert "recovered (deprivation decile: 1 (most deprived); 95% CI 48.0% to 52.0%), compared with" in said(
        group
    )
    assert said(
        line(
            "talking-therapies-referrals",
            900.0,
            compared="not_compared",
            sex="female",
            age="65+",
            many_ages=True,
        )
    ) == ("In 2023, NHS Talking Therapies in Nottingham received 900 referrals (women; aged 65 and over).")
    moving = line("moving-into-work", 10.0, compared="not_compared", breakdown="disability: disabled",
                  area_code="K02000001", period="2015-01-01/P2Y")  # fmt: skip
    assert said(moving, "the United Kingdom") == (
        "From 2015 to 2016, 10% of disabled people aged 16 to 64 out of work in the United Kingdom moved into work within a "
        "year."
    )


def test_an_old_figure_an_ended_measure_and_a_newer_hidden_one_are_said_in_sentences() -> None:
    age = Age(5, "2023-04-01/P1Y", ("2021-04-01/P1Y", "suppressed"))
    found = line("employment-rate", 66.1, 4.1, england=76.0, age_of=age, period="2020-04-01/P1Y")
    assert said(found).endswith(
        " in England. The figure for 2021/22 is hidden by the publisher. This figure is over 5 years old. The measure ended in "
        "2023/24."
    )


def test_a_figure_that_is_never_compared_gives_its_note() -> None:
    found = line(
        "ips-people-accessing", 235.0, compared="not_compared", age="all", note="2 of 5 CCGs have nothing."
    )
    assert said(found) == (
        "In 2023, 235 people in Nottingham accessed Individual Placement and Support (IPS). 2 of 5 CCGs have nothing."
    )


def test_an_indicator_of_the_users_own_without_a_clause_gets_a_plain_one() -> None:
    own = catalogue()["employment-rate"].model_copy(update={"said": None, "short_title": "Work, all ages"})
    found = line("employment-rate", 66.1, 4.1, england=76.0, sex="female")
    assert lead_sentence(
        Line(**{name: getattr(found, name) for name in Line.__slots__} | {"indicator": own}), "Kent"
    ) == (
        "In 2023, the figure for “Work, all ages” in Kent was 66.1% (women; 95% CI 62.0% to 70.2%), compared with 76.0% in "
        "England."
    )


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda indicator: indicator.id)
def test_every_indicator_reads_as_a_sentence_of_at_most_thirty_words(indicator: Indicator) -> None:
    compared = "worse" if indicator.comparable else "not_compared"
    found = line(indicator.id, 12.0, 2.0, england=14.0, compared=compared, age="18-64")
    first = said(found).split(". ")[0]
    assert first.startswith("In 2023, ") and " in Nottingham" in first
    assert "  " not in first and "{" not in first
    assert measure([Mask(names_masked())(first)]).most <= 30


def test_an_estimate_across_a_change_of_boundary_says_so_in_the_lead_and_below_its_name() -> None:
    note = "Estimated from the areas it was made of: A, 1.2% of B. Not compared: a part of its land moved."
    found = line(
        "talking-therapies-recovery-rate",
        50.9,
        1.1,
        compared="not_compared",
        age="all",
        note=note,
        release="a:1",
    )
    assert said(found).endswith("Estimated: its boundary changed after this period.")
    assert (
        below_name(found) == '<span class="wh-who">Estimated: its boundary changed after this period.</span>'
    )
    plain = line("talking-therapies-recovery-rate", 50.9, 1.1, age="all", release="a:1")
    assert "Estimated" not in said(plain) + below_name(plain)
