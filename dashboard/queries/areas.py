"""An area itself: where it lies, what lies in it, what it was and became; and the lists that areas are found in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard.answers.areas import (
    AreaGroup,
    AreaList,
    CodeOfLand,
    Description,
    Fate,
    FormerParent,
    Member,
    Members,
    Setting,
    Successor,
    Surroundings,
)
from dashboard.queries import geography
from dashboard.queries.geography import UNITED_KINGDOM
from geodata import groups, lands
from geodata.register import Area, Membership, Register, Succession, UnknownArea

if TYPE_CHECKING:
    from dashboard.address.context import Context

WHOLE = 0.995
"""Share of an area from which on pages speak of all of it."""
MOST_SIMILAR = 10
MOST_LIKE, MOST_LETTERS = 5, 60
"""Areas that are offered for a name that is no code, and the letters of it that are looked at."""


def asked_area(context: Context, given: str) -> Area | None:
    """The area of a code in an address, under the code that its land has today; None for a code that is not known."""
    try:
        code, _ = groups.code_of(given, context.register)
    except UnknownArea:
        return None
    # a land that has had two codes has one page, whichever of them is asked for
    return context.register.area(geography.standing_code(context.register, code, context.today()))


def areas_like(context: Context, given: str) -> tuple[Description, ...]:
    """Areas whose name or code is like a text, each with where it lies."""
    return tuple(
        described(context, area) for area in context.register.search(given[:MOST_LETTERS], limit=MOST_LIKE)
    )


def similar_to(context: Context, area: Area) -> tuple[Area, ...]:
    """The areas most like an area, nearest first: of councils ONS's, of NHS areas ours."""
    codes = geography.similar(context.register, area.area_code)[:MOST_SIMILAR]
    return tuple(context.register.area(code) for code in codes)


def group_of(register: Register, area_codes: Sequence[str]) -> str:
    """The code of the group of some areas, without a name; empty where they are fewer than two or cannot be put together."""
    if len(area_codes) < 2:
        return ""
    try:
        code, _ = groups.code_of(f"custom:{'+'.join(area_codes)}", register)
    except UnknownArea:
        return ""
    return code if groups.is_group(code) else ""


def forms_of(context: Context, area_code: str) -> list[Area]:
    """A code as each type of area that it stands for, the primary one first."""
    return lands.forms_of(context.register, area_code)


def stands(context: Context, area_code: str) -> bool:
    """Whether the land of a code stands for any area today, under this code or another."""
    current = geography.standing_code(context.register, area_code, context.today())
    return any(form.alive(context.today()) for form in forms_of(context, current))


def codes_of_land(context: Context, area: Area) -> tuple[CodeOfLand, ...]:
    """Every code of an area's land with the days between which it is used, the newest first; () where there is one."""
    codes = context.register.land(area.area_code)
    if len(codes) == 1:
        return ()
    return tuple(
        CodeOfLand(
            code,
            None
            if any(form.start_on is None for form in forms)
            else min(form.start_on for form in forms if form.start_on),
            None
            if any(form.end_on is None for form in forms)
            else max(form.end_on for form in forms if form.end_on),
        )
        for code in codes
        if (forms := forms_of(context, code))
    )


def ended_on(context: Context, area_code: str) -> date | None:
    """The last day of an area under any of its types; None where no end is known."""
    return max((form.end_on for form in forms_of(context, area_code) if form.end_on), default=None)


def last_day_of(context: Context, area: Area) -> date:
    """The day that memberships of an area are given for: today, or its last day where it no longer stands."""
    return area.end_on if area.end_on and not stands(context, area.area_code) else context.today()


def described(context: Context, area: Area) -> Description:
    """An area with the region it lies in on its last day, and when it ended."""
    register = context.register
    kind = register.area_type(area.area_type).region
    on = area.end_on or context.today()
    code = geography.region_of(register, area.area_code, on, area_type=area.area_type)
    return Description(
        area,
        register.area(code, kind) if code else None,
        None if stands(context, area.area_code) else ended_on(context, area.area_code),
    )


def setting(context: Context, area: Area) -> Setting:
    """Where an area lies, for the line above its name: its region, and the areas that its type is named with."""
    register = context.register
    kind = register.area_type(area.area_type)
    found = described(context, area)
    on = area.end_on or context.today()
    codes = (
        geography.holder(register, area.area_code, other, on, area_type=area.area_type)
        for other in kind.named_with
    )
    held = zip(kind.named_with, codes, strict=True)
    return Setting(found, kind, tuple(register.area(code, other) for other, code in held if code))


def fate_of(context: Context, area: Area) -> Fate | None:
    """What became of an area; None for one that stands."""
    if stands(context, area.area_code):
        return None
    register = context.register
    changes = register.successors(area.area_code)
    known = {change.successor_code for change in changes}
    return Fate(
        ended_on(context, area.area_code),
        tuple(
            (day, tuple(_successor(context, change) for change in changes if change.changed_on == day))
            for day in sorted({change.changed_on for change in changes})
        ),
        tuple(heir for heir in register.live_successors(area.area_code) if heir.area_code not in known),
    )


def _successor(context: Context, change: Succession) -> Successor:
    register = context.register
    today = register.area(change.successor_code)
    then = today
    if change.area_type in register.types_of(change.successor_code):
        then = register.area(change.successor_code, change.area_type)
    renamed = then.name != today.name and stands(context, today.area_code)
    return Successor(then, change.share, today.name if renamed else None)


def former_forms(context: Context, area: Area) -> list[Area]:
    """What the code of an area that stands also stood for until a day."""
    return [
        form
        for form in forms_of(context, area.area_code)
        if form.end_on and not form.alive(context.today())
    ]  # fmt: skip


def surroundings(context: Context, area: Area) -> Surroundings:
    """What an area lies in, what lies in it, what it was made from and lay in before, and the areas like it."""
    register = context.register
    area = register.area(geography.standing_code(register, area.area_code, context.today()))
    day = last_day_of(context, area)
    above = register.parents(area.area_code, None, day)
    below = {kind: register.children(area.area_code, kind, day) for kind in register.area_types}
    return Surroundings(
        _parents(context, area, above),
        _children(context, area, below, day),
        _made_from(context, area),
        _former_parents(context, area, above, day),
        similar_to(context, area),
        any(link.share < WHOLE for links in (above, *below.values()) for link in links),
    )


def _parents(context: Context, area: Area, above: tuple[Membership, ...]) -> tuple[Members, ...]:
    by_type: dict[str, list[Membership]] = {}
    for link in above:
        if link.parent_code not in (area.area_code, UNITED_KINGDOM) and link.parent_type != "england":
            by_type.setdefault(link.parent_type, []).append(link)
    return tuple(
        Members(
            kind,
            tuple(Member(context.register.area(link.parent_code, kind), link.share) for link in links),
            overlap=sum(link.share >= WHOLE for link in links) > 1,
        )
        for kind, links in by_type.items()
    )


def _children(
    context: Context, area: Area, below: dict[str, tuple[Membership, ...]], day: date
) -> tuple[Members, ...]:
    found = []
    for kind, links in below.items():
        members = [
            Member(context.register.area(link.child_code, kind), link.share)
            for link in links
            if link.child_code != area.area_code
        ]
        members = [member for member in members if member.area.alive(day)]
        if members:
            members.sort(key=lambda member: member.area.name)
            found.append(Members(kind, tuple(members)))
    return tuple(found)


def _made_from(context: Context, area: Area) -> tuple[tuple[date, tuple[Member, ...]], ...]:
    register = context.register
    own = register.same_land(area.area_code)
    changes = [
        change for change in register.predecessors(area.area_code) if change.predecessor_code not in own
    ]
    return tuple(
        (
            day,
            tuple(
                Member(register.area(change.predecessor_code), change.share)
                for change in changes
                if change.changed_on == day
            ),
        )
        for day in sorted({change.changed_on for change in changes}, reverse=True)
    )


def _former_parents(
    context: Context, area: Area, above: tuple[Membership, ...], day: date
) -> tuple[FormerParent, ...]:
    register = context.register
    now = {link.parent_code for link in above}
    last: dict[str, FormerParent] = {}
    for link in register.parents(area.area_code):
        if link.end_on and link.end_on < day and link.parent_code not in now:
            known = last.get(link.parent_code)
            if known is None or known.ended_on < link.end_on:
                parent = register.area(link.parent_code, link.parent_type)
                last[link.parent_code] = FormerParent(
                    Member(parent, link.share), link.parent_type, link.end_on
                )
    return tuple(
        sorted(last.values(), key=lambda former: (former.ended_on, former.area_type), reverse=True)
    )  # fmt: skip


def newest_areas(context: Context, area_type: str) -> tuple[Area, ...]:
    """The areas of a type that stand, by name; of a type that has ended, those that stood last."""
    kind = context.register.area_type(area_type)
    return context.register.vintage(area_type, kind.vintages[-1])


def areas_of_type(context: Context, area_type: str, parent: str | None = None) -> AreaList:
    """All areas of a type by what the type is grouped by (``area_types.toml``), or those of the group ``parent``."""
    areas = newest_areas(context, area_type)
    ends = {area.end_on for area in areas}
    until = None if None in ends else max((end for end in ends if end), default=None)
    groups = _groups(context, area_type)
    if parent and context.register.area_type(area_type).grouped_by:
        groups = tuple(found for found in groups if found.group and found.group.area_code == parent)
    return AreaList(area_type, groups, len(areas), until)


def _groups(context: Context, area_type: str) -> tuple[AreaGroup, ...]:
    register = context.register
    group_type = register.area_type(area_type).grouped_by

    def build() -> tuple[AreaGroup, ...]:
        if group_type is None:
            return (AreaGroup(None, newest_areas(context, area_type)),)
        grouped: dict[str | None, list[Area]] = {}
        for area in newest_areas(context, area_type):
            on = area.end_on or context.today()
            code = geography.holder(register, area.area_code, group_type, on, area_type=area_type)
            grouped.setdefault(code, []).append(area)
        found = [
            AreaGroup(register.area(code, group_type) if code else None, tuple(areas))
            for code, areas in grouped.items()
        ]
        return tuple(
            sorted(found, key=lambda group: (group.group is None, group.group.name if group.group else ""))
        )

    return context.cached_for_good(("areas by group", area_type), build)
