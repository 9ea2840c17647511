"""How old a figure is."""

from __future__ import annotations

from dashboard.answers.age import Age
from dashboard.sentences.counts import counted
from dashboard.sentences.periods import period_words

_WITHHELD = {
    "suppressed": "is hidden by the publisher",
    "unreliable": "is too uncertain to publish",
    "not_collected": "was not collected",
}


def age_note(age: Age, period: str) -> str:
    """``over 5 years old; the measure ended in 2023/24``, ``2023 is not available, this is 2022``; empty for a new figure.

    ``period`` is the ISO period of the figure.
    """
    words = []
    if age.withheld is not None:
        later, status = age.withheld
        why = _WITHHELD.get(status, "is not available")
        words.append(f"{period_words(later)} {why}, this is {period_words(period)}")
    if age.years is not None:
        words.append(f"over {counted(age.years, 'year')} old")
    if age.ended is not None:
        words.append(f"the measure ended in {period_words(age.ended)}")
    return "; ".join(words)


def age_sentence(age: Age) -> str:
    """`` These figures are over 5 years old. The measure ended in 2023/24.``: behind an answer; empty for new figures."""
    words = f" These figures are over {counted(age.years, 'year')} old." if age.years is not None else ""
    return words + (f" The measure ended in {period_words(age.ended)}." if age.ended is not None else "")


def age_sentences(age: Age, period: str) -> str:
    """`` This figure is over 5 years old. The measure ended in 2023/24.``: behind one figure; empty for a new one."""
    words = ""
    if age.withheld is not None:
        later, status = age.withheld
        words += f" The figure for {period_words(later)} {_WITHHELD.get(status, 'is not available')}."
    if age.years is not None:
        words += f" This figure is over {counted(age.years, 'year')} old."
    return words + (f" The measure ended in {period_words(age.ended)}." if age.ended is not None else "")


def aged_period(age: Age, period: str) -> str:
    """A period with what is to be said of its age: ``2020/21 (over 5 years old)``."""
    note = age_note(age, period)
    return f"{period_words(period)} ({note})" if note else period_words(period)
