"""What a map says of figures that have intervals and are compared with nothing all the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.sentences.area_map import _not_compared_note, _why_fifths

NOTED, PLAIN = "Summed. Not compared: the interval of this sum is not calibrated.", ""


def shown(*notes: str) -> Any:
    rows = [{"note": note, "value": 1.0} for note in notes]
    return SimpleNamespace(why_fifths="no_interval", rows_in_view=(*rows, {"note": "", "value": None}))


@pytest.mark.parametrize(
    ("notes", "words"),
    [
        ((NOTED, NOTED), "these figures are not compared: the interval of this sum is not calibrated"),
        ((NOTED, PLAIN), "these figures have no interval, so a difference could be chance"),
        ((PLAIN,), "these figures have no interval, so a difference could be chance"),
    ],
)
def test_quintiles_have_the_reason_that_all_figures_share(notes: tuple[str, ...], words: str) -> None:
    assert _why_fifths(shown(*notes)) == words


def test_areas_that_are_not_compared_have_the_reason_of_their_notes() -> None:
    words = "Areas that are not compared have a figure without an interval"
    assert _not_compared_note(shown(PLAIN)) == f"{words}."
    noted = _not_compared_note(shown(PLAIN, NOTED, NOTED))
    assert noted == f"{words}, or this holds: the interval of this sum is not calibrated."
