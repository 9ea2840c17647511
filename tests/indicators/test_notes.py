"""The sentence of a note that keeps a figure from being compared."""

from __future__ import annotations

import pytest

from indicators.notes import not_compared, reason_of, with_reason


def test_a_reason_is_added_once_and_found_again() -> None:
    assert with_reason("", "too few") == "Not compared: too few."
    noted = with_reason("Summed from 3 of 4.", "too few")
    assert noted == "Summed from 3 of 4. Not compared: too few."
    assert with_reason(noted, "another") == noted
    assert not_compared(noted)


def test_other_notes_do_not_speak_of_comparing() -> None:
    assert not any(map(not_compared, ("", None, "On boundaries that came after the period", "not compared")))


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (None, ""),
        ("Not compared with earlier years.", ""),
        ("Not compared: too few", "too few"),
        (with_reason("Summed from 3 of 4.", "off by more than 2.5 points"), "off by more than 2.5 points"),
        ("Provisional. Not compared: too few. Revised in May.", "too few"),
    ],
)
def test_a_note_says_why_its_figure_is_compared_with_nothing(note: str | None, reason: str) -> None:
    assert reason_of(note) == reason
    assert not_compared(note) == bool(reason)
