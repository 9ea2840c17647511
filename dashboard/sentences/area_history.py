"""How an area changed, in words."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.area_history import AreaStep, AreaTimeline, ShareOf
from dashboard.sentences.areas import share_after, share_words
from dashboard.sentences.counts import counted, listed
from dashboard.sentences.periods import date_words

SHARES = (
    "A share is that of the earlier area that went to the later one. It counts small census areas or residents where they are "
    "known, and land where they are not."
)


def step_words(step: AreaStep) -> str:
    """What happened in a step, without its day: ``Three areas became one``, ``Boundary changed``."""
    is_before = step.after[0].area is step.area
    match step.kind:
        case "merged" if is_before:
            return f"{counted(len(step.before), 'area').capitalize()} became one"
        case "merged":
            return "Became part of another area"
        case "divided" if is_before:
            return "Made from a part of another area"
        case "divided":
            return "Divided" if len(step.after) > 1 else "Ended, and a part went to another area"
        case "recoded":
            return "New code, same land"
        case "new_type":
            return "New type of area, same code"
        case "moved":
            return "Boundary changed"


def areas_words(areas: Sequence[ShareOf]) -> list[str]:
    """Each area with the share that is meant: ``Joined Up Care Derbyshire``, ``Greater Manchester (about 1%)``."""
    return [f"{found.area.name}{share_after(found.share)}" for found in areas]


def unplaced_words(step: AreaStep) -> str:
    """That the rest of an area has no known successor; empty where all of it has."""
    return f"Not known for the rest ({share_words(step.unplaced)})." if step.unplaced else ""


def timeline_label(timeline: AreaTimeline) -> str:
    """The text alternative of the picture."""
    first, last = timeline.steps[0], timeline.steps[-1]
    times = (
        f"on {date_words(first.changed_on)}"
        if first.changed_on == last.changed_on
        else f"between {date_words(first.changed_on)} and {date_words(last.changed_on)}"
    )
    days = len({step.changed_on for step in timeline.steps})
    return (
        f"Timeline. {timeline.area.name} and {counted(len(timeline.lives) - 1, 'area')} it was made of or became: "
        f"{counted(days, 'day')} of change, {times}. Every change is in the table below."
    )


def timeline_summary(timeline: AreaTimeline) -> str:
    """When an area changed: ``The area or a part of it changed on 1 April 2018 and 1 July 2022.``"""
    days = sorted({step.changed_on for step in timeline.steps})
    return f"The area or a part of it changed on {listed([date_words(day) for day in days])}."
