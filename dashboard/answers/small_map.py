"""Answers of the small map that the server draws."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.answers.area_map import AreaMap
from dashboard.answers.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Small:
    """Shapes with few points, in units of a drawing of this size; ``paths`` in the drawing order of the areas."""

    width: int
    height: int
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmallMap:
    """The map of an indicator's default type of area: what is shown, the shapes, and their small drawing."""

    shown: AreaMap
    shapes: Shapes
    drawing: Small
