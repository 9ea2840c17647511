"""A small map without names: one path a class, so that 300 areas are a few elements.

Pure: an answer in, SVG text out. Its classes are those of the large map (``figures.map``).
"""

from __future__ import annotations

from html import escape
from typing import Any

from dashboard.answers.small_map import SmallMap
from dashboard.figures import colours
from dashboard.figures.map import map_values
from dashboard.figures.symbols import symbol

_STRIPED = ("worse", "lower")
_PLAIN = ("similar", "not_compared", "missing")
Class = dict[str, Any]


def classes_of(found: SmallMap) -> list[tuple[Class, list[int]]]:
    """The classes of the large map with the places (in drawing order) of the areas in each; empty ones are left out."""
    shown = found.shown
    values = map_values(
        indicator=shown.indicator,
        area_codes=found.shapes.area_codes,
        rows={row["area_code"]: row for row in shown.rows},
        names={},
        compared=shown.words,
        shading=shown.shading,
    )
    classes: list[Class] = values["classes"]
    places: list[list[int]] = [[] for _ in classes]
    for place, digit in enumerate(values["k"] or values["c"]):
        places[int(digit)].append(place)
    return [(kind, members) for kind, members in zip(classes, places, strict=True) if members]


def svg(found: SmallMap, label: str) -> str:
    """The map with ``label`` as its text alternative."""
    drawing = found.drawing
    parts = []
    # quiet classes first, so that the edges of the others lie on top
    for kind, places in sorted(classes_of(found), key=lambda item: item[0]["key"] not in _PLAIN):
        path = "".join([drawing.paths[place] for place in places])
        parts.append(_class_path(kind["key"], kind["colour"], path))
    return (
        f'<svg class="wh-small-map" role="img" aria-label="{escape(label, quote=True)}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" height="{drawing.height}">'
        f"{_patterns()}{''.join(parts)}</svg>"
    )


def swatch(key: str, colour: str) -> str:
    """A class in the key: its symbol where it is a comparison, else a square of its colour."""
    if key in colours.COMPARED and key not in ("not_compared", "illustrative"):
        inside = symbol(key, 8, 8, 5.5)
    elif key == "missing":
        inside = f"{_patterns('-key')}{_square('url(#small-missing-key)')}"
    else:
        inside = _square(colour)
    return f'<svg width="16" height="16" aria-hidden="true">{inside}</svg>'


def _square(fill: str) -> str:
    return f'<rect x="1" y="1" width="14" height="14" fill="{fill}" stroke="{colours.EDGE}"/>'


def _class_path(key: str, colour: str, path: str) -> str:
    # no class differs by its colour alone
    fill = f"url(#small-{key})" if key in (*_STRIPED, "missing") else colour
    edge = colours.SHORE if key in _PLAIN or key.startswith("fifth") else colours.PAPER
    return f'<path d="{path}" fill="{fill}" stroke="{edge}" stroke-width="0.5"/>'


def _patterns(ending: str = "") -> str:
    striped = (
        _pattern(f"small-{key}", 5, colours.COMPARED[key], "M0 5L5 0M-1 1L1 -1M4 6L6 4", colours.PAPER, 0.9)
        for key in ("" if ending else _STRIPED)
    )
    missing = _pattern(
        f"small-missing{ending}", 6, colours.PAPER, "M0 0L6 6M-1 5L1 7M5 -1L7 1", colours.EDGE, 0.8
    )
    return f"<defs>{missing}{''.join(striped)}</defs>"


def _pattern(name: str, size: int, ground: str, lines: str, colour: str, width: float) -> str:
    return (
        f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"><rect width="{size}" '
        f'height="{size}" fill="{ground}"/><path d="{lines}" stroke="{colour}" stroke-width="{width}"/></pattern>'
    )
