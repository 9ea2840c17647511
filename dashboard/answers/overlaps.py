"""Answers about land that areas share."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.places import PlaceNear
from geodata.register import Area


@dataclass(frozen=True, slots=True)
class Overlap:
    """An area that shares land with another: ``of_area`` is the share of the area asked about that lies in this one,
    ``of_other`` the share of this one that lies there; None where the register does not know it.
    """

    area: Area
    of_area: float | None
    of_other: float | None


@dataclass(frozen=True, slots=True)
class AtPoint:
    """What lies at a point: the nearest named place, its council, and what that lies in, with the council's share."""

    place: PlaceNear
    council: Area
    lies_in: tuple[Overlap, ...]
