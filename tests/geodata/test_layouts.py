from __future__ import annotations

import csv
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from geodata import layouts
from geodata.layouts import (
    DRAWN_YEARS,
    NEIGHBOURS,
    BadLayout,
    UnknownLayout,
    available_layouts,
    layout_geojson,
    load_layout,
)
from geodata.register import load_register

NAMES = [(area_type, vintage) for area_type, years in DRAWN_YEARS.items() for vintage in years]
LONDON_BANKS = (  # north bank first, west to east; the river runs between the two of a pair
    ("Hounslow", "Richmond upon Thames"),
    ("Hammersmith and Fulham", "Wandsworth"),
    ("Westminster", "Lambeth"),
    ("City of London", "Southwark"),
    ("Tower Hamlets", "Southwark"),
    ("Newham", "Greenwich"),
    ("Havering", "Bexley"),
)


@pytest.fixture(scope="module")
def report() -> dict[tuple[str, int], dict[str, str]]:
    with (layouts.FOLDER / "report.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["area_type"], int(row["vintage"])): row for row in csv.DictReader(lines)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of invented layouts, in place of the real ones."""
    load_layout.cache_clear()
    layouts._frame.cache_clear()
    monkeypatch.setattr(layouts, "FOLDER", tmp_path)
    yield tmp_path
    load_layout.cache_clear()
    layouts._frame.cache_clear()


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def corners_of(area_type: str, vintage: int) -> dict[str, list[tuple[float, float]]]:
    """The six corners of each hexagon, as they are drawn."""
    return {
        feature["id"]: [(x, y) for x, y in feature["geometry"]["coordinates"][0][:6]]
        for feature in layout_geojson(area_type, vintage)["features"]
    }


def centres_of(area_type: str, vintage: int) -> dict[str, tuple[float, float]]:
    return {
        code: (sum(x for x, _ in corners) / 6, sum(y for _, y in corners) / 6)
        for code, corners in corners_of(area_type, vintage).items()
    }


def radius_of(area_type: str, vintage: int) -> float:
    """From the centre of a hexagon to its corners."""
    heights = [y for _, y in next(iter(corners_of(area_type, vintage).values()))]
    return (max(heights) - min(heights)) / 2


def places(area_type: str, vintage: int) -> dict[str, tuple[float, float]]:
    """Name → centre, y upwards."""
    register = load_register()
    return {
        register.area(code, area_type).name: centre for code, centre in centres_of(area_type, vintage).items()
    }


def pieces(cells: set[tuple[int, int]]) -> list[set[tuple[int, int]]]:
    found = []
    left = set(cells)
    while left:
        piece, edge = set(), [left.pop()]
        while edge:
            cell = edge.pop()
            piece.add(cell)
            for step in NEIGHBOURS:
                beyond = cell[0] + step[0], cell[1] + step[1]
                if beyond in left:
                    left.discard(beyond)
                    edge.append(beyond)
        found.append(piece)
    return sorted(found, key=len, reverse=True)


# --- the layouts that ship --------------------------------------------------------------------------------


@pytest.mark.parametrize(("area_type", "vintage"), NAMES)
def test_every_area_of_its_years_has_one_cell_of_its_own(area_type: str, vintage: int) -> None:
    layout = load_layout(area_type, vintage)
    assert len(set(layout.values())) == len(layout)
    register = load_register()
    first, last = DRAWN_YEARS[area_type][vintage]
    for year in register.area_types[area_type].vintages:
        if first <= year <= last:
            assert register.codes(area_type, year) == layout.keys()


def test_every_year_of_the_register_is_drawn_exactly() -> None:
    register = load_register()
    for area_type in DRAWN_YEARS:
        for year in register.area_types[area_type].vintages:
            (vintage,) = (
                drawn for drawn, (first, last) in DRAWN_YEARS[area_type].items() if first <= year <= last
            )
            assert register.codes(area_type, year) == load_layout(area_type, vintage).keys()


@pytest.mark.parametrize(
    ("area_type", "vintage"), [name for name in NAMES if name[0] != "combined_authority"]
)
def test_the_mainland_is_one_piece_without_holes_and_islands_stand_off(
    area_type: str, vintage: int, report: dict[tuple[str, int], dict[str, str]]
) -> None:
    cells = set(load_layout(area_type, vintage).values())
    mainland, *islands = pieces(cells)
    assert len(islands) == int(report[area_type, vintage]["islands"])
    assert all(len(island) == 1 for island in islands)
    columns = range(min(q for q, _ in cells) - 2, max(q for q, _ in cells) + 3)
    rows = range(min(r for _, r in cells) - 2, max(r for _, r in cells) + 3)
    assert len(pieces({(q, r) for q in columns for r in rows} - mainland)) == 1


def test_the_report_holds_every_layout_and_keeps_its_promises(
    report: dict[tuple[str, int], dict[str, str]],
) -> None:
    assert report.keys() == set(NAMES)
    for (area_type, vintage), row in report.items():
        assert int(row["areas"]) == len(load_layout(area_type, vintage))
        assert (int(row["first_year"]), int(row["last_year"])) == DRAWN_YEARS[area_type][vintage]
        assert float(row["adjacent_pairs_kept_share"]) >= 0.6
        assert row["groups_in_one_piece"] == row["groups"]
        if area_type != "combined_authority":
            assert row["contiguous"] == "yes"
    assert float(report["ltla", 2024]["adjacent_pairs_kept_share"]) >= 0.7


def test_the_documented_measures_are_those_of_the_report(
    report: dict[tuple[str, int], dict[str, str]],
) -> None:
    text = (Path(__file__).parents[2] / "docs" / "layouts.md").read_text(encoding="utf-8")
    documented = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and "-20" in cells[0]:
            documented[cells[0]] = (cells[2], cells[3], cells[4], cells[5])
    assert documented == {
        f"{area_type}-{vintage}": (
            row["areas"],
            row["mean_displacement_km"],
            row["adjacent_pairs"],
            row["adjacent_pairs_kept_share"],
        )
        for (area_type, vintage), row in report.items()
    }


@pytest.mark.parametrize("vintage", DRAWN_YEARS["ltla"])
def test_london_reads_right_to_a_londoner(vintage: int) -> None:
    layout = load_layout("ltla", vintage)
    boroughs = {layout[code] for code in layout if code.startswith("E09")}
    assert len(boroughs) == 33
    assert len(pieces(boroughs)) == 1
    q, r = layout["E09000001"]
    assert all((q + dq, r + dr) in boroughs for dq, dr in NEIGHBOURS), "the City is in the middle"
    place = places("ltla", vintage)
    for north, south in LONDON_BANKS:
        assert place[north][1] > place[south][1], f"{north} is north of the river, {south} south of it"
    west_to_east = ["Hillingdon", "Ealing", "Westminster", "City of London", "Newham", "Havering"]
    assert [place[name][0] for name in west_to_east] == sorted(place[name][0] for name in west_to_east)


@pytest.mark.parametrize("vintage", DRAWN_YEARS["ltla"])
def test_the_corners_of_england_are_where_they_should_be(vintage: int) -> None:
    place = places("ltla", vintage)
    mainland = {name: xy for name, xy in place.items() if name not in ("Isles of Scilly", "Isle of Wight")}
    assert min(mainland, key=lambda name: mainland[name][0]) == "Cornwall"
    assert place["Isles of Scilly"][0] < place["Cornwall"][0]
    assert place["Isles of Scilly"][1] <= place["Cornwall"][1]
    assert place["Isle of Wight"][1] == min(xy[1] for xy in place.values())
    top = max(xy[1] for xy in place.values())
    assert place["Northumberland"][1] == pytest.approx(top, abs=1e-3)
    assert place["Dover"][0] > place["Croydon"][0] > place["Bristol, City of"][0] > place["Plymouth"][0]
    assert place["Great Yarmouth"][0] > place["Birmingham"][0] > place["Shropshire"][0]
    north_to_south = [
        "Newcastle upon Tyne",
        "Leeds",
        "Sheffield",
        "Birmingham",
        "Oxford",
        "Brighton and Hove",
    ]
    heights = [place[name][1] for name in north_to_south]
    assert heights == sorted(heights, reverse=True)


def test_unchanged_areas_stay_near_their_places_from_vintage_to_vintage() -> None:
    older, newer = centres_of("ltla", 2021), centres_of("ltla", 2024)
    step = 3**0.5 * radius_of("ltla", 2024)
    common = older.keys() & newer.keys()
    moved = [
        ((older[code][0] - newer[code][0]) ** 2 + (older[code][1] - newer[code][1]) ** 2) ** 0.5 / step
        for code in common
    ]
    assert sum(moved) / len(moved) < 1.5


@pytest.mark.parametrize(("area_type", "vintage"), [("ltla", 2024), ("region", 2023)])
def test_hexagons_are_clockwise_closed_and_of_one_size(area_type: str, vintage: int) -> None:
    collection = layout_geojson(area_type, vintage)
    assert collection["type"] == "FeatureCollection"
    assert [feature["id"] for feature in collection["features"]] == sorted(load_layout(area_type, vintage))
    whole = 0.0
    for feature in collection["features"]:
        (ring,) = feature["geometry"]["coordinates"]
        assert len(ring) == 7
        assert ring[0] == ring[-1]
        area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2
        assert area < 0
        whole -= area
        assert all(abs(number) <= 15 for point in ring for number in point)
    assert whole == pytest.approx(90, rel=1e-3)


def test_geojson_is_plain_json_and_named_by_the_caller() -> None:
    collection = layout_geojson("region", 2023, {"E12000007": "London"})
    names = {feature["id"]: feature["properties"] for feature in collection["features"]}
    assert names["E12000007"] == {"name": "London"}
    assert names["E12000001"] == {"name": "E12000001"}
    assert json.loads(json.dumps(collection)) == collection


def test_reading_layouts_needs_the_standard_library_only() -> None:
    script = (
        "import sys, geodata.layouts as layouts; layouts.layout_geojson('region', 2023);"
        "print(sorted({'numpy', 'pandas', 'shapely', 'geopandas', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


# --- invented layouts --------------------------------------------------------------------------------------


def test_a_cell_lies_where_its_axes_say(folder: Path) -> None:
    write(folder, "region-2023", "area_code,q,r\nE1,0,0\nE2,1,0\nE3,0,1\n")
    centres = centres_of("region", 2023)
    radius = radius_of("region", 2023)
    assert centres["E2"][0] - centres["E1"][0] == pytest.approx(3**0.5 * radius, abs=1e-3)
    assert centres["E2"][1] == centres["E1"][1]
    assert centres["E3"][0] - centres["E1"][0] == pytest.approx(3**0.5 / 2 * radius, abs=1e-3)
    assert centres["E1"][1] - centres["E3"][1] == pytest.approx(1.5 * radius, abs=1e-3)


def test_neighbours_share_two_corners_exactly(folder: Path) -> None:
    rows = "".join(f"E{n},{q + 1},{r + 1}\n" for n, (q, r) in enumerate(((0, 0), *NEIGHBOURS)))
    write(folder, "region-2023", "area_code,q,r\n" + rows)
    rings = {
        feature["id"]: {tuple(point) for point in feature["geometry"]["coordinates"][0]}
        for feature in layout_geojson("region", 2023)["features"]
    }
    assert all(len(rings["E0"] & rings[f"E{n}"]) == 2 for n in range(1, 7))


def test_vintages_with_a_layout_are_found(folder: Path) -> None:
    write(folder, "ltla-2021", "area_code,q,r\nE1,0,0\nE2,1,0\nE3,2,0\n")
    write(folder, "ltla-2024", "area_code,q,r\nE1,0,0\nE4,1,0\n")
    (folder / "report.csv").write_text("area_type\n", encoding="utf-8")
    assert available_layouts("ltla") == (2021, 2024)
    assert available_layouts("icb") == ()


def test_an_unknown_layout_says_which_there_are(folder: Path) -> None:
    write(folder, "ltla-2021", "area_code,q,r\nE1,0,0\n")
    with pytest.raises(UnknownLayout, match=r"no layout of 'ltla' for 1999; layouts of that type: 2021"):
        load_layout("ltla", 1999)


def test_a_spoilt_table_tells_every_problem_at_once(folder: Path) -> None:
    write(folder, "ltla-2021", "area_code,q,r\nE1,0,0\nE2,0,0\nE1,1,0\nE3,x,0\n")
    with pytest.raises(BadLayout) as problem:
        load_layout("ltla", 2021)
    assert str(problem.value).splitlines() == [
        "ltla-2021.csv: row 3: 'E2' shares the cell (0, 0) with 'E1'",
        "ltla-2021.csv: row 4: column area_code: 'E1' stands twice",
        "ltla-2021.csv: row 5: columns q, r: 'x', '0': whole numbers expected",
    ]


@pytest.mark.parametrize("text", ["", "area_code,x,y\nE1,0,0\n"])
def test_a_table_with_other_columns_is_refused(folder: Path, text: str) -> None:
    write(folder, "ltla-2021", text)
    with pytest.raises(BadLayout, match=r"ltla-2021\.csv: columns area_code, q, r expected"):
        load_layout("ltla", 2021)


def test_a_table_without_rows_is_refused(folder: Path) -> None:
    write(folder, "ltla-2021", "area_code,q,r\n")
    with pytest.raises(BadLayout, match="no rows"):
        load_layout("ltla", 2021)
