"""Answers to the question of everything that is published of an indicator, one figure a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers.comparison import Word


@dataclass(frozen=True, slots=True)
class LongRow:
    """One figure beside England and beside the area that it is listed under.

    row         an observation as the store gives it
    parent      code of the area that it is listed under; None for England, and where it lies in none of them
    to_england  how it compares with England, in its own period
    to_parent   how it compares with the area that it is listed under; nothing for such an area itself
    trend       (direction, judgement) of the recent trend of the series, beside its newest figure; None beside an earlier one
    """

    row: Mapping[str, Any]
    parent: str | None
    to_england: Word
    to_parent: Word
    trend: tuple[str, str] | None = None
