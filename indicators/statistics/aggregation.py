"""Figures of areas put together: from counts, with an interval and a coverage, never an average of averages.

Parts lie on the last axis; a place that is no part of a group is a missing count with a population of 0.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.statistics.inputs import (
    BoolArray,
    FloatArray,
    Rule,
    TextArray,
    check,
    common_shape,
    numbers,
    single,
)
from indicators.statistics.intervals import proportion, rate, survey_proportion

MINIMUM_COVERAGE: Final = 0.5
"""Share of the population that must have figures before a group gets one."""
COVERAGE_TO_JUDGE: Final = 0.9
"""Share of the population that must have figures before a group's figure is judged (OHID's rule for averages of CCGs)."""

_SLACK: Final = 1e-12

_REFUSED: Final = {
    "median": "a median cannot be put together from the medians of its parts",
    "mean": "a mean cannot be put together from means without the number behind each",
    "standardised_rate": "a standardised rate cannot be put together without its events and people by age",
    "ratio": "a ratio to an expected figure cannot be put together without the observed and expected counts",
    "difference": "a gap is no sum of gaps, and its two rates may rest on other members and years when they are put together",
    "published": "the publisher gives this figure without the counts behind it",
    "rank": "ranks cannot be added",
}
_ADDED: Final = ("proportion", "rate", "count", "survey_proportion", "paired_movement")


class Aggregate(NamedTuple):
    """A group's figure. All but ``reason`` are nan where there is none, and ``reason`` (text) says why.

    ``coverage`` is the share (0 to 1) of the group's population that its figures cover, known either way.
    ``numerator`` and ``denominator`` are the sums used. ``is_judged`` says whether the figure may be compared: a group
    that its figures cover by less than ``COVERAGE_TO_JUDGE`` has one that stands alone.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    coverage: FloatArray
    numerator: FloatArray
    denominator: FloatArray
    reason: TextArray
    is_judged: BoolArray


def enough_to_judge(coverage: ArrayLike) -> BoolArray:
    """Whether figures that cover these shares (0 to 1) of the people of their groups may be compared; nan is False."""
    judged: BoolArray = single(np.asarray(numbers("coverage", coverage) >= COVERAGE_TO_JUDGE - _SLACK))
    return judged


def enough_to_show(coverage: ArrayLike) -> BoolArray:
    """Whether a group that its figures cover by these shares (0 to 1) gets a figure at all; nan is False."""
    shown: BoolArray = single(np.asarray(numbers("coverage", coverage) >= MINIMUM_COVERAGE - _SLACK))
    return shown


def refusal(statistic: str) -> str:
    """Why figures of this kind cannot be put together, in words; empty where they can.

    Kinds: proportion, rate, count, survey_proportion, paired_movement (can), median, mean, standardised_rate,
    ratio, difference, published, rank (cannot). Raises ValueError for any other word.
    """
    if statistic in _ADDED:
        return ""
    if statistic in _REFUSED:
        return _REFUSED[statistic]
    known = ", ".join((*_ADDED, *_REFUSED))
    raise ValueError(f"statistic is {statistic!r}; expected one of {known}")


class _Parts:
    """Sums over the parts that have every figure, and how much of the population they are."""

    def __init__(
        self,
        figures: dict[str, ArrayLike],
        populations: ArrayLike | None,
        minimum_coverage: float,
        minimum_areas: int,
    ) -> None:
        if not 0 <= minimum_coverage <= 1:
            raise ValueError(f"minimum_coverage is {minimum_coverage}; expected a share from 0 to 1")
        arrays = {name: numbers(name, given) for name, given in figures.items()}
        if populations is not None:
            arrays["populations"] = numbers("populations", populations)
        shape = common_shape(arrays)
        if not shape:
            raise ValueError(f"{next(iter(arrays))} is a single value; expected the parts on the last axis")
        for name in arrays:
            check({name: arrays[name]}, [Rule(name, _below_zero, "a finite number, 0 or more")])
        wide: dict[str, NDArray[Any]] = {
            name: np.broadcast_to(array, shape) for name, array in arrays.items()
        }
        complete = np.ones(shape, dtype=np.bool_)
        for name in figures:
            complete &= ~np.isnan(wide[name])
        self.complete = complete
        self.wide = wide
        people = np.ones(shape) if populations is None else wide["populations"]
        everyone = people.sum(axis=-1, dtype=np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            # nan × False would be nan: the uncovered people are left out by where=.
            covered = np.sum(people, axis=-1, where=complete, dtype=np.float64)
            self.coverage: FloatArray = covered / everyone
        self.areas = np.count_nonzero(complete, axis=-1)
        self.reason = np.select(
            [
                self.areas == 0,
                self.areas < minimum_areas,
                np.isnan(self.coverage),
                self.coverage < minimum_coverage - _SLACK,
            ],
            [
                "no area of the group has figures",
                f"fewer than {minimum_areas} areas of the group have figures",
                "the population of an area of the group is not known",
                f"areas with figures hold less than {minimum_coverage:.0%} of the population",
            ],
            "",
        )

    def total(self, name: str) -> FloatArray:
        """Sum over the complete parts; nan for a group that gets no figure."""
        summed = np.sum(self.wide[name], axis=-1, where=self.complete, dtype=np.float64)
        total: FloatArray = np.where(self.reason == "", summed, np.nan)
        return total

    def quadrature(self, name: str) -> FloatArray:
        """Root of the sum of squares over the complete parts; nan for a group that gets no figure."""
        squares = np.sum(
            np.square(self.wide[name], dtype=np.float64), axis=-1, where=self.complete, dtype=np.float64
        )
        root: FloatArray = np.where(self.reason == "", np.sqrt(squares), np.nan)
        return root

    def answer(
        self, found: tuple[FloatArray, FloatArray, FloatArray], numerator: FloatArray, denominator: FloatArray
    ) -> Aggregate:
        value, lower, upper = found
        return Aggregate(
            value,
            lower,
            upper,
            single(self.coverage),
            single(numerator),
            single(denominator),
            single(self.reason),
            single(~np.isnan(value) & enough_to_judge(self.coverage)),
        )


def _below_zero(chunk: FloatArray) -> NDArray[np.bool_]:
    broken: NDArray[np.bool_] = (chunk < 0) | np.isinf(chunk)
    return broken


def sum_proportion(
    numerators: ArrayLike,
    denominators: ArrayLike,
    populations: ArrayLike | None = None,
    multiplier: float = 1,
    *,
    confidence: float = 0.95,
    minimum_coverage: float = MINIMUM_COVERAGE,
    minimum_areas: int = 1,
) -> Aggregate:
    """Σ numerator / Σ denominator of the parts on the last axis, with Wilson's interval of the sums.

    Parts without both counts are left out, and ``coverage`` is the share of ``populations`` (of parts, where none
    are given) that is left. Below ``minimum_coverage`` or ``minimum_areas`` there is no figure. Returns an
    ``Aggregate`` of shape (…). Raises ValueError for a count below 0, or a part's numerator above its denominator.
    """
    parts = _Parts(
        {"numerators": numerators, "denominators": denominators}, populations, minimum_coverage, minimum_areas
    )
    _check_within(parts, "numerators", "denominators")
    above, below = _sums(parts, "numerators", "denominators")
    return parts.answer(proportion(above, below, multiplier, confidence=confidence), above, below)


def sum_rate(
    counts: ArrayLike,
    denominators: ArrayLike,
    populations: ArrayLike | None = None,
    multiplier: float = 100_000,
    *,
    confidence: float = 0.95,
    minimum_coverage: float = MINIMUM_COVERAGE,
    minimum_areas: int = 1,
) -> Aggregate:
    """Σ count / Σ denominator × multiplier, with the Poisson interval of the summed count (see ``rate``).

    Parts, coverage and errors as ``sum_proportion``, but a count may exceed its denominator.
    """
    parts = _Parts(
        {"counts": counts, "denominators": denominators}, populations, minimum_coverage, minimum_areas
    )
    above, below = _sums(parts, "counts", "denominators")
    return parts.answer(rate(above, below, multiplier, confidence=confidence), above, below)


def combine_half_widths(half_widths: ArrayLike) -> FloatArray:
    """Half-width of the interval of a sum of independent estimates: √Σ half-width², over the last axis.

    Missing where any is missing, and for no estimate at all. Approximate: areas of one survey are taken as
    independent. Raises ValueError below 0. U.S. Census Bureau, ACS handbook (2020), chapter 8.
    """
    array = numbers("half_widths", half_widths)
    if array.ndim == 0:
        raise ValueError(
            f"half_widths is a single value, {float(array)}; expected the parts on the last axis"
        )
    check({"half_widths": array}, [Rule("half_widths", _below_zero, "a finite number, 0 or more")])
    if array.shape[-1] == 0:
        return np.full(array.shape[:-1], np.nan)
    largest = array.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        shares = np.where(largest == 0, 0.0, array / np.where(largest == 0, 1.0, largest))
    combined: FloatArray = single(np.asarray(largest[..., 0] * np.sqrt(np.square(shares).sum(axis=-1))))
    return combined


def sum_survey_proportion(
    numerators: ArrayLike,
    numerator_half_widths: ArrayLike,
    denominators: ArrayLike,
    denominator_half_widths: ArrayLike,
    populations: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    minimum_coverage: float = MINIMUM_COVERAGE,
    minimum_areas: int = 1,
) -> Aggregate:
    """Σ numerator / Σ denominator of survey estimates: half-widths in quadrature, then ``survey_proportion``.

    Parts need all four figures; coverage and errors as ``sum_proportion``. Approximate.
    """
    parts = _Parts(
        {
            "numerators": numerators,
            "numerator_half_widths": numerator_half_widths,
            "denominators": denominators,
            "denominator_half_widths": denominator_half_widths,
        },
        populations,
        minimum_coverage,
        minimum_areas,
    )
    _check_within(parts, "numerators", "denominators")
    above, below = _sums(parts, "numerators", "denominators")
    found = survey_proportion(
        above,
        parts.quadrature("numerator_half_widths"),
        below,
        parts.quadrature("denominator_half_widths"),
        confidence=confidence,
    )
    return parts.answer(found, above, below)


def _check_within(parts: _Parts, above: str, below: str) -> None:
    rule = Rule(above, lambda x, n: x > n, f"at most the denominator, {{{below}}}")
    check({above: parts.wide[above], below: parts.wide[below]}, [rule])


def _sums(parts: _Parts, above: str, below: str) -> tuple[FloatArray, FloatArray]:
    numerator, denominator = parts.total(above), parts.total(below)
    empty = denominator == 0
    if np.any(empty):
        parts.reason = np.where(empty, "the denominators of the group sum to 0", parts.reason)
        numerator = np.where(empty, np.nan, numerator)
        denominator = np.where(empty, np.nan, denominator)
    return numerator, denominator
