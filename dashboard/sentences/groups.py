"""A group of areas in words: what it is made of, and what is wrong with one that is being made."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.chosen_group import ChosenGroup, Unmatched
from dashboard.sentences.counts import counted, listed, lower_first, with_article
from geodata.register import Area, AreaType


def members_words(found: ChosenGroup, kind: AreaType) -> str:
    """``2 local authorities (lower tier)``."""
    return counted(len(found.members), lower_first(kind.name), lower_first(kind.plural))


def problem_words(found: ChosenGroup, fewest: int, most: int) -> str:
    """Why there is no group yet, and what to do; empty where there is one."""
    count = len(found.members)
    match found.problem:
        case "few" if count:
            return f"Only {found.members[0].name} is chosen. A group needs at least {fewest} areas."
        case "few":
            return f"No area is chosen. A group needs at least {fewest}."
        case "many":
            return f"{count} areas are chosen. A group can have at most {most}: remove {count - most}."
        case "refused":
            return found.reason
        case _:
            return ""


def unmatched_words(piece: Unmatched) -> str:
    """``“Nottinghm” is not an area that we know.``"""
    return f"“{piece.text}” is not an area that we know."


def other_type_words(area: Area, kind: AreaType, wanted: AreaType) -> str:
    """``Kent is left out: it is a county. This group is of regions.``"""
    what = with_article(lower_first(kind.name))
    return f"{area.name} is left out: it is {what}. This group is of {lower_first(wanted.plural)}."


def made_of_words(members: Sequence[Area]) -> str:
    """``: Derby and Nottingham``, to stand after what a group is; empty for any other area."""
    names = [area.name for area in members[:_MOST_WRITTEN]]
    if len(members) > _MOST_WRITTEN:
        names.append(f"{len(members) - _MOST_WRITTEN} more")
    return f": {listed(names)}" if names else ""


def repeated_words(areas: Sequence[Area]) -> str:
    """Says that areas given twice count once; empty for none."""
    if not areas:
        return ""
    names = ", ".join(area.name for area in areas[:_MOST_NAMED])
    more = f" and {len(areas) - _MOST_NAMED} more" if len(areas) > _MOST_NAMED else ""
    return f"Given more than once, and counted once: {names}{more}."


_MOST_NAMED = 5
_MOST_WRITTEN = 20  # members of a group on the front of its pack
