"""A whole service as one archive: for machines without a way out, and to move to another.

The archive is a zip. ``manifest.json`` says which version made it and gives size and SHA-256 of every other member;
``manifest.sha256`` is the digest of the manifest. ``store/`` holds each table of the store as lines of JSON, ``snapshots/``
the publishers' files, ``boundaries/`` the official boundaries, ``local/`` the user's own indicators. ``project/`` holds the
catalogue, the evidence and the outlines of the version that made the figures: they must be those of the version that
reads it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import sqlalchemy as sa

from etl.fetching.snapshots import whole_file
from indicators.settings import Settings
from indicators.store import Store, schema
from indicators.store.writing import analyse

FORMAT = 1
_BLOCK = 1 << 20
_AT_ONCE = 1000  # rows
_ROOT = Path(__file__).parents[2]
_PROJECT = {
    "catalogue": (_ROOT / "indicators" / "catalogue", "*.toml"),
    "evidence": (_ROOT / "indicators" / "evidence", "*.toml"),
    "outlines": (_ROOT / "geodata" / "outlines", "*"),
}
_MANIFEST, _SEAL = "manifest.json", "manifest.sha256"
_SUFFIX = ".jsonl"


class BadArchive(ValueError):
    """An archive cannot be read in; the message says which part of it and why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an archive holds."""

    publication_id: str
    releases: int
    figures: int
    files: int
    size: int


def export_archive(store: Store, settings: Settings, path: Path, now: datetime) -> Told:
    """Write everything to ``path``, which appears there only when it is whole. Raises NoStore and NoRoom."""
    publication_id = store.publication_id()
    members: dict[str, dict[str, Any]] = {}
    rows: dict[str, int] = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        store.connections.reading() as connection,
    ):
        for table in schema.metadata.sorted_tables:
            lines = _lines(connection, table, rows)
            members[f"store/{table.name}{_SUFFIX}"] = _add(archive, f"store/{table.name}{_SUFFIX}", lines)
        for name, source in _files(settings).items():
            with source.open("rb") as opened:
                members[name] = _add(archive, name, iter(lambda: opened.read(_BLOCK), b""))
        manifest = json.dumps(
            {
                "format": FORMAT,
                "schema": schema.SCHEMA_VERSION,
                "made_at": now.isoformat(timespec="seconds"),
                "publication_id": publication_id,
                "rows": rows,
                "members": members,
            },
            indent=1,
        ).encode()
        archive.writestr(_MANIFEST, manifest)
        archive.writestr(_SEAL, hashlib.sha256(manifest).hexdigest())
    return _told(json.loads(manifest))


def import_archive(store: Store, settings: Settings, path: Path) -> Told:
    """Put what an archive holds in the place of what is here.

    Every digest is verified before anything changes. Files come first, each whole; then the store, in one transaction:
    readers see what was there or what comes, never a mixture. What was unpacked before the process was killed is not
    unpacked again. Raises BadArchive, and the faults of the store.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            _refuse_other_project(manifest["members"])
            _refuse_local(manifest["members"], settings)
            seal = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
            staging = settings.data_dir / f"import-{seal}"
            for name, mark in manifest["members"].items():
                _unpack(archive, name, mark, staging)
    except zipfile.BadZipFile as error:
        raise BadArchive(f"{path.name} is no archive, or part of it is missing: {error}") from error
    _place(staging, settings)
    store.create()
    with store.connections.writing() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(table.delete())
        for table in schema.metadata.sorted_tables:
            for some in _read_rows(staging / "store" / f"{table.name}{_SUFFIX}"):
                connection.execute(table.insert(), some)
    analyse(store)
    shutil.rmtree(staging)
    return _told(manifest)


def _told(manifest: Mapping[str, Any]) -> Told:
    members, rows = manifest["members"], manifest["rows"]
    return Told(
        manifest["publication_id"],
        rows["release"],
        rows["observation"],
        sum(name.startswith("snapshots/") for name in members),
        sum(mark["size"] for mark in members.values()),
    )


# ---- out -----------------------------------------------------------------------------------------------


def _files(settings: Settings) -> dict[str, Path]:
    """Every file of the archive by its name there."""
    found: dict[str, Path] = {}
    for room, folder in (("snapshots", settings.snapshots_dir), ("boundaries", settings.boundaries_dir)):
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    found[f"{room}/{path.relative_to(folder).as_posix()}"] = path
    if settings.local_dir is not None:
        for path in sorted(settings.local_dir.iterdir()):
            if path.is_file() and path.suffix in (".toml", ".csv"):
                found[f"local/{path.name}"] = path
    for room, (folder, pattern) in _PROJECT.items():
        for path in sorted(folder.glob(pattern)):
            if path.is_file():
                found[f"project/{room}/{path.name}"] = path
    return found


def _lines(connection: sa.Connection, table: sa.Table, rows: dict[str, int]) -> Iterator[bytes]:
    """The rows of a table, each a list of JSON after a first line with the names of the columns."""
    yield json.dumps([column.name for column in table.columns]).encode() + b"\n"
    rows[table.name] = 0
    for some in connection.execution_options(yield_per=_AT_ONCE).execute(sa.select(table)).partitions():
        rows[table.name] += len(some)
        yield b"".join(json.dumps(list(row), ensure_ascii=False).encode() + b"\n" for row in some)


def _add(archive: zipfile.ZipFile, name: str, blocks: Iterator[bytes]) -> dict[str, Any]:
    size, digest = 0, hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as member:
        for block in blocks:
            member.write(block)
            digest.update(block)
            size += len(block)
    return {"size": size, "sha256": digest.hexdigest()}


# ---- in ------------------------------------------------------------------------------------------------


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, where it is whole, of a version that can be read, and true of the list of members."""
    names = archive.namelist()
    if _MANIFEST not in names or _SEAL not in names:
        raise BadArchive(f"there is no {_MANIFEST}: this was not made by: python -m etl bundle export")
    written = archive.read(_MANIFEST)
    if hashlib.sha256(written).hexdigest() != archive.read(_SEAL).decode(errors="replace").strip():
        raise BadArchive(f"{_MANIFEST} was changed after the archive was made; copy the archive again")
    manifest: dict[str, Any] = json.loads(written)
    for what, found, known in (
        ("format", manifest["format"], FORMAT),
        ("schema", manifest["schema"], schema.SCHEMA_VERSION),
    ):
        if found > known:
            raise BadArchive(
                f"the archive has {what} {found}, this version reads {known}: it was made by a newer version; upgrade first"
            )
        if found < known:
            raise BadArchive(
                f"the archive has {what} {found}, this version reads {known}: export it again with this version"
            )
    listed = [*manifest["members"], _MANIFEST, _SEAL]
    if sorted(names) != sorted(listed):
        other = sorted(set(names) ^ set(listed)) or sorted(name for name in names if names.count(name) > 1)
        raise BadArchive(f"{other[0]} is in the archive and not in its manifest, or the other way round")
    for name in manifest["members"]:
        parts = PurePosixPath(name).parts
        if ".." in parts or name.startswith("/") or "\\" in name or len(parts) < 2:
            raise BadArchive(f"{name!r} is no name of a file in an archive")
    tables = {f"store/{table.name}{_SUFFIX}" for table in schema.metadata.sorted_tables}
    lacking = tables - set(manifest["members"])
    if lacking:
        raise BadArchive(f"{sorted(lacking)[0]} is missing")
    return manifest


def _refuse_other_project(members: Mapping[str, Mapping[str, Any]]) -> None:
    """Figures stand only with the catalogue, evidence and outlines that they were made with."""
    theirs = {name: mark["sha256"] for name, mark in members.items() if name.startswith("project/")}
    ours = {}
    for room, (folder, pattern) in _PROJECT.items():
        for path in folder.glob(pattern):
            if path.is_file():
                ours[f"project/{room}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    other = sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name))
    if other:
        named = other[0].removeprefix("project/")
        raise BadArchive(
            f"{named} is another one here than where the archive was made ({len(other)} such files): install the same "
            "version of the project on both machines"
        )


def _refuse_local(members: Mapping[str, Any], settings: Settings) -> None:
    own = sorted(name for name in members if name.startswith("local/"))
    if own and settings.local_dir is None:
        raise BadArchive(
            f"the archive holds indicators of your own ({own[0]}): set WORKHEALTH_LOCAL_DIR to a folder for them"
        )


def _unpack(archive: zipfile.ZipFile, name: str, mark: Mapping[str, Any], staging: Path) -> None:
    """Unpack a member and verify it; one that was unpacked whole before is only verified."""
    target = staging / name
    if target.is_file() and target.stat().st_size == mark["size"] and _sha256(target) == mark["sha256"]:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    size, digest = 0, hashlib.sha256()
    with archive.open(name) as member, whole_file(target) as file:
        for block in iter(lambda: member.read(_BLOCK), b""):
            size += len(block)
            digest.update(block)
            if size > mark["size"]:
                break
            file.write(block)
        if size != mark["size"] or digest.hexdigest() != mark["sha256"]:
            raise BadArchive(
                f"{name} is not what the manifest says (size or SHA-256): copy the archive again"
            )


def _place(staging: Path, settings: Settings) -> None:
    """Copy files to where they belong, each whole; snapshots that are here stay."""
    rooms = {"snapshots": settings.snapshots_dir, "boundaries": settings.boundaries_dir}
    if settings.local_dir is not None:
        rooms["local"] = settings.local_dir
    for room, folder in rooms.items():
        for path in sorted((staging / room).rglob("*")):
            if not path.is_file():
                continue
            target = folder / path.relative_to(staging / room)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_file() and _sha256(target) == _sha256(path):
                continue
            with path.open("rb") as opened, whole_file(target) as file:
                shutil.copyfileobj(opened, file, _BLOCK)


def _read_rows(path: Path) -> Iterator[list[dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        names = json.loads(next(file))
        some: list[dict[str, Any]] = []
        for line in file:
            some.append(dict(zip(names, json.loads(line), strict=True)))
            if len(some) == _AT_ONCE:
                yield some
                some = []
        if some:
            yield some


def _sha256(path: Path) -> str:
    opened: IO[bytes]
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
