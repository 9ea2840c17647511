"""Table A08, in the layout that published code reads. All numbers of the fixture are invented."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from etl.deriving.derive import derive
from etl.sources import SOURCES
from etl.sources.base import BadFile, ReleaseChanged
from indicators.catalogue import load_catalogue

SOURCE = "disabled_employment"
NAME = "a08aug2024.xlsx"
UK = "K02000001"
LEVELS, RATES = "GSS_Standard_Levels_People", "GSS_Standard_Rates_People"


@pytest.fixture
def changed(copied, editions, parse):
    """Parse the fixture after a change of its workbook."""

    def of(change):
        path: Path = copied(SOURCE) / NAME
        workbook = openpyxl.load_workbook(path)
        change(workbook)
        workbook.save(path)
        return parse(SOURCE, editions(SOURCE, path.parent)["a08aug2024"])

    return of


def test_rows_of_a08(copied, editions, parse, rows_of) -> None:
    (edition,) = editions(SOURCE, copied(SOURCE)).values()
    assert (edition.edition, edition.precedence) == ("a08aug2024", 202408)
    parsed = parse(SOURCE, edition)
    assert rows_of(
        parsed.measurements, "measure", "area_code", "period", "age", "value", "status", "row"
    ) == [
        ("not_disabled.in_employment", UK, "2023-04-01/P3M", "16-64", 26_000_000.0, "ok", 8),
        ("disabled.in_employment", UK, "2023-04-01/P3M", "16-64", 5_000_500.0, "ok", 8),
        ("not_disabled.in_employment", UK, "2024-01-01/P3M", "16-64", 26_100_000.0, "ok", 9),
        ("disabled.in_employment", UK, "2024-01-01/P3M", "16-64", 5_200_000.0, "ok", 9),
        ("not_disabled.in_employment", UK, "2024-04-01/P3M", "16-64", 26_200_000.0, "ok", 10),
        ("disabled.in_employment", UK, "2024-04-01/P3M", "16-64", 5_300_000.0, "ok", 10),
        ("not_disabled.employment_rate", UK, "2023-04-01/P3M", "16-64", 81.0, "ok", 8),
        ("disabled.employment_rate", UK, "2023-04-01/P3M", "16-64", 52.5, "ok", 8),
        ("not_disabled.employment_rate", UK, "2024-01-01/P3M", "16-64", 81.25, "ok", 9),
        ("disabled.employment_rate", UK, "2024-01-01/P3M", "16-64", 53.1, "ok", 9),
        ("not_disabled.employment_rate", UK, "2024-04-01/P3M", "16-64", 81.5, "ok", 10),
        ("disabled.employment_rate", UK, "2024-04-01/P3M", "16-64", None, "not_available", 10),
    ]
    assert parsed.rows_in == 11
    assert [(kind.reason, kind.rows, kind.examples[0]) for kind in parsed.set_aside] == [
        ("not a quarter", 5, "Source: Labour Force Survey")
    ]


def test_people_are_read_as_people_whatever_the_unit(changed) -> None:
    def in_people(workbook) -> None:
        for row in workbook[LEVELS].iter_rows(min_row=8, max_row=10, min_col=2):
            for cell in row:
                cell.value = None if cell.value is None else cell.value * 1000

    measured = changed(in_people).measurements
    assert measured["value"].iloc[:2].tolist() == [26_000_000.0, 5_000_500.0]


def test_columns_in_another_place_change_nothing(changed, copied, editions, parse) -> None:
    before = parse(SOURCE, editions(SOURCE, copied(SOURCE))["a08aug2024"]).measurements

    def moved(workbook) -> None:
        workbook[LEVELS].insert_cols(3)
        workbook[LEVELS]["C6"] = "Self-employed"

    assert changed(moved).measurements.equals(before)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            lambda workbook: workbook.__delitem__(RATES),
            ReleaseChanged,
            r"sheet GSS_Standard_Rates_People gone; found \['GSS_Standard_Levels_People', 'GSS_Standard_Levels_Men'\]",
        ),
        (
            lambda workbook: workbook[LEVELS].__setitem__("B5", "Group A"),
            ReleaseChanged,
            "sheet GSS_Standard_Levels_People: no row names disabled people and people who are not; found",
        ),
        (
            lambda workbook: workbook[LEVELS].__setitem__("C6", "Working"),
            ReleaseChanged,
            "no single column of employment for each group; found .*'working'",
        ),
        (
            lambda workbook: workbook[LEVELS].__setitem__("C9", 52),
            BadFile,
            r"row 9: column 'GSS_Standard_Levels_People, disabled': 52\.0: expected millions of people",
        ),
        (
            lambda workbook: workbook[RATES].__setitem__("C9", 0.531),
            BadFile,
            r"row 9: column 'GSS_Standard_Rates_People, disabled': 0\.531: expected a per cent",
        ),
        (
            lambda workbook: workbook[RATES].__setitem__("C9", "[z]"),
            BadFile,
            r"row 9: .*'\[z\]': expected a number or one of",
        ),
        (
            lambda workbook: workbook[LEVELS].__setitem__("A9", "Jan-Apr 2024"),
            BadFile,
            "row 9: column 'A': 'Jan-Apr 2024': expected a quarter",
        ),
        (
            lambda workbook: workbook[LEVELS].__setitem__("A9", "Apr-Jun 2023"),
            BadFile,
            "row 9: .*expected each figure once, and row 8 has it already",
        ),
    ],
)
def test_what_cannot_be_is_named(changed, change, error, message) -> None:
    with pytest.raises(error, match=message):
        changed(change)


def test_a_workbook_cut_short_or_empty_is_named(copied, editions, parse) -> None:
    path: Path = copied(SOURCE) / NAME
    whole = path.read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"a,b\n1,2\n"):
        path.write_bytes(content)
        with pytest.raises(BadFile, match=r"a08aug2024\.xlsx: .*expected a whole workbook .*fetch it again"):
            parse(SOURCE, editions(SOURCE, path.parent)["a08aug2024"])


def test_an_ods_is_read_too(tmp_path: Path, editions, parse, rows_of) -> None:
    def table(name: str, title: str, figures: tuple[float, float]) -> str:
        groups = ("", "Disabled", "", "People who do not meet the definition of disability", "")
        rows = (
            groups,
            ("", "Unemployed", title, "Unemployed", title),
            ("Apr-Jun 2024", 1, figures[0], 2, figures[1]),
        )
        cells = "".join(
            "<table:table-row>" + "".join(
                f'<table:table-cell office:value-type="float" office:value="{cell}"/>' if isinstance(cell, int | float)
                else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
                for cell in row) + "</table:table-row>"
            for row in rows
        )  # fmt: skip
        return f'<table:table table:name="{name}">{cells}</table:table>'

    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(tmp_path / "A08_nov2024.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        packed.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            + table("GSS Standard Levels People", "In employment", (5300, 26200))
            + table("GSS Standard Rates People", "Employment rate", (53.4, 81.5))
            + "</office:spreadsheet></office:body></office:document-content>",
        )
    (edition,) = editions(SOURCE, tmp_path).values()
    assert edition.precedence == 202411
    assert rows_of(parse(SOURCE, edition).measurements, "measure", "value") == [
        ("not_disabled.in_employment", 26_200_000.0),
        ("disabled.in_employment", 5_300_000.0),
        ("not_disabled.employment_rate", 81.5),
        ("disabled.employment_rate", 53.4),
    ]


class Publisher:
    """Plays the dataset's page, and keeps what was asked."""

    def __init__(self, page: bytes) -> None:
        self.page = page
        self.asked: list[tuple[str, str]] = []

    def read(self, url: str, *, content_types=()) -> bytes:
        return self.page

    def save(self, file_name: str, url: str, **more) -> None:
        self.asked.append((file_name, url))


def test_the_current_workbook_is_fetched_from_the_page() -> None:
    start = "/file?uri=/employmentandlabourmarket/datasets/labourmarketstatusofdisabledpeoplea08"
    publisher = Publisher(
        f'<a href="{start}/current/a08aug2026.xls">xls</a><a href="{start}/may/a08may2026.xls">'.encode()
    )
    SOURCES[SOURCE].fetch(publisher, date(2026, 8, 20))
    assert publisher.asked == [("a08aug2026.xls", f"https://www.ons.gov.uk{start}/current/a08aug2026.xls")]
    with pytest.raises(ReleaseChanged, match=r"no link to a workbook a08"):
        SOURCES[SOURCE].fetch(Publisher(b"<p>moved</p>"), date(2026, 8, 20))


def test_the_gap_is_one_rate_less_the_other(copied, editions, parse, register) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["a08aug2024"])
    observations, _ = derive(
        parsed.measurements,
        source_id=SOURCE,
        file=NAME,
        illustrative=False,
        register=register,
        catalogue=load_catalogue(),
    )
    gap = observations[observations["indicator_id"] == "disability-employment-gap-uk"]
    assert gap["period"].tolist() == [f"{month}-01/P3M" for month in ("2023-04", "2024-01", "2024-04")]
    assert gap["value"].iloc[:2].tolist() == pytest.approx([28.5, 28.15])
    # a quarter with one rate only has no gap
    assert gap[["value", "status"]].isna().iloc[2].tolist() == [True, False]
    assert gap["status"].tolist() == ["ok", "ok", "not_available"]
    people = observations[observations["indicator_id"] == "disabled-people-in-employment"]
    assert people["value"].tolist() == [5_000_500.0, 5_200_000.0, 5_300_000.0]
    assert people["lower_ci_95"].isna().all()
