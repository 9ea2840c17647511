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
from etl.sources.ons_geography import LAYERS, LAYERS_INSTEAD, source
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
    code, name = query["outFields"][0].split(",")
    first = int(query["resultOffset"][0])
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
        "nhser_2024-01_en_bsc.geojson",
        "ons_uk_topo_2014-2025.topojson",
        "rgn_2023-12_en_buc.geojson",
        "sicbl_2023-04_en_bsc.geojson",
    ]
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
    newest = [layer for layer in (*LAYERS, *LAYERS_INSTEAD) if layer.fields[0][-4:-2] in ("25", "26")]
    assert len(newest) == 4
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
    assert len(downloads.notes) == 5
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
