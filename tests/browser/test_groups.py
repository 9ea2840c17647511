"""A group of areas from the map to the pack: made, named, seen everywhere, sent to another browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

DERBY, NOTTINGHAM, RUSHCLIFFE = "E06000015", "E06000018", "E07000176"
DRAWN = "#map-drawing[data-drawn]"
HEX = "/map?indicator=employment-rate&area_type=ltla&view=hex"
GROUP = f"custom:{DERBY}+{NOTTINGHAM}+{RUSHCLIFFE}"
NAME = "Three cities & more"


def choose_on_map(page: Any, area_code: str) -> None:
    place = page.locator(f"[data-panel=map] .wh-area[data-area-code={area_code}]").first
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(area_code))


def figure_on(page: Any) -> str:
    """Value and interval of the group, as its card on the map says."""
    return str(page.locator("#map-chosen .wh-map-card-figure").inner_text())


def test_a_group_made_on_the_map_is_an_area_everywhere(visit: Visit, browser: Any) -> None:
    page = visit.page
    visit.go(HEX, ready=DRAWN)
    page.click("#map-lasso")
    for code in (NOTTINGHAM, DERBY, RUSHCLIFFE):
        choose_on_map(page, code)
    visit.settle(DRAWN)
    page.get_by_role("link", name="Make a group of 3 areas").click()
    visit.settle("#group")
    page.fill("#group-name", NAME)
    page.get_by_role("button", name="Change the group").click()
    page.wait_for_url(re.compile("name="))
    page.get_by_role("heading", name=NAME).wait_for()
    visit.check()

    # on every page under its name
    for link, place in (("Compare", "#highlighted"), ("Trends", "#page"), ("Map", "#map-chosen")):
        back = page.url
        page.locator("#group").get_by_role("link", name=link, exact=True).click()
        page.wait_for_url(re.compile(f"/{link.lower()}"))
        visit.settle()
        page.locator(place).get_by_text(NAME).first.wait_for()
        visit.check()
        if link != "Map":
            page.goto(back)
            visit.settle("#group")
    # its newest figure is of another period than the newest of the councils
    newest = figure_on(page)
    assert re.match(r"\d{4}: \d\d\.\d%", newest), newest
    page.locator("#map-chosen").get_by_role("link", name=re.compile(r"^See the map for \d{4}$")).click()
    page.wait_for_function(
        "() => /^\\d\\d\\.\\d%/.test(document.querySelector('#map-chosen .wh-map-card-figure').textContent)"
    )
    card = figure_on(page)
    assert re.match(r"\d\d\.\d%", card), card
    assert card in newest
    map_address = page.url

    # its profile, by the door that takes it along
    door = page.locator(".wh-nav-link[data-door='/areas']").get_attribute("href")
    visit.go(door)
    assert page.locator("h1").inner_text() == NAME
    assert page.get_by_role("link", name="Change this group").count() == 1
    for name in ("Derby", "Nottingham", "Rushcliffe"):
        assert page.locator("#members").get_by_role("link", name=name, exact=True).count() == 1
    visit.check()
    pack = page.get_by_role("link", name="Briefing pack (PDF)").get_attribute("href")
    answer = page.request.get(visit.base + pack)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")

    # somebody else opens the link
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    other = context.new_page()
    other.goto(map_address)
    other.wait_for_selector(DRAWN)
    assert figure_on(other) == card
    other.goto(page.url)
    assert other.locator("h1").inner_text() == NAME
    context.close()


def test_areas_are_pasted_and_read_from_a_file(visit: Visit) -> None:
    page = visit.page
    visit.go("/groups")
    visit.check()
    page.fill("#group-members", "Nottingham\nDerbyy")
    page.set_input_files(
        "#group-file",
        {
            "name": "areas.csv",
            "mimeType": "text/csv",
            "buffer": b'Name,Code,People\r\n"Bristol, City of",E06000023,1\r\nRushcliffe,E07000176,2\r\n',
        },
    )
    page.get_by_text("2 rows of areas.csv are in the box above").wait_for()
    assert page.input_value("#group-members") == "Nottingham\nDerbyy\nE06000023\nE07000176"
    page.get_by_role("button", name="Make the group").click()
    page.locator("#group-problems").get_by_text("“Derbyy” is not an area that we know.").wait_for()
    page.get_by_role("heading", name="Bristol, City of and 2 other areas").wait_for()
    assert page.input_value("#group-members") == "Derbyy"
    visit.settle("#group")
    visit.check()


def test_the_list_narrows_and_counts(visit: Visit) -> None:
    page = visit.page
    visit.go("/groups?area_type=ltla")
    page.get_by_text("Choose from a list of local authorities").click()
    page.fill("#group-search", "nott")
    shown = page.locator(".wh-group-option:visible")
    assert [text.strip() for text in shown.all_inner_texts()] == ["Nottingham"]
    page.get_by_role("checkbox", name="Nottingham", exact=True).check()
    page.get_by_text("1 of up to 60 chosen.").wait_for()
    page.fill("#group-search", "derby")
    page.get_by_role("checkbox", name="Derby", exact=True).check()
    page.get_by_role("button", name="Make the group").click()
    page.wait_for_selector("#group")
    assert page.locator("#group .wh-chip").count() == 2


def test_groups_are_kept_in_this_browser_alone(visit: Visit, browser: Any) -> None:
    page = visit.page
    visit.go(f"/groups?area={GROUP}&name=Kept")
    visit.go("/groups", ready="#kept-groups")
    kept = page.locator("#kept-groups li")
    assert kept.count() == 1
    kept.get_by_role("link", name="Kept").click()
    visit.settle("#group")
    page.get_by_role("heading", name="Kept", exact=True).wait_for()
    visit.go("/groups", ready="#kept-groups")
    page.get_by_role("button", name="Remove Kept from this list").click()
    assert page.locator("#kept-groups").is_hidden()
    visit.go("/groups")
    assert page.locator("#kept-groups").is_hidden()


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_keys_add_areas_where_several_are_selected(visit: Visit, key: str) -> None:
    page = visit.page
    visit.go(f"{HEX}&area={NOTTINGHAM}", ready=DRAWN)
    page.locator("#map-lasso").focus()
    page.keyboard.press("Enter")
    page.locator(f"[data-panel=map] .wh-area[data-area-code={DERBY}]").first.focus()
    page.keyboard.press(key)
    page.wait_for_url(re.compile(f"area={NOTTINGHAM},{DERBY}"))
    page.keyboard.press(key)
    page.wait_for_url(re.compile(f"area={NOTTINGHAM}$"))
