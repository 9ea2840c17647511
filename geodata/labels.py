"""Names that help a reader to find a place on a map: regions, and some cities. Our own table of points.

Points are eastings and northings of the British National Grid in metres, read off as facts to the nearest 500 m. Names of
regions stand in the sea beside them, or in the empty land of Wales, so that they cover no area.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, degrees, radians, sin, sqrt, tan
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a point. ``lines`` are written under each other; ``anchor`` is the part of the text that is at the point."""

    lines: tuple[str, ...]
    easting: int
    northing: int
    anchor: Anchor = "start"


# the most important first: where two would overlap, the later one is left out
CITIES = (
    Label(("Birmingham",), 407_000, 287_000),
    Label(("Leeds",), 430_000, 433_500),
    Label(("Bristol",), 359_000, 173_000),
    Label(("Newcastle",), 425_000, 564_500),
    Label(("London",), 530_000, 180_500),
    Label(("Manchester",), 384_000, 398_000),
    Label(("Plymouth",), 248_000, 55_000),
    Label(("Norwich",), 623_000, 308_500),
    Label(("Liverpool",), 335_000, 390_500, "end"),
    Label(("Southampton",), 442_000, 112_500),
    Label(("Carlisle",), 340_000, 556_000),
    Label(("Hull",), 509_500, 429_000),
)

_NORTH_WEST = Label(("North West",), 305_000, 446_000, "end")
_EAST_OF_ENGLAND = Label(("East of", "England"), 662_000, 272_000)
_SOUTH_EAST = Label(("South East",), 500_000, 78_000)
_SOUTH_WEST = Label(("South West",), 205_000, 158_000, "middle")

REGIONS: dict[str, tuple[Label, ...]] = {
    "region": (
        Label(("North East",), 455_000, 592_000),
        _NORTH_WEST,
        Label(("Yorkshire and", "The Humber"), 522_000, 482_000),
        Label(("East Midlands",), 564_000, 372_000),
        Label(("West Midlands",), 312_000, 290_000, "end"),
        _EAST_OF_ENGLAND,
        _SOUTH_EAST,
        _SOUTH_WEST,
    ),
    "nhs_region": (
        Label(("North East", "and Yorkshire"), 476_000, 550_000),
        _NORTH_WEST,
        Label(("Midlands",), 564_000, 372_000),
        _EAST_OF_ENGLAND,
        _SOUTH_EAST,
        _SOUTH_WEST,
    ),
}
"""By the type of area that the names are of."""

# Airy's ellipsoid and the projection of the grid (Ordnance Survey, A guide to coordinate systems in Great Britain)
_A, _B = 6_377_563.396, 6_356_256.909
_F0, _LAT0, _LON0, _N0, _E0 = 0.9996012717, radians(49), radians(-2), -100_000.0, 400_000.0


def degrees_of(easting: float, northing: float) -> tuple[float, float]:
    """Longitude and latitude of a point of the British National Grid, in degrees.

    On Airy's ellipsoid: without the step to WGS84 a point is up to 130 m out, less than half a unit of a drawing.
    """
    e2 = (_A**2 - _B**2) / _A**2
    lat = _LAT0
    while True:
        short = northing - _N0 - _meridian(lat)
        if abs(short) < 0.01:
            break
        lat += short / (_A * _F0)
    nu = _A * _F0 / sqrt(1 - e2 * sin(lat) ** 2)
    rho = _A * _F0 * (1 - e2) * (1 - e2 * sin(lat) ** 2) ** -1.5
    eta2 = nu / rho - 1
    t, d = tan(lat), (easting - _E0) / nu
    north = (
        lat - t * nu / (2 * rho) * d**2 + t * nu / (24 * rho) * (5 + 3 * t**2 + eta2 - 9 * t**2 * eta2) * d**4
    )
    east = _LON0 + (d - (nu / rho + 2 * t**2) / 6 * d**3 + (5 + 28 * t**2 + 24 * t**4) / 120 * d**5) / cos(
        lat
    )
    return degrees(east), degrees(north)


def _meridian(lat: float) -> float:
    """Length of the meridian from the grid's true origin to a latitude, in metres."""
    n = (_A - _B) / (_A + _B)
    less, more = lat - _LAT0, lat + _LAT0
    return (
        _B
        * _F0
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
            + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )
