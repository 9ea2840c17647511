"""Sums of parts against the published whole: reported where they differ beyond rounding, and never corrected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from etl_toolkit import ENGLAND, Y2021, Bench, indicator, route
from hypothesis import given
from hypothesis import strategies as st

from etl.deriving.totals import SumsOfParts, rounding, warnings
from geodata.register import Register
from indicators.catalogue import Indicator

REGIONS = [f"E1200000{place}" for place in range(1, 10)]
ICB = "E54000041"  # one sub-ICB location, E38000045


@pytest.fixture
def catalogue() -> dict[str, Indicator]:
    entries = (
        indicator(
            "share",
            route(
                "beta",
                "proportion",
                "wilson",
                ("ltla", "region", "england"),
                numerator=("part",),
                denominator=("whole",),
            ),
        ),
        indicator(
            "claims",
            route("alpha", "count", "none", ("ltla", "region", "england"), value=("claims",)),
            unit="count",
            multiplier=1.0,
        ),
    )
    return {entry.id: entry for entry in entries}


def observations(counts: dict[str, tuple[float, float]], **more: Any) -> pd.DataFrame:
    """Rows of the store's table, as far as the check reads them."""
    return pd.DataFrame(
        [
            {
                "indicator_id": "share",
                "period": Y2021,
                "sex": "persons",
                "age": "all",
                "breakdown": "all",
                "area_code": code,
                "value": 100 * part / whole,
                "numerator": part,
                "denominator": whole,
                "status": "ok",
                "release_id": "beta:1:aa",
                **more,
            }
            for code, (part, whole) in counts.items()
        ]
    )


def checked(frame: pd.DataFrame, register: Register, catalogue: dict[str, Indicator]) -> dict[str, tuple]:
    sums = SumsOfParts(register, catalogue)
    sums.see(frame)
    return {row["against"]: (row["compared"], row["apart"], row["largest"]) for row in sums.rows()}


NINE = {code: (100.0 + place, 1000.0) for place, code in enumerate(REGIONS)}


def test_regions_that_come_to_england_are_in_order(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    found = checked(observations({**NINE, ENGLAND: (936.0, 9000.0)}), register, catalogue)
    assert found == {
        "sums of regions for England, numerator": (1, 0, 0.0),
        "sums of regions for England, denominator": (1, 0, 0.0),
    }


def test_a_whole_that_is_not_the_sum_is_reported_with_both_numbers(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    sums = SumsOfParts(register, catalogue)
    sums.see(observations({**NINE, ENGLAND: (946.0, 9000.0)}))
    [row] = [row for row in sums.rows() if row["apart"]]
    assert row == {
        "indicator_id": "share",
        "against": "sums of regions for England, numerator",
        "compared": 1,
        "apart": 1,
        "largest": 10.0,
        "examples": [{"area_code": ENGLAND, "period": Y2021, "ours": 936.0, "theirs": 946.0}],
    }
    assert warnings(sums.rows()) == [
        "share: 1 of 1 sums of regions for England, numerator differ from the published figure beyond rounding, such "
        f"as {ENGLAND} {Y2021}: the sum is 936, published 946"
    ]


@pytest.mark.parametrize(("england", "apart"), [(925.0, 0), (900.0, 0), (850.0, 1)])
def test_counts_to_the_nearest_five_may_be_off_by_as_much(
    england: float, apart: int, register: Register, catalogue: dict[str, Indicator]
) -> None:
    # nine parts, each up to 2.5 off, and a whole that is up to 2.5 (or to the nearest 50: 5) off
    fives = dict.fromkeys(REGIONS[1:], (105.0, 1000.0)) | {REGIONS[0]: (85.0, 1000.0)}
    found = checked(observations({**fives, ENGLAND: (england, 9000.0)}), register, catalogue)
    assert found["sums of regions for England, numerator"][:2] == (1, apart)


@pytest.mark.parametrize(
    ("part", "england", "apart"),
    [
        # nine regions to the nearest 10 may be 45 off together, England to the nearest 1,000 by 500
        (170.0, 2000.0, 0),
        (130.0, 2000.0, 1),
        # whole numbers count as they are
        (102.0, 919.0, 1),
        (102.0, 918.0, 0),
    ],
)
def test_each_sum_has_the_room_of_its_own_rounding(
    part: float, england: float, apart: int, register: Register, catalogue: dict[str, Indicator]
) -> None:
    frame = observations({**dict.fromkeys(REGIONS, (part, 5000.0)), ENGLAND: (england, 45000.0)})
    found = checked(frame, register, catalogue)
    assert found["sums of regions for England, numerator"] == (1, apart, abs(9 * part - england))


def test_sums_of_several_parts_of_a_publication_are_told_together(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    sums = SumsOfParts(register, catalogue)
    periods = [f"{year}-01-01/P1Y" for year in range(2011, 2019)]
    # none of them is a multiple of 5, which would be taken for rounded
    for period, count in zip(periods, (937, 938, 939, 941, 942, 943, 944, 946), strict=True):
        sums.see(observations({**NINE, ENGLAND: (count, 9000.0)}, period=period))
    sums.see(observations({**NINE, ENGLAND: (936.0, 9000.0)}, indicator_id="claims"))
    sums.see(observations({**NINE, ENGLAND: (1.0, 1.0)}, indicator_id="unknown"))
    rows = {row["against"]: row for row in sums.rows() if row["indicator_id"] == "share"}
    told = rows["sums of regions for England, numerator"]
    assert (told["compared"], told["apart"], told["largest"]) == (8, 8, 10.0)
    assert [example["period"] for example in told["examples"]] == periods[:5]
    assert rows["sums of regions for England, denominator"]["compared"] == 8
    # a count's own value adds up, and has no name in words
    assert [row["against"] for row in sums.rows() if row["indicator_id"] == "claims"] == [
        "sums of regions for England"
    ]
    assert {row["indicator_id"] for row in sums.rows()} == {"claims", "share"}
    [warning] = [words for words in warnings(sums.rows()) if words.startswith("share")]
    assert "8 of 8" in warning and "2011-01-01/P1Y: the sum is 936, published 937" in warning


def test_the_order_of_rows_says_nothing(register: Register, catalogue: dict[str, Indicator]) -> None:
    counts = {ENGLAND: (946.0, 9000.0), **NINE}
    found = checked(observations(counts), register, catalogue)
    assert found["sums of regions for England, numerator"] == (1, 1, 10.0)


def test_counts_of_areas_that_are_no_parts_say_nothing_of_rounding(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    # nine regions to the nearest 10 may be 45 off together; a board's count is exact
    frame = observations(
        {**dict.fromkeys(REGIONS, (100.0, 1000.0)), ENGLAND: (943.0, 9000.0), ICB: (7.0, 77.0)}
    )
    assert checked(frame, register, catalogue)["sums of regions for England, numerator"] == (1, 0, 43.0)


def test_groups_are_summed_each_by_itself(register: Register, catalogue: dict[str, Indicator]) -> None:
    women = observations({**NINE, ENGLAND: (936.0, 9000.0)}, sex="female")
    men = observations({**NINE, ENGLAND: (937.0, 9000.0)}, sex="male")
    found = checked(pd.concat([women, men], ignore_index=True), register, catalogue)
    assert found["sums of regions for England, numerator"] == (2, 1, 1.0)
    # no level at all: parts without their whole, and a whole without its parts
    assert checked(observations(NINE), register, catalogue) == {}
    assert checked(observations({ENGLAND: (936.0, 9000.0)}), register, catalogue) == {}


@pytest.mark.parametrize(
    ("counts", "step"),
    [
        ([1000.0, 3000.0], 1000.0),
        ([1000.0, 300.0], 100.0),
        ([10.0, 30.0], 10.0),
        ([5.0, 30.0], 5.0),
        ([7.0, 30.0], 0.0),
        ([0.5, 0.3], 0.1),
        ([0.25, 3.0], 0.01),
        ([0.125], 0.0),
        ([10.0 + 5e-6], 10.0),
        ([10.0 + 5e-5], 0.0),
    ],
)
def test_the_step_of_counts(counts: list[float], step: float) -> None:
    assert rounding(np.array(counts)) == step


def test_nothing_is_summed_where_a_part_is_missing(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    eight = {code: NINE[code] for code in REGIONS[1:]}
    assert checked(observations({**eight, ENGLAND: (946.0, 9000.0)}), register, catalogue) == {}
    frame = observations({**NINE, ENGLAND: (946.0, 9000.0)})
    frame.loc[0, "numerator"] = np.nan
    assert set(checked(frame, register, catalogue)) == {"sums of regions for England, denominator"}


def test_our_own_sums_and_illustrative_figures_are_no_check(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    parts = observations(NINE)
    ours = observations({ENGLAND: (1.0, 9000.0)}, release_id="derived:share-1:bb")
    assert checked(pd.concat([parts, ours], ignore_index=True), register, catalogue) == {}
    illustrative = observations({**NINE, ENGLAND: (1.0, 9000.0)}, status="illustrative")
    assert checked(illustrative, register, catalogue) == {}


def test_districts_and_care_boards_have_their_levels_too(
    register: Register, catalogue: dict[str, Indicator]
) -> None:
    districts = {
        code: (10.0 + place, 400.0) for place, code in enumerate(sorted(register.codes("ltla", 2021)))
    }
    total = float(sum(part for part, _ in districts.values()))
    frame = observations({**districts, "E12000004": (1.0, 14000.0), ENGLAND: (total, 1.0)})
    assert (
        checked(frame, register, catalogue)["sums of local authorities (lower tier) for regions, numerator"][
            0
        ]
        == 1
    )
    places = observations({"E38000045": (7.0, 77.0), ICB: (7.0, 78.0)}, period="2023-04-01/P1Y")
    assert checked(places, register, catalogue) == {
        "sums of sub-ICB locations for integrated care boards, numerator": (1, 0, 0.0),
        "sums of sub-ICB locations for integrated care boards, denominator": (1, 1, 1.0),
    }


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.sampled_from([5.0, 10.0, 100.0, 1000.0]))
def test_the_step_is_one_that_every_count_is_a_multiple_of(counts: list[int], step: float) -> None:
    found = rounding(np.array(counts) * step)
    assert found >= step and found % step == 0
    assert rounding(np.array([*counts, 7], dtype=float)) == 0.0


def test_a_run_notes_it_and_the_published_figure_stays(bench: Bench) -> None:
    rows = [
        {"measure": name, "area_code": code, "period": Y2021, "value": value}
        for code, (part, whole) in {**NINE, ENGLAND: (946.0, 9000.0)}.items()
        for name, value in (("part", part), ("whole", whole))
    ]
    bench.put("beta-1.csv", rows)
    result = bench.refresh("beta")
    assert result.outcome == "published"
    assert [(check["against"], check["apart"]) for check in result.details["cross_checks"]] == [
        ("sums of regions for England, denominator", 0),
        ("sums of regions for England, numerator", 1),
    ]
    assert result.details["warnings"][-1].startswith(
        "share: 1 of 1 sums of regions for England, numerator differ"
    )
    [row] = bench.store.observations(indicator_id="share", area_type="england")
    assert (row["numerator"], row["denominator"]) == (946.0, 9000.0)
