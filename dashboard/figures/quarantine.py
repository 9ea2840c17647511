"""Two small maps, before and after, in the same classes: fifths of the values before. Pure: an answer in, SVG text out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.answers.quarantine import HeldMap
from dashboard.figures import colours
from dashboard.figures.classes import quintiles

Bound = tuple[float, float]
"""Lowest and highest value of a class, before."""


def bounds_of(found: HeldMap) -> tuple[Bound | None, ...]:
    """The five classes of the values before, lowest first; None for one without a value."""
    bands = quintiles(found.before)
    held: list[list[float]] = [[] for _ in colours.BANDS]
    for value, band in zip(found.before, bands, strict=True):
        if value is not None and band is not None:
            held[band].append(value)
    return tuple((min(values), max(values)) if values else None for values in held)


def class_of(value: float | None, bounds: Sequence[Bound | None]) -> int | None:
    """The class of a value, also of one that lies beyond all classes or between two; None for a missing one."""
    if value is None:
        return None
    filled = [place for place, bound in enumerate(bounds) if bound is not None]
    return next((place for place in filled if value <= (bounds[place] or (0, 0))[1]), filled[-1])


def svg(found: HeldMap, *, after: bool, label: str, name: str) -> str:
    """One of the two maps; ``name`` begins the ids in it. In the one after, the areas that change have a dark edge."""
    values = found.after if after else found.before
    bounds, drawing = bounds_of(found), found.drawing
    paths: dict[int | None, list[str]] = {}
    for place, value in enumerate(values):
        paths.setdefault(class_of(value, bounds), []).append(drawing.paths[place])
    parts = [
        f'<path d="{"".join(paths[kind])}" fill="{fill}" stroke="{colours.SHORE}" stroke-width="0.5"/>'
        for kind, fill in [(None, f"url(#{name}-none)"), *enumerate(colours.BANDS)]
        if kind in paths
    ]
    if after and found.changed:
        edge = "".join(drawing.paths[place] for place in found.changed)
        for colour, width in ((colours.PAPER, 3.2), (colours.INK, 1.6)):
            parts.append(f'<path d="{edge}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
    return (
        f'<svg class="wh-small-map" role="img" aria-label="{escape(label, quote=True)}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" height="{drawing.height}">'
        f"{_hatch(name)}{''.join(parts)}</svg>"
    )


def swatch(place: int | None, name: str) -> str:
    """A class in the key: a square of its colour; hatched for no figure. ``name`` begins the ids in it."""
    hatch, fill = ("", colours.BANDS[place]) if place is not None else (_hatch(name), f"url(#{name}-none)")
    square = f'<rect x="1" y="1" width="14" height="14" fill="{fill}" stroke="{colours.EDGE}"/>'
    return f'<svg width="16" height="16" aria-hidden="true">{hatch}{square}</svg>'


def changed_swatch() -> str:
    """The edge of an area that changes, in the key."""
    square = (
        f'<rect x="2" y="2" width="12" height="12" fill="none" stroke="{colours.INK}" stroke-width="2.5"/>'
    )
    return f'<svg width="16" height="16" aria-hidden="true">{square}</svg>'


def _hatch(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-none" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" '
        f'fill="{colours.PAPER}"/><path d="M0 0L6 6M-1 5L1 7M5 -1L7 1" stroke="{colours.EDGE}" stroke-width="0.8"/>'
        "</pattern></defs>"
    )
