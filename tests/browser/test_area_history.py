"""How an area changed: its picture on a desk and on a phone, and estimates on the page of trends."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser
Visit = Any
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_timeline_fits_the_page_and_its_bars_stand_in_order(visit: Visit, size: dict[str, int]) -> None:
    page = visit.page
    page.set_viewport_size(size)
    visit.go("/areas/E38000225/similar")
    bars = page.eval_on_selector_all(
        ".wh-timeline rect",
        "bars => bars.map(bar => bar.getBoundingClientRect()).map(box => [box.left, box.right])",
    )
    assert len(bars) == 4
    # three groups end where NHS Leeds CCG begins, which goes on to the edge
    assert all(abs(right - bars[3][0]) < 2 for _, right in bars[:3])
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    texts = page.eval_on_selector_all(
        ".wh-timeline text",
        "texts => texts.map(text => text.getBoundingClientRect()).map(box => [box.left, box.right])",
    )
    assert all(left >= -1 and right <= size["width"] + 1 for left, right in texts)
    visit.check()


def test_trends_open_the_history_and_draw_estimates_apart(visit: Visit) -> None:
    page = visit.page
    visit.go("/trends?indicator=talking-therapies-recovery-rate&area_type=icb&area=E54000058")
    names = page.evaluate(
        "() => document.querySelector('.js-plotly-plot').data.map(trace => [trace.name, trace.line && trace.line.dash])"
    )
    assert ["Derby and Derbyshire, estimated", "1px,4px"] in names
    assert "Open circles: estimated" in page.inner_text("#chart")
    summary = page.get_by_text("How NHS Derby and Derbyshire ICB changed")
    assert not page.is_visible(".wh-timeline")
    summary.click()
    assert page.is_visible(".wh-timeline") and "Boundary changed" in page.inner_text("#area-changes")
    visit.check()
