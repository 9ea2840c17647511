"""The national goal, the moves behind it and its targets, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.answers.goal import Chance, Flow, Judged, Pledged, Progress, Row, Verdict, middle_of
from dashboard.answers.releases import Release
from dashboard.sentences.counts import lower_first, millions, number
from dashboard.sentences.figure import interval_words, value_words
from dashboard.sentences.periods import span_words
from dashboard.sentences.status import ILLUSTRATIVE
from indicators.catalogue import Indicator

VERDICT_WORDS: dict[Verdict, str] = {
    "reached": "Reached",
    "not_reached": "Not reached",
    "too_close": "Not statistically clear",
    "illustrative": "Not assessed: the figure is illustrative",
    "not_judged": "Not assessed",
    "no_figure": "No figure loaded",
}

# ---- the goal ----------------------------------------------------------------------------------------


def goal_lead(progress: Progress | None) -> list[str]:
    """What stands under the heading of the goal's own page."""
    if progress is None:
        return [
            "In 2017 the government set a goal: a million more disabled people in work in ten years. This page shows "
            "the progress so far."
        ]
    words = (
        f"In {_when(progress.start)}, {_people(progress.start)} disabled people were in work in the United Kingdom. The "
        f"goal was {millions(progress.goal)} by {progress.by.year}. In {_when(progress.last)} there were "
        f"{_people(progress.last)}."
    )
    if progress.passed is None:
        return [f"{words} The goal has not been passed yet."]
    return [f"{words} The goal was first passed in {_when(progress.passed)}."]


GOAL_QUESTION = "Has the national goal been met?"


def goal_card_words(progress: Progress) -> tuple[str, str, str]:
    """The goal on a card: the newest count, who is counted, and the goal beside it."""
    value = progress.last["value"]
    short = f"{number(value / 1e6, 1)}m" if value >= 1e6 else number(value)
    below = f"The goal was {millions(progress.goal)} by {progress.by.year}."
    if progress.passed is not None:
        below += f" It was first passed in {_when(progress.passed)}."
    return short, "disabled people in work in the UK", below


def goal_label(progress: Progress) -> str:
    """The text alternative of the picture."""
    return (
        f"Disabled people in work, United Kingdom: {_people(progress.start)} in {_when(progress.start)}, "
        f"{_people(progress.last)} in {_when(progress.last)}; goal {millions(progress.goal)} by {progress.by.year}."
    )


def goal_source(progress: Progress, releases: Sequence[Release], *, interval: bool) -> str:
    """Where the counts are taken from: their own notes, else the publications. ``interval`` says that there is none."""
    notes = dict.fromkeys(row["note"] for row in progress.series if row.get("note"))
    without = "no interval is published with these figures."
    if notes:
        return f"Source: {'; '.join(notes)}." + (f" N{without[1:]}" if interval else "")
    if not interval:
        return "Source: see the foot of the page."
    return f"Source: {'; '.join(dict.fromkeys(release.publication for release in releases))}. Rounded to 100,000; {without}"


def path_sentences(progress: Progress) -> list[str]:
    """What a steady increase would have needed, and what the figures did. Rates are rounded to thousands."""
    return [
        f"A steady increase would have needed about {number(round(progress.needed_a_year, -3))} a year. The goal had no "
        "yearly milestones.",
        f"It would have reached {millions(progress.path_at(middle_of(progress.last)))} in {_when(progress.last)}. The "
        f"figure was {_people(progress.last)}, a rise of about {number(round(progress.found_a_year, -3))} a year.",
    ]


def path_words(progress: Progress, row: Row) -> tuple[str, float | None]:
    """A steady increase at a figure's period, rounded to ten thousand, with its value; ``Before the goal`` before it."""
    day = middle_of(row)
    if day < middle_of(progress.start):
        return "Before the goal", None
    value = round(progress.path_at(day), -4)
    return number(value), value


def _when(row: Row) -> str:
    return span_words(row["period"])


def _people(row: Row) -> str:
    return millions(row["value"])


def chance_words(chance: Chance) -> str:
    """``53.1% in April to June 2024, and 48.9% in April to June 2017``: the newest figure beside the first of its season."""
    words = f"{value_words(chance.last['value'], chance.indicator)} in {_when(chance.last)}"
    if chance.first is None:
        return words
    return f"{words}, and {value_words(chance.first['value'], chance.indicator)} in {_when(chance.first)}"


# ---- moves -------------------------------------------------------------------------------------------


def range_words(ends: tuple[float, float] | None, decimal_places: int = 0) -> str:
    """``9% to 10%``; one figure where both ends print alike; ``no figure`` where there is none."""
    if ends is None:
        return "no figure"
    low, high = (number(end, decimal_places) for end in ends)
    return f"{low}%" if low == high else f"{low}% to {high}%"


def flow_words(flow: Flow) -> str:
    """The moves of one group in a sentence."""
    return (
        f"{flow.name}: of those in work, {range_words(flow.out)} were out of work a year later. Of those out of work, "
        f"{range_words(flow.into)} were in work a year later."
    )


ARROWS = "Arrow width shows the percentage who moved within a year."


def flows_label(flows: Iterable[Flow]) -> str:
    """The text alternative of the picture."""
    return " ".join(("Moves between work and no work within a year.", *map(flow_words, flows)))


# ---- targets -----------------------------------------------------------------------------------------


def target_title(found: Judged | Pledged) -> str:
    """``Recovery after talking therapies: at least 50% recover``; a pledge under its own label."""
    if isinstance(found, Pledged):
        return found.pledge.label
    return f"{found.indicator.short_title}: {lower_first(found.target.label)}"


def target_verdict(found: Judged | Pledged) -> str:
    """Whether it is reached, or why that cannot be judged."""
    return found.pledge.why if isinstance(found, Pledged) else VERDICT_WORDS[found.verdict]


def target_source(found: Judged | Pledged) -> str:
    """Where it is written."""
    return found.pledge.source if isinstance(found, Pledged) else found.target.source


def target_figure(row: Row, indicator: Indicator) -> tuple[str, str, str]:
    """The newest figure beside a target: its value, its interval (``Not available``), its area and period."""
    words = value_words(row["value"], indicator, row["status"])
    if indicator.unit == "people":
        words = millions(row["value"])
    if row["status"] == "illustrative":
        words += ILLUSTRATIVE
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    return words, between or "Not available", f"{row['area_name']}, {span_words(row['period'])}"


def target_note(found: Judged | Pledged) -> str:
    """What is to know about a target or its figure; empty where there is nothing."""
    return found.target.note or "" if isinstance(found, Judged) else ""


def bullet_label(found: Judged) -> str:
    """The text alternative of a target's bar: ``50.5%, target 50.0%``."""
    assert found.row is not None  # only a figure has a bar
    figure, _, _ = target_figure(found.row, found.indicator)
    target = found.target.value
    words = millions(target) if found.indicator.unit == "people" else value_words(target, found.indicator)
    return f"{figure}, target {words}"
