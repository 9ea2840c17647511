"""Moves between work and no work within a year, as one small SVG: two boxes and two arrows for each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.figures import colours
from dashboard.sentences import number

WIDTH = 420
_PANEL = 178
_BOX = 112
_THICKNESS = 0.8  # px of an arrow for each percentage point


@dataclass(frozen=True, slots=True)
class Flow:
    """The moves of one group of people, in per cent of those who began in the box, lowest to highest of the years.

    ``out`` is from work to no work, ``into`` from no work to work; None where there is no figure.
    """

    name: str
    out: tuple[float, float] | None
    into: tuple[float, float] | None


def range_words(ends: tuple[float, float] | None, decimal_places: int = 0) -> str:
    """``9% to 10%``; one figure where both ends print alike; ``no figure`` where there is none."""
    if ends is None:
        return "no figure"
    low, high = (number(end, decimal_places) for end in ends)
    return f"{low}%" if low == high else f"{low}% to {high}%"


def flow_words(flow: Flow) -> str:
    """The moves of one group in a sentence."""
    return (
        f"{flow.name}: of those in work, {range_words(flow.out)} were out of work a year later; of those out of work, "
        f"{range_words(flow.into)} were in work a year later."
    )


def flows_svg(flows: Sequence[Flow], *, label: str) -> str:
    """An SVG of the moves of each group, one below the other. ``label`` is its text alternative.

    An arrow is as thick as the share of people who move, out of the box that it leaves; the share stands beside it.
    """
    height = _PANEL * len(flows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="Helvetica, Arial, sans-serif" font-size="14" fill="{colours.INK}">',
        f"<title>{escape(label)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for place, flow in enumerate(flows):
        parts.append(_panel(flow, place * _PANEL))
    parts.append("</svg>")
    return "".join(parts)


def _panel(flow: Flow, top: float) -> str:
    box_top, box_height = top + 30, 124
    right = WIDTH - _BOX
    parts = [f'<text x="0" y="{top + 18}" font-weight="700" font-size="15">{escape(flow.name)}</text>']
    for x, words in ((1, "In work"), (right - 1, "Out of work")):
        parts.append(
            f'<rect x="{x}" y="{box_top}" width="{_BOX}" height="{box_height}" fill="#F3F2F1" '
            f'stroke="{colours.INK}" stroke-width="1.5"/>'
            f'<text x="{x + _BOX / 2}" y="{box_top + box_height / 2 + 5}" text-anchor="middle">{words}</text>'
        )
    middle = WIDTH / 2
    start, end = _BOX + 8.0, right - 8.0
    upper, lower = box_top + 38.0, box_top + 102.0
    parts.append(_arrow(start, end, upper, flow.out, colours.LOWER))
    parts.append(_words(middle, upper, flow.out, "moved out"))
    parts.append(_arrow(end, start, lower, flow.into, colours.HIGHER))
    parts.append(_words(middle, lower, flow.into, "moved in"))
    return "".join(parts)


def _words(x: float, y: float, ends: tuple[float, float] | None, moved: str) -> str:
    words = f"{range_words(ends)} {moved}" if ends else "No figure"
    above = (_thickness(ends) / 2) + 10
    return f'<text x="{x}" y="{y - above:.1f}" text-anchor="middle" font-weight="700">{words}</text>'


def _thickness(ends: tuple[float, float] | None) -> float:
    return max(2.0, _THICKNESS * sum(ends) / 2) if ends else 2.0


def _arrow(x0: float, x1: float, y: float, ends: tuple[float, float] | None, colour: str) -> str:
    if ends is None:
        return ""
    half = _thickness(ends) / 2
    head = half + 6
    turn = 1 if x1 > x0 else -1
    neck = x1 - turn * 14
    return (
        f'<path d="M{x0} {y - half:.1f}H{neck}V{y - head:.1f}L{x1} {y}L{neck} {y + head:.1f}V{y + half:.1f}H{x0}z" '
        f'fill="{colour}"/>'
    )
