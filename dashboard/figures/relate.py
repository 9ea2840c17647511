"""Two indicators over areas: a dot for each area, England's lines, a line of best fit with its interval.

Pure: dots and numbers in, plain plotly dict out. Marked areas have a shape of their own, described in words too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboard.answers.relation import Dot, Fit
from dashboard.figures import colours
from dashboard.figures.axes import padded_range, titled, unit_axis, wrapped
from dashboard.sentences import interval_words, short_name, value_words
from indicators.catalogue import Indicator

SYMBOLS = ("diamond", "square", "triangle-up", "star", "cross", "pentagon", "triangle-down", "hexagram")
"""Plotly's marks of the marked areas, in their order; ``sentences.relation.SHAPES`` has their names."""
MOST_MARKED = len(SYMBOLS)
_PLOT = 420  # px
_LABEL_WIDTH = 40  # characters of an axis's words in 300 px


@dataclass(frozen=True, slots=True)
class Axis:
    """An indicator as an axis: its words with group and period, and England's value."""

    indicator: Indicator
    words: str
    england: float | None


def scatter(
    dots: Sequence[Dot],
    *,
    across: Axis,
    up: Axis,
    marked: Sequence[str],
    fit: Fit | None,
    title: str,
    source: str,
) -> dict[str, Any]:
    """A dot for each area; the ``marked`` ones (area codes, in the order of SYMBOLS) larger, with intervals."""
    low_x, high_x = padded_range([dot.x for dot in dots] + [across.england], across.indicator.bounds)
    low_y, high_y = padded_range([dot.y for dot in dots] + [up.england], up.indicator.bounds)
    up_lines = wrapped(f"↑ {up.words}", _LABEL_WIDTH)
    across_lines = wrapped(f"→ {across.words}", _LABEL_WIDTH)
    by_code = {dot.area_code: dot for dot in dots}
    chosen = [by_code[code] for code in marked if code in by_code][:MOST_MARKED]
    layout = titled(
        title,
        source,
        top=12 + 16 * len(up_lines),
        bottom=44 + 16 * len(across_lines),
        left=62,
        right=14,
        plot=_PLOT,
    )
    layout["xaxis"] = {**unit_axis(across.indicator), "range": [low_x, high_x]}
    layout["yaxis"] = {**unit_axis(up.indicator), "range": [low_y, high_y]}
    layout["annotations"] += [
        _words("<br>".join(up_lines), x=0, y=1, xanchor="left", yanchor="bottom", xshift=-50, yshift=6),
        _words(
            "<br>".join(across_lines), x=1, y=0, xanchor="right", yanchor="top", yshift=-26, align="right"
        ),
    ]
    _england(layout, across.england, up.england, (low_x, high_x), (low_y, high_y))
    traces: list[dict[str, Any]] = []
    if fit is not None:
        traces += _line(fit)
    chosen_codes = {dot.area_code for dot in chosen}
    rest = [dot for dot in dots if dot.area_code not in chosen_codes]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "Areas",
            "x": [dot.x for dot in rest],
            "y": [dot.y for dot in rest],
            "text": [hover_words(dot, across, up) for dot in rest],
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {
                "size": 7,
                "color": "rgba(29,112,184,0.45)",
                "line": {"color": colours.HIGHER, "width": 0.8},
            },
        }
    )
    for place, dot in enumerate(chosen):
        traces.append(_marked(dot, place, across, up))
    for place, dot in enumerate(chosen):
        # the label goes to the side where there is room
        left = dot.x > (low_x + high_x) / 2
        layout["annotations"].append(
            {
                "x": dot.x,
                "y": dot.y,
                "text": f"<b>{escape(short_name(dot.name), quote=False)}</b>",
                "showarrow": False,
                "xanchor": "right" if left else "left",
                "xshift": -11 if left else 11,
                "yanchor": "bottom" if place % 2 == 0 else "top",
                "font": {"size": 12, "color": colours.INK},
                "bgcolor": "rgba(255,255,255,0.8)",
            }
        )
    return {"data": traces, "layout": layout}


def _marked(dot: Dot, place: int, across: Axis, up: Axis) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "name": short_name(dot.name),
        "x": [dot.x],
        "y": [dot.y],
        "text": [hover_words(dot, across, up)],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 15,
            "symbol": SYMBOLS[place],
            "color": colours.SERIES[(place + 1) % len(colours.SERIES)],
            "line": {"color": colours.INK, "width": 1.5},
        },
    }
    for key, value, (lower, upper) in (("error_x", dot.x, dot.x_limits), ("error_y", dot.y, dot.y_limits)):
        if lower is not None and upper is not None:
            trace[key] = {
                "type": "data",
                "symmetric": False,
                "array": [upper - value],
                "arrayminus": [value - lower],
                "color": colours.INK,
                "thickness": 1.2,
                "width": 4,
            }
    return trace


def _line(fit: Fit) -> list[dict[str, Any]]:
    """The interval of the mean as a band, the line on it."""
    places = list(fit.places)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "95% interval of the line",
            "x": [*places, *reversed(places)],
            "y": [*fit.upper, *reversed(list(fit.lower))],
            "fill": "toself",
            "fillcolor": "rgba(80,90,95,0.22)",
            "line": {"width": 0},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Line of best fit",
            "x": places,
            "y": list(fit.value),
            "line": {"color": colours.INK, "width": 2},
            "hoverinfo": "skip",
        },
    ]


def _england(
    layout: dict[str, Any],
    x: float | None,
    y: float | None,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> None:
    """Dashed lines at England's two values, each with its name."""
    dashed = {"color": colours.MUTED, "width": 1.5, "dash": "dash"}
    if x is not None:
        layout["shapes"].append(
            {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": dashed}
        )
        left = x > sum(x_range) / 2
        layout["annotations"].append(
            _words(
                "England",
                x=x,
                xref="x",
                y=0,
                xanchor="right" if left else "left",
                yanchor="bottom",
                xshift=-4 if left else 4,
            )
        )
    if y is not None:
        layout["shapes"].append(
            {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": dashed}
        )
        low = y > sum(y_range) / 2
        layout["annotations"].append(
            _words("England", x=1, y=y, yref="y", xanchor="right", yanchor="top" if low else "bottom")
        )


def _words(text: str, **place: Any) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "font": {"size": 12, "color": colours.INK},
        **place,
    }


def hover_words(dot: Dot, across: Axis, up: Axis) -> str:
    """Name, then both values with their intervals."""
    lines = [f"<b>{escape(short_name(dot.name), quote=False)}</b>"]
    for axis, value, limits in ((up, dot.y, dot.y_limits), (across, dot.x, dot.x_limits)):
        between = interval_words(*limits, axis.indicator)
        interval = f" ({between})" if between else ""
        short = escape(axis.indicator.short_title, quote=False)
        lines.append(f"{short}: {value_words(value, axis.indicator)}{interval}")
    return "<br>".join(lines)
