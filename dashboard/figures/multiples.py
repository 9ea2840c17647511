"""Small pictures of many series: each indicator on its own scale, or each area of one indicator on the same.

Pure: lines in, SVG out (every text escaped).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor

from dashboard.answers.time_series import Line
from dashboard.figures import colours
from dashboard.figures.axes import padded_range, round_step
from dashboard.figures.axes import tick_words as value_tick
from dashboard.figures.time_axis import tick_words
from dashboard.figures.trends import ILLUSTRATIVE, segments
from dashboard.sentences import short_value_words
from indicators.catalogue import Indicator
from indicators.periods import Period, in_order

WIDTH, HEIGHT = 280, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 62, 14, 24
MOST_CHOSEN = 3
# distinguished by their dash as well as by their colour; the first is the reader's own area
_CHOSEN = tuple(zip(colours.SERIES, ("", "7 3", "2 3"), strict=False))


def small_svg(lines: Sequence[Line], *, indicator: Indicator, chosen: Sequence[str], label: str) -> str:
    """One indicator's lines as an SVG with ``label`` as its text alternative; empty with fewer than two periods.

    The benchmark is black and dashed, at most MOST_CHOSEN areas of ``chosen`` (codes) are coloured and end in their value,
    the others are thin and grey. The axis of values does not start at zero.
    """
    held = {line.area_code: line.held for line in lines}
    drawn = [line for line in lines if held[line.area_code]]
    points = [point for line in drawn for point in held[line.area_code]]
    periods = in_order(list({point.period for point in points}))
    if len(periods) < 2:
        return ""
    low, high = padded_range([point.value for point in points], indicator.bounds)
    across = _places_of(periods)
    scale = (HEIGHT - _TOP - _BOTTOM) / (high - low)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (value - low) * scale, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wh-multiple" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" aria-label="{escape(label, quote=True)}" font-size="12" '
        f'font-family="Helvetica, Arial, sans-serif" fill="{colours.INK}">',
        f'<path d="M{_LEFT} {HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}" stroke="{colours.LINE}"/>',
        f'<text x="{_LEFT}" y="{HEIGHT - 8}">{_words(periods[0])}</text>',
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{_words(periods[-1])}</text>',
    ]
    there = {line.area_code for line in drawn}
    picked = [code for code in chosen if code in there][:MOST_CHOSEN]
    # the coloured ones lie on top
    rank = {code: place for place, code in enumerate(picked)}
    ends: list[tuple[float, str, str]] = []
    for line in sorted(drawn, key=lambda line: (line.is_benchmark, rank.get(line.area_code, -1))):
        colour, dash, width = _style(line, rank)
        for stretch in segments(line):
            places = [(across[point.period], y(point.value)) for point in stretch if point.value is not None]
            parts.append(_stretch(places, colour, dash, width))
        if line.area_code in rank or line.is_benchmark:
            last = held[line.area_code][-1]
            value = last.value if last.value is not None else 0.0
            parts.append(f'<circle cx="{across[last.period]}" cy="{y(value)}" r="3" fill="{colour}"/>')
            ends.append((y(value), short_value_words(value, indicator), colour))
    parts += [
        f'<text x="{WIDTH - _RIGHT + 8}" y="{place}" fill="{colour}" font-weight="700">{escape(words, quote=False)}</text>'
        for place, words, colour in _apart(ends)
    ]
    return "".join([*parts, "</svg>"])


def _places_of(periods: Sequence[str]) -> dict[str, float]:
    """px from the left of each period's middle; ``periods`` are in order."""
    days = [Period.parse(iso).midpoint.toordinal() for iso in periods]
    wide = (WIDTH - _LEFT - _RIGHT) / max(days[-1] - days[0], 1)
    return {iso: round(_LEFT + (day - days[0]) * wide, 1) for iso, day in zip(periods, days, strict=True)}


def _stretch(places: Sequence[tuple[float, float]], colour: str, dash: str, width: float) -> str:
    if len(places) == 1:
        return f'<circle cx="{places[0][0]}" cy="{places[0][1]}" r="{width + 0.5}" fill="{colour}"/>'
    path = "L".join(f"{x} {y}" for x, y in places)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed} stroke-linejoin="round"/>'


def _style(line: Line, rank: dict[str, int]) -> tuple[str, str, float]:
    """(colour, dash, width) of a line."""
    if line.is_benchmark:
        return colours.INK, "4 3", 1.5
    if line.area_code in rank:
        colour, dash = _CHOSEN[rank[line.area_code]]
        return colour, dash, 2.5
    return colours.LINE, "", 1.0


def _words(iso: str) -> str:
    return escape(tick_words(iso).replace("<br>", " "), quote=False)


def _apart(ends: Sequence[tuple[float, str, str]], step: float = 13.0) -> list[tuple[float, str, str]]:
    """Words at the ends of lines moved down until none covers another, then up from the foot of the picture."""
    ordered = sorted(ends)
    placed: list[float] = []
    for place, _, _ in ordered:
        placed.append(max(place + 4, placed[-1] + step if placed else 0.0))
    over = (placed[-1] if placed else 0.0) - (HEIGHT - 10)
    if over > 0:
        placed = [place - over for place in placed]
    return [
        (round(place, 1), words, colour) for place, (_, words, colour) in zip(placed, ordered, strict=True)
    ]


# ---- one panel an area, all on one scale -------------------------------------------------------------

PANEL_HEIGHT = 166
_PLOT_TOP, _PLOT = 18, 120  # px: where the plot of a panel begins, and how high it is
_ACROSS = 1000  # units of the plot's width, which is stretched to that of its column
_PANEL_TICKS = 3
_LETTER = 8  # px of one letter of a tick at 13 px, at most


@dataclass(frozen=True, slots=True)
class Panels:
    """The panels of several areas on one scale.

    shared   markup of all lines as hairlines, drawn once: every panel names it; empty where each draws its own
    panels   of each area, by its code
    low      where the scale starts
    """

    shared: str
    panels: dict[str, str]
    low: float


@dataclass(frozen=True, slots=True)
class _Scale:
    """What all panels have in common: periods from left to right over ``across`` units, values over ``_PLOT`` from the top."""

    periods: Sequence[str]
    low: float
    high: float
    across: float

    def x(self, iso: str) -> float:
        first, day, last = (
            Period.parse(period).midpoint.toordinal() for period in (self.periods[0], iso, self.periods[-1])
        )
        return round(self.across * (0.01 + 0.97 * (day - first) / max(last - first, 1)), 1)

    def y(self, value: float) -> float:
        return round(_PLOT * (self.high - value) / (self.high - self.low), 1)

    def path(self, line: Line) -> str:
        return "".join(
            "M" + "L".join(f"{self.x(point.period):g} {self.y(point.value or 0.0):g}" for point in stretch)
            for stretch in segments(line)
        )

    def ticks(self, indicator: Indicator) -> list[tuple[float, str]]:
        """(px from the top of the panel, words) of each line across."""
        step = round_step((self.high - self.low) / _PANEL_TICKS)
        return [
            (_PLOT_TOP + self.y(tick), value_tick(tick, step, indicator))
            for tick in _ticks(self.low, self.high, step)
        ]


def _scale(drawn: Sequence[Line], indicator: Indicator, across: float) -> _Scale:
    periods = in_order(list({point.period for line in drawn for point in line.held}))
    low, high = padded_range([point.value for line in drawn for point in line.held], indicator.bounds)
    return _Scale(periods, low, high, across)


def panels(lines: Sequence[Line], *, indicator: Indicator, own: str, label: Callable[[str], str]) -> Panels:
    """A panel for each area that is no benchmark: its line thick, the benchmark dashed, the others as hairlines.

    own    code of the reader's own area
    label  the text alternative of the panel of an area's name
    """
    drawn = [line for line in lines if line.held]
    scale = _scale(drawn, indicator, _ACROSS)
    hairlines = "".join(
        f'<path class="{"wh-line-benchmark" if line.is_benchmark else "wh-line-rest"}" d="{scale.path(line)}"/>'
        for line in drawn
    )
    shared = f'<svg class="wh-symbols" width="0" height="0" aria-hidden="true"><defs><g id="wh-lines">{hairlines}</g></defs></svg>'
    ticks = scale.ticks(indicator)
    left = _beside(ticks)
    grid = "".join(
        f'<line x1="0" x2="100%" y1="{y:g}" y2="{y:g}"/>'
        f'<text class="wh-tick" x="-6" y="{y + 4:g}" text-anchor="end">{escape(words, quote=False)}</text>'
        for y, words in ticks
    )
    ends = (
        f'<text x="0" y="{PANEL_HEIGHT - 8}">{_words(scale.periods[0])}</text>'
        f'<text x="100%" y="{PANEL_HEIGHT - 8}" text-anchor="end">{_words(scale.periods[-1])}</text>'
    )
    found = {}
    for line in drawn:
        if line.is_benchmark:
            continue
        look = "own" if line.area_code == own else "front"
        last = line.held[-1]
        found[line.area_code] = (
            f'<svg class="wh-panel-chart" style="--left:{left}px" height="{PANEL_HEIGHT}" role="img" '
            f'aria-label="{escape(label(line.name), quote=True)}">{grid}'
            f'<svg y="{_PLOT_TOP}" width="100%" height="{_PLOT}" viewBox="0 0 {_ACROSS} {_PLOT}" preserveAspectRatio="none">'
            f'<use href="#wh-lines"/><path class="wh-line-{look}" d="{scale.path(line)}"/></svg>'
            f'<circle class="wh-end-{look}" cx="{scale.x(last.period) / 10:g}%" cy="{_PLOT_TOP + scale.y(last.value or 0.0):g}" '
            f'r="4"/>{ends}</svg>'
        )
    return Panels(shared, found, scale.low)


def panel_pictures(lines: Sequence[Line], *, indicator: Indicator, own: str) -> Panels:
    """The same panels, each an SVG of ``WIDTH`` by ``PANEL_HEIGHT`` px in literal colours that needs nothing shared.

    For a picture to download, which no style sheet reaches. A line ends in a dot at its newest figure that is real.
    """
    drawn = [line for line in lines if line.held]
    ticks = _scale(drawn, indicator, WIDTH).ticks(indicator)
    left = _beside(ticks)
    scale = _scale(drawn, indicator, WIDTH - left)
    grid = "".join(
        f'<path d="M{left} {y:g}H{WIDTH}" stroke="{colours.LINE}"/>'
        f'<text x="{left - 6}" y="{y + 4:g}" text-anchor="end" fill="{colours.MUTED}">{escape(words, quote=False)}</text>'
        for y, words in ticks
    )
    ends = (
        f'<text x="{left}" y="{PANEL_HEIGHT - 8}" fill="{colours.MUTED}">{_words(scale.periods[0])}</text>'
        f'<text x="{WIDTH}" y="{PANEL_HEIGHT - 8}" text-anchor="end" fill="{colours.MUTED}">{_words(scale.periods[-1])}</text>'
    )

    def stroke(line: Line, colour: str, width: float, dash: str = "") -> str:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return (
            f'<path d="{scale.path(line)}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed} '
            'stroke-linejoin="round"/>'
        )

    hairlines = "".join(
        stroke(line, colours.INK, 1.6, "6 4") if line.is_benchmark else stroke(line, colours.EDGE, 1)
        for line in drawn
    )
    found = {}
    for line in drawn:
        if line.is_benchmark:
            continue
        colour = colours.OWN if line.area_code == own else colours.FRONT
        last = next((point for point in reversed(line.held) if point.status != ILLUSTRATIVE), None)
        end = (
            f'<circle cx="{scale.x(last.period):g}" cy="{scale.y(last.value or 0.0):g}" r="4" fill="{colour}"/>'
            if last
            else ""
        )
        found[line.area_code] = (
            f'<svg width="{WIDTH}" height="{PANEL_HEIGHT}" font-size="13" overflow="visible">{grid}'
            f'<g transform="translate({left} {_PLOT_TOP})">{hairlines}{stroke(line, colour, 3)}{end}</g>{ends}</svg>'
        )
    return Panels("", found, scale.low)


def _beside(ticks: Sequence[tuple[float, str]]) -> int:
    """px at the left of a plot for the words of its scale, which stand beside it: no line covers them there."""
    return max((len(words) for _, words in ticks), default=0) * _LETTER + 8


def _ticks(low: float, high: float, step: float) -> list[float]:
    first = ceil(low / step - 1e-9)
    return [place * step for place in range(first, floor(high / step + 1e-9) + 1)]
