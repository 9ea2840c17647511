from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from boundary_squares import frame, grid, square
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.layouts import DRAWN_YEARS, FOLDER, NEIGHBOURS, load_layout
from geodata.tools.hexes import spread as spreading
from geodata.tools.hexes.areas import Areas, measure_areas, read_areas, sample_points
from geodata.tools.hexes.lattice import ACROSS, Lattice, assign, best_lattice, mask_cells, plane
from geodata.tools.hexes.layout import Drift, build_layout, near_pairs
from geodata.tools.hexes.measures import measure, pieces
from geodata.tools.hexes.plans import PLANS, Builder, main, report_row
from geodata.tools.hexes.recipes import RECIPES, Recipe, following
from geodata.tools.hexes.search import Search
from geodata.tools.hexes.spread import spread

QUICK = Recipe(moves_per_area=600, hot=1.0)


def rows_of_squares(columns: int = 6, rows: int = 5) -> Areas:
    areas = grid(columns, rows)
    return measure_areas(areas, ["west" if code < "E03" else "east" for code in areas["area_code"]])


@pytest.fixture(autouse=True)
def coarse_grid(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few invented squares need no fine grid; the real country does."""
    if request.node.get_closest_marker("shared") is None:
        monkeypatch.setattr(spreading, "GRID_CELLS", 96)


@pytest.fixture(scope="module")
def invented_areas() -> Areas:
    return rows_of_squares()


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    folder = shared / "geography"
    if not folder.is_dir():
        pytest.skip("the real boundaries are not beside this checkout (geography/ is absent)")
    return folder


# --- the steps --------------------------------------------------------------------------------------------


def test_sample_points_fill_an_area_evenly() -> None:
    points = sample_points(square(0, 0), 400)
    assert points.shape == (400, 2)
    counts, _, _ = np.histogram2d(*((points - [400e3, 300e3]) / 10e3).T, bins=4, range=[[0, 1], [0, 1]])
    assert counts.min() >= 20
    assert counts.max() <= 30


def test_the_spread_gives_every_area_the_same_room() -> None:
    # one square of 40 km beside sixteen of 10 km: its share of the ground falls from a half to a seventeenth
    large = shapely.box(360e3, 300e3, 400e3, 340e3)
    small = {f"E{c}{r}": square(c, r) for c in range(4) for r in range(4)}
    areas = measure_areas(frame({**small, "E99": large}), [""] * 17)
    moved = spread(areas.points)
    everyone = moved.reshape(-1, 2)
    bins = [np.arange(low, high + 1, 0.5) for low, high in zip(everyone.min(0), everyone.max(0), strict=True)]
    mass = np.histogram2d(*everyone.T, bins=bins)[0] / areas.points.shape[1]
    assert mass.max() < 0.25 * 1.3  # a bin is a quarter of the room of an area
    centroids = moved.mean(axis=1)
    assert centroids[-1, 0] < centroids[:-1, 0].min()


def test_the_mask_is_one_piece_without_holes() -> None:
    ring = square(0, 0, 60_000.0).difference(square(1, 1, 20_000.0))
    points = spread(np.stack([sample_points(ring, 3000)] * 1).reshape(30, 100, 2))
    lattice = Lattice(points, (0.0, 0.0))
    mask = mask_cells(lattice, 30)
    assert len(mask) == 30
    cells = [lattice.cell(number) for number in mask]
    assert pieces(cells) == 1
    around = {
        (q, r)
        for q in range(min(q for q, _ in cells) - 1, max(q for q, _ in cells) + 2)
        for r in range(min(r for _, r in cells) - 1, max(r for _, r in cells) + 2)
    }
    assert pieces(around - set(cells)) == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_the_assignment_is_one_to_one_and_no_dearer_than_a_greedy_one(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    centroids, centres = rng.random((count, 2)), rng.random((count + 3, 2))
    seats = assign(centroids, centres)
    assert len(set(seats.tolist())) == count
    cost = ((centroids - centres[seats]) ** 2).sum()
    left = list(range(count + 3))
    greedy = 0.0
    for point in centroids:
        best = min(left, key=lambda row: float(((point - centres[row]) ** 2).sum()))
        left.remove(best)
        greedy += float(((point - centres[best]) ** 2).sum())
    assert cost <= greedy + 1e-12


def test_the_search_never_worsens_its_start_when_cold(invented_areas: Areas) -> None:
    points = spread(invented_areas.points)
    centroids = points.mean(axis=1)
    lattice, start = best_lattice(points, scattered=False)
    search = Search(lattice, start, invented_areas, centroids, near_pairs(invented_areas, centroids), QUICK)
    before = search.total()
    for _ in range(4000):
        search.step(1e-9)
        assert len(set(search.position)) == len(invented_areas.codes)
    assert search.total() <= before + 1e-6


def test_the_change_of_a_move_is_the_change_of_the_whole(invented_areas: Areas) -> None:
    points = spread(invented_areas.points)
    centroids = points.mean(axis=1)
    lattice, start = best_lattice(points, scattered=False)
    search = Search(lattice, start, invented_areas, centroids, near_pairs(invented_areas, centroids), QUICK)
    tried = 0
    while tried < 200:
        proposal = search._proposal()
        if proposal is None:
            continue
        tried += 1
        areas, cells = proposal
        places = [search.position[area] for area in areas]
        touched = [*places, *(cell for cell in cells if cell not in places)]
        whole = search.total() - pieces_cost(search)
        part = search._cost(areas, frozenset(areas), touched)
        search._apply(areas, cells)
        assert search._cost(areas, frozenset(areas), touched) - part == pytest.approx(
            search.total() - pieces_cost(search) - whole, abs=1e-6
        )


def pieces_cost(search: Search) -> float:
    return search.weights.region_pieces * sum(count - 1 for count in search.pieces.values())


# --- the whole --------------------------------------------------------------------------------------------


def test_a_grid_of_squares_keeps_its_order_and_its_groups(invented_areas: Areas) -> None:
    layout = build_layout(invented_areas, QUICK)
    assert layout.keys() == set(invented_areas.codes)
    assert len(set(layout.values())) == 30
    found = measure(layout, invented_areas)
    # a row of squares has at most 5 of 6 upright neighbours beside it on a hexagonal lattice
    assert found.kept_share > 0.8
    assert found.pieces == 1
    assert (found.groups, found.groups_in_one_piece) == (2, 2)
    place = {code: plane(cell) for code, cell in layout.items()}
    assert place["E0000"][0] < place["E0500"][0]
    assert place["E0000"][1] < place["E0004"][1]


@pytest.mark.slow
def test_the_same_input_gives_the_same_layout(invented_areas: Areas) -> None:
    steps_taken: list[tuple[int, int]] = []
    first = build_layout(invented_areas, QUICK, progress=lambda done, of: steps_taken.append((done, of)))
    assert first == build_layout(rows_of_squares(), QUICK)
    assert steps_taken[0] == (0, 18_000)


def test_an_island_stands_off_on_its_true_side() -> None:
    areas = grid(5, 4)
    areas.loc[len(areas)] = {"area_code": "E99", "name": "Island", "geometry": square(2, -2.0)}
    invented_areas = measure_areas(areas, [""] * 21)
    layout = build_layout(invented_areas, QUICK)
    q, r = layout["E99"]
    assert not {(q + dq, r + dr) for dq, dr in NEIGHBOURS} & set(layout.values())
    assert plane(layout["E99"])[1] < min(plane(cell)[1] for code, cell in layout.items() if code != "E99")
    assert measure(layout, invented_areas).islands == 1


def test_scattered_areas_keep_their_gaps() -> None:
    areas = frame({"E1": square(0, 0), "E2": square(1, 0), "E3": square(9, 0), "E4": square(0, 9)})
    layout = build_layout(
        measure_areas(areas, [""] * 4),
        Recipe(RECIPES["combined_authority"].weights, 2000, scattered=True),
    )
    place = {code: np.array(plane(cell)) for code, cell in layout.items()}
    assert np.hypot(*(place["E1"] - place["E2"])) == pytest.approx(ACROSS)
    assert np.hypot(*(place["E3"] - place["E1"])) > 2 * ACROSS
    assert place["E4"][1] > place["E1"][1] + ACROSS


@pytest.mark.slow
def test_a_following_layout_stays_by_the_one_before(invented_areas: Areas) -> None:
    base = build_layout(invented_areas, QUICK)
    drift = Drift.of(invented_areas, base)
    after = build_layout(invented_areas, following(QUICK), drift=drift)
    moved = [np.hypot(*(np.array(plane(base[code])) - plane(after[code]))) / ACROSS for code in base]
    assert np.mean(moved) < 0.6


def test_displacement_is_nil_for_a_lattice_drawn_as_it_lies() -> None:
    cells = {f"E{q}{r}": (q, r) for q in range(4) for r in range(4)}
    areas = frame(
        {code: shapely.Point(*(1e4 * np.array(plane(cell)))).buffer(100) for code, cell in cells.items()}
    )
    found = measure(cells, measure_areas(areas, [""] * 16))
    assert found.mean_displacement_km == pytest.approx(0, abs=1e-6)


def test_pieces_counts_islands_of_cells() -> None:
    assert pieces([(0, 0), (1, 0), (3, 0)]) == 2
    assert pieces([]) == 0


def test_every_plan_follows_one_built_before_it() -> None:
    built: set[tuple[str, int]] = set()
    for plan in PLANS:
        assert plan.after is None or plan.after in built, plan.name
        built.add((plan.area_type, plan.vintage))
    assert built == {(area_type, v) for area_type, years in DRAWN_YEARS.items() for v in years}


def test_a_layout_that_is_not_known_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--from", str(tmp_path), "--only", "parish-2024", "--out", str(tmp_path)]) == 1
    assert "no layout parish-2024; layouts: ltla-2024" in capsys.readouterr().err


def test_a_folder_without_boundaries_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--from", str(tmp_path), "--only", "region-2023", "--out", str(tmp_path)]) == 1
    assert "rgn_2023-12_en_buc.geojson: not in the folder" in capsys.readouterr().err


# --- the real files ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", ["region-2023", "nhs_region-2024"])
def test_a_rebuild_gives_the_committed_table(name: str, real: Path, tmp_path: Path) -> None:
    Builder(real, tmp_path).build([name])
    assert (tmp_path / f"{name}.csv").read_bytes() == (FOLDER / f"{name}.csv").read_bytes()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("area_type", "vintage"), [("ltla", 2024), ("icb", 2023), ("icb", 2026), ("combined_authority", 2024)]
)
def test_the_report_is_what_the_layout_measures(area_type: str, vintage: int, real: Path) -> None:
    areas = read_areas(real, area_type, vintage)
    row = report_row(area_type, vintage, measure(load_layout(area_type, vintage), areas))
    with (FOLDER / "report.csv").open(encoding="utf-8", newline="") as lines:
        rows = {(row["area_type"], row["vintage"]): row for row in csv.DictReader(lines)}
    assert rows[area_type, str(vintage)] == row
