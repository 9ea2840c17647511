"""The beginnings of what a source fetches: enough to see names, columns and labels, and little of a publisher's time."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from etl.fetching.archives import is_plain_name
from etl.fetching.downloads import FetchedFile, FolderDownloads
from etl.fetching.failures import FetchFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from etl.fetching.http import Fetcher

HEAD = 256 * 1024
"""Bytes of a text file, or of a text file in a zip, that are read."""
_BLOCK = 256 * 1024
# an answer of these kinds can be read from its beginning alone; of any other the whole is asked for
_TEXTS = (".csv", ".tsv", ".txt", ".topojson")
_LARGEST_WHOLE = 50 * 1024 * 1024


@dataclass(frozen=True)
class Asked:
    """One address that was asked, without any key; ``came_from`` is where a redirection led, "" where there was none.

    ``problem`` is what went wrong, "" where the answer came; ``names`` are the files of a zip.
    """

    verb: str
    url: str
    name: str
    size: int
    seconds: float
    came_from: str = ""
    problem: str = ""
    is_whole: bool = True
    names: tuple[str, ...] = ()


class HeadDownloads(FolderDownloads):
    """``etl.sources.base.Downloads`` that reads the beginning of each file; ``asked`` says what came of each address.

    Files stand in ``folder`` under their names as after a fetch, text cut after its last whole line. Of a zip each
    text file's beginning is there, read in parts where the server gives parts. ``whole`` are the names of files
    that are there in full.
    """

    def __init__(self, folder: Path, fetcher: Fetcher, secrets: Mapping[str, str]) -> None:
        super().__init__(folder, fetcher, secrets)
        self.heads_only = True
        self.asked: list[Asked] = []
        self.whole: set[str] = set()

    def save(
        self,
        file_name: str,
        url: str,
        *,
        content_types: tuple[str, ...] = (),
        published_on: date | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_seconds: float | None = None,
    ) -> Path:
        """Fetch the beginning of ``url`` into ``folder / file_name``. Raises FetchFailed."""
        shown = self._without_secrets_in(url)
        verb, started = ("GET" if body is None else "POST"), time.perf_counter()
        names: tuple[str, ...] = ()
        size, is_whole = 0, True
        try:
            path = self._place(file_name, shown)
            if path.suffix.casefold() == ".zip":
                names, size = self._heads_of_zip(path, url, shown, content_types)
                is_whole = False
            else:
                is_text = path.suffix.casefold() in _TEXTS
                content = io.BytesIO()
                size = self._fetcher.download(
                    url,
                    content,
                    content_types=content_types,
                    body=body,
                    headers=headers,
                    read_seconds=read_seconds,
                    largest=_LARGEST_WHOLE,
                    stop_after=HEAD if is_text else None,
                )
                is_whole = not is_text or size < HEAD
                path.write_bytes(content.getvalue() if is_whole else _whole_lines(content.getvalue()))
        except FetchFailed as error:
            safe = self._safe(error)
            self._note_asked(verb, shown, file_name, 0, started, problem=str(safe))
            raise safe from None
        for name in (file_name, *names):
            self.facts[name] = FetchedFile(name, shown, published_on)
        if is_whole:
            self.whole.add(file_name)
        self._note_asked(verb, shown, file_name, size, started, is_whole=is_whole, names=names)
        return path

    def read(self, url: str, *, content_types: tuple[str, ...] = ()) -> bytes:
        """The body of a page. Raises FetchFailed."""
        shown, started = self._without_secrets_in(url), time.perf_counter()
        try:
            content = super().read(url, content_types=content_types)
        except FetchFailed as error:
            self._note_asked("GET", shown, "", 0, started, problem=str(error))
            raise
        self._note_asked("GET", shown, "", len(content), started)
        return content

    def _note_asked(
        self,
        verb: str,
        shown: str,
        name: str,
        size: int,
        started: float,
        *,
        problem: str = "",
        is_whole: bool = True,
        names: tuple[str, ...] = (),
    ) -> None:
        moved = "" if problem else self._without_secrets_in(self._fetcher.redirected_to)
        seconds = round(time.perf_counter() - started, 1)
        self.asked.append(Asked(verb, shown, name, size, seconds, moved, problem, is_whole, names))

    def _heads_of_zip(
        self, path: Path, url: str, shown: str, content_types: tuple[str, ...]
    ) -> tuple[tuple[str, ...], int]:
        """(names of the files of a zip, bytes read); the beginning of each text file is put beside it."""
        opened = _Parts.of(self._fetcher, url)
        whole = io.BytesIO()
        if opened is None:
            self._fetcher.download(url, whole, content_types=content_types)
        source: io.RawIOBase | io.BytesIO = whole if opened is None else opened
        try:
            with zipfile.ZipFile(source) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
                for member in members:
                    name = PurePosixPath(member.filename).name
                    beside = path.parent / name
                    if beside.suffix.casefold() in _TEXTS and is_plain_name(name) and not beside.exists():
                        with archive.open(member) as packed:
                            content = packed.read(HEAD)
                        beside.write_bytes(content if len(content) < HEAD else _whole_lines(content))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise FetchFailed(f"{shown}: {error}; expected a whole zip") from error
        path.touch()
        size = len(whole.getvalue()) if opened is None else opened.bytes_read
        return tuple(PurePosixPath(member.filename).name for member in members), size


def _whole_lines(content: bytes) -> bytes:
    """Text without what follows its last line end, so that no row is cut."""
    return content[: content.rfind(b"\n") + 1] or content


class _Parts(io.RawIOBase):
    """A file at an address, read in blocks as they are asked for."""

    def __init__(self, fetcher: Fetcher, url: str, size: int, end: bytes) -> None:
        self._fetcher = fetcher
        self._url = url
        self._size = size
        self._place = 0
        self._end = end
        self._blocks: dict[int, bytes] = {}
        self.bytes_read = len(end)

    @classmethod
    def of(cls, fetcher: Fetcher, url: str) -> _Parts | None:
        """None where the server gives no parts. Raises FetchFailed."""
        found = fetcher.part(url, -_BLOCK, 0)
        return None if found is None else cls(fetcher, url, found[1], found[0])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if self._place >= self._size:
            return 0
        from_end = self._place - (self._size - len(self._end))
        if from_end >= 0:
            found = self._end[from_end : from_end + len(view)]
        else:
            number, inside = divmod(self._place, _BLOCK)
            found = self._block(number)[inside : inside + len(view)]
        view[: len(found)] = found
        self._place += len(found)
        return len(found)

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            first = number * _BLOCK
            part = self._fetcher.part(self._url, first, min(first + _BLOCK, self._size) - 1)
            if part is None:
                raise FetchFailed(f"{self._url}: no part of the file came; expected bytes from {first:,} on")
            self._blocks[number] = part[0]
            self.bytes_read += len(part[0])
        return self._blocks[number]
