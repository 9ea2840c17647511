"""Taking it away: every kind of download on every page with a chart, the link, the frame, print."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n"
# page, chart, what the files are called
CHARTS = (
    ("/compare?indicator=employment-rate&area=E06000018", "compare-chart", "compare-employment-rate-ltla"),
    ("/trends?indicator=employment-rate&area=E06000018", "trends-chart", "trends-employment-rate-E06000018"),
    ("/relate?area=E06000018", "relate-chart", "relate-employment-rate"),
    ("/conditions?area=E06000018", "work-by-condition", "work-by-condition-E06000018"),
    ("/goal", "million-more", "million-more-disabled-people-in-work"),
    ("/goal", "moves", "into-work-and-out-of-it"),
    ("/", "million-more", "million-more-disabled-people-in-work"),
)


def saved(visit: Visit, button: Any) -> tuple[str, bytes]:
    with visit.page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(("path", "chart", "name"), CHARTS)
def test_a_chart_is_taken_away_as_picture_and_as_figures(
    visit: Visit, path: str, chart: str, name: str
) -> None:
    visit.go(path, ready=f"#page #{chart}-frame :is(.main-svg, img)")
    group = visit.page.locator(f"[aria-labelledby='{chart}-take']")
    png, picture = saved(visit, group.get_by_role("button", name="Download PNG"))
    assert png.startswith(name) and png.endswith(".png")
    assert picture.startswith(PNG) and len(picture) > 5_000
    svg, drawing = saved(visit, group.get_by_role("button", name="Download SVG"))
    assert svg.startswith(name) and svg.endswith(".svg")
    assert drawing.startswith(b"<svg") and b"</svg>" in drawing
    figures, text = saved(visit, group.get_by_role("link", name="Download CSV"))
    assert figures.endswith(".csv")
    assert text.startswith(b"\xef\xbb\xbfindicator_id,indicator,area_code,")
    assert len(text.splitlines()) > 2
    visit.check()


def test_the_csv_holds_what_the_table_shows(visit: Visit) -> None:
    visit.go("/compare?indicator=employment-rate&area=E06000018", ready="#compare-table table")
    shown = visit.page.locator("#compare-table tbody tr").count()
    first = visit.page.locator("#compare-table tbody tr").first.inner_text()
    link = visit.page.locator("#compare-table").get_by_role("link", name="Download these figures (CSV)")
    _, text = saved(visit, link)
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert len(rows) == shown
    assert rows[0]["area_name"] == "Nottingham" in first
    assert f"{float(rows[0]['value']):.1f}%" in first


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
    code = group.get_by_label("Code to embed this chart").inner_text()
    address = f"{visit.base}/embed/trends/trends-chart?indicator=employment-rate&amp;area=E06000018"
    assert code.startswith(f'<iframe src="{address}" title="Employment rate over time"')
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
    ],
)
def test_a_chart_in_a_frame_has_title_source_and_a_way_back(visit: Visit, path: str) -> None:
    answer = visit.go(path, ready="#page :is(.main-svg, img)")
    assert answer.headers["content-security-policy"] == "frame-ancestors *"
    page = visit.page
    assert page.get_by_role("navigation").count() == 0
    assert page.get_by_text("Source: ").count() > 0
    back = (
        page.get_by_role("link", name="Every figure, its interval and its method").get_attribute("href") or ""
    )
    assert back.startswith(f"/{path.split('/')[2]}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visit.check()
