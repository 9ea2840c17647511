"""The lead of a figure: when, how much of whom, where, how sure, and England beside it, as one sentence.

``In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (95% CI 62.0% to 70.2%), compared with 76.0% in
England.`` What is said of an indicator is a key of its file (``said``); how old the figure is follows as a sentence.
"""

from __future__ import annotations

from dashboard.answers.profile import Line
from dashboard.sentences.age import age_sentences
from dashboard.sentences.comparison import at_odds_words
from dashboard.sentences.counts import lower_first, number
from dashboard.sentences.figure import interval_words, value_words
from dashboard.sentences.people import breakdown_words, is_before_people, people_in_text, sex_words
from dashboard.sentences.periods import opening_words
from dashboard.sentences.status import ESTIMATED_WORDS
from indicators.catalogue import Indicator
from indicators.merged_areas import is_estimated

_MISSING = {
    "suppressed": "was hidden by the publisher because the numbers are small",
    "unreliable": "was too uncertain to publish",
    "not_collected": "was not collected",
}
COUNTRIES = ("E92000001", "K02000001")
"""England and the United Kingdom, which are not compared with England."""


def in_text(name: str) -> str:
    """A name of an indicator inside a sentence: in quotes where it has a comma of its own."""
    return f"“{name}”" if "," in name else lower_first(name)


def lead_sentence(line: Line, place: str) -> str:
    """A figure with its interval and England's, and what must be known of it. ``place`` is the area inside a sentence."""
    indicator, row = line.indicator, line.row
    note = _note(line)
    if row["value"] is None:
        why = _MISSING.get(row["status"], "was not available")
        name = in_text(indicator.short_title)
        return (
            f"{opening_words(row['period'])}, the figure for {name} in {place}{_bracket(line)} {why}.{note}"
        )
    said = f"{opening_words(row['period'])}, {_said(line, place)}{_bracket(line)}{_compared(line)}."
    return said + _england_apart(line) + age_sentences(line.age, row["period"]) + note


def _said(line: Line, place: str) -> str:
    """The clause of the indicator: ``66.1% of people aged 16 to 64 in Nottingham were in work``."""
    indicator, row = line.indicator, line.row
    template = indicator.said or f"the figure for {in_text(indicator.short_title)} in {{place}} was {{value}}"
    return template.format(
        value=value_words(row["value"], indicator),
        number=number(row["value"], indicator.decimal_places),
        place=place,
        people=people_in_text(row["sex"], row["age"], row["breakdown"]),
    )


def _bracket(line: Line) -> str:
    """`` (95% CI 62.0% to 70.2%)``, with the group of people where the clause does not name it; empty without either."""
    row, words = line.row, []
    names_people = row["value"] is not None and "{people}" in (line.indicator.said or "")
    if not names_people and row["sex"] != "persons":
        words.append(lower_first(sex_words(row["sex"])))
    if not names_people and line.many_ages and row["age"] != "all":
        words.append(people_in_text("persons", row["age"]).removeprefix("people "))
    if row["breakdown"] != "all" and not (names_people and is_before_people(row["breakdown"])):
        words.append(lower_first(breakdown_words(row["breakdown"])))
    if row["value"] is not None and (between := _interval(line)):
        words.append(f"95% CI {between}")
    return f" ({'; '.join(words)})" if words else ""


def _interval(line: Line) -> str:
    row, indicator = line.row, line.indicator
    return interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)


def _compared(line: Line) -> str:
    """England's figure, where this one may be compared with it."""
    if line.england is None or line.compared == "not_compared":
        return ""
    words = "similar to" if line.compared == "similar" else "compared with"
    return f", {words} {_level(line.england, line.indicator)} in England"


def _england_apart(line: Line) -> str:
    """England's figure in a sentence of its own, where nothing is compared with it; a count has none."""
    if line.indicator.is_count or line.row["area_code"] in COUNTRIES:
        return ""
    if line.england is None:
        return " England’s figure is not available." if line.indicator.comparable else ""
    return (
        f" England’s figure is {_level(line.england, line.indicator)}."
        if line.compared == "not_compared"
        else ""
    )


def _level(value: float, indicator: Indicator) -> str:
    """England's figure: without its unit where the clause says it (``{number}``)."""
    if "{number}" in (indicator.said or ""):
        return number(value, indicator.decimal_places)
    return value_words(value, indicator)


def _note(line: Line) -> str:
    """Why the figure is not compared, where that is more than that it has no interval."""
    if line.at_odds is not None and line.row["value"] is not None:
        return f" Not compared: {at_odds_words(line.at_odds, 'England')}."
    if is_estimated(line.row["note"]):
        return f" {ESTIMATED_WORDS}"
    return f" {line.row['note']}" if line.indicator.not_compared and line.row["note"] else ""
