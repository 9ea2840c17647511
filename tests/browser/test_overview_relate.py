"""The grid of all indicators and the scatter of two, at the widths of a desktop and of a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_grid_that_fits_scrolls_with_the_page_under_its_heads(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 1366, "height": 768})
    visit.go("/overview?area=E06000018", ready="#page .wh-rug table")
    visit.check()
    top = page.locator("#page .wh-rug").bounding_box()
    assert top is not None and top["y"] <= 420
    assert page.evaluate(
        "document.querySelector('#page .wh-rug-scroll').scrollHeight === document.querySelector('#page .wh-rug-scroll').clientHeight"
    )
    page.mouse.wheel(0, 900)
    page.wait_for_function("() => window.scrollY > 500")
    head = page.locator("#page .wh-rug thead th").nth(3).bounding_box()
    assert head is not None and abs(head["y"]) < 2
    page.get_by_text("All figures with their intervals").click()
    with page.expect_download() as saved:
        page.locator("#overview-table").get_by_role("link", name="Download these figures (CSV)").click()
    assert saved.value.suggested_filename == "overview-E06000018.csv"
    page.locator("#page .wh-rug thead a").first.press("Enter")
    page.wait_for_url("**/areas/E92000001")


def test_a_wide_grid_is_scrolled_by_keyboard_and_says_that_more_lies_right(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 1366, "height": 768})
    visit.go("/overview?parent=E12000008&area_type=ltla", ready="#page .wh-rug table")
    visit.check()
    grid, frame = page.locator("#page .wh-rug-scroll"), page.locator("#page .wh-rug")
    assert "wh-rug-right" in frame.get_attribute("class") and "wh-rug-below" in frame.get_attribute("class")
    assert page.get_by_text("More areas to the right").is_visible()
    grid.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('#page .wh-rug-scroll').scrollLeft > 0")
    # the names of the indicators stay while the areas scroll
    first = page.locator("#page .wh-rug tbody th[scope=row]").first
    assert abs(first.bounding_box()["x"] - grid.bounding_box()["x"]) < 3
    page.evaluate(
        "() => { const box = document.querySelector('#page .wh-rug-scroll'); box.scrollLeft = box.scrollWidth; }"
    )
    page.wait_for_function(
        "() => !document.querySelector('#page .wh-rug').classList.contains('wh-rug-right')"
    )
    assert not page.get_by_text("More areas to the right").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_a_phone_a_row_opens_for_the_other_areas(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    visit.go("/overview?area=E06000018", ready="#page .wh-rug table")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("#page .wh-rug").bounding_box()["y"] <= 600
    row = page.locator("#page .wh-rug tbody tr:not(.wh-rug-theme)").nth(1)
    # closed: England and the area that the grid is about
    assert row.locator("td[data-a]:visible").count() == 2
    button = row.get_by_role("button", name="other areas: Employment rate")
    assert button.get_attribute("aria-expanded") == "false"
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert row.locator("td[data-a]:visible").count() == 11
    visit.check()
    button.press("Enter")
    assert row.locator("td[data-a]:visible").count() == 2


def test_a_second_indicator_changes_the_words_and_the_chart(visit: Visit) -> None:
    page = visit.page
    visit.go("/relate?area=E06000018", ready="#page #relate-chart .main-svg")
    visit.check()
    # on a phone the controls are behind one button
    change = page.locator("#page .wh-change")
    if change.is_visible():
        change.click()
    page.get_by_label("Compare with").select_option("no-qualifications")
    page.wait_for_function("() => document.querySelector('#page h1').innerText.includes('no qualifications')")
    visit.settle("#page #relate-chart .main-svg")
    assert "with=no-qualifications" in page.url
    visit.check()
    page.go_back()
    page.wait_for_function("() => document.querySelector('#page h1').innerText.includes('disability')")
    assert page.get_by_label("Compare with").input_value() == "disability-prevalence"
