"""Whatever is wrong with a file stops its source alone: reported in words, logged, nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    YORK,
    Bench,
    Clock,
    Drawings,
    claim_rows,
    count_rows,
    rate_rows,
)
from typer.testing import CliRunner

from etl.cli import app
from etl.fetching.snapshots import Snapshots
from etl.pipeline.run import Pipeline
from etl.sources import SOURCES
from geodata.register import load_register
from indicators.catalogue import load_catalogue
from indicators.store import Store

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"
RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with real sources loaded from their small fixtures; copied for each test."""
    folder = tmp_path_factory.mktemp("loaded")
    for name in ("ons_local_indicators", "ascof", "deprivation"):
        shutil.copytree(FIXTURES / name, folder / "incoming" / name)
    result = CliRunner().invoke(
        app,
        ["refresh", "--from", str(folder / "incoming")],
        env={"WORKHEALTH_DATA_DIR": str(folder / "var"), "WORKHEALTH_DATABASE_URL": ""},
    )
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def data(loaded_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of incoming files; the data folder beside it is set in the environment."""
    shutil.copytree(loaded_once, tmp_path / "here")
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "here" / "var"))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    return tmp_path / "here" / "incoming"


def store_of(incoming: Path) -> Store:
    url = f"sqlite:///{incoming.parent}/var/workhealth.sqlite"
    return Store(url, register=load_register(), catalogue=load_catalogue())


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8-sig")), encoding="utf-8")


def truncated_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(200):
        book.active.append([number, "text", number * 1.5])
    whole = path.with_name("meas-from-asc-of-eng-2021-open-data-csv_v2.xlsx")
    book.save(whole)
    whole.write_bytes(whole.read_bytes()[:2000])


ONS = "ons_local_indicators/employment-rate.csv"
FAULTS = {
    "column missing": (
        "ons_local_indicators",
        ONS,
        lambda path: rewrite(
            path, lambda text: "\n".join(",".join(line.split(",")[:-2]) for line in text.splitlines())
        ),
        ["employment-rate.csv", "column 'status', 'notes' gone", "found ['areacd'"],
    ),
    "column renamed": (
        "ons_local_indicators",
        ONS,
        lambda path: rewrite(path, lambda text: text.replace("observation", "obs_value", 1)),
        ["employment-rate.csv", "column 'observation' gone", "'obs_value'"],
    ),
    "workbook cut short": (
        "ascof",
        "ascof/ascof_outcomes_processed.csv",
        truncated_workbook,
        ["meas-from-asc-of-eng-2021-open-data-csv_v2.xlsx", "expected a whole .xlsx workbook", "cut short"],
    ),
    "wrong encoding": (
        "ons_local_indicators",
        ONS,
        lambda path: path.write_bytes(
            path.read_text(encoding="utf-8-sig").replace("Nottingham", "Nottinghäm").encode("cp1252")
        ),
        ["employment-rate.csv: row ", r"b'\xe4'", "expected text in UTF-8"],
    ),
    "unknown area": (
        "ons_local_indicators",
        ONS,
        lambda path: rewrite(path, lambda text: text.replace("E06000018", "E06999999")),
        ["employment-rate.csv", "row ", "'areacd'", "'E06999999'"],
    ),
    "out of range": (
        "ons_local_indicators",
        ONS,
        lambda path: rewrite(
            path, lambda text: text + line_like(text, NOTTINGHAM, "1066.1", "2019-01-01/P1Y")
        ),
        ["employment-rate.csv", "row ", "1066.1", "expected percent from 0 to 100"],
    ),
    "duplicate key": (
        "ons_local_indicators",
        ONS,
        lambda path: rewrite(
            path,
            lambda text: text + line_like(text, "K02000001", "1.5", text.splitlines()[1].split(",")[4]),
        ),
        ["employment-rate.csv", "row ", "2"],
    ),
    "empty file": (
        "ons_local_indicators",
        ONS,
        lambda path: path.write_bytes(b""),
        ["employment-rate.csv", "expected a file with rows", "this one is empty"],
    ),
    "not a number": (
        "ons_local_indicators",
        ONS,
        lambda path: rewrite(
            path, lambda text: text + line_like(text, NOTTINGHAM, "seventy", "2019-01-01/P1Y")
        ),
        ["employment-rate.csv", "row ", "'observation'", "'seventy'", "expected a number"],
    ),
}


def line_like(text: str, area_code: str, value: str, period: str) -> str:
    """A row of the ONS layout for the same indicator as the first."""
    header, first = (line.split(",") for line in text.splitlines()[:2])
    cells = dict(zip(header, first, strict=True))
    cells |= {"areacd": area_code, "areanm": "Nottingham", "observation": value, "period": period}
    cells |= {"lci_95": "", "uci_95": "", "status": "", "notes": ""}
    return ",".join(cells[name] for name in header) + "\n"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_file_stops_its_source_alone(fault: str, data: Path) -> None:
    source_id, name, damage, words = FAULTS[fault]
    before = store_of(data).digest()
    damage(data / name)
    # another source has something new and must not wait for the one that failed
    rewrite(data / "deprivation/iod2019_lad.csv", lambda text: text.replace("0.151", "0.152"))
    result = CliRunner().invoke(app, ["refresh", source_id, "--from", str(data)])
    assert result.exit_code == 1, result.output
    store = store_of(data)
    assert store.digest() == before
    for word in words:
        assert word in result.output
    [status] = [status for status in store.source_status() if status["source_id"] == source_id]
    assert status["outcome"] == "failed"
    for word in words:
        assert word in status["message"]
    assert status["rows"] > 0 and status["published_at"] is not None
    whole = CliRunner().invoke(app, ["refresh", "--from", str(data)])
    assert whole.exit_code == 1
    outcomes = {status["source_id"]: status["outcome"] for status in store_of(data).source_status()}
    assert outcomes["deprivation"] == "published"
    assert outcomes[source_id] == "failed"


def test_a_failure_that_nobody_foresaw_is_logged_with_its_trace(bench: Bench) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the parser has a bug")

    bench.put("alpha-1.csv", rate_rows(RATES) + claim_rows({NOTTINGHAM: 1}))
    bench.put(
        "beta-1.csv", count_rows({NOTTINGHAM: (11, 908)}) + rate_rows({LEEDS: 70.0}, measure="other-rate")
    )
    bench.sources["alpha"].parse = broken  # type: ignore[method-assign]
    results = bench.pipeline().refresh(folder=bench.folder / "incoming")
    assert [result.outcome for result in results] == ["failed", "published"]
    assert results[0].message == "unexpected RuntimeError: the parser has a bug"
    assert "the parser has a bug" in bench.store.history("alpha")[0]["details"]["trace"]


def test_a_source_that_is_named_must_be_there(bench: Bench) -> None:
    (bench.folder / "incoming").mkdir()
    result = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert "no file of Figures of alpha below incoming/" in result.message
    everything = bench.pipeline().refresh(folder=bench.folder / "incoming")
    assert {result.outcome for result in everything} == {"not_here"}
    with pytest.raises(ValueError, match="no source gamma; expected of alpha, beta"):
        bench.refresh("gamma")


def test_a_route_that_loses_a_measure_is_a_changed_release(bench: Bench) -> None:
    bench.put(
        "beta-1.csv", count_rows({NOTTINGHAM: (11, 908)}) + rate_rows({LEEDS: 70.0}, measure="other-rate")
    )
    bench.refresh("beta")
    before = bench.store.digest()
    rows = [row for row in count_rows({NOTTINGHAM: (12, 908)}) if row["measure"] != "part"]
    bench.put("beta-1.csv", rows + rate_rows({LEEDS: 70.0}, measure="other-rate"))
    result = bench.refresh("beta")
    assert result.outcome == "failed"
    assert result.message.startswith("beta: measure 'part' that share needs is gone; found")
    assert bench.store.digest() == before


def test_a_file_without_any_figure_of_the_catalogue_is_left_out(bench: Bench) -> None:
    bench.put("x", rate_rows({NOTTINGHAM: 50.0}) + claim_rows({NOTTINGHAM: 1})).rename(
        bench.bundle / "illustrative-alpha-0.csv"
    )
    bench.pipeline().load_starter()
    before = bench.store.digest()
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1}, measure="something-else"))
    result = bench.refresh("alpha")
    assert result.outcome == "unchanged"
    assert (
        "alpha-1.csv: holds no figure that the catalogue asks for (claims, rate); left out" in result.message
    )
    assert bench.store.digest() == before
    # nor is it read again to say the same
    parsed = bench.sources["alpha"].parsed
    again = bench.refresh("alpha")
    assert (again.outcome, again.message) == ("unchanged", result.message)
    assert bench.sources["alpha"].parsed == parsed


def test_a_lost_snapshot_stops_the_source_and_says_how_to_fix_it(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + claim_rows({NOTTINGHAM: 1}))
    bench.refresh("alpha")
    shutil.rmtree(bench.snapshots.folder)
    (bench.folder / "incoming" / "alpha-1.csv").unlink()
    bench.put("alpha-2.csv", rate_rows(RATES) + claim_rows({NOTTINGHAM: 1}))
    result = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert "of alpha-1.csv is gone from snapshots/; fetch the publication again" in result.message


def test_another_version_of_the_parser_reads_again(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + claim_rows({NOTTINGHAM: 1}))
    bench.refresh("alpha")
    bench.sources["alpha"].parser_version = 2
    result = bench.refresh("alpha")
    assert (result.outcome, result.message) == ("published", "figures: 5 the same from another release")


def test_a_new_indicator_on_a_source_is_worked_out_without_new_files(bench: Bench) -> None:
    from etl_toolkit import indicator, route

    bench.put(
        "alpha-1.csv",
        rate_rows(RATES) + claim_rows({NOTTINGHAM: 1}) + rate_rows({LEEDS: 5.0}, measure="extra"),
    )
    bench.refresh("alpha")
    bench.catalogue["extra"] = indicator("extra", route("alpha", "published", "published", value=("extra",)))
    result = bench.refresh("alpha")
    assert result.outcome == "published"
    assert bench.value("extra", LEEDS) == 5.0


def test_boundaries_are_drawn_moved_into_place_and_reported(bench: Bench) -> None:
    pipeline = bench.pipeline(sources={"drawings": Drawings()})
    incoming, drawn = bench.folder / "incoming", bench.folder / "boundaries"
    incoming.mkdir()
    for year in (2023, 2024):
        (incoming / f"{year}.map").write_text(f"map of {year}")
    [result] = pipeline.refresh(["drawings"], folder=incoming)
    assert (result.outcome, result.message) == ("published", "2 files of boundaries")
    rows = bench.store.boundaries()
    assert [(row["area_type"], row["vintage"], row["file_name"]) for row in rows] == [
        ("region", 2023, "region-2023.geojson"),
        ("region", 2024, "region-2024.geojson"),
    ]
    assert (drawn / "region-2024.geojson").read_text() == "map of 2024"
    assert [file["file_name"] for file in bench.store.release(rows[0]["release_id"])["files"]] == [
        "2023.map",
        "2024.map",
    ]
    assert pipeline.refresh(["drawings"], folder=incoming)[0].outcome == "unchanged"
    assert bench.store.problems() == []
    assert [path.name for path in drawn.iterdir() if path.name.startswith(".")] == []
    before, after, _ = pipeline.rebuild()
    assert before == after


def test_boundaries_that_would_be_lost_wait_for_a_word(bench: Bench) -> None:
    pipeline = bench.pipeline(sources={"drawings": Drawings()})
    incoming, drawn = bench.folder / "incoming", bench.folder / "boundaries"
    incoming.mkdir()
    for year in (2023, 2024):
        (incoming / f"{year}.map").write_text(f"map of {year}")
    pipeline.refresh(["drawings"], folder=incoming)
    (incoming / "2023.map").unlink()
    [result] = pipeline.refresh(["drawings"], folder=incoming)
    assert result.outcome == "quarantined"
    assert result.message.startswith("boundaries would be lost: region 2023")
    assert len(bench.store.boundaries()) == 2
    assert pipeline.refresh(["drawings"], folder=incoming, accept="not needed")[0].outcome == "published"
    assert [row["vintage"] for row in bench.store.boundaries()] == [2024]
    assert not (drawn / "region-2023.geojson").exists()


@pytest.mark.slow
def test_the_real_publications_replace_the_starter_without_a_change(shared: Path, tmp_path: Path) -> None:
    """The sources that are quick to read; the starter edition must be built from these very files."""
    register, catalogue = load_register(), load_catalogue()
    store = Store(f"sqlite:///{tmp_path}/store.sqlite", register=register, catalogue=catalogue)
    wanted = ("ons_local_indicators", "nomis_aps_t01", "census_2021", "deprivation")
    pipeline = Pipeline(
        store=store,
        snapshots=Snapshots(tmp_path / "snapshots"),
        sources={name: SOURCES[name] for name in wanted},
        register=register,
        catalogue=catalogue,
        now=Clock(),
        boundaries_dir=tmp_path / "boundaries",
    )
    pipeline.load_starter()
    columns, rows = store.current_rows(catalogue)
    place = columns.index("release_id")
    results = pipeline.refresh(folder=shared / "publications")
    assert [result.outcome for result in results] == ["published"] * 4
    for result in results:
        totals = result.details["diff"]["totals"]
        assert (totals["added"], totals["revised"], totals["removed"]) == (0, 0, 0), result.source_id
    after = store.current_rows(catalogue)[1]
    assert [row[:place] + row[place + 1 :] for row in after] == [
        row[:place] + row[place + 1 :] for row in rows
    ]
    assert {release["origin"] for release in store.releases()} == {"publisher", "derived"}
    assert {result.outcome for result in pipeline.load_starter()} == {"unchanged"}
    assert {result.outcome for result in pipeline.refresh(folder=shared / "publications")} == {"unchanged"}
