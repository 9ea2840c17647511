"""The one cache: what was worked out is kept for a named lifetime, those used last the longest.

A lifetime says when all of it goes:

publication  with the next publication that changes the store: rows, and what is worked out from them
day          with the next publication or the next day: finished answers, since pages say how old figures are
process      never: what no publication changes, such as shapes and memberships
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """Values by key, up to ``most_bytes`` by what ``size_of`` says of each; those not used for longest make room.

    Every call names the ``moment`` it is for (a publication, a publication and a day, or a constant): the first call
    with another moment empties the cache. Safe to use from several threads.
    """

    def __init__(
        self, most_bytes: int, size_of: Callable[[Hashable, T], int], most_of_one: int | None = None
    ) -> None:
        self.most_bytes = most_bytes
        self._size_of = size_of
        self._most_of_one = most_bytes if most_of_one is None else most_of_one
        self._entries: dict[Hashable, tuple[T, int]] = {}
        self._bytes = 0
        self._moment: Hashable = None
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        """Whether there may be an entry: a look without the lock, for a caller that then asks for it."""
        return key in self._entries

    def get(self, key: Hashable, moment: Hashable, default: T | None = None) -> T | None:
        """The value of a key; ``default`` where there is none of this moment."""
        with self._lock:
            if moment != self._moment:
                return default
            entry = self._entries.pop(key, None)
            if entry is None:
                return default
            self._entries[key] = entry  # at the end: used last
            return entry[0]

    def put(self, key: Hashable, value: T, moment: Hashable, *, pinned: bool = False) -> None:
        """Keep a value. One that is too large is not kept; a pinned one takes no room and is never pushed out."""
        size = 0 if pinned else self._size_of(key, value)
        with self._lock:
            if moment != self._moment:
                self._entries.clear()
                self._bytes = 0
                self._moment = moment
            if key in self._entries or size > self._most_of_one:
                return
            while self._bytes and self._bytes + size > self.most_bytes:
                oldest = next(key for key, (_, room) in self._entries.items() if room)
                self._bytes -= self._entries.pop(oldest)[1]
            if self._bytes + size <= self.most_bytes:
                self._entries[key] = (value, size)
                self._bytes += size
