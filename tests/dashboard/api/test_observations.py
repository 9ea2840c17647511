"""``/api/v1/observations``: choices, order, pages, formats; held against the store's own question and against each other."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import brotli
import duckdb
import openpyxl
import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.answers.observations import Wanted
from dashboard.api import observations as module
from dashboard.exports.rows_csv import columns
from dashboard.queries.observations import chosen_periods, headline_groups, observations
from dashboard.serving.application import build_app

NOTTINGHAM, ENGLAND, EAST_MIDLANDS = "E06000018", "E92000001", "E12000004"
WHOLE = {"sex": None, "age": None, "breakdown": None}


def rows(client: Any, **query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/observations?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["observations"]
    return found


def csv_rows(client: Any, **query: str) -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/observations?{urlencode({**query, 'format': 'csv'})}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


# ---- which figures, in which order -----------------------------------------------------------------------


def slow_answer(context: Context, indicator_id: str, kinds: list[str], period: str) -> set[tuple[Any, ...]]:
    """What the store's question for one type of area gives, type by type."""
    loaded = context.available(indicator_id)
    chosen = headline_groups(dict(WHOLE), loaded)
    groups = {name: texts[0] if texts else None for name, texts in chosen.items()}
    return {
        (row["area_code"], row["period"], row["sex"], row["age"], row["breakdown"], row["value"])
        for kind in kinds
        for row in context.store.observations(
            indicator_id=indicator_id, area_type=kind, period=period, **groups
        )
    }


@pytest.mark.parametrize("period", ["latest", "all", "2022-01-01/P1Y"])
def test_the_figures_are_those_of_the_stores_own_question(fuller: Context, period: str) -> None:
    for indicator_id, loaded in fuller.all_available().items():
        kinds = list(dict.fromkeys(row["area_type"] for row in loaded))
        for some in (kinds, kinds[:1]):
            found = list(observations(fuller, Wanted((indicator_id,), tuple(some), period=period)))
            cells = [tuple(figure.cells[:6]) for figure in found]
            assert len(cells) == len(set(cells))
            assert set(cells) == slow_answer(fuller, indicator_id, some, period)
            keys = [(*figure[1:5], figure[0]) for figure in cells]
            assert keys == sorted(keys)


def test_several_indicators_areas_and_groups_come_in_one_answer(fuller: Context) -> None:
    client = build_app(fuller).server.test_client()
    ids = list(fuller.all_available())
    found = rows(client, indicator=",".join(reversed(ids)), area=f"{NOTTINGHAM},{ENGLAND}", groups="all")
    assert list(dict.fromkeys(row["indicator_id"] for row in found)) == [
        name for name in fuller.catalogue if name in {row["indicator_id"] for row in found}
    ]
    for name in ids:
        alone = rows(client, indicator=name, area=f"{NOTTINGHAM},{ENGLAND}", groups="all")
        assert [row for row in found if row["indicator_id"] == name] == alone


def test_several_parents_name_the_one_that_each_area_lies_in(client: Any) -> None:
    query = {"indicator": "employment-rate", "area_type": "ltla"}
    first, second = (rows(client, **query, parent=code) for code in (EAST_MIDLANDS, "E12000001"))
    both = rows(client, **query, parent=f"{EAST_MIDLANDS},E12000001")
    assert len(both) == len(first) + len(second) > len(first) > 0
    assert {row["parent_code"] for row in first} == {EAST_MIDLANDS}
    assert {row["area_code"] for row in both if row["parent_code"] == EAST_MIDLANDS} == {
        row["area_code"] for row in first
    }
    (row,) = csv_rows(client, **query, parent=EAST_MIDLANDS, area=NOTTINGHAM)
    assert (row["parent_code"], row["parent_name"]) == (EAST_MIDLANDS, "East Midlands")


def test_a_group_stands_among_areas_in_order_and_is_paged_with_them(client: Any) -> None:
    query = {
        "indicator": "employment-rate", "area": f"custom:E06000018+E06000015,{NOTTINGHAM}", "name": "Two cities",
        "period": "all",
    }  # fmt: skip
    found = rows(client, **query)
    assert {row["area_name"] for row in found} == {"Two cities", "Nottingham"}
    assert {row["area_code"] for row in found} == {"custom:E06000015+E06000018", NOTTINGHAM}
    keys = [(row["period"], row["area_code"]) for row in found]
    assert keys == sorted(keys) and len(keys) == len(set(keys))
    # the figures of this store have no counts: the row says why they cannot be summed
    assert all(row["value"] is None and row["note"] for row in found if row["area_type"] == "custom")
    paged, address = [], f"/api/v1/observations?{urlencode({**query, 'limit': '1'})}"
    while address:
        answer = client.get(address).json
        paged += answer["observations"]
        address = answer["next"]
    assert paged == found


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("2023", ["2022-01-01/P1Y", "2023-01-01/P1Y"], ("2023-01-01/P1Y",)),
        ("2022/23", ["2022-04-01/P1Y", "2023-04-01/P1Y"], ("2022-04-01/P1Y",)),
        ("mar 2026", ["2026-03-01/P1M"], ("2026-03-01/P1M",)),
        ("1999", ["2023-01-01/P1Y"], ()),
        ("2022..2023", [f"{year}-01-01/P1Y" for year in range(2020, 2025)], ("2022-01-01/P1Y", "2023-01-01/P1Y")),
        ("2023..", [f"{year}-01-01/P1Y" for year in range(2022, 2025)], ("2023-01-01/P1Y", "2024-01-01/P1Y")),
        ("..2022", ["2021-04-01/P1Y", "2022-04-01/P1Y"], ("2021-04-01/P1Y",)),
        ("2021/22..2022/23", ["2021-04-01/P1Y", "2022-04-01/P1Y"], ("2021-04-01/P1Y", "2022-04-01/P1Y")),
    ],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(
    text: str, known: list[str], expected: tuple[str, ...]
) -> None:
    assert chosen_periods(text, known) == expected


@pytest.mark.parametrize("text", ["yesterday", "2023..2021", "soon..", "2022/24", "0000"])
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|earlier"):
        chosen_periods(text, ["2023-01-01/P1Y"])


# ---- pages -------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 700))
def test_pages_of_any_length_add_up_to_the_whole(client: Any, limit: int) -> None:
    address = (
        f"/api/v1/observations?indicator=employment-rate,ips-access-rate&period=all&limit={max(limit, 90)}"
    )
    found: list[dict[str, Any]] = []
    while address:
        answer = client.get(address).json
        assert len(answer["observations"]) <= max(limit, 90) and answer["reason"] is None
        found += answer["observations"]
        assert len(found) < 5_000, "pages never end"
        address = answer["next"]
    assert found == rows(client, indicator="employment-rate,ips-access-rate", period="all")


def test_a_page_goes_on_after_its_last_figure_whatever_came_before_it(client: Any) -> None:
    first = client.get("/api/v1/observations?indicator=employment-rate&area_type=ltla&limit=10").json
    wider = client.get(first["next"].replace("limit=10", "limit=20")).json["observations"]
    whole = rows(client, indicator="employment-rate", area_type="ltla")
    assert wider == whole[10:30]


def test_a_cursor_of_another_question_is_refused(client: Any) -> None:
    following = client.get("/api/v1/observations?indicator=employment-rate&limit=1").json["next"]
    answer = client.get(following.replace("employment-rate", "ips-access-rate"))
    assert (answer.status_code, answer.json["parameter"]) == (400, "cursor")


# ---- what stands beside the figures --------------------------------------------------------------------------


def test_metadata_say_unit_publisher_date_and_benchmark(client: Any) -> None:
    query = f"indicator=employment-rate,ips-access-rate&area={NOTTINGHAM}"
    answer = client.get(f"/api/v1/observations?{query}").json
    told = answer["metadata"]
    assert told["publication"] == "1"
    employment = told["indicators"]["employment-rate"]
    assert (employment["unit"], employment["decimal_places"]) == ("percent", 1)
    assert employment["publishers"] == ["Office for National Statistics"]
    assert employment["illustrative"] is False
    assert told["periods"]["2023-01-01/P1Y"] == {
        "start_on": "2023-01-01", "end_on": "2023-12-31", "label": "2023",
    }  # fmt: skip
    (release,) = told["releases"].values()
    assert release["published_on"] == "2024-11-12"
    (benchmark,) = told["benchmarks"]
    assert (benchmark["area_code"], benchmark["value"]) == (ENGLAND, 76.0)


def test_an_illustrative_figure_is_no_benchmark_and_marks_its_indicator(client: Any) -> None:
    told = client.get("/api/v1/observations?indicator=ips-access-rate&area_type=sub_icb").json["metadata"]
    assert told["indicators"]["ips-access-rate"]["illustrative"] is True
    assert told["benchmarks"] == []


def test_an_illustrative_figure_of_england_is_never_a_benchmark(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def row(status: str) -> tuple[Any, ...]:
        limits = (None,) * 6
        return (ENGLAND, "2023-01-01/P1Y", "persons", "all", "all", 5.0, *limits, status, "r", "none", "", 0)

    for indicator_id, status, expected in (("pip-rate", "illustrative", 0), ("esa-rate", "ok", 1)):
        monkeypatch.setattr(
            type(context.store),
            "select",
            lambda self, asked, status=status: iter([(asked[0].indicator_id, row(status))]),
        )
        assert len(module._england(context, indicator_id)) == expected


def test_values_are_rounded_as_their_indicator_says_and_counts_are_not(fuller: Context) -> None:
    client = build_app(fuller).server.test_client()
    for indicator_id in fuller.all_available():
        places = fuller.catalogue[indicator_id].decimal_places
        found = list(observations(fuller, Wanted((indicator_id,), period="all")))
        given = rows(client, indicator=indicator_id, period="all")
        assert len(found) == len(given)
        for figure, row in zip(found, given, strict=True):
            exact = figure.cells[5]
            assert row["value"] == (None if exact is None else round(exact, places))
            assert (row["numerator"], row["denominator"]) == tuple(figure.cells[6:8])


# ---- formats ---------------------------------------------------------------------------------------------------


def test_the_csv_holds_the_figures_of_the_json(client: Any) -> None:
    query = {"indicator": "employment-rate,ips-access-rate", "period": "all"}
    plain, table = rows(client, **query), csv_rows(client, **query)
    assert list(table[0]) == [name for name, *_ in columns()]
    assert len(plain) == len(table)
    for row, line in zip(plain, table, strict=True):
        for name, cell in row.items():
            text = "" if cell is None else f"{cell:.10g}" if isinstance(cell, float) else str(cell)
            assert line[name] == text, name
    first = table[0]
    assert (first["period_start"], first["period_end"], first["period_label"]) == (
        "2022-01-01", "2022-12-31", "2022",
    )  # fmt: skip
    assert "publisher" not in first and "licence" not in first


def test_excel_gets_the_mark_and_others_do_not(client: Any) -> None:
    query = f"/api/v1/observations?indicator=employment-rate&area={NOTTINGHAM}"
    assert client.get(f"{query}&format=csv").data.startswith(b"indicator_id,")
    marked = client.get(f"{query}&format=csv-excel")
    assert marked.data.startswith(b"\xef\xbb\xbfindicator_id,")
    assert marked.headers["Content-Disposition"] == 'attachment; filename="observations.csv"'


def test_the_workbook_has_figures_indicators_and_releases(client: Any) -> None:
    answer = client.get(f"/api/v1/observations?indicator=employment-rate&area={NOTTINGHAM}&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Observations", "Indicators", "Releases"]
    heading, figure = book["Observations"].iter_rows(values_only=True)
    cells = dict(zip(heading, figure, strict=True))
    assert (cells["area_name"], cells["value"], cells["status"]) == ("Nottingham", 66.1, "ok")
    assert book["Observations"].freeze_panes == "A2"
    assert book["Releases"]["B2"].value == "Office for National Statistics"


def test_json_stat_places_each_value_where_its_dimensions_say(client: Any) -> None:
    query = {"indicator": "employment-rate", "area_type": "region", "period": "all"}
    answer = client.get(f"/api/v1/observations?{urlencode(query)}&format=json-stat").json
    assert (answer["version"], answer["class"]) == ("2.0", "dataset")
    categories = {name: answer["dimension"][name]["category"]["index"] for name in answer["id"]}
    assert answer["size"] == [len(categories[name]) for name in answer["id"]]
    assert answer["role"] == {"time": ["period"], "geo": ["area"], "metric": ["measure"]}
    for row in rows(client, **query):
        keys = {"indicator": "indicator_id", "area": "area_code"}
        place = 0
        for name, size in zip(answer["id"], answer["size"], strict=True):
            key = "value" if name == "measure" else row[keys.get(name, name)]
            place = place * size + categories[name].index(key)
        assert answer["value"][str(place)] == row["value"]


def test_pandas_reads_the_csv_with_types(client: Any) -> None:
    text = client.get("/api/v1/observations?indicator=employment-rate&period=all&format=csv").text
    figures = pandas.read_csv(io.StringIO(text), parse_dates=["period_start", "period_end"])
    assert figures["value"].dtype == float and figures["period_start"].dt.year.min() == 2022
    releases = pandas.read_csv(io.StringIO(client.get("/api/v1/releases?format=csv").text))
    joined = figures.merge(releases, on="release_id", how="left")
    assert set(joined["publisher"]) == {"Office for National Statistics"}


def test_duckdb_reads_the_csv_and_the_json(client: Any, tmp_path: Any) -> None:
    for kind in ("csv", "json"):
        address = f"/api/v1/observations?indicator=employment-rate&area_type=region&format={kind}"
        (tmp_path / f"figures.{kind}").write_bytes(client.get(address).data)
    counted = "SELECT count(*), round(avg(value), 4) FROM"
    from_csv = duckdb.sql(f"{counted} read_csv('{tmp_path}/figures.csv')").fetchall()
    nested = f"(SELECT unnest(observations, recursive := true) FROM read_json('{tmp_path}/figures.json'))"
    assert duckdb.sql(f"{counted} {nested}").fetchall() == from_csv == [(9, 76.0)]


# ---- how it is sent -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["json", "csv", "csv-excel", "xlsx", "json-stat"])
def test_every_format_has_a_strong_tag_and_is_not_sent_again(client: Any, kind: str) -> None:
    path = f"/api/v1/observations?indicator=employment-rate&format={kind}"
    first = client.get(path)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("kind", ["json", "csv", "json-stat"])
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_answers_are_compressed(client: Any, kind: str, encoding: str) -> None:
    path = f"/api/v1/observations?indicator=employment-rate&format={kind}"
    plain = client.get(path).data
    sent = client.get(path, headers={"Accept-Encoding": encoding})
    assert sent.headers["Content-Encoding"] == encoding and len(sent.data) < len(plain) / 2
    if encoding == "br":
        assert brotli.decompress(sent.data) == plain
    asked = {"Accept-Encoding": encoding, "If-None-Match": sent.headers["ETag"]}
    assert client.get(path, headers=asked).status_code == 304


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("*", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_an_answer_has_the_compression_that_its_client_wants(
    client: Any, accepted: str, encoding: str | None
) -> None:
    path = "/api/v1/observations?indicator=employment-rate"
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_long_csv_is_sent_while_it_is_made_and_only_so_many_at_once(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/api/v1/observations?indicator=employment-rate&period=all&format=csv&area_type=ltla"
    whole = client.get(path).data
    monkeypatch.setattr(module, "_MOST_HELD", 10)
    # a question that was not asked before
    path = path.replace("&area_type=ltla", "&area_type=ltla,utla")
    open_answers = [client.get(path, buffered=False) for _ in range(2)]
    assert all(answer.is_streamed and "Content-Length" not in answer.headers for answer in open_answers)
    refused = client.get(path)
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert refused.headers["Retry-After"]
    assert open_answers[0].data == whole
    for answer in open_answers:
        answer.close()
    # a place is free again, also where a client has gone before the end
    after = client.get(path)
    assert after.status_code == 200
    held = client.get(path, headers={"If-None-Match": after.headers["ETag"]})
    assert (held.status_code, held.data) == (304, b"")
    after.close()


def test_other_sites_may_read_the_api(client: Any) -> None:
    for path in ("observations?indicator=employment-rate", "observations?indicator=happiness", "nothing"):
        assert client.get(f"/api/v1/{path}").headers["Access-Control-Allow-Origin"] == "*"
    asked = client.options("/api/v1/observations", headers={"Access-Control-Request-Method": "GET"})
    assert asked.status_code == 200 and "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in client.get("/compare").headers


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_changed(client: Any, method: str) -> None:
    answer = getattr(client, method)("/api/v1/observations")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert answer.json["allowed"] == ["GET"]


def test_a_workbook_that_would_be_too_long_is_refused(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.questions, "MOST_SHEET_ROWS", 5)
    answer = client.get(
        "/api/v1/observations?indicator=employment-rate&area_type=ltla&format=xlsx&period=2022"
    )
    assert (answer.status_code, answer.json["parameter"]) == (400, "format")


def test_a_new_day_changes_the_tag_of_a_long_csv(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_HELD", 10)
    path = "/api/v1/observations?indicator=employment-rate&period=all&format=csv"
    tags = set()
    for day in (date(2026, 3, 1), date(2026, 3, 2)):
        visitor = build_app(replace(context, today=lambda day=day: day)).server.test_client()
        answer = visitor.get(path)
        tags.add(answer.headers["ETag"])
        answer.close()
    assert len(tags) == 2
