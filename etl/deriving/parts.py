"""Which smaller areas make up a larger one, in the vintage that the figures are published for."""

from __future__ import annotations

from datetime import date

from geodata.register import Register

MEMBERSHIP_SHARE = 0.5
"""Share of a part that must lie in an area, and be exceeded, for the part to belong to it."""


def _current_codes(register: Register, area_code: str, standing: frozenset[str]) -> frozenset[str]:
    """Which of ``standing`` an area is: itself, or what it became or was made of, however many changes away."""
    if area_code in standing:
        return frozenset({area_code})
    for step in (
        lambda code: [link.successor_code for link in register.successors(code)],
        lambda code: [link.predecessor_code for link in register.predecessors(code)],
    ):
        seen, front = {area_code}, [area_code]
        while front:
            front = [code for before in front for code in step(before) if code not in seen]
            seen.update(front)
            found = standing & seen
            if found:
                return frozenset(found)
    return frozenset()


def parts_of(register: Register, whole: str, area_type: str, part_type: str, year: int) -> frozenset[str]:
    """Codes of ``part_type``, of the vintage ``year``, that make up an area; empty where it cannot be made up.

    Membership is the one that held in the nearest vintage in which the area stood: more than half of the part lies in
    the area. A part that was merged since then counts where everything that went into it was a member; otherwise the
    area cannot be made up from these parts.
    """
    area = register.area(whole, area_type)
    standing_years = [
        vintage for vintage in register.area_type(area_type).vintages if area.alive(date(vintage, 12, 31))
    ]
    near = min(standing_years, key=lambda vintage: (abs(vintage - year), vintage))
    on = date(near, 12, 31)
    members = {
        membership.child_code
        for membership in register.children(whole, part_type, on=on, parent_type=area_type)
        # a sliver along a border is no membership
        if membership.share > MEMBERSHIP_SHARE
    }
    standing = register.codes(part_type, year)
    parts: set[str] = set()
    for member in members:
        now = _current_codes(register, member, standing)
        if not now:
            return frozenset()
        parts |= now
    known = register.codes(part_type, near) if near in register.area_type(part_type).vintages else frozenset()
    for part in parts - members:
        # all that a merged part was made of must belong, or the sum would take in land from outside
        if not _current_codes(register, part, known) <= members:
            return frozenset()
    return frozenset(parts)
