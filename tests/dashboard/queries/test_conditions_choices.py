"""Whose figure stands for an area on the page of conditions: the first that has one, the newest, or none."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.queries import conditions
from dashboard.queries.conditions import (
    _asked,
    _first_of,
    _newest_of,
    _recovery,
    council_areas,
    health_areas,
)

from .conftest import COUNTY, HALF, ICB, MERGED, NORTH, OLD_EAST, OTHER_ICB, WHOLE

ENGLAND = "E92000001"


def row(indicator_id: str, area_code: str, value: float | None = 1.0, **more: Any) -> dict[str, Any]:
    plain = {"sex": "persons", "age": "all", "breakdown": "all", "period": "2023-01-01/P1Y"}
    return {"indicator_id": indicator_id, "area_code": area_code, "value": value, **plain, **more}


def indicator(indicator_id: str, comparable: bool = True) -> Any:
    return SimpleNamespace(id=indicator_id, comparable=comparable, short_title=indicator_id.title())


def candidate(area_code: str, share: float = 1.0) -> Any:
    return SimpleNamespace(area_code=area_code), share


OWN, NEXT, NATION = candidate("own"), candidate("county", 0.9), candidate(ENGLAND)


def rows_of(*rows: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["area_code"], {})[row["indicator_id"]] = row
    return found


def test_a_rate_is_that_of_the_first_area_that_has_it_with_or_without_a_value() -> None:
    hidden, county = row("a", "own", None), row("a", "county")
    only_county, national = row("b", "county"), row("c", ENGLAND)
    rows = rows_of(hidden, county, only_county, national)
    wanted: Any = [(name, indicator(name)) for name in "abcd"]
    assert list(_first_of(wanted, [OWN, NEXT, NATION], rows)) == [
        ("a", OWN, hidden),
        ("b", NEXT, only_county),
        ("c", NATION, national),
    ]


def test_a_need_is_that_of_the_newest_figure_the_nearest_of_several() -> None:
    newer = "2024-01-01/P1Y"
    rows = rows_of(
        row("a", "own"),
        row("a", "county", period=newer),
        row("b", "own"),
        row("b", "county"),
        row("c", "own", None),
        row("c", "county"),
        row("c", ENGLAND, period=newer),
        row("d", ENGLAND),
        row("e", ENGLAND),
        row("f", "own", None),
        row("f", ENGLAND),
    )
    wanted: Any = [
        indicator("a"),
        indicator("b"),
        indicator("c"),
        indicator("d"),
        indicator("e", comparable=False),
        indicator("f"),
        indicator("g"),
    ]
    found = list(_newest_of(wanted, [OWN, NEXT], NATION, rows))
    assert [(people, where[0].area_code) for people, where, _ in found] == [
        ("A", "county"),
        ("B", "own"),
        ("C", "county"),
        ("D", ENGLAND),
        ("F", ENGLAND),
    ]


def test_of_an_area_the_newest_figure_for_everybody_is_taken() -> None:
    given = [
        row("a", "own", 1.0, sex="male"),
        row("b", "own", 2.0, age="16-64"),
        row("b", "own", 3.0, age="65+", period="2024-01-01/P1Y"),
        row("c", "own", 4.0, age="16-64", period="2024-01-01/P1Y"),
        row("c", "own", 5.0, age="65+"),
        row("d", "own", 6.0, age="16-64"),
        row("d", "own", 7.0, age="65+"),
        row("e", "own", 8.0, breakdown="condition: yes"),
        row("b", "county", 9.0),
    ]
    asked: list[Any] = []

    def newest(codes: Any, **more: Any) -> list[dict[str, Any]]:
        asked.append((codes, more))
        return given

    context: Any = SimpleNamespace(store=SimpleNamespace(newest=newest))
    found = _asked(context, ["own", "county"], ["a", "b"])
    assert asked == [(["own", "county"], {"indicator_ids": ["a", "b"], "breakdown": "all"})]
    values = {code: {name: row["value"] for name, row in rows.items()} for code, rows in found.items()}
    assert values == {"own": {"b": 3.0, "c": 4.0, "d": 6.0}, "county": {"b": 9.0}}


def test_a_district_has_its_county_and_england_beside_it(asking: Callable[..., Context]) -> None:
    context = asking([])

    def found(code: str, area_type: str) -> list[tuple[str, float]]:
        area = context.register.area(code, area_type)
        return [(place.area_code, share) for place, share in council_areas(context, area)]

    assert found(WHOLE, "ltla") == [(WHOLE, 1.0), (COUNTY, 1.0), (ENGLAND, 1.0)]
    assert found(COUNTY, "utla") == [(COUNTY, 1.0), (ENGLAND, 1.0)]
    assert found(NORTH, "region") == [(NORTH, 1.0), (ENGLAND, 1.0)]
    assert found(ENGLAND, "england") == [(ENGLAND, 1.0)]


def test_the_health_areas_of_an_area_with_the_share_that_each_holds(asking: Callable[..., Context]) -> None:
    context = asking([])

    def found(code: str, area_type: str) -> list[tuple[str, str, float]]:
        area = context.register.area(code, area_type)
        return [(place.area_code, place.area_type, share) for place, share in health_areas(context, area)]

    assert found(WHOLE, "ltla") == [(WHOLE, "ltla", 1.0), (ICB, "icb", 1.0)]
    # of two that hold half the first by code
    assert found(HALF, "ltla") == [(HALF, "ltla", 1.0), (ICB, "icb", 0.5)]
    assert found("E07000003", "ltla")[1:] == [(OTHER_ICB, "icb", 0.5001)]
    # a county by what most of its districts lie in
    county = found(COUNTY, "utla")
    assert county[0] == (COUNTY, "utla", 1.0)
    assert county[1] == (ICB, "icb", pytest.approx((1.0 + 0.5 + 0.4999) / 3))
    assert found(NORTH, "region") == [(NORTH, "region", 1.0)]
    # what an area that is no more has become
    assert found(OLD_EAST, "ltla") == [(OLD_EAST, "ltla", 1.0), (MERGED, "ltla", 1.0)]


def test_recovery_is_by_group_where_the_services_are_or_of_england(monkeypatch: pytest.MonkeyPatch) -> None:
    def line(indicator_id: str, value: float | None = 1.0) -> Any:
        return SimpleNamespace(indicator=SimpleNamespace(id=indicator_id), row={"value": value})

    def figure(area_code: str, one: Any) -> Any:
        return SimpleNamespace(area=SimpleNamespace(area_code=area_code), line=one)

    with_groups = {"own", ENGLAND}
    asked = []

    def by_group(context: Any, area: Any, overall: Any) -> Any:
        asked.append((area.area_code, overall.indicator.id))
        return SimpleNamespace(area=area, groups=("sex",) if area.area_code in with_groups else ())

    monkeypatch.setattr(conditions, "recovery_by_group", by_group)
    monkeypatch.setattr(conditions, "lines_from", lambda context, rows: [line("recovery", rows[0]["value"])])
    context: Any = SimpleNamespace(
        register=SimpleNamespace(area=lambda code: SimpleNamespace(area_code=code))
    )
    national = {ENGLAND: {"recovery": {"value": 2.0}}}
    entry: Any = SimpleNamespace(id="recovery")

    def found(figures: list[Any], rows: Any = national) -> str | None:
        answer = _recovery(context, figures, entry, rows)
        return answer.area.area_code if answer else None

    assert found([figure("own", line("waits")), figure("own", line("recovery"))]) == "own"
    assert asked == [("own", "recovery")]
    # a figure without a value, without groups, of something else, or none at all
    assert found([figure("own", line("recovery", None))]) == ENGLAND
    assert found([figure("elsewhere", line("recovery"))]) == ENGLAND
    assert found([figure("own", line("waits"))]) == ENGLAND
    assert found([]) == ENGLAND
    assert found([], {}) is None
    assert found([], {ENGLAND: {"recovery": {"value": None}}}) is None
