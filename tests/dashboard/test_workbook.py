"""The workbook of an area against the essential points of the Analysis Function's guidance on accessible spreadsheets."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from math import ceil
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from dashboard.address.context import Context
from dashboard.exports.pack import Pack, gather
from dashboard.exports.sheets import SHORTHAND
from dashboard.exports.workbook import sheet_names, workbook
from dashboard.sentences import period_words
from indicators.periods import Period

from .conftest import NOTTINGHAM

ADDRESS = f"http://localhost/areas/{NOTTINGHAM}"
SHEETS = [
    "Contents", "Notes", "Newest figures", "Main questions", "Missing figures", "Evidence", "Work", "Definitions", "Sources",
]  # fmt: skip


@pytest.fixture(scope="module")
def pack(fuller: Context) -> Pack:
    return gather(fuller, fuller.register.area(NOTTINGHAM), ADDRESS)


@pytest.fixture(scope="module")
def book(pack: Pack) -> Any:
    return load_workbook(io.BytesIO(workbook(pack)))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet's table by heading."""
    (table,) = sheet.tables.values()
    left, top, right, bottom = range_boundaries(table.ref)
    heading, *rows = sheet.iter_rows(top, bottom, left, right, values_only=True)
    return [dict(zip(heading, cells, strict=True)) for cells in rows]


def printed_pages(sheet: Any) -> int:
    """Pages that a sheet takes in print, from widths, wrapped lines and its set-up: A4, landscape, as wide as one page."""
    widths = {
        column: sheet.column_dimensions[get_column_letter(column)].width
        for column in range(1, sheet.max_column + 1)
    }
    wide = (297 - 20) / 25.4 * 96 / (sum(widths.values()) * 9)
    high = 0.0
    area = str(sheet.print_area or "").rpartition("!")[2].replace("$", "")
    for row in sheet.iter_rows(max_row=range_boundaries(area)[3] if area else None):
        lines = [
            ceil(len(str(cell.value)) / widths[cell.column]) if cell.alignment.wrap_text else 1
            for cell in row
            if cell.value is not None
        ]
        high += 21 * max(lines, default=1)  # pixels
    return ceil(high * min(1.0, wide) / ((210 - 20) / 25.4 * 96))


# ---- essential points of the checklist ------------------------------------------------------------------


def test_sheets_have_meaningful_names_and_a_table_of_contents_leads_to_each(book: Any) -> None:
    assert book.sheetnames == SHEETS
    contents = rows_of(book["Contents"])
    assert [row["Worksheet"] for row in contents] == SHEETS[1:]
    assert contents[1]["What it holds"] == "Newest figures for Nottingham"
    links = [cell for (cell,) in book["Contents"].iter_rows(max_col=1) if cell.hyperlink]
    assert [link.hyperlink.location or link.hyperlink.target for link in links] == [
        f"#'{name}'!A1" for name in SHEETS[1:]
    ]


def test_each_sheet_has_one_named_table_from_column_a_and_says_so(book: Any) -> None:
    names = []
    for sheet in book.worksheets:
        (table,) = sheet.tables.values()
        left, top, right, bottom = range_boundaries(table.ref)
        assert (left, right, bottom) == (1, sheet.max_column, sheet.max_row)
        names.append(table.displayName)
        headings = [cell.value for cell in sheet[top]]
        assert all(isinstance(words, str) and words for words in headings)
        assert len(set(headings)) == len(headings)
        above = [sheet.cell(row, 1).value for row in range(1, top)]
        assert all(above)  # no empty row before the table
        assert any("one table" in words for words in above)
    assert len(set(names)) == len(names)


def test_titles_and_headings_are_marked_up_in_a_plain_face_of_twelve_points(book: Any) -> None:
    for sheet in book.worksheets:
        assert sheet["A1"].style == "Heading 1"
        (table,) = sheet.tables.values()
        _, top, _, _ = range_boundaries(table.ref)
        assert {cell.style for cell in sheet[top]} == {"Table heading"}
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.font.name == "Arial" and cell.font.sz >= 12
                if cell.row >= top:
                    assert cell.alignment.wrap_text


def test_no_cell_of_a_table_is_blank_and_shorthand_is_explained(book: Any) -> None:
    used = set()
    for sheet in book.worksheets:
        (table,) = sheet.tables.values()
        left, top, right, bottom = range_boundaries(table.ref)
        for cells in sheet.iter_rows(top, bottom, left, right, values_only=True):
            assert all(value is not None and value != "" for value in cells), sheet.title
            used |= {
                value for value in cells if isinstance(value, str) and len(value) == 3 and value[0] == "["
            }
    assert used <= set(SHORTHAND)
    notes = {row["Note"]: row["Text"] for row in rows_of(book["Notes"])}
    assert notes["Shorthand [c]"] == "hidden by the publisher, because the numbers are small"
    assert {f"Shorthand {sign}" for sign in used} <= set(notes)


def test_nothing_is_merged_frozen_hidden_or_banded(book: Any) -> None:
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges and sheet.freeze_panes is None
        assert sheet.sheet_state == "visible"
        assert not any(size.hidden for size in sheet.column_dimensions.values())
        assert not any(table.tableStyleInfo.showRowStripes for table in sheet.tables.values())
        assert {cell.fill.fill_type for row in sheet.iter_rows() for cell in row} == {None}


def test_the_file_has_title_author_and_language_and_opens_at_its_contents(book: Any) -> None:
    assert book.properties.title == "Nottingham: work and health"
    assert (book.properties.creator, book.properties.language) == ("Work and health indicators", "en-GB")
    assert book.active.title == "Contents"
    words = [cell.value for (cell,) in book["Contents"].iter_rows(max_col=1)]
    assert f"The newest figures and the methods are at {ADDRESS}" in words
    assert any("Open Government Licence v3.0" in str(text) for text in words)


# ---- the figures ---------------------------------------------------------------------------------------


def test_figures_over_time_stand_beside_england_and_name_notes_and_sources(book: Any) -> None:
    rows = rows_of(book["Work"])
    assert [(row["Period"], row["Period end"].date(), row["Nottingham"], row["England"]) for row in rows] == [
        ("2022", date(2022, 12, 31), 65.1, 75),
        ("2023", date(2023, 12, 31), 66.1, 76.0),
    ]
    last = rows[1]
    assert (last["Lower 95% limit"], last["Upper 95% limit"]) == (62.0, 70.2)
    assert (last["People"], last["Unit"], last["Survey quality"]) == ("All people, aged 16 to 64", "%", "A")
    assert (last["Numerator"], last["Note"], last["Source"]) == ("[x]", "[z]", "Source 1")
    notes = {row["Note"]: row["Text"] for row in rows_of(book["Notes"])}
    assert notes[last["Interval method"]] == "published"
    (source, *_) = rows_of(book["Sources"])
    assert (source["Source"], source["Publisher"]) == ("Source 1", "Office for National Statistics")
    assert source["Published on"].date() == date(2024, 11, 12)


def test_numbers_are_rounded_as_on_the_pages_and_days_are_dates(pack: Pack) -> None:
    series = [{**row, "value": 66.123456, "lower_ci_95": 62.049, "upper_ci_95": None} for row in pack.series]
    sheet = load_workbook(io.BytesIO(workbook(replace(pack, series=series))))["Work"]
    assert [sheet["F5"].value, sheet["G5"].value, sheet["H5"].value] == [66.1, 62.0, "[z]"]
    assert sheet["F5"].number_format == '#,##0.0"%"'
    assert sheet["E5"].is_date and sheet["E5"].number_format == "d mmmm yyyy"


@pytest.mark.parametrize(
    ("status", "sign"),
    [("suppressed", "[c]"), ("unreliable", "[u]"), ("not_available", "[x]"), ("not_collected", "[x]")],
)
def test_a_value_that_is_not_there_says_why(pack: Pack, status: str, sign: str) -> None:
    nothing = {"value": None, "lower_ci_95": None, "upper_ci_95": None, "numerator": None, "status": status}
    series = [{**row, **nothing} if row["area_code"] == NOTTINGHAM else row for row in pack.series]
    (first, *_) = rows_of(load_workbook(io.BytesIO(workbook(replace(pack, series=series))))["Work"])
    assert [first[name] for name in ("Nottingham", "Lower 95% limit", "Numerator")] == [sign] * 3
    assert first["England"] == 75


def test_no_title_name_or_cell_is_a_formula(pack: Pack) -> None:
    area = replace(pack.area, name='=HYPERLINK("http://x")')
    lines = [
        replace(
            line,
            indicator=line.indicator.model_copy(update={"title": "=1+1", "short_title": "@x", "theme": "=2"}),
        )
        for line in pack.lines
    ]
    book = load_workbook(io.BytesIO(workbook(replace(pack, area=area, lines=lines, caption="+3"))))
    found = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)
                    found += 1
    assert found >= 4
    assert book["Newest figures"]["G4"].value == area.name


def test_names_of_sheets_are_short_plain_and_each_one_once() -> None:
    assert sheet_names(
        ["Notes", "a/b: [c]", "Disabled people and health conditions", "CONTENTS", "x" * 40, "x" * 41]
    ) == {
        "Notes": "Notes",
        "a/b: [c]": "a b c",
        "Disabled people and health conditions": "Disabled people and health",
        "CONTENTS": "CONTENTS 2",
        "x" * 40: "x" * 31,
        "x" * 41: "x" * 29 + " 2",
    }


# ---- in print ------------------------------------------------------------------------------------------


def many_periods(pack: Pack, months: int) -> Pack:
    """The pack with a monthly series of so many months, for the area and for England."""
    series = [
        {**row, "period": f"{2000 + month // 12}-{month % 12 + 1:02d}-01/P1M"}
        for row in pack.series
        if row["period"] == pack.series[0]["period"]
        for month in range(months)
    ]
    return replace(pack, series=series)


@pytest.mark.parametrize("months", [24, 1200])
def test_an_areas_workbook_prints_on_thirty_pages_at_most(pack: Pack, months: int) -> None:
    book = load_workbook(io.BytesIO(workbook(many_periods(pack, months))))
    recent, older = rows_of(book["Work"]), rows_of(book["Other groups and periods"]) if months > 24 else []
    assert (len(recent), len(older)) == (24, months - 24)
    assert [row["Period"] for row in (*older, *recent)][-25:] == [
        period_words(f"{2000 + month // 12}-{month % 12 + 1:02d}-01/P1M") for month in range(months)
    ][-25:]
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToWidth == 1 and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
    assert sum(printed_pages(sheet) for sheet in book.worksheets) <= 30


def test_the_last_day_of_a_period_is_its_date() -> None:
    assert Period.parse("2022-04-01/P1Y").end_on == date(2023, 3, 31)
