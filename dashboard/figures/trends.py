"""Areas over time: lines on true dates, 95% intervals as bands, breaks where the figures do not join.

Pure: series in, plain plotly dict out. ``breaks_of`` says in words why a line is broken; the figure and the
page use the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import padded_range, titled, unit_axis, wrapped
from dashboard.sentences import interval_words, period_words, short_value_words, value_words
from indicators.catalogue import Indicator
from indicators.periods import Period

NAME_WIDTH = 15  # characters of a name at the end of its line
_LABEL_LINE = 15  # px
_LEAST_PLOT = 300  # px
_LEAST_SPAN = 0.2  # of the value
_NARROWEST = 200  # px of plot on a screen of 390

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "9px,3px,2px,3px", "2px,6px")
# plotly's name of a marker, and a character that looks like it
SYMBOLS = (
    ("circle", "●"), ("square", "■"), ("diamond", "◆"), ("triangle-up", "▲"),
    ("triangle-down", "▼"), ("cross", "✚"), ("x", "✖"), ("star", "★"),
)  # fmt: skip
MOST_LINES = len(SYMBOLS)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a line; ``value`` is None where the figure is missing, ``status`` says why."""

    period: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    status: str = "ok"
    method: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One area over time, oldest period first. A benchmark is drawn in black, thin and without a band."""

    area_code: str
    name: str
    points: tuple[Point, ...]
    is_benchmark: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A level to draw across; ``by`` is the ISO period by which it was to be met, where one was set, and ``since``
    the period from whose figure the straight way to it starts.
    """

    label: str
    value: float
    by: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Two neighbouring figures of one line that are not joined, and why."""

    after: str
    before: str
    reason: str


def usual_step(periods: Sequence[str]) -> int:
    """Months between one period's start and the next, as is most common; 0 where there are fewer than two."""
    starts = sorted({Period.parse(iso).start_on for iso in periods})
    steps = Counter(_months(a, b) for a, b in pairwise(starts))
    return min(steps, key=lambda step: (-steps[step], step), default=0)


def _order(iso: str) -> tuple[date, date]:
    return Period.parse(iso).sort_key


def _months(a: date, b: date) -> int:
    return (b.year - a.year) * 12 + b.month - a.month


def breaks_of(line: Line, periods: Sequence[str]) -> list[Break]:
    """Where a line must not be joined. ``periods`` are all that the chart shows, of any line."""
    step = usual_step(periods)
    known = sorted({*periods, *(point.period for point in line.points)}, key=_order)
    own = {point.period: point for point in line.points}
    held = [point for point in line.points if point.value is not None]
    found = []
    for before, after in pairwise(held):
        reason = _reason(before, after, step, known, own)
        if reason:
            found.append(Break(before.period, after.period, reason))
    return found


def _reason(before: Point, after: Point, step: int, known: Sequence[str], own: dict[str, Point]) -> str:
    first, second = Period.parse(before.period), Period.parse(after.period)
    between = known[known.index(before.period) + 1 : known.index(after.period)]
    if between:
        named = period_words(between[0])
        if len(between) > 1:
            named += f" to {period_words(between[-1])}"
        hidden = [own[iso].status for iso in between if iso in own]
        return f"there is no figure for {named}" + (
            " (hidden by the publisher)" if hidden and set(hidden) == {"suppressed"} else ""
        )
    if _length(first) != _length(second):
        return "the periods before and after are not equally long"
    adjacent = second.start_on <= first.end_on + timedelta(days=1)
    if step and not adjacent and _months(first.start_on, second.start_on) > 1.5 * step:
        return "nothing is published for the time between"
    if before.method and after.method and before.method != after.method:
        return "the interval is worked out in another way from then on"
    return ""


def _length(period: Period) -> tuple[int, int]:
    return (period.months, period.days)


def segments(line: Line, periods: Sequence[str]) -> list[list[Point]]:
    """The stretches of a line that are joined, each with at least one figure."""
    ends = {one.after for one in breaks_of(line, periods)}
    stretches: list[list[Point]] = [[]]
    for point in line.points:
        if point.value is None:
            continue
        stretches[-1].append(point)
        if point.period in ends:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def lines(
    series: Sequence[Line],
    *,
    indicator: Indicator,
    targets: Sequence[Target] = (),
    title: str,
    source: str,
) -> dict[str, Any]:
    """One line an area, with its name at its end; at most MOST_LINES besides the benchmark."""
    drawn = [line for line in series if any(point.value is not None for point in line.points)]
    periods = list(
        dict.fromkeys(
            sorted(
                (point.period for line in drawn for point in line.points),
                key=_order,
            )
        )
    )
    banded = [line for line in drawn if not line.is_benchmark]
    low, high = padded_range(
        [point.value for line in drawn for point in line.points]
        + [
            end
            for line in banded
            for point in line.points
            if point.value is not None
            for end in (point.lower, point.upper)
        ]
        + [target.value for target in targets],
        indicator.bounds,
        0.06,
    )
    low, high = _at_least(low, high, indicator)
    labels = _labels(drawn, targets, indicator, _middle(periods[-1]) if periods else "")
    plot = max(_LEAST_PLOT, 20 + round(sum(label.height for _, label in labels)))
    longest = max((len(text) for _, label in labels for text in label.lines), default=0)
    layout = titled(
        title, source, top=14, bottom=48, left=44, right=min(128, 26 + round(longest * 6.3)), plot=plot
    )
    layout["xaxis"] = _time_axis(periods, targets)
    layout["yaxis"] = {**unit_axis(indicator), "range": [low, high], "showline": False, "ticks": "", "showgrid": True,
                       "gridcolor": "#E8E8E8", "gridwidth": 1}  # fmt: skip
    traces: list[dict[str, Any]] = []
    for place, line in enumerate(drawn):
        traces.extend(_bands(line, _style(line, place, drawn), periods, 0.16 if len(banded) <= 4 else 0.08))
    for place, line in enumerate(drawn):
        traces.append(_line(line, _style(line, place, drawn), periods, indicator))
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
                    "x": [_middle(target.by)],
                    "y": [target.value],
                    "text": [f"<b>Target</b><br>{escape(target.label, quote=False)}<br>"
                             f"{value_words(target.value, indicator)} by {period_words(target.by)}"],
                    "hovertemplate": "%{text}<extra></extra>",
                    "marker": {"symbol": "star", "size": 13, "color": "#FFFFFF", "line": {"color": colours.INK, "width": 1.5}},
                    "cliponaxis": False,
                }
            )  # fmt: skip
    layout["annotations"].extend(_end_labels(labels, low, high, plot))
    return {"data": traces, "layout": layout}


def _ways(target: Target, drawn: Sequence[Line]) -> list[dict[str, Any]]:
    """The straight way from each line's figure of ``since`` to the target; none where a line has no such figure."""
    if not target.by or not target.since:
        return []
    starts = [
        (line, point.value)
        for line in drawn
        if not line.is_benchmark
        for point in line.points
        if point.period == target.since and point.value is not None
    ]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"Straight way of {line.name}",
            "x": [_middle(target.since), _middle(target.by)],
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
    symbol: str
    character: str
    width: float


def _style(line: Line, place: int, drawn: Sequence[Line]) -> _Style:
    if line.is_benchmark:
        return _Style(colours.INK, "6px,2px", "line-ew", "–", 1.6)
    own = sum(1 for one in drawn[:place] if not one.is_benchmark) % MOST_LINES
    symbol, character = SYMBOLS[own]
    return _Style(colours.SERIES[own], DASHES[own], symbol, character, 2.2)


def _middle(iso: str) -> str:
    return Period.parse(iso).midpoint.isoformat()


def _line(line: Line, style: _Style, periods: Sequence[str], indicator: Indicator) -> dict[str, Any]:
    x: list[str | None] = []
    y: list[float | None] = []
    text: list[str | None] = []
    lone: list[tuple[float, float]] = []
    for stretch in segments(line, periods):
        if x:
            # a point without a value breaks the line
            x.append(None)
            y.append(None)
            text.append(None)
            lone.append((0, 0))
        for point in stretch:
            x.append(_middle(point.period))
            y.append(point.value)
            text.append(hover_words(line, point, indicator))
            single = len(stretch) == 1 and not line.is_benchmark
            lone.append(
                (point.upper - point.value, point.value - point.lower)
                if single and point.value is not None and point.upper is not None and point.lower is not None
                else (0, 0)
            )
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines" if line.is_benchmark and len(x) > 1 else "lines+markers",
        "name": line.name,
        "x": x,
        "y": y,
        "text": text,
        "connectgaps": False,
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": style.colour, "width": style.width, "dash": style.dash},
        "marker": {"symbol": style.symbol, "size": 8, "color": style.colour, "line": {"width": 0}},
        "cliponaxis": False,
    }
    if style.symbol.startswith("line"):
        trace["marker"]["line"] = {"width": 2, "color": style.colour}
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


def _bands(line: Line, style: _Style, periods: Sequence[str], opacity: float) -> list[dict[str, Any]]:
    if line.is_benchmark:
        return []
    found = []
    for stretch in segments(line, periods):
        for run in _with_limits(stretch):
            ahead = [_middle(point.period) for point in run]
            found.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": f"{line.name}, 95% interval",
                    "x": ahead + ahead[::-1],
                    "y": [point.upper for point in run] + [point.lower for point in reversed(run)],
                    "fill": "toself",
                    "fillcolor": _faint(style.colour, opacity),
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


def _faint(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def hover_words(line: Line, point: Point, indicator: Indicator) -> str:
    """Name, period, value and interval of a point, as lines."""
    parts = [
        f"<b>{escape(line.name, quote=False)}</b>",
        f"{period_words(point.period)}: {value_words(point.value, indicator, point.status)}",
    ]
    between = interval_words(point.lower, point.upper, indicator)
    if between:
        parts.append(f"95% interval {between}")
    if point.status == "illustrative":
        parts.append("Illustrative, not a real figure")
    return "<br>".join(parts)


def tick_words(iso: str) -> str:
    """A period under the axis, as short as it can be: ``2022–24``, ``Apr 2025``; on two lines where it is long."""
    period = Period.parse(iso)
    first, last = period.start_on, period.end_on
    if period.days == 1:
        return period_words(iso).split(" ", 1)[1]
    if (first.month, first.day, last.month) == (1, 1, 12) and last.year > first.year:
        return f"{first.year}–{last.year % 100:02d}"
    start, dash, end = period_words(iso).partition(" – ")
    return f"{start} –<br>{end}" if dash else start


def _named_ticks(words: dict[str, str], wanted: Sequence[str]) -> set[str]:
    """Places whose words fit beside those of the places wanted before them, on the narrowest screen.

    Where periods are evenly apart, so are the names.
    """
    days = {place: date.fromisoformat(place).toordinal() for place in words}
    span = (max(days.values(), default=1) - min(days.values(), default=0)) or 1

    def width(place: str) -> int:
        return max(len(part) for part in words[place].split("<br>")) * 7 + 10

    named: list[str] = []
    for place in wanted:
        if place and all(
            abs(days[place] - days[other]) / span * _NARROWEST >= (width(place) + width(other)) / 2
            for other in named
        ):
            named.append(place)
    return set(named)


def _time_axis(periods: Sequence[str], targets: Sequence[Target]) -> dict[str, Any]:
    """Ticks at the middle of each period; the last is always named, others where their words fit."""
    words = {_middle(iso): tick_words(iso) for iso in periods}
    last = _middle(periods[-1]) if periods else ""
    words |= {
        _middle(one.by): tick_words(one.by) for one in targets if one.by and _middle(one.by) not in words
    }
    places = sorted(words)
    named = _named_ticks(words, [last, *(place for place in reversed(places) if place != last)])
    shown = [words[place] if place in named else "" for place in places]
    axis: dict[str, Any] = {
        "type": "date",
        "tickvals": places,
        "ticktext": shown,
        "tickangle": 0,
        "tickfont": {"size": 12},
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": colours.LINE,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": colours.INK,
        "fixedrange": True,
        "automargin": False,
    }
    if places:
        days = [date.fromisoformat(place) for place in places]
        margin = max((max(days) - min(days)).days * 0.03, 40 if len(places) == 1 else 4)
        axis["range"] = [
            (min(days) - timedelta(days=margin)).isoformat(),
            (max(days) + timedelta(days=margin)).isoformat(),
        ]
    return axis


@dataclass(frozen=True, slots=True)
class _Label:
    """Words at the end of a line: ``middle`` is px above the bottom of the plot, ``x`` a date."""

    middle: float
    lines: tuple[str, ...]
    x: str
    colour: str
    character: str

    @property
    def height(self) -> float:
        return len(self.lines) * _LABEL_LINE + 4


def _labels(
    drawn: Sequence[Line],
    targets: Sequence[Target],
    indicator: Indicator,
    last_x: str,
) -> list[tuple[float, _Label]]:
    """(value, label) of each line's last figure and of each target; ``middle`` is not worked out yet."""
    found = []
    for place, line in enumerate(drawn):
        last = [point for point in line.points if point.value is not None][-1]
        style = _style(line, place, drawn)
        words = tuple(wrapped(line.name, NAME_WIDTH, most_lines=3))
        found.append(
            (last.value or 0.0, _Label(0, words, _middle(last.period), style.colour, style.character))
        )
    for target in targets:
        by = f" by {period_words(target.by)}" if target.by else ""
        words = tuple(wrapped(f"Target {short_value_words(target.value, indicator)}{by}", NAME_WIDTH))
        x = _middle(target.by) if target.by else last_x
        found.append((target.value, _Label(0, words, x, colours.MUTED, "☆" if target.by else "┄")))
    return found


def _end_labels(
    found: Sequence[tuple[float, _Label]], low: float, high: float, plot: int
) -> list[dict[str, Any]]:
    """Each label at its value, moved up or down so that no two overlap."""
    wanted = sorted(found, key=lambda one: one[0])
    last_x = max((label.x for _, label in found), default="")
    middles = spread(
        [(value - low) / (high - low) * plot for value, _ in wanted],
        [label.height for _, label in wanted],
        plot,
    )
    return [
        {
            "text": f'<span style="color:{label.colour};font-size:14px">{label.character}</span> '
            + "<br>".join(label.lines),
            "x": label.x,
            "xanchor": "left",
            "xshift": 7,
            "y": low + (high - low) * middle / plot,
            "yanchor": "middle",
            "align": "left",
            "showarrow": False,
            "font": {"size": 12, "color": colours.INK},
            # a line that ends early has its name among the others
            "bgcolor": "rgba(255,255,255,0.75)" if label.x < last_x else "rgba(255,255,255,0)",
        }
        for middle, (_, label) in zip(middles, wanted, strict=True)
    ]


def spread(wanted: Sequence[float], heights: Sequence[float], most: float) -> list[float]:
    """Middles as near to ``wanted`` (ascending) as they can be without overlap, between 0 and ``most``.

    Boxes that touch are merged into one block that stands at the mean of what its boxes want.
    """
    blocks: list[tuple[float, float, list[int]]] = []  # wanted bottom edge, height, members

    def edge(bottom: float, height: float) -> float:
        return min(max(bottom, 0.0), max(most - height, 0.0))

    for i, (middle, height) in enumerate(zip(wanted, heights, strict=True)):
        bottom, tall, members = middle - height / 2, height, [i]
        while blocks and edge(blocks[-1][0], blocks[-1][1]) + blocks[-1][1] > edge(bottom, tall):
            under, under_tall, under_members = blocks.pop()
            n, k = len(under_members), len(members)
            # the upper block would rather start under_tall lower than it wants
            bottom = (under * n + (bottom - under_tall) * k) / (n + k)
            tall, members = tall + under_tall, under_members + members
        blocks.append((bottom, tall, members))
    middles = [0.0] * len(wanted)
    for bottom, tall, members in blocks:
        at = edge(bottom, tall)
        for i in members:
            middles[i] = at + heights[i] / 2
            at += heights[i]
    return middles
