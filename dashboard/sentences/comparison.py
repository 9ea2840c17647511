"""How an area compares with its benchmark, and what the classes of a legend are called."""

from __future__ import annotations

from dashboard.answers.comparison import GroupRate
from dashboard.sentences.counts import lower_first
from dashboard.sentences.figure import value_words
from indicators.catalogue import Indicator

COMPARE_WORDS = {
    "much_better": "Much better",
    "better": "Better",
    "similar": "Similar",
    "worse": "Worse",
    "much_worse": "Much worse",
    "much_higher": "Much higher",
    "higher": "Higher",
    "lower": "Lower",
    "much_lower": "Much lower",
    "not_compared": "Not compared",
    "illustrative": "Illustrative, not compared",
}
"""Words of a comparison; the browser is served the same."""
COMPARED_WITH = {
    category: f"{words} {'to' if category == 'similar' else 'than'} {{benchmark}}"
    for category, words in COMPARE_WORDS.items()
    if category not in ("not_compared", "illustrative")
}
"""What follows a comparison's word, with ``{benchmark}`` for what an area is compared with."""
LEGEND_WORDS = {
    **COMPARE_WORDS,
    "missing": "No figure",
    "value": "Value",
    "fifth-1": "Quintile 1 (lowest)",
    "fifth-2": "Quintile 2",
    "fifth-3": "Quintile 3",
    "fifth-4": "Quintile 4",
    "fifth-5": "Quintile 5 (highest)",
    "not_banded": "No quintiles (fewer than five areas have a value)",
    "no_change": "No clear change",
    "not_worked_out": "Not calculated",
}
"""Words of the classes that a legend may hold, by the class's key."""


A_COUNT_GROWS = "a count grows with the size of the place"


def never_compared(indicator: Indicator) -> str:
    """Why the figures of an indicator are compared with nothing, to follow a colon, without a full stop.

    An empty text where they may be compared.
    """
    if indicator.comparable:
        return ""
    return lower_first(indicator.not_compared.rstrip(".")) if indicator.not_compared else A_COUNT_GROWS


def at_odds_words(rate: GroupRate | None, benchmark: str) -> str:
    """Why a gap is not compared, with the rate of the group: to follow a colon, without a full stop.

    ``the gap and the group’s own rate point different ways (Employment rate, learning disability: 1.3%, compared with
    5.1% in England)``. ``benchmark`` names what the gap stands beside. Empty without a rate.
    """
    if rate is None:
        return ""
    own, other = (value_words(value, rate.indicator) for value in (rate.value, rate.benchmark))
    return (
        "the gap and the group’s own rate point different ways "
        f"({rate.indicator.short_title}: {own}, compared with {other} in {benchmark})"
    )


def compare_words(category: str | None) -> str:
    """``better`` → ``Better``; an unknown word or none → ``Not compared``."""
    return COMPARE_WORDS.get(category or "not_compared", COMPARE_WORDS["not_compared"])
