"""Answers about what is new and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Feed:
    """Address and title of an Atom feed."""

    href: str
    title: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Figures of one indicator that one publication added, revised or withdrew.

    changed_at                 instant (UTC, ISO 8601)
    figures                    how many
    first_period, last_period  ISO periods of the figures
    old_value, new_value       tell something where ``figures`` is 1
    """

    changed_at: str
    kind: Literal["added", "revised", "withdrawn"]
    indicator_id: str
    figures: int
    first_period: str
    last_period: str
    publication: str | None
    old_value: float | None
    new_value: float | None

    @property
    def day(self) -> str:
        """ISO day of the change."""
        return self.changed_at[:10]


@dataclass(frozen=True, slots=True)
class AreaChanges:
    """What changed of an area, newest first: groups that make one item are listed together.

    is_cut  whether there are older changes besides
    """

    items: tuple[tuple[ChangeGroup, ...], ...]
    is_cut: bool
