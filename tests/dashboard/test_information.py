"""The information pages: the statement, the grades of surveys and the drawing that explains an interval."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from typing import Any

import pytest

from dashboard.figures.explain import interval_example_svg, interval_example_words


def words_of(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def test_the_statement_says_what_is_not_good_enough_and_how_it_was_tested(client: Any) -> None:
    words = words_of(client, "/accessibility")
    for part in (
        "Web Content Accessibility Guidelines, version 2.2, at level AA",
        "No manual audit has been made yet.",
        "They have not been checked with a validator",
        "It has not been tested by disabled people",
        "Equality Advisory and Support Service",
    ):
        assert part in words


def test_every_page_leads_to_the_statement_the_words_and_the_data(client: Any) -> None:
    page = client.get("/").get_data(as_text=True)
    for address in ("/accessibility", "/glossary", "/data"):
        assert f'href="{address}"' in page


def test_the_grades_of_surveys_are_explained_as_they_are_worked_out(client: Any) -> None:
    words = words_of(client, "/about")
    assert "A: precise The standard error is less than 5% of the figure." in words
    assert "B: reasonably precise 5% or more, but less than 10%." in words
    assert "C: acceptable, use with care 10% or more, but less than 20%." in words
    assert "D: unreliable 20% or more, or the publisher says that the sample is too small." in words


def test_the_drawing_of_an_interval_says_in_words_what_it_shows() -> None:
    drawn = ElementTree.fromstring(interval_example_svg())
    texts = ["".join(node.itertext()) for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "Nottingham: worse" in texts and "66.1% (62.0% to 70.2%)" in texts
    assert "England 76.0%" in texts
    assert "Nottingham 66.1%, interval 62.0% to 70.2%: worse" in interval_example_words()


@pytest.mark.parametrize("address", ["/about", "/glossary", "/evidence", "/accessibility"])
def test_pages_about_the_service_share_their_tabs(client: Any, address: str) -> None:
    page = client.get(address).get_data(as_text=True)
    tabs = page.split('aria-label="About"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', tabs) == [
        "/about",
        "/glossary",
        "/goal",
        "/evidence",
        "/accessibility",
    ]
    assert re.findall(r'href="([^"]+)"[^>]*aria-current="page"', tabs) == [address]
    # below the heading
    assert page.index("</h1>") < page.index('aria-label="About"')


def test_the_drawing_of_an_interval_has_no_small_words_and_fits_a_phone() -> None:
    drawn = ElementTree.fromstring(interval_example_svg())
    assert float(drawn.get("width", 0)) <= 390 - 2 * 16
    sizes = [
        float(node.get("font-size", drawn.get("font-size", 0)))
        for node in drawn.iter("{http://www.w3.org/2000/svg}text")
    ]
    assert min(sizes) >= 13
