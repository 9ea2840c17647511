"""The API: keys, filters, errors and health."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Any

import pytest

from dashboard.api.addresses import ADDRESSES
from dashboard.api.parameters import PARAMETERS
from dashboard.serving.application import build_app
from indicators.store import Store

KEYS = [
    "indicator_id", "area_code", "area_name", "area_type", "period", "sex", "age", "breakdown", "value", "lower_ci_95",
    "upper_ci_95", "lower_ci_998", "upper_ci_998", "numerator", "denominator", "status", "interval_method", "note",
    "age_note", "release_id",
]  # fmt: skip
NOTTINGHAM = "E06000018"


def observations(client: Any, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/observations?{query}")
    assert answer.status_code == 200, answer.data
    assert answer.mimetype == "application/json"
    rows: list[dict[str, Any]] = answer.json["observations"]
    return rows


def test_an_observation_has_exactly_these_keys(client: Any) -> None:
    (row,) = observations(client, f"indicator=employment-rate&area_type=ltla&area={NOTTINGHAM}")
    assert list(row) == KEYS
    assert row["area_name"] == "Nottingham"
    assert (row["value"], row["period"], row["status"]) == (66.1, "2023-01-01/P1Y", "ok")
    assert row["lower_ci_95"] == pytest.approx(62.0)
    assert row["upper_ci_95"] == pytest.approx(70.2)
    assert row["release_id"] == "ons_local_indicators:2024-11:ab12cd34"
    assert row["age_note"] == "over 2 years old"


def test_latest_all_and_one_period(client: Any) -> None:
    query = f"indicator=employment-rate&area_type=ltla&area={NOTTINGHAM}"
    assert [row["period"] for row in observations(client, f"{query}&period=all")] == [
        "2022-01-01/P1Y",
        "2023-01-01/P1Y",
    ]
    assert [row["value"] for row in observations(client, f"{query}&period=2022-01-01/P1Y")] == [
        pytest.approx(65.1)
    ]


def test_every_area_type_at_once_gives_each_area_once(client: Any) -> None:
    rows = observations(client, "indicator=employment-rate")
    codes = [row["area_code"] for row in rows]
    assert len(codes) == len(set(codes)) == 296 + 9 + 1
    assert {row["area_type"] for row in rows} == {"ltla", "region", "england"}


def test_missing_values_keep_their_status(client: Any) -> None:
    rows = observations(client, "indicator=employment-rate&area_type=ltla")
    missing = [row for row in rows if row["value"] is None]
    assert {row["area_name"] for row in missing} == {"City of London", "Isles of Scilly"}
    assert {row["status"] for row in missing} == {"unreliable"}


def test_illustrative_figures_are_marked(client: Any) -> None:
    rows = observations(client, "indicator=ips-access-rate&area_type=sub_icb")
    assert {row["status"] for row in rows} == {"illustrative"}


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("observations", 400, "indicator"),
        ("observations?indicator=happiness", 404, "indicator"),
        ("observations?indicator=employment-rate&area_type=village", 400, "area_type"),
        ("observations?indicator=employment-rate&area=E99999999", 404, "area"),
        ("observations?indicator=employment-rate&period=yesterday", 400, "period"),
        ("observations?indicator=employment-rate&period=1999-01-01/P1Y", 404, "period"),
        ("observations?indicator=employment-rate&sex=neuter", 400, "sex"),
        ("observations?indicator=employment-rate&format=yaml", 400, "format"),
        ("observations?indicator=employment-rate&limit=0", 400, "limit"),
        ("observations?indicator=employment-rate&cursor=xyz", 400, "cursor"),
        ("observations?indicator=" + "x" * 10_000, 400, "indicator"),
        ("areas?area_type=village", 400, "area_type"),
        ("nothing", 404, "path"),
    ],
)
def test_an_error_names_the_parameter_and_what_is_known(
    client: Any, path: str, status: int, parameter: str
) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert list(problem) == ["type", "title", "status", "detail", "parameter", "value", "allowed"]
    assert (problem["status"], problem["parameter"]) == (status, parameter)
    assert problem["detail"] and problem["type"].startswith("/api#")
    assert len(answer.data) < 6_000


def test_an_answer_that_has_not_changed_is_not_sent_again(client: Any) -> None:
    path = "/api/v1/observations?indicator=employment-rate"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_indicators_say_what_is_loaded(client: Any) -> None:
    rows = {row["id"]: row for row in client.get("/api/v1/indicators").json["indicators"]}
    assert rows["employment-rate"]["unit"] == "percent"
    assert {series["area_type"] for series in rows["employment-rate"]["loaded"]} == {
        "ltla",
        "region",
        "england",
    }
    assert rows["claimant-count"]["loaded"] == []


def test_areas_by_name_by_type_and_by_old_name(client: Any) -> None:
    found = client.get("/api/v1/areas?q=notting").json["areas"]
    assert found[0]["area_code"] == NOTTINGHAM
    assert found[0]["area_types"] == ["ltla", "utla"]
    regions = client.get("/api/v1/areas?area_type=region").json["areas"]
    assert len(regions) == 9
    assert "E06000060" in [
        area["area_code"] for area in client.get("/api/v1/areas?q=aylesbury+vale").json["areas"]
    ]


def test_health(client: Any) -> None:
    assert client.get("/readyz").json == {"status": "ok", "publication_id": "1"}


def test_unknown_shapes_are_a_404_that_lists_those_there_are(client: Any) -> None:
    for path in ("hex/ltla-1999.json", "globe/ltla-2024.json", "official/icb-2023.json"):
        answer = client.get(f"/geometry/{path}")
        assert answer.status_code == 404


def test_approximate_outlines_are_sent_as_boundaries_are(client: Any) -> None:
    answer = client.get("/geometry/approximate/icb-2026.json")
    assert answer.status_code == 200
    assert len(answer.json["areas"]) == 36
    assert answer.json["outlines"].startswith("M")
    tag = answer.headers["ETag"]
    districts = client.get("/geometry/approximate/ltla-2024.json").json
    assert "inset" in districts
    # borders that are asked for apart lie on the same drawing
    regions = client.get("/geometry/approximate/ltla-2024.json?outline=region").json
    assert regions["outlines"] == districts["outlines"]
    exact = client.get(f"/geometry/approximate/icb-2026.json?v={tag.strip(chr(34))}")
    assert "immutable" in exact.headers["Cache-Control"]


def test_shapes_are_sent_once_and_kept(client: Any) -> None:
    answer = client.get("/geometry/official/ltla-2024.json")
    assert answer.status_code == 200
    assert len(answer.json["areas"]) == 296
    assert answer.json["areas"][0][:2] == ["E07000223", "Adur"]
    assert "inset" in answer.json
    tag = answer.headers["ETag"]
    again = client.get("/geometry/official/ltla-2024.json", headers={"If-None-Match": tag})
    assert again.status_code == 304
    exact = client.get(f"/geometry/official/ltla-2024.json?v={tag.strip(chr(34))}")
    assert "immutable" in exact.headers["Cache-Control"]


# ---- answers without rows ------------------------------------------------------------------------------


def reason(client: Any, query: str) -> str:
    answer = client.get(f"/api/v1/observations?{query}")
    assert answer.status_code == 200, answer.data
    assert answer.json["observations"] == []
    return str(answer.json["reason"])


def test_an_answer_with_rows_has_no_reason(client: Any) -> None:
    answer = client.get(f"/api/v1/observations?indicator=employment-rate&area={NOTTINGHAM}")
    assert answer.json["reason"] is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "indicator=employment-rate&area_type=icb",
            "“Employment rate” is not published by integrated care board. It has figures for local authorities (lower tier), "
            "regions and England.",
        ),
        # the period is one of the indicator, though not of this type of area
        (
            "indicator=employment-rate&area_type=icb&period=2023-01-01/P1Y",
            "“Employment rate” is not published by integrated care board. It has figures for local authorities (lower tier), "
            "regions and England.",
        ),
        (
            "indicator=employment-rate&area=E07000004",
            "There are no figures of “Employment rate” for Aylesbury Vale. Aylesbury Vale ended on 31 March 2020. On 1 April "
            "2020 it became part of Buckinghamshire.",
        ),
        (
            "indicator=employment-rate&area=E12000004&area_type=ltla",
            "The East Midlands is not a local authority (lower tier).",
        ),
        (
            "indicator=employment-rate&area_type=region&parent=E06000018",
            "None of these regions lies in Nottingham.",
        ),
        (
            "indicator=disabled-people-in-employment&area_type=uk&period=2024-04-01/P3M&area=E92000001",
            "England is not the United Kingdom.",
        ),
    ],
)  # fmt: skip
def test_an_answer_without_rows_says_why(client: Any, query: str, words: str) -> None:
    assert reason(client, query) == words


def test_an_indicator_that_is_not_loaded_is_no_error_whatever_is_asked_of_it(client: Any) -> None:
    words = reason(client, "indicator=claimant-count")
    assert words.startswith("There are no figures yet for “Claimant count”. They would come from: ")
    assert "python -m etl refresh" in words
    for more in ("period=2023-01-01/P1Y", "sex=female", f"area={NOTTINGHAM}", "area_type=icb"):
        assert reason(client, f"indicator=claimant-count&{more}") == words


def test_a_period_that_only_another_type_of_area_has_is_no_error(
    client: Any, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = [
        {**row, "periods": ["2022-01-01/P1Y"]} if row["area_type"] == "region" else row
        for row in context.available("employment-rate")
    ]
    monkeypatch.setattr(
        type(context), "available", lambda self, name: loaded if name == "employment-rate" else []
    )
    monkeypatch.setattr(type(context.store), "select_parts", lambda self, asked, narrow=False: iter(()))
    words = reason(client, "indicator=employment-rate&area_type=region&period=2023-01-01/P1Y")
    assert words == "“Employment rate” has no figures by region for 2023. There are figures for 2022."


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("/compare", "indicator=employment-rate&area_type=region&parent=E06000018"),
        ("/trends", "indicator=ips-access-rate&area=E06000018"),
        ("/trends", "indicator=claimant-count"),
    ],
)
def test_the_pages_and_their_files_give_the_reason_of_the_api(client: Any, page: str, query: str) -> None:
    first = reason(client, query).split(". ")[0].removesuffix(".")
    assert f"{first}." in client.get(f"{page}?{query}").text
    file = client.get(f"/csv{page}?{query}")
    assert (file.status_code, file.mimetype) == (404, "text/html")
    if "parent" not in query:
        assert f"{first}." in file.text


@pytest.mark.parametrize("page", ["/compare", "/map"])
def test_a_page_shows_another_type_of_area_where_its_file_and_the_api_give_none(
    client: Any, page: str
) -> None:
    query = "indicator=employment-rate&area_type=icb"
    assert reason(client, query).startswith("“Employment rate” is not published by integrated care board.")
    assert (
        "Employment rate is not published for integrated care boards." in client.get(f"{page}?{query}").text
    )
    assert client.get(f"/csv{page}?{query}").status_code == 404


def test_the_csv_of_an_indicator_that_is_not_loaded_is_a_404_in_words(client: Any) -> None:
    answer = client.get("/data/claimant-count.csv")
    assert answer.status_code == 404
    assert "There are no figures yet for “Claimant count”." in answer.text


def test_other_answers_without_rows_say_why_too(client: Any) -> None:
    assert client.get("/api/v1/areas?q=xyzzy").json == {
        "areas": [],
        "reason": "No areas were found by the words “xyzzy”.",
        "heading": "No place is called “xyzzy”.",
        "near": False,
        "credits": [],
    }
    changes = client.get(f"/api/v1/changes?since=2027-01-01&area={NOTTINGHAM}").json
    assert changes["reason"] == "No figure for Nottingham has been added or revised since 1 January 2027."
    evidence = client.get(f"/api/v1/evidence?area={NOTTINGHAM}").json
    assert (evidence["reason"] is None) == bool(evidence["interventions"] or evidence["programmes"])


# ---- parameters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", list(PARAMETERS))
def test_a_parameter_that_is_not_known_is_refused_with_those_that_are(client: Any, path: str) -> None:
    answer = client.get(f"{path}?indicatr=employment-rate&parnt=E12000004")
    assert answer.status_code == 400
    assert answer.json["parameter"] == "indicatr"
    assert answer.json["type"] == "/api#unknown-parameter"
    assert answer.json["allowed"] == list(PARAMETERS[path])


def test_every_address_of_the_api_stands_on_its_page_with_its_parameters(client: Any, app: Any) -> None:
    rules = {rule.rule for rule in app.server.url_map.iter_rules() if rule.rule.startswith("/api/v1")}
    assert rules == set(PARAMETERS)
    page = client.get("/api").text
    for address in ADDRESSES:
        assert f"<code>{address.template}</code></h3>" in page
        for words in PARAMETERS[address.path].values():
            assert escape(words, quote=False) in page


def test_a_parent_narrows_the_answer_as_it_narrows_the_pages(client: Any) -> None:
    query = "indicator=employment-rate&area_type=ltla&parent=E12000004"
    rows = observations(client, query)
    assert NOTTINGHAM in {row["area_code"] for row in rows} and len(rows) == 35
    file = csv.DictReader(io.StringIO(client.get(f"/csv/compare?{query}").text.removeprefix("\ufeff")))
    assert {row["area_code"] for row in rows} == {row["area_code"] for row in file}
    # every type that lies in it, and never the region itself
    assert {row["area_type"] for row in observations(client, query.replace("area_type=ltla&", ""))} == {
        "ltla"
    }
    districts = client.get("/api/v1/areas?area_type=ltla&parent=E12000004").json["areas"]
    assert {row["area_code"] for row in rows} == {area["area_code"] for area in districts}


def test_a_council_that_is_a_district_lies_in_itself_and_a_region_in_no_region(client: Any) -> None:
    query = f"indicator=employment-rate&area_type=ltla&parent={NOTTINGHAM}"
    assert [row["area_code"] for row in observations(client, query)] == [NOTTINGHAM]
    assert "Nottingham" in client.get(f"/csv/compare?{query}").text
    words = reason(client, "indicator=employment-rate&area_type=region&parent=E12000004")
    assert words == "None of these regions lies in the East Midlands."
    assert client.get("/api/v1/areas?area_type=region&parent=E12000004").json == {
        "areas": [],
        "reason": "No regions were found in the East Midlands.",
    }


@pytest.mark.parametrize(("parent", "status"), [("E12999999", 404), ("E12000004,E12999999", 404)])
def test_a_parent_that_cannot_be_used_is_named(client: Any, parent: str, status: int) -> None:
    answer = client.get(f"/api/v1/observations?indicator=employment-rate&parent={parent}")
    assert (answer.status_code, answer.json["parameter"]) == (status, "parent")


# ---- what a client that has the answer already gets -------------------------------------------------

OF_2022 = f"/api/v1/observations?indicator=employment-rate&area={NOTTINGHAM}&period=2022-01-01/P1Y"


def at(context: Any, day: date, **changes: Any) -> Any:
    """A client of the same store on another day or under other settings."""
    return build_app(replace(context, today=lambda: day, **changes)).server.test_client()


def test_the_tag_changes_with_the_words_about_the_age_of_a_figure(context: Any) -> None:
    """The figure of 2022 is 2 years old until 31 December 2025, 3 years from the day after; nothing is published between."""
    before, after = at(context, date(2025, 12, 31)), at(context, date(2026, 1, 1))
    first = before.get(OF_2022)
    second = after.get(OF_2022, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert first.json["observations"][0]["age_note"] == "over 2 years old"
    assert second.json["observations"][0]["age_note"] == "over 3 years old"
    assert second.headers["ETag"] != first.headers["ETag"]


def test_the_tag_is_the_same_on_another_day_where_the_answer_is(context: Any) -> None:
    first = at(context, date(2026, 3, 1)).get(OF_2022)
    again = at(context, date(2026, 3, 2)).get(OF_2022, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_tag_changes_with_the_switch_for_illustrative_figures(context: Any) -> None:
    real_only = Store(
        context.settings.store_url,
        register=context.register,
        catalogue=context.catalogue,
        include_illustrative=False,
    )
    path, day = "/api/v1/observations?indicator=ips-access-rate&area_type=sub_icb", date(2026, 11, 22)
    first = at(context, day).get(path)
    assert first.json["observations"]
    second = at(context, day, store=real_only).get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.json["observations"]) == (200, [])


def test_an_answer_that_is_held_is_not_made_again_until_the_next_day(
    context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, made = [date(2026, 3, 1)], []
    visitor = build_app(replace(context, today=lambda: days[-1])).server.test_client()
    for encoding in ("identity", "br"):
        path = "/api/v1/observations?indicator=employment-rate"
        first = visitor.get(path, headers={"Accept-Encoding": encoding})
        asked = {"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
        made.clear()
        with monkeypatch.context() as patch:
            patch.setattr(
                type(context.store),
                "select_parts",
                lambda self, asked, narrow=False: made.append(1) or iter(()),
            )
            again = visitor.get(path, headers=asked)
            assert (again.status_code, again.headers["ETag"], made) == (304, first.headers["ETag"], [])
            days.append(days[-1] + timedelta(days=1))
            # on another day the answer is made, and is another one
            assert visitor.get(path, headers=asked).status_code == 200
            assert made
        days.append(days[-1] + timedelta(days=1))


def test_a_client_that_takes_compressed_answers_gets_a_304_too(client: Any) -> None:
    path = "/api/v1/observations?indicator=employment-rate"
    first = client.get(path, headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    asked = {"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=asked).status_code == 304
