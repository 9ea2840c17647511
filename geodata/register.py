"""The register of areas: what areas there are, when they stood, what they lie in and what became of them.

Reads the committed tables in ``geodata/tables/`` with the standard library only, so that the web process can
hold it. Dates are inclusive: an area whose ``end_on`` is 2020-03-31 stood on that day and not on the next.
A ``start_on`` of None means "stood already when the register begins"; an ``end_on`` of None means "stands".

Sources, rules and gaps are described in ``docs/geography.md``; the tables are made by ``python -m geodata build``.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).resolve().parent
TABLES = FOLDER / "tables"

COLUMNS: dict[str, tuple[str, ...]] = {
    "areas.csv": (
        "area_code",
        "area_type",
        "name",
        "ods_code",
        "start_on",
        "end_on",
        "latitude",
        "longitude",
    ),
    "memberships.csv": (
        "child_code",
        "child_type",
        "parent_code",
        "parent_type",
        "start_on",
        "end_on",
        "share",
    ),
    "successions.csv": ("area_type", "predecessor_code", "successor_code", "changed_on", "share"),
    "aliases.csv": ("area_code", "alias", "kind"),
    "similar.csv": ("area_code", "rank", "similar_code"),
}

# an area type turned into another on a day that kept most codes: the successor's type may differ there
CHANGED_TYPES = {"ccg": "sub_icb", "stp": "icb"}

COVERS_MOST = 0.9
"""Share of the areas of a type from which on figures cover most of it."""
_CODE = re.compile(r"[EKWSN]\d{8}")
_APOSTROPHES = re.compile(r"['’`]")
_SEPARATORS = re.compile(r"[^0-9a-z]+")


class UnknownArea(LookupError):
    """No area of the register has that code (or not of that type)."""


class UnknownAreaType(LookupError):
    """No such area type."""


class UnknownVintage(LookupError):
    """The register does not hold that area type as far back as that year."""


class BadRegister(ValueError):
    """The tables of the register contradict themselves; the message has one line a problem."""


@dataclass(frozen=True, slots=True)
class AreaType:
    """A kind of area. ``vintages`` are the years held whole, oldest first.

    The fields after ``code_prefixes`` say what the type has to do with others, as ``area_types.toml`` explains;
    they hold ids of types, None or nothing where the type has no such relation.
    """

    area_type: str
    name: str
    plural: str
    order: int
    default_vintage: int
    vintages: tuple[int, ...]
    code_prefixes: tuple[str, ...] = ()
    nearness: int = 0
    preferred: int | None = None
    region: str | None = None
    around: tuple[str, ...] = ()
    zoom_to: tuple[str, ...] = ()
    outlined_by: tuple[str, ...] = ()
    outlines: tuple[str, ...] = ()
    grouped_by: str | None = None
    made_of: str | None = None
    lists: str | None = None
    has_similar: bool = False
    stands_by: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """An area as one type of area: a unitary authority is one Area as ``ltla`` and another as ``utla``.

    ``latitude`` and ``longitude`` are degrees (WGS 84) of a point inside the area near its middle.
    """

    area_code: str
    area_type: str
    name: str
    ods_code: str | None
    start_on: date | None
    end_on: date | None
    latitude: float | None
    longitude: float | None

    @property
    def is_live(self) -> bool:
        """Whether no end is known."""
        return self.end_on is None

    def alive(self, on: date) -> bool:
        """Whether the area stood on that day."""
        return _covers(self.start_on, self.end_on, on)


@dataclass(frozen=True, slots=True)
class Membership:
    """``share`` (0 < share ≤ 1) of the child lies in the parent, from ``start_on`` to ``end_on`` inclusive."""

    child_code: str
    child_type: str
    parent_code: str
    parent_type: str
    start_on: date | None
    end_on: date | None
    share: float

    def holds(self, on: date) -> bool:
        """Whether the membership held on that day."""
        return _covers(self.start_on, self.end_on, on)


@dataclass(frozen=True, slots=True)
class Succession:
    """``share`` (0 < share ≤ 1) of the predecessor went to the successor on ``changed_on``.

    ``area_type`` is the predecessor's; the successor has the same type, or the one that replaced it
    (CCG → sub-ICB location, STP → ICB, both on 2022-07-01).
    """

    area_type: str
    predecessor_code: str
    successor_code: str
    changed_on: date
    share: float


def _covers(start_on: date | None, end_on: date | None, on: date) -> bool:
    return (start_on is None or start_on <= on) and (end_on is None or on <= end_on)


def normalise(name: str) -> str:
    """A name with case, punctuation, apostrophes and ``&`` against ``and`` taken out of the comparison."""
    folded = _APOSTROPHES.sub("", name.casefold()).replace("&", " and ")
    return _SEPARATORS.sub(" ", folded).strip()


class Register:
    """Every area with its dates, memberships, successions, other names and nearest neighbours."""

    def __init__(
        self,
        area_types: Mapping[str, AreaType],
        areas: Iterable[Area],
        memberships: Iterable[Membership] = (),
        successions: Iterable[Succession] = (),
        aliases: Iterable[tuple[str, str, str]] = (),
        similar: Iterable[tuple[str, int, str]] = (),
    ) -> None:
        """``aliases`` are (area_code, alias, kind), ``similar`` are (area_code, rank, similar_code)."""
        self.area_types: dict[str, AreaType] = dict(
            sorted(area_types.items(), key=lambda item: item[1].order)
        )
        self._by_code: dict[str, dict[str, Area]] = {}
        self._by_type: dict[str, list[Area]] = {area_type: [] for area_type in self.area_types}
        order = {name: kind.order for name, kind in self.area_types.items()}
        for area in sorted(areas, key=lambda area: (order[area.area_type], area.area_code)):
            self._by_code.setdefault(area.area_code, {})[area.area_type] = area
            self._by_type[area.area_type].append(area)
        self._parents: dict[str, list[Membership]] = defaultdict(list)
        self._children: dict[str, list[Membership]] = defaultdict(list)
        for membership in memberships:
            self._parents[membership.child_code].append(membership)
            self._children[membership.parent_code].append(membership)
        self._successors: dict[str, list[Succession]] = defaultdict(list)
        self._predecessors: dict[str, list[Succession]] = defaultdict(list)
        for succession in successions:
            self._successors[succession.predecessor_code].append(succession)
            self._predecessors[succession.successor_code].append(succession)
        self._aliases: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for area_code, alias, kind in aliases:
            self._aliases[area_code].append((alias, kind))
        neighbours: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for area_code, rank, similar_code in similar:
            neighbours[area_code].append((rank, similar_code))
        self._similar = {
            code: tuple(other for _, other in sorted(pairs)) for code, pairs in neighbours.items()
        }
        self._vintages: dict[tuple[str, int], tuple[Area, ...]] = {}

    # ---- areas -------------------------------------------------------------------------------------

    def __contains__(self, area_code: object) -> bool:
        return area_code in self._by_code

    def __iter__(self) -> Iterator[Area]:
        """Every (area, type) pair, in display order of the types."""
        return (area for areas in self._by_type.values() for area in areas)

    def area_type(self, area_type: str) -> AreaType:
        """The area type with that id. Raises UnknownAreaType."""
        try:
            return self.area_types[area_type]
        except KeyError:
            raise UnknownAreaType(
                f"area type {area_type!r} is not one of {', '.join(self.area_types)}"
            ) from None

    def area(self, area_code: str, area_type: str | None = None) -> Area:
        """The area with that code; its primary type where ``area_type`` is None (ltla before utla).

        Raises UnknownArea, and UnknownAreaType for a type that does not exist.
        """
        forms = self._by_code.get(area_code)
        if area_type is not None:
            self.area_type(area_type)
        if forms is None:
            raise UnknownArea(
                f"area_code {area_code!r} is not in the register; expected a GSS code such as E06000018"
            )
        if area_type is None:
            return next(iter(forms.values()))
        try:
            return forms[area_type]
        except KeyError:
            raise UnknownArea(
                f"area_code {area_code!r} is not of type {area_type}; it is {', '.join(forms)}"
            ) from None

    def types_of(self, area_code: str) -> tuple[str, ...]:
        """The area types this code belongs to, primary first; empty for a code not in the register."""
        return tuple(self._by_code.get(area_code, ()))

    def aliases(self, area_code: str) -> tuple[tuple[str, str], ...]:
        """Other names as (alias, kind)."""
        return tuple(self._aliases.get(area_code, ()))

    @cached_property
    def preferred_types(self) -> tuple[str, ...]:
        """The area types that people come for, the first the most."""
        places = {
            kind.area_type: kind.preferred for kind in self.area_types.values() if kind.preferred is not None
        }
        return tuple(sorted(places, key=places.__getitem__))

    # ---- vintages ----------------------------------------------------------------------------------

    def vintage(self, area_type: str, year: int) -> tuple[Area, ...]:
        """Areas of that type alive on 31 December of ``year``, sorted by name.

        A year after the last vintage gives what is not known to have ended. Raises UnknownVintage for a
        year before the first vintage, of which the register holds only the survivors.
        """
        key = (area_type, year)
        if key not in self._vintages:
            kind = self.area_type(area_type)
            if kind.vintages and year < kind.vintages[0]:
                raise UnknownVintage(
                    f"{kind.plural} are held from {kind.vintages[0]}, not for {year}; "
                    "choose a year held with best_vintage()"
                )
            day = date(year, 12, 31)
            alive = [area for area in self._by_type[area_type] if area.alive(day)]
            self._vintages[key] = tuple(sorted(alive, key=lambda area: (area.name, area.area_code)))
        return self._vintages[key]

    def codes(self, area_type: str, year: int) -> frozenset[str]:
        """Codes of that type alive on 31 December of ``year``."""
        return frozenset(area.area_code for area in self.vintage(area_type, year))

    def covers_most(self, area_type: str, year: int, n_areas: int) -> bool:
        """Whether figures of ``n_areas`` areas are for nearly all of the type in a vintage; False for one not held."""
        try:
            areas = self.vintage(area_type, year)
        except UnknownVintage:
            return False
        return n_areas >= COVERS_MOST * len(areas)

    def best_vintage(self, area_type: str, area_codes: Iterable[str], near_year: int) -> int:
        """The vintage of ``area_type`` that a set of codes belongs to.

        Maximises (codes found in the vintage − codes of the vintage not found); of equals the one nearest to
        ``near_year``, then the later.
        """
        wanted = frozenset(area_codes)

        def merit(year: int) -> tuple[int, int, int]:
            held = self.codes(area_type, year)
            return (len(wanted & held) - len(held - wanted), -abs(year - near_year), year)

        return max(self.area_type(area_type).vintages, key=merit)

    # ---- other codes and names ---------------------------------------------------------------------

    @cached_property
    def _by_ods(self) -> dict[tuple[str, str], list[Area]]:
        index: dict[tuple[str, str], list[Area]] = defaultdict(list)
        for area in self:
            if area.ods_code:
                index[area.area_type, area.ods_code].append(area)
        return index

    def by_ods(self, ods_code: str, area_type: str, on: date) -> Area | None:
        """The area of that type with that ODS code on that day, or None.

        NHS publications before 2020 put the GSS code in the place of the ODS code of an STP: a GSS code of
        the type is taken as itself.
        """
        self.area_type(area_type)
        code = ods_code.strip().upper()
        for area in self._by_ods.get((area_type, code), ()):
            if area.alive(on):
                return area
        itself = self._by_code.get(code, {}).get(area_type)
        return itself if itself is not None and itself.alive(on) else None

    @cached_property
    def _by_name(self) -> tuple[dict[tuple[str, str], list[Area]], dict[tuple[str, str], list[Area]]]:
        """Areas by (type, normalised name), and by (type, normalised alias)."""
        names: dict[tuple[str, str], list[Area]] = defaultdict(list)
        others: dict[tuple[str, str], list[Area]] = defaultdict(list)
        for area in self:
            names[area.area_type, normalise(area.name)].append(area)
            for alias, _ in self._aliases.get(area.area_code, ()):
                listed = others[area.area_type, normalise(alias)]
                if area not in listed:
                    listed.append(area)
        return names, others

    def by_name(self, name: str, area_type: str, on: date | None = None) -> Area | None:
        """The area of that type with that name or alias, or None.

        Case, punctuation, apostrophes and ``&`` do not matter; a name goes before an alias. With ``on``, only
        areas alive on that day; without, one that stands goes before the one that ended last.
        """
        self.area_type(area_type)
        key = (area_type, normalise(name))
        for index in self._by_name:
            found = [area for area in index.get(key, ()) if on is None or area.alive(on)]
            if found:
                return max(found, key=lambda area: (area.end_on or date.max, area.area_code))
        return None

    # ---- memberships -------------------------------------------------------------------------------

    def parents(
        self,
        area_code: str,
        parent_type: str | None = None,
        on: date | None = None,
        child_type: str | None = None,
    ) -> tuple[Membership, ...]:
        """What the area lies in, the largest share first within each parent type; all dates where ``on`` is None.

        A membership that a code has in both of its types (a unitary as ltla and as utla) comes once, as its
        primary type, unless ``child_type`` says which is meant.
        """
        rows = self._parents.get(area_code, ())
        if child_type is not None:
            rows = [row for row in rows if row.child_type == child_type]
        return self._chosen(rows, on, lambda row: row.parent_type, parent_type)

    def children(
        self,
        area_code: str,
        child_type: str,
        on: date | None = None,
        parent_type: str | None = None,
    ) -> tuple[Membership, ...]:
        """Areas of ``child_type`` that lie, wholly or in part, in the area; all dates where ``on`` is None.

        ``parent_type`` tells the two lives of one code apart (an STP and the ICB that kept its code).
        """
        rows = self._children.get(area_code, ())
        if parent_type is not None:
            rows = [row for row in rows if row.parent_type == parent_type]
        return self._chosen(rows, on, lambda row: row.child_type, child_type)

    def _chosen(
        self,
        rows: Iterable[Membership],
        on: date | None,
        kind: Callable[[Membership], str],
        wanted: str | None,
    ) -> tuple[Membership, ...]:
        if wanted is not None:
            self.area_type(wanted)
        chosen: dict[tuple[object, ...], Membership] = {}
        for row in rows:
            if (wanted is None or kind(row) == wanted) and (on is None or row.holds(on)):
                key = (row.child_code, row.parent_code, row.parent_type, row.start_on, row.end_on, row.share)
                known = chosen.get(key)
                if known is None or self._order(row.child_type) < self._order(known.child_type):
                    chosen[key] = row
        return tuple(
            sorted(
                chosen.values(),
                key=lambda row: (self._order(row.parent_type), -row.share, row.parent_code, row.child_code),
            )
        )

    def _order(self, area_type: str) -> int:
        return self.area_types[area_type].order

    # ---- successions -------------------------------------------------------------------------------

    def successors(self, area_code: str, area_type: str | None = None) -> tuple[Succession, ...]:
        """What became of the area, oldest change first. Once only where both its types changed alike."""
        return self._changes(self._successors.get(area_code, ()), area_type)

    def predecessors(self, area_code: str, area_type: str | None = None) -> tuple[Succession, ...]:
        """What the area was made of, oldest change first. Once only where both its types changed alike."""
        return self._changes(self._predecessors.get(area_code, ()), area_type)

    def _changes(self, rows: Iterable[Succession], area_type: str | None) -> tuple[Succession, ...]:
        chosen: dict[tuple[object, ...], Succession] = {}
        for row in rows:
            if area_type is None or row.area_type == area_type:
                key = (row.predecessor_code, row.successor_code, row.changed_on, row.share)
                known = chosen.get(key)
                if known is None or self._order(row.area_type) < self._order(known.area_type):
                    chosen[key] = row
        return tuple(
            sorted(
                chosen.values(),
                key=lambda row: (row.changed_on, row.predecessor_code, -row.share, row.successor_code),
            )
        )

    def live_successors(self, area_code: str) -> tuple[Area, ...]:
        """The areas that stand today where an ended area stood: its successors, theirs, and so on."""
        found: dict[str, Area] = {}
        seen = {area_code}
        waiting = [area_code]
        while waiting:
            for succession in self.successors(waiting.pop()):
                code = succession.successor_code
                if code in seen:
                    continue
                seen.add(code)
                if any(form.is_live for form in self._by_code[code].values()):
                    found[code] = self.area(code)
                else:
                    waiting.append(code)
        return tuple(sorted(found.values(), key=lambda area: area.name))

    # ---- neighbours and search ---------------------------------------------------------------------

    def similar(self, area_code: str) -> tuple[str, ...]:
        """Codes of the statistically nearest neighbours (ONS, all indicators), nearest first; empty if none known."""
        return self._similar.get(area_code, ())

    @cached_property
    def _search_index(self) -> list[tuple[Area, bool, str, tuple[str, ...], tuple[str, ...]]]:
        """(primary form, whether any form stands, name, aliases, codes), texts normalised, one entry a code."""
        entries = []
        for area_code, forms in self._by_code.items():
            primary = next(iter(forms.values()))
            names = [form.name for form in forms.values()][1:]
            names += [alias for alias, _ in self._aliases.get(area_code, ())]
            codes = {
                area_code.casefold(),
                *(form.ods_code.casefold() for form in forms.values() if form.ods_code),
            }
            entries.append(
                (
                    primary,
                    any(form.is_live for form in forms.values()),
                    normalise(primary.name),
                    tuple(normalise(name) for name in names),
                    tuple(codes),
                )
            )
        return entries

    def search(self, text: str, limit: int = 20) -> list[Area]:
        """Areas whose name, alias, code or ODS code begins with the words of ``text``; primary forms.

        Areas that stand come first (and any area asked for by its whole code), then the closest match, then
        display order and name. An area that has ended brings the areas that stand in its place with it, so that
        an old name leads to the new area.
        """
        wanted = normalise(text)
        if not wanted or limit < 1:
            return []
        words = wanted.split()
        compact = wanted.replace(" ", "")
        ranks: dict[str, tuple[int, int, int, str, str]] = {}

        def offer(area: Area, live: bool, closeness: int) -> None:
            rank = (0 if live else 1, closeness, self._order(area.area_type), area.name, area.area_code)
            ranks[area.area_code] = min(rank, ranks.get(area.area_code, rank))

        for area, live, name, others, codes in self._search_index:
            closeness = _closeness(wanted, words, compact, name, others, codes)
            if closeness is None:
                continue
            offer(area, live or closeness == _EXACT_CODE, closeness)
            if not live:
                for successor in self.live_successors(area.area_code):
                    offer(successor, True, closeness + _SUCCESSOR)
        ordered = sorted(ranks.values())[:limit]
        return [self.area(area_code) for *_, area_code in ordered]


_EXACT_CODE = -1
_SUCCESSOR = 10  # an old name is a weaker match than any match of an area's own


def _closeness(
    wanted: str,
    words: Sequence[str],
    compact: str,
    name: str,
    others: Sequence[str],
    codes: Sequence[str],
) -> int | None:
    """The lower the closer; None where the text does not match."""
    if compact in codes:
        return _EXACT_CODE
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if wanted in others:
        return 2
    if len(compact) >= 3 and any(code.startswith(compact) for code in codes):
        return 3
    if _begins_words(words, name):
        return 4
    if any(other.startswith(wanted) for other in others):
        return 5
    if any(_begins_words(words, other) for other in others):
        return 6
    return None


def _begins_words(words: Sequence[str], name: str) -> bool:
    """Whether every word of the text begins a word of the name."""
    parts = name.split()
    return all(any(part.startswith(word) for part in parts) for word in words)


# ---- reading ---------------------------------------------------------------------------------------

T = TypeVar("T")


class _Problems(list[str]):
    """What is wrong with the tables; every problem is collected before one error is raised."""

    def add(self, file_name: str, row: int, message: str) -> None:
        self.append(f"{file_name} row {row}: {message}")


@cache
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(folder: Path, file_name: str, problems: _Problems) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of a table, the header counted as row 1."""
    expected = list(COLUMNS[file_name])
    path = folder / file_name
    if not path.is_file():
        problems.append(f"{file_name}: the file is absent; make it with `python -m geodata build`")
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problems.append(f"{file_name}: {error}; expected UTF-8")
        return
    reader = csv.reader(text.splitlines())
    header = next(reader, [])
    if header != expected:
        problems.append(f"{file_name} row 1: columns {header}; expected {expected}")
        return
    for row, cells in enumerate(reader, start=2):
        if len(cells) == len(expected):
            yield row, cells
        else:
            problems.add(file_name, row, f"{len(cells)} cells; expected {len(expected)}")


def _read(
    folder: Path, file_name: str, problems: _Problems, record: Callable[[list[str]], T]
) -> list[tuple[int, T]]:
    """Records of a table with their row numbers; a row that cannot be read is a problem, not a record."""
    records = []
    for row, cells in _rows(folder, file_name, problems):
        try:
            records.append((row, record(cells)))
        except ValueError as error:
            problems.add(file_name, row, f"{','.join(cells)}: {error}")
    return records


def _number(text: str) -> float | None:
    return float(text) if text else None


def _changed_on(text: str) -> date:
    day = _day(text)
    if day is None:
        raise ValueError("changed_on is empty; expected a day such as 2023-04-01")
    return day


def _area(cells: list[str]) -> Area:
    code, area_type, name, ods_code, start_on, end_on, latitude, longitude = cells
    return Area(
        code,
        area_type,
        name,
        ods_code or None,
        _day(start_on),
        _day(end_on),
        _number(latitude),
        _number(longitude),
    )


def _membership(cells: list[str]) -> Membership:
    child_code, child_type, parent_code, parent_type, start_on, end_on, share = cells
    return Membership(
        child_code, child_type, parent_code, parent_type, _day(start_on), _day(end_on), float(share)
    )


def _succession(cells: list[str]) -> Succession:
    area_type, predecessor_code, successor_code, changed_on, share = cells
    return Succession(area_type, predecessor_code, successor_code, _changed_on(changed_on), float(share))


def _alias(cells: list[str]) -> tuple[str, str, str]:
    return (cells[0], cells[1], cells[2])


def _neighbour(cells: list[str]) -> tuple[str, int, str]:
    return (cells[0], int(cells[1]), cells[2])


_REQUIRED: dict[str, type] = {
    "name": str,
    "plural": str,
    "code_prefixes": list,
    "order": int,
    "default_vintage": int,
    "vintages": list,
    "nearness": int,
}
_OPTIONAL: dict[str, type] = {
    "preferred": int,
    "region": str,
    "around": list,
    "zoom_to": list,
    "outlined_by": list,
    "outlines": list,
    "grouped_by": str,
    "made_of": str,
    "lists": str,
    "has_similar": bool,
    "stands_by": bool,
}
_ONE_TYPE = ("region", "grouped_by", "made_of", "lists")
_MANY_TYPES = ("around", "zoom_to", "outlined_by", "outlines")
# a place may be given once
_PLACES = ("order", "nearness", "preferred")


def _read_area_types(path: Path, problems: _Problems) -> dict[str, AreaType]:
    if not path.is_file():
        problems.append(f"{path.name}: the file is absent")
        return {}
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: {error}")
        return {}
    area_types = {}
    taken: dict[tuple[str, int], str] = {}
    for area_type, entry in tables.items():
        if not isinstance(entry, dict):
            problems.append(f"{path.name}: {area_type}: {entry!r}; expected a table [{area_type}]")
            continue
        faults = [
            *_faults_of_keys(entry),
            *_faults_of_types(area_type, entry, tables),
            *_faults_of_places(area_type, entry, taken),
        ]
        problems.extend(f"{path.name}: {area_type}.{fault}" for fault in faults)
        if not faults:
            lists = ("vintages", "code_prefixes", *_MANY_TYPES)
            fields: dict[str, Any] = {
                key: tuple(given) if key in lists else given for key, given in entry.items()
            }
            area_types[area_type] = AreaType(area_type, **fields)
    return area_types


def _faults_of_keys(entry: Mapping[str, Any]) -> list[str]:
    """Keys that are unknown or absent, values of the wrong type, and vintages that contradict each other."""
    faults = [f"{key}: unknown key" for key in entry if key not in _REQUIRED | _OPTIONAL]
    for key, kind in (_REQUIRED | _OPTIONAL).items():
        given = entry.get(key)
        if given is None and key in _OPTIONAL:
            continue
        # True is an int to Python and not to a reader of the file
        if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
            faults.append(f"{key}: {given!r}; expected {kind.__name__}")
    if not faults and entry["default_vintage"] not in entry["vintages"]:
        faults.append(f"default_vintage: {entry['default_vintage']} is not one of vintages")
    if not faults and entry["vintages"] != sorted(set(entry["vintages"])):
        faults.append("vintages: expected years in order, none twice")
    return faults


def _faults_of_types(area_type: str, entry: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    """Keys that name an area type which the file does not have, the type itself, or one twice."""
    types = tuple(known)
    faults = []
    for key in (*_ONE_TYPE, *_MANY_TYPES):
        given = entry.get(key, [])
        named = given if isinstance(given, list) else [given]
        for position, other in enumerate(named):
            if other not in types:
                faults.append(f"{key}: {other!r} is not one of {', '.join(types)}")
            elif other == area_type:
                faults.append(f"{key}: {other!r} is the type itself")
            elif other in named[:position]:
                faults.append(f"{key}: {other!r} is named twice")
    return faults


def _faults_of_places(
    area_type: str, entry: Mapping[str, Any], taken: dict[tuple[str, int], str]
) -> list[str]:
    """Places in an order that another type has taken; adds those of this type to ``taken``."""
    faults = []
    for key in _PLACES:
        place = entry.get(key)
        if isinstance(place, int):
            holder = taken.setdefault((key, place), area_type)
            if holder != area_type:
                faults.append(f"{key}: {place} is already that of {holder}")
    return faults


def _in_the_kingdom(latitude: float, longitude: float | None) -> bool:
    return 49 <= latitude <= 61 and longitude is not None and -9 <= longitude <= 2.5


def _check_areas(
    rows: Sequence[tuple[int, Area]], area_types: Mapping[str, AreaType], problems: _Problems
) -> list[Area]:
    seen: dict[tuple[str, str], int] = {}
    sound = []
    for row, area in rows:
        kind = area_types.get(area.area_type)
        before = seen.setdefault((area.area_code, area.area_type), row)
        if kind is None:
            problems.add(
                "areas.csv", row, f"area_type {area.area_type!r} is not one of {', '.join(area_types)}"
            )
            continue
        if not _CODE.fullmatch(area.area_code) or not area.area_code.startswith(kind.code_prefixes):
            problems.add(
                "areas.csv",
                row,
                f"area_code {area.area_code!r} of {area.area_type}; expected nine characters that begin with "
                f"{' or '.join(kind.code_prefixes)}",
            )
        if before != row:
            problems.add("areas.csv", row, f"{area.area_code} {area.area_type} is already in row {before}")
            continue
        if not area.name.strip():
            problems.add("areas.csv", row, f"name of {area.area_code} is empty")
        if area.start_on and area.end_on and area.end_on < area.start_on:
            problems.add("areas.csv", row, f"end_on {area.end_on} is before start_on {area.start_on}")
        if (area.latitude is None) != (area.longitude is None):
            problems.add("areas.csv", row, "latitude and longitude: expected both or neither")
        elif area.latitude is not None and not _in_the_kingdom(area.latitude, area.longitude):
            problems.add(
                "areas.csv", row, f"({area.latitude}, {area.longitude}) is outside the United Kingdom"
            )
        sound.append(area)
    return sound


def _check_memberships(
    rows: Sequence[tuple[int, Membership]], areas: Mapping[tuple[str, str], Area], problems: _Problems
) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for row, link in rows:
        child = areas.get((link.child_code, link.child_type))
        parent = areas.get((link.parent_code, link.parent_type))
        for role, code, kind, area in (
            ("child", link.child_code, link.child_type, child),
            ("parent", link.parent_code, link.parent_type, parent),
        ):
            if area is None:
                problems.add("memberships.csv", row, f"{role} {code} {kind} is not in areas.csv")
        if not 0 < link.share <= 1:
            problems.add("memberships.csv", row, f"share {link.share}; expected more than 0 and at most 1")
        if link.start_on and link.end_on and link.end_on < link.start_on:
            problems.add("memberships.csv", row, f"end_on {link.end_on} is before start_on {link.start_on}")
        for area in (child, parent):
            if area is not None and not _within(link, area):
                problems.add(
                    "memberships.csv",
                    row,
                    f"{link.start_on} to {link.end_on} is longer than the life of {area.area_code} "
                    f"{area.area_type} ({area.start_on} to {area.end_on})",
                )
        key = (link.child_code, link.child_type, link.parent_code, link.parent_type, link.start_on)
        before = seen.setdefault(key, row)
        if before != row:
            problems.add("memberships.csv", row, f"the membership is already in row {before}")


def _within(link: Membership, area: Area) -> bool:
    starts = area.start_on is None or (link.start_on is not None and link.start_on >= area.start_on)
    ends = area.end_on is None or (link.end_on is not None and link.end_on <= area.end_on)
    return starts and ends


def _check_successions(
    rows: Sequence[tuple[int, Succession]], areas: Mapping[tuple[str, str], Area], problems: _Problems
) -> None:
    totals: dict[tuple[str, str, date], float] = defaultdict(float)
    for row, change in rows:
        later = CHANGED_TYPES.get(change.area_type, change.area_type)
        if (change.predecessor_code, change.area_type) not in areas:
            problems.add(
                "successions.csv",
                row,
                f"predecessor {change.predecessor_code} {change.area_type} is not in areas.csv",
            )
        if not {(change.successor_code, change.area_type), (change.successor_code, later)} & areas.keys():
            problems.add(
                "successions.csv",
                row,
                f"successor {change.successor_code} {change.area_type} is not in areas.csv",
            )
        if not 0 < change.share <= 1:
            problems.add("successions.csv", row, f"share {change.share}; expected more than 0 and at most 1")
        key = (change.area_type, change.predecessor_code, change.changed_on)
        totals[key] += change.share
        if totals[key] > 1.001:
            problems.add(
                "successions.csv", row, f"shares of {change.predecessor_code} add up to {totals[key]:.4f}"
            )


def read_register(folder: Path = TABLES, area_types_file: Path = FOLDER / "area_types.toml") -> Register:
    """The register in that folder of tables.

    Raises BadRegister (a ValueError) with every problem of every table, one a line.
    """
    problems = _Problems()
    area_types = _read_area_types(area_types_file, problems)
    area_rows = _read(folder, "areas.csv", problems, _area)
    membership_rows = _read(folder, "memberships.csv", problems, _membership)
    succession_rows = _read(folder, "successions.csv", problems, _succession)
    alias_rows = _read(folder, "aliases.csv", problems, _alias)
    similar_rows = _read(folder, "similar.csv", problems, _neighbour)

    sound = _check_areas(area_rows, area_types, problems)
    areas = {(area.area_code, area.area_type): area for area in sound}
    codes = {area.area_code for area in sound}
    _check_memberships(membership_rows, areas, problems)
    _check_successions(succession_rows, areas, problems)
    for row, (area_code, alias, _) in alias_rows:
        if area_code not in codes:
            problems.add("aliases.csv", row, f"area_code {area_code!r} is not in areas.csv")
        if not alias.strip():
            problems.add("aliases.csv", row, f"alias of {area_code} is empty")
    for row, (area_code, _, similar_code) in similar_rows:
        for code in (area_code, similar_code):
            if code not in codes:
                problems.add("similar.csv", row, f"area_code {code!r} is not in areas.csv")
    if problems:
        raise BadRegister("\n".join(problems))
    return Register(
        area_types,
        sound,
        (link for _, link in membership_rows),
        (change for _, change in succession_rows),
        (alias for _, alias in alias_rows),
        (pair for _, pair in similar_rows),
    )


@cache
def load_register() -> Register:
    """The committed register, read once a process. Raises BadRegister with every problem at once."""
    return read_register()
