"""Finding a place: names, codes and postcodes of England, and the areas of the register that they lead to.

Facts about places stand in the tables beside this file; ``index`` makes an SQLite file of them and of the register, which
is only read afterwards. ``docs/places.md`` says where the facts come from and how a search works.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from pathlib import Path
from threading import Lock
from typing import Any

from geodata.places.index import ENDED, GROUP, LIVE, NoIndex, open_index, slips
from geodata.places.likeness import Likeness
from geodata.places.postcodes import Postcode, readings
from geodata.places.spelling import spelled, telling
from geodata.places.tables import FOLDER, Share, shares_of
from geodata.register import Register

LONGEST = 100
"""Characters of a text that are looked at."""
CODE, WHOLE_NAME, SAME_WORDS, NAME_BEGINS, WORDS_BEGIN, NEAR = range(6)
"""How a name was found, the closest first."""

_COLUMNS = (
    "id, words, place_in_order, shown, via, area_code, kind, residents, latitude, longitude, authorities"
)
_SHORTEST_BEGINNING = 2
_SHORTEST_CODE, _SHORTEST_ALIKE = 3, 3
_MOST_RUNS, _MOST_COMPARED, _MOST_NEAR = 8, 60, 10
_ALIKE = 0.62
_WITHIN = 0.2
_FEW = 3
_LIKELIER, _LARGE = 0.05, 50_000
_MOST_WORDS = 8
_KM_A_DEGREE, _SAME_SPOT_KM = 111.2, 0.05
# what councils are called beside their names
_KIND_WORDS = frozenset(
    (
        "council",
        "borough",
        "district",
        "city",
        "county",
        "metropolitan",
        "unitary",
        "authority",
        "local",
        "royal",
    )
)


@dataclass(frozen=True, slots=True)
class Match:
    """A name that was found and the areas it leads to, the main one first; ``share`` of its residents live in each.

    how   ``CODE`` to ``NEAR``
    via   why the name leads there: ``own``, ``alias``, ``former``, ``place`` (``geodata.places.index``)
    kind  of a place (``geodata.places.tables.KINDS``); None for a name of an area
    """

    how: int
    name: str
    via: str
    areas: tuple[Share, ...]
    kind: str | None = None
    residents: int | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PostcodeMatch:
    """A postcode and the authorities that its residents live in, the largest share first.

    ``asked`` is what was typed. ``known`` is the sector or district that is known of it: the district where there is no
    such sector, and "" where not even that is known; ``near`` are then districts that begin alike.
    """

    asked: Postcode
    known: str
    areas: tuple[Share, ...]
    near: tuple[tuple[str, tuple[Share, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceNear:
    """A named place near a point: its centre in degrees, how far that is, and the authorities that its residents live in."""

    name: str
    kind: str
    latitude: float
    longitude: float
    kilometres: float
    authorities: tuple[Share, ...]


class Places:
    """The index of one register, opened at the first question; several threads may ask."""

    def __init__(
        self,
        register: Register,
        folder: Path | None = None,
        tables: Path = FOLDER,
        prepare: Callable[[Path], None] | None = None,
    ) -> None:
        """``folder`` is where the index is kept; without one it is made anew for each ``Places``.

        ``prepare`` is called with the folder before the index is opened, such as ``making.make_apart``.
        """
        self._register, self._folder, self._tables, self._prepare = register, folder, tables, prepare
        self._connection: sqlite3.Connection | None = None
        self._lock = Lock()

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Rows of the index. Raises NoIndex."""
        with self._lock:
            try:
                if self._connection is None:
                    if self._prepare and self._folder:
                        self._prepare(self._folder)
                    self._connection = open_index(self._register, self._folder, self._tables)
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                where = f"; remove the files in {self._folder}" if self._folder else ""
                raise NoIndex(f"the index of places cannot be read ({error}){where}") from error

    def nearest(self, latitude: float, longitude: float) -> tuple[PlaceNear, ...]:
        """The named places whose centre lies nearest to a point (degrees, WGS84): several where they stand at one spot.

        Centres are held to about a kilometre. None within about 60 kilometres is no place at all.
        """
        wide = cos(radians(latitude))
        for degrees in (0.03, 0.2, 0.6):
            rows = self._rows(
                "SELECT shown, kind, latitude, longitude, authorities FROM name WHERE kind IS NOT NULL AND "
                "latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?",
                (
                    latitude - degrees,
                    latitude + degrees,
                    longitude - degrees / wide,
                    longitude + degrees / wide,
                ),
            )
            near = [
                PlaceNear(
                    name,
                    kind,
                    north,
                    east,
                    _KM_A_DEGREE * hypot(north - latitude, (east - longitude) * wide),
                    tuple(shares_of(shares)),
                )
                for name, kind, north, east, shares in rows
            ]
            # a place just outside the box is no further away than one in its corner
            near = [place for place in near if place.kilometres <= degrees * _KM_A_DEGREE]
            if near:
                least = min(place.kilometres for place in near)
                return tuple(place for place in near if place.kilometres - least < _SAME_SPOT_KM)
        return ()

    # ---- postcodes -----------------------------------------------------------------------------------

    def postcode(self, text: str) -> PostcodeMatch | None:
        """What is known of a postcode or of the beginning of one; None where the text is none."""
        possible = readings(text[:LONGEST])
        for asked in possible:
            if areas := self._authorities(asked.sector or asked.district):
                return PostcodeMatch(asked, asked.sector or asked.district, areas)
        for asked in possible:
            if asked.sector and (areas := self._authorities(asked.district)):
                return PostcodeMatch(asked, asked.district, areas)
        for asked in possible:
            if near := self._districts_like(asked.district):
                return PostcodeMatch(asked, "", (), near)
        # a text such as "M15" that is no postcode of England may be a code or a name; all of one cannot be
        return next((PostcodeMatch(asked, "", ()) for asked in possible if asked.is_whole), None)

    def _authorities(self, postcode: str) -> tuple[Share, ...]:
        found = self._rows("SELECT authorities FROM postcode WHERE postcode = ?", (postcode,))
        return shares_of(found[0][0]) if found else ()

    def _districts_like(self, district: str) -> tuple[tuple[str, tuple[Share, ...]], ...]:
        """Districts that begin with all of this one (``EC1`` → EC1A, EC1M), else with all but its last letter."""
        beginnings = [district]
        if district[-1].isalpha() or district[-2].isdigit():
            beginnings.append(district[:-1])
        for beginning in beginnings:
            found = self._rows(
                "SELECT postcode, authorities FROM postcode WHERE postcode > ? AND postcode < ? "
                "AND postcode NOT LIKE '% %' ORDER BY length(postcode), postcode LIMIT ?",
                (beginning, f"{beginning}a", _MOST_NEAR),
            )
            if found:
                return tuple((postcode, shares_of(authorities)) for postcode, authorities in found)
        return ()

    # ---- names and codes -----------------------------------------------------------------------------

    def find(self, text: str, limit: int = 20) -> list[Match]:
        """Codes and names that the text is, begins or has the words of, the closest first; else the names most like it.

        Names that are only alike (``NEAR``) come after the others, and only where there are few others, none of them the
        very name.
        """
        words = spelled(text[:LONGEST])
        if not words or limit < 1:
            return []
        found = self._direct(words, limit)
        if not found and (shorter := [word for word in words.split() if word not in _KIND_WORDS]):
            found = self._direct(" ".join(shorter), limit)
        is_long = len(words) >= _SHORTEST_ALIKE
        if is_long and len(found) < _FEW and all(match.how > SAME_WORDS for match in found):
            known = {(match.name, match.areas) for match in found}
            found += [match for match in self._alike(words) if (match.name, match.areas) not in known]
        return found[:limit]

    def _direct(self, words: str, limit: int) -> list[Match]:
        matches = self._by_code(words)
        seen = {(match.name, match.areas) for match in matches}
        codes = {match.areas[0].area_code for match in matches}
        for how, rows in self._steps(words, limit):
            for row in rows:
                match = _match(how, row)
                key = (match.name, match.areas)
                # an area is named once, by the name that is the closest
                if key in seen or (match.kind is None and match.areas[0].area_code in codes):
                    continue
                seen.add(key)
                if match.kind is None:
                    codes.add(match.areas[0].area_code)
                matches.append(match)
            if len(matches) >= limit:
                break
        return matches

    def _steps(self, words: str, limit: int) -> Iterable[tuple[int, list[Any]]]:
        every = words.split()
        order = f"ORDER BY place_in_order, words LIMIT {2 * limit}"
        yield WHOLE_NAME, self._rows(f"SELECT {_COLUMNS} FROM name WHERE words = ? {order}", (words,))
        same = " ".join(sorted(telling(words)))
        yield SAME_WORDS, self._rows(f"SELECT {_COLUMNS} FROM name WHERE telling = ? {order}", (same,))
        if len(words) < _SHORTEST_BEGINNING:
            return
        yield (
            NAME_BEGINS,
            self._rows(
                f"SELECT {_COLUMNS} FROM name WHERE words >= ? AND words < ? {order}", (words, f"{words}{{")
            ),
        )
        parts = " INTERSECT ".join(
            ["SELECT id FROM word WHERE word >= ? AND word < ?"] * len(every[:_MOST_WORDS])
        )
        ends = [end for word in every[:_MOST_WORDS] for end in (word, f"{word}{{")]
        yield (
            WORDS_BEGIN,
            self._rows(f"SELECT {_COLUMNS} FROM name WHERE id IN ({parts}) {order}", ends),
        )

    def _by_code(self, words: str) -> list[Match]:
        """Areas whose GSS or ODS code the text is; where there is none, those whose code it begins."""
        code = words.replace(" ", "")
        rows = self._rows("SELECT code, area_code FROM code WHERE code = ?", (code,))
        if not rows and len(code) >= _SHORTEST_CODE:
            rows = self._rows(
                "SELECT code, area_code FROM code WHERE code > ? AND code < ? ORDER BY code LIMIT 50",
                (code, f"{code}{{"),
            )
        found = dict.fromkeys(area_code for _, area_code in rows)
        return [
            Match(CODE, self._register.area(area_code).name, "own", (Share(area_code, 1.0),))
            for area_code in sorted(found, key=self._rank_of)
        ]

    def _rank_of(self, area_code: str) -> tuple[bool, int, str]:
        area = self._register.area(area_code)
        stands = any(
            self._register.area(area_code, kind).is_live for kind in self._register.types_of(area_code)
        )
        return (not stands, self._register.area_type(area.area_type).order, area.name)

    def _alike(self, words: str) -> list[Match]:
        """The names most like the text, whose words are wholly or partly spelled otherwise."""
        every = words.split()[:_MOST_WORDS]
        rows = {row[0]: row for row in [*self._sharing_letters(words), *self._slipped(every)]}
        likeness = Likeness(every)
        alike = [(likeness.of(row[1]), row) for row in rows.values()]
        least = max(_ALIKE, max((like for like, _ in alike), default=0.0) - _WITHIN)
        alike = [(like + _likelier(words, row), row) for like, row in alike if like >= least]
        found: list[Match] = []
        codes: set[str] = set()
        for _, row in sorted(alike, key=lambda pair: (-round(pair[0], 2), pair[1][2])):
            match = _match(NEAR, row)
            if len(found) == _MOST_NEAR:
                break
            if match.kind is None:
                if match.areas[0].area_code in codes:
                    continue
                codes.add(match.areas[0].area_code)
            found.append(match)
        return found

    def _sharing_letters(self, words: str) -> list[Any]:
        """Names that share the most, and the rarest, runs of three letters with the text."""
        padded = f" {words}"
        runs = {padded[i : i + 3] for i in range(len(padded) - 2)}
        # the rarest tell the most; the commonest take the most time
        rarest = self._rows(
            f"SELECT run FROM run WHERE run IN ({','.join('?' * len(runs))}) ORDER BY names, run LIMIT {_MOST_RUNS}",
            sorted(runs),
        )
        if not rarest:
            return []
        asked = " OR ".join(f'"{run}"' for (run,) in rarest)
        found: list[Any] = []
        # names of areas have the lowest numbers; they get a share of their own, since there are many more places
        for side in ("<=", ">"):
            found += self._rows(
                f"SELECT rowid FROM letters WHERE letters MATCH ? AND rowid {side} "
                "(SELECT max(id) FROM name WHERE area_code IS NOT NULL) ORDER BY rank LIMIT ?",
                (asked, _MOST_COMPARED),
            )
        ids = ",".join(str(number) for (number,) in found)
        return self._rows(f"SELECT {_COLUMNS} FROM name WHERE id IN ({ids})") if ids else []

    def _slipped(self, every: Sequence[str]) -> list[Any]:
        """Names that have, for each word of the text, the word or one that is a slip away from it."""
        parts, values = [], []
        for typed in every:
            forms = sorted(slips(typed))
            parts.append(
                "SELECT id FROM word WHERE word IN (SELECT word FROM slip WHERE form IN "
                f"({','.join('?' * len(forms))}) UNION SELECT ?)"
            )
            values += [*forms, typed]
        return self._rows(
            f"SELECT {_COLUMNS} FROM name WHERE id IN ({' INTERSECT '.join(parts)}) "
            f"ORDER BY place_in_order LIMIT {_MOST_COMPARED}",
            values,
        )


def _likelier(words: str, row: Sequence[Any]) -> float:
    """What speaks for a name besides its letters: slips spare the first one, and people look for what is large."""
    name: str = row[1]
    group: int = row[2] // GROUP
    residents: int = row[7] or 0
    size = {LIVE: 1.0, ENDED: -1.0}.get(group, min(1.0, residents / _LARGE))
    return _LIKELIER * ((name[0] == words[0]) + size)


def _match(how: int, row: Sequence[Any]) -> Match:
    _, _, _, shown, via, area_code, kind, residents, latitude, longitude, authorities = row
    if area_code is not None:
        return Match(how, shown, via, (Share(area_code, 1.0),))
    return Match(how, shown, via, shares_of(authorities), kind, residents, (latitude, longitude))
