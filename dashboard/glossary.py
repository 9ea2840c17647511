"""The terms of art that pages explain, from ``glossary.toml``: read once a process."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of art and what it means in plain words; patterns of the indicators and the area types it belongs to."""

    key: str
    term: str
    words: str
    indicators: tuple[str, ...] = ()
    area_types: tuple[str, ...] = ()


@cache
def glossary() -> dict[str, Term]:
    """Every term by its key, in the order of the file."""
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return {
        key: Term(
            key,
            one["term"],
            one["words"],
            tuple(one.get("indicators", ())),
            tuple(one.get("area_types", ())),
        )
        for key, one in table.items()
    }


def terms_of(indicator_id: str, area_types: Collection[str]) -> list[str]:
    """Keys of the terms that an indicator's name and the types of areas beside it bring onto a page."""
    return [
        one.key
        for one in glossary().values()
        if any(fnmatch(indicator_id, pattern) for pattern in one.indicators)
        or not set(area_types).isdisjoint(one.area_types)
    ]
