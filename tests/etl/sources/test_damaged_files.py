"""Every text source, damaged in every way that files are damaged: a clean named error or the same rows."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from etl.fetching.archives import BadArchive, check_extent
from etl.sources import SOURCES
from etl.sources.base import BadFile, ReleaseChanged
from geodata.register import load_register

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"
CASES = [
    # source, file, edition, a column without which it cannot be read
    ("ons_local_indicators", "employment-rate.csv", "employment-rate", "observation"),
    ("nhs_talking_therapies", "psych-ther-ann-rep-csv-2021-22-main-csv.csv", "2021-22-main", "VariableType"),
    (
        "nhs_talking_therapies",
        "nhstalkingtherapies_month_sep_2025_activity_performance.csv",
        "nhstalkingtherapies_month_sep_2025_activity_performance",
        "ORG_CODE1",
    ),
    (
        "nhs_talking_therapies_employment",
        "psych-ther-ann-rep-csv-2021-22-employment-status.csv",
        "2021-22",
        "Count_FinishedCourseTreatment",
    ),
    ("mhsds", "MHSDS_Data_MarPerf_2024.csv", "MHSDS_Data_MarPerf_2024", "PRIMARY_LEVEL"),
    ("ascof", "meas-from-asc-of-eng-1920-open-data-csv.csv", "2019-20", "ONS Code"),
    ("ascof", "ascof_outcomes_processed.csv", "outcomes-1E-1F", "Measure Value"),
    (
        "fit_notes",
        "gp-fit-note-eng-csv-fit-notes-sep-22.csv",
        "gp-fit-note-eng-csv-fit-notes-sep-22",
        "Count of fit notes",
    ),
    ("qof", "PREVALENCE_2425.csv", "2024-25", "REGISTER"),
    ("qof", "MAPPING_NHS_GEOGRAPHIES_2425.csv", "2024-25", "ICB_ODS_CODE"),
    (
        "gp_patient_survey",
        "GPPS_2025_ICS_data_(weighted)_(csv)_PUBLIC.csv",
        "2025",
        "healthltcondition_1.pct",
    ),
    ("deprivation", "iod2019_lad.csv", "2019", "proportion_bottom_decile"),
    ("nomis_aps", "nomis-aps-45-p01.csv", "2022-12", "OBS_VALUE"),
    ("fingertips", "fingertips-502.csv", "fingertips-502", "Value"),
    ("national_facts", "national_headlines.csv", "facts", "value"),
    ("ons_sdg", "indicator_8-5-2.csv", "8-5-2", "Value"),
]


@pytest.fixture(params=CASES, ids=[f"{source}-{file}" for source, file, *_ in CASES])
def case(request, copied, editions, parse):
    source_id, name, edition, column = request.param
    folder: Path = copied(source_id)
    path = folder / name
    return path, column, lambda: parse(source_id, editions(source_id, folder)[edition]).measurements


def test_a_byte_order_mark_changes_nothing(case) -> None:
    path, _, read = case
    before = read()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read().equals(before)


def test_windows_line_ends_change_nothing(case) -> None:
    path, _, read = case
    before = read()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read().equals(before)


def test_reordered_and_new_columns_change_nothing(case) -> None:
    path, _, read = case
    before = read()
    with path.open(encoding="utf-8", newline="") as opened:
        records = list(csv.reader(opened))
    turned = [["new", *reversed(records[0])], *(["?", *reversed(record)] for record in records[1:])]
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(turned)
    keys = [name for name in before.columns if name != "row"]
    after = read()
    assert sorted(map(str, after[keys].itertuples(index=False))) == sorted(
        map(str, before[keys].itertuples(index=False))
    )


def test_another_encoding_is_named_with_its_row(case) -> None:
    path, _, read = case
    if path.name.startswith(("MHSDS", "meas-from-asc", "ascof")):
        return  # NHS England writes these in Windows text too: the tests of the source read it
    lines = path.read_bytes().split(b"\n")
    lines[1] += b"\x92"
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(
        BadFile, match=rf"{re.escape(path.name)}: row 2: .*expected text in UTF-8; .*save it as CSV UTF-8"
    ):
        read()


def test_utf_16_is_named(case) -> None:
    path, _, read = case
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")
    with pytest.raises(BadFile, match=rf"{re.escape(path.name)}: .*expected text in UTF-8"):
        read()


def test_an_empty_file_is_named(case) -> None:
    path, _, read = case
    for content in (b"", b"\n\n"):
        path.write_bytes(content)
        with pytest.raises(
            BadFile, match=rf"{re.escape(path.name)}: expected a file with rows; fetch the file again"
        ):
            read()


def test_a_header_alone_is_named(case) -> None:
    path, _, read = case
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    with pytest.raises(BadFile, match=rf"{re.escape(path.name)}: expected rows below the header"):
        read()


def test_a_file_cut_in_a_row_is_named(case) -> None:
    path, _, read = case
    lines = path.read_bytes().rstrip(b"\n").split(b"\n")
    lines[-1] = lines[-1][:10]
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(
        BadFile, match=rf"{re.escape(path.name)}: row {len(lines)}: .*the file may be cut short"
    ):
        read()


def test_a_quotation_mark_that_is_never_closed_is_named(case) -> None:
    path, _, read = case
    path.write_bytes(path.read_bytes() + b'"cut')
    with pytest.raises(BadFile, match=rf"{re.escape(path.name)}: row \d+: .*the file may be cut short"):
        read()


def test_a_renamed_column_is_named_with_those_found(case) -> None:
    path, column, read = case
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    names = [f"{name} (new)" if name == column else name for name in header.split(",")]
    path.write_text("\n".join([",".join(names), rest]), encoding="utf-8")
    with pytest.raises(
        ReleaseChanged, match=rf"{re.escape(path.name)}: column '{column}' gone; found .*{column} \(new\)"
    ):
        read()


def test_a_column_given_twice_is_named(case) -> None:
    path, column, read = case
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    path.write_text(
        "\n".join([f"{lines[0]},{column}", *(f"{line},1" for line in lines[1:])]), encoding="utf-8"
    )
    with pytest.raises(
        BadFile, match=rf"{re.escape(path.name)}: row 1: column '{column}': expected each column once"
    ):
        read()


def test_a_folder_without_files_has_no_editions(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "notes.xlsx").write_bytes(b"nothing")
    for source in SOURCES.values():
        assert source.discover(tmp_path) == []


@pytest.mark.shared
def test_every_source_finds_its_own_files_below_the_shared_folder(shared) -> None:
    # the folder of cases holds damaged files on purpose
    folders = [folder for folder in shared.iterdir() if folder.is_dir() and folder.name != "cases"]
    found = {
        source_id: sum(len(source.discover(folder)) for folder in folders)
        for source_id, source in SOURCES.items()
    }
    assert {source_id: found[source_id] for source_id in found if source_id != "ons_geography"} == {
        "ons_local_indicators": 8,
        "nomis_aps_t01": 2,
        "nomis_aps": 0,
        "nomis_aps_north": 1,
        "nhs_talking_therapies": 10,
        "nhs_talking_therapies_employment": 0,
        "nhs_talking_therapies_sub_icb": 1,
        "mhsds": 1,
        "ascof": 2,
        "fingertips": 2,
        "fit_notes": 0,
        "gp_patient_survey": 0,
        "qof": 1,
        "census_2021": 1,
        "deprivation": 3,
        "dwp_stat_xplore": 0,
        "national_facts": 2,
        "disabled_employment": 0,
        "nhs_mental_health_dashboard": 1,
        "ons_sdg": 1,
        "local_upload": 0,
    }


FAR_CELLS = {
    "prefixed": (
        "xl/worksheets/sheet1.xml",
        b'<x:row r="1048576"><x:c s="1" r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ),
    "single quotes": ("xl/worksheets/sheet1.xml", b"<row r='9'><c t='n' r='XFD1048576'><v>1</v></c></row>"),
    "in another folder": ("xl/sheets/data.xml", b'<row r="9"><c r="XFD1048576"><v>1</v></c></row>'),
    "without its own place": (
        "xl/worksheets/sheet1.xml",
        b'<row r="2"><c r="XFD2"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
    ),
}


@pytest.mark.parametrize("form", FAR_CELLS)
def test_a_cell_far_away_is_found_in_every_way_to_write_it(tmp_path: Path, form: str) -> None:
    name, rows = FAR_CELLS[form]
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>' + rows + b"</sheetData>")
    with pytest.raises(BadArchive, match=r"far.xlsx: .*cells lie .* rows apart; expected at most"):
        check_extent(path)


def test_rows_without_cells_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "formatted.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            b'<row r="1"><c r="A1"/><c r="XFD1"/></row><row r="1048576" ht="15"></row><row r="1048575"/>',
        )
    check_extent(path)


@pytest.mark.slow
def test_files_with_a_cell_far_away_stop_their_sources_only(tmp_path: Path) -> None:
    """In a process with 8 GB of address space, as the reader would end it with no such check."""
    import openpyxl

    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for name in ("a08jun2026.xlsx", "nomis_2026_06_01_000000.xlsx"):
        book = openpyxl.Workbook()
        book.worksheets[0].title = "Data"
        book.worksheets[0]["A1"] = 1
        book.worksheets[0]["XFD1048576"] = 1
        book.save(incoming / name)
    shutil.copytree(FIXTURES / "ons_local_indicators", incoming / "ons")
    limited = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (8_000_000_000,) * 2); "
    limited += (
        "sys.argv = ['etl', 'refresh', '--from', sys.argv[1]]; runpy.run_module('etl', run_name='__main__')"
    )
    environment = os.environ | {"WORKHEALTH_DATA_DIR": str(tmp_path / "var"), "WORKHEALTH_DATABASE_URL": ""}
    ended = subprocess.run(
        [sys.executable, "-c", limited, str(incoming)],
        cwd=Path(__file__).parents[3],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    outcome = {run["source_id"]: run for run in map(json.loads, ended.stdout.splitlines())}
    assert outcome["ons_local_indicators"]["outcome"] == "published"
    for source_id, name in (
        ("disabled_employment", "a08jun2026.xlsx"),
        ("nomis_aps_t01", "nomis_2026_06_01_000000.xlsx"),
    ):
        assert outcome[source_id]["outcome"] == "failed"
        assert name in outcome[source_id]["message"]


@pytest.mark.parametrize("name", ["a08jun2026.xlsx", "nomis_2026_06_01_000000.xlsx"])
def test_a_workbook_with_one_cell_far_away_is_refused_and_ends_no_process(tmp_path: Path, name: str) -> None:
    """Read as a whole, such a sheet is a table of 17 thousand million cells: the reader aborts the process."""
    import openpyxl

    book = openpyxl.Workbook()
    book.worksheets[0].title = "People"
    book.worksheets[0]["A1"] = "date"
    book.worksheets[0]["XFD1048576"] = 1
    book.save(tmp_path / name)
    refused = []
    for source in SOURCES.values():
        for edition in source.discover(tmp_path):
            with pytest.raises((BadFile, ReleaseChanged), match=re.escape(name)):
                source.parse(edition, load_register(), lambda *_: None)
            refused.append(edition)
    assert refused or not name.startswith("a08")
