"""Tables of text (CSV) and Parquet, read whole or in chunks.

Rows are counted as a person sees them: the header is row 1.
"""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.sources.base import BadFile, ReleaseChanged

if TYPE_CHECKING:
    pass


MOST_ROWS = 50_000_000
"""Rows of a Parquet file that are read at most: ten times those of the largest there is."""
ROWS_AT_ONCE = 50_000
"""Rows of a CSV that are worked on at once by a parser that reads in chunks."""
_BLOCK = 1024 * 1024
_WINDOWS = "cp1252"


def read_text(path: Path, encoding: str = "utf-8-sig") -> str:
    """The whole of a text file. Raises BadFile when it is empty or not in ``encoding``, with the row."""
    _check_text(path, encoding)
    return path.read_bytes().decode(encoding)


def _check_text(path: Path, encoding: str) -> None:
    """Raises BadFile when a file is empty or not text in ``encoding``, with the row; whatever its size."""
    decoder = codecs.getincrementaldecoder(encoding)()
    row, blank = 1, True
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK):
            if b"\x00" in block:
                raise BadFile(
                    path,
                    row=row + block[: block.index(b"\x00")].count(b"\n"),
                    value="a zero byte",
                    expected=f"text in {_plain(encoding)}",
                    fix="the file is a workbook, UTF-16 or damaged: save it as CSV UTF-8 or fetch it again",
                )
            _decode(path, encoding, decoder, block, row, final=False)
            row += block.count(b"\n")
            blank = blank and not block.strip()
    _decode(path, encoding, decoder, b"", row, final=True)
    if blank:
        raise BadFile(path, expected="a file with rows", fix="fetch the file again: this one is empty")


def _decode(
    path: Path, encoding: str, decoder: codecs.IncrementalDecoder, block: bytes, row: int, *, final: bool
) -> None:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError as error:
        raise BadFile(
            path,
            row=row + error.object[: error.start].count(b"\n"),
            value=error.object[error.start : error.start + 1],
            expected=f"text in {_plain(encoding)}",
            fix="fetch the file again, or save it as CSV UTF-8",
        ) from error


def read_csv(
    path: Path,
    *,
    needed: Sequence[str],
    encoding: str = "utf-8-sig",
    header_row: int = 1,
    any_case: bool = False,
    keep: Sequence[str] | None = None,
    or_windows: bool = False,
    may_repeat: Sequence[str] = (),
    last_may_lack: bool = False,
) -> pd.DataFrame:
    """A CSV as text cells, stripped, with the columns found plus ``row`` (Int64, the file's own row).

    A missing cell is an empty text, never NaN. Raises ReleaseChanged when one of ``needed`` is gone (columns
    may come in any order, and new ones may appear), BadFile on an empty or wrongly encoded file, a repeated
    column name or a row with too many or too few cells. With ``any_case`` the names of ``needed`` are
    matched whatever their case and the frame carries the spelling of ``needed``. With ``keep`` only those of
    the columns found are kept, which bounds the memory a large file takes. With ``or_windows`` a file that is
    not in ``encoding`` is read as Windows text (cp1252). A column of ``may_repeat`` may stand more than once:
    its cells are joined by "; ". With ``last_may_lack`` a last column that every row leaves out, and that is not
    needed, is left out.
    """
    [frame] = _csv_frames(
        path, needed, encoding, header_row, any_case, keep, None, or_windows, may_repeat, last_may_lack
    )
    return frame


def csv_chunks(
    path: Path, *, needed: Sequence[str], keep: Sequence[str], or_windows: bool = False
) -> Iterator[pd.DataFrame]:
    """What ``read_csv`` gives, ``ROWS_AT_ONCE`` rows at a time: for files that may be larger than memory.

    Each frame is indexed from 0. Raises as ``read_csv`` does, once it comes to the row.
    """
    return _csv_frames(path, needed, "utf-8-sig", 1, False, keep, ROWS_AT_ONCE, or_windows)


def _csv_frames(
    path: Path,
    needed: Sequence[str],
    encoding: str,
    header_row: int,
    any_case: bool,
    keep: Sequence[str] | None,
    rows_at_once: int | None,
    or_windows: bool = False,
    may_repeat: Sequence[str] = (),
    last_may_lack: bool = False,
) -> Iterator[pd.DataFrame]:
    encoding = _encoding_of(path, encoding, or_windows)
    with path.open(encoding=encoding, newline="") as opened:
        records = csv_records(path, opened)
        header: list[str] = []
        for row, record in records:
            header = [name.strip() for name in record]
            if row == header_row:
                break
        else:
            raise BadFile(path, expected=f"column names in row {header_row}", fix="fetch the file again")
        if any_case:
            spelling = {name.casefold(): name for name in needed}
            header = [spelling.get(name.casefold(), name) for name in header]
        check_columns(path, header, needed)
        repeated = sorted({name for name in needed if header.count(name) > 1} - set(may_repeat))
        if repeated:
            raise BadFile(path, row=header_row, column=repeated[0], expected="each column once")
        wanted = {
            name: tuple(place for place, other in enumerate(header) if other == name)
            for name in dict.fromkeys(header)
            if (header.count(name) == 1 or name in may_repeat) and (keep is None or name in keep)
        }
        records, width = _width(records, header, needed) if last_may_lack else (records, len(header))
        if width < len(header):
            wanted.pop(header[-1], None)
        filled = _filled(path, records, width)
        any_rows = False
        while True:
            frame = _frame(wanted, islice(filled, rows_at_once))
            if frame.empty and any_rows:
                return
            if frame.empty:
                raise BadFile(path, expected="rows below the header", fix="fetch the file again")
            any_rows = True
            yield frame
            if rows_at_once is None:
                return


def _encoding_of(path: Path, encoding: str, or_windows: bool) -> str:
    """The encoding that a text file is in. Raises BadFile as ``_check_text`` does."""
    try:
        _check_text(path, encoding)
    except BadFile as problem:
        if not or_windows:
            raise
        try:
            _check_text(path, _WINDOWS)
        except BadFile:
            raise problem from None
        return _WINDOWS
    return encoding


def _width(
    records: Iterator[tuple[int, list[str]]], header: Sequence[str], needed: Sequence[str]
) -> tuple[Iterator[tuple[int, list[str]]], int]:
    """The records below a header, and how many cells each must have.

    Some exports name a last column and leave it out of every row: the first row that holds anything tells.
    """
    looked_at = []
    width = len(header)
    for row, record in records:
        looked_at.append((row, record))
        if any(cell.strip() for cell in record):
            last = header[-1]
            if len(record) == width - 1 and last not in needed and header.count(last) == 1:
                width -= 1
            break
    return chain(looked_at, records), width


def _filled(
    path: Path, records: Iterable[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, which must have a cell for each column."""
    for row, record in records:
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != width:
            raise BadFile(
                path,
                row=row,
                value=f"{len(record)} cells",
                expected=f"{width} cells as in the header",
                fix="the file may be cut short: fetch it again",
            )
        yield row, record


def _frame(wanted: Mapping[str, tuple[int, ...]], records: Iterable[tuple[int, list[str]]]) -> pd.DataFrame:
    """Some records as a frame of the columns wanted, by name and places, and their ``row``."""
    columns: list[list[str]] = [[] for _ in wanted]
    rows: list[int] = []
    for row, record in records:
        rows.append(row)
        for cells, places in zip(columns, wanted.values(), strict=True):
            # the same words come back in thousands of rows: one object for each keeps a large file small
            cells.append(sys.intern(_joined(record, places)))
    frame = pd.DataFrame(
        {name: pd.Series(cells, dtype="str") for name, cells in zip(wanted, columns, strict=True)}
    )
    frame["row"] = pd.array(rows, dtype="Int64")
    return frame


def _joined(record: Sequence[str], places: tuple[int, ...]) -> str:
    """The cell of a column, or the different cells of columns of one name, joined by "; "."""
    if len(places) == 1:
        return record[places[0]].strip()
    return "; ".join(dict.fromkeys(cell for place in places if (cell := record[place].strip())))


def csv_records(
    path: Path, lines: Iterable[str], *, separator: str = ",", again: str = "fetch"
) -> Iterator[tuple[int, list[str]]]:
    """Records of a CSV with their row. Raises BadFile on a quotation mark that is never closed.

    ``again`` is what to do with a file that is cut short: fetch it again, or save it.
    """
    reader = csv.reader(lines, delimiter=separator, strict=True)
    row = 0
    while True:
        row += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(
                path,
                row=row,
                value=str(error),
                expected="cells between commas, quotation marks in pairs",
                fix=f"the file may be cut short: {again} it again",
            ) from error
        yield row, record


def header_of(path: Path) -> list[str]:
    """Column names in a CSV's first row as far as they can be read, [] where not; refuses nothing.

    For ``discover`` only: whether a file is good is for ``parse`` to say.
    """
    try:
        with path.open("rb") as opened:
            first = opened.readline(65_536).decode("utf-8-sig", errors="replace")
        return [name.strip() for name in next(csv.reader([first]), [])]
    except (OSError, csv.Error):
        return []


def check_columns(path: Path | str, found: Sequence[str], needed: Sequence[str]) -> None:
    """Raises ReleaseChanged naming every column of ``needed`` that is not in ``found``."""
    lost = [name for name in needed if name not in found]
    if lost:
        name = path.name if isinstance(path, Path) else path
        raise ReleaseChanged.columns(name, lost, list(found))


def open_parquet(path: Path, texts: Sequence[str] = ()) -> pq.ParquetFile:
    """A Parquet file opened; columns of ``texts`` come as codes and words, which keeps millions of rows small.

    Raises BadFile when it is empty, cut short, not Parquet or beyond all size.
    """
    if path.stat().st_size == 0:
        raise BadFile(path, expected="a Parquet file", fix="fetch the file again: this one is empty")
    try:
        names = pq.read_schema(path).names
        opened = pq.ParquetFile(path, read_dictionary=[name for name in texts if name in names])
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(
            path,
            value=str(error).splitlines()[0],
            expected="a whole Parquet file",
            fix="the file is cut short or of another kind: fetch it again",
        ) from error
    if opened.metadata.num_rows > MOST_ROWS:
        raise BadFile(
            path,
            value=f"{opened.metadata.num_rows:,} rows",
            expected=f"{MOST_ROWS:,} at most",
            fix="a small file can say any number of rows: look at it by hand",
        )
    return opened


def read_parquet(path: Path, columns: Sequence[str], texts: Sequence[str] = ()) -> pa.Table:
    """Some columns of a Parquet file, each of which must be there; ``texts`` as in ``open_parquet``.

    Raises ReleaseChanged for a column that is gone, and BadFile for a file that is damaged.
    """
    opened = open_parquet(path, texts)
    check_columns(path, opened.schema_arrow.names, columns)
    try:
        return opened.read(columns=list(columns))
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(
            path,
            value=str(error).splitlines()[0],
            expected="a whole Parquet file",
            fix="the file is damaged: fetch it again",
        ) from error


def _plain(encoding: str) -> str:
    return "UTF-8" if encoding == "utf-8-sig" else encoding
