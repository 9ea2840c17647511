"""The publications behind the figures of a page, one entry each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.releases import NamedRelease
from dashboard.components import html
from dashboard.components.text import bullets, details

Component = Any


def release_items(named: Sequence[NamedRelease]) -> list[Component]:
    """What each publication gives, then its publisher, dates and licence."""
    return [
        [html.strong("; ".join(found.titles)), f": {sentences.release_words(found.release)}"]
        for found in named
    ]


def release_list(named: Sequence[NamedRelease]) -> Component:
    """``release_items`` folded away under how many there are."""
    if not named:
        return html.p("No release is loaded.")
    count = sentences.counted(len(named), "publication")
    return details(f"Source, dates and licence of each figure ({count})", bullets(release_items(named)))
