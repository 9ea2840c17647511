"""One line of an area in words: its name, its figure beside England's, its spine."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.profile import Line, Spread
from dashboard.sentences.age import age_note, aged_period
from dashboard.sentences.comparison import at_odds_words, compare_words
from dashboard.sentences.counts import counted, lower_first, number
from dashboard.sentences.figure import interval_words, short_value_words, value_words
from dashboard.sentences.people import age_words, breakdown_words, sex_words
from dashboard.sentences.periods import in_period
from indicators.catalogue import Indicator

_PEOPLE = {"persons": "People", "male": "Men", "female": "Women"}
_COUNTED = (
    ("worse", ("worse", "much_worse")),
    ("similar", ("similar",)),
    ("better", ("better", "much_better")),
    ("lower or higher without being better or worse", ("lower", "higher", "much_lower", "much_higher")),
)


def people_of(line: Line) -> str:
    """The people a line is about, where that is not everyone: ``Women``, ``disability: disabled``, ``aged 18 to 25``."""
    row = line.row
    words = []
    if row["sex"] != "persons":
        words.append(sex_words(row["sex"]))
    if row["breakdown"] != "all":
        words.append(breakdown_words(row["breakdown"]))
    if line.many_ages and row["age"] != "all":
        words.append(age_words(row["age"]))
    return ", ".join(words)


def line_name(line: Line) -> str:
    """Short title, with the group: ``Healthy life expectancy (women)``."""
    people = people_of(line)
    title = line.indicator.short_title
    return f"{title} ({lower_first(people)})" if people else title


def line_sentence(line: Line, place: str) -> str:
    """A line beside England in words: ``People in … are less often in work than in England: 66.1% (95% CI
    62.0% to 70.2%) compared with 76.0%, in 2023.`` The age of an old figure stands behind its period.
    """
    indicator, row = line.indicator, line.row
    # a figure that is compared with nothing says why by its note
    known = f" {row['note']}" if indicator.not_compared and row["note"] else ""
    if row["value"] is None:
        return f"{line_name(line)} in {place}: {lower_first(value_words(None, indicator, row['status']))}.{known}"
    figures = value_words(row["value"], indicator, row["status"])
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    if between:
        figures += f" (95% CI {between})"
    note = age_note(line.age, row["period"])
    when = in_period(row["period"]) + (f" ({note})" if note else "")
    if line.england is None or line.compared == "not_compared":
        beside = f"; England {value_words(line.england, indicator)}" if line.england is not None else ""
        if line.at_odds is not None:
            known += f" Not compared: {at_odds_words(line.at_odds, 'England')}."
        return f"{line_name(line)} in {place}: {figures}{beside}, {when}.{known}"
    if line.compared == "similar":
        opening = f"The figure for {in_text(line_name(line))} in {place} is similar to England’s"
    else:
        opening = f"{_opening(line, place, row['value'] > line.england)} than in England"
    return f"{opening}: {figures} compared with {value_words(line.england, indicator)}, {when}."


def in_text(name: str) -> str:
    """A name of an indicator inside a sentence: in quotes where it has a comma of its own."""
    return f"“{name}”" if "," in name else lower_first(name)


def _opening(line: Line, place: str, higher: bool) -> str:
    """``People in … are less often in work``: the words of the indicator, or a plain sentence."""
    row, said = line.row, line.indicator.words
    if said is None or row["breakdown"] != "all" or not line.is_main:
        return f"The figure for {in_text(line_name(line))} in {place} is {'higher' if higher else 'lower'}"
    text = said.higher if higher else said.lower
    people = _PEOPLE.get(row["sex"], "People")
    opening = text.format(place=place, People=people)
    if row["sex"] != "persons" and "{People}" not in text:
        opening = f"{people}: {lower_first(opening)}"
    return opening


def counts_words(lines: Sequence[Line]) -> str:
    """``12 figures can be compared with England by their intervals: 3 worse, 7 similar, 2 better.``"""
    main = [line for line in lines if line.is_main and not line.illustrative]
    parts = [(sum(line.compared in categories for line in main), words) for words, categories in _COUNTED]
    total = sum(count for count, _ in parts)
    if not total:
        return ""
    listed = ", ".join(f"{number(count)} {words}" for count, words in parts if count)
    intervals = "its interval" if total == 1 else "their intervals"
    return f"{counted(total, 'figure')} can be compared with England by {intervals}: {listed}."


def spine_words(line: Line, areas: str) -> str:
    """What a spine shows, as its text alternative. ``areas`` names the areas in the bars."""
    where = {"similar": "Similar to England", "not_compared": "Not compared with England"}.get(
        line.compared, f"{compare_words(line.compared)} than England"
    )
    if line.at_odds is not None:
        where += f": {at_odds_words(line.at_odds, 'England')}"
    return where if line.spread is None else where + _spread_words(line.indicator, line.spread, areas)


def _spread_words(indicator: Indicator, spread: Spread, areas: str) -> str:
    inner = interval_words(spread.p25, spread.p75, indicator)
    outer = interval_words(spread.p5, spread.p95, indicator)
    return (f"; half of {areas}: {inner}" if inner else "") + (f"; 9 in 10: {outer}" if outer else "")


def why_no_spine(line: Line) -> str:
    """Why there is no spine; an empty text where there is one."""
    if line.spine is not None:
        return ""
    if line.row["value"] is None:
        return "No figure"
    if line.illustrative:
        return "No picture: illustrative"
    if not line.indicator.comparable:
        return (
            "No picture: a count grows with the place"
            if line.indicator.is_count
            else "No picture: not compared"
        )
    return "No picture: no figure for England" if line.england is None else "No picture: too few areas"


def value_cell(line: Line) -> tuple[str, str]:
    """The value and its interval as two short texts for a cell."""
    row, indicator = line.row, line.indicator
    if row["value"] is None:
        return value_words(None, indicator, row["status"]), ""
    return short_value_words(row["value"], indicator), interval_words(
        row["lower_ci_95"], row["upper_ci_95"], indicator
    )


def period_cell(line: Line) -> str:
    """The period, with what is to be said of the age of the figure."""
    return aged_period(line.age, line.row["period"])


def england_cell(line: Line) -> str:
    """England's figure for a narrow column; ``No figure`` without one, ``Not compared`` where none may stand there."""
    if line.illustrative or line.indicator.not_compared:
        return "Not compared"
    return "No figure" if line.england is None else short_value_words(line.england, line.indicator)
