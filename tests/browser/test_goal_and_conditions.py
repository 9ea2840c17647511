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


def test_by_condition_is_a_tab_and_the_area_travels_along(visit: Visit) -> None:
    page = visit.page
    visit.go("/conditions?area=E10000016")
    tabs = page.get_by_role("navigation", name="This area")
    assert tabs.locator("[aria-current=page]").inner_text() == "By condition"
    assert page.locator(".wh-nav-link[data-door='/areas']").get_attribute("href") == "/areas/E10000016"
    assert "area=E10000016" in (page.locator(".wh-nav-link[data-door='/map']").get_attribute("href") or "")
    tabs.get_by_role("link", name="Summary").click()
    page.wait_for_function(
        "() => document.querySelector('.wh-tab[aria-current=page]').innerText === 'Summary'"
    )
    page.get_by_role("navigation", name="This area").get_by_role("link", name="By condition").click()
    page.wait_for_url(re.compile("/conditions\\?area=E10000016"))
    page.wait_for_function(
        "() => document.querySelector('.wh-tab[aria-current=page]').innerText === 'By condition'"
    )
    visit.check()


def test_no_letter_of_a_picture_is_scaled_or_smaller_than_13_px(visit: Visit) -> None:
    visit.go("/conditions?area=E06000018")
    sizes = visit.page.evaluate(
        """() => [...document.querySelectorAll('#page svg text')].map(text =>
            parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM() ? text.getScreenCTM().a : 1))"""
    )
    assert sizes and min(sizes) >= 12.9


@pytest.mark.parametrize(("width", "height", "most"), [(1366, 768, 420), (390, 844, 600)])
@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/conditions?area=E06000018", ".wh-gap-svg circle"),
        # a council and an NHS area with long names
        ("/conditions?area=E06000058", ".wh-gap-svg circle"),
        ("/conditions?area=E54000060", ".wh-gap-svg circle"),
        # an NHS area that has ended says so above its figures
        ("/areas/E54000034", ".wh-key-figures .wh-card"),
        ("/areas/E54000034/trends", ".wh-multiple"),
    ],
)
def test_the_first_mark_of_an_area_is_in_sight(
    visit: Visit, path: str, first: str, width: int, height: int, most: int
) -> None:
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.go(path, ready=f"#page {first}")
    assert visit.page.locator(f"#page {first}").first.bounding_box()["y"] <= most
