"""The index of names, codes and postcodes: an SQLite file that is made once and then only read.

It holds what the register and the tables of places say, and nothing else, so it can be thrown away at any time. Its file
is named by the content of the tables and of the code beside them, so that another version of either makes another file.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from geodata.lands import forms_of
from geodata.places.spelling import spelled, telling
from geodata.places.tables import (
    BUILT_UP,
    FOLDER,
    BadPlaces,
    Place,
    Share,
    read_places,
    rows_of,
    shares_of,
    written,
)
from geodata.reading import TABLES
from geodata.register import Area, Register

_CACHE_KIB = 1024
SHORT = 9
"""Letters of a word up to which every word one slip away is kept: such words have too few letters to be alike by them."""
LIVE, PLACE, ENDED = 0, 1, 2
GROUP = 10**9

OWN, ALIAS, FORMER, PLACE_NAME = "own", "alias", "former", "place"
"""Why a name leads to an area: it is its name, another name of it, the name of what stood there, or a place in it."""
_ORDER_OF_WHY = {OWN: 0, ALIAS: 1, FORMER: 2}

_TABLES = """
CREATE TABLE name (
    id INTEGER PRIMARY KEY, words TEXT NOT NULL, telling TEXT NOT NULL, place_in_order INTEGER NOT NULL,
    shown TEXT NOT NULL, via TEXT NOT NULL, area_code TEXT, kind TEXT, residents INTEGER,
    latitude REAL, longitude REAL, authorities TEXT
);
CREATE TABLE word (word TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (word, id)) WITHOUT ROWID;
CREATE TABLE slip (form TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (form, word)) WITHOUT ROWID;
CREATE TABLE code (code TEXT NOT NULL, area_code TEXT NOT NULL, PRIMARY KEY (code, area_code)) WITHOUT ROWID;
CREATE TABLE postcode (postcode TEXT PRIMARY KEY, authorities TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE letters USING fts5(words, content='', tokenize='trigram');
CREATE VIRTUAL TABLE runs_of_letters USING fts5vocab(letters, row);
CREATE TABLE run (run TEXT PRIMARY KEY, names INTEGER NOT NULL) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX name_words ON name (words, place_in_order);
CREATE INDEX name_telling ON name (telling, place_in_order);
"""


class NoIndex(RuntimeError):
    """The index cannot be made or read; the message says why and what is needed."""


class NameRow(NamedTuple):
    """A name and what it leads to: an area (``area_code``), or a place with the authorities that it lies in."""

    words: str
    place_in_order: int
    shown: str
    via: str
    area_code: str | None
    kind: str | None = None
    residents: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    authorities: str | None = None


def open_index(register: Register, folder: Path | None, places: Path = FOLDER) -> sqlite3.Connection:
    """A connection that reads the index; makes the index where ``folder`` does not hold it yet.

    Where the folder is None or cannot be written to, a private file is made that goes with the connection. Raises NoIndex,
    and BadPlaces where a table cannot be used.
    """
    path = index_file(folder, places) if folder else None
    if path is not None and not path.is_file():
        # a full disk is an error of SQLite's own
        with suppress(OSError, sqlite3.OperationalError):
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_file(register, path, places)
    if path is not None and path.is_file():
        address = f"file:{path.resolve().as_posix()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
    else:
        connection = sqlite3.connect("", check_same_thread=False)
        fill(connection, register, places)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def index_file(folder: Path, places: Path = FOLDER) -> Path:
    """Where the index of these tables stands in a folder, once it is made."""
    return folder / f"places-{_digest(places)}.sqlite"


def _digest(places: Path) -> str:
    summary = hashlib.sha256()
    for path in sorted([*places.glob("*.csv"), *TABLES.glob("*.csv"), *FOLDER.glob("*.py")]):
        summary.update(path.read_bytes())
    return summary.hexdigest()[:12]


def _make_file(register: Register, path: Path, places: Path) -> None:
    """Made beside its place and then moved there, so that another process sees all of it or nothing."""
    with NamedTemporaryFile(dir=path.parent, prefix=".places-", suffix=".sqlite", delete=False) as draft:
        made = Path(draft.name)
    try:
        with closing(sqlite3.connect(made)) as connection:
            fill(connection, register, places)
        made.chmod(0o644)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    for old in path.parent.glob("places-*.sqlite"):
        if old != path:
            with suppress(OSError):
                old.unlink()


def fill(connection: sqlite3.Connection, register: Register, places: Path = FOLDER) -> None:
    """Writes the index into an empty database. Raises NoIndex, and BadPlaces."""
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        connection.executescript(_TABLES)
    except sqlite3.OperationalError as error:
        raise NoIndex(
            f"the search of places needs SQLite 3.34 or later with FTS5; this Python has {sqlite3.sqlite_version} ({error})"
        ) from error
    words: set[str] = set()
    known: dict[str, set[str]] = {}
    with connection:
        rows = [*area_names(register)]
        for row in rows:
            if row.area_code:
                known.setdefault(row.area_code, set()).add(row.words)
        now = {area.area_code: _standing(register, area.area_code) for area in register}
        standing = (_with_codes(place, now) for place in read_places(places))
        for number, row in enumerate([*rows, *place_names(standing, known)], start=1):
            own_words = telling(row.words)
            connection.execute(
                "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, row.words, " ".join(sorted(own_words)), *row[1:]),
            )
            every = set(row.words.split())
            words |= every
            connection.executemany("INSERT INTO word VALUES (?, ?)", ((word, number) for word in every))
            connection.execute("INSERT INTO letters (rowid, words) VALUES (?, ?)", (number, f" {row.words} "))
        short = sorted(word for word in words if len(word) <= SHORT)
        connection.executemany(
            "INSERT OR IGNORE INTO slip VALUES (?, ?)",
            ((form, word) for word in short for form in slips(word)),
        )
        connection.executemany(
            "INSERT INTO postcode VALUES (?, ?)",
            (
                (postcode, written(_standing_shares(shares_of(shares), now)))
                for postcode, shares in rows_of("postcodes.csv", places)
            ),
        )
        connection.executemany("INSERT OR IGNORE INTO code VALUES (?, ?)", _codes(register))
        connection.executescript(_INDEXES)
        connection.execute("INSERT INTO letters (letters) VALUES ('optimize')")
        connection.execute("INSERT INTO run SELECT term, doc FROM runs_of_letters")


def _with_codes(place: Place, now: Mapping[str, str]) -> Place:
    return replace(place, authorities=_standing_shares(place.authorities, now))


def _standing_shares(shares: Iterable[Share], now: Mapping[str, str]) -> tuple[Share, ...]:
    """The shares under the codes that stand: the tables have the codes of 2024. Raises BadPlaces for an unknown code."""
    unknown = [share.area_code for share in shares if share.area_code not in now]
    if unknown:
        raise BadPlaces(f"{', '.join(unknown)}: not a code of the register")
    return tuple(replace(share, area_code=now[share.area_code]) for share in shares)


def slips(word: str) -> set[str]:
    """The word and the word less any one letter: two words one slip apart have one of these in common."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _codes(register: Register) -> Iterator[tuple[str, str]]:
    for area in register:
        yield area.area_code.casefold(), area.area_code
        if area.ods_code:
            yield area.ods_code.casefold(), area.area_code


def area_names(register: Register) -> Iterator[NameRow]:
    """Every name that leads to an area: its own, its aliases, and those of the areas that stood there before."""
    best: dict[tuple[str, str], NameRow] = {}

    def offer(area: Area, shown: str, via: str, is_live: bool) -> None:
        words = spelled(shown)
        order = register.area_type(area.area_type).order
        place_in_order = (LIVE if is_live else ENDED) * GROUP + 10 * order + _ORDER_OF_WHY[via]
        row = NameRow(words, place_in_order, shown, via, area.area_code)
        known = best.get((words, area.area_code))
        if known is None or row.place_in_order < known.place_in_order:
            best[words, area.area_code] = row

    for code in dict.fromkeys(area.area_code for area in register):
        standing = _standing(register, code)
        is_live = _stands(register, standing)
        for name, via, form_stands in _names_of(register, code):
            # a name of an earlier kind of area under the same code: the CCG before the sub-ICB location
            offer(register.area(standing), name, via if form_stands or not is_live else FORMER, is_live)
            if not is_live:
                for heir in register.live_successors(code):
                    offer(heir, name, FORMER, is_live=True)
    yield from best.values()


def _standing(register: Register, code: str) -> str:
    """The code of the same land that stands, where there is one."""
    codes = register.land(code)
    return next((other for other in codes if _stands(register, other)), code)


def _stands(register: Register, code: str) -> bool:
    return any(form.is_live for form in forms_of(register, code))


def _names_of(register: Register, code: str) -> Iterator[tuple[str, str, bool]]:
    """(name, why, whether the area of that name stands) of a code."""
    for form in forms_of(register, code):
        yield form.name, OWN, form.is_live
        if form.official_name:
            yield form.official_name, ALIAS, form.is_live
    for alias, _ in register.aliases(code):
        yield alias, ALIAS, True


_WEIGHTS = {"post_town": 2_000, "neighbourhood": 1_500, "parish": 800, "ward": 700}


def place_names(places: Iterable[Place], known: dict[str, set[str]]) -> Iterator[NameRow]:
    """Every name of a place; not one that its only authority bears too, since that is found by itself."""
    for place in places:
        codes = [share.area_code for share in place.authorities]
        weight = (place.residents or 0) if place.kind == BUILT_UP else _WEIGHTS[place.kind]
        authorities = written(place.authorities)
        # built-up areas of two towns bear both names: "Farnborough/Aldershot"
        for words in dict.fromkeys(spelled(part) for part in [*place.name.split("/"), place.name]):
            if not words or (len(codes) == 1 and words in known.get(codes[0], ())):
                continue
            yield NameRow(
                words,
                PLACE * GROUP + (GROUP - 1 - weight),
                place.name,
                PLACE_NAME,
                None,
                place.kind,
                place.residents,
                place.latitude,
                place.longitude,
                authorities,
            )
