"""A folder in which a source finds nothing: the message says what lies there by its content, with the name that is wanted."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from source_samples import FIXTURES, nomis_aps_t01
from typer.testing import CliRunner

from etl.cli import app
from etl.pipeline.recognition import NAMES, seen_words, wanted_words
from etl.sources import BOUNDARY_SOURCES, SOURCES

EVERY = {**SOURCES, **BOUNDARY_SOURCES}


def line_of(folder: Path, name: str) -> str:
    """What is said of one file."""
    found = [line for line in seen_words(folder, EVERY).splitlines() if line.startswith(f"- {name}: ")]
    assert len(found) == 1
    return found[0].removeprefix(f"- {name}: ")


def test_every_source_says_the_names_it_reads() -> None:
    assert set(NAMES) == set(EVERY)
    for source_id in EVERY:
        assert wanted_words(source_id) == f"expected {NAMES[source_id]} (docs/sources/{source_id}.md)"


# fixture, and the source that it belongs to whatever its name
RENAMED = [
    ("nhs_talking_therapies_sub_icb/england_sicb_iapt_jul2022_may2023.csv", "nhs_talking_therapies_sub_icb"),
    ("ascof/meas-from-asc-of-eng-1920-open-data-csv.csv", "ascof"),
    ("ascof/ascof_outcomes_processed.csv", "ascof"),
    ("qof/PREVALENCE_2425.csv", "qof"),
    ("qof/MAPPING_NHS_GEOGRAPHIES_2425.csv", "qof"),
    ("gp_patient_survey/GPPS_2025_National_data_(weighted)_(csv)_PUBLIC.csv", "gp_patient_survey"),
    ("census_2021/ts038_disability_ltla24_excerpt.csv", "census_2021"),
    ("deprivation/iod2019_lad.csv", "deprivation"),
    ("deprivation/iod2025_lad.csv", "deprivation"),
    ("nomis_aps/nomis-aps-45-p01.csv", "nomis_aps"),
    ("nomis_aps_north/nomis_aps_northern_las_excerpt_2021-2022.csv", "nomis_aps_north"),
    ("ons_sdg/indicator_8-5-2.csv", "ons_sdg"),
    ("disabled_employment/a08aug2024.xlsx", "disabled_employment"),
    ("nhs_mental_health_dashboard/nhsmh-dashboard-q4-21-22-v3.2.xlsx", "nhs_mental_health_dashboard"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source_id"), RENAMED, ids=[name for name, _ in RENAMED])
def test_a_renamed_publication_is_known_by_its_content(tmp_path: Path, name: str, source_id: str) -> None:
    path = FIXTURES / name
    shutil.copy(path, tmp_path / f"download{path.suffix}")
    assert not SOURCES[source_id].discover(tmp_path)
    words = line_of(tmp_path, f"download{path.suffix}")
    assert words.startswith("looks like ")
    assert words.endswith(f"; {source_id} reads {NAMES[source_id]}")


def test_table_t01_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "annual table.xlsx").write_bytes(nomis_aps_t01().content)
    assert line_of(tmp_path, "annual table.xlsx") == (
        "looks like table T01 of the Annual Population Survey; "
        "nomis_aps_t01 reads nomis_*.xlsx with table T01 in the sheet Data"
    )


def feature(**properties: str) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": properties, "geometry": None}],
        }
    )


def test_boundaries_are_known_by_their_fields_or_reported_with_the_name_they_need(tmp_path: Path) -> None:
    (tmp_path / "boards.geojson").write_text(feature(FID="1", ICB23CD="E54000008", ICB23NM="x"))
    assert line_of(tmp_path, "boards.geojson") == "ons_geography reads it"
    (tmp_path / "old.json").write_text(feature(code="E54000008", name="x"))
    assert (
        "give it the name stp2017_fingertips_clean.geojson or stp2018_fingertips_clean.geojson;"
        in line_of(tmp_path, "old.json")
    )
    (tmp_path / "councils.geojson").write_text(feature(LAD24CD="E06000018", LAD24NM="x"))
    assert "those of councils come from ons_uk_topo_2014-2025.topojson" in line_of(
        tmp_path, "councils.geojson"
    )
    (tmp_path / "uk.json").write_text('{"type": "Topology", "arcs": [], "objects": {"ltla": {}}}')
    assert line_of(tmp_path, "uk.json").startswith(
        "looks like a TopoJSON of boundaries; give it the name ons_uk_topo_2014-2025.topojson; ons_geography reads"
    )


def book(path: Path, sheets: dict[str, list[str]]) -> None:
    made = openpyxl.Workbook()
    for name, header in sheets.items():
        made.create_sheet(name).append(header)
    del made[made.sheetnames[0]]
    made.save(path)


def test_file_11_is_kept_apart_from_file_10(tmp_path: Path) -> None:
    summaries = ["IMD - Average rank", "IMD - Average score"]
    book(tmp_path / "ten.xlsx", {"IMD": ["Local Authority District code (2024)", *summaries], "IDACI": ["x"]})
    book(tmp_path / "eleven.xlsx", {"IMD": ["Upper Tier Local Authority District code (2024)", *summaries]})
    assert line_of(tmp_path, "ten.xlsx").endswith(
        "by local authority district (File 10); deprivation reads " + NAMES["deprivation"]
    )
    assert line_of(tmp_path, "eleven.xlsx") == (
        "looks like Indices of Deprivation by local authority (upper tier) (File 11); "
        "deprivation reads summaries by local authority district: File 10"
    )


CONTENT = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="{name}"><table:table-row><table:table-cell office:value-type="string"><text:p>{cell}</text:p>
</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, name: str, cell: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", CONTENT.format(name=name, cell=cell))


def test_an_open_document_is_reported_with_what_to_do(tmp_path: Path) -> None:
    ods(tmp_path / "nomis_t01.ods", "Data", "annual population survey T01:22 (Aged 16-64)")
    assert line_of(tmp_path, "nomis_t01.ods") == (
        "looks like table T01 of the Annual Population Survey, as an OpenDocument spreadsheet (ODS); "
        "save it as a workbook (.xlsx); nomis_aps_t01 reads nomis_*.xlsx with table T01 in the sheet Data"
    )
    ods(tmp_path / "other.ods", "Budget", "spending")
    assert line_of(tmp_path, "other.ods") == (
        "is an OpenDocument spreadsheet (ODS) with the sheets Budget, which no source reads"
    )


def test_files_of_every_other_kind(tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text("<!DOCTYPE html><html></html>")
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "broken.xlsx").write_bytes(b"PK nothing")
    (tmp_path / "letter.docx").write_bytes(b"PK nothing")
    (tmp_path / "own.csv").write_text("colour,number\nred,1\n")
    (tmp_path / "readme.md").write_text("words")
    with zipfile.ZipFile(tmp_path / "month.zip", "w") as archive:
        archive.writestr("MHSDS Data_JanPerf_2026/MHSDS Data_JanPerf_2026.csv", "x")
    assert line_of(tmp_path, "page.csv") == "is a web page; download the file that it links to"
    assert line_of(tmp_path, "report.pdf") == "is a PDF; the tables behind it are needed"
    assert line_of(tmp_path, "empty.csv") == "is empty"
    assert line_of(tmp_path, "broken.xlsx").startswith("cannot be looked into: broken.xlsx: ")
    assert line_of(tmp_path, "letter.docx") == "is a file of a kind that no source reads (.docx)"
    assert line_of(tmp_path, "own.csv") == "is a CSV with the columns colour, number, which no source reads"
    assert line_of(tmp_path, "month.zip") == (
        "is a zip with MHSDS Data_JanPerf_2026/MHSDS Data_JanPerf_2026.csv; unpack it and give its folder with --from"
    )
    assert seen_words(tmp_path, EVERY).endswith("\n- and 1 more file")


def test_an_empty_folder_and_a_full_one(tmp_path: Path) -> None:
    assert seen_words(tmp_path, EVERY) == "the folder is empty"
    for number in range(20):
        (tmp_path / f"{number:02d}.csv").write_text("a,b\n")
    shutil.copy(FIXTURES / "qof" / "PREVALENCE_2425.csv", tmp_path / "zz.csv")
    lines = seen_words(tmp_path, EVERY).splitlines()
    assert len(lines) == 14
    assert lines[1].startswith("- zz.csv: looks like QOF prevalence")
    assert lines[-1] == "- and 9 more files"


def test_a_named_source_that_finds_nothing_says_what_was_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    shutil.copy(FIXTURES / "qof" / "PREVALENCE_2425.csv", incoming / "registers.csv")
    shutil.copy(FIXTURES / "census_2021" / "ts038_disability_ltla24_excerpt.csv", incoming)
    ended = CliRunner().invoke(app, ["refresh", "qof", "--from", str(incoming)])
    assert ended.exit_code == 1
    for words in (
        "no file of Quality and Outcomes Framework below incoming/; expected PREVALENCE_<yyyy>.csv beside",
        "- registers.csv: looks like QOF prevalence by practice; qof reads PREVALENCE_<yyyy>.csv",
        "- ts038_disability_ltla24_excerpt.csv: census_2021 reads it",
    ):
        assert words in ended.output
    (incoming / "ts038_disability_ltla24_excerpt.csv").unlink()
    ended = CliRunner().invoke(app, ["refresh", "--from", str(incoming)])
    assert ended.exit_code == 1
    assert "no source reads any file below incoming/; seen there:" in ended.output
    assert "- registers.csv: looks like QOF prevalence by practice" in ended.output


def test_a_misnamed_file_beside_others_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    shutil.copytree(FIXTURES / "ons_local_indicators", incoming / "ons")
    (incoming / "annual table.xlsx").write_bytes(nomis_aps_t01().content)
    (incoming / "own.csv").write_text("colour,number\nred,1\n")
    for name in ("arts.csv", "roads.csv"):
        (incoming / "ons" / name).write_text("areacd,indicator,observation\nE11000001,Arts,1\n")
    ended = CliRunner().invoke(app, ["refresh", "--from", str(incoming)])
    assert ended.exit_code == 0
    assert [line for line in ended.output.splitlines() if line.startswith("not read")] == [
        "not read     annual table.xlsx: looks like table T01 of the Annual Population Survey; "
        "nomis_aps_t01 reads nomis_*.xlsx with table T01 in the sheet Data",
        "not read     ons/arts.csv, ons/roads.csv (2 files): looks like ONS local indicators; no indicator in it is one "
        "that the catalogue asks for; ons_local_indicators reads " + NAMES["ons_local_indicators"],
    ]


@pytest.mark.shared
@pytest.mark.slow
def test_every_file_of_the_publications_is_reported(shared: Path) -> None:
    words = seen_words(shared / "publications", EVERY)
    for source_id in ("nomis_aps_t01", "ascof", "mhsds", "qof", "deprivation", "ons_local_indicators"):
        assert f": {source_id} reads " in words
    assert "looks like" not in words
