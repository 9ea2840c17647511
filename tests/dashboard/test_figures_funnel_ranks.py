"""Funnel and ranks: what lies beyond chance, and where an area could rank."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import colours, funnel, ranks
from dashboard.figures.marks import Benchmark, Mark
from indicators.catalogue import Indicator

ENGLAND = Benchmark("England", 50.0)


def mark(name: str, value: float, half: float | None = 2.0, *, selected: bool = False) -> Mark:
    limits = (None, None) if half is None else (value - half, value + half)
    return Mark(name, name, value, *limits, "similar", 50.0, "England", selected=selected)


@pytest.fixture
def recovery(indicators: dict[str, Indicator]) -> Indicator:
    return indicators["talking-therapies-recovery-rate"]


def row(value: float | None, numerator: float | None, denominator: float | None) -> dict[str, Any]:
    return {"value": value, "numerator": numerator, "denominator": denominator}


def test_a_funnel_needs_values_that_are_their_own_counts(
    recovery: Indicator, indicators: dict[str, Indicator]
) -> None:
    half, quarter = row(50.0, 50, 100), row(25.0, 1, 4)
    assert funnel.drawable([half, quarter], recovery) == [half, quarter]
    # one area without counts takes nothing from the others: 150 councils had no funnel because of one
    without = [row(50.0, None, 100), row(50.0, 50, None), row(0.0, 0, 0), row(None, 50, 100)]
    assert funnel.drawable([half, *without, quarter], recovery) == [half, quarter]
    assert funnel.drawable([], recovery) == []
    # a published percentage beside rounded counts, as far as it is judged at all
    near, far = row(52.0, 50, 100), row(52.1, 50, 100)
    assert funnel.drawable([near, far], recovery) == [near]
    assert funnel.drawable([half], indicators["ips-access-rate"]) == []
    # weighted counts of a survey would give limits of millions of people
    assert funnel.drawable([half], indicators["employment-rate"]) == []


def test_areas_are_judged_by_the_limits_of_their_own_size(recovery: Indicator) -> None:
    # of 100 around a half, 95% of draws lie in 40.1 to 59.9 and 99.8% in 34.5 to 65.5
    marks = [mark("a", 50), mark("b", 61), mark("c", 66), mark("d", 39), mark("e", 34), mark("f", 61)]
    sizes = [100.0, 100, 100, 100, 100, 10]
    found = [mark.compared for mark in funnel.judged(marks, sizes, 50.0, recovery)]
    assert found == ["similar", "better", "much_better", "worse", "much_worse", "similar"]


def test_where_low_is_good_the_sides_turn(indicators: dict[str, Indicator], recovery: Indicator) -> None:
    low = recovery.model_copy(update={"polarity": "low_is_good"})
    plain = recovery.model_copy(update={"polarity": "none"})
    marks, sizes = [mark("c", 66), mark("d", 39)], [100.0, 100.0]
    assert [mark.compared for mark in funnel.judged(marks, sizes, 50.0, low)] == ["much_worse", "better"]
    assert [mark.compared for mark in funnel.judged(marks, sizes, 50.0, plain)] == ["much_higher", "lower"]


def test_the_funnel_draws_every_area_once_between_four_limits(recovery: Indicator) -> None:
    marks = funnel.judged(
        [mark("Ashford", 50), mark("Barnet", 66, selected=True)], [100.0, 400.0], 50.0, recovery
    )
    figure = funnel.funnel_plot(
        marks, [100.0, 400.0], indicator=recovery, period="2021-04-01/P1Y", benchmark=ENGLAND, title="T", source="S"
    )  # fmt: skip
    json.dumps(figure, allow_nan=False)
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert [line["name"] for line in lines] == ["95% limit"] * 2 + ["99.8% limit"] * 2 + ["England"]
    # narrower with size, and the wider pair outside the narrower
    low95, high95, low998, high998 = (line["y"] for line in lines[:4])
    assert all(a < b < 50 < c < d for a, b, c, d in zip(low998, low95, high95, high998, strict=True))
    assert high95[-1] - low95[-1] < high95[0] - low95[0]
    drawn = [
        (x, y)
        for trace in figure["data"]
        if trace["mode"] == "markers"
        for x, y in zip(trace["x"], trace["y"], strict=True)
    ]
    assert sorted(drawn) == [(100.0, 50), (400.0, 66)]
    (name,) = [note for note in figure["layout"]["annotations"] if "<b>Barnet</b>" in note["text"]]
    assert name["font"]["color"] == colours.OWN


def test_a_funnel_without_a_benchmark_is_refused(recovery: Indicator) -> None:
    with pytest.raises(ValueError, match="needs one benchmark"):
        funnel.funnel_plot(
            [], [], indicator=recovery, period="", benchmark=Benchmark("own", None), title="", source=""
        )


def test_ranks_come_with_their_interval_and_only_for_areas_that_have_one() -> None:
    found = ranks.ranked([mark("low", 10, 0.1), mark("high", 90, 0.1), mark("unknown", 50, None)])
    assert [(ranked.mark.name, ranked.rank, ranked.words) for ranked in found] == [
        ("high", 1, "1"),
        ("low", 2, "2"),
    ]
    assert ranks.ranked([mark("unknown", 50, None)]) == []


def test_areas_alike_could_have_any_rank() -> None:
    found = ranks.ranked([mark(name, 50.0, 5.0) for name in "abcd"])
    assert {ranked.words for ranked in found} == {"1 to 4"}


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 10)), min_size=1, max_size=12))
def test_every_rank_lies_in_its_interval_and_is_drawn(figures: list[tuple[float, float]]) -> None:
    found = ranks.ranked([mark(f"a{i}", value, half) for i, (value, half) in enumerate(figures)])
    assert len(found) == len(figures)
    assert all(1 <= ranked.lower <= ranked.rank <= ranked.upper <= len(found) for ranked in found)


def test_a_rank_is_drawn_with_its_interval_on_a_scale_that_begins_at_the_highest_value() -> None:
    low, high = mark("Ashford", 40, 0.1), mark("Barnet", 60, 0.1, selected=True)
    drawn = [ranks.rank_mark(found) for found in ranks.ranked([low, high])]
    assert [(found.name, found.value, found.lower, found.upper) for found in drawn] == [
        ("Barnet", 1, 1, 1),
        ("Ashford", 2, 2, 2),
    ]
    # a rank is no verdict
    assert {found.compared for found in drawn} == {"not_compared"}
    scale = ranks.rank_scale(294)
    assert scale.ticks == [1, 50, 100, 150, 200, 250]
    assert 0 < scale.at(1) < scale.at(294) < 100
