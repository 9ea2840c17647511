"""What a list of the areas inside a parent says of other days and of areas that lie partly there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dashboard.answers.geography import Inside, Share
from dashboard.sentences.geography import inside_notes
from geodata.register import Area

DAY = date(2023, 12, 31)
FRIMLEY = Area("E54000034", "icb", "NHS Frimley Integrated Care Board", None, None, None, None, None)
EAST = Area("E12000004", "region", "East Midlands", None, None, None, None, None)
WHOLE = Inside("E54000034", "ltla", DAY, DAY, ("E07000079",))


def test_a_list_of_whole_areas_on_the_day_has_nothing_to_say() -> None:
    assert inside_notes(WHOLE, FRIMLEY, "local authorities (lower tier)") == []


def test_areas_that_lie_partly_in_the_parent_are_counted() -> None:
    partly = replace(WHOLE, partly=(Share("E07000085", 0.4),))
    assert inside_notes(partly, FRIMLEY, "districts") == ["1 more lies partly in NHS Frimley ICB."]
    two = replace(WHOLE, partly=(Share("E07000085", 0.4), Share("E07000214", 0.1)))
    assert inside_notes(two, FRIMLEY, "districts") == ["2 more lie partly in NHS Frimley ICB."]


def test_a_parent_that_did_not_exist_is_shown_as_on_another_day() -> None:
    later = replace(WHOLE, on=date(2024, 2, 27))
    assert inside_notes(later, EAST, "local authorities (lower tier)") == [
        "Local authorities (lower tier) in the East Midlands as on 27 February 2024."
    ]
