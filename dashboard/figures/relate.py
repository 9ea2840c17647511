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
from dashboard.figures.end_labels import spread
from dashboard.sentences import interval_words, short_name, value_words
from indicators.catalogue import Indicator

SYMBOLS = ("diamond", "square", "triangle-up", "star", "cross", "pentagon", "triangle-down", "hexagram")
"""Plotly's marks of the marked areas, in their order; ``sentences.relation.SHAPES`` has their names."""
MOST_MARKED = len(SYMBOLS)
_PLOT = 420  # px
_NAME_LINE = 20  # px of the name of a marked area
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
    """A dot for each area; the ``marked`` ones (area codes, in the order of SYMBOLS, the reader's own first) larger, with
    their intervals.
    """
    low_x, high_x = padded_range([dot.x for dot in dots] + [across.england], across.indicator.bounds)
    low_y, high_y = padded_range([dot.y for dot in dots] + [up.england], up.indicator.bounds)
    up_lines = wrapped(f"↑ {up.words}", _LABEL_WIDTH)
    across_lines = wrapped(f"→ {across.words}", _LABEL_WIDTH)
    by_code = {dot.area_code: dot for dot in dots}
    chosen = [by_code[code] for code in marked if code in by_code][:MOST_MARKED]
    layout = titled(
        title,
        source,
        top=28 + 18 * len(up_lines),
        bottom=30 + 18 * len(across_lines),
        left=52,
        right=64,
        plot=_PLOT,
    )
    layout["xaxis"] = {**unit_axis(across.indicator), "range": [low_x, high_x]}
    layout["yaxis"] = {**unit_axis(up.indicator), "range": [low_y, high_y]}
    layout["annotations"] += [
        _words("<br>".join(up_lines), x=0, y=1, xanchor="left", yanchor="bottom", xshift=-48, yshift=24),
        _words(
            "<br>".join(across_lines), x=1, y=0, xanchor="right", yanchor="top", yshift=-24, align="right"
        ),
    ]
    _england(layout, across.england, up.england)
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
                "size": 8,
                "color": colours.LINE,
                "opacity": 1,
                "line": {"color": colours.EDGE, "width": 1.2},
            },
        }
    )
    for place, dot in enumerate(chosen):
        traces.append(_marked(dot, place, across, up))
    layout["annotations"] += _names(chosen, (low_x, high_x), (low_y, high_y))
    return {"data": traces, "layout": layout}


def _names(
    chosen: Sequence[Dot], x_range: tuple[float, float], y_range: tuple[float, float]
) -> list[dict[str, Any]]:
    """The names of the marked areas beside their marks, towards the middle, moved up or down so that none covers another."""
    found = []
    middle = sum(x_range) / 2
    for is_left in (True, False):
        side = sorted((dot for dot in chosen if (dot.x <= middle) is is_left), key=lambda dot: dot.y)
        wanted = [(dot.y - y_range[0]) / (y_range[1] - y_range[0]) * _PLOT for dot in side]
        places = spread(wanted, [_NAME_LINE] * len(side), _PLOT)
        for dot, at, moved in zip(side, wanted, places, strict=True):
            is_own = dot is chosen[0]
            found.append(
                {
                    "x": dot.x,
                    "y": dot.y,
                    "text": f"<b>{escape(short_name(dot.name), quote=False)}</b>",
                    "showarrow": False,
                    "xanchor": "left" if is_left else "right",
                    "xshift": 12 if is_left else -12,
                    "yanchor": "middle",
                    "yshift": round(moved - at, 1),
                    "font": {"size": 14, "color": colours.OWN if is_own else colours.INK},
                    "bgcolor": colours.PAPER,
                }
            )
    return found


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
            # purple is the reader's own area and nothing else
            "color": colours.SERIES[place],
            "opacity": 1,
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
            "fillcolor": colours.EDGE,
            "opacity": 0.2,
            "line": {"width": 0, "color": colours.EDGE},
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


def _england(layout: dict[str, Any], x: float | None, y: float | None) -> None:
    """Dashed lines at England's two values, each with its name outside the plot, where it covers no area."""
    dashed = {"color": colours.MUTED, "width": 1.5, "dash": "dash"}
    if x is not None:
        layout["shapes"].append(
            {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": dashed}
        )
        layout["annotations"].append(
            _words("England", x=x, xref="x", y=1, xanchor="center", yanchor="bottom")
        )
    if y is not None:
        layout["shapes"].append(
            {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": dashed}
        )
        layout["annotations"].append(
            _words("England", x=1, y=y, yref="y", xanchor="left", yanchor="middle", xshift=4)
        )


def _words(text: str, **place: Any) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "font": {"size": 14, "color": colours.INK},
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
