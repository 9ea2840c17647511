from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from boundary_squares import frame, grid, square, write_geojson

from geodata import boundaries
from geodata.boundaries import BoundaryChanged, BoundaryFile, BoundaryProblem, reading
from geodata.layouts import DRAWN_YEARS

ENTRY = BoundaryFile("region", 2023, 4, "regions.geojson", "RGN23CD", "RGN23NM")


def signed_area(ring: list[list[float]]) -> float:
    """By the shoelace formula: negative for a clockwise ring (y upwards)."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def exteriors(collection: dict) -> list[list[list[float]]]:
    rings = []
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings += [polygon[0] for polygon in polygons]
    return rings


# --- reading ----------------------------------------------------------------------------------------------


def test_reads_english_areas_in_code_order_in_metres(tmp_path: Path) -> None:
    areas = grid(2, 2)
    areas.loc[4] = {"area_code": "W06000001", "name": "Elsewhere", "geometry": square(5, 5)}
    write_geojson(areas.iloc[::-1], tmp_path / ENTRY.file_name, "RGN23CD", "RGN23NM")
    found = boundaries.read_boundaries(tmp_path, ENTRY)
    assert found["area_code"].tolist() == ["E0000", "E0001", "E0100", "E0101"]
    assert found["name"].tolist() == ["Area E0000", "Area E0001", "Area E0100", "Area E0101"]
    assert np.allclose(found.area, 1e8, rtol=1e-5)


def test_an_invalid_polygon_is_made_valid(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(400e3, 300e3), (410e3, 310e3), (410e3, 300e3), (400e3, 310e3)])
    areas = frame({"E1": bow_tie, "E2": square(2, 0), "E3": square(3, 0), "E4": square(4, 0)})
    write_geojson(areas, tmp_path / ENTRY.file_name, "RGN23CD", "RGN23NM")
    found = boundaries.read_boundaries(tmp_path, ENTRY)
    assert found.geometry.is_valid.all()
    assert found.area[0] == pytest.approx(5e7, rel=1e-4)


def test_files_may_be_kept_under_other_names(tmp_path: Path) -> None:
    kept = write_geojson(grid(2, 2), tmp_path / "0a1b2c", "RGN23CD", "RGN23NM")
    assert len(boundaries.read_boundaries({ENTRY.file_name: kept}, ENTRY)) == 4


def test_topojson_areas_are_those_that_stood_that_year(tmp_path: Path) -> None:
    # two squares that share arc 0; quantised, so arcs are differences; E1 became E3 in 2020
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [-2.0, 52.0]},
        "arcs": [
            [[10, 0], [0, 10]],
            [[10, 10], [-10, 0], [0, -10], [10, 0]],
            [[10, 10], [10, 0], [0, -10], [-10, 0]],
        ],
        "objects": {
            "ltla": {
                "type": "GeometryCollection",
                "geometries": [
                    {
                        "type": "Polygon",
                        "arcs": [[0, 1]],
                        "properties": {"areacd": "E1", "areanm": "West", "end": 2019},
                    },
                    {
                        "type": "MultiPolygon",
                        "arcs": [[[2, 0]]],
                        "properties": {"areacd": "E2", "areanm": "East"},
                    },
                    {
                        "type": "Polygon",
                        "arcs": [[0, 1]],
                        "properties": {"areacd": "E3", "areanm": "New West", "start": 2020},
                    },
                ],
            }
        },
    }
    (tmp_path / "topo.json").write_text(json.dumps(topology), encoding="utf-8")
    for year, codes in ((2019, ["E1", "E2"]), (2020, ["E2", "E3"])):
        entry = BoundaryFile("ltla", year, 2, "topo.json", "areacd", "areanm", layer="ltla", year=year)
        found = boundaries.read_boundaries(tmp_path, entry)
        assert found["area_code"].tolist() == codes
        assert found.to_crs("EPSG:4326").total_bounds == pytest.approx([-2.0, 52.0, -1.8, 52.1], abs=1e-6)


def test_arcs_run_backwards_where_the_number_is_negative() -> None:
    arcs = [np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]])]
    polygon = reading._topojson_polygon({"type": "Polygon", "arcs": [[0, ~1]]}, arcs)
    assert polygon is not None
    assert polygon.area == pytest.approx(0.5)


def test_a_missing_file_names_the_file_and_the_mend(tmp_path: Path) -> None:
    with pytest.raises(BoundaryProblem, match=r"regions\.geojson: not in the folder .*--from"):
        boundaries.read_boundaries(tmp_path, ENTRY)


@pytest.mark.parametrize("content", ["", '{"type": "FeatureCollection", "features": [{"type": "Fea'])
def test_a_truncated_file_names_the_place_and_the_mend(tmp_path: Path, content: str) -> None:
    (tmp_path / ENTRY.file_name).write_text(content, encoding="utf-8")
    with pytest.raises(BoundaryProblem, match=r"regions\.geojson: line 1, column \d+.*fetch the file again"):
        boundaries.read_boundaries(tmp_path, ENTRY)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / ENTRY.file_name).write_bytes('{"name": "Côte"}'.encode("latin-1"))
    with pytest.raises(BoundaryProblem, match=r"regions\.geojson: byte 11 is not UTF-8"):
        boundaries.read_boundaries(tmp_path, ENTRY)


def test_a_renamed_property_is_named_with_those_found(tmp_path: Path) -> None:
    write_geojson(grid(2, 2), tmp_path / ENTRY.file_name, "RGN24CD", "RGN23NM")
    with pytest.raises(
        BoundaryChanged, match=r"feature 1: property 'RGN23CD' gone, found \['RGN23NM', 'RGN24CD'\]"
    ):
        boundaries.read_boundaries(tmp_path, ENTRY)


def test_a_lost_layer_is_named_with_those_found(tmp_path: Path) -> None:
    (tmp_path / "topo.json").write_text('{"objects": {"lad": {}}, "arcs": []}', encoding="utf-8")
    entry = BoundaryFile("ltla", 2024, 2, "topo.json", "areacd", "areanm", layer="ltla", year=2024)
    with pytest.raises(BoundaryChanged, match=r"layers \['lad'\]; TopoJSON with a layer 'ltla' expected"):
        boundaries.read_boundaries(tmp_path, entry)


def test_another_number_of_areas_is_refused(tmp_path: Path) -> None:
    write_geojson(grid(3, 1), tmp_path / ENTRY.file_name, "RGN23CD", "RGN23NM")
    with pytest.raises(BoundaryProblem, match="3 English areas; 4 of region 2023 expected"):
        boundaries.read_boundaries(tmp_path, ENTRY)


def test_an_area_twice_is_refused(tmp_path: Path) -> None:
    areas = grid(2, 2)
    areas.loc[1, "area_code"] = "E0000"
    write_geojson(areas, tmp_path / ENTRY.file_name, "RGN23CD", "RGN23NM")
    with pytest.raises(BoundaryProblem, match="feature 2: E0000 stands twice"):
        boundaries.read_boundaries(tmp_path, ENTRY)


def test_metres_in_place_of_degrees_are_refused(tmp_path: Path) -> None:
    areas = grid(2, 2).set_crs("EPSG:4326", allow_override=True)
    write_geojson(areas, tmp_path / ENTRY.file_name, "RGN23CD", "RGN23NM")
    with pytest.raises(BoundaryProblem, match=r"coordinates from \(4e\+05, 3e\+05\).*EPSG:4326"):
        boundaries.read_boundaries(tmp_path, ENTRY)


# --- simplifying ------------------------------------------------------------------------------------------


def wavy_grid(columns: int, rows: int) -> gpd.GeoDataFrame:
    """A grid bent by waves of 600 m, so that straight sides become winding borders that are still shared."""
    areas = grid(columns, rows)

    def bend(points: np.ndarray) -> np.ndarray:
        x, y = points.T
        return np.stack([x + 600 * np.sin(y / 900), y + 600 * np.sin(x / 700)], axis=1)

    areas["geometry"] = shapely.transform(areas.geometry.to_numpy(), bend)
    return areas


def test_simplified_neighbours_still_share_their_border() -> None:
    areas = wavy_grid(3, 3)
    simple = boundaries.simplify(areas)
    geometries = simple.geometry.to_numpy()
    assert (
        shapely.get_num_coordinates(geometries).sum()
        < 0.5 * shapely.get_num_coordinates(areas.geometry.to_numpy()).sum()
    )
    assert shapely.coverage_is_valid(geometries)
    whole = shapely.union_all(geometries)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert shapely.area(geometries).sum() == pytest.approx(whole.area, rel=1e-9)


def test_no_border_moves_further_than_the_tolerance() -> None:
    areas = wavy_grid(2, 2)
    simple = boundaries.simplify(areas, 400.0)
    away = shapely.hausdorff_distance(
        shapely.boundary(simple.geometry.to_numpy()), shapely.boundary(areas.geometry.to_numpy())
    )
    # and a metre for the grid that coordinates are set on
    assert away.max() <= 400.0 + 2


def test_a_tiny_area_inside_a_large_one_keeps_its_shape() -> None:
    hole = shapely.Point(405_000, 305_000).buffer(500)
    areas = frame({"E1": square(0, 0).difference(hole), "E2": hole, "E3": square(1, 0)})
    simple = boundaries.simplify(areas)
    assert simple.area[1] == pytest.approx(areas.area[1], rel=0.1)
    assert shapely.coverage_is_valid(simple.geometry.to_numpy())


def test_neighbours_that_miss_each_other_by_a_rounding_are_joined() -> None:
    # overlaps by 50 m at foot and top, gapes by 50 m between: 3 decimals of a degree do as much
    bent = shapely.Polygon(
        [(409_950, 300e3), (420e3, 300e3), (420e3, 310e3), (409_950, 310e3), (410_050, 305e3)]
    )
    simple = boundaries.simplify(frame({"E1": square(0, 0), "E2": bent}))
    geometries = simple.geometry.to_numpy()
    assert shapely.coverage_is_valid(geometries)
    assert shapely.length(shapely.intersection(*geometries)) == pytest.approx(10_000, rel=0.02)


def test_areas_that_overlap_stay_overlapping_and_whole() -> None:
    areas = frame(
        {"E1": shapely.box(400e3, 300e3, 420e3, 310e3), "E2": shapely.box(410e3, 300e3, 430e3, 310e3)}
    )
    simple = boundaries.simplify(areas)
    assert simple.area.tolist() == pytest.approx([2e8, 2e8])
    assert shapely.intersection(*simple.geometry).area == pytest.approx(1e8)


def test_islets_go_but_the_only_islands_of_an_area_stay() -> None:
    rock = square(0, 0, 400.0)
    main = square(1, 0)
    scilly = shapely.MultiPolygon([square(50, 0, 900.0), square(52, 0, 900.0)])
    simple = boundaries.simplify(frame({"E1": shapely.MultiPolygon([main, rock]), "E2": scilly}))
    assert shapely.get_num_geometries(simple.geometry.to_numpy()).tolist() == [1, 2]


def test_borders_are_shared_along_a_side_not_at_a_corner() -> None:
    areas = grid(2, 2)
    pairs = {tuple(areas["area_code"].iloc[pair].tolist()) for pair in boundaries.shared_borders(areas)}
    assert pairs == {("E0000", "E0001"), ("E0000", "E0100"), ("E0001", "E0101"), ("E0100", "E0101")}


# --- writing ----------------------------------------------------------------------------------------------


def test_features_are_clockwise_with_code_name_and_four_decimals() -> None:
    ring = square(0, 0).difference(square(0.4, 0.4, 10_000).intersection(square(0.3, 0.3, 10_000)))
    collection = boundaries.feature_collection(frame({"E1": square(0, 0), "E2": ring}))
    assert [(feature["id"], feature["properties"]) for feature in collection["features"]] == [
        ("E1", {"name": "Area E1"}),
        ("E2", {"name": "Area E2"}),
    ]
    for exterior in exteriors(collection):
        assert signed_area(exterior) < 0
        assert exterior[0] == exterior[-1]
        assert all(round(number, 4) == number for point in exterior for number in point)


def test_the_build_writes_every_file_or_none(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    write_geojson(grid(2, 2), source / ENTRY.file_name, "RGN23CD", "RGN23NM")
    other = BoundaryFile("icb", 2023, 4, "absent.geojson", "ICB23CD", "ICB23NM")
    with pytest.raises(BoundaryProblem, match=r"absent\.geojson"):
        boundaries.build_boundaries(source, out, [ENTRY, other])
    assert not out.exists()
    steps_taken: list[tuple[str, int, int]] = []
    written = boundaries.build_boundaries(
        source,
        out,
        [ENTRY],
        names=lambda entry: {f"E{place}": f"Renamed {place}" for place in ("0000", "0001", "0100", "0101")},
        progress=lambda *step: steps_taken.append(step),
    )
    assert [path.name for path in written] == ["region-2023.geojson"]
    assert [path.name for path in out.iterdir()] == ["region-2023.geojson"]
    names = [feature["properties"]["name"] for feature in json.loads(written[0].read_text())["features"]]
    assert names == ["Renamed 0000", "Renamed 0001", "Renamed 0100", "Renamed 0101"]
    assert steps_taken[0] == ("boundaries of region 2023", 0, 1)
    assert steps_taken[-1] == ("boundaries written", 1, 1)


def test_a_code_that_is_not_official_is_refused_with_nothing_written(tmp_path: Path) -> None:
    write_geojson(grid(2, 2), tmp_path / ENTRY.file_name, "RGN23CD", "RGN23NM")
    known = dict.fromkeys(("E0000", "E0001", "E0100", "E0109"), "Known")
    with pytest.raises(
        BoundaryProblem, match=r"regions\.geojson: codes E0101; codes of region 2023 expected"
    ):
        boundaries.build_boundaries(tmp_path, tmp_path / "out", [ENTRY], names=lambda entry: known)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda feature: feature.update(properties=None), "feature 1 cannot be read .*properties are None"),
        (
            lambda feature: feature["geometry"]["coordinates"][0].__delitem__(slice(2, None)),
            "feature 1 cannot be read",
        ),
        (lambda feature: feature["geometry"]["coordinates"][0][1].__setitem__(0, 1e400), "no finite number"),
    ],
)
def test_an_area_that_is_none_is_named(tmp_path: Path, damage: Callable[[Any], None], words: str) -> None:
    path = write_geojson(grid(2, 2), tmp_path / ENTRY.file_name, "RGN23CD", "RGN23NM")
    content = json.loads(path.read_text(encoding="utf-8"))
    damage(content["features"][0])
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BoundaryProblem, match=rf"regions\.geojson: .*{words}"):
        boundaries.read_boundaries(tmp_path, ENTRY)


def test_an_area_without_a_surface_is_named() -> None:
    speck = shapely.box(400_000, 300_000, 400_000.2, 300_000.2)
    with pytest.raises(BoundaryProblem, match="E2: is no polygon of at least a square metre"):
        boundaries.simplify(frame({"E1": square(3, 3), "E2": speck}))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "region-2023.geojson"
    path.write_text("old", encoding="utf-8")

    def full(*_: object, **__: object) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="no space"):
        boundaries.write_boundaries(grid(1, 1), path)
    assert [path.name for path in tmp_path.iterdir()] == ["region-2023.geojson"]
    assert path.read_bytes() == b"old"


def test_every_boundary_is_of_a_vintage_that_is_drawn() -> None:
    for entry in boundaries.BOUNDARY_FILES:
        assert entry.vintage in DRAWN_YEARS[entry.area_type], entry
    names = [entry.output_name for entry in boundaries.BOUNDARY_FILES]
    assert len(names) == len(set(names))


# --- the real files ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    folder = shared / "geography"
    if not folder.is_dir():
        pytest.skip("the real boundaries are not beside this checkout (geography/ is absent)")
    return folder


@pytest.mark.shared
@pytest.mark.parametrize("entry", boundaries.BOUNDARY_FILES, ids=lambda entry: entry.output_name)
def test_real_boundaries_keep_their_areas_without_gap_or_overlap(
    entry: BoundaryFile, real: Path, tmp_path: Path
) -> None:
    areas = boundaries.read_boundaries(real, entry)
    simple = boundaries.simplify(areas)
    before, after = areas.geometry.to_numpy(), simple.geometry.to_numpy()
    assert simple["area_code"].tolist() == areas["area_code"].tolist()
    assert (shapely.area(after) > 0.85 * shapely.area(before)).all()
    if not entry.overlapping:
        assert shapely.coverage_is_valid(after)
    # nothing inside the country is left to nobody that was not left so before
    closed = shapely.union_all(after)
    gaps = sum(shapely.Polygon(ring).area for part in shapely.get_parts(closed) for ring in part.interiors)
    assert gaps < 1e6
    changed = shapely.symmetric_difference(closed, shapely.union_all(before)).area
    assert changed < 0.02 * shapely.union_all(before).area
    path = boundaries.write_boundaries(simple, tmp_path / entry.output_name)
    assert path.stat().st_size <= 360_000
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert {feature["id"] for feature in collection["features"]} == set(areas["area_code"])
    assert all(signed_area(ring) < 0 for ring in exteriors(collection))


@pytest.mark.shared
def test_the_city_of_london_and_scilly_do_not_vanish(real: Path) -> None:
    areas = boundaries.read_boundaries(real, boundaries.boundary_file("ltla", 2024))
    simple = boundaries.simplify(areas)
    for code in ("E09000001", "E06000053"):
        row = areas.index[areas["area_code"] == code][0]
        assert simple.area[row] == pytest.approx(areas.area[row], rel=0.15)
