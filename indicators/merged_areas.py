"""How the notes of figures of merged areas begin, which other rooms know them by."""

from __future__ import annotations

MERGED = "Sum of the areas that merged into it: "
"""Of a figure that was summed from areas which merged whole into the area; their names follow."""

ESTIMATED = "Estimated from the areas it was made of: "
"""Of a figure for which a part of an area's count was taken by share; the areas and their shares follow."""

ESTIMATED_METHOD = "estimated by share"
"""``interval_method`` of such a figure: the interval of the sums, widened by what the moved part may differ."""


def is_estimated(note: str | None) -> bool:
    """Whether the figure of a note was estimated across a change of boundary."""
    return note is not None and note.startswith(ESTIMATED)


def is_joined(note: str | None) -> bool:
    """Whether the figure of a note was made here from areas that the area was made of, summed or estimated."""
    return note is not None and note.startswith((MERGED, ESTIMATED))
