"""The data page and its files: whole indicators, the bundle with its description, and an API whose examples work."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import frictionless
import pytest

from dashboard.address.context import Context
from dashboard.exports.bundle import indicator_csv, write_bundle
from dashboard.exports.page_csv import file_columns
from dashboard.pages.data import examples, feeds
from dashboard.serving import files
from dashboard.serving.application import build_app
from indicators.store import NoStore, Store

HEADLINE = "employment-rate"
NAMES = [name for name, *_ in file_columns()]


@pytest.mark.parametrize("address", [path for path, _ in examples(HEADLINE)])
def test_every_example_of_the_api_works_as_it_stands(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    (name,) = set(answer.get_json()) & {
        "observations",
        "indicators",
        "areas",
        "changes",
        "interventions",
        "ledger",
        "lineage",
    }
    assert address.startswith(f"/api/v1/{'evidence' if name == 'interventions' else name}")
    if name != "changes":
        assert answer.get_json()[name]


@pytest.mark.parametrize("address", [path for path, _ in feeds(HEADLINE)])
def test_every_feed_that_is_named_answers(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"<feed" in answer.get_data()


def test_the_page_has_a_file_for_each_loaded_indicator(client: Any, context: Context) -> None:
    page = client.get("/data").get_data(as_text=True)
    files = re.findall(r'href="/data/([a-z0-9-]+)\.csv"', page[page.index('id="indicators"') :])
    assert files == [
        indicator_id for indicator_id in context.catalogue if indicator_id in context.all_available()
    ]
    assert "Illustrative figures, not real." in page
    for address, _ in (*examples(HEADLINE), *feeds(HEADLINE)):
        assert f'href="{address.replace("&", "&amp;")}"' in page


def ways(client: Any, query: str) -> list[str]:
    """The addresses that the builder gives for a choice."""
    page = client.get(f"/data{query}").get_data(as_text=True)
    return [unescape(found) for found in re.findall(r'data-address="([^"]+)"', page)]


def test_the_builder_gives_addresses_of_the_same_figures(client: Any) -> None:
    query = "?indicator=employment-rate&area_type=ltla&parent=E12000004&period=2022-01-01/P1Y"
    file, api, whole = ways(client, query)
    chosen = "indicator=employment-rate&area_type=ltla&parent=E12000004&period=2022-01-01/P1Y"
    assert (file, api) == (f"/csv/compare?{chosen}", f"/api/v1/observations?{chosen}")
    assert whole == "/data/employment-rate.csv"
    text = client.get(file).get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    given = client.get(api).get_json()["observations"]
    assert {(row["area_code"], row["period"]) for row in rows} == {
        (row["area_code"], row["period"]) for row in given
    }
    assert {row["period"] for row in rows} == {"2022-01-01/P1Y"} and "E06000018" in {
        row["area_code"] for row in rows
    }
    page = client.get(f"/data{query}").get_data(as_text=True)
    assert "Employment rate, 2022: local authorities (lower tier) in the East Midlands" in page


def test_the_builder_is_a_plain_form_before_scripts_run(client: Any) -> None:
    page = client.get("/data").get_data(as_text=True)
    form = page[page.index('aria-label="Choose figures"') - 200 : page.index('id="chosen"')]
    for key in ("indicator", "area_type", "period", "parent"):
        assert f'name="{key}"' in form
    assert 'method="get"' in form and ">Show</button>" in form


def test_the_builder_says_where_nothing_is_loaded(client: Any) -> None:
    page = client.get("/data?indicator=fit-notes-rate").get_data(as_text=True)
    assert "no figures are loaded for this choice" in page
    assert "data-address" not in page


def test_commands_stand_on_the_page_of_whoever_runs_the_service_alone(client: Any) -> None:
    for path in ("/data", "/", "/goal", "/conditions"):
        page = client.get(path).get_data(as_text=True)
        assert "python -m" not in page and "WORKHEALTH_" not in page, path
    assert "python -m etl refresh" in client.get("/refresh").get_data(as_text=True)


def test_a_whole_indicator_streams_as_csv(client: Any) -> None:
    answer = client.get("/data/employment-rate.csv")
    assert answer.status_code == 200
    assert answer.is_streamed
    assert answer.headers["Content-Disposition"] == 'attachment; filename="employment-rate.csv"'
    text = answer.get_data().decode("utf-8")
    assert text.startswith("indicator_id,")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 2 * (1 + 9 + 296)
    found = next(row for row in rows if (row["area_code"], row["period_label"]) == ("E06000018", "2022"))
    assert (found["value"], found["lower_ci_95"], found["upper_ci_95"]) == ("65.1", "61", "69.2")


def test_memory_holds_a_piece_and_not_the_whole(context: Context) -> None:
    pieces = list(indicator_csv(context, context.catalogue["employment-rate"]))
    # the heading and 499 rows, the rest of 612
    assert [piece.count("\r\n") for piece in pieces] == [500, 113]


def test_a_reader_holds_little_of_the_file_in_memory(context: Context) -> None:
    reader = Store(context.settings.store_url, register=context.register, catalogue=context.catalogue)
    with reader.connections.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar_one() == -500
    reader.close()


@pytest.fixture(scope="module")
def archive(app: Any) -> zipfile.ZipFile:
    answer = app.server.test_client().get("/data/all.zip")
    assert answer.status_code == 200 and answer.is_streamed
    return zipfile.ZipFile(io.BytesIO(answer.get_data()))


def test_the_bundle_holds_figures_description_licence_and_readme(archive: zipfile.ZipFile) -> None:
    assert archive.testzip() is None
    assert archive.namelist() == [
        "README.md",
        "LICENCE.txt",
        "indicators.csv",
        "areas.csv",
        "releases.csv",
        "figures/employment-rate.csv",
        "figures/ips-access-rate.csv",
        "figures/disabled-people-in-employment.csv",
        "datapackage.json",
    ]
    assert "Open Government Licence v3.0" in archive.read("LICENCE.txt").decode()
    readme = archive.read("README.md").decode()
    assert "They are not real and describe no area." in readme
    assert "Some or all figures of: " in readme
    assert "Count them once when you add areas up: Barnsley (E08000016, E08000038);" in readme


def test_the_description_of_the_bundle_is_true(archive: zipfile.ZipFile) -> None:
    package = json.loads(archive.read("datapackage.json"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["licenses"][0]["name"] == "OGL-UK-3.0"
    paths = [resource["path"] for resource in package["resources"]]
    assert paths == archive.namelist()[2:-1]
    for resource in package["resources"]:
        rows = list(csv.reader(io.StringIO(archive.read(resource["path"]).decode(), newline="")))
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert rows[0] == names
        keys = [names.index(key) for key in resource["schema"]["primaryKey"]]
        assert len({tuple(row[key] for key in keys) for row in rows[1:]}) == len(rows) - 1
        for field, column in zip(resource["schema"]["fields"], zip(*rows[1:], strict=True), strict=True):
            if field["type"] == "number":
                assert all(cell == "" or float(cell) is not None for cell in column)


@pytest.fixture(scope="module")
def unpacked(archive: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("package")
    archive.extractall(folder)
    return folder


def problems(package: Path) -> list[str]:
    """What Frictionless finds wrong with a data package: types, keys, foreign keys, sizes, digests."""
    report = frictionless.validate(str(package / "datapackage.json"))
    return [error.type for error in report.errors] + [
        f"{task.name}: {error.type}" for task in report.tasks for error in task.errors
    ]


def test_frictionless_finds_every_resource_valid(unpacked: Path) -> None:
    assert problems(unpacked) == []
    package = json.loads((unpacked / "datapackage.json").read_text())
    kinds = {field["name"]: field["type"] for field in package["resources"][-1]["schema"]["fields"]}
    assert (kinds["period_start"], kinds["period_end"], kinds["value"]) == ("date", "date", "number")
    keys = package["resources"][-1]["schema"]["foreignKeys"]
    assert [key["reference"]["resource"] for key in keys] == ["indicators", "areas", "areas", "releases"]


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        ("areas.csv", "E06000018,", "E0600001X,", "foreign-key"),
        ("releases.csv", "ons_local_indicators:2024-11", "ons_local_indicators:2024-12", "foreign-key"),
        ("figures/employment-rate.csv", "2022-12-31", "2022-12-32", "type-error"),
    ],
)
def test_frictionless_would_see_a_fault(
    unpacked: Path, tmp_path: Path, path: str, old: str, new: str, found: str
) -> None:
    shutil.copytree(unpacked, tmp_path / "package")
    file = tmp_path / "package" / path
    file.write_text(file.read_text().replace(old, new))
    description = tmp_path / "package" / "datapackage.json"
    package = json.loads(description.read_text())
    for resource in package["resources"]:
        # a digest that is wrong too would hide the fault
        del resource["hash"], resource["bytes"]
    description.write_text(json.dumps(package))
    assert any(found in problem for problem in problems(tmp_path / "package"))


def test_the_bundle_is_a_file_with_length_and_tag_made_once(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(context.settings.data_dir / "files", ignore_errors=True)
    made: list[int] = []
    monkeypatch.setattr(
        files, "write_bundle", lambda context, file: (made.append(1), write_bundle(context, file))
    )
    client = build_app(context).server.test_client()
    first = client.get("/data/all.zip")
    assert first.content_length == len(first.get_data()) > 1000
    tag = first.headers["ETag"]
    again = build_app(context).server.test_client().get("/data/all.zip")  # another worker
    assert (again.get_data(), again.headers["ETag"]) == (first.get_data(), tag)
    assert made == [1]
    held = client.get("/data/all.zip", headers={"If-None-Match": tag})
    assert (held.status_code, held.get_data()) == (304, b"")
    part = client.get("/data/all.zip", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.get_data()) == (206, b"PK\x03\x04")


def test_a_file_that_is_not_there_says_so(client: Any) -> None:
    answer = client.get("/data/happiness.csv")
    assert answer.status_code == 404
    assert "No indicator is called “happiness”." in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/data/employment-rate.csv", "/data/all.zip"])
def test_a_store_that_is_away_is_an_error_and_not_an_empty_file(
    context: Context, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise NoStore("no store")

    client = build_app(context).server.test_client()
    client.get("/data")
    shutil.rmtree(context.settings.data_dir / "files", ignore_errors=True)
    monkeypatch.setattr(type(context.store), "select", away)
    answer = client.get(address)
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer.headers
