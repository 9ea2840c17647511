"""England as a small picture: outlines in the colours of a comparison, without names.

Pure: paths and categories in, SVG text out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from dashboard.answers.home import SmallMap
from dashboard.figures import colours

_STEP = 6  # units of the drawing to one of the picture: as fine as can be seen at 300 px
_RING = re.compile(r"M(-?\d+) (-?\d+)l([^z]*)z")
_NUMBER = re.compile(r"-?\d+")
_LAST = ("worse", "better", "higher", "lower")
"""Painted over similar areas, so that their edges show."""

Point = tuple[int, int]


def small_map_svg(shown: SmallMap, label: str) -> str:
    """One path for each category: areas of it lie apart by the line around each."""
    by_category: dict[str, list[str]] = {}
    for path, category in shown.areas:
        by_category.setdefault(category.removeprefix("much_"), []).append(_coarse(path))
    order = sorted(by_category, key=lambda category: (category in _LAST, category))
    width, height = shown.width // _STEP + 1, shown.height // _STEP + 1
    drawn = "".join(_path(category, by_category[category]) for category in order)
    return (
        f'<svg class="wh-home-map" role="img" aria-label="{escape(label, quote=True)}" viewBox="0 0 {width} {height}">'
        f"{_STRIPES if 'worse' in by_category else ''}{drawn}</svg>"
    )


_STRIPES = (
    '<defs><pattern id="home-worse" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="4" height="4" fill="{colours.WORSE}"/>'
    f'<path d="M0 0V4" stroke="{colours.PAPER}" stroke-width="1.2"/></pattern></defs>'
)


def _path(category: str, paths: Iterable[str]) -> str:
    fill = "url(#home-worse)" if category == "worse" else colours.COMPARED.get(category, colours.NOT_COMPARED)
    edge = colours.PAPER if category in _LAST else colours.SHORE
    return f'<path d="{"".join(paths)}" fill="{fill}" stroke="{edge}" stroke-width=".5" stroke-linejoin="round"/>'


def _coarse(path: str) -> str:
    """A path on a wider grid: points that fall together are one, so that neighbours still share their border."""
    return "".join(_ring(points) for points in map(_rounded, _rings(path)) if len(points) > 2)


def _rings(path: str) -> list[list[Point]]:
    rings = []
    for first_x, first_y, steps in _RING.findall(path):
        x, y = int(first_x), int(first_y)
        points = [(x, y)]
        numbers = [int(number) for number in _NUMBER.findall(steps)]
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            points.append((x, y))
        rings.append(points)
    return rings


def _rounded(points: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for x, y in points:
        point = (round(x / _STEP), round(y / _STEP))
        if not found or point != found[-1]:
            found.append(point)
    if len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return found


def _ring(points: Sequence[Point]) -> str:
    steps = [
        (x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(points)
    ]
    text = " ".join(f"{across} {down}" for across, down in steps).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{text}z"
