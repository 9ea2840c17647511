"""A whole service as one archive: what comes out is what went in, and anything else is refused with its reason."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from etl.pipeline import exchange
from etl.pipeline.exchange import BadArchive, export_archive, import_archive
from geodata.register import Register, load_register
from indicators.catalogue import load_catalogue
from indicators.settings import Settings, load_settings
from indicators.store import NoStore, Store, schema

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BYTES = b"the publisher's file"
SHA256 = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def service(folder: Path, register: Register, database_url: str = "") -> tuple[Store, Settings]:
    settings = load_settings(data_dir=folder, database_url=database_url)
    return Store(settings.store_url, register=register, catalogue=load_catalogue()), settings


@pytest.fixture
def full(tmp_path: Path, register: Register) -> tuple[Store, Settings]:
    """A service with one figure, its release, the publisher's file and a boundary file."""
    store, settings = service(tmp_path / "full", register)
    store.create()
    with store.connections.writing() as connection:
        fact = schema.store_fact
        connection.execute(fact.delete().where(fact.c.name == "publication_id"))
        connection.execute(fact.insert(), {"name": "publication_id", "value": "p1"})
        connection.execute(
            schema.release.insert(),
            filled(
                schema.release, release_id="r1", source_id="s", origin="publisher", published_on="2026-11-01"
            ),
        )
        connection.execute(
            schema.observation.insert(),
            filled(
                schema.observation,
                indicator_id="employment-rate",
                period="2023-01-01/P1Y",
                sex="persons",
                age="16-64",
                breakdown="all",
                area_code="E06000018",
                value=66.1,
                status="ok",
                release_id="r1",
                note="£ – ’",
            ),
        )
    for path, written in (
        (settings.snapshots_dir / SHA256[:2] / SHA256 / "a.csv", BYTES),
        (settings.boundaries_dir / "ltla.json", b"{}"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written)
    return store, settings


def filled(table: sa.Table, **given: Any) -> dict[str, Any]:
    """A row with something in every column that needs it."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name in given:
            row[column.name] = given[column.name]
        elif column.nullable:
            row[column.name] = None
        else:
            row[column.name] = 0 if isinstance(column.type, sa.Integer | sa.Boolean) else "x"
    return row


def tables(store: Store) -> dict[str, list[Any]]:
    with store.connections.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=str)
            for table in schema.metadata.sorted_tables
        }


@pytest.fixture
def archive(full: tuple[Store, Settings], tmp_path: Path) -> Path:
    path = tmp_path / "all.zip"
    export_archive(*full, path, NOW)
    return path


def test_what_comes_out_is_what_went_in(
    full: tuple[Store, Settings], archive: Path, tmp_path: Path, register: Register
) -> None:
    store, settings = service(tmp_path / "other", register)
    told = import_archive(store, settings, archive)
    assert (told.publication_id, told.releases, told.figures, told.files) == ("p1", 1, 1, 1)
    assert tables(store) == tables(full[0])
    assert (settings.snapshots_dir / SHA256[:2] / SHA256 / "a.csv").read_bytes() == BYTES
    assert (settings.boundaries_dir / "ltla.json").read_bytes() == b"{}"
    assert not list(settings.data_dir.glob("import-*"))
    export_archive(store, settings, tmp_path / "again.zip", NOW)
    assert (tmp_path / "again.zip").stat().st_size == archive.stat().st_size


def test_it_comes_out_of_either_database_and_goes_into_either(
    full: tuple[Store, Settings], archive: Path, tmp_path: Path, register: Register, database_url: str
) -> None:
    """SQLite's archive into SQLite and into PostgreSQL, what stood there replaced; then out of that one and in again."""
    store, settings = service(tmp_path / "other", register, database_url)
    store.create()
    with store.connections.writing() as connection:
        connection.execute(
            schema.release.insert(),
            filled(schema.release, release_id="r0", source_id="old", origin="publisher", is_current=True),
        )
    import_archive(store, settings, archive)
    wanted = tables(full[0])
    assert tables(store) == wanted
    assert [release["release_id"] for release in store.releases(current_only=False)] == ["r1"]
    assert store.publication_id() == "p1"
    again = tmp_path / "again.zip"
    export_archive(store, settings, again, NOW)
    other, others = service(tmp_path / "third", register)
    import_archive(other, others, again)
    assert tables(other) == wanted
    assert store.has_a_figure()
    store.close()


def test_an_import_that_breaks_off_leaves_either_database_as_it_was(
    archive: Path, tmp_path: Path, register: Register, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, settings = service(tmp_path / "other", register, database_url)
    store.create()
    before = tables(store)
    read = exchange._read_rows

    def broken(path: Path) -> Any:
        if path.name == "observation.jsonl":
            raise OSError("the disk is gone")
        return read(path)

    monkeypatch.setattr(exchange, "_read_rows", broken)
    with pytest.raises(OSError, match="the disk is gone"):
        import_archive(store, settings, archive)
    assert tables(store) == before
    store.close()


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    made = path.with_name("changed.zip")
    with zipfile.ZipFile(made, "w") as archive:
        for name, written in members.items():
            archive.writestr(name, written)
    return made


def resealed(**changed: Any) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"]) | changed
        members["manifest.json"] = json.dumps(manifest).encode()
        members["manifest.sha256"] = hashlib.sha256(members["manifest.json"]).hexdigest().encode()

    return change


def set_member(name: str, written: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: written})


def with_other_catalogue(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["project/catalogue/employment-rate.toml"]["sha256"] = "0" * 64
    resealed(members=manifest["members"])(members)


def with_a_way_out(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    members["snapshots/../../evil"] = b"x"
    manifest["members"]["snapshots/../../evil"] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    resealed(members=manifest["members"])(members)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            set_member(f"snapshots/{SHA256[:2]}/{SHA256}/a.csv", BYTES[::-1]),
            "a.csv is not what the manifest says",
        ),
        (
            set_member(f"snapshots/{SHA256[:2]}/{SHA256}/a.csv", BYTES + b"."),
            "a.csv is not what the manifest says",
        ),
        (set_member("manifest.json", b"{}"), "manifest.json was changed"),
        (set_member("snapshots/more", b"x"), "snapshots/more is in the archive and not in its manifest"),
        (
            lambda members: members.pop("store/observation.jsonl"),
            "store/observation.jsonl is in the archive and not",
        ),
        (lambda members: members.pop("manifest.sha256"), "was not made by: python -m etl bundle export"),
        (resealed(schema=99), "the archive has schema 99.* newer version; upgrade first"),
        (resealed(format=2), "the archive has format 2.* newer version"),
        (resealed(schema=1), "export it again"),
        (with_other_catalogue, "catalogue/employment-rate.toml is another one here"),
        (with_a_way_out, "is no name of a file"),
    ],
)
def test_a_tampered_or_newer_archive_is_refused_and_nothing_changes(
    archive: Path, tmp_path: Path, register: Register, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    store, settings = service(tmp_path / "other", register)
    with pytest.raises(BadArchive, match=words):
        import_archive(store, settings, rewritten(archive, change))
    with pytest.raises(NoStore):
        store.publication_id()
    assert not settings.snapshots_dir.exists() and not (tmp_path / "evil").exists()


def test_half_an_archive_is_refused(archive: Path, tmp_path: Path, register: Register) -> None:
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(BadArchive, match="no archive, or part of it is missing"):
        import_archive(*service(tmp_path / "other", register), archive)


def test_an_import_that_was_killed_goes_on_and_readers_see_old_or_new(
    full: tuple[Store, Settings],
    archive: Path,
    tmp_path: Path,
    register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, settings = service(tmp_path / "other", register)
    store.create()
    before = tables(store)
    read = exchange._read_rows

    def killed(path: Path) -> Any:
        if path.name == "observation.jsonl":
            raise KeyboardInterrupt
        return read(path)

    monkeypatch.setattr(exchange, "_read_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        import_archive(store, settings, archive)
    assert tables(store) == before
    monkeypatch.setattr(exchange, "_read_rows", read)
    unpacked: list[str] = []
    opened = zipfile.ZipFile.open

    def noted(self: zipfile.ZipFile, name: Any, *rest: Any, **named: Any) -> Any:
        unpacked.append(str(name))
        return opened(self, name, *rest, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", noted)
    import_archive(store, settings, archive)
    assert unpacked == ["manifest.json", "manifest.sha256"] or set(unpacked) == {
        "manifest.json",
        "manifest.sha256",
    }
    assert tables(store) == tables(full[0])
