"""The map by keyboard alone, by mouse, by touch, through time, with a second map beside it, in print; clean in every state."""

from __future__ import annotations

import io
import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

MAP = "/map?indicator=employment-rate&area_type=ltla&view=approximate"
HEX = "/map?indicator=employment-rate&area_type=ltla&view=hex"
NOTTINGHAM = "E06000018"
DRAWN = "#map-drawing[data-drawn]"
STAGE = ".wh-map-stage"
desk = pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])


def focused(page: Any, attribute: str) -> str:
    return page.evaluate("name => document.activeElement.getAttribute(name)", attribute) or ""


def drawn(page: Any) -> str:
    return page.get_attribute("#map-drawing", "data-drawn") or ""


def another_map(page: Any, before: str) -> None:
    """Wait until another map stands there than the one called ``before``, with every area named anew."""
    page.wait_for_function("key => document.querySelector('#map-drawing')?.dataset.drawn !== key", arg=before)


def pressed(page: Any) -> list[str]:
    return page.locator("[data-panel=map] .wh-map-areas [aria-pressed=true]").evaluate_all(
        "all => all.map(one => one.dataset.areaCode).sort()"
    )


def said(page: Any, words: str) -> None:
    """Wait until the map says these words aloud."""
    page.wait_for_function(
        "words => document.querySelector('#map-live').textContent.includes(words)", arg=words
    )


def zoomable(visit: Visit, address: str) -> Any:
    """The page of a map whose library for zooming has come."""
    visit.go(address, ready=DRAWN)
    visit.page.wait_for_function("() => Boolean(window.d3Zoom)")
    return visit.page


def stage(page: Any) -> str:
    return page.get_attribute(f"[data-panel=map] {STAGE}", "transform")


def area(page: Any, code: str) -> Any:
    return page.locator(f"[data-panel=map] .wh-map-areas [data-area-code={code}]")


def open_controls(page: Any) -> None:
    """On a phone the controls stand behind one button."""
    change = page.locator(".wh-change")
    if change.is_visible() and change.get_attribute("aria-expanded") == "false":
        change.click()


def test_the_whole_journey_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    open_controls(page)
    # choose an indicator: letters move a native list, and one change is made once they rest
    page.focus("#choose-indicator")
    before, steps = drawn(page), page.evaluate("history.length")
    page.keyboard.type("Economic inact", delay=60)
    another_map(page, before)
    page.wait_for_url(re.compile("economic-inactivity-rate"))
    assert page.evaluate("history.length") == steps + 1
    assert focused(page, "id") == "choose-indicator"
    said(page, "Economic inactivity, 2023. ")
    # go on with Tab until an area has the focus, and hear its value
    for _ in range(25):
        page.keyboard.press("Tab")
        if focused(page, "data-area-code"):
            break
    assert focused(page, "aria-label").startswith("Adur: ")
    # from A to Z
    page.keyboard.press("PageDown")
    name = focused(page, "aria-label")
    assert re.match(
        r"^Amber Valley: [\d.]+% \([\d.]+% to [\d.]+%\), similar to England \([\d.]+%\)$", name
    ), name
    page.keyboard.press("End")
    assert focused(page, "aria-label").startswith("York: ")
    page.keyboard.press("PageDown")
    assert focused(page, "aria-label").startswith("Adur: ")
    page.keyboard.press("n")
    assert focused(page, "aria-label").startswith("New Forest: ")
    # to the neighbours, and across the water
    for key, there in (("ArrowRight", "Southampton"), ("ArrowRight", "Eastleigh"), ("ArrowUp", "Winchester")):
        page.keyboard.press(key)
        assert focused(page, "aria-label").startswith(f"{there}: "), key
    page.keyboard.press("Home")
    # Enter chooses one, Space adds another and takes it away
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"area=E07000223"))
    page.keyboard.press("PageDown")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"area=E07000223,E07000032"))
    said(page, "Amber Valley chosen. 2 areas chosen.")
    page.get_by_role("link", name="Compare the 2 chosen areas").wait_for()
    page.keyboard.press("Escape")
    assert focused(page, "aria-label") == "Zoom in"
    # another period: both stay chosen, and the slider keeps the focus
    before = drawn(page)
    page.focus("#map-period")
    page.keyboard.press("ArrowLeft")
    another_map(page, before)
    page.wait_for_url(re.compile(r"period=2022-01-01/P1Y"))
    assert focused(page, "id") == "map-period"
    assert re.match(r"^2022\. Adur: ", focused(page, "aria-valuetext"))
    assert pressed(page) == ["E07000032", "E07000223"]
    visit.settle(DRAWN)
    visit.check()


def test_the_focus_is_a_ring_on_top_and_the_tip_stands_beside_the_area(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    for code in (NOTTINGHAM, "E06000065", "E06000052", "E09000007"):  # small, large, in a corner, in London
        page.keyboard.press("Tab")
        area(page, code).evaluate("one => one.focus({focusVisible: true})")
        ring = page.locator("[data-panel=map] svg > .wh-map-focus path")
        assert ring.count() == 3
        assert page.evaluate(
            "() => { const ring = document.querySelector('svg > .wh-map-focus'); return ring === ring.parentNode.lastElementChild; }"
        )
        widths = ring.evaluate_all("all => all.map(one => getComputedStyle(one).strokeWidth)")
        assert widths == ["9px", "6px", "2.5px"]
        tip, there = (
            page.locator("[data-panel=map] .wh-map-tip").bounding_box(),
            area(page, code).bounding_box(),
        )
        apart = (
            tip["x"] + tip["width"] <= there["x"]
            or there["x"] + there["width"] <= tip["x"]
            or tip["y"] + tip["height"] <= there["y"]
            or there["y"] + there["height"] <= tip["y"]
        )
        assert apart, (code, tip, there)
    page.keyboard.press("Escape")
    assert page.locator("[data-panel=map] svg > .wh-map-focus path").count() == 0
    visit.check()


def test_zoom_by_keys_and_buttons_keeps_lines_thin_and_the_area_in_sight(visit: Visit) -> None:
    page = zoomable(visit, MAP)
    whole = stage(page)
    area(page, NOTTINGHAM).focus()
    for _ in range(4):
        page.keyboard.press("+")
    assert stage(page) != whole
    frame = page.locator("[data-panel=map] .wh-map-frame").bounding_box()
    box = area(page, NOTTINGHAM).bounding_box()
    assert box["width"] > 20  # wide enough for a finger
    assert frame["x"] < box["x"] and box["x"] + box["width"] < frame["x"] + frame["width"]
    assert (
        area(page, NOTTINGHAM).evaluate("one => getComputedStyle(one).vectorEffect") == "non-scaling-stroke"
    )
    moved = stage(page)
    page.keyboard.press("Shift+ArrowRight")
    assert stage(page) != moved
    page.keyboard.press("0")
    assert stage(page) == whole
    page.get_by_role("button", name="Zoom in").click()
    assert page.get_by_role("button", name="Zoom in").bounding_box()["width"] >= 40
    assert stage(page) != whole
    visit.check()
    page.get_by_role("button", name="Show all of England").click()
    assert stage(page) == whole
    assert page.get_by_role("button", name="Zoom out").is_disabled()


@desk
def test_the_wheel_scrolls_the_page_unless_ctrl_is_held(visit: Visit) -> None:
    page = zoomable(visit, MAP)
    whole = stage(page)
    frame = page.locator("[data-panel=map] .wh-map-frame").bounding_box()
    page.mouse.move(frame["x"] + 300, frame["y"] + 300)
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => window.scrollY > 100")
    assert stage(page) == whole
    page.evaluate("window.scrollTo(0, 0)")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function(
        "before => document.querySelector('.wh-map-stage').getAttribute('transform') !== before", arg=whole
    )
    assert page.evaluate("window.scrollY") == 0
    # a drag moves the map and chooses nothing
    zoomed = stage(page)
    page.mouse.move(frame["x"] + 400, frame["y"] + 320)
    page.mouse.down()
    page.mouse.move(frame["x"] + 340, frame["y"] + 280, steps=5)
    page.mouse.up()
    assert stage(page) != zoomed
    assert pressed(page) == []


@desk
def test_a_double_click_shows_the_region_and_another_all_of_england(visit: Visit) -> None:
    page = zoomable(visit, MAP)
    whole = stage(page)
    area(page, "E06000052").dblclick()
    said(page, "The map shows South West.")
    assert stage(page) != whole
    assert pressed(page) == ["E06000052"]
    area(page, "E06000052").dblclick()
    page.wait_for_function(
        "before => document.querySelector('.wh-map-stage').getAttribute('transform') === before", arg=whole
    )


def test_two_fingers_zoom_and_one_finger_scrolls(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address + MAP)
    page.wait_for_selector(DRAWN)
    page.wait_for_function("() => Boolean(window.d3Zoom)")
    whole = stage(page)
    svg = page.locator("[data-panel=map] svg.wh-map-svg")
    assert svg.evaluate("one => getComputedStyle(one).touchAction") == "pan-x pan-y"
    touch = """(svg, [kind, points]) => {
      const box = svg.getBoundingClientRect();
      const touches = points.map((at, i) => new Touch({identifier: i, target: svg, clientX: box.left + at[0], clientY: box.top + at[1]}));
      const event = new TouchEvent(kind, {touches: kind === 'touchend' ? [] : touches, changedTouches: touches, targetTouches: touches, bubbles: true, cancelable: true});
      svg.dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    # one finger: the page keeps it
    assert svg.evaluate(touch, ["touchstart", [[100, 200]]]) is False
    assert svg.evaluate(touch, ["touchmove", [[100, 150]]]) is False
    svg.evaluate(touch, ["touchend", [[100, 150]]])
    assert stage(page) == whole
    svg.evaluate(touch, ["touchstart", [[150, 200], [200, 200]]])
    assert svg.evaluate(touch, ["touchmove", [[100, 200], [250, 200]]]) is True
    svg.evaluate(touch, ["touchend", [[100, 200], [250, 200]]])
    scale = float(re.search(r"scale\(([\d.]+)", stage(page))[1])
    assert scale == pytest.approx(3 * float(re.search(r"scale\(([\d.]+)", whole)[1]), rel=0.01)
    # a small district can be hit now, by a finger
    page.touchscreen.tap(*middle(area(page, "E07000173")))
    page.wait_for_url(re.compile("area=E07000173"))
    context.close()


def middle(place: Any) -> tuple[float, float]:
    """Of an element, in pixels of the window."""
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_drawing_round_areas_chooses_them(visit: Visit) -> None:
    page = visit.page
    visit.go(HEX, ready=DRAWN)
    page.click("#map-lasso")
    page.locator("[data-panel=map] svg.wh-map-svg").scroll_into_view_if_needed()
    around = area(page, NOTTINGHAM).bounding_box()
    x, y = around["x"] + around["width"] / 2, around["y"] + around["height"] / 2
    reach = around["width"] * 1.2  # its six neighbours, and no hexagon beyond them
    page.mouse.move(x - reach, y - reach)
    page.mouse.down()
    for right, down in ((1, -1), (1, 1), (-1, 1), (-1, -1)):
        page.mouse.move(x + right * reach, y + down * reach, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile(NOTTINGHAM))
    page.wait_for_function(
        "() => document.querySelectorAll('[data-panel=map] [aria-pressed=true]').length > 1"
    )
    chosen = pressed(page)
    assert NOTTINGHAM in chosen and 3 <= len(chosen) <= 9
    visit.settle(DRAWN)
    page.get_by_role("link", name=f"Compare the {len(chosen)} chosen areas").wait_for()
    assert page.locator("#map-chosen section").count() == 1
    visit.check()
    # and back to none: the focus goes to the map
    page.click("#map-clear")
    page.wait_for_function("() => !document.querySelector('[data-panel=map] [aria-pressed=true]')")
    said(page, "No area is chosen.")
    assert focused(page, "data-area-code")


def test_pointing_at_an_area_shows_it_on_both_maps(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{HEX}&with=economic-inactivity-rate", ready="[data-panel=second] .wh-area")
    second = page.locator("[data-panel=second]")
    assert second.locator(".wh-map-areas .wh-area").count() == 296
    area(page, NOTTINGHAM).hover()
    second.locator(".wh-map-links .wh-mark-linked").first.wait_for(state="attached")
    tip = second.locator(".wh-map-tip")
    assert tip.is_visible()
    assert "Nottingham" in tip.inner_text()
    # by keyboard likewise, from the second map to the first; both values are in the name that is spoken
    there = second.locator(f".wh-map-areas [data-area-code={NOTTINGHAM}]")
    there.focus()
    assert "Nottingham" in page.locator("[data-panel=map] .wh-map-tip").inner_text()
    name = there.get_attribute("aria-label")
    assert re.search(r"^Nottingham: [\d.]+%.* Employment rate, 2023: [\d.]+%$", name), name
    assert page.locator("#map-table thead").inner_text().count("Economic inactivity") == 1
    # what is chosen on one is chosen on both
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(NOTTINGHAM))
    page.wait_for_function(
        "() => document.querySelectorAll('.wh-map-areas [aria-pressed=true]').length === 2"
    )
    visit.settle(DRAWN)
    visit.check()


def test_play_moves_one_period_a_press_where_motion_is_unwelcome(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{HEX}&period=2019-01-01/P1Y&area={NOTTINGHAM}", ready=DRAWN)
    button = page.locator("#map-play")
    assert button.inner_text() == "Next period"
    before = drawn(page)
    button.click()
    another_map(page, before)
    page.wait_for_url(re.compile("period=2020-01-01/P1Y"))
    assert page.locator("#map-period-now").inner_text() == "2020"
    page.wait_for_function("() => document.querySelector('h1').innerText === 'Employment rate, 2020'")
    said(page, "2020")
    assert pressed(page) == [NOTTINGHAM]
    assert button.inner_text() == "Next period"
    visit.settle(DRAWN)
    visit.check()


def test_play_asks_once_for_all_periods_and_says_nothing_meanwhile(visit: Visit) -> None:
    page = visit.page
    page.emulate_media(reduced_motion="no-preference")
    visit.go(f"{HEX}&period=2020-01-01/P1Y", ready=DRAWN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "() => { window.heard = []; new MutationObserver(() => window.heard.push(document.querySelector('#map-live').textContent))"
        ".observe(document.querySelector('#map-live'), {childList: true, characterData: true, subtree: true}); }"
    )
    page.locator("#map-play").click()
    page.wait_for_function("() => document.querySelector('#map-play').textContent === 'Pause'")
    page.wait_for_function("() => document.querySelector('#map-period-now').textContent === '2022'")
    assert page.evaluate("window.heard") == []
    page.locator("#map-play").click()
    page.wait_for_url(re.compile("period=202[23]-01-01/P1Y"))
    said(page, "Employment rate, 202")
    while_playing = [url for url in asked if "/map/" in url]
    assert ["/map/periods" in url for url in while_playing] == [True, False]
    visit.settle(DRAWN)
    visit.check()


@pytest.mark.parametrize(
    ("query", "legend", "column"),
    [
        ("shading=trend", "No clear change", "Recent trend"),
        ("shading=change&since=2018-01-01/P1Y", "No clear change", "Change since 2018"),
        ("shading=quintile", "Quintile 1 (lowest)", "Quintile"),
        ("shading=continuous", "%", "Compared with"),
        ("benchmark=similar", "Similar to the median of similar areas", "Compared with"),
        ("benchmark=parent&outline=icb", "Similar to the area around it", "Compared with"),
    ],
)
def test_every_shading_says_in_words_what_it_shows(
    visit: Visit, query: str, legend: str, column: str
) -> None:
    page = visit.page
    visit.go(f"{MAP}&{query}&area={NOTTINGHAM}", ready=DRAWN)
    words = page.locator("#map-key .wh-legend").inner_text()
    assert legend in words
    assert re.search(r"\d+\s+areas", words)
    assert column in page.locator("#map-table thead").inner_text()
    label = area(page, NOTTINGHAM).get_attribute("aria-label")
    assert label.startswith("Nottingham: 66.1% (62.0% to 70.2%), ")
    strip = page.locator("#map-key .wh-strip")
    assert strip.get_attribute("aria-label").startswith("Distribution of 294 areas, from ")
    assert "Nottingham" in strip.text_content()
    visit.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_come_from_the_tokens_and_follow_the_reader(visit: Visit, scheme: str) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme)
    visit.go(MAP, ready=DRAWN)
    variable = (
        "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim().toLowerCase()"
    )
    fill = "one => { const [r, g, b] = getComputedStyle(one).fill.match(/\\d+/g).map(Number); return '#' + [r, g, b].map(part => part.toString(16).padStart(2, '0')).join(''); }"
    similar = page.locator("[data-panel=map] .wh-map-areas .wh-fill-similar").first
    better = page.locator("[data-panel=map] .wh-map-areas .wh-fill-better").first
    assert similar.evaluate(fill) == page.evaluate(variable, "--similar")
    assert better.evaluate(fill) == page.evaluate(variable, "--better")
    worse = page.locator("[data-panel=map] .wh-map-areas .wh-fill-worse").first
    assert worse.get_attribute("fill") == "url(#wh-pattern-map-worse)"
    # over all areas the edges of worse ones, over them those of better ones, then regions
    order = page.locator(f"[data-panel=map] {STAGE} > *").evaluate_all(
        "all => all.map(one => one.getAttribute('class'))"
    )
    assert order[:4] == ["wh-map-areas", "wh-map-edges", "wh-map-edges", "wh-map-outlines"]
    edges = page.locator(f"[data-panel=map] {STAGE} > .wh-map-edges").evaluate_all(
        "all => all.map(one => one.getAttribute('d'))"
    )
    assert worse.get_attribute("d") in edges[0] and better.get_attribute("d") in edges[1]
    assert similar.get_attribute("d") not in edges[0] + edges[1]
    # those of Fingertips on request, said in the key, and kept for the next visit
    page.get_by_role("button", name="Colours as in Fingertips").click()
    assert (
        page.locator(".wh-map-colours-note").first.inner_text().startswith("Colours as in Fingertips: green")
    )
    assert better.evaluate(fill) == "#92d050"
    visit.check()
    page.reload()
    visit.settle(DRAWN)
    assert page.locator("[data-panel=map] .wh-map-areas .wh-fill-better").first.evaluate(fill) == "#92d050"
    page.get_by_role("button", name="Colours of this service").click()
    assert page.evaluate("document.documentElement.dataset.colours") is None


def test_names_never_overlap_and_more_come_when_the_map_is_zoomed(visit: Visit) -> None:
    page = zoomable(visit, f"{MAP}&area={NOTTINGHAM}")
    boxes = """() => [...document.querySelectorAll('[data-panel=map] :is(.wh-map-label, .wh-map-own) text')]
      .filter(one => one.checkVisibility()).map(one => { const box = one.getBoundingClientRect(); return [one.textContent, box.left, box.top + 2, box.right, box.bottom - 2]; })"""
    for _ in range(4):
        found = page.evaluate(boxes)
        assert "Nottingham" in [box[0] for box in found]
        for box, other in combinations(found, 2):
            apart = box[3] <= other[1] or other[3] <= box[1] or box[4] <= other[2] or other[4] <= box[2]
            assert apart, (box, other)
        area(page, NOTTINGHAM).focus()
        page.keyboard.press("+")
    visit.check()


def test_the_picture_begins_above_the_fold(visit: Visit) -> None:
    page = visit.page
    is_phone = page.viewport_size["width"] < 640
    page.set_viewport_size({"width": 390, "height": 844} if is_phone else {"width": 1366, "height": 768})
    for search in ("", f"&area={NOTTINGHAM}", f"&area={NOTTINGHAM},E06000015,E08000035"):
        visit.go(MAP + search, ready=DRAWN)
        top = page.locator("[data-panel=map] .wh-map-frame").bounding_box()["y"]
        assert top <= (600 if is_phone else 420), search
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("visit", [768, 1920], indirect=True, ids=["768px", "1920px"])
def test_it_stands_well_at_other_widths_and_in_forced_colours(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{MAP}&area={NOTTINGHAM}", ready=DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(forced_colors="active")
    assert page.locator("[data-panel=map] .wh-map-areas .wh-fill-better").first.is_visible()
    visit.check()


def test_outlines_and_zoom_come_and_go_and_the_choice_stays(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{MAP}&area={NOTTINGHAM}", ready=DRAWN)
    usual = page.locator("[data-panel=map] .wh-map-outlines").first.get_attribute("d")
    whole = stage(page)
    open_controls(page)
    page.locator("summary", has_text="More options").click()
    visit.check()
    page.select_option("#choose-outline", "icb")
    page.wait_for_function(
        "() => document.querySelector('svg.wh-map-svg').dataset.outline.includes('outline=icb')"
    )
    assert page.locator("[data-panel=map] .wh-map-outlines").first.get_attribute("d") != usual
    page.get_by_role("button", name="Zoom to chosen areas").click()
    page.wait_for_url(re.compile("zoom=chosen"))
    moved = "before => document.querySelector('.wh-map-stage').getAttribute('transform') !== before"
    page.wait_for_function(moved, arg=whole)
    page.reload()
    visit.settle(DRAWN)
    page.wait_for_function(moved, arg=whole)
    page.locator("#map-zoom", has_text="Show all of England").click()
    page.wait_for_function(
        "before => document.querySelector('.wh-map-stage').getAttribute('transform') === before", arg=whole
    )
    open_controls(page)
    page.locator("summary", has_text="More options").click()
    page.select_option("#choose-parent", "E12000004")
    page.wait_for_function(
        "() => document.querySelector('#map-table h2').textContent.includes('East Midlands')"
    )
    page.wait_for_function(moved, arg=whole)
    assert pressed(page) == [NOTTINGHAM]
    visit.settle(DRAWN)
    visit.check()


def test_controls_of_the_drawer_are_those_of_the_map_shown_when_it_opens(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    offered = (
        "() => [...document.querySelectorAll('#choose-parent option')].map(option => option.textContent)"
    )
    before = page.evaluate(offered)
    assert "East Midlands" in before
    with page.expect_response("**/map/more?**"):
        open_controls(page)
        page.select_option("#choose-area_type", "icb")
        page.wait_for_function(
            "() => document.querySelector('#map-table h2').textContent.includes('care board')"
        )
        page.locator("summary", has_text="More options").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('#choose-parent option')].some(option => option.value.startsWith('E40'))"
    )
    assert page.evaluate(offered) != before


def test_an_open_drawer_follows_each_change_and_a_closed_one_asks_for_nothing(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/map/more" in request.url else None)
    before = drawn(page)
    open_controls(page)
    page.select_option("#choose-indicator", "population-16-64")  # it cannot be compared
    another_map(page, before)
    visit.settle(DRAWN)
    assert asked == []
    page.locator("summary", has_text="More options").click()
    page.wait_for_selector("#choose-shading option[value=benchmark]", state="detached")
    assert len(asked) == 1
    # open: since when, as soon as a change is what the map shows
    page.focus("#choose-shading")
    page.select_option("#choose-shading", "change")
    page.wait_for_selector("#choose-since")
    assert page.evaluate("document.activeElement.id") == "choose-shading"
    assert page.input_value("#choose-shading") == "change"
    visit.settle(DRAWN)
    assert len(asked) == 2
    visit.check()


def test_options_that_could_not_be_loaded_come_at_the_next_opening(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    page.route("**/map/more?**", lambda route: route.abort())
    before = drawn(page)
    open_controls(page)
    page.select_option("#choose-indicator", "population-16-64")
    another_map(page, before)
    drawer = page.locator("summary", has_text="More options")
    drawer.click()
    page.wait_for_function("() => document.body.textContent.includes('The options could not be loaded')")
    page.unroute("**/map/more?**")
    drawer.click()
    drawer.click()
    page.wait_for_selector("#choose-shading option[value=benchmark]", state="detached")


def test_hexagons_are_one_click_away_and_share_the_choice(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/map?area={NOTTINGHAM}", ready=DRAWN)
    before = drawn(page)
    page.get_by_role("button", name="Hexagons").click()
    another_map(page, before)
    page.wait_for_url(re.compile("view=hex"))
    assert page.get_by_role("button", name="Hexagons").get_attribute("aria-pressed") == "true"
    assert "Each hexagon is one area." in page.locator("#field-view").inner_text()
    assert pressed(page) == [NOTTINGHAM]
    visit.check()


@desk
def test_print_shows_map_key_and_table_on_three_pages(visit: Visit) -> None:
    from pypdf import PdfReader

    page = visit.page
    visit.go(f"{MAP}&area={NOTTINGHAM}", ready=DRAWN)
    page.emulate_media(media="print")
    for gone in ("#map-play", "#map-lasso", ".wh-controls", ".wh-nav", ".wh-map-zoom"):
        assert not page.locator(gone).first.is_visible(), gone
    for there in (
        "[data-panel=map] svg.wh-map-svg",
        "#map-key .wh-legend",
        "#map-table table",
        "#map-chosen section",
    ):
        assert page.locator(there).first.is_visible(), there
    visit.check()
    printed = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True)))
    assert len(printed.pages) <= 3
    text = " ".join(sheet.extract_text() for sheet in printed.pages)
    assert "Better than England" in text and "Nottingham" in text


def test_back_goes_through_the_maps_that_were_seen(visit: Visit) -> None:
    page = visit.page
    visit.go(HEX, ready=DRAWN)
    start = drawn(page)
    open_controls(page)
    page.select_option("#choose-period", "2019-01-01/P1Y")
    another_map(page, start)
    second = drawn(page)
    page.locator("summary", has_text="More options").click()
    page.select_option("#choose-shading", "quintile")
    another_map(page, second)
    page.go_back()
    page.wait_for_function("key => document.querySelector('#map-drawing').dataset.drawn === key", arg=second)
    assert page.input_value("#choose-shading") == "benchmark"
    page.go_back()
    page.wait_for_function("key => document.querySelector('#map-drawing').dataset.drawn === key", arg=start)
    assert page.input_value("#choose-period") == "2023-01-01/P1Y"
    visit.check()


@desk
def test_going_through_a_closed_list_makes_one_change_and_one_step_back(visit: Visit) -> None:
    page = visit.page
    visit.go(HEX, ready=DRAWN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/map/change" in request.url else None)
    start, steps = drawn(page), page.evaluate("history.length")
    page.focus("#choose-period")
    for _ in range(5):
        page.keyboard.press("ArrowDown", delay=20)
    another_map(page, start)
    page.wait_for_url(re.compile("period=2018-01-01/P1Y"))
    assert page.evaluate("history.length") == steps + 1
    assert len(asked) == 1
    assert focused(page, "id") == "choose-period"
    said(page, "Employment rate, 2018.")
    # a list that is left counts at once
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.wait_for_url(re.compile("period=2017-01-01/P1Y"))


@desk
def test_back_from_another_page_finds_the_place_and_the_focus_again(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{MAP}&area={NOTTINGHAM}", ready="#map-table-more")
    page.click("#map-table-more")
    link = page.locator("#map-chosen a", has_text="Profile of Nottingham")
    link.scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, 250)")
    page.wait_for_timeout(250)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/areas/{NOTTINGHAM}"))
    page.wait_for_function(
        "() => document.activeElement.tagName === 'H1' && document.activeElement.textContent === 'Nottingham'"
    )
    assert page.evaluate("window.scrollY") == 0
    page.go_back()
    page.wait_for_selector(DRAWN)
    page.wait_for_function("() => window.scrollY === 250")
    assert page.evaluate("document.activeElement.textContent") == "Profile of Nottingham"
    visit.check()


@desk
def test_a_page_that_is_long_in_coming_says_so(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    held: list[Any] = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    page.get_by_role("link", name="Compare", exact=True).click()
    page.wait_for_function("() => document.querySelector('#busy-words')?.textContent === 'Loading'")
    assert page.locator(".wh-busy-bar").is_visible()
    assert page.locator("#busy-words").get_attribute("role") == "status"
    for route in held:
        route.continue_()
    page.wait_for_function("() => document.title.startsWith('Compare')")
    page.locator(".wh-busy-bar").wait_for(state="hidden")
    visit.settle()
    visit.check()


def test_an_indicator_that_the_areas_lack_shows_the_nearest_type_and_the_way_back(visit: Visit) -> None:
    page = visit.page
    visit.go("/map?indicator=employment-rate&area_type=ltla&area=E08000035", ready=DRAWN)
    before = drawn(page)
    open_controls(page)
    page.select_option("#choose-indicator", "talking-therapies-recovery-rate-monthly")
    another_map(page, before)
    note = page.locator("#map-notes").inner_text()
    assert "is not published for local authorities (lower tier). Shown instead: " in note
    assert "which covers Leeds." in note
    assert page.locator("[data-panel=map] .wh-map-areas .wh-area").count() == 106
    assert pressed(page) == ["E38000225"]
    assert page.input_value("#choose-area_type") == "sub_icb"
    visit.check()
    page.get_by_role("link", name="Back to employment rate").click()
    page.wait_for_url(re.compile("indicator=employment-rate&area_type=ltla&area=E08000035"))
    visit.settle(DRAWN)
    assert pressed(page) == ["E08000035"]
    assert page.locator("#map-notes").inner_text() == ""


def test_an_indicator_without_any_figures_says_why_and_the_map_comes_back(visit: Visit) -> None:
    page = visit.page
    visit.go("/map?indicator=fit-notes-rate", ready="#map-instead a")
    assert "There are no figures yet" in page.locator("#map-instead").inner_text()
    assert not page.locator("#map-drawing").is_visible()
    visit.check()
    open_controls(page)
    page.select_option("#choose-indicator", "claimant-count")
    page.wait_for_selector(DRAWN)
    visit.settle(DRAWN)
    assert page.locator("[data-panel=map] .wh-map-areas .wh-area").count() == 296
    assert page.locator("#map-instead").inner_text() == ""
    visit.check()


@desk
def test_the_map_is_drawn_and_a_choice_counts_before_dash_is_ready(visit: Visit) -> None:
    page = visit.page
    held: list[Any] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/_dash-layout", lambda route: held.append(route))
    page.goto(visit.base + HEX, wait_until="commit")
    page.wait_for_selector(DRAWN)
    assert not page.evaluate("document.documentElement.classList.contains('wh-ready')")
    # what is fetched early is what the script draws, and not fetched again
    assert sum("/map/drawing?" in url for url in asked) == 1
    assert sum("/geometry/" in url for url in asked) == 1
    page.unroute("**/_dash-layout")
    page.select_option("#choose-indicator", "economic-inactivity-rate")
    page.wait_for_url(re.compile("economic-inactivity-rate"))
    visit.settle(DRAWN)
    assert page.get_by_role("heading", level=1).inner_text().startswith("Economic inactivity")
    visit.check()


@desk
def test_the_csv_of_map_and_table_is_the_servers_of_the_address_shown(visit: Visit) -> None:
    page = visit.page
    visit.go(HEX, ready="#map-table-more")
    before = drawn(page)
    page.select_option("#choose-period", "2019-01-01/P1Y")
    another_map(page, before)
    page.wait_for_url(re.compile("period=2019-01-01/P1Y"))
    visit.settle(DRAWN)
    texts = []
    page.locator(".wh-map-download > summary").click()
    visit.check()
    menu, table = page.locator(".wh-map-download"), page.locator("#map-table")
    for link in (
        menu.get_by_role("link", name="Figures (CSV)"),
        menu.get_by_role("link", name="CSV for Excel"),
        menu.get_by_role("link", name="Figures (CSV)"),
        table.get_by_role("link", name="Figures (CSV)"),
    ):
        with page.expect_download() as waiting:
            link.click()
        assert waiting.value.suggested_filename == "employment-rate-ltla-2019-01-01-P1Y.csv"
        texts.append(Path(waiting.value.path()).read_bytes())
    assert texts[0] == texts[2] == texts[3]
    assert texts[1] == b"\xef\xbb\xbf" + texts[0]
    assert texts[0].startswith(b"indicator_id,area_code,")
    assert page.request.get(f"{visit.base}/csv/map{page.evaluate('location.search')}").body() == texts[0]


@desk
def test_the_table_shows_the_highest_ten_pins_the_own_area_and_keeps_its_order(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{HEX}&area={NOTTINGHAM}", ready="#map-table-more")
    rows = page.locator("#map-table tbody tr")
    assert rows.count() == 11
    assert rows.first.inner_text().startswith("Nottingham")
    assert "wh-own-row" in rows.first.get_attribute("class")
    assert page.locator("#map-table h2").inner_text() == "All local authorities (lower tier), highest first"
    assert rows.nth(1).locator("svg.wh-bar").count() == 1
    page.get_by_role("button", name="Show all 296 areas").click()
    assert rows.count() == 296
    page.locator("#map-table thead button", has_text="Area").click()
    assert page.locator("#map-table h2").inner_text() == "All local authorities (lower tier)"
    assert [rows.nth(i).locator("th").inner_text() for i in (0, 1, 2)] == [
        "Nottingham",
        "Adur",
        "Amber Valley",
    ]
    assert focused(page, "class") == "wh-sort"
    page.locator("#map-table thead button", has_text="Value").click()
    before = drawn(page)
    page.select_option("#choose-period", "2019-01-01/P1Y")
    another_map(page, before)
    page.wait_for_function("() => document.querySelector('#map-table caption').textContent.includes('2019')")
    assert page.locator("#map-table thead [aria-sort=descending]").inner_text() == "Value"
    cells = page.locator("#map-table tbody td.wh-number:nth-child(3)").all_inner_texts()
    values = [float(cell.removesuffix("%")) for cell in cells[1:] if cell.endswith("%")]
    assert len(values) > 250
    assert values == sorted(values, reverse=True)
    # a link over all these rows, for those who go through the page by keyboard
    skip = page.locator(".wh-skip-part")
    skip.focus()
    assert skip.inner_text() == "Skip the table" and skip.is_visible()


def test_without_scripts_every_row_is_there(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address + MAP)
    assert page.locator("#map-table tbody tr").count() == 296
    assert page.locator("#map-table tbody tr").last.is_visible()
    assert not page.locator("#map-drawing").is_visible()
    context.close()


@desk
def test_a_picture_taken_away_has_literal_light_colours(visit: Visit) -> None:
    page = visit.page
    page.emulate_media(color_scheme="dark")
    visit.go(f"{MAP}&area={NOTTINGHAM}", ready=DRAWN)
    page.locator(".wh-map-download > summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Map (SVG)").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert waiting.value.suggested_filename == "employment-rate-ltla-2023-01-01-P1Y.svg"
    assert "var(--" not in text
    for colour in ("#00403A", "#EBE8E0", "#D4622C", "#6B2C91"):
        assert colour in text, colour
    assert "Source: Office for National Statistics" in text and "Approximate outlines" in text
    assert "Nottingham" in text and "tabindex" not in text
    # Escape closes the menu and gives the focus back
    page.locator(".wh-map-download button").first.focus()
    page.keyboard.press("Escape")
    assert page.locator(".wh-map-download").get_attribute("open") is None
