"""What every page is handed: settings, register of areas, catalogue, store, and a cache for the three."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from itertools import islice
from sys import getsizeof
from threading import Lock
from typing import Any, TypeVar

import flask

from geodata.register import Area, Register
from indicators.catalogue import Indicator
from indicators.settings import Settings
from indicators.store import Store

T = TypeVar("T")
Moment = tuple[str, date]
# of rows that several views need, of one publication at a time; what they come to is kept finished (``answers.py``)
_KEPT_BYTES = 3_000_000
_SHORT = 100  # characters
_LOOKED_AT = 4  # members of a long list that its size is taken from


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
    pages: Sequence[Any] = ()
    _kept: dict[Hashable, tuple[Any, int]] = field(default_factory=dict)
    _kept_bytes: int = 0
    _kept_of: str | None = None
    _for_good: dict[Hashable, Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def moment(self) -> Moment:
        """The store's publication id and the day: what an answer may depend on besides its question.

        Fixed once a request, when first asked for: what is read afterwards is of this publication or a later one.
        """
        if not flask.has_request_context():
            return self.store.publication_id(), self.today()
        found: Moment | None = flask.g.get("moment")
        if found is None:
            found = flask.g.moment = (self.store.publication_id(), self.today())
        return found

    def publication_id(self) -> str:
        """The store's publication id, asked once a request."""
        return self.moment()[0]

    def cached(self, key: Hashable, build: Callable[[], T], *, always: bool = False) -> T:
        """What ``build`` gives, kept until the next publication changes the store, or until others need its room.

        ``key`` must name everything that ``build`` depends on besides the store. ``always`` keeps it all the time and takes
        no room: for the little that many pages need and that takes long to make.
        """
        publication = self.publication_id()
        with self._lock:
            if publication != self._kept_of:
                self._kept.clear()
                self._kept_bytes = 0
                self._kept_of = publication
            elif key in self._kept:
                # at the end of the dictionary: used last
                self._kept[key] = self._kept.pop(key)
                found: T = self._kept[key][0]
                return found
        answer = build()
        size = 0 if always else size_of(answer)
        with self._lock:
            if publication == self._kept_of and key not in self._kept:
                # those not used for longest make room; what is larger than all the room is not kept
                while self._kept_bytes and self._kept_bytes + size > _KEPT_BYTES:
                    oldest = next(one for one, (_, room) in self._kept.items() if room)
                    self._kept_bytes -= self._kept.pop(oldest)[1]
                if size <= _KEPT_BYTES:
                    self._kept[key] = (answer, size)
                    self._kept_bytes += size
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

        return self.cached("available", build, always=True)

    def releases(self) -> dict[str, dict[str, Any]]:
        """Current releases by release id."""
        return self.cached(
            "releases", lambda: {row["release_id"]: row for row in self.store.releases()}, always=True
        )


def size_of(kept: object) -> int:
    """Bytes that an answer takes, about: of a long collection a few members stand for all. What others hold as well is
    not counted: areas, indicators, and short texts (codes, names, words), which rows share.
    """
    if isinstance(kept, Indicator | Area) or (isinstance(kept, str) and len(kept) < _SHORT):
        return 0
    size = getsizeof(kept)
    match kept:
        case dict():
            return size + _members(kept.keys(), len(kept)) + _members(kept.values(), len(kept))
        case list() | tuple() | set() | frozenset():
            return size + _members(kept, len(kept))
    if is_dataclass(kept):
        return size + sum(size_of(getattr(kept, one.name)) for one in fields(kept))
    return size


def _members(members: Collection[object], count: int) -> int:
    step = max(1, count // _LOOKED_AT)
    sizes = [size_of(one) for one in islice(members, 0, None, step)]
    return sum(sizes) * count // len(sizes) if sizes else 0
