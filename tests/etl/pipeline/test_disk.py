"""A disk that is full or read-only: a run that failed and says where and what to do, the figures as they were."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import store_servers
from etl_toolkit import LEEDS, NOTTINGHAM, Bench, claim_rows, rate_rows, small_catalogue

from geodata.register import load_register
from indicators.store.faults import StoreNotWritable

FIX = "free space on its disk or make it writable, then run this again"
FIRST = {NOTTINGHAM: 66.1, LEEDS: 75.0}
SECOND = {NOTTINGHAM: 66.2, LEEDS: 75.0}
# enough to grow any database
MANY = dict.fromkeys(sorted(load_register().codes("ltla", 2021)), 50.0)


def put(bench: Bench, rates: dict[str, float]) -> None:
    bench.put("alpha-1.csv", rate_rows(rates) + claim_rows({NOTTINGHAM: 7}))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_no_room_for_a_snapshot(bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    put(bench, FIRST)
    assert bench.refresh("alpha").outcome == "published"
    before = bench.store.digest()
    put(bench, SECOND)

    def fails(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr("etl.fetching.snapshots.os.fsync", fails)
        result = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert result.message.startswith(f"{bench.snapshots.folder}/")
    assert result.message.endswith(f"/alpha-1.csv: {os.strerror(number)}; nothing was written there; {FIX}")
    assert bench.store.digest() == before
    assert [run["outcome"] for run in bench.store.history("alpha")] == ["failed", "published"]
    assert not list(bench.snapshots.folder.rglob(".part-*"))
    assert bench.refresh("alpha").outcome == "published"
    assert bench.value("rate", NOTTINGHAM) == 66.2


def test_no_room_for_the_ledger_is_fixed_by_the_next_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bench, FIRST)

    def fails(source_id: str, at: str, editions: list) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(bench.snapshots, "note_published", fails)
        assert bench.refresh("alpha").outcome == "failed"
    # the transaction was over by then: the new release is shown whole
    assert bench.value("rate", LEEDS) == 75.0
    assert bench.snapshots.published() == {}
    assert bench.refresh("alpha").outcome == "unchanged"
    assert list(bench.snapshots.published()) == ["alpha"]


@pytest.fixture
def sqlite_bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(f"sqlite:///{tmp_path}/store.sqlite", tmp_path, small_catalogue())
    yield made
    made.store.close()


def test_a_database_that_may_not_grow(sqlite_bench: Bench) -> None:
    bench = sqlite_bench
    put(bench, FIRST)
    assert bench.refresh("alpha").outcome == "published"
    before = bench.store.digest()
    put(bench, {**MANY, **SECOND})
    bench.store.close()
    engine = bench.store.connections.engine

    def no_more(connection: sa.PoolProxiedConnection, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size for it

    sa.event.listen(engine, "connect", no_more)
    result = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert result.message.startswith(
        f"{bench.folder}/store.sqlite: database or disk is full; the figures shown are as they were; {FIX}"
    )
    assert bench.store.digest() == before
    assert bench.store.problems() == []
    bench.store.close()  # a new engine has no such limit
    assert bench.refresh("alpha").outcome == "published"
    assert bench.value("rate", NOTTINGHAM) == 66.2


def test_a_run_that_cannot_be_logged_still_says_what_stopped_it(
    sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sqlite_bench.folder / "incoming").mkdir()
    (sqlite_bench.folder / "incoming" / "alpha-1.csv").write_text("measure,area_code\n", encoding="utf-8")

    def fails(store: object, row: object, held: object) -> None:
        raise StoreNotWritable("store.sqlite", "database or disk is full")

    monkeypatch.setattr("etl.pipeline.log.record_run", fails)
    result = sqlite_bench.refresh("alpha")
    assert result.outcome == "failed"
    first, second = result.message.split("\n")
    assert first.startswith("alpha-1.csv: column 'period', 'value' gone")
    assert second.startswith(
        "this run could not be written in the log: store.sqlite: database or disk is full"
    )


def read_only(disk: Path) -> Path:
    """The same disk, mounted beside it so that nothing can be written."""
    view = disk.with_name("view")
    view.mkdir()
    subprocess.run(["mount", "--bind", str(disk), str(view)], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(view)], check=True)
    return view


def mount_small(folder: Path, size: str) -> None:
    """A disk of a small size; the test is skipped, and says why, where this account may not mount one."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"no disk of a small size can be mounted here: {made.stderr.strip()}")


def fill(disk: Path) -> Path:
    """Leave no room on a disk; gives the file that takes it."""
    filler = disk / "filler"
    with pytest.raises(OSError, match="No space left"), filler.open("wb") as file:
        while True:
            file.write(bytes(1024**2))
            file.flush()
    return filler


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    mount_small(folder, "4m")
    yield folder
    for mounted in (folder.with_name("view"), folder):
        if mounted.is_mount():
            subprocess.run(["umount", "--lazy", str(mounted)], check=True)


def test_a_disk_that_is_really_full_and_then_read_only(small_disk: Path) -> None:
    bench = Bench(f"sqlite:///{small_disk}/store.sqlite", small_disk, small_catalogue())
    put(bench, FIRST)
    assert bench.refresh("alpha").outcome == "published"
    before = bench.store.digest()
    put(bench, {**MANY, **SECOND})
    filler = fill(small_disk)
    try:
        result = bench.refresh("alpha")
        assert result.outcome == "failed"
        message = result.message
    except StoreNotWritable as error:
        message = str(error)
    assert str(small_disk) in message and FIX in message
    assert bench.store.digest() == before
    filler.unlink()
    assert bench.refresh("alpha").outcome == "published"
    after = bench.store.digest()
    put(bench, FIRST)
    seen = Bench(f"sqlite:///{read_only(small_disk)}/store.sqlite", small_disk, small_catalogue())
    with pytest.raises(
        StoreNotWritable, match=f"^{seen.store.connections.sqlite_path.parent}: Read-only .*; {FIX}"
    ):
        seen.refresh("alpha")
    assert bench.store.digest() == after
    assert bench.refresh("alpha", accept="a test").outcome == "published"
    seen.store.close()
    bench.store.close()


@pytest.fixture
def small_database(postgres_server: str) -> Iterator[tuple[str, Path]]:
    """A database of PostgreSQL on a disk of its own of 32 MB (its address, the disk); the server's log is elsewhere."""
    # not below pytest's folder, into which the server's account may not look
    folder = Path(tempfile.mkdtemp(prefix="workhealth-full-"))
    folder.chmod(0o755)
    disk = folder / "disk"
    mount_small(disk, "32m")
    place = disk / "tablespace"
    place.mkdir()
    shutil.chown(place, store_servers.ACCOUNT, store_servers.ACCOUNT)
    server = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLESPACE small LOCATION '{place}'")
        connection.exec_driver_sql("CREATE DATABASE on_small_disk TABLESPACE small")
    url = sa.engine.make_url(postgres_server).set(database="on_small_disk")
    yield url.render_as_string(hide_password=False), disk
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE on_small_disk WITH (FORCE)")
        connection.exec_driver_sql("DROP TABLESPACE small")
    server.dispose()
    subprocess.run(["umount", "--lazy", str(disk)], check=True)
    shutil.rmtree(folder)


@pytest.mark.postgres
def test_a_server_whose_disk_is_really_full(small_database: tuple[str, Path], tmp_path: Path) -> None:
    url, disk = small_database
    bench = Bench(url, tmp_path, small_catalogue())
    put(bench, FIRST)
    assert bench.refresh("alpha").outcome == "published"
    before = bench.store.digest()
    put(bench, {**MANY, **SECOND})
    filler = fill(disk)
    result = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert result.message.startswith("on_small_disk: could not extend file")
    assert "No space left on device" in result.message and FIX in result.message
    assert bench.store.digest() == before
    assert bench.store.problems() == []
    filler.unlink()
    assert bench.refresh("alpha").outcome == "published"
    assert bench.value("rate", NOTTINGHAM) == 66.2
    bench.store.close()
