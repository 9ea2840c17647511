"""Files that take seconds to make, made once for all workers of the machine: packs of areas, and the zip of everything.

Equal requests are joined: the first makes the file under a lock, the others wait for it and send the same bytes. A file
is for one publication, day and version of the code; those of others are removed when the next is made. They hold at most
half of a worker's threads, so that pages and health never wait for them: who comes after that is asked to come again.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO, NamedTuple

from dashboard.address.context import Moment
from dashboard.exports.apart import NotMade
from dashboard.serving.cache import code_version

log = logging.getLogger(__name__)

MOST_WAITING = 30.0  # seconds
MOST_AT_ONCE = 4
"""Requests of a worker that make such a file or wait for one: half of its threads (``gunicorn.conf.py``)."""
MOST_ON_DISK = 500_000_000
"""Bytes of all files of one moment: readers can make any number of groups of areas, each with packs of its own."""
_BETWEEN_LOOKS = 0.05  # seconds
_FULL = (errno.ENOSPC, errno.EDQUOT)
Write = Callable[[BinaryIO], None]


class MadeFile(NamedTuple):
    """A finished file, open for reading. ``tag`` names its bytes."""

    opened: BinaryIO
    size: int
    tag: str


class MadeFiles:
    """Files below a folder, by what was asked for and when.

    Where the folder cannot be written to, each request makes a file of its own: slower, never an error.
    """

    def __init__(
        self, folder: Path, most_waiting: float = MOST_WAITING, most_at_once: int = MOST_AT_ONCE
    ) -> None:
        self._folder = folder
        self._most_waiting = most_waiting
        self._places = BoundedSemaphore(most_at_once)

    def get(self, name: str, moment: Moment, write: Write) -> MadeFile:
        """The file of a name, made by ``write`` where it is not there yet.

        ``name`` holds everything that the bytes depend on besides publication, day and code. Raises NotMade where
        enough such files are being made already, or another request takes too long over the same one, and whatever
        ``write`` raises.
        """
        path = self._path(name, moment)
        found = _opened(path)
        if found is not None:
            return found
        if not self._places.acquire(blocking=False):
            raise NotMade("Many large files are being made just now. Try again in a few seconds.")
        try:
            return self._made(path, write)
        finally:
            self._places.release()

    def _made(self, path: Path, write: Write) -> MadeFile:
        """A file that was not there a moment ago: made here, or by another request in the meantime."""
        try:
            self._begin(path.parent)
            lock = path.with_suffix(".lock").open("ab")
        except OSError as error:
            log.warning("a file cannot be stored below %s: %s", self._folder, error)
            return _unnamed(write)
        with lock, self._locked(lock):
            return _opened(path) or _written(path, write)

    @contextmanager
    def _locked(self, lock: BinaryIO) -> Iterator[None]:
        """Hold the lock of a file, which threads and processes alike wait for."""
        until = time.monotonic() + self._most_waiting
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise NotMade(
                        f"The same file is being made for somebody else and was not ready after {self._most_waiting:.0f} "
                        "seconds. Try again in a few seconds."
                    ) from None
                time.sleep(_BETWEEN_LOOKS)
        yield  # closing the file gives the lock back

    def _begin(self, folder: Path) -> None:
        """The folder of this moment, without those of earlier ones."""
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for other in self._folder.iterdir():
            if other != folder and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)

    def _path(self, name: str, moment: Moment) -> Path:
        publication, day = moment
        period = hashlib.sha256(f"{publication} {day} {code_version()}".encode()).hexdigest()[:16]
        return self._folder / period / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.made"


def _opened(path: Path) -> MadeFile | None:
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("a stored file cannot be read: %s", error)
        return None
    try:
        tag = path.with_suffix(".tag").read_text()
    except OSError:
        opened.close()
        return None
    return MadeFile(opened, path.stat().st_size, tag)


def _written(path: Path, write: Write) -> MadeFile:
    """Make a file and put it in its place whole; where there is no room for it, make one without a name."""
    try:
        file = tempfile.NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False)  # noqa: SIM115
    except OSError as error:
        log.warning("a file cannot be stored below %s: %s", path.parent, error)
        return _unnamed(write)
    made = Path(file.name)
    try:
        with file:
            write(file)
        _make_room(path.parent, made.stat().st_size)
        path.with_suffix(".tag").write_text(_digest(made))
        made.replace(path)
    except BaseException as error:
        made.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _FULL:
            log.warning("no room to store a file below %s: %s", path.parent, error)
            return _unnamed(write)
        raise
    found = _opened(path)
    return found if found is not None else _unnamed(write)


def _make_room(folder: Path, size: int) -> None:
    """Remove the files that were made longest ago until one of ``size`` bytes more stays within ``MOST_ON_DISK``."""
    found = []
    for path in folder.glob("*.made"):
        with suppress(FileNotFoundError):  # another worker makes room too
            state = path.stat()
            found.append((state.st_mtime, state.st_size, path))
    total = size + sum(bytes_of for _, bytes_of, _ in found)
    for _, bytes_of, path in sorted(found):
        if total <= MOST_ON_DISK:
            return
        # who is being sent it has it open, and gets the whole of it
        path.unlink(missing_ok=True)
        path.with_suffix(".tag").unlink(missing_ok=True)
        total -= bytes_of


def _unnamed(write: Write) -> MadeFile:
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write(file)
    size = file.tell()
    file.seek(0)
    tag = hashlib.file_digest(file, "sha256").hexdigest()[:20]
    file.seek(0)
    return MadeFile(file, size, tag)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:20]
