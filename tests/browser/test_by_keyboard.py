"""Ten journeys through the tasks of docs/user-guide.md, each from its first page to its end by keys alone.

Only the first page of a journey is opened by its address. What a single control does by keyboard stands elsewhere: the box
that finds a place in test_finding, the map's own keys in test_map, what each step must say in test_journeys.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.keyboard import (
    control,
    focused,
    follow,
    read_from_the_top,
    saved,
    skip_to_main,
    tab_to,
    text_of,
    visible_focus,
)

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

NOTTINGHAM, DERBY, ADUR, BLACK_COUNTRY = "E06000018", "E06000015", "E07000223", "E37000001"
DRAWN = "#map-drawing[data-drawn]"
at_a_desk = pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])


def heading(page: Any) -> str:
    return text_of(page, "h1")


def found(visit: Visit, box: str, text: str, arrived: str) -> None:
    """Type into the box that has the focus, take the first place that is offered, and arrive at its heading."""
    page = visit.page
    assert f"#{box} " in focused(page) and visible_focus(page)
    page.keyboard.type(text)
    page.wait_for_selector(f'.wh-find-popup[data-answers="{text}"]', state="visible")
    page.keyboard.press("ArrowDown")
    assert page.locator(".wh-find-list [aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(arrived))
    visit.settle()
    read_from_the_top(visit)


def door(visit: Visit, name: str, arrived: str, *, ready: str = "h1") -> None:
    """Back from the heading to a door at the top of the page, and through it; on a phone the doors are behind *Menu*."""
    page = visit.page
    tab_to(page, f"^A # {name}$|^BUTTON # ?Menu", backwards=True)
    if "Menu" in focused(page):
        page.keyboard.press("Enter")
        tab_to(page, f"^A # {name}$", most=8)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(arrived))
    visit.settle(ready)
    read_from_the_top(visit)


def choose(visit: Visit, name: str, words: str, arrived: str, *, ready: str = "h1") -> None:
    """Type the beginning of a choice into a list and press Enter; the list keeps the focus on the page that comes."""
    page = visit.page
    control(page, name)
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(arrived))
    visit.settle(ready)
    page.wait_for_function("id => document.activeElement.id === id", arg=name)
    assert visible_focus(page)


def test_1_an_area_is_found_by_an_old_name_and_by_a_postcode(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    skip_to_main(page)
    tab_to(page, "^INPUT #find-area ", most=3)
    found(visit, "find-area", "aylesbury vale", r"/areas/E06000060$")
    assert heading(page) == "Buckinghamshire"
    # the box at the top of the page that came takes a postcode
    tab_to(page, "^INPUT #find-in-header |^BUTTON # ?Menu", backwards=True)
    if "Menu" in focused(page):
        page.keyboard.press("Enter")
        tab_to(page, "^INPUT #find-in-header ", most=10)
    found(visit, "find-in-header", "ng92ab", r"/areas/E07000172$")
    assert heading(page) == "Broxtowe"
    assert re.search(r"indicators compared with England, \d+ (is|are) ", text_of(page))
    tab_to(page, "^A # Summary$")
    visit.check()


@at_a_desk
def test_2_all_figures_are_read_through_the_tabs(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{NOTTINGHAM}")
    follow(visit, "^A # All figures$", rf"/areas/{NOTTINGHAM}/figures$")
    read_from_the_top(visit)
    assert page.locator("[aria-current=page]", has_text="All figures").count() == 1
    for question in ("Who is in work", "Who gets Individual Placement and Support", "talking therapies"):
        assert page.locator("#answers h3").filter(has_text=question).count() == 1
    follow(visit, "^A # Sources$", rf"/areas/{NOTTINGHAM}/sources$", first=False)
    read_from_the_top(visit)
    assert "Office for National Statistics" in text_of(page)
    tab_to(page, "^A # Summary$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/areas/{NOTTINGHAM}$"))
    visit.settle()
    read_from_the_top(visit)
    assert page.locator("#key-figures h3").count() == 4
    visit.check()


def test_3_work_by_condition_is_read_as_chart_and_as_table(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{NOTTINGHAM}")
    follow(visit, "^A # By condition$", rf"/conditions\?area={NOTTINGHAM}")
    read_from_the_top(visit)
    assert heading(page) == "Nottingham : work by health condition"
    tab_to(page, "^SUMMARY # Show as tables$")
    page.keyboard.press("Enter")
    page.wait_for_selector("details[open] table")
    assert "Show as tables" in focused(page) and visible_focus(page)
    assert "Everyone of working age Nottingham 66.1% 62.0% to 70.2% 76.0% Worse 2023" in text_of(
        page, "details[open] table"
    )
    page.keyboard.press("Enter")
    page.wait_for_selector("details[open] table", state="hidden")
    follow(visit, "^A # All evidence of what helps$", "/evidence", first=False)
    read_from_the_top(visit)
    visit.check()


def test_4_the_map_from_an_indicator_to_an_area_and_its_table(visit: Visit) -> None:
    page = visit.page
    visit.go("/map?indicator=employment-rate&area_type=ltla&view=approximate", ready=DRAWN)
    skip_to_main(page)
    choose(visit, "choose-indicator", "Economic inact", "indicator=economic-inactivity-rate", ready=DRAWN)
    page.wait_for_function("() => document.querySelector('h1').innerText.startsWith('Economic inactivity')")
    # shading: the options open where the focus is
    tab_to(page, "^SUMMARY # More options$", most=5)
    page.keyboard.press("Enter")
    tab_to(page, "^SELECT #choose-shading ", most=5)
    choose(visit, "choose-shading", "Quintiles", "shading=quintile", ready=DRAWN)
    assert "Quintile" in text_of(page, "#map-key") or "fifth" in text_of(page, "#map-key")
    # into the map: one stop for all areas, arrows from neighbour to neighbour
    tab_to(page, "^path # Adur: ", most=25)
    for key, there in (("n", "New Forest"), ("ArrowRight", "Southampton"), ("ArrowRight", "Eastleigh")):
        page.keyboard.press(key)
        assert focused(page).startswith(f"path # {there}: "), key
        assert visible_focus(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("area=E07000086"))
    visit.settle(DRAWN)
    assert focused(page).startswith("path # Eastleigh: ") and visible_focus(page)
    assert "Eastleigh" in text_of(page, "#map-chosen")
    page.wait_for_function("() => Boolean(window.d3Zoom)")
    stage = "() => document.querySelector('[data-panel=map] .wh-map-stage').getAttribute('transform')"
    whole = page.evaluate(stage)
    page.keyboard.press("+")
    assert page.evaluate(stage) != whole
    page.keyboard.press("0")
    assert page.evaluate(stage) == whole
    # the table: all areas, and a way past them
    tab_to(page, "^A # Skip the table$", most=25)
    tab_to(page, "^BUTTON #map-table-more ", most=40)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('#map-table tbody tr').length === 296")
    assert visible_focus(page)
    assert page.locator("#map-table tbody tr").first.inner_text().startswith("Eastleigh")
    visit.check()


@at_a_desk
def test_5_one_indicator_is_followed_and_an_area_added_and_removed(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{NOTTINGHAM}")
    follow(visit, "Trend of Employment rate", r"/trends\?indicator=employment-rate", ready=".main-svg")
    read_from_the_top(visit)
    assert "Over the five years 2019–2023 there is no clear change." in text_of(page)
    choose(visit, "choose-add-area", "Derby", f"area={NOTTINGHAM},{DERBY}$", ready=".main-svg")
    tab_to(page, "Remove Nottingham", most=12)
    page.keyboard.press("Enter")
    page.wait_for_function("code => !location.search.includes(code)", arg=NOTTINGHAM)
    visit.settle(".main-svg")
    assert DERBY in page.url
    # the chip that had the focus is gone: it goes on from a place in the page and not from its very top
    assert not focused(page).startswith("BODY")
    tab_to(page, "^DIV # Table: Employment rate", most=25)
    assert "Derby" in text_of(page, "main table") and "Nottingham" not in text_of(page, "main table")
    visit.check()


@at_a_desk
def test_6_evidence_is_narrowed_by_group(visit: Visit) -> None:
    page = visit.page
    visit.go("/about")
    follow(visit, "^A # Evidence$", "/evidence$", first=False)
    read_from_the_top(visit)
    before = text_of(page, "h1 + *")
    choose(visit, "choose-condition", "Adults with a learn", "condition=learning_disability")
    narrowed = text_of(page, "h1 + *")
    assert narrowed != before
    tab_to(page, "^SUMMARY # More about", most=12)
    page.keyboard.press("Enter")
    page.wait_for_selector("main details[open]")
    assert "More about" in focused(page) and visible_focus(page)
    visit.check()


@at_a_desk
def test_7_pack_workbook_and_chart_are_taken_to_the_board(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    skip_to_main(page)
    tab_to(page, "^INPUT #find-area ", most=3)
    found(visit, "find-area", "nottingham", rf"/areas/{NOTTINGHAM}$")
    pack, pdf = saved(visit, r"^A # Briefing pack \(PDF\)")
    assert pack.endswith(".pdf") and pdf.startswith(b"%PDF")
    book, cells = saved(visit, r"^A # Workbook \(XLSX\)")
    assert book.endswith(".xlsx") and cells.startswith(b"PK")
    png, picture = saved(visit, "^BUTTON # Download PNG")
    assert png.endswith("-spine.png") and picture.startswith(b"\x89PNG")
    svg, drawing = saved(visit, "^A # Download SVG")
    assert svg.endswith("-spine.svg") and drawing.startswith(b"<svg")
    name, figures = saved(visit, "^A # Download CSV")
    assert name.endswith(".csv") and b"lower_ci_95" in figures.splitlines()[0]
    assert page.url.endswith(f"/areas/{NOTTINGHAM}") and visible_focus(page)
    visit.check()


def test_8_areas_are_compared_sorted_ranked_and_put_into_a_funnel(visit: Visit) -> None:
    page = visit.page
    visit.go(
        "/compare?indicator=talking-therapies-recovery-rate&area_type=nhs_region",
        ready="#compare-chart-frame table",
    )
    skip_to_main(page)
    choose(visit, "choose-area_type", "Integrated care", "area_type=icb", ready="#compare-chart-frame table")
    tab_to(page, "^A # All 42$", most=30)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("show=all"))
    visit.settle("#compare-chart-frame table")
    assert "All 42" in focused(page) and visible_focus(page)
    tab_to(page, "^A #sort-highest ", most=10)
    page.keyboard.press("Enter")
    page.wait_for_selector("th[aria-sort=ascending]")
    page.wait_for_url(re.compile("sort=lowest"))
    visit.settle("#compare-chart-frame table")
    assert "Value" in focused(page) and visible_focus(page)
    tab_to(page, "^A # Rank ranges$", backwards=True, most=10)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("chart=ranks"))
    page.locator("#compare-chart-frame", has_text="Could rank, of 42 (95%)").wait_for()
    visit.settle()
    assert "Rank ranges" in focused(page) and visible_focus(page)
    tab_to(page, "^A # Funnel plot$", most=2)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("chart=funnel"))
    visit.settle("#page .main-svg")
    assert "Funnel plot" in focused(page) and visible_focus(page)
    assert page.locator("[aria-label='Chart type'] [aria-current]").inner_text() == "Funnel plot"
    visit.check()


@at_a_desk
def test_9_all_indicators_and_then_two_of_them(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{BLACK_COUNTRY}")
    skip_to_main(page)
    door(visit, "Explore", "/map", ready=DRAWN)
    follow(visit, "^A # All indicators$", "/overview", first=False)
    read_from_the_top(visit)
    assert heading(page) == "All indicators: Black Country"
    assert re.search(r"Of \d+ figures compared with England’s: \d+ worse", text_of(page))
    follow(visit, "^A # Relate$", "/relate", ready="#page .main-svg", first=False)
    read_from_the_top(visit)
    before = heading(page)
    choose(visit, "choose-with", "Self-employment", "with=self-employment", ready="#page .main-svg")
    assert heading(page) != before and "self-employment" in heading(page)
    assert re.search(r"correlation .*r = −?0\.\d\d, 95% CI", text_of(page))
    visit.check()


@at_a_desk
def test_10_a_group_is_made_compared_and_its_figures_taken(visit: Visit) -> None:
    page = visit.page
    visit.go("/groups")
    skip_to_main(page)
    tab_to(page, "^TEXTAREA #group-members ", most=5)
    page.keyboard.type("Nottingham\nDerby")
    tab_to(page, "^BUTTON #group-submit Make the group$", most=5)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Derby and Nottingham").wait_for()
    visit.settle("#group")
    # the group that was made has the focus, and not the button hundreds of check boxes below it
    assert focused(page) == "H2 # Derby and Nottingham" and visible_focus(page)
    tab_to(page, "^INPUT #group-name ", most=20)
    page.keyboard.press("Control+a")
    page.keyboard.type("Two cities")
    tab_to(page, "^BUTTON #group-submit Change the group$", most=6)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("name=Two[+]cities"))
    page.get_by_role("heading", name="Two cities").wait_for()
    visit.settle("#group")
    assert focused(page) == "H2 # Two cities"
    tab_to(page, "^A # Profile$", most=8)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/areas/custom:"))
    visit.settle("#members")
    read_from_the_top(visit)
    assert heading(page) == "Two cities"
    assert text_of(page, "#members").startswith("Made of Derby and Nottingham")
    # back to the form: its list of areas is open now, and there is a way past hundreds of check boxes
    follow(visit, "^A # Change this group$", "/groups", ready="#group", first=False)
    read_from_the_top(visit)
    tab_to(page, "^A # Skip the list$", most=25)
    page.keyboard.press("Enter")
    assert focused(page) == "BUTTON #group-submit Change the group" and visible_focus(page)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('#group h2')")
    visit.settle("#group")
    follow(visit, "^A # Compare$", "/compare", ready="#compare-chart-frame table", first=False)
    read_from_the_top(visit)
    assert "Two cities" in text_of(page, "#highlighted")
    # the builder of addresses, and the file it gives
    door(visit, "Data", "/data")
    choose(visit, "choose-area_type", "Local enterprise", "area_type=lep")
    assert "area_type=lep" in text_of(page, ".wh-address, main")
    name, text = saved(visit, r"^A # Download\s*CSV")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert name.endswith(".csv") and len(rows) == 38
    assert {row["area_type"] for row in rows} == {"lep"}
    visit.check()


@at_a_desk
@pytest.mark.parametrize(
    "path",
    [
        "/trends?indicator=employment-rate&area=E06000018,E06000015",
        "/relate?indicator=employment-rate&with=disability-prevalence",
    ],
)
def test_a_long_table_has_a_way_past_it(visit: Visit, path: str) -> None:
    page = visit.page
    visit.go(path)
    skip_to_main(page)
    tab_to(page, "^A # Skip the table$", most=60)
    page.keyboard.press("Enter")
    tab_to(page, r"^A # Download these figures \(CSV\)$", most=1)
    visit.check()
