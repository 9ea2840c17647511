"""Look-ups of areas: one area, its history, what it shares land with, what lies at a point, groups."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.serving.application import build_app

NOTTINGHAM, BUCKINGHAMSHIRE, AYLESBURY = "E06000018", "E06000060", "E07000004"


def get(client: Any, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_an_area_says_what_it_lies_in_on_a_day(client: Any) -> None:
    found = get(client, f"areas/{NOTTINGHAM.lower()}")
    assert (found["area"]["area_name"], found["stands"]) == ("Nottingham", True)
    held = {row["area_type"]: (row["area_name"], row["share_of_area"]) for row in found["lies_in"]}
    assert held["region"] == ("East Midlands", 1.0)
    before = get(client, f"areas/{NOTTINGHAM}?on=2015-01-01")["lies_in"]
    # the combined authority began in 2024
    assert "combined_authority" in held and "combined_authority" not in {row["area_type"] for row in before}


def test_an_area_that_ended_says_what_stands_there_today(client: Any) -> None:
    found = get(client, f"areas/{AYLESBURY}")
    assert found["stands"] is False
    assert [area["area_code"] for area in found["stands_today"]] == [BUCKINGHAMSHIRE]


def test_the_history_has_every_step_with_shares(client: Any) -> None:
    found = get(client, f"areas/{BUCKINGHAMSHIRE}/history?on=2015-01-01")
    first = found["before"][0]
    assert first["changed_on"] == "2020-04-01"
    made_of = {change["predecessor_name"] for step in found["before"] for change in step["changes"]}
    assert {"Aylesbury Vale", "Chiltern", "South Bucks", "Wycombe"} <= made_of
    assert {"Aylesbury Vale", "Chiltern"} <= {area["area_name"] for area in found["standing"]}


def test_overlaps_have_the_share_of_each_in_the_other(client: Any) -> None:
    """Frimley's integrated care board holds districts of three counties; each says the same of the other."""
    frimley = get(client, "areas/E54000034/overlaps?area_type=ltla&on=2023-06-01")["overlaps"]
    assert len(frimley) > 6 and all(row["share_of_other"] for row in frimley)
    for row in frimley[:3]:
        back = get(client, f"areas/{row['area_code']}/overlaps?area_type=icb&on=2023-06-01")["overlaps"]
        (same,) = [part for part in back if part["area_code"] == "E54000034"]
        assert same["share_of_area"] == row["share_of_other"]
        assert same["share_of_other"] == row["share_of_area"]


def test_no_overlap_says_so(client: Any) -> None:
    found = get(client, f"areas/{NOTTINGHAM}/overlaps?area_type=lep&on=1990-01-01")
    assert found["overlaps"] or found["reason"]


@pytest.mark.parametrize(
    ("lat", "lon", "council"),
    [
        (53.80, -1.55, "Leeds"),
        (52.95, -1.15, "Nottingham"),
        (51.50, -0.13, "Westminster"),
        (50.37, -4.14, "Plymouth"),
    ],
)
def test_a_point_gives_the_council_of_the_nearest_place_and_says_so(
    client: Any, lat: float, lon: float, council: str
) -> None:
    found = get(client, f"areas/at?lat={lat}&lon={lon}")
    assert found["area"]["area_name"] == council
    assert found["place"]["kilometres"] < 2
    assert "nearest to the point" in found["note"]
    assert {"region", "england"} <= {row["area_type"] for row in found["lies_in"]}


def test_a_point_far_from_any_place_gives_none(client: Any) -> None:
    found = get(client, "areas/at?lat=60.9&lon=-8.9")
    assert found["area"] is None and found["reason"]


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("areas/at?lat=0&lon=0", 400, "lat"),
        ("areas/at?lat=52", 400, "lon"),
        ("areas/E99999999", 404, "area_code"),
        ("areas/E06000018?on=someday", 400, "on"),
        ("areas/E06000018/overlaps", 400, "area_type"),
        ("areas/E06000018/overlaps?area_type=village", 400, "area_type"),
        ("groups?area=E99999999", 404, "area"),
        ("groups?group=nobody", 400, "group"),
        ("groups/E06000018", 400, "spec"),
        ("groups/custom:E06000018+E99999999", 404, "spec"),
        ("groups/custom:E06000018+E12000001", 400, "spec"),
        ("boundaries?area_type=village", 400, "area_type"),
        ("trend?indicator=employment-rate", 400, "area"),
        ("compare?indicator=employment-rate&benchmark=nobody", 400, "benchmark"),
        ("profile?area=E99999999", 404, "area"),
        ("catalogue?indicator=happiness", 404, "indicator"),
    ],
)
def test_what_cannot_be_looked_up_is_named(client: Any, path: str, status: int, parameter: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json["parameter"]) == (status, parameter)
    assert answer.json["detail"]


def test_a_group_is_an_area_with_members(client: Any) -> None:
    found = get(client, "groups/custom:E06000018+E06000015?name=Two%20cities")
    assert found["group"]["area_name"] == "Two cities"
    assert found["group"]["area_code"] == "custom:E06000015+E06000018"
    assert [area["area_name"] for area in found["members"]] == ["Derby", "Nottingham"]


def test_the_form_and_the_limits_of_a_group_are_said(client: Any) -> None:
    found = get(client, "groups")
    assert (found["form"], found["most_members"], found["longest_name"]) == ("custom:CODE+CODE~Name", 60, 80)
    assert get(client, found["example"].removeprefix("/api/v1/"))["members"]
    kinds = [kind["area_type"] for kind in found["member_types"]]
    assert {"ltla", "icb", "sub_icb", "region"} <= set(kinds) and not {"england", "uk", "custom"} & set(kinds)
    names = {group["name"]: group["area_types"] for group in found["groups"]}
    assert names["ONS statistical nearest neighbours"] == ["ltla", "utla"]
    assert {"icb", "sub_icb"} <= set(names["Similar NHS areas"])
    assert all(group["area_code"] is None and group["members"] == [] for group in found["groups"])


def test_the_areas_most_like_an_area_are_a_group_that_can_be_asked_for(client: Any, context: Context) -> None:
    (found,) = get(client, f"groups?area={NOTTINGHAM}")["groups"]
    codes = [area["area_code"] for area in found["members"]]
    assert tuple(codes) == context.register.similar(NOTTINGHAM)
    assert "Office for National Statistics" in found["note"]
    again = get(client, f"groups/{found['area_code']}")
    assert sorted(area["area_code"] for area in again["members"]) == sorted(codes)


def test_an_area_that_is_in_no_list_has_a_reason(client: Any) -> None:
    found = get(client, "groups?area=E12000004")
    assert (found["groups"], found["area"]["area_name"]) == ([], "East Midlands")
    assert found["reason"] == "East Midlands is in no list of similar areas."


def test_tables_of_what_there_is_come_as_csv_too(client: Any) -> None:
    for path in ("indicators", "areas?area_type=region", "releases", "changes", "boundaries"):
        answer = client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}format=csv")
        assert (answer.status_code, answer.mimetype) == (200, "text/csv"), path


def test_comparison_and_profile_say_what_the_pages_say(fuller: Context) -> None:
    client = build_app(fuller).server.test_client()
    compared = get(client, f"compare?indicator=employment-rate&area_type=ltla&area={NOTTINGHAM}")
    (row,) = compared["areas"]
    assert (row["comparison"], row["benchmark_name"], row["benchmark_value"]) == ("worse", "England", 76.0)
    profile = get(client, f"profile?area={NOTTINGHAM}")
    (figure,) = [row for row in profile["figures"] if row["indicator_id"] == "employment-rate"]
    assert (figure["value"], figure["england"], figure["comparison"]) == (66.1, 76.0, "worse")


def test_a_trend_has_every_period_and_the_words_of_the_recent_trend(client: Any) -> None:
    found = get(client, f"trend?indicator=employment-rate&area={NOTTINGHAM}")
    series = {row["area_code"]: row for row in found["series"]}
    assert [row["value"] for row in series[NOTTINGHAM]["observations"]] == [65.1, 66.1]
    assert found["benchmark_code"] in series
