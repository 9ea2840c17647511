"""What an area was and what it became, step by step, and which areas stood for its land on a day.

A step is one change as one area underwent it: the areas before it, the areas after it, and the share of each earlier
area that went to each later one. Shares are the register's (``docs/geography.md``, "Successions and their shares").
Shares over several steps are multiplied, which takes each part to be spread evenly within its area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from geodata.lands import WHOLE, forms_of
from geodata.reading import CHANGED_TYPES

if TYPE_CHECKING:
    from geodata.register import Register

Kind = Literal["merged", "divided", "recoded", "moved", "new_type"]
"""merged    areas became one, or an area was made of whole areas and of large parts of others
divided   an area became several, none of which is that area with a moved border
recoded   one area got another code and kept its land
moved     an area went on, and gave a small part of its land away or took one in
new_type  an area went on under its code as the type of area that took the place of its own"""

MOST = 0.75
"""Share of an area from which on what it became is that area with a moved border; parts of others are below the rest."""
UNPLACED = 0.001
"""Share of an area above which it is said that no known area took it: four decimals may lose less."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """``share`` (0 < share ≤ 1) of an area of one type that went to another, of the same type or of the one that replaced it."""

    predecessor_code: str
    predecessor_type: str
    successor_code: str
    successor_type: str
    share: float


@dataclass(frozen=True, slots=True)
class Step:
    """What happened on ``changed_on`` to the area of ``area_code``: it came to be (``is_before``) or it ended.

    ``unplaced`` is the share of an area that ended for which no successor is known (0 where the register has all).
    """

    changed_on: date
    kind: Kind
    area_code: str
    area_type: str
    changes: tuple[Change, ...]
    is_before: bool
    unplaced: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """An area that stood for some of the land of another on a day.

    ``share`` is that of the earlier of the two that lies in the later: of the asked area where this one came later, of this
    one where it came earlier, 1 where it is the area itself.
    """

    area_code: str
    area_type: str
    share: float


@dataclass(frozen=True, slots=True)
class History:
    """The history of one code: steps that led to it and that it led to, each oldest first, and who stood on a day.

    ``standing`` is empty without a day, and where the register does not say.
    """

    area_code: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    on: date | None = None
    standing: tuple[Standing, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, oldest first."""
        return (*self.before, *self.after)


def history(register: Register, area_code: str, on: date | None = None) -> History:
    """What an area was made of and became, through every step in both directions.

    A code that stands for two types of area (a unitary authority) has the steps of each. ``on`` asks which areas stood for
    its land that day. Raises UnknownArea.
    """
    register.area(area_code)
    before, after = _steps(register, area_code)
    found = History(area_code, before, after)
    if on is None:
        return found
    return History(area_code, before, after, on, standing_for(register, area_code, on))


@lru_cache(maxsize=4096)
def _steps(register: Register, area_code: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    before = _walked(register, area_code, _arrivals, lambda change: change.predecessor_code)
    after = _walked(register, area_code, _departures, lambda change: change.successor_code)
    # a code that went on as another type led to that itself: the step stands once, as how it came to what it is
    own = {
        (step.changed_on, step.kind)
        for step in before
        if step.area_code == area_code and step.kind == "new_type"
    }
    return before, tuple(
        step for step in after if step.area_code != area_code or (step.changed_on, step.kind) not in own
    )


def _walked(
    register: Register,
    area_code: str,
    steps_of: Callable[[Register, str], list[Step]],
    next_code: Callable[[Change], str],
) -> tuple[Step, ...]:
    """The steps of an area and of those that they lead to, each once, oldest first."""
    types = list(register.area_types)
    found: dict[tuple[object, ...], Step] = {}
    waiting, seen = [area_code], {area_code}
    while waiting:
        for step in steps_of(register, waiting.pop()):
            # a unitary authority that changed alike as both of its types has one step
            parts = tuple(
                (change.predecessor_code, change.successor_code, change.share) for change in step.changes
            )
            key = (step.changed_on, step.area_code, parts)
            known = found.get(key)
            if known is None or types.index(step.area_type) < types.index(known.area_type):
                found[key] = step
            codes = {next_code(change) for change in step.changes} - seen
            seen |= codes
            waiting += sorted(codes)
    return tuple(
        sorted(
            found.values(), key=lambda step: (step.changed_on, types.index(step.area_type), step.area_code)
        )
    )


# ---- the changes of one area -----------------------------------------------------------------------------


def changes_into(register: Register, area_code: str) -> tuple[tuple[date, Change], ...]:
    """Each change that a code came from, as each type: those of the register, and the new type of a code that was kept."""
    found = [
        (row.changed_on, _typed(register, kind, row.predecessor_code, area_code, row.share))
        for kind in register.area_types
        for row in register.predecessors(area_code, kind)
    ]
    return (*found, *_kept_code(register, area_code))


def changes_out_of(register: Register, area_code: str) -> tuple[tuple[date, Change], ...]:
    """Each change that a code went into, as each type: those of the register, and the new type of a code that was kept."""
    found = [
        (row.changed_on, _typed(register, kind, area_code, row.successor_code, row.share))
        for kind in register.area_types
        for row in register.successors(area_code, kind)
    ]
    return (*found, *_kept_code(register, area_code))


def _typed(register: Register, area_type: str, predecessor: str, successor: str, share: float) -> Change:
    types = register.types_of(successor)
    later = CHANGED_TYPES.get(area_type, area_type)
    return Change(predecessor, area_type, successor, area_type if area_type in types else later, share)


def _kept_code(register: Register, area_code: str) -> list[tuple[date, Change]]:
    """The day on which a code went on as another type of area: NHS Leeds CCG as the sub-ICB location of Leeds."""
    forms = {form.area_type: form for form in forms_of(register, area_code)}
    found = []
    for earlier, later in CHANGED_TYPES.items():
        if earlier in forms and later in forms:
            end_on, start_on = forms[earlier].end_on, forms[later].start_on
            if end_on is not None and start_on == end_on + _DAY:
                found.append((start_on, Change(area_code, earlier, area_code, later, 1.0)))
    return found


def _arrivals(register: Register, area_code: str) -> list[Step]:
    """How an area came to be, a step for each day and type."""
    grouped = _grouped(
        (changed_on, change.successor_type, change)
        for changed_on, change in changes_into(register, area_code)
    )
    return [
        Step(changed_on, _kind_of_arrival(changes), area_code, area_type, changes, is_before=True)
        for (changed_on, area_type), changes in grouped.items()
    ]


def _departures(register: Register, area_code: str) -> list[Step]:
    """What an area became, a step for each day and type."""
    grouped = _grouped(
        (changed_on, change.predecessor_type, change)
        for changed_on, change in changes_out_of(register, area_code)
    )
    steps = []
    for (changed_on, area_type), changes in grouped.items():
        unplaced = 1 - sum(change.share for change in changes)
        steps.append(
            Step(
                changed_on,
                _kind_of_departure(register, changed_on, changes),
                area_code,
                area_type,
                changes,
                is_before=False,
                unplaced=round(unplaced, 4) if unplaced > UNPLACED else 0.0,
            )
        )
    return steps


def _grouped(
    found: Iterable[tuple[date, str, Change]],
) -> dict[tuple[date, str], tuple[Change, ...]]:
    groups: dict[tuple[date, str], list[Change]] = {}
    for changed_on, area_type, change in found:
        groups.setdefault((changed_on, area_type), []).append(change)
    return {
        key: tuple(
            sorted(
                changes, key=lambda change: (-change.share, change.predecessor_code, change.successor_code)
            )
        )
        for key, changes in groups.items()
    }


def _kind_of_arrival(changes: tuple[Change, ...]) -> Kind:
    """``changes`` are those of one area on one day, the largest share first."""
    first, rest = changes[0], changes[1:]
    if first.predecessor_code == first.successor_code:
        return "new_type"
    if not rest:
        return "recoded" if first.share >= WHOLE else "moved" if first.share >= MOST else "divided"
    is_one_area = first.share >= MOST and all(change.share < 1 - MOST for change in rest)
    return "moved" if is_one_area else "merged"


def _kind_of_departure(register: Register, changed_on: date, changes: tuple[Change, ...]) -> Kind:
    """``changes`` are those of one area on one day: what its largest part became says what happened to it."""
    largest = changes[0]
    came = sorted(
        (
            change
            for day, change in changes_into(register, largest.successor_code)
            if day == changed_on and change.successor_type == largest.successor_type
        ),
        key=lambda change: -change.share,
    )
    kind = _kind_of_arrival(tuple(came))
    if len(changes) == 1 and largest.share >= 1 - UNPLACED:
        # all of it went to one area, which may be another area that took it in
        return "merged" if kind == "moved" and came[0].predecessor_code != largest.predecessor_code else kind
    went_on = kind == "moved" and came[0].predecessor_code == largest.predecessor_code
    return "moved" if went_on else "divided"


# ---- who stood on a day ----------------------------------------------------------------------------------


def standing_for(register: Register, area_code: str, on: date) -> tuple[Standing, ...]:
    """The areas that stood for an area's land on a day, by type and code; () where the register does not say.

    Raises UnknownArea.
    """
    register.area(area_code)
    found = _standing(register, area_code, on, is_later=False) or _standing(
        register, area_code, on, is_later=True
    )
    types = list(register.area_types)
    return tuple(
        Standing(code, area_type, round(share, 4))
        for (code, area_type), share in sorted(
            found.items(), key=lambda item: (types.index(item[0][1]), -item[1], item[0][0])
        )
    )


def _standing(
    register: Register, area_code: str, on: date, *, is_later: bool
) -> dict[tuple[str, str], float]:
    """Share of each area (code, type) that stood on a day, looking back from an area or ahead of it."""
    alive = [form for form in forms_of(register, area_code) if form.alive(on)]
    if alive:
        return {(area_code, form.area_type): 1.0 for form in alive}
    found: dict[tuple[str, str], float] = {}
    changes = changes_out_of(register, area_code) if is_later else changes_into(register, area_code)
    for changed_on, change in changes:
        if (changed_on > on) == is_later or change.predecessor_code == change.successor_code:
            continue
        code = change.successor_code if is_later else change.predecessor_code
        kind = change.successor_type if is_later else change.predecessor_type
        for (other, area_type), share in _standing(register, code, on, is_later=is_later).items():
            # a unitary authority was made of districts as one type and of a county as the other
            if area_type == kind or area_type in _family(kind):
                key = (other, area_type)
                found[key] = min(1.0, found.get(key, 0.0) + change.share * share)
    return found


def _family(area_type: str) -> frozenset[str]:
    """A type with the one that it replaced and the one that replaced it."""
    pairs = [pair for pair in CHANGED_TYPES.items() if area_type in pair]
    return frozenset({area_type, *(kind for pair in pairs for kind in pair)})
