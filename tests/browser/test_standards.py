"""What every page keeps: reflow at 320 px, text at 200%, forced colours, no script at all, and the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.keyboard import focused, skip_to_main, tab_to, visible_focus

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/map",
    "/compare",
    "/trends?area=E06000018",
    "/overview",
    "/areas",
    "/areas/E06000018",
    "/areas/E06000018/figures",
    "/areas/custom:E06000015+E06000018?name=Derby+and+Nottingham",
    "/groups?members=Nottingham,Derby",
    "/conditions",
    "/relate",
    "/goal",
    "/evidence",
    "/indicators",
    "/indicators/employment-rate",
    "/data",
    "/api",
    "/refresh",
    "/quarantine",
    "/about",
    "/glossary",
    "/nowhere",  # the page for an address that does not exist
]

# what sticks out to the right of the page without lying in a part that scrolls by itself
STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth + 1;
  const scrolls = node => {
    for (let up = node.parentElement; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (/(auto|scroll|hidden|clip)/.test(style.overflowX) && up !== document.body && up !== document.documentElement) return true;
    }
    return false;
  };
  return Array.from(document.querySelectorAll('main *'))
    .filter(node => node.getClientRects().length && node.getBoundingClientRect().right > wide && !scrolls(node))
    .slice(0, 5)
    .map(node => node.tagName + '.' + (node.className.baseVal ?? node.className) + ' ' + Math.round(node.getBoundingClientRect().right));
}"""


def context_of(browser: Any, address: str, **settings: Any) -> tuple[Any, Visit]:
    context = browser.new_context(reduced_motion="reduce", **settings)
    page = context.new_page()
    page.set_default_timeout(20_000)
    return context, Visit(page, address)


@pytest.fixture
def narrow(browser: Any, address: str) -> Iterator[Visit]:
    """320 px wide: a desk's 1280 px at 400% (WCAG 1.4.10)."""
    context, made = context_of(browser, address, viewport={"width": 320, "height": 640})
    yield made
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_at_320_px(narrow: Visit, path: str) -> None:
    narrow.go(path)
    assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert narrow.page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("path", PAGES)
def test_text_of_twice_the_size_still_fits(browser: Any, address: str, path: str) -> None:
    context, visit = context_of(browser, address, viewport={"width": 1280, "height": 900})
    visit.go(path)
    # text alone is made larger, as a reader's own setting does (WCAG 1.4.4)
    visit.page.add_style_tag(content="html { font-size: 200% !important; }")
    visit.page.wait_for_timeout(200)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert visit.page.evaluate(STICKING_OUT) == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_forced_colours_leave_everything_to_read(browser: Any, address: str, path: str) -> None:
    context, visit = context_of(
        browser, address, viewport={"width": 1280, "height": 900}, forced_colors="active"
    )
    visit.go(path)
    assert visit.violations() == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_without_any_script_the_words_and_the_table_are_there(browser: Any, address: str, path: str) -> None:
    context, visit = context_of(
        browser, address, viewport={"width": 1280, "height": 900}, java_script_enabled=False
    )
    page = visit.page
    page.goto(address + path)
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("main").get_by_role("link").count() > 0
    if path.split("?")[0] in ("/map", "/compare", "/trends", "/overview", "/areas/E06000018", "/refresh"):
        assert page.get_by_role("table").count() > 0
        assert page.get_by_role("row").count() > 3
    context.close()


def test_a_commissioner_finds_compares_and_follows_an_area_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    # the first stop is the way past the navigation
    skip_to_main(page)
    tab_to(page, "^INPUT #find-area")
    assert visible_focus(page)
    page.keyboard.type("aylesbury")
    page.wait_for_selector(".wh-find-list [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/areas/E\d+"))
    visit.settle()
    # the focus has moved to the heading of the new page, so that it is read out
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")
    code = page.url.rsplit("/", 1)[1][:9]

    # the choice of another page through the navigation, then of an indicator in its list
    visit.go(f"/compare?area={code}")
    if page.locator(".wh-change").is_visible():
        # on a phone the controls stand behind one button, which hands the focus on
        tab_to(page, "^BUTTON # ?Change")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.id === 'choose-indicator'")
    else:
        tab_to(page, "^SELECT #choose-indicator")
    assert visible_focus(page)
    before = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("text => document.querySelector('h1').innerText !== text", arg=before)
    visit.settle()
    # what was used still has the focus after the page was made anew
    page.wait_for_function("() => document.activeElement.id === 'choose-indicator'")
    assert code in page.url
    # a column is sorted by keyboard, and says so
    visit.go(f"/compare?area={code}")
    tab_to(page, "^A #sort-highest")
    page.keyboard.press("Enter")
    page.wait_for_selector("th[aria-sort=ascending]")
    assert "sort=lowest" in page.url
    visit.check()


def test_a_trend_is_reached_and_an_area_added_and_removed_by_keyboard(visit: Visit) -> None:
    page = visit.page
    visit.go("/trends?indicator=employment-rate&area=E06000018")
    if page.locator(".wh-change").is_visible():
        # on a phone the controls stand behind one button, which hands the focus to the first of them
        tab_to(page, "^BUTTON # ?Change")
        page.keyboard.press("Enter")
    if "choose-add-area" not in focused(page):
        tab_to(page, "^SELECT #choose-add-area")
    # every letter changes what a closed list shows; only Enter (or leaving it) takes the choice
    page.keyboard.type("Derby")
    assert "area=E06000018" in page.url and "," not in page.url
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"area=E06000018,E06000015$"))
    visit.settle()
    tab_to(page, "Remove Nottingham")
    page.keyboard.press("Enter")
    page.wait_for_function("() => !location.search.includes('E06000018')")
    visit.settle()
    visit.check()


def test_what_was_typed_before_the_scripts_came_is_kept(browser: Any, address: str) -> None:
    context, visit = context_of(browser, address, viewport={"width": 1280, "height": 900})
    page = visit.page
    held: list[Any] = []
    page.route("**/_dash-layout", lambda route: held.append(route))
    page.goto(address + "/", wait_until="commit")
    page.wait_for_selector("#page #find-area")
    page.focus("#page #find-area")
    page.keyboard.type("nott")
    page.wait_for_function(
        "() => window.dash_clientside && document.querySelector('#find-area').value === 'nott'"
    )
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(100)
    held[0].continue_()
    visit.settle()
    page.keyboard.type("ingham")
    page.wait_for_function("() => document.querySelector('#page #find-area').value === 'nottingham'")
    page.wait_for_selector(".wh-find-list [role=option]")
    context.close()
