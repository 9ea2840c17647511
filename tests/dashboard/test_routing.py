"""Addresses, pages and statuses."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.address.page import Asked, Found, Page, resolve
from dashboard.address.view import Problem
from dashboard.pages import about
from dashboard.serving.routing import load_pages


def test_every_module_of_pages_gives_a_page_with_its_own_addresses() -> None:
    pages = load_pages()
    paths = [page.path for page in pages]
    assert paths[:4] == ["/", "/areas", "/conditions", "/map"]
    assert "/about" in paths
    # the list of areas and the page of one share a path, and differ by what stands after it
    assert len({(page.path, page.most_parts, page.tab) for page in pages}) == len(pages)


def test_the_list_of_areas_and_the_page_of_one_are_two_pages(context: Context) -> None:
    listed = resolve(context, load_pages(), "/areas", "?area_type=ltla")
    resolved = resolve(context, load_pages(), "/areas/E06000018", "")
    assert isinstance(listed, Found) and isinstance(resolved, Found)
    assert listed.page.nav == "Your area" and resolved.page.marked == listed.page.path
    assert resolved.asked.parts == ("E06000018",) and listed.page.name == resolved.page.name


def test_a_tab_is_a_page_of_its_own_and_an_unknown_one_is_not_there(context: Context) -> None:
    for tab in ("figures", "trends", "similar", "sources"):
        found = resolve(context, load_pages(), f"/areas/E06000018/{tab}", "")
        assert isinstance(found, Found) and (found.page.tab, found.page.marked) == (tab, "/areas")
    unknown = resolve(context, load_pages(), "/areas/E06000018/nonsense", "")
    assert isinstance(unknown, Problem) and unknown.status == 404
    assert ("Sources", "/areas/E06000018/sources") in unknown.links
    # the name of a tab in the place of an area is no tab
    area = resolve(context, load_pages(), "/areas/figures", "")
    assert isinstance(area, Problem) and area.status == 404


def test_an_address_finds_its_page_and_parts(context: Context) -> None:
    page = Page(path="/areas", name="areas", title="Areas", layout=lambda context, asked: [], most_parts=1)
    found = resolve(context, [about.PAGE, page], "/areas/E06000018/", "?indicator=employment-rate")
    assert isinstance(found, Found)
    assert found.page is page
    assert found.asked.parts == ("E06000018",)
    assert found.asked.view.indicator_id == "employment-rate"


@pytest.mark.parametrize("pathname", ["/nowhere", "/about/more", "/areas", "/%3Cscript%3E"])
def test_an_address_without_a_page_is_a_404(context: Context, pathname: str) -> None:
    problem = resolve(context, [about.PAGE], pathname, "")
    assert isinstance(problem, Problem)
    assert problem.status == 404
    assert problem.links


def test_a_page_may_refuse_what_it_does_not_know(context: Context) -> None:
    refusal = Problem(404, "No such thing", "There is none.")

    def check(context: Context, asked: Asked) -> Problem | None:
        return refusal if asked.parts == ("x",) else None

    page = Page(path="/t", name="t", title="T", layout=lambda context, asked: [], most_parts=1, check=check)
    assert resolve(context, [page], "/t/x", "") is refusal
    assert isinstance(resolve(context, [page], "/t/y", ""), Found)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/?q=nottingham", 200),
        ("/map", 200),
        ("/map/", 200),
        ("/map?indicator=ips-access-rate", 200),
        ("/map?indicator=employment-rate&area_type=icb", 200),
        ("/about", 200),
        ("/nowhere", 404),
        ("/_nowhere", 404),
        ("/geometry/a/b/c.json", 404),
        ("/nothing.txt", 404),
        ("/map/deeper", 404),
        ("/map?indicator=happiness", 400),
        ("/map?area=E99999999", 404),
        ("/map?period=2019-01-01/P1Y", 400),
        ("/map?indicator=" + "x" * 9000, 400),
    ],
)
def test_documents_answer_with_an_honest_status(client: Any, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert b'<html lang="en-GB">' in answer.data
    assert answer.data.count(b"<h1") == 1
    assert b"react-entry-point" in answer.data


def test_markup_in_an_address_is_text_on_the_page(client: Any) -> None:
    answer = client.get("/map?indicator=%3Cscript%3Ealert(1)%3C/script%3E")
    assert answer.status_code == 400
    assert b"<script>alert(1)" not in answer.data
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in answer.data
