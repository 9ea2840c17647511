"""Figures of areas put together: Σ numerator / Σ denominator of their parts, for the jobs and for groups of readers.

The one place where sums are worked out: which share of the people is covered, what a note says of it, and how the limits
are made. Needs numpy alone. Only published cells are summed: a hidden part counts as one without a figure.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import floor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.catalogue import Indicator, Route
from indicators.limits import INTERVAL_METHODS, NO_INTERVAL, OF_SUMS, widened
from indicators.notes import with_reason
from indicators.statistics import aggregation
from indicators.statistics.intervals import published_to_998, survey_proportion
from indicators.statistics.rounding import ratio_bound

Floats = NDArray[np.float64]

POPULATION: Final = Path(__file__).parent / "facts" / "population_councils.csv"
TOO_LITTLE: Final = f"areas with figures hold less than {aggregation.COVERAGE_TO_JUDGE:.0%} of the people"
NOT_SHOWN: Final = f"Areas with figures hold less than {aggregation.MINIMUM_COVERAGE:.0%} of the people."
FEW_ASKED: Final = (
    f"Areas with figures hold less than {aggregation.COVERAGE_TO_JUDGE:.0%} of the people. The survey gives no count where "
    "few people were found, so the sum of the others would lie too high."
)
NOT_MEASURED: Final = (
    "Not calibrated: the publisher's own intervals of councils are not loaded for this period."
)
FEWEST: Final = 30
"""Councils without which no factor of calibration is taken: a median of few says little."""
SUM_NOT_MEASURED: Final = with_reason(NOT_MEASURED, "the interval of this sum is not calibrated")
"""As ``NOT_MEASURED``, of a sum: its interval is only ours, so that it gives no verdict."""
COUNTS: Final = ("numerator", "denominator")


def way_of(indicator: Indicator, route: Route) -> str:
    """How figures of a route are put together: ``counts``, ``values`` (plain numbers), ``surveys``; empty where not at all."""
    if refusal_of(indicator, route):
        return ""
    return "values" if indicator.is_count else _WAYS.get(route.method, "values")


_WAYS: Final = {
    "proportion": "counts",
    "rate": "counts",
    "aggregate": "counts",
    "survey_proportion": "surveys",
}
_CELLS_NOT_KEPT: Final = "how many rounded numbers each count is made of is not kept"
_LIFE: Final = "an expectancy cannot be put together without the deaths and people by age"
_MOVEMENT: Final = "the counts of both movements are not kept"


def refusal_of(indicator: Indicator, route: Route) -> str:
    """Why figures of a route cannot be put together, in words; empty where they can.

    What the catalogue says of the route decides: whether there are counts behind the figure, and what they count.
    """
    match route.method:
        case "proportion" | "aggregate" | "rate":
            if not (route.method == "aggregate" or (route.numerator and route.denominator)):
                return aggregation.refusal("published")
            return _CELLS_NOT_KEPT if any(isinstance(cells, str) for cells in route.rounded_cells) else ""
        case "survey_proportion" | "count":
            return ""
        case "difference":
            return aggregation.refusal("difference")
        case "paired_movement":
            return _MOVEMENT
        case _:
            return _published_refusal(indicator)


def _published_refusal(indicator: Indicator) -> str:
    if indicator.is_count:
        return ""
    if indicator.unit == "percentage_points":
        return aggregation.refusal("difference")
    if indicator.is_money:
        return aggregation.refusal("median")
    if indicator.unit == "years":
        return _LIFE
    return aggregation.refusal("mean" if indicator.unit == "points" else "published")


@dataclass(frozen=True)
class Parts:
    """The parts of n wholes, at most m each: arrays (n, m), nan where a part has no count, or is hidden.

    ``people`` weigh the parts for the coverage, 0 for a place in the row that is no part. ``halves`` are how far the
    rounding of a count may have moved it.
    """

    numerator: Floats
    denominator: Floats
    people: Floats
    numerator_halves: Floats
    denominator_halves: Floats

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which parts are summed (n, m): those with both counts."""
        both: NDArray[np.bool_] = ~np.isnan(self.numerator) & ~np.isnan(self.denominator)
        return both


@dataclass(frozen=True)
class Surveys:
    """The parts of n wholes, at most m each, by a survey: arrays (n, m), nan where a part has no such number.

    ``half_widths`` are those of the proportions, in the indicator's unit; the two others those of the counts. All are of
    95% limits. ``people`` as in ``Parts``.
    """

    numerator: Floats
    denominator: Floats
    people: Floats
    half_widths: Floats
    numerator_half_widths: Floats
    denominator_half_widths: Floats

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which parts are summed (n, m): those with both counts and an interval."""
        known: NDArray[np.bool_] = ~np.isnan(self.numerator + self.denominator + self.half_widths)
        return known

    @property
    def has_count_halves(self) -> NDArray[np.bool_]:
        """Whether all parts that are summed have the half-widths of both counts (n,)."""
        known = ~np.isnan(self.numerator_half_widths + self.denominator_half_widths)
        every: NDArray[np.bool_] = np.all(known | ~self.used, axis=1) & np.any(self.used, axis=1)
        return every


@dataclass(frozen=True)
class Sums:
    """Figures of n wholes: ``figures`` by name (n,), and how their limits are made and what is to know of them (n,)."""

    figures: dict[str, Floats]
    method: NDArray[Any]
    note: NDArray[Any]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which wholes have a figure (n,)."""
        has_value: NDArray[np.bool_] = ~np.isnan(self.figures["value"])
        return has_value


def summed_counts(
    indicator: Indicator, route: Route, parts: Parts, n_parts: Sequence[int], words: str
) -> Sums:
    """Σ numerator / Σ denominator, with the interval of the route: Wilson's, Byar's, or none.

    ``n_parts`` (n,) is how many parts each whole has, ``words`` what they are. Below nine tenths of the people the note
    says that the figure is not compared, below half there is none. The limits are widened by what the rounding of the
    counts leaves open. Raises ValueError for a proportion whose numerator is above its denominator.
    """
    is_proportion = route.interval == "wilson"
    sum_of = aggregation.sum_proportion if is_proportion else aggregation.sum_rate
    total, wide = (
        sum_of(parts.numerator, parts.denominator, parts.people, indicator.multiplier, confidence=confidence)
        for confidence in (0.95, 0.998)
    )
    known = ~np.isnan(total.value)
    used = parts.used
    notes = []
    for own, parts_of_whole, coverage, reason, is_judged in zip(
        used, n_parts, total.coverage, total.reason, total.is_judged, strict=True
    ):
        note = f"{coverage_words(int(own.sum()), parts_of_whole, words, float(coverage))} {reason}".strip()
        notes.append(note if is_judged or reason else with_reason(note, TOO_LITTLE))
    figures = {
        "value": total.value,
        "numerator": np.where(known, total.numerator, np.nan),
        "denominator": np.where(known, total.denominator, np.nan),
        "lower_ci_95": total.lower,
        "upper_ci_95": total.upper,
        "lower_ci_998": wide.lower,
        "upper_ci_998": wide.upper,
    }
    method = np.full(len(known), INTERVAL_METHODS[route.interval] + OF_SUMS, dtype=object)
    if route.interval == "none":
        _without_limits(figures, method)
    bound = np.zeros(len(known))
    above_half = np.sum(parts.numerator_halves, axis=1, where=used)
    below_half = np.sum(parts.denominator_halves, axis=1, where=used)
    bound[known] = indicator.multiplier * ratio_bound(
        total.numerator[known],
        total.denominator[known],
        above_half[known],
        below_half[known],
        highest=1.0 if is_proportion else np.inf,
    )
    noted = widened(figures, bound, method, np.array(notes, dtype=object), indicator)
    return Sums(figures, method, noted)


def summed_values(
    indicator: Indicator, values: Floats, half_widths: Floats, people: Floats, words: str
) -> Sums:
    """Σ of plain counts (n, m), with the half-widths of published limits in quadrature where all parts have one.

    Coverage and notes as ``summed_counts``, of a survey's counts as ``summed_surveys``: which parts are summed is what
    ``values_used`` says. 99.8% limits are widened from the 95% ones.
    """
    used = values_used(indicator, values, half_widths)
    notes, enough = _covered(used, people, words, told_survey_coverage if indicator.survey else told_coverage)
    value = np.where(enough, np.sum(values, axis=1, where=used), np.nan)
    measured = enough & ~np.any(used & np.isnan(half_widths), axis=1)
    half = np.full(len(value), np.nan)
    for place in np.flatnonzero(measured):
        half[place] = aggregation.combine_half_widths(half_widths[place][used[place]])
    low, high = indicator.bounds
    lower = value - half if low is None else np.maximum(value - half, low)
    upper = value + half if high is None else np.minimum(value + half, high)
    wide_lower, wide_upper = published_to_998(value, lower, upper, low, high)
    figures = {
        "value": value,
        **{name: np.full(len(value), np.nan) for name in COUNTS},
        "lower_ci_95": lower,
        "upper_ci_95": upper,
        "lower_ci_998": np.where(measured, wide_lower, np.nan),
        "upper_ci_998": np.where(measured, wide_upper, np.nan),
    }
    method = np.where(measured, INTERVAL_METHODS["combined"], NO_INTERVAL).astype(object)
    return Sums(figures, method, notes)


def values_used(indicator: Indicator, values: Floats, half_widths: Floats) -> NDArray[np.bool_]:
    """Which plain counts are summed (n, m): those that are known; of a survey's, those with an interval.

    A count that the survey gives without one rests on very few people. The jobs leave it out too (``survey_sums``).
    """
    used: NDArray[np.bool_] = ~np.isnan(values + half_widths if indicator.survey else values)
    return used


def summed_surveys(indicator: Indicator, parts: Surveys, factors: Floats, words: str) -> Sums:
    """Σ numerator / Σ denominator of survey estimates, with limits from their half-widths, times the factor of each (n,).

    Where every part has the half-widths of both counts, each is combined in quadrature, and the proportion has the
    interval of ``intervals.survey_proportion``: that of the jobs. Where they are not known, the half-width is that of the
    mean of the proportions weighted by their denominators, which are taken as known: √Σ (denominator / Σ denominator ×
    half-width)². Both are approximate (``docs/geography.md``). Below nine tenths of the people there is no sum
    (``told_survey_coverage``).
    """
    used = parts.used
    notes, enough = _covered(used, parts.people, words, told_survey_coverage)
    above, below = (
        np.where(enough, np.sum(counts, axis=1, where=used), np.nan)
        for counts in (parts.numerator, parts.denominator)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        value = indicator.multiplier * above / below
        shares = np.where(used, parts.denominator, 0.0) / below[:, None]
        half = np.sqrt(np.sum(np.square(shares * np.where(used, parts.half_widths, 0.0)), axis=1))
    at = np.flatnonzero(parts.has_count_halves & ~np.isnan(value))
    above_half, below_half = (
        aggregation.combine_half_widths(np.where(used, halves, 0.0)[at])
        for halves in (parts.numerator_half_widths, parts.denominator_half_widths)
    )
    share, lowest, highest = survey_proportion(above[at], above_half, below[at], below_half)
    half[at] = indicator.multiplier * np.maximum(share - lowest, highest - share)
    half = factors * half
    low, high = indicator.bounds
    lower = value - half if low is None else np.maximum(value - half, low)
    upper = value + half if high is None else np.minimum(value + half, high)
    known = ~np.isnan(value)
    wide_lower, wide_upper = published_to_998(value, lower, upper, low, high)
    figures = {
        "value": value,
        "numerator": np.where(known, above, np.nan),
        "denominator": np.where(known, below, np.nan),
        "lower_ci_95": lower,
        "upper_ci_95": upper,
        "lower_ci_998": wide_lower,
        "upper_ci_998": wide_upper,
    }
    return Sums(figures, np.full(len(value), INTERVAL_METHODS["survey"], dtype=object), notes)


def _without_limits(figures: dict[str, Floats], method: NDArray[Any]) -> None:
    for name in ("lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"):
        figures[name] = np.full(len(method), np.nan)
    method[:] = NO_INTERVAL


def _covered(
    used: NDArray[np.bool_],
    people: Floats,
    words: str,
    tell: Callable[[Sequence[bool], Floats, int, str], tuple[str, bool]],
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(notes, whether there are enough people for a figure) of n wholes; ``tell`` is ``told_coverage`` or like it."""
    told = [
        tell(own.tolist(), weights, int(np.count_nonzero(weights > 0)), words)
        for own, weights in zip(used, people, strict=True)
    ]
    notes = np.array([note for note, _ in told] or [""], dtype=object)[: len(told)]
    return notes, np.array([enough for _, enough in told], dtype=np.bool_)


def told_coverage(used: Sequence[bool], people: Floats, n_parts: int, words: str) -> tuple[str, bool]:
    """The note on a sum, and whether it is shown; ``used`` says which parts have a figure, ``people`` (m,) their weight."""
    coverage = _coverage(used, people)
    note = coverage_words(sum(used), n_parts, words, coverage)
    if not (any(used) and bool(aggregation.enough_to_show(coverage))):
        return f"{note} {NOT_SHOWN}", False
    if not aggregation.enough_to_judge(coverage):
        return with_reason(note, TOO_LITTLE), True
    return note, True


def told_survey_coverage(used: Sequence[bool], people: Floats, n_parts: int, words: str) -> tuple[str, bool]:
    """As ``told_coverage``, of survey estimates: a sum over less than nine tenths of the people is not shown.

    The survey gives no count, or none with an interval, where few people were found. Councils without one therefore have
    lower rates than the others, and a sum of the others lies too high (measured in ``docs/geography.md``).
    """
    coverage = _coverage(used, people)
    note = coverage_words(sum(used), n_parts, words, coverage)
    if any(used) and bool(aggregation.enough_to_judge(coverage)):
        return note, True
    return f"{note} {FEW_ASKED}", False


def _coverage(used: Sequence[bool], people: Floats) -> float:
    """Share of the people who live in the parts that have a figure."""
    weights = people[: len(used)]
    return float(weights[np.array(used, dtype=np.bool_)].sum() / weights.sum())


def coverage_words(with_figure: int, parts: int, words: str, coverage: float) -> str:
    """``Summed from 3 of 4 local authorities (lower tier); coverage 75%.``, for the note; ``words`` name the parts.

    The percentage is of people and rounded down, so that 89.9% does not read as the 90% from which a sum is judged.
    """
    return f"Summed from {with_figure} of {parts} {words}; coverage {floor(100 * coverage + 1e-9)}%."


def calibration_words(factor: float, councils: int) -> str:
    """What the note of a sum of survey counts says of the factor of its half-widths."""
    return (
        f"Half-widths times {factor:.3f}, so that those of {councils} councils equal the publisher's own of the same "
        "period (median)."
    )


def people_of(codes: Sequence[str], published: Floats) -> Floats:
    """The people in each part (…, m), by their codes (m,): of the middle of 2020, or the ``published`` denominators (…, m)
    where the table has none of the parts. A part without a number counts as the mean of the others, all as 1 where none
    has."""
    table = populations()
    known_people = np.array([table.get(code, np.nan) for code in codes], dtype=np.float64)
    people = np.broadcast_to(known_people, published.shape)
    if not np.isnan(known_people).any():
        return people.copy()
    if np.isnan(known_people).all():
        people = np.where(published > 0, published, np.nan)
    known = ~np.isnan(people)
    count = known.sum(axis=-1, keepdims=True)
    total = np.sum(people, axis=-1, where=known, keepdims=True)
    mean = np.where(count > 0, total / np.maximum(count, 1), 1.0)
    return np.where(known, people, mean)


@cache
def populations() -> Mapping[str, float]:
    """People of all ages by code of council, of every vintage from 2019 on and most before; see the file's ``source``."""
    with POPULATION.open(encoding="utf-8", newline="") as file:
        return {row["area_code"]: float(row["people"]) for row in csv.DictReader(file)}
