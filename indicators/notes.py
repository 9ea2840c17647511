"""What the note of a figure says to the program as well as to people: that the figure is compared with nothing."""

from __future__ import annotations

from typing import Final

OPENING: Final = "Not compared:"
"""How the sentence of a note begins that says why this one figure must not be judged."""

NOT_SUMMED: Final = "Not summed:"
"""How the note of a group of areas begins for which no figure can be put together."""
NO_LIMITS: Final = "the figure for {period} has neither an interval nor counts"
"""Why a series has no recent trend whose newest figure cannot be tested."""


def with_reason(note: str, reason: str) -> str:
    """A note with the sentence that keeps its figure from being compared; ``reason`` is text without a full stop.

    A note that says so already stays as it is.
    """
    return note if not_compared(note) else f"{note} {OPENING} {reason}.".strip()


def not_compared(note: str | None) -> bool:
    """Whether a figure's note says that the figure is compared with nothing."""
    return note is not None and OPENING in note


def reason_of(note: str | None) -> str:
    """Why a figure is compared with nothing, as its note says, without a full stop; empty where it says nothing of it.

    The reason ends at the end of its sentence: the note may go on.
    """
    if note is None or not not_compared(note):
        return ""
    return note.partition(OPENING)[2].partition(". ")[0].strip().rstrip(".")


def why_not_summed(note: str | None) -> str:
    """Why a group of areas has no figure, as its note says, without a full stop; empty where it says nothing of it."""
    return note.removeprefix(NOT_SUMMED).strip().rstrip(".") if note and note.startswith(NOT_SUMMED) else ""
