"""The committed outlines: every area of the register, sound polygons, small files, measures as the page says."""

from __future__ import annotations

import csv
import gzip
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geodata import outlines
from geodata.drawing import drawing
from geodata.layouts import DRAWN_YEARS, available_layouts
from geodata.outlines import BadOutlines, UnknownOutlines, available_outlines, outlines_geojson
from geodata.register import load_register
from geodata.tools.outlines.plane import degrees_to_plane
from geodata.tools.outlines.topology import topology, written

ROOT = Path(__file__).resolve().parents[2]
LAYERS = [(area_type, vintage) for area_type, vintages in DRAWN_YEARS.items() for vintage in vintages]
FILES = sorted(outlines.FOLDER.glob("*.topojson"))


def polygons(area_type: str, vintage: int) -> tuple[list[str], np.ndarray]:
    collection = outlines_geojson(area_type, vintage)
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in collection["features"]])
    return [feature["id"] for feature in collection["features"]], shapes


def rings(geometry: dict[str, Any]) -> list[tuple[bool, list[tuple[float, float]]]]:
    """(whether it is an exterior, its corners) of each ring."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [(place == 0, ring) for part in parts for place, ring in enumerate(part)]


def turns_clockwise(ring: list[tuple[float, float]]) -> bool:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) < 0


def test_every_vintage_that_is_drawn_as_hexagons_has_outlines() -> None:
    assert {path.stem for path in FILES} == set(DRAWN_YEARS)
    for area_type in DRAWN_YEARS:
        assert available_outlines(area_type) == available_layouts(area_type)
    assert available_outlines("england") == ()


@pytest.mark.parametrize(("area_type", "vintage"), LAYERS)
def test_a_layer_has_every_area_of_its_years_once(area_type: str, vintage: int) -> None:
    codes = [feature["id"] for feature in outlines_geojson(area_type, vintage)["features"]]
    assert codes == sorted(set(codes))
    held = load_register().area_type(area_type).vintages
    first, last = DRAWN_YEARS[area_type][vintage]
    for year in (year for year in held if first <= year <= last):
        assert set(codes) == load_register().codes(area_type, year), year


@pytest.mark.parametrize(("area_type", "vintage"), LAYERS)
def test_a_layer_is_of_sound_polygons_that_do_not_overlap(area_type: str, vintage: int) -> None:
    codes, shapes = polygons(area_type, vintage)
    assert shapely.is_valid(shapes).all()
    assert (shapely.area(shapes) > 0).all()
    if area_type == "lep":  # seven districts lie in two partnerships
        assert shapely.area(shapes).sum() > 1.005 * shapely.union_all(shapes).area
    else:
        assert shapely.coverage_is_valid(shapes)
    for feature in outlines_geojson(area_type, vintage)["features"]:
        for is_exterior, ring in rings(feature["geometry"]):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert turns_clockwise(ring) == is_exterior
    # where the areas make up England nothing within it is left to nobody, but for a lagoon or two
    if area_type != "combined_authority":
        whole = shapely.get_parts(shapely.union_all(shapes))
        holes = sum(shapely.Polygon(hole).area for part in whole for hole in part.interiors)
        assert holes < 0.002 * shapely.area(whole).sum()
    assert len(codes) == len(shapes)


def test_a_point_of_the_register_lies_in_its_own_outline_or_near_it() -> None:
    register = load_register()
    codes, shapes = polygons("ltla", 2024)
    areas = [register.area(code, "ltla") for code in codes]
    points = shapely.points([(area.longitude, area.latitude) for area in areas])
    away = shapely.distance(shapes, points)
    assert (away < 0.02).all()  # degrees: about a mile
    assert (away == 0).mean() > 0.99


def test_the_three_tidal_waters_are_open() -> None:
    whole = shapely.union_all(polygons("region", 2023)[1])
    for place in ((0.037, 51.4975), (0.385, 51.447), (-3.008, 53.407), (-2.885, 53.320), (-1.359, 50.859)):
        assert not shapely.contains(whole, shapely.points(*place)), place
    for place in ((-0.1, 51.45), (-2.98, 53.41), (-3.05, 53.38), (-1.40, 50.93)):
        assert shapely.contains(whole, shapely.points(*place)), place


def test_all_files_are_at_most_1_2_mb() -> None:
    assert sum(path.stat().st_size for path in FILES) <= 1_200_000


def test_a_border_that_is_the_same_in_two_vintages_is_in_the_file_once() -> None:
    for path in FILES:
        arcs = [tuple(map(tuple, arc)) for arc in json.loads(path.read_text(encoding="utf-8"))["arcs"]]
        assert len(arcs) == len(set(arcs)), path.name


@pytest.mark.parametrize(("area_type", "vintage"), [("ltla", 2017), ("ltla", 2025), ("icb", 2026)])
def test_what_a_browser_gets_of_a_layer_is_small(area_type: str, vintage: int) -> None:
    drawn = drawing(outlines_geojson(area_type, vintage), geographic=True)
    body = json.dumps(drawn, separators=(",", ":")).encode()
    assert len(gzip.compress(body, 9)) <= 45_000


def test_names_are_put_in_where_they_are_given() -> None:
    collection = outlines_geojson("region", 2023, {"E12000007": "London"})
    names = {feature["id"]: feature["properties"]["name"] for feature in collection["features"]}
    assert (names["E12000007"], names["E12000001"]) == ("London", "E12000001")


def test_what_is_absent_or_spoilt_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownOutlines, match=r"no outlines of 'ltla' for 1999; .*2017, 2019.*geodata outlines"
    ):
        outlines_geojson("ltla", 1999)
    with pytest.raises(UnknownOutlines, match=r"no outlines of 'region' for 2023; .*that type: none"):
        outlines_geojson("region", 2023, folder=tmp_path)
    spoilt = tmp_path / "region.topojson"
    for text in ('{"type": "Topology"', "{}", '{"objects": []}', '{"objects": {"region-notes": {}}}'):
        spoilt.write_text(text, encoding="utf-8")
        with pytest.raises(BadOutlines, match=r"region\.topojson: .*'region-<vintage>'.*build it again"):
            outlines_geojson("region", 2023, folder=tmp_path)
        with pytest.raises(BadOutlines, match=r"region\.topojson: .*build it again"):
            available_outlines("region", tmp_path)
    content = json.loads((outlines.FOLDER / "region.topojson").read_text(encoding="utf-8"))
    area = content["objects"]["region-2023"]["geometries"][0]
    kind, area["type"] = area["type"], "Point"
    spoilt.write_text(json.dumps(content), encoding="utf-8")
    assert available_outlines("region", tmp_path) == (2023,)
    with pytest.raises(BadOutlines, match=r"E12000001 is a Point"):
        outlines_geojson("region", 2023, folder=tmp_path)
    content["arcs"] = content["arcs"][:3]
    area["type"] = kind
    spoilt.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BadOutlines, match=r"region\.topojson: IndexError"):
        outlines_geojson("region", 2023, folder=tmp_path)


def report() -> list[dict[str, str]]:
    with (outlines.FOLDER / "report.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_report_holds_every_layer_to_its_bars() -> None:
    rows = {(row["area_type"], int(row["vintage"])): row for row in report()}
    assert list(rows) == LAYERS
    for (area_type, vintage), row in rows.items():
        assert int(row["areas"]) == len(load_register().codes(area_type, DRAWN_YEARS[area_type][vintage][1]))
        # what is read of the file that it shares is the layer that was measured, to the last corner
        codes, shapes = polygons(area_type, vintage)
        alone = written(
            topology({f"{area_type}-{vintage}": dict(zip(codes, degrees_to_plane(shapes), strict=True))})
        )
        size = len(gzip.compress(alone, 9, mtime=0))
        assert int(row["gzipped_bytes"]) == pytest.approx(size, rel=0.02)
        assert size <= 45_000
        if row["symmetric_difference"]:
            assert float(row["symmetric_difference"]) <= 0.15
            assert float(row["within_1km"]) >= 0.65
            assert float(row["within_2km"]) >= 0.84
            assert int(row["adjacent_pairs_kept"]) >= 0.97 * int(row["adjacent_pairs"])
    unchecked = {f"{kind}-{year}" for (kind, year), row in rows.items() if not row["symmetric_difference"]}
    assert unchecked == {"sub_icb-2022", "icb-2022", "icb-2026", "nhs_region-2021", "nhs_region-2023"}


def test_the_page_shows_the_report() -> None:
    from geodata.tools.outlines.build import markdown_table

    page = (ROOT / "docs" / "outlines.md").read_text(encoding="utf-8")
    assert "\n".join(markdown_table(report())) in page
