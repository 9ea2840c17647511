"""What every parser reads with: cells that are no number, and workbooks that are not to be trusted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from etl.sources import reading
from etl.sources.base import BadFile


def test_a_number_beyond_every_size_is_none() -> None:
    with pytest.raises(BadFile, match=r"a\.csv: row 2: column 'value': '1e400': expected a number"):
        reading.number("1e400", file="a.csv", row=2, column="value", markers={})
    with pytest.raises(BadFile, match=r"a\.csv: row 3: column 'value': '1e400': expected a number"):
        reading.numbers(
            pd.Series(["1", "1e400"]), file="a.csv", rows=pd.Series([2, 3]), column="value", markers={}
        )


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for number in range(200):
        book.worksheets[0].append([number, "words", number / 7])
    path = tmp_path / "figures.xlsx"
    book.save(path)
    return path


def read(path: Path) -> int:
    with reading.open_workbook(path) as opened:
        return len(list(reading.sheet_cells(path, opened.worksheets[0])))


def test_a_workbook_damaged_anywhere_is_named(workbook: Path) -> None:
    whole = workbook.read_bytes()
    assert read(workbook) == 200
    for place in range(0, len(whole), 97):
        workbook.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert read(workbook) == 200
        except BadFile as error:
            assert "figures.xlsx: " in str(error) and "fetch it again" in str(error)


def test_a_workbook_that_unfolds_to_a_gigabyte_is_refused_unread(workbook: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(workbook) as book, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        for member in book.infolist():
            made.writestr(member.filename, book.read(member))
        with made.open("xl/sharedStrings2.xml", "w") as file:
            for _ in range(128):
                file.write(bytes(1024**2))
    workbook.write_bytes(bomb.getvalue())
    with pytest.raises(
        BadFile, match=r"sharedStrings2\.xml: unfolds to more than 200 times the zip's own size"
    ):
        read(workbook)
