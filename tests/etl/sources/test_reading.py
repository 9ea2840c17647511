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
from etl.sources.reading import tables


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


# --- text of any size ---------------------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeffa,b,ß\n1,é,x\n\n2,\u20ac 5,y\n3,\U0001f600,z\n".encode())
    return path


@pytest.mark.parametrize("size", range(1, 9))
def test_letters_may_lie_on_the_edge_of_a_block(
    table: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(tables, "_BLOCK", size)
    rows = reading.read_csv(table, needed=("a", "ß"))
    assert rows.to_dict("list") == {
        "a": ["1", "2", "3"],
        "b": ["é", "€ 5", "😀"],
        "ß": ["x", "y", "z"],
        # an empty line is a row of the file all the same
        "row": [2, 4, 5],
    }


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b"4,\x92s,w\n", "table.csv: row 6: b'\\\\x92': expected text in UTF-8"),
        (b"4,\xe2\x82", "table.csv: row 6: b'\\\\xe2': expected text in UTF-8"),
        (b"4,\x00,w\n", "table.csv: row 6: 'a zero byte': expected text in UTF-8"),
    ],
)
def test_what_is_no_text_is_named_with_its_row_in_any_block(
    table: Path, monkeypatch: pytest.MonkeyPatch, size: int, bad: bytes, words: str
) -> None:
    table.write_bytes(table.read_bytes() + bad)
    monkeypatch.setattr(tables, "_BLOCK", size)
    with pytest.raises(BadFile, match=words):
        reading.read_csv(table, needed=("a",))


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_chunks_are_the_whole_in_parts(table: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", rows)
    chunks = list(reading.csv_chunks(table, needed=("a",), keep=("a", "b")))
    assert [len(chunk) for chunk in chunks] == {1: [1, 1, 1], 2: [2, 1], 3: [3], 4: [3]}[rows]
    assert all(list(chunk.index) == list(range(len(chunk))) for chunk in chunks)
    whole = reading.read_csv(table, needed=("a",), keep=("a", "b"))
    pd.testing.assert_frame_equal(pd.concat(chunks, ignore_index=True), whole)


def test_a_tally_adds_up_and_keeps_the_first_examples() -> None:
    tally = reading.Tally()
    tally.leave("no area", 2, ["X1", "X2"])
    tally.leave("another", 0, ["never"])
    tally.leave("no area", 30, ["X2", *(f"Y{number}" for number in range(20))])
    tally.leave("a reason", 1)
    assert [(kind.reason, kind.rows, kind.examples) for kind in tally.set_aside()] == [
        ("a reason", 1, ()),
        ("no area", 32, ("X1", "X2", *(f"Y{number}" for number in range(10)))),
    ]


def test_a_last_column_may_be_left_out_where_it_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n\n1,2\n3,4\n", encoding="utf-8")
    rows = reading.read_csv(path, needed=("a",), last_may_lack=True)
    assert rows.to_dict("list") == {"a": ["1", "3"], "b": ["2", "4"], "row": [3, 4]}
    for more in ({"needed": ("a", "c"), "last_may_lack": True}, {"needed": ("a",)}):
        with pytest.raises(BadFile, match=r"table.csv: row 3: '2 cells': expected 3 cells as in the header"):
            reading.read_csv(path, **more)


def test_columns_of_one_name_are_joined_where_they_may_repeat(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,b\n1,x,y\n2,,y\n3,y,y\n4,,\n", encoding="utf-8")
    rows = reading.read_csv(path, needed=("a", "b"), may_repeat=("b",))
    assert rows["b"].tolist() == ["x; y", "y", "y", ""]
    with pytest.raises(BadFile, match=r"table.csv: row 1: column 'b': expected each column once"):
        reading.read_csv(path, needed=("a", "b"))


def test_windows_text_is_read_only_where_it_may_be(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n1\xa0,people\x92s\n")
    assert reading.read_csv(path, needed=("a",), or_windows=True).to_dict("list") == {
        "a": ["1"],
        "b": ["people\u2019s"],
        "row": [2],
    }
    with pytest.raises(BadFile, match=r"row 2: .*expected text in UTF-8"):
        reading.read_csv(path, needed=("a",))
    path.write_bytes(b"a,b\n1,\x81\n")  # no letter in either
    with pytest.raises(BadFile, match=r"row 2: .*expected text in UTF-8"):
        reading.read_csv(path, needed=("a",), or_windows=True)
