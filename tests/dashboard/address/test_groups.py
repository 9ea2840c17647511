"""Groups in addresses: read from every key, written again, and refused in words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.address.context import Context
from dashboard.address.view import LONGEST_SEARCH, Problem, View, read_view, search_of

TWO = "custom:E06000015+E06000018"


def view_of(context: Context, search: str) -> View:
    found = read_view(context, search)
    assert isinstance(found, View), found
    return found


def problem_of(context: Context, search: str) -> Problem:
    found = read_view(context, search)
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize(
    "written", ["custom:E06000018+E06000015", "custom:E06000018%2BE06000015", "custom:e06000018%20E06000015"]
)
def test_a_group_is_read_as_area_benchmark_and_parent(context: Context, written: str) -> None:
    view = view_of(context, f"?area={written},E07000106&benchmark={written}&parent={written}")
    assert view.area_codes == (TWO, "E07000106")
    assert view.benchmark == view.parent == TWO
    assert view.notes == ()


def test_the_name_is_of_the_group_and_comes_back_in_every_link(context: Context) -> None:
    view = view_of(context, f"?area={TWO},E07000106&name=Two%20cities%2C%20one%20plan&benchmark={TWO}")
    area = context.register.area(view.area_codes[0])
    assert area.name == "Two cities, one plan"
    again = view_of(context, view.search(chart="funnel"))
    assert (again.area_codes, again.benchmark) == (view.area_codes, view.benchmark)
    assert "name=Two+cities,+one+plan" in view.search()


def test_names_of_two_groups_stand_in_their_codes(context: Context) -> None:
    other = "custom:E07000105+E07000106"
    view = view_of(context, f"?area={TWO}~One,{other}~Other%2520place")
    again = view_of(context, view.search())
    assert again.area_codes == view.area_codes
    assert [context.register.area(code).name for code in again.area_codes] == ["One", "Other place"]


def test_what_counts_once_is_said(context: Context) -> None:
    view = view_of(context, "?area=custom:E07000106+E10000016+E06000018")
    assert view.notes == ("Canterbury lies in Kent, and counts once.",)
    view = view_of(context, "?area=custom:E06000018")
    assert view.area_codes == ("E06000018",)
    assert view.notes == ("A group of one area is that area: Nottingham.",)


@pytest.mark.parametrize("key", ["area", "benchmark", "parent"])
def test_what_cannot_be_put_together_is_refused(context: Context, key: str) -> None:
    problem = problem_of(context, f"?{key}={TWO}+E12000001")
    assert (problem.status, problem.parameter) == (400, key)
    assert "North East (E12000001) is not of the same type" in problem.words
    problem = problem_of(context, f"?{key}={TWO}+E06999999")
    assert (problem.status, problem.parameter) == (404, key)
    assert "“E06999999”" in problem.words


def test_sixty_members_fit_in_an_address_and_more_are_refused(context: Context) -> None:
    codes = sorted(context.register.codes("ltla", 2024))
    sixty = f"custom:{'+'.join(codes[:60])}"
    search = search_of({"area": (sixty,), "benchmark": sixty, "name": "x" * 80})
    assert len(search) < LONGEST_SEARCH
    view = view_of(context, search)
    assert view.benchmark == view.area_codes[0]
    assert len(context.register.children(view.benchmark, "ltla")) == 60
    assert problem_of(context, f"?area={sixty}+{codes[60]}").status == 400


def test_a_group_opens_on_the_type_of_its_members(context: Context) -> None:
    assert view_of(context, f"?area={TWO}").area_type == "ltla"


def test_groups_are_no_type_to_be_listed(context: Context) -> None:
    problem = problem_of(context, "?area_type=custom")
    assert problem.status == 400 and "custom" not in problem.known


def test_the_page_of_a_group_bears_its_name(client: Any) -> None:
    answer = client.get("/areas/custom:E06000018+E06000015?name=Two%20cities")
    assert answer.status_code == 200
    assert "Two cities" in answer.text
    for part in answer.text.split('href="')[1:]:
        path = urlsplit(part.partition('"')[0]).path
        assert " " not in path, path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/areas/custom:E06000018+E12000001", 400),
        ("/areas/custom:E06000018+E06999999", 404),
        ("/areas/custom:E06000018", 200),
        ("/feeds/areas/custom:E06000018+E06000015.atom", 404),
    ],
)
def test_a_path_is_checked_like_a_key(client: Any, path: str, status: int) -> None:
    assert client.get(path).status_code == status
