"""An indicator is found by a word, as it is typed and by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_the_list_narrows_as_words_are_typed(visit: Visit) -> None:
    page = visit.page
    visit.go("/indicators")
    everything = page.locator("#page .wh-entry:visible").count()
    page.get_by_label("Find an indicator").focus()
    page.keyboard.type("fit note mental")
    page.wait_for_function(
        "() => document.querySelector('#page [data-filter-status]').textContent.startsWith('1 of ')"
    )
    assert page.locator("#page .wh-entry:visible h3").all_inner_texts() == [
        "Fit notes for mental and behavioural disorders"
    ]
    # headings of themes with nothing left go too
    assert page.locator("#page section:visible > h2").all_inner_texts() == ["Benefits and fit notes"]
    visit.check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators?q=fit+note+mental")
    page.reload()
    visit.settle()
    assert page.get_by_label("Find an indicator").input_value() == "fit note mental"
    assert page.locator("#page .wh-entry:visible").count() == 1
    page.get_by_label("Find an indicator").fill("")
    assert page.locator("#page .wh-entry:visible").count() == everything
