"""A damaged database file: every command says so in words, and ``rebuild`` puts it aside and makes the store again."""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from etl_toolkit import LEEDS, Bench, rate_rows

from indicators.catalogue import Indicator
from indicators.store import StoreDamaged
from indicators.store.faults import damage_of

HEADER = 100  # bytes at the beginning of a SQLite file


@pytest.fixture
def sqlite_bench(tmp_path: Path, catalogue: dict[str, Indicator]) -> Iterator[Bench]:
    """A pipeline whose store, on SQLite, holds one publication."""
    made = Bench(f"sqlite:///{tmp_path}/store.sqlite", tmp_path, catalogue)
    made.put("alpha-1.csv", rate_rows({LEEDS: 70.0}))
    assert made.refresh("alpha").outcome == "published"
    yield made
    made.store.close()


def flipped(path: Path) -> None:
    """One byte in a hundred is another one, but not in the header."""
    content = bytearray(path.read_bytes())
    chance = random.Random(3)
    for place in range(HEADER, len(content)):
        if chance.random() < 0.01:
            content[place] ^= 0xFF
    path.write_bytes(bytes(content))


def truncated(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(4).randbytes(100_000))


def other_header(path: Path) -> None:
    path.write_bytes(random.Random(5).randbytes(HEADER) + path.read_bytes()[HEADER:])


DAMAGES: list[Callable[[Path], None]] = [flipped, truncated, random_bytes, other_header]


def spoilt(bench: Bench, damage: Callable[[Path], None]) -> Path:
    """The database of a bench with one publication, closed and damaged."""
    path = bench.store.connections.sqlite_path
    assert path is not None
    bench.store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    damage(path)
    return path


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_rebuild_puts_it_aside_and_goes_on(
    sqlite_bench: Bench, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    digest = sqlite_bench.store.digest()
    path = spoilt(sqlite_bench, damage)
    bytes_before = path.read_bytes()
    with caplog.at_level(logging.WARNING):
        _, after, results = sqlite_bench.pipeline().rebuild()
    assert after == digest
    assert [result.outcome for result in results if result.outcome == "failed"] == []
    (aside,) = path.parent.glob(f"{path.stem}-before-rebuild-*{path.suffix}")
    assert aside.read_bytes()[HEADER:200] == bytes_before[HEADER:200]
    assert "the database is damaged" in caplog.text and aside.name in caplog.text
    assert damage_of(path) is None


@pytest.mark.parametrize(
    "damage", [truncated, random_bytes, other_header], ids=lambda damage: damage.__name__
)
def test_a_question_to_a_damaged_store_says_what_to_do(
    sqlite_bench: Bench, damage: Callable[[Path], None]
) -> None:
    path = spoilt(sqlite_bench, damage)
    with pytest.raises(
        StoreDamaged, match=r"the database is damaged \(.*\); run: python -m etl rebuild"
    ) as caught:
        sqlite_bench.store.exists()
    assert str(path) in str(caught.value)


def test_a_sound_file_and_no_file_have_nothing_wrong(sqlite_bench: Bench, tmp_path: Path) -> None:
    assert sqlite_bench.store.connections.damage() is None
    assert damage_of(tmp_path / "none.sqlite") is None


def test_a_key_that_is_not_the_first_columns_is_no_damage(sqlite_bench: Bench) -> None:
    """``alternate`` has such a key; SQLite 3.40 reports missing values in it that are there."""
    row = ("rate", "2021-01-01/P1Y", "persons", "all", "all", LEEDS, 1.0, "ok", "published", "", 0, "beta")
    with sqlite_bench.store.connections.writing() as connection:
        (release_id,) = connection.exec_driver_sql("SELECT release_id FROM release").first() or ("",)
        connection.exec_driver_sql(
            "INSERT INTO alternate (indicator_id, period, sex, age, breakdown, area_code, value, status, interval_method,"
            " note, route, source_id, release_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, release_id),
        )
    assert sqlite_bench.store.connections.damage() is None


def test_a_cell_that_is_no_json_is_damage(sqlite_bench: Bench) -> None:
    with sqlite_bench.store.connections.writing() as connection:
        connection.exec_driver_sql("UPDATE run SET details = '{\"editions'")
    with pytest.raises(StoreDamaged, match="no JSON"):
        sqlite_bench.store.source_status()
