"""The answer to where a figure comes from: its release and files, and the figures that it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers.releases import Release
from indicators.catalogue import Indicator

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LineageFile:
    """A publisher's file. ``row`` is that of the figure in it, None where not known; dates are ISO, None where not known."""

    file_name: str
    role: str
    sha256: str
    url: str | None
    published_on: str | None
    retrieved_at: str | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """An area that a sum is made of; ``status`` is that of its own figure, None where none is stored."""

    area_code: str
    name: str
    status: str | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """One figure (``row`` has the keys of an observation) with all that it rests on.

    files    of the publisher, for a figure that one gives
    members  of a sum; () for other figures
    inputs   the figures that it was made from: the rates of a gap, those of the members of a sum
    """

    indicator: Indicator
    row: Row
    release: Release
    files: tuple[LineageFile, ...]
    members: tuple[Member, ...]
    inputs: tuple[Lineage, ...]

    @property
    def is_derived(self) -> bool:
        """Whether it was made here from other figures."""
        return bool(self.inputs or self.members)

    @property
    def unstored(self) -> tuple[Member, ...]:
        """Members without a figure of their own here."""
        return tuple(member for member in self.members if member.status is None)

    def whole(self) -> Iterator[Lineage]:
        """The figure and all that it rests on, each once for each way to it."""
        yield self
        for part in self.inputs:
            yield from part.whole()
