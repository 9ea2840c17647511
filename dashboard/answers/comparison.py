"""Answers about what areas are compared with, and how they compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from indicators.catalogue import Indicator

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
    made_of          codes of the similar areas whose middle the value is; empty for the figure of one area
    """

    area_code: str | None
    name: str
    value: float | None
    is_illustrative: bool = False
    count: int = 1
    made_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The rate of a group that points the other way than its gap, so that the gap is not compared.

    value and benchmark are in the unit of the rate; benchmark is the rate of what the gap is compared with.
    """

    indicator: Indicator
    value: float
    benchmark: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one figure compares; ``at_odds`` is the group's rate, where that is why a gap is not compared."""

    word: Word
    at_odds: GroupRate | None = None


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
    """The word of every area (``not_compared`` also where it has no figure), and what it was compared with.

    ``at_odds`` holds the areas whose gap is not compared because the group's own rate points the other way.
    """

    benchmarks: Benchmarks
    by_area: Mapping[str, Word]
    counts: Counts
    at_odds: Mapping[str, GroupRate] = field(default_factory=dict)

    @property
    def is_any_judged(self) -> bool:
        """Whether any area could be compared."""
        return bool(self.counts.judged)
