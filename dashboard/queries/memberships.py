"""The memberships of a register by stretch of days: shares down to parts and up to parents, for areas of any vintage.

The rules are given in ``dashboard.queries.geography``, which is the way to ask.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from geodata.lands import forms_of
from geodata.reading import CHANGED_TYPES
from geodata.register import Area, Membership, Register

HALF = 0.5
"""Share of an area from which on it lies in a parent."""
_ROUNDING = 1e-9  # shares that are added up may miss one half by their last binary digit
_DAY = timedelta(days=1)

Shares = dict[str, float]
Parents = tuple[tuple[str, float], ...]
# the codes that may hold an area, and what is known of them
_Otherwise = tuple[frozenset[str], dict[str, tuple[int, float, str]]]
_MOST_ASKED = 256


def is_standing(register: Register, area_code: str, on: date) -> bool:
    return any(form.alive(on) for form in forms_of(register, area_code))


def is_inside(share: float) -> bool:
    return share >= HALF - _ROUNDING


_NOTHING: Shares = {}


class MembershipIndex:
    """Memberships of a register by stretch of days, worked out when first asked for and kept as long as the register.

    Between two changes of the register every day has the same answer: days are looked up as the number of the stretch
    they lie in, so what is kept stays small (the register changes on a dozen days).
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._areas: dict[str, list[Area]] = {area_type: [] for area_type in register.area_types}
        changes: set[date] = set()
        self._links: list[Membership] = []
        for area in register:
            self._areas[area.area_type].append(area)
            changes.update(_edges(area.start_on, area.end_on))
            self._links += register.parents(area.area_code, child_type=area.area_type)
        for link in self._links:
            changes.update(_edges(link.start_on, link.end_on))
        self._starts = [date.min, *sorted(changes)]
        self._children: dict[int, dict[str, dict[str, Shares]]] = {}
        self._within: dict[tuple[str, str, int], Shares] = {}
        self._known: dict[tuple[str, str, int], Shares] = {}
        self._days: dict[tuple[str, str, date], date] = {}
        self._above: dict[tuple[str, str, int], dict[str, Parents]] = {}
        self._shares_once: dict[int, list[Shares]] = {}
        self._types_once: dict[tuple[tuple[str, int], ...], dict[str, Shares]] = {}
        self._made_of: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {}
        self._parents_once: dict[Parents, Parents] = {}
        self._linked: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._otherwise: dict[tuple[str, str, date], _Otherwise] = {}
        self._codes: dict[str, frozenset[str]] = {}
        self._standing: dict[tuple[str, int], tuple[str, ...]] = {}
        self._standing_sets: dict[tuple[str, int], frozenset[str]] = {}
        last_days = [
            max(area.end_on or date.max for area in areas) for areas in self._areas.values() if areas
        ]
        self.last_day_of_ended_types: date | None = max(
            (day for day in last_days if day < date.max), default=None
        )

    # ---- days ----

    def _stretch(self, on: date) -> int:
        return bisect_right(self._starts, on) - 1

    def _first_day(self, stretch: int) -> date:
        return self._starts[stretch]

    def _last_day(self, stretch: int) -> date:
        return self._starts[stretch + 1] - _DAY if stretch + 1 < len(self._starts) else date.max

    def _nearest_stretch_where(self, on: date, holds: Callable[[int], bool]) -> date | None:
        """The nearest day to a day that lies in a stretch for which something holds; of two as near the later.

        Stretches further away are not looked at.
        """
        return next((day for stretch, day in self._outward(on) if holds(stretch)), None)

    def _outward(self, on: date) -> Iterator[tuple[int, date]]:
        """Every stretch with its day that is the nearest to a day, the nearest first; of two as near the later."""
        here = self._stretch(on)
        yield here, on
        earlier, later = here - 1, here + 1
        while earlier >= 0 or later < len(self._starts):
            before = self._last_day(earlier) if earlier >= 0 else None
            after = self._first_day(later) if later < len(self._starts) else None
            if before is None or (after is not None and after - on <= on - before):
                yield later, after or on
                later += 1
            else:
                yield earlier, before
                earlier -= 1

    def standing(self, area_type: str, on: date) -> tuple[str, ...]:
        stretch = self._stretch(self.day_of_type(area_type, on))
        return self._alive(area_type, stretch)

    def _alive(self, area_type: str, stretch: int) -> tuple[str, ...]:
        key = (area_type, stretch)
        if key not in self._standing:
            self._register.area_type(area_type)
            day = self._first_day(stretch)
            areas = [area for area in self._areas[area_type] if area.alive(day)]
            areas.sort(key=lambda area: (area.name, area.area_code))
            self._standing[key] = tuple(area.area_code for area in areas)
        return self._standing[key]

    def _stood(self, area_type: str, stretch: int) -> frozenset[str]:
        key = (area_type, stretch)
        if key not in self._standing_sets:
            self._standing_sets[key] = frozenset(self._alive(area_type, stretch))
        return self._standing_sets[key]

    def day_of_type(self, area_type: str, on: date) -> date:
        """The day, or the nearest one on which there were areas of the type."""
        if self._alive(area_type, self._stretch(on)):
            return on
        found = self._nearest_stretch_where(on, lambda stretch: bool(self._alive(area_type, stretch)))
        return on if found is None else found

    def first_of_alike(self, on: date) -> date:
        """The first of the days with the same areas and memberships as a day; that day itself before anything is known."""
        stretch = self._stretch(on)
        return self._first_day(stretch) if stretch else on

    # ---- down: what lies in a parent ----

    def within(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        """Shares of the areas of a type in a parent (under any code of its land) in a stretch of days."""
        key = (parent_code, area_type, stretch)
        if key not in self._within:
            found: Shares = {}
            for code in (parent_code, *self._register.same_land(parent_code)):
                found |= self._under(code, area_type, stretch)
            # most parents have nothing of most types: they share one answer
            self._within[key] = self._once(found) if found else _NOTHING
        return self._within[key]

    def _once(self, shares: Shares) -> Shares:
        """One dictionary for all stretches with the same shares: most memberships outlive many changes of the register."""
        alike = self._shares_once.setdefault(hash(frozenset(shares.items())), [])
        for known in alike:
            if known == shares:
                return known
        alike.append(shares)
        return shares

    def _types_alike(self, by_type: dict[str, Shares]) -> dict[str, Shares]:
        """One dictionary for all stretches in which a parent has the same areas: the shares are one object each."""
        return self._types_once.setdefault(tuple((kind, id(own)) for kind, own in by_type.items()), by_type)

    def _direct(self, parent_code: str, stretch: int) -> dict[str, Shares]:
        """What the register has in a parent in a stretch of days: shares by type and code."""
        if stretch not in self._children:
            day = self._first_day(stretch)
            found: dict[str, dict[str, Shares]] = {}
            for link in self._links:
                if link.holds(day):
                    by_type = found.setdefault(link.parent_code, {})
                    by_type.setdefault(link.child_type, {})[link.child_code] = link.share
            self._children[stretch] = {
                code: self._types_alike({kind: self._once(shares) for kind, shares in by_type.items()})
                for code, by_type in found.items()
            }
        return self._children[stretch].get(parent_code, {})

    def _under(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        return self._reached(parent_code, area_type, stretch) or self._of_parts(
            parent_code, area_type, stretch
        )

    def _reached(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        """Directly, else through the first type, in display order, that lies between."""
        children = self._direct(parent_code, stretch)
        if area_type in children:
            return children[area_type]
        for between in sorted(children, key=lambda kind: self._register.area_types[kind].order):
            found: Shares = {}
            for code, share in children[between].items():
                if code == parent_code:
                    continue  # a unitary authority is the only district of itself
                for deeper, part in self._reached(code, area_type, stretch).items():
                    found[deeper] = found.get(deeper, 0.0) + part * share
            if found:
                return found
        return {}

    def _of_parts(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        """By what areas of the type are made of: the mean share of their parts, each part counted alike."""
        part_type = self._register.area_types[area_type].made_of
        parts = self._reached(parent_code, part_type, stretch) if part_type else {}
        if not parts:
            return {}
        by_part = self._wholes_by_part(area_type, part_type or "", stretch)
        touched = {whole for part in parts for whole in by_part.get(part, ())}
        found: Shares = {}
        for whole in self._alive(area_type, stretch) if touched else ():
            if whole not in touched:
                continue
            members = self._direct(whole, stretch)[part_type or ""]
            weight = sum(members.values())
            share = sum(parts.get(code, 0.0) * part for code, part in members.items()) / weight
            found[whole] = min(1.0, share)
        return found

    def _wholes_by_part(self, area_type: str, part_type: str, stretch: int) -> dict[str, tuple[str, ...]]:
        """Of each part the areas of a type that are made of it: most have nothing to do with a parent that is asked about."""
        key = (area_type, stretch)
        if key not in self._made_of:
            found: dict[str, tuple[str, ...]] = {}
            for whole in self._alive(area_type, stretch):
                for part in self._direct(whole, stretch).get(part_type, ()):
                    found[part] = (*found.get(part, ()), whole)
            self._made_of[key] = found
        return self._made_of[key]

    def nearest_day(self, parent_code: str, area_type: str, on: date) -> date:
        """The day, or the nearest one on which areas of the type are known to lie in the parent.

        Where there is no such day, because the two never stood together, the nearest day on which the parent existed.
        """
        if self.within(parent_code, area_type, self._stretch(on)):
            return on
        key = (parent_code, area_type, on)
        if key not in self._days:
            codes = (parent_code, *self._register.same_land(parent_code))
            found = self._nearest_stretch_where(
                on, lambda stretch: bool(self.within(parent_code, area_type, stretch))
            ) or self._nearest_stretch_where(
                on,
                lambda stretch: any(
                    is_standing(self._register, code, self._first_day(stretch)) for code in codes
                ),
            )
            self._days[key] = found or on
        return self._days[key]

    def parts(self, parent_code: str, area_type: str, day: date) -> Shares:
        """Of the areas of a type that stood on a day (or the nearest with any) those that lie in a parent, with their shares."""
        standing = self.standing(area_type, day)
        stretch = self._stretch(day)
        if standing is not self._alive(area_type, stretch):
            shares = self.shares(parent_code, area_type, day, standing)
            return {code: share for code, share in shares.items() if share > 0}
        # most areas that stood have nothing to do with the parent: they are not looked at
        stood = self._stood(area_type, stretch)
        direct = self.within(parent_code, area_type, stretch)
        return {code: share for code, share in direct.items() if share > 0 and code in stood}

    def shares(self, parent_code: str, area_type: str, day: date, area_codes: Iterable[str]) -> Shares:
        """The share of each area, of whatever vintage, in a parent on a day; 0 where nothing of it lies there."""
        stretch = self._stretch(day)
        direct = self.within(parent_code, area_type, stretch)
        stood = self._stood(area_type, stretch)
        key = (parent_code, area_type, stretch)
        known = self._known.get(key, _NOTHING)
        answer: Shares = {}
        for code in area_codes:
            share = direct.get(code)
            if share is None:
                # most areas stood on the day and have nothing to do with the parent
                share = 0.0 if code in stood else known.get(code)
            if share is None:
                share = self._share(parent_code, area_type, stretch, code)
                known = self._known.setdefault(key, {})
                known[code] = share
            answer[code] = share
        return answer

    def _share(self, parent_code: str, area_type: str, stretch: int, area_code: str) -> float:
        register = self._register
        day = self._first_day(stretch)
        kinds = register.types_of(area_code)
        alive = [kind for kind in kinds if register.area(area_code, kind).alive(day)]
        if alive:
            # a code may have been of another type then (a CCG that is a sub-ICB location today)
            wanted = [area_type] if area_type in alive else alive
            return max(self.within(parent_code, kind, stretch).get(area_code, 0.0) for kind in wanted)
        if not kinds:
            return 0.0
        kind = area_type if area_type in kinds else kinds[0]
        form = register.area(area_code, kind)
        has_ended = form.end_on is not None and form.end_on < day
        then = form.end_on if has_ended else form.start_on
        if then is None:
            return 0.0
        own = self.within(parent_code, kind, self._stretch(then))
        if own:
            return own.get(area_code, 0.0)
        if has_ended:
            became = [
                change.share * self._share(parent_code, kind, stretch, change.successor_code)
                for change in register.successors(area_code, kind)
            ]
            return min(1.0, sum(became))
        # made from several: what lies there with every one of them surely lies there
        came_from = [
            self._share(parent_code, change.area_type, stretch, change.predecessor_code)
            for earlier in (kind, *(old for old, new in CHANGED_TYPES.items() if new == kind))
            for change in register.predecessors(area_code, earlier)
            if change.share >= HALF
        ]
        return min(came_from, default=0.0)

    # ---- up: what an area lies in ----

    def above(self, area_type: str, parent_type: str, stretch: int) -> dict[str, Parents]:
        """Parents of one type of every area of another, with shares, the largest first."""
        key = (area_type, parent_type, stretch)
        if key not in self._above:
            found: dict[str, list[tuple[str, float]]] = {}
            for parent_code in self._alive(parent_type, stretch):
                for code, share in self._under(parent_code, area_type, stretch).items():
                    found.setdefault(code, []).append((parent_code, share))
            self._above[key] = {}
            for code, parents in found.items():
                ordered = tuple(sorted(parents, key=lambda pair: (-pair[1], pair[0])))
                self._above[key][code] = self._parents_once.setdefault(ordered, ordered)
        return self._above[key]

    def known_share(
        self, area_code: str, area_type: str, parent_code: str, parent_type: str, on: date
    ) -> float | None:
        """The share of an area in a parent of a type whose memberships are known on a day; None where they are not."""
        above = self.above(area_type, parent_type, self._stretch(on))
        if not above:
            return None
        return dict(above.get(area_code, ())).get(parent_code, 0.0)

    def holders(
        self, area_code: str, area_type: str, parent_type: str, on: date, among: Collection[str] | None
    ) -> Parents:
        found = self._holders_of_day(area_code, area_type, parent_type, on)
        if among is None or any(code in among and is_inside(share) for code, share in found):
            return found
        stood = self._stood(parent_type, self._stretch(self.day_of_type(parent_type, on)))
        return (*found, *self._found_otherwise(area_code, area_type, among, on, besides=stood))

    def holders_ever(
        self, area_code: str, area_type: str, parent_type: str, on: date
    ) -> tuple[Parents, Parents]:
        """Parents of a type that stood on a day (or the nearest with any), and then those that did not."""
        found = self._holders_of_day(area_code, area_type, parent_type, on)
        stood = self._stood(parent_type, self._stretch(self.day_of_type(parent_type, on)))
        codes = self._codes_of_type(parent_type)
        return found, self._found_otherwise(area_code, area_type, codes, on, besides=stood)

    def _holders_of_day(self, area_code: str, area_type: str, parent_type: str, on: date) -> Parents:
        self._register.area_type(area_type)
        stretch = self._stretch(self.day_of_type(parent_type, on))
        above = self.above(area_type, parent_type, stretch)
        found = above.get(area_code)
        if found is None and above and area_code in self._stood(area_type, stretch):
            found = ()  # it stood on the day, and lies in none of them
        if found is None:
            found = self._found_otherwise(area_code, area_type, self._stood(parent_type, stretch), on)
        return found

    def _codes_of_type(self, area_type: str) -> frozenset[str]:
        if area_type not in self._codes:
            self._codes[area_type] = frozenset(area.area_code for area in self._areas[area_type])
        return self._codes[area_type]

    def _found_otherwise(
        self,
        area_code: str,
        area_type: str,
        parent_codes: Collection[str],
        on: date,
        besides: Collection[str] = (),
    ) -> Parents:
        """Each parent on the nearest day on which it existed; the nearest such day first, then the largest share."""
        # one page asks of the same area and its districts for many sets of parents
        asked = (area_code, area_type, on)
        otherwise = self._otherwise.get(asked)
        if otherwise is None:
            if len(self._otherwise) >= _MOST_ASKED:
                self._otherwise.clear()
            otherwise = self._otherwise[asked] = (self._ever_above(area_code), {})
        possible, known = otherwise
        found = []
        # few parents are possible, and many may be asked for
        for parent_code in possible:
            if parent_code not in parent_codes or parent_code in besides:
                continue
            ranked = known.get(parent_code)
            if ranked is None:
                day = self.nearest_day(parent_code, area_type, on)
                share = self.shares(parent_code, area_type, day, (area_code,))[area_code]
                ranked = known[parent_code] = (abs((day - on).days), -share, parent_code)
            if ranked[1] < 0:
                found.append(ranked)
        return tuple((code, -negative) for _, negative, code in sorted(found))

    def _ever_above(self, area_code: str) -> frozenset[str]:
        """Codes that may hold something of an area on any day; no other parent has a share of it.

        Everything linked upwards with it, with what it became or was made of, or with the parts of any of these.
        """
        family = _closure({area_code}, self._followed)
        family |= {part for code in family for part in self._links_of(code)[1]}
        above = _closure(family, lambda code: self._links_of(code)[0])
        return frozenset(above).union(*(self._register.same_land(code) for code in above))

    def _followed(self, area_code: str) -> set[str]:
        register = self._register
        later = {change.successor_code for change in register.successors(area_code)}
        return later | {change.predecessor_code for change in register.predecessors(area_code)}

    def _links_of(self, area_code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Codes that an area ever lay in, and the parts that it was ever made of."""
        if not self._linked:
            linked: dict[str, tuple[set[str], set[str]]] = {}
            for link in self._links:
                linked.setdefault(link.child_code, (set(), set()))[0].add(link.parent_code)
                if self._register.area_types[link.parent_type].made_of == link.child_type:
                    linked.setdefault(link.parent_code, (set(), set()))[1].add(link.child_code)
            # many areas lay in the same areas: a set of each would take half a megabyte
            once: dict[tuple[str, ...], tuple[str, ...]] = {}
            self._linked = {
                code: (
                    once.setdefault(of_area := tuple(sorted(above)), of_area),
                    once.setdefault(of_parts := tuple(sorted(parts)), of_parts),
                )
                for code, (above, parts) in linked.items()
            }
        return self._linked.get(area_code, ((), ()))

    def offered(self, parent_type: str, area_type: str, on: date) -> list[Area]:
        """Parents of a type that stood on a day or stand now; of codes of the same land the one of the day."""
        register = self._register
        day = self.day_of_type(area_type, on)
        then = [register.area(code, parent_type) for code in self._alive(parent_type, self._stretch(day))]
        there = {area.area_code for area in then}
        now = [
            area
            for area in self._areas[parent_type]
            if area.is_live
            and not there.intersection((area.area_code, *self._register.same_land(area.area_code)))
        ]
        return [*then, *now]


def _closure(codes: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """Codes with all that follow from them."""
    found = set(codes)
    waiting = list(found)
    while waiting:
        for code in following(waiting.pop()):
            if code not in found:
                found.add(code)
                waiting.append(code)
    return found


def _edges(start_on: date | None, end_on: date | None) -> list[date]:
    """The days on which something changes: the first one, and the one after the last."""
    edges = [] if start_on is None else [start_on]
    return edges if end_on is None else [*edges, end_on + _DAY]


@lru_cache(maxsize=4)
def index_of(register: Register) -> MembershipIndex:
    """Of the process's one register; tests have a few more."""
    return MembershipIndex(register)
