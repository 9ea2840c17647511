"""Figures against others for the same key: what counts as the same, what is reported, and of how many."""

from __future__ import annotations

import pandas as pd
import pytest
from deriving_toolkit import NAN, cell, made
from etl_toolkit import LEEDS, NOTTINGHAM, Y2021, YORK, indicator, route
from hypothesis import given
from hypothesis import strategies as st

from etl.deriving.cross_check import Report, compare, joined
from etl.frames.observations import KEY

SHARE = indicator(
    "share",
    route(
        "alpha",
        "proportion",
        "wilson",
        numerator=("part",),
        denominator=("whole",),
        published=("own",),
        rounded_to=5,
    ),
)
OWN = "the publisher's own figure"


def share(area: str, part: float, whole: float, own: float) -> list[dict]:
    return [cell("part", area, part), cell("whole", area, whole), cell("own", area, own)]


def check_of(rows: list[dict], register, entry=SHARE) -> dict:
    [check] = made(entry, rows, register)[1].cross_checks
    return check


# ---- against the publisher's own figure ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "own", "is_apart"),
    [
        # 10 of 45 is 22.22; (10 + 2.5) of (45 - 2.5) is 29.41, and 0.005 more for the rounding of the figure
        (10.0, 45.0, 29.41, False),
        (10.0, 45.0, 29.42, True),
        (10.0, 45.0, 15.04, False),
        (10.0, 45.0, 15.02, True),
        # a count that is no multiple of 5 is exact: 11 of 42.5 is 25.88, and 12.5 of 46 is 27.17
        (11.0, 45.0, 25.88, False),
        (11.0, 45.0, 25.89, True),
        (10.0, 46.0, 27.17, False),
        (10.0, 46.0, 27.18, True),
        # neither is: no room beyond the rounding of the figure
        (11.0, 46.0, 23.91, False),
        (11.0, 46.0, 23.92, True),
        # half of the last digit of two: 7 of 23 is 30.4348, and 8 of 21 is 38.0952
        (7.0, 23.0, 30.43, False),
        (8.0, 21.0, 38.09, True),
    ],
)
def test_counts_to_the_nearest_five_may_each_be_half_of_it_off(
    part: float, whole: float, own: float, is_apart: bool, register
) -> None:
    check = check_of(share(LEEDS, part, whole, own), register)
    assert (check["compared"], check["apart"]) == (1, int(is_apart))


def test_a_sum_of_two_counts_may_be_off_by_twice_as_much(register) -> None:
    entry = indicator(
        "share",
        route(
            "alpha",
            "proportion",
            "wilson",
            numerator=("a", "b"),
            denominator=("c", "d"),
            published=("own",),
            rounded_to=5,
        ),
    )

    def rows(own: float) -> list[dict]:
        counts = {"a": 5.0, "b": 5.0, "c": 20.0, "d": 25.0, "own": own}
        return [cell(name, LEEDS, count) for name, count in counts.items()]

    # (10 + 5) of (45 - 5) is 37.5
    assert check_of(rows(37.51), register, entry)["apart"] == 1
    assert check_of(rows(37.49), register, entry)["apart"] == 0


def test_each_of_the_counts_has_the_room_of_its_own_parts(register) -> None:
    entry = indicator(
        "share",
        route(
            "alpha",
            "proportion",
            "wilson",
            numerator=("a",),
            denominator=("c", "d"),
            published=("own",),
            rounded_to=5,
        ),
    )

    def rows(own: float) -> list[dict]:
        counts = {"a": 10.0, "c": 20.0, "d": 25.0, "own": own}
        return [cell(name, LEEDS, count) for name, count in counts.items()]

    # (10 + 2.5) of (45 - 5) is 31.25
    assert check_of(rows(31.25), register, entry)["apart"] == 0
    assert check_of(rows(31.26), register, entry)["apart"] == 1


def test_a_net_movement_has_the_room_of_two_counts(register) -> None:
    entry = indicator(
        "net",
        route(
            "alpha",
            "paired_movement",
            "paired",
            moved_in=("in",),
            moved_out=("out",),
            denominator=("n",),
            published=("own",),
            rounded_to=5,
        ),
        unit="percentage_points",
    )

    def rows(own: float) -> list[dict]:
        counts = {"in": 45.0, "out": 30.0, "n": 1000.0, "own": own}
        return [cell(name, LEEDS, count) for name, count in counts.items()]

    # 15 of 1,000 is 1.5; each of 45 and 30 may be 2.5 off, and 20 of 997.5 is 2.005
    assert check_of(rows(2.0), register, entry)["apart"] == 0
    assert check_of(rows(2.02), register, entry)["apart"] == 1


def test_room_for_fives_is_given_where_most_counts_are_such_and_to_those_only(register) -> None:
    fives, other = (10.0, 45.0, 29.0), (11.0, 44.0, 32.0)
    half = share(LEEDS, *fives) + share(YORK, *other)
    assert check_of(half, register)["apart"] == 2
    most = half + share(NOTTINGHAM, *fives)
    check = check_of(most, register)
    assert (check["compared"], check["apart"]) == (3, 1)
    assert check["examples"] == [{"area_code": YORK, "period": Y2021, "ours": 25.0, "theirs": 32.0}]


def test_only_figures_that_both_give_are_compared(register) -> None:
    rows = [
        *share(LEEDS, 12.0, 48.0, 25.0),
        *share(YORK, 12.0, 48.0, NAN),
        *share(NOTTINGHAM, NAN, 48.0, 25.0),
        *share("E06000015", 0.0, 0.0, 25.0),
    ]
    frame, report = made(SHARE, rows, register)
    [check] = report.cross_checks
    assert (check["compared"], check["apart"], check["examples"]) == (1, 0, [])
    assert frame.loc[NOTTINGHAM, "value"] == 25.0
    assert made(SHARE, rows[3:], register)[1].cross_checks == []
    # an area of a type that the route does not take is not compared
    elsewhere = [*rows[:3], *({**row, "area_code": "E12000004"} for row in rows[:3])]
    assert check_of(elsewhere, register)["compared"] == 1


@pytest.mark.parametrize(
    ("part", "whole", "own", "is_apart"),
    [
        # (10 + 2.5) of (45 - 2.5) is 29.4118, and 0.005 more
        (10.0, 45.0, 0.2941, False),
        (10.0, 45.0, 0.2942, True),
        # 11 of 46 is 23.913, which is 23.9 to half of its last digit
        (11.0, 46.0, 0.239, False),
        (11.0, 46.0, 0.238, True),
    ],
)
def test_the_publishers_figure_and_its_last_digit_are_taken_in_our_unit(
    part: float, whole: float, own: float, is_apart: bool, register
) -> None:
    entry = indicator("share", SHARE.routes[0].model_copy(update={"scale": 100.0}))
    check = check_of(share(LEEDS, part, whole, own), register, entry)
    assert (check["compared"], check["apart"]) == (1, int(is_apart))


def test_one_of_one_is_compared(register) -> None:
    assert check_of(share(LEEDS, 1.0, 1.0, 100.0), register)["compared"] == 1


def test_a_figure_that_is_the_publishers_own_is_not_compared_with_itself(register) -> None:
    entry = indicator(
        "cases",
        route("alpha", "rate", "none", numerator=("part",), denominator=("whole",), published=("own",)),
    )
    rows = [*share(LEEDS, 12.0, 48.0, 25.0), *share(YORK, 0.0, 0.0, 25.0)]
    frame, report = made(entry, rows, register)
    assert frame.loc[YORK, "value"] == 25.0
    assert [check["compared"] for check in report.cross_checks] == [1]


def test_figures_that_differ_are_told_in_words_with_the_first_of_five_examples(register) -> None:
    codes = ["E06000001", "E06000002", "E06000003", "E06000004", "E06000005", "E06000006"]
    rows = [row for code in codes for row in share(code, 1.0, 3.0, 40.0)]
    _, report = made(SHARE, rows, register)
    [check] = report.cross_checks
    assert (check["compared"], check["apart"]) == (6, 6)
    assert [example["area_code"] for example in check["examples"]] == codes[:5]
    assert check["examples"][0] == {
        "area_code": "E06000001",
        "period": Y2021,
        "ours": 33.3333,
        "theirs": 40.0,
    }
    assert report.warnings == [
        "share: 6 of 6 figures differ from the publisher's own beyond rounding, such as E06000001 2021-01-01/P1Y: ours "
        "33.3333, theirs 40"
    ]


# ---- against another route -------------------------------------------------------------------------------


def frame(values: dict[str, float], indicator_id: str = "rate") -> pd.DataFrame:
    """Observations as far as the comparison reads them."""
    words = {"period": Y2021, "sex": "persons", "age": "all", "breakdown": "all"}
    rows = [
        {"indicator_id": indicator_id, **words, "area_code": code, "value": value}
        for code, value in values.items()
    ]
    assert set(KEY) <= {*rows[0]}
    return pd.DataFrame(rows)


def compared(taken: dict[str, float], left: dict[str, float]) -> dict:
    report = Report()
    compare(frame(taken), frame(left), "another", report)
    [check] = report.cross_checks
    return check


@pytest.mark.parametrize(
    ("taken", "left", "apart", "examples"),
    [
        (1e-9, 0.0, 0, 0),
        (2e-9, 0.0, 1, 1),
        (1.0 + 1.5e-9, 1.0, 0, 1),
        (1.0 + 2.5e-9, 1.0, 1, 1),
        (-1.0 - 1.5e-9, -1.0, 0, 1),
        (NAN, 1.0, 0, 0),
    ],
)
def test_two_routes_agree_up_to_the_ninth_digit(taken: float, left: float, apart: int, examples: int) -> None:
    check = compared({LEEDS: taken}, {LEEDS: left})
    assert (check["apart"], len(check["examples"])) == (apart, examples)


def test_the_largest_difference_is_told_and_five_examples_at_most() -> None:
    codes = [f"E0600000{place}" for place in range(1, 8)]
    check = compared(
        dict.fromkeys(codes, 50.0), {code: 50.0 + place for place, code in enumerate(codes)} | {"W0": 9.0}
    )
    assert (check["against"], check["compared"], check["apart"], check["largest"]) == ("another", 7, 6, 6.0)
    assert [example["theirs"] for example in check["examples"]] == [51.0, 52.0, 53.0, 54.0, 55.0]
    assert check["examples"][0]["ours"] == 50.0
    assert compared({LEEDS: NAN}, {LEEDS: NAN})["largest"] is None


def test_comparisons_stand_by_indicator() -> None:
    report = Report()
    left = pd.concat([frame({LEEDS: 1.0}, "later"), frame({LEEDS: 1.0}, "early")], ignore_index=True)
    compare(left, left, "another", report)
    assert [check["indicator_id"] for check in report.cross_checks] == ["early", "later"]


# ---- of several parts ------------------------------------------------------------------------------------


def found(compared: int, apart: int, against: str = OWN, indicator_id: str = "share", **more) -> dict:
    examples = [
        {"area_code": f"E{place}", "period": Y2021, "ours": 1.0 + place, "theirs": 2.0}
        for place in range(min(apart, 5))
    ]
    return {
        "indicator_id": indicator_id,
        "against": against,
        "compared": compared,
        "apart": apart,
        "examples": examples,
        **more,
    }


def test_parts_are_told_as_if_they_had_been_one() -> None:
    reports = [Report(cross_checks=[found(10, 3)]), Report(cross_checks=[found(20, 4), found(1, 0, "x")])]
    report = joined(reports)
    [own, other] = report.cross_checks
    assert (own["compared"], own["apart"]) == (30, 7)
    assert [example["area_code"] for example in own["examples"]] == ["E0", "E1", "E2", "E0", "E1"]
    assert (other["against"], other["compared"]) == ("x", 1)
    assert report.warnings == [
        "share: 7 of 30 figures differ from the publisher's own beyond rounding, such as E0 2021-01-01/P1Y: ours 1, "
        "theirs 2"
    ]


def test_nothing_is_told_of_figures_that_agree_or_that_are_of_another_route() -> None:
    report = Report(cross_checks=[found(10, 0), found(10, 3, "another route of alpha")])
    report.warn()
    assert report.warnings == []


@pytest.mark.parametrize(
    ("first", "second", "largest"),
    [(1.5, 2.5, 2.5), (2.5, 1.5, 2.5), (None, 1.5, 1.5), (1.5, None, 1.5), (None, None, None)],
)
def test_the_largest_of_parts_passes_over_those_without_one(first, second, largest) -> None:
    report = Report()
    report.check(found(1, 0, "x", largest=first))
    report.check(found(1, 0, "x", largest=second))
    report.check(found(1, 0, "x", indicator_id="rate", largest=9.0))
    assert [check["largest"] for check in report.cross_checks] == [largest, 9.0]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=8))
def test_counts_of_parts_add_up(parts: list[tuple[int, int]]) -> None:
    report = joined(Report(cross_checks=[found(both, apart)]) for both, apart in parts)
    [check] = report.cross_checks
    assert check["compared"] == sum(both for both, _ in parts)
    assert check["apart"] == sum(apart for _, apart in parts)
    assert len(check["examples"]) == min(5, sum(min(5, apart) for _, apart in parts))
