"""A folder that is watched: files are read once, when they are whole, and again when they change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl.cli import refresh
from etl.scheduling.drop_folder import DropFolder
from indicators.settings import load_settings
from indicators.store.locks import Busy


def test_a_file_is_read_once_it_has_stopped_growing_and_again_when_it_changes(tmp_path: Path) -> None:
    drop = DropFolder(tmp_path)
    assert not drop.has_come()
    file = tmp_path / "2026" / "figures.csv"
    file.parent.mkdir()
    file.write_text("half")
    assert not drop.has_come()
    file.write_text("half and half")
    assert not drop.has_come()  # it grew between two looks
    assert drop.has_come()
    assert drop.has_come()  # until it is said to be read
    drop.read()
    assert not drop.has_come()
    file.write_text("corrected")
    assert [drop.has_come(), drop.has_come()] == [False, True]


def test_hidden_files_and_files_that_go_are_nothing_new(tmp_path: Path) -> None:
    drop = DropFolder(tmp_path)
    (tmp_path / "a.csv").write_text("a")
    assert [drop.has_come(), drop.has_come()] == [False, True]
    drop.read()
    (tmp_path / ".a.csv.part").write_text("x")
    (tmp_path / "a.csv").unlink()
    assert [drop.has_come(), drop.has_come()] == [False, False]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="no such folder; make it"):
        DropFolder(tmp_path / "nowhere").has_come()


class Heard:
    def __init__(self) -> None:
        self.words: list[str] = []

    def say(self, words: str, style: str | None = None) -> None:
        self.words.append(words)


def test_where_another_refresh_runs_the_files_are_read_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "a.csv").write_text("a,b")
    drop, heard, asked = DropFolder(folder), Heard(), []

    class Pipeline:
        def refresh(self, names: Any, *, folder: Path, report: Any) -> list[Any]:
            asked.append(folder)
            if len(asked) == 1:
                raise Busy("another refresh is running")
            return []

    monkeypatch.setattr(refresh, "pipeline_of", lambda *_: Pipeline())
    settings = load_settings(data_dir=tmp_path, database_url="")
    looks = [refresh.read_dropped(settings, drop, heard) for _ in range(4)]  # type: ignore[arg-type]
    assert looks == [False, False, True, False]
    assert asked == [folder, folder]
    assert heard.words[0] == "another refresh is running; looked again in a minute"
