"""Which indicators stand where: the only way for a page to come to an indicator that no address names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indicators.catalogue.model import Indicator
from indicators.catalogue.shown import (
    PEOPLE,
    SINGLE_ROLES,
    AnswerTo,
    Complement,
    Condition,
    Headline,
    ListRole,
    Measure,
    Question,
    Role,
    SingleRole,
)


class RoleNotHeld(LookupError):
    """No indicator of this catalogue holds a role, or several do where one must."""


@dataclass(frozen=True, slots=True)
class PeopleGroup:
    """A group of people by health condition with its indicator; None where the catalogue has none for it."""

    people: str
    condition: Condition | None
    indicator: Indicator | None


def the(catalogue: Mapping[str, Indicator], role: SingleRole) -> Indicator:
    """The indicator that holds a role. Raises RoleNotHeld where there is not exactly one."""
    found = _holders(catalogue.values(), role)
    if len(found) != 1:
        raise RoleNotHeld(
            f"role {role!r}: held by {', '.join(indicator.id for indicator in found) or 'no indicator'}"
        )
    return found[0]


def in_role(catalogue: Mapping[str, Indicator], role: ListRole) -> tuple[Indicator, ...]:
    """The indicators that hold a role, in their order; empty where this catalogue has none of them."""
    return tuple(sorted(_holders(catalogue.values(), role), key=lambda indicator: _order(indicator, role)))


def holds(indicator: Indicator, role: Role) -> bool:
    """Whether an indicator holds a role."""
    return any(standing.role == role for standing in indicator.roles)


def label_in(indicator: Indicator, role: Role) -> str:
    """What the figure of an indicator is called in a role: its label there, else its title."""
    label = next((standing.label for standing in indicator.roles if standing.role == role), None)
    return label or indicator.title


def groups(catalogue: Mapping[str, Indicator], measure: Measure) -> tuple[PeopleGroup, ...]:
    """The groups of people in the order of ``PEOPLE``, each with its rate or its gap; then those not foreseen.

    Groups that were not foreseen come in the order of the catalogue under their short titles.
    """
    standing = [
        (indicator.group.condition, indicator)
        for indicator in catalogue.values()
        if indicator.group is not None and indicator.group.measure == measure
    ]
    by_condition = {condition: indicator for condition, indicator in standing if condition is not None}
    return (
        *(
            PeopleGroup(people, condition, by_condition.get(condition))
            for condition, people in PEOPLE.items()
        ),
        *(
            PeopleGroup(indicator.short_title, None, indicator)
            for condition, indicator in standing
            if condition is None
        ),
    )


def rate_of_gap(catalogue: Mapping[str, Indicator], indicator: Indicator) -> Indicator | None:
    """The rate of the group whose gap an indicator shows; None where it is no gap, or the catalogue has no such rate.

    What a difference is taken from (``subtrahend``), or else the rate of the same group of people.
    """
    for route in indicator.routes:
        if route.subtrahend is not None:
            return catalogue.get(route.subtrahend)
    if indicator.group is None or indicator.group.measure != "gap" or indicator.group.condition is None:
        return None
    return next(
        (
            other
            for other in catalogue.values()
            if other.group is not None
            and other.group.measure == "rate"
            and other.group.condition == indicator.group.condition
        ),
        None,
    )


def complement(first: Indicator, second: Indicator) -> Complement | None:
    """Why two indicators are parts of one whole, whichever of the two says so; None where neither does."""
    pairs = ((first, second), (second, first))
    return next(
        (
            found
            for indicator, other in pairs
            for found in indicator.complements
            if found.indicator == other.id
        ),
        None,
    )


def questions(catalogue: Mapping[str, Indicator]) -> tuple[tuple[Indicator, Question], ...]:
    """The questions of the home page in their order, each with the indicator that answers it."""
    asked = [(indicator, question) for indicator in catalogue.values() for question in indicator.questions]
    return tuple(sorted(asked, key=lambda pair: pair[1].order))


def answering(
    catalogue: Mapping[str, Indicator], headline: Headline
) -> tuple[tuple[Indicator, AnswerTo], ...]:
    """The indicators whose figures answer one of the three main questions, in their order."""
    given = [
        (indicator, answer)
        for indicator in catalogue.values()
        for answer in indicator.answers
        if answer.headline == headline
    ]
    return tuple(sorted(given, key=lambda pair: pair[1].order))


def _holders(indicators: Iterable[Indicator], role: Role) -> list[Indicator]:
    return [indicator for indicator in indicators if holds(indicator, role)]


def _order(indicator: Indicator, role: Role) -> int:
    return next(standing.order or 0 for standing in indicator.roles if standing.role == role)


def role_problems(indicators: Iterable[Indicator], *, complete: bool) -> list[str]:
    """What is wrong with roles, groups, questions and answers across files; one line each, naming file and key.

    complete  Whether every role of one holder must be held: so in the project's own catalogue, not in a folder
              that holds a few files of it.
    """
    known = list(indicators)
    ids = {indicator.id for indicator in known}
    problems = []
    for role in SINGLE_ROLES:
        holders = [indicator.id for indicator in _holders(known, role)]
        if len(holders) > 1:
            problems.append(
                f"{holders[-1]}.toml: roles: {role!r} is held by {', '.join(holders)}; one indicator holds it"
            )
        elif not holders and complete:
            problems.append(f"catalogue: roles: {role!r} is held by no indicator; give it to one file")
    places: dict[str, list[str]] = {}
    for indicator in known:
        held: set[str] = set()
        for standing in indicator.roles:
            if standing.role in held:
                problems.append(f"{indicator.id}.toml: roles: {standing.role!r} stands there twice")
            elif standing.order is not None:
                places.setdefault(f"roles: {standing.role!r} {standing.order}", []).append(indicator.id)
            held.add(standing.role)
        for question in indicator.questions:
            places.setdefault(f"questions: order {question.order}", []).append(indicator.id)
        for answer in indicator.answers:
            places.setdefault(f"answers: {answer.headline!r} {answer.order}", []).append(indicator.id)
            if answer.then is not None and answer.then not in ids:
                problems.append(
                    f"{indicator.id}.toml: answers: then: no indicator {answer.then!r} in the catalogue"
                )
        if indicator.group is not None and indicator.group.condition is not None:
            place = f"group: {indicator.group.measure!r} of {indicator.group.condition!r}"
            places.setdefault(place, []).append(indicator.id)
    for place, holders in places.items():
        if len(holders) > 1:
            problems.append(f"{holders[-1]}.toml: {place} is taken by {holders[0]}.toml already")
    return problems
