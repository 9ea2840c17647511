"""How sure the figures of sample surveys are: which rows have a grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from indicators.catalogue import Indicator
from indicators.statistics.quality import survey_grades


def grades(figures: Sequence[tuple[Indicator, Mapping[str, Any]]]) -> list[str]:
    """The grade of each (indicator, observation): A to D, or an empty text where the indicator is not from a sample
    survey, where no interval is known, and where the figure is illustrative. All come from one call.
    """
    answer = [""] * len(figures)
    places = [
        place
        for place, (indicator, row) in enumerate(figures)
        if indicator.survey and row["status"] in ("ok", "unreliable")
    ]
    if not places:
        return answer

    def column(name: str) -> list[float]:
        return [nan if (number := figures[place][1][name]) is None else number for place in places]

    found = survey_grades(
        column("value"),
        column("lower_ci_95"),
        column("upper_ci_95"),
        [figures[place][1]["status"] == "unreliable" for place in places],
    )
    for place, grade in zip(places, found, strict=True):
        answer[place] = str(grade)
    return answer
