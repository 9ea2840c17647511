"""The three main questions are answered by real figures for five places, on the pages that lead with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

# of each place: a part of the first answer to each question, from the starter edition
PLACES = {
    "E06000018": (
        "in Nottingham: 1.2% (0.7% to 2.2%), lower than England’s 5.1%, in 2020/21 (over ",
        "in NHS Nottingham and Nottinghamshire CCG, which holds Nottingham: 52.0 per 100,000 (46.5 to 58.0)",
        "in NHS Nottingham and Nottinghamshire ICB, which holds Nottingham: 3.84 then 3.02 points",
    ),
    "E08000035": (
        "in Leeds: 8.6% (7.4% to 9.9%), higher than England’s 5.1%, in 2020/21 (over ",
        "in NHS Leeds CCG, the same area as Leeds: 10.2 per 100,000 (7.2 to 13.8)",
        "in NHS West Yorkshire ICB, which holds Leeds: 4.06 then 3.04 points",
    ),
    "E38000225": (
        "in Leeds, the same area as NHS West Yorkshire ICB - 15F: 8.6%",
        "in NHS Leeds CCG, as this area was called then: 10.2 per 100,000",
        "in NHS West Yorkshire ICB, which holds NHS West Yorkshire ICB - 15F: 4.06 then 3.04 points",
    ),
    "E54000054": (
        "in West Yorkshire (combined authority), which holds about 98% of NHS West Yorkshire ICB: 7.1%",
        "in West Yorkshire and Harrogate (Health and Care Partnership), as this area was called then: 15.1 per 100,000",
        "in NHS West Yorkshire ICB: 4.06 then 3.04 points",
    ),
    "E37000001": (
        "in the Black Country: 3.3% (2.7% to 4.0%), lower than England’s 5.1%",
        "in NHS Black Country and West Birmingham CCG, which holds the Black Country: 73.5 per 100,000",
        "in NHS Black Country ICB, the same four districts: 3.89 then 3.07 points",
    ),
    "E92000001": (
        "in England: 5.1% (5.0% to 5.3%), in 2020/21 (over ",
        "in England: 30.4 per 100,000 (29.8 to 30.9), in 2020/21 (over ",
        "in England: 3.80 then 2.91 points, in 2025/26",
    ),
}
QUESTIONS = ("work-by-condition", "placement-and-support", "talking-therapies")


@pytest.mark.parametrize("code", PLACES)
def test_three_answers_stand_on_every_page_that_leads_with_them(visit: Visit, code: str) -> None:
    page = visit.page
    for path in (f"/conditions?area={code}", f"/areas/{code}/figures", f"/?area={code}"):
        assert visit.go(path).status == 200
        for question, words in zip(QUESTIONS, PLACES[code], strict=True):
            told = page.locator(f"#answers-{question}").inner_text()
            assert words in re.sub(r"\s+", " ", told), path
        assert "illustrative" not in page.locator("#answers").inner_text().lower()
    visit.check()


def test_the_ledger_says_what_is_there_and_what_loads_what_is_not(visit: Visit) -> None:
    page = visit.page
    visit.go("/areas/E06000018/figures")
    rows = page.locator("#ledger-table tbody tr")
    assert rows.count() == 13
    told = page.locator("#ledger").inner_text()
    assert "Not loaded here" in told and "python -m etl refresh mhsds" in told
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    visit.check()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0


def test_the_area_chosen_last_is_offered_on_the_home_page(visit: Visit) -> None:
    page = visit.page
    visit.go("/areas/E08000035")
    visit.go("/")
    page.get_by_role("link", name="The three main questions for Leeds").click()
    page.wait_for_url(re.compile("area=E08000035"))
    page.wait_for_function("() => document.querySelector('#answers h2').innerText.endsWith('for Leeds')")
