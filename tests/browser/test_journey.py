"""The walk of a commissioner who never saw it: home, map, compare, trends, area, definition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_home_to_map_to_compare_to_trends_to_area_to_definition(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    visit.check()

    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Explore", exact=True).click()
    page.wait_for_url(re.compile(r"/map"))
    visit.settle("[data-area-code]")
    visit.check()

    page.get_by_role("navigation", name="Explore").get_by_role("link", name="Compare", exact=True).click()
    page.wait_for_url(re.compile(r"/compare"))
    visit.settle("table")
    visit.check()

    page.get_by_role("navigation", name="Explore").get_by_role("link", name="Trends", exact=True).click()
    page.wait_for_url(re.compile(r"/trends"))
    visit.settle("table")
    visit.check()

    visit.go("/areas/E06000018")
    assert "Nottingham" in page.get_by_role("heading", level=1).inner_text()
    visit.check()

    page.get_by_role("main").locator("a[href^='/indicators/']").first.click()
    page.wait_for_url(re.compile(r"/indicators/"))
    visit.settle()
    visit.check()


@pytest.mark.parametrize(
    "path",
    [
        "/map?indicator=talking-therapies-recovery-rate&area_type=ccg",
        "/map?indicator=employment-rate&shading=quintile&view=hex",
        "/map?indicator=employment-rate&shading=continuous&view=hex",
        "/map?indicator=ips-access-rate",
        "/map?indicator=moving-into-work",
        "/compare?indicator=healthy-life-expectancy&sex=female",
        "/compare?indicator=employment-rate&area_type=lep",
        "/compare?indicator=claimant-count",
        "/trends?indicator=employment-rate&area=E06000018,E06000060,E12000004",
        "/areas",
        "/areas/E37000001",
        "/areas/E47000001",
        "/evidence?condition=learning_disability",
        "/areas/E92000001",
        "/areas/E07000004",
        "/indicators",
        "/refresh",
        "/about",
    ],
)
def test_other_states_speak_clean_and_pass_axe(visit: Visit, path: str) -> None:
    answer = visit.go(path)
    assert answer.status == 200
    visit.check()


def test_boundaries_outlines_and_hexagons_all_draw(visit: Visit, boundaries: bool) -> None:
    for view in ("hex", "approximate", "official") if boundaries else ("hex", "approximate"):
        visit.go(f"/map?indicator=employment-rate&area_type=ltla&view={view}", ready="[data-area-code]")
        assert (
            visit.page.locator("[data-area-code]").evaluate_all(
                "paths => new Set(paths.map(path => path.dataset.areaCode)).size"
            )
            == 296
        )
        drawn = visit.page.locator("[data-area-code='E06000018']").first.get_attribute("d") or ""
        assert drawn.startswith("M") and drawn.rstrip().upper().endswith("Z")
        visit.check()
    if not boundaries:
        pytest.skip("hexagons and outlines draw; the official boundaries are not beside this checkout")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/areas/E99999999", 404, "E99999999"),
        ("/indicators/happiness", 404, "happiness"),
        ("/map?indicator=happiness", 400, "happiness"),
        ("/map?indicator=employment-rate&period=1066-01-01/P1Y", 400, "1066"),
        ("/nowhere", 404, "nowhere"),
        ("/map?indicator=%3Cscript%3Ealert(1)%3C/script%3E", 400, "alert(1)"),
    ],
)
def test_unknown_things_get_a_page_that_says_so(visit: Visit, path: str, status: int, words: str) -> None:
    answer = visit.go(path)
    assert answer.status == status
    assert words in visit.page.get_by_role("main").inner_text()
    assert visit.page.get_by_role("main").get_by_role("link").count() > 0
    # the browser itself notes a failed document in the console; nothing else may be there
    visit.messages[:] = [said for said in visit.messages if "Failed to load resource" not in said]
    visit.check()


def test_a_shared_address_reload_and_back_all_work(visit: Visit) -> None:
    page = visit.page
    visit.go("/map?indicator=employment-rate&area_type=ltla&area=E06000018", ready="[data-area-code]")
    if page.locator(".wh-change").is_visible():
        page.click(".wh-change")
    page.select_option("#choose-indicator", "economic-inactivity-rate")
    page.wait_for_url(re.compile("economic-inactivity-rate"))
    visit.settle("[data-area-code]")
    page.wait_for_function("() => document.querySelector('h1').innerText.toLowerCase().includes('inactiv')")
    assert "E06000018" in page.url
    page.reload()
    visit.settle("[data-area-code]")
    assert "inactiv" in page.get_by_role("heading", level=1).inner_text().lower()
    page.go_back()
    page.wait_for_function(
        "() => document.querySelector('h1').innerText.toLowerCase().includes('employment rate')"
    )
    visit.check()
