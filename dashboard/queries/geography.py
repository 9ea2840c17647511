"""Where areas lie: inside a parent, in a region, beside others. The one place where a share is held against one half.

An area lies in a parent where at least half of it does on the day asked for; where the parent did not exist then, on
the nearest day on which it did. The share is the register's:

- directly, where the register has the membership; otherwise through what lies between (the NHS region of a CCG through
  its STP), shares multiplied and added up;
- an area that is made of others and has no membership of its own (the ICB of a county, the region of a partnership)
  lies where those lie, each counted alike;
- a code that did not exist on the day (figures of old years on today's areas) counts with its memberships on the nearest
  day it existed. Where the parent did not exist on that day, it counts with what it became or was made from;
- two codes of the same land are the same parent;
- memberships of overlapping parents (LEPs) each count in full.

What a region is, what a list may be narrowed to and which area is nearest are keys of ``geodata/area_types.toml``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.answers.geography import Inside, Nearby, Parent, ParentGroup, Share
from geodata.reading import CHANGED_TYPES
from geodata.register import Area, Register
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

ENGLAND = "E92000001"
UNITED_KINGDOM = "K02000001"
HALF = 0.5
"""Share of an area from which on it lies in a parent."""
FEWEST_INSIDE = 2
"""A parent that holds fewer of the listed areas is not offered to narrow the list to."""
NEAR_SHARE = 0.25
"""Share of an area from which on another counts as near to it."""
_ROUNDING = 1e-9  # shares that are added up may miss one half by their last binary digit
_WHOLE = 0.9995  # the register writes shares to four decimals
_DAY = timedelta(days=1)
_WHOLE_COUNTRY = ("england", "uk")


def day_of(context: Context, view: View) -> date:
    """The last day of the period shown: the day whose memberships hold. Today where there is no period."""
    return context.today() if view.period is None else Period.parse(view.period).end_on


def inside(
    register: Register,
    parent_code: str,
    area_type: str,
    on: date,
    area_codes: Iterable[str] | None = None,
) -> Inside:
    """The areas of a type that lie in a parent on a day, and those that lie partly there.

    ``area_codes`` are the areas asked about (those that have a figure, say), of whatever vintage; without it, all of
    the type on that day, or on the nearest day on which there were any. Raises UnknownArea and UnknownAreaType.
    """
    index = _index(register)
    register.area(parent_code)
    codes = index.standing(area_type, on) if area_codes is None else tuple(area_codes)
    day = index.nearest_day(parent_code, area_type, on)
    shares = index.shares(parent_code, area_type, day, codes)
    return Inside(
        parent_code,
        area_type,
        on,
        day,
        tuple(code for code in codes if _is_inside(shares[code])),
        tuple(
            sorted(
                (Share(code, shares[code]) for code in codes if shares[code] > 0 and not _is_inside(shares[code])),
                key=lambda partly: -partly.share,
            )
        ),
    )  # fmt: skip


def holders(
    register: Register,
    area_code: str,
    parent_type: str,
    on: date,
    *,
    area_type: str | None = None,
    among: Collection[str] | None = None,
) -> tuple[Share, ...]:
    """What an area lies in, wholly or partly: parents of a type with the share of the area, the largest first.

    Parents are those that stood on the day (or on the nearest day on which there were any); with ``among`` also those
    of its codes that did not, each on the nearest day on which it existed. ``area_type`` says as which type the area
    is meant; without it as its primary type. Raises UnknownArea and UnknownAreaType.
    """
    kind = area_type or register.area(area_code).area_type
    found = _index(register).holders(area_code, kind, parent_type, on, among)
    return tuple(Share(code, share) for code, share in found)


def holder(
    register: Register,
    area_code: str,
    parent_type: str,
    on: date,
    *,
    area_type: str | None = None,
    among: Collection[str] | None = None,
) -> str | None:
    """The parent of a type in which at least half of an area lies, the one with the largest share; None without.

    An area is not its own parent. With ``among`` only those codes count, first those that stood on the day.
    """
    for share in holders(register, area_code, parent_type, on, area_type=area_type, among=among):
        allowed = among is None or share.area_code in among
        if allowed and share.area_code != area_code and _is_inside(share.share):
            return share.area_code
    return None


def region_types(register: Register) -> tuple[str, ...]:
    """The types that are "its own region" for areas of some type, in display order."""
    named = {kind.region for kind in register.area_types.values()}
    return tuple(area_type for area_type in register.area_types if area_type in named)


def region_of(
    register: Register,
    area_code: str,
    on: date,
    *,
    area_type: str | None = None,
    among: Collection[str] | None = None,
) -> str | None:
    """The code of the region an area lies in by at least half (of an NHS area: of its NHS region); None for a region.

    ``among`` are the regions that will do, such as those with a figure.
    """
    kind = register.area_type(area_type or register.area(area_code).area_type)
    if kind.region is None:
        return None
    return holder(register, area_code, kind.region, on, area_type=kind.area_type, among=among)


def around(
    register: Register,
    area_code: str,
    on: date,
    among: Mapping[str, Collection[str]],
    *,
    area_type: str | None = None,
) -> str | None:
    """The area that lies around another one: of the types ``around`` the first that holds at least half of it.

    ``among`` are the codes that will do by type, such as those with a figure. None where there is none.
    """
    kind = register.area_type(area_type or register.area(area_code).area_type)
    for parent_type in kind.around:
        codes = among.get(parent_type, ())
        if codes:
            found = holder(register, area_code, parent_type, on, area_type=kind.area_type, among=codes)
            if found is not None:
                return found
    return None


def similar(register: Register, area_code: str) -> tuple[str, ...]:
    """The areas that ONS names as most like an area, nearest first; those of its other code where it has none."""
    for code in (area_code, *same_land(register, area_code)):
        found = tuple(other for other in register.similar(code) if other in register)
        if found:
            return found
    return ()


def same_land(register: Register, area_code: str) -> tuple[str, ...]:
    """Other codes of the same land (Barnsley before and after April 2025), the newest first; not the code itself."""
    return _index(register).other_codes(area_code)


def parents_of_list(
    register: Register, area_codes: Sequence[str], area_type: str, on: date
) -> tuple[ParentGroup, ...]:
    """The parents that a list of areas of one type may be narrowed to, by type in the order of ``zoom_to``.

    Those that stood on the day or stand now, and in which at least ``FEWEST_INSIDE`` of the areas lie (``inside``). Of
    two codes of the same land the one that stood on the day is offered.
    """
    index = _index(register)
    groups = []
    for parent_type in register.area_type(area_type).zoom_to:
        parents = []
        for area in index.offered(parent_type, area_type, on):
            found = inside(register, area.area_code, area_type, on, area_codes)
            if len(found.area_codes) >= FEWEST_INSIDE:
                parents.append(Parent(area.area_code, area.name, len(found.area_codes), area.alive(on)))
        if parents:
            parents.sort(key=lambda parent: (parent.name, parent.area_code))
            groups.append(ParentGroup(parent_type, tuple(parents)))
    return tuple(groups)


def standing(register: Register, area_type: str, on: date) -> tuple[str, ...]:
    """Codes of the areas of a type on a day, by name; on the nearest day on which there were any where there were none."""
    return _index(register).standing(area_type, on)


def last_day(register: Register, area_type: str, today: date) -> date:
    """The day as of which areas of a type are listed: today, or the last day of a type that has ended."""
    return _index(register).day_of_type(area_type, today)


def listed_type(register: Register, parent_code: str | None) -> str:
    """The type of area that is listed inside a parent where the address names none."""
    kinds = register.types_of(parent_code) if parent_code else ()
    found = register.area_types[kinds[0]].lists if kinds else None
    return found or min(register.area_types.values(), key=lambda kind: kind.nearness).area_type


def preferred_types(register: Register) -> tuple[str, ...]:
    """The types that people come for, the first the most."""
    kinds = [kind for kind in register.area_types.values() if kind.preferred is not None]
    return tuple(kind.area_type for kind in sorted(kinds, key=lambda kind: kind.preferred or 0))


def covers_most(register: Register, area_type: str, vintage: int, n_areas: int) -> bool:
    """Whether figures are for nearly all areas of a type in a vintage: what a map should open on."""
    try:
        areas = register.codes(area_type, vintage)
    except LookupError:
        return False
    return n_areas >= COVERS_MOST * len(areas)


COVERS_MOST = 0.9
"""Share of the areas of a type from which on figures cover most of it."""


def nearest(register: Register, area_code: str, today: date) -> tuple[Nearby, ...]:
    """What may speak for an area that has no figure, the nearest first; England and the United Kingdom last.

    What it became, what it lies in by at least ``NEAR_SHARE`` (and what that lies in), what it lay in when types that
    have ended still stood, and what it was made from by at least half. Areas that stand go before those that do not,
    then types in the order ``nearness``, then the shorter way, then the larger share.
    """
    area = register.area(area_code)
    stands = _stands(register, area_code, today)
    day = (
        today
        if stands
        else max((form.end_on for form in _forms(register, area_code) if form.end_on), default=today)
    )
    found: dict[str, tuple[tuple[int, int, float], Nearby]] = {}

    def offer(code: str, kind: str, share: float, steps: int) -> None:
        rank = (register.area_types[kind].nearness, steps, -share)
        if code != area.area_code and (code not in found or rank < found[code][0]):
            found[code] = (rank, Nearby(code, kind, share))

    for heir in register.live_successors(area_code):
        offer(heir.area_code, heir.area_type, 1.0, 0)
        for beyond in register.parents(heir.area_code, None, today):
            if beyond.share >= NEAR_SHARE:
                offer(beyond.parent_code, beyond.parent_type, beyond.share, 4)
    for first in register.parents(area_code, None, day):
        if first.share >= NEAR_SHARE:
            offer(first.parent_code, first.parent_type, first.share, 1)
            for second in register.parents(first.parent_code, None, day):
                if second.share >= NEAR_SHARE and first.parent_code != area_code:
                    offer(second.parent_code, second.parent_type, second.share, 2)
    # figures of types that have ended end with them: what the area lay in then still tells something
    ended = _index(register).last_day_of_ended_types
    before = ended if ended is not None and day > ended else day - _DAY
    for past in register.parents(area_code, None, before):
        if past.share >= NEAR_SHARE:
            offer(past.parent_code, past.parent_type, past.share, 3)
    for change in register.predecessors(area_code):
        if change.share >= HALF:
            offer(change.predecessor_code, change.area_type, change.share, 4)
    for code, kind in ((ENGLAND, "england"), (UNITED_KINGDOM, "uk")):
        if code in register:
            offer(code, kind, 1.0, 5)
    ordered = sorted(
        found.values(),
        key=lambda ranked: (
            ranked[1].area_type in _WHOLE_COUNTRY,
            not _stands(register, ranked[1].area_code, today),
            ranked[0],
        ),
    )
    return tuple(nearby for _, nearby in ordered)


def nearest_with(candidates: Sequence[Nearby], newest: Mapping[str, date]) -> Nearby | None:
    """The nearest of the areas whose figure is the newest; England and the United Kingdom only where no other has one.

    ``newest`` is the last day of the newest period with a figure by area code; areas without a figure are not in it.
    """
    having = [nearby for nearby in candidates if nearby.area_code in newest]
    local = [nearby for nearby in having if nearby.area_type not in _WHOLE_COUNTRY]
    if not local:
        return having[0] if having else None
    last = max(newest[nearby.area_code] for nearby in local)
    return next(nearby for nearby in local if newest[nearby.area_code] == last)


def _forms(register: Register, area_code: str) -> list[Area]:
    return [register.area(area_code, kind) for kind in register.types_of(area_code)]


def _stands(register: Register, area_code: str, on: date) -> bool:
    return any(form.alive(on) for form in _forms(register, area_code))


def _is_inside(share: float) -> bool:
    return share >= HALF - _ROUNDING


# ---- the index -------------------------------------------------------------------------------------

Shares = dict[str, float]


class _Index:
    """Memberships of a register by stretch of days, worked out when first asked for and kept as long as the register.

    Between two changes of the register every day has the same answer: days are looked up as the number of the stretch
    they lie in, so what is kept stays small (the register changes on some forty days).
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._areas: dict[str, list[Area]] = {area_type: [] for area_type in register.area_types}
        changes: set[date] = set()
        for area in register:
            self._areas[area.area_type].append(area)
            changes.update(_edges(area.start_on, area.end_on))
            for link in register.parents(area.area_code):
                changes.update(_edges(link.start_on, link.end_on))
        self._starts = [date.min, *sorted(changes)]
        self._within: dict[tuple[str, str, int], Shares] = {}
        self._known: dict[tuple[str, str, int], Shares] = {}
        self._days: dict[tuple[str, str, date], date] = {}
        self._above: dict[tuple[str, str, int], dict[str, list[tuple[str, float]]]] = {}
        self._standing: dict[tuple[str, int], tuple[str, ...]] = {}
        self._others: dict[str, tuple[str, ...]] | None = None
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

    def _nearest_stretch(self, on: date, stretches: Sequence[int]) -> tuple[int, date] | None:
        """Of stretches the nearest to a day, and its day that is; of two as near the later."""
        best: tuple[int, int, date] | None = None
        for stretch in stretches:
            day = min(max(on, self._first_day(stretch)), self._last_day(stretch))
            distance = abs((day - on).days)
            if best is None or distance < best[0] or (distance == best[0] and day > best[2]):
                best = (distance, stretch, day)
        return None if best is None else (best[1], best[2])

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

    def day_of_type(self, area_type: str, on: date) -> date:
        """The day, or the nearest one on which there were areas of the type."""
        if self._alive(area_type, self._stretch(on)):
            return on
        held = [stretch for stretch in range(len(self._starts)) if self._alive(area_type, stretch)]
        found = self._nearest_stretch(on, held)
        return on if found is None else found[1]

    # ---- codes of the same land ----

    def other_codes(self, area_code: str) -> tuple[str, ...]:
        if self._others is None:
            self._others = self._same_land()
        return self._others.get(area_code, ())

    def _same_land(self) -> dict[str, tuple[str, ...]]:
        """Codes that followed each other whole, one for one, as the same type."""
        joined: dict[str, set[str]] = {}
        for area in self._register:
            for change in self._register.successors(area.area_code, area.area_type):
                later = change.successor_code
                made_of = [
                    other
                    for other in self._register.predecessors(later, change.area_type)
                    if other.changed_on == change.changed_on
                ]
                # an area that took another one in and kept its code has no row of its own
                is_new = any(form.start_on == change.changed_on for form in _forms(self._register, later))
                if change.share >= _WHOLE and len(made_of) == 1 and is_new:
                    group = joined.get(area.area_code, {area.area_code}) | joined.get(later, {later})
                    for code in group:
                        joined[code] = group
        starts = {
            code: max(form.start_on or date.min for form in _forms(self._register, code)) for code in joined
        }
        return {
            code: tuple(sorted(group - {code}, key=lambda other: (starts[other], other), reverse=True))
            for code, group in joined.items()
        }

    # ---- down: what lies in a parent ----

    def within(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        """Shares of the areas of a type in a parent (under any code of its land) in a stretch of days."""
        key = (parent_code, area_type, stretch)
        if key not in self._within:
            found: Shares = {}
            for code in (parent_code, *self.other_codes(parent_code)):
                found.update(self._under(code, area_type, stretch))
            self._within[key] = found
        return self._within[key]

    def _under(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        day = self._first_day(stretch)
        direct = self._register.children(parent_code, area_type, day)
        if direct:
            return {link.child_code: link.share for link in direct}
        return self._through(parent_code, area_type, stretch) or self._of_parts(
            parent_code, area_type, stretch
        )

    def _through(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        """Through the first type, in display order, that lies between."""
        day = self._first_day(stretch)
        for between in self._register.area_types:
            found: Shares = {}
            for link in self._register.children(parent_code, between, day):
                if link.child_code == parent_code:
                    continue
                deeper = self._register.children(link.child_code, area_type, day)
                shares = (
                    {one.child_code: one.share for one in deeper}
                    if deeper
                    else self._through(link.child_code, area_type, stretch)
                )
                for code, share in shares.items():
                    found[code] = found.get(code, 0.0) + share * link.share
            if found:
                return found
        return {}

    def _of_parts(self, parent_code: str, area_type: str, stretch: int) -> Shares:
        """By what areas of the type are made of: the mean share of their parts, each part counted alike."""
        part_type = self._register.area_types[area_type].made_of
        if part_type is None or part_type == area_type:
            return {}
        parts = self._under(parent_code, part_type, stretch)
        day = self._first_day(stretch)
        wholes = {
            link.parent_code
            for code in parts
            for link in self._register.parents(code, area_type, day, part_type)
        }
        found: Shares = {}
        for whole in wholes:
            members = self._register.children(whole, part_type, day)
            weight = sum(link.share for link in members)
            share = sum(parts.get(link.child_code, 0.0) * link.share for link in members) / weight
            if share > 0:
                found[whole] = min(1.0, share)
        return found

    def nearest_day(self, parent_code: str, area_type: str, on: date) -> date:
        """The day, or the nearest one on which areas of the type are known to lie in the parent.

        Where there is no such day, because the two never stood together, the nearest day on which the parent existed.
        """
        if self.within(parent_code, area_type, self._stretch(on)):
            return on
        key = (parent_code, area_type, on)
        if key not in self._days:
            stretches = range(len(self._starts))
            held = [stretch for stretch in stretches if self.within(parent_code, area_type, stretch)]
            if not held:
                codes = (parent_code, *self.other_codes(parent_code))
                held = [
                    stretch
                    for stretch in stretches
                    if any(_stands(self._register, code, self._first_day(stretch)) for code in codes)
                ]
            found = self._nearest_stretch(on, held)
            self._days[key] = on if found is None else found[1]
        return self._days[key]

    def shares(self, parent_code: str, area_type: str, day: date, area_codes: Iterable[str]) -> Shares:
        """The share of each area, of whatever vintage, in a parent on a day; 0 where nothing of it lies there."""
        stretch = self._stretch(day)
        direct = self.within(parent_code, area_type, stretch)
        known = self._known.setdefault((parent_code, area_type, stretch), {})
        answer: Shares = {}
        for code in area_codes:
            share = direct.get(code)
            if share is None:
                share = known.get(code)
            if share is None:
                share = known[code] = self._share(parent_code, area_type, stretch, code)
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

    def above(self, area_type: str, parent_type: str, stretch: int) -> dict[str, list[tuple[str, float]]]:
        """Parents of one type of every area of another, with shares, the largest first."""
        key = (area_type, parent_type, stretch)
        if key not in self._above:
            found: dict[str, list[tuple[str, float]]] = {}
            for parent_code in self._alive(parent_type, stretch):
                for code, share in self._under(parent_code, area_type, stretch).items():
                    found.setdefault(code, []).append((parent_code, share))
            for parents in found.values():
                parents.sort(key=lambda pair: (-pair[1], pair[0]))
            self._above[key] = found
        return self._above[key]

    def holders(
        self, area_code: str, area_type: str, parent_type: str, on: date, among: Collection[str] | None
    ) -> list[tuple[str, float]]:
        self._register.area_type(area_type)
        stretch = self._stretch(self.day_of_type(parent_type, on))
        found = self.above(area_type, parent_type, stretch).get(area_code)
        if found is None:
            found = self._found_otherwise(area_code, area_type, self._alive(parent_type, stretch), on)
        if among is None or any(code in among and _is_inside(share) for code, share in found):
            return found
        known = {code for code, _ in found}
        others = [code for code in among if code not in known]
        return [*found, *self._found_otherwise(area_code, area_type, others, on)]

    def _found_otherwise(
        self, area_code: str, area_type: str, parent_codes: Iterable[str], on: date
    ) -> list[tuple[str, float]]:
        """Each parent on the nearest day on which it existed; the nearest such day first, then the largest share."""
        found = []
        for parent_code in parent_codes:
            day = self.nearest_day(parent_code, area_type, on)
            share = self.shares(parent_code, area_type, day, (area_code,))[area_code]
            if share > 0:
                found.append((abs((day - on).days), -share, parent_code))
        return [(code, -negative) for _, negative, code in sorted(found)]

    def offered(self, parent_type: str, area_type: str, on: date) -> list[Area]:
        """Parents of a type that stood on a day or stand now; of codes of the same land the one of the day."""
        register = self._register
        day = self.day_of_type(area_type, on)
        then = [register.area(code, parent_type) for code in self._alive(parent_type, self._stretch(day))]
        there = {area.area_code for area in then}
        now = [
            area
            for area in self._areas[parent_type]
            if area.is_live and not there.intersection((area.area_code, *self.other_codes(area.area_code)))
        ]
        return [*then, *now]


def _edges(start_on: date | None, end_on: date | None) -> list[date]:
    """The days on which something changes: the first one, and the one after the last."""
    edges = [] if start_on is None else [start_on]
    return edges if end_on is None else [*edges, end_on + _DAY]


@lru_cache(maxsize=4)
def _index(register: Register) -> _Index:
    """Of the process's one register; tests have a few more."""
    return _Index(register)
