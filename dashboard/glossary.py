"""The terms of art that pages explain, from ``glossary.toml``: read once a process."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of art and what it means in plain words."""

    key: str
    term: str
    words: str


@cache
def glossary() -> dict[str, Term]:
    """Every term by its key, in the order of the file."""
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return {key: Term(key, one["term"], one["words"]) for key, one in table.items()}
