"""What areas were and became: literal histories, whole chains of vintages, and both sides of each rule."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.lands import forms_of
from geodata.register import Area, Register, Succession, UnknownArea, load_register
from geodata.succession import MOST, UNPLACED, Change, Standing, history, standing_for

REGISTER = load_register()
BEFORE, ON = date(2020, 3, 31), date(2020, 4, 1)


def told(code: str, register: Register = REGISTER) -> list[tuple[object, ...]]:
    """(day, kind, type, {earlier code: share} or {later code: share}) of each step."""
    return [
        (
            step.changed_on.isoformat(),
            step.kind,
            step.area_type,
            {
                (change.predecessor_code if step.is_before else change.successor_code): change.share
                for change in step.changes
            },
        )
        for step in history(register, code).steps
    ]


def stood(code: str, on: date, area_type: str | None = None) -> dict[str, float]:
    return {
        found.area_code: found.share
        for found in history(REGISTER, code, on=on).standing
        if area_type in (None, found.area_type)
    }


# ---- literal histories -----------------------------------------------------------------------------------


def test_leeds_was_three_groups_and_went_on_as_a_sub_icb_location() -> None:
    assert told("E38000225") == [
        ("2018-04-01", "merged", "ccg", {"E38000094": 1.0, "E38000095": 1.0, "E38000096": 1.0}),
        ("2022-07-01", "new_type", "sub_icb", {"E38000225": 1.0}),
    ]


def test_nottingham_and_nottinghamshire_was_six_groups() -> None:
    six = ["E38000103", "E38000109", "E38000132", "E38000133", "E38000134", "E38000142"]
    assert told("E38000243") == [
        ("2020-04-01", "merged", "ccg", dict.fromkeys(six, 1.0)),
        ("2022-07-01", "new_type", "sub_icb", {"E38000243": 1.0}),
    ]
    assert stood("E38000243", date(2020, 3, 31)) == dict.fromkeys(six, 1.0)
    assert stood("E38000132", date(2024, 1, 1)) == {"E38000243": 1.0}


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        # the five unitary authorities of April 2019 to 2023 that were counties of districts, and those of Cumbria
        ("E06000058", [
            ("2019-04-01", "merged", "ltla", {"E06000028": 1.0, "E06000029": 1.0, "E07000048": 1.0}),
            ("2019-04-01", "merged", "utla", {"E06000028": 1.0, "E06000029": 1.0, "E10000009": 0.1205}),
        ]),
        ("E06000060", [
            ("2020-04-01", "merged", "ltla", dict.fromkeys(["E07000004", "E07000005", "E07000006", "E07000007"], 1.0)),
            ("2020-04-01", "recoded", "utla", {"E10000002": 1.0}),
        ]),
        ("E06000061", [
            ("2021-04-01", "merged", "ltla", dict.fromkeys(["E07000150", "E07000152", "E07000153", "E07000156"], 1.0)),
            ("2021-04-01", "divided", "utla", {"E10000021": 0.4597}),
        ]),
        ("E06000063", [
            ("2023-04-01", "merged", "ltla", dict.fromkeys(["E07000026", "E07000028", "E07000029"], 1.0)),
            ("2023-04-01", "divided", "utla", {"E10000006": 0.5514}),
        ]),
        ("E06000066", [
            ("2019-04-01", "merged", "ltla", {"E07000190": 1.0, "E07000191": 1.0}),
            ("2023-04-01", "merged", "ltla", dict.fromkeys(["E07000187", "E07000188", "E07000189", "E07000246"], 1.0)),
            ("2023-04-01", "recoded", "utla", {"E10000027": 1.0}),
        ]),
        ("E08000038", [("2025-04-01", "recoded", "ltla", {"E08000016": 1.0})]),
        ("E06000018", []),
    ],
)  # fmt: skip
def test_councils(code: str, steps: list[tuple[object, ...]]) -> None:
    assert told(code) == steps


@pytest.mark.parametrize(
    ("earlier", "to"),
    [
        # Glossop, from Greater Manchester to Derby and Derbyshire
        ("E54000007", {"E54000057": 0.9876, "E54000058": 0.0124}),
        # Bassetlaw, from South Yorkshire to Nottingham and Nottinghamshire
        ("E54000009", {"E54000061": 0.9242, "E54000060": 0.0758}),
        # West Birmingham, from the Black Country to Birmingham and Solihull
        ("E54000016", {"E54000062": 0.8856, "E54000055": 0.1144}),
        # a little of Cambridgeshire and Peterborough, to Northamptonshire
        ("E54000021", {"E54000056": 0.9822, "E54000059": 0.0178}),
    ],
)
def test_borders_moved_with_the_boards_of_july_2022(earlier: str, to: dict[str, float]) -> None:
    assert told(earlier)[0] == ("2022-07-01", "moved", "stp", to)
    assert stood(earlier, date(2022, 7, 1)) == to


def test_boards_of_april_2026() -> None:
    frimley = told("E54000034")
    assert frimley == [
        ("2022-07-01", "new_type", "icb", {"E54000034": 1.0}),
        ("2026-04-01", "divided", "icb", {"E54000070": 0.5712, "E54000067": 0.228, "E54000069": 0.2008}),
    ]
    # Hampshire took a part of Frimley in and went on; Essex is made of one board and of parts of two
    assert told("E54000067")[-1] == ("2026-04-01", "moved", "icb", {"E54000042": 1.0, "E54000034": 0.228})
    assert told("E54000042")[-1] == ("2026-04-01", "moved", "icb", {"E54000067": 1.0})
    assert told("E54000066")[-1] == (
        "2026-04-01", "merged", "icb", {"E54000026": 1.0, "E54000023": 0.3461, "E54000025": 0.2133},
    )  # fmt: skip
    assert told("E54000027")[-1] == ("2026-04-01", "merged", "icb", {"E54000071": 1.0})


def test_both_directions_of_one_day() -> None:
    # two changes away: three groups of 2017, NHS East Berkshire CCG, NHS Frimley CCG
    assert stood("E38000252", date(2017, 6, 1)) == dict.fromkeys(
        ["E38000017", "E38000118", "E38000148", "E38000178", "E38000207"], 1.0
    )
    assert stood("E38000148", date(2018, 6, 1)) == {"E38000224": 1.0}
    assert stood("E38000148", date(2021, 6, 1)) == {"E38000252": 1.0}
    assert [found.area_type for found in standing_for(REGISTER, "E38000148", date(2023, 6, 1))] == ["sub_icb"]
    # the county of Cumbria in 2024, and Cumberland as each of its types in 2022
    assert stood("E10000006", date(2024, 1, 1)) == {"E06000063": 0.5514, "E06000064": 0.4486}
    assert stood("E06000063", date(2022, 12, 31), "utla") == {"E10000006": 0.5514}
    assert stood("E06000063", date(2022, 12, 31), "ltla") == dict.fromkeys(
        ["E07000026", "E07000028", "E07000029"], 1.0
    )


def test_shares_of_several_steps_are_multiplied() -> None:
    # 0.66% of Surrey Heartlands went to Sussex in 2023, and both to one board in 2026
    assert stood("E54000052", date(2024, 1, 1)) == {"E54000063": 0.9934, "E54000064": 0.0066}
    assert stood("E54000052", date(2026, 4, 1)) == {"E54000069": 1.0}
    # 11.44% moved in 2022 to a board that was divided in 2026
    assert stood("E54000016", date(2024, 1, 1)) == {"E54000062": 0.8856, "E54000055": 0.1144}
    assert stood("E54000069", date(2020, 1, 1)) == {"E54000033": 1.0, "E54000035": 1.0, "E54000034": 0.2008}


def test_a_day_on_which_the_area_stood_gives_itself() -> None:
    assert standing_for(REGISTER, "E06000018", date(2020, 1, 1)) == (
        Standing("E06000018", "ltla", 1.0),
        Standing("E06000018", "utla", 1.0),
    )


def test_what_is_not_known_is_empty_or_an_error() -> None:
    # of the NHS regions before July 2022 that went into Midlands, none is known for 2017
    assert history(REGISTER, "E40000011", on=date(2017, 1, 1)).standing == ()
    assert history(REGISTER, "E06000018").standing == ()
    with pytest.raises(UnknownArea, match="E99999999"):
        history(REGISTER, "E99999999")


# ---- whole chains ----------------------------------------------------------------------------------------

CHAINS = {
    "ltla": [(2018, 326), (2019, 317), (2020, 314), (2021, 309), (2023, 296)],
    "ccg": [(2017, 207), (2018, 195), (2019, 191), (2020, 135), (2021, 106)],
    "utla": [(2018, 152), (2019, 151), (2020, 151), (2021, 152), (2023, 153)],
    "stp": [(2017, 44), (2018, 42), (2020, 42)],
    "icb": [(2022, 42), (2023, 42), (2026, 36)],
    "sub_icb": [(2022, 106), (2023, 106)],
    "combined_authority": [(2018, 10), (2024, 11)],
}
LINKS = [
    *(
        (kind, first, kind, second)
        for kind, chain in CHAINS.items()
        # combined authorities begin on land that had none
        if kind != "combined_authority"
        for (first, _), (second, _) in pairwise(chain)
    ),
    ("ccg", 2021, "sub_icb", 2022),
    ("stp", 2021, "icb", 2022),
    # over the whole length at once
    ("ltla", 2018, "ltla", 2023),
    ("ccg", 2017, "sub_icb", 2023),
    ("stp", 2017, "icb", 2026),
]  # fmt: skip


@pytest.mark.parametrize(("area_type", "chain"), list(CHAINS.items()))
def test_chains_have_the_official_lengths(area_type: str, chain: list[tuple[int, int]]) -> None:
    assert [len(REGISTER.codes(area_type, year)) for year, _ in chain] == [count for _, count in chain]


@pytest.mark.parametrize(("earlier_type", "first", "later_type", "second"), LINKS)
def test_nothing_is_lost_from_one_vintage_to_another(
    earlier_type: str, first: int, later_type: str, second: int
) -> None:
    then, now = REGISTER.codes(earlier_type, first), REGISTER.codes(later_type, second)
    came: dict[str, float] = dict.fromkeys(now, 0.0)
    for code in then:
        found = [
            standing
            for standing in standing_for(REGISTER, code, date(second, 12, 31))
            if standing.area_type == later_type
        ]
        assert {standing.area_code for standing in found} <= now, code
        assert sum(standing.share for standing in found) == pytest.approx(1, abs=0.0006), code
        for standing in found:
            came[standing.area_code] += standing.share
    assert not [code for code, share in came.items() if not share]
    # looking back gives the same pairs with the same shares
    for code in now:
        back = {
            standing.area_code: standing.share
            for standing in standing_for(REGISTER, code, date(first, 12, 31))
            if standing.area_type == earlier_type
        }
        assert set(back) <= then and sum(back.values()) == pytest.approx(came[code], abs=0.002), code


def test_only_the_known_gaps_of_2026_lack_successors() -> None:
    """docs/geography.md names them: Frimley's location (22.8% is placed) and Surrey's (nothing is)."""
    gaps = {
        (step.area_code, step.changed_on.isoformat(), step.unplaced)
        for area in REGISTER
        for step in history(REGISTER, area.area_code).after
        if step.unplaced
    }
    assert gaps == {("E38000252", "2026-04-01", 0.772)}
    assert standing_for(REGISTER, "E38000264", date(2026, 4, 1)) == ()
    assert told("E38000252")[-1][:2] == ("2026-04-01", "divided")


@pytest.mark.parametrize("area_type", list(REGISTER.area_types))
def test_every_ended_area_of_a_type_has_its_step_on_the_day_after(area_type: str) -> None:
    without = {
        area.area_code
        for area in REGISTER
        if area.area_type == area_type
        and area.end_on is not None
        and not any(
            step.changed_on == area.end_on + timedelta(days=1)
            for step in history(REGISTER, area.area_code).steps
        )
    }
    assert without == ({"E38000264"} if area_type == "sub_icb" else set())


@given(
    st.sampled_from(sorted({area.area_code for area in REGISTER})),
    st.dates(date(2018, 1, 1), date(2026, 12, 31)),
)
@settings(deadline=None, max_examples=200)
def test_who_stands_on_a_day_did_stand_and_is_told_once(code: str, on: date) -> None:
    found = standing_for(REGISTER, code, on)
    assert len({(standing.area_code, standing.area_type) for standing in found}) == len(found)
    for standing in found:
        assert REGISTER.area(standing.area_code, standing.area_type).alive(on)
        assert 0 < standing.share <= 1
    steps = history(REGISTER, code).steps
    assert list(steps) == sorted(steps, key=lambda step: (not step.is_before, step.changed_on))
    if any(form.alive(on) for form in forms_of(REGISTER, code)):
        assert {standing.area_code for standing in found} == {code}


# ---- the kinds of a change, on both sides of each threshold ------------------------------------------------


def made(*changes: tuple[str, str, float]) -> Register:
    """Areas O1… until March 2020 and N1… from April, as districts."""
    codes = sorted({code for earlier, later, _ in changes for code in (earlier, later)})
    return Register(
        REGISTER.area_types,
        [
            Area(
                code, "ltla", code, None,
                None if code.startswith("O") else ON, BEFORE if code.startswith("O") else None, None, None,
            )
            for code in codes
        ],
        successions=[Succession("ltla", earlier, later, ON, share) for earlier, later, share in changes],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "arrival", "departure"),
    [
        ([("O1", "N1", 1.0)], "recoded", "recoded"),
        ([("O1", "N1", 1.0), ("O2", "N1", 1.0)], "merged", "merged"),
        ([("O1", "N1", MOST), ("O1", "N2", 1 - MOST)], "moved", "moved"),
        ([("O1", "N1", MOST - 0.01), ("O1", "N2", 1 - MOST + 0.01)], "divided", "divided"),
        # a part of less than a quarter of another area is taken in, a quarter makes another area
        ([("O1", "N1", 1.0), ("O2", "N1", 0.24), ("O2", "N2", 0.76)], "moved", "moved"),
        ([("O1", "N1", 1.0), ("O2", "N1", 0.25), ("O2", "N2", 0.75)], "merged", "merged"),
        ([("O1", "N1", 0.5), ("O1", "N2", 0.5), ("O2", "N1", 0.5), ("O2", "N2", 0.5)], "merged", "divided"),
    ],
)
def test_kinds(changes: list[tuple[str, str, float]], arrival: str, departure: str) -> None:
    register = made(*changes)
    assert told("N1", register)[0][1] == arrival
    assert told("O1", register)[0][1] == departure


def test_an_area_that_took_another_in_whole_went_on_and_the_other_merged() -> None:
    register = made(("O1", "N1", 0.9), ("O1", "N2", 0.1), ("O2", "N2", 1.0))
    assert told("O2", register)[0][1] == "moved"
    assert history(register, "N2").before[0].changes == (
        Change("O2", "ltla", "N2", "ltla", 1.0),
        Change("O1", "ltla", "N2", "ltla", 0.1),
    )


def test_a_part_that_no_known_area_took_is_told() -> None:
    [step] = history(made(("O1", "N1", 0.6)), "O1").after
    assert step.unplaced == 0.4
    [step] = history(made(("O1", "N1", 1 - UNPLACED / 2)), "O1").after
    assert step.unplaced == 0.0
