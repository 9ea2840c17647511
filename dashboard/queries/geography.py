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

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.answers.geography import Inside, Nearby, Parent, ParentGroup, Share
from dashboard.queries.memberships import HALF, index_of, is_inside, is_standing
from geodata.groups import is_group, parse_group
from geodata.lands import forms_of
from geodata.register import Register
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

ENGLAND = "E92000001"
UNITED_KINGDOM = "K02000001"
FEWEST_INSIDE = 2
"""A parent that holds fewer of the listed areas is not offered to narrow the list to."""
NEAR_SHARE = 0.25
"""Share of an area from which on another counts as near to it."""
_DAY = timedelta(days=1)
_WHOLE_COUNTRY = ("england", "uk")


def day_of(context: Context, view: View) -> date:
    """The last day of the period shown: the day whose memberships hold. Today where there is no period."""
    return context.today() if view.period is None else Period.parse(view.period).end_on


def day_of_choices(context: Context, view: View) -> date:
    """The day as of which the parents of a list are offered: the last of the newest period of its series.

    So the choices stay as they are while a reader goes through time; ``inside`` says what lies in a parent on any day.
    """
    return context.today() if view.latest is None else Period.parse(view.latest).end_on


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
    index = index_of(register)
    register.area(parent_code)
    if is_group(parent_code):
        return _inside_group(register, parent_code, area_type, on, area_codes)
    codes = index.standing(area_type, on) if area_codes is None else tuple(area_codes)
    day = index.nearest_day(parent_code, area_type, on)
    shares = index.shares(parent_code, area_type, day, codes)
    return Inside(
        parent_code,
        area_type,
        on,
        day,
        tuple(code for code in codes if is_inside(shares[code])),
        tuple(
            sorted(
                (Share(code, shares[code]) for code in codes if shares[code] > 0 and not is_inside(shares[code])),
                key=lambda partly: -partly.share,
            )
        ),
    )  # fmt: skip


def _inside_group(
    register: Register, parent_code: str, area_type: str, on: date, area_codes: Iterable[str] | None
) -> Inside:
    """What lies in the members of a group; shares in several members are added up."""
    codes = index_of(register).standing(area_type, on) if area_codes is None else tuple(area_codes)
    shares = dict.fromkeys(codes, 0.0)
    for member in parse_group(parent_code, register).codes:
        found = inside(register, member, area_type, on, codes)
        for code in (*found.area_codes, member):
            if code in shares:
                shares[code] = 1.0
        for partly in found.partly:
            shares[partly.area_code] += partly.share
    return Inside(
        parent_code,
        area_type,
        on,
        on,
        tuple(code for code in codes if is_inside(shares[code])),
        tuple(
            sorted(
                (Share(code, share) for code, share in shares.items() if share > 0 and not is_inside(share)),
                key=lambda partly: -partly.share,
            )
        ),
    )


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
    if is_group(area_code):
        return _holders_of_group(register, area_code, parent_type, on, among)
    kind = area_type or register.area(area_code).area_type
    found = index_of(register).holders(area_code, kind, parent_type, on, among)
    return tuple(Share(code, share) for code, share in found)


def _holders_of_group(
    register: Register, area_code: str, parent_type: str, on: date, among: Collection[str] | None
) -> tuple[Share, ...]:
    """What the members of a group lie in, by their mean share, each member counted alike."""
    group = parse_group(area_code, register)
    total: dict[str, float] = {}
    for member in group.codes:
        for found in holders(register, member, parent_type, on, area_type=group.area_type, among=among):
            total[found.area_code] = total.get(found.area_code, 0.0) + found.share / len(group.codes)
    ordered = sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Share(code, share) for code, share in ordered)


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
        if allowed and share.area_code != area_code and is_inside(share.share):
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
    listed = parse_group(area_code, register).area_type if is_group(area_code) else area_type
    kind = register.area_type(listed or register.area(area_code).area_type)
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
    """The areas most like an area (of councils ONS's, of NHS areas ours), nearest first; those of its other code without any."""
    for code in (area_code, *same_land(register, area_code)):
        found = tuple(other for other in register.similar(code) if other in register)
        if found:
            return found
    return ()


def same_land(register: Register, area_code: str) -> tuple[str, ...]:
    """Other codes of the same land (Barnsley before and after April 2025), the newest first; not the code itself."""
    return register.same_land(area_code)


def as_listed(register: Register, area_codes: Iterable[str], listed: Collection[str]) -> tuple[str, ...]:
    """Some codes as a list has them: a code that is not in it, but whose land is, as the list's own code; each once.

    So a list of 2023 finds Barnsley whichever of its codes is asked for. What is not in the list at all stays as it is.
    """
    found = (
        next((own for own in (code, *same_land(register, code)) if own in listed), code)
        for code in area_codes
    )
    return tuple(dict.fromkeys(found))


def once_a_land(register: Register, area_codes: Iterable[str]) -> tuple[str, ...]:
    """Some codes without a second one of the same land, in their order."""
    found: dict[str, str] = {}
    for code in area_codes:
        found.setdefault(register.land(code)[0], code)
    return tuple(found.values())


def standing_code(register: Register, area_code: str, on: date) -> str:
    """The code under which the land of an area stands on a day; the code itself where it stands under none."""
    codes = (area_code, *same_land(register, area_code))
    return next((code for code in codes if is_standing(register, code, on)), area_code)


def parents_of_list(
    register: Register, area_codes: Iterable[str], area_type: str, on: date
) -> tuple[ParentGroup, ...]:
    """The parents that a list of areas of one type may be narrowed to, by type in the order of ``zoom_to``.

    Those that stood on the day or stand now, and in which at least ``FEWEST_INSIDE`` of the areas lie (``inside``). Of
    two codes of the same land the one that stood on the day is offered.
    """
    return _parents_of_list(register, tuple(area_codes), area_type, on)


# a list asks about a hundred parents, and most addresses share a few lists
@lru_cache(maxsize=64)
def _parents_of_list(
    register: Register, area_codes: tuple[str, ...], area_type: str, on: date
) -> tuple[ParentGroup, ...]:
    index = index_of(register)
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
    return index_of(register).standing(area_type, on)


def last_day(register: Register, area_type: str, today: date) -> date:
    """The day as of which areas of a type are listed: today, or the last day of a type that has ended."""
    return index_of(register).day_of_type(area_type, today)


def listed_type(register: Register, parent_code: str | None) -> str:
    """The type of area that is listed inside a parent where the address names none."""
    kinds = register.types_of(parent_code) if parent_code else ()
    found = register.area_types[kinds[0]].lists if kinds else None
    return found or min(register.area_types.values(), key=lambda kind: kind.nearness).area_type


def nearest(register: Register, area_code: str, today: date) -> tuple[Nearby, ...]:
    """What may speak for an area that has no figure, the nearest first; England and the United Kingdom last.

    What it became, what it lies in by at least ``NEAR_SHARE`` (and what that lies in), what it lay in when types that
    have ended still stood, and what it was made from by at least half. Areas that stand go before those that do not,
    then types in the order ``nearness``, then the shorter way, then the larger share.
    """
    area = register.area(area_code)
    ends = [form.end_on for form in forms_of(register, area_code) if form.end_on]
    day = today if is_standing(register, area_code, today) else max(ends, default=today)
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
    ended = index_of(register).last_day_of_ended_types
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
            not is_standing(register, ranked[1].area_code, today),
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
