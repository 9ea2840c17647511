"""Answers about codes that a publisher's file has and the register of areas has not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that looks like an area's; ``rows`` of the publisher's files that were left out because of it."""

    code: str
    rows: int
    publisher: str
