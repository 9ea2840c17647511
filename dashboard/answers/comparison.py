"""Answers about what areas are compared with, and how they compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

BenchmarkKind = Literal["area", "region", "parent", "similar"]
Word = Literal["better", "higher", "similar", "lower", "worse", "not_compared"]
JUDGED: tuple[Word, ...] = ("better", "higher", "similar", "lower", "worse")
"""Words of an area that could be compared, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Against:
    """What one area is compared with.

    area_code        of the benchmark; None where it is no one area (the middle of similar areas), or where there is none
    name             as the register has it, empty without a code
    value            in the unit of the indicator; None where there is no figure
    is_illustrative  an invented figure that shows a layout: never compared with, so it has no value here
    count            how many areas the value is made of: 1, or the number of similar areas
    """

    area_code: str | None
    name: str
    value: float | None
    is_illustrative: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """What each area is compared with. ``shared`` is the one benchmark of all areas, None where each has its own."""

    kind: BenchmarkKind
    by_area: Mapping[str, Against]
    shared: Against | None = None

    def of(self, area_code: str) -> Against:
        """Raises KeyError for an area that was not asked about."""
        return self.by_area[area_code]

    @property
    def has_values(self) -> bool:
        """Whether there is anything at all to compare with."""
        return any(against.value is not None for against in self.by_area.values())


@dataclass(frozen=True, slots=True)
class Counts:
    """How many areas there are, have a figure, and compare how: the numbers behind "Of N areas …".

    total     areas asked about
    present   areas that have a figure; the areas by word add up to it
    missing   areas without a figure by status, the commonest first
    """

    total: int
    present: int
    by_word: Mapping[Word, int]
    missing: tuple[tuple[str, int], ...] = ()

    @property
    def judged(self) -> tuple[tuple[Word, int], ...]:
        """The words that were found, with their numbers, in the order in which they are listed."""
        return tuple((word, self.by_word[word]) for word in JUDGED if self.by_word.get(word))

    @property
    def not_compared(self) -> int:
        """Areas that have a figure and cannot be compared."""
        return self.by_word.get("not_compared", 0)


@dataclass(frozen=True, slots=True)
class Compared:
    """The word of every area (``not_compared`` also where it has no figure), and what it was compared with."""

    benchmarks: Benchmarks
    by_area: Mapping[str, Word]
    counts: Counts

    @property
    def is_any_judged(self) -> bool:
        """Whether any area could be compared."""
        return bool(self.counts.judged)
