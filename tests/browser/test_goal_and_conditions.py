"""The goal and the page by health condition: clean with every part open, and an area chosen by its select."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "path",
    [
        "/goal",
        "/conditions",
        "/conditions?area=E06000018",
        "/conditions?area=E07000106",
        "/conditions?area=E54000060",
        "/conditions?area=E06000053",
    ],
)
def test_every_part_open_passes_axe(visit: Visit, path: str) -> None:
    answer = visit.go(path)
    assert answer.status == 200
    visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    visit.check()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(wide) == 0


def test_an_area_is_chosen_and_back_returns_to_england(visit: Visit) -> None:
    page = visit.page
    visit.go("/conditions")
    page.select_option("#choose-area", "E10000016")
    page.wait_for_url(re.compile("area=E10000016"))
    page.wait_for_function("() => document.querySelector('#page h1').innerText.endsWith('in Kent')")
    visit.check()
    page.go_back()
    page.wait_for_function("() => document.querySelector('#page h1').innerText.endsWith('in England')")
    assert page.locator("#choose-area").input_value() == "E92000001"
