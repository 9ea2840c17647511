"""Which areas a pasted list means, and whether they make a group: codes and names, one a line or with commas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.answers.chosen_group import ChosenGroup, Unmatched
from dashboard.queries import geography
from dashboard.queries.finding import find
from geodata.groups import (
    CUSTOM,
    LONGEST_NAME,
    MOST_MEMBERS,
    BadGroup,
    group_code,
    is_group,
    parse_group,
    plain_code,
)
from geodata.register import Area, Register

if TYPE_CHECKING:
    from dashboard.address.context import Context

FEWEST_MEMBERS = 2
MOST_LIKE = 3
"""Areas offered in place of a text that names none."""
_MOST_PIECES = 4  # of one name: "Bristol, City of" has two
_GSS = re.compile(r"[A-Z]\d{8}")
_WHOLE_COUNTRY = ("england", "uk")


def chosen_group(
    context: Context, texts: Iterable[str], name: str = "", area_type: str | None = None
) -> ChosenGroup:
    """What some texts mean: each is a list of codes or names, with line ends, commas, semicolons or tabs between them.

    area_type  of the members; without it the type that most of them are, of equals the one people come for.

    Nothing that was given is dropped: it is a member, a repetition, of another type, or unmatched.
    """
    register = context.register
    pieces = [piece for text in texts for piece in _pieces(register, text)]
    kind = area_type or _usual_type(register, pieces)
    members: dict[str, Area] = {}
    repeated: dict[str, Area] = {}
    other_type: dict[str, Area] = {}
    unmatched: dict[str, Unmatched] = {}
    for piece in pieces:
        area = _named(register, piece, kind)
        if area is not None:
            area = _standing(context, area, kind)
            (repeated if area.area_code in members else members)[area.area_code] = area
        elif others := _of_any_type(register, piece):
            other_type[others[0].area_code] = others[0]
        else:
            unmatched[piece] = Unmatched(piece, _like(context, piece, kind))
    found = ChosenGroup(
        " ".join(name.split())[:LONGEST_NAME],
        kind,
        tuple(sorted(members.values(), key=lambda area: (area.name, area.area_code))),
        tuple(repeated.values()),
        tuple(other_type.values()),
        tuple(unmatched.values()),
        is_asked=bool(pieces),
    )
    return _checked(context, found)


def members_of(context: Context, area: Area) -> tuple[Area, ...]:
    """The areas that a group is made of, by name; () for any other area."""
    if not is_group(area.area_code):
        return ()
    group = parse_group(area.area_code, context.register)
    members = (context.register.area(code) for code in group.codes)
    return tuple(sorted(members, key=lambda member: (member.name, member.area_code)))


def kinds_of_members(register: Register) -> tuple[str, ...]:
    """Types of area that members of a group may be of, those that people come for first."""
    others = [kind for kind in register.area_types if kind not in register.preferred_types]
    return tuple(
        kind
        for kind in (*register.preferred_types, *others)
        if kind not in _WHOLE_COUNTRY and register.area_types[kind].vintages
    )


# ---- reading a text ------------------------------------------------------------------------------------


def _pieces(register: Register, text: str) -> Iterator[str]:
    """The parts of a text that each name one area: a name may hold commas of its own."""
    for line in re.split(r"[\n\r;\t]+", text):
        codes = line.removeprefix("custom:").upper().replace("+", " ").replace(",", " ").split()
        if codes and all(_GSS.fullmatch(code) for code in codes):
            yield from codes
            continue
        parts = [part.strip(" \"'") for part in line.split(",")]
        yield from _joined(register, [part for part in parts if part])


def _joined(register: Register, parts: Sequence[str]) -> Iterator[str]:
    """Parts between commas; several that are one name together count as one."""
    place = 0
    while place < len(parts):
        longest = min(_MOST_PIECES, len(parts) - place)
        wholes = (", ".join(parts[place : place + count]) for count in range(longest, 0, -1))
        whole = next((text for text in wholes if _of_any_type(register, text)), parts[place])
        yield whole
        place += whole.count(",") + 1


def _of_any_type(register: Register, piece: str) -> list[Area]:
    return [area for kind in register.area_types if (area := _named(register, piece, kind)) is not None]


def _named(register: Register, piece: str, area_type: str) -> Area | None:
    """The area of a type that a code or a name means; None where there is none."""
    code = piece.upper()
    if area_type in register.types_of(code):
        return register.area(code, area_type)
    return register.by_name(piece, area_type)


def _usual_type(register: Register, pieces: Sequence[str]) -> str:
    kinds = kinds_of_members(register)
    # the first of those that match as many: max keeps it
    return max(
        kinds, key=lambda kind: sum(_named(register, piece, kind) is not None for piece in pieces)
    )  # fmt: skip


def _standing(context: Context, area: Area, area_type: str) -> Area:
    """The area under the code that its land has today, so that two codes of one land are one member."""
    register = context.register
    code = geography.standing_code(register, area.area_code, context.today())
    return register.area(code, area_type) if area_type in register.types_of(code) else area


def _like(context: Context, piece: str, area_type: str) -> tuple[Area, ...]:
    """Areas of a type whose names are like a text, and those around a place of that name."""
    register = context.register
    codes = [option.described.area.area_code for option in find(context, piece).options]
    found = dict.fromkeys(code for code in codes if area_type in register.types_of(code))
    return tuple(register.area(code, area_type) for code in list(found)[:MOST_LIKE])


# ---- whether they make a group -------------------------------------------------------------------------


def _checked(context: Context, found: ChosenGroup) -> ChosenGroup:
    """With its code, or with why it has none."""
    if not found.is_asked:
        return found
    if len(found.members) < FEWEST_MEMBERS:
        return replace(found, problem="few")
    if len(found.members) > MOST_MEMBERS:
        return replace(found, problem="many")
    joined = "+".join(sorted(area.area_code for area in found.members))
    try:
        group = parse_group(f"{CUSTOM}:{joined}", context.register)
    except BadGroup as error:
        return replace(found, problem="refused", reason=f"{error}.")
    title = found.name or context.register.area(group_code(group)).name
    return replace(found, title=title, code=plain_code(group_code(group)), notes=group.notes)
