"""Areas by their size inside the limits of chance around a benchmark: a funnel plot.

Pure: marks and sizes in, plain plotly dict out. The limits come from ``indicators.statistics.funnel``.
Spiegelhalter (2005), Funnel plots for comparing institutional performance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import TICK_SIZE, padded_range, titled, unit_axis
from dashboard.figures.compare import hovers, rounded
from dashboard.figures.marks import (
    Benchmark,
    Mark,
    marker,
    present_categories,
)
from dashboard.sentences import compare_words, short_value_words
from indicators.catalogue import Indicator
from indicators.notes import not_compared

_PLOT = 360  # px
_NAME_LINE = 20  # px of the name of a chosen area
_CURVE_POINTS = 60
MOST_APART = 2.0
"""Hundredths by which a value may differ from the ratio of its rounded counts; beyond that it is judged nowhere."""
_SIDES = {
    "high_is_good": ("worse", "better"),
    "low_is_good": ("better", "worse"),
    "none": ("lower", "higher"),
}


def drawable(rows: Sequence[Mapping[str, Any]], indicator: Indicator) -> list[Mapping[str, Any]]:
    """The rows that a funnel can show: proportions of counted people, whose chance has known limits.

    None of an indicator that is no comparable percentage or an estimate from a sample survey (its counts are weighted, so
    that the limits would be far too narrow). A row needs counts that its value goes with: a published percentage may
    differ from the ratio of rounded counts, by at most ``MOST_APART`` hundredths of the whole.
    """
    if indicator.unit != "percent" or not indicator.comparable or indicator.survey is not None:
        return []
    return [row for row in rows if _has_its_counts(row, indicator)]


def _has_its_counts(row: Mapping[str, Any], indicator: Indicator) -> bool:
    if row["value"] is None or row["numerator"] is None or not row["denominator"]:
        return False
    if not_compared(row.get("note")):  # its counts are too rounded, or cover too little, to be judged
        return False
    ratio = row["numerator"] / row["denominator"] * indicator.multiplier
    return bool(abs(ratio - row["value"]) <= MOST_APART / 100 * indicator.multiplier)


def judged(
    marks: Sequence[Mark], sizes: Sequence[float], benchmark: float, indicator: Indicator
) -> list[Mark]:
    """The marks with ``compared`` by where they lie: beyond the 95% limits, beyond the 99.8% (``much_``), or
    ``similar`` inside. ``sizes`` are denominators, ``benchmark`` is in the indicator's unit.
    """
    # scipy is loaded by those who ask for a funnel, not by every worker
    from indicators.statistics import funnel

    share = benchmark / indicator.multiplier
    low95, high95 = funnel.proportion_limits(share, list(sizes), confidence=0.95)
    low998, high998 = funnel.proportion_limits(share, list(sizes), confidence=0.998)
    places = funnel.outside(
        [mark.value / indicator.multiplier for mark in marks], low95, high95, low998, high998
    )
    below, above = _SIDES[indicator.polarity]
    words = {
        "below_998": f"much_{below}",
        "below_95": below,
        "within": "similar",
        "above_95": above,
        "above_998": f"much_{above}",
    }
    return [replace(mark, compared=words[str(place)]) for mark, place in zip(marks, places, strict=True)]


def _curves(sizes: Sequence[float], benchmark: float, multiplier: float) -> dict[str, list[float]]:
    """The limits at sizes from the smallest area to beyond the largest, evenly spread by ratio."""
    from indicators.statistics import funnel

    smallest, largest = max(1.0, min(sizes) * 0.8), max(sizes) * 1.04
    step = (largest / smallest) ** (1 / (_CURVE_POINTS - 1))
    at = [smallest * step**i for i in range(_CURVE_POINTS)]
    curves = {"size": at}
    for confidence, name in ((0.95, "95"), (0.998, "998")):
        low, high = funnel.proportion_limits(benchmark / multiplier, at, confidence=confidence)
        curves[f"lower_{name}"] = [float(end) * multiplier for end in low]
        curves[f"upper_{name}"] = [float(end) * multiplier for end in high]
    return curves


def funnel_plot(
    marks: Sequence[Mark],
    sizes: Sequence[float],
    *,
    indicator: Indicator,
    period: str,
    benchmark: Benchmark,
    title: str,
    source: str,
    note: str = "",
) -> dict[str, Any]:
    """Every area at its denominator (across) and its value (up), between the limits of chance around the benchmark.

    ``marks`` come from ``judged``; the first that is selected is the reader's own area. Raises ValueError where the
    benchmark has no value.
    """
    if benchmark.value is None:
        raise ValueError("a funnel needs one benchmark with a value")
    curves = _curves(sizes, benchmark.value, indicator.multiplier)
    low, high = padded_range(
        [mark.value for mark in marks] + curves["lower_95"][5:] + curves["upper_95"][5:], indicator.bounds
    )
    lines = (
        f"Solid: 99.8% limits · dotted: 95%<br>dashed: {escape(benchmark.name, quote=False)} "
        f"{short_value_words(benchmark.value, indicator)}"
    )
    left = 52
    own = next((mark.area_code for mark in marks if mark.selected), "")
    layout = titled(title, source, top=28, bottom=90, left=left, right=16, plot=_PLOT, note=note)
    layout["xaxis"] = {
        **unit_axis(indicator),
        "ticksuffix": "",
        "tickformat": ",~s",
        "range": [0, max(sizes) * 1.04],
        "title": {
            "text": f"Size of the area (what its figure is out of)<br>{lines}",
            "font": {"size": TICK_SIZE},
            "standoff": 6,
        },
        "rangemode": "tozero",
    }
    layout["yaxis"] = {**unit_axis(indicator), "range": [low, high], "showline": False, "ticks": ""}
    traces: list[dict[str, Any]] = [
        _line(curves["size"], curves[f"{side}_{name}"], f"{words} limit", dash)
        for name, words, dash in (("95", "95%", "dot"), ("998", "99.8%", "solid"))
        for side in ("lower", "upper")
    ]
    traces.append(
        _line(
            [0.0, max(sizes) * 1.04], [benchmark.value, benchmark.value], benchmark.name, "dash", colours.INK
        )
    )
    for category in present_categories(marks):
        chosen = [i for i, mark in enumerate(marks) if mark.compared == category]
        far = category.startswith("much_")
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": compare_words(category),
                "x": [sizes[i] for i in chosen],
                "y": [marks[i].value for i in chosen],
                **hovers([marks[i] for i in chosen], indicator, period, benchmark, also="out of %{x:,}"),
                "marker": {
                    **marker(category, 11 if far else 8),
                    "line": {
                        "color": colours.INK,
                        "width": [3 if marks[i].selected else 1.6 if far else 0.8 for i in chosen],
                    },
                },
                "cliponaxis": False,
            }
        )
    layout["annotations"].extend(_names(marks, sizes, own, (low, high)))
    return {"data": traces, "layout": layout}


def _names(
    marks: Sequence[Mark], sizes: Sequence[float], own: str, value_range: tuple[float, float]
) -> list[dict[str, Any]]:
    """The names of the chosen areas at the top, a line of their own each, with an arrow to the mark: they cover no mark."""
    found: list[dict[str, Any]] = []
    low, high = value_range
    for mark, size in zip(marks, sizes, strict=True):
        if not mark.selected:
            continue
        below_top = _PLOT * (high - mark.value) / (high - low)
        found.append(
            {
                "text": f"<b>{escape(mark.name, quote=False)}</b>",
                "x": size,
                "y": mark.value,
                "ax": 0,
                "ay": round(-below_top - 12 + _NAME_LINE * len(found), 1),
                "xanchor": "left"
                if size < max(sizes) * 0.2
                else "right"
                if size > max(sizes) * 0.8
                else "center",
                "arrowwidth": 1,
                "arrowhead": 0,
                "arrowcolor": colours.OWN if mark.area_code == own else colours.INK,
                "font": {"size": 14, "color": colours.OWN if mark.area_code == own else colours.INK},
            }
        )
    return found


def _line(
    x: Sequence[float], y: Sequence[float], name: str, dash: str, colour: str = colours.MUTED
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [rounded(size) for size in x],
        "y": [rounded(value) for value in y],
        "hoverinfo": "skip",
        "line": {"color": colour, "width": 1.5, "dash": dash},
    }
