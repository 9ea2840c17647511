"""Figures of the user's own: the worked example of the docs, every problem of a file at once, pairs of files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import create_app
from etl.cli import app as command
from etl.sources import SOURCES, with_local
from etl.sources.base import BadFile, LiveSource, Problems, ReleaseChanged, SourceProblem
from indicators.catalogue import CatalogueError, load_catalogue
from indicators.settings import load_settings

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
