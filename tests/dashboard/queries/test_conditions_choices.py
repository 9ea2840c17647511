"""Whose figure stands for an area on the page of conditions: the first that has one, the newest, or none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from dashboard.queries.conditions import _asked, _first_of, _newest_of

ENGLAND = "E92000001"


def row(indicator_id: str, area_code: str, value: float | None = 1.0, **more: Any) -> dict[str, Any]:
    plain = {"sex": "persons", "age": "all", "breakdown": "all", "period": "2023-01-01/P1Y"}
    return {"indicator_id": indicator_id, "area_code": area_code, "value": value, **plain, **more}


def indicator(indicator_id: str, comparable: bool = True) -> Any:
    return SimpleNamespace(id=indicator_id, comparable=comparable, short_title=indicator_id.title())


def candidate(area_code: str, share: float = 1.0) -> Any:
    return SimpleNamespace(area_code=area_code), share


OWN, COUNTY, NATION = candidate("own"), candidate("county", 0.9), candidate(ENGLAND)


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
    assert list(_first_of(wanted, [OWN, COUNTY, NATION], rows)) == [
        ("a", OWN, hidden),
        ("b", COUNTY, only_county),
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
    found = list(_newest_of(wanted, [OWN, COUNTY], NATION, rows))
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
