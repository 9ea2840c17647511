"""When new figures are expected in the place of those of an area."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from dashboard.answers.releases import NextRelease
from dashboard.queries.next_releases import next_on, next_releases
from dashboard.sentences import next_releases_words
from indicators.calendar import Calendar

TODAY = date(2026, 11, 22)


def release(release_id: str, source_id: str, origin: str = "publisher") -> dict[str, Any]:
    return {"release_id": release_id, "source_id": source_id, "origin": origin}


RELEASES = [
    release("a1", "alpha"),
    release("b1", "beta"),
    release("c1", "gamma"),
    release("gap", "derived", "derived"),
    release("alone", "derived", "derived"),
]
INPUTS = {"gap": ["b1", "a1"], "alone": ["c1"]}
SOURCES = [
    {"source_id": "alpha", "calendar": Calendar((1, 7), 20)},
    {"source_id": "beta", "calendar": Calendar((12,), 15)},
    {"source_id": "gamma", "calendar": None},
]


def context() -> Any:
    return SimpleNamespace(
        today=lambda: TODAY,
        releases=lambda: {row["release_id"]: row for row in RELEASES},
        cached=lambda key, build: build(),
        store=SimpleNamespace(
            sources=lambda: SOURCES,
            release=lambda release_id: {"inputs": [release(name, "") for name in INPUTS[release_id]]},
        ),
    )


def line(title: str, release_id: str, *, ended: str | None = None, illustrative: bool = False) -> Any:
    indicator = SimpleNamespace(short_title=title, ended=ended)
    return SimpleNamespace(indicator=indicator, row={"release": release_id}, illustrative=illustrative)


def test_the_day_is_that_of_the_publishers_calendar() -> None:
    assert next_on(context(), "alpha") == date(2027, 1, 20)
    assert next_on(context(), "beta") == date(2026, 12, 15)
    assert next_on(context(), "gamma") is None and next_on(context(), "unknown") is None


def test_the_nearest_day_comes_first_and_figures_of_one_day_stand_together() -> None:
    lines = [line("Rate", "a1"), line("Claims", "b1"), line("Other rate", "a1"), line("Rate", "a1")]
    assert next_releases(context(), lines) == (
        NextRelease(date(2026, 12, 15), ("Claims",)),
        NextRelease(date(2027, 1, 20), ("Rate", "Other rate")),
    )


def test_what_is_calculated_here_changes_with_the_first_of_what_it_rests_on() -> None:
    assert next_releases(context(), [line("Gap", "gap")]) == (NextRelease(date(2026, 12, 15), ("Gap",)),)


def test_nothing_is_said_of_ended_or_illustrative_figures_nor_without_a_calendar() -> None:
    lines = [
        line("Ended", "a1", ended="2024-04-01/P1Y"),
        line("Invented", "a1", illustrative=True),
        line("No calendar", "c1"),
        line("Made of it", "alone"),
        line("Gone", "no such release"),
    ]
    assert next_releases(context(), lines) == ()
    assert next_releases_words(()) == ""


def test_three_days_are_named_each_with_three_indicators_at_most() -> None:
    days = [NextRelease(date(2027, month, 1), ("A", "B", "C", "D", "E")[:month]) for month in range(1, 6)]
    assert next_releases_words(days) == (
        "Next releases expected for the key figures: 1 January 2027 (A); 1 February 2027 (A and B); "
        "1 March 2027 (A, B and C)."
    )
    assert next_releases_words(days[3:4]) == (
        "Next release expected for the key figures: 1 April 2027 (A, B, C and 1 more)."
    )
