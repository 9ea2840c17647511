"""Answers about the indicators that there are."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.catalogue import Indicator
from indicators.catalogue.shown import Question


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question of the home page and the indicator that answers it; ``is_illustrative`` with no real figure."""

    indicator: Indicator
    question: Question
    is_illustrative: bool

    @property
    def href(self) -> str:
        """Address of the page that shows the answer. The page of conditions is about several indicators."""
        page = f"/{self.question.page}"
        return page if self.question.page == "conditions" else f"{page}?indicator={self.indicator.id}"
