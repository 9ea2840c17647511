"""Spine chart: an area's value beside England's, with where the other areas of its type lie.

Pure: numbers in, SVG text out (one small picture a row; it stands alone, so it can be saved or printed).
England is the middle; better lies to the right (for an indicator that is not judged, higher does).
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from dashboard.answers.profile import Spine
from dashboard.figures import colours
from dashboard.figures.symbols import symbol

WIDTH = 240
HEIGHT = 30
_MIDDLE = WIDTH / 2
_REACH = 108.0  # px from England to the area that lies furthest from it
_FURTHEST = 1.07  # an interval that runs further is cut here and gets an arrow head
_BAR_95 = "#DEE0E2"
_BAR_75 = "#A9AEB3"


def svg(drawn: Spine, compared: str, label: str) -> str:
    """One spine as an SVG picture with ``label`` as its text alternative."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wh-spine" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" aria-label="{escape(label, quote=True)}">{marks(drawn, compared)}</svg>'
    )


def marks(drawn: Spine, compared: str) -> str:
    """What a spine is drawn of, in a space of WIDTH by HEIGHT: bars, England's line, interval and dot."""
    parts = [_ground(drawn.low5, drawn.low25, drawn.high75, drawn.high95)]
    if drawn.lower is not None and drawn.upper is not None:
        parts.append(_interval(drawn.lower, drawn.upper))
    parts.append(symbol(compared, _x(drawn.value), HEIGHT / 2, 6, "wh-spine-dot"))
    return "".join(parts)


@lru_cache(maxsize=1024)
def _ground(
    low5: float | None, low25: float | None, high75: float | None, high95: float | None
) -> str:  # fmt: skip
    """The bars and England's line: the same for every area of a type, so they are written once."""
    return (
        _bar(low5, high95, _BAR_95, 16, "wh-spine-outer")
        + _bar(low25, high75, _BAR_75, 16, "wh-spine-inner")
        + _line(_MIDDLE, 1, _MIDDLE, HEIGHT - 1, 2)
    )


# each part of a spine, and what it is
KEY = (
    ("england", "England’s figure"),
    ("outer", "Where 9 in 10 areas of this type lie (5th to 95th percentile)"),
    ("inner", "Where the middle half of them lie (25th to 75th percentile)"),
    ("interval", "95% interval of this area’s figure"),
    ("better", "Better than England"),
    ("similar", "Similar to England: the interval holds its figure"),
    ("worse", "Worse than England"),
    ("higher", "Higher, neither good nor bad"),
    ("lower", "Lower, neither good nor bad"),
    ("not_compared", "Not compared"),
)


def key_svg(part: str) -> str:
    """A small picture of one part of the spine for its key; it says nothing by itself, so it has no name."""
    width, middle = 36, 18
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wh-spine-key" aria-hidden="true" focusable="false" '
        f'viewBox="0 0 {width} 20" width="{width}" height="20">'
    )
    match part:
        case "outer":
            drawn = f'<rect x="1" y="3" width="34" height="14" fill="{_BAR_95}" class="wh-spine-outer"/>'
        case "inner":
            drawn = f'<rect x="1" y="3" width="34" height="14" fill="{_BAR_75}" class="wh-spine-inner"/>'
        case "england":
            drawn = _line(middle, 1, middle, 19, 2)
        case "interval":
            drawn = _line(2, 10, 34, 10, 2.5)
        case _:
            drawn = symbol(part, middle, 10, 6, "wh-spine-dot")
    return f"{opening}{drawn}</svg>"


def _bar(left: float | None, right: float | None, colour: str, height: float, name: str) -> str:
    if left is None or right is None:
        return ""
    x0, x1 = _x(left), _x(right)
    return (
        f'<rect x="{_n(x0)}" y="{_n((HEIGHT - height) / 2)}" width="{_n(max(x1 - x0, 1))}" height="{_n(height)}" '
        f'fill="{colour}" class="{name}"/>'
    )


def _interval(lower: float, upper: float) -> str:
    y = HEIGHT / 2
    parts = [_line(_x(lower), y, _x(upper), y, 2.5)]
    for end, direction in ((lower, -1), (upper, 1)):
        if abs(end) > _FURTHEST and end * direction > 0:
            tip = _x(end) + 4 * direction
            back = tip - 6 * direction
            parts.append(
                f'<path d="M{_n(tip)} {_n(y)}L{_n(back)} {_n(y - 5)}L{_n(back)} {_n(y + 5)}z" '
                f'fill="{colours.INK}" class="wh-spine-ink"/>'
            )
    return "".join(parts)


def _line(x0: float, y0: float, x1: float, y1: float, width: float) -> str:
    return (
        f'<path d="M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}" stroke="{colours.INK}" stroke-width="{width}" '
        'class="wh-spine-line"/>'
    )


def _x(place: float) -> float:
    return _MIDDLE + _REACH * max(-_FURTHEST, min(_FURTHEST, place))


def _n(number: float) -> str:
    """A coordinate with one decimal at most: ``12``, ``12.5``."""
    return f"{number:.1f}".removesuffix(".0")
