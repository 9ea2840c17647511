"""What every page is handed: settings, register of areas, catalogue, store, and a cache for the three."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, TypeVar

import flask

from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import Settings
from indicators.store import Store

T = TypeVar("T")
_KEPT = 512  # what the busiest views need, of one publication at a time: some 20 MB
# an answer weighs one, and one more for each so many rows of a list, or characters of a text
_ROWS_A_UNIT = 32
_CHARACTERS_A_UNIT = 32_000


@dataclass(slots=True)
class Context:
    """Handed to every page, callback and API route: nothing is reached through a global.

    ``today`` is a function, so that tests may fix the day.
    """

    settings: Settings
    register: Register
    catalogue: dict[str, Indicator]
    store: Store
    today: Callable[[], date]
    _kept: dict[Hashable, tuple[Any, int]] = field(default_factory=dict)
    _weight: int = 0
    _kept_of: str | None = None
    _for_good: dict[Hashable, Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def publication_id(self) -> str:
        """The store's publication id, asked once a request."""
        if not flask.has_request_context():
            return self.store.publication_id()
        found: str | None = flask.g.get("publication_id")
        if found is None:
            found = flask.g.publication_id = self.store.publication_id()
        return found

    def cached(self, key: Hashable, build: Callable[[], T]) -> T:
        """What ``build`` gives, kept until the next publication changes the store.

        ``key`` must name everything that ``build`` depends on besides the store.
        """
        publication = self.publication_id()
        with self._lock:
            if publication != self._kept_of:
                self._kept.clear()
                self._weight = 0
                self._kept_of = publication
            elif key in self._kept:
                found: T = self._kept[key][0]
                return found
        answer = build()
        weight = _weight(answer)
        with self._lock:
            if publication == self._kept_of and key not in self._kept:
                # the oldest make room; what weighs more than all the room is not kept
                while self._kept and self._weight + weight > _KEPT:
                    self._weight -= self._kept.pop(next(iter(self._kept)))[1]
                if weight <= _KEPT:
                    self._kept[key] = (answer, weight)
                    self._weight += weight
        return answer

    def kept_for_good(self, key: Hashable, build: Callable[[], T]) -> T:
        """What ``build`` gives, kept as long as the app runs: for what no publication changes (shapes, say)."""
        if key not in self._for_good:
            self._for_good[key] = build()
        return self._for_good[key]

    def available(self, indicator_id: str) -> list[dict[str, Any]]:
        """What is loaded of one indicator: a row per area type, sex, age and breakdown (``Store.available``)."""
        return self.all_available().get(indicator_id, [])

    def all_available(self) -> dict[str, list[dict[str, Any]]]:
        """What is loaded, by indicator id; an indicator with nothing loaded has no entry."""

        def build() -> dict[str, list[dict[str, Any]]]:
            grouped: dict[str, list[dict[str, Any]]] = {}
            for row in self.store.available():
                grouped.setdefault(row["indicator_id"], []).append(row)
            return grouped

        return self.cached("available", build)

    def releases(self) -> dict[str, dict[str, Any]]:
        """Current releases by release id."""
        return self.cached("releases", lambda: {row["release_id"]: row for row in self.store.releases()})


def _weight(answer: object) -> int:
    match answer:
        case list():
            return 1 + len(answer) // _ROWS_A_UNIT
        case str() | bytes():
            return 1 + len(answer) // _CHARACTERS_A_UNIT
    return 1
