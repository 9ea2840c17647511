"""The sentence of a note that keeps a figure from being compared."""

from __future__ import annotations

from indicators.notes import not_compared, with_reason


def test_a_reason_is_added_once_and_found_again() -> None:
    assert with_reason("", "too few") == "Not compared: too few."
    noted = with_reason("Summed from 3 of 4.", "too few")
    assert noted == "Summed from 3 of 4. Not compared: too few."
    assert with_reason(noted, "another") == noted
    assert not_compared(noted)


def test_other_notes_do_not_speak_of_comparing() -> None:
    assert not any(map(not_compared, ("", None, "On boundaries that came after the period", "not compared")))
