"""Where a figure comes from, in the API and on the pages: down to the members of a sum, their files and rows."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.queries.lineage import lineages_of
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store, schema

BLACK_COUNTRY = "E37000001"
COUNCILS = ("E08000027", "E08000028", "E08000030", "E08000031")
LEARNING, SHARES, SUMS = "employment-rate-learning-disability", "ascof:2020-21:11", "derived:sums:22"
Y2020 = "2020-04-01/P1Y"


def release(release_id: str, origin: str, publication: str) -> dict[str, Any]:
    return {
        "release_id": release_id,
        "source_id": release_id.split(":")[0],
        "edition": "2020-21",
        "publication": publication,
        "publisher": "NHS England"
        if origin == "publisher"
        else "Calculated here from figures of NHS England",
        "licence": "Open Government Licence v3.0",
        "url": None,
        "attribution": "",
        "published_on": "2021-10-21",
        "loaded_at": "2026-11-20T10:00:00Z",
        "replaced_at": None,
        "origin": origin,
        "illustrative": False,
        "is_current": True,
        "identity": release_id,
        "parser_version": 1,
        "precedence": 0,
        "rows": 1,
        "accepted": None,
    }


@pytest.fixture(scope="module")
def context(
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
    indicators: dict[str, Indicator],
    seed_store: Callable[[Store], None],
) -> Iterator[Context]:
    """The small store with a sum of four councils, of one of which there is no figure."""
    folder: Path = tmp_path_factory.mktemp("lineage")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed_store(store)
    routes = indicators[LEARNING].routes
    ascof = next(place for place, route in enumerate(routes) if route.source == "ascof")
    summed = next(place for place, route in enumerate(routes) if route.method == "aggregate")

    def figure(area_code: str, value: float | None, source_row: int | None, **more: Any) -> dict[str, Any]:
        empty = [column.name for column in schema.observation.c]
        return {
            **dict.fromkeys(empty),
            **{
                "indicator_id": LEARNING,
                "period": Y2020,
                "sex": "persons",
                "age": "18-64",
                "breakdown": "all",
            },
            **{
                "area_code": area_code,
                "value": value,
                "status": "ok",
                "interval_method": "wilson",
                "note": "",
            },
            **{"release_id": SHARES, "route": ascof, "source_row": source_row},
            **more,
        }

    with store.connections.writing() as connection:
        connection.execute(
            schema.release.insert(),
            [release(SHARES, "publisher", "Outcomes 2020-21"), release(SUMS, "derived", "Summed here")],
        )
        for name, digest, role in (("ascof.xlsx", "ab" * 32, "table"), ("words.json", "cd" * 32, "metadata")):
            connection.execute(
                schema.snapshot.insert(),
                {
                    "sha256": digest,
                    "file_name": name,
                    "url": f"https://example.org/{name}",
                    "size": 10,
                    "retrieved_at": "2026-11-19T08:00:00+00:00",
                    "published_on": "2021-10-21",
                    "licence": "Open Government Licence v3.0",
                    "stored": True,
                },
            )
            connection.execute(
                schema.release_file.insert(),
                {"release_id": SHARES, "sha256": digest, "role": role, "file_name": name},
            )
        connection.execute(schema.release_input.insert(), {"release_id": SUMS, "input_release_id": SHARES})
        connection.execute(
            schema.observation.insert(),
            [
                *(
                    figure(code, 4.0 + place, 100 + place, numerator=4.0 + place, denominator=100.0)
                    for place, code in enumerate(COUNCILS[:3])
                ),
                figure(
                    BLACK_COUNTRY,
                    5.0,
                    None,
                    numerator=15.0,
                    denominator=300.0,
                    release_id=SUMS,
                    route=summed,
                    note="Summed from 3 of 4 local authorities (upper tier); coverage 75%.",
                ),
            ],
        )
        series = {
            "indicator_id": LEARNING, "period": Y2020, "sex": "persons", "age": "18-64", "breakdown": "all",
            "period_end": "2021-03-31", "vintage": 2021, "n_values": 1, "n_areas": 1, "is_latest": True,
            "illustrative": False, **dict.fromkeys(("minimum", "p5", "p25", "p50", "p75", "p95", "maximum"), 5.0),
        }  # fmt: skip
        connection.execute(
            schema.distribution.insert(), [{**series, "area_type": kind} for kind in ("lep", "utla")]
        )
    yield Context(settings, register, indicators, store, lambda: date(2026, 11, 22))
    store.close()


@pytest.fixture(scope="module")
def visitor(context: Context) -> Any:
    return build_app(context).server.test_client()


def lineage(visitor: Any, query: str) -> list[dict[str, Any]]:
    answer = visitor.get(f"/api/v1/lineage?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json["reason"] is None
    found: list[dict[str, Any]] = answer.json["lineage"]
    return found


def test_the_api_goes_from_a_sum_to_the_rows_of_its_members(visitor: Any) -> None:
    [entry] = lineage(visitor, f"indicator={LEARNING}&area={BLACK_COUNTRY}&period=2020/21")
    assert (entry["value"], entry["release"]["derived"], entry["files"]) == (5.0, True, [])
    assert [(member["area_name"], member["status"]) for member in entry["members"]] == [
        ("Dudley", "ok"), ("Sandwell", "ok"), ("Walsall", "ok"), ("Wolverhampton", None),
    ]  # fmt: skip
    files = [{file["role"]: file for file in part["files"]} for part in entry["inputs"]]
    rows = [
        (part["area_code"], part["numerator"], of_role["table"]["row"])
        for part, of_role in zip(entry["inputs"], files, strict=True)
    ]
    assert rows == [(COUNCILS[0], 4.0, 100), (COUNCILS[1], 5.0, 101), (COUNCILS[2], 6.0, 102)]
    # the row is one of the table, not of the words that came with it
    assert [of_role["metadata"]["row"] for of_role in files] == [None, None, None]
    assert files[0]["table"] == {
        "file_name": "ascof.xlsx",
        "role": "table",
        "row": 100,
        "sha256": "ab" * 32,
        "url": "https://example.org/ascof.xlsx",
        "published_on": "2021-10-21",
        "retrieved_at": "2026-11-19T08:00:00+00:00",
    }


def test_the_api_understands_names_and_periods_as_people_write_them(visitor: Any) -> None:
    by_code = lineage(visitor, "indicator=employment-rate&area=E06000018&period=2023-01-01/P1Y")
    assert lineage(visitor, "indicator=employment-rate&area=nottingham&period=2023") == by_code
    assert (by_code[0]["value"], by_code[0]["members"], by_code[0]["inputs"]) == (66.1, [], [])


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("area=Nottingham&period=2023", 400, "indicator"),
        ("indicator=employment-rate&period=2023", 400, "area"),
        ("indicator=employment-rate&area=Nottingham", 400, "period"),
        ("indicator=employment-rate&area=Atlantis&period=2023", 404, "area"),
        ("indicator=employment-rate&area=Nottingham&period=1999", 404, "period"),
        ("indicator=employment-rate&area=Nottingham&period=2023&sex=neuter", 400, "sex"),
    ],
)
def test_what_is_asked_wrongly_is_named(visitor: Any, query: str, status: int, parameter: str) -> None:
    answer = visitor.get(f"/api/v1/lineage?{query}")
    assert (answer.status_code, answer.json["parameter"]) == (status, parameter)


def test_an_indicator_that_is_not_loaded_has_a_reason(visitor: Any) -> None:
    answer = visitor.get("/api/v1/lineage?indicator=claimant-count&area=Leeds&period=2023").json
    assert answer["lineage"] == []
    assert answer["reason"].startswith("There are no figures yet for “Claimant count”.")


def test_the_way_of_one_figure_is_asked_for_once_until_the_next_publication(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a card of one area calls it: with the row that it shows."""
    [row] = context.store.series(
        indicator_id=LEARNING, sex="persons", age="18-64", breakdown="all", area_codes=[BLACK_COUNTRY]
    )
    asked: list[str] = []
    store_lineage = context.store.lineage

    def counting(**figure: Any) -> Any:
        asked.append(figure["area_code"])
        return store_lineage(**figure)

    monkeypatch.setattr(context.store, "lineage", counting)
    monkeypatch.setattr(context.store, "publication_id", lambda: "the next")
    [first] = lineages_of(context, LEARNING, [row])
    [again] = lineages_of(context, LEARNING, [row])
    assert asked == [BLACK_COUNTRY] and again is first
    text = html.unescape(str(ui.lineage_section([first])))
    assert text.count('id="where-from"') == 1 and "ascof.xlsx, row 102" in text
    assert ui.lineage_section(lineages_of(context, LEARNING, [])) is None
    monkeypatch.setattr(context.store, "publication_id", lambda: "the one after")
    lineages_of(context, LEARNING, [row])
    assert asked == [BLACK_COUNTRY] * 2


@pytest.mark.parametrize("page", ["/trends", "/compare"])
def test_the_pages_lead_to_file_and_row_of_each_member(visitor: Any, page: str) -> None:
    text = html.unescape(visitor.get(f"{page}?indicator={LEARNING}&area_type=lep&area={BLACK_COUNTRY}").text)
    section = text.split('id="where-from"')[1].split("</section>")[0]
    assert "Where this figure comes from" in section
    assert "Black Country, 2020/21 (aged 18 to 64): 5.0%" in section
    assert "Made from 4 areas. No figure is stored for Wolverhampton." in section
    assert "Dudley, 2020/21 (aged 18 to 64): 4.0%" in section
    assert "ascof.xlsx, row 100, read on 19 November 2026" in section
    assert "ascof.xlsx, row 102" in section
    assert f"sha256 {'ab' * 32}" in section
    address = section.split('href="/api/v1/lineage?')[1].split('"')[0]
    assert lineage(visitor, html.unescape(address))[0]["area_code"] == BLACK_COUNTRY
