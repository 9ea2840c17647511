"""What part of a postcode a text is: ``ng72rd`` is all of NG7 2RD, ``NG7 2`` a sector, ``ng7`` a district."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AREA = r"[A-Z]{1,2}"
_DISTRICT = rf"{_AREA}[0-9][A-Z0-9]?"
_WHOLE = re.compile(rf"({_DISTRICT})([0-9])([A-Z]{{2}})")
_BEGUN = re.compile(rf"({_DISTRICT})([0-9])([A-Z]?)")
_SPACED = re.compile(rf"({_DISTRICT}) ([0-9])([A-Z]{{0,2}})")
_OUTWARD = re.compile(_DISTRICT)
_LETTERS_OF_UNIT = 2
_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode or the beginning of one, as it is written: ``NG7 2RD``; ``sector`` is None where only a district is given."""

    written: str
    district: str
    sector: str | None
    is_whole: bool


def readings(text: str) -> list[Postcode]:
    """What a text may be as a postcode, the likeliest first; [] where it is none.

    ``NG72`` may be a district or the sector NG7 2: a caller knows which of them there is.
    """
    words = [word for word in _NOT_ALPHANUMERIC.split(text.upper()) if word]
    joined = "".join(words)
    if not 2 <= len(joined) <= 7:
        return []
    if whole := _WHOLE.fullmatch(joined):
        return [_postcode(whole)]
    if spaced := _SPACED.fullmatch(" ".join(words)):
        return [_postcode(spaced)]
    found = []
    if _OUTWARD.fullmatch(joined):
        found.append(Postcode(joined, joined, None, is_whole=False))
    if begun := _BEGUN.fullmatch(joined):
        found.append(_postcode(begun))
    return found


def _postcode(found: re.Match[str]) -> Postcode:
    district, digit, unit = found.groups()
    sector = f"{district} {digit}"
    return Postcode(f"{sector}{unit}", district, sector, is_whole=len(unit) == _LETTERS_OF_UNIT)
