"""Numbers of what has a name only: for interfaces that know indicators, ages and groups by a whole number."""

from __future__ import annotations

import hashlib
from typing import Final

OWN_NUMBERS_FROM: Final = 900_000
"""Numbers that are given by hand begin here: Fingertips' own are five figures long."""
HASHED_NUMBERS_FROM: Final = 1_000_000_000
"""Numbers made of a name begin here, and stay below 2**31: R reads a number as 32 bits."""


def hashed_number(name: str) -> int:
    """A number that is always the same for a name, from HASHED_NUMBERS_FROM to twice that (below 2**31).

    From the first 8 bytes of SHA-256. Two of a thousand names share a number with a chance of 1 in 2,000.
    """
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    return HASHED_NUMBERS_FROM + int.from_bytes(digest[:8], "big") % HASHED_NUMBERS_FROM
