"""Each breach of the contract stops with file, row, column, value and expectation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from etl_toolkit import LEEDS, NOTTINGHAM, Y2021, indicator

from etl.deriving.derive import derive
from etl.frames import measurements
from etl.pipeline.contract import check_measurements, check_observations, check_supply
from etl.sources.base import BadFile, Edition, FoundFile, Parsed, Problems, ReleaseChanged
from indicators.catalogue import Route

EDITION = Edition("1", "Figures of alpha", (FoundFile(Path("alpha-1.csv"), "table"),))


def parsed(**changes) -> Parsed:
    """Two sound rows, the second of them changed."""
    row = {
        "measure": "rate",
        "area_code": NOTTINGHAM,
        "period": Y2021,
        "value": 66.1,
        "lower_ci_95": 64.0,
        "upper_ci_95": 68.0,
        "row": 2,
    }
    return Parsed(measurements.from_rows([row, {**row, "area_code": LEEDS, "row": 3, **changes}]), rows_in=2)


def test_sound_measurements_pass(register, catalogue) -> None:
    check_measurements(parsed(), EDITION, "alpha", register, catalogue)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"area_code": "E99999999"},
            "alpha-1.csv: row 3: column 'area_code': 'E99999999': expected the code of an area in the register; add "
            "the area to geodata/tables, or let the source set such rows aside with a reason",
        ),
        (
            {"value": 101.0, "upper_ci_95": 102.0, "lower_ci_95": 100.0},
            "alpha-1.csv: row 3: column 'rate': 101.0: expected percent from 0 to 100",
        ),
        (
            {"value": -1.0, "lower_ci_95": -2.0, "upper_ci_95": 0.0},
            "alpha-1.csv: row 3: column 'rate': -1.0: expected percent from 0 to 100",
        ),
        (
            {"area_code": NOTTINGHAM},
            "alpha-1.csv: row 3: column 'key': 'rate · E06000018 · 2021-01-01/P1Y · persons · all · all': expected "
            "each figure once (row 2 has it already)",
        ),
        (
            {"status": "estimated"},
            "alpha-1.csv: row 3: column 'status': 'estimated': expected one of ok, suppressed, unreliable, "
            "not_available, not_collected, illustrative",
        ),
        ({"sex": "all"}, "alpha-1.csv: row 3: column 'sex': 'all': expected one of persons, male, female"),
        (
            {"period": "2021"},
            "alpha-1.csv: row 3: column 'period': '2021': expected ISO 8601 start/duration such as 2022-04-01/P1Y",
        ),
        (
            {"value": float("nan"), "lower_ci_95": float("nan"), "upper_ci_95": float("nan")},
            "alpha-1.csv: row 3: column 'status': 'ok': expected a reason (such as suppressed) where the value is "
            "missing",
        ),
        (
            {"status": "suppressed"},
            "alpha-1.csv: row 3: column 'value': 66.1: expected no value where the status says it is missing",
        ),
        (
            {"lower_ci_95": 67.0},
            "alpha-1.csv: row 3: column 'lower_ci_95': 67.0: expected a lower limit not above the value",
        ),
        (
            {"lower_ci_95": float("nan")},
            "alpha-1.csv: row 3: column 'lower_ci_95': nan: expected both limits or neither",
        ),
        ({"value": float("inf")}, "alpha-1.csv: row 3: column 'value': inf: expected a finite number"),
        ({"half_width_95": -1.0}, "alpha-1.csv: row 3: column 'half_width_95': -1.0: expected 0 or more"),
    ],
)
def test_each_breach_is_named(changes, words, register, catalogue) -> None:
    with pytest.raises(BadFile) as caught:
        check_measurements(parsed(**changes), EDITION, "alpha", register, catalogue)
    assert str(caught.value) == words


def test_no_measurement_at_all_is_a_breach(register, catalogue) -> None:
    with pytest.raises(BadFile, match=r"alpha-1\.csv: expected at least one figure"):
        check_measurements(Parsed(measurements.empty(), 0), EDITION, "alpha", register, catalogue)


def test_every_problem_is_reported_at_once_and_the_rest_counted(register, catalogue) -> None:
    rows = [
        {
            "measure": "rate",
            "area_code": f"E0999{number:04d}",
            "period": Y2021,
            "value": 50.0,
            "row": number + 2,
        }
        for number in range(30)
    ]
    with pytest.raises(Problems) as caught:
        check_measurements(Parsed(measurements.from_rows(rows), 30), EDITION, "alpha", register, catalogue)
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("alpha-1.csv: row 2: column 'area_code': 'E09990000'")
    assert lines[-1] == "… and 10 more"


def test_a_count_cannot_be_negative(register, catalogue) -> None:
    rows = [{"measure": "claims", "area_code": LEEDS, "period": Y2021, "value": -5.0, "row": 4}]
    with pytest.raises(BadFile, match=r"row 4: column 'claims': -5\.0: expected a count of 0 or more"):
        check_measurements(Parsed(measurements.from_rows(rows), 1), EDITION, "alpha", register, catalogue)


def test_a_measure_that_the_catalogue_needs_is_missed(catalogue) -> None:
    with pytest.raises(ReleaseChanged, match=r"beta: measure 'part' that share needs is gone; found"):
        check_supply(frozenset({"whole", "share", "other-rate"}), "beta", catalogue, frozenset(), frozenset())


def test_a_publication_that_was_never_there_is_a_warning_and_a_lost_one_an_error(catalogue) -> None:
    measures = frozenset({"rate"})
    [warning] = check_supply(measures, "alpha", catalogue, frozenset(), frozenset({"rate"}))
    assert "claims needs is in none of the publications found" in warning
    with pytest.raises(ReleaseChanged, match="claims needs is gone"):
        check_supply(measures, "alpha", catalogue, frozenset(), frozenset({"rate", "claims"}))
    with pytest.raises(ReleaseChanged, match="claims needs is gone"):
        check_supply(measures, "alpha", catalogue, frozenset({"Figures of alpha"}), frozenset())


def test_a_denominator_of_others_does_not_make_a_publication_that_is_not_there_a_lost_one() -> None:
    counts = Route(
        source="gamma",
        publication="Figures of gamma",
        area_types=("england",),
        method="proportion",
        interval="wilson",
        numerator=("moved",),
        denominator=("finished",),
    )
    catalogue = {"moves": indicator("moves", counts)}
    [warning] = check_supply(frozenset({"finished"}), "gamma", catalogue, frozenset(), frozenset())
    assert warning == (
        "gamma: measure 'moved' that moves needs is in none of the publications found (Figures of gamma)"
    )
    with pytest.raises(ReleaseChanged, match="measure 'moved' that moves needs is gone"):
        check_supply(frozenset({"finished"}), "gamma", catalogue, frozenset(), frozenset({"moves"}))
    with pytest.raises(ReleaseChanged, match="measure 'finished' that moves needs is gone"):
        check_supply(frozenset({"moved"}), "gamma", catalogue, frozenset(), frozenset())


def observations(register, catalogue) -> pd.DataFrame:
    frame, _ = derive(
        parsed().measurements,
        source_id="alpha",
        file="alpha-1.csv",
        illustrative=False,
        register=register,
        catalogue=catalogue,
    )
    return frame


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("value", 63.0, "lower_ci_95 64.0; expected a lower limit not above the value"),
        ("upper_ci_95", 66.0, "upper_ci_95 66.0; expected an upper limit not below the value"),
        ("lower_ci_998", 65.0, "lower_ci_998 65.0; expected 99.8% limits around the 95% limits"),
        ("status", "fine", "status 'fine'; expected one of ok"),
        ("area_code", LEEDS, "area_code 'E08000035'; expected each observation once"),
    ],
)
def test_observations_are_held_against_the_contract_too(column, value, words, register, catalogue) -> None:
    frame = observations(register, catalogue)
    check_observations(frame, catalogue, "alpha-1.csv")
    frame.loc[0, column] = value
    with pytest.raises(Problems) as caught:
        check_observations(frame, catalogue, "alpha-1.csv")
    assert words in str(caught.value)
    assert "alpha-1.csv: row " in str(caught.value)
