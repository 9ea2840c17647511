"""How one area changed: what it was made of and became, from the register alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dashboard.answers.area_history import AreaStep, AreaTimeline, Life, ShareOf
from dashboard.queries import geography
from geodata.lands import forms_of
from geodata.succession import Step, history

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from geodata.register import Register


def area_history(context: Context, area_code: str) -> AreaTimeline | None:
    """Every step of an area under the code that its land has today; None for one that never changed. Raises UnknownArea."""
    register, today = context.register, context.today()
    code = geography.standing_code(register, area_code, today)
    steps = [step for step in history(register, code).steps if step.changed_on <= today]
    if not steps:
        return None
    steps.sort(key=lambda step: (step.changed_on, not step.is_before))
    codes = {code}
    for step in steps:
        for change in step.changes:
            codes |= {change.predecessor_code, change.successor_code}
    own = frozenset(register.land(code))
    lives = [_life(register, other, own) for other in codes]
    lives.sort(
        key=lambda life: (life.start_on or date.min, life.end_on or date.max, not life.is_own, life.name)
    )
    return AreaTimeline(
        register.area(code), tuple(_step(register, step) for step in steps), tuple(lives), today
    )


def _step(register: Register, step: Step) -> AreaStep:
    area = register.area(step.area_code, step.area_type)
    before = {(change.predecessor_code, change.predecessor_type): change.share for change in step.changes}
    after = {(change.successor_code, change.successor_type): change.share for change in step.changes}
    shared = before if step.is_before else after
    others = tuple(ShareOf(register.area(*key), share) for key, share in shared.items())
    itself = (ShareOf(area, 1.0),)
    return AreaStep(
        step.changed_on,
        step.kind,
        area,
        others if step.is_before else itself,
        itself if step.is_before else others,
        step.unplaced,
    )


def _life(register: Register, area_code: str, own: frozenset[str]) -> Life:
    forms = forms_of(register, area_code)
    starts = [form.start_on for form in forms]
    ends = [form.end_on for form in forms]
    return Life(
        area_code,
        # the name that people know a code by is that of what it stood for last
        forms[0].name,
        None if None in starts else min(start for start in starts if start is not None),
        None if None in ends else max(end for end in ends if end is not None),
        area_code in own,
    )
