"""A folder into which people put publishers' files: it is read once what was put there is whole."""

from __future__ import annotations

from pathlib import Path

State = frozenset[tuple[str, int, int]]


class DropFolder:
    """Says when files of a folder are new or changed.

    A file that is still being copied grows between two looks, so files are read once two looks in a row see the same.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: State = frozenset()
        self._read: State = frozenset()

    def has_come(self) -> bool:
        """Whether there are files that were not read yet and have stopped growing. Raises OSError where the folder is gone."""
        now = self._state()
        is_whole, self._seen = now == self._seen, now
        return is_whole and bool(now - self._read)

    def read(self) -> None:
        """Say that what was seen last was read; a file that changes later is new again."""
        self._read = self._seen

    def _state(self) -> State:
        """Name, size and time of the last change of every file, those whose names begin with a dot left out."""
        if not self.folder.is_dir():
            raise NotADirectoryError(f"{self.folder}: no such folder; make it, or stop and watch another one")
        found = []
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                facts = path.stat()
                found.append((path.relative_to(self.folder).as_posix(), facts.st_size, facts.st_mtime_ns))
        return frozenset(found)
