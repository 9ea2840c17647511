"""Areas beside a benchmark: every area as a dot (``strip``), or each with its name and interval (``intervals``).

Pure: marks in, plain plotly dict out. Nothing here ranks an area (``figures.ranks`` does, with intervals).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import floor
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import SYMBOLS, padded_range, round_step, titled, unit_axis, wrapped
from dashboard.sentences import compare_words, interval_words, period_words, short_value_words, value_words
from indicators.catalogue import Indicator

NAME_WIDTH = 20  # characters of an area's name beside its line
_NAME_LINE = 15  # px
_DOT = 7  # px
_NARROWEST = 320  # px of plot that the dots must not overlap in
_ORDER = (
    "much_better", "better", "much_higher", "higher", "similar", "lower", "much_lower", "worse", "much_worse",
    "not_compared",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One area of a comparison.

    ``compared`` is a category of ``indicators.statistics.comparison``; ``benchmark`` is what this area was
    compared with, and ``benchmark_name`` what it is called (the areas of a chart may have different ones). ``name`` is short enough for a chart.
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


def strip(
    marks: Sequence[Mark],
    *,
    indicator: Indicator,
    period: str,
    benchmark: Benchmark,
    title: str,
    source: str,
    beside: Sequence[Mark] = (),
) -> dict[str, Any]:
    """Every area as a dot above one axis, the selected ones once more below with name and interval.

    ``beside`` are areas of another kind (a region beside its districts): below only. Dots stand at
    their value to the nearest ``strip_step``, piled up: a histogram in which each area can be found.
    """
    selected = [*beside, *(mark for mark in marks if mark.selected)]
    low, high = padded_range(
        [mark.value for mark in marks]
        + [end for mark in selected for end in (mark.lower, mark.upper)]
        + [benchmark.value],
        indicator.bounds,
    )
    values = [mark.value for mark in marks]
    dots = piled(values, strip_step(values))
    tallest = max((level for _, level in dots), default=0) + 1
    # one unit of y is 8 px
    focus = [-(4.0 + 5.0 * i) for i in range(len(selected))]
    bottom_y = (focus[-1] - 1.6) if focus else -1.0
    top_y = tallest + 1.5
    plot = max(120, round((top_y - bottom_y) * 8))
    left = 14
    layout = titled(title, source, top=key_height(marks), bottom=34, left=left, right=14, plot=plot)
    layout["xaxis"] = {**unit_axis(indicator), "range": [low, high]}
    layout["yaxis"] = {
        "range": [top_y - plot / 8, top_y],
        "visible": False,
        "fixedrange": True,
    }
    layout["shapes"].extend(_benchmark_line(benchmark))
    layout["annotations"].extend(_benchmark_label(benchmark, indicator, low, high))
    add_key(layout, marks, left)
    traces = []
    for category in present_categories(marks):
        chosen = [i for i, mark in enumerate(marks) if mark.compared == category]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": compare_words(category),
                "x": [dots[i][0] for i in chosen],
                "y": [dots[i][1] for i in chosen],
                "text": [hover_words(marks[i], indicator, period, benchmark) for i in chosen],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {
                    **marker(category, _DOT),
                    "line": {
                        "color": colours.INK,
                        "width": [2.5 if marks[i].selected else 0.6 for i in chosen],
                    },
                },
                "cliponaxis": False,
            }
        )
    for mark, y in zip(selected, focus, strict=True):
        traces.append(_interval_trace(mark, y, indicator, period, benchmark))
        layout["annotations"].append(_focus_label(mark, y, indicator, low, high))
    return {"data": traces, "layout": layout}


def piled(values: Sequence[float], step: float) -> list[tuple[float, int]]:
    """Where each dot stands: its value to the nearest ``step``, and its level there, the lowest value at 0."""
    heights: dict[int, int] = {}
    placed = [(0.0, 0)] * len(values)
    for i in sorted(range(len(values)), key=lambda i: (values[i], i)):
        column = floor(values[i] / step + 0.5)  # round() would favour even columns
        placed[i] = (column * step, heights.get(column, 0))
        heights[column] = heights.get(column, 0) + 1
    return placed


def strip_step(values: Sequence[float]) -> float:
    """What the values of a strip are rounded to, so that dots do not overlap on a narrow screen."""
    low, high = padded_range(values, (None, None))
    return round_step((high - low) * (_DOT + 0.5) / _NARROWEST)


def intervals(
    marks: Sequence[Mark],
    *,
    indicator: Indicator,
    period: str,
    benchmark: Benchmark,
    title: str,
    source: str,
    beside: Sequence[Mark] = (),
) -> dict[str, Any]:
    """Each area on a line of its own, from the highest value to the lowest, with its 95% interval.

    ``beside`` are areas of another kind, drawn among the others but not counted in the key.
    """
    ordered = sorted([*beside, *marks], key=lambda mark: (-mark.value, mark.name))
    labels = [wrapped(mark.name, NAME_WIDTH, most_lines=3) for mark in ordered]
    heights = [max(24, _NAME_LINE * len(lines) + 9) for lines in labels]
    plot = sum(heights)
    places, passed = [], 0
    for height in heights:
        places.append(plot - passed - height / 2)
        passed += height
    low, high = padded_range(
        [end for mark in ordered for end in (mark.value, mark.lower, mark.upper)]
        + [benchmark.value]
        + [mark.benchmark for mark in ordered],
        indicator.bounds,
    )
    longest = max((len(line) for lines in labels for line in lines), default=0)
    left = min(142, 14 + round(longest * 6.1))
    layout = titled(title, source, top=key_height(marks), bottom=34, left=left, right=14, plot=plot)
    layout["xaxis"] = {**unit_axis(indicator), "range": [low, high], "nticks": 5}
    layout["yaxis"] = {
        "range": [0, plot],
        "tickvals": places,
        "ticktext": [
            f"<b>{'<br>'.join(lines)}</b>" if mark.selected else "<br>".join(lines)
            for mark, lines in zip(ordered, labels, strict=True)
        ],
        "tickfont": {"size": 12},
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": False,
    }
    layout["shapes"].extend(
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": place - height / 2,
            "y1": place + height / 2,
            "fillcolor": colours.MISSING,
            "line": {"width": 0},
            "layer": "below",
        }
        for mark, place, height in zip(ordered, places, heights, strict=True)
        if mark.selected
    )
    layout["shapes"].extend(_benchmark_line(benchmark))
    layout["annotations"].extend(_benchmark_label(benchmark, indicator, low, high))
    add_key(layout, marks, left)
    traces = []
    for category in present_categories(ordered):
        chosen = [i for i, mark in enumerate(ordered) if mark.compared == category]
        held = [ordered[i] for i in chosen]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": compare_words(category),
                "x": [mark.value for mark in held],
                "y": [places[i] for i in chosen],
                "text": [hover_words(mark, indicator, period, benchmark) for mark in held],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {**marker(category, 10), "line": {"color": colours.INK, "width": 1}},
                "error_x": _errors(held),
                "cliponaxis": False,
            }
        )
    if benchmark.value is None and any(mark.benchmark is not None for mark in ordered):
        beside = [
            (mark.benchmark, place)
            for mark, place in zip(ordered, places, strict=True)
            if mark.benchmark is not None
        ]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": benchmark.name[:1].upper() + benchmark.name[1:],
                "x": [value for value, _ in beside],
                "y": [place for _, place in beside],
                "hoverinfo": "skip",
                "marker": {"symbol": "line-ns", "size": 18, "line": {"color": colours.INK, "width": 2}},
            }
        )
    return {"data": traces, "layout": layout}


def hover_words(mark: Mark, indicator: Indicator, period: str, benchmark: Benchmark) -> str:
    """Name, value, interval, period and comparison of an area, as lines."""
    lines = [f"<b>{escape(mark.name, quote=False)}</b>", value_words(mark.value, indicator)]
    between = interval_words(mark.lower, mark.upper, indicator)
    if between:
        lines.append(f"95% interval {between}")
    lines.append(period_words(period))
    if mark.compared != "not_compared":
        words = compare_words(mark.compared)
        joiner = "to" if mark.compared == "similar" else "than"
        level = f" ({short_value_words(mark.benchmark, indicator)})" if mark.benchmark is not None else ""
        name = mark.benchmark_name or benchmark.name
        lines.append(f"{words} {joiner} {escape(name, quote=False)}{level}")
    if mark.illustrative:
        lines.append("Illustrative, not a real figure")
    return "<br>".join(lines)


def present_categories(marks: Sequence[Mark]) -> list[str]:
    """The categories that any mark has, from good to bad, then those not compared."""
    found = {mark.compared for mark in marks}
    return [one for one in _ORDER if one in found] + sorted(found - set(_ORDER))


def marker(category: str, size: int) -> dict[str, Any]:
    """plotly's marker of a category: colour and shape, so that it is not told by colour alone."""
    symbol = SYMBOLS.get(category, SYMBOLS["not_compared"])[0]
    # a diamond of the same size looks smaller
    return {
        "color": colours.COMPARED.get(category, colours.NOT_COMPARED),
        "symbol": symbol,
        "size": size + 1 if symbol == "diamond" else size,
        "opacity": 1,
    }


def _errors(marks: Sequence[Mark]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if mark.upper is None else mark.upper - mark.value for mark in marks],
        "arrayminus": [0 if mark.lower is None else mark.value - mark.lower for mark in marks],
        "color": colours.INK,
        "thickness": 1.6,
        "width": 0,
    }


def _interval_trace(
    mark: Mark, y: float, indicator: Indicator, period: str, benchmark: Benchmark
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": mark.name,
        "x": [mark.value],
        "y": [y],
        "text": [hover_words(mark, indicator, period, benchmark)],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {**marker(mark.compared, 11), "line": {"color": colours.INK, "width": 1.5}},
        "error_x": {**_errors([mark]), "thickness": 2.4},
        "showlegend": False,
        "cliponaxis": False,
    }


def _focus_label(mark: Mark, y: float, indicator: Indicator, low: float, high: float) -> dict[str, Any]:
    """Name and value above the line of a selected area, growing towards the middle so that it is not cut."""
    left = mark.value <= (low + high) / 2
    lowest = mark.lower if mark.lower is not None else mark.value
    highest = mark.upper if mark.upper is not None else mark.value
    return {
        "text": f"<b>{escape(mark.name, quote=False)}</b> {short_value_words(mark.value, indicator)}",
        "x": lowest if left else highest,
        "xanchor": "left" if left else "right",
        "y": y,
        "yanchor": "bottom",
        "yshift": 6,
        "showarrow": False,
        "font": {"size": 13},
        "bgcolor": "rgba(255,255,255,0.85)",
        "borderpad": 1,
    }


def _benchmark_line(benchmark: Benchmark) -> list[dict[str, Any]]:
    if benchmark.value is None:
        return []
    return [
        {
            "type": "line",
            "x0": benchmark.value,
            "x1": benchmark.value,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": colours.INK, "width": 1.5, "dash": "dash"},
            "layer": "below",
        }
    ]


def _benchmark_label(
    benchmark: Benchmark, indicator: Indicator, low: float, high: float
) -> list[dict[str, Any]]:
    if benchmark.value is None:
        return []
    share = (benchmark.value - low) / (high - low)
    return [
        {
            "text": f"{escape(benchmark.name, quote=False)} {short_value_words(benchmark.value, indicator)}",
            "x": benchmark.value,
            "xanchor": "left" if share < 0.3 else "right" if share > 0.7 else "center",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 12},
        }
    ]


_KEY_ROW = 19  # px
_KEY_WIDTH = 345  # px, on a screen of 390


def _key(marks: Sequence[Mark]) -> list[list[tuple[str, str, int]]]:
    """Rows of (category, words, px from the left) of the key; none where nothing is compared."""
    found = Counter(mark.compared for mark in marks)
    if set(found) <= {"not_compared"}:
        return []
    rows: list[list[tuple[str, str, int]]] = [[]]
    at = 0
    for category in present_categories(marks):
        words = f"{compare_words(category)} ({found[category]})"
        width = 16 + round(len(words) * 6.6) + 14
        if at + width > _KEY_WIDTH and rows[-1]:
            rows.append([])
            at = 0
        rows[-1].append((category, words, at))
        at += width
    return rows


def key_height(marks: Sequence[Mark]) -> int:
    """Pixels between the plot and the title: the benchmark's label, and the key where there is one."""
    return 22 + _KEY_ROW * len(_key(marks))


def add_key(layout: dict[str, Any], marks: Sequence[Mark], left: int) -> None:
    """What the marks mean, under the title. plotly's own legend leaves the narrow screen to chance."""
    rows = _key(marks)
    for number, row in enumerate(rows):
        middle = 20 + _KEY_ROW * (len(rows) - 1 - number) + _KEY_ROW / 2
        for category, words, at in row:
            x = at + 7 - left
            layout["shapes"].append(
                {
                    **_SHAPES[SYMBOLS.get(category, SYMBOLS["not_compared"])[0]](x, middle),
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


_SHAPES: dict[str, Callable[[float, float], dict[str, Any]]] = {
    "circle": _circle,
    "square": _square,
    "diamond": _diamond,
}
