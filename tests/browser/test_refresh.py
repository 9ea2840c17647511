"""The refresh page with everything on it opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_every_source_can_be_opened_and_passes_axe(visit: Visit) -> None:
    visit.go("/refresh")
    page = visit.page
    closed = page.locator("main details:not([open]) > summary")
    assert closed.count() > 10
    page.evaluate("() => document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    page.get_by_role("table", name="Figures changed by the last publication of English Indices").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visit.check()


def test_a_source_in_the_summary_leads_to_its_own_part(visit: Visit) -> None:
    visit.go("/refresh")
    visit.page.locator("#sources").get_by_role("link", name="English Indices of Deprivation").click()
    visit.page.wait_for_url("**/refresh#deprivation")
    assert visit.page.get_by_role("heading", name="English Indices of Deprivation", level=3).is_visible()
    # what stands below the name was folded away, and the link has opened it
    assert visit.page.locator("#deprivation dl").is_visible()
    assert not visit.page.locator("#census_2021 dl").is_visible()
    visit.check()
    visit.page.reload()
    visit.page.wait_for_selector(".wh-ready")
    assert visit.page.locator("#deprivation dl").is_visible()
