"""Where each point of a spine chart stands: the benchmark at 0, better to the right. Needs numpy alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.statistics.inputs import FloatArray, common_shape, numbers, polarity_rows, single


class Positions(NamedTuple):
    """Positions of the area and of its area type's percentiles, each of the broadcast shape; the benchmark is 0."""

    value: FloatArray
    p5: FloatArray
    p25: FloatArray
    p75: FloatArray
    p95: FloatArray
    minimum: FloatArray
    maximum: FloatArray


def scales(benchmark: ArrayLike, minimum: ArrayLike, maximum: ArrayLike, polarity: ArrayLike) -> FloatArray:
    """Places on a spine for one unit of the values: 1 / max(|benchmark − minimum|, |benchmark − maximum|).

    Below 0 where low is good, since the spine is mirrored there; ± infinity where minimum and maximum both equal the
    benchmark. nan where one of the three is missing. Raises ValueError for a minimum above its maximum or an unknown
    polarity.
    """
    arrays = {
        "benchmark": numbers("benchmark", benchmark),
        "minimum": numbers("minimum", minimum),
        "maximum": numbers("maximum", maximum),
        "polarity": polarity_rows(polarity),
    }
    shape = common_shape(arrays)
    lowest, highest, centre = arrays["minimum"], arrays["maximum"], arrays["benchmark"]
    crossed = np.broadcast_to(lowest > highest, shape).ravel()
    if crossed.any():
        first = int(crossed.argmax())
        low = float(np.broadcast_to(lowest, shape).ravel()[first])
        high = float(np.broadcast_to(highest, shape).ravel()[first])
        place = f"minimum[{first}]" if shape else "minimum"
        raise ValueError(f"{place} is {low}; expected at most maximum, {high}")
    reach = np.maximum(np.abs(centre - lowest), np.abs(centre - highest))
    side = np.where(arrays["polarity"] == 1, -1.0, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        answer: FloatArray = single(np.broadcast_to(side / reach, shape).copy())
    return answer


def positions(
    value: ArrayLike,
    benchmark: ArrayLike,
    p5: ArrayLike,
    p25: ArrayLike,
    p75: ArrayLike,
    p95: ArrayLike,
    minimum: ArrayLike,
    maximum: ArrayLike,
    polarity: ArrayLike,
) -> Positions:
    """(x − benchmark) / max(|benchmark − minimum|, |benchmark − maximum|), mirrored where low is good.

    The area type's own points lie in [−1, 1]; an area beyond its type's extremes lies beyond. Right for negative
    values and wherever the benchmark stands, as nothing is taken in absolute value but the two distances. Where
    all points equal the benchmark every position is 0. A missing point is missing; a missing benchmark, minimum
    or maximum makes all missing. Raises ValueError for a minimum above its maximum or an unknown polarity.
    """
    arrays = {
        "value": numbers("value", value),
        "benchmark": numbers("benchmark", benchmark),
        "p5": numbers("p5", p5),
        "p25": numbers("p25", p25),
        "p75": numbers("p75", p75),
        "p95": numbers("p95", p95),
        "minimum": numbers("minimum", minimum),
        "maximum": numbers("maximum", maximum),
        "polarity": polarity_rows(polarity),
    }
    shape = common_shape(arrays)
    centre = arrays["benchmark"]
    scale = scales(centre, arrays["minimum"], arrays["maximum"], polarity)

    def place_of(points: NDArray[Any]) -> FloatArray:
        away = points - centre
        with np.errstate(invalid="ignore"):
            place = np.where((away == 0) & ~np.isnan(scale), 0.0, away * scale)
        # + 0.0 turns the mirrored −0 into 0
        answer: FloatArray = single(np.broadcast_to(place + 0.0, shape).copy())
        return answer

    return Positions(*(place_of(arrays[name]) for name in Positions._fields))
