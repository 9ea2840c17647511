"""What is loaded and what is new, in words."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.freshness import Loaded, News
from dashboard.sentences.counts import counted
from dashboard.sentences.periods import date_words, period_words

_FEWEST_LETTERS = 12  # of a beginning that several names share and are known by


def news_words(found: News) -> str:
    """``: figures for 2024/25, published 13 May 2026 (Office for National Statistics), loaded 25 November 2026.``"""
    release = found.release
    illustrative = "illustrative " if release.is_illustrative else ""
    published = f", published {date_words(release.published_on)}" if release.published_on else ""
    revised = f" {counted(found.revised, 'figure')} revised." if found.revised else ""
    return (
        f": {illustrative}figures for {period_words(found.period)}{published} ({release.publisher}), "
        f"loaded {date_words(found.day)}.{revised}"
    )


def loaded_words(loaded: Loaded) -> str:
    """``61 indicators from 40 publications. 2 of them are illustrative, not real.``"""
    illustrative = loaded.illustrative
    kinds = (
        f" {counted(illustrative, 'of them is', 'of them are')} illustrative, not real."
        if illustrative
        else ""
    )
    return f"{counted(loaded.indicators, 'indicator')} from {counted(loaded.publications, 'publication')}.{kinds}"


def publications_words(names: Sequence[str]) -> str:
    """One publication by its name; several by what their names share: ``Local indicators (9 publications)``."""
    if len(names) == 1:
        return names[0]
    shared = names[0]
    while not all(name.startswith(shared) for name in names):
        shared = shared[:-1]
    if shared.count("(") > shared.count(")"):  # the names differ within their brackets
        shared = shared[: shared.rindex("(")].rstrip()
    else:
        shared = shared.rstrip(" ,:-–0123456789")
    first = shared if len(shared) >= _FEWEST_LETTERS else names[0]
    return f"{first} ({counted(len(names), 'publication')})"
