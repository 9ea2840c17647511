"""Whose figure stands for an area on the page of conditions: its own, that of the first around it, or none."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.answers.headlines import StandIn
from dashboard.queries import conditions
from dashboard.queries.conditions import _asked, _chosen, _recovery

ENGLAND = "E92000001"


def row(indicator_id: str, area_code: str, value: float | None = 1.0, **more: Any) -> dict[str, Any]:
    plain = {
        "sex": "persons",
        "age": "all",
        "breakdown": "all",
        "period": "2023-01-01/P1Y",
        "status": "ok",
    }
    return {"indicator_id": indicator_id, "area_code": area_code, "value": value, **plain, **more}


def indicator(indicator_id: str, is_count: bool = False) -> Any:
    return SimpleNamespace(id=indicator_id, is_count=is_count, ended=None)


OWN = StandIn("own", "ltla", "own")
CCG = StandIn("ccg", "ccg", "around", 0.9)
BOARD = StandIn("icb", "icb", "around")
REGION = StandIn("region", "region", "around")
NATION = StandIn(ENGLAND, "england", "country")
EVERY = (OWN, CCG, BOARD, REGION, NATION)
OLD, NEW = "2022-01-01/P1Y", "2025-01-01/P1Y"
CONTEXT: Any = SimpleNamespace(
    today=lambda: date(2026, 11, 30),
    register=SimpleNamespace(area=lambda code, kind: SimpleNamespace(area_code=code)),
)


def rows_of(*rows: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["area_code"], {})[row["indicator_id"]] = row
    return found


def chosen(rows: dict[str, dict[str, dict[str, Any]]], is_count: bool = False) -> tuple[str, float] | None:
    """The area that speaks for ``own`` with the indicator ``a``, and its share."""
    area: Any = SimpleNamespace(area_code="own")
    wanted = [("A", indicator("a", is_count))]
    found = list(_chosen(CONTEXT, area, wanted, {"a": EVERY}, rows))
    return None if not found else (found[0][1][0].area_code, found[0][1][1])


def test_a_figure_is_that_of_the_area_with_or_without_a_value() -> None:
    assert chosen(rows_of(row("a", "own", period=OLD), row("a", "icb", period=NEW))) == ("own", 1.0)
    assert chosen(rows_of(row("a", "own", None), row("a", "icb", period=NEW))) == ("own", 1.0)


def test_else_it_is_that_of_the_nearest_around_it_whose_figure_is_not_old() -> None:
    assert chosen(rows_of(row("a", "ccg", period=OLD), row("a", "icb", period=OLD))) == ("ccg", 0.9)
    assert chosen(rows_of(row("a", "ccg", period=OLD), row("a", "icb", period=NEW))) == ("icb", 1.0)
    assert chosen(rows_of(row("a", "ccg", None), row("a", "icb", period=OLD))) == ("icb", 1.0)
    assert chosen(rows_of(row("a", "ccg", period=OLD), row("a", ENGLAND, period=NEW))) == ("ccg", 0.9)
    assert chosen(rows_of(row("a", ENGLAND))) == (ENGLAND, 1.0)
    assert chosen({}) is None


def test_the_count_of_a_wider_area_never_stands_in() -> None:
    wider = rows_of(row("a", "region"), row("a", ENGLAND))
    assert chosen(wider) == ("region", 1.0)
    assert chosen(wider, is_count=True) is None
    assert chosen(rows_of(row("a", "icb"), row("a", ENGLAND)), is_count=True) == ("icb", 1.0)
    assert chosen(rows_of(row("a", "own"), row("a", "icb")), is_count=True) == ("own", 1.0)


def test_an_illustrative_figure_is_shown_only_where_no_real_one_is() -> None:
    invented = row("a", "ccg", period=NEW, status="illustrative")
    assert chosen(rows_of(invented, row("a", "icb", period=OLD))) == ("icb", 1.0)
    assert chosen(rows_of(invented)) == ("ccg", 0.9)


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


def test_recovery_is_by_group_where_the_services_are_or_of_england(monkeypatch: pytest.MonkeyPatch) -> None:
    def line(indicator_id: str, value: float | None = 1.0) -> Any:
        return SimpleNamespace(
            indicator=SimpleNamespace(id=indicator_id), row={"value": value}, illustrative=False
        )

    def figure(area_code: str, found_line: Any) -> Any:
        found_line.row["area_code"] = area_code
        return SimpleNamespace(area=SimpleNamespace(area_code=area_code), line=found_line)

    with_groups = {"own", ENGLAND}
    monkeypatch.setattr(
        conditions, "has_groups", lambda context, overall: overall.row["area_code"] in with_groups
    )
    monkeypatch.setattr(
        conditions,
        "lines_from",
        lambda context, rows: [figure(ENGLAND, line("recovery", rows[0]["value"])).line],
    )
    context: Any = SimpleNamespace(
        register=SimpleNamespace(area=lambda code: SimpleNamespace(area_code=code))
    )
    national = {ENGLAND: {"recovery": {"value": 2.0}}}
    entry: Any = SimpleNamespace(id="recovery")

    def found(figures: list[Any], rows: Any = national) -> str | None:
        answer = _recovery(context, figures, entry, rows)
        return answer.area.area_code if answer else None

    assert found([figure("own", line("waits")), figure("own", line("recovery"))]) == "own"
    # a figure without a value, without groups, of something else, or none at all
    assert found([figure("own", line("recovery", None))]) == ENGLAND
    assert found([figure("elsewhere", line("recovery"))]) == ENGLAND
    assert found([figure("own", line("waits"))]) == ENGLAND
    assert found([]) == ENGLAND
    assert found([], {}) is None
    assert found([], {ENGLAND: {"recovery": {"value": None}}}) is None
