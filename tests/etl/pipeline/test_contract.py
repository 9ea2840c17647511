"""Each breach of the contract stops with file, row, column, value and expectation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from etl_toolkit import LEEDS, NOTTINGHAM, Y2021, indicator

from etl.deriving.derive import derive
from etl.frames import measurements
from etl.frames.routes import range_words
from etl.pipeline.contract import MeasurementChecks, check_measurements, check_observations, check_supply
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


@pytest.mark.parametrize(
    ("code", "period"),
    [
        # the same land under a new code, and the other way round
        ("E08000016", "2025-04-01/P1Y"),
        ("E08000038", "2020-04-01/P1Y"),
        ("E10000002", "2022-04-01/P1Y"),
        # it ended within the period
        ("E07000004", "2020-03-01/P1M"),
        ("E07000004", "2020-01-01/P1Y"),
        # a code that went on for all but one of a hundred residents
        ("E38000246", "2023-04-01/P1M"),
        # a CCG whose code is that of a sub-ICB location
        ("E38000225", "2024-04-01/P1M"),
    ],
)
def test_an_area_that_goes_on_may_have_later_figures(code: str, period: str, register, catalogue) -> None:
    check_measurements(parsed(area_code=code, period=period), EDITION, "alpha", register, catalogue)


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("E07000004", "2020-04-01/P1Y"),
        # divided, merged with others, and the CCGs of Leeds
        ("E10000006", "2023-04-01/P1Y"),
        ("E38000094", "2018-04-01/P1Y"),
        ("E38000246", "2026-04-01/P1M"),
    ],
)
def test_an_area_that_had_ended_has_no_later_figures(code: str, period: str, register, catalogue) -> None:
    with pytest.raises(BadFile, match="expected an area that stood in"):
        check_measurements(parsed(area_code=code, period=period), EDITION, "alpha", register, catalogue)


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
            {"area_code": "E07000004", "period": "2022-04-01/P1Y"},
            "alpha-1.csv: row 3: column 'area_code': 'E07000004': expected an area that stood in 2022/23: Aylesbury Vale "
            "ended on 2020-03-31; give the figure for what took its place (E06000060 Buckinghamshire), or correct the period",
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
        (
            {"half_width_95": float("inf")},
            "alpha-1.csv: row 3: column 'half_width_95': inf: expected 0 or more",
        ),
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


def rates(count: int, **changes) -> Parsed:
    """Sound rates of one area, each of another age, all of them changed."""
    row = {"measure": "rate", "area_code": LEEDS, "period": Y2021, "value": 50.0}
    rows = [{**row, "age": str(place), "row": place + 2, **changes} for place in range(count)]
    return Parsed(measurements.from_rows(rows), count)


def problems_of(parsed: Parsed, register, catalogue) -> list[str]:
    with pytest.raises(Problems) as caught:
        check_measurements(parsed, EDITION, "alpha", register, catalogue)
    return caught.value.problems


@pytest.mark.parametrize(
    "changes", [{"area_code": "E99999999"}, {"sex": "all"}, {"value": 101.0}, {"age": "all"}]
)
def test_twenty_problems_are_told_and_the_rest_counted(changes, register, catalogue) -> None:
    extra = 1 if "age" in changes else 0  # the first of those that are given twice is sound
    told = problems_of(rates(20 + extra, **changes), register, catalogue)
    assert len(told) == 20
    assert told[19].startswith("alpha-1.csv: row 22: " if extra else "alpha-1.csv: row 21: ")
    told = problems_of(rates(22 + extra, **changes), register, catalogue)
    assert len(told) == 21
    assert told[20] == "… and 2 more"


def test_problems_of_several_kinds_share_the_twenty(register, catalogue) -> None:
    told = problems_of(rates(15, area_code="E99999999", value=101.0), register, catalogue)
    assert [sum(words in line for line in told) for words in ("'area_code'", "'rate'")] == [15, 5]
    assert told[20:] == ["… and 10 more"]
    # the keys, which are looked at last, find no room left
    told = problems_of(rates(25, area_code="E99999999", age="all"), register, catalogue)
    assert [sum(words in line for line in told) for words in ("'area_code'", "'key'")] == [20, 0]
    assert told[20:] == ["… and 29 more"]
    told = problems_of(rates(18, area_code="E99999999", age="all"), register, catalogue)
    assert [sum(words in line for line in told) for words in ("'area_code'", "'key'")] == [18, 2]
    assert told[20:] == ["… and 15 more"]


def test_problems_are_gathered_over_chunks_and_types_stop_at_once(register, catalogue) -> None:
    checks = MeasurementChecks(EDITION, "alpha", register, catalogue)
    checks.rows(rates(1, area_code="E99999999").measurements)
    checks.rows(rates(1, period="2021").measurements)
    with pytest.raises(Problems) as caught:
        checks.stop()
    assert len(caught.value.problems) == 2
    with pytest.raises(Problems) as caught:
        checks.rows(rates(1, sex="all", value=101.0).measurements)
    # what rests on sound types was not looked at
    assert [problem.split(": ")[2] for problem in caught.value.problems] == [
        "column 'area_code'",
        "column 'period'",
        "column 'sex'",
    ]


def test_a_chunk_of_no_rows_beside_one_with_rows_is_sound(register, catalogue) -> None:
    checks = MeasurementChecks(EDITION, "alpha", register, catalogue)
    checks.rows(rates(1).measurements)
    checks.rows(measurements.empty())
    checks.stop()


def test_a_column_that_is_absent_not_known_or_out_of_order_is_named_without_a_row(
    register, catalogue
) -> None:
    sound = parsed().measurements
    for frame, named, expected in (
        (sound.assign(extra=1), "extra", "no column but measure, area_code, period, sex,"),
        (sound.drop(columns="note"), "note", "a column of this name, and found none"),
    ):
        with pytest.raises(BadFile) as caught:
            check_measurements(Parsed(frame, 2), EDITION, "alpha", register, catalogue)
        assert (caught.value.value, caught.value.row) == (named, None)
        assert str(caught.value).startswith(f"alpha-1.csv: {named!r}: expected {expected}")
        assert "finite" not in str(caught.value) and "etl/frames/measurements.py" in str(caught.value)
    # what rests on the columns is not looked at
    with pytest.raises(BadFile) as caught:
        frame = sound.assign(extra=1, area_code="E99999999")
        check_measurements(Parsed(frame, 2), EDITION, "alpha", register, catalogue)
    assert caught.value.value == "extra"
    told = problems_of(Parsed(sound[[*sound.columns[1::-1], *sound.columns[2:]]], 2), register, catalogue)
    assert [line.split(": ")[1] for line in told] == ["'area_code'", "'measure'"]


def test_a_column_of_another_type_is_named_without_a_row(register, catalogue) -> None:
    frame = parsed().measurements
    frame["value"] = frame["value"].astype("int64")
    with pytest.raises(BadFile) as caught:
        check_measurements(Parsed(frame, 2), EDITION, "alpha", register, catalogue)
    assert (caught.value.column, caught.value.row, caught.value.value) == ("value", None, "int64")
    assert str(caught.value) == "alpha-1.csv: column 'value': 'int64': expected a finite number"


def test_a_text_that_is_empty_is_a_breach(register, catalogue) -> None:
    with pytest.raises(BadFile) as caught:
        check_measurements(parsed(age=""), EDITION, "alpha", register, catalogue)
    assert str(caught.value) == "alpha-1.csv: row 3: column 'age': '': expected a text"
    check_measurements(parsed(age="5"), EDITION, "alpha", register, catalogue)
    frame = parsed().measurements
    frame.loc[1, "age"] = float("nan")
    with pytest.raises(BadFile) as caught:
        check_measurements(Parsed(frame, 2), EDITION, "alpha", register, catalogue)
    assert (caught.value.row, caught.value.column, caught.value.expected) == (3, "age", "a text")


def test_rows_without_a_place_in_the_file_are_told_without_one(register, catalogue) -> None:
    rows = rates(2, age="all", row=pd.NA)
    with pytest.raises(BadFile) as caught:
        check_measurements(rows, EDITION, "alpha", register, catalogue)
    assert str(caught.value) == (
        "alpha-1.csv: column 'key': 'rate · E08000035 · 2021-01-01/P1Y · persons · all · all': expected each "
        "figure once"
    )


def test_several_files_are_named_together(register, catalogue) -> None:
    two = (FoundFile(Path("alpha-1.csv"), "table"), FoundFile(Path("more/alpha-2.csv"), "table"))
    with pytest.raises(BadFile, match=r"^alpha-1\.csv, alpha-2\.csv: row 3: column 'sex'"):
        check_measurements(parsed(sex="all"), Edition("1", "Figures", two), "alpha", register, catalogue)


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


def test_how_many_numbers_were_rounded_does_not_make_a_publication_that_is_not_there_a_lost_one() -> None:
    counts = Route(
        source="gamma",
        publication="Figures of gamma",
        area_types=("england",),
        method="proportion",
        interval="wilson",
        numerator=("moved",),
        denominator=("finished",),
        rounded_to=5,
        rounded_cells=("moved.cells", 2),
    )
    catalogue = {"moves": indicator("moves", counts)}
    [warning] = check_supply(frozenset({"moved.cells"}), "gamma", catalogue, frozenset(), frozenset())
    assert warning.startswith("gamma: measure 'moved', 'finished' that moves needs is in none")


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


def test_observations_without_a_row_are_told_by_indicator_area_and_period(register, catalogue) -> None:
    frame = observations(register, catalogue)
    frame.loc[0, "source_row"] = pd.NA
    frame.loc[0, "value"] = 63.0
    with pytest.raises(Problems) as caught:
        check_observations(frame, catalogue, "alpha-1.csv")
    assert caught.value.problems == [
        "alpha-1.csv: rate, E06000018, 2021-01-01/P1Y: lower_ci_95 64.0; expected a lower limit not above the value"
    ]


def test_a_value_that_is_missing_without_a_reason_is_a_breach_of_observations(register, catalogue) -> None:
    frame = observations(register, catalogue)
    frame.loc[0, ["value", "lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"]] = float("nan")
    frame.loc[0, "status"] = "suppressed"
    check_observations(frame, catalogue, "alpha-1.csv")
    frame.loc[0, "status"] = "ok"
    with pytest.raises(Problems, match="status 'ok'; expected a reason where the value is missing"):
        check_observations(frame, catalogue, "alpha-1.csv")


def test_ranges_of_observations_are_those_of_their_own_indicator(catalogue) -> None:
    rows = {"rate": (-1.0, 101.0), "claims": (-1.0, 101.0), "gap": (-101.0, 101.0)}
    frame = pd.DataFrame(
        [
            {
                "indicator_id": name,
                "period": Y2021,
                "sex": "persons",
                "age": str(place),
                "breakdown": "all",
                "area_code": LEEDS,
                "value": value,
                "status": "ok",
                "source_row": pd.NA,
                **dict.fromkeys(("lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"), float("nan")),
            }
            for name, values in rows.items()
            for place, value in enumerate(values)
        ]
    )
    with pytest.raises(Problems) as caught:
        check_observations(frame, catalogue, "alpha-1.csv")
    where = "E08000035, 2021-01-01/P1Y: value"
    assert caught.value.problems == [
        f"alpha-1.csv: rate, {where} -1.0; expected percent from 0 to 100",
        f"alpha-1.csv: rate, {where} 101.0; expected percent from 0 to 100",
        f"alpha-1.csv: claims, {where} -1.0; expected count, 0 or more",
        f"alpha-1.csv: gap, {where} -101.0; expected percentage points from -100 to 100",
        f"alpha-1.csv: gap, {where} 101.0; expected percentage points from -100 to 100",
    ]


@pytest.mark.parametrize(("count", "last"), [(20, None), (21, "… and 1 more"), (43, "… and 23 more")])
def test_twenty_problems_of_observations_are_told_and_the_rest_counted(
    count: int, last: str | None, register, catalogue
) -> None:
    frame = observations(register, catalogue)
    many = pd.concat([frame.iloc[:1]] * count, ignore_index=True)
    many["age"] = [str(place) for place in range(count)]
    many["status"] = "fine"
    with pytest.raises(Problems) as caught:
        check_observations(many, catalogue, "alpha-1.csv")
    told = caught.value.problems
    assert len([line for line in told if "status 'fine'" in line]) == 20
    assert told[20:] == ([last] if last else [])


def test_problems_of_observations_of_several_kinds_share_the_twenty(register, catalogue) -> None:
    frame = observations(register, catalogue)
    many = pd.concat([frame.iloc[:1]] * 15, ignore_index=True)
    many["age"] = [str(place) for place in range(15)]
    many["status"] = "fine"
    many["value"] = 63.0
    with pytest.raises(Problems) as caught:
        check_observations(many, catalogue, "alpha-1.csv")
    told = caught.value.problems
    assert [sum(words in line for line in told) for words in ("lower limit", "status 'fine'")] == [15, 5]
    assert told[20:] == ["… and 10 more"]


def test_routes_that_lost_a_measure_are_told_together(catalogue) -> None:
    with pytest.raises(ReleaseChanged, match="measure 'other-rate' that rate needs is gone"):
        check_supply(
            frozenset({"part", "whole", "share"}), "beta", catalogue, frozenset(), frozenset({"rate"})
        )
    with pytest.raises(Problems) as caught:
        check_supply(frozenset({"whole", "share"}), "beta", catalogue, frozenset(), frozenset({"rate"}))
    assert [problem.split(" is gone")[0] for problem in caught.value.problems] == [
        "beta: measure 'other-rate' that rate needs",
        "beta: measure 'part' that share needs",
    ]
    complete = frozenset({"part", "whole", "share", "other-rate"})
    assert check_supply(complete, "beta", catalogue, frozenset(), frozenset()) == []


def test_a_text_with_a_control_character_is_refused(register, catalogue) -> None:
    given = parsed()
    given.measurements.loc[1, "note"] = "bell \u0007"
    with pytest.raises(
        BadFile,
        match=r"alpha-1.csv: row 3: column 'note': 'bell \\x07': expected a text without control characters; a workbook",
    ):
        check_measurements(given, EDITION, "alpha", register, catalogue)


@pytest.mark.parametrize(
    ("lowest", "highest", "words"),
    [
        (0.0, 100.0, "percentage points from 0 to 100"),
        (0.0, None, "percentage points, 0 or more"),
        (None, 2.5, "percentage points, 2.5 or less"),
        (None, None, "percentage points, any number"),
    ],
)
def test_a_range_is_said_by_the_ends_that_it_has(
    lowest: float | None, highest: float | None, words: str
) -> None:
    assert range_words("percentage_points", lowest, highest) == words
