"""CSV of what a page shows: the page's own rows, with codes, limits, sources and dates; safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.address.page import Export, Shown
from dashboard.exports.figures import (
    CHANGE_COLUMNS,
    COMPARED_COLUMNS,
    QUALITY_COLUMN,
    file_slug,
    safe,
)
from dashboard.exports.page_csv import export_csv, file_columns
from dashboard.exports.rows_csv import quoted
from dashboard.serving.application import build_app
from dashboard.serving.routing import load_pages

from .conftest import NOTTINGHAM, row

NAMES = [name for name, *_ in (*file_columns(), QUALITY_COLUMN, *COMPARED_COLUMNS)]


@pytest.fixture(scope="module")
def reader(fuller: Context) -> Any:
    return build_app(fuller).server.test_client()


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = answer.get_data().decode("utf-8")
    assert text.startswith("indicator_id,")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_of_a_comparison_is_its_table(client: Any) -> None:
    answer = client.get(
        "/csv/compare?indicator=employment-rate&area_type=ltla&area=E06000018&period=2023-01-01/P1Y"
    )
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = rows_of(answer)
    assert len(rows) == 296
    assert rows[0] == dict(
        zip(
            NAMES,
            [
                "employment-rate", "E06000018", "Nottingham", "ltla", "E12000004", "East Midlands",
                "2023-01-01/P1Y", "2023-01-01", "2023-12-31", "2023", "persons", "16-64", "all", "66.1", "%", "62", "70.2",
                "59.6", "72.6", "", "", "ok", "published", "", "over 2 years old", "ons_local_indicators:2024-11:ab12cd34",
                "A: precise", "England", "76", "Worse", "Not calculated", "",
            ],
            strict=True,
        )
    )  # fmt: skip
    scilly = next(row for row in rows if row["area_name"] == "Isles of Scilly")
    assert (scilly["value"], scilly["status"], scilly["survey_quality"]) == (
        "",
        "unreliable",
        "D: unreliable",
    )


def test_an_illustrative_figure_says_so_in_words(client: Any) -> None:
    rows = rows_of(client.get("/csv/map?indicator=ips-access-rate"))
    assert len(rows) == 106
    assert {row["status"] for row in rows} == {"illustrative"}


@pytest.mark.parametrize(
    "address",
    [
        "/csv/map?indicator=employment-rate&view=hex",
        "/csv/trends?indicator=employment-rate&area=E06000018",
        "/csv/overview?area=E06000018",
        f"/csv/areas/{NOTTINGHAM}",
        "/csv/conditions?area=E06000018",
        "/csv/goal",
    ],
)
def test_every_page_with_a_chart_gives_its_figures(reader: Any, address: str) -> None:
    rows = rows_of(reader.get(address))
    assert rows
    assert all(row["area_code"] and row["period"] and row["status"] and row["release_id"] for row in rows)


def test_both_figures_of_a_relation(fuller: Context) -> None:
    from dashboard.serving.application import build_app

    client = build_app(fuller).server.test_client()
    rows = rows_of(
        client.get("/csv/relate?indicator=employment-rate&with=disability-prevalence&area_type=ltla")
    )
    assert [row["indicator_id"] for row in rows[:2]] == ["employment-rate", "disability-prevalence"]
    assert rows[0]["area_code"] == rows[1]["area_code"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/csv/compare?indicator=happiness", 400, "happiness"),
        ("/csv/nowhere", 404, "There is no page"),
        ("/csv/about", 404, "no figures of its own"),
        ("/csv/areas/E99999999", 404, "E99999999"),
    ],
)
def test_an_address_without_figures_says_so(client: Any, address: str, status: int, words: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+44", "'+44"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("Nottingham", "Nottingham"),
        (-3.5, "-3.5"),
        (0.1 + 0.2, "0.3"),
        (1456446.0, "1456446"),
        (None, ""),
    ],
)
def test_no_text_can_run_as_a_formula(cell: Any, text: str) -> None:
    assert safe(cell) == text


def test_a_note_with_a_formula_is_made_harmless(context: Context) -> None:
    found = {
        **row("employment-rate", NOTTINGHAM, "2023-01-01/P1Y", 66.1, 4.1, note='=cmd|"/c calc"!A1'),
        "area_name": "Nottingham, the city",
        "area_type": "ltla",
        "release": "ons_local_indicators:2024-11",
    }
    export = Export("x", [Shown(context.catalogue["employment-rate"], found, trend="@rate")])
    _, line, end = export_csv(context, export).split("\r\n")
    assert end == ""
    assert '"\'=cmd|""/c calc""!A1"' in line
    assert "'@rate" in line


def test_a_name_with_a_comma_is_one_cell() -> None:
    assert quoted("Nottingham, the city") == '"Nottingham, the city"'


def test_excel_gets_the_mark_by_which_it_knows_utf_8_and_nobody_else(reader: Any) -> None:
    address = "/csv/compare?indicator=employment-rate&area_type=ltla"
    plain = reader.get(address).get_data()
    marked = reader.get(f"{address}&format=csv-excel").get_data()
    assert marked == b"\xef\xbb\xbf" + plain
    assert reader.get(f"{address}&format=csv").get_data() == plain
    for path in ("/data/employment-rate.csv", "/data/releases.csv"):
        assert (
            reader.get(f"{path}?format=csv-excel").get_data() == b"\xef\xbb\xbf" + reader.get(path).get_data()
        )


@pytest.mark.parametrize("address", ["/csv/goal", "/data/employment-rate.csv", "/data/releases.csv"])
def test_a_format_that_is_not_known_is_said(reader: Any, address: str) -> None:
    answer = reader.get(f"{address}?format=ods")
    assert answer.status_code == 400
    assert "The format “ods” is not known here. Give csv, or csv-excel" in answer.get_data(as_text=True)


def test_the_parent_is_the_region_at_the_end_of_the_period(reader: Any) -> None:
    rows = rows_of(reader.get("/data/employment-rate.csv"))
    parents = {row["area_type"]: (row["parent_code"], row["parent_name"]) for row in rows}
    assert parents["region"] == parents["england"] == ("", "")
    assert next(row for row in rows if row["area_code"] == NOTTINGHAM)["parent_name"] == "East Midlands"


def test_file_names_are_plain() -> None:
    assert file_slug("employment-rate", "E06000018", None, "2022/23") == "employment-rate-E06000018-2022-23"


def test_pages_that_draw_a_chart_name_its_figures() -> None:
    without = {page.path for page in load_pages() if page.export is None}
    assert without.isdisjoint(
        {"/map", "/compare", "/trends", "/overview", "/relate", "/areas", "/conditions", "/goal"}
    )


# ---- a chart in a frame -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/embed/goal/million-more", "A million more disabled people in work by 2027"),
        ("/embed/compare/compare-chart?indicator=employment-rate", "Compare: Employment rate, 2023"),
        ("/embed/trends/trends-chart?indicator=employment-rate&area=E06000018", "Trends: Employment rate"),
    ],
)
def test_a_chart_stands_alone_with_title_source_and_link_back(client: Any, address: str, words: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    page = answer.get_data(as_text=True)
    assert f">{words}</h1>" in page
    assert "Source: " in page
    assert "Every figure, its interval and its method" in page
    assert f'href="/{address.split("/")[2]}' in page


def test_one_of_several_charts_of_a_page_stands_alone(reader: Any) -> None:
    page = reader.get("/embed/goal/million-more").get_data(as_text=True)
    assert ">A million more disabled people in work by 2027</h1>" in page
    assert page.count("<img ") == 1
    assert "Disabled people in work, United Kingdom: 3.5 million in January to March 2017" in page


@pytest.mark.parametrize(
    "address", ["/embed", "/embed/compare", "/embed/areas/spine", "/embed/compare/no-chart"]
)
def test_a_frame_without_a_chart_says_so(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    "address", ["/", "/compare", "/csv/compare", "/api/v1/indicators", "/healthz", "/readyz"]
)
def test_nothing_else_may_be_framed(client: Any, address: str) -> None:
    assert client.get(address).headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


# ---- a map of changes ---------------------------------------------------------------------------------


def test_the_csv_of_a_map_of_changes_holds_change_interval_and_both_periods(client: Any) -> None:
    answer = client.get(
        "/csv/map?indicator=employment-rate&area_type=ltla&shading=change&since=2022-01-01/P1Y&view=hex"
    )
    assert (
        'filename="employment-rate-ltla-2023-01-01-P1Y-since-2022-01-01-P1Y.csv"'
        in (answer.headers["Content-Disposition"])
    )
    rows = rows_of(answer)
    assert list(rows[0]) == [*NAMES, *(name for name, *_ in CHANGE_COLUMNS)]
    nottingham = next(row for row in rows if row["area_code"] == NOTTINGHAM)
    assert (nottingham["period"], nottingham["value"]) == ("2023-01-01/P1Y", "66.1")
    # 66.1 ± 4.1 after 65.1 ± 4.1: 1.0 ± √(4.1² + 4.1²)
    assert [nottingham[name] for name, *_ in CHANGE_COLUMNS] == [
        "2022-01-01/P1Y", "2022", "1", "-4.798275606", "6.798275606", "No clear change", "",
    ]  # fmt: skip
    scilly = next(row for row in rows if row["area_name"] == "Isles of Scilly")
    assert [scilly[name] for name in ("value", "change", "change_words")] == ["", "", "No figure"]


def test_the_csv_of_two_maps_holds_both(reader: Any) -> None:
    search = "area_type=ltla&view=hex&benchmark=england&shading=benchmark"
    answer = reader.get(f"/csv/map?indicator=employment-rate&with=disability-prevalence&{search}")
    assert answer.headers["Content-Disposition"].endswith('-with-disability-prevalence.csv"')
    alone = rows_of(reader.get(f"/csv/map?indicator=employment-rate&{search}"))
    beside = rows_of(reader.get(f"/csv/map?indicator=disability-prevalence&{search}"))
    assert rows_of(answer) == [*alone, *beside]
    assert alone and beside


@pytest.mark.parametrize("page", ["map", "compare", "trends", "relate"])
def test_choices_without_figures_are_a_page_in_words_and_no_empty_file(client: Any, page: str) -> None:
    answer = client.get(f"/csv/{page}?indicator=ips-access-rate&area_type=region&area=E12000004")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    text = answer.get_data(as_text=True)
    assert "There are no figures for these choices" in text
    assert f'href="/{page}?indicator=ips-access-rate&amp;area_type=region' in text


def test_the_csv_of_a_map_of_trends_words_them_as_the_map(reader: Any) -> None:
    rows = rows_of(reader.get("/csv/map?indicator=employment-rate&area_type=ltla&shading=trend&view=hex"))
    trends = {row["area_name"]: row["recent_trend"] for row in rows}
    assert trends["Nottingham"] == "Getting better (rising)"
    assert trends["Buckinghamshire"] == "Not calculated"


def test_another_shading_has_no_columns_of_change(client: Any) -> None:
    rows = rows_of(client.get("/csv/map?indicator=employment-rate&area_type=ltla&view=hex"))
    assert list(rows[0]) == NAMES
