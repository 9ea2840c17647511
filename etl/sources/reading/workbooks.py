"""Workbooks (.xlsx), read as values. Rows are those of the sheet."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from etl.fetching import archives
from etl.sources.base import BadFile, ReleaseChanged

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet


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
