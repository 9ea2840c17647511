"""The state of a page as its address gives it: defaults, problems, and whatever people paste."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.address.keys import ALL_KEYS, VIEW_KEYS
from dashboard.address.view import Problem, View, read_view

NOTTINGHAM = "E06000018"


def view_of(context: Context, search: str) -> View:
    view = read_view(context, search)
    assert isinstance(view, View), view
    return view


def problem_of(context: Context, search: str) -> Problem:
    problem = read_view(context, search)
    assert isinstance(problem, Problem), problem
    return problem


def test_an_empty_address_opens_on_something_with_figures(context: Context) -> None:
    view = view_of(context, "")
    assert (view.indicator_id, view.area_type, view.period) == ("employment-rate", "ltla", "2023-01-01/P1Y")
    assert (view.sex, view.age, view.breakdown) == ("persons", "16-64", "all")
    assert (view.benchmark, view.view, view.shading) == ("england", "official", "benchmark")
    assert view.periods == ("2022-01-01/P1Y", "2023-01-01/P1Y")


def test_an_indicator_opens_on_an_area_type_that_it_has(context: Context) -> None:
    assert view_of(context, "?indicator=ips-access-rate").area_type == "sub_icb"
    assert view_of(context, "?indicator=disabled-people-in-employment").area_type == "uk"


def test_an_area_type_without_figures_is_kept_and_has_no_period(context: Context) -> None:
    view = view_of(context, "?indicator=employment-rate&area_type=icb")
    assert (view.area_type, view.period, view.periods) == ("icb", None, ())


def test_areas_come_by_comma_or_repeated_once_each_in_any_case(context: Context) -> None:
    view = view_of(context, f"?area={NOTTINGHAM.lower()},E06000060&area={NOTTINGHAM}")
    assert view.area_codes == (NOTTINGHAM, "E06000060")


def test_the_type_of_the_area_asked_for_decides_the_area_type(context: Context) -> None:
    assert view_of(context, "?area=E12000004").area_type == "region"


@pytest.mark.parametrize(
    ("search", "status", "parameter", "words"),
    [
        ("?indicator=happiness", 400, "indicator", "happiness"),
        ("?area=E99999999", 404, "area", "E99999999"),
        ("?parent=E99999999", 404, "parent", "E99999999"),
        ("?area_type=village", 400, "area_type", "village"),
        ("?period=2019-01-01/P1Y", 400, "period", "2019"),
        ("?period=last+year", 400, "period", "last year"),
        ("?view=globe", 400, "view", "globe"),
        ("?shading=rainbow", 400, "shading", "rainbow"),
        ("?sex=x", 400, "sex", "x"),
        ("?benchmark=mars", 400, "benchmark", "mars"),
    ],
)
def test_an_unknown_value_is_a_problem_that_names_it(
    context: Context, search: str, status: int, parameter: str, words: str
) -> None:
    problem = problem_of(context, search)
    assert (problem.status, problem.parameter) == (status, parameter)
    assert words in problem.words
    assert problem.links


def test_known_periods_are_named(context: Context) -> None:
    problem = problem_of(context, "?period=2019-01-01/P1Y")
    assert problem.known == ("2022-01-01/P1Y", "2023-01-01/P1Y")
    assert "2022 to 2023" in problem.words


def test_a_key_given_twice_counts_once_with_a_note(context: Context) -> None:
    view = view_of(context, "?indicator=employment-rate&indicator=ips-access-rate")
    assert view.indicator_id == "employment-rate"
    assert view.notes == ("The address gave indicator more than once; the first one is shown.",)


def test_unknown_keys_are_left_alone(context: Context) -> None:
    assert view_of(context, "?utm_source=mail&indicator=employment-rate").indicator_id == "employment-rate"


def test_very_long_values_are_refused_and_not_repeated_in_full(context: Context) -> None:
    problem = problem_of(context, "?indicator=" + "x" * 3000)
    assert problem.status == 400
    assert len(problem.words) < 400
    assert problem_of(context, "?q=" + "y" * 10_000).status == 400


def test_more_areas_than_can_be_shown_are_refused(context: Context) -> None:
    codes = ",".join(area.area_code for area in context.register.vintage("ltla", 2024)[:21])
    assert "at most 20" in problem_of(context, f"?area={codes}").words


def test_links_keep_what_was_asked_and_follow_the_latest_otherwise(context: Context) -> None:
    view = view_of(context, f"?indicator=employment-rate&area={NOTTINGHAM}&shading=quintile")
    assert view.search() == f"?indicator=employment-rate&area={NOTTINGHAM}&shading=quintile"
    assert view.search(area=None, period="2022-01-01/P1Y") == (
        "?indicator=employment-rate&period=2022-01-01/P1Y&shading=quintile"
    )
    dated = view_of(context, "?period=2022-01-01/P1Y")
    assert dated.search(indicator="ips-access-rate") == "?indicator=ips-access-rate"


@settings(max_examples=150, deadline=None)
@given(pairs=st.lists(st.tuples(st.sampled_from([*VIEW_KEYS, "other"]), st.text(max_size=60)), max_size=6))
def test_any_address_gives_a_view_or_a_problem_in_words(
    context: Context, pairs: list[tuple[str, str]]
) -> None:
    search = "?" + "&".join(f"{key}={quote(value)}" for key, value in pairs)
    answer = read_view(context, search)
    if isinstance(answer, Problem):
        assert answer.status in (400, 404)
        assert answer.words
    else:
        assert answer.indicator_id in context.catalogue


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_at_all_gives_a_view_or_a_problem(context: Context, text: str) -> None:
    assert isinstance(read_view(context, text), View | Problem)


def test_a_link_drops_what_its_new_choice_makes_meaningless(context: Context) -> None:
    view = view_of(context, "?area_type=ltla&parent=E12000004&period=2022-01-01/P1Y&sex=persons")
    assert view.search(area_type="region") == "?indicator=employment-rate&area_type=region&sex=persons"
    assert view.search(area_type="ltla") == view.search()
    assert "period" not in view.search(sex="male") and "parent=E12000004" in view.search(sex="male")
    # what is given as well stays
    assert "parent=E12000004" in view.search(area_type="utla", parent="E12000004")


def test_what_a_key_forgets_is_a_key() -> None:
    for key in ALL_KEYS:
        assert set(key.forgets) <= set(VIEW_KEYS)
        assert not key.default or not key.choices or key.default in key.choices


# ---- another type of area stands in for one without figures -------------------------------------------


def instead_of(context: Context, search: str) -> View:
    view = read_view(context, search, may_change_type=True)
    assert isinstance(view, View), view
    return view


def test_the_nearest_type_with_figures_stands_in_and_keeps_the_place(context: Context) -> None:
    view = instead_of(context, f"?indicator=ips-access-rate&area_type=ltla&area={NOTTINGHAM},E08000035")
    assert view.area_type == "sub_icb"
    assert view.area_codes == ("E38000243", "E38000225")  # of Nottinghamshire, and of Leeds
    assert view.period is not None
    assert view.instead is not None
    assert (view.instead.area_type, dict(view.instead.moved)) == (
        "ltla",
        {NOTTINGHAM: ("E38000243",), "E08000035": ("E38000225",)},
    )
    assert view.instead.back == f"?indicator=employment-rate&area_type=ltla&area={NOTTINGHAM},E08000035"


def test_an_area_of_the_type_that_stands_in_stays_itself(context: Context) -> None:
    view = instead_of(context, "?indicator=ips-access-rate&area_type=ltla&area=E38000225")
    assert view.area_codes == ("E38000225",)
    assert view.instead is not None and view.instead.moved == ()


def test_a_wide_area_is_stood_for_by_those_that_lie_in_it(context: Context) -> None:
    view = instead_of(context, "?indicator=employment-rate&area_type=icb&area=E54000060")
    assert view.area_type == "ltla"
    assert NOTTINGHAM in view.area_codes and 5 < len(view.area_codes) <= 20
    # the headline indicator has no figures for ICBs here: there is no way back
    assert view.instead is not None and view.instead.back == ""


def test_without_a_chosen_area_the_type_alone_changes(context: Context) -> None:
    view = instead_of(context, "?indicator=ips-access-rate&area_type=ltla")
    assert (view.area_type, view.area_codes) == ("sub_icb", ())


def test_a_period_of_the_type_asked_for_gives_way_and_one_of_the_type_shown_counts(context: Context) -> None:
    plain = instead_of(context, "?indicator=ips-access-rate&area_type=ltla")
    other = instead_of(context, "?indicator=ips-access-rate&area_type=ltla&period=2023-01-01/P1Y")
    assert other.period == plain.period
    for period in plain.periods:
        kept = instead_of(context, f"?indicator=ips-access-rate&area_type=ltla&period={period}")
        assert kept.period == period
    assert isinstance(
        read_view(context, "?indicator=ips-access-rate&area_type=ltla&period=then", may_change_type=True),
        Problem,
    )


def test_nothing_stands_in_where_the_type_has_figures_or_where_nothing_is_loaded(context: Context) -> None:
    assert instead_of(context, f"?area_type=ltla&area={NOTTINGHAM}").instead is None
    assert instead_of(context, "?indicator=claimant-count&area_type=icb").instead is None


@pytest.mark.parametrize("path", ["/map", "/compare", "/trends", "/relate"])
def test_every_page_of_one_indicator_says_what_stands_in(client: Any, path: str) -> None:
    text = client.get(f"{path}?indicator=ips-access-rate&area_type=ltla&area={NOTTINGHAM}").text
    assert "is not published for local authorities (lower tier)." in text
    assert "which covers Nottingham." in text
    assert ">Back to employment rate</a>" in text


@pytest.mark.parametrize("path", ["/overview", "/conditions", "/indicators", "/"])
def test_pages_of_many_indicators_keep_the_area(client: Any, path: str) -> None:
    text = client.get(f"{path}?indicator=ips-access-rate&area_type=ltla&area={NOTTINGHAM}").text
    assert "is not published for local authorities (lower tier)." not in text
