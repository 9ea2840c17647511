"""Names on a map: their points, and what a point of the British National Grid is in degrees."""

from __future__ import annotations

import pytest

from geodata.labels import CITIES, REGIONS, degrees_of
from geodata.outlines import outlines_geojson
from geodata.register import load_register

# the council in whose outline the point of a city lies
COUNCILS = {
    "Birmingham": "E08000025",
    "Leeds": "E08000035",
    "Bristol": "E06000023",
    "Newcastle": "E08000021",
    "London": "E09000033",
    "Manchester": "E08000003",
    "Plymouth": "E06000026",
    "Norwich": "E07000148",
    "Liverpool": "E08000012",
    "Southampton": "E06000045",
    "Carlisle": "E06000063",
    "Hull": "E06000010",
}


def test_a_point_of_the_grid_in_degrees() -> None:
    """The worked example of the Ordnance Survey: 52° 39′ 27.2531″ N, 1° 43′ 4.5177″ E on Airy's ellipsoid."""
    longitude, latitude = degrees_of(651_409.903, 313_177.270)
    assert latitude == pytest.approx(52 + 39 / 60 + 27.2531 / 3600, abs=1e-6)
    assert longitude == pytest.approx(1 + 43 / 60 + 4.5177 / 3600, abs=1e-6)


def holds(rings: list[list[tuple[float, float]]], x: float, y: float) -> bool:
    """Whether a point lies inside rings, by the even-odd rule."""
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
    return inside


@pytest.fixture(scope="module")
def outlines() -> dict[str, list[list[tuple[float, float]]]]:
    found = {}
    for feature in outlines_geojson("ltla", 2024)["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        found[feature["id"]] = [ring for polygon in polygons for ring in polygon]
    return found


def test_each_city_lies_in_its_council(outlines: dict[str, list[list[tuple[float, float]]]]) -> None:
    assert {label.lines[0] for label in CITIES} == set(COUNCILS)
    for label in CITIES:
        x, y = degrees_of(label.easting, label.northing)
        assert holds(outlines[COUNCILS[label.lines[0]]], x, y), label.lines


@pytest.mark.parametrize("area_type", ["region", "nhs_region"])
def test_regions_are_named_as_in_the_register_and_beside_the_land(
    area_type: str, outlines: dict[str, list[list[tuple[float, float]]]]
) -> None:
    register = load_register()
    names = {register.area(code).name for code in register.codes(area_type, 2024)}
    named = {" ".join(label.lines) for label in REGIONS[area_type]}
    # London is enlarged beside the map
    assert named == names - {"London"}
    for label in REGIONS[area_type]:
        x, y = degrees_of(label.easting, label.northing)
        assert not any(holds(rings, x, y) for rings in outlines.values()), label.lines
