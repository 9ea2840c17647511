"""Work by health condition in words: whose figures stand in, what is not loaded, how figures compare."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.conditions import ConditionFigure, LoadedGroup
from dashboard.answers.profile import Line
from dashboard.sentences.age import age_note
from dashboard.sentences.areas import ALL_OF_IT, share_words
from dashboard.sentences.comparison import at_odds_words, compare_words
from dashboard.sentences.counts import listed, lower_first
from dashboard.sentences.figure import interval_words, short_value_words, value_words
from dashboard.sentences.people import age_words
from dashboard.sentences.periods import period_words
from dashboard.sentences.places import in_words
from dashboard.sentences.profile import line_sentence
from dashboard.sentences.status import ILLUSTRATIVE
from geodata.register import Area


def people_words(figure: ConditionFigure) -> str:
    """The people of a figure; who is past working age is said, since many of them have retired."""
    age = figure.row["age"]
    return f"{figure.people}, {age_words(age)}" if age.endswith("+") else figure.people


def marked(words: str, line: Line) -> str:
    """Words with a mark where the figure is illustrative."""
    return words + (ILLUSTRATIVE if line.illustrative else "")


def figure_words(figure: ConditionFigure) -> str:
    """The value for a narrow column, or why there is none."""
    row, indicator = figure.row, figure.line.indicator
    if row["value"] is None:
        return value_words(None, indicator, row["status"])
    return short_value_words(row["value"], indicator)


def interval_of(figure: ConditionFigure) -> str:
    """The interval for a narrow column; ``None`` without one."""
    row = figure.row
    return interval_words(row["lower_ci_95"], row["upper_ci_95"], figure.line.indicator) or "None"


def judged_words(line: Line) -> str:
    """How a figure compares with England's; an illustrative one is never judged."""
    if line.illustrative:
        return "Not judged: illustrative"
    odds = at_odds_words(line.at_odds, "England")
    return f"{compare_words(line.compared)}: {odds}" if odds else compare_words(line.compared)


def source_area_words(figure: ConditionFigure) -> str:
    """The area a figure is from, and how much of the area asked about it serves."""
    share = f" (serves {share_words(figure.share)})" if figure.share < ALL_OF_IT else ""
    return figure.area.name + share


def rates_lead(rates: Sequence[ConditionFigure], overall_id: str, place: str, area: Area) -> list[str]:
    """The overall rate beside England in one sentence, then the other rates in one; ``overall_id`` names the first."""
    real = [figure for figure in rates if not figure.line.illustrative]
    words = []
    for figure in real:
        if figure.line.indicator.id == overall_id:
            sentence = line_sentence(figure.line, in_words(figure.area))
            if figure.area.area_code != area.area_code:
                sentence = f"No employment rate is published for {place}. {sentence}"
            words.append(sentence)
    others = [
        figure
        for figure in real
        if figure.row["value"] is not None and figure.line.indicator.id != overall_id
    ]
    if others:
        whole = listed(
            f"{figure_words(figure)} of {lower_first(people_words(figure))}{_in_other(figure.area, area)} "
            f"({_when(figure.line)})"
            for figure in others
        )
        words.append(f"In paid work by group: {whole}.")
    return words or [f"No employment rates are loaded for {place} yet."]


def _when(line: Line) -> str:
    note = age_note(line.age, line.row["period"])
    return "; ".join(words for words in (period_words(line.row["period"]), note) if words)


def _in_other(found: Area, area: Area) -> str:
    return f" in {in_words(found)}" if found.area_code != area.area_code else ""


def counties_words(counties: Sequence[str], place: str) -> str:
    """Whose figures stand for a district."""
    return (
        "Councils with social care duties publish the figures by condition: those of "
        f"{listed(counties)} stand for {place}."
    )


def around_words(names: Sequence[str], place: str) -> str:
    """Whose figures stand for an area, where they are not those of its county alone."""
    return f"Where none is published for {place}, that of an area around it stands in: {listed(names)}."


def national_words(people: Sequence[str], place: str) -> str:
    """For whom England's figure stands in."""
    return f"Not published for {place}: {listed(people)}. England’s figure is shown in their place."


def waiting_words(groups: Sequence[LoadedGroup]) -> str:
    """Groups whose figures can be loaded and are not; an empty text where there is none."""
    waiting = [lower_first(group.people) for group in groups if group.indicator and not group.loaded]
    if not waiting:
        return ""
    return f"Not loaded yet: {listed(waiting)}. They will stand here as soon as their figures are loaded. "


def unpublished_words(groups: Sequence[LoadedGroup], what: str) -> str:
    """Groups that no publication read here gives; ``what`` is ``a gap``. An empty text where there is none."""
    unknown = [lower_first(group.people) for group in groups if group.indicator is None]
    if not unknown:
        return ""
    return f"Not published for councils by any source that is read here: {what} of {listed(unknown)}."
