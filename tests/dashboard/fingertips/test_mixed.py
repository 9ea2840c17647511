"""A store that is less tidy: illustrative figures beside real ones, other age bands, parents that came later, groups."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store, schema

ENGLAND, UNITED_KINGDOM, NOTTINGHAM, DERBY, LEICESTER = (
    "E92000001",
    "K02000001",
    "E06000018",
    "E06000015",
    "E06000016",
)
EAST_MIDLANDS_AUTHORITY = "E47000013"  # since 2024
RELEASE = "ons_local_indicators:2024-11:ab12cd34"
LATEST, BEFORE = "2023-01-01/P1Y", "2022-01-01/P1Y"


def observation(indicator_id: str, area_code: str, period: str, value: float, **more: Any) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id, "period": period, "sex": "persons", "age": "16-64", "breakdown": "all",
        "area_code": area_code, "value": value, "numerator": None, "denominator": None,
        "lower_ci_95": value - 1, "upper_ci_95": value + 1, "lower_ci_998": value - 2, "upper_ci_998": value + 2,
        "status": "ok", "interval_method": "published", "note": "", "release_id": RELEASE, "route": 0,
        "source_row": None, "basis_period": None, **more,
    }  # fmt: skip


def spread(
    indicator_id: str, area_type: str, period: str, vintage: int, age: str = "16-64", **more: Any
) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id, "period": period, "sex": "persons", "age": age, "breakdown": "all",
        "area_type": area_type, "period_end": f"{period[:4]}-12-31", "vintage": vintage, "n_values": 1, "n_areas": 1,
        **dict.fromkeys(("minimum", "p5", "p25", "p50", "p75", "p95", "maximum"), 70.0),
        "is_latest": period == LATEST, "illustrative": False, **more,
    }  # fmt: skip


def trend(area_code: str, *, illustrative: bool) -> dict[str, Any]:
    return {
        "indicator_id": "employment-rate", "sex": "persons", "age": "16-64", "breakdown": "all",
        "area_code": area_code, "direction": "decreasing", "judgement": "getting_worse", "chi_square": 12.0,
        "p_value": 0.001, "slope": -0.5, "periods_used": "[]", "reason": None, "latest_period": LATEST,
        "illustrative": illustrative,
    }  # fmt: skip


@pytest.fixture(scope="module")
def mixed(
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
    indicators: dict[str, Indicator],
    seed_store: Callable[[Store], None],
) -> Context:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("mixed"), database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed_store(store)
    figures, spreads = schema.observation, schema.distribution
    group = "disability: disabled"
    with store.connections.writing() as connection:
        connection.execute(figures.update().where(figures.c.area_code == DERBY).values(status="illustrative"))
        # 40% in the authority that Nottingham lies in since 2024, in a year before it
        connection.execute(
            figures.insert(),
            [
                observation("employment-rate", EAST_MIDLANDS_AUTHORITY, BEFORE, 40.0),
                observation("employment-rate", UNITED_KINGDOM, LATEST, 60.0),
                # England under another age band than the districts
                observation("disability-prevalence", ENGLAND, LATEST, 50.0, age="16+"),
                observation("disability-prevalence", NOTTINGHAM, LATEST, 20.0, age="all"),
                observation("employment-rate", NOTTINGHAM, LATEST, 30.0, breakdown=group, note="=1+1"),
            ],
        )
        connection.execute(
            spreads.insert(),
            [
                spread("employment-rate", "combined_authority", BEFORE, 2024),
                spread("employment-rate", "uk", LATEST, 2023),
                spread("disability-prevalence", "england", LATEST, 2023, age="16+"),
                spread("disability-prevalence", "ltla", LATEST, 2024, age="all"),
                spread("employment-rate", "ltla", LATEST, 2024, breakdown=group),
            ],
        )
        connection.execute(
            schema.trend.insert(),
            [trend(NOTTINGHAM, illustrative=False), trend(LEICESTER, illustrative=True)],
        )
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


@pytest.fixture(scope="module")
def ask(mixed: Context) -> Callable[[int, int, int], list[dict[str, str]]]:
    client = build_app(mixed).server.test_client()

    def rows(indicator: int, child: int, parent: int) -> list[dict[str, str]]:
        answer = client.get(
            f"/api/all_data/csv/by_indicator_id?indicator_ids={indicator}&child_area_type_id={child}"
            f"&parent_area_type_id={parent}"
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))

    return rows


def of(rows: list[dict[str, str]], area_code: str, period: str = "2023") -> list[dict[str, str]]:
    return [row for row in rows if row["Area Code"] == area_code and row["Time period"] == period]


def test_an_illustrative_figure_among_real_ones_is_left_out(mixed: Context, ask: Any) -> None:
    with mixed.store.connections.reading() as connection:
        count = connection.scalar(
            sa.select(sa.func.count()).where(schema.observation.c.status == "illustrative")
        )
    assert count
    rows = ask(92313, 501, 6)
    assert of(rows, DERBY) == [] and of(rows, DERBY, "2022") == []
    assert len(of(rows, LEICESTER)) == 1


def test_a_trend_that_rests_on_illustrative_figures_is_left_out(ask: Any) -> None:
    rows = ask(92313, 501, 6)
    assert of(rows, LEICESTER)[0]["Recent Trend"] == ""
    everyone = next(row for row in of(rows, NOTTINGHAM) if not row["Category"])
    assert everyone["Recent Trend"] == "Decreasing and getting worse"


def test_england_under_another_age_band_is_compared_with(mixed: Context, ask: Any) -> None:
    rows = ask(mixed.catalogue["disability-prevalence"].number, 501, 15)
    assert of(rows, ENGLAND)[0]["Age"] == "16+ yrs"
    (nottingham,) = of(rows, NOTTINGHAM)
    assert (nottingham["Age"], nottingham["Compared to England value or percentiles"]) == (
        "All ages",
        "Lower",
    )


def test_a_parent_that_came_later_holds_the_figures_of_earlier_years_that_it_has(ask: Any) -> None:
    rows = ask(92313, 501, 126)
    (before,) = of(rows, NOTTINGHAM, "2022")
    assert (before["Parent Code"], before["Parent Name"]) == (EAST_MIDLANDS_AUTHORITY, "East Midlands")
    assert before["Compared to Combined authorities value or percentiles"] == "Better"
    # in 2023 no authority has a figure, and none stood there
    latest = next(row for row in of(rows, NOTTINGHAM) if not row["Category"])
    assert (latest["Parent Code"], latest["Compared to Combined authorities value or percentiles"]) == (
        "",
        "Not compared",
    )


def test_the_united_kingdom_does_not_lie_in_england(ask: Any) -> None:
    (whole,) = of(ask(92313, 159, 15), UNITED_KINGDOM)
    assert (whole["Parent Code"], whole["Area Type"], whole["Value"]) == ("", "UK", "60")
    assert whole["Compared to England value or percentiles"] == "Worse"


def test_a_group_of_people_stands_in_its_columns_and_a_note_is_no_formula(ask: Any) -> None:
    (disabled,) = [row for row in of(ask(92313, 501, 15), NOTTINGHAM) if row["Category"]]
    assert (disabled["Category Type"], disabled["Category"]) == ("Disability", "disabled")
    assert disabled["Value note"] == "'=1+1"


def test_the_order_of_a_group_has_each_series_for_everyone_once(mixed: Context) -> None:
    found = (
        build_app(mixed)
        .server.test_client()
        .get(
            "/api/latest_data/all_indicators_in_profile_group_for_child_areas"
            "?profile_id=900000&group_id=900001&area_type_id=501&parent_area_code=E92000001"
        )
    )
    assert [(row["IID"], row["Sex"]["Name"], row["Age"]["Name"]) for row in found.get_json()] == [
        (92313, "Persons", "16-64 yrs")
    ]
    kinds = build_app(mixed).server.test_client().get("/api/category_types").get_json()
    (disability,) = (kind for kind in kinds if kind["Name"] == "Disability")
    assert [group["Name"] for group in disability["Categories"]] == ["disabled"]
    assert {group["CategoryTypeId"] for group in disability["Categories"]} == {disability["Id"]}
