"""Sums of survey counts over districts, and intervals calibrated on councils."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.deriving.calibration import FEWEST, MEASURED_ON, NOT_MEASURED, calibrated, split
from etl.deriving.derive import derive
from etl.deriving.survey_sums import survey_sums
from etl.frames import measurements
from etl.frames.observations import COLUMNS, INTERVAL_METHODS, typed
from etl.frames.routes import IndicatorRoute
from geodata.parts import parts_of
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.notes import not_compared
from indicators.sums import FEW_ASKED, SUM_NOT_MEASURED

REGISTER = load_register()
INDICATOR = catalogue()["employment-rate"]
PLACE = next(
    place
    for place, route in enumerate(INDICATOR.routes)
    if route.method == "survey_proportion" and route.parts == "ltla"
)
ROUTE = IndicatorRoute(INDICATOR, PLACE, INDICATOR.routes[PLACE])
BLACK_COUNTRY = ["E08000027", "E08000028", "E08000030", "E08000031"]
BOARD = "E54000062"


def counts(of: dict[str, tuple[float, float, float, float]], period: str = "2022-01-01/P1Y") -> pd.DataFrame:
    """Measurements of districts: in work, its half-width, everyone, its half-width; every other district has 50 of 100."""
    rows = []
    for code in sorted(REGISTER.codes("ltla", 2022)):
        in_work, in_work_half, everyone, half = of.get(code, (50, 5, 100, 7))
        for measure, value, width in (
            ("in-employment-16-64", in_work, in_work_half),
            ("all-16-64", everyone, half),
        ):
            rows.append(
                {
                    "measure": measure,
                    "area_code": code,
                    "period": period,
                    "age": "16-64",
                    "value": value,
                    "half_width_95": width,
                    "status": "ok" if value == value else "suppressed",
                }
            )
    return measurements.from_rows(rows)


FOUR = dict(
    zip(BLACK_COUNTRY, [(60, 3, 100, 8), (70, 4, 100, 0), (80, 12, 100, 0), (90, 0, 100, 6)], strict=True)
)


def test_half_widths_of_districts_are_combined_in_quadrature() -> None:
    made = survey_sums(counts(FOUR), ROUTE, REGISTER).set_index(["area_code", "measure"])
    board = made.loc[BOARD]
    # √(3² + 4² + 12² + 0²) = 13 and √(8² + 6²) = 10
    assert board["value"].to_dict() == {"in-employment-16-64": 300, "all-16-64": 400}
    assert board["half_width_95"].to_dict() == pytest.approx({"in-employment-16-64": 13, "all-16-64": 10})
    assert set(board["note"]) == {"Summed from 4 of 4 local authorities (lower tier); coverage 100%."}
    assert set(board["status"]) == {"ok"}


def test_a_board_whose_border_cuts_a_district_has_no_sum() -> None:
    made = survey_sums(counts({}), ROUTE, REGISTER)
    # West Yorkshire took in nine tenths of Craven
    assert "E54000054" not in set(made["area_code"])
    boards = made[made["area_code"].str.startswith("E54")]
    assert boards["area_code"].nunique() == 34
    # of the NHS regions: Buckinghamshire, Vale of White Horse, Copeland and Craven lie in two
    assert set(made["area_code"]) - set(boards["area_code"]) == {"E40000003", "E40000011"}


@pytest.mark.parametrize(
    ("everyone", "note"),
    [
        (30, ""),  # 300 of 330 people
        (33, ""),  # 300 of 333
        (34, f" {FEW_ASKED}"),
        (300, f" {FEW_ASKED}"),
    ],
)
def test_a_district_without_a_half_width_lowers_the_coverage(
    everyone: float, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indicators.sums.populations", dict)
    hidden = FOUR | {"E08000031": (float("nan"), float("nan"), everyone, 6)}
    made = survey_sums(counts(hidden), ROUTE, REGISTER)
    board = made[made["area_code"] == BOARD].set_index("measure")
    is_shown = everyone <= 33
    assert board["value"].notna().all() == is_shown
    assert set(board["status"]) == {"ok" if is_shown else "not_available"}
    coverage = 30000 // (300 + everyone)
    assert set(board["note"]) == {
        f"Summed from 3 of 4 local authorities (lower tier); coverage {coverage:.0f}%.{note}"
    }
    if is_shown:
        assert board["value"].to_dict() == {"in-employment-16-64": 210, "all-16-64": 300}


def test_parts_are_derived_to_measure_by_and_are_split_off() -> None:
    found, _ = derive(
        counts(FOUR),
        source_id="nomis_aps_t01",
        file="nomis.xlsx",
        illustrative=False,
        register=REGISTER,
        catalogue={"employment-rate": INDICATOR},
    )
    shown, parts = split(found)
    assert len(parts) == len(REGISTER.codes("ltla", 2022)) and set(parts["interval_method"]) == {MEASURED_ON}
    assert shown["area_code"].str.startswith(("E54", "E40")).all()
    row = shown.set_index("area_code").loc[BOARD]
    assert row["value"] == pytest.approx(75)
    # root(13² − 0.75²·10²) / 400 = 2.6546 points
    assert row["lower_ci_95"] == pytest.approx(75 - 2.65459, abs=1e-4)


def test_a_part_without_an_interval_and_an_area_of_another_type_measure_nothing() -> None:
    hidden = {"E08000031": (90.0, float("nan"), 100.0, 6.0)}
    rows = counts(FOUR | hidden)
    county = rows[rows["area_code"] == BLACK_COUNTRY[0]].assign(area_code="E10000031")
    found, _ = derive(
        pd.concat([rows, county], ignore_index=True),
        source_id="nomis_aps_t01",
        file="nomis.xlsx",
        illustrative=False,
        register=REGISTER,
        catalogue={"employment-rate": INDICATOR},
    )
    _, parts = split(found)
    assert set(parts["area_code"]) == REGISTER.codes("ltla", 2022) - {"E08000031"}


POPULATION = catalogue()["population-16-64"]
SUMMED = next(place for place, route in enumerate(POPULATION.routes) if route.parts == "ltla")


def test_people_of_a_county_are_the_sum_of_its_districts_with_half_widths_in_quadrature() -> None:
    warwickshire = sorted(parts_of(REGISTER, "E10000031", "utla", "ltla", 2022))
    found, _ = derive(
        counts(
            dict(zip(warwickshire, [(50, 5, 1000 + place, 3 + place) for place in range(5)], strict=True))
        ),
        source_id="nomis_aps_t01",
        file="nomis.xlsx",
        illustrative=False,
        register=REGISTER,
        catalogue={POPULATION.id: POPULATION},
    )
    row = found.set_index("area_code").loc["E10000031"]
    # 3, 4, 5, 6 and 7: √135
    assert (row["value"], row["route"]) == (5010, SUMMED)
    assert row[["lower_ci_95", "upper_ci_95"]].tolist() == pytest.approx([5010 - 135**0.5, 5010 + 135**0.5])
    assert row["interval_method"] == INTERVAL_METHODS["combined"]
    assert row["note"] == "Summed from 5 of 5 local authorities (lower tier); coverage 100%."
    # a council is no sum of itself, and none of its figures measures the intervals of sums
    assert set(found.loc[found["area_code"].isin(warwickshire), "route"]) == {0}
    assert MEASURED_ON not in set(found["interval_method"])


def test_a_unitary_authority_is_no_sum_of_districts() -> None:
    """North Yorkshire was seven districts until March 2023; it is a district and a council now."""
    kinds = ROUTE.route.model_copy(update={"area_types": ("utla",)})
    made = survey_sums(counts({}), IndicatorRoute(INDICATOR, PLACE, kinds), REGISTER)
    assert "E10000023" in set(made["area_code"]) and "E06000065" not in set(made["area_code"])
    assert made["area_code"].str.startswith("E10").all()


def line(code: str, half: float, method: str, release_id: str, route: int, value: float = 70.0) -> dict:
    return {
        **dict.fromkeys(COLUMNS),
        "indicator_id": "employment-rate",
        "period": "2022-01-01/P1Y",
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "area_code": code,
        "value": value,
        "lower_ci_95": value - half,
        "upper_ci_95": value + half,
        "lower_ci_998": value - 2 * half,
        "upper_ci_998": value + 2 * half,
        "status": "ok",
        "interval_method": method,
        "note": "Summed." if route == PLACE else "",
        "route": route,
        "release_id": release_id,
    }


def calibrate(factor: float, councils: int = FEWEST, release_ids: tuple[str, ...] = ("t01",)) -> pd.Series:
    codes = sorted(REGISTER.codes("ltla", 2022))[:councils]
    own = [line(code, 3.0 * factor, INTERVAL_METHODS["published"], "ons", 0) for code in codes]
    board = line(BOARD, 2.0, INTERVAL_METHODS["survey"], "t01", PLACE)
    parts = typed(pd.DataFrame([line(code, 3.0, MEASURED_ON, "t01", PLACE) for code in codes]))
    winners = typed(pd.DataFrame([*own, board]))
    made = calibrated(winners, parts, release_ids, {"employment-rate": INDICATOR})
    assert made[made["area_code"] != BOARD].equals(winners[winners["area_code"] != BOARD])
    return made.set_index("area_code").loc[BOARD]


def test_the_limits_of_a_sum_are_widened_as_those_of_councils_would_have_to_be() -> None:
    row = calibrate(1.1)
    assert [
        row[name] for name in ("lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998")
    ] == pytest.approx([67.8, 72.2, 65.6, 74.4])
    assert row["note"] == (
        "Summed. Half-widths times 1.100, so that those of 30 councils equal the publisher's own of the same period "
        "(median)."
    )


@settings(deadline=None, max_examples=20)
@given(st.floats(0.5, 3))
def test_the_factor_is_the_ratio_of_the_half_widths(factor: float) -> None:
    row = calibrate(factor)
    assert row["upper_ci_95"] - 70 == pytest.approx(2 * factor)
    assert 70 - row["lower_ci_998"] == pytest.approx(4 * factor)


LEP_PLACE = next(place for place, route in enumerate(INDICATOR.routes) if route.area_types == ("lep",))


def test_the_limits_of_a_lep_are_calibrated_as_those_of_a_sum_are() -> None:
    """A LEP's counts are ONS's own, but the interval of their ratio leaves out the survey's design all the same."""
    codes = sorted(REGISTER.codes("ltla", 2022))[:FEWEST]
    own = [line(code, 3.3, INTERVAL_METHODS["published"], "ons", 0) for code in codes]
    parts = typed(pd.DataFrame([line(code, 3.0, MEASURED_ON, "t01", PLACE) for code in codes]))
    leps = [
        {**line(code, 2.0, INTERVAL_METHODS["survey"], "t01", LEP_PLACE), "note": note, "status": status}
        for code, note, status in (
            ("E37000001", "", "ok"),
            ("E37000002", "On boundaries that came after the period", "unreliable"),
            ("E37000003", "", "illustrative"),
            ("E92000001", "", "ok"),
        )
    ]
    winners = typed(pd.DataFrame([*own, *leps]))
    made = calibrated(winners, parts, ["t01"], {"employment-rate": INDICATOR}).set_index("area_code")
    words = "Half-widths times 1.100, so that those of 30 councils equal the publisher's own of the same period (median)."
    assert made.loc["E37000001", "note"] == words
    assert made.loc["E37000002", "note"] == f"On boundaries that came after the period. {words}"
    for code in ("E37000001", "E37000002"):
        assert made.loc[code, ["lower_ci_95", "upper_ci_95"]].tolist() == pytest.approx([67.8, 72.2])
        assert made.loc[code, ["lower_ci_998", "upper_ci_998"]].tolist() == pytest.approx([65.6, 74.4])
    for code in ("E37000003", "E92000001"):
        assert (made.loc[code, "lower_ci_95"], made.loc[code, "note"]) == (68.0, "")


def test_too_few_councils_give_no_factor_and_the_note_says_so() -> None:
    row = calibrate(1.1, FEWEST - 1)
    assert (row["lower_ci_95"], row["note"]) == (68.0, f"Summed. {SUM_NOT_MEASURED}")
    assert not_compared(row["note"])


def test_a_sum_that_is_not_compared_anyway_does_not_say_so_twice() -> None:
    winners = typed(
        pd.DataFrame(
            [
                {**line(BOARD, 2.0, INTERVAL_METHODS["survey"], "t01", PLACE), "note": note}
                for note in ["Not compared: too few were asked."]
            ]
        )
    )
    parts = typed(pd.DataFrame([line("E08000025", 3.0, MEASURED_ON, "t01", PLACE)]))
    (row,) = calibrated(winners, parts, ["t01"], {"employment-rate": INDICATOR}).to_dict("records")
    assert row["note"] == f"Not compared: too few were asked. {NOT_MEASURED}"


def test_councils_whose_own_interval_has_no_width_tell_nothing() -> None:
    codes = sorted(REGISTER.codes("ltla", 2022))[:FEWEST]
    own = [line(code, 3.3, INTERVAL_METHODS["published"], "ons", 0) for code in codes[1:]]
    own.append(line(codes[0], 0.0, INTERVAL_METHODS["published"], "ons", 0))
    parts = typed(pd.DataFrame([line(code, 3.0, MEASURED_ON, "t01", PLACE) for code in codes]))
    board = line(BOARD, 2.0, INTERVAL_METHODS["survey"], "t01", PLACE)
    made = calibrated(typed(pd.DataFrame([*own, board])), parts, ["t01"], {"employment-rate": INDICATOR})
    assert made.set_index("area_code").loc[BOARD, "lower_ci_95"] == 68.0


def test_published_people_of_a_combined_authority_keep_their_own_interval() -> None:
    people = {
        **line("E47000001", 9.0, INTERVAL_METHODS["published"], "t01", 0),
        "indicator_id": POPULATION.id,
    }
    winners = typed(pd.DataFrame([people]))
    assert "combined_authority" in POPULATION.routes[0].area_types
    assert calibrated(winners, winners.iloc[:0], ["t01"], {POPULATION.id: POPULATION}) is winners


def test_where_no_figure_measures_all_are_shown() -> None:
    given = typed(pd.DataFrame([line(BOARD, 2.0, INTERVAL_METHODS["survey"], "t01", PLACE)]))
    shown, parts = split(given)
    assert shown is given and parts.empty


def test_published_counts_without_a_factor_are_compared_as_they_are() -> None:
    winners = typed(pd.DataFrame([line("E37000001", 2.0, INTERVAL_METHODS["survey"], "t01", LEP_PLACE)]))
    parts = typed(pd.DataFrame([line("E08000025", 3.0, MEASURED_ON, "t01", PLACE)]))
    (row,) = calibrated(winners, parts, ["t01"], {"employment-rate": INDICATOR}).to_dict("records")
    assert row["note"] == NOT_MEASURED and not not_compared(row["note"])


def test_without_any_of_the_publishers_own_intervals_the_limits_stay() -> None:
    """The counts may be loaded before the source of the published rates is, or without it."""
    codes = sorted(REGISTER.codes("ltla", 2022))[:FEWEST]
    parts = typed(pd.DataFrame([line(code, 3.0, MEASURED_ON, "t01", PLACE) for code in codes]))
    winners = typed(pd.DataFrame([line(BOARD, 2.0, INTERVAL_METHODS["survey"], "t01", PLACE)]))
    (row,) = calibrated(winners, parts, ["t01"], {"employment-rate": INDICATOR}).to_dict("records")
    assert (row["lower_ci_95"], row["note"]) == (68.0, f"Summed. {SUM_NOT_MEASURED}")


def test_sums_of_another_load_keep_the_factor_they_have() -> None:
    row = calibrate(1.1, release_ids=("another",))
    assert (row["lower_ci_95"], row["note"]) == (68.0, "Summed.")


def test_limits_stay_within_the_bounds_of_the_indicator() -> None:
    winners = typed(
        pd.DataFrame(
            [
                *(
                    line(code, 6.0, INTERVAL_METHODS["published"], "ons", 0)
                    for code in sorted(REGISTER.codes("ltla", 2022))[:40]
                ),
                line(BOARD, 2.0, INTERVAL_METHODS["survey"], "t01", PLACE, value=98.0),
            ]
        )
    )
    parts = typed(
        pd.DataFrame(
            [line(code, 3.0, MEASURED_ON, "t01", PLACE) for code in sorted(REGISTER.codes("ltla", 2022))[:40]]
        )
    )
    row = (
        calibrated(winners, parts, ["t01"], {"employment-rate": INDICATOR}).set_index("area_code").loc[BOARD]
    )
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx((94, 100))
