"""Answers of the home page: a figure for each common question, and the small map to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers.age import Age
from dashboard.answers.catalogue import AnsweredQuestion
from dashboard.answers.time_series import Line
from indicators.catalogue import Indicator

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """A common question with England's newest figure.

    rows  one, or one of each sex where the indicator is published by sex alone; all of one period
    line  of the first row over time; None where no figures are drawn over time
    """

    answered: AnsweredQuestion
    rows: tuple[Row, ...]
    line: Line | None
    age: Age


@dataclass(frozen=True, slots=True)
class SmallMap:
    """England as a small picture: the outline of each area with how it compares with England.

    areas   (path of the drawing, in whole units; category of the comparison), and ``counts`` of each category
    """

    indicator: Indicator
    period: str
    area_type: str
    width: int
    height: int
    areas: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
