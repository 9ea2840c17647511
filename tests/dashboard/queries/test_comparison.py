"""The word of each area beside its benchmark, and the numbers behind "Of N areas …"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.address.context import Context
from dashboard.answers.comparison import Against, Counts
from dashboard.queries.comparison import compare, compared, counts, words
from indicators.catalogue import catalogue

from .conftest import ENGLAND, HALF, NORTH, OUTSIDE, UNDER, WHOLE, row, view

Asking = Callable[..., Context]
HIGH = catalogue()["employment-rate"]
LOW = catalogue()["unemployment-rate"]
NEITHER = HIGH.model_copy(update={"polarity": "none"})
COUNT = next(indicator for indicator in catalogue().values() if not indicator.comparable)
ENGLANDS = Against(ENGLAND, "England", 75.0)
INCOMPLETE = HIGH.model_copy(update={"comparable": False, "not_compared": "The figures are incomplete."})


def word(
    value: float | None, lower: float | None, upper: float | None, against: Against = ENGLANDS, **more: str
) -> str:
    [found] = words([(HIGH, row(WHOLE, "ltla", value, lower, upper, **more), against)])
    return found


@pytest.mark.parametrize(
    ("lower", "upper", "high", "low", "neither"),
    [
        (75.1, 79.0, "better", "worse", "higher"),
        (75.0, 79.0, "similar", "similar", "similar"),  # limits are part of the interval
        (70.0, 75.0, "similar", "similar", "similar"),
        (70.0, 74.9, "worse", "better", "lower"),
        # as far to one side as an interval can reach: the value's own limit holds the benchmark, or does not
        (72.0, 90.0, "similar", "similar", "similar"),
        (40.0, 74.9, "worse", "better", "lower"),
    ],
)
def test_the_word_is_that_of_the_interval_and_the_polarity(
    lower: float, upper: float, high: str, low: str, neither: str
) -> None:
    assert (HIGH.polarity, LOW.polarity, NEITHER.polarity) == ("high_is_good", "low_is_good", "none")
    value = (lower + upper) / 2
    shown = row(WHOLE, "ltla", value, lower, upper)
    found = words([(indicator, shown, ENGLANDS) for indicator in (HIGH, LOW, NEITHER)])
    assert found == [high, low, neither]


@pytest.mark.parametrize(("value", "lower", "upper"), [(None, None, None), (80.0, None, None), (80.0, 79.0, None), (80.0, None, 81.0)])  # fmt: skip
def test_without_value_or_a_whole_interval_nothing_is_compared(
    value: float | None, lower: float | None, upper: float | None
) -> None:
    assert word(value, lower, upper) == "not_compared"


def test_without_a_benchmark_nothing_is_compared() -> None:
    assert word(80.0, 79.0, 81.0, Against(None, "", None)) == "not_compared"
    assert word(80.0, 79.0, 81.0, Against(ENGLAND, "England", None)) == "not_compared"


def test_what_the_catalogue_compares_with_nothing_has_no_word_and_no_benchmark(asking: Asking) -> None:
    shown = row(WHOLE, "ltla", 80.0, 79.0, 81.0)
    assert words([(HIGH, shown, ENGLANDS), (INCOMPLETE, shown, ENGLANDS)]) == ["better", "not_compared"]
    context = asking([shown, row(ENGLAND, "england", 75.0, 74.0, 76.0)])
    assert compare(context, view(), [shown]).by_area == {WHOLE: "better"}
    context = replace(context, catalogue={**context.catalogue, INCOMPLETE.id: INCOMPLETE})
    for benchmark in ("england", "region", "parent", "similar", NORTH):
        found = compare(context, view(benchmark=benchmark), [shown])
        assert found.by_area == {WHOLE: "not_compared"}
        assert not found.benchmarks.has_values and found.benchmarks.shared is None


def test_illustrative_figures_are_never_compared_on_either_side() -> None:
    assert word(80.0, 79.0, 81.0) == "better"
    assert word(80.0, 79.0, 81.0, status="illustrative") == "not_compared"
    assert word(80.0, 79.0, 81.0, replace(ENGLANDS, is_illustrative=True)) == "not_compared"


def test_an_area_is_not_compared_with_itself() -> None:
    assert word(80.0, 79.0, 81.0, Against(WHOLE, "whole", 80.0)) == "not_compared"
    assert word(80.0, 79.0, 81.0, Against(HALF, "half", 80.0)) == "similar"


def test_counts_of_people_are_not_compared() -> None:
    assert words([(COUNT, row(WHOLE, "ltla", 80.0, 79.0, 81.0), ENGLANDS)]) == ["not_compared"]


def test_no_figures_need_no_words() -> None:
    assert words([]) == []


def test_compare_puts_benchmark_word_and_numbers_together(asking: Asking) -> None:
    rows = [
        row(WHOLE, "ltla", 80.0, 79.0, 81.0),
        row(HALF, "ltla", 70.0, 69.0, 71.0),
        row(UNDER, "ltla", 75.0),
        row(OUTSIDE, "ltla", None),
    ]
    context = asking([*rows, row(ENGLAND, "england", 75.0), row(NORTH, "region", 80.0)])
    found = compare(context, view(), rows)
    assert found.by_area == {WHOLE: "better", HALF: "worse", UNDER: "not_compared", OUTSIDE: "not_compared"}
    assert found.counts == Counts(4, 3, {"better": 1, "worse": 1, "not_compared": 1}, (("suppressed", 1),))
    assert found.counts.judged == (("better", 1), ("worse", 1))
    assert found.counts.not_compared == 1
    assert found.is_any_judged
    # the same figures beside another benchmark
    against_region = compare(context, view(benchmark="region"), rows)
    assert against_region.by_area[WHOLE] == "similar"
    assert against_region.benchmarks.of(OUTSIDE).value is None


def test_numbers_of_a_part_of_the_list(asking: Asking) -> None:
    rows = [row(WHOLE, "ltla", 80.0, 79.0, 81.0), row(HALF, "ltla", 70.0, 69.0, 71.0)]
    context = asking([*rows, row(ENGLAND, "england", 75.0)])
    found = compared(HIGH, rows, compare(context, view(), rows).benchmarks)
    assert counts(rows[:1], found.by_area) == Counts(1, 1, {"better": 1})
    assert counts([], found.by_area) == Counts(0, 0, {})


def test_areas_without_a_figure_are_reported_by_status_the_commonest_first() -> None:
    rows = [
        row(WHOLE, "ltla", None, status="unreliable"),
        row(HALF, "ltla", None),
        row(UNDER, "ltla", None, status="unreliable"),
    ]
    found = counts(rows, dict.fromkeys((WHOLE, HALF, UNDER), "not_compared"))
    assert found.missing == (("unreliable", 2), ("suppressed", 1))
    assert (found.total, found.present, found.by_word) == (3, 0, {})
