"""Workbooks, read as values. Rows are those of the sheet.

``open_workbook`` and ``sheet_cells`` read .xlsx row by row; ``sheets_of`` reads whole sheets of any kind of workbook,
and a large one in a hundredth of the time.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

from etl.fetching import archives
from etl.sources.base import BadFile, ReleaseChanged

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

_UNREADABLE = (
    calamine.CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
)
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls is no zip: it has no sums to check its parts by


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook opened to read values. Raises BadFile when it is empty, cut short or not a workbook."""
    import openpyxl  # slow to import, and most files are no workbooks

    if path.stat().st_size == 0:
        raise BadFile(path, expected="a workbook", fix="fetch the file again: this one is empty")
    try:
        archives.check_size(path)
        with warnings.catch_warnings():
            # Nomis writes workbooks without a default style: nothing that a reader of values needs
            warnings.filterwarnings("ignore", message="Workbook contains no default style")
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        if not workbook.worksheets:
            raise ValueError("no sheet in it")
    except Exception as error:  # damaged bytes end in any error of the zip, the XML or the workbook's reader
        raise _no_workbook(path, error) from error
    try:
        yield workbook
    finally:
        workbook.close()


def sheet(path: Path, workbook: Workbook, name: str) -> Worksheet | ReadOnlyWorksheet:
    """The sheet called ``name``. Raises ReleaseChanged naming the sheets found."""
    if name not in workbook.sheetnames:
        raise ReleaseChanged(f"{path.name}: sheet {name!r} gone; found {workbook.sheetnames}")
    return workbook[name]


def sheet_cells(path: Path, worksheet: Worksheet | ReadOnlyWorksheet) -> Iterator[tuple[object, ...]]:
    """Rows of a sheet as values. Raises BadFile when the workbook breaks off while being read."""
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    if isinstance(worksheet, ReadOnlyWorksheet):
        # Nomis writes a wrong extent (A1) into the sheet, and openpyxl would believe it
        worksheet.reset_dimensions()
    try:
        yield from worksheet.iter_rows(values_only=True)
    except Exception as error:  # as when it is opened: a sheet is read only now
        raise _no_workbook(path, error) from error


def _no_workbook(path: Path, error: Exception) -> BadFile:
    return BadFile(
        path,
        value=str(error) or type(error).__name__,
        expected="a whole .xlsx workbook",
        fix="the file is cut short, damaged or of another kind: fetch it again",
    )


def sheets_of(path: Path, needed: Sequence[str] | None = None) -> dict[str, list[list[Any]]]:
    """Cells of the sheets of a workbook (.xls, .xlsx, .xlsm or .ods) by name; ``needed`` are read alone, hidden or not.

    A cell without a value, or with an error such as ``#N/A``, is an empty text. Raises BadFile where the workbook is
    empty, cut short or none, and ReleaseChanged naming the sheets lost and found.
    """
    try:
        _check_archive(path)
        workbook = calamine.CalamineWorkbook.from_path(path)
        found = workbook.sheet_names
        lost = [name for name in needed or () if name not in found]
        if not lost:
            return {
                name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in (found if needed is None else needed)
            }
    except _UNREADABLE as error:
        raise BadFile(
            path,
            value=str(error),
            expected="a whole workbook (.xls, .xlsx or .ods)",
            fix="the file is cut short or of another kind: fetch it again",
        ) from error
    raise ReleaseChanged(f"{path.name}: sheet {', '.join(map(repr, lost))} gone; found {found}")


def first_cells(path: Path, rows: int) -> dict[str, list[list[Any]]]:
    """The first rows of every sheet of a workbook of any kind, by name. Raises BadFile where it is none."""
    try:
        _check_archive(path)
        workbook = calamine.CalamineWorkbook.from_path(path)
        return {
            name: list(islice(workbook.get_sheet_by_name(name).iter_rows(), rows))
            for name in workbook.sheet_names
        }
    except _UNREADABLE as error:
        raise BadFile(path, value=str(error), expected="a whole workbook (.xls, .xlsx or .ods)") from error


def _check_archive(path: Path) -> None:
    """Raises what ``zipfile`` raises where a part of an .xlsx or .ods is damaged: calamine reads on without a word.

    Raises BadArchive, a ValueError, where it unfolds beyond reason.
    """
    with path.open("rb") as opened:
        if opened.read(len(_OLD_WORKBOOK)) == _OLD_WORKBOOK:
            return
    archives.check_size(path)
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
    if damaged is not None:
        raise ValueError(f"{damaged} in it is damaged")
    archives.check_extent(path)
