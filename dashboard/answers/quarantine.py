"""Answers about a release that waits in quarantine: what it would change, and why it waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.answers.freshness import SourceState
from dashboard.answers.small_map import Small
from indicators.catalogue import Indicator

Value = tuple[float | None, str]
"""A value (None where there is none) and its status."""
GONE = "withdrawn"
"""Status of a figure that is shown now and that the waiting release does not have."""
NEW = ""
"""Status, as shown now, of a figure that only the waiting release has."""


@dataclass(frozen=True, slots=True)
class HeldFigure:
    """A figure of one area as it is shown now, and as it is in the waiting release."""

    area_code: str
    area_name: str
    before: Value
    after: Value

    @property
    def change(self) -> float | None:
        """How far the value moves, in the unit of the indicator; None where there is none before or after."""
        before, after = self.before[0], self.after[0]
        return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class HeldMap:
    """The areas of one type, before and after: values in drawing order, and the places of the areas that change.

    plural  what areas of the type are called
    """

    plural: str
    drawing: Small
    before: tuple[float | None, ...]
    after: tuple[float | None, ...]
    changed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeldLine:
    """The figures of one indicator, period (ISO) and group of people that the waiting release would change.

    shown  how many areas have a figure in the line now
    map    None where there are too few areas, or no shapes of them
    """

    indicator: Indicator
    period: str
    sex: str
    age: str
    breakdown: str
    figures: tuple[HeldFigure, ...]
    shown: int
    map: HeldMap | None


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file of the waiting release."""

    edition: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Held:
    """A release that waits in quarantine.

    state         of its source
    finished_at   end of the run that held it back (ISO, UTC)
    message       what that run left to say
    reasons       why it waits, as the job worded them
    changes       (indicator's name, figures by kind of change)
    lines         what to look at; empty for boundaries, and where nothing was kept
    left_out      changed figures of those lines that were too many to keep
    unknown       ids of indicators that the catalogue of this service does not have
    is_boundaries whether it brings outlines of areas and no figures
    """

    state: SourceState
    finished_at: str
    message: str
    reasons: tuple[str, ...]
    files: tuple[HeldFile, ...]
    changes: tuple[tuple[str, Mapping[str, int]], ...]
    lines: tuple[HeldLine, ...]
    left_out: int
    unknown: tuple[str, ...]
    is_boundaries: bool
