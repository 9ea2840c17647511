"""Spine chart: an area's value beside England's, with where the other areas of its type lie.

Pure: numbers in, SVG text out (one small picture a row; it stands alone, so it can be saved or printed).
England is the middle; better lies to the right (for an indicator that is not judged, higher does).
"""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape

from dashboard.answers.profile import Spine
from dashboard.figures import colours
from dashboard.figures.symbols import symbol

WIDTH = 404
"""px of a picture in the table of an area."""
NARROW = 240
"""px of a picture on paper, where symbols and lines would be too fine otherwise."""
HEIGHT = 36
_MIDDLE = HEIGHT / 2
_FREE = 14  # px at each side, for the symbol and the head of an interval that runs further
_FURTHEST = 1.03  # an interval that runs further is cut here and gets an arrow head
_BOX = 14  # px, height of the middle half
_TICK = 4  # px above and below the line of nine in ten, at its ends
_REACH = 6.5  # px, half of the symbol


def svg(drawn: Spine, compared: str, label: str, width: int = WIDTH) -> str:
    """One spine as an SVG picture with ``label`` as its text alternative."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wh-spine" role="img" viewBox="0 0 {width} {HEIGHT}" '
        f'width="{width}" height="{HEIGHT}" aria-label="{escape(label, quote=True)}">{marks(drawn, compared, width)}</svg>'
    )


def marks(drawn: Spine, compared: str, width: int = WIDTH) -> str:
    """What a spine is drawn of, in a space of ``width`` by HEIGHT: line and box, England's line, interval and symbol."""
    ground = _ground(drawn.low5, drawn.low25, drawn.high75, drawn.high95, width)
    interval = (
        ""
        if drawn.lower is None or drawn.upper is None
        else _interval(drawn.lower, drawn.upper, width)
    )  # fmt: skip
    return ground + interval + symbol(compared, _x(drawn.value, width), _MIDDLE, _REACH, "wh-spine-dot")


@lru_cache(maxsize=2048)
def _ground(
    low5: float | None, low25: float | None, high75: float | None, high95: float | None, width: int
) -> str:
    """The other areas and England's line: the same for every area of a type, so they are written once."""
    parts = ""
    if low5 is not None and high95 is not None:
        start, end = _n(_x(low5, width)), _n(_x(high95, width))
        top = _n(_MIDDLE - _TICK)
        parts += (
            f'<path d="M{start} {_n(_MIDDLE)}H{end}M{start} {top}v{2 * _TICK}M{end} {top}v{2 * _TICK}" '
            f'fill="none" stroke="{colours.EDGE}" stroke-width="1.2" class="wh-spine-outer"/>'
        )
    if low25 is not None and high75 is not None:
        left, wide = _x(low25, width), max(_x(high75, width) - _x(low25, width), 1)
        parts += (
            f'<rect x="{_n(left)}" y="{_n(_MIDDLE - _BOX / 2)}" width="{_n(wide)}" height="{_BOX}" '
            f'fill="{colours.SIMILAR}" stroke="{colours.EDGE}" class="wh-spine-inner"/>'
        )
    return (
        f'{parts}<path d="M{_n(width / 2)} 1V{HEIGHT - 1}" stroke="{colours.INK}" stroke-width="2" '
        'class="wh-spine-line"/>'
    )


# each part of a spine, and what it is
KEY = (
    ("england", "England’s figure"),
    ("outer", "Nine in ten areas of this type (5th to 95th percentile)"),
    ("inner", "The middle half of them (25th to 75th percentile)"),
    ("interval", "95% confidence interval of this area’s figure"),
    ("better", "Better than England"),
    ("similar", "Similar to England: the interval holds its figure"),
    ("worse", "Worse than England"),
    ("higher", "Higher, neither good nor bad"),
    ("lower", "Lower, neither good nor bad"),
    ("not_compared", "Not compared"),
)


@cache
def key_svg(part: str) -> str:
    """A small picture of one part of the spine for its key; it says nothing by itself, so it has no name.

    ``spread`` is the line and the box in one.
    """
    width = {"spread": 64, "outer": 36, "inner": 36, "interval": 36, "england": 36}.get(part, 18)
    middle, foot = width / 2, 16
    outer = (
        f'<path d="M2 10H{width - 2}M2 6v8M{width - 2} 6v8" fill="none" stroke="{colours.EDGE}" stroke-width="1.2" '
        'class="wh-spine-outer"/>'
    )

    def box(side: float) -> str:
        return (
            f'<rect x="{side:g}" y="3.5" width="{width - 2 * side:g}" height="13" fill="{colours.SIMILAR}" '
            f'stroke="{colours.EDGE}" class="wh-spine-inner"/>'
        )

    match part:
        case "spread":
            drawn = outer + box(17)
        case "outer":
            drawn = outer
        case "inner":
            drawn = box(4)
        case "england":
            drawn = f'<path d="M{_n(middle)} 1V19" stroke="{colours.INK}" stroke-width="2" class="wh-spine-line"/>'
        case "interval":
            drawn = f'<path d="M2 10H34" stroke="{colours.INK}" stroke-width="2.4" class="wh-spine-line"/>'
        case _:
            drawn = symbol(part, middle, 10, foot / 2.6, "wh-spine-dot")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wh-spine-key" aria-hidden="true" focusable="false" '
        f'viewBox="0 0 {width} 20" width="{width}" height="20">{drawn}</svg>'
    )


def _interval(lower: float, upper: float, width: int) -> str:
    """The interval in ink on a gap of paper, so that it stands out from the box; cut ends have an arrow head."""
    line = f'd="M{_n(_x(lower, width))} {_n(_MIDDLE)}H{_n(_x(upper, width))}"'
    parts = (
        f'<path {line} stroke="{colours.PAPER}" stroke-width="6"/>'
        f'<path {line} stroke="{colours.INK}" stroke-width="2.4" class="wh-spine-line"/>'
    )
    for end, direction in ((lower, -1), (upper, 1)):
        if abs(end) > _FURTHEST and end * direction > 0:
            tip = _x(end, width) + 6 * direction
            parts += (
                f'<path d="M{_n(tip)} {_n(_MIDDLE)}l{-7 * direction} -5v10z" fill="{colours.INK}" '
                'class="wh-spine-ink"/>'
            )
    return parts


def _x(place: float, width: int) -> float:
    middle = width / 2
    return middle + (middle - _FREE) * max(-_FURTHEST, min(_FURTHEST, place))


def _n(number: float) -> str:
    """A coordinate with one decimal at most: ``12``, ``12.5``."""
    return f"{number:.1f}".removesuffix(".0")
