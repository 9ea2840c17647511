"""How many areas compare how, in one sentence: the same on the map, in the list and beside a scatter."""

from __future__ import annotations

from dashboard.answers.comparison import Counts
from dashboard.sentences.counts import counted, listed, lower_first, number
from dashboard.sentences.status import STATUS_WORDS
from geodata.register import AreaType


def of_areas(
    counts: Counts, *, area_type: AreaType, where: str = "", benchmark: str, only_present: bool = False
) -> str:
    """``53 of 296 local authorities (lower tier) are significantly better than England (76.0%), … 2 have no figure: …``.

    where         `` in the East Midlands``, or nothing
    benchmark     what they are compared with, in words
    only_present  counts the areas that have a figure only

    Empty where no area could be compared: what is to be said then depends on the page.
    """
    total = areas_counted(counts.present if only_present else counts.total, area_type)
    parts: list[str] = []
    for word, n in counts.judged:
        verb = "is" if n == 1 else "are"
        if parts:
            parts.append(f"{number(n)} {verb} {word}")
        elif word == "similar":
            parts.append(f"{number(n)} of {total}{where} {verb} similar to {benchmark}")
        else:
            parts.append(f"{number(n)} of {total}{where} {verb} significantly {word} than {benchmark}")
    if not parts:
        return ""
    if counts.not_compared:
        parts.append(f"{number(counts.not_compared)} cannot be compared")
    return f"{listed(parts)}.{'' if only_present else without_figure(counts)}"


def areas_counted(n: int, area_type: AreaType) -> str:
    """``1 region``, ``9 regions``."""
    return counted(n, lower_first(area_type.name), lower_first(area_type.plural))


def without_figure(counts: Counts) -> str:
    """`` 2 have no figure: too uncertain to publish.``; an empty text where none is missing."""
    if not counts.missing:
        return ""
    reasons = [(_reason(status), n) for status, n in counts.missing]
    total = counted(sum(n for _, n in reasons), "has", "have")
    if len(reasons) == 1:
        return f" {total} no figure: {reasons[0][0]}."
    return f" {total} no figure: {listed(f'{number(n)} {words}' for words, n in reasons)}."


def _reason(status: str) -> str:
    return "not given" if status in ("ok", "illustrative") else lower_first(STATUS_WORDS.get(status, status))
