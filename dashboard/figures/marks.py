"""The marks of a picture of areas: what they are, and how each comparison looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import SYMBOLS

_ORDER = (
    "much_better", "better", "much_higher", "higher", "similar", "lower", "much_lower", "worse", "much_worse",
    "not_compared", "illustrative",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One area of a comparison.

    name            short enough for a chart
    compared        a category of ``indicators.statistics.comparison``
    benchmark       what this area was compared with, and ``benchmark_name`` what that is called: the areas of a chart may
                    have different ones
    """

    area_code: str
    name: str
    value: float
    lower: float | None
    upper: float | None
    compared: str
    benchmark: float | None = None
    benchmark_name: str = ""
    selected: bool = False
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What the areas are compared with: its name for people, and its value where all share one."""

    name: str
    value: float | None


def marker(category: str, size: int) -> dict[str, Any]:
    """plotly's marker of a category: colour and shape, so that it does not differ by colour alone."""
    symbol = SYMBOLS.get(category, SYMBOLS["not_compared"])[0]
    if category == "illustrative":
        # hatched: its lines have the colour, so it must be darker than a filled mark
        return {"color": colours.MUTED, "symbol": symbol, "size": size + 2, "opacity": 1}
    # a diamond of the same size looks smaller
    return {
        "color": colours.COMPARED.get(category, colours.NOT_COMPARED),
        "symbol": symbol,
        "size": size + 1 if symbol == "diamond" else size,
        "opacity": 1,
    }


def counted(marks: Iterable[Mark]) -> Counter[str]:
    """How many marks compare how."""
    return Counter(mark.compared for mark in marks)


def present_categories(marks: Sequence[Mark]) -> list[str]:
    """The categories that any mark has, from good to bad, then those not compared."""
    return in_order(counted(marks))


def in_order(found: Mapping[str, int]) -> list[str]:
    """The categories of some counts, from good to bad, then those not compared."""
    return [category for category in _ORDER if category in found] + sorted(found.keys() - set(_ORDER))
