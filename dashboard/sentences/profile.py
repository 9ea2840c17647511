"""One line of an area: its name, its figure compared with England's, its spine."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.profile import Line, Spread
from dashboard.sentences.age import aged_period
from dashboard.sentences.comparison import at_odds_words, compare_words
from dashboard.sentences.counts import counted, lower_first, number
from dashboard.sentences.figure import interval_words, short_value_words, value_words
from dashboard.sentences.lead import lead_sentence
from dashboard.sentences.people import age_words, breakdown_words, sex_words
from indicators.catalogue import Indicator

_COUNTED = (
    ("worse", ("worse", "much_worse")),
    ("similar", ("similar",)),
    ("better", ("better", "much_better")),
    ("different", ("lower", "higher", "much_lower", "much_higher")),
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
    """A line as its lead: ``In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (…), compared with …``."""
    return lead_sentence(line, place)


def counts_words(lines: Sequence[Line]) -> str:
    """``Of 12 indicators compared with England: 3 worse, 7 similar, 2 better.``"""
    main = [line for line in lines if line.is_main and not line.illustrative]
    parts = [(sum(line.compared in categories for line in main), words) for words, categories in _COUNTED]
    total = sum(count for count, _ in parts)
    if not total:
        return ""
    listed = ", ".join(f"{number(count)} {words}" for count, words in parts if count)
    return f"Of {counted(total, 'indicator')} compared with England: {listed}."


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
        return "Illustrative"
    if not line.indicator.comparable:
        return "Not compared: a count" if line.indicator.is_count else "Not compared"
    return "England figure not available" if line.england is None else "Too few areas"


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
