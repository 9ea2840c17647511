"""The terms of art that pages explain, from ``glossary.toml``: read once a process."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.components import html
from dashboard.components.text import link
from indicators.catalogue import Indicator

PATH = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of art, what it means in plain words, and the area types that bring it onto a page."""

    key: str
    term: str
    words: str
    area_types: tuple[str, ...] = ()


@cache
def glossary() -> dict[str, Term]:
    """Every term by its key, in the order of the file."""
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return {
        key: Term(key, entry["term"], entry["words"], tuple(entry.get("area_types", ())))
        for key, entry in table.items()
    }


def terms_of(indicator: Indicator, area_types: Collection[str]) -> list[str]:
    """Keys of the terms that an indicator (``Indicator.terms``) and the types of areas beside it bring onto a page.

    In the order of the glossary.
    """
    return [
        entry.key
        for entry in glossary().values()
        if entry.key in indicator.terms or not set(area_types).isdisjoint(entry.area_types)
    ]


Component = Any


def term(key: str, words: str | None = None, *, place: str = "") -> Component:
    """A term of art with its explanation (``glossary.toml``) on request: a native popover, by keyboard too.

    words  what stands in the text, where that is not the term itself
    place  keeps apart the places of a term that a page explains twice
    """
    entry = glossary()[key]
    name = f"term-{key}-{place}" if place else f"term-{key}"
    return html.span(
        [
            html.button(
                [words or entry.term, html.span(": what is this?", class_="wh-visually-hidden")],
                type="button",
                class_="wh-term",
                popovertarget=name,
            ),
            html.span(
                [
                    html.strong(entry.term),
                    html.span(f" {entry.words} "),
                    link("All terms", f"/glossary#{key}"),
                ],
                id=name,
                class_="wh-term-words",
                popover="auto",
            ),
        ]
    )


def words_used(keys: Iterable[str], *, place: str) -> list[Component]:
    """Terms of the glossary in a row, each with its explanation on request; ``place`` as for ``term``."""
    return [
        piece
        for i, key in enumerate(dict.fromkeys(keys))
        for piece in ([" · "] if i else []) + [term(key, place=place)]
    ]
