"""Answers about the newest figure of each indicator for the whole country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers.age import Age
from dashboard.answers.time_series import Line
from indicators.catalogue import Indicator

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NationalFigure:
    """England's newest figure of an indicator for everyone, or that of the United Kingdom where England has none.

    area_type  ``england`` or ``uk``
    row        of the store, with ``trend`` (direction and judgement) where the recent trend ends in that period, or None
    has_sexes  whether there is no figure for everyone, so that this is that of one sex
    line       every period of the same series; None for illustrative figures, which are not drawn
    """

    indicator: Indicator
    area_type: str
    area_code: str
    area_name: str
    row: Row
    age: Age
    has_sexes: bool
    line: Line | None

    @property
    def is_illustrative(self) -> bool:
        return bool(self.row["status"] == "illustrative")
