"""Work by health condition as our own SVG: the dumbbell of a group of people, and figures by group with their intervals.

Pure: numbers and words in, text out. Marks differ by shape and by words as well as by colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor

from dashboard.figures import colours
from dashboard.figures.axes import wrapped
from dashboard.figures.symbols import symbol

# ---- the dumbbell of a group of people ---------------------------------------------------------------

HEIGHT, LOW_HEIGHT = 96, 60  # px: of a row with England below, and of a row with one of them alone
_NARROWEST = 318  # px of the scale on a phone: what fits there fits everywhere
_LETTER, _BOLD = 7.0, 7.6  # px of one letter at 14 px
ENGLANDS = colours.MUTED
_CLOSE = 46  # px: nearer than this the two values would touch


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """Two rates and their gap on one line: ``group`` a filled dot, ``everyone`` a ring, in per cent of people.

    name          whose they are, in the pill with the gap
    lower, upper  the 95% interval of the group’s rate, or None
    texts         of the group’s rate, everyone’s rate and the gap
    colour        of its marks: ``ENGLANDS`` is drawn thinner
    """

    name: str
    group: float
    everyone: float | None
    lower: float | None
    upper: float | None
    texts: tuple[str, str, str]
    colour: str


def scale_end(values: Iterable[float | None]) -> float:
    """Where the scale from 0 ends, the same for every row: 80%, or 100% where a rate lies above."""
    return 80.0 if all(value is None or value <= 80 for value in values) else 100.0


def axis_ticks(end: float) -> list[tuple[str, str]]:
    """The ticks of the scale: where (per cent of the width), and what stands there."""
    return [(_place(tick, end), f"{tick:.0f}%") for tick in (end * part / 4 for part in range(5))]


def dumbbell(lines: Sequence[Dumbbell], end: float, label: str = "") -> str:
    """One row as SVG of any width: places are per cent of it, so that no letter is ever scaled.

    The first line is drawn above the second. ``label`` is its text alternative; without one it is a part of a whole sheet.
    """
    is_pair = len(lines) > 1
    rows = (32, 68) if is_pair else (24,)
    drawn = "".join(
        _line(line, end, y, text_y=y + 24 if y == rows[-1] else y - 13)
        for line, y in zip(lines, rows, strict=True)
    )
    named = f'role="img" aria-label="{escape(label, quote=True)}"' if label else 'aria-hidden="true"'
    height = HEIGHT if is_pair else LOW_HEIGHT
    return f'<svg class="wh-gap-svg" {named} width="100%" height="{height}" overflow="visible">{drawn}</svg>'


def _place(value: float, end: float) -> str:
    return f"{max(0.0, min(1.0, value / end)) * 100:.1f}%"


def _line(line: Dumbbell, end: float, y: int, text_y: int) -> str:
    colour, is_england = line.colour, line.colour == ENGLANDS
    wide = 1.6 if is_england else 3
    look = f'fill="{colours.INK}"' if is_england else f'fill="{colour}" font-weight="700"'
    label = f'font-size="14" {look}'
    x = _place(line.group, end)
    other = _place(line.group if line.everyone is None else line.everyone, end)
    parts: list[str] = []
    if other != x:
        parts.append(
            f'<line x1="{x}" x2="{other}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="{wide}"/>'
        )
    if line.lower is not None and line.upper is not None:
        parts.append(_whisker(_place(line.lower, end), _place(line.upper, end), y, colour))
    parts.append(f'<circle cx="{x}" cy="{y}" r="{6 if is_england else 8}" fill="{colour}"/>')
    if line.everyone is None:
        parts.append(
            f'<text x="{x}" y="{text_y}" text-anchor="middle" {label}>{escape(line.texts[0])}</text>'
        )
        return "".join(parts)
    near = far = "middle"
    if abs(line.everyone - line.group) / end * _NARROWEST < _CLOSE:
        near, far = ("end", "start") if line.group <= line.everyone else ("start", "end")
    shift = {"end": 8, "start": -8, "middle": 0}
    parts += [
        f'<circle cx="{other}" cy="{y}" r="{5.2 if is_england else 7}" fill="{colours.PAPER}" stroke="{colour}" '
        f'stroke-width="{2 if is_england else 3}"/>',
        f'<text x="{x}" dx="{shift[near]}" y="{text_y}" text-anchor="{near}" {label}>{escape(line.texts[0])}</text>',
        f'<text x="{other}" dx="{shift[far]}" y="{text_y}" text-anchor="{far}" {label}>{escape(line.texts[1])}</text>',
        _gap(line, end, y, colour, label),
    ]
    return "".join(parts)


def _whisker(lower: str, upper: str, y: int, colour: str) -> str:
    ends = "".join(f'<line x1="{x}" x2="{x}" y1="{y - 5}" y2="{y + 5}"/>' for x in (lower, upper))
    return f'<g stroke="{colour}" stroke-width="1.4"><line x1="{lower}" x2="{upper}" y1="{y}" y2="{y}"/>{ends}</g>'


def _gap(line: Dumbbell, end: float, y: int, colour: str, label: str) -> str:
    """The gap in a pill on its line; left or right of the marks where it is wider than the gap."""
    assert line.everyone is not None
    low, high = sorted((line.group, line.everyone))
    letter = _LETTER if line.colour == ENGLANDS else _BOLD
    short = f"gap {line.texts[2]} points"
    named = f"{line.name}: {short}"
    for words in (named, short):
        width = ceil(len(words) * letter) + 22
        if width <= (high - low) / end * _NARROWEST - 24:
            return (
                f'<svg x="{_place((low + high) / 2, end)}" y="{y}" overflow="visible"><rect x="{-width / 2:g}" y="-11" '
                f'width="{width}" height="22" rx="11" fill="{colours.PAPER}" stroke="{colour}" stroke-width="1.4"/>'
                f'<text y="5" text-anchor="middle" {label}>{escape(words)}</text></svg>'
            )
    before, behind = low / end * _NARROWEST - 14, (1 - high / end) * _NARROWEST - 14
    words = named if len(named) * letter <= max(before, behind) else short
    if before >= behind:
        return f'<text x="{_place(low, end)}" dx="-14" y="{y + 5}" text-anchor="end" {label}>{escape(words)}</text>'
    return f'<text x="{_place(high, end)}" dx="14" y="{y + 5}" {label}>{escape(words)}</text>'


# ---- figures by group ----------------------------------------------------------------------------------

WIDTH = 358  # px: as wide as a phone leaves, so that no letter is scaled down
_NAME = 146  # px for names that stand left of the plot
_VALUE = 50


@dataclass(frozen=True, slots=True)
class Dot:
    """One figure of a picture: ``text`` is its value in words, ``benchmark`` what it is set beside (or None)."""

    name: str
    value: float
    text: str
    lower: float | None = None
    upper: float | None = None
    benchmark: float | None = None
    compared: str = "not_compared"


def nice_ends(dots: Sequence[Dot], *, from_zero: bool, highest: float | None = None) -> tuple[float, float]:
    """Ends of an axis in whole tens that hold every figure, interval and benchmark."""
    numbers = [
        number
        for dot in dots
        for number in (dot.value, dot.lower, dot.upper, dot.benchmark)
        if number is not None
    ]
    if not numbers:
        return (0.0, 100.0)
    low = min(0.0, floor(min(numbers) / 10) * 10.0) if from_zero else floor(min(numbers) / 10) * 10.0
    high = ceil(max(numbers) / 10) * 10.0
    if highest is not None:
        high = highest
    return (low, high if high > low else low + 10.0)


def grouped_svg(
    groups: Sequence[tuple[str, Sequence[Dot]]],
    *,
    ends: tuple[float, float],
    suffix: str,
    label: str,
    shown: str,
    benchmark: str | None,
) -> str:
    """Figures by group, each in a row of its own with its name at the left and its value at the right."""
    left, right = _NAME + 12, WIDTH - _VALUE - 16
    parts: list[str] = []
    y = 30.0 if benchmark else 8.0
    for heading, dots in groups:
        y += 34
        parts.append(f'<text x="0" y="{y}" font-weight="700">{escape(heading)}</text>')
        for dot in dots:
            y += 22
            name = wrapped(dot.name, 24, most_lines=1)[0]
            parts.append(f'<text x="0" y="{y + 5}" font-size="13">{name}</text>')
            parts.append(_row(dot, y, left, right, ends))
            parts.append(
                f'<text x="{WIDTH}" y="{y + 5}" text-anchor="end" font-size="13">{escape(dot.text)}</text>'
            )
    return _document(
        [*_key(shown, benchmark), *parts, *_axis(y + 18, left, right, ends, suffix)], y + 48, label
    )


def _document(parts: Sequence[str], height: float, label: str) -> str:
    height = ceil(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="Helvetica, Arial, sans-serif" font-size="14" fill="{colours.INK}">'
        f'<title>{escape(label)}</title><rect width="{WIDTH}" height="{height}" fill="{colours.PAPER}"/>'
        + "".join(parts)
        + "</svg>"
    )


def _key(shown: str, benchmark: str | None) -> list[str]:
    if benchmark is None:
        return []
    words = wrapped(f"{shown}, with its 95% CI", 34, most_lines=1)[0]
    return [
        f'<path d="M0 12H20" stroke="{colours.INK}" stroke-width="2.5"/>',
        symbol("not_compared", 10, 12, 5),
        f'<text x="28" y="17" font-size="13">{words}</text>',
        f'<path d="M262 3V21" stroke="{colours.INK}" stroke-width="3"/>',
        f'<text x="270" y="17" font-size="13">{escape(benchmark)}</text>',
    ]


def _row(dot: Dot, y: float, left: float, right: float, ends: tuple[float, float]) -> str:
    def x(value: float) -> float:
        share = (value - ends[0]) / (ends[1] - ends[0])
        return round(left + max(0.0, min(1.0, share)) * (right - left), 1)

    parts = [f'<path d="M{left} {y}H{right}" stroke="{colours.LINE}" stroke-width="1"/>']
    if dot.benchmark is not None:
        parts.append(
            f'<path d="M{x(dot.benchmark)} {y - 9}V{y + 9}" stroke="{colours.INK}" stroke-width="3"/>'
        )
    if dot.lower is not None and dot.upper is not None:
        parts.append(
            f'<path d="M{x(dot.lower)} {y}H{x(dot.upper)}" stroke="{colours.INK}" stroke-width="2.5"/>'
        )
    parts.append(symbol(dot.compared, x(dot.value), y, 5))
    return "".join(parts)


def _axis(y: float, left: float, right: float, ends: tuple[float, float], suffix: str) -> list[str]:
    span = ends[1] - ends[0]
    step = 10.0 if span <= 40 else 20.0
    parts = [f'<path d="M{left} {y}H{right}" stroke="{colours.INK}" stroke-width="1"/>']
    tick = ends[0]
    while tick <= ends[1] + 1e-9:
        place = round(left + (tick - ends[0]) / span * (right - left), 1)
        words = f"{tick:.0f}{suffix}".replace("-", "−")
        parts.append(
            f'<path d="M{place} {y}v5" stroke="{colours.INK}" stroke-width="1"/>'
            f'<text x="{place}" y="{y + 20}" text-anchor="middle" font-size="13">{words}</text>'
        )
        tick += step
    return parts
