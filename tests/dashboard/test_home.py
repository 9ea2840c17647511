"""The home page: what is new, the common questions with their figures, and the small map."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.answers.age import FRESH
from dashboard.answers.catalogue import AnsweredQuestion
from dashboard.answers.home import QuestionFigure
from dashboard.components.home import news_line, question_cards
from dashboard.components.html import text_of
from dashboard.queries import freshness, home
from dashboard.queries.small_map import small_map
from dashboard.sentences.freshness import publications_words
from dashboard.sentences.home import question_ends, question_value, small_map_words
from tests.dashboard.conftest import ILLUSTRATIVE, RELEASE


class Changed:
    """A store that has the changes given, and of the releases of the real one."""

    def __init__(self, context: Context, changes: list[dict[str, Any]]) -> None:
        self.inner = context.store
        self.rows = changes

    def changes(self, *, limit: int) -> list[dict[str, Any]]:
        return self.rows[:limit]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def change(indicator_id: str, period: str, release_id: str, day: str, kind: str = "added") -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "period": period,
        "release_id": release_id,
        "changed_at": f"{day}T10:00:00.000+00:00",
        "kind": kind,
    }


def news(context: Context, changes: list[dict[str, Any]]) -> str:
    """The one line of news of a store with these changes."""
    other = Context(
        context.settings,
        context.register,
        context.catalogue,
        Changed(context, changes),  # type: ignore[arg-type]
        context.today,
    )
    found = freshness.news(other)
    text = text_of(news_line(found[0] if found else None))
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text))).strip()


def test_news_say_what_came_last_of_which_period_and_when_it_was_published(context: Context) -> None:
    found = news(
        context,
        [
            change("employment-rate", "2023-01-01/P1Y", RELEASE, "2026-11-20"),
            change("employment-rate", "2022-01-01/P1Y", RELEASE, "2026-11-20"),
            change("unemployment-rate", "2023-01-01/P1Y", RELEASE, "2026-11-20"),
        ],
    )
    assert found == "New Employment rate and 1 more, 2023 (12 November 2024) · All releases"


def test_the_newest_loading_is_the_news_and_illustrative_figures_say_so(context: Context) -> None:
    changes = [
        change("ips-access-rate", "2024-04-01/P1Y", ILLUSTRATIVE, "2026-11-21"),
        change("employment-rate", "2023-01-01/P1Y", RELEASE, "2026-11-20"),
    ]
    assert news(context, changes).startswith("New IPS referral rate, 2024/25 (")
    assert ", illustrative)" in news(context, changes)
    assert "illustrative" not in news(context, changes[1:])


def test_nothing_new_is_no_line(context: Context) -> None:
    assert news(context, []) == ""
    # a release that is gone, or an indicator that is no more, is no news
    assert news(context, [change("employment-rate", "2023-01-01/P1Y", "gone", "2026-11-20")]) == ""
    assert news(context, [change("gone", "2023-01-01/P1Y", RELEASE, "2026-11-20")]) == ""


def newest(indicator_id: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A row of ``Store.newest`` of England."""
    return {
        "indicator_id": indicator_id, "area_code": "E92000001", "area_name": "England", "area_type": "england",
        "period": "2023-01-01/P1Y", "sex": "persons", "age": "16-64", "breakdown": "all", "value": value, "status": "ok",
        "lower_ci_95": None, "upper_ci_95": None, "note": "", "release": RELEASE, "trend": None, **more,
    }  # fmt: skip


@pytest.fixture
def figures(context: Context, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The figures of a store whose newest rows of England are those given; every indicator of them is loaded."""

    def found(rows: list[dict[str, Any]], most: int = 6) -> tuple[QuestionFigure, ...]:
        loaded = {row["indicator_id"]: [{"illustrative": False}] for row in rows}
        monkeypatch.setattr(Context, "available", lambda self, indicator_id: loaded.get(indicator_id, []))
        monkeypatch.setattr(type(context.store), "newest", lambda self, codes, **asked: rows)
        return home.question_figures(context, most)

    return found


def test_cards_have_real_figures_one_an_indicator_in_the_order_of_the_catalogue(figures: Any) -> None:
    rows = [
        newest("talking-therapies-wait-6-weeks", 91.6, age="all"),
        newest("employment-rate", 76.0),
        newest("employment-gap-learning-disability", None, status="suppressed"),
        newest("healthy-life-expectancy", 61.3, status="illustrative"),
    ]
    assert [figure.answered.indicator.id for figure in figures(rows)] == [
        "employment-rate",
        "talking-therapies-wait-6-weeks",
    ]
    assert [figure.answered.indicator.id for figure in figures(rows, 1)] == ["employment-rate"]


def test_a_card_says_the_figure_whose_it_is_its_age_and_where_it_leads(figures: Any) -> None:
    [figure] = figures([newest("employment-rate", 76.0)])
    card = text_of(question_cards([figure], None))
    assert " ".join(unescape(re.sub(r"<[^>]+>", " ", card)).split()) == (
        "How many people are in work? 76.0% in England Employment rate of people aged 16 to 64. "
        "2023, over 2 years old Map of every area"
    )
    assert 'href="/map?indicator=employment-rate"' in card
    # two figures are no line
    assert "<svg" not in card


def test_a_gap_shows_the_two_rates_of_its_year(figures: Any) -> None:
    gap = newest("employment-gap-learning-disability", 70.5, period="2020-04-01/P1Y")
    rate = newest("employment-rate-learning-disability", 5.1, period="2020-04-01/P1Y", age="18-64")
    shown = [figure for figure in figures([gap, rate]) if figure.answered.indicator.id == gap["indicator_id"]]
    [figure] = shown
    assert question_ends(figure) == [(5.1, "5.1% learning disability"), (75.6, "75.6% everyone")]
    card = text_of(question_cards(shown, None))
    assert card.count('class="wh-home-bar"') == 2 and "--share:75.6" in card
    # the rate of another year, or one that is not real, says nothing of this gap
    for other in (rate | {"period": "2019-04-01/P1Y"}, rate | {"status": "illustrative"}):
        [figure] = [
            found for found in figures([gap, other]) if found.answered.indicator.id == gap["indicator_id"]
        ]
        assert figure.ends is None and question_ends(figure) == []
        assert "wh-home-bar" not in text_of(question_cards([figure], None))


def test_figures_by_sex_are_said_together(context: Context) -> None:
    indicator = context.catalogue["healthy-life-expectancy"]
    rows = tuple(
        {"sex": sex, "value": value, "period": "2022-01-01/P3Y"}
        for sex, value in (("female", 61.3), ("male", 60.9))
    )
    found = QuestionFigure(AnsweredQuestion(indicator, indicator.questions[0], False), rows, None, FRESH)
    assert question_value(found) == ("61.3", "years for women in England, 60.9 for men")


def test_the_small_map_says_what_it_shows(context: Context) -> None:
    found = small_map(context, "employment-rate")
    assert found is not None and found.shown.shapes is not None
    total = len(found.shown.shapes.area_codes)
    assert small_map_words(found, {"worse": 1, "similar": 1, "better": 2}, "local authorities") == (
        f"Map of England: employment rate, 2023. Of {total} local authorities: 2 better than England, 1 similar, 1 worse."
    )


def test_home_holds_the_search_the_questions_and_the_link_to_all_indicators(client: Any) -> None:
    page = client.get("/").text
    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"<h2[^>]*>([^<]+)<", main) == ["Common questions"]
    assert 'action="/areas"' in main and 'href="/indicators"' in main
    assert main.count('class="wh-card ') <= 6


def test_an_address_with_a_name_still_lists_what_it_finds(client: Any) -> None:
    assert "/areas/E06000018" in client.get("/?q=Nottingham").text
    assert "/areas/E06000018" not in client.get("/?q=zzzzqqq").text


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Local indicators: pay"], "Local indicators: pay"),
        (
            ["Annual Population Survey, T01 (Nomis, 2022)", "Annual Population Survey, T01 (Nomis, 2023)"],
            "Annual Population Survey, T01 (2 publications)",
        ),
    ],
)
def test_publications_are_called_by_what_their_names_share(names: list[str], words: str) -> None:
    assert publications_words(names) == words


def test_the_course_and_the_age_of_a_figure_by_sex_are_those_of_the_first(
    figures: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def courses(context: Context, keys: list[Any], area_codes: list[str]) -> dict[Any, dict[str, Any]]:
        asked.extend(keys)
        return {key: {} for key in keys}

    monkeypatch.setattr(home, "sparklines", courses)
    plain = {
        "indicator_id": "healthy-life-expectancy",
        "age": "all",
        "breakdown": "all",
        "status": "ok",
        "value": 60.0,
    }
    women = {**plain, "area_code": "E92000001", "period": "2025-01-01/P1Y", "sex": "female"}
    men = {**women, "sex": "male", "period": "1991-01-01/P1Y"}
    monkeypatch.setattr(home, "_rows_of_england", lambda *given: {plain["indicator_id"]: (women, men)})
    [found] = figures([women, men], 1)
    assert (found.rows, found.age) == ((women, men), FRESH)
    assert [key[1] for key in asked] == ["female"]
