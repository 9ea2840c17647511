"""Which indicators words find, what is loaded of them, and where their figures come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.answers.age import FRESH
from dashboard.answers.catalogue import Entry, Sought
from dashboard.queries import catalogue as queries
from indicators.calendar import Calendar
from indicators.catalogue import catalogue, questions

CATALOGUE = catalogue()
RATE = CATALOGUE["employment-rate"]


def release(release_id: str, source_id: str, publisher: str, origin: str = "publisher") -> dict[str, Any]:
    return {
        "release_id": release_id, "source_id": source_id, "publisher": publisher, "publication": release_id,
        "edition": "1", "published_on": None, "loaded_at": "2026-11-20", "licence": "OGL", "url": None,
        "illustrative": False, "origin": origin,
    }  # fmt: skip


def group(area_type: str, **more: Any) -> dict[str, Any]:
    return {
        "area_type": area_type, "sex": "persons", "age": "all", "breakdown": "all", "periods": ["2022-01-01/P1Y"],
        "latest": None, "n_areas": 3, "illustrative": False, **more,
    }  # fmt: skip


def asking(
    available: dict[str, list[dict[str, Any]]],
    releases: list[dict[str, Any]],
    taken: tuple[str, ...] = (),
    sources: tuple[dict[str, Any], ...] = (),
) -> Any:
    return SimpleNamespace(
        catalogue=CATALOGUE,
        available=lambda indicator_id: available.get(indicator_id, []),
        is_only_illustrative=lambda indicator_id: all(row["illustrative"] for row in available[indicator_id]),
        releases=lambda: {release["release_id"]: release for release in releases},
        store=SimpleNamespace(releases_of=lambda indicator_id: list(taken), sources=lambda: list(sources)),
        cached=lambda key, build, pinned=False: build(),
        today=lambda: date(2026, 11, 22),
    )


def test_questions_with_real_figures_come_first_in_their_own_order() -> None:
    asked = questions(CATALOGUE)
    real, illustrative = asked[2][0].id, asked[0][0].id
    context = asking({real: [group("ltla")], illustrative: [group("ltla", illustrative=True)]}, [])
    found = queries.answered_questions(context)
    assert [answered.is_illustrative for answered in found] == sorted(
        answered.is_illustrative for answered in found
    )
    assert found[0].indicator.id == real and found[-1].indicator.id == illustrative


def test_a_question_leads_to_its_indicator_but_for_the_page_of_conditions() -> None:
    context = asking({indicator_id: [group("ltla")] for indicator_id in CATALOGUE}, [])
    hrefs = {answered.question.page: answered.href for answered in queries.answered_questions(context)}
    assert hrefs["conditions"] == "/conditions"
    assert hrefs["trends"].startswith("/trends?indicator=")
    assert len(queries.answered_questions(context)) == len(questions(CATALOGUE))


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("", True),
        ("employ", True),
        ("EMPLOYMENT rate", True),
        ("mployment", False),
        ("employment qwertz", False),
    ],
)
def test_each_word_begins_a_word_of_the_indicator(sought: str, found: bool) -> None:
    assert queries.is_found(RATE, sought) is found


def test_suggestions_are_few_and_common_or_short_words_suggest_nothing() -> None:
    assert len(queries.suggestions(CATALOGUE, "employment")) == queries.MOST_SUGGESTED
    assert queries.suggestions(CATALOGUE, "rate") == []
    assert queries.suggestions(CATALOGUE, "uc qwertzuiopasdf") == []
    assert CATALOGUE["esa-claimants"] in queries.suggestions(CATALOGUE, "esa qwertzuiopasdf")
    # of a long text the first 80 letters
    assert CATALOGUE["esa-claimants"] in queries.suggestions(CATALOGUE, f"{'z' * 76} esa")
    assert CATALOGUE["esa-claimants"] not in queries.suggestions(CATALOGUE, f"{'z' * 77} esa")
    assert CATALOGUE["neet"] in queries.suggestions(CATALOGUE, "neet")


def test_the_newest_period_is_the_one_that_ends_last() -> None:
    rows = [
        group("ltla", latest="2022-01-01/P1Y"),
        group("icb", periods=["2020-01-01/P3Y", "2021-01-01/P3Y"]),
        group("england", periods=[]),
    ]
    assert queries.newest_period(asking({RATE.id: rows}, []), RATE) == "2021-01-01/P3Y"
    assert queries.newest_period(asking({}, []), RATE) is None


def test_what_is_held_of_a_type_is_that_of_its_main_group() -> None:
    rows = [
        group("ltla", sex="female", age="65+", n_areas=9),
        group("ltla", age="65+", n_areas=9),
        group("ltla", breakdown="ethnic group: Asian"),
        group("ltla", n_areas=None, periods=["2021-01-01/P1Y", "2022-01-01/P1Y"]),
        group("region", illustrative=True),
    ]
    first, second = queries.held(asking({RATE.id: rows}, []), RATE)
    assert (first.area_type, first.sex, first.age, first.breakdown) == ("ltla", "persons", "all", "all")
    assert first.n_areas == 0
    assert first.periods == ("2021-01-01/P1Y", "2022-01-01/P1Y")
    assert first.also_by == ("sex", "age", "ethnic group")
    assert second.also_by == () and second.is_illustrative and not first.is_illustrative


def test_publishers_are_those_of_what_an_indicator_is_made_from_too_and_sums_are_none() -> None:
    gap = next(
        indicator
        for indicator in CATALOGUE.values()
        if any(route.minuend == RATE.id for route in indicator.routes)
    )
    own = RATE.routes[0].source
    releases = [
        release("a", own, "Office for National Statistics"),
        release("b", own, "Office for National Statistics"),
        release("c", own, "Us", origin="derived"),
        release("d", "somewhere-else", "Nobody"),
    ]
    assert queries.publishers(asking({}, releases), RATE) == ["Office for National Statistics"]
    assert "Office for National Statistics" in queries.publishers(asking({}, releases), gap)
    assert queries.publishers(asking({}, []), RATE) == []


def test_a_route_has_the_releases_that_figures_are_taken_from() -> None:
    own = RATE.routes[0].source
    releases = [release("a", own, "P"), release("b", own, "P")]
    states = queries.route_states(asking({}, releases, taken=("b",)), RATE)
    assert [state.route for state in states] == list(RATE.routes)
    assert [found.release_id for found in states[0].releases] == ["b"]
    assert states[0].is_loaded
    unused = queries.route_states(asking({}, releases), RATE)[0]
    assert unused.releases == () and unused.is_loaded
    assert not queries.route_states(asking({}, []), RATE)[0].is_loaded


def test_the_next_release_is_told_of_a_route_in_use_whose_calendar_is_known() -> None:
    own = RATE.routes[0].source
    releases = [release("a", own, "P")]
    known = ({"source_id": own, "calendar": Calendar((12,), 15)},)
    assert queries.route_states(asking({}, releases, ("a",), known), RATE)[0].next_on == date(2026, 12, 15)
    # not of a release that no figure is taken from, nor where nothing more is expected
    assert queries.route_states(asking({}, releases, (), known), RATE)[0].next_on is None
    ended = ({"source_id": own, "calendar": None},)
    assert queries.route_states(asking({}, releases, ("a",), ended), RATE)[0].next_on is None
    assert queries.route_states(asking({}, releases, ("a",)), RATE)[0].next_on is None


def test_a_source_that_cannot_be_fetched_needs_its_files() -> None:
    own = RATE.routes[0].source

    def source(*known: dict[str, Any]) -> Any:
        return next(
            found
            for found in queries.sources_of(asking({}, [], sources=known), RATE.id)
            if found.source_id == own
        )

    about = {"source_id": own, "publisher": "P", "calendar": None}
    assert source({**about, "live": False}).needs_folder
    assert not source({**about, "live": True}).needs_folder
    # nothing is said of one that the jobs do not know yet
    assert not source().needs_folder
    assert (source().publisher, source({**about, "live": True}).publisher) == (None, "P")


def test_a_list_is_narrowed_by_everything_at_once() -> None:
    kinds = tuple(SimpleNamespace(area_type=name) for name in ("ltla", "england"))
    entry = Entry(RATE, None, kinds, ("2023-01-01/P1Y", FRESH), False, "work")  # type: ignore[arg-type]
    waiting = replace(entry, newest=None)
    assert queries.is_listed(entry, Sought())
    assert queries.is_listed(entry, Sought("employ", "work", "ltla", True))
    for other in (
        Sought("benefits", "work", "ltla", True),
        Sought("employ", "health", "ltla", True),
        Sought("employ", "work", "icb", True),
    ):
        assert not queries.is_listed(entry, other)
    assert queries.is_listed(waiting, Sought("employ", "work", "ltla"))
    assert not queries.is_listed(waiting, Sought(with_figures=True))


def test_a_theme_has_an_address_of_small_letters() -> None:
    assert queries.theme_id("Benefits and fit notes") == "benefits-and-fit-notes"
