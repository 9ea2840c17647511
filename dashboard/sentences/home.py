"""The home page in words: the figure of a question, what is new, and the small map."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.answers.freshness import News
from dashboard.answers.home import QuestionFigure
from dashboard.answers.small_map import SmallMap
from dashboard.sentences.age import age_note
from dashboard.sentences.conditions import GROUP_NAMES
from dashboard.sentences.counts import lower_first, number
from dashboard.sentences.figure import short_value_words, value_words
from dashboard.sentences.people import sex_words
from dashboard.sentences.periods import date_words, period_words

ONWARD = {
    "map": "Map of every area",
    "compare": "Compare areas",
    "trends": "Trends by area",
    "conditions": "By condition",
}
"""The link of a card, by the page that shows its answer."""


def question_value(found: QuestionFigure) -> tuple[str, str]:
    """The figure as a card writes it, and what follows it smaller: ``76.0%``, ``in England``."""
    indicator, first = found.answered.indicator, found.rows[0]
    value = short_value_words(first["value"], indicator)
    whole = value_words(first["value"], indicator)
    unit = whole.removeprefix(value).strip() if whole != value else ""
    if first["sex"] != "persons":
        others = [
            f"{short_value_words(row['value'], indicator)} for {lower_first(sex_words(row['sex']))}"
            for row in found.rows[1:]
        ]
        people = ", ".join((f"for {lower_first(sex_words(first['sex']))} in England", *others))
        return value, " ".join(filter(None, (unit, people)))
    return value, " ".join(filter(None, (unit, "in England")))


def question_below(found: QuestionFigure) -> str:
    """What is counted; of a figure that nothing is compared with, what is to know about it."""
    note = found.rows[0]["note"] if found.answered.indicator.not_compared else ""
    below = found.answered.question.below
    return f"{below} {note}" if note else below


def question_ends(found: QuestionFigure) -> list[tuple[float, str]]:
    """The two rates that a gap lies between, in per cent, with their words: ``5.1% learning disability``. [] without."""
    indicator, ends = found.answered.indicator, found.ends
    if ends is None or ends.everyone is None:
        return []
    condition = indicator.group.condition if indicator.group else None
    group = lower_first(GROUP_NAMES[condition]) if condition else "the group"
    return [
        (rate, f"{number(rate, indicator.decimal_places)}% {words}")
        for rate, words in ((ends.group, group), (ends.everyone, "everyone"))
    ]


def question_age(found: QuestionFigure) -> str:
    """``2020/21, over 5 years old``."""
    note = age_note(found.age, found.rows[0]["period"])
    return ", ".join(words for words in (period_words(found.rows[0]["period"]), note) if words)


def question_spark(found: QuestionFigure) -> str:
    """The text alternative of the line over time."""
    held = found.line.held if found.line else ()
    if not held:
        return ""
    indicator = found.answered.indicator
    first, last = held[0], held[-1]
    return (
        f"{short_value_words(first.value, indicator)} in {period_words(first.period)}, "
        f"{short_value_words(last.value, indicator)} in {period_words(last.period)}"
    )


def news_line(found: News) -> tuple[str, str]:
    """What came last: the indicator with its period, and when it was published."""
    indicator = found.indicators[0]
    more = len(found.indicators) - 1
    others = f" and {number(more)} more" if more else ""
    illustrative = ", illustrative" if found.release.is_illustrative else ""
    day = found.release.published_on or found.day
    return (
        f"{indicator.short_title}{others}, {period_words(found.period)}",
        f" ({date_words(day)}{illustrative})",
    )


def small_map_words(found: SmallMap, by_word: Mapping[str, int], plural: str) -> str:
    """``Map of England. Employment rate, 2023: of 296 local authorities, 53 are better than England, …``"""
    told = [
        f"{number(count)} {words}"
        for category, words in (
            ("better", "better than England"),
            ("similar", "similar"),
            ("worse", "worse"),
            ("higher", "higher than England"),
            ("lower", "lower"),
        )
        if (count := by_word.get(category, 0))
    ]
    shown = found.shown
    counts = (
        f" Of {number(len(shown.shapes.area_codes if shown.shapes else ()))} {plural}: {', '.join(told)}."
        if told
        else ""
    )
    return f"Map of England: {lower_first(shown.indicator.short_title)}, {period_words(shown.view.period or '')}.{counts}"
