"""What every page is handed: settings, register of areas, catalogue, store, and a cache for the three."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from itertools import islice
from sys import getsizeof
from typing import Any, TypeVar

import flask

from dashboard.address.cache import Cache
from geodata.register import Area, Register
from indicators.catalogue import Indicator
from indicators.evidence import Evidence, load_evidence
from indicators.settings import Settings
from indicators.store import Store

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Moment = tuple[str, date]
# of rows that several views need, of one publication at a time; finished answers have a cache of their own (serving)
MOST_BYTES = 6_000_000
_ABSENT = object()  # None is an answer like others
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
    _of_publication: Cache[Any] = field(
        default_factory=lambda: Cache(MOST_BYTES, lambda _, value: size_of(value))
    )
    _of_process: dict[Hashable, Any] = field(default_factory=dict)

    def moment(self) -> Moment:
        """The store's publication id and the day: what an answer may depend on besides its question.

        Fixed once a request, when first asked for: what is read afterwards is of this publication or a later one.
        """
        if not flask.has_request_context():
            return self.store.publication_id(), self.today()
        # asked dozens of times a request: the proxy's object is looked up once here
        kept = flask.g._get_current_object()
        found: Moment | None = kept.get("moment")
        if found is None:
            found = kept.moment = (self.store.publication_id(), self.today())
        return found

    def publication_id(self) -> str:
        """The store's publication id, asked once a request."""
        return self.moment()[0]

    def cached(self, key: Hashable, build: Callable[[], T], *, pinned: bool = False) -> T:
        """What ``build`` gives, cached until the next publication changes the store, or until others need its room.

        ``key`` must name everything that ``build`` depends on besides the store. ``pinned`` entries take no room: for the
        little that many pages need and that takes long to make.
        """
        publication = self.publication_id()
        found: Any = self._of_publication.get(key, publication, _ABSENT)
        if found is _ABSENT:
            found = build()
            self._of_publication.put(key, found, publication, pinned=pinned)
        answer: T = found
        return answer

    def cached_each(
        self, name: Hashable, keys: Iterable[K], build: Callable[[list[K]], Mapping[K, T]]
    ) -> dict[K, T]:
        """What ``build`` gives for each of some keys, cached as by ``cached``; it is called once, for those not cached."""
        publication = self.publication_id()
        found: dict[K, T] = {}
        missing: list[K] = []
        for key in dict.fromkeys(keys):
            known: Any = self._of_publication.get((name, key), publication, _ABSENT)
            if known is _ABSENT:
                missing.append(key)
            else:
                found[key] = known
        if missing:
            made = build(missing)
            for key in missing:
                found[key] = made[key]
                self._of_publication.put((name, key), made[key], publication)
        return found

    def cached_for_good(self, key: Hashable, build: Callable[[], T]) -> T:
        """What ``build`` gives, cached as long as the app runs: for what no publication changes (shapes, say)."""
        if key not in self._of_process:
            self._of_process[key] = build()
        found: T = self._of_process[key]
        return found

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

        return self.cached("available", build, pinned=True)

    def evidence(self) -> Evidence:
        """What is known to help, read once a process. Raises EvidenceError where a file of it cannot be used."""
        return self.cached_for_good("evidence", lambda: load_evidence(self.catalogue, self.register))

    def is_only_illustrative(self, indicator_id: str) -> bool:
        """Whether an indicator has figures and all that is loaded of it is illustrative."""
        rows = self.available(indicator_id)
        return bool(rows) and all(row.get("illustrative") for row in rows)

    def releases(self) -> dict[str, dict[str, Any]]:
        """Current releases by release id."""
        return self.cached(
            "releases", lambda: {row["release_id"]: row for row in self.store.releases()}, pinned=True
        )

    def releases_behind(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The current releases that rows of the store rest on, each once, in the order in which the rows name them.

        A release that is no longer current (it was replaced while the page was made) is left out.
        """
        current = self.releases()
        named = dict.fromkeys(row["release"] for row in rows)
        return [current[release_id] for release_id in named if release_id in current]


def size_of(value: object) -> int:
    """Bytes that an answer takes, about: of a long collection a few members stand for all. What others hold as well is
    not counted: areas, indicators, and short texts (codes, names, words), which rows share.
    """
    if isinstance(value, Indicator | Area) or (isinstance(value, str) and len(value) < _SHORT):
        return 0
    size = getsizeof(value)
    match value:
        case dict():
            return size + _members(value.keys(), len(value)) + _members(value.values(), len(value))
        case list() | tuple() | set() | frozenset():
            return size + _members(value, len(value))
    if is_dataclass(value):
        return size + sum(size_of(getattr(value, item.name)) for item in fields(value))
    return size


def _members(members: Collection[object], count: int) -> int:
    step = max(1, count // _LOOKED_AT)
    sizes = [size_of(member) for member in islice(members, 0, None, step)]
    return sum(sizes) * count // len(sizes) if sizes else 0
