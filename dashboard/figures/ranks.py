"""Where each area could rank, given how sure its figure is: a line from its best to its worst likely rank.

Pure: marks in, marks on a scale of ranks out. A rank is never drawn without its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.figures.compare import Scale
from dashboard.figures.marks import Mark


@dataclass(frozen=True, slots=True)
class Rank:
    """One area's rank (1 the highest value) and the interval that its uncertainty leaves."""

    mark: Mark
    rank: int
    lower: int
    upper: int

    @property
    def words(self) -> str:
        """``12 to 87``; one number where nothing is in doubt."""
        return str(self.lower) if self.lower == self.upper else f"{self.lower} to {self.upper}"


def ranked(marks: Sequence[Mark]) -> list[Rank]:
    """The marks that have an interval, highest value first, with ranks by simulation (Goldstein & Spiegelhalter 1996)."""
    from indicators.statistics.ranks import rank_interval

    known = [mark for mark in marks if mark.lower is not None and mark.upper is not None]
    if not known:
        return []
    found = rank_interval(
        [mark.value for mark in known], [mark.lower for mark in known], [mark.upper for mark in known]
    )
    answer = [
        Rank(mark, int(rank), int(low), int(high))
        for mark, rank, low, high in zip(known, found.rank, found.lower, found.upper, strict=True)
    ]
    return sorted(answer, key=lambda rank: (rank.rank, rank.mark.name))


def rank_mark(rank: Rank) -> Mark:
    """The rank of an area as a mark on a scale of ranks: compared with nothing."""
    return replace(
        rank.mark,
        value=float(rank.rank),
        lower=float(rank.lower),
        upper=float(rank.upper),
        compared="not_compared",
        benchmark=None,
    )


def rank_scale(count: int) -> Scale:
    """The axis of ranks among ``count`` areas: 1, the highest value, at the left."""
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200) if count / size <= 6 or size == 200)
    margin = max(count * 0.03, 0.5)
    places = [1, *(place for place in range(step, count + 1, step) if place > 1)]
    return Scale(1 - margin, count + margin, step, tuple(map(float, places)))
