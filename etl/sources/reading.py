"""Tools every parser reads with: text tables, workbooks, number cells, names of periods.

Every refusal is a BadFile or a ReleaseChanged that names the file, the row or column, the value and what
was expected. Rows are counted as a person sees them: the header is row 1 (a sheet's own row in workbooks).
"""

from __future__ import annotations

import codecs
import csv
import fnmatch
import os
import re
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl import archives
from etl.measurements import KEY
from etl.sources.base import BadFile, Problems, ReleaseChanged, SetAside
from geodata.register import Register
from indicators.periods import Period

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 50_000_000
"""Rows of a Parquet file that are read at most: ten times those of the largest there is."""

ROWS_AT_ONCE = 50_000
"""Rows of a CSV that are worked on at once by a parser that reads in chunks."""

_BLOCK = 1024 * 1024
_MOST_EXAMPLES = 12
_NUMBER = re.compile(r"^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}


# --- text tables ------------------------------------------------------------------------------------------


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
                    mend="the file is a workbook, UTF-16 or damaged: save it as CSV UTF-8 or fetch it again",
                )
            _decode(path, encoding, decoder, block, row, final=False)
            row += block.count(b"\n")
            blank = blank and not block.strip()
    _decode(path, encoding, decoder, b"", row, final=True)
    if blank:
        raise BadFile(path, expected="a file with rows", mend="fetch the file again: this one is empty")


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
            mend="fetch the file again, or save it as CSV UTF-8",
        ) from error


def read_csv(
    path: Path,
    *,
    needed: Sequence[str],
    encoding: str = "utf-8-sig",
    header_row: int = 1,
    any_case: bool = False,
    keep: Sequence[str] | None = None,
) -> pd.DataFrame:
    """A CSV as text cells, stripped, with the columns found plus ``row`` (Int64, the file's own row).

    A missing cell is an empty text, never NaN. Raises ReleaseChanged when one of ``needed`` is gone (columns
    may come in any order, and new ones may appear), BadFile on an empty or wrongly encoded file, a repeated
    column name or a row with too many or too few cells. With ``any_case`` the names of ``needed`` are
    matched whatever their case and the frame carries the spelling of ``needed``. With ``keep`` only those of
    the columns found are kept, which bounds the memory a large file takes.
    """
    [frame] = _csv_frames(path, needed, encoding, header_row, any_case, keep, None)
    return frame


def csv_chunks(path: Path, *, needed: Sequence[str], keep: Sequence[str]) -> Iterator[pd.DataFrame]:
    """What ``read_csv`` gives, ``ROWS_AT_ONCE`` rows at a time: for files that may be larger than memory.

    Each frame is indexed from 0. Raises as ``read_csv`` does, once it comes to the row.
    """
    return _csv_frames(path, needed, "utf-8-sig", 1, False, keep, ROWS_AT_ONCE)


def _csv_frames(
    path: Path,
    needed: Sequence[str],
    encoding: str,
    header_row: int,
    any_case: bool,
    keep: Sequence[str] | None,
    rows_at_once: int | None,
) -> Iterator[pd.DataFrame]:
    _check_text(path, encoding)
    with path.open(encoding=encoding, newline="") as opened:
        records = _records(path, opened)
        header: list[str] = []
        for row, record in records:
            header = [name.strip() for name in record]
            if row == header_row:
                break
        else:
            raise BadFile(path, expected=f"column names in row {header_row}", mend="fetch the file again")
        if any_case:
            spelling = {name.casefold(): name for name in needed}
            header = [spelling.get(name.casefold(), name) for name in header]
        check_columns(path, header, needed)
        repeated = sorted({name for name in needed if header.count(name) > 1})
        if repeated:
            raise BadFile(path, row=header_row, column=repeated[0], expected="each column once")
        wanted = {
            name: place
            for place, name in enumerate(header)
            if header.count(name) == 1 and (keep is None or name in keep)
        }
        filled = _filled(path, records, len(header))
        any_rows = False
        while True:
            frame = _frame(wanted, islice(filled, rows_at_once))
            if frame.empty and any_rows:
                return
            if frame.empty:
                raise BadFile(path, expected="rows below the header", mend="fetch the file again")
            any_rows = True
            yield frame
            if rows_at_once is None:
                return


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
                mend="the file may be cut short: fetch it again",
            )
        yield row, record


def _frame(wanted: Mapping[str, int], records: Iterable[tuple[int, list[str]]]) -> pd.DataFrame:
    """Some records as a frame of the columns wanted, by name and place, and their ``row``."""
    columns: list[list[str]] = [[] for _ in wanted]
    rows: list[int] = []
    for row, record in records:
        rows.append(row)
        for cells, place in zip(columns, wanted.values(), strict=True):
            # the same words come back in thousands of rows: one object for each keeps a large file small
            cells.append(sys.intern(record[place].strip()))
    frame = pd.DataFrame(
        {name: pd.Series(cells, dtype="str") for name, cells in zip(wanted, columns, strict=True)}
    )
    frame["row"] = pd.array(rows, dtype="Int64")
    return frame


def _records(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Records of a CSV with their row. Raises BadFile on a quotation mark that is never closed."""
    reader = csv.reader(lines, strict=True)
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
                mend="the file may be cut short: fetch it again",
            ) from error
        yield row, record


@dataclass
class Tally:
    """Rows (or cells) of a file that were read, and those left out by reason: added up while it is read in chunks."""

    rows_in: int = 0
    _left: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, dict[str, None]] = field(default_factory=dict)

    def leave(self, reason: str, rows: int, examples: Iterable[str] = ()) -> None:
        """Leave some rows out; the first twelve different examples of a reason are kept."""
        if rows:
            self._left[reason] = self._left.get(reason, 0) + rows
            kept = self._examples.setdefault(reason, {})
            kept.update(dict.fromkeys(examples))
            self._examples[reason] = dict.fromkeys(list(kept)[:_MOST_EXAMPLES])

    def set_aside(self) -> list[SetAside]:
        """What was left out, in order of the reasons."""
        return [
            SetAside(reason, rows, tuple(self._examples[reason]))
            for reason, rows in sorted(self._left.items())
        ]


def header_of(path: Path) -> list[str]:
    """Column names in a CSV's first row as far as they can be told, [] where not; refuses nothing.

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


# --- workbooks --------------------------------------------------------------------------------------------


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook opened to read values. Raises BadFile when it is empty, cut short or not a workbook."""
    import openpyxl  # slow to import, and most files are no workbooks

    if path.stat().st_size == 0:
        raise BadFile(path, expected="a workbook", mend="fetch the file again: this one is empty")
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
        mend="the file is cut short, damaged or of another kind: fetch it again",
    )


# --- parquet ----------------------------------------------------------------------------------------------


def open_parquet(path: Path, texts: Sequence[str] = ()) -> pq.ParquetFile:
    """A Parquet file opened; columns of ``texts`` come as codes and words, which keeps millions of rows small.

    Raises BadFile when it is empty, cut short, not Parquet or beyond all size.
    """
    if path.stat().st_size == 0:
        raise BadFile(path, expected="a Parquet file", mend="fetch the file again: this one is empty")
    try:
        names = pq.read_schema(path).names
        opened = pq.ParquetFile(path, read_dictionary=[name for name in texts if name in names])
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(
            path,
            value=str(error).splitlines()[0],
            expected="a whole Parquet file",
            mend="the file is cut short or of another kind: fetch it again",
        ) from error
    if opened.metadata.num_rows > MOST_ROWS:
        raise BadFile(
            path,
            value=f"{opened.metadata.num_rows:,} rows",
            expected=f"{MOST_ROWS:,} at most",
            mend="a small file can say any number of rows: look at it by hand",
        )
    return opened


# --- cells ------------------------------------------------------------------------------------------------


def number(
    cell: object, *, file: Path | str, row: int | None, column: str, markers: Mapping[str, str]
) -> tuple[float, str]:
    """One cell as (value, status).

    ``markers`` maps each marker the publisher uses (an empty cell is ``""``) to a status; the value is then
    nan. Raises BadFile for anything that is neither a number nor a marker.
    """
    if isinstance(cell, bool):
        raise BadFile(file, row=row, column=column, value=cell, expected=_number_or(markers))
    if isinstance(cell, int | float):
        if not np.isfinite(cell):
            raise BadFile(file, row=row, column=column, value=cell, expected=_number_or(markers))
        return float(cell), "ok"
    text = "" if cell is None else str(cell).strip()
    if text in markers:
        return float("nan"), markers[text]
    if _NUMBER.match(text) and np.isfinite(value := float(text.replace(",", ""))):
        return value, "ok"
    raise BadFile(file, row=row, column=column, value=text, expected=_number_or(markers))


def numbers(
    cells: pd.Series, *, file: Path | str, rows: pd.Series, column: str, markers: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """A column of text cells as (values float64, statuses text), as ``number`` does for one cell."""
    text = cells.astype("str").str.strip()
    status = text.map(dict(markers)).astype(object)
    marked = status.notna().to_numpy()
    is_number = text.str.match(_NUMBER.pattern).to_numpy(dtype=bool)
    values = np.full(len(text), np.nan)
    plain = text[~marked & is_number].str.replace(",", "", regex=False)
    values[~marked & is_number] = plain.astype("float64").to_numpy()
    wrong = ~marked & ~np.isfinite(values)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise BadFile(
            file,
            row=int(rows.iloc[first]),
            column=column,
            value=str(text.iloc[first]),
            expected=_number_or(markers),
            mend=f"{int(wrong.sum())} such cells" if wrong.sum() > 1 else None,
        )
    statuses = np.where(marked, status.fillna("ok").to_numpy(dtype=object), "ok")
    return values, statuses


def _number_or(markers: Mapping[str, str]) -> str:
    known = sorted(marker or "an empty cell" for marker in markers)
    return f"a number or one of {known}" if known else "a number"


def _plain(encoding: str) -> str:
    return "UTF-8" if encoding == "utf-8-sig" else encoding


# --- periods ----------------------------------------------------------------------------------------------


def calendar_year(year: int | str) -> str:
    """``2022`` → ``2022-01-01/P1Y``."""
    return f"{int(year):04d}-01-01/P1Y"


def financial_year(text: str) -> str:
    """``2020-21``, ``2020/21`` or ``202021`` → ``2020-04-01/P1Y``. Raises ValueError when it is not one."""
    found = re.fullmatch(r"(\d{4})\s*[-/–]?\s*(\d{2}|\d{4})", text.strip())
    if not found or int(found[2][-2:]) != (int(found[1]) + 1) % 100:
        raise ValueError(f"{text!r} is not a financial year such as 2020-21")
    return f"{int(found[1]):04d}-04-01/P1Y"


def month(year: int | str, name_or_number: int | str) -> str:
    """(2026, ``Mar``) or (2026, 3) → ``2026-03-01/P1M``. Raises ValueError when there is no such month."""
    text = str(name_or_number).strip().casefold()
    value = int(text) if text.isdigit() else _MONTHS.get(text, 0)
    if not 1 <= value <= 12:
        raise ValueError(f"{name_or_number!r} is not a month")
    return f"{int(year):04d}-{value:02d}-01/P1M"


def span(first: tuple[int, int], last: tuple[int, int]) -> str:
    """From (year, month) to (year, month), both inside: ((2021, 10), (2022, 9)) → ``2021-10-01/P1Y``."""
    months = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    if months < 1:
        raise ValueError(f"a span from {first} to {last} has no length")
    length = f"{months // 12}Y" if months % 12 == 0 else f"{months}M"
    return f"{first[0]:04d}-{first[1]:02d}-01/P{length}"


def whole_months(
    path: Path,
    rows: pd.DataFrame,
    first: str = "REPORTING_PERIOD_START",
    last: str = "REPORTING_PERIOD_END",
) -> pd.Series:
    """Periods of rows that say their first and last day (text); each different pair is read once.

    Raises BadFile naming the row for a day that cannot be read and for anything but whole months.
    """
    pairs = rows[first] + "|" + rows[last]
    known = {}
    for pair in pairs.unique():
        start, end = pair.split("|")
        row = int(rows.loc[pairs == pair, "row"].iloc[0])
        start_on = _day(path, row, first, start)
        end_on = _day(path, row, last, end)
        try:
            iso = span((start_on.year, start_on.month), (end_on.year, end_on.month))
            whole = Period.parse(iso)
            days = (whole.start_on, whole.end_on)
        except ValueError as error:
            # a day after the last one of the calendar cannot be told
            expected = f"a day after {start} and before 9999-12-31"
            raise BadFile(path, row=row, column=last, value=end, expected=expected) from error
        if days != (start_on, end_on):
            raise BadFile(path, row=row, column=last, value=f"{start} to {end}", expected="whole months")
        known[pair] = iso
    return pairs.map(known)


def _day(path: Path, row: int, column: str, text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day, not an instant)
        except ValueError:
            continue
    raise BadFile(path, row=row, column=column, value=text, expected="a day such as 30/09/2024 or 2024-09-30")


def month_number(name: str) -> int:
    """``Jan`` or ``January`` → 1. Raises ValueError when it is not a month."""
    try:
        return _MONTHS[name.strip().casefold()]
    except KeyError:
        raise ValueError(f"{name!r} is not a month") from None


def unmatched(values: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """The first few different values, for the examples of a SetAside."""
    return tuple(dict.fromkeys(values))[:limit]


# --- areas and keys ---------------------------------------------------------------------------------------

_COUNTRIES = {
    "W": "Wales",
    "S": "Scotland",
    "N": "Northern Ireland",
    "K": "Great Britain or England and Wales",
}
UNITED_KINGDOM = "K02000001"
ENGLAND = "E92000001"


def outside_england(codes: pd.Series, *, unit: str = "rows") -> tuple[np.ndarray, list[SetAside]]:
    """Which GSS codes are English or the whole United Kingdom (bool), and the rest by country as SetAside."""
    letter = codes.str[:1]
    kept = ((letter == "E") | (codes == UNITED_KINGDOM)).to_numpy(dtype=bool)
    left = codes[~kept]
    countries = left.str[:1].map(_COUNTRIES).fillna("no country known")
    aside = [
        SetAside(f"outside England: {country} ({unit})", len(group), unmatched(group))
        for country, group in left.groupby(countries)
    ]
    return kept, aside


def refuse_unknown_areas(
    codes: pd.Series, *, file: Path | str, rows: pd.Series, column: str, register: Register
) -> None:
    """Raises BadFile for a GSS code that the register does not hold, Problems when there are several."""
    unknown = [code for code in codes.unique() if code not in register]
    problems = [
        BadFile(
            file,
            row=int(rows[codes == code].iloc[0]),
            column=column,
            value=code,
            expected="a GSS code in the register of areas",
            mend="mend the code, or add the area to the register if it is new",
        )
        for code in unknown
    ]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems(problems)


def refuse_duplicates(measurements: pd.DataFrame, file: Path | str) -> None:
    """Raises BadFile naming two rows that give the same figure (measure, area, period, sex, age, breakdown)."""
    twice = measurements.duplicated(list(KEY), keep=False)
    if not twice.any():
        return
    first = measurements[twice].iloc[0]
    same = measurements[(measurements[list(KEY)] == first[list(KEY)]).all(axis=1)]
    raise BadFile(
        file,
        row=int(same["row"].iloc[1]) if pd.notna(same["row"].iloc[1]) else None,
        value=f"{first['measure']} of {first['area_code']} in {first['period']}",
        expected=f"each figure once, and row {same['row'].iloc[0]} has it already",
        mend="remove the repeated row or fetch the file again",
    )


NHS_ORGANISATIONS = {
    "england": "england",
    "commissioning region": "nhs_region",
    "commissioningregion": "nhs_region",
    "stp": "stp",
    "icb": "icb",
    "ccg": "ccg",
    "subicb": "sub_icb",
    "sub icb": "sub_icb",
}
"""Area types by the organisation type (in lower case) of the Talking Therapies reports."""


def nhs_area_code(organisation: str, code: str, period: Period, register: Register) -> str | None:
    """GSS code of an organisation by its ODS or GSS code, None where it is no area in the period.

    ICBs began in the middle of 2022-23: the first day of the period is asked, then its last.
    """
    area_type = NHS_ORGANISATIONS[organisation.casefold()]
    if area_type == "england":
        return ENGLAND
    for day in (period.start_on, period.end_on):
        area = register.by_ods(code, area_type, day)
        if area is not None:
            return area.area_code
    return None


def year_in_name(path: Path) -> str | None:
    """``psych-ther-ann-rep-csv-2021-22-main.csv`` → ``2021-22``; None where the name has no such year."""
    return year_in_text(path.stem)


def year_in_text(text: str) -> str | None:
    """The first financial year such as ``2021-22`` in a text, None where there is none."""
    for found in re.finditer(r"(?<!\d)(20\d{2})-(\d{2})(?!\d)", text):
        if int(found[2]) == (int(found[1]) + 1) % 100:
            return f"{found[1]}-{found[2]}"
    return None


def slug(text: str) -> str:
    """Words as an id: ``No qualifications`` → ``no-qualifications``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")


def files_below(folder: Path, *patterns: str) -> list[Path]:
    """Files below ``folder`` that match any of the patterns (case does not matter), sorted, none hidden."""
    wanted = re.compile("|".join(fnmatch.translate(pattern.casefold()) for pattern in patterns))
    # every source looks through the whole folder: Path.rglob takes several times as long
    return sorted(
        path
        for below, _, names in os.walk(folder)
        for name in names
        if not name.startswith((".", "~$")) and wanted.match(name.casefold())
        if (path := Path(below, name)).is_file()
    )
