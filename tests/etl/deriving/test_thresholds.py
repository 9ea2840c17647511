"""Both sides of every threshold of deriving: just enough, and just not enough."""

from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Y2021, YORK, indicator, route

from etl.deriving.derive import derive
from etl.deriving.gaps import FURTHEST_DAYS, gaps
from etl.deriving.recent_trends import trend_rows
from etl.deriving.sums import aggregates
from etl.deriving.totals import SumsOfParts
from etl.frames import measurements
from etl.frames.observations import COLUMNS, typed
from etl.frames.routes import IndicatorRoute
from geodata.parts import parts_of
from geodata.register import Register
from indicators.catalogue import Indicator, catalogue
from indicators.notes import not_compared

MANCHESTER = "E47000001"  # a combined authority of ten districts
LONDON_LEP = "E37000051"  # 33 boroughs
RATE = indicator("rate", route("alpha", "published", "published", value=("rate",)))
POINTS = indicator(
    "points", route("alpha", "published", "published", value=("rate",)), unit="percentage_points"
)


def observations(rows: list[dict]) -> pd.DataFrame:
    base = {
        **dict.fromkeys(COLUMNS),
        "indicator_id": "rate",
        "period": Y2021,
        "sex": "persons",
        "age": "all",
        "breakdown": "all",
        "status": "ok",
        "interval_method": "none",
        "note": "",
        "route": 0,
    }
    return typed(pd.DataFrame([{**base, **row} for row in rows])[COLUMNS])


def derived(entry: Indicator, rows: list[dict], register: Register):
    """(observations by area, report) of one indicator of source alpha."""
    frame, report = derive(
        measurements.from_rows([{"period": Y2021, **row} for row in rows]),
        source_id="alpha",
        file="alpha.csv",
        illustrative=False,
        register=register,
        catalogue={entry.id: entry},
    )
    return frame.set_index("area_code"), report


# ---- sums ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "lost", "has_figure", "is_judged"),
    [
        # ten districts and thirty-three boroughs, of as many people each
        (MANCHESTER, 1, True, True),
        (MANCHESTER, 2, True, False),
        (MANCHESTER, 5, True, False),
        (MANCHESTER, 6, False, False),
        (LONDON_LEP, 3, True, True),
        (LONDON_LEP, 4, True, False),
        (LONDON_LEP, 16, True, False),
        (LONDON_LEP, 17, False, False),
    ],
)
def test_a_sum_needs_half_of_its_people_and_nine_tenths_to_be_judged(
    whole: str,
    lost: int,
    has_figure: bool,
    is_judged: bool,
    register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("indicators.sums.populations", dict)
    entry = catalogue()["disability-prevalence"]
    place = next(place for place, route in enumerate(entry.routes) if route.method == "aggregate")
    area_type = register.types_of(whole)[0]
    parts = sorted(parts_of(register, whole, area_type, "ltla", 2024))
    rows = [
        {
            "indicator_id": entry.id,
            "period": "2021-03-21/P1D",
            "area_code": code,
            "numerator": np.nan if code in parts[:lost] else 10.0,
            "denominator": 100.0,
        }
        for code in sorted(register.codes("ltla", 2024))
    ]
    sums = aggregates(IndicatorRoute(entry, place, entry.routes[place]), observations(rows), register)
    row = sums.set_index("area_code").loc[whole]
    assert bool(np.isfinite(row["value"])) is has_figure
    assert (row["status"] == "ok") is has_figure
    assert np.isfinite(row["lower_ci_95"]) == np.isfinite(row["upper_ci_998"]) == has_figure
    assert row["note"].startswith(f"Summed from {len(parts) - lost} of {len(parts)} ")
    assert not_compared(row["note"]) == (has_figure and not is_judged)


@pytest.mark.parametrize(
    ("share", "parts"),
    [
        (1.0, {"E1", "E2"}),
        (0.995, {"E1", "E2"}),
        (0.994, set()),
        (0.5, set()),
        (0.006, set()),
        (0.005, {"E1"}),
    ],
)
def test_an_area_is_made_of_whole_parts_but_for_slivers(share: float, parts: set[str]) -> None:
    membership = namedtuple("membership", ["child_code", "share"])
    types = {"lep": SimpleNamespace(vintages=(2021,)), "ltla": SimpleNamespace(vintages=(2021,))}
    invented = SimpleNamespace(
        area=lambda code, area_type: SimpleNamespace(alive=lambda day: True),
        area_type=types.__getitem__,
        children=lambda *args, **more: [membership("E1", 1.0), membership("E2", share)],
        codes=lambda area_type, vintage: frozenset({"E1", "E2"}),
        predecessors=lambda code: [],
    )
    assert parts_of(invented, "W", "lep", "ltla", 2021) == parts


@pytest.mark.parametrize(("off", "is_apart"), [(50, False), (60, True)])
def test_a_sum_of_rounded_counts_may_differ_by_half_a_step_for_each_count(
    off: int, is_apart: bool, register: Register
) -> None:
    entry = indicator(
        "claims",
        route("alpha", "count", "none", ("region", "england"), value=("claims",)),
        unit="count",
        multiplier=1.0,
    )
    # nine regions and England, each rounded to the nearest 10: together at most 50 apart
    regions = sorted(register.codes("region", 2021))
    rows = [{"area_code": code, "value": 110.0} for code in regions]
    rows.append({"area_code": ENGLAND, "value": 990.0 + off})
    sums = SumsOfParts(register, {"claims": entry})
    sums.see(observations([{"indicator_id": "claims", **row} for row in rows]).assign(release_id="alpha:1:x"))
    [row] = sums.rows()
    assert row["compared"] == 1
    assert bool(row["apart"]) is is_apart


# ---- limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "value", "half", "limits"),
    [
        (RATE, 1.0, 0.9, (0.1, 1.9)),
        (RATE, 1.0, 1.0, (0.0, 2.0)),
        (RATE, 1.0, 1.1, (0.0, 2.1)),
        (RATE, 99.0, 0.9, (98.1, 99.9)),
        (RATE, 99.0, 1.1, (97.9, 100.0)),
        # a gap may be negative
        (POINTS, 1.0, 1.1, (-0.1, 2.1)),
    ],
)
def test_limits_from_a_half_width_end_where_the_unit_does(
    entry: Indicator, value: float, half: float, limits: tuple[float, float], register: Register
) -> None:
    rows = [{"measure": "rate", "area_code": LEEDS, "value": value, "half_width_95": half}]
    row = derived(entry, rows, register)[0].loc[LEEDS]
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx(limits)
    assert row["lower_ci_998"] <= row["lower_ci_95"] and row["upper_ci_998"] >= row["upper_ci_95"]
    assert entry is POINTS or (row["lower_ci_998"] >= 0 and row["upper_ci_998"] <= 100)


def test_an_interval_needs_both_of_its_halves_and_a_value(register: Register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    rows = [
        {"measure": "rate", "area_code": LEEDS, "value": 50.0, "lower_ci_95": 48.0, "upper_ci_95": 52.0},
        {"measure": "rate", "area_code": YORK, "value": 50.0},
        {"measure": "rate", "area_code": NOTTINGHAM, "status": "suppressed", "half_width_95": 2.0},
    ]
    frame, _ = derived(entry, rows, register)
    assert frame.loc[LEEDS, "interval_method"] != "none"
    for code in (YORK, NOTTINGHAM):
        assert np.isnan(frame.loc[code, "lower_ci_95"]) and np.isnan(frame.loc[code, "upper_ci_998"])
        assert frame.loc[code, "interval_method"] == "none"


@pytest.mark.parametrize(("numerator", "is_wrong"), [(100.0, False), (101.0, True), (0.0, False)])
def test_a_numerator_may_equal_its_denominator_and_no_more(
    numerator: float, is_wrong: bool, register: Register
) -> None:
    entry = indicator(
        "share", route("alpha", "proportion", "wilson", numerator=("part",), denominator=("whole",))
    )
    rows = [
        {"measure": "part", "area_code": LEEDS, "value": numerator},
        {"measure": "whole", "area_code": LEEDS, "value": 100.0},
    ]
    if is_wrong:
        with pytest.raises(
            Exception, match=r"101 for share, E08000035.*expected at most the denominator, 100"
        ):
            derived(entry, rows, register)
    else:
        assert derived(entry, rows, register)[0].loc[LEEDS, "value"] == numerator


@pytest.mark.parametrize(("part", "whole", "is_apart"), [(131.0, 1048.0, False), (124.0, 1000.0, True)])
def test_the_publishers_own_figure_may_differ_by_half_its_last_digit(
    part: float, whole: float, is_apart: bool, register: Register
) -> None:
    entry = indicator(
        "share",
        route(
            "alpha",
            "proportion",
            "wilson",
            numerator=("part",),
            denominator=("whole",),
            published=("own",),
        ),
    )
    # ours is 12.5 or 12.4, theirs 13 to the nearest whole number
    rows = [
        {"measure": name, "area_code": LEEDS, "value": value}
        for name, value in (("part", part), ("whole", whole), ("own", 13.0))
    ]
    _, report = derived(entry, rows, register)
    [check] = report.cross_checks
    assert (check["compared"], bool(check["apart"])) == (1, is_apart)


# ---- gaps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overall_day", "is_near"), [("2020-06-29", True), ("2020-06-28", False), ("2022-07-01", True)]
)
def test_a_gap_takes_a_rate_at_most_a_year_away(overall_day: str, is_near: bool, register: Register) -> None:
    day = pd.Timestamp("2021-06-30")
    days = abs((pd.Timestamp(overall_day) - day).days)
    assert (days <= FURTHEST_DAYS) is is_near and days in (FURTHEST_DAYS, FURTHEST_DAYS + 1)
    entry = indicator(
        "gap",
        route("derived", "difference", "newcombe", minuend="everyone", subtrahend="group"),
        unit="percentage_points",
    )
    overall = observations([{"area_code": LEEDS, "value": 75.0, "period": f"{overall_day}/P1D"}])
    group = observations([{"area_code": LEEDS, "value": 50.0, "period": "2021-06-30/P1D"}])
    [row] = gaps(IndicatorRoute(entry, 0, entry.routes[0]), overall, group, register).to_dict("records")
    if is_near:
        assert (row["value"], row["status"], row["basis_period"]) == (25.0, "ok", f"{overall_day}/P1D")
    else:
        assert np.isnan(row["value"]) and row["status"] == "not_available"
        assert row["note"] == "No overall rate within a year of this period."


# ---- recent trends ---------------------------------------------------------------------------------------


def trend(years: range, without: tuple[int, ...] = ()) -> dict:
    entry = indicator(
        "share", route("alpha", "proportion", "wilson", numerator=("part",), denominator=("whole",))
    )
    rows = [
        {
            "indicator_id": "share",
            "area_code": LEEDS,
            "period": f"{year}-01-01/P1Y",
            "value": 40.0 + 3 * (year - 2010),
            "numerator": 400.0 + 30 * (year - 2010),
            "denominator": 1000.0,
        }
        for year in years
        if year not in without
    ]
    every = {"share": [f"{year}-01-01/P1Y" for year in years]}
    [row] = trend_rows(observations(rows), {"share": entry}, every).to_dict("records")
    return row


def test_a_trend_takes_the_last_five_periods_and_no_fewer() -> None:
    assert trend(range(2010, 2015))["direction"] == "increasing"
    assert trend(range(2010, 2014))["direction"] == "not_calculated"
    used = trend(range(2010, 2016))["periods_used"]
    assert "2010" not in used and all(str(year) in used for year in range(2011, 2016))


def test_a_series_broken_within_its_last_five_periods_has_no_trend() -> None:
    assert trend(range(2010, 2016), without=(2010,))["direction"] == "increasing"
    assert trend(range(2010, 2016), without=(2011,))["direction"] == "not_calculated"
