"""The list of indicators: narrowed as words are typed and by links, and found again where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

ROWS = "#page #indicators [data-filter-entry]:visible"


def test_the_list_narrows_as_words_are_typed(visit: Visit) -> None:
    page = visit.page
    visit.go("/indicators")
    everything = page.locator(ROWS).count()
    page.get_by_label("Search indicators").focus()
    page.keyboard.type("fit note mental")
    page.wait_for_function(
        "() => document.querySelector('#page [data-filter-status]').textContent.startsWith('1 of ')"
    )
    assert page.locator(f"{ROWS} a").all_inner_texts() == ["Fit notes: mental health"]
    # headings of groups with nothing left go too, and the count of the others is of what is left
    assert page.locator("#page .wh-lines-group:visible").all_inner_texts() == ["No figures yet (1)"]
    visit.check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators?q=fit+note+mental")
    page.reload()
    visit.settle()
    assert page.get_by_label("Search indicators").input_value() == "fit note mental"
    assert page.locator(ROWS).count() == 1
    page.get_by_label("Search indicators").fill("")
    assert page.locator(ROWS).count() == everything
    assert "with figures" in page.locator("#page [data-filter-status]").inner_text()


def test_choices_narrow_at_once_and_the_way_back_leads_to_the_row(visit: Visit) -> None:
    page = visit.page
    visit.go("/indicators")
    everything = page.locator(ROWS).count()
    page.get_by_role("link", name="With figures").press("Enter")
    page.wait_for_url("**/indicators?figures=yes")
    assert page.get_by_role("link", name="With figures").get_attribute("aria-current") == "true"
    with_figures = page.locator(ROWS).count()
    assert 0 < with_figures < everything
    page.get_by_role("link", name="Health services and work").click()
    page.wait_for_url("**/indicators?theme=health-services-and-work&figures=yes")
    assert 0 < page.locator(ROWS).count() < with_figures
    page.get_by_label("Areas").select_option("icb")
    page.wait_for_url("**theme=health-services-and-work&area_type=icb&figures=yes")
    shown = page.locator(ROWS).count()
    visit.check()
    row = page.locator(ROWS).last
    name, id = row.locator("a").inner_text(), row.get_attribute("id")
    row.locator("a").press("Enter")
    page.wait_for_url("**/indicators/*")
    page.wait_for_function("() => document.querySelector('#page .wh-indicator-top')")
    page.go_back()
    page.wait_for_function("() => document.querySelector('#page #indicators')")
    page.wait_for_function("name => document.activeElement.textContent === name", arg=name)
    assert page.url.endswith("?theme=health-services-and-work&area_type=icb&figures=yes")
    assert page.locator(ROWS).count() == shown
    box = page.locator(f"#{id}").bounding_box()
    assert box is not None and 0 < box["y"] < page.viewport_size["height"]
    # a choice that is made again is taken back
    page.get_by_role("link", name="With figures").click()
    page.wait_for_url("**/indicators?theme=health-services-and-work&area_type=icb")


def test_on_a_phone_the_list_and_an_indicator_do_not_scroll_sideways(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    for address, first in (
        ("/indicators", "#page .wh-lines"),
        ("/indicators/employment-rate", "#page .wh-national"),
    ):
        visit.go(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        box = page.locator(first).bounding_box()
        assert box is not None and box["y"] <= 600
        visit.check()
