"""What the doctor finds: each fault of an installation in words, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl.cli import app

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path))
    for name in ("WORKHEALTH_DATABASE_URL", "WORKHEALTH_ILLUSTRATIVE", "WORKHEALTH_LOCAL_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def told(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments or ["doctor"]))
    return result.exit_code, result.output


def test_an_empty_folder_is_told_to_load_the_starter_edition(folder: Path) -> None:
    code, words = told()
    assert code == 1
    assert "problem store: no tables of this version" in words
    assert "→ run: python -m etl starter load" in words
    assert words.endswith("1 to put right, the first one first\n")


def test_a_sound_installation_has_nothing_wrong(folder: Path) -> None:
    told("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    code, words = told()
    assert code == 0, words
    assert "store: 2 current releases" in words and words.endswith("nothing is wrong\n")


def test_a_source_that_failed_is_named_with_the_way_on(folder: Path) -> None:
    told("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    bad = folder / "bad" / "deprivation"
    bad.mkdir(parents=True)
    for file in (FIXTURES / "deprivation").iterdir():
        (bad / file.name).write_bytes(b"PK\x03\x04 no workbook")
    assert told("refresh", "deprivation", "--from", str(bad))[0] == 1
    code, words = told()
    assert code == 1
    assert "problem deprivation: the last run failed" in words
    assert "python -m etl history deprivation" in words


def test_a_damaged_file_a_silent_server_and_a_bad_setting_each_have_a_way_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "workhealth.sqlite").write_bytes(b"no database at all, only words" * 500)
    code, words = told()
    assert code == 1 and "the database is damaged" in words and "→ run: python -m etl rebuild" in words
    monkeypatch.setenv("WORKHEALTH_DATABASE_URL", "postgresql://reader:a-secret@127.0.0.1:1/figures")
    code, words = told()
    assert code == 1 and "127.0.0.1:1/figures does not answer" in words and "start" in words
    assert "a-secret" not in words
    monkeypatch.setenv("WORKHEALTH_ILLUSTRATIVE", "perhaps")
    code, words = told()
    assert code == 1 and "WORKHEALTH_ILLUSTRATIVE: 'perhaps'" in words


def test_a_full_disk_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.cli.doctor._LEAST_FREE_BYTES", 10**18)
    code, words = told()
    assert code == 1 and "GB free beside" in words and "free at least 1 GB" in words
