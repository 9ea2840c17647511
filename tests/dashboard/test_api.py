"""The API: keys, filters, errors and health."""

from __future__ import annotations

from typing import Any

import pytest

KEYS = [
    "area_code", "area_name", "area_type", "period", "sex", "age", "breakdown", "value", "numerator", "denominator",
    "lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998", "status", "release", "age_note",
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
    assert row["release"] == "ons_local_indicators:2024-11:ab12cd34"
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
        ("observations?indicator=employment-rate&indicator=ips-access-rate", 400, "indicator"),
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
    assert set(answer.json) == {"error"}
    error = answer.json["error"]
    assert set(error) == {"parameter", "value", "message", "known"}
    assert error["parameter"] == parameter
    assert error["message"]
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
    assert client.get("/healthz").json == {"status": "ok", "publication_id": "1"}


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
