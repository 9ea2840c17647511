"""Where the figures are that an area has not, and who has newer ones: both sides of the threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.answers.age import FRESH
from dashboard.answers.geography import Nearby
from dashboard.answers.profile import Line, Reference
from dashboard.queries import elsewhere
from dashboard.queries.profile import beside

CCG = "E38000243"
BOARD = "E54000060"
REGION = "E12000004"
ENDED = date(2022, 3, 31)


def line(context: Context, value: float | None = 50.0) -> Line:
    row: dict[str, Any] = {
        "indicator_id": "talking-therapies-recovery-rate",
        "area_code": CCG,
        "area_type": "ccg",
        "period": "2021-04-01/P1Y",
        "sex": "persons",
        "age": "all",
        "breakdown": "all",
        "value": value,
        "lower_ci_95": None,
        "upper_ci_95": None,
        "status": "ok" if value is not None else "suppressed",
        "trend": None,
    }
    return beside(context, [row], [Reference(None)])[0]


def newer(context: Context, days: dict[str, date], value: float | None = 50.0) -> list[tuple[str, list[str]]]:
    candidates = [
        Nearby(BOARD, "icb", 1.0),
        Nearby(REGION, "region", 1.0),
        Nearby("E92000001", "england", 1.0),
    ]
    newest = {"talking-therapies-recovery-rate": days}
    found = elsewhere._newer(context, [line(context, value)], candidates, newest)
    return [(area.area_code, [indicator.id for indicator in indicators]) for area, indicators in found]


@pytest.mark.parametrize(
    ("days_later", "is_told"),
    [(elsewhere.NEWER_DAYS - 1, False), (elsewhere.NEWER_DAYS, False), (elsewhere.NEWER_DAYS + 1, True)],
)
def test_newer_figures_are_reported_where_they_go_on_for_a_year(
    context: Context, days_later: int, is_told: bool
) -> None:
    found_newer = newer(context, {BOARD: ENDED + timedelta(days_later)})
    assert found_newer == ([(BOARD, ["talking-therapies-recovery-rate"])] if is_told else [])


def test_five_answers_and_four_other_key_figures_of_areas_around_are_shown(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = line(context)
    figure = replace(plain, age=FRESH, row={**plain.row, "area_code": BOARD, "area_type": "icb"})
    every = {entry.id: replace(figure, indicator=entry) for entry in elsewhere.looked_for(context)}
    monkeypatch.setattr(elsewhere, "_with_any", lambda context: {"icb": frozenset({BOARD})})
    monkeypatch.setattr(
        elsewhere,
        "lines_around",
        lambda context, codes: {code: every if code == BOARD else {} for code in codes},
    )
    answers = [entry.id for entry in elsewhere._answering(context)]
    shown = [
        found.line.indicator.id
        for found in elsewhere.covering(context, context.register.area("E06000018"), set())
    ]
    others = [name for name in every if name not in answers]
    assert len(answers) > 5 and len(others) > 4
    assert shown == [*answers[:5], *others[:4]]


def test_of_several_the_nearest_with_the_newest_figure_is_reported_and_never_a_country(
    context: Context,
) -> None:
    later = ENDED + timedelta(1000)
    assert newer(context, {BOARD: later, REGION: later})[0][0] == BOARD
    assert newer(context, {BOARD: ENDED, REGION: later})[0][0] == REGION
    assert newer(context, {"E92000001": later}) == []


def test_a_figure_that_is_hidden_has_no_newer_one(context: Context) -> None:
    assert newer(context, {BOARD: ENDED + timedelta(1000)}, value=None) == []


def test_areas_with_the_same_newest_figures_share_their_days(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(code, "employment-rate", "2023-01-01/P1Y") for code in ("E06000018", "E06000060")]
    rows += [("E06000018", "gone-from-the-catalogue", "2023-01-01/P1Y")]
    rows += [("E06000060", "employment-rate", "2022-01-01/P1Y")]
    monkeypatch.setattr(type(context.store), "newest_periods", lambda self: rows)
    monkeypatch.setattr(Context, "cached", lambda self, key, build, **how: build())
    days = elsewhere.newest_days(context)
    assert days["E06000018"] == {"employment-rate": date(2023, 12, 31)}
    assert days["E06000018"] is days["E06000060"]


def test_what_an_area_lacks_is_told_of_the_nearest_inside_it_nowhere_or_not_loaded(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(context.catalogue)[:5]
    have, near, within, nowhere, not_loaded = names
    loaded = {
        have: [{"area_type": "ltla"}],
        near: [{"area_type": "region"}],
        within: [{"area_type": "sub_icb"}],
        nowhere: [{"area_type": "uk"}],
    }
    days = {near: {REGION: ENDED}, within: {"E92000001": ENDED}}
    monkeypatch.setattr(Context, "all_available", lambda self: loaded)
    monkeypatch.setattr(elsewhere, "_newest_by_indicator", lambda context, candidates: days)
    monkeypatch.setattr(elsewhere, "_kinds_inside", lambda context, area: ("sub_icb",))
    monkeypatch.setattr(elsewhere, "_newer", lambda *given: ())
    own: Any = SimpleNamespace(indicator=SimpleNamespace(id=have))
    found = elsewhere.elsewhere(context, context.register.area("E06000018"), [own])
    assert [
        (area.area_code, kind, [indicator.id for indicator in held]) for area, kind, held in found.nearest
    ] == [(REGION, "region", [near])]
    assert {kind: [indicator.id for indicator in held] for kind, held in found.inside.items()} == {
        "sub_icb": [within]
    }
    assert [indicator.id for indicator in found.nowhere] == [nowhere]
    assert [indicator.id for indicator in found.unloaded] == list(context.catalogue)[4:]
    assert not_loaded == found.unloaded[0].id
