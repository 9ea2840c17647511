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
class Cause:
    """Why figures changed where it was not their publisher.

    rollback          someone went back to the releases before, for the ``reason``
    correction        an error of the publisher's was corrected here, for the ``reason``
    correction_ended  a correction made here was taken out
    recalculated      the publisher's files are the same, and the figures were derived in another way
    """

    kind: Literal["rollback", "correction", "correction_ended", "recalculated"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Figures of one indicator that one publication added, revised or withdrew.

    changed_at                 instant (UTC, ISO 8601)
    figures                    how many
    first_period, last_period  ISO periods of the figures
    old_value, new_value       tell something where ``figures`` is 1
    cause                      None where it was the publisher who changed them
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
    cause: Cause | None = None

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
