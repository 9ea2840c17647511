"""The grade of survey figures for a page: which rows have one, and what it says in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from indicators.catalogue import Indicator
from indicators.statistics.quality import survey_grades

GRADE_WORDS = {
    "A": "precise",
    "B": "reasonably precise",
    "C": "acceptable, use with care",
    "D": "unreliable",
}


def grades(figures: Sequence[tuple[Indicator, Mapping[str, Any]]]) -> list[str]:
    """The grade of each (indicator, observation): A to D, or an empty text where the indicator is not from a sample
    survey, where no interval is known, and where the figure is illustrative.
    """
    if not any(indicator.survey for indicator, _ in figures):
        return [""] * len(figures)

    def column(name: str) -> list[float]:
        return [nan if row[name] is None else row[name] for _, row in figures]

    found = survey_grades(
        column("value"),
        column("lower_ci_95"),
        column("upper_ci_95"),
        [row["status"] == "unreliable" for _, row in figures],
    )
    return [
        str(grade) if indicator.survey and row["status"] in ("ok", "unreliable") else ""
        for (indicator, row), grade in zip(figures, found, strict=True)
    ]


def grade_words(grade: str) -> str:
    """``A: precise``; an empty text for none."""
    return f"{grade}: {GRADE_WORDS[grade]}" if grade else ""
