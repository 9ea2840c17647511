"""The steps of docs/user-guide.md by keyboard alone: each with what the guide promises of it, the focus always seen.

A step may open its own address. Whole journeys, from one address to their end, stand in test_by_keyboard.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

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
)

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

NOTTINGHAM, BOLTON, BLACK_COUNTRY = "E06000018", "E08000001", "E37000001"
at_a_desk = pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])
on_a_phone = pytest.mark.parametrize("visit", [390], indirect=True, ids=["390px"])


# ---- a commissioner ------------------------------------------------------------------------------------


@on_a_phone
def test_an_area_is_read_from_its_summary_to_what_is_missing(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{NOTTINGHAM}")
    assert re.search(r"indicators compared with England, \d+ are worse .* \d+ are similar", text_of(page))
    assert page.locator("#key-figures h3").count() == 4
    follow(visit, "^A # All figures$", rf"/areas/{NOTTINGHAM}/figures$")
    read_from_the_top(visit)
    for question in ("Who is in work", "Who gets Individual Placement and Support", "talking therapies"):
        assert page.locator("#answers h3").filter(has_text=question).count() == 1
    # a link of the summary leads to the very part
    visit.go(f"/areas/{NOTTINGHAM}")
    follow(visit, "^A # What is missing, and why$", "/figures#ledger$", ready="#ledger")
    assert "who publishes" in text_of(page, "#ledger").lower() or "published" in text_of(page, "#ledger")
    visit.check()


@at_a_desk
def test_work_by_condition_gives_group_gap_and_england(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{NOTTINGHAM}")
    follow(visit, "^A # By condition$", rf"/conditions\?area={NOTTINGHAM}")
    read_from_the_top(visit)
    words = text_of(page)
    for said in (
        "Learning disability",
        "in paid work",
        "in England",
        "Gap: ",
        "Services that serve Nottingham",
    ):
        assert said in words, said
    # the same as tables, opened where the focus is
    tab_to(page, "^SUMMARY # Show as tables$")
    page.keyboard.press("Enter")
    page.wait_for_selector("details[open] table")
    assert "Show as tables" in focused(page)
    tab_to(page, "^A # What may help|evidence of what helps|^A # Individual Placement", most=20)
    visit.check()


def test_the_map_is_shaded_and_drawn_otherwise_by_keyboard(visit: Visit) -> None:
    page = visit.page
    drawn = "#map-drawing[data-drawn]"
    visit.go(f"/map?indicator=employment-rate&area={NOTTINGHAM}", ready=drawn)
    skip_to_main(page)
    control(page, "choose-indicator")
    tab_to(page, "^SUMMARY # More options$", most=5)
    page.keyboard.press("Enter")
    tab_to(page, "^SELECT #choose-shading ", most=5)
    for words in ("Quintiles", "Continuous"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"shading={words.lower()[:8]}"))
        visit.settle(drawn)
        page.wait_for_function("() => document.activeElement.id === 'choose-shading'")
    tab_to(page, "^BUTTON # ?Hexagons", most=30)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("view=hex"))
    page.wait_for_selector("[data-map-view][aria-pressed=true]:has-text('Hexagons')")
    assert "Nottingham" in text_of(page, "#map-card, .wh-map-card, main")
    visit.settle(drawn)
    visit.check()


@at_a_desk
def test_one_indicator_is_followed_from_the_summary_of_an_area(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{NOTTINGHAM}")
    follow(visit, "Trend of Employment rate", r"/trends\?indicator=employment-rate", ready=".main-svg")
    read_from_the_top(visit)
    assert "Over the five years 2019–2023 there is no clear change." in text_of(page)
    tab_to(page, "^A # How change is judged$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#recent-trend$"))
    # the part is open already, since a link led to it
    tab_to(page, "^SUMMARY # How change is judged$", most=3)
    assert "chi-square" in text_of(page, "#recent-trend")
    visit.check()


@at_a_desk
def test_evidence_is_narrowed_by_group_and_named_for_an_area(visit: Visit) -> None:
    page = visit.page
    visit.go("/evidence")
    skip_to_main(page)
    tab_to(page, "^SELECT #choose-condition ")
    before = text_of(page, "h1 + *")
    page.keyboard.type("Adults with a learn")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("condition=learning_disability"))
    visit.settle()
    page.wait_for_function("() => document.activeElement.id === 'choose-condition'")
    assert text_of(page, "h1 + *") != before
    tab_to(page, "^SUMMARY # More about")
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() >= 1
    # the local programmes of an area, and the whole of one of them
    visit.go(f"/areas/{BOLTON}/figures")
    follow(visit, "^A # Working Well$", "/evidence#working-well")
    visit.check()


@at_a_desk
def test_pack_workbook_and_chart_are_downloaded_by_keyboard(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{NOTTINGHAM}")
    skip_to_main(page)
    pack, pdf = saved(visit, r"^A # Briefing pack \(PDF\)")
    assert pack.endswith(".pdf") and pdf.startswith(b"%PDF")
    book, cells = saved(visit, r"^A # Workbook \(XLSX\)")
    assert book.endswith(".xlsx") and cells.startswith(b"PK")
    assert "in your downloads" in text_of(page, "main .wh-downloads [role=status], main [role=status]")
    png, picture = saved(visit, "^BUTTON # Download PNG")
    assert png.endswith("-spine.png") and picture.startswith(b"\x89PNG")
    svg, drawing = saved(visit, "^A # Download SVG")
    assert svg.endswith("-spine.svg")
    words = " ".join(re.sub("<[^>]+>", " ", drawing.decode()).split())
    assert "Office for National Statistics" in words and "Open Government Licence v3.0" in words
    name, figures = saved(visit, "^A # Download CSV")
    assert name.endswith(".csv") and b"lower_ci_95" in figures.splitlines()[0]
    visit.check()


# ---- an analyst of a LEP or combined authority -------------------------------------------------------------


@at_a_desk
def test_areas_of_one_kind_are_compared_as_values_ranks_and_funnel(visit: Visit) -> None:
    page = visit.page
    visit.go(
        f"/compare?indicator=employment-rate&area_type=lep&area={BLACK_COUNTRY}",
        ready="#compare-chart-frame table",
    )
    skip_to_main(page)
    tab_to(page, "^A # Rank ranges$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("chart=ranks"))
    page.locator("#compare-chart-frame", has_text="Could rank, of 38 (95%)").wait_for()
    assert re.search(r"Black Country 69\.8% \d+ to 38", text_of(page, "#compare-chart-frame"))
    # where counts are published, a funnel says which areas differ
    visit.go(
        "/compare?indicator=talking-therapies-recovery-rate&area_type=icb", ready="#compare-chart-frame table"
    )
    skip_to_main(page)
    tab_to(page, "^A # Funnel plot$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("chart=funnel"))
    visit.settle("#page .main-svg")
    assert page.locator("[aria-label='Chart type'] [aria-current]").inner_text() == "Funnel plot"
    visit.check()


@at_a_desk
def test_everything_at_once_and_then_two_indicators(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/areas/{BLACK_COUNTRY}")
    assert re.search(r"Summed from \d of \d local authorities .*; coverage \d+%", text_of(page))
    visit.go(f"/overview?area={BLACK_COUNTRY}")
    assert re.search(r"Of \d+ figures compared with England’s: \d+ worse", text_of(page))
    # the grid is scrolled by arrow keys
    skip_to_main(page)
    tab_to(page, "^DIV # All indicators: Black Country")
    page.keyboard.press("ArrowDown")
    tab_to(page, "^A # Relate$", backwards=True)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/relate"))
    visit.settle("#page .main-svg")
    read_from_the_top(visit)
    control(page, "choose-with")
    before = text_of(page, "h1")
    page.keyboard.type("Self-employment")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("with=self-employment"))
    visit.settle("#page .main-svg")
    assert text_of(page, "h1") != before
    assert re.search(r"correlation .*r = −?0\.\d\d, 95% CI", text_of(page))
    assert "correlation is not causation" in text_of(page)
    visit.check()


@at_a_desk
def test_figures_are_chosen_and_their_addresses_copied(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.go("/data")
    skip_to_main(page)
    control(page, "choose-area_type")
    page.keyboard.type("Local enterprise")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("area_type=lep"))
    visit.settle()
    name, text = saved(visit, r"^A # Download\s*CSV")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert name.endswith(".csv") and len(rows) == 38
    assert {row["area_type"] for row in rows} == {"lep"}
    tab_to(page, r"^BUTTON # Copy address\s*of API", most=6)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.body.innerText.includes('The address is copied.')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "/api/v1/observations?indicator=employment-rate&area_type=lep" in copied
    answer = page.request.get(copied).json()
    assert len(answer["observations"]) == 38
    visit.check()


# ---- everybody ---------------------------------------------------------------------------------------------


@at_a_desk
def test_an_indicator_is_found_by_a_word_and_opened(visit: Visit) -> None:
    page = visit.page
    visit.go("/indicators")
    skip_to_main(page)
    tab_to(page, "^INPUT #filter-list ", most=5)
    page.keyboard.type("fit note")
    page.wait_for_function(
        "() => / of \\d+ shown/.test(document.querySelector('[data-filter-status]').textContent)"
    )
    assert "#filter-list " in focused(page)
    # the next link of the table is one of those that are left
    tab_to(page, "^A # Fit notes", most=20)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/indicators/fit-notes"))
    visit.settle()
    read_from_the_top(visit)
    assert text_of(page, "h1").startswith("Fit notes")
    visit.check()


# ---- an analyst who looks after the figures ---------------------------------------------------------------


@at_a_desk
def test_a_figure_is_followed_to_its_release_and_its_file(visit: Visit) -> None:
    page = visit.page
    visit.go(f"/trends?indicator=employment-gap-learning-disability&area={NOTTINGHAM}", ready=".main-svg")
    skip_to_main(page)
    tab_to(page, "^SUMMARY # Employment gap, learning disability, Nottingham, 2020/21")
    page.keyboard.press("Enter")
    words = text_of(page, "details[open]")
    assert "employment rate" in words.lower() and "sha256" in words
    # the releases that are loaded, from the foot of every page
    follow(visit, "^A # Releases$", "/data#releases$", ready="#releases", first=False)
    assert "Next expected" in text_of(page, "#releases")
    follow(visit, "^A # Run a refresh$", "/refresh$", first=False)
    read_from_the_top(visit)
    for said in ("sources are loaded", "Last expected", "Next expected", "Rows"):
        assert said in text_of(page), said
    visit.check()
