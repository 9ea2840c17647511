"""The map by keyboard alone, by mouse, through time, with a second map beside it, in print; clean in every state."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

MAP = "/map?indicator=employment-rate&area_type=ltla&view=hex"
NOTTINGHAM = "E06000018"
DRAWN = "#map-drawing[data-drawn]"


def focused(page: Any, attribute: str) -> str:
    return page.evaluate("name => document.activeElement.getAttribute(name)", attribute) or ""


def drawn(page: Any) -> str:
    return page.get_attribute("#map-drawing", "data-drawn") or ""


def another_map(page: Any, before: str) -> None:
    """Wait until another map stands there than the one called ``before``, with every area named anew."""
    page.wait_for_function("key => document.querySelector('#map-drawing')?.dataset.drawn !== key", arg=before)


def pressed(page: Any) -> list[str]:
    return page.locator("[data-panel=map] .wh-map-areas [aria-pressed=true]").evaluate_all(
        "all => all.map(one => one.dataset.areaCode)"
    )


def test_the_whole_journey_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    # choose an indicator: letters move a native list
    page.focus("#choose-indicator")
    before = drawn(page)
    # as slowly as a person types: the page changes between two letters, and the list keeps the focus
    page.keyboard.type("Economic inact", delay=250)
    another_map(page, before)
    page.wait_for_url(re.compile("economic-inactivity-rate"))
    assert focused(page, "id") == "choose-indicator"
    # go on with Tab until an area has the focus, and hear its value
    for _ in range(25):
        page.keyboard.press("Tab")
        if focused(page, "data-area-code"):
            break
    assert focused(page, "aria-label").startswith("Adur: ")
    page.keyboard.press("ArrowRight")
    name = focused(page, "aria-label")
    assert re.match(
        r"^Amber Valley: [\d.]+% \([\d.]+% to [\d.]+%\), similar to England \([\d.]+%\)$", name
    ), name
    page.keyboard.press("n")
    page.keyboard.press("End")
    assert focused(page, "aria-label").startswith("York: ")
    page.keyboard.press("Home")
    # Enter chooses one, Space adds another
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"area=E07000223"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"area=E07000223,E07000032"))
    page.wait_for_function(
        "() => document.querySelector('#map-live').textContent === 'Amber Valley chosen. 2 areas chosen.'"
    )
    page.get_by_role("link", name="Compare the 2 chosen areas").wait_for()
    # another period: both stay chosen, and the slider keeps the focus
    before = drawn(page)
    page.focus("#map-period")
    page.keyboard.press("ArrowLeft")
    another_map(page, before)
    page.wait_for_url(re.compile(r"period=2022-01-01/P1Y"))
    assert focused(page, "id") == "map-period"
    assert re.match(r"^2022\. Adur: ", focused(page, "aria-valuetext"))
    assert pressed(page) == ["E07000223", "E07000032"]
    visit.settle(DRAWN)
    visit.check()


def test_drawing_round_areas_chooses_them(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    page.click("#map-lasso")
    page.locator("[data-panel=map] svg.wh-map-svg").scroll_into_view_if_needed()
    around = page.locator(f"[data-panel=map] .wh-map-areas [data-area-code={NOTTINGHAM}]").bounding_box()
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
    visit.check()
    # and back to none
    page.get_by_role("button", name="Choose none").click()
    page.wait_for_function("() => !document.querySelector('[data-panel=map] [aria-pressed=true]')")


def test_pointing_at_an_area_shows_it_on_both_maps(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{MAP}&with=economic-inactivity-rate", ready="[data-panel=second] .wh-area")
    second = page.locator("[data-panel=second]")
    assert second.locator(".wh-map-areas .wh-area").count() == 296
    page.locator(f"[data-panel=map] .wh-map-areas [data-area-code={NOTTINGHAM}]").hover()
    second.locator(".wh-map-links .wh-mark-linked").first.wait_for(state="attached")
    tip = second.locator(".wh-map-tip")
    assert tip.is_visible()
    assert "Nottingham" in tip.inner_text()
    # by keyboard likewise, from the second map to the first; both values are in the name that is spoken
    area = second.locator(f".wh-map-areas [data-area-code={NOTTINGHAM}]")
    area.focus()
    assert "Nottingham" in page.locator("[data-panel=map] .wh-map-tip").inner_text()
    name = area.get_attribute("aria-label")
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
    visit.go(f"{MAP}&period=2019-01-01/P1Y&area={NOTTINGHAM}", ready=DRAWN)
    button = page.locator("#map-play")
    assert button.inner_text() == "Next period"
    before = drawn(page)
    button.click()
    another_map(page, before)
    page.wait_for_url(re.compile("period=2020-01-01/P1Y"))
    assert page.locator("#map-period-now").inner_text() == "2020"
    page.wait_for_function(
        "() => /^2020. Nottingham: /.test(document.querySelector('#map-live').textContent)"
    )
    page.wait_for_function("() => document.querySelector('h1').innerText === 'Employment rate, 2020'")
    assert pressed(page) == [NOTTINGHAM]
    assert button.inner_text() == "Next period"
    visit.settle(DRAWN)
    visit.check()


def test_play_asks_once_for_all_periods(visit: Visit) -> None:
    page = visit.page
    page.emulate_media(reduced_motion="no-preference")
    visit.go(f"{MAP}&period=2020-01-01/P1Y", ready=DRAWN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#map-play").click()
    page.wait_for_function("() => document.querySelector('#map-play').textContent === 'Pause'")
    page.wait_for_function("() => document.querySelector('#map-period-now').textContent === '2022'")
    page.locator("#map-play").click()
    page.wait_for_url(re.compile("period=202[23]-01-01/P1Y"))
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
        ("benchmark=similar", "Similar to the median of similar areas", "Compared with"),
        ("benchmark=parent&outline=icb", "Similar to the area around it", "Compared with"),
    ],
)
def test_every_shading_says_in_words_what_it_shows(
    visit: Visit, query: str, legend: str, column: str
) -> None:
    page = visit.page
    visit.go(f"{MAP}&{query}&area={NOTTINGHAM}", ready=DRAWN)
    words = page.locator("[data-panel=map] .wh-legend").inner_text()
    assert legend in words
    assert re.search(r"\d+ areas", words)
    assert column in page.locator("#map-table thead").inner_text()
    label = page.locator(f"[data-panel=map] .wh-map-areas [data-area-code={NOTTINGHAM}]").get_attribute(
        "aria-label"
    )
    assert label.startswith("Nottingham: 66.1% (62.0% to 70.2%), ")
    visit.check()


def test_outlines_and_zoom_come_and_go_and_the_choice_stays(visit: Visit) -> None:
    page = visit.page
    visit.go(f"{MAP}&area={NOTTINGHAM}", ready=DRAWN)
    svg = page.locator("[data-panel=map] svg.wh-map-svg")
    usual = page.locator("[data-panel=map] .wh-map-outlines").first.get_attribute("d")
    whole = svg.get_attribute("viewBox")
    page.locator("details summary", has_text="More: a second indicator").click()
    page.select_option("#choose-outline", "icb")
    page.wait_for_function(
        "() => document.querySelector('svg.wh-map-svg').dataset.outline.includes('outline=icb')"
    )
    assert page.locator("[data-panel=map] .wh-map-outlines").first.get_attribute("d") != usual
    page.get_by_role("button", name="Zoom to chosen areas").click()
    page.wait_for_url(re.compile("zoom=chosen"))
    page.wait_for_function(
        "box => document.querySelector('svg.wh-map-svg').getAttribute('viewBox') !== box", arg=whole
    )
    page.reload()
    visit.settle(DRAWN)
    assert svg.get_attribute("viewBox") != whole
    page.get_by_role("button", name="Show all of England").click()
    page.wait_for_function(
        "box => document.querySelector('svg.wh-map-svg').getAttribute('viewBox') === box", arg=whole
    )
    page.select_option("#choose-parent", "E12000004")
    page.wait_for_function("() => document.querySelectorAll('#map-table tbody tr').length < 100")
    assert pressed(page) == [NOTTINGHAM]
    visit.settle(DRAWN)
    visit.check()


def test_print_shows_map_legend_and_whole_table_without_buttons(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    page.emulate_media(media="print")
    for gone in ("#map-play", "#map-lasso", ".wh-controls", ".wh-nav"):
        assert not page.locator(gone).first.is_visible(), gone
    for there in ("[data-panel=map] svg.wh-map-svg", ".wh-legend", "#map-table table"):
        assert page.locator(there).first.is_visible(), there
    box = page.locator("#map-table .wh-table-scroll").evaluate("one => [one.scrollHeight, one.clientHeight]")
    assert abs(box[0] - box[1]) <= 1
    visit.check()


def test_back_goes_through_the_maps_that_were_seen(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready=DRAWN)
    start = drawn(page)
    page.select_option("#choose-period", "2019-01-01/P1Y")
    another_map(page, start)
    second = drawn(page)
    page.select_option("#choose-shading", "quintile")
    another_map(page, second)
    page.go_back()
    page.wait_for_function("key => document.querySelector('#map-drawing').dataset.drawn === key", arg=second)
    assert page.input_value("#choose-shading") == "benchmark"
    page.go_back()
    page.wait_for_function("key => document.querySelector('#map-drawing').dataset.drawn === key", arg=start)
    assert page.input_value("#choose-period") == "2023-01-01/P1Y"
    visit.check()


def test_a_type_without_figures_says_which_have_them_and_the_map_comes_back(visit: Visit) -> None:
    page = visit.page
    visit.go("/map?indicator=claimant-count&area_type=icb", ready="#map-instead a")
    assert "is not published by integrated care board" in page.locator("#map-instead").inner_text()
    page.locator("#map-instead").get_by_role("link", name="Local authorities (lower tier)").click()
    page.wait_for_selector(DRAWN)
    visit.settle(DRAWN)
    assert page.locator(".wh-map-areas .wh-area").count() == 296
    assert page.locator("#map-instead").inner_text() == ""
    visit.check()


@pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])
def test_the_map_is_drawn_and_a_choice_counts_before_dash_is_ready(visit: Visit) -> None:
    page = visit.page
    held: list[Any] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/_dash-layout", lambda route: held.append(route))
    page.goto(visit.base + MAP, wait_until="commit")
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


@pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])
def test_the_csv_of_map_and_table_is_the_servers_of_the_address_shown(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready="#map-table table")
    before = drawn(page)
    page.select_option("#choose-period", "2019-01-01/P1Y")
    another_map(page, before)
    page.wait_for_url(re.compile("period=2019-01-01/P1Y"))
    visit.settle(DRAWN)
    texts = []
    for link in ("#map-csv", "#map-table a[download]"):
        with page.expect_download() as waiting:
            page.locator(link).click()
        assert waiting.value.suggested_filename == "employment-rate-ltla-2019-01-01-P1Y.csv"
        texts.append(Path(waiting.value.path()).read_bytes())
    assert texts[0] == texts[1]
    assert texts[0].startswith(b"\xef\xbb\xbfindicator_id,indicator,area_code,")
    assert page.request.get(f"{visit.base}/csv/map{page.evaluate('location.search')}").body() == texts[0]


@pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])
def test_the_table_keeps_its_order_when_the_figures_change(visit: Visit) -> None:
    page = visit.page
    visit.go(MAP, ready="#map-table table")
    page.locator("#map-table thead button", has_text="Value").click()
    before = drawn(page)
    page.select_option("#choose-period", "2019-01-01/P1Y")
    another_map(page, before)
    page.wait_for_function("() => document.querySelector('#map-table caption').textContent.includes('2019')")
    assert page.locator("#map-table thead [aria-sort=descending]").inner_text() == "Value"
    cells = page.locator("#map-table tbody td:nth-child(2)").all_inner_texts()
    values = [float(cell.removesuffix("%")) for cell in cells if cell.endswith("%")]
    assert len(values) > 250
    assert values == sorted(values, reverse=True)
