"""Nomis workbooks of APS table T01: stacked tables, markers, names to codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "nomis_aps_t01"
CELLS = (
    (22, "All"),
    (25, "Economically active"),
    (28, "In employment"),
    (31, "Employees"),
    (34, "Self Employed"),
    (37, "Unemployed"),
    (40, "Inactive"),
)


def table(years: str, rows: list[list[Any]]) -> list[list[Any]]:
    """One table in the layout of Nomis; a row is a label and (number, conf) for each of the seven cells."""
    header: list[Any] = ["Area"]
    triple: list[Any] = [None]
    for number, words in CELLS:
        header += [f"T01:{number} (Aged 16-64 - {words} : All People )", None, None]
        triple += ["number", "Flags", "conf"]
    lines: list[list[Any]] = [
        ["annual population survey"],
        ["ONS Crown Copyright Reserved [from Nomis on 14 June 2022]"],
        [],
        ["date", years],
        ["confidence", "95% confidence interval (+/-)"],
        [],
        header,
        triple,
    ]
    for label, *pairs in rows:
        line: list[Any] = [label]
        for count, confidence in pairs:
            line += [count, None, confidence]
        lines.append(line)
    return [
        *lines,
        [],
        ["! Estimate and confidence interval not available"],
        ["- These figures are missing."],
        [],
    ]


def pairs(employed: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    return [(1000, 100), (800, 90), employed, (600, 70), (100, 40), (100, 30), (200, 50)]


TABLES = [
    *table(
        "Jan 2017-Dec 2017",
        [
            ["country:England", *pairs((700, 80))],
            ["ladu:Darlington", *pairs((710, "*"))],
            ["ladu:Rutland", *pairs(("!", "!"))],
            ["ladu:West Suffolk", *pairs(("~", "*"))],
            ["ladu:Cardiff", *pairs((720, 81))],
            ["lep:Black Country", *pairs(("-", "-"))],
        ],
    ),
    *table(
        "Jan 2021-Dec 2021",
        [
            ["gor:North East", *pairs((730, 82))],
            ["gor:Wales", *pairs((740, 83))],
            ["User Defined Geography:Greater Manchester-MCA - from dn00000", *pairs((750, 84))],
            ["User Defined Geography:Dorset-LSIP", *pairs((760, 85))],
        ],
    ),
]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def of(lines: list[list[Any]], sheet: str = "Data") -> Path:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(line, start=1):
                if value is not None:
                    page.cell(row, column, value)
        folder = tmp_path / "nomis"
        folder.mkdir(exist_ok=True)
        book.save(folder / "nomis_2022_06_14_095314.xlsx")
        return folder

    return of


def only(editions, folder: Path) -> Any:
    found = editions(SOURCE, folder)
    assert len(found) == 1
    return next(iter(found.values()))


def test_rows_of_stacked_tables(workbook, editions, parse, rows_of) -> None:
    edition = only(editions, workbook(TABLES))
    assert (edition.edition, edition.published_on) == ("2022-06-14", date(2022, 6, 14))
    assert edition.publication == "Annual Population Survey, table T01 (from Nomis on 14 June 2022)"
    parsed = parse(SOURCE, edition)
    employed = parsed.measurements[parsed.measurements["measure"] == "in-employment-16-64"]
    columns = ("area_code", "period", "value", "half_width_95", "status", "note", "row")
    later = "On boundaries that came after the period"
    assert rows_of(employed, *columns) == [
        ("E92000001", "2017-01-01/P1Y", 700.0, 80.0, "ok", "", 9),
        ("E06000005", "2017-01-01/P1Y", 710.0, None, "unreliable",
         "Unreliable: the survey group is of 3 to 9 people", 10),
        ("E06000017", "2017-01-01/P1Y", None, None, "suppressed",
         "Not available: the survey group is of 0 to 2 people", 11),
        ("E07000245", "2017-01-01/P1Y", None, None, "not_available",
         f"Estimate is less than 500; {later}", 12),
        ("E37000001", "2017-01-01/P1Y", None, None, "not_available",
         "Missing in the publication", 14),
        ("E12000001", "2021-01-01/P1Y", 730.0, 82.0, "ok", "", 27),
        ("E47000001", "2021-01-01/P1Y", 750.0, 84.0, "ok", "", 29),
    ]  # fmt: skip
    assert set(parsed.measurements["age"]) == {"16-64"}
    assert sorted(parsed.measurements["measure"].unique()) == [
        "all-16-64",
        "economically-active-16-64",
        "employees-16-64",
        "in-employment-16-64",
        "inactive-16-64",
        "self-employed-16-64",
        "unemployed-16-64",
    ]
    assert parsed.rows_in == 70
    assert [(kind.rows, kind.examples) for kind in parsed.set_aside] == [
        (7, ("User Defined Geography:Dorset-LSIP",)),
        (7, ("ladu:Cardiff",)),
        (7, ("gor:Wales",)),
    ]
    assert parsed.warnings == [
        "nomis_2022_06_14_095314.xlsx: figures for years before the area existed, on its later boundaries: "
        "West Suffolk"
    ]


def replaced(before: str, after: str) -> list[list[Any]]:
    return [[after if cell == before else cell for cell in line] for line in TABLES]


def test_a_renamed_cell_is_a_changed_layout(workbook, editions, parse) -> None:
    lines = replaced(
        "T01:28 (Aged 16-64 - In employment : All People )", "T01:28 (Aged 16-64 - At work : All People )"
    )
    with pytest.raises(ReleaseChanged, match=r"column 'in-employment-16-64' gone; found .*At work"):
        parse(SOURCE, only(editions, workbook(lines)))


def test_without_confidence_it_is_a_changed_layout(workbook, editions, parse) -> None:
    with pytest.raises(ReleaseChanged, match=r"conf' gone; found .*choose numbers with flags and confidence"):
        parse(SOURCE, only(editions, workbook(replaced("conf", "variable"))))
    lines = replaced("95% confidence interval (+/-)", "none")
    with pytest.raises(ReleaseChanged, match="choose 95% confidence in Nomis"):
        parse(SOURCE, only(editions, workbook(lines)))


def test_a_strange_cell_is_named(workbook, editions, parse) -> None:
    lines = [[*line] for line in TABLES]
    lines[9][7] = "many"
    with pytest.raises(
        BadFile, match=r"row 10: column 'in-employment-16-64 number': 'many': expected a number"
    ):
        parse(SOURCE, only(editions, workbook(lines)))
    with pytest.raises(BadFile, match=r"row 4: column 'date': '2017': expected a span"):
        parse(SOURCE, only(editions, workbook(replaced("Jan 2017-Dec 2017", "2017"))))


def test_an_area_given_twice_is_named(workbook, editions, parse) -> None:
    with pytest.raises(BadFile, match=r"row 11: 'all-16-64 of E06000005 .* row 10 has it already"):
        parse(SOURCE, only(editions, workbook(replaced("ladu:Rutland", "ladu:Darlington"))))


def test_figures_above_their_header_are_named(workbook, editions, parse) -> None:
    lines = [*TABLES[:5], next(line for line in TABLES if "ladu:Rutland" in line), *TABLES[5:]]
    with pytest.raises(
        BadFile, match=r"row 6: 'ladu:Rutland': expected lines about the table alone, .*header"
    ):
        parse(SOURCE, only(editions, workbook(lines)))


def test_a_sheet_without_tables_or_of_another_name(workbook, editions, parse) -> None:
    with pytest.raises(ReleaseChanged, match="no table found in sheet 'Data'"):
        parse(SOURCE, only(editions, workbook([["nothing here"]])))
    with pytest.raises(ReleaseChanged, match=r"sheet 'Data' gone; found \['Sheet1'\]"):
        parse(SOURCE, only(editions, workbook(TABLES, sheet="Sheet1")))


def test_a_table_cut_in_its_areas_is_named(workbook, editions, parse) -> None:
    with pytest.raises(BadFile, match=r"row 13: expected an empty row and the publisher's notes .*cut short"):
        parse(SOURCE, only(editions, workbook(TABLES[:13])))


def test_a_truncated_or_empty_workbook(workbook, editions, parse) -> None:
    folder = workbook(TABLES)
    path = folder / "nomis_2022_06_14_095314.xlsx"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadFile, match=r"nomis_2022.*expected a whole .xlsx workbook; .*fetch it again"):
        parse(SOURCE, only(editions, folder))
    path.write_bytes(b"")
    with pytest.raises(BadFile, match="this one is empty"):
        parse(SOURCE, only(editions, folder))


@pytest.mark.shared
def test_the_real_workbooks(shared, editions, parse, rows_of) -> None:
    found = editions(SOURCE, shared / "publications")
    assert list(found) == ["2022-06-14", "2023-04-24"]
    assert found["2022-06-14"].precedence < found["2023-04-24"].precedence
    first = parse(SOURCE, found["2022-06-14"])
    assert (first.rows_in, first.rows_set_aside, len(first.measurements)) == (14490, 1995, 12495)
    second = parse(SOURCE, found["2023-04-24"])
    assert (second.rows_in, second.rows_set_aside, len(second.measurements)) == (15750, 3220, 12530)
    black_country = second.measurements.query("area_code == 'E37000001' and period == '2022-01-01/P1Y'")
    assert rows_of(black_country[:3], "measure", "value", "half_width_95", "status") == [
        ("all-16-64", 734_800.0, 35_800.0, "ok"),
        ("economically-active-16-64", 547_800.0, 30_900.0, "ok"),
        ("in-employment-16-64", 512_700.0, 29_900.0, "ok"),
    ]
    for parsed in (first, second):
        names = {name for kind in parsed.set_aside for name in kind.examples}
        england = {name for name in names if name.startswith(("ladu:", "lep:", "country:"))}
        # 22 authorities of Wales and 32 of Scotland; every English name is matched
        assert len(england) == 54
        assert {"ladu:Cardiff", "ladu:Fife"} <= england
        lep = parsed.measurements[parsed.measurements["area_code"].str.startswith("E37")]
        assert lep["area_code"].nunique() == 38


@pytest.mark.shared
def test_mayoral_areas_are_the_sums_of_their_districts(shared, editions, parse, register) -> None:
    parsed = parse(SOURCE, editions(SOURCE, shared / "publications")["2023-04-24"])
    people = parsed.measurements.query("measure == 'all-16-64' and period == '2022-01-01/P1Y'")
    by_code = people.set_index("area_code")["value"]
    mayoral = [code for code in by_code.index if code.startswith("E47")]
    assert len(mayoral) == 10
    for code in mayoral:
        districts = [area.child_code for area in register.children(code, "ltla", date(2022, 12, 31))]
        # each figure is rounded to a hundred
        assert abs(by_code[code] - by_code[districts].sum()) <= 50 * (len(districts) + 1)


@pytest.mark.parametrize(
    ("place", "line"),
    [(10, [None, "number", "Flags", "conf"]), (3, ["day", "Jan 2017-Dec 2017"])],
    ids=["a line that divides a table", "a table without its date"],
)
def test_rows_of_areas_outside_a_table_are_no_silent_loss(
    workbook, editions, parse, place: int, line: list[Any]
) -> None:
    lines = [*TABLES]
    lines[place : place + (place == 3)] = [line]
    with pytest.raises(
        BadFile, match=r"row \d+: .*: expected notes of the publisher alone outside the tables; .*again"
    ):
        parse(SOURCE, only(editions, workbook(lines)))
