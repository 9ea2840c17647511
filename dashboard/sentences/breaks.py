"""Why a line is broken."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.time_series import Break, Line
from dashboard.sentences import period_words, short_name

_MOST_TOLD = 3
_REASONS = {
    "other_length": "the periods before and after differ in length",
    "unpublished": "nothing is published for the time between",
    "other_definition": "the figures before and after count different people",
    "estimated": "its boundary changed, and the earlier figures are estimated",
    "other_method": "the interval is calculated another way from then on",
}


def break_reason(found: Break) -> str:
    """``there is no figure for 2020 (hidden by the publisher)``: what stands after "because"."""
    if found.kind != "no_figure":
        return _REASONS[found.kind]
    words = f"there is no figure for {_from_to(found.missing)}"
    return f"{words} (hidden by the publisher)" if found.is_hidden else words


def _from_to(periods: Sequence[str]) -> str:
    first, last = period_words(periods[0]), period_words(periods[-1])
    return first if len(periods) == 1 else f"{first} to {last}"


def broken_line(line: Line) -> str:
    """Where a line is broken and why, the first three times; an empty text where it is whole."""
    if not line.breaks:
        return ""
    reasons = [
        f"between {period_words(found.after)} and {period_words(found.before)}, because {break_reason(found)}"
        for found in line.breaks[:_MOST_TOLD]
    ]
    left = len(line.breaks) - _MOST_TOLD
    more = f"; and {left} times more" if left > 0 else ""
    return f"{short_name(line.name)}: the line is broken {'; '.join(reasons)}{more}."
