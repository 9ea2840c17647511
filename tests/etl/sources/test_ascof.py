"""ASCOF: the open data of a year (workbook and CSV), and the processed outcomes."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "ascof"
OPEN_DATA = "meas-from-asc-of-eng-1920-open-data-csv.csv"
EXPECTED = [
    ("1E.outcome", "E06000018", "persons", "18-64", 2.5, "ok", 2),
    ("1E.numerator", "E06000018", "persons", "18-64", 20.0, "ok", 3),
    ("1E.denominator", "E06000018", "persons", "18-64", 800.0, "ok", 4),
    ("1E.outcome", "E06000018", "female", "18-64", None, "suppressed", 5),
    ("1F.outcome", "E06000018", "persons", "18-69", None, "not_available", 6),
    ("1A.base", "E06000018", "persons", "65+", 11.0, "ok", 7),
    ("1E.outcome", "E92000001", "persons", "18-64", 5.5, "ok", 8),
    ("1E.outcome", "E12000007", "male", "18-64", 6.5, "ok", 9),
]
COLUMNS = ("measure", "area_code", "sex", "age", "value", "status", "row")


def as_workbook(folder: Path, name: str = "meas-from-asc-of-eng-1920-open-data-csv_v2.xlsx") -> Path:
    """The CSV fixture as the workbook that it is also issued as, numbers as numbers."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "in"
    with (folder / OPEN_DATA).open(encoding="utf-8", newline="") as opened:
        for record in csv.reader(opened):
            page.append(
                [float(cell) if cell.replace(".", "", 1).isdigit() else cell or None for cell in record]
            )
    (folder / OPEN_DATA).unlink()
    book.save(folder / name)
    return folder / name


def test_rows_of_the_open_data(copied, editions, parse, rows_of) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    parsed = parse(SOURCE, editions(SOURCE, folder)["2019-20"])
    assert rows_of(parsed.measurements, *COLUMNS) == EXPECTED
    assert set(parsed.measurements["period"]) == {"2019-04-01/P1Y"}
    assert parsed.rows_in == 9
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("level 'Council Type' is not an area of ours", 1, ("Inner London",))
    ]


def test_the_workbook_gives_the_same_rows(copied, editions, parse, rows_of) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    as_workbook(folder)
    parsed = parse(SOURCE, editions(SOURCE, folder)["2019-20"])
    assert rows_of(parsed.measurements, *COLUMNS) == EXPECTED


@pytest.mark.parametrize(
    ("name", "year", "names", "encoding"),
    [
        ("meas-from-asc-of-eng-1819-open-data-csv.csv", "2018-19",
         {"ONS Code": "ONS Area Code", "[c]": "c", "[x]": "x", "learning disabilities": "learning – disabilities"},
         "cp1252"),
        ("meas-from-asc-of-eng-2022-csv-v3.csv", "2021-22", {"Measure Value": "Measure_Value"}, "utf-8"),
        ("meas-from-asc-of-eng-2022-23-csv.csv", "2022-23",
         {"Measure Value": "Measure value", "Disaggregation Level": "Disaggregation"}, "utf-8"),
    ],
)  # fmt: skip
def test_the_layouts_of_the_years_give_the_same_rows(
    copied, editions, parse, rows_of, name: str, year: str, names: dict[str, str], encoding: str
) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    text = (folder / OPEN_DATA).read_text(encoding="utf-8")
    (folder / OPEN_DATA).unlink()
    for before, after in names.items():
        assert before in text
        text = text.replace(before, after)
    (folder / name).write_text(text, encoding=encoding)
    parsed = parse(SOURCE, editions(SOURCE, folder)[year])
    assert rows_of(parsed.measurements, *COLUMNS) == EXPECTED
    assert set(parsed.measurements["period"]) == {f"{year[:4]}-04-01/P1Y"}


def test_the_years_whose_measures_have_new_numbers_are_refused(copied, editions, parse) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    (folder / OPEN_DATA).rename(folder / "meas-from-asc-of-eng-2023-24-csv.csv")
    with pytest.raises(ReleaseChanged, match="1E and 1F ended with 2022-23; take the file out of the folder"):
        parse(SOURCE, editions(SOURCE, folder)["2023-24"])


def test_a_truncated_workbook_and_one_without_a_column(copied, editions, parse) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    path = folder / OPEN_DATA
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Measure Value", "Value", 1), encoding="utf-8")
    workbook = as_workbook(folder)
    with pytest.raises(ReleaseChanged, match=r"column 'Measure Value' gone; found .*'Value'"):
        parse(SOURCE, editions(SOURCE, folder)["2019-20"])
    whole = workbook.read_bytes()
    workbook.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadFile, match=r"expected a whole .xlsx workbook"):
        parse(SOURCE, editions(SOURCE, folder)["2019-20"])


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("E12000007", "E12000099", "row 9: column 'ONS Code': 'E12000099': expected a GSS code"),
        ("[c]", "[z]", r"row 5: column 'Measure Value': '\[z\]': expected a number or one of"),
        ("65 and over", "Older", "row 7: column 'Disaggregation Level': 'Older': expected Total, Male"),
        ("Total,Numerator", "Total,Outcome", "row 3: '1E.outcome of E06000018 .* row 2 has it already"),
    ],
)
def test_a_cell_that_cannot_be_is_named(
    copied, editions, parse, before: str, after: str, message: str
) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    path = folder / OPEN_DATA
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, folder)["2019-20"])


def test_a_measure_that_ended_is_a_changed_layout(copied, editions, parse) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    path = folder / OPEN_DATA
    path.write_text(path.read_text(encoding="utf-8").replace(",1F,", ",1Z,"), encoding="utf-8")
    with pytest.raises(ReleaseChanged, match=r"measure group '1F' gone; found \['1A', '1E', '1Z'\]"):
        parse(SOURCE, editions(SOURCE, folder)["2019-20"])


def test_a_year_is_needed_in_the_name(copied, editions, parse) -> None:
    folder = copied(SOURCE, OPEN_DATA)
    (folder / OPEN_DATA).rename(folder / "meas-from-asc-of-eng-open-data.csv")
    with pytest.raises(BadFile, match="expected the year in the name of the file"):
        parse(SOURCE, editions(SOURCE, folder)["meas-from-asc-of-eng-open-data"])


def test_processed_outcomes_name_the_codes_they_cannot_place(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["outcomes-1E-1F"])
    assert rows_of(parsed.measurements, "measure", "area_code", "period", "sex", "age", "value", "row") == [
        ("1F.outcome", "E06000018", "2018-04-01/P1Y", "persons", "18-69", 6.0, 2),
        ("1E.outcome", "E06000018", "2018-04-01/P1Y", "male", "18-64", 2.1, 3),
        ("1E.outcome", "E92000001", "2019-04-01/P1Y", "persons", "18-64", 5.6, 4),
    ]
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("code that the register does not know", 1, ("E06999999 Old Town",))
    ]
    # the run warns of the code with its rows
    assert parsed.warnings == []
    assert [unknown.code for aside in parsed.set_aside for unknown in aside.unknown] == ["E06999999"]


def test_a_code_outside_its_time_is_kept_and_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / "ascof_outcomes_processed.csv"
    # Bournemouth, Christchurch and Poole began on 1 April 2019
    text = path.read_text(encoding="utf-8").replace("2018-19,1F,E06000018", "2018-19,1F,E06000058")
    path.write_text(text, encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["outcomes-1E-1F"])
    assert "E06000058" in set(parsed.measurements["area_code"])
    assert parsed.warnings == [
        "ascof_outcomes_processed.csv: codes that did not stand in the year they are given for: "
        "E06000058 Bournemouth, Christchurch and Poole in 2018/19"
    ]


def test_a_colon_is_a_figure_that_is_not_available_and_windows_text_is_read(
    copied, editions, parse, rows_of
) -> None:
    name = "meas-from-asc-of-eng-1920-open-data-csv.csv"
    folder = copied(SOURCE, name)
    path = folder / name
    lines = path.read_bytes().split(b"\n")
    assert lines[1].count(b",Outcome,") == 1
    before, _, after = lines[1].partition(b",Outcome,")
    lines[1] = before + b",Outcome,:" + after[after.index(b",") :] + b" people\x92s"
    path.write_bytes(b"\n".join(lines))
    parsed = parse(SOURCE, editions(SOURCE, folder)["2019-20"])
    assert rows_of(parsed.measurements[:1], "measure", "value", "status", "row") == [
        ("1E.outcome", None, "not_available", 2)
    ]


@pytest.mark.shared
def test_the_colon_of_2019_20(shared, tmp_path, editions, parse, rows_of) -> None:
    case = shared / "cases" / "ascof" / "ascof-1920-colon-marker.csv"
    (tmp_path / "meas-from-asc-of-eng-1920-open-data-csv.csv").write_bytes(case.read_bytes())
    parsed = parse(SOURCE, editions(SOURCE, tmp_path)["2019-20"])
    assert rows_of(parsed.measurements, "measure", "area_code", "sex", "value", "status") == [
        ("1E.outcome", "E06000018", "persons", None, "not_available"),
        ("1E.numerator", "E06000018", "persons", 20.0, "ok"),
        ("1E.denominator", "E06000018", "persons", 800.0, "ok"),
        ("1E.outcome", "E06000018", "female", None, "suppressed"),
        ("1F.outcome", "E06000018", "persons", None, "not_available"),
        ("1A.base", "E06000018", "persons", 11.0, "ok"),
        ("1E.outcome", "E92000001", "persons", 5.5, "ok"),
        ("1E.outcome", "E12000007", "male", 6.5, "ok"),
    ]


@pytest.mark.shared
def test_the_real_files(shared, editions, parse) -> None:
    found = editions(SOURCE, shared / "publications")
    assert list(found) == ["outcomes-1E-1F", "2020-21"]
    assert found["outcomes-1E-1F"].precedence < found["2020-21"].precedence
    processed = parse(SOURCE, found["outcomes-1E-1F"])
    assert (processed.rows_in, processed.rows_set_aside, len(processed.measurements)) == (2867, 0, 2867)
    parsed = parse(SOURCE, found["2020-21"])
    assert (parsed.rows_in, parsed.rows_set_aside, len(parsed.measurements)) == (48_970, 1_475, 47_495)
    assert parsed.warnings == []
    total = parsed.measurements.query("sex == 'persons' and age == '18-64'")
    figures = total.set_index(["area_code", "measure"])["value"]
    assert figures["E92000001", "1E.numerator"] == 6_871
    assert figures["E92000001", "1E.denominator"] == 133_658
    assert figures["E92000001", "1E.outcome"] == 5.1
    assert figures["E06000018", "1E.numerator"] == 11
    assert figures["E06000018", "1E.denominator"] == 908
    assert figures["E06000018", "1E.outcome"] == 1.2
    settled = parsed.measurements.query("measure == '1H.outcome' and area_code == 'E92000001'")
    assert dict(zip(settled["sex"], settled["value"], strict=True)) == {
        "persons": 58,
        "female": 59,
        "male": 56,
    }
    councils = {code for code in total["area_code"] if code[:3] in ("E06", "E08", "E09", "E10")}
    assert len(councils) == 151
