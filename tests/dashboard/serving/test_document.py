"""The document round a page: what its head lets the browser fetch early."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from dashboard.address.page import STORE_UNAVAILABLE
from dashboard.components.html import text_of
from dashboard.serving.document import problem_page


def shown_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="shown">(.*?)</script>', page)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


@pytest.mark.parametrize("search", ["", "?indicator=employment-rate&area=E06000018,E06000015"])
def test_what_a_map_draws_is_fetched_beside_its_scripts(client: Any, search: str) -> None:
    page = client.get(f"/map{search}").get_data(as_text=True)
    preload = re.search(r'<link rel="preload" as="fetch" crossorigin href="([^"]+)">', page)
    assert preload and page.index(preload[0]) < page.index("<body")
    address = html.unescape(preload[1])
    # the script fetches the same address, or the early answer would be for nothing
    assert shown_of(page)["drawing"] == address
    answer = client.get(address).get_json()
    assert answer["map"]["indicator"] == "employment-rate"
    assert answer["search"].removeprefix("?") == search.removeprefix("?")


@pytest.mark.parametrize("path", ["/map", "/embed/map/map"])
def test_the_shapes_of_a_map_are_fetched_beside_its_scripts(client: Any, path: str) -> None:
    page = client.get(f"{path}?indicator=employment-rate").get_data(as_text=True)
    preload = re.search(
        r'<link rel="preload" as="fetch" crossorigin="anonymous" href="(/geometry/[^"]+)">', page
    )
    assert preload
    drawn = client.get("/map/drawing?to=indicator%3Demployment-rate").get_json()
    assert html.unescape(preload[1]) == drawn["map"]["shapes"]


@pytest.mark.parametrize("path", ["/", "/compare", "/nowhere", "/map?indicator=happiness"])
def test_a_page_that_is_html_alone_has_nothing_to_fetch_early(client: Any, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert 'rel="preload"' not in page
    assert shown_of(page)["drawing"] == ""


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/map?indicator=happiness", 400),
        ("/areas/E99999999", 404),
        ("/picture/goal/none.svg", 404),
    ],
)
def test_a_problem_says_what_is_wrong_and_where_to_go_on(client: Any, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    page = answer.get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main>")]
    assert f"Error {status}" in main and main.count("<h1") == 1
    assert 'role="search"' in main and 'action="/areas"' in main
    links = re.findall(r'href="([^"]+)"', main[main.index("Where to go on") :])
    assert {"/", "/map", "/indicators"} <= set(links)
    assert len(links) == len(set(links))
    for href in links:
        assert client.get(html.unescape(href)).status_code == 200, href


def test_where_the_store_cannot_be_read_no_other_page_is_offered() -> None:
    words = text_of(problem_page(STORE_UNAVAILABLE))
    assert "Error 503" in words and "Try again in a few minutes." in words
    assert re.findall(r'href="([^"]+)"', words) == ["/"]
    assert 'role="search"' not in words and "python -m" not in words
