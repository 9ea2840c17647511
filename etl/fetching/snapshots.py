"""The publishers' bytes, kept by their sha256 before anything reads them, with a record of where they came from.

``<folder>/<first two>/<sha256>/<the publisher's file name>`` and ``record.json`` beside it. A file is written
under another name, synced, checked and then renamed: what stands under its own name is whole.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

_BLOCK = 1024 * 1024
_RECORD = "record.json"
_LEDGER = "published.jsonl"
_LICENCE = "Open Government Licence v3.0"


class LostSnapshot(LookupError):
    """Bytes that a release rests on are gone or damaged; the message says which and how to fix it."""


class NoRoom(OSError):
    """A file could not be written whole; the message names the folder, the reason and the fix."""


_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO)


@dataclass(frozen=True)
class Snapshot:
    """One file as it came: ``retrieved_at`` is when these bytes were first kept (UTC)."""

    sha256: str
    file_name: str
    path: Path
    size: int
    url: str | None
    retrieved_at: str
    published_on: str | None
    licence: str


def file_sha256(path: Path) -> str:
    """sha256 of a file, as hexadecimal text."""
    summary = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            summary.update(block)
    return summary.hexdigest()


class Snapshots:
    """The folder of kept files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _home(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def keep(
        self, path: Path, *, url: str | None, published_on: date | None, licence: str, now: datetime
    ) -> Snapshot:
        """Keep the bytes of ``path`` and the facts about them; the same file again changes nothing."""
        sha256 = file_sha256(path)
        home = self._home(sha256)
        kept = home / path.name
        size = path.stat().st_size
        if not (kept.is_file() and kept.stat().st_size == size):
            with _disk_errors_named(kept):
                home.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as file, whole_file(kept, sha256) as copy:
                while block := file.read(_BLOCK):
                    copy.write(block)
        record = self._record(sha256)
        arrivals: list[dict[str, Any]] = record.get("arrivals", [])
        for arrival in arrivals:
            if arrival["file_name"] == path.name:
                changed = {
                    "url": url or arrival["url"],
                    "published_on": _iso(published_on) or arrival["published_on"],
                    "licence": licence,
                }
                if any(arrival[name] != value for name, value in changed.items()):
                    arrival.update(changed)
                    self._write_record(sha256, size, arrivals)
                break
        else:
            arrival = {
                "file_name": path.name,
                "url": url,
                "retrieved_at": now.isoformat(timespec="seconds"),
                "published_on": _iso(published_on),
                "licence": licence,
            }
            self._write_record(sha256, size, [*arrivals, arrival])
        return Snapshot(
            sha256,
            path.name,
            kept,
            size,
            arrival["url"],
            arrival["retrieved_at"],
            arrival["published_on"],
            licence,
        )

    def tidy(self) -> None:
        """Remove what processes left half written when they were killed; only while no other is writing."""
        if self.folder.is_dir():
            for part in self.folder.rglob(".part-*"):
                part.unlink(missing_ok=True)

    def find(self, sha256: str, file_name: str) -> Path:
        """Path of kept bytes, checked against their sha256. Raises LostSnapshot."""
        kept = self._home(sha256) / file_name
        fix = "fetch the publication again, or give its folder with --from"
        if not kept.is_file():
            raise LostSnapshot(
                f"snapshot {sha256[:12]} of {file_name} is gone from {self.folder.name}/; {fix}"
            )
        if file_sha256(kept) != sha256:
            raise LostSnapshot(
                f"snapshot {sha256[:12]} of {file_name} is damaged: its bytes no longer match; {fix}"
            )
        return kept

    def has(self, sha256: str, file_name: str) -> bool:
        """Whether these bytes are kept under that name."""
        return (self._home(sha256) / file_name).is_file()

    def fetched(self, url: str, file_name: str) -> Path | None:
        """Kept bytes that came from an address under that name; None where there are none, or they are damaged."""
        for path in sorted(self.folder.glob(f"*/*/{_RECORD}")):
            for arrival in json.loads(path.read_text(encoding="utf-8")).get("arrivals", []):
                if (arrival["url"], arrival["file_name"]) == (url, file_name):
                    with contextlib.suppress(LostSnapshot):
                        return self.find(path.parent.name, file_name)
        return None

    def record(self, sha256: str) -> dict[str, Any]:
        """What was written down about some bytes: sha256, size, arrivals. Raises LostSnapshot."""
        found = self._record(sha256)
        if not found:
            raise LostSnapshot(f"snapshot {sha256[:12]} has no record in {self.folder.name}/")
        return found

    def _record(self, sha256: str) -> dict[str, Any]:
        path = self._home(sha256) / _RECORD
        if not path.is_file():
            return {}
        answer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return answer

    def _write_record(self, sha256: str, size: int, arrivals: list[dict[str, Any]]) -> None:
        text = json.dumps(
            {"sha256": sha256, "size": size, "arrivals": arrivals}, indent=1, ensure_ascii=False
        )
        with whole_file(self._home(sha256) / _RECORD) as file:
            file.write(text.encode())

    # ---- which editions a source rests on, should the database be lost ------------------------------

    def note_published(self, source_id: str, at: str, editions: list[dict[str, Any]]) -> None:
        """Write down, after a publication, what a source now rests on; nothing where that is known already."""
        if self.published().get(source_id) == editions:
            return
        line = json.dumps({"at": at, "source_id": source_id, "editions": editions}, ensure_ascii=False)
        ledger = self.folder / _LEDGER
        with _disk_errors_named(ledger):
            self.folder.mkdir(parents=True, exist_ok=True)
            with ledger.open("ab") as file:
                file.write(line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())

    def published(self) -> dict[str, list[dict[str, Any]]]:
        """The last line for each source; a line that was cut short by a crash is passed over."""
        path = self.folder / _LEDGER
        answer: dict[str, list[dict[str, Any]]] = {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    entry = json.loads(line)
                    answer[entry["source_id"]] = entry["editions"]
        return answer


@contextlib.contextmanager
def whole_file(path: Path, sha256: str | None = None) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is complete and synced (and has that sha256).

    Raises NoRoom where the disk is full or read-only.
    """
    with _disk_errors_named(path), _part_of(path, sha256) as file:
        yield file


@contextlib.contextmanager
def _disk_errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK or isinstance(error, NoRoom):
            raise
        raise NoRoom(
            f"{path}: {error.strerror}; nothing was written there; free space on its disk or make it writable, then "
            "run this again"
        ) from error


@contextlib.contextmanager
def _part_of(path: Path, sha256: str | None) -> Iterator[IO[bytes]]:
    descriptor, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if sha256 is not None and file_sha256(part) != sha256:
            raise OSError(f"{path.name}: the file changed while it was copied; run this again")
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


class FetchedOnce:
    """What was fetched from a publisher that asks robots to stay away: kept whole, so that it is asked for once.

    ``now`` gives the present instant (UTC).
    """

    def __init__(self, snapshots: Snapshots, now: Callable[[], datetime]) -> None:
        self._snapshots = snapshots
        self._now = now

    def find(self, url: str, file_name: str) -> Path | None:
        """The file that came from this address before, None where none did."""
        return self._snapshots.fetched(url, file_name)

    def keep(self, path: Path, url: str, published_on: date | None) -> None:
        """Keep a file as it came."""
        self._snapshots.keep(path, url=url, published_on=published_on, licence=_LICENCE, now=self._now())
