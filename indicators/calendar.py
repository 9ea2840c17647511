"""When a publisher brings out new figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Calendar:
    """When a publisher brings out new figures: the months of the year (1 to 12), and the day (1 to 28) of such a
    month by which they are usually there."""

    months: tuple[int, ...]
    day: int

    def _dates(self, around: date) -> list[date]:
        years = (around.year - 1, around.year, around.year + 1)
        return [date(year, month, self.day) for year in years for month in sorted(self.months)]

    def next_after(self, day: date) -> date:
        """The first expected date after ``day``."""
        return next(due_on for due_on in self._dates(day) if due_on > day)

    def last_until(self, day: date) -> date:
        """The last expected date on or before ``day``."""
        return max(due_on for due_on in self._dates(day) if due_on <= day)
