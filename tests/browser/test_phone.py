"""What a phone shows at first: the open tab in sight, and what the folded choices are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Any, address: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield Visit(page, address)
    context.close()


@pytest.mark.parametrize(
    "path", ["/about", "/evidence", "/accessibility", "/areas/E06000018/sources", "/map"]
)
def test_the_open_tab_is_in_sight(phone: Visit, path: str) -> None:
    phone.go(path)
    tab = phone.page.locator("#page .wh-tabs [aria-current=page]").bounding_box()
    assert tab is not None
    assert tab["x"] >= 0 and tab["x"] + tab["width"] <= 390


def test_a_page_that_is_opened_from_another_shows_its_tab_too(phone: Visit) -> None:
    phone.go("/about")
    phone.page.get_by_role("link", name="Accessibility", exact=True).first.click()
    phone.page.wait_for_selector("#page[data-path='/accessibility']")
    tab = phone.page.locator("#page .wh-tabs [aria-current=page]").bounding_box()
    assert tab is not None and tab["x"] + tab["width"] <= 390


@pytest.mark.parametrize(
    ("path", "said"),
    [
        # nothing is chosen yet: what is shown without a choice
        ("/evidence", "Everyone · All indicators"),
        ("/map?indicator=employment-rate", "Employment rate · Local authorities (lower tier) · 2023"),
    ],
)
def test_the_change_button_says_what_is_shown(phone: Visit, path: str, said: str) -> None:
    phone.go(path)
    assert said in phone.page.locator(".wh-change .wh-chosen").inner_text()
