"""Whom a figure is about: sex, age and group."""

from __future__ import annotations

import re

from dashboard.sentences.counts import lower_first

SEX_WORDS = {"persons": "All people", "male": "Men", "female": "Women"}


def sex_words(sex: str) -> str:
    """``female`` → ``Women``."""
    return SEX_WORDS.get(sex, sex)


def age_words(age: str) -> str:
    """``18-25`` → ``aged 18 to 25``, ``65+`` → ``aged 65 and over``, ``all`` → ``all ages``."""
    if age == "all":
        return "all ages"
    if re.fullmatch(r"\d+-\d+", age):
        return f"aged {age.replace('-', ' to ')}"
    if re.fullmatch(r"\d+\+", age):
        return f"aged {age[:-1]} and over"
    return age


_PEOPLE = {"persons": "people", "male": "men", "female": "women"}


_DECILE = "deprivation decile"
_TENTHS = 10
# groups that a sentence names before the people
_OF_GROUP = {"disability: disabled": "disabled", "disability: not disabled": "non-disabled"}


def is_before_people(breakdown: str) -> bool:
    """Whether ``people_in_text`` names the group: ``disabled people``."""
    return breakdown in _OF_GROUP


def people_in_text(sex: str, age: str, breakdown: str = "all") -> str:
    """Who is counted, inside a sentence: ``people aged 16 to 64``, ``women``; an age that is no span of years is left out."""
    people = " ".join(
        [*([_OF_GROUP[breakdown]] if breakdown in _OF_GROUP else []), _PEOPLE.get(sex, "people")]
    )
    words = age_words(age)
    return f"{people} {words}" if words.startswith("aged ") else people


def breakdown_words(breakdown: str) -> str:
    """``deprivation decile: 10 Most deprived`` → ``Deprivation decile: 1 (most deprived)``; ``all`` → ``Everyone``."""
    if breakdown == "all":
        return "Everyone"
    category, _, group = breakdown.partition(": ")
    return f"{category[:1].upper()}{category[1:]}: {breakdown_group_words(breakdown)}" if group else breakdown


def breakdown_group_words(breakdown: str) -> str:
    """The group without its category: ``10 Most deprived`` → ``1 (most deprived)``; decile 1 is always the most deprived."""
    category, _, group = breakdown.rpartition(": ")
    number_first = re.match(r"^(\d+) (.+)$", group)
    if number_first is None:
        return group
    place, words = int(number_first[1]), lower_first(number_first[2])
    if category == _DECILE and 1 <= place <= _TENTHS:
        # NHS England numbers its deciles from the least deprived
        is_turned = words.startswith(("least", "less")) == (place <= _TENTHS // 2)
        place = _TENTHS + 1 - place if is_turned else place
        words = words if words.startswith(("least", "most")) else ""
    return f"{place} ({words})" if words else str(place)
