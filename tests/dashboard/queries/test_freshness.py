"""What came last and what is loaded, in the order of publication; sources as the jobs left them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.queries import freshness
from indicators.catalogue import catalogue

CATALOGUE = catalogue()
RATE, OTHER = "employment-rate", "unemployment-rate"


def release(
    release_id: str, published_on: str | None, origin: str = "publisher", **more: Any
) -> dict[str, Any]:
    return {
        "release_id": release_id, "source_id": "s", "publisher": "P", "publication": release_id, "edition": "1",
        "published_on": published_on, "loaded_at": "2026-11-20T10:00:00", "licence": "OGL", "url": None,
        "illustrative": origin == "illustrative", "origin": origin, **more,
    }  # fmt: skip


def change(release_id: str, day: str, indicator_id: str = RATE, kind: str = "added") -> dict[str, Any]:
    return {
        "release_id": release_id, "changed_at": f"{day}T10:00:00", "indicator_id": indicator_id, "kind": kind,
        "period": "2023-01-01/P1Y",
    }  # fmt: skip


def asking(releases: list[dict[str, Any]], changes: list[dict[str, Any]] | None = None, **more: Any) -> Any:
    return SimpleNamespace(
        catalogue=CATALOGUE,
        releases=lambda: {release["release_id"]: release for release in releases},
        all_available=lambda: {RATE: [{"illustrative": False}, {"illustrative": True}], OTHER: [{"illustrative": True}]},
        store=SimpleNamespace(changes=lambda limit: (changes or [])[:limit], **more),
        today=lambda: date(2026, 11, 22),
        cached=lambda key, build, pinned=False: build(),
    )  # fmt: skip


def test_news_is_by_day_of_loading_and_then_by_day_of_publication() -> None:
    context = asking(
        [release("a", "2026-01-01"), release("b", "2026-06-01"), release("c", None), release("d", "2026-07-01", "derived")],
        [
            change("c", "2026-11-20"), change("a", "2026-11-20"), change("b", "2026-11-20"), change("d", "2026-11-20"),
            change("a", "2026-11-21", OTHER), change("a", "2026-11-21", kind="revised"), change("gone", "2026-11-22"),
        ],
    )  # fmt: skip
    found = freshness.news(context)
    assert [(news.day, news.release.release_id) for news in found] == [
        ("2026-11-21", "a"), ("2026-11-20", "b"), ("2026-11-20", "a"), ("2026-11-20", "c"),
    ]  # fmt: skip
    # by the order of the catalogue, not of the changes
    order = [indicator_id for indicator_id in CATALOGUE if indicator_id in (RATE, OTHER)]
    assert [indicator.id for indicator in found[0].indicators] == order
    assert [news.revised for news in found] == [1, 0, 0, 0]


def test_only_the_newest_publications_are_news() -> None:
    assert freshness.MOST_NEWS == 6
    names = [str(n) for n in range(freshness.MOST_NEWS + 1)]
    context = asking(
        [release(name, f"2026-01-0{int(name) + 1}") for name in names], [change(name, "2026-11-20") for name in names]
    )  # fmt: skip
    assert [news.release.release_id for news in freshness.news(context)] == names[:0:-1]


def test_what_is_loaded_is_counted_without_our_own_sums() -> None:
    loaded = freshness.loaded(
        asking(
            [
                release("a", "2026-01-01"), release("b", "2026-06-01"), release("c", None),
                release("sum", "2026-09-01", "derived"), release("e", None, source_id="t"),
            ]
        )
    )  # fmt: skip
    assert [source.publications for source in loaded.sources] == [("a", "b", "c"), ("e",)]
    assert loaded.sources[0].newest.release_id == "b"
    # an indicator with one real figure is real
    assert (loaded.publications, loaded.indicators, loaded.illustrative) == (4, 2, 1)


@pytest.mark.parametrize(
    ("outcome", "totals", "broken"),
    [("published", {"added": 1}, False), ("failed", None, True), ("quarantined", None, True), ("unchanged", None, False)],
)  # fmt: skip
def test_only_a_run_that_published_changed_anything(outcome: str, totals: Any, broken: bool) -> None:
    status = {
        "source_id": "elsewhere", "outcome": outcome, "message": None, "finished_at": None, "published_at": None,
        "details": {"diff": {"totals": {"added": 1}, "indicators": {}}}, "releases": [], "rows": 0,
        "published_on": None, "illustrative": 0,
    }  # fmt: skip
    states = freshness.source_states(asking([], sources=lambda: [], source_status=lambda: [status]))
    assert states[0].source_id == "elsewhere"  # what ran goes before what the catalogue names only
    assert (states[0].totals, states[0].is_broken, states[0].message) == (totals, broken, "")
    assert states[0].indicators == () and states[0].loaded_at is None
    assert all(state.outcome is None and state.indicators for state in states[1:])


def test_checks_that_compared_nothing_are_left_out_and_differences_come_first() -> None:
    def check(compared: int, apart: int, **example: Any) -> dict[str, Any]:
        examples = [example] if example else []
        return {
            "indicator_id": RATE,
            "against": "x",
            "compared": compared,
            "apart": apart,
            "examples": examples,
        }

    details = {
        "cross_checks": [
            check(0, 0), check(5, 0), check(9, 2, area_code="X1", period="2023-01-01/P1Y", ours=1.0, theirs=2.0)
        ]
    }  # fmt: skip
    history = [{"finished_at": "2026-11-20T10:00:00", "details": details}]
    context = asking([], history=lambda *asked: history)
    context.register = {}
    run = freshness.published_run(context, "s")
    assert run is not None and run.totals is None and run.rolled_back is None
    assert [(found.compared, found.apart) for found in run.cross_checks] == [(9, 2), (5, 0)]
    assert run.cross_checks[0].example is not None and run.cross_checks[0].example.area_name == "X1"
    assert freshness.published_run(asking([], history=lambda *asked: []), "s") is None
