"""Figures of the user's own: the worked example of the docs, every problem of a file at once, pairs of files."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from app import create_app
from etl.cli import app as command
from etl.fetching.snapshots import Snapshots
from etl.pipeline.run import Pipeline
from etl.sources import SOURCES, with_local
from etl.sources.base import BadFile, LiveSource, Parsed, Problems, ReleaseChanged, SourceProblem
from etl.sources.local_upload import cells
from indicators.catalogue import CatalogueError, load_catalogue, load_indicator
from indicators.periods import Period
from indicators.settings import load_settings
from indicators.store import Store

SOURCE = "local_upload"
NAME = "supported-into-work"
DOCS = Path(__file__).parents[3] / "docs" / "sources" / "local_upload.md"


def block(kind: str) -> str:
    """The first block of code of a kind in the docs."""
    found = re.search(rf"^```{kind}\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The two files of the docs' worked example, in a folder of the user's own."""
    own = tmp_path / "own"
    own.mkdir()
    (own / f"{NAME}.toml").write_text(block("toml"), encoding="utf-8")
    (own / f"{NAME}.csv").write_text(block("csv"), encoding="utf-8")
    return own


@pytest.fixture
def problems(folder: Path, editions, parse) -> Callable[..., list[str]]:
    """What is wrong with another CSV, one text a problem; ``changes`` are made to the TOML."""

    def of(csv: str, *changes: tuple[str, str]) -> list[str]:
        (folder / f"{NAME}.csv").write_text(csv, encoding="utf-8")
        toml = folder / f"{NAME}.toml"
        for before, after in changes:
            assert before in toml.read_text(encoding="utf-8")
            toml.write_text(toml.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        with pytest.raises(SourceProblem) as caught:
            parse(SOURCE, editions(SOURCE, folder)[NAME])
        return str(caught.value).splitlines()

    return of


VALUES = (
    ('method = "proportion"\ninterval = "wilson"', 'method = "published"\ninterval = "published"'),
    (f'numerator = ["{NAME}.numerator"]\n', f'value = ["{NAME}.value"]\n'),
    (f'denominator = ["{NAME}.denominator"]\n', ""),
)


def test_rows_of_the_worked_example(folder: Path, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, folder)[NAME])
    columns = ("measure", "area_code", "period", "value", "status", "note", "row")
    assert rows_of(parsed.measurements, *columns) == [
        (f"{NAME}.numerator", "E06000018", "2022-04-01/P1Y", 42.0, "ok", "", 2),
        (f"{NAME}.denominator", "E06000018", "2022-04-01/P1Y", 120.0, "ok", "", 2),
        (f"{NAME}.numerator", "E06000018", "2023-04-01/P1Y", 61.0, "ok", "", 3),
        (f"{NAME}.denominator", "E06000018", "2023-04-01/P1Y", 150.0, "ok", "", 3),
        (f"{NAME}.numerator", "E07000172", "2023-04-01/P1Y", None, "suppressed",
         "Hidden: fewer than five people", 4),
        (f"{NAME}.denominator", "E07000172", "2023-04-01/P1Y", 18.0, "ok",
         "Hidden: fewer than five people", 4),
    ]  # fmt: skip
    assert (parsed.rows_in, parsed.set_aside) == (3, [])


def test_the_worked_example_is_shown_by_the_app(folder: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("WORKHEALTH_LOCAL_DIR", str(folder))
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    result = CliRunner().invoke(command, ["refresh", SOURCE, "--from", str(folder)])
    assert result.exit_code == 0, result.output
    assert "published    local_upload  figures: 3 added" in result.output
    client = create_app(load_settings()).server.test_client()
    page = client.get(f"/indicators/{NAME}").get_data(as_text=True)
    assert "People who found work with our programme" in page
    assert "Programme monitoring, the council" in page
    rows = client.get(f"/api/v1/observations?indicator={NAME}&area=E06000018").get_json()["observations"]
    assert [(row["period"], round(row["value"], 1)) for row in rows][-1] == ("2023-04-01/P1Y", 40.7)
    assert (round(rows[-1]["lower_ci_95"], 1), round(rows[-1]["upper_ci_95"], 1)) == (33.1, 48.7)


def test_columns_in_another_order_and_the_optional_ones(folder: Path, editions, parse, rows_of) -> None:
    (folder / f"{NAME}.csv").write_text(
        "value,upper_ci_95,lower_ci_95,sex,age,breakdown,period,area_code\n"
        "12.5,15,10,female,16-64,sector: public,2024-05,E92000001\n"
        ",,,,,,2023,E92000001\n",
        encoding="utf-8",
    )
    toml = folder / f"{NAME}.toml"
    text = toml.read_text(encoding="utf-8").replace("caveats =", 'breakdowns = ["sector"]\ncaveats =')
    text = text.replace('area_types = ["ltla"]', 'area_types = ["england"]')
    for before, after in VALUES:
        text = text.replace(before, after)
    toml.write_text(text, encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)[NAME])
    columns = ("period", "sex", "age", "breakdown", "value", "lower_ci_95", "upper_ci_95", "status")
    assert rows_of(parsed.measurements, *columns) == [
        ("2024-05-01/P1M", "female", "16-64", "sector: public", 12.5, 10.0, 15.0, "ok"),
        ("2023-01-01/P1Y", "persons", "all", "all", None, None, None, "not_available"),
    ]


# --- what is wrong ------------------------------------------------------------------------------------------


def test_the_problems_that_the_docs_show(problems) -> None:
    reported = problems(
        block("csv")
        .replace("E06000018,Nottingham,2022/23", "E06000999,Nottingham,22-23")
        .replace("61,150", "161,150")
    )
    text = DOCS.read_text(encoding="utf-8")
    assert reported == re.findall(r"^supported-into-work\.csv: row .*$", text, re.MULTILINE)
    assert len(reported) == 3


def test_every_kind_of_problem_is_reported_at_once(problems) -> None:
    reported = problems(
        "area_code,period,numerator,denominator,sex,breakdown,value\n"
        "E06000018,2022,42%,120,persons,all,\n"
        "E06000018,2023,-3,120,men,sector: public,\n"
        "E06000018,2024,30,120,,,34\n"
        "E06000018,2024,30,120,,,25\n"
    )
    assert reported == [
        f"{NAME}.csv: row 2: column 'numerator': '42%': expected a number, an empty cell or one of * [c] [x] "
        "[z] c x z - .. : N/A",
        f"{NAME}.csv: row 3: column 'sex': 'men': expected one of persons, male, female",
        f"{NAME}.csv: row 3: column 'breakdown': 'sector: public': expected an empty cell: the TOML names no "
        "breakdowns",
        f"{NAME}.csv: row 4: column 'value': 34.0: expected about 25, which is 100 × numerator ÷ denominator",
        f"{NAME}.csv: row 5: 'E06000018 · 2024-01-01/P1Y · persons · all · all': expected each figure once, "
        "and row 4 has it already",
    ]


def test_columns_that_are_not_known_or_not_there(problems) -> None:
    reported = problems("area_code,period,numerator,denominater,lower_ci_95\nE06000018,2022,1,2,3\n")
    assert [problem.split(": expected")[0] for problem in reported] == [
        f"{NAME}.csv: column 'denominater'",
        f"{NAME}.csv: column 'denominator'",
        f"{NAME}.csv: column 'lower_ci_95'",
    ]
    assert "expected one of area_code, period, value" in reported[0]
    assert reported[1].endswith(f"expected a column 'denominator', which {NAME}.toml asks for")
    assert reported[2].endswith("expected both lower_ci_95 and upper_ci_95, or neither")


def test_per_cents_and_shares_are_not_mixed_up(problems) -> None:
    head = "area_code,period,value\n"
    shares = head + "".join(f"E06000018,{year},0.4{year % 10}\n" for year in (2021, 2022, 2023))
    assert problems(shares, *VALUES) == [
        f"{NAME}.csv: column 'value': 'all 3 values are 1 or less': expected per cents from 0 to 100; multiply by "
        "100, or set scale = 100.0 in the route; if they are truly so small, give numerator and denominator too"
    ]
    assert problems(head + "E06000018,2022,412\nE06000018,2023,-1\n") == [
        f"{NAME}.csv: row 2: column 'value': 412.0: expected percent, 100 or less",
        f"{NAME}.csv: row 3: column 'value': -1.0: expected percent, 0 or more",
    ]
    assert problems(head + "E06000018,2022,41.2\n", ("interval = ", "scale = 100.0\ninterval = ")) == [
        f"{NAME}.csv: row 2: column 'value': 41.2: expected percent, 1 or less"
    ]


def test_limits_stand_around_the_value(problems) -> None:
    reported = problems(
        "area_code,period,value,lower_ci_95,upper_ci_95\nE06000018,2022,41,42,44\nE06000018,2023,41,40,\n",
        *VALUES,
    )
    assert reported == [
        f"{NAME}.csv: row 2: column 'lower_ci_95': '42 to 44': expected limits around the value 41",
        f"{NAME}.csv: row 3: column 'upper_ci_95': expected both limits or neither",
    ]


def test_measures_of_another_name_are_refused(problems) -> None:
    reported = problems(block("csv"), (f'["{NAME}.numerator"]', '["people.numerator"]'))
    assert reported == [
        f"{NAME}.csv: 'people.numerator': expected measures {NAME}.value, {NAME}.numerator, {NAME}.denominator in "
        f"{NAME}.toml"
    ]


def test_fifty_problems_are_reported_and_the_rest_counted(problems) -> None:
    rows = "".join(f"E06000018,{year},3,2\n" for year in range(1950, 2010))
    reported = problems("area_code,period,numerator,denominator\n" + rows)
    assert (len(reported), reported[-1]) == (51, "… and 10 more")


def test_a_file_that_is_no_table_is_named(folder: Path, editions, parse) -> None:
    path = folder / f"{NAME}.csv"
    for content, error, message in (
        (b"", BadFile, "expected a file with rows"),
        (b"area_code,when,value\nE06000018,2022,1\n", ReleaseChanged, "column 'period' gone; found"),
        (b"area_code,period,value\nE06000018,2022\n", BadFile, "row 2: .*expected 3 cells"),
        (
            b"area_code,period,value\nE06000018,2022,\x81\n",
            BadFile,
            "row 2: .*expected text in UTF-8; .*UTF-8",
        ),
        (b"area_code,period,value\nE06000018,2022,\x00\n", BadFile, "row 2: .*save it as CSV UTF-8"),
    ):
        path.write_bytes(content)
        with pytest.raises(error, match=message):
            parse(SOURCE, editions(SOURCE, folder)[NAME])


# --- pairs of files -----------------------------------------------------------------------------------------


class Folder:
    """What ``fetch`` is handed: nothing is asked of any address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets: dict[str, str] = {}


def test_fetch_copies_the_pairs_and_nothing_is_changed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = with_local(folder)[SOURCE]
    assert isinstance(source, LiveSource)
    source.fetch(Folder(tmp_path / "in"), date(2026, 1, 1))
    assert {path.name: path.read_bytes() for path in (tmp_path / "in").iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }
    (edition,) = source.discover(tmp_path / "in")
    assert [(file.path.name, file.role, file.url) for file in edition.files] == [
        (f"{NAME}.csv", "figures", None),
        (f"{NAME}.toml", "metadata", None),
    ]
    assert edition.publication == "Programme monitoring, the council"


def test_without_a_folder_there_is_nothing_to_fetch() -> None:
    assert with_local(None) == SOURCES
    assert not isinstance(SOURCES[SOURCE], LiveSource)


def test_files_without_their_pair_are_named_together(folder: Path, tmp_path: Path) -> None:
    (folder / "lonely.csv").write_text("area_code,period,value\n", encoding="utf-8")
    (folder / f"{NAME}.csv").unlink()
    with pytest.raises(Problems) as caught:
        with_local(folder)[SOURCE].fetch(Folder(tmp_path), date(2026, 1, 1))
    assert str(caught.value).splitlines() == [
        "lonely.csv: expected lonely.toml beside it; describe the indicator there, or move the CSV away",
        f"{NAME}.toml: expected {NAME}.csv beside it; give its figures there (or in "
        f"{NAME}.xlsx), or move the TOML away",
    ]


def test_a_csv_beside_a_toml_of_another_source_is_not_ours(folder: Path) -> None:
    toml = folder / f"{NAME}.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"local_upload"', '"mhsds"'), encoding="utf-8")
    assert SOURCES[SOURCE].discover(folder) == []
    with pytest.raises(
        CatalogueError, match=rf"own/{NAME}\.toml: routes\.0\.source: 'mhsds'; expected 'local_up"
    ):
        load_catalogue(local=folder)


def test_an_id_of_the_project_is_refused_naming_both_files(folder: Path) -> None:
    text = (folder / f"{NAME}.toml").read_text(encoding="utf-8")
    (folder / "employment-rate.toml").write_text(
        text.replace(f'id = "{NAME}"', 'id = "employment-rate"'), encoding="utf-8"
    )
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(local=folder)
    assert str(caught.value) == (
        "own/employment-rate.toml: id: 'employment-rate' is that of catalogue/employment-rate.toml of the project "
        "already; give the file, its id and its CSV another name"
    )


def test_the_catalogue_is_the_projects_and_theirs(folder: Path) -> None:
    both = load_catalogue(local=folder)
    assert set(both) - set(load_catalogue()) == {NAME}


# --- what spreadsheets write --------------------------------------------------------------------------------

TWO_ROWS = [
    ("E06000018", "2022-04-01/P1Y", 42.0, 120.0),
    ("E07000172", "2022-04-01/P1Y", 61.0, 150.0),
]


@pytest.fixture
def read(folder: Path, editions, parse) -> Callable[..., Parsed]:
    """What is read of another table of the worked example."""

    def of(content: str | bytes, ending: str = ".csv", toml: str | None = None) -> Parsed:
        (folder / f"{NAME}.csv").unlink(missing_ok=True)
        (folder / f"{NAME}{ending}").write_bytes(content.encode() if isinstance(content, str) else content)
        if toml is not None:
            (folder / f"{NAME}.toml").write_text(toml, encoding="utf-8")
        return parse(SOURCE, editions(SOURCE, folder)[NAME])

    return of


def pairs(parsed: Parsed) -> list[tuple[object, ...]]:
    """(area, period, numerator, denominator) of each row; None where there is no number."""
    table = parsed.measurements.astype(object)
    table = table.where(table.notna(), None)
    parts = {name: table[table["measure"] == f"{NAME}.{name}"] for name in ("numerator", "denominator")}
    return [
        (code, period, part, whole)
        for code, period, part, whole in zip(
            parts["numerator"]["area_code"],
            parts["numerator"]["period"],
            parts["numerator"]["value"],
            parts["denominator"]["value"],
            strict=True,
        )
    ]


def workbook(*sheets: list[list[object]]) -> bytes:
    """A workbook of some sheets, as bytes."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        page = book.create_sheet(f"Sheet {number}")
        for row in rows:
            page.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "Area Code,PERIOD,Numerator,Denominator\nE06000018,2022/23,42,120\ne07000172,2022-23,61,150\n",
        "area_code;period;numerator;denominator\nE06000018;2022/23;42;120\nE07000172;2022/23;61;150\n",
        "area code\tperiod\tnumerator\tdenominator\nE06000018\t2022/23\t42\t120\nE07000172\t2022/23\t61\t150\n",
        "\ufeffarea_code,period,numerator,denominator,,\nE06000018,2022–23,42,120,,\nE07000172,2022/2023,61,150,,\n",
        "Area code [note 1],Period (note 2),numerator,denominator [note 3]\nE06000018,2022/23,42,120\n"
        "E07000172,2022/23,61,150\n",
        "area_code,period,numerator,denominator\n\nE06000018,FY2022-23,42,120\n,,,\nE07000172,2022/23, 61 ,150\n",
    ],
    ids=["headings", "semicolons", "tabs", "empty columns", "notes", "empty rows"],
)
def test_forms_of_a_table(read, content: str) -> None:
    parsed = read(content)
    assert pairs(parsed) == TWO_ROWS
    assert (parsed.rows_in, parsed.set_aside, parsed.warnings) == (2, [], [])


def test_text_around_the_table_is_set_aside_and_said(read) -> None:
    parsed = read(
        "Employment programme 2022/23\n\nArea Code,Area Name,Period,Numerator,Denominator\n"
        "E06000018,Nottingham,2022/23,42,120\nE07000172,Broxtowe,2022/23,61,150\n\n"
        "Source: Nottingham City Council,,,,\n[c],hidden,,,\n"
    )
    assert pairs(parsed) == TWO_ROWS
    assert parsed.measurements["row"].tolist() == [4, 4, 5, 5]
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("text above the headings", 1, ("row 1: Employment programme 2022/23",)),
        ("text below the figures", 2, ("row 7: Source: Nottingham City Council", "row 8: [c] hidden")),
    ]
    assert parsed.rows_in == 2 + 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("E06000018,2021/22,40,110\narea_code,period,numerator,denominator\nE06000018,2022/23,42,120\n",
         r"row 1: 'E06000018': expected headings above all figures; move the headings of row 2 to the top"),
        ("area_code,period,numerator,denominator\nE06000018,2022/23,42,120\nTotal,,42,120\n",
         r"row 3: column 'area_code': 'TOTAL': expected the GSS code"),
        ("area_code,period,numerator,denominator\nE06000018,2022/23,42,120\nE07000172,,,\n",
         r"row 3: column 'period': '': expected a year"),
        ("area_code,period,numerator,denominator,\nE06000018,2022/23,42,120,remark\n",
         r"row 2: 'remark': expected a heading above column 5"),
        ("area_code,period,numerator,Numerator,denominator\nE06000018,2022/23,42,43,120\n",
         r"row 1: column 'Numerator': expected each column once"),
        ("area_code;period;numerator;denominator\nE06000018;2022/23;1,200;2,400\n",
         r"row 2: column 'numerator': '1,200': expected a number with a point as the decimal mark"),
        ('area_code,period,numerator,denominator\n"E06000018,2022/23,42,120\n',
         r"row 2: '.*': expected cells between commas, quotation marks in pairs"),
        ("Remark\n" * 40 + "area_code,period,numerator,denominator\nE06000018,2022/23,42,120\n",
         r"row 41: expected headings in one of the first 30 rows"),
        ("area_code,period,numerator,denominator\nE06000018,2022/23,42,120\nE07\n",
         r"row 3: '1 cells': expected 4 cells as in the header"),
        ("area_code,period,numerator,denominator\nE06000018,2009-10,42,120\n",
         r"row 2: column 'period': '2009-10': expected 2009/10 for the financial year, or 2009-10-01/P1M for the "
         r"month; it can be read as either"),
        ("area_code,period,numerator,denominator\nE06000018,2024-05-01,42,120\n",
         r"row 2: column 'period': '2024-05-01': .*a spreadsheet made a date of it: format the column as text"),
        ("area_code,period,numerator,denominator\nE06000018,2022/23,<5%,120\n",
         r"row 2: column 'numerator': '<5%': expected a number"),
    ],
    ids=["above", "total", "no period", "no heading", "twice", "comma", "quotes", "far", "cut", "ambiguous", "date", "marker"],
)  # fmt: skip
def test_what_could_be_a_lost_row_is_refused(read, content: str, message: str) -> None:
    with pytest.raises(SourceProblem, match=message):
        read(content)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023", "2023-01-01/P1Y"),
        ("2022/23", "2022-04-01/P1Y"),
        ("2022-23", "2022-04-01/P1Y"),
        ("2022 – 23", "2022-04-01/P1Y"),
        ("2022/2023", "2022-04-01/P1Y"),
        ("2024-05", "2024-05-01/P1M"),
        ("May 2024", "2024-05-01/P1M"),
        ("Sept-23", "2023-09-01/P1M"),
        ("Q1 2022/23", "2022-04-01/P3M"),
        ("Q4 2022/23", "2023-01-01/P3M"),
        ("2022-23 Q3", "2022-10-01/P3M"),
        ("Oct 2021 – Sep 2022", "2021-10-01/P1Y"),
        ("April 2022 to March 2023", "2022-04-01/P1Y"),
        ("2022-04-01/P3M", "2022-04-01/P3M"),
    ],
)
def test_forms_of_a_period(text: str, iso: str) -> None:
    assert cells.period(text) == iso


@pytest.mark.parametrize(
    "iso", ["2023-01-01/P1Y", "2022-04-01/P1Y", "2021-10-01/P1Y", "2022-07-01/P3M", "2026-03-01/P1M"]
)
def test_the_words_of_the_pages_for_a_period_are_read(iso: str) -> None:
    assert cells.period(Period.parse(iso).label) == iso


@pytest.mark.parametrize(
    "text", ["22-23", "2022/24", "2022/05", "Q5 2022/23", "Q1 2022", "Mai 2024", "last year", "May 24 2022"]
)
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        cells.period(text)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "not_available"), ("[x]", "not_available"), ("[z]", "not_available"), ("-", "not_available"),
        ("N/A", "not_available"), ("n/a", "not_available"), ("..", "not_available"), ("[c]", "suppressed"),
        ("C", "suppressed"), ("*", "suppressed"), ("<5", "suppressed"), ("< 10", "suppressed"),
        ("fewer than 5", "suppressed"),
    ],
)  # fmt: skip
def test_markers_are_never_zero(read, rows_of, text: str, status: str) -> None:
    parsed = read(f"area_code,period,numerator,denominator\nE06000018,2022/23,{text},120\n")
    assert rows_of(parsed.measurements, "value", "status") == [(None, status), (120.0, "ok")]


def test_a_percentage_may_have_its_sign(read, rows_of) -> None:
    toml = block("toml")
    for before, after in VALUES:
        toml = toml.replace(before, after)
    parsed = read(
        "area_code,period,value,lower_ci_95,upper_ci_95\nE06000018,2022/23,41.5%,38%,45 %\n", toml=toml
    )
    assert rows_of(parsed.measurements, "value", "lower_ci_95", "upper_ci_95") == [(41.5, 38.0, 45.0)]


def test_windows_text_is_read_and_said(read, rows_of) -> None:
    parsed = read(b"area_code,period,numerator,denominator,note\nE06000018,2022/23,42,120,\xa31 \x96 \xa32\n")
    assert rows_of(parsed.measurements, "note")[0] == ("£1 – £2",)
    assert parsed.warnings == [
        f"{NAME}.csv: is not UTF-8 and was read as Windows text; look at names and notes, or save as CSV UTF-8"
    ]


HEAD = ["Area code", "Area name", "Period", "Numerator", "Denominator"]
SHEET = [
    ["Employment programme"],
    [],
    HEAD,
    ["E06000018", "Nottingham", "2022/23", 42, 120.0],
    ["E07000172", "Broxtowe", "2022-23", "61", 150],
    [],
    ["Source: Nottingham City Council"],
]


def test_a_workbook_is_read_as_the_csv_is(read) -> None:
    parsed = read(workbook([["Read me"], ["These are our figures."]], SHEET), ".xlsx")
    assert pairs(parsed) == TWO_ROWS
    assert parsed.measurements["row"].tolist() == [4, 4, 5, 5]
    assert (parsed.rows_in, parsed.rows_set_aside) == (4, 2)
    year = read(workbook([HEAD, ["E06000018", "Nottingham", 2022, 42, 120]]), ".xlsx")
    assert pairs(year) == [("E06000018", "2022-01-01/P1Y", 42.0, 120.0)]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ((SHEET, SHEET), r"'Sheet 1, Sheet 2': expected one sheet with the headings area_code and period"),
        (([["Read me"]], [["Nothing"]]), r"'Sheet 1, Sheet 2': expected a sheet with the headings area_code and"),
        (([["Area code", "When"], ["E06000018", 2022]],), r"column 'period' gone; found \['area_code', 'when'\]"),
        (([HEAD, ["E06000018", "Nottingham", date(2024, 5, 1), 42, 120]],),
         r"row 2: column 'period': '2024-05-01': .*a spreadsheet made a date of it"),
        (([HEAD, ["E06000018", "Nottingham", "2022/23", True, 120]],),
         r"row 2: column 'numerator': 'TRUE': expected a number"),
        (([HEAD],), r"expected rows below the header"),
    ],
    ids=["two tables", "no table", "heading", "date", "truth", "no rows"],
)  # fmt: skip
def test_what_is_wrong_with_a_workbook(read, sheets, message: str) -> None:
    with pytest.raises(SourceProblem, match=message):
        read(workbook(*sheets), ".xlsx")


def test_figures_in_two_files_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / f"{NAME}.xlsx").write_bytes(workbook(SHEET))
    message = (
        rf"{NAME}\.csv: '{NAME}\.xlsx': expected the figures of an indicator in one file; move the other away"
    )
    with pytest.raises(BadFile, match=message):
        SOURCES[SOURCE].discover(folder)
    with pytest.raises(BadFile, match=message):
        with_local(folder)[SOURCE].fetch(Folder(tmp_path), date(2026, 1, 1))
    (folder / f"{NAME}.csv").unlink()
    (tmp_path / "in").mkdir()
    with_local(folder)[SOURCE].fetch(Folder(tmp_path / "in"), date(2026, 1, 1))
    assert [path.name for path in sorted((tmp_path / "in").iterdir())] == [f"{NAME}.toml", f"{NAME}.xlsx"]


def test_a_toml_that_cannot_be_read_is_no_reason_to_pass_its_figures_over(
    folder: Path, editions, parse
) -> None:
    toml = folder / f"{NAME}.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("high_is_good", "high"), encoding="utf-8")
    with pytest.raises(SourceProblem, match=rf"{NAME}\.toml: polarity: 'high' is not one of"):
        parse(SOURCE, editions(SOURCE, folder)[NAME])


def test_the_spreadsheet_of_the_docs(read) -> None:
    parsed = read(block("text"))
    assert pairs(parsed) == [
        ("E06000018", "2022-04-01/P1Y", 42.0, 120.0),
        ("E06000018", "2023-04-01/P1Y", 61.0, 150.0),
        ("E07000172", "2023-04-01/P1Y", None, 18.0),
        ("E07000176", "2023-04-01/P1Y", None, 40.0),
    ]
    assert (parsed.rows_in, parsed.rows_used, parsed.rows_set_aside) == (6, 4, 2)
    assert parsed.warnings[0].startswith(f"{NAME}.csv: a count of 1 to 4 is hidden in 1 row (7)")


# --- rows that no route takes -------------------------------------------------------------------------------


def test_an_area_that_no_route_takes_is_an_error_with_the_true_reason(problems) -> None:
    head = "area_code,area_name,period,numerator,denominator\n"
    assert problems(
        head + "E06000018,Nottingham,2022/23,42,120\nE10000024,Nottinghamshire,2022/23,42,120\n"
        "E38000225,NHS Leeds,2024/25,30,80\n"
    ) == [
        f"{NAME}.csv: row 3: column 'area_code': 'E10000024': expected an area of a type that {NAME}.toml names in "
        "area_types (ltla); Nottinghamshire is of type utla (Local authority (upper tier)); add 'utla' to area_types of "
        "the route, or take the row out",
        f"{NAME}.csv: row 4: column 'area_code': 'E38000225': expected an area of a type that {NAME}.toml names in "
        "area_types (ltla); NHS West Yorkshire ICB – Leeds (15F) is of type sub_icb (Sub-ICB location); add 'sub_icb' to "
        "area_types of the route, or take the row out",
    ]


def test_an_area_that_had_ended_is_for_the_contract_to_refuse(read) -> None:
    """The reader gives the contract the row: a district is of the right type, whenever it ended."""
    parsed = read("area_code,period,numerator,denominator\nE07000004,2022/23,42,120\n")
    assert pairs(parsed) == [("E07000004", "2022-04-01/P1Y", 42.0, 120.0)]
    assert parsed.measurements["row"].tolist() == [2, 2]


# --- small numbers ------------------------------------------------------------------------------------------

SMALL = (
    "area_code,period,numerator,denominator,note\nE06000018,2022/23,3,120,\nE07000172,2022/23,2,18,Small\n"
)


def test_counts_of_one_to_four_are_hidden_unless_the_toml_allows_them(read, rows_of) -> None:
    columns = ("value", "status", "note")
    parsed = read(SMALL)
    assert rows_of(parsed.measurements, *columns) == [
        (None, "suppressed", "Hidden: a count of 1 to 4."),
        (120.0, "ok", "Hidden: a count of 1 to 4."),
        (None, "suppressed", "Small Hidden: a count of 1 to 4."),
        (18.0, "ok", "Small Hidden: a count of 1 to 4."),
    ]
    assert parsed.warnings == [
        f"{NAME}.csv: a count of 1 to 4 is hidden in 2 rows (2, 3); where you may publish such counts, write "
        f'small_numbers = "allow" in {NAME}.toml'
    ]
    asked = block("toml").replace("polarity =", 'small_numbers = "hide"\npolarity =')
    assert read(SMALL, toml=asked).measurements.equals(parsed.measurements)
    allowed = read(SMALL, toml=asked.replace('"hide"', '"allow"'))
    assert rows_of(allowed.measurements, *columns) == [
        (3.0, "ok", ""), (120.0, "ok", ""), (2.0, "ok", "Small"), (18.0, "ok", "Small")
    ]  # fmt: skip
    assert allowed.warnings == []


@pytest.mark.parametrize(
    ("cells", "numerator", "denominator", "value"),
    [
        ("4,120,3.3", None, 120.0, None),
        ("5,120,4.2", 5.0, 120.0, 4.2),
        ("0,120,0", 0.0, 120.0, 0.0),
        ("1,120,0.8", None, 120.0, None),
        # of so few people a 0 tells of each
        ("0,4,0", None, None, None),
        # a percentage that gives the hidden count away
        ("*,120,2.5", None, 120.0, None),
        ("*,120,25", None, 120.0, 25.0),
        ("0,0,", 0.0, 0.0, None),
        # the others are a count too
        ("116,120,96.7", None, 120.0, None),
        ("119,120,99.2", None, 120.0, None),
        ("115,120,95.8", 115.0, 120.0, 95.8),
        ("120,120,100", 120.0, 120.0, 100.0),
        ("*,120,97.5", None, 120.0, None),
        ("*,120,95.8", None, 120.0, 95.8),
        # without the denominator, which the percentage gives
        ("97,,97", None, None, None),
        ("95,,95", 95.0, None, 95.0),
    ],
)
def test_what_gives_a_small_count_away_in_its_row(
    read, rows_of, cells, numerator, denominator, value
) -> None:
    parsed = read(f"area_code,period,numerator,denominator,value\nE06000018,2022/23,{cells}\n")
    assert dict(rows_of(parsed.measurements, "measure", "value")) == {
        f"{NAME}.numerator": numerator,
        f"{NAME}.denominator": denominator,
        f"{NAME}.value": value,
    }


def test_of_a_rate_the_others_are_no_count(read, rows_of) -> None:
    """58 events among 60 people are not 2 people."""
    toml = (
        block("toml")
        .replace('unit = "percent"', 'unit = "per_100"')
        .replace('method = "proportion"\ninterval = "wilson"', 'method = "rate"\ninterval = "byar"')
    )
    parsed = read("area_code,period,numerator,denominator\nE06000018,2022,58,60\n", toml=toml)
    assert rows_of(parsed.measurements, "value") == [(58.0,), (60.0,)]


def test_small_counts_that_are_the_figure_itself(read, rows_of) -> None:
    toml = (
        block("toml")
        .replace('unit = "percent"', 'unit = "people"')
        .replace('method = "proportion"\ninterval = "wilson"', 'method = "count"\ninterval = "none"')
        .replace(f'numerator = ["{NAME}.numerator"]\n', f'value = ["{NAME}.value"]\n')
        .replace(f'denominator = ["{NAME}.denominator"]\n', "")
    )
    parsed = read(
        "area_code,period,value\nE06000018,2022,4\nE06000018,2023,5\nE06000018,2024,<5\n", toml=toml
    )
    assert rows_of(parsed.measurements, "value", "status") == [
        (None, "suppressed"), (5.0, "ok"), (None, "suppressed")
    ]  # fmt: skip


def test_small_numbers_are_a_key_of_own_indicators_alone(folder: Path) -> None:
    toml = folder / f"{NAME}.toml"
    text = toml.read_text(encoding="utf-8")
    for more, message in (
        ('small_numbers = "show"', "small_numbers: 'show' is not one of allow, hide"),
        ('small_numbers = "allow"', "small_numbers is for uploaded figures"),
    ):
        source = "local_upload" if "show" in more else "mhsds"
        toml.write_text(more + "\n" + text.replace('"local_upload"', f'"{source}"'), encoding="utf-8")
        with pytest.raises(CatalogueError, match=message):
            load_indicator(toml)


def refreshed(folder: Path, tmp_path: Path, monkeypatch) -> tuple[str, int]:
    """(output, exit code) of a refresh of the user's own folder into an empty store."""
    monkeypatch.setenv("WORKHEALTH_LOCAL_DIR", str(folder))
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    result = CliRunner().invoke(command, ["refresh", SOURCE, "--from", str(folder)])
    return " ".join(result.output.split()), result.exit_code


def test_figures_whose_toml_the_catalogue_has_not_are_said_to_be_left_out(
    folder: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.delenv("WORKHEALTH_LOCAL_DIR", raising=False)
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    result = CliRunner().invoke(command, ["refresh", SOURCE, "--from", str(folder)])
    words = f"{NAME} is not in the catalogue; name the folder of its TOML in WORKHEALTH_LOCAL_DIR and load it again"
    assert words in " ".join(result.output.split())


def test_a_hidden_count_is_not_found_from_the_whole(folder: Path, tmp_path: Path, monkeypatch) -> None:
    """Persons less men would give the hidden women: the men's figure is hidden too."""
    (folder / f"{NAME}.csv").write_text(
        "area_code,period,sex,numerator,denominator\n"
        "E06000018,2022/23,,12,120\nE06000018,2022/23,female,3,60\nE06000018,2022/23,male,9,60\n",
        encoding="utf-8",
    )
    output, code = refreshed(folder, tmp_path, monkeypatch)
    assert (code, "figures: 3 added" in output) == (0, True)
    assert f"{NAME}: 1 figures that the publisher shows are hidden" in output
    with sqlite3.connect(next((tmp_path / "data").rglob("*.sqlite"))) as store:
        rows = store.execute(
            "select sex, numerator, value, status from observation where indicator_id = ? order by sex",
            (NAME,),
        ).fetchall()
    assert rows == [
        ("female", None, None, "suppressed"), ("male", None, None, "suppressed"), ("persons", 12.0, 10.0, "ok")
    ]  # fmt: skip


@pytest.mark.parametrize("rows_at_once", [3, 500_000])
def test_a_file_of_more_rows_than_are_worked_on_at_once_is_protected_whole(
    folder: Path, tmp_path: Path, register, monkeypatch, rows_at_once: int
) -> None:
    """The total of everyone stands in another part than the sectors that add up to it."""
    toml = folder / f"{NAME}.toml"
    text = toml.read_text(encoding="utf-8").replace("caveats =", 'breakdowns = ["sector"]\ncaveats =')
    toml.write_text(text, encoding="utf-8")
    sectors = {"": 60, "sector: public": 20, "sector: private": 3, "sector: other": 37}
    rows = [
        f"E06000018,{year},{name},{count},1000" for year in (2022, 2023) for name, count in sectors.items()
    ]
    lines = ["area_code,period,breakdown,numerator,denominator", *rows]
    (folder / f"{NAME}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    catalogue = load_catalogue(local=folder)
    store = Store(f"sqlite:///{tmp_path}/own.sqlite", register=register, catalogue=catalogue)
    pipeline = Pipeline(
        store=store,
        snapshots=Snapshots(tmp_path / "snapshots"),
        sources={SOURCE: SOURCES[SOURCE]},
        register=register,
        catalogue=catalogue,
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        boundaries_dir=tmp_path / "boundaries",
        starter_folder=tmp_path / "starter",
        rows_at_once=rows_at_once,
    )
    [result] = pipeline.refresh([SOURCE], folder=folder)
    assert result.outcome == "published", result
    hidden = f"{NAME}: 2 figures that the publisher shows are hidden"
    assert any(words.startswith(hidden) for words in result.details["warnings"])
    shown = {
        (row["period"][:4], row["breakdown"]): row["numerator"]
        for breakdown in ("all", *list(sectors)[1:])
        for row in store.series(
            indicator_id=NAME, sex="persons", age="all", breakdown=breakdown, area_codes=["E06000018"]
        )
    }
    store.close()
    for year in ("2022", "2023"):
        assert shown[year, "all"] == 60
        assert [shown[year, name] for name in list(sectors)[1:]] == [None, None, 37]


# --- the cases beside the checkout --------------------------------------------------------------------------

CASES = {
    "footer.csv": [("E06000018", "2022-04-01/P1Y", 42.0, 120.0)],
    "header_case_space.csv": [("E06000018", "2022-04-01/P1Y", 42.0, 120.0)],
    "period_2022-23.csv": [("E06000018", "2022-04-01/P1Y", 42.0, 120.0)],
    "na_text.csv": [("E06000018", "2022-04-01/P1Y", None, 120.0)],
    "zero_denominator.csv": [("E06000018", "2022-04-01/P1Y", 0.0, 0.0)],
    "small_numbers_1to4.csv": [
        ("E06000018", "2022-04-01/P1Y", None, 120.0),
        ("E07000172", "2022-04-01/P1Y", None, 18.0),
    ],
    "old_code_bucks.csv": [("E07000004", "2022-04-01/P1Y", 42.0, 120.0)],
    "county_for_ltla.csv": r"row 2: column 'area_code': 'E10000024': .*Nottinghamshire is of type utla",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", CASES)
def test_the_cases(shared: Path, read, name: str) -> None:
    content = (shared / "cases" / "local_upload" / name).read_bytes()
    expected = CASES[name]
    if isinstance(expected, str):
        with pytest.raises(BadFile, match=expected):
            read(content)
    else:
        assert pairs(read(content)) == expected


@pytest.mark.shared
def test_no_row_of_the_case_of_leeds_is_lost(shared: Path, tmp_path: Path, monkeypatch) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for ending in (".csv", ".toml"):
        shutil.copy(shared / "cases" / "local_upload" / f"leeds-ips-started{ending}", own)
    output, code = refreshed(own, tmp_path, monkeypatch)
    assert code == 1
    assert (
        "leeds-ips-started.csv: row 4: column 'area_code': 'E38000225': expected an area of a type" in output
    )
    path = own / "leeds-ips-started.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:3]), encoding="utf-8")
    output, code = refreshed(own, tmp_path, monkeypatch)
    assert (code, "figures: 2 added" in output) == (0, True)


@pytest.mark.parametrize("ending", ["csv", "toml"])
def test_a_link_to_another_place_is_refused_and_nothing_of_it_is_shown(
    folder: Path, editions, tmp_path: Path, ending: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0", encoding="utf-8")
    linked = folder / f"{NAME}.{ending}"
    linked.unlink()
    linked.symlink_to(secret)
    with pytest.raises(BadFile) as caught:
        editions(SOURCE, folder)
    assert str(caught.value) == (
        f"{NAME}.{ending}: expected a file that stands in the folder itself, not a link to another place; "
        "copy the file into the folder"
    )
