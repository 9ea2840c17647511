"""Which smaller areas make up a larger one: by share, by vintage, and through mergers."""

from __future__ import annotations

from collections import namedtuple
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from etl_toolkit import indicator, route

from etl.deriving.parts import Memberships, count_columns
from geodata.parts import _current_codes, parts_of

Membership = namedtuple("Membership", ["child_code", "share"])
Link = namedtuple("Link", ["successor_code", "predecessor_code", "share", "changed_on"])


class Register:
    """Wholes of type ``lep`` and parts of type ``ltla`` with a few vintages; keeps the days that it is asked for."""

    def __init__(
        self,
        standing: dict[int, set[str]],
        members: dict[str, float],
        links: tuple[tuple[str, str], ...] = (),
        lep_vintages: tuple[int, ...] = (2019, 2023),
    ) -> None:
        self.standing = standing
        self.members = members
        self.links = [Link(successor, predecessor, 1.0, date(2023, 4, 1)) for predecessor, successor in links]
        self.lep_vintages = lep_vintages
        self.days: list[date] = []

    def area(self, code: str, area_type: str) -> Any:
        def alive(day: date) -> bool:
            self.days.append(day)
            return True

        return SimpleNamespace(alive=alive)

    def area_type(self, name: str) -> Any:
        return SimpleNamespace(vintages=self.lep_vintages if name == "lep" else tuple(self.standing))

    def children(self, code: str, part_type: str, *, on: date, parent_type: str) -> list[Membership]:
        self.days.append(on)
        return [Membership(child, share) for child, share in self.members.items()]

    def codes(self, area_type: str, vintage: int) -> frozenset[str]:
        if area_type == "lep":
            return frozenset({"W"})
        return frozenset(self.standing[vintage])

    def successors(self, code: str) -> list[Link]:
        return [link for link in self.links if link.predecessor_code == code]

    def predecessors(self, code: str) -> list[Link]:
        return [link for link in self.links if link.successor_code == code]


def found(register: Register, year: int) -> frozenset[str]:
    return parts_of(register, "W", "lep", "ltla", year)


@pytest.mark.parametrize(
    ("year", "near"), [(2018, 2019), (2020, 2019), (2021, 2019), (2022, 2023), (2030, 2023)]
)
def test_membership_is_that_of_the_nearest_vintage_on_its_last_day(year: int, near: int) -> None:
    register = Register({year: {"A"}}, {"A": 1.0})
    assert found(register, year) == {"A"}
    # of two as near the earlier is taken; no other is looked at
    assert register.days == [date(near, 12, 31), date(near, 12, 31)]


def test_a_part_that_was_merged_counts_where_all_that_went_into_it_belongs() -> None:
    standing = {2019: {"A", "B", "C"}, 2023: {"AB", "C"}}
    merger = (("A", "AB"), ("B", "AB"))
    whole = Register(standing, {"A": 1.0, "B": 0.996, "C": 0.004}, merger, (2019,))
    assert found(whole, 2023) == {"AB"}
    # B lies elsewhere: the merged area would take it in
    assert found(Register(standing, {"A": 1.0, "C": 1.0}, merger, (2019,)), 2023) == frozenset()


@pytest.mark.parametrize(("share", "parts"), [(1.0, {"A", "B"}), (0.3, set())])
def test_a_part_of_which_some_went_into_a_member_is_no_part(share: float, parts: set[str]) -> None:
    register = Register({2019: {"A", "B"}, 2023: {"C"}}, {"C": 1.0}, (("A", "C"),), lep_vintages=(2023,))
    register.links.append(Link("C", "B", share, date(2023, 4, 1)))
    # what became of the rest is not known
    assert parts_of(register, "W", "lep", "ltla", 2019) == parts


def test_an_area_cannot_be_made_up_where_a_member_became_nothing_that_stands() -> None:
    standing = {2019: {"A", "B"}, 2023: {"A"}}
    assert found(Register(standing, {"A": 1.0, "B": 1.0}, (), (2019,)), 2023) == frozenset()


def test_what_an_area_became_is_found_however_many_changes_away() -> None:
    register = Register({2023: {"D", "E"}}, {}, (("A", "B"), ("B", "C"), ("C", "D"), ("B", "A"), ("E", "F")))
    standing = frozenset({"D", "E"})
    assert _current_codes(register, "D", standing) == {"D"}
    assert _current_codes(register, "A", standing) == {"D"}
    # forward first, then back to what it was made of
    assert _current_codes(register, "F", standing) == {"E"}
    assert _current_codes(register, "X", standing) == frozenset()


def test_parts_are_those_of_wholes_that_are_asked_for(register) -> None:
    memberships = Memberships(register)
    asked = frozenset({"E12000004", "E12000005", "E06000018"})
    parts = memberships.parts("region", "ltla", 2021, asked)
    assert sorted(parts) == ["E12000004", "E12000005"]
    assert "E06000018" in parts["E12000004"] and "E06000018" not in parts["E12000005"]
    assert parts == memberships.parts("region", "ltla", 2021, asked)
    # York and North Yorkshire, since 2024: wholes are those of the vintage nearest to that of the parts
    assert memberships.parts("combined_authority", "utla", 2024, frozenset({"E47000012"})) == {
        "E47000012": {"E06000014", "E06000065"}
    }
    assert memberships.parts("england", "region", 2021, frozenset({"E92000001"})) == {
        "E92000001": register.codes("region", 2021)
    }


def test_a_vintage_of_parts_needs_an_area_that_stood_for_one(register) -> None:
    memberships = Memberships(register)
    districts = frozenset(register.codes("ltla", 2021))
    assert memberships.vintage("ltla", districts, "2021-01-01/P1Y") == 2021
    assert memberships.vintage("ltla", districts, "2021-01-01/P1Y") == 2021
    assert memberships.vintage("ltla", frozenset({"E12000004"}), "2021-01-01/P1Y") is None
    # a care board, and an STP before 2022 by the same code
    assert memberships.vintage("icb", frozenset({"E54000008"}), "2023-04-01/P1Y") is not None
    assert memberships.vintage("icb", frozenset({"E54000008"}), "2019-04-01/P1Y") is None


@pytest.mark.parametrize(
    ("unit", "columns"),
    [
        ("count", ("value",)),
        ("people", ("value",)),
        ("percent", ("numerator", "denominator")),
        ("per_100000", ("numerator", "denominator")),
    ],
)
def test_columns_that_add_up(unit: str, columns: tuple[str, ...]) -> None:
    entry = indicator("one", route("alpha", "published", "none", value=("one",)), unit=unit)
    assert count_columns(entry) == columns


def test_one_of_several_heirs_is_not_the_area(register) -> None:
    """NHS Frimley (D4U1Y) went to three areas in April 2026, of which the register knows one: it is none of them."""
    frimley, hampshire = "E38000252", "E38000266"
    assert [link.successor_code for link in register.successors(frimley)] == [hampshire]
    assert _current_codes(register, frimley, frozenset({hampshire})) == frozenset()
    # what it was made of went to it whole
    assert _current_codes(register, "E38000178", frozenset({frimley})) == {frimley}


@pytest.mark.parametrize("year", [2022, 2023, 2025])
def test_boards_that_divided_a_location_are_not_made_of_locations_of_before(register, year: int) -> None:
    """Frimley went to Hampshire and Isle of Wight, to Surrey and Sussex, and to Thames Valley in April 2026."""
    for board in ("E54000067", "E54000069", "E54000070"):
        assert parts_of(register, board, "icb", "sub_icb", year) == frozenset()


def test_boards_that_took_whole_locations_of_a_divided_board_are_made_of_them(register) -> None:
    """Hertfordshire and West Essex had three locations: two went to Central East, one to Essex."""
    before = parts_of(register, "E54000025", "icb", "sub_icb", 2025)
    central, essex = (
        parts_of(register, board, "icb", "sub_icb", 2025) for board in ("E54000065", "E54000066")
    )
    assert (len(before), len(before & central), len(before & essex)) == (3, 2, 1)
