"""Codes that the register of areas does not have."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.unknown_areas import UnknownCode
from dashboard.sentences.counts import counted, listed

MOST_NAMED = 6
"""Codes that are named; of more the rest are counted."""


def unknown_words(codes: Sequence[UnknownCode]) -> str:
    """``Not shown: QEX (6 rows of NHS England’s files). The code looks like an area …``; empty without codes."""
    if not codes:
        return ""
    named = [
        f"{found.code} ({counted(found.rows, 'row')} of {found.publisher}’s files)"
        for found in codes[:MOST_NAMED]
    ]
    if len(codes) > MOST_NAMED:
        named.append(f"{len(codes) - MOST_NAMED} more")
    one = len(codes) == 1
    return (
        f"Not shown: {listed(named, 'and')}. {'This code looks like an area that is' if one else 'These codes look like areas that are'} "
        f"not yet in our list of areas, so {'its' if one else 'their'} figures are missing here."
    )
