"""Figures of the user's own: no hidden count can be found over areas, groups and periods together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from deriving_toolkit import observations
from etl_toolkit import Y2021, indicator, route
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.deriving import own_disclosure
from etl.deriving.disclosure import Disclosure
from etl.frames.observations import typed
from etl.sources.local_upload.check import Figures, hide_small_numbers
from geodata.register import load_register
from indicators.statistics.disclosure import found_by_subtraction

REGISTER = load_register()
CLAIMS = indicator(
    "claims",
    route("alpha", "count", "none", ("ltla", "region", "england"), value=("claims",)),
    unit="count",
    multiplier=1.0,
)
NORTH_EAST = "E12000001"
NORTH_EASTERN = sorted(
    row.child_code for row in REGISTER.children(NORTH_EAST, "ltla", pd.Timestamp("2021-12-31").date())
)


# --- groups of an area, in figures of the user's own ------------------------------------------------------

OWN = indicator(
    "own",
    route("local_upload", "count", "none", ("ltla", "region", "england"), value=("own.value",)),
    unit="count",
    multiplier=1.0,
    breakdowns=("sector",),
)


def own_groups(rows: list[tuple[str, str, str, float | None]], name: str = "own") -> pd.DataFrame:
    """Counts of (area, sex, breakdown); None is hidden."""
    frames = [
        observations(name, {code: {"value": count}}).assign(sex=sex, breakdown=breakdown)
        for code, sex, breakdown, count in rows
    ]
    return typed(pd.concat(frames, ignore_index=True))


def shown_groups(frame: pd.DataFrame) -> list[float | None]:
    shown = Disclosure(REGISTER, {"own": OWN, "claims": CLAIMS}).protected(frame)["value"]
    return [None if np.isnan(count) else count for count in shown]


AREA = NORTH_EASTERN[0]


def test_a_hidden_count_of_one_sex_hides_the_other() -> None:
    persons, women, men = (
        (AREA, "persons", "all", 12),
        (AREA, "female", "all", None),
        (AREA, "male", "all", 9),
    )
    assert shown_groups(own_groups([persons, women, men])) == [12, None, None]
    # without both sexes, or without their total, there is nothing to subtract from
    assert shown_groups(own_groups([persons, women])) == [12, None]
    assert shown_groups(own_groups([women, men])) == [None, 9]


def test_groups_are_protected_though_too_much_hangs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_disclosure, "LARGEST", 0)
    rows = [(AREA, "persons", "all", 12), (AREA, "female", "all", None), (AREA, "male", "all", 9)]
    disclosure = Disclosure(REGISTER, {"own": OWN})
    shown = disclosure.protected(own_groups(rows))
    assert shown["value"].isna().tolist() == [False, True, True]
    assert disclosure.hidden == {"own": 1}


def test_groups_that_are_missing_and_not_hidden_take_nothing_into_hiding() -> None:
    rows = [
        (AREA, "persons", "all", 39),
        (AREA, "persons", "sector: public", None),
        (AREA, "persons", "sector: private", None),
        (AREA, "persons", "sector: other", 37),
    ]
    missing = own_groups(rows).replace({"status": {"suppressed": "not_available"}})
    hidden = own_groups([(NORTH_EASTERN[1], *row[1:]) for row in rows])
    frame = pd.concat([missing, hidden], ignore_index=True)
    # the same counts hidden: 1 and 1, so that a third goes
    assert shown_groups(frame) == [39, None, None, 37, 39, None, None, None]


def test_values_of_a_category_protect_each_other() -> None:
    rows = [
        (AREA, "persons", "all", 60),
        (AREA, "persons", "sector: public", 20),
        (AREA, "persons", "sector: private", None),
        (AREA, "persons", "sector: other", 37),
    ]
    assert shown_groups(own_groups(rows)) == [60, None, None, 37]


def test_what_is_hidden_over_areas_is_not_given_away_by_the_sexes() -> None:
    counts = [3, 17, 41, 52, 68, 77, 81, 93, 104, 119, 122, 136]
    rows = [(NORTH_EAST, "female", "all", float(sum(counts)))]
    for code, count in zip(NORTH_EASTERN, counts, strict=True):
        women = None if count == 3 else float(count)
        rows += [
            (code, "persons", "all", 200.0),
            (code, "female", "all", women),
            (code, "male", "all", 200.0 - count),
        ]
    shown = Disclosure(REGISTER, {"own": OWN}).protected(own_groups(rows)).set_index(["area_code", "sex"])
    hidden = {key for key, status in shown["status"].items() if status == "suppressed"}
    second = NORTH_EASTERN[1]
    assert hidden == {(AREA, "female"), (AREA, "male"), (second, "female"), (second, "male")}


@pytest.mark.parametrize(
    ("periods", "shown"),
    [
        # a year and its quarters: the smallest of the others goes too
        (("2021-04-01/P1Y", "2021-04-01/P3M", "2021-07-01/P3M", "2021-10-01/P3M", "2022-01-01/P3M"),
         [60, None, None, 20, 25]),
        # one quarter is not there: nobody can subtract
        (("2021-04-01/P1Y", "2021-04-01/P3M", "2021-07-01/P3M", "2021-10-01/P3M", "2022-04-01/P3M"),
         [60, None, 12, 20, 25]),
        # rolling years are no parts of each other
        (("2021-04-01/P1Y", "2021-07-01/P1Y", "2021-10-01/P1Y", "2022-01-01/P1Y", "2022-04-01/P1Y"),
         [60, None, 12, 20, 25]),
    ],
)  # fmt: skip
def test_a_year_and_its_quarters_protect_each_other(
    periods: tuple[str, ...], shown: list[float | None]
) -> None:
    counts = [60, None, 12, 20, 25]
    rows = [(AREA, "persons", "all", count) for count in counts]
    assert shown_groups(own_groups(rows).assign(period=list(periods))) == shown


@pytest.mark.parametrize(("extra", "is_hidden"), [(0.0, False), (1.0, True)])
def test_groups_that_are_all_rounded_protect_each_other(extra: float, is_hidden: bool) -> None:
    frames = []
    for year, women in ((2018, 40.0), (2019, 45.0), (2020, 50.0), (2021, None)):
        rows = [
            (AREA, "persons", "all", 100.0),
            (AREA, "female", "all", women),
            (AREA, "male", "all", 60 + extra),
        ]
        frames.append(own_groups(rows).assign(period=f"{year}-01-01/P1Y"))
    shown = shown_groups(pd.concat(frames, ignore_index=True))
    assert shown[-3:] == [100.0, None, None if is_hidden else 60.0]


def test_counts_on_days_are_no_parts_of_a_month() -> None:
    """Claims on each day of a month are of the same people again."""
    days = [f"2021-02-{day:02d}/P1D" for day in range(1, 29)]
    counts = [*[None], *[float(10 + day) for day in range(27)]]
    rows = [(AREA, "persons", "all", 999.0), *((AREA, "persons", "all", count) for count in counts)]
    frame = own_groups(rows).assign(period=["2021-02-01/P1M", *days])
    assert shown_groups(frame) == [999.0, *counts]


def test_groups_of_a_publisher_are_left_to_the_publisher() -> None:
    rows = [(AREA, "persons", "all", 12), (AREA, "female", "all", None), (AREA, "male", "all", 9)]
    assert shown_groups(own_groups(rows, "claims")) == [12, None, 9]


# --- numerators and all others, in figures of the user's own ----------------------------------------------

PART = indicator(
    "part",
    route(
        "local_upload",
        "proportion",
        "wilson",
        ("ltla", "combined_authority"),
        numerator=("part.numerator",),
        denominator=("part.denominator",),
    ),
)
TEES_VALLEY = "E47000006"
TEES_DISTRICTS = ["E06000001", "E06000002", "E06000003", "E06000004", "E06000005"]


def shares(counts: dict[tuple[str, str], tuple[int, int]]) -> pd.DataFrame:
    """Figures by (area, sex) from (numerator, denominator), with what the rule for uploads hides hidden."""
    figures = [
        Figures(
            place, code, Y2021, {"sex": sex}, {"numerator": (part, "ok"), "denominator": (whole, "ok")}, ""
        )
        for place, ((code, sex), (part, whole)) in enumerate(counts.items())
    ]
    hide_small_numbers(figures, PART)
    return typed(
        pd.concat(
            [
                observations("part", {row.area_code: {
                    "value": row.value("numerator"),
                    "numerator": row.value("numerator"),
                    "denominator": row.value("denominator"),
                }}).assign(sex=row.group["sex"], status="suppressed" if np.isnan(row.value("numerator")) else "ok")
                for row in figures
            ],
            ignore_index=True,
        )
    )  # fmt: skip


def summed(parts: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(part for part, _ in parts), sum(whole for _, whole in parts)


def certain(
    counts: dict[tuple[str, str], tuple[int, int]], shown: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """What a reader finds out: hidden counts that are one number only, of all that fit what is shown.

    Numerators, all others and denominators are cells, and each denominator is the sum of the two; no code of the
    suppression of uploads is used. A denominator that the rule does not hide is no secret.
    """
    keys = list(counts)
    cells, hidden, names, place_of = [], [], [], {}
    rows = shown.set_index(["area_code", "sex"])
    for key in keys:
        part, whole = counts[key]
        is_hidden = bool(np.isnan(rows.loc[key, "numerator"]))
        for name, count in (("numerator", part), ("others", whole - part), ("denominator", whole)):
            place_of[key, name] = len(cells)
            cells.append(float(count))
            names.append((*key, name))
            hidden.append(
                bool(np.isnan(rows.loc[key, "denominator"])) if name == "denominator" else is_hidden
            )
    sums = [
        (place_of[key, "denominator"], (place_of[key, "numerator"], place_of[key, "others"])) for key in keys
    ]
    for name in ("numerator", "others", "denominator"):
        for sex in ("persons", "female", "male"):
            districts = [place_of[(code, sex), name] for code in TEES_DISTRICTS if (code, sex) in counts]
            if districts:
                sums.append((place_of[(TEES_VALLEY, sex), name], tuple(districts)))
        for code in (*TEES_DISTRICTS, TEES_VALLEY):
            if (code, "male") in counts:
                sexes = (place_of[(code, "female"), name], place_of[(code, "male"), name])
                sums.append((place_of[(code, "persons"), name], sexes))
    # a hidden 0 is nobody's secret, and lets a reader take every hidden count for one that may be 0
    lowest = 0 if any(is_hidden and count == 0 for is_hidden, count in zip(hidden, cells, strict=True)) else 1
    found = found_by_subtraction(cells, sums, hidden, lowest)
    return [
        name
        for name, cell, is_found in zip(names, cells, found, strict=True)
        if is_found and (name[2] != "denominator" or 1 <= cell <= 4)
    ]


def protected_shares(counts: dict[tuple[str, str], tuple[int, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = shares(counts)
    return frame, Disclosure(REGISTER, {"part": PART}).protected(frame)


def by_district(counts: list[tuple[int, int]]) -> dict[tuple[str, str], tuple[int, int]]:
    own = {(code, "persons"): count for code, count in zip(TEES_DISTRICTS, counts, strict=True)}
    return own | {(TEES_VALLEY, "persons"): summed(counts)}


def test_all_but_a_few_are_hidden_and_not_found_from_the_total() -> None:
    counts = by_district([(58, 60), (20, 90), (45, 80), (60, 200), (70, 300)])
    frame, shown = protected_shares(counts)
    assert frame["numerator"].isna().tolist() == [True] + [False] * 5
    # the total less the others would give the 58, and so the 2
    assert shown["numerator"].isna().tolist() == [True, True] + [False] * 4
    assert certain(counts, frame) and not certain(counts, shown)


def test_two_that_can_only_be_all_but_one_each_hide_a_third() -> None:
    counts = by_district([(59, 60), (89, 90), (45, 80), (60, 200), (70, 300)])
    frame, shown = protected_shares(counts)
    disclosure = Disclosure(REGISTER, {"part": PART})
    disclosure.protected(frame)
    assert disclosure.hidden == {"part": 1}
    # 148 of 150 are left for two, of which neither is whole: 59 and 89
    assert frame["numerator"].isna().sum() == 2
    assert {name for *_, name in certain(counts, frame)} == {"numerator", "others"}
    assert shown["numerator"].isna().tolist() == [True, True, True] + [False] * 3
    assert not certain(counts, shown)


def test_events_leave_no_others_in_their_denominator() -> None:
    """People may have several events each, so that no number of events is all of them."""
    events = indicator(
        "events",
        PART.routes[0].model_copy(update={"method": "rate", "interval": "byar"}),
        unit="per_100000",
        multiplier=100_000.0,
    )
    counts = by_district([(59, 60), (89, 90), (45, 80), (60, 200), (70, 300)])
    frame = shares(counts).assign(indicator_id="events")
    assert Disclosure(REGISTER, {"events": events}).protected(frame) is frame


_counted = st.tuples(st.integers(0, 14), st.integers(0, 14)).map(lambda pair: (pair[0], sum(pair)))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(_counted, min_size=5, max_size=5))
def test_no_hidden_part_of_a_whole_is_found_from_a_total(counts: list[tuple[int, int]]) -> None:
    own = by_district(counts)
    assert not certain(own, protected_shares(own)[1])


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@example([((0, 0), (0, 0)), ((0, 0), (0, 0)), ((0, 0), (0, 0)), ((0, 0), (0, 0)), ((1, 1), (4, 4))])
@example(
    [((0, 2), (8, 13)), ((8, 22), (10, 24)), ((7, 21), (10, 20)), ((11, 14), (3, 8)), ((7, 17), (7, 10))]
)
@example([((9, 22), (3, 17)), ((9, 16), (2, 15)), ((13, 26), (12, 23)), ((9, 17), (0, 6)), ((3, 8), (1, 4))])
@example([((1, 20), (9, 30)), ((7, 12), (2, 9)), ((5, 9), (5, 10)), ((8, 16), (9, 18)), ((6, 12), (7, 14))])
@given(st.lists(st.tuples(_counted, _counted), min_size=5, max_size=5))
def test_no_hidden_part_of_a_whole_is_found_over_areas_and_sexes_together(
    counts: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    areas = dict(zip(TEES_DISTRICTS, counts, strict=True))
    areas[TEES_VALLEY] = (summed([women for women, _ in counts]), summed([men for _, men in counts]))
    own = {
        (code, sex): count
        for code, (women, men) in areas.items()
        for sex, count in (("persons", summed([women, men])), ("female", women), ("male", men))
    }
    assert not certain(own, protected_shares(own)[1])


def test_what_hangs_together_too_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_disclosure, "LARGEST", 1)
    counts = by_district([(59, 60), (89, 90), (45, 80), (60, 200), (70, 300)])
    disclosure = Disclosure(REGISTER, {"part": PART})
    disclosure.protected(shares(counts))
    [words] = disclosure.warnings()
    assert words.startswith("part: 4 hidden numbers hang together by totals; ")


def test_denominators_that_do_not_add_up_are_no_sums() -> None:
    """Each sector is given with the people of all of them; the numerators add up."""
    numerators = {"all": 60, "sector: public": 20, "sector: private": None, "sector: other": 37}
    frames = [
        observations("part", {AREA: {"value": count, "numerator": count, "denominator": 1000.0}}).assign(
            breakdown=breakdown
        )
        for breakdown, count in numerators.items()
    ]
    shown = Disclosure(REGISTER, {"part": PART}).protected(typed(pd.concat(frames, ignore_index=True)))
    assert shown["numerator"].isna().tolist() == [False, True, True, False]
