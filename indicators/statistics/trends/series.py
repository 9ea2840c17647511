"""Recent trends of series given one by one, as a table, or row by row; every figure is checked first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.statistics.inputs import BoolArray, located, numbers, polarity_rows
from indicators.statistics.trends.answers import Trend, Trends
from indicators.statistics.trends.axis import read_axis
from indicators.statistics.trends.kernel import Batch


def recent_trend(
    periods: Sequence[str],
    values: ArrayLike,
    lower: ArrayLike | None,
    upper: ArrayLike | None,
    numerators: ArrayLike | None = None,
    denominators: ArrayLike | None = None,
    polarity: str = "",
) -> Trend:
    """The recent trend of one series of n periods (ISO, in any order), with figures of shape (n,).

    With ``numerators`` and ``denominators`` (true counts of people or events, never weighted survey estimates) the
    test is χ² for linear trend in proportions; without them a regression weighted by the 95% limits. The trend is
    significant where χ² > 9.5495 (p < 0.002) and the slope keeps its sign whichever of the five is left out.
    Missing figures are nan. ``polarity`` must be given. Raises ValueError for a period given twice or not ISO, a
    numerator below 0 or above its denominator, a lower limit above its upper, an unknown polarity.
    """
    given = {
        "values": values,
        "lower": lower,
        "upper": upper,
        "numerators": numerators,
        "denominators": denominators,
    }
    figures = _figures(given, (len(periods),), "periods")
    axis = read_axis(periods)
    one_row = {name: array.reshape(1, -1) for name, array in figures.items()}
    return Batch(axis, one_row, polarity_rows(polarity)).trends()[0]


def _figures(
    given: dict[str, ArrayLike | None], shape: tuple[int, ...], beside: str
) -> dict[str, NDArray[Any]]:
    """The arguments that were given, as arrays of the shape that goes with ``beside``, each number possible."""
    figures = {}
    for name, values in given.items():
        if values is None:
            continue
        figures[name] = numbers(name, values)
        if figures[name].shape != shape:
            raise ValueError(f"shapes do not match: {name} {figures[name].shape}, {beside} {shape}")
    _check_figures(figures)
    return figures


def recent_trends(
    periods: Sequence[str],
    values: ArrayLike,
    lower: ArrayLike | None,
    upper: ArrayLike | None,
    numerators: ArrayLike | None = None,
    denominators: ArrayLike | None = None,
    polarity: ArrayLike = "",
) -> Trends:
    """The recent trends of n series on one axis of periods: figures of shape (n, periods), polarity one or (n,).

    The axis holds every period that the publisher issued, so that an area's own gap is seen as one: the step
    between periods is the shortest the axis allows without overlap. Missing figures are nan. Errors and method as
    ``recent_trend``.
    """
    axis = read_axis(periods)
    first = numbers("values", values)
    if first.ndim != 2 or first.shape[1] != len(axis):
        raise ValueError(f"shapes do not match: values {first.shape}, periods ({len(axis)},)")
    given: dict[str, ArrayLike | None] = {
        "values": first,
        "lower": lower,
        "upper": upper,
        "numerators": numerators,
        "denominators": denominators,
    }
    figures = _figures(given, first.shape, "values")
    rows = polarity_rows(polarity)
    if rows.shape not in ((), (len(first),)):
        raise ValueError(f"shapes do not match: polarity {rows.shape}, values {first.shape}")
    return Batch(axis, figures, rows).trends()


def trends_by_series(
    series: ArrayLike,
    periods: Sequence[str],
    values: ArrayLike,
    lower: ArrayLike | None,
    upper: ArrayLike | None,
    numerators: ArrayLike | None = None,
    denominators: ArrayLike | None = None,
    polarity: str = "",
) -> tuple[NDArray[Any], Trends]:
    """The recent trends of series given row by row: a label, a period and figures in each row, in any order.

    Returns (labels, trends), in the order of the sorted labels. The axis of periods is all those that occur, so
    give one indicator at a time. Errors as ``recent_trend``, and ValueError for a period twice in one series.
    """
    labels, row_of = np.unique(np.asarray(series), return_inverse=True)
    names = sorted(set(periods))
    column = {name: place for place, name in enumerate(names)}
    column_of = np.fromiter((column[name] for name in periods), dtype=np.intp, count=len(periods))
    if row_of.shape != column_of.shape:
        raise ValueError(f"shapes do not match: series {row_of.shape}, periods {column_of.shape}")
    cell = row_of * len(names) + column_of
    times = np.bincount(cell)
    if times.size and times.max() > 1:
        twice = int(np.flatnonzero(cell == int(times.argmax()))[1])
        raise ValueError(
            f"periods[{twice}] is {periods[twice]!r}, given before for {labels[row_of[twice]].item()!r}; "
            f"expected each period once in a series"
        )

    given: dict[str, ArrayLike | None] = {
        "values": values,
        "lower": lower,
        "upper": upper,
        "numerators": numerators,
        "denominators": denominators,
    }
    tables = {}
    for name, figures in _figures(given, row_of.shape, "series").items():
        tables[name] = np.full((len(labels), len(names)), np.nan)
        tables[name].ravel()[cell] = figures
    return labels, Batch(read_axis(names), tables, polarity_rows(polarity)).trends()


def _check_figures(figures: dict[str, NDArray[Any]]) -> None:
    """Refuse what no figure can be; a missing one is never refused."""

    def refuse(name: str, bad: BoolArray, expected: str, other: str = "") -> None:
        if bad.any():
            first = int(bad.ravel().argmax())
            place = located(name, bad.shape, first)
            beside = f", {float(figures[other].ravel()[first])}" if other else ""
            raise ValueError(f"{place} is {float(figures[name].ravel()[first])}; expected {expected}{beside}")

    for name, array in figures.items():
        refuse(name, np.isinf(array), "a finite number")
    if "numerators" in figures:
        refuse("numerators", figures["numerators"] < 0, "0 or more")
    if "denominators" in figures:
        refuse("denominators", figures["denominators"] <= 0, "a number above 0")
    if "numerators" in figures and "denominators" in figures:
        over = figures["numerators"] > figures["denominators"]
        refuse("numerators", over, "at most the denominator", "denominators")
    if "lower" in figures and "upper" in figures:
        refuse("lower", figures["lower"] > figures["upper"], "at most the upper limit", "upper")
