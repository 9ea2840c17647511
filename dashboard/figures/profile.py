"""One area on one page: its figures beside England's, and what to say about them first.

Pure: rows of ``Store.profile`` in, lines and sentences out. What stands out is chosen by significance (the
interval does not hold England's figure) and by size (distance from England on the spine), never by rank.
Illustrative figures are shown in their rows and are never part of a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from dashboard.figures.quality import grades
from dashboard.figures.spine import Spine, spines
from dashboard.sentences import (
    age_words,
    breakdown_words,
    compare_words,
    counted,
    interval_words,
    lower_first,
    number,
    period_words,
    sex_words,
    short_value_words,
    value_words,
)
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.statistics.comparison import to_benchmark

GOOD = ("better", "much_better")
BAD = ("worse", "much_worse")
DIFFERENT = ("lower", "higher", "much_lower", "much_higher")
HEADLINE = "employment-rate"
NATIONAL_GOAL = "disabled-people-in-employment"
MOST_LISTED = 5

# what a lower and a higher figure mean in words; an indicator that is not here gets a plain sentence
_SAID: dict[str, tuple[str, str]] = {
    "employment-rate": (
        "People in {place} are less often in work",
        "People in {place} are more often in work",
    ),
    "economic-inactivity-rate": (
        "A smaller share of people in {place} is neither in work nor looking for it",
        "A larger share of people in {place} is neither in work nor looking for it",
    ),
    "unemployment-rate": ("Unemployment in {place} is lower", "Unemployment in {place} is higher"),
    "median-weekly-pay": (
        "Employees who live in {place} are paid less a week",
        "Employees who live in {place} are paid more a week",
    ),
    "healthy-life-expectancy": (
        "{People} in {place} can expect fewer years in good health",
        "{People} in {place} can expect more years in good health",
    ),
    "no-qualifications": (
        "A smaller share of people in {place} has no qualifications",
        "A larger share of people in {place} has no qualifications",
    ),
    "level-3-qualifications": (
        "A smaller share of people in {place} has level 3 qualifications or above",
        "A larger share of people in {place} has level 3 qualifications or above",
    ),
    "employment-rate-learning-disability": (
        "Adults with a learning disability in {place} are less often in paid work",
        "Adults with a learning disability in {place} are more often in paid work",
    ),
    "employment-gap-learning-disability": (
        "The gap in employment between people with a learning disability and everyone in {place} is narrower",
        "The gap in employment between people with a learning disability and everyone in {place} is wider",
    ),
    "employment-rate-secondary-mental-health": (
        "Adults in contact with secondary mental health services in {place} are less often in paid work",
        "Adults in contact with secondary mental health services in {place} are more often in paid work",
    ),
    "employment-gap-secondary-mental-health": (
        "The gap in employment between people in contact with secondary mental health services and everyone in "
        "{place} is narrower",
        "The gap in employment between people in contact with secondary mental health services and everyone in "
        "{place} is wider",
    ),
    "talking-therapies-recovery-rate": (
        "People who finish talking therapies in {place} recover less often",
        "People who finish talking therapies in {place} recover more often",
    ),
    "talking-therapies-reliable-recovery-rate": (
        "People who finish talking therapies in {place} reliably recover less often",
        "People who finish talking therapies in {place} reliably recover more often",
    ),
    "talking-therapies-wait-6-weeks": (
        "People in {place} begin talking therapies within 6 weeks less often",
        "People in {place} begin talking therapies within 6 weeks more often",
    ),
    "talking-therapies-wait-18-weeks": (
        "People in {place} begin talking therapies within 18 weeks less often",
        "People in {place} begin talking therapies within 18 weeks more often",
    ),
    "disability-prevalence": (
        "A smaller share of people in {place} is disabled",
        "A larger share of people in {place} is disabled",
    ),
}
_WITH_ARTICLE = {
    "East Midlands",
    "East of England",
    "Midlands",
    "Midlands and East",
    "North",
    "North East",
    "North East and Yorkshire",
    "North of England",
    "North West",
    "South",
    "South East",
    "South of England",
    "South West",
    "United Kingdom",
    "West Midlands",
    "West of England",
    "Black Country",
    "Humber",
    "Marches",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of an area: the observation, what England has, how they compare, and its spine."""

    indicator: Indicator
    row: Mapping[str, Any]
    england: float | None
    compared: str
    spine: Spine | None
    is_main: bool
    many_ages: bool = False
    grade: str = ""  # of a sample survey: A to D

    @property
    def illustrative(self) -> bool:
        return bool(self.row["status"] == "illustrative")

    @property
    def distance(self) -> float:
        """How far from England, as a share of the furthest area's distance; 0 where that is not known."""
        return abs(self.spine.value) if self.spine else 0.0

    @property
    def group(self) -> str:
        """The people it is about, where that is not everyone: ``Women``, ``disability: disabled``, ``aged 18 to 25``."""
        words = []
        if self.row["sex"] != "persons":
            words.append(sex_words(self.row["sex"]))
        if self.row["breakdown"] != "all":
            words.append(breakdown_words(self.row["breakdown"]))
        if self.many_ages and self.row["age"] != "all":
            words.append(age_words(self.row["age"]))
        return ", ".join(words)

    @property
    def name(self) -> str:
        """Short title, with the group: ``Healthy life expectancy (women)``."""
        return (
            f"{self.indicator.short_title} ({lower_first(self.group)})"
            if self.group
            else self.indicator.short_title
        )


def profile_lines(
    rows: Sequence[Mapping[str, Any]], catalogue: Mapping[str, Indicator], *, compared: bool
) -> list[Line]:
    """The rows of ``Store.profile`` as lines, in their order.

    compared  False for England itself and for the United Kingdom: they are not compared with England.

    The main line of an indicator is the one for everyone; one that is published by sex or by group only has
    several. All comparisons come from one call, and so do all places on the spines. Illustrative figures are
    not compared.
    """
    rows = [row for row in rows if row["indicator_id"] in catalogue]
    chosen = [catalogue[row["indicator_id"]] for row in rows]
    england = [_england(row) if compared else None for row in rows]
    benchmarks = [
        value if indicator.comparable else None for value, indicator in zip(england, chosen, strict=True)
    ]
    polarities = [indicator.polarity for indicator in chosen]
    words = [
        # a made-up figure is neither better nor worse than anything
        "not_compared" if row["status"] == "illustrative" else word
        for row, word in zip(rows, _compared(rows, benchmarks, polarities), strict=True)
    ]
    drawn = spines(rows, benchmarks, polarities)
    main = _main(rows)
    graded = grades(list(zip(chosen, rows, strict=True)))
    ages: dict[str, set[str]] = {}
    for row in rows:
        ages.setdefault(row["indicator_id"], set()).add(row["age"])
    return [
        Line(
            chosen[i],
            rows[i],
            england[i],
            words[i],
            drawn[i],
            i in main,
            len(ages[rows[i]["indicator_id"]]) > 1,
            graded[i],
        )
        for i in range(len(rows))
    ]


def _england(row: Mapping[str, Any]) -> float | None:
    value = (row.get("england") or {}).get("value")
    return None if value is None else float(value)


def _compared(
    rows: Sequence[Mapping[str, Any]], benchmarks: Sequence[float | None], polarities: Sequence[str]
) -> list[str]:
    if not rows:
        return []

    def column(name: str) -> list[float]:
        return [nan if row[name] is None else row[name] for row in rows]

    found = to_benchmark(
        column("value"),
        column("lower_ci_95"),
        column("upper_ci_95"),
        [nan if value is None else value for value in benchmarks],
        list(polarities),
    )
    return [str(word) for word in found]


def _main(rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Places of the rows to show first: everyone of every age, else each sex, each group, each age."""
    by_indicator: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        by_indicator.setdefault(row["indicator_id"], []).append(i)
    main: set[int] = set()
    for places in by_indicator.values():
        for column, whole in (("breakdown", "all"), ("age", "all"), ("sex", "persons")):
            places = [i for i in places if rows[i][column] == whole] or places
        main.update(places)
    return main


def by_group(lines: Sequence[Line]) -> list[Line]:
    """The lines that are not main, of the same period as the main line of their indicator.

    A group that the publisher gave up (an age band, say) ends before the others and is left out.
    """
    newest = {line.indicator.id: line.row["period"] for line in lines if line.is_main}
    return [
        line for line in lines if not line.is_main and newest.get(line.indicator.id) == line.row["period"]
    ]


# ---- sentences ---------------------------------------------------------------------------------------


def place_words(area: Area) -> str:
    """An area's name inside a sentence: ``Nottingham``, ``the North East``."""
    return f"the {area.name}" if area.name in _WITH_ARTICLE else area.name


def sentence(line: Line, place: str) -> str:
    """A line beside England in words: ``People in … are less often in work than in England: 66.1% (62.0% to
    70.2%) against 76.0%, in 2023.``
    """
    indicator, row = line.indicator, line.row
    if row["value"] is None:
        return f"{line.name} in {place}: {lower_first(value_words(None, indicator, row['status']))}."
    figures = value_words(row["value"], indicator, row["status"])
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    if between:
        figures += f" ({between})"
    when = _when(row["period"])
    if line.england is None or line.compared == "not_compared":
        beside = f"; England {value_words(line.england, indicator)}" if line.england is not None else ""
        return f"{line.name} in {place}: {figures}{beside}, {when}."
    if line.compared == "similar":
        opening = f"{line.name} in {place} is similar to England"
    else:
        said = _SAID.get(indicator.id)
        higher = row["value"] > line.england
        if said and row["breakdown"] == "all" and line.is_main:
            people = {"persons": "People", "male": "Men", "female": "Women"}.get(row["sex"], "People")
            opening = said[higher].format(place=place, People=people)
            if row["sex"] != "persons" and "{People}" not in said[higher]:
                opening = f"{people}: {lower_first(opening)}"
        else:
            opening = f"{line.name} in {place} is {'higher' if higher else 'lower'}"
        opening += " than in England"
    return f"{opening}: {figures} against {value_words(line.england, indicator)}, {when}."


def _when(period: str) -> str:
    """``in 2023``; ``on 21 Mar 2021`` for a single day."""
    return f"{'on' if Period.parse(period).days == 1 else 'in'} {period_words(period)}"


def stands_out(lines: Sequence[Line]) -> list[Line]:
    """Lines that are better than England, the furthest first."""
    return _furthest(lines, GOOD)


def needs_a_look(lines: Sequence[Line]) -> list[Line]:
    """Lines that are worse than England, the furthest first."""
    return _furthest(lines, BAD)


def differs(lines: Sequence[Line]) -> list[Line]:
    """Lines that are lower or higher than England where neither is good or bad, the furthest first."""
    return _furthest(lines, DIFFERENT)


def _furthest(lines: Sequence[Line], categories: Sequence[str]) -> list[Line]:
    found = [line for line in lines if line.is_main and not line.illustrative and line.compared in categories]
    return sorted(found, key=lambda line: -line.distance)


def summary(lines: Sequence[Line], place: str) -> list[str]:
    """Two or three sentences for someone with a minute: employment, then the furthest on either side.

    The second and third come from themes that have not been spoken of, where there are such lines.
    """
    spoken: list[Line] = []
    headline = next(
        (
            line
            for line in lines
            if line.indicator.id == HEADLINE
            and line.is_main
            and not line.illustrative
            and line.row["value"] is not None
        ),
        None,
    )
    if headline:
        spoken.append(headline)
    for found in (needs_a_look(lines), stands_out(lines)):
        fresh = [line for line in found if line not in spoken]
        themes = {line.indicator.theme for line in spoken}
        chosen = next(
            (line for line in fresh if line.indicator.theme not in themes), fresh[0] if fresh else None
        )
        if chosen:
            spoken.append(chosen)
    if len(spoken) < 2 and not any(line.compared in (*GOOD, *BAD, *DIFFERENT, "similar") for line in lines):
        # nothing to compare with (England itself, say): one figure of each of the first themes
        shown = [
            line for line in lines if line.is_main and not line.illustrative and line.row["value"] is not None
        ]
        spoken += [line for line in shown if line.indicator.id == NATIONAL_GOAL]
        for line in shown:
            if len(spoken) < 3 and line.indicator.theme not in {one.indicator.theme for one in spoken}:
                spoken.append(line)
    return [sentence(line, place) for line in spoken]


def counts_words(lines: Sequence[Line]) -> str:
    """``12 figures can be compared with England by their intervals: 3 worse, 7 similar, 2 better.``"""
    main = [line for line in lines if line.is_main and not line.illustrative]
    kinds = (
        ("worse", BAD),
        ("similar", ("similar",)),
        ("better", GOOD),
        ("lower or higher without being better or worse", DIFFERENT),
    )
    parts = [(sum(line.compared in categories for line in main), words) for words, categories in kinds]
    total = sum(n for n, _ in parts)
    if not total:
        return ""
    listed = ", ".join(f"{number(n)} {words}" for n, words in parts if n)
    return f"{counted(total, 'figure')} can be compared with England by {'its interval' if total == 1 else 'their intervals'}: {listed}."


def spine_words(line: Line, areas: str) -> str:
    """What a spine shows, as its text alternative. ``areas`` names the areas in the bars."""
    spread = line.row["distribution"] or {}
    compared = f"{compare_words(line.compared)}"
    where = {"similar": "Similar to England", "not_compared": "Not compared with England"}.get(
        line.compared, f"{compared} than England"
    )
    parts = [where]
    inner = interval_words(spread.get("p25"), spread.get("p75"), line.indicator)
    outer = interval_words(spread.get("p5"), spread.get("p95"), line.indicator)
    if inner:
        parts.append(f"half of {areas}: {inner}")
    if outer:
        parts.append(f"9 in 10: {outer}")
    return "; ".join(parts)


def value_cell(line: Line) -> tuple[str, str]:
    """The value and its interval as two short texts for a cell."""
    row, indicator = line.row, line.indicator
    if row["value"] is None:
        return value_words(None, indicator, row["status"]), ""
    return short_value_words(row["value"], indicator), interval_words(
        row["lower_ci_95"], row["upper_ci_95"], indicator
    )


def share_words(share: float) -> str:
    """A share of an area in words: ``all of it``, ``about 86%``, ``less than 1%``."""
    if share >= 0.995:
        return "all of it"
    if share < 0.01:
        return "less than 1%"
    return f"about {number(share * 100)}%"
