"""Sums of areas: worked values, a slow twin, and what must hold however areas are put together."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.catalogue import Indicator, catalogue
from indicators.notes import not_compared
from indicators.statistics import intervals
from indicators.sums import (
    FEW_ASKED,
    Parts,
    Sums,
    Surveys,
    people_of,
    refusal_of,
    summed_counts,
    summed_surveys,
    summed_values,
    told_coverage,
    told_survey_coverage,
    way_of,
)

NAN = float("nan")
WORDS = "councils"


def indicator_of(method: str, interval: str) -> tuple[Indicator, int]:
    """An indicator of the catalogue with a route of a method and an interval, and the place of the route."""
    return next(
        (indicator, place)
        for indicator in catalogue().values()
        for place, route in enumerate(indicator.routes)
        if (route.method, route.interval) == (method, interval)
        and way_of(indicator, route) == ("surveys" if method == "survey_proportion" else "counts")
        and route.rounded_to is None
    )


PROPORTION, PROPORTION_ROUTE = indicator_of("proportion", "wilson")
SURVEY, _ = indicator_of("survey_proportion", "survey")
PEOPLE = next(indicator for indicator in catalogue().values() if indicator.unit == "people")


def table(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float64)


def counted(numerators: list[float], denominators: list[float], people: list[float] | None = None) -> Sums:
    above, below = table(numerators), table(denominators)
    weights = np.ones(above.shape) if people is None else table(people)
    parts = Parts(above, below, weights, np.zeros(above.shape), np.zeros(above.shape))
    route = PROPORTION.routes[PROPORTION_ROUTE]
    return summed_counts(PROPORTION, route, parts, [above.shape[1]], WORDS)


def surveyed(counts: list[tuple[float, float, float]], factor: float = 1.0) -> Sums:
    above, below, halves = (table(list(column)) for column in zip(*counts, strict=True))
    unknown = np.full(above.shape, NAN)
    parts = Surveys(above, below, np.ones(above.shape), halves, unknown, unknown)
    return summed_surveys(SURVEY, parts, np.array([factor]), WORDS)


def test_a_sum_of_counts_has_the_interval_of_the_sum() -> None:
    found = counted([30, 10], [100, 100])
    value, lower, upper = intervals.proportion(40, 200, 100)
    assert found.figures["value"][0] == pytest.approx(20.0) == value
    assert (found.figures["lower_ci_95"][0], found.figures["upper_ci_95"][0]) == (lower, upper)
    assert (found.figures["numerator"][0], found.figures["denominator"][0]) == (40, 200)
    assert found.note[0] == "Summed from 2 of 2 councils; coverage 100%."
    assert found.method[0] == "Wilson score of the sums"


@pytest.mark.parametrize(
    ("people_with", "has_value", "is_judged"),
    [(90.0, True, True), (89.9, True, False), (50.0, True, False), (49.9, False, True)],
)
def test_a_hidden_part_takes_the_verdict_and_then_the_figure(
    people_with: float, has_value: bool, is_judged: bool
) -> None:
    found = counted([30, NAN], [100, NAN], [people_with, 100 - people_with])
    assert bool(found.known[0]) is has_value
    assert not_compared(str(found.note[0])) is not is_judged
    # a part that is hidden is never filled from what the other parts leave
    assert math.isnan(found.figures["numerator"][0]) or found.figures["numerator"][0] == 30


def test_a_survey_sum_is_the_mean_weighted_by_the_denominators() -> None:
    found = surveyed([(30, 100, 4.0), (60, 300, 2.0)], factor=1.5)
    assert found.figures["value"][0] == pytest.approx(22.5)
    half = 1.5 * math.hypot(0.25 * 4.0, 0.75 * 2.0)
    assert found.figures["upper_ci_95"][0] - 22.5 == pytest.approx(half)
    assert found.figures["upper_ci_998"][0] - 22.5 == pytest.approx(half * 3.0902323 / 1.9599640)


def test_a_survey_sum_with_the_half_widths_of_its_counts_has_the_interval_of_the_jobs() -> None:
    # √(3² + 4² + 12²) = 13 and √(8² + 6²) = 10, as in the sums that the jobs make
    parts = Surveys(
        table([60, 70, 80, NAN, 90]),
        table([100, 100, 100, NAN, 100]),
        table([24, 24, 24, 4, 24]),
        table([5, 5, 5, NAN, 5]),
        table([3, 4, 12, NAN, 0]),
        table([8, 0, 0, NAN, 6]),
    )
    found = summed_surveys(SURVEY, parts, np.array([2.0]), WORDS)
    assert found.figures["value"][0] == pytest.approx(75)
    assert 75 - found.figures["lower_ci_95"][0] == pytest.approx(
        2 * 100 * math.sqrt(13**2 - 0.75**2 * 10**2) / 400
    )
    assert found.note[0].startswith("Summed from 4 of 5 councils; coverage 96%.")


def test_a_survey_sum_of_which_a_part_has_no_half_width_of_its_counts_takes_those_of_the_proportions() -> (
    None
):
    halves = table([4.0, 2.0])
    parts = Surveys(
        table([30, 60]), table([100, 300]), np.ones((1, 2)), halves, table([3, NAN]), table([8, 8])
    )
    found = summed_surveys(SURVEY, parts, np.array([1.0]), WORDS)
    assert found.figures["upper_ci_95"][0] - 22.5 == pytest.approx(math.hypot(0.25 * 4.0, 0.75 * 2.0))


@pytest.mark.parametrize("survey", [None, "Annual Population Survey"])
def test_counts_without_a_denominator_are_added_with_their_half_widths_in_quadrature(
    survey: str | None,
) -> None:
    people = PEOPLE.model_copy(update={"survey": survey})
    found = summed_values(people, table([100, 200]), table([3, 4]), np.ones((1, 2)), WORDS)
    assert (found.figures["value"][0], found.figures["lower_ci_95"][0]) == (300, 295)


def test_a_count_without_an_interval_is_added_with_none() -> None:
    people = PEOPLE.model_copy(update={"survey": None})
    found = summed_values(people, table([100, 200]), table([3, NAN]), np.ones((1, 2)), WORDS)
    assert found.figures["value"][0] == 300 and math.isnan(found.figures["lower_ci_95"][0])
    assert found.method[0] == "none"


def test_a_count_of_a_survey_without_an_interval_is_left_out_as_in_the_jobs() -> None:
    """The City of London has 16,700 people in 2022, by an interview or two: London is the sum of the other boroughs."""
    people = PEOPLE.model_copy(update={"survey": "Annual Population Survey"})
    found = summed_values(people, table([100, 200, 17]), table([3, 4, NAN]), table([10, 10, 1]), WORDS)
    assert (found.figures["value"][0], found.figures["upper_ci_95"][0]) == (300, 305)
    assert found.note[0] == "Summed from 2 of 3 councils; coverage 95%."
    found = summed_values(people, table([100, 200, 17]), table([3, 4, NAN]), table([10, 10, 3]), WORDS)
    assert math.isnan(found.figures["value"][0]) and FEW_ASKED in found.note[0]


def test_people_are_those_of_the_table_or_else_the_denominators() -> None:
    own = table([5.0, NAN, 15.0], [NAN, NAN, NAN])
    assert people_of(["x", "y", "z"], own).tolist() == [[5, 10, 15], [1, 1, 1]]
    known = people_of(["E06000018", "y"], table([1.0, 1.0]))
    assert known[0, 0] == known[0, 1] > 100_000


def test_a_share_of_people_is_rounded_down_in_words() -> None:
    note, enough = told_coverage([True, False], np.array([89.99, 10.01]), 2, WORDS)
    assert enough and note.startswith("Summed from 1 of 2 councils; coverage 89%. Not compared:")


@pytest.mark.parametrize(("people_with", "is_shown"), [(90.0, True), (89.99, False), (50.0, False)])
def test_a_survey_sum_over_less_than_nine_tenths_of_the_people_is_not_shown(
    people_with: float, is_shown: bool
) -> None:
    """The survey hides a count because it is low: the sum of the others lies too high."""
    weights = np.array([people_with, 100 - people_with])
    note, enough = told_survey_coverage([True, False], weights, 2, WORDS)
    assert enough is is_shown and (FEW_ASKED in note) is not is_shown and not not_compared(note)
    unknown = np.full((1, 2), NAN)
    parts = Surveys(table([30, 5]), table([100, 50]), weights[None, :], table([4.0, NAN]), unknown, unknown)
    found = summed_surveys(SURVEY, parts, np.array([1.0]), WORDS)
    assert bool(found.known[0]) is is_shown and found.note[0] == note


COUNTS = st.tuples(st.integers(0, 500), st.integers(1, 1000)).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(COUNTS, min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_counts_agree_with_a_slow_twin_in_any_order(
    counts: list[tuple[int, int]], chance: random.Random
) -> None:
    above = below = 0
    for part, whole in counts:
        above += part
        below += whole
    value, lower, upper = intervals.proportion(above, below, 100)
    chance.shuffle(counts)
    found = counted([float(part) for part, _ in counts], [float(whole) for _, whole in counts])
    assert found.figures["value"][0] == pytest.approx(float(value))
    assert found.figures["lower_ci_95"][0] == pytest.approx(float(lower), abs=1e-9)
    assert found.figures["upper_ci_95"][0] == pytest.approx(float(upper), abs=1e-9)


@given(st.lists(COUNTS, min_size=2, max_size=12), st.integers(1, 11))
@settings(max_examples=60, deadline=None)
def test_summing_to_a_partition_and_then_to_the_whole_is_summing_to_the_whole(
    counts: list[tuple[int, int]], cut: int
) -> None:
    at = 1 + cut % (len(counts) - 1)
    whole = counted(*(list(map(float, column)) for column in zip(*counts, strict=True)))
    halves = [
        counted(*(list(map(float, column)) for column in zip(*own, strict=True)))
        for own in (counts[:at], counts[at:])
    ]
    twice = counted(
        [half.figures["numerator"][0] for half in halves],
        [half.figures["denominator"][0] for half in halves],
    )
    for name in whole.figures:
        assert twice.figures[name][0] == pytest.approx(whole.figures[name][0], abs=1e-9)


SURVEYED = st.tuples(st.integers(1, 400), st.integers(400, 900), st.floats(0.1, 8.0))


@given(st.lists(SURVEYED, min_size=2, max_size=10), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_a_survey_may_be_summed_in_steps_too(counts: list[tuple[int, int, float]], cut: int) -> None:
    at = 1 + cut % (len(counts) - 1)
    whole = surveyed([(float(part), float(base), half) for part, base, half in counts])
    steps = []
    for own in (counts[:at], counts[at:]):
        found = surveyed([(float(part), float(base), half) for part, base, half in own]).figures
        # limits are held within 0 to 100: the half-width is that of the side that is not
        half = max(found["upper_ci_95"][0] - found["value"][0], found["value"][0] - found["lower_ci_95"][0])
        steps.append((found["numerator"][0], found["denominator"][0], half))
    twice = surveyed(steps)
    for name in whole.figures:
        assert twice.figures[name][0] == pytest.approx(whole.figures[name][0], abs=1e-9)


def test_what_cannot_be_put_together_has_a_reason() -> None:
    told = {
        (indicator.id, place): refusal_of(indicator, route)
        for indicator in catalogue().values()
        for place, route in enumerate(indicator.routes)
    }
    assert "median" in told["median-weekly-pay", 0]
    assert "expectancy" in told["healthy-life-expectancy", 0]
    assert "without the counts" in told["claimant-count", 0]
    assert "two rates" in told["disability-employment-gap", 0]
    assert told["disability-prevalence", 0] == told["population-16-64", 0] == ""
    for (name, place), reason in told.items():
        indicator = catalogue()[name]
        assert bool(way_of(indicator, indicator.routes[place])) is not bool(reason)
        assert not reason.endswith(".")
