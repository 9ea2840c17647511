"""Ranks of areas with the interval that their uncertainty leaves: a rank is never shown without it."""

from __future__ import annotations

import random
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics.inputs import FloatArray, Rule, check, check_confidence, normal_quantile, numbers

# Draws made at once: enough to be quick, few enough that 300 areas take under a megabyte. Even, since normal draws
# come in pairs.
_BLOCK: Final = 256


class RankInterval(NamedTuple):
    """Rank of each area (1 is the highest value; equal values share the better rank) and its limits; nan if missing."""

    rank: FloatArray
    lower: FloatArray
    upper: FloatArray


def rank_interval(
    values: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    draws: int = 10_000,
    seed: int = 1,
    *,
    confidence: float = 0.95,
) -> RankInterval:
    """Ranks of n areas and their simulation interval, from values and 95% limits of shape (n,).

    Each draw moves every area by a normal amount whose spread above and below the value matches its own limits,
    and ranks them; the interval holds the middle ``confidence`` of an area's ranks and always its own rank.
    The same seed gives the same answer, in whatever order the areas come. Areas without all three numbers are
    left out (nan). Raises ValueError for limits on the wrong side of the value, or draws below 1.
    Goldstein & Spiegelhalter (1996).
    """
    tail = (1 - check_confidence(confidence)) / 2
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise ValueError(f"draws is {draws!r}; expected a whole number, 1 or more")
    arrays = {
        "values": numbers("values", values),
        "lower": numbers("lower", lower),
        "upper": numbers("upper", upper),
    }
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or arrays["values"].ndim != 1:
        found = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes do not match: {found}; expected three of (n,)")
    check(
        arrays,
        [
            Rule("values", lambda v, low, high: np.isinf(v), "a finite number"),
            Rule(
                "lower",
                lambda v, low, high: (low > v) | np.isinf(low),
                "a finite number at most its value, {values}",
            ),
            Rule(
                "upper",
                lambda v, low, high: (high < v) | np.isinf(high),
                "a finite number at least its value, {values}",
            ),
        ],
    )
    table = np.column_stack([array.astype(np.float64) for array in arrays.values()])
    present = np.flatnonzero(~np.isnan(table).any(axis=1))
    answer = RankInterval(*(np.full(len(table), np.nan) for _ in RankInterval._fields))
    if not present.size:
        return answer
    # Areas are drawn in the order of their figures, not of the list, so that permuting areas permutes answers.
    kinds, kind_of, times = np.unique(table[present], axis=0, return_inverse=True, return_counts=True)
    areas = np.repeat(kinds, times, axis=0)
    ranks = _simulated_ranks(areas, int(draws), seed)
    ranks.sort(axis=0)
    low = ranks[int(np.floor(tail * (draws - 1)))]
    high = ranks[int(np.ceil((1 - tail) * (draws - 1)))]
    # Areas with the same figures share one interval, as nothing tells them apart.
    starts = np.cumsum(times) - times
    low, high = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    ordered = np.sort(areas[:, 0])
    own = 1 + len(ordered) - np.searchsorted(ordered, kinds[:, 0], side="right")
    kind_of = kind_of.ravel()
    answer.rank[present] = own[kind_of]
    answer.lower[present] = np.minimum(low, own)[kind_of]
    answer.upper[present] = np.maximum(high, own)[kind_of]
    return answer


def _simulated_ranks(
    areas: FloatArray, draws: int, seed: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    z = normal_quantile(0.95)
    value, below, above = areas[:, 0], (areas[:, 0] - areas[:, 1]) / z, (areas[:, 2] - areas[:, 0]) / z
    generator = random.Random(seed)  # noqa: S311  a simulation, no secret
    ranks = np.empty((draws, len(areas)), dtype=np.int32)
    places = np.arange(1, len(areas) + 1, dtype=np.int32)
    for start in range(0, draws, _BLOCK):
        block = ranks[start : start + _BLOCK]
        moves = _normal(generator, block.size).reshape(block.shape)
        drawn = value + moves * np.where(moves < 0, below, above)
        order = np.argsort(-drawn, axis=1, kind="stable")
        np.put_along_axis(block, order, np.broadcast_to(places, order.shape), axis=1)
    return ranks


def _normal(generator: random.Random, count: int) -> FloatArray:
    """Standard normal draws, shape (count,), by the method of Box & Muller (1958).

    Python promises the same random bytes for a seed in every version, which numpy does not promise of its normal draws:
    an interval that a page showed can be found again. numpy's generators would take 3 MB of each web process besides.
    """
    half = (count + 1) // 2
    bits = np.frombuffer(generator.randbytes(8 * half), dtype="<u4").reshape(half, 2)
    # the middles of 2^32 equal steps between 0 and 1, so that no logarithm is of 0
    uniform = (bits + 0.5) * 2.0**-32
    distance, angle = np.sqrt(-2 * np.log(uniform[:, 0])), 2 * np.pi * uniform[:, 1]
    drawn = np.empty((half, 2))
    np.multiply(distance, np.cos(angle), out=drawn[:, 0])
    np.multiply(distance, np.sin(angle), out=drawn[:, 1])
    return drawn.ravel()[:count]
