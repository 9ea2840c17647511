"""Taking it away: every kind of download on every page with a chart, the pack, the data, the link, the frame, print;
the information pages and the terms that they explain.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n"
# page, chart, what the files are called
CHARTS = (
    ("/compare?indicator=employment-rate&area=E06000018", "compare-chart", "compare-employment-rate-ltla"),
    ("/trends?indicator=employment-rate&area=E06000018", "trends-chart", "trends-employment-rate-E06000018"),
    ("/relate?area=E06000018", "relate-chart", "relate-employment-rate"),
)


# what does not change with the width of the screen is tried at one
at_a_desk = pytest.mark.parametrize("visit", [1280], indirect=True, ids=["1280px"])


def saved(visit: Visit, button: Any) -> tuple[str, bytes]:
    with visit.page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(("path", "chart", "name"), CHARTS)
def test_a_chart_is_taken_away_as_picture_and_as_figures(
    visit: Visit, path: str, chart: str, name: str
) -> None:
    visit.go(path, ready=f"#page #{chart}-frame :is(.main-svg, img, .wh-rows)")
    group = visit.page.locator(f"[aria-labelledby='{chart}-take']")
    png, picture = saved(visit, group.get_by_role("button", name="Download PNG"))
    assert png.startswith(name) and png.endswith(".png")
    assert picture.startswith(PNG) and len(picture) > 5_000
    svg, drawing = saved(visit, group.get_by_text("Download SVG"))
    assert svg.startswith(name) and svg.endswith(".svg")
    assert drawing.startswith(b"<svg") and b"</svg>" in drawing
    figures, text = saved(visit, group.get_by_role("link", name="Download CSV"))
    assert figures.endswith(".csv")
    assert text.startswith(b"indicator_id,area_code,")
    assert len(text.splitlines()) > 2
    visit.check()


@pytest.mark.parametrize(
    ("path", "pictures"),
    [
        ("/areas/E06000018", {"spine": "work-and-health-E06000018-spine"}),
        (
            "/overview?area=E06000018",
            {"grid": "overview-E06000018-grid", "small-multiples": "overview-E06000018-small-multiples"},
        ),
        (
            "/conditions?area=E06000018",
            {"work-by-condition": "work-by-condition-E06000018", "recovery": "recovery-E06000018"},
        ),
        (
            "/trends?area=E06000018,E08000032,E06000015,E08000035",
            {"area-panels": "trends-employment-rate-E06000018-E08000032-E06000015-area-panels"},
        ),
        (
            "/goal",
            {"million-more": "million-more-disabled-people-in-work", "moves": "moving-into-and-out-of-work"},
        ),
    ],
    ids=["area", "overview", "conditions", "trends", "goal"],
)
def test_a_whole_picture_is_taken_away(visit: Visit, path: str, pictures: dict[str, str]) -> None:
    visit.go(path)
    if "small-multiples" in pictures:
        visit.page.get_by_text("Each indicator over time as small charts").click()
    for picture, name in pictures.items():
        group = visit.page.locator(f"[aria-labelledby='{picture}-take']")
        png, drawn = saved(visit, group.get_by_role("button", name="Download PNG"))
        assert (png, drawn[:8]) == (f"{name}.png", PNG)
        # twice as fine as the drawing, whose width stands in the PNG's header
        svg, drawing = saved(visit, group.get_by_role("link", name="Download SVG"))
        assert svg == f"{name}.svg"
        wide = re.match(rb'<svg [^>]* width="(\d+)"', drawing)
        assert wide and int.from_bytes(drawn[16:20], "big") == 2 * int(wide[1])
        _, text = saved(visit, group.get_by_role("link", name="Download CSV"))
        assert text.startswith(b"indicator_id,area_code,")
    visit.check()


@at_a_desk
def test_the_csv_holds_what_the_table_shows(visit: Visit) -> None:
    visit.go("/compare?indicator=employment-rate&area=E06000018", ready="#compare-chart-frame table")
    shown = visit.page.locator("#compare-chart-frame tbody").last.locator("tr")
    first = shown.first.inner_text()
    group = visit.page.locator("[aria-labelledby='compare-chart-take']")
    _, text = saved(visit, group.get_by_role("link", name="Download CSV"))
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert len(rows) == shown.count() == 35
    assert rows[0]["area_name"] in first
    assert f"{float(rows[0]['value']):.1f}%" in first
    _, whole = saved(visit, visit.page.get_by_role("link", name="Download all 296 areas (CSV)"))
    assert len(list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline="")))) == 296


def test_link_and_code_are_copied_and_said(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.go("/trends?indicator=employment-rate&area=E06000018", ready="#page #trends-chart .main-svg")
    group = page.locator("[aria-labelledby='trends-chart-take']")
    group.get_by_role("button", name="Copy link").press("Enter")
    status = group.get_by_role("status")
    page.wait_for_function(
        "() => document.querySelector('[aria-labelledby=trends-chart-take] [role=status]').textContent"
    )
    assert status.inner_text() == "The link is copied."
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    group.get_by_text("Embed this chart in a web page").click()
    # the code is written when the part opens
    page.wait_for_function("() => document.querySelector('[data-embed]').textContent")
    code = group.get_by_label("Code to embed this chart").inner_text()
    address = f"{visit.base}/embed/trends/trends-chart?indicator=employment-rate&amp;area=E06000018"
    assert code.startswith(f'<iframe src="{address}" title="Employment rate since 2004"')
    group.get_by_role("button", name="Copy code").click()
    page.wait_for_function("() => navigator.clipboard.readText().then(text => text.startsWith('<iframe'))")
    visit.check()


@pytest.mark.parametrize(
    "path",
    [
        "/embed/trends/trends-chart?indicator=employment-rate&area=E06000018",
        "/embed/compare/compare-chart?indicator=employment-rate&area_type=region",
        "/embed/conditions/work-by-condition?area=E06000018",
        "/embed/goal/moves",
        "/embed/areas/E06000018/spine",
        "/embed/overview/grid?area=E06000018",
    ],
)
def test_a_chart_in_a_frame_has_title_source_and_a_way_back(visit: Visit, path: str) -> None:
    answer = visit.go(path, ready="#page :is(.main-svg, img, .wh-rows)")
    assert answer.headers["content-security-policy"].endswith("frame-ancestors *")
    page = visit.page
    assert page.get_by_role("navigation").count() == 0
    assert page.get_by_text("Source: ").count() > 0
    back = (
        page.get_by_role("link", name="Every figure, its interval and its method").get_attribute("href") or ""
    )
    assert back.startswith(f"/{path.split('/')[2]}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visit.check()


def test_the_map_is_taken_away_as_it_is_shown(visit: Visit) -> None:
    visit.go("/map?indicator=employment-rate&view=hex&parent=E12000004", ready="[data-area-code]")
    change = visit.page.locator(".wh-change")
    if change.is_visible():
        change.click()
    visit.page.locator(".wh-map-download > summary").click()
    group = visit.page.get_by_role("group", name="Download")
    png, picture = saved(visit, group.get_by_role("button", name="Map (PNG)"))
    assert png.startswith("employment-rate-ltla") and picture.startswith(PNG)
    # a choice closes the list
    visit.page.locator(".wh-map-download > summary").click()
    figures, text = saved(visit, group.get_by_role("link", name="Figures (CSV)"))
    assert figures.startswith("employment-rate-ltla-E12000004-")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert len(rows) == 35  # the districts and unitaries of the East Midlands
    assert {"Better", "Similar", "Worse"} >= {row["comparison"] for row in rows}


def test_the_map_in_a_frame_draws_every_area(visit: Visit) -> None:
    visit.go("/embed/map/map?indicator=employment-rate&view=hex", ready="[data-area-code]")
    assert visit.page.get_by_role("navigation").count() == 0
    assert visit.page.locator("#map-table").is_hidden()
    visit.check()


@pytest.mark.parametrize(("kind", "magic"), [("PDF", b"%PDF-"), ("XLSX", b"PK\x03\x04")], ids=["pdf", "xlsx"])
def test_the_pack_of_an_area_comes_in_one_click_and_says_so(visit: Visit, kind: str, magic: bytes) -> None:
    visit.go("/areas/E06000018")
    part = visit.page.locator("#take-away")
    name, body = saved(
        # a phone has room for the kind of the workbook alone
        visit,
        part.get_by_role("link", name=re.compile({"PDF": r"Briefing pack \(PDF\)", "XLSX": "XLSX"}[kind])),
    )
    assert name == f"work-and-health-E06000018.{kind.lower()}"
    assert body.startswith(magic)
    part.get_by_text(f"Done: {name} is in your downloads.").wait_for()
    visit.check()


@at_a_desk
def test_a_pack_that_cannot_be_made_is_said_where_it_was_asked_for(visit: Visit) -> None:
    page = visit.page
    visit.go("/areas/E06000018")
    page.route(
        "**/pack.pdf",
        lambda route: route.fulfill(
            status=503,
            content_type="text/html",
            body="<p hidden data-problem>The PDF cannot be made: Pango is missing.</p>",
        ),
    )
    page.locator("#take-away").get_by_role("link", name="Briefing pack (PDF)").click()
    page.locator("#take-away").get_by_text("The PDF cannot be made: Pango is missing.").wait_for()
    # the browser itself notes an answer of 503
    visit.messages[:] = [said for said in visit.messages if "503" not in said]
    visit.check()


@at_a_desk
def test_the_data_page_gives_files_that_open(visit: Visit) -> None:
    visit.go("/data")
    page = visit.page
    page.get_by_role("button", name="Copy address of CSV").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    name, text = saved(visit, page.get_by_role("link", name="Employment rate (CSV)", exact=True))
    assert name == "employment-rate.csv"
    assert len(text.splitlines()) > 1_000
    name, body = saved(visit, page.get_by_role("link", name="Download everything (zip)"))
    assert name == "work-and-health-indicators.zip"
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert "figures/employment-rate.csv" in archive.namelist()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    visit.check()


@pytest.mark.parametrize("path", ["/accessibility", "/glossary", "/about", "/areas/E06000018"])
def test_information_pages_are_clean_with_every_part_open(visit: Visit, path: str) -> None:
    visit.go(path)
    visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    visit.check()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_term_is_explained_by_keyboard_and_closed_with_escape(visit: Visit) -> None:
    page = visit.page
    visit.go("/about")
    button = page.get_by_role("button", name=re.compile("^95% confidence interval"))
    # its id also names the part of the page that it stands in
    words = page.locator(f"#page #{button.get_attribute('popovertarget')}")
    assert words.is_hidden()
    button.focus()
    page.keyboard.press("Enter")
    words.wait_for(state="visible")
    assert words.inner_text().startswith("95% confidence interval The range that the true figure")
    box = words.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
    visit.check()
    # the way on stands next in the order of the keyboard
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/glossary#confidence-interval"
    page.keyboard.press("Escape")
    words.wait_for(state="hidden")
    assert button.evaluate("node => node === document.activeElement")


@at_a_desk
@pytest.mark.parametrize(
    ("path", "ready"),
    [
        ("/compare?indicator=employment-rate&area=E06000018", "#page #compare-chart-frame table"),
        ("/areas/E06000018", "#figures"),
        ("/conditions?area=E06000018", "#page .wh-gap-svg"),
        ("/data", "#everything"),
    ],
)
def test_a_page_prints_its_words_and_tables_without_controls(visit: Visit, path: str, ready: str) -> None:
    page = visit.page
    visit.go(path, ready=ready)
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    for gone in (".wh-nav", "#page .wh-controls", "#page .wh-downloads", "#page .wh-button"):
        for control in page.locator(gone).all():
            assert control.is_hidden()
    for whole in page.locator("#page .wh-table-scroll").all():
        assert whole.evaluate("node => getComputedStyle(node).overflowY") == "visible"
    made = PdfReader(io.BytesIO(page.pdf(format="A4")))
    words = " ".join(made.pages[0].extract_text().split())
    # what a tab shows is read out behind the name, and not printed
    assert page.get_by_role("heading", level=1).inner_text().split("\n")[0] in words
    assert len(made.pages) < 30


@at_a_desk
def test_a_long_table_repeats_its_head_on_every_page(visit: Visit) -> None:
    visit.go("/compare?indicator=employment-rate&show=all", ready="#compare-chart-frame table")
    made = PdfReader(io.BytesIO(visit.page.pdf(format="A4")))
    sheets = [page.extract_text() for page in made.pages]
    with_rows = [text for text in sheets if text.count("Similar") > 10]
    assert len(with_rows) > 1
    assert all("95% CI" in text for text in with_rows)


def test_the_profile_of_an_area_prints_as_a_table_at_any_width(visit: Visit) -> None:
    visit.go("/areas/E06000018", ready="#figures")
    visit.page.emulate_media(media="print")
    row = visit.page.locator(".wh-profile tbody tr").nth(1)
    assert row.evaluate("node => getComputedStyle(node).display") == "table-row"
    assert visit.page.locator(".wh-profile thead").first.is_visible()
    assert len(PdfReader(io.BytesIO(visit.page.pdf(format="A4"))).pages) <= 4


@at_a_desk
def test_the_themes_of_an_area_fold_on_a_phone_and_stand_open_on_paper_and_on_a_desk(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    visit.go("/areas/E06000018", ready="#figures")
    folds = page.locator(".wh-theme-fold")
    assert folds.count() > 3
    opened = [fold.get_attribute("aria-expanded") for fold in folds.all()]
    assert opened == ["true"] + ["false"] * (len(opened) - 1)
    second = page.locator(".wh-profile tbody").nth(1).locator("tr").nth(1)
    assert second.is_hidden() and "worse" in folds.nth(1).inner_text()
    folds.nth(1).press("Enter")
    assert second.is_visible() and folds.nth(1).get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visit.check()
    page.emulate_media(media="print")
    assert page.locator(".wh-profile tbody").nth(2).locator("tr").nth(1).is_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.wait_for_function("() => !document.querySelector('.wh-theme-fold')")
    assert page.locator(".wh-profile tbody").nth(2).locator("tr").nth(1).is_visible()
    # the first picture begins within 420 px of the top
    assert page.locator(".wh-key-figures").bounding_box()["y"] <= 420


def test_a_frame_takes_the_height_that_its_chart_reports(visit: Visit) -> None:
    """The code that the page gives, in a page of another site: nothing of the chart or its source line is cut off."""
    page = visit.page
    visit.go("/trends?indicator=employment-rate&area=E06000018", ready="h1")
    page.locator("[data-embed]").first.wait_for(state="attached")
    page.locator("details:has([data-embed])").first.evaluate("details => { details.open = true }")
    page.wait_for_function("() => document.querySelector('[data-embed]').textContent")
    code = page.locator("[data-embed]").first.evaluate("code => code.textContent")
    # a page of another site would be kept from this machine by the browser itself
    page.route("**/other-page", lambda route: route.fulfill(body=code, content_type="text/html"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.evaluate("() => location.origin + '/other-page'"))
    page.wait_for_function("() => document.querySelector('iframe').style.height !== ''")
    page.wait_for_timeout(500)
    frame = page.frames[1]
    inner = frame.evaluate("() => [document.documentElement.scrollHeight, innerHeight]")
    assert inner[0] <= inner[1] + 1
    assert "Source: " in frame.locator("#page").inner_text()
