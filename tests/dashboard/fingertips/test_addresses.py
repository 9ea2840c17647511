"""The addresses that the two clients ask: the recorded calls of fingertipsR replayed, shapes, and refusals."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.api.fingertips import ids
from dashboard.api.fingertips.asking import Gate, Refused
from dashboard.api.fingertips.metadata import COLUMNS
from dashboard.queries import geography
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import catalogue

ENGLAND, NOTTINGHAM, EAST_MIDLANDS = "E92000001", "E06000018", "E12000004"
Ask = Callable[[str], Any]

# address of a call of fingertipsR 1.1.0, and the keys of each row, in their order where R goes by their place
R_CALLS = [
    ("area_types", ["Id", "Name", "Short"]),
    ("area_types?profile_ids=900000", ["Id", "Name", "Short"]),
    ("area_types/parent_area_types", ["Id", "Name", "Short", "ParentAreaTypes"]),
    ("areas/by_area_type?area_type_id=501", ["Code", "Name"]),
    ("areas/by_parent_area_code?area_type_id=501&parent_area_code=nn-900001-E06000018", ["Code"]),
    ("nearest_neighbour_types", ["NeighbourTypeId", "Name", "ApplicableAreaTypes"]),
    ("profiles", ["Id", "Name", "Key", "GroupIds"]),
    ("group_metadata?group_ids=900001%2C900004", ["Id", "Name"]),
    ("indicator_names/by_group_id?group_ids=900001%2C900004", ["IndicatorId", "IndicatorName", "GroupId"]),
    ("grouproot_summaries/by_profile_id?profile_id=900000&area_type_id=501", ["IID", "GroupId"]),
    (
        "latest_data/all_indicators_in_profile_group_for_child_areas"
        "?profile_id=900000&group_id=900004&area_type_id=501&parent_area_code=E92000001",
        ["IID", "Sequence", "Sex", "Age"],
    ),
    ("available_data", ["IndicatorId", "AreaTypeId"]),
    ("available_data??indicator_id=92313", ["IndicatorId", "AreaTypeId"]),
    ("available_data?indicator_id=92313?area_type_id=501", ["IndicatorId", "AreaTypeId"]),
    ("ages", ["Id", "Name"]),
    ("sexes", ["Id", "Name"]),
    ("value_notes", ["Id", "Text"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "keys"), R_CALLS, ids=[path for path, _ in R_CALLS])
def test_a_call_of_fingertipsr_has_its_keys_in_their_order(found: Ask, path: str, keys: list[str]) -> None:
    rows = found(path)
    assert rows and all(list(row)[: len(keys)] == keys for row in rows)
    # R sends the time with its calls: what nobody knows is ignored
    sign = "&" if "?" in path else "?"
    assert found(f"{path}{sign}timestamp=1735689600") == rows


def test_available_data_has_two_keys_alone(found: Ask) -> None:
    everything = found("available_data")
    assert {len(row) for row in everything} == {2}
    assert {"IndicatorId": 92313, "AreaTypeId": 501} in everything
    of_type = [row for row in everything if row["IndicatorId"] == 92313 and row["AreaTypeId"] == 501]
    assert found("available_data?indicator_id=92313?area_type_id=501") == of_type
    assert found("available_data??area_type_id=501") == [
        row for row in everything if row["AreaTypeId"] == 501
    ]


def test_the_page_that_r_looks_at_first_is_there(fuller_client: Any) -> None:
    assert fuller_client.get("/").status_code == 200


def test_areas_are_those_of_the_register(found: Ask, register: Register) -> None:
    assert {row["Code"]: row["Name"] for row in found("areas/by_area_type?area_type_id=501")} == {
        area.area_code: area.name for area in register.vintage("ltla", 2024)
    }
    inside = found(f"areas/by_parent_area_code?area_type_id=501&parent_area_code={EAST_MIDLANDS}")
    assert NOTTINGHAM in {row["Code"] for row in inside}
    children = found("parent_to_child_areas?child_area_type_id=501&parent_area_type_id=6")
    assert len(children) == 9 and sum(len(codes) for codes in children.values()) == 296
    assert sorted(children[EAST_MIDLANDS]) == sorted(row["Code"] for row in inside)
    whole = found("parent_to_child_areas?child_area_type_id=501&parent_area_type_id=15")
    assert list(whole) == [ENGLAND] and len(whole[ENGLAND]) == 296
    alone = found("parent_to_child_areas?child_area_type_id=15&parent_area_type_id=15")
    assert alone == {ENGLAND: [ENGLAND]}


def test_similar_areas_are_those_of_the_pages(found: Ask, register: Register) -> None:
    path = f"areas/by_parent_area_code?area_type_id=501&parent_area_code=nn-900001-{NOTTINGHAM}"
    assert tuple(row["Code"] for row in found(path)) == geography.similar(register, NOTTINGHAM)
    lists = {row["NeighbourTypeId"]: row for row in found("nearest_neighbour_types")}
    assert [kind["Id"] for kind in lists[900001]["ApplicableAreaTypes"]] == [501, 502]
    # those of NHS areas are ours, and never called those of ONS
    assert [kind["Id"] for kind in lists[900002]["ApplicableAreaTypes"]] == [66, 221]
    assert "ONS" in lists[900001]["Name"] and "ONS" not in lists[900002]["Name"]
    boards = found("areas/by_parent_area_code?area_type_id=221&parent_area_code=nn-900002-E54000024")
    assert tuple(row["Code"] for row in boards) == geography.similar(register, "E54000024") != ()


def test_parents_are_offered_that_figures_can_be_listed_under(found: Ask, fuller_client: Any) -> None:
    kinds = {
        row["Id"]: [parent["Id"] for parent in row["ParentAreaTypes"]]
        for row in found("area_types/parent_area_types")
    }
    assert kinds[501][:2] == [15, 6] and kinds[15] == [15]
    for parent in kinds[501]:
        path = f"all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501&parent_area_type_id={parent}"
        assert fuller_client.get(f"/api/{path}").status_code == 200


def test_metadata_has_fingertips_columns_and_the_catalogue_s_words(table: Ask, found: Ask) -> None:
    rows = table("indicator_metadata/csv/all")
    assert list(rows[0]) == list(COLUMNS) and len(COLUMNS) == 32
    employment = next(row for row in rows if row["Indicator ID"] == "92313")
    assert employment["Indicator"] == "Employment rate, people aged 16 to 64"
    assert employment["Indicator number"] == "employment-rate"
    assert employment["Polarity"] == "RAG - High is good"
    assert employment["Data source"] == "Office for National Statistics"
    assert (employment["Unit"], employment["Value type"], employment["Year type"]) == (
        "%",
        "Proportion",
        "Calendar",
    )
    assert employment["Links"].endswith("/indicators/employment-rate")
    # a count is compared with nothing
    counted = next(row for row in rows if row["Indicator number"] == "population-16-64")
    assert (counted["Polarity"], counted["Value type"]) == ("Not applicable", "Count")
    assert table("indicator_metadata/csv/by_indicator_id?indicator_ids=92313") == [employment]
    assert employment in table("indicator_metadata/csv/by_group_id?group_id=900001")
    assert table("indicator_metadata/csv/by_profile_id?profile_id=900000") == rows
    plain = found("indicator_metadata/all?include_definition=no&include_system_content=no")
    assert len(plain) == len(rows) and {len(entry) for entry in plain.values()} == {15}
    assert "Definition" not in plain["92313"]["Descriptive"]
    (told,) = found("indicator_metadata/by_indicator_id?indicator_ids=92313").values()
    assert told["Descriptive"]["Definition"] == employment["Definition"]
    assert told["Unit"]["Value"] == 100.0
    assert told["ConfidenceIntervalMethod"]["Name"] == "Other method - see below"


@pytest.mark.shared
def test_metadata_as_json_has_the_keys_of_a_real_answer(found: Ask, shared: Any) -> None:
    text = (shared / "formats" / "fingertips" / "indicator_metadata_page_excerpt.json").read_text("utf-8")
    (real,) = json.loads(text).values()
    (told,) = found("indicator_metadata/by_indicator_id?indicator_ids=90362").values()
    assert list(told) == list(real)
    for key in ("Unit", "YearType", "ValueType", "ConfidenceIntervalMethod", "DataChange", "DataQualityNote"):
        assert set(told[key]) == set(real[key])
    assert (told["Unit"]["Id"], told["ValueType"]) == (real["Unit"]["Id"], real["ValueType"])


def test_groups_are_the_themes_and_hold_every_indicator_once(fuller: Any, found: Ask) -> None:
    profile = found("profile?profile_id=900000")
    ids = ",".join(str(number) for number in profile["GroupIds"])
    names = found(f"indicator_names/by_group_id?group_ids={ids}")
    assert sorted(row["IndicatorId"] for row in names) == sorted(
        indicator.number for indicator in fuller.catalogue.values()
    )
    assert [row["Name"] for row in found(f"group_metadata?group_ids={ids}")][:2] == ["Work", "Pay and income"]
    ours = [number for number in profile["GroupIds"] if 900_000 <= number < 900_100]
    assert ours == profile["GroupIds"], "give the theme a number in dashboard/api/fingertips/ids.toml"


REFUSED = [
    ("all_data/csv/by_indicator_id?indicator_ids=1&child_area_type_id=501", 404, "indicator_ids, 1"),
    ("all_data/csv/by_indicator_id?indicator_ids=x&child_area_type_id=501", 400, "indicator_ids, x"),
    ("all_data/csv/by_indicator_id?child_area_type_id=501", 400, "indicator_ids, nothing"),
    ("all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=7", 404, "child_area_type_id, 7"),
    ("all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=66", 404, "has figures: 501"),
    ("all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501&parent_area_type_id=223", 400, "listed under"),
    ("all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501&profile_id=19", 404, "the one profile"),
    ("all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501,502", 400, "one number alone"),
    ("all_data/csv/by_group_id?group_id=5&child_area_type_id=501", 404, "a group: 900001 (Work)"),
    ("all_data/csv/by_profile_id?child_area_type_id=501&profile_id=19", 404, "profile_id, 19"),
    ("indicator_metadata/csv/by_indicator_id?indicator_ids=247", 404, "indicator_ids, 247"),
    ("indicator_metadata/by_indicator_id?indicator_ids=%22,%0A1", 400, "indicator_ids, '"),
    ("areas/by_area_type?area_type_id=999999", 404, "an area type: 501"),
    ("areas/by_parent_area_code?area_type_id=501&parent_area_code=nowhere", 404, "nowhere"),
    ("areas/by_parent_area_code?area_type_id=501&parent_area_code=nn-1-E06000018", 404, "nn-900001-"),
    ("areas/by_parent_area_code?area_type_id=221&parent_area_code=nn-900001-E54000024", 404, "nn-900002-"),
    ("areas/by_parent_area_code?area_type_id=6&parent_area_code=nn-900001-E12000004", 404, "no similar areas"),
    ("areas/by_parent_area_code?area_type_id=501", 404, "nothing"),
    ("profile?profile_id=²", 400, "profile_id"),
    (f"available_data?indicator_id={'9' * 5000}", 400, "query"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status", "words"), REFUSED, ids=[path[:90] for path, *_ in REFUSED])
def test_a_refusal_says_what_is_wrong_and_no_parser_takes_it_for_an_answer(
    fuller_client: Any, path: str, status: int, words: str
) -> None:
    answer = fuller_client.get(f"/api/{path}")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert words in text and text.startswith(f"Error {status}\n")
    with pytest.raises(pd.errors.ParserError):
        pd.read_csv(io.StringIO(text))
    with pytest.raises(ValueError):
        json.loads(text)
    # read.table of R stops where a row of the first five has two cells more than the heading
    lines = text.splitlines()
    assert "," not in lines[0] and max(line.count(",") for line in lines[:5]) >= 2


def test_a_store_that_cannot_be_read_is_refused_too(fuller_client: Any, monkeypatch: Any) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr("indicators.store.store.Store.publication_id", broken)
    answer = fuller_client.get(
        "/api/all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501&a=1"
    )
    assert answer.status_code == 503
    with pytest.raises(pd.errors.ParserError):
        pd.read_csv(io.StringIO(answer.get_data(as_text=True)))


def test_answers_are_cached_by_publication_where_all_that_is_asked_is_known(fuller_client: Any) -> None:
    path = (
        "/api/all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501&parent_area_type_id=15"
    )
    first = fuller_client.get(path)
    tag = first.headers["ETag"]
    assert fuller_client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert "ETag" not in fuller_client.get(f"{path}&timestamp=1735689600").headers


def test_tables_are_made_in_turn_and_too_many_are_refused() -> None:
    gate = Gate(waiting=1, longest_s=30)
    made: list[str] = []

    def make() -> None:
        with gate.turn():
            made.append("second")

    with gate.turn():
        thread = threading.Thread(target=make)
        thread.start()
        while gate._places._value:  # until the thread has the place of the one that may wait
            time.sleep(0.001)
        with pytest.raises(Refused) as third, gate.turn():
            made.append("third")
        made.append("first")
    thread.join()
    assert made == ["first", "second"]
    assert third.value.status == 503


def test_one_who_waits_too_long_is_refused_and_gives_the_place_back() -> None:
    gate = Gate(waiting=1, longest_s=0.01)
    with gate.turn():
        for _ in range(3):
            with pytest.raises(Refused), gate.turn():
                raise AssertionError("two tables at once")
    with gate.turn():
        pass


def test_a_refusal_ends_its_turn(fuller: Any) -> None:
    client = build_app(fuller).server.test_client()
    path = "/api/all_data/csv/by_profile_id?child_area_type_id={}&profile_id=900000"
    for _ in range(5):
        assert client.get(path.format(66)).status_code == 404
    assert client.get(path.format(501)).status_code == 200


def test_a_store_that_fails_half_way_gives_no_half_table(fuller: Any, monkeypatch: Any) -> None:
    observations = fuller.store.observations
    asked: list[str] = []

    def failing(**keys: Any) -> Any:
        asked.append(keys["period"])
        if keys["period"].startswith("2023"):
            raise OSError("disk")
        return observations(**keys)

    monkeypatch.setattr(fuller.store, "observations", failing)
    answer = (
        build_app(fuller)
        .server.test_client()
        .get("/api/all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501&a=1")
    )
    assert asked[0].startswith("2022") and answer.status_code == 503
    assert answer.get_data(as_text=True).startswith("Error 503\n")


def test_a_busy_server_says_when_to_ask_again(fuller: Any, monkeypatch: Any) -> None:
    def busy(self: Gate) -> None:
        raise Refused(503, "", "", "to be asked later")

    monkeypatch.setattr(Gate, "turn", busy)
    answer = (
        build_app(fuller)
        .server.test_client()
        .get("/api/all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501")
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_the_other_interface_is_as_it_was(fuller_client: Any) -> None:
    assert fuller_client.get("/api/v1/areas?area=E06000018").status_code == 200
    assert fuller_client.get("/api/nothing").status_code == 404


def test_the_document_names_every_address_and_every_number(fuller_client: Any, register: Register) -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "fingertips.md").read_text(encoding="utf-8")
    rules = [str(rule) for rule in fuller_client.application.url_map.iter_rules()]
    below = {rule.removeprefix("/api/") for rule in rules if rule.startswith("/api/") and "<" not in rule} - {
        ""
    }
    ours = {path for path in below if not path.startswith("v1/")}
    assert len(ours) == 26
    for path in ours:
        assert f"`{path}`" in text or f"`{path.rpartition('/')[2]}`" in text, path
    for named in ids.area_types(register).values():
        assert str(named.id) in text
    fingertips = sum(indicator.fingertips_id is not None for indicator in catalogue().values())
    assert f"`fingertips_id` in the catalogue: {fingertips} |" in text
