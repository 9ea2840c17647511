"""Work by health condition in words: whose figures stand in, what is not loaded, how figures compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.answers.conditions import ConditionFigure, Conditions, Ends, GroupFigures
from dashboard.answers.profile import Line
from dashboard.sentences.age import age_note
from dashboard.sentences.areas import ALL_OF_IT, share_words
from dashboard.sentences.comparison import at_odds_words, compare_words
from dashboard.sentences.counts import listed, lower_first, number
from dashboard.sentences.figure import interval_words, short_value_words, value_words
from dashboard.sentences.people import age_words, sex_words
from dashboard.sentences.periods import in_period, period_words
from dashboard.sentences.places import in_words
from dashboard.sentences.status import ILLUSTRATIVE, STATUS_WORDS
from geodata.register import Area
from indicators.catalogue.shown import Condition

Row = Mapping[str, Any]


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
    """The interval for a narrow column; ``Not available`` without one."""
    row = figure.row
    return interval_words(row["lower_ci_95"], row["upper_ci_95"], figure.line.indicator) or "Not available"


def judged_words(line: Line) -> str:
    """How a figure compares with England's; an illustrative one is never judged."""
    if line.illustrative:
        return "Illustrative"
    odds = at_odds_words(line.at_odds, "England")
    return f"{compare_words(line.compared)}: {odds}" if odds else compare_words(line.compared)


def source_area_words(figure: ConditionFigure) -> str:
    """The area a figure is from, and how much of the area asked about it serves."""
    share = f" (serves {share_words(figure.share)})" if figure.share < ALL_OF_IT else ""
    return figure.area.name + share


GROUP_NAMES: Mapping[Condition, str] = {
    "disabled": "Disabled people",
    "long_term_condition": "Long-term health condition",
    "musculoskeletal": "Bone, joint or muscle condition",
    "mental_health": "Mental health condition",
    "learning_disability": "Learning disability",
    "secondary_mental_health": "Secondary mental health services",
}
"""The groups of people as headings."""
GROUP_PEOPLE: Mapping[Condition, str] = {
    "disabled": "Disabled people aged 16 to 64",
    "long_term_condition": "People with a condition that lasts a year or more",
    "musculoskeletal": "People with a musculoskeletal condition",
    "mental_health": "People with depression, anxiety or another condition",
    "learning_disability": "Adults aged 18 to 64 with long-term support from their council",
    "secondary_mental_health": "Adults aged 18 to 69 in contact with these services",
}
"""Who is counted, below the heading."""
WIDER: Mapping[Condition, Condition] = {
    "musculoskeletal": "long_term_condition",
    "mental_health": "secondary_mental_health",
}
"""The group whose figure comes nearest to one that no source gives."""
OVERLAP = (
    "The groups overlap and are counted in different ways. Compare each with England, not with each other. "
    "Everyone is people aged 16 to 64 in the year that fits the group. For disabled people, it is people who are not "
    "disabled."
)
NO_REASON_TO_PUSH = (
    "The right work can be good for health; the wrong work can harm it. These figures say how many people have paid work. "
    "They do not say why. They are no reason to push anyone into a job that does not suit them."
)
NOTHING_FOR_COUNCILS = "Not available for local authorities"


def group_name(group: GroupFigures) -> str:
    """``Learning disability``; a group that was not foreseen goes by its indicator."""
    return GROUP_NAMES[group.condition] if group.condition else group.rate_of.people


def group_people(group: GroupFigures) -> str:
    """Who is counted; who is past working age is said, since many of them have retired."""
    words = GROUP_PEOPLE[group.condition] if group.condition else group.rate_of.people
    age = group.rate.row["age"] if group.rate else ""
    return f"{words}, {age_words(age)}" if age.endswith("+") else words


def figure_age(figure: ConditionFigure) -> str:
    """``2020/21, over 5 years old``; the period alone of a new figure."""
    note = age_note(figure.line.age, figure.row["period"])
    return ", ".join(words for words in (period_words(figure.row["period"]), note) if words)


def rate_rest(figure: ConditionFigure, area: Area) -> str:
    """What follows the value of a rate: `` in paid work (95% CI 0.7% to 2.2%), compared with 5.1% in England.``"""
    row, line = figure.row, figure.line
    other = figure.area.area_code != area.area_code
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], line.indicator)
    words = " in paid work" + (f" in {in_words(figure.area)}" if other else "")
    words += f" (95% CI {between})" if between else ""
    if line.england is not None and not line.illustrative:
        words += f", compared with {value_words(line.england, line.indicator)} in England"
    return f"{words}."


def rate_status(figure: ConditionFigure) -> tuple[str, str]:
    """The category of a comparison, and its words: ``In paid work: worse``. Both empty where England stands in."""
    line = figure.line
    if line.england is None or line.illustrative:
        return "", ""
    if line.compared == "not_compared":
        why = ": no interval is published" if figure.row["lower_ci_95"] is None else ""
        return "not_compared", f"Not compared{why}"
    return line.compared, f"In paid work: {lower_first(compare_words(line.compared))}"


def gap_status(figure: ConditionFigure, rate: ConditionFigure | None) -> tuple[str, str]:
    """Likewise of a gap: ``Gap: similar, 70.5 points (67.0 to 73.9)``; one that is not compared says its value.

    It says of which area it is where that is not the area of the rate beside it.
    """
    row, line = figure.row, figure.line
    if row["value"] is None or line.illustrative:
        return "", ""
    value = short_value_words(row["value"], line.indicator)
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], line.indicator)
    figures = f"{value} points" + (f" ({between})" if between else "")
    if rate is None or rate.area.area_code != figure.area.area_code:
        figures += f" in {in_words(figure.area)}"
    if line.at_odds is not None:
        return "not_compared", f"Gap: {figures}. Not compared: {at_odds_words(line.at_odds, 'England')}"
    if line.england is None or line.compared == "not_compared":
        return "", f"Gap: {figures}"
    return line.compared, f"Gap: {lower_first(compare_words(line.compared))}, {figures}"


def as_wide_words(group: GroupFigures) -> str:
    """Said where the group does worse and the gap does not: fewer people overall are in work there. Else empty."""
    own, england = group.drawn, group.england
    if own is None or england is None or own.everyone is None or england.everyone is None:
        return ""
    assert group.rate is not None and group.gap is not None  # both have a figure with everyone's rate
    does_worse = group.rate.line.compared in ("worse", "much_worse")
    if does_worse and group.gap.line.compared == "similar" and own.everyone < england.everyone:
        return "The gap is similar because fewer people overall were in work here too."
    return ""


def sexes_words(group: GroupFigures) -> str:
    """``Women 0.0% (0 of 352), men 2.0% (11 of 556)``; empty where neither is published."""
    if group.rate is None:
        return ""
    indicator = group.rate.line.indicator

    def of_one(row: Row) -> str:
        counted = row["numerator"] is not None and row["denominator"] is not None
        of = f" ({number(row['numerator'])} of {number(row['denominator'])})" if counted else ""
        return f"{lower_first(sex_words(row['sex']))} {short_value_words(row['value'], indicator)}{of}"

    words = ", ".join(map(of_one, group.by_sex))
    return words[:1].upper() + words[1:]


def picture_words(group: GroupFigures, place: str) -> str:
    """The text alternative of a group's picture: the rates and the gap, of the area and of England."""

    def of(ends: Ends, where: str) -> str:
        words = f"{where}: {number(ends.group, 1)}%"
        if ends.everyone is None or ends.gap is None:
            return words
        return (
            f"{words} of the group, {number(ends.everyone, 1)}% of everyone, gap {number(ends.gap, 1)} points"
        )

    assert group.drawn is not None and group.rate is not None  # only what is drawn is described
    is_england = group.rate.area.area_type == "england"
    parts = [of(group.drawn, "England" if is_england else place)]
    parts += [of(group.england, "England")] if group.england is not None else []
    return f"{group_name(group)}, in paid work. {'; '.join(parts)}."


def empty_words(group: GroupFigures) -> str:
    """Why a row has no picture, in a few words."""
    if group.rate_of.indicator is None:
        return NOTHING_FOR_COUNCILS
    if group.rate is None:
        return "No figures loaded"
    if group.rate.line.illustrative:
        return "Illustrative figure, not drawn"
    return value_words(None, group.rate.line.indicator, group.rate.row["status"])


def empty_reason(group: GroupFigures) -> str:
    """The same as a sentence, with what would bring the figure."""
    indicator = group.rate_of.indicator
    if indicator is None:
        return "No source used here publishes it for local authorities."
    if group.rate is None:
        return indicator.without_figures or "It is published, but not loaded here yet."
    if group.rate.line.illustrative:
        return f"{value_words(group.rate.row['value'], indicator)}. {STATUS_WORDS['illustrative']}."
    return str(group.rate.row["note"] or "The publisher gives no figure.")


def national_only(group: GroupFigures, place: str) -> str:
    """Said beside England’s figure where it stands in for an area without one."""
    types = set(group.rate_of.indicator.area_types) if group.rate_of.indicator else set()
    if types <= {"england", "uk"}:
        return f"{NOTHING_FOR_COUNCILS}."
    return f"No figure is loaded for {place}."


def rates_lead(found: Conditions, place: str) -> list[str]:
    """One sentence for the first group with a figure of the area itself; else what is shown in its place."""
    own = [
        group.rate
        for group in found.groups
        if group.drawn and group.rate and group.rate.area.area_code == found.area.area_code
    ]
    if not own:
        if not any(group.drawn for group in found.groups):
            return [f"No employment rates by health condition are loaded for {place} yet."]
        return [
            f"No employment rate by health condition is loaded for {place}. Figures of areas around it are shown."
        ]
    figure = own[0]
    row, line = figure.row, figure.line
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], line.indicator)
    words = (
        f"In {place}, {value_words(row['value'], line.indicator)} of {lower_first(people_words(figure))} were in paid "
        f"work {in_period(row['period'])}" + (f" (95% CI {between})." if between else ".")
    )
    if line.england is not None:
        words += f" In England it was {value_words(line.england, line.indicator)}."
    return [words]


def counties_words(counties: Sequence[str], place: str) -> str:
    """Whose figures stand for a district."""
    return (
        "Councils with social care duties publish the figures by condition: those of "
        f"{listed(counties)} stand for {place}."
    )


def around_words(names: Sequence[str], place: str) -> str:
    """Whose figures stand for an area, where they are not those of its county alone."""
    return f"Where none is published for {place}, that of an area around it stands in: {listed(names)}."


def need_share_words(share: ConditionFigure, place: str) -> str:
    """How many people services have to be planned for: ``18.6% of people in Nottingham are disabled, …``."""
    indicator, england = share.line.indicator, share.line.england
    beside = f", compared with {value_words(england, indicator)} in England" if england is not None else ""
    return (
        f"{value_words(share.row['value'], indicator)} of people in {place} are disabled{beside} "
        f"({period_words(share.row['period'])}). This shows need, not performance."
    )


def movement_words(movement: ConditionFigure) -> str:
    """What net movement into work is, and how many have unknown status."""
    known = f" {movement.row['note']}" if movement.row["note"] else ""
    return (
        "Net movement into work is the share of people in work at the end of treatment less the share at its start."
        f"{known} Treat with caution where many have unknown status."
    )
