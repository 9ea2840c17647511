"""What a recent trend says: one as ``Trend``, many column by column as ``Trends``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indicators.statistics.inputs import FloatArray

Direction: TypeAlias = Literal["increasing", "decreasing", "no_change", "not_calculated"]
Judgement: TypeAlias = Literal["getting_better", "getting_worse", "none"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("not_calculated", "decreasing", "no_change", "increasing")
JUDGEMENTS: Final[tuple[Judgement, ...]] = ("none", "getting_better", "getting_worse")
NOT_CALCULATED, DECREASING, NO_CHANGE, INCREASING = range(4)
NONE, GETTING_BETTER, GETTING_WORSE = range(3)

# Why a trend cannot be calculated: the places of the words in _REASONS.
FINE, FEW, NO_TEST, OVERLAPPING, BROKEN, NO_WIDTH = range(6)
_REASONS: Final = (
    "",
    "fewer than five periods have a figure with an interval or counts ({found} found)",
    "the figures have neither a confidence interval nor counts to test with",
    "fewer than five periods do not overlap each other",
    "the last five periods are broken: no usable figure for {missing}",
    "a confidence interval in the last five periods has no width",
)

NUMBERS_IN_WORDS: Final = ("none", "one", "two", "three", "four", "five")


@dataclass(frozen=True, slots=True)
class Trend:
    """The recent trend of one series.

    ``slope`` is per step between periods: on the logit scale for counts, in the unit of the values otherwise.
    ``periods_used`` are ISO periods, oldest first. Where nothing could be calculated ``direction`` is
    ``not_calculated``, the numbers are None, and ``reason`` says why; otherwise ``reason`` is empty.
    """

    direction: Direction
    judgement: Judgement
    chi_square: float | None
    p_value: float | None
    slope: float | None
    periods_used: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Trends:
    """The recent trends of n series, column by column; ``trends[i]`` is one of them as a ``Trend``.

    ``direction`` and ``judgement`` (n,) index ``DIRECTIONS`` and ``JUDGEMENTS``; ``chi_square``, ``p_value`` and
    ``slope`` (n,) are nan where not calculated; ``columns_used`` (n, 5) indexes ``periods`` (−1 where none).
    """

    periods: tuple[str, ...]
    direction: NDArray[np.int8]
    judgement: NDArray[np.int8]
    chi_square: FloatArray
    p_value: FloatArray
    slope: FloatArray
    columns_used: NDArray[np.intp]
    cause: NDArray[np.int8]
    figures: NDArray[np.intp]
    missing_on: tuple[str, ...]
    missing: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.direction)

    def __getitem__(self, index: int) -> Trend:
        row = range(len(self))[index]
        cause = int(self.cause[row])
        if cause != FINE:
            return Trend("not_calculated", "none", None, None, None, (), self._reason(row, cause))
        return Trend(
            DIRECTIONS[int(self.direction[row])],
            JUDGEMENTS[int(self.judgement[row])],
            float(self.chi_square[row]),
            float(self.p_value[row]),
            float(self.slope[row]),
            tuple(self.periods[column] for column in self.columns_used[row].tolist()),
            "",
        )

    def columns(self) -> dict[str, NDArray[Any]]:
        """The fields of all trends but ``periods_used``, column by column (n,): texts as objects, numbers nan where
        not calculated."""
        fine = self.cause == FINE
        reasons = np.full(len(self), "", dtype=object)
        known: dict[tuple[int, int, int], str] = {}
        for row in np.flatnonzero(~fine).tolist():
            why = (int(self.cause[row]), int(self.figures[row]), int(self.missing[row]))
            if why not in known:
                known[why] = self._reason(row, why[0])
            reasons[row] = known[why]
        return {
            "direction": np.where(fine, np.array(DIRECTIONS, dtype=object)[self.direction], "not_calculated"),
            "judgement": np.where(fine, np.array(JUDGEMENTS, dtype=object)[self.judgement], "none"),
            **{
                name: np.where(fine, getattr(self, name), np.nan)
                for name in ("chi_square", "p_value", "slope")
            },
            "reason": reasons,
        }

    def _reason(self, row: int, cause: int) -> str:
        figures = int(self.figures[row])
        return _REASONS[cause].format(
            found=NUMBERS_IN_WORDS[figures] if figures < len(NUMBERS_IN_WORDS) else figures,
            missing=self.missing_on[self.missing[row]] if cause == BROKEN else "",
        )
