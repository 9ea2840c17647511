"""Where areas lie."""

from __future__ import annotations

from dashboard.answers.geography import Inside
from dashboard.sentences import date_words, in_words, number
from geodata.register import Area


def inside_notes(inside: Inside, parent: Area, plural: str) -> list[str]:
    """What a list of the areas inside a parent has to say besides: on another day, and areas that lie partly there.

    ``plural`` is what the areas are called, as in the middle of a sentence. Nothing to say gives no notes.
    """
    notes = []
    if inside.is_another_day:
        notes.append(f"{plural[:1].upper()}{plural[1:]} in {in_words(parent)} as on {date_words(inside.on)}.")
    partly = len(inside.partly)
    if partly:
        verb = "lies" if partly == 1 else "lie"
        notes.append(f"{number(partly)} more {verb} partly in {in_words(parent)}.")
    return notes
