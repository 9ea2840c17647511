"""The register of areas: what areas there are, when they stood, what they lie in and what became of them.

Reads the committed tables in ``geodata/tables/`` with the standard library only, so that the web process can
hold it. Dates are inclusive: an area whose ``end_on`` is 2020-03-31 stood on that day and not on the next.
A ``start_on`` of None means "stood already when the register begins"; an ``end_on`` of None means "stands".

Sources, rules and gaps are described in ``docs/geography.md``; the tables are made by ``python -m geodata build``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from geodata import groups
from geodata.area_types import read_area_types
from geodata.faults import UnknownArea, UnknownAreaType, UnknownVintage
from geodata.lands import ended_before, lands_of, whole_forerunners
from geodata.locations import named_by_place
from geodata.matching import EXACT_CODE, closeness_of
from geodata.people import FOLDER as PEOPLE
from geodata.people import read_similar
from geodata.reading import COLUMNS, FOLDER, TABLES, Problems, read_tables
from geodata.records import Area, AreaType, Membership, Succession, normalise

__all__ = [
    "COLUMNS",
    "FOLDER",
    "TABLES",
    "Area",
    "AreaType",
    "BadRegister",
    "Membership",
    "Register",
    "Succession",
    "UnknownArea",
    "UnknownAreaType",
    "UnknownVintage",
    "load_register",
    "normalise",
    "read_register",
]

COVERS_MOST = 0.9
"""Share of the areas of a type from which on figures cover most of it."""


class BadRegister(ValueError):
    """The tables of the register contradict themselves; the message has one line a problem."""


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
        """``aliases`` are (area_code, alias, kind), ``similar`` are (area_code, rank, similar_code).

        Areas get the names here that people see (``geodata.locations``): there is no other place that names them.
        """
        memberships, successions = list(memberships), list(successions)
        areas = named_by_place(list(areas), memberships, successions)
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
        return isinstance(area_code, str) and bool(self.types_of(area_code))

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
        """The area with that code; its primary type where ``area_type`` is None (ltla before utla). Groups are areas too.

        Raises UnknownArea, and UnknownAreaType for a type that does not exist.
        """
        forms = self._forms(area_code)
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

    def _forms(self, area_code: str) -> Mapping[str, Area] | None:
        """A code as each type that it stands for, or None. Raises UnknownArea for a group that cannot be."""
        known = self._by_code.get(area_code)
        if known is None and groups.is_group(area_code):
            return {groups.CUSTOM: groups.area_of(area_code, self)}
        return known

    def types_of(self, area_code: str) -> tuple[str, ...]:
        """The area types this code belongs to, primary first; empty for a code not in the register."""
        try:
            return tuple(self._forms(area_code) or ())
        except UnknownArea:
            return ()

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
            if area.official_name:
                names[area.area_type, normalise(area.official_name)].append(area)
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
        if groups.is_group(area_code):
            rows = list(groups.members_of(area_code, self))
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

    def _is_live(self, area_code: str) -> bool:
        return any(form.is_live for form in self._by_code[area_code].values())

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
                if self._is_live(code):
                    found[code] = self.area(code)
                else:
                    waiting.append(code)
        return tuple(sorted(found.values(), key=lambda area: area.name))

    @cached_property
    def lands(self) -> Mapping[str, tuple[str, ...]]:
        """All codes of a land, the newest first, by each of its codes: lands with more than one code only."""
        return lands_of(self)

    def land(self, area_code: str) -> tuple[str, ...]:
        """The codes of an area's land, the newest first: itself alone for nearly every code.

        Worked out once for the register. A code that is not in the register is a land of its own.
        """
        return self.lands.get(area_code) or (area_code,)

    def same_land(self, area_code: str) -> tuple[str, ...]:
        """Other codes of the same land (Barnsley before and after April 2025), the newest first; not the code itself."""
        land = self.lands.get(area_code)
        return tuple(code for code in land if code != area_code) if land else ()

    def land_types(self, area_code: str) -> tuple[str, ...]:
        """The area types that any code of an area's land belongs to, those of the newest code first; of a group also its members'."""
        if groups.is_group(area_code):
            return groups.types_listed(area_code, self)
        return tuple(dict.fromkeys(kind for code in self.land(area_code) for kind in self.types_of(code)))

    def ended_before(self, area_code: str, on: date) -> date | None:
        """The last day of an area that had ended before a day, and that does not go on under another code; None else."""
        return ended_before(self, area_code, on)

    def whole_forerunners(self, area_code: str, area_type: str, on: date) -> tuple[str, ...]:
        """Codes of the areas of a day that merged whole, and with nothing else, into an area; itself where it stood then.

        Empty where any of them was divided: figures cannot be joined then. Raises UnknownArea.
        """
        return whole_forerunners(self, area_code, area_type, on)

    # ---- neighbours and search ---------------------------------------------------------------------

    def similar(self, area_code: str) -> tuple[str, ...]:
        """Codes of the nearest neighbours (of councils ONS's, of NHS areas ours), nearest first; empty if none known."""
        return self._similar.get(area_code, ())

    @cached_property
    def _search_index(self) -> list[tuple[Area, bool, str, tuple[str, ...], tuple[str, ...]]]:
        """(primary form, whether any form stands, name, aliases, codes), texts normalised, one entry a code."""
        entries = []
        for area_code, forms in self._by_code.items():
            primary = next(iter(forms.values()))
            names = [form.name for form in forms.values()][1:]
            names += [form.official_name for form in forms.values() if form.official_name]
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
        an old name leads to the new area. A land that has had two codes is found under the one that stands, or under the
        one asked for.
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
            closeness = closeness_of(wanted, words, compact, name, others, codes)
            if closeness is None:
                continue
            current = next((code for code in self.same_land(area.area_code) if self._is_live(code)), None)
            if live or closeness == EXACT_CODE or current is None:
                offer(area, live or closeness == EXACT_CODE, closeness)
            else:
                # one land is found once, under the code that stands
                offer(self.area(current), True, closeness)
            if not live and current is None:
                for successor in self.live_successors(area.area_code):
                    offer(successor, True, closeness + _SUCCESSOR)
        ordered = sorted(ranks.values())[:limit]
        return [self.area(area_code) for *_, area_code in ordered]


_SUCCESSOR = 10  # an old name is a weaker match than any match of an area's own


def read_register(
    folder: Path = TABLES,
    area_types_file: Path = FOLDER / "area_types.toml",
    people: Path | None = None,
) -> Register:
    """The register in that folder of tables; with ``people`` NHS areas have the similar areas of that folder too.

    Raises BadRegister (a ValueError) with every problem of every table, one a line.
    """
    problems = Problems()
    area_types = read_area_types(area_types_file, problems)
    tables = read_tables(folder, area_types, problems)
    if problems:
        raise BadRegister("\n".join(problems))
    similar = tables.similar
    if people is not None:
        similar = [*similar, *read_similar({area.area_code for area in tables.areas}, people)]
    return Register(area_types, tables.areas, tables.memberships, tables.successions, tables.aliases, similar)


@cache
def load_register() -> Register:
    """The committed register, read once a process. Raises BadRegister with every problem at once."""
    return read_register(people=PEOPLE)
