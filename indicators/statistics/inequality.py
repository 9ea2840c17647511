"""Slope and relative index of inequality: the gap between the most and the least deprived, from all areas.

Areas are placed by deprivation on a scale of 0 (most deprived) to 1 (least) at the middle of their share of the
population, and a line is fitted. Each area weighs by its population, as in PHEindicatormethods, with which the field
compares; ``inverse_variance`` weighs by 1/SE² instead. Mackenbach & Kunst (1997); Low & Low (2004).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics.inputs import BoolArray, FloatArray, Rule, check, normal_quantile, numbers

Weights = Literal["population", "inverse_variance"]
"""What an area weighs in the line: its people, or the precision of its value (1/SE²)."""


class Index(NamedTuple):
    """An index of inequality and its interval; all nan where it cannot be calculated."""

    value: float
    lower: float
    upper: float


def ridits(populations: ArrayLike, deprivation_rank: ArrayLike) -> FloatArray:
    """Middle of each area's share of the population, ordered by deprivation rank (1 is the most deprived).

    Arrays of shape (n,); areas of equal rank share one middle. Returns (n,) in (0, 1), nan where either is
    missing. Raises ValueError for a population not above 0. Bross (1958).
    """
    arrays = _same_length(populations=populations, deprivation_rank=deprivation_rank)
    people, rank = arrays["populations"], arrays["deprivation_rank"]
    check({"populations": people}, [_positive("populations")])
    answer = np.full(people.shape, np.nan)
    present = ~(np.isnan(people) | np.isnan(rank))
    if not present.any():
        return answer
    steps, step_of = np.unique(rank[present], return_inverse=True)
    share = np.bincount(step_of, weights=people[present], minlength=len(steps)) / people[present].sum()
    answer[present] = (np.cumsum(share) - share / 2)[step_of]
    return answer


def standard_errors(lower: ArrayLike, upper: ArrayLike, *, confidence: float = 0.95) -> FloatArray:
    """Standard errors that the limits of intervals stand for: (upper − lower) / 2z.

    Arrays of shape (n,), in the unit of the values. Returns (n,), nan where a limit is missing. Raises ValueError
    for a lower limit above its upper. Exact for a normal interval, near for Wilson's of a large denominator.
    """
    arrays = _same_length(lower=lower, upper=upper)
    low, high = arrays["lower"], arrays["upper"]
    check(
        {"lower": low, "upper": high},
        [Rule("upper", lambda below, above: above < below, "a limit not below the lower one, {lower}")],
    )
    answer: FloatArray = (high - low) / (2 * normal_quantile(confidence))
    return answer


def slope_index(
    values: ArrayLike,
    populations: ArrayLike,
    deprivation_rank: ArrayLike,
    standard_errors: ArrayLike,
    *,
    confidence: float = 0.95,
    weights: Weights = "population",
) -> Index:
    """Slope index of inequality: the fitted value of the least deprived end less that of the most deprived.

    Arrays of shape (n,): values, people, rank (1 is the most deprived), standard errors. In the unit of the
    values; above 0 where the least deprived have the higher value. Areas with anything missing are left out;
    nan with fewer than three left, or all of one rank. Raises ValueError for a population or standard error not
    above 0, shapes that differ or unknown ``weights``. Weighted least squares; the limits follow from the standard
    errors, which are taken as known, and are what PHEindicatormethods finds by simulation from a normal distribution.
    """
    z = normal_quantile(confidence)
    fit = _fit(values, populations, deprivation_rank, standard_errors, weights)
    if fit is None:
        return Index(np.nan, np.nan, np.nan)
    _, slope, _, _, variance = fit
    half = z * float(np.sqrt(variance))
    return Index(slope, slope - half, slope + half)


def relative_index(
    values: ArrayLike,
    populations: ArrayLike,
    deprivation_rank: ArrayLike,
    standard_errors: ArrayLike,
    *,
    confidence: float = 0.95,
    weights: Weights = "population",
) -> Index:
    """Relative index of inequality: the fitted value of the least deprived end over that of the most deprived.

    Arguments, missing answers and errors as ``slope_index``; nan too where either fitted end is not above 0.
    The interval is by the delta method on the logarithm. Mackenbach & Kunst (1997).
    """
    z = normal_quantile(confidence)
    fit = _fit(values, populations, deprivation_rank, standard_errors, weights)
    if fit is None:
        return Index(np.nan, np.nan, np.nan)
    most, slope, most_variance, covariance, slope_variance = fit
    least = most + slope
    if most <= 0 or least <= 0:
        return Index(np.nan, np.nan, np.nan)
    by_most, by_slope = 1 / least - 1 / most, 1 / least
    variance = by_most**2 * most_variance + 2 * by_most * by_slope * covariance + by_slope**2 * slope_variance
    growth = float(np.exp(z * np.sqrt(max(variance, 0.0))))
    ratio = least / most
    return Index(ratio, ratio / growth, ratio * growth)


def _fit(
    values: ArrayLike,
    populations: ArrayLike,
    deprivation_rank: ArrayLike,
    standard_errors: ArrayLike,
    weights: Weights,
) -> tuple[float, float, float, float, float] | None:
    """Intercept, slope, and their variance, covariance, variance; None where no line can be fitted."""
    arrays = _same_length(
        values=values,
        populations=populations,
        deprivation_rank=deprivation_rank,
        standard_errors=standard_errors,
    )
    check({"standard_errors": arrays["standard_errors"]}, [_positive("standard_errors")])
    check({"populations": arrays["populations"]}, [_positive("populations")])
    check({"values": arrays["values"]}, [Rule("values", lambda chunk: np.isinf(chunk), "a finite number")])
    missing: BoolArray = np.zeros(arrays["values"].shape, dtype=np.bool_)
    for array in arrays.values():
        missing |= np.isnan(array)
    kept = ~missing
    if int(kept.sum()) < 3:
        return None
    value, error = arrays["values"][kept], arrays["standard_errors"][kept]
    people = arrays["populations"][kept]
    place = ridits(people, arrays["deprivation_rank"][kept])
    # Relative weights keep the sums in range, and take their unit off again.
    match weights:
        case "population":
            weight = people / people.max()
        case "inverse_variance":
            weight = (error.min() / error) ** 2
        case _:
            raise ValueError(f"weights is {weights!r}; expected 'population' or 'inverse_variance'")
    total = float(weight.sum())
    middle = float(weight @ place) / total
    away = place - middle
    spread = float(weight @ (away * away))
    if spread <= 1e-14 * total:
        return None
    # Slope and intercept are sums of the values with these factors, so that their variances are sums of SE² with them.
    of_slope = weight * away / spread
    of_most = weight / total - middle * of_slope
    mean = float(weight @ value) / total
    slope = float((weight * away) @ (value - mean)) / spread
    unit = float(error.max())
    variance = (error / unit) ** 2
    most_variance, covariance, slope_variance = (
        unit**2 * float((first * second) @ variance)
        for first, second in ((of_most, of_most), (of_most, of_slope), (of_slope, of_slope))
    )
    return mean - slope * middle, slope, most_variance, covariance, slope_variance


def _same_length(**arguments: ArrayLike) -> dict[str, FloatArray]:
    arrays = {name: numbers(name, given).astype(np.float64) for name, given in arguments.items()}
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or next(iter(shapes)) != (next(iter(arrays.values())).size,):
        found = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes do not match: {found}; expected all of (n,)")
    return arrays


def _positive(name: str) -> Rule:
    return Rule(name, lambda chunk: (chunk <= 0) | np.isinf(chunk), "a finite number above 0")
