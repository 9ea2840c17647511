"""The newest figure of each indicator for the whole country."""

from __future__ import annotations

from dashboard.address.context import Context
from dashboard.queries.national import UNITED_KINGDOM, national_figures

ENGLAND = "E92000001"


def test_england_s_newest_figure_stands_for_an_indicator(fuller: Context) -> None:
    figure = national_figures(fuller)["employment-rate"]
    assert (figure.area_code, figure.area_type, figure.area_name) == (ENGLAND, "england", "England")
    assert (figure.row["value"], figure.row["period"], figure.row["age"]) == (76.0, "2023-01-01/P1Y", "16-64")
    assert not figure.has_sexes and not figure.is_illustrative
    assert figure.age.years == 2
    assert figure.line is not None
    assert [(point.period[:4], point.value) for point in figure.line.points] == [
        ("2022", 75.0),
        ("2023", 76.0),
    ]


def test_the_united_kingdom_stands_in_where_england_has_none(fuller: Context) -> None:
    figure = national_figures(fuller)["disabled-people-in-employment"]
    assert (figure.area_code, figure.area_type) == (UNITED_KINGDOM, "uk")
    assert (figure.row["value"], figure.row["period"]) == (5.5e6, "2024-04-01/P3M")
    # a count of the whole country has a line where no other area stands beside it
    assert figure.line is not None and len(figure.line.points) == 2


def test_one_sex_stands_for_a_figure_that_is_not_given_for_everyone(fuller: Context) -> None:
    figure = national_figures(fuller)["healthy-life-expectancy"]
    assert figure.has_sexes and figure.row["sex"] == "female"
    assert figure.row["value"] == 61.3


def test_an_indicator_without_a_national_figure_is_left_out_and_the_catalogue_gives_the_order(
    fuller: Context,
) -> None:
    found = national_figures(fuller)
    assert "ips-access-rate" not in found and "pip-claimants" not in found
    assert list(found) == [name for name in fuller.catalogue if name in found]
