"""The line through the dots: from how many areas on, over which stretch, and where it passes the marked ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.queries.relation import (
    FEWEST,
    MOST_MARKED,
    STEPS,
    _dots,
    _line,
    _other_view,
    second_indicator,
    second_indicators,
)
from dashboard.queries.rows import vintage_of
from indicators.catalogue import catalogue

from .conftest import PERIOD, view


def dots(many: int, *, level: bool = False) -> Any:
    """Areas on y = 2x + 1, from x = 10 on, a little off it in turn."""
    return [
        SimpleNamespace(
            area_code=f"E{place}",
            x=10.0 if level else 10.0 + place,
            y=2 * (10.0 + place) + 1 + (0.5 if place % 2 else -0.5),
        )
        for place in range(many)
    ]


def test_eight_areas_make_a_line_and_seven_do_not() -> None:
    assert (FEWEST, STEPS) == (8, 40)
    assert _line(dots(7), []) == (None, None, None, {})
    found, tilt, fit, marked = _line(dots(8), [])
    assert found is not None and tilt is not None and fit is not None
    assert found.value == pytest.approx(0.994, abs=1e-3)
    assert tilt.value == pytest.approx(2.0476, abs=1e-4)
    assert marked == {}


def test_areas_that_are_all_in_one_place_have_no_line() -> None:
    assert _line(dots(9, level=True), ["E1"]) == (None, None, None, {})


def test_the_line_goes_from_the_lowest_to_the_highest_and_through_the_marked() -> None:
    _, tilt, fit, marked = _line(dots(9), ["E8", "E0"])
    assert tilt is not None and fit is not None
    x, value, lower, upper = fit.places, fit.value, fit.lower, fit.upper
    assert [len(part) for part in (x, value, lower, upper)] == [41] * 4
    assert (x[0], x[20], x[40]) == (10.0, 14.0, 18.0)
    assert value[40] - value[0] == pytest.approx(8 * tilt.value)
    assert all(low < middle < high for low, middle, high in zip(lower, value, upper, strict=True))
    assert marked == {"E8": pytest.approx(value[40]), "E0": pytest.approx(value[0])}


def figure(value: float | None, status: str = "ok") -> dict[str, Any]:
    return {
        "area_code": "E1",
        "area_name": "Leeds",
        "value": value,
        "lower_ci_95": 1.0,
        "upper_ci_95": 9.0,
        "status": status,
    }


def test_an_area_has_a_dot_where_both_have_a_value() -> None:
    assert MOST_MARKED == 8
    pairs = [(figure(5.0), figure(6.0)), (figure(None), figure(6.0)), (figure(5.0), figure(None))]
    [dot] = _dots(pairs)
    assert (dot.x, dot.y) == (6.0, 5.0)


def indicator(indicator_id: str, comparable: bool = True) -> Any:
    return SimpleNamespace(id=indicator_id, comparable=comparable, complements=())


def test_the_second_indicator_is_named_or_the_first_with_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        name: indicator(name, name != "count")
        for name in ("employment-rate", "count", "empty", "other", "usual")
    }
    loaded = {name: [{"area_type": "ltla"}] for name in ("employment-rate", "count", "other", "usual")}
    context: Any = SimpleNamespace(catalogue=entries, available=lambda name: loaded.get(name, []))
    monkeypatch.setattr("dashboard.queries.relation.in_role", lambda catalogue, role: [entries["usual"]])
    found = [(indicator.id, has) for indicator, has in second_indicators(context, view())]
    assert found == [("empty", False), ("other", True), ("usual", True)]

    def second(**changes: Any) -> str | None:
        chosen = second_indicator(context, view(**changes))
        return chosen.id if chosen else None

    assert second() == "usual"
    assert second(with_id="empty") == "empty"
    assert second(with_id="employment-rate") == "usual"
    assert second(area_type="icb") is None
    del loaded["usual"]
    assert second() == "other"


def test_the_year_is_that_of_the_publishers_areas_or_of_the_period(asking: Any) -> None:
    def year(spread: dict[str, Any] | None, **changes: Any) -> int:
        context = asking([])
        context.store.distribution = lambda **group: spread
        return vintage_of(context, view(**changes))

    assert year({"vintage": 2021}) == 2021
    assert year(None) == 2023
    assert year(None, vintage=2019) == 2019
    assert year({"vintage": 2021}, period=None, vintage=2019) == 2019
    assert PERIOD.startswith("2023")


@pytest.mark.parametrize(("sex", "asked"), [("male", True), ("female", False)])
def test_the_second_indicator_is_of_the_same_sex_where_it_has_it(
    sex: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []
    module = "dashboard.queries.relation"
    monkeypatch.setattr(f"{module}.second_indicator", lambda context, view: indicator("other"))
    monkeypatch.setattr(f"{module}.search_of", lambda given: seen.append(dict(given)))
    monkeypatch.setattr(f"{module}.read_view", lambda context, search: None)
    rows = [{"area_type": "ltla", "sex": "male"}, {"area_type": "icb", "sex": "female"}]
    context: Any = SimpleNamespace(available=lambda name: rows)
    assert _other_view(context, view(sex=sex)) is None
    plain = {"indicator": "other", "area_type": "ltla"}
    assert seen == [plain | ({"sex": sex} if asked else {})]


def test_an_indicator_with_real_figures_goes_before_one_that_is_usual() -> None:
    """Disability is the usual one; Talking Therapies has real figures here, and qualifications elsewhere."""
    known = catalogue()

    def chosen(**rows: list[dict[str, Any]]) -> str:
        loaded = {name.replace("_", "-"): found for name, found in rows.items()}
        context = SimpleNamespace(catalogue=known, available=lambda name: loaded.get(name, []))
        found = second_indicator(context, view())  # type: ignore[arg-type]
        return found.id if found else ""

    invented, real = {"area_type": "ltla", "illustrative": True}, {"area_type": "ltla", "illustrative": False}
    elsewhere = {"area_type": "region", "illustrative": False}
    recovery = {"talking_therapies_recovery_rate": [real], "no_qualifications": [elsewhere]}
    assert chosen(disability_prevalence=[invented], **recovery) == "talking-therapies-recovery-rate"
    assert chosen(disability_prevalence=[real, invented], **recovery) == "disability-prevalence"
    # of illustrative ones alone the usual one
    assert chosen(disability_prevalence=[invented]) == "disability-prevalence"
    assert chosen(no_qualifications=[elsewhere]) == ""
