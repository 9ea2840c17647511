"""Which areas may speak for an area that has no figure: the one order, for every page that shows another area's figure.

1. The area itself, under any of its codes.
2. Areas made of exactly the same parts (a sub-ICB location that is one council, an ICB that is the districts of an LEP),
   then those that are nearly the same (``queries.overlaps``).
3. Areas in which at least half of it lies (of one that has ended: also what it became, and what that lies in), the smallest types first (``nearness`` of ``geodata/area_types.toml``): so the
   NHS area before the county, both before the region. A type that has ended counts as on its last day. Where the register
   does not say in what an area lies, its parts do, each counted alike: an ICB lies in the region of its districts.
4. England, then the United Kingdom.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.answers.headlines import StandIn
from dashboard.queries.geography import ENGLAND, UNITED_KINGDOM, holders, same_land, standing_code
from dashboard.queries.memberships import index_of, is_inside, is_standing
from dashboard.queries.overlaps import is_same, overlap, part_type, parts_of
from geodata.groups import is_group
from geodata.lands import WHOLE, forms_of
from geodata.register import Register

if TYPE_CHECKING:
    from dashboard.address.context import Context

WHOLE_COUNTRIES = ((ENGLAND, "england"), (UNITED_KINGDOM, "uk"))
_COUNTRIES = frozenset(kind for _, kind in WHOLE_COUNTRIES)
Among = Mapping[str, Collection[str]]
"""Codes that have a figure, by type of area."""
Series = tuple[str, str]
"""An indicator's id and a breakdown."""


def areas_with(
    context: Context,
    indicator_ids: Sequence[str],
    breakdowns: Sequence[str] = ("all",),
    *,
    illustrative: bool = False,
) -> dict[Series, Among]:
    """Areas that have a row of each series, by each type that they are or were; cached until the next publication.

    Those whose newest figure is illustrative only on request.
    """
    key = ("areas with figures", tuple(indicator_ids), tuple(breakdowns), illustrative)
    return context.cached(
        key, lambda: _areas_with(context, indicator_ids, breakdowns, illustrative), pinned=True
    )


def _areas_with(
    context: Context, indicator_ids: Sequence[str], breakdowns: Sequence[str], illustrative: bool
) -> dict[Series, Among]:
    found: dict[Series, dict[str, set[str]]] = {}
    rows = context.store.areas_with(indicator_ids, breakdowns)
    for indicator_id, breakdown, code, is_illustrative in rows:
        if code in context.register and (illustrative or not is_illustrative):
            for kind in context.register.types_of(code):
                found.setdefault((indicator_id, breakdown), {}).setdefault(kind, set()).add(code)
    # series of one publication are of the same areas: they share one mapping, so that its stand-ins are worked out once
    once: dict[frozenset[tuple[str, frozenset[str]]], Among] = {}
    sets: dict[frozenset[str], frozenset[str]] = {}
    answer: dict[Series, Among] = {}
    for series, by_type in found.items():
        of_type = {
            kind: sets.setdefault(codes, codes)
            for kind, codes in ((kind, frozenset(held)) for kind, held in by_type.items())
        }
        answer[series] = once.setdefault(frozenset(of_type.items()), of_type)
    return answer


def stand_ins_of(
    context: Context,
    area_code: str,
    series: Iterable[Series],
    with_figures: Mapping[Series, Among],
    settled: Collection[Series] = (),
) -> dict[Series, tuple[StandIn, ...]]:
    """``stand_ins`` of an area for several series; ``with_figures`` is what ``areas_with`` gave.

    ``settled`` are the series of which the area's own figure is shown: for these only its own codes are offered.
    """
    today = context.today()
    nowhere: Among = {}
    own = _own(context.register, area_code)
    known: dict[int, tuple[StandIn, ...]] = {}
    found: dict[Series, tuple[StandIn, ...]] = {}
    for wanted in series:
        if wanted in settled:
            found[wanted] = own
            continue
        among = with_figures.get(wanted, nowhere)
        if id(among) not in known:
            known[id(among)] = stand_ins(context.register, area_code, today, among)
        found[wanted] = known[id(among)]
    return found


def _own(register: Register, area_code: str) -> tuple[StandIn, ...]:
    """An area under each of its codes, the one asked for first."""
    codes = (area_code, *same_land(register, area_code))
    return tuple(StandIn(code, register.types_of(code)[0], "own") for code in codes)


def stand_ins(register: Register, area_code: str, today: date, among: Among) -> tuple[StandIn, ...]:
    """The areas that may speak for an area, the first to be asked first; those of ``among`` only, and the area itself.

    Raises UnknownArea.
    """
    found = [*_own(register, area_code)]
    # what lies around it is the same whichever of its codes is asked for
    area_code = standing_code(register, area_code, today)
    kind = register.types_of(area_code)[0]
    if kind not in _COUNTRIES:
        day = _day_of(register, area_code, today)
        surroundings = _surroundings(register, area_code, kind, day)
        parts = surroundings.parts
        around = surroundings.around(among)
        if day != today:
            around = _with_heir(register, area_code, around, today, among)
        same = [
            StandIn(other.area_code, other.area_type, "same", 1.0, len(parts))
            for other in around
            if surroundings.is_same(other.area_code)
        ]
        as_same = {other.area_code for other in same}
        same += [
            StandIn(other.area_code, other.area_type, "same", near)
            for other in around
            if other.area_code not in as_same and (near := surroundings.nearly(other.area_code)) is not None
        ]
        if len(parts) == 1:
            # an NHS area that is one district: nothing lies above it that the district does not lie in, so it is not there
            (part,) = parts
            base = part_type(register)
            if is_same(parts, {part: 1.0}) and part in among.get(base, ()):
                same.insert(0, StandIn(part, base, "same", 1.0, 1))
        as_same = {other.area_code for other in same}
        found += same
        found += [other for other in around if other.area_code not in as_same]
    found += [
        StandIn(code, country, "country")
        for code, country in WHOLE_COUNTRIES
        if code in among.get(country, ()) and code in register
    ]
    first: dict[str, StandIn] = {}
    for other in found:
        first.setdefault(other.area_code, other)
    return tuple(first.values())


class _Surroundings:
    """What lies around an area on a day. A page asks for a dozen sets of areas that have figures: most of them leave the same choice."""

    def __init__(self, register: Register, area_code: str, kind: str, day: date) -> None:
        self.parts = parts_of(register, area_code, day)
        self._register, self._area_code, self._kind, self._day = register, area_code, kind, day
        self._own = {area_code, *same_land(register, area_code)}
        self._possible_of: dict[str, frozenset[str]] = {}
        self._chosen: dict[tuple[str, frozenset[str]], StandIn | None] = {}
        self._same: dict[str, bool] = {}
        self._near: dict[str, float | None] = {}

    def around(self, among: Among) -> list[StandIn]:
        """Areas in which at least half of it lies, the smallest types first, of each type the one with the largest share."""
        found = []
        for area_type in _types_around(self._register):
            if codes := among.get(area_type):
                chosen = self._of_type(area_type, codes if isinstance(codes, frozenset) else frozenset(codes))
                if chosen is not None:
                    found.append(chosen)
        return found

    def is_same(self, other: str) -> bool:
        """Whether another area is made of the same districts."""
        if other not in self._same:
            self._same[other] = is_same(self.parts, parts_of(self._register, other, self._day))
        return self._same[other]

    def nearly(self, other: str) -> float | None:
        """The smaller share of it and another area of which nearly all people live in each other; None where they are not one land."""
        if other not in self._near:
            found = overlap(self._register, self._area_code, other, self._day)
            self._near[other] = (
                min(found.of_first or 0.0, found.of_second or 0.0) if found.is_one_land else None
            )
        return self._near[other]

    def _of_type(self, area_type: str, codes: frozenset[str]) -> StandIn | None:
        # only those that hold some of it can be chosen
        possible = self._possible(area_type)
        key = (area_type, possible & codes)
        if key not in self._chosen:
            self._chosen[key] = self._choose(area_type, codes)
        return self._chosen[key]

    def _possible(self, area_type: str) -> frozenset[str]:
        """Every area of a type that the choice between areas with figures may depend on."""
        found = self._possible_of.get(area_type)
        if found is None:
            register, day, base = self._register, self._day, part_type(self._register)
            lying = [(self._area_code, self._kind), *((part, base) for part in self.parts)]
            if is_group(self._area_code):
                lying = lying[1:]
            found = self._possible_of[area_type] = frozenset(
                code
                for own, kind in lying
                for pairs in _parents(register, own, kind, area_type, day)
                for code, _ in pairs
            )
        return found

    def _choose(self, area_type: str, codes: frozenset[str]) -> StandIn | None:
        held = _held(self._register, self._area_code, self._kind, area_type, self._day, codes) or _by_parts(
            self._register, self.parts, area_type, self._day, codes
        )
        fit = [pair for pair in held if pair[0] in codes and pair[0] not in self._own and is_inside(pair[1])]
        # two that hold one half each: neither speaks for the whole
        if fit and not (len(fit) > 1 and fit[0][1] < WHOLE and fit[0][1] == fit[1][1]):
            return StandIn(fit[0][0], area_type, "around", fit[0][1])
        return None


# one page at a time asks for one area
@lru_cache(maxsize=4)
def _surroundings(register: Register, area_code: str, kind: str, day: date) -> _Surroundings:
    return _Surroundings(register, area_code, kind, day)


def _with_heir(
    register: Register, area_code: str, around: Sequence[StandIn], today: date, among: Among
) -> list[StandIn]:
    """With the one area that an area which has ended became (part of), and what that lies in wholly today."""
    heirs = register.live_successors(area_code)
    if len(heirs) != 1:
        return list(around)
    (heir,) = heirs
    code, kind = heir.area_code, heir.area_type
    found = [*around]
    if any(code in among.get(other, ()) for other in register.types_of(code)):
        found.append(StandIn(code, kind, "around"))
    lies_in = _surroundings(register, code, kind, today).around(among)
    # of what holds only most of the new area, nobody knows whether it holds the old one
    found += [other for other in lies_in if other.share >= WHOLE]
    return sorted(found, key=lambda other: register.area_types[other.area_type].nearness)


def _day_of(register: Register, area_code: str, today: date) -> date:
    """Today, or the last day of an area that has ended."""
    if is_standing(register, area_code, today):
        return today
    return max((form.end_on for form in forms_of(register, area_code) if form.end_on), default=today)


@lru_cache(maxsize=4)
def _types_around(register: Register) -> tuple[str, ...]:
    """The types of area that hold others, the nearest first: without countries, and a district holds only itself."""
    without = {*_COUNTRIES, part_type(register)}
    kinds = sorted(register.area_types.values(), key=lambda kind: kind.nearness)
    return tuple(kind.area_type for kind in kinds if kind.area_type not in without)


def _held(
    register: Register, area_code: str, kind: str, parent_type: str, day: date, codes: frozenset[str]
) -> Sequence[tuple[str, float]]:
    """``holders`` among some codes, as pairs of a code and a share."""
    if is_group(area_code):
        shares = holders(register, area_code, parent_type, day, area_type=kind, among=codes)
        return [(share.area_code, share.share) for share in shares]
    then, otherwise = _parents(register, area_code, kind, parent_type, day)
    if any(code in codes and is_inside(share) for code, share in then):
        return then
    return [*then, *(pair for pair in otherwise if pair[0] in codes)]


# series have figures for a dozen sets of areas: what holds an area is worked out once for all of them
@lru_cache(maxsize=1024)
def _parents(
    register: Register, area_code: str, kind: str, parent_type: str, day: date
) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    """What an area lies in on a day, and in what that did not stand then, as pairs of a code and a share."""
    return index_of(register).holders_ever(area_code, kind, parent_type, day)


def _by_parts(
    register: Register, parts: Mapping[str, float], area_type: str, day: date, codes: frozenset[str]
) -> Sequence[tuple[str, float]]:
    """Of areas of a type the share of another's parts that lies in each, every part counted alike; the largest first."""
    base = part_type(register)
    if not parts or area_type == base:
        return []
    shares: dict[str, float] = {}
    for part, weight in parts.items():
        for code, share in _held(register, part, base, area_type, day, codes):
            shares[code] = shares.get(code, 0.0) + weight * share
    whole = sum(parts.values())
    return sorted(
        ((code, share / whole) for code, share in shares.items()), key=lambda pair: (-pair[1], pair[0])
    )


def first_with(offered: Sequence[StandIn], held: Collection[str], old: Collection[str]) -> StandIn | None:
    """The one whose figure is shown: the area itself where it has one, else the first of those around it.

    Of those around it one whose figure is not old goes before one whose figure is; England and the United Kingdom come
    last. ``held`` are the codes with a real value, ``old`` those of them whose figure is old (``Age.is_old``).
    """
    having = [other for other in offered if other.area_code in held]
    own = [other for other in having if other.relation == "own"]
    near = [other for other in having if other.relation in ("same", "around")]
    fresh = [other for other in near if other.area_code not in old]
    return next(iter((*own, *fresh, *near, *having)), None)
