"""The box for finding a place, in the page and in the header: by keyboard, by mouse, and without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HOME, HEADER = "#page form[data-find-form] input[name=q]", ".wh-header form[data-find-form] input[name=q]"
Visit = Any


def typed(page: Any, box: str, text: str) -> None:
    """Types into a box and waits until its popup shows an answer for the text."""
    page.focus(box)
    page.keyboard.type(text)
    page.wait_for_selector(f'.wh-find-popup[data-answers="{text.strip()}"]', state="visible")


def state(page: Any, box: str) -> dict[str, Any]:
    """What the box tells a screen reader: expanded, active option, and the options with which is chosen."""
    found: dict[str, Any] = page.evaluate(
        """box => {
          const input = document.querySelector(box), list = document.getElementById(input.getAttribute('aria-controls'));
          const active = document.getElementById(input.getAttribute('aria-activedescendant') || '-');
          return { role: input.getAttribute('role'), expanded: input.getAttribute('aria-expanded'), listRole: list.getAttribute('role'),
            active: active && active.innerText, chosen: list.querySelectorAll('[aria-selected=true]').length,
            options: Array.from(list.children, option => [option.getAttribute('role'), option.innerText.replace(/\\s+/g, ' ')]) };
        }""",
        box,
    )
    return found


def test_arrow_keys_choose_escape_closes_and_enter_opens(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    typed(page, HOME, "beeston")
    found = state(page, HOME)
    assert (found["role"], found["listRole"], found["expanded"]) == ("combobox", "listbox", "true")
    assert found["options"][0] == ["option", "Beeston Town in Broxtowe, 51,278 people"]
    assert (found["active"], found["chosen"]) == (None, 0)
    assert "6 matches for “beeston”" in page.locator(".wh-find [role=status]").inner_text()
    page.keyboard.press("ArrowDown")
    assert "Town in Broxtowe" in state(page, HOME)["active"]
    assert state(page, HOME)["chosen"] == 1
    visit.check()
    # up from the first is the text itself, and up once more the last
    page.keyboard.press("ArrowUp")
    assert state(page, HOME)["active"] is None
    page.keyboard.press("ArrowUp")
    assert "North Norfolk" in state(page, HOME)["active"]
    page.keyboard.press("Escape")
    assert state(page, HOME)["expanded"] == "false"
    assert page.input_value(HOME) == "beeston" and page.locator(".wh-find-popup:visible").count() == 0
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(".wh-find-popup:visible")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/areas/E07000172$"))
    visit.settle()
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")


def test_escape_twice_clears_the_box(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    typed(page, HOME, "leeds")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.input_value(HOME) == ""


def test_a_postcode_in_the_header_offers_each_council_with_its_share(visit: Visit) -> None:
    page = visit.page
    visit.go("/map")
    typed(page, HEADER, "ng92ab")
    assert [text for _, text in state(page, HEADER)["options"]] == [
        "NG9 2AB: Broxtowe (77%) District in the East Midlands",
        "NG9 2AB: Nottingham (23%) Unitary authority in the East Midlands",
    ]
    popup = page.locator(".wh-header .wh-find-popup")
    assert "which lies in two councils:" in popup.inner_text()
    assert "Contains Royal Mail data ©" in popup.inner_text()
    # all of the popup can be seen
    box = popup.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
    visit.check()
    popup.get_by_text("NG9 2AB: Nottingham (23%)").click()
    page.wait_for_url(re.compile(r"/areas/E06000018$"))
    visit.settle()
    assert page.input_value(HEADER) == ""


def test_near_matches_and_no_match_can_be_seen(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    typed(page, HOME, "nottingam")
    page.wait_for_selector("text=No place is called “nottingam”. Near matches:")
    assert state(page, HOME)["options"][0] == ["option", "Nottingham Unitary authority in the East Midlands"]
    page.fill(HOME, "")
    typed(page, HOME, "xyzzyqk")
    page.wait_for_selector(".wh-find-popup >> text=No place is called “xyzzyqk”.")
    assert state(page, HOME)["options"] == [] and state(page, HOME)["expanded"] == "false"
    visit.check()


def test_enter_without_a_choice_lists_everything_that_was_found(visit: Visit) -> None:
    page = visit.page
    visit.go("/map")
    typed(page, HEADER, "castle")
    assert len(state(page, HEADER)["options"]) == 20
    assert page.locator(".wh-find-foot a").inner_text() == "See all matches"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/areas\?q=castle$"))
    visit.settle()
    assert page.locator("#found li").count() > 20
    visit.check()


def test_two_boxes_of_one_page_do_not_disturb_each_other(visit: Visit) -> None:
    page = visit.page
    visit.go("/areas")
    typed(page, HOME, "leeds")
    assert page.locator(".wh-find-popup:visible").count() == 1
    typed(page, HEADER, "derby")
    assert page.locator(".wh-find-popup:visible").count() == 1
    assert page.get_attribute(HOME, "aria-controls") != page.get_attribute(HEADER, "aria-controls")
    assert state(page, HEADER)["options"][0][1].startswith("Derby ")
    ids = page.evaluate("() => Array.from(document.querySelectorAll('[id]'), node => node.id)")
    assert len(ids) == len(set(ids))
    # the page is written anew under the same address: its box works as before
    page.keyboard.press("Escape")
    if page.locator(".wh-change").is_visible():
        page.click(".wh-change")
    page.select_option("#choose-area_type", "icb")
    page.wait_for_url(re.compile("area_type=icb"))
    visit.settle()
    page.fill(HOME, "")
    typed(page, HOME, "hull")
    assert page.locator(".wh-find-popup:visible").count() == 1


def test_what_is_typed_while_a_page_comes_stays(visit: Visit) -> None:
    page = visit.page
    visit.go("/areas")
    waiting: list[Any] | None = []
    page.route(
        "**/_dash-update-component",
        lambda route: route.continue_() if waiting is None else waiting.append(route),
    )
    page.evaluate("() => window.workhealth.open('/areas', '?area_type=icb')")
    page.wait_for_url(re.compile("area_type=icb"))
    page.wait_for_selector("#page[aria-busy=true]")
    typed(page, HOME, "hull")
    held, waiting = waiting, None
    assert held
    for route in held:
        route.continue_()
    visit.settle()
    assert page.input_value(HOME) == "hull"
    assert page.locator(".wh-find-popup:visible").count() == 1
    page.keyboard.press("ArrowDown")
    assert "Hull" in state(page, HOME)["active"]


def test_a_search_that_fails_says_so_and_enter_still_works(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address + "/")
    page.wait_for_selector("html.wh-ready")
    page.route("**/api/v1/areas*", lambda route: route.abort())
    page.focus(HOME)
    page.keyboard.type("leeds")
    page.wait_for_function(
        "() => document.querySelector('.wh-find [role=status]').textContent.startsWith('The search does not answer.')"
    )
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?q=leeds$"))
    page.wait_for_selector("#found")
    context.close()


def test_without_scripts_the_box_leads_to_the_same_answers(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/")
    page.fill(HOME, "ng9 2")
    page.click("#page form[data-find-form] button")
    page.wait_for_url(re.compile(r"\?q=ng9"))
    assert page.locator("#found li").all_inner_texts()[0].startswith("NG9 2: Broxtowe (77%)")
    page.click("#found a >> nth=0")
    page.wait_for_url(re.compile(r"/areas/E07000172$"))
    context.close()
