from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import respx
from etl_toolkit import Bench
from source_samples import SITES, boundary_samples

from etl.cli.wiring import sources
from etl.fetching.downloads import FolderDownloads
from etl.fetching.failures import FetchFailed
from etl.fetching.http import Fetcher
from etl.sources.base import BadFile, BoundarySource, Edition, FoundFile, LiveSource, Problems, ReleaseChanged
from etl.sources.ons_geography import LAYER_OF_2026, LAYERS, LAYERS_INSTEAD, LAYERS_TO_CHECK, source
from etl.sources.reading.register_check import FEWEST_ROWS, LOCATIONS, LOOKUP, against_register
from geodata.boundaries import drawable
from geodata.register import Register, load_register
from indicators.settings import load_settings

REGIONS = "rgn_2023-12_en_buc.geojson"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def nine_squares(code_field: str = "RGN23CD", count: int = 9) -> str:
    """Nine invented squares of a tenth of a degree side by side, as the publisher's file of regions."""
    features = []
    for n in range(count):
        west = -2 + n / 10
        ring = [[west, 52], [west + 0.1, 52], [west + 0.1, 52.1], [west, 52.1], [west, 52]]
        features.append(
            {
                "type": "Feature",
                "properties": {code_field: f"E1200000{n + 1}", "RGN23NM": f"Square {n + 1}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


def steps() -> tuple[list[tuple[str, int, int]], object]:
    steps_taken: list[tuple[str, int, int]] = []
    return steps_taken, lambda *step: steps_taken.append(step)


def test_it_is_a_source_of_boundaries() -> None:
    assert isinstance(source, BoundarySource)
    assert "Contains OS data © Crown copyright and database right" in source.info.attribution


def test_a_folder_without_boundaries_has_no_edition(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a\n", encoding="utf-8")
    assert source.discover(tmp_path) == []


def test_files_are_found_below_the_folder_and_known_by_name(tmp_path: Path) -> None:
    (tmp_path / "geography").mkdir()
    path = tmp_path / "geography" / REGIONS
    path.write_text(nine_squares(), encoding="utf-8")
    (edition,) = source.discover(tmp_path)
    assert edition == Edition("2023", "Boundaries of areas in England to 2023", (FoundFile(path, REGIONS),))


def test_what_is_there_is_drawn_and_what_is_not_is_reported(tmp_path: Path, register: Register) -> None:
    kept = tmp_path / "5e884898"  # the pipeline keeps files under their sums
    kept.write_text(nine_squares(), encoding="utf-8")
    out = tmp_path / "out"
    steps_taken, progress = steps()
    (drawn,) = source.draw(Edition("2023", "", (FoundFile(kept, REGIONS),)), register, out, progress)
    assert (drawn.area_type, drawn.vintage, drawn.areas, drawn.path) == (
        "region",
        2023,
        9,
        out / "region-2023.geojson",
    )
    features = json.loads(drawn.path.read_text(encoding="utf-8"))["features"]
    assert features[6]["id"] == "E12000007"
    assert features[6]["properties"] == {"name": "London"}, "names are the register's"
    assert any(
        "ltla 2024 is shown as approximate outlines and hexagons only" in warning
        for warning in drawn.warnings
    )
    assert steps_taken[-1] == ("boundaries written", 1, 1)


@pytest.mark.parametrize(
    ("content", "problem", "words"),
    [
        ("", BadFile, f"{REGIONS}: .*fetch the file again"),
        (
            nine_squares()[:900],
            BadFile,
            f"{REGIONS}: .line 1, column .*expected JSON; it is empty, cut short",
        ),
        (nine_squares(count=8), BadFile, f"{REGIONS}: '8 English areas': expected 9 of region 2023"),
        (nine_squares("RGN25CD"), ReleaseChanged, f"{REGIONS}: feature 1: property 'RGN23CD' gone, found"),
    ],
)
def test_a_bad_file_stops_the_source_and_nothing_is_drawn(
    tmp_path: Path, register: Register, content: str, problem: type[Exception], words: str
) -> None:
    (tmp_path / REGIONS).write_text(content, encoding="utf-8")
    out = tmp_path / "out"
    (edition,) = source.discover(tmp_path)
    with pytest.raises(problem, match=words):
        source.draw(edition, register, out, lambda *_: None)
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.shared
def test_the_real_folder_draws_every_vintage(shared: Path, tmp_path: Path, register: Register) -> None:
    (edition,) = source.discover(shared)
    assert edition.edition == "2025"
    drawn = source.draw(edition, register, tmp_path, lambda *_: None)
    assert len(drawn) == 28
    assert all(not drawing.warnings for drawing in drawn)
    for drawing in drawn:
        features = json.loads(drawing.path.read_text(encoding="utf-8"))["features"]
        assert {feature["id"] for feature in features} == register.codes(drawing.area_type, drawing.vintage)
        assert len(features) == drawing.areas


# --- fetching -----------------------------------------------------------------------------------------------


def page_of(url: str, size: int) -> bytes:
    """A page of a invented layer of five features, ``size`` a page, in the form of ArcGIS."""
    query = parse_qs(urlsplit(url).query)
    fields = query["outFields"][0].split(",")
    code, name = fields[:2]
    first = int(query["resultOffset"][0])
    if query["f"] == ["json"]:
        rows = [
            {"attributes": dict.fromkeys(fields, "x") | {code: f"E{n}"}}
            for n in range(5)[first : first + size]
        ]
        return json.dumps({"features": rows, "exceededTransferLimit": first + size < 5}).encode()
    page = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {code: f"E{n}", name: f"Place {n}"}, "geometry": None}
            for n in range(5)[first : first + size]
        ],
    }
    if first + size < 5:
        page["properties"] = {"exceededTransferLimit": True}
    return json.dumps(page).encode()


def test_pages_of_a_layer_become_one_file_that_discover_knows(fake_downloads) -> None:
    downloads = fake_downloads(lambda url: b"{}" if url.endswith("topo.json") else page_of(url, 2))
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2026, 5, 1))
    assert downloads.saved == [
        "icb_2023-04_en_bsc.geojson",
        "icb_2026-04_en_bsc.geojson",
        "lsoa21_sicbl26_icb26_lad26_en_lu.csv",
        "nhser_2024-01_en_bsc.geojson",
        "ons_uk_topo_2014-2025.topojson",
        "rgn_2023-12_en_buc.geojson",
        "sicbl_2023-04_en_bsc.geojson",
        "sicbl_2026-04_en_bsc.geojson",
    ]
    lookup = (
        (downloads.folder / "lsoa21_sicbl26_icb26_lad26_en_lu.csv").read_text(encoding="utf-8").splitlines()
    )
    assert lookup[0] == "LSOA21CD,SICBL26CD,SICBL26CDH,SICBL26NM,ICB26CD,ICB26CDH,ICB26NM,LAD26CD"
    assert [line.split(",")[0] for line in lookup[1:]] == [f"E{n}" for n in range(5)]
    [first, *_] = [url for _, url, _, _ in downloads.calls if "/LSOA21_SICBL26" in url]
    assert first.endswith("orderByFields=LSOA21CD&resultOffset=0&f=json&returnGeometry=false")
    whole = json.loads((downloads.folder / "icb_2023-04_en_bsc.geojson").read_text(encoding="utf-8"))
    assert [feature["properties"] for feature in whole["features"]] == [
        {"ICB23CD": f"E{n}", "ICB23NM": f"Place {n}"} for n in range(5)
    ]
    asked = [url for _, url, _, _ in downloads.calls if "/Integrated_Care_Boards_April_2023" in url]
    assert asked == [
        "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services/"
        "Integrated_Care_Boards_April_2023_EN_BSC/FeatureServer/0/query?where=1%3D1"
        f"&outFields=ICB23CD%2CICB23NM&outSR=4326&orderByFields=ICB23CD&resultOffset={offset}&f=geojson"
        for offset in (0, 2, 4)
    ]
    (edition,) = source.discover(downloads.folder)
    assert [file.role for file in edition.files] == [
        "ons_uk_topo_2014-2025.topojson",
        "rgn_2023-12_en_buc.geojson",
        "sicbl_2023-04_en_bsc.geojson",
        "icb_2023-04_en_bsc.geojson",
        "nhser_2024-01_en_bsc.geojson",
        "icb_2026-04_en_bsc.geojson",
        "sicbl_2026-04_en_bsc.geojson",
        "lsoa21_sicbl26_icb26_lad26_en_lu.csv",
    ]
    assert downloads.notes == []


def test_the_topology_has_a_second_address(fake_downloads) -> None:
    def answer(url: str) -> bytes:
        if "ONSvisual" in url:
            raise FetchFailed(f"{url}: the server answered 404; expected 200")
        return b"{}" if url.endswith("topo.json") else page_of(url, 5)

    downloads = fake_downloads(answer)
    source.fetch(downloads, date(2026, 5, 1))
    assert downloads.urls["ons_uk_topo_2014-2025.topojson"] == (
        "https://raw.githubusercontent.com/ONSdigital/uk-topojson/main/output/topo.json"
    )
    [words] = downloads.notes
    assert "ONSvisual/uk-topojson" in words and "404" in words


def test_without_the_topology_the_newest_authorities_come_from_their_services(
    fake_downloads, register: Register
) -> None:
    def answer(url: str) -> bytes:
        if url.endswith("topo.json") or "/Regions_" in url:
            raise FetchFailed(f"{url}: the server answered 404; expected 200")
        return page_of(url, 5)

    downloads = fake_downloads(answer)
    source.fetch(downloads, date(2026, 5, 1))
    asked = {
        urlsplit(url).path.split("/services/")[1] for _, url, _, _ in downloads.calls if "/services/" in url
    }
    assert {
        "Local_Authority_Districts_DEC_2025_Boundaries_UK_BSC/FeatureServer/0/query",
        "Counties_and_Unitary_Authorities_December_2025_Boundaries_UK_BSC/FeatureServer/0/query",
        # combined authorities are layer 1
        "Combined_Authorities_December_2025_Boundaries_EN_BSC/FeatureServer/1/query",
        "Integrated_Care_Boards_April_2026_Boundaries_EN_BSC/FeatureServer/0/query",
    } < asked
    assert len(downloads.notes) == 3
    (edition,) = source.discover(downloads.folder)
    drawn = {(entry.area_type, entry.vintage) for entry in drawable([file.role for file in edition.files])}
    assert {("ltla", 2025), ("utla", 2025), ("combined_authority", 2025), ("icb", 2026)} < drawn
    assert ("region", 2023) not in drawn


def test_districts_of_2026_stand_in_where_those_of_2025_cannot_be_had(fake_downloads) -> None:
    def answer(url: str) -> bytes:
        if url.endswith("topo.json") or "Districts_DEC_2025" in url:
            raise FetchFailed(f"{url}: the server answered 404; expected 200")
        return page_of(url, 5)

    downloads = fake_downloads(answer)
    source.fetch(downloads, date(2026, 6, 1))
    assert (
        "lad_2026-05_uk_bsc.geojson" in downloads.saved
        and "lad_2025-12_uk_bsc.geojson" not in downloads.saved
    )
    [entry] = [entry for entry in drawable(downloads.saved) if entry.area_type == "ltla"]
    assert (entry.file_name, entry.vintage, entry.areas) == ("lad_2026-05_uk_bsc.geojson", 2025, 296)


def test_a_vintage_is_drawn_from_one_file(register: Register) -> None:
    names = ["ons_uk_topo_2014-2025.topojson", "lad_2025-12_uk_bsc.geojson"]
    [entry] = [entry for entry in drawable(names) if (entry.area_type, entry.vintage) == ("ltla", 2025)]
    assert entry.file_name == names[0]
    [entry] = drawable(names[1:])
    assert (entry.area_type, entry.vintage, entry.areas) == ("ltla", 2025, 296)


def test_the_services_are_at_one_address(fake_downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKHEALTH_GEOGRAPHY_URL", "https://maps.example.org/rest/services/")
    moved = sources(load_settings())["ons_geography"]
    downloads = fake_downloads(lambda url: b"{}" if url.endswith("topo.json") else page_of(url, 2))
    moved.fetch(downloads, date(2026, 5, 1))
    asked = [url for _, url, _, _ in downloads.calls if not url.endswith("topo.json")]
    assert asked and all(url.startswith("https://maps.example.org/rest/services/") for url in asked)
    assert "//maps.example.org/rest/services//" not in asked[0]


@pytest.mark.shared
def test_the_services_are_those_of_the_shared_table(shared: Path) -> None:
    path = shared / "formats" / "ons_geography" / "services_2025_2026.csv"
    known = {
        (row["service"], int(row["layer"]), row["code_field"])
        for row in csv.DictReader(path.open(encoding="utf-8"))
    }
    layers = (*LAYERS, *LAYERS_INSTEAD, LAYER_OF_2026, *LAYERS_TO_CHECK)
    newest = [layer for layer in layers if layer.fields[0][-4:-2] in ("25", "26") or layer.is_table]
    assert len(newest) == 7
    for layer in newest:
        assert (layer.service, layer.number, layer.fields[0]) in known


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            b'{"error": {"code": 400, "message": "Invalid URL"}}',
            "Regions_December.*: no features but .*Invalid URL",
        ),
        (b'{"features": []}', "Regions_December.*: no features but"),
        (b"<html>", "Regions_December.*expected GeoJSON"),
        (
            b'{"features": [{}], "exceededTransferLimit": true}',
            "Regions_December.*: still more after 50 pages; expected an end",
        ),
    ],
)
def test_an_error_of_the_service_is_no_layer(fake_downloads, answer: bytes, message: str) -> None:
    downloads = fake_downloads(lambda url: b"{}" if url.endswith("topo.json") else answer)
    source.fetch(downloads, date(2026, 5, 1))
    assert downloads.saved == ["ons_uk_topo_2014-2025.topojson"]
    assert len(downloads.notes) == 7
    assert re.search(message, downloads.notes[0])


def test_nothing_at_all_is_a_failure(fake_downloads) -> None:
    with pytest.raises(Problems, match="404"):
        source.fetch(fake_downloads({}), date(2026, 5, 1))


def test_a_fetch_after_a_fuller_folder_loses_no_vintage(tmp_path: Path) -> None:
    bench = Bench(f"sqlite:///{tmp_path}/store.sqlite", tmp_path, {})
    for sample in boundary_samples():
        sample.write(tmp_path / "incoming")
    with (
        respx.mock(assert_all_called=False) as router,
        Fetcher(sleep=lambda seconds: None) as fetcher,
    ):
        router.route().mock(side_effect=SITES["ons_geography"]())
        pipeline = bench.pipeline(
            sources={"ons_geography": source},
            downloads=lambda folder: FolderDownloads(folder, fetcher, {}),
        )
        [given] = pipeline.refresh(["ons_geography"], folder=tmp_path / "incoming")
        assert (given.outcome, given.message) == ("published", "17 files of boundaries")
        [fetched] = pipeline.refresh(["ons_geography"])
    assert (fetched.outcome, fetched.message) == (
        "published",
        "21 files of boundaries; not fetched and kept as they were: "
        "ccg19_names_codes_and_ccg20_successor.csv, ccg2019_fingertips_clean.geojson",
    )
    held = {(boundary["area_type"], boundary["vintage"]) for boundary in bench.store.boundaries()}
    assert {("ccg", 2019), ("ccg", 2020), ("icb", 2023), ("sub_icb", 2023), ("ltla", 2025)} < held
    assert len(held) == 21
    bench.store.close()


# --- files under the portal's own names ---------------------------------------------------------------------


def layer(code_field: str, name_field: str, codes: list[str], *, geometry_first: bool = False) -> str:
    """Squares with the fields that the portal gives, in the order of its downloads or of its queries."""
    collection = json.loads(nine_squares(count=len(codes)))
    for place, code in enumerate(codes):
        properties = {"FID": place, code_field: code, name_field: f"Place {place}", "GlobalID": "x"}
        shape = collection["features"][place].pop("geometry")
        collection["features"][place] = (
            {"type": "Feature", "id": place, "geometry": shape, "properties": properties}
            if geometry_first
            else {"type": "Feature", "properties": properties, "geometry": shape}
        )
    return json.dumps(collection)


def roles(folder: Path) -> dict[str, str]:
    return {file.role: file.path.name for edition in source.discover(folder) for file in edition.files}


def test_files_of_the_portal_are_known_by_their_fields(tmp_path: Path) -> None:
    given = {
        "Integrated_Care_Boards_April_2026_Boundaries_EN_BSC_-123.geojson": ("ICB26CD", "ICB26NM"),
        "LAD_MAY_2026_UK_BSC.json": ("LAD26CD", "LAD26NM"),
        "SICBL_APR_2026.geojson": ("SICBL26CD", "SICBL26NM"),
        "Regions_December_2025.geojson": ("RGN25CD", "RGN25NM"),
        "unknown.geojson": ("WD26CD", "WD26NM"),
    }
    for place, (name, fields) in enumerate(given.items()):
        (tmp_path / name).write_text(
            layer(*fields, ["E54000008"], geometry_first=place % 2 == 1), encoding="utf-8"
        )
    (tmp_path / "LSOA_(2021)_to_SICBL_Lookup.csv").write_text(
        "\ufeffLSOA21CD,LSOA21NM,SICBL26CD,SICBL26CDH,SICBL26NM,ICB26CD,ICB26CDH,ICB26NM,LAD26CD,LAD26NM,ObjectId\n",
        encoding="utf-8",
    )
    assert roles(tmp_path) == {
        "icb_2026-04_en_bsc.geojson": "Integrated_Care_Boards_April_2026_Boundaries_EN_BSC_-123.geojson",
        "lad_2026-05_uk_bsc.geojson": "LAD_MAY_2026_UK_BSC.json",
        "sicbl_2026-04_en_bsc.geojson": "SICBL_APR_2026.geojson",
        "rgn_2025-12_en_bgc.geojson": "Regions_December_2025.geojson",
        "lsoa21_sicbl26_icb26_lad26_en_lu.csv": "LSOA_(2021)_to_SICBL_Lookup.csv",
    }


def test_a_known_name_goes_before_content_and_the_smaller_file_before_the_larger(tmp_path: Path) -> None:
    (tmp_path / "full.geojson").write_text(layer("ICB26CD", "ICB26NM", ["E54000008"] * 3), encoding="utf-8")
    (tmp_path / "small.geojson").write_text(layer("ICB26CD", "ICB26NM", ["E54000008"]), encoding="utf-8")
    assert roles(tmp_path) == {"icb_2026-04_en_bsc.geojson": "small.geojson"}
    (tmp_path / "icb_2026-04_en_bsc.geojson").write_text(layer("ICB26CD", "ICB26NM", ["E54000008"] * 9))
    assert roles(tmp_path) == {"icb_2026-04_en_bsc.geojson": "icb_2026-04_en_bsc.geojson"}


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_bytes(b"\xff\xfe broken,\x00")
    (tmp_path / "cube.json").write_text('{"cubes": {"E54": 1}}', encoding="utf-8")
    (tmp_path / "clean.geojson").write_text(layer("code", "name", ["E54000008"]), encoding="utf-8")
    (tmp_path / "empty.geojson").write_bytes(b"")
    assert roles(tmp_path) == {}


def test_regions_of_2025_are_drawn_as_those_of_2023(tmp_path: Path, register: Register) -> None:
    codes = sorted(register.codes("region", 2023))
    (tmp_path / "Regions.geojson").write_text(layer("RGN25CD", "RGN25NM", codes), encoding="utf-8")
    [edition] = source.discover(tmp_path)
    (tmp_path / "out").mkdir()
    [drawn] = source.draw(edition, register, tmp_path / "out", steps()[1])
    assert (drawn.area_type, drawn.vintage, drawn.areas) == ("region", 2023, 9)


# --- the register held against the files of 2026 ------------------------------------------------------------

LOOKUP_HEADER = "LSOA21CD,SICBL26CD,SICBL26NM,ICB26CD,ICB26NM,LAD26CD"


def lookup(path: Path, rows: list[tuple[str, str, str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(LOOKUP_HEADER.split(","))
        writer.writerows([f"E01{place:06d}", *row] for place, row in enumerate(rows))
    return path


def test_codes_that_the_register_lacks_are_named(tmp_path: Path, register: Register) -> None:
    on = date(2026, 4, 1)
    locations = [area for area in register if area.area_type == "sub_icb" and area.alive(on)]
    boards = [area for area in register if area.area_type == "icb" and area.alive(on)]
    rows = [
        (area.area_code, area.name, boards[0].area_code, boards[0].name, "E06000018") for area in locations
    ]
    rows += [
        (locations[0].area_code, locations[0].name, area.area_code, area.name, "E06000018")
        for area in boards[1:-1]
    ]
    rows.append(
        ("E38000267", "NHS Thames Valley ICB - U2G6B", boards[0].area_code, boards[0].name, "E06000018")
    )
    words = against_register({LOOKUP: lookup(tmp_path / "any.csv", rows)}, register)
    assert words == [
        f"{LOOKUP}: not in the register: sub_icb E38000267 NHS Thames Valley ICB - U2G6B; add them to geodata/tables "
        "(docs/geography.md, “To add a vintage”)",
        f"{LOOKUP}: lacks icb {boards[-1].area_code}, which the register has",
        f"{LOOKUP}: {len(rows)} rows; shares are held against 33,755 only",
    ]
    assert against_register({}, register) == []


def test_shares_of_a_whole_lookup_are_held_against_the_register(tmp_path: Path, register: Register) -> None:
    """Surrey Heath lies in Surrey and Sussex since 2026; a lookup that gives a tenth of it to Hampshire is named."""
    on = date(2026, 4, 1)
    [board] = register.parents("E07000214", "icb", on)
    assert board.share == 1
    rows = [("E38000225", "x", "E54000054", "x", "E08000035")] * FEWEST_ROWS
    rows += [("E38000225", "x", board.parent_code, "x", "E07000214")] * 50
    whole = against_register({LOOKUP: lookup(tmp_path / "same.csv", rows)}, register)
    assert not [words for words in whole if "shares" in words]
    rows[-5:] = [("E38000225", "x", "E54000067", "x", "E07000214")] * 5
    [words] = [
        words
        for words in against_register({LOOKUP: lookup(tmp_path / "other.csv", rows)}, register)
        if "shares" in words
    ]
    assert words == f"{LOOKUP}: other shares of districts in ICBs than in the register: Surrey Heath (10.0%)"


def test_a_lookup_or_layer_that_cannot_be_read_is_refused(tmp_path: Path, register: Register) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text("LSOA21CD,ICB26CD\n", encoding="utf-8")
    with pytest.raises(ReleaseChanged, match=r"column 'LAD26CD', 'SICBL26CD'.* gone; found"):
        against_register({LOOKUP: path}, register)
    path.write_text(f"{LOOKUP_HEADER}\nE01,E38\n", encoding="utf-8")
    with pytest.raises(BadFile, match=r"row 2: .*6 cells"):
        against_register({LOOKUP: path}, register)
    path.write_bytes(f"{LOOKUP_HEADER}\n".encode() + b"\xff,a,b,c,d,e\n")
    with pytest.raises(BadFile, match="UTF-8"):
        against_register({LOOKUP: path}, register)
    path.write_text('{"features": [{"properties": {}}]}', encoding="utf-8")
    with pytest.raises(BadFile, match="SICBL26CD"):
        against_register({LOCATIONS: path}, register)
