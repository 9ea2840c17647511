"""Titles of what is shown: the indicator and the people it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.sentences.counts import lower_first
from dashboard.sentences.figure import unit_words
from dashboard.sentences.people import age_words, breakdown_words, sex_words
from indicators.catalogue import Indicator

if TYPE_CHECKING:
    from dashboard.address.view import View


def group_words(available: Sequence[Mapping[str, Any]], view: View) -> list[str]:
    """Words for the people described, where the indicator is given for several groups of them.

    ``available`` is what is loaded of the indicator (``Context.available``).
    """
    rows = [row for row in available if row["area_type"] == view.area_type]
    words = []
    if view.sex != "persons" or (
        len({row["sex"] for row in rows}) > 1 and view.breakdown == view.age == "all"
    ):
        words.append(lower_first(sex_words(view.sex)))
    if len({row["age"] for row in rows}) > 1 and view.age != "all":
        words.append(age_words(view.age))
    if view.breakdown != "all":
        words.append(lower_first(breakdown_words(view.breakdown)))
    return words


def figure_title(indicator: Indicator, available: Sequence[Mapping[str, Any]], view: View) -> str:
    """``Employment rate`` with its group and unit: what a chart shows, but for areas and period."""
    unit = unit_words(indicator)
    units = "" if unit == "%" else f" ({lower_first(unit)})"
    return ", ".join([indicator.short_title, *group_words(available, view)]) + units
