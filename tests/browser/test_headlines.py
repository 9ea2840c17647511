"""The three main questions are answered by real figures for five places, on the tab of all figures."""

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
        "Nottingham, 2020/21: 1.2% (95% CI 0.7% to 2.2%), compared with 5.1% in England. This figure is over ",
        "NHS Nottingham and Nottinghamshire CCG (covers Nottingham), 2020/21: 52.0 per 100,000 (95% CI 46.5 to 58.0)",
        "NHS Nottingham and Nottinghamshire ICB (covers Nottingham), 2025/26: 3.84, then 3.02 points",
    ),
    "E08000035": (
        "Leeds, 2020/21: 8.6% (95% CI 7.4% to 9.9%), compared with 5.1% in England. This figure is over ",
        "NHS Leeds CCG (the same area as Leeds), 2020/21: 10.2 per 100,000 (95% CI 7.2 to 13.8)",
        "NHS West Yorkshire ICB (covers Leeds), 2025/26: 4.06, then 3.04 points",
    ),
    "E38000225": (
        "Leeds (the same area as NHS West Yorkshire ICB – Leeds (15F)), 2020/21: 8.6%",
        "NHS Leeds CCG (its name then), 2020/21: 10.2 per 100,000",
        "NHS West Yorkshire ICB (covers NHS West Yorkshire ICB – Leeds (15F)), 2025/26: 4.06, then 3.04 points",
    ),
    "E54000054": (
        "West Yorkshire combined authority (nearly the same area as NHS West Yorkshire ICB), 2020/21: 7.1%",
        "West Yorkshire and Harrogate (Health and Care Partnership) (its name then), 2020/21: 15.1 per 100,000",
        "NHS West Yorkshire ICB, 2025/26: 4.06, then 3.04 points",
    ),
    "E37000001": (
        "the Black Country, 2020/21: 3.3% (95% CI 2.7% to 4.0%), compared with 5.1% in England",
        "NHS Black Country and West Birmingham CCG (covers the Black Country), 2020/21: 73.5 per 100,000",
        "NHS Black Country ICB (the same four districts), 2025/26: 3.89, then 3.07 points",
    ),
    "E92000001": (
        "England, 2020/21: 5.1% (95% CI 5.0% to 5.3%). This figure is over ",
        "England, 2020/21: 30.4 per 100,000 (95% CI 29.8 to 30.9). This figure is over ",
        "England, 2025/26: 3.80, then 2.91 points",
    ),
}
QUESTIONS = ("work-by-condition", "placement-and-support", "talking-therapies")


@pytest.mark.parametrize("code", PLACES)
def test_three_answers_stand_on_the_tab_of_all_figures(visit: Visit, code: str) -> None:
    page = visit.page
    assert visit.go(f"/areas/{code}/figures").status == 200
    for question, words in zip(QUESTIONS, PLACES[code], strict=True):
        told = page.locator(f"#answers-{question}").inner_text()
        assert words in re.sub(r"\s+", " ", told)
    assert "illustrative" not in page.locator("#answers").inner_text().lower()
    visit.check()


def test_the_ledger_says_what_is_there_and_what_loads_what_is_not(visit: Visit) -> None:
    page = visit.page
    visit.go("/areas/E06000018/figures")
    rows = page.locator("#ledger-table tbody tr")
    assert rows.count() == 13
    told = page.locator("#ledger").inner_text()
    assert "Not loaded" in told and "python -m etl" not in told
    # what loads it is for whoever runs the service
    assert page.locator("#ledger a[href='/refresh#mhsds']").count() > 0
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    visit.check()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0


def test_the_area_chosen_last_is_offered_on_the_home_page(visit: Visit) -> None:
    page = visit.page
    visit.go("/areas/E08000035")
    visit.go("/")
    before = page.locator("#recent-areas")
    assert before.inner_text().startswith("Looked at before:")
    before.get_by_role("link", name="Leeds").click()
    page.wait_for_url(re.compile("/areas/E08000035"))
    visit.go("/")
    before.get_by_role("button", name="Forget these").click()
    assert before.inner_text() == ""
