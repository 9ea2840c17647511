"""Bytes first: kept by their sha256, whole or not at all."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etl.fetching.snapshots import LostSnapshot, Snapshots

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def keep(snapshots: Snapshots, path: Path, **more):
    facts = {
        "url": "https://example.org/a.csv",
        "published_on": date(2025, 5, 1),
        "licence": "OGL v3.0",
        "now": NOW,
    }
    return snapshots.keep(path, **{**facts, **more})


def test_bytes_are_kept_under_their_sha256_with_a_record(snapshots: Snapshots, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x,y\n1,2\n")
    kept = keep(snapshots, path)
    sha256 = hashlib.sha256(b"x,y\n1,2\n").hexdigest()
    assert kept.sha256 == sha256
    assert kept.path == snapshots.folder / sha256[:2] / sha256 / "a.csv"
    assert kept.path.read_bytes() == b"x,y\n1,2\n"
    assert snapshots.record(sha256) == {
        "sha256": sha256,
        "size": 8,
        "arrivals": [
            {
                "file_name": "a.csv",
                "url": "https://example.org/a.csv",
                "retrieved_at": "2026-01-02T03:04:05+00:00",
                "published_on": "2025-05-01",
                "licence": "OGL v3.0",
            }
        ],
    }


def test_the_same_bytes_again_keep_their_first_instant(snapshots: Snapshots, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"1")
    first = keep(snapshots, path)
    again = keep(snapshots, path, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert again == first
    assert len(list(snapshots.folder.rglob("*.csv"))) == 1


def test_the_same_bytes_under_another_name_are_kept_under_both(snapshots: Snapshots, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"1")
    first, second = (keep(snapshots, tmp_path / name) for name in ("a.csv", "b.csv"))
    assert first.sha256 == second.sha256
    assert snapshots.find(first.sha256, "a.csv").name == "a.csv"
    assert snapshots.find(first.sha256, "b.csv").name == "b.csv"


def test_damaged_or_lost_bytes_are_named(snapshots: Snapshots, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"1")
    kept = keep(snapshots, path)
    kept.path.write_bytes(b"2")
    with pytest.raises(LostSnapshot, match=r"of a\.csv is damaged: its bytes no longer match"):
        snapshots.find(kept.sha256, "a.csv")
    kept.path.unlink()
    with pytest.raises(LostSnapshot, match=r"of a\.csv is gone from snapshots/.*--from"):
        snapshots.find(kept.sha256, "a.csv")


def test_a_copy_that_is_cut_short_leaves_nothing(
    snapshots: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"1" * 100)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("etl.fetching.snapshots.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        keep(snapshots, path)
    assert [path for path in snapshots.folder.rglob("*") if path.is_file()] == []


def test_the_ledger_gives_the_last_word_of_each_source(snapshots: Snapshots) -> None:
    snapshots.note_published("alpha", "t1", [{"edition": "1"}])
    snapshots.note_published("beta", "t2", [{"edition": "b"}])
    snapshots.note_published("alpha", "t3", [{"edition": "2"}])
    ledger = snapshots.folder / "published.jsonl"
    with ledger.open("a") as file:
        file.write('{"at": "t4", "source_id": "al')
    assert snapshots.published() == {"alpha": [{"edition": "2"}], "beta": [{"edition": "b"}]}
    size = ledger.stat().st_size
    snapshots.note_published("alpha", "t5", [{"edition": "2"}])
    assert ledger.stat().st_size == size
