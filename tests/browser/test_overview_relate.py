"""The grid of all indicators and the scatter of two, at a desk's and a telephone's width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_the_grid_is_read_scrolled_and_left_by_keyboard(visit: Visit) -> None:
    page = visit.page
    visit.go("/overview?area=E06000018", ready="#page .wh-rug table")
    visit.check()
    grid = page.locator("#page .wh-rug-scroll")
    page.set_viewport_size({"width": 390, "height": 800})
    grid.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('#page .wh-rug-scroll').scrollLeft > 0")
    # the names of the indicators stay while the areas scroll
    first = page.locator("#page .wh-rug tbody th[scope=row]").first
    assert abs(first.bounding_box()["x"] - grid.bounding_box()["x"]) < 3
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download() as saved:
        page.locator("#overview-table").get_by_role("link", name="Download these figures (CSV)").click()
    assert saved.value.suggested_filename == "overview-E06000018.csv"
    page.locator("#page .wh-rug thead a").first.press("Enter")
    page.wait_for_url("**/areas/E92000001")


def test_a_second_indicator_changes_the_words_and_the_chart(visit: Visit) -> None:
    page = visit.page
    visit.go("/relate?area=E06000018", ready="#page #relate-chart .main-svg")
    visit.check()
    page.get_by_label("Compare with").select_option("no-qualifications")
    page.wait_for_function("() => document.querySelector('#page h1').innerText.includes('no qualifications')")
    visit.settle("#page #relate-chart .main-svg")
    assert "with=no-qualifications" in page.url
    visit.check()
    page.go_back()
    page.wait_for_function("() => document.querySelector('#page h1').innerText.includes('disability')")
    assert page.get_by_label("Compare with").input_value() == "disability-prevalence"
