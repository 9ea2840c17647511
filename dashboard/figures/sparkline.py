"""A sparkline: one area over time as a small line with a dot at its end, England dashed beside it.

Pure: lists in, SVG text out.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.figures import colours

FEWEST_POINTS = 4
"""A series with fewer figures is not drawn: it says too little."""
_EDGE = 4  # px left free at each side, for the dot


def sparkline(
    own: Sequence[float | None],
    beside: Sequence[float | None],
    label: str,
    *,
    width: int = 120,
    height: int = 32,
    is_england: bool = False,
) -> str:
    """SVG markup of a series and of the series beside it, or an empty text with fewer than ``FEWEST_POINTS`` values.

    own, beside  one value a period, of the same periods, oldest first; None where there is no figure (the line breaks)
    label        text alternative
    is_england   drawn in ink, since purple is the reader's own area
    """
    known = [value for value in own if value is not None]
    if len(known) < FEWEST_POINTS:
        return ""
    every = [*known, *(value for value in beside if value is not None)]
    low, high = min(every), max(every)
    span = (high - low) or 1.0
    last = max(place for place, value in enumerate(own) if value is not None)

    def at(place: int, value: float) -> tuple[float, float]:
        x = _EDGE + place * (width - 2 * _EDGE) / max(len(own) - 1, 1)
        return x, height - _EDGE - (value - low) / span * (height - 2 * _EDGE)

    def path(values: Sequence[float | None]) -> str:
        text, is_drawing = "", False
        for place, value in enumerate(values):
            if value is None:
                is_drawing = False
                continue
            x, y = at(place, value)
            text += f"{'L' if is_drawing else 'M'}{x:.1f} {y:.1f}"
            is_drawing = True
        return text

    colour = colours.INK if is_england else colours.OWN
    other = path(beside)
    end_x, end_y = at(last, own[last] or 0.0)
    return (
        f'<svg class="wh-sparkline" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-label="{escape(label, quote=True)}">'
        + (
            f'<path d="{other}" fill="none" stroke="{colours.MUTED}" stroke-width="1.5" stroke-dasharray="3 2.5"/>'
            if other
            else ""
        )
        + f'<path d="{path(own)}" fill="none" stroke="{colour}" stroke-width="2.2" stroke-linejoin="round"/>'
        f'<circle cx="{end_x:.1f}" cy="{end_y:.1f}" r="3.2" fill="{colour}"/></svg>'
    )
