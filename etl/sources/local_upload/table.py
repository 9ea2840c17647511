"""The table of a file of the user's own: CSV with commas, semicolons or tabs, or a workbook, with text around it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from sys import intern

from etl.sources import reading
from etl.sources.base import BadFile, SetAside, SourceProblem
from etl.sources.local_upload.cells import heading
from etl.sources.reading.tables import csv_records

TEXT_FILES = (".csv", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
KINDS = (*TEXT_FILES, *WORKBOOKS)
NEEDED = ("area_code", "period")
ABOVE = "text above the headings"
BELOW = "text below the figures"

_SEPARATORS = (",", ";", "\t")
_WORDS = ("area_code", "area_name", "note")
_AREA_CODE = re.compile(r"[A-Z]\d{8}", re.IGNORECASE)
_BEGUN = re.compile(r"[A-Z]\d*", re.IGNORECASE)
_MOST_ABOVE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A row that holds anything; ``row`` is its number as a spreadsheet shows it, ``cells`` are stripped."""

    row: int
    cells: tuple[str, ...]

    def has_code(self) -> bool:
        """Whether any cell looks like the GSS code of an area."""
        return any(_AREA_CODE.fullmatch(cell) for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """Headings as columns are named, with their place and how they were written, and the rows below them.

    ``set_aside`` are the lines of text around the table. ``separator`` is None for a workbook.
    """

    headings: dict[str, int]
    written: dict[str, str]
    rows: tuple[Line, ...]
    set_aside: tuple[SetAside, ...]
    warnings: tuple[str, ...]
    separator: str | None

    @property
    def rows_in(self) -> int:
        """Rows of the file that hold anything but the headings."""
        return len(self.rows) + sum(aside.rows for aside in self.set_aside)

    def cell(self, line: Line, name: str) -> str:
        """A cell by the name of its column; an empty text where there is no such column."""
        place = self.headings.get(name)
        return "" if place is None else line.cells[place]


def read_table(path: Path) -> Table:
    """The table in a file. Raises ReleaseChanged where a heading is gone, else BadFile with file, row and value."""
    warnings: list[str] = []
    if path.suffix.casefold() in WORKBOOKS:
        lines, separator = _sheet(path), None
    else:
        lines, separator = _text(path, warnings)
    at = _headings_at(lines)
    if at is None:
        known = next((line for line in lines if set(NEEDED) & set(map(heading, line.cells))), lines[0])
        reading.check_columns(path, [heading(cell) for cell in known.cells if cell], NEEDED)
        raise BadFile(path, expected=f"headings in one of the first {_MOST_ABOVE} rows", row=known.row)
    above, head, below = lines[:at], lines[at], list(lines[at + 1 :])
    for line in above:
        if line.has_code():
            raise BadFile(
                path,
                row=line.row,
                value=next(cell for cell in line.cells if _AREA_CODE.fullmatch(cell)),
                expected="headings above all figures",
                fix=f"move the headings of row {head.row} to the top",
            )
    headings, written = _columns(path, head, below)
    rows, text = _without_text_below(below, headings)
    if not rows:
        raise BadFile(path, expected="rows below the header", fix="give the figures there")
    width = max(headings.values()) + 1
    return Table(
        headings,
        written,
        tuple(_of_width(path, line, width, len(head.cells)) for line in rows),
        tuple(
            SetAside(reason, len(around), tuple(_said(line) for line in around[:3]))
            for reason, around in ((ABOVE, above), (BELOW, text))
            if around
        ),
        tuple(warnings),
        separator,
    )


def _text(path: Path, warnings: list[str]) -> tuple[list[Line], str]:
    """Lines of a text file that hold anything, by the separator that gives headings."""
    encoding = "utf-8-sig"
    content = path.read_bytes()
    if not _is_text(content, encoding) and _is_text(content, "cp1252"):
        encoding = "cp1252"
    text = reading.read_text(path, encoding)
    if encoding == "cp1252":
        warnings.append(
            f"{path.name}: is not UTF-8 and was read as Windows text; look at names and notes, or save as CSV UTF-8"
        )
    tried: dict[str, list[Line]] = {}
    problem: SourceProblem | None = None
    for separator in ("\t",) if path.suffix.casefold() == ".tsv" else _SEPARATORS:
        try:
            tried[separator] = list(_records(path, text, separator))
        except BadFile as error:
            problem = problem or error
            continue
        if _headings_at(tried[separator]) is not None:
            return tried[separator], separator
    if not tried:
        assert problem is not None
        raise problem
    separator = max(tried, key=lambda mark: len(tried[mark][0].cells))
    return tried[separator], separator


def _is_text(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _records(path: Path, text: str, separator: str) -> Iterator[Line]:
    for row, record in csv_records(path, io.StringIO(text, newline=""), separator=separator, again="save"):
        cells = tuple(map(str.strip, record))
        if any(cells):
            yield Line(row, tuple(map(intern, cells)))  # most cells stand in many rows


def _sheet(path: Path) -> list[Line]:
    """Lines of the only sheet of a workbook that has the headings."""
    sheets = {
        name: [
            Line(row, cells)
            for row, record in enumerate(records, start=1)
            if any(cells := tuple(_cell(cell) for cell in record))
        ]
        for name, records in reading.sheets_of(path).items()
    }
    found = [name for name, lines in sheets.items() if _headings_at(lines) is not None]
    if len(found) == 1:
        return sheets[found[0]]
    if len(found) > 1:
        raise BadFile(
            path,
            value=", ".join(found),
            expected="one sheet with the headings area_code and period",
            fix="leave the figures in one sheet",
        )
    filled = [lines for lines in sheets.values() if lines]
    if len(filled) != 1:
        raise BadFile(
            path,
            value=", ".join(sheets),
            expected="a sheet with the headings area_code and period",
            fix="write the headings above the figures",
        )
    return filled[0]


def _cell(cell: object) -> str:
    """A cell of a workbook as its text; of a number only digits that a person could have meant."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() | int():
            return f"{cell:.12g}"
        case datetime() | date():
            return str(cell)[:10]
        case _:
            return str(cell).strip()


def _headings_at(lines: Sequence[Line]) -> int | None:
    """The place of the first line that has the headings that are needed."""
    for place, line in enumerate(lines[:_MOST_ABOVE]):
        if set(NEEDED) <= set(map(heading, line.cells)):
            return place
    return None


def _columns(path: Path, head: Line, below: Sequence[Line]) -> tuple[dict[str, int], dict[str, str]]:
    """(place by name, name as written). Raises BadFile for a heading given twice, or a column without one."""
    headings: dict[str, int] = {}
    written: dict[str, str] = {}
    for place, cell in enumerate(head.cells):
        name = heading(cell)
        if not name:
            for line in below:
                if place < len(line.cells) and line.cells[place]:
                    raise BadFile(
                        path,
                        row=line.row,
                        value=line.cells[place],
                        expected=f"a heading above column {place + 1}",
                        fix="name the column or empty it",
                    )
            continue
        if name in headings:
            raise BadFile(path, row=head.row, column=cell, expected="each column once")
        headings[name], written[name] = place, cell
    return headings, written


def _without_text_below(
    lines: Sequence[Line], headings: dict[str, int]
) -> tuple[Sequence[Line], Sequence[Line]]:
    """(rows of figures, lines of text at the end)."""
    end = len(lines)
    while end and _is_remark(lines[end - 1], headings):
        end -= 1
    return lines[:end], lines[end:]


def _is_remark(line: Line, headings: dict[str, int]) -> bool:
    """Whether a line is a remark and no row of figures: no area code, no period and no number."""
    filled = [place for place, cell in enumerate(line.cells) if cell]
    if line.has_code():
        return False
    if len(filled) == 1:
        cell = line.cells[filled[0]]
        # a letter and some digits may be all that is left of a row that was cut off
        return re.search(r"[A-Za-z]", cell) is not None and _BEGUN.fullmatch(cell) is None
    of_words = {headings[name] for name in _WORDS if name in headings}
    return set(filled) <= of_words


def _of_width(path: Path, line: Line, width: int, written: int) -> Line:
    """A row with a cell for each heading. Raises BadFile for one with fewer, or with more that hold anything."""
    if len(line.cells) < width or any(line.cells[written:]):
        raise BadFile(
            path,
            row=line.row,
            value=f"{len(line.cells)} cells",
            expected=f"{written} cells as in the header",
            fix="the file may be cut short: save it again",
        )
    return line


def _said(line: Line) -> str:
    return f"row {line.row}: {' '.join(cell for cell in line.cells if cell)}"
