"""Files that take seconds are made once: equal requests are joined, and each publication and day has its own."""

from __future__ import annotations

import errno
import logging
import os
import runpy
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier, Event
from typing import BinaryIO

import pytest

from dashboard.exports.apart import NotMade
from dashboard.serving import made_files
from dashboard.serving.made_files import MadeFiles

MOMENT = ("p1", date(2026, 11, 22))


def test_six_at_once_get_one_file_made_once(tmp_path: Path) -> None:
    made: list[int] = []
    together = Barrier(6)

    def write(file: BinaryIO) -> None:
        made.append(1)
        file.write(b"%d" % len(made))

    def ask() -> tuple[bytes, int, str]:
        files = MadeFiles(tmp_path / "files")  # one each, as workers have
        together.wait()
        found = files.get("pack", MOMENT, write)
        with found.opened as opened:
            return opened.read(), found.size, found.tag

    with ThreadPoolExecutor(6) as people:
        answers = [person.result() for person in [people.submit(ask) for _ in range(6)]]
    assert made == [1]
    assert len(set(answers)) == 1
    assert answers[0][:2] == (b"1", 1)


def test_another_name_publication_or_day_is_another_file_and_old_ones_go(tmp_path: Path) -> None:
    files = MadeFiles(tmp_path)
    asked = [("a", MOMENT), ("b", MOMENT), ("a", ("p2", MOMENT[1])), ("a", ("p2", date(2026, 11, 23)))]
    for number, (name, moment) in enumerate(asked):
        found = files.get(name, moment, lambda file, number=number: file.write(b"%d" % number))
        assert found.opened.read() == b"%d" % number
        found.opened.close()
    assert len(list(tmp_path.iterdir())) == 1
    assert len(list(tmp_path.rglob("*.made"))) == 1


def test_what_cannot_be_made_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise NotMade("no room")

    files = MadeFiles(tmp_path)
    with pytest.raises(NotMade, match="no room"):
        files.get("pack", MOMENT, fail)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    found = files.get("pack", MOMENT, lambda file: file.write(b"whole"))
    assert found.opened.read() == b"whole"


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    begun, go_on = Event(), Event()

    def slow(file: BinaryIO) -> None:
        begun.set()
        go_on.wait()

    with ThreadPoolExecutor(1) as person:
        first = person.submit(MadeFiles(tmp_path).get, "pack", MOMENT, slow)
        begun.wait()
        with pytest.raises(NotMade, match="being made for somebody else"):
            MadeFiles(tmp_path, most_waiting=0.0).get("pack", MOMENT, slow)
        go_on.set()
        first.result().opened.close()


def test_a_folder_that_cannot_be_written_costs_time_and_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        found = MadeFiles(tmp_path / "taken" / "files").get("pack", MOMENT, lambda file: file.write(b"made"))
    assert (found.opened.read(), found.size) == (b"made", 4)
    assert "cannot be stored" in caplog.text


def test_a_full_disk_costs_time_and_no_answer(tmp_path: Path) -> None:
    tried: list[int] = []

    def write(file: BinaryIO) -> None:
        tried.append(1)
        if len(tried) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        file.write(b"made")

    assert MadeFiles(tmp_path).get("pack", MOMENT, write).opened.read() == b"made"
    assert made_files.MOST_WAITING == 30.0


def test_past_the_bound_a_request_is_turned_away_at_once_and_finished_files_still_come(
    tmp_path: Path,
) -> None:
    files = MadeFiles(tmp_path, most_at_once=1)
    files.get("finished", MOMENT, lambda file: file.write(b"x")).opened.close()
    begun, go_on = Event(), Event()

    def slow(file: BinaryIO) -> None:
        begun.set()
        assert go_on.wait(10)
        file.write(b"slow")

    with ThreadPoolExecutor(1) as people:
        first = people.submit(files.get, "slow", MOMENT, slow)
        assert begun.wait(10)
        with pytest.raises(NotMade, match="Many large files are being made just now"):
            files.get("another", MOMENT, lambda file: file.write(b"y"))
        assert files.get("finished", MOMENT, slow).opened.read() == b"x"
        go_on.set()
        assert first.result().opened.read() == b"slow"
    # the place is free again
    assert files.get("another", MOMENT, lambda file: file.write(b"y")).size == 1


def test_files_hold_at_most_half_of_the_threads_of_a_worker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # the settings name a folder in the environment, which must not reach other tests
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    settings = runpy.run_path(str(Path(__file__).parents[3] / "gunicorn.conf.py"))
    assert settings["threads"] >= made_files.MOST_AT_ONCE * 2


def test_files_made_longest_ago_go_where_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_files, "MOST_ON_DISK", 25)
    files = MadeFiles(tmp_path)
    for number, name in enumerate("abc"):
        files.get(name, MOMENT, lambda file: file.write(b"0123456789")).opened.close()
        for path in tmp_path.rglob("*.made"):
            if path.stat().st_mtime > 1_000:
                os.utime(path, (number, number))
    assert len(list(tmp_path.rglob("*.made"))) == len(list(tmp_path.rglob("*.tag"))) == 2
    again: list[int] = []
    for name in "cba":
        files.get(name, MOMENT, lambda file: again.append(file.write(b"0123456789"))).opened.close()
    assert len(again) == 1  # only the first had gone
