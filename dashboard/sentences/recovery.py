"""Recovery after treatment by group, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard.answers.conditions import Recovery, RecoveryBy, RecoveryGroup, Slope
from dashboard.sentences.counts import listed, lower_first, number
from dashboard.sentences.figure import value_with_interval, value_words
from dashboard.sentences.people import age_words, breakdown_group_words, sex_words
from dashboard.sentences.periods import period_words
from indicators.catalogue import Indicator

Row = Mapping[str, Any]

BY_WORDS: Mapping[RecoveryBy, str] = {
    "sex": "Sex",
    "age": "Age",
    "deprivation": "Deprivation",
    "ethnic_group": "Ethnic group",
    "condition": "Long-term condition",
}
_SLOPE_OPENING = (
    "From the most to the least deprived, the line through the ten groups (slope index of inequality)"
)
SLOPE_METHOD = (
    "The slope index of inequality places the ten groups by their share of the people who finished treatment and were at "
    "caseness at the start. It draws the line that fits them best. Each group weighs by its number of people. Local counts "
    "are rounded to the nearest 5 by the publisher. The intervals allow for that."
)


def recovery_people(by: RecoveryBy, row: Row) -> str:
    """The people of a row: ``Women``, ``Aged 18 to 25``, ``1 (most deprived)``, ``White``."""
    match by:
        case "sex":
            return sex_words(row["sex"])
        case "age":
            words = age_words(row["age"])
        case _:
            words = breakdown_group_words(row["breakdown"])
    return f"{words[:1].upper()}{words[1:]}"


def recovery_sentences(recovery: Recovery) -> list[str]:
    """One sentence for each characteristic, with the groups that are hidden, then the slope over deprivation."""
    parts = [
        " ".join(filter(None, (group_sentence(group, recovery.overall.indicator), hidden_sentence(group))))
        for group in recovery.groups
    ]
    return [*(words for words in parts if words), slope_words(recovery.slope)]


def hidden_sentence(group: RecoveryGroup) -> str:
    """``“No” is not published for 2024/25.``: groups without a figure of the period; empty where every group has one."""
    without = [row for row in group.rows if row["value"] is None] + list(group.earlier)
    hidden = [f"“{recovery_people(group.by, row)}”" for row in without]
    if not hidden or not group.rows:
        return ""
    period = period_words(group.rows[0]["period"])
    return f"{listed(hidden)} {'is' if len(hidden) == 1 else 'are'} not published for {period}."


def group_sentence(group: RecoveryGroup, indicator: Indicator) -> str:
    """``Sex: women 50.4% and men 52.7%.``, or the lowest and the highest of several; nothing without any."""
    stated = [
        (recovery_people(group.by, row), row)
        for row in group.rows
        if row["value"] is not None
        and row["lower_ci_95"] is not None
        and not row["breakdown"].endswith("not stated")
    ]
    name = BY_WORDS[group.by]
    if not stated:
        return ""
    if len(stated) <= 2:
        pair = " and ".join(
            f"{people if group.by == 'ethnic_group' else lower_first(people)} "
            f"{value_words(row['value'], indicator)}"
            for people, row in stated
        )
        return f"{name}: {pair}."
    ordered = sorted(stated, key=lambda pair: pair[1]["value"])
    (low_people, low), (high_people, high) = ordered[0], ordered[-1]
    return (
        f"{name}: from {value_with_interval(dict(low), indicator)} ({_inside_words(low_people)}) to "
        f"{value_with_interval(dict(high), indicator)} ({_inside_words(high_people)})."
    ).replace(") (", "; ")


def _inside_words(people: str) -> str:
    """The name of a group inside a sentence: ``aged 18 to 25``, ``decile 1, most deprived``, ``Mixed``."""
    tenth = re.fullmatch(r"(\d+) \((.+)\)", people)
    if tenth:
        return f"decile {tenth[1]}, {tenth[2]}"
    return lower_first(people) if people.startswith("Aged") else people


def slope_words(slope: Slope) -> str:
    """The slope index of inequality with its interval and what it means, or why it cannot be worked out."""
    if slope.index is None:
        return f"A slope over deprivation cannot be calculated here: {slope_problem(slope)}."
    value, low, high = slope.index.value, slope.index.lower, slope.index.upper
    if low <= 0 <= high:
        return (
            f"{_SLOPE_OPENING} changes by {number(value, 1)} percentage points (95% CI {number(low, 1)} to "
            f"{number(high, 1)}), which may be chance."
        )
    verb, more = ("rises", "more") if value > 0 else ("falls", "fewer")
    near, far = sorted((abs(low), abs(high)))
    people = dict.fromkeys((number(near), number(far)))
    return (
        f"{_SLOPE_OPENING} {verb} by {number(abs(value), 1)} percentage points (95% CI "
        f"{number(near, 1)} to {number(far, 1)}). Of 100 people who finish treatment and were at caseness at the start, about "
        f"{' to '.join(people)} {more} recover at the least deprived end than at the most deprived end."
    )


def slope_problem(slope: Slope) -> str:
    """Why there is no slope; an empty text where there is one."""
    match slope.problem:
        case "groups":
            return "it needs a figure for each of the ten groups by deprivation"
        case "counts":
            verb = "has" if slope.lacking == 1 else "have"
            return f"{slope.lacking} of the ten groups by deprivation {verb} no count or interval"
        case "line":
            return "no line can be drawn through these groups"
        case "":
            return ""
