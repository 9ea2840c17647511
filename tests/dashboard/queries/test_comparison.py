"""The word of each area beside its benchmark, and the numbers behind "Of N areas …"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboard.address.context import Context
from dashboard.answers.comparison import Against, Counts, GroupRate, Verdict
from dashboard.queries.comparison import compare, compared, counts, verdicts
from indicators.catalogue import catalogue

from .conftest import ENGLAND, HALF, NORTH, OUTSIDE, UNDER, WHOLE, row, view

Asking = Callable[..., Context]
HIGH = catalogue()["employment-rate"]
LOW = catalogue()["unemployment-rate"]
NEITHER = HIGH.model_copy(update={"polarity": "none"})
COUNT = next(indicator for indicator in catalogue().values() if not indicator.comparable)
ENGLANDS = Against(ENGLAND, "England", 75.0)
INCOMPLETE = HIGH.model_copy(update={"comparable": False, "not_compared": "The figures are incomplete."})


def words(figures: Any) -> list[str]:
    """The words of figures that are no gaps, so that no store is asked."""
    context = cast(Context, SimpleNamespace(catalogue=catalogue()))
    return [verdict.word for verdict in verdicts(context, figures)]


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
    found = compared(context, HIGH, rows, compare(context, view(), rows).benchmarks)
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


# ---- a gap is judged with its rate -------------------------------------------------------------------

GAP, RATE = "employment-gap-learning-disability", "employment-rate-learning-disability"
GROUP_AGE = {"age": "18-64", "period": "2020-04-01/P1Y"}


def pair(
    code: str, area_type: str, gap: tuple[float, ...], rate: tuple[float, ...], **more: Any
) -> list[dict[str, Any]]:
    """A gap and the rate of its group in one area: value, lower and upper limit of each."""
    return [
        row(code, area_type, *gap, indicator_id=GAP, **GROUP_AGE),
        row(code, area_type, *rate, indicator_id=RATE, **(GROUP_AGE | more)),
    ]


# Birmingham and England, 2020/21: what the page called good news was 1.3% in work beside 5.1%
BIRMINGHAM = ((64.066, 61.0, 67.1), (1.334, 0.95, 1.87))
ENGLANDS_PAIR = ((70.459, 70.0, 70.9), (5.141, 5.02, 5.26))


def gap_view(**changes: Any) -> Any:
    period = GROUP_AGE["period"]
    more = {"indicator_id": GAP, "age": "18-64", "period": period, "periods": (period,), "latest": period}
    return view(**(more | changes))


@pytest.mark.parametrize(
    ("gap", "rate", "expected"),
    [
        (*BIRMINGHAM, "not_compared"),
        ((74.496, 71.5, 77.4), (7.304, 5.3, 9.9), "not_compared"),  # wide, although more are in work
        ((64.066, 61.0, 67.1), (7.0, 6.0, 8.0), "better"),
        ((74.496, 71.5, 77.4), (2.0, 1.5, 2.6), "worse"),
        ((64.066, 61.0, 67.1), (4.5, 3.9, 5.2), "better"),  # a rate within chance points nowhere
        ((64.066, 61.0, 67.1), (4.5, 3.9, 5.141), "better"),  # a limit that touches is within chance
        ((64.066, 61.0, 67.1), (4.5, 3.9, 5.140), "not_compared"),
        ((70.0, 66.0, 74.0), (1.334, 0.95, 1.87), "similar"),
    ],
)
def test_a_gap_is_judged_with_its_rate(
    asking: Asking, gap: tuple[float, ...], rate: tuple[float, ...], expected: str
) -> None:
    rows = pair(WHOLE, "utla", gap, rate) + pair(ENGLAND, "england", *ENGLANDS_PAIR)
    found = compare(asking(rows), gap_view(area_type="utla"), rows[:1])
    assert found.by_area == {WHOLE: expected}
    assert found.counts.not_compared == (expected == "not_compared")
    odds = GroupRate(catalogue()[RATE], rate[0], ENGLANDS_PAIR[1][0])
    assert found.at_odds == ({WHOLE: odds} if expected == "not_compared" else {})


def test_the_rate_stands_beside_the_same_benchmark_as_the_gap(asking: Asking) -> None:
    north = ((70.0, 69.0, 71.0), (1.2, 0.9, 1.6))
    rows = [
        *pair(WHOLE, "ltla", *BIRMINGHAM),
        *pair(NORTH, "region", *north),
        *pair(ENGLAND, "england", *ENGLANDS_PAIR),
    ]
    context = asking(rows)
    assert compare(context, gap_view(benchmark=NORTH), rows[:1]).by_area == {WHOLE: "better"}
    assert compare(context, gap_view(), rows[:1]).by_area == {WHOLE: "not_compared"}
    # beside the areas most like it: the middle of their rates
    alike = [
        figure
        for code, gap, rate in ((HALF, 70.0, 4.0), (UNDER, 72.0, 5.0), (OUTSIDE, 74.0, 9.0))
        for figure in pair(code, "ltla", (gap, gap - 1, gap + 1), (rate, rate - 0.5, rate + 0.5))
    ]
    found = compare(asking([*rows, *alike]), gap_view(benchmark="similar"), rows[:1])
    assert found.by_area == {WHOLE: "not_compared"} and found.at_odds[WHOLE].benchmark == 5.0


def test_a_gap_whose_rate_is_not_known_is_judged_alone(asking: Asking) -> None:
    gaps = pair(WHOLE, "ltla", *BIRMINGHAM) + pair(ENGLAND, "england", *ENGLANDS_PAIR)
    without = [figure for figure in gaps if figure["indicator_id"] == GAP]
    assert compare(asking(without), gap_view(), without[:1]).by_area == {WHOLE: "better"}
    illustrative = [
        figure | ({"status": "illustrative"} if figure["indicator_id"] == RATE else {}) for figure in gaps
    ]
    assert compare(asking(illustrative), gap_view(), illustrative[:1]).by_area == {WHOLE: "better"}


def test_the_rate_may_have_another_age_band(asking: Asking) -> None:
    rows = pair(WHOLE, "ltla", *BIRMINGHAM, age="18-69") + pair(
        ENGLAND, "england", *ENGLANDS_PAIR, age="18-69"
    )
    assert compare(asking(rows), gap_view(), rows[:1]).by_area == {WHOLE: "not_compared"}


def test_a_verdict_without_a_gap_holds_no_rate() -> None:
    context = cast(Context, SimpleNamespace(catalogue=catalogue()))
    shown = row(WHOLE, "ltla", 80.0, 79.0, 81.0)
    assert verdicts(context, [(HIGH, shown, ENGLANDS)]) == [Verdict("better")]
