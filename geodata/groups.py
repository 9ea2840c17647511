"""Groups of areas that a reader makes: ``custom:E06000015+E06000018``, in an address, in the API and wherever a code stands.

A group is an area of type ``custom``. Its code carries its name, percent-encoded, where it has one:
``custom:E06000015+E06000018~Two%20cities``. So a page can name it from its code alone, and a link holds all of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from geodata.faults import UnknownArea
from geodata.lands import WHOLE, forms_of
from geodata.records import Area, Membership

if TYPE_CHECKING:
    from geodata.register import Register

CUSTOM = "custom"
"""The area type of every group."""
MOST_MEMBERS = 60
LONGEST_NAME = 80
"""Characters of the name of a group."""
_START = f"{CUSTOM}:"
_NAME = "~"
_BETWEEN = re.compile(r"[+\s]+")
"""Between two codes: a plus sign, which the query of an address turns into a space."""
_NAMED = 2  # members that a group without a name is called by


class BadGroup(UnknownArea):
    """Areas that cannot be put together; the message says why, and which of them is the odd one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Areas taken together. ``codes`` are its members, each once, sorted; ``area_type`` is theirs.

    ``name`` is the reader's, or empty. ``notes`` are sentences on members that were not taken as given.
    """

    codes: tuple[str, ...]
    name: str
    area_type: str
    notes: tuple[str, ...] = ()


def is_group(text: str) -> bool:
    """Whether a code is, or means to be, that of a group."""
    return text[: len(_START)].lower() == _START


def plain_code(area_code: str) -> str:
    """A code without the name of a group, as files and the API give it; any other code as it is."""
    return area_code.partition(_NAME)[0] if is_group(area_code) else area_code


def short_code(area_code: str) -> str:
    """A code as a cell of a table shows it: ``group of 5 areas`` for that of a group, any other as it is."""
    return file_code(area_code).replace("-", " ") if is_group(area_code) else area_code


def file_code(area_code: str) -> str:
    """A code as part of the name of a file: letters, digits and hyphens. ``group-of-5-areas`` for that of a group."""
    if not is_group(area_code):
        return area_code
    return f"group-of-{len(_BETWEEN.findall(plain_code(area_code))) + 1}-areas"


def name_in(area_code: str) -> str:
    """The name that the code of a group carries; empty for one without, and for any other code."""
    return unquote(area_code.partition(_NAME)[2]) if is_group(area_code) else ""


def group_code(group: Group) -> str:
    """The code of a group: its members sorted, and its name where it has one."""
    ending = f"{_NAME}{quote(group.name, safe='')}" if group.name else ""
    return f"{_START}{'+'.join(group.codes)}{ending}"


def code_of(text: str, register: Register, name: str = "") -> tuple[str, tuple[str, ...]]:
    """The code that pages use for one that a reader gave, and sentences on what was not taken as given.

    A GSS code in any case; a group with its members sorted and once each, and with ``name`` where its own code carries
    none. A group of one area is that area. Raises UnknownArea for a code that the register has not, and BadGroup.
    """
    if not is_group(text):
        return register.area(text.strip().upper()).area_code, ()
    given = text.strip()
    if name and not name_in(given):
        given = f"{plain_code(given)}{_NAME}{quote(name, safe='')}"
    group = parse_group(given, register)
    if len(group.codes) == 1:
        (code,) = group.codes
        return code, (*group.notes, f"A group of one area is that area: {register.area(code).name}.")
    return group_code(group), group.notes


@lru_cache(maxsize=512)
def parse_group(text: str, register: Register) -> Group:
    """The group of a code, ``custom:E06000018+E06000015`` with or without ``~Name``; spaces count as plus signs.

    A member given under two codes of the same land counts once, and so does one that lies in another member. Raises
    UnknownArea for a member that the register has not, and BadGroup for more than ``MOST_MEMBERS``, for members of
    different area types, and for members that never stood at one time.
    """
    body, _, given_name = text.strip()[len(_START) :].partition(_NAME)
    codes = sorted({code.upper() for code in _BETWEEN.split(unquote(body)) if code})
    if not is_group(text) or not codes:
        raise BadGroup(f"“{text[:60]}” names no area; expected codes as in {_START}E06000015+E06000018")
    if len(codes) > MOST_MEMBERS:
        raise BadGroup(f"The group names {len(codes)} areas; at most {MOST_MEMBERS} can be put together")
    for code in codes:
        if is_group(code) or code not in register:
            raise UnknownArea(f"{code}")
    notes: list[str] = []
    codes = _outermost(register, _once_a_land(register, codes, notes), notes)
    area_type = _type_of(register, codes)
    _refuse_overlaps(register, codes, area_type)
    return Group(tuple(codes), _clean(unquote(given_name)), area_type, tuple(notes))


def area_of(area_code: str, register: Register) -> Area:
    """A group as an area of type ``custom``, at the middle of its members. Raises UnknownArea and BadGroup."""
    group = parse_group(area_code, register)
    members = [register.area(code) for code in group.codes]
    north = [area.latitude for area in members if area.latitude is not None]
    east = [area.longitude for area in members if area.longitude is not None]
    return Area(
        area_code=area_code,
        area_type=CUSTOM,
        name=group.name or _words([area.name for area in members]),
        ods_code=None,
        start_on=None,
        end_on=None,
        latitude=sum(north) / len(north) if north else None,
        longitude=sum(east) / len(east) if east else None,
    )


def members_of(area_code: str, register: Register) -> tuple[Membership, ...]:
    """The members of a group, each wholly in it at all times. Raises UnknownArea and BadGroup."""
    group = parse_group(area_code, register)
    return tuple(
        Membership(code, group.area_type, area_code, CUSTOM, None, None, 1.0) for code in group.codes
    )


def types_listed(area_code: str, register: Register) -> tuple[str, ...]:
    """``custom``, and every type that all members of a group are of, that of the group first: beside those it stands.

    Raises UnknownArea and BadGroup.
    """
    group = parse_group(area_code, register)
    first, *others = (register.land_types(code) for code in group.codes)
    common = (kind for kind in first if all(kind in kinds for kinds in others))
    return tuple(dict.fromkeys((CUSTOM, group.area_type, *common)))


def _words(names: Sequence[str]) -> str:
    """What a group without a name is called: ``Derby and Nottingham``, ``Derby and 4 other areas``."""
    names = sorted(names)
    if len(names) <= _NAMED:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} other areas"


def _clean(name: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in name)
    cleaned = " ".join(printable.split())
    if len(cleaned) > LONGEST_NAME:
        raise BadGroup(
            f"The name of the group has {len(cleaned)} characters; at most {LONGEST_NAME} can be shown"
        )
    return cleaned


def _once_a_land(register: Register, codes: Sequence[str], notes: list[str]) -> list[str]:
    """Codes without a second one of the same land: the newest that was given."""
    kept = []
    for code in codes:
        land = [other for other in register.land(code) if other in codes] or [code]
        if land[0] == code:
            kept.append(code)
        else:
            notes.append(f"{register.area(code).name} was given under two codes, and counts once.")
    return kept


def _outermost(register: Register, codes: Sequence[str], notes: list[str]) -> list[str]:
    """Codes without those that lie wholly in another one of them."""
    kept = []
    for code in codes:
        holders = _holders(register, code)
        holder = next((other for other in codes if other != code and other in holders), None)
        if holder is None:
            kept.append(code)
        else:
            inner, outer = register.area(code).name, register.area(holder).name
            notes.append(f"{inner} lies in {outer}, and counts once.")
    return kept


def _holders(register: Register, area_code: str) -> set[str]:
    """Codes of all that hold the whole of an area on its last day, at any distance."""
    found: set[str] = set()
    front = [area_code]
    while front:
        code = front.pop()
        ends = [form.end_on for form in forms_of(register, code)]
        on = date.max if None in ends else max(end for end in ends if end is not None)
        for link in register.parents(code, on=on):
            if link.share >= WHOLE and link.parent_code not in (*found, area_code):
                found.add(link.parent_code)
                front.append(link.parent_code)
    return found


def _type_of(register: Register, codes: Sequence[str]) -> str:
    """The type that all areas are of, in which they stood at one time. Raises BadGroup naming the odd one."""
    kinds = {code: register.land_types(code) for code in codes}
    common = [kind for kind in register.area_types if all(kind in kinds[code] for code in codes)]
    if not common:
        ((most, _),) = Counter(kind for code in codes for kind in kinds[code]).most_common(1)
        odd = next(code for code in codes if most not in kinds[code])
        plural = register.area_type(most).plural
        raise BadGroup(
            f"{register.area(odd).name} ({odd}) is not of the same type as the other areas of the group: "
            f"{plural[:1].lower()}{plural[1:]}. Put areas of one type together"
        )
    for kind in common:
        years = _years(register, codes, kind)
        if set.intersection(*years.values()):
            return kind
    kind = common[0]
    years = _years(register, codes, kind)
    counts = Counter(year for code in codes for year in years[code])
    best = max(counts, key=lambda year: (counts[year], year), default=0)
    odd = next(code for code in codes if best not in years[code])
    raise BadGroup(
        f"{register.area(odd).name} ({odd}) did not stand in {best}, when most areas of the group did. "
        "Put areas together that stood at the same time"
    )


def _refuse_overlaps(register: Register, codes: Sequence[str], area_type: str) -> None:
    """Refuse areas of a type whose areas overlap (LEPs) where two of them share a part: it would count twice."""
    part_type = register.area_type(area_type).made_of
    if part_type is None:
        return
    holder: dict[str, Membership] = {}
    for code in codes:
        for link in register.children(code, part_type, parent_type=area_type):
            other = holder.setdefault(link.child_code, link)
            if other.parent_code != code and _at_one_time(other, link):
                names = " and ".join(
                    register.area(area, area_type).name for area in (other.parent_code, code)
                )
                part = register.area(link.child_code, part_type).name
                raise BadGroup(
                    f"{names} both hold {part}, which would count twice. Choose areas that do not overlap"
                )


def _at_one_time(first: Membership, second: Membership) -> bool:
    starts = (first.start_on or date.min, second.start_on or date.min)
    ends = (first.end_on or date.max, second.end_on or date.max)
    return max(starts) <= min(ends)


def _years(register: Register, codes: Sequence[str], area_type: str) -> dict[str, set[int]]:
    """The vintages of a type that hold each area, under any code of its land."""
    held = {year: register.codes(area_type, year) for year in register.area_type(area_type).vintages}
    return {
        code: {year for year, alive in held.items() if not alive.isdisjoint(register.land(code))}
        for code in codes
    }
