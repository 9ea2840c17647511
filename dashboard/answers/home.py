"""Answers of the home page: a figure of England for each common question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers.age import Age
from dashboard.answers.catalogue import AnsweredQuestion
from dashboard.answers.conditions import Ends
from dashboard.answers.time_series import Line

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """A common question with England's newest figure.

    rows  one, or one of each sex where the indicator is published by sex alone; all of one period
    line  of the first row over time; None where no figures are drawn over time
    ends  of a gap, the two rates that it lies between, of the same period; None for other figures
    """

    answered: AnsweredQuestion
    rows: tuple[Row, ...]
    line: Line | None
    age: Age
    ends: Ends | None = None
