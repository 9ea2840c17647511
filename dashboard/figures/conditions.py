"""Figures one below the other with their intervals, as our own SVG.

Pure: numbers and words in, text out. Marks differ by shape and by words as well as by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor

from dashboard.figures import colours
from dashboard.figures.axes import wrapped
from dashboard.figures.symbols import symbol

WIDTH = 420
_MARGIN = 20  # px, half the width of a tick’s words
_NAME = 168  # px for names that stand left of the plot
_VALUE = 52


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


def stacked_svg(
    dots: Sequence[Dot],
    *,
    ends: tuple[float, float],
    suffix: str,
    label: str,
    shown: str,
    benchmark: str | None,
) -> str:
    """Each figure under its name, on one scale from ``ends[0]`` to ``ends[1]``.

    ``shown`` names the place of the marks and ``benchmark`` that of the upright lines, for the key.
    """
    left, right = _MARGIN, WIDTH - _MARGIN
    parts: list[str] = []
    y = 30.0 if benchmark else 8.0
    for dot in dots:
        for line in wrapped(dot.name, 46, most_lines=2):
            y += 18
            parts.append(f'<text x="0" y="{y}">{line}</text>')
        parts.append(
            f'<text x="{WIDTH}" y="{y}" text-anchor="end" font-weight="700">{escape(dot.text)}</text>'
        )
        y += 18
        parts.append(_row(dot, y, left, right, ends))
        y += 16
    return _document(
        [*_key(shown, benchmark), *parts, *_axis(y + 4, left, right, ends, suffix)], y + 34, label
    )


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
            name = wrapped(dot.name, 25, most_lines=1)[0]
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
        f'<title>{escape(label)}</title><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
        + "".join(parts)
        + "</svg>"
    )


def _key(shown: str, benchmark: str | None) -> list[str]:
    if benchmark is None:
        return []
    words = wrapped(f"{shown}, with its 95% interval", 40, most_lines=1)[0]
    return [
        f'<path d="M0 12H20" stroke="{colours.INK}" stroke-width="2.5"/>',
        symbol("not_compared", 10, 12, 5),
        f'<text x="28" y="17" font-size="13">{words}</text>',
        f'<path d="M312 3V21" stroke="{colours.INK}" stroke-width="3"/>',
        f'<text x="320" y="17" font-size="13">{escape(benchmark)}</text>',
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
            f'<text x="{place}" y="{y + 20}" text-anchor="middle" font-size="12">{words}</text>'
        )
        tick += step
    return parts
