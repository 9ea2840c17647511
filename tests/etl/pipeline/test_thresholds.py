"""Both sides of every threshold of the contract and the diff: what passes, and what stops or waits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from etl_toolkit import LEEDS, Y2020, Y2021, indicator, route

from etl.frames import measurements
from etl.frames.observations import typed
from etl.pipeline.contract import check_measurements, check_observations
from etl.pipeline.diff import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE, VALUES_LOST, Diff
from etl.pipeline.planning import _revisions
from etl.sources.base import BadFile, Edition, FoundFile, Parsed, Problems
from geodata.register import Register
from indicators.store.writing import OBSERVATION_COLUMNS

EDITION = Edition("1", "Figures of alpha", (FoundFile(Path("alpha-1.csv"), "table"),))
CATALOGUE = {
    "rate": indicator("rate", route("alpha", "published", "published", value=("rate",))),
    "age": indicator("age", route("alpha", "published", "none", value=("age",)), unit="years"),
}


def figures(values: dict[str, float | None], **more) -> pd.DataFrame:
    """Rows of the store's table; no figure where the value is None."""
    rows = [
        {
            **dict.fromkeys(OBSERVATION_COLUMNS),
            "indicator_id": "rate",
            "period": Y2021,
            "sex": "persons",
            "age": "all",
            "breakdown": "all",
            "area_code": code,
            "value": value,
            "status": "suppressed" if value is None else "ok",
            "interval_method": "none",
            "note": "",
            "route": 0,
            "release_id": "alpha:1:0",
            **more,
        }
        for code, value in values.items()
    ]
    return typed(pd.DataFrame(rows)[list(OBSERVATION_COLUMNS)])


def compared(old: pd.DataFrame, new: pd.DataFrame, register: Register):
    diff = Diff(register, CATALOGUE)
    changed = diff.compare(old, new)
    diff.judge()
    return changed, diff.reasons


@pytest.fixture
def codes(register: Register) -> list[str]:
    return sorted(register.codes("ltla", 2021))


# ---- the contract ----------------------------------------------------------------------------------------


def measured(register: Register, **changes) -> None:
    row = {"measure": "rate", "area_code": LEEDS, "period": Y2021, "row": 2, **changes}
    parsed = Parsed(measurements.from_rows([row]), rows_in=1)
    check_measurements(parsed, EDITION, "alpha", register, CATALOGUE)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "is_sound"),
    [
        (50.0, 50.0, 50.0, True),
        # limits may cross the value by rounding in the ninth digit, and by no more
        (50.0, 50.0 + 4e-8, 60.0, True),
        (50.0, 50.0 + 6e-8, 60.0, False),
        (50.0, 40.0, 50.0 - 4e-8, True),
        (50.0, 40.0, 50.0 - 6e-8, False),
        (100.0 + 9e-10, 99.0, 101.0, True),
        (100.0 + 2e-9, 99.0, 101.0, False),
        (-9e-10, -1.0, 1.0, True),
        (-2e-9, -1.0, 1.0, False),
        # on the threshold itself, and either side of it where the value is 0
        (0.0, 1e-9, 1.0, True),
        (0.0, 1.5e-9, 1.0, False),
        (0.0, -1.0, -1e-9, True),
        (0.0, -1.0, -1.5e-9, False),
        (100.0 + 1e-9, 99.0, 101.0, True),
        (-1e-9, -1.0, 1.0, True),
    ],
)
def test_limits_and_ranges_allow_for_rounding_only(
    value: float, lower: float, upper: float, is_sound: bool, register: Register
) -> None:
    limits = {"value": value, "lower_ci_95": lower, "upper_ci_95": upper}
    ours = figures({LEEDS: value}, lower_ci_95=lower, upper_ci_95=upper)
    if is_sound:
        measured(register, **limits)
        check_observations(ours, CATALOGUE, "alpha-1.csv")
        return
    with pytest.raises(BadFile):
        measured(register, **limits)
    with pytest.raises(Problems):
        check_observations(ours, CATALOGUE, "alpha-1.csv")


@pytest.mark.parametrize(
    ("lower", "upper", "is_sound"),
    [
        (48.0, 52.0, True),
        (48.0 + 4e-8, 52.0, True),
        (48.0 + 6e-8, 52.0, False),
        (48.0, 52.0 - 4e-8, True),
        (48.0, 52.0 - 6e-8, False),
    ],
)
def test_limits_of_998_lie_around_those_of_95(lower: float, upper: float, is_sound: bool) -> None:
    frame = figures({LEEDS: 50.0}, lower_ci_95=48.0, upper_ci_95=52.0, lower_ci_998=lower, upper_ci_998=upper)
    if is_sound:
        check_observations(frame, CATALOGUE, "alpha-1.csv")
    else:
        with pytest.raises(Problems, match=r"99\.8% limits around the 95% limits"):
            check_observations(frame, CATALOGUE, "alpha-1.csv")


@pytest.mark.parametrize(("lower", "upper"), [(-1.0 + 1e-9, 1.0), (-1.0, 1.0 - 1e-9)])
def test_limits_of_998_may_lie_on_the_threshold(lower: float, upper: float) -> None:
    frame = figures({LEEDS: 0.0}, lower_ci_95=-1.0, upper_ci_95=1.0, lower_ci_998=lower, upper_ci_998=upper)
    check_observations(frame, CATALOGUE, "alpha-1.csv")


@pytest.mark.parametrize(
    ("changes", "is_sound"),
    [
        ({"half_width_95": 0.0}, True),
        ({"half_width_95": -0.1}, False),
        ({"row": 1}, True),
        ({"row": 0}, False),
    ],
)
def test_a_half_width_and_a_row_have_a_least(changes: dict, is_sound: bool, register: Register) -> None:
    if is_sound:
        measured(register, value=50.0, **changes)
    else:
        with pytest.raises(BadFile):
            measured(register, value=50.0, **changes)


# ---- what waits for a person -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("areas", "emptied", "waits"), [(10, 1, False), (9, 1, True), (20, 2, False), (20, 3, True)]
)
def test_a_tenth_of_a_periods_figures_may_become_missing(
    areas: int, emptied: int, waits: bool, codes: list[str], register: Register
) -> None:
    assert VALUES_LOST == 0.1
    before = dict.fromkeys(codes[:areas], 50.0)
    after = before | dict.fromkeys(codes[:emptied])
    _, reasons = compared(figures(before), figures(after), register)
    assert reasons == ([f"rate, {Y2021}: {emptied} of {areas} figures become missing"] if waits else [])


def test_no_area_of_a_period_may_go(codes: list[str], register: Register) -> None:
    before = dict.fromkeys(codes[:40], 50.0)
    assert compared(figures(before), figures(before), register)[1] == []
    _, [reason] = compared(figures(before), figures(dict.fromkeys(codes[1:40], 50.0)), register)
    assert reason.startswith(f"rate, {Y2021}: areas are gone: {codes[0]} ")


def test_a_period_that_goes_whole_is_reported_as_one(codes: list[str], register: Register) -> None:
    both = [figures(dict.fromkeys(codes[:3], 50.0), period=period) for period in (Y2020, Y2021)]
    old = pd.concat(both, ignore_index=True)
    assert compared(old, both[1], register)[1] == [f"rate, {Y2020}: the whole period is gone (3 areas)"]
    part = pd.concat([both[0].iloc[:1], both[1]], ignore_index=True)
    assert "areas are gone" in compared(old, part, register)[1][0]


@pytest.mark.parametrize(
    ("was", "now", "waits"),
    [
        # a tenth of the median, where that is more than the unit's own tolerance
        (50.0, 55.0, False),
        (50.0, 55.1, True),
        (50.0, 45.0, False),
        (50.0, 44.9, True),
        # one percentage point, where a tenth is less
        (5.0, 6.0, False),
        (5.0, 6.1, True),
    ],
)
@pytest.mark.parametrize("areas", [3, 9])
def test_a_median_may_move_by_a_tenth_or_by_the_tolerance_of_its_unit(
    was: float, now: float, waits: bool, areas: int, codes: list[str], register: Register
) -> None:
    assert (RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE["percent"]) == (0.1, 1.0)
    old, new = (figures(dict.fromkeys(codes[:areas], value)) for value in (was, now))
    _, reasons = compared(old, new, register)
    assert bool(reasons) is waits
    # of fewer than four areas there is no median: the figure that moved most speaks
    assert all(("the median moves" in reason) == (areas == 9) for reason in reasons)


@pytest.mark.parametrize(("now", "waits"), [(3.5, False), (3.6, True)])
def test_the_tolerance_is_the_units_own(
    now: float, waits: bool, codes: list[str], register: Register
) -> None:
    assert ABSOLUTE_TOLERANCE["years"] == 0.5
    old, new = (figures(dict.fromkeys(codes[:9], value), indicator_id="age") for value in (3.0, now))
    assert bool(compared(old, new, register)[1]) is waits


# ---- what is written -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("off", "is_revised"), [(4e-8, False), (6e-8, True)])
def test_a_figure_is_the_same_up_to_the_ninth_digit(
    off: float, is_revised: bool, codes: list[str], register: Register
) -> None:
    changed, _ = compared(figures({codes[0]: 50.0}), figures({codes[0]: 50.0 + off}), register)
    assert (len(changed.revised), changed.unchanged) == ((1, 0) if is_revised else (0, 1))


def test_an_interval_that_comes_later_than_its_value_is_written_and_is_no_revision(
    codes: list[str], register: Register
) -> None:
    old = figures({codes[0]: 50.0, codes[1]: 60.0})
    new = figures({codes[0]: 50.0, codes[1]: 60.5}, lower_ci_95=45.0, upper_ci_95=65.0)
    changed, reasons = compared(old, new, register)
    assert reasons == []
    assert changed.revised["area_code"].tolist() == codes[:2]
    assert changed.revised["lower_ci_95"].tolist() == [45.0, 45.0]
    # what is reported as a revision is a value or a status that changed
    assert _revisions(changed, "2024-01-01")["area_code"].tolist() == [codes[1]]


def test_rows_that_stay_are_kept_moved_or_renamed_with_their_release(
    codes: list[str], register: Register
) -> None:
    old = figures(dict.fromkeys(codes[:3], 50.0))
    same, _ = compared(old, old.copy(), register)
    assert (same.unchanged, len(same.moved), len(same.renamed)) == (3, 0, 0)
    # all of a group from another release: one change of a name
    renamed, _ = compared(old, old.assign(release_id="alpha:2:0"), register)
    assert (renamed.unchanged, len(renamed.moved), len(renamed.renamed)) == (0, 0, 1)
    # a part of it: each row
    split = old.assign(release_id=["alpha:1:0", "alpha:2:0", "alpha:2:0"])
    moved, _ = compared(old, split, register)
    assert (moved.unchanged, len(moved.moved), len(moved.renamed)) == (1, 2, 0)
    # another note is written, and is no revision
    noted, _ = compared(old, old.assign(note="Rounded."), register)
    assert (noted.unchanged, len(noted.moved), len(noted.revised)) == (0, 3, 0)


def test_what_is_missing_on_both_sides_is_the_same(codes: list[str], register: Register) -> None:
    hidden = figures({codes[0]: None})
    assert compared(hidden, hidden.copy(), register)[0].unchanged == 1
    shown, reasons = compared(hidden, figures({codes[0]: 50.0}), register)
    assert (len(shown.revised), reasons) == (1, [])
    assert np.isnan(hidden["value"].iloc[0])
