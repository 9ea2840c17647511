"""Each method at its edges: no counts, none in the denominator, counts that contradict each other, figures of the publisher."""

from __future__ import annotations

import numpy as np
import pytest
from deriving_toolkit import NAN, cell, made
from etl_toolkit import LEEDS, NOTTINGHAM, YORK, indicator, route

from etl.deriving.derive import derive
from etl.frames import measurements
from etl.sources.base import Problems
from indicators.statistics import intervals

LIMITS = ["lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"]
OWN_NOTE = "The publisher's own figure: its counts are not published, so there is no interval."
SHARE = indicator(
    "share",
    route("alpha", "proportion", "wilson", numerator=("part",), denominator=("whole",), value=("own",)),
)
SURVEY = indicator(
    "survey", route("alpha", "survey_proportion", "survey", numerator=("part",), denominator=("whole",))
)
NET = indicator(
    "net",
    route("alpha", "paired_movement", "paired", moved_in=("in",), moved_out=("out",), denominator=("n",)),
    unit="percentage_points",
)


def counts(area: str = LEEDS, **values: float) -> list[dict]:
    return [cell(name, area, value) for name, value in values.items()]


def limits_are_missing(row) -> bool:
    return bool(row[LIMITS].isna().all()) and row["interval_method"] == "none"


# ---- published -------------------------------------------------------------------------------------------


def test_published_limits_need_a_value_and_each_other(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    rows = [
        cell("rate", LEEDS, 50.0, lower_ci_95=48.0, upper_ci_95=53.0),
        cell("rate", YORK, NAN, lower_ci_95=48.0, upper_ci_95=53.0),
        cell("rate", NOTTINGHAM, 50.0, lower_ci_95=48.0),
        cell("rate", "E06000015", 50.0, upper_ci_95=53.0),
        # limits count for more than a half-width beside them
        cell("rate", "E06000016", 50.0, lower_ci_95=48.0, upper_ci_95=53.0, half_width_95=9.0),
        # differences of rounding: no limit lies on the wrong side of its value
        cell("rate", "E06000017", 50.0, lower_ci_95=50.00000001, upper_ci_95=49.99999999),
    ]
    frame, _ = made(entry, rows, register)
    assert tuple(frame.loc[LEEDS, LIMITS[:2]]) == (48.0, 53.0)
    assert tuple(frame.loc["E06000016", LIMITS[:2]]) == (48.0, 53.0)
    assert tuple(frame.loc["E06000017", LIMITS]) == (50.0, 50.0, 50.0, 50.0)
    for code in (YORK, NOTTINGHAM, "E06000015"):
        assert limits_are_missing(frame.loc[code])


def test_a_scale_applies_to_limits_and_half_widths_too(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",), scale=100.0))
    rows = [
        cell("rate", LEEDS, 0.5, lower_ci_95=0.25, upper_ci_95=0.75),
        cell("rate", YORK, 0.5, half_width_95=0.125),
    ]
    frame, _ = made(entry, rows, register)
    assert tuple(frame.loc[LEEDS, ["value", *LIMITS[:2]]]) == (50.0, 25.0, 75.0)
    assert tuple(frame.loc[YORK, ["value", *LIMITS[:2]]]) == (50.0, 37.5, 62.5)


def test_a_published_figure_keeps_the_counts_beside_it(register) -> None:
    entry = indicator(
        "rate",
        route("alpha", "published", "none", value=("rate",), numerator=("part",), denominator=("whole",)),
    )
    frame, _ = made(entry, counts(rate=12.0, part=12.0, whole=99.0), register)
    assert tuple(frame.loc[LEEDS, ["value", "numerator", "denominator"]]) == (12.0, 12.0, 99.0)


# ---- proportions -----------------------------------------------------------------------------------------


def test_counts_go_before_the_publishers_own_figure(register) -> None:
    rows = [
        cell("part", LEEDS, 30.0, row=2),
        cell("whole", LEEDS, 120.0, row=3),
        cell("own", LEEDS, 26.0, row=4),
        cell("part", YORK, NAN, row=5),
        cell("whole", YORK, 120.0, row=6),
        cell("own", YORK, 26.0, row=7),
        cell("own", NOTTINGHAM, 26.0, row=8),
        cell("part", "E06000015", NAN, row=9),
        cell("own", "E06000015", NAN, row=10),
    ]
    frame, _ = made(SHARE, rows, register)
    assert tuple(frame.loc[LEEDS, ["value", "note", "source_row"]]) == (25.0, "", 2)
    assert frame.loc[LEEDS, "lower_ci_95"] == pytest.approx(100 * intervals.wilson(30, 120)[0])
    # the row of the count that is hidden, or of the figure where there is no count at all
    assert tuple(frame.loc[YORK, ["value", "note", "source_row"]]) == (26.0, OWN_NOTE, 5)
    assert tuple(frame.loc[NOTTINGHAM, ["value", "note", "source_row"]]) == (26.0, OWN_NOTE, 8)
    assert tuple(frame.loc["E06000015", ["status", "note", "source_row"]]) == ("not_available", "", 9)
    assert all(limits_are_missing(frame.loc[code]) for code in (YORK, NOTTINGHAM, "E06000015"))


def test_the_publishers_own_figure_is_scaled_and_keeps_its_doubt(register) -> None:
    entry = indicator(
        "share",
        route(
            "alpha",
            "proportion",
            "wilson",
            numerator=("part",),
            denominator=("whole",),
            published=("own",),
            scale=100.0,
        ),
    )
    rows = [
        *counts(part=NAN, whole=120.0),
        {**cell("own", LEEDS, 0.25), "status": "unreliable"},
    ]
    frame, _ = made(entry, rows, register)
    assert tuple(frame.loc[LEEDS, ["value", "status"]]) == (25.0, "unreliable")


@pytest.mark.parametrize("entry", [SHARE, SURVEY])
@pytest.mark.parametrize("part", [-1.0, -5.0, 101.0])
def test_a_part_below_nought_or_above_its_whole_stops(entry, part: float, register) -> None:
    rows = [
        cell("part", LEEDS, part, half_width_95=2.0, row=7),
        cell("whole", LEEDS, 100.0, half_width_95=2.0),
    ]
    with pytest.raises(Problems) as caught:
        made(entry, rows, register)
    assert caught.value.problems == [
        f"alpha.csv: row 7: column ('part',): {part:g} for {entry.id}, E08000035, 2021-01-01/P1Y: expected at most "
        "the denominator, 100"
    ]


@pytest.mark.parametrize("entry", [SHARE, SURVEY])
@pytest.mark.parametrize("part", [0.0, 100.0])
def test_none_and_all_of_a_whole_are_figures(entry, part: float, register) -> None:
    rows = [cell("part", LEEDS, part, half_width_95=0.0), cell("whole", LEEDS, 100.0, half_width_95=2.0)]
    frame, _ = made(entry, rows, register)
    assert frame.loc[LEEDS, "value"] == part
    assert frame.loc[LEEDS, "status"] == "ok"


def test_five_contradictions_are_told_and_the_rest_counted(register) -> None:
    codes = [f"E0600000{place}" for place in range(1, 8)]

    def told(many: int) -> list[str]:
        rows = [row for code in codes[:many] for row in counts(code, part=9.0, whole=8.0)]
        with pytest.raises(Problems) as caught:
            made(SHARE, rows, register)
        return caught.value.problems

    assert [line.split(", ")[1] for line in told(5)] == codes[:5]
    assert told(5)[0].startswith("alpha.csv: column ('part',): 9 for share, E06000001")
    assert told(6)[5:] == ["… and 1 more such counts of share"]
    assert told(7)[5:] == ["… and 2 more such counts of share"]


# ---- proportions of a survey -----------------------------------------------------------------------------


def test_survey_counts_without_a_half_width_have_a_value_and_a_note(register) -> None:
    rows = [
        cell("part", LEEDS, 30.0, half_width_95=6.0),
        cell("whole", LEEDS, 120.0, half_width_95=8.0),
        cell("part", YORK, 30.0),
        cell("whole", YORK, 120.0, half_width_95=8.0),
        cell("part", NOTTINGHAM, 30.0, half_width_95=6.0),
        cell("whole", NOTTINGHAM, 120.0),
        cell("part", "E06000015", NAN),
        cell("whole", "E06000015", 120.0),
        cell("part", "E06000016", 0.0),
        cell("whole", "E06000016", 0.0),
        cell("part", "E06000017", 0.5),
        cell("whole", "E06000017", 1.0),
    ]
    frame, _ = made(SURVEY, rows, register)
    _, lower, upper = intervals.survey_proportion(30, 6, 120, 8)
    assert tuple(frame.loc[LEEDS, ["value", *LIMITS[:2], "note"]]) == (
        25.0,
        pytest.approx(100 * lower),
        pytest.approx(100 * upper),
        "",
    )
    bare = "The publisher gives no half-width here, so there is no interval."
    for code in (YORK, NOTTINGHAM):
        assert tuple(frame.loc[code, ["value", "note", "status"]]) == (25.0, bare, "ok")
        assert limits_are_missing(frame.loc[code])
    assert tuple(frame.loc["E06000015", ["status", "note"]]) == ("suppressed", "")
    assert np.isnan(frame.loc["E06000016", "value"])
    assert tuple(frame.loc["E06000016", ["status", "note"]]) == ("not_available", "")
    assert frame.loc["E06000017", "value"] == 50.0


# ---- rates and counts ------------------------------------------------------------------------------------


def test_a_rate_without_a_population_is_the_publishers_own(register) -> None:
    entry = indicator(
        "cases",
        route("alpha", "rate", "byar", numerator=("count",), denominator=("people",), value=("own",)),
        unit="per_100000",
        multiplier=100_000.0,
    )
    rows = [
        *counts(LEEDS, count=1.0, people=1.0, own=7.0),
        *counts(YORK, count=0.0, people=0.0, own=7.0),
        *counts(NOTTINGHAM, count=NAN, people=1000.0, own=7.0),
        *counts("E06000015", count=5.0, people=NAN, own=7.0),
    ]
    frame, _ = made(entry, rows, register)
    assert tuple(frame.loc[LEEDS, ["value", "note"]]) == (100_000.0, "")
    for code in (YORK, NOTTINGHAM, "E06000015"):
        assert tuple(frame.loc[code, ["value", "note"]]) == (7.0, OWN_NOTE)
        assert limits_are_missing(frame.loc[code])


def test_a_published_rate_has_an_interval_where_count_and_rate_are_above_nought(register) -> None:
    entry = indicator(
        "cases",
        route("alpha", "rate", "byar", numerator=("count",), value=("own",), scale=10.0),
        unit="per_100000",
        multiplier=100_000.0,
    )
    rows = [
        *counts(LEEDS, count=4.0, own=0.1),
        *counts(YORK, count=0.0, own=0.0),
        *counts(NOTTINGHAM, count=4.0, own=0.0),
        *counts("E06000015", count=0.0, own=0.1),
        cell("count", "E06000016", NAN, row=4),
        cell("own", "E06000016", 0.1, row=5, note="Provisional."),
        cell("own", "E06000017", 0.1, row=6),
        *counts("E06000019", count=1.0, own=0.1),
        *counts("E06000020", count=4.0, own=NAN),
    ]
    frame, _ = made(entry, rows, register)
    _, lower, upper = intervals.rate(4, 400_000, 100_000)
    assert tuple(frame.loc[LEEDS, ["value", *LIMITS[:2], "note"]]) == (
        1.0,
        pytest.approx(lower),
        pytest.approx(upper),
        "",
    )
    own = "The publisher's own rate, without an interval."
    assert frame.loc["E06000019", "lower_ci_95"] == pytest.approx(intervals.rate(1, 100_000, 100_000)[1])
    assert tuple(frame.loc["E06000020", ["status", "note"]]) == ("suppressed", "")
    for code, value in (
        (YORK, 0.0),
        (NOTTINGHAM, 0.0),
        ("E06000015", 1.0),
        ("E06000016", 1.0),
        ("E06000017", 1.0),
    ):
        assert tuple(frame.loc[code, ["value", "note"]]) == (value, own)
        assert limits_are_missing(frame.loc[code])
    assert frame.loc["E06000016", "source_row"] == 4
    assert frame.loc["E06000017", "source_row"] == 6


def test_a_note_of_the_publisher_stays_beside_a_rate_without_interval(register) -> None:
    entry = indicator(
        "cases",
        route("alpha", "rate", "byar", numerator=("count",), value=("own",)),
        unit="per_100000",
        multiplier=100_000.0,
    )
    rows = [
        cell("count", LEEDS, NAN, note="Rounded."),
        cell("own", LEEDS, 7.0),
        cell("count", YORK, NAN),
        cell("own", YORK, NAN),
    ]
    frame, _ = made(entry, rows, register)
    assert frame.loc[LEEDS, "note"] == "Rounded."
    assert tuple(frame.loc[YORK, ["note", "status"]]) == ("", "suppressed")


def test_a_count_in_thousands_without_interval_is_scaled(register) -> None:
    entry = indicator(
        "claims",
        route("alpha", "count", "none", value=("claims",), scale=1000.0),
        unit="count",
        multiplier=1.0,
    )
    frame, _ = made(entry, [cell("claims", LEEDS, 9.0)], register)
    assert frame.loc[LEEDS, "value"] == 9000.0


def test_a_count_in_thousands_is_scaled_with_its_limits(register) -> None:
    entry = indicator(
        "claims",
        route("alpha", "count", "byar", value=("claims",), scale=1000.0),
        unit="count",
        multiplier=1.0,
    )
    frame, _ = made(entry, [cell("claims", LEEDS, 9.0), cell("claims", YORK, NAN)], register)
    lower, upper = intervals.poisson(9)
    assert tuple(frame.loc[LEEDS, ["value", *LIMITS[:2]]]) == pytest.approx(
        (9000.0, 1000 * lower, 1000 * upper)
    )
    assert tuple(frame.loc[YORK, ["status", "interval_method"]]) == ("suppressed", "none")


# ---- movements -------------------------------------------------------------------------------------------


def test_those_who_moved_may_be_everybody_and_no_more(register) -> None:
    frame, _ = made(
        NET,
        [
            *counts(LEEDS, **{"in": 30.0, "out": 70.0, "n": 100.0}),
            *counts(YORK, **{"in": 0.0, "out": 0.0, "n": 0.0}),
        ],
        register,
    )
    assert frame.loc[LEEDS, "value"] == pytest.approx(-40.0)
    assert np.isnan(frame.loc[YORK, "value"]) and limits_are_missing(frame.loc[YORK])
    assert frame.loc[YORK, "status"] == "not_available"
    with pytest.raises(Problems, match=r"column \('in',\): 31 for net, E08000035"):
        made(NET, counts(LEEDS, **{"in": 31.0, "out": 70.0, "n": 100.0}), register)


@pytest.mark.parametrize("lost", ["in", "out", "n"])
def test_a_movement_needs_all_of_its_counts(lost: str, register) -> None:
    frame, _ = made(NET, counts(**{"in": 1.0, "out": 2.0, "n": 9.0, lost: NAN}), register)
    assert np.isnan(frame.loc[LEEDS, "value"])
    assert frame.loc[LEEDS, "status"] == "suppressed"


# ---- status ----------------------------------------------------------------------------------------------


def test_a_value_cannot_be_hidden_and_none_cannot_be_sound(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", value=("rate",)))
    rows = [
        {**cell("rate", LEEDS, 5.0), "status": "suppressed"},
        {**cell("rate", YORK, NAN), "status": "unreliable"},
        {**cell("rate", NOTTINGHAM, NAN), "status": "suppressed"},
        {**cell("rate", "E06000015", 5.0), "status": "unreliable"},
        {**cell("rate", "E06000016", NAN), "status": "not_collected"},
    ]
    frame, _ = made(entry, rows, register)
    assert frame["status"].to_dict() == {
        LEEDS: "ok",
        YORK: "not_available",
        NOTTINGHAM: "suppressed",
        "E06000015": "unreliable",
        "E06000016": "not_collected",
    }


def test_measures_that_no_route_names_give_nothing(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", value=("rate",)))
    frame, report = derive(
        measurements.from_rows([{"period": "2021-01-01/P1Y", **cell("other", LEEDS, 5.0)}]),
        source_id="alpha",
        file="alpha.csv",
        illustrative=False,
        register=register,
        catalogue={"rate": entry},
    )
    assert frame.empty and report.cross_checks == [] and report.warnings == []
