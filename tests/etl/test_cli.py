"""The command line: what it says and the code it ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl import cli
from etl.cli import app
from geodata.register import load_register
from indicators.catalogue import load_catalogue
from indicators.store import Store
from indicators.store.locks import refresh_lock

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sources"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    monkeypatch.delenv("WORKHEALTH_ILLUSTRATIVE", raising=False)
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str]:
    """(exit code, what was said on the error stream), as a person's shell sees it."""
    monkeypatch.setattr(sys, "argv", ["etl", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return int(caught.value.code or 0), capsys.readouterr().err


def test_refresh_status_and_check_from_a_folder(environment: Path) -> None:
    result = run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    assert result.exit_code == 0, result.output
    assert "published    deprivation  figures: 2 added" in result.output
    result = run("status", "--json")
    [source] = json.loads(result.output)["sources"]
    assert (source["source_id"], source["outcome"], source["rows"]) == ("deprivation", "published", 2)
    assert [one["edition"] for one in source["releases"]] == ["2019", "2025"]
    result = run("status")
    assert "deprivation" in result.output and result.exit_code == 0
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "store: 2 current releases, digest " in result.output
    result = run("rebuild")
    assert result.exit_code == 0 and "the store is the same" in result.output


def test_lineage_leads_from_a_figure_to_row_and_file(environment: Path) -> None:
    run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    store = Store(
        f"sqlite:///{environment / 'workhealth.sqlite'}", register=load_register(), catalogue=load_catalogue()
    )
    [row] = store.observations(
        indicator_id="employment-deprivation", area_type="ltla", period="2019-01-01/P1Y"
    )
    asked = ("lineage", "employment-deprivation", row["area_code"], "2019-01-01/P1Y")
    result = run(*asked)
    assert result.exit_code == 0, result.output
    [file] = store.release(row["release"])["files"]
    assert (
        f"iod2019_lad.csv, row {json.loads(run(*asked, '--json').output)[0]['source_row']}" in result.output
    )
    assert file["sha256"] in result.output and row["release"] in result.output


def test_lineage_and_history_say_what_is_not_there(environment: Path, monkeypatch, capsys) -> None:
    run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    code, said = ended(monkeypatch, capsys, "lineage", "happiness", "E06000018", "2019-01-01/P1Y")
    assert code == 2 and "no indicator 'happiness'" in said
    code, said = ended(monkeypatch, capsys, "lineage", "employment-rate", "E06000018", "2019-01-01/P1Y")
    assert code == 2 and "no figure of employment-rate for E06000018" in said
    code, said = ended(monkeypatch, capsys, "history", "gossip")
    assert code == 2 and "no source 'gossip'" in said
    result = run("history", "deprivation")
    assert result.exit_code == 0 and "published" in result.output


def test_a_dry_run_shows_a_table_and_publishes_nothing(environment: Path) -> None:
    result = run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"), "--dry-run")
    assert result.exit_code == 0
    assert "would publish: figures: 2 added" in result.output
    assert "employment-deprivation" in result.output
    assert json.loads(run("status", "--json").output)["sources"][0]["rows"] == 0


def test_check_finds_what_is_wrong(environment: Path) -> None:
    run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    kept = next((environment / "snapshots").rglob("iod2019_lad.csv"))
    kept.write_text("other bytes")
    result = run("check")
    assert result.exit_code == 1
    assert "of iod2019_lad.csv is damaged" in result.output


def test_words_for_what_was_asked_wrongly(environment: Path, monkeypatch, capsys) -> None:
    code, words = ended(monkeypatch, capsys, "refresh")
    assert (code, words.strip()) == (2, "refresh: give the folder of the publishers' files with --from DIR")
    code, words = ended(monkeypatch, capsys, "refresh", "nomis", "--from", str(FIXTURES))
    assert code == 2 and words.startswith("no source nomis; expected of ons_local_indicators")
    code, words = ended(monkeypatch, capsys, "refresh", "--from", "nowhere")
    assert code == 2 and "nowhere: no such folder" in words
    code, words = ended(monkeypatch, capsys, "refresh", "--accept", " ")
    assert code == 2 and "is no reason" in words
    code, words = ended(monkeypatch, capsys, "status")
    assert code == 1 and "the store is empty; run: python -m etl starter load" in words
    monkeypatch.setenv("WORKHEALTH_ILLUSTRATIVE", "maybe")
    code, words = ended(monkeypatch, capsys, "status")
    assert code == 2 and words.startswith("WORKHEALTH_ILLUSTRATIVE: 'maybe'")


def test_two_refreshes_cannot_run_at_once(environment: Path, monkeypatch, capsys) -> None:
    store = Store(
        f"sqlite:///{environment}/workhealth.sqlite", register=load_register(), catalogue=load_catalogue()
    )
    with refresh_lock(store.connections, "refresh", datetime(2026, 1, 1, tzinfo=UTC)):
        code, words = ended(monkeypatch, capsys, "refresh", "--from", str(FIXTURES / "deprivation"))
    assert code == 4
    assert f"the store is being written by process {os.getpid()} on " in words
    assert "since 2026-01-01T00:00:00+00:00 (refresh)" in words
    assert run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation")).exit_code == 0


def test_quarantine_has_its_own_code(environment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("iod2019_lad.csv", "iod2025_lad.csv"):
        (folder / name).write_text((FIXTURES / "deprivation" / name).read_text())
    run("refresh", "deprivation", "--from", str(folder))
    path = folder / "iod2019_lad.csv"
    path.write_text(path.read_text().replace("0.151", "0.951"))
    result = run("refresh", "deprivation", "--from", str(folder))
    assert result.exit_code == 3
    assert "the figure of E06000018 moves from 15.1 to 95.1" in result.output
    assert 'refresh deprivation --accept "reason"' in result.output
    result = run("refresh", "deprivation", "--accept", "the publisher corrected it")
    assert result.exit_code == 0, result.output


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "etl", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    for command in ("refresh", "status", "check", "rebuild", "starter"):
        assert command in done.stdout
