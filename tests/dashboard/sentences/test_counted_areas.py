"""How many areas compare how, in one sentence; and what lies partly in a parent."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.answers.comparison import Counts
from dashboard.answers.geography import Inside, Share
from dashboard.sentences.counted_areas import of_areas, without_figure
from dashboard.sentences.geography import inside_notes
from geodata.register import Register

COUNTS = Counts(
    10,
    7,
    {"better": 3, "similar": 2, "worse": 1, "not_compared": 1},
    (("suppressed", 2), ("unreliable", 1)),
)


def told(register: Register, counts: Counts, **more: bool) -> str:
    return of_areas(
        counts, area_type=register.area_types["region"], where=" in the North", benchmark="England", **more
    )


def test_areas_are_counted_by_their_word_with_those_that_have_no_figure(register: Register) -> None:
    assert told(register, COUNTS) == (
        "3 of 10 regions in the North are significantly better than England, 2 are similar, 1 is worse and 1 cannot be compared. "
        "3 have no figure: 2 hidden by the publisher (small numbers) and 1 too uncertain to publish."
    )


def test_of_those_with_a_figure_only(register: Register) -> None:
    assert told(register, COUNTS, only_present=True) == (
        "3 of 7 regions in the North are significantly better than England, 2 are similar, 1 is worse and "
        "1 cannot be compared."
    )


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("similar", "1 of 1 region in the North is similar to England."),
        ("lower", "1 of 1 region in the North is significantly lower than England."),
    ],
)
def test_one_area_and_its_joiner(register: Register, word: str, sentence: str) -> None:
    assert told(register, Counts(1, 1, {word: 1})) == sentence  # type: ignore[dict-item]


def test_where_nothing_could_be_compared_there_is_no_such_sentence(register: Register) -> None:
    assert told(register, Counts(3, 3, {"not_compared": 3})) == ""
    assert without_figure(Counts(3, 3, {})) == ""
    assert without_figure(Counts(1, 0, {}, (("suppressed", 1),))) == (
        " 1 has no figure: hidden by the publisher (small numbers)."
    )


def test_what_lies_partly_in_a_parent_and_another_day_are_reported(register: Register) -> None:
    then, now = date(2023, 12, 31), date(2024, 2, 27)
    parent = register.area("E12000004")
    whole = Inside("E12000004", "ltla", now, now, ("E06000018",))
    assert inside_notes(whole, parent, "districts") == []
    partly = Inside("E12000004", "ltla", then, now, (), (Share("E06000018", 0.4), Share("E06000015", 0.2)))
    assert inside_notes(partly, parent, "districts") == [
        "Districts in the East Midlands as on 27 February 2024.",
        "2 more lie partly in the East Midlands.",
    ]
