"""Drawings that explain how to read a figure. Pure: SVG text out."""

from __future__ import annotations

from dashboard.figures import colours
from dashboard.figures.symbols import symbol

WIDTH, HEIGHT = 344, 268
"""Narrow enough for a phone: the drawing is not scaled, so that its words stay readable."""
_LEFT, _RIGHT = 16, 332
_LOW, _HIGH = 60.0, 84.0
_ENGLAND = 76.0
_ROW = 66
# name, lower, value, upper, comparison: Nottingham is real (2023), the others show the two other answers
_EXAMPLES = (
    ("Nottingham", 62.0, 66.1, 70.2, "worse"),
    ("Another area", 71.6, 75.2, 78.8, "similar"),
    ("A third area", 77.4, 80.6, 83.8, "better"),
)


def interval_example_svg() -> str:
    """Three places with their intervals beside England: one wholly below, one that holds it, one wholly above."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="Helvetica, Arial, Liberation Sans, sans-serif" font-size="14" fill="{colours.INK}">'
    ]
    x = _x(_ENGLAND)
    for place, (name, lower, value, upper, compared) in enumerate(_EXAMPLES):
        y = 48 + _ROW * place
        # England's line stands behind the intervals alone, so that no word is crossed
        parts.append(
            f'<path d="M{x} {y + 12}v28" stroke="{colours.INK}" stroke-width="2" stroke-dasharray="5 4"/>'
            f'<text x="0" y="{y}" font-weight="bold">{name}: {compared}</text>'
            f'<text x="{_RIGHT}" y="{y}" text-anchor="end">{value:.1f}% ({lower:.1f}% to {upper:.1f}%)</text>'
            f'<path d="M{_x(lower)} {y + 26}H{_x(upper)}" stroke="{colours.INK}" stroke-width="3"/>'
            f"{symbol(compared, _x(value), y + 26, 8)}"
        )
    parts.append(f'<text x="{x}" y="14" text-anchor="middle" font-size="13">England {_ENGLAND}%</text>')
    foot = HEIGHT - 34
    for tick in (60, 65, 70, 75, 80):
        parts.append(
            f'<path d="M{_x(tick)} {foot}v6" stroke="{colours.INK}"/>'
            f'<text x="{_x(tick)}" y="{foot + 22}" text-anchor="middle" font-size="13">{tick}%</text>'
        )
    return "".join((*parts, "</svg>"))


def interval_example_words() -> str:
    """The same in words, for the drawing's text alternative."""
    listed = "; ".join(
        f"{name} {value:.1f}%, interval {lower:.1f}% to {upper:.1f}%: {compared}"
        for name, lower, value, upper, compared in _EXAMPLES
    )
    return f"Employment rates compared with England’s 76.0%. {listed}."


def _x(value: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * (value - _LOW) / (_HIGH - _LOW), 1)
