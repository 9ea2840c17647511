"""One line of an area in words: its name, its figure beside England's, its spine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dashboard.answers.profile import Line, Spread
from dashboard.answers.time_series import Line as TimeLine
from dashboard.sentences.age import age_note, aged_period
from dashboard.sentences.comparison import COMPARED_WITH, at_odds_words, compare_words
from dashboard.sentences.counts import counted, listed, lower_first, number
from dashboard.sentences.figure import interval_words, short_value_words, unit_beside, value_words
from dashboard.sentences.lead import COUNTRIES, lead_sentence
from dashboard.sentences.people import age_words, breakdown_words, sex_words
from dashboard.sentences.periods import in_period, period_words
from dashboard.sentences.trend import NO_TREND, has_trend, trend_words
from indicators.catalogue import Indicator, label_in

_COUNTED = (
    ("worse", ("worse", "much_worse")),
    ("better", ("better", "much_better")),
    ("similar", ("similar",)),
    ("different", ("lower", "higher", "much_lower", "much_higher")),
)
_KINDS = {category: words for words, categories in _COUNTED for category in categories}


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


def counts_words(lines: Sequence[Line], place: str) -> str:
    """``Of 11 indicators compared with England, 8 are worse in Nottingham, 2 are similar and 1 is different. None is
    better.``; empty where nothing is compared.
    """
    counts = {words: count for words, count in comparison_counts(lines) if words != NOT_COMPARED}
    total = sum(counts.values())
    if not total:
        return ""
    if total == 1:
        return f"1 indicator is compared with England: it is {next(iter(counts))} in {place}."
    if len(counts) == 1:
        return f"All {number(total)} indicators compared with England are {next(iter(counts))} in {place}."
    said = [f"{number(count)} {'is' if count == 1 else 'are'} {words}" for words, count in counts.items()]
    said[0] += f" in {place}"
    none = [words for words in ("better", "worse") if words not in counts]
    rest = f" None is {' or '.join(none)}." if none else ""
    return f"Of {number(total)} indicators compared with England, {listed(said)}.{rest}"


NOT_COMPARED = "not compared"


def comparison_counts(lines: Sequence[Line]) -> list[tuple[str, int]]:
    """How many real main lines are worse, better, similar, different and not compared; none of them is zero."""
    counts = dict.fromkeys((*(words for words, _ in _COUNTED), NOT_COMPARED), 0)
    for line in lines:
        if line.is_main and not line.illustrative:
            counts[_KINDS.get(line.compared, NOT_COMPARED)] += 1
    return [(words, count) for words, count in counts.items() if count]


def trends_words(lines: Sequence[Line], place: str) -> str:
    """``Of 9 indicators with a recent trend, 2 are getting better in Nottingham, 1 is getting worse and 6 show no clear
    change.``; empty where none has a trend.
    """
    counts = dict.fromkeys(_TRENDS.values(), 0)
    for line in lines:
        if line.is_main and not line.illustrative and line.trend and has_trend(line.trend):
            counts[_TRENDS[line.trend["judgement"] or "none", line.trend["direction"] != "no_change"]] += 1
    total = sum(counts.values())
    if not total:
        return ""
    if total in counts.values():
        singular, plural = next(words for words, count in counts.items() if count)
        if total == 1:
            return f"1 indicator with a recent trend {singular} in {place}."
        return f"All {number(total)} indicators with a recent trend {plural} in {place}."
    said: list[str] = []
    for (singular, plural), count in counts.items():
        if count:
            where = "" if said else f" in {place}"
            said.append(f"{number(count)} {singular if count == 1 else plural}{where}")
    return f"Of {counted(total, 'indicator')} with a recent trend, {listed(said)}."


_TRENDS = {
    ("getting_better", True): ("is getting better", "are getting better"),
    ("getting_worse", True): ("is getting worse", "are getting worse"),
    ("none", True): ("has changed, neither better nor worse", "have changed, neither better nor worse"),
    ("none", False): ("shows no clear change", "show no clear change"),
}


def theme_words(lines: Sequence[Line]) -> str:
    """``3 worse, 1 not compared``: what the figures of a theme come to."""
    return ", ".join([f"{count} {words}" for words, count in comparison_counts(lines)])


def who_words(line: Line) -> str:
    """Whom a figure is about and its unit, to stand below its name: ``aged 16 to 64``, ``Years, at birth``."""
    return _who(unit_beside(line.indicator), line.row["age"])


@lru_cache(maxsize=512)
def _who(unit: str, age: str) -> str:
    who = "" if age == "all" else age_words(age)
    text = ", ".join(part for part in (unit, who) if part)
    return text[:1].upper() + text[1:]


def card_title(line: Line) -> str:
    """What is counted and whom: the label of a key figure, and the sex where there is no figure for everyone."""
    title, people = label_in(line.indicator, "cards"), people_of(line)
    return f"{title}, {lower_first(people)}" if people else title


def card_value(line: Line) -> tuple[str, str]:
    """A value and the unit that follows it smaller: ``66.1%`` and nothing, ``55.3`` and ``years``."""
    value = line.row["value"]
    short, whole = short_value_words(value, line.indicator), value_words(value, line.indicator)
    return short, whole.removeprefix(short).strip() if whole.startswith(short) else ""


def compared_with_england(line: Line) -> str:
    """``Worse than England, 76.0%``; a figure that is not compared gives England's alone, or says that there is none."""
    if line.england is None:
        return "" if line.row["area_code"] in COUNTRIES else "England figure not available"
    england = short_value_words(line.england, line.indicator)
    words = COMPARED_WITH.get(line.compared)
    return f"{words.format(benchmark='England')}, {england}" if words else f"Not compared. England {england}"


def age_badge_words(line: Line) -> tuple[str, str]:
    """The period, and what is to be said of its age: ``2023`` and ``over 2 years old``."""
    period = line.row["period"]
    return period_words(period), age_note(line.age, period)


def course_words(line: Line, own: TimeLine) -> str:
    """A line over time as the text alternative of its small chart: ``64.0% in 2004, 66.1% in 2023; no clear change``."""
    first, last = own.held[0], own.held[-1]
    ends = ", ".join(
        f"{short_value_words(point.value, line.indicator)} {in_period(point.period)}"
        for point in (first, last)
    )
    trend = trend_words(line.trend) if line.trend else ""
    return f"{ends}; {lower_first(trend)}" if trend and trend != NO_TREND else ends


def spine_words(line: Line, areas: str) -> str:
    """What a spine shows, as its text alternative. ``areas`` names the areas in the bars."""
    where = {"similar": "Similar to England", "not_compared": "Not compared with England"}.get(
        line.compared, f"{compare_words(line.compared)} than England"
    )
    if line.at_odds is not None:
        where += f": {at_odds_words(line.at_odds, 'England')}"
    return where if line.spread is None else where + _spread_words(line.indicator, line.spread, areas)


def _spread_words(indicator: Indicator, spread: Spread, areas: str) -> str:
    """The same for every area of a type, so it is written once."""
    key = (indicator.id, indicator.unit, indicator.decimal_places, spread, areas)
    found = _SPREADS.get(key)
    if found is None:
        inner = interval_words(spread.p25, spread.p75, indicator)
        outer = interval_words(spread.p5, spread.p95, indicator)
        found = (f"; half of {areas}: {inner}" if inner else "") + (
            f"; 9 in 10: {outer}" if outer else ""
        )  # fmt: skip
        if len(_SPREADS) >= _MOST_SPREADS:
            _SPREADS.clear()
        _SPREADS[key] = found
    return found


_SPREADS: dict[tuple[str, str, int, Spread, str], str] = {}
_MOST_SPREADS = 1000


def why_no_spine(line: Line) -> str:
    """Why there is no spine; an empty text where there is one."""
    if line.spine is not None:
        return ""
    if line.row["value"] is None:
        return "No figure"
    if line.illustrative:
        return "Illustrative, not drawn"
    if not line.indicator.comparable:
        return (
            "Not drawn: a count grows with the place"
            if line.indicator.is_count
            else "Not drawn: not compared"
        )
    return "England figure not available" if line.england is None else "Not drawn: too few areas"


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


def sentence_of_reason(reason: str) -> str:
    """``A median cannot be put together from the medians of its parts:``, before what it is the reason for."""
    return f"{reason[:1].upper()}{reason[1:]}:"
