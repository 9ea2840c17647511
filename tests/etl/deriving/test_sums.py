"""Sums over parts: what a publisher gives no figure for, with coverage, and never from the wrong land."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.deriving.sums import aggregates, wholes_of
from etl.frames.observations import COLUMNS, typed
from etl.frames.routes import IndicatorRoute
from geodata.parts import _members_through, parts_of
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.limits import TOO_ROUNDED
from indicators.notes import not_compared
from indicators.statistics import intervals
from indicators.sums import TOO_LITTLE, people_of, populations

REGISTER = load_register()
INDICATOR = catalogue()["disability-prevalence"]
PLACE = next(place for place, route in enumerate(INDICATOR.routes) if route.method == "aggregate")
ROUTE = IndicatorRoute(INDICATOR, PLACE, INDICATOR.routes[PLACE])
BLACK_COUNTRY = ["E08000027", "E08000028", "E08000030", "E08000031"]


def districts(counts: dict[str, tuple[float | None, float | None]], status: str = "ok") -> pd.DataFrame:
    """Observations of districts with the counts given."""
    rows = []
    for code, (numerator, denominator) in counts.items():
        known = numerator is not None and denominator is not None
        rows.append(
            {
                **dict.fromkeys(COLUMNS),
                "indicator_id": "disability-prevalence",
                "period": "2021-03-21/P1D",
                "sex": "persons",
                "age": "all",
                "breakdown": "all",
                "area_code": code,
                "value": 100 * numerator / denominator if known else None,
                "numerator": numerator,
                "denominator": denominator,
                "status": status if known else "suppressed",
                "interval_method": "none",
                "note": "",
                "route": 0,
            }
        )
    return typed(pd.DataFrame(rows)[COLUMNS])


def everywhere(
    numerator: float = 10, denominator: float = 100
) -> dict[str, tuple[float | None, float | None]]:
    return dict.fromkeys(sorted(REGISTER.codes("ltla", 2024)), (numerator, denominator))


@pytest.fixture
def no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """People as the denominators of the frames have them."""
    monkeypatch.setattr("indicators.sums.populations", dict)


def test_a_lep_is_the_sum_of_its_districts_not_the_mean_of_their_rates() -> None:
    counts = everywhere()
    counts |= dict(zip(BLACK_COUNTRY, [(1, 10), (200, 1000), (30, 100), (0, 890)], strict=True))
    made = aggregates(ROUTE, districts(counts), REGISTER).set_index("area_code")
    row = made.loc["E37000001"]
    assert (row["numerator"], row["denominator"]) == (231, 2000)
    assert row["value"] == pytest.approx(11.55)
    # Wilson for 231 of 2,000 by hand: centre 0.116237, spread 0.014014
    assert row["lower_ci_95"] == pytest.approx(10.2223, abs=5e-4)
    assert row["upper_ci_95"] == pytest.approx(13.0251, abs=5e-4)
    assert row["note"] == "Summed from 4 of 4 local authorities (lower tier); coverage 100%."


def test_a_district_in_two_leps_counts_in_both_and_once_in_each() -> None:
    counts = everywhere(0, 100)
    counts["E07000193"] = (7, 100)  # East Staffordshire
    made = aggregates(ROUTE, districts(counts), REGISTER)
    leps = made[made["area_code"].str.startswith("E37") & (made["numerator"] > 0)]
    assert sorted(REGISTER.area(code).name for code in leps["area_code"]) == [
        "Greater Birmingham and Solihull",
        "Stoke-on-Trent and Staffordshire",
    ]
    assert leps["numerator"].tolist() == [7, 7]


@pytest.mark.parametrize(
    ("hidden", "is_shown", "is_judged"),
    [
        # 1,000 people in four boroughs
        (100, True, True),
        (101, True, False),
        (500, True, False),
        (501, False, False),
    ],
)
def test_people_without_a_figure_take_the_verdict_and_then_the_figure(
    hidden: int, is_shown: bool, is_judged: bool, no_table: None
) -> None:
    rest = 1000 - hidden
    counts = everywhere() | dict(
        zip(BLACK_COUNTRY, [(1, rest - 2), (1, 1), (1, 1), (1, hidden)], strict=True)
    )
    frame = districts(counts)
    # the publisher hides the figure of the fourth and gives its base
    at = frame["area_code"] == BLACK_COUNTRY[3]
    frame.loc[at, ["value", "numerator"]] = float("nan")
    frame.loc[at, "status"] = "suppressed"
    row = aggregates(ROUTE, frame, REGISTER).set_index("area_code").loc["E37000001"]
    words = f"Summed from 3 of 4 local authorities (lower tier); coverage {rest // 10}%."
    if is_shown:
        assert (row["numerator"], row["denominator"], row["status"]) == (3, rest, "ok")
        assert row["note"] == (words if is_judged else f"{words} Not compared: {TOO_LITTLE}.")
    else:
        assert pd.isna(row["value"]) and pd.isna(row["numerator"]) and row["status"] == "not_available"
        assert row["note"] == f"{words} areas with figures hold less than 50% of the population"
    assert not_compared(row["note"]) == (is_shown and not is_judged)


def test_a_part_whose_people_are_not_known_counts_as_the_mean_of_the_others(no_table: None) -> None:
    counts = everywhere()
    counts["E08000031"] = (None, None)
    row = aggregates(ROUTE, districts(counts), REGISTER).set_index("area_code").loc["E37000001"]
    assert row["value"] == pytest.approx(10) and row["note"] == (
        f"Summed from 3 of 4 local authorities (lower tier); coverage 75%. Not compared: {TOO_LITTLE}."
    )
    # a large one bears the loss of one district: 33 boroughs of London
    counts = everywhere()
    counts["E09000001"] = (None, None)
    london = aggregates(ROUTE, districts(counts), REGISTER).set_index("area_code").loc["E37000051"]
    assert london["value"] == pytest.approx(10) and "32 of 33" in london["note"] and "96%" in london["note"]
    assert not not_compared(london["note"])
    nan = float("nan")
    assert people_of(["a", "b"], np.array([nan, nan])).tolist() == [1, 1]
    assert people_of(["a", "b", "c"], np.array([10, nan, 30])).tolist() == [10, 20, 30]


def test_people_are_those_of_the_population_estimates() -> None:
    # the Isles of Scilly hold 2,226 of 575,525 people of Cornwall and Isles of Scilly
    counts = everywhere()
    counts["E06000053"] = (None, None)
    made = aggregates(ROUTE, districts(counts), REGISTER).set_index("area_code")
    [cornwall] = [code for code in made.index if REGISTER.area(code).name == "Cornwall and Isles of Scilly"]
    assert made.loc[cornwall, "note"] == "Summed from 1 of 2 local authorities (lower tier); coverage 99%."
    assert made.loc[cornwall, "value"] == pytest.approx(10)
    table = populations()
    # England in the middle of 2020, whatever the councils are
    for area_type, year in (("ltla", 2021), ("ltla", 2024), ("utla", 2024)):
        assert sum(table[code] for code in REGISTER.codes(area_type, year)) == 56_550_138
    nan = float("nan")
    assert people_of(["E06000053", "E07000190"], np.array([nan, 9.0])).tolist() == [2226, 2226]


def test_the_sum_of_rounded_counts_is_widened_by_the_rounding_of_each() -> None:
    route = INDICATOR.routes[PLACE].model_copy(update={"rounded_to": 5.0})
    counts = everywhere() | dict.fromkeys(BLACK_COUNTRY, (10, 100))
    row = (
        aggregates(IndicatorRoute(INDICATOR, PLACE, route), districts(counts), REGISTER)
        .set_index("area_code")
        .loc["E37000001"]
    )
    # four counts of 2.5 off each: 50 of 390 in place of 40 of 400
    bound = 100 * (50 / 390 - 40 / 400)
    _, lower, upper = intervals.proportion(40, 400, 100)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx((lower - bound, upper + bound))
    assert row["interval_method"] == "Wilson score of the sums, widened for rounded counts"
    assert row["note"].endswith(f"Not compared: {TOO_ROUNDED}.")


def test_a_count_of_two_rounded_numbers_is_off_by_twice_as_much() -> None:
    counts = everywhere(50, 1000)
    bounds = []
    for cells in ((1, 1), (2, 1)):
        route = INDICATOR.routes[PLACE].model_copy(update={"rounded_to": 5.0, "rounded_cells": cells})
        made = aggregates(IndicatorRoute(INDICATOR, PLACE, route), districts(counts), REGISTER)
        row = made.set_index("area_code").loc["E37000001"]
        bounds.append(row["upper_ci_95"] - intervals.proportion(200, 4000, 100)[2])
    # four boroughs, 2.5 or 5 in each numerator and 2.5 in each denominator
    assert bounds == pytest.approx([100 * (210 / 3990 - 0.05), 100 * (220 / 3990 - 0.05)])


def test_a_part_without_a_row_has_no_count_and_no_doubt() -> None:
    counts = everywhere()
    del counts["E08000027"]
    frame = districts(counts)
    frame.loc[frame.index[-1], ["numerator", "denominator"]] = [99.0, 999.0]
    made = aggregates(ROUTE, frame, REGISTER).set_index("area_code").loc["E37000001"]
    # Dudley has more than a tenth of the people and less than half of them
    assert (made["numerator"], made["denominator"], made["status"]) == (30, 300, "ok")


def test_an_area_that_ends_on_the_last_day_of_a_period_has_a_sum_of_it() -> None:
    """North Yorkshire's districts became one on 1 April 2023."""
    districts_then = REGISTER.codes("ltla", 2022)
    found = [
        code
        for on in (date(2023, 3, 31), date(2023, 4, 1))
        for code, _ in wholes_of(REGISTER, "utla", "ltla", 2022, districts_then, on)
        if code == "E10000023"
    ]
    assert found == ["E10000023"]


def test_a_publishers_own_figure_is_never_replaced_by_a_sum() -> None:
    counts = everywhere() | {"E37000001": (999, 1000)}
    made = aggregates(ROUTE, districts(counts), REGISTER)
    assert "E37000001" not in set(made["area_code"])


def test_the_worst_status_of_the_parts_is_kept() -> None:
    made = aggregates(ROUTE, districts(everywhere(), status="unreliable"), REGISTER)
    assert set(made["status"]) == {"unreliable"}


def test_illustrative_figures_are_never_summed() -> None:
    assert aggregates(ROUTE, districts(everywhere(), status="illustrative"), REGISTER).empty


def test_districts_merged_since_still_make_up_their_lep() -> None:
    # Allerdale, Carlisle and Copeland are Cumberland since April 2023; Cumbria LEP is of 2021
    assert parts_of(REGISTER, "E37000007", "lep", "ltla", 2024) == {"E06000063", "E06000064"}
    assert len(parts_of(REGISTER, "E37000007", "lep", "ltla", 2021)) == 6


def test_a_lep_is_made_of_councils_only_where_it_holds_all_districts_of_each() -> None:
    # Coventry and Warwickshire: the city, and the five districts of the county
    assert parts_of(REGISTER, "E37000006", "lep", "utla", 2020) == {"E08000026", "E10000031"}
    # Greater Birmingham and Solihull holds four of Staffordshire's districts, not the county
    assert parts_of(REGISTER, "E37000012", "lep", "utla", 2020) == frozenset()
    made = [code for code in REGISTER.codes("lep", 2021) if parts_of(REGISTER, code, "lep", "utla", 2020)]
    assert len(made) == 34


def test_an_icb_whose_border_cuts_a_district_is_not_made_of_districts() -> None:
    # West Yorkshire took in nine tenths of Craven, and a twelfth of North Yorkshire since
    assert parts_of(REGISTER, "E54000054", "icb", "ltla", 2022) == frozenset()
    assert parts_of(REGISTER, "E54000054", "icb", "ltla", 2023) == frozenset()
    assert parts_of(REGISTER, "E54000062", "icb", "ltla", 2022) == {
        "E08000027", "E08000028", "E08000030", "E08000031",
    }  # fmt: skip


COUNT = catalogue()["uc-health-claimants"]
COUNT_PLACE = next(place for place, route in enumerate(COUNT.routes) if route.method == "aggregate")


def claimants(people: dict[str, float | None], status: str = "ok") -> pd.DataFrame:
    """Observations of districts with so many claimants."""
    counts = {code: (number, number) for code, number in people.items()}
    rows = districts(counts, status).assign(indicator_id=COUNT.id, period="2026-03-01/P1M")
    return rows.assign(value=rows["numerator"], numerator=None, denominator=None).astype(
        rows.dtypes.to_dict()
    )


def test_a_count_is_summed_without_an_interval() -> None:
    people: dict[str, float | None] = dict.fromkeys(sorted(REGISTER.codes("ltla", 2025)), 7.0)
    people |= dict(zip(BLACK_COUNTRY, [10.0, 20.0, 30.0, 40.0], strict=True))
    route = IndicatorRoute(COUNT, COUNT_PLACE, COUNT.routes[COUNT_PLACE])
    made = aggregates(route, claimants(people), REGISTER).set_index("area_code")
    for whole in ("E37000001", "E54000062"):  # the partnership, and the board on the same land
        row = made.loc[whole]
        assert (row["value"], row["status"], row["interval_method"]) == (100, "ok", "none")
        assert row[["numerator", "denominator", "lower_ci_95", "upper_ci_998"]].isna().all()
        assert row["note"] == "Summed from 4 of 4 local authorities (lower tier); coverage 100%."
    # 33 boroughs
    assert made.loc["E40000003", "value"] == 33 * 7
    hidden = people | dict.fromkeys(BLACK_COUNTRY[1:], None)
    row = aggregates(route, claimants(hidden), REGISTER).set_index("area_code").loc["E37000001"]
    assert row["status"] == "not_available" and pd.isna(row["value"])
    assert row["note"].endswith("Areas with figures hold less than 50% of the people.")


def test_an_nhs_region_is_made_of_the_districts_of_its_boards() -> None:
    # Waverley lay in two boards of the South East, Vale of White Horse in two regions
    assert parts_of(REGISTER, "E40000003", "nhs_region", "ltla", 2021) == {
        code for code in REGISTER.codes("ltla", 2021) if code.startswith("E09")
    }
    midlands = parts_of(REGISTER, "E40000011", "nhs_region", "ltla", 2022)
    assert (
        len(midlands) == 65 and "E07000037" in midlands
    )  # High Peak: its two parts came together in July 2022
    for year in (2021, 2022, 2025):
        whole = {
            code
            for code in REGISTER.codes("nhs_region", 2024)
            if parts_of(REGISTER, code, "nhs_region", "ltla", year)
        }
        # since 2023, by the small areas of 2021, a hundredth of Cherwell lies in the Midlands
        assert whole == ({"E40000003", "E40000011"} if year < 2023 else {"E40000003"})
    assert len(parts_of(REGISTER, "E40000011", "nhs_region", "icb", 2022)) == 11
    shares, year = _members_through(REGISTER, "E40000005", "nhs_region", "ltla", 2021)
    assert year == 2021 and shares["E07000216"] == pytest.approx(1) and shares["E07000180"] < 0.96


def test_a_code_of_two_types_is_summed_as_the_type_of_the_day() -> None:
    route = INDICATOR.routes[PLACE].model_copy(update={"area_types": ("stp", "icb")})
    made = aggregates(IndicatorRoute(INDICATOR, PLACE, route), districts(everywhere()), REGISTER)
    # on 21 March 2021: Cheshire and Merseyside was a partnership, Greater Manchester got its code in 2022
    assert made["area_code"].is_unique
    assert {"E54000008", "E54000057"} <= set(made["area_code"])
    # those of whole districts: 29 of the boards and partnerships of 2022, and five formed in 2026
    assert len(made) == 34


def test_a_combined_authority_formed_later_is_summed_from_the_councils_it_has_now() -> None:
    # York and North Yorkshire, since 2024: the county became a unitary authority in 2023
    assert parts_of(REGISTER, "E47000012", "combined_authority", "utla", 2020) == {"E06000014", "E10000023"}
    made = aggregates(ROUTE, districts(everywhere()), REGISTER)
    assert {code for code in made["area_code"] if code.startswith("E47")} >= REGISTER.codes(
        "combined_authority", 2025
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(500, 5000)), min_size=4, max_size=4))
def test_sums_are_the_obvious_ones(pairs: list[tuple[int, int]]) -> None:
    counts = everywhere() | dict(zip(BLACK_COUNTRY, pairs, strict=True))
    row = aggregates(ROUTE, districts(counts), REGISTER).set_index("area_code").loc["E37000001"]
    above, below = (sum(pair[place] for pair in pairs) for place in (0, 1))
    assert row["value"] == pytest.approx(100 * above / below, rel=1e-12)
    assert (
        row["lower_ci_998"] <= row["lower_ci_95"] <= row["value"] <= row["upper_ci_95"] <= row["upper_ci_998"]
    )


def test_sums_stand_in_rows_of_their_own_by_group() -> None:
    both = pd.concat(
        [districts(everywhere(20)).assign(sex="male"), districts(everywhere()).assign(sex="female")],
        ignore_index=True,
    )
    made = aggregates(ROUTE, both, REGISTER)
    assert made.index.tolist() == list(range(len(made)))
    assert made["sex"].drop_duplicates().tolist() == ["female", "male"]
    by_sex = made[made["area_code"] == "E37000001"].set_index("sex")["value"]
    assert by_sex.to_dict() == {"female": pytest.approx(10.0), "male": pytest.approx(20.0)}
    assert set(made["status"]) == {"ok"}
    assert set(made["interval_method"]) == {"Wilson score of the sums"}


def test_other_indicators_and_areas_that_are_no_parts_make_no_sum() -> None:
    other = districts(everywhere()).assign(indicator_id="another")
    assert aggregates(ROUTE, other, REGISTER).empty
    assert aggregates(ROUTE, districts({"E92000001": (10, 100)}), REGISTER).empty
    assert aggregates(ROUTE, districts(dict.fromkeys(everywhere(), (None, None))), REGISTER).empty


def test_one_doubtful_part_makes_the_sum_doubtful_and_no_other() -> None:
    frame = districts(everywhere())
    frame.loc[frame["area_code"] == BLACK_COUNTRY[3], "status"] = "unreliable"
    made = aggregates(ROUTE, frame, REGISTER).set_index("area_code")
    assert made.loc["E37000001", "status"] == "unreliable"
    assert made.loc["E37000051", "status"] == "ok"
