"""How every statistic takes its arguments: broadcast, checked, and worked through in cache-sized chunks.

A value that is missing (nan, or None) is never an error; a value that cannot be is always one, and the error
names the argument, the first offending index and the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
TextArray: TypeAlias = NDArray[np.str_]

# Elements worked on at once: few enough that a step's scratch arrays stay in the processor's cache, which makes
# the work faster than whole-array steps and keeps memory at the inputs and the answers.
CHUNK: Final = 16_384

POLARITIES: Final = ("high_is_good", "low_is_good", "none")


def normal_quantile(confidence: float) -> float:
    """Two-sided normal quantile z of a confidence level: 0.95 → 1.959964, 0.998 → 3.090232.

    Raises ValueError when the level is not between 0 and 1.
    """
    return NormalDist().inv_cdf((1 + check_confidence(confidence)) / 2)


def check_confidence(confidence: float) -> float:
    """The level itself, or ValueError when it is not a number strictly between 0 and 1."""
    if isinstance(confidence, bool) or not isinstance(confidence, int | float | np.floating | np.integer):
        raise ValueError(f"confidence is {confidence!r}; expected a number between 0 and 1, such as 0.95")
    level = float(confidence)
    if not 0 < level < 1:
        raise ValueError(f"confidence is {level}; expected a number between 0 and 1, such as 0.95")
    return level


def check_multiplier(multiplier: float) -> float:
    """The multiplier itself, or ValueError when it is not a finite number above 0."""
    if not 0 < multiplier < float("inf"):
        raise ValueError(f"multiplier is {multiplier}; expected a number above 0, such as 100000")
    return float(multiplier)


def numbers(name: str, values: ArrayLike) -> NDArray[Any]:
    """An argument as an array of numbers (None becomes nan). Whole numbers stay whole numbers: no copy is made.

    Raises ValueError naming the argument when it holds something that is not a number.
    """
    array = np.asarray(values)
    if array.dtype.kind in "iuf" and array.dtype.itemsize <= 8:
        return array
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        for position, value in enumerate(array.ravel().tolist()):
            try:
                np.float64(np.nan if value is None else value)
            except (TypeError, ValueError):
                place = located(name, array.shape, position)
                raise ValueError(f"{place} is {value!r}; expected a number") from error
        raise ValueError(f"{name} is not an array of numbers: {error}") from error


def located(name: str, shape: tuple[int, ...], position: int) -> str:
    """``name[3]`` or ``name[2, 0]`` for a flat position in an array of that shape; ``name`` for a single value."""
    if not shape:
        return name
    index = np.unravel_index(position, shape)
    return f"{name}[{', '.join(str(int(i)) for i in index)}]"


def common_shape(arrays: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    """The shape that the arrays broadcast to. Raises ValueError naming each argument and its shape."""
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes do not broadcast: {shapes}") from error


@dataclass(frozen=True, slots=True)
class Rule:
    """What one argument must be. ``broken(*chunks)`` is True where it is not (never where a value is missing).

    ``expected`` completes "expected …" and may quote another argument's value as ``{denominator}``.
    """

    argument: str
    broken: Callable[..., BoolArray]
    expected: str


def check(arrays: Mapping[str, NDArray[Any]], rules: Sequence[Rule]) -> None:
    """Raise ValueError at the first index, in C order, where a rule is broken; works in chunks."""
    calculate(arrays, rules, lambda *_: None, answers=0)


def calculate(
    arguments: Mapping[str, ArrayLike],
    rules: Sequence[Rule],
    kernel: Callable[..., None],
    answers: int,
) -> tuple[FloatArray, ...]:
    """Broadcast the arguments, check them and fill ``answers`` float64 arrays of the common shape.

    ``kernel(*inputs, *outputs)`` receives 1-D float64 chunks and writes into the outputs. Single values in give
    single values out, as numpy's own functions do. Raises ValueError for shapes and for any broken rule.
    """
    arrays = {name: numbers(name, values) for name, values in arguments.items()}
    shape = common_shape(arrays)
    wanted: list[NDArray[Any] | None] = [*arrays.values(), *([None] * answers)]
    given: list[Literal["readonly"]] = ["readonly"]
    made: list[Literal["writeonly", "allocate", "no_broadcast"]] = ["writeonly", "allocate", "no_broadcast"]
    iterator = np.nditer(
        wanted,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[given] * len(arrays) + [made] * answers,
        op_dtypes=[np.dtype(np.float64)] * len(wanted),
        order="C",
        casting="same_kind",
        buffersize=CHUNK,
    )
    done = 0
    with iterator, np.errstate(all="ignore"):
        for step in iterator:
            chunks: tuple[FloatArray, ...] = step if isinstance(step, tuple) else (step,)
            inputs = chunks[: len(arrays)]
            broken = [rule.broken(*inputs) for rule in rules]
            if any(mask.any() for mask in broken):
                _refuse(tuple(arrays), inputs, shape, done, rules, broken)
            kernel(*chunks)
            done += inputs[0].size
        outputs = iterator.operands[len(arrays) :]
    return tuple(single(output) for output in outputs)


def single(array: NDArray[Any]) -> Any:
    """A numpy scalar in place of an array without dimensions; any other array as it is."""
    return array[()] if array.ndim == 0 else array


def _refuse(
    names: tuple[str, ...],
    inputs: tuple[FloatArray, ...],
    shape: tuple[int, ...],
    done: int,
    rules: Sequence[Rule],
    broken: Sequence[BoolArray],
) -> None:
    firsts = [int(mask.argmax()) if mask.any() else mask.size for mask in broken]
    rule = rules[int(np.argmin(firsts))]
    first = min(firsts)
    values = {name: float(chunk[first]) for name, chunk in zip(names, inputs, strict=True)}
    place = located(rule.argument, shape, done + first)
    raise ValueError(f"{place} is {values[rule.argument]}; expected {rule.expected.format(**values)}")


def polarity_rows(polarity: ArrayLike) -> NDArray[np.intp]:
    """Where each polarity stands in ``POLARITIES`` (same shape as given). Raises ValueError for an unknown one."""
    if isinstance(polarity, str) and polarity in POLARITIES:
        return np.asarray(POLARITIES.index(polarity))
    given = np.asarray(polarity)
    rows = np.full(given.shape, -1, dtype=np.intp)
    for row, name in enumerate(POLARITIES):
        rows[np.asarray(given == name)] = row
    unknown = rows.ravel() < 0
    if unknown.any():
        first = int(unknown.argmax())
        place = located("polarity", given.shape, first)
        value = cast(Any, given.ravel()[first])
        raise ValueError(f"{place} is {str(value)!r}; expected one of {', '.join(POLARITIES)}")
    return rows
