"""Unpacking a publisher's zip, which is not trusted: what is odd about it is refused before or while it unfolds."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from etl.fetching.snapshots import whole_file

_BLOCK = 1024 * 1024
_MOST_MEMBERS = 1000
_LARGEST = 2 * 1024**3
# text seldom unfolds to fifty times its size and never to a thousand; small archives may do what they like
_RATIO = 200
_UNJUDGED = 64 * 1024**2
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# what macOS and Windows put beside the files that a person chose
_LEFT_BY_A_DESKTOP = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


class BadArchive(ValueError):
    """A zip that is not unpacked; the message names it, the member and what was expected."""


def is_plain_name(name: str) -> bool:
    """Whether a name is one that a file can safely have in a folder: no path, nothing hidden, nothing unseen."""
    return (
        0 < len(name.encode()) <= 200
        and not name.startswith((".", "~"))
        and name == name.strip()
        and not set(name) & set('/\\:*?"<>|')
        and not any(unicodedata.category(letter).startswith("C") for letter in name)
    )


def unpack(archive: Path, folder: Path, *, largest: int = _LARGEST) -> list[Path]:
    """Unpack every file of a zip into ``folder`` by its own name, without the folders of the zip, and give the paths.

    All of them or none. Memory holds one block at a time; what is unfolded is counted as it comes, whatever the zip
    says of its sizes, and ends at ``largest`` bytes or at 200 times the zip's own size. A zip within the zip is a
    file like any other and is not opened. Raises BadArchive.
    """
    written: list[Path] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _members(archive, opened, folder)
            budget = _Budget(archive, largest)
            for name, member in members.items():
                with opened.open(member) as packed, whole_file(folder / name) as file:
                    while block := packed.read(_BLOCK):
                        budget.take(name, len(block))
                        file.write(block)
                written.append(folder / name)
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        # a zip that lies about a size or an offset, is locked, or is packed in a way unknown here ends in one of these
        if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError | RuntimeError):
            raise BadArchive(
                f"{archive.name}: {error}; expected a whole zip; fetch it again, or unpack it and give its folder "
                "with --from"
            ) from error
        raise
    return written


def check_size(archive: Path, *, largest: int = _LARGEST) -> None:
    """Raises BadArchive where a zip that another reader opens (a workbook) says that it unfolds too far.

    Readers take no more of a file than the zip says it has, so that one that says too little ends in their error.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            budget = _Budget(archive, largest)
            for member in opened.infolist():
                budget.take(member.filename, member.file_size)
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise BadArchive(f"{archive.name}: {error}; expected a whole zip") from error


_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})(\d{1,7})["']""")
# a row whose first cell does not say where it stands: its place is that of the row
_BARE_ROW = re.compile(
    rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r=["'](\d{1,7})["'][^>]*>\s*<(?:\w+:)?c(?![^>]*?\sr=)[\s/>]"""
)
# a workbook may keep its sheets anywhere
_SHEET = re.compile(r"xl/(?!sharedStrings|styles|theme/)(?:[^/]+/)*[^/]+\.xml")
_MOST_CELLS = 20_000_000


def check_extent(workbook: Path, *, most: int = _MOST_CELLS) -> None:
    """Raises BadArchive where cells of a sheet (.xlsx) lie so far apart that a reader of whole sheets would need a table
    of more than ``most`` cells (calamine then ends the process, since there is no such memory), or where it is damaged.
    """
    try:
        with zipfile.ZipFile(workbook) as opened:
            sheets = [name for name in opened.namelist() if _SHEET.fullmatch(name)]
            found = {}
            for name in sheets:
                text = opened.read(name)
                bare = {(b"A", row) for row in _BARE_ROW.findall(text)}
                found[name] = set(_CELL.findall(text)) | bare
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadArchive(f"{workbook.name}: {error}; expected a whole workbook") from error
    for name, cells in found.items():
        columns = [_column(letters) for letters, _ in cells]
        rows = [int(row) for _, row in cells]
        across, down = (max(places) - min(places) + 1 if places else 0 for places in (columns, rows))
        if across * down > most:
            raise BadArchive(
                f"{workbook.name}: {name}: cells lie {across:,} columns and {down:,} rows apart; expected at most "
                f"{most:,} cells; remove the cell that stands alone, or fetch the file again"
            )


def _column(letters: bytes) -> int:
    """``A`` → 1, ``XFD`` → 16,384."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


class _Budget:
    """How much a zip may unfold to."""

    def __init__(self, archive: Path, largest: int) -> None:
        self.archive = archive
        self.largest = largest
        self.by_ratio = max(_UNJUDGED, _RATIO * archive.stat().st_size)
        self.taken = 0

    def take(self, name: str, size: int) -> None:
        self.taken += size
        if self.taken > min(self.largest, self.by_ratio):
            limit = (
                f"{self.largest:,} bytes in all"
                if self.largest <= self.by_ratio
                else f"{_RATIO} times the zip's own size"
            )
            raise BadArchive(
                f"{self.archive.name}: {name}: unfolds to more than {limit}; expected less; the file is not to be "
                "trusted: look at it by hand"
            )


def _members(archive: Path, opened: zipfile.ZipFile, folder: Path) -> dict[str, zipfile.ZipInfo]:
    """Files of a zip by the name each is written under. Raises BadArchive for the first that is odd."""
    listed = opened.infolist()
    if len(listed) > _MOST_MEMBERS:
        raise BadArchive(f"{archive.name}: {len(listed):,} files; expected {_MOST_MEMBERS:,} at most")
    found: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for member in listed:
        parts = PurePosixPath(member.filename).parts
        if set(parts) & set(_LEFT_BY_A_DESKTOP):
            continue
        problem = _odd(member, parts)
        name = parts[-1] if parts else ""
        if problem is None and not member.is_dir():
            if name.casefold() in seen or (folder / name).exists():
                problem = "is there twice; expected each name once"
            seen.add(name.casefold())
            found[name] = member
        if problem is not None:
            raise BadArchive(f"{archive.name}: {member.filename!r} {problem}; nothing was unpacked")
    if not found:
        raise BadArchive(f"{archive.name}: holds no file; expected one at least")
    return found


def _odd(member: zipfile.ZipInfo, parts: tuple[str, ...]) -> str | None:
    """What is wrong with a member, in words; None where nothing is."""
    if not parts or member.filename.startswith(("/", "\\")) or ".." in parts:
        return "lies outside the zip's own folder; expected a path inside it"
    if not all(is_plain_name(part) for part in parts):
        return "is no plain file name; expected letters, digits and spaces without a drive or a backslash"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device; expected a file"
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted; expected a file without a password"
    if member.compress_type not in _METHODS:
        return f"is packed by method {member.compress_type}; expected stored or deflated"
    return None
