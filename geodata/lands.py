"""Which codes are the same land, and which areas merged whole into another.

Both follow from the successions of the register alone. A change of code on the same boundary (Barnsley in 2025, the
county of Somerset as a unitary authority in 2023) makes one land with two codes. A merger of whole areas (three
clinical commissioning groups of Leeds in 2018) makes a new area whose earlier figures are sums of those it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from geodata.reading import CHANGED_TYPES

if TYPE_CHECKING:
    from geodata.records import Area, Succession
    from geodata.register import Register

WHOLE = 0.9995
"""Share from which on all of an area is meant: the register writes shares to four decimals."""

LITTLE = 0.01
"""Share of an area up to which a change of its border does not make it another place for a publisher's codes."""


def forms_of(register: Register, area_code: str) -> list[Area]:
    """A code as each type of area that it stands for, the primary one first; [] for a code not in the register."""
    return [register.area(area_code, kind) for kind in register.types_of(area_code)]


def lands_of(register: Register) -> Mapping[str, tuple[str, ...]]:
    """For each code that changed without a change of land all codes of that land, the newest first, itself among them.

    Two codes are the same land where all of the earlier one went to the later one, and the later one was made of nothing
    else, on one day and as one type of area. Codes that followed each other in several steps are all of one land.
    """
    joined: dict[str, set[str]] = {}
    for area in register:
        for change in register.successors(area.area_code, area.area_type):
            if _is_only_a_change_of_code(register, change):
                earlier, later = change.predecessor_code, change.successor_code
                group = joined.get(earlier, {earlier}) | joined.get(later, {later})
                for code in group:
                    joined[code] = group
    starts = {code: max(form.start_on or date.min for form in forms_of(register, code)) for code in joined}
    return {
        code: tuple(sorted(group, key=lambda other: (starts[other], other), reverse=True))
        for code, group in joined.items()
    }


def _is_only_a_change_of_code(register: Register, change: Succession) -> bool:
    made_of = [
        other
        for other in register.predecessors(change.successor_code, change.area_type)
        if other.changed_on == change.changed_on
    ]
    # an area that took another one in and kept its code has no row of its own
    is_new = any(form.start_on == change.changed_on for form in forms_of(register, change.successor_code))
    return change.share >= WHOLE and len(made_of) == 1 and is_new


def ended_before(register: Register, area_code: str, on: date) -> date | None:
    """The last day of an area that had ended before a day; None where it stood then or later, under any code of its land.

    A code of which all but ``LITTLE`` went on as one area, which is all but ``LITTLE`` made of it, has not ended: publishers
    go on using it for a while. None too for a code that the register has no area for.
    """
    ends = [form.end_on for code in register.land(area_code) for form in forms_of(register, code)]
    days = [end for end in ends if end is not None]
    if not ends or len(days) < len(ends) or max(days) >= on:
        return None
    for code in register.land(area_code):
        for change in register.successors(code):
            others = [
                other
                for other in register.predecessors(change.successor_code)
                if other.changed_on == change.changed_on and other.predecessor_code != code
            ]
            goes_on = change.share >= 1 - LITTLE and all(other.share <= LITTLE for other in others)
            if goes_on and ended_before(register, change.successor_code, on) is None:
                return None
    return max(days)


def whole_forerunners(register: Register, area_code: str, area_type: str, on: date) -> tuple[str, ...]:
    """Codes of the areas that stood on a day and merged, each of them whole and with nothing else, into an area.

    The area itself where it stood then. Empty where any part of it came from an area that was divided, where the register
    does not say what it was made of, and for an area that had ended. Sorted by code. Raises UnknownArea.
    """
    register.area(area_code, area_type)
    found = _forerunners(register, area_code, _family(area_type), on)
    return () if found is None else tuple(sorted(found))


def _family(area_type: str) -> tuple[str, ...]:
    """The type and the one that it took the place of, whose codes it kept."""
    return (area_type, *(earlier for earlier, later in CHANGED_TYPES.items() if later == area_type))


def _forerunners(
    register: Register, area_code: str, family: tuple[str, ...], on: date
) -> frozenset[str] | None:
    forms = [form for form in forms_of(register, area_code) if form.area_type in family]
    if any(form.alive(on) for form in forms):
        return frozenset({area_code})
    starts = [form.start_on for form in forms]
    if not starts or None in starts:
        return None
    start_on = min(start for start in starts if start is not None)
    if start_on <= on:
        return None
    made_of = [
        change
        for kind in family
        for change in register.predecessors(area_code, kind)
        if change.changed_on == start_on
    ]
    if not made_of or any(change.share < WHOLE for change in made_of):
        return None
    found: set[str] = set()
    for change in made_of:
        before = _forerunners(register, change.predecessor_code, family, on)
        if before is None:
            return None
        found |= before
    return frozenset(found)
