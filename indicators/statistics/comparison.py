"""Comparison of areas with a benchmark or a target; bands and percentiles of a set of areas.

Needs numpy alone. Answers are arrays of words of the broadcast shape; where anything needed is missing (nan) the
word is ``not_compared``. Polarity may be one word or an array of them. Sources: ``docs/methods.md``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.statistics.inputs import (
    BoolArray,
    FloatArray,
    TextArray,
    common_shape,
    located,
    numbers,
    polarity_rows,
    single,
)

NOT_COMPARED: Final = "not_compared"
MINIMUM_FOR_PERCENTILES: Final = 4
"""Fewer values than this have no percentiles."""

# Columns: lower, similar, higher than the benchmark, not compared.
# Rows as inputs.POLARITIES.
_WORDS: Final = np.array(
    [
        ["worse", "similar", "better", NOT_COMPARED],
        ["better", "similar", "worse", NOT_COMPARED],
        ["lower", "similar", "higher", NOT_COMPARED],
    ]
)
_LOWER, _SIMILAR, _HIGHER, _MISSING = range(4)


def _words(place: NDArray[np.int8], polarity: ArrayLike) -> TextArray:
    rows = polarity_rows(polarity)
    common_shape({"polarity": rows, "the other arguments": place})
    words: TextArray = single(np.asarray(_WORDS[rows, place]))
    return words


def _arrays(**arguments: ArrayLike) -> list[NDArray[Any]]:
    arrays = {name: numbers(name, values) for name, values in arguments.items()}
    shape = common_shape(arrays)
    return [np.broadcast_to(array, shape) for array in arrays.values()]


def _any_missing(*arrays: NDArray[Any]) -> BoolArray:
    missing = np.zeros(arrays[0].shape, dtype=np.bool_)
    for array in arrays:
        missing |= np.isnan(array)
    return missing


def to_benchmark(
    value: ArrayLike, lower: ArrayLike, upper: ArrayLike, benchmark: ArrayLike, polarity: ArrayLike
) -> TextArray:
    """Whether an area differs from a benchmark: its interval lies wholly below or above it, or holds it.

    Limits are inclusive: a limit equal to the benchmark is ``similar``. Answers ``worse``, ``similar`` or
    ``better``; with polarity ``none`` ``lower``, ``similar`` or ``higher``; ``not_compared`` where a number is
    missing. Raises ValueError for an unknown polarity or shapes that do not broadcast. OHID, Fingertips
    technical guidance: comparing to a benchmark.
    """
    value, lower, upper, benchmark = _arrays(value=value, lower=lower, upper=upper, benchmark=benchmark)
    place = np.full(value.shape, _SIMILAR, dtype=np.int8)
    place[lower > benchmark] = _HIGHER
    place[upper < benchmark] = _LOWER
    place[_any_missing(value, lower, upper, benchmark)] = _MISSING
    return _words(place, polarity)


def to_target(
    value: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    target: ArrayLike,
    polarity: ArrayLike,
    use_interval: bool,
) -> TextArray:
    """Whether an area meets a target: ``better`` where it does, ``worse`` where it does not.

    By value: meeting is at or beyond the target on the good side. By interval (``use_interval``; the value is
    not looked at): at or above the target when the lower limit is, below it when the upper limit is, otherwise
    ``similar``. ``not_compared`` for polarity ``none`` and where a number needed is missing. Errors as
    ``to_benchmark``. OHID Fingertips: comparison with a single-value goal.
    """
    rows = polarity_rows(polarity)
    value, lower, upper, target, rows = _arrays(
        value=value, lower=lower, upper=upper, target=target, polarity=rows
    )
    place = np.full(value.shape, _SIMILAR, dtype=np.int8)
    if use_interval:
        place[upper < target] = _LOWER
        place[lower >= target] = _HIGHER
        missing = _any_missing(lower, upper, target)
    else:
        above = np.where(rows == 1, value > target, value >= target)
        place[...] = np.where(above, _HIGHER, _LOWER)
        missing = _any_missing(value, target)
    place[missing | (rows == 2)] = _MISSING
    return _words(place, polarity)


class _Groups:
    """The values of each group in order: flat, with where each group starts and how many values it has."""

    def __init__(self, values: NDArray[Any], groups: ArrayLike | None) -> None:
        infinite = np.isinf(values).ravel()
        if infinite.any():
            first = int(infinite.argmax())
            place = located("values", values.shape, first)
            raise ValueError(f"{place} is {float(values.ravel()[first])}; expected a finite number")
        self.flat: FloatArray = values.ravel().astype(np.float64, copy=False)
        self.missing = np.isnan(self.flat)
        if groups is None:
            self.leading = values.shape[:-1]
            self.n_groups = int(np.prod(self.leading, dtype=np.intp))
            members = np.full(self.n_groups, values.shape[-1], dtype=np.intp)
            self.labels = np.repeat(np.arange(self.n_groups, dtype=np.intp), members)
            self.sorted_values = np.sort(values.astype(np.float64, copy=False), axis=-1).ravel()
        else:
            self.labels = self._labels(groups, values)
            self.n_groups = int(self.labels.max()) + 1 if self.labels.size else 0
            self.leading = (self.n_groups,)
            members = np.bincount(self.labels, minlength=self.n_groups)
            self.sorted_values = self.flat[np.lexsort((self.flat, self.labels))]
        # Either way a group's missing values stand at its end, where nothing looks.
        self.starts = np.cumsum(members) - members
        self.sizes = members - np.bincount(self.labels[self.missing], minlength=self.n_groups)

    @staticmethod
    def _labels(groups: ArrayLike, values: NDArray[Any]) -> NDArray[np.intp]:
        labels = np.asarray(groups)
        if values.ndim != 1 or labels.shape != values.shape:
            raise ValueError(
                f"shapes do not match: values {values.shape}, groups {labels.shape}; expected two of (n,)"
            )
        if labels.size and (labels.dtype.kind not in "iu" or labels.min() < 0):
            raise ValueError(
                "groups holds something other than whole numbers 0, 1, 2 …; expected one for each value"
            )
        return labels.astype(np.intp, copy=False)

    def quantile(self, part: int, parts: int, of: NDArray[np.intp]) -> FloatArray:
        """Inclusive percentile part/parts of the groups listed, by exact integer position. None may be empty."""
        steps = (self.sizes[of] - 1) * part
        below = self.starts[of] + steps // parts
        share = (steps % parts) / parts
        return self._between(below, share, of)

    def quantile_at(self, probability: float, of: NDArray[np.intp]) -> FloatArray:
        """Inclusive percentile at a probability of the groups listed."""
        position = (self.sizes[of] - 1) * probability
        floor = np.floor(position)
        return self._between(self.starts[of] + floor.astype(np.intp), position - floor, of)

    def _between(self, below: NDArray[np.intp], share: FloatArray, of: NDArray[np.intp]) -> FloatArray:
        last = self.starts[of] + self.sizes[of] - 1
        low = self.sorted_values[below]
        high = self.sorted_values[np.minimum(below + 1, last)]
        # Held between its neighbours: rounding must not lift a tie over its own bound.
        between: FloatArray = np.minimum(np.maximum(low + share * (high - low), low), high)
        return between


def _check_bands(bands: int) -> int:
    if isinstance(bands, bool) or not isinstance(bands, int | np.integer) or bands < 2:
        raise ValueError(f"bands is {bands!r}; expected a whole number, 2 or more")
    return int(bands)


def _at_least_1d(values: ArrayLike) -> NDArray[Any]:
    array = numbers("values", values)
    if array.ndim == 0:
        raise ValueError(f"values is a single value, {float(array)}; expected an array of them")
    return array


def quantile_bands(
    values: ArrayLike, bands: int, polarity: str, groups: ArrayLike | None = None
) -> NDArray[np.int64]:
    """Band 1 … ``bands`` of each value among the values on the last axis; 0 where it is not banded.

    Bounds are inclusive percentiles; a value equal to a bound takes the lower band, so equal values share one.
    Band 1 holds the best values: the lowest where low is good and, with polarity ``none``, simply the lowest; the
    highest where high is good. A group with fewer values than bands is not banded, nor is a missing value.
    ``groups`` (whole numbers 0, 1, …, one for each of a 1-D ``values``) bands many sets at once. Raises ValueError
    for an infinite value, fewer than 2 bands or an unknown polarity. Hyndman & Fan (1996), definition 7.
    """
    count = _check_bands(bands)
    reverse = int(polarity_rows(polarity)) == 0
    array = _at_least_1d(values)
    sets = _Groups(array, groups)
    answer = np.zeros(array.size, dtype=np.int64)
    banded = np.flatnonzero(sets.sizes >= count)
    if banded.size:
        answer += 1
        for part in range(1, count):
            bound = np.full(sets.n_groups, np.inf)
            bound[banded] = sets.quantile(part, count, banded)
            answer += sets.flat > bound[sets.labels]
        if reverse:
            np.subtract(count + 1, answer, out=answer)
        answer[sets.missing | (sets.sizes < count)[sets.labels]] = 0
    return answer.reshape(array.shape)


def percentiles(values: ArrayLike, probabilities: ArrayLike, groups: ArrayLike | None = None) -> FloatArray:
    """Inclusive percentiles of the values on the last axis: position (n − 1)·p in order, linear between neighbours.

    ``values`` (…, n) gives (…, probabilities); with ``groups`` (see ``quantile_bands``) (groups, probabilities).
    Missing values are left out; fewer than 4 values have no percentiles (nan). Probabilities are 0 to 1. Raises
    ValueError for a probability outside that or an infinite value. Hyndman & Fan (1996), definition 7.
    """
    chances = np.atleast_1d(numbers("probabilities", probabilities)).astype(np.float64)
    outside = ~((chances >= 0) & (chances <= 1))
    if outside.any():
        first = int(outside.argmax())
        raise ValueError(f"probabilities[{first}] is {chances[first]}; expected a number from 0 to 1")
    sets = _Groups(_at_least_1d(values), groups)
    enough = np.flatnonzero(sets.sizes >= MINIMUM_FOR_PERCENTILES)
    answer = np.full((sets.n_groups, chances.size), np.nan)
    for column, chance in enumerate(chances):
        answer[enough, column] = sets.quantile_at(float(chance), enough)
    return answer.reshape(*sets.leading, chances.size)


def extremes(values: ArrayLike, groups: ArrayLike | None = None) -> tuple[FloatArray, FloatArray]:
    """(minimum, maximum) of the values on the last axis, or of each group; nan where there is no value at all."""
    sets = _Groups(_at_least_1d(values), groups)
    some = np.flatnonzero(sets.sizes)
    lowest, highest = np.full(sets.n_groups, np.nan), np.full(sets.n_groups, np.nan)
    lowest[some] = sets.sorted_values[sets.starts[some]]
    highest[some] = sets.sorted_values[sets.starts[some] + sets.sizes[some] - 1]
    return single(lowest.reshape(sets.leading)), single(highest.reshape(sets.leading))
