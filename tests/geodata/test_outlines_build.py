"""Drawing outlines: cells against a slow twin, land, stranded pieces, assignment, TopoJSON, and the real files."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geodata import outlines
from geodata.__main__ import app
from geodata.boundaries import BoundaryProblem
from geodata.register import load_register
from geodata.tools.outlines import assigning, build, land
from geodata.tools.outlines.assigning import LAYERS, Assigning, Centres, Layer
from geodata.tools.outlines.build import Outlined, build_outlines, files_of, outlines_of, write_outlines
from geodata.tools.outlines.cells import radii, weighted_cells
from geodata.tools.outlines.ground import Ground, cut, settled
from geodata.tools.outlines.measures import Measures, measure
from geodata.tools.outlines.plane import METRES, STEP_M, degrees_to_plane, to_grid, to_plane
from geodata.tools.outlines.topology import topology, written
from geodata.tools.tables.facts import LSOA_2021, LSOA_2022, LSOA_2024, LSOA_2026, WARDS

MIDDLE = np.array([450_000.0, 300_000.0])
LAYER = {layer.name: layer for layer in LAYERS}


def scattered(n: int, seed: int) -> np.ndarray:
    """Centres in metres: half close together in a town, half far apart around it."""
    rng = np.random.default_rng(seed)
    town = rng.normal(0, 1500, (n // 2, 2))
    return np.vstack([town, rng.uniform(-15_000, 15_000, (n - n // 2, 2))]) + MIDDLE


def slow_owner(place: np.ndarray, points: np.ndarray, radius: np.ndarray) -> tuple[int, float]:
    """The centre for which distance² − radius² is least, by trying all; and how far it is ahead of the next."""
    powers = sorted(
        (((place[0] - x) ** 2 + (place[1] - y) ** 2) - r**2, number)
        for number, ((x, y), r) in enumerate(zip(points, radius, strict=True))
    )
    return powers[0][1], powers[1][0] - powers[0][0]


def slow_radius(points: np.ndarray, number: int) -> float:
    distances = sorted(float(np.hypot(*(point - points[number]))) for point in points)
    return 0.7 * distances[3]  # the first is the distance to itself


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cells_are_those_of_the_slow_twin(seed: int) -> None:
    points = scattered(40, seed)
    radius = radii(points)
    assert radius == pytest.approx([slow_radius(points, number) for number in range(len(points))])
    cells = weighted_cells(points, radius)
    there = np.flatnonzero([cell is not None for cell in cells])
    assert shapely.is_valid(cells[there]).all()
    assert shapely.coverage_is_valid(cells[there])
    places = np.random.default_rng(seed).uniform(-15_000, 15_000, (400, 2)) + MIDDLE
    found = shapely.STRtree(cells[there]).query(shapely.points(places), predicate="intersects")
    owner = dict(zip(found[0].tolist(), there[found[1]].tolist(), strict=True))
    checked = 0
    for number, place in enumerate(places):
        expected, ahead = slow_owner(place, points, radius)
        if ahead > 50_000.0:  # not on a border
            assert owner[number] == expected
            checked += 1
    assert checked > 350


def test_equal_weights_give_the_plain_voronoi_cells() -> None:
    points = np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 1000.0], [1000.0, 1000.0], [500.0, 500.0]])
    cells = weighted_cells(points, np.full(5, 300.0))
    # the middle one is a square on its corner, half way to each of the four
    assert cells[4].area == pytest.approx(500_000, rel=1e-3)
    bigger = weighted_cells(points, np.array([300.0, 300.0, 300.0, 300.0, 500.0]))
    assert bigger[4].area > 1.3 * cells[4].area
    # one that is swallowed whole has no cell
    swallowed = weighted_cells(points, np.array([900.0, 900.0, 900.0, 900.0, 1.0]))
    assert swallowed[4] is None


def test_centres_that_cannot_be_weighted_are_named() -> None:
    with pytest.raises(ValueError, match="3 centres; at least 4 expected"):
        radii(np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"two centres lie at \[5.0, 5.0\]"):
        radii(np.array([[5.0, 5.0], [5.0, 5.0], [0.0, 0.0], [9.0, 0.0], [0.0, 9.0]]))


# --- ground -----------------------------------------------------------------------------------------------


def squares(
    columns: int, rows: int, side_m: float = 10_000.0, water: shapely.Geometry | None = None
) -> Ground:
    """Ground of square cells ``C<column><row>``, less the water, in the plane."""
    codes = [f"C{column}{row}" for column in range(columns) for row in range(rows)]
    boxes = np.array(
        [
            shapely.box(column * side_m, row * side_m, (column + 1) * side_m, (row + 1) * side_m)
            for column in range(columns)
            for row in range(rows)
        ],
        dtype=object,
    )
    whole = shapely.union_all(boxes)
    dry = whole if water is None else whole.difference(water)
    return cut(codes, shapely.centroid(boxes), boxes, np.arange(len(boxes)), dry)


def labelled(ground: Ground, label_of: dict[str, int]) -> np.ndarray:
    return np.array([label_of[ground.codes[owner]] for owner in ground.owner])


def test_pieces_fit_together_and_know_their_neighbours() -> None:
    ground = squares(3, 2)
    assert len(ground.pieces) == 6
    assert shapely.coverage_is_valid(ground.pieces)
    assert ground.home.all()
    assert len(ground.beside) == 7
    assert ground.length.tolist() == [10_000.0] * 7
    # none of them lies in the sea
    half = squares(2, 1, water=shapely.box(15_000, -1, 30_000, 20_000))
    assert shapely.area(half.pieces).sum() == 150_000_000


def test_land_beyond_a_river_goes_to_the_bank_it_lies_on() -> None:
    # a river of 1 km cuts 2 km of C0 from its centre; they hang together with C1 alone
    ground = squares(2, 1, water=shapely.box(7_000, -1, 8_000, 10_001))
    assert len(ground.pieces) == 3
    labels = labelled(ground, {"C00": 0, "C10": 1})
    after = settled(ground, labels)
    assert shapely.area(ground.pieces[labels == 0]).sum() == 90_000_000
    assert shapely.area(ground.pieces[after == 0]).sum() == 70_000_000
    assert shapely.area(ground.pieces[after == 1]).sum() == 120_000_000


def test_an_island_without_a_centre_stays_and_a_speck_goes_to_its_neighbours() -> None:
    ground = squares(
        2, 1, water=shapely.box(7_000, -1, 8_000, 10_001).union(shapely.box(9_000, -1, 10_001, 10_001))
    )
    labels = labelled(ground, {"C00": 0, "C10": 1})
    assert settled(ground, labels).tolist() == labels.tolist()
    # a cell of 0.81 km² of the area in the far corner, in the middle of another's
    small = squares(4, 4, side_m=900.0)
    before = labelled(small, {code: int(code.endswith("0") or code == "C12") for code in small.codes})
    after = settled(small, before)
    assert (before.sum(), after.sum()) == (5, 4)


def test_areas_are_joined_as_the_slow_twin_joins_them() -> None:
    points = scattered(60, 5)
    radius = radii(points)
    codes = [f"E{number:02d}" for number in range(60)]
    cells = weighted_cells(points, radius)
    there = np.array([cell is not None for cell in cells])
    box = shapely.box(437_000, 287_000, 463_000, 313_000)
    clipped = shapely.intersection(cells[there], box.buffer(2000))
    ground = cut(codes, shapely.points(points), clipped, np.flatnonzero(there), box)
    # four quarters of the land
    quarter = {
        code: f"Q{int(x > 450_000)}{int(y > 300_000)}" for code, (x, y) in zip(codes, points, strict=True)
    }
    drawn = outlines_of(ground, {code: frozenset((area,)) for code, area in quarter.items()})
    assert drawn["area_code"].tolist() == ["Q00", "Q01", "Q10", "Q11"]
    assert shapely.coverage_is_valid(drawn.geometry.to_numpy())
    rng = np.random.default_rng(6)
    agreed = total = 0
    for place in rng.uniform(0, 24_000, (500, 2)) + (MIDDLE - 12_000):
        owner, _ = slow_owner(place, points, radius)
        mine = drawn["area_code"][drawn.geometry.contains(shapely.points(place))]
        total += 1
        agreed += quarter[codes[owner]] in mine.tolist()
    assert agreed / total > 0.96  # but for what thinning moved, and specks


def test_areas_that_overlap_are_both_whole() -> None:
    ground = squares(3, 1)
    both = {"C00": frozenset("A"), "C10": frozenset("AB"), "C20": frozenset("B")}
    drawn = outlines_of(ground, both).set_index("area_code").geometry
    assert (drawn["A"].area, drawn["B"].area) == (200_000_000, 200_000_000)
    # what lies in none of them is left out
    one = outlines_of(ground, {"C00": frozenset("A"), "C10": frozenset(), "C20": frozenset()})
    assert one.geometry.area.tolist() == [100_000_000]


def test_an_area_without_land_is_named() -> None:
    ground = squares(2, 1)
    with pytest.raises(BoundaryProblem, match="GONE: no land is left of it"):
        outlines_of(ground, {"C00": frozenset("A"), "C10": frozenset("B"), "C99": frozenset(["GONE"])})


# --- land -------------------------------------------------------------------------------------------------


def test_land_reaches_round_centres_at_the_coast_and_not_into_the_open_waters() -> None:
    coast = shapely.box(400_000, 300_000, 420_000, 320_000)
    points = np.array([[420_300.0, 310_000.0], [410_000.0, 310_000.0]])
    dry = land.land_of(coast, points, np.array([1000.0, 1000.0]))
    assert dry.contains(shapely.points(420_700, 310_000))  # 400 m beyond it: less than half the radius
    assert not dry.contains(shapely.points(420_900, 310_000))
    # one far inland changes nothing
    assert dry.area - coast.area < 800_000
    tidal = land.water()
    assert [round(chain.length / 1000) > 20 for chain in tidal] == [True] * 3
    middle = shapely.get_point(shapely.LineString([tidal[1].centroid, tidal[1].centroid]), 0)
    sea = shapely.box(*tidal[1].bounds).buffer(20_000)
    dry = land.land_of(sea, np.array([[middle.x, middle.y]]), np.array([400.0]))
    assert dry.contains(middle)  # no centre is under water
    assert not dry.contains(tidal[1].buffer(-50))


def test_the_coast_is_read_or_named(tmp_path: Path) -> None:
    (tmp_path / "coast").mkdir()
    path = tmp_path / land.COAST_FILE
    square = {"type": "Polygon", "coordinates": [[[-2, 52], [-2, 53], [-1, 53], [-1, 52], [-2, 52]]]}
    for content in (
        {"type": "Feature", "properties": {}, "geometry": square},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {}, "geometry": square}],
        },
    ):
        path.write_text(json.dumps(content), encoding="utf-8")
        assert land.read_coast(tmp_path).area == pytest.approx(7.5e9, rel=0.05)
    path.write_text('{"type": "Feature", "properties": {}, "geometry": 7}', encoding="utf-8")
    with pytest.raises(BoundaryProblem, match="ne10m_united_kingdom"):
        land.read_coast(tmp_path)
    path.unlink()
    with pytest.raises(BoundaryProblem, match="not in the folder"):
        land.read_coast(tmp_path)


# --- measures ---------------------------------------------------------------------------------------------


def pair(x: float) -> gpd.GeoDataFrame:
    """Two squares side by side whose common border stands at ``x`` metres."""
    west, south = 400_000.0, 300_000.0
    boxes = [
        shapely.box(west, south, west + x, south + 10_000),
        shapely.box(west + x, south, west + 20_000, south + 10_000),
    ]
    return gpd.GeoDataFrame({"area_code": ["E1", "E2"]}, geometry=boxes)


def test_a_border_that_is_moved_is_measured() -> None:
    found = measure(pair(11_500), pair(10_000))
    assert found.areas == 2
    # 1.5 km × 10 km in the wrong one, counted on both sides, of 200 km²
    assert found.symmetric_difference == pytest.approx(0.15)
    assert (found.pairs, found.pairs_kept) == (1, 1)
    assert found.within_2km == 1.0
    # 70 km of border in all: of the 10 km in between, what is 1 km from the coast is near to that
    assert found.within_1km == pytest.approx(1 - 8 / 70, abs=0.02)
    apart = pair(10_000)
    apart["geometry"] = [
        apart.geometry[0],
        shapely.transform(apart.geometry[1], lambda places: places + np.array([5000, 0])),
    ]
    assert measure(apart, pair(10_000)).pairs_kept == 0


def test_other_areas_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match=r"lack \['E2'\].*have \['E3'\] besides"):
        measure(pair(9_000).replace({"area_code": {"E2": "E3"}}), pair(9_000))


# --- TopoJSON ---------------------------------------------------------------------------------------------


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    side = 10 * STEP_M
    west = np.array([-2.0, 52.0]) * METRES
    x, y = (np.rint(west / STEP_M) * STEP_M).tolist()
    hole = shapely.box(x + side, y + side, x + 2 * side, y + 2 * side)
    areas = {
        "E2": hole,
        "E1": shapely.box(x, y, x + 3 * side, y + 3 * side).difference(hole),
        "E3": shapely.union_all(
            [
                shapely.box(x + 3 * side, y, x + 4 * side, y + 3 * side),
                shapely.box(x + 6 * side, y, x + 7 * side, y + side),
            ]
        ),
    }
    content = topology({"region-2023": areas})
    # E1 and E3 share one arc, E1 and the hole in it another
    assert len(content["arcs"]) == 5
    (tmp_path / "region.topojson").write_bytes(written(content))
    read = outlines.outlines_geojson("region", 2023, folder=tmp_path)
    assert [feature["id"] for feature in read["features"]] == ["E1", "E2", "E3"]
    assert [feature["geometry"]["type"] for feature in read["features"]] == [
        "Polygon",
        "Polygon",
        "MultiPolygon",
    ]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in read["features"]])
    for code, shape in zip(("E1", "E2", "E3"), degrees_to_plane(shapes), strict=True):
        assert shapely.symmetric_difference(shape, areas[code]).area < 1e-3 * areas[code].area
    assert written(topology({"region-2023": dict(reversed(areas.items()))})) == written(content)


def boxes(x: int, y: int, widths: list[int]) -> dict[str, shapely.Geometry]:
    """Boxes side by side, three steps high, whose south-west corner is at the step (x, y); widths in steps."""
    ends = [x + sum(widths[:number]) for number in range(len(widths) + 1)]
    return {
        f"E{number}": shapely.box(west * STEP_M, y * STEP_M, east * STEP_M, (y + 3) * STEP_M)
        for number, (west, east) in enumerate(pairwise(ends))
    }


@given(
    first=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    second=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    west=st.integers(-9000, -8990),
    south=st.integers(231_000, 231_009),
)
def test_layers_that_share_a_file_are_read_as_if_each_had_its_own(
    tmp_path_factory: pytest.TempPathFactory, first: list[int], second: list[int], west: int, south: int
) -> None:
    folder = tmp_path_factory.mktemp("outlines")
    layers = {"icb-2022": boxes(-9000, 231_000, first), "icb-2023": boxes(west, south, second)}
    together = topology(layers)
    (folder / "icb.topojson").write_bytes(written(together))
    assert outlines.available_outlines("icb", folder) == (2022, 2023)
    for name, areas in layers.items():
        alone = topology({name: areas})
        assert len(alone["arcs"]) <= len(together["arcs"])
        read = outlines.outlines_geojson("icb", int(name[-4:]), folder=folder)
        assert [feature["id"] for feature in read["features"]] == sorted(areas)
        shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in read["features"]])
        back = dict(zip(sorted(areas), degrees_to_plane(shapes), strict=True))
        assert written(topology({name: back})) == written(alone)
    arcs = [tuple(map(tuple, arc)) for arc in together["arcs"]]
    assert len(arcs) == len(set(arcs))
    # a second vintage with the same land adds no arc
    assert (
        topology({"a": layers["icb-2022"], "b": layers["icb-2022"]})["arcs"]
        == (topology({"a": layers["icb-2022"]})["arcs"])
    )


def test_the_plane_is_true_to_scale_in_the_middle_of_england() -> None:
    square = shapely.box(400_000, 320_000, 410_000, 330_000)
    plane = to_plane(np.array([square], dtype=object))
    assert plane[0].area == pytest.approx(square.area, rel=0.01)
    assert shapely.hausdorff_distance(to_grid(plane)[0], square) < 0.1


# --- assignment -------------------------------------------------------------------------------------------


def test_layers_are_the_vintages_that_are_drawn() -> None:
    assert len(LAYER) == 33
    assert (LAYER["ltla-2017"].lsoas, LAYER["ltla-2024"].lsoas) == (2011, 2021)
    assert str(LAYER["ltla-2017"].day) == "2018-12-31"


def test_what_lies_in_no_area_of_the_register_stops_the_layer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = Assigning(tmp_path, load_register())
    monkeypatch.setattr(
        Assigning, "_lookups", {("icb", 2026): {"E01000001": "E54000008", "E01000002": "E54999999"}}
    )
    with pytest.raises(BoundaryProblem, match=r"icb-2026: no centre in .*unknown \['E54999999'\]"):
        asked.areas_of(LAYER["icb-2026"])


def test_a_code_without_kin_is_named(tmp_path: Path) -> None:
    asked = Assigning(tmp_path, load_register())
    then = load_register().codes("ltla", 2018)
    # Buckinghamshire was four districts, Barnsley is itself, and Dorset's district is no one else's
    assert asked._kin("E06000060", then) == ["E07000004", "E07000005", "E07000006", "E07000007"]
    assert asked._kin("E08000038", then) == ["E08000016"]
    assert asked._kin("E06000059", load_register().codes("ltla", 2024)) == ["E06000059"]
    with pytest.raises(BoundaryProblem, match="nothing links E06999999"):
        asked._kin("E06999999", then)


def test_sizes_are_held_and_nothing_is_written_beyond_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = [
        Outlined(LAYER[name], boxes(-9000, 231_000, [2, 3]), None)
        for name in ("region-2023", "icb-2022", "icb-2023")
    ]
    monkeypatch.setattr(build, "MOST_BYTES", 5)
    with pytest.raises(BoundaryProblem, match=r"region-2023: \d+ bytes after gzip; at most 5 expected"):
        write_outlines(built, tmp_path)
    monkeypatch.setattr(build, "MOST_BYTES", 500)
    monkeypatch.setattr(build, "MOST_BYTES_IN_ALL", 5)
    with pytest.raises(BoundaryProblem, match=r"all layers: .*at most 5"):
        write_outlines(built, tmp_path)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(build, "MOST_BYTES_IN_ALL", 5000)
    write_outlines(built, tmp_path)
    # not checked: no report
    assert sorted(path.name for path in tmp_path.iterdir()) == ["icb.topojson", "region.topojson"]
    assert outlines.available_outlines("icb", tmp_path) == (2022, 2023)


CENTRES = "LSOACD,latitude,longitude\n"
DISTRICTS_2021 = "lsoa11_code,ccg21_code,stp21_code,ltla21_code\n"
DISTRICTS_2024 = "lsoa21_code,ltla24_code\n"


def few(folder: Path, centres: str) -> Assigning:
    """Two small areas of Hartlepool, one of 2011 and one of 2021, and one of Wales."""
    files = {
        assigning.CENTRES_FILE: CENTRES + centres,
        LSOA_2021: DISTRICTS_2021 + "E01000001,E38000247,E54000050,E06000001\n",
        LSOA_2022: "lsoa11_code,sicbl22_code,icb22_code,ltla22_code\n",
        LSOA_2024: "lsoa21_code,sicbl24_code,icb24_code\n",
        LSOA_2026: "lsoa21_code,icb26_code\n",
        WARDS: DISTRICTS_2024 + "E01000002,E06000001\nW01000001,W06000001\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Assigning(folder, load_register())


def test_centres_are_those_of_the_year_and_of_those_beyond_the_border(tmp_path: Path) -> None:
    rows = "E01000002,54.7,-1.2\nE01000001,54.6,-1.3\nW01000001,53,-3\nS01000001,55.5,-2.5\n95AA01S1,54,-6\n"
    asked = few(tmp_path, rows)
    of_2011, of_2021 = asked.centres(2011), asked.centres(2021)
    assert of_2011.codes == ("E01000001", "S01000001", "W01000001")
    assert of_2021.codes == ("E01000002", "S01000001", "W01000001")
    assert of_2011.english.tolist() == [True, False, False]
    assert of_2011.points[0] == pytest.approx([445_321, 522_983], abs=5)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("E01000002,54.7,-1.2\nE01000001,north,-1.3\n", r"row 3: .*latitude 'north' of E01000001; degrees"),
        ("E01000002,54.7,-1.2\n", r"no row for E01000001; a centre for each small area of 2011"),
    ],
)
def test_centres_that_are_spoilt_or_absent_are_named(rows: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(BoundaryProblem, match=words):
        few(tmp_path, rows).centres(2011)


def test_a_year_that_is_not_drawn_is_refused() -> None:
    assert assigning._drawn("ltla", 2023) == 2024
    with pytest.raises(LookupError, match="no vintage of ltla is drawn for 1999"):
        assigning._drawn("ltla", 1999)


def test_the_command_names_what_is_missing_and_writes_nothing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["outlines", "--from", str(tmp_path), "--to", str(tmp_path / "made")])
    assert done.exit_code == 1
    assert "not built: coast/ne10m_united_kingdom.geojson: not in the folder" in done.output
    assert not (tmp_path / "made").exists()


def test_the_command_writes_layers_and_their_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measures = Measures(9, 0.0381, 0.7784, 0.9184, 15, 14)
    made = [
        Outlined(LAYER["region-2023"], boxes(-9000, 231_000, [1] * 9), measures),
        Outlined(LAYER["icb-2026"], boxes(-9000, 231_000, [1] * 36), None),
    ]
    monkeypatch.setattr(build, "build_outlines", lambda *_, **__: made)
    done = CliRunner().invoke(app, ["outlines", "--from", str(tmp_path), "--to", str(tmp_path)])
    assert done.exit_code == 0
    assert "| region-2023 | 2016–2025 | 9 | 0.3 | 3.8% | 77.8% | 91.8% | 14 of 15 |" in done.output
    assert "| icb-2026 | 2026 | 36 | 0.8 | – | – | – | – |" in done.output
    lines = (tmp_path / "report.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == [
        f"region,2023,2016,2025,9,{made[0].compressed},0.038,0.778,0.918,15,14",
        f"icb,2026,2026,2026,36,{made[1].compressed},,,,,",
    ]


class Invented:
    """Sixty invented centres in two areas, with two abroad."""

    def __init__(self, *_: object) -> None:
        self.points = scattered(60, 7)

    def centres(self, lsoas: int) -> Centres:
        codes = [f"E{number:02d}" for number in range(58)] + ["W58", "W59"]
        return Centres(tuple(codes), self.points)

    def areas_of(self, layer: Layer) -> dict[str, frozenset[str]]:
        east = [int(x > 450_000) for x, _ in self.points]
        return {f"E{number:02d}": frozenset((f"A{east[number]}",)) for number in range(58)}


def test_a_layer_is_built_from_centres_alone_and_twice_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coast = shapely.box(430_000, 280_000, 470_000, 320_000)
    steps: list[str] = []
    monkeypatch.setattr(build, "Assigning", Invented)
    monkeypatch.setattr(build, "read_coast", lambda folder: coast)
    official = gpd.GeoDataFrame(
        {"area_code": ["A0", "A1"]},
        geometry=[
            shapely.box(430_000, 280_000, 450_000, 320_000),
            shapely.box(450_000, 280_000, 470_000, 320_000),
        ],
    )
    monkeypatch.setattr(build, "read_boundaries", lambda folder, entry: official)
    layers = [LAYER["region-2023"], LAYER["icb-2026"]]
    first = build_outlines(tmp_path, load_register(), tmp_path, steps.append, layers)
    again = build_outlines(tmp_path, load_register(), layers=layers)
    assert steps == ["region-2023", "icb-2026"]
    assert files_of(first) == files_of(again)
    assert [len(outlined.areas) for outlined in first] == [2, 2]
    assert (first[1].measures, again[0].measures) == (None, None)
    measures = first[0].measures
    assert measures is not None
    assert (measures.areas, measures.pairs, measures.pairs_kept) == (2, 1, 1)
    assert measures.symmetric_difference < 0.25
    write_outlines(first, tmp_path)
    read = outlines.outlines_geojson("region", 2023, folder=tmp_path)
    assert [feature["id"] for feature in read["features"]] == ["A0", "A1"]


# --- the real files ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    folder = shared / "geography"
    if not (folder / "small_areas").is_dir():
        pytest.skip(
            "the centres of small areas are not beside this checkout (geography/small_areas is absent)"
        )
    return folder


@pytest.mark.shared
def test_districts_of_old_are_found_by_what_became_of_them(real: Path) -> None:
    register = load_register()
    asked = Assigning(real, register)
    found = asked.areas_of(LAYER["ltla-2017"])
    assert len(found) == 32_844
    # the name of an LSOA of 2011 begins with the district that it lay in then: "Aylesbury Vale 001A"
    changed = 0
    for name, centre, today in asked.sources.rows(LSOA_2021, "lsoa11_name", "lsoa11_code", "ltla21_code"):
        (then,) = found[centre]
        if then != today:
            changed += 1
            assert register.area(then).name == name[:-5], name
    assert changed == 1_527


@pytest.mark.shared
def test_seven_districts_lie_in_two_partnerships(real: Path) -> None:
    found = Assigning(real, load_register()).areas_of(LAYER["lep-2021"])
    assert {len(areas) for areas in found.values()} == {1, 2}


@pytest.mark.shared
def test_centres_placed_by_outline_are_where_the_lookup_has_them(real: Path) -> None:
    asked = Assigning(real, load_register())
    by_lookup = asked.areas_of(LAYER["ccg-2021"])
    placed = asked._placed(LAYER["ccg-2021"])
    agree = np.mean([frozenset((placed[centre],)) == areas for centre, areas in by_lookup.items()])
    assert agree > 0.995


@pytest.mark.shared
@pytest.mark.slow
def test_the_committed_layer_is_what_the_command_makes(real: Path) -> None:
    built = build_outlines(real, load_register(), real, layers=[LAYER["icb-2022"], LAYER["nhs_region-2021"]])
    for outlined in built:
        area_type, vintage = outlined.layer.area_type, outlined.layer.vintage
        committed = outlines.outlines_geojson(area_type, vintage)
        shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in committed["features"]])
        codes = [feature["id"] for feature in committed["features"]]
        areas = dict(zip(codes, degrees_to_plane(shapes), strict=True))
        assert files_of([outlined]) == files_of([Outlined(outlined.layer, areas, None)])
        assert outlined.measures is None
