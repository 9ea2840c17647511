"""How close an area's names and codes are to the text of a search."""

from __future__ import annotations

from collections.abc import Sequence

EXACT_CODE = -1


def closeness_of(
    wanted: str,
    words: Sequence[str],
    compact: str,
    name: str,
    others: Sequence[str],
    codes: Sequence[str],
) -> int | None:
    """The lower the closer; None where the text does not match."""
    if compact in codes:
        return EXACT_CODE
    if name == wanted:
        return 0
    if wanted in others:
        return 1
    if name.startswith(wanted):
        return 2
    if len(compact) >= 3 and any(code.startswith(compact) for code in codes):
        return 3
    if _begins_words(words, name):
        return 4
    if any(other.startswith(wanted) for other in others):
        return 5
    if any(_begins_words(words, other) for other in others):
        return 6
    return None


def _begins_words(words: Sequence[str], name: str) -> bool:
    """Whether every word of the text begins a word of the name."""
    parts = name.split()
    return all(any(part.startswith(word) for part in parts) for word in words)
