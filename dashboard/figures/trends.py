"""Areas over time: lines on true dates, 95% intervals as bands, breaks where the figures do not join.

Pure: series in, plain plotly dict out. Where lines break is part of the answer (``queries.breaks``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboard.answers.time_series import Line, Point, Target
from dashboard.figures import colours
from dashboard.figures.axes import across, padded_range, titled, unit_axis, wrapped
from dashboard.figures.end_labels import END, Label, end_labels
from dashboard.figures.time_axis import NARROW, middle, time_axis
from dashboard.sentences import (
    STATUS_WORDS,
    interval_words,
    period_words,
    short_name,
    short_value_words,
    value_words,
)
from indicators.catalogue import Indicator
from indicators.periods import in_order

ILLUSTRATIVE = "illustrative"  # status of a point that is no real figure
NAME_WIDTH = 20  # characters of a name at the end of its line
_LEAST_PLOT = 320  # px
_LEAST_SPAN = 0.2  # of the value

MOST_LINES = 8
"""Lines besides the benchmark; more cannot be followed."""


def segments(line: Line) -> list[list[Point]]:
    """The stretches of a line that are joined, each with at least one figure; an illustrative one is joined to nothing.

    Estimates of before a boundary moved are stretches of their own: the line has a break there (``queries.breaks``).
    """
    held = list(line.held)
    if not line.breaks and not any(point.status == ILLUSTRATIVE for point in held):
        return [held] if held else []
    ends = {found.after for found in line.breaks}
    stretches: list[list[Point]] = [[]]
    for point in held:
        if point.status != ILLUSTRATIVE:
            stretches[-1].append(point)
        if point.period in ends or point.status == ILLUSTRATIVE:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def lines(
    series: Sequence[Line],
    *,
    indicator: Indicator,
    targets: Sequence[Target] = (),
    title: str,
    source: str,
    own: str = "",
) -> dict[str, Any]:
    """One line an area, with its name at its end; at most MOST_LINES besides the benchmark.

    The line of ``own`` (an area's code, else the first) is brought forward with its band; the others are thin and quiet, a
    benchmark is dashed.
    """
    drawn = [line for line in series if line.held]
    front = next((line for line in drawn if line.area_code == own), next(iter(drawn), None))
    periods = in_order([point.period for line in drawn for point in line.points])
    low, high = value_range(drawn, front, indicator, [target.value for target in targets])
    labels = [
        *(_name(line, _style(line, front, own), indicator) for line in drawn),
        *(_target_name(target, indicator, middle(periods[-1]) if periods else "") for target in targets),
    ]
    plot = max(_LEAST_PLOT, 20 + round(sum(label.height for label in labels)))
    longest = max((len(text) for label in labels for text in label.lines), default=0)
    axis = time_axis(periods, targets)
    is_tall = any("<br>" in words for words in axis["ticktext"])
    layout = titled(
        title,
        source,
        top=14,
        bottom=48 if is_tall else 32,
        left=52,
        right=min(176, 30 + round(longest * 7.4)),
        plot=plot,
    )
    layout["xaxis"] = axis
    layout["yaxis"] = {**unit_axis(indicator), "range": [low, high], "showline": False, "ticks": "", "showgrid": True,
                       "gridcolor": colours.LINE, "gridwidth": 1}  # fmt: skip
    traces: list[dict[str, Any]] = _bands(front, _style(front, front, own)) if front is not None else []
    # what is brought forward lies on top
    for line in sorted(drawn, key=lambda line: (line is front, line.is_benchmark)):
        style = _style(line, front, own)
        own_figures = [stretch for stretch in segments(line) if not stretch[0].is_estimated]
        estimates = [stretch for stretch in segments(line) if stretch[0].is_estimated]
        if own_figures:
            traces.append(_line(line, own_figures, style, indicator))
        if estimates:
            traces.append(_estimated(_line(line, estimates, style, indicator)))
    traces.extend(_illustrative(drawn, indicator))
    if any(point.status == ILLUSTRATIVE for line in drawn for point in line.held):
        across(layout)
    for target in targets:
        layout["shapes"].append(
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": target.value,
                "y1": target.value,
                "line": {"color": colours.MUTED, "width": 1.5, "dash": "2px,4px"},
                "layer": "below",
            }
        )
        traces.extend(_ways(target, drawn))
        if target.by:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": "Target",
                    "x": [middle(target.by)],
                    "y": [target.value],
                    "text": [f"<b>Target</b><br>{escape(target.label, quote=False)}<br>"
                             f"{value_words(target.value, indicator)} by {period_words(target.by)}"],
                    "hovertemplate": "%{text}<extra></extra>",
                    "marker": {"symbol": "star", "size": 13, "color": colours.PAPER, "line": {"color": colours.INK, "width": 1.5}},
                    "cliponaxis": False,
                }
            )  # fmt: skip
    layout["annotations"].extend(end_labels(labels, low, high, plot))
    if front is not None:
        layout["annotations"].append(_value_label(front, _style(front, front, own), indicator))
    layout["meta"]["narrow"] = {
        "margin.r": 16,
        "margin.l": 46,
        "xaxis.ticktext": time_axis(periods, targets, NARROW)["ticktext"],
        **{
            f"annotations.{place}.visible": note.get("name") != END
            for place, note in enumerate(layout["annotations"])
            if note.get("name") in (END, _ONLY_NARROW)
        },
    }
    return {"data": traces, "layout": layout}


def value_range(
    drawn: Sequence[Line], front: Line | None, indicator: Indicator, also: Sequence[float] = ()
) -> tuple[float, float]:
    """The ends of the axis of values: every value, the limits of the line in front, and what is drawn besides."""
    limits = [
        end
        for point in (front.points if front is not None else ())
        if point.value is not None
        for end in (point.lower, point.upper)
    ]
    values = [point.value for line in drawn for point in line.points]
    return _at_least(*padded_range([*values, *limits, *also], indicator.bounds, 0.06), indicator)


_ONLY_NARROW = "narrow"


def _value_label(line: Line, style: _Style, indicator: Indicator) -> dict[str, Any]:
    """The last value of the line in front, written above its end where there is no room for names."""
    last = line.held[-1]
    return {
        "name": _ONLY_NARROW,
        "visible": False,
        "text": f"<b>{short_value_words(last.value, indicator)}</b>",
        "x": middle(last.period),
        "xanchor": "right",
        "y": last.value,
        "yanchor": "bottom",
        "yshift": 8,
        "showarrow": False,
        "font": {"size": 14, "color": style.colour},
        "bgcolor": colours.PAPER,
    }


def _ways(target: Target, drawn: Sequence[Line]) -> list[dict[str, Any]]:
    """A steady change from each line's figure of ``since`` to the target; none where a line has no such figure."""
    if not target.by or not target.since:
        return []
    starts = [
        (line, point.value)
        for line in drawn
        if not line.is_benchmark
        for point in line.points
        if point.period == target.since and point.value is not None and point.status != ILLUSTRATIVE
    ]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"Steady change of {short_name(line.name)}",
            "x": [middle(target.since), middle(target.by)],
            "y": [value, target.value],
            "hoverinfo": "skip",
            "line": {"color": colours.MUTED, "width": 2, "dash": "6px,5px"},
        }
        for line, value in starts
    ]


def _at_least(low: float, high: float, indicator: Indicator) -> tuple[float, float]:
    """The ends of an axis of values, apart by a fifth of the value or more: a ripple must not look like a wave."""
    middle = (low + high) / 2
    short = max(0.0, _LEAST_SPAN * abs(middle) - (high - low)) / 2
    lowest, highest = indicator.bounds
    start, end = low - short, high + short
    if lowest is not None and start < lowest <= low:
        start = lowest
    if highest is not None and end > highest >= high:
        end = highest
    return (start, end)


@dataclass(frozen=True, slots=True)
class _Style:
    colour: str
    dash: str
    width: float
    is_front: bool = False


def _style(line: Line, front: Line | None, own: str) -> _Style:
    if line is front:
        # purple is the reader's own area and nothing else
        return _Style(colours.OWN if own and line.area_code == own else colours.INK, "solid", 3, True)
    if line.is_benchmark:
        return _Style(colours.INK, "6px,4px", 2)
    return _Style(colours.EDGE, "solid", 1.2)


def _estimated(trace: dict[str, Any]) -> dict[str, Any]:
    """The trace of estimates: dotted, with open circles, so that nobody takes them for the publisher's figures."""
    return {
        **trace,
        "mode": "lines+markers",
        "name": f"{trace['name']}, estimated",
        "line": {**trace["line"], "dash": "1px,4px"},
        "marker": {**trace["marker"], "symbol": "circle-open", "size": 7, "line": {"width": 1.5, "color": trace["line"]["color"]}},
    }  # fmt: skip


def _line(
    line: Line, stretches: Sequence[Sequence[Point]], style: _Style, indicator: Indicator
) -> dict[str, Any]:
    x: list[str | None] = []
    y: list[float | None] = []
    text: list[str | None] = []
    lone: list[tuple[float, float]] = []
    for stretch in stretches:
        if x:
            # a point without a value breaks the line
            x.append(None)
            y.append(None)
            text.append(None)
            lone.append((0, 0))
        for point in stretch:
            x.append(middle(point.period))
            y.append(point.value)
            text.append(hover_words(line, point, indicator))
            single = len(stretch) == 1 and style.is_front
            lone.append(
                (point.upper - point.value, point.value - point.lower)
                if single and point.value is not None and point.upper is not None and point.lower is not None
                else (0, 0)
            )
    # a figure that is joined to nothing is a dot
    has_dots = style.is_front or any(len(stretch) == 1 for stretch in stretches)
    sizes = [8 if place in (0, len(x) - 1) else 5 for place in range(len(x))] if style.is_front else 5
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if has_dots else "lines",
        "name": short_name(line.name),
        "x": x,
        "y": y,
        "text": text,
        "connectgaps": False,
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": style.colour, "width": style.width, "dash": style.dash},
        "marker": {
            "symbol": "circle",
            "size": sizes,
            "color": style.colour,
            "opacity": 1,
            "line": {"width": 0},
        },
        "cliponaxis": False,
    }
    if any(up or down for up, down in lone):
        # a figure that stands alone has no band
        trace["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": [up for up, _ in lone],
            "arrayminus": [down for _, down in lone],
            "color": style.colour,
            "thickness": 1.5,
            "width": 3,
        }
    return trace


def _illustrative(drawn: Sequence[Line], indicator: Indicator) -> list[dict[str, Any]]:
    """Illustrative figures as hatched marks that nothing joins, a trace an area."""
    traces = []
    for line in drawn:
        points = [point for point in line.held if point.status == ILLUSTRATIVE]
        if points:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": f"{short_name(line.name)}, illustrative",
                    "x": [middle(point.period) for point in points],
                    "y": [point.value for point in points],
                    "text": [hover_words(line, point, indicator) for point in points],
                    "hovertemplate": "%{text}<extra></extra>",
                    "marker": {
                        "symbol": "hash-open",
                        "size": 10,
                        "color": colours.MUTED,
                        "line": {"width": 1, "color": colours.MUTED},
                    },
                    "cliponaxis": False,
                }
            )
    return traces


def _bands(line: Line, style: _Style) -> list[dict[str, Any]]:
    found = []
    for stretch in segments(line):
        for run in _with_limits(stretch):
            ahead = [middle(point.period) for point in run]
            found.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": f"{short_name(line.name)}, 95% interval",
                    "x": ahead + ahead[::-1],
                    "y": [point.upper for point in run] + [point.lower for point in reversed(run)],
                    "fill": "toself",
                    "fillcolor": style.colour,
                    "opacity": 0.16,
                    "line": {"width": 0, "color": style.colour},
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
    return found


def _with_limits(stretch: Sequence[Point]) -> list[list[Point]]:
    """Neighbouring points that have both limits, two or more."""
    runs: list[list[Point]] = [[]]
    for point in stretch:
        if point.lower is None or point.upper is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def hover_words(line: Line, point: Point, indicator: Indicator) -> str:
    """Name, period, value and interval of a point, as lines."""
    parts = [
        f"<b>{escape(short_name(line.name), quote=False)}</b>",
        f"{period_words(point.period)}: {value_words(point.value, indicator, point.status)}",
    ]
    between = interval_words(point.lower, point.upper, indicator)
    if between:
        parts.append(f"95% interval {between}")
    if point.status == "illustrative":
        parts.append(STATUS_WORDS["illustrative"])
    if point.is_estimated:
        parts.append("Estimated: the boundary changed later")
    return "<br>".join(parts)


def _name(line: Line, style: _Style, indicator: Indicator) -> Label:
    """A line's name at its last figure, with the value where it is brought forward or the benchmark."""
    last = line.held[-1]
    words = tuple(wrapped(short_name(line.name), NAME_WIDTH, most_lines=2))
    if style.is_front or line.is_benchmark:
        words = (*words, short_value_words(last.value, indicator))
    is_real = last.status != ILLUSTRATIVE
    colour = style.colour if style.is_front or line.is_benchmark else colours.MUTED
    return Label(
        last.value or 0.0,
        words,
        middle(last.period),
        colour if is_real else colours.MUTED,
        "" if is_real else "#",
        is_bold=style.is_front or line.is_benchmark,
    )


def _target_name(target: Target, indicator: Indicator, last_x: str) -> Label:
    by = f" by {period_words(target.by)}" if target.by else ""
    words = tuple(wrapped(f"Target {short_value_words(target.value, indicator)}{by}", NAME_WIDTH))
    x = middle(target.by) if target.by else last_x
    return Label(target.value, words, x, colours.MUTED, "☆" if target.by else "┄")
