"""Moves between work and no work within a year, as one small SVG: two boxes and two arrows for each group."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.answers.goal import Flow
from dashboard.figures import colours
from dashboard.sentences.goal import range_words

WIDTH = 358  # px: as wide as a phone leaves, so that no letter is scaled down
_PANEL = 178
_BOX = 92
_THICKNESS = 0.8  # px of an arrow for each percentage point


def flows_svg(flows: Sequence[Flow], *, label: str) -> str:
    """An SVG of the moves of each group, one below the other. ``label`` is its text alternative.

    An arrow is as thick as the share of people who move, out of the box that it leaves; the share stands beside it.
    """
    height = _PANEL * len(flows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="Helvetica, Arial, sans-serif" font-size="14" fill="{colours.INK}">',
        f"<title>{escape(label)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="{colours.PAPER}"/>',
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
            f'<rect x="{x}" y="{box_top}" width="{_BOX}" height="{box_height}" fill="{colours.PANEL}" '
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
