"""Compare, Trends and Relate: the picture in sight, choices in the address, pictures that say where they come from."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

SIX = "E06000018,E08000032,E06000015,E08000035,E06000031,E08000025"
# page, what its first picture is
PICTURES = (
    ("/compare?area=E06000018", ".wh-ranked"),
    ("/compare", ".wh-ranked"),
    ("/compare?area=E06000018&chart=ranks", ".wh-ranked"),
    ("/compare?indicator=talking-therapies-recovery-rate&area_type=icb&chart=funnel", ".main-svg"),
    ("/trends?area=E06000018", ".main-svg"),
    (f"/trends?area={SIX}", ".main-svg"),
    ("/trends", ".main-svg"),
    ("/relate?area=E06000018", ".main-svg"),
)
at_a_desk = pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])


@pytest.fixture(params=[(1366, 768, 420), (390, 844, 600)], ids=["1366x768", "390x844"])
def sized(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[tuple[Visit, int]]:
    """A page of one of the two sizes, and how far from the top its picture may begin, in px."""
    width, height, most = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield Visit(page, address), most
    context.close()


@pytest.mark.parametrize(("path", "picture"), PICTURES)
def test_the_first_picture_is_in_sight(sized: tuple[Visit, int], path: str, picture: str) -> None:
    visit, most = sized
    visit.go(path, ready=f"#page {picture}")
    top = visit.page.locator(f"#page {picture}").first.bounding_box()["y"]
    assert top <= most
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("path", "picture"), PICTURES)
def test_no_words_of_a_picture_are_too_small_or_cut(
    sized: tuple[Visit, int], path: str, picture: str
) -> None:
    visit, _ = sized
    visit.go(path, ready=f"#page {picture}")
    small = visit.page.evaluate(
        """() => Array.from(document.querySelectorAll('#page svg text')).filter(node => node.getClientRects().length
             && node.textContent.trim() && parseFloat(getComputedStyle(node).fontSize) < 13).map(node => node.textContent)"""
    )
    assert small == []
    # nothing that is drawn ends outside the screen
    out = visit.page.evaluate(
        """() => Array.from(document.querySelectorAll('#page svg text')).filter(node => {
             const box = node.getBoundingClientRect();
             return box.width && (box.left < 0 || box.right > document.documentElement.clientWidth + 1);
           }).map(node => node.textContent)"""
    )
    assert out == []


@pytest.mark.parametrize(("path", "picture"), PICTURES)
def test_every_state_passes_axe(visit: Visit, path: str, picture: str) -> None:
    visit.go(path, ready=f"#page {picture}")
    for part in visit.page.locator("#page details:not([open]) > summary").all():
        if part.is_visible():
            part.click()
    visit.check()


@at_a_desk
@pytest.mark.parametrize(("path", "picture"), PICTURES)
@pytest.mark.parametrize(
    "setting", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced"]
)
def test_dark_and_forced_colours_pass_axe(
    visit: Visit, path: str, picture: str, setting: dict[str, Any]
) -> None:
    visit.page.emulate_media(**setting)
    visit.go(path, ready=f"#page {picture}")
    visit.check()


@at_a_desk
def test_marks_and_lines_are_dark_where_the_device_asks_for_it(visit: Visit) -> None:
    page = visit.page
    page.emulate_media(color_scheme="dark")
    visit.go("/trends?area=E06000018", ready="#page .main-svg")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    grounds = page.evaluate(
        "Array.from(document.querySelectorAll('.main-svg')).map(node => node.style.background)"
    )
    assert paper in grounds
    # the colours of a picture change with the setting, without a new page
    page.emulate_media(color_scheme="light")
    page.wait_for_function(
        "() => Array.from(document.querySelectorAll('.main-svg')).some(node => node.style.background === 'rgb(255, 255, 255)')"
    )


def test_which_areas_and_which_order_are_in_the_address(visit: Visit) -> None:
    page = visit.page
    visit.go("/compare?area=E06000018", ready="#compare-chart-frame table")
    rows = page.locator("#compare-chart-frame tbody").last.locator("tr")
    assert rows.count() == 35
    page.get_by_role("link", name=re.compile("^Areas similar to Nottingham")).press("Enter")
    page.wait_for_url(re.compile("show=similar"))
    page.wait_for_function(
        "() => document.querySelectorAll('#compare-chart-frame tbody:last-child tr').length === 18"
    )
    visit.settle()
    page.locator("#sort-a-z").press("Enter")
    page.wait_for_url(re.compile("sort=a-z"))
    page.wait_for_selector("#compare-chart-frame th[aria-sort=ascending]")
    visit.settle()
    assert rows.first.inner_text().startswith("Birmingham")
    # what was used keeps the focus, and says which way it sorts
    page.wait_for_function("() => document.activeElement.id === 'sort-a-z'")
    assert page.locator("#compare-chart-frame th[aria-sort=ascending]").inner_text().startswith("Area")
    visit.check()
    page.go_back()
    page.wait_for_selector("#compare-chart-frame th[aria-sort=descending]")
    visit.settle()
    assert not rows.first.inner_text().startswith("Birmingham")


def test_a_panel_brings_its_area_forward(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/trends?area={SIX}", ready="#page .wh-panels")
    assert page.locator(".wh-panel").count() == 6
    page.locator(".wh-panel").nth(1).get_by_role("link").press("Enter")
    page.wait_for_url(re.compile("area=E08000032,E06000018"))
    page.wait_for_function("() => document.querySelector('#trends-key').innerText.startsWith('Bradford')")


@at_a_desk
@pytest.mark.parametrize(
    ("path", "ready", "title"),
    [
        (
            "/compare?area=E06000018",
            "#compare-chart-frame table",
            "Employment rate, 2023: local authorities (lower tier)",
        ),
        ("/trends?area=E06000018", "#page .main-svg", "Employment rate, 2004 to 2023"),
        ("/relate?area=E06000018", "#page .main-svg", "Employment rate and disability"),
    ],
)
def test_a_picture_taken_away_has_title_source_date_and_licence(
    visit: Visit, path: str, ready: str, title: str
) -> None:
    visit.page.emulate_media(color_scheme="dark")
    visit.go(path, ready=ready)
    with visit.page.expect_download() as waiting:
        visit.page.get_by_text("Download SVG").click()
    drawn = Path(waiting.value.path()).read_text(encoding="utf-8")
    words = " ".join(re.sub("<[^>]+>", " ", drawn).split())
    assert title in words
    assert "Office for National Statistics" in words
    assert re.search(r"[Pp]ublished \d+ \w+ \d{4}", words)
    assert "Open Government Licence v3.0" in words
    # a file looks the same whatever the reader's device asks for
    assert "#10171D" not in drawn.upper() and "rgb(16, 23, 29)" not in drawn


@at_a_desk
def test_a_comparison_prints_on_three_sheets_at_most(visit: Visit) -> None:
    visit.go("/compare?area=E06000018", ready="#compare-chart-frame table")
    assert len(PdfReader(io.BytesIO(visit.page.pdf(format="A4"))).pages) <= 3


def test_change_says_what_is_chosen_on_a_phone(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    visit.go("/map?area=E06000018", ready="[data-area-code]")
    change = page.locator(".wh-change")
    # the map, and pages that the server writes anew
    for tab, words in (
        (None, "Change Employment rate · Local authorities (lower tier) · 2023 (over 2 years old)"),
        ("Trends", "Change Employment rate · Local authorities (lower tier)"),
    ):
        if tab:
            page.get_by_role("link", name=tab, exact=True).click()
            page.wait_for_url(re.compile(f"/{tab.lower()}"))
            page.wait_for_selector("#page .main-svg")
        assert " ".join(change.inner_text().split()) == words
    change.click()
    page.select_option("#choose-area_type", "region")
    page.wait_for_url(re.compile("area_type=region"))
    page.wait_for_function("() => document.querySelector('.wh-chosen').textContent.endsWith('Regions')")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_all_tabs_of_explore_are_in_sight_on_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.go("/map", ready="[data-area-code]")
    ends = visit.page.evaluate(
        "[...document.querySelectorAll('.wh-tab')].map(tab => tab.getBoundingClientRect().right)"
    )
    assert len(ends) == 5 and max(ends) <= 390
    assert visit.page.locator(".wh-tabs").evaluate("tabs => tabs.scrollWidth <= tabs.clientWidth")


@at_a_desk
@pytest.mark.parametrize(
    ("path", "ready", "most"),
    [
        ("/map?area=E06000018", "[data-area-code]", 3),
        ("/compare?area=E06000018", "#compare-chart-frame table", 3),
        ("/overview?area=E06000018", "#page .wh-rug table", 3),
        ("/conditions?area=E06000018", ".wh-gap-svg", 5),
    ],
)
def test_a_page_is_short_on_paper(visit: Visit, path: str, ready: str, most: int) -> None:
    visit.go(path, ready=ready)
    printed = PdfReader(io.BytesIO(visit.page.pdf(format="A4")))
    assert len(printed.pages) <= most


def test_the_scale_of_small_charts_stands_beside_their_lines(visit: Visit) -> None:
    visit.go(f"/trends?area={SIX}", ready=".wh-panel-chart")
    gaps = visit.page.evaluate(
        """() => [...document.querySelectorAll('.wh-panel-chart')].flatMap(chart => {
             const left = chart.querySelector('svg').getBoundingClientRect().left;
             return [...chart.querySelectorAll('.wh-tick')].map(tick => left - tick.getBoundingClientRect().right);
           })"""
    )
    assert len(gaps) > 6 and min(gaps) >= 2
