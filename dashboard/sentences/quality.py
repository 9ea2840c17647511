"""The grade of survey figures."""

from __future__ import annotations

GRADE_WORDS = {
    "A": "precise",
    "B": "reasonably precise",
    "C": "acceptable, use with care",
    "D": "unreliable",
}


def grade_words(grade: str) -> str:
    """``A: precise``; an empty text for none."""
    return f"{grade}: {GRADE_WORDS[grade]}" if grade else ""
