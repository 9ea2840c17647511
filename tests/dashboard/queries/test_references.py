"""Where a figure stands beside England and the areas of its type, and where it stands nowhere."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.answers.profile import Reference, Spine, Spread
from dashboard.queries.references import made_references, references_of, spine_of

SPREAD = {
    "area_type": "ltla",
    "minimum": 50.0,
    "p5": 60.0,
    "p25": 70.0,
    "p75": 80.0,
    "p95": 90.0,
    "maximum": 95.0,
}
OF_TYPE = Spread("ltla", 50.0, 60.0, 70.0, 80.0, 90.0, 95.0)


def indicator(polarity: str = "high_is_good", comparable: bool = True) -> Any:
    return SimpleNamespace(polarity=polarity, comparable=comparable, not_compared=None)


def figure(value: float | None, lower: float | None = None, upper: float | None = None) -> dict[str, Any]:
    return {"value": value, "lower_ci_95": lower, "upper_ci_95": upper}


def test_the_spine_reaches_to_the_area_that_is_furthest_from_england() -> None:
    # 25 below England is further than 20 above it
    [reference] = made_references([(75.0, False, SPREAD, indicator())])
    assert reference == Reference(75.0, False, OF_TYPE, 0.04, -0.6, -0.2, 0.2, 0.6)
    # where low is good the spine is turned round, and its bars stay from left to right
    [turned] = made_references([(75.0, True, SPREAD, indicator("low_is_good"))])
    assert turned == Reference(75.0, True, OF_TYPE, -0.04, -0.6, -0.2, 0.2, 0.6)


@pytest.mark.parametrize(
    ("england", "spread", "entry", "found"),
    [
        (75.0, None, indicator(), Reference(75.0, False)),
        (None, SPREAD, indicator(), Reference(None, False, OF_TYPE)),
        # a count has no spine
        (75.0, SPREAD, indicator(comparable=False), Reference(75.0, False, OF_TYPE)),
    ],
)
def test_there_is_no_spine_without_england_a_spread_or_a_comparison(
    england: float | None, spread: dict[str, Any] | None, entry: Any, found: Reference
) -> None:
    assert made_references([(england, False, spread, entry)]) == [found]


def test_there_are_no_bars_where_an_end_is_missing() -> None:
    few = {**SPREAD, "p5": None, "p95": None}
    [reference] = made_references([(75.0, False, few, indicator())])
    assert reference.scale == 0.04
    assert (reference.low5, reference.low25, reference.high75, reference.high95) == (None,) * 4


def test_references_are_made_together_each_with_its_own_scale() -> None:
    close = {**SPREAD, "minimum": 70.0, "maximum": 80.0}
    found = made_references(
        [
            (75.0, False, SPREAD, indicator()),
            (75.0, False, close, indicator()),
            (1.0, False, None, indicator()),
        ]
    )
    assert [reference.scale for reference in found] == [0.04, 0.2, None]


REFERENCE = Reference(75.0, False, OF_TYPE, 0.04, -0.6, -0.2, 0.2, 0.6)
TURNED = Reference(75.0, False, OF_TYPE, -0.04, -0.6, -0.2, 0.2, 0.6)
BARS = (-0.6, -0.2, 0.2, 0.6)


@pytest.mark.parametrize(
    ("reference", "row", "spine"),
    [
        (REFERENCE, figure(85.0, 80.0, 100.0), Spine(0.4, 0.2, 1.0, *BARS)),
        (TURNED, figure(85.0, 80.0, 100.0), Spine(-0.4, -1.0, -0.2, *BARS)),
        (REFERENCE, figure(75.0, 75.0, 75.0), Spine(0.0, 0.0, 0.0, *BARS)),
        # an interval has two ends or none
        (REFERENCE, figure(85.0, 80.0), Spine(0.4, None, None, *BARS)),
        (REFERENCE, figure(85.0, None, 100.0), Spine(0.4, None, None, *BARS)),
        (REFERENCE, figure(None), None),
        (Reference(None, False, OF_TYPE), figure(85.0), None),
        (Reference(75.0, False, OF_TYPE), figure(85.0), None),
        (Reference(None, False, OF_TYPE, 0.04), figure(85.0), None),
        # further away than a number can say
        (Reference(0.0, False, OF_TYPE, 1e300), figure(1e300), None),
        (
            Reference(0.0, False, OF_TYPE, 1e300, *BARS),
            figure(0.0, -1e300, 1.0),
            Spine(0.0, None, None, *BARS),
        ),
    ],
)
def test_a_figure_and_its_interval_on_the_spine(
    reference: Reference, row: dict[str, Any], spine: Spine | None
) -> None:
    found = spine_of(reference, row)
    if spine is None or found is None:
        assert found is spine
        return
    assert (found.value, found.lower, found.upper) == pytest.approx((spine.value, spine.lower, spine.upper))
    assert (found.low5, found.low25, found.high75, found.high95) == BARS


# ---- which reference ---------------------------------------------------------------------------------------


class Spreads:
    """As much of a store as references ask for; counts how often it is asked."""

    def __init__(self, newest: dict[str, list[dict[str, Any]]], older: list[dict[str, Any]]) -> None:
        self.newest, self.older, self.asked = newest, older, 0

    def newest_spreads(self, area_type: str) -> list[dict[str, Any]]:
        return self.newest.get(area_type, [])

    def spreads_of(self, keys: Any, area_types: Any) -> list[dict[str, Any]]:
        self.asked += 1
        wanted = set(keys)
        return [row for row in self.older if key_of(row) in wanted and row["area_type"] in area_types]

    def national(self, keys: list[Any]) -> dict[Any, tuple[float, str]]:
        return {
            key: (75.0, "illustrative" if key[-1] == "2019" else "ok") for key in keys if key[-1] != "2018"
        }


def key_of(row: dict[str, Any]) -> tuple[str, str, str, str, str]:
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"])


def spread(area_type: str, period: str, **more: Any) -> dict[str, Any]:
    group = {"indicator_id": "employment-rate", "sex": "persons", "age": "16-64", "breakdown": "all"}
    return {**group, "period": period, **SPREAD, "area_type": area_type, **more}


def context_of(store: Spreads) -> Any:
    kept: dict[Any, Any] = {}

    def cached(key: Any, build: Any) -> Any:
        if key not in kept:
            kept[key] = build()
        return kept[key]

    entry = SimpleNamespace(polarity="high_is_good", comparable=True, not_compared=None)
    return SimpleNamespace(
        store=store, cached=cached, catalogue={"employment-rate": entry}, available=lambda indicator_id: []
    )


def test_a_series_is_known_as_the_first_type_of_its_area_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = {}

    def age_there(
        context: Any, name: str, sex: str, age: str, breakdown: str, own_type: str, there: str
    ) -> str:
        looked_up[len(looked_up)] = (own_type, there)
        return age

    monkeypatch.setattr("dashboard.queries.references.age_there", age_there)
    store = Spreads(
        {"ltla": [spread("ltla", "2023")], "utla": [spread("utla", "2023"), spread("utla", "2022")]},
        [spread("utla", "2021"), spread("ltla", "2021"), spread("utla", "2020")],
    )
    context = context_of(store)
    keys = [key_of(spread("", period)) for period in ("2023", "2022", "2021", "2020", "2019", "2018")]
    found = references_of(context, keys, ("ltla", "utla"))
    assert [area_type for area_type, _ in found] == ["ltla", "utla", "ltla", "utla", None, None]
    assert [reference.england for _, reference in found] == [75.0] * 5 + [None]
    assert [reference.is_illustrative for _, reference in found] == [False] * 4 + [True, False]
    assert [reference.spread is None for _, reference in found] == [False] * 4 + [True, True]
    # England's age band is that of the type that the spread is of, or else of the first type
    assert list(looked_up.values()) == [
        ("ltla", "england"),
        ("utla", "england"),
        ("utla", "england"),
        ("ltla", "england"),
        ("utla", "england"),
        ("ltla", "england"),
        ("ltla", "england"),
    ]
    # older ones are asked for once
    assert references_of(context, keys, ("ltla", "utla")) == found
    assert store.asked == 1
    # the newest alone need no older
    references_of(context, keys[:2], ("ltla", "utla"))
    assert store.asked == 1


def test_older_references_are_dropped_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.queries.references.age_there", lambda context, name, sex, age, *more: age)
    monkeypatch.setattr("dashboard.queries.references.MOST_OLDER", 2)
    store = Spreads({}, [spread("ltla", str(year)) for year in range(2000, 2010)])
    context = context_of(store)

    def ask(*years: int) -> list[str | None]:
        keys = [key_of(spread("", str(year))) for year in years]
        return [area_type for area_type, _ in references_of(context, keys, ("ltla",))]

    assert ask(2000, 2001) == ["ltla", "ltla"] and store.asked == 1
    assert ask(2000, 2001) == ["ltla", "ltla"] and store.asked == 1
    # a third does not fit: what was kept goes, and all that is asked for is looked up again
    assert ask(2001, 2002) == ["ltla", "ltla"] and store.asked == 3
    assert ask(2001, 2002) == ["ltla", "ltla"] and store.asked == 3
    assert ask(2000) == ["ltla"] and store.asked > 3
