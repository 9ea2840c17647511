"""Small drawings for the pack of an area: a series of one area beside England. Pure: numbers in, SVG text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isclose

from dashboard.figures import colours

WIDTH, HEIGHT = 330, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 318, 14, 140
_FONT = "Liberation Sans, Helvetica, Arial, sans-serif"
_ENGLAND = colours.MUTED


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One figure of a series: ``place`` is its middle in days, ``label`` its period in words."""

    place: float
    label: str
    value: float
    lower: float | None = None
    upper: float | None = None


def series_svg(own: Sequence[SeriesPoint], england: Sequence[SeriesPoint], ends: tuple[str, str]) -> str:
    """An area's figures (dots with their intervals, joined) and England's (a dashed line).

    own   at least one point; england may be empty. ``ends`` are the lowest and highest value drawn, in words.
    The picture has no name of its own: whoever places it gives its text alternative.
    """
    low, high = bounds(own, england)
    first, last = own[0].place, own[-1].place

    def x(place: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (0.5 if isclose(first, last) else (place - first) / (last - first))

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{_FONT}" font-size="10" fill="{colours.INK}">'
    ]
    for value, words in zip((low, high), ends, strict=True):
        parts.append(
            f'<path d="M{_LEFT} {y(value):.1f}H{_RIGHT}" stroke="{colours.LINE}"/>'
            f'<text x="{_LEFT - 5}" y="{y(value) + 3:.1f}" text-anchor="end">{escape(words)}</text>'
        )
    beside = [point for point in england if first <= point.place <= last]
    if beside:
        parts.append(
            f'<path d="{_path([(x(point.place), y(point.value)) for point in beside])}" fill="none" stroke="{_ENGLAND}" '
            'stroke-width="1.5" stroke-dasharray="5 3"/>'
        )
    for point in own:
        if point.lower is not None and point.upper is not None:
            parts.append(
                f'<path d="M{x(point.place):.1f} {y(point.lower):.1f}V{y(point.upper):.1f}" stroke="{colours.INK}"/>'
            )
    parts.append(
        f'<path d="{_path([(x(point.place), y(point.value)) for point in own])}" fill="none" stroke="{colours.OWN}" '
        'stroke-width="2"/>'
    )
    parts += [
        f'<circle cx="{x(point.place):.1f}" cy="{y(point.value):.1f}" r="3" fill="{colours.OWN}"/>'
        for point in own
    ]
    for point, anchor in ((own[0], "start"), (own[-1], "end")):
        if point is own[0] or len(own) > 1:
            place = "middle" if len(own) == 1 else anchor
            parts.append(
                f'<text x="{x(point.place):.1f}" y="{_BOTTOM + 16}" text-anchor="{place}">{escape(point.label)}</text>'
            )
    return "".join((*parts, "</svg>"))


def bounds(own: Sequence[SeriesPoint], england: Sequence[SeriesPoint]) -> tuple[float, float]:
    """The lowest and highest value to draw, intervals included; never the same number twice."""
    values = [point.value for point in (*own, *england)]
    values += [end for point in own for end in (point.lower, point.upper) if end is not None]
    low, high = min(values), max(values)
    if isclose(low, high):
        return low - 1, high + 1
    return low, high


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
