"""The marks of a picture of areas: what they are, how each comparison looks, and the key that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import SYMBOLS
from dashboard.sentences import compare_words

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
    return _in_order(counted(marks))


def _in_order(found: Mapping[str, int]) -> list[str]:
    return [category for category in _ORDER if category in found] + sorted(found.keys() - set(_ORDER))


_KEY_ROW = 19  # px
_KEY_WIDTH = 345  # px, on a screen of 390


def _key(found: Mapping[str, int]) -> list[list[tuple[str, str, int]]]:
    """Rows of (category, words, px from the left) of the key; none where nothing is compared.

    ``found`` is how many areas compare how.
    """
    if set(found) <= {"not_compared"}:
        return []
    rows: list[list[tuple[str, str, int]]] = [[]]
    at = 0
    for category in _in_order(found):
        words = f"{compare_words(category)} ({found[category]})"
        width = 16 + round(len(words) * 6.6) + 14
        if at + width > _KEY_WIDTH and rows[-1]:
            rows.append([])
            at = 0
        rows[-1].append((category, words, at))
        at += width
    return rows


def key_height(found: Mapping[str, int]) -> int:
    """Pixels between the plot and the title: the benchmark's label, and the key where there is one."""
    return 22 + _KEY_ROW * len(_key(found))


def add_key(layout: dict[str, Any], found: Mapping[str, int], left: int) -> None:
    """What the marks mean, under the title. plotly's own legend leaves the narrow screen to chance."""
    rows = _key(found)
    for number, row in enumerate(rows):
        middle = 20 + _KEY_ROW * (len(rows) - 1 - number) + _KEY_ROW / 2
        for category, words, at in row:
            x = at + 7 - left
            layout["shapes"].append(
                {
                    **SHAPES[SYMBOLS.get(category, SYMBOLS["not_compared"])[0]](x, middle),
                    "xref": "paper",
                    "yref": "paper",
                    "xanchor": 0,
                    "yanchor": 1,
                    "xsizemode": "pixel",
                    "ysizemode": "pixel",
                    "fillcolor": colours.COMPARED.get(category, colours.NOT_COMPARED),
                    "line": {"color": colours.INK, "width": 1},
                }
            )
            layout["annotations"].append(
                {
                    "text": words,
                    "font": {"size": 12},
                    "showarrow": False,
                    "x": 0,
                    "xref": "paper",
                    "xanchor": "left",
                    "xshift": x + 8,
                    "y": 1,
                    "yref": "paper",
                    "yanchor": "middle",
                    "yshift": middle,
                }
            )


def _circle(x: float, y: float) -> dict[str, Any]:
    return {"type": "circle", "x0": x - 5, "x1": x + 5, "y0": y - 5, "y1": y + 5}


def _square(x: float, y: float) -> dict[str, Any]:
    return {"type": "rect", "x0": x - 4.5, "x1": x + 4.5, "y0": y - 4.5, "y1": y + 4.5}


def _diamond(x: float, y: float) -> dict[str, Any]:
    return {"type": "path", "path": f"M{x - 6} {y}L{x} {y + 6}L{x + 6} {y}L{x} {y - 6}Z"}


SHAPES: dict[str, Callable[[float, float], dict[str, Any]]] = {
    "circle": _circle,
    "square": _square,
    "hash-open": _square,
    "diamond": _diamond,
}
