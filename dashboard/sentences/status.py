"""Why a value is missing, and what is said of an illustrative one."""

from __future__ import annotations

STATUS_WORDS = {
    "ok": "Published",
    "suppressed": "Hidden by the publisher (small numbers)",
    "unreliable": "Too uncertain to publish",
    "not_available": "Not available",
    "not_collected": "Not collected",
    "illustrative": "Illustrative, not a real figure",
}
"""What each status of an observation is called."""
NO_ROW = "No figure published"
"""Said of an area that the publisher gives no row at all."""
ILLUSTRATIVE = " (illustrative, not real)"
"""Stands after the name of every illustrative figure."""
ILLUSTRATIVE_FIRST = "Illustrative figures, not real."
"""Stands before a sentence that rests on illustrative figures."""
ILLUSTRATIVE_LEAD = "Illustrative figures, not real: they are not compared, ranked, sorted or summed up."
"""Stands in the place of an answer, where all that a page shows is illustrative."""
SOME_ILLUSTRATIVE = "Some of these figures are illustrative, not real. They are marked, and nothing is counted or compared with them."
"""Stands after an answer, where some of what a page shows is illustrative."""
ESTIMATED_WORDS = "Estimated: its boundary changed after this period."
"""Said of a figure for which a part of an area's count was taken by share (``indicators.merged_areas``)."""
ILLUSTRATIVE_ACROSS = "ILLUSTRATIVE"
"""Stands across a chart of illustrative figures."""


def missing_words(status: str) -> str:
    """Why there is no value. A row of status ``ok`` or ``illustrative`` without one has nothing to say about it."""
    if status in ("ok", "illustrative"):
        return STATUS_WORDS["not_available"]
    return STATUS_WORDS.get(status, STATUS_WORDS["not_available"])


def titled(title: str, is_illustrative: bool) -> str:
    """A title, marked where what it stands over is illustrative."""
    return title + (ILLUSTRATIVE if is_illustrative else "")


def illustrative_first(words: str, is_illustrative: bool) -> str:
    """A sentence, said to be about illustrative figures where it is."""
    return f"{ILLUSTRATIVE_FIRST} {words}" if words and is_illustrative else words
