"""Areas beside a benchmark: every area as a dot (``strip``), or each with its name and interval (``intervals``).

Pure: marks in, plain plotly dict out. Nothing here ranks an area (``figures.ranks`` does, with intervals).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import floor
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import SYMBOLS, across, padded_range, round_step, titled, unit_axis, wrapped
from dashboard.figures.marks import (
    SHAPES,
    Benchmark,
    Mark,
    add_key,
    counted,
    key_height,
    marker,
    present_categories,
)
from dashboard.sentences import compare_words, interval_words, period_words, short_value_words, value_words
from indicators.catalogue import Indicator

NAME_WIDTH = 20  # characters of an area's name beside its line
_NAME_LINE = 15  # px
_DOT = 7  # px
_NARROWEST = 320  # px of plot that the dots must not overlap in


@dataclass(frozen=True, slots=True)
class Dots:
    """The dots of a strip, and what its layout is made from: nothing of it depends on which areas are chosen.

    traces  for plotly
    places  of each dot by area: its value to the nearest ``strip_step``, and its level
    lowest  of the values, ``highest`` likewise; ``levels`` is the height of the tallest pile in dots
    counts  how many areas compare how
    """

    traces: tuple[dict[str, Any], ...]
    places: Mapping[str, tuple[float, int]]
    lowest: float
    highest: float
    levels: int
    counts: Mapping[str, int]


def strip(marks: Sequence[Mark], *, beside: Sequence[Mark] = (), **words: Any) -> dict[str, Any]:
    """Every area as a dot above one axis, the chosen ones once more below with name and interval.

    ``beside`` are areas of another kind (a region beside its districts): below only. ``words`` are those of ``strip_of``.
    """
    dots = strip_dots(
        marks, indicator=words["indicator"], period=words["period"], benchmark=words["benchmark"]
    )
    return strip_of(dots, [*beside, *(mark for mark in marks if mark.selected)], **words)


def strip_dots(marks: Sequence[Mark], *, indicator: Indicator, period: str, benchmark: Benchmark) -> Dots:
    """A dot for each area at its value to the nearest ``strip_step``, piled up: a histogram in which each can be found."""
    values = [mark.value for mark in marks]
    placed = piled(values, strip_step(values))
    traces = []
    for category in present_categories(marks):
        chosen = [i for i, mark in enumerate(marks) if mark.compared == category]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": compare_words(category),
                "x": [placed[i][0] for i in chosen],
                "y": [placed[i][1] for i in chosen],
                **hovers([marks[i] for i in chosen], indicator, period, benchmark),
                "marker": {**marker(category, _DOT), "line": {"color": colours.INK, "width": 0.6}},
                "cliponaxis": False,
            }
        )
    return Dots(
        tuple(traces),
        {mark.area_code: place for mark, place in zip(marks, placed, strict=True)},
        min(values),
        max(values),
        max((level for _, level in placed), default=0) + 1,
        counted(marks),
    )


def strip_of(
    dots: Dots,
    chosen: Sequence[Mark],
    *,
    indicator: Indicator,
    period: str,
    benchmark: Benchmark,
    title: str,
    source: str,
) -> dict[str, Any]:
    """The strip of some dots: a ring round those of the chosen areas, which stand once more below."""
    low, high = padded_range(
        [
            dots.lowest,
            dots.highest,
            benchmark.value,
            *(end for mark in chosen for end in (mark.lower, mark.upper)),
        ],
        indicator.bounds,
    )
    # one unit of y is 8 px
    focus = [-(4.0 + 5.0 * i) for i in range(len(chosen))]
    bottom_y = (focus[-1] - 1.6) if focus else -1.0
    top_y = dots.levels + 1.5
    plot = max(120, round((top_y - bottom_y) * 8))
    left = 14
    layout = titled(title, source, top=key_height(dots.counts), bottom=34, left=left, right=14, plot=plot)
    layout["xaxis"] = {**unit_axis(indicator), "range": [low, high]}
    layout["yaxis"] = {
        "range": [top_y - plot / 8, top_y],
        "visible": False,
        "fixedrange": True,
    }
    layout["shapes"].extend(_benchmark_line(benchmark))
    layout["annotations"].extend(_benchmark_label(benchmark, indicator, low, high))
    add_key(layout, dots.counts, left)
    if "illustrative" in dots.counts:
        across(layout)
    traces = list(dots.traces)
    for mark, y in zip(chosen, focus, strict=True):
        if mark.area_code in dots.places:
            layout["shapes"].append(_ring(mark, *dots.places[mark.area_code]))
        traces.append(_interval_trace(mark, y, indicator, period, benchmark))
        layout["annotations"].append(_focus_label(mark, y, indicator, low, high))
    return {"data": traces, "layout": layout}


def _ring(mark: Mark, x: float, y: int) -> dict[str, Any]:
    """The outline of a chosen area's dot."""
    symbol = SYMBOLS.get(mark.compared, SYMBOLS["not_compared"])[0]
    return {
        **SHAPES[symbol](0, 0),
        "xref": "x",
        "yref": "y",
        "xanchor": x,
        "yanchor": y,
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "fillcolor": "rgba(0,0,0,0)",
        "line": {"color": colours.INK, "width": 2.5},
    }


def piled(values: Sequence[float], step: float) -> list[tuple[float, int]]:
    """Where each dot stands: its value to the nearest ``step``, and its level there, the lowest value at 0."""
    heights: dict[int, int] = {}
    placed = [(0.0, 0)] * len(values)
    for i in sorted(range(len(values)), key=lambda i: (values[i], i)):
        column = floor(values[i] / step + 0.5)  # round() would favour even columns
        placed[i] = (rounded(column * step), heights.get(column, 0))
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
    """Each area on a line of its own, from the highest value to the lowest, with its 95% interval; illustrative ones by
    name below them.

    ``beside`` are areas of another kind, drawn among the others but not counted in the key.
    """
    ordered = sorted([*beside, *marks], key=_in_order_of_value)
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
    found = counted(marks)
    layout = titled(title, source, top=key_height(found), bottom=34, left=left, right=14, plot=plot)
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
    add_key(layout, found, left)
    if "illustrative" in found:
        across(layout)
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
                **hovers(held, indicator, period, benchmark),
                "marker": {**marker(category, 10), "line": {"color": colours.INK, "width": 1}},
                "error_x": _errors(held),
                "cliponaxis": False,
            }
        )
    if benchmark.value is None and any(mark.benchmark is not None for mark in ordered):
        own = [
            (mark.benchmark, place)
            for mark, place in zip(ordered, places, strict=True)
            if mark.benchmark is not None
        ]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": benchmark.name[:1].upper() + benchmark.name[1:],
                "x": [value for value, _ in own],
                "y": [place for _, place in own],
                "hoverinfo": "skip",
                "marker": {"symbol": "line-ns", "size": 18, "line": {"color": colours.INK, "width": 2}},
            }
        )
    return {"data": traces, "layout": layout}


def _in_order_of_value(mark: Mark) -> tuple[bool, float, str]:
    return (True, 0.0, mark.name) if mark.illustrative else (False, -mark.value, mark.name)


def hovers(
    marks: Sequence[Mark], indicator: Indicator, period: str, benchmark: Benchmark, also: str = ""
) -> dict[str, Any]:
    """What is said of the areas of a trace under the pointer: name, value, interval, period, comparison, a line each.

    What all of them share stands in plotly's template and is sent once. ``also`` is a line of the template's own.
    """
    figures = [_figure_lines(mark, indicator) for mark in marks]
    known: dict[tuple[Any, ...], str] = {}  # most areas share a few
    others = []
    for mark in marks:
        key = (mark.compared, mark.benchmark, mark.benchmark_name, mark.illustrative)
        if key not in known:
            known[key] = _other_lines(mark, indicator, period, benchmark)
        others.append(known[key])
    shared = others[0] if len(set(others)) == 1 else ""
    if not shared:
        figures = [f"{figure}<br>{other}" for figure, other in zip(figures, others, strict=True)]
    lines = ["<b>%{text}</b>", "%{customdata}", *(line for line in (shared, also) if line)]
    return {
        "text": [escape(mark.name, quote=False) for mark in marks],
        "customdata": figures,
        "hovertemplate": f"{'<br>'.join(lines)}<extra></extra>",
    }


def _figure_lines(mark: Mark, indicator: Indicator) -> str:
    between = interval_words(mark.lower, mark.upper, indicator)
    value = value_words(mark.value, indicator)
    return f"{value}<br>95% interval {between}" if between else value


def _other_lines(mark: Mark, indicator: Indicator, period: str, benchmark: Benchmark) -> str:
    lines = [period_words(period)]
    if mark.compared not in ("not_compared", "illustrative"):
        words = compare_words(mark.compared)
        joiner = "to" if mark.compared == "similar" else "than"
        level = f" ({short_value_words(mark.benchmark, indicator)})" if mark.benchmark is not None else ""
        name = mark.benchmark_name or benchmark.name
        lines.append(f"{words} {joiner} {escape(name, quote=False)}{level}")
    if mark.illustrative:
        lines.append("Illustrative, not a real figure")
    return "<br>".join(lines)


def rounded(number: float) -> float:
    """Without the noise of floating point: what is sent has as many digits as can be seen."""
    return float(f"{number:.8g}")


def _errors(marks: Sequence[Mark]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if mark.upper is None else rounded(mark.upper - mark.value) for mark in marks],
        "arrayminus": [0 if mark.lower is None else rounded(mark.value - mark.lower) for mark in marks],
        "color": colours.LINE if any(mark.illustrative for mark in marks) else colours.INK,
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
        **hovers([mark], indicator, period, benchmark),
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
