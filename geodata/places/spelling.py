"""Names as a search compares them: without case, accents and punctuation, ``saint`` as ``st``, ``&`` as ``and``."""

from __future__ import annotations

import unicodedata

from geodata.records import normalise

_SAME = {"saint": "st", "saints": "sts"}
LITTLE = frozenset(("the", "of", "and", "upon", "on", "in", "by", "le", "cum", "with", "under", "nr", "near"))
"""Words that people leave out or swap: ``Newcastle on Tyne``."""


def spelled(text: str) -> str:
    """``St. Hélens & Haydock`` → ``st helens and haydock``; empty where there is neither letter nor digit."""
    folded = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(_SAME.get(word, word) for word in normalise(plain).split())


def telling(words: str) -> list[str]:
    """The words that tell a name, without the little ones; all of them where there is no other."""
    every = words.split()
    return [word for word in every if word not in LITTLE] or every
