"""The ledger of gaps: real, old, hidden, not published, not loaded; and the same in words, on pages and in the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.answers.ledger import Entry
from dashboard.queries.headlines import headlines
from dashboard.queries.ledger import ledger
from dashboard.sentences import ledger as words
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store, schema
from tests.dashboard.conftest import RELEASE, _release, row

ENGLAND, NOTTINGHAM, NOTTINGHAM_CCG, NOTTINGHAM_ICB = "E92000001", "E06000018", "E38000243", "E54000060"
LEARNING, MENTAL = "employment-rate-learning-disability", "employment-rate-secondary-mental-health"
ACCESS, SUPPORT = "ips-people-accessing-rate", "talking-therapies-employment-support-rate"
ASCOF, IPS, THERAPIES = (
    "ascof:2020-21:aa00",
    "nhs_mental_health_dashboard:q4:bb00",
    "nhs_talking_therapies:2025-26:cc00",
)
Y2020, Y2025 = "2020-04-01/P1Y", "2025-04-01/P1Y"
HIDDEN = {"status": "suppressed", "note": "Hidden: fewer than 5 people."}


def _rows() -> Iterator[dict[str, Any]]:
    yield row(LEARNING, NOTTINGHAM, Y2020, 1.2, 0.5, age="all", release_id=ASCOF)
    yield row(MENTAL, NOTTINGHAM, Y2020, None, None, age="all", release_id=ASCOF, **HIDDEN)
    yield row(MENTAL, ENGLAND, Y2020, 9.0, None, age="all", release_id=ASCOF)
    yield row(ACCESS, NOTTINGHAM_CCG, Y2020, 52.0, 5.0, age="all", release_id=IPS)
    yield row(SUPPORT, NOTTINGHAM_ICB, Y2025, 66.2, None, age="all", release_id=THERAPIES)


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("ledger"), database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    store.create()
    releases = [
        {**_release(RELEASE), "release_id": name, "source_id": name.split(":")[0]}
        for name in (ASCOF, IPS, THERAPIES)
    ]
    observations = list(_rows())
    trends = [
        {
            **{key: found[key] for key in ("indicator_id", "sex", "age", "breakdown", "area_code")},
            "periods_used": "[]",
            "latest_period": found["period"],
            "illustrative": False,
        }
        for found in observations
    ]
    with store.connections.writing() as connection:
        connection.execute(schema.release.insert(), releases)
        connection.execute(schema.observation.insert(), observations)
        connection.execute(schema.trend.insert(), trends)
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 30))


def entries(context: Context, area_code: str) -> dict[str, Entry]:
    area = context.register.area(area_code)
    found = ledger(context, area, headlines(context, area))
    return {entry.told.indicator.id: entry for entry in found.entries}


def test_each_state_is_worked_out_from_the_row_and_the_routes(filled: Context) -> None:
    states = {name: entry.state for name, entry in entries(filled, NOTTINGHAM).items()}
    assert states == {
        LEARNING: "old",
        MENTAL: "hidden",
        "employment-rate-disabled": "not_loaded",
        "employment-rate-long-term-condition": "not_loaded",
        "employment-rate-disabled-uk": "not_loaded",
        "talking-therapies-recovery-rate": "not_loaded",
        ACCESS: "not_published",
        "ips-access-of-expected": "not_loaded",
        "ips-access-rate": "not_loaded",
        "talking-therapies-work-impairment-first": "not_loaded",
        SUPPORT: "not_published",
        "talking-therapies-off-sick-pay-annual": "not_loaded",
        "talking-therapies-net-movement-into-employment": "not_loaded",
    }
    assert entries(filled, NOTTINGHAM_ICB)[SUPPORT].state == "real"


def test_the_cells_say_since_when_whose_instead_and_the_command(filled: Context) -> None:
    area = filled.register.area(NOTTINGHAM)
    found = entries(filled, NOTTINGHAM)
    ascof = ["Measures from the Adult Social Care Outcomes Framework", "python -m etl refresh ascof"]
    assert words.row_words(found[LEARNING], area)[1:] == [
        "Old figure",
        "2020/21 (over 5 years old; the measure ended in 2023/24)",
        "Its own",
        *ascof,
    ]
    hidden = words.row_words(found[MENTAL], area)
    assert hidden[1:4] == [
        "Hidden by the publisher",
        "2020/21. Hidden: fewer than 5 people.",
        "England, 2020/21 (over 5 years old; the measure ended in 2023/24)",
    ]
    support = words.row_words(found[SUPPORT], area)
    assert support[1:4] == [
        "Not published for this area",
        "No figure",
        "NHS Nottingham and Nottinghamshire ICB (covers Nottingham), 2025/26",
    ]
    assert support[5] == "python -m etl refresh nhs_talking_therapies"
    nothing = words.row_words(found["talking-therapies-net-movement-into-employment"], area)
    assert nothing[1:4] == ["Not loaded", "No figure", "Nothing"]
    assert nothing[5] == "python -m etl refresh nhs_talking_therapies_employment"


def test_the_summary_counts_every_line(filled: Context) -> None:
    area = filled.register.area(NOTTINGHAM)
    assert words.ledger_summary(ledger(filled, area, headlines(filled, area))) == (
        "Of 13 figures, 1 is old, 1 is hidden by the publisher, 2 are not published for this area and 9 are not loaded."
    )


def test_the_answers_and_the_ledger_say_the_same_of_what_lacks(filled: Context) -> None:
    for code in (NOTTINGHAM, NOTTINGHAM_ICB, ENGLAND):
        found = entries(filled, code)
        for answers in headlines(filled, filled.register.area(code)):
            for lack in answers.lacking:
                assert found[lack.indicator.id].state in (lack.why, "hidden", "not_published")


def test_it_stands_on_the_page_of_the_area_and_in_the_api(filled: Context) -> None:
    client = build_app(filled).server.test_client()
    for path in (f"/areas/{NOTTINGHAM}/figures", f"/data?area={NOTTINGHAM}"):
        page = client.get(path).get_data(as_text=True)
        assert 'id="ledger-table"' in page
        assert "Of 13 figures, 1 is old, 1 is hidden by the publisher" in page
    answer = client.get(f"/api/v1/ledger?area={NOTTINGHAM}").get_json()
    assert answer["area_name"] == "Nottingham"
    by_indicator = {entry["indicator"]: entry for entry in answer["ledger"]}
    assert len(by_indicator) == 13
    support = by_indicator[SUPPORT]
    assert (support["state"], support["period"], support["age_note"]) == ("not_published", None, "")
    assert support["instead"] == {
        "area_code": NOTTINGHAM_ICB,
        "area_name": "NHS Nottingham and Nottinghamshire Integrated Care Board",
        "relation": "around",
        "share": 1.0,
        "period": Y2025,
        "value": 66.2,
        "age_note": "",
        "sentence": "Employment support appointments for finished courses of treatment, NHS Nottingham and Nottinghamshire "
        "ICB (covers Nottingham), 2025/26: 66.2 per 100.",
    }
    assert by_indicator[LEARNING]["age_note"] == "over 5 years old; the measure ended in 2023/24"


@pytest.mark.parametrize(
    ("query", "status"), [("area=E06000018,E08000035", 400), ("area=E99999999", 404), ("", 200)]
)
def test_the_api_wants_one_area_and_has_england_without_one(filled: Context, query: str, status: int) -> None:
    answer = build_app(filled).server.test_client().get(f"/api/v1/ledger?{query}")
    assert answer.status_code == status
    if status == 200:
        assert answer.get_json()["area_code"] == ENGLAND
