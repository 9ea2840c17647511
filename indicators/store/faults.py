"""What can be wrong with the database itself, and how to go on: errors in words, and how a damaged file is known."""

from __future__ import annotations

import sqlite3
from pathlib import Path

# what SQLite says where the disk is the reason, and PostgreSQL
_DISK = (
    "disk is full",
    "disk I/O error",
    "readonly database",
    "unable to open database file",
    "No space left on device",
    "Read-only file system",
)
# what SQLite and its reader of text say of bytes that no program wrote
_DAMAGE = (
    "malformed",
    "not a database",
    "Could not decode to UTF-8",
    "unsupported file format",
    "file is encrypted",
)
# SQLite 3.40 finds a missing value where there is one, in a table without row ids whose key is not its first columns; and
# a broken rule of content is for ``Store.problems`` to tell
_NO_DAMAGE = ("NULL value in ", "CHECK constraint failed in ")
_MOST_LOOKED_AT = 1_000  # findings
_MOST_WORDS = 160  # characters of a reason


class NoStore(RuntimeError):
    """The database has no tables, or tables of another version of this program."""


class StoreDamaged(NoStore):
    """The database file cannot be read: the message names it, says what is wrong and how to go on."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.where = f"{path}: the database is damaged ({reason[:_MOST_WORDS]})"
        super().__init__(
            f"{self.where}; run: python -m etl rebuild "
            "(it puts the damaged file aside and makes the store again from the snapshots and the starter edition)"
        )


class StoreNotAnswering(NoStore):
    """The database server cannot be reached, or hangs: the message names it without its password, and says what to do."""

    def __init__(self, where: str, reason: str) -> None:
        self.where = f"the database {where} does not answer ({reason[:_MOST_WORDS]})"
        super().__init__(f"{self.where}; start it, or correct WORKHEALTH_DATABASE_URL")


class StoreNotWritable(OSError):
    """The disk does not take what is to be written; the message names the database, the reason and how to fix it."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"{where}: {reason}; the figures shown are as they were; free space on its disk or make it writable, "
            "then run this again"
        )


def is_of_the_disk(words: str) -> bool:
    """Whether an error of the database says that its disk is full or read-only."""
    return any(part in words for part in _DISK)


def is_of_damage(words: str) -> bool:
    """Whether an error of SQLite says that the bytes of its file are not what it wrote."""
    return any(part in words for part in _DAMAGE)


def damage_of(path: Path) -> str | None:
    """What SQLite finds wrong in a database file, in its own words; None where it finds nothing.

    Every page is read (``quick_check``): about a second for 300 MB. A file that is not there has nothing wrong.
    """
    if not path.is_file():
        return None
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        found = [str(row[0]) for row in connection.execute(f"PRAGMA quick_check({_MOST_LOOKED_AT})")]
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()
    wrong = [words.strip() for words in found if words != "ok" and not words.startswith(_NO_DAMAGE)]
    return "; ".join(wrong[:3]).replace("\n", " ") or None
