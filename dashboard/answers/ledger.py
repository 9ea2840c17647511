"""The ledger of gaps: for each indicator that answers a main question, what an area has of it, and who publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.answers.age import FRESH, Age
from dashboard.answers.catalogue import MissingSource
from dashboard.answers.headlines import Answer, Lacking
from geodata.register import Area
from indicators.catalogue.shown import Headline

State = Literal["real", "old", "hidden", "not_published", "not_loaded"]
"""What an area has of an indicator.

real           a real figure of its own
old            a real figure of its own that is over two years old, or whose measure has ended
hidden         a row of its own without a value: the publisher hides it, or holds it to be too uncertain
not_published  no figure for this area: the publisher gives none for it, or nothing was submitted
not_loaded     figures that a source would give, and that are not loaded here
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger.

    period   ISO period of the newest row of the area itself, with or without a value; None without a row
    age      of the figure; FRESH without one
    note     what the publisher says of a row without a value; empty without one
    told     what is shown instead or itself: an answer, or what lacks
    sources  that the figures come from or would come from
    """

    headline: Headline
    state: State
    told: Answer | Lacking
    period: str | None
    age: Age = FRESH
    note: str = ""
    sources: tuple[MissingSource, ...] = ()

    @property
    def instead(self) -> Answer | None:
        """The figure of another area that is shown because this one has none."""
        return self.told if isinstance(self.told, Answer) and self.told.place.relation != "own" else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one area, by question in the order of the catalogue."""

    area: Area
    entries: tuple[Entry, ...]
